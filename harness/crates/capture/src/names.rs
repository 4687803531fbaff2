//! What the names of fields and the segments of paths say: `conversation_id` is the id of a conversation, `senderId` of a
//! user. Words of our own; knows no value.

/// What a field holds the id of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Id {
    /// A message, a chat.
    Of(String),
    /// `id`: that of the object it stands in.
    OfWhatItStandsIn,
}

impl Id {
    /// The kind of all who speak.
    pub(super) const USER: &'static str = "user";
}

/// Words for users.
const USERS: [&str; 17] = [
    "user",
    "sender",
    "receiver",
    "recipient",
    "author",
    "member",
    "participant",
    "owner",
    "creator",
    "actor",
    "person",
    "contact",
    "peer",
    "reader",
    "customer",
    "agent",
    "employee",
];

/// Names that say nothing of what is in them.
const EMPTY: [&str; 14] = [
    "", "data", "result", "payload", "body", "item", "response", "value", "entity", "record", "object",
    "content", "all", "api",
];

/// What a field of this name holds the id of; none where it holds none.
pub(super) fn id_of(name: &str) -> Option<Id> {
    let mut words = words_of(name);
    let last = words.last().map(|last| singular(last)).unwrap_or_default();
    if matches!(last.as_str(), "id" | "uuid" | "guid" | "sid") {
        words.pop();
        return Some(match words.last() {
            None if last == "sid" => Id::Of("session".to_owned()),
            None => Id::OfWhatItStandsIn,
            Some(word) => Id::Of(kind(word)),
        });
    }
    // `participants: [1, 2]`
    USERS.contains(&last.as_str()).then(|| Id::Of(Id::USER.to_owned()))
}

/// What a segment of a path, or the name of an object, speaks of: `chat-messages` of a message. Empty where of nothing.
pub(super) fn kind_of_segment(segment: &str) -> String {
    if EMPTY.contains(&segment) {
        return String::new();
    }
    words_of(segment).last().map(|word| kind(word)).unwrap_or_default()
}

fn kind(word: &str) -> String {
    let word = singular(word);
    let word = word.trim_end_matches(|char: char| char.is_ascii_digit());
    if USERS.contains(&word) { Id::USER.to_owned() } else { word.to_owned() }
}

/// Whether two names mean one kind: `conv` is a conversation.
pub(super) fn same_kind(one: &str, other: &str) -> bool {
    let short = |one: &str, other: &str| one.len() >= 3 && one.len() < 5 && other.starts_with(one);
    one == other || short(one, other) || short(other, one)
}

fn singular(word: &str) -> String {
    match word.strip_suffix('s') {
        Some(one) if one.len() > 1 && !one.ends_with('s') && !one.ends_with('u') => one.to_owned(),
        _ => word.to_owned(),
    }
}

/// The words of a name, in lower case.
pub(super) fn words_of(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut last = '_';
    for char in name.chars() {
        if !char.is_alphanumeric() {
            last = char;
            continue;
        }
        let begins = !last.is_alphanumeric() || (char.is_uppercase() && !last.is_uppercase());
        if begins {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(char.to_lowercase());
        }
        last = char;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_says_what_it_is_the_id_of() {
        let of = |kind: &str| Some(Id::Of(kind.to_owned()));
        for (name, id) in [
            ("id", Some(Id::OfWhatItStandsIn)),
            ("_id", Some(Id::OfWhatItStandsIn)),
            ("messageId", of("message")),
            ("lastMessageId", of("message")),
            ("conversation_id", of("conversation")),
            ("convId", of("conv")),
            ("senderID", of("user")),
            ("user2_id", of("user")),
            ("participants", of("user")),
            ("socketId", of("socket")),
            ("paid", None),
            ("status", None),
            ("content", None),
        ] {
            assert_eq!(id_of(name), id, "{name}");
        }
    }

    #[test]
    fn a_segment_says_what_comes_after_it() {
        assert_eq!(kind_of_segment("chat-messages"), "message");
        assert_eq!(kind_of_segment("project-chats"), "chat");
        assert_eq!(kind_of_segment("data"), "");
        assert!(same_kind("conv", "conversation") && !same_kind("chat", "message"));
    }
}
