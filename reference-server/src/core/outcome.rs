//! What came of a command: the answer or the refusal, what happened, and who may hear of it.
//!
//! Plain data only. It must not hold behaviour that needs the state of a chat.

use std::sync::Arc;

use super::command::Page;
use super::model::{Conversation, ConversationId, Message, MessageId, Moment, Person, SocketId, UserId};

/// What answers whoever asked, when nothing was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// There is nothing to say beyond "done".
    Done,
    /// The socket is gone; this was its user.
    Gone(Option<UserId>),
    /// The conversation was created, or was there already.
    Created(Arc<Conversation>),
    /// The socket hears the conversation. `first` is false where it did already.
    Joined {
        /// The conversation.
        conversation: ConversationId,
        /// Whether this changed anything.
        first: bool,
    },
    /// The socket does not hear the conversation.
    Left(ConversationId),
    /// The message is stored.
    Sent(Arc<Message>),
    /// The message has its new text.
    Updated(Arc<Message>),
    /// The message is no longer in the history.
    Deleted(MessageId),
    /// The message is read. `first` is false where the user had read it before.
    Read {
        /// The message.
        message: Arc<Message>,
        /// Whether this changed anything.
        first: bool,
    },
    /// Everything the others have said is read.
    ReadAll {
        /// What the others have said, oldest first.
        messages: Vec<Arc<Message>>,
        /// How many of these nobody had read before.
        moved: usize,
    },
    /// The message has the user's reaction, or none of that user's any more.
    Reacted {
        /// The message.
        message: Arc<Message>,
        /// Whether this changed anything.
        changed: bool,
    },
    /// When a user was last there.
    Seen {
        /// The user.
        user: UserId,
        /// Whether the user is there now.
        online: bool,
        /// When the last socket of the user disconnected, if one ever did.
        last: Option<Moment>,
        /// How many sockets of the user are connected.
        devices: usize,
    },
    /// The users with a connected socket: the first of them, and how many there are.
    Online {
        /// At most a thousand, in the order of their ids.
        users: Vec<UserId>,
        /// All of them, counted.
        total: usize,
    },
    /// The stored messages.
    History(History),
}

/// Stored messages of one conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// All of them, oldest first; or those of the page, newest first.
    pub messages: Vec<Arc<Message>>,
    /// How many there are in all.
    pub total: usize,
    /// The page asked for.
    pub page: Option<Page>,
}

/// Something happened that others may hear about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Moment,
    /// What.
    pub what: Happened,
}

/// The kinds of [`Event`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happened {
    /// The first socket of a user connected.
    Online(UserId),
    /// The last socket of a user disconnected.
    Offline(UserId),
    /// A conversation was created.
    Created(Arc<Conversation>),
    /// The first socket of a user entered a room.
    Entered(ConversationId, UserId),
    /// The last socket of a user left a room, or disconnected.
    Left(ConversationId, UserId),
    /// A message was stored.
    Sent(Arc<Message>),
    /// A message that was stored while a socket was away is told to that socket.
    Missed(SocketId, Arc<Message>),
    /// The status of a message moved on. A message that is delivered at once was heard as sent before.
    Moved(Arc<Message>),
    /// A message has a new text.
    Updated(Arc<Message>),
    /// A message was deleted; this is what it was.
    Deleted(Arc<Message>),
    /// A user started, goes on, or stopped typing.
    Typing(ConversationId, Person, bool),
    /// A user read a message for the first time.
    Read(Arc<Message>, UserId),
    /// A user put this reaction on a message, or took it back.
    Reacted(Arc<Message>, UserId, Option<Arc<str>>),
}

/// Why the chat did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such conversation.
    UnknownConversation(ConversationId),
    /// There is no such message, or not there.
    UnknownMessage(MessageId),
    /// Nobody of this id was ever seen.
    UnknownUser(UserId),
    /// The user shares no conversation with this one.
    NotContact(UserId),
    /// The user does not take part in the conversation.
    NotParticipant(ConversationId),
    /// Only the sender may do this to a message.
    NotSender,
    /// The text has more than this many characters.
    TextTooLong(usize),
    /// A conversation may have at most this many participants.
    TooManyParticipants(usize),
    /// One socket may hear at most this many rooms.
    TooManyRooms(usize),
    /// The server holds as many conversations as it may, and every one is in use.
    Full,
}

/// What one command led to: an answer for whoever asked, and events for everybody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The answer, or why not.
    pub result: Result<Answer, Refusal>,
    /// What happened, in order. Empty when refused.
    pub events: Vec<Event>,
}

/// A set of sockets, said by what they have in common; no socket is in it twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audience {
    /// What they have in common.
    pub circle: Circle,
    /// Whose sockets are left out all the same.
    pub except: Option<UserId>,
}

impl Audience {
    /// Every socket of a circle.
    #[must_use]
    pub fn all(circle: Circle) -> Self {
        Self { circle, except: None }
    }

    /// Every socket of a circle that does not belong to this user.
    #[must_use]
    pub fn others(circle: Circle, user: &UserId) -> Self {
        Self { circle, except: Some(user.clone()) }
    }
}

/// What the sockets of an [`Audience`] have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Circle {
    /// They are in the room.
    Joined(ConversationId),
    /// They belong to a participant, in the room or not; or they are in the room although they do not.
    Participants(ConversationId),
    /// They belong to this user.
    User(UserId),
    /// There is only one.
    Socket(SocketId),
    /// They belong to somebody who shares a conversation with this user.
    Contacts(UserId),
    /// They are connected.
    Everyone,
}
