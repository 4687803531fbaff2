//! Payloads compared without building a JSON tree: each text that arrives is walked once. Ids, texts and the like are
//! captured as they stand in the text; whoever asked compares them.
//!
//! It says whether a text fits, not how it differs: for that the text is compared again by `check`, which is slow and
//! rare.

use serde_json::Value;

use super::pattern::{Bit, Captured, Field, Pattern, Slot};
use crate::scenario::contract::IdKind;

/// Walks one value of `json` that starts at `at`; the place behind it where it fits.
pub(super) fn matches<'t>(
    pattern: &Pattern,
    json: &'t [u8],
    at: usize,
    found: &mut Captured<'t>,
    never: &[String],
) -> Option<usize> {
    Walk { json, never }.value(pattern, at, found)
}

/// The text of a string that starts at `at`, as it stands between the quotes, and the place behind it.
pub(super) fn string(json: &[u8], at: usize) -> Option<(&[u8], usize)> {
    Walk { json, never: &[] }.string(at)
}

struct Walk<'t, 'n> {
    json: &'t [u8],
    never: &'n [String],
}

impl<'t> Walk<'t, '_> {
    fn space(&self, mut at: usize) -> usize {
        while matches!(self.json.get(at), Some(b' ' | b'\n' | b'\t' | b'\r')) {
            at += 1;
        }
        at
    }

    fn value(&self, pattern: &Pattern, at: usize, found: &mut Captured<'t>) -> Option<usize> {
        let at = self.space(at);
        match pattern {
            Pattern::Any => self.skip(at, found, 0),
            Pattern::Null => self.word(at, b"null"),
            Pattern::Absent => None,
            Pattern::Bool(expected) => {
                let (value, behind) = match self.word(at, b"true") {
                    Some(behind) => (true, behind),
                    None => (false, self.word(at, b"false")?),
                };
                expected.is_none_or(|expected| expected == value).then_some(behind)
            }
            Pattern::Slot(Slot::Text) => {
                let (text, behind) = self.string(at)?;
                Captured::keep(&mut found.slots[Slot::Text as usize], text).then_some(behind)
            }
            Pattern::Slot(slot) => {
                let (id, behind) = self.scalar(at)?;
                Captured::keep(&mut found.slots[*slot as usize], id).then_some(behind)
            }
            Pattern::Member(index) => {
                let (id, behind) = self.scalar(at)?;
                Captured::keep(&mut found.members[*index], id).then_some(behind)
            }
            Pattern::Number(_) | Pattern::Id(IdKind::Int) | Pattern::Int | Pattern::Num => {
                let (number, behind) = self.number(at)?;
                number_fits(pattern, number).then_some(behind)
            }
            Pattern::OneOf(choices) => {
                let behind = self.skip(at, found, 0)?;
                let value: Value = serde_json::from_slice(&self.json[at..behind]).ok()?;
                choices.contains(&value).then_some(behind)
            }
            Pattern::Maybe(inner) => self.word(at, b"null").or_else(|| self.value(inner, at, found)),
            Pattern::List(items) => self.list(items, at, found),
            Pattern::Object { fields, open } => self.object(fields, *open, at, found),
            _ => {
                let (text, behind) = self.string(at)?;
                text_fits(pattern, text, found).then_some(behind)
            }
        }
    }

    fn list(&self, items: &[Pattern], at: usize, found: &mut Captured<'t>) -> Option<usize> {
        let mut at = self.byte(at, b'[')?;
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                at = self.byte(self.space(at), b',')?;
            }
            at = self.value(item, at, found)?;
        }
        self.byte(self.space(at), b']')
    }

    fn object(&self, fields: &[Field], open: bool, at: usize, found: &mut Captured<'t>) -> Option<usize> {
        let mut at = self.space(self.byte(at, b'{')?);
        let mut seen: u64 = 0;
        // Servers write their fields in one order: the next one is looked for first where the last was found.
        let mut guess = 0;
        if self.json.get(at) != Some(&b'}') {
            loop {
                let (name, behind) = self.string(self.space(at))?;
                at = self.byte(self.space(behind), b':')?;
                let known = |index: &usize| fields.get(*index).is_some_and(|field| field.name == name);
                match Some(guess).filter(known).or_else(|| (0..fields.len()).find(known)) {
                    Some(index) => {
                        at = self.value(&fields[index].pattern, at, found)?;
                        seen |= 1 << (index & 63);
                        guess = index + 1;
                    }
                    None => {
                        found.undocumented |= !open;
                        self.name(name, found);
                        at = self.skip(self.space(at), found, 0)?;
                    }
                }
                at = self.space(at);
                match self.json.get(at)? {
                    b',' => at += 1,
                    b'}' => break,
                    _ => return None,
                }
            }
        }
        let missing = fields
            .iter()
            .enumerate()
            .any(|(index, field)| !field.optional && seen & (1 << (index & 63)) == 0);
        (!missing).then_some(at + 1)
    }

    fn name(&self, name: &[u8], found: &mut Captured<'t>) {
        if !self.never.is_empty() && self.never.iter().any(|never| never.as_bytes() == name) {
            found.forbidden = true;
        }
    }

    fn byte(&self, at: usize, expected: u8) -> Option<usize> {
        (self.json.get(at) == Some(&expected)).then_some(at + 1)
    }

    fn word(&self, at: usize, word: &[u8]) -> Option<usize> {
        self.json.get(at..)?.starts_with(word).then_some(at + word.len())
    }

    /// A string between its quotes, not unescaped.
    fn string(&self, at: usize) -> Option<(&'t [u8], usize)> {
        let start = self.byte(at, b'"')?;
        let mut end = start;
        loop {
            end += memchr::memchr2(b'"', b'\\', self.json.get(end..)?)?;
            if self.json[end] == b'"' {
                return Some((&self.json[start..end], end + 1));
            }
            end += 2;
        }
    }

    fn number(&self, at: usize) -> Option<(&'t [u8], usize)> {
        let rest = self.json.get(at..)?;
        let length = rest
            .iter()
            .position(|byte| !matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'))
            .unwrap_or(rest.len());
        let starts = matches!(rest.first()?, b'0'..=b'9' | b'-') && rest[length - 1].is_ascii_digit();
        starts.then(|| (&rest[..length], at + length))
    }

    /// A number or a string with its quotes: an id as it stands.
    fn scalar(&self, at: usize) -> Option<(&'t [u8], usize)> {
        match self.json.get(at)? {
            b'"' => {
                let (_, behind) = self.string(at)?;
                Some((&self.json[at..behind], behind))
            }
            _ => self.number(at),
        }
    }

    fn skip(&self, at: usize, found: &mut Captured<'t>, depth: usize) -> Option<usize> {
        match self.json.get(at)? {
            b'"' => self.string(at).map(|(_, behind)| behind),
            b't' => self.word(at, b"true"),
            b'f' => self.word(at, b"false"),
            b'n' => self.word(at, b"null"),
            b'[' | b'{' if depth > 128 => None,
            b'[' => {
                let mut at = self.space(at + 1);
                if self.json.get(at) == Some(&b']') {
                    return Some(at + 1);
                }
                loop {
                    at = self.space(self.skip(at, found, depth + 1)?);
                    match self.json.get(at)? {
                        b',' => at = self.space(at + 1),
                        b']' => return Some(at + 1),
                        _ => return None,
                    }
                }
            }
            b'{' => {
                let mut at = self.space(at + 1);
                if self.json.get(at) == Some(&b'}') {
                    return Some(at + 1);
                }
                loop {
                    let (name, behind) = self.string(at)?;
                    self.name(name, found);
                    at = self.space(self.byte(self.space(behind), b':')?);
                    at = self.space(self.skip(at, found, depth + 1)?);
                    match self.json.get(at)? {
                        b',' => at = self.space(at + 1),
                        b'}' => return Some(at + 1),
                        _ => return None,
                    }
                }
            }
            _ => self.number(at).map(|(_, behind)| behind),
        }
    }
}

fn number_fits(pattern: &Pattern, number: &[u8]) -> bool {
    match pattern {
        Pattern::Number(expected) => {
            let number = std::str::from_utf8(number).ok().and_then(|number| number.parse::<f64>().ok());
            number == Some(*expected)
        }
        Pattern::Num => true,
        _ => !number.iter().any(|byte| matches!(byte, b'.' | b'e' | b'E')),
    }
}

/// Whether the inside of a string is what a pattern of texts says.
fn text_fits<'t>(pattern: &Pattern, text: &'t [u8], found: &mut Captured<'t>) -> bool {
    let plain = || unescaped(text).and_then(|text| String::from_utf8(text).ok());
    match pattern {
        Pattern::Text(expected) => text == expected.as_slice() || unescaped(text).as_ref() == Some(expected),
        Pattern::Pieces(bits) => pieces(bits, text, found),
        Pattern::Id(IdKind::Uuid) | Pattern::Uuid => is_uuid(text),
        Pattern::Id(_) => !text.is_empty(),
        Pattern::Iso8601 => is_iso8601(text),
        Pattern::Regex(regex) => plain().is_some_and(|text| regex.is_match(&text)),
        _ => matches!(pattern, Pattern::Str),
    }
}

/// The inside of a string as a text.
pub(super) fn unescaped(text: &[u8]) -> Option<Vec<u8>> {
    if !text.contains(&b'\\') {
        return Some(text.to_vec());
    }
    let quoted = [b"\"", text, b"\""].concat();
    serde_json::from_slice::<String>(&quoted).ok().map(String::into_bytes)
}

fn pieces<'t>(bits: &[Bit], text: &'t [u8], found: &mut Captured<'t>) -> bool {
    let mut rest = text;
    for (index, bit) in bits.iter().enumerate() {
        match bit {
            Bit::Literal(literal) => match rest.strip_prefix(literal.as_slice()) {
                Some(behind) => rest = behind,
                None => return false,
            },
            Bit::Room | Bit::Anything => {
                let end = match bits.get(index + 1) {
                    Some(Bit::Literal(next)) => memchr::memmem::find(rest, next),
                    _ => Some(rest.len()),
                };
                let Some(end) = end else { return false };
                // Inside a text an id of text has no quotes; whoever compares knows both forms.
                if matches!(bit, Bit::Room)
                    && !Captured::keep(&mut found.slots[Slot::Room as usize], &rest[..end])
                {
                    let known = found.slots[Slot::Room as usize].unwrap_or_default();
                    if known.len() != end + 2 || known[1..=end] != rest[..end] {
                        return false;
                    }
                }
                rest = &rest[end..];
            }
        }
    }
    rest.is_empty()
}

fn is_uuid(text: &[u8]) -> bool {
    text.len() == 36
        && text.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// The usual form is looked at byte by byte; any other is left to the library.
fn is_iso8601(text: &[u8]) -> bool {
    let digits = |range: std::ops::Range<usize>| text[range].iter().all(u8::is_ascii_digit);
    let usual = text.len() == 24
        && text[4] == b'-'
        && text[7] == b'-'
        && text[10] == b'T'
        && text[13] == b':'
        && text[16] == b':'
        && text[19] == b'.'
        && text[23] == b'Z'
        && digits(0..4)
        && digits(20..23)
        && digits(5..7)
        && digits(8..10)
        && digits(11..13)
        && digits(14..16)
        && digits(17..19)
        && matches!(&text[5..7], month if *month >= b"01"[..] && *month <= b"12"[..])
        && matches!(&text[8..10], day if *day >= b"01"[..] && *day <= b"31"[..])
        && text[11..13] <= b"23"[..]
        && text[14..16] <= b"59"[..];
    let other = || std::str::from_utf8(text).is_ok_and(|text| text.parse::<jiff::Timestamp>().is_ok());
    usual || (text.len() >= 20 && text[10] == b'T' && other())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(fields: Vec<(&str, Pattern)>, open: bool) -> Pattern {
        let field = |(name, pattern): (&str, Pattern)| {
            let optional = matches!(pattern, Pattern::Maybe(_));
            Field { name: name.as_bytes().to_vec(), pattern, optional }
        };
        Pattern::Object { fields: fields.into_iter().map(field).collect(), open }
    }

    fn fits<'t>(pattern: &Pattern, json: &'t str) -> Option<Captured<'t>> {
        let mut found = Captured::default();
        let never = ["password".to_owned()];
        let behind = matches(pattern, json.as_bytes(), 0, &mut found, &never)?;
        (behind == json.len()).then_some(found)
    }

    fn message() -> Pattern {
        let message = vec![
            ("id", Pattern::Slot(Slot::Message)),
            ("chatId", Pattern::Slot(Slot::Room)),
            ("message", Pattern::Slot(Slot::Text)),
            ("createdAt", Pattern::Iso8601),
        ];
        pattern(vec![("message", pattern(message, true)), ("chatId", Pattern::Slot(Slot::Room))], false)
    }

    const GOOD: &str = r#"{"message":{"id":7,"chatId":3,"message":"a \"b\"","createdAt":"2026-11-24T22:00:29.017Z","more":[1,{"x":null}]},"chatId":3}"#;

    #[test]
    fn a_payload_is_captured_as_it_stands() {
        let found = fits(&message(), GOOD).unwrap();
        assert_eq!(found.get(Slot::Room), Some(&b"3"[..]));
        assert_eq!(found.get(Slot::Message), Some(&b"7"[..]));
        assert_eq!(found.get(Slot::Text), Some(&br#"a \"b\""#[..]));
        assert!(!found.undocumented && !found.forbidden);
    }

    #[test]
    fn order_and_white_space_are_free() {
        let odd = r#" { "chatId" : 3 , "message" : { "createdAt":"2026-11-24T22:00:29+01:00","message":"a",
            "chatId":3, "id" : 7 } }"#;
        assert!(fits(&message(), odd).is_some());
    }

    #[test]
    fn what_differs_does_not_fit() {
        for (from, to) in [
            (r#""chatId":3}"#, r#""chatId":4}"#),
            (r#""chatId":3}"#, r#""chatId":"3"}"#),
            (r#","chatId":3}"#, "}"),
            (r#""id":7,"#, ""),
            ("2026-11-24T22:00:29.017Z", "1795550429017"),
            (r#""2026-11-24T22:00:29.017Z""#, "1795550429017"),
            ("2026-11-24T22", "2026-13-24T22"),
            (r#""message":"a"#, r#""message":7,"x":"a"#),
            ("]}", "}"),
        ] {
            let wrong = GOOD.replacen(from, to, 1);
            assert_ne!(wrong, GOOD);
            let wrong = if from == r#""chatId":3}"# { GOOD.replace(from, to) } else { wrong };
            assert!(fits(&message(), &wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn what_no_document_mentions_is_noticed() {
        let extra = GOOD.replace(r#","chatId":3}"#, r#","chatId":3,"debug":{"password":1}}"#);
        let found = fits(&message(), &extra).unwrap();
        assert!(found.undocumented && found.forbidden);
        let inside = GOOD.replace("\"more\"", "\"password\"");
        assert!(fits(&message(), &inside).is_some_and(|found| found.forbidden && !found.undocumented));
    }

    #[test]
    fn a_text_with_a_room_in_it_names_the_room() {
        let bits = vec![Bit::Literal(b"Joined chat ".to_vec()), Bit::Room];
        let ack = pattern(vec![("message", Pattern::Pieces(bits)), ("id", Pattern::Slot(Slot::Room))], false);
        assert!(fits(&ack, r#"{"id":"r-9","message":"Joined chat r-9"}"#).is_some());
        assert!(fits(&ack, r#"{"id":9,"message":"Joined chat 9"}"#).is_some());
        assert!(fits(&ack, r#"{"id":9,"message":"Joined chat 8"}"#).is_none());
    }

    #[test]
    fn nothing_that_is_no_json_fits_or_panics() {
        for cut in 0..GOOD.len() {
            assert!(fits(&message(), &GOOD[..cut]).is_none(), "{}", &GOOD[..cut]);
        }
        assert!(fits(&Pattern::Any, r#"[[[1,2],{}],"a\"",-1.5e3]"#).is_some());
        for wrong in ["[1,,2]", "-", &"[".repeat(1000)] {
            assert!(fits(&Pattern::Any, wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_dot_in_a_pattern_is_any_character() {
        use crate::scenario::payload::{Matcher, Payload, read};
        use crate::scenario::text::{Source, parse};
        let source = std::sync::Arc::new(Source { path: "x.yaml".into(), text: "</no .+, bye/>".to_owned() });
        let read = parse(&source).and_then(|document| read(&document, &document.root));
        let Ok(Payload::Matcher(Matcher::Pattern(regex))) = read else { panic!("{read:?}") };
        let pattern = Pattern::Regex(regex);
        assert!(fits(&pattern, r#""no one\ntwo, bye""#).is_some());
        assert!(fits(&pattern, r#""no one\ntwo""#).is_none());
    }
}
