//! A phase: what is due in it and when, what happens at its beginning and its end, and when it is over.

use std::cmp::Reverse;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::STOPPED;
use super::pace::Pace;
use super::posting::Postman;
use super::session::Stage;
use super::worker::{Timer, Worker};
use language::load::Rate;
use language::phase::{Paced, Phase, Portion};

/// How many things are done at most between two looks at the sockets.
const BATCH: usize = 64;
/// How long a phase without an end of its own may take.
const LONGEST_RAMP: Duration = Duration::from_secs(300);
/// How long what was due in a phase may still be sent after its end.
const GRACE: Duration = Duration::from_secs(5);

/// What happens at a pace in a phase.
struct Paces {
    /// In nanoseconds after the run began.
    began: u64,
    all: Vec<(Paced, Pace)>,
    /// How many sessions have been opened.
    opened: usize,
}

/// What is due.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Timer,
    Paced(Paced),
}

impl Paces {
    fn new(phase: &Phase, share: f64, began: u64) -> Self {
        let part = |rate: Rate| Rate { from: rate.from * share, to: rate.to * share };
        let paces = phase.paces.iter().map(|(paced, rate)| (*paced, Pace::new(part(*rate), phase.lasts)));
        Self { began, all: paces.collect(), opened: 0 }
    }

    fn of(&self, wanted: Paced) -> Option<&Pace> {
        self.all.iter().find(|(paced, _)| *paced == wanted).map(|(_, pace)| pace)
    }

    /// What is due first, and when.
    fn next(&self, sessions: usize, timer: Option<u64>) -> Option<(u64, Due)> {
        let there = |paced: Paced| paced != Paced::Connect || self.opened < sessions;
        let paced = self.all.iter().filter(|(paced, _)| there(*paced));
        let paced = paced.filter_map(|(paced, pace)| Some((self.began + pace.due()?, Due::Paced(*paced))));
        timer.map(|due| (due, Due::Timer)).into_iter().chain(paced).min()
    }

    fn take(&mut self, taken: Paced) {
        if let Some((_, pace)) = self.all.iter_mut().find(|(paced, _)| *paced == taken) {
            pace.take();
        }
    }
}

impl Worker<'_> {
    /// Runs a phase to its end; why it ended before its time, where it did.
    pub(super) fn run_phase(&mut self, index: usize, phase: &Phase) -> Option<String> {
        let began = self.now();
        self.metrics.tally.phases[index].began = began;
        let mut paces = Paces::new(phase, self.progress.share, began);
        self.begin_phase(phase, began);
        let end = began + phase.lasts.unwrap_or(LONGEST_RAMP).as_nanos() as u64;
        let ended = loop {
            let now = self.now();
            let next = self.act(now, &mut paces).unwrap_or(u64::MAX).min(end).min(self.metrics.next_second);
            if let Some(turns) = paces.of(Paced::Turn).filter(|_| next <= now) {
                self.metrics.backlog = self.metrics.backlog.max(turns.backlog(now.min(end) - began));
            }
            if now >= self.metrics.next_second {
                self.tick(now);
                if let Some(reason) =
                    self.broken_threshold().or_else(|| self.is_given_up()).or_else(|| self.is_hopeless())
                {
                    break Some(reason);
                }
            }
            if let Some(flood) = self.progress.flood.take() {
                break Some(flood);
            }
            if let Some(lack) = self.progress.lack {
                break Some(lack.to_owned());
            }
            if self.shared.is_stopped() {
                break Some(STOPPED.to_owned());
            }
            let over = self.is_over(phase, &paces, now, end);
            if over && self.everybody_is_through(index) {
                break self.ramped_up_nobody(phase);
            }
            // Whoever is through waits for the others, and serves its sockets meanwhile.
            self.look(now, if over { now + 1_000_000 } else { next });
        };
        if let Some(turns) = paces.of(Paced::Turn) {
            let tally = &mut self.metrics.tally.phases[index];
            tally.due = if ended.is_some() { tally.sent } else { turns.total() };
            self.metrics.never_sent += if ended.is_some() { 0 } else { turns.remaining() };
        }
        self.end_phase(phase);
        self.metrics.tally.phases[index].ended = self.now().min(end.max(began + 1));
        ended
    }

    /// Does what is due, a batch at the most; when the next thing is due.
    fn act(&mut self, now: u64, paces: &mut Paces) -> Option<u64> {
        for _ in 0..BATCH {
            let timer = self.timers.peek().map(|Reverse((due, _))| *due);
            let (due, what) = paces.next(self.conns.sessions.len(), timer)?;
            if due > now {
                return Some(due);
            }
            match what {
                Due::Timer => match self.timers.pop() {
                    Some(Reverse((due, Timer::Open(session)))) => self.open(session, due),
                    Some(Reverse((due, Timer::Turn(session)))) => self.turn_of(session, due),
                    Some(Reverse((_, Timer::Silence(session)))) => self.silence(session),
                    None => {}
                },
                Due::Paced(paced) => {
                    paces.take(paced);
                    self.happens(paced, due, paces);
                }
            }
        }
        Some(now)
    }

    /// Does what was due at a pace.
    fn happens(&mut self, paced: Paced, due: u64, paces: &mut Paces) {
        match paced {
            Paced::Connect => {
                self.open(paces.opened as u32, due);
                paces.opened += 1;
            }
            Paced::Turn => self.turn(due),
            Paced::Cut => self.cut_somebody(due),
            Paced::Break => self.break_somebody(due),
        }
    }

    fn is_over(&self, phase: &Phase, paces: &Paces, now: u64, end: u64) -> bool {
        let overdue = paces.of(Paced::Turn).is_some_and(|turns| turns.due().is_some());
        match phase.lasts {
            Some(_) => now >= end && (!overdue || now >= end + GRACE.as_nanos() as u64),
            None => {
                let ramped = paces.of(Paced::Connect).is_none() || paces.opened >= self.conns.sessions.len();
                (ramped && self.all_settled()) || now >= end
            }
        }
    }

    /// What happens at the very beginning of a phase.
    fn begin_phase(&mut self, phase: &Phase, now: u64) {
        let count = |part: f64| (part * self.conns.sessions.len() as f64).round() as usize;
        let (dropped, stalled) = (count(phase.part(Portion::Drop)), count(phase.part(Portion::Stall)));
        let mut everyone: Vec<u32> = (0..self.conns.sessions.len() as u32).collect();
        self.rng.shuffle(&mut everyone);
        for session in everyone.iter().take(dropped) {
            self.cut(*session);
            let (least, most) = phase.backoff;
            let wait = self.rng.u64(least.as_nanos() as u64..=most.as_nanos() as u64);
            self.timers.push(Reverse((now + wait, Timer::Open(*session))));
        }
        for session in everyone.iter().rev().take(stalled) {
            self.stall(*session, true);
        }
        if let Some(users) = self.shared.own_users(phase) {
            for session in everyone.iter().take(users) {
                // Not all at once: the first turns are spread over one thought.
                let first = self.rng.u64(0..=phase.think.as_nanos() as u64);
                self.timers.push(Reverse((now + first, Timer::Turn(*session))));
            }
        }
    }

    fn end_phase(&mut self, phase: &Phase) {
        if phase.part(Portion::Stall) > 0.0 {
            for session in 0..self.conns.sessions.len() as u32 {
                self.stall(session, false);
            }
        }
        if phase.users.is_some() {
            self.timers.retain(|Reverse((_, timer))| !matches!(timer, Timer::Turn(_)));
        }
    }

    /// Every session is up and in its rooms, or has failed for good.
    fn all_settled(&self) -> bool {
        self.awaits_nothing()
            && self.help.postman.as_ref().is_none_or(Postman::is_idle)
            && self.timers.is_empty()
            && self.conns.sessions.iter().all(|session| matches!(session.stage, Stage::Up | Stage::Closed))
    }

    /// The phases of all workers end together.
    fn everybody_is_through(&mut self, index: usize) -> bool {
        if self.progress.through <= index {
            self.shared.through[index].fetch_add(1, Ordering::Relaxed);
            self.progress.through = index + 1;
        }
        self.shared.is_through(index)
    }
}
