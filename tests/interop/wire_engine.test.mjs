// SPDX-License-Identifier: MIT
// The wire rules of Engine.IO, byte by byte. W-numbers name the rule; "sensible" marks where the Node
// server itself is known to behave worse.

import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";
import { Frames, Polling, aborted, exchange, request, separator, upgrade_request } from "./raw.mjs";
import { start, within } from "./server.mjs";

const path = "/engine.io/";
const polling = `${path}?EIO=4&transport=polling`;
const websocket = `${path}?EIO=4&transport=websocket`;
const handshake_members = ["maxPayload", "pingInterval", "pingTimeout", "sid", "upgrades"];

let server;
before(async () => (server = await start("ENGINE_SERVER")));
after(() => server.stop());

const open = () => Polling.open(server, path);
const frames = async (t, query = websocket) => {
  const opened = await Frames.open(server, query);
  t.after(() => opened.close());
  return opened;
};
/** A WebSocket session whose handshake has been read. */
const session = async (t) => {
  const opened = await frames(t);
  opened.handshake = JSON.parse((await opened.frame()).slice(1));
  return opened;
};
const probe = (t, { handshake }) => frames(t, `${websocket}&sid=${handshake.sid}`);

function assert_error(answer, code, message) {
  assert.equal(answer.status, code === 4 ? 403 : 400);
  assert.match(answer.headers["content-type"], /^application\/json/);
  assert.deepEqual(JSON.parse(answer.body), { code, message });
}

describe("wire: verification of requests", () => {
  it("W-001 a polling handshake", async () => {
    const answer = await request(server, polling);
    assert.equal(answer.status, 200);
    assert.match(answer.headers["content-type"], /^text\/plain; *charset=utf-8$/i);
    assert.equal(answer.headers["content-length"], String(answer.body.length));
    assert.equal(answer.headers["cache-control"], "no-store");
    assert.equal(answer.body[0], "0");
    const handshake = JSON.parse(answer.body.slice(1));
    assert.deepEqual(Object.keys(handshake).sort(), handshake_members);
    assert.match(handshake.sid, /^[\w-]{20}$/);
    assert.deepEqual(handshake.upgrades, ["websocket"]);
    assert.equal(handshake.pingInterval, 300);
    assert.equal(handshake.pingTimeout, 200);
    assert.equal(handshake.maxPayload, 1_000_000);
  });

  it("W-001 session ids are all different", async () => {
    const ids = new Set();
    for (let i = 0; i < 50; ++i) ids.add((await open()).handshake.sid);
    assert.equal(ids.size, 50);
  });

  it("W-002 a WebSocket handshake", async (t) => {
    const { handshake } = await session(t);
    assert.deepEqual(Object.keys(handshake).sort(), handshake_members);
    assert.match(handshake.sid, /^[\w-]{20}$/);
    assert.deepEqual(handshake.upgrades, []);
  });

  for (const query of ["", "&transport=", "&transport=abc", "&transport=constructor", "&transport=__proto__"]) {
    it(`W-003 transport unknown: "${query}"`, async () => {
      assert_error(await request(server, `${path}?EIO=4${query}`), 0, "Transport unknown");
    });
  }

  it("W-003 transport unknown on a WebSocket", async () => {
    const refused = new Frames(server, `${path}?EIO=4&transport=abc`);
    await within(refused.closed, "the refusal");
    assert.equal(refused.status, 400);
  });

  for (const method of ["GET", "POST"]) {
    it(`W-004 unknown session on ${method}`, async () => {
      assert_error(await request(server, `${polling}&sid=unknown`, { method }), 1, "Session ID unknown");
    });
  }

  it("W-004 unknown session on a WebSocket", async () => {
    const answer = await exchange(server, [upgrade_request(`${websocket}&sid=unknown`)]);
    assert.match(answer, /^HTTP\/1\.1 400 /);
    assert.match(answer, /"code":1,"message":"Session ID unknown"|Session ID unknown/);
  });

  for (const method of ["POST", "PUT", "DELETE"]) {
    it(`W-005 a handshake with ${method}`, async () => {
      assert_error(await request(server, polling, { method }), 2, "Bad handshake method");
    });
  }

  it("W-006 transport=websocket without an upgrade", async () => {
    assert_error(await request(server, websocket), 3, "Bad request");
  });

  it("W-007 another transport than the session's; the session survives", async () => {
    const client = await open();
    const wrong = await request(server, `${websocket}&sid=${client.handshake.sid}`);
    assert_error(wrong, 3, "Bad request");
    await client.alive();
  });

  it("W-008 another protocol version than the session's", async () => {
    const client = await open();
    assert_error(await request(server, client.path.replace("EIO=4", "EIO=3")), 3, "Bad request");
    await client.alive();
  });

  it("W-009 an Origin with invalid characters is refused and not reflected", async () => {
    const answer = await exchange(server, [
      `GET ${polling} HTTP/1.1\r\nHost: localhost\r\nOrigin: http://a\x01b\r\nConnection: close\r\n\r\n`,
    ]);
    assert.match(answer, /^HTTP\/1\.1 400 /);
    assert.doesNotMatch(answer, /http:\/\/a/);
  });

  for (const query of ["", "EIO=3&", "EIO=5&", "EIO=abc&"]) {
    it(`W-014 protocol version not supported: "${query}"`, async () => {
      assert_error(await request(server, `${path}?${query}transport=polling`), 5, "Unsupported protocol version");
    });
  }

  it("W-015 sensible: version not supported on a WebSocket: HTTP 400", async () => {
    const refused = new Frames(server, `${path}?EIO=3&transport=websocket`);
    await within(refused.closed, "the refusal");
    assert.equal(refused.status, 400);
  });

  it("W-016 sensible: a WebSocket with transport=polling: HTTP 400", async () => {
    const refused = new Frames(server, polling);
    await within(refused.closed, "the refusal");
    assert.equal(refused.status, 400);
  });

  for (const key of [undefined, "", "short", "not base64 at all, really"]) {
    it(`W-017 Sec-WebSocket-Key ${JSON.stringify(key)}`, async () => {
      const answer = await exchange(server, [upgrade_request(websocket, { "Sec-WebSocket-Key": key })]);
      assert.match(answer, /^HTTP\/1\.1 400 /);
    });
  }

  it("W-018 Sec-WebSocket-Version", async () => {
    const answer = await exchange(server, [upgrade_request(websocket, { "Sec-WebSocket-Version": "12" })]);
    assert.match(answer, /^HTTP\/1\.1 4(00|26) /);
    assert.match(answer, /\r\nSec-WebSocket-Version: .*\b13\b/i);
  });

  it("W-019 an upgrade with POST", async () => {
    const answer = await exchange(server, [upgrade_request(websocket, { "Content-Length": "0" }, "POST")]);
    assert.match(answer, /^HTTP\/1\.1 400 /);
    assert.match(answer, /Bad handshake method/);
  });

  for (const method of ["PUT", "HEAD", "DELETE"]) {
    it(`W-020 ${method} within a session: 500, it survives`, async () => {
      const client = await open();
      const answer = await request(server, client.path, { method });
      assert.equal(answer.status, 500);
      assert.equal(answer.body, "");
      await client.alive();
    });
  }

  it("W-021 the path without its slash is not ours", async () => {
    assert.equal((await request(server, "/engine.io?EIO=4&transport=polling")).status, 404);
  });

  it("W-022 more path after ours is ours", async () => {
    const answer = await request(server, `${path}foo/bar/?EIO=4&transport=polling`);
    assert.equal(answer.status, 200);
    assert.equal(answer.body[0], "0");
  });

  it("W-023 a WebSocket to a foreign path is refused", async () => {
    const refused = new Frames(server, "/foreign/?EIO=4&transport=websocket");
    await within(refused.closed, "the refusal");
    await assert.rejects(refused.opened);
  });

  it("W-024 other query parameters are no obstacle, in any order", async () => {
    const answer = await request(server, `${path}?a=%20b&transport=polling&&x&t=abc.0&EIO=4&empty=`);
    assert.equal(answer.status, 200);
  });

  it("W-025 a session belongs to no TCP connection", async () => {
    const client = await open(); // each request here is a connection of its own
    await client.alive();
    await client.alive();
  });
});

describe("wire: polling", () => {
  it("W-030 POST is answered with ok", async () => {
    const answer = await (await open()).post("4hello");
    assert.equal(answer.status, 200);
    assert.match(answer.headers["content-type"], /^text\/html/);
    assert.equal(answer.headers["content-length"], "2");
    assert.equal(answer.body, "ok");
  });

  for (const [what, body] of [
    ["a bad packet", "abc"],
    ["a close packet", "1"],
    ["a ping", "2"],
  ]) {
    it(`W-031 POST with ${what}: ok, and the session is closed`, async () => {
      const client = await open();
      const answer = await client.post(body);
      assert.equal(answer.status, 200);
      assert.equal(answer.body, "ok");
      await client.end();
    });
  }

  it("W-032 POST of application/octet-stream: 400, and the session is closed", async () => {
    const client = await open();
    const answer = await client.post("4hello", { "Content-Type": "application/octet-stream" });
    assert.equal(answer.status, 400);
    assert.equal(answer.body, "");
    await client.end();
  });

  it("W-033 POST in chunks and in segments", async () => {
    const client = await open();
    const answer = await exchange(
      server,
      [
        `POST ${client.path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/pl`,
        "ain\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\n4h",
        "e\r\n",
        "3\r",
        "\nllo\r\n0\r\n",
        "\r\n",
        /ok$/,
      ],
    );
    assert.match(answer, /^HTTP\/1\.1 200 /);
    assert.deepEqual(await client.packets(), ["4hello"]);
  });

  it("W-033 POST with a length, byte by byte", async () => {
    const client = await open();
    const text = `POST ${client.path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\nConnection: close\r\n\r\n4hello`;
    assert.match(await exchange(server, [...text, /ok$/]), /^HTTP\/1\.1 200 /);
    assert.deepEqual(await client.packets(), ["4hello"]);
  });

  it("W-034 POST over maxPayload: 413, and the session lives", async () => {
    const client = await open();
    const answer = await client.post("4" + "a".repeat(1_000_000));
    assert.equal(answer.status, 413);
    assert.equal(answer.body, "");
    await client.alive();
  });

  it("W-034 POST of exactly maxPayload is taken", async () => {
    const client = await open();
    const message = "4" + "a".repeat(999_999);
    assert.equal((await client.post(message)).status, 200);
    const [echo] = await client.packets();
    assert.ok(echo === message);
  });

  it("W-034 POST in chunks over maxPayload: 413", async () => {
    const client = await open();
    const chunk = `${(100_000).toString(16)}\r\n${"a".repeat(100_000)}\r\n`;
    const answer = await exchange(
      server,
      [
        `POST ${client.path} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n`,
        ...Array(11).fill(chunk),
        /\r\n\r\n/,
      ],
    );
    assert.match(answer, /^HTTP\/1\.1 413 /);
    await client.alive();
  });

  it("W-035 an empty POST closes the session", async () => {
    const client = await open();
    await client.post("");
    await client.end();
  });

  it("W-036 a second GET: the first gets a close packet, the second 400, and the session is closed", async () => {
    const client = await open();
    const answers = await Promise.all([client.get(), client.get()]);
    answers.sort((a, b) => a.status - b.status);
    assert.deepEqual(answers.map(({ status, body }) => [status, body]), [
      [200, "1"],
      [400, ""],
    ]);
    await client.end();
  });

  it("W-037 a second POST while the first runs: 400, the first is cut off, and the session is closed", async (t) => {
    const client = await open();
    const first = aborted(server, client.path, { method: "POST", headers: { "Content-Length": "100" }, body: "4he" });
    t.after(() => first.destroy());
    first.on("error", () => {}).resume();
    const cut = once(first, "close");
    await once(first, "ready");
    // The second may only come when the server has read the head of the first: ask until it has.
    let answer;
    do answer = await client.post("4hello");
    while (answer.status === 200);
    assert.equal(answer.status, 400);
    await within(cut, "the first POST to be cut off");
    await client.end();
  });

  it("W-038 a pending GET that is given up closes the session", async () => {
    const client = await open();
    const get = aborted(server, client.path);
    await once(get, "ready");
    get.destroy();
    await client.end();
  });

  it("W-039 a POST that is given up closes the session", async () => {
    const client = await open();
    const post = aborted(server, client.path, { method: "POST", headers: { "Content-Length": "100" }, body: "4he" });
    await once(post, "ready");
    post.destroy();
    await client.end();
  });

  it("W-040 a payload of several packets, text and binary", async () => {
    const client = await open();
    await client.post(["4first", "bAQIDBA==", "4", "4third"].join(separator));
    assert.deepEqual(await client.collect(4), ["4first", "bAQIDBA==", "4", "4third"]);
  });

  it("W-041 what waits for a GET comes in one answer, in order", async () => {
    const client = await open();
    const messages = Array.from({ length: 50 }, (_, i) => `4${i}`);
    for (const message of messages) await client.post(message);
    const { body } = await client.get();
    assert.deepEqual(body.split(separator).filter((packet) => packet !== "2"), messages);
  });

  it("W-042 a bad packet ends the payload; earlier packets are delivered", async () => {
    const client = await open();
    const pending = client.get();
    assert.equal((await client.post(["4before", "abc", "4after"].join(separator))).body, "ok");
    const seen = [...(await pending).body.split(separator), ...(await client.end())];
    assert.ok(!seen.includes("4after"));
  });

  it("W-043 base64 is decoded leniently", async () => {
    const client = await open();
    await client.post(["bAQIDBA", "bAQ-_"].join(separator));
    assert.deepEqual(await client.collect(2), ["bAQIDBA==", "bAQ+/"]);
  });

  it("W-045 text is UTF-8 and lengths are in bytes", async () => {
    const client = await open();
    const message = "4äöü €uro 日本語 🎉\u2028";
    await client.post(message);
    let answer;
    do answer = await client.get();
    while (answer.body === "2");
    assert.equal(answer.headers["content-length"], String(Buffer.byteLength(answer.body)));
    assert.ok(answer.body.split(separator).includes(message));
  });
});

describe("wire: Engine.IO packets", () => {
  for (const packet of ["", "7", "9hello", "a", " 4", "\x00"]) {
    it(`W-060 a WebSocket packet of unknown type closes: ${JSON.stringify(packet)}`, async (t) => {
      const client = await session(t);
      client.send(packet);
      await client.end();
    });
  }

  for (const packet of ["2", "2probe"]) {
    it(`W-061 the client's ${packet} closes`, async (t) => {
      const client = await session(t);
      client.send(packet);
      await client.end();
    });
  }

  it("W-062 open, upgrade, noop and an unasked pong are ignored", async (t) => {
    const client = await session(t);
    client.send("0", "5", "6", "3", "4still here");
    assert.equal(await client.next(), "4still here");
  });

  it("W-062 the same over polling", async () => {
    const client = await open();
    await client.post(["0", "5", "6", "3", "4still here"].join(separator));
    assert.deepEqual(await client.packets(), ["4still here"]);
  });

  it("W-063 the client's close over polling: the pending GET gets a noop", async () => {
    const client = await open();
    const pending = client.get();
    await client.post("1");
    assert.equal((await pending).body, "6");
    await client.end();
  });

  it("W-064 sensible: the client's close over WebSocket closes, though pongs go on", async (t) => {
    const client = await session(t);
    client.send("1");
    await client.end();
  });

  it("W-065 a binary frame is a message", async (t) => {
    const client = await session(t);
    client.send(Buffer.from([0, 1, 2, 253, 254, 255]), Buffer.alloc(0));
    assert.deepEqual(await client.next(), Buffer.from([0, 1, 2, 253, 254, 255]));
    assert.deepEqual(await client.next(), Buffer.alloc(0));
  });

  it("W-066 base64 in a text frame is a binary message", async (t) => {
    const client = await session(t);
    client.send("bAQIDBA==");
    assert.deepEqual(await client.next(), Buffer.from([1, 2, 3, 4]));
  });

  it("W-067 a frame over maxPayload closes with 1009", async (t) => {
    const client = await session(t);
    client.send("4" + "a".repeat(1_000_000));
    assert.equal(await client.end(), 1009);
  });

  it("W-067 a frame of exactly maxPayload is taken", async (t) => {
    const client = await session(t);
    const message = "4" + "a".repeat(999_999);
    client.send(message);
    assert.ok((await client.next()) === message);
  });

  it("W-067 fragments count together", async (t) => {
    const client = await session(t);
    client.socket.send("4" + "a".repeat(600_000), { fin: false });
    client.socket.send("a".repeat(600_000), { fin: true });
    assert.equal(await client.end(), 1009);
  });

  for (const bytes of [[0x34, 0xff], [0x34, 0xc3], [0x34, 0xed, 0xa0, 0x80], [0x34, 0xf5, 0x80, 0x80, 0x80]]) {
    it(`W-068 a text that is not UTF-8 closes with 1007: ${Buffer.from(bytes).toString("hex")}`, async (t) => {
      const client = await session(t);
      client.socket.send(Buffer.from(bytes), { binary: false });
      assert.equal(await client.end(), 1007);
    });
  }

  it("W-068 a character may be split over fragments", async (t) => {
    const client = await session(t);
    client.socket.send(Buffer.from([0x34, 0xe2]), { binary: false, fin: false });
    client.socket.send(Buffer.from([0x82]), { binary: false, fin: false });
    client.socket.ping();
    client.socket.send(Buffer.from([0xac]), { binary: false, fin: true });
    assert.equal(await client.next(), "4€");
  });

  it("W-069 what follows the packet that closes is ignored", async () => {
    const client = await open();
    const pending = client.get();
    await client.post(["1", "4too late"].join(separator));
    assert.doesNotMatch((await pending).body, /too late/);
  });

  it("WebSocket pings are answered", async (t) => {
    const client = await session(t);
    client.socket.ping("are you there");
    const [data] = await within(once(client.socket, "pong"), "a WebSocket pong");
    assert.equal(data.toString(), "are you there");
  });

  it("the WebSocket closing handshake is answered", async (t) => {
    const client = await session(t);
    client.socket.close(1000);
    assert.equal(await within(client.closed, "the close frame"), 1000);
  });

  for (const [what, bytes] of [
    ["without a mask", [0x81, 0x02, 0x34, 0x61]],
    ["with a reserved bit", [0xc1, 0x82, 0, 0, 0, 0, 0x34, 0x61]],
    ["of unknown kind", [0x83, 0x82, 0, 0, 0, 0, 0x34, 0x61]],
    ["that continues nothing", [0x80, 0x82, 0, 0, 0, 0, 0x34, 0x61]],
    ["of control, in fragments", [0x09, 0x80, 0, 0, 0, 0]],
    ["of control, too long", [0x89, 0xfe, 0, 126, 0, 0, 0, 0, ...Array(126).fill(0)]],
  ]) {
    it(`a WebSocket frame ${what} closes with 1002`, async () => {
      const answer = await exchange(server, [upgrade_request(websocket), /"sid"/, Buffer.from(bytes), /\x88\x02\x03\xea/]);
      assert.match(answer, /\x88\x02\x03\xea/);
    });
  }
});

describe("wire: heartbeat", () => {
  it("W-080 pings go on as long as they are answered", async (t) => {
    const client = await session(t);
    for (let i = 0; i < 4; ++i) {
      assert.equal(await client.frame(), "2");
      client.send("3");
    }
  });

  it("W-080 pings go on over polling", async () => {
    const client = await open();
    for (let i = 0; i < 4; ++i) {
      assert.equal((await client.get()).body, "2");
      await client.post("3");
    }
  });

  it("W-081 without a pong the WebSocket is closed", async (t) => {
    const client = await session(t);
    assert.equal(await client.frame(), "2");
    await within(client.closed, "the close");
  });

  it("W-081 only one ping is sent before its pong", async (t) => {
    const client = await session(t);
    await within(client.closed, "the close");
    assert.deepEqual(client.queue, ["2"]);
  });

  it("W-082 a packet while the pong is due gives more time once", async (t) => {
    const silent = await session(t);
    const busy = await session(t); // opened later by little: without the rule they would end at the same time
    assert.equal(await busy.frame(), "2");
    const talk = setTimeout(() => busy.send("4one"), 120);
    t.after(() => clearTimeout(talk));
    const first = await within(Promise.race([silent.closed.then(() => "silent"), busy.closed.then(() => "busy")]), "a close");
    assert.equal(first, "silent");
    await within(busy.closed, "the other close");
  });

  it("W-083 without a pong the polling session is closed", async () => {
    const client = await open();
    assert.equal((await client.get()).body, "2");
    await client.get().catch(() => {}); // pending until the session ends
    assert_error(await client.get(), 1, "Session ID unknown");
  });

  it("W-085 pings come while the server is busy sending", async (t) => {
    const client = await session(t);
    const message = "4" + "a".repeat(100_000);
    for (let pings = 0; pings < 3; ) {
      client.send(message);
      const frame = await client.frame();
      if (frame === "2") {
        ++pings;
        client.send("3");
      }
    }
  });
});

describe("wire: upgrade", () => {
  /** A polling session with an open WebSocket whose probe has been answered. */
  const probed = async (t) => {
    const client = await open();
    const upgrading = await probe(t, client);
    upgrading.send("2probe");
    assert.equal(await upgrading.frame(), "3probe");
    return { client, upgrading };
  };
  const upgraded = async (t) => {
    const both = await probed(t);
    both.upgrading.send("5");
    return both;
  };

  it("W-100 the probe is answered and pending GETs get a noop", async (t) => {
    const { client, upgrading } = await probed(t);
    assert.equal((await client.get()).body, "6");
    assert.equal((await client.get()).body, "6");
    upgrading.send("5", "4hello");
    assert.equal(await upgrading.next(), "4hello");
  });

  it("W-101 a GET that is pending before the probe gets a noop", async (t) => {
    const client = await open();
    const pending = client.get();
    const upgrading = await probe(t, client);
    upgrading.send("2probe");
    assert.equal(await upgrading.frame(), "3probe");
    assert.equal((await pending).body, "6");
  });

  it("W-102 messages during the probe go through the GET", async (t) => {
    const { client, upgrading } = await probed(t);
    await client.post("4mid");
    assert.deepEqual(await client.packets(), ["4mid"]);
    assert.deepEqual(upgrading.queue, []);
  });

  it("W-103 order: POSTs, then what comes on the WebSocket after 5", async (t) => {
    const { client, upgrading } = await probed(t);
    await client.post("4one");
    await client.post("4two");
    upgrading.send("5", "4three");
    const echoes = [await upgrading.next(), await upgrading.next(), await upgrading.next()];
    assert.deepEqual(echoes, ["4one", "4two", "4three"]);
  });

  it("W-104 after 5 the WebSocket has it all and polling is refused", async (t) => {
    const { client, upgrading } = await upgraded(t);
    upgrading.send("4hello");
    assert.equal(await upgrading.next(), "4hello");
    assert_error(await client.get(), 3, "Bad request");
    assert_error(await client.post("4more"), 3, "Bad request");
    upgrading.send("4again");
    assert.equal(await upgrading.next(), "4again");
  });

  it("W-104 the session ends with its WebSocket", async (t) => {
    const { client, upgrading } = await upgraded(t);
    upgrading.send("4hello");
    assert.equal(await upgrading.next(), "4hello");
    upgrading.socket.close();
    await upgrading.closed;
    assert_error(await client.get(), 1, "Session ID unknown");
  });

  it("W-105 a second WebSocket during the upgrade is closed", async (t) => {
    const { client, upgrading } = await probed(t);
    const second = new Frames(server, `${websocket}&sid=${client.handshake.sid}`);
    await within(second.closed, "the second WebSocket to be closed");
    upgrading.send("5", "4hello");
    assert.equal(await upgrading.next(), "4hello");
  });

  it("W-105 a second WebSocket after the upgrade is closed", async (t) => {
    const { client, upgrading } = await upgraded(t);
    upgrading.send("4hello");
    assert.equal(await upgrading.next(), "4hello");
    const second = new Frames(server, `${websocket}&sid=${client.handshake.sid}`);
    await within(second.closed, "the second WebSocket to be closed");
    upgrading.send("4again");
    assert.equal(await upgrading.next(), "4again");
  });

  it("W-106 the probe's end leaves polling alone, and another may follow", async (t) => {
    const { client, upgrading } = await probed(t);
    upgrading.close();
    await client.alive();
    const second = await probe(t, client);
    second.send("2probe");
    assert.equal(await second.frame(), "3probe");
    second.send("5", "4hello");
    assert.equal(await second.next(), "4hello");
  });

  it("W-107 a probe that is never finished is closed, polling lives on", async (t) => {
    const { client, upgrading } = await probed(t);
    let closed = false;
    const end = upgrading.closed.then(() => (closed = true));
    while (!closed) {
      const { body } = await client.get();
      if (body.split(separator).includes("2")) await client.post("3");
    }
    await within(end, "the probe to be closed", 30_000);
    await client.alive();
  });

  for (const packet of ["2", "4hello", "3", "6", "1", "x"]) {
    it(`W-108 another packet than the probe: ${packet}`, async (t) => {
      const client = await open();
      const upgrading = await probe(t, client);
      upgrading.send(packet);
      await within(upgrading.closed, "the WebSocket to be closed");
      await client.alive();
    });
  }

  it("W-109 a second probe is answered again", async (t) => {
    const { upgrading } = await probed(t);
    upgrading.send("2probe", "5", "4hello");
    assert.equal(await upgrading.frame(), "3probe");
    assert.equal(await upgrading.next(), "4hello");
  });

  it("W-109 sensible: 5 without a probe closes the WebSocket, polling lives on", async (t) => {
    const client = await open();
    const upgrading = await probe(t, client);
    upgrading.send("5");
    await within(upgrading.closed, "the WebSocket to be closed");
    await client.alive();
  });

  it("W-112 the session's end closes the probing WebSocket", async (t) => {
    const { client, upgrading } = await probed(t);
    await client.post("1");
    await within(upgrading.closed, "the WebSocket to be closed");
  });

  it("W-084 the heartbeat goes on over the upgrade", async (t) => {
    const { upgrading } = await upgraded(t);
    for (let i = 0; i < 4; ++i) {
      assert.equal(await upgrading.frame(), "2");
      upgrading.send("3");
    }
  });

  it("W-084 a ping by polling may be answered by WebSocket", async (t) => {
    const client = await open();
    assert.equal((await client.get()).body, "2");
    const upgrading = await probe(t, client);
    upgrading.send("2probe");
    assert.equal(await upgrading.frame(), "3probe");
    upgrading.send("5", "3", "4hello");
    assert.equal(await upgrading.next(), "4hello");
    assert.equal(await upgrading.frame(), "2");
  });
});
