//! The least server on `socketioxide`: the dialect of the comparison, and nothing more. The reference server stands on the same
//! library; the difference is what a chat costs.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::{StatusCode, header::CONTENT_TYPE};
use axum::routing::post;
use serde_json::{Value, json};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

/// Serves until the process is ended.
pub(crate) fn serve(port: u16) -> io::Result<()> {
    tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?.block_on(async {
        let (layer, io) = SocketIo::builder().max_buffer_size(4096).ws_read_buffer_size(512).build_layer();
        let messages = Arc::new(AtomicU64::new(0));
        io.ns("/", async move |socket: SocketRef| {
            socket.on("echo", async |Data(payload): Data<Value>, ack: AckSender| {
                let _sent = ack.send(&payload);
            });
            socket.on("join", async |socket: SocketRef, Data(payload): Data<Value>, ack: AckSender| {
                socket.join(payload["room"].to_string());
                let _sent = ack.send(&json!({"ok": true}));
            });
            let messages = Arc::clone(&messages);
            socket.on(
                "send",
                async move |socket: SocketRef, Data(mut payload): Data<Value>, ack: AckSender| {
                    let id = messages.fetch_add(1, Ordering::Relaxed);
                    let room = payload["room"].to_string();
                    payload["id"] = id.into();
                    let _sent = socket.within(room).emit("message", &payload).await;
                    let _sent = ack.send(&json!({"id": id}));
                },
            );
        });
        let rooms = Arc::new(AtomicU64::new(0));
        let make = move || {
            let id = rooms.fetch_add(1, Ordering::Relaxed);
            std::future::ready((
                StatusCode::CREATED,
                [(CONTENT_TYPE, "application/json")],
                format!("{{\"id\":{id}}}"),
            ))
        };
        let app = axum::Router::new().route("/rooms", post(make)).layer(layer);
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
        axum::serve(tokio_nodelay(listener), app).await
    })
}

fn tokio_nodelay(
    listener: tokio::net::TcpListener,
) -> impl axum::serve::Listener<Io = tokio::net::TcpStream, Addr = std::net::SocketAddr> {
    use axum::serve::ListenerExt as _;
    listener.tap_io(|stream| {
        let _set = stream.set_nodelay(true);
    })
}
