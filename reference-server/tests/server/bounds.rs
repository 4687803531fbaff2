//! What one client may take: connections, queues, time, and connections to the namespace.

use std::time::{Duration, Instant};

use reference_server::{Bounds, Options, RateLimit};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::client::{Client, call, http, start, talk_to_a_slow_reader};

fn with(bounds: Bounds) -> Options {
    Options { bounds, ..Options::default() }
}

async fn metric(address: std::net::SocketAddr, name: &str) -> u64 {
    let text = http(address, "GET", "/metrics", "", "").await.text;
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{name} is missing in\n{text}")).parse().unwrap()
}

#[tokio::test]
async fn who_is_silent_or_slow_with_a_request_is_closed() {
    let short = Duration::from_millis(300);
    let server =
        start(with(Bounds { header_timeout: short, request_timeout: short, ..Bounds::default() })).await;
    for begun in [
        "",
        "GET /healthz HTTP/1.1\r\nHo",
        "POST /chat-messages HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{",
    ] {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(begun.as_bytes()).await.unwrap();
        let started = Instant::now();
        let mut answer = Vec::new();
        let _ = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await.unwrap();
        assert!(started.elapsed() < Duration::from_secs(2), "{begun:?}");
    }
}

#[tokio::test]
async fn one_address_has_so_many_connections_and_a_closed_one_makes_room() {
    let server = start(with(Bounds { connections_per_address: 2, ..Bounds::default() })).await;
    let first = TcpStream::connect(server.address).await.unwrap();
    let _second = TcpStream::connect(server.address).await.unwrap();
    let mut third = TcpStream::connect(server.address).await.unwrap();
    let mut nothing = Vec::new();
    let closed = tokio::time::timeout(Duration::from_secs(5), third.read_to_end(&mut nothing)).await;
    assert!(closed.is_ok() && nothing.is_empty());
    drop(first);
    let patience = Instant::now() + Duration::from_secs(5);
    while Instant::now() < patience {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let ask = "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        let mut answer = String::new();
        let asked = stream.write_all(ask.as_bytes()).await.is_ok();
        let answered = asked && stream.read_to_string(&mut answer).await.is_ok();
        if answered && answer.contains("chat_connections_refused_total") {
            return;
        }
    }
    panic!("the place of the first was not given to another");
}

#[tokio::test]
async fn what_waits_for_a_reader_who_does_not_read_is_bounded_in_bytes() {
    let mut options = with(Bounds { queue_bytes: 1_000_000, ..Bounds::default() });
    options.limits.text_chars = 200_000;
    let server = start(options).await;
    let (_slow, _ana, left) = talk_to_a_slow_reader(server.address).await;
    assert!(left && metric(server.address, "chat_slow_readers_total").await == 1);
}

#[tokio::test]
async fn who_reads_is_never_taken_for_who_does_not() {
    let server = start(with(Bounds { queue_bytes: 100_000, ..Bounds::default() })).await;
    let mut ana = Client::user(server.address, 1).await;
    ana.ask("joinChat", json!({"chatId": 1})).await.unwrap();
    for _ in 0..100 {
        ana.ask("sendMessage", json!({"chatId": 1, "content": "x".repeat(9_000)})).await.unwrap();
    }
    assert_eq!(ana.heard().await.len(), 100, "nine times what may wait");
    assert_eq!(metric(server.address, "chat_slow_readers_total").await, 0);
}

#[tokio::test]
async fn connecting_again_and_again_over_one_connection_is_limited() {
    let server = start(with(Bounds { connects: RateLimit::new(1, 3), ..Bounds::default() })).await;
    let mut ana = Client::user(server.address, 1).await;
    let mut answers = Vec::new();
    for _ in 0..4 {
        ana.raw("41/chat,".to_owned()).await;
        ana.raw("40/chat,{}".to_owned()).await;
        answers.push(ana.packet(Duration::from_secs(2)).await.unwrap());
    }
    assert!(answers[1].starts_with("40/chat,"), "{answers:?}");
    assert!(answers[2].starts_with("44/chat,") && answers[2].contains("Too many connections"), "{answers:?}");
    let mut bo = Client::user(server.address, 2).await;
    assert!(bo.ask("ping", Value::Null).await.is_some(), "nobody else suffers");
}

#[tokio::test]
async fn calls_without_a_token_are_limited_for_their_address() {
    let bounds = Bounds { anonymous: RateLimit::new(1, 3), ..Bounds::default() };
    let server = start(Options { bounds, ..Options::new(reference_server::DialectName::Gateway) }).await;
    let mut statuses = Vec::new();
    for sender in 10..14 {
        let body = json!({"sender_id": sender, "receiver_id": 1});
        statuses.push(call(server.address, "POST", "/api/chats/conversations", body).await.status);
    }
    assert_eq!(statuses, [201, 201, 201, 429]);
}

#[tokio::test]
async fn a_large_event_is_counted_as_many_and_not_read_once_there_were_too_many() {
    let rate_limit = Some(RateLimit::new(1, 100));
    let server = start(Options { rate_limit, ..Options::default() }).await;
    let mut ana = Client::user(server.address, 1).await;
    let large = json!({"chatId": 1, "content": "x".repeat(900_000)});
    let first = ana.ask("sendMessage", large.clone()).await.unwrap();
    assert!(first["message"].as_str().unwrap().contains("characters"), "{first}");
    let mut refused = Value::Null;
    for _ in 0..3 {
        refused = ana.ask("sendMessage", large.clone()).await.unwrap();
    }
    assert!(refused["message"].as_str().unwrap().contains("Too many events"), "{refused}");
}

/// A session that polls first, and becomes a websocket before it connects to the namespace.
#[tokio::test]
async fn a_session_that_becomes_a_websocket_is_not_taken_for_who_does_not_read() {
    let server = start(with(Bounds { queue_bytes: 100_000, ..Bounds::default() })).await;
    let mut bo = Client::upgraded(server.address, "/chat", 2).await;
    bo.ask("joinChat", json!({"chatId": 1})).await.unwrap();
    let mut ana = Client::user(server.address, 1).await;
    for _ in 0..100 {
        ana.ask("sendMessage", json!({"chatId": 1, "content": "x".repeat(9_000)})).await.unwrap();
        bo.heard().await;
    }
    assert_eq!(metric(server.address, "chat_slow_readers_total").await, 0);
}
