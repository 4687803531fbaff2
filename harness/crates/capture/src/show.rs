//! What is shown of everything that passes: one line, calm, without credentials.

use serde_json::Value;

use super::cast::{is_jwt, is_secret};
use super::log::{Body, Story, What};

/// The line for something; none where it is of no interest to who watches.
pub(super) fn line(story: &Story, what: &What) -> Option<String> {
    let of = |socket: &usize, arrow: &str, said: String| {
        Some(format!("{:<12} {arrow} {said}", story.name(*socket)))
    };
    let named = |name: &str, args: &[Value]| {
        let args: Vec<String> = args.iter().map(|arg| hidden(arg).to_string()).collect();
        format!("{name} {}", args.join(" ")).trim_end().to_owned()
    };
    match what {
        What::Connect { socket, .. } => {
            let seen = story.sockets.get(*socket)?;
            let place = match &seen.namespace {
                Some(namespace) => format!("connect to {namespace}, by {}", seen.transport),
                None => "connect".to_owned(),
            };
            of(socket, "->", place)
        }
        What::Connected { socket } => of(socket, "<-", "connected".to_owned()),
        What::Refused { socket } => of(socket, "<-", "refused".to_owned()),
        What::Emit { socket, event, args, .. } => of(socket, "->", named(event, args)),
        What::Ack { socket, args, .. } => of(socket, "<-", named("ack", args)),
        What::Event { socket, event, args } => of(socket, "<-", named(event, args)),
        What::Left { socket, politely: true } => of(socket, "->", "disconnect".to_owned()),
        What::Left { socket, politely: false } => of(socket, "->", "gone without a goodbye".to_owned()),
        What::Ended { socket } => of(socket, "<-", "disconnected by the server".to_owned()),
        What::Call { .. } => None,
        What::Answer { body: Body::Other, .. } => None,
        What::Answer { call, status, .. } => {
            let request = story.seen.iter().find_map(|seen| match &seen.what {
                What::Call { call: known, request } if known == call => Some(request),
                _ => None,
            })?;
            let who = request.actor.map_or("nobody", |actor| story.cast.name(actor));
            let path = request.path.split('?').next().unwrap_or_default();
            Some(format!("{who:<12} -> {} {path}: {status}", request.method))
        }
    }
}

/// A value without what must not be shown.
fn hidden(value: &Value) -> Value {
    match value {
        Value::String(text) if is_jwt(text) => Value::from("…"),
        Value::Array(items) => items.iter().map(hidden).collect(),
        Value::Object(fields) => {
            let hide = |(name, value): (&String, &Value)| {
                let value =
                    if is_secret(name) && value.is_string() { Value::from("…") } else { hidden(value) };
                (name.clone(), value)
            };
            Value::Object(fields.iter().map(hide).collect())
        }
        other => other.clone(),
    }
}
