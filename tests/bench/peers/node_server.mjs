// SPDX-License-Identifier: MIT
// socket.io on Node. ENGINE=ws is ws alone, ENGINE=ws-bufferutil with its native part. PORT: 0 is any.

import { createServer } from "node:http";
import { createRequire } from "node:module";

const engine = process.env.ENGINE ?? "ws";
if (!["ws", "ws-bufferutil"].includes(engine)) throw new Error("ENGINE must be ws or ws-bufferutil");
if (engine === "ws-bufferutil") {
  delete process.env.WS_NO_BUFFER_UTIL;
  // ws and bufferutil fall back silently: without this, both engines would be the same where the native part is missing
  const { unmask } = createRequire(import.meta.url)("bufferutil");
  if (!/\[native code\]/.test(unmask)) {
    console.error("bufferutil has no native part for this machine");
    process.exit(1);
  }
} else {
  process.env.WS_NO_BUFFER_UTIL = "1"; // before ws is loaded
}

const { Server } = await import("socket.io");
const { announce, port, serve } = await import("./application.mjs");

const http = createServer();
serve(new Server(http, { transports: ["polling", "websocket"], perMessageDeflate: false, serveClient: false }));
http.listen(port, "127.0.0.1", () => announce(http.address().port));
