//! From a closed session to one that is in its rooms, and back.

use std::cmp::Reverse;
use std::sync::atomic::Ordering;
use std::time::Duration;

use mio::net::TcpStream;
use mio::{Interest, Token};

use super::answers::{Pending, What};
use super::frame::{self, Assembly, Opcode};
use super::line::Line;
use super::session::{Seat, Stage};
use super::speech::{Place, Way};
use super::template::Filling;
use super::worker::{OPENING, SECOND, Timer, Worker};
use conformance::token;
use results::record::load::Sample;
use results::record::veil::Veil;
use wire::client::Handshake;

/// How long a session that was thrown out waits before it comes back, where the phase has no `backoff`; doubled with every
/// failure.
const COMES_BACK: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(1));
/// Doubled so often at the most.
const MOST_DOUBLINGS: u8 = 5;
/// What the system takes at most for a session that does not read, in bytes.
const SMALL_BUFFER: usize = 4096;
/// Whoever was in for so long has been let in; before that it is as if the opening had failed.
const STAYED: u64 = 2 * SECOND;
/// Openings in a row that fail before a session is given up.
const MOST_FAILURES: u8 = 8;

impl Worker<'_> {
    /// Opens a session.
    pub(super) fn open(&mut self, session: u32, intended: u64) {
        let now = self.now();
        let address = self.shared.node_of(self.conns.sessions[session as usize].user as usize).address;
        let state = &mut self.conns.sessions[session as usize];
        if state.stage != Stage::Closed {
            return;
        }
        state.intended = intended;
        state.heard = now;
        state.since.begun = now;
        state.since.wanted.get_or_insert(now);
        self.conns.first_open.get_or_insert(now);
        if self.help.courier.is_some() {
            return self.open_carried(session);
        }
        let opened = TcpStream::connect(address).and_then(|mut stream| {
            let interest = Interest::READABLE.add(Interest::WRITABLE);
            self.conns.poll.registry().register(&mut stream, Token(session as usize), interest)?;
            Ok(stream)
        });
        match opened {
            Ok(stream) => {
                let state = &mut self.conns.sessions[session as usize];
                (state.line, state.stage) = (Some(Line::new(stream)), Stage::Connecting);
            }
            Err(error) => {
                if let Some(lack) = wire::client::lack(&error) {
                    (self.progress.lack, self.progress.hopeless) = (Some(lack), true);
                    self.shared.stop.store(true, Ordering::Relaxed);
                }
                self.not_taken(session, &error.to_string());
            }
        }
    }

    /// Has the session opened by the other driver, which asks for the namespace too.
    fn open_carried(&mut self, session: u32) {
        let mut handshake = Handshake::default();
        let mut auth = serde_json::Map::new();
        for (place, value) in self.says_of_itself(session) {
            match place {
                Place::Query(name) => handshake.query.push((name, value)),
                Place::Header(name) => handshake.headers.push((name, value)),
                Place::Auth(name) => {
                    auth.insert(name, serde_json::from_str(&value).unwrap_or_default());
                }
            }
        }
        handshake.auth = (!auth.is_empty()).then_some(auth.into());
        self.conns.sessions[session as usize].stage = Stage::Entering;
        let user = self.conns.sessions[session as usize].user as usize;
        if let Some(courier) = &mut self.help.courier {
            courier.open(session, user, handshake);
        }
    }

    /// The target takes no connection.
    pub(super) fn not_taken(&mut self, session: u32, why: &str) {
        let now = self.now();
        self.conns.refusing.get_or_insert(now);
        self.failed_to_open(session, why);
    }

    /// The connection takes bytes.
    pub(super) fn writable(&mut self, session: u32) {
        let state = &mut self.conns.sessions[session as usize];
        match state.stage {
            Stage::Closed => {}
            Stage::Connecting => {
                let Some(line) = &mut state.line else { return };
                if let Ok(Some(error)) | Err(error) = line.tcp.take_error() {
                    return self.not_taken(session, &error.to_string());
                }
                if line.tcp.peer_addr().is_err() {
                    return;
                }
                let tls = self.shared.node_of(state.user as usize).tls.as_ref();
                let ready =
                    line.tcp.set_nodelay(true).and_then(|()| tls.map_or(Ok(()), |how| line.secure(how)));
                if let Err(error) = ready {
                    return self.failed_to_open(session, &error.to_string());
                }
                state.stage = Stage::Upgrading;
                self.conns.refusing = None;
                let half = std::mem::take(&mut state.half);
                let request = self.request(session);
                if half {
                    let due = self.conns.sessions[session as usize].intended;
                    self.write(session, &request[..request.len() / 2]);
                    self.cut(session);
                    return self.open(session, due);
                }
                self.write(session, &request);
            }
            _ => {
                if let Err(error) = state.flush() {
                    self.lost_session(session, &error.to_string());
                }
            }
        }
    }

    /// The server has let the session into its namespace.
    pub(super) fn entered(&mut self, session: u32, now: u64) {
        let state = &mut self.conns.sessions[session as usize];
        if state.stage == Stage::Up {
            return;
        }
        state.stage = Stage::Up;
        state.since.up = now;
        let took = now.saturating_sub(state.intended);
        let seats = state.seats.clone();
        self.conns.up += 1;
        self.metrics.tally.ledger.connected += 1;
        self.shared.entered.store(true, Ordering::Relaxed);
        self.metrics.tally.phases[usize::from(self.progress.phase)].connect.record(took);
        for seat in seats {
            self.join(session, seat.room, now);
        }
    }

    fn join(&mut self, session: u32, room: u32, now: u64) {
        self.progress.first_join.get_or_insert(now);
        let pending = Pending {
            session,
            what: What::Join { room },
            intended: now,
            sent: now,
            phase: self.progress.phase,
            closed: false,
        };
        let ack = match &self.shared.speech.join.way {
            Way::Emit { ack, .. } => *ack,
            Way::Rest(_) => return self.post(pending),
            Way::Nothing => return self.joined(session, room),
        };
        let id = ack.then(|| {
            let id = self.answers.next_id();
            self.answers.push(pending);
            id
        });
        self.expect_answer(pending, id);
        self.emit(session, None, room, id);
    }

    /// A session is in a room.
    pub(super) fn joined(&mut self, session: u32, room: u32) {
        let state = &self.conns.sessions[session as usize];
        if let Some(seat) = state.seat(room)
            && state.stage == Stage::Up
            && !self.rooms[room as usize].ledger.joined(usize::from(seat.member))
        {
            self.takes_seat(seat);
            self.metrics.tally.ledger.joined += 1;
            self.shared.seated.store(true, Ordering::Relaxed);
            let state = &mut self.conns.sessions[session as usize];
            let back = |seat: &Seat| self.rooms[seat.room as usize].ledger.joined(usize::from(seat.member));
            if state.lost && state.seats.iter().all(back) {
                state.lost = false;
                let now = self.shared.now();
                self.conns.outages.back(now, &self.metrics.tally.ledger);
            }
        }
    }

    /// A session could not be opened; it is tried again later.
    pub(super) fn failed_to_open(&mut self, session: u32, why: &str) {
        self.metrics.tally.ledger.connect_errors += 1;
        let now = self.now();
        let (user, why) = (self.conns.sessions[session as usize].user as usize, super::flood::told(why));
        self.progress.last_loss.clone_from(&why);
        let users = &self.shared.users;
        self.metrics.tally.sample("connect error", || Sample {
            kind: "connect error".to_owned(),
            at_ms: now / 1_000_000,
            message: format!("user {} could not connect: {why}", String::from_utf8_lossy(&users.json(user))),
            received: None,
            differences: Vec::new(),
        });
        self.broke(session);
        self.come_back(session, now);
    }

    fn come_back(&mut self, session: u32, now: u64) {
        let state = &mut self.conns.sessions[session as usize];
        state.failures = state.failures.saturating_add(1);
        let phase = &self.shared.load.phases[usize::from(self.progress.phase)];
        if state.failures <= MOST_FAILURES {
            let backoff = phase.backoff;
            let (least, most) = if backoff.1.is_zero() { COMES_BACK } else { backoff };
            let doubled = 1 << (state.failures - 1).min(MOST_DOUBLINGS);
            let wait = doubled * self.rng.u64(least.as_nanos() as u64..=most.as_nanos() as u64);
            // A ramp waits for everybody: who cannot be in by then is not waited for.
            let wanted = state.since.wanted.unwrap_or(now);
            if phase.lasts.is_some() || now + wait <= wanted + OPENING {
                self.timers.push(Reverse((now + wait, Timer::Open(session))));
            }
        }
    }

    /// The server has ended a session that was not asked to end; it comes back.
    pub(super) fn lost_session(&mut self, session: u32, why: &str) {
        let state = &self.conns.sessions[session as usize];
        match state.stage {
            Stage::Closed => return,
            Stage::Up => {}
            _ => return self.failed_to_open(session, why),
        }
        let now = self.now();
        self.conns.outages.lost(now, &self.metrics.tally.ledger);
        self.metrics.tally.ledger.disconnected += 1;
        let (user, users, why) = (state.user as usize, &self.shared.users, super::flood::told(why));
        self.progress.last_loss.clone_from(&why);
        self.metrics.tally.sample("disconnected", || Sample {
            kind: "disconnected".to_owned(),
            at_ms: now / 1_000_000,
            message: format!(
                "user {} lost the connection: {why}",
                String::from_utf8_lossy(&users.json(user))
            ),
            received: None,
            differences: Vec::new(),
        });
        self.broke(session);
        self.conns.sessions[session as usize].lost = true;
        self.come_back(session, now);
    }

    /// Cuts the connection without a goodbye; nobody can say whether what it has said is still answered.
    pub(super) fn cut(&mut self, session: u32) {
        let state = &mut self.conns.sessions[session as usize];
        if state.stage == Stage::Up {
            (state.failures, state.since.wanted) = (0, None);
        }
        if state.stage != Stage::Closed {
            self.metrics.tally.ledger.excused += self.close(session).len() as u64;
        }
    }

    /// Cuts one of the sessions that are up; it comes back at once.
    pub(super) fn cut_somebody(&mut self, due: u64) {
        for _ in 0..16 {
            let session = self.rng.usize(..self.conns.sessions.len()) as u32;
            if self.conns.sessions[session as usize].stage == Stage::Up {
                self.cut(session);
                self.open(session, due);
                return;
            }
        }
    }

    /// Cuts one of the sessions in the middle of a message or, the next time, of an upgrade. It comes back at once.
    pub(super) fn break_somebody(&mut self, due: u64) {
        for _ in 0..16 {
            let session = self.rng.usize(..self.conns.sessions.len()) as u32;
            if self.conns.sessions[session as usize].stage != Stage::Up {
                continue;
            }
            self.conns.breaks += 1;
            if self.conns.breaks % 2 == 1 {
                let mut frame = Vec::new();
                frame::write(&mut frame, Opcode::Text, self.rng.u32(..), |out| {
                    out.extend_from_slice(&[b'4'; 200]);
                });
                self.write(session, &frame[..frame.len() / 2]);
                self.cut(session);
            } else {
                self.cut(session);
                self.conns.sessions[session as usize].half = true;
            }
            return self.open(session, due);
        }
    }

    /// Forgets a connection; returns the turns that were not answered over it.
    fn close(&mut self, session: u32) -> Vec<Pending> {
        let now = self.now();
        let state = &mut self.conns.sessions[session as usize];
        if state.stage == Stage::Up {
            self.conns.up -= 1;
            if now > state.since.up + STAYED {
                (state.failures, state.since.wanted) = (0, None);
            }
        }
        state.stage = Stage::Closed;
        if let Some(mut line) = state.line.take() {
            // It is closed when it is dropped, whether or not it could be taken from the poll.
            let _closed = self.conns.poll.registry().deregister(&mut line.tcp);
        }
        (state.partial, state.needs, state.unsent) = (Vec::new(), 0, Vec::new());
        state.assembly = Assembly::default();
        if let Some(courier) = &mut self.help.courier {
            courier.hang_up(session);
        }
        for seat in state.seats.clone() {
            self.leave(seat);
        }
        let mut gone = Vec::new();
        self.answers.give_up(|pending| pending.session == session, |pending| gone.push(pending));
        self.awaiting.close(session, |pending| gone.push(pending));
        gone.retain(|pending| matches!(pending.what, What::Turn { .. }));
        gone
    }

    /// Forgets a connection that the server has ended.
    fn broke(&mut self, session: u32) {
        for pending in self.close(session) {
            self.unanswered(pending, "the session ended before the answer");
        }
    }

    /// Makes a session stop reading, or read again.
    pub(super) fn stall(&mut self, session: u32, stalled: bool) {
        let state = &mut self.conns.sessions[session as usize];
        if state.stalled == stalled {
            return;
        }
        state.stalled = stalled;
        if let (true, Some(line)) = (stalled, &state.line) {
            // The less the system takes for it, the sooner the server has to decide; where it cannot be set, later.
            let _set = socket2::SockRef::from(&line.tcp).set_recv_buffer_size(SMALL_BUFFER);
        }
        let now = self.shared.began.elapsed().as_nanos() as u64;
        state.heard = now;
        // What a session that does not read has to hear is nobody's to say: it is out of its rooms until it reads again.
        for seat in state.seats.clone() {
            if stalled {
                self.leave(seat);
            } else if self.conns.sessions[session as usize].stage == Stage::Up {
                self.takes_seat(seat);
            }
        }
        if !stalled {
            self.readable(session);
        }
    }

    /// Sends a packet that stands in a frame where the session is our own, and bare where somebody else carries it.
    pub(super) fn send(&mut self, session: u32, packet: &[u8]) {
        match &self.help.courier {
            None => self.write(session, packet),
            Some(courier) => courier.say(session, packet),
        }
    }

    /// Sends a text as a packet.
    pub(super) fn send_text(&mut self, session: u32, text: &[u8]) {
        let mut out = std::mem::take(&mut self.scratch.out);
        out.clear();
        let mask = self.help.courier.is_none().then(|| self.rng.u32(..));
        frame::packet(&mut out, mask, |out| out.extend_from_slice(text));
        self.send(session, &out);
        self.scratch.out = out;
    }

    pub(super) fn write(&mut self, session: u32, bytes: &[u8]) {
        let state = &mut self.conns.sessions[session as usize];
        let written = state.write(bytes);
        self.metrics.unsent = self.metrics.unsent.max(state.unsent.len() as u64);
        if let Err(error) = written {
            self.lost_session(session, &error.to_string());
        }
    }
}

impl super::shared::Shared {
    /// The credential of a user, made now or before.
    pub(super) fn token_of(&self, user: usize) -> String {
        if let Some(token) = self.tokens.get(user) {
            return token.clone();
        }
        if self.speech.claims.is_none() {
            return String::new();
        }
        token::now(self.claims_of(user), self.token_life, &self.token).unwrap_or_default()
    }

    /// Hides the tokens of the run.
    pub(super) fn veil(&self) -> Veil {
        let mut veil = Veil::default();
        self.tokens.iter().chain(&self.secrets).for_each(|token| veil.learn(token));
        let pairs = self.cookies.iter().flat_map(|cookies| cookies.split("; "));
        pairs.filter_map(|pair| pair.split_once('=')).for_each(|(_, value)| veil.learn(value));
        veil
    }

    pub(super) fn claims_of(&self, user: usize) -> serde_json::Value {
        let Some(claims) = &self.speech.claims else { return serde_json::Value::Null };
        let mut json = Vec::new();
        let filling = Filling::of_a_user(user, b"", &self.users);
        claims.write(&filling, &mut json);
        serde_json::from_slice(&json).unwrap_or_default()
    }
}
