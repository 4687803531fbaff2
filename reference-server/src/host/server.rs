//! What all connections share: the chat behind its lock, the outbox, the clock, and the way through them.
//!
//! One command is applied and everything it led to is queued under one lock, so that every member of a
//! conversation sees the same order. Queueing never waits.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::HeaderValue;
use serde_json::{Value, json};
use socketioxide::extract::AckSender;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::connection::Connection;
use super::delivery::{Connected, Kind, Outbox};
use super::link::Polled;
use super::metrics::Metrics;
use crate::auth::Authenticator;
use crate::core::{
    Answer, Audience, Buckets, Chat, Circle, Command, Happened, Limiter, Moment, Policy, Profile, Refusal,
    SocketId, UserId,
};
use crate::dialects::{Call, Dialect, Kinds, Problem, ProblemKind, Reply, Session, Settings};
use crate::faults::effects::{self, Origin};
use crate::faults::{Fault, Faults, Variation, payload};
use crate::fixtures::FixtureError;
use crate::options::Options;

/// Bytes that count as one event: a large one takes as much of a limit as many small ones.
const BYTES_PER_EVENT: usize = 16 * 1024;
/// How often held-back deliveries of [`Fault::Reorder`] and [`Fault::Overtaking`] are looked at.
const RELEASE_EVERY: Duration = Duration::from_millis(20);
/// How far [`Variation::ClockAhead`] is ahead.
const AHEAD: Duration = Duration::from_secs(90);

struct State {
    chat: Chat,
    outbox: Outbox,
    /// The first time that was told, for [`Fault::ClockStands`].
    first_time: Option<jiff::Timestamp>,
    /// When the timer task will look at the chat next.
    armed: Option<Moment>,
}

/// What all connections share.
pub(super) struct Server {
    pub(super) dialect: Box<dyn Dialect>,
    pub(super) auth: Authenticator,
    pub(super) faults: Faults,
    pub(super) options: Options,
    pub(super) metrics: Metrics,
    pub(super) polled: Arc<Polled>,
    next_socket: AtomicU64,
    last_micros: AtomicU64,
    stopping: AtomicBool,
    wake: Notify,
    limiter: Mutex<Limiter>,
    addresses: Mutex<Buckets<IpAddr>>,
    state: Mutex<State>,
}

impl Server {
    /// `dev_auth` is [`Options::dev_auth`], decided.
    pub(super) fn new(options: &Options, dev_auth: bool) -> Result<Self, FixtureError> {
        let faults = options.faults.clone();
        let dialect = options.dialect.translation(Settings {
            validate: !faults.has(Fault::ValidationOff),
            trust_payload: faults.has(Fault::PayloadUserTrusted),
            kinds: kinds(&faults),
            presence: options.presence,
            dev_auth,
            tokens: options.gateway.tokens,
            sanitise: options.gateway.sanitise,
            offers: options.capabilities,
        });
        let debounce = if faults.has(Fault::NoDebounce) { Duration::ZERO } else { options.typing_debounce };
        let expiry =
            if faults.has(Fault::TypingNeverExpires) { Duration::MAX } else { options.typing_expiry };
        let mut chat = Chat::new(Policy {
            typing_debounce: debounce,
            typing_expiry: expiry,
            limits: options.limits.clone(),
            open: faults.open_doors(),
        });
        let metrics = Metrics::new();
        let outbox = Outbox::new(faults.clone(), options, dialect.about().namespace, metrics.clone());
        let auth = Authenticator::new(&options.jwt_secret, dialect.user_ids(), faults.leniency())
            .with_expiry(options.token_expiry)
            .preferring_user_id(dialect.reads_user_id());
        let limit = options.rate_limit.filter(|_| !faults.has(Fault::NeverLimit));
        options.fixtures.plant(&mut chat, dialect.user_ids(), Moment(since_epoch()))?;
        Ok(Self {
            dialect,
            auth,
            faults,
            options: options.clone(),
            metrics,
            polled: Arc::default(),
            next_socket: AtomicU64::new(1),
            last_micros: AtomicU64::new(0),
            stopping: AtomicBool::new(false),
            wake: Notify::new(),
            limiter: Mutex::new(Limiter::new(limit)),
            addresses: Mutex::default(),
            state: Mutex::new(State { chat, outbox, first_time: None, armed: None }),
        })
    }

    pub(super) fn namespace(&self) -> &'static str {
        self.dialect.about().namespace
    }

    /// The wall clock, except that it never goes back.
    pub(super) fn now(&self) -> Moment {
        let ahead = self.options.variations.contains(&Variation::ClockAhead);
        let clock = since_epoch() + if ahead { AHEAD } else { Duration::ZERO };
        let micros = u64::try_from(clock.as_micros()).unwrap_or(u64::MAX);
        let last = self.last_micros.fetch_max(micros, Ordering::Relaxed);
        Moment(Duration::from_micros(last.max(micros)))
    }

    /// What time it is, as HTTP writes it.
    pub(super) fn http_date(&self) -> Option<HeaderValue> {
        let seconds = i64::try_from(self.now().as_millis() / 1000).ok()?;
        let at = jiff::Timestamp::from_second(seconds).ok()?;
        HeaderValue::from_str(&at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()).ok()
    }

    pub(super) fn next_socket_id(&self) -> SocketId {
        SocketId(self.next_socket.fetch_add(1, Ordering::Relaxed))
    }

    /// From here on nobody is told of anything: everybody is about to be disconnected.
    pub(super) fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Lets go of every socket, once the transports are closed. Sockets and their namespace hold each other, and
    /// with them the server, until they are disconnected from it; closing the transports does not do that.
    pub(super) fn forget_sockets(&self) {
        let sockets = self.lock().outbox.clear();
        for socket in sockets {
            let _ = socket.disconnect();
        }
    }

    /// Whom a socket has named.
    pub(super) fn user_of(&self, socket: SocketId) -> Option<UserId> {
        self.lock().chat.user_of(socket).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn limiter(&self) -> MutexGuard<'_, Limiter> {
        self.limiter.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts one event or REST call of so many bytes, and says whether it is one too many.
    pub(super) fn count(
        &self,
        socket: Option<SocketId>,
        user: Option<&UserId>,
        bytes: usize,
    ) -> Result<(), Problem> {
        let cost = u32::try_from(1 + bytes / BYTES_PER_EVENT).unwrap_or(u32::MAX);
        self.limiter().count(socket, user, cost, self.now()).map_err(Problem::limited)
    }

    /// Counts one REST call that brings no token, and says whether its address has made one too many.
    pub(super) fn count_anonymous(&self, address: IpAddr) -> Result<(), Problem> {
        let limit = self.options.bounds.anonymous;
        let mut addresses = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        if self.options.rate_limit.is_none() || addresses.takes(&address, limit, 1, self.now()) {
            return Ok(());
        }
        Err(Problem::too_many("address", limit))
    }

    /// A refusal in the words this server uses.
    pub(super) fn reworded(&self, problem: Problem) -> Problem {
        match problem.kind {
            ProblemKind::Invalid if self.faults.has(Fault::WrongValidationText) => {
                Problem::invalid("Validation failed")
            }
            ProblemKind::NotFound if self.faults.has(Fault::WrongNotFoundText) => {
                Problem::new(problem.kind, "Nothing there")
            }
            _ => problem,
        }
    }

    /// What answers an event, in the form this server prefers.
    pub(super) fn encode_reply(&self, call: &Call<'_>, outcome: Result<&Answer, &Problem>) -> Reply {
        let prefers = |variation| self.options.variations.contains(&variation);
        if let Err(problem) = outcome {
            return if prefers(Variation::Exceptions) {
                Reply::emit("exception", json!({"status": "error", "message": problem.message}))
            } else {
                self.dialect.encode_reply(call, outcome)
            };
        }
        let mut reply = self.dialect.encode_reply(call, outcome);
        let twice = reply.ack.is_some() && !reply.emits.is_empty();
        if twice && prefers(Variation::EventOnly) {
            reply.ack = None;
        } else if twice && call.ack_wanted && prefers(Variation::AckOnly) {
            reply.emits.clear();
        }
        reply
    }

    /// Lets the chat know of a socket that is about to be told that it is connected. The chat must know it first:
    /// whatever happens once the client has been told concerns it, too.
    pub(super) fn enter(self: &Arc<Self>, mut session: Session) -> Arc<Connection> {
        let mut state = self.lock();
        let socket = session.socket;
        state.outbox.expect(socket);
        // The chat keeps what is known of a user once, whatever the number of devices.
        let user = session.identity.as_mut().ok().map(|identity| {
            (identity.user.clone(), identity.profile.take().map(|profile| *profile).unwrap_or_default())
        });
        let _ = self.apply(&mut state, Command::Connect { socket, user }, Origin::Socket);
        self.finish(state);
        Arc::new(Connection::new(session, Arc::clone(self)))
    }

    /// From here on the socket takes packets.
    pub(super) fn connected(self: &Arc<Self>, connection: &Connection, socket: Connected) {
        let mut state = self.lock();
        let socket = socket.until(self.auth.good_until(&connection.session.identity));
        state.outbox.connected(connection.session.socket, socket);
        connection.note_connected();
        self.finish(state);
    }

    /// Lets the chat know that a socket is gone.
    pub(super) fn exit(self: &Arc<Self>, socket: SocketId) {
        let mut state = self.lock();
        self.limiter().forget(socket);
        if state.outbox.remove(socket) && !self.stopping.load(Ordering::Relaxed) {
            let _ = self.apply(&mut state, Command::Disconnect { socket }, Origin::Socket);
        }
        self.finish(state);
    }

    /// Has the chat do something, and tells everybody concerned.
    pub(super) fn run(self: &Arc<Self>, command: Command, origin: Origin) -> Result<Answer, Problem> {
        let mut state = self.lock();
        let result = self.apply(&mut state, command, origin);
        self.finish(state);
        result.map_err(|refusal| self.reworded(self.dialect.problem(None, &refusal)))
    }

    /// Has the chat do something, tells everybody concerned, and then answers who asked. With `renames` the socket is
    /// first made that of the user the command names.
    pub(super) fn run_for(
        self: &Arc<Self>,
        connection: &Connection,
        call: &Call<'_>,
        (command, renames): (Command, bool),
        ack: Option<AckSender>,
    ) -> Result<Answer, Problem> {
        let mut state = self.lock();
        let socket = connection.session.socket;
        if !state.outbox.knows(socket) {
            // Given up, although its client still writes: for the chat it is gone, and must not come back.
            return Ok(Answer::Done);
        }
        if renames && let Some(user) = command.user() {
            let user = Some((user.clone(), Profile::default()));
            let _ = self.apply(&mut state, Command::Connect { socket, user }, Origin::Socket);
        }
        let result = self.apply(&mut state, command, Origin::Socket);
        let result =
            result.map_err(|refusal| self.reworded(self.dialect.problem(Some(call.event), &refusal)));
        let reply = self.encode_reply(call, result.as_ref());
        self.reply_locked(&mut state, connection, reply, ack, result.is_err());
        self.finish(state);
        result
    }

    /// Answers who asked, without asking the chat.
    pub(super) fn reply(
        self: &Arc<Self>,
        connection: &Connection,
        reply: Reply,
        ack: Option<AckSender>,
        refused: bool,
    ) {
        let mut state = self.lock();
        self.reply_locked(&mut state, connection, reply, ack, refused);
        self.finish(state);
    }

    fn reply_locked(
        &self,
        state: &mut State,
        connection: &Connection,
        reply: Reply,
        ack: Option<AckSender>,
        refused: bool,
    ) {
        let socket = connection.session.socket;
        let mut first_time = state.first_time;
        let mut distorted = |value| self.distorted_answer(&mut first_time, refused, value);
        for (event, value) in reply.emits {
            if !refused && self.faults.has(Fault::AnsweredTwice) {
                state.outbox.tell(socket, event, value.clone());
            }
            if !refused && self.faults.has(Fault::ConfirmationToAll) {
                let everybody = state.chat.hearers(&Audience::all(Circle::Everyone));
                state.outbox.broadcast(everybody, event, value, Kind::Other, self.now());
                continue;
            }
            state.outbox.tell(socket, event, distorted(value));
        }
        if let (Some(ack), Some(value)) = (ack, reply.ack)
            && !self.faults.has(Fault::NoAck)
        {
            state.outbox.acknowledge(socket, ack, distorted(value));
        }
        state.first_time = first_time;
    }

    /// An answer, as a server with these faults gives it.
    fn distorted_answer(
        &self,
        first_time: &mut Option<jiff::Timestamp>,
        refused: bool,
        mut value: Value,
    ) -> Value {
        if refused {
            return payload::distort_refusal(&self.faults, value);
        }
        if self.faults.has(Fault::ClockStands) {
            payload::stop_the_clock(first_time, &mut value);
        }
        value
    }

    /// The body of a REST answer, as a server with these faults gives it.
    pub(super) fn distorted_body(&self, refused: bool, body: Value) -> Value {
        self.distorted_answer(&mut self.lock().first_time, refused, body)
    }

    fn apply(&self, state: &mut State, command: Command, origin: Origin) -> Result<Answer, Refusal> {
        let joining = match &command {
            Command::Join { socket, .. } | Command::Rejoin { socket, .. } => Some(*socket),
            _ => None,
        };
        let applied = effects::apply(&self.faults, &mut state.chat, command, origin, self.now());
        if let (Some(socket), Ok(_)) = (joining, &applied.result) {
            state.outbox.has_joined(socket);
        }
        for event in &applied.events {
            let Some(broadcast) = self.dialect.encode_event(event) else { continue };
            let audiences =
                effects::audiences(&self.faults, &self.options.variations, &event.what, broadcast.audience);
            let hearers = audiences.iter().flat_map(|audience| state.chat.hearers(audience)).collect();
            let kind = match event.what {
                Happened::Sent(_) => Kind::Message,
                Happened::Offline(_) => Kind::Offline,
                _ => Kind::Other,
            };
            let mut value = payload::distort(&self.faults, broadcast.payload);
            if self.faults.has(Fault::ClockStands) {
                payload::stop_the_clock(&mut state.first_time, &mut value);
            }
            state.outbox.broadcast(hearers, broadcast.event, value, kind, event.at);
        }
        let next = state.chat.next_deadline();
        if next.is_some_and(|next| state.armed.is_none_or(|armed| next < armed)) {
            state.armed = next;
            self.wake.notify_one();
        }
        applied.result
    }

    /// Releases the lock and gives up the sockets whose queue turned out to be full.
    fn finish(self: &Arc<Self>, mut state: MutexGuard<'_, State>) {
        // Telling the others that a slow reader is gone may find further slow readers.
        loop {
            let slow = state.outbox.take_slow();
            if slow.is_empty() {
                self.metrics.set(&state.chat.census());
                return;
            }
            for (id, slow) in slow {
                tracing::warn!(sid = %slow.socket.id, "a socket that does not read is disconnected: its queue is full");
                self.metrics.slow_reader();
                let _ = self.apply(&mut state, Command::Disconnect { socket: id }, Origin::Socket);
                tokio::spawn(slow.hang_up());
            }
        }
    }

    /// Starts the tasks that act without being asked.
    pub(super) fn spawn_background(self: &Arc<Self>, tasks: &mut JoinSet<()>) {
        tasks.spawn(Arc::clone(self).keep_time());
        if self.faults.has(Fault::Reorder) || self.faults.has(Fault::Overtaking) {
            tasks.spawn(Arc::clone(self).release_held());
        }
        if let Some(mut late) = self.lock().outbox.take_late() {
            let server = Arc::clone(self);
            tasks.spawn(async move {
                while let Some(packet) = late.recv().await {
                    tokio::time::sleep_until(packet.due).await;
                    let mut state = server.lock();
                    state.outbox.send_late(packet);
                    server.finish(state);
                }
            });
        }
    }

    async fn keep_time(self: Arc<Self>) {
        loop {
            let due = {
                let mut state = self.lock();
                state.armed = state.chat.next_deadline();
                state.armed
            };
            let now = self.now();
            match due {
                Some(due) if due <= now => drop(self.run(Command::Tick, Origin::Timer)),
                Some(due) => {
                    let _ = tokio::time::timeout(due.since(now), self.wake.notified()).await;
                }
                None => self.wake.notified().await,
            }
        }
    }

    async fn release_held(self: Arc<Self>) {
        loop {
            tokio::time::sleep(RELEASE_EVERY).await;
            let mut state = self.lock();
            state.outbox.release_held();
            self.finish(state);
        }
    }
}

/// The types of messages that a server with these faults takes.
fn kinds(faults: &Faults) -> Kinds {
    if faults.has(Fault::AnyType) {
        Kinds::Any
    } else if faults.has(Fault::FileRefused) {
        Kinds::NoFiles
    } else {
        Kinds::Documented
    }
}

fn since_epoch() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}
