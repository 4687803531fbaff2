//! What has passed, in turns: each thing a client does begins one, and what the server says belongs to the turn it came in.
//! A client is held back until all that follows from what was said before seems to be there, so that a turn can be
//! replayed as one step. Owns the turns and the actors; must not know HTTP, nor what a scenario looks like.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use super::cast::{Cast, Credential};
use wire::client::Transport;

/// A turn ends after this time, whatever is still unanswered.
const LONGEST: Duration = Duration::from_secs(2);

/// Something that has passed.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    /// Since the recording began.
    pub(super) at: Duration,
    /// In which turn.
    pub(super) turn: usize,
    /// What.
    pub(super) what: What,
}

/// The kinds of things that pass. Sockets and calls are numbers in the order in which they came.
#[derive(Debug, Clone)]
pub(super) enum What {
    /// A client asks to be let into a namespace.
    Connect { socket: usize, auth: Option<Value> },
    /// It is.
    Connected { socket: usize },
    /// It is not.
    Refused { socket: usize },
    /// A client emits an event.
    Emit { socket: usize, event: String, args: Vec<Value>, ack: Option<u64>, binary: bool },
    /// The server acknowledges one.
    Ack { socket: usize, id: u64, args: Vec<Value> },
    /// The server emits an event.
    Event { socket: usize, event: String, args: Vec<Value> },
    /// A client leaves.
    Left { socket: usize, politely: bool },
    /// The server ends a connection.
    Ended { socket: usize },
    /// A client calls over REST.
    Call { call: usize, request: Request },
    /// The server answers.
    Answer { call: usize, status: u16, body: Body },
}

/// A REST call.
#[derive(Debug, Clone)]
pub(super) struct Request {
    /// Who, where a credential says so.
    pub(super) actor: Option<usize>,
    /// `POST`
    pub(super) method: String,
    /// With its query.
    pub(super) path: String,
    /// What it carries.
    pub(super) body: Body,
    /// The page it comes from, where that is not the server's own.
    pub(super) origin: Option<String>,
    /// A credential that the server has reason to refuse.
    pub(super) bad: Option<Credential>,
}

/// The body of a request or an answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Body {
    /// None.
    Empty,
    /// JSON.
    Json(Value),
    /// Anything else.
    Other,
}

/// A Socket.IO connection: one namespace of one Engine.IO session.
#[derive(Debug, Clone)]
pub(super) struct Socket {
    /// Whose it is.
    pub(super) actor: usize,
    /// The namespace; none where the handshake was refused before one was named.
    pub(super) namespace: Option<String>,
    /// Of the handshake, beside the protocol's own.
    pub(super) query: Vec<(String, String)>,
    /// The value of `authorization`.
    pub(super) authorization: Option<String>,
    /// The page it comes from, where that is not the server's own.
    pub(super) origin: Option<String>,
    /// How it is carried.
    pub(super) transport: Transport,
}

/// All that was seen.
#[derive(Debug, Default)]
pub struct Story {
    /// In order.
    pub(super) seen: Vec<Seen>,
    /// The connections.
    pub(super) sockets: Vec<Socket>,
    /// Whose they are.
    pub(super) cast: Cast,
    /// When the recording began, in seconds since 1970.
    pub(super) began: f64,
    /// What is worth knowing beside.
    pub(super) remarks: Vec<String>,
}

impl Story {
    /// The name of the actor behind a socket.
    #[must_use]
    pub(super) fn name(&self, socket: usize) -> &str {
        self.sockets.get(socket).map_or("?", |socket| self.cast.name(socket.actor))
    }

    /// Says something once.
    pub(super) fn remark(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !self.remarks.contains(&text) {
            self.remarks.push(text);
        }
    }
}

/// What a turn still waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Due {
    Connection(usize),
    Ack(usize, u64),
    Answer(usize),
}

struct Turns {
    story: Story,
    calls: usize,
    turn: usize,
    opened: Instant,
    last: Instant,
    due: HashSet<Due>,
    /// The server could not be reached, and why.
    lost: Option<String>,
}

/// The log of a recording; shared by all that passes something on.
pub(super) struct Log {
    began: Instant,
    settle: Duration,
    turns: Mutex<Turns>,
    /// Whoever acts waits here, one after the other.
    queue: tokio::sync::Mutex<()>,
    tell: Box<dyn Fn(&str) + Send + Sync>,
}

impl Log {
    /// An empty log; `tell` is given a line for everything that passes, without credentials.
    pub(super) fn new(settle: Duration, tell: Box<dyn Fn(&str) + Send + Sync>) -> Self {
        let began = Instant::now();
        let turns = Turns {
            story: Story { began: since_1970(), ..Story::default() },
            calls: 0,
            turn: 0,
            opened: began,
            last: began,
            due: HashSet::new(),
            lost: None,
        };
        Self { began, settle, turns: Mutex::new(turns), queue: tokio::sync::Mutex::default(), tell }
    }

    fn turns(&self) -> MutexGuard<'_, Turns> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until a client may act, and opens a turn.
    pub(super) async fn begin(&self) {
        let _first_come = self.queue.lock().await;
        loop {
            let now = Instant::now();
            let wait = {
                let mut turns = self.turns();
                match turns.left(now, self.settle) {
                    None => {
                        turns.open(now);
                        return;
                    }
                    Some(wait) => wait,
                }
            };
            tokio::time::sleep(wait).await;
        }
    }

    /// Writes something down that a client did; [`Log::begin`] comes before.
    pub(super) fn did(&self, what: What) {
        self.write(what, Instant::now());
    }

    /// Writes something down that the server said.
    pub(super) fn heard(&self, what: What) {
        let now = Instant::now();
        {
            let mut turns = self.turns();
            if turns.left(now, self.settle).is_none() {
                turns.open(now);
            }
            turns.last = now;
        }
        self.write(what, now);
    }

    fn write(&self, what: What, now: Instant) {
        let line = {
            let mut turns = self.turns();
            match &what {
                What::Connect { socket, .. } => turns.due.insert(Due::Connection(*socket)),
                What::Connected { socket } | What::Refused { socket } => {
                    turns.due.remove(&Due::Connection(*socket))
                }
                What::Emit { socket, ack: Some(id), .. } => turns.due.insert(Due::Ack(*socket, *id)),
                What::Ack { socket, id, .. } => turns.due.remove(&Due::Ack(*socket, *id)),
                What::Call { call, .. } => turns.due.insert(Due::Answer(*call)),
                What::Answer { call, .. } => turns.due.remove(&Due::Answer(*call)),
                What::Left { socket, .. } | What::Ended { socket } => {
                    let socket = *socket;
                    turns
                        .due
                        .retain(|due| !matches!(due, Due::Connection(of) | Due::Ack(of, _) if *of == socket));
                    true
                }
                What::Emit { .. } | What::Event { .. } => true,
            };
            let line = super::show::line(&turns.story, &what);
            let seen = Seen { at: now - self.began, turn: turns.turn, what };
            turns.story.seen.push(seen);
            line
        };
        if let Some(line) = line {
            (self.tell)(&line);
        }
    }

    /// A new connection, and its number.
    pub(super) fn connection(
        &self,
        namespace: Option<String>,
        auth: Option<&Value>,
        door: &Door,
        transport: Transport,
    ) -> usize {
        let mut turns = self.turns();
        let live = turns.live();
        let actor = turns.story.cast.of_connection(auth, door, &live);
        turns.story.sockets.push(Socket {
            actor,
            namespace,
            query: door.query.clone(),
            authorization: door.authorization.clone(),
            origin: door.origin.clone(),
            transport,
        });
        turns.story.sockets.len() - 1
    }

    /// A connection that began with polling goes on with a websocket.
    pub(super) fn upgraded(&self, socket: usize) {
        if let Some(socket) = self.turns().story.sockets.get_mut(socket) {
            socket.transport = Transport::Upgrade;
        }
    }

    /// Whose a REST call is, by its credential, and the number of the call.
    pub(super) fn caller(&self, authorization: Option<&str>) -> (usize, Option<usize>, Option<Credential>) {
        let mut turns = self.turns();
        turns.calls += 1;
        let (actor, bad) = turns.story.cast.of_call(authorization);
        (turns.calls - 1, actor, bad)
    }

    /// What tokens are signed with.
    pub(super) fn trusts(&self, secret: Option<String>) {
        self.turns().story.cast.secret = secret;
    }

    /// Says something once.
    pub(super) fn remark(&self, text: impl Into<String>) {
        self.turns().story.remark(text);
    }

    /// The server could not be reached.
    pub(super) fn lost(&self, why: &str) {
        let first = {
            let mut turns = self.turns();
            let first = turns.lost.is_none();
            turns.lost.get_or_insert_with(|| why.to_owned());
            first
        };
        if first {
            (self.tell)(&format!("the server is out of reach: {why}"));
        }
    }

    /// All that was seen so far, and why the server could not be reached, if it could not.
    pub(super) fn take(&self) -> (Story, Option<String>) {
        let mut turns = self.turns();
        (std::mem::take(&mut turns.story), turns.lost.take())
    }
}

impl Turns {
    /// How long the turn under way still lasts; none where it is over.
    fn left(&self, now: Instant, settle: Duration) -> Option<Duration> {
        let longest = (self.opened + LONGEST).saturating_duration_since(now);
        let quiet = (self.last + settle).saturating_duration_since(now);
        // Whoever is due is asked for again after a while.
        let left = if self.due.is_empty() { quiet } else { quiet.max(Duration::from_millis(5)) };
        Some(left.min(longest)).filter(|left| !left.is_zero())
    }

    fn open(&mut self, now: Instant) {
        self.turn += 1;
        self.opened = now;
        self.last = now;
        self.due.clear();
    }

    /// The actors who are connected.
    fn live(&self) -> HashSet<usize> {
        let mut live = HashSet::new();
        for seen in &self.story.seen {
            match seen.what {
                What::Connect { socket, .. } => {
                    live.insert(self.story.sockets[socket].actor);
                }
                What::Left { socket, .. } | What::Ended { socket } | What::Refused { socket } => {
                    live.remove(&self.story.sockets[socket].actor);
                }
                _ => {}
            }
        }
        live
    }
}

fn since_1970() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

/// How somebody comes in: what an HTTP handshake says of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Door {
    /// The query, beside the protocol's own pairs.
    pub(super) query: Vec<(String, String)>,
    /// The value of `authorization`.
    pub(super) authorization: Option<String>,
    /// The page it comes from, where that is not the server's own.
    pub(super) origin: Option<String>,
}
