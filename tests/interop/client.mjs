// SPDX-License-Identifier: MIT
// What the tests of the official Socket.IO client share.

import { io } from "socket.io-client";
import { within } from "./server.mjs";

/** The three ways a client may be connected. */
export const modes = {
  "by polling": { transports: ["polling"] },
  "by websocket": { transports: ["websocket"] },
  "with upgrade": {},
};

/** A socket with a connection of its own, which ends with the test `t`. */
export function open(t, server, namespace = "/", options = {}) {
  const socket = io(server.url + namespace, {
    forceNew: true,
    reconnectionDelay: 10,
    reconnectionDelayMax: 50,
    ...options,
  });
  t.after(() => socket.disconnect());
  return socket;
}

/** The arguments of the next such event. Ask before what causes it. */
export function next(emitter, event) {
  return within(new Promise((resolve) => emitter.once(event, (...args) => resolve(args))), `"${event}"`);
}

/** The values that an event is acknowledged with. */
export function ask(socket, event, ...args) {
  return within(
    new Promise((resolve) => socket.emit(event, ...args, (...values) => resolve(values))),
    `the acknowledgement of "${event}"`,
  );
}

/** What comes back of a "message". */
export function echoed(socket, ...args) {
  const answer = next(socket, "message-back");
  socket.emit("message", ...args);
  return answer;
}

/** Resolves to the socket when it is connected and, if it may upgrade, upgraded. */
export async function ready(socket) {
  const upgrades = socket.io.opts.transports === undefined;
  await Promise.all([next(socket, "connect"), upgrades && next(socket.io.engine, "upgrade")]);
  return socket;
}

/** As many events as were asked for: an array with the arguments of each. `heard` fills while one waits. */
export function collect(emitter, event, count, milliseconds = 30_000) {
  const heard = [];
  const done = new Promise((resolve) => {
    const listener = (...args) => {
      if (heard.push(args) < count) return;
      emitter.off(event, listener);
      resolve(heard);
    };
    emitter.on(event, listener);
  });
  return Object.assign(within(done, `${count} "${event}"`, milliseconds), { heard });
}

/**
 * Calls `emit` with 0, 1, ... `count - 1`, never far ahead of what is `heard`: pings are answered in time, and
 * no queue outgrows the server's bounds. Does not call it with i before `may(i)`.
 */
export async function paced(heard, count, emit, may = () => true) {
  const deadline = Date.now() + 30_000;
  for (let i = 0; i < count; ++i) {
    while (i - heard.length > 50 || !may(i)) {
      if (Date.now() > deadline) throw new Error(`only ${heard.length} of ${i} were heard`);
      await new Promise(setImmediate);
    }
    emit(i);
  }
}

/** The same: some before, some during and some after the upgrade of the engine. */
export function across_upgrade(engine, heard, count, emit) {
  return paced(heard, count, emit, (i) => i < 0.7 * count || engine.transport.name === "websocket");
}
