// SPDX-License-Identifier: MIT
// The benchmark's application on socket.io, whatever carries it.

export const port = Number(process.env.PORT ?? 0);

/** Registers the handlers. */
export function serve(io) {
  io.on("connection", (socket) => {
    socket.on("echo", (note) => socket.emit("echo", note));
    socket.on("message", (note) => io.emit("response", note));
    socket.on("messageAndAck", (note, acknowledge) => acknowledge({ ok: true }));
    socket.on("broadcast", (note) => socket.broadcast.emit("response", note));
    socket.on("join", ({ id }, acknowledge) => {
      socket.join(id);
      acknowledge();
    });
    socket.on("roomMessage", (note) => io.to(note.id).emit("response", note));
  });
}

/** Says where, and ends when the system asks. */
export function announce(listening_port) {
  for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.exit());
  console.log(`listening on ${listening_port}`);
}
