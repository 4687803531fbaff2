//! YAML as people write it here: short things on one line, long ones broken. Owns the quoting; knows no scenario. What makes
//! files for people (recordings, imports) writes them by this.

use serde_json::Value;

/// The longest line.
const WIDTH: usize = 110;

/// A piece of YAML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// As it stands.
    Scalar(String),
    /// `[…]`
    List(Vec<Node>),
    /// `{…}`
    Map(Vec<(String, Node)>),
}

impl Node {
    /// A matcher, a reference, a number: written without quotes.
    pub fn bare(text: impl Into<String>) -> Self {
        Self::Scalar(text.into())
    }

    /// A text that stands for itself.
    pub fn text(text: &str) -> Self {
        Self::template(&escaped(text))
    }

    /// A text in which `$` starts a reference.
    pub fn template(text: &str) -> Self {
        Self::Scalar(if is_plain(text) { text.to_owned() } else { quoted(text) })
    }

    /// A value that stands for itself.
    pub fn literal(value: &Value) -> Self {
        match value {
            Value::String(text) => Self::text(text),
            Value::Array(items) => Self::List(items.iter().map(Self::literal).collect()),
            Value::Object(fields) => {
                Self::Map(fields.iter().map(|(name, value)| (name.clone(), Self::literal(value))).collect())
            }
            other => Self::Scalar(other.to_string()),
        }
    }

    /// Fields in this order.
    #[must_use]
    pub fn map<const N: usize>(fields: [(&str, Self); N]) -> Self {
        Self::Map(fields.into_iter().map(|(name, node)| (name.to_owned(), node)).collect())
    }

    /// The value of a map's only field.
    pub fn only_field(self) -> Self {
        match self {
            Self::Map(mut fields) if fields.len() == 1 => fields.swap_remove(0).1,
            other => other,
        }
    }

    /// On one line.
    pub fn flow(&self) -> String {
        match self {
            Self::Scalar(text) => text.clone(),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(Self::flow).collect();
                format!("[{}]", items.join(", "))
            }
            Self::Map(fields) => {
                let field = |(name, node): &(String, Self)| {
                    // Inside braces a comma ends a key.
                    let key = if name.contains(',') { quoted(name) } else { key(name) };
                    format!("{key}: {}", node.flow())
                };
                format!("{{{}}}", fields.iter().map(field).collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// Below a key or a dash, indented by so much; begins where the line stands, ends with a line break.
    fn block(&self, indent: usize, out: &mut String) {
        let pad = " ".repeat(indent);
        match self {
            Self::Map(fields) if !fields.is_empty() => {
                for (index, (name, node)) in fields.iter().enumerate() {
                    if index > 0 {
                        out.push_str(&pad);
                    }
                    out.push_str(&key(name));
                    out.push(':');
                    node.below(indent, out);
                }
            }
            Self::List(items) if !items.is_empty() => {
                for (index, node) in items.iter().enumerate() {
                    if index > 0 {
                        out.push_str(&pad);
                    }
                    out.push_str("- ");
                    node.item(indent, out);
                }
            }
            other => {
                out.push_str(&other.flow());
                out.push('\n');
            }
        }
    }

    /// A map of one key, such as a step.
    fn is_spoken(&self) -> bool {
        matches!(self, Self::Map(fields) if fields.len() == 1)
    }

    /// After a key: on its line where it fits.
    fn below(&self, indent: usize, out: &mut String) {
        let flow = self.flow();
        let many = matches!(self, Self::List(items) if items.len() > 1 && items.iter().all(Self::is_spoken));
        let used = out.len() - out.rfind('\n').map_or(0, |at| at + 1);
        if !many && used + 1 + flow.chars().count() <= WIDTH || matches!(self, Self::Scalar(_)) {
            out.push(' ');
            out.push_str(&flow);
            out.push('\n');
            return;
        }
        out.push('\n');
        let deeper = indent + 2;
        out.push_str(&" ".repeat(deeper));
        self.block(deeper, out);
    }

    /// After a dash. A map of one key is not put into braces, so that a step reads as it is spoken.
    fn item(&self, indent: usize, out: &mut String) {
        let flow = self.flow();
        if !self.is_spoken() && indent + 2 + flow.chars().count() <= WIDTH {
            out.push_str(&flow);
            out.push('\n');
        } else {
            self.block(indent + 2, out);
        }
    }

    /// A whole document, a map whose keys stand at the margin.
    pub fn document(&self) -> String {
        let Self::Map(fields) = self else { return self.flow() };
        let mut out = String::new();
        for (name, node) in fields {
            out.push_str(&key(name));
            out.push(':');
            match node {
                Self::Map(inner) if !inner.is_empty() => {
                    out.push('\n');
                    for (name, node) in inner {
                        out.push_str("  ");
                        out.push_str(&key(name));
                        out.push(':');
                        node.below(2, &mut out);
                    }
                }
                Self::List(items) if !items.is_empty() => {
                    out.push('\n');
                    for node in items {
                        out.push_str("  - ");
                        node.item(2, &mut out);
                    }
                }
                other => other.below(0, &mut out),
            }
        }
        out
    }
}

/// A text in which no `$` starts a reference.
pub fn escaped(text: &str) -> String {
    text.replace('$', "$$")
}

fn key(name: &str) -> String {
    if name == "..." || is_plain(name) || name.split(", ").all(is_plain) {
        name.to_owned()
    } else {
        quoted(name)
    }
}

/// Words that some parser takes for a boolean or for nothing.
const WORDS: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];

/// Whether every parser reads this text as itself, inside braces too.
fn is_plain(text: &str) -> bool {
    let mut chars = text.chars().peekable();
    if !chars.peek().is_some_and(|first| first.is_alphabetic() || *first == '$' || *first == '/') {
        return false;
    }
    let mut last = ' ';
    while let Some(char) = chars.next() {
        let next = chars.peek();
        let fine = match char {
            ':' => next.is_some_and(|next| next.is_alphanumeric()),
            '\'' => last.is_alphanumeric() && next.is_some_and(|next| next.is_alphanumeric()),
            ' ' => next.is_some_and(|next| !next.is_whitespace()),
            _ => char.is_alphanumeric() || "_-./$!?=&".contains(char),
        };
        if !fine {
            return false;
        }
        last = char;
    }
    !WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// In double quotes, whose escapes are those of JSON.
fn quoted(text: &str) -> String {
    let mut out = String::new();
    for char in Value::from(text).to_string().chars() {
        // Characters that YAML takes for line breaks, or forbids.
        if matches!(char, '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}') {
            out.push_str(&format!("\\u{:04x}", u32::from(char)));
        } else {
            out.push(char);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_a_parser_could_take_for_something_else_is_quoted() {
        for (text, written) in [
            ("hello there", "hello there"),
            ("", "\"\""),
            ("7", "\"7\""),
            ("on", "\"on\""),
            ("<int>", "\"<int>\""),
            ("- no", "\"- no\""),
            ("a: b", "\"a: b\""),
            ("message:received", "message:received"),
            ("it's", "it's"),
            ("a, b", "\"a, b\""),
            ("five $", "five $$"),
            ("two\nlines", "\"two\\nlines\""),
            (" x", "\" x\""),
            ("\u{85}", "\"\\u0085\""),
        ] {
            assert_eq!(Node::text(text).flow(), written);
        }
    }

    #[test]
    fn what_is_short_stands_on_one_line() {
        let step = Node::map([(
            "ana",
            Node::map([("emit", Node::text("x")), ("data", Node::literal(&json!({"a": [1, null]})))]),
        )]);
        let file = Node::map([("steps", Node::List(vec![step]))]);
        assert_eq!(file.document(), "steps:\n  - ana: {emit: x, data: {a: [1, null]}}\n");
    }

    #[test]
    fn what_is_long_is_broken() {
        let long = "w".repeat(70);
        let step =
            Node::map([("ana", Node::map([("emit", Node::text(&long)), ("data", Node::text(&long))]))]);
        let order = Node::map([("any_order", Node::List(vec![step]))]);
        let file = Node::map([("steps", Node::List(vec![order]))]);
        assert_eq!(
            file.document(),
            format!("steps:\n  - any_order:\n      - ana:\n          emit: {long}\n          data: {long}\n")
        );
    }
}
