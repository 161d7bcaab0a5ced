// SPDX-License-Identifier: MIT
// The wire rules of Socket.IO, byte by byte. W-numbers name the rule; "sensible" marks where the Node
// server itself is known to behave worse.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Frames, Polling, request, separator } from "./raw.mjs";
import { start, within } from "./server.mjs";

const path = "/socket.io/";

let server;
before(async () => (server = await start("SOCKET_SERVER")));
after(() => server.stop());

/** A WebSocket session before any CONNECT. */
async function session(t) {
  const frames = await Frames.open(server, `${path}?EIO=4&transport=websocket`);
  t.after(() => frames.close());
  frames.handshake = JSON.parse((await frames.frame()).slice(1));
  return frames;
}

/** The sid of the CONNECT answer, which must be the next frame, followed by the auth event of the test server. */
async function answered(frames, namespace = "", auth = {}) {
  const answer = await frames.next();
  const prefix = namespace ? `40${namespace},` : "40";
  assert.ok(answer.startsWith(`${prefix}{`), answer);
  const { sid, ...more } = JSON.parse(answer.slice(prefix.length));
  assert.match(sid, /^[\w-]{20}$/);
  assert.deepEqual(more, {});
  const event = await frames.next();
  const event_prefix = namespace ? `42${namespace},` : "42";
  assert.ok(event.startsWith(event_prefix), event);
  assert.deepEqual(JSON.parse(event.slice(event_prefix.length)), ["auth", auth]);
  return sid;
}

/** A WebSocket session connected to "/". */
async function connected(t) {
  const frames = await session(t);
  frames.send("40");
  await answered(frames);
  return frames;
}

async function alive(frames, namespace = "") {
  frames.send(`42${namespace}["message","alive?"]`);
  assert.equal(await frames.next(), `42${namespace}["message-back","alive?"]`);
}

const placeholder = (num) => ({ _placeholder: true, num });
const placeholders = (count) => Array.from({ length: count }, (_, i) => placeholder(i));
const binary = (...bytes) => Buffer.from(bytes);

describe("wire: CONNECT", () => {
  for (const [packet, auth] of [
    ["40", {}],
    ["40{}", {}],
    ['40{"token":"123"}', { token: "123" }],
    ['40{"deep":{"list":[1,null,"ü"]}}', { deep: { list: [1, null, "ü"] } }],
  ]) {
    it(`W-150 ${packet}`, async (t) => {
      const frames = await session(t);
      frames.send(packet);
      assert.notEqual(await answered(frames, "", auth), frames.handshake.sid);
      await alive(frames);
    });
  }

  for (const [packet, auth] of [
    ["40/custom,", {}],
    ["40/custom", {}],
    ['40/custom,{"token":"abc"}', { token: "abc" }],
  ]) {
    it(`W-151 ${packet}`, async (t) => {
      const frames = await session(t);
      frames.send(packet);
      await answered(frames, "/custom", auth);
      await alive(frames, "/custom,");
    });
  }

  it("W-152 40/, is the main namespace", async (t) => {
    const frames = await session(t);
    frames.send("40/,");
    await answered(frames);
    await alive(frames);
  });

  for (const packet of ["40[]", '40"x"', "40null", "40custom,", "401.5", "40{", '40{"a":1}x', "40/custom,[]", "40/custom,null"]) {
    it(`W-153 closes: ${packet}`, async (t) => {
      const frames = await session(t);
      frames.send(packet);
      await frames.end();
    });
  }

  it("W-154 an ack id is ignored", async (t) => {
    const frames = await session(t);
    frames.send("4012");
    await answered(frames);
    await alive(frames);
  });

  it("W-155 an unknown namespace is refused and the connection stays", async (t) => {
    const frames = await session(t);
    frames.send("40/random");
    assert.equal(await frames.next(), '44/random,{"message":"Invalid namespace"}');
    frames.send("40");
    await answered(frames);
  });

  it("W-156 a query belongs to the name", async (t) => {
    const frames = await session(t);
    frames.send("40/custom?a=1,");
    assert.equal(await frames.next(), '44/custom?a=1,{"message":"Invalid namespace"}');
  });

  for (const [twice, namespace] of [
    ["40", ""],
    ["40/custom,", "/custom"],
  ]) {
    it(`W-157 twice closes: ${twice}`, async (t) => {
      const frames = await session(t);
      frames.send(twice);
      await answered(frames, namespace);
      frames.send(twice);
      await frames.end();
    });
  }

  for (const packet of ['42["message"]', '421["message-with-ack"]', "41", '430["x"]', '44{"message":"x"}', "451-[]"]) {
    it(`W-158 before CONNECT closes: ${packet}`, async (t) => {
      const frames = await session(t);
      frames.send(packet);
      await frames.end();
    });
  }

  for (const packet of ['42/custom,["message"]', "41/custom,", '43/custom,0["x"]', '44{"message":"x"}', '42/other,["a"]']) {
    it(`W-158 on a namespace that was not joined closes: ${packet}`, async (t) => {
      const frames = await connected(t);
      frames.send(packet);
      await frames.end();
    });
  }

  it("W-160, W-133 without CONNECT the WebSocket is closed", async (t) => {
    await (await session(t)).end();
  });

  it("W-160, W-133 without CONNECT the pending GET gets a close packet", async () => {
    const client = await Polling.open(server, path);
    assert.equal((await client.end()).at(-1), "1");
  });

  it("W-160 a refused namespace does not count as connected", async (t) => {
    const frames = await session(t);
    frames.send("40/random");
    await frames.end();
  });

  it("W-162 two in one payload are answered in order", async () => {
    const client = await Polling.open(server, path);
    await client.post(["40", "40/custom,"].join(separator));
    const packets = await client.collect(4);
    const at = (start) => packets.findIndex((packet) => packet.startsWith(start));
    assert.notEqual(at("40{"), -1);
    assert.ok(at("40{") < at('42["auth"'));
    assert.ok(at("40/custom,{") < at('42/custom,["auth"'));
    assert.ok(at("40{") < at("40/custom,{"));
  });
});

describe("wire: DISCONNECT", () => {
  it("W-163 41 leaves one namespace without a reply; the others stay", async (t) => {
    const frames = await connected(t);
    frames.send("40/custom,");
    await answered(frames, "/custom");
    frames.send("41");
    await alive(frames, "/custom,");
    frames.send("40");
    await answered(frames);
    await alive(frames);
  });

  it("W-163 41/custom, the same", async (t) => {
    const frames = await connected(t);
    frames.send("40/custom,");
    await answered(frames, "/custom");
    frames.send("41/custom,");
    await alive(frames);
    frames.send('42/custom,["message"]');
    await frames.end();
  });

  it("after the last namespace was left the connection stays", async (t) => {
    const frames = await connected(t);
    frames.send("41", "40/custom,");
    await answered(frames, "/custom");
  });

  it("W-164 41 with a payload closes", async (t) => {
    const frames = await connected(t);
    frames.send("41{}");
    await frames.end();
  });
});

describe("wire: EVENT and ACK", () => {
  it("W-165 an event", async (t) => {
    const frames = await connected(t);
    frames.send('42["message",1,"2",{"3":[true,null]}]');
    assert.equal(await frames.next(), '42["message-back",1,"2",{"3":[true,null]}]');
  });

  it("W-165, W-186 an event of a namespace", async (t) => {
    const frames = await connected(t);
    frames.send("40/custom,");
    await answered(frames, "/custom");
    frames.send('42/custom,["message","x"]', '42["message","y"]');
    assert.equal(await frames.next(), '42/custom,["message-back","x"]');
    assert.equal(await frames.next(), '42["message-back","y"]');
  });

  it("W-165 an event without a handler does nothing", async (t) => {
    const frames = await connected(t);
    frames.send('42["nobody-listens",1]', '4212["nobody-listens"]');
    await alive(frames);
  });

  const bad_events = [
    "42{}",
    "42[]",
    "42[null]",
    "42[{}]",
    '42["message"',
    '42["message",]',
    '42["message",1]x',
    '42["message",1][2]',
    "42message",
    '42["message",NaN]',
    "42['message']",
    '42["message","\x01"]',
    "42/custom",
    '42"message"',
    "42true",
  ];
  for (const packet of bad_events) {
    it(`W-166 closes: ${JSON.stringify(packet)}`, async (t) => {
      const frames = await connected(t);
      frames.send(packet);
      await frames.end();
    });
  }

  for (const name of ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"]) {
    it(`W-167 the reserved name ${name} closes`, async (t) => {
      const frames = await connected(t);
      frames.send(`42["${name}"]`);
      await frames.end();
    });
  }

  for (const packet of ["42[1,2]", '42[""]', "42[1.5]"]) {
    it(`W-168 is accepted: ${packet}`, async (t) => {
      const frames = await connected(t);
      frames.send(packet);
      await alive(frames);
    });
  }

  it("W-169 sensible: an event without a payload closes", async (t) => {
    const frames = await connected(t);
    frames.send("42");
    await frames.end();
  });

  for (const [id, answer] of [
    ["0", "0"],
    ["12", "12"],
    ["007", "7"],
    ["9007199254740991", "9007199254740991"],
  ]) {
    it(`W-170, W-172 ack id ${id}`, async (t) => {
      const frames = await connected(t);
      frames.send(`42${id}["message-with-ack",1,{"a":"b"}]`);
      assert.equal(await frames.next(), `43${answer}[1,{"a":"b"}]`);
    });
  }

  for (const id of ["-1", "1.5", "abc", "+1", "0x1"]) {
    it(`W-170 ack id ${id} closes`, async (t) => {
      const frames = await connected(t);
      frames.send(`42${id}["message-with-ack"]`);
      await frames.end();
    });
  }

  for (const id of [" 1", "1 ", "9007199254740992", "99999999999999999999999"]) {
    it(`W-170 sensible: ack id "${id}" closes`, async (t) => {
      const frames = await connected(t);
      frames.send(`42${id}["message-with-ack"]`);
      await frames.end();
    });
  }

  it("W-172 each event has its own acknowledgement, without arguments too", async (t) => {
    const frames = await connected(t);
    frames.send('421["message-with-ack"]', '422["message-with-ack","x"]', '421["message-with-ack",3]');
    assert.equal(await frames.next(), "431[]");
    assert.equal(await frames.next(), '432["x"]');
    assert.equal(await frames.next(), "431[3]");
  });

  it("W-182 an acknowledgement in a namespace", async (t) => {
    const frames = await session(t);
    frames.send("40/custom,");
    await answered(frames, "/custom");
    frames.send('42/custom,12["message-with-ack","x"]');
    assert.equal(await frames.next(), '43/custom,12["x"]');
  });

  for (const packet of ['4312["x"]', '43["x"]', "431", "43", "431[]", '4399999["x"]']) {
    it(`W-171 an acknowledgement nobody waits for is ignored: ${packet}`, async (t) => {
      const frames = await connected(t);
      frames.send(packet);
      await alive(frames);
    });
  }

  for (const packet of ["431{}", '431"x"', "431[", "43-1[]"]) {
    it(`W-171 a broken acknowledgement closes: ${packet}`, async (t) => {
      const frames = await connected(t);
      frames.send(packet);
      await frames.end();
    });
  }

  for (const packet of ["47", '49["a"]', "4", "4a", "4 ", "4-1"]) {
    it(`W-173 closes: ${JSON.stringify(packet)}`, async (t) => {
      const frames = await connected(t);
      frames.send(packet);
      await frames.end();
    });
  }

  it("W-181 a broken packet closes a polling session too", async () => {
    const client = await Polling.open(server, path);
    await client.post("40");
    await client.collect(2);
    await client.post("42{}");
    await client.end();
  });

  it("events and acknowledgements over polling", async () => {
    const client = await Polling.open(server, path);
    await client.post("40");
    await client.collect(2);
    await client.post(['42["message","a"]', '427["message-with-ack","b"]'].join(separator));
    assert.deepEqual(await client.collect(2), ['42["message-back","a"]', '437["b"]']);
  });
});

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
    await client.post([`452-${JSON.stringify(["message", ...placeholders(2)])}`, "bAQID", "bBAUG"].join(separator));
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
    assert.deepEqual(await packet(frames, 2), ["452-", ["message-back", ...placeholders(2)], binary(1), binary(1)]);
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
      assert.equal(await within(frames.next(), "the refusal"), `44/random${i},{"message":"Invalid namespace"}`);
    }
    await alive(frames);
  });
});
