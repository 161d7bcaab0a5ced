// SPDX-License-Identifier: MIT
// Clients that come through nginx, as they do on most servers: with its buffering, without, and with nothing
// set.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { across_upgrade, collect, modes, next, open, ready } from "./client.mjs";
import { Frames, Polling, aborted } from "./raw.mjs";
import { free_port, start, within } from "./server.mjs";
import { socket_path } from "./wire.mjs";

const environment = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
const missing = spawnSync("nginx", ["-v"], { env: environment }).error && "nginx is not installed";

/** A whole configuration; the folder holds all that nginx writes. */
const configuration = (folder, port, target, location) => `
daemon off;
master_process off;
pid ${folder}/pid;
error_log ${folder}/error.log;
events { worker_connections 512; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  map $http_upgrade $connection_upgrade { default upgrade; "" ""; }
  upstream app { server 127.0.0.1:${target}; keepalive 8; }
  server {
    listen 127.0.0.1:${port};
    client_max_body_size 2m;
    location / {
      proxy_pass http://app;
      ${location}
    }
  }
}`;

const upgrades = `
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;`;

/** Whether somebody listens on the port. */
async function listening(port) {
  const socket = connect(port, "127.0.0.1");
  const answer = await once(socket, "connect").then(
    () => true,
    () => false,
  );
  socket.destroy();
  return answer;
}

const running = new Set();
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));

/** Starts an nginx of our own: what comes to its port is sent to the server's. */
async function nginx(server, location) {
  const folder = await mkdtemp(join(tmpdir(), "socketiopp-nginx-"));
  const port = await free_port();
  const config = join(folder, "nginx.conf");
  await writeFile(config, configuration(folder, port, server.port, location));
  const child = spawn("nginx", ["-p", folder, "-e", join(folder, "error.log"), "-c", config], {
    env: environment,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let output = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (output += text));
  const ended = once(child, "exit");
  const stop = async () => {
    child.kill("SIGKILL");
    await ended;
    running.delete(child);
    await rm(folder, { recursive: true, force: true });
  };
  running.add(child);
  const ready = async () => {
    while (!(await listening(port))) {
      if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}:\n${output}`);
      await new Promise(setImmediate);
    }
  };
  await within(ready(), "nginx to listen").catch(async (error) => {
    await stop();
    throw error;
  });
  return { port, url: `http://127.0.0.1:${port}`, stop };
}

const echo = (socket, ...args) => socket.timeout(10_000).emitWithAck("message-with-ack", ...args);

/** Resolves when the server does not know the session any more; asks with POSTs, which disturb no GET. */
async function forgotten(server, { handshake, path }) {
  const session = new Polling(server, path, handshake);
  const gone = async () => {
    for (;;) {
      const { status, body } = await session.post("3");
      if (status === 400 && JSON.parse(body).code === 1) return;
    }
  };
  await within(gone(), "the session to be forgotten");
}

for (const [what, location, possible] of [
  ["with buffering", `${upgrades}\n      proxy_buffering on;`, modes],
  ["without buffering", `${upgrades}\n      proxy_buffering off;\n      proxy_request_buffering off;`, modes],
  [
    "with nothing set: HTTP/1.0, and no upgrade",
    "",
    { "by polling": modes["by polling"], "with upgrade": modes["with upgrade"] },
  ],
]) {
  describe(`proxy ${what}`, { skip: missing }, () => {
    const plain = location === "";
    let server, proxy;
    before(async () => {
      server = await start("SOCKET_SERVER");
      proxy = await nginx(server, location);
    });
    after(async () => {
      await proxy.stop();
      await server.stop();
    });

    for (const [mode, options] of Object.entries(possible)) {
      const connected = async (t) => {
        const socket = open(t, proxy, "/", options);
        if (plain) await next(socket, "connect");
        else await ready(socket);
        return socket;
      };

      it(`${mode}: text, binary and their order`, async (t) => {
        const socket = await connected(t);
        assert.equal(await echo(socket, "hello ü 🎉"), "hello ü 🎉");
        const nested = { a: [Buffer.from([0, 1, 255])] };
        assert.deepEqual(await echo(socket, nested), nested);
        const answers = collect(socket, "message-back", 200);
        for (let i = 0; i < 200; ++i) socket.emit("message", i % 4 === 0 ? Buffer.from([i]) : i);
        assert.deepEqual(
          await answers,
          Array.from({ length: 200 }, (_, i) => [i % 4 === 0 ? Buffer.from([i]) : i]),
        );
      });

      it(`${mode}: messages of 200 kB, text and binary`, async (t) => {
        const socket = await connected(t);
        for (const text of ["a".repeat(200_000), "ü".repeat(100_000)])
          assert.ok((await echo(socket, text)) === text);
        const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, i) => i & 255));
        assert.ok(bytes.equals(await echo(socket, bytes)));
      });

      it(`${mode}: stays over many pings`, async (t) => {
        const socket = await connected(t);
        socket.on("disconnect", (reason) => assert.fail(reason));
        for (let i = 0; i < 4; ++i) await next(socket.io, "ping");
        assert.equal(await echo(socket, "still"), "still");
        socket.off("disconnect");
      });

      it(`${mode}: twenty clients at once`, async (t) => {
        const sockets = await Promise.all(Array.from({ length: 20 }, () => connected(t)));
        assert.deepEqual(
          await Promise.all(sockets.map((socket, i) => echo(socket, i))),
          sockets.map((_, i) => i),
        );
      });
    }

    if (plain) {
      it("a WebSocket has lost its upgrade on the way: refused, and long-polling goes on", async (t) => {
        const client = await Polling.open(proxy, socket_path);
        const target = `${socket_path}?EIO=4&transport=websocket&sid=${client.handshake.sid}`;
        const probe = new Frames(proxy, target);
        await within(probe.closed, "the refusal");
        assert.equal(probe.status, 400);
        const socket = open(t, proxy);
        await next(socket, "connect");
        assert.equal(await echo(socket, "x"), "x");
      });
      return;
    }

    it("2000 events across the upgrade, in order", async (t) => {
      const socket = open(t, proxy);
      const answers = collect(socket, "message-back", 2000);
      await next(socket, "connect");
      await across_upgrade(socket.io.engine, answers.heard, 2000, (i) => socket.emit("message", i));
      assert.deepEqual(
        (await answers).map(([i]) => i),
        Array.from({ length: 2000 }, (_, i) => i),
      );
    });
  });
}

describe("proxy: ends", { skip: missing }, () => {
  let server; // its sessions outlive a silent client by far
  before(async () => (server = await start("TUTORIAL")));
  after(() => server.stop());

  /** Long-polling and WebSocket sessions through the proxy: what is known of each, and how it is cut off. */
  const sessions = async (t, proxy) => {
    const polling = await Polling.open(proxy, socket_path);
    const waiting = aborted(proxy, polling.path);
    await once(waiting, "ready");
    waiting.on("error", () => {});
    const frames = await Frames.open(proxy, `${socket_path}?EIO=4&transport=websocket`);
    t.after(() => frames.close());
    frames.handshake = JSON.parse((await frames.frame()).slice(1));
    return [
      { handshake: polling.handshake, path: socket_path, cut: () => waiting.destroy() },
      { handshake: frames.handshake, path: socket_path, cut: () => frames.close() },
    ];
  };

  const healthy = async (t, proxy) => {
    const socket = await ready(open(t, proxy));
    const receipt = await socket.timeout(10_000).emitWithAck("messageAndAck", { message: "x" });
    assert.deepEqual(receipt, { ok: true });
    socket.disconnect();
  };

  it("W-038 a client that goes away is missed", async (t) => {
    const proxy = await nginx(server, upgrades);
    t.after(() => proxy.stop());
    for (const session of await sessions(t, proxy)) {
      session.cut();
      await forgotten(server, session);
    }
    await healthy(t, proxy);
  });

  it("a proxy that dies takes its sessions along; server and next proxy go on", async (t) => {
    const first = await nginx(server, upgrades);
    const all = await sessions(t, first);
    await first.stop();
    for (const session of all) await forgotten(server, session);
    await healthy(t, server);
    const second = await nginx(server, upgrades);
    t.after(() => second.stop());
    await healthy(t, second);
  });

  it("a proxy that gives a poll up ends the session, and the client comes back", async (t) => {
    const impatient = await nginx(server, `${upgrades}\n      proxy_read_timeout 1s;`);
    t.after(() => impatient.stop());
    const socket = open(t, impatient, "/", { transports: ["polling"] });
    await next(socket, "connect");
    const [gone, back] = [next(socket, "disconnect"), collect(socket, "connect", 1)];
    await gone;
    await back;
    const handshake = { sid: socket.io.engine.id };
    socket.disconnect();
    await forgotten(server, { handshake, path: socket_path });
    await healthy(t, server);
  });
});

describe("proxy: the address of the client", { skip: missing }, () => {
  let server, proxy;
  before(async () => {
    process.env.TRUSTED_PROXIES = "127.0.0.1";
    server = await start("SOCKET_SERVER");
    delete process.env.TRUSTED_PROXIES;
    proxy = await nginx(server, upgrades);
  });
  after(async () => {
    await proxy.stop();
    await server.stop();
  });

  /** What the server takes for the address of a client at 127.0.0.2, which is no proxy's. */
  const address = async (t, door, options, headers = {}) => {
    const agent = new http.Agent({ localAddress: "127.0.0.2", keepAlive: true });
    t.after(() => agent.destroy());
    const socket = open(t, door, "/", { ...options, agent, extraHeaders: headers });
    await next(socket, "connect");
    return socket.timeout(5000).emitWithAck("address");
  };

  for (const [mode, options] of Object.entries(modes)) {
    it(`${mode}: is told by the proxy, and by nobody else`, async (t) => {
      const lies = { "X-Forwarded-For": "192.0.2.66" };
      assert.equal(await address(t, proxy, options), "127.0.0.2");
      assert.equal(await address(t, proxy, options, lies), "127.0.0.2");
      assert.equal(await address(t, server, options), "127.0.0.2");
      assert.equal(await address(t, server, options, lies), "127.0.0.2");
    });
  }
});
