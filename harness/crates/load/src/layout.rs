//! Who sits where: the sizes of the rooms, and which users of which worker are their members. Pure.

use super::session::Seat;
use language::contract::Contract;
use language::load::Load;
use language::members::Members;
use results::record::load::Asked;

/// The size of a room where neither the file nor the command line says one.
const USUAL_MEMBERS: usize = 3;

/// The whole run: whole rooms for each worker.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) parts: Vec<Part>,
    rooms_per_user: usize,
}

/// What one worker has.
#[derive(Debug)]
pub(super) struct Part {
    /// How many members each of its rooms has.
    pub(super) sizes: Vec<usize>,
    /// How many users, each with a session.
    pub(super) users: usize,
    /// The number of its first room and user in the whole run.
    pub(super) first_room: usize,
    pub(super) first_user: usize,
}

impl Layout {
    /// Deals out rooms and users.
    ///
    /// # Errors
    /// Where the dialect has no rooms of that size.
    pub(super) fn new(load: &Load, contract: &Contract, workers: usize, seed: u64) -> Result<Self, String> {
        let (least, most) = (contract.room.smallest, contract.room.largest);
        let members = load.members.clone();
        let members = members.unwrap_or_else(|| Members::all(USUAL_MEMBERS.clamp(least, most)));
        let (from, to) = members.ends();
        if from < least || to > most {
            let asked = if from == to { from.to_string() } else { format!("{from} to {to}") };
            return Err(format!("its rooms have {least} to {most} members, not {asked}"));
        }
        let mut sizes = members.sizes(load.rooms.max(1));
        fastrand::Rng::with_seed(seed).shuffle(&mut sizes);
        let rooms_per_user = load.rooms_per_user.max(1);
        let (mut parts, mut first_user): (Vec<Part>, usize) = (Vec::new(), 0);
        let (mut rest, mut first_room) = (sizes.as_slice(), 0);
        // A worker without a room would have nothing to do; the first ones have one more where it does not divide.
        let workers = workers.clamp(1, sizes.len());
        for left in (1..=workers).rev() {
            let (sizes, others) = rest.split_at(rest.len().div_ceil(left));
            rest = others;
            let largest = sizes.iter().copied().max().unwrap_or_default();
            // Nobody is a member of one room twice.
            let users = sizes.iter().sum::<usize>().div_ceil(rooms_per_user).max(largest);
            parts.push(Part { sizes: sizes.to_vec(), users, first_room, first_user });
            (first_room, first_user) = (first_room + sizes.len(), first_user + users);
        }
        Ok(Self { parts, rooms_per_user })
    }

    /// How many sockets there are.
    pub(super) fn sockets(&self) -> usize {
        self.parts.iter().map(|part| part.users).sum()
    }

    /// What a report says of it.
    pub(super) fn asked(&self) -> Asked {
        let sizes = self.parts.iter().flat_map(|part| part.sizes.iter().copied());
        Asked::new(sizes.collect(), self.sockets(), self.rooms_per_user)
    }
}

impl Part {
    /// The sessions of each room, and the seats of each session, as the worker counts.
    pub(super) fn seats(&self) -> (Vec<Box<[u32]>>, Vec<Vec<Seat>>) {
        let mut seats: Vec<Vec<Seat>> = vec![Vec::new(); self.users];
        let (mut rooms, mut next) = (Vec::new(), 0);
        for (room, size) in self.sizes.iter().enumerate() {
            let sessions: Box<[u32]> =
                (next..next + size).map(|session| (session % self.users) as u32).collect();
            next += size;
            for (member, session) in sessions.iter().enumerate() {
                seats[*session as usize].push(Seat { room: room as u32, member: member as u16 });
            }
            rooms.push(sessions);
        }
        (rooms, seats)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use language::contract_file;
    use language::load::User;

    fn layout(rooms: usize, workers: usize) -> Layout {
        let path =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../scenarios/dialects/crm.yaml");
        let load = Load {
            rooms,
            members: None,
            rooms_per_user: 1,
            data: None,
            user: User::default(),
            enter: None,
            phases: Vec::new(),
            flow: Vec::new(),
            check: 1.0,
            slo: Vec::new(),
            abort_when: Vec::new(),
            drain: Load::DRAIN,
            lateness_budget: Load::LATENESS,
        };
        Layout::new(&load, &contract_file::read(&path).unwrap(), workers, 7).unwrap()
    }

    #[test]
    fn each_room_and_each_user_is_dealt_once_whatever_the_number_of_workers() {
        for rooms in [1, 2, 3, 5, 7, 8, 100] {
            for workers in [1, 2, 3, 4, 64] {
                let layout = layout(rooms, workers);
                let asked = layout.asked();
                assert_eq!(
                    (asked.rooms, asked.sockets),
                    (rooms, 3 * rooms),
                    "{rooms} rooms, {workers} workers"
                );
                assert_eq!(layout.parts.len(), workers.min(rooms));
                let (mut room, mut user) = (0, 0);
                for part in &layout.parts {
                    assert_eq!((part.first_room, part.first_user), (room, user));
                    (room, user) = (room + part.sizes.len(), user + part.users);
                }
                assert_eq!((room, user), (rooms, 3 * rooms));
                let sizes = layout.parts.iter().map(|part| part.sizes.len());
                assert!(sizes.clone().max().unwrap() - sizes.min().unwrap() <= 1, "fair");
            }
        }
    }
}
