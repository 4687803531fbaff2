//! What happened: the shapes that a run leaves behind, and that every report reads. Units stand in the names.

pub mod breach;
pub mod cause;
pub mod comparison;
pub mod ledger;
pub mod load;
pub mod short;
pub mod veil;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use language::contract::Contract;
use language::ground::Ground;
use language::level::Level;

/// A whole run; `report.json` is this.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// The version of this format.
    pub format: u32,
    /// The version of the harness.
    pub harness: String,
    /// When the run began: RFC 3339, UTC.
    pub started: String,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// What was under test.
    pub target: String,
    /// Which Socket.IO client spoke for the actors, where it was not the harness's own.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub client: Option<String>,
    /// The seed of everything random; `--seed` repeats it.
    pub seed: u64,
    /// Documented times were multiplied by this, on both sides.
    pub timescale: f64,
    /// Upper bounds were multiplied by this.
    pub patience: f64,
    /// The lowest level of finding that fails a case.
    pub level: Level,
    /// The verdict over all cases.
    pub verdict: Verdict,
    /// Why no case and no load says what the run came to: it is not finished, or it could not begin.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub why: Option<String>,
    /// The exit status of the run.
    pub exit_status: u8,
    /// How many cases had each outcome.
    pub totals: Totals,
    /// What the findings are gathered into, the worst first.
    #[serde(default)]
    pub causes: Vec<cause::Cause>,
    /// Entries of `expected_failures` about causes and clauses that nothing in a run of the whole suite meets any more.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unmet: Vec<String>,
    /// The cases, in a fixed order.
    pub cases: Vec<CaseRecord>,
    /// The clauses of each dialect's document, and the cases that judged them.
    pub coverage: Vec<Coverage>,
    /// Which accepted form the implementation used, and how often, where documents allow several.
    pub forms: Vec<FormUse>,
    /// Scenarios that were run as load.
    #[serde(default)]
    pub loads: Vec<load::LoadRecord>,
    /// What has changed since the baseline, where the run was held against one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub baseline: Option<comparison::Comparison>,
}

/// The verdict over all cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every case that could be judged is fine, and at least one was judged.
    Passed,
    /// A case failed, or passed though it was expected to fail.
    Failed,
    /// Nothing failed, but a case could not be run, or none was judged.
    CouldNotRun,
    /// The target was not reached or did not stay.
    Unreachable,
    /// The load generator itself was the bottleneck, so its numbers prove nothing.
    Void,
    /// The run has not come to its end: it is still on, or it was stopped at once. What stands here was judged until then.
    Unfinished,
}

/// How many cases had each outcome.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, JsonSchema)]
pub struct Totals {
    /// Passed.
    pub passed: usize,
    /// Failed.
    pub failed: usize,
    /// Failed as expected.
    pub failed_as_expected: usize,
    /// Passed, though expected to fail.
    pub passed_unexpectedly: usize,
    /// Could not be run.
    pub could_not_run: usize,
    /// The dialect or target does not have what they need.
    pub not_supported: usize,
}

/// What became of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// No finding of the level asked for, or above.
    Passed,
    /// At least one.
    Failed,
    /// At least one, and the target says so.
    FailedAsExpected,
    /// None, though the target says there is one.
    PassedUnexpectedly,
    /// It could not be judged.
    CouldNotRun,
    /// The dialect or target does not have what it needs.
    NotSupported,
}

/// One case.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CaseRecord {
    /// `crm/auth-failures[expired,query.token]`
    pub id: String,
    /// The dialect.
    pub dialect: String,
    /// The scenario's id.
    pub scenario: String,
    /// The scenario's title.
    pub title: String,
    /// The scenario's file.
    pub file: String,
    /// The most a finding without a clause can be; one with a clause has the level of that.
    pub level: Level,
    /// What became of it.
    pub outcome: Outcome,
    /// Why, where that is not plain from the findings.
    pub reason: Option<String>,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// How often it was run; more than once where the harness itself was late.
    pub attempts: u32,
    /// Its steps, as written.
    pub steps: Vec<StepRecord>,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// The clauses that were judged.
    pub clauses: Vec<String>,
    /// The accepted forms that were seen: the thing, then the form.
    pub forms: Vec<(String, String)>,
    /// Events about users outside the case, set aside.
    pub set_aside: u64,
    /// What went over the wire.
    pub transcript: Vec<Entry>,
    /// Raw frames, with `--trace`.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub frames: Vec<FrameRecord>,
}

impl CaseRecord {
    /// A case in which nothing has happened.
    #[must_use]
    pub fn new(id: String, dialect: String, level: Level) -> Self {
        Self {
            id,
            dialect,
            scenario: String::new(),
            title: String::new(),
            file: String::new(),
            level,
            outcome: Outcome::Passed,
            reason: None,
            duration_ms: 0,
            attempts: 1,
            steps: Vec::new(),
            findings: Vec::new(),
            clauses: Vec::new(),
            forms: Vec::new(),
            set_aside: 0,
            transcript: Vec::new(),
            frames: Vec::new(),
        }
    }
}

/// A step as written.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct StepRecord {
    /// One-based line in the file; 0 for what the harness does by itself (set-up, the proof at the end).
    pub line: usize,
    /// The text.
    pub text: String,
}

/// Something that is wrong.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// How bad.
    pub level: Level,
    /// What kind.
    pub kind: Kind,
    /// The clause it offends.
    pub clause: Option<ClauseRef>,
    /// The step, from 0.
    pub step: usize,
    /// Whose socket.
    pub actor: Option<String>,
    /// In one sentence.
    pub message: String,
    /// What it is about: `newMessage`, `the ack of joinChat`, `the answer to POST /chats`; empty where it is about none.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub subject: String,
    /// What was being done: `send`, `join refused as stranger`; empty in the set-up.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub during: String,
    /// Who the owner of the socket is to the one who did it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub party: Option<Party>,
    /// The keys of the causes it belongs to.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub causes: Vec<String>,
    /// What is missing or wrong because of this, a sentence each.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub follows: Vec<String>,
    /// What was expected, redacted.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expected: Option<Value>,
    /// What came.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub received: Option<Value>,
    /// The places in which the two differ.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub differences: Vec<Difference>,
}

impl Finding {
    /// A finding that needs no more than a sentence.
    #[must_use]
    pub fn new(level: Level, kind: Kind, step: usize, message: String) -> Self {
        Self {
            level,
            kind,
            clause: None,
            step,
            actor: None,
            message,
            subject: String::new(),
            during: String::new(),
            party: None,
            causes: Vec::new(),
            follows: Vec::new(),
            expected: None,
            received: None,
            differences: Vec::new(),
        }
    }
}

/// Who somebody is to the one who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// The same socket.
    Sender,
    /// Another socket of the same user.
    OwnDevice,
    /// Another member of the room, or another user where it is about no room.
    Other,
    /// Somebody who is not a member of the room.
    Stranger,
}

impl Party {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Party::Sender => "the sender",
            Party::OwnDevice => "another device of the sender",
            Party::Other => "another member",
            Party::Stranger => "a stranger",
        }
    }

    /// As `report.json` has it.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Party::Sender => "sender",
            Party::OwnDevice => "own_device",
            Party::Other => "other",
            Party::Stranger => "stranger",
        }
    }
}

/// The kinds of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Something expected did not come.
    Missing,
    /// It came, and is not what was expected.
    WrongPayload,
    /// It came, and holds something no document mentions.
    Undocumented,
    /// Nothing explains it.
    Unexpected,
    /// It tells of a room its receiver is not in.
    Leak,
    /// It had been heard before.
    Duplicate,
    /// Another answer came in the place of the expected one.
    Instead,
    /// It was accepted, and should have been refused.
    Accepted,
    /// It went to everyone.
    Broadcast,
    /// It came too early, or the wrong answer to time.
    Timing,
    /// A form that is accepted, but not documented.
    Form,
    /// An invariant does not hold.
    Invariant,
    /// A frame that breaks the protocol.
    Protocol,
    /// A connection that ended by itself.
    ConnectionLost,
    /// A silence that could not be proved.
    Unproved,
    /// The transcript differs from the accepted snapshot.
    Snapshot,
}

impl Kind {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Kind::Missing => "missing",
            Kind::WrongPayload => "wrong payload",
            Kind::Undocumented => "undocumented",
            Kind::Unexpected => "unexpected",
            Kind::Leak => "leak",
            Kind::Duplicate => "heard twice",
            Kind::Instead => "another answer",
            Kind::Accepted => "accepted",
            Kind::Broadcast => "emitted to everyone",
            Kind::Timing => "timing",
            Kind::Form => "form",
            Kind::Invariant => "invariant",
            Kind::Protocol => "protocol",
            Kind::ConnectionLost => "connection lost",
            Kind::Unproved => "silence not proved",
            Kind::Snapshot => "snapshot",
        }
    }
}

/// A clause and where it stands in its document.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ClauseRef {
    /// Its id in the contract.
    pub id: String,
    /// The document's file name.
    pub document: String,
    /// The heading.
    pub at: String,
    /// The promise.
    pub text: String,
    /// On what it stands: what is `sense` is said by no document.
    #[serde(default)]
    pub ground: Ground,
    /// The line of the document, from 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub line: Option<usize>,
}

impl ClauseRef {
    /// A clause of a contract, as a report shows it.
    #[must_use]
    pub fn of(contract: &Contract, id: &str) -> Option<Self> {
        let clause = contract.clauses.get(id)?;
        Some(Self {
            id: id.to_owned(),
            document: contract.document.clone(),
            at: clause.at.clone(),
            text: clause.text.clone(),
            ground: clause.ground,
            line: clause.line,
        })
    }

    /// Where it stands, in words; that no document says it, where that is so.
    #[must_use]
    pub fn source(&self) -> String {
        let line = self.line.map(|line| format!(", line {line}")).unwrap_or_default();
        let Self { document, at, .. } = self;
        match self.ground {
            Ground::Stated => format!("{document}, \"{at}\"{line}"),
            Ground::Implied => format!("{document}, \"{at}\"{line}: its example needs it"),
            Ground::Sense => format!("by sense: no document says it; see {document}, \"{at}\"{line}"),
            Ground::Ours => "a choice of the reference server".to_owned(),
        }
    }
}

/// A place in which a payload differs from what was expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Difference {
    /// Where: `message.id`; empty for the payload itself.
    pub path: String,
    /// What was expected there.
    pub expected: String,
    /// What was there.
    pub received: String,
    /// A field that no document mentions.
    pub undocumented: bool,
    /// A name no payload may hold.
    pub forbidden: bool,
}

/// The direction of an entry, seen from the actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The actor sent it.
    Out,
    /// The actor received it.
    In,
}

/// Something an actor sent or received.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// The step, from 0.
    pub step: usize,
    /// Microseconds since the case began.
    pub at_us: u64,
    /// Whose socket.
    pub actor: String,
    /// Which way.
    pub direction: Direction,
    /// `connect`, an event's name, `ack of joinChat`, `POST /chat-messages`, …
    pub name: String,
    /// As it was on the wire.
    pub payload: Value,
    /// With ids, times and tokens replaced by what they are.
    pub redacted: Value,
}

/// A raw frame.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct FrameRecord {
    /// Microseconds since the case began.
    pub at_us: u64,
    /// Whose socket.
    pub actor: String,
    /// Which way.
    pub direction: Direction,
    /// The frame.
    pub text: String,
}

/// The clauses of one document.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    /// The dialect.
    pub dialect: String,
    /// The document.
    pub document: String,
    /// How many of its clauses were judged, in percent.
    pub percent: f64,
    /// Each clause.
    pub clauses: Vec<ClauseCoverage>,
}

/// One clause, and the cases that judged it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ClauseCoverage {
    /// The clause.
    #[serde(flatten)]
    pub clause: ClauseRef,
    /// Its level.
    pub level: Level,
    /// The cases.
    pub cases: Vec<String>,
}

/// A form, and how often it was seen.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct FormUse {
    /// The dialect.
    pub dialect: String,
    /// What has several forms: `answer of join`, `sent`, …
    pub thing: String,
    /// How often each form was seen.
    pub seen: BTreeMap<String, u64>,
}
