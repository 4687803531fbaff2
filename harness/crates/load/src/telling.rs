//! Typing and receipts of a worker: who is told, who hears it, and who was never told.

use super::found::{Captured, hash, same_id};
use super::notices::{Heard, NoticeKind, Told, Untold};
use super::pattern::Slot;
use super::scan::Scan;
use super::session::Seat;
use super::walk;
use super::worker::Worker;
use results::record::load::Sample;

impl NoticeKind {
    /// What a member has done, in words.
    fn done(self) -> &'static str {
        match self {
            Self::Typing => "types",
            Self::Stopped => "has stopped typing",
            Self::Read => "has read a message",
        }
    }
}

impl Worker<'_> {
    /// Whether a turn suits a member just now: there is something new for them to do it with, and it is known who will hear.
    pub(super) fn suits(&self, turn: usize, room: usize, member: usize) -> bool {
        let (saying, state) = (&self.shared.speech.turns[turn].1, &self.rooms[room]);
        if saying.about_message && !state.newest.awaits(turn as u16, member as u16) {
            return false;
        }
        match (saying.tells, &state.notices) {
            (Some(kind), Some(notices)) => notices.is_certain(kind, member, self.now()),
            _ => true,
        }
    }

    /// A member says something that the others of the room are told.
    pub(super) fn tell_others(&mut self, kind: NoticeKind, room: u32, member: usize, now: u64) {
        let state = &mut self.rooms[room as usize];
        let Some(notices) = &mut state.notices else { return };
        let message = if kind == NoticeKind::Read { hash(&state.newest.id) } else { 0 };
        let others = (0..state.users.len()).filter(|other| state.ledger.joined(*other));
        let counts = &mut self.metrics.tally.ledger.notices;
        match notices.tell(kind, member, message, now, others) {
            Told::Others(expected) => counts.expected += expected,
            Told::Nobody => counts.coalesced += u64::from(kind == NoticeKind::Typing),
            Told::Unsure(excused) => {
                counts.unsure += 1;
                counts.expected -= excused;
                counts.excused += excused;
            }
        }
    }

    /// The server has refused what a member said at this time: nobody is told.
    pub(super) fn untell(&mut self, session: u32, room: u32, sent: u64) {
        let now = self.now();
        let seat = self.conns.sessions[session as usize].seat(room);
        let state = &mut self.rooms[room as usize];
        if let (Some(seat), Some(notices)) = (seat, &mut state.notices) {
            let excused = notices.refuse(usize::from(seat.member), sent, now);
            self.metrics.tally.ledger.notices.expected -= excused;
        }
    }

    /// A member is in a room, and hears from now on.
    pub(super) fn takes_seat(&mut self, seat: Seat) {
        let now = self.now();
        let state = &mut self.rooms[seat.room as usize];
        state.ledger.join(usize::from(seat.member));
        if let Some(notices) = &mut state.notices {
            notices.join(usize::from(seat.member), now);
        }
    }

    /// A member is out of a room: what was under way to them may come or not.
    pub(super) fn leave(&mut self, seat: Seat) {
        let now = self.now();
        let state = &mut self.rooms[seat.room as usize];
        let joined = state.ledger.joined(usize::from(seat.member));
        let excused = state.ledger.leave(usize::from(seat.member));
        self.metrics.tally.ledger.expected -= excused;
        self.metrics.tally.ledger.excused += excused;
        if let (true, Some(notices)) = (joined, &mut state.notices) {
            let excused = notices.leave(usize::from(seat.member), now);
            self.metrics.tally.ledger.notices.expected -= excused;
            self.metrics.tally.ledger.notices.excused += excused;
        }
    }

    /// Which change that is counted an event tells of.
    pub(super) fn counted(&self, event: usize, scan: Scan<'_>, behind: usize) -> Option<NoticeKind> {
        let fits = |pattern| walk::event(pattern, scan, behind, &[]).is_some();
        let mut all = self.shared.speech.counted.all.iter();
        all.find(|one| one.event == event && fits(&one.pattern)).map(|one| one.kind)
    }

    /// Somebody hears what another has done.
    pub(super) fn noticed(
        &mut self,
        session: u32,
        (kind, event): (NoticeKind, usize),
        found: &Captured<'_, '_>,
        json: &[u8],
        now: u64,
    ) {
        let id = |slot| found.get(slot).unwrap_or_default();
        let name = self.shared.speech.events[event].documented.clone();
        let (user, room) = (self.user_name(session), id(Slot::Room));
        let mut seats = self.conns.sessions[session as usize].seats.iter().copied();
        let Some(seat) = seats.find(|seat| same_id(room, &self.rooms[seat.room as usize].id)) else {
            self.metrics.tally.ledger.notices.leaked += 1;
            return self.sample(
                "leaked",
                now,
                format!("{user} received {name} of a room they are not in"),
                json,
            );
        };
        let state = &mut self.rooms[seat.room as usize];
        let users = &self.shared.users;
        let Some(about) = state.users.iter().position(|user| users.is(*user, id(Slot::Me))) else {
            return self.wrong(
                session,
                None,
                &format!("{name} of somebody who is not in the room"),
                json,
                now,
            );
        };
        let Some(notices) = &mut state.notices else { return };
        let message = if kind == NoticeKind::Read { hash(id(Slot::Message)) } else { 0 };
        let heard = notices.hear(kind, usize::from(seat.member), about, message, now);
        let counts = &mut self.metrics.tally.ledger.notices;
        let (sample, how) = match heard {
            Heard::Awaited => {
                counts.received += 1;
                return;
            }
            Heard::Excused => {
                counts.excused += 1;
                return;
            }
            Heard::Again => {
                counts.duplicated += 1;
                ("duplicated", "once more than was said")
            }
            Heard::NotForHim => {
                counts.leaked += 1;
                ("leaked", "about themselves, which is for the others")
            }
        };
        let room = self.rooms[seat.room as usize].name(self.first_room, seat.room as usize);
        self.sample(sample, now, format!("{user} received {name} in {room} {how}"), json);
    }

    /// Gives up what others should have been told before this time.
    pub(super) fn give_up_notices(&mut self, before: u64) {
        let now = self.now();
        for room in 0..self.rooms.len() {
            let mut untold = Vec::new();
            if let Some(notices) = &mut self.rooms[room].notices {
                notices.give_up(before, now, |one| untold.push(one));
            }
            for one in untold {
                self.never_told(room, one);
            }
        }
    }

    fn never_told(&mut self, room: usize, one: Untold) {
        let counts = &mut self.metrics.tally.ledger.notices;
        if one.early {
            counts.expected -= 1;
            counts.excused += 1;
            return;
        }
        counts.lost += 1;
        let (state, users, first) = (&self.rooms[room], &self.shared.users, self.first_room);
        self.metrics.tally.sample("lost", || Sample {
            kind: "lost".to_owned(),
            at_ms: one.sent / 1_000_000,
            message: format!(
                "{} was not told in {} that {} {}",
                state.member(users, usize::from(one.member)),
                state.name(first, room),
                state.member(users, usize::from(one.about)),
                one.kind.done(),
            ),
            received: None,
            differences: Vec::new(),
        });
    }
}
