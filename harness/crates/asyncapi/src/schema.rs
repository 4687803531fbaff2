//! Payloads as JSON Schemas (draft 07, the dialect of AsyncAPI), and the little arithmetic that their alternatives need.

use serde_json::{Map, Value, json};

use super::overlap;
use language::contract::{Contract, IdKind};
use language::forms::{UUID, UUID_PATTERN};
use language::payload::{Matcher, Payload, Piece, Written};
use language::reference::{Reference, UserPart, Whose};

/// Makes schemas in the light of one contract, and of what `$reason` stands for at the place in question.
#[derive(Debug, Clone, Copy)]
pub(super) struct Schemas<'c> {
    /// The contract.
    pub(super) contract: &'c Contract,
    /// What `$reason` may be; empty where nothing is said of it.
    pub(super) reasons: &'c [&'c Payload],
}

impl Schemas<'_> {
    /// The schema of a payload.
    pub(super) fn of(self, payload: &Payload) -> Value {
        match payload {
            Payload::Literal(value) => constant(value),
            Payload::Text(pieces) => self.text(pieces),
            Payload::Reference(path) => self.reference(path),
            Payload::Matcher(matcher) => self.matcher(matcher),
            Payload::List(items) => list(items.iter().map(|item| self.of(item)).collect()),
            Payload::Object { fields, open } => self.object(fields, *open),
        }
    }

    /// Every field is required but for a `<maybe …>`; no other is allowed unless the object is open.
    fn object(self, fields: &[(String, Payload)], open: bool) -> Value {
        let required: Vec<&str> = fields
            .iter()
            .filter(|(_, payload)| !matches!(payload, Payload::Matcher(Matcher::Maybe(_) | Matcher::Nothing)))
            .map(|(name, _)| name.as_str())
            .collect();
        let properties: Map<String, Value> =
            fields.iter().map(|(name, payload)| (name.clone(), self.field(payload))).collect();
        let mut schema = json!({"type": "object"});
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        schema["properties"] = Value::Object(properties);
        schema["additionalProperties"] = Value::Bool(open);
        schema
    }

    fn field(self, payload: &Payload) -> Value {
        if matches!(payload, Payload::Matcher(Matcher::Nothing)) {
            Value::Bool(false)
        } else {
            self.of(payload)
        }
    }

    fn matcher(self, matcher: &Matcher) -> Value {
        match matcher {
            Matcher::Id(Some(name)) => described(self.id(), format!("id of the {name}")),
            Matcher::Id(None) => self.id(),
            Matcher::Form(form, _) => (form.schema)(),
            Matcher::Now(Written::Text) => json!({"type": "string", "format": "date-time"}),
            Matcher::Now(Written::Millis) => described(json!({"type": "integer"}), "milliseconds since 1970"),
            Matcher::Now(Written::Seconds) => described(json!({"type": "integer"}), "seconds since 1970"),
            Matcher::User(whose) => described(json!({}), format!("the {}, in whatever form", whose.word())),
            Matcher::Users => described(json!({}), "all who belong to the room, in whatever form"),
            Matcher::Status => json!({"enum": ["sent", "delivered", "read"]}),
            Matcher::Any(_) => json!({}),
            Matcher::OneOf(choices) => enumeration(choices),
            Matcher::Pattern(regex) => pattern(regex.as_str()),
            Matcher::Maybe(inner) => nullable(self.of(inner)),
            Matcher::Nothing => described(json!({"type": "null"}), "nothing: it has no argument"),
            Matcher::Make(bytes) => {
                described(json!({"type": "string"}), format!("{bytes} bytes as the harness sends it"))
            }
        }
    }

    fn id(self) -> Value {
        match self.contract.ids {
            IdKind::Int => json!({"type": "integer"}),
            IdKind::Str => json!({"type": "string", "minLength": 1}),
            IdKind::Uuid => (UUID.schema)(),
            IdKind::Any => json!({"type": ["integer", "string"]}),
        }
    }

    fn reference(self, reference: &Reference) -> Value {
        let text = || json!({"type": "string"});
        match reference {
            Reference::Reason => self.reason(),
            Reference::History => self.history(),
            Reference::Text => described(text(), "the text that is said"),
            Reference::Token => described(text(), "the token of the user who acts"),
            Reference::MessageText => described(text(), "the text of the message"),
            Reference::MessageStatus => json!({"type": "string", "enum": ["sent", "delivered", "read"]}),
            Reference::MemberIds => json!({
                "type": "array", "description": "ids of the members of the room", "items": self.id(),
                "minItems": self.contract.room.smallest, "maxItems": self.contract.room.largest,
            }),
            Reference::WhomOnline => described(json!({"type": "boolean"}), "whether that user is online"),
            Reference::WhomSeen => described(
                json!({"type": ["string", "null"], "format": "date-time"}),
                "when that user went offline, if ever",
            ),
            Reference::User(_, UserPart::Name) => described(text(), format!("name of {}", whose(reference))),
            Reference::User(_, UserPart::Id)
            | Reference::RoomId
            | Reference::MemberId(_)
            | Reference::MessageId
            | Reference::NamedId(_) => described(self.id(), format!("id of {}", whose(reference))),
            Reference::Named(name) if self.contract.types.contains_key(name) => type_reference(name),
            Reference::Named(_) | Reference::Data(_) => described(json!({}), format!("`{reference}`")),
        }
    }

    fn reason(self) -> Value {
        overlap::alternatives(self.reasons.iter().map(|reason| self.of(reason)).collect())
    }

    fn history(self) -> Value {
        let mut schema = json!({"type": "array", "description": "the messages of the room"});
        if self.contract.types.contains_key("message") {
            schema["items"] = type_reference(self.contract.stored());
        }
        schema
    }

    fn text(self, pieces: &[Piece]) -> Value {
        if let [Piece::Literal(text)] = pieces {
            return constant(&Value::String(text.clone()));
        }
        let mut regex = String::from("^");
        for piece in pieces {
            match piece {
                Piece::Literal(text) => regex.push_str(&escaped(text)),
                Piece::Reference(path) => regex.push_str(self.within_text(path)),
            }
        }
        regex.push('$');
        json!({"type": "string", "pattern": regex})
    }

    /// What a reference inside a text looks like.
    fn within_text(self, reference: &Reference) -> &'static str {
        match (reference.is_id(), self.contract.ids) {
            (true, IdKind::Int) => "-?[0-9]+",
            (true, IdKind::Uuid) => UUID_PATTERN,
            (true, IdKind::Str | IdKind::Any) => "[\\s\\S]+",
            (false, _) => "[\\s\\S]*",
        }
    }
}

/// A type of the contract, by reference.
pub(super) fn type_reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{}", super::registry::key(name))})
}

/// The schema of a whole message: that it can be anything is said in words.
pub(super) fn told(schema: Value) -> Value {
    if schema == json!({}) { described(schema, "anything") } else { schema }
}

/// A schema with a title before everything else; a schema that only refers cannot have one of its own.
pub(super) fn titled(schema: Value, title: &str) -> Value {
    match schema {
        Value::Object(fields) if fields.contains_key("$ref") => json!({"title": title, "allOf": [fields]}),
        Value::Object(fields) => {
            let mut all = Map::from_iter([("title".to_owned(), Value::String(title.to_owned()))]);
            all.extend(fields);
            Value::Object(all)
        }
        other => other,
    }
}

/// The same, or null.
fn nullable(schema: Value) -> Value {
    let Value::Object(mut fields) = schema else { return schema };
    if fields.is_empty() {
        return Value::Object(fields);
    }
    match fields.get("type") {
        Some(Value::String(kind)) if !fields.contains_key("const") && !fields.contains_key("enum") => {
            fields["type"] = json!([kind, "null"]);
            Value::Object(fields)
        }
        _ => json!({"anyOf": [fields, {"type": "null"}]}),
    }
}

fn described(mut schema: Value, text: impl Into<String>) -> Value {
    schema["description"] = Value::String(text.into());
    schema
}

fn whose(reference: &Reference) -> String {
    match reference {
        Reference::User(Whose::Me | Whose::User, _) => "the user who acts".to_owned(),
        Reference::User(Whose::Sender, _) => "the sender of the message".to_owned(),
        Reference::User(Whose::Whom, _) => "the user whom it is about".to_owned(),
        Reference::MemberId(index) => format!("member {index} of the room"),
        Reference::RoomId => "the room".to_owned(),
        Reference::MessageId => "the message".to_owned(),
        other => other.word().to_owned(),
    }
}

fn constant(value: &Value) -> Value {
    match kind(value) {
        "null" => json!({"type": "null"}),
        kind => json!({"type": kind, "const": value}),
    }
}

fn enumeration(choices: &[Value]) -> Value {
    let mut kinds: Vec<&str> = choices.iter().map(kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    match kinds.as_slice() {
        [kind] => json!({"type": kind, "enum": choices}),
        _ => json!({"enum": choices}),
    }
}

/// The type of a value in the words of JSON Schema.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn list(items: Vec<Value>) -> Value {
    let count = items.len();
    let mut schema = json!({"type": "array", "minItems": count, "maxItems": count});
    if count > 0 {
        schema["items"] = Value::Array(items);
    }
    schema
}

/// A text as a regular expression that matches it, in the syntax of ECMA 262.
fn escaped(text: &str) -> String {
    let mut regex = String::with_capacity(text.len());
    for c in text.chars() {
        if "^$\\.*+?()[]{}|".contains(c) {
            regex.push('\\');
        }
        regex.push(c);
    }
    regex
}

/// JSON Schema knows the regular expressions of ECMA 262; what only Rust knows is told and not required.
fn pattern(regex: &str) -> Value {
    if portable(regex) {
        json!({"type": "string", "pattern": any_dot(regex)})
    } else {
        json!({"type": "string", "x-pattern": regex})
    }
}

/// A pattern in which a dot is any character, also where a validator lets it be none that ends a line.
fn any_dot(regex: &str) -> String {
    let mut written = String::new();
    let (mut escaped, mut class) = (false, false);
    for c in regex.chars() {
        match c {
            '.' if !escaped && !class => written.push_str("[\\s\\S]"),
            _ => written.push(c),
        }
        class = if escaped { class } else { (class || c == '[') && c != ']' };
        escaped = c == '\\' && !escaped;
    }
    written
}

fn portable(regex: &str) -> bool {
    let groups = regex.match_indices("(?").all(|(at, _)| regex[at + 2..].starts_with(':'));
    let mut characters = regex.chars();
    let mut escapes = true;
    while let Some(c) = characters.next() {
        if c == '\\' {
            let escape = characters.next();
            escapes &= escape.is_some_and(|c| "dDwWsSbBnrtfv^$\\.*+?()[]{}|/".contains(c));
        }
    }
    let classes = ["[[", "&&", "--", "~~"].iter().all(|operator| !regex.contains(operator));
    groups && escapes && classes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_one_of_the_two_syntaxes_knows_is_not_portable() {
        for regex in ["^(?:[a-z]+)$", "^(?:\\d{3}|x\\.y)$"] {
            assert!(portable(regex), "{regex}");
        }
        for regex in ["(?i)a", "(?P<n>a)", "\\x{41}", "\\z", "[[:alpha:]]", "[a-z&&[^b]]", "\\-"] {
            assert!(!portable(regex), "{regex}");
        }
    }

    #[test]
    fn null_is_added_where_it_can_be_told_in_the_type() {
        assert_eq!(nullable(json!({"type": "string"})), json!({"type": ["string", "null"]}));
        assert_eq!(nullable(json!({})), json!({}));
        let reference = json!({"$ref": "#/x"});
        assert_eq!(nullable(reference.clone()), json!({"anyOf": [reference, {"type": "null"}]}));
        let constant = constant(&json!(1));
        assert_eq!(nullable(constant.clone()), json!({"anyOf": [constant, {"type": "null"}]}));
    }

    #[test]
    fn a_text_is_escaped_for_ecma() {
        assert_eq!(escaped("a.b (1+1) – #&-"), "a\\.b \\(1\\+1\\) – #&-");
    }

    #[test]
    fn a_dot_is_any_character_for_a_validator_too() {
        for (regex, written) in
            [("^(?:a.b)$", "^(?:a[\\s\\S]b)$"), (r"^(?:a\.[.x]\\.)$", r"^(?:a\.[.x]\\[\s\S])$")]
        {
            assert_eq!(pattern(regex)["pattern"], written);
        }
    }
}
