//! When a run ends before its time because nothing can come of it: nobody is let in, or nobody gets into a room.

use std::sync::atomic::Ordering;

use super::answers::What;
use super::worker::{SECOND, Worker};

/// For how long openings may fail while nobody in the whole run has been let in.
const LET_IN: u64 = 5 * SECOND;
/// For how long joins may be refused while nobody in the whole run has got into a room.
const SEATED: u64 = 2 * SECOND;

impl Worker<'_> {
    /// Why nothing can come of the run any more. It is looked at every second.
    pub(super) fn is_hopeless(&mut self) -> Option<String> {
        let reason = self.lets_nobody_in().or_else(|| self.seats_nobody())?;
        self.shared.stop.store(true, Ordering::Relaxed);
        self.progress.hopeless = true;
        Some(reason)
    }

    fn lets_nobody_in(&self) -> Option<String> {
        let failing =
            self.metrics.tally.ledger.connect_errors > 0 && !self.shared.entered.load(Ordering::Relaxed);
        let since = self.conns.first_open.filter(|_| failing)?;
        let took = self.now().saturating_sub(since);
        (took > LET_IN).then(|| format!("nobody was let in within {} s", took / SECOND))
    }

    /// Every join so far was refused or given up, or the first was never answered at all.
    fn seats_nobody(&self) -> Option<String> {
        let failing = self.metrics.tally.ledger.not_joined > 0 && !self.shared.seated.load(Ordering::Relaxed);
        let since = self.progress.first_join.filter(|_| failing)?;
        let took = self.now().saturating_sub(since);
        let unanswered = took > super::worker::GIVE_UP.as_nanos() as u64;
        let waiting = || {
            let by_ack = self.answers.waiting().map(|(_, pending)| pending);
            let mut pending = by_ack.chain(self.awaiting.waiting().copied());
            pending.any(|pending| matches!(pending.what, What::Join { .. }))
        };
        (unanswered || took > SEATED && !waiting())
            .then(|| format!("nobody got into a room within {} s", took / SECOND))
    }
}
