//! When a run ends before its time because nothing can come of it: nobody is let in, or nobody gets into a room.

use std::sync::atomic::Ordering;

use super::answers::What;
use language::phase::{Paced, Phase};

use super::worker::{OPENING, SECOND, Worker};

/// For how long openings may fail while nobody in the whole run has been let in.
const LET_IN: u64 = 5 * SECOND;
/// For how long sessions may come and go while nobody in the whole run has got into a room.
const IN: u64 = 2 * OPENING;
/// For how long joins may be refused while nobody in the whole run has got into a room.
const SEATED: u64 = 2 * SECOND;

impl Worker<'_> {
    /// Why nothing can come of the run any more. It is looked at every second.
    pub(super) fn is_hopeless(&mut self) -> Option<String> {
        let reason = self.lets_nobody_in().or_else(|| self.seats_nobody()).or_else(|| self.keeps_nobody())?;
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

    /// Whoever was let in was thrown out again before they were in a room.
    fn keeps_nobody(&self) -> Option<String> {
        self.let_in_nobody_to_stay(IN)
    }

    /// The same at the end of a ramp, which has waited for everybody.
    pub(super) fn ramped_up_nobody(&mut self, phase: &Phase) -> Option<String> {
        let nobody = phase.lasts.is_none() && phase.rate(Paced::Connect).is_some() && self.conns.up == 0;
        let reason = nobody.then(|| self.let_in_nobody_to_stay(0))??;
        self.shared.stop.store(true, Ordering::Relaxed);
        self.progress.hopeless = true;
        Some(reason)
    }

    fn let_in_nobody_to_stay(&self, after: u64) -> Option<String> {
        let failing = !self.progress.last_loss.is_empty() && !self.shared.seated.load(Ordering::Relaxed);
        let since = self.conns.first_open.filter(|_| failing)?;
        let took = self.now().saturating_sub(since);
        (took > after).then(|| {
            let why = &self.progress.last_loss;
            format!("nobody got into a room within {} s; the last connection ended so: {why}", took / SECOND)
        })
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
