//! Ways in which a payload can be spoiled, found from the payload itself: each field missing, of another type, empty.

use serde_json::{Value, json};

use language::forms::{Fits, Form};
use language::payload::{Matcher, Payload};
use language::reference::Reference;

/// The ways in which this payload can be spoiled, by name.
#[must_use]
pub fn ways(payload: &Payload, optional: &[String]) -> Vec<String> {
    let mut found =
        ["missing", "null", "text", "number", "list"].map(|how| format!("payload {how}")).to_vec();
    if let Payload::Object { fields, .. } = payload {
        collect(fields, "", &mut found);
    }
    // A field that may hold anything is not spoiled by anything.
    found.retain(|way| !optional.iter().any(|field| way == field || way.starts_with(&format!("{field} "))));
    found
}

fn collect(fields: &[(String, Payload)], prefix: &str, found: &mut Vec<String>) {
    for (name, value) in fields {
        let path = format!("{prefix}{name}");
        let mut add = |ways: &[&str]| found.extend(ways.iter().map(|way| format!("{path} {way}")));
        add(&["missing", "null"]);
        match value {
            Payload::Object { fields, .. } => {
                add(&["text"]);
                collect(fields, &format!("{path}."), found);
            }
            Payload::Literal(Value::Bool(_))
            | Payload::Matcher(Matcher::Form(Form { fits: Fits::Bool, .. }, _)) => add(&["text", "number"]),
            Payload::Literal(_) => add(&["object"]),
            Payload::Matcher(Matcher::OneOf(_)) => add(&["unlisted", "object"]),
            Payload::Reference(Reference::Text) => add(&["number", "empty", "object"]),
            // An id: of whatever kind it is, an object and a truth are none.
            _ => add(&["wrong", "converted", "object"]),
        }
    }
}

/// Why a payload cannot be spoiled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotSpoilt {
    /// There is no such way.
    #[error("`{0}` is no way to spoil a payload")]
    NoWay(String),
    /// It has no such field.
    #[error("the payload has no `{0}`")]
    NoField(String),
}

/// Spoils a payload; `None` where it is not sent at all.
///
/// # Errors
/// Where the payload has no such field, or there is no such way.
pub fn spoil(value: Value, way: &str) -> Result<Option<Value>, NotSpoilt> {
    let no_way = || NotSpoilt::NoWay(way.to_owned());
    let no_field = |name: &str| NotSpoilt::NoField(name.to_owned());
    let (path, how) = way.rsplit_once(' ').ok_or_else(no_way)?;
    if path == "payload" {
        return match how {
            "missing" => Ok(None),
            "null" => Ok(Some(Value::Null)),
            "number" => Ok(Some(json!(7))),
            "text" => Ok(Some(json!("not an object"))),
            "list" => Ok(Some(json!([]))),
            _ => Err(no_way()),
        };
    }
    let mut whole = value;
    let (parents, field) =
        path.rsplit_once('.').map_or((None, path), |(parents, field)| (Some(parents), field));
    let mut object = &mut whole;
    for name in parents.into_iter().flat_map(|parents| parents.split('.')) {
        object = object.get_mut(name).ok_or_else(|| no_field(name))?;
    }
    let object = object.as_object_mut().ok_or_else(|| no_field(path))?;
    let old = object.get(field).cloned().ok_or_else(|| no_field(path))?;
    let new = match how {
        "missing" => {
            object.shift_remove(field);
            return Ok(Some(whole));
        }
        "null" => Value::Null,
        "text" => json!("true"),
        "number" => json!(42),
        "empty" => json!(""),
        // None of the values that are listed.
        "unlisted" if old.is_string() => json!("unlisted"),
        "unlisted" => json!(-987),
        "object" => json!({"unexpected": true}),
        // An id of another kind than the dialect's.
        "wrong" if old.is_string() => json!(7),
        "wrong" => json!("not-an-id"),
        // The very id, as a value of the other type; where it is a text that is no number, a fraction.
        "converted" => match &old {
            Value::Number(number) => json!(number.to_string()),
            Value::String(text) => text.parse::<i64>().map_or(json!(1.5), |number| json!(number)),
            _ => json!(1.5),
        },
        _ => return Err(no_way()),
    };
    object.insert(field.to_owned(), new);
    Ok(Some(whole))
}
