//! Load: a scenario's verbs, thousands of rooms at once, every delivery accounted for and timed from the moment it was
//! meant to begin.
//!
//! The hot path is here and nowhere else: `worker` owns sockets and time, `walk` compares payloads, `ledger`
//! says what is lost, `tally` measures. It uses the contract and the REST client of the conformance side, and must
//! not know reports.

mod alarm;
mod answers;
mod counted;
mod courier;
mod frame;
#[cfg(feature = "goose")]
mod goose;
mod hearing;
mod judge;
mod layout;
mod ledger;
mod limits;
mod notices;
mod opening;
mod outage;
mod pace;
mod pattern;
mod phases;
mod posting;
mod session;
mod setup;
mod speech;
mod tally;
mod telling;
mod template;
mod turns;
mod walk;
mod words;
mod worker;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::mpsc::UnboundedSender;

use self::courier::Courier;
use self::judge::{slo, total};
use self::posting::{Mailbox, Postman};
use self::setup::{Part, Prepared};
use self::speech::Way;
pub use self::tally::Moment;
use self::tally::{PhaseTally, Tally};
use self::worker::{Done, Help, Shared, Worker};
use crate::client::Transport;
use crate::plan::CasePlan;
use crate::record::load::{Asked, Generator, Instances, Ledger, LoadRecord, PhaseRecord};
use crate::runner::{Arena, Many, Often};
use crate::scenario::contract::Contract;
use crate::scenario::load::Load;
use crate::scenario::script::Scenario;

/// Why a run ended early where somebody ended it.
pub(crate) const STOPPED: &str = "somebody ended it";

/// How a load run is made.
#[derive(Debug, Clone)]
pub struct Options {
    /// The seed of everything random.
    pub seed: u64,
    /// Threads that own connections.
    pub workers: usize,
    /// Documented event names to actual ones.
    pub renames: indexmap::IndexMap<String, String>,
    /// How long a token lives.
    pub token_life: Duration,
    /// Within this time a repeated `typing` is heard once, where it is not as documented.
    pub debounce: Option<Duration>,
    /// The same for the time after which the server itself ends a `typing`.
    pub typing_expires: Option<(Duration, Duration)>,
    /// Who makes the REST calls of closed phases.
    pub rest: RestBy,
    /// How sessions connect; all but a plain websocket goes through the client of the conformance cases.
    pub transport: Transport,
    /// Ends the run early, and still reports.
    pub stop: Arc<AtomicBool>,
    /// Who is told of every second of every worker, where somebody watches.
    pub watch: Option<UnboundedSender<Moment>>,
}

/// Who makes the REST calls of phases in which each user waits for his answer. Calls that are due at a rate are always
/// made by the workers' own schedule, which keeps their intended times; goose has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum RestBy {
    /// The workers' own postmen
    #[default]
    Own,
    /// Users of goose, whose own measurements are reported beside ours
    Goose,
}

impl RestBy {
    /// Takes what this way would take for itself and the process needs, before anybody asks for interrupts.
    ///
    /// # Errors
    /// Where there is no such way in this build or in this process, and what to do.
    pub fn prepare(self) -> Result<(), String> {
        match self {
            Self::Own => Ok(()),
            #[cfg(feature = "goose")]
            Self::Goose => goose::subdue(),
            #[cfg(not(feature = "goose"))]
            Self::Goose => {
                Err("this build is without goose: build it with `cargo run -p harness --features goose -- …`"
                    .to_owned())
            }
        }
    }
}

/// Why a run did not begin.
#[derive(Debug)]
pub enum Trouble {
    /// The dialect, the scenario or this machine cannot do it; and what to do.
    Cannot(String),
    /// The server is not there.
    Unreachable(String),
}

/// Runs a scenario as load.
///
/// # Errors
/// Where it could not begin.
pub async fn run(
    scenario: &Scenario,
    load: &Load,
    contract: &Arc<Contract>,
    arena: &Arena,
    options: &Options,
) -> Result<LoadRecord, Trouble> {
    options.rest.prepare().map_err(Trouble::Cannot)?;
    let prepared = setup::prepare(load, contract, arena, options).await?;
    let asked = prepared.asked.clone();
    let remarks = prepared.remarks.clone();
    let shared = Arc::clone(&prepared.shared);
    let rest = prepared.rest.clone();
    let helps = helps(&prepared, options);
    #[cfg(feature = "goose")]
    let driven = (options.rest == RestBy::Goose).then(|| {
        let mailboxes = helps.iter().map(|help| help.mailbox.clone()).collect();
        let sessions = prepared.parts.iter().map(|part| part.sessions.len()).min().unwrap_or_default();
        tokio::spawn(goose::drive(Arc::clone(&shared), mailboxes, sessions, rest.clone()))
    });
    let mut threads = Vec::new();
    for ((number, part), help) in prepared.parts.into_iter().enumerate().zip(helps) {
        let worker =
            Worker::new(Arc::clone(&shared), number, part.sessions, part.rooms, part.first_room, help)
                .map_err(|error| Trouble::Cannot(format!("a worker cannot start: {error}")))?;
        let thread = std::thread::Builder::new()
            .name(format!("load-{number}"))
            .spawn(move || (part.first_room, worker.run()));
        threads.push(thread.map_err(|error| Trouble::Cannot(format!("a worker cannot start: {error}")))?);
    }
    let stop = Arc::clone(&options.stop);
    let watched = Arc::clone(&shared);
    let watch = tokio::spawn(async move {
        while !stop.load(Ordering::Relaxed) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        watched.stop.store(true, Ordering::Relaxed);
    });
    let joined = tokio::task::spawn_blocking(move || {
        threads.into_iter().map(std::thread::JoinHandle::join).collect::<Vec<_>>()
    });
    let joined = joined.await.map_err(|error| Trouble::Cannot(format!("a worker failed: {error}")))?;
    watch.abort();
    shared.stop.store(true, Ordering::Relaxed);
    let mut whole = Whole::new(load.phases.len());
    for done in joined {
        let (first_room, mut done) = done.map_err(|_panic| {
            Trouble::Cannot("a worker failed: this is a fault of the harness".to_owned())
        })?;
        setup::look_into_history(&shared, &rest, &mut done, first_room).await;
        whole.add(done);
    }
    let unreachable = whole.up == 0 && setup::takes_no_connection(shared.address).await;
    let record = whole.record(scenario, load, &shared, asked, remarks);
    let record = LoadRecord { unreachable, ..shared.veil().over_load(record) };
    #[cfg(feature = "goose")]
    if let Some(driven) = driven {
        let measured = driven.await.map_err(|error| Trouble::Cannot(format!("goose failed: {error}")))?;
        let goose::Measured { records, remarks } = measured.map_err(Trouble::Cannot)?;
        let remarks = [record.remarks, remarks].concat();
        return Ok(LoadRecord { goose: records, remarks, ..record });
    }
    Ok(record)
}

/// For each worker, who makes its calls and carries its sessions, where somebody has to.
fn helps(prepared: &Prepared, options: &Options) -> Vec<Help> {
    let shared = &prepared.shared;
    let posts = shared.speech.turns.iter().any(|(_, saying)| matches!(saying.way, Way::Rest(_)));
    let carries = options.transport != Transport::Websocket;
    let help = |part: &Part| {
        let mailbox = Mailbox::default();
        let post = || Postman::start(prepared.rest.clone(), shared, mailbox.clone());
        let carry = || Courier::start(options.transport, part.sessions.len(), shared, mailbox.clone());
        Help { postman: posts.then(post), courier: carries.then(carry), mailbox: mailbox.clone() }
    };
    prepared.parts.iter().map(help).collect()
}

/// What a scenario that ran many times at once leaves behind, in the same shape.
#[must_use]
pub fn record_of_many(plan: &CasePlan, often: Often, many: &Many, lateness_budget: Duration) -> LoadRecord {
    let mut tally = PhaseTally::new();
    (tally.began, tally.ended) = (0, many.lasted.as_nanos() as u64);
    (tally.due, tally.sent) = (many.due, many.late.len() as u64);
    many.late.iter().for_each(|late| tally.lateness.record(*late));
    many.took.iter().for_each(|took| tally.complete.record(*took));
    let phase = PhaseRecord {
        name: "instances".to_owned(),
        began_ms: 0,
        lasted_ms: many.lasted.as_millis() as u64,
        warm_up: false,
        due: many.due,
        sent: tally.sent,
        asked_per_s: Some(often.rate),
        sent_per_s: tally.sent as f64 / often.lasts.as_secs_f64().max(many.lasted.as_secs_f64()),
        delivered_per_s: 0.0,
        timings: tally.timings(),
    };
    let late = tally.lateness.percentile(99.0).unwrap_or_default();
    let budget = lateness_budget.as_micros() as u64;
    let void = (late > budget).then(|| {
        format!(
            "1 % of the instances began more than {:.1} ms after their time (allowed are {:.1} ms): more than {} would have had to \
             run at once, or this machine is too slow for the rate",
            late as f64 / 1000.0,
            budget as f64 / 1000.0,
            often.at_once
        )
    });
    let fine = void.is_none() && !many.unreachable && many.failed + many.could_not_run == 0;
    let members: usize = plan.scenario.rooms.values().map(Vec::len).sum();
    LoadRecord {
        scenario: plan.scenario.id.clone(),
        title: plan.scenario.title.clone(),
        dialect: plan.contract.dialect.clone(),
        passed: fine && !many.stopped && many.passed > 0,
        cut_short: fine && many.stopped,
        void,
        ended_early: match many.unreachable {
            true => Some("the target was out of reach, or did not stay".to_owned()),
            false => many.stopped.then(|| STOPPED.to_owned()),
        },
        unreachable: many.unreachable,
        asked: Asked::new(vec![members; often.at_once], often.at_once * members, 1),
        check_percent: 100.0,
        phases: vec![phase],
        total: tally.timings(),
        goose: Vec::new(),
        ledger: Ledger::default(),
        instances: Some(Instances {
            passed: many.passed,
            failed: many.failed,
            could_not_run: many.could_not_run,
        }),
        samples: Vec::new(),
        seconds: Vec::new(),
        outages: Vec::new(),
        slo: Vec::new(),
        generator: Generator { workers: 1, lateness_budget_us: budget, ..Generator::default() },
        remarks: Vec::new(),
    }
}

/// What all workers have left behind.
struct Whole {
    tally: Tally,
    generator: Generator,
    ended_early: Option<String>,
    /// Sessions in their namespace at the end.
    up: u64,
    outages: Vec<outage::Span>,
}

impl Whole {
    fn new(phases: usize) -> Self {
        Self {
            tally: Tally::new(phases),
            generator: Generator::default(),
            ended_early: None,
            up: 0,
            outages: Vec::new(),
        }
    }

    fn add(&mut self, done: Done) {
        let generator = &mut self.generator;
        generator.workers += 1;
        generator.cpu_ms += done.cpu.as_millis() as u64;
        generator.waited_for_core_ms += done.waited.as_millis() as u64;
        generator.busiest = generator.busiest.max(done.cpu.as_secs_f64() / done.wall.as_secs_f64().max(1e-9));
        generator.never_sent += done.never_sent;
        generator.backlog = generator.backlog.max(done.backlog);
        generator.unsent_bytes = generator.unsent_bytes.max(done.unsent);
        self.tally.add(done.tally);
        self.up += done.up;
        self.outages.extend(done.outages);
        // Where one worker broke a threshold, the others were merely stopped.
        let told = self.ended_early.take().filter(|reason| reason != STOPPED || done.ended_early.is_none());
        self.ended_early = told.or(done.ended_early);
    }

    fn record(
        mut self,
        scenario: &Scenario,
        load: &Load,
        shared: &Shared,
        asked: Asked,
        mut remarks: Vec<String>,
    ) -> LoadRecord {
        self.generator.lateness_budget_us = load.lateness_budget.as_micros() as u64;
        let counted = total(&self.tally, Some(load));
        let void = self.void(load, &counted);
        let slo = slo(&load.slo, &self.tally, load);
        let ledger = self.tally.ledger.clone();
        let sound = (ledger.received > 0 || ledger.answered > 0) && judge::sound(&self.tally, load);
        let fine = void.is_none() && sound && slo.iter().all(|slo| slo.holds);
        self.tally.seconds.sort_by_key(|second| second.at_s);
        remarks.extend(judge::stalls(&self.tally.seconds));
        LoadRecord {
            scenario: scenario.id.clone(),
            title: scenario.title.clone(),
            dialect: shared.contract.dialect.clone(),
            passed: fine && self.ended_early.is_none(),
            cut_short: fine && self.ended_early.as_deref() == Some(STOPPED),
            void,
            ended_early: self.ended_early,
            unreachable: false,
            asked,
            check_percent: load.check * 100.0,
            phases: load
                .phases
                .iter()
                .zip(&self.tally.phases)
                .filter(|(_, tally)| tally.began != u64::MAX)
                .map(|(phase, tally)| phase_record(phase, tally))
                .collect(),
            total: counted.timings(),
            goose: Vec::new(),
            ledger,
            instances: None,
            samples: std::mem::take(&mut self.tally.samples),
            seconds: std::mem::take(&mut self.tally.seconds),
            outages: outage::merged(self.outages),
            slo,
            generator: self.generator,
            remarks,
        }
    }

    /// Why the run proves nothing.
    fn void(&self, load: &Load, counted: &PhaseTally) -> Option<String> {
        let late = counted.lateness.percentile(99.0).unwrap_or_default();
        let budget = load.lateness_budget.as_micros() as u64;
        let generator = &self.generator;
        if generator.never_sent > 0 {
            return Some(format!(
                "the generator fell behind its schedule: {} turns were due and never taken; ask for less, or give it more workers",
                generator.never_sent
            ));
        }
        (late > budget).then(|| {
            let busy = (generator.busiest * 100.0).round();
            format!(
                "the generator itself was late: 1 % of its turns came more than {:.1} ms after their time (allowed are {:.1} ms); \
                 its busiest worker used {busy} % of a core and waited {} ms for one",
                late as f64 / 1000.0,
                budget as f64 / 1000.0,
                generator.waited_for_core_ms
            )
        })
    }
}

fn phase_record(phase: &crate::scenario::load::Phase, tally: &PhaseTally) -> PhaseRecord {
    let nanos = tally.ended.saturating_sub(tally.began).max(1);
    let seconds = nanos as f64 / 1e9;
    PhaseRecord {
        name: phase.name.clone(),
        began_ms: tally.began / 1_000_000,
        lasted_ms: nanos / 1_000_000,
        warm_up: phase.warm_up,
        due: tally.due.max(tally.sent),
        sent: tally.sent,
        asked_per_s: phase.rate.map(|rate| f64::midpoint(rate.from, rate.to)),
        sent_per_s: tally.sent as f64 / seconds,
        delivered_per_s: tally.delivered as f64 / seconds,
        timings: tally.timings(),
    }
}
