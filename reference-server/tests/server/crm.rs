//! The `crm` dialect over real sockets, one promise per test.

use std::time::{Duration, Instant};

use reference_server::Options;
use serde_json::{Value, json};

use super::client::{Client, http, names, now_s, rest, start, token_until};

#[tokio::test]
async fn a_message_is_acknowledged_and_reaches_everybody_who_joined() {
    let server = start(Options::default()).await;
    let mut ana = Client::user(server.address, 1).await;
    let mut bo = Client::user(server.address, 2).await;
    let mut outside = Client::user(server.address, 2).await;
    for client in [&mut ana, &mut bo] {
        let joined = client.ask("joinChat", json!({"chatId": 1})).await;
        assert_eq!(joined, Some(json!({"success": true, "message": "Joined chat 1"})));
    }
    assert_eq!(names(&ana.heard().await), ["userJoined"]);
    let ack = ana.ask("sendMessage", json!({"chatId": 1, "content": "Hello, world!"})).await.unwrap();
    assert_eq!((&ack["success"], &ack["data"]["message"]), (&json!(true), &json!("Hello, world!")));
    for client in [&mut ana, &mut bo] {
        let heard = client.heard().await;
        assert_eq!(names(&heard), ["newMessage"]);
        assert_eq!(heard[0].1["message"], ack["data"]);
    }
    assert!(outside.heard().await.is_empty());
}

#[tokio::test]
async fn without_an_ack_a_refusal_is_an_error() {
    let server = start(Options::default()).await;
    let mut nobody = Client::connect(server.address, json!({})).await;
    nobody.emit("joinChat", json!({"chatId": 1})).await;
    let heard = nobody.heard_within(Duration::from_millis(200)).await;
    let expected = json!({"status": "error", "message": "Unauthorized: no token provided"});
    assert_eq!(heard, [("error".to_owned(), expected)]);
    nobody.emit("nobody documents this", json!({})).await;
    assert!(nobody.heard_within(Duration::from_millis(100)).await.is_empty());
}

#[tokio::test]
async fn rest_also_emits() {
    let server = start(Options::default()).await;
    let mut bo = Client::user(server.address, 2).await;
    bo.ask("joinChat", json!({"chatId": 1})).await.unwrap();
    let sent = rest(server.address, 1, "POST", "/chat-messages", json!({"chatId": 1, "content": "a"})).await;
    assert_eq!(sent.status, 201);
    let path = format!("/chat-messages/{}", sent.json()["id"]);
    let updated = rest(server.address, 1, "PUT", &path, json!({"content": "b"})).await;
    assert_eq!((updated.status, updated.json()["message"].clone()), (200, json!("b")));
    assert_eq!(rest(server.address, 2, "PUT", &path, json!({"content": "c"})).await.status, 403);
    let history = rest(server.address, 2, "GET", "/chat-messages/chat/1", Value::Null).await.json();
    assert_eq!(history, json!([updated.json()]));
    assert_eq!(rest(server.address, 1, "DELETE", &path, Value::Null).await.status, 200);
    let heard = bo.heard().await;
    assert_eq!(names(&heard), ["newMessage", "messageUpdated", "messageDeleted"]);
    assert_eq!(heard[0].1["message"], sent.json());
    assert_eq!(heard[1].1["message"], updated.json());
}

#[tokio::test]
async fn a_conversation_made_by_rest_can_be_joined() {
    let server = start(Options::default()).await;
    let made = rest(server.address, 50, "POST", "/project-chats", json!({"participants": [51]})).await;
    assert_eq!((made.status, made.json()["participants"].clone()), (201, json!([51, 50])));
    let mut invited = Client::user(server.address, 51).await;
    let joined = invited.ask("joinChat", json!({"chatId": made.json()["id"]})).await.unwrap();
    assert_eq!(joined["success"], true);
}

#[tokio::test]
async fn rest_refuses_with_a_status() {
    let server = start(Options::default()).await;
    let status = async |user, method, path, body| rest(server.address, user, method, path, body).await.status;
    assert_eq!(status(1, "POST", "/chat-messages", json!({"chatId": 1})).await, 400);
    assert_eq!(status(9, "GET", "/chat-messages/chat/1", Value::Null).await, 403);
    assert_eq!(status(1, "GET", "/chat-messages/chat/99", Value::Null).await, 404);
    let anonymous = http(server.address, "GET", "/chat-messages/chat/1", "", "").await;
    let body =
        json!({"statusCode": 401, "message": "Unauthorized: no token provided", "error": "Unauthorized"});
    assert_eq!((anonymous.status, anonymous.json()), (401, body));
    let huge = "x".repeat(1_100_000);
    assert_eq!(status(1, "POST", "/chat-messages", json!({"chatId": 1, "content": huge})).await, 413);
}

#[tokio::test]
async fn events_of_one_socket_keep_their_order() {
    let server = start(Options::default()).await;
    let mut ana = Client::user(server.address, 1).await;
    for id in 0..200 {
        let content = json!({"chatId": 1, "content": id.to_string()});
        ana.raw(format!("42/chat,{id}{}", json!(["sendMessage", content]))).await;
    }
    for id in 0..200 {
        let packet = ana.packet(Duration::from_secs(2)).await.unwrap();
        let data = packet.strip_prefix(&format!("43/chat,{id}")).expect("acknowledgements in order");
        let data: Value = serde_json::from_str(data).unwrap();
        assert_eq!(data[0]["data"]["message"], id.to_string());
    }
}

#[tokio::test]
async fn a_token_that_expires_while_connected_stops_working() {
    let server = start(Options::default()).await;
    let mut ana = Client::connect(server.address, json!({"token": token_until(1, now_s() + 2)})).await;
    assert_eq!(ana.ask("joinChat", json!({"chatId": 1})).await.unwrap()["success"], true);
    tokio::time::sleep(Duration::from_millis(2_050)).await;
    let expected = json!({"success": false, "message": "Unauthorized: token expired"});
    assert_eq!(ana.ask("ping", Value::Null).await, Some(expected));
}

#[tokio::test]
async fn the_server_ends_typing_by_itself() {
    let options = Options { typing_expiry: Duration::from_millis(120), ..Options::default() };
    let server = start(options).await;
    let mut ana = Client::user(server.address, 1).await;
    let mut bo = Client::user(server.address, 2).await;
    bo.ask("joinChat", json!({"chatId": 1})).await.unwrap();
    let started = Instant::now();
    ana.emit("typing", json!({"chatId": 1, "isTyping": true})).await;
    let mut said = Vec::new();
    while said.len() < 2 {
        let packet = bo.packet(Duration::from_secs(1)).await.expect("a start and a stop");
        said.push(packet.contains("\"isTyping\":true"));
    }
    assert_eq!(said, [true, false]);
    let took = started.elapsed();
    assert!(took >= Duration::from_millis(120) && took < Duration::from_millis(600), "{took:?}");
}

#[tokio::test]
async fn who_is_online_can_be_asked_until_the_last_socket_closes() {
    let server = start(Options::default()).await;
    let ask = async |path: &str| rest(server.address, 2, "GET", path, Value::Null).await.json();
    let first = Client::user(server.address, 1).await;
    let second = Client::user(server.address, 1).await;
    assert_eq!(ask("/chat-monitoring/active-users").await, json!({"activeUsers": 1}));
    let online = |devices: u64| json!({"userId": 1, "isOnline": devices > 0, "sockets": devices});
    assert_eq!(ask("/chat-monitoring/users/1").await, online(2));
    for (client, left) in [(first, 1), (second, 0)] {
        drop(client);
        let patience = Instant::now() + Duration::from_secs(5);
        while ask("/chat-monitoring/users/1").await != online(left) {
            assert!(Instant::now() < patience, "{left} should be left");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    assert_eq!(ask("/chat-monitoring/active-users").await, json!({"activeUsers": 0}));
}
