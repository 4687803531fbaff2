//! What passes between the host and a dialect: handshakes, calls, replies, broadcasts, requests, responses.
//!
//! Plain data only. It must not know any dialect.

use serde_json::Value;

use crate::auth::{AuthError, Identity};
use crate::core::{Audience, Command, Exceeded, RateLimit, SocketId, UserId};

/// What a client brings when it connects to the namespace.
#[derive(Clone, Debug, Default)]
pub(crate) struct Handshake {
    /// The `auth` object of the client, if it sent one.
    pub(crate) auth: Option<Value>,
    /// The `authorization` header of the transport's first request.
    pub(crate) authorization: Option<String>,
    /// The query string of that request, undecoded.
    pub(crate) query: Option<String>,
}

/// What a dialect makes of a handshake.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Admission {
    /// Somebody is there.
    Somebody(Identity),
    /// A connection without a user; its events decide what it may do.
    Nobody(AuthError),
    /// `connect_error` with this text.
    Refused(String),
    /// The client is connected, told this, and disconnected.
    Expelled(&'static str, Value),
}

/// A connection as the dialect sees it.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// The socket, as the chat knows it.
    pub(crate) socket: SocketId,
    /// The socket, as the client knows it.
    pub(crate) sid: String,
    /// Who connected, or why that is not known.
    pub(crate) identity: Result<Identity, AuthError>,
}

/// A socket event.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call<'a> {
    /// Its name.
    pub(crate) event: &'a str,
    /// Its first argument.
    pub(crate) payload: Option<&'a Value>,
    /// Whether the client asked for an acknowledgement.
    pub(crate) ack_wanted: bool,
    /// Whom an earlier event has named, where the connection says nobody.
    pub(crate) named: Option<&'a UserId>,
}

/// What a dialect makes of a socket event.
#[derive(Debug)]
pub(crate) enum Heard {
    /// The chat decides.
    Do(Command),
    /// The chat decides, and from now on the socket belongs to the user the command names.
    DoAs(Command),
    /// The dialect answers by itself.
    Say(Reply),
    /// The chat never hears of it.
    Refuse(Problem),
    /// No such event is documented: silence, as real servers have it.
    Ignore,
}

/// Why something was not done, in words for the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// What kind of refusal it is.
    pub(crate) kind: ProblemKind,
    /// What to tell the client.
    pub(crate) message: String,
}

impl Problem {
    pub(crate) fn new(kind: ProblemKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// The payload is not what it should be.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(ProblemKind::Invalid, message)
    }

    /// The caller has not proved to be anybody.
    pub(crate) fn unauthorized(error: AuthError) -> Self {
        Self::new(ProblemKind::Unauthenticated, format!("Unauthorized: {error}"))
    }

    /// Too much came too fast. No document words this refusal, so every dialect says it alike.
    pub(crate) fn limited(exceeded: Exceeded) -> Self {
        match exceeded {
            Exceeded::Socket(limit) => Self::too_many("connection", limit),
            Exceeded::User(limit) => Self::too_many("user", limit),
        }
    }

    /// Too much came from whom this limit is for.
    pub(crate) fn too_many(whose: &str, limit: RateLimit) -> Self {
        let (rate, burst) = (limit.per_second, limit.burst);
        let message = format!("Too many events: one {whose} may send {rate} per second, and {burst} at once");
        Self::new(ProblemKind::Limited, message)
    }
}

/// Kinds of refusal, each with its HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ProblemKind {
    Invalid,
    Unauthenticated,
    Forbidden,
    NotFound,
    Limited,
    Full,
}

impl ProblemKind {
    pub(crate) fn status(self) -> u16 {
        match self {
            Self::Invalid => 400,
            Self::Unauthenticated => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Limited => 429,
            Self::Full => 503,
        }
    }

    /// The reason phrase, as NestJS puts it in `error`.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::Invalid => "Bad Request",
            Self::Unauthenticated => "Unauthorized",
            Self::Forbidden => "Forbidden",
            Self::NotFound => "Not Found",
            Self::Limited => "Too Many Requests",
            Self::Full => "Service Unavailable",
        }
    }

    /// Whether somebody tried what only others may do.
    pub(crate) fn is_authorization(self) -> bool {
        matches!(self, Self::Unauthenticated | Self::Forbidden)
    }

    /// The label of the refusal in the metrics.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Limited => "limited",
            Self::Full => "full",
        }
    }
}

/// What goes back to the socket that sent an event.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Reply {
    /// The acknowledgement, sent only where one was asked for.
    pub(crate) ack: Option<Value>,
    /// Events to that socket alone, in order.
    pub(crate) emits: Vec<(&'static str, Value)>,
}

impl Reply {
    /// An acknowledgement and nothing else.
    pub(crate) fn ack(value: Value) -> Self {
        Self { ack: Some(value), emits: Vec::new() }
    }

    /// One event and nothing else.
    pub(crate) fn emit(event: &'static str, value: Value) -> Self {
        Self { ack: None, emits: vec![(event, value)] }
    }

    /// One event, and an acknowledgement of its own shape.
    pub(crate) fn both(event: &'static str, value: Value, ack: Value) -> Self {
        Self { ack: Some(ack), emits: vec![(event, value)] }
    }
}

/// An event as it goes to an audience.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Broadcast {
    /// Who hears it.
    pub(crate) audience: Audience,
    /// The name of the event.
    pub(crate) event: &'static str,
    /// Its one argument.
    pub(crate) payload: Value,
}

/// A REST call, taken apart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    /// The query string, undecoded.
    pub(crate) query: Option<&'a str>,
    pub(crate) authorization: Option<&'a str>,
    pub(crate) body: &'a [u8],
}

/// The answer to a REST call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) body: Value,
}
