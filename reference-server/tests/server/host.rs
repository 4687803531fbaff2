//! What holds whatever the dialect: origins, health, metrics, the page, shutdown, slow readers, broken packets.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use reference_server::{DEVELOPMENT_SECRET, DialectName, Options, UserId};
use serde_json::{Value, json};

use super::client::{Client, http, names, rest, start, talk_to_a_slow_reader};

#[tokio::test]
async fn only_allowed_origins_connect_and_get_cors_headers() {
    let server = start(Options::default()).await;
    let handshake = "/socket.io/?EIO=4&transport=polling";
    let evil = "Origin: https://evil.example\r\n";
    let good = "Origin: http://localhost:5173\r\n";
    let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                   Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    assert_eq!(http(server.address, "GET", handshake, evil, "").await.status, 403);
    let websocket = "/socket.io/?EIO=4&transport=websocket";
    assert_eq!(http(server.address, "GET", websocket, &format!("{evil}{upgrade}"), "").await.status, 403);
    let allowed = http(server.address, "GET", handshake, good, "").await;
    assert_eq!(allowed.status, 200);
    assert!(allowed.head.contains("access-control-allow-origin: http://localhost:5173"));
    assert_eq!(http(server.address, "GET", handshake, "", "").await.status, 200, "no browser, no origin");
    let ask = format!("{good}Access-Control-Request-Method: PUT\r\n");
    let preflight = http(server.address, "OPTIONS", "/chat-messages/1", &ask, "").await;
    assert_eq!(preflight.status, 204);
    assert!(preflight.head.contains("access-control-allow-methods:") && preflight.head.contains("put"));
    let ask = format!("{evil}Access-Control-Request-Method: PUT\r\n");
    let preflight = http(server.address, "OPTIONS", "/chat-messages/1", &ask, "").await;
    assert!(!preflight.head.contains("access-control-allow-origin"));
}

#[tokio::test]
async fn health_and_metrics_count_what_happens() {
    let server = start(Options::default()).await;
    let mut ana = Client::user(server.address, 1).await;
    ana.ask("joinChat", json!({"chatId": 1})).await.unwrap();
    ana.ask("joinChat", json!({"chatId": 99})).await.unwrap();
    ana.ask("sendMessage", json!({"chatId": 1, "content": "hi"})).await.unwrap();
    let health = http(server.address, "GET", "/healthz", "", "").await;
    assert_eq!(health.json(), json!({"status": "ok", "dialect": "crm", "connections": 1}));
    let text = http(server.address, "GET", "/metrics", "", "").await.text;
    for line in [
        "chat_connections 1",
        "chat_users_online 1",
        "chat_rooms 1",
        "chat_messages 1",
        "chat_events_in_total{event=\"joinChat\"} 2",
        "chat_events_out_total{event=\"newMessage\"} 1",
        "chat_refused_total{kind=\"not_found\"} 1",
        "chat_handling_seconds_count 3",
    ] {
        assert!(text.lines().any(|l| l == line), "{line} is missing in\n{text}");
    }
}

#[tokio::test]
async fn the_page_of_every_dialect_may_connect_to_its_server() {
    for dialect in DialectName::all() {
        let server = start(Options::new(*dialect)).await;
        for path in ["/", "/test/websocket-test.html"] {
            let page = http(server.address, "GET", path, "", "").await;
            assert_eq!(page.status, 200, "{path}");
            assert!(page.head.contains("content-type: text/html"), "{}", page.head);
            for event in dialect.about().hears {
                assert!(page.text.contains(&format!("\"{event}\"")), "{dialect}: {event}");
            }
        }
        let own = format!("Origin: http://{}\r\n", server.address);
        let handshake = "/socket.io/?EIO=4&transport=polling";
        assert_eq!(http(server.address, "GET", handshake, &own, "").await.status, 200);
    }
}

#[tokio::test]
async fn the_document_of_every_dialect_is_served_and_counts_as_nothing() {
    for dialect in DialectName::all() {
        let server = start(Options::new(*dialect)).await;
        let served = http(server.address, "GET", "/asyncapi.json", "", "").await;
        assert_eq!(served.status, 200);
        assert!(served.head.contains("content-type: application/json"), "{}", served.head);
        let document = served.json();
        assert_eq!(document["x-socketio"]["dialect"], dialect.name());
        for name in ["socketio", "http"] {
            assert_eq!(document["servers"][name]["host"], server.address.to_string());
        }
        let page = http(server.address, "GET", "/", "", "").await;
        assert!(page.text.contains("href=\"/asyncapi.json\""));
        let health = http(server.address, "GET", "/healthz", "", "").await.json();
        assert_eq!(health, json!({"status": "ok", "dialect": dialect.name(), "connections": 0}));
        let metrics = http(server.address, "GET", "/metrics", "", "").await.text;
        assert!(metrics.contains("chat_handling_seconds_count 0"), "{metrics}");
        assert!(!metrics.contains("chat_refused_total{"), "{metrics}");
    }
}

#[tokio::test]
async fn a_secret_of_ones_own_is_not_in_the_page() {
    let options = Options { jwt_secret: "hush-hush".to_owned(), ..Options::default() };
    let server = start(options).await;
    let page = http(server.address, "GET", "/", "", "").await.text;
    assert!(!page.contains("hush-hush") && page.contains("\"secret\":null"));
}

#[tokio::test]
async fn shutdown_is_quick_and_closes_open_connections() {
    let server = start(Options::default()).await;
    let mut ana = Client::user(server.address, 1).await;
    let handshake = http(server.address, "GET", "/socket.io/?EIO=4&transport=polling", "", "").await;
    assert_eq!(handshake.status, 200);
    let started = Instant::now();
    server.stop.send(()).unwrap();
    server.ended.await.unwrap().unwrap();
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
    while ana.packet(Duration::from_secs(1)).await.is_some() {}
    assert!(started.elapsed() < Duration::from_secs(1), "the connection was closed, not left to time out");
    assert!(tokio::net::TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn a_socket_that_does_not_read_is_disconnected_and_holds_nobody_up() {
    let mut options = Options { queue_packets: 16, ..Options::default() };
    options.limits.text_chars = 200_000;
    let server = start(options).await;
    let (mut slow, mut ana, left) = talk_to_a_slow_reader(server.address).await;
    assert!(left, "the others are told that the slow one has left");
    slow.emit("joinChat", json!({"chatId": 1})).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!names(&ana.heard().await).contains(&"userJoined"), "who was given up does not come back");
    let health = http(server.address, "GET", "/healthz", "", "").await.json();
    assert_eq!(health["connections"], 1);
}

#[tokio::test]
async fn a_packet_that_cannot_be_parsed_ends_the_connection() {
    let server = start(Options::default()).await;
    let mut ana = Client::user(server.address, 1).await;
    ana.raw("42/chat,[\"sendMessage\",{\"chatId\":".to_owned()).await;
    let mut packets = Vec::new();
    while let Some(packet) = ana.packet(Duration::from_secs(1)).await {
        packets.push(packet);
    }
    assert_eq!(packets, ["1"], "a close packet, then the end, as from the official server");
}

#[tokio::test]
async fn half_a_surrogate_pair_survives_as_a_replacement() {
    let server = start(Options::default()).await;
    let mut ana = Client::user(server.address, 1).await;
    ana.ask("joinChat", json!({"chatId": 1})).await.unwrap();
    ana.raw(r#"42/chat,["sendMessage",{"chatId":1,"content":"half \ud83d"}]"#.to_owned()).await;
    let heard = ana.heard().await;
    assert_eq!(heard[0].1["message"]["message"], "half \u{fffd}");
}

#[tokio::test]
async fn who_promises_binary_is_disconnected_before_any_comes() {
    let server = start(Options::default()).await;
    let mut ana = Client::user(server.address, 1).await;
    ana.raw(r#"4510-/chat,["sendMessage",{"_placeholder":true,"num":0}]"#.to_owned()).await;
    assert!(ana.heard_within(Duration::from_millis(500)).await.is_empty());
    let health = http(server.address, "GET", "/healthz", "", "").await.json();
    assert_eq!(health["connections"], 0);
}

#[tokio::test]
async fn a_long_history_is_whole_and_in_order() {
    for (dialect, send, whole) in [
        (DialectName::Crm, "/chat-messages", "/chat-messages/chat/1"),
        (DialectName::Whatsapp, "/api/conversations/1/messages", "/api/conversations/1/messages"),
    ] {
        let server = start(Options::new(dialect)).await;
        for number in 0..100 {
            let text = format!("{number} {}", "[x] ".repeat(1_000));
            let body = json!({"chatId": 1, "content": text, "senderId": "1", "type": "text"});
            assert_eq!(rest(server.address, 1, "POST", send, body).await.status, 201);
        }
        let answer = rest(server.address, 1, "GET", whole, Value::Null).await;
        assert!(answer.head.contains("transfer-encoding: chunked"), "piece by piece: {}", answer.head);
        let body: Value = serde_json::from_str(&unchunked(&answer.text)).unwrap();
        let rows = body.get("messages").unwrap_or(&body).as_array().unwrap();
        assert_eq!((rows.len(), body.get("total").and_then(Value::as_u64).unwrap_or(100)), (100, 100));
        for (number, row) in rows.iter().enumerate() {
            let text = row.get("message").or(row.get("content")).unwrap().as_str().unwrap();
            assert!(text.starts_with(&format!("{number} [x] ")), "{dialect}: {number}");
        }
    }
}

/// A body without the sizes of its chunks.
fn unchunked(mut text: &str) -> String {
    let mut whole = String::new();
    while let Some((size, rest)) = text.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap();
        whole.push_str(&rest[..size]);
        text = rest[size..].trim_start_matches("\r\n");
    }
    whole
}

#[tokio::test]
async fn a_token_that_has_expired_hears_nothing_more() {
    let server = start(Options::default()).await;
    let soon = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() + 2;
    let token = reference_server::sign(DEVELOPMENT_SECRET, &UserId::Number(2), soon).unwrap();
    let mut bo = Client::enter(server.address, "/chat", "", &json!({"token": token})).await.unwrap();
    bo.ask("joinChat", json!({"chatId": 1})).await.unwrap();
    let mut ana = Client::user(server.address, 1).await;
    ana.ask("joinChat", json!({"chatId": 1})).await.unwrap();
    ana.ask("sendMessage", json!({"chatId": 1, "content": "in time"})).await.unwrap();
    assert!(names(&bo.heard().await).contains(&"newMessage"));
    tokio::time::sleep(Duration::from_secs(2)).await;
    ana.ask("sendMessage", json!({"chatId": 1, "content": "too late"})).await.unwrap();
    assert!(bo.heard().await.is_empty());
    assert_eq!(bo.ask("ping", Value::Null).await.unwrap()["success"], false, "answers still come");
}
