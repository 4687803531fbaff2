//! The chat itself: users, conversations, rooms, messages, typing and receipts, with no transport.
//!
//! Owns every rule that all dialects share. It must not know an event name, a JSON shape, a socket library,
//! a runtime or a clock: `now` comes in with each command, and what happened goes out as [`Event`]s.

mod chat;
mod command;
mod few;
mod hearers;
mod model;
mod outcome;
mod policy;
mod rate;
mod store;
mod typing;

#[cfg(test)]
mod beyond_tests;
#[cfg(test)]
mod chat_tests;
#[cfg(test)]
mod story_tests;

pub use chat::Chat;
pub use command::{Command, Creation, Edit, Page};
pub use model::{
    Content, Conversation, ConversationId, Message, MessageId, Moment, Person, Profile, SocketId, Status,
    UserId,
};
pub use outcome::{Answer, Applied, Audience, Circle, Event, Happened, History, Refusal};
pub use policy::{Census, Limits, OpenDoors, Policy};
pub use rate::{Buckets, Exceeded, Limiter, RateLimit, Throttle};
