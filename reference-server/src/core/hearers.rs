//! Who hears something: an audience, turned into the sockets it consists of at this moment.
//!
//! It must not know what there is to hear.

use super::model::{ConversationId, SocketId, UserId};
use super::outcome::{Audience, Circle};
use super::store::{Room, Store};

impl Store {
    /// The sockets of an audience, each once.
    pub(super) fn hearers(&self, audience: &Audience) -> Vec<SocketId> {
        let out = audience.except.as_ref();
        match &audience.circle {
            Circle::Joined(id) => self.rooms.get(id).map(|room| joined(room, out)).unwrap_or_default(),
            Circle::Participants(id) => self.participants(*id, out),
            Circle::User(user) if Some(user) == out => Vec::new(),
            Circle::User(user) => self.sockets_of(user).collect(),
            Circle::Socket(id) => self.sockets.contains_key(id).then_some(*id).into_iter().collect(),
            Circle::Contacts(user) => {
                let contacts = self.contacts(user).into_iter().filter(|contact| Some(*contact) != out);
                contacts.flat_map(|contact| self.sockets_of(contact)).collect()
            }
            Circle::Everyone => {
                let others = self.sockets.iter().filter(|(_, s)| out.is_none() || s.user.as_ref() != out);
                others.map(|(id, _)| *id).collect()
            }
        }
    }

    fn participants(&self, id: ConversationId, out: Option<&UserId>) -> Vec<SocketId> {
        let Some(room) = self.rooms.get(&id) else { return Vec::new() };
        let participants = &room.conversation.participants;
        let insiders = participants.iter().filter(|user| Some(*user) != out);
        let mut sockets: Vec<_> = insiders.flat_map(|user| self.sockets_of(user)).collect();
        let listed = |socket: &SocketId| {
            let user = self.sockets.get(socket).and_then(|socket| socket.user.as_ref());
            user.is_some_and(|user| participants.contains(user))
        };
        sockets.extend(joined(room, out).into_iter().filter(|socket| !listed(socket)));
        sockets
    }
}

fn joined(room: &Room, out: Option<&UserId>) -> Vec<SocketId> {
    room.joined.iter().filter(|(_, user)| Some(*user) != out).map(|(socket, _)| *socket).collect()
}
