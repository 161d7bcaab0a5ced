// SPDX-License-Identifier: MIT
// HTTP as others than browsers speak it: old versions, odd forms, pipelines, and what is there to deceive.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { after, afterEach, before, describe, it } from "node:test";
import { Socket } from "engine.io-client";
import { next } from "./client.mjs";
import { Polling, exchange, request, upgrade_request } from "./raw.mjs";
import { start } from "./server.mjs";
import { assert_error, engine_path as path, socket_path } from "./wire.mjs";

const polling = `${path}?EIO=4&transport=polling`;
const websocket = `${path}?EIO=4&transport=websocket`;

let server;
before(async () => (server = await start("ENGINE_SERVER")));
after(() => server.stop());

const open = () => Polling.open(server, path);

/** The status of each answer among the bytes; bodies must not look like one. */
const statuses = (bytes) => [...bytes.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));

/** Whatever a test has sent, others are served. */
async function healthy() {
  await (await open()).alive();
}

describe("http: HTTP/1.0", () => {
  it("a handshake without Host; the connection ends with the answer", async () => {
    const answer = await exchange(server, [`GET ${polling} HTTP/1.0\r\n\r\n`]);
    assert.match(answer, /^HTTP\/1\.1 200 /);
    assert.match(answer, /\r\nConnection: close\r\n/i);
    assert.match(answer, /\r\n\r\n0\{"sid":"[\w-]{20}"/);
  });

  it("keep-alive: POST and GET on one connection, in turn", async () => {
    const client = await open();
    const kept = "HTTP/1.0\r\nConnection: keep-alive\r\n";
    const post = (body) => `POST ${client.path} ${kept}Content-Length: ${body.length}\r\n\r\n${body}`;
    const answer = await exchange(server, [
      post("4one"),
      /\r\n\r\nok$/,
      `GET ${client.path} ${kept}\r\n`,
      /4one$/,
      post("4two"),
      /\r\n\r\nok$/,
      `GET ${client.path} HTTP/1.0\r\n\r\n`,
    ]);
    assert.deepEqual(statuses(answer), [200, 200, 200, 200]);
    assert.equal(answer.match(/\r\nConnection: keep-alive\r\n/gi).length, 3);
    assert.match(answer, /4two$/);
  });

  it("W-033 a chunked body is of HTTP/1.1: 400", async () => {
    const client = await open();
    const answer = await exchange(server, [
      `POST ${client.path} HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n4a\r\n0\r\n\r\n`,
    ]);
    assert.deepEqual(statuses(answer), [400]);
    await healthy();
  });
});

describe("http: connections", () => {
  it("Connection: close ends it after the answer", async () => {
    const answer = await exchange(server, [
      `GET ${polling} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n`,
    ]);
    assert.deepEqual(statuses(answer), [200]);
    assert.match(answer, /\r\nConnection: close\r\n/i);
  });

  it("W-030, W-041 requests sent at once are answered in order", async () => {
    const client = await open();
    const get = `GET ${client.path} HTTP/1.1\r\nHost: h\r\n\r\n`;
    const post = (body) =>
      `POST ${client.path} HTTP/1.1\r\nHost: h\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const answer = await exchange(server, [
      [post("4one"), get, post("4two"), get, `GET /nowhere HTTP/1.1\r\nHost: h\r\n\r\n`].join(""),
      /404 [^]*\r\n\r\n/,
    ]);
    assert.deepEqual(statuses(answer), [200, 200, 200, 200, 404]);
    assert.match(answer, /\r\n\r\nokHTTP[^]*4oneHTTP[^]*\r\n\r\nokHTTP[^]*4twoHTTP/);
    await client.alive();
  });

  it("W-036 polls sent at once are no overlap: the next begins when the last has ended", async () => {
    const client = await open();
    const get = `GET ${client.path} HTTP/1.1\r\nHost: h\r\n\r\n`;
    const piped = exchange(server, [get + get, /4one[^]*4two/]);
    await client.post("4one");
    await client.post("4two");
    assert.ok(!statuses(await piped).includes(400));
    await healthy();
  });

  for (const [what, headers] of [
    ["of a length", "Content-Length: 6"],
    ["in chunks", "Transfer-Encoding: chunked"],
  ]) {
    it(`a client that waits for leave to send its body, ${what}, gets it`, async () => {
      const client = await open();
      const answer = await exchange(server, [
        `POST ${client.path} HTTP/1.1\r\nHost: h\r\n${headers}\r\nExpect: 100-continue\r\n\r\n`,
        /^HTTP\/1\.1 100 Continue\r\n\r\n$/,
        headers.startsWith("C") ? "4hello" : "6\r\n4hello\r\n0\r\n\r\n",
        /ok$/,
      ]);
      assert.deepEqual(statuses(answer), [100, 200]);
      assert.deepEqual(await client.packets(), ["4hello"]);
    });
  }

  it("W-034 it does not get it for a body that is too long", async () => {
    const client = await open();
    const answer = await exchange(server, [
      `POST ${client.path} HTTP/1.1\r\nHost: h\r\nContent-Length: 1000001\r\nExpect: 100-continue\r\n\r\n`,
    ]);
    assert.deepEqual(statuses(answer), [413]);
    await client.alive();
  });
});

describe("http: HEAD", () => {
  it("W-005 has the head of the answer and no body, and the connection goes on", async () => {
    const answer = await exchange(server, [
      `HEAD ${polling} HTTP/1.1\r\nHost: h\r\n\r\nHEAD / HTTP/1.1\r\nHost: h\r\n\r\n` +
        `GET ${polling} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`,
    ]);
    assert.deepEqual(statuses(answer), [400, 404, 200]);
    const [refused, missing] = answer.split(/(?<=\r\n\r\n)/);
    const body = '{"code":2,"message":"Bad handshake method"}';
    assert.match(refused, new RegExp(`\r\nContent-Length: ${body.length}\r\n`, "i"));
    assert.match(missing, /^HTTP\/1\.1 404 /);
  });
});

describe("http: targets", () => {
  for (const target of [
    `http://localhost${polling}`,
    `https://LOCALHOST:8443${polling}`,
    `http://[::1]:3000${polling}`,
    polling.replace("engine.io", "engine%2Eio"),
    polling.replace("engine.io", "%65ngine.io"),
    polling.replace("transport=polling", "%74ransport=pollin%67"),
  ]) {
    it(`${target} is the endpoint`, async () => {
      const answer = await exchange(server, [
        `GET ${target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`,
      ]);
      assert.match(answer, /^HTTP\/1\.1 200 [^]*\r\n\r\n0\{"sid"/);
    });
  }

  it("an upgrade may name the whole URL too", async () => {
    const answer = await exchange(server, [upgrade_request(`http://localhost${websocket}`), /"sid"/]);
    assert.match(answer, /^HTTP\/1\.1 101 /);
  });

  for (const [target, status] of [
    ["/x/../engine.io/?EIO=4&transport=polling", 404],
    ["/x/%2e%2e/engine.io/?EIO=4&transport=polling", 404],
    ["//engine.io/?EIO=4&transport=polling", 404],
    ["/ENGINE.IO/?EIO=4&transport=polling", 404],
    ["/engine.io%3FEIO=4&transport=polling", 404],
    ["/engine.io/%00?EIO=4&transport=polling", 400],
    ["/engine.io/%?EIO=4&transport=polling", 400],
    ["/engine.io/%zz?EIO=4&transport=polling", 400],
    ["/engine.io/?EIO=4&transport=polling#fragment", 400],
    ["/engine.io/\xff?EIO=4&transport=polling", 400],
    ["http://user@localhost/engine.io/?EIO=4&transport=polling", 400],
    ["ftp://localhost/engine.io/?EIO=4&transport=polling", 400],
    ["localhost:3000", 400],
    ["*", 400],
  ]) {
    it(`${JSON.stringify(target)} is not: ${status}`, async () => {
      const text = `GET ${target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`;
      assert.deepEqual(statuses(await exchange(server, [Buffer.from(text, "latin1")])), [status]);
      await healthy();
    });
  }

  it("OPTIONS * is answered, and no preflight", async () => {
    const answer = await exchange(server, [
      "OPTIONS * HTTP/1.1\r\nHost: h\r\nOrigin: http://a\r\nConnection: close\r\n\r\n",
    ]);
    assert.equal(statuses(answer).length, 1);
    assert.doesNotMatch(answer, /Access-Control/i);
  });

  it("CONNECT is no request for us: 400", async () => {
    const answer = await exchange(server, ["CONNECT h:80 HTTP/1.1\r\nHost: h:80\r\n\r\n"]);
    assert.deepEqual(statuses(answer), [400]);
    await healthy();
  });
});

describe("http: what two servers could understand in two ways", () => {
  afterEach(healthy);

  const smuggled = `GET ${polling} HTTP/1.1\r\nHost: h\r\n\r\n`;
  for (const [what, headers, body = smuggled] of [
    ["two lengths", "Content-Length: 0\r\nContent-Length: 50"],
    ["the same length twice", "Content-Length: 0\r\nContent-Length: 0"],
    ["lengths in a list", "Content-Length: 0, 0"],
    ["a signed length", "Content-Length: +0"],
    ["a length and chunks", "Content-Length: 4\r\nTransfer-Encoding: chunked", `0\r\n\r\n${smuggled}`],
    ["chunks and a length", "Transfer-Encoding: chunked\r\nContent-Length: 4", `0\r\n\r\n${smuggled}`],
    ["chunks twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", `0\r\n\r\n${smuggled}`],
    ["a coding after chunks", "Transfer-Encoding: chunked, identity", `0\r\n\r\n${smuggled}`],
    ["chunks with a parameter", "Transfer-Encoding: chunked;q=1", `0\r\n\r\n${smuggled}`],
    ["a space before the colon", "Content-Length : 0"],
    ["a folded header", "X: a\r\n Content-Length: 0"],
    ["a line feed alone", "X: a\nContent-Length: 0"],
    ["a carriage return alone", "X: a\rContent-Length: 0"],
    ["a NUL", "X: a\0\r\nContent-Length: 0"],
    ["two hosts", "Content-Length: 0\r\nHost: other"],
    ["a signed chunk", "Transfer-Encoding: chunked", `+0\r\n\r\n${smuggled}`],
    ["a chunk that ends in a line feed", "Transfer-Encoding: chunked", `0\n\r\n${smuggled}`],
    ["a chunk longer than said", "Transfer-Encoding: chunked", `1\r\nabc\r\n0\r\n\r\n${smuggled}`],
  ]) {
    it(`${what}: 400, and nothing after it is read`, async () => {
      const answer = await exchange(server, [
        `POST ${polling} HTTP/1.1\r\nHost: h\r\n${headers}\r\n\r\n${body}`,
      ]);
      assert.deepEqual(statuses(answer), [400]);
      assert.match(answer, /\r\nConnection: close\r\n/i);
    });
  }

  it("an unknown transfer coding: 501", async () => {
    const answer = await exchange(server, [
      `POST ${polling} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
    ]);
    assert.deepEqual(statuses(answer), [501]);
  });

  for (const host of ["", "Host: h/x\r\n", "Host: u@h\r\n", "Host: h h\r\n", "Host: h, h\r\n"]) {
    it(`${host.trim() || "no Host"}: 400`, async () => {
      assert.deepEqual(statuses(await exchange(server, [`GET ${polling} HTTP/1.1\r\n${host}\r\n`])), [400]);
    });
  }

  for (const [what, text, status] of [
    ["a request line without end", `GET /${"a".repeat(100_000)}`, 414],
    ["a header without end", `GET / HTTP/1.1\r\nHost: h\r\nX: ${"a".repeat(100_000)}`, 431],
    ["headers without end", `GET / HTTP/1.1\r\nHost: h\r\n${"X: a\r\n".repeat(20_000)}`, 431],
    ["blank lines without end", "\r\n".repeat(10_000), 400],
    [
      "a chunk extension without end",
      `POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1;${"a".repeat(100_000)}`,
      400,
    ],
    [
      "trailers without end",
      `POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n${"X: a\r\n".repeat(20_000)}`,
      431,
    ],
    ["TLS on a plain port", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n", 400],
    ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505],
  ]) {
    it(`${what}: ${status}`, async () => {
      assert.deepEqual(statuses(await exchange(server, [Buffer.from(text, "latin1")])), [status]);
    });
  }
});

describe("http: IPv6", async () => {
  const probe = createServer().listen(0, "::1");
  const missing = await Promise.race([
    once(probe, "listening").then(() => false),
    once(probe, "error").then(() => "this machine has no ::1"),
  ]);
  probe.close();

  it("a request and a client, whose Host is an address in brackets", { skip: missing }, async (t) => {
    const url = `http://[::1]:${server.port}`;
    assert.equal((await request({ url }, polling)).status, 200);
    const socket = new Socket(url);
    t.after(() => socket.close());
    await next(socket, "upgrade");
    const echo = next(socket, "message");
    socket.send("hello");
    assert.deepEqual(await echo, ["hello"]);
  });
});

describe("http: the origin of WebSockets", () => {
  let guarded;
  before(async () => (guarded = await start("TUTORIAL")));
  after(() => guarded.stop());

  const target = `${socket_path}?EIO=4&transport=websocket`;
  const upgrade = async (headers, to = target) => {
    const asked = upgrade_request(to, { Host: "a.org:3000", ...headers });
    return statuses(await exchange(guarded, [asked, /\r\n\r\n/]))[0];
  };

  it("W-124 programs send none, and are let in", async () => {
    assert.equal(await upgrade({}), 101);
  });

  for (const origin of ["http://a.org:3000", "https://A.ORG:3000", "ws://a.org:3000"]) {
    it(`W-124 ${origin} is the server's own`, async () => {
      assert.equal(await upgrade({ Origin: origin }), 101);
    });
  }

  for (const origin of [
    "http://evil.org",
    "http://a.org",
    "http://a.org:3001",
    "http://a.org:3000.evil.org",
    "http://evil.org:3000",
    "http://a.org.:3000",
    "http://a.org:3000/",
    "http://u@a.org:3000",
    "null",
    "",
    "file://",
    "chrome-extension://a.org:3000",
  ]) {
    it(`W-124 ${JSON.stringify(origin)} is foreign: 403`, async () => {
      assert.equal(await upgrade({ Origin: origin }), 403);
      assert.equal(await upgrade({}), 101);
    });
  }

  it("W-124 a foreign page cannot take over a polling session either", async () => {
    const client = await Polling.open(guarded, socket_path);
    const probe = `${target}&sid=${client.handshake.sid}`;
    assert.equal(await upgrade({ Origin: "http://evil.org" }, probe), 403);
    assert.equal((await client.post("40")).body, "ok");
    assert.match((await client.packets()).join(), /^40\{"sid"/);
    await client.post("1");
  });

  it("W-124 long-polling is left to CORS: the page may send, and not read", async () => {
    const answer = await request(guarded, `${socket_path}?EIO=4&transport=polling`, {
      headers: { Origin: "http://evil.org" },
    });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers["access-control-allow-origin"], undefined);
    await new Polling(guarded, socket_path, JSON.parse(answer.body.slice(1))).post("1");
  });

  it("W-124 where CORS is open to any origin, WebSockets are too", async () => {
    const asked = upgrade_request(websocket, { Origin: "http://evil.org" });
    const answer = await exchange(server, [asked, /"sid"/]);
    assert.match(answer, /^HTTP\/1\.1 101 /);
    assert.match(answer, /\r\nAccess-Control-Allow-Origin: \*\r\n/i);
  });

  it("W-123 a refused WebSocket has the headers of CORS", async () => {
    const refused = await exchange(server, [upgrade_request(`${path}?EIO=4&transport=abc`)]);
    assert.match(refused, /^HTTP\/1\.1 400 /);
    assert.match(refused, /\r\nAccess-Control-Allow-Origin: \*\r\n/i);
    assert_error(await request(server, `${path}?EIO=4`), 0, "Transport unknown");
  });
});
