//! Answers that come as events: which of the things that a session has said an event answers, and what is taken for an
//! answer where a contract allows none.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::atomic::Ordering;

use super::answers::{Pending, What};
use super::found::Captured;
use super::pattern::Slot;
use super::speech::Saying;
use super::words::read_mark;
use super::worker::{SECOND, Timer, Worker};

/// After this time a join that may be left without an answer has come to pass, where no join of the run was ever answered.
const SILENCE: u64 = SECOND / 2;
/// Within this time the event of a refusal belongs to the acknowledgement that has refused already.
const TWIN: u64 = SECOND;

/// Something that was said and that an event may answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Open {
    pending: Pending,
    /// The id of its acknowledgement, where one was asked for.
    id: Option<u64>,
    /// The acknowledgement has come: the event may follow.
    answered: bool,
}

/// What each session has said that an event may answer, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Awaiting {
    by_session: HashMap<u32, Vec<Open>>,
    /// When an acknowledgement has refused something, by session.
    refusals: HashMap<u32, u64>,
}

impl Awaiting {
    pub(super) fn push(&mut self, pending: Pending, id: Option<u64>) {
        self.by_session.entry(pending.session).or_default().push(Open { pending, id, answered: false });
    }

    /// Everything that still has to be answered, and by an event alone.
    pub(super) fn waiting(&self) -> impl Iterator<Item = &Pending> {
        let all = self.by_session.values().flatten();
        all.filter(|open| open.id.is_none() && !open.answered).map(|open| &open.pending)
    }

    /// The acknowledgement has come first.
    fn acknowledged(&mut self, session: u32, id: u64, refused: bool) {
        let Some(all) = self.by_session.get_mut(&session) else { return };
        if refused {
            self.forget(session, |open| open.id == Some(id));
        } else if let Some(open) = all.iter_mut().find(|open| open.id == Some(id)) {
            open.answered = true;
        }
    }

    /// Takes the oldest of a session that fits.
    fn take(&mut self, session: u32, fits: impl Fn(&Open) -> bool) -> Option<Open> {
        let all = self.by_session.get_mut(&session)?;
        let index = all.iter().position(fits)?;
        let open = all.remove(index);
        if all.is_empty() {
            self.by_session.remove(&session);
        }
        Some(open)
    }

    fn forget(&mut self, session: u32, of: impl Fn(&Open) -> bool) {
        if let Some(all) = self.by_session.get_mut(&session) {
            all.retain(|open| !of(open));
            if all.is_empty() {
                self.by_session.remove(&session);
            }
        }
    }

    /// Takes back what has waited since before a time; `lost` is told of what no acknowledgement was to answer.
    pub(super) fn give_up(&mut self, before: u64, mut lost: impl FnMut(Pending)) {
        self.by_session.retain(|_, all| {
            all.retain(|open| {
                let given_up = open.pending.sent < before;
                if given_up && open.id.is_none() && !open.answered {
                    lost(open.pending);
                }
                !given_up
            });
            !all.is_empty()
        });
        self.refusals.retain(|_, at| *at >= before);
    }

    /// Takes back what a session that is gone was waiting for.
    pub(super) fn close(&mut self, session: u32, mut lost: impl FnMut(Pending)) {
        self.refusals.remove(&session);
        for open in self.by_session.remove(&session).unwrap_or_default() {
            if open.id.is_none() && !open.answered {
                lost(open.pending);
            }
        }
    }
}

impl Worker<'_> {
    /// Something was said that has to be answered: by an acknowledgement with this id, an event, or either.
    pub(super) fn expect_answer(&mut self, pending: Pending, id: Option<u64>) {
        let saying = self.said(pending.what);
        let (by_event, may_be_silent) = (!saying.answers.is_empty(), saying.may_be_silent);
        if by_event {
            self.awaiting.push(pending, id);
        }
        if matches!(pending.what, What::Join { .. }) && may_be_silent {
            self.timers.push(Reverse((pending.sent + SILENCE, Timer::Silence(pending.session))));
            if !by_event && id.is_none() {
                self.awaiting.push(pending, None);
            }
        }
    }

    /// What was said.
    pub(super) fn said(&self, what: What) -> &Saying {
        self.shared.speech.said(what)
    }

    /// An acknowledgement has answered with yes or with no: an event may say the same again.
    pub(super) fn acknowledged(&mut self, pending: &Pending, id: u64, refused: bool) {
        self.awaiting.acknowledged(pending.session, id, refused);
        if refused && self.said(pending.what).refused_twice {
            self.awaiting.refusals.insert(pending.session, self.shared.now());
        }
    }

    /// An event that may answer what its hearer has said. Whether it does, or is one answer too many.
    pub(super) fn answers(
        &mut self,
        index: usize,
        session: u32,
        found: &Captured<'_, '_>,
        json: &[u8],
        now: u64,
    ) -> bool {
        let shared = self.shared;
        let event = &shared.speech.events[index];
        if !event.answers {
            return false;
        }
        let (rooms, first_room) = (&self.rooms, self.first_room);
        let about_me = found
            .get(Slot::Me)
            .is_none_or(|id| shared.users.is(self.conns.sessions[session as usize].user as usize, id));
        // What others hear, too, answers only whom it is about.
        if event.overheard && !about_me {
            return false;
        }
        let fits = |open: &Open| {
            if !shared.speech.said(open.pending.what).answers.contains(&index) {
                return false;
            }
            let (What::Join { room } | What::Turn { room, .. }) = open.pending.what;
            match (found.get(Slot::Text).and_then(read_mark), open.pending.what) {
                (Some(mark), What::Turn { number, sends: true, .. }) => {
                    mark.room == first_room + room && mark.number == number
                }
                _ => found.is_of(&rooms[room as usize].id),
            }
        };
        match self.awaiting.take(session, fits) {
            None if event.overheard => return false,
            None => {
                let what = format!(
                    "{}, which answers nothing: nobody waits for it, or it was answered before",
                    event.documented
                );
                self.wrong(session, None, &what, json, now);
            }
            // The same answer in its other form.
            Some(open) if open.answered => self.metrics.tally.ledger.other_events += 1,
            Some(open) => {
                self.settle(open.id);
                if !self.belongs(&open.pending, found) {
                    self.wrong(session, None, "an answer of another message, room or user", json, now);
                }
                self.answered(open.pending, now);
            }
        }
        true
    }

    /// An event has answered what an acknowledgement was asked for.
    fn settle(&mut self, id: Option<u64>) {
        if let Some(id) = id {
            self.answers.settle(id);
        }
    }

    /// An event that says that something was refused: the oldest of what its hearer waits for, since it does not say what.
    pub(super) fn refused_by_event(&mut self, index: usize, session: u32, json: &[u8], now: u64) {
        if self.awaiting.refusals.remove(&session).is_some_and(|at| now < at + TWIN) {
            self.metrics.tally.ledger.other_events += 1;
            return;
        }
        let by_ack = self.answers.of(session).next();
        let by_event =
            self.awaiting.waiting().filter(|one| one.session == session).min_by_key(|one| one.sent);
        let oldest = match (by_ack, by_event) {
            (Some((id, ack)), Some(event)) if ack.sent <= event.sent => Some((Some(id), ack)),
            (_, Some(event)) => Some((None, *event)),
            (ack, None) => ack.map(|(id, pending)| (Some(id), pending)),
        };
        let Some((id, pending)) = oldest else {
            self.metrics.tally.ledger.refused += 1;
            self.stray(session, json.len(), now);
            let name = self.shared.speech.events[index].documented.clone();
            return self.sample("refused", now, format!("the server refused something: {name}"), json);
        };
        self.settle(id);
        self.awaiting.forget(session, |open| open.pending == pending);
        self.refused(pending, json);
    }

    /// Joins of a session that may go without an answer, and have had the time for one.
    pub(super) fn silence(&mut self, session: u32) {
        if self.shared.answers_joins.load(Ordering::Relaxed) {
            return;
        }
        let until = self.now().saturating_sub(SILENCE);
        let due = |pending: &Pending| {
            pending.session == session && pending.sent <= until && matches!(pending.what, What::Join { .. })
        };
        let ids: Vec<(u64, Pending)> = self.answers.of(session).filter(|(_, pending)| due(pending)).collect();
        let bare: Vec<Pending> = self.awaiting.waiting().copied().filter(due).collect();
        for (id, _) in &ids {
            self.answers.settle(*id);
            self.awaiting.acknowledged(session, *id, false);
        }
        self.awaiting.forget(session, |open| bare.contains(&open.pending));
        for pending in ids.into_iter().map(|(_, pending)| pending).chain(bare) {
            let What::Join { room } = pending.what else { continue };
            self.joined(session, room);
        }
    }
}
