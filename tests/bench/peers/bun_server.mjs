// SPDX-License-Identifier: MIT
// socket.io on Bun with its own engine: `bun bun_server.mjs`. PORT: 0 is any.

import { Server as Engine } from "@socket.io/bun-engine";
import { Server } from "socket.io";
import { announce, port, serve } from "./application.mjs";

const io = new Server();
const engine = new Engine({ path: "/socket.io/" });
io.bind(engine);
serve(io);
announce(Bun.serve({ hostname: "127.0.0.1", port, ...engine.handler() }).port);
