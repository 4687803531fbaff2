//! The reference server: an in-memory Socket.IO chat backend for the documented dialects.
//!
//! [`serve`] is the whole server; [`Options`] is all that can be said about it. It logs through `tracing` and is
//! silent until somebody subscribes.
//!
//! Floors, bottom up: `core` (the chat) -> `auth` (tokens) -> `faults` -> `dialects` (translation), `fixtures` (what exists before
//! the first connection) -> `options` -> `host` (axum and socketioxide, nowhere else). `tests/server/floors.rs` fails on an upward
//! import. It knows nothing of the harness, which judges it over the wire; `docs/architecture.md` shows both.

pub mod auth;
pub mod core;
mod dialects;
mod faults;
mod fixtures;
mod host;
mod options;

pub use auth::{DEVELOPMENT_SECRET, Expiry, SHORTEST_SECRET, UserIdKind, sign};
pub use core::{ConversationId, Limits, Profile, RateLimit, UserId};
pub use dialects::{About, Action, Capabilities, Capability, Credential, DialectName, Presence, Way};
pub use faults::{Fault, Faults, Variation};
pub use fixtures::{FixtureConversation, FixtureError, FixtureMessage, FixtureUser, Fixtures};
pub use host::{serve, serve_echo};
pub use options::{Bounds, GatewayOptions, Options};
