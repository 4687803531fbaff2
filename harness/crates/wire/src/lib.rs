//! The wire format: Engine.IO protocol 4 and Socket.IO protocol 5, text to packets and back.
//!
//! Pure: no runtime, no clock, no I/O. It must not know who sends a packet, over which transport, or what
//! any event means. Sections are cited as *Engine.IO 4, "…"* and *Socket.IO 5, "…"*, after the headings of
//! the two protocol documents (`socketio/engine.io-protocol`, `socketio/socket.io-protocol`).

pub mod assembly;
pub mod client;
pub mod engine;
mod error;
pub mod packet;
pub mod values;

pub use error::DecodeError;
