// SPDX-License-Identifier: MIT
// The example `adopt`: Socket.IO beside another server, which accepts the connections and hands over what is
// not its own.

import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { describe, it } from "node:test";
import { modes, open, ready } from "./client.mjs";
import { start, within } from "./server.mjs";

/** What the server answers to these pieces, until it ends the connection. */
async function answer(server, ...pieces) {
  const socket = net.connect({ port: server.port, host: "127.0.0.1", noDelay: true });
  const end = once(socket, "close");
  let received = "";
  socket.on("data", (data) => (received += data.toString("latin1")));
  for (const piece of pieces) {
    socket.write(piece);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await within(end, "the end");
  return received;
}

describe("a server that hands connections over", () => {
  for (const [mode, options] of Object.entries(modes))
    it(`serves the official client ${mode}`, async (t) => {
      const server = await start("ADOPT");
      t.after(() => server.kill());
      const socket = await ready(open(t, server, "/", options));
      assert.equal(await socket.timeout(5000).emitWithAck("shout", "hello"), "hello!");
    });

  it("keeps what is its own, however it arrives", async (t) => {
    const server = await start("ADOPT");
    t.after(() => server.kill());
    assert.equal(await answer(server, "PING"), "PONG\r\n");
    assert.equal(await answer(server, "P", "IN", "G"), "PONG\r\n");
    const head = "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    assert.match(await answer(server, head), /^HTTP\/1.1 200 OK\r\n[^]*\r\n\r\n0\{"sid":/);
    assert.match(await answer(server, head.slice(0, 1), head.slice(1, 30), head.slice(30)), /^HTTP\/1.1 200 OK/);
    assert.match(await answer(server, "PUT / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), /^HTTP\/1.1 404 /);
  });
});
