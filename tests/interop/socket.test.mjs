// SPDX-License-Identifier: MIT
// The official Socket.IO client against the conformance server.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Manager } from "socket.io-client";
import { across_upgrade, ask, collect, echoed, modes, next, open, ready } from "./client.mjs";
import { start, within } from "./server.mjs";

let server;
before(async () => (server = await start("SOCKET_SERVER")));
after(() => server.stop());

const every_shape = [
  [],
  [null],
  [true, false],
  [0, -1, 1.5, -2.25e-7, 1e21, 9007199254740991, -9007199254740991],
  ["", " ", "text", '"quoted"', "back\\slash", "tab\tline\nfeed\r", "\u0000\u0001\u001f\u007f"],
  ["äöü", "日本語", "🎉👩‍👩‍👧", "\u2028\u2029", "\ufeff", "\u{10ffff}"],
  [[], {}, [[]], [{}], { a: {} }, { "": [] }],
  [{ nested: { list: [1, "two", { three: 3 }], nothing: null }, "key with space": true, ключ: "значение" }],
  [Array.from({ length: 1000 }, (_, i) => i), "last"],
  Array.from({ length: 50 }, (_, i) => i),
  ["\x1e", "4\x1e4", "\x1eb"],
  [{ _placeholder: true, num: 0 }],
];

for (const [mode, options] of Object.entries(modes)) {
  describe(`client ${mode}`, () => {
    const connect = (t, namespace, more) => ready(open(t, server, namespace, { ...options, ...more }));

    it("connects with an id of its own", async (t) => {
      const [one, two] = await Promise.all([connect(t), connect(t)]);
      assert.match(one.id, /^[\w-]{20}$/);
      assert.notEqual(one.id, two.id);
      assert.notEqual(one.id, one.io.engine.id);
      assert.ok(!one.recovered);
      assert.equal(one.io.engine.transport.name, mode === "by polling" ? "polling" : "websocket");
    });

    it("hands its auth payload over, as an object and from a function", async (t) => {
      for (const [auth, expected] of [
        [undefined, {}],
        [
          { token: "123", deep: { list: [1, null, "ü"] } },
          { token: "123", deep: { list: [1, null, "ü"] } },
        ],
        [(give) => give({ token: "given" }), { token: "given" }],
      ]) {
        const socket = open(t, server, "/", { ...options, auth });
        assert.deepEqual(await next(socket, "auth"), [expected]);
      }
    });

    it("events of every shape come back as they were", async (t) => {
      const socket = await connect(t);
      for (const args of every_shape) assert.deepEqual(await echoed(socket, ...args), args);
    });

    it("acknowledgements of every shape", async (t) => {
      const socket = await connect(t);
      for (const args of every_shape)
        assert.deepEqual(await ask(socket, "message-with-ack", ...args), args);
    });

    it("strings of 500 kB, with characters of each length", async (t) => {
      const socket = await connect(t);
      for (const text of [
        "a".repeat(500_000),
        "ü".repeat(240_000),
        "🎉".repeat(120_000),
        '"\n'.repeat(120_000),
      ]) {
        const [answer] = await ask(socket, "message-with-ack", text);
        assert.ok(answer === text);
      }
    });

    it("binary: nested, several, empty, large", async (t) => {
      const socket = await connect(t);
      const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
      for (const args of [
        [bytes],
        [Buffer.alloc(0)],
        ["text", bytes, 1, bytes],
        [{ a: { b: [bytes, { c: Buffer.from([1]) }] } }, [Buffer.from([2])]],
        Array.from({ length: 10 }, (_, i) => Buffer.alloc(i, i)),
        [Buffer.alloc(400_000, 0xa5)],
      ]) {
        assert.deepEqual(await echoed(socket, ...args), args);
        assert.deepEqual(await ask(socket, "message-with-ack", ...args), args);
      }
    });

    it("typed arrays are binary", async (t) => {
      const socket = await connect(t);
      const answer = await echoed(
        socket,
        new Uint8Array([1, 2]),
        new Uint8Array([3, 4]).buffer,
        new Uint16Array([0x0605]),
      );
      assert.deepEqual(answer, [Buffer.from([1, 2]), Buffer.from([3, 4]), Buffer.from([5, 6])]);
    });

    it("text and binary keep their order", async (t) => {
      const socket = await connect(t);
      const answers = collect(socket, "message-back", 300);
      for (let i = 0; i < 300; ++i) socket.emit("message", i % 3 === 0 ? Buffer.from([i & 255]) : i);
      assert.deepEqual(
        await answers,
        Array.from({ length: 300 }, (_, i) => [i % 3 === 0 ? Buffer.from([i & 255]) : i]),
      );
    });

    it("emitWithAck, many at once, each with its own answer", async (t) => {
      const socket = await connect(t);
      const answers = Array.from({ length: 200 }, (_, i) => socket.emitWithAck("message-with-ack", i));
      assert.deepEqual(
        await within(Promise.all(answers), "200 answers"),
        Array.from({ length: 200 }, (_, i) => i),
      );
    });

    it("an acknowledgement that never comes times out, and the connection works on", async (t) => {
      const socket = await connect(t);
      await assert.rejects(socket.timeout(100).emitWithAck("nobody-listens"), /timed out/);
      assert.equal(await socket.timeout(10_000).emitWithAck("message-with-ack", "x"), "x");
    });

    it("namespaces are apart, over one connection", async (t) => {
      const manager = new Manager(server.url, { ...options, reconnection: false });
      const main = manager.socket("/");
      const custom = manager.socket("/custom", { auth: { token: "c" } });
      t.after(() => (main.disconnect(), custom.disconnect()));
      const auths = Promise.all([next(main, "auth"), next(custom, "auth")]);
      await Promise.all([next(main, "connect"), next(custom, "connect")]);
      assert.deepEqual(await auths, [[{}], [{ token: "c" }]]);
      assert.notEqual(main.id, custom.id);

      main.on("message-back", (text) => assert.equal(text, "main"));
      custom.on("message-back", (text) => assert.equal(text, "custom"));
      const answers = Promise.all([next(main, "message-back"), next(custom, "message-back")]);
      main.emit("message", "main");
      custom.emit("message", "custom");
      await answers;
      assert.deepEqual(
        await Promise.all([
          main.emitWithAck("message-with-ack", 1),
          custom.emitWithAck("message-with-ack", 2),
        ]),
        [1, 2],
      );

      // The one is left, the other stays, and the first may come back.
      custom.disconnect();
      assert.equal(await main.timeout(10_000).emitWithAck("message-with-ack", "still"), "still");
      const again = next(custom, "connect");
      custom.connect();
      await again;
      assert.equal(await custom.timeout(10_000).emitWithAck("message-with-ack", "again"), "again");
    });

    it("an unknown namespace is a connect_error, and the connection serves the others", async (t) => {
      const manager = new Manager(server.url, { ...options, reconnection: false });
      const unknown = manager.socket("/unknown");
      const main = manager.socket("/");
      t.after(() => (main.disconnect(), unknown.disconnect()));
      const [[error]] = await Promise.all([next(unknown, "connect_error"), next(main, "connect")]);
      assert.equal(error.message, "Invalid namespace");
      assert.equal(unknown.connected, false);
      assert.equal(await main.timeout(10_000).emitWithAck("message-with-ack", "x"), "x");
    });

    it("disconnect by the client: it knows why, and may connect again as somebody new", async (t) => {
      const socket = await connect(t);
      const { id } = socket;
      const gone = next(socket, "disconnect");
      socket.disconnect();
      assert.equal((await gone)[0], "io client disconnect");
      const back = next(socket, "connect");
      socket.connect();
      await back;
      assert.notEqual(socket.id, id);
      assert.equal(await socket.timeout(10_000).emitWithAck("message-with-ack", "x"), "x");
    });

    it("reconnects after its engine was closed", async (t) => {
      const socket = await connect(t);
      const { id } = socket;
      const [gone, back] = [next(socket, "disconnect"), next(socket, "connect")];
      socket.io.engine.close();
      assert.equal((await gone)[0], "forced close");
      await back;
      assert.notEqual(socket.id, id);
      assert.equal(await socket.timeout(10_000).emitWithAck("message-with-ack", "x"), "x");
    });

    it("what is said while offline arrives once, in order", async (t) => {
      const socket = await connect(t);
      const [gone, answers] = [next(socket, "disconnect"), collect(socket, "message-back", 100)];
      socket.io.engine.close();
      await gone;
      for (let i = 0; i < 100; ++i) socket.emit("message", i);
      assert.deepEqual(
        await answers,
        Array.from({ length: 100 }, (_, i) => [i]),
      );
    });

    it("stays connected over many pings", async (t) => {
      const socket = await connect(t);
      socket.on("disconnect", (reason) => assert.fail(reason));
      for (let i = 0; i < 5; ++i) await next(socket.io, "ping");
      assert.equal(await socket.timeout(10_000).emitWithAck("message-with-ack", "x"), "x");
      socket.off("disconnect");
    });
  });
}

describe("client across the upgrade", () => {
  it("10,000 events there and back: none lost, repeated or reordered", async (t) => {
    const socket = open(t, server);
    const answers = collect(socket, "message-back", 10_000);
    await next(socket, "connect");
    await across_upgrade(socket.io.engine, answers.heard, 10_000, (i) => socket.emit("message", i));
    assert.deepEqual(
      (await answers).map(([i]) => i),
      Array.from({ length: 10_000 }, (_, i) => i),
    );
  });

  it("text, binary and acknowledgements keep their order too", async (t) => {
    const socket = open(t, server);
    const seen = [];
    socket.on("message-back", ([i]) => seen.push(i));
    await next(socket, "connect");
    await across_upgrade(socket.io.engine, seen, 3000, (i) => {
      if (i % 3 === 0) socket.emit("message-with-ack", i, (answer) => seen.push(answer));
      else socket.emit("message", i % 3 === 1 ? [i] : [i, Buffer.from([i & 255])]);
    });
    await socket.timeout(10_000).emitWithAck("message-with-ack", "last");
    assert.deepEqual(
      seen,
      Array.from({ length: 3000 }, (_, i) => i),
    );
  });
});

describe("client and the end of the server", () => {
  for (const [mode, options] of Object.entries(modes)) {
    const reasons = mode === "by polling" ? ["transport error"] : ["transport close", "transport error"];

    it(`${mode}: the server dies, another one takes its place`, async (t) => {
      const first = await start("SOCKET_SERVER");
      const socket = await ready(open(t, first, "/", options));
      const gone = next(socket, "disconnect");
      await first.kill();
      const [reason] = await gone;
      assert.ok(reasons.includes(reason), reason);
      const back = next(socket, "connect");
      const second = await start("SOCKET_SERVER", first.port);
      await back;
      assert.equal(await socket.timeout(10_000).emitWithAck("message-with-ack", "x"), "x");
      socket.disconnect();
      await second.stop();
    });

    it(`${mode}: the server falls silent: ping timeout`, async (t) => {
      const silent = await start("SOCKET_SERVER");
      const socket = await ready(open(t, silent, "/", { ...options, reconnection: false }));
      const gone = next(socket, "disconnect");
      silent.signal("SIGSTOP");
      assert.equal((await gone)[0], "ping timeout");
      silent.signal("SIGCONT");
      await silent.stop();
    });
  }
});
