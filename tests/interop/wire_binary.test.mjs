// SPDX-License-Identifier: MIT
// The wire rules of Socket.IO's attachments, byte by byte, and what else a stranger may send.
// W-numbers name the rule; "sensible" marks where the Node server itself is known to behave worse.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Polling, request, separator } from "./raw.mjs";
import { start, within } from "./server.mjs";
import * as wire from "./wire.mjs";

const path = wire.socket_path;
const { alive, answered } = wire;

let server;
before(async () => (server = await start("SOCKET_SERVER")));
after(() => server.stop());

const session = (t) => wire.session(t, server, path);
const connected = (t) => wire.connected(t, server);

const placeholder = (num) => ({ _placeholder: true, num });
const placeholders = (count) => Array.from({ length: count }, (_, i) => placeholder(i));
const binary = (...bytes) => Buffer.from(bytes);

describe("wire: binary", () => {
  /** Reads a packet with `count` attachments; resolves to its prefix, its JSON and its attachments. */
  async function packet(frames, count) {
    const [, prefix, json] = /^(\d+-[^[]*)(.*)$/.exec(await frames.next());
    const attachments = [];
    for (let i = 0; i < count; ++i) attachments.push(await frames.next());
    return [prefix, JSON.parse(json), ...attachments];
  }

  it("W-174 an event with two attachments", async (t) => {
    const frames = await connected(t);
    frames.send(`452-${JSON.stringify(["message", ...placeholders(2)])}`, binary(1, 2, 3), binary(4, 5, 6));
    assert.deepEqual(await packet(frames, 2), [
      "452-",
      ["message-back", ...placeholders(2)],
      binary(1, 2, 3),
      binary(4, 5, 6),
    ]);
  });

  it("W-174 the same over polling", async () => {
    const client = await Polling.open(server, path);
    await client.post("40");
    await client.collect(2);
    await client.post(
      [`452-${JSON.stringify(["message", ...placeholders(2)])}`, "bAQID", "bBAUG"].join(separator),
    );
    const [header, ...attachments] = await client.collect(3);
    assert.deepEqual(JSON.parse(header.slice("452-".length)), ["message-back", ...placeholders(2)]);
    assert.deepEqual(attachments, ["bAQID", "bBAUG"]);
  });

  it("W-174 attachments in a namespace, with an id, empty and large", async (t) => {
    const frames = await session(t);
    frames.send("40/custom,");
    await answered(frames, "/custom");
    const large = Buffer.alloc(300_000, 7);
    frames.send(`452-/custom,9${JSON.stringify(["message-with-ack", ...placeholders(2)])}`, binary(), large);
    assert.deepEqual(await packet(frames, 2), ["462-/custom,9", placeholders(2), binary(), large]);
  });

  it("W-175 a binary acknowledgement each way", async (t) => {
    const frames = await connected(t);
    frames.send(`451-7${JSON.stringify(["message-with-ack", "a", placeholder(0)])}`, binary(1, 2, 3));
    assert.deepEqual(await packet(frames, 1), ["461-7", ["a", placeholder(0)], binary(1, 2, 3)]);
    frames.send(`461-7${JSON.stringify([placeholder(0)])}`, binary(9)); // nobody waits for it
    await alive(frames);
  });

  it("W-176 ten attachments are accepted", async (t) => {
    const frames = await connected(t);
    const parts = Array.from({ length: 10 }, (_, i) => binary(i));
    frames.send(`4510-${JSON.stringify(["message", ...placeholders(10)])}`, ...parts);
    assert.deepEqual(await packet(frames, 10), ["4510-", ["message-back", ...placeholders(10)], ...parts]);
  });

  for (const count of ["", "1.5", "0", "-1", "11", "1000000", "x"]) {
    it(`W-176 attachment count "${count}" closes`, async (t) => {
      const frames = await connected(t);
      frames.send(`45${count}-${JSON.stringify(["message", placeholder(0)])}`);
      await frames.end();
    });
  }

  it("W-176 a count without its dash closes", async (t) => {
    const frames = await connected(t);
    frames.send(`451${JSON.stringify(["message", placeholder(0)])}`);
    await frames.end();
  });

  for (const count of ["1e1", "0x1"]) {
    it(`W-176 sensible: attachment count "${count}" closes`, async (t) => {
      const frames = await connected(t);
      frames.send(`45${count}-${JSON.stringify(["message", placeholder(0)])}`);
      await frames.end();
    });
  }

  for (const num of [1, -1, "0", 1e9]) {
    it(`W-177 placeholder number ${JSON.stringify(num)} closes`, async (t) => {
      const frames = await connected(t);
      frames.send(`451-${JSON.stringify(["message", placeholder(num)])}`, binary(1));
      await frames.end();
    });
  }

  it("W-177 sensible: a placeholder number that is not whole closes", async (t) => {
    const frames = await connected(t);
    frames.send(`451-${JSON.stringify(["message", placeholder(0.5)])}`, binary(1));
    await frames.end();
  });

  it("W-178 fewer placeholders than attachments", async (t) => {
    const frames = await connected(t);
    frames.send(`452-${JSON.stringify(["message", placeholder(1)])}`, binary(1), binary(2));
    assert.deepEqual(await packet(frames, 1), ["451-", ["message-back", placeholder(0)], binary(2)]);
  });

  it("W-178 one attachment in two places", async (t) => {
    const frames = await connected(t);
    frames.send(`451-${JSON.stringify(["message", placeholder(0), placeholder(0)])}`, binary(1));
    assert.deepEqual(await packet(frames, 2), [
      "452-",
      ["message-back", ...placeholders(2)],
      binary(1),
      binary(1),
    ]);
  });

  it("W-178, W-183 nested attachments are numbered depth first", async (t) => {
    const frames = await connected(t);
    const nested = (a, b, c) => ["x", { a: { b: placeholder(a) }, c: [placeholder(b), 1] }, placeholder(c)];
    frames.send(`453-${JSON.stringify(["message", ...nested(2, 0, 1)])}`, binary(10), binary(11), binary(12));
    assert.deepEqual(await packet(frames, 3), [
      "453-",
      ["message-back", ...nested(0, 1, 2)],
      binary(12),
      binary(10),
      binary(11),
    ]);
  });

  it("W-179 a placeholder in an event without attachments stays an object", async (t) => {
    const frames = await connected(t);
    frames.send(`42${JSON.stringify(["message", placeholder(0)])}`);
    assert.deepEqual(JSON.parse((await frames.next()).slice(2)), ["message-back", placeholder(0)]);
  });

  for (const [what, packet_between] of [
    ["an event", '42["message"]'],
    ["a CONNECT", "40/custom,"],
    ["another header", '451-["message"]'],
  ]) {
    it(`W-180 ${what} while attachments are awaited closes`, async (t) => {
      const frames = await connected(t);
      frames.send(`451-${JSON.stringify(["message", placeholder(0)])}`, packet_between);
      await frames.end();
    });
  }

  it("W-180 an attachment without its header closes", async (t) => {
    const frames = await connected(t);
    frames.send(binary(1, 2, 3));
    await frames.end();
  });

  it("W-180 a pong while attachments are awaited is fine", async (t) => {
    const frames = await connected(t);
    frames.send(`451-${JSON.stringify(["message", placeholder(0)])}`, "3", binary(1));
    assert.deepEqual(await packet(frames, 1), ["451-", ["message-back", placeholder(0)], binary(1)]);
  });
});

describe("wire: what a stranger may send", () => {
  const hostile = [
    ["deep arrays", `42["message",${"[".repeat(200_000)}${"]".repeat(200_000)}]`],
    ["deep arrays that never end", `42["message",${"[".repeat(400_000)}`],
    ["deep objects", `42["message",${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}]`],
    ["a CONNECT with deep arrays", `40/custom,{"a":${"[".repeat(200_000)}${"]".repeat(200_000)}}`],
    ["a long namespace", `40/${"a".repeat(500_000)},`],
    ["a long ack id", `42${"1".repeat(500_000)}["message-with-ack"]`],
    ["a long attachment count", `45${"1".repeat(500_000)}-["message"]`],
    ["a long number", `42["message",${"1".repeat(500_000)}]`],
    ["a large exponent", '42["message",1e999999999]'],
    ["a NUL", '42["message","\\u0000"]'],
    ["half a surrogate pair", '42["message","\\ud800"]'],
  ];
  for (const [what, packet] of hostile) {
    it(`${what}: the others live on`, async (t) => {
      const other = await connected(t);
      const frames = await connected(t);
      frames.send(packet);
      frames.send('42["message","after"]');
      await frames.next().catch(() => {}); // an answer or a close
      await alive(other);
      assert.equal((await request(server, `${path}?EIO=4&transport=polling`)).status, 200);
    });
  }

  it("many namespaces are refused one by one", async (t) => {
    const frames = await connected(t);
    for (let i = 0; i < 500; ++i) frames.send(`40/random${i},`);
    for (let i = 0; i < 500; ++i) {
      assert.equal(
        await within(frames.next(), "the refusal"),
        `44/random${i},{"message":"Invalid namespace"}`,
      );
    }
    await alive(frames);
  });
});
