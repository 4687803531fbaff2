//! A YAML or JSON file as plain JSON, where only its values matter.

use serde_json::{Map, Value};

use language::text::{Node, Yaml};

/// The value of a node, as a reader of YAML 1.2 takes it.
pub(crate) fn value(node: &Node) -> Value {
    match &node.value {
        Yaml::Scalar { text, plain } => scalar(text, *plain),
        Yaml::List(items) => items.iter().map(value).collect(),
        Yaml::Map(fields) => Value::Object(
            fields.iter().map(|(key, node)| (key.text.clone(), value(node))).collect::<Map<_, _>>(),
        ),
    }
}

fn scalar(text: &str, plain: bool) -> Value {
    match text {
        _ if !plain => Value::from(text),
        "" | "~" | "null" => Value::Null,
        "true" => Value::from(true),
        "false" => Value::from(false),
        _ => match serde_json::from_str::<Value>(text) {
            Ok(Value::Number(number)) => Value::Number(number),
            _ => Value::from(text),
        },
    }
}

/// What is a list stays one, and anything else is a list of it; null is none.
pub(crate) fn list(value: &Value) -> Vec<Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items.clone(),
        other => vec![other.clone()],
    }
}

/// A text, or a number as one.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
