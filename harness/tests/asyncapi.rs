//! A contract as an AsyncAPI document: those that the reference server serves, and what must hold for every contract. That the
//! documents are valid by the official parser is held by `ci/asyncapi/run.sh`.

use std::path::Path;

use asyncapi::document;
use jsonschema::Validator;
use language::contract::{Contract, Say};
use language::contract_file;
use language::library::Library;
use language::payload::Payload;
use reference_server::DialectName;
use serde_json::{Value, json};

/// The shipped contracts, and a made-up one with what they lack.
fn contracts() -> Vec<Contract> {
    let made_up = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/asyncapi/board.yaml");
    let shipped = Library::find().unwrap().folder.join("dialects");
    let mut paths: Vec<_> = shipped.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    paths.sort();
    paths.push(made_up);
    paths.iter().map(|path| contract_file::read(path).unwrap()).collect()
}

fn named(dialect: &str) -> Value {
    document(contracts().iter().find(|contract| contract.dialect == dialect).unwrap())
}

/// A validator of one schema of a document, with the others at hand.
fn validator(document: &Value, schema: &Value) -> Validator {
    let whole = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "components": {"schemas": document["components"]["schemas"]},
        "allOf": [schema],
    });
    jsonschema::options()
        .should_validate_formats(true)
        .build(&whole)
        .unwrap_or_else(|error| panic!("{error}: {schema}"))
}

/// Every value in a document, with its place.
fn walk<'v>(value: &'v Value, at: &str, visit: &mut impl FnMut(&str, &'v Value)) {
    visit(at, value);
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| walk(item, &format!("{at}/{index}"), visit));
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                walk(field, &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), visit);
            }
        }
        _ => {}
    }
}

/// The reference server cannot ask the harness, which depends on it; so its documents are files.
#[test]
fn the_documents_that_are_served_are_those_of_the_contracts() {
    for dialect in DialectName::all() {
        assert!(
            dialect.asyncapi() == format!("{:#}\n", named(dialect.name())),
            "the contract of {dialect} has changed, or how it is exported; from the root of the repository:\n  \
             cargo run -p harness -- export asyncapi --dialect {dialect} --out reference-server/asyncapi/{dialect}.json"
        );
    }
}

#[test]
fn the_document_of_a_made_up_contract() {
    let text = format!("{:#}", named("board"));
    insta::with_settings!({ snapshot_path => "asyncapi", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("board", text);
    });
}

#[test]
fn the_same_contract_gives_the_same_document() {
    for (once, again) in contracts().iter().zip(&contracts()) {
        assert_eq!(document(once).to_string(), document(again).to_string(), "{}", once.dialect);
    }
}

#[test]
fn every_verb_and_event_is_there() {
    for contract in contracts() {
        let document = document(&contract);
        let operations: Vec<&Value> = document["operations"].as_object().unwrap().values().collect();
        let connections = document["channels"]
            .as_object()
            .unwrap()
            .values()
            .map(|channel| &channel["x-socketio"]["connections"]);
        let connections: Vec<&str> =
            connections.filter_map(Value::as_object).flat_map(|all| all.keys()).map(String::as_str).collect();
        for (name, verb) in &contract.verbs {
            let said = operations.iter().find(|operation| operation["x-socketio"]["verb"] == *name);
            match &verb.say {
                Say::Connection => assert!(connections.contains(&name.as_str()), "{name}"),
                Say::Emit { event, .. } => assert_eq!(said.unwrap()["x-socketio"]["event"], *event),
                Say::Rest(call) => assert_eq!(said.unwrap()["bindings"]["http"]["method"], call.method),
            }
            assert!(said.is_none_or(|operation| operation["action"] == "receive"), "{name}");
        }
        for event in contract.events.keys() {
            let sent = |operation: &&&Value| {
                operation["action"] == "send" && operation["x-socketio"]["event"] == **event
            };
            assert_eq!(operations.iter().filter(sent).count(), 1, "{event}");
        }
        for clause in contract.clauses.values() {
            let listed = document["x-clauses"].as_array().unwrap();
            assert!(
                listed
                    .iter()
                    .any(|told| told["heading"] == clause.at && told["document"] == contract.document)
            );
        }
    }
}

#[test]
fn every_reference_leads_somewhere() {
    for contract in contracts() {
        let document = document(&contract);
        let mut count = 0;
        walk(&document, "", &mut |at, value| {
            if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
                count += 1;
                assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{at}: {reference}");
            }
        });
        assert!(count > 20, "{count} references");
    }
}

#[test]
fn what_an_operation_names_belongs_to_its_channel() {
    for contract in contracts() {
        for (name, operation) in document(&contract)["operations"].as_object().unwrap() {
            let channel = operation["channel"]["$ref"].as_str().unwrap();
            let replies = operation["reply"]["messages"].as_array().into_iter().flatten();
            for message in operation["messages"].as_array().unwrap().iter().chain(replies) {
                assert!(
                    message["$ref"].as_str().unwrap().starts_with(&format!("{channel}/messages/")),
                    "{name}"
                );
            }
        }
    }
}

#[test]
fn every_schema_compiles_and_takes_its_examples() {
    for contract in contracts() {
        let document = document(&contract);
        for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
            validator(&document, schema);
            assert!(schema["type"].is_string(), "{name}");
        }
        for (name, message) in document["components"]["messages"].as_object().unwrap() {
            let Some(schema) = message.get("payload") else { continue };
            let payload = validator(&document, schema);
            for example in message["examples"].as_array().into_iter().flatten() {
                let example = &example["payload"];
                assert!(payload.is_valid(example), "{}/{name}: {example} against {schema}", contract.dialect);
            }
        }
    }
}

/// A closed object takes no field more and none less.
#[test]
fn a_spoiled_example_of_an_event_is_refused() {
    for contract in contracts() {
        let document = document(&contract);
        for event in contract.events.keys() {
            let messages = document["components"]["messages"].as_object().unwrap();
            let sent = messages
                .values()
                .find(|m| m["name"] == **event && m["x-socketio"]["direction"] == "server to client");
            let Some(example) = sent.unwrap()["examples"].get(0).map(|example| &example["payload"]) else {
                continue;
            };
            // Where nothing is documented, nothing is wrong.
            if matches!(contract.events[event].data, Payload::Matcher(_)) {
                continue;
            }
            let payload = validator(&document, &sent.unwrap()["payload"]);
            let required = sent.unwrap()["payload"]["required"].as_array().cloned().unwrap_or_default();
            for name in required.iter().filter_map(Value::as_str) {
                let mut without = example.clone();
                without.as_object_mut().unwrap().shift_remove(name);
                assert!(!payload.is_valid(&without), "{event} without {name}");
            }
            assert!(!payload.is_valid(&json!("no object")), "{event}");
        }
    }
}

/// A payload of the CRM's document as it gives it, and with one thing wrong.
fn told_apart(key: &str, right: &Value, wrong: &Value) {
    let document = named("crm");
    let payload = validator(&document, &document["components"]["messages"][key]["payload"]);
    assert!(payload.is_valid(right), "{key} refuses {right}");
    assert!(!payload.is_valid(wrong), "{key} takes {wrong}");
}

const TIME: &str = "2025-10-09T12:00:00.000Z";

fn stored() -> Value {
    json!({"id": 31, "chatId": 7, "senderId": 1, "message": "Hello!", "createdAt": TIME, "sender": {"id": 1}})
}

#[test]
fn what_a_client_sends_is_told_apart_from_what_is_wrong() {
    told_apart("join", &json!({"chatId": 7}), &json!({"chatId": "7"}));
    told_apart("send", &json!({"chatId": 7, "content": "Hello!"}), &json!({"chatId": 7}));
    told_apart("type", &json!({"chatId": 7, "isTyping": true}), &json!({"chatId": 7, "isTyping": "yes"}));
}

#[test]
fn what_the_server_sends_is_told_apart_from_what_is_wrong() {
    let heard = json!({"message": stored(), "chatId": 7, "timestamp": TIME});
    told_apart("newMessage", &heard, &json!({"message": stored(), "chatId": 7}));
    told_apart("newMessage", &heard, &json!({"message": stored(), "chatId": 7, "timestamp": "today"}));
    let typing = json!({"chatId": 7, "userId": 1, "isTyping": false, "timestamp": TIME});
    let named = json!({"chatId": 7, "userId": 1, "isTyping": false, "timestamp": TIME, "name": "ana"});
    told_apart("userTyping", &typing, &named);
}

#[test]
fn what_is_answered_is_told_apart_from_what_is_wrong() {
    let joined = json!({"success": true, "message": "Joined chat 7"});
    told_apart("join.ack", &joined, &json!({"success": true, "message": "Joined chat ana"}));
    told_apart("join.ack", &json!({"success": false, "message": "no"}), &json!({"success": "perhaps"}));
    let sent = json!({"success": true, "data": stored()});
    told_apart("send.ack", &sent, &json!({"success": true, "data": {"id": 31}}));
    told_apart("send-via-rest.201", &stored(), &json!({"id": 31}));
    told_apart(
        "update.200",
        &json!({"id": 31, "chatId": 7, "message": "Hi"}),
        &json!({"id": 31, "chatId": 7}),
    );
}

#[test]
fn an_acknowledgement_lists_the_refusals_too() {
    let document = named("crm");
    let answer = &document["components"]["messages"]["join.ack"]["payload"];
    let forms = answer["oneOf"].as_array().or_else(|| answer["anyOf"].as_array()).unwrap();
    let titles: Vec<&str> = forms.iter().filter_map(|form| form["title"].as_str()).collect();
    assert_eq!(titles, ["answered: documented", "refused: ack", "refused: ack_error", "refused: ack_status"]);
}
