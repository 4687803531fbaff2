//! The script for the `minimal` dialect, and for `minimal-open`, where every payload names its user.

use reference_server::{DialectName, Options};
use serde_json::{Value, json};

use super::{ANA, BO, Cast, EVE, PHONE, Seen, USERS, bad_tokens};

pub(super) async fn play(options: Options) -> Seen {
    let mut cast = Cast::with_tokens(Options { dialect: DialectName::Minimal, ..options }).await;
    let device = cast.soon_expired().await;
    story(&mut cast, false).await;
    let payload = json!({"convId": 1});
    for bad in bad_tokens("1") {
        cast.guest(json!({"token": bad}), "joinConversation", payload.clone()).await;
    }
    cast.expired(device, "joinConversation", payload.clone()).await;
    cast.flood("leaveConversation", payload).await;
    cast.seen()
}

pub(super) async fn play_open(options: Options) -> Seen {
    let mut cast = Cast::with_names(Options { dialect: DialectName::MinimalOpen, ..options }).await;
    for who in [ANA, BO, PHONE, EVE] {
        // Whose socket it is, is known once a payload has said so.
        cast.ask(who, "leaveConversation", json!({"convId": 1, "userId": USERS[who]})).await;
    }
    story(&mut cast, true).await;
    cast.flood("leaveConversation", json!({"convId": 1, "userId": 9})).await;
    cast.seen()
}

/// One call by socket or by REST, named or not.
struct Story<'a> {
    cast: &'a mut Cast,
    named: bool,
}

impl Story<'_> {
    fn payload(&self, user: u64, mut payload: Value) -> Value {
        if self.named {
            payload["userId"] = json!(user);
        }
        payload
    }

    async fn ask(&mut self, who: usize, event: &str, payload: Value) {
        let payload = self.payload(USERS[who], payload);
        self.cast.ask(who, event, payload).await;
    }

    async fn emit(&mut self, who: usize, event: &str, payload: Value) {
        let payload = self.payload(USERS[who], payload);
        self.cast.emit(who, event, payload).await;
    }

    async fn post(&mut self, user: u64, path: &str, body: Value) {
        let body = self.payload(user, body);
        self.cast.rest((!self.named).then_some(user), "POST", path, body).await;
    }
}

fn said(text: &str) -> Value {
    json!({"convId": 1, "message": {"message": text}})
}

async fn story(cast: &mut Cast, named: bool) {
    let mut story = Story { cast, named };
    joining(&mut story).await;
    creating(&mut story).await;
}

async fn joining(story: &mut Story<'_>) {
    for who in [ANA, BO, PHONE] {
        story.ask(who, "joinConversation", json!({"convId": 1})).await;
    }
    story.ask(ANA, "sendMessage", said("at once")).await;
    story.cast.fence().await;
    story.ask(EVE, "joinConversation", json!({"convId": 1})).await;
    story.ask(EVE, "joinConversation", json!({"convId": 99})).await;
    story.ask(EVE, "sendMessage", said("let me in")).await;
    story.ask(ANA, "sendMessage", said(&"x".repeat(100))).await;
    story.cast.fence().await;
    story.ask(ANA, "sendMessage", json!({"convId": "1", "message": {"message": ""}})).await;
    for text in ["one", "two"] {
        story.emit(ANA, "sendMessage", said(text)).await;
    }
    story.cast.fence().await;
}

async fn creating(story: &mut Story<'_>) {
    story.ask(ANA, "createConversation", json!({"user2_id": 2})).await;
    story.ask(BO, "sendMessage", json!({"convId": 3, "message": {"message": "in the new one"}})).await;
    story.cast.fence().await;
    story.post(1, "/chats", json!({"user2_id": 2})).await;
    story.post(1, "/chats/1/message", json!({"message": "posted"})).await;
    story.post(9, "/chats/1/message", json!({"message": "let me in"})).await;
    story.cast.fence().await;
    story.ask(PHONE, "leaveConversation", json!({"convId": 1})).await;
    story.ask(ANA, "sendMessage", said("still there?")).await;
    story.cast.fence().await;
    story.ask(PHONE, "joinConversation", json!({"convId": 1, "lastMessageId": 1})).await;
    story.cast.fence().await;
}
