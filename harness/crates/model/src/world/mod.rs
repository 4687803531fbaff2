//! The small model behind `when`: who belongs to which room, who is in it, online, typing, and has read what.
//!
//! Actions go in, changes come out; audiences are computed from the state after the action. It is pure: no clock (the
//! time of an action is given), no names, no payloads, no I/O. Ids are indices handed out by the caller, so that one
//! world can hold one room or ten thousand.

mod audience;
mod away;
mod typing;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

pub use typing::TypingRule;

/// A user of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserId(pub u32);

/// A socket of a case: one device of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SocketId(pub u32);

/// A room of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoomId(pub u32);

/// A message of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(pub u32);

/// Something that was done and accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// A socket with a valid credential is connected.
    Connect(SocketId),
    /// A socket is gone, by whatever way.
    Disconnect(SocketId),
    /// A room was made. With `join` every participant's connected socket is in it.
    Create {
        /// By whom.
        by: UserId,
        /// Which.
        room: RoomId,
        /// Whether the participants' sockets are in it at once.
        join: bool,
    },
    /// A socket joined.
    Join(SocketId, RoomId),
    /// A socket joined again and said which message it has heard last.
    Rejoin(SocketId, RoomId, MessageId),
    /// A socket left.
    Leave(SocketId, RoomId),
    /// A user sent a message.
    Send(UserId, RoomId, MessageId),
    /// A user changed a message.
    Update(UserId, MessageId),
    /// A user deleted a message.
    Delete(UserId, MessageId),
    /// A user said they are typing.
    Type(UserId, RoomId),
    /// A user said they stopped.
    StopTyping(UserId, RoomId),
    /// The server's time for a typing user ran out.
    TypingExpired(UserId, RoomId),
    /// A user read one message.
    Read(UserId, MessageId),
    /// A user read all that others wrote in a room.
    ReadAll(UserId, RoomId),
}

/// What has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum What {
    /// A room is new.
    Created,
    /// A user entered a room with their first socket.
    Entered,
    /// A user left a room with their last socket.
    Left,
    /// A message is new.
    Sent,
    /// A message has another text.
    Updated,
    /// A message is gone.
    Deleted,
    /// A message that was sent while a socket was away is told to it.
    Missed,
    /// A message reached a socket of another user in the room.
    Delivered,
    /// A message was read by a user.
    Read,
    /// A user types.
    Typing,
    /// A user types no more.
    Stopped,
    /// A user is online with their first socket.
    Online,
    /// A user is offline with their last.
    Offline,
}

impl What {
    /// The name a contract uses in `when`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Entered => "entered",
            Self::Left => "left",
            Self::Sent => "sent",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
            Self::Missed => "missed",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Typing => "typing",
            Self::Stopped => "stopped",
            Self::Online => "online",
            Self::Offline => "offline",
        }
    }
}

/// A change, and what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// What has changed.
    pub what: What,
    /// Through whom.
    pub user: UserId,
    /// Where.
    pub room: Option<RoomId>,
    /// Which message.
    pub message: Option<MessageId>,
}

#[derive(Debug, Default)]
struct Room {
    participants: BTreeSet<UserId>,
    joined: BTreeSet<SocketId>,
    messages: Vec<MessageId>,
    /// It is not there yet: somebody has to create it.
    later: bool,
}

#[derive(Debug)]
struct Message {
    sender: UserId,
    room: RoomId,
    deleted: bool,
    delivered: bool,
    read_by: BTreeSet<UserId>,
}

/// The state of a case.
#[derive(Debug)]
pub struct World {
    owners: BTreeMap<SocketId, UserId>,
    connected: BTreeSet<SocketId>,
    rooms: BTreeMap<RoomId, Room>,
    messages: BTreeMap<MessageId, Message>,
    typing: typing::Typing,
    departures: BTreeMap<UserId, usize>,
}

impl World {
    /// An empty world in which typing follows this rule.
    #[must_use]
    pub fn new(rule: TypingRule) -> Self {
        Self {
            owners: BTreeMap::new(),
            connected: BTreeSet::new(),
            rooms: BTreeMap::new(),
            messages: BTreeMap::new(),
            typing: typing::Typing::new(rule),
            departures: BTreeMap::new(),
        }
    }

    /// Says whose a socket is.
    pub fn add_socket(&mut self, socket: SocketId, owner: UserId) {
        self.owners.insert(socket, owner);
    }

    /// Says who belongs to a room.
    pub fn add_room(&mut self, room: RoomId, participants: impl IntoIterator<Item = UserId>) {
        let participants = participants.into_iter().collect();
        self.rooms.insert(room, Room { participants, ..Room::default() });
    }

    /// A room is not there yet, until somebody creates it.
    pub fn awaits(&mut self, room: RoomId) {
        self.rooms.entry(room).or_default().later = true;
    }

    /// Does it, and says what has changed, in the order in which it did.
    pub fn apply(&mut self, action: &Action, now: Duration) -> Vec<Change> {
        match *action {
            Action::Connect(socket) => self.connect(socket),
            Action::Disconnect(socket) => self.disconnect(socket),
            Action::Create { by, room, join } => self.create(by, room, join),
            Action::Join(socket, room) => self.join(socket, room),
            Action::Rejoin(socket, room, after) => self.rejoin(socket, room, after),
            Action::Leave(socket, room) => self.leave(socket, room),
            Action::Send(user, room, message) => self.send(user, room, message),
            Action::Update(user, message) => self.about_message(What::Updated, user, message),
            Action::Delete(user, message) => self.delete(user, message),
            Action::Type(user, room) => {
                let heard = self.typing.start(user, room, now);
                change_if(heard, Change { what: What::Typing, user, room: Some(room), message: None })
            }
            Action::StopTyping(user, room) | Action::TypingExpired(user, room) => self.stop(user, room),
            Action::Read(user, message) => self.read(user, message),
            Action::ReadAll(user, room) => self.read_all(user, room),
        }
    }

    fn owner(&self, socket: SocketId) -> Option<UserId> {
        self.owners.get(&socket).copied()
    }

    fn is_in(&self, user: UserId, room: RoomId) -> bool {
        self.rooms
            .get(&room)
            .is_some_and(|room| room.joined.iter().any(|socket| self.owner(*socket) == Some(user)))
    }

    fn connect(&mut self, socket: SocketId) -> Vec<Change> {
        let Some(user) = self.owner(socket) else { return Vec::new() };
        let first = !self.online(user);
        self.connected.insert(socket);
        change_if(first, Change { what: What::Online, user, room: None, message: None })
    }

    fn disconnect(&mut self, socket: SocketId) -> Vec<Change> {
        let Some(user) = self.owner(socket) else { return Vec::new() };
        let rooms: Vec<RoomId> = self.rooms_of(socket).collect();
        let mut changes: Vec<Change> = rooms.into_iter().flat_map(|room| self.leave(socket, room)).collect();
        let was_there = self.connected.remove(&socket);
        if was_there && !self.online(user) {
            // One may type without having joined; the last socket ends that too.
            for room in self.typing.rooms_of(user) {
                changes.extend(self.stop(user, room));
            }
            *self.departures.entry(user).or_default() += 1;
            changes.push(Change { what: What::Offline, user, room: None, message: None });
        }
        changes
    }

    fn create(&mut self, by: UserId, room: RoomId, join: bool) -> Vec<Change> {
        self.rooms.entry(room).or_default().later = false;
        if join {
            let participants =
                self.rooms.get(&room).map(|room| room.participants.clone()).unwrap_or_default();
            let sockets: Vec<_> = self.connected.iter().copied().collect();
            for socket in sockets {
                if self.owner(socket).is_some_and(|owner| participants.contains(&owner)) {
                    self.rooms.entry(room).or_default().joined.insert(socket);
                }
            }
        }
        vec![Change { what: What::Created, user: by, room: Some(room), message: None }]
    }

    fn join(&mut self, socket: SocketId, room: RoomId) -> Vec<Change> {
        let Some(user) = self.owner(socket) else { return Vec::new() };
        let first = !self.is_in(user, room);
        self.rooms.entry(room).or_default().joined.insert(socket);
        change_if(first, Change { what: What::Entered, user, room: Some(room), message: None })
    }

    fn leave(&mut self, socket: SocketId, room: RoomId) -> Vec<Change> {
        let Some(user) = self.owner(socket) else { return Vec::new() };
        let was_in = self.rooms.get_mut(&room).is_some_and(|room| room.joined.remove(&socket));
        if !was_in || self.is_in(user, room) {
            return Vec::new();
        }
        let mut changes = self.stop(user, room);
        changes.push(Change { what: What::Left, user, room: Some(room), message: None });
        changes
    }

    fn stop(&mut self, user: UserId, room: RoomId) -> Vec<Change> {
        let typed = self.typing.end(user, room);
        change_if(typed, Change { what: What::Stopped, user, room: Some(room), message: None })
    }

    fn send(&mut self, sender: UserId, room: RoomId, message: MessageId) -> Vec<Change> {
        let state = self.rooms.entry(room).or_default();
        state.messages.push(message);
        let reached = self.rooms[&room].joined.iter().any(|socket| self.owner(*socket) != Some(sender));
        let stored = Message { sender, room, deleted: false, delivered: reached, read_by: BTreeSet::new() };
        self.messages.insert(message, stored);
        let mut changes =
            vec![Change { what: What::Sent, user: sender, room: Some(room), message: Some(message) }];
        if reached {
            changes.push(Change {
                what: What::Delivered,
                user: sender,
                room: Some(room),
                message: Some(message),
            });
        }
        changes
    }

    fn about_message(&self, what: What, user: UserId, message: MessageId) -> Vec<Change> {
        let known = self.messages.get(&message).filter(|message| !message.deleted);
        known
            .map(|known| Change { what, user, room: Some(known.room), message: Some(message) })
            .into_iter()
            .collect()
    }

    fn delete(&mut self, user: UserId, message: MessageId) -> Vec<Change> {
        let changes = self.about_message(What::Deleted, user, message);
        if let Some(message) = self.messages.get_mut(&message) {
            message.deleted = true;
        }
        changes
    }

    fn read(&mut self, user: UserId, message: MessageId) -> Vec<Change> {
        let first =
            self.messages.get_mut(&message).is_some_and(|known| !known.deleted && known.read_by.insert(user));
        if first { self.about_message(What::Read, user, message) } else { Vec::new() }
    }

    /// Reading a conversation moves the status of what others wrote, and only the first reader moves it.
    fn read_all(&mut self, user: UserId, room: RoomId) -> Vec<Change> {
        let unread: Vec<MessageId> = self
            .history(room)
            .into_iter()
            .filter(|id| {
                self.messages.get(id).is_some_and(|known| known.sender != user && known.read_by.is_empty())
            })
            .collect();
        unread.into_iter().flat_map(|message| self.read(user, message)).collect()
    }

    /// The messages of a room that are not deleted, oldest first.
    #[must_use]
    pub fn history(&self, room: RoomId) -> Vec<MessageId> {
        let messages = self.rooms.get(&room).map_or(&[][..], |room| &room.messages);
        messages
            .iter()
            .copied()
            .filter(|id| self.messages.get(id).is_some_and(|known| !known.deleted))
            .collect()
    }

    /// Whether somebody has read a message whom it was written to.
    #[must_use]
    pub fn is_read(&self, message: MessageId) -> bool {
        let known = self.messages.get(&message);
        known.is_some_and(|known| known.read_by.iter().any(|reader| *reader != known.sender))
    }

    /// The rooms a socket is in.
    pub fn rooms_of(&self, socket: SocketId) -> impl Iterator<Item = RoomId> + '_ {
        self.rooms.iter().filter(move |(_, room)| room.joined.contains(&socket)).map(|(id, _)| *id)
    }

    /// The rooms a user belongs to.
    pub fn memberships(&self, user: UserId) -> impl Iterator<Item = RoomId> + '_ {
        self.rooms.iter().filter(move |(_, room)| room.participants.contains(&user)).map(|(id, _)| *id)
    }

    /// Who types, and where.
    #[must_use]
    pub fn typists(&self) -> Vec<(UserId, RoomId)> {
        self.typing.all()
    }

    /// Until when nobody hears that a typing user goes on typing, if they are and such a time is promised.
    #[must_use]
    pub fn quiet_until(&self, user: UserId, room: RoomId) -> Option<Duration> {
        self.typing.quiet_until(user, room)
    }

    /// When a user last said that they are typing in a room, if they still are.
    #[must_use]
    pub fn typing_since(&self, user: UserId, room: RoomId) -> Option<Duration> {
        self.typing.renewed(user, room)
    }
}

fn change_if(fires: bool, change: Change) -> Vec<Change> {
    if fires { vec![change] } else { Vec::new() }
}

#[cfg(test)]
mod tests;
