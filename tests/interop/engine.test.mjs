// SPDX-License-Identifier: MIT
// The official Engine.IO client against the echoing conformance server.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Socket } from "engine.io-client";
import { across_upgrade, collect, modes, next } from "./client.mjs";
import { start, within } from "./server.mjs";

let server;
before(async () => (server = await start("ENGINE_SERVER")));
after(() => server.stop());

const open = (t, options) => {
  const socket = new Socket(server.url, options);
  t.after(() => socket.close());
  return socket;
};

for (const [mode, options] of Object.entries(modes)) {
  describe(`engine ${mode}`, () => {
    const connect = async (t) => {
      const socket = open(t, options);
      await Promise.all([next(socket, "open"), mode === "with upgrade" && next(socket, "upgrade")]);
      return socket;
    };

    it("opens with the announced limits", async (t) => {
      const socket = open(t, options);
      const [handshake] = await next(socket, "handshake");
      assert.match(handshake.sid, /^[\w-]{20}$/);
      assert.deepEqual(handshake.upgrades, mode === "by websocket" ? [] : ["websocket"]);
      assert.equal(handshake.pingInterval, 300);
      assert.equal(handshake.pingTimeout, 200);
      assert.equal(handshake.maxPayload, 1_000_000);
    });

    it("echoes text and binary of any length, in order", async (t) => {
      const socket = await connect(t);
      const short = [
        "",
        "text",
        "äöü 日本語 🎉 \u2028\u0000",
        Buffer.from([]),
        Buffer.from([0, 127, 128, 255]),
      ];
      const long = [
        ...[124, 125, 126, 127, 128, 65_534, 65_535, 65_536, 65_537, 500_000].map((length) =>
          "x".repeat(length),
        ),
        ...[125, 126, 65_535, 65_536, 500_000].map((length) => Buffer.alloc(length, length & 255)),
      ];
      // Apart: the client miscounts the size of a payload with an empty Buffer in it.
      for (const messages of [short, long]) {
        const echoes = collect(socket, "message", messages.length);
        for (const message of messages) socket.send(message);
        for (const [i, [echo = ""]] of (await echoes).entries()) {
          // The client hands an empty text over as undefined.
          assert.ok(Buffer.from(messages[i]).equals(Buffer.from(echo)), `message ${i}`);
          assert.equal(typeof echo, typeof messages[i]);
        }
      }
    });

    it("stays open over many pings", async (t) => {
      const socket = await connect(t);
      socket.once("close", (reason) => assert.fail(reason));
      for (let i = 0; i < 5; ++i) await next(socket, "ping");
      socket.off("close");
      assert.equal(socket.readyState, "open");
    });

    it("closes when the client wants it, after what was sent", async (t) => {
      const socket = await connect(t);
      const [echo, closed] = [next(socket, "message"), next(socket, "close")];
      socket.send("last");
      assert.deepEqual(await echo, ["last"]);
      socket.close();
      assert.equal((await closed)[0], "forced close");
    });
  });
}

describe("engine across the upgrade", () => {
  it("10,000 messages there and back: none lost, repeated or reordered", async (t) => {
    const socket = open(t, {});
    const echoes = collect(socket, "message", 10_000);
    await next(socket, "open");
    await across_upgrade(socket, echoes.heard, 10_000, (i) =>
      socket.send(i % 10 === 0 ? Buffer.from(String(i)) : String(i)),
    );
    assert.deepEqual(
      (await echoes).map(([echo]) => Number(String(echo))),
      Array.from({ length: 10_000 }, (_, i) => i),
    );
  });

  it("twenty clients upgrade at the same time", async (t) => {
    const clients = Array.from({ length: 20 }, async (_, client) => {
      const socket = open(t, {});
      const echoes = collect(socket, "message", 200);
      await next(socket, "open");
      await across_upgrade(socket, echoes.heard, 200, (i) => socket.send(`${client}:${i}`));
      assert.deepEqual(
        await echoes,
        Array.from({ length: 200 }, (_, i) => [`${client}:${i}`]),
      );
    });
    await within(Promise.all(clients), "all clients", 60_000);
  });
});
