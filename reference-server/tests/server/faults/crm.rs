//! The script for the `crm` dialect.

use std::time::Duration;

use reference_server::{DialectName, Options};
use serde_json::{Value, json};

use super::{ANA, BO, Cast, EVE, PHONE, Seen, bad_tokens};

pub(super) async fn play(options: Options) -> Seen {
    let mut cast = Cast::with_tokens(Options { dialect: DialectName::Crm, ..options }).await;
    let device = cast.soon_expired().await;
    rooms(&mut cast).await;
    typing(&mut cast).await;
    history(&mut cast).await;
    credentials(&mut cast).await;
    cast.expired(device, "ping", Value::Null).await;
    departures(&mut cast).await;
    cast.flood("ping", Value::Null).await;
    cast.seen()
}

async fn rooms(cast: &mut Cast) {
    cast.ask(ANA, "joinChat", json!({"chatId": 1})).await;
    cast.ask(BO, "joinChat", json!({"chatId": 1})).await;
    cast.ask(PHONE, "joinChat", json!({"chatId": 1})).await;
    cast.ask(ANA, "sendMessage", json!({"chatId": 1, "content": "at once"})).await;
    cast.fence().await;
    cast.ask(EVE, "joinChat", json!({"chatId": 1})).await;
    cast.ask(EVE, "sendMessage", json!({"chatId": 1, "content": "let me in"})).await;
    cast.ask(ANA, "sendMessage", json!({"chatId": 1, "content": "x".repeat(100)})).await;
    cast.fence().await;
    cast.ask(ANA, "sendMessage", json!({"chatId": "1", "content": ""})).await;
    cast.ask(EVE, "markAsRead", json!({"chatId": 1, "messageId": 1})).await;
    cast.ask(BO, "markAsRead", json!({"chatId": 1, "messageId": 1})).await;
    cast.ask(BO, "markAsRead", json!({"chatId": 1, "messageId": 1})).await;
    cast.fence().await;
}

async fn typing(cast: &mut Cast) {
    for typing in [true, true, true, false, true] {
        cast.emit(ANA, "typing", json!({"chatId": 1, "isTyping": typing})).await;
    }
    tokio::time::sleep(Duration::from_millis(600)).await;
    cast.fence().await;
}

async fn history(cast: &mut Cast) {
    for text in ["one", "two"] {
        cast.emit(ANA, "sendMessage", json!({"chatId": 1, "content": text})).await;
    }
    cast.fence().await;
    cast.ask(ANA, "sendMessage", json!({"chatId": 1, "content": "three"})).await;
    cast.rest(Some(1), "GET", "/chat-messages/chat/1", Value::Null).await;
    cast.rest(Some(9), "GET", "/chat-messages/chat/1", Value::Null).await;
    cast.rest(Some(1), "POST", "/chat-messages", json!({"chatId": 1, "content": "by REST"})).await;
    cast.rest(Some(2), "PUT", "/chat-messages/1", json!({"content": "changed"})).await;
    cast.rest(Some(1), "DELETE", "/chat-messages/1", Value::Null).await;
    cast.rest(Some(1), "POST", "/project-chats", json!({"participants": [1, 2]})).await;
    cast.fence().await;
}

async fn credentials(cast: &mut Cast) {
    for bad in bad_tokens("1") {
        cast.guest(json!({"token": bad}), "authenticate", Value::Null).await;
    }
    cast.health_and_origin().await;
}

async fn departures(cast: &mut Cast) {
    cast.ask(PHONE, "leaveChat", json!({"chatId": 1})).await;
    cast.ask(ANA, "sendMessage", json!({"chatId": 1, "content": "still there?"})).await;
    cast.fence().await;
    cast.disconnect(BO).await;
    cast.fence().await;
    cast.ask(PHONE, "sendMessage", json!({"chatId": 2, "content": "of another chat"})).await;
    cast.ask(PHONE, "joinChat", json!({"chatId": 1, "lastMessageId": 1})).await;
    cast.fence().await;
}
