// SPDX-License-Identifier: MIT
//! The benchmark's application on socketioxide and axum. PORT: 0 is any.

use axum::serve::ListenerExt;
use serde::{Deserialize, Serialize};
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::{SocketIo, TransportType};

#[derive(Deserialize, Serialize)]
struct Note {
    message: String,
}

#[derive(Deserialize, Serialize)]
struct RoomNote {
    id: String,
    message: String,
}

#[derive(Deserialize)]
struct RoomName {
    id: String,
}

#[derive(Serialize)]
struct Receipt {
    ok: bool,
}

/// Registers the handlers. What cannot be sent is nobody's: whoever is meant has gone.
async fn serve(socket: SocketRef) {
    socket.on("echo", async |s: SocketRef, Data(note): Data<Note>| {
        s.emit("echo", &note).ok();
    });
    socket.on("message", async |io: SocketIo, Data(note): Data<Note>| {
        io.emit("response", &note).await.ok();
    });
    socket.on(
        "messageAndAck",
        async |_: Data<Note>, acknowledgement: AckSender| {
            acknowledgement.send(&Receipt { ok: true }).ok();
        },
    );
    socket.on("broadcast", async |s: SocketRef, Data(note): Data<Note>| {
        s.broadcast().emit("response", &note).await.ok();
    });
    socket.on(
        "join",
        async |s: SocketRef, Data(room): Data<RoomName>, acknowledgement: AckSender| {
            s.join(room.id);
            acknowledgement.send(&[(); 0]).ok(); // no arguments; `()` would be one, null
        },
    );
    socket.on(
        "roomMessage",
        async |io: SocketIo, Data(note): Data<RoomNote>| {
            io.to(note.id.clone()).emit("response", &note).await.ok();
        },
    );
}

// One thread, because all servers are compared on one core: there, several only get in each other's way.
#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let (layer, io) = SocketIo::builder()
        .transports([TransportType::Polling, TransportType::Websocket])
        .build_layer();
    io.ns("/", serve);

    let port: u16 = std::env::var("PORT").map_or(0, |port| port.parse().expect("PORT is a number"));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    println!("listening on {}", listener.local_addr()?.port());
    let without_delay = listener.tap_io(|connection| connection.set_nodelay(true).unwrap_or(()));
    axum::serve(without_delay, axum::Router::new().layer(layer)).await
}
