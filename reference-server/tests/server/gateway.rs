//! The `gateway` dialect over real sockets, one promise per test.

use std::time::Duration;

use reference_server::{DialectName, GatewayOptions, Options, Presence};
use serde_json::{Value, json};

use super::client::{Client, Running, call, names, rest, start, token};

async fn server() -> Running {
    start(Options::new(DialectName::Gateway)).await
}

async fn user(server: &Running, id: u64) -> Client {
    Client::named(server.address, "/chat", &id.to_string()).await
}

/// Users 1 and 2 in conversation 1, with nothing left to hear.
async fn joined(server: &Running) -> [Client; 2] {
    let (mut ana, mut bo) = (user(server, 1).await, user(server, 2).await);
    for (client, id) in [(&mut ana, 1), (&mut bo, 2)] {
        client.ask("join-conversation", json!({"conversationId": 1, "userId": id})).await.unwrap();
        client.heard().await;
    }
    ana.heard().await;
    [ana, bo]
}

fn said(sender: u64, text: &str) -> Value {
    json!({"sender_id": sender, "conversation_id": 1, "message_type": "text", "content": text})
}

#[tokio::test]
async fn without_a_user_one_is_told_and_disconnected() {
    let server = server().await;
    for (query, text) in [
        ("", "userId query parameter is required"),
        ("&userId=", "userId query parameter is required"),
        ("&userId=abc", "userId query parameter must be a positive integer"),
        ("&userId=0", "userId query parameter must be a positive integer"),
    ] {
        let mut nobody = Client::enter(server.address, "/chat", query, &json!({})).await.unwrap();
        let heard = nobody.heard_within(Duration::from_millis(200)).await;
        let expected =
            [("error".to_owned(), json!({"message": text})), ("disconnect".to_owned(), Value::Null)];
        assert_eq!(heard, expected, "{query}");
    }
    let health = call(server.address, "GET", "/healthz", Value::Null).await.json();
    assert_eq!(health["connections"], 0);
}

#[tokio::test]
async fn a_join_is_answered_by_ack_and_by_event() {
    let server = server().await;
    let mut ana = user(&server, 1).await;
    for _ in 0..2 {
        let answer = json!({"conversationId": 1, "success": true});
        let asked = json!({"conversationId": 1, "userId": 1});
        assert_eq!(ana.ask("join-conversation", asked).await, Some(answer.clone()));
        assert_eq!(ana.heard().await, [("joined-conversation".to_owned(), answer)]);
    }
    let left = ana.ask("leave-conversation", json!({"conversationId": 1})).await;
    assert_eq!(left, Some(json!({"success": true, "conversationId": 1})));
    assert!(ana.heard().await.is_empty());
}

#[tokio::test]
async fn a_refused_join_says_which_and_why() {
    let server = server().await;
    let mut cy = user(&server, 3).await;
    for (id, claimed, text) in [
        (json!(1), 3, "Unauthorized to join this conversation"),
        (json!(99), 3, "Conversation not found"),
        (json!(2), 2, "userId is not the user of this connection"),
        (json!("2"), 3, "conversationId must be an integer number"),
    ] {
        let asked = json!({"conversationId": id, "userId": claimed});
        let refused = cy.ask("join-conversation", asked).await;
        assert_eq!(refused, Some(json!({"success": false, "conversationId": id, "message": text})));
        assert_eq!(cy.heard().await, [("error".to_owned(), json!({"message": text}))]);
    }
}

#[tokio::test]
async fn a_message_reaches_every_device_of_the_participants_once() {
    let server = server().await;
    let [mut ana, mut bo] = joined(&server).await;
    let mut tablet = user(&server, 2).await;
    let mut cy = user(&server, 3).await;
    for client in [&mut ana, &mut bo, &mut tablet] {
        client.heard().await;
    }
    ana.emit("send-message", said(1, "Hello, how are you?")).await;
    let mut heard = ana.heard().await;
    heard.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(names(&heard), ["message-sent", "receive-message"], "the sender, too, and the confirmation");
    let message = heard[0].1.clone();
    assert_eq!(heard[1].1, message);
    assert_eq!(
        (&message["id"], &message["sender_id"], &message["conversation_id"], &message["message_type"]),
        (&json!(1), &json!(1), &json!(1), &json!("text"))
    );
    assert_eq!(message["conversation"], json!({"id": 1, "sender_id": 1, "receiver_id": 2}));
    for (client, why) in [(&mut bo, "joined"), (&mut tablet, "through the user room")] {
        assert_eq!(client.heard().await, [("receive-message".to_owned(), message.clone())], "{why}");
    }
    assert!(cy.heard().await.is_empty());
}

#[tokio::test]
async fn a_refused_message_is_a_message_error_and_nothing_else() {
    let server = server().await;
    let [mut ana, mut bo] = joined(&server).await;
    for (payload, text) in [
        (
            json!({"conversation_id": 1, "message_type": "text", "content": "x"}),
            "sender_id should not be empty, sender_id must be an integer number",
        ),
        (
            json!({"sender_id": "1", "conversation_id": 1, "message_type": "text", "content": "x"}),
            "sender_id must be an integer number",
        ),
        (
            json!({"sender_id": 1, "conversation_id": 1, "message_type": "video", "content": ""}),
            "message_type must be one of the following values: text, image, file, content should not be empty",
        ),
        (
            json!({"sender_id": 1, "conversation_id": 99, "message_type": "text", "content": "x"}),
            "Conversation not found",
        ),
        (
            json!({"sender_id": 1, "conversation_id": 2, "message_type": "text", "content": "x"}),
            "Unauthorized to send messages to this conversation",
        ),
        (said(2, "as Bo"), "sender_id is not the user of this connection"),
    ] {
        ana.emit("send-message", payload).await;
        assert_eq!(ana.heard().await, [("message-error".to_owned(), json!({"error": text}))]);
    }
    assert!(bo.heard().await.is_empty());
    let page = call(server.address, "GET", "/api/chats/conversations/1/messages", Value::Null).await;
    assert_eq!(page.json()["total"], 0);
}

#[tokio::test]
async fn typing_reaches_the_others_once_and_its_end() {
    let server = server().await;
    let [mut ana, mut bo] = joined(&server).await;
    let typing = |is: bool| json!({"conversationId": 1, "userId": 1, "isTyping": is});
    for _ in 0..3 {
        ana.emit("typing", typing(true)).await;
    }
    assert!(ana.heard().await.is_empty());
    assert_eq!(bo.heard().await, [("user-typing".to_owned(), typing(true))]);
    ana.ask("leave-conversation", json!({"conversationId": 1})).await.unwrap();
    assert_eq!(bo.heard().await, [("user-typing".to_owned(), typing(false))], "who leaves has stopped");
    for (payload, text) in [
        (json!({"conversationId": 1, "userId": 1, "isTyping": "yes"}), "isTyping must be a boolean value"),
        (
            json!({"conversationId": 1, "userId": 2, "isTyping": true}),
            "userId is not the user of this connection",
        ),
        (
            json!({"conversationId": 2, "userId": 1, "isTyping": true}),
            "Unauthorized to type in this conversation",
        ),
    ] {
        ana.emit("typing", payload).await;
        assert_eq!(ana.heard().await, [("error".to_owned(), json!({"message": text}))]);
    }
    assert!(bo.heard().await.is_empty());
}

#[tokio::test]
async fn presence_is_of_users_not_of_devices() {
    let server = server().await;
    let mut ana = user(&server, 1).await;
    let mut bo = user(&server, 2).await;
    let mut phone = user(&server, 2).await;
    assert_eq!(ana.heard().await, [("user:online".to_owned(), json!({"userId": 2}))]);
    bo.raw("41/chat,".to_owned()).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(ana.heard().await.is_empty(), "the phone is still there");
    assert!(phone.heard().await.is_empty(), "one's own coming and going is no news");
    phone.socket.close(None).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(ana.heard().await, [("user:offline".to_owned(), json!({"userId": 2}))]);
}

#[tokio::test]
async fn presence_can_be_for_contacts_only() {
    let server = start(Options { presence: Presence::Contacts, ..Options::new(DialectName::Gateway) }).await;
    let mut ana = user(&server, 1).await;
    let mut bo = user(&server, 2).await;
    user(&server, 3).await.heard().await;
    assert_eq!(names(&bo.heard().await)[..1], ["user:online"], "they share conversation 2");
    assert_eq!(ana.heard().await, [("user:online".to_owned(), json!({"userId": 2}))]);
}

#[tokio::test]
async fn rest_creates_a_conversation_once_per_pair() {
    let server = server().await;
    let create = async |sender: u64, receiver: u64| {
        let body = json!({"sender_id": sender, "receiver_id": receiver});
        call(server.address, "POST", "/api/chats/conversations", body).await
    };
    let made = create(8, 9).await;
    let row = made.json();
    assert_eq!(
        (made.status, &row["id"], &row["sender_id"], &row["receiver_id"]),
        (201, &json!(3), &json!(8), &json!(9))
    );
    assert_eq!(create(9, 8).await.json(), row);
    assert_eq!(create(8, 8).await.status, 400);
    let wrong = call(server.address, "POST", "/api/chats/conversations", json!({"sender_id": 1})).await;
    let body = json!({"statusCode": 400, "error": "Bad Request",
                      "message": "receiver_id should not be empty, receiver_id must be an integer number"});
    assert_eq!((wrong.status, wrong.json()), (400, body));
}

#[tokio::test]
async fn history_comes_in_pages_newest_first() {
    let server = server().await;
    let mut ana = user(&server, 1).await;
    for text in ["one", "two", "three"] {
        ana.emit("send-message", said(1, text)).await;
    }
    ana.heard().await;
    let get = async |query: &str| {
        let path = format!("/api/chats/conversations/1/messages{query}");
        call(server.address, "GET", &path, Value::Null).await
    };
    let page = get("?page=2&limit=2").await.json();
    assert_eq!(
        (&page["total"], &page["page"], &page["limit"], &page["totalPages"]),
        (&json!(3), &json!(2), &json!(2), &json!(2))
    );
    assert_eq!(page["messages"].as_array().unwrap().len(), 1);
    assert_eq!(page["messages"][0]["content"], "one");
    let first = get("").await.json();
    assert_eq!((&first["limit"], &first["messages"][0]["content"]), (&json!(20), &json!("three")));
    assert_eq!(first["messages"][0]["conversation"]["receiver_id"], 2);
    for (query, status) in [
        ("?limit=101", 400),
        ("?limit=0", 400),
        ("?page=0", 400),
        ("?page=two", 400),
        ("?userId=3", 403),
        ("?userId=2", 200),
    ] {
        assert_eq!(get(query).await.status, status, "{query}");
    }
    let nowhere = call(server.address, "GET", "/api/chats/conversations/99/messages", Value::Null).await;
    assert_eq!((nowhere.status, &nowhere.json()["message"]), (404, &json!("Conversation not found")));
}

#[tokio::test]
async fn with_tokens_nobody_is_believed_and_with_sanitising_nothing_is_html() {
    let gateway = GatewayOptions { tokens: true, sanitise: true };
    let server = start(Options { gateway, ..Options::new(DialectName::Gateway) }).await;
    let mut nobody = Client::named(server.address, "/chat", "1").await;
    let heard = nobody.heard_within(Duration::from_secs(1)).await;
    assert_eq!(heard[0], ("error".to_owned(), json!({"message": "Unauthorized: no token provided"})));
    let auth = json!({"token": token(2)});
    let mut another = Client::enter(server.address, "/chat", "&userId=1", &auth).await.unwrap();
    assert_eq!(names(&another.heard_within(Duration::from_secs(1)).await), ["error", "disconnect"]);
    let auth = json!({"token": token(1)});
    let mut ana = Client::enter(server.address, "/chat", "&userId=1", &auth).await.unwrap();
    let text = "<b>\"'&";
    let message = json!({"sender_id": 1, "conversation_id": 1, "message_type": "text", "content": text});
    ana.emit("send-message", message).await;
    assert_eq!(ana.heard().await[0].1["content"], "&lt;b&gt;&quot;&#39;&amp;");
    let create = json!({"sender_id": 1, "receiver_id": 3});
    let path = "/api/chats/conversations";
    assert_eq!(call(server.address, "POST", path, create.clone()).await.status, 401);
    assert_eq!(rest(server.address, 2, "POST", path, create.clone()).await.status, 403);
    assert_eq!(rest(server.address, 1, "POST", path, create).await.status, 201);
    let history = "/api/chats/conversations/1/messages";
    assert_eq!(rest(server.address, 3, "GET", history, Value::Null).await.status, 403);
    assert_eq!(rest(server.address, 1, "GET", history, Value::Null).await.json()["total"], 1);
}
