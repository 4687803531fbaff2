//! The `gateway` dialect. Document: `002_05afa0dfb60900e0.txt`, "WebSocket Chat API Documentation".
//!
//! Names and shapes only. Where the document is silent, the choice is stated at the place.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::about::{About, Action, Credential};
use super::credentials::{bearer, bearer_identity, checked_again, json_body, parameter, token_in_auth};
use super::exchange::{
    Admission, Broadcast, Call, Handshake, Heard, Problem, ProblemKind, Reply, Request, Response, Session,
};
use super::fields::Fields;
use super::shapes::{
    Words, entering, error_response, last_heard, no_route, path_id, presence_of, rfc3339, segments,
};
use super::{Dialect, Kinds, Settings};
use crate::auth::{AuthError, Authenticator, Identity, UserIdKind};
use crate::core::{
    Answer, Audience, Circle, Command, Content, Conversation, ConversationId, Creation, Event, Happened,
    History, Message, Moment, Page, Refusal, UserId,
};

const WORDS: Words = Words { conversation: "conversation", content: "content" };
/// `message_type` in "send-message".
const KINDS: &[&str] = &["text", "image", "file"];
/// "GET /api/chats/conversations/1/messages?page=1&limit=20"; the largest page is not documented.
const PAGE: u64 = 20;
const LARGEST_PAGE: u64 = 100;

/// The translation. Holds no state beside its switches.
pub(super) struct Gateway {
    settings: Settings,
}

impl Gateway {
    pub(super) fn new(settings: Settings) -> Self {
        Self { settings }
    }
}

impl Dialect for Gateway {
    fn about(&self) -> About {
        ABOUT
    }

    fn user_ids(&self) -> UserIdKind {
        UserIdKind::Integer
    }

    /// "Client connects without userId query parameter" (Common Errors 1): `error`, then a disconnect.
    ///
    /// With tokens it is the same with a token of somebody else, or none: the document has no other refusal.
    fn admit(&self, handshake: &Handshake, auth: &Authenticator, now: Moment) -> Admission {
        let given = parameter(handshake.query.as_deref(), "userId");
        let reason = match given.map(|text| text.parse()) {
            Some(Ok(id)) if id > 0 => {
                let claimed = Identity::claimed(UserId::Number(id));
                match self.proved(claimed, handshake, auth, now) {
                    Ok(identity) => return Admission::Somebody(identity),
                    Err(problem) => problem.message,
                }
            }
            Some(_) => "userId query parameter must be a positive integer".to_owned(),
            None => "userId query parameter is required".to_owned(),
        };
        Admission::Expelled("error", json!({"message": reason}))
    }

    fn decode_event(&self, session: &Session, auth: &Authenticator, call: &Call<'_>, now: Moment) -> Heard {
        if !ABOUT.hears.contains(&call.event) {
            return Heard::Ignore;
        }
        let decoded =
            checked_again(session, auth, now).and_then(|identity| self.decode(session, &identity.user, call));
        decoded.map_or_else(Heard::Refuse, Heard::Do)
    }

    /// The texts of "Common Errors" 3 and 4; the others follow them.
    fn problem(&self, event: Option<&str>, refusal: &Refusal) -> Problem {
        match refusal {
            Refusal::UnknownConversation(_) => Problem::new(ProblemKind::NotFound, "Conversation not found"),
            Refusal::NotParticipant(_) => {
                let what = match event {
                    Some("join-conversation") => "join",
                    Some("leave-conversation") => "leave",
                    Some("send-message") => "send messages to",
                    Some(_) => "type in",
                    None => "read",
                };
                Problem::new(ProblemKind::Forbidden, format!("Unauthorized to {what} this conversation"))
            }
            other => WORDS.problem(other),
        }
    }

    /// Of the events only the joins and leaves are acknowledged; where a join is refused, the ack and `error` say so.
    fn encode_reply(&self, call: &Call<'_>, outcome: Result<&Answer, &Problem>) -> Reply {
        match (call.event, outcome) {
            (_, Ok(Answer::Joined { conversation, .. })) => {
                let answer = json!({"conversationId": conversation, "success": true});
                Reply::both("joined-conversation", answer.clone(), answer)
            }
            (_, Ok(Answer::Left(conversation))) => {
                Reply::ack(json!({"success": true, "conversationId": conversation}))
            }
            (_, Ok(Answer::Sent(message))) => Reply::emit("message-sent", message_row(message)),
            (_, Ok(_)) => Reply::default(),
            ("send-message", Err(problem)) => Reply::emit("message-error", json!({"error": problem.message})),
            ("join-conversation", Err(problem)) => {
                // As the client has it, so that it knows what was refused.
                let asked = call.payload.and_then(|payload| payload.get("conversationId"));
                let ack = json!({"success": false, "conversationId": asked, "message": problem.message});
                Reply::both("error", json!({"message": problem.message}), ack)
            }
            (_, Err(problem)) => Reply::emit("error", json!({"message": problem.message})),
        }
    }

    fn encode_event(&self, event: &Event) -> Option<Broadcast> {
        let (audience, event, payload) = match &event.what {
            // Through the user room or the conversation room, once: "Broadcast to conversation participants".
            Happened::Sent(message) => {
                let audience = Audience::all(Circle::Participants(message.conversation.id));
                (audience, "receive-message", message_row(message))
            }
            Happened::Missed(socket, message) => {
                (Audience::all(Circle::Socket(*socket)), "receive-message", message_row(message))
            }
            Happened::Typing(conversation, user, typing) => {
                let payload = json!({"conversationId": conversation, "userId": user.id, "isTyping": typing});
                (Audience::others(Circle::Joined(*conversation), &user.id), "user-typing", payload)
            }
            Happened::Online(user) => (self.told_of(user), "user:online", json!({"userId": user})),
            Happened::Offline(user) => (self.told_of(user), "user:offline", json!({"userId": user})),
            // The document has no events for these.
            _ => return None,
        };
        Some(Broadcast { audience, event, payload })
    }

    fn decode_request(
        &self,
        request: &Request<'_>,
        auth: &Authenticator,
        now: Moment,
    ) -> Result<Command, Problem> {
        let path = segments(request);
        let ["api", "chats", "conversations", rest @ ..] = path.as_slice() else {
            return Err(no_route(request));
        };
        let command = match (request.method, rest) {
            ("POST", []) => self.decode_creation(&json_body(request)?),
            ("GET", [id, "messages"]) => self.decode_history(request, id),
            _ => return Err(no_route(request)),
        };
        if !self.settings.tokens {
            return command;
        }
        let caller = bearer_identity(request, auth, now)?.user;
        match command? {
            Command::History { conversation, page, .. } => {
                Ok(Command::History { user: Some(caller), conversation, page })
            }
            command if command.user() == Some(&caller) => Ok(command),
            _ => Err(Problem::new(ProblemKind::Forbidden, "sender_id is not the user of this call")),
        }
    }

    fn encode_response(&self, outcome: Result<&Answer, &Problem>) -> Response {
        match outcome {
            // 201 for a conversation that was there, too, as any POST of NestJS.
            Ok(Answer::Created(conversation)) => Response { status: 201, body: created_row(conversation) },
            Ok(Answer::History(history)) => Response { status: 200, body: page(history) },
            Ok(_) => Response { status: 200, body: json!({"success": true}) },
            Err(problem) => error_response(problem),
        }
    }
}

impl Gateway {
    fn decode(&self, session: &Session, user: &UserId, call: &Call<'_>) -> Result<Command, Problem> {
        let mut fields = Fields::new(call.payload, self.settings.validate);
        if call.event == "send-message" {
            let sender = fields.id("sender_id");
            let conversation = ConversationId(fields.id("conversation_id"));
            let kind = match self.settings.kinds {
                Kinds::Documented => Cow::Borrowed(fields.one_of("message_type", KINDS)),
                Kinds::NoFiles => Cow::Borrowed(fields.one_of("message_type", &KINDS[..2])),
                Kinds::Any => Cow::Owned(fields.name("message_type")),
            };
            let text = fields.text("content");
            let text = if self.settings.sanitise { sanitised(&text) } else { text };
            let content = Content { kind, ..Content::text(text) };
            fields.finish().map_err(Problem::invalid)?;
            let user = self.speaker(user, sender, "sender_id")?;
            return Ok(Command::Send { user, conversation, content });
        }
        let conversation = ConversationId(fields.id("conversationId"));
        let claimed = if call.event == "leave-conversation" { 0 } else { fields.id("userId") };
        let typing = call.event == "typing" && fields.flag("isTyping");
        let joins = call.event == "join-conversation";
        let heard = if joins { last_heard(self.settings, &mut fields) } else { None };
        fields.finish().map_err(Problem::invalid)?;
        let user = self.speaker(user, claimed, "userId")?;
        Ok(match call.event {
            "typing" => Command::Type { user, conversation, typing },
            "join-conversation" => entering(session.socket, user, conversation, heard),
            _ => Command::Leave { socket: session.socket, user, conversation },
        })
    }

    /// With tokens: whoever is named in the query, if a token says the same. It travels as in the other documents: in the
    /// auth object, or as a bearer token.
    fn proved(
        &self,
        claimed: Identity,
        handshake: &Handshake,
        auth: &Authenticator,
        now: Moment,
    ) -> Result<Identity, Problem> {
        if !self.settings.tokens {
            return Ok(claimed);
        }
        let in_header = || handshake.authorization.as_deref().and_then(bearer).map(str::to_owned);
        let token = token_in_auth(handshake).or_else(in_header).ok_or(AuthError::Missing);
        let proved = token.and_then(|token| auth.verify(&token, now)).map_err(Problem::unauthorized)?;
        if proved.user != claimed.user {
            return Err(Problem::unauthorized(AuthError::Invalid));
        }
        Ok(proved)
    }

    /// Nobody speaks for somebody else. Zero is no claim: it stands for a field that is not there.
    fn speaker(&self, user: &UserId, claimed: u64, field: &str) -> Result<UserId, Problem> {
        let claim = UserId::Number(claimed);
        if claimed == 0 || claim == *user {
            return Ok(user.clone());
        }
        if self.settings.trust_payload {
            return Ok(claim);
        }
        Err(Problem::new(ProblemKind::Forbidden, format!("{field} is not the user of this connection")))
    }

    fn told_of(&self, user: &UserId) -> Audience {
        presence_of(user, self.settings.presence)
    }

    /// No document says who may create a conversation, so the sender it names is taken to be the one who asks.
    fn decode_creation(&self, body: &Value) -> Result<Command, Problem> {
        let mut fields = Fields::new(Some(body), self.settings.validate);
        let [sender, receiver] = ["sender_id", "receiver_id"].map(|name| UserId::Number(fields.id(name)));
        fields.finish().map_err(Problem::invalid)?;
        if sender == receiver {
            return Err(Problem::invalid("receiver_id must be another user than sender_id"));
        }
        let manner = Creation { joins: false, reuses: true };
        Ok(Command::Create { by: sender.clone(), with: vec![sender, receiver], manner })
    }

    /// No document says who may read a history, so only who gives a `userId` has to be a participant.
    fn decode_history(&self, request: &Request<'_>, id: &str) -> Result<Command, Problem> {
        let number = |name: &str, default: u64| match parameter(request.query, name) {
            // What is not a number stays a text, and is complained about like one in a body.
            Some(text) => text.parse::<u64>().map_or_else(|_| json!(text), |number| json!(number)),
            None => json!(default),
        };
        let query =
            json!({"page": number("page", 1), "limit": number("limit", PAGE), "userId": number("userId", 1)});
        let mut fields = Fields::new(Some(&query), self.settings.validate);
        let [page, limit, user] = ["page", "limit", "userId"].map(|name| fields.id(name));
        fields.finish().map_err(Problem::invalid)?;
        if limit > LARGEST_PAGE {
            return Err(Problem::invalid(format!("limit must not be greater than {LARGEST_PAGE}")));
        }
        let asked = parameter(request.query, "userId").map(|_| UserId::Number(user));
        let whole = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let page = Page { number: whole(page), limit: whole(limit) };
        Ok(Command::History { user: asked, conversation: ConversationId(path_id(id)?), page: Some(page) })
    }
}

/// A text that is no HTML wherever it is put.
fn sanitised(text: &str) -> String {
    let mut harmless = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => harmless.push_str("&amp;"),
            '<' => harmless.push_str("&lt;"),
            '>' => harmless.push_str("&gt;"),
            '"' => harmless.push_str("&quot;"),
            '\'' => harmless.push_str("&#39;"),
            other => harmless.push(other),
        }
    }
    harmless
}

/// The payload of `receive-message` and of `message-sent`.
fn message_row(message: &Message) -> Value {
    json!({
        "id": message.id,
        "sender_id": message.sender.id,
        "conversation_id": message.conversation.id,
        "timestamp": rfc3339(message.created_at),
        "message_type": message.content.kind,
        "content": message.content.text,
        "conversation": conversation_row(&message.conversation),
    })
}

/// Who sends and who receives is said once, when the conversation is created.
fn conversation_row(conversation: &Conversation) -> Value {
    let mut participants = conversation.participants.iter();
    json!({"id": conversation.id, "sender_id": participants.next(), "receiver_id": participants.next()})
}

fn created_row(conversation: &Conversation) -> Value {
    let mut row = conversation_row(conversation);
    row["created_at"] = json!(rfc3339(conversation.created_at));
    row
}

fn page(history: &History) -> Value {
    let Page { number, limit } = history.page.unwrap_or(Page { number: 1, limit: history.total.max(1) });
    json!({
        "messages": history.messages.iter().map(|message| message_row(message)).collect::<Value>(),
        "total": history.total,
        "page": number,
        "limit": limit,
        "totalPages": history.total.div_ceil(limit.max(1)),
    })
}

const ABOUT: About = About {
    namespace: "/chat",
    document: "002_05afa0dfb60900e0.txt",
    credentials: &[Credential::UserId],
    hears: &["send-message", "join-conversation", "leave-conversation", "typing"],
    says: &[
        "receive-message",
        "message-sent",
        "message-error",
        "joined-conversation",
        "user-typing",
        "user:online",
        "user:offline",
        "error",
    ],
    routes: &[
        "POST /api/chats/conversations {sender_id, receiver_id}",
        "GET  /api/chats/conversations/:id/messages?page=1&limit=20",
    ],
    actions: &[
        Action::emit("Join", "join-conversation", r#"{"conversationId": $room, "userId": $user}"#),
        Action::emit("Leave", "leave-conversation", r#"{"conversationId": $room}"#),
        Action::emit(
            "Send Message",
            "send-message",
            r#"{"sender_id": $user, "conversation_id": $room, "message_type": "text", "content": $text}"#,
        ),
        Action::emit("Type", "typing", r#"{"conversationId": $room, "userId": $user, "isTyping": true}"#),
        Action::emit(
            "Stop typing",
            "typing",
            r#"{"conversationId": $room, "userId": $user, "isTyping": false}"#,
        ),
        Action::rest(
            "Create by REST",
            "POST /api/chats/conversations",
            r#"{"sender_id": $user, "receiver_id": $peer}"#,
        ),
        Action::rest("History", "GET /api/chats/conversations/$room/messages?page=1&limit=20", ""),
    ],
};

#[cfg(test)]
mod tests;
