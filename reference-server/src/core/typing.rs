//! Who is typing where: the debounce window, the expiry, and that a stop is said once.
//!
//! One state per user and conversation, whatever the device. It must not know who may type or who hears it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::model::{ConversationId, Moment, UserId};

#[derive(Debug)]
struct State {
    heard_at: Moment,
    /// `None` where the expiry is so long that it never comes.
    expires_at: Option<Moment>,
}

/// Everybody who is typing. Keyed by user first, so that all of one user's states are neighbours.
#[derive(Debug)]
pub(super) struct TypingBoard {
    debounce: Duration,
    expiry: Duration,
    states: BTreeMap<(UserId, ConversationId), State>,
    deadlines: BTreeSet<(Moment, UserId, ConversationId)>,
}

impl TypingBoard {
    pub(super) fn new(debounce: Duration, expiry: Duration) -> Self {
        Self { debounce, expiry, states: BTreeMap::new(), deadlines: BTreeSet::new() }
    }

    /// A keystroke. Says whether the others should hear of it.
    pub(super) fn keystroke(&mut self, user: &UserId, conversation: ConversationId, now: Moment) -> bool {
        let key = (user.clone(), conversation);
        let expires_at = now.checked_add(self.expiry);
        let mut heard_at = now;
        let mut heard = true;
        if let Some(state) = self.states.get(&key) {
            if let Some(due) = state.expires_at {
                self.deadlines.remove(&(due, user.clone(), conversation));
            }
            heard = now.since(state.heard_at) >= self.debounce;
            if !heard {
                heard_at = state.heard_at;
            }
        }
        if let Some(due) = expires_at {
            self.deadlines.insert((due, user.clone(), conversation));
        }
        self.states.insert(key, State { heard_at, expires_at });
        heard
    }

    /// An end of typing. Says whether there was anything to end.
    pub(super) fn stop(&mut self, user: &UserId, conversation: ConversationId) -> bool {
        let Some(state) = self.states.remove(&(user.clone(), conversation)) else { return false };
        if let Some(due) = state.expires_at {
            self.deadlines.remove(&(due, user.clone(), conversation));
        }
        true
    }

    /// Where this user is typing.
    pub(super) fn conversations_of(&self, user: &UserId) -> Vec<ConversationId> {
        let all = (user.clone(), ConversationId(0))..=(user.clone(), ConversationId(u64::MAX));
        self.states.range(all).map(|((_, conversation), _)| *conversation).collect()
    }

    /// When the next state expires.
    pub(super) fn next_deadline(&self) -> Option<Moment> {
        self.deadlines.first().map(|(due, _, _)| *due)
    }

    /// Ends one state that is due, if there is one.
    pub(super) fn expire_one(&mut self, now: Moment) -> Option<(UserId, ConversationId)> {
        if self.next_deadline()? > now {
            return None;
        }
        let (_, user, conversation) = self.deadlines.pop_first()?;
        self.states.remove(&(user.clone(), conversation));
        Some((user, conversation))
    }
}
