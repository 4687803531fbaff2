//! Single values against patterns: numbers, ids, and the insides of strings.

use serde_json::{Number, Value};

use super::found::bare;
use super::pattern::Pattern;
use super::scan::Inside;
use language::contract::IdKind;
use model::check::texts::{is_iso8601, is_uuid};

/// Whether a number is what a pattern of numbers says.
pub(super) fn number_fits(pattern: &Pattern, number: &[u8]) -> bool {
    match pattern {
        Pattern::Number(expected) => {
            serde_json::from_slice::<Number>(number).is_ok_and(|number| number == *expected)
        }
        Pattern::Num => true,
        _ => is_int(number),
    }
}

/// Whether a number is one that a program can count with; any other is read as one with a fraction.
fn is_int(number: &[u8]) -> bool {
    let is_short = number.len() < 19 && number.iter().all(u8::is_ascii_digit);
    is_short
        || serde_json::from_slice::<Number>(number).is_ok_and(|number| number.is_i64() || number.is_u64())
}

/// Whether an id, with its quotes where it has them, is of this kind.
pub(super) fn is_id(kind: IdKind, id: &[u8]) -> bool {
    match (kind, id) {
        (IdKind::Int, [b'"', ..]) => false,
        (IdKind::Int, number) => is_int(number),
        (IdKind::Str, id) => id.len() > 2 && id[0] == b'"',
        (IdKind::Uuid, id) => std::str::from_utf8(&bare(id)).is_ok_and(|text| id[0] == b'"' && is_uuid(text)),
    }
}

/// Whether the inside of a string is what a pattern of texts says.
pub(super) fn text_fits(pattern: &Pattern, text: Inside<'_>) -> bool {
    match pattern {
        Pattern::Text(expected) => text.plain() == expected.as_str(),
        Pattern::Id(IdKind::Uuid) | Pattern::Uuid => is_uuid(&text.plain()),
        Pattern::Id(_) => !text.raw().is_empty(),
        Pattern::Iso8601 => is_iso8601(&text.plain()),
        Pattern::Regex(regex) => regex.is_match(&text.plain()),
        _ => matches!(pattern, Pattern::Str),
    }
}

/// Whether two values are the same, however JSON writes them.
pub(super) fn same_value(one: &[u8], other: &[u8]) -> bool {
    let read = |json| serde_json::from_slice::<Value>(json).ok();
    one == other || read(one) == read(other)
}
