//! Places in payloads: the fields in which ids of rooms stand, and how differences are named.

use serde_json::Value;

use language::contract::Contract;
use language::payload::Payload;
use language::reference::Reference;
use results::record::Difference;

/// The fields in which a dialect's payloads carry the id of a room.
pub(super) fn room_fields(contract: &Contract) -> Vec<&str> {
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
pub(super) fn holds(value: &Value, field: &str, id: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| holds(item, field, id)),
        Value::Object(fields) => {
            fields.iter().any(|(name, value)| (name == field && value == id) || holds(value, field, id))
        }
        _ => false,
    }
}

/// What stands at a path of a value.
pub(super) fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(value, |value, name| match name.parse::<usize>() {
        Ok(index) if value.is_array() => value.get(index),
        _ => value.get(name),
    })
}

/// The values of undocumented fields: what may leak is in them.
pub(super) fn extras(differences: &[Difference], received: &Value) -> Value {
    let found = differences.iter().filter_map(|difference| {
        let field = difference.path.rsplit('.').next().unwrap_or_default().to_owned();
        Some((field, at(received, &difference.path)?.clone()))
    });
    Value::Object(found.collect())
}

/// The first places, and how many more there are.
pub(super) fn places(differences: &[Difference]) -> String {
    const SHOWN: usize = 4;
    let mut named = differences.iter().take(SHOWN).map(place).collect::<Vec<_>>().join(", ");
    if let Some(more) = differences.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        named.push_str(&format!(" and {more} more"));
    }
    named
}

fn place(difference: &Difference) -> String {
    if difference.path.is_empty() { "the whole of it".to_owned() } else { format!("`{}`", difference.path) }
}
