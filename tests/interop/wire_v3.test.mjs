// SPDX-License-Identifier: MIT
// The wire rules of Engine.IO v3 and Socket.IO v2 (W-190 to W-194), byte by byte.
// W-numbers name the rule; "sensible" marks where the Node server itself is known to behave worse.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import vm from "node:vm";
import { Polling, request } from "./raw.mjs";
import { start, within } from "./server.mjs";
import * as wire from "./wire.mjs";

const engine_path = wire.engine_path;
const socket_path = wire.socket_path;

let engine, server;
before(async () => {
  process.env.EIO3 = "1";
  [engine, server] = await Promise.all([start("ENGINE_SERVER"), start("SOCKET_SERVER")]);
});
after(() => Promise.all([engine.stop(), server.stop()]));

/** One packet of the text form. */
const text = (packet) => `${packet.length}:${packet}`;
const payload = (...packets) => packets.map(text).join("");

/** One packet of the binary form, from a string or bytes that start with the type. */
function binary(packet) {
  const data = Buffer.from(packet);
  const digits = Array.from(String(data.length), Number);
  return Buffer.concat([Buffer.from([typeof packet === "string" ? 0 : 1, ...digits, 255]), data]);
}

/** The packets of a payload in the text form. */
function packets_of(body) {
  const packets = [];
  for (let rest = body; rest !== ""; ) {
    const found = /^(\d+):(.*)$/su.exec(rest);
    assert.ok(found, `no payload: ${JSON.stringify(body)}`);
    const [, length, more] = found;
    assert.ok(more.length >= Number(length), `it breaks off: ${JSON.stringify(body)}`);
    packets.push(more.slice(0, Number(length)));
    rest = more.slice(Number(length));
  }
  return packets;
}

const form_type = "application/x-www-form-urlencoded";

/** What a JSONP answer hands to the client. */
function evaluate(script, index = 0) {
  const heard = [];
  const ___eio = { [index]: (data) => heard.push(data) };
  vm.runInNewContext(script.toString(), { ___eio });
  assert.equal(heard.length, 1);
  return heard[0];
}

/** The body of the form in which JSONP clients send a payload. */
const form = (data) =>
  new URLSearchParams({ d: data.replace(/\\n/g, "\\\n").replace(/\n/g, "\\n") }).toString();

/** A polling session of v3. `query` is more of the query; unlike `raw.mjs` it keeps bodies as bytes. */
class Session {
  static async open(to, path, query = "&b64=1") {
    const session = new Session(to, `${path}?EIO=3&transport=polling${query}`);
    const { body } = await session.get();
    const [first, ...more] = packets_of(query.includes("&j=") ? evaluate(body) : body.toString());
    assert.equal(first[0], "0");
    session.handshake = JSON.parse(first.slice(1));
    session.pending = more;
    session.path += `&sid=${session.handshake.sid}`;
    return session;
  }

  constructor(to, path) {
    Object.assign(this, { to, path });
  }

  async fetch(options) {
    const answer = await within(fetch(this.to.url + this.path, options), "an answer");
    const body = Buffer.from(await answer.arrayBuffer());
    return { status: answer.status, type: answer.headers.get("content-type"), body };
  }

  get() {
    return this.fetch({});
  }

  post(body, type = "text/plain;charset=UTF-8") {
    return this.fetch({ method: "POST", headers: { "Content-Type": type }, body });
  }

  /** As many packets as were asked for, of answers in the text form. */
  async packets(count) {
    const seen = this.pending.splice(0);
    while (seen.length < count) seen.push(...packets_of((await this.get()).body.toString()));
    return seen;
  }

  /** The session ends, although the client pings. */
  async ended() {
    const ping = this.path.includes("&j=") ? [form("1:2"), form_type] : ["1:2"];
    const drained = async () => {
      for (;;) {
        await this.post(...ping);
        const { status, body } = await this.get();
        if (status === 200) continue;
        assert.deepEqual([status, JSON.parse(body).code], [400, 1]);
        return;
      }
    };
    await within(drained(), "the session to be closed");
  }
}

/** The WebSocket is closed, although the client pings. */
async function closed(frames) {
  const drained = async () => {
    while (frames.code === undefined) {
      frames.send("2");
      await frames.frame().catch(() => {});
    }
  };
  await within(drained(), "the WebSocket to be closed");
}

const echo = (...args) => Session.open(engine, engine_path, ...args);

/** A WebSocket of the engine server whose handshake has been read; `query` is more of the query. */
async function websocket(t, query = "") {
  const frames = await wire.websocket(t, engine, `${engine_path}?EIO=3&transport=websocket${query}`);
  frames.handshake = JSON.parse((await frames.frame()).slice(1));
  return frames;
}

/** Other clients are served as before. */
async function healthy(t) {
  await (await Polling.open(engine, engine_path)).alive();
  const session = await echo();
  await session.post(text("4alive?"));
  assert.deepEqual(await session.packets(1), ["4alive?"]);
  await wire.alive(await wire.connected(t, server));
}

describe("wire v3: handshake", () => {
  it("W-190 polling: one packet with its length in characters", async () => {
    const session = new Session(engine, `${engine_path}?EIO=3&transport=polling`);
    const { status, type, body } = await session.get();
    assert.equal(status, 200);
    assert.equal(type, "text/plain; charset=UTF-8");
    const [packet, ...more] = packets_of(body.toString());
    assert.deepEqual(more, []);
    const { sid, ...terms } = JSON.parse(packet.slice(1));
    assert.match(sid, /^[\w-]{20}$/);
    assert.deepEqual(terms, {
      upgrades: ["websocket"],
      pingInterval: 300,
      pingTimeout: 200,
      maxPayload: 1_000_000,
    });
  });

  it("W-190 a request without EIO is one of v3", async () => {
    const session = new Session(engine, `${engine_path}?transport=polling&b64=1`);
    const [packet] = packets_of((await session.get()).body.toString());
    session.path += `&sid=${JSON.parse(packet.slice(1)).sid}`;
    await session.post(text("4hello"));
    assert.equal((await session.get()).body.toString(), "6:4hello");
  });

  it("W-190 WebSocket: the open packet without upgrades, in a frame of its own", async (t) => {
    const { handshake } = await websocket(t);
    assert.deepEqual(handshake.upgrades, []);
  });

  it("W-190 the main namespace is joined unasked", async (t) => {
    const session = await Session.open(server, socket_path);
    assert.deepEqual(await session.packets(2), ["40", '42["auth",{}]']);

    const frames = await wire.websocket(t, server, `${socket_path}?EIO=3&transport=websocket`);
    assert.equal((await frames.frame())[0], "0");
    assert.equal(await frames.frame(), "40");
    assert.equal(await frames.frame(), '42["auth",{}]');
  });

  it("W-008 v4 requests of a v3 session are refused, and the other way round", async () => {
    const old = await echo();
    const today = await Polling.open(engine, engine_path);
    for (const [revision, { handshake }] of [
      [4, old],
      [3, today],
    ]) {
      const path = `${engine_path}?EIO=${revision}&transport=polling&sid=${handshake.sid}`;
      wire.assert_error(await request(engine, path), 3, "Bad request");
    }
  });

  for (const query of ["EIO=3&", "EIO=2&", "EIO=&", ""]) {
    it(`W-014 where v3 is not allowed: ${query || "no EIO"}`, async () => {
      delete process.env.EIO3;
      const strict = await start("ENGINE_SERVER");
      const answer = await request(strict, `${engine_path}?${query}transport=polling`);
      wire.assert_error(answer, 5, "Unsupported protocol version");
      await (await Polling.open(strict, engine_path)).alive();
      await strict.stop();
    });
  }
});

describe("wire v3: payloads", () => {
  it("W-190 several packets, both ways", async () => {
    const session = await echo();
    const { status, type, body } = await session.post("6:4test16:4test26:4test3");
    assert.deepEqual([status, type, body.toString()], [200, "text/html", "ok"]);
    assert.equal((await session.get()).body.toString(), "6:4test16:4test26:4test3");
  });

  it("W-190 lengths count UTF-16 code units, both ways", async () => {
    for (const b64 of ["", "&b64=1"]) {
      const session = await echo(b64);
      const packets = ["4€", "4äöü", "4日本語", "4🎉👩‍👩‍👧", "4\u{10ffff}\u2028", "4:1:2"];
      await session.post(payload(...packets));
      assert.equal((await session.get()).body.toString(), payload(...packets));
    }
  });

  it("W-193 b64=1: binary messages are base64, both ways", async () => {
    const session = await echo("&b64=1");
    await session.post("6:4hello10:b4AQIDBA==2:b4");
    const { type, body } = await session.get();
    assert.equal(type, "text/plain; charset=UTF-8");
    assert.equal(body.toString(), "6:4hello10:b4AQIDBA==2:b4");
  });

  it("W-193 without b64: an answer with a binary message is in the binary form", async () => {
    const session = await echo("");
    await session.post("6:4hello10:b4AQIDBA==4:4€🎉");
    const { status, type, body } = await session.get();
    assert.deepEqual([status, type], [200, "application/octet-stream"]);
    assert.deepEqual(
      body,
      Buffer.concat([binary("4hello"), binary(Buffer.from([4, 1, 2, 3, 4])), binary("4€🎉")]),
    );
    await session.post("6:4hello");
    assert.equal((await session.get()).body.toString(), "6:4hello");
  });

  it("W-193 a body in the binary form", async () => {
    const session = await echo("");
    const body = Buffer.concat([binary("4€🎉"), binary(Buffer.from([4, 0, 255, 1])), binary("4last")]);
    const answer = await session.post(body, "application/octet-stream");
    assert.deepEqual([answer.status, answer.body.toString()], [200, "ok"]);
    assert.deepEqual((await session.get()).body, body);
  });

  for (const [what, body, type] of [
    ["no length", "abc"],
    ["an empty body", ""],
    ["a packet that breaks off", "6:4hell"],
    ["a length without an end", "6"],
    ["a length in bytes", "4:4€"],
    ["half a pair", "2:4🎉"],
    ["an unknown type", "2:9a"],
    ["the payload of v4", "4a\x1e4b"],
    ["a length beyond all numbers", `${"9".repeat(5000)}:4a`],
    ["sensible: bytes that are no UTF-8", Buffer.from("323a34ff", "hex")],
    ["a binary form that is none", "6:4hello", "application/octet-stream"],
    ["sensible: a binary packet that breaks off", Buffer.from([1, 9, 255, 4, 1]), "application/octet-stream"],
    ["a length that never ends", Buffer.alloc(5000, 9), "application/octet-stream"],
    ["sensible: a binary packet that is no message", Buffer.from([1, 1, 255, 9]), "application/octet-stream"],
  ]) {
    it(`W-031 ${what} closes the session`, async (t) => {
      const session = await echo();
      assert.equal((await session.post(body, type)).status, 200);
      await session.ended();
      await healthy(t);
    });
  }

  it("W-034 a body that is too long is refused", async (t) => {
    const session = await echo();
    assert.equal((await session.post(text(`4${"a".repeat(1_000_000)}`))).status, 413);
    await healthy(t);
  });
});

describe("wire v3: WebSocket", () => {
  it("W-193 binary frames start with the type, both ways", async (t) => {
    const frames = await websocket(t);
    frames.send(Buffer.from([4, 0, 1, 255]), Buffer.from([4]), "4🎉");
    assert.deepEqual(await frames.frame(), Buffer.from([4, 0, 1, 255]));
    assert.deepEqual(await frames.frame(), Buffer.from([4]));
    assert.equal(await frames.frame(), "4🎉");
  });

  it("W-193 b64=1: they are text in base64; and so they may come from anybody", async (t) => {
    const frames = await websocket(t, "&b64=1");
    frames.send("b4AQIDBA==", Buffer.from([4, 1, 2, 3, 4]));
    assert.equal(await frames.frame(), "b4AQIDBA==");
    assert.equal(await frames.frame(), "b4AQIDBA==");
    const plain = await websocket(t);
    plain.send("b4AQIDBA==");
    assert.deepEqual(await plain.frame(), Buffer.from([4, 1, 2, 3, 4]));
  });

  for (const [what, frame] of [
    ["an unknown type", "9"],
    ["an empty frame", ""],
    ["sensible: base64 that is no message", "b9AQID"],
    ["sensible: base64 without a type", "b"],
    ["sensible: a binary frame that is no message", Buffer.from([9, 1, 2])],
    ["sensible: an empty binary frame", Buffer.alloc(0)],
  ]) {
    it(`W-060 ${what} closes`, async (t) => {
      const frames = await websocket(t);
      frames.send(frame);
      await closed(frames);
      await healthy(t);
    });
  }
});

describe("wire v3: heartbeat", () => {
  it("W-191 the client's ping gets a pong, over polling and WebSocket", async (t) => {
    const session = await echo();
    const frames = await websocket(t);
    for (let i = 0; i < 4; ++i) {
      await session.post("1:2");
      assert.equal((await session.get()).body.toString(), "1:3");
      frames.send("2");
      assert.equal(await frames.frame(), "3");
    }
    frames.send("2probe", "4hello");
    assert.equal(await frames.frame(), "3");
    assert.equal(await frames.frame(), "4hello");
  });

  it("W-191 a client that says nothing is dropped, and is never pinged", async (t) => {
    const session = await echo();
    const frames = await websocket(t);
    await within(frames.closed, "the end of the silent WebSocket");
    assert.deepEqual(frames.queue, []);
    assert.equal((await session.get()).status, 400);
  });

  it("W-191 a pong from the client closes", async (t) => {
    const session = await echo();
    await session.post("1:3");
    await session.ended();
    const frames = await websocket(t);
    frames.send("3");
    await closed(frames);
    await healthy(t);
  });
});

describe("wire v3: close and upgrade", () => {
  it("W-063 the client's close: the pending GET gets a noop", async () => {
    const session = await echo();
    const pending = session.get();
    await session.post("1:1");
    assert.equal((await pending).body.toString(), "1:6");
    await session.ended();
  });

  it("W-036 a second GET ends the session: the first gets the close packet", async (t) => {
    const session = await echo();
    const first = session.get();
    const second = session.get();
    assert.deepEqual(
      (await Promise.all([first, second])).map(({ status, body }) => `${status} ${body}`).sort(),
      ["200 1:1", "400 "],
    );
    await session.ended();
    await healthy(t);
  });

  for (const b64 of ["", "&b64=1"]) {
    it(`W-100 the upgrade; the WebSocket has its own b64 (${b64 || "none"})`, async (t) => {
      const session = await echo("&b64=1");
      const probe = await wire.websocket(
        t,
        engine,
        `${engine_path}?EIO=3&transport=websocket&sid=${session.handshake.sid}${b64}`,
      );
      probe.send("2probe");
      assert.equal(await probe.frame(), "3probe");
      assert.equal((await session.get()).body.toString(), "1:6");
      await session.post("10:b4AQIDBA==");
      probe.send("5");
      const bytes = Buffer.from([4, 1, 2, 3, 4]);
      assert.deepEqual(await probe.frame(), b64 ? "b4AQIDBA==" : bytes);
      probe.send(bytes, "4hello", "2");
      assert.deepEqual(await probe.frame(), b64 ? "b4AQIDBA==" : bytes);
      assert.equal(await probe.frame(), "4hello");
      assert.equal(await probe.frame(), "3");
    });
  }
});

describe("wire v3: JSONP", () => {
  it("W-194 answers are scripts that hand the payload over", async () => {
    const session = await echo("&b64=1&j=0");
    await session.post(form(payload('4"quoted" \\ </script> 🎉', "4line\u2028\u2029\nends")), form_type);
    const { status, type, body } = await session.get();
    assert.equal(status, 200);
    // Node has text/plain since a script's type became the transport's.
    assert.match(type, /^text\/(javascript|plain); charset=UTF-8$/);
    assert.match(body.toString(), /^___eio\[0\]\(".*"\);$/);
    assert.equal(evaluate(body), payload('4"quoted" \\ </script> 🎉', "4line\u2028\u2029\nends"));
  });

  it("W-194 line ends and their escapes in forms", async () => {
    const session = await echo("&b64=1&j=0");
    for (const message of ["4a\nb", "4a\\nb", "4\n\n\\n\\n\n", "4\\\\t\\", "4a+b c%20&d=e"]) {
      const answer = await session.post(form(text(message)), form_type);
      assert.deepEqual([answer.status, answer.body.toString()], [200, "ok"]);
      assert.equal(evaluate((await session.get()).body), text(message));
    }
  });

  it("W-194 binary messages are base64", async () => {
    const session = await echo("&b64=1&j=0");
    await session.post(form("10:b4AQIDBA=="), form_type);
    assert.equal(evaluate((await session.get()).body), "10:b4AQIDBA==");
  });

  it("W-194 of the index only the digits are used", async () => {
    const session = new Session(engine, `${engine_path}?EIO=3&transport=polling&b64=1&j=4](alert(1));//2`);
    const { body } = await session.get();
    assert.match(body.toString(), /^___eio\[4*1*2\]\("/);
    assert.equal(packets_of(evaluate(body, 412))[0][0], "0");
  });

  it("W-194 a noop and a close are scripts too", async () => {
    const session = await echo("&b64=1&j=0");
    const pending = session.get();
    await session.post(form("1:1"), form_type);
    assert.equal(evaluate((await pending).body), "1:6");
    await session.ended();
  });

  for (const body of [form("abc"), form("")]) {
    it(`a form that carries no payload closes the session: ${JSON.stringify(body)}`, async (t) => {
      const session = await echo("&b64=1&j=0");
      assert.equal((await session.post(body, form_type)).status, 200);
      await session.ended();
      await healthy(t);
    });
  }

  it("F-053 sensible: v4 has no JSONP", async () => {
    const { headers, body } = await request(engine, `${engine_path}?EIO=4&transport=polling&j=0`);
    if (body.startsWith("___eio")) return; // Node
    assert.equal(body[0], "0");
    assert.match(headers["content-type"], /^text\/plain/);
  });
});

describe("wire v3: Socket.IO", () => {
  async function connected(t) {
    const frames = await wire.websocket(t, server, `${socket_path}?EIO=3&transport=websocket`);
    frames.handshake = JSON.parse((await frames.frame()).slice(1));
    assert.equal(await frames.frame(), "40");
    assert.equal(await frames.frame(), '42["auth",{}]');
    return frames;
  }

  it("W-192 a namespace with a query; later packets name it without", async (t) => {
    for (const [query, auth] of [
      ["", {}],
      ["?", {}],
      ["?token=1", { token: "1" }],
      ["?a=%C3%BC+%26&b", { a: "ü &", b: "" }],
      ["?x=%22%5C%0a", { x: '"\\\n' }],
    ]) {
      const frames = await connected(t);
      frames.send(`40/custom${query},`);
      assert.equal(await frames.frame(), "40/custom,");
      assert.equal(await frames.frame(), `42/custom,${JSON.stringify(["auth", auth])}`);
      frames.send('42/custom,7["message-with-ack","x"]');
      assert.equal(await frames.frame(), '43/custom,7["x"]');
    }
  });

  it("W-192 the names by which a client can be reached", async (t) => {
    const frames = await connected(t);
    const { sid } = frames.handshake;
    frames.send("40/custom,");
    await frames.frame();
    await frames.frame();
    frames.send(`42["to","${sid}",1]`, `42/custom,["to","/custom#${sid}",2]`);
    assert.equal(await frames.frame(), '42["told",1]');
    assert.equal(await frames.frame(), '42/custom,["told",2]');
  });

  it("W-155 an unknown namespace is refused, and the connection lives on", async (t) => {
    const frames = await connected(t);
    frames.send("40/unknown?token=1,");
    const answer = await frames.frame();
    assert.ok(answer.startsWith("44/unknown,"), answer);
    const error = JSON.parse(answer.slice("44/unknown,".length));
    assert.equal(error.message ?? error, "Invalid namespace");
    await wire.alive(frames);
  });

  it("W-157 joining the main namespace again closes", async (t) => {
    const frames = await connected(t);
    frames.send("40");
    await closed(frames);
  });

  it("W-174 binary events: the header is text, attachments have their type", async (t) => {
    const frames = await connected(t);
    frames.send('451-["message",{"_placeholder":true,"num":0}]', Buffer.from([4, 1, 2, 3]));
    assert.equal(await frames.frame(), '451-["message-back",{"_placeholder":true,"num":0}]');
    assert.deepEqual(await frames.frame(), Buffer.from([4, 1, 2, 3]));
  });

  it("W-163 leaving the main namespace leaves the others", async (t) => {
    const frames = await connected(t);
    frames.send("40/custom,", "41");
    assert.equal(await frames.frame(), "40/custom,");
    assert.equal(await frames.frame(), '42/custom,["auth",{}]');
    await wire.alive(frames, "/custom,");
  });

  for (const packet of ["40/custom?token=%ff,", "40/custom?%", "4", "42[", "49", "40/custom?a=1,{}"]) {
    it(`${packet} harms nobody`, async (t) => {
      const frames = await connected(t);
      frames.send(packet);
      await healthy(t);
    });
  }
});
