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
  const socket = io(server.url + namespace, { forceNew: true, reconnectionDelay: 10, reconnectionDelayMax: 50, ...options });
  t.after(() => socket.disconnect());
  return socket;
}

/** The arguments of the next such event. Ask before what causes it. */
export function next(emitter, event) {
  return within(new Promise((resolve) => emitter.once(event, (...args) => resolve(args))), `"${event}"`);
}

/** Resolves to the socket when it is connected and, if it may upgrade, upgraded. */
export async function ready(socket) {
  const upgrades = socket.io.opts.transports === undefined;
  await Promise.all([next(socket, "connect"), upgrades && next(socket.io.engine, "upgrade")]);
  return socket;
}

/** As many events as were asked for: an array with the arguments of each. */
export function collect(socket, event, count) {
  const result = [];
  const done = new Promise((resolve) => {
    const listener = (...args) => {
      if (result.push(args) < count) return;
      socket.off(event, listener);
      resolve(result);
    };
    socket.on(event, listener);
  });
  return within(done, `${count} "${event}"`, 30_000);
}

/** Calls `emit` with 0, 1, ... `count - 1`: a part before, a part during and a part after the upgrade of the engine. */
export async function across_upgrade(engine, count, emit) {
  const upgraded = () => engine.transport.name === "websocket";
  const upgrade = upgraded() || next(engine, "upgrade");
  let i = 0;
  while (i < 0.3 * count) emit(i++);
  while (!upgraded()) {
    if (i < 0.7 * count) emit(i++);
    await Promise.race([upgrade, new Promise(setImmediate)]);
  }
  while (i < count) emit(i++);
}
