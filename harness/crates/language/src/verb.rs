//! The verbs that the model knows, with what each of them is about and causes. A contract may have verbs of its own beside
//! them: such a one changes nothing in the model but what its contract says it `causes`.

use std::fmt;

use super::contract::Takes;

/// A verb that changes the model, or asks it something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelVerb {
    /// Opens the connection.
    Connect,
    /// Closes it politely.
    Disconnect,
    /// Makes a room.
    Create,
    /// Enters a room.
    Join,
    /// Enters a room after an absence, and hears what was missed since a message.
    Rejoin,
    /// Leaves a room.
    Leave,
    /// Sends a message.
    Send,
    /// Changes a message.
    Update,
    /// Deletes a message.
    Delete,
    /// Reads a message, or a conversation.
    Read,
    /// Types.
    Type,
    /// Types no more.
    StopTyping,
    /// Asks for the messages of a room.
    History,
}

impl ModelVerb {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Connect,
        Self::Disconnect,
        Self::Create,
        Self::Join,
        Self::Rejoin,
        Self::Leave,
        Self::Send,
        Self::Update,
        Self::Delete,
        Self::Read,
        Self::Type,
        Self::StopTyping,
        Self::History,
    ];

    /// As it is written in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Disconnect => "disconnect",
            Self::Create => "create",
            Self::Join => "join",
            Self::Rejoin => "rejoin",
            Self::Leave => "leave",
            Self::Send => "send",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Read => "read",
            Self::Type => "type",
            Self::StopTyping => "stop_typing",
            Self::History => "history",
        }
    }

    /// The verb that a key of a contract is about: `send`, and `send via rest` too.
    #[must_use]
    pub fn of(key: &str) -> Option<Self> {
        Self::named(key.split(' ').next().unwrap_or(key))
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verb| verb.name() == name)
    }

    /// The verb that a name nearly is: written in another style, or with letters in another order.
    #[must_use]
    pub fn nearly(name: &str) -> Option<Self> {
        let letters = |name: &str| {
            let mut letters: Vec<char> =
                name.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect();
            letters.sort_unstable();
            letters
        };
        Self::ALL.into_iter().find(|verb| verb.name() != name && letters(verb.name()) == letters(name))
    }

    /// What it takes where its contract does not say.
    #[must_use]
    pub fn takes(self) -> Takes {
        match self {
            Self::Join | Self::Leave | Self::Type | Self::StopTyping | Self::History | Self::Create => {
                Takes::Room
            }
            Self::Send => Takes::Text,
            Self::Read | Self::Update | Self::Delete | Self::Rejoin => Takes::Message,
            Self::Connect | Self::Disconnect => Takes::Nothing,
        }
    }

    /// The changes that it may cause, by their names. Where making a room puts its participants into it, `joins` holds.
    #[must_use]
    pub fn causes(self, joins: bool) -> &'static [&'static str] {
        match self {
            Self::Connect => &["online"],
            Self::Disconnect => &["stopped", "left", "offline"],
            Self::Create if joins => &["created", "entered"],
            Self::Create => &["created"],
            Self::Join => &["entered"],
            Self::Rejoin => &["entered", "missed", "delivered"],
            Self::Leave => &["stopped", "left"],
            Self::Send => &["sent", "delivered"],
            Self::Update => &["updated"],
            Self::Delete => &["deleted"],
            Self::Read => &["read"],
            Self::Type => &["typing", "stopped"],
            Self::StopTyping => &["stopped"],
            Self::History => &[],
        }
    }

    /// Whether later steps stand on what it changes.
    #[must_use]
    pub fn is_stood_on(self) -> bool {
        match self {
            Self::Create
            | Self::Join
            | Self::Rejoin
            | Self::Leave
            | Self::Send
            | Self::Update
            | Self::Delete
            | Self::Read => true,
            // A connection is judged by itself; a typing passes.
            Self::Connect | Self::Disconnect | Self::Type | Self::StopTyping | Self::History => false,
        }
    }
}

/// The verb of a step or of a turn of load.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VerbName {
    /// One that the model knows.
    Model(ModelVerb),
    /// One of a contract's own.
    Own(String),
}

impl VerbName {
    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Model(verb) => verb.name(),
            Self::Own(name) => name,
        }
    }

    /// The verb of the model, where it is one.
    #[must_use]
    pub fn model(&self) -> Option<ModelVerb> {
        match self {
            Self::Model(verb) => Some(*verb),
            Self::Own(_) => None,
        }
    }

    /// Whether it opens or closes the connection, and says nothing on it.
    #[must_use]
    pub fn is_about_the_connection(&self) -> bool {
        matches!(self, Self::Model(ModelVerb::Connect | ModelVerb::Disconnect))
    }
}

impl From<&str> for VerbName {
    fn from(name: &str) -> Self {
        ModelVerb::named(name).map_or_else(|| Self::Own(name.to_owned()), Self::Model)
    }
}

impl From<ModelVerb> for VerbName {
    fn from(verb: ModelVerb) -> Self {
        Self::Model(verb)
    }
}

impl PartialEq<ModelVerb> for VerbName {
    fn eq(&self, other: &ModelVerb) -> bool {
        self.model() == Some(*other)
    }
}

impl fmt::Display for VerbName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::CHANGES;

    #[test]
    fn every_verb_is_found_by_its_name_and_causes_what_the_model_knows() {
        for verb in ModelVerb::ALL {
            assert_eq!(VerbName::from(verb.name()), VerbName::Model(verb));
            assert_eq!(ModelVerb::of(&format!("{} via rest", verb.name())), Some(verb));
            assert!(verb.causes(true).iter().all(|change| CHANGES.contains(change)), "{}", verb.name());
        }
        assert_eq!(VerbName::from("sned"), VerbName::Own("sned".to_owned()));
        assert_eq!(ModelVerb::nearly("sned"), Some(ModelVerb::Send));
        assert_eq!(ModelVerb::nearly("stopTyping"), Some(ModelVerb::StopTyping));
        for own in ["send", "seen", "react", "ping", "last_seen"] {
            assert_eq!(ModelVerb::nearly(own), None, "{own}");
        }
        assert_eq!(VerbName::from("send via rest").model(), None, "a step says `via` by itself");
    }
}
