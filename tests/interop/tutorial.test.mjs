// SPDX-License-Identifier: MIT
// The official Socket.IO client against the tutorial: broadcasts, rooms, and order in each direction.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { across_upgrade, collect, modes, next, open, paced, ready } from "./client.mjs";
import { Frames } from "./raw.mjs";
import { start, within } from "./server.mjs";

let server;
before(async () => (server = await start("TUTORIAL")));
after(() => server.stop());

const count = 10_000;
const in_order = Array.from({ length: count }, (_, i) => String(i));
const messages = (events) => events.map(([{ message }]) => message);

/** A list that fills with the messages of the socket's responses. */
function responses(socket) {
  const list = [];
  socket.on("response", ({ message }) => list.push(message));
  return list;
}

for (const [mode, options] of Object.entries(modes)) {
  describe(`tutorial ${mode}`, () => {
    const connect = (t, namespace) => ready(open(t, server, namespace, options));
    const acknowledged = (socket, message) =>
      socket.timeout(10_000).emitWithAck("messageAndAck", { message });

    it("a message reaches everybody, the sender too", async (t) => {
      const sockets = await Promise.all([connect(t), connect(t), connect(t)]);
      const all = Promise.all(sockets.map((socket) => next(socket, "response")));
      sockets[0].emit("message", { message: "hello ü 🎉" });
      assert.deepEqual(await all, Array(3).fill([{ message: "hello ü 🎉" }]));
    });

    it("a message with acknowledgement reaches everybody and is acknowledged", async (t) => {
      const [one, two] = await Promise.all([connect(t), connect(t)]);
      const both = Promise.all([next(one, "response"), next(two, "response")]);
      assert.deepEqual(await acknowledged(one, "x"), { ok: true });
      assert.deepEqual(await both, [[{ message: "x" }], [{ message: "x" }]]);
    });

    it("a broadcast reaches everybody but the sender", async (t) => {
      const sockets = await Promise.all([connect(t), connect(t), connect(t)]);
      const lists = sockets.map(responses);
      sockets[0].emit("broadcast", { message: "others" });
      const everywhere = Promise.all(
        sockets.map((socket) => collect(socket, "response", socket === sockets[0] ? 1 : 2)),
      );
      sockets[0].emit("message", { message: "all" });
      await everywhere;
      assert.deepEqual(lists, [["all"], ["others", "all"], ["others", "all"]]);
    });

    it("namespaces do not hear each other", async (t) => {
      const [main, some, room] = await Promise.all([
        connect(t, "/"),
        connect(t, "/some-namespace"),
        connect(t, "/room"),
      ]);
      const lists = [main, some, room].map(responses);
      room.emit("join", { id: "1" });
      const all = Promise.all([main, some, room].map((socket) => next(socket, "response")));
      main.emit("message", { message: "main" });
      some.emit("message", { message: "some" });
      room.emit("message", { message: "room" });
      await all;
      await acknowledged(main, "last");
      assert.deepEqual(lists, [["main", "last"], ["some"], ["room"]]);
    });

    it("rooms do not hear each other, and the room joined last counts", async (t) => {
      const [one, two, other] = await Promise.all([
        connect(t, "/room"),
        connect(t, "/room"),
        connect(t, "/room"),
      ]);
      const lists = [one, two, other].map(responses);
      one.emit("join", { id: "42" });
      two.emit("join", { id: "42" });
      other.emit("join", { id: "43" });
      // Each hears itself: then its join is done.
      for (const socket of [one, two, other]) {
        const echo = next(socket, "response");
        socket.emit("message", { message: "joined" });
        await echo;
      }
      for (const list of lists) list.length = 0;

      const heard = Promise.all([next(one, "response"), next(two, "response")]);
      one.emit("message", { message: "for 42" });
      await heard;
      const own = next(other, "response");
      other.emit("message", { message: "for 43" });
      await own;
      assert.deepEqual(lists, [["for 42"], ["for 42"], ["for 43"]]);

      two.emit("join", { id: "43" });
      const moved = Promise.all([next(two, "response"), next(other, "response")]);
      two.emit("message", { message: "moved" });
      await moved;
      assert.deepEqual(lists[2], ["for 43", "moved"]);
      assert.ok(!lists[0].includes("moved"));
    });

    it("who has left hears nothing, and may come back", async (t) => {
      const [one, two] = await Promise.all([connect(t, "/room"), connect(t, "/room")]);
      for (const socket of [one, two]) socket.emit("join", { id: "left" });
      const list = responses(two);
      two.disconnect();
      const echo = next(one, "response");
      one.emit("message", { message: "alone" });
      await echo;

      const back = next(two, "connect");
      two.connect();
      await back;
      two.emit("join", { id: "left" });
      const both = Promise.all([next(one, "response"), next(two, "response")]);
      two.emit("message", { message: "back" });
      await both;
      assert.deepEqual(list, ["back"]);
    });

    it("a payload that is not the agreed one does no harm", async (t) => {
      const [one, two] = await Promise.all([connect(t), connect(t, "/room")]);
      for (const payload of [
        [],
        [null],
        ["text"],
        [{}],
        [{ message: [1] }],
        [[]],
        [{ id: {} }],
        [Buffer.from([1])],
      ]) {
        for (const event of ["message", "messageAndAck", "broadcast", "join", "unknown"]) {
          one.emit(event, ...payload);
          two.emit(event, ...payload);
        }
      }
      two.emit("join", { id: "7" });
      const echo = within(
        new Promise((done) => two.on("response", ({ message }) => message === "fine" && done())),
        "an echo",
      );
      two.emit("message", { message: "fine" });
      await echo;
      assert.deepEqual(await acknowledged(one, "fine"), { ok: true });
    });

    it("50 clients at once all hear the same", async (t) => {
      const sockets = await Promise.all(Array.from({ length: 50 }, () => connect(t, "/some-namespace")));
      const all = sockets.map((socket) => collect(socket, "response", 50));
      sockets.forEach((socket, i) => socket.emit("message", { message: String(i) }));
      const heard = (await Promise.all(all)).map(messages);
      assert.deepEqual(
        [...heard[0]].sort((a, b) => a - b),
        in_order.slice(0, 50),
      );
      for (const list of heard) assert.deepEqual(list, heard[0]);
    });
  });
}

describe("tutorial and clients that misbehave", () => {
  const listen = (t) => ready(open(t, server, "/", modes["by websocket"]));

  it("a client that does not read keeps nobody waiting", async (t) => {
    const [listener, sender] = await Promise.all([listen(t), listen(t)]);
    const deaf = await Frames.open(server, "/socket.io/?EIO=4&transport=websocket");
    t.after(() => deaf.close());
    await deaf.frame();
    deaf.send("40");
    await deaf.frame();
    deaf.socket.pause();
    const events = collect(listener, "response", 2000);
    const message = "x".repeat(10_000);
    await paced(events.heard, 2000, () => sender.emit("message", { message }));
    await events;
    assert.deepEqual(await sender.timeout(10_000).emitWithAck("messageAndAck", { message: "x" }), {
      ok: true,
    });
  });

  it("a client that vanishes is forgotten", async (t) => {
    const listener = await listen(t);
    const gone = await Frames.open(server, "/socket.io/?EIO=4&transport=websocket");
    await gone.frame();
    gone.send("40");
    await gone.frame();
    gone.close();
    const echo = next(listener, "response");
    listener.emit("message", { message: "anybody?" });
    assert.deepEqual(await echo, [{ message: "anybody?" }]);
  });
});

describe("tutorial across the upgrade", () => {
  it("10,000 messages to the server arrive in order", async (t) => {
    const listener = await ready(open(t, server, "/some-namespace", modes["by websocket"]));
    const events = collect(listener, "response", count);
    const sender = open(t, server, "/some-namespace");
    await next(sender, "connect");
    await across_upgrade(sender.io.engine, events.heard, count, (i) =>
      sender.emit("message", { message: String(i) }),
    );
    assert.deepEqual(messages(await events), in_order);
  });

  it("10,000 messages from the server arrive in order", async (t) => {
    const sender = await ready(open(t, server, "/some-namespace", modes["by websocket"]));
    const listener = open(t, server, "/some-namespace");
    const events = collect(listener, "response", count);
    await next(listener, "connect");
    await across_upgrade(listener.io.engine, events.heard, count, (i) =>
      sender.emit("message", { message: String(i) }),
    );
    assert.deepEqual(messages(await events), in_order);
  });

  it("10,000 messages by polling alone arrive in order", async (t) => {
    const [sender, listener] = await Promise.all(
      [0, 1].map(() => ready(open(t, server, "/some-namespace", modes["by polling"]))),
    );
    const events = collect(listener, "response", count);
    for (const message of in_order) sender.emit("message", { message });
    assert.deepEqual(messages(await events), in_order);
  });
});
