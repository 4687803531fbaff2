//! The typing state: one per user and room, whatever the device.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{RoomId, UserId};

/// How typing is told to others.
#[derive(Debug, Clone, Copy, Default)]
pub struct TypingRule {
    /// Within this time a repeated start is heard once; none where the document promises nothing.
    pub debounce: Option<Duration>,
}

#[derive(Debug, Clone, Copy)]
struct State {
    heard: Duration,
    renewed: Duration,
}

/// Who types where.
#[derive(Debug, Clone)]
pub(super) struct Typing {
    rule: TypingRule,
    states: BTreeMap<(UserId, RoomId), State>,
}

impl Typing {
    pub(super) fn new(rule: TypingRule) -> Self {
        Self { rule, states: BTreeMap::new() }
    }

    /// Records a start; true where others hear it.
    pub(super) fn start(&mut self, user: UserId, room: RoomId, now: Duration) -> bool {
        let debounce = self.rule.debounce.unwrap_or_default();
        let state = self.states.entry((user, room));
        let mut heard = false;
        let state = state.or_insert_with(|| {
            heard = true;
            State { heard: now, renewed: now }
        });
        if !heard && now.saturating_sub(state.heard) >= debounce {
            heard = true;
            state.heard = now;
        }
        state.renewed = now;
        heard
    }

    /// Forgets a state; true where there was one.
    pub(super) fn end(&mut self, user: UserId, room: RoomId) -> bool {
        self.states.remove(&(user, room)).is_some()
    }

    pub(super) fn rooms_of(&self, user: UserId) -> Vec<RoomId> {
        self.states.keys().filter(|(typist, _)| *typist == user).map(|(_, room)| *room).collect()
    }

    pub(super) fn all(&self) -> Vec<(UserId, RoomId)> {
        self.states.keys().copied().collect()
    }

    /// Until when a repeated start is not heard.
    pub(super) fn quiet_until(&self, user: UserId, room: RoomId) -> Option<Duration> {
        let heard = self.states.get(&(user, room))?.heard;
        Some(heard + self.rule.debounce?)
    }

    pub(super) fn renewed(&self, user: UserId, room: RoomId) -> Option<Duration> {
        self.states.get(&(user, room)).map(|state| state.renewed)
    }
}
