//! What the `expect` steps behind a step wait for. Whatever follows from one thing said may come in any order, and before its
//! step has its turn: it is held until then. Must not judge: the step does.

use super::case::Case;
use super::raw;
use language::script::{Act, Step, StepKind};
use model::check::judge::{Channel, Received};
use model::world::SocketId;

/// What is awaited later, and what of it has come already.
#[derive(Default)]
pub(super) struct Ahead {
    awaited: Vec<(SocketId, Channel)>,
    early: Vec<Received>,
}

impl Ahead {
    /// Holds something that a later step waits for; gives it back where none does.
    pub(super) fn hold(&mut self, received: Received) -> Option<Received> {
        let is_awaited = |(socket, channel): &(SocketId, Channel)| {
            *socket == received.socket && *channel == received.channel
        };
        let Some(place) = self.awaited.iter().position(is_awaited) else { return Some(received) };
        self.awaited.remove(place);
        self.early.push(received);
        None
    }

    /// How many of those that are held are this same thing.
    pub(super) fn holds(&self, same: &Received) -> usize {
        let is_same = |held: &&Received| {
            held.socket == same.socket && held.channel == same.channel && held.value == same.value
        };
        self.early.iter().filter(is_same).count()
    }

    /// The first thing of this kind that came before its turn.
    pub(super) fn take(&mut self, socket: SocketId, channel: &Channel) -> Option<Received> {
        let is_it = |received: &Received| received.socket == socket && received.channel == *channel;
        let place = self.early.iter().position(is_it)?;
        Some(self.early.remove(place))
    }
}

impl Case {
    /// Learns what the `expect` steps wait for that follow directly.
    pub(super) fn look_ahead(&mut self, following: &[Step]) {
        let expects = following.iter().map_while(|step| match &step.kind {
            StepKind::Act(actors, act) => match act.as_ref() {
                Act::Expect { event, .. } => Some((actors, raw::channel(event))),
                _ => None,
            },
            _ => None,
        });
        let mut awaited = Vec::new();
        for (actors, channel) in expects {
            let sockets = actors.iter().filter_map(|actor| self.socket_of(actor).ok());
            awaited.extend(sockets.map(|socket| (socket, channel.clone())));
        }
        let ahead = &mut self.owed.ahead;
        for held in &ahead.early {
            let same =
                |(socket, channel): &(SocketId, Channel)| *socket == held.socket && *channel == held.channel;
            if let Some(place) = awaited.iter().position(same) {
                awaited.remove(place);
            }
        }
        ahead.awaited = awaited;
    }
}
