// SPDX-License-Identifier: MIT
// The official client with the npm package socket.io-msgpack-parser (F-221), against the conformance server.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Manager } from "socket.io-client";
import parser from "socket.io-msgpack-parser";
import { across_upgrade, ask, collect, echoed, modes, next, open, ready } from "./client.mjs";
import { Frames } from "./raw.mjs";
import { start, within } from "./server.mjs";

let server, recovering;
before(async () => {
  server = await start("MSGPACK_SERVER");
  process.env.RECOVERY = "1";
  recovering = await start("MSGPACK_SERVER");
  delete process.env.RECOVERY;
});
after(() => Promise.all([server.stop(), recovering.stop()]));

const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
const every_shape = [
  [],
  [null, true, false],
  [0, -1, 127, 128, -32, -33, 255, 256, 65535, 65536, -128, -129, -32768, -32769, 2 ** 31, -(2 ** 31) - 1],
  [1.5, -2.25e-7, 1e-300, 2 ** 32, 9007199254740991, -9007199254740991],
  ["", "text", "a".repeat(31), "a".repeat(32), "a".repeat(256), "a".repeat(70_000)],
  ["äöü", "日本語", "🎉👩‍👩‍👧", "\u0000\u001e\u007f", "\ufeff\u{10ffff}"],
  [[], {}, [[]], [{}], { a: {} }, { "": [] }],
  [{ nested: { list: [1, "two", { three: 3 }], nothing: null }, "key with space": true, ключ: "значение" }],
  [Array.from({ length: 70_000 }, (_, i) => i % 256), "last"],
  [Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`key${i}`, i]))],
  [{ _placeholder: true, num: 0 }],
  [bytes],
  [Buffer.alloc(0), "text", Buffer.alloc(255, 1), 7, Buffer.alloc(256, 2), Buffer.alloc(70_000, 3)],
  [{ a: { b: [bytes, { c: Buffer.from([1]) }] } }, [Buffer.from([2])]],
  Array.from({ length: 50 }, (_, i) => Buffer.alloc(i, i)), // there is no bound on their number here
];

for (const [mode, options] of Object.entries(modes)) {
  describe(`client with MessagePack ${mode}`, () => {
    const packed = { ...options, parser };
    const connect = (t, namespace, more) => ready(open(t, server, namespace, { ...packed, ...more }));

    it("F-221: connects, with its auth payload", async (t) => {
      const socket = open(t, server, "/", { ...packed, auth: { token: "123", deep: [1, null, "ü", bytes] } });
      assert.deepEqual(await next(socket, "auth"), [{ token: "123", deep: [1, null, "ü", bytes] }, false]);
      assert.match(socket.id, /^[\w-]{20}$/);
      const other = open(t, server, "/", packed);
      assert.deepEqual(await next(other, "auth"), [{}, false]);
    });

    it("F-221: events of every shape come back as they were", async (t) => {
      const socket = await connect(t);
      for (const args of every_shape) assert.deepEqual(await echoed(socket, ...args), args);
    });

    it("F-221: acknowledgements of every shape", async (t) => {
      const socket = await connect(t);
      for (const args of every_shape) assert.deepEqual(await ask(socket, "message-with-ack", ...args), args);
    });

    it("F-160, F-221: the server's questions, with every shape there and back", async (t) => {
      const socket = await connect(t);
      socket.on("question", (...args) => args.pop()(...args));
      for (const args of every_shape) assert.deepEqual(await ask(socket, "ask me", ...args), args);
    });

    it("F-221: typed arrays are binary; dates and undefined are as in JSON", async (t) => {
      const socket = await connect(t);
      const date = new Date(Date.UTC(2026, 10, 23, 12, 0, 0, 5));
      assert.deepEqual(
        await echoed(socket, new Uint8Array([1, 2]), new Uint8Array([3, 4]).buffer, date, [undefined]),
        [Buffer.from([1, 2]), Buffer.from([3, 4]), date.toJSON(), [null]],
      );
    });

    it("F-221: namespaces are apart, over one connection; an unknown one is refused", async (t) => {
      const manager = new Manager(server.url, { ...packed, reconnection: false });
      const [main, custom, unknown] = ["/", "/custom", "/unknown"].map((name) => manager.socket(name));
      t.after(() => (main.disconnect(), custom.disconnect(), unknown.disconnect()));
      const [[error]] = await Promise.all([
        next(unknown, "connect_error"),
        next(main, "connect"),
        next(custom, "connect"),
      ]);
      assert.equal(error.message, "Invalid namespace");
      main.on("message-back", (text) => assert.equal(text, "main"));
      custom.on("message-back", (text) => assert.equal(text, "custom"));
      assert.deepEqual(await Promise.all([echoed(main, "main"), echoed(custom, "custom")]), [
        ["main"],
        ["custom"],
      ]);
      custom.disconnect();
      assert.deepEqual(await ask(main, "message-with-ack", "still"), ["still"]);
      const back = next(custom, "connect");
      custom.connect();
      await back;
      assert.deepEqual(await ask(custom, "message-with-ack", "again"), ["again"]);
    });

    it("F-171, F-221: a refusal with message and data", async (t) => {
      const socket = open(t, server, "/guarded", { ...packed, auth: { token: "y" } });
      const [error] = await next(socket, "connect_error");
      assert.equal(error.message, "not authorized");
      assert.deepEqual(error.data, { content: "Please retry later", codes: [1, null, 2.5] });
      socket.auth.token = "x";
      socket.connect();
      await next(socket, "connect");
    });

    it("F-221: rooms: one packet for all", async (t) => {
      const [one, two, other] = await Promise.all([connect(t), connect(t), connect(t)]);
      assert.deepEqual(await ask(one, "join", "room"), [[one.id, "room"]]);
      await ask(two, "join", "room");
      other.on("told", () => assert.fail("it is in no room"));
      const told = Promise.all([next(one, "told"), next(two, "told")]);
      other.emit("to", "room", "hello", { bytes });
      assert.deepEqual(await told, [
        ["hello", { bytes }],
        ["hello", { bytes }],
      ]);
      await ask(other, "message-with-ack");
    });

    it("F-188, F-221: disconnected by the server", async (t) => {
      const socket = await connect(t);
      const gone = next(socket, "disconnect");
      socket.emit("quit", false);
      assert.equal((await gone)[0], "io server disconnect");
    });

    it("F-192, F-221: it finds what it missed when it comes back", async (t) => {
      const [socket, other] = [0, 1].map(() => open(t, recovering, "/", { ...packed, reconnection: false }));
      await Promise.all([ready(socket), ready(other)]);
      const { id } = socket;
      await ask(socket, "join", "lost");
      assert.equal((await echoed(socket, "this"))[0], "this");
      const gone = next(socket, "disconnect");
      socket.io.engine.close();
      await gone;
      other.emit("to", "lost", "missed", bytes);
      await ask(other, "message-with-ack");
      const [told, welcome] = [next(socket, "told"), next(socket, "auth")];
      socket.connect();
      assert.deepEqual((await told).slice(0, -1), ["missed", bytes]);
      assert.equal((await welcome)[1], true);
      assert.deepEqual([socket.recovered, socket.id], [true, id]);
      assert.deepEqual(await ask(socket, "join", "lost"), [[id, "lost"]]);
    });
  });
}

describe("client with MessagePack across the upgrade", () => {
  it("3,000 events there and back: none lost, repeated or reordered", async (t) => {
    const socket = open(t, server, "/", { parser });
    const answers = collect(socket, "message-back", 3000);
    await next(socket, "connect");
    await across_upgrade(socket.io.engine, answers.heard, 3000, (i) => socket.emit("message", i));
    assert.deepEqual(
      (await answers).map(([i]) => i),
      Array.from({ length: 3000 }, (_, i) => i),
    );
  });
});

describe("clients that speak something else", () => {
  it("text packets end the connection, and only that one", async (t) => {
    const good = await ready(open(t, server, "/", { parser }));
    const text = open(t, server, "/", { ...modes["by websocket"], reconnection: false });
    text.on("connect", () => assert.fail("it was let in"));
    const closed = next(text.io, "close");
    await closed;
    assert.deepEqual(await ask(good, "message-with-ack", 1), [1]);
  });

  for (const [what, message] of [
    ["no MessagePack", Buffer.from([0xc1])],
    ["half a packet", Buffer.from(new parser.Encoder().encode({ type: 0, nsp: "/" })[0]).subarray(0, -1)],
    ["no map", Buffer.from([0x93, 1, 2, 3])],
    ["nothing", Buffer.alloc(0)],
    ["an array of four billion that is not there", Buffer.from([0xdd, 0xff, 0xff, 0xff, 0xff])],
    ["arrays in arrays in arrays", Buffer.alloc(200_000, 0x91)],
    [
      "an event before CONNECT",
      Buffer.from(new parser.Encoder().encode({ type: 2, nsp: "/", data: ["x"] })[0]),
    ],
  ])
    it(`${what} ends the connection`, async () => {
      const frames = await Frames.open(server, "/socket.io/?EIO=4&transport=websocket");
      frames.send(message);
      await within(frames.end(), "the end");
    });
});
