// SPDX-License-Identifier: MIT
// Starts a server of this project on a free port, ends it by its process id, and waits with a bound.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

const patience = 10_000;
const patience_with_processes = 30_000; // which may run under a checker, and end in order

/** The promise, or an error that names what was waited for in vain. */
export async function within(promise, what, milliseconds = patience) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited in vain for ${what}`)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A port on which nobody listens now. */
export async function free_port() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}

/**
 * Starts the command which the environment variable holds, with a free port in PORT, or with the given one.
 * Resolves when the server has printed its address. Its output is shown when a test of this process fails.
 */
export async function start(variable, port) {
  const command = process.env[variable];
  if (!command) throw new Error(`${variable} must hold the command that starts the server`);
  port ??= await free_port();

  let output = "";
  const child = spawn("/bin/sh", ["-c", `exec ${command}`], {
    env: { ...process.env, PORT: String(port) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "exit");
  const running = () => child.exitCode === null && child.signalCode === null;
  const ready = new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
        if (/https?:\/\/localhost:\d+/.test(output)) resolve();
      });
    }
  });
  process.on("exit", (code) => {
    child.kill("SIGKILL");
    if (code !== 0) console.error(`--- output of ${variable}\n${output.slice(-5000)}---`);
  });

  const died = ended.then(() =>
    Promise.reject(new Error(`${variable} ended before it was ready:\n${output}`)),
  );
  await within(Promise.race([ready, died]), `${variable} to print its address`, patience_with_processes);
  died.catch(() => {});

  return {
    port,
    url: `http://127.0.0.1:${port}`,
    signal: (name) => child.kill(name),

    /** Kills the server the hard way. */
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },

    /** Asks the server to end. It must still run, and end without an error. */
    async stop() {
      if (!running())
        throw new Error(`${variable} ended by itself (${child.exitCode ?? child.signalCode}):\n${output}`);
      child.kill("SIGTERM");
      await within(ended, `${variable} to end`, patience_with_processes).finally(() => child.kill("SIGKILL"));
      if (child.exitCode) throw new Error(`${variable} ended with ${child.exitCode}:\n${output}`);
    },
  };
}
