//! Artillery's `{{ name }}` in texts: what of it the language here can say.

use serde_json::Value;

use language::written::{Node, escaped};

/// What is known of names at a place of the script, and what has to be said of those that are not.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// `config.variables`, each with its first value.
    pub(crate) variables: Vec<(String, Value)>,
    /// Fields of `config.payload`.
    pub(crate) fields: Vec<String>,
    /// What was captured until here.
    pub(crate) captured: Vec<String>,
    /// What was guessed since somebody asked.
    pub(crate) guesses: Vec<String>,
    /// What could not be said.
    pub(crate) left_out: Vec<String>,
}

impl Names {
    /// A value that is sent, or that has to come.
    pub(crate) fn node(&mut self, value: &Value) -> Node {
        match value {
            Value::String(text) => self.text(text),
            Value::Array(items) => Node::List(items.iter().map(|item| self.node(item)).collect()),
            Value::Object(fields) => {
                Node::Map(fields.iter().map(|(name, value)| (name.clone(), self.node(value))).collect())
            }
            other => Node::literal(other),
        }
    }

    fn text(&mut self, text: &str) -> Node {
        let pieces = pieces(text);
        if let [Piece::Name(name)] = pieces.as_slice() {
            return self.whole(name);
        }
        let mut whole = String::new();
        for (index, piece) in pieces.iter().enumerate() {
            match piece {
                Piece::Text(text) => whole.push_str(&escaped(text)),
                Piece::Name(name) => {
                    let joined = matches!(pieces.get(index + 1), Some(Piece::Text(next)) if continues(next));
                    whole.push_str(&self.within(name, joined));
                }
            }
        }
        Node::template(&whole)
    }

    /// A name that is the whole value, and so may be of any type.
    fn whole(&mut self, name: &str) -> Node {
        if let Some((_, value)) = self.variables.iter().find(|(known, _)| known == name) {
            return Node::literal(&value.clone());
        }
        if name.starts_with("$random") || name.starts_with("$uuid") {
            self.guesses.push(format!("{{{{ {name} }}}} is a made text of 12 bytes"));
            return Node::bare("<text:12b>");
        }
        match self.reference(name) {
            Some(reference) => Node::bare(reference),
            None => Node::text(&format!("{{{{ {name} }}}}")),
        }
    }

    fn within(&mut self, name: &str, joined: bool) -> String {
        if let Some((_, value)) = self.variables.iter().find(|(known, _)| known == name) {
            let text = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
            return escaped(&text);
        }
        if joined || name.starts_with('$') {
            self.left_out.push(format!("{{{{ {name} }}}} inside a text; it stands there as it is"));
            return escaped(&format!("{{{{ {name} }}}}"));
        }
        self.reference(name).unwrap_or_else(|| format!("{{{{ {name} }}}}"))
    }

    /// Who is known by the name, as it is written here.
    fn reference(&mut self, name: &str) -> Option<String> {
        if self.captured.iter().any(|known| known == name) {
            return Some(format!("${name}"));
        }
        if self.fields.iter().any(|known| known == name) {
            self.guesses.push(format!("{{{{ {name} }}}} of the payload file is the name of a made user"));
            return Some("$me.name".to_owned());
        }
        self.left_out.push(format!("{{{{ {name} }}}}, which nothing here sets; it stands there as it is"));
        None
    }
}

enum Piece {
    Text(String),
    Name(String),
}

fn pieces(text: &str) -> Vec<Piece> {
    let (mut found, mut rest) = (Vec::new(), text);
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, behind)) = after.split_once("}}") else { break };
        if !before.is_empty() {
            found.push(Piece::Text(before.to_owned()));
        }
        found.push(Piece::Name(name.trim().to_owned()));
        rest = behind;
    }
    if !rest.is_empty() || found.is_empty() {
        found.push(Piece::Text(rest.to_owned()));
    }
    found
}

/// Whether a text would be taken for the end of the name before it.
fn continues(text: &str) -> bool {
    text.starts_with(|char: char| char.is_ascii_alphanumeric() || "_.-".contains(char))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn names() -> Names {
        Names {
            variables: vec![("room".to_owned(), json!("lobby")), ("count".to_owned(), json!(3))],
            fields: vec!["user".to_owned()],
            captured: vec!["id".to_owned()],
            ..Names::default()
        }
    }

    #[test]
    fn what_is_known_is_said_in_the_words_of_this_language() {
        for (text, written) in [
            ("{{ room }}", "lobby"),
            ("{{count}}", "3"),
            ("in {{ room }}!", "in lobby!"),
            ("{{ id }}", "$id"),
            ("see {{ id }}", "see $id"),
            ("{{ user }}", "$me.name"),
            ("{{ $randomString() }}", "<text:12b>"),
            ("five $", "five $$"),
        ] {
            assert_eq!(names().node(&json!(text)).flow(), written, "{text}");
        }
    }

    #[test]
    fn what_is_not_known_is_told() {
        let mut names = names();
        assert_eq!(names.node(&json!("{{ other }}")).flow(), "\"{{ other }}\"");
        names.node(&json!("{{ id }}x"));
        assert_eq!(names.left_out.len(), 2);
    }
}
