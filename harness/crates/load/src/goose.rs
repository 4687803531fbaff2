//! Closed phases driven by goose: each of its users asks a worker for the next turn, which is in the ledger before the
//! call leaves, makes the call with goose's client, so that goose measures it, and reports what came.
//!
//! goose is a program more than a library. It has one state in a process, so one attack runs at a time. It takes the
//! interrupt for itself, writes to the terminal, and forgets what it has counted once all of its users are there:
//! [`subdue`] deals with all three.

use std::sync::{Arc, LazyLock, OnceLock};
use std::time::Duration;

use goose::client::GooseClientBuilder;
use goose::config::GooseConfiguration;
use goose::goose::{GooseRequest, GooseUser, Scenario, Transaction, TransactionFunction};
use goose::metrics::GooseMetrics;
use goose::{GooseAttack, trigger_killswitch};
use tokio::sync::{Mutex, oneshot, watch};
use tokio::time::{sleep, timeout};

use super::answers::What;
use super::posting::{Job, Mail, Mailbox, WITHIN, fits};
use super::shared::Shared;
use results::record::load::GooseRecord;
use wire::client::rest::{self, Rest};

/// How often it is looked whether a phase has begun or is over.
const LOOK: Duration = Duration::from_millis(5);
/// How long who got no turn waits before the next question.
const PAUSE: Duration = Duration::from_millis(10);
/// In how many parts of a second all users are there.
const ALL_THERE: usize = 20;

/// A user of goose wants to know what to say.
pub(super) struct Asked {
    pub(super) phase: u16,
    /// For whom it speaks, as the worker counts.
    pub(super) session: u32,
    /// When they asked, in nanoseconds after the run began.
    pub(super) at: u64,
    pub(super) turn: oneshot::Sender<Job>,
}

/// Where the attack stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Not all users are there: what is counted now will be forgotten.
    Starting,
    Steady,
    Over,
}

static STAGE: LazyLock<watch::Sender<Stage>> = LazyLock::new(|| watch::channel(Stage::Over).0);
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

/// Hears in goose's log, and nowhere else is it told, that its counters have been set back for the last time; keeps
/// everything it hears to itself.
struct Overhears;

impl log::Log for Overhears {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        metadata.level() == log::Level::Info && metadata.target().starts_with("goose")
    }

    fn log(&self, record: &log::Record<'_>) {
        if self.enabled(record.metadata())
            && record.args().to_string() == "entering GooseAttack phase: Maintain"
        {
            STAGE.send_if_modified(|stage| {
                let starting = *stage == Stage::Starting;
                if starting {
                    *stage = Stage::Steady;
                }
                starting
            });
        }
    }

    fn flush(&self) {}
}

/// Takes the places of which a process has one, before goose does: its logger, and the handler of interrupts. The
/// handler does nothing; whoever asks for interrupts later is called first, so this has to be before anybody does.
pub(super) fn subdue() -> Result<(), String> {
    static DONE: OnceLock<Result<(), String>> = OnceLock::new();
    let subdue = || {
        log::set_logger(&Overhears).map_err(|error| format!("goose cannot be overheard: {error}"))?;
        ctrlc::set_handler(|| {}).map_err(|error| format!("goose would take the interrupt: {error}"))
    };
    DONE.get_or_init(subdue).clone()
}

/// What goose has measured, and what has to be known of it.
#[derive(Default)]
pub(super) struct Measured {
    pub(super) records: Vec<GooseRecord>,
    pub(super) remarks: Vec<String>,
}

/// Runs an attack in every phase that has users.
pub(super) async fn drive(
    shared: Arc<Shared>,
    mailboxes: Vec<Mailbox>,
    sessions: usize,
    rests: Arc<[Rest]>,
) -> Result<Measured, String> {
    let mut client = reqwest::Client::builder().no_proxy().timeout(WITHIN);
    // It trusts whom all other connections trust.
    if let Some(tls) = shared.nodes.iter().find_map(|node| node.tls.as_ref()) {
        client = client.tls_backend_preconfigured(rustls::ClientConfig::clone(&tls.config));
    }
    let client = client.build();
    let client = client.map_err(|error| format!("goose has no client: {error}"))?;
    let mut measured = Measured::default();
    for (index, phase) in shared.load.phases.iter().enumerate() {
        let Some(users) = phase.users else { continue };
        // As many for each worker as it has sessions for.
        let each = users.div_ceil(shared.workers).min(sessions);
        let desk = Desk {
            shared: Arc::clone(&shared),
            mailboxes: mailboxes.clone(),
            phase: index as u16,
            each,
            think: phase.think,
            rests: Arc::clone(&rests),
            client: client.clone(),
        };
        if !began(&shared, index).await {
            break;
        }
        let metrics = attack(Arc::new(desk)).await?;
        let records = recorded(&phase.name, each * shared.workers, &metrics);
        if records.is_empty() {
            measured.remarks.push(format!(
                "goose made no call in the phase `{}`, which was over before all of its users were there",
                phase.name
            ));
        }
        measured.records.extend(records);
    }
    Ok(measured)
}

/// Waits until a phase begins; no where it never will.
async fn began(shared: &Shared, index: usize) -> bool {
    while index > 0 && !shared.is_through(index - 1) {
        if shared.is_stopped() {
            return false;
        }
        sleep(LOOK).await;
    }
    !shared.is_stopped()
}

/// One attack, for as long as its phase lasts.
async fn attack(desk: Arc<Desk>) -> Result<GooseMetrics, String> {
    let _alone = ONE_AT_A_TIME.lock().await;
    STAGE.send_replace(Stage::Starting);
    let users = desk.each * desk.mailboxes.len();
    // Some of its fields are private, so that it cannot be written at once.
    let mut configuration = GooseConfiguration::default();
    configuration.host = Some(desk.rests[0].url("/"));
    configuration.users = Some(users);
    configuration.increase_rate = Some((users * ALL_THERE).to_string());
    configuration.no_telnet = true;
    configuration.no_print_metrics = true;
    configuration.no_transaction_metrics = true;
    configuration.no_scenario_metrics = true;
    let ender = tokio::spawn(end(Arc::clone(&desk)));
    let turn: TransactionFunction = Arc::new(move |user| {
        let desk = Arc::clone(&desk);
        Box::pin(async move {
            desk.turn(user).await;
            Ok(())
        })
    });
    let scenario = Scenario::new("turns").register_transaction(Transaction::new(turn));
    // Each user would build a client of their own before any of them starts, which takes longer than many a phase.
    let one_client = GooseClientBuilder::new().without_cookies();
    let attack = GooseAttack::initialize_with_config(configuration)
        .and_then(|attack| attack.set_client_builder_without_cookies(one_client))
        .map(|attack| attack.register_scenario(scenario).execute());
    let outcome = match attack {
        Ok(attack) => attack.await,
        Err(error) => Err(error),
    };
    ender.abort();
    STAGE.send_replace(Stage::Over);
    outcome.map_err(|error| format!("goose failed: {error}"))
}

/// Ends the attack when its phase is over. goose forgets an end that comes while it begins: it is said until it is heard.
async fn end(desk: Arc<Desk>) {
    let phase = usize::from(desk.phase);
    while !desk.shared.is_through(phase) && !desk.shared.is_stopped() {
        sleep(LOOK).await;
    }
    STAGE.send_replace(Stage::Over);
    loop {
        trigger_killswitch("the phase is over");
        sleep(PAUSE).await;
    }
}

fn recorded(phase: &str, users: usize, metrics: &GooseMetrics) -> Vec<GooseRecord> {
    let mut records: Vec<GooseRecord> = metrics
        .requests
        .iter()
        .map(|(name, request)| {
            let times = &request.raw_data;
            GooseRecord {
                phase: phase.to_owned(),
                users,
                request: name.to_string(),
                requests: (request.success_count + request.fail_count) as u64,
                failures: request.fail_count as u64,
                min_us: times.minimum_time_us,
                mean_us: times.total_time_us as f64 / times.counter.max(1) as f64,
                p50_us: times.percentile_us(0.5),
                p90_us: times.percentile_us(0.9),
                p95_us: times.percentile_us(0.95),
                p99_us: times.percentile_us(0.99),
                max_us: times.maximum_time_us,
            }
        })
        .collect();
    records.sort_by(|one, other| one.request.cmp(&other.request));
    records
}

/// What the users of an attack share.
struct Desk {
    shared: Arc<Shared>,
    mailboxes: Vec<Mailbox>,
    phase: u16,
    /// Users that each worker has.
    each: usize,
    think: Duration,
    rests: Arc<[Rest]>,
    client: reqwest::Client,
}

impl Desk {
    /// Goes through one turn, and the thought that comes after it. Never returns at once: a user who does so keeps
    /// goose from everything else.
    async fn turn(&self, user: &mut GooseUser) {
        let mut stage = STAGE.subscribe();
        if user.get_session_data::<Settled>().is_none() {
            user.set_session_data(Settled);
            user.client = self.client.clone();
            // The stage outlives everybody.
            drop(stage.wait_for(|stage| *stage != Stage::Starting).await);
            // Not all at once: the first turns are spread over one thought.
            let first = fastrand::u64(0..=self.think.as_nanos() as u64);
            until_over(&mut stage, Duration::from_nanos(first)).await;
        }
        let number = user.weighted_users_index;
        let mailbox = &self.mailboxes[number / self.each % self.mailboxes.len()];
        let (turn, given) = oneshot::channel();
        let session = (number % self.each) as u32;
        if *stage.borrow() == Stage::Steady {
            mailbox.put(Mail::Asked(Asked { phase: self.phase, session, at: self.shared.now(), turn }));
        } else {
            drop(turn);
        }
        match given.await {
            Ok(job) => {
                let outcome = self.call(user, &job).await;
                mailbox.report(&self.shared, job.pending, outcome);
                until_over(&mut stage, self.think).await;
            }
            Err(_no_turn) => sleep(PAUSE).await,
        }
    }

    async fn call(&self, user: &mut GooseUser, job: &Job) -> Result<(), String> {
        let What::Turn { turn, .. } = job.pending.what else { return Ok(()) };
        let name = self.shared.speech.turns[usize::from(turn)].1.name.as_str();
        let said = &job.request;
        let method =
            reqwest::Method::from_bytes(said.method.as_bytes()).map_err(|error| error.to_string())?;
        let mut request =
            user.client.request(method, self.rests[job.user % self.rests.len()].url(&said.path));
        for (name, value) in &said.headers {
            request = request.header(name, value);
        }
        if let Some(body) = &said.raw {
            if !said.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
                request = request.header("content-type", "application/json");
            }
            request = request.body(body.clone());
        }
        let began = std::time::Instant::now();
        let request = GooseRequest::builder().name(name).set_request_builder(request).build();
        let answer = user.request(request).await.map_err(|error| error.to_string())?;
        let answer = answer.response.map_err(|error| error.to_string())?;
        let status = answer.status().as_u16();
        let body = answer.bytes().await.map_err(|error| error.to_string())?;
        fits(&self.shared, &job.pending, status, &rest::read(&body), began.elapsed())
    }
}

/// A user who has been here before.
#[derive(Clone)]
struct Settled;

/// Waits, but not longer than the attack lasts.
async fn until_over(stage: &mut watch::Receiver<Stage>, time: Duration) {
    if !time.is_zero() {
        // Either will do.
        drop(timeout(time, stage.wait_for(|stage| *stage == Stage::Over)).await);
    }
}
