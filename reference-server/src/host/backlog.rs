//! How much waits for the sockets that are behind, for each and for all of them.
//!
//! It must not know how much that is: it is told.

use std::collections::HashMap;

use crate::core::SocketId;
use crate::options::Bounds;

/// Bytes that may wait for a socket without being looked at when too much waits for all of them.
const UNNOTICED: u64 = 64 * 1024;

/// How much waits for the sockets that are behind.
pub(super) struct Backlog {
    of_each: HashMap<SocketId, u64>,
    sum: u64,
    most_of_each: u64,
    most: u64,
}

impl Backlog {
    pub(super) fn new(bounds: &Bounds) -> Self {
        let (most_of_each, most) = (bounds.queue_bytes, bounds.queued_bytes);
        Self { of_each: HashMap::new(), sum: 0, most_of_each, most }
    }

    /// Notes how much waits for a socket, and says whether it is too much.
    pub(super) fn is_too_much(&mut self, id: SocketId, waiting: u64) -> bool {
        if waiting <= UNNOTICED {
            if !self.of_each.is_empty() {
                self.forget(id);
            }
            return false;
        }
        let before = self.of_each.insert(id, waiting).unwrap_or_default();
        self.sum = self.sum - before + waiting;
        waiting > self.most_of_each
    }

    pub(super) fn forget(&mut self, id: SocketId) {
        self.sum -= self.of_each.remove(&id).unwrap_or_default();
    }

    pub(super) fn is_over(&self) -> bool {
        self.sum > self.most
    }

    /// Looks at each again: much of it may have left.
    pub(super) fn measure(&mut self, waiting: impl Fn(SocketId) -> u64) {
        self.of_each.retain(|id, bytes| {
            *bytes = waiting(*id);
            *bytes > UNNOTICED
        });
        self.sum = self.of_each.values().sum();
    }

    pub(super) fn worst(&self) -> Option<SocketId> {
        self.of_each.iter().max_by_key(|(_, bytes)| **bytes).map(|(id, _)| *id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_much_for_one_or_for_all_is_noticed() {
        let bounds = Bounds { queue_bytes: 1_000_000, queued_bytes: 1_500_000, ..Bounds::default() };
        let mut backlog = Backlog::new(&bounds);
        let [one, two, three] = [1, 2, 3].map(SocketId);
        assert!(!backlog.is_too_much(one, 900_000) && backlog.is_too_much(two, 1_000_001));
        backlog.forget(two);
        assert!(!backlog.is_too_much(two, 800_000) && backlog.is_over());
        assert_eq!(backlog.worst(), Some(one));
        backlog.measure(|id| if id == one { 0 } else { 800_000 });
        assert!(!backlog.is_over() && !backlog.is_too_much(three, 10));
        assert_eq!((backlog.worst(), backlog.sum), (Some(two), 800_000));
    }
}
