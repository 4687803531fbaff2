//! A scenario: who takes part, and what they say, in order. How it is read from a file is `script_file`'s affair.

use std::time::Duration;

use indexmap::IndexMap;

use super::contract::RestCall;
use super::ground::Ground;
use super::level::Level;
use super::load::Load;
use super::names::Named;
use super::payload::Payload;
use super::raw::Own;
use super::text::{Document, Span};
use super::verb::VerbName;

/// A scenario file.
#[derive(Debug)]
pub struct Scenario {
    /// Its id: the file's name without `.yaml`, with its folder where that is a dialect's.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The most a finding of it can be.
    pub level: Level,
    /// On what it stands: where that is sense, all that it finds is.
    pub ground: Ground,
    /// The one dialect it is for; none where it is portable.
    pub dialect: Option<String>,
    /// Variables, each combination of whose values is a case of its own.
    pub matrix: IndexMap<String, Values>,
    /// Rooms and their participants.
    pub rooms: IndexMap<String, Vec<String>>,
    /// Rooms that wait for a `create`.
    pub later: Vec<String>,
    /// Actors that need a word more than their name.
    pub users: IndexMap<String, UserSpec>,
    /// Capabilities, changes and verbs it needs beyond those it names.
    pub needs: Vec<String>,
    /// What happens.
    pub steps: Vec<Step>,
    /// What holds over the whole case.
    pub invariants: Vec<Invariant>,
    /// How it is run as load, where the file says so.
    pub load: Option<Load>,
    /// What it says itself of things that a contract would say.
    pub own: Own,
    /// The references and captures in it.
    pub named: Named,
    /// The text it was read from.
    pub document: Document,
}

/// The values of a variable in `for`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Values {
    /// Written out.
    Listed(Vec<String>),
    /// `$bad_credentials`: every kind of credential that must not be accepted.
    BadCredentials,
    /// `$places`: every place a credential can travel in.
    Places,
    /// `$bad_payloads.VERB`: every way in which the payload of a verb can be spoiled.
    BadPayloads(String),
    /// `$choices.VERB`: every listed value of the fields of its payload that hold one of several.
    Choices(String),
}

/// What is particular about an actor.
#[derive(Debug, Clone, Default)]
pub struct UserSpec {
    /// The user's id, where it has to be one that the server knows already.
    pub id: Option<String>,
    /// A bad credential, or `none`.
    pub credential: Option<Payload>,
    /// Where the credential travels.
    pub place: Option<Payload>,
    /// How the actor connects, where not as all the others.
    pub transport: Option<Payload>,
    /// Waits for `connect`.
    pub offline: bool,
    /// The token expires after this time (whole seconds).
    pub valid_for: Option<Duration>,
}

/// A step and where it stands.
#[derive(Debug, Clone)]
pub struct Step {
    /// One-based line in the file.
    pub line: usize,
    /// Where its first word stands.
    pub span: Span,
    /// The step as written, on one line.
    pub text: String,
    /// Clauses it bears beside those of what it expects, with their dialect: `crm.t1`.
    pub clauses: Vec<String>,
    /// What happens.
    pub kind: StepKind,
}

/// What happens in a step.
#[derive(Debug, Clone)]
pub enum StepKind {
    /// Actors say something, one after the other.
    Act(Vec<String>, Box<Act>),
    /// Actors have heard nothing that is not accounted for.
    HearsNothing(Vec<String>),
    /// The server ends the typing of a user.
    Stopped {
        /// Who was typing.
        user: String,
        /// Where.
        room: Option<String>,
        /// The documented window, counted from the last time the user said so.
        after: Option<Time>,
    },
    /// Steps repeated, evenly over a time where one is given.
    Repeat {
        /// How often.
        times: u32,
        /// Over which time.
        over: Option<Time>,
        /// It ends with the first refusal of this kind, and has to come to it.
        until: Option<String>,
        /// What.
        steps: Vec<Step>,
    },
    /// Branches at once.
    Parallel(Vec<Step>),
    /// Raw steps: what they say is said first, what they expect comes in whatever order.
    AnyOrder(Vec<Step>),
    /// Each is done as soon as the one before it is answered, without waiting for what else follows.
    AtOnce(Vec<Step>),
    /// Nothing, for a time.
    Wait(Time),
    /// Nothing, until the token of this actor has expired.
    Expired(String),
    /// A REST call of nobody.
    Rest(Box<RestCall>),
}

/// What an actor says.
#[derive(Debug, Clone)]
pub enum Act {
    /// A verb of the contract.
    Verb(Action),
    /// An event, whatever the contract says of it.
    Emit {
        /// Its name.
        event: String,
        /// Its payload.
        data: Option<Payload>,
        /// The expected ack; none where none is asked for.
        ack: Option<Payload>,
        /// It is refused.
        refused: Refused,
    },
    /// The next event of that name; `disconnect`, which no server can emit, is the end of the connection.
    Expect {
        /// Its name.
        event: String,
        /// Its payload.
        data: Payload,
        /// How long it may take, where that is longer than usual.
        within: Option<Duration>,
    },
    /// A REST call with the actor's credential.
    Rest(RestCall),
    /// A connection with exactly these.
    Connect(RawConnect),
    /// A frame, whatever is in it.
    Frame(Payload),
    /// The connection is cut without a goodbye.
    Sever,
}

/// A connection with exactly these, whatever the contract says.
#[derive(Debug, Clone, Default)]
pub struct RawConnect {
    /// The payload of CONNECT.
    pub auth: Option<Payload>,
    /// Of the handshake.
    pub query: Vec<(String, Payload)>,
    /// Of the handshake.
    pub headers: Vec<(String, Payload)>,
    /// `websocket`, `polling` or `upgrade`.
    pub transport: Option<String>,
    /// What is expected: `accepted` (the default), `refused` (by the transport or by CONNECT_ERROR).
    pub refused: bool,
}

/// A verb and its arguments.
#[derive(Debug, Clone)]
pub struct Action {
    /// The verb.
    pub verb: VerbName,
    /// Where it stands.
    pub span: Span,
    /// Its main argument: a room, a text, a message.
    pub main: Option<Payload>,
    /// The room, where the main argument is something else.
    pub room: Option<String>,
    /// The text, where the main argument is something else.
    pub text: Option<Payload>,
    /// The name later steps use for the message.
    pub name: Option<String>,
    /// `rest`
    pub via: Option<String>,
    /// It is refused.
    pub refused: Refused,
    /// `effect: none`: answered as ever, and nobody hears of it.
    pub effect: bool,
    /// Which of the listed values a field holds: `message_type image`.
    pub choose: Option<Payload>,
    /// The way in which its payload is spoiled.
    pub spoil: Option<Payload>,
    /// Fields laid over its payload.
    pub with: Option<Payload>,
    /// An ack is asked for.
    pub ack: bool,
}

/// Whether an action is refused.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Refused {
    /// It is not.
    #[default]
    No,
    /// It is, for this kind of reason.
    Yes(String),
    /// Both are fine; which of the two is reported as a form.
    Maybe(String),
}

/// A time, written plainly or as a part of a documented one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Time {
    /// `40ms`: as it stands, whatever the time scale.
    Plain(Duration),
    /// `0.7 $debounce`
    Debounce(f64),
    /// `$typing_expires`
    TypingExpires(f64),
}

/// What holds over a whole case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Invariant {
    /// Everyone who should hear a message does.
    NoLoss,
    /// Nobody hears one twice.
    NoDuplicates,
    /// All members of a room hear its messages in one order.
    RoomOrder,
    /// What one user says in a row is heard in that order.
    SenderOrder,
    /// Nobody hears of a room they are not in.
    NoLeak,
    /// Every acknowledged message is in the history.
    AckedIsInHistory,
}

/// The invariants and their names.
pub const INVARIANTS: &[(&str, Invariant)] = &[
    ("no_loss", Invariant::NoLoss),
    ("no_duplicates", Invariant::NoDuplicates),
    ("room_order", Invariant::RoomOrder),
    ("sender_order", Invariant::SenderOrder),
    ("no_leak", Invariant::NoLeak),
    ("acked_is_in_history", Invariant::AckedIsInHistory),
];

impl Scenario {
    /// Whether anybody says or asks anything in it, beside coming and going.
    #[must_use]
    pub fn says_something(&self) -> bool {
        self.steps.iter().any(says)
    }
}

fn says(step: &Step) -> bool {
    match &step.kind {
        StepKind::Act(_, act) => match act.as_ref() {
            Act::Verb(action) => !action.verb.is_about_the_connection(),
            Act::Emit { .. } | Act::Expect { .. } | Act::Rest(_) | Act::Frame(_) => true,
            Act::Connect(_) | Act::Sever => false,
        },
        StepKind::Repeat { steps, .. }
        | StepKind::Parallel(steps)
        | StepKind::AnyOrder(steps)
        | StepKind::AtOnce(steps) => steps.iter().any(says),
        StepKind::Rest(_) | StepKind::Stopped { .. } => true,
        StepKind::HearsNothing(_) | StepKind::Wait(_) | StepKind::Expired(_) => false,
    }
}
