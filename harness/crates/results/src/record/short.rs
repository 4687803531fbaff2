//! What is too long for a report: it is cut, and the length is told. Whatever is of a usual size stays as it is.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::Finding;

/// A payload of no more bytes is kept whole.
const PAYLOAD: usize = 64 << 10;
/// In a longer one no text is longer than this, and there is no more than this of all texts.
const TEXT: usize = 400;
const KEPT: usize = 8 << 10;
/// A sentence is no longer than this.
const SENTENCE: usize = 2_000;
/// A name of an event is no longer than this.
const NAME: usize = 200;

/// A text of no more bytes than this, and how many it had.
#[must_use]
pub fn text(text: &str, most: usize) -> Cow<'_, str> {
    if text.len() <= most {
        return Cow::Borrowed(text);
    }
    let cut = text.floor_char_boundary(most);
    Cow::Owned(format!("{}… ({} bytes)", &text[..cut], text.len()))
}

/// A name as it is told.
#[must_use]
pub fn name(name: &str) -> Cow<'_, str> {
    text(name, NAME)
}

/// A payload that was received as text.
#[must_use]
pub fn received(received: &str) -> Cow<'_, str> {
    if received.len() <= PAYLOAD { Cow::Borrowed(received) } else { text(received, TEXT) }
}

/// A payload, cut where it is longer than anybody reads.
#[must_use]
pub fn payload(value: &Value) -> Cow<'_, Value> {
    let size = size(value);
    if size <= PAYLOAD {
        return Cow::Borrowed(value);
    }
    let mut left = KEPT;
    Cow::Owned(cut(value, &mut left))
}

/// About how many bytes a value takes, as JSON.
#[must_use]
pub fn size(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + 2,
        Value::Array(items) => 2 + items.iter().map(|item| 1 + size(item)).sum::<usize>(),
        Value::Object(fields) => {
            2 + fields.iter().map(|(name, value)| name.len() + 4 + size(value)).sum::<usize>()
        }
        _ => 4,
    }
}

fn cut(value: &Value, left: &mut usize) -> Value {
    let spend = |left: &mut usize, bytes: usize| *left = left.saturating_sub(bytes);
    match value {
        Value::String(long) => {
            let short = text(long, TEXT.min(*left)).into_owned();
            spend(left, short.len());
            Value::String(short)
        }
        Value::Array(items) => {
            let mut kept = Vec::new();
            for item in items {
                if *left == 0 {
                    kept.push(Value::String(format!("… ({} more)", items.len() - kept.len())));
                    break;
                }
                spend(left, 4);
                kept.push(cut(item, left));
            }
            Value::Array(kept)
        }
        Value::Object(fields) => {
            let mut kept = Map::new();
            for (key, value) in fields {
                if *left == 0 {
                    let more = Value::String(format!("{} more", fields.len() - kept.len()));
                    kept.insert("…".to_owned(), more);
                    break;
                }
                let key = name(key).into_owned();
                spend(left, key.len() + 4);
                kept.insert(key, cut(value, left));
            }
            Value::Object(kept)
        }
        other => {
            spend(left, 4);
            other.clone()
        }
    }
}

/// A finding with nothing in it that is too long.
pub fn finding(finding: &mut Finding) {
    let shorten = |long: &mut String, most: usize| {
        if long.len() > most {
            *long = text(long, most).into_owned();
        }
    };
    shorten(&mut finding.message, SENTENCE);
    shorten(&mut finding.subject, NAME);
    for value in [&mut finding.expected, &mut finding.received].into_iter().flatten() {
        if let Cow::Owned(short) = payload(value) {
            *value = short;
        }
    }
    for difference in &mut finding.differences {
        shorten(&mut difference.path, SENTENCE);
        shorten(&mut difference.expected, SENTENCE);
        shorten(&mut difference.received, SENTENCE);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_of_a_usual_size_stays_as_it_is() {
        let message = json!({"messages": vec![json!({"id": 1, "text": "a".repeat(100)}); 100]});
        assert_eq!(*payload(&message), message);
        assert_eq!(name("newMessage"), "newMessage");
    }

    #[test]
    fn what_is_too_long_is_cut_and_its_length_told() {
        for long in [
            json!("ä".repeat(1_000_000)),
            json!({"text": "a".repeat(1_000_000), "id": 7}),
            json!(vec![json!({"id": 1}); 100_000]),
            json!({"deep": [[["a".repeat(100_000)]]]}),
            Value::Object((0..50_000).map(|at| (format!("field{at}"), json!(at))).collect()),
        ] {
            let short = payload(&long).to_string();
            assert!(short.len() < 2 * KEPT && short.contains('…'), "{} bytes", short.len());
        }
        let told = payload(&json!({"text": "a".repeat(1_000_000), "id": 7})).into_owned();
        assert_eq!(told["id"], 7);
        assert!(told["text"].as_str().unwrap().ends_with("a… (1000000 bytes)"), "{told}");
        assert_eq!(text("äää", 3), "ä… (6 bytes)");
    }
}
