//! Where in a payload something is wrong, and in which way, so that it reads the same for every index of a list, every
//! event and every dialect.

use std::collections::BTreeSet;

use crate::record::{Difference, Kind};

/// What is wrong in a payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The same for whatever has one cause: `type:text-for-number`, `value:sender`.
    pub(super) key: String,
    /// What is wrong, before and behind the names of the fields.
    pub(super) words: (String, String),
    /// The field as it was written; empty for the payload as a whole.
    pub(super) field: String,
}

/// The places of a finding: one for each thing that somebody has to mend.
pub(super) fn places(kind: Kind, differences: &[Difference]) -> Vec<Place> {
    let counts = differences.iter().any(|it| counts_messages(it) || it.path == "status");
    if kind == Kind::WrongPayload && !counts && is_another_message(differences) {
        let words = ("another message in the place of the one expected".to_owned(), String::new());
        return vec![Place { key: "value:another-message".to_owned(), words, field: String::new() }];
    }
    // An answer of another status has another body.
    if let Some(status) = differences.iter().find(|it| it.path == "status") {
        return vec![place(status)];
    }
    let lists: Vec<&str> =
        differences.iter().filter(|it| counts_messages(it)).map(|it| it.path.as_str()).collect();
    let mut places: Vec<Place> = Vec::new();
    for difference in differences {
        // What stands at the wrong place of a list that is too long or too short says no more than that.
        let inside = |list: &&str| difference.path.len() > list.len() && difference.path.starts_with(*list);
        if lists.iter().any(inside) {
            continue;
        }
        let place = place(difference);
        if !places.iter().any(|known| known.key == place.key && known.field == place.field) {
            places.push(place);
        }
    }
    places
}

/// Whether an answer has more or fewer messages than the room.
fn counts_messages(difference: &Difference) -> bool {
    difference.expected.contains("messages of the room") || difference.expected.starts_with("a list of")
}

/// The id of the message is another's, or its room and something else are, or three things: no field is wrong, it is another
/// message.
fn is_another_message(differences: &[Difference]) -> bool {
    let places: Vec<(Place, &Difference)> = differences.iter().map(|it| (place(it), it)).collect();
    let values = places.iter().filter(|(place, _)| place.key.starts_with("value:"));
    let of_message =
        |text: &str| text.contains("(the id of message:") || text.contains("(this one belongs to ");
    let apart: BTreeSet<&str> = values.clone().map(|(place, _)| place.key.as_str()).collect();
    values.clone().any(|(_, it)| of_message(&it.expected))
        || apart.len() > 1 && apart.contains("value:room")
        || apart.len() > 2
}

/// What `received` says where there is nothing.
const NOTHING: &str = "nothing";

fn place(difference: &Difference) -> Place {
    let field = field(&difference.path);
    let (is, place) = (name(&field), |key: String, before: &str, behind: &str| Place {
        key,
        words: (before.to_owned(), behind.to_owned()),
        field: field.clone(),
    });
    let (expected, received) = (&difference.expected, &difference.received);
    if let (Some(_), Some(before)) = (expected.strip_prefix("after "), received.strip_prefix("before ")) {
        let words = (format!("told before {before}"), String::new());
        return Place { key: format!("early:{before}"), words, field: String::new() };
    }
    if difference.forbidden {
        return place(format!("never:{is}"), "", "is told, and no payload may hold it");
    }
    if difference.undocumented {
        return place(format!("extra:{is}"), "", "is told, and no document mentions it");
    }
    if counts_messages(difference) {
        return Place {
            key: "value:history".to_owned(),
            words: ("the history does not hold what it has to".to_owned(), String::new()),
            field: String::new(),
        };
    }
    if let Some((key, words)) = untrue(expected, received) {
        return place(format!("{key}:{is}"), "", words);
    }
    if received == NOTHING {
        return place(format!("gone:{is}"), "", "is missing");
    }
    if field == "status" && received.bytes().all(|byte| byte.is_ascii_digit()) {
        return Place {
            key: format!("status:{received}-for-{expected}"),
            words: (format!("status {received}, expected {expected}"), String::new()),
            field: String::new(),
        };
    }
    match (sort(expected), sort(received)) {
        (Some(wanted), Some(got)) if wanted != got && (wanted, got) != ("time", "text") => {
            let before = format!("a {got} in the place of a {wanted}:");
            place(format!("type:{}-for-{}", slug(got), slug(wanted)), &before, "")
        }
        _ => place(format!("value:{}", role(expected).unwrap_or(&is)), "", "is wrong"),
    }
}

/// A value of the right form that cannot be true: how that is called.
fn untrue(expected: &str, received: &str) -> Option<(&'static str, &'static str)> {
    let told = |text: &str| expected.ends_with(text);
    Some(match () {
        () if told("a time of now") && received.contains("another time zone") => {
            ("time-zone", "is of another time zone")
        }
        () if told("a time of now") && received.contains("another unit") => {
            ("time-unit", "is in another unit")
        }
        () if told("a time of now") && received.contains(" ago") => ("time-past", "is of long ago"),
        () if told("a time of now") && received.contains(" ahead") => ("time-ahead", "is of the future"),
        () if told("a time that goes on") => ("time-stands", "stands still"),
        () if told("and not nobody") => ("nobody", "names nobody"),
        () if told("and nobody else") => ("somebody", "names somebody else"),
        () if told("nobody has read it") => ("unread", "says `read`, and nobody has read it"),
        () if told("it was read") => ("still-unread", "does not say `read`, though it was read"),
        () if told("as it was sent") => ("choice", "is not what was sent"),
        () => return None,
    })
}

/// The last name of a path, with the one before it where it says nothing by itself: `senderId`, `sender.id`.
fn field(path: &str) -> String {
    let names: Vec<&str> = path.split('.').filter(|name| name.parse::<usize>().is_err()).collect();
    match names.as_slice() {
        [.., before, last @ ("id" | "value")] if !matches!(*before, "body" | "data") => {
            format!("{before}.{last}")
        }
        [.., last] => (*last).to_owned(),
        [] => String::new(),
    }
}

/// The name of a field however it is spelt: `senderId`, `sender_id` and `sender.id` are `sender`.
fn name(field: &str) -> String {
    let plain: String =
        field.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect();
    match plain.strip_suffix("id") {
        Some(stem) if !stem.is_empty() => stem.to_owned(),
        _ if plain.is_empty() => "all".to_owned(),
        _ => plain,
    }
}

/// An id of a room is called otherwise in each dialect, and is one thing.
fn role(expected: &str) -> Option<&'static str> {
    expected.contains("(the id of room:").then_some("room")
}

/// What sort of value a text of a difference stands for.
fn sort(text: &str) -> Option<&'static str> {
    let first = text.chars().next()?;
    let listed = text.strip_prefix('"').is_some_and(|text| {
        let digits = text.chars().take_while(char::is_ascii_digit).count();
        digits > 0 && text[digits..].starts_with(" messages: ")
    });
    Some(match first {
        _ if listed || first == '[' || text.starts_with("a list") => "list",
        _ if first == '{' || text.starts_with("an object") => "object",
        _ if text.starts_with("<iso8601") || text.starts_with("<now>") => "time",
        _ if text.starts_with("<now:") => "number",
        _ if text.starts_with("<int") || text.starts_with("<num") || text.contains("(a whole number)") => {
            "number"
        }
        _ if text.starts_with("<str") || text.starts_with("<^") || text.starts_with("<uuid") => "text",
        _ if text.contains("(a text)") || text.contains("(a UUID)") => "text",
        '"' => "text",
        '-' | '0'..='9' => "number",
        _ if text == "true" || text == "false" || text == "<bool>" => "yes or no",
        _ if text == "null" => "null",
        _ => return None,
    })
}

/// Letters and digits, with hyphens between the words.
pub(super) fn slug(text: &str) -> String {
    let mut slug = String::new();
    for letter in text.chars() {
        match letter {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '_' => slug.push(letter),
            _ if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
    }
    slug.truncate(60);
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn differs(path: &str, expected: &str, received: &str) -> Difference {
        Difference {
            path: path.to_owned(),
            expected: expected.to_owned(),
            received: received.to_owned(),
            undocumented: expected == "no such field",
            forbidden: false,
        }
    }

    fn keys(differences: &[Difference]) -> Vec<String> {
        places(Kind::WrongPayload, differences).into_iter().map(|place| place.key).collect()
    }

    #[test]
    fn a_place_reads_the_same_wherever_it_stands() {
        let user = "7 (the id of user:ana)";
        for path in ["message.senderId", "sender_id", "body.3.sender.id"] {
            assert_eq!(keys(&[differs(path, user, "8")]), ["value:sender"], "{path}");
        }
        for (path, expected) in [("a.timestamp", "<iso8601>"), ("createdAt", "<iso8601>")] {
            assert_eq!(keys(&[differs(path, expected, "17")]), ["type:number-for-time"]);
        }
        let room = |path: &str| differs(path, "3 (the id of room:lobby)", "4");
        assert_eq!(keys(&[room("chatId"), room("message.conversation_id")]), ["value:room", "value:room"]);
        assert_eq!(keys(&[differs("id", "an id (a whole number)", "\"1\"")]), ["type:text-for-number"]);
        assert_eq!(keys(&[differs("status", "201", "200")]), ["status:200-for-201"]);
        assert_eq!(keys(&[differs("extra", "no such field", "1")]), ["extra:extra"]);
        assert_eq!(keys(&[differs("timestamp", "<iso8601>", "nothing")]), ["gone:timestamp"]);
    }

    #[test]
    fn what_only_follows_from_a_list_that_is_too_short_is_not_told() {
        let list = differs("body", "2 messages of the room", "\"1 messages: []\"");
        let shifted = differs("body.0.id", "2 (the id of message:ana#2)", "1");
        assert_eq!(keys(&[list, shifted]), ["value:history"]);
        let id = differs("message.id", "2 (the id of message:ana#2)", "1");
        let text = differs("message.text", "\"two\"", "\"one\"");
        assert_eq!(keys(&[id, text]), ["value:another-message"]);
    }
}
