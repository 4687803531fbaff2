//! The chat of most tutorials: a room is a name that anybody joins, nothing is stored, nobody logs in. It can be wrong in one way.

use serde_json::{Value, json};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

use crate::client::server::{on_its_own, serve_app};

/// What it does otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// It tells the room, then acknowledges.
    Usual,
    /// It acknowledges first. Nothing is wrong with that.
    AcksFirst,
    /// Everybody hears what is said, whatever their room.
    Leaks,
    /// The others do not hear it.
    Loses,
    /// Everybody in the room hears it twice.
    Doubles,
    /// It tells of something else, too.
    Chatters,
    /// What is said comes with a field more.
    Adds,
}

/// Starts it, and returns its base URL.
pub(crate) async fn serve(way: Way) -> String {
    on_its_own(async move || {
        let (layer, io) = SocketIo::builder().build_layer();
        io.ns("/", async move |socket: SocketRef| enter(&socket, way));
        serve_app(axum::Router::new().layer(layer)).await
    })
    .await
}

fn enter(socket: &SocketRef, way: Way) {
    socket.on("join", async |socket: SocketRef, Data(room): Data<String>, ack: AckSender| {
        socket.join(room);
        ack.send("ok").ok();
    });
    socket.on(
        "say",
        async move |socket: SocketRef, io: SocketIo, Data(said): Data<Value>, ack: AckSender| {
            if way == Way::AcksFirst {
                ack.send(&json!({"ok": true})).ok();
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
                return tell(&socket, &io, said, way).await;
            }
            tell(&socket, &io, said, way).await;
            ack.send(&json!({"ok": true})).ok();
        },
    );
}

async fn tell(socket: &SocketRef, io: &SocketIo, mut said: Value, way: Way) {
    let room = said["room"].as_str().unwrap_or_default().to_owned();
    if way == Way::Adds {
        said["at"] = json!(1_700_000_000);
    }
    match way {
        Way::Leaks => io.emit("said", &said).await.ok(),
        Way::Loses => socket.emit("said", &said).ok(),
        _ => io.to(room.clone()).emit("said", &said).await.ok(),
    };
    if way == Way::Doubles {
        io.to(room.clone()).emit("said", &said).await.ok();
    }
    if way == Way::Chatters {
        io.to(room).emit("weather", "fine").await.ok();
    }
}
