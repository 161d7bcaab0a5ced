// SPDX-License-Identifier: MIT
// What the tutorial serves over plain HTTP: the client's files and its own pages, and nothing else.

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { exchange, request } from "./raw.mjs";
import { start } from "./server.mjs";

const pages = new URL("../../examples/tutorial/public/", import.meta.url);
const types = {
  html: /^text\/html; *charset=utf-8$/i,
  css: /^text\/css/,
  js: /^(text|application)\/javascript/,
  svg: /^image\/svg\+xml/,
};

let server;
before(async () => (server = await start("TUTORIAL")));
after(() => server.stop());

/** GET, HEAD and the answers to If-None-Match. */
async function check(path, type) {
  const answer = await request(server, path);
  assert.equal(answer.status, 200);
  assert.match(answer.headers["content-type"], type);
  const { etag } = answer.headers;
  assert.match(etag, /^(W\/)?"[^"]+"$/);

  const head = await request(server, path, { method: "HEAD" });
  assert.equal(head.status, 200);
  assert.equal(head.body, "");
  assert.equal(head.headers.etag, etag);
  assert.equal(head.headers["content-type"], answer.headers["content-type"]);

  for (const method of ["GET", "HEAD"]) {
    const same = await request(server, path, { method, headers: { "If-None-Match": etag } });
    assert.equal(same.status, 304);
    assert.equal(same.body, "");
  }
  const other = await request(server, path, { headers: { "If-None-Match": '"other"' } });
  assert.equal(other.status, 200);
  assert.equal(other.body, answer.body);
  return answer;
}

describe("files: the client bundle (F-225)", () => {
  for (const file of [
    "socket.io.js",
    "socket.io.min.js",
    "socket.io.esm.min.js",
    "socket.io.msgpack.min.js",
  ]) {
    it(file, async () => {
      const { body } = await check(`/socket.io/${file}`, types.js);
      assert.match(body, /Socket\.IO v4\./);
      await check(`/socket.io/${file}.map`, /^application\/json/);
    });
  }

  it("a query does not matter", async () => {
    assert.equal((await request(server, "/socket.io/socket.io.js?v=1")).status, 200);
  });

  it("a weak ETag matches too", async () => {
    const { headers } = await request(server, "/socket.io/socket.io.js");
    const answer = await request(server, "/socket.io/socket.io.js", {
      headers: { "If-None-Match": `W/${headers.etag}` },
    });
    assert.equal(answer.status, 304);
  });

  it("304 for one of several ETags, which it repeats (RFC 9110, 13.1.2 and 15.4.5)", async () => {
    for (const path of ["/socket.io/socket.io.js", "/style.css"]) {
      const { etag } = (await request(server, path)).headers;
      const answer = await request(server, path, { headers: { "If-None-Match": `"other", ${etag}` } });
      assert.equal(answer.status, 304);
      assert.equal(answer.headers.etag, etag);
    }
  });

  it("another name is a request of Engine.IO", async () => {
    for (const name of ["socket.io.css", "other.js", "socket.io.js.bak", "..%2fsocket.io.js"]) {
      const answer = await request(server, `/socket.io/${name}`);
      assert.equal(answer.status, 400);
      assert.deepEqual(JSON.parse(answer.body), { code: 0, message: "Transport unknown" });
    }
  });
});

describe("files: the pages", () => {
  for (const [path, file] of [
    ["/", "index.html"],
    ["/namespace", "namespace.html"],
    ["/room", "room.html"],
    ["/room/42", "room.html"],
    ["/room/with%20space", "room.html"],
  ]) {
    it(`${path} is ${file}`, async () => {
      const { body } = await check(path, types.html);
      assert.equal(body, await readFile(new URL(file, pages), "utf8"));
    });
  }

  it("every file of the folder, as it is", async () => {
    for (const file of await readdir(pages)) {
      const { headers, body } = await check(`/${file}`, types[file.split(".").at(-1)]);
      assert.equal(body, await readFile(new URL(file, pages), "utf8"));
      assert.equal(headers["content-length"], String(Buffer.byteLength(body)));
    }
  });

  for (const path of [
    "/unknown",
    "/unknown.html",
    "/namespace/",
    "/style.css/",
    "/%00",
    "/style.css%00.html",
  ]) {
    it(`${path} is not found`, async () => {
      assert.ok([400, 404].includes((await request(server, path)).status));
    });
  }

  it("other methods are not allowed", async () => {
    for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
      const answer = await request(server, "/style.css", { method });
      assert.ok([404, 405].includes(answer.status), String(answer.status));
    }
  });

  it("a connection serves one request after the other", async () => {
    const get = (path, more = "") => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;
    const answer = await exchange(server, [
      get("/icon.svg") + get("/unknown") + get("/icon.svg", "Connection: close\r\n"),
    ]);
    assert.deepEqual(answer.match(/HTTP\/1\.1 \d+/g), ["HTTP/1.1 200", "HTTP/1.1 404", "HTTP/1.1 200"]);
  });
});

describe("files: no way out of the folder", () => {
  const targets = [
    "/../package.json",
    "/../../../../../../../../etc/passwd",
    "/%2e%2e/package.json",
    "/%2E%2E/package.json",
    "/.%2e/package.json",
    "/..%2fpackage.json",
    "/%2e%2e%2fpackage.json",
    "/..%5cpackage.json",
    "/..\\package.json",
    "/./../package.json",
    "//etc/passwd",
    "/%2fetc%2fpasswd",
    "/etc/passwd",
    "/%252e%252e/package.json",
    "/%c0%ae%c0%ae/package.json",
    "/..;/package.json",
    "/socket.io/../../package.json",
    "/socket.io/%2e%2e/package.json",
    "/socket.io/..%2f..%2fpackage.json",
    "../package.json",
    "file:///etc/passwd",
  ];
  const ask = (target) =>
    exchange(server, [`GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`]);
  const secret = /root:|socket\.io-client|dependencies/;

  for (const target of targets) {
    it(target, async () => {
      const answer = await ask(target);
      assert.doesNotMatch(answer, secret);
      assert.match(answer, /^HTTP\/1\.1 4\d\d /);
    });
  }

  for (const target of [
    "/room/../../package.json",
    "/room/%2e%2e/%2e%2e/package.json",
    "/room/..%2f..%2fpackage.json",
  ]) {
    it(`${target} is at most a room`, async () => assert.doesNotMatch(await ask(target), secret));
  }
});
