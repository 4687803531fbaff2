//! Payloads as they are written in contracts and scenarios: templates to send, patterns to compare with.
//! One grammar for both. Owns the reading; filling in and comparing belong to `check`.

use regex::{Regex, RegexBuilder};
use serde_json::{Number, Value};

use super::forms::{FORMS, Form};
use super::limits;
use super::problem::Problem;
use super::reference::{Reference, Whose};
use super::text::{Document, Node, Span, Yaml};

/// A payload, some parts of which are filled in or matched when a case runs.
#[derive(Debug, Clone)]
pub enum Payload {
    /// A value that stands for itself: null, a boolean or a number.
    Literal(Value),
    /// A text, some pieces of which may be references.
    Text(Vec<Piece>),
    /// `$room.id`: whatever the reference stands for, with its own type.
    Reference(Reference),
    /// `<id:room>`, `<int>`, …
    Matcher(Matcher),
    /// A list of exactly these.
    List(Vec<Payload>),
    /// An object of exactly these fields, unless `open`.
    Object {
        /// The fields, in the order written.
        fields: Vec<(String, Payload)>,
        /// What `...:` says of further fields.
        open: bool,
    },
}

/// A piece of a text.
#[derive(Debug, Clone)]
pub enum Piece {
    /// Characters that stand for themselves.
    Literal(String),
    /// A reference inside the text.
    Reference(Reference),
}

/// What a value must look like, where it is not known before.
#[derive(Debug, Clone)]
pub enum Matcher {
    /// `<id>`: an id of the dialect's kind. With a name it is bound on first sight and equal ever after.
    Id(Option<String>),
    /// `<int>`, `<iso8601>`, …, and `<int:name>` to capture it.
    Form(&'static Form, Option<String>),
    /// `<now>`: a time that is about now, as a timestamp with an offset; `<now:ms>` and `<now:s>` as a number since 1970.
    Now(Written),
    /// `<user:sender>`: names that user in whatever form: by an id, by an object that holds it, or in words.
    User(Whose),
    /// `<users:members>`: names all who belong to the room, and nobody else.
    Users,
    /// `<status:message>`: a status that the message can have by now.
    Status,
    /// `<any>`, and `<any:name>` to capture it.
    Any(Option<String>),
    /// `<a|b|c>`: one of these.
    OneOf(Vec<Value>),
    /// `</regex/>`
    Pattern(Regex),
    /// `<maybe X>`: may be absent or null; where it is there it is X.
    Maybe(Box<Payload>),
    /// `<text:200b>`: makes a text of so many bytes.
    Make(usize),
    /// `<none>`: nothing. An ack without arguments, a field that is not there.
    Nothing,
}

/// How a time is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// `2026-11-28T09:30:00.000Z`
    Text,
    /// Milliseconds since 1970.
    Millis,
    /// Seconds since 1970.
    Seconds,
}

/// The names of the matchers that are no [`Form`].
const MATCHERS: &[&str] = &["id", "now", "user", "users", "status", "any", "maybe", "text", "none"];

/// The names of all matchers.
pub fn matchers() -> impl Iterator<Item = &'static str> {
    FORMS.iter().map(Form::name).chain(MATCHERS.iter().copied())
}

/// Reads a payload.
///
/// # Errors
/// Where a matcher or a reference is not one; the problem points at it.
pub fn read(document: &Document, node: &Node) -> Result<Payload, Problem> {
    match &node.value {
        Yaml::Scalar { text, plain: true } => scalar(document, node.span, text),
        Yaml::Scalar { text, plain: false } => pieces(document, node.span, text),
        Yaml::List(items) => {
            items.iter().map(|item| read(document, item)).collect::<Result<_, _>>().map(Payload::List)
        }
        Yaml::Map(entries) => {
            let mut fields = Vec::new();
            let mut open = false;
            for (key, value) in entries {
                if key.text == "..." {
                    open = true;
                } else {
                    fields.push((key.text.clone(), read(document, value)?));
                }
            }
            Ok(Payload::Object { fields, open })
        }
    }
}

/// A plain scalar as YAML's core schema reads it, where it is a null, a boolean or a number.
#[must_use]
pub fn literal(text: &str) -> Option<Value> {
    match text {
        "null" | "~" | "" => return Some(Value::Null),
        "true" => return Some(Value::Bool(true)),
        "false" => return Some(Value::Bool(false)),
        _ => {}
    }
    if let Ok(int) = text.parse::<i64>() {
        return Some(Value::Number(int.into()));
    }
    let numeric =
        text.starts_with(|c: char| c.is_ascii_digit() || c == '-') && text.contains(['.', 'e', 'E']);
    if numeric { text.parse::<f64>().ok().and_then(Number::from_f64).map(Value::Number) } else { None }
}

fn scalar(document: &Document, span: Span, text: &str) -> Result<Payload, Problem> {
    if let Some(value) = literal(text) {
        return Ok(Payload::Literal(value));
    }
    if let Some(inner) = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) {
        return matcher(document, span, inner).map(Payload::Matcher);
    }
    pieces(document, span, text)
}

fn pieces(document: &Document, span: Span, text: &str) -> Result<Payload, Problem> {
    let mut found = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        plain.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            plain.push('$');
            rest = after;
            continue;
        }
        let (words, after) = words(rest);
        if words.is_empty() {
            return Err(document
                .problem(span, "a `$` starts a reference such as `$room.id`")
                .hint("for the sign itself write `$$`"));
        }
        let reference = Reference::parse(&words).map_err(|meant| {
            let written = format!("${}", words.join("."));
            let problem =
                document.problem(within(document, span, &written), format!("nothing is called `{written}`"));
            problem.nearest(&written, meant.iter().map(String::as_str))
        })?;
        if !plain.is_empty() {
            found.push(Piece::Literal(std::mem::take(&mut plain)));
        }
        found.push(Piece::Reference(reference));
        rest = after;
    }
    plain.push_str(rest);
    if !plain.is_empty() || found.is_empty() {
        found.push(Piece::Literal(plain));
    }
    match found.as_slice() {
        [Piece::Reference(reference)] => Ok(Payload::Reference(reference.clone())),
        _ => Ok(Payload::Text(found)),
    }
}

/// Reads the words of a reference; a dot that no word follows belongs to the text behind it.
fn words(text: &str) -> (Vec<&str>, &str) {
    let mut words = Vec::new();
    let mut rest = text;
    loop {
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        if end == 0 {
            return (words, rest);
        }
        words.push(&rest[..end]);
        rest = &rest[end..];
        match rest.strip_prefix('.') {
            Some(after) if after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') => rest = after,
            _ => return (words, rest),
        }
    }
}

/// Where in a place of a file something is written.
pub(super) fn within(document: &Document, span: Span, written: &str) -> Span {
    let start = span.start + document.snippet(span).rfind(written).unwrap_or_default();
    Span { start, end: (start + written.len()).min(span.end), ..span }
}

fn matcher(document: &Document, span: Span, inner: &str) -> Result<Matcher, Problem> {
    if let Some(pattern) = inner.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) {
        // A text is matched as a whole, with all of its lines.
        return RegexBuilder::new(&format!("^(?:{pattern})$"))
            .dot_matches_new_line(true)
            .size_limit(limits::PATTERN_BYTES)
            .build()
            .map(Matcher::Pattern)
            .map_err(|error| document.problem(span, format!("not a regular expression: {error}")));
    }
    if let Some(what) = inner.strip_prefix("maybe ") {
        let what = what.trim();
        if what.starts_with("maybe ") {
            let problem = document.problem(span, "`maybe` inside of `maybe` says nothing more");
            return Err(problem.hint("write it once: <maybe int>"));
        }
        // A type is named like a matcher; which of the two it is depends on whether a matcher has that name.
        return match matcher(document, span, what) {
            Ok(known) => Ok(Matcher::Maybe(Box::new(Payload::Matcher(known)))),
            Err(_) if what.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') => {
                Ok(Matcher::Maybe(Box::new(Payload::Reference(Reference::Named(what.to_owned())))))
            }
            Err(problem) => Err(problem),
        };
    }
    if inner.contains('|') {
        let choices = inner
            .split('|')
            .map(|choice| literal(choice.trim()).unwrap_or_else(|| Value::String(choice.trim().to_owned())));
        return Ok(Matcher::OneOf(choices.collect()));
    }
    if let Some(whose) = inner.strip_prefix("user:").and_then(Whose::named) {
        return Ok(Matcher::User(whose));
    }
    let (word, name) = match inner.split_once(':') {
        Some((word, name)) => (word, Some(name.to_owned())),
        None => (inner, None),
    };
    match (word, name) {
        ("id", name) => Ok(Matcher::Id(name)),
        ("any", name) => Ok(Matcher::Any(name)),
        ("now", None) => Ok(Matcher::Now(Written::Text)),
        ("now", Some(unit)) if unit == "ms" => Ok(Matcher::Now(Written::Millis)),
        ("now", Some(unit)) if unit == "s" => Ok(Matcher::Now(Written::Seconds)),
        ("users", Some(whose)) if whose == "members" => Ok(Matcher::Users),
        ("status", Some(of)) if of == "message" => Ok(Matcher::Status),
        ("none", None) => Ok(Matcher::Nothing),
        ("text", Some(size)) => made(document, span, &size),
        (word, name) => match Form::named(word) {
            Some(form) if form.captures || name.is_none() => Ok(Matcher::Form(form, name)),
            _ => Err(document
                .problem(span, format!("there is no matcher `<{inner}>`"))
                .nearest(word, matchers())),
        },
    }
}

/// `<text:200b>`
fn made(document: &Document, span: Span, size: &str) -> Result<Matcher, Problem> {
    let digits = size.strip_suffix('b').unwrap_or_default();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let problem = document.problem(span, format!("`<text:{size}>` has no size"));
        return Err(problem.hint("write <text:200b>"));
    }
    match digits.parse() {
        Ok(bytes) if bytes <= limits::TEXT_BYTES => Ok(Matcher::Make(bytes)),
        _ => {
            let message = format!("a text has at most {} bytes, not {digits}", limits::TEXT_BYTES);
            Err(document.problem(span, message))
        }
    }
}

impl Payload {
    /// A text that stands for itself.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(vec![Piece::Literal(text.into())])
    }

    /// Whether a reference for which this holds is in it.
    #[must_use]
    pub fn refers(&self, to: impl Fn(&Reference) -> bool) -> bool {
        let mut found = Vec::new();
        self.references(&mut found);
        found.iter().any(to)
    }

    /// The references in this payload, whole or inside texts.
    pub fn references(&self, found: &mut Vec<Reference>) {
        match self {
            Self::Literal(_) => {}
            Self::Text(pieces) => found.extend(pieces.iter().filter_map(|piece| match piece {
                Piece::Reference(reference) => Some(reference.clone()),
                Piece::Literal(_) => None,
            })),
            Self::Reference(reference) => found.push(reference.clone()),
            Self::Matcher(Matcher::Maybe(inner)) => inner.references(found),
            Self::Matcher(_) => {}
            Self::List(items) => items.iter().for_each(|item| item.references(found)),
            Self::Object { fields, .. } => fields.iter().for_each(|(_, value)| value.references(found)),
        }
    }

    /// The names under which values of it are kept: `<int:total>`.
    pub fn captures<'p>(&'p self, found: &mut Vec<&'p str>) {
        match self {
            // Those of the action are known without.
            Self::Matcher(Matcher::Id(Some(name)) | Matcher::Form(_, Some(name)))
                if name == "room" || name == "message" => {}
            Self::Matcher(
                Matcher::Id(Some(name)) | Matcher::Form(_, Some(name)) | Matcher::Any(Some(name)),
            ) => found.push(name),
            Self::Matcher(Matcher::Maybe(inner)) => inner.captures(found),
            Self::List(items) => items.iter().for_each(|item| item.captures(found)),
            Self::Object { fields, .. } => fields.iter().for_each(|(_, value)| value.captures(found)),
            _ => {}
        }
    }

    /// This payload with the fields of another laid over its own; a payload that is no object is replaced.
    #[must_use]
    pub fn overlaid(&self, over: &Self) -> Self {
        match (self, over) {
            (Self::Object { fields, open }, Self::Object { fields: above, open: above_open }) => {
                let mut fields = fields.clone();
                for (name, value) in above {
                    match fields.iter_mut().find(|(known, _)| known == name) {
                        Some((_, known)) => *known = known.overlaid(value),
                        None => fields.push((name.clone(), value.clone())),
                    }
                }
                Self::Object { fields, open: *open || *above_open }
            }
            _ => over.clone(),
        }
    }
}
