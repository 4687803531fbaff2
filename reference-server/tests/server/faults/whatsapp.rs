//! The script for the `whatsapp` dialect.

use std::time::Duration;

use reference_server::{DialectName, Options};
use serde_json::{Value, json};

use super::{ANA, BO, Cast, EVE, PHONE, Seen, bad_tokens};

const MESSAGES: &str = "/api/conversations/1/messages";
const READ: &str = "/api/conversations/1/messages/read";

pub(super) async fn play(options: Options) -> Seen {
    let mut cast = Cast::with_names(Options { dialect: DialectName::Whatsapp, ..options }).await;
    let device = cast.soon_expired().await;
    cast.fence().await;
    rooms(&mut cast).await;
    typing(&mut cast).await;
    reading(&mut cast).await;
    let here = json!({"conversationId": "1"});
    for bad in bad_tokens("1") {
        cast.guest(json!({"token": bad}), "conversation:join", here.clone()).await;
    }
    cast.expired(device, "conversation:join", here.clone()).await;
    cast.health_and_origin().await;
    beyond(&mut cast).await;
    departures(&mut cast).await;
    cast.flood("conversation:leave", here).await;
    cast.seen()
}

async fn send(cast: &mut Cast, sender: &str, text: &str) {
    let body = json!({"senderId": sender, "type": "image", "content": text});
    cast.rest(None, "POST", MESSAGES, body).await;
}

async fn rooms(cast: &mut Cast) {
    // Answered by event, and by ack where one is asked for.
    cast.ask(ANA, "conversation:join", json!({"conversationId": "1"})).await;
    send(cast, "1", "at once").await;
    for who in [BO, EVE] {
        cast.emit(who, "conversation:join", json!({"conversationId": "1"})).await;
        cast.fence().await;
    }
    send(cast, "9", "let me in").await;
    send(cast, "1", &"x".repeat(100)).await;
    cast.fence().await;
    cast.rest(None, "POST", MESSAGES, json!({"senderId": 1, "content": ""})).await;
    cast.emit(EVE, "conversation:join", json!({"conversationId": 1})).await;
    cast.fence().await;
}

async fn typing(cast: &mut Cast) {
    let spoofed = json!({"conversationId": "1", "userId": "2", "isTyping": true});
    for event in ["typing:start", "typing:start", "typing:stop", "typing:start"] {
        cast.emit(ANA, event, spoofed.clone()).await;
    }
    tokio::time::sleep(Duration::from_millis(600)).await;
    cast.fence().await;
}

async fn reading(cast: &mut Cast) {
    let body = |text: &str| json!({"senderId": "2", "type": "text", "content": text}).to_string();
    for text in ["one", "two"] {
        // What a REST call answers is noted elsewhere; here two messages come in quick succession.
        let kind = "Content-Type: application/json\r\n";
        super::http(cast.server.address, "POST", MESSAGES, kind, &body(text)).await;
    }
    cast.rest(Some(1), "GET", MESSAGES, Value::Null).await;
    cast.fence().await;
    cast.rest(Some(9), "GET", MESSAGES, Value::Null).await;
    for reader in ["9", "1", "1"] {
        cast.rest(None, "POST", READ, json!({"userId": reader})).await;
        cast.fence().await;
    }
    cast.rest(None, "POST", "/api/conversations", json!({"participants": ["1", "9"]})).await;
}

/// What the document lists as future enhancements.
async fn beyond(cast: &mut Cast) {
    let on = |message: &str| json!({"conversationId": "1", "messageId": message, "emoji": "+1"});
    for who in [BO, BO, EVE] {
        cast.ask(who, "reaction:add", on("2")).await;
    }
    cast.fence().await;
    cast.rest(None, "PUT", "/api/messages/1", json!({"senderId": "9", "content": "mine now"})).await;
    cast.rest(None, "PUT", "/api/messages/1", json!({"senderId": "1", "content": "a second draft"})).await;
    cast.rest(None, "GET", MESSAGES, Value::Null).await;
    cast.ask(BO, "reaction:remove", on("2")).await;
    cast.rest(None, "DELETE", "/api/messages/1?userId=1", Value::Null).await;
    cast.fence().await;
    let elsewhere = json!({"senderId": "2", "type": "text", "content": "elsewhere"});
    cast.rest(None, "POST", "/api/conversations/2/messages", elsewhere).await;
    cast.ask(ANA, "conversation:join", json!({"conversationId": "1", "lastMessageId": "1"})).await;
    cast.fence().await;
    cast.rest(None, "GET", "/api/users/1/presence", Value::Null).await;
}

async fn departures(cast: &mut Cast) {
    cast.emit(BO, "conversation:leave", json!({"conversationId": "1"})).await;
    cast.fence().await;
    send(cast, "1", "still there?").await;
    cast.fence().await;
    cast.disconnect(PHONE).await;
    cast.fence().await;
    cast.disconnect(BO).await;
    cast.fence().await;
    cast.rest(None, "GET", "/api/users/2/presence", Value::Null).await;
}
