//! Load: a scenario's verbs, thousands of rooms at once, every delivery accounted for and timed from the moment it was
//! meant to begin.
//!
//! The hot path is here and nowhere else: `worker` owns sockets and time, `walk` compares payloads, `ledger`
//! says what is lost, `tally` measures. It uses the contract and the REST client of the conformance side, and must
//! not know reports.

#[cfg(test)]
mod agreement;
mod alarm;
mod answers;
mod awaiting;
mod breaches;
mod counted;
mod courier;
mod deliveries;
mod flood;
mod found;
mod frame;
#[cfg(feature = "goose")]
mod goose;
mod hearing;
mod history;
mod hopeless;
mod judge;
mod layout;
mod leaf;
mod ledger;
mod limits;
mod line;
mod many;
mod notices;
mod opening;
mod outage;
mod pace;
mod pattern;
mod phases;
mod posting;
mod reading;
mod rooms;
mod scan;
mod session;
mod setup;
mod shared;
mod speech;
mod tally;
mod telling;
mod template;
mod truth;
mod turns;
mod upgrading;
mod walk;
mod whole;
mod words;
mod worker;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::mpsc::UnboundedSender;

use self::courier::Courier;
use self::history::Looker;
pub use self::many::record_of_many;
use self::posting::{Mailbox, Postman};
use self::setup::{Part, Prepared, Unready};
use self::shared::Shared;
use self::speech::Way;
pub use self::tally::Moment;
use self::whole::Whole;
use self::worker::{Help, Worker};
use conformance::Arena;
use language::contract::Contract;
use language::level::Level;
use language::load::Load;
use language::script::Scenario;
use results::record::load::LoadRecord;
use wire::client::Transport;

/// Why a run ended early where somebody ended it.
pub(crate) const STOPPED: &str = "somebody ended it";

/// How a load run is made.
#[derive(Debug, Clone)]
pub struct Options {
    /// The lowest level of finding that fails a run.
    pub level: Level,
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

/// Who makes the REST calls of phases in which each user waits for their answer. Calls that are due at a rate are always
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
    /// What is asked for on the command line does not go together with the scenario; and what to do.
    Usage(String),
    /// A fault of the harness itself.
    Fault(String),
    /// The server is not there.
    Unreachable(String),
    /// Somebody ended it before it had begun.
    Stopped,
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
    let contract = &with_own(contract, scenario);
    let prepared = match prepared(load, contract, arena, options).await {
        Ok(prepared) => prepared,
        Err(Unready::Trouble(trouble)) => return Err(trouble),
        Err(Unready::Refused(why)) => return Ok(never_began(scenario, contract, &why)),
    };
    let asked = prepared.asked.clone();
    let remarks = prepared.remarks.clone();
    let shared = Arc::clone(&prepared.shared);
    let rests = Arc::clone(&prepared.rests);
    let helps = helps(&prepared, options);
    #[cfg(feature = "goose")]
    let driven = (options.rest == RestBy::Goose).then(|| {
        let mailboxes = helps.iter().map(Help::mailbox).collect();
        let sessions = prepared.parts.iter().map(|part| part.sessions.len()).min().unwrap_or_default();
        tokio::spawn(goose::drive(Arc::clone(&shared), mailboxes, sessions, Arc::clone(&rests)))
    });
    let mut threads = Vec::new();
    for ((number, part), help) in prepared.parts.into_iter().enumerate().zip(helps) {
        let shared = Arc::clone(&shared);
        let work = move || {
            let worker = Worker::new(&shared, number, part.sessions, part.rooms, part.first_room, help)
                .inspect_err(|_| shared.stop.store(true, Ordering::Relaxed))?;
            Ok((part.first_room, worker.run()))
        };
        let thread = std::thread::Builder::new().name(format!("load-{number}")).spawn(work);
        threads.push(thread.map_err(|error| Trouble::Cannot(format!("a worker cannot start: {error}")))?);
    }
    let watch = tokio::spawn(hand_on(Arc::clone(&options.stop), Arc::clone(&shared)));
    let joined = tokio::task::spawn_blocking(move || {
        threads.into_iter().map(std::thread::JoinHandle::join).collect::<Vec<_>>()
    });
    let joined = joined.await.map_err(|error| Trouble::Fault(format!("a worker failed: {error}")))?;
    watch.abort();
    shared.stop.store(true, Ordering::Relaxed);
    let mut whole = Whole::new(load.phases.len());
    for done in joined {
        let done = done
            .map_err(|_panic| Trouble::Fault("a worker failed: this is a fault of the harness".to_owned()))?;
        let cannot = |error: std::io::Error| Trouble::Cannot(format!("a worker cannot start: {error}"));
        let (first_room, mut done) = done.map_err(cannot)?;
        history::look_at_the_end(&shared, &rests, &mut done, first_room).await;
        whole.add(done);
    }
    let unreachable = whole.tally.ledger.stayed == 0 && setup::takes_no_connection(&shared.nodes).await;
    let record = whole.record(scenario, load, &shared, asked, remarks);
    let record = LoadRecord { unreachable, ..shared.veil().over_load(record) };
    #[cfg(feature = "goose")]
    if let Some(driven) = driven {
        let measured = driven.await.map_err(|error| Trouble::Fault(format!("goose failed: {error}")))?;
        let goose::Measured { records, remarks } = measured.map_err(Trouble::Cannot)?;
        let remarks = [record.remarks, remarks].concat();
        return Ok(LoadRecord { goose: records, remarks, ..record });
    }
    Ok(record)
}

/// The contract with all that the scenario says itself.
fn with_own(contract: &Arc<Contract>, scenario: &Scenario) -> Arc<Contract> {
    let whole = model::plan::with_own(contract, scenario);
    let handshake = whole.handshake.with(&scenario.own.connect);
    Arc::new(Contract { handshake, ..Contract::clone(&whole) })
}

/// What a run needs, unless somebody ends it before all of it is there.
async fn prepared(
    load: &Load,
    contract: &Arc<Contract>,
    arena: &Arena,
    options: &Options,
) -> Result<Prepared, Unready> {
    tokio::select! {
        prepared = setup::prepare(load, contract, arena, options) => prepared,
        () = stopped(&options.stop) => Err(Unready::Trouble(Trouble::Stopped)),
    }
}

/// Somebody's wish to end the run is handed on to the workers.
async fn hand_on(stop: Arc<AtomicBool>, shared: Arc<Shared>) {
    stopped(&stop).await;
    shared.stop.store(true, Ordering::Relaxed);
}

async fn stopped(stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The server did not make what the run needs, so that there was nothing to observe.
fn never_began(scenario: &Scenario, contract: &Contract, why: &str) -> LoadRecord {
    LoadRecord {
        scenario: scenario.id.clone(),
        title: scenario.title.clone(),
        dialect: contract.dialect.clone(),
        could_not_run: Some(format!("nothing observed: {why}")),
        ..LoadRecord::default()
    }
}

/// For each worker, who makes its calls and carries its sessions, where somebody has to.
fn helps(prepared: &Prepared, options: &Options) -> Vec<Help> {
    let shared = &prepared.shared;
    let mut sayings = shared.speech.turns.iter().map(|(_, saying)| saying).chain([&shared.speech.join]);
    let posts = sayings.any(|saying| matches!(saying.way, Way::Rest(_)));
    let carries = options.transport != Transport::Websocket;
    let help = |part: &Part| {
        let mailbox = Mailbox::default();
        let post = || Postman::start(Arc::clone(&prepared.rests), shared, mailbox.clone());
        let carry = || Courier::start(options.transport, part.sessions.len(), shared, mailbox.clone());
        let look = || Looker::start(Arc::clone(&prepared.rests), mailbox.clone());
        let looker = shared.history.as_ref().map(|_| look());
        Help::new(mailbox.clone(), posts.then(post), carries.then(carry), looker)
    };
    prepared.parts.iter().map(help).collect()
}
