//! Payloads of a contract as its file has them, on one line.

use serde_json::Value;

use language::contract::Contract;
use language::payload::{Matcher, Payload, literal};
use model::check::matching::describe;
use model::check::scope::{Book, Context, Scope};

/// A payload as it is written.
pub(super) fn show(contract: &Contract, payload: &Payload) -> String {
    match payload {
        Payload::Reference(path) => path.to_string(),
        Payload::List(items) => {
            format!("[{}]", items.iter().map(|item| show(contract, item)).collect::<Vec<_>>().join(", "))
        }
        Payload::Object { fields, open } => {
            let fields = fields.iter().map(|(name, value)| format!("{name}: {}", show(contract, value)));
            let open = open.then(|| "...: <any>".to_owned());
            format!("{{{}}}", fields.chain(open).collect::<Vec<_>>().join(", "))
        }
        Payload::Matcher(Matcher::Pattern(regex)) => {
            let whole = regex.as_str();
            let written = whole.strip_prefix("^(?:").and_then(|rest| rest.strip_suffix(")$"));
            format!("</{}/>", written.unwrap_or(whole))
        }
        Payload::Literal(_) | Payload::Text(_) | Payload::Matcher(_) => {
            let (book, scope) = (Book::default(), Scope::default());
            scalar(&describe(payload, Context { contract, book: &book, scope: &scope }))
        }
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) if is_plain(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Whether YAML reads the text as it stands, also between braces.
fn is_plain(text: &str) -> bool {
    if text.starts_with('<') && text.ends_with('>') {
        return true;
    }
    let starts = text.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '$' | '/'));
    starts
        && literal(text).is_none()
        && !text.contains([',', '[', ']', '{', '}', '#', '\n', '"'])
        && !text.contains(": ")
        && !text.ends_with([' ', ':'])
}
