//! Who is named by a value whose form no document says: an id, an object that holds one, or words.

use serde_json::Value;

/// Whether a value names the user that it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// It holds their id.
    Right,
    /// It holds no id: a name, of which only the server knows whose it is.
    Words,
    /// It names nobody.
    Nobody,
    /// It names somebody else.
    Other,
}

/// Fields in which an object says whose it is.
const ID_FIELDS: &[&str] = &["id", "_id", "userid", "user_id", "uid", "sub", "senderid", "sender_id"];

/// Whether a value names the user of this id. `others` are the ids of the other users that are known.
#[must_use]
pub fn names(value: &Value, id: &Value, others: &[Value]) -> Naming {
    match value {
        Value::Null | Value::Bool(_) => Naming::Nobody,
        Value::Number(_) if same(value, id) => Naming::Right,
        Value::Number(_) => Naming::Other,
        Value::String(text) if text.trim().is_empty() => Naming::Nobody,
        Value::String(_) if same(value, id) => Naming::Right,
        Value::String(_) if others.iter().any(|other| same(value, other)) => Naming::Other,
        Value::String(_) => Naming::Words,
        Value::Array(items) => match items.as_slice() {
            [only] => names(only, id, others),
            [] => Naming::Nobody,
            _ => Naming::Other,
        },
        Value::Object(fields) => {
            let own = |name: &String| ID_FIELDS.contains(&name.to_lowercase().as_str());
            let mut ids = fields.iter().filter(|(name, _)| own(name)).map(|(_, value)| value).peekable();
            if ids.peek().is_some() {
                return if ids.any(|known| same(known, id)) { Naming::Right } else { Naming::Other };
            }
            let inside = fields.values().map(|value| match value {
                Value::Object(_) => names(value, id, others),
                _ => Naming::Words,
            });
            let inside: Vec<Naming> = inside.collect();
            let first = [Naming::Right, Naming::Other].into_iter().find(|naming| inside.contains(naming));
            first.unwrap_or(if fields.values().all(Value::is_null) { Naming::Nobody } else { Naming::Words })
        }
    }
}

/// Whether a value names the users of these ids, each once, and nobody else.
#[must_use]
pub fn names_all(value: &Value, ids: &[Value]) -> Naming {
    let items: Vec<&Value> = match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(fields) => fields.values().collect(),
        _ => return Naming::Nobody,
    };
    if items.is_empty() {
        return Naming::Nobody;
    }
    if items.len() != ids.len() {
        return Naming::Other;
    }
    let of = |item: &Value, id: &Value| {
        let others: Vec<Value> = ids.iter().filter(|other| *other != id).cloned().collect();
        names(item, id, &others)
    };
    let unnamed = ids.iter().filter(|id| !items.iter().any(|item| of(item, id) == Naming::Right)).count();
    let words = items.iter().filter(|item| ids.iter().all(|id| of(item, id) == Naming::Words)).count();
    match (unnamed, words) {
        (0, 0) => Naming::Right,
        (unnamed, words) if unnamed == words => Naming::Words,
        _ => Naming::Other,
    }
}

/// The same id, as a number or as its digits.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(number), Value::String(text)) | (Value::String(text), Value::Number(number)) => {
            *text == number.to_string()
        }
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn seven(value: &Value) -> Naming {
        names(value, &json!(7), &[json!(8)])
    }

    #[test]
    fn a_user_is_named_by_an_id_in_whatever_form() {
        for right in [
            json!(7),
            json!("7"),
            json!({"id": 7}),
            json!({"userId": "7", "age": 8}),
            json!({"_id": 7, "friends": [8]}),
            json!({"user": {"id": 7}, "at": 1}),
        ] {
            assert_eq!(seven(&right), Naming::Right, "{right}");
        }
        for other in
            [json!(8), json!(1), json!("8"), json!({"id": 8}), json!({"user": {"id": 8}}), json!([7, 8])]
        {
            assert_eq!(seven(&other), Naming::Other, "{other}");
        }
        for nobody in [json!(null), json!(""), json!([]), json!({}), json!(true), json!({"name": null})] {
            assert_eq!(seven(&nobody), Naming::Nobody, "{nobody}");
        }
        for words in [json!("Ana"), json!({"name": "Ana", "email": "ana@example.org"})] {
            assert_eq!(seven(&words), Naming::Words, "{words}");
        }
    }

    #[test]
    fn all_are_named_once_and_nobody_else() {
        let all = |value: Value| names_all(&value, &[json!(7), json!(8)]);
        assert_eq!(all(json!([7, 8])), Naming::Right);
        assert_eq!(all(json!([{"id": 8}, {"id": 7}])), Naming::Right);
        assert_eq!(all(json!({"user1": 7, "user2": 8})), Naming::Right);
        assert_eq!(all(json!(["Ana", "Bo"])), Naming::Words);
        assert_eq!(all(json!([])), Naming::Nobody);
        assert_eq!(all(json!(null)), Naming::Nobody);
        for wrong in
            [json!([7]), json!([7, 7]), json!([{"id": 7}, {"id": 7}]), json!([7, 9]), json!([7, 8, 9])]
        {
            assert_eq!(all(wrong.clone()), Naming::Other, "{wrong}");
        }
    }
}
