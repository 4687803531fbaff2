//! The mappings as JSON Schemas, for editors: draft 07, which is what they know. Every key of a mapping is there with what it
//! means; what is not there is refused, as the readers refuse it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::glossary::metrics;
use super::{Head, Key, Mapping, Others, Set, Shape, mappings};
use language::contract::Contract;

/// A whole number with its unit.
const DURATION: &str = r"^\s*[0-9]+(\.[0-9]+)?\s*(us|µs|ms|s|m|min)\s*$";
const WINDOW: &str = r"^\s*[0-9.]+\s*(us|µs|ms|s|m|min)\s*(\.\.\s*[0-9.]+\s*(us|µs|ms|s|m|min)\s*)?$";
const RATE: &str = r"^\s*[0-9.]+\s*/\s*(s|m|min)\s*(\.\.\s*[0-9.]+\s*/\s*(s|m|min)\s*)?$";
const SHARE: &str = r"^\s*[0-9.]+\s*%$";
const TIME: &str = r"^([0-9.]*\s*\$(debounce|typing_expires)|\s*[0-9]+(\.[0-9]+)?\s*(us|µs|ms|s|m|min)\s*)$";
/// `ana`, `ana/phone`, `ana, bo`.
const ACTORS: &str = r"^\s*[A-Za-z][A-Za-z0-9_-]*(/[A-Za-z][A-Za-z0-9_-]*)?(\s*,\s*[A-Za-z][A-Za-z0-9_-]*(/[A-Za-z][A-Za-z0-9_-]*)?)*\s*$";

/// What is said of a scalar, whatever YAML takes it for.
const SCALAR: [&str; 3] = ["string", "number", "boolean"];

/// The verbs of some contracts, each with a line about it.
type Verbs = BTreeMap<String, String>;

/// The schema of a scenario. Any verb is fine; those of these contracts are completed.
#[must_use]
pub fn scenario(contracts: &[&Contract]) -> Value {
    whole("scenario", "A scenario of the harness", &verbs(contracts))
}

/// The schema of a contract. Who extends another says only what differs, and takes away with `null`.
#[must_use]
pub fn contract() -> Value {
    let mut schema = whole("contract", "A contract of the harness", &Verbs::new());
    let Some(definitions) = schema["definitions"].as_object_mut() else { return schema };
    let over: Vec<(String, Value)> =
        definitions.iter().map(|(name, definition)| (format!("{name}_over"), loosened(definition))).collect();
    definitions.extend(over);
    if let Some(fields) = schema.as_object_mut() {
        fields.shift_remove("$ref");
        fields.insert("if".to_owned(), json!({"required": ["extends"]}));
        fields.insert("then".to_owned(), json!({"$ref": "#/definitions/contract_over"}));
        fields.insert("else".to_owned(), json!({"$ref": "#/definitions/contract"}));
    }
    schema
}

/// The same schema for what is laid over another file: nothing is needed, and anything may be `null`.
fn loosened(schema: &Value) -> Value {
    match schema {
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(name, _)| !["required", "oneOf"].contains(&name.as_str()));
            let loose = kept.map(|(name, value)| {
                let value = match (name.as_str(), value) {
                    ("type", Value::String(kind)) => json!([kind, "null"]),
                    ("type", Value::Array(kinds)) => kinds.iter().cloned().chain([json!("null")]).collect(),
                    ("enum", Value::Array(words)) => words.iter().cloned().chain([Value::Null]).collect(),
                    ("$ref", Value::String(path)) => json!(format!("{path}_over")),
                    _ => loosened(value),
                };
                (name.clone(), value)
            });
            Value::Object(loose.collect())
        }
        Value::Array(items) => items.iter().map(loosened).collect(),
        other => other.clone(),
    }
}

/// The schema of a target file.
#[must_use]
pub fn target() -> Value {
    whole("target", "A target of the harness", &Verbs::new())
}

fn verbs(contracts: &[&Contract]) -> Verbs {
    let mut known: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for contract in contracts {
        for name in contract.verbs.keys().filter(|name| !name.contains(' ')) {
            known.entry(name.clone()).or_default().push(&contract.dialect);
        }
    }
    known
        .into_iter()
        .map(|(name, dialects)| {
            let line = format!("A verb of {}; `harness explain {name}` tells more.", dialects.join(", "));
            (name, line)
        })
        .collect()
}

fn whole(root: &'static str, title: &str, verbs: &Verbs) -> Value {
    let mut definitions = Map::new();
    let mut wanted = vec![root];
    while let Some(name) = wanted.pop() {
        if definitions.contains_key(name) {
            continue;
        }
        let Some(mapping) = mappings().find(|mapping| mapping.name == name) else { continue };
        definitions.insert(name.to_owned(), definition(mapping, verbs));
        let keys = mapping.keys.iter().map(|key| &key.shape);
        let others = match &mapping.others {
            Others::None => None,
            Others::Actors(shape) | Others::Verb(shape) | Others::Audiences(shape) => Some(shape),
        };
        keys.chain(others).for_each(|shape| named(shape, &mut wanted));
    }
    definitions.sort_keys();
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": title,
        "$ref": format!("#/definitions/{root}"),
        "definitions": definitions,
    })
}

/// The mappings that a shape names.
fn named(shape: &Shape, found: &mut Vec<&'static str>) {
    match shape {
        Shape::Map(name) => found.push(name),
        Shape::List(shape) | Shape::Named(shape) | Shape::By(_, shape) => named(shape, found),
        Shape::Either(shapes) => shapes.iter().for_each(|shape| named(shape, found)),
        _ => {}
    }
}

fn definition(mapping: &Mapping, verbs: &Verbs) -> Value {
    let mut schema = Map::new();
    schema.insert("description".to_owned(), json!(mapping.text));
    schema.insert("type".to_owned(), json!("object"));
    let needed: Vec<&str> = mapping.keys.iter().filter(|key| key.needed).map(|key| key.name).collect();
    if !needed.is_empty() {
        schema.insert("required".to_owned(), json!(needed));
    }
    let mut properties: Map<String, Value> =
        mapping.keys.iter().map(|key| (key.name.to_owned(), property(key))).collect();
    let (mut rules, others) = rules(mapping, verbs, &mut properties);
    if mapping.name == "call" || mapping.name == "target_call" {
        let methods = ["get", "post", "put", "patch", "delete", "options"];
        let one = methods.map(|method| json!({"required": [method]}));
        rules.push(json!({ "oneOf": one }));
    }
    if mapping.name == "conversation" {
        rules.push(json!({"oneOf": [{"required": ["rest"]}, {"required": ["named"]}]}));
    }
    if mapping.name == "target" {
        rules.push(json!({"oneOf": [{"required": ["url"]}, {"required": ["urls"]}]}));
    }
    if mapping.name == "raw_turn" {
        rules.push(json!({"oneOf": [{"required": ["emit"]}, {"required": ["rest"]}]}));
    }
    if mapping.name == "scenario" {
        rules.push(json!({"anyOf": [{"required": ["steps"]}, {"required": ["load"]}]}));
    }
    schema.insert("properties".to_owned(), Value::Object(properties));
    schema.extend(others);
    if !rules.is_empty() {
        schema.insert("allOf".to_owned(), json!(rules));
    }
    Value::Object(schema)
}

/// What holds of keys together, and what the keys that are not listed are.
fn rules(
    mapping: &Mapping,
    verbs: &Verbs,
    properties: &mut Map<String, Value>,
) -> (Vec<Value>, Map<String, Value>) {
    let heads: Vec<&Head> = mapping.heads.iter().filter(|head| !head.key.is_empty()).collect();
    let mut rules: Vec<Value> = heads.iter().map(|head| rule(head)).collect();
    let open = |keyword: &str, value: Value| Map::from_iter([(keyword.to_owned(), value)]);
    let none = || open("additionalProperties", json!(false));
    let no_head = || heads.iter().map(|head| json!({"not": condition(head)})).collect::<Vec<_>>();
    match &mapping.others {
        Others::None => (rules, none()),
        Others::Actors(shape) => {
            // A step is one of the words, or has one key: who acts.
            rules.push(json!({"if": {"allOf": no_head()}, "then": {"maxProperties": 1, "minProperties": 1}}));
            let words: Vec<&str> = mapping.keys.iter().map(|key| key.name).collect();
            rules.push(json!({"if": {"allOf": no_head()}, "then": only(&[], Some(&words))}));
            // Not by `patternProperties`, of which editors complete nothing.
            let mut others = open("additionalProperties", value(shape, verbs));
            let names = json!({"anyOf": [{"enum": words}, {"type": "string", "pattern": ACTORS}]});
            others.insert("propertyNames".to_owned(), names);
            (rules, others)
        }
        Others::Verb(shape) => {
            for (verb, line) in verbs {
                properties.entry(verb.clone()).or_insert_with(|| described(value(shape, verbs), line));
            }
            // Beside a verb that is known nothing stands that is not.
            let beside = mapping.heads.iter().find(|head| head.key.is_empty());
            let beside: Vec<&str> = beside
                .map_or_else(|| mapping.keys.iter().map(|key| key.name).collect(), |head| head.with.to_vec());
            let known: Vec<&str> = verbs.keys().map(String::as_str).collect();
            if !known.is_empty() {
                let any: Vec<Value> = known.iter().map(|verb| json!({"required": [verb]})).collect();
                let mut when = no_head();
                when.push(json!({ "anyOf": any }));
                let all: Vec<&str> = known.iter().copied().chain(beside).collect();
                rules.push(json!({"if": {"allOf": when}, "then": only(&all, None)}));
            }
            (rules, open("additionalProperties", value(shape, verbs)))
        }
        Others::Audiences(shape) => {
            for (name, line) in Set::Audiences.words().words {
                properties.insert((*name).to_owned(), described(value(shape, verbs), line));
                let maybe = format!("maybe {name}");
                properties
                    .insert(maybe, described(value(shape, verbs), &format!("{line} Allowed, not required.")));
            }
            (rules, none())
        }
    }
}

/// Where the key of a head is there, only the keys that go with it are.
fn rule(head: &Head) -> Value {
    let mut with = vec![head.key];
    with.extend(head.with);
    let mut then = only(&with, None);
    if !head.needs.is_empty() {
        then["if"] = json!({"properties": {head.key: {"const": head.unless}}});
        then["else"] = json!({"required": head.needs});
    }
    json!({"if": condition(head), "then": then})
}

fn condition(head: &Head) -> Value {
    let mut condition = json!({"required": [head.key]});
    if head.mapping {
        condition["properties"] = json!({head.key: {"type": "object"}});
    }
    condition
}

/// Only these keys; or all but the others, of which an editor says that they are not allowed.
fn only(keys: &[&str], but: Option<&[&str]>) -> Value {
    match but {
        None => {
            let all: Map<String, Value> = keys.iter().map(|key| ((*key).to_owned(), json!(true))).collect();
            json!({"properties": all, "additionalProperties": false})
        }
        Some(words) => json!({"propertyNames": {"not": {"enum": words}}}),
    }
}

fn property(key: &Key) -> Value {
    described(value(&key.shape, &Verbs::new()), key.text)
}

fn described(mut schema: Value, text: &str) -> Value {
    if schema.get("$ref").is_some() {
        // Beside a `$ref` nothing counts in draft 07.
        schema = json!({ "allOf": [schema] });
    }
    schema["description"] = json!(text);
    schema["markdownDescription"] = json!(text);
    schema
}

fn value(shape: &Shape, verbs: &Verbs) -> Value {
    let pattern = |pattern: &str| json!({"type": "string", "pattern": pattern});
    match shape {
        Shape::Text => json!({ "type": SCALAR }),
        Shape::Truth => json!({"type": "boolean"}),
        Shape::Count => json!({"type": "integer", "minimum": 1}),
        Shape::Duration => pattern(DURATION),
        Shape::Window => pattern(WINDOW),
        Shape::Rate => pattern(RATE),
        Shape::Share => pattern(SHARE),
        Shape::Threshold => json!({"type": ["string", "number"]}),
        Shape::Payload => json!({}),
        Shape::One(Set::Times) => pattern(TIME),
        Shape::One(Set::Acts) => acts(verbs),
        Shape::One(set) => one(*set),
        Shape::Maybe(set) => maybe(*set),
        Shape::Only(words) => json!({ "enum": words }),
        Shape::Texts => json!({"anyOf": [{"type": SCALAR}, {"type": "array", "items": {"type": SCALAR}}]}),
        Shape::Map(name) => json!({"$ref": format!("#/definitions/{name}")}),
        Shape::List(shape) => {
            let item = value(shape, verbs);
            json!({"items": item, "if": {"not": {"type": "array"}}, "then": item})
        }
        Shape::Named(shape) => json!({"type": "object", "additionalProperties": value(shape, verbs)}),
        Shape::By(set, shape) => by(*set, shape, verbs),
        Shape::Either(shapes) => either(shapes, verbs),
    }
}

/// By what it is: an editor tells more of what is wrong in a mapping where it need not guess whether one was meant. (It completes
/// what stands in `anyOf`, and not what stands in `else`.)
fn either(shapes: &[Shape], verbs: &Verbs) -> Value {
    let (maps, others): (Vec<_>, Vec<_>) = shapes.iter().partition(|shape| matches!(shape, Shape::Map(_)));
    let any = |shapes: &[&Shape]| shapes.iter().map(|shape| value(shape, verbs)).collect::<Vec<_>>();
    match maps.as_slice() {
        [map] => {
            let mut any = any(&others);
            any.push(json!({"type": "object"}));
            json!({"anyOf": any, "if": {"type": "object"}, "then": value(map, verbs)})
        }
        _ => json!({"anyOf": any(&shapes.iter().collect::<Vec<_>>())}),
    }
}

fn one(set: Set) -> Value {
    let words = set.words();
    let listed: Vec<&str> = words.words.iter().map(|(word, _)| *word).collect();
    let lines: Vec<&str> = words.words.iter().map(|(_, line)| *line).collect();
    let listed = json!({"enum": listed, "markdownEnumDescriptions": lines});
    if words.open { json!({"anyOf": [listed, {"type": SCALAR}]}) } else { listed }
}

fn maybe(set: Set) -> Value {
    let words = set.words().words.iter().map(|(word, _)| *word);
    let all: Vec<String> =
        words.clone().map(str::to_owned).chain(words.map(|word| format!("maybe {word}"))).collect();
    json!({ "enum": all })
}

fn acts(verbs: &Verbs) -> Value {
    let known = Set::Acts.words().words.iter().map(|(word, _)| (*word).to_owned());
    let mut all: Vec<String> = known.collect();
    all.extend(
        verbs.keys().filter(|verb| !Set::Acts.words().words.iter().any(|(word, _)| word == verb)).cloned(),
    );
    json!({"anyOf": [{"enum": all}, {"type": "string"}]})
}

fn by(set: Set, shape: &Shape, verbs: &Verbs) -> Value {
    let schema = value(shape, verbs);
    let names: Vec<(String, String)> = match set {
        Set::Metrics => metrics().into_iter().map(|metric| (metric, String::new())).collect(),
        Set::Audiences => {
            let plain = set.words().words.iter();
            plain
                .flat_map(|(word, line)| {
                    [(*word).to_owned(), format!("maybe {word}")].map(|name| (name, (*line).to_owned()))
                })
                .collect()
        }
        _ => set.words().words.iter().map(|(word, line)| ((*word).to_owned(), (*line).to_owned())).collect(),
    };
    let mut properties: Map<String, Value> = Map::new();
    for (name, line) in names {
        let schema = if line.is_empty() { schema.clone() } else { described(schema.clone(), &line) };
        properties.insert(name, schema);
    }
    if set == Set::Refusals {
        properties.insert("any".to_owned(), described(schema.clone(), "Kinds that are not named."));
    }
    // A contract may have changes of its own.
    let others = if set == Set::Changes { schema } else { json!(false) };
    json!({"type": "object", "properties": properties, "additionalProperties": others})
}
