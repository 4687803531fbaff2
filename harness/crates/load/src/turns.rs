//! Turns: who says what, and what becomes of the answer.

use std::cmp::Reverse;
use std::sync::atomic::Ordering;

use super::answers::{Pending, What};
use super::frame;
use super::posting::{Job, Posted};
use super::session::{Seat, Stage};
use super::speech::{Brought, Saying, Way};
use super::template::Filling;
use super::words::Mark;
use super::worker::{Timer, Worker};
use results::record::load::Sample;

/// How long a member who cannot speak just now waits at the least, in nanoseconds: they must not keep a core busy.
const ABSENCE: u64 = 1_000_000;

impl Worker<'_> {
    /// Somebody takes a turn that was due: whom it suits, if that can be found.
    pub(super) fn turn(&mut self, due: u64) {
        let mut turn = self.choose();
        let found = self.somebody(|worker, room, member| worker.suits(turn, room, member)).or_else(|| {
            turn = self.instead_of(turn);
            self.somebody(|_, _, _| true)
        });
        match found {
            Some((session, room)) => self.speak(turn, session, room, due, false),
            // The turn was due, and the server has left nobody to take it: that is no reason to forget it.
            None => self.nobody(due),
        }
    }

    /// A member who may speak, and their room.
    fn somebody(&mut self, suits: impl Fn(&Self, usize, usize) -> bool) -> Option<(u32, u32)> {
        for _ in 0..32 {
            let room = self.rng.usize(..self.rooms.len());
            let member = self.rng.usize(..self.rooms[room].sessions.len());
            let session = self.rooms[room].sessions[member];
            if self.may_speak(session, room, member) && suits(self, room, member) {
                return Some((session, room as u32));
            }
        }
        None
    }

    /// A member of the closed model takes their next turn.
    pub(super) fn turn_of(&mut self, session: u32, due: u64) {
        match self.some_seat(session) {
            Some(seat) => {
                let turn = self.choose_for(seat);
                self.speak(turn, session, seat.room, due, true);
            }
            None => self.think(session, ABSENCE),
        }
    }

    /// A turn that suits a member.
    fn choose_for(&mut self, seat: Seat) -> usize {
        let turn = self.choose();
        let suits = self.suits(turn, seat.room as usize, usize::from(seat.member));
        if suits { turn } else { self.instead_of(turn) }
    }

    /// What is done where a turn suits nobody: the same, but for one about a message, since there is no new one.
    fn instead_of(&mut self, turn: usize) -> usize {
        if !self.shared.speech.turns[turn].1.about_message {
            return turn;
        }
        self.metrics.tally.ledger.replaced += 1;
        self.choose_among(|saying| !saying.about_message)
    }

    /// A user of goose asks for their next turn, and makes the call themselves.
    #[cfg(feature = "goose")]
    pub(super) fn asked(&mut self, asked: super::goose::Asked) {
        // Whoever gets no turn learns it from the end of their channel.
        let over = asked.phase != self.progress.phase
            || self.metrics.tally.phases[usize::from(self.progress.phase)].ended > 0;
        let Some(seat) = (!over).then(|| self.some_seat(asked.session)).flatten() else { return };
        let turn = self.choose_for(seat);
        let pending = self.begin(turn, asked.session, seat.room, asked.at, true);
        if let (Some(job), Some(postman)) = (self.job(pending), &mut self.help.postman)
            && postman.hand(job, asked.turn).is_err()
        {
            self.unanswered(pending, "its user had gone");
        }
    }

    /// One of the seats of a session, if it may speak there.
    fn some_seat(&mut self, session: u32) -> Option<Seat> {
        let seats = &self.conns.sessions[session as usize].seats;
        let seat = seats[self.rng.usize(..seats.len())];
        self.may_speak(session, seat.room as usize, usize::from(seat.member)).then_some(seat)
    }

    fn may_speak(&self, session: u32, room: usize, member: usize) -> bool {
        let state = &self.conns.sessions[session as usize];
        state.stage == Stage::Up && !state.stalled && self.rooms[room].ledger.joined(member)
    }

    fn nobody(&mut self, due: u64) {
        self.metrics.tally.ledger.unanswered += 1;
        self.metrics.tally.sample("unanswered", || Sample {
            kind: "unanswered".to_owned(),
            at_ms: due / 1_000_000,
            message: "a turn was due and no member was in a room to take it".to_owned(),
            received: None,
            differences: Vec::new(),
        });
    }

    /// After a thought, which takes so many nanoseconds at the least, the next turn.
    fn think(&mut self, session: u32, least: u64) {
        let phase = &self.shared.load.phases[usize::from(self.progress.phase)];
        if self.shared.own_users(phase).is_some() {
            let next = self.now() + (phase.think.as_nanos() as u64).max(least);
            self.timers.push(Reverse((next, Timer::Turn(session))));
        }
    }

    /// What was begun in the closed model of this phase goes on.
    fn think_on(&mut self, pending: &Pending) {
        if pending.closed && pending.phase == self.progress.phase {
            self.think(pending.session, 0);
        }
    }

    fn speak(&mut self, turn: usize, session: u32, room: u32, due: u64, closed: bool) {
        let pending = self.begin(turn, session, room, due, closed);
        self.say(pending);
    }

    /// Enters what is said before it is.
    fn begin(&mut self, turn: usize, session: u32, room: u32, due: u64, closed: bool) -> Pending {
        let now = self.now();
        let saying = &self.shared.speech.turns[turn].1;
        let (brought, tells, about_message) = (saying.sends, saying.tells, saying.about_message);
        let member =
            self.conns.sessions[session as usize].seat(room).map_or(0, |seat| usize::from(seat.member));
        // In a closed model nobody waits but the one who thinks: the intended time is now.
        let intended = if closed { now } else { due };
        let mut number = 0;
        if let Some(Brought { echo, .. }) = brought {
            let state = &mut self.rooms[room as usize];
            number = state.ledger.send(member, echo, intended, now, self.progress.phase);
            if let Some(message) = state.ledger.message(number) {
                message.turn = turn as u16;
                self.metrics.tally.ledger.expected += u64::from(message.awaited());
            }
            self.metrics.tally.ledger.sent += 1;
            let sender = self.conns.sessions[session as usize].user as usize;
            self.write_text(turn, room, number, sender);
        }
        if let Some(kind) = tells {
            self.tell_others(kind, room, member, now);
        }
        if about_message {
            self.rooms[room as usize].newest.take(turn as u16, member as u16);
            let speaker = self.conns.sessions[session as usize].user as usize;
            self.shared.speech.turns[turn].1.words.write_bare(&mut self.scratch.text, speaker);
        }
        let phase = &mut self.metrics.tally.phases[usize::from(self.progress.phase)];
        phase.sent += 1;
        phase.lateness.record(now.saturating_sub(due));
        let what = What::Turn { turn: turn as u16, room, number, sends: brought.is_some() };
        Pending { session, what, intended, sent: now, phase: self.progress.phase, closed }
    }

    fn say(&mut self, mut pending: Pending) {
        let What::Turn { turn, room, .. } = pending.what else { return };
        let (session, turn) = (pending.session, usize::from(turn));
        let saying = &self.shared.speech.turns[turn].1;
        match &saying.way {
            Way::Emit { ack, .. } => {
                let ack = *ack;
                // Nobody waits for an answer that need not come.
                if pending.closed && saying.may_be_silent {
                    pending.closed = false;
                    self.think(session, ABSENCE);
                }
                let id = ack.then(|| self.answers.next_id());
                if ack {
                    self.answers.push(pending);
                }
                self.expect_answer(pending, id);
                self.emit(session, Some(turn), room, id);
            }
            Way::Rest(_) => self.post(pending),
            Way::Nothing => {}
        }
    }

    /// Makes the text of a message, at its sender's and again where it is heard.
    pub(super) fn write_text(&mut self, turn: usize, room: u32, number: u32, sender: usize) {
        let mark = Mark { run: self.shared.run, room: self.first_room + room, number };
        self.shared.speech.turns[turn].1.words.write(&mut self.scratch.text, mark, sender);
    }

    /// A turn of the flow, by weight.
    fn choose(&mut self) -> usize {
        if self.shared.speech.turns.len() == 1 {
            return 0;
        }
        self.choose_among(|_| true)
    }

    fn choose_among(&mut self, of: impl Fn(&Saying) -> bool) -> usize {
        let shared = self.shared;
        let among = || shared.speech.turns.iter().enumerate().filter(|(_, (_, saying))| of(saying));
        let whole: u32 = among().map(|(_, (turn, _))| turn.weight).sum();
        let mut at = self.rng.u32(..whole.max(1));
        among()
            .find(|(_, (turn, _))| {
                let here = at < turn.weight;
                at = at.saturating_sub(turn.weight);
                here
            })
            .map_or(0, |(index, _)| index)
    }

    /// Emits a turn of the flow, or a join.
    pub(super) fn emit(&mut self, session: u32, turn: Option<usize>, room: u32, id: Option<u64>) {
        use std::io::Write as _;
        let mut out = std::mem::take(&mut self.scratch.out);
        out.clear();
        let shared = self.shared;
        let saying: &Saying = turn.map_or(&shared.speech.join, |turn| &shared.speech.turns[turn].1);
        if let Way::Emit { event, data, .. } = &saying.way {
            let state = &self.rooms[room as usize];
            let filling = Filling {
                room: &state.id,
                me: self.conns.sessions[session as usize].user as usize,
                members: &state.users,
                message: &state.newest.id,
                text: &self.scratch.text,
                token: b"",
                users: &shared.users,
            };
            let mask = self.help.courier.is_none().then(|| self.rng.u32(..));
            frame::packet(&mut out, mask, |out| {
                out.extend_from_slice(b"42");
                out.extend_from_slice(shared.speech.namespace.as_bytes());
                // Writing to a vector cannot fail.
                let _written = id.map(|id| write!(out, "{id}"));
                let _written = write!(out, "[\"{event}\"");
                if let Some(data) = data {
                    out.push(b',');
                    data.write(&filling, out);
                }
                out.push(b']');
            });
        }
        self.send(session, &out);
        self.scratch.out = out;
    }

    /// A turn has been answered with yes.
    pub(super) fn answered(&mut self, pending: Pending, now: u64) {
        let What::Turn { room, number, sends, .. } = pending.what else {
            if let What::Join { room } = pending.what {
                self.shared.answers_joins.store(true, Ordering::Relaxed);
                self.joined(pending.session, room);
            }
            return;
        };
        self.metrics.tally.ledger.answered += 1;
        let phase = &mut self.metrics.tally.phases[usize::from(pending.phase)];
        phase.ack.record(now.saturating_sub(pending.intended));
        phase.service.record(now.saturating_sub(pending.sent));
        if sends {
            self.rooms[room as usize].last_acked = Some(number);
            self.rooms[room as usize].ledger.answered(number);
            self.look_for(room, number, pending.session, now);
        }
        self.think_on(&pending);
    }

    /// A turn has been answered with no.
    pub(super) fn refused(&mut self, pending: Pending, received: &[u8]) {
        self.metrics.tally.ledger.refused += 1;
        let name = match pending.what {
            What::Turn { turn, room, number, sends } => {
                if sends {
                    let expected =
                        self.rooms[room as usize].ledger.message(number).map_or(0, |m| m.awaited());
                    self.metrics.tally.ledger.expected -= u64::from(expected);
                    self.rooms[room as usize].ledger.refuse(number);
                }
                self.untell(pending.session, room, pending.sent);
                self.shared.speech.turns[usize::from(turn)].1.name.clone()
            }
            What::Join { .. } => {
                self.metrics.tally.ledger.not_joined += 1;
                "join".to_owned()
            }
        };
        let received = super::flood::shown(received);
        self.metrics.tally.sample("refused", || Sample {
            kind: "refused".to_owned(),
            at_ms: pending.sent / 1_000_000,
            message: format!("the server refused `{name}`"),
            received: Some(received),
            differences: Vec::new(),
        });
        self.think_on(&pending);
    }

    /// A turn was not answered.
    pub(super) fn unanswered(&mut self, pending: Pending, why: &str) {
        let name = match pending.what {
            What::Turn { turn, .. } => {
                let saying = &self.shared.speech.turns[usize::from(turn)].1;
                if saying.may_be_silent {
                    return self.think_on(&pending);
                }
                saying.name.clone()
            }
            What::Join { .. } => {
                self.metrics.tally.ledger.not_joined += 1;
                "join".to_owned()
            }
        };
        self.metrics.tally.ledger.unanswered += 1;
        let why = why.to_owned();
        self.metrics.tally.sample("unanswered", || Sample {
            kind: "unanswered".to_owned(),
            at_ms: pending.sent / 1_000_000,
            message: format!("`{name}` was not answered: {why}"),
            received: None,
            differences: Vec::new(),
        });
        self.think_on(&pending);
    }

    /// Hands a REST call to those who make them.
    pub(super) fn post(&mut self, pending: Pending) {
        if let (Some(job), Some(postman)) = (self.job(pending), &mut self.help.postman) {
            postman.post(job);
        }
    }

    /// The REST call of a turn that has just begun, or of a join.
    fn job(&self, pending: Pending) -> Option<Job> {
        let (What::Turn { room, .. } | What::Join { room }) = pending.what;
        let Way::Rest(posting) = &self.said(pending.what).way else { return None };
        let user = self.conns.sessions[pending.session as usize].user as usize;
        let state = &self.rooms[room as usize];
        let request =
            posting.request(self.shared, user, &state.id, &state.users, &state.newest.id, &self.scratch.text);
        Some(Job { pending, user, request })
    }

    /// A REST call has been answered.
    pub(super) fn answered_by_post(&mut self, posted: Posted) {
        let Posted { pending, at, outcome } = posted;
        match outcome {
            Ok(()) => self.answered(pending, at),
            Err(why) => self.refused(pending, why.as_bytes()),
        }
    }
}
