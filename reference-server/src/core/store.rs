//! What is remembered, and the bounds on it: users, conversations with their rooms, messages.
//!
//! Owns eviction. It must not know who may do what, nor produce events.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, OnceLock};

use indexmap::IndexSet;

use super::command::Page;
use super::few::Few;
use super::model::{
    Conversation, ConversationId, Message, MessageId, Moment, Person, Profile, SocketId, UserId,
};
use super::policy::Limits;

/// Bytes of a message besides its texts, readers and reactions; measured, rounded up.
const MESSAGE_BYTES: usize = 400;
/// Bytes of one reader, or one reaction besides its text.
const ENTRY_BYTES: usize = 48;

/// A user and the devices that are connected now.
#[derive(Debug)]
pub(super) struct User {
    pub(super) profile: Arc<Profile>,
    pub(super) sockets: Few<SocketId>,
    /// When the last of them disconnected, if one ever did.
    pub(super) seen: Option<Moment>,
}

impl Default for User {
    /// Somebody of whom nothing is known. All of them share that nothing.
    fn default() -> Self {
        static NOTHING: OnceLock<Arc<Profile>> = OnceLock::new();
        let profile = Arc::clone(NOTHING.get_or_init(Arc::default));
        Self { profile, sockets: Few::default(), seen: None }
    }
}

/// A conversation, its stored messages, and the sockets that hear it.
#[derive(Debug)]
pub(super) struct Room {
    pub(super) conversation: Arc<Conversation>,
    pub(super) messages: VecDeque<MessageId>,
    pub(super) joined: BTreeMap<SocketId, UserId>,
    devices: HashMap<UserId, usize>,
}

impl Room {
    /// Whether a socket of somebody else hears the room.
    pub(super) fn is_heard_by_others(&self, user: &UserId) -> bool {
        self.devices.keys().any(|other| other != user)
    }

    /// Whether the room may make room for another: nobody is in it, and nothing was said.
    fn is_idle(&self) -> bool {
        self.joined.is_empty() && self.messages.is_empty()
    }

    /// Lets a socket hear the room. `None` if it did already, else whether it is its user's first here.
    fn enter(&mut self, socket: SocketId, user: &UserId) -> Option<bool> {
        if self.joined.contains_key(&socket) {
            return None;
        }
        self.joined.insert(socket, user.clone());
        let devices = self.devices.entry(user.clone()).or_default();
        *devices += 1;
        Some(*devices == 1)
    }

    /// Takes a socket out. `None` if it was not in, else its user and whether it was that user's last here.
    fn exit(&mut self, socket: SocketId) -> Option<(UserId, bool)> {
        let user = self.joined.remove(&socket)?;
        let devices = self.devices.get_mut(&user)?;
        *devices -= 1;
        let last = *devices == 0;
        if last {
            self.devices.remove(&user);
        }
        Some((user, last))
    }
}

/// A connected socket.
#[derive(Debug, Default)]
pub(super) struct Socket {
    pub(super) user: Option<UserId>,
    pub(super) rooms: Few<ConversationId>,
}

/// Everything that is remembered.
#[derive(Debug)]
pub(super) struct Store {
    limits: Limits,
    next_conversation: u64,
    next_message: u64,
    pub(super) users: HashMap<UserId, User>,
    user_order: VecDeque<UserId>,
    pub(super) sockets: BTreeMap<SocketId, Socket>,
    pub(super) rooms: BTreeMap<ConversationId, Room>,
    memberships: HashMap<UserId, Few<ConversationId>>,
    pub(super) messages: BTreeMap<MessageId, Arc<Message>>,
    /// What may be forgotten when there is no place.
    idle: BTreeSet<ConversationId>,
    pub(super) counted: Counted,
}

/// Sums that would take a walk through everything.
#[derive(Debug, Default)]
pub(super) struct Counted {
    /// Users with a connected socket.
    pub(super) online: BTreeSet<UserId>,
    /// Rooms that a socket has joined.
    pub(super) joined: usize,
    /// Participants of all conversations.
    memberships: usize,
    /// Bytes of all messages.
    bytes: usize,
}

/// About as many bytes as a message takes.
fn weight(message: &Message) -> usize {
    let reactions: usize = message.reactions.values().map(|emoji| emoji.len() + ENTRY_BYTES).sum();
    MESSAGE_BYTES + message.content.text.len() + reactions + message.read_by.len() * ENTRY_BYTES
}

impl Store {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            next_conversation: 1,
            next_message: 1,
            users: HashMap::new(),
            user_order: VecDeque::new(),
            sockets: BTreeMap::new(),
            rooms: BTreeMap::new(),
            memberships: HashMap::new(),
            messages: BTreeMap::new(),
            idle: BTreeSet::new(),
            counted: Counted::default(),
        }
    }

    /// What is kept, as bounded.
    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Lets a socket hear a room that exists. Says whether it is its user's first there.
    pub(super) fn enter(&mut self, socket: SocketId, user: &UserId, id: ConversationId) -> bool {
        let Some(room) = self.rooms.get_mut(&id) else { return false };
        let was_empty = room.joined.is_empty();
        let first = room.enter(socket, user) == Some(true);
        self.sockets.entry(socket).or_default().rooms.insert(id);
        self.counted.joined += usize::from(was_empty);
        self.idle.remove(&id);
        first
    }

    /// Takes a socket out of a room. Says whose it was, where that user has no other there.
    pub(super) fn exit(&mut self, socket: SocketId, id: ConversationId) -> Option<UserId> {
        let room = self.rooms.get_mut(&id)?;
        let (user, last) = room.exit(socket)?;
        self.counted.joined -= usize::from(room.joined.is_empty());
        self.look_at(id);
        last.then_some(user)
    }

    /// Notes whether a conversation may be forgotten.
    fn look_at(&mut self, id: ConversationId) {
        if self.rooms.get(&id).is_some_and(Room::is_idle) {
            self.idle.insert(id);
        } else {
            self.idle.remove(&id);
        }
    }

    /// The user of this id, created on first sight.
    pub(super) fn user(&mut self, id: &UserId) -> &mut User {
        if !self.users.contains_key(id) {
            self.forget_users();
            self.user_order.push_back(id.clone());
        }
        self.users.entry(id.clone()).or_default()
    }

    /// The user of this id with what is known, also where that user has been forgotten.
    pub(super) fn person(&self, id: &UserId) -> Person {
        let profile = self.users.get(id).map(|user| Arc::clone(&user.profile)).unwrap_or_default();
        Person { id: id.clone(), profile }
    }

    /// Makes room for one more user, unless everybody is online.
    fn forget_users(&mut self) {
        let mut looked_at = 0;
        while self.users.len() >= self.limits.users && looked_at < self.user_order.len() {
            let Some(oldest) = self.user_order.pop_front() else { return };
            if self.users.get(&oldest).is_some_and(|user| !user.sockets.is_empty()) {
                self.user_order.push_back(oldest);
                looked_at += 1;
            } else {
                self.users.remove(&oldest);
            }
        }
    }

    pub(super) fn next_conversation_id(&self) -> ConversationId {
        ConversationId(self.next_conversation)
    }

    pub(super) fn next_message_id(&self) -> MessageId {
        MessageId(self.next_message)
    }

    /// Adds a conversation, at the cost of the oldest in which nothing was said and nobody is. False if there is none
    /// such: nobody loses what they have said because somebody else opens conversations.
    pub(super) fn add_conversation(&mut self, conversation: Arc<Conversation>) -> bool {
        let more = conversation.participants.len();
        while self.rooms.len() >= self.limits.conversations
            || self.counted.memberships + more > self.limits.memberships
        {
            let Some(oldest) = self.idle.pop_first() else { return false };
            self.forget_conversation(oldest);
        }
        self.counted.memberships += more;
        for participant in &conversation.participants {
            self.user(participant);
            self.memberships.entry(participant.clone()).or_default().insert(conversation.id);
        }
        self.idle.insert(conversation.id);
        self.next_conversation = self.next_conversation.max(conversation.id.0.saturating_add(1));
        let room = Room {
            conversation,
            messages: VecDeque::new(),
            joined: BTreeMap::new(),
            devices: HashMap::new(),
        };
        self.rooms.insert(room.conversation.id, room);
        true
    }

    fn forget_conversation(&mut self, id: ConversationId) {
        let Some(room) = self.rooms.remove(&id) else { return };
        self.counted.memberships -= room.conversation.participants.len();
        for participant in &room.conversation.participants {
            if let Some(conversations) = self.memberships.get_mut(participant) {
                conversations.remove(id);
                if conversations.is_empty() {
                    self.memberships.remove(participant);
                }
            }
        }
    }

    /// The oldest conversation of exactly these people.
    pub(super) fn conversation_of(&self, people: &IndexSet<UserId>) -> Option<Arc<Conversation>> {
        // One of them may be in thousands of conversations; the one who is in the fewest is asked.
        let of = |user: &UserId| self.memberships.get(user).map_or(0, Few::len);
        let least = people.iter().min_by_key(|user| of(user))?;
        let candidates = self.memberships.get(least)?.iter().filter_map(|id| self.rooms.get(id));
        candidates.map(|room| &room.conversation).find(|c| c.participants == *people).cloned()
    }

    /// Everybody who shares a conversation with this user, and the user.
    pub(super) fn contacts(&self, user: &UserId) -> BTreeSet<&UserId> {
        let conversations = self.memberships.get(user).into_iter().flat_map(Few::iter);
        conversations.filter_map(|id| self.rooms.get(id)).flat_map(|r| &r.conversation.participants).collect()
    }

    /// Adds a message to a conversation that exists, at the cost of the oldest.
    pub(super) fn add_message(&mut self, message: Arc<Message>) {
        let Some(room) = self.rooms.get_mut(&message.conversation.id) else { return };
        self.next_message = self.next_message.max(message.id.0.saturating_add(1));
        room.messages.push_back(message.id);
        let too_many = room.messages.len() > self.limits.messages_per_conversation;
        let oldest = room.messages.front().copied().filter(|_| too_many);
        self.idle.remove(&message.conversation.id);
        self.counted.bytes += weight(&message);
        self.messages.insert(message.id, message);
        if let Some(oldest) = oldest {
            self.remove_message(oldest);
        }
        self.forget_messages();
    }

    /// Forgets the oldest messages until all are within their bounds.
    fn forget_messages(&mut self) {
        while self.messages.len() > self.limits.messages || self.counted.bytes > self.limits.message_bytes {
            let Some((oldest, _)) = self.messages.first_key_value() else { return };
            let oldest = *oldest;
            self.remove_message(oldest);
        }
    }

    /// Changes a message that is kept.
    pub(super) fn amend(&mut self, id: MessageId, change: impl FnOnce(&mut Message)) -> Option<Arc<Message>> {
        let stored = self.messages.get_mut(&id)?;
        let before = weight(stored);
        change(Arc::make_mut(stored));
        let (after, amended) = (weight(stored), Arc::clone(stored));
        self.counted.bytes = self.counted.bytes - before + after;
        self.forget_messages();
        Some(amended)
    }

    pub(super) fn remove_message(&mut self, id: MessageId) -> Option<Arc<Message>> {
        let message = self.messages.remove(&id)?;
        self.counted.bytes -= weight(&message);
        if let Some(room) = self.rooms.get_mut(&message.conversation.id)
            && let Ok(index) = room.messages.binary_search(&id)
        {
            room.messages.remove(index);
        }
        self.look_at(message.conversation.id);
        Some(message)
    }

    /// The stored messages of a conversation, oldest first, or one page, newest first.
    pub(super) fn history(&self, room: &Room, page: Option<Page>) -> Vec<Arc<Message>> {
        let get = |id| self.messages.get(id).cloned();
        match page {
            None => room.messages.iter().filter_map(get).collect(),
            Some(Page { number, limit }) => {
                let before = number.saturating_sub(1).saturating_mul(limit);
                room.messages.iter().rev().skip(before).take(limit).filter_map(get).collect()
            }
        }
    }

    /// The connected sockets of a user.
    pub(super) fn sockets_of(&self, user: &UserId) -> impl Iterator<Item = SocketId> + '_ {
        self.users.get(user).into_iter().flat_map(|user| user.sockets.iter().copied())
    }
}
