// SPDX-License-Identifier: MIT
// The wire rules of Socket.IO's packets without attachments, byte by byte.
// W-numbers name the rule; "sensible" marks where the Node server itself is known to behave worse.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Polling, separator } from "./raw.mjs";
import { start } from "./server.mjs";
import * as wire from "./wire.mjs";

const path = wire.socket_path;
const { alive, answered } = wire;

let server;
before(async () => (server = await start("SOCKET_SERVER")));
after(() => server.stop());

const session = (t) => wire.session(t, server, path);
const connected = (t) => wire.connected(t, server);

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

  for (const packet of [
    "40[]",
    '40"x"',
    "40null",
    "40custom,",
    "401.5",
    "40{",
    '40{"a":1}x',
    "40/custom,[]",
    "40/custom,null",
  ]) {
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

  for (const packet of [
    '42["message"]',
    '421["message-with-ack"]',
    "41",
    '430["x"]',
    '44{"message":"x"}',
    "451-[]",
  ]) {
    it(`W-158 before CONNECT closes: ${packet}`, async (t) => {
      const frames = await session(t);
      frames.send(packet);
      await frames.end();
    });
  }

  for (const packet of [
    '42/custom,["message"]',
    "41/custom,",
    '43/custom,0["x"]',
    '44{"message":"x"}',
    '42/other,["a"]',
  ]) {
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

  for (const name of [
    "connect",
    "connect_error",
    "disconnect",
    "disconnecting",
    "newListener",
    "removeListener",
  ]) {
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
