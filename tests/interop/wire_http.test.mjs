// SPDX-License-Identifier: MIT
// The wire rules of Engine.IO's HTTP side, byte by byte: which requests are refused, and long-polling.
// W-numbers name the rule; "sensible" marks where the Node server itself is known to behave worse.

import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";
import { Frames, Polling, aborted, exchange, request, separator, upgrade_request } from "./raw.mjs";
import { start, within } from "./server.mjs";
import { assert_error, engine_path as path, session } from "./wire.mjs";

const polling = `${path}?EIO=4&transport=polling`;
const websocket = `${path}?EIO=4&transport=websocket`;
const handshake_members = ["maxPayload", "pingInterval", "pingTimeout", "sid", "upgrades"];

let server;
before(async () => (server = await start("ENGINE_SERVER")));
after(() => server.stop());

const open = () => Polling.open(server, path);

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
    const { handshake } = await session(t, server, path);
    assert.deepEqual(Object.keys(handshake).sort(), handshake_members);
    assert.match(handshake.sid, /^[\w-]{20}$/);
    assert.deepEqual(handshake.upgrades, []);
  });

  for (const query of [
    "",
    "&transport=",
    "&transport=abc",
    "&transport=constructor",
    "&transport=__proto__",
  ]) {
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
      assert_error(
        await request(server, `${path}?${query}transport=polling`),
        5,
        "Unsupported protocol version",
      );
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
    const answer = await exchange(server, [
      `POST ${client.path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/pl`,
      "ain\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\n4h",
      "e\r\n",
      "3\r",
      "\nllo\r\n0\r\n",
      "\r\n",
      /ok$/,
    ]);
    assert.match(answer, /^HTTP\/1\.1 200 /);
    assert.deepEqual(await client.packets(), ["4hello"]);
  });

  it("W-033 POST with a length, byte by byte", async () => {
    const client = await open();
    const text = `POST ${client.path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\n\r\n4hello`;
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
    const answer = await exchange(server, [
      `POST ${client.path} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n`,
      ...Array(11).fill(chunk),
      /\r\n\r\n/,
    ]);
    assert.match(answer, /^HTTP\/1\.1 413 /);
    await client.alive();
  });

  it("W-035 an empty POST closes the session", async () => {
    const client = await open();
    await client.post("");
    await client.end();
  });

  it("W-036 a second GET: a close packet for the first, 400 for it, and the session is closed", async () => {
    const client = await open();
    const answers = await Promise.all([client.get(), client.get()]);
    answers.sort((a, b) => a.status - b.status);
    assert.deepEqual(
      answers.map(({ status, body }) => [status, body]),
      [
        [200, "1"],
        [400, ""],
      ],
    );
    await client.end();
  });

  it("W-037 a second POST during the first: 400, the first is cut off, the session is closed", async (t) => {
    const client = await open();
    const first = aborted(server, client.path, {
      method: "POST",
      headers: { "Content-Length": "100" },
      body: "4he",
    });
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
    assert.equal((await client.get()).status, 400); // it may overtake the end of the first one
    await client.end();
  });

  it("W-039 a POST that is given up closes the session", async () => {
    const client = await open();
    const post = aborted(server, client.path, {
      method: "POST",
      headers: { "Content-Length": "100" },
      body: "4he",
    });
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
    assert.deepEqual(
      body.split(separator).filter((packet) => packet !== "2"),
      messages,
    );
  });

  it("W-042 a bad packet ends the payload: what follows it is not delivered", async () => {
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
