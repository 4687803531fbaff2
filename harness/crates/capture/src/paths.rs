//! The ids in a path: a segment or a parameter, told by what stands before it.

use serde_json::Value;

use super::cast::{is_jwt, is_secret};
use super::names::{Id, id_of, kind_of_segment};
use super::values::{Guess, Spot, is_strong};
use language::written::{Node, escaped};

impl Guess<'_> {
    /// Takes note of the ids in a path.
    pub(super) fn observe_path(&mut self, spot: Spot<'_>, path: &str) {
        for (kind, text) in ids_in_path(path) {
            self.meet(spot, kind, &number_or_text(&text), false, false);
        }
    }

    /// A path as it is called, with the ids in it that are captured.
    pub(super) fn path(&mut self, spot: Spot<'_>, path: &str) -> Node {
        let (plain, query) = path.split_once('?').map_or((path, None), |(plain, query)| (plain, Some(query)));
        let mut kind = String::new();
        let mut written = Vec::new();
        for segment in plain.split('/') {
            let reference = is_id_segment(segment).then(|| self.reference(spot, &kind, segment)).flatten();
            if reference.is_none() && !is_id_segment(segment) {
                kind = kind_of_segment(segment);
            }
            written.push(reference.map_or_else(|| escaped(segment), |name| format!("${name}")));
        }
        let mut whole = written.join("/");
        for (index, pair) in query.into_iter().flat_map(|query| query.split('&')).enumerate() {
            whole.push(if index == 0 { '?' } else { '&' });
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let kind = match id_of(name) {
                Some(Id::Of(kind)) => kind,
                _ => String::new(),
            };
            let said = if is_secret(name) || is_jwt(value) {
                self.credential(spot, name, value).flow().trim_matches('"').to_owned()
            } else {
                let reference = is_id_segment(value).then(|| self.reference(spot, &kind, value)).flatten();
                reference.map_or_else(|| escaped(value), |name| format!("${name}"))
            };
            whole.push_str(&format!("{name}={said}"));
        }
        Node::template(&whole)
    }

    fn reference(&self, spot: Spot<'_>, kind: &str, text: &str) -> Option<String> {
        let value = number_or_text(text);
        let by_number = self.earlier(spot, kind, &value);
        by_number.or_else(|| self.earlier(spot, kind, &Value::from(text))).map(str::to_owned)
    }

    /// Whether a path names something that was made in the recording: what is there is then the same in every run.
    pub(super) fn is_made_here(&self, spot: Spot<'_>, path: &str) -> bool {
        ids_in_path(path).iter().any(|(kind, text)| self.reference(spot, kind, text).is_some())
    }
}

fn number_or_text(text: &str) -> Value {
    text.parse::<i64>().map_or_else(|_| Value::from(text), Value::from)
}

fn is_id_segment(segment: &str) -> bool {
    !segment.is_empty()
        && (segment.bytes().all(|byte| byte.is_ascii_digit()) || is_strong(segment) || is_numbered(segment))
}

/// `conv-12`, `user_7`
fn is_numbered(segment: &str) -> bool {
    let (word, number) = segment.rsplit_once(['-', '_']).unwrap_or(("", ""));
    !word.is_empty() && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// The ids in a path, with what stands before them.
fn ids_in_path(path: &str) -> Vec<(String, String)> {
    let (plain, query) = path.split_once('?').unwrap_or((path, ""));
    let mut kind = String::new();
    let mut found = Vec::new();
    for segment in plain.split('/') {
        if is_id_segment(segment) {
            found.push((kind.clone(), segment.to_owned()));
        } else {
            kind = kind_of_segment(segment);
        }
    }
    for pair in query.split('&') {
        if let Some((name, value)) = pair.split_once('=')
            && let Some(Id::Of(kind)) = id_of(name)
        {
            found.push((kind, value.to_owned()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_says_what_its_ids_are_of() {
        let of = |kind: &str, id: &str| (kind.to_owned(), id.to_owned());
        assert_eq!(ids_in_path("/chat-messages/7"), [of("message", "7")]);
        assert_eq!(
            ids_in_path("/api/conversations/3/messages?page=2&userId=9"),
            [of("conversation", "3"), of("user", "9")]
        );
        assert_eq!(ids_in_path("/rooms/room-12/leave"), [of("room", "room-12")]);
        assert_eq!(ids_in_path("/healthz"), []);
    }
}
