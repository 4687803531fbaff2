//! What every documented chat system has in common for the host: a pure translation in both directions.
//!
//! A new dialect is one file and its lines in [`DialectName`]. Nothing here or below may know a socket library,
//! an HTTP library or the state of the chat.

mod about;
mod capability;
mod credentials;
mod crm;
mod exchange;
mod fields;
mod gateway;
mod json;
mod minimal;
#[cfg(test)]
mod samples;
mod shapes;
mod whatsapp;

use std::fmt;
use std::str::FromStr;

use crate::auth::{Authenticator, UserIdKind};
use crate::core::{Answer, Command, Event, Moment, Refusal};

pub use about::{About, Action, Credential, Way};
pub use capability::{Capabilities, Capability};
pub(crate) use exchange::{
    Admission, Broadcast, Call, Handshake, Heard, Problem, ProblemKind, Reply, Request, Response, Session,
};
pub(crate) use json::parse;

/// The documented chat systems this server can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DialectName {
    /// `000_9e3684c731c14b60.txt`: conversations of two, JWT on connecting.
    Minimal,
    /// `001_a31ae879af3ae5b8.txt`: the same before authentication, the caller named in every payload.
    MinimalOpen,
    /// `002_05afa0dfb60900e0.txt`: `?userId=`, user rooms, presence, pages of history.
    Gateway,
    /// `003_97c2325641caf5d1.txt`: string ids, delivery and read status, presence.
    Whatsapp,
    /// `004_f84213d8bff56745.txt`: chats of a CRM, JWT on every event.
    Crm,
}

impl DialectName {
    /// Every dialect there is, in the order of the documents.
    #[must_use]
    pub fn all() -> &'static [Self] {
        &[Self::Minimal, Self::MinimalOpen, Self::Gateway, Self::Whatsapp, Self::Crm]
    }

    /// Its name on the command line and in contracts.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Minimal => "minimal",
            Self::MinimalOpen => "minimal-open",
            Self::Gateway => "gateway",
            Self::Whatsapp => "whatsapp",
            Self::Crm => "crm",
        }
    }

    /// The AsyncAPI document of its contract, as the harness exports it; a test there holds the two together.
    #[must_use]
    pub fn asyncapi(self) -> &'static str {
        match self {
            Self::Minimal => include_str!("../asyncapi/minimal.json"),
            Self::MinimalOpen => include_str!("../asyncapi/minimal-open.json"),
            Self::Gateway => include_str!("../asyncapi/gateway.json"),
            Self::Whatsapp => include_str!("../asyncapi/whatsapp.json"),
            Self::Crm => include_str!("../asyncapi/crm.json"),
        }
    }

    /// The translation.
    pub(crate) fn translation(self, settings: Settings) -> Box<dyn Dialect> {
        match self {
            Self::Minimal => Box::new(minimal::Minimal::with_tokens(settings)),
            Self::MinimalOpen => Box::new(minimal::Minimal::open(settings)),
            Self::Gateway => Box::new(gateway::Gateway::new(settings)),
            Self::Whatsapp => Box::new(whatsapp::Whatsapp::new(settings)),
            Self::Crm => Box::new(crm::Crm::new(settings)),
        }
    }

    /// What the dialect serves, for people.
    #[must_use]
    pub fn about(self) -> About {
        self.translation(Settings::default()).about()
    }

    /// Which kind of user ids its clients use.
    #[must_use]
    pub fn user_ids(self) -> UserIdKind {
        self.translation(Settings::default()).user_ids()
    }
}

impl fmt::Display for DialectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for DialectName {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::all().iter().copied().find(|dialect| dialect.name() == name);
        found.ok_or_else(|| format!("no dialect is called {name:?}"))
    }
}

/// Who is told that a user came or went, in the dialects that have presence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Presence {
    /// Every other user.
    #[default]
    All,
    /// The other users who share a conversation with the one who came or went.
    Contacts,
}

impl FromStr for Presence {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "all" => Ok(Self::All),
            "contacts" => Ok(Self::Contacts),
            other => Err(format!("{other:?} is neither \"all\" nor \"contacts\"")),
        }
    }
}

/// The switches of a translation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    /// Payloads are checked. Off is a deliberate fault.
    pub(crate) validate: bool,
    /// Whoever a payload names is believed. On is a deliberate fault.
    pub(crate) trust_payload: bool,
    /// Which types of messages are taken. Others than the documented are deliberate faults.
    pub(crate) kinds: Kinds,
    /// Who is told of presence.
    pub(crate) presence: Presence,
    /// A user id without proof is enough, where the document allows that for development.
    pub(crate) dev_auth: bool,
    /// Who connects to `gateway` proves who they are with a token.
    pub(crate) tokens: bool,
    /// What is said in `gateway` is made harmless in HTML.
    pub(crate) sanitise: bool,
    /// What is offered beyond the documents.
    pub(crate) offers: Capabilities,
}

/// Which of the documented types of messages are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kinds {
    /// All, and no others.
    Documented,
    /// The last of them is not.
    NoFiles,
    /// Whatever is named.
    Any,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            validate: true,
            trust_payload: false,
            kinds: Kinds::Documented,
            presence: Presence::All,
            dev_auth: true,
            tokens: false,
            sanitise: false,
            offers: Capabilities::default(),
        }
    }
}

/// One documented system: its names and shapes, and nothing else.
pub(crate) trait Dialect: Send + Sync {
    fn about(&self) -> About;

    fn user_ids(&self) -> UserIdKind;

    /// Whether a token says who its bearer is in `userId` rather than in `sub`.
    fn reads_user_id(&self) -> bool {
        false
    }

    /// Who connects.
    fn admit(&self, handshake: &Handshake, auth: &Authenticator, now: Moment) -> Admission;

    /// A socket event.
    fn decode_event(&self, session: &Session, auth: &Authenticator, call: &Call<'_>, now: Moment) -> Heard;

    /// How a refusal by the chat is put into words. `event` is `None` for a REST call.
    fn problem(&self, event: Option<&str>, refusal: &Refusal) -> Problem;

    /// What the sender of an event gets back.
    fn encode_reply(&self, call: &Call<'_>, outcome: Result<&Answer, &Problem>) -> Reply;

    /// Who hears of something that happened, and how.
    fn encode_event(&self, event: &Event) -> Option<Broadcast>;

    /// A REST call, up to what the chat is asked.
    fn decode_request(
        &self,
        request: &Request<'_>,
        auth: &Authenticator,
        now: Moment,
    ) -> Result<Command, Problem>;

    /// The answer to a REST call.
    fn encode_response(&self, outcome: Result<&Answer, &Problem>) -> Response;
}
