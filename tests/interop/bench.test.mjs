// SPDX-License-Identifier: MIT
// The benchmark's programs do what they are said to: the generator checks every answer of the servers.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { within } from "./server.mjs";

const programs = process.env.BENCH;
const kinds = ["ack", "echo", "broadcast", "rooms", "idle", "connect", "polling", "upgrade"];
const loads = [
  ...kinds.map((kind) => `--kind ${kind}`),
  "--kind offered --rate 1000",
  "--kind ack --others 30 --rooms-each 10",
  "--kind rooms_churn --rooms 2000 --rooms-each 100",
];

/** Starts a server on a port of its own choice; it ends with the test. */
async function start(t, name, environment = {}) {
  const child = spawn(`${programs}/${name}`, { env: { ...process.env, PORT: "0", ...environment } });
  const ended = once(child, "exit");
  t.after(async () => {
    child.kill("SIGTERM");
    const [code] = await within(ended, `${name} to end`);
    assert.equal(code, 0);
  });
  let output = "";
  for await (const text of child.stdout.setEncoding("utf8").iterator({ destroyOnReturn: false })) {
    output += text;
    if (/listening on \d+\n/.test(output)) break;
  }
  return { pid: child.pid, port: Number(/listening on (\d+)/.exec(output)[1]) };
}

/** What the generator reports of a short load. */
async function load({ pid, port }, wanted) {
  const short = "--connections 20 --in-flight 4 --warm-up 0.1 --seconds 0.3";
  const words = `--pid ${pid} --port ${port} ${short} ${wanted}`.split(" ");
  const { stdout } = await promisify(execFile)(`${programs}/bench_load`, words);
  return JSON.parse(stdout);
}

for (const [name, environment] of [
  ["bench_server", {}],
  ["bench_server", { THREADS: "3" }],
  ["limit_server", {}],
])
  describe(`benchmark: ${name} ${JSON.stringify(environment)}`, () => {
    for (const wanted of loads)
      it(`answers rightly: ${wanted}`, async (t) => {
        const report = await load(await start(t, name, environment), wanted);
        assert.ok(wanted.includes(`--kind ${report.kind}`));
        if (report.kind === "idle") assert.ok(Number.isFinite(report.memory_per_connection));
        else assert.ok(report.messages > 0);
        if (report.kind === "rooms_churn") assert.equal(report.rooms, 2000);
      });
  });

it("benchmark: every part of the message path can be measured", async () => {
  const quick = ["--benchmark_min_time=0.001", "--benchmark_format=json"];
  const { stdout } = await promisify(execFile)(`${programs}/micro`, quick);
  const { benchmarks } = JSON.parse(stdout);
  assert.ok(benchmarks.length > 10);
  for (const one of benchmarks) assert.equal(one.error_message, undefined, one.name);
});

describe("benchmark: the generator", () => {
  it("says what is wrong with a server that does not speak Socket.IO", async (t) => {
    const other = createServer((_, answer) => answer.end("hello")).listen(0, "127.0.0.1");
    await once(other, "listening");
    t.after(() => other.close());
    await assert.rejects(load({ pid: process.pid, port: other.address().port }, "--kind ack"), /bench_load: /);
  });
});
