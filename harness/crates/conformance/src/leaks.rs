//! What reaches somebody who is not in a room: whether it does, which rule that breaks, and how bad that is.

use serde_json::Value;

use super::case::Case;
use language::contract::{Contract, Making};
use language::level::Level;
use language::payload::Payload;
use language::reference::Reference;
use model::plan::user_of;
use model::world::SocketId;

impl Case {
    /// Whether a value carries a text or an id of a room that the owner of a socket is not in.
    pub(super) fn leaks(&self, socket: SocketId, value: &Value) -> bool {
        let Some(actor) = self.cast.get(socket.0 as usize) else { return false };
        let member = |room: &str| {
            let members = self.model.plan.scenario.rooms.get(room);
            let member = |name: &String| user_of(name) == actor.user_name;
            actor.valid() && members.is_none_or(|members| members.iter().any(member))
        };
        let text = value.to_string();
        let quoted = |text: &str| Value::String(text.to_owned()).to_string();
        let texts = self.model.messages.iter().filter(|message| !member(&message.room));
        let tells = texts
            .map(|message| quoted(&message.text))
            .any(|secret| secret.len() > 5 && text.contains(&secret));
        let fields = room_fields(&self.model.plan.contract);
        let foreign = self.model.rooms.iter().filter(|room| !member(room));
        // A name that was made for a room is found wherever it stands.
        let named = matches!(self.model.plan.contract.room.made, Making::Named(_));
        tells
            || foreign.filter_map(|room| self.model.book.get(&format!("room:{room}"))).any(|id| {
                named && text.contains(&id.to_string()) || fields.iter().any(|field| holds(value, field, id))
            })
    }

    /// The rule that a leak breaks: the one about whom the hearer is, not the one about the event.
    pub(super) fn clause_of_a_leak(&self, socket: SocketId) -> Option<String> {
        let contract = &self.model.plan.contract;
        let who: &[&str] =
            if self.actor(socket).valid() { &["unjoined", "stranger"] } else { &["unauthenticated"] };
        let join = contract.verb("join", None).map(|join| &join.refused.clauses);
        let known =
            |who: &&str| join.and_then(|of_join| of_join.get(*who)).or(contract.refused.clauses.get(*who));
        who.iter().find_map(known).cloned()
    }

    /// How bad that is: as bad as the ground of the rule allows, that keeps such people out.
    pub(super) fn level_of_a_leak(&self, socket: SocketId) -> Level {
        self.model.plan.contract.level(self.clause_of_a_leak(socket).as_deref())
    }
}

/// The fields in which a dialect's payloads carry the id of a room.
fn room_fields(contract: &Contract) -> Vec<&str> {
    fn collect<'p>(payload: &'p Payload, found: &mut Vec<&'p str>) {
        if let Payload::Object { fields, .. } = payload {
            for (name, value) in fields {
                if matches!(value, Payload::Reference(Reference::RoomId)) {
                    found.push(name);
                }
                collect(value, found);
            }
        }
    }
    let mut found = Vec::new();
    let payloads = contract.events.values().map(|event| &event.data).chain(contract.types.values());
    payloads.for_each(|payload| collect(payload, &mut found));
    found
}

/// Whether a value holds an id in a field of this name, however deep.
fn holds(value: &Value, field: &str, id: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| holds(item, field, id)),
        Value::Object(fields) => {
            fields.iter().any(|(name, value)| (name == field && value == id) || holds(value, field, id))
        }
        _ => false,
    }
}
