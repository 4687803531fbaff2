//! A worker: one thread that owns its sessions and rooms, and does everything in its time. Its loop never waits for an
//! answer: what is due is done, a few things at once, then the sockets are looked at.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use mio::{Events, Poll, Token};
use tokio::sync::mpsc::UnboundedSender;

use super::RestBy;
use super::alarm::{Alarm, thread_time};
use super::answers::{Answers, What};
use super::awaiting::Awaiting;
use super::courier::Courier;
use super::ledger::Room;
use super::notices::{Kind, Notices};
use super::outage::{Outages, Span};
use super::posting::{Inbox, Mail, Mailbox, Postman};
use super::session::{Session, Stage};
use super::speech::Speech;
use super::tally::{Moment, Tally};
use super::template::Users;
use super::words::Check;
use crate::record::load::Sample;
use crate::scenario::contract::Contract;
use crate::scenario::load::{Load, Phase};
use crate::scenario::target::TokenSource;

/// When a message or an answer is given up.
pub(super) const GIVE_UP: Duration = Duration::from_secs(10);

/// How long each step of an opening may take, in nanoseconds.
const OPENING: u64 = 10 * SECOND;

/// For how long a target may take no connection while nobody is connected, before the run ends.
const GONE: Duration = Duration::from_secs(30);

pub(super) const ALARM: Token = Token(usize::MAX);
pub(super) const MAIL: Token = Token(usize::MAX - 1);
pub(super) const SECOND: u64 = 1_000_000_000;

/// What all workers of a run share.
pub(super) struct Shared {
    pub(super) load: Load,
    pub(super) contract: Arc<Contract>,
    pub(super) speech: Speech,
    pub(super) users: Users,
    pub(super) token: TokenSource,
    /// Tokens that were made before, where they come from a command.
    pub(super) tokens: Vec<String>,
    pub(super) token_life: Duration,
    pub(super) address: SocketAddr,
    pub(super) host: String,
    pub(super) path: String,
    pub(super) began: Instant,
    /// Tells the texts of this run from those of others.
    pub(super) run: u16,
    /// Which messages are compared whole.
    pub(super) check: Check,
    pub(super) seed: u64,
    pub(super) workers: usize,
    /// How many sessions there are.
    pub(super) sockets: usize,
    /// Who makes the REST calls of closed phases.
    pub(super) rest: RestBy,
    /// Ends the run early.
    pub(super) stop: AtomicBool,
    /// Some session of the run has been in its namespace.
    pub(super) entered: AtomicBool,
    /// Some join of the run was answered.
    pub(super) answers_joins: AtomicBool,
    /// Somebody in the run has got into a room.
    pub(super) seated: AtomicBool,
    /// How many workers are through with each phase.
    pub(super) through: Vec<AtomicUsize>,
    /// Who is told of every second.
    pub(super) watch: Option<UnboundedSender<Moment>>,
}

impl Shared {
    /// Nanoseconds since the run began.
    pub(super) fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// Whether all workers are through with a phase.
    pub(super) fn is_through(&self, phase: usize) -> bool {
        self.through[phase].load(Ordering::Relaxed) >= self.workers
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// How many users of one worker take turns in a closed model, where the workers let them.
    pub(super) fn own_users(&self, phase: &Phase) -> Option<usize> {
        phase.users.filter(|_| self.rest == RestBy::Own).map(|users| users.div_ceil(self.workers))
    }
}

/// A room and what has to be known of it besides its ledger.
#[derive(Debug)]
pub(super) struct RoomState {
    pub(super) ledger: Room,
    /// Its id, as JSON.
    pub(super) id: Box<[u8]>,
    /// Its members: the user, and the session as the worker counts.
    pub(super) users: Box<[usize]>,
    pub(super) sessions: Box<[u32]>,
    /// Typing and receipts, where they are counted.
    pub(super) notices: Option<Box<Notices>>,
    /// The newest message, where turns are about it.
    pub(super) newest: Newest,
    /// The number of the last message that was acknowledged, for the look into the history.
    pub(super) last_acked: Option<u32>,
}

/// The newest message of a room, and who has done with it what is done once.
#[derive(Debug, Default)]
pub(super) struct Newest {
    /// Its id as JSON; empty where there is none.
    pub(super) id: Vec<u8>,
    number: u32,
    /// The member who sent it.
    sender: u16,
    /// Turns of the flow and the members who took them.
    done: Vec<(u16, u16)>,
}

impl Newest {
    /// A message is in the room.
    pub(super) fn is(&mut self, number: u32, sender: u16, id: &[u8]) {
        if self.id.is_empty() || number > self.number {
            self.id.clear();
            self.id.extend_from_slice(id);
            (self.number, self.sender) = (number, sender);
            self.done.clear();
        }
    }

    /// Whether a turn about it is something new: it is somebody else's message, and he has not taken the turn.
    pub(super) fn awaits(&self, turn: u16, member: u16) -> bool {
        !self.id.is_empty() && self.sender != member && !self.done.contains(&(turn, member))
    }

    pub(super) fn take(&mut self, turn: u16, member: u16) {
        self.done.push((turn, member));
    }
}

/// Something to be done at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Timer {
    /// A session is to be opened; the intended time is that of the timer.
    Open(u32),
    /// A member of the closed model takes his turn.
    Turn(u32),
    /// A session has had the time for an answer to its join.
    Silence(u32),
}

/// One worker.
pub(super) struct Worker {
    pub(super) shared: Arc<Shared>,
    pub(super) poll: Poll,
    alarm: Alarm,
    pub(super) sessions: Vec<Session>,
    pub(super) rooms: Vec<RoomState>,
    /// The number of its first room in the whole run.
    pub(super) first_room: u32,
    pub(super) answers: Answers,
    /// What events may answer.
    pub(super) awaiting: Awaiting,
    pub(super) tally: Tally,
    pub(super) timers: BinaryHeap<Reverse<(u64, Timer)>>,
    pub(super) rng: fastrand::Rng,
    pub(super) out: Vec<u8>,
    pub(super) text: Vec<u8>,
    buffer: Vec<u8>,
    /// Sessions in their namespace.
    pub(super) up: u64,
    pub(super) phase: u16,
    pub(super) patience: u64,
    pub(super) unsent: u64,
    /// Since when the target takes no connection.
    pub(super) refusing: Option<u64>,
    pub(super) outages: Outages,
    /// When the first session was to be opened, and the first room to be joined.
    pub(super) first_open: Option<u64>,
    pub(super) first_join: Option<u64>,
    /// Nothing can come of the run, so that nothing is waited for at its end.
    pub(super) hopeless: bool,
    /// Connections that were cut in the middle of something.
    pub(super) breaks: u64,
    inbox: Inbox,
    pub(super) postman: Option<Postman>,
    /// Carries the sessions that do not speak over a plain websocket; without it they are our own.
    pub(super) courier: Option<Courier>,
    events: Option<Events>,
    pub(super) next_second: u64,
    pub(super) backlog: u64,
    pub(super) never_sent: u64,
    /// Its sessions as a part of all.
    pub(super) share: f64,
    /// How many phases it has said it is through with.
    pub(super) through: usize,
}

/// A worker that fails ends the run, so that the others do not wait for it at the end of a phase.
struct EndsAll(Arc<Shared>);

impl Drop for EndsAll {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.stop.store(true, Ordering::Relaxed);
        }
    }
}

/// Who works for a worker, and where he leaves what he has to tell.
pub(super) struct Help {
    pub(super) mailbox: Mailbox,
    pub(super) postman: Option<Postman>,
    pub(super) courier: Option<Courier>,
}

/// What a worker leaves behind.
pub(super) struct Done {
    pub(super) tally: Tally,
    pub(super) rooms: Vec<RoomState>,
    pub(super) cpu: Duration,
    pub(super) waited: Duration,
    pub(super) wall: Duration,
    pub(super) backlog: u64,
    pub(super) never_sent: u64,
    pub(super) unsent: u64,
    pub(super) ended_early: Option<String>,
    pub(super) outages: Vec<Span>,
}

impl Worker {
    pub(super) fn new(
        shared: Arc<Shared>,
        number: usize,
        sessions: Vec<Session>,
        rooms: Vec<RoomState>,
        first_room: u32,
        help: Help,
    ) -> io::Result<Self> {
        let poll = Poll::new()?;
        let alarm = Alarm::new(&poll, ALARM)?;
        let rng = fastrand::Rng::with_seed(shared.seed.wrapping_add(number as u64));
        let mut tally = Tally::new(shared.load.phases.len());
        tally.watch.clone_from(&shared.watch);
        let share = sessions.len() as f64 / shared.sockets.max(1) as f64;
        let worker = Self {
            share,
            shared,
            poll,
            alarm,
            sessions,
            rooms,
            first_room,
            answers: Answers::default(),
            awaiting: Awaiting::default(),
            tally,
            timers: BinaryHeap::new(),
            rng,
            out: Vec::with_capacity(4096),
            text: Vec::with_capacity(256),
            buffer: vec![0; 64 * 1024],
            up: 0,
            phase: 0,
            patience: 45 * SECOND,
            unsent: 0,
            refusing: None,
            first_open: None,
            first_join: None,
            hopeless: false,
            outages: Outages::default(),
            breaks: 0,
            inbox: Inbox(help.mailbox),
            postman: help.postman,
            courier: help.courier,
            events: Some(Events::with_capacity(256)),
            next_second: 0,
            backlog: 0,
            never_sent: 0,
            through: 0,
        };
        worker.inbox.0.wake_by(mio::Waker::new(worker.poll.registry(), MAIL)?);
        Ok(worker)
    }

    /// Nanoseconds since the run began.
    pub(super) fn now(&self) -> u64 {
        self.shared.now()
    }

    /// Runs all phases.
    pub(super) fn run(mut self) -> Done {
        let _guard = EndsAll(Arc::clone(&self.shared));
        let (cpu, waited) = thread_time();
        let began = self.now();
        self.next_second = (began / SECOND + 1) * SECOND;
        let mut ended_early = None;
        for index in 0..self.shared.load.phases.len() {
            self.phase = index as u16;
            let phase = self.shared.load.phases[index].clone();
            ended_early = self.run_phase(index, &phase);
            if ended_early.is_some() {
                break;
            }
        }
        self.tally.ledger.stayed = self.up;
        self.drain();
        let (cpu_after, waited_after) = thread_time();
        Done {
            cpu: cpu_after.saturating_sub(cpu),
            waited: waited_after.saturating_sub(waited),
            wall: Duration::from_nanos(self.now().saturating_sub(began)),
            backlog: self.backlog,
            never_sent: self.never_sent,
            unsent: self.unsent,
            outages: self.outages.finish(&self.tally.ledger),
            rooms: self.rooms,
            tally: self.tally,
            ended_early,
        }
    }

    /// After the last phase: waits for what is still under way.
    fn drain(&mut self) {
        self.phase = (self.shared.load.phases.len() - 1) as u16;
        let counted = &self.shared.speech.counted;
        // Who types is told to have stopped when his time is over.
        let typing =
            counted.rule.expires.filter(|_| counted.counts(Kind::Stopped)).map(|latest| latest + 2 * SECOND);
        let drain = (self.shared.load.drain.as_nanos() as u64).max(typing.unwrap_or_default());
        let until = self.now() + if self.hopeless { 0 } else { drain };
        loop {
            let now = self.now();
            let quiet = self.awaits_nothing()
                && self.postman.as_ref().is_none_or(Postman::is_idle)
                && self.rooms.iter().all(RoomState::is_quiet);
            if quiet || now >= until {
                break;
            }
            if now >= self.next_second {
                self.tick(now);
            }
            self.look(now, (now + 20_000_000).min(until));
        }
        let now = self.now();
        self.give_up(u64::MAX);
        self.tally.second(now / SECOND, usize::from(self.phase), self.up);
    }

    pub(super) fn tick(&mut self, now: u64) {
        let phase = usize::from(self.phase).min(self.shared.load.phases.len() - 1);
        self.tally.second(self.next_second / SECOND - 1, phase, self.up);
        while self.next_second <= now {
            self.next_second += SECOND;
        }
        self.give_up(now.saturating_sub(GIVE_UP.as_nanos() as u64));
        for session in 0..self.sessions.len() {
            let Session { stage, heard, stalled, .. } = self.sessions[session];
            let silent = |patience: u64| stage != Stage::Closed && !stalled && heard + patience < now;
            if stage == Stage::Up && silent(self.patience) {
                self.lost_session(session as u32, "the server sent no ping in time");
            } else if stage != Stage::Up && silent(OPENING) {
                self.lost_session(session as u32, "the opening was not answered in time");
            }
        }
    }

    /// Nothing has to be answered any more.
    pub(super) fn awaits_nothing(&self) -> bool {
        let by_ack = self.answers.waiting().map(|(_, pending)| pending);
        let mut all = by_ack.chain(self.awaiting.waiting().copied());
        all.all(|pending| matches!(pending.what, What::Turn { .. }) && self.said(pending.what).may_be_silent)
    }

    /// Gives up what was sent before this time.
    fn give_up(&mut self, before: u64) {
        let mut late = Vec::new();
        self.answers.give_up(|pending| pending.sent < before, |pending| late.push(pending));
        self.awaiting.give_up(before, |pending| late.push(pending));
        for pending in late {
            self.unanswered(pending, "no answer came in time");
        }
        self.give_up_notices(before);
        for room in 0..self.rooms.len() {
            let mut lost = Vec::new();
            self.rooms[room].ledger.give_up(before, |one| lost.push(one));
            for one in lost {
                self.tally.ledger.lost += 1;
                let (room_state, at) = (&self.rooms[room], one.message.sent / 1_000_000);
                let (users, first) = (&self.shared.users, self.first_room);
                self.tally.sample("lost", || Sample {
                    kind: "lost".to_owned(),
                    at_ms: at,
                    message: format!(
                        "message {} of {}, sent by {}, did not reach {}",
                        one.number,
                        room_state.name(first, room),
                        room_state.member(users, usize::from(one.message.sender)),
                        room_state.member(users, one.member),
                    ),
                    received: None,
                    differences: Vec::new(),
                });
            }
        }
    }

    /// A threshold of `abort_when` that does not hold any more.
    pub(super) fn broken_threshold(&self) -> Option<String> {
        self.shared.load.abort_when.iter().find_map(|threshold| {
            let value = super::judge::value(&threshold.metric, &self.tally, None)?;
            (!threshold.holds(value)).then(|| {
                self.shared.stop.store(true, Ordering::Relaxed);
                format!("abort_when: {} is no longer {}", threshold.metric, threshold.text)
            })
        })
    }

    /// Nobody is connected, and the target has taken no connection for so long that it will not.
    pub(super) fn is_given_up(&self) -> Option<String> {
        let since = self.refusing.filter(|_| self.up == 0)?;
        (self.now() > since + GONE.as_nanos() as u64).then(|| {
            self.shared.stop.store(true, Ordering::Relaxed);
            format!("the target has taken no connection for {} s", GONE.as_secs())
        })
    }

    /// Looks at the sockets, and waits for them until then.
    pub(super) fn look(&mut self, now: u64, until: u64) {
        let wait = self.alarm.set(Duration::from_nanos(until.saturating_sub(now)));
        let Some(mut events) = self.events.take() else { return };
        if let Err(error) = self.poll.poll(&mut events, wait)
            && error.kind() != io::ErrorKind::Interrupted
        {
            self.shared.stop.store(true, Ordering::Relaxed);
        }
        for event in &events {
            match event.token() {
                ALARM => {}
                MAIL => self.take_mail(),
                Token(session) => {
                    if event.is_writable() {
                        self.writable(session as u32);
                    }
                    if event.is_readable() {
                        self.readable(session as u32);
                    }
                }
            }
        }
        self.events = Some(events);
    }

    /// Takes all that a session has to read.
    pub(super) fn readable(&mut self, session: u32) {
        let mut buffer = std::mem::take(&mut self.buffer);
        self.read_all(session, &mut buffer);
        self.buffer = buffer;
    }

    fn take_mail(&mut self) {
        for one in self.inbox.0.take() {
            match one {
                Mail::Posted(posted) => {
                    self.postman.as_mut().map(Postman::back);
                    self.answered_by_post(posted);
                }
                Mail::News(news) => self.carried(news),
                #[cfg(feature = "goose")]
                Mail::Asked(asked) => self.asked(asked),
            }
        }
    }
}

impl RoomState {
    /// Nothing is under way.
    fn is_quiet(&self) -> bool {
        self.ledger.in_flight() == 0 && self.notices.as_ref().is_none_or(|notices| notices.in_flight() == 0)
    }

    /// What a room is called in a finding.
    pub(super) fn name(&self, first: u32, index: usize) -> String {
        format!("room {} (id {})", first as usize + index, String::from_utf8_lossy(&self.id))
    }

    /// What a member is called in a finding.
    pub(super) fn member(&self, users: &Users, member: usize) -> String {
        let id = self.users.get(member).map(|user| users.json(*user)).unwrap_or_default();
        format!("user {}", String::from_utf8_lossy(&id))
    }
}
