//! The `minimal` dialect. Document: `000_9e3684c731c14b60.txt`, "Chat WebSocket Implementation". And `minimal-open`,
//! the same system before authentication. Document: `001_a31ae879af3ae5b8.txt`, "Implementation - Summary".
//!
//! Names and shapes only. Where the documents are silent, the choice is stated at the place.

use serde_json::{Value, json};

use super::about::{About, Action, Credential};
use super::credentials::{bearer_identity, checked_again, json_body, token_in_auth};
use super::exchange::{
    Admission, Broadcast, Call, Handshake, Heard, Problem, Reply, Request, Response, Session,
};
use super::fields::Fields;
use super::shapes::{Words, entering, error_response, last_heard, no_route, path_id, rfc3339, segments};
use super::{Dialect, Settings};
use crate::auth::{AuthError, Authenticator, UserIdKind};
use crate::core::{
    Answer, Audience, Circle, Command, Content, Conversation, ConversationId, Creation, Event, Happened,
    Message, Moment, Person, Refusal, SocketId, UserId,
};

const WORDS: Words = Words { conversation: "conversation", content: "message" };
const HEARS: &[&str] = &["createConversation", "sendMessage", "joinConversation", "leaveConversation"];
const SAYS: &[&str] =
    &["conversationCreated", "newMessage", "joinedConversation", "leftConversation", "error"];

/// How the caller of an event or a REST call is known.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Caller {
    /// From the token.
    Token,
    /// From the `userId` of the payload.
    Payload,
}

/// The translation of both documents. Holds no state beside its switches.
pub(super) struct Minimal {
    caller: Caller,
    settings: Settings,
}

impl Minimal {
    /// `minimal`.
    pub(super) fn with_tokens(settings: Settings) -> Self {
        Self { caller: Caller::Token, settings }
    }

    /// `minimal-open`.
    pub(super) fn open(settings: Settings) -> Self {
        Self { caller: Caller::Payload, settings }
    }
}

impl Dialect for Minimal {
    fn about(&self) -> About {
        match self.caller {
            Caller::Token => ABOUT_MINIMAL,
            Caller::Payload => ABOUT_OPEN,
        }
    }

    fn user_ids(&self) -> UserIdKind {
        UserIdKind::Integer
    }

    /// "Include your JWT token in the auth object when connecting" ("Authentication"): no other place counts.
    fn admit(&self, handshake: &Handshake, auth: &Authenticator, now: Moment) -> Admission {
        if self.caller == Caller::Payload {
            return Admission::Nobody(AuthError::Missing);
        }
        let token = token_in_auth(handshake).ok_or(AuthError::Missing);
        match token.and_then(|token| auth.verify(&token, now)) {
            Ok(identity) => Admission::Somebody(identity),
            Err(error) => Admission::Refused(Problem::unauthorized(error).message),
        }
    }

    /// A token that expires while connected stops working: the guard looks at every event.
    fn decode_event(&self, session: &Session, auth: &Authenticator, call: &Call<'_>, now: Moment) -> Heard {
        if !HEARS.contains(&call.event) {
            return Heard::Ignore;
        }
        let caller = match self.caller {
            Caller::Token => checked_again(session, auth, now).map(|identity| Some(identity.user.clone())),
            // "joinConversation - Joins conversation room": no payload is shown that names a user, so whom the connection
            // has named before is believed where this one names nobody.
            Caller::Payload => {
                let names = call.payload.is_some_and(|payload| payload.get("userId").is_some());
                let moves = ["joinConversation", "leaveConversation"].contains(&call.event);
                Ok(call.named.filter(|_| moves && !names).cloned())
            }
        };
        let decoded = caller.and_then(|caller| {
            let mut fields = Fields::new(call.payload, self.settings.validate);
            let asked = self.asked(call.event, session.socket, &mut fields);
            complete(asked, caller, fields)
        });
        match (decoded, self.caller) {
            (Ok(command), Caller::Token) => Heard::Do(command),
            // "a socket is the user its payloads name": there is nothing else to know it by.
            (Ok(command), Caller::Payload) => Heard::DoAs(command),
            (Err(problem), _) => Heard::Refuse(problem),
        }
    }

    fn problem(&self, _event: Option<&str>, refusal: &Refusal) -> Problem {
        WORDS.problem(refusal)
    }

    /// The documents show no acknowledgement. Where one was asked for, success says what the event says.
    fn encode_reply(&self, _call: &Call<'_>, outcome: Result<&Answer, &Problem>) -> Reply {
        match outcome {
            Ok(Answer::Joined { conversation, .. }) => confirmed("joinedConversation", *conversation),
            Ok(Answer::Left(conversation)) => confirmed("leftConversation", *conversation),
            Ok(Answer::Created(conversation)) => Reply::ack(created(conversation)),
            Ok(Answer::Sent(message)) => Reply::ack(said(message)),
            Ok(_) => Reply::ack(json!({"success": true})),
            Err(problem) => Reply::both(
                "error",
                json!({"message": problem.message}),
                json!({"success": false, "message": problem.message}),
            ),
        }
    }

    fn encode_event(&self, event: &Event) -> Option<Broadcast> {
        match &event.what {
            Happened::Created(conversation) => Some(Broadcast {
                audience: Audience::all(Circle::Participants(conversation.id)),
                event: "conversationCreated",
                payload: created(conversation),
            }),
            Happened::Sent(message) => Some(Broadcast {
                audience: Audience::all(Circle::Joined(message.conversation.id)),
                event: "newMessage",
                payload: said(message),
            }),
            Happened::Missed(socket, message) => Some(Broadcast {
                audience: Audience::all(Circle::Socket(*socket)),
                event: "newMessage",
                payload: said(message),
            }),
            // The documents have no events for these.
            _ => None,
        }
    }

    fn decode_request(
        &self,
        request: &Request<'_>,
        auth: &Authenticator,
        now: Moment,
    ) -> Result<Command, Problem> {
        let path = segments(request);
        let conversation = match (request.method, path.as_slice()) {
            ("POST", ["chats"]) => None,
            ("POST", ["chats", id, "message"]) => Some(*id),
            _ => return Err(no_route(request)),
        };
        let caller = match self.caller {
            Caller::Token => Some(bearer_identity(request, auth, now)?.user),
            Caller::Payload => None,
        };
        let body = json_body(request)?;
        let mut fields = Fields::new(Some(&body), self.settings.validate);
        let asked = match conversation {
            None => Asked::Create(other(&mut fields)),
            Some(id) => Asked::Send(ConversationId(path_id(id)?), fields.text("message")),
        };
        complete(asked, caller, fields)
    }

    fn encode_response(&self, outcome: Result<&Answer, &Problem>) -> Response {
        match outcome {
            Ok(Answer::Created(conversation)) => {
                Response { status: 201, body: conversation_row(conversation) }
            }
            Ok(Answer::Sent(message)) => Response { status: 201, body: message_row(message) },
            Ok(_) => Response { status: 200, body: json!({"success": true}) },
            Err(problem) => error_response(problem),
        }
    }
}

/// What is asked, whoever asks.
enum Asked {
    Create(UserId),
    Send(ConversationId, String),
    Join(SocketId, ConversationId, Option<u64>),
    Leave(SocketId, ConversationId),
}

impl Minimal {
    fn asked(&self, event: &str, socket: SocketId, fields: &mut Fields<'_>) -> Asked {
        match event {
            "createConversation" => Asked::Create(other(fields)),
            "sendMessage" => {
                let conversation = conversation(fields);
                let text = fields.inside("message", "message.", |message| message.text("message"));
                Asked::Send(conversation, text)
            }
            "joinConversation" => {
                let heard = last_heard(self.settings, fields);
                Asked::Join(socket, conversation(fields), heard)
            }
            _ => Asked::Leave(socket, conversation(fields)),
        }
    }
}

/// The other one in a new conversation: `createConvDto: {user2_id}` in the one document, `user2_id` in the other.
fn other(fields: &mut Fields<'_>) -> UserId {
    let id = if fields.has("createConvDto") {
        fields.inside("createConvDto", "createConvDto.", |inner| inner.id("user2_id"))
    } else {
        fields.id("user2_id")
    };
    UserId::Number(id)
}

fn conversation(fields: &mut Fields<'_>) -> ConversationId {
    ConversationId(fields.id("convId"))
}

/// The command, once it is known who asks.
fn complete(asked: Asked, caller: Option<UserId>, mut fields: Fields<'_>) -> Result<Command, Problem> {
    let user = caller.unwrap_or_else(|| UserId::Number(fields.id("userId")));
    fields.finish().map_err(Problem::invalid)?;
    Ok(match asked {
        // "between two users"
        Asked::Create(other) if other == user => {
            return Err(Problem::invalid("user2_id must be another user"));
        }
        // "Users are automatically joined to rooms when creating conversations"
        Asked::Create(other) => Command::Create {
            by: user.clone(),
            with: vec![user, other],
            manner: Creation { joins: true, reuses: false },
        },
        Asked::Send(conversation, text) => Command::Send { user, conversation, content: Content::text(text) },
        Asked::Join(socket, conversation, heard) => entering(socket, user, conversation, heard),
        Asked::Leave(socket, conversation) => Command::Leave { socket, user, conversation },
    })
}

fn confirmed(event: &'static str, conversation: ConversationId) -> Reply {
    let payload = json!({"convId": conversation});
    Reply::both(event, payload.clone(), payload)
}

/// The payload of `conversationCreated`.
fn created(conversation: &Conversation) -> Value {
    json!({"conversation": conversation_row(conversation), "participants": conversation.participants})
}

/// The payload of `newMessage`.
fn said(message: &Message) -> Value {
    json!({"message": message_row(message), "sender": person(&message.sender)})
}

fn conversation_row(conversation: &Conversation) -> Value {
    let mut participants = conversation.participants.iter();
    json!({
        "id": conversation.id,
        "user1_id": participants.next(),
        "user2_id": participants.next(),
        "created_at": rfc3339(conversation.created_at),
    })
}

fn message_row(message: &Message) -> Value {
    json!({
        "id": message.id,
        "conversation_id": message.conversation.id,
        "sender_id": message.sender.id,
        "message": message.content.text,
        "created_at": rfc3339(message.created_at),
    })
}

fn person(person: &Person) -> Value {
    match &person.profile.name {
        Some(name) => json!({"id": person.id, "name": name}),
        None => json!({"id": person.id}),
    }
}

const ABOUT_MINIMAL: About = About {
    namespace: "/chat",
    document: "000_9e3684c731c14b60.txt",
    credentials: &[Credential::Token],
    hears: HEARS,
    says: SAYS,
    routes: &["POST /chats {user2_id}", "POST /chats/:id/message {message}"],
    actions: &[
        Action::emit("Join", "joinConversation", r#"{"convId": $room}"#),
        Action::emit("Leave", "leaveConversation", r#"{"convId": $room}"#),
        Action::emit("Send Message", "sendMessage", r#"{"convId": $room, "message": {"message": $text}}"#),
        Action::emit("Create", "createConversation", r#"{"user2_id": $peer}"#),
        Action::rest("Send by REST", "POST /chats/$room/message", r#"{"message": $text}"#),
        Action::rest("Create by REST", "POST /chats", r#"{"user2_id": $peer}"#),
    ],
};

const ABOUT_OPEN: About = About {
    document: "001_a31ae879af3ae5b8.txt",
    credentials: &[],
    routes: &["POST /chats {user2_id, userId}", "POST /chats/:id/message {message, userId}"],
    actions: &[
        Action::emit("Join", "joinConversation", r#"{"convId": $room, "userId": $user}"#),
        Action::emit("Leave", "leaveConversation", r#"{"convId": $room, "userId": $user}"#),
        Action::emit(
            "Send Message",
            "sendMessage",
            r#"{"convId": $room, "message": {"message": $text}, "userId": $user}"#,
        ),
        Action::emit(
            "Create",
            "createConversation",
            r#"{"createConvDto": {"user2_id": $peer}, "userId": $user}"#,
        ),
        Action::rest("Send by REST", "POST /chats/$room/message", r#"{"message": $text, "userId": $user}"#),
        Action::rest("Create by REST", "POST /chats", r#"{"user2_id": $peer, "userId": $user}"#),
    ],
    ..ABOUT_MINIMAL
};

#[cfg(test)]
mod tests;
