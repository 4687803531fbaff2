//! Payloads compared without building a JSON tree: each text that arrives is walked once. Ids, texts and the like are
//! captured as they stand in the text; whoever asked compares them.
//!
//! It says whether a text fits, not how it differs: for that the text is compared again by `check`, which is slow and
//! rare. What fits here fits there: `agreement` holds the two together.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::Value;

use super::found::{Captured, Rest};
use super::leaf::{is_id, number_fits, same_value, text_fits};
use super::pattern::{Field, Pattern, Slot, is_forbidden};
use super::scan::{Inside, Scan};
use language::contract::IdKind;
use language::forms::{Fits, Form};
use language::payload::Written;
use language::texts::moment;
use model::check::times::time_of;

/// The name of an event, the first of the values in a list, and the place behind it.
pub(super) fn event_name<'t>(scan: &Scan<'t>) -> Option<(Cow<'t, str>, usize)> {
    let (name, behind) = scan.string(scan.open(scan.space(0), b'[', 0)?)?;
    Some((name.plain(), behind))
}

/// What a pattern captures of an event, whose name ends at `behind`: what it brings is its one value, and null where it
/// brings nothing.
pub(super) fn event<'p, 't>(
    pattern: &'p Pattern,
    scan: Scan<'t>,
    behind: usize,
    never: &'p [String],
) -> Option<Captured<'p, 't>> {
    let at = scan.space(behind);
    match scan.byte(at, b',') {
        Some(next) => argument(pattern, scan, scan.space(next), never),
        None => nothing(pattern, scan, at, never),
    }
}

/// What a pattern captures of an ack. Nothing given to it is the same to a program as null.
pub(super) fn ack<'p, 't>(
    pattern: &'p Pattern,
    json: &'t [u8],
    never: &'p [String],
) -> Option<Captured<'p, 't>> {
    let scan = Scan::new(json)?;
    let at = scan.open(scan.space(0), b'[', 0)?;
    match scan.at(at)? {
        b']' => nothing(pattern, scan, at, never),
        _ => argument(pattern, scan, at, never),
    }
}

/// What a pattern captures of a list that ends here without a value.
fn nothing<'p, 't>(
    pattern: &'p Pattern,
    scan: Scan<'t>,
    at: usize,
    never: &'p [String],
) -> Option<Captured<'p, 't>> {
    let end = scan.byte(at, b']')?;
    if scan.ends(end) { whole(pattern, b"null", never) } else { None }
}

/// What a pattern captures of a text that is one value.
pub(super) fn whole<'p, 't>(
    pattern: &'p Pattern,
    json: &'t [u8],
    never: &'p [String],
) -> Option<Captured<'p, 't>> {
    let scan = Scan::new(json)?;
    let (found, end) = matches(pattern, scan, scan.space(0), 0, never)?;
    scan.ends(end).then_some(found)
}

/// The last value of a list.
fn argument<'p, 't>(
    pattern: &'p Pattern,
    scan: Scan<'t>,
    at: usize,
    never: &'p [String],
) -> Option<Captured<'p, 't>> {
    let (found, end) = matches(pattern, scan, at, 1, never)?;
    scan.byte(scan.space(end), b']').is_some_and(|end| scan.ends(end)).then_some(found)
}

/// Walks one value, which lies in so many lists and objects.
fn matches<'p, 't>(
    pattern: &'p Pattern,
    scan: Scan<'t>,
    at: usize,
    depth: usize,
    never: &'p [String],
) -> Option<(Captured<'p, 't>, usize)> {
    let mut walk = Walk::new(scan, never, Vec::new());
    let mut end = walk.value(pattern, at, depth);
    // Of what does not fit at once, a part may not count: a field that comes again.
    if end.is_none() || walk.found.forbidden {
        let overridden = scan.overridden(at, depth)?;
        if !overridden.is_empty() {
            walk = Walk::new(scan, never, overridden);
            end = walk.value(pattern, at, depth);
        }
    }
    Some((walk.found, end?))
}

struct Walk<'p, 't> {
    scan: Scan<'t>,
    never: &'p [String],
    /// The fields that come again in the same object.
    overridden: Vec<Range<usize>>,
    found: Captured<'p, 't>,
    named: Vec<(&'p str, &'t [u8])>,
}

impl<'p, 't> Walk<'p, 't> {
    fn new(scan: Scan<'t>, never: &'p [String], overridden: Vec<Range<usize>>) -> Self {
        Self { scan, never, overridden, found: Captured::default(), named: Vec::new() }
    }

    fn value(&mut self, pattern: &'p Pattern, at: usize, depth: usize) -> Option<usize> {
        let scan = self.scan;
        match pattern {
            Pattern::Any => self.skip(at, depth),
            Pattern::Null => scan.word(at, b"null"),
            Pattern::Absent => None,
            Pattern::Bool(true) => scan.word(at, b"true"),
            Pattern::Bool(false) => scan.word(at, b"false"),
            Pattern::Form(Form { fits: Fits::Bool, .. }) => {
                scan.word(at, b"true").or_else(|| scan.word(at, b"false"))
            }
            Pattern::Slot(_)
            | Pattern::Own(..)
            | Pattern::Member(_)
            | Pattern::Members
            | Pattern::Named(..) => self.captured(pattern, at, depth),
            Pattern::Number(_)
            | Pattern::Id(IdKind::Int)
            | Pattern::Form(Form { fits: Fits::Number(_), .. }) => {
                let (number, behind) = scan.number(at)?;
                number_fits(pattern, number).then_some(behind)
            }
            Pattern::Now(_) | Pattern::Status | Pattern::User(_) | Pattern::Users => {
                self.believed(pattern, at, depth)
            }
            Pattern::Id(IdKind::Any) => {
                let behind = self.skip(at, depth)?;
                is_id(IdKind::Any, scan.part(at, behind)).then_some(behind)
            }
            Pattern::OneOf(choices) => self.one_of(choices, at, depth),
            Pattern::Maybe(inner) => scan.word(at, b"null").or_else(|| self.value(inner, at, depth)),
            Pattern::List(items) => self.list(items, at, depth),
            Pattern::Object { fields, open } => self.object(fields, *open, at, depth),
            Pattern::Pieces(pieces) => {
                let (text, behind) = scan.string(at)?;
                self.found.rest.push(Rest::Text(pieces, text.raw()));
                pieces.shape.reads(text.plain().as_bytes()).then_some(behind)
            }
            Pattern::Text(_)
            | Pattern::Id(_)
            | Pattern::Form(Form { fits: Fits::Text(_), .. })
            | Pattern::Regex(_) => {
                let (text, behind) = scan.string(at)?;
                text_fits(pattern, text).then_some(behind)
            }
        }
    }

    /// What depends on the action, or on the rest of the text.
    fn captured(&mut self, pattern: &'p Pattern, at: usize, depth: usize) -> Option<usize> {
        let scan = self.scan;
        match pattern {
            Pattern::Slot(Slot::Text) => {
                let (text, behind) = scan.string(at)?;
                self.found.keep(Slot::Text, text.raw()).then_some(behind)
            }
            Pattern::Own(slot, kind) => {
                let (id, behind) = scan.scalar(at)?;
                (is_id(*kind, id) && self.found.keep(*slot, id)).then_some(behind)
            }
            Pattern::Slot(slot) => {
                let (id, behind) = scan.scalar(at)?;
                self.found.keep(*slot, id).then_some(behind)
            }
            Pattern::Member(index) => {
                let (id, behind) = scan.scalar(at)?;
                self.found.rest.push(Rest::Member(*index, id));
                Some(behind)
            }
            Pattern::Members => {
                let behind = scan.byte(at, b'[').and_then(|_| self.skip(at, depth))?;
                self.found.rest.push(Rest::Members(scan.part(at, behind)));
                Some(behind)
            }
            Pattern::Named(name, inner) => {
                let behind = self.value(inner, at, depth)?;
                let value = scan.part(at, behind);
                let same = self
                    .named
                    .iter()
                    .find(|(known, _)| known == name)
                    .is_none_or(|(_, known)| same_value(known, value));
                self.named.push((name, value));
                same.then_some(behind)
            }
            _ => None,
        }
    }

    /// What fits by its form: whoever asked sees whether it can be true.
    fn believed(&mut self, pattern: &'p Pattern, at: usize, depth: usize) -> Option<usize> {
        let scan = self.scan;
        match pattern {
            Pattern::Now(Written::Text) => {
                let (text, behind) = scan.string(at)?;
                self.found.tells(moment(&text.plain())?);
                Some(behind)
            }
            Pattern::Now(written) => {
                let (number, behind) = scan.number(at)?;
                let number = serde_json::from_slice(number).ok()?;
                self.found.tells(time_of(*written, &number)?);
                Some(behind)
            }
            Pattern::Status => {
                let (text, behind) = scan.string(at)?;
                let status = text.plain();
                self.found.read |= status == "read";
                matches!(&*status, "sent" | "delivered" | "read").then_some(behind)
            }
            _ => {
                let behind = self.skip(at, depth)?;
                self.found.rest.push(match pattern {
                    Pattern::User(slot) => Rest::User(*slot, scan.part(at, behind)),
                    _ => Rest::Users(scan.part(at, behind)),
                });
                Some(behind)
            }
        }
    }

    fn one_of(&mut self, choices: &[Value], at: usize, depth: usize) -> Option<usize> {
        if let Some((text, behind)) = self.scan.string(at) {
            let fits = choices.iter().filter_map(Value::as_str).any(|choice| text.plain() == choice);
            return fits.then_some(behind);
        }
        let behind = self.skip(at, depth)?;
        let value: Value = serde_json::from_slice(self.scan.part(at, behind)).ok()?;
        choices.contains(&value).then_some(behind)
    }

    fn list(&mut self, items: &'p [Pattern], at: usize, depth: usize) -> Option<usize> {
        let scan = self.scan;
        let mut at = scan.open(at, b'[', depth)?;
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                at = scan.space(scan.byte(at, b',')?);
            }
            at = scan.space(self.value(item, at, depth + 1)?);
        }
        scan.byte(at, b']')
    }

    fn object(&mut self, fields: &'p [Field], open: bool, at: usize, depth: usize) -> Option<usize> {
        let scan = self.scan;
        let mut at = scan.open(at, b'{', depth)?;
        let mut seen = Seen::default();
        // Servers write their fields in one order: the next one is looked for first where the last was found.
        let mut guess = 0;
        if scan.at(at) != Some(b'}') {
            loop {
                let usual = fields.get(guess).and_then(|field| scan.word(at, &field.quoted));
                let (index, value) = match usual {
                    Some(behind) => (guess, scan.space(scan.byte(scan.space(behind), b':')?)),
                    None => {
                        let (name, value) = scan.name(at)?;
                        let known = fields.iter().position(|field| name.plain() == field.name.as_str());
                        (known.unwrap_or_else(|| self.unknown(name, at, open)), value)
                    }
                };
                at = match fields.get(index) {
                    _ if is_within(&self.overridden, at) => scan.skip(value, depth + 1, &mut |_, _| {})?,
                    Some(field) => {
                        guess = index + 1;
                        self.found.forbidden |= field.forbidden;
                        // What comes twice is looked at once more by whoever asked.
                        seen.is_new(index).then_some(())?;
                        self.value(&field.pattern, value, depth + 1)?
                    }
                    None => self.skip(value, depth + 1)?,
                };
                at = scan.space(at);
                match scan.at(at)? {
                    b',' => at = scan.space(at + 1),
                    b'}' => break,
                    _ => return None,
                }
            }
        }
        let complete = fields.iter().enumerate().all(|(index, field)| field.optional || seen.has(index));
        complete.then_some(at + 1)
    }

    /// Notes a name that a payload does not say; no field has the place that this gives.
    fn unknown(&mut self, name: Inside<'_>, at: usize, open: bool) -> usize {
        if !is_within(&self.overridden, at) {
            self.found.undocumented |= !open;
            self.found.forbidden |= is_forbidden(&name.plain(), self.never);
        }
        usize::MAX
    }

    /// A value that may be anything, but for the names in it.
    fn skip(&mut self, at: usize, depth: usize) -> Option<usize> {
        let (never, overridden) = (self.never, &self.overridden);
        let mut forbidden = false;
        let behind = self.scan.skip(at, depth, &mut |name, place| {
            forbidden |= is_forbidden(&name.plain(), never) && !is_within(overridden, place.all.start);
        })?;
        self.found.forbidden |= forbidden;
        Some(behind)
    }
}

fn is_within(ranges: &[Range<usize>], at: usize) -> bool {
    ranges.iter().any(|range| range.contains(&at))
}

/// Which fields of an object have come.
#[derive(Default)]
struct Seen {
    first: u64,
    /// Those behind the first 64.
    more: Vec<usize>,
}

impl Seen {
    fn has(&self, index: usize) -> bool {
        if index < 64 { self.first & 1 << index != 0 } else { self.more.contains(&index) }
    }

    fn is_new(&mut self, index: usize) -> bool {
        let is_new = !self.has(index);
        if index < 64 {
            self.first |= 1 << index;
        } else {
            self.more.push(index);
        }
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(yaml: &str) -> Pattern {
        use language::{contract_file, payload, text};
        let path =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../scenarios/dialects/crm.yaml");
        let source = text::Source::new("x.yaml", yaml);
        let read = text::parse(&source).and_then(|document| payload::read(&document, &document.root));
        super::super::pattern::compile(&read.unwrap(), &contract_file::read(&path).unwrap()).unwrap()
    }

    fn fits<'p, 't>(pattern: &'p Pattern, json: &'t str) -> Option<Captured<'p, 't>> {
        static NEVER: std::sync::LazyLock<Vec<String>> =
            std::sync::LazyLock::new(|| vec!["password".to_owned()]);
        whole(pattern, json.as_bytes(), &NEVER)
    }

    fn message() -> Pattern {
        pattern(
            "{message: {id: $message.id, chatId: $room.id, message: $text, createdAt: <iso8601>, ...: <any>}, chatId: $room.id}",
        )
    }

    const GOOD: &str = r#"{"message":{"id":7,"chatId":3,"message":"a \"b\"","createdAt":"2026-11-24T22:00:29.017Z","more":[1,{"x":null}]},"chatId":3}"#;

    #[test]
    fn a_payload_is_captured_as_it_stands() {
        let message = message();
        let found = fits(&message, GOOD).unwrap();
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
        let message = message();
        let found = fits(&message, &extra).unwrap();
        assert!(found.undocumented && found.forbidden);
        let inside = GOOD.replace("\"more\"", "\"password\"");
        assert!(fits(&message, &inside).is_some_and(|found| found.forbidden && !found.undocumented));
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
        let pattern = pattern("</no .+, bye/>");
        assert!(fits(&pattern, r#""no one\ntwo, bye""#).is_some());
        assert!(fits(&pattern, r#""no one\ntwo""#).is_none());
    }
}
