//! Which schemas have no value in common, and which say more than another: so that `oneOf` is written only where
//! exactly one alternative can hold. Knows the schemas that `schema` makes, and says no where it cannot tell.

use serde_json::{Map, Value, json};

/// Any of these: the schema itself where there is one, `oneOf` where no two overlap, else `anyOf`. Nothing at all
/// stands for anything.
pub(super) fn alternatives(schemas: Vec<Value>) -> Value {
    let mut distinct: Vec<Value> = Vec::new();
    for schema in schemas {
        if !distinct.contains(&schema) {
            distinct.push(schema);
        }
    }
    if distinct.len() < 2 {
        return distinct.pop().unwrap_or_else(|| json!({}));
    }
    let apart = distinct
        .iter()
        .enumerate()
        .all(|(index, left)| distinct.iter().skip(index + 1).all(|right| disjoint(left, right)));
    if apart { json!({"oneOf": distinct}) } else { json!({"anyOf": distinct}) }
}

/// No value fits both.
fn disjoint(left: &Value, right: &Value) -> bool {
    if let (Some(left), Some(right)) = (values(left), values(right)) {
        return left.iter().all(|value| !right.contains(value));
    }
    if let (Some(left), Some(right)) = (types(left), types(right))
        && !left.iter().any(|left| right.iter().any(|right| meet(left, right)))
    {
        return true;
    }
    let object = |schema: &Value| schema["type"] == "object";
    object(left) && object(right) && (apart(left, right) || lacks(left, right) || lacks(right, left))
}

/// A field that both require, with nothing in common.
fn apart(left: &Value, right: &Value) -> bool {
    let (own, other) = (required(left), required(right));
    own.iter()
        .filter(|name| other.contains(name))
        .any(|name| disjoint(&left["properties"][name], &right["properties"][name]))
}

/// The left requires a field that the right, being closed, does not know.
fn lacks(left: &Value, right: &Value) -> bool {
    right["additionalProperties"] == false
        && required(left).iter().any(|name| right["properties"].get(name).is_none())
}

/// Whatever fits the first fits the second.
pub(super) fn narrows(narrow: &Value, wide: &Value) -> bool {
    if narrow == wide || *wide == json!({}) {
        return true;
    }
    if let (Some(few), Some(many)) = (values(narrow), values(wide)) {
        return few.iter().all(|value| many.contains(value));
    }
    if narrow["type"] == "object" && wide["type"] == "object" {
        return object_narrows(narrow, wide);
    }
    let bare =
        wide.as_object().is_some_and(|fields| fields.keys().all(|key| key == "type" || key == "description"));
    bare && types(narrow)
        .zip(types(wide))
        .is_some_and(|(few, many)| few.iter().all(|kind| many.contains(kind)))
}

fn object_narrows(narrow: &Value, wide: &Value) -> bool {
    let empty = Map::new();
    let known = narrow["properties"].as_object().unwrap_or(&empty);
    let allowed = wide["properties"].as_object().unwrap_or(&empty);
    let own = required(narrow);
    let open = wide["additionalProperties"] != false;
    required(wide).iter().all(|name| own.contains(name))
        && (open || narrow["additionalProperties"] == false)
        && known.iter().all(|(name, field)| allowed.get(name).map_or(open, |wide| narrows(field, wide)))
        && allowed.keys().all(|name| known.contains_key(name) || narrow["additionalProperties"] == false)
}

fn required(schema: &Value) -> Vec<&str> {
    schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// The only values there are, where the schema lists them.
fn values(schema: &Value) -> Option<Vec<&Value>> {
    match (schema.get("const"), schema.get("enum")) {
        (Some(value), _) => Some(vec![value]),
        (None, Some(Value::Array(values))) => Some(values.iter().collect()),
        _ => None,
    }
}

fn types(schema: &Value) -> Option<Vec<&str>> {
    match schema.get("type")? {
        Value::String(kind) => Some(vec![kind]),
        Value::Array(kinds) => Some(kinds.iter().filter_map(Value::as_str).collect()),
        _ => None,
    }
}

/// Every integer is a number.
fn meet(left: &str, right: &str) -> bool {
    let numbers = ["integer", "number"];
    left == right || (numbers.contains(&left) && numbers.contains(&right))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(success: bool, field: &str, open: bool) -> Value {
        json!({
            "type": "object", "required": ["success", field], "additionalProperties": open,
            "properties": {"success": {"type": "boolean", "const": success}, field: {"type": "string"}},
        })
    }

    #[test]
    fn one_of_is_written_only_where_exactly_one_can_hold() {
        let yes = answer(true, "message", false);
        let no = answer(false, "message", true);
        assert!(alternatives(vec![yes.clone(), no]).get("oneOf").is_some());
        assert!(alternatives(vec![yes.clone(), json!({})]).get("anyOf").is_some());
        assert_eq!(alternatives(vec![yes.clone(), yes.clone()]), yes);
        assert!(
            disjoint(&answer(true, "a", false), &answer(true, "b", false)),
            "each lacks what the other needs"
        );
        assert!(!disjoint(&answer(true, "a", true), &answer(true, "b", true)), "both fields may be there");
        assert!(!disjoint(&json!({"type": "integer"}), &json!({"type": "number"})));
    }

    #[test]
    fn a_schema_narrows_another_when_all_its_values_fit() {
        let wide = json!({"type": "boolean"});
        assert!(narrows(&json!({"type": "boolean", "const": true}), &wide));
        assert!(!narrows(&wide, &json!({"type": "boolean", "const": true})));
        assert!(narrows(&answer(true, "a", false), &answer(true, "a", true)));
        assert!(!narrows(&answer(true, "a", true), &answer(true, "a", false)));
        assert!(!narrows(&answer(true, "a", false), &answer(true, "b", true)));
    }
}
