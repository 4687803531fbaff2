//! What an actor says in a verb of the contract: the action's scope, what is sent, and what has to follow.

use std::time::Instant;

use serde_json::Value;

use super::Stop;
use super::case::Case;
use super::cast::Link;
use language::contract::{Say, Verb};
use language::ground::Ground;
use language::script::{Action, Refused};
use language::verb::{ModelVerb, VerbName};
use model::check::judge::{Channel, Judge, Order};
use model::check::scope::Scope;
use model::findings::scene::Doing;
use model::interpreter::expected::{Sent, accepted, refused};
use model::interpreter::outgoing::{Filled, Outgoing};
use model::interpreter::said::{Said, kind_of};
use model::world::{Change, SocketId, What};
use results::record::{Direction, Kind};

impl Case {
    /// Says a verb, and waits for all that has to follow.
    pub(super) async fn say(&mut self, socket: SocketId, action: &Action) -> Result<(), Stop> {
        if action.verb.is_about_the_connection() {
            return self.connection(socket, action).await;
        }
        if self.keeps_silence(socket, action)? {
            return Ok(());
        }
        let mut judge = Judge::new(Order::Next);
        match &action.refused {
            Refused::Yes(_) => {
                let before = self.log.findings.len();
                let said = self.said(socket, action)?;
                let sent = self.send(&said, action)?;
                self.expect_refusal(&mut judge, &said, action, &sent);
                self.meet(judge).await;
                self.prove_silence(&[socket]).await;
                self.fold_since(before);
                self.accept(&said, action, before);
            }
            Refused::Maybe(_) => self.say_maybe(socket, action).await?,
            Refused::No => {
                self.begin(&mut judge, socket, action)?;
                self.meet(judge).await;
                self.credential_counted(socket);
                match &mut self.paced {
                    Some(acted) if !acted.contains(&socket) => acted.push(socket),
                    None if !action.effect => self.prove_silence(&[socket]).await,
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Sends a verb and adds what has to follow to the expectations; several may be under way at once.
    pub(super) fn begin(&mut self, judge: &mut Judge, socket: SocketId, action: &Action) -> Result<(), Stop> {
        self.must_be_up(socket)?;
        let said = self.said(socket, action)?;
        let sent = self.send(&said, action)?;
        let verb = self.verb(action)?.clone();
        judge.expect(accepted(&self.model, &said, action, &verb, &sent));
        let changes = self.apply(&said, action);
        self.expect_no_repeat(&said, action, &changes);
        if action.effect {
            self.expect_changes(judge, &said, action, &changes);
        } else {
            if changes.iter().any(|change| change.what == What::Typing) {
                self.late = Some("a repeated `typing` was sent after the debounce was over".to_owned());
            }
            if action.verb == ModelVerb::Type
                && let Some(room) = said.room
            {
                self.quiet_until = self.model.world.quiet_until(self.actor(socket).user, room);
            }
            let debounce = self.model.plan.contract.timing.debounce.clone().and_then(|timed| timed.clause);
            if action.verb == ModelVerb::Type {
                self.log.judged(debounce.as_deref());
            }
        }
        Ok(())
    }

    /// A refused connection refuses all that follows, and an actor who was never connected cannot speak.
    fn keeps_silence(&self, socket: SocketId, action: &Action) -> Result<bool, Stop> {
        let over_rest = self.verb(action).is_ok_and(|verb| matches!(verb.say, Say::Rest(_)));
        let is_refused = matches!(action.refused, Refused::Yes(_)) && !over_rest;
        Ok(is_refused && self.actor(socket).line == Link::Refused)
    }

    pub(super) fn must_be_up(&self, socket: SocketId) -> Result<(), Stop> {
        let actor = self.actor(socket);
        match actor.line {
            Link::Up => Ok(()),
            Link::Refused => Err(Stop::Halted),
            Link::Offline => Err(Stop::CouldNotRun(format!(
                "{} is not connected; `- {}: connect` comes first",
                actor.name, actor.name
            ))),
        }
    }

    /// Something was answered that needs a credential: the place it travelled in is judged.
    fn credential_counted(&mut self, socket: SocketId) {
        let actor = self.actor(socket);
        if actor.valid() && !self.log.halted {
            let place = self.model.plan.contract.credentials.get(&actor.place);
            let clause = place.and_then(|place| place.clause.clone());
            self.log.clauses.extend(clause);
        }
    }

    /// What follows from an action that was accepted where it should have been refused: who was let in into a room hears it.
    /// What no document forbids is done, and the case goes on; after anything else that changes what later steps stand on, it ends.
    fn accept(&mut self, said: &Said, action: &Action, before: usize) {
        let accepted = self.log.findings[before..].iter().find(|finding| finding.kind == Kind::Accepted);
        let Some(accepted) = accepted else { return };
        let by_sense = accepted.clause.as_ref().is_some_and(|clause| clause.ground == Ground::Sense);
        let socket = said.socket;
        match &action.verb {
            VerbName::Model(ModelVerb::Join | ModelVerb::Rejoin) => self.actor_mut(socket).let_in = true,
            VerbName::Model(_) if by_sense => {
                let _told = self.apply(said, action);
            }
            VerbName::Model(verb) if !verb.is_stood_on() => {}
            VerbName::Own(_) if self.verb(action).is_ok_and(|verb| verb.causes.is_none()) => {}
            VerbName::Model(_) | VerbName::Own(_) => self.log.halted = true,
        }
    }

    fn expect_refusal(&mut self, judge: &mut Judge, said: &Said, action: &Action, sent: &Sent) {
        if let Ok(verb) = self.verb(action).cloned() {
            judge.expect(refused(&self.model, said, action, &verb, sent));
        }
    }

    /// The verb of the contract that an action means.
    pub(super) fn verb(&self, action: &Action) -> Result<&Verb, Stop> {
        Ok(self.model.verb(action)?)
    }

    /// The scope of an action: which room, which message, which text.
    pub(super) fn said(&mut self, socket: SocketId, action: &Action) -> Result<Said, Stop> {
        self.tell_time(Instant::now());
        let said = self.model.said(self.cast[socket.0 as usize].speaker(socket), action)?;
        self.log.doing = Some(self.doing(socket, action, &said.scope)?);
        Ok(said)
    }

    /// What somebody is about to do, so that what is found then is told as its consequence.
    fn doing(&self, socket: SocketId, action: &Action, scope: &Scope) -> Result<Doing, Stop> {
        let verb = self.verb(action)?;
        let clause = match kind_of(action) {
            "" => verb.clause.clone(),
            kind => self.model.refusal_clause(verb, kind).cloned(),
        };
        Ok(Doing {
            socket,
            what: what(action),
            room: scope.room.clone(),
            clause,
            refused: matches!(action.refused, Refused::Yes(_)).then(|| kind_of(action).to_owned()),
            awaits: !matches!(action.refused, Refused::Maybe(_)),
            undocumented: matches!(&verb.say, Say::Rest(call) if call.undocumented),
            accepted_by: verb
                .forms
                .values()
                .flat_map(|form| form.me.iter().map(|heard| heard.event.clone()))
                .collect(),
        })
    }

    /// Sends an action by its verb, and writes it down.
    pub(super) fn send(&mut self, said: &Said, action: &Action) -> Result<Sent, Stop> {
        if matches!(self.verb(action)?.say, Say::Emit { .. }) {
            self.must_be_up(said.socket)?;
        }
        match self.model.outgoing(said, action)? {
            Outgoing::Event { event, payload, wants_ack } => {
                Ok(self.emit(said.socket, &event, payload, wants_ack))
            }
            Outgoing::Rest(call) => Ok(self.send_rest(said.socket, call)),
            Outgoing::Nothing => Ok(Sent { channel: None, event: action.verb.to_string() }),
        }
    }

    /// Emits, and writes it down.
    pub(super) fn emit(&mut self, socket: SocketId, event: &str, payload: Filled, wants_ack: bool) -> Sent {
        self.log.spoken += 1;
        let args: Vec<Value> = payload.value.clone().into_iter().collect();
        let line = self.actor(socket).socket.as_ref();
        let ack = line.and_then(|line| line.emit(self.rules.actual_name(event), &args, wants_ack));
        self.owed.asked.extend(ack.map(|id| (socket, id)));
        let actor = self.caller(socket);
        let value = payload.value.unwrap_or(Value::Null);
        self.log.enter(Instant::now(), &actor, Direction::Out, event, &value, &payload.shown);
        self.witness(socket);
        Sent { channel: ack.map(Channel::Ack), event: event.to_owned() }
    }

    /// Everyone else who is connected could have heard of an action.
    pub(super) fn witness(&mut self, actor: SocketId) {
        for (index, other) in self.cast.iter_mut().enumerate() {
            if index != actor.0 as usize && other.line != Link::Offline {
                other.witnessed += 1;
            }
        }
    }

    /// Tells the model of an accepted action.
    pub(super) fn apply(&mut self, said: &Said, action: &Action) -> Vec<Change> {
        let (user, now) = (self.actor(said.socket).user, self.now());
        self.model.apply(user, said, action, now)
    }

    /// What others hear of changes.
    pub(super) fn expect_changes(
        &mut self,
        judge: &mut Judge,
        said: &Said,
        action: &Action,
        changes: &[Change],
    ) {
        let user = self.actor(said.socket).user;
        self.model
            .consequences(user, said, action, changes)
            .into_iter()
            .for_each(|expected| judge.expect(expected));
    }

    /// What a server that tells of every action would send now; known by name, should it come.
    fn expect_no_repeat(&mut self, said: &Said, action: &Action, changes: &[Change]) {
        let Some(verb) = action.verb.model() else { return };
        let user = self.actor(said.socket).user;
        for repeat in self.model.repeats(user, said, verb, changes) {
            // That nobody hears it is proved by the fence behind this action, or by the one at the end.
            self.log.judged(repeat.clause.as_deref());
            if !self.owed.repeats.contains(&repeat) {
                self.owed.repeats.push(repeat);
            }
        }
    }

    /// What others hear of one change; `verb` is what was said, if anything.
    pub(super) fn expect_change(
        &mut self,
        judge: &mut Judge,
        socket: Option<SocketId>,
        change: &Change,
        verb: Option<ModelVerb>,
    ) {
        if let Some(expectation) = self.model.consequence_of(socket, change, verb) {
            judge.expect(expectation);
        }
    }
}

/// An action in words: `send`, `join refused as stranger`.
pub(super) fn what(action: &Action) -> String {
    let via = action.via.as_ref().map(|via| format!(" via {via}")).unwrap_or_default();
    match &action.refused {
        Refused::Yes(kind) => format!("{}{via} refused as {kind}", action.verb),
        Refused::No | Refused::Maybe(_) => format!("{}{via}", action.verb),
    }
}
