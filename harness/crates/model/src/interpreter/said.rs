//! What an action is about: its room, message, text and user.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Interpreter, Senseless, Speaker};
use crate::check::choices;
use crate::check::fill::as_text;
use crate::check::scope::{Scope, Whom, new_message};
use crate::world::{MessageId, RoomId, SocketId};
use language::contract::{IdKind, Takes, Verb};
use language::forms::STR;
use language::payload::{Matcher, Payload};
use language::script::{Action, Refused};

/// An action with everything it is about.
#[derive(Debug)]
pub struct Said {
    /// On which socket it is said.
    pub socket: SocketId,
    /// What its references stand for.
    pub scope: Scope,
    /// Its room, where that is one of the case.
    pub room: Option<RoomId>,
    /// The message it is about, where somebody has sent it.
    pub message: Option<MessageId>,
}

/// The kind of refusal that an action asks for; empty where it asks for none.
#[must_use]
pub fn kind_of(action: &Action) -> &str {
    match &action.refused {
        Refused::Yes(kind) | Refused::Maybe(kind) => kind,
        Refused::No => "",
    }
}

/// An id of a dialect's kind that no server has given.
#[must_use]
pub fn made_up(kind: IdKind, word: &str, number: u64) -> Value {
    match kind {
        IdKind::Int => json!(number),
        IdKind::Str | IdKind::Any => json!(format!("{word}-{number}")),
        IdKind::Uuid => json!(format!("00000000-0000-4000-8000-{number:012x}")),
    }
}

impl Interpreter {
    /// The scope of an action.
    ///
    /// # Errors
    /// Where the dialect has no such verb, a reference stands for nothing, or its room or message is not to be known.
    pub fn said(&mut self, speaker: Speaker<'_>, action: &Action) -> Result<Said, Senseless> {
        self.turns += 1;
        let Verb { takes, newest_first, shows_history, .. } = *self.verb(action)?;
        let mut scope = Scope { reason: self.reason(action), ..self.scope_of(speaker) };
        scope.chosen = self.chosen(action, &scope)?;
        let main = action.main.as_ref().map(|main| self.text_of(main, &scope)).transpose()?;
        let text = match takes {
            Takes::Text => action.main.as_ref().or(action.text.as_ref()),
            _ => action.text.as_ref(),
        };
        if let Some(text) = text {
            scope.text = Some(self.text_of(text, &scope)?);
            scope.text_label = matches!(text, Payload::Matcher(Matcher::Make(_))).then(|| "text".to_owned());
        }
        let mut message = None;
        if let (Takes::Message, Some(name)) = (takes, &main) {
            // `read: conversation` needs no message.
            message = self.point_at_message(&mut scope, name, action)?;
        }
        if takes == Takes::User {
            scope.whom = Some(self.whom(main.clone().unwrap_or_default()));
        }
        let room = match (takes, main, &action.room, &scope.room) {
            (Takes::Room, Some(room), ..) => Some(room),
            (_, _, Some(room), _) | (_, _, None, Some(room)) => Some(room.clone()),
            // A turn of load is taken by a member of a room.
            (Takes::Nothing, ..) if self.plan.scenario.load.is_some() => Some(self.only_room()?),
            (Takes::Nothing | Takes::User, ..) => None,
            _ => Some(self.only_room()?),
        };
        let room_id = room.as_deref().and_then(|room| self.room_id(room));
        if let Some(room) = room {
            if room_id.is_none() {
                self.know(format!("room:{room}"));
            }
            scope.members = self.members(&room);
            scope.room = Some(room);
        }
        if takes == Takes::Text {
            scope.message = Some(self.new_label(action, &scope));
        }
        scope.unordered = self.unordered;
        scope.history = room_id.filter(|_| shows_history).map(|room| {
            let mut history = self.history(room);
            if newest_first {
                history.reverse();
            }
            Arc::new(history)
        });
        Ok(Said { socket: speaker.socket, scope, room: room_id, message })
    }

    /// What an action says in the fields that hold one of several listed values; nothing where it is told to say something else.
    fn chosen(&self, action: &Action, scope: &Scope) -> Result<Vec<(String, Value)>, Senseless> {
        let wanted = action.choose.as_ref().map(|wanted| self.text_of(wanted, scope)).transpose()?;
        let Some(payload) = self.verb(action)?.payload() else { return Ok(Vec::new()) };
        let payload = action.with.as_ref().map_or_else(|| payload.clone(), |with| payload.overlaid(with));
        choices::chosen(&payload, wanted.as_deref()).map_err(Senseless)
    }

    /// The scope of a raw step: `$me` is the speaker, and `$room` the only room, where there is only one.
    pub fn raw_scope(&mut self, speaker: Speaker<'_>) -> Scope {
        self.turns += 1;
        let room = if let [only] = self.rooms.as_slice() { Some(only.clone()) } else { None };
        Scope {
            members: room.as_deref().map(|room| self.members(room)).unwrap_or_default(),
            room,
            ..self.scope_of(speaker)
        }
    }

    /// Who makes a room: its first member with a valid credential.
    ///
    /// # Errors
    /// Where none of them has one.
    pub fn maker(&self, room: &str, valid: impl Fn(&str) -> bool) -> Result<String, Senseless> {
        let mut members = self.plan.scenario.rooms.get(room).into_iter().flatten();
        let first = members.find(|member| valid(member)).cloned();
        first.ok_or_else(|| Senseless(format!("nobody with a valid credential can make the room `{room}`")))
    }

    /// The scope in which a room is made, by one of its members.
    #[must_use]
    pub fn making(&self, speaker: Speaker<'_>, room: &str) -> Scope {
        Scope { room: Some(room.to_owned()), members: self.members(room), ..self.scope_of(speaker) }
    }

    /// The scope in which a message is what it is about.
    #[must_use]
    pub fn message_scope(&self, id: MessageId) -> Scope {
        let message = &self.messages[id.0 as usize];
        Scope {
            sender: Some(message.sender.clone()),
            room: Some(message.room.clone()),
            members: self.members(&message.room),
            message: Some(message.label.clone()),
            text: Some(message.text.clone()),
            text_label: message.text_label.clone(),
            chosen: message.chosen.clone(),
            read: self.world.is_read(id),
            since: message.since,
            ..self.bare_scope()
        }
    }

    /// The only room of the case.
    ///
    /// # Errors
    /// Where there are none or several.
    pub fn only_room(&self) -> Result<String, Senseless> {
        match self.rooms.as_slice() {
            [only] => Ok(only.clone()),
            rooms => {
                Err(Senseless(format!("there are {} rooms; say which one with `to:` or `in:`", rooms.len())))
            }
        }
    }

    /// The scope of somebody who does nothing yet.
    #[must_use]
    pub fn scope_of(&self, speaker: Speaker<'_>) -> Scope {
        Scope {
            me: Some(speaker.user.to_owned()),
            sender: Some(speaker.user.to_owned()),
            token: speaker.token.map(str::to_owned),
            ..self.bare_scope()
        }
    }

    /// A user of the case as the model knows them; of anybody else an id that nobody has.
    fn whom(&mut self, name: String) -> Whom {
        self.know(format!("user:{name}"));
        let user = self.user(&name);
        Whom { name, online: self.world.online(user), departures: self.world.departures(user) }
    }

    fn reason(&self, action: &Action) -> Option<Payload> {
        let kind = kind_of(action);
        let verb = self.verb(action).ok().filter(|_| !kind.is_empty())?;
        let any = Payload::Matcher(Matcher::Form(&STR, None));
        Some(self.refusal_reason(verb, kind).cloned().unwrap_or(any))
    }

    pub(super) fn text_of(&self, payload: &Payload, scope: &Scope) -> Result<String, Senseless> {
        Ok(as_text(payload, self.context(scope))?)
    }

    /// What no one has made or sent stands for an id that no one has.
    fn know(&mut self, label: String) {
        if self.book.get(&label).is_none() {
            let number = 2_000_000_000 + self.book.count() as u64;
            let id = made_up(self.plan.contract.ids, "nowhere", number);
            self.book.bind(label, id);
        }
    }

    fn point_at_message(
        &mut self,
        scope: &mut Scope,
        name: &str,
        action: &Action,
    ) -> Result<Option<MessageId>, Senseless> {
        if let Some((id, message)) = self.message_named(name) {
            scope.message = Some(message.label.clone());
            scope.sender = Some(message.sender.clone());
            scope.room = Some(message.room.clone());
            scope.since = message.since.or(scope.since);
            scope.read = self.world.is_read(id);
            if scope.text.is_none() {
                scope.text = Some(message.text.clone());
                scope.text_label.clone_from(&message.text_label);
            }
            return Ok(Some(id));
        }
        if !matches!(&action.refused, Refused::Yes(kind) if kind == "unknown") {
            let known: Vec<&str> = self.messages.iter().map(|message| message.label.as_str()).collect();
            let known = match known.as_slice() {
                [] => "nobody has sent one yet".to_owned(),
                known => format!("known are: {}", known.join(", ")),
            };
            return Err(Senseless(format!("no message is called `{name}`; {known}")));
        }
        self.know(format!("message:{name}"));
        scope.message = Some(name.to_owned());
        Ok(None)
    }

    /// What a new message is called: as the scenario says, else after its sender and how many they have sent.
    fn new_label(&self, action: &Action, scope: &Scope) -> String {
        let sender = scope.me.clone().unwrap_or_default();
        let sent = self.messages.sent_by(&sender);
        // A verb of the contract's own may show the id of what the model knows as no message.
        let shown = |label: &str| self.book.get(&format!("message:{label}")).is_some();
        let taken = |label: &str| self.messages.labelled(label).is_some() || shown(label);
        new_message(action.name.as_deref(), &sender, sent, taken)
    }

    /// The scope of each message of a room, oldest first. Of messages that were sent at once, the oldest is the one
    /// that was heard first.
    fn history(&self, room: RoomId) -> Vec<Scope> {
        let messages = self.world.history(room);
        let mut scopes: Vec<Scope> = messages.iter().map(|id| self.message_scope(*id)).collect();
        let name = &self.rooms[room.0 as usize];
        let heard =
            self.heard.iter().filter(|((known, _), _)| known == name).map(|(_, order)| order.labels());
        let heard = heard.max_by_key(|order| order.len());
        if let (true, Some(order)) = (self.unordered, heard) {
            let place = |scope: &Scope| order.iter().position(|label| scope.message.as_ref() == Some(label));
            scopes.sort_by_key(|scope| place(scope).unwrap_or(usize::MAX));
        }
        scopes
    }
}
