//! What the document lists under "Future Enhancements": reactions, last seen, and that a message was changed or deleted.
//!
//! The document names no events and no routes for any of it. The choices here follow its own words: `noun:verb` from the
//! client, `noun:verbed` from the server, and REST for whatever is done to messages.

use serde_json::{Value, json};

use super::{WORDS, Whatsapp, conversation, text};
use crate::core::{
    Audience, Circle, Command, ConversationId, Edit, Event, Happened, Message, MessageId, UserId,
};
use crate::dialects::credentials::{decoded, json_body};
use crate::dialects::exchange::{Broadcast, Problem, Request, Response};
use crate::dialects::fields::Fields;
use crate::dialects::shapes::{no_route, rfc3339};
use crate::dialects::{Capability, Presence};

/// The capability behind an event of the client, where the document does not know it.
pub(super) fn capability_of(event: &str) -> Option<Capability> {
    event.starts_with("reaction:").then_some(Capability::Reactions)
}

/// `reaction:add` and `reaction:remove`.
pub(super) fn reaction(event: &str, user: &UserId, mut fields: Fields<'_>) -> Result<Command, Problem> {
    let room = fields.name("conversationId");
    let message = fields.name("messageId");
    let emoji = (event == "reaction:add").then(|| fields.name("emoji").into());
    fields.finish().map_err(Problem::invalid)?;
    let (conversation, message) = (conversation(&room)?, message_id(&message)?);
    Ok(Command::React { user: user.clone(), conversation, message, emoji })
}

/// The message of this id. What the server never gave out names no message.
fn message_id(id: &str) -> Result<MessageId, Problem> {
    let known = id.parse().map(MessageId).ok().filter(|known| known.to_string() == id);
    known.ok_or_else(|| WORDS.unknown_message(id))
}

/// Where a join names the last message that the client has heard.
pub(super) fn last_heard(id: &str) -> Result<u64, Problem> {
    id.parse().map_err(|_| Problem::invalid("lastMessageId must be the id of a message"))
}

/// Who hears of what, in events that the document does not have.
pub(super) fn encode(event: &Event) -> Option<Broadcast> {
    let at = rfc3339(event.at);
    let about = |message: &Message| json!({"messageId": text(message.id), "conversationId": text(message.conversation.id)});
    let (message, event, more) = match &event.what {
        Happened::Updated(message) => {
            (message, "message:edited", json!({"content": super::shown(&message.content), "editedAt": at}))
        }
        Happened::Deleted(message) => (message, "message:deleted", json!({"deletedAt": at})),
        Happened::Reacted(message, user, Some(emoji)) => {
            (message, "reaction:added", json!({"userId": user, "emoji": emoji, "updatedAt": at}))
        }
        Happened::Reacted(message, user, None) => {
            (message, "reaction:removed", json!({"userId": user, "updatedAt": at}))
        }
        _ => return None,
    };
    let room: ConversationId = message.conversation.id;
    let payload = with(about(message), more);
    Some(Broadcast { audience: Audience::all(Circle::Joined(room)), event, payload })
}

/// A message in a history: as it was received, and what has become of it since.
pub(super) fn stored(message: &Message) -> Value {
    let mut row = super::row(message);
    if message.updated_at != message.created_at {
        row["editedAt"] = json!(rfc3339(message.updated_at));
    }
    if !message.reactions.is_empty() {
        let of = |(user, emoji)| json!({"userId": user, "emoji": emoji});
        row["reactions"] = message.reactions.iter().map(of).collect();
    }
    row
}

/// `GET /api/users/:id/presence`
pub(super) fn presence(user: &UserId, online: bool, last: Option<crate::core::Moment>) -> Response {
    let body = json!({"userId": user, "online": online, "lastSeen": last.map(rfc3339)});
    Response { status: 200, body }
}

/// `GET /api/users/online`: "getOnlineUsers" ("ConversationsService"), which the document gives to services only.
pub(super) fn online(users: &[UserId], total: usize) -> Response {
    Response { status: 200, body: json!({"users": users, "total": total}) }
}

impl Whatsapp {
    /// The routes beyond the document. `caller` is nobody while the document's development mode lets nobody call.
    pub(super) fn decode_beyond(
        &self,
        caller: Option<UserId>,
        request: &Request<'_>,
        path: &[&str],
    ) -> Result<Command, Problem> {
        let offers = |capability| self.settings.offers.has(capability);
        let among_contacts = self.settings.presence == Presence::Contacts;
        match (request.method, path) {
            ("GET", ["users", "online"]) if offers(Capability::Monitoring) => {
                Ok(Command::Online { by: caller, among_contacts })
            }
            ("GET", ["users", id, "presence"]) if offers(Capability::LastSeen) => {
                // In a path a plus is itself.
                let user = UserId::Name(decoded(&id.replace('+', "%2B")).into());
                Ok(Command::Seen { by: caller, user, among_contacts })
            }
            ("PUT", ["messages", id]) if offers(Capability::Editing) => {
                let body = json_body(request)?;
                let mut fields = Fields::new(Some(&body), self.settings.validate);
                let sender = fields.name("senderId");
                let text = fields.text("content");
                fields.finish().map_err(Problem::invalid)?;
                let user = self.speaker(caller, sender, "senderId")?;
                Ok(Command::Edit { user, message: message_id(id)?, edit: Edit::Rewrite(text) })
            }
            ("DELETE", ["messages", id]) if offers(Capability::Editing) => {
                let user = caller.ok_or_else(|| Problem::unauthorized(crate::auth::AuthError::Missing))?;
                Ok(Command::Edit { user, message: message_id(id)?, edit: Edit::Delete })
            }
            _ => Err(no_route(request)),
        }
    }
}

/// Both objects in one.
fn with(mut whole: Value, more: Value) -> Value {
    if let (Some(whole), Value::Object(more)) = (whole.as_object_mut(), more) {
        whole.extend(more);
    }
    whole
}
