// SPDX-License-Identifier: MIT
// TLS: the official client, OpenSSL's own, and those who mean it ill.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import tls from "node:tls";
import WebSocket from "ws";
import { modes, next, open, ready } from "./client.mjs";
import { exchange } from "./raw.mjs";
import { start, within } from "./server.mjs";

const folder = mkdtempSync(join(tmpdir(), "socketiopp-"));
const file = (name) => join(folder, name);

/** Writes NAME.pem and NAME.key, signed by the issuer or by itself. */
function certify(name, issuer) {
  const by = issuer ? ["-CA", file(`${issuer}.pem`), "-CAkey", file(`${issuer}.key`)] : [];
  const kind = ["-addext", `basicConstraints=critical,CA:${issuer ? "FALSE" : "TRUE"}`];
  const of = ["-subj", `/CN=${name}`, "-addext", "subjectAltName=DNS:localhost", "-days", "2"];
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", file(`${name}.key`)];
  execFileSync("openssl", ["req", "-x509", ...key, "-out", file(`${name}.pem`), ...of, ...kind, ...by], {
    stdio: "pipe",
  });
  return { cert: readFileSync(file(`${name}.pem`)), key: readFileSync(file(`${name}.key`)) };
}

const root = certify("root");
const identities = Object.fromEntries(["first", "second", "third"].map((name) => [name, certify(name, "root")]));
const known = certify("known", "root");
const stranger = certify("stranger");

/** What the server shows from its next start, or reload, on. */
function use({ cert, key }) {
  writeFileSync(file("server.pem"), cert);
  writeFileSync(file("server.key"), key);
}

async function start_secure(variables = {}) {
  Object.assign(process.env, { CERTIFICATE: file("server.pem"), KEY: file("server.key"), ...variables });
  const server = await start("SECURE_SERVER");
  for (const name of Object.keys(variables)) delete process.env[name];
  return Object.assign(server, { url: `https://localhost:${server.port}` });
}

/** The official client, which trusts the root. */
const connect = (t, server, options) => ready(open(t, server, "/", { ca: root.cert, ...options }));
const echo = (socket, value) => socket.timeout(10_000).emitWithAck("message-with-ack", value);

/** One request by `openssl s_client`. Resolves to its exit code and all that it printed. */
async function s_client(server, ...options) {
  const always = ["-connect", `127.0.0.1:${server.port}`, "-CAfile", file("root.pem"), "-verify_return_error"];
  const child = spawn("openssl", ["s_client", ...always, "-ign_eof", ...options]);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
  child.stdin.on("error", () => {});
  child.stdin.write("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  try {
    const [code] = await within(once(child, "close"), "openssl s_client to end");
    return { code, output };
  } finally {
    child.kill("SIGKILL");
  }
}

/** The first bytes that a client sends. */
async function client_hello() {
  const listener = net.createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const client = tls.connect({ port: listener.address().port, host: "127.0.0.1" });
  client.on("error", () => {});
  const [accepted] = await within(once(listener, "connection"), "a connection");
  const [bytes] = await within(once(accepted, "data"), "a client's hello");
  accepted.destroy();
  listener.close();
  return bytes;
}

/** Resolves when the connection is over, well or not. */
const end_of = (socket) => within(new Promise((resolve) => socket.on("close", resolve)), "the end");

/** The name in the certificate that new connections get. */
async function shown_by(server) {
  const socket = tls.connect({ port: server.port, servername: "localhost", ca: root.cert });
  try {
    await within(once(socket, "secureConnect"), "the handshake");
    return socket.getPeerCertificate().subject.CN;
  } finally {
    socket.destroy();
  }
}

let server;
before(async () => {
  use(identities.first);
  server = await start_secure();
});
after(() => server.stop());
after(() => rmSync(folder, { recursive: true }));

for (const [mode, options] of Object.entries(modes)) {
  describe(`tls: the client ${mode}`, () => {
    it("binary of 200 kB, both ways", async (t) => {
      const socket = await connect(t, server, options);
      const bytes = randomBytes(200_000);
      const back = next(socket, "message-back");
      socket.emit("message", bytes, "text");
      assert.deepEqual(await back, [bytes, "text"]);
      assert.deepEqual(await echo(socket, { nested: [bytes] }), { nested: [bytes] });
    });

    it("many small events at once", async (t) => {
      const socket = await connect(t, server, options);
      const answers = Array.from({ length: 300 }, (_, i) => echo(socket, i));
      assert.deepEqual(
        await Promise.all(answers),
        Array.from({ length: 300 }, (_, i) => i),
      );
    });

    it("a certificate that nobody vouches for is the client's to refuse", async (t) => {
      const socket = open(t, server, "/", { ...options, reconnection: false });
      await next(socket, "connect_error");
      assert.equal(socket.connected, false);
    });
  });
}

describe("tls: WebSocket", () => {
  it("a client that closes gets the code back, and then the end", async () => {
    const socket = new WebSocket(`wss://localhost:${server.port}/socket.io/?EIO=4&transport=websocket`, {
      ca: root.cert,
    });
    await within(once(socket, "open"), "the handshake");
    const ended = once(socket, "close");
    socket.close(4000, "enough");
    const [code] = await within(ended, "the end");
    assert.equal(code, 4000);
  });
});

describe("tls: versions and extensions", () => {
  for (const version of ["tls1_2", "tls1_3"]) {
    it(`${version} is spoken, and ended with a close_notify`, async () => {
      const { code, output } = await s_client(server, `-${version}`);
      assert.equal(code, 0, output);
      assert.match(output, /HTTP\/1\.1 200/);
      assert.match(output, /Verify return code: 0/);
      assert.match(output, /closed$/m);
      assert.doesNotMatch(output, /unexpected eof/);
    });

    it(`${version}: a session is resumed`, async () => {
      const ticket = file(`${version}.ticket`);
      assert.match((await s_client(server, `-${version}`, "-sess_out", ticket)).output, /^New, TLS/m);
      assert.match((await s_client(server, `-${version}`, "-sess_in", ticket)).output, /^Reused, TLS/m);
    });
  }

  for (const version of ["tls1", "tls1_1"]) {
    it(`${version} is refused`, async () => {
      const { code, output } = await s_client(server, `-${version}`, "-cipher", "ALL:@SECLEVEL=0");
      assert.notEqual(code, 0);
      assert.match(output, /alert protocol version/);
      assert.doesNotMatch(output, /HTTP\/1\.1 200/);
    });
  }

  it("ALPN: http/1.1, and a client that does not offer it is served too", async () => {
    assert.match((await s_client(server, "-alpn", "h2,http/1.1")).output, /ALPN protocol: http\/1\.1/);
    const { output } = await s_client(server, "-alpn", "h2");
    assert.match(output, /No ALPN negotiated/);
    assert.match(output, /HTTP\/1\.1 200/);
  });
});

describe("tls: client certificates", () => {
  let strict;
  before(async () => (strict = await start_secure({ CLIENT_CA: file("root.pem") })));
  after(() => strict.stop());

  for (const [mode, options] of Object.entries(modes)) {
    it(`${mode}: who is vouched for comes in, others do not`, async (t) => {
      for (const nobody of [{}, stranger]) {
        const socket = open(t, strict, "/", { ca: root.cert, ...nobody, ...options, reconnection: false });
        await next(socket, "connect_error");
      }
      assert.equal(await echo(await connect(t, strict, { ...known, ...options }), "x"), "x");
    });
  }

  for (const version of ["tls1_2", "tls1_3"]) {
    it(`${version}: so says openssl s_client`, async () => {
      const without = await s_client(strict, `-${version}`);
      assert.doesNotMatch(without.output, /HTTP\/1\.1 200/);
      const shown = ["-cert", file("known.pem"), "-key", file("known.key")];
      assert.match((await s_client(strict, `-${version}`, ...shown)).output, /HTTP\/1\.1 200/);
    });
  }
});

describe("tls: other certificates without a restart", () => {
  it("new connections see them, old ones go on", async (t) => {
    const changing = await start_secure();
    const [polling, websocket] = await Promise.all([
      connect(t, changing, modes["by polling"]),
      connect(t, changing, modes["by websocket"]),
    ]);
    for (const socket of [polling, websocket]) socket.on("disconnect", (reason) => assert.fail(reason));
    assert.equal(await shown_by(changing), "first");

    const changed_to = async (name) => {
      changing.signal("SIGHUP");
      const changed = async () => {
        while ((await shown_by(changing)) !== name);
      };
      await within(changed(), `the certificate of ${name}`);
      assert.equal(await echo(polling, name), name);
      assert.equal(await echo(websocket, name), name);
    };
    use(identities.second);
    await changed_to("second");

    use({ cert: "garbage", key: identities.third.key });
    await changed_to("second");
    use({ cert: identities.third.cert, key: identities.second.key });
    await changed_to("second");
    use(identities.third);
    await changed_to("third");
    for (const socket of [polling, websocket]) socket.off("disconnect").disconnect();
    await changing.stop();
    use(identities.first);
  });
});

describe("tls: those who mean it ill", () => {
  const healthy = async (t) => assert.equal(await echo(await connect(t, server), "well"), "well");

  it("plain HTTP: the connection ends, without an answer", async (t) => {
    const answer = await exchange(server, ["GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"]);
    assert.doesNotMatch(answer, /HTTP/);
    await healthy(t);
  });

  it("garbage, of any length", async (t) => {
    for (const size of [5, 100, 20_000, 300_000]) await exchange(server, [Buffer.alloc(size, 0xff)]);
    for (let i = 0; i < 20; ++i) {
      const sent = randomBytes(200);
      sent[0] = i % 2 ? 22 : sent[0];
      const socket = net.connect(server.port, "127.0.0.1");
      socket.on("error", () => {});
      socket.end(sent);
      socket.resume();
      await end_of(socket);
    }
    await healthy(t);
  });

  it("handshakes that break off, at every place", async (t) => {
    const hello = await client_hello();
    for (const size of [0, 1, 4, 5, 6, 50, hello.length - 1, hello.length]) {
      const part = net.connect(server.port, "127.0.0.1");
      part.on("error", () => {});
      await within(once(part, "connect"), "a connection");
      part.write(hello.subarray(0, size), () => part.destroy());
      await end_of(part);
    }
    await healthy(t);
  });

  it("connections that say nothing do not keep others out", async (t) => {
    const silent = Array.from({ length: 100 }, () => net.connect(server.port, "127.0.0.1"));
    await healthy(t);
    for (const socket of silent) socket.destroy();
  });

  it("connections cut in the middle of a record", async (t) => {
    for (let i = 0; i < 20; ++i) {
      const raw = net.connect(server.port, "127.0.0.1");
      const socket = tls.connect({ socket: raw, servername: "localhost", ca: root.cert });
      socket.on("error", () => {});
      raw.on("error", () => {});
      await within(once(socket, "secureConnect"), "the handshake");
      socket.write("POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n");
      raw.write(Buffer.from("17030301", "hex"));
      setImmediate(() => raw.resetAndDestroy());
      await end_of(raw);
    }
    await healthy(t);
  });
});
