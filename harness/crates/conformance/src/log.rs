//! What a case leaves behind while it runs.

use std::collections::BTreeSet;
use std::time::Instant;

use serde_json::Value;

use super::case::entry;
use model::check::judge::Channel;
use model::findings::scene::Doing;
use model::plan::CasePlan;
use model::world::SocketId;
use results::record::{CaseRecord, Direction, Entry, Finding, FrameRecord, Outcome, StepRecord};

/// The log of a case.
#[derive(Debug)]
pub(super) struct Log {
    /// When it began.
    pub(super) began: Instant,
    /// The step under way, from 0; step 0 is the set-up, the last one the proof at the end.
    pub(super) step: usize,
    /// What was done last, and by whom: what is found then is told as its consequence.
    pub(super) doing: Option<Doing>,
    /// The step that the next entry belongs to, where it is not the one under way.
    pub(super) belongs_to: Option<usize>,
    /// Clauses that the step bears beside those of what it expects.
    pub(super) step_clauses: Vec<String>,
    pub(super) steps: Vec<StepRecord>,
    pub(super) findings: Vec<Finding>,
    pub(super) clauses: BTreeSet<String>,
    pub(super) forms: Vec<(String, String)>,
    pub(super) set_aside: u64,
    pub(super) transcript: Vec<Entry>,
    pub(super) frames: Vec<FrameRecord>,
    /// Another answer came than the one that was due, or it was accepted where it should have been refused.
    pub(super) otherwise: bool,
    /// How often something was said on a socket.
    pub(super) spoken: u64,
    /// How much arrived on sockets in the steps, beside connections.
    pub(super) observed: u64,
    /// Since when something is awaited.
    pub(super) waiting_since: Instant,
    /// What did not come in the short time that is left to what was missed before.
    pub(super) given_up: Vec<GivenUp>,
    /// How many REST calls of the steps were answered as they should be.
    pub(super) looked_up: u64,
    /// What follows cannot be judged.
    pub(super) halted: bool,
    /// What this server does otherwise than the reference server, where no document says how it is done.
    pub(super) ours: Option<String>,
    /// A REST call found no server, or none that answers as one.
    pub(super) out_of_reach: Option<String>,
    /// The last answer to a REST call, with its body.
    pub(super) answer: Option<(u16, String)>,
    /// The case is over; its sockets are only kept to hear what comes too late.
    pub(super) lingering: bool,
    file: String,
}

/// Something that was missed before, and not waited for to the end this time.
#[derive(Debug)]
pub(super) struct GivenUp {
    pub(super) socket: SocketId,
    pub(super) channel: Channel,
    pub(super) name: String,
    pub(super) since: Instant,
}

/// The step in which rooms are made and actors connect.
const SET_UP: &str = "set-up: rooms are made, actors connect";
/// The step in which the silence of every socket is proved.
const AT_THE_END: &str = "the end: nobody has heard anything else";

impl Log {
    pub(super) fn new(plan: &CasePlan) -> Self {
        let own = |text: &str| StepRecord { line: 0, text: text.to_owned() };
        let written =
            plan.scenario.steps.iter().map(|step| StepRecord { line: step.line, text: step.text.clone() });
        Self {
            began: Instant::now(),
            step: 0,
            doing: None,
            belongs_to: None,
            step_clauses: Vec::new(),
            steps: std::iter::once(own(SET_UP)).chain(written).chain([own(AT_THE_END)]).collect(),
            findings: Vec::new(),
            clauses: BTreeSet::new(),
            forms: Vec::new(),
            set_aside: 0,
            transcript: Vec::new(),
            frames: Vec::new(),
            otherwise: false,
            spoken: 0,
            observed: 0,
            waiting_since: Instant::now(),
            given_up: Vec::new(),
            looked_up: 0,
            halted: false,
            ours: None,
            out_of_reach: None,
            answer: None,
            lingering: false,
            file: plan.scenario.document.sources[0].path.display().to_string(),
        }
    }

    /// Whether anything came of what was said: on sockets, where something was said there, else over REST.
    pub(super) fn is_observed(&self) -> bool {
        if self.spoken > 0 { self.observed > 0 } else { self.observed + self.looked_up > 0 }
    }

    /// Where the step under way stands: `scenarios/typing.yaml:9`.
    pub(super) fn place(&self) -> String {
        match self.steps[self.step].line {
            0 => self.file.clone(),
            line => format!("{}:{line}", self.file),
        }
    }

    fn at_us(&self, at: Instant) -> u64 {
        u64::try_from(at.saturating_duration_since(self.began).as_micros()).unwrap_or(u64::MAX)
    }

    /// How long after the last thing that somebody said something came, in nanoseconds.
    pub(super) fn since_said(&self, at: Instant) -> u64 {
        let came = self.at_us(at);
        let mut said = self.transcript.iter().rev().filter(|entry| entry.direction == Direction::Out);
        let last = said.find(|entry| entry.at_us <= came).map_or(0, |entry| entry.at_us);
        came.saturating_sub(last) * 1000
    }

    /// Writes something down that an actor sent or received.
    pub(super) fn enter(
        &mut self,
        at: Instant,
        actor: &str,
        direction: Direction,
        name: &str,
        payload: Value,
        redacted: Value,
    ) {
        let step = self.belongs_to.take().unwrap_or(self.step);
        let entry = entry(self.at_us(at), step, actor, direction, name);
        self.transcript.push(Entry { payload, redacted, ..entry });
    }

    pub(super) fn frame(&mut self, at: Instant, actor: String, direction: Direction, text: String) {
        self.frames.push(FrameRecord { at_us: self.at_us(at), actor, direction, text });
    }

    /// A clause was judged.
    pub(super) fn judged(&mut self, clause: Option<&str>) {
        self.clauses.extend(clause.map(str::to_owned));
        self.clauses.extend(self.step_clauses.iter().cloned());
    }

    /// The record of the case; its outcome is for others to say.
    pub(super) fn record(mut self, plan: &CasePlan) -> CaseRecord {
        self.transcript.sort_by_key(|entry| entry.step);
        CaseRecord {
            duration_ms: u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX),
            steps: self.steps,
            findings: self.findings,
            clauses: self.clauses.into_iter().collect(),
            forms: self.forms,
            set_aside: self.set_aside,
            transcript: self.transcript,
            frames: self.frames,
            ..blank(plan)
        }
    }
}

/// A record of a case in which nothing has happened.
pub(super) fn blank(plan: &CasePlan) -> CaseRecord {
    let scenario = &plan.scenario;
    CaseRecord {
        id: plan.id.clone(),
        dialect: plan.contract.dialect.clone(),
        scenario: scenario.id.clone(),
        title: scenario.title.clone(),
        file: scenario.document.sources[0].path.display().to_string(),
        level: scenario.level,
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
