//! What arrives: frames, packets, events and answers, each compared whole and put to its account.

use super::answers::{Pending, Taken, What};
use super::found::{Captured, Known, hash};
use super::frame::{self, Frame, Opcode, Read};
use super::ledger::Delivery;
use super::pattern::Slot;
use super::scan::Scan;
use super::session::{Got, Stage};
use super::walk;
use super::words::{Mark, read_mark};
use super::worker::Worker;
use results::record::load::Sample;

impl Worker<'_> {
    /// Reads all that a session has, and acts upon it.
    pub(super) fn read_all(&mut self, session: u32, buffer: &mut Vec<u8>) {
        loop {
            let state = &mut self.conns.sessions[session as usize];
            if state.stalled || matches!(state.stage, Stage::Closed | Stage::Connecting) {
                return;
            }
            match state.read(buffer) {
                Got::Nothing => return,
                Got::Closed(why) => return self.lost_session(session, &why),
                Got::Bytes { filled, more } => {
                    let now = self.now();
                    self.conns.sessions[session as usize].heard = now;
                    let taken = self.take(session, &buffer[..filled], now);
                    if self.conns.sessions[session as usize].stage == Stage::Closed {
                        return;
                    }
                    self.conns.sessions[session as usize].keep(&buffer[taken..filled]);
                    if !more {
                        return;
                    }
                }
            }
        }
    }

    /// Takes whole frames from the beginning of what was read; how many bytes they were.
    fn take(&mut self, session: u32, bytes: &[u8], now: u64) -> usize {
        let mut at = 0;
        if self.conns.sessions[session as usize].stage == Stage::Upgrading {
            match self.upgraded(session, bytes) {
                Some(end) => at = end,
                None => return 0,
            }
        }
        while self.conns.sessions[session as usize].stage != Stage::Closed {
            match frame::read(&bytes[at..]) {
                Read::Partial(_) => break,
                Read::Broken(what) => {
                    self.broken(session, what, &bytes[at..], now);
                    break;
                }
                Read::Frame(frame) => {
                    at += frame.length;
                    match frame.opcode {
                        Opcode::Ping => self.pong(session, frame.payload),
                        Opcode::Close => self.lost_session(session, "the server closed the websocket"),
                        Opcode::Pong => {}
                        Opcode::Text | Opcode::Binary | Opcode::Continuation => {
                            self.data(session, &frame, now);
                        }
                    }
                }
            }
        }
        at
    }

    /// A frame of a message.
    fn data(&mut self, session: u32, frame: &Frame<'_>, now: u64) {
        match self.conns.sessions[session as usize].assembly.take(frame) {
            Ok(None) => {}
            Ok(Some((Opcode::Text, packet))) => self.packet(session, &packet, now),
            Ok(Some((_, payload))) => {
                self.wrong(session, None, "a binary frame, which load sessions do not read", &payload, now);
            }
            Err(what) => self.broken(session, what, frame.payload, now),
        }
    }

    /// Something after which nothing on a connection can be understood.
    fn broken(&mut self, session: u32, what: &str, bytes: &[u8], now: u64) {
        self.wrong(session, None, what, &bytes[..bytes.len().min(200)], now);
        self.lost_session(session, what);
    }

    fn pong(&mut self, session: u32, payload: &[u8]) {
        let mut out = Vec::new();
        frame::write(&mut out, Opcode::Pong, self.rng.u32(..), |out| out.extend_from_slice(payload));
        self.write(session, &out);
    }

    /// An Engine.IO packet.
    fn packet(&mut self, session: u32, packet: &[u8], now: u64) {
        match packet.first() {
            Some(b'4') => self.message(session, &packet[1..], now),
            Some(b'2') => {
                let pong = [b"3", &packet[1..]].concat();
                self.send_text(session, &pong);
            }
            Some(b'0') => self.opened(session, &packet[1..]),
            Some(b'1') => self.lost_session(session, "the server closed the session"),
            Some(b'6') => {}
            _ => self.wrong(session, None, "not an Engine.IO packet", packet, now),
        }
    }

    /// A Socket.IO packet.
    pub(super) fn message(&mut self, session: u32, packet: &[u8], now: u64) {
        let Some((kind, rest)) = packet.split_first() else {
            return self.wrong(session, None, "not a Socket.IO packet", packet, now);
        };
        let Some(rest) = rest.strip_prefix(self.shared.speech.namespace.as_bytes()).or_else(|| bare(rest))
        else {
            return self.wrong(session, None, "a packet of a namespace that was not joined", packet, now);
        };
        match kind {
            b'2' => self.event(session, rest, now),
            b'3' => self.ack(session, rest, now),
            b'0' => self.entered(session, now),
            b'1' => self.lost_session(session, "the server ended the session"),
            b'4' => {
                let why = String::from_utf8_lossy(rest).into_owned();
                self.failed_to_open(session, &format!("the server refused the namespace: {why}"));
            }
            _ => self.wrong(session, None, "a binary packet, which load sessions do not read", packet, now),
        }
    }

    fn ack(&mut self, session: u32, rest: &[u8], now: u64) {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let id = std::str::from_utf8(&rest[..digits]).ok().and_then(|digits| digits.parse().ok());
        let taken = id.map_or(Taken::Nothing, |id| self.answers.take(id, session));
        let (pending, settled) = match taken {
            Taken::Waiting(pending) => (pending, false),
            Taken::Settled(pending) => (pending, true),
            Taken::Nothing if id.is_some_and(|id| self.answers.was(id)) => {
                let what = "an ack of what was answered before, or was given up";
                return self.wrong(session, None, what, rest, now);
            }
            Taken::Nothing => return self.wrong(session, None, "an ack of nothing that was said", rest, now),
        };
        let id = id.unwrap_or_default();
        let json = &rest[digits..];
        let shared = self.shared;
        let saying = shared.speech.said(pending.what);
        let fits = |pattern| walk::ack(pattern, json, &shared.speech.never);
        let (yes, no) = (saying.yes.iter().find_map(fits), saying.no.iter().any(|no| fits(no).is_some()));
        if let Some(found) = &yes {
            self.notice(session, found, "an ack", json, now);
            if !self.belongs(&pending, found) {
                self.wrong(session, None, "an ack of another message, room or user", json, now);
            }
        } else if !no {
            let what = format!("the ack of `{}` is not what was expected", saying.name);
            self.wrong(session, Some(&Differs::Ack(&pending)), &what, json, now);
        }
        if settled {
            return;
        }
        let refused = yes.is_none() && no;
        self.acknowledged(&pending, id, refused);
        if refused { self.refused(pending, json) } else { self.answered(pending, now) }
    }

    /// Whether what an answer names is what was said.
    pub(super) fn belongs(&mut self, pending: &Pending, found: &Captured<'_, '_>) -> bool {
        let (What::Join { room } | What::Turn { room, .. }) = pending.what;
        let me = self.conns.sessions[pending.session as usize].user as usize;
        let number = match pending.what {
            What::Turn { number, sends: true, turn, .. } => Some((number, turn)),
            _ => None,
        };
        self.same(room, me, me, number, found)
    }

    /// Whether the captured parts are those of this room, these users and this message.
    fn same(
        &mut self,
        room: u32,
        me: usize,
        sender: usize,
        message: Option<(u32, u16)>,
        found: &Captured<'_, '_>,
    ) -> bool {
        let said = message.filter(|_| found.has_text());
        if let Some((number, turn)) = said {
            self.write_text(usize::from(turn), room, number, sender);
        }
        let state = &mut self.rooms[room as usize];
        let known = Known {
            users: &self.shared.users,
            room: &state.id,
            members: &state.users,
            me,
            sender,
            // Of each message a mark of its id is kept: what fits that is what is meant.
            message: found.get(Slot::Message),
            text: said.map(|_| self.scratch.text.as_slice()),
        };
        let all_fit = found.agrees(&known);
        let (Some((number, _)), Some(id)) = (message, found.get(Slot::Message)) else { return all_fit };
        let Some(message) = state.ledger.message(number) else { return all_fit };
        if self.shared.speech.about_messages {
            state.newest.is(number, message.sender, id);
        }
        let hash = hash(id);
        if message.id == 0 {
            message.id = hash;
        }
        all_fit && message.id == hash
    }

    fn event(&mut self, session: u32, rest: &[u8], now: u64) {
        let (id, json) = rest.split_at(rest.iter().take_while(|byte| byte.is_ascii_digit()).count());
        let shared = self.shared;
        // Who carries a session acknowledges for it.
        if !id.is_empty() && self.help.courier.is_none() {
            let ack = [b"43", shared.speech.namespace.as_bytes(), id, b"[]"].concat();
            self.send_text(session, &ack);
        }
        let Some(scan) = Scan::new(json) else {
            self.wrong(session, None, "an event that is not UTF-8", json, now);
            return self.misspelt(session, json, now);
        };
        let Some((name, behind)) = walk::event_name(&scan) else {
            return self.wrong(session, None, "an event without a name", json, now);
        };
        let Some(index) = shared.speech.events.iter().position(|event| event.name == name) else {
            if shared.contract.is_raw() {
                let what = format!(
                    "`{name}`, and nothing expects it: say who hears it under `expect`, or `ignore` it"
                );
                return self.wrong(session, None, &what, json, now);
            }
            self.metrics.tally.ledger.undocumented += 1;
            return self.sample(
                "undocumented",
                now,
                format!("no document mentions the event `{name}`"),
                json,
            );
        };
        let event = &shared.speech.events[index];
        if event.message
            && let Some(mark) = shared.check.spared(json)
        {
            return self.delivery(session, index, mark, None, json, now);
        }
        let fits = |pattern| walk::event(pattern, scan, behind, &shared.speech.never);
        let Some(found) = event.patterns.iter().find_map(fits) else {
            let what = format!("{} is not what was expected", event.documented);
            self.wrong(session, Some(&Differs::Event(index)), &what, json, now);
            if event.message {
                self.misspelt(session, json, now);
            }
            return;
        };
        self.notice(session, &found, &event.documented, json, now);
        let text = found.text_of_message().filter(|_| event.message);
        let mark = text.map(|text| self.mark_in(text));
        if let Some(mark) = mark {
            match mark {
                Some(mark) => self.delivery(session, index, mark, Some(&found), json, now),
                None => self.wrong(session, None, "a message that nobody in this run has sent", json, now),
            }
        } else if self.answers(index, session, &found, json, now) {
        } else if event.refusal {
            self.refused_by_event(index, session, json, now);
        } else if let Some(kind) = self.counted(index, scan, behind) {
            self.noticed(session, (kind, index), &found, json, now);
        } else {
            self.other(session, index, &found, json, now);
        }
    }

    /// An event that brings a message; what was found in it, where it is one of those that are compared.
    fn delivery(
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
            return self.sample(
                "leaked",
                now,
                format!("{user} received message {number} of room {global}, which they are not in"),
                json,
            );
        };
        let known = self.rooms[room as usize].ledger.message(number).map(|known| (known.sender, known.turn));
        if let (Some((sender, turn)), Some(found)) = (known, found) {
            let sender = self.rooms[room as usize].users[usize::from(sender)];
            let brought = self.shared.speech.turns[usize::from(turn)].1.sends;
            if brought.is_some_and(|brought| brought.event != event) {
                let what = "a message by another event than what was said is heard by";
                self.wrong(session, None, what, json, now);
            } else if !self.same(room, sender, sender, Some((number, turn)), found) {
                self.wrong(
                    session,
                    None,
                    "a message whose text, room, sender or id is not what was sent",
                    json,
                    now,
                );
            }
        }
        match self.rooms[room as usize].ledger.hear(usize::from(seat.member), number) {
            Delivery::Good { message, first, last } => {
                self.heard(&message, first, last, found.is_some(), now);
            }
            Delivery::OutOfOrder { message, first, last } => {
                self.metrics.tally.ledger.reordered += 1;
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

    /// A message that is not what was expected has come all the same: it is wrong, and not lost as well.
    fn misspelt(&mut self, session: u32, json: &[u8], now: u64) {
        let mark = self.mark_in(json);
        let room = mark.and_then(|mark| mark.room.checked_sub(self.first_room));
        let seat = room.and_then(|room| self.conns.sessions[session as usize].seat(room));
        if let (Some(seat), Some(Mark { number, .. })) = (seat, mark)
            && let Delivery::Good { message, first, last } | Delivery::OutOfOrder { message, first, last } =
                self.rooms[seat.room as usize].ledger.hear(usize::from(seat.member), number)
        {
            self.heard(&message, first, last, true, now);
        }
    }

    /// The mark of a message of this run, at the beginning of a text or anywhere in it.
    fn mark_in(&self, text: &[u8]) -> Option<Mark> {
        let run = format!("{:04x}.", self.shared.run);
        memchr::memmem::find_iter(text, run.as_bytes()).find_map(|at| read_mark(&text[at..]))
    }

    fn heard(&mut self, message: &super::ledger::Message, first: bool, last: bool, compared: bool, now: u64) {
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

    /// An event that is neither a message nor an answer: it has to be of a room that its hearer is in.
    fn other(&mut self, session: u32, index: usize, found: &Captured<'_, '_>, json: &[u8], now: u64) {
        if self.shared.speech.events[index].about {
            self.metrics.tally.ledger.set_aside += 1;
            return;
        }
        let seats = &self.conns.sessions[session as usize].seats;
        let inside =
            !found.names_room() || seats.iter().any(|seat| found.is_of(&self.rooms[seat.room as usize].id));
        if inside {
            self.metrics.tally.ledger.other_events += 1;
        } else {
            self.metrics.tally.ledger.leaked += 1;
            let (user, event) =
                (self.user_name(session), self.shared.speech.events[index].documented.clone());
            self.sample("leaked", now, format!("{user} received {event} of a room they are not in"), json);
        }
    }

    /// What fits, but holds more than any document says.
    fn notice(&mut self, session: u32, found: &Captured<'_, '_>, what: &str, json: &[u8], now: u64) {
        if found.forbidden {
            self.wrong(session, None, &format!("{what} holds a name that no payload may have"), json, now);
        } else if found.undocumented {
            self.metrics.tally.ledger.undocumented += 1;
            self.sample("undocumented", now, format!("{what} has fields that no document mentions"), json);
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
        let user = self.user_name(session);
        let name = self.rooms[room as usize].name(self.first_room, room as usize);
        self.sample(kind, now, format!("{user} received message {number} of {name} {how}"), json);
    }

    pub(super) fn user_name(&self, session: u32) -> String {
        let id = self.shared.users.json(self.conns.sessions[session as usize].user as usize);
        format!("user {}", String::from_utf8_lossy(&id))
    }

    pub(super) fn sample(&mut self, kind: &'static str, now: u64, message: String, received: &[u8]) {
        self.metrics.tally.sample(kind, || Sample {
            kind: kind.to_owned(),
            at_ms: now / 1_000_000,
            message,
            received: Some(String::from_utf8_lossy(received).into_owned()),
            differences: Vec::new(),
        });
    }

    /// Something that is not what the contract says. Where it can be compared at leisure, the differences are told.
    pub(super) fn wrong(
        &mut self,
        session: u32,
        differs: Option<&Differs<'_>>,
        what: &str,
        received: &[u8],
        now: u64,
    ) {
        self.metrics.tally.ledger.wrong += 1;
        let user = self.user_name(session);
        let differences = match differs {
            None => Vec::new(),
            Some(Differs::Event(index)) => super::judge::event_differences(
                self.shared,
                &self.shared.speech.events[*index].documented,
                received,
            ),
            Some(Differs::Ack(pending)) => match pending.what {
                What::Join { .. } => super::judge::ack_differences(self.shared, "join", received),
                What::Turn { turn, .. } => {
                    let name = &self.shared.speech.turns[usize::from(turn)].1.name;
                    super::judge::ack_differences(self.shared, name, received)
                }
            },
        };
        let (what, received) = (what.to_owned(), String::from_utf8_lossy(received).into_owned());
        self.metrics.tally.sample("wrong", || Sample {
            kind: "wrong".to_owned(),
            at_ms: now / 1_000_000,
            message: format!("{user} received {what}"),
            received: Some(received),
            differences,
        });
    }
}

/// What a text is compared with once more, to say where it differs.
pub(super) enum Differs<'p> {
    Event(usize),
    Ack(&'p Pending),
}

/// The root namespace is not written.
fn bare(rest: &[u8]) -> Option<&[u8]> {
    (rest.first() != Some(&b'/')).then_some(rest)
}
