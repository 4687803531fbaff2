//! Deliveries: each message that a session hears is put to the account of its room, and what is wrong with it is told.

use super::found::Captured;
use super::ledger::{Delivery, Message};
use super::session::Seat;
use super::words::{Mark, read_mark};
use super::worker::Worker;

impl Worker<'_> {
    /// An event that brings a message; what was found in it, where it is one of those that are compared.
    pub(super) fn delivery(
        &mut self,
        session: u32,
        event: usize,
        mark: Mark,
        found: Option<&Captured<'_, '_>>,
        json: &[u8],
        now: u64,
    ) {
        let Mark { room: global, number, .. } = mark;
        let room = global.checked_sub(self.first_room).filter(|room| (*room as usize) < self.rooms.len());
        let seat = room.and_then(|room| self.conns.sessions[session as usize].seat(room));
        let (Some(room), Some(seat)) = (room, seat) else {
            self.metrics.tally.ledger.leaked += 1;
            let user = self.user_name(session);
            let told = format!("{user} received message {number} of room {global}, which they are not in");
            return self.astray("leaked", session, told, json, now);
        };
        if let Some(found) = found {
            self.compare(session, event, (room, number), found, json, now);
        }
        match self.rooms[room as usize].ledger.hear(usize::from(seat.member), number) {
            Delivery::Good { message, first, last, overtaken } => {
                self.crossed(room, &message, seat, now);
                self.heard(&message, first, last, found.is_some(), now);
                if overtaken {
                    self.metrics.tally.ledger.overtaken += 1;
                    let how = "after what its sender said when it had been answered";
                    self.tell("overtaken", session, room, number, how, json, now);
                }
            }
            Delivery::OutOfOrder { message, first, last } => {
                self.metrics.tally.ledger.reordered += 1;
                self.crossed(room, &message, seat, now);
                self.heard(&message, first, last, found.is_some(), now);
                self.tell(
                    "reordered",
                    session,
                    room,
                    number,
                    "out of the order that others heard",
                    json,
                    now,
                );
            }
            Delivery::Duplicate => {
                self.metrics.tally.ledger.duplicated += 1;
                self.tell("duplicated", session, room, number, "again", json, now);
            }
            Delivery::Late => {
                self.metrics.tally.ledger.late += 1;
                self.tell("late", session, room, number, "after it was given up", json, now);
            }
            Delivery::NeverSent => {
                self.wrong(session, None, "a message that nobody has sent yet", json, now);
            }
            Delivery::Excused => self.metrics.tally.ledger.excused += 1,
        }
    }

    /// What fits has to be the message that was sent.
    fn compare(
        &mut self,
        session: u32,
        event: usize,
        (room, number): (u32, u32),
        found: &Captured<'_, '_>,
        json: &[u8],
        now: u64,
    ) {
        let known = self.rooms[room as usize].ledger.message(number).map(|known| (known.sender, known.turn));
        if let Some((sender, turn)) = known {
            let sender = self.rooms[room as usize].users[usize::from(sender)];
            self.goes_on(session, (room, number), found, json, now);
            let brought = self.shared.speech.turns[usize::from(turn)].1.sends;
            let what = if brought.is_some_and(|brought| brought.event != event) {
                "a message by another event than what was said is heard by"
            } else if !self.same(room, sender, sender, Some((number, turn)), found) {
                "a message whose text, room, sender or id is not what was sent"
            } else {
                return;
            };
            self.wrong(session, None, what, json, now);
        }
    }

    /// A message that is not what was expected has come all the same: it is wrong, and not lost as well.
    pub(super) fn misspelt(&mut self, session: u32, json: &[u8], now: u64) {
        let mark = self.mark_in(json);
        let room = mark.and_then(|mark| mark.room.checked_sub(self.first_room));
        let seat = room.and_then(|room| self.conns.sessions[session as usize].seat(room));
        if let (Some(seat), Some(Mark { number, .. })) = (seat, mark)
            && let Delivery::Good { message, first, last, .. } | Delivery::OutOfOrder { message, first, last } =
                self.rooms[seat.room as usize].ledger.hear(usize::from(seat.member), number)
        {
            self.heard(&message, first, last, true, now);
        }
    }

    /// A delivery is entered by whether it went from one node to another, where there are several.
    fn crossed(&mut self, room: u32, message: &Message, seat: Seat, now: u64) {
        if self.shared.nodes.len() > 1 {
            let crosses = self.crosses(room as usize, message.sender, seat.member);
            self.metrics.tally.nodes[usize::from(crosses)].heard(now.saturating_sub(message.intended));
        }
    }

    /// Whether two members of a room come through different nodes.
    pub(super) fn crosses(&self, room: usize, one: u16, other: u16) -> bool {
        let users = &self.rooms[room].users;
        let node = |member: u16| users.get(usize::from(member)).map(|user| user % self.shared.nodes.len());
        node(one) != node(other)
    }

    /// The mark of a message of this run, at the beginning of a text or anywhere in it.
    pub(super) fn mark_in(&self, text: &[u8]) -> Option<Mark> {
        let run = format!("{:04x}.", self.shared.run);
        memchr::memmem::find_iter(text, run.as_bytes()).find_map(|at| read_mark(&text[at..]))
    }

    fn heard(&mut self, message: &Message, first: bool, last: bool, compared: bool, now: u64) {
        self.metrics.tally.ledger.compared += u64::from(compared);
        let latency = now.saturating_sub(message.intended);
        self.metrics.tally.delivered(message.phase, latency);
        let phase = &mut self.metrics.tally.phases[usize::from(message.phase)];
        if first {
            phase.first.record(latency);
        }
        if last {
            phase.complete.record(latency);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the words of one sentence")]
    fn tell(
        &mut self,
        kind: &'static str,
        session: u32,
        room: u32,
        number: u32,
        how: &str,
        json: &[u8],
        now: u64,
    ) {
        // What is overtaken was said, and comes once: however much it is, it is no flood.
        if kind != "overtaken" {
            self.stray(session, json.len(), now);
        }
        let user = self.user_name(session);
        let name = self.rooms[room as usize].name(self.first_room, room as usize);
        self.sample(kind, now, format!("{user} received message {number} of {name} {how}"), json);
    }
}
