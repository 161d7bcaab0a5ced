// SPDX-License-Identifier: MIT
// The wire rules of Engine.IO's packets, heartbeat and upgrade, byte by byte.
// W-numbers name the rule; "sensible" marks where the Node server itself is known to behave worse.

import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";
import { Frames, Polling, exchange, separator, upgrade_request } from "./raw.mjs";
import { start, within } from "./server.mjs";
import * as wire from "./wire.mjs";

const path = wire.engine_path;
const websocket = `${path}?EIO=4&transport=websocket`;

let server;
before(async () => (server = await start("ENGINE_SERVER")));
after(() => server.stop());

const open = () => Polling.open(server, path);
const session = (t) => wire.session(t, server, path);
const probe = (t, { handshake }) => wire.websocket(t, server, `${websocket}&sid=${handshake.sid}`);

describe("wire: Engine.IO packets", () => {
  for (const packet of ["", "7", "9hello", "a", " 4", "\x00"]) {
    it(`W-060 a WebSocket packet of unknown type closes: ${JSON.stringify(packet)}`, async (t) => {
      const client = await session(t);
      client.send(packet);
      await client.end();
    });
  }

  for (const packet of ["2", "2probe"]) {
    it(`W-061 the client's ${packet} closes`, async (t) => {
      const client = await session(t);
      client.send(packet);
      await client.end();
    });
  }

  it("W-062 open, upgrade, noop and an unasked pong are ignored", async (t) => {
    const client = await session(t);
    client.send("0", "5", "6", "3", "4still here");
    assert.equal(await client.next(), "4still here");
  });

  it("W-062 the same over polling", async () => {
    const client = await open();
    await client.post(["0", "5", "6", "3", "4still here"].join(separator));
    assert.deepEqual(await client.packets(), ["4still here"]);
  });

  it("W-063 the client's close over polling: the pending GET gets a noop", async () => {
    const client = await open();
    const pending = client.get();
    await client.post("1");
    assert.equal((await pending).body, "6");
    await client.end();
  });

  it("W-064 sensible: the client's close over WebSocket closes, though pongs go on", async (t) => {
    const client = await session(t);
    client.send("1");
    await client.end();
  });

  it("W-065 a binary frame is a message", async (t) => {
    const client = await session(t);
    client.send(Buffer.from([0, 1, 2, 253, 254, 255]), Buffer.alloc(0));
    assert.deepEqual(await client.next(), Buffer.from([0, 1, 2, 253, 254, 255]));
    assert.deepEqual(await client.next(), Buffer.alloc(0));
  });

  it("W-070 bytes are a message whatever they are, also those of a close, a ping or base64", async (t) => {
    const client = await session(t);
    for (const text of ["1", "2", "2probe", "4hello", "9", "bAQID"]) {
      client.send(Buffer.from(text));
      assert.deepEqual(await client.next(), Buffer.from(text));
    }
  });

  it("W-066 base64 in a text frame is a binary message", async (t) => {
    const client = await session(t);
    client.send("bAQIDBA==");
    assert.deepEqual(await client.next(), Buffer.from([1, 2, 3, 4]));
  });

  it("W-067 a frame over maxPayload closes with 1009", async (t) => {
    const client = await session(t);
    client.send("4" + "a".repeat(1_000_000));
    assert.equal(await client.end(), 1009);
  });

  it("W-067 a frame of exactly maxPayload is taken", async (t) => {
    const client = await session(t);
    const message = "4" + "a".repeat(999_999);
    client.send(message);
    assert.ok((await client.next()) === message);
  });

  it("W-067 fragments count together", async (t) => {
    const client = await session(t);
    client.socket.send("4" + "a".repeat(600_000), { fin: false });
    client.socket.send("a".repeat(600_000), { fin: true });
    assert.equal(await client.end(), 1009);
  });

  for (const bytes of [
    [0x34, 0xff],
    [0x34, 0xc3],
    [0x34, 0xed, 0xa0, 0x80],
    [0x34, 0xf5, 0x80, 0x80, 0x80],
  ]) {
    it(`W-068 text that is not UTF-8 closes with 1007: ${Buffer.from(bytes).toString("hex")}`, async (t) => {
      const client = await session(t);
      client.socket.send(Buffer.from(bytes), { binary: false });
      assert.equal(await client.end(), 1007);
    });
  }

  it("W-068 a character may be split over fragments", async (t) => {
    const client = await session(t);
    client.socket.send(Buffer.from([0x34, 0xe2]), { binary: false, fin: false });
    client.socket.send(Buffer.from([0x82]), { binary: false, fin: false });
    client.socket.ping();
    client.socket.send(Buffer.from([0xac]), { binary: false, fin: true });
    assert.equal(await client.next(), "4€");
  });

  it("W-069 what follows the packet that closes is ignored", async () => {
    const client = await open();
    const pending = client.get();
    await client.post(["1", "4too late"].join(separator));
    assert.doesNotMatch((await pending).body, /too late/);
  });

  it("WebSocket pings are answered", async (t) => {
    const client = await session(t);
    client.socket.ping("are you there");
    const [data] = await within(once(client.socket, "pong"), "a WebSocket pong");
    assert.equal(data.toString(), "are you there");
  });

  it("the WebSocket closing handshake is answered", async (t) => {
    const client = await session(t);
    client.socket.close(1000);
    assert.equal(await within(client.closed, "the close frame"), 1000);
  });

  for (const [what, bytes] of [
    ["without a mask", [0x81, 0x02, 0x34, 0x61]],
    ["with a reserved bit", [0xc1, 0x82, 0, 0, 0, 0, 0x34, 0x61]],
    ["of unknown kind", [0x83, 0x82, 0, 0, 0, 0, 0x34, 0x61]],
    ["that continues nothing", [0x80, 0x82, 0, 0, 0, 0, 0x34, 0x61]],
    ["of control, in fragments", [0x09, 0x80, 0, 0, 0, 0]],
    ["of control, too long", [0x89, 0xfe, 0, 126, 0, 0, 0, 0, ...Array(126).fill(0)]],
  ]) {
    it(`a WebSocket frame ${what} closes with 1002`, async () => {
      const answer = await exchange(server, [
        upgrade_request(websocket),
        /"sid"/,
        Buffer.from(bytes),
        /\x88\x02\x03\xea/,
      ]);
      assert.match(answer, /\x88\x02\x03\xea/);
    });
  }
});

describe("wire: heartbeat", () => {
  it("W-080 pings go on as long as they are answered", async (t) => {
    const client = await session(t);
    for (let i = 0; i < 4; ++i) {
      assert.equal(await client.frame(), "2");
      client.send("3");
    }
  });

  it("W-080 pings go on over polling", async () => {
    const client = await open();
    for (let i = 0; i < 4; ++i) {
      assert.equal((await client.get()).body, "2");
      await client.post("3");
    }
  });

  it("W-081 without a pong the WebSocket is closed", async (t) => {
    const client = await session(t);
    assert.equal(await client.frame(), "2");
    await within(client.closed, "the close");
  });

  it("W-081 only one ping is sent before its pong", async (t) => {
    const client = await session(t);
    await within(client.closed, "the close");
    assert.deepEqual(client.queue, ["2"]);
  });

  it("W-082 a packet while the pong is due gives more time once", async (t) => {
    const silent = await session(t);
    const busy = await session(t); // opened later by little: without the rule they would end at the same time
    assert.equal(await busy.frame(), "2");
    const talk = setTimeout(() => busy.send("4one"), 120);
    t.after(() => clearTimeout(talk));
    const first = await within(
      Promise.race([silent.closed.then(() => "silent"), busy.closed.then(() => "busy")]),
      "a close",
    );
    assert.equal(first, "silent");
    await within(busy.closed, "the other close");
  });

  it("W-083 without a pong the polling session is closed", async () => {
    const client = await open();
    assert.equal((await client.get()).body, "2");
    await client.get().catch(() => {}); // pending until the session ends
    wire.assert_error(await client.get(), 1, "Session ID unknown");
  });

  it("W-085 pings come while the server is busy sending", async (t) => {
    const client = await session(t);
    const message = "4" + "a".repeat(100_000);
    for (let pings = 0; pings < 3;) {
      client.send(message);
      const frame = await client.frame();
      if (frame === "2") {
        ++pings;
        client.send("3");
      }
    }
  });
});

describe("wire: upgrade", () => {
  /** A polling session with an open WebSocket whose probe has been answered. */
  const probed = async (t) => {
    const client = await open();
    const upgrading = await probe(t, client);
    upgrading.send("2probe");
    assert.equal(await upgrading.frame(), "3probe");
    return { client, upgrading };
  };
  const upgraded = async (t) => {
    const both = await probed(t);
    both.upgrading.send("5");
    return both;
  };

  it("W-100 the probe is answered and pending GETs get a noop", async (t) => {
    const { client, upgrading } = await probed(t);
    assert.equal((await client.get()).body, "6");
    assert.equal((await client.get()).body, "6");
    upgrading.send("5", "4hello");
    assert.equal(await upgrading.next(), "4hello");
  });

  it("W-101 a GET that is pending before the probe gets a noop", async (t) => {
    const client = await open();
    const pending = client.get();
    const upgrading = await probe(t, client);
    upgrading.send("2probe");
    assert.equal(await upgrading.frame(), "3probe");
    assert.equal((await pending).body, "6");
  });

  it("W-102 messages during the probe go through the GET", async (t) => {
    const { client, upgrading } = await probed(t);
    await client.post("4mid");
    assert.deepEqual(await client.packets(), ["4mid"]);
    assert.deepEqual(upgrading.queue, []);
  });

  it("W-103 order: POSTs, then what comes on the WebSocket after 5", async (t) => {
    const { client, upgrading } = await probed(t);
    await client.post("4one");
    await client.post("4two");
    upgrading.send("5", "4three");
    const echoes = [await upgrading.next(), await upgrading.next(), await upgrading.next()];
    assert.deepEqual(echoes, ["4one", "4two", "4three"]);
  });

  it("W-104 after 5 the WebSocket has it all and polling is refused", async (t) => {
    const { client, upgrading } = await upgraded(t);
    upgrading.send("4hello");
    assert.equal(await upgrading.next(), "4hello");
    wire.assert_error(await client.get(), 3, "Bad request");
    wire.assert_error(await client.post("4more"), 3, "Bad request");
    upgrading.send("4again");
    assert.equal(await upgrading.next(), "4again");
  });

  it("W-104 the session ends with its WebSocket", async (t) => {
    const { client, upgrading } = await upgraded(t);
    upgrading.send("4hello");
    assert.equal(await upgrading.next(), "4hello");
    upgrading.socket.close();
    await upgrading.closed;
    wire.assert_error(await client.get(), 1, "Session ID unknown");
  });

  it("W-105 a second WebSocket during the upgrade is closed", async (t) => {
    const { client, upgrading } = await probed(t);
    const second = new Frames(server, `${websocket}&sid=${client.handshake.sid}`);
    await within(second.closed, "the second WebSocket to be closed");
    upgrading.send("5", "4hello");
    assert.equal(await upgrading.next(), "4hello");
  });

  it("W-105 a second WebSocket after the upgrade is closed", async (t) => {
    const { client, upgrading } = await upgraded(t);
    upgrading.send("4hello");
    assert.equal(await upgrading.next(), "4hello");
    const second = new Frames(server, `${websocket}&sid=${client.handshake.sid}`);
    await within(second.closed, "the second WebSocket to be closed");
    upgrading.send("4again");
    assert.equal(await upgrading.next(), "4again");
  });

  it("W-106 the probe's end leaves polling alone, and another may follow", async (t) => {
    const { client, upgrading } = await probed(t);
    upgrading.close();
    await client.alive();
    const second = await probe(t, client);
    second.send("2probe");
    assert.equal(await second.frame(), "3probe");
    second.send("5", "4hello");
    assert.equal(await second.next(), "4hello");
  });

  it("W-107 a probe that is never finished is closed, polling lives on", async (t) => {
    const { client, upgrading } = await probed(t);
    let closed = false;
    const end = upgrading.closed.then(() => (closed = true));
    while (!closed) {
      const { body } = await client.get();
      if (body.split(separator).includes("2")) await client.post("3");
    }
    await within(end, "the probe to be closed", 30_000);
    await client.alive();
  });

  for (const packet of ["2", "4hello", "3", "6", "1", "x"]) {
    it(`W-108 another packet than the probe: ${packet}`, async (t) => {
      const client = await open();
      const upgrading = await probe(t, client);
      upgrading.send(packet);
      await within(upgrading.closed, "the WebSocket to be closed");
      await client.alive();
    });
  }

  it("W-109 a second probe is answered again", async (t) => {
    const { upgrading } = await probed(t);
    upgrading.send("2probe", "5", "4hello");
    assert.equal(await upgrading.frame(), "3probe");
    assert.equal(await upgrading.next(), "4hello");
  });

  it("W-109 sensible: 5 without a probe closes the WebSocket, polling lives on", async (t) => {
    const client = await open();
    const upgrading = await probe(t, client);
    upgrading.send("5");
    await within(upgrading.closed, "the WebSocket to be closed");
    await client.alive();
  });

  it("W-112 the session's end closes the probing WebSocket", async (t) => {
    const { client, upgrading } = await probed(t);
    await client.post("1");
    await within(upgrading.closed, "the WebSocket to be closed");
  });

  it("W-084 the heartbeat goes on over the upgrade", async (t) => {
    const { upgrading } = await upgraded(t);
    for (let i = 0; i < 4; ++i) {
      assert.equal(await upgrading.frame(), "2");
      upgrading.send("3");
    }
  });

  it("W-084 a ping by polling may be answered by WebSocket", async (t) => {
    const client = await open();
    assert.equal((await client.get()).body, "2");
    const upgrading = await probe(t, client);
    upgrading.send("2probe");
    assert.equal(await upgrading.frame(), "3probe");
    upgrading.send("5", "3", "4hello");
    assert.equal(await upgrading.next(), "4hello");
    assert.equal(await upgrading.frame(), "2");
  });
});
