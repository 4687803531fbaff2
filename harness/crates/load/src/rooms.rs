//! The rooms of a worker: who is in them, and the newest message of each.

use super::ledger::Room;
use super::notices::Notices;
use super::template::Users;

/// A room and what has to be known of it besides its ledger.
#[derive(Debug)]
pub(super) struct RoomState {
    pub(super) ledger: Room,
    /// Its id, as JSON.
    pub(super) id: Box<[u8]>,
    /// Its members: the user, and the session as the worker counts.
    pub(super) users: Box<[usize]>,
    pub(super) sessions: Box<[u32]>,
    /// Typing and receipts, where they are counted.
    pub(super) notices: Option<Box<Notices>>,
    /// The newest message, where turns are about it.
    pub(super) newest: Newest,
    /// The number of the last message that was acknowledged, for the look into the history.
    pub(super) last_acked: Option<u32>,
}

/// The newest message of a room, and who has done with it what is done once.
#[derive(Debug, Default)]
pub(super) struct Newest {
    /// Its id as JSON; empty where there is none.
    pub(super) id: Vec<u8>,
    number: u32,
    /// The member who sent it.
    sender: u16,
    /// Turns of the flow and the members who took them.
    done: Vec<(u16, u16)>,
}

impl Newest {
    /// A message is in the room.
    pub(super) fn is(&mut self, number: u32, sender: u16, id: &[u8]) {
        if self.id.is_empty() || number > self.number {
            self.id.clear();
            self.id.extend_from_slice(id);
            (self.number, self.sender) = (number, sender);
            self.done.clear();
        }
    }

    /// Whether a turn about it is something new: it is somebody else's message, and the member has not taken the turn.
    pub(super) fn awaits(&self, turn: u16, member: u16) -> bool {
        !self.id.is_empty() && self.sender != member && !self.done.contains(&(turn, member))
    }

    pub(super) fn take(&mut self, turn: u16, member: u16) {
        self.done.push((turn, member));
    }
}

impl RoomState {
    /// Nothing is under way.
    pub(super) fn is_quiet(&self) -> bool {
        self.ledger.in_flight() == 0 && self.notices.as_ref().is_none_or(|notices| notices.in_flight() == 0)
    }

    /// What a room is called in a finding.
    pub(super) fn name(&self, first: u32, index: usize) -> String {
        format!("room {} (id {})", first as usize + index, String::from_utf8_lossy(&self.id))
    }

    /// What a member is called in a finding.
    pub(super) fn member(&self, users: &Users, member: usize) -> String {
        let id = self.users.get(member).map(|user| users.json(*user)).unwrap_or_default();
        format!("user {}", String::from_utf8_lossy(&id))
    }
}
