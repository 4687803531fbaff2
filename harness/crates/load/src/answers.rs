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

/// A place in the ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Free,
    Waiting(Pending),
    /// Something else has answered it; the acknowledgement may still come.
    Settled(Pending),
}

/// What an acknowledgement is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    Waiting(Pending),
    /// It has been answered otherwise.
    Settled(Pending),
    Nothing,
}

/// Everything that an acknowledgement has to answer.
#[derive(Debug, Default)]
pub(super) struct Answers {
    first: u64,
    places: VecDeque<Place>,
}

impl Answers {
    /// The id of the next one.
    pub(super) fn next_id(&self) -> u64 {
        self.first + self.places.len() as u64
    }

    pub(super) fn push(&mut self, pending: Pending) {
        self.places.push_back(Place::Waiting(pending));
    }

    /// Takes what an answer is for, if this session has said it.
    pub(super) fn take(&mut self, id: u64, session: u32) -> Taken {
        let Some(place) = self.place(id) else { return Taken::Nothing };
        let taken = match *place {
            Place::Waiting(pending) if pending.session == session => Taken::Waiting(pending),
            Place::Settled(pending) if pending.session == session => Taken::Settled(pending),
            _ => return Taken::Nothing,
        };
        *place = Place::Free;
        self.trim();
        taken
    }

    /// Something else has answered it: its acknowledgement may come, or not.
    pub(super) fn settle(&mut self, id: u64) {
        if let Some(place) = self.place(id)
            && let Place::Waiting(pending) = *place
        {
            *place = Place::Settled(pending);
        }
    }

    fn place(&mut self, id: u64) -> Option<&mut Place> {
        let index = usize::try_from(id.checked_sub(self.first)?).ok()?;
        self.places.get_mut(index)
    }

    fn trim(&mut self) {
        while self.places.front() == Some(&Place::Free) {
            self.places.pop_front();
            self.first += 1;
        }
    }

    /// Takes back what a session that is gone was waiting for, or what has waited since before a time.
    pub(super) fn give_up(&mut self, given_up: impl Fn(&Pending) -> bool, mut lost: impl FnMut(Pending)) {
        for place in &mut self.places {
            match place {
                Place::Waiting(pending) if given_up(pending) => lost(*pending),
                Place::Settled(pending) if given_up(pending) => {}
                _ => continue,
            }
            *place = Place::Free;
        }
        self.trim();
    }

    /// Everything that still has to be answered, with its id.
    pub(super) fn waiting(&self) -> impl Iterator<Item = (u64, Pending)> + '_ {
        let all = self.places.iter().enumerate();
        all.filter_map(|(index, place)| match place {
            Place::Waiting(pending) => Some((self.first + index as u64, *pending)),
            _ => None,
        })
    }

    /// What a session waits for.
    pub(super) fn of(&self, session: u32) -> impl Iterator<Item = (u64, Pending)> + '_ {
        self.waiting().filter(move |(_, pending)| pending.session == session)
    }

    /// Whether this id was given out, and is waited for no longer.
    pub(super) fn was(&self, id: u64) -> bool {
        id < self.next_id()
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
        assert_eq!(answers.take(1, 0), Taken::Nothing);
        assert_eq!(answers.take(1, 1), Taken::Waiting(pending(1)));
        assert_eq!(answers.take(1, 1), Taken::Nothing);
        assert_eq!(answers.take(0, 0), Taken::Waiting(pending(0)));
        assert_eq!((answers.first, answers.places.len()), (2, 1));
        assert_eq!(answers.take(7, 0), Taken::Nothing);
        assert!(answers.was(1) && !answers.was(7));
        let mut lost = Vec::new();
        answers.give_up(|pending| pending.sent < 10, |pending| lost.push(pending.session));
        assert_eq!((lost, answers.waiting().count(), answers.next_id()), (vec![2], 0, 3));
    }

    #[test]
    fn what_an_event_has_answered_is_waited_for_no_more_and_its_ack_is_no_surprise() {
        let mut answers = Answers::default();
        answers.push(pending(0));
        answers.push(pending(1));
        answers.settle(0);
        assert_eq!(answers.waiting().map(|(id, _)| id).collect::<Vec<_>>(), [1]);
        assert_eq!(answers.take(0, 0), Taken::Settled(pending(0)));
        assert_eq!(answers.take(0, 0), Taken::Nothing);
        answers.settle(1);
        let mut lost = 0;
        answers.give_up(|_| true, |_| lost += 1);
        assert_eq!((lost, answers.places.len()), (0, 0), "nobody misses what was answered");
    }
}
