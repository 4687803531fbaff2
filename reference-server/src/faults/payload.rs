//! Faults and variations of a JSON payload: pure functions from value to value, and from value to text.
//!
//! It must not know which event a payload belongs to.

use serde_json::{Map, Value, json};

use super::{Fault, Faults, Variation};

/// Names of fields that hold the id of a conversation, in any dialect.
const ROOM_FIELDS: [&str; 4] = ["chatId", "conversationId", "conversation_id", "convId"];
/// Names of fields that hold a point in time, in any dialect.
const TIME_FIELDS: [&str; 3] = ["timestamp", "createdAt", "updatedAt"];

/// Names of fields that say whose a broadcast is, in any dialect.
const USER_FIELDS: [&str; 4] = ["sender_id", "senderId", "userId", "sender"];

/// A broadcast payload as a server with these faults would send it.
pub(crate) fn distort(faults: &Faults, mut payload: Value) -> Value {
    if faults.is_empty() {
        return payload;
    }
    if faults.has(Fault::WrongRoomId) {
        each_field(&mut payload, &mut |name, value| {
            if ROOM_FIELDS.contains(&name) {
                *value = another_id(value);
            }
        });
    }
    if faults.has(Fault::EpochTimestamp) {
        each_field(&mut payload, &mut |name, value| {
            if TIME_FIELDS.contains(&name) {
                let parsed = value.as_str().and_then(|text| text.parse::<jiff::Timestamp>().ok());
                *value = parsed.map_or(Value::Null, |at| json!(at.as_millisecond()));
            }
        });
    }
    if faults.has(Fault::NumberAsString) {
        each_field(&mut payload, &mut |_, value| {
            if let Value::Number(number) = value {
                *value = Value::String(number.to_string());
            }
        });
    }
    if faults.has(Fault::StringAsNumber) {
        each_field(&mut payload, &mut |_, value| {
            if let Some(number) = value.as_str().and_then(|text| text.parse::<u64>().ok()) {
                *value = json!(number);
            }
        });
    }
    if let Value::Object(fields) = &mut payload {
        if faults.has(Fault::MissingTimestamp) {
            fields.shift_remove("timestamp");
        }
        if faults.has(Fault::MissingUser) {
            // In the crm dialect the sender of a message is inside it.
            fields.retain(|name, _| !USER_FIELDS.contains(&name.as_str()));
            if let Some(Value::Object(message)) = fields.get_mut("message") {
                message.retain(|name, _| !USER_FIELDS.contains(&name.as_str()));
            }
        }
        if faults.has(Fault::ExtraField) {
            fields.insert("internalFlags".to_owned(), json!(0));
        }
    }
    payload
}

/// An acknowledgement of a refusal as a server with these faults would send it.
pub(crate) fn distort_refusal(faults: &Faults, mut answer: Value) -> Value {
    if let Value::Object(fields) = &mut answer {
        if faults.has(Fault::SuccessOnRefusal) && fields.contains_key("success") {
            fields.insert("success".to_owned(), Value::Bool(true));
        }
        if faults.has(Fault::InternalsInErrors) {
            fields.insert(
                "stack".to_owned(),
                json!("Error\n    at ChatGateway.handle (/app/dist/chat.gateway.js:42:13)"),
            );
        }
    }
    answer
}

/// The text of a payload, as the variations want it written.
pub(crate) fn write(variations: &[Variation], payload: Value) -> String {
    let payload = if variations.contains(&Variation::KeyOrder) { reversed(payload) } else { payload };
    if variations.contains(&Variation::Whitespace) {
        return spaced(&payload);
    }
    payload.to_string()
}

fn each_field(value: &mut Value, change: &mut impl FnMut(&str, &mut Value)) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                change(name, field);
                each_field(field, change);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| each_field(item, change)),
        _ => {}
    }
}

fn another_id(id: &Value) -> Value {
    match id {
        Value::Number(number) => json!(number.as_u64().unwrap_or_default().saturating_add(1)),
        Value::String(text) => json!(format!("{text}1")),
        other => other.clone(),
    }
}

fn reversed(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields: Vec<_> = fields.into_iter().collect();
            Value::Object(
                fields.into_iter().rev().map(|(name, field)| (name, reversed(field))).collect::<Map<_, _>>(),
            )
        }
        Value::Array(items) => Value::Array(items.into_iter().map(reversed).collect()),
        other => other,
    }
}

fn spaced(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let fields: Vec<_> =
                fields.iter().map(|(name, field)| format!("{} :  {}", json!(name), spaced(field))).collect();
            format!("{{ {} }}", fields.join(" ,\t"))
        }
        Value::Array(items) => format!("[ {} ]", items.iter().map(spaced).collect::<Vec<_>>().join(" , ")),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broadcast() -> Value {
        json!({"message": {"id": 4, "chatId": 1, "createdAt": "2025-10-09T08:07:06.500Z"}, "chatId": 1,
               "timestamp": "2025-10-09T08:07:06.500Z"})
    }

    #[test]
    fn without_faults_nothing_changes() {
        assert_eq!(distort(&Faults::default(), broadcast()), broadcast());
        assert_eq!(write(&[], broadcast()), broadcast().to_string());
    }

    #[test]
    fn each_fault_changes_what_it_says() {
        let with = |fault| distort(&Faults::from(fault), broadcast());
        assert_eq!(with(Fault::WrongRoomId)["message"]["chatId"], 2);
        assert_eq!(with(Fault::NumberAsString)["message"]["id"], "4");
        let text = distort(&Faults::from(Fault::StringAsNumber), json!({"id": "4", "text": "four"}));
        assert_eq!(text, json!({"id": 4, "text": "four"}));
        let nameless =
            distort(&Faults::from(Fault::MissingUser), json!({"userId": 1, "message": {"senderId": 1}}));
        assert_eq!(nameless, json!({"message": {}}));
        assert_eq!(with(Fault::EpochTimestamp)["timestamp"], 1_759_997_226_500_u64);
        assert_eq!(with(Fault::MissingTimestamp).get("timestamp"), None);
        assert_eq!(with(Fault::ExtraField)["internalFlags"], 0);
    }

    #[test]
    fn variations_keep_the_value() {
        for variations in [
            vec![Variation::KeyOrder],
            vec![Variation::Whitespace],
            vec![Variation::KeyOrder, Variation::Whitespace],
        ] {
            let text = write(&variations, broadcast());
            assert_ne!(text, broadcast().to_string());
            assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), broadcast());
        }
    }
}
