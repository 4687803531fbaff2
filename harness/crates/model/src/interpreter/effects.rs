//! What an accepted action changes in the model, and what others have to hear of it.

use std::sync::Arc;
use std::time::Duration;

use super::expected::consequence;
use super::repeats::is_asked_for;
use super::said::Said;
use super::{Interpreter, Message};
use crate::check::judge::Expectation;
use crate::world::{self, Change, MessageId, SocketId, UserId, What};
use language::contract::{ChangeKind, Consequence, Say, Verb};
use language::script::Action;
use language::verb::ModelVerb;

impl Interpreter {
    /// Tells the world of an accepted action, at a time of the case.
    pub fn apply(&mut self, user: UserId, said: &Said, action: &Action, now: Duration) -> Vec<Change> {
        let Ok(verb) = self.verb(action).cloned() else { return Vec::new() };
        if self.plan.contract.named_by_payload && matches!(verb.say, Say::Emit { .. }) {
            self.world.apply(&world::Action::Connect(said.socket), now);
        }
        let Some(known) = action.verb.model() else { return Vec::new() };
        let Some(done) = self.done(known, user, said, action, &verb) else { return Vec::new() };
        self.world.apply(&done, now)
    }

    /// What an accepted verb does to the world; nothing where it only asks, or where its room or message is none of the case.
    fn done(
        &mut self,
        known: ModelVerb,
        user: UserId,
        said: &Said,
        action: &Action,
        verb: &Verb,
    ) -> Option<world::Action> {
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
                let text = said.scope.text.clone().unwrap_or_default();
                self.messages.change(message, text, said.scope.text_label.clone());
                world::Action::Update(user, message)
            }
            ModelVerb::Delete => world::Action::Delete(user, said.message?),
            ModelVerb::Read if verb.reads_conversation => world::Action::ReadAll(user, said.room?),
            ModelVerb::Read => world::Action::Read(user, said.message?),
            // A connection is opened and closed by the driver.
            ModelVerb::History | ModelVerb::Connect | ModelVerb::Disconnect => return None,
        })
    }

    fn new_message(&mut self, said: &Said, action: &Action) -> MessageId {
        let label = said.scope.message.clone().unwrap_or_default();
        self.moments += 1;
        if let Some(name) = &action.name {
            self.book.call(name, &label);
        }
        self.messages.push(Message {
            label,
            room: said.scope.room.clone().unwrap_or_default(),
            sender: said.scope.me.clone().unwrap_or_default(),
            text: said.scope.text.clone().unwrap_or_default(),
            text_label: said.scope.text_label.clone(),
            chosen: said.scope.chosen.clone(),
            said: self.moments,
            since: said.scope.since,
            answered: None,
        })
    }

    /// What others hear of the changes of an action, and of what its contract says that it causes.
    #[must_use]
    pub fn consequences(
        &self,
        user: UserId,
        said: &Said,
        action: &Action,
        changes: &[Change],
    ) -> Vec<Expectation> {
        let Ok(verb) = self.verb(action) else { return Vec::new() };
        let known = action.verb.model();
        let mut expected: Vec<Expectation> = changes
            .iter()
            .filter_map(|change| self.consequence_of(Some(said.socket), change, known))
            .collect();
        if let Some(kind) = &verb.causes
            && let Some(heard) = self.plan.contract.when.get(kind)
        {
            let change = Change { what: What::Updated, user, room: said.room, message: said.message };
            // In the scope of the action: others hear what was said, not what the message was.
            let scope = Arc::new(said.scope.clone());
            expected.push(consequence(self, Some(said.socket), &change, kind, heard, &scope));
        }
        expected
    }

    /// What others hear of one change; none where the contract has no such consequence. `verb` is what was said, if anything.
    #[must_use]
    pub fn consequence_of(
        &self,
        socket: Option<SocketId>,
        change: &Change,
        verb: Option<ModelVerb>,
    ) -> Option<Expectation> {
        let kind = ChangeKind::of(change.what.name());
        let heard = self.plan.contract.when.get(&kind)?;
        let mut expected = self.heard_of(socket, change, &kind, heard);
        if let Some(clause) = heard.unasked.as_ref().filter(|_| !is_asked_for(change.what, verb)) {
            expected.bear(clause, self.plan.contract.level(Some(clause)));
        }
        Some(expected)
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
        scope.me = self.user_name(change.user).map(str::to_owned);
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
