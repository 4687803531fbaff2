//! Values against payloads: the whole payload, every field, and what it looks like with its identities named.

use serde_json::{Map, Value};

use super::people::{Naming, names, names_all};
use super::scope::{Context, Found, SEEN, SHOWN};
use super::times::time_of;
use language::contract::IdKind;
use language::forms::Form;
use language::payload::{Matcher, Payload, Piece, Written};
use language::reference::{Reference, UserPart, Whose};
use language::texts::{is_iso8601, is_uuid};
use results::record::Difference;

/// The result of a comparison.
#[derive(Debug, Default)]
pub struct Compared {
    /// Where the value differs.
    pub differences: Vec<Difference>,
    /// Ids and captures that are to be bound, if this comparison counts.
    pub bound: Vec<(String, Value)>,
    /// The value with ids, times and tokens replaced by what they are.
    pub redacted: Value,
    /// The times that are about now: where they stand, and what they are.
    pub times: Vec<(String, i64)>,
}

/// Compares a value with a payload, whole.
#[must_use]
pub fn compare(payload: &Payload, value: &Value, context: Context<'_>) -> Compared {
    let mut comparison = Comparison { context, path: Vec::new(), result: Compared::default() };
    let redacted = comparison.payload(payload, value);
    comparison.forbidden(value);
    comparison.result.redacted = redacted;
    comparison.result
}

/// A value as it is printed where nothing is known about it: times named, all else as it is.
#[must_use]
pub fn redact(value: &Value) -> Value {
    if let Some(form) = Form::volatile(value) {
        return Value::String(form.word.to_owned());
    }
    match value {
        Value::Array(items) => Value::Array(items.iter().map(redact).collect()),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, value)| (name.clone(), redact(value))).collect())
        }
        other => other.clone(),
    }
}

/// The kind of a value that nothing was said about.
fn kind(value: &Value) -> Value {
    if let Some(form) = Form::volatile(value) {
        return Value::String(form.word.to_owned());
    }
    match value {
        Value::Null | Value::Bool(_) => value.clone(),
        Value::Number(_) => Value::String("<num>".to_owned()),
        Value::String(_) => Value::String("<str>".to_owned()),
        Value::Array(items) => Value::Array(items.iter().map(kind).collect()),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, value)| (name.clone(), kind(value))).collect())
        }
    }
}

/// How an expected payload reads, with what is known filled in.
#[must_use]
pub fn describe(payload: &Payload, context: Context<'_>) -> Value {
    match payload {
        Payload::Literal(value) => value.clone(),
        Payload::Text(pieces) => {
            Value::String(pieces.iter().map(|piece| describe_piece(piece, context)).collect())
        }
        Payload::Reference(path) => match context.lookup(path) {
            Found::Known(value, Some(label)) if value.is_string() && label == "token" => marker(&label),
            Found::Known(value, _) => value,
            Found::Fresh(label) => marker(&label),
            Found::Payload(payload) => describe(&payload, context),
            Found::History => Value::String("<the messages of the room>".to_owned()),
            Found::Nothing(_) => Value::String(path.to_string()),
        },
        Payload::Matcher(matcher) => Value::String(name(matcher, context)),
        Payload::List(items) => Value::Array(items.iter().map(|item| describe(item, context)).collect()),
        Payload::Object { fields, open } => {
            let mut object: Map<String, Value> =
                fields.iter().map(|(name, value)| (name.clone(), describe(value, context))).collect();
            if *open {
                object.insert("...".to_owned(), Value::String("<any>".to_owned()));
            }
            Value::Object(object)
        }
    }
}

fn describe_piece(piece: &Piece, context: Context<'_>) -> String {
    match piece {
        Piece::Literal(text) => text.clone(),
        Piece::Reference(path) => match describe(&Payload::Reference(path.clone()), context) {
            Value::String(text) => text,
            other => other.to_string(),
        },
    }
}

fn name(matcher: &Matcher, context: Context<'_>) -> String {
    match matcher {
        Matcher::Id(None) => "<id>".to_owned(),
        Matcher::Id(Some(name)) => format!("<id:{name}>"),
        Matcher::Form(form, _) => form.word.to_owned(),
        Matcher::Now(Written::Text) => "<now>".to_owned(),
        Matcher::Now(Written::Millis) => "<now:ms>".to_owned(),
        Matcher::Now(Written::Seconds) => "<now:s>".to_owned(),
        Matcher::User(whose) => format!("<user:{}>", whose.word()),
        Matcher::Users => "<users:members>".to_owned(),
        Matcher::Status => "<status:message>".to_owned(),
        Matcher::Any(_) => "<any>".to_owned(),
        Matcher::OneOf(choices) => {
            let choices: Vec<String> = choices.iter().map(plain).collect();
            format!("<{}>", choices.join("|"))
        }
        Matcher::Pattern(regex) => format!("<{}>", regex.as_str()),
        Matcher::Maybe(inner) => match type_of(inner, context) {
            // By its name, since a type may hold itself where it may be absent.
            Some(name) => format!("<maybe {name}>"),
            None => format!("<maybe {}>", plain(&describe(inner, context)).trim_matches(['<', '>'])),
        },
        Matcher::Nothing => "<none>".to_owned(),
        Matcher::Make(size) => format!("<text:{size}b>"),
    }
}

/// The type of the contract that a payload names.
fn type_of<'p>(payload: &'p Payload, context: Context<'_>) -> Option<&'p str> {
    let Payload::Reference(Reference::Named(name)) = payload else { return None };
    context.contract.types.contains_key(name).then_some(name)
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn marker(label: &str) -> Value {
    Value::String(format!("<{label}>"))
}

/// A value on one line, short enough for a message.
#[must_use]
pub fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(120) {
        Some((at, _)) => format!("{}… ({} bytes)", &text[..at], text.len()),
        None => text,
    }
}

struct Comparison<'a> {
    context: Context<'a>,
    path: Vec<String>,
    result: Compared,
}

impl Comparison<'_> {
    fn differ(&mut self, expected: impl Into<String>, received: &Value) -> Value {
        self.push(expected.into(), short(received), false, false);
        redact(received)
    }

    fn push(&mut self, expected: String, received: String, undocumented: bool, forbidden: bool) {
        let path = self.path.join(".");
        self.result.differences.push(Difference { path, expected, received, undocumented, forbidden });
    }

    fn payload(&mut self, payload: &Payload, value: &Value) -> Value {
        match payload {
            Payload::Literal(expected) if expected == value => value.clone(),
            Payload::Literal(expected) => self.differ(short(expected), value),
            Payload::Text(pieces) => self.text(pieces, value),
            Payload::Reference(path) => self.reference(path, value),
            Payload::Matcher(matcher) => self.matcher(matcher, value),
            Payload::List(expected) => self.list(expected, value),
            Payload::Object { fields, open } => self.object(fields, *open, value),
        }
    }

    fn text(&mut self, pieces: &[Piece], value: &Value) -> Value {
        match super::fill::text(pieces, self.context) {
            Ok(expected) if value.as_str() == Some(&expected) => {
                Value::String(pieces.iter().map(|piece| self.named_piece(piece)).collect())
            }
            Ok(expected) => self.differ(short(&Value::String(expected)), value),
            Err(why) => self.differ(why.to_string(), value),
        }
    }

    fn named_piece(&self, piece: &Piece) -> String {
        match piece {
            Piece::Literal(text) => text.clone(),
            Piece::Reference(path) => match self.context.lookup(path) {
                Found::Known(_, Some(label)) => format!("<{label}>"),
                Found::Known(value, None) => plain(&value),
                _ => path.to_string(),
            },
        }
    }

    fn reference(&mut self, path: &Reference, value: &Value) -> Value {
        match self.context.lookup(path) {
            Found::Known(expected, label) if expected == *value => {
                label.map_or_else(|| value.clone(), |l| marker(&l))
            }
            Found::Known(expected, Some(label)) => {
                self.differ(format!("{} (the id of {label})", short(&expected)), value)
            }
            Found::Known(expected, None) => self.differ(short(&expected), value),
            Found::Fresh(label) => self.bind(label, value),
            Found::Payload(payload) => self.payload(&payload, value),
            Found::History => self.history(value),
            Found::Nothing(why) => self.differ(why, value),
        }
    }

    /// Binds an id on first sight. Another thing of the same kind cannot have the same one.
    fn bind(&mut self, label: String, value: &Value) -> Value {
        let kind = label.split(':').next().unwrap_or_default().to_owned();
        if kind == SEEN && !value.as_str().is_some_and(is_iso8601) {
            return self.differ("<iso8601>", value);
        }
        if kind != SEEN && !self.is_id(value) {
            return self.differ(format!("an id ({})", id_kind(self.context.ids())), value);
        }
        let pending =
            self.result.bound.iter().find(|(known, _)| *known == label).map(|(_, known)| known.clone());
        if let Some(known) = pending {
            return if known == *value { marker(&label) } else { self.differ(short(&known), value) };
        }
        if let Some(holder) = self.context.book.holder(&kind, value) {
            let what = if kind == SEEN { "moment" } else { "id" };
            let expected = format!("a new {what} for {label} (this one belongs to {holder})");
            return self.differ(expected, value);
        }
        let named = marker(&label);
        self.result.bound.push((label, value.clone()));
        named
    }

    fn is_id(&self, value: &Value) -> bool {
        match self.context.ids() {
            IdKind::Int => value.is_i64() || value.is_u64(),
            IdKind::Str => value.as_str().is_some_and(|text| !text.is_empty()),
            IdKind::Uuid => value.as_str().is_some_and(is_uuid),
            IdKind::Any => {
                value.is_i64() || value.is_u64() || value.as_str().is_some_and(|text| !text.is_empty())
            }
        }
    }

    fn matcher(&mut self, matcher: &Matcher, value: &Value) -> Value {
        let fits = match matcher {
            Matcher::Id(Some(name)) => return self.id(name, value),
            // `<int:room>` is `<id:room>` that has to be a number.
            Matcher::Form(_, Some(name)) if name == "room" || name == "message" => {
                return self.id(name, value);
            }
            Matcher::Form(form, Some(name)) if form.fits(value) => return self.capture(name, value),
            Matcher::Any(Some(name)) => return self.capture(name, value),
            Matcher::Maybe(_) | Matcher::Nothing if value.is_null() => return Value::Null,
            // A type that may be absent is named by one word, without a dollar sign.
            Matcher::Maybe(inner) => return self.payload(inner, value),
            Matcher::Now(written) => return self.now(*written, value),
            Matcher::User(whose) => return self.user(*whose, value),
            Matcher::Users => return self.users(value),
            Matcher::Status => return self.status(value),
            Matcher::Id(None) => self.is_id(value),
            Matcher::Form(form, _) => form.fits(value),
            Matcher::Any(_) => return kind(value),
            Matcher::OneOf(choices) => return self.one_of(choices, value),
            Matcher::Pattern(regex) => value.as_str().is_some_and(|text| regex.is_match(text)),
            Matcher::Make(_) | Matcher::Nothing => false,
        };
        let name = name(matcher, self.context);
        if fits { Value::String(name) } else { self.differ(name, value) }
    }

    /// One of several listed values: where one of them was said in a field of that name, that one.
    fn one_of(&mut self, choices: &[Value], value: &Value) -> Value {
        let said = self.path.last().and_then(|field| self.context.chosen(field, choices)).cloned();
        match said {
            Some(said) if said != *value => self.differ(format!("{}, as it was sent", short(&said)), value),
            _ if choices.contains(value) => value.clone(),
            _ => self.differ(name(&Matcher::OneOf(choices.to_vec()), self.context), value),
        }
    }

    /// A time that is about now, by the clock of the server.
    fn now(&mut self, written: Written, value: &Value) -> Value {
        let name = name(&Matcher::Now(written), self.context);
        let Some(told) = time_of(written, value) else { return self.differ(name, value) };
        let clock = self.context.book.clock;
        match clock.and_then(|now| now.objection(told, self.context.scope.since)) {
            Some(how) => {
                self.push(format!("{name}, a time of now"), format!("{}: {how}", short(value)), false, false);
                redact(value)
            }
            None => {
                self.result.times.push((self.path.join("."), told));
                Value::String(if written == Written::Text { "<iso8601>".to_owned() } else { name })
            }
        }
    }

    /// A user in whatever form. Words are theirs from then on, and nobody else's.
    fn user(&mut self, whose: Whose, value: &Value) -> Value {
        let expected = format!("the {}", whose.word());
        let reference = Reference::User(whose, UserPart::Id);
        let Found::Known(id, _) = self.context.lookup(&reference) else {
            return self.differ(format!("{expected}, of whom nothing is known"), value);
        };
        let book = self.context.book;
        let others: Vec<Value> =
            book.users().filter(|(_, other)| **other != id).map(|(_, id)| id.clone()).collect();
        let marked = marker(&format!("user:{}", whose.word()));
        match names(value, &id, &others) {
            Naming::Right => marked,
            Naming::Nobody => self.differ(format!("{expected}, and not nobody"), value),
            Naming::Other => self.differ(format!("{expected} ({}), and nobody else", short(&id)), value),
            Naming::Words => {
                let label = format!("{SHOWN}:{}", short(&id));
                match book.holder(SHOWN, value) {
                    Some(holder) if holder != label => {
                        self.differ(format!("{expected}, and nobody else"), value)
                    }
                    Some(_) => marked,
                    None => {
                        self.result.bound.push((label, value.clone()));
                        marked
                    }
                }
            }
        }
    }

    /// All who belong to the room.
    fn users(&mut self, value: &Value) -> Value {
        let known = |name: &String| self.context.book.get(&format!("user:{name}")).cloned();
        let ids: Vec<Value> = self.context.scope.members.iter().filter_map(known).collect();
        match names_all(value, &ids) {
            Naming::Right | Naming::Words => marker("users:members"),
            Naming::Nobody => self.differ("all who belong to the room, and not nobody", value),
            Naming::Other => {
                let ids = short(&Value::Array(ids));
                self.differ(format!("all who belong to the room ({ids}), and nobody else"), value)
            }
        }
    }

    /// A status that the message can have by now: it is read once somebody has read it, and not before.
    fn status(&mut self, value: &Value) -> Value {
        let possible: &[&str] = if self.context.scope.read { &["read"] } else { &["sent", "delivered"] };
        if value.as_str().is_some_and(|status| possible.contains(&status)) {
            return value.clone();
        }
        let why = if self.context.scope.read { "it was read" } else { "nobody has read it" };
        self.differ(format!("{}: {why}", possible.join(" or ")), value)
    }

    /// `<id:room>` and `<id:message>` mean those of the action; another name captures.
    fn id(&mut self, name: &str, value: &Value) -> Value {
        let label = match name {
            "room" => self.context.scope.room.as_ref().map(|room| format!("room:{room}")),
            "message" => self.context.scope.message.as_ref().map(|message| format!("message:{message}")),
            _ => None,
        };
        let Some(label) = label else {
            return if self.is_id(value) {
                self.capture(name, value)
            } else {
                self.differ(format!("an id ({})", id_kind(self.context.ids())), value)
            };
        };
        match self.context.book.get(&label) {
            Some(known) if known == value => marker(&label),
            Some(known) => {
                let expected = format!("{} (the id of {label})", short(known));
                self.differ(expected, value)
            }
            None => self.bind(label, value),
        }
    }

    /// Like an id, a capture is bound on first sight, whichever of answer and event comes first, and equal ever after.
    fn capture(&mut self, name: &str, value: &Value) -> Value {
        let label = format!("capture:{name}");
        let pending = self.result.bound.iter().find(|(known, _)| *known == label).map(|(_, value)| value);
        let known = self.context.book.get(&label).or(pending).cloned();
        match known {
            Some(known) if known != *value => {
                return self.differ(format!("{} (captured as {name})", short(&known)), value);
            }
            Some(_) => {}
            None => self.result.bound.push((label, value.clone())),
        }
        marker(name)
    }

    fn history(&mut self, value: &Value) -> Value {
        let messages = self.context.scope.history.clone().unwrap_or_default();
        let Some(items) = value.as_array() else { return self.differ("a list of messages", value) };
        if items.len() != messages.len() {
            let expected = format!("{} messages of the room", messages.len());
            self.differ(expected, &Value::String(format!("{} messages: {}", items.len(), short(value))));
        }
        let message = Payload::Reference(Reference::Named(self.context.contract.stored().to_owned()));
        let mut named = Vec::new();
        for (index, (item, scope)) in items.iter().zip(messages.iter()).enumerate() {
            let inner = compare(&message, item, Context { scope, ..self.context });
            let at = |path: &str| {
                let steps = self.path.iter().cloned().chain([index.to_string()]);
                steps.chain((!path.is_empty()).then(|| path.to_owned())).collect::<Vec<_>>().join(".")
            };
            let placed =
                inner.differences.into_iter().map(|found| Difference { path: at(&found.path), ..found });
            self.result.differences.extend(placed);
            self.result.bound.extend(inner.bound);
            // Times in a history are those of before: whether the clock goes on is seen elsewhere.
            named.push(inner.redacted);
        }
        if self.context.scope.unordered {
            named.sort_by_cached_key(Value::to_string);
        }
        Value::Array(named)
    }

    fn list(&mut self, expected: &[Payload], value: &Value) -> Value {
        let Some(items) = value.as_array() else { return self.differ("a list", value) };
        if items.len() != expected.len() {
            return self.differ(format!("a list of {}", expected.len()), value);
        }
        let mut named = Vec::new();
        for (index, (expected, item)) in expected.iter().zip(items).enumerate() {
            self.path.push(index.to_string());
            named.push(self.payload(expected, item));
            self.path.pop();
        }
        Value::Array(named)
    }

    fn object(&mut self, fields: &[(String, Payload)], open: bool, value: &Value) -> Value {
        let Some(object) = value.as_object() else {
            let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
            return self.differ(format!("an object {{{}}}", names.join(", ")), value);
        };
        // In the order of the contract, so that a snapshot does not depend on the order a server happens to use.
        let mut named = Map::new();
        for (name, expected) in fields {
            self.path.push(name.clone());
            match (object.get(name), expected) {
                (Some(value), Payload::Matcher(Matcher::Nothing)) => {
                    let redacted = self.differ("<none>", value);
                    named.insert(name.clone(), redacted);
                }
                (Some(value), expected) => {
                    let redacted = self.payload(expected, value);
                    named.insert(name.clone(), redacted);
                }
                (None, Payload::Matcher(Matcher::Maybe(_) | Matcher::Nothing)) => {}
                (None, expected) => {
                    let expected = plain(&describe(expected, self.context));
                    self.push(expected, "nothing".to_owned(), false, false);
                }
            }
            self.path.pop();
        }
        let mut extra: Vec<_> =
            object.iter().filter(|(name, _)| !fields.iter().any(|(known, _)| known == *name)).collect();
        extra.sort_by_key(|(name, _)| *name);
        for (name, value) in extra {
            if !open {
                self.path.push(name.clone());
                self.push("no such field".to_owned(), short(value), true, false);
                self.path.pop();
            }
            named.insert(name.clone(), kind(value));
        }
        Value::Object(named)
    }

    /// Names that no payload may hold, however deep.
    fn forbidden(&mut self, value: &Value) {
        let Some(name) = forbidden_name(value, &self.context.contract.never) else { return };
        self.push(format!("`{name}` nowhere"), short(value), false, true);
    }
}

fn id_kind(kind: IdKind) -> &'static str {
    match kind {
        IdKind::Int => "a whole number",
        IdKind::Str => "a text",
        IdKind::Uuid => "a UUID",
        IdKind::Any => "a whole number or a text",
    }
}

/// The first name in a value, however deep, that is one of these.
#[must_use]
pub fn forbidden_name<'n>(value: &Value, never: &'n [String]) -> Option<&'n str> {
    match value {
        Value::Array(items) => items.iter().find_map(|item| forbidden_name(item, never)),
        Value::Object(fields) => fields.iter().find_map(|(name, value)| {
            let named = never.iter().find(|known| known.eq_ignore_ascii_case(name)).map(String::as_str);
            named.or_else(|| forbidden_name(value, never))
        }),
        _ => None,
    }
}
