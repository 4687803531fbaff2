//! Payloads of a contract as a file has them, on one line.

use serde_json::Value;

use crate::check::matching::describe;
use crate::check::scope::{Book, Context, Scope};
use crate::scenario::contract::Contract;
use crate::scenario::payload::{Payload, literal};

/// A payload as it is written, types of the contract filled in.
pub(super) fn show(contract: &Contract, payload: &Payload) -> String {
    let (book, scope) = (Book::default(), Scope::default());
    flow(&describe(payload, Context { contract, book: &book, scope: &scope }))
}

fn flow(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|(name, value)| format!("{name}: {}", flow(value))).collect();
            format!("{{{}}}", fields.join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::String(text) if is_plain(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Whether YAML reads the text as it stands, also between braces.
fn is_plain(text: &str) -> bool {
    let starts = text.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '$' | '<' | '/'));
    starts && literal(text).is_none() && !text.contains([',', '[', ']', '{', '}', '#', '\n', '"']) && !text.contains(": ") && !text.ends_with([' ', ':'])
}
