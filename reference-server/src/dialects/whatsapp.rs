//! The `whatsapp` dialect. Document: `003_97c2325641caf5d1.txt`, "WebSocket Module".
//!
//! Names and shapes only. Where the document is silent, the choice is stated at the place.

mod beyond;

use std::borrow::Cow;
use std::fmt::Display;

use serde_json::{Value, json};

use super::about::{About, Action, Credential};
use super::credentials::{bearer_identity, checked_again, json_body, parameter, token_in_auth};
use super::exchange::{
    Admission, Broadcast, Call, Handshake, Heard, Problem, ProblemKind, Reply, Request, Response, Session,
};
use super::fields::{Fields, is_too_long};
use super::shapes::{LAST_HEARD, Words, entering, error_response, no_route, presence_of, rfc3339, segments};
use super::{Capability, Dialect, Settings};
use crate::auth::{AuthError, Authenticator, Identity, UserIdKind};
use crate::core::{
    Answer, Audience, Circle, Command, Content, ConversationId, Creation, Event, Happened, Message, Moment,
    Person, Refusal, Status, UserId,
};

const WORDS: Words = Words { conversation: "conversation", content: "content" };
/// `MessageType` is not listed in the document: any word goes, and this one where there is none.
const KIND: &str = "text";

/// The translation. Holds no state beside its switches.
pub(super) struct Whatsapp {
    settings: Settings,
}

impl Whatsapp {
    pub(super) fn new(settings: Settings) -> Self {
        Self { settings }
    }
}

impl Dialect for Whatsapp {
    fn about(&self) -> About {
        ABOUT
    }

    fn user_ids(&self) -> UserIdKind {
        UserIdKind::Text
    }

    /// "socket.data.userId = decoded.userId" ("Production Mode").
    fn reads_user_id(&self) -> bool {
        true
    }

    /// A token counts in either mode, and a bad one is not made good by a `userId` ("Authentication").
    fn admit(&self, handshake: &Handshake, auth: &Authenticator, now: Moment) -> Admission {
        let identity = match (token_in_auth(handshake), self.named(handshake.query.as_deref())) {
            (Some(token), _) => auth.verify(&token, now),
            (None, Some(identity)) => Ok(identity),
            (None, None) => Err(AuthError::Missing),
        };
        match identity {
            Ok(identity) => Admission::Somebody(identity),
            Err(AuthError::Missing) if self.settings.dev_auth => {
                Admission::Refused("Unauthorized: no token and no userId provided".to_owned())
            }
            Err(error) => Admission::Refused(Problem::unauthorized(error).message),
        }
    }

    fn decode_event(&self, session: &Session, auth: &Authenticator, call: &Call<'_>, now: Moment) -> Heard {
        let offered = beyond::capability_of(call.event).is_none_or(|beyond| self.settings.offers.has(beyond));
        if !offered || !ABOUT.hears.contains(&call.event) {
            return Heard::Ignore;
        }
        let identity = checked_again(session, auth, now);
        identity
            .and_then(|identity| self.decode(session, &identity.user, call))
            .map_or_else(Heard::Refuse, Heard::Do)
    }

    fn problem(&self, _event: Option<&str>, refusal: &Refusal) -> Problem {
        WORDS.problem(refusal)
    }

    /// "Response: {event, data}": the event is emitted, and the whole is the ack where one was asked for. Typing
    /// has no response.
    fn encode_reply(&self, _call: &Call<'_>, outcome: Result<&Answer, &Problem>) -> Reply {
        match outcome {
            Ok(Answer::Joined { conversation, .. }) => response("conversation:joined", *conversation),
            Ok(Answer::Left(conversation)) => response("conversation:left", *conversation),
            Ok(Answer::Reacted { message, .. }) => {
                Reply::ack(json!({"success": true, "messageId": text(message.id)}))
            }
            Ok(_) => Reply::default(),
            Err(problem) => {
                let status = problem.kind.status();
                let error = json!({"status": "error", "message": problem.message, "statusCode": status});
                Reply::emit("error", error)
            }
        }
    }

    fn encode_event(&self, event: &Event) -> Option<Broadcast> {
        let presence = |user: &UserId| presence_of(user, self.settings.presence);
        let (audience, event, payload) = match &event.what {
            Happened::Sent(message) => {
                (Audience::all(Circle::Joined(message.conversation.id)), "message:received", row(message))
            }
            Happened::Missed(socket, message) => {
                (Audience::all(Circle::Socket(*socket)), "message:received", row(message))
            }
            Happened::Moved(message) => {
                let payload = json!({"messageId": text(message.id), "conversationId": text(message.conversation.id),
                                     "status": status(message.status), "updatedAt": rfc3339(event.at)});
                (Audience::all(Circle::Joined(message.conversation.id)), "message:status", payload)
            }
            Happened::Typing(conversation, user, typing) => {
                let audience = Audience::others(Circle::Joined(*conversation), &user.id);
                let (event, payload) = typed(*conversation, user, *typing);
                (audience, event, payload)
            }
            Happened::Online(user) => (presence(user), "user:online", json!({"userId": user})),
            Happened::Offline(user) => (presence(user), "user:offline", json!({"userId": user})),
            _ => return beyond::encode(event),
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
        let ["api", rest @ ..] = path.as_slice() else { return Err(no_route(request)) };
        let caller = self.caller(request, auth, now)?;
        let ["conversations", rest @ ..] = rest else { return self.decode_beyond(caller, request, rest) };
        match (request.method, rest) {
            ("POST", []) => self.decode_creation(caller, request),
            ("GET", [id, "messages"]) => {
                let conversation = conversation(id)?;
                Ok(Command::History { user: caller, conversation, page: None })
            }
            ("POST", [id, "messages"]) => {
                let body = json_body(request)?;
                let mut fields = Fields::new(Some(&body), self.settings.validate);
                let sender = fields.name("senderId");
                let content = content(&mut fields);
                fields.finish().map_err(Problem::invalid)?;
                let user = self.speaker(caller, sender, "senderId")?;
                Ok(Command::Send { user, conversation: conversation(id)?, content })
            }
            ("POST", [id, "messages", "read"]) => {
                let body = json_body(request)?;
                let mut fields = Fields::new(Some(&body), self.settings.validate);
                let reader = fields.name("userId");
                fields.finish().map_err(Problem::invalid)?;
                let user = self.speaker(caller, reader, "userId")?;
                Ok(Command::ReadAll { user, conversation: conversation(id)? })
            }
            _ => Err(no_route(request)),
        }
    }

    fn encode_response(&self, outcome: Result<&Answer, &Problem>) -> Response {
        match outcome {
            Ok(Answer::Created(conversation)) => {
                let body = json!({"id": text(conversation.id), "participants": conversation.participants,
                                  "createdAt": rfc3339(conversation.created_at)});
                Response { status: 201, body }
            }
            Ok(Answer::Sent(message)) => Response { status: 201, body: row(message) },
            Ok(Answer::History(history)) => {
                let messages: Value =
                    history.messages.iter().map(|message| beyond::stored(message)).collect();
                Response { status: 200, body: json!({"messages": messages, "total": history.total}) }
            }
            Ok(Answer::ReadAll { moved, .. }) => {
                Response { status: 200, body: json!({"success": true, "updated": moved}) }
            }
            Ok(Answer::Updated(message)) => Response { status: 200, body: beyond::stored(message) },
            Ok(Answer::Online { users, total }) => beyond::online(users, *total),
            Ok(Answer::Seen { user, online, last, .. }) => beyond::presence(user, *online, *last),
            Ok(_) => Response { status: 200, body: json!({"success": true}) },
            Err(problem) => error_response(problem),
        }
    }
}

impl Whatsapp {
    /// Who the query names, while that is enough ("Development Mode").
    fn named(&self, query: Option<&str>) -> Option<Identity> {
        if !self.settings.dev_auth {
            return None;
        }
        let name = parameter(query, "userId").filter(|name| !name.trim().is_empty() && !is_too_long(name))?;
        Some(Identity::claimed(UserId::Name(name.into())))
    }

    /// Who a REST call comes from: a bearer token, or while that is enough, the `userId` of the query or nobody.
    fn caller(
        &self,
        request: &Request<'_>,
        auth: &Authenticator,
        now: Moment,
    ) -> Result<Option<UserId>, Problem> {
        if request.authorization.is_none() && self.settings.dev_auth {
            return Ok(self.named(request.query).map(|identity| identity.user));
        }
        bearer_identity(request, auth, now).map(|identity| Some(identity.user))
    }

    /// Nobody speaks for somebody else; where nobody is known, the payload is believed.
    fn speaker(&self, caller: Option<UserId>, claimed: String, field: &str) -> Result<UserId, Problem> {
        let claim = UserId::Name(claimed.into());
        match caller {
            Some(user) if user != claim && !self.settings.trust_payload => {
                Err(Problem::new(ProblemKind::Forbidden, format!("{field} is not the user of this call")))
            }
            _ => Ok(claim),
        }
    }

    /// No creator is documented: the caller, or the first participant, takes part in any case.
    fn decode_creation(&self, caller: Option<UserId>, request: &Request<'_>) -> Result<Command, Problem> {
        let body = json_body(request)?;
        let mut fields = Fields::new(Some(&body), self.settings.validate);
        let with: Vec<_> =
            fields.names("participants").into_iter().map(|name| UserId::Name(name.into())).collect();
        fields.finish().map_err(Problem::invalid)?;
        let by = caller.or_else(|| with.first().cloned());
        let by = by.ok_or_else(|| Problem::invalid("participants should not be empty"))?;
        Ok(Command::Create { by, with, manner: Creation::default() })
    }

    fn decode(&self, session: &Session, user: &UserId, call: &Call<'_>) -> Result<Command, Problem> {
        let mut fields = Fields::new(call.payload, self.settings.validate);
        if beyond::capability_of(call.event).is_some() {
            return beyond::reaction(call.event, user, fields);
        }
        let id = fields.name("conversationId");
        let told = self.settings.offers.has(Capability::OfflineDelivery) && fields.has(LAST_HEARD);
        let last = told.then(|| fields.name(LAST_HEARD));
        let claimed = if self.settings.trust_payload && fields.has("userId") {
            fields.name("userId")
        } else {
            String::new()
        };
        let starts = call.event == "typing:start";
        // "isTyping: true" in the one, "isTyping: false" in the other: what is left out is known already.
        if (starts || call.event == "typing:stop") && fields.has("isTyping") {
            fields.exactly("isTyping", starts);
        }
        fields.finish().map_err(Problem::invalid)?;
        let conversation = conversation(&id)?;
        let typist = if claimed.is_empty() { user.clone() } else { UserId::Name(claimed.into()) };
        let (socket, user) = (session.socket, user.clone());
        Ok(match call.event {
            "conversation:join" => {
                let heard = last.map(|id| beyond::last_heard(&id)).transpose()?;
                entering(socket, user, conversation, heard)
            }
            "conversation:leave" => Command::Leave { socket, user, conversation },
            _ => Command::Type { user: typist, conversation, typing: starts },
        })
    }
}

/// An id as the document has them: a string.
fn text(id: impl Display) -> String {
    id.to_string()
}

/// The conversation of this id. What the server never gave out names no conversation.
fn conversation(id: &str) -> Result<ConversationId, Problem> {
    let known = id.parse().map(ConversationId).ok().filter(|known| known.to_string() == id);
    known.ok_or_else(|| WORDS.unknown(id))
}

/// `content: any`: a string is itself, everything else is kept as JSON.
fn content(fields: &mut Fields<'_>) -> Content {
    let kind = if fields.has("type") { Cow::Owned(fields.name("type")) } else { Cow::Borrowed(KIND) };
    match fields.anything("content") {
        Value::String(text) => Content { kind, ..Content::text(text) },
        other => Content { kind, text: other.to_string(), structured: true },
    }
}

fn shown(content: &Content) -> Value {
    let structure = content.structured.then(|| serde_json::from_str(&content.text).ok());
    structure.flatten().unwrap_or_else(|| json!(content.text))
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Sent => "sent",
        Status::Delivered => "delivered",
        Status::Read => "read",
    }
}

fn response(event: &'static str, conversation: ConversationId) -> Reply {
    let data = json!({"conversationId": text(conversation), "success": true});
    let ack = json!({"event": event, "data": data});
    Reply::both(event, data, ack)
}

/// The payload of `message:received`.
fn row(message: &Message) -> Value {
    let mut row = json!({
        "messageId": text(message.id),
        "conversationId": text(message.conversation.id),
        "senderId": message.sender.id,
        "type": message.content.kind,
        "content": shown(&message.content),
        "status": status(message.status),
        "timestamp": rfc3339(message.created_at),
    });
    let profile = &message.sender.profile;
    // `sender?`, in which the name and the telephone number are not optional.
    if let (Some(name), Some(number)) = (&profile.name, &profile.phone_number) {
        let mut sender = json!({"id": message.sender.id, "name": name, "phoneNumber": number});
        if let Some(avatar) = &profile.avatar {
            sender["avatar"] = json!(avatar);
        }
        row["sender"] = sender;
    }
    row
}

/// `typing:start` with the `user?` where the name is known, or `typing:stop`.
fn typed(conversation: ConversationId, user: &Person, typing: bool) -> (&'static str, Value) {
    let mut payload = json!({"conversationId": text(conversation), "userId": user.id, "isTyping": typing});
    if !typing {
        return ("typing:stop", payload);
    }
    if let Some(name) = &user.profile.name {
        let mut person = json!({"id": user.id, "name": name});
        if let Some(avatar) = &user.profile.avatar {
            person["avatar"] = json!(avatar);
        }
        payload["user"] = person;
    }
    ("typing:start", payload)
}

const ABOUT: About = About {
    namespace: "/messages",
    document: "003_97c2325641caf5d1.txt",
    credentials: &[Credential::UserId, Credential::Token],
    hears: &[
        "conversation:join",
        "conversation:leave",
        "typing:start",
        "typing:stop",
        "reaction:add",
        "reaction:remove",
    ],
    says: &[
        "message:received",
        "message:status",
        "typing:start",
        "typing:stop",
        "user:online",
        "user:offline",
        "message:edited",
        "message:deleted",
        "reaction:added",
        "reaction:removed",
        "conversation:joined",
        "conversation:left",
        "error",
    ],
    routes: &[
        "POST /api/conversations {participants}",
        "GET  /api/conversations/:id/messages",
        "POST /api/conversations/:id/messages {senderId, type, content}",
        "POST /api/conversations/:id/messages/read {userId}",
        "PUT  /api/messages/:id {senderId, content}",
        "DELETE /api/messages/:id?userId=",
        "GET  /api/users/online",
        "GET  /api/users/:id/presence",
    ],
    actions: &[
        Action::emit("Join", "conversation:join", r#"{"conversationId": "$room"}"#),
        Action::emit("Leave", "conversation:leave", r#"{"conversationId": "$room"}"#),
        Action::rest(
            "Send Message",
            "POST /api/conversations/$room/messages",
            r#"{"senderId": "$user", "type": "text", "content": $text}"#,
        ),
        Action::emit(
            "Type",
            "typing:start",
            r#"{"conversationId": "$room", "userId": "$user", "isTyping": true}"#,
        ),
        Action::emit(
            "Stop typing",
            "typing:stop",
            r#"{"conversationId": "$room", "userId": "$user", "isTyping": false}"#,
        ),
        Action::rest("Mark as read", "POST /api/conversations/$room/messages/read", r#"{"userId": "$user"}"#),
        Action::emit(
            "React",
            "reaction:add",
            r#"{"conversationId": "$room", "messageId": "$message", "emoji": "👍"}"#,
        ),
        Action::emit(
            "Take back",
            "reaction:remove",
            r#"{"conversationId": "$room", "messageId": "$message"}"#,
        ),
        Action::rest("Edit", "PUT /api/messages/$message", r#"{"senderId": "$user", "content": $text}"#),
        Action::rest("Delete", "DELETE /api/messages/$message?userId=$user", ""),
        Action::rest("Last seen", "GET /api/users/$peer/presence", ""),
        Action::rest("Create by REST", "POST /api/conversations", r#"{"participants": ["$user", "$peer"]}"#),
        Action::rest("History", "GET /api/conversations/$room/messages", ""),
    ],
};

#[cfg(test)]
mod tests;
