//! A worker: one thread that owns its sessions and rooms, and does everything in its time. Its loop never waits for an
//! answer: what is due is done, a few things at once, then the sockets are looked at.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io;
use std::sync::atomic::Ordering;
use std::time::Duration;

use mio::{Events, Poll, Token};

use super::alarm::{Alarm, thread_time};
use super::answers::{Answers, What};
use super::awaiting::Awaiting;
use super::courier::Courier;
use super::history::Looker;
use super::notices::NoticeKind;
use super::outage::{Outages, Span};
use super::posting::{Inbox, Mail, Mailbox, Postman};
use super::rooms::RoomState;
use super::session::{Session, Stage};
use super::shared::Shared;
use super::tally::Tally;
use results::record::load::Sample;
use wire::client::Meter;

/// When a message or an answer is given up.
pub(super) const GIVE_UP: Duration = Duration::from_secs(10);

/// How long an opening may take, in nanoseconds; after as long nobody in a ramp tries again.
pub(super) const OPENING: u64 = 10 * SECOND;

/// For how long a target may take no connection while nobody is connected, before the run ends.
const GONE: Duration = Duration::from_secs(30);

pub(super) const ALARM: Token = Token(usize::MAX);
pub(super) const MAIL: Token = Token(usize::MAX - 1);
pub(super) const SECOND: u64 = 1_000_000_000;

/// Something to be done at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Timer {
    /// A session is to be opened; the intended time is that of the timer.
    Open(u32),
    /// A member of the closed model takes their turn.
    Turn(u32),
    /// A session has had the time for an answer to its join.
    Silence(u32),
}

/// One worker.
pub(super) struct Worker<'s> {
    pub(super) shared: &'s Shared,
    pub(super) conns: Connections,
    pub(super) rooms: Vec<RoomState>,
    /// The number of its first room in the whole run.
    pub(super) first_room: u32,
    pub(super) answers: Answers,
    /// What events may answer.
    pub(super) awaiting: Awaiting,
    pub(super) metrics: Metrics,
    pub(super) timers: BinaryHeap<Reverse<(u64, Timer)>>,
    pub(super) rng: fastrand::Rng,
    pub(super) scratch: Scratch,
    pub(super) help: Help,
    pub(super) progress: Progress,
}

/// The connections of a worker.
pub(super) struct Connections {
    pub(super) poll: Poll,
    alarm: Alarm,
    pub(super) sessions: Vec<Session>,
    /// Sessions that may have more to read.
    pub(super) unread: Vec<u32>,
    /// Sessions in their namespace.
    pub(super) up: u64,
    /// Since when the target takes no connection.
    pub(super) refusing: Option<u64>,
    pub(super) outages: Outages,
    /// When the first session was to be opened.
    pub(super) first_open: Option<u64>,
    /// Connections that were cut in the middle of something.
    pub(super) breaks: u64,
}

/// What a worker counts.
pub(super) struct Metrics {
    pub(super) tally: Tally,
    /// Turns that were due, and had no session to say them.
    pub(super) unsent: u64,
    /// When the next second of the run is over.
    pub(super) next_second: u64,
    /// The time that a message said last, and when that was first heard.
    pub(super) last_time: Option<(i64, u64)>,
    /// How many turns were behind at worst.
    pub(super) backlog: u64,
    /// Turns that were still behind at the end.
    pub(super) never_sent: u64,
}

/// Memory that is used again for each message.
pub(super) struct Scratch {
    pub(super) out: Vec<u8>,
    pub(super) text: Vec<u8>,
    pub(super) buffer: Vec<u8>,
}

/// Who carries what does not go over a plain websocket, and where they leave what they have to tell.
pub(super) struct Help {
    inbox: Inbox,
    pub(super) postman: Option<Postman>,
    /// Carries the sessions that do not speak over a plain websocket; without it they are our own.
    pub(super) courier: Option<Courier>,
    /// Looks into the history, where there is one.
    pub(super) looker: Option<Looker>,
    events: Option<Events>,
}

impl Help {
    /// Where it is told what others have done for it.
    #[cfg(feature = "goose")]
    pub(super) fn mailbox(&self) -> Mailbox {
        self.inbox.0.clone()
    }

    pub(super) fn new(
        mailbox: Mailbox,
        postman: Option<Postman>,
        courier: Option<Courier>,
        looker: Option<Looker>,
    ) -> Self {
        Self { inbox: Inbox(mailbox), postman, courier, looker, events: Some(Events::with_capacity(256)) }
    }
}

/// How far a worker is in the run.
pub(super) struct Progress {
    pub(super) phase: u16,
    pub(super) patience: u64,
    /// Its sessions as a part of all.
    pub(super) share: f64,
    /// How many phases it has said it is through with.
    pub(super) through: usize,
    /// Nothing can come of the run, so that nothing is waited for at its end.
    pub(super) hopeless: bool,
    /// When the first room was to be joined.
    pub(super) first_join: Option<u64>,
    /// Why the last connection was lost or not made.
    pub(super) last_loss: String,
    /// What this machine has no more of.
    pub(super) lack: Option<&'static str>,
    /// What comes to all sessions that nothing accounts for.
    pub(super) strays: Meter,
    /// What came was more than anybody can use.
    pub(super) flood: Option<String>,
}

/// A worker that fails ends the run, so that the others do not wait for it at the end of a phase.
struct EndsAll<'s>(&'s Shared);

impl Drop for EndsAll<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.stop.store(true, Ordering::Relaxed);
        }
    }
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
    pub(super) lack: Option<&'static str>,
}

impl<'s> Worker<'s> {
    pub(super) fn new(
        shared: &'s Shared,
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
        help.inbox.0.wake_by(mio::Waker::new(poll.registry(), MAIL)?);
        Ok(Self {
            shared,
            conns: Connections {
                poll,
                alarm,
                sessions,
                unread: Vec::new(),
                up: 0,
                refusing: None,
                outages: Outages::default(),
                first_open: None,
                breaks: 0,
            },
            rooms,
            first_room,
            answers: Answers::default(),
            awaiting: Awaiting::default(),
            metrics: Metrics { tally, unsent: 0, next_second: 0, last_time: None, backlog: 0, never_sent: 0 },
            timers: BinaryHeap::new(),
            rng,
            scratch: Scratch {
                out: Vec::with_capacity(4096),
                text: Vec::with_capacity(256),
                buffer: vec![0; 64 * 1024],
            },
            help,
            progress: Progress {
                phase: 0,
                patience: 45 * SECOND,
                share,
                through: 0,
                hopeless: false,
                first_join: None,
                last_loss: String::new(),
                lack: None,
                strays: Meter::default(),
                flood: None,
            },
        })
    }

    /// Nanoseconds since the run began.
    pub(super) fn now(&self) -> u64 {
        self.shared.now()
    }

    /// Runs all phases.
    pub(super) fn run(mut self) -> Done {
        let _guard = EndsAll(self.shared);
        let (cpu, waited) = thread_time();
        let began = self.now();
        self.metrics.next_second = (began / SECOND + 1) * SECOND;
        let mut ended_early = None;
        for index in 0..self.shared.load.phases.len() {
            self.progress.phase = index as u16;
            let phase = self.shared.load.phases[index].clone();
            ended_early = self.run_phase(index, &phase);
            if ended_early.is_some() {
                break;
            }
        }
        self.metrics.tally.ledger.stayed = self.conns.up;
        self.drain();
        // A flood at the end is one, too.
        let ended_early = self.progress.flood.take().or(ended_early);
        let (cpu_after, waited_after) = thread_time();
        Done {
            cpu: cpu_after.saturating_sub(cpu),
            waited: waited_after.saturating_sub(waited),
            wall: Duration::from_nanos(self.now().saturating_sub(began)),
            backlog: self.metrics.backlog,
            never_sent: self.metrics.never_sent,
            unsent: self.metrics.unsent,
            lack: self.progress.lack,
            outages: self.conns.outages.finish(&self.metrics.tally.ledger),
            rooms: self.rooms,
            tally: self.metrics.tally,
            ended_early,
        }
    }

    /// After the last phase: waits for what is still under way.
    fn drain(&mut self) {
        self.progress.phase = (self.shared.load.phases.len() - 1) as u16;
        let counted = &self.shared.speech.counted;
        // Who types is told to have stopped when their time is over.
        let typing = counted
            .rule
            .expires
            .filter(|_| counted.counts(NoticeKind::Stopped))
            .map(|latest| latest + 2 * SECOND);
        let drain = (self.shared.load.drain.as_nanos() as u64).max(typing.unwrap_or_default());
        let until = self.now() + if self.progress.hopeless { 0 } else { drain };
        loop {
            let now = self.now();
            let quiet = self.awaits_nothing()
                && self.help.postman.as_ref().is_none_or(Postman::is_idle)
                && self.help.looker.as_ref().is_none_or(Looker::is_idle)
                && self.rooms.iter().all(RoomState::is_quiet);
            if quiet || now >= until || self.progress.flood.is_some() {
                break;
            }
            if now >= self.metrics.next_second {
                self.tick(now);
            }
            self.look(now, (now + 20_000_000).min(until));
        }
        let now = self.now();
        self.give_up(u64::MAX);
        self.metrics.tally.second(now / SECOND, usize::from(self.progress.phase), self.conns.up);
    }

    pub(super) fn tick(&mut self, now: u64) {
        let phase = usize::from(self.progress.phase).min(self.shared.load.phases.len() - 1);
        self.metrics.tally.second(self.metrics.next_second / SECOND - 1, phase, self.conns.up);
        while self.metrics.next_second <= now {
            self.metrics.next_second += SECOND;
        }
        self.give_up(now.saturating_sub(GIVE_UP.as_nanos() as u64));
        for session in 0..self.conns.sessions.len() {
            let Session { stage, heard, stalled, since, .. } = self.conns.sessions[session];
            let silent = |patience: u64| stage != Stage::Closed && !stalled && heard + patience < now;
            if stage == Stage::Up && silent(self.progress.patience) {
                self.lost_session(session as u32, "the server sent no ping in time");
            } else if !matches!(stage, Stage::Up | Stage::Closed) && since.begun + OPENING < now {
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
                self.metrics.tally.ledger.lost += 1;
                let nodes = self.shared.nodes.len() > 1;
                let crosses = nodes && self.crosses(room, one.message.sender, one.member as u16);
                self.metrics.tally.nodes[usize::from(crosses)].lost += 1;
                let (room_state, at) = (&self.rooms[room], one.message.sent / 1_000_000);
                let (users, first) = (&self.shared.users, self.first_room);
                self.metrics.tally.sample("lost", || Sample {
                    kind: "lost".to_owned(),
                    at_ms: at,
                    message: format!(
                        "message {} of {}, sent by {}, did not reach {}{}",
                        one.number,
                        room_state.name(first, room),
                        room_state.member(users, usize::from(one.message.sender)),
                        room_state.member(users, one.member),
                        if crosses { ", who is on another node" } else { "" },
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
            let value = super::judge::value(&threshold.metric, &self.metrics.tally, None)?;
            (!threshold.holds(value)).then(|| {
                self.shared.stop.store(true, Ordering::Relaxed);
                format!("abort_when: {} is no longer {}", threshold.metric, threshold.text)
            })
        })
    }

    /// Nobody is connected, and the target has taken no connection for so long that it will not.
    pub(super) fn is_given_up(&self) -> Option<String> {
        let since = self.conns.refusing.filter(|_| self.conns.up == 0)?;
        (self.now() > since + GONE.as_nanos() as u64).then(|| {
            self.shared.stop.store(true, Ordering::Relaxed);
            format!("the target has taken no connection for {} s", GONE.as_secs())
        })
    }

    /// Looks at the sockets, and waits for them until then.
    pub(super) fn look(&mut self, now: u64, until: u64) {
        let unread = std::mem::take(&mut self.conns.unread);
        let until = if unread.is_empty() { until } else { now };
        let wait = self.conns.alarm.set(Duration::from_nanos(until.saturating_sub(now)));
        let Some(mut events) = self.help.events.take() else { return };
        if let Err(error) = self.conns.poll.poll(&mut events, wait)
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
        self.help.events = Some(events);
        for session in unread {
            self.readable(session);
        }
    }

    /// Takes all that a session has to read.
    pub(super) fn readable(&mut self, session: u32) {
        let mut buffer = std::mem::take(&mut self.scratch.buffer);
        self.read_all(session, &mut buffer);
        self.scratch.buffer = buffer;
    }

    fn take_mail(&mut self) {
        for one in self.help.inbox.0.take() {
            match one {
                Mail::Posted(posted) => {
                    self.help.postman.as_mut().map(Postman::back);
                    self.answered_by_post(posted);
                }
                Mail::News(news) => self.carried(news),
                Mail::Looked(looked) => self.looked(&looked),
                #[cfg(feature = "goose")]
                Mail::Asked(asked) => self.asked(asked),
            }
        }
    }
}
