//! Socket.IO 5 packets: the text of an Engine.IO message, read and written.
//!
//! Owns the grammar `<type>[<attachments>-][<namespace>,][<ack id>][<JSON>]` and which payload each type may
//! carry. Must not know transports or sessions. *Socket.IO 5, "Packet encoding".*

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use serde_json::Value;

use super::error::{DecodeError, json_offset, json_reason};

/// The type of a packet. *Socket.IO 5, "Packet types".*
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PacketKind {
    /// `0`: join a namespace, with the credentials; or the server's consent, with the session id.
    Connect,
    /// `1`: leave a namespace.
    Disconnect,
    /// `2`: an event.
    Event,
    /// `3`: the acknowledgement of an event.
    Ack,
    /// `4`: the server refuses a namespace.
    ConnectError,
    /// `5`: an event with binary attachments.
    BinaryEvent,
    /// `6`: an acknowledgement with binary attachments.
    BinaryAck,
}

impl PacketKind {
    fn from_char(found: char) -> Option<Self> {
        Some(match found {
            '0' => PacketKind::Connect,
            '1' => PacketKind::Disconnect,
            '2' => PacketKind::Event,
            '3' => PacketKind::Ack,
            '4' => PacketKind::ConnectError,
            '5' => PacketKind::BinaryEvent,
            '6' => PacketKind::BinaryAck,
            _ => return None,
        })
    }

    fn to_char(self) -> char {
        match self {
            PacketKind::Connect => '0',
            PacketKind::Disconnect => '1',
            PacketKind::Event => '2',
            PacketKind::Ack => '3',
            PacketKind::ConnectError => '4',
            PacketKind::BinaryEvent => '5',
            PacketKind::BinaryAck => '6',
        }
    }

    fn is_binary(self) -> bool {
        matches!(self, PacketKind::BinaryEvent | PacketKind::BinaryAck)
    }

    /// What the payload must be when `data` is not allowed. *"Packet types", the samples of each.*
    fn objection(self, data: Option<&Value>) -> Option<&'static str> {
        let fits = match (self, data) {
            (PacketKind::Connect, None | Some(Value::Object(_)))
            | (PacketKind::Disconnect, None)
            | (PacketKind::ConnectError, Some(Value::Object(_) | Value::String(_)))
            | (PacketKind::Ack | PacketKind::BinaryAck, Some(Value::Array(_))) => true,
            (PacketKind::Event | PacketKind::BinaryEvent, Some(Value::Array(items))) => {
                items.first().is_some_and(Value::is_string)
            }
            _ => false,
        };
        (!fits).then_some(match self {
            PacketKind::Connect => "an object or nothing",
            PacketKind::Disconnect => "no payload",
            PacketKind::Event | PacketKind::BinaryEvent => "an array that begins with the event's name",
            PacketKind::Ack | PacketKind::BinaryAck => "an array",
            PacketKind::ConnectError => "an object with the reason",
        })
    }
}

impl fmt::Display for PacketKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PacketKind::Connect => "CONNECT",
            PacketKind::Disconnect => "DISCONNECT",
            PacketKind::Event => "EVENT",
            PacketKind::Ack => "ACK",
            PacketKind::ConnectError => "CONNECT_ERROR",
            PacketKind::BinaryEvent => "BINARY_EVENT",
            PacketKind::BinaryAck => "BINARY_ACK",
        })
    }
}

/// One Socket.IO packet without its attachments, which follow as binary packets; see
/// [`super::assembly::Assembler`].
#[derive(Debug, Clone, PartialEq)]
pub struct Packet<'a> {
    /// The type.
    pub kind: PacketKind,
    /// As written, `/` when it was left out. It may hold a query, which [`namespace_path`] removes.
    pub namespace: Cow<'a, str>,
    /// The acknowledgement id: asked for by an event, named by an ACK.
    pub id: Option<u64>,
    /// How many binary attachments follow.
    pub attachments: usize,
    /// The payload. Attachments stand in it as `{"_placeholder":true,"num":n}`.
    pub data: Option<Value>,
}

impl<'a> Packet<'a> {
    /// Reads the text of an Engine.IO message. The result satisfies the payload rules of its type: an event
    /// holds an array that begins with a string, an ACK an id and an array, and so on.
    ///
    /// # Errors
    /// What is wrong, and at which byte of `text`.
    pub fn decode(text: &'a str) -> Result<Self, DecodeError> {
        let found = text.chars().next().ok_or(DecodeError::Empty)?;
        let kind = PacketKind::from_char(found).ok_or(DecodeError::PacketType { found, at: 0 })?;
        let mut at = 1;
        let mut attachments = 0;
        if kind.is_binary() {
            let digits = digits(&text[at..]);
            let dash = at + digits.len();
            attachments = match digits.parse() {
                Ok(count) if text[dash..].starts_with('-') => count,
                _ => return Err(DecodeError::AttachmentCount { at }),
            };
            at = dash + 1;
        }
        let mut namespace = Cow::Borrowed("/");
        if text[at..].starts_with('/') {
            // A namespace cannot hold a comma, and the comma may be left out when nothing follows.
            let end = text[at..].find(',').map_or(text.len(), |comma| at + comma);
            namespace = Cow::Borrowed(&text[at..end]);
            at = text.len().min(end + 1);
        }
        let id = ack_id(kind, &text[at..], at)?;
        at += digits(&text[at..]).len();
        let data = json(&text[at..], at)?;
        if let Some(needs) = kind.objection(data.as_ref()) {
            return Err(DecodeError::Shape { kind, needs, at });
        }
        Ok(Packet { kind, namespace, id, attachments, data })
    }

    /// Appends the packet as text.
    pub fn write(&self, out: &mut String) {
        write_head(out, self.kind, self.attachments, &self.namespace, self.id);
        if let Some(data) = &self.data {
            write_json(out, data);
        }
    }

    /// The same packet, independent of the text it was read from.
    #[must_use]
    pub fn into_owned(self) -> Packet<'static> {
        Packet {
            kind: self.kind,
            namespace: Cow::Owned(self.namespace.into_owned()),
            id: self.id,
            attachments: self.attachments,
            data: self.data,
        }
    }
}

/// The decimal digits a text begins with.
fn digits(text: &str) -> &str {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    &text[..end]
}

/// Reads the id that stands, or does not stand, at the start of `rest`; `at` is its place in the packet.
fn ack_id(kind: PacketKind, rest: &str, at: usize) -> Result<Option<u64>, DecodeError> {
    let digits = digits(rest);
    if digits.is_empty() {
        return match kind {
            PacketKind::Ack | PacketKind::BinaryAck => Err(DecodeError::MissingAckId { kind, at }),
            _ => Ok(None),
        };
    }
    match kind {
        PacketKind::Connect | PacketKind::Disconnect | PacketKind::ConnectError => {
            Err(DecodeError::UnexpectedAckId { kind, at })
        }
        _ => digits.parse().map(Some).map_err(|_too_large| DecodeError::AckId { at }),
    }
}

fn json(rest: &str, at: usize) -> Result<Option<Value>, DecodeError> {
    if rest.is_empty() {
        return Ok(None);
    }
    serde_json::from_str(rest)
        .map(Some)
        .map_err(|error| DecodeError::Json { at: at + json_offset(rest, &error), why: json_reason(&error) })
}

/// A namespace without its query. Servers since Socket.IO 3 name the bare namespace in their answers.
#[must_use]
pub fn namespace_path(namespace: &str) -> &str {
    namespace.split_once('?').map_or(namespace, |(path, _query)| path)
}

/// Appends a CONNECT with its credentials. *Socket.IO 5, "Connection to a namespace".*
pub fn write_connect(out: &mut String, namespace: &str, auth: Option<&Value>) {
    write_head(out, PacketKind::Connect, 0, namespace, None);
    if let Some(auth) = auth {
        write_json(out, auth);
    }
}

/// Appends a DISCONNECT. *Socket.IO 5, "Disconnection from a namespace".*
pub fn write_disconnect(out: &mut String, namespace: &str) {
    write_head(out, PacketKind::Disconnect, 0, namespace, None);
}

/// Appends an EVENT; with `id` it asks for an acknowledgement. *Socket.IO 5, "Sending and receiving data".*
pub fn write_event(out: &mut String, namespace: &str, id: Option<u64>, name: &str, args: &[Value]) {
    write_head(out, PacketKind::Event, 0, namespace, id);
    out.push('[');
    write_string(out, name);
    for arg in args {
        out.push(',');
        write_json(out, arg);
    }
    out.push(']');
}

/// Appends the ACK of the event that carried `id`. *Socket.IO 5, "Acknowledgement".*
pub fn write_ack(out: &mut String, namespace: &str, id: u64, args: &[Value]) {
    write_head(out, PacketKind::Ack, 0, namespace, Some(id));
    out.push('[');
    for (index, arg) in args.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_json(out, arg);
    }
    out.push(']');
}

fn write_head(out: &mut String, kind: PacketKind, attachments: usize, namespace: &str, id: Option<u64>) {
    out.push(kind.to_char());
    if kind.is_binary() {
        infallible(write!(out, "{attachments}-"));
    }
    // The main namespace is implied. *"Packet encoding": "if different from the main one".*
    if namespace != "/" {
        out.push_str(namespace);
        out.push(',');
    }
    if let Some(id) = id {
        infallible(write!(out, "{id}"));
    }
}

fn write_json(out: &mut String, value: &Value) {
    infallible(write!(out, "{value}"));
}

/// Most event names need no escape, and then no copy either.
fn write_string(out: &mut String, text: &str) {
    if text.bytes().any(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        write_json(out, &Value::from(text));
    } else {
        out.push('"');
        out.push_str(text);
        out.push('"');
    }
}

/// Writing to a `String` cannot fail; the trait does not know.
fn infallible(outcome: fmt::Result) {
    debug_assert!(outcome.is_ok(), "a String takes any text");
}

#[cfg(test)]
#[path = "packet_tests.rs"]
mod tests;
