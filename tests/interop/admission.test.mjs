// SPDX-License-Identifier: MIT
// Who comes in, and how a server ends: the official Socket.IO client against the conformance server.

import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";
import WebSocket from "ws";
import { modes, next, open, ready } from "./client.mjs";
import { request } from "./raw.mjs";
import { start, within } from "./server.mjs";

/** Starts the conformance server with environment variables. */
async function start_with(variables) {
  Object.assign(process.env, variables);
  try {
    return await start("SOCKET_SERVER");
  } finally {
    for (const name of Object.keys(variables)) delete process.env[name];
  }
}

/** A client's round trip. */
async function healthy(t, server, options = {}) {
  const socket = await ready(open(t, server, "/", options));
  const answer = next(socket, "message-back");
  socket.emit("message", "healthy?");
  assert.deepEqual(await answer, ["healthy?"]);
  return socket;
}

const handshake = "/socket.io/?EIO=4&transport=polling";

/** The status with which the server answers the handshake of a WebSocket. */
async function websocket_status(server, options) {
  const socket = new WebSocket(
    server.url.replace("http", "ws") + handshake.replace("polling", "websocket"),
    options,
  );
  const refused = once(socket, "unexpected-response").then(([, response]) => response.statusCode);
  const opened = once(socket, "open").then(() => 101);
  refused.catch(() => {});
  opened.catch(() => {});
  socket.on("error", () => {});
  try {
    return await within(Promise.race([opened, refused]), "an answer to the handshake");
  } finally {
    socket.terminate();
  }
}

describe("admission: allow_request", () => {
  let server;
  before(async () => (server = await start_with({ ALLOW: "1" })));
  after(() => server.stop());

  for (const [mode, options] of Object.entries(modes)) {
    for (const later of [{}, { later: "1" }]) {
      const when = later.later ? "later" : "at once";

      it(`${mode}: who is refused ${when} gets a connect_error`, async (t) => {
        const query = { refuse: "not today", ...later };
        const socket = open(t, server, "/", { ...options, query, reconnection: false });
        let text; // of the answer, which the client forgets at once
        socket.on("connect_error", (error) => (text = error.context?.responseText));
        const [error] = await next(socket, "connect_error");
        assert.ok(!socket.connected);
        if (mode === "by websocket") {
          assert.equal(error.message, "websocket error");
        } else {
          assert.equal(error.message, "xhr poll error");
          assert.equal(error.description, 403);
          assert.deepEqual(JSON.parse(text), { code: 4, message: "not today" });
        }
        await healthy(t, server, options);
      });

      it(`${mode}: who is let in ${when} is in`, (t) => healthy(t, server, { ...options, query: later }));
    }
  }

  it("a WebSocket that is refused gets the text alone", async (t) => {
    const headers = { Connection: "Upgrade", Upgrade: "websocket" };
    const path = handshake.replace("polling", "websocket") + "&refuse=nope";
    const answer = await request(server, path, { headers });
    assert.equal(answer.status, 400);
    assert.equal(answer.body, "nope");
    await healthy(t, server);
  });
});

describe("admission: cookie", () => {
  let server;
  before(async () => (server = await start_with({ COOKIE: "1" })));
  after(() => server.stop());

  it("is set by the answer that opens a session by polling", async (t) => {
    const { headers, body } = await request(server, handshake);
    const { sid } = JSON.parse(body.slice(1));
    assert.deepEqual(headers["set-cookie"], [`io=${sid}; Path=/; HttpOnly; SameSite=Lax`]);
    const unknown = await request(server, `${handshake}&sid=unknown`);
    assert.equal(unknown.headers["set-cookie"], undefined);
    await healthy(t, server);
  });

  it("comes back from a client that keeps cookies", (t) => healthy(t, server, { withCredentials: true }));
});

describe("admission: origins", () => {
  const page = "http://page.example";
  let server, closed;
  before(async () => {
    server = await start_with({ ORIGIN: page });
    closed = await start_with({ ORIGIN: "" });
  });
  after(() => Promise.all([server.stop(), closed.stop()]));

  it("a page that has access may send its cookies", async (t) => {
    const { headers } = await request(server, handshake, { headers: { Origin: page } });
    assert.equal(headers["access-control-allow-origin"], page);
    assert.equal(headers["access-control-allow-credentials"], "true");
    const preflight = await request(server, handshake, {
      method: "OPTIONS",
      headers: { Origin: page, "Access-Control-Request-Method": "POST" },
    });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers["access-control-allow-credentials"], "true");
    await healthy(t, server, { extraHeaders: { Origin: page } });
  });

  it("WebSockets come from programs, from here, and from pages that have access", async (t) => {
    for (const [to, origin, status] of [
      [server, undefined, 101],
      [server, server.url, 101],
      [server, page, 101],
      [server, "http://evil.example", 403],
      [server, "null", 403],
      [closed, undefined, 101],
      [closed, closed.url, 101],
      [closed, server.url, 403], // another port
      [closed, page, 403],
    ]) {
      assert.equal(await websocket_status(to, { origin }), status, `Origin: ${origin}`);
    }
    await healthy(t, server);
    await healthy(t, closed);
  });

  it("the client hears of it", async (t) => {
    const extraHeaders = { Origin: "http://evil.example" };
    const socket = open(t, server, "/", { ...modes["by websocket"], extraHeaders, reconnection: false });
    const [error] = await next(socket, "connect_error");
    assert.equal(error.message, "websocket error");
    await healthy(t, server);
  });
});

describe("admission: a server that closes in order", () => {
  for (const [mode, options] of Object.entries(modes)) {
    it(`${mode}: the client has got everything, and then "transport close"`, async (t) => {
      const server = await start_with({ CLOSE: "20000" });
      const socket = await healthy(t, server, { ...options, reconnection: false });
      const heard = [];
      socket.on("message-back", (i) => heard.push(i));
      for (let i = 0; i < 100; ++i) socket.emit("message", i);
      const sent = socket.timeout(5000).emitWithAck("message-with-ack", "last");
      const gone = next(socket, "disconnect");
      assert.deepEqual(await sent, "last");
      await server.stop();
      const [why] = await gone;
      assert.equal(why, "transport close");
      assert.deepEqual(
        heard,
        Array.from({ length: 100 }, (_, i) => i),
      );
    });
  }

  it("nobody comes in any more, and the client goes where there is a server", async (t) => {
    const server = await start_with({ CLOSE: "20000" });
    const socket = await healthy(t, server);
    const gone = next(socket, "disconnect");
    await server.stop();
    assert.deepEqual((await gone)[0], "transport close");
    await assert.rejects(request(server, handshake));
    const back = next(socket, "connect");
    const again = await start("SOCKET_SERVER", server.port);
    t.after(() => again.stop());
    await back;
    await healthy(t, again);
  });

  it("at the deadline it ends whoever stays", async () => {
    const server = await start_with({ CLOSE: "200" });
    const { body } = await request(server, handshake); // and never polls
    assert.ok(body.startsWith("0{"));
    await server.stop();
  });
});
