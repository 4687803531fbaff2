//! The `minimal-open` dialect over real sockets, one promise per test.

use reference_server::{DialectName, Options};
use serde_json::{Value, json};

use super::client::{Client, Running, call, names, start};

async fn server() -> Running {
    start(Options::new(DialectName::MinimalOpen)).await
}

/// A connection that says nothing about who it is.
async fn socket(server: &Running) -> Client {
    Client::enter(server.address, "/chat", "", &json!({})).await.unwrap()
}

#[tokio::test]
async fn both_documented_forms_create() {
    let server = server().await;
    let mut ana = socket(&server).await;
    for payload in
        [json!({"createConvDto": {"user2_id": 123}, "userId": 456}), json!({"user2_id": 123, "userId": 456})]
    {
        let ack = ana.ask("createConversation", payload).await.unwrap();
        assert_eq!(ack["participants"], json!([456, 123]));
        assert_eq!(ana.heard().await, [("conversationCreated".to_owned(), ack)]);
    }
}

#[tokio::test]
async fn a_socket_is_the_user_its_payloads_name() {
    let server = server().await;
    let mut ana = socket(&server).await;
    let mut bo = socket(&server).await;
    let mut silent = socket(&server).await;
    bo.ask("joinConversation", json!({"convId": 2, "userId": 2})).await.unwrap();
    bo.heard().await;
    let made = ana.ask("createConversation", json!({"user2_id": 2, "userId": 1})).await.unwrap();
    let id = &made["conversation"]["id"];
    assert_eq!(names(&bo.heard().await), ["conversationCreated"]);
    assert_eq!(names(&ana.heard().await), ["conversationCreated"]);
    let said = json!({"convId": id, "message": {"message": "Hello!"}, "userId": 1});
    ana.emit("sendMessage", said).await;
    ana.heard().await;
    let heard = bo.heard().await;
    assert_eq!((names(&heard), &heard[0].1["sender"]["id"]), (vec!["newMessage"], &json!(1)));
    assert!(silent.heard().await.is_empty(), "who never said who it is, is nobody");
}

#[tokio::test]
async fn participation_counts_here_too() {
    let server = server().await;
    let mut socket = socket(&server).await;
    for (event, payload, text) in [
        (
            "joinConversation",
            json!({"convId": 1, "userId": 3}),
            "You are not a participant in conversation 1",
        ),
        ("joinConversation", json!({"convId": 1}), "You are not a participant in conversation 1"),
        (
            "createConversation",
            json!({"createConvDto": {}, "userId": 1}),
            "createConvDto.user2_id should not be empty, createConvDto.user2_id must be an integer number",
        ),
    ] {
        let refused = socket.ask(event, payload).await;
        assert_eq!(refused, Some(json!({"success": false, "message": text})));
        assert_eq!(socket.heard().await, [("error".to_owned(), json!({"message": text}))]);
    }
}

#[tokio::test]
async fn rest_names_the_user_in_the_body() {
    let server = server().await;
    let mut bo = socket(&server).await;
    bo.ask("joinConversation", json!({"convId": 1, "userId": 2})).await.unwrap();
    bo.heard().await;
    let post = async |path, body| call(server.address, "POST", path, body).await;
    let sent = post("/chats/1/message", json!({"message": "posted", "userId": 1})).await;
    assert_eq!((sent.status, &sent.json()["sender_id"]), (201, &json!(1)));
    assert_eq!(post("/chats", json!({"user2_id": 2, "userId": 1})).await.status, 201);
    assert_eq!(names(&bo.heard().await), ["newMessage", "conversationCreated"]);
    assert_eq!(post("/chats/1/message", json!({"message": "x", "userId": 3})).await.status, 403);
    let unnamed = post("/chats", json!({"user2_id": 2})).await;
    assert_eq!((unnamed.status, &unnamed.json()["statusCode"]), (400, &json!(400)));
}

#[tokio::test]
async fn who_has_named_themselves_joins_with_the_conversation_alone() {
    let server = start(Options::new(DialectName::MinimalOpen)).await;
    let mut ana = Client::enter(server.address, "/chat", "", &Value::Null).await.unwrap();
    ana.emit("joinConversation", json!({"convId": 1})).await;
    let text = "userId should not be empty, userId must be an integer number";
    let nobody = [("error".to_owned(), json!({"message": text}))];
    assert_eq!(ana.heard().await, nobody, "a connection that has named nobody is nobody");
    ana.emit("sendMessage", json!({"convId": 1, "message": {"message": "hi"}, "userId": 1})).await;
    ana.emit("joinConversation", json!({"convId": 1})).await;
    assert_eq!(names(&ana.heard().await), ["joinedConversation"]);
    ana.emit("leaveConversation", json!({"convId": 1})).await;
    assert_eq!(names(&ana.heard().await), ["leftConversation"]);
    ana.emit("joinConversation", json!({"convId": 2})).await;
    assert_eq!(names(&ana.heard().await), ["error"], "nor does it let anybody in who takes no part");
}
