//! The namespace as a channel: its events, and the verbs that are said by one.

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use super::heard::{self, Place};
use super::registry::{Registry, channel_reference, key, object};
use super::schema::{Schemas, titled, told};
use super::{all_reasons, clauses, overlap, reasons, summary};
use language::contract::{AnswerForm, Contract, Refusal, Say, Takes, Verb};
use language::payload::{Matcher, Payload};

/// Adds the namespace with everything that is said in it.
pub(super) fn add(contract: &Contract, registry: &mut Registry) {
    let wanted = contract.namespace.trim_start_matches('/');
    let wanted = if wanted.is_empty() { "root" } else { wanted };
    let channel = registry.channel(wanted, &contract.namespace, || namespace(contract));
    let events = events(contract, registry, &channel);
    for (name, verb) in &contract.verbs {
        if let Say::Emit { event, data } = &verb.say {
            let say = Said { contract, name, verb, event, data: data.as_ref() };
            say.add(registry, &channel, &events);
        }
    }
}

fn namespace(contract: &Contract) -> Value {
    let connections: Map<String, Value> = contract
        .verbs
        .iter()
        .filter(|(_, verb)| matches!(verb.say, Say::Connection))
        .map(|(name, verb)| (name.clone(), behaviour(contract, name, verb)))
        .collect();
    json!({
        "address": contract.namespace,
        "title": format!("Socket.IO namespace {}", contract.namespace),
        "description": "Every event in both directions; the name of a message is the name of its event, its payload the \
            first argument. Rooms are the server's own: who hears an event is told by its audiences.",
        "servers": [{"$ref": "#/servers/socketio"}],
        "messages": {},
        "x-socketio": object([
            ("namespace", json!(contract.namespace)),
            ("connections", Value::Object(connections)),
        ]),
    })
}

/// Adds the events of the server; returns how each is referred to.
fn events(contract: &Contract, registry: &mut Registry, channel: &str) -> IndexMap<String, Value> {
    let mut references = IndexMap::new();
    for (name, places) in heard::places(contract) {
        let message = event_message(contract, name, &places);
        let reference = registry.message(channel, name, message);
        let operation = event_operation(contract, channel, name, &places, &reference);
        registry.operation(&format!("on-{name}"), operation);
        references.insert(name.to_owned(), reference);
    }
    references
}

/// The payload as the contract gives it for the event, and what a place lays over it that this does not allow; where the
/// contract gives none, any of those heard.
fn event_message(contract: &Contract, name: &str, places: &[Place<'_>]) -> Value {
    let reasons = all_reasons(contract);
    let schemas = Schemas { contract, reasons: &reasons };
    let spec = contract.events.get(name);
    let mut payloads: Vec<Value> = spec.iter().map(|spec| schemas.of(&spec.data)).collect();
    let mut examples: Vec<Value> = spec.iter().filter_map(|spec| schemas.example(&spec.data)).collect();
    for place in places {
        let variant = schemas.of(&place.heard.data);
        let known = match payloads.first() {
            Some(own) if spec.is_some() => overlap::narrows(&variant, own),
            _ => false,
        };
        if !known && !payloads.contains(&variant) {
            payloads.push(variant);
            examples.extend(schemas.example(&place.heard.data));
        }
    }
    let clause = spec.map(|spec| spec.clause.as_str());
    object([
        ("name", json!(name)),
        ("title", json!(name)),
        ("summary", summary(contract, clause)),
        ("payload", told(overlap::alternatives(payloads))),
        ("examples", examples.into_iter().map(|payload| json!({"payload": payload})).collect()),
        ("x-clauses", clauses(contract, clause)),
        (
            "x-socketio",
            object([
                ("event", json!(name)),
                ("direction", json!("server to client")),
                ("arguments", json!(1)),
                ("about", json!(spec.and_then(|spec| spec.about.as_deref()))),
            ]),
        ),
    ])
}

fn event_operation(
    contract: &Contract,
    channel: &str,
    name: &str,
    places: &[Place<'_>],
    message: &Value,
) -> Value {
    let spec = contract.events.get(name);
    let of_event = spec.map(|spec| spec.clause.as_str());
    let of_places = places.iter().flat_map(|place| [place.heard.clause.as_deref(), place.clause]).flatten();
    object([
        ("action", json!("send")),
        ("channel", channel_reference(channel)),
        ("title", json!(name)),
        ("summary", summary(contract, of_event)),
        ("tags", json!([{"name": "server to client"}])),
        ("messages", json!([message])),
        ("x-clauses", clauses(contract, of_event.into_iter().chain(of_places))),
        (
            "x-socketio",
            object([
                ("event", json!(name)),
                ("heard", places.iter().map(|place| place.told.clone()).collect()),
            ]),
        ),
    ])
}

/// A verb that is said by an event.
struct Said<'c> {
    contract: &'c Contract,
    name: &'c str,
    verb: &'c Verb,
    event: &'c str,
    data: Option<&'c Payload>,
}

impl Said<'_> {
    fn add(&self, registry: &mut Registry, channel: &str, events: &IndexMap<String, Value>) {
        let said = registry.message(channel, self.name, self.message());
        let mut replies = Vec::new();
        if let Some(message) = self.ack() {
            replies.push(registry.message(channel, &format!("{}.ack", self.name), message));
        }
        let refused = self.verb.refused.or(&self.contract.refused);
        for form in self.verb.forms.values().chain(refused.forms.values()) {
            let heard = form.me.iter().filter_map(|heard| events.get(&heard.event));
            heard.for_each(|event| {
                if !replies.contains(event) {
                    replies.push(event.clone());
                }
            });
        }
        let operation = self.operation(channel, &said, &replies);
        registry.operation(self.name, operation);
    }

    fn message(&self) -> Value {
        let schemas = Schemas { contract: self.contract, reasons: &[] };
        let example = self.data.and_then(|data| schemas.example(data));
        object([
            ("name", json!(self.event)),
            ("title", json!(self.name)),
            ("summary", summary(self.contract, self.verb.clause.as_deref())),
            ("payload", self.data.map_or(Value::Null, |data| told(schemas.of(data)))),
            ("examples", example.into_iter().map(|payload| json!({"payload": payload})).collect()),
            ("x-clauses", clauses(self.contract, self.verb.clause.as_deref())),
            (
                "x-socketio",
                json!({
                    "event": self.event, "direction": "client to server", "arguments": usize::from(self.data.is_some()),
                }),
            ),
        ])
    }

    /// The argument of the acknowledgement: any of the accepted forms, refusals among them.
    fn ack(&self) -> Option<Value> {
        let refused = self.verb.refused.or(&self.contract.refused);
        let (why, none) = (reasons(&refused), []);
        let answered =
            self.verb.forms.iter().map(|(name, form)| (format!("answered: {name}"), form, none.as_slice()));
        let turned_down =
            refused.forms.iter().map(|(name, form)| (format!("refused: {name}"), form, why.as_slice()));
        let mut found: Vec<(String, Value)> = Vec::new();
        let mut examples = Vec::new();
        let mut most = 0;
        for (title, form, reasons) in answered.chain(turned_down) {
            let Some(payload) = &form.ack else { continue };
            most = most.max(usize::from(!matches!(payload, Payload::Matcher(Matcher::Nothing))));
            let schemas = Schemas { contract: self.contract, reasons };
            let schema = schemas.of(payload);
            if let Some((known, _)) = found.iter_mut().find(|(_, known)| *known == schema) {
                *known = format!("{known}; {title}");
                continue;
            }
            examples.extend(
                schemas
                    .example(payload)
                    .map(|payload| json!({"name": key(&title.replace(": ", "-")), "payload": payload})),
            );
            found.push((title, schema));
        }
        if found.is_empty() {
            return None;
        }
        let schemas = found.into_iter().map(|(title, schema)| titled(schema, &title)).collect();
        Some(object([
            ("name", json!(format!("{} acknowledged", self.event))),
            ("title", json!(format!("answer to {}", self.name))),
            ("payload", overlap::alternatives(schemas)),
            ("examples", Value::Array(examples)),
            ("x-clauses", clauses(self.contract, self.verb.clause.as_deref())),
            ("x-socketio", json!({"event": self.event, "direction": "acknowledgement", "arguments": most})),
        ]))
    }

    fn operation(&self, channel: &str, said: &Value, replies: &[Value]) -> Value {
        let refused = self.verb.refused.or(&self.contract.refused);
        let promised = self.verb.clause.iter().chain(refused.clauses.values()).map(String::as_str);
        let mut told = behaviour(self.contract, self.name, self.verb);
        told["event"] = json!(self.event);
        object([
            ("action", json!("receive")),
            ("channel", channel_reference(channel)),
            ("title", json!(self.name)),
            ("summary", summary(self.contract, self.verb.clause.as_deref())),
            ("tags", json!([{"name": "client to server"}])),
            ("messages", json!([said])),
            (
                "reply",
                if replies.is_empty() {
                    Value::Null
                } else {
                    json!({"channel": channel_reference(channel), "messages": replies})
                },
            ),
            ("x-clauses", clauses(self.contract, promised)),
            ("x-socketio", told),
        ])
    }
}

/// How a verb is answered and refused, and what it changes.
pub(super) fn behaviour(contract: &Contract, name: &str, verb: &Verb) -> Value {
    let refused = verb.refused.or(&contract.refused);
    let takes = match verb.takes {
        Takes::Room => "room",
        Takes::Text => "text",
        Takes::Message => "message",
        Takes::User => "user",
        Takes::Nothing => "nothing",
    };
    let said_by_event = matches!(verb.say, Say::Emit { .. });
    object([
        ("verb", json!(name)),
        ("capability", json!(verb.capability)),
        ("takes", json!(takes)),
        ("ack", if said_by_event { acknowledged(&verb.forms) } else { Value::Null }),
        ("forms", forms(contract, &verb.forms, &[], said_by_event)),
        ("refused", refusals(contract, verb, &refused)),
        ("causes", json!(contract.causes(name, verb))),
    ])
}

/// Whether an answer brings an acknowledgement.
fn acknowledged(forms: &IndexMap<String, AnswerForm>) -> Value {
    let with = forms.values().filter(|form| form.ack.is_some()).count();
    json!(match with {
        0 => "never",
        all if all == forms.len() => "always",
        _ => "sometimes",
    })
}

/// An acknowledgement is told of where there can be one.
fn forms(
    contract: &Contract,
    forms: &IndexMap<String, AnswerForm>,
    reasons: &[&Payload],
    by_event: bool,
) -> Value {
    let schemas = Schemas { contract, reasons };
    let told = |form: &AnswerForm| {
        let mut told = object([
            ("ack", if by_event { json!(form.ack.is_some()) } else { Value::Null }),
            ("events", form.me.iter().map(|heard| json!(heard.event)).collect()),
            ("disconnect", if form.disconnect { json!(true) } else { Value::Null }),
            ("level", json!(form.level)),
        ]);
        if let Some(data) = &form.connect_error {
            told["connectError"] = schemas.of(data);
        }
        told
    };
    forms.iter().map(|(name, form)| (name.clone(), told(form))).collect::<Map<_, _>>().into()
}

/// The forms of a refusal, where it is one of the socket, and what stands for `$reason`, the HTTP status and the clause
/// of each kind.
fn refusals(contract: &Contract, verb: &Verb, refused: &Refusal) -> Value {
    let by_socket = !matches!(verb.say, Say::Rest(_));
    let by_event = matches!(verb.say, Say::Emit { .. });
    let why = reasons(refused);
    let schemas = Schemas { contract, reasons: &[] };
    let reasons: Map<String, Value> =
        refused.reasons.iter().map(|(kind, reason)| (kind.clone(), schemas.of(reason))).collect();
    object([
        ("forms", if by_socket { forms(contract, &refused.forms, &why, by_event) } else { Value::Null }),
        ("reasons", Value::Object(reasons)),
        ("statuses", if by_socket { Value::Null } else { json!(refused.statuses) }),
        ("clauses", json!(refused.clauses)),
    ])
}
