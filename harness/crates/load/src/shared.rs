//! What all workers of a run share: the compiled contract, the users, and how far each worker is.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedSender;

use super::RestBy;
use super::speech::Speech;
use super::tally::Moment;
use super::template::Users;
use super::words::Check;
use language::contract::Contract;
use language::load::Load;
use language::phase::Phase;
use language::target::TokenSource;

/// What all workers of a run share.
pub(super) struct Shared {
    pub(super) load: Load,
    pub(super) contract: Arc<Contract>,
    pub(super) speech: Speech,
    pub(super) users: Users,
    pub(super) token: TokenSource,
    /// Tokens that were made before, where they come from a command.
    pub(super) tokens: Vec<String>,
    pub(super) token_life: Duration,
    pub(super) address: SocketAddr,
    pub(super) host: String,
    pub(super) path: String,
    pub(super) began: Instant,
    /// Tells the texts of this run from those of others.
    pub(super) run: u16,
    /// Which messages are compared whole.
    pub(super) check: Check,
    pub(super) seed: u64,
    pub(super) workers: usize,
    /// How many sessions there are.
    pub(super) sockets: usize,
    /// Who makes the REST calls of closed phases.
    pub(super) rest: RestBy,
    /// Ends the run early.
    pub(super) stop: AtomicBool,
    /// Some session of the run has been in its namespace.
    pub(super) entered: AtomicBool,
    /// Some join of the run was answered.
    pub(super) answers_joins: AtomicBool,
    /// Somebody in the run has got into a room.
    pub(super) seated: AtomicBool,
    /// How many workers are through with each phase.
    pub(super) through: Vec<AtomicUsize>,
    /// Who is told of every second.
    pub(super) watch: Option<UnboundedSender<Moment>>,
}

impl Shared {
    /// Nanoseconds since the run began.
    pub(super) fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// Whether all workers are through with a phase.
    pub(super) fn is_through(&self, phase: usize) -> bool {
        self.through[phase].load(Ordering::Relaxed) >= self.workers
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// How many users of one worker take turns in a closed model, where the workers let them.
    pub(super) fn own_users(&self, phase: &Phase) -> Option<usize> {
        phase.users.filter(|_| self.rest == RestBy::Own).map(|users| users.div_ceil(self.workers))
    }
}
