//! Runs cases: each by itself, several at once, and says what became of them. Knows records, never reports.

mod account;
mod ahead;
mod any_order;
mod arena;
mod at_once;
mod blame;
mod case;
mod cast;
pub mod clocks;
pub mod command;
mod connection;
pub mod dry;
mod end;
mod expiry;
mod lag;
mod lines;
mod log;
pub mod login;
mod many;
mod maybe;
mod missing;
mod outcome;
mod pump;
mod raw;
mod reach;
mod steps;
pub mod token;
mod verbs;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use indexmap::IndexMap;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

pub use account::Accounted;
pub use arena::{Arena, NoArena, Opening, Venue, Wanted};
pub use many::{Many, Often, run_many};
pub use reach::first_of_page;

use self::account::Account;
use self::case::Case;
use self::clocks::Clocks;
use self::lag::Lag;
use self::log::blank;
use self::token::NoToken;
use language::contract::{Contract, Timed};
use language::level::Level;
use language::script::{Step, StepKind};
use model::check::fill::Unfilled;
use model::findings::misses::Misses;
use model::interpreter::Senseless;
use model::plan::CasePlan;
use results::record::veil::Veil;
use results::record::{CaseRecord, Kind, Outcome};
use wire::client::{Client, Limit, Transport};

/// What the reason of a case begins with in which the harness itself has failed.
pub const PANICKED: &str = "internal error";

/// How often a case is run at most, where the harness itself was late.
const ATTEMPTS: u32 = 3;

/// How cases are run.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The lowest level of finding that fails a case.
    pub level: Level,
    /// Documented times are multiplied by this.
    pub timescale: f64,
    /// Upper bounds are multiplied by this.
    pub patience: f64,
    /// How many cases run at once.
    pub jobs: usize,
    /// How long the sockets of a finished case stay open.
    pub linger: Duration,
    /// Keep raw frames.
    pub trace: bool,
    /// The seed of whatever is made up.
    pub seed: u64,
    /// How actors connect.
    pub transport: Transport,
    /// Which Socket.IO implementation they speak through.
    pub client: Client,
    /// Documented times that are others at this target.
    pub debounce: Option<Duration>,
    /// The same for the window in which typing expires.
    pub typing_expires: Option<(Duration, Duration)>,
    /// Documented event names to actual ones.
    pub renames: IndexMap<String, String>,
    /// Ends the run early: what has not been judged by then could not be run.
    pub stop: Arc<AtomicBool>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            level: Level::Must,
            timescale: 1.0,
            patience: 1.0,
            jobs: 1,
            linger: Duration::from_secs(1),
            trace: false,
            seed: 0,
            transport: Transport::Websocket,
            client: Client::Own,
            debounce: None,
            typing_expires: None,
            renames: IndexMap::new(),
            stop: Arc::default(),
        }
    }
}

/// Something that happened to a run, for whoever shows it.
#[derive(Debug, Clone)]
pub enum Progress {
    /// A case has begun.
    Began(String),
    /// A case has ended; it may still linger, and be run again.
    Ended(String),
    /// What became of a case in the end.
    Judged {
        /// All that is left of it.
        record: Arc<CaseRecord>,
        /// Why, where it is not fine: its first finding that fails it, or the reason that it was not judged.
        why: Option<String>,
    },
}

/// Why a case stopped before its end.
#[derive(Debug)]
pub(crate) enum Stop {
    /// It could not be judged, and why.
    CouldNotRun(String),
    /// The client cannot do what it needs, and why.
    NotSupported(String),
    /// The server is not there.
    Unreachable(String),
    /// What was found makes the rest meaningless.
    Halted,
    /// It was played to its end, and nothing came of what it is about.
    Unobserved,
}

impl From<Senseless> for Stop {
    fn from(senseless: Senseless) -> Self {
        Stop::CouldNotRun(senseless.0)
    }
}

impl From<Unfilled> for Stop {
    fn from(unfilled: Unfilled) -> Self {
        Stop::CouldNotRun(unfilled.to_string())
    }
}

impl From<NoToken> for Stop {
    fn from(no_token: NoToken) -> Self {
        Stop::CouldNotRun(no_token.to_string())
    }
}

impl From<NoArena> for Stop {
    fn from(none: NoArena) -> Self {
        match none {
            NoArena::Unreachable(reason) => Stop::Unreachable(reason),
            NoArena::CouldNotRun(reason) => Stop::CouldNotRun(reason),
        }
    }
}

impl From<Limit> for Stop {
    fn from(limit: Limit) -> Self {
        Stop::NotSupported(limit.to_string())
    }
}

/// What all cases of a run share.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) level: Level,
    pub(crate) timescale: f64,
    pub(crate) patience: f64,
    pub(crate) jobs: u32,
    pub(crate) within: Duration,
    /// How long a REST call may take: one that takes longer than `within` is slow, and no more.
    rest_within: Duration,
    pub(crate) fence_within: Duration,
    pub(crate) connect_within: Duration,
    pub(crate) slack: Duration,
    pub(crate) linger: Duration,
    pub(crate) trace: bool,
    pub(crate) seed: u64,
    /// A case could not reach the server: none of the others needs to try.
    out_of_reach: AtomicBool,
    /// Some call was not answered at all: the next ones are not waited for that long.
    unanswered: AtomicBool,
    /// How connections were opened so far.
    openings: Mutex<reach::Openings>,
    /// For each dialect the case whose set-up failed first, which says how.
    set_up: Mutex<IndexMap<(String, String), String>>,
    stop: Arc<AtomicBool>,
    pub(crate) transport: Transport,
    pub(crate) client: Client,
    pub(crate) renames: IndexMap<String, String>,
    pub(crate) lag: Lag,
    pub(crate) misses: Misses,
    /// The clocks of the servers.
    pub(crate) clocks: Clocks,
    pub(crate) account: Account,
    debounce: Option<Duration>,
    typing_expires: Option<(Duration, Duration)>,
    next_id: AtomicU64,
    /// The tokens of all cases, which no record may hold.
    veil: Mutex<Arc<Veil>>,
}

impl Rules {
    fn new(settings: &Settings) -> Self {
        let patient = |ms: u64| Duration::from_millis(ms).mul_f64(settings.patience);
        // Ids that no earlier run has used: one range of ten thousand for each second of about three days.
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        Self {
            level: settings.level,
            timescale: settings.timescale,
            patience: settings.patience,
            jobs: u32::try_from(settings.jobs.max(1)).unwrap_or(u32::MAX),
            within: patient(2000),
            rest_within: patient(5000),
            fence_within: patient(5000),
            connect_within: patient(5000),
            slack: patient(250),
            linger: settings.linger,
            trace: settings.trace,
            seed: settings.seed,
            out_of_reach: AtomicBool::new(false),
            unanswered: AtomicBool::new(false),
            openings: Mutex::default(),
            set_up: Mutex::default(),
            stop: Arc::clone(&settings.stop),
            transport: settings.transport,
            client: settings.client,
            renames: settings.renames.clone(),
            lag: Lag::watch(),
            misses: Misses::default(),
            clocks: Clocks::default(),
            account: Account::default(),
            debounce: settings.debounce,
            typing_expires: settings.typing_expires,
            next_id: AtomicU64::new(10_000 + (seconds % 190_000) * 10_000),
            veil: Mutex::default(),
        }
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Waits until somebody ends the run.
    async fn stopped(&self) {
        while !self.is_stopped() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Ids for made-up users of a server that others use too.
    pub(crate) fn lend_ids(&self, count: u64) -> u64 {
        self.next_id.fetch_add(count, Ordering::Relaxed)
    }

    /// Learns of a token, so that no record holds it.
    pub(crate) fn hide(&self, token: &str) {
        Arc::make_mut(&mut self.veil.lock().unwrap_or_else(PoisonError::into_inner)).learn(token);
    }

    fn scaled(&self, timed: &Timed) -> Timed {
        let scale = |time: Duration| time.mul_f64(self.timescale);
        Timed { from: scale(timed.from), to: scale(timed.to), clause: timed.clause.clone() }
    }

    /// The documented debounce, or the target's own, on this run's time scale.
    pub(crate) fn debounce(&self, contract: &Contract) -> Option<Timed> {
        let documented = contract.timing.debounce.as_ref()?;
        let own = self.debounce.map(|time| Timed { from: time, to: time, clause: documented.clause.clone() });
        Some(self.scaled(own.as_ref().unwrap_or(documented)))
    }

    /// The window in which typing expires, likewise.
    pub(crate) fn typing_expires(&self, contract: &Contract) -> Option<Timed> {
        let documented = contract.timing.typing_expires.as_ref()?;
        let own = self.typing_expires.map(|(from, to)| Timed { from, to, clause: documented.clause.clone() });
        Some(self.scaled(own.as_ref().unwrap_or(documented)))
    }

    /// The name an event has at the target.
    pub(crate) fn actual_name<'n>(&'n self, documented: &'n str) -> &'n str {
        self.renames.get(documented).map_or(documented, String::as_str)
    }

    /// The documented name of an event of the target.
    pub(crate) fn documented_name(&self, actual: String) -> String {
        let renamed = self.renames.iter().find(|(_, known)| **known == actual);
        renamed.map_or(actual, |(documented, _)| documented.clone())
    }
}

/// Runs these cases and returns their records, in the order given. The flag tells whether the server was out of reach.
pub async fn run(
    cases: Vec<CasePlan>,
    settings: &Settings,
    venue: Arc<dyn Venue>,
    progress: mpsc::UnboundedSender<Progress>,
) -> (Vec<CaseRecord>, bool) {
    let rules = Arc::new(Rules::new(settings));
    let turns = Arc::new(Semaphore::new(settings.jobs.max(1)));
    let mut running = Vec::new();
    for (place, plan) in in_turn(cases, settings.jobs) {
        let (rules, venue, turns) = (Arc::clone(&rules), Arc::clone(&venue), Arc::clone(&turns));
        let progress = progress.clone();
        // Taken here, so that cases begin in this order.
        let turn = Arc::clone(&turns).acquire_owned().await.ok();
        let fallback = plan.clone();
        let task = tokio::spawn(async move {
            let level = rules.level;
            let (record, lost) = one(plan, rules, venue, (turn, turns), progress.clone()).await;
            let record = Arc::new(record);
            // Nobody may be listening.
            let _nobody = progress.send(judged(&record, level));
            (record, lost)
        });
        running.push((place, fallback, task));
    }
    running.sort_by_key(|(place, ..)| *place);
    let mut records = Vec::new();
    let mut unreachable = false;
    for (_, plan, task) in running {
        match task.await {
            Ok((record, lost)) => {
                unreachable |= lost;
                records.push(Arc::unwrap_or_clone(record));
            }
            Err(error) => {
                let reason = Some(format!("{PANICKED}: {error}"));
                records.push(CaseRecord { outcome: Outcome::CouldNotRun, reason, ..blank(&plan) });
            }
        }
    }
    (records, unreachable)
}

fn judged(record: &Arc<CaseRecord>, level: Level) -> Progress {
    let finding = record.findings.iter().find(|finding| finding.level >= level);
    let why = finding.map(|finding| finding.message.clone()).or_else(|| record.reason.clone());
    Progress::Judged { record: Arc::clone(record), why }
}

/// Cases with their places in the order given. Where several run at once, those that wait for a token or a typing to
/// expire come first: they take long and do little.
fn in_turn(cases: Vec<CasePlan>, jobs: usize) -> Vec<(usize, CasePlan)> {
    let mut cases: Vec<(usize, CasePlan)> = cases.into_iter().enumerate().collect();
    if jobs <= 1 {
        return cases;
    }
    cases.sort_by_key(|(_, plan)| {
        let waits = |step: &Step| matches!(step.kind, StepKind::Stopped { .. } | StepKind::Wait(_));
        let expires = plan.scenario.users.values().any(|user| user.valid_for.is_some());
        match (expires, plan.scenario.steps.iter().any(waits)) {
            (true, _) => 0,
            (false, true) => 1,
            (false, false) => 2,
        }
    });
    cases
}

/// What became of a case, with no token in it; true where the server was out of reach.
async fn one(
    plan: CasePlan,
    rules: Arc<Rules>,
    venue: Arc<dyn Venue>,
    turns: (Option<OwnedSemaphorePermit>, Arc<Semaphore>),
    progress: mpsc::UnboundedSender<Progress>,
) -> (CaseRecord, bool) {
    let (record, lost) = tried(plan, Arc::clone(&rules), venue, turns, progress).await;
    let veil = Arc::clone(&rules.veil.lock().unwrap_or_else(PoisonError::into_inner));
    // Not among the cases, whose times it would spoil.
    match tokio::task::spawn_blocking(move || veil.over(record)).await {
        Ok(record) => (record, lost),
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

async fn tried(
    plan: CasePlan,
    rules: Arc<Rules>,
    venue: Arc<dyn Venue>,
    (mut turn, turns): (Option<OwnedSemaphorePermit>, Arc<Semaphore>),
    progress: mpsc::UnboundedSender<Progress>,
) -> (CaseRecord, bool) {
    if let Some(lacks) = &plan.lacks {
        let reason = Some(format!("`{}` has no {lacks}", plan.contract.dialect));
        return (CaseRecord { outcome: Outcome::NotSupported, reason, ..blank(&plan) }, false);
    }
    let mut attempt = 1;
    loop {
        let held = match turn.take() {
            Some(turn) => Some(turn),
            // What the harness's own lateness has spoilt is run again alone, once the machine is calm.
            None => {
                let alone = Arc::clone(&turns).acquire_many_owned(rules.jobs).await.ok();
                tokio::select! {
                    () = rules.lag.calm() => {}
                    () = rules.stopped() => {}
                }
                alone
            }
        };
        if rules.out_of_reach.load(Ordering::Relaxed) {
            let reason = Some("not tried: the target is out of reach".to_owned());
            return (CaseRecord { outcome: Outcome::CouldNotRun, reason, ..blank(&plan) }, true);
        }
        if rules.is_stopped() {
            let reason = Some("not tried: somebody ended the run".to_owned());
            return (CaseRecord { outcome: Outcome::CouldNotRun, reason, ..blank(&plan) }, false);
        }
        // Nobody may be listening.
        let _nobody = progress.send(Progress::Began(plan.id.clone()));
        let (case, stop) = attempt_once(&plan, &rules, venue.as_ref(), attempt).await;
        let _nobody = progress.send(Progress::Ended(plan.id.clone()));
        if matches!(stop, Some(Stop::Unreachable(_))) {
            rules.out_of_reach.store(true, Ordering::Relaxed);
        }
        drop(held);
        let Some(case) = case else {
            return conclude(blank(&plan), stop, None, &rules, attempt);
        };
        if rules.is_stopped() && stop.is_some() {
            // What was still under way would look like a leak.
            return conclude(case.log.record(&plan), stop, None, &rules, attempt);
        }
        let case = case.linger().await;
        let found = !case.log.findings.is_empty() || matches!(stop, Some(Stop::CouldNotRun(_)));
        let late = case.late.clone().filter(|_| !case.log.findings.is_empty());
        let late = late.or_else(|| case.expired_too_early().filter(|_| found)).filter(|_| !case.log.burdened);
        if late.is_some() && attempt < ATTEMPTS && !rules.is_stopped() {
            attempt += 1;
            continue;
        }
        return conclude(case.log.record(&plan), stop, late, &rules, attempt);
    }
}

async fn attempt_once(
    plan: &CasePlan,
    rules: &Arc<Rules>,
    venue: &dyn Venue,
    attempt: u32,
) -> (Option<Case>, Option<Stop>) {
    let (wanted, named) = cast::wanted_users(plan);
    let arena = match venue.open(&plan.contract.dialect, Wanted::Case(wanted, &named)).await {
        Ok(arena) => Arena { settle: rules.client.settle(arena.settle, rules.timescale), ..arena },
        Err(none) => return (None, Some(none.into())),
    };
    let mut case = match Case::new(plan.clone(), Arc::clone(rules), arena, attempt).await {
        Ok(case) => case,
        Err(stop) => return (None, Some(stop)),
    };
    let mut stop = tokio::select! {
        ended = case.run() => ended.err(),
        () = rules.stopped() => Some(Stop::CouldNotRun("somebody ended the run in the middle of it".to_owned())),
    };
    match &mut stop {
        // What it needs did not come, and that has been told.
        Some(Stop::CouldNotRun(_)) if !case.log.findings.is_empty() => stop = Some(Stop::Halted),
        Some(Stop::CouldNotRun(reason)) => *reason = format!("{}: {reason}", case.log.place()),
        None if !case.log.is_observed() && plan.scenario.says_something() => stop = Some(Stop::Unobserved),
        _ => {}
    }
    if let Some(what) = case.log.lacks {
        stop = Some(Stop::CouldNotRun(what.to_owned()));
        // What was found before is found.
        let step = case.log.step;
        case.log.findings.retain(|finding| finding.step < step);
    }
    let lost = case.log.findings.iter().any(|finding| finding.kind == Kind::ConnectionLost);
    if (lost || case.log.out_of_reach.is_some())
        && let Some(reason) = case.server_is_gone().await
    {
        stop = Some(Stop::Unreachable(reason));
    } else if let Some(reason) = case.log.ours.take() {
        stop = Some(Stop::NotSupported(reason));
    }
    (Some(case), stop)
}

/// What became of a case; true where the server was out of reach.
fn conclude(
    record: CaseRecord,
    stop: Option<Stop>,
    late: Option<String>,
    rules: &Rules,
    attempts: u32,
) -> (CaseRecord, bool) {
    let lost = matches!(stop, Some(Stop::Unreachable(_)));
    let late = late.map(|late| format!("{late}, in each of {attempts} attempts"));
    let (outcome, reason) = outcome::outcome(&record, stop, late, rules.level);
    (CaseRecord { outcome, reason, attempts, ..record }, lost)
}
