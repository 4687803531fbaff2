//! Actions that change nothing, because what they ask for is so already: who would hear of it, and which rule says nobody does.

use super::Interpreter;
use super::said::Said;
use crate::check::judge::Channel;
use crate::world::{Change, SocketId, UserId, What};
use language::contract::{ChangeKind, ClauseId};
use language::verb::ModelVerb;

/// An event that a repetition may bring, at one socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeat {
    /// Who would hear it.
    pub socket: SocketId,
    /// The event.
    pub event: String,
    /// The rule that says that nobody hears it again; none where the contract names none.
    pub clause: Option<ClauseId>,
}

/// The change that a verb is there for, where doing it again changes nothing.
#[must_use]
pub fn change_of(verb: ModelVerb) -> Option<What> {
    Some(match verb {
        ModelVerb::Connect => What::Online,
        ModelVerb::Disconnect => What::Offline,
        ModelVerb::Join | ModelVerb::Rejoin => What::Entered,
        ModelVerb::Leave => What::Left,
        ModelVerb::Type => What::Typing,
        ModelVerb::StopTyping => What::Stopped,
        ModelVerb::Read => What::Read,
        ModelVerb::Create | ModelVerb::Send | ModelVerb::Update | ModelVerb::Delete | ModelVerb::History => {
            return None;
        }
    })
}

/// Whether a change was asked for by the verb that is there for it, and is not what follows from another one, or from time.
pub(super) fn is_asked_for(what: What, verb: Option<ModelVerb>) -> bool {
    match what {
        What::Left | What::Stopped => verb.and_then(change_of) == Some(what),
        _ => true,
    }
}

impl Interpreter {
    /// What a server that tells of every action would send, where this one has changed nothing.
    #[must_use]
    pub fn repeats(&self, user: UserId, said: &Said, verb: ModelVerb, changes: &[Change]) -> Vec<Repeat> {
        let Some(what) = change_of(verb).filter(|what| changes.iter().all(|change| change.what != *what))
        else {
            return Vec::new();
        };
        let change = Change { what, user, room: said.room, message: said.message };
        let clause =
            self.plan.contract.when.get(&ChangeKind::of(what.name())).and_then(|heard| heard.again.clone());
        let expected = self.consequence_of(Some(said.socket), &change, Some(verb));
        let items = expected.into_iter().flat_map(|expected| expected.forms).flat_map(|form| form.items);
        let mut found = Vec::new();
        for item in items {
            let Channel::Event(event) = item.channel else { continue };
            let repeat = Repeat { socket: item.socket, event, clause: clause.clone() };
            if !found.contains(&repeat) {
                found.push(repeat);
            }
        }
        found
    }
}
