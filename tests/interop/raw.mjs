// SPDX-License-Identifier: MIT
// HTTP requests, polling sessions and WebSockets without a client's help: every byte is the test's own.

import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import WebSocket from "ws";
import { within } from "./server.mjs";

export const separator = "\x1e";

/** One request on a connection of its own. Resolves to { status, headers, body }. */
export function request(server, path, { method = "GET", headers = {}, body } = {}) {
  const answer = new Promise((resolve, reject) => {
    const sent = http.request(server.url, { path, method, headers, agent: false }, async (response) => {
      const chunks = [];
      try {
        for await (const chunk of response) chunks.push(chunk);
        resolve({
          status: response.statusCode,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        });
      } catch (error) {
        reject(error);
      }
    });
    sent.on("error", reject);
    sent.end(body);
  });
  return within(answer, `the answer to ${method} ${path}`);
}

/** The text of a request's head; headers with the value undefined are left out. */
function head(start, headers) {
  const lines = Object.entries({ Host: "localhost", ...headers }).filter(([, value]) => value !== undefined);
  return `${start} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
}

/** A request whose connection the test cuts. */
export function aborted(server, path, { method = "GET", headers = {}, body = "" } = {}) {
  const socket = net.connect(server.port, "127.0.0.1");
  socket.write(head(`${method} ${path}`, headers) + body);
  return socket;
}

/**
 * Writes each chunk as a segment of its own; a pattern among them is waited for before the next is written.
 * Resolves to all bytes received until the last pattern, or else until the server ends the connection.
 */
export async function exchange(server, chunks) {
  const socket = net.connect({ port: server.port, host: "127.0.0.1", noDelay: true });
  let received = "";
  let wake = () => {};
  socket.on("data", (data) => {
    received += data.toString("latin1");
    wake();
  });
  socket.on("error", () => {});
  socket.on("close", () => wake());
  const until = async (done, what) => {
    while (!socket.closed && !done()) await within(new Promise((resolve) => (wake = resolve)), what);
  };
  try {
    for (const chunk of chunks) {
      if (chunk instanceof RegExp) {
        await until(() => chunk.test(received), `${chunk} in ${JSON.stringify(received)}`);
        assert.match(received, chunk);
      } else await new Promise((resolve) => socket.write(chunk, () => setImmediate(resolve)));
    }
    if (!(chunks.at(-1) instanceof RegExp))
      await until(() => false, `the end after ${JSON.stringify(received)}`);
    return received;
  } finally {
    socket.destroy();
  }
}

/** The text of an upgrade request. */
export function upgrade_request(path, headers = {}, method = "GET") {
  return head(`${method} ${path}`, {
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
    ...headers,
  });
}

/** An open HTTP long-polling session. */
export class Polling {
  static async open(server, path) {
    const first = await request(server, `${path}?EIO=4&transport=polling`);
    if (first.status !== 200) throw new Error(`handshake refused: ${first.status} ${first.body}`);
    return new Polling(server, path, JSON.parse(first.body.slice(1)));
  }

  constructor(server, path, handshake) {
    this.server = server;
    this.handshake = handshake;
    this.path = `${path}?EIO=4&transport=polling&sid=${handshake.sid}`;
  }

  get() {
    return request(this.server, this.path);
  }

  post(body, headers = {}) {
    return request(this.server, this.path, {
      method: "POST",
      headers: {
        "Content-Type": "text/plain;charset=UTF-8",
        "Content-Length": Buffer.byteLength(body),
        ...headers,
      },
      body,
    });
  }

  /** The next packets that are not pings, which are answered; noops are skipped. */
  async packets() {
    for (;;) {
      const { status, body } = await this.get();
      if (status !== 200) throw new Error(`polling ended: ${status} ${body}`);
      const packets = body.split(separator);
      if (packets.includes("2")) await this.post("3");
      const wanted = packets.filter((packet) => packet !== "2" && packet !== "6");
      if (wanted.length > 0) return wanted;
    }
  }

  /** As many packets as were asked for. */
  async collect(count) {
    const result = [];
    while (result.length < count) result.push(...(await this.packets()));
    return result;
  }

  /** Polls, with pongs, until the session is gone. Resolves to the packets received before. */
  async end() {
    const seen = [];
    const drained = async () => {
      for (;;) {
        const { status, body } = await this.get();
        if (status === 400 && JSON.parse(body).code === 1) return seen;
        if (status !== 200) throw new Error(`neither packets nor an unknown session: ${status} ${body}`);
        const packets = body.split(separator);
        if (packets.includes("2")) await this.post("3");
        seen.push(...packets.filter((packet) => packet !== "2"));
      }
    };
    return within(drained(), "the session to be closed");
  }

  /** An echo proves that the session lives. */
  async alive() {
    await this.post("4alive?");
    for (;;) if ((await this.packets()).includes("4alive?")) return;
  }
}

/** A WebSocket whose frames wait in a queue until the test takes them. */
export class Frames {
  static async open(server, path) {
    const frames = new Frames(server, path);
    await frames.opened;
    return frames;
  }

  constructor(server, path) {
    this.socket = new WebSocket(server.url.replace("http", "ws") + path, { perMessageDeflate: false });
    this.opened = within(once(this.socket, "open"), "the WebSocket to open");
    this.queue = [];
    this.wake = () => {};
    this.code = undefined;
    this.status = undefined;
    this.socket.on("message", (data, binary) => this.#push(binary ? data : data.toString()));
    this.socket.on("unexpected-response", (_, response) => {
      this.status = response.statusCode;
      this.socket.terminate();
    });
    this.socket.on("error", () => {});
    this.closed = new Promise((resolve) => {
      this.socket.on("close", (code) => {
        this.code = code;
        this.wake();
        resolve(code);
      });
    });
    this.opened.catch(() => {});
  }

  #push(frame) {
    this.queue.push(frame);
    this.wake();
  }

  send(...frames) {
    for (const frame of frames) this.socket.send(frame);
  }

  /** The next frame, whatever it is. */
  async frame() {
    while (this.queue.length === 0) {
      if (this.code !== undefined) throw new Error(`the WebSocket was closed with ${this.code}`);
      await within(new Promise((resolve) => (this.wake = resolve)), "a WebSocket frame");
    }
    return this.queue.shift();
  }

  /** The next frame that is not a ping; pings are answered. */
  async next() {
    for (;;) {
      const frame = await this.frame();
      if (frame !== "2") return frame;
      this.send("3");
    }
  }

  /** Resolves to the close code. Pings are answered, so it is not their absence that closes. */
  async end() {
    const drained = async () => {
      while (this.code === undefined || this.queue.length > 0) await this.next().catch(() => {});
      return this.code;
    };
    return within(drained(), "the WebSocket to be closed");
  }

  close() {
    this.socket.terminate();
  }
}
