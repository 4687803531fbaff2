//! What a case leaves behind while it runs.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeSet, HashMap};
use std::hash::{Hash as _, Hasher as _};
use std::time::Instant;

use serde_json::Value;

use super::case::entry;
use super::clocks::now_ms;
use model::check::judge::Channel;
use model::findings::scene::Doing;
use model::plan::CasePlan;
use model::world::SocketId;
use results::record::{CaseRecord, Direction, Entry, Finding, FrameRecord, StepRecord, short};

/// The log of a case.
#[derive(Debug)]
pub(super) struct Log {
    /// When it began.
    pub(super) began: Instant,
    /// That moment in milliseconds since 1970.
    pub(super) began_ms: i64,
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
    /// What would not go into what is bounded.
    beyond: Beyond,
    /// How often each thing was heard, by its hash.
    heard: HashMap<u64, u32>,
    /// A server sent so much that the harness may be late because of it: that is the server's doing.
    pub(super) burdened: bool,
    /// A socket was flooded: of what has come nothing else is judged.
    pub(super) flooded: bool,
    /// How many bytes have come in events.
    weight: usize,
    /// Another answer came than the one that was due, or it was accepted where it should have been refused.
    pub(super) otherwise: bool,
    /// Who has joined in the `at_once` under way.
    pub(super) joined_now: Vec<SocketId>,
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
    /// What this machine has no more of.
    pub(super) lacks: Option<&'static str>,
    /// The last answer to a REST call: its status and where that leads, and its body.
    pub(super) answer: Option<(String, String)>,
    /// The case is over; its sockets are only kept to hear what comes too late.
    pub(super) lingering: bool,
    file: String,
}

/// So much is kept of a case; the rest is counted.
const FINDINGS: usize = 200;
const ENTRIES: usize = 20_000;
const FRAMES: usize = 50_000;
/// To look at so many bytes takes a while.
const HEAVY: usize = 4 << 20;
/// A raw frame is kept up to here, in bytes.
const FRAME: usize = 16 << 10;

/// What is no longer kept, but counted.
#[derive(Debug, Default)]
struct Beyond {
    findings: u64,
    entries: u64,
    frames: u64,
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
            began_ms: now_ms(),
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
            beyond: Beyond::default(),
            heard: HashMap::new(),
            burdened: false,
            flooded: false,
            weight: 0,
            otherwise: false,
            joined_now: Vec::new(),
            spoken: 0,
            observed: 0,
            waiting_since: Instant::now(),
            given_up: Vec::new(),
            looked_up: 0,
            halted: false,
            ours: None,
            out_of_reach: None,
            lacks: None,
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
        payload: &Value,
        redacted: &Value,
    ) {
        let step = self.belongs_to.take().unwrap_or(self.step);
        if direction == Direction::In {
            *self.heard.entry(hash_of(actor, name, payload)).or_default() += 1;
        }
        if self.transcript.len() >= ENTRIES {
            self.beyond.entries += 1;
            return;
        }
        let entry = entry(self.at_us(at), step, actor, direction, &short::name(name));
        let (payload, redacted) =
            (short::payload(payload).into_owned(), short::payload(redacted).into_owned());
        self.transcript.push(Entry { payload, redacted, ..entry });
    }

    /// Counts what has come; whether that has just become more than a machine looks at in its time.
    pub(super) fn is_burdened_by(&mut self, bytes: usize) -> bool {
        self.weight += bytes;
        let burdened = self.weight > HEAVY && !self.burdened;
        self.burdened |= burdened;
        burdened
    }

    /// How often an actor has heard this.
    pub(super) fn times_heard(&self, actor: &str, name: &str, payload: &Value) -> u32 {
        self.heard.get(&hash_of(actor, name, payload)).copied().unwrap_or_default()
    }

    pub(super) fn frame(&mut self, at: Instant, actor: String, direction: Direction, text: &str) {
        if self.frames.len() >= FRAMES {
            self.beyond.frames += 1;
            return;
        }
        let text = short::text(text, FRAME).into_owned();
        self.frames.push(FrameRecord { at_us: self.at_us(at), actor, direction, text });
    }

    /// Keeps a finding; none where there are as many as anybody reads, none of them milder.
    pub(super) fn found(&mut self, mut finding: Finding) -> Option<&mut Finding> {
        short::finding(&mut finding);
        if self.findings.len() < FINDINGS {
            self.findings.push(finding);
            return self.findings.last_mut();
        }
        self.beyond.findings += 1;
        let milder = self.findings.iter().rposition(|known| known.level < finding.level)?;
        self.findings[milder] = finding;
        Some(&mut self.findings[milder])
    }

    /// What would not go into what is kept, as the last entries of each.
    fn tell_of_beyond(&mut self) {
        let Beyond { findings, entries, frames } = self.beyond;
        if let Some(last) = self.findings.last_mut().filter(|_| findings > 0) {
            last.follows.push(format!("{findings} more findings, which are not kept"));
        }
        if let Some(last) = self.transcript.last().filter(|_| entries > 0) {
            let told = format!("{entries} more, which are not kept");
            let more = entry(last.at_us, last.step, &last.actor, last.direction, &told);
            self.transcript.push(more);
        }
        if let Some(last) = self.frames.last().filter(|_| frames > 0) {
            let text = format!("{frames} more frames, which are not kept");
            self.frames.push(FrameRecord { text, ..last.clone() });
        }
    }

    /// A clause was judged.
    pub(super) fn judged(&mut self, clause: Option<&str>) {
        self.clauses.extend(clause.map(str::to_owned));
        self.clauses.extend(self.step_clauses.iter().cloned());
    }

    /// The record of the case; its outcome is for others to say.
    pub(super) fn record(mut self, plan: &CasePlan) -> CaseRecord {
        self.tell_of_beyond();
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

fn hash_of(actor: &str, name: &str, payload: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    (actor, name, payload).hash(&mut hasher);
    hasher.finish()
}

/// A record of a case in which nothing has happened.
pub(super) fn blank(plan: &CasePlan) -> CaseRecord {
    let scenario = &plan.scenario;
    CaseRecord {
        scenario: scenario.id.clone(),
        title: scenario.title.clone(),
        file: scenario.document.sources[0].path.display().to_string(),
        ..CaseRecord::new(plan.id.clone(), plan.contract.dialect.clone(), scenario.level)
    }
}
