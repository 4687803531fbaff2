//! What an actor says in a verb of the contract: the action's scope, what is sent, and what has to follow.

use std::sync::Arc;
use std::time::Instant;

use serde_json::Value;

use super::answers::{Sent, accepted, consequence, refused};
use super::case::{Case, Message};
use super::cast::Line;
use super::log::Doing;
use super::{Stop, cast};
use crate::check::fill::{as_text, fill};
use crate::check::judge::{Channel, Expectation, Judge, Order};
use crate::check::matching::{compare, redact};
use crate::check::scope::{Context, Scope, Whom, new_message};
use crate::check::spoil;
use crate::plan::user_of;
use crate::record::{Direction, Kind};
use crate::scenario::contract::{ChangeKind, Consequence, Refusal, Say, Takes, Verb};
use crate::scenario::payload::{Matcher, Payload};
use crate::scenario::script::{Action, Refused};
use crate::scenario::verb::{ModelVerb, VerbName};
use crate::world::{self, Change, MessageId, RoomId, SocketId, What};

/// A verb with everything around it.
pub(super) struct Said {
    pub(super) socket: SocketId,
    pub(super) scope: Scope,
    pub(super) room: Option<RoomId>,
    pub(super) message: Option<MessageId>,
}

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
                self.accept(socket, action, before);
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
        judge.expect(accepted(self, &said, action, &verb, &sent));
        let changes = self.apply(&said, action, &verb);
        if action.effect {
            self.expect_changes(judge, &said, &verb, &changes);
        } else {
            if changes.iter().any(|change| change.what == What::Typing) {
                self.late = Some("a repeated `typing` was sent after the debounce was over".to_owned());
            }
            if action.verb == ModelVerb::Type
                && let Some(room) = said.room
            {
                self.quiet_until = self.world.quiet_until(self.actor(socket).user, room);
            }
            let debounce = self.plan.contract.timing.debounce.clone().and_then(|timed| timed.clause);
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
        Ok(is_refused && self.actor(socket).line == Line::Refused)
    }

    pub(super) fn must_be_up(&self, socket: SocketId) -> Result<(), Stop> {
        let actor = self.actor(socket);
        match actor.line {
            Line::Up => Ok(()),
            Line::Refused => Err(Stop::Halted),
            Line::Offline => Err(Stop::CouldNotRun(format!(
                "{} is not connected; `- {}: connect` comes first",
                actor.name, actor.name
            ))),
        }
    }

    /// Something was answered that needs a credential: the place it travelled in is judged.
    fn credential_counted(&mut self, socket: SocketId) {
        let actor = self.actor(socket);
        if actor.valid() && !self.log.halted {
            let place = self.plan.contract.credentials.get(&actor.place);
            let clause = place.and_then(|place| place.clause.clone());
            self.log.clauses.extend(clause);
        }
    }

    /// What follows from an action that was accepted where it should have been refused: who was let in into a room hears it;
    /// after anything else that changes what later steps stand on, the case ends.
    fn accept(&mut self, socket: SocketId, action: &Action, before: usize) {
        if !self.log.findings[before..].iter().any(|finding| finding.kind == Kind::Accepted) {
            return;
        }
        match &action.verb {
            VerbName::Model(ModelVerb::Join | ModelVerb::Rejoin) => self.actor_mut(socket).let_in = true,
            VerbName::Model(verb) if !verb.is_stood_on() => {}
            VerbName::Own(_) if self.verb(action).is_ok_and(|verb| verb.causes.is_none()) => {}
            VerbName::Model(_) | VerbName::Own(_) => self.log.halted = true,
        }
    }

    fn expect_refusal(&mut self, judge: &mut Judge, said: &Said, action: &Action, sent: &Sent) {
        if let Ok(verb) = self.verb(action).cloned() {
            judge.expect(refused(self, said, action, &verb, sent));
        }
    }

    /// The verb of the contract that an action means.
    pub(super) fn verb(&self, action: &Action) -> Result<&Verb, Stop> {
        self.plan.contract.verb(action.verb.as_str(), action.via.as_deref()).ok_or_else(|| {
            Stop::CouldNotRun(format!("`{}` has no verb `{}`", self.plan.contract.dialect, action.verb))
        })
    }

    /// How a verb is refused.
    pub(super) fn refusal(&self, verb: &Verb) -> Refusal {
        verb.refused.or(&self.plan.contract.refused)
    }

    /// The scope of an action: which room, which message, which text.
    pub(super) fn said(&mut self, socket: SocketId, action: &Action) -> Result<Said, Stop> {
        let Verb { takes, newest_first, .. } = *self.verb(action)?;
        let actor = self.actor(socket);
        let mut scope = Scope {
            me: Some(actor.user_name.clone()),
            sender: Some(actor.user_name.clone()),
            token: actor.token.as_ref().map(|token| token.text.clone()),
            reason: self.reason(action),
            ..self.bare_scope()
        };
        let main = action.main.as_ref().map(|main| self.text_of(main, &scope)).transpose()?;
        let text = match (takes, &action.text) {
            (Takes::Text, _) => action.main.as_ref().or(action.text.as_ref()),
            (_, text) => text.as_ref(),
        };
        if let Some(text) = text {
            scope.text = Some(if takes == Takes::Text && action.main.is_some() {
                main.clone().unwrap_or_default()
            } else {
                self.text_of(text, &scope)?
            });
            scope.text_label = matches!(text, Payload::Matcher(Matcher::Make(_))).then(|| "text".to_owned());
        }
        let mut message = None;
        if takes == Takes::Message {
            message = self.point_at_message(&mut scope, main.as_deref(), action)?;
        }
        if takes == Takes::User {
            scope.whom = Some(self.whom(main.clone().unwrap_or_default()));
        }
        let room = match (takes, main, &action.room, &scope.room) {
            (Takes::Room, Some(room), ..) => Some(room),
            (_, _, Some(room), _) => Some(room.clone()),
            (_, _, None, Some(room)) => Some(room.clone()),
            (Takes::Nothing | Takes::User, ..) => None,
            _ => Some(self.only_room()?),
        };
        let room_id = room.as_deref().and_then(|room| self.room_id(room));
        if let Some(room) = room {
            self.point_at_room(&mut scope, room);
        }
        if takes == Takes::Text {
            scope.message = Some(self.new_label(action, &scope));
        }
        self.log.doing = Some(self.doing(socket, action, &scope)?);
        scope.unordered = self.unordered;
        scope.history = room_id.map(|room| {
            let mut history = self.history(room);
            if newest_first {
                history.reverse();
            }
            Arc::new(history)
        });
        Ok(Said { socket, scope, room: room_id, message })
    }

    /// What somebody is about to do, so that what is found then is told as its consequence.
    fn doing(&self, socket: SocketId, action: &Action, scope: &Scope) -> Result<Doing, Stop> {
        let verb = self.verb(action)?;
        let clause = match kind_of(action) {
            "" => verb.clause.clone(),
            kind => self.refusal(verb).clauses.get(kind).cloned(),
        };
        Ok(Doing {
            socket,
            what: what(action),
            room: scope.room.clone(),
            clause,
            refused: matches!(action.refused, Refused::Yes(_)).then(|| kind_of(action).to_owned()),
            awaits: !matches!(action.refused, Refused::Maybe(_)),
            accepted_by: verb
                .forms
                .values()
                .flat_map(|form| form.me.iter().map(|heard| heard.event.clone()))
                .collect(),
        })
    }

    /// A user of the case as the model knows him; of anybody else an id that nobody has.
    fn whom(&mut self, name: String) -> Whom {
        let label = format!("user:{name}");
        if self.book.get(&label).is_none() {
            let id = cast::unknown_id(self.plan.contract.ids, 2000 + self.users.len());
            self.book.bind(label, id);
        }
        let user = self.user(&name);
        Whom { name, online: self.world.online(user), departures: self.world.departures(user) }
    }

    fn reason(&self, action: &Action) -> Option<Payload> {
        let (Refused::Yes(kind) | Refused::Maybe(kind)) = &action.refused else { return None };
        let verb = self.verb(action).ok()?;
        let any = Payload::Matcher(Matcher::Str(None));
        Some(self.refusal(verb).reason(kind).cloned().unwrap_or(any))
    }

    fn text_of(&self, payload: &Payload, scope: &Scope) -> Result<String, Stop> {
        let context = Context { contract: &self.plan.contract, book: &self.book, scope };
        as_text(payload, context).map_err(Stop::CouldNotRun)
    }

    fn only_room(&self) -> Result<String, Stop> {
        match self.rooms.as_slice() {
            [only] => Ok(only.clone()),
            _ => Err(Stop::CouldNotRun(format!(
                "there are {} rooms; say which one with `to:` or `in:`",
                self.rooms.len()
            ))),
        }
    }

    /// A room that no one has made stands for an id that no one has.
    fn point_at_room(&mut self, scope: &mut Scope, room: String) {
        let label = format!("room:{room}");
        if self.room_id(&room).is_none() && self.book.get(&label).is_none() {
            let id = cast::unknown_id(self.plan.contract.ids, self.rooms.len());
            self.book.bind(label, id);
        }
        scope.members = self.members(&room);
        scope.room = Some(room);
    }

    fn point_at_message(
        &mut self,
        scope: &mut Scope,
        name: Option<&str>,
        action: &Action,
    ) -> Result<Option<MessageId>, Stop> {
        let Some(name) = name else {
            // `read: conversation` needs no message.
            return Ok(None);
        };
        if let Some((id, message)) = self.message_named(name) {
            scope.message = Some(message.label.clone());
            scope.sender = Some(message.sender.clone());
            scope.room = Some(message.room.clone());
            if scope.text.is_none() {
                scope.text = Some(message.text.clone());
                scope.text_label.clone_from(&message.text_label);
            }
            return Ok(Some(id));
        }
        if !matches!(&action.refused, Refused::Yes(kind) if kind == "unknown") {
            let known =
                self.messages.iter().map(|message| message.label.as_str()).collect::<Vec<_>>().join(", ");
            return Err(Stop::CouldNotRun(format!("no message is called `{name}`; known are: {known}")));
        }
        let label = format!("message:{name}");
        if self.book.get(&label).is_none() {
            let id = cast::unknown_id(self.plan.contract.ids, 1000 + self.messages.len());
            self.book.bind(label, id);
        }
        scope.message = Some(name.to_owned());
        Ok(None)
    }

    /// What a new message is called: as the scenario says, else after its sender and how many he has sent.
    fn new_label(&self, action: &Action, scope: &Scope) -> String {
        let sender = scope.me.clone().unwrap_or_default();
        let sent = self.messages.iter().filter(|message| message.sender == sender).count();
        let taken = |label: &str| self.messages.iter().any(|message| message.label == label);
        new_message(action.name.as_deref(), &sender, sent, taken)
    }

    /// The scope of each message of a room, oldest first. Of messages that were sent at once, the oldest is the one
    /// that was heard first.
    fn history(&self, room: RoomId) -> Vec<Scope> {
        let messages = self.world.history(room);
        let mut scopes: Vec<Scope> = messages.iter().map(|id| self.message_scope(*id)).collect();
        let name = &self.rooms[room.0 as usize];
        let heard =
            self.heard.iter().filter(|((known, _), _)| known == name).max_by_key(|(_, order)| order.len());
        if let (true, Some((_, order))) = (self.unordered, heard) {
            let place = |scope: &Scope| order.iter().position(|label| scope.message.as_ref() == Some(label));
            scopes.sort_by_key(|scope| place(scope).unwrap_or(usize::MAX));
        }
        scopes
    }

    /// The users who belong to a room.
    pub(super) fn members(&self, room: &str) -> Vec<String> {
        let members = self.plan.scenario.rooms.get(room);
        members.into_iter().flatten().map(|member| user_of(member).to_owned()).collect()
    }

    /// The scope in which a message is what it is about.
    pub(super) fn message_scope(&self, id: MessageId) -> Scope {
        let message = &self.messages[id.0 as usize];
        Scope {
            sender: Some(message.sender.clone()),
            room: Some(message.room.clone()),
            members: self.members(&message.room),
            message: Some(message.label.clone()),
            text: Some(message.text.clone()),
            text_label: message.text_label.clone(),
            ..self.bare_scope()
        }
    }

    /// Sends an action by its verb, and writes it down.
    pub(super) fn send(&mut self, said: &Said, action: &Action) -> Result<Sent, Stop> {
        let verb = self.verb(action)?.clone();
        match &verb.say {
            Say::Emit { event, data } => self.send_event(said, action, event, data.as_ref()),
            Say::Rest(call) => {
                let mut call = call.clone();
                if let (Some(json), Some(with)) = (&call.json, &action.with) {
                    call.json = Some(json.overlaid(with));
                }
                let spoil =
                    action.spoil.as_ref().map(|spoil| self.text_of(spoil, &said.scope)).transpose()?;
                let refused = !matches!(action.refused, Refused::No);
                let body = if refused { self.refusal(&verb).body.is_some() } else { call.body.is_some() };
                self.send_rest(said.socket, &call, &said.scope, spoil.as_deref(), true, body)
            }
            Say::Connection => Err(Stop::CouldNotRun(format!("`{}` says nothing", action.verb))),
        }
    }

    fn send_event(
        &mut self,
        said: &Said,
        action: &Action,
        event: &str,
        data: Option<&Payload>,
    ) -> Result<Sent, Stop> {
        self.must_be_up(said.socket)?;
        let template = match (data, &action.with) {
            (Some(data), Some(with)) => Some(data.overlaid(with)),
            (None, with) => with.clone(),
            (data, None) => data.cloned(),
        };
        let context = Context { contract: &self.plan.contract, book: &self.book, scope: &said.scope };
        let mut value =
            template.as_ref().map(|data| fill(data, context)).transpose().map_err(Stop::CouldNotRun)?;
        let mut redacted = match (&template, &value) {
            (Some(template), Some(value)) => compare(template, value, context).redacted,
            _ => Value::Null,
        };
        if let (Some(way), Some(whole)) = (&action.spoil, value.take_if(|_| action.spoil.is_some())) {
            let way = self.text_of(way, &said.scope)?;
            value = spoil::spoil(whole, &way).map_err(Stop::CouldNotRun)?;
            redacted = value.as_ref().map_or(Value::Null, redact);
        }
        let wants_ack = action.ack && self.is_acked(action)?;
        Ok(self.emit(said.socket, event, value, redacted, wants_ack))
    }

    /// An ack is asked for where the contract knows of one, in success or refusal.
    fn is_acked(&self, action: &Action) -> Result<bool, Stop> {
        let verb = self.verb(action)?;
        let refusal = self.refusal(verb);
        Ok(verb.forms.values().chain(refusal.forms.values()).any(|form| form.ack.is_some()))
    }

    /// Emits, and writes it down.
    pub(super) fn emit(
        &mut self,
        socket: SocketId,
        event: &str,
        value: Option<Value>,
        redacted: Value,
        wants_ack: bool,
    ) -> Sent {
        self.log.spoken += 1;
        let args: Vec<Value> = value.clone().into_iter().collect();
        let line = self.actor(socket).socket.as_ref();
        let ack = line.and_then(|line| line.emit(self.rules.actual_name(event), &args, wants_ack));
        self.asked.extend(ack.map(|id| (socket, id)));
        let actor = self.caller(socket);
        let payload = value.unwrap_or(Value::Null);
        self.log.enter(Instant::now(), &actor, Direction::Out, event, payload, redacted);
        self.witness(socket);
        Sent { channel: ack.map(Channel::Ack), event: event.to_owned() }
    }

    /// Everyone else who is connected could have heard of an action.
    pub(super) fn witness(&mut self, actor: SocketId) {
        for (index, other) in self.cast.iter_mut().enumerate() {
            if index != actor.0 as usize && other.line != Line::Offline {
                other.witnessed += 1;
            }
        }
    }

    /// Tells the world of an accepted action.
    pub(super) fn apply(&mut self, said: &Said, action: &Action, verb: &Verb) -> Vec<Change> {
        let now = self.now();
        if self.plan.contract.named_by_payload && matches!(verb.say, Say::Emit { .. }) {
            self.world.apply(&world::Action::Connect(said.socket), now);
        }
        let Some(known) = action.verb.model() else { return Vec::new() };
        let Some(done) = self.done(known, said, action, verb) else { return Vec::new() };
        self.world.apply(&done, now)
    }

    /// What an accepted verb does to the world; nothing where it only asks, or where its room or message is none of the case.
    fn done(&mut self, known: ModelVerb, said: &Said, action: &Action, verb: &Verb) -> Option<world::Action> {
        let user = self.actor(said.socket).user;
        Some(match known {
            ModelVerb::Join => world::Action::Join(said.socket, said.room?),
            ModelVerb::Rejoin => world::Action::Rejoin(said.socket, said.room?, said.message?),
            ModelVerb::Leave => world::Action::Leave(said.socket, said.room?),
            ModelVerb::Type => world::Action::Type(user, said.room?),
            ModelVerb::StopTyping => world::Action::StopTyping(user, said.room?),
            ModelVerb::Create => world::Action::Create { by: user, room: said.room?, join: verb.joins },
            ModelVerb::Send => world::Action::Send(user, said.room?, self.new_message(said, action)),
            ModelVerb::Update => {
                let message = said.message?;
                let known = &mut self.messages[message.0 as usize];
                known.text = said.scope.text.clone().unwrap_or_default();
                known.text_label.clone_from(&said.scope.text_label);
                world::Action::Update(user, message)
            }
            ModelVerb::Delete => world::Action::Delete(user, said.message?),
            ModelVerb::Read if verb.reads_conversation => world::Action::ReadAll(user, said.room?),
            ModelVerb::Read => world::Action::Read(user, said.message?),
            // A connection is no verb that is said: see `connection`.
            ModelVerb::History | ModelVerb::Connect | ModelVerb::Disconnect => return None,
        })
    }

    fn new_message(&mut self, said: &Said, action: &Action) -> MessageId {
        let id = MessageId(self.messages.len() as u32);
        let label = said.scope.message.clone().unwrap_or_default();
        if let Some(name) = &action.name {
            self.book.call(name, &label);
        }
        self.messages.push(Message {
            label,
            room: said.scope.room.clone().unwrap_or_default(),
            sender: said.scope.me.clone().unwrap_or_default(),
            text: said.scope.text.clone().unwrap_or_default(),
            text_label: said.scope.text_label.clone(),
        });
        id
    }

    /// What others hear of changes.
    pub(super) fn expect_changes(&mut self, judge: &mut Judge, said: &Said, verb: &Verb, changes: &[Change]) {
        for change in changes {
            let kind = ChangeKind(change.what.name().to_owned());
            self.expect_change(judge, Some(said.socket), change, &kind);
        }
        if let Some(kind) = &verb.causes
            && let Some(heard) = self.plan.contract.when.get(kind)
        {
            let user = self.actor(said.socket).user;
            let change = Change { what: What::Updated, user, room: said.room, message: said.message };
            // In the scope of the action: others hear what was said, not what the message was.
            let scope = Arc::new(said.scope.clone());
            judge.expect(consequence(self, Some(said.socket), &change, kind, heard, &scope));
        }
    }

    /// What others hear of one change.
    pub(super) fn expect_change(
        &mut self,
        judge: &mut Judge,
        socket: Option<SocketId>,
        change: &Change,
        kind: &ChangeKind,
    ) {
        if let Some(expectation) = self.consequence_of(socket, change, kind) {
            judge.expect(expectation);
        }
    }

    /// The same as an expectation; none where the contract has no such consequence.
    pub(super) fn consequence_of(
        &self,
        socket: Option<SocketId>,
        change: &Change,
        kind: &ChangeKind,
    ) -> Option<Expectation> {
        let heard = self.plan.contract.when.get(kind)?;
        Some(self.heard_of(socket, change, kind, heard))
    }

    fn heard_of(
        &self,
        socket: Option<SocketId>,
        change: &Change,
        kind: &ChangeKind,
        heard: &Consequence,
    ) -> Expectation {
        let mut scope =
            change.message.map_or_else(|| self.bare_scope(), |message| self.message_scope(message));
        scope.me = self.users.get(change.user.0 as usize).cloned();
        scope.sender = scope.sender.or_else(|| scope.me.clone());
        scope.room = scope.room.or_else(|| Some(self.rooms.get(change.room?.0 as usize)?.clone()));
        scope.status = match change.what {
            What::Sent => Some("sent"),
            What::Delivered => Some("delivered"),
            What::Read => Some("read"),
            _ => None,
        };
        scope.members = scope.room.as_deref().map(|room| self.members(room)).unwrap_or_default();
        consequence(self, socket, change, kind, heard, &Arc::new(scope))
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

/// The kind of refusal that an action asks for.
pub(super) fn kind_of(action: &Action) -> &str {
    match &action.refused {
        Refused::Yes(kind) | Refused::Maybe(kind) => kind,
        Refused::No => "",
    }
}
