//! The server of `lounge.yaml`: it answers in whatever form it is told to, as the handlers of a NestJS gateway do by
//! returning a value (an acknowledgement), `{event, data}` (an event alone), or nothing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef, TryData};

use crate::client::server::{on_its_own, serve_app};

/// How a handler answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answers {
    Ack,
    Event,
    /// The ack, then the event.
    Both,
    Nothing,
    /// Two handlers are stacked, and both answer by the event.
    Twice,
    /// Everything is refused by `exception`.
    Refuses,
}

/// What a server does.
#[derive(Debug, Clone, Copy)]
pub(super) struct Habits {
    pub(super) join: Answers,
    pub(super) send: Answers,
    /// Each delivery asks its hearer for an acknowledgement, and is sent once more where none comes.
    pub(super) asks: bool,
}

/// Rooms by id, each with the number of its last message.
type Rooms = Arc<Mutex<HashMap<u64, u64>>>;

/// Serves it on a free port; returns the base URL.
pub(super) async fn serve(habits: Habits) -> String {
    on_its_own(async move || started(habits).await).await
}

async fn started(habits: Habits) -> String {
    let (layer, io) = SocketIo::builder().ack_timeout(Duration::from_millis(300)).build_layer();
    let rooms = Rooms::default();
    let of_sockets = Arc::clone(&rooms);
    io.ns("/lounge", async move |socket: SocketRef, TryData(auth): TryData<Value>| {
        let me = auth.map_or(Value::Null, |auth| auth["user"].clone());
        socket.join(format!("user {}", me.as_str().unwrap_or_default()));
        socket.on("join", async move |socket: SocketRef, Data(data): Data<Value>, ack: AckSender| {
            if habits.join != Answers::Refuses {
                socket.join(data["room"].to_string());
            }
            answer(
                &socket,
                ack,
                habits.join,
                &json!({"ok": true}),
                ("joined", &json!({"room": data["room"]})),
            );
        });
        let rooms = Arc::clone(&of_sockets);
        socket.on("send", async move |socket: SocketRef, Data(data): Data<Value>, ack: AckSender| {
            let message = stored(&rooms, &me, &data);
            if habits.send != Answers::Refuses {
                deliver(&socket, habits, &message).await;
            }
            answer(&socket, ack, habits.send, &message, ("stored", &json!({"ok": true})));
        });
    });
    let joins = async move |Path(room): Path<String>, Json(body): Json<Value>| {
        let nsp = io.of("/lounge").unwrap();
        nsp.within(format!("user {}", body["member"])).join(room).await.unwrap();
        StatusCode::OK
    };
    let app = Router::new().route("/rooms", post(make)).route("/rooms/{room}/join", post(joins));
    let app = app.with_state(rooms);
    serve_app(app.layer(layer)).await
}

async fn make(State(rooms): State<Rooms>) -> (StatusCode, Json<Value>) {
    let mut rooms = rooms.lock().unwrap();
    let id = rooms.len() as u64 + 1;
    rooms.insert(id, 0);
    (StatusCode::CREATED, Json(json!({"id": id})))
}

fn stored(rooms: &Rooms, me: &Value, data: &Value) -> Value {
    let mut rooms = rooms.lock().unwrap();
    let last = rooms.entry(data["room"].as_u64().unwrap()).or_default();
    *last += 1;
    let me: Value =
        me.as_str().and_then(|me| me.parse().ok()).map_or_else(|| me.clone(), |me: u64| json!(me));
    json!({"id": *last, "room": data["room"], "from": me, "text": data["text"]})
}

async fn deliver(socket: &SocketRef, habits: Habits, message: &Value) {
    let room = message["room"].to_string();
    if !habits.asks {
        socket.within(room).emit("message", message).await.unwrap();
        return;
    }
    for hearer in socket.within(room).sockets() {
        let message = message.clone();
        tokio::spawn(async move {
            let asked = hearer.emit_with_ack::<_, [Value; 0]>("message", &message).unwrap().await;
            if asked.is_err() {
                hearer.emit("message", &message).ok();
            }
        });
    }
}

fn answer(socket: &SocketRef, ack: AckSender, how: Answers, value: &Value, (event, data): (&str, &Value)) {
    if matches!(how, Answers::Ack | Answers::Both) {
        ack.send(value).unwrap();
    }
    if matches!(how, Answers::Event | Answers::Both | Answers::Twice) {
        socket.emit(event, data).unwrap();
    }
    if how == Answers::Twice {
        socket.emit(event, data).unwrap();
    }
    if how == Answers::Refuses {
        socket.emit("exception", &json!({"status": "error", "message": "Forbidden resource"})).unwrap();
    }
}
