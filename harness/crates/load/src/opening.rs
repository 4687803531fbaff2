//! From a closed session to one that is in its rooms, and back.

use std::cmp::Reverse;
use std::sync::atomic::Ordering;
use std::time::Duration;

use mio::net::TcpStream;
use mio::{Interest, Token};

use super::answers::{Pending, What};
use super::frame::{self, Assembly, Opcode};
use super::session::{Seat, Stage};
use super::speech::{Place, Way};
use super::template::Filling;
use super::worker::{Timer, Worker};
use conformance::token;
use results::record::load::Sample;
use results::record::veil::Veil;
use wire::client::{Handshake, push_query};

/// How long a session that was thrown out waits before it comes back, where the phase has no `backoff`; doubled with every
/// failure.
const COMES_BACK: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(1));
/// Doubled so often at the most.
const MOST_DOUBLINGS: u8 = 5;
/// What the system takes at most for a session that does not read, in bytes.
const SMALL_BUFFER: usize = 4096;
/// Openings in a row that fail before a session is given up.
const MOST_FAILURES: u8 = 8;

impl Worker<'_> {
    /// Opens a session.
    pub(super) fn open(&mut self, session: u32, intended: u64) {
        let now = self.now();
        let address = self.shared.address;
        let state = &mut self.conns.sessions[session as usize];
        if state.stage != Stage::Closed {
            return;
        }
        state.intended = intended;
        state.heard = now;
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
                (state.stream, state.stage) = (Some(stream), Stage::Connecting);
            }
            Err(error) => self.not_taken(session, &error.to_string()),
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
        if let Some(courier) = &mut self.help.courier {
            courier.open(session, handshake);
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
                let Some(stream) = &state.stream else { return };
                if let Ok(Some(error)) | Err(error) = stream.take_error() {
                    return self.not_taken(session, &error.to_string());
                }
                if stream.peer_addr().is_err() {
                    return;
                }
                if let Err(error) = stream.set_nodelay(true) {
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

    /// The HTTP request that opens a websocket. *Engine.IO 4, "WebSocket"; RFC 6455, section 4.1.*
    fn request(&mut self, session: u32) -> Vec<u8> {
        let mut target = format!("{}?EIO=4&transport=websocket", self.shared.path);
        let mut header = String::new();
        for (place, value) in self.says_of_itself(session) {
            match place {
                Place::Query(name) => push_query(&mut target, &name, &value),
                Place::Header(name) => header.extend([&name, ": ", &value, "\r\n"]),
                Place::Auth(_) => {}
            }
        }
        let key: [u8; 16] = std::array::from_fn(|_| self.rng.u8(..));
        let key = data_encoding::BASE64.encode(&key);
        let host = &self.shared.host;
        format!(
            "GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: \
             websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n{header}\r\n"
        )
        .into_bytes()
    }

    /// What a session says of itself when it connects, its credential too, and where each of it travels.
    fn says_of_itself(&self, session: u32) -> Vec<(Place, String)> {
        let user = self.conns.sessions[session as usize].user as usize;
        let handshake = &self.shared.speech.handshake;
        let needs_token = handshake.iter().any(|(_, template)| template.has_token());
        let token = if needs_token { self.shared.token_of(user) } else { String::new() };
        let filling = Filling {
            room: b"null",
            me: user,
            members: &[],
            message: b"null",
            text: b"",
            token: token.as_bytes(),
            users: &self.shared.users,
        };
        let said = handshake.iter().map(|(place, template)| {
            let mut value = Vec::new();
            template.write(&filling, &mut value);
            (place.clone(), String::from_utf8_lossy(&value).into_owned())
        });
        said.collect()
    }

    /// The server has answered the upgrade; the length of its answer, once it is whole.
    pub(super) fn upgraded(&mut self, session: u32, answer: &[u8]) -> Option<usize> {
        let end = memchr::memmem::find(answer, b"\r\n\r\n")? + 4;
        if !answer.starts_with(b"HTTP/1.1 101") {
            let line = answer.split(|byte| *byte == b'\r').next().unwrap_or_default();
            let line = String::from_utf8_lossy(line).into_owned();
            self.failed_to_open(session, &format!("the server answered the upgrade with {line}"));
            return None;
        }
        self.conns.sessions[session as usize].stage = Stage::Opening;
        Some(end)
    }

    /// The Engine.IO open packet is here: asks for the namespace.
    pub(super) fn opened(&mut self, session: u32, packet: &[u8]) {
        self.be_patient(packet);
        let said = self.says_of_itself(session).into_iter().filter_map(|(place, value)| match place {
            Place::Auth(name) => Some(format!("{}:{value}", serde_json::Value::from(name))),
            Place::Query(_) | Place::Header(_) => None,
        });
        let said = said.collect::<Vec<_>>().join(",");
        let auth = if said.is_empty() { said } else { format!("{{{said}}}") };
        self.conns.sessions[session as usize].stage = Stage::Entering;
        let packet = format!("40{}{auth}", self.shared.speech.namespace);
        self.send_text(session, packet.as_bytes());
    }

    /// Takes from the handshake how long the server may be silent.
    pub(super) fn be_patient(&mut self, handshake: &[u8]) {
        let Ok(handshake) = serde_json::from_slice::<serde_json::Value>(handshake) else { return };
        let ms = |name: &str| handshake.get(name).and_then(serde_json::Value::as_u64).unwrap_or(0);
        let patience = ms("pingInterval") + ms("pingTimeout");
        if patience > 0 {
            self.progress.patience = patience * 1_000_000;
        }
    }

    /// The server has let the session into its namespace.
    pub(super) fn entered(&mut self, session: u32, now: u64) {
        let state = &mut self.conns.sessions[session as usize];
        if state.stage == Stage::Up {
            return;
        }
        state.stage = Stage::Up;
        state.failures = 0;
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
        let (user, why) = (self.conns.sessions[session as usize].user as usize, why.to_owned());
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
        if state.failures <= MOST_FAILURES {
            let backoff = self.shared.load.phases[usize::from(self.progress.phase)].backoff;
            let (least, most) = if backoff.1.is_zero() { COMES_BACK } else { backoff };
            let doubled = 1 << (state.failures - 1).min(MOST_DOUBLINGS);
            let wait = doubled * self.rng.u64(least.as_nanos() as u64..=most.as_nanos() as u64);
            self.timers.push(Reverse((now + wait, Timer::Open(session))));
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
        let (user, users, why) = (state.user as usize, &self.shared.users, why.to_owned());
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
        if self.conns.sessions[session as usize].stage != Stage::Closed {
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
        let state = &mut self.conns.sessions[session as usize];
        if state.stage == Stage::Up {
            self.conns.up -= 1;
        }
        state.stage = Stage::Closed;
        if let Some(mut stream) = state.stream.take() {
            // It is closed when it is dropped, whether or not it could be taken from the poll.
            let _closed = self.conns.poll.registry().deregister(&mut stream);
        }
        (state.partial, state.unsent) = (Vec::new(), Vec::new());
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
        if let (true, Some(stream)) = (stalled, &state.stream) {
            // The less the system takes for it, the sooner the server has to decide; where it cannot be set, later.
            let _set = socket2::SockRef::from(stream).set_recv_buffer_size(SMALL_BUFFER);
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
        self.tokens.iter().for_each(|token| veil.learn(token));
        veil
    }

    pub(super) fn claims_of(&self, user: usize) -> serde_json::Value {
        let Some(claims) = &self.speech.claims else { return serde_json::Value::Null };
        let mut json = Vec::new();
        let filling = Filling {
            room: b"null",
            me: user,
            members: &[],
            message: b"null",
            text: b"",
            token: b"",
            users: &self.users,
        };
        claims.write(&filling, &mut json);
        serde_json::from_slice(&json).unwrap_or_default()
    }
}
