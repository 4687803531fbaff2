//! Waiting: until the expectations of a step are met, and until silence is proved.

use std::time::{Duration, Instant};

use super::case::{Case, Pending};
use super::cast::Link;
use super::log::GivenUp;
use model::check::judge::{Judge, Received, State, Taken};
use model::world::SocketId;
use results::record::Kind;
use wire::client::Connection;

/// A silence takes so long at least.
const LEAST_SILENCE: Duration = Duration::from_millis(50);

impl Case {
    /// Waits until all that is expected has arrived, or its time is over; then says what is missing.
    pub(super) async fn meet(&mut self, judge: Judge) {
        self.meet_holding(judge, None, self.rules.within).await;
    }

    /// The same, with a time of its own, and with what no expectation accounts for held back where `held` is given.
    /// Returns the names of the forms that counted, in order.
    pub(super) async fn meet_holding(
        &mut self,
        mut judge: Judge,
        mut held: Option<&mut Vec<Received>>,
        within: Duration,
    ) -> Vec<String> {
        let started = Instant::now();
        self.log.waiting_since = started;
        let mut hurried = false;
        let before = self.log.findings.len();
        self.log.otherwise = false;
        let mut began = started;
        let mut cut = None;
        loop {
            // A REST call has a bound of its own, which says more than that nothing came.
            let (deadline, calling) = (self.deadline(began, within), self.owed.calls > self.owed.answered);
            match judge.state() {
                State::Done => break,
                // A paced repetition does not wait: what comes late is taken for what it is when it comes.
                State::Enough if self.paced.is_some() => break,
                State::Enough => {
                    let sockets = judge.sockets();
                    self.fence_all(&sockets, &mut Pending { judge: &mut judge, held: held.as_deref_mut() })
                        .await;
                    if judge.state() <= State::Enough {
                        break;
                    }
                }
                State::Waiting => {}
            }
            if self.log.otherwise && cut.is_none() {
                cut = Some(Instant::now() + self.silence());
            }
            hurried = self.is_given_up(&judge);
            let deadline = if hurried { deadline.min(began + self.rules.misses.least()) } else { deadline };
            let Some(inbound) = self.next(cut.map_or(deadline, |cut| cut.min(deadline))).await else { break };
            self.receive(inbound, Some(&mut Pending { judge: &mut judge, held: held.as_deref_mut() }));
            if self.log.halted {
                break;
            }
            // What follows from an answer may take its time after it.
            if calling && self.owed.calls == self.owed.answered {
                began = Instant::now();
            }
        }
        if !self.log.flooded {
            self.settle_held(&mut judge, held);
        }
        let ended = judge.finish();
        let forms = ended.iter().map(|ended| ended.form.clone()).collect();
        self.halt_where_needed(&ended);
        if hurried {
            let missing = ended.iter().flat_map(|ended| &ended.missing);
            self.log.given_up.extend(missing.map(|item| GivenUp {
                socket: item.socket,
                channel: item.channel.clone(),
                name: item.name.clone(),
                since: began,
            }));
        }
        for ended in ended {
            self.judge_ended(ended, started.elapsed());
        }
        self.fold_since(before);
        forms
    }

    /// Nothing else comes: what did not say what it is is taken for the next of its name.
    fn settle_held(&mut self, judge: &mut Judge, mut held: Option<&mut Vec<Received>>) {
        while let Some((received, taken)) = judge.next_held(&self.model.plan.contract, &self.model.book) {
            match (taken, held.as_mut()) {
                (Taken::Unexpected, Some(held)) => held.push(received),
                (taken, _) => self.account(received, taken),
            }
        }
    }

    /// How long what nobody should hear may be on its way; a server that has never said anything has nothing on its way.
    fn settle(&self) -> Duration {
        let settle = self.arena.settle;
        if self.is_silent() { settle.min(LEAST_SILENCE) } else { settle }
    }

    pub(super) fn is_silent(&self) -> bool {
        self.rules.misses.is_silent(&self.model.plan.contract.dialect)
    }

    /// As long as a silence is waited for.
    fn silence(&self) -> Duration {
        self.arena.settle.max(LEAST_SILENCE)
    }

    /// Whether all that is still awaited was missed so often that nobody need wait long for it.
    fn is_given_up(&self, judge: &Judge) -> bool {
        let given_up = |name: &&str| self.rules.misses.is_given_up(&self.model.plan.contract.dialect, name);
        let awaited = judge.awaited();
        !awaited.is_empty() && awaited.iter().all(|names| names.iter().any(given_up))
    }

    /// Lets time pass; whatever arrives is a finding.
    pub(super) async fn pass(&mut self, until: Instant) {
        while !self.log.halted
            && let Some(inbound) = self.next(until).await
        {
            self.receive(inbound, None);
        }
    }

    /// Proves that nobody has heard anything that is not accounted for: first who has acted, then everybody else.
    pub(super) async fn prove_silence(&mut self, acted: &[SocketId]) {
        let mut nothing = Judge::new(model::check::judge::Order::Next);
        let settle = Instant::now() + self.settle();
        self.pass(settle).await;
        let pending = &mut Pending { judge: &mut nothing, held: None };
        let (acted, others): (Vec<SocketId>, Vec<SocketId>) =
            self.up().into_iter().partition(|socket| acted.contains(socket));
        self.fence(&acted, pending).await;
        // Several who acted may have been heard by each other.
        let others = if acted.len() > 1 { self.up() } else { others };
        self.fence(&others, pending).await;
    }

    fn is_up(&self, socket: SocketId) -> bool {
        self.cast.get(socket.0 as usize).is_some_and(|actor| actor.line == Link::Up)
    }

    /// After a settling time, fences these sockets; stops early where nothing more can come.
    async fn fence_all(&mut self, sockets: &[SocketId], pending: &mut Pending<'_>) {
        let settle = Instant::now() + self.settle();
        while pending.judge.state() == State::Enough {
            let Some(inbound) = self.next(settle).await else { break };
            self.receive(inbound, Some(pending));
        }
        if pending.judge.state() == State::Enough {
            let up: Vec<SocketId> = sockets.iter().copied().filter(|socket| self.is_up(*socket)).collect();
            self.fence(&up, pending).await;
        }
    }

    /// Sends each socket a fence and awaits the answers: what was queued before has arrived by then.
    async fn fence(&mut self, sockets: &[SocketId], pending: &mut Pending<'_>) {
        let mut awaited: Vec<(SocketId, u64)> = Vec::new();
        for socket in sockets {
            // Where the client cannot fence, the settling time before this has to be proof enough.
            if let Some(fence) = self.actor(*socket).socket.as_ref().and_then(Connection::fence) {
                awaited.push((*socket, fence));
            }
        }
        let deadline = Instant::now() + self.rules.fence_within;
        loop {
            awaited
                .retain(|key| !self.owed.fenced.remove(key) && self.cast[key.0.0 as usize].line == Link::Up);
            if awaited.is_empty() {
                return;
            }
            let Some(inbound) = self.next(deadline).await else { break };
            self.receive(inbound, Some(pending));
        }
        for (socket, _) in awaited {
            let actor = self.caller(socket);
            let message = format!(
                "{actor} did not answer a fence (CONNECT to an unknown namespace) within {} ms, so its silence is not \
                 proved",
                self.rules.fence_within.as_millis()
            );
            self.find(Kind::Unproved, None, Some(socket), message);
            self.log.halted = true;
        }
    }
}
