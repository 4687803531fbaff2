//! Socket.IO connections and their events, turned into what the dialect understands.
//!
//! The handlers implement socketioxide's traits themselves, because a closure is spawned as a task: two events
//! of one socket could then overtake each other, and an event could come before its handler.

use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use axum::http::header::AUTHORIZATION;
use serde_json::Value;
use socketioxide::adapter::LocalAdapter;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::handler::{
    ConnectHandler, DisconnectHandler, FromConnectParts, FromMessageParts, MessageHandler, Value as RawArgs,
};
use socketioxide::socket::{DisconnectReason, Socket};

use super::connection::Connection;
use super::delivery::Connected;
use super::link::Link;
use super::server::Server;
use crate::auth::AuthError;
use crate::core::Answer;
use crate::dialects::{Admission, Call, Handshake, Heard, Problem, Session, parse};
use crate::faults::Fault;

/// Tells our handler implementations from those for closures.
pub(super) struct Ours;

type Verdict<'a> = Pin<Box<dyn Future<Output = Result<(), Box<dyn Display + Send>>> + Send + 'a>>;

/// Admits connections to the namespace.
#[derive(Clone)]
pub(super) struct OnConnect {
    server: Arc<Server>,
}

impl OnConnect {
    pub(super) fn new(server: Arc<Server>) -> Self {
        Self { server }
    }

    /// Runs before the client is told that it is connected, so no event can come before its handler.
    fn admit(&self, socket: &Arc<Socket>, auth: &Option<RawArgs>) -> Result<(), String> {
        let server = &self.server;
        let parts = socket.req_parts();
        let handshake = Handshake {
            auth: Data::<Value>::from_connect_parts(socket, auth).ok().map(|data| data.0),
            authorization: parts.headers.get(AUTHORIZATION).and_then(|h| h.to_str().ok()).map(str::to_owned),
            query: parts.uri.query().map(str::to_owned),
        };
        let sid = socket.id;
        let Some(link) = parts.extensions.get::<Arc<Link>>() else {
            return Err("This connection has no line".to_owned());
        };
        if !link.may_connect(server.now()) {
            return Err("Too many connections: connect less often".to_owned());
        }
        let identity = match server.dialect.admit(&handshake, &server.auth, server.now()) {
            Admission::Somebody(identity) => {
                tracing::info!(%sid, user = %identity.user, "connected");
                Ok(identity)
            }
            Admission::Nobody(reason) => {
                tracing::info!(%sid, %reason, "connected as nobody");
                Err(reason)
            }
            Admission::Refused(reason) => return Err(reason),
            Admission::Expelled(event, value) => {
                tracing::warn!(%sid, reason = %value, "authorization failed: connection refused");
                socket.extensions.insert(Expelled { event, value });
                if !server.faults.has(Fault::ErrorWithoutDisconnect) {
                    return Ok(());
                }
                Err(AuthError::Missing)
            }
        };
        let session = Session { socket: server.next_socket_id(), sid: socket.id.to_string(), identity };
        let connection = server.enter(session);
        socket.on_fallback(OnEvent { server: Arc::clone(server), connection: Arc::clone(&connection) });
        socket
            .on_disconnect(OnDisconnect { server: Arc::clone(server), connection: Arc::clone(&connection) });
        socket.extensions.insert(connection);
        Ok(())
    }
}

/// A connection that will be told this and closed, as soon as the client knows that it is connected.
#[derive(Clone)]
struct Expelled {
    event: &'static str,
    value: Value,
}

impl OnConnect {
    fn expel(&self, socket: SocketRef, Expelled { event, value }: &Expelled) {
        if !self.server.faults.has(Fault::DisconnectWithoutError) {
            self.server.metrics.event_out(event);
            if let Err(error) = socket.emit(event, value) {
                tracing::debug!(%error, "a refusal cannot be sent");
            }
        }
        if !self.server.faults.has(Fault::ErrorWithoutDisconnect) {
            let _ = socket.disconnect();
        }
    }
}

impl ConnectHandler<LocalAdapter, Ours> for OnConnect {
    fn call(&self, socket: Arc<Socket>, _auth: Option<RawArgs>) {
        if let Some(expelled) = socket.extensions.get::<Expelled>() {
            self.expel(SocketRef::from(Arc::clone(&socket)), &expelled);
        }
        if let Some(connection) = socket.extensions.get::<Arc<Connection>>() {
            let link = socket.req_parts().extensions.get::<Arc<Link>>().cloned();
            if let Some(link) = link {
                self.server.connected(&connection, Connected::new(SocketRef::from(socket), link));
            }
        }
    }

    fn call_middleware<'a>(&'a self, socket: Arc<Socket>, auth: &'a Option<RawArgs>) -> Verdict<'a> {
        let admitted = self.admit(&socket, auth).map_err(|text| {
            tracing::warn!(sid = %socket.id, reason = text, "authorization failed: connection refused");
            Box::new(text) as Box<dyn Display + Send>
        });
        Box::pin(std::future::ready(admitted))
    }
}

/// Bytes of an event of which no more than its name is read where there were too many.
const LARGE: usize = 16 * 1024;

/// The name of an event, and none of what it brings.
fn name_alone(text: &str) -> Option<Vec<Value>> {
    let rest = text.trim_start().strip_prefix('[')?;
    let name = serde_json::Deserializer::from_str(rest).into_iter::<String>().next()?.ok()?;
    Some(vec![Value::String(name)])
}

/// Hears every event of one socket.
struct OnEvent {
    server: Arc<Server>,
    connection: Arc<Connection>,
}

impl MessageHandler<LocalAdapter, Ours> for OnEvent {
    fn call(&self, socket: Arc<Socket>, mut raw: RawArgs, ack_id: Option<i64>) {
        let started = Instant::now();
        let text = raw.as_str().cloned();
        let text = text.as_deref().unwrap_or_default();
        // Counted first: who sends too much must not have it parsed.
        let user = self.connection.session.identity.as_ref().ok().map(|identity| &identity.user);
        let counted = self.server.count(Some(self.connection.session.socket), user, text.len());
        let parsed = if counted.is_err() && text.len() > LARGE { name_alone(text) } else { parse(text).ok() };
        let Some((event, args)) = parsed.as_deref().and_then(<[Value]>::split_first) else {
            // The official server closes a connection whose packets cannot be parsed.
            tracing::debug!(sid = %socket.id, "an event that cannot be parsed");
            let _ = SocketRef::from(socket).disconnect();
            return;
        };
        let Ok(ack) = AckSender::from_message_parts(&socket, &mut raw, &ack_id);
        // An answer must not overtake what waits for the connection.
        self.connection.await_connected();
        self.hear(event.as_str().unwrap_or_default(), args, ack_id.map(|_| ack), counted);
        self.server.metrics.handled(started.elapsed());
    }
}

impl OnEvent {
    fn hear(&self, event: &str, args: &[Value], ack: Option<AckSender>, counted: Result<(), Problem>) {
        let (server, connection) = (&self.server, &*self.connection);
        let session = &connection.session;
        let named = session.identity.is_err().then(|| server.user_of(session.socket)).flatten();
        let call = Call { event, payload: args.first(), ack_wanted: ack.is_some(), named: named.as_ref() };
        let known = server.dialect.about().hears.iter().find(|name| **name == event);
        server.metrics.event_in(known.copied().unwrap_or("other"));
        let heard = match counted {
            Err(_) if known.is_none() || server.faults.has(Fault::LimitSilently) => Heard::Ignore,
            Err(problem) => Heard::Refuse(problem),
            Ok(()) => server.dialect.decode_event(session, &server.auth, &call, server.now()),
        };
        let result = match heard {
            Heard::Do(command) => server.run_for(connection, &call, (command, false), ack),
            Heard::DoAs(command) => server.run_for(connection, &call, (command, true), ack),
            Heard::Say(reply) => {
                server.reply(connection, reply, ack, false);
                Ok(Answer::Done)
            }
            Heard::Refuse(problem) => {
                let problem = server.reworded(problem);
                let reply = server.encode_reply(&call, Err(&problem));
                server.reply(connection, reply, ack, true);
                Err(problem)
            }
            Heard::Ignore => {
                tracing::debug!(sid = session.sid, event, "an event without an answer");
                return;
            }
        };
        match result {
            Ok(answer) => self.log_answer(event, &answer),
            Err(problem) => self.log_problem(event, &problem),
        }
    }

    /// What the document's "Logging" lists, without the texts of messages.
    fn log_answer(&self, event: &str, answer: &Answer) {
        let sid = self.connection.session.sid.as_str();
        match answer {
            Answer::Joined { conversation, .. } => {
                tracing::info!(sid, user = self.user(), chat = conversation.0, "joined");
            }
            Answer::Left(conversation) => {
                tracing::info!(sid, user = self.user(), chat = conversation.0, "left");
            }
            Answer::Sent(message) => {
                let (chat, id) = (message.conversation.id.0, message.id.0);
                tracing::info!(sid, user = self.user(), chat, id, "message sent");
            }
            _ => tracing::debug!(sid, event, "handled"),
        }
    }

    fn log_problem(&self, event: &str, problem: &Problem) {
        self.server.metrics.refused(problem.kind);
        let (sid, reason) = (self.connection.session.sid.as_str(), problem.message.as_str());
        if problem.kind.is_authorization() {
            tracing::warn!(sid, user = self.user(), event, reason, "authorization failed");
        } else {
            tracing::debug!(sid, user = self.user(), event, reason, "refused");
        }
    }

    fn user(&self) -> Option<String> {
        self.connection.session.identity.as_ref().ok().map(|identity| identity.user.to_string())
    }
}

/// Hears of the end of one socket.
struct OnDisconnect {
    server: Arc<Server>,
    connection: Arc<Connection>,
}

impl DisconnectHandler<LocalAdapter, Ours> for OnDisconnect {
    fn call_with_defer(&self, socket: Arc<Socket>, reason: DisconnectReason, defer: fn(Arc<Socket>)) {
        tracing::info!(sid = %socket.id, %reason, "disconnected");
        self.server.exit(self.connection.session.socket);
        defer(socket);
    }
}
