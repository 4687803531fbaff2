//! Acknowledgements under way, by ids that only grow: a ring instead of a map, since they come back about in order.

use std::collections::VecDeque;

/// Something that was said and has to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pending {
    pub(super) session: u32,
    pub(super) what: What,
    pub(super) intended: u64,
    pub(super) sent: u64,
    pub(super) phase: u16,
    /// It is a turn of the closed model: after the answer comes a thought, and then the next turn.
    pub(super) closed: bool,
}

/// What was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// A session joins a room.
    Join { room: u32 },
    /// A turn of the flow, in a room; `number` is that of its message.
    Turn { turn: u16, room: u32, number: u32, sends: bool },
}

/// Everything that has to be answered.
#[derive(Debug, Default)]
pub(super) struct Answers {
    first: u64,
    pending: VecDeque<Option<Pending>>,
}

impl Answers {
    /// The id of the next one.
    pub(super) fn next_id(&self) -> u64 {
        self.first + self.pending.len() as u64
    }

    pub(super) fn push(&mut self, pending: Pending) {
        self.pending.push_back(Some(pending));
    }

    /// Takes what an answer is for; none where nothing is, or not by this session.
    pub(super) fn take(&mut self, id: u64, session: u32) -> Option<Pending> {
        let index = usize::try_from(id.checked_sub(self.first)?).ok()?;
        let place = self.pending.get_mut(index)?;
        let found = place.filter(|pending| pending.session == session)?;
        *place = None;
        self.trim();
        Some(found)
    }

    fn trim(&mut self) {
        while matches!(self.pending.front(), Some(None)) {
            self.pending.pop_front();
            self.first += 1;
        }
    }

    /// Takes back what a session that is gone was waiting for, or what has waited since before a time.
    pub(super) fn give_up(&mut self, given_up: impl Fn(&Pending) -> bool, mut lost: impl FnMut(Pending)) {
        for place in &mut self.pending {
            if let Some(pending) = place.as_ref().filter(|pending| given_up(pending)) {
                lost(*pending);
                *place = None;
            }
        }
        self.trim();
    }

    /// Everything that still has to be answered.
    pub(super) fn waiting(&self) -> impl Iterator<Item = &Pending> {
        self.pending.iter().flatten()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending(session: u32) -> Pending {
        Pending {
            session,
            what: What::Join { room: 0 },
            intended: 0,
            sent: u64::from(session),
            phase: 0,
            closed: false,
        }
    }

    #[test]
    fn each_is_answered_once_and_by_its_own_session() {
        let mut answers = Answers::default();
        let ids: Vec<u64> = (0..3)
            .map(|session| {
                let id = answers.next_id();
                answers.push(pending(session));
                id
            })
            .collect();
        assert_eq!(ids, [0, 1, 2]);
        assert_eq!(answers.take(1, 0), None);
        assert_eq!(answers.take(1, 1), Some(pending(1)));
        assert_eq!(answers.take(1, 1), None);
        assert_eq!(answers.take(0, 0), Some(pending(0)));
        assert_eq!((answers.first, answers.pending.len()), (2, 1));
        assert_eq!(answers.take(7, 0), None);
        let mut lost = Vec::new();
        answers.give_up(|pending| pending.sent < 10, |pending| lost.push(pending.session));
        assert_eq!((lost, answers.is_empty(), answers.next_id()), (vec![2], true, 3));
    }
}
