//! The steps of a scenario, one after the other.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::case::Case;
use super::cast::Link;
use super::{Stop, raw};
use language::contract::Timed;
use language::script::{Act, Action, Refused, Step, StepKind, Time};
use language::verb::ModelVerb;
use model::check::judge::{Judge, Order};
use model::plan::user_of;
use model::world::{self, SocketId};
use results::record::Kind;

impl Case {
    /// Performs a step of the scenario.
    pub(super) async fn step(&mut self, step: &Step) -> Result<(), Stop> {
        if self.log.halted {
            return Err(Stop::Halted);
        }
        let before = self.log.findings.len();
        if let Some(doing) = &mut self.log.doing {
            // What comes from now on answers something else.
            (doing.awaits, doing.refused) = (false, None);
        }
        self.log.step_clauses = self.own_clauses(step);
        self.quiet_until = None;
        self.owed.repeats.clear();
        let done = match &step.kind {
            StepKind::Act(actors, act) => self.act(actors, act).await,
            StepKind::HearsNothing(actors) => self.hears_nothing(actors).await,
            StepKind::Stopped { user, room, after } => {
                self.stopped(user, room.as_deref(), after.as_ref()).await
            }
            StepKind::Repeat { times, until: Some(kind), steps, .. } => {
                self.repeat_until(*times, kind, steps).await
            }
            StepKind::Repeat { times, over, steps, .. } => self.repeat(*times, over.as_ref(), steps).await,
            StepKind::Parallel(branches) => self.parallel(branches).await,
            StepKind::AnyOrder(steps) => self.any_order(steps).await,
            StepKind::AtOnce(steps) => self.at_once(steps).await,
            StepKind::Wait(time) => {
                let until = Instant::now() + self.duration(*time)?;
                self.pass(until).await;
                Ok(())
            }
            StepKind::Expired(actor) => self.until_expired(actor).await,
            StepKind::Rest(call) => {
                let nobody = self.nobody();
                raw::rest(self, nobody, call).await
            }
        };
        self.log.step_clauses.clear();
        self.gather_broadcasts(before);
        if self.log.halted { Err(Stop::Halted) } else { done }
    }

    async fn act(&mut self, actors: &[String], act: &Act) -> Result<(), Stop> {
        if matches!(act, Act::Expect { .. }) {
            return raw::expect_all(self, actors, act).await;
        }
        for actor in actors {
            let socket = self.socket_of(actor)?;
            match act {
                Act::Verb(action) => self.say(socket, action).await?,
                Act::Connect(raw) => self.connect_raw(socket, raw).await?,
                Act::Sever => self.sever(socket).await?,
                other => raw::act(self, socket, other).await?,
            }
            if self.log.halted {
                return Err(Stop::Halted);
            }
        }
        Ok(())
    }

    /// What has to be heard is heard by now; a fence proves that there is nothing else. A socket that could not have
    /// heard of anything proves nothing.
    async fn hears_nothing(&mut self, actors: &[String]) -> Result<(), Stop> {
        for actor in actors {
            let socket = self.socket_of(actor)?;
            let actor = self.actor(socket);
            if actor.line == Link::Offline {
                let message = format!("{} is not connected, so hearing nothing proves nothing", actor.name);
                return Err(Stop::CouldNotRun(message));
            }
            if actor.witnessed == 0 {
                let message = format!(
                    "nobody else has done anything since {} connected, so hearing nothing proves nothing",
                    actor.name
                );
                return Err(Stop::CouldNotRun(message));
            }
        }
        self.prove_silence(&[]).await;
        self.log.judged(None);
        Ok(())
    }

    /// The server ends a typing by itself, in the documented window.
    async fn stopped(&mut self, user: &str, room: Option<&str>, after: Option<&Time>) -> Result<(), Stop> {
        let room = match (room, self.model.rooms.as_slice()) {
            (Some(room), _) => room.to_owned(),
            (None, [only]) => only.clone(),
            _ => {
                return Err(Stop::CouldNotRun(
                    "there are several rooms; say which one with `in:`".to_owned(),
                ));
            }
        };
        let room_id = self
            .model
            .room_id(&room)
            .ok_or_else(|| Stop::CouldNotRun(format!("there is no room `{room}`")))?;
        let user_id = self.model.user(user_of(user));
        let Some(since) = self.model.world.typing_since(user_id, room_id) else {
            return Err(Stop::CouldNotRun(format!("{user} does not type in {room}, so nothing can stop")));
        };
        let window = after.map(|after| self.window(*after)).transpose()?;
        let changes = self.model.world.apply(&world::Action::TypingExpired(user_id, room_id), self.now());
        let mut judge = Judge::new(Order::Next);
        for change in &changes {
            self.expect_change(&mut judge, None, change, None);
        }
        let latest =
            window.as_ref().map_or(Duration::ZERO, |window| window.to.mul_f64(self.rules.patience.max(1.0)));
        let within = (since + latest).saturating_sub(self.now()) + self.rules.within;
        self.meet_holding(judge, None, within).await;
        let Some(window) = window else { return Ok(()) };
        self.log.judged(window.clause.as_deref());
        let took = self.last_match.saturating_duration_since(self.log.began).saturating_sub(since);
        if !self.log.halted && took < window.from {
            let message = format!(
                "{user}'s typing ended after {} ms, earlier than {} ms",
                took.as_millis(),
                window.from.as_millis()
            );
            self.find(Kind::Timing, window.clause.as_deref(), None, message);
        } else if !self.log.halted
            && took > window.to.mul_f64(self.rules.patience.max(1.0)) + self.rules.slack
        {
            let message = format!(
                "{user}'s typing ended after {} ms, later than {} ms",
                took.as_millis(),
                window.to.as_millis()
            );
            self.find(Kind::Timing, window.clause.as_deref(), None, message);
        }
        Ok(())
    }

    fn window(&self, time: Time) -> Result<Timed, Stop> {
        let contract = &self.model.plan.contract;
        let (factor, timed) = match time {
            Time::Plain(time) => (1.0, Some(Timed { from: time, to: time, clause: None })),
            Time::Debounce(factor) => (factor, self.rules.debounce(contract)),
            Time::TypingExpires(factor) => (factor, self.rules.typing_expires(contract)),
        };
        let timed =
            timed.ok_or_else(|| Stop::CouldNotRun("the dialect documents no such time".to_owned()))?;
        Ok(Timed { from: timed.from.mul_f64(factor), to: timed.to.mul_f64(factor), clause: timed.clause })
    }

    fn duration(&self, time: Time) -> Result<Duration, Stop> {
        Ok(self.window(time)?.to)
    }

    async fn repeat(&mut self, times: u32, over: Option<&Time>, steps: &[Step]) -> Result<(), Stop> {
        let Some(over) = over else {
            for _ in 0..times {
                Box::pin(self.all(steps)).await?;
            }
            return Ok(());
        };
        let started = Instant::now();
        let whole = self.duration(*over)?;
        self.paced = Some(Vec::new());
        let mut done = Ok(());
        for turn in 0..times {
            let intended = started + whole.mul_f64(f64::from(turn) / f64::from(times));
            self.pass(intended).await;
            done = Box::pin(self.all(steps)).await;
            if done.is_err() {
                break;
            }
        }
        let acted = self.paced.take().unwrap_or_default();
        done?;
        self.prove_silence(&acted).await;
        self.log.judged(None);
        Ok(())
    }

    /// The clauses of a step that are of this dialect.
    fn own_clauses(&self, step: &Step) -> Vec<String> {
        step.clauses
            .iter()
            .filter_map(|cited| self.model.plan.contract.clause_cited(cited))
            .map(str::to_owned)
            .collect()
    }

    async fn all(&mut self, steps: &[Step]) -> Result<(), Stop> {
        for (index, step) in steps.iter().enumerate() {
            self.step_before(step, &steps[index + 1..]).await?;
        }
        Ok(())
    }

    /// Performs a step. Where the next one has to come in time, and proves silence itself, this one does not wait for more than is
    /// required: a target may need longer to settle than a debounce lasts.
    pub(super) async fn step_before(&mut self, step: &Step, following: &[Step]) -> Result<(), Stop> {
        self.look_ahead(following);
        let hurried = self.paced.is_none() && says(step) && following.first().is_some_and(comes_in_time);
        if hurried {
            self.paced = Some(Vec::new());
        }
        let done = self.step(step).await;
        if hurried {
            self.paced = None;
        }
        done
    }

    /// Branches at once: everything is sent, the branches taking turns, before anything is awaited.
    async fn parallel(&mut self, branches: &[Step]) -> Result<(), Stop> {
        let mut queues: Vec<Vec<(SocketId, &Act)>> = Vec::new();
        for branch in branches {
            let mut queue = Vec::new();
            self.flatten(branch, &mut queue)?;
            queue.reverse();
            queues.push(queue);
        }
        self.model.unordered = true;
        let mut judge = Judge::at_once(Order::Next);
        while queues.iter().any(|queue| !queue.is_empty()) {
            for queue in &mut queues {
                if let Some((socket, Act::Verb(action))) = queue.pop() {
                    self.begin(&mut judge, socket, action)?;
                }
            }
        }
        self.meet(judge).await;
        Ok(())
    }

    pub(super) fn flatten<'s>(
        &self,
        step: &'s Step,
        queue: &mut Vec<(SocketId, &'s Act)>,
    ) -> Result<(), Stop> {
        match &step.kind {
            StepKind::Act(actors, act) if matches!(act.as_ref(), Act::Verb(_)) => {
                for actor in actors {
                    queue.push((self.socket_of(actor)?, act.as_ref()));
                }
                Ok(())
            }
            StepKind::Repeat { times, over: None, until: None, steps } => {
                for _ in 0..*times {
                    steps.iter().try_for_each(|step| self.flatten(step, queue))?;
                }
                Ok(())
            }
            _ => Err(Stop::CouldNotRun("this step takes verbs, and `repeat` of verbs".to_owned())),
        }
    }

    async fn until_expired(&mut self, actor: &str) -> Result<(), Stop> {
        let socket = self.socket_of(actor)?;
        let Some(token) = &self.actor(socket).token else {
            return Err(Stop::CouldNotRun(format!("{actor} has no token that could expire")));
        };
        // A server may count whole seconds: a second later every reading of `exp` agrees.
        let expired = UNIX_EPOCH + Duration::from_secs(token.expires + 1);
        let left = expired.duration_since(SystemTime::now()).unwrap_or_default();
        self.pass(Instant::now() + left + Duration::from_millis(20)).await;
        Ok(())
    }
}

/// Whether a step says something that is accepted.
fn says(step: &Step) -> bool {
    let StepKind::Act(_, act) = &step.kind else { return false };
    let Act::Verb(Action { verb, refused: Refused::No, .. }) = act.as_ref() else { return false };
    !verb.is_about_the_connection()
}

/// Whether a step is a part of what a documented time is about, and ends with a proof of silence.
fn comes_in_time(step: &Step) -> bool {
    match &step.kind {
        StepKind::Repeat { over, until, .. } => over.is_some() && until.is_none(),
        StepKind::Act(_, act) => {
            matches!(act.as_ref(), Act::Verb(action) if action.verb == ModelVerb::Type && !action.effect && action.refused == Refused::No)
        }
        _ => false,
    }
}
