//! Ids and entities: users, conversations, messages, moments.
//!
//! Plain data only. It must not hold behaviour that needs the state of a chat.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use indexmap::IndexSet;
use serde::{Deserialize, Serialize};

/// Who a person is. Dialects with integer ids use `Number` only, the others `Name` only.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum UserId {
    /// An integer id.
    Number(u64),
    /// An opaque string id.
    Name(Arc<str>),
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Name(name) => name.fmt(f),
        }
    }
}

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number_id!(
    /// A conversation, and with it its room. Given out in order, never reused.
    ConversationId
);
number_id!(
    /// A message. Given out in order, never reused.
    MessageId
);
number_id!(
    /// One connection of one device. Chosen by the host, never reused.
    SocketId
);

/// A point in time: the duration since the Unix epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(pub Duration);

impl Moment {
    /// This moment and `later` more; `None` where that lies beyond what a duration can say, which is never.
    #[must_use]
    pub fn checked_add(self, later: Duration) -> Option<Self> {
        self.0.checked_add(later).map(Self)
    }

    /// The time from `earlier` to this moment; zero if `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    /// Whole milliseconds since the Unix epoch.
    #[must_use]
    pub fn as_millis(self) -> u64 {
        u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX)
    }
}

/// What a token or a fixture says about a user besides the id. Empty where they say nothing.
/// Source: crm document, "User Information".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// Display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Telephone number, free text. Source: whatsapp document, "message:received".
    #[serde(rename = "phoneNumber", skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// Address of a picture. Source: whatsapp document, "message:received".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar: Option<String>,
    /// Role of the user, free text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// `admin` or `employee` in the crm document.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Department of the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// Names of what the user may do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub permissions: Vec<String>,
}

impl Profile {
    /// What is known once more is said. What is not said again stays known.
    #[must_use]
    pub fn updated(&self, said: Self) -> Self {
        let known = self.clone();
        Self {
            name: said.name.or(known.name),
            phone_number: said.phone_number.or(known.phone_number),
            avatar: said.avatar.or(known.avatar),
            role: said.role.or(known.role),
            kind: said.kind.or(known.kind),
            department: said.department.or(known.department),
            permissions: if said.permissions.is_empty() { known.permissions } else { said.permissions },
        }
    }
}

/// A user with what is known about that user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: UserId,
    /// What is known, at the moment this was said.
    pub profile: Arc<Profile>,
}

/// A conversation as others see it: who takes part, not who has it open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// Everybody who takes part, in the order given on creation.
    pub participants: IndexSet<UserId>,
    /// When it was created.
    pub created_at: Moment,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The kind of message in the words of the dialect: `text`, `image` and so on.
    pub kind: Cow<'static, str>,
    /// The text, or where `structured` is set, the text of a structure that only the dialect can read.
    pub text: String,
    /// Whether `text` stands for something other than itself.
    pub structured: bool,
}

impl Content {
    /// A plain text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self { kind: Cow::Borrowed("text"), text: text.into(), structured: false }
    }
}

/// How far a message has come; it never goes back. Source: whatsapp document, "message:status".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// It is stored.
    Sent,
    /// It went to a device of somebody else in the room.
    Delivered,
    /// Somebody else has read it.
    Read,
}

/// A stored message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Where it was said.
    pub conversation: Arc<Conversation>,
    /// Who said it.
    pub sender: Person,
    /// What was said.
    pub content: Content,
    /// How far it has come.
    pub status: Status,
    /// When it was said.
    pub created_at: Moment,
    /// When its text last changed.
    pub updated_at: Moment,
    /// Who has read it.
    pub read_by: BTreeSet<UserId>,
    /// Who has put which reaction on it: one each, so that the participants are a bound.
    pub reactions: BTreeMap<UserId, Arc<str>>,
}
