//! What can be wrong with a text that should have been a packet. Owns the wording and the position; must
//! not know what the reader does about it.

use super::packet::PacketKind;

/// Why a text is not a packet. Positions are bytes from the start of the text that was given to the decoder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Nothing at all where a packet was due.
    #[error("an empty packet")]
    Empty,
    /// The first character is not one of `0` to `6` (or, in a polling payload, `b`).
    #[error("byte {at}: {found:?} is not an Engine.IO packet type")]
    EngineType {
        /// The character that was there.
        found: char,
        /// Where.
        at: usize,
    },
    /// Close, upgrade and noop carry nothing.
    #[error("byte {at}: data after a packet that carries none")]
    Trailing {
        /// Where the surplus begins.
        at: usize,
    },
    /// A binary packet of a polling payload is not base64.
    #[error("byte {at}: not base64")]
    Base64 {
        /// The first byte that cannot be decoded.
        at: usize,
    },
    /// The Engine.IO open packet is not the handshake object.
    #[error("byte {at}: not an Engine.IO handshake: {why}")]
    Handshake {
        /// Where in the JSON.
        at: usize,
        /// What the JSON reader said.
        why: Box<str>,
    },
    /// The first character of the Socket.IO packet is not one of `0` to `6`.
    #[error("byte {at}: {found:?} is not a Socket.IO packet type")]
    PacketType {
        /// The character that was there.
        found: char,
        /// Where.
        at: usize,
    },
    /// A binary packet whose number of attachments, `<digits>-`, is missing or too large.
    #[error("byte {at}: a binary packet must state its attachments as `<number>-`")]
    AttachmentCount {
        /// Where the number should be.
        at: usize,
    },
    /// An acknowledgement id that does not fit 64 bits.
    #[error("byte {at}: the acknowledgement id is too large")]
    AckId {
        /// Where the id begins.
        at: usize,
    },
    /// An ACK without the id of what it acknowledges.
    #[error("byte {at}: {kind} without an acknowledgement id")]
    MissingAckId {
        /// Which packet.
        kind: PacketKind,
        /// Where the id should be.
        at: usize,
    },
    /// An acknowledgement id on a packet nobody can acknowledge.
    #[error("byte {at}: {kind} carries an acknowledgement id")]
    UnexpectedAckId {
        /// Which packet.
        kind: PacketKind,
        /// Where the id begins.
        at: usize,
    },
    /// The payload is not JSON.
    #[error("byte {at}: the payload is not JSON: {why}")]
    Json {
        /// Where in the packet.
        at: usize,
        /// What the JSON reader said.
        why: Box<str>,
    },
    /// The payload is JSON, of a shape this packet must not have.
    #[error("byte {at}: {kind} needs {needs}")]
    Shape {
        /// Which packet.
        kind: PacketKind,
        /// What the protocol asks for.
        needs: &'static str,
        /// Where the payload is, or should be.
        at: usize,
    },
    /// Binary data that no packet announced.
    #[error("binary data that no packet announced")]
    UnannouncedBinary,
    /// Another packet came before all announced attachments.
    #[error("a packet while {missing} announced attachment(s) of a {kind} were still due")]
    Interrupted {
        /// The packet that is incomplete.
        kind: PacketKind,
        /// How many attachments it still lacked.
        missing: usize,
    },
}

/// The byte offset a JSON error speaks of; serde_json counts lines and columns from 1, columns in bytes.
pub(super) fn json_offset(text: &str, error: &serde_json::Error) -> usize {
    let before: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    (before + error.column().saturating_sub(1)).min(text.len())
}

/// A JSON error without the position, which [`json_offset`] tells better.
pub(super) fn json_reason(error: &serde_json::Error) -> Box<str> {
    let text = error.to_string();
    text.rfind(" at line ").map_or(text.as_str(), |cut| &text[..cut]).into()
}
