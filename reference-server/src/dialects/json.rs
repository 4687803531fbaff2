//! JSON from clients, with what JavaScript can send and Rust cannot hold.
//!
//! `JSON.stringify` writes half a surrogate pair as `\ud800`, which is valid JSON of no Unicode text (RFC 8259, section 8.2).
//! A text with one survives: each half becomes U+FFFD, as `TextEncoder` has it.

use std::borrow::Cow;

use serde::de::DeserializeOwned;

/// Reads JSON.
///
/// # Errors
/// Where it is none.
pub(crate) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, serde_json::Error> {
    serde_json::from_str(text).or_else(|error| match whole(text) {
        Cow::Owned(mended) => serde_json::from_str(&mended),
        Cow::Borrowed(_) => Err(error),
    })
}

/// The text with every lone half of a surrogate pair replaced. Lengths do not change: both escapes have six characters.
fn whole(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut mended = Cow::Borrowed(text);
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'\\' {
            at += 1;
            continue;
        }
        let Some(unit) = unit(bytes, at) else {
            at += 2;
            continue;
        };
        let low = || unit_within(bytes, at + 6, 0xdc00..0xe000);
        match unit {
            0xd800..0xdc00 if low() => at += 12,
            0xd800..0xe000 => {
                mended.to_mut().replace_range(at..at + 6, "\\ufffd");
                at += 6;
            }
            _ => at += 6,
        }
    }
    mended
}

/// The code unit of an escape `\uXXXX` at this place.
fn unit(bytes: &[u8], at: usize) -> Option<u16> {
    let escape = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    u16::from_str_radix(std::str::from_utf8(escape).ok()?, 16).ok()
}

fn unit_within(bytes: &[u8], at: usize, range: std::ops::Range<u16>) -> bool {
    unit(bytes, at).is_some_and(|unit| range.contains(&unit))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn half_a_pair_is_replaced_and_all_else_stays() {
        for (text, expected) in [
            (r#"["\ud800"]"#, json!(["\u{fffd}"])),
            (r#"["a\udc00b"]"#, json!(["a\u{fffd}b"])),
            (r#"["\ud800\ud83d\ude00"]"#, json!(["\u{fffd}😀"])),
            (r#"["\ud83d\ude00"]"#, json!(["😀"])),
            (r#"["\\\\ud800", "\ud800"]"#, json!(["\\\\ud800", "\u{fffd}"])),
            (r#"["\ud800\\n"]"#, json!(["\u{fffd}\\n"])),
        ] {
            assert_eq!(parse::<Value>(text).unwrap(), expected, "{text}");
        }
        assert!(parse::<Value>(r#"["\ud800""#).is_err());
        assert!(parse::<Value>(r#"["\u00"#).is_err());
    }
}
