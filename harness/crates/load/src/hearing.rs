//! What arrives: packets, events and answers, each compared whole and put to its account.

use super::answers::{Pending, Taken, What};
use super::flood;
use super::found::{Captured, Known, hash};
use super::pattern::Slot;
use super::scan::Scan;
use super::session::Stage;
use super::shared::Shared;
use super::walk;
use super::worker::Worker;
use results::record::Difference;
use results::record::load::Sample;
use results::record::short;

impl Worker<'_> {
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
            b'0' => match self.conns.sessions[session as usize].stage {
                Stage::Entering => self.entered(session, now),
                Stage::Up => {
                    self.wrong(session, None, "a CONNECT, and was in the namespace already", packet, now);
                }
                _ => self.wrong(session, None, "a CONNECT that it has not asked for", packet, now),
            },
            b'1' => self.lost_session(session, "the server ended the session"),
            b'4' => {
                let why = flood::shown(rest);
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
            if let Some(why) = shared.untrue(found, now) {
                self.wrong(session, Some(&Differs::Ack(&pending)), &format!("an ack with {why}"), json, now);
            }
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
    pub(super) fn same(
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
            return self.unknown_event(session, &name, json, now);
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
        if let Some(why) = shared.untrue(&found, now) {
            let what = format!("{} with {why}", event.documented);
            self.wrong(session, Some(&Differs::Event(index)), &what, json, now);
        }
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

    /// An event whose name stands nowhere.
    fn unknown_event(&mut self, session: u32, name: &str, json: &[u8], now: u64) {
        let name = short::name(name);
        if self.shared.contract.is_raw() {
            let what =
                format!("`{name}`, and nothing expects it: say who hears it under `expect`, or `ignore` it");
            return self.wrong(session, None, &what, json, now);
        }
        self.metrics.tally.ledger.undocumented += 1;
        self.astray("undocumented", session, format!("no document mentions the event `{name}`"), json, now);
    }

    /// Something that nothing accounts for, with a sample of it.
    pub(super) fn astray(
        &mut self,
        kind: &'static str,
        session: u32,
        message: String,
        json: &[u8],
        now: u64,
    ) {
        self.stray(session, json.len(), now);
        self.sample(kind, now, message, json);
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
            self.stray(session, json.len(), now);
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

    pub(super) fn user_name(&self, session: u32) -> String {
        let id = self.shared.users.json(self.conns.sessions[session as usize].user as usize);
        format!("user {}", String::from_utf8_lossy(&id))
    }

    pub(super) fn sample(&mut self, kind: &'static str, now: u64, message: String, received: &[u8]) {
        self.metrics.tally.sample(kind, || Sample {
            kind: kind.to_owned(),
            at_ms: now / 1_000_000,
            message,
            received: Some(flood::shown(received)),
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
        self.stray(session, received.len(), now);
        let (shared, user) = (self.shared, self.conns.sessions[session as usize].user as usize);
        // Only where there are not enough like it: a flood of them must cost little.
        self.metrics.tally.sample("wrong", || {
            let user = String::from_utf8_lossy(&shared.users.json(user)).into_owned();
            Sample {
                kind: "wrong".to_owned(),
                at_ms: now / 1_000_000,
                message: flood::told(&format!("user {user} received {what}")),
                received: Some(flood::shown(received)),
                differences: differs.map(|differs| differs.from(shared, received)).unwrap_or_default(),
            }
        });
    }
}

/// What a text is compared with once more, to say where it differs.
pub(super) enum Differs<'p> {
    Event(usize),
    Ack(&'p Pending),
}

impl Differs<'_> {
    /// Where a payload differs, unless it is too long to be looked through.
    fn from(&self, shared: &Shared, received: &[u8]) -> Vec<Difference> {
        if !flood::is_comparable(received) {
            return Vec::new();
        }
        let verb = match self {
            Differs::Event(index) => {
                let name = &shared.speech.events[*index].documented;
                return super::judge::event_differences(shared, name, received);
            }
            Differs::Ack(pending) => match pending.what {
                What::Join { .. } => "join",
                What::Turn { turn, .. } => &shared.speech.turns[usize::from(turn)].1.name,
            },
        };
        super::judge::ack_differences(shared, verb, received)
    }
}

/// The root namespace is not written.
fn bare(rest: &[u8]) -> Option<&[u8]> {
    (rest.first() != Some(&b'/')).then_some(rest)
}
