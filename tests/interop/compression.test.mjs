// SPDX-License-Identifier: MIT
// Compressed messages (RFC 7692) and answers (W-046), with Node's own zlib and `ws` as the other side.

import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { after, before, it } from "node:test";
import { deflateRawSync, constants, gunzipSync, inflateSync } from "node:zlib";
import WebSocket from "ws";
import { Polling, exchange, upgrade_request } from "./raw.mjs";
import { start, within } from "./server.mjs";

const path = "/engine.io/";
const websocket = `${path}?EIO=4&transport=websocket`;
const terms = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
const long = "all work and no play ".repeat(2000);

let server;
before(async () => (server = await start("COMPRESSED_SERVER")));
after(() => server.stop());

/** Sends each message and resolves to what came back, the answered extensions and the bytes received. */
async function echoes(messages, offers) {
  const socket = new WebSocket(server.url.replace("http", "ws") + websocket, { perMessageDeflate: offers });
  let extensions, stream;
  socket.on("upgrade", (response) => {
    extensions = response.headers["sec-websocket-extensions"];
    stream = response.socket;
  });
  await within(once(socket, "message"), "the handshake");
  const before = stream.bytesRead;
  const back = [];
  for (const message of messages) {
    socket.send(message);
    const [data, binary] = await within(once(socket, "message"), "the echo");
    back.push(binary ? data : data.toString());
  }
  const bytes = stream.bytesRead - before;
  socket.close();
  const [code] = await within(once(socket, "close"), "the end");
  return { back, extensions, bytes, code };
}

/** The server does what it should for a good client. */
async function healthy() {
  const { back, extensions } = await echoes([`4${long}`], true);
  assert.equal(extensions, terms);
  assert.deepEqual(back, [`4${long}`]);
}

function deflated(text) {
  return deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
}

/** A client's frame; its mask is 0. */
function frame(first, payload) {
  const size = payload.length;
  const length = size < 126 ? [size] : size < 65536 ? [126, size >> 8, size & 255] : [127, 0, 0, 0, 0, size >>> 24, (size >> 16) & 255, (size >> 8) & 255, size & 255];
  length[0] |= 0x80;
  return Buffer.concat([Buffer.from([first, ...length, 0, 0, 0, 0]), payload]);
}

const incompressible = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * i * 2654435761) >>> (i % 24)));
const messages = ["4", `4${long}`, `4${long}\u00e9\u{1f600}`, "4" + "x".repeat(999_999), Buffer.from(long), Buffer.alloc(0), incompressible];

for (const [name, offers, answer] of [
  ["what `ws` offers", true, terms],
  ["what is compressed from its first byte", { threshold: 0 }, terms],
  ["a client's window", { threshold: 0, clientMaxWindowBits: 9 }, terms],
  ["no context takeover", { serverNoContextTakeover: true, clientNoContextTakeover: true }, terms],
  ["a large enough window", { serverMaxWindowBits: 15 }, `${terms}; server_max_window_bits=15`],
  ["a window too small to share", { serverMaxWindowBits: 14 }, undefined],
  ["nothing", false, undefined],
]) {
  it(`F-012 a WebSocket that offers ${name}`, async () => {
    const { back, extensions, bytes, code } = await echoes(messages, offers);
    assert.deepEqual(back, messages);
    assert.equal(extensions, answer);
    assert.equal(bytes < 20_000, answer !== undefined, `${bytes} bytes`);
    assert.equal(code, 1005);
  });
}

const bomb = deflated(Buffer.alloc(400_000_000));

for (const [name, frames, code] of [
  ["data that are not DEFLATE", [frame(0xc1, Buffer.from([0xff, 0xff]))], 1007],
  ["data that are cut off", [frame(0xc1, deflated(long).subarray(0, 20))], 1007],
  ["text that is not UTF-8", [frame(0xc1, deflated(Buffer.from([0x34, 0xff])))], 1007],
  ["a reference to the message before", [frame(0xc1, deflated("4Hello")), frame(0xc1, Buffer.from([0xf2, 0x00, 0x11, 0x00, 0x00]))], 1007],
  ["a bomb of 400 MB", [frame(0xc2, bomb)], 1009],
  ["a bomb in fragments", [frame(0x42, bomb.subarray(0, 1000)), frame(0x80, bomb.subarray(1000))], 1009],
  ["one byte too many", [frame(0xc2, deflated(Buffer.alloc(1_000_001)))], 1009],
  ["a compressed ping", [frame(0xc9, Buffer.alloc(0))], 1002],
  ["a compressed continuation", [frame(0x41, deflated("4a")), frame(0xc0, Buffer.alloc(0))], 1002],
]) {
  it(`F-012 is closed with ${code}: ${name}`, async () => {
    const reason = code === 1009 ? "max_payload" : "";
    const start = [0x88, 2 + reason.length, code >> 8, code & 255];
    const closing = new RegExp(`${String.fromCharCode(...start)}${reason}$`, "s");
    const request = upgrade_request(websocket, { "Sec-WebSocket-Extensions": "permessage-deflate" });
    await exchange(server, [request, /maxPayload.*\}$/s, ...frames, closing]);
    await healthy();
  });
}

it("F-012 is closed with 1002: compression that was not agreed on", async () => {
  await exchange(server, [upgrade_request(websocket), /maxPayload.*\}$/s, frame(0xc1, deflated("4a")), /\x88\x02\x03\xea$/s]);
  await healthy();
});

/** The answer to a poll for one message, as it came. */
async function polled(message, accepted) {
  const session = await Polling.open(server, path);
  await session.post(message);
  const headers = accepted === undefined ? {} : { "Accept-Encoding": accepted };
  const sent = http.get(server.url + session.path, { headers, agent: false });
  const [response] = await within(once(sent, "response"), "the answer to a poll");
  const chunks = [];
  for await (const chunk of response) chunks.push(chunk);
  return { headers: response.headers, body: Buffer.concat(chunks) };
}

for (const [accepted, coding] of [
  ["gzip", "gzip"],
  ["deflate, gzip", "gzip"],
  ["*", "gzip"],
  ["deflate", "deflate"],
  ["gzip;q=0, deflate", "deflate"],
  ["br", undefined],
  ["gzip;q=0", undefined],
  [undefined, undefined],
]) {
  it(`W-046 F-013 an answer to who accepts ${accepted}`, async () => {
    const { headers, body } = await polled(`4${long}`, accepted);
    const decode = { gzip: gunzipSync, deflate: inflateSync, undefined: (bytes) => bytes }[coding];
    assert.equal(headers["content-encoding"], coding);
    assert.equal(headers["content-length"], String(body.length));
    assert.match(headers.vary, /Accept-Encoding/);
    assert.equal(decode(body).toString(), `4${long}`);
    assert.equal(body.length < 1000, coding !== undefined);
  });
}

it("F-144 a message that may not be compressed is not", async () => {
  const plain = `4plain ${long}`;
  const { back, bytes } = await echoes([plain], true);
  assert.deepEqual(back, [plain]);
  assert.ok(bytes > long.length);
  const { headers, body } = await polled(plain, "gzip");
  assert.equal(headers["content-encoding"], undefined);
  assert.equal(body.toString(), plain);
});

it("W-046 F-013 a short answer stays as it is", async () => {
  const { headers, body } = await polled("4short", "gzip");
  assert.equal(headers["content-encoding"], undefined);
  assert.equal(body.toString(), "4short");
});
