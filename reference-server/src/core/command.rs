//! What may be asked of the chat.
//!
//! Plain data only. It must not say who may ask it, nor what comes of it.

use std::sync::Arc;

use super::model::{Content, ConversationId, MessageId, Profile, SocketId, UserId};

/// Something asked of the chat, by a socket, a REST call, a timer or the end of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// A socket is there, or a socket that was there is another user's from now on. `user` is `None` while the
    /// socket is nobody.
    Connect {
        /// The new socket.
        socket: SocketId,
        /// Whose device it is, with what is known about that user.
        user: Option<(UserId, Profile)>,
    },
    /// A socket is gone, with all its rooms.
    Disconnect {
        /// The socket that is gone.
        socket: SocketId,
    },
    /// Start a conversation of `by` and `with`.
    Create {
        /// Who asks; always a participant.
        by: UserId,
        /// The participants in their order; repetitions count once. Who asks comes last, unless named here.
        with: Vec<UserId>,
        /// What else it does.
        manner: Creation,
    },
    /// Hear a conversation on one socket.
    Join {
        /// The socket that will hear.
        socket: SocketId,
        /// Whose socket it is.
        user: UserId,
        /// The conversation to hear.
        conversation: ConversationId,
    },
    /// Hear a conversation on one socket again, and first what was said there since.
    Rejoin {
        /// The socket that will hear.
        socket: SocketId,
        /// Whose socket it is.
        user: UserId,
        /// The conversation to hear.
        conversation: ConversationId,
        /// The last message that this socket has heard. It need not exist any more, since ids are given out in order.
        after: MessageId,
    },
    /// Stop hearing a conversation on one socket.
    Leave {
        /// The socket that will no longer hear.
        socket: SocketId,
        /// Whose socket it is.
        user: UserId,
        /// The conversation.
        conversation: ConversationId,
    },
    /// Say something.
    Send {
        /// The sender.
        user: UserId,
        /// Where.
        conversation: ConversationId,
        /// What.
        content: Content,
    },
    /// Change or take back a message.
    Edit {
        /// Who asks; only the sender may.
        user: UserId,
        /// Which message.
        message: MessageId,
        /// What to do with it.
        edit: Edit,
    },
    /// Say that one is typing, or has stopped.
    Type {
        /// Who types.
        user: UserId,
        /// Where.
        conversation: ConversationId,
        /// `true` on a keystroke, `false` on a stop.
        typing: bool,
    },
    /// Say that one has read a message.
    Read {
        /// The reader.
        user: UserId,
        /// Where the reader believes the message to be.
        conversation: ConversationId,
        /// Which message.
        message: MessageId,
    },
    /// Say that one has read everything the others have said so far.
    ReadAll {
        /// The reader.
        user: UserId,
        /// Where.
        conversation: ConversationId,
    },
    /// Put a reaction on a message in place of the one before, or take it back.
    React {
        /// Whose reaction.
        user: UserId,
        /// Where that user believes the message to be.
        conversation: ConversationId,
        /// On which message.
        message: MessageId,
        /// The reaction; `None` takes it back.
        emoji: Option<Arc<str>>,
    },
    /// Ask when a user was last there; changes nothing.
    Seen {
        /// Who asks. `None` where the dialect asks nobody who they are.
        by: Option<UserId>,
        /// About whom.
        user: UserId,
        /// Only who shares a conversation with that user may ask.
        among_contacts: bool,
    },
    /// Ask who is online; changes nothing.
    Online {
        /// Who asks. `None` where the dialect asks nobody who they are.
        by: Option<UserId>,
        /// Only those who share a conversation with that user.
        among_contacts: bool,
    },
    /// Look at the stored messages; changes nothing.
    History {
        /// Who asks; only participants may. `None` where the dialect asks nobody who they are.
        user: Option<UserId>,
        /// Which conversation.
        conversation: ConversationId,
        /// Which part; `None` for all.
        page: Option<Page>,
    },
    /// Time has passed: let what is due expire.
    Tick,
}

impl Command {
    /// Who asks, where that is somebody.
    #[must_use]
    pub fn user(&self) -> Option<&UserId> {
        match self {
            Self::Connect { user, .. } => user.as_ref().map(|(id, _)| id),
            Self::Create { by: user, .. }
            | Self::Join { user, .. }
            | Self::Rejoin { user, .. }
            | Self::Leave { user, .. }
            | Self::React { user, .. }
            | Self::Send { user, .. }
            | Self::Edit { user, .. }
            | Self::Type { user, .. }
            | Self::Read { user, .. }
            | Self::ReadAll { user, .. } => Some(user),
            Self::History { user, .. } | Self::Seen { by: user, .. } | Self::Online { by: user, .. } => {
                user.as_ref()
            }
            Self::Disconnect { .. } | Self::Tick => None,
        }
    }
}

/// What [`Command::Create`] does beyond creating.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Creation {
    /// Every socket the participants have connected at that moment hears the conversation.
    pub joins: bool,
    /// Two people who have a conversation get that one, and nothing is created.
    pub reuses: bool,
}

/// A part of a history, counted from the newest message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Which one; the first is 1.
    pub number: usize,
    /// How many messages a page has.
    pub limit: usize,
}

/// What [`Command::Edit`] does to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Replace the text.
    Rewrite(String),
    /// Remove the message from the history.
    Delete,
}
