//! Servers that are wrong from the ground up, for every dialect: any namespace, any event. Each serves on a free port for
//! as long as its test lives, and returns its base URL. Rooms can be made through REST, but for the silent one, so that
//! cases and load get as far as the sockets.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use serde_json::{Map, Value, json};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Event, SocketRef, TryData};

use crate::client::server::{on_its_own, serve_app};

/// Lets everybody into a namespace and never says anything there; REST is answered with 200 and `{}`.
pub(crate) async fn silent() -> String {
    let io = |io: &SocketIo| everywhere(io, |_: SocketRef| {});
    serve(io, |_| (StatusCode::OK, json!({}))).await
}

/// The same, but rooms can be made, so that somebody is there to be silent to.
pub(crate) async fn silent_with_rooms() -> String {
    serve(|io| everywhere(io, |_: SocketRef| {}), stored).await
}

/// Acknowledges every event with what it was sent and `success: true`, and emits nothing to anybody.
pub(crate) async fn acks_everything() -> String {
    let enter = |socket: SocketRef| {
        socket.on_fallback(async |TryData(data): TryData<Value>, ack: AckSender| {
            ack.send(&acknowledged(data.ok())).ok();
        });
    };
    serve(move |io| everywhere(io, enter), stored).await
}

/// Answers `hello` at once, the first three of `ping` never, and each later one after so long.
pub(crate) async fn answers_late(after: Duration) -> String {
    let pings = Arc::new(AtomicU64::new(0));
    let enter = move |socket: SocketRef| {
        let pings = Arc::clone(&pings);
        socket.on_fallback(async move |Event(name): Event, ack: AckSender| {
            if name == "ping" {
                if pings.fetch_add(1, Ordering::Relaxed) < 3 {
                    return;
                }
                tokio::time::sleep(after).await;
            }
            ack.send(&json!({"ok": true})).ok();
        });
    };
    serve(move |io| everywhere(io, enter), stored).await
}

/// Lets nobody into a namespace; REST refuses everything but to make rooms.
pub(crate) async fn refuses_connections() -> String {
    serve(|_| {}, refused).await
}

/// Lets everybody in, and answers every event with `exception` and no acknowledgement, as a NestJS guard does.
pub(crate) async fn refuses_events() -> String {
    let enter = |socket: SocketRef| {
        socket.on_fallback(async |socket: SocketRef| {
            socket.emit("exception", &json!({"status": "error", "message": "Forbidden resource"})).ok();
        });
    };
    serve(move |io| everywhere(io, enter), refused).await
}

/// Emits every event to everyone in the namespace, its sender too, and acknowledges it with its own payload.
pub(crate) async fn echoes() -> String {
    let enter = |socket: SocketRef| {
        socket.on_fallback(
            async |socket: SocketRef, Event(name): Event, TryData(data): TryData<Value>, ack: AckSender| {
                let data = data.unwrap_or(Value::Null);
                socket.emit(&name, &data).ok();
                socket.broadcast().emit(&name, &data).await.ok();
                ack.send(&data).ok();
            },
        );
    };
    serve(move |io| everywhere(io, enter), stored).await
}

fn everywhere(io: &SocketIo, enter: impl Fn(SocketRef) + Clone + Send + Sync + 'static) {
    let root = enter.clone();
    io.ns("/", async move |socket: SocketRef| root(socket));
    io.dyn_ns("/{any}", async move |socket: SocketRef| enter(socket)).unwrap();
}

/// An answer over REST.
type Answer = (StatusCode, Value);

/// A request over REST.
struct Asked<'r> {
    method: &'r Method,
    path: &'r str,
    body: Value,
    /// No other request has it.
    number: u64,
}

async fn serve(sockets: impl FnOnce(&SocketIo) + Send + 'static, rest: fn(&Asked<'_>) -> Answer) -> String {
    on_its_own(async move || started(sockets, rest).await).await
}

async fn started(sockets: impl FnOnce(&SocketIo), rest: fn(&Asked<'_>) -> Answer) -> String {
    let (layer, io) = SocketIo::builder().build_layer();
    sockets(&io);
    let count = Arc::new(AtomicU64::new(0));
    let answer = async move |method: Method, uri: Uri, body: Bytes| -> Response {
        let number = 1 + count.fetch_add(1, Ordering::Relaxed);
        let body = serde_json::from_slice(&body).unwrap_or_default();
        let (status, answer) = rest(&Asked { method: &method, path: uri.path(), body, number });
        (status, Json(answer)).into_response()
    };
    serve_app(Router::new().fallback(answer).layer(layer)).await
}

/// Whatever is posted is there, with what it was sent and an id; every history is empty.
fn stored(asked: &Asked<'_>) -> Answer {
    if *asked.method == Method::GET {
        let empty = json!({"messages": [], "total": 0, "page": 1, "limit": 100, "totalPages": 0});
        return (StatusCode::OK, if asked.path.starts_with("/api") { empty } else { json!([]) });
    }
    let Value::Object(mut answer) = asked.body.clone() else {
        return (StatusCode::BAD_REQUEST, json!({"statusCode": 400, "message": "not an object"}));
    };
    // Ids are texts where those that were sent are.
    let texts = ["senderId", "participants"].iter().any(|name| match answer.get(*name) {
        Some(Value::Array(ids)) => ids.iter().any(Value::is_string),
        Some(id) => id.is_string(),
        None => false,
    });
    let id = if texts { json!(format!("id-{}", asked.number)) } else { json!(asked.number) };
    answer.insert("id".to_owned(), id.clone());
    answer.insert("messageId".to_owned(), id);
    (StatusCode::CREATED, Value::Object(answer))
}

/// Rooms can be made, and nothing else.
fn refused(asked: &Asked<'_>) -> Answer {
    let makes_a_room = *asked.method == Method::POST
        && ["/project-chats", "/api/chats/conversations", "/chats", "/api/conversations"]
            .contains(&asked.path);
    if makes_a_room {
        return stored(asked);
    }
    (StatusCode::FORBIDDEN, json!({"statusCode": 403, "message": "Forbidden resource", "error": "Forbidden"}))
}

fn acknowledged(data: Option<Value>) -> Value {
    let mut fields = match data {
        Some(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    fields.insert("success".to_owned(), true.into());
    Value::Object(fields)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
    use tokio::time::timeout;
    use wire::client::rest::{Request, Rest};
    use wire::client::{Arrival, Endpoint, Handshake, Incoming, Socket, SocketKey, Transport};

    use super::*;

    const NAMESPACES: [&str; 3] = ["/", "/chat", "/messages"];

    /// Once it is answered: with yes, or with no.
    async fn open(base: &str, namespace: &str) -> Option<(Socket, UnboundedReceiver<Arrival>)> {
        let endpoint = Endpoint {
            base: base.to_owned(),
            path: "/socket.io/".to_owned(),
            namespace: namespace.to_owned(),
            tls: None,
        };
        let handshake = Handshake { transport: Transport::Websocket, ..Handshake::default() };
        let (sink, mut arrivals) = unbounded_channel();
        let within = Duration::from_secs(5);
        let socket = Socket::open(&endpoint, &handshake, SocketKey(0), within, sink, None).await.unwrap();
        let answer = timeout(within, arrivals.recv()).await.unwrap().unwrap();
        matches!(answer.what, Incoming::Connected { .. }).then_some((socket, arrivals))
    }

    /// What one hears of one's own event within a moment.
    async fn heard(base: &str, namespace: &str) -> Vec<Value> {
        let (socket, mut arrivals) = open(base, namespace).await.unwrap();
        socket.emit("anything", &[json!({"a": 1})], true);
        let mut heard = Vec::new();
        while let Ok(Some(arrival)) = timeout(Duration::from_millis(200), arrivals.recv()).await {
            match arrival.what {
                Incoming::Event { name, args, .. } => heard.push(json!([name, args])),
                Incoming::Ack { args, .. } => heard.push(json!(args)),
                _ => {}
            }
        }
        heard
    }

    #[tokio::test]
    async fn each_is_as_bad_as_it_says_in_every_namespace() {
        let refusal = json!(["exception", [{"status": "error", "message": "Forbidden resource"}]]);
        let echo = [json!(["anything", [{"a": 1}]]), json!([{"a": 1}])];
        for namespace in NAMESPACES {
            assert_eq!(heard(&silent().await, namespace).await, [Value::Null; 0]);
            assert_eq!(heard(&silent_with_rooms().await, namespace).await, [Value::Null; 0]);
            assert_eq!(
                heard(&acks_everything().await, namespace).await,
                [json!([{"a": 1, "success": true}])]
            );
            assert_eq!(heard(&refuses_events().await, namespace).await, std::slice::from_ref(&refusal));
            assert_eq!(heard(&echoes().await, namespace).await, echo);
            assert!(open(&refuses_connections().await, namespace).await.is_none());
        }
    }

    #[tokio::test]
    async fn rooms_can_be_made_where_not_all_is_silence() {
        let call = async |base: &str, path: &str, body: Value| {
            let request = Request {
                method: "POST".to_owned(),
                path: path.to_owned(),
                json: Some(body),
                ..Request::default()
            };
            let answer = Rest::new(base, None).unwrap().call(&request, Duration::from_secs(5)).await.unwrap();
            (answer.status, answer.body)
        };
        let quiet = silent().await;
        assert_eq!(call(&quiet, "/chats", json!({"user2_id": 2})).await, (200, json!({})));
        for base in [acks_everything().await, refuses_events().await, refuses_connections().await] {
            let (status, body) = call(&base, "/chats", json!({"user2_id": 2})).await;
            assert!(status == 201 && body["id"].is_number(), "{status} {body}");
            let (status, body) = call(&base, "/api/conversations", json!({"participants": ["a", "b"]})).await;
            assert!(status == 201 && body["id"].is_string(), "{status} {body}");
        }
        let (status, _) = call(&refuses_events().await, "/chat-messages", json!({"chatId": 1})).await;
        assert_eq!(status, 403);
    }
}
