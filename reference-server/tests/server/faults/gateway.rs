//! The script for the `gateway` dialect.

use std::time::Duration;

use reference_server::{DialectName, Options};
use serde_json::{Value, json};

use super::{ANA, BO, Cast, EVE, PHONE, Seen, USERS};

pub(super) async fn play(options: Options) -> Seen {
    let mut cast = Cast::with_names(Options { dialect: DialectName::Gateway, ..options }).await;
    cast.fence().await;
    rooms(&mut cast).await;
    typing(&mut cast).await;
    history(&mut cast).await;
    cast.guest(json!({}), "join-conversation", json!({"conversationId": 1, "userId": 1})).await;
    cast.health_and_origin().await;
    departures(&mut cast).await;
    cast.flood("leave-conversation", json!({"conversationId": 1})).await;
    cast.seen()
}

fn said(sender: u64, kind: &str, text: &str) -> Value {
    json!({"sender_id": sender, "conversation_id": 1, "message_type": kind, "content": text})
}

fn typed(user: u64, typing: bool) -> Value {
    json!({"conversationId": 1, "userId": user, "isTyping": typing})
}

async fn rooms(cast: &mut Cast) {
    for who in [ANA, BO, EVE] {
        cast.ask(who, "join-conversation", json!({"conversationId": 1, "userId": USERS[who]})).await;
    }
    cast.ask(EVE, "join-conversation", json!({"conversationId": 99, "userId": 9})).await;
    cast.emit(EVE, "send-message", said(9, "text", "let me in")).await;
    cast.ask(BO, "join-conversation", json!({"conversationId": 1, "userId": 2})).await;
    cast.emit(ANA, "send-message", said(1, "image", &"x".repeat(100))).await;
    cast.fence().await;
    cast.emit(ANA, "send-message", said(1, "file", "a.pdf")).await;
    cast.emit(ANA, "send-message", said(1, "video", "a.mp4")).await;
    cast.fence().await;
    cast.emit(ANA, "send-message", json!({"sender_id": "1", "conversation_id": 1, "content": ""})).await;
    cast.emit(ANA, "send-message", said(2, "text", "as somebody else")).await;
    cast.fence().await;
}

async fn typing(cast: &mut Cast) {
    for typing in [true, true, true, false, true] {
        cast.emit(ANA, "typing", typed(1, typing)).await;
    }
    cast.emit(ANA, "typing", typed(2, true)).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    cast.fence().await;
}

async fn history(cast: &mut Cast) {
    for text in ["one", "two"] {
        cast.emit(ANA, "send-message", said(1, "text", text)).await;
    }
    cast.fence().await;
    cast.emit(ANA, "send-message", said(1, "text", "three")).await;
    // Answered after the message: it is in the history now.
    cast.ask(ANA, "leave-conversation", json!({"conversationId": 1})).await;
    let path = "/api/chats/conversations/1/messages";
    cast.rest(None, "GET", path, Value::Null).await;
    cast.rest(None, "GET", &format!("{path}?page=2&limit=1"), Value::Null).await;
    let create = "/api/chats/conversations";
    cast.rest(None, "POST", create, json!({"sender_id": 1, "receiver_id": 2})).await;
    cast.rest(None, "POST", create, json!({"sender_id": 1, "receiver_id": 9})).await;
}

async fn departures(cast: &mut Cast) {
    cast.ask(BO, "leave-conversation", json!({"conversationId": 1})).await;
    cast.emit(ANA, "typing", typed(1, true)).await;
    cast.emit(ANA, "typing", typed(1, false)).await;
    cast.fence().await;
    let other = json!({"sender_id": 2, "conversation_id": 2, "message_type": "text", "content": "elsewhere"});
    cast.emit(BO, "send-message", other).await;
    cast.ask(BO, "join-conversation", json!({"conversationId": 1, "userId": 2, "lastMessageId": 1})).await;
    cast.fence().await;
    cast.disconnect(PHONE).await;
    cast.fence().await;
    cast.disconnect(BO).await;
    cast.fence().await;
}
