//! Who hears: audiences as sets of sockets, computed from the state of the world.

use super::{RoomId, SocketId, UserId, World};
use language::contract::Audience;

impl World {
    /// The sockets of an audience, seen from the socket and user that act; in order.
    #[must_use]
    pub fn audience(
        &self,
        audience: Audience,
        user: UserId,
        socket: Option<SocketId>,
        room: Option<RoomId>,
    ) -> Vec<SocketId> {
        let mine = |id: &SocketId| self.owner(*id) == Some(user);
        let room = room.and_then(|room| self.rooms.get(&room));
        let joined = || room.into_iter().flat_map(|room| room.joined.iter().copied());
        let connected = || self.connected.iter().copied();
        match audience {
            Audience::Me => connected().filter(|id| Some(*id) == socket).collect(),
            Audience::MyDevices => connected().filter(mine).filter(|id| Some(*id) != socket).collect(),
            Audience::Joined => joined().collect(),
            Audience::Others => joined().filter(|id| !mine(id)).collect(),
            Audience::Participants => {
                let belongs = |id: &SocketId| {
                    let owner = self.owner(*id);
                    room.is_some_and(|room| owner.is_some_and(|owner| room.participants.contains(&owner)))
                };
                connected().filter(belongs).collect()
            }
            Audience::Everyone => connected().collect(),
            Audience::EveryoneElse => connected().filter(|id| !mine(id)).collect(),
            Audience::Contacts => {
                let shares = |other: UserId| {
                    let mut there = self.rooms.values().filter(|room| !room.later);
                    there.any(|room| room.participants.contains(&user) && room.participants.contains(&other))
                };
                connected().filter(|id| !mine(id) && self.owner(*id).is_some_and(shares)).collect()
            }
        }
    }
}
