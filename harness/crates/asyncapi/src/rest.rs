//! The REST routes: a channel for every path, an operation for every verb that is said by a request.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::registry::{Registry, channel_reference, object};
use super::schema::{Schemas, told};
use super::socket::behaviour;
use super::{clauses, reasons, summary};
use language::contract::{Contract, Making, Refusal, RestCall, Say};
use language::payload::{Matcher, Payload, Piece};

const BINDING: &str = "0.3.0";

/// Adds the routes of all verbs, and the one that makes a room.
pub(super) fn add(contract: &Contract, registry: &mut Registry) {
    if let Making::Rest(call) = &contract.room.made {
        let room = Route {
            contract,
            name: "create room",
            clause: None,
            call,
            refused: contract.refused.clone(),
            told: json!({"description": "how a room comes to be"}),
        };
        room.add(registry);
    }
    for (name, verb) in &contract.verbs {
        if let Say::Rest(call) = &verb.say {
            let refused = verb.refused.or(&contract.refused);
            let told = behaviour(contract, name, verb);
            Route { contract, name, clause: verb.clause.as_deref(), call, refused, told }.add(registry);
        }
    }
}

struct Route<'c> {
    contract: &'c Contract,
    name: &'c str,
    clause: Option<&'c str>,
    call: &'c RestCall,
    refused: Refusal,
    told: Value,
}

impl Route<'_> {
    fn add(&self, registry: &mut Registry) {
        let address = Address::of(&self.call.path);
        let channel = registry.channel(&address.key(), &address.path, || address.channel());
        let request = registry.message(&channel, &format!("{}.request", self.name), self.request());
        let mut replies = Vec::new();
        for (suffix, message) in self.answers().into_iter().chain(self.refusals()) {
            replies.push(registry.message(&channel, &format!("{}.{suffix}", self.name), message));
        }
        let refused = self.refused.clauses.values().map(String::as_str);
        let operation = object([
            ("action", json!("receive")),
            ("channel", channel_reference(&channel)),
            ("title", json!(self.name)),
            ("summary", summary(self.contract, self.clause)),
            ("tags", json!([{"name": "rest"}])),
            (
                "bindings",
                json!({"http": object([
                    ("method", json!(self.call.method)),
                    ("query", address.query()),
                    ("bindingVersion", json!(BINDING)),
                ])}),
            ),
            ("messages", json!([request])),
            ("reply", json!({"channel": channel_reference(&channel), "messages": replies})),
            ("x-clauses", clauses(self.contract, self.clause.into_iter().chain(refused))),
            ("x-socketio", self.told.clone()),
        ]);
        registry.operation(self.name, operation);
    }

    fn request(&self) -> Value {
        let schemas = Schemas { contract: self.contract, reasons: &[] };
        let body = self.call.json.as_ref();
        let example = body.and_then(|body| schemas.example(body));
        let sent = self.contract.rest_headers.iter().chain(&self.call.headers);
        object([
            ("name", json!(format!("{} request", self.name))),
            ("title", json!(format!("{} {}", self.call.method, Address::of(&self.call.path).path))),
            ("payload", body.map_or(Value::Null, |body| told(schemas.of(body)))),
            ("examples", example.into_iter().map(|payload| json!({"payload": payload})).collect()),
            ("bindings", bindings(None, headers(schemas, sent))),
            ("x-clauses", clauses(self.contract, self.clause)),
        ])
    }

    /// One answer for each documented status.
    fn answers(&self) -> Vec<(String, Value)> {
        let schemas = Schemas { contract: self.contract, reasons: &[] };
        let headers = headers(schemas, &self.call.answer_headers);
        let answer = |status: Option<u64>| {
            let suffix = status.map_or_else(|| "answer".to_owned(), |status| status.to_string());
            let title = format!("{}: {suffix}", self.name);
            let mut message =
                message(schemas, &title, self.call.body.as_ref(), bindings(status, headers.clone()));
            if status.is_none() {
                message["x-status"] = schemas.of(&self.call.status);
            }
            (suffix, message)
        };
        let statuses = statuses(&self.call.status);
        if statuses.is_empty() {
            vec![answer(None)]
        } else {
            statuses.into_iter().map(|s| answer(Some(s))).collect()
        }
    }

    /// One answer for each status of a refusal, with the kinds it stands for.
    fn refusals(&self) -> Vec<(String, Value)> {
        let why = reasons(&self.refused);
        let schemas = Schemas { contract: self.contract, reasons: &why };
        let mut kinds: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
        for (kind, status) in &self.refused.statuses {
            kinds.entry(*status).or_default().push(kind);
        }
        let refusal = |(status, kinds): (u16, Vec<&str>)| {
            let title = format!("{} refused: {}", self.name, kinds.join(", "));
            let bindings = bindings(Some(status.into()), Value::Null);
            let mut message = message(schemas, &title, self.refused.body.as_ref(), bindings);
            message["x-socketio"] = json!({"refused": kinds});
            (status.to_string(), message)
        };
        kinds.into_iter().map(refusal).collect()
    }
}

fn message(schemas: Schemas<'_>, title: &str, body: Option<&Payload>, bindings: Value) -> Value {
    let example = body.and_then(|body| schemas.example(body));
    object([
        ("name", json!(title)),
        ("title", json!(title)),
        ("payload", body.map_or(Value::Null, |body| told(schemas.of(body)))),
        ("examples", example.into_iter().map(|payload| json!({"payload": payload})).collect()),
        ("bindings", bindings),
    ])
}

fn bindings(status: Option<u64>, headers: Value) -> Value {
    json!({"http": object([
        ("headers", headers),
        ("statusCode", json!(status)),
        ("bindingVersion", json!(BINDING)),
    ])})
}

/// The schema of headers; one that must be absent fits nothing. None at all where there is nothing to say.
fn headers<'c>(schemas: Schemas<'_>, all: impl IntoIterator<Item = &'c (String, Payload)>) -> Value {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for (name, value) in all {
        let absent = matches!(value, Payload::Literal(Value::Null));
        if !absent && !matches!(value, Payload::Matcher(Matcher::Maybe(_))) && !required.contains(&name) {
            required.push(name);
        }
        properties.insert(name.clone(), if absent { json!({"not": {}}) } else { schemas.of(value) });
    }
    if properties.is_empty() {
        return Value::Null;
    }
    object([
        ("type", json!("object")),
        ("required", json!(required)),
        ("properties", Value::Object(properties)),
    ])
}

fn statuses(status: &Payload) -> Vec<u64> {
    match status {
        Payload::Literal(value) => value.as_u64().into_iter().collect(),
        Payload::Matcher(Matcher::OneOf(choices)) => choices.iter().filter_map(Value::as_u64).collect(),
        _ => Vec::new(),
    }
}

/// A path with its references as parameters, and the query behind it.
struct Address {
    path: String,
    parameters: Map<String, Value>,
    query: Vec<(String, String)>,
}

impl Address {
    fn of(path: &Payload) -> Self {
        let (mut whole, mut parameters) = (String::new(), Map::new());
        let single;
        let pieces = match path {
            Payload::Text(pieces) => pieces.as_slice(),
            Payload::Reference(path) => {
                single = [Piece::Reference(path.clone())];
                single.as_slice()
            }
            _ => &[],
        };
        for piece in pieces {
            match piece {
                Piece::Literal(text) => whole.push_str(text),
                Piece::Reference(reference) => {
                    let written = reference.to_string();
                    let words: Vec<&str> = written[1..].split('.').collect();
                    let name = camel(&words);
                    whole.push_str(&format!("{{{name}}}"));
                    if !whole.contains('?') {
                        parameters.insert(name, json!({"description": words.join(" ")}));
                    }
                }
            }
        }
        let (path, query) = whole.split_once('?').unwrap_or((&whole, ""));
        let query = query
            .split('&')
            .filter(|part| !part.is_empty())
            .map(|part| part.split_once('=').unwrap_or((part, "")))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Self { path: path.to_owned(), parameters, query }
    }

    /// `/chats/{roomId}/message` is `chats.roomId.message`.
    fn key(&self) -> String {
        let segments = self.path.split('/').filter(|segment| !segment.is_empty());
        segments.map(|segment| segment.replace(['{', '}'], "")).collect::<Vec<_>>().join(".")
    }

    fn channel(&self) -> Value {
        let mut channel = object([
            ("address", json!(self.path)),
            ("title", json!(format!("REST {}", self.path))),
            ("servers", json!([{"$ref": "#/servers/http"}])),
            ("parameters", Value::Object(self.parameters.clone())),
        ]);
        channel["messages"] = json!({});
        channel
    }

    /// The query as a schema: what is written stands for itself, a reference for any text.
    fn query(&self) -> Value {
        let properties: Map<String, Value> = self
            .query
            .iter()
            .map(|(name, value)| {
                let schema = if value.contains('{') {
                    json!({"type": "string"})
                } else {
                    json!({"type": "string", "const": value})
                };
                (name.clone(), schema)
            })
            .collect();
        if properties.is_empty() {
            return Value::Null;
        }
        json!({"type": "object", "properties": properties})
    }
}

/// `message.id` is `messageId`.
fn camel(words: &[&str]) -> String {
    let mut name = String::new();
    for (index, word) in words.iter().enumerate() {
        let mut characters = word.chars();
        match characters.next() {
            Some(first) if index > 0 => name.push(first.to_ascii_uppercase()),
            Some(first) => name.push(first),
            None => {}
        }
        name.push_str(characters.as_str());
    }
    name
}
