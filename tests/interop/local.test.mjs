// SPDX-License-Identifier: MIT
// The official client, over a Unix socket.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { modes, next, open, ready } from "./client.mjs";
import { start, within } from "./server.mjs";

const folder = mkdtempSync(join(tmpdir(), "socketiopp-"));
const path = join(folder, "x.sock");
const start_local = async () => Object.assign(await start("LOCAL_SERVER", path), { url: "http://localhost" });

// Node's agent goes where it was told to, whatever the address says.
const connect = (t, server, options) =>
  ready(open(t, server, "/", { agent: new http.Agent({ socketPath: path }), ...options }));
const echo = (socket, value) => socket.timeout(10_000).emitWithAck("message-with-ack", value);

after(() => rmSync(folder, { recursive: true }));

describe("local", () => {
  let server;
  before(async () => (server = await start_local()));
  after(() => server.stop());

  it("the socket is its owner's", () => assert.equal(statSync(path).mode & 0o777, 0o600));

  for (const [mode, options] of Object.entries(modes)) {
    it(`the client ${mode}: text and 200 kB of binary`, async (t) => {
      const socket = await connect(t, server, options);
      const bytes = randomBytes(200_000);
      const back = next(socket, "message-back");
      socket.emit("message", "text", bytes);
      assert.deepEqual(await back, ["text", bytes]);
      assert.deepEqual(await echo(socket, [bytes, 1]), [bytes, 1]);
    });
  }

  it("garbage, and clients that leave, harm nobody", async (t) => {
    for (const bytes of ["", "garbage\r\n\r\n", randomBytes(100_000), "GET / HTTP/1.1\r\n"]) {
      const socket = net.connect(path);
      socket.on("error", () => {});
      socket.end(bytes);
      socket.resume();
      await within(new Promise((resolve) => socket.on("close", resolve)), "the end");
    }
    assert.equal(await echo(await connect(t, server), "well"), "well");
  });
});

describe("local: the socket's file", () => {
  it("goes with a server that ends, and one that a killed server left is taken over", async (t) => {
    const killed = await start_local();
    await killed.kill();
    assert.ok(existsSync(path));
    const next_one = await start_local();
    assert.equal(await echo(await connect(t, next_one, { reconnection: false }), "x"), "x");
    await next_one.stop();
    assert.ok(!existsSync(path));
  });

  it("is not taken from a server that lives", async (t) => {
    const first = await start_local();
    await assert.rejects(start_local(), /Address already in use/);
    assert.equal(await echo(await connect(t, first), "x"), "x");
    await first.stop();
  });
});
