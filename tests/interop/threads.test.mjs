// SPDX-License-Identifier: MIT
// The official client against a server of three threads, on which the connections of one client need not meet.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";
import { io } from "socket.io-client";
import { within } from "./server.mjs";

const ways = { polling: ["polling"], websocket: ["websocket"], upgraded: ["polling", "websocket"] };
const of_each = 6; // on three threads: with what is random here, most are split

describe("threads: the official client", () => {
  let server, port;
  before(async () => {
    server = spawn(`${process.env.BENCH}/bench_server`, { env: { ...process.env, PORT: "0", THREADS: "3" } });
    const [said] = await once(server.stdout, "data");
    port = Number(/listening on (\d+)/.exec(said)[1]);
  });
  after(async () => {
    const ended = once(server, "exit");
    server.kill("SIGTERM");
    const [code] = await within(ended, "the server to end");
    assert.equal(code, 0);
  });

  /** Connected clients of each kind. */
  async function crowd(t) {
    const all = Object.values(ways).flatMap((transports) =>
      Array.from({ length: of_each }, () => {
        const one = io(`http://127.0.0.1:${port}`, { transports, forceNew: true, reconnection: false });
        t.after(() => one.close());
        return one;
      }),
    );
    await within(Promise.all(all.map((one) => once(one, "connect"))), "all to connect");
    return all;
  }

  it("gets its answers, in order", async (t) => {
    for (const one of await crowd(t)) {
      const heard = [];
      one.on("echo", ({ message }) => heard.push(message));
      const said = Array.from({ length: 30 }, (_, i) => `${one.id} ${i}`);
      for (const message of said) one.emit("echo", { message });
      assert.deepEqual(await one.timeout(10_000).emitWithAck("messageAndAck", { message: "x" }), { ok: true });
      assert.deepEqual(heard, said);
    }
  });

  it("is upgraded", async (t) => {
    const one = io(`http://127.0.0.1:${port}`, { transports: ways.upgraded, forceNew: true });
    t.after(() => one.close());
    await within(once(one, "connect"), "the connection");
    if (one.io.engine.transport.name !== "websocket")
      await within(new Promise((done) => one.io.engine.once("upgrade", done)), "the upgrade");
    assert.deepEqual(await one.timeout(10_000).emitWithAck("messageAndAck", { message: "x" }), { ok: true });
  });

  it("hears what is sent to everybody, and to rooms", async (t) => {
    const all = await crowd(t);
    const inside = all.filter((_, i) => i % 2 === 0);
    for (const one of inside) await one.timeout(10_000).emitWithAck("join", { id: "room" });
    const heard = all.map((one) => {
      const messages = [];
      one.on("response", ({ id, message }) => messages.push(`${id ?? "all"} ${message}`));
      return messages;
    });
    const last = all.map((one) => {
      const { promise, resolve } = deferred();
      one.on("response", ({ message }) => message === "last" && resolve());
      return promise;
    });
    all[1].emit("roomMessage", { id: "room", message: "one" });
    all[1].emit("message", { message: "last" });
    await within(Promise.all(last), "everybody to hear");
    heard.forEach((messages, i) => assert.deepEqual(messages, i % 2 === 0 ? ["room one", "all last"] : ["all last"]));
  });

  function deferred() {
    let resolve;
    const promise = new Promise((done) => (resolve = done));
    return { promise, resolve };
  }
});
