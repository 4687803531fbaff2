//! What all workers of a run share: the compiled contract, the users, and how far each worker is.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedSender;

use super::RestBy;
use super::line::Node;
use super::speech::{Posting, Speech};
use super::tally::Moment;
use super::template::Users;
use super::words::Check;
use language::contract::Contract;
use language::level::Level;
use language::load::Load;
use language::phase::Phase;
use language::target::TokenSource;
use model::check::times::{Ahead, Now};
use wire::client::Reach;

/// What all workers of a run share.
pub(super) struct Shared {
    pub(super) load: Load,
    /// The lowest level of finding that fails a run.
    pub(super) level: Level,
    pub(super) contract: Arc<Contract>,
    pub(super) speech: Speech,
    pub(super) users: Users,
    pub(super) token: TokenSource,
    /// Tokens that were made before, where they come from a command.
    pub(super) tokens: Vec<String>,
    /// What users have got by logging in, as a header has it; empty where nobody does.
    pub(super) cookies: Vec<String>,
    /// What no record may hold.
    pub(super) secrets: Vec<String>,
    pub(super) token_life: Duration,
    /// The nodes of the server; users take them in turn.
    pub(super) nodes: Vec<Node>,
    pub(super) reach: Reach,
    pub(super) began: Instant,
    /// That moment in milliseconds since 1970.
    pub(super) began_ms: i64,
    /// How far the clock of the server is ahead of ours.
    pub(super) ahead: Ahead,
    /// The call that reads the history of a room.
    pub(super) history: Option<Posting>,
    /// Some turn reads messages.
    pub(super) reads: bool,
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

    /// Through which node a user comes.
    pub(super) fn node_of(&self, user: usize) -> &Node {
        &self.nodes[user % self.nodes.len()]
    }

    /// What time it is at a moment of the run.
    pub(super) fn clock(&self, now: u64) -> Now {
        let passed = i64::try_from(now / 1_000_000).unwrap_or(i64::MAX / 2);
        Now { now: self.began_ms + passed, ahead: self.ahead }
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
