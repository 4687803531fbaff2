//! A scenario many times at once: instances begin at a rate, whether or not earlier ones have ended, and each is judged
//! as it would be alone.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use indexmap::IndexMap;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::{sleep_until, timeout};

use super::{Accounted, Progress, Rules, Settings, Venue, judged, one};
use model::plan::CasePlan;
use results::record::{CaseRecord, Outcome};

/// How many instances that are not fine are kept whole.
const KEPT: usize = 20;
/// How long instances may still run after the last one has begun.
const TAIL: Duration = Duration::from_secs(60);

/// How often, and how many at once.
#[derive(Debug, Clone, Copy)]
pub struct Often {
    /// Instances that begin in a second.
    pub rate: f64,
    /// For how long they begin.
    pub lasts: Duration,
    /// The most that run at one time.
    pub at_once: usize,
}

/// What became of all instances.
#[derive(Debug, Default)]
pub struct Many {
    /// How many were due.
    pub due: u64,
    /// How many ended with each outcome.
    pub passed: u64,
    /// See [`Many::passed`].
    pub failed: u64,
    /// See [`Many::passed`].
    pub could_not_run: u64,
    /// Those that are not fine, whole; the first of them.
    pub kept: Vec<CaseRecord>,
    /// By how much each began late, in nanoseconds.
    pub late: Vec<u64>,
    /// How long each took, from the time it was due, in nanoseconds.
    pub took: Vec<u64>,
    /// How long all of it lasted.
    pub lasted: Duration,
    /// What was expected in all of them, by name.
    pub accounts: IndexMap<String, Accounted>,
    /// The server was out of reach.
    pub unreachable: bool,
    /// Somebody ended it; what had begun was let end.
    pub stopped: bool,
}

/// Runs these cases over and over, in turn.
pub async fn run_many(
    plans: &[CasePlan],
    settings: &Settings,
    venue: Arc<dyn Venue>,
    often: Often,
    progress: mpsc::UnboundedSender<Progress>,
) -> Many {
    let at_once = often.at_once.max(1);
    let rules = Arc::new(Rules::new(&Settings { jobs: at_once, stop: Arc::default(), ..settings.clone() }));
    let turns = Arc::new(Semaphore::new(at_once));
    let due = (often.rate * often.lasts.as_secs_f64()).floor() as u64;
    let mut many = Many { due, ..Many::default() };
    let mut running = JoinSet::new();
    let began = Instant::now();
    for (number, plan) in (0..due).zip(plans.iter().cycle()) {
        let intended = began + Duration::from_secs_f64(number as f64 / often.rate);
        sleep_until(intended.into()).await;
        let Ok(turn) = Arc::clone(&turns).acquire_owned().await else { break };
        many.late.push(nanos(intended.elapsed()));
        let plan = CasePlan { id: format!("{}#{}", plan.id, number + 1), ..plan.clone() };
        let (rules, venue, turns) = (Arc::clone(&rules), Arc::clone(&venue), Arc::clone(&turns));
        let progress = progress.clone();
        running.spawn(async move {
            let (level, told) = (rules.level, progress.clone());
            let (record, lost) = one(plan, rules, venue, (Some(turn), turns), progress).await;
            let record = Arc::new(record);
            // Nobody may be listening.
            let _nobody = told.send(judged(&record, level));
            (record, lost, intended.elapsed())
        });
        while let Some(ended) = running.try_join_next() {
            many.take(ended.ok());
        }
        many.stopped = settings.stop.load(Ordering::Relaxed);
        if many.unreachable || many.stopped {
            break;
        }
    }
    let tail = async {
        while let Some(ended) = running.join_next().await {
            many.take(ended.ok());
        }
    };
    // What has not ended by then is counted as what could not be run.
    let _over = timeout(TAIL, tail).await;
    many.could_not_run += running.len() as u64;
    many.lasted = began.elapsed();
    many.accounts = rules.account.take();
    many
}

impl Many {
    fn take(&mut self, ended: Option<(Arc<CaseRecord>, bool, Duration)>) {
        let Some((record, lost, took)) = ended else {
            self.could_not_run += 1;
            return;
        };
        self.unreachable |= lost;
        self.took.push(nanos(took));
        match record.outcome {
            Outcome::Passed => self.passed += 1,
            Outcome::Failed => self.failed += 1,
            _ => self.could_not_run += 1,
        }
        if record.outcome != Outcome::Passed && self.kept.len() < KEPT {
            self.kept.push(Arc::unwrap_or_clone(record));
        }
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
