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
    distort_times(faults, &mut payload);
    if faults.has(Fault::ParticipantsEmpty) {
        each_field(&mut payload, &mut |name, value| {
            if name == "participants" {
                *value = json!([]);
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
            with_message(fields, |fields| fields.retain(|name, _| !USER_FIELDS.contains(&name.as_str())));
        }
        if faults.has(Fault::SenderNull) {
            with_message(fields, |fields| {
                let named = fields.iter_mut().filter(|(name, _)| USER_FIELDS.contains(&name.as_str()));
                named.for_each(|(_, value)| *value = Value::Null);
            });
        }
        if faults.has(Fault::ExtraField) {
            fields.insert("internalFlags".to_owned(), json!(0));
        }
    }
    payload
}

/// The times in a payload, as a server with these faults tells them.
fn distort_times(faults: &Faults, payload: &mut Value) {
    if faults.has(Fault::StaleTimestamp) {
        each_field(payload, &mut |name, value| {
            if TIME_FIELDS.contains(&name) {
                *value = json!("2020-01-01T00:00:00.000Z");
            }
        });
    }
    if faults.has(Fault::WrongZone) {
        each_field(payload, &mut |name, value| {
            if let (true, Some(at)) = (TIME_FIELDS.contains(&name), moment(value)) {
                let ahead = jiff::Timestamp::from_millisecond(at.as_millisecond() + 7_200_000);
                *value = json!(ahead.map(|at| format!("{at:.3}")).unwrap_or_default());
            }
        });
    }
    if faults.has(Fault::EpochTimestamp) {
        each_field(payload, &mut |name, value| {
            if TIME_FIELDS.contains(&name) {
                *value = moment(value).map_or(Value::Null, |at| json!(at.as_millisecond()));
            }
        });
    }
}

/// Changes the fields of a payload and, since in the crm dialect the sender of a message is inside it, those of its message.
fn with_message(fields: &mut Map<String, Value>, change: impl Fn(&mut Map<String, Value>)) {
    change(fields);
    if let Some(Value::Object(message)) = fields.get_mut("message") {
        change(message);
    }
}

fn moment(value: &Value) -> Option<jiff::Timestamp> {
    value.as_str()?.parse().ok()
}

/// Whatever a server with [`Fault::ClockStands`] tells of a time is the first that it told.
pub(crate) fn stop_the_clock(first: &mut Option<jiff::Timestamp>, payload: &mut Value) {
    each_field(payload, &mut |name, value| {
        if name == "pong" {
            let at = value.as_i64().and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
            let first = at.map(|at| *first.get_or_insert(at));
            *value = first.map_or(Value::Null, |at| json!(at.as_millisecond()));
        } else if let Some(at) = moment(value) {
            *value = json!(format!("{:.3}", first.get_or_insert(at)));
        }
    });
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
    let payload = rewritten_times(variations, payload);
    if variations.contains(&Variation::Whitespace) {
        return spaced(&payload);
    }
    payload.to_string()
}

/// The same moments, written otherwise.
fn rewritten_times(variations: &[Variation], mut payload: Value) -> Value {
    let (whole, zone) =
        (variations.contains(&Variation::WholeSeconds), variations.contains(&Variation::OtherZone));
    if whole || zone {
        each_field(&mut payload, &mut |_, value| {
            let text = value.as_str().filter(|text| text.len() == 24);
            let Some(at) = text.and_then(|text| text.parse::<jiff::Timestamp>().ok()) else { return };
            let digits = usize::from(!whole) * 3;
            *value = json!(if zone {
                let ahead = at + jiff::Span::new().hours(2);
                format!("{ahead:.digits$}").replace('Z', "+02:00")
            } else {
                format!("{at:.digits$}")
            });
        });
    }
    payload
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
        assert_eq!(with(Fault::StaleTimestamp)["message"]["createdAt"], "2020-01-01T00:00:00.000Z");
        assert_eq!(with(Fault::WrongZone)["timestamp"], "2025-10-09T10:07:06.500Z");
        let nobody =
            distort(&Faults::from(Fault::SenderNull), json!({"message": {"senderId": 1}, "sender": 1}));
        assert_eq!(nobody, json!({"message": {"senderId": null}, "sender": null}));
        assert_eq!(
            distort(&Faults::from(Fault::ParticipantsEmpty), json!({"participants": [1, 2]})),
            json!({"participants": []})
        );
        assert_eq!(with(Fault::MissingTimestamp).get("timestamp"), None);
        assert_eq!(with(Fault::ExtraField)["internalFlags"], 0);
    }

    #[test]
    fn a_clock_that_stands_tells_one_time() {
        let (mut first, mut later) = (None, json!({"timestamp": "2025-10-09T08:08:00.000Z", "pong": 1_u64}));
        let mut payload = broadcast();
        stop_the_clock(&mut first, &mut payload);
        assert_eq!(payload, broadcast());
        stop_the_clock(&mut first, &mut later);
        assert_eq!(later, json!({"timestamp": "2025-10-09T08:07:06.500Z", "pong": 1_759_997_226_500_u64}));
    }

    #[test]
    fn another_way_to_write_a_time_is_the_same_time() {
        let written = |variation| {
            let text = write(&[variation], json!({"at": "2025-10-09T08:07:06.500Z", "ms": 5}));
            serde_json::from_str::<Value>(&text).unwrap()
        };
        assert_eq!(written(Variation::WholeSeconds), json!({"at": "2025-10-09T08:07:06Z", "ms": 5}));
        assert_eq!(written(Variation::OtherZone), json!({"at": "2025-10-09T10:07:06.500+02:00", "ms": 5}));
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
