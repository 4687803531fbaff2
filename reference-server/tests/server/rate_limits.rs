//! Too many events are refused with a clear error, on sockets and in REST, and nobody else suffers.

use std::time::Duration;

use reference_server::{Options, RateLimit};
use serde_json::{Value, json};

use super::client::{Client, http, rest, start};

/// Three events at once, and no fourth while a test lasts.
fn three() -> Options {
    Options { rate_limit: Some(RateLimit::new(1, 3)), ..Options::default() }
}

const TOO_MANY: &str = "Too many events: one connection may send 1 per second, and 3 at once";

#[tokio::test]
async fn one_event_too_many_is_refused_and_the_next_user_is_not() {
    let server = start(three()).await;
    let mut ana = Client::user(server.address, 1).await;
    let mut bo = Client::user(server.address, 2).await;
    for _ in 0..3 {
        assert!(ana.ask("ping", Value::Null).await.unwrap()["pong"].is_u64());
    }
    let refused = json!({"success": false, "message": TOO_MANY});
    assert_eq!(ana.ask("sendMessage", json!({"chatId": 1, "content": "too much"})).await, Some(refused));
    ana.emit("ping", Value::Null).await;
    let error = json!({"status": "error", "message": TOO_MANY});
    assert_eq!(
        ana.heard_within(Duration::from_millis(200)).await,
        [("error".to_owned(), error)],
        "without an ack, too, it is no silent drop"
    );
    assert!(bo.ask("ping", Value::Null).await.unwrap()["pong"].is_u64());
    let history = rest(server.address, 2, "GET", "/chat-messages/chat/1", Value::Null).await.json();
    assert_eq!(history, json!([]), "what was refused was not done");
    let metrics = http(server.address, "GET", "/metrics", "", "").await.text;
    assert!(metrics.lines().any(|line| line == "chat_refused_total{kind=\"limited\"} 2"), "{metrics}");
}

#[tokio::test]
async fn connects_and_pongs_are_no_events() {
    let server = start(three()).await;
    let mut ana = Client::user(server.address, 1).await;
    for _ in 0..20 {
        ana.raw("3".to_owned()).await;
        ana.raw("40/nowhere,".to_owned()).await;
        let answer = ana.packet(Duration::from_secs(1)).await.unwrap();
        assert!(answer.starts_with("44/nowhere,"), "{answer}");
    }
    assert!(ana.ask("ping", Value::Null).await.unwrap()["pong"].is_u64());
}

#[tokio::test]
async fn rest_calls_and_all_devices_share_the_limit_of_the_user() {
    let server = start(three()).await;
    let mut desk = Client::user(server.address, 1).await;
    let mut phone = Client::user(server.address, 1).await;
    for device in [&mut desk, &mut phone] {
        for _ in 0..2 {
            assert!(device.ask("ping", Value::Null).await.unwrap()["pong"].is_u64());
        }
    }
    let call = async |user| rest(server.address, user, "GET", "/chat-messages/chat/1", Value::Null).await;
    assert_eq!([call(1).await.status, call(1).await.status], [200, 200]);
    let refused = call(1).await;
    let message = "Too many events: one user may send 2 per second, and 6 at once";
    let body = json!({"statusCode": 429, "message": message, "error": "Too Many Requests"});
    assert_eq!((refused.status, refused.json()), (429, body));
    assert_eq!(phone.ask("ping", Value::Null).await.unwrap()["message"], message);
    assert_eq!(call(2).await.status, 200);
}

#[tokio::test]
async fn without_a_limit_anything_goes() {
    let server = start(Options { rate_limit: None, ..Options::default() }).await;
    let mut ana = Client::user(server.address, 1).await;
    for _ in 0..1_000 {
        ana.emit("ping", Value::Null).await;
    }
    assert!(ana.heard().await.is_empty(), "no error");
}
