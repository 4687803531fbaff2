//! What a step means: what is sent, what has to follow, and what it changes in the model.
//!
//! Pure: it knows no socket, no runtime and no clock but the time it is given. Drivers stand on it: the runner plays a case
//! over sockets, the dry run shows what would be sent. Must not decide what a finding is called: that is the runner's affair.

pub mod effects;
pub mod expected;
mod messages;
pub mod order;
pub mod outgoing;
pub mod repeats;
pub mod said;
#[cfg(test)]
pub(crate) mod tests;

use std::time::Duration;

pub use self::messages::{Message, Messages};
use indexmap::IndexMap;
use serde_json::Value;

use crate::check::fill::{Unfilled, filler};
use crate::check::identity::Told;
use crate::check::scope::{Book, Context, Scope};
use crate::check::spoil::NotSpoilt;
use crate::plan::{self, CasePlan, user_of};
use crate::world::{MessageId, RoomId, SocketId, TypingRule, UserId, World};
use language::contract::{AnswerForm, ClauseId, Making, Refusal, Verb};
use language::payload::Payload;
use language::script::Action;

/// A case as the model knows it.
#[derive(Debug)]
pub struct Interpreter {
    /// What is played.
    pub plan: CasePlan,
    /// Who is where, and who should hear what.
    pub world: World,
    /// The ids and captures.
    pub book: Book,
    /// The rooms, in the order of their ids.
    pub rooms: Vec<String>,
    /// The messages, in the order of their ids.
    pub messages: Messages,
    /// Messages were sent at once: their order is known only from what was heard.
    pub unordered: bool,
    /// Every message a socket has heard of, by room and in order.
    pub heard: IndexMap<(String, SocketId), order::Heard>,
    /// What each socket has heard and was to hear.
    pub told: Told,
    users: Vec<String>,
    salt: u64,
    /// How often something was said: no two made texts are alike.
    turns: usize,
    /// How much has happened to messages: what has a greater number happened later.
    moments: u64,
}

/// Who speaks.
#[derive(Debug, Clone, Copy)]
pub struct Speaker<'a> {
    /// On which socket.
    pub socket: SocketId,
    /// As which user.
    pub user: &'a str,
    /// The credential, where there is one.
    pub token: Option<&'a str>,
}

/// A step that makes no sense in this case, in words: a message that nobody has sent, a room that has to be named.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Senseless(pub String);

impl From<Unfilled> for Senseless {
    fn from(unfilled: Unfilled) -> Self {
        Self(unfilled.to_string())
    }
}

impl From<NotSpoilt> for Senseless {
    fn from(not_spoilt: NotSpoilt) -> Self {
        Self(not_spoilt.to_string())
    }
}

impl Interpreter {
    /// A case before its first step. There is an id for each of its users, in their order; after `debounce` somebody who
    /// types is told of again. The same seed makes the same texts.
    #[must_use]
    pub fn new(plan: CasePlan, ids: Vec<Value>, debounce: Option<Duration>, seed: u64) -> Self {
        let users = plan::users(&plan::actors(&plan.scenario));
        let rooms: Vec<String> = plan.scenario.rooms.keys().cloned().collect();
        let mut book = Book::default();
        for (user, id) in users.iter().zip(ids) {
            book.bind(format!("user:{user}"), id);
        }
        let mut world = World::new(TypingRule { debounce });
        for (index, (name, members)) in plan.scenario.rooms.iter().enumerate() {
            let members = members.iter().map(|member| UserId(position(&users, user_of(member))));
            world.add_room(RoomId(index as u32), members);
            if plan.scenario.later.contains(name) {
                world.awaits(RoomId(index as u32));
            }
        }
        let salt = salt(&plan.id, seed);
        if let Making::Named(bytes) = plan.contract.room.made {
            for (index, room) in rooms.iter().enumerate() {
                let name = filler(bytes, salted(salt, usize::MAX - index));
                book.bind(format!("room:{room}"), Value::String(name.trim_end().to_owned()));
            }
        }
        Self {
            plan,
            world,
            book,
            rooms,
            messages: Messages::default(),
            unordered: false,
            heard: IndexMap::new(),
            told: Told::default(),
            users,
            salt,
            turns: 0,
            moments: 0,
        }
    }

    /// The number of a user; of somebody who is none of the case, a number that nobody has.
    #[must_use]
    pub fn user(&self, name: &str) -> UserId {
        UserId(position(&self.users, name))
    }

    /// The user of a number.
    #[must_use]
    pub fn user_name(&self, user: UserId) -> Option<&str> {
        self.users.get(user.0 as usize).map(String::as_str)
    }

    /// The number of a room of the case.
    #[must_use]
    pub fn room_id(&self, name: &str) -> Option<RoomId> {
        self.rooms.iter().position(|known| known == name).map(|index| RoomId(index as u32))
    }

    /// The users who belong to a room.
    #[must_use]
    pub fn members(&self, room: &str) -> Vec<String> {
        let members = self.plan.scenario.rooms.get(room);
        members.into_iter().flatten().map(|member| user_of(member).to_owned()).collect()
    }

    /// The newest message of a name.
    #[must_use]
    pub fn message_named(&self, name: &str) -> Option<(MessageId, &Message)> {
        self.messages.labelled(self.book.newest(name))
    }

    /// The verb of the contract that an action means.
    ///
    /// # Errors
    /// Where the dialect has none of that name.
    pub fn verb(&self, action: &Action) -> Result<&Verb, Senseless> {
        let contract = &self.plan.contract;
        contract
            .verb(action.verb.as_str(), action.via.as_deref())
            .ok_or_else(|| Senseless(format!("`{}` has no verb `{}`", contract.dialect, action.verb)))
    }

    /// All there is to say of how a verb is refused; it is put together anew each time.
    #[must_use]
    pub fn refusal(&self, verb: &Verb) -> Refusal {
        verb.refused.or(&self.plan.contract.refused)
    }

    /// The forms in which a verb is refused.
    #[must_use]
    pub fn refusal_forms<'v>(&'v self, verb: &'v Verb) -> &'v IndexMap<String, AnswerForm> {
        let own = &verb.refused.forms;
        if own.is_empty() { &self.plan.contract.refused.forms } else { own }
    }

    /// What `$reason` is where a verb is refused as this kind.
    #[must_use]
    pub fn refusal_reason<'v>(&'v self, verb: &'v Verb, kind: &str) -> Option<&'v Payload> {
        verb.refused.reason(kind).or_else(|| self.plan.contract.refused.reason(kind))
    }

    /// The clause of a refusal of this kind.
    #[must_use]
    pub fn refusal_clause<'v>(&'v self, verb: &'v Verb, kind: &str) -> Option<&'v ClauseId> {
        verb.refused.clauses.get(kind).or_else(|| self.plan.contract.refused.clauses.get(kind))
    }

    /// What a comparison within a scope may look at.
    #[must_use]
    pub fn context<'c>(&'c self, scope: &'c Scope) -> Context<'c> {
        Context { contract: &self.plan.contract, book: &self.book, scope }
    }

    /// A scope without any action in it.
    #[must_use]
    pub fn bare_scope(&self) -> Scope {
        let salt = salted(self.salt, self.turns);
        let since = self.book.clock.map(|clock| clock.now);
        Scope { salt, since, variables: self.plan.variables.clone(), ..Scope::default() }
    }
}

fn position(names: &[String], name: &str) -> u32 {
    names.iter().position(|known| known == name).unwrap_or(names.len()) as u32
}

/// A number of its own for each case of each seed. Instances of one scenario have names that differ in a digit: their
/// numbers have to differ everywhere, or the tenth text of one is made like the eleventh of the next.
fn salt(case: &str, seed: u64) -> u64 {
    let folded = case.bytes().fold(seed, |salt, byte| salt.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte));
    fastrand::Rng::with_seed(folded).u64(..)
}

/// The salt of a case at one of its turns.
fn salted(salt: u64, turn: usize) -> u64 {
    fastrand::Rng::with_seed(salt ^ turn as u64).u64(..)
}
