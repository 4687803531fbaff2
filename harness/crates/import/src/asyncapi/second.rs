//! What an AsyncAPI 2.x document says: there `publish` is what a client says, and `subscribe` what it hears.

use serde_json::{Value, json};

use super::read::{Answer, By, Heard, Said, Seen, event};
use super::resolved;

/// Reads a document of version 2.
pub(super) fn second(document: &Value) -> Seen {
    let mut seen = Seen { namespace: "/".to_owned(), ..Seen::default() };
    for (address, channel) in document["channels"].as_object().into_iter().flatten() {
        let channel = resolved(document, channel);
        let place = json!({"address": address});
        if address.starts_with('/')
            && channel["publish"]["bindings"]["http"].is_null()
            && seen.namespace == "/"
        {
            seen.namespace.clone_from(address);
        }
        for (key, message) in messages(document, &channel["publish"]["message"]) {
            say(document, &channel["publish"], &place, (&key, &message), &mut seen);
        }
        for (key, message) in messages(document, &channel["subscribe"]["message"]) {
            let event = event(&key, &message, &place);
            let operation = channel["subscribe"].clone();
            seen.hear(Heard { event, schema: message["payload"].clone(), operation });
        }
    }
    seen
}

fn say(document: &Value, operation: &Value, place: &Value, (key, message): (&str, &Value), seen: &mut Seen) {
    let event = event(key, message, place);
    let method = operation["bindings"]["http"]["method"].as_str();
    let path = place["address"].as_str().unwrap_or("/").to_owned();
    let by =
        method.map_or_else(|| By::Event(event.clone()), |method| By::Request(method.to_lowercase(), path));
    // The usual way in which documents of this version tell of an acknowledgement.
    let ack = resolved(document, &message["x-ack"]);
    let schema = if ack["args"].is_null() { ack } else { &ack["args"] };
    let answers = match schema {
        Value::Null => Vec::new(),
        Value::Array(arguments) => arguments.first().cloned().into_iter().collect(),
        one => vec![one.clone()],
    };
    seen.says.push(Said {
        name: if event.is_empty() {
            operation["operationId"].as_str().unwrap_or(key).to_owned()
        } else {
            event
        },
        by,
        data: message.get("payload").cloned(),
        answers: answers.into_iter().map(|schema| Answer { status: None, schema }).collect(),
        events: Vec::new(),
        operation: operation.clone(),
    });
}

/// The message, or the messages of which it is one.
fn messages(document: &Value, message: &Value) -> Vec<(String, Value)> {
    if message.is_null() {
        return Vec::new();
    }
    let key = |message: &Value| {
        message["$ref"].as_str().and_then(|pointer| pointer.rsplit('/').next()).unwrap_or_default().to_owned()
    };
    match resolved(document, message)["oneOf"].as_array() {
        Some(several) => several.iter().map(|one| (key(one), resolved(document, one).clone())).collect(),
        None => vec![(key(message), resolved(document, message).clone())],
    }
}
