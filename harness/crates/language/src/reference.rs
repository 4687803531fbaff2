//! References such as `$members.0.id`: read once, when a file is read. What is none is refused there.
//! What a reference stands for in a case is the affair of `check`.

use std::fmt;

/// What a reference names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// `$me.id`, `$sender.name`: a part of a user.
    User(Whose, UserPart),
    /// `$whom.online`: whether the user whom the action is about is online.
    WhomOnline,
    /// `$whom.seen`: when that user went offline.
    WhomSeen,
    /// `$room.id`
    RoomId,
    /// `$members.id`: the ids of all who belong to the room.
    MemberIds,
    /// `$members.0.id`: the id of one of them.
    MemberId(usize),
    /// `$message.id`
    MessageId,
    /// `$message.text`
    MessageText,
    /// `$message.status`
    MessageStatus,
    /// `$text`: the text that is said.
    Text,
    /// `$token`: the credential of the user who acts.
    Token,
    /// `$reason`: what a refusal says.
    Reason,
    /// `$history`: the messages of the room.
    History,
    /// `$data.greeting`: a field of the row of data, without its first word.
    Data(String),
    /// `$NAME`: a type of the contract, a variable of `for`, or what was captured.
    Named(String),
    /// `$NAME.id`: a user, room or message of the scenario.
    NamedId(String),
}

/// Which user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// `me`: the user who acts.
    Me,
    /// `user`: the same.
    User,
    /// `sender`: the user who wrote the message.
    Sender,
    /// `whom`: the user whom the action is about.
    Whom,
}

/// Which part of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserPart {
    /// `id`
    Id,
    /// `name`
    Name,
}

/// The words that stand for something with parts, and the parts. Alone, such a word is the contract's type of that name.
pub const WITH_PARTS: &[(&str, &[&str])] = &[
    ("me", &["id", "name"]),
    ("user", &["id", "name"]),
    ("sender", &["id", "name"]),
    ("whom", &["id", "name", "online", "seen"]),
    ("room", &["id"]),
    ("members", &["id"]),
    ("message", &["id", "text", "status"]),
];

/// The words that stand for something by themselves, so that nothing else can be called that.
pub const WHOLE: &[&str] = &["text", "token", "reason", "history"];

/// Whether a reference to this word needs a part.
#[must_use]
pub fn has_parts(word: &str) -> bool {
    WITH_PARTS.iter().any(|(known, _)| *known == word)
}

/// Whether it is a word of the language.
#[must_use]
pub fn is_word(word: &str) -> bool {
    has_parts(word) || WHOLE.contains(&word)
}

impl Reference {
    /// Reads the words of a reference, those between its dots.
    ///
    /// # Errors
    /// What could have been meant, where the words name nothing in any file.
    pub fn parse(words: &[&str]) -> Result<Self, Vec<String>> {
        use UserPart::{Id, Name};
        Ok(match words {
            ["text"] => Self::Text,
            ["token"] => Self::Token,
            ["reason"] => Self::Reason,
            ["history"] => Self::History,
            [name] => Self::Named((*name).to_owned()),
            ["data", field @ ..] => Self::Data(field.join(".")),
            ["whom", "online"] => Self::WhomOnline,
            ["whom", "seen"] => Self::WhomSeen,
            ["room", "id"] => Self::RoomId,
            ["members", "id"] => Self::MemberIds,
            ["members", index, "id"] => Self::MemberId(index.parse().map_err(|_| nearby(words))?),
            ["message", "id"] => Self::MessageId,
            ["message", "text"] => Self::MessageText,
            ["message", "status"] => Self::MessageStatus,
            [word, part] => match (Whose::named(word), *part) {
                (Some(whose), "id") => Self::User(whose, Id),
                (Some(whose), "name") => Self::User(whose, Name),
                (None, "id") if !is_word(word) => Self::NamedId((*word).to_owned()),
                _ => return Err(nearby(words)),
            },
            _ => return Err(nearby(words)),
        })
    }

    /// Its first word, which says what is meant.
    #[must_use]
    pub fn word(&self) -> &str {
        match self {
            Self::User(whose, _) => whose.word(),
            Self::WhomOnline | Self::WhomSeen => "whom",
            Self::RoomId => "room",
            Self::MemberIds | Self::MemberId(_) => "members",
            Self::MessageId | Self::MessageText | Self::MessageStatus => "message",
            Self::Text => "text",
            Self::Token => "token",
            Self::Reason => "reason",
            Self::History => "history",
            Self::Data(_) => "data",
            Self::Named(name) | Self::NamedId(name) => name,
        }
    }

    /// Whether it is a part of the user who acts.
    #[must_use]
    pub fn is_me(&self) -> bool {
        matches!(self, Self::User(Whose::Me | Whose::User, _))
    }

    /// Whether it stands for an id, or for several.
    #[must_use]
    pub fn is_id(&self) -> bool {
        match self {
            Self::User(_, part) => *part == UserPart::Id,
            Self::RoomId | Self::MemberIds | Self::MemberId(_) | Self::MessageId | Self::NamedId(_) => true,
            _ => false,
        }
    }
}

impl Whose {
    /// The user of this word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        match word {
            "me" => Some(Self::Me),
            "user" => Some(Self::User),
            "sender" => Some(Self::Sender),
            "whom" => Some(Self::Whom),
            _ => None,
        }
    }

    /// As it is written.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Me => "me",
            Self::User => "user",
            Self::Sender => "sender",
            Self::Whom => "whom",
        }
    }
}

/// What begins with the same word and names something.
fn nearby(words: &[&str]) -> Vec<String> {
    let word = words.first().copied().unwrap_or_default();
    match WITH_PARTS.iter().find(|(known, _)| *known == word) {
        Some((_, parts)) => parts.iter().map(|part| format!("${word}.{part}")).collect(),
        None if WHOLE.contains(&word) => vec![format!("${word}")],
        None => vec![format!("${word}.id")],
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "${}", self.word())?;
        match self {
            Self::User(_, UserPart::Name) => f.write_str(".name"),
            Self::WhomOnline => f.write_str(".online"),
            Self::WhomSeen => f.write_str(".seen"),
            Self::MemberId(index) => write!(f, ".{index}.id"),
            Self::MessageText => f.write_str(".text"),
            Self::MessageStatus => f.write_str(".status"),
            Self::Data(field) if !field.is_empty() => write!(f, ".{field}"),
            Self::User(_, UserPart::Id)
            | Self::RoomId
            | Self::MemberIds
            | Self::MessageId
            | Self::NamedId(_) => f.write_str(".id"),
            Self::Text | Self::Token | Self::Reason | Self::History | Self::Data(_) | Self::Named(_) => {
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Reference, Vec<String>> {
        Reference::parse(&text.split('.').collect::<Vec<_>>())
    }

    #[test]
    fn every_reference_of_the_language_is_read_and_printed_as_written() {
        let parts = WITH_PARTS.iter().flat_map(|(word, parts)| parts.iter().map(move |part| (word, part)));
        let all = parts.map(|(word, part)| format!("{word}.{part}"));
        let all = all.chain(WHOLE.iter().map(|word| (*word).to_owned()));
        let named = ["members.2.id", "data.greeting", "data.a.b", "lobby.id", "total", "message", "me"];
        let mut seen = Vec::new();
        for text in all.chain(named.map(str::to_owned)) {
            let reference = read(&text).unwrap();
            assert_eq!(reference.to_string(), format!("${text}"));
            assert_eq!(reference.word(), text.split('.').next().unwrap());
            assert!(!seen.contains(&reference), "{text}");
            seen.push(reference);
        }
    }

    #[test]
    fn what_names_nothing_is_refused_with_what_was_meant() {
        assert_eq!(read("me.ids").unwrap_err(), ["$me.id", "$me.name"]);
        assert_eq!(read("members.first.id").unwrap_err(), ["$members.id"]);
        assert_eq!(read("room.id.id").unwrap_err(), ["$room.id"]);
        assert_eq!(read("lobby.name").unwrap_err(), ["$lobby.id"]);
        assert_eq!(read("text.id").unwrap_err(), ["$text"]);
    }
}
