//! The `crm` dialect. Document: `004_f84213d8bff56745.txt`, "WebSocket Chat Implementation Guide".
//!
//! Names and shapes only. Where the document is silent, the choice is stated at the place.

use serde_json::{Value, json};

use super::about::{About, Action, Credential};
use super::credentials::{bearer, bearer_identity, checked_again, json_body, parameter, token_in_auth};
use super::exchange::{
    Admission, Broadcast, Call, Handshake, Heard, Problem, Reply, Request, Response, Session,
};
use super::fields::Fields;
use super::shapes::{Words, entering, error_response, last_heard, no_route, path_id, rfc3339, segments};
use super::{Capability, Dialect, Settings};
use crate::auth::{AuthError, Authenticator, Identity, UserIdKind};
use crate::core::{
    Answer, Audience, Circle, Command, Content, Conversation, ConversationId, Creation, Edit, Event,
    Happened, Message, MessageId, Moment, Refusal, UserId,
};

const WORDS: Words = Words { conversation: "chat", content: "content" };

/// The translation. Holds no state beside its switches.
pub(super) struct Crm {
    settings: Settings,
}

impl Crm {
    pub(super) fn new(settings: Settings) -> Self {
        Self { settings }
    }
}

impl Dialect for Crm {
    fn about(&self) -> About {
        ABOUT
    }

    fn user_ids(&self) -> UserIdKind {
        UserIdKind::Integer
    }

    /// Never refused: "All WebSocket events (except connection) require valid JWT" (Security Considerations 1).
    /// Of several tokens the first place in the document's order counts.
    fn admit(&self, handshake: &Handshake, auth: &Authenticator, now: Moment) -> Admission {
        let in_header = || handshake.authorization.as_deref().and_then(bearer).map(str::to_owned);
        let in_query = || parameter(handshake.query.as_deref(), "token");
        let token = token_in_auth(handshake).or_else(in_header).or_else(in_query);
        let identity = token.ok_or(AuthError::Missing).and_then(|token| auth.verify(&token, now));
        identity.map_or_else(Admission::Nobody, Admission::Somebody)
    }

    fn decode_event(&self, session: &Session, auth: &Authenticator, call: &Call<'_>, now: Moment) -> Heard {
        if !ABOUT.hears.contains(&call.event) {
            return Heard::Ignore;
        }
        let identity = checked_again(session, auth, now);
        identity.and_then(|identity| self.decode(session, identity, call, now)).unwrap_or_else(Heard::Refuse)
    }

    fn problem(&self, _event: Option<&str>, refusal: &Refusal) -> Problem {
        WORDS.problem(refusal)
    }

    /// `typing` and `markAsRead` have no documented answer: `{success: true}` where an ack was asked for.
    fn encode_reply(&self, call: &Call<'_>, outcome: Result<&Answer, &Problem>) -> Reply {
        match outcome {
            Ok(answer) => Reply::ack(success(answer)),
            Err(problem) if call.ack_wanted => {
                Reply::ack(json!({"success": false, "message": problem.message}))
            }
            // "socket.on('error')" (Connection Lifecycle 2): the only event of failure that the document names.
            Err(problem) => Reply::emit("error", json!({"status": "error", "message": problem.message})),
        }
    }

    fn encode_event(&self, event: &Event) -> Option<Broadcast> {
        let timestamp = rfc3339(event.at);
        let of_user = |chat: &ConversationId, user: &UserId| json!({"chatId": chat, "userId": user, "timestamp": timestamp});
        let of_message =
            |m: &Message| json!({"message": row(m), "chatId": m.conversation.id, "timestamp": timestamp});
        let room = |m: &Message| Audience::all(Circle::Joined(m.conversation.id));
        let others = |chat: &ConversationId, user: &UserId| Audience::others(Circle::Joined(*chat), user);
        let (audience, event, payload) = match &event.what {
            Happened::Sent(m) => (room(m), "newMessage", of_message(m)),
            Happened::Missed(socket, m) => {
                (Audience::all(Circle::Socket(*socket)), "newMessage", of_message(m))
            }
            Happened::Updated(m) => (room(m), "messageUpdated", of_message(m)),
            Happened::Deleted(m) => {
                let payload = json!({"messageId": m.id, "chatId": m.conversation.id, "timestamp": timestamp});
                (room(m), "messageDeleted", payload)
            }
            Happened::Entered(chat, user) => (others(chat, user), "userJoined", of_user(chat, user)),
            Happened::Left(chat, user) => (others(chat, user), "userLeft", of_user(chat, user)),
            Happened::Typing(chat, user, typing) => {
                let payload =
                    json!({"chatId": chat, "userId": user.id, "isTyping": typing, "timestamp": timestamp});
                (others(chat, &user.id), "userTyping", payload)
            }
            Happened::Read(m, user) => {
                let payload = json!({"chatId": m.conversation.id, "messageId": m.id, "userId": user,
                                     "timestamp": timestamp});
                (others(&m.conversation.id, user), "messageRead", payload)
            }
            // The document has no event for a new chat, none for presence, no status of a message and no reactions.
            Happened::Created(_)
            | Happened::Online(_)
            | Happened::Offline(_)
            | Happened::Moved(_)
            | Happened::Reacted(..) => return None,
        };
        Some(Broadcast { audience, event, payload })
    }

    fn decode_request(
        &self,
        request: &Request<'_>,
        auth: &Authenticator,
        now: Moment,
    ) -> Result<Command, Problem> {
        let route = match (request.method, segments(request).as_slice()) {
            ("POST", ["project-chats"]) => Route::CreateChat,
            ("POST", ["chat-messages"]) => Route::Send,
            ("PUT", ["chat-messages", id]) => Route::Rewrite(id),
            ("DELETE", ["chat-messages", id]) => Route::Delete(id),
            ("GET", ["chat-messages", "chat", id]) => Route::History(id),
            ("GET", ["chat-monitoring", "active-users"]) if self.monitors() => Route::ActiveUsers,
            ("GET", ["chat-monitoring", "users", id]) if self.monitors() => Route::Devices(id),
            _ => return Err(no_route(request)),
        };
        let user = bearer_identity(request, auth, now)?.user;
        self.decode_route(&route, user, request)
    }

    fn encode_response(&self, outcome: Result<&Answer, &Problem>) -> Response {
        match outcome {
            Ok(Answer::Created(chat)) => Response { status: 201, body: chat_row(chat) },
            Ok(Answer::Sent(message)) => Response { status: 201, body: row(message) },
            Ok(Answer::Updated(message)) => Response { status: 200, body: row(message) },
            Ok(Answer::History(history)) => {
                Response { status: 200, body: history.messages.iter().map(|message| row(message)).collect() }
            }
            // The document shows no body for a deletion: say which message is gone.
            Ok(Answer::Online { total, .. }) => Response { status: 200, body: json!({"activeUsers": total}) },
            Ok(Answer::Seen { user, devices, .. }) => {
                let body = json!({"userId": user, "isOnline": *devices > 0, "sockets": devices});
                Response { status: 200, body }
            }
            Ok(Answer::Deleted(id)) => Response { status: 200, body: json!({"success": true, "id": id}) },
            Ok(other) => Response { status: 200, body: success(other) },
            Err(problem) => error_response(problem),
        }
    }
}

enum Route<'a> {
    CreateChat,
    Send,
    Rewrite(&'a str),
    Delete(&'a str),
    History(&'a str),
    /// "getActiveUsersCount" ("Monitoring"), which the document gives to services only: the routes are ours.
    ActiveUsers,
    /// "getUserSockets" and "isUserOnline": how many there are, since ids of sockets of others are nobody's business.
    Devices(&'a str),
}

impl Crm {
    fn monitors(&self) -> bool {
        self.settings.offers.has(Capability::Monitoring)
    }

    fn decode(
        &self,
        session: &Session,
        identity: &Identity,
        call: &Call<'_>,
        now: Moment,
    ) -> Result<Heard, Problem> {
        let (user, socket) = (identity.user.clone(), session.socket);
        let mut fields = Fields::new(call.payload, self.settings.validate);
        let command = match call.event {
            "authenticate" => {
                return Ok(Heard::Say(Reply::ack(
                    json!({"success": true, "message": "Authenticated successfully",
                                                       "userId": user, "socketId": session.sid}),
                )));
            }
            "ping" => return Ok(Heard::Say(Reply::ack(json!({"pong": now.as_millis()})))),
            "joinChat" => {
                let heard = last_heard(self.settings, &mut fields);
                entering(socket, user, chat_id(&mut fields), heard)
            }
            "leaveChat" => Command::Leave { socket, user, conversation: chat_id(&mut fields) },
            "sendMessage" => {
                Command::Send { user, conversation: chat_id(&mut fields), content: content(&mut fields) }
            }
            "typing" => {
                Command::Type { user, conversation: chat_id(&mut fields), typing: fields.flag("isTyping") }
            }
            "markAsRead" => Command::Read {
                user,
                conversation: chat_id(&mut fields),
                message: MessageId(fields.id("messageId")),
            },
            _ => return Ok(Heard::Ignore),
        };
        fields.finish().map_err(Problem::invalid)?;
        Ok(Heard::Do(command))
    }

    fn decode_route(
        &self,
        route: &Route<'_>,
        user: UserId,
        request: &Request<'_>,
    ) -> Result<Command, Problem> {
        let body = match route {
            Route::Delete(_) | Route::History(_) | Route::ActiveUsers | Route::Devices(_) => Value::Null,
            _ => json_body(request)?,
        };
        let mut fields = Fields::new(Some(&body), self.settings.validate);
        let command = match route {
            Route::CreateChat => Command::Create {
                by: user,
                with: fields.ids("participants").into_iter().map(UserId::Number).collect(),
                manner: Creation::default(),
            },
            Route::Send => {
                Command::Send { user, conversation: chat_id(&mut fields), content: content(&mut fields) }
            }
            Route::Rewrite(id) => {
                let message = MessageId(path_id(id)?);
                Command::Edit { user, message, edit: Edit::Rewrite(fields.text("content")) }
            }
            Route::Delete(id) => Command::Edit { user, message: MessageId(path_id(id)?), edit: Edit::Delete },
            Route::ActiveUsers => Command::Online { by: Some(user), among_contacts: false },
            Route::Devices(id) => {
                let about = UserId::Number(path_id(id)?);
                Command::Seen { by: Some(user), user: about, among_contacts: false }
            }
            Route::History(id) => {
                let conversation = ConversationId(path_id(id)?);
                Command::History { user: Some(user), conversation, page: None }
            }
        };
        fields.finish().map_err(Problem::invalid)?;
        Ok(command)
    }
}

fn chat_id(fields: &mut Fields<'_>) -> ConversationId {
    ConversationId(fields.id("chatId"))
}

fn content(fields: &mut Fields<'_>) -> Content {
    Content::text(fields.text("content"))
}

fn success(answer: &Answer) -> Value {
    match answer {
        Answer::Joined { conversation, .. } => {
            json!({"success": true, "message": format!("Joined chat {conversation}")})
        }
        Answer::Left(chat) => json!({"success": true, "message": format!("Left chat {chat}")}),
        Answer::Sent(message) => json!({"success": true, "data": row(message)}),
        _ => json!({"success": true}),
    }
}

/// "full message object" (Client to Server 4).
fn row(message: &Message) -> Value {
    json!({
        "id": message.id,
        "chatId": message.conversation.id,
        "senderId": message.sender.id,
        "message": message.content.text,
        "createdAt": rfc3339(message.created_at),
        "updatedAt": rfc3339(message.updated_at),
    })
}

fn chat_row(chat: &Conversation) -> Value {
    json!({"id": chat.id, "participants": chat.participants, "createdAt": rfc3339(chat.created_at)})
}

const ABOUT: About = About {
    namespace: "/chat",
    document: "004_f84213d8bff56745.txt",
    credentials: &[Credential::Token],
    hears: &["authenticate", "joinChat", "leaveChat", "sendMessage", "typing", "markAsRead", "ping"],
    says: &[
        "newMessage",
        "messageUpdated",
        "messageDeleted",
        "userTyping",
        "userJoined",
        "userLeft",
        "messageRead",
        "error",
    ],
    routes: &[
        "POST   /project-chats {participants}",
        "POST   /chat-messages {chatId, content}",
        "PUT    /chat-messages/:id {content}",
        "DELETE /chat-messages/:id",
        "GET    /chat-messages/chat/:chatId",
        "GET    /chat-monitoring/active-users",
        "GET    /chat-monitoring/users/:id",
    ],
    actions: &[
        Action::emit("Join", "joinChat", r#"{"chatId": $room}"#),
        Action::emit("Leave", "leaveChat", r#"{"chatId": $room}"#),
        Action::emit("Send Message", "sendMessage", r#"{"chatId": $room, "content": $text}"#),
        Action::emit("Type", "typing", r#"{"chatId": $room, "isTyping": true}"#),
        Action::emit("Stop typing", "typing", r#"{"chatId": $room, "isTyping": false}"#),
        Action::emit("Mark as read", "markAsRead", r#"{"chatId": $room, "messageId": $message}"#),
        Action::emit("Authenticate", "authenticate", ""),
        Action::emit("Ping", "ping", ""),
        Action::rest("Send by REST", "POST /chat-messages", r#"{"chatId": $room, "content": $text}"#),
        Action::rest("Update by REST", "PUT /chat-messages/$message", r#"{"content": $text}"#),
        Action::rest("Delete by REST", "DELETE /chat-messages/$message", ""),
        Action::rest("Create by REST", "POST /project-chats", r#"{"participants": [$user, $peer]}"#),
        Action::rest("History", "GET /chat-messages/chat/$room", ""),
    ],
};

#[cfg(test)]
mod tests;
