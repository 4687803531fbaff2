//! One case while it runs: its model, its actors, and the log of what happened. What comes in is received
//! here; what is done stands in `steps` and `verbs`.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::ahead::Ahead;
use super::cast::{self, Actor, Link};
use super::lines::{Answered, Inbound, Lines};
use super::log::Log;
use super::{Arena, Rules, Stop};
use model::check::judge::{Channel, Item, Judge, Late, Match, Received, Taken, take_late};
use model::check::matching::redact;
use model::interpreter::Interpreter;
use model::interpreter::repeats::Repeat;
use model::plan::{CasePlan, user_of};
use model::world::SocketId;
use results::record::{Direction, Entry, Kind, short};
use wire::client::rest::Rest;
use wire::client::{Arrival, Incoming, SocketKey};

/// The expectations of the step under way. What none of them accounts for is a finding at once, unless it is held until
/// it is known which of them are in force.
pub(super) struct Pending<'j> {
    pub(super) judge: &'j mut Judge,
    pub(super) held: Option<&'j mut Vec<Received>>,
}

/// An ack that was taken to be left out, the form that counts until it comes, and the step it belongs to.
pub(super) struct LateAck {
    pub(super) late: Late,
    pub(super) form: Option<usize>,
    pub(super) step: usize,
}

/// What has been asked, and what of it was answered.
#[derive(Default)]
pub(super) struct Owed {
    /// The fences that came back.
    pub(super) fenced: HashSet<(SocketId, u64)>,
    /// Acks that were asked for, and have not come.
    pub(super) asked: HashSet<(SocketId, u64)>,
    /// Acks that were asked for, and taken to be left out when a fence came back before them.
    pub(super) late_acks: HashMap<(SocketId, u64), LateAck>,
    /// What would only repeat what is so already, in this step.
    pub(super) repeats: Vec<Repeat>,
    /// How many REST calls were made.
    pub(super) calls: u64,
    /// How many of them were answered.
    pub(super) answered: u64,
    /// What the steps behind the one at hand wait for.
    pub(super) ahead: Ahead,
}

/// A case while it runs.
pub(super) struct Case {
    pub(super) model: Interpreter,
    pub(super) rules: Arc<Rules>,
    pub(super) arena: Arena,
    /// A client for the REST routes of each node.
    pub(super) rest: Vec<Arc<Rest>>,
    pub(super) cast: Vec<Actor>,
    pub(super) log: Log,
    pub(super) owed: Owed,
    /// When the last expected thing arrived.
    pub(super) last_match: Instant,
    /// Why a judgement is not to be trusted, for reasons of the harness's own.
    pub(super) late: Option<String>,
    /// In a paced repetition silence is proved once, at its end; these sockets act in it.
    pub(super) paced: Option<Vec<SocketId>>,
    /// Until when the debounce of the step at hand keeps a repeated `typing` from being heard, in the world's time.
    pub(super) quiet_until: Option<Duration>,
    pub(super) lines: Lines,
}

impl Case {
    /// Puts a case together; nothing is connected yet.
    pub(super) async fn new(
        plan: CasePlan,
        rules: Arc<Rules>,
        arena: Arena,
        attempt: u32,
    ) -> Result<Self, Stop> {
        let names = model::plan::actors(&plan.scenario);
        let ids = cast::user_ids(&model::plan::users(&names), &plan, &arena, &rules)?;
        let debounce = rules.debounce(&plan.contract).map(|timed| timed.from);
        let log = Log::new(&plan);
        let mut model = Interpreter::new(plan, ids, debounce, rules.seed);
        arena.secrets.iter().for_each(|secret| rules.hide(secret));
        let mut cast = Vec::new();
        for (index, name) in names.iter().enumerate() {
            let user = model.user(user_of(name));
            let actor =
                cast::actor(name, user, &model.plan, &model.book, &arena, (rules.transport, attempt)).await?;
            if let Some(token) = actor.token.as_ref().filter(|_| actor.credential != "garbage") {
                rules.hide(&token.text);
            }
            for (_, cookie) in actor.cookies.split("; ").filter_map(|pair| pair.split_once('=')) {
                rules.hide(cookie);
            }
            if actor.valid() {
                model.world.add_socket(SocketId(index as u32), user);
            }
            cast.push(actor);
        }
        let rests = arena.reach.nodes(&arena.base).map(|node| arena.reach.rest(node).map(Arc::new));
        let rest = rests.collect::<Result<Vec<_>, _>>();
        let rest = rest.map_err(|error| Stop::CouldNotRun(error.to_string()))?;
        let lines = Lines::new(rules.trace);
        Ok(Self {
            model,
            rules,
            arena,
            rest,
            cast,
            log,
            owed: Owed::default(),
            last_match: Instant::now(),
            late: None,
            paced: None,
            quiet_until: None,
            lines,
        })
    }

    /// The time since the case began, as the world counts it.
    pub(super) fn now(&self) -> Duration {
        self.log.began.elapsed()
    }

    pub(super) fn actor(&self, socket: SocketId) -> &Actor {
        &self.cast[socket.0 as usize]
    }

    pub(super) fn actor_mut(&mut self, socket: SocketId) -> &mut Actor {
        &mut self.cast[socket.0 as usize]
    }

    pub(super) fn socket_of(&self, actor: &str) -> Result<SocketId, Stop> {
        let index = self.cast.iter().position(|known| known.name == actor);
        index
            .map(|index| SocketId(index as u32))
            .ok_or_else(|| Stop::CouldNotRun(format!("nobody is called `{actor}`")))
    }

    /// The client for the REST calls of somebody: that of their node. Nobody's go to the first.
    pub(super) fn rest_of(&self, socket: SocketId) -> &Arc<Rest> {
        let caller = if self.is_actor(socket) { socket.0 as usize } else { 0 };
        &self.rest[caller % self.rest.len()]
    }

    /// The key of an actor's next connection; what comes on the one before is not theirs any more.
    pub(super) fn next_key(&mut self, socket: SocketId) -> SocketKey {
        let actor = self.actor_mut(socket);
        actor.generation += 1;
        SocketKey(actor.generation << 16 | socket.0)
    }

    /// The sockets that are connected.
    pub(super) fn up(&self) -> Vec<SocketId> {
        let up = self.cast.iter().enumerate().filter(|(_, actor)| actor.line == Link::Up);
        up.map(|(index, _)| SocketId(index as u32)).collect()
    }

    /// The next thing that comes in, until a deadline.
    pub(super) async fn next(&mut self, deadline: Instant) -> Option<Inbound> {
        let inbound = self.lines.next(deadline).await;
        self.collect_frames();
        inbound
    }

    pub(super) fn collect_frames(&mut self) {
        while let Some(frame) = self.lines.frame() {
            let actor = self
                .cast
                .get((frame.socket.0 & 0xffff) as usize)
                .map_or("?", |actor| actor.name.as_str())
                .to_owned();
            let direction = if frame.outgoing { Direction::Out } else { Direction::In };
            self.log.frame(frame.at, actor, direction, &frame.text);
        }
    }

    /// Receives one thing: into the transcript, and to the expectations.
    pub(super) fn receive(&mut self, inbound: Inbound, pending: Option<&mut Pending<'_>>) {
        self.tell_time(Instant::now());
        match inbound {
            Inbound::Answered(answer) => self.receive_answer(*answer, pending),
            Inbound::Arrival(Arrival { socket: SocketKey(key), at, what }) => {
                let socket = SocketId(key & 0xffff);
                if self.actor(socket).generation == key >> 16 {
                    self.receive_arrival(socket, at, what, pending);
                }
            }
        }
    }

    fn receive_arrival(
        &mut self,
        socket: SocketId,
        at: Instant,
        what: Incoming,
        pending: Option<&mut Pending<'_>>,
    ) {
        let (channel, value) = match what {
            Incoming::Fenced { fence } => {
                self.owed.fenced.insert((socket, fence));
                return;
            }
            Incoming::Event { name, args, .. } => {
                let (name, value) = (self.rules.documented_name(name), single(args));
                let ignored = self.model.plan.contract.ignored.contains(&name);
                if ignored || self.is_about_a_stranger(&name, &value) {
                    self.log.set_aside += 1;
                    return;
                }
                if self.log.is_burdened_by(short::size(&value)) {
                    self.late = None;
                }
                (Channel::Event(name), value)
            }
            Incoming::Ack { id, args } => (Channel::Ack(id), single(args)),
            Incoming::Connected { data, .. } => (Channel::Connected, data),
            Incoming::ConnectError { data } => {
                self.actor_mut(socket).line = Link::Refused;
                (Channel::ConnectError, data)
            }
            Incoming::Disconnected => {
                self.lost(socket, at, "the server ended the connection", pending);
                return;
            }
            Incoming::Closed { reason } => {
                self.lost(socket, at, &reason, pending);
                return;
            }
            Incoming::Failed { why } => {
                // Not the server's doing: nothing is judged, and the case is run again.
                self.find(Kind::Unproved, None, Some(socket), why.clone());
                self.late.get_or_insert(why);
                self.log.halted = true;
                return;
            }
            Incoming::Flooded { flood, last } => {
                self.flooded(socket, flood, &last);
                return;
            }
            Incoming::Violation { what } => {
                let actor = self.actor(socket).name.clone();
                self.log.enter(
                    at,
                    &actor,
                    Direction::In,
                    "a frame that breaks the protocol",
                    &json!(what),
                    &json!(what),
                );
                let message = format!("{actor} received a frame that breaks the protocol: {what}");
                self.find(Kind::Protocol, None, Some(socket), message);
                return;
            }
        };
        self.offer(self.received(socket, channel, value, at), pending);
    }

    fn receive_answer(&mut self, answer: Answered, pending: Option<&mut Pending<'_>>) {
        let Answered { socket, call, at, result, headers, body } = answer;
        self.owed.answered += 1;
        match result {
            Ok(response) => {
                self.was_slow(socket, &response);
                self.read_clock(&response, at);
                let leads =
                    response.location().map_or_else(String::new, |to| format!(" to {}", short::name(to)));
                self.log.answer = Some((format!("{}{leads}", response.status), response.text()));
                let mut value = json!({"status": response.status});
                if body {
                    value["body"] = response.body;
                }
                if !headers.is_empty() {
                    let found = |name: &str| response.headers.iter().find(|(known, _)| known == name);
                    let of = |name: &String| {
                        (name.clone(), found(name).map_or(Value::Null, |(_, value)| json!(value)))
                    };
                    value["headers"] = Value::Object(headers.iter().map(of).collect());
                }
                self.offer(self.received(socket, Channel::Rest(call), value, at), pending);
            }
            Err(error) => self.got_no_answer(socket, &error),
        }
    }

    /// REST calls of nobody use a socket number of their own.
    pub(super) fn nobody(&self) -> SocketId {
        SocketId(self.cast.len() as u32)
    }

    pub(super) fn is_actor(&self, socket: SocketId) -> bool {
        (socket.0 as usize) < self.cast.len()
    }

    pub(super) fn caller(&self, socket: SocketId) -> String {
        self.cast.get(socket.0 as usize).map_or_else(|| "nobody".to_owned(), |actor| actor.name.clone())
    }

    fn lost(&mut self, socket: SocketId, at: Instant, reason: &str, pending: Option<&mut Pending<'_>>) {
        let actor = self.actor_mut(socket);
        if actor.line != Link::Up {
            return;
        }
        actor.line = Link::Refused;
        let value = json!(reason);
        self.offer(self.received(socket, Channel::Disconnected, value, at), pending);
    }

    fn is_about_a_stranger(&self, event: &str, value: &Value) -> bool {
        let about = self.model.plan.contract.events.get(event).and_then(|spec| spec.about.as_ref());
        let Some(id) = about.and_then(|field| value.get(field)) else { return false };
        self.model.book.holder("user", id).is_none()
    }

    /// Something that arrived, as the expectations see it.
    fn received(&self, socket: SocketId, channel: Channel, value: Value, at: Instant) -> Received {
        Received { socket, channel, value, at: at.saturating_duration_since(self.log.began) }
    }

    /// Gives something that arrived to the expectations, and writes down what became of it.
    pub(super) fn offer(&mut self, received: Received, pending: Option<&mut Pending<'_>>) {
        let taken = match pending {
            None => Taken::Unexpected,
            Some(pending) => {
                let (told, contract) = (&self.model.told, &self.model.plan.contract);
                let taken = pending.judge.offer(&received, told, contract, &self.model.book);
                match (taken, pending.held.as_mut()) {
                    (Taken::Held, _) => return,
                    (Taken::Unexpected, Some(held)) => return held.push(received),
                    (taken, _) => taken,
                }
            }
        };
        self.account(received, taken);
    }

    /// Writes down what became of something that arrived.
    pub(super) fn account(&mut self, mut received: Received, taken: Taken) {
        let taken = match taken {
            Taken::By(found) => Some(found),
            Taken::Held | Taken::Unexpected => match self.late_or_early(received) {
                Some((kept, found)) => {
                    received = kept;
                    found
                }
                None => return,
            },
        };
        if let (Channel::Ack(id), Some(_)) = (&received.channel, &taken) {
            self.owed.asked.remove(&(received.socket, *id));
        }
        let (actor, at) = (self.caller(received.socket), self.log.began + received.at);
        let Some(mut found) = taken else {
            let name = channel_name(&received.channel);
            let redacted = redact(&received.value);
            self.log.enter(at, &actor, Direction::In, &name, &received.value, &redacted);
            self.unexpected(&received, &name);
            self.blame_debounce(at);
            self.blame_haste(&received);
            return;
        };
        self.log.enter(at, &actor, Direction::In, &found.item.name, &received.value, &found.redacted);
        for (label, value) in &found.bound {
            self.model.book.bind(label.clone(), value.clone());
        }
        let stands = self.goes_on(&found);
        found.differences.extend(stands);
        self.last_match = at;
        self.observe(&found.item, at);
        let user = self.cast.get(received.socket.0 as usize).map(|actor| actor.user_name.clone());
        self.model.hear((received.socket, received.at), &user.unwrap_or_default(), &found.item);
        self.judge_match(&found, &received.value);
    }

    /// What no expectation of the step took may be an ack that comes late, or something that a later step waits for, which is
    /// then held for it.
    fn late_or_early(&mut self, received: Received) -> Option<(Received, Option<Box<Match>>)> {
        match self.take_late_ack(&received) {
            None => Some((self.owed.ahead.hold(received)?, None)),
            late => Some((received, late)),
        }
    }

    /// Something that was due has come. That a connection was let in tells nothing of what the case is about.
    fn observe(&mut self, item: &Item, at: Instant) {
        if item.channel == Channel::Connected {
            return;
        }
        let refused = matches!(item.channel, Channel::ConnectError | Channel::Disconnected);
        let counts = u64::from(refused || self.log.step > 0);
        if matches!(item.channel, Channel::Rest(_)) {
            self.log.looked_up += counts;
        } else {
            self.log.observed += counts;
        }
        if self.log.step > 0 {
            self.rules.account.came(&item.name, is_answer(&item.channel), self.log.since_said(at));
        }
        if !refused {
            let after = self.last_match.saturating_duration_since(self.log.waiting_since);
            self.rules.misses.came(&self.model.plan.contract.dialect, &item.name, after);
        }
    }

    /// An ack that was taken to be left out may still come: its form was another one, then.
    fn take_late_ack(&mut self, received: &Received) -> Option<Box<Match>> {
        let Channel::Ack(id) = received.channel else { return None };
        let LateAck { late, form, step } = self.owed.late_acks.remove(&(received.socket, id))?;
        self.log.belongs_to = Some(step);
        if let Some(form) = form.and_then(|index| self.log.forms.get_mut(index)) {
            form.1.clone_from(&late.form);
        }
        Some(Box::new(take_late(&late, received, &self.model.plan.contract, &self.model.book)))
    }
}

/// The arguments of an event or an ack as one value; the documents know no more than one.
fn single(mut args: Vec<Value>) -> Value {
    match args.len() {
        0 => Value::Null,
        1 => args.swap_remove(0),
        count => json!({"arguments": count, "all": args}),
    }
}

/// Whether something answers what was said.
pub(super) fn is_answer(channel: &Channel) -> bool {
    matches!(channel, Channel::Ack(_) | Channel::Rest(_))
}

/// What a channel is called in a message.
pub(super) fn channel_name(channel: &Channel) -> String {
    match channel {
        Channel::Event(name) => name.clone(),
        Channel::Ack(_) => "an ack".to_owned(),
        Channel::Connected => "the connection".to_owned(),
        Channel::ConnectError => "connect_error".to_owned(),
        Channel::Disconnected => "a disconnect".to_owned(),
        Channel::Rest(_) => "an answer".to_owned(),
    }
}

/// An entry of the transcript.
pub(super) fn entry(at_us: u64, step: usize, actor: &str, direction: Direction, name: &str) -> Entry {
    Entry {
        step,
        at_us,
        actor: actor.to_owned(),
        direction,
        name: name.to_owned(),
        payload: Value::Null,
        redacted: Value::Null,
    }
}
