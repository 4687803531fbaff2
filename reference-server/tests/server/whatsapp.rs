//! The `whatsapp` dialect over real sockets, one promise per test.

use std::time::Duration;

use reference_server::{DEVELOPMENT_SECRET, DialectName, Options, UserId, sign};
use serde_json::{Value, json};

use super::client::{Client, Running, call, http, names, now_s, start};

async fn server() -> Running {
    start(Options::new(DialectName::Whatsapp)).await
}

async fn user(server: &Running, id: &str) -> Client {
    Client::named(server.address, "/messages", id).await
}

fn token(user: &str) -> String {
    sign(DEVELOPMENT_SECRET, &UserId::Name(user.into()), now_s() + 3_600).unwrap()
}

/// Users 1 and 2 in conversation 1, with nothing left to hear.
async fn joined(server: &Running) -> [Client; 2] {
    let (mut ana, mut bo) = (user(server, "1").await, user(server, "2").await);
    for client in [&mut ana, &mut bo] {
        client.emit("conversation:join", json!({"conversationId": "1"})).await;
        client.heard().await;
    }
    ana.heard().await;
    [ana, bo]
}

async fn send(server: &Running, sender: &str, content: Value) -> Value {
    let body = json!({"senderId": sender, "type": "text", "content": content});
    let sent = call(server.address, "POST", "/api/conversations/1/messages", body).await;
    assert_eq!(sent.status, 201, "{}", sent.text);
    sent.json()
}

async fn read(server: &Running, reader: &str) -> Value {
    let path = "/api/conversations/1/messages/read";
    let answer = call(server.address, "POST", path, json!({"userId": reader})).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["updated"].clone()
}

fn statuses(heard: &[(String, Value)]) -> Vec<(&str, &str)> {
    let of = |value: &'_ Value| value["messageId"].as_str().map(str::to_owned);
    assert!(heard.iter().all(|(_, payload)| of(payload).is_some()), "{heard:?}");
    heard.iter().map(|(name, payload)| (name.as_str(), payload["status"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn both_modes_of_authentication() {
    let server = server().await;
    let enter = async |query: &str, auth: Value| {
        Client::enter(server.address, "/messages", query, &auth).await.map(drop)
    };
    assert_eq!(enter("&userId=user-123", json!({})).await, Ok(()));
    assert_eq!(enter("", json!({"token": token("user-123")})).await, Ok(()));
    let missing = Err("Unauthorized: no token and no userId provided".to_owned());
    assert_eq!(enter("", json!({})).await, missing);
    assert_eq!(enter("&userId=%20", json!({})).await, missing);
    let invalid = Err("Unauthorized: invalid token".to_owned());
    assert_eq!(enter("&userId=user-123", json!({"token": "garbage"})).await, invalid);
}

#[tokio::test]
async fn in_production_only_tokens_count() {
    let options = Options { dev_auth: Some(false), ..Options::new(DialectName::Whatsapp) };
    let server = start(options).await;
    let named = Client::enter(server.address, "/messages", "&userId=1", &json!({})).await.map(drop);
    assert_eq!(named, Err("Unauthorized: no token provided".to_owned()));
    let auth = json!({"token": token("1")});
    Client::enter(server.address, "/messages", "", &auth).await.unwrap();
    let path = "/api/conversations/1/messages";
    assert_eq!(call(server.address, "GET", path, Value::Null).await.status, 401);
    let with = async |user: &str, method, body: Value| {
        let headers = format!("Authorization: Bearer {}\r\n", token(user));
        http(server.address, method, path, &headers, &body.to_string()).await.status
    };
    assert_eq!(with("1", "GET", Value::Null).await, 200);
    assert_eq!(with("3", "GET", Value::Null).await, 403);
    assert_eq!(with("1", "POST", json!({"senderId": "1", "content": "hi"})).await, 201);
    assert_eq!(with("1", "POST", json!({"senderId": "2", "content": "hi"})).await, 403, "for oneself only");
}

#[tokio::test]
async fn joining_and_leaving_are_answered_by_event_and_by_ack() {
    let server = server().await;
    let mut ana = user(&server, "1").await;
    let data = json!({"conversationId": "1", "success": true});
    for (event, answer) in
        [("conversation:join", "conversation:joined"), ("conversation:leave", "conversation:left")]
    {
        let ack = ana.ask(event, json!({"conversationId": "1"})).await;
        assert_eq!(ack, Some(json!({"event": answer, "data": data})));
        assert_eq!(ana.heard().await, [(answer.to_owned(), data.clone())]);
    }
}

#[tokio::test]
async fn errors_have_the_documented_shape() {
    let server = server().await;
    let mut cy = user(&server, "3").await;
    for (event, payload, code, text) in [
        (
            "conversation:join",
            json!({"conversationId": "1"}),
            403,
            "You are not a participant in conversation 1",
        ),
        (
            "conversation:join",
            json!({"conversationId": "test-conv"}),
            404,
            "Conversation test-conv not found",
        ),
        ("conversation:join", json!({"conversationId": "01"}), 404, "Conversation 01 not found"),
        ("conversation:join", json!({"conversationId": 1}), 400, "conversationId must be a string"),
        (
            "typing:start",
            json!({}),
            400,
            "conversationId should not be empty, conversationId must be a string",
        ),
    ] {
        cy.emit(event, payload).await;
        let error = json!({"status": "error", "message": text, "statusCode": code});
        assert_eq!(cy.heard().await, [("error".to_owned(), error)]);
    }
}

#[tokio::test]
async fn a_message_is_received_then_delivered_then_read() {
    let server = server().await;
    let [mut ana, mut bo] = joined(&server).await;
    let mut outside = user(&server, "2").await;
    let sent = send(&server, "1", json!("Hello!")).await;
    assert_eq!((&sent["status"], &sent["senderId"]), (&json!("sent"), &json!("1")));
    assert_eq!(sent["sender"], json!({"id": "1", "name": "Ana", "phoneNumber": "+43 1 0001"}));
    let expected = [("message:received", "sent"), ("message:status", "delivered")];
    for client in [&mut ana, &mut bo] {
        let heard = client.heard().await;
        assert_eq!(statuses(&heard), expected, "the sender hears both, too");
        assert_eq!(heard[0].1, sent);
    }
    assert_eq!((read(&server, "1").await, read(&server, "2").await), (json!(0), json!(1)));
    assert_eq!(read(&server, "2").await, json!(0));
    for client in [&mut ana, &mut bo] {
        assert_eq!(statuses(&client.heard().await), [("message:status", "read")]);
    }
    assert!(outside.heard().await.is_empty(), "one has to join");
    let history = call(server.address, "GET", "/api/conversations/1/messages", Value::Null).await.json();
    assert_eq!(history["messages"][0]["status"], "read");
}

#[tokio::test]
async fn with_nobody_there_a_message_goes_from_sent_to_read() {
    let server = server().await;
    let mut ana = user(&server, "1").await;
    ana.emit("conversation:join", json!({"conversationId": "1"})).await;
    assert_eq!(names(&ana.heard().await), ["conversation:joined"]);
    for text in ["one", "two"] {
        send(&server, "1", json!(text)).await;
    }
    assert_eq!(read(&server, "2").await, json!(2));
    let heard = ana.heard().await;
    assert_eq!(
        statuses(&heard),
        [
            ("message:received", "sent"),
            ("message:received", "sent"),
            ("message:status", "read"),
            ("message:status", "read")
        ]
    );
}

#[tokio::test]
async fn content_may_be_anything() {
    let server = server().await;
    let [mut ana, _bo] = joined(&server).await;
    let place = json!({"latitude": 48.2, "longitude": 16.4, "tags": ["home"]});
    for content in [place, json!([1, 2]), json!(5), json!("{\"not\": \"parsed\"}")] {
        assert_eq!(send(&server, "1", content.clone()).await["content"], content);
        assert_eq!(ana.heard().await[0].1["content"], content);
    }
    let body = json!({"senderId": "1", "type": "location", "content": "here"});
    let sent = call(server.address, "POST", "/api/conversations/1/messages", body).await.json();
    assert_eq!(sent["type"], "location");
}

#[tokio::test]
async fn typing_is_of_the_connection_and_ends_by_itself() {
    let options =
        Options { typing_expiry: Duration::from_millis(150), ..Options::new(DialectName::Whatsapp) };
    let server = start(options).await;
    let [mut ana, mut bo] = joined(&server).await;
    let mut cy = user(&server, "3").await;
    bo.heard().await;
    let spoofed = json!({"conversationId": "1", "userId": "2", "isTyping": true});
    for _ in 0..2 {
        ana.emit("typing:start", spoofed.clone()).await;
    }
    assert!(names(&ana.heard().await).iter().all(|name| *name == "user:online"));
    tokio::time::sleep(Duration::from_millis(300)).await;
    let start =
        json!({"conversationId": "1", "userId": "1", "isTyping": true, "user": {"id": "1", "name": "Ana"}});
    let stop = json!({"conversationId": "1", "userId": "1", "isTyping": false});
    assert_eq!(bo.heard().await, [("typing:start".to_owned(), start), ("typing:stop".to_owned(), stop)]);
    assert!(cy.heard().await.is_empty());
}

#[tokio::test]
async fn presence_names_string_ids() {
    let server = server().await;
    let mut ana = user(&server, "ana").await;
    let mut bo = user(&server, "b%C3%B6").await;
    bo.heard().await;
    assert_eq!(ana.heard().await, [("user:online".to_owned(), json!({"userId": "bö"}))]);
    bo.socket.close(None).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(ana.heard().await, [("user:offline".to_owned(), json!({"userId": "bö"}))]);
}

#[tokio::test]
async fn rest_refuses_with_a_status() {
    let server = server().await;
    let made = call(server.address, "POST", "/api/conversations", json!({"participants": ["x", "y"]})).await;
    assert_eq!(
        (made.status, &made.json()["id"], &made.json()["participants"]),
        (201, &json!("3"), &json!(["x", "y"]))
    );
    let post = async |path: &str, body: Value| call(server.address, "POST", path, body).await.status;
    assert_eq!(post("/api/conversations", json!({"participants": []})).await, 400);
    let messages = "/api/conversations/1/messages";
    assert_eq!(post(messages, json!({"senderId": "3", "type": "text", "content": "x"})).await, 403);
    assert_eq!(post(messages, json!({"senderId": "1", "type": "text"})).await, 400);
    let nowhere = "/api/conversations/nowhere/messages";
    assert_eq!(post(nowhere, json!({"senderId": "1", "content": "x"})).await, 404);
    assert_eq!(post("/api/conversations/1/messages/read", json!({"userId": "3"})).await, 403);
    let stranger = call(server.address, "GET", &format!("{messages}?userId=3"), Value::Null).await;
    assert_eq!(stranger.status, 403);
    assert_eq!(call(server.address, "DELETE", messages, Value::Null).await.status, 404);
}

#[tokio::test]
async fn typing_that_contradicts_its_event_is_refused_and_online_users_are_listed() {
    let server = start(Options::new(DialectName::Whatsapp)).await;
    let mut ana = Client::named(server.address, "/messages", "1").await;
    let mut bo = Client::named(server.address, "/messages", "2").await;
    for user in [&mut ana, &mut bo] {
        user.emit("conversation:join", json!({"conversationId": "1"})).await;
        user.heard().await;
    }
    ana.emit("typing:start", json!({"conversationId": "1", "userId": "1", "isTyping": false})).await;
    let heard = ana.heard().await;
    assert_eq!(
        (heard[0].0.as_str(), &heard[0].1["message"]),
        ("error", &json!("isTyping must be equal to true"))
    );
    assert!(bo.heard().await.is_empty());
    ana.emit("typing:start", json!({"conversationId": "1"})).await;
    assert!(ana.heard().await.is_empty());
    assert_eq!(names(&bo.heard().await), ["typing:start"]);
    let online = http(server.address, "GET", "/api/users/online", "", "").await;
    assert_eq!(online.json(), json!({"users": ["1", "2"], "total": 2}));
}
