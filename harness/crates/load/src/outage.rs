//! When a server ends sessions that were not asked to end: how long until they are back, and what befell meanwhile. Pure:
//! times and counts are given.

use results::record::load::{Ledger, Outage};

/// How many are told of one by one.
const KEPT: usize = 20;

/// What a worker knows of them.
#[derive(Debug, Default)]
pub(super) struct Outages {
    over: Vec<Span>,
    now: Option<Current>,
}

/// An outage of one worker's sessions, in nanoseconds after the run began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    began: u64,
    /// None where it is not over.
    ended: Option<u64>,
    sessions: u64,
    unanswered: u64,
    excused: u64,
}

#[derive(Debug, Clone, Copy)]
struct Current {
    began: u64,
    sessions: u64,
    away: u64,
    unanswered: u64,
    excused: u64,
}

fn excused(ledger: &Ledger) -> u64 {
    ledger.excused + ledger.notices.excused
}

impl Outages {
    /// A session is gone; the ledger as it was before.
    pub(super) fn lost(&mut self, now: u64, ledger: &Ledger) {
        let current = self.now.get_or_insert(Current {
            began: now,
            sessions: 0,
            away: 0,
            unanswered: ledger.unanswered,
            excused: excused(ledger),
        });
        current.sessions += 1;
        current.away += 1;
    }

    /// A session is back in all its rooms.
    pub(super) fn back(&mut self, now: u64, ledger: &Ledger) {
        let Some(current) = &mut self.now else { return };
        current.away -= 1;
        if current.away == 0 {
            self.end(Some(now), ledger);
        }
    }

    fn end(&mut self, ended: Option<u64>, ledger: &Ledger) {
        let Some(Current { began, sessions, unanswered, excused: before, .. }) = self.now.take() else {
            return;
        };
        let unanswered = ledger.unanswered.saturating_sub(unanswered);
        let excused = excused(ledger).saturating_sub(before);
        self.over.push(Span { began, ended, sessions, unanswered, excused });
    }

    /// All of them; what is not over at the end of the run stays open.
    pub(super) fn finish(mut self, ledger: &Ledger) -> Vec<Span> {
        self.end(None, ledger);
        self.over
    }
}

/// Puts together what workers have seen of the same outage.
pub(super) fn merged(mut spans: Vec<Span>) -> Vec<Outage> {
    spans.sort_by_key(|span| span.began);
    let mut all: Vec<Span> = Vec::new();
    for span in spans {
        match all.last_mut().filter(|last| last.ended.is_none_or(|ended| span.began <= ended)) {
            Some(last) => {
                last.ended = last.ended.zip(span.ended).map(|(one, two)| one.max(two));
                last.sessions += span.sessions;
                last.unanswered += span.unanswered;
                last.excused += span.excused;
            }
            None => all.push(span),
        }
    }
    let told = all.into_iter().take(KEPT).map(|span| Outage {
        began_ms: span.began / 1_000_000,
        recovery_ms: span.ended.map(|ended| (ended - span.began) / 1_000_000),
        sessions: span.sessions,
        unanswered: span.unanswered,
        excused: span.excused,
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000_000;

    #[test]
    fn it_is_over_when_all_are_back() {
        let mut outages = Outages::default();
        let mut ledger = Ledger { unanswered: 3, excused: 1, ..Ledger::default() };
        outages.lost(100 * MS, &ledger);
        outages.lost(101 * MS, &ledger);
        (ledger.unanswered, ledger.excused) = (10, 5);
        outages.back(900 * MS, &ledger);
        outages.back(1_300 * MS, &ledger);
        outages.lost(2_000 * MS, &ledger);
        let all = merged(outages.finish(&ledger));
        let first =
            Outage { began_ms: 100, recovery_ms: Some(1_200), sessions: 2, unanswered: 7, excused: 4 };
        let second = Outage { began_ms: 2_000, recovery_ms: None, sessions: 1, ..Outage::default() };
        assert_eq!(all, [first, second]);
    }

    #[test]
    fn what_two_workers_have_seen_at_the_same_time_is_one() {
        let span = |began: u64, ended: Option<u64>| Span {
            began: began * MS,
            ended: ended.map(|ended| ended * MS),
            sessions: 5,
            unanswered: 1,
            excused: 2,
        };
        let all = merged(vec![
            span(110, Some(900)),
            span(100, Some(700)),
            span(5_000, Some(6_000)),
            span(5_500, None),
        ]);
        let told: Vec<_> = all.iter().map(|one| (one.began_ms, one.recovery_ms, one.sessions)).collect();
        assert_eq!(told, [(100, Some(800), 10), (5_000, None, 10)]);
    }
}
