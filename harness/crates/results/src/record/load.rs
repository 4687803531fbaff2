//! What a load run leaves behind. Units stand in the names.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Difference;
use super::breach::Breach;
pub use super::ledger::{Ledger, Notices};

/// A scenario run as load.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct LoadRecord {
    /// The scenario's id.
    pub scenario: String,
    /// Its title.
    pub title: String,
    /// The dialect.
    pub dialect: String,
    /// Whether everything that was asked for holds.
    pub passed: bool,
    /// Why the run proves nothing, where it does not: the generator itself was the bottleneck.
    pub void: Option<String>,
    /// Why the run ended before its time.
    pub ended_early: Option<String>,
    /// The target was gone at the end: it took no connection any more.
    pub unreachable: bool,
    /// Somebody ended it by hand, and until then everything that was asked for held: neither passed nor failed.
    #[serde(default)]
    pub cut_short: bool,
    /// What had to hold and does not, one for each: why the run has failed.
    #[serde(default)]
    pub breaches: Vec<Breach>,
    /// Why the run has come to no verdict: nothing of what it is about was observed.
    #[serde(default)]
    pub could_not_run: Option<String>,
    /// What was asked for.
    pub asked: Asked,
    /// Of how many messages of a hundred each delivery was to be compared whole; the others were only accounted for.
    pub check_percent: f64,
    /// Each phase, in order.
    pub phases: Vec<PhaseRecord>,
    /// All phases but those of warming up.
    pub total: Timings,
    /// What goose has measured, where it made the REST calls of closed phases.
    pub goose: Vec<GooseRecord>,
    /// Where every delivery went.
    pub ledger: Ledger,
    /// Where whole scenarios were run many times at once: what became of them. `complete` is then the time of a whole one, and
    /// the ledger counts what their steps expect, since each was judged by itself.
    pub instances: Option<Instances>,
    /// What the steps of such scenarios expect, each by its name: where it has gone. Under any other load with several nodes,
    /// deliveries within a node, and from one to another.
    #[serde(default)]
    pub heard: Vec<HeardRecord>,
    /// The first findings of each kind, with room and message.
    pub samples: Vec<Sample>,
    /// Every second of the run.
    pub seconds: Vec<Second>,
    /// When the server has ended sessions, and how long it took until they were back.
    pub outages: Vec<Outage>,
    /// The thresholds and what was reached.
    pub slo: Vec<SloRecord>,
    /// How the generator itself did.
    pub generator: Generator,
    /// What the reader should know before they believe a number.
    pub remarks: Vec<String>,
}

impl LoadRecord {
    /// What it is called beside cases.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}/{}", self.dialect, self.scenario)
    }
}

/// Whole scenarios that were run many times at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Instances {
    /// Passed.
    pub passed: u64,
    /// Failed; the first of them are among the cases of the report.
    pub failed: u64,
    /// Could not be run.
    pub could_not_run: u64,
}

/// Something that has to come many times, by its name.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct HeardRecord {
    /// The event, or what it answers.
    pub name: String,
    /// How often it was due.
    pub due: u64,
    /// How often it came.
    pub came: u64,
    /// From the last thing that was said in its instance until it came; of a delivery, from its intended time.
    pub took: Latency,
}

/// What was asked for.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Asked {
    /// Rooms.
    pub rooms: usize,
    /// Members of the smallest room.
    pub members_min: usize,
    /// Half of the rooms have no more members than this.
    pub members_median: usize,
    /// Members of the largest room.
    pub members_max: usize,
    /// Members of all rooms: a user counts in each of theirs.
    pub memberships: usize,
    /// Sockets.
    pub sockets: usize,
    /// Rooms that each user sits in.
    pub rooms_per_user: usize,
}

impl Asked {
    /// From the sizes of the rooms.
    #[must_use]
    pub fn new(mut sizes: Vec<usize>, sockets: usize, rooms_per_user: usize) -> Self {
        sizes.sort_unstable();
        Self {
            rooms: sizes.len(),
            members_min: sizes.first().copied().unwrap_or_default(),
            members_median: sizes.get(sizes.len().saturating_sub(1) / 2).copied().unwrap_or_default(),
            members_max: sizes.last().copied().unwrap_or_default(),
            memberships: sizes.iter().sum(),
            sockets,
            rooms_per_user,
        }
    }
}

/// A phase.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct PhaseRecord {
    /// Its name.
    pub name: String,
    /// When it began, in milliseconds after the run.
    pub began_ms: u64,
    /// How long it lasted.
    pub lasted_ms: u64,
    /// It counts for nothing but its own lines.
    pub warm_up: bool,
    /// Turns that were due.
    pub due: u64,
    /// Turns that were taken.
    pub sent: u64,
    /// The rate asked for, in turns a second, on average; none in a closed model.
    pub asked_per_s: Option<f64>,
    /// What it reached.
    pub sent_per_s: f64,
    /// Messages that reached a socket, a second.
    pub delivered_per_s: f64,
    /// Its times.
    pub timings: Timings,
}

/// The times of a phase.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Timings {
    /// From the intended time of a session to the moment it was in its namespace.
    pub connect: Latency,
    /// From the intended time of a turn to its answer.
    pub ack: Latency,
    /// From the moment a turn was sent to its answer: what a closed loop would have reported.
    pub service: Latency,
    /// From the intended time of a message to the first member who hears it.
    pub first: Latency,
    /// To each member.
    pub delivery: Latency,
    /// To the last member.
    pub complete: Latency,
    /// By how much turns were sent later than intended.
    pub lateness: Latency,
}

/// A distribution.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Latency {
    /// How many.
    pub count: u64,
    /// The least, in microseconds.
    pub min_us: u64,
    /// The mean.
    pub mean_us: f64,
    /// Half of them are not above this.
    pub p50_us: u64,
    /// 90 % are not above this.
    pub p90_us: u64,
    /// 95 % are not above this.
    pub p95_us: u64,
    /// 99 % are not above this.
    pub p99_us: u64,
    /// 99.9 % are not above this.
    pub p999_us: u64,
    /// 99.99 % are not above this.
    pub p9999_us: u64,
    /// The most.
    pub max_us: u64,
    /// The whole distribution: an HdrHistogram of microseconds, V2 deflated, in base 64.
    pub histogram: String,
}

/// Requests of one kind in one phase, as goose has measured them. Its times are the service times of a closed loop: from
/// a request that was sent when the last one had been answered to the head of its answer, so that a server which makes
/// its users wait is asked less, and looks better.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct GooseRecord {
    /// The phase.
    pub phase: String,
    /// Users of goose.
    pub users: usize,
    /// What goose calls the request: its method and the verb.
    pub request: String,
    /// Requests.
    pub requests: u64,
    /// Of those, without an answer or with a status that means no.
    pub failures: u64,
    /// The least, in microseconds.
    pub min_us: u64,
    /// The mean.
    pub mean_us: f64,
    /// Half of them are not above this.
    pub p50_us: u64,
    /// 90 % are not above this.
    pub p90_us: u64,
    /// 95 % are not above this.
    pub p95_us: u64,
    /// 99 % are not above this.
    pub p99_us: u64,
    /// The most.
    pub max_us: u64,
}

/// A finding, with its room and message.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Sample {
    /// `lost`, `duplicated`, `reordered`, `leaked`, `wrong`, …
    pub kind: String,
    /// When, in milliseconds after the beginning of the run.
    pub at_ms: u64,
    /// In words, with room, member and message.
    pub message: String,
    /// The event as it came, where there is one.
    pub received: Option<String>,
    /// Where it differs.
    pub differences: Vec<Difference>,
}

/// One second of a run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Second {
    /// Which, after the beginning of the run.
    pub at_s: u64,
    /// The phase, as an index.
    pub phase: usize,
    /// Sockets in their namespace at its end.
    pub connected: u64,
    /// Turns taken.
    pub sent: u64,
    /// Answers.
    pub answered: u64,
    /// Deliveries.
    pub delivered: u64,
    /// Whatever went wrong.
    pub errors: u64,
    /// Delivery latency in this second: half of it.
    pub p50_us: u64,
    /// 99 % of it.
    pub p99_us: u64,
    /// All of it.
    pub max_us: u64,
    /// How many deliveries of this second took so long, by the upper bound of their class in microseconds. Two classes to
    /// an octave (1, 1.4, 2, 2.8, 4, …), empty ones left out, so that a second takes a few lines however much it
    /// delivered.
    #[serde(default)]
    pub within_us: BTreeMap<u64, u64>,
}

impl Second {
    /// The upper bound of the class that a time belongs to, in microseconds.
    #[must_use]
    pub fn class_us(time_us: u64) -> u64 {
        let time_us = time_us.max(1);
        let octave = time_us.next_power_of_two();
        // The class below ends at the octave over the root of two.
        let half = (octave as f64 * std::f64::consts::FRAC_1_SQRT_2).round() as u64;
        if time_us <= half { half } else { octave }
    }
}

/// A stretch in which sessions were gone that the server had ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Outage {
    /// When the first of them was ended, in milliseconds after the beginning of the run.
    pub began_ms: u64,
    /// How long it took until all of them were back in their rooms; none where they were not.
    pub recovery_ms: Option<u64>,
    /// How many sessions were ended.
    pub sessions: u64,
    /// Turns that were not answered meanwhile, or found nobody to take them.
    pub unanswered: u64,
    /// Deliveries that were under way to those sessions: they may have come or not.
    pub excused: u64,
}

/// A threshold and what was reached.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct SloRecord {
    /// `delivery.p99`
    pub metric: String,
    /// `< 100ms`
    pub threshold: String,
    /// What was reached, in the unit of the threshold (seconds where it is a time); none where nothing was measured.
    pub reached: Option<f64>,
    /// Whether it holds.
    pub holds: bool,
}

/// How the generator itself did.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Generator {
    /// Threads that owned the connections.
    pub workers: usize,
    /// CPU time of the workers, in milliseconds.
    pub cpu_ms: u64,
    /// The busiest worker's share of its time, from 0 to 1.
    pub busiest: f64,
    /// How long workers were ready to run and had no core, in milliseconds.
    pub waited_for_core_ms: u64,
    /// Turns that were due and never taken.
    pub never_sent: u64,
    /// The most turns that were overdue at one time.
    pub backlog: u64,
    /// The most bytes that waited for the server to read.
    pub unsent_bytes: u64,
    /// The 99th percentile of lateness that voids a run, in microseconds.
    pub lateness_budget_us: u64,
}
