//! Single values against patterns: numbers, ids, and the insides of strings.

use serde_json::{Number, Value};

use super::found::bare;
use super::pattern::Pattern;
use super::scan::Inside;
use language::contract::IdKind;
use language::forms::{Fits, Form};
use language::texts::is_uuid;

/// Whether a number is what a pattern of numbers says.
pub(super) fn number_fits(pattern: &Pattern, number: &[u8]) -> bool {
    match pattern {
        Pattern::Number(expected) => read(number).is_some_and(|number| number == *expected),
        Pattern::Form(Form { fits: Fits::Number(fits), .. }) => {
            read(number).is_some_and(|number| fits(&number))
        }
        _ => is_int(number),
    }
}

/// A number as a program counts with it.
fn read(number: &[u8]) -> Option<Number> {
    let is_short = number.len() < 19 && number.iter().all(u8::is_ascii_digit);
    if is_short {
        // What most numbers are, known without the reader.
        return Some(number.iter().fold(0, |all, digit| all * 10 + u64::from(digit - b'0')).into());
    }
    serde_json::from_slice(number).ok()
}

/// Whether a number is one that a program can count with; any other is read as one with a fraction.
fn is_int(number: &[u8]) -> bool {
    read(number).is_some_and(|number| number.is_i64() || number.is_u64())
}

/// Whether an id, with its quotes where it has them, is of this kind.
pub(super) fn is_id(kind: IdKind, id: &[u8]) -> bool {
    match (kind, id) {
        (IdKind::Int, [b'"', ..]) => false,
        (IdKind::Int, number) => is_int(number),
        (IdKind::Str, id) => id.len() > 2 && id[0] == b'"',
        (IdKind::Any, [b'"', ..]) => id.len() > 2,
        (IdKind::Any, number) => is_int(number),
        (IdKind::Uuid, id) => std::str::from_utf8(&bare(id)).is_ok_and(|text| id[0] == b'"' && is_uuid(text)),
    }
}

/// Whether the inside of a string is what a pattern of texts says.
pub(super) fn text_fits(pattern: &Pattern, text: Inside<'_>) -> bool {
    match pattern {
        Pattern::Text(expected) => text.plain() == expected.as_str(),
        Pattern::Form(Form { fits: Fits::Text(fits), .. }) => fits(&text.plain()),
        Pattern::Id(IdKind::Uuid) => is_uuid(&text.plain()),
        Pattern::Id(_) => !text.raw().is_empty(),
        Pattern::Regex(regex) => regex.is_match(&text.plain()),
        _ => false,
    }
}

/// Whether two values are the same, however JSON writes them.
pub(super) fn same_value(one: &[u8], other: &[u8]) -> bool {
    let read = |json| serde_json::from_slice::<Value>(json).ok();
    one == other || read(one) == read(other)
}
