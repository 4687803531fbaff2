//! What a verb is about: its room, message, text and user, by the same rules as in the runner.

use super::{Message, Walk, cast};
use crate::check::fill::as_text;
use crate::check::scope::{Scope, Whom, new_message};
use crate::plan::user_of;
use crate::scenario::contract::{Takes, Verb};
use crate::scenario::payload::{Matcher, Payload};
use crate::scenario::script::{Action, Refused};
use crate::scenario::verb::ModelVerb;

impl Walk<'_> {
    pub(super) fn bare_scope(&self, actor: Option<&str>) -> Scope {
        // A label in place of the token; where there is none in the dialect, nothing asks for it.
        let token = actor.map(|_| "<token>".to_owned());
        Scope { me: cast::user(actor), token, variables: self.plan.variables.clone(), ..Scope::default() }
    }

    /// In a raw step `$me` is the actor, and `$room` the only room, where there is only one.
    pub(super) fn raw_scope(&self, actor: &str) -> Scope {
        let room = if let [only] = self.rooms.as_slice() { Some(only.clone()) } else { None };
        Scope {
            sender: cast::user(Some(actor)),
            members: room.as_deref().map(|room| self.members(room)).unwrap_or_default(),
            room,
            ..self.bare_scope(Some(actor))
        }
    }

    pub(super) fn members(&self, room: &str) -> Vec<String> {
        let members = self.plan.scenario.rooms.get(room);
        members.into_iter().flatten().map(|member| user_of(member).to_owned()).collect()
    }

    /// The scope of an action.
    pub(super) fn said(&mut self, actor: &str, action: &Action, verb: &Verb) -> Result<Scope, String> {
        let mut scope = Scope { sender: cast::user(Some(actor)), ..self.bare_scope(Some(actor)) };
        let main = action.main.as_ref().map(|main| as_text(main, self.context(&scope))).transpose()?;
        let text = match verb.takes {
            Takes::Text => action.main.as_ref().or(action.text.as_ref()),
            _ => action.text.as_ref(),
        };
        if let Some(text) = text {
            scope.text = Some(as_text(text, self.context(&scope))?);
            if let Payload::Matcher(Matcher::Make(_)) = text {
                scope.text_label = Some("text".to_owned());
            }
        }
        if let (Takes::Message, Some(name)) = (verb.takes, main.as_deref()) {
            self.point_at_message(&mut scope, name, action)?;
        }
        if verb.takes == Takes::User {
            let name = main.clone().unwrap_or_default();
            self.know(&format!("user:{name}"));
            scope.whom = Some(Whom { name, online: true, departures: 0 });
        }
        let room = match (verb.takes, main, &action.room, &scope.room) {
            (Takes::Room, Some(room), ..) => Some(room),
            (_, _, Some(room), _) | (_, _, None, Some(room)) => Some(room.clone()),
            // A turn of load is taken by a member of a room.
            (Takes::Nothing, ..) if self.plan.scenario.load.is_some() => Some(self.only_room()?),
            (Takes::Nothing | Takes::User, ..) => None,
            _ => Some(self.only_room()?),
        };
        if let Some(room) = room {
            self.know(&format!("room:{room}"));
            scope.members = self.members(&room);
            scope.room = Some(room);
        }
        if verb.takes == Takes::Text {
            let sender = scope.me.clone().unwrap_or_default();
            let sent = self.messages.iter().filter(|message| message.sender == sender).count();
            let taken = |label: &str| self.messages.iter().any(|message| message.label == label);
            scope.message = Some(new_message(action.name.as_deref(), &sender, sent, taken));
        }
        Ok(scope)
    }

    fn only_room(&self) -> Result<String, String> {
        match self.rooms.as_slice() {
            [only] => Ok(only.clone()),
            rooms => Err(format!("there are {} rooms; say which one with `to:` or `in:`", rooms.len())),
        }
    }

    fn point_at_message(&mut self, scope: &mut Scope, name: &str, action: &Action) -> Result<(), String> {
        let label = self.book.newest(name);
        if let Some(message) = self.messages.iter().find(|message| message.label == label) {
            scope.message = Some(message.label.clone());
            scope.sender = Some(message.sender.clone());
            scope.room = Some(message.room.clone());
            if scope.text.is_none() {
                scope.text = Some(message.text.clone());
                scope.text_label.clone_from(&message.text_label);
            }
            return Ok(());
        }
        if !matches!(&action.refused, Refused::Yes(kind) if kind == "unknown") {
            let known: Vec<&str> = self.messages.iter().map(|message| message.label.as_str()).collect();
            let known = if known.is_empty() {
                "nobody has sent one yet".to_owned()
            } else {
                format!("known are: {}", known.join(", "))
            };
            return Err(format!("no message is called `{name}`; {known}"));
        }
        self.know(&format!("message:{name}"));
        scope.message = Some(name.to_owned());
        Ok(())
    }

    /// Gives a label a value, where it has none.
    fn know(&mut self, label: &str) {
        if self.book.get(label).is_none() {
            let count = self.book.iter().count();
            self.book.bind(label, cast::made_up(self.plan.contract.ids, 5000 + count));
        }
    }

    /// Keeps the message that an accepted action has sent or changed.
    pub(super) fn remember(&mut self, action: &Action, scope: &Scope) {
        let Some(label) = scope.message.clone() else { return };
        let text = scope.text.clone().unwrap_or_default();
        match action.verb.model() {
            Some(ModelVerb::Send) => {
                self.know(&format!("message:{label}"));
                if let Some(name) = &action.name {
                    self.book.call(name, &label);
                }
                self.messages.push(Message {
                    label,
                    room: scope.room.clone().unwrap_or_default(),
                    sender: scope.me.clone().unwrap_or_default(),
                    text,
                    text_label: scope.text_label.clone(),
                });
            }
            Some(ModelVerb::Update) => {
                if let Some(message) = self.messages.iter_mut().find(|message| message.label == label) {
                    message.text = text;
                    message.text_label.clone_from(&scope.text_label);
                }
            }
            _ => {}
        }
    }
}
