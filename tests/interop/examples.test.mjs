// SPDX-License-Identifier: MIT
// Each example that is a server does what its comment says, to the official client.

import assert from "node:assert/strict";
import { readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { ask, collect, modes, next, open, ready } from "./client.mjs";
import { start, within } from "./server.mjs";

/** Starts an example, which EXAMPLES holds, in its folder; it ends with the test. */
async function example(t, name) {
  const variable = `EXAMPLE_${name}`;
  const folder = fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
  process.env[variable] = `env -C '${folder}' '${process.env.EXAMPLES}/${name}'`;
  const server = await start(variable);
  t.after(() => server.stop());
  return server;
}

/** A connected client. */
const client = (t, server, namespace = "/", options = {}) =>
  ready(open(t, server, namespace, { ...modes["by websocket"], ...options }));

/** The page of an example, when it and what it asks for are there. */
async function page(server) {
  const response = await fetch(`${server.url}/`);
  assert.equal(response.status, 200);
  const text = await response.text();
  for (const [, path] of text.matchAll(/(?:href|src)="(\/[^"]+)"/g))
    assert.equal((await fetch(server.url + path)).status, 200, path);
  return text;
}

describe("examples", () => {
  it("chat: rooms hear their own, and who comes and goes", async (t) => {
    const server = await example(t, "chat");
    assert.match(await page(server), /<h1>Chat/);
    const [one, two, other] = await Promise.all([0, 1, 2].map(() => client(t, server)));
    const [name] = await ask(one, "enter", "here");
    assert.match(name, /^guest [123]$/);
    other.on("said", () => assert.fail("heard in another room"));
    await ask(other, "enter", "elsewhere");

    const came = next(one, "note");
    const [second] = await ask(two, "enter", "here");
    assert.deepEqual(await came, [`${second} came in`]);

    const said = Promise.all([next(one, "said"), next(two, "said")]);
    one.emit("say", "hello");
    assert.deepEqual(await said, Array(2).fill([name, "hello"]));

    const left = next(one, "note");
    two.disconnect();
    assert.deepEqual(await left, [`${second} left: client namespace disconnect`]);

    // A socket's id is a room of its own, which nobody enters by its name.
    one.on("said", () => assert.fail("heard what was for a room of its id"));
    await ask(other, "enter", one.id);
    other.off("said");
    const alone = next(other, "said");
    other.emit("say", "is it me?");
    await alone;
    await ask(one, "enter", "elsewhere");
  });

  it("acknowledgements: both ways, of several values, in time or not, of many", async (t) => {
    const server = await example(t, "acknowledgements");
    const [one, two, three] = await Promise.all([0, 1, 2].map(() => client(t, server)));
    assert.deepEqual(await ask(one, "divide", 7, 2), [null, 3]);
    assert.deepEqual(await ask(one, "divide", 7, 0), ["division by zero", 0]);

    assert.deepEqual(await ask(one, "greet"), ["You did not say: no acknowledgement came in time"]);
    one.on("name?", (answer) => answer("you"));
    assert.deepEqual(await ask(one, "greet"), ["Hello, you"]);

    two.on("vote", (question, answer) => answer(question === "tea?"));
    assert.deepEqual(await ask(one, "poll", "tea?"), [{ yes: 1, no: 0, silent: 1 }]);
    three.on("vote", (question, answer) => answer(false));
    assert.deepEqual(await ask(one, "poll", "tea?"), [{ yes: 1, no: 1, silent: 0 }]);
  });

  it("rooms: join, leave, to, except, all at once", async (t) => {
    const server = await example(t, "rooms");
    const sockets = await Promise.all([0, 1, 2].map(() => client(t, server)));
    const [one, two, muted] = sockets;
    const news = sockets.map((socket) => {
      const list = [];
      socket.on("news", (text) => list.push(text));
      return list;
    });
    assert.deepEqual(await ask(one, "watch", 1), [[one.id, "match:1"]]);
    await ask(two, "watch", 1);
    await ask(two, "watch", 2);
    await ask(muted, "watch", 1);
    muted.emit("mute", true);
    await ask(muted, "watch", 3);
    assert.deepEqual(await ask(two, "unwatch", 7), [[two.id, "match:1", "match:2"]]);
    for (const list of news) list.length = 0;

    one.emit("cheer", 1, "hurray");
    one.emit("goal", 1);
    one.emit("break", [1, 2]);
    one.emit("end", 1);
    one.emit("goal", 1);
    assert.deepEqual(await ask(one, "watch", 4), [[one.id, "match:4"]]);
    await Promise.all([ask(two, "unwatch", 7), ask(muted, "unwatch", 7)]);
    const rest = ["goal in match:1", "a break", "the end of match:1"];
    assert.deepEqual(news, [rest, ["hurray", ...rest], rest]);
  });

  it("middleware: who carries no token is out, who talks too fast is not heard", async (t) => {
    const server = await example(t, "middleware");
    const refused = async (auth) => (await next(open(t, server, "/", { auth }), "connect_error"))[0];
    const error = await refused({ token: "nobody" });
    assert.equal(error.message, "no such token");
    assert.deepEqual(error.data, { code: 401 });
    assert.match((await refused({ token: 7 })).message, /^auth\.token: /);
    assert.match((await refused()).message, /^auth\.token: /);

    const member = await client(t, server, "/", { auth: { token: "member" } });
    const heard = collect(member, "message", 5);
    const too_fast = next(member, "refused");
    for (let i = 0; i < 50; ++i) member.emit("message", String(i));
    assert.deepEqual(
      (await heard).slice(0, 5),
      [0, 1, 2, 3, 4].map((i) => ["member", String(i)]),
    );
    assert.deepEqual(await too_fast, ["message", "too fast"]);
  });

  it("dynamic namespaces: boards do not hear each other, and are reached from the main namespace", async (t) => {
    const server = await example(t, "dynamic_namespaces");
    const [one, same, other] = await Promise.all(
      ["/blue/board-1", "/blue/board-1", "/green/board-2"].map((board) => client(t, server, board)),
    );
    const heard = [one, same, other].map((socket) => collect(socket, "pinned", socket === one ? 1 : 2));
    assert.deepEqual(await ask(one, "pin", "for blue"), [1]);
    const main = await client(t, server);
    main.emit("remind", "green", 2, "for green");
    main.emit("announce", "for all");
    assert.deepEqual(await Promise.all(heard), [
      [["for all"]],
      [["for blue"], ["for all"]],
      [["for green"], ["for all"]],
    ]);

    const no_team = open(t, server, "/red/board-1");
    assert.equal((await next(no_team, "connect_error"))[0].message, "no such team");
    const no_board = open(t, server, "/blue/board-x");
    assert.equal((await next(no_board, "connect_error"))[0].message, "Invalid namespace");
  });

  it("upload: a file arrives in chunks, and no more than was announced", async (t) => {
    const server = await example(t, "upload");
    assert.match(await page(server), /<h1>Upload/);
    const socket = await client(t, server);
    assert.match((await ask(socket, "begin", 100_000_001))[0], /^a file has between 1 and /);
    const bytes = Buffer.from(Array.from({ length: 150_000 }, (_, i) => (i * 7) % 256));
    assert.deepEqual(await ask(socket, "begin", bytes.length), [null]);
    const stored = next(socket, "stored");
    for (let sent = 0; sent < bytes.length; ) {
      const chunk = bytes.subarray(sent, sent + 65_536);
      assert.deepEqual(await ask(socket, "chunk", chunk), [(sent += chunk.length)]);
    }
    const file = join(tmpdir(), (await stored)[0]);
    t.after(() => rm(file, { force: true }));
    assert.deepEqual(await readFile(file), bytes);

    const gone = next(socket, "disconnect");
    socket.emit("chunk", Buffer.from("x"));
    assert.equal((await gone)[0], "io server disconnect");
    assert.deepEqual(await readFile(file), bytes);

    const unfinished = await client(t, server);
    await ask(unfinished, "begin", 10);
    const half = join(tmpdir(), `upload-${unfinished.id}`);
    await readFile(half);
    unfinished.disconnect();
    await within(
      (async () => {
        while (await readFile(half).catch(() => undefined)) await new Promise((r) => setTimeout(r, 20));
      })(),
      "the unfinished file to go",
    );
  });

  it("recovery: the same socket, and no number is left out", async (t) => {
    const server = await example(t, "recovery");
    assert.match(await page(server), /<h1>Recovery/);
    const socket = open(t, server, "/", { reconnectionDelay: 1200, reconnectionDelayMax: 1500 });
    const welcomes = collect(socket, "welcome", 2);
    const counts = collect(socket, "count", 6);
    await next(socket, "count");
    const { id } = socket;
    socket.io.engine.close();
    await next(socket, "connect");
    assert.equal(socket.recovered, true);
    assert.equal(socket.id, id);
    const numbers = (await counts).map(([number]) => number);
    assert.deepEqual(numbers, Array.from(numbers, (_, i) => numbers[0] + i));
    assert.deepEqual(
      (await welcomes).map(([recovered, visits]) => [recovered, visits]),
      [
        [false, 1],
        [true, 2],
      ],
    );
  });

  it("custom JSON: names and types as the program wants them", async (t) => {
    const server = await example(t, "custom_json");
    const socket = await client(t, server);
    assert.deepEqual(await ask(socket, "paint", { x: 1, y: 2, color: "#ff8800" }), [
      { x: 1, y: 2, color: "#0077ff" },
    ]);
    const wrong = next(socket, "wrong");
    socket.emit("paint", { x: 1, y: 2, color: "red" });
    const [where, why] = await wrong;
    assert.match(where, /color/);
    assert.match(why, /a colour looks like #ff8800/);
  });

  it("custom transport: the bytes are counted", async (t) => {
    const server = await example(t, "custom_transport");
    const socket = await client(t, server);
    const [before] = await ask(socket, "traffic");
    assert.ok(before.in > 100 && before.out > 100, JSON.stringify(before));
    const [after] = await ask(socket, "traffic");
    assert.ok(after.in > before.in && after.out > before.out, JSON.stringify([before, after]));
  });
});
