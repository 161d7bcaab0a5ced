// SPDX-License-Identifier: MIT
// What the tests of the wire rules share: the paths of the conformance servers and sessions opened by hand.

import assert from "node:assert/strict";
import { Frames } from "./raw.mjs";

export const engine_path = "/engine.io/";
export const socket_path = "/socket.io/";

/** A WebSocket which ends with the test `t`. */
export async function websocket(t, server, target) {
  const frames = await Frames.open(server, target);
  t.after(() => frames.close());
  return frames;
}

/** A WebSocket session whose handshake has been read. */
export async function session(t, server, path) {
  const frames = await websocket(t, server, `${path}?EIO=4&transport=websocket`);
  frames.handshake = JSON.parse((await frames.frame()).slice(1));
  return frames;
}

/** The error answers of Engine.IO: the status, and the code and message in JSON. */
export function assert_error(answer, code, message) {
  assert.equal(answer.status, code === 4 ? 403 : 400);
  assert.match(answer.headers["content-type"], /^application\/json/);
  assert.deepEqual(JSON.parse(answer.body), { code, message });
}

/** The sid of the CONNECT answer, which must come next, and after it the auth event of the test server. */
export async function answered(frames, namespace = "", auth = {}) {
  const answer = await frames.next();
  const prefix = namespace ? `40${namespace},` : "40";
  assert.ok(answer.startsWith(`${prefix}{`), answer);
  const { sid, ...more } = JSON.parse(answer.slice(prefix.length));
  assert.match(sid, /^[\w-]{20}$/);
  assert.deepEqual(more, {});
  const event = await frames.next();
  const event_prefix = namespace ? `42${namespace},` : "42";
  assert.ok(event.startsWith(event_prefix), event);
  assert.deepEqual(JSON.parse(event.slice(event_prefix.length)), ["auth", auth]);
  return sid;
}

/** A WebSocket session connected to "/". */
export async function connected(t, server) {
  const frames = await session(t, server, socket_path);
  frames.send("40");
  await answered(frames);
  return frames;
}

/** An echo proves that the socket lives. */
export async function alive(frames, namespace = "") {
  frames.send(`42${namespace}["message","alive?"]`);
  assert.equal(await frames.next(), `42${namespace}["message-back","alive?"]`);
}
