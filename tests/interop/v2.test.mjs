// SPDX-License-Identifier: MIT
// The official client of Socket.IO v2 (Engine.IO v3) against the conformance server that allows it (F-018).

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import io_v2 from "socket.io-client-v2";
import { across_upgrade, ask, collect, echoed, modes, next, open as open_v4, ready } from "./client.mjs";
import { start, within } from "./server.mjs";

let server;
before(async () => {
  process.env.EIO3 = "1";
  server = await start("SOCKET_SERVER");
});
after(() => server.stop());

/** A socket of the old client with a connection of its own, which ends with the test `t`. */
function open(t, namespace = "/", options = {}) {
  const socket = io_v2(server.url + namespace, {
    forceNew: true,
    reconnectionDelay: 10,
    reconnectionDelayMax: 50,
    ...options,
  });
  t.after(() => socket.io.close());
  return socket;
}

/** An answer proves that the socket lives. */
const alive = async (socket) => assert.deepEqual(await ask(socket, "message-with-ack", "alive?"), ["alive?"]);

const numbers = (count) => Array.from({ length: count }, (_, i) => i);

const every_shape = [
  [],
  [null],
  [true, false],
  [0, -1, 1.5, -2.25e-7, 1e21, 9007199254740991],
  ["", " ", "text", '"quoted"', "back\\slash", "tab\tline\nfeed\r", "\\n\\\\n\n", "\u0000\u0001\u001f\u007f"],
  ["äöü", "日本語", "🎉👩‍👩‍👧", "\u2028\u2029", "\ufeff", "\u{10ffff}"],
  [[], {}, [[]], [{}], { a: {} }, { "": [] }],
  [{ nested: { list: [1, "two", { three: 3 }], nothing: null }, ключ: "значение" }],
  ["\x1e", "4\x1e4", "1:2", "b4AQID", "\x04"],
];

const bytes = Buffer.from(numbers(256));
const every_binary = [
  [bytes],
  [Buffer.alloc(0)],
  ["text 🎉", bytes, 1, bytes],
  [{ a: { b: [bytes, { c: Buffer.from([4]) }] } }, [Buffer.from([255])]],
  numbers(10).map((i) => Buffer.alloc(i, i)),
  [Buffer.alloc(200_000, 0xa5)],
];

for (const [mode, options] of Object.entries(modes)) {
  describe(`v2 client ${mode}`, () => {
    const connect = (t, namespace, more) => ready(open(t, namespace, { ...options, ...more }));

    it("connects; its id is that of its connection (W-190, W-192)", async (t) => {
      const socket = await connect(t);
      assert.match(socket.id, /^[\w-]{20}$/);
      assert.equal(socket.id, socket.io.engine.id);
      assert.equal(socket.io.engine.transport.name, mode === "by polling" ? "polling" : "websocket");
      await alive(socket);
    });

    it("the query of a namespace is its auth payload (W-192)", async (t) => {
      for (const [query, expected] of [
        [undefined, {}],
        [{ token: "1" }, { token: "1" }],
        [{ token: "ü & = ? , 🎉 %", more: "", n: 7 }, { token: "ü & = ? , 🎉 %", more: "", n: "7" }],
      ]) {
        const socket = open(t, "/custom", options);
        socket.query = query;
        const heard = next(socket, "auth");
        await next(socket, "connect");
        assert.deepEqual(await heard, [expected]);
        await alive(socket);
      }
    });

    it("the main namespace has none", async (t) => {
      assert.deepEqual(await next(open(t, "/", options), "auth"), [{}]);
    });

    it("events of every shape come back as they were", async (t) => {
      const socket = await connect(t);
      for (const args of every_shape) assert.deepEqual(await echoed(socket, ...args), args);
    });

    it("acknowledgements of every shape, in each namespace", async (t) => {
      for (const namespace of ["/", "/custom"]) {
        const socket = await connect(t, namespace);
        for (const args of every_shape)
          assert.deepEqual(await ask(socket, "message-with-ack", ...args), args);
      }
    });

    it("strings of 500 kB, with characters of each length", async (t) => {
      const socket = await connect(t);
      for (const text of [
        "a".repeat(500_000),
        "ü".repeat(240_000),
        "日".repeat(160_000),
        "🎉".repeat(120_000),
        '"\n'.repeat(120_000),
      ]) {
        const [answer] = await ask(socket, "message-with-ack", text);
        assert.ok(answer === text);
      }
    });

    it("binary both ways: nested, several, empty, large (W-193)", async (t) => {
      for (const force of [false, true]) {
        const socket = await connect(t, "/", { forceBase64: force });
        for (const args of every_binary) {
          assert.deepEqual(await echoed(socket, ...args), args);
          assert.deepEqual(await ask(socket, "message-with-ack", ...args), args);
        }
      }
    });

    it("text and binary keep their order", async (t) => {
      const socket = await connect(t);
      const sent = numbers(300).map((i) => [i % 3 === 0 ? Buffer.from([i & 255]) : `🎉${i}`]);
      const answers = collect(socket, "message-back", sent.length);
      for (const args of sent) socket.emit("message", ...args);
      assert.deepEqual(await answers, sent);
    });

    it("many acknowledgements at once, each with its own answer", async (t) => {
      const socket = await connect(t);
      const answers = await Promise.all(numbers(200).map((i) => ask(socket, "message-with-ack", i)));
      assert.deepEqual(answers.flat(), numbers(200));
    });

    it("namespaces are apart, over one connection", async (t) => {
      const manager = io_v2.Manager(server.url, { ...options, reconnection: false });
      t.after(() => manager.close());
      const main = manager.socket("/");
      const custom = manager.socket("/custom", { query: { token: "c" } });
      const auths = Promise.all([next(main, "auth"), next(custom, "auth")]);
      await Promise.all([next(main, "connect"), next(custom, "connect")]);
      assert.deepEqual(await auths, [[{}], [{ token: "c" }]]);
      assert.equal(main.id, manager.engine.id);
      assert.equal(custom.id, `/custom#${manager.engine.id}`);

      const answers = Promise.all([next(main, "message-back"), next(custom, "message-back")]);
      main.emit("message", "main");
      custom.emit("message", "custom");
      assert.deepEqual(await answers, [["main"], ["custom"]]);

      // The one is left, the other stays, and the first may come back.
      custom.disconnect();
      await alive(main);
      const again = next(custom, "connect");
      custom.connect();
      await again;
      await alive(custom);
    });

    it("an unknown namespace is an error, and the connection serves the others", async (t) => {
      const manager = io_v2.Manager(server.url, { ...options, reconnection: false });
      t.after(() => manager.close());
      const main = manager.socket("/");
      const unknown = manager.socket("/unknown");
      const [[error]] = await Promise.all([next(unknown, "error"), next(main, "connect")]);
      assert.equal(error.message ?? error, "Invalid namespace"); // Node has an object today, and had the text
      assert.equal(unknown.connected, false);
      await alive(main);
    });

    it("is found by its id: a room of its own (W-192)", async (t) => {
      for (const namespace of ["/", "/custom"]) {
        const [one, other] = await Promise.all([connect(t, namespace), connect(t, namespace)]);
        const heard = next(one, "told");
        other.emit("to", one.id, "you", bytes);
        assert.deepEqual(await heard, ["you", bytes]);
      }
    });

    it("shares rooms with clients of today", async (t) => {
      const old = await connect(t);
      const today = await ready(open_v4(t, server, "/", options));
      const room = `room of ${old.id}`;
      await Promise.all([ask(old, "join", room), ask(today, "join", room)]);
      for (const [sender, args] of [
        [old, ["from the old", "日本語 🎉"]],
        [today, ["from today's", { deep: [1, null] }]],
        [old, [bytes, { b: Buffer.from([1]) }]],
        [today, [Buffer.from([4]), "🎉", bytes]],
      ]) {
        const heard = Promise.all([next(old, "told"), next(today, "told")]);
        sender.emit("to", room, ...args);
        assert.deepEqual(await heard, [args, args]);
      }
    });

    it("disconnect by the client, which may connect again", async (t) => {
      const socket = await connect(t);
      const gone = next(socket, "disconnect");
      socket.disconnect();
      assert.equal((await gone)[0], "io client disconnect");
      const back = next(socket, "connect");
      socket.connect();
      await back;
      await alive(socket);
    });

    it("disconnect by the server, of a namespace and of the connection", async (t) => {
      const custom = await connect(t, "/custom");
      let gone = next(custom, "disconnect");
      custom.emit("quit", false);
      assert.equal((await gone)[0], "io server disconnect");

      const main = await connect(t);
      gone = next(main, "disconnect");
      main.emit("quit", true);
      assert.equal((await gone)[0], "io server disconnect");
    });

    it("reconnects after its engine was closed", async (t) => {
      const socket = await connect(t);
      const { id } = socket;
      const [gone, back] = [next(socket, "disconnect"), next(socket, "connect")];
      socket.io.engine.close();
      assert.equal((await gone)[0], "forced close");
      await back;
      assert.notEqual(socket.id, id);
      await alive(socket);
    });

    it("stays connected over many of its pings (W-191)", async (t) => {
      const socket = await connect(t);
      socket.on("disconnect", assert.fail);
      for (let i = 0; i < 5; ++i) await next(socket, "pong");
      await alive(socket);
      socket.off("disconnect");
    });
  });
}

describe("v2 client across the upgrade", () => {
  it("text, binary and acknowledgements: none lost, repeated or reordered", async (t) => {
    const socket = open(t);
    const seen = [];
    socket.on("message-back", ([i]) => seen.push(i));
    await next(socket, "connect");
    await across_upgrade(socket.io.engine, seen, 3000, (i) => {
      if (i % 3 === 0) socket.emit("message-with-ack", i, (answer) => seen.push(answer));
      else socket.emit("message", i % 3 === 1 ? [i, "🎉"] : [i, Buffer.from([i & 255])]);
    });
    await alive(socket);
    assert.deepEqual(seen, numbers(3000));
  });
});

describe("v2 client and a server that falls silent", () => {
  for (const [mode, options] of Object.entries(modes)) {
    it(`${mode}: ping timeout`, async (t) => {
      const silent = await start("SOCKET_SERVER");
      const socket = io_v2(silent.url, { forceNew: true, reconnection: false, ...options });
      t.after(() => socket.io.close());
      await ready(socket);
      const gone = next(socket, "disconnect");
      silent.signal("SIGSTOP");
      assert.equal((await gone)[0], "ping timeout");
      silent.signal("SIGCONT");
      await silent.stop();
    });
  }
});

describe("v2 client and a server that does not allow it", () => {
  for (const [mode, options] of Object.entries(modes)) {
    it(`${mode}: it cannot connect, and today's client can (W-014)`, async (t) => {
      delete process.env.EIO3;
      const strict = await start("SOCKET_SERVER");
      const socket = io_v2(strict.url, { forceNew: true, reconnection: false, ...options });
      t.after(() => socket.io.close());
      socket.on("connect", assert.fail);
      await next(socket, "connect_error");
      await ready(open_v4(t, strict, "/", options));
      await strict.stop();
    });
  }
});
