//! The `minimal` dialect over real sockets, one promise per test.

use reference_server::{DialectName, Options};
use serde_json::{Value, json};

use super::client::{Client, Running, call, names, now_s, rest, start, token_until};

async fn server() -> Running {
    start(Options::new(DialectName::Minimal)).await
}

#[tokio::test]
async fn without_a_good_token_nobody_connects() {
    let server = server().await;
    let late = token_until(1, now_s() - 1);
    for (auth, text) in [
        (json!({}), "Unauthorized: no token provided"),
        (json!({"token": "garbage"}), "Unauthorized: invalid token"),
        (json!({"token": late}), "Unauthorized: token expired"),
    ] {
        let refused = Client::enter(server.address, "/chat", "", &auth).await.err();
        assert_eq!(refused.as_deref(), Some(text));
    }
    let elsewhere = format!("&token={}", token_until(1, now_s() + 60));
    let refused = Client::enter(server.address, "/chat", &elsewhere, &json!({})).await.err();
    assert!(refused.is_some(), "only the auth object counts");
}

#[tokio::test]
async fn a_new_conversation_reaches_every_device_and_takes_it_in() {
    let server = server().await;
    let mut ana = Client::user(server.address, 1).await;
    let mut bo = Client::user(server.address, 2).await;
    let mut phone = Client::user(server.address, 2).await;
    let mut cy = Client::user(server.address, 3).await;
    let ack = ana.ask("createConversation", json!({"user2_id": 2})).await.unwrap();
    let id = ack["conversation"]["id"].clone();
    assert_eq!((&id, &ack["participants"]), (&json!(3), &json!([1, 2])));
    for device in [&mut ana, &mut bo, &mut phone] {
        assert_eq!(device.heard().await, [("conversationCreated".to_owned(), ack.clone())]);
    }
    let mut tablet = Client::user(server.address, 2).await;
    let said = json!({"convId": id, "message": {"message": "Hello, how are you?"}});
    let ack = bo.ask("sendMessage", said).await.unwrap();
    assert_eq!(ack["message"]["message"], "Hello, how are you?");
    assert_eq!(ack["sender"], json!({"id": 2, "name": "Bo"}));
    for device in [&mut ana, &mut bo, &mut phone] {
        assert_eq!(device.heard().await, [("newMessage".to_owned(), ack.clone())]);
    }
    assert!(cy.heard().await.is_empty(), "no participant");
    assert!(tablet.heard().await.is_empty(), "one that connects later joins for itself");
}

#[tokio::test]
async fn one_hears_after_joining_and_until_leaving() {
    let server = server().await;
    let mut ana = Client::user(server.address, 1).await;
    let mut bo = Client::user(server.address, 2).await;
    let here = json!({"convId": 1});
    for _ in 0..2 {
        assert_eq!(ana.ask("joinConversation", here.clone()).await, Some(here.clone()));
        assert_eq!(ana.heard().await, [("joinedConversation".to_owned(), here.clone())], "again, too");
    }
    bo.emit("sendMessage", json!({"convId": 1, "message": {"message": "one"}})).await;
    assert!(bo.heard().await.is_empty(), "the sender has not joined");
    assert_eq!(names(&ana.heard().await), ["newMessage"]);
    assert_eq!(ana.ask("leaveConversation", here.clone()).await, Some(here.clone()));
    bo.emit("sendMessage", json!({"convId": 1, "message": {"message": "two"}})).await;
    bo.heard().await;
    assert_eq!(ana.heard().await, [("leftConversation".to_owned(), here)]);
}

#[tokio::test]
async fn a_refusal_is_an_error_and_an_ack_where_one_was_asked_for() {
    let server = server().await;
    let mut cy = Client::user(server.address, 3).await;
    let text = "You are not a participant in conversation 1";
    let error = ("error".to_owned(), json!({"message": text}));
    cy.emit("joinConversation", json!({"convId": 1})).await;
    assert_eq!(cy.heard().await, std::slice::from_ref(&error));
    let said = json!({"convId": 1, "message": {"message": "let me in"}});
    assert_eq!(cy.ask("sendMessage", said).await, Some(json!({"success": false, "message": text})));
    assert_eq!(cy.heard().await, [error]);
    for (event, payload, text) in [
        ("joinConversation", json!({"convId": 99}), "Conversation 99 not found"),
        ("joinConversation", json!({"convId": "1"}), "convId must be an integer number"),
        (
            "sendMessage",
            json!({"convId": 2, "message": "hi"}),
            "nested property message must be either object or array",
        ),
        (
            "sendMessage",
            json!({"convId": 2, "message": {"message": ""}}),
            "message.message should not be empty",
        ),
        ("createConversation", json!({"user2_id": 3}), "user2_id must be another user"),
        ("createConversation", json!({}), "user2_id should not be empty, user2_id must be an integer number"),
    ] {
        cy.emit(event, payload).await;
        assert_eq!(cy.heard().await, [("error".to_owned(), json!({"message": text}))]);
    }
}

#[tokio::test]
async fn rest_creates_and_sends_and_the_sockets_hear_it() {
    let server = server().await;
    let mut bo = Client::user(server.address, 2).await;
    let made = rest(server.address, 1, "POST", "/chats", json!({"user2_id": 2})).await;
    assert_eq!((made.status, &made.json()["id"]), (201, &json!(3)));
    let sent = rest(server.address, 1, "POST", "/chats/3/message", json!({"message": "posted"})).await;
    assert_eq!((sent.status, &sent.json()["message"]), (201, &json!("posted")));
    let heard = bo.heard().await;
    assert_eq!(names(&heard), ["conversationCreated", "newMessage"]);
    assert_eq!(heard[0].1["conversation"], made.json());
    assert_eq!(heard[1].1["message"], sent.json());
}

#[tokio::test]
async fn rest_refuses_with_a_status() {
    let server = server().await;
    let post = async |user, path, body| rest(server.address, user, "POST", path, body).await.status;
    assert_eq!(post(1, "/chats", json!({})).await, 400);
    assert_eq!(post(3, "/chats/1/message", json!({"message": "hi"})).await, 403);
    assert_eq!(post(1, "/chats/99/message", json!({"message": "hi"})).await, 404);
    assert_eq!(post(1, "/chats/one/message", json!({"message": "hi"})).await, 400);
    let history = rest(server.address, 1, "GET", "/chats/1/messages", Value::Null).await;
    assert_eq!(history.status, 404, "no such route is documented");
    let nobody = call(server.address, "POST", "/chats", json!({"user2_id": 2})).await;
    let body =
        json!({"statusCode": 401, "message": "Unauthorized: no token provided", "error": "Unauthorized"});
    assert_eq!((nobody.status, nobody.json()), (401, body));
}

#[tokio::test]
async fn a_token_that_expires_while_connected_stops_working() {
    let server = server().await;
    let auth = json!({"token": token_until(1, now_s() + 2)});
    let mut ana = Client::enter(server.address, "/chat", "", &auth).await.unwrap();
    assert!(ana.ask("joinConversation", json!({"convId": 1})).await.unwrap()["convId"].is_u64());
    tokio::time::sleep(std::time::Duration::from_millis(2_050)).await;
    let refused = ana.ask("joinConversation", json!({"convId": 1})).await.unwrap();
    assert_eq!(refused["message"], "Unauthorized: token expired");
}
