// SPDX-License-Identifier: MIT
// Connection state recovery (F-034, F-191 to F-193): the official client loses its connection and comes back.

import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { after, before, describe, it } from "node:test";
import { Manager } from "socket.io-client";
import { ask, modes, next, open, ready } from "./client.mjs";
import { start } from "./server.mjs";

const by_websocket = modes["by websocket"];
const command = async (socket, event, ...args) => (await ask(socket, event, ...args))[0];

async function start_recovering(how) {
  process.env.RECOVERY = how;
  const server = await start("API_SERVER");
  delete process.env.RECOVERY;
  return server;
}

let server, control;
before(async () => {
  server = await start_recovering("skip");
  control = new Manager(server.url, by_websocket).socket("/");
  await next(control, "connect");
});
after(() => {
  control.disconnect();
  return server.stop();
});

/** Emits "told" with these arguments, to everybody or to those in some rooms. */
const tell = (of, ...args) =>
  ask(control, "tell", { rooms: [], except: [], others: false, is_volatile: false, ...of }, "told", args);

/** Without the offset at the end, which clients see as they do with the reference. */
function without_offset(args) {
  assert.match(args.pop(), /^\d+$/);
  return args;
}

/** A connected socket that comes back when it is told to, and what it has `heard` but for welcomes. */
async function connected(t, options = by_websocket, through = server) {
  const socket = open(t, through, "/", { ...options, reconnection: false });
  socket.heard = [];
  socket.on("told", (...args) => socket.heard.push(without_offset(args)));
  const welcome = next(socket, "welcome");
  await ready(socket);
  socket.welcome = without_offset(await welcome);
  return socket;
}

/** What it has heard until now. */
async function heard(socket) {
  await ask(socket, "rooms");
  return socket.heard.splice(0);
}

/** Its connection ends, in a way after which there may be another. */
async function lose(socket) {
  const gone = next(socket, "disconnect");
  socket.io.engine.close();
  await gone;
}

/** It connects again. Resolves to the arguments of its welcome: id, recovered, color, rooms. */
async function come_back(socket) {
  const [welcome, back] = [next(socket, "welcome"), next(socket, "connect")];
  socket.connect();
  await back;
  return without_offset(await welcome);
}

for (const [mode, options] of Object.entries(modes)) {
  describe(`recovery ${mode}`, () => {
    it("F-191, F-192: id, rooms and data are there again, and what was missed, in order", async (t) => {
      const socket = await connected(t, options);
      const { id } = socket;
      assert.ok(!socket.recovered);
      assert.deepEqual(socket.welcome, [id, false, "", [id]]);
      await ask(socket, "join", ["room", "other"]);
      await ask(socket, "color", "red");
      await tell({}, "before");
      assert.deepEqual(await heard(socket), [["before"]]);

      await lose(socket);
      const bytes = Buffer.from([1, 2, 3]);
      await tell({}, "everybody");
      await tell({ rooms: ["room"] }, "room", bytes);
      await tell({ rooms: ["elsewhere"] }, "not for you");
      await tell({ rooms: [id] }, "you", { text: "deep" });
      await tell({ except: ["other"] }, "not for you");
      await tell({ rooms: ["room", "other", id] }, "all three");
      await tell({ is_volatile: true }, "not for those who are away");

      assert.deepEqual(await come_back(socket), [id, true, "red", [id, "room", "other"]]);
      assert.equal(socket.recovered, true);
      assert.equal(socket.id, id);
      assert.deepEqual(await heard(socket), [
        ["everybody"],
        ["room", bytes],
        ["you", { text: "deep" }],
        ["all three"],
      ]);
      await tell({ rooms: ["other"] }, "after");
      assert.deepEqual(await heard(socket), [["after"]]);
    });

    it("F-193: again and again, and nothing is repeated", async (t) => {
      const socket = await connected(t, options);
      const { id } = socket;
      await ask(socket, "join", ["again"]);
      for (let i = 0; i < 4; ++i) {
        await tell({ rooms: ["again"] }, i, "here");
        assert.deepEqual(await heard(socket), [[i, "here"]]);
        await lose(socket);
        if (i % 2) await tell({ rooms: ["again"] }, i, "away");
        assert.deepEqual((await come_back(socket)).slice(0, 2), [id, true]);
        assert.deepEqual(await heard(socket), i % 2 ? [[i, "away"]] : []);
      }
    });

    it("what the client said meanwhile arrives once, in order", async (t) => {
      const socket = await connected(t, options);
      await ask(socket, "join", ["talk"]);
      await lose(socket);
      const of = { rooms: ["talk"], except: [], others: false, is_volatile: false };
      for (let i = 0; i < 5; ++i) socket.emit("tell", of, "told", [i], () => {});
      assert.equal((await come_back(socket))[1], true);
      assert.deepEqual(await heard(socket), [[0], [1], [2], [3], [4]]);
    });
  });
}

describe("recovery", () => {
  it("F-143: a volatile event that ends with a string does not break it", async (t) => {
    const socket = await connected(t);
    await tell({}, "first");
    await tell({ is_volatile: true }, "position", "text");
    await tell({ rooms: [socket.id], is_volatile: true }, "position", "text");
    assert.deepEqual(await heard(socket), [["first"], ["position", "text"], ["position", "text"]]);
    await lose(socket);
    await tell({}, "missed");
    assert.equal((await come_back(socket))[1], true);
    assert.deepEqual(await heard(socket), [["missed"]]);
  });

  it("a question that ends with a string does not either", async (t) => {
    const socket = await connected(t);
    socket.on("question", (_, answer) => answer([1]));
    assert.equal((await command(socket, "ask_me", 10_000, "text")).error, "");
    await lose(socket);
    await tell({}, "missed");
    assert.equal((await come_back(socket))[1], true);
    assert.deepEqual(await heard(socket), [["missed"]]);
  });

  it("a client that reconnects by itself", async (t) => {
    const socket = await connected(t);
    socket.io.reconnection(true);
    const { id } = socket;
    const welcome = next(socket, "welcome");
    socket.io.engine.transport.ws.terminate();
    await tell({}, "meanwhile");
    assert.deepEqual((await welcome).slice(0, 2), [id, true]);
    assert.deepEqual(await heard(socket), [["meanwhile"]]);
  });

  it("one that comes back by another transport", async (t) => {
    const socket = await connected(t);
    const { id } = socket;
    await lose(socket);
    await tell({}, "missed");
    socket.io.opts.transports = ["polling"];
    assert.deepEqual((await come_back(socket)).slice(0, 2), [id, true]);
    assert.deepEqual(await heard(socket), [["missed"]]);
  });

  it("one that is back before the server knows that it was gone", async (t) => {
    // between the two: cuts the client's side, and leaves the server's open
    const lines = [];
    const between = net.createServer((client) => {
      const line = { client, server: net.connect(server.port, "127.0.0.1") };
      lines.push(line);
      client.on("error", () => {}).pipe(line.server, { end: false });
      line.server.on("error", () => {}).pipe(client);
    });
    between.listen(0, "127.0.0.1");
    await once(between, "listening");
    t.after(() => {
      between.close();
      for (const line of lines) (line.client.destroy(), line.server.destroy());
    });

    const socket = await connected(t, by_websocket, { url: `http://127.0.0.1:${between.address().port}` });
    const { id } = socket;
    await ask(socket, "join", ["room"]);
    await tell({}, "before");
    assert.deepEqual(await heard(socket), [["before"]]);
    const gone = next(socket, "disconnect");
    lines[0].client.destroy();
    await gone;
    await tell({ rooms: ["room"] }, "into the void");
    assert.deepEqual(await come_back(socket), [id, true, "", [id, "room"]]);
    assert.deepEqual(await heard(socket), [["into the void"]]);
  });

  it("F-173: middlewares are not asked again", async (t) => {
    const socket = await connected(t, { ...by_websocket, auth: { name: "skipper" } });
    await lose(socket);
    assert.equal((await come_back(socket))[1], true);
    const asked = (await command(control, "journal")).filter((line) => line === "asked about skipper");
    assert.equal(asked.length, 1);
  });

  it("W-185: what nobody knows is a new client", async (t) => {
    for (const [pid, offset] of [
      ["A".repeat(20), "7"],
      ["foo", "bar"],
      [7, 8],
      [{}, []],
    ]) {
      const socket = open(t, server, "/", by_websocket);
      [socket._pid, socket._lastOffset] = [pid, offset];
      const [id, recovered, color, rooms] = without_offset(await next(socket, "welcome"));
      assert.deepEqual([recovered, color, rooms, socket.recovered], [false, "", [id], false]);
      assert.notEqual(socket._pid, pid);
    }
  });

  it("W-185: so is one with an offset that nobody knows", async (t) => {
    const socket = await connected(t);
    const { id } = socket;
    await lose(socket);
    socket._lastOffset = "1e9";
    const welcome = await come_back(socket);
    assert.notEqual(welcome[0], id);
    assert.equal(welcome[1], false);
    assert.equal(socket.recovered, false);
    await tell({}, "fine");
    assert.deepEqual(await heard(socket), [["fine"]]);
  });

  it("F-187: so is one who left by itself", async (t) => {
    const socket = await connected(t);
    const { id } = socket;
    await ask(socket, "join", ["room"]);
    socket.disconnect();
    const welcome = await come_back(socket);
    assert.notEqual(welcome[0], id);
    assert.deepEqual(welcome.slice(1), [false, "", [socket.id]]);
  });

  it("F-188: so is one who was sent away", async (t) => {
    const socket = await connected(t);
    const { id } = socket;
    const gone = next(socket, "disconnect");
    socket.emit("quit", false);
    assert.deepEqual((await gone)[0], "io server disconnect");
    const welcome = await come_back(socket);
    assert.notEqual(welcome[0], id);
    assert.equal(welcome[1], false);
  });
});

describe("recovery that asks the middlewares again", () => {
  it("F-173: and lets in who passes", async (t) => {
    const asking = await start_recovering("ask");
    try {
      const socket = await connected(t, { ...by_websocket, auth: { name: "asked" } }, asking);
      const { id } = socket;
      await lose(socket);
      assert.deepEqual((await come_back(socket)).slice(0, 2), [id, true]);
      const asked = (await command(socket, "journal")).filter((line) => line === "asked about asked");
      assert.equal(asked.length, 2);
      socket.disconnect();
    } finally {
      await asking.stop();
    }
  });
});

describe("no recovery", () => {
  it("is the default", async (t) => {
    const plain = await start("API_SERVER");
    try {
      const socket = open(t, plain, "/", by_websocket);
      const [id, ...rest] = await next(socket, "welcome");
      assert.deepEqual(rest, [false, "", [id]]); // and no offset
      assert.equal(socket._pid, undefined);
      const welcome = next(socket, "welcome");
      socket.io.engine.close();
      const [new_id, recovered] = await welcome;
      assert.notEqual(new_id, id);
      assert.equal(recovered, false);
      assert.ok(!socket.recovered);
      socket.disconnect();
    } finally {
      await plain.stop();
    }
  });
});
