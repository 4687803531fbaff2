//! What is expected, what arrives, and what becomes of both. It must not know how one is set against the other: that is
//! [`super::judge`].

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::world::{SocketId, What};
use language::contract::ClauseId;
use language::level::Level;
use language::payload::Payload;
use results::record::Difference;

use super::scope::Scope;

/// By which way something arrives.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Channel {
    /// An event of this name.
    Event(String),
    /// The ack of this id.
    Ack(u64),
    /// The connection is accepted.
    Connected,
    /// The connection is refused.
    ConnectError,
    /// The server ends the connection.
    Disconnected,
    /// The answer to this REST call.
    Rest(u64),
}

/// Something that arrived.
#[derive(Debug, Clone)]
pub struct Received {
    /// On which socket.
    pub socket: SocketId,
    /// By which way.
    pub channel: Channel,
    /// What.
    pub value: Value,
    /// When, since the case began.
    pub at: Duration,
}

/// One thing that is expected to arrive.
#[derive(Debug, Clone)]
pub struct Item {
    /// On which socket.
    pub socket: SocketId,
    /// By which way.
    pub channel: Channel,
    /// What.
    pub payload: Payload,
    /// What its references stand for.
    pub scope: Arc<Scope>,
    /// The clause that promises it.
    pub clause: Option<ClauseId>,
    /// How bad it is if it is wrong or missing.
    pub level: Level,
    /// Not required.
    pub maybe: bool,
    /// What it is called in a message.
    pub name: String,
    /// The change it tells of.
    pub change: Option<What>,
}

impl Item {
    /// Whether an arrival comes on its socket and under its name.
    #[must_use]
    pub fn is_by(&self, received: &Received) -> bool {
        self.socket == received.socket && self.channel == received.channel
    }
}

/// One accepted form of an expectation.
#[derive(Debug, Clone)]
pub struct Form {
    /// Its name in the contract.
    pub name: String,
    /// Where it is accepted but not documented: the level of that finding.
    pub level: Option<Level>,
    /// What arrives in this form; nothing at all is a form too.
    pub items: Vec<Item>,
}

/// What an expectation is to the action that it follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Its answer.
    Answer,
    /// Its answer, and later steps stand on what the action has done.
    Needed,
    /// Its refusal.
    Refusal,
    /// What is heard of it.
    Consequence,
}

/// An answer, or what others hear of a change.
#[derive(Debug, Clone)]
pub struct Expectation {
    /// What it is to the action that it follows.
    pub role: Role,
    /// What this is: `answer of join`, `sent`.
    pub thing: String,
    /// The clause borne where a form without items counts.
    pub clause: Option<ClauseId>,
    /// The accepted forms.
    pub forms: Vec<Form>,
    /// Nothing answers on this socket, so that only a fence tells when the action has been dealt with.
    pub unanswered: Option<SocketId>,
    /// On each socket this comes after the expectation of that name.
    pub after: Option<String>,
}

impl Expectation {
    /// Puts another clause in place of those of its items.
    pub fn bear(&mut self, clause: &ClauseId, level: Level) {
        self.clause = self.clause.take().map(|_| clause.clone());
        for item in self.forms.iter_mut().flat_map(|form| &mut form.items) {
            item.clause = Some(clause.clone());
            item.level = item.level.min(level);
        }
    }
}

/// Which expectation takes an arrival that fits several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The one whose identity it carries; only where none does, the next of its name.
    Next,
    /// The one it differs least from: only for raw steps whose order is free, which name no identity.
    Best,
}

/// What became of an arrival.
#[derive(Debug)]
pub enum Taken {
    /// An expectation took it.
    By(Box<Match>),
    /// Something of its name is expected, and it does not say that it is that: who takes it is seen at the end.
    Held,
    /// Nothing accounts for it.
    Unexpected,
}

/// An arrival that an expectation took.
#[derive(Debug)]
pub struct Match {
    /// The expectation.
    pub item: Item,
    /// Where it differs.
    pub differences: Vec<Difference>,
    /// What to bind.
    pub bound: Vec<(String, Value)>,
    /// The value, redacted.
    pub redacted: Value,
    /// The times of now in it: where they stand, and what they are.
    pub times: Vec<(String, i64)>,
    /// What was expected, described.
    pub expected: Value,
}

/// Whether a step may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Everything possible has arrived.
    Done,
    /// All that is required has arrived; more may come, which a fence can exclude.
    Enough,
    /// Something required has not arrived.
    Waiting,
}

/// How an expectation ended.
#[derive(Debug)]
pub struct Ended {
    /// What it was.
    pub thing: String,
    /// What it was to the action that it followed.
    pub role: Role,
    /// How much of it arrived.
    pub taken: usize,
    /// The form that counts.
    pub form: String,
    /// It was the only one of several accepted forms that accounts for what came.
    pub told_apart: bool,
    /// A form accepted but not documented.
    pub level: Option<Level>,
    /// The clause it bears by itself.
    pub clause: Option<ClauseId>,
    /// What did not arrive.
    pub missing: Vec<Item>,
    /// The acks of other forms: they may still come, from a server slower than a fence.
    pub unused_acks: Vec<Late>,
}

/// An ack that may come late, and the form it would be.
#[derive(Debug, Clone)]
pub struct Late {
    /// The ack.
    pub item: Item,
    /// The form.
    pub form: String,
}
