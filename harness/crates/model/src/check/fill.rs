//! Templates into values: what is sent.

use serde_json::{Map, Value};

use super::matching::describe;
use super::scope::{Context, Found};
use language::payload::{Matcher, Payload, Piece};
use language::reference::Reference;

/// Why a payload cannot be filled in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfilled {
    /// It says what a value looks like, not what it is.
    #[error("a matcher cannot be sent: {0}")]
    Matcher(String),
    /// Nothing that came so far shows what a reference stands for.
    #[error("`{reference}` is not known yet: nothing has shown the id of {label}")]
    Unseen {
        /// The reference.
        reference: Reference,
        /// What it is the id of.
        label: String,
    },
    /// It is known only once the answer has come.
    #[error("`$history` can only be expected")]
    History,
    /// It may have one of several values, and none is listed.
    #[error("`{0}` has no value to choose")]
    NoChoice(String),
    /// A reference stands for nothing here.
    #[error("{0}")]
    Nothing(String),
}

/// Fills a payload in.
///
/// # Errors
/// Where a reference stands for nothing, or for what is not known, and where it holds a matcher.
pub fn fill(payload: &Payload, context: Context<'_>) -> Result<Value, Unfilled> {
    match payload {
        Payload::Literal(value) => Ok(value.clone()),
        Payload::Text(pieces) => text(pieces, context).map(Value::String),
        Payload::Reference(path) => reference(path, context),
        Payload::Matcher(Matcher::Make(size)) => Ok(Value::String(filler(*size, context.scope.salt))),
        Payload::Matcher(_) => {
            let matcher = describe(payload, context);
            Err(Unfilled::Matcher(matcher.as_str().unwrap_or_default().to_owned()))
        }
        Payload::List(items) => {
            items.iter().map(|item| fill(item, context)).collect::<Result<_, _>>().map(Value::Array)
        }
        Payload::Object { fields, .. } => {
            let mut object = Map::new();
            for (name, value) in fields {
                let value = match value {
                    Payload::Matcher(Matcher::OneOf(choices)) => choice(name, choices, context)?,
                    value => fill(value, context)?,
                };
                object.insert(name.clone(), value);
            }
            Ok(Value::Object(object))
        }
    }
}

/// Of several listed values the one that is said, else the first.
fn choice(name: &str, choices: &[Value], context: Context<'_>) -> Result<Value, Unfilled> {
    let said = context.chosen(name, choices).or(choices.first());
    said.cloned().ok_or_else(|| Unfilled::NoChoice(name.to_owned()))
}

/// Fills a text in; numbers and booleans are written as JSON writes them.
///
/// # Errors
/// As [`fill`].
pub fn text(pieces: &[Piece], context: Context<'_>) -> Result<String, Unfilled> {
    let mut whole = String::new();
    for piece in pieces {
        match piece {
            Piece::Literal(text) => whole.push_str(text),
            Piece::Reference(path) => match reference(path, context)? {
                Value::String(text) => whole.push_str(&text),
                other => whole.push_str(&other.to_string()),
            },
        }
    }
    Ok(whole)
}

/// Fills in a payload that has to be a text.
///
/// # Errors
/// As [`fill`].
pub fn as_text(payload: &Payload, context: Context<'_>) -> Result<String, Unfilled> {
    Ok(match fill(payload, context)? {
        Value::String(text) => text,
        other => other.to_string(),
    })
}

fn reference(path: &Reference, context: Context<'_>) -> Result<Value, Unfilled> {
    match context.lookup(path) {
        Found::Known(value, _) => Ok(value),
        Found::Payload(payload) => fill(&payload, context),
        Found::Fresh(label) => Err(Unfilled::Unseen { reference: path.clone(), label }),
        Found::History => Err(Unfilled::History),
        Found::Nothing(why) => Err(Unfilled::Nothing(why)),
    }
}

/// A text of so many bytes; one of sixteen bytes or more is unlike every other of the run.
#[must_use]
pub fn filler(size: usize, salt: u64) -> String {
    let words = "the quick brown fox jumps over the lazy dog ";
    let mut text = format!("{salt:016x} ");
    while text.len() < size {
        text.push_str(words);
    }
    text.truncate(size);
    text
}
