//! What an AsyncAPI 3.0 document says of events and requests.

use serde_json::Value;

use super::resolved;

/// Something that a client can say.
#[derive(Debug, Clone, Default)]
pub(super) struct Said {
    /// Its name in the document.
    pub(super) name: String,
    /// The event it is said by, or the method and path of a request.
    pub(super) by: By,
    /// The schema of what is sent.
    pub(super) data: Option<Value>,
    /// The schemas of what may come back as acknowledgement, or as the answer to a request.
    pub(super) answers: Vec<Answer>,
    /// The events that may answer it.
    pub(super) events: Vec<String>,
    /// The whole operation.
    pub(super) operation: Value,
}

/// How something is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum By {
    /// It opens a connection.
    #[default]
    Connection,
    /// An event.
    Event(String),
    /// A method and a path.
    Request(String, String),
}

/// What may come back.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: Option<u64>,
    pub(super) schema: Value,
}

/// An event of the server.
#[derive(Debug, Clone)]
pub(super) struct Heard {
    pub(super) event: String,
    pub(super) schema: Value,
    pub(super) operation: Value,
}

/// All of it.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) namespace: String,
    pub(super) says: Vec<Said>,
    pub(super) hears: Vec<Heard>,
    pub(super) left_out: Vec<String>,
}

impl Seen {
    /// An event is one, however many operations send it.
    pub(super) fn hear(&mut self, heard: Heard) {
        if self.hears.iter().all(|other| other.event != heard.event) {
            self.hears.push(heard);
        }
    }
}

/// Reads a document of version 3.
pub(super) fn third(document: &Value) -> Seen {
    let mut seen = Seen { namespace: namespace(document), ..Seen::default() };
    connections(document, &mut seen);
    for (name, operation) in document["operations"].as_object().into_iter().flatten() {
        let operation = resolved(document, operation);
        let channel = resolved(document, &operation["channel"]);
        let messages = messages(document, operation, channel);
        match operation["action"].as_str() {
            Some("receive") => receive(document, name, operation, channel, &messages, &mut seen),
            Some("send") => {
                for (key, message) in messages {
                    let event = event(&key, &message, channel);
                    seen.hear(Heard {
                        event,
                        schema: message["payload"].clone(),
                        operation: operation.clone(),
                    });
                }
            }
            _ => seen.left_out.push(format!("the operation {name}, which neither sends nor receives")),
        }
    }
    seen
}

fn receive(
    document: &Value,
    name: &str,
    operation: &Value,
    channel: &Value,
    messages: &[(String, Value)],
    seen: &mut Seen,
) {
    let title = operation["x-socketio"]["verb"].as_str().or_else(|| operation["title"].as_str());
    let method = operation["bindings"]["http"]["method"].as_str();
    let (mut answers, mut events) = (Vec::new(), Vec::new());
    for (key, message) in replies(document, operation) {
        let status = message["bindings"]["http"]["statusCode"].as_u64();
        let direction = message["x-socketio"]["direction"].as_str();
        let acknowledges = direction == Some("acknowledgement") || key.to_lowercase().contains("ack");
        if direction == Some("server to client") || (method.is_none() && !acknowledges && direction.is_none())
        {
            let event = event(&key, &message, channel);
            seen.hear(Heard {
                event: event.clone(),
                schema: message["payload"].clone(),
                operation: Value::Null,
            });
            events.push(event);
        } else {
            answers.push(Answer { status, schema: message["payload"].clone() });
        }
    }
    for (index, (key, message)) in messages.iter().enumerate() {
        let by = match method {
            Some(method) => {
                By::Request(method.to_lowercase(), channel["address"].as_str().unwrap_or("/").to_owned())
            }
            None => By::Event(event(key, message, channel)),
        };
        let name = if index == 0 && messages.len() == 1 { title.unwrap_or(name) } else { key };
        seen.says.push(Said {
            name: name.to_owned(),
            by,
            data: message.get("payload").cloned(),
            answers: answers.clone(),
            events: events.clone(),
            operation: operation.clone(),
        });
    }
}

/// What an application says of connecting, under `x-socketio`.
fn connections(document: &Value, seen: &mut Seen) {
    for channel in
        document["channels"].as_object().into_iter().flatten().map(|(_, channel)| resolved(document, channel))
    {
        for (name, told) in channel["x-socketio"]["connections"].as_object().into_iter().flatten() {
            let operation = serde_json::json!({"x-socketio": told});
            seen.says.push(Said { name: name.clone(), operation, ..Said::default() });
        }
    }
}

/// The namespace: of the server, of a channel, or where neither says so the usual one.
fn namespace(document: &Value) -> String {
    let of = |parts: &Value| {
        let parts: Vec<&Value> =
            parts.as_object().into_iter().flatten().map(|(_, part)| resolved(document, part)).collect();
        parts.iter().find_map(|part| part["x-socketio"]["namespace"].as_str().map(ToOwned::to_owned))
    };
    of(&document["servers"]).or_else(|| of(&document["channels"])).unwrap_or_else(|| "/".to_owned())
}

/// The messages of an operation, or all of its channel where it names none.
fn messages(document: &Value, operation: &Value, channel: &Value) -> Vec<(String, Value)> {
    let named = referred(document, &operation["messages"]);
    if !named.is_empty() {
        return named;
    }
    let all = channel["messages"].as_object().into_iter().flatten();
    all.map(|(key, message)| (key.clone(), resolved(document, message).clone())).collect()
}

fn replies(document: &Value, operation: &Value) -> Vec<(String, Value)> {
    let reply = resolved(document, &operation["reply"]);
    let named = referred(document, &reply["messages"]);
    if !named.is_empty() {
        return named;
    }
    let channel = resolved(document, &reply["channel"]);
    let all = channel["messages"].as_object().into_iter().flatten();
    all.map(|(key, message)| (key.clone(), resolved(document, message).clone())).collect()
}

/// Messages by reference, each with the last part of that as its key.
fn referred(document: &Value, list: &Value) -> Vec<(String, Value)> {
    let key = |message: &Value| {
        let pointer = message["$ref"].as_str().unwrap_or_default();
        pointer.rsplit('/').next().unwrap_or_default().to_owned()
    };
    list.as_array()
        .into_iter()
        .flatten()
        .map(|message| (key(message), resolved(document, message).clone()))
        .collect()
}

/// The event of a message: its name; without one the channel, where that is a word and not a path; else its key.
pub(super) fn event(key: &str, message: &Value, channel: &Value) -> String {
    let told = message["x-socketio"]["event"].as_str().or_else(|| message["name"].as_str());
    let address = channel["address"].as_str().filter(|address| !address.is_empty() && !address.contains('/'));
    told.or(address).unwrap_or(key).to_owned()
}
