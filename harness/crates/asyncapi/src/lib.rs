//! A contract as an AsyncAPI 3.0 document: what the server receives, answers and sends, with a JSON Schema of every
//! payload. The application that is described is the server. What AsyncAPI has no words for stands under `x-socketio`
//! and `x-clauses`. Pure, and the same for the same contract; knows the contract and nothing that runs.

mod example;
mod heard;
mod overlap;
mod registry;
mod rest;
mod schema;
mod socket;

use serde_json::{Map, Value, json};

use self::registry::{Registry, key, object};
use self::schema::Schemas;
use language::contract::{Audience, Contract, IdKind, Refusal, Timed};
use language::payload::{Payload, Piece};

/// The contract as an AsyncAPI 3.0 document.
#[must_use]
pub fn document(contract: &Contract) -> Value {
    let mut registry = Registry::default();
    socket::add(contract, &mut registry);
    rest::add(contract, &mut registry);
    let reasons = all_reasons(contract);
    let schemas = Schemas { contract, reasons: &reasons };
    let types: Map<String, Value> =
        contract.types.iter().map(|(name, payload)| (key(name), schemas.of(payload))).collect();
    json!({
        "asyncapi": "3.0.0",
        "info": info(contract),
        "defaultContentType": "application/json",
        "servers": servers(contract),
        "channels": registry.channels,
        "operations": registry.operations,
        "components": object([
            ("schemas", Value::Object(types)),
            ("messages", Value::Object(registry.messages)),
            ("securitySchemes", Value::Object(security_schemes(contract))),
        ]),
        "x-socketio": system(contract),
        "x-clauses": clauses(contract, contract.clauses.keys().map(String::as_str)),
    })
}

fn info(contract: &Contract) -> Value {
    json!({
        "title": format!("{} chat", contract.dialect),
        "version": "1.0.0",
        "description": format!(
            "The chat system of `{}` as a client meets it: written from `{}`, by way of the contract `{}`. The document \
             has no version of its own; 1.0.0 stands for it as it is.\n\nThe application is the server: an operation \
             with `action: receive` is an event or a request from a client, one with `action: send` is an event from \
             the server. A `reply` lists what may come back to the client that acted: the argument of the \
             acknowledgement, and events. Refusals are among them. Audiences, accepted forms and consequences stand \
             under `x-socketio`; `x-clauses` names the headings that promise them.",
            contract.dialect, contract.document, contract.dialect,
        ),
    })
}

fn servers(contract: &Contract) -> Value {
    let reference = |place: &String| json!({"$ref": format!("#/components/securitySchemes/{}", key(place))});
    let sent = |place: &&String| {
        contract.rest_headers.iter().any(|(name, _)| {
            place.strip_prefix("header.").is_some_and(|header| header.eq_ignore_ascii_case(name))
        })
    };
    json!({
        "socketio": object([
            ("host", json!("127.0.0.1:3000")),
            ("pathname", json!("/socket.io/")),
            ("protocol", json!("socketio")),
            ("protocolVersion", json!("5")),
            ("description", json!("Socket.IO over WebSocket or HTTP long-polling (Engine.IO 4)")),
            ("security", contract.credentials.keys().map(reference).collect()),
            ("x-socketio", json!({"namespace": contract.namespace, "engineIo": 4})),
        ]),
        "http": object([
            ("host", json!("127.0.0.1:3000")),
            ("protocol", json!("http")),
            ("description", json!("The REST routes beside the socket")),
            ("security", contract.credentials.keys().filter(sent).map(reference).collect()),
        ]),
    })
}

/// Where a credential travels. The auth object of the Socket.IO handshake has no name of its own in AsyncAPI.
fn security_schemes(contract: &Contract) -> Map<String, Value> {
    contract
        .credentials
        .iter()
        .map(|(place, credential)| {
            let (kind, name) = place.split_once('.').unwrap_or((place, place));
            let bearer = matches!(&credential.value, Payload::Text(pieces)
                if matches!(pieces.first(), Some(Piece::Literal(text)) if text.starts_with("Bearer ")));
            let format = contract.token.as_ref().map(|_| "JWT");
            let mut scheme = match kind {
                "header" if bearer && name.eq_ignore_ascii_case("authorization") => object([
                    ("type", json!("http")),
                    ("scheme", json!("bearer")),
                    ("bearerFormat", json!(format)),
                ]),
                "header" | "query" => json!({"type": "httpApiKey", "name": name, "in": kind}),
                _ => json!({
                    "type": "apiKey", "in": "user",
                    "description": format!("`{name}` in the auth object of the Socket.IO handshake"),
                }),
            };
            scheme["x-socketio"] = json!({"place": place});
            let promised = clauses(contract, credential.clause.as_deref());
            if promised != json!([]) {
                scheme["x-clauses"] = promised;
            }
            (key(place), scheme)
        })
        .collect()
}

/// What holds for the system as a whole.
fn system(contract: &Contract) -> Value {
    let timed = |time: Option<&Timed>| {
        time.map_or(Value::Null, |time| {
            object([
                ("from_ms", json!(u64::try_from(time.from.as_millis()).unwrap_or(u64::MAX))),
                ("to_ms", json!(u64::try_from(time.to.as_millis()).unwrap_or(u64::MAX))),
                ("x-clauses", clauses(contract, time.clause.as_deref())),
            ])
        })
    };
    object([
        ("dialect", json!(contract.dialect)),
        ("document", json!(contract.document)),
        ("namespace", json!(contract.namespace)),
        (
            "ids",
            json!(match contract.ids {
                IdKind::Int => "integer",
                IdKind::Str => "string",
                IdKind::Uuid => "uuid",
                IdKind::Any => "any",
            }),
        ),
        ("room", json!({"smallest": contract.room.smallest, "largest": contract.room.largest})),
        (
            "timing",
            object([
                ("debounce", timed(contract.timing.debounce.as_ref())),
                ("typing_expires", timed(contract.timing.typing_expires.as_ref())),
            ]),
        ),
        ("never", json!(contract.never)),
        ("capabilities", json!(contract.capabilities)),
        ("when", heard::consequences(contract)),
        ("audiences", audiences()),
    ])
}

fn audiences() -> Value {
    let meaning = |audience: Audience| match audience {
        Audience::Me => "the acting socket",
        Audience::MyDevices => "the other sockets of the acting user",
        Audience::Joined => "every socket in the room, those of the acting user too",
        Audience::Others => "every socket in the room but for those of the acting user",
        Audience::Participants => "every socket of who belongs to the room, joined or not",
        Audience::Everyone => "every socket",
        Audience::EveryoneElse => "every socket of another user",
        Audience::Contacts => "every socket of another user who shares a room with the acting one",
    };
    language::contract::AUDIENCES
        .iter()
        .map(|(name, audience)| ((*name).to_owned(), json!(meaning(*audience))))
        .collect::<Map<_, _>>()
        .into()
}

/// The clauses of these ids, each once, with the document and the heading it stands under.
fn clauses<'c>(contract: &Contract, ids: impl IntoIterator<Item = &'c str>) -> Value {
    let mut named: Vec<&str> = Vec::new();
    for id in ids {
        if !named.contains(&id) {
            named.push(id);
        }
    }
    let told = named.into_iter().filter_map(|id| {
        let clause = contract.clauses.get(id)?;
        Some(json!({
            "id": id, "document": contract.document, "heading": clause.at, "text": clause.text,
            "level": clause.level.to_string(),
        }))
    });
    told.collect()
}

/// What a clause promises, as a summary.
fn summary(contract: &Contract, clause: Option<&str>) -> Value {
    clause.and_then(|id| contract.clauses.get(id)).map_or(Value::Null, |clause| json!(clause.text))
}

fn reasons(refused: &Refusal) -> Vec<&Payload> {
    refused.reasons.values().collect()
}

/// Everything `$reason` can be, for payloads that do not belong to one verb.
fn all_reasons(contract: &Contract) -> Vec<&Payload> {
    let own = contract.verbs.values().map(|verb| &verb.refused);
    std::iter::once(&contract.refused).chain(own).flat_map(reasons).collect()
}
