//! The numbers and rights a chat runs with, and the counts it reports.
//!
//! Plain data only. It must not hold behaviour that needs the state of a chat.

use std::time::Duration;

/// How much is going on in a chat: counts at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// Connected sockets, whoever they belong to.
    pub sockets: usize,
    /// Users with at least one connected socket.
    pub users: usize,
    /// Conversations that at least one socket has joined.
    pub rooms: usize,
    /// Conversations kept.
    pub conversations: usize,
    /// Messages kept.
    pub messages: usize,
}

/// Bounds on what is kept in memory and accepted. When a store is full its oldest entry makes room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Users remembered; the oldest that is offline is forgotten first. Default 1,000,000.
    pub users: usize,
    /// Conversations kept; the oldest goes first of those without a message that nobody has joined. Default 100,000.
    pub conversations: usize,
    /// Participants of one conversation. Default 5,000.
    pub participants: usize,
    /// Messages kept in all; the oldest goes first. Default 1,000,000.
    pub messages: usize,
    /// Messages kept per conversation; the oldest goes first. Default 10,000.
    pub messages_per_conversation: usize,
    /// Bytes that all kept messages take, with their reactions and readers; the oldest goes first. Default 256 MiB.
    pub message_bytes: usize,
    /// Participants of all conversations together. Default 500,000.
    pub memberships: usize,
    /// Rooms that one socket hears. Default 10,000.
    pub rooms_per_socket: usize,
    /// Messages told to a socket that was away; of more, the newest. Default 1,000.
    pub missed: usize,
    /// Bytes of texts told to a socket that was away; of more, the newest. Default 1 MiB.
    pub missed_bytes: usize,
    /// Characters in one message. Default 10,000.
    pub text_chars: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            users: 1_000_000,
            conversations: 100_000,
            participants: 5_000,
            messages: 1_000_000,
            messages_per_conversation: 10_000,
            message_bytes: 256 << 20,
            memberships: 500_000,
            rooms_per_socket: 10_000,
            missed: 1_000,
            missed_bytes: 1 << 20,
            text_chars: 10_000,
        }
    }
}

/// Rights that people outside a conversation have in it. None by default, as every document says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenDoors {
    /// Anybody may join.
    pub join: bool,
    /// Anybody may send and type.
    pub send: bool,
    /// Anybody may mark as read.
    pub read: bool,
    /// Anybody may put a reaction on any message.
    pub react: bool,
    /// Anybody may change and delete any message.
    pub edit: bool,
    /// Anybody may see the history.
    pub history: bool,
}

/// The numbers and rights a chat runs with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// A repeated keystroke within this time of the last one heard is not heard.
    pub typing_debounce: Duration,
    /// Without a keystroke for this long, typing stops by itself.
    pub typing_expiry: Duration,
    /// Memory bounds.
    pub limits: Limits,
    /// Rights of outsiders.
    pub open: OpenDoors,
}
