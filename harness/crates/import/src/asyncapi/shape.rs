//! JSON Schemas as payloads: what has to come, and what is sent.

use serde_json::{Map, Value};

use language::written::Node;

use super::{names, resolved};

/// Makes payloads of the schemas of one document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shapes<'d> {
    pub(super) document: &'d Value,
    /// The schemas that are types of the contract.
    pub(super) types: &'d Map<String, Value>,
}

/// What is made of a schema, and what of it is a guess.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    pub(super) node: Node,
    pub(super) guesses: Vec<String>,
}

impl Shapes<'_> {
    /// What a payload has to look like that comes.
    pub(super) fn heard(self, schema: &Value) -> Shape {
        let mut guesses = Vec::new();
        let node = self.expected(schema, &mut guesses, 0);
        Shape { node, guesses }
    }

    /// What is sent so that it fits.
    pub(super) fn sent(self, schema: &Value) -> Shape {
        let mut guesses = Vec::new();
        let node = self.filled("", schema, &mut guesses, 0);
        Shape { node, guesses }
    }

    /// The type of the contract that a schema refers to.
    fn type_of(self, schema: &Value) -> Option<&str> {
        let name = schema["$ref"].as_str()?.strip_prefix("#/components/schemas/")?;
        (self.types.contains_key(name) && is_type_name(name)).then_some(name)
    }

    fn expected(self, schema: &Value, guesses: &mut Vec<String>, depth: usize) -> Node {
        if let Some(name) = self.type_of(schema) {
            return Node::bare(format!("${name}"));
        }
        let schema = resolved(self.document, schema);
        if depth > 24 {
            return Node::bare("<any>");
        }
        if *schema == Value::Bool(false) {
            return Node::bare("<none>");
        }
        if let Some(reference) = schema["description"].as_str().and_then(names::described) {
            return Node::bare(reference);
        }
        if let Some(constant) = schema.get("const") {
            return Node::literal(constant);
        }
        if let Some(choices) = schema["enum"].as_array() {
            return choice(choices);
        }
        if let [only] = schema["allOf"].as_array().map(Vec::as_slice).unwrap_or_default() {
            return self.expected(only, guesses, depth + 1);
        }
        if let Some(all) = schema["allOf"].as_array() {
            return self.expected(&merged(self.document, all), guesses, depth + 1);
        }
        if let Some(several) = schema["anyOf"].as_array().or_else(|| schema["oneOf"].as_array()) {
            return self.alternatives(several, guesses, depth);
        }
        self.by_type(schema, guesses, depth)
    }

    /// One of several: that and null is a `maybe`; of anything else the language has no word at this place.
    fn alternatives(self, several: &[Value], guesses: &mut Vec<String>, depth: usize) -> Node {
        let real: Vec<&Value> = several.iter().filter(|one| one["type"] != "null").collect();
        match real.as_slice() {
            [] => Node::bare("null"),
            [one] if real.len() < several.len() => maybe(&self.expected(one, guesses, depth + 1)),
            [one] => self.expected(one, guesses, depth + 1),
            more => {
                guesses.push(format!("one of {} shapes is taken for anything", more.len()));
                Node::bare("<any>")
            }
        }
    }

    fn by_type(self, schema: &Value, guesses: &mut Vec<String>, depth: usize) -> Node {
        let (kind, nullable) = kind(schema);
        let node = match kind {
            Some("object") => self.object(schema, guesses, depth),
            Some("integer") => Node::bare("<int>"),
            Some("number") => Node::bare("<num>"),
            Some("boolean") => Node::bare("<bool>"),
            Some("null") => Node::bare("<none>"),
            Some("string") => text(schema, guesses),
            Some("array") => match schema["items"].as_array() {
                Some(items) => {
                    Node::List(items.iter().map(|item| self.expected(item, guesses, depth + 1)).collect())
                }
                None => {
                    guesses.push("a list of any length is taken for anything".to_owned());
                    Node::bare("<any>")
                }
            },
            _ if schema["properties"].is_object() => self.object(schema, guesses, depth),
            _ => Node::bare("<any>"),
        };
        if nullable { maybe(&node) } else { node }
    }

    fn object(self, schema: &Value, guesses: &mut Vec<String>, depth: usize) -> Node {
        let required = required(schema);
        let mut open = schema["additionalProperties"] != Value::Bool(false);
        let mut fields = Vec::new();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let mut node = self.expected(property, guesses, depth + 1);
            // By the room a leak is known.
            let is_word = matches!(&node, Node::Scalar(text) if text == "<str>" || text == "<int>");
            if is_word && names::field(name) == Some("$room.id") {
                guesses.push(format!("`{name}` is $room.id"));
                node = Node::bare("$room.id");
            }
            if required.contains(&name.as_str()) {
                fields.push((name.clone(), node));
            } else if is_absent(property) {
                fields.push((name.clone(), Node::bare("<none>")));
            } else if let Some(node) = optional(&node) {
                fields.push((name.clone(), node));
            } else {
                guesses.push(format!("`{name}` may be absent, and is not looked at"));
                open = true;
            }
        }
        if open {
            fields.push(("...".to_owned(), Node::bare("<any>")));
        }
        Node::Map(fields)
    }

    fn filled(self, name: &str, schema: &Value, guesses: &mut Vec<String>, depth: usize) -> Node {
        let schema = resolved(self.document, schema);
        if let Some(reference) = schema["description"].as_str().and_then(names::described) {
            return Node::bare(reference);
        }
        if let Some(constant) = schema.get("const").or_else(|| schema["enum"].get(0)) {
            return Node::literal(constant);
        }
        if let Some(first) = schema["anyOf"].get(0).or_else(|| schema["oneOf"].get(0)).filter(|_| depth < 24)
        {
            guesses.push("the first of several shapes is sent".to_owned());
            return self.filled(name, first, guesses, depth + 1);
        }
        if let Some(all) = schema["allOf"].as_array().filter(|_| depth < 24) {
            return self.filled(name, &merged(self.document, all), guesses, depth + 1);
        }
        if let (true, Some(properties)) = (depth < 24, schema["properties"].as_object()) {
            let required = required(schema);
            let wanted = |name: &&str| required.is_empty() || required.contains(name);
            let fields = properties.iter().filter(|(name, _)| wanted(&name.as_str()));
            return Node::Map(
                fields
                    .map(|(name, property)| (name.clone(), self.filled(name, property, guesses, depth + 1)))
                    .collect(),
            );
        }
        self.made(name, schema, guesses)
    }

    /// A value of a field of which only name, type and examples are known.
    fn made(self, name: &str, schema: &Value, guesses: &mut Vec<String>) -> Node {
        let kind = kind(schema).0;
        if let Some(reference) =
            names::field(name).filter(|_| matches!(kind, Some("string" | "integer") | None))
        {
            guesses.push(format!("`{name}` is {reference}"));
            return Node::bare(reference);
        }
        if name.is_empty() && kind == Some("string") {
            guesses.push("the text is $text".to_owned());
            return Node::bare("$text");
        }
        if let Some(example) =
            schema.get("example").or_else(|| schema["examples"].get(0)).or_else(|| schema.get("default"))
        {
            return Node::literal(example);
        }
        let node = match kind {
            Some("integer" | "number") => Node::bare("1"),
            Some("boolean") => Node::bare("true"),
            Some("array") => Node::List(Vec::new()),
            Some("object") | None => Node::Map(Vec::new()),
            _ => Node::bare("<text:12b>"),
        };
        guesses.push(if name.is_empty() {
            format!("{} is sent", node.flow())
        } else {
            format!("`{name}` is {}", node.flow())
        });
        node
    }
}

/// Whether a name can stand for a type: `$message`.
pub(super) fn is_type_name(name: &str) -> bool {
    name.starts_with(|char: char| char.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn required(schema: &Value) -> Vec<&str> {
    schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// The schema of a field that must not be there.
fn is_absent(schema: &Value) -> bool {
    *schema == Value::Bool(false) || schema["not"] == Value::Object(Map::new())
}

/// The first type that is not null, and whether null is one, too.
fn kind(schema: &Value) -> (Option<&str>, bool) {
    match &schema["type"] {
        Value::String(kind) => (Some(kind), schema["nullable"] == Value::Bool(true)),
        Value::Array(kinds) => {
            let mut real = kinds.iter().filter_map(Value::as_str).filter(|kind| *kind != "null");
            let (first, more) = (real.next(), real.next().is_some());
            (first.filter(|_| !more), kinds.iter().any(|kind| kind == "null"))
        }
        _ => (None, false),
    }
}

fn merged(document: &Value, all: &[Value]) -> Value {
    let mut whole = serde_json::json!({"type": "object", "properties": {}, "required": []});
    for part in all.iter().map(|part| resolved(document, part)) {
        for (name, property) in part["properties"].as_object().into_iter().flatten() {
            whole["properties"][name] = property.clone();
        }
        if let (Some(known), Some(more)) = (whole["required"].as_array_mut(), part["required"].as_array()) {
            known.extend(more.iter().cloned());
        }
    }
    whole
}

/// The same, or null or nothing at all: only of a matcher and of a type.
fn optional(node: &Node) -> Option<Node> {
    let Node::Scalar(text) = node else { return None };
    let inner = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    let word = |inner: &&str| !inner.is_empty() && inner.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match (inner.filter(word), text.strip_prefix('$').filter(|name| is_type_name(name))) {
        (Some(inner), _) => Some(Node::bare(format!("<maybe {inner}>"))),
        _ if text.starts_with("<maybe ") => Some(node.clone()),
        (None, Some(name)) => Some(Node::bare(format!("<maybe {name}>"))),
        _ => None,
    }
}

fn maybe(node: &Node) -> Node {
    optional(node).unwrap_or_else(|| Node::bare("<any>"))
}

/// `<a|b>`, where each is a word or a number.
fn choice(choices: &[Value]) -> Node {
    let words: Vec<String> = choices.iter().filter_map(crate::json::text).collect();
    let fine = |word: &String| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
    };
    match words.as_slice() {
        [_] => Node::literal(&choices[0]),
        all if all.len() == choices.len() && all.iter().all(fine) => {
            Node::bare(format!("<{}>", all.join("|")))
        }
        _ => Node::bare("<any>"),
    }
}

fn text(schema: &Value, guesses: &mut Vec<String>) -> Node {
    match schema["format"].as_str() {
        Some("date-time") => return Node::bare("<iso8601>"),
        Some("uuid") => return Node::bare("<uuid>"),
        _ => {}
    }
    let Some(pattern) = schema["pattern"].as_str() else { return Node::bare("<str>") };
    let whole = pattern.strip_prefix('^').and_then(|rest| rest.strip_suffix('$'));
    // Inside braces a comma or a bracket would end the matcher.
    let fine = |regex: &&str| {
        !regex.contains([',', '{', '}', '[', ']', '#', '/', '\'', '"', ':']) && !regex.contains("(?=")
    };
    match whole.filter(fine) {
        Some(regex) => Node::bare(format!("</{regex}/>")),
        None => {
            guesses.push(format!("any text, where it is /{pattern}/"));
            Node::bare("<str>")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn heard(schema: &Value) -> String {
        let types = Map::from_iter([("message".to_owned(), json!({"type": "object"}))]);
        Shapes { document: &json!({}), types: &types }.heard(schema).node.flow()
    }

    #[test]
    fn a_schema_is_what_has_to_come() {
        for (schema, written) in [
            (json!({"type": "integer"}), "<int>"),
            (json!({"type": ["string", "null"]}), "<maybe str>"),
            (json!({"enum": ["sent", "read"]}), "<sent|read>"),
            (json!({"$ref": "#/components/schemas/message"}), "$message"),
            (json!({"type": "string", "format": "date-time"}), "<iso8601>"),
            (
                json!({"type": "object", "required": ["ok"], "additionalProperties": false,
                       "properties": {"ok": {"const": true}, "error": {"type": "string"}}}),
                "{ok: true, error: <maybe str>}",
            ),
            (json!({"type": "object", "properties": {}}), "{...: <any>}"),
            (json!({"type": "string", "pattern": "^a|b$"}), "</a|b/>"),
        ] {
            assert_eq!(heard(&schema), written, "{schema}");
        }
    }

    #[test]
    fn what_is_sent_is_filled_by_names_and_that_is_a_guess() {
        let types = Map::new();
        let shapes = Shapes { document: &json!({}), types: &types };
        let schema = json!({"type": "object", "required": ["roomId", "text", "urgent"], "properties": {
            "roomId": {"type": "string"}, "text": {"type": "string"}, "urgent": {"type": "boolean"}, "other": {"type": "string"}}});
        let sent = shapes.sent(&schema);
        assert_eq!(sent.node.flow(), "{roomId: $room.id, text: $text, urgent: true}");
        assert_eq!(sent.guesses.len(), 3);
    }
}
