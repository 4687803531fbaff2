//! What one misses while one is away, and how often one has gone.

use super::{Change, MessageId, RoomId, SocketId, UserId, What, World};

impl World {
    /// A socket that joins again hears alone what was sent after the last message it has heard.
    pub(super) fn rejoin(&mut self, socket: SocketId, room: RoomId, after: MessageId) -> Vec<Change> {
        let Some(user) = self.owner(socket) else { return Vec::new() };
        let mut changes = self.join(socket, room);
        let messages = self.rooms.get(&room).map_or(&[][..], |room| &room.messages);
        let missed = messages.iter().skip_while(|id| **id != after).skip(1);
        for id in missed.copied().collect::<Vec<_>>() {
            let Some(message) = self.messages.get_mut(&id).filter(|message| !message.deleted) else {
                continue;
            };
            let told = |what, user| Change { what, user, room: Some(room), message: Some(id) };
            changes.push(told(What::Missed, user));
            if message.sender != user && !message.delivered && message.read_by.is_empty() {
                message.delivered = true;
                changes.push(told(What::Delivered, message.sender));
            }
        }
        changes
    }

    /// Whether a user has a socket that is connected.
    #[must_use]
    pub fn online(&self, user: UserId) -> bool {
        self.connected.iter().any(|socket| self.owner(*socket) == Some(user))
    }

    /// How often a user has gone offline so far.
    #[must_use]
    pub fn departures(&self, user: UserId) -> usize {
        self.departures.get(&user).copied().unwrap_or_default()
    }
}
