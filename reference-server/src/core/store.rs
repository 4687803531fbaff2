//! What is remembered, and the bounds on it: users, conversations with their rooms, messages.
//!
//! Owns eviction. It must not know who may do what, nor produce events.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use indexmap::IndexSet;

use super::command::Page;
use super::model::{
    Conversation, ConversationId, Message, MessageId, Moment, Person, Profile, SocketId, UserId,
};
use super::policy::Limits;

/// A user and the devices that are connected now.
#[derive(Debug, Default)]
pub(super) struct User {
    pub(super) profile: Arc<Profile>,
    pub(super) sockets: BTreeSet<SocketId>,
    /// When the last of them disconnected, if one ever did.
    pub(super) seen: Option<Moment>,
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

    /// Lets a socket hear the room. `None` if it did already, else whether it is its user's first here.
    pub(super) fn enter(&mut self, socket: SocketId, user: &UserId) -> Option<bool> {
        if self.joined.contains_key(&socket) {
            return None;
        }
        self.joined.insert(socket, user.clone());
        let devices = self.devices.entry(user.clone()).or_default();
        *devices += 1;
        Some(*devices == 1)
    }

    /// Takes a socket out. `None` if it was not in, else its user and whether it was that user's last here.
    pub(super) fn exit(&mut self, socket: SocketId) -> Option<(UserId, bool)> {
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
    pub(super) rooms: BTreeSet<ConversationId>,
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
    memberships: HashMap<UserId, BTreeSet<ConversationId>>,
    pub(super) messages: BTreeMap<MessageId, Arc<Message>>,
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

    /// Adds a conversation, at the cost of the oldest that nobody has joined. False if there is none such.
    pub(super) fn add_conversation(&mut self, conversation: Arc<Conversation>) -> bool {
        while self.rooms.len() >= self.limits.conversations {
            let oldest = self.rooms.iter().find(|(_, room)| room.joined.is_empty()).map(|(id, _)| *id);
            let Some(oldest) = oldest else { return false };
            self.forget_conversation(oldest);
        }
        for participant in &conversation.participants {
            self.user(participant);
            self.memberships.entry(participant.clone()).or_default().insert(conversation.id);
        }
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
        for message in room.messages {
            self.messages.remove(&message);
        }
        for participant in &room.conversation.participants {
            if let Some(conversations) = self.memberships.get_mut(participant) {
                conversations.remove(&id);
                if conversations.is_empty() {
                    self.memberships.remove(participant);
                }
            }
        }
    }

    /// The oldest conversation of exactly these people.
    pub(super) fn conversation_of(&self, people: &IndexSet<UserId>) -> Option<Arc<Conversation>> {
        // One of them may be in thousands of conversations; the one who is in the fewest is asked.
        let of = |user: &UserId| self.memberships.get(user).map_or(0, BTreeSet::len);
        let least = people.iter().min_by_key(|user| of(user))?;
        let candidates = self.memberships.get(least)?.iter().filter_map(|id| self.rooms.get(id));
        candidates.map(|room| &room.conversation).find(|c| c.participants == *people).cloned()
    }

    /// Everybody who shares a conversation with this user, and the user.
    pub(super) fn contacts(&self, user: &UserId) -> BTreeSet<&UserId> {
        let conversations = self.memberships.get(user).into_iter().flatten();
        conversations.filter_map(|id| self.rooms.get(id)).flat_map(|r| &r.conversation.participants).collect()
    }

    /// Adds a message to a conversation that exists, at the cost of the oldest.
    pub(super) fn add_message(&mut self, message: Arc<Message>) {
        let Some(room) = self.rooms.get_mut(&message.conversation.id) else { return };
        self.next_message = self.next_message.max(message.id.0.saturating_add(1));
        room.messages.push_back(message.id);
        if room.messages.len() > self.limits.messages_per_conversation
            && let Some(oldest) = room.messages.pop_front()
        {
            self.messages.remove(&oldest);
        }
        self.messages.insert(message.id, message);
        if self.messages.len() > self.limits.messages
            && let Some((oldest, _)) = self.messages.first_key_value()
        {
            let oldest = *oldest;
            self.remove_message(oldest);
        }
    }

    pub(super) fn remove_message(&mut self, id: MessageId) -> Option<Arc<Message>> {
        let message = self.messages.remove(&id)?;
        if let Some(room) = self.rooms.get_mut(&message.conversation.id)
            && let Ok(index) = room.messages.binary_search(&id)
        {
            room.messages.remove(index);
        }
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
