// SPDX-License-Identifier: MIT
// The tutorial under a memory checker, which makes it end with an error if it found one or memory was lost.

import assert from "node:assert/strict";
import { it } from "node:test";
import { collect, modes, next, open, ready } from "./client.mjs";
import { start } from "./server.mjs";

it("the tutorial under load makes no use of memory that it should not", { timeout: 240_000 }, async (t) => {
  const server = await start("CHECKED_TUTORIAL");
  const sockets = [];
  for (const options of Object.values(modes))
    for (let i = 0; i < 5; ++i) sockets.push(await ready(open(t, server, "/", options)));

  const rounds = 20;
  const heard = sockets.map((socket) => collect(socket, "response", rounds * sockets.length, 200_000));
  for (let round = 0; round < rounds; ++round) {
    const acks = sockets.map((socket) =>
      socket.timeout(60_000).emitWithAck("messageAndAck", { message: "ü".repeat(round * 100) }),
    );
    assert.deepEqual(await Promise.all(acks), Array(sockets.length).fill({ ok: true }));
  }
  await Promise.all(heard);

  const rooms = await Promise.all(Object.values(modes).map((options) => ready(open(t, server, "/room", options))));
  for (const socket of rooms) socket.emit("join", { id: "blue" });
  for (const socket of rooms) {
    const all = Promise.all(rooms.map((each) => next(each, "response")));
    socket.emit("message", { id: "blue", message: "to the room" });
    await all;
  }

  rooms[0].disconnect();
  sockets[0].io.engine.close(); // it comes back
  await next(sockets[0], "connect");
  for (const socket of [...sockets, ...rooms].slice(3)) socket.disconnect(); // the others see the server end
  await server.stop();
});
