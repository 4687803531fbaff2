//! What the second client cannot do, in one table: `--help` shows it, and the verdict of a case that needs it names it.
//! It is here in every build, so that the help says what the feature would bring.

use std::fmt;

/// Something that `--client rust_socketio` cannot do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Send a raw Engine.IO packet.
    Frame,
    /// Cut a connection.
    Sever,
    /// Carry a chat over polling: it takes every piece of an answer for a whole one, asks on without a pause where an
    /// answer is empty, and does not tell the HTTP status of a refusal.
    Polling,
    /// Join a second namespace, which is what a fence does.
    Fence,
    /// Tell two acks in flight from each other: it makes their ids up.
    Acks,
    /// Show what it does not understand.
    Violations,
    /// Tell some events from its own.
    Names,
    /// Hand out all of a packet.
    Parts,
}

/// Each limit: what cannot be done, and what becomes of a case because of it.
pub const LIMITS: &[(Limit, &str, &str)] = &[
    (Limit::Frame, "send a raw frame", NOT_SUPPORTED),
    (Limit::Sever, "cut a connection without a goodbye", NOT_SUPPORTED),
    (
        Limit::Polling,
        "be trusted with polling",
        "such a case is not supported; `--transport upgrade` is fine",
    ),
    (
        Limit::Fence,
        "fence a silence",
        "waited for instead: the target's `settle`, or 100 ms on the time scale",
    ),
    (
        Limit::Acks,
        "keep two acks apart",
        "one in flight for each socket if it can be, also in `parallel`; a case that mixes two up is run again",
    ),
    (
        Limit::Violations,
        "show a frame that breaks the protocol",
        "it passes unseen, or ends the connection; `--trace` shows nothing",
    ),
    (
        Limit::Names,
        "tell `message`, `error`, `open` and `close` from its own",
        "one text in a `message` is taken for a name without arguments",
    ),
    (
        Limit::Parts,
        "hand out all of a packet",
        "unseen: CONNECT's payload, ack ids of the server's events, all attachments but one",
    ),
];

const NOT_SUPPORTED: &str = "such a case is not supported";

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = LIMITS.iter().find(|(limit, ..)| limit == self);
        write!(f, "`--client rust_socketio` cannot {}", known.map_or("do this", |(_, what, _)| what))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_says_whose_it_is() {
        assert_eq!(Limit::Frame.to_string(), "`--client rust_socketio` cannot send a raw frame");
    }
}
