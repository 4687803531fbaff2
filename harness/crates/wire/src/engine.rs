//! Engine.IO 4 packets, as websocket frames and as polling payloads.
//!
//! Owns the packet types, the record separator and the handshake object. Must not know Socket.IO: the text
//! of a message is opaque here. *Engine.IO 4, "Protocol".*

use std::borrow::Cow;
use std::time::Duration;

use data_encoding::BASE64;
use serde::Deserialize;

use super::error::{DecodeError, json_offset, json_reason};

/// Stands between the packets of a polling payload. *"Packet encoding", "HTTP long-polling".*
pub const SEPARATOR: char = '\x1e';

/// One Engine.IO packet. *Engine.IO 4, "Packet types".*
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packet<'a> {
    /// `0`, the handshake as JSON; see [`Handshake::parse`].
    Open(&'a str),
    /// `1`, the transport may be closed.
    Close,
    /// `2`, a heartbeat from the server, or `2probe` of an upgrade.
    Ping(&'a str),
    /// `3`, the answer to a ping with the same data.
    Pong(&'a str),
    /// `4`, a message: the text of a Socket.IO packet.
    Message(&'a str),
    /// `5`, from now on the probed transport is used.
    Upgrade,
    /// `6`, releases a pending poll.
    Noop,
    /// A binary message: a binary websocket frame, or `b` and base64 in a polling payload.
    Binary(Cow<'a, [u8]>),
}

impl<'a> Packet<'a> {
    /// Reads the text of one websocket frame. A binary frame needs no reading: it is [`Packet::Binary`].
    ///
    /// # Errors
    /// [`DecodeError::Empty`], [`DecodeError::EngineType`] or [`DecodeError::Trailing`].
    pub fn from_frame(text: &'a str) -> Result<Self, DecodeError> {
        let mut rest = text.chars();
        let kind = rest.next().ok_or(DecodeError::Empty)?;
        let data = rest.as_str();
        let bare = |packet| if data.is_empty() { Ok(packet) } else { Err(DecodeError::Trailing { at: 1 }) };
        match kind {
            '0' => Ok(Packet::Open(data)),
            '1' => bare(Packet::Close),
            '2' => Ok(Packet::Ping(data)),
            '3' => Ok(Packet::Pong(data)),
            '4' => Ok(Packet::Message(data)),
            '5' => bare(Packet::Upgrade),
            '6' => bare(Packet::Noop),
            found => Err(DecodeError::EngineType { found, at: 0 }),
        }
    }

    /// Reads one record of a polling payload: as a frame, or `b` and base64.
    ///
    /// # Errors
    /// Those of [`Packet::from_frame`], and [`DecodeError::Base64`].
    pub fn from_record(text: &'a str) -> Result<Self, DecodeError> {
        match text.strip_prefix('b') {
            None => Self::from_frame(text),
            Some(encoded) => match BASE64.decode(encoded.as_bytes()) {
                Ok(bytes) => Ok(Packet::Binary(Cow::Owned(bytes))),
                Err(error) => Err(DecodeError::Base64 { at: 1 + error.position }),
            },
        }
    }

    /// Appends the packet as text: a websocket text frame or a record of a payload. Binary data becomes `b`
    /// and base64, which is right for a payload only; on a websocket it is a binary frame of its own.
    pub fn write(&self, out: &mut String) {
        let (kind, data) = match self {
            Packet::Open(data) => ('0', *data),
            Packet::Close => ('1', ""),
            Packet::Ping(data) => ('2', *data),
            Packet::Pong(data) => ('3', *data),
            Packet::Message(data) => ('4', *data),
            Packet::Upgrade => ('5', ""),
            Packet::Noop => ('6', ""),
            Packet::Binary(bytes) => {
                out.push('b');
                BASE64.encode_append(bytes, out);
                return;
            }
        };
        out.push(kind);
        out.push_str(data);
    }
}

/// The records of a polling payload, in order, still as text. A payload without records, the empty text,
/// yields one empty record, which [`Packet::from_record`] refuses.
pub fn records(payload: &str) -> impl Iterator<Item = &str> {
    payload.split(SEPARATOR)
}

/// Appends one record, already written as text, to a payload.
pub fn push_record(payload: &mut String, record: &str) {
    if !payload.is_empty() {
        payload.push(SEPARATOR);
    }
    payload.push_str(record);
}

/// What the server says in its open packet. *Engine.IO 4, "Handshake".*
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Handshake {
    /// The id of the Engine.IO session; every later request of polling names it.
    pub sid: String,
    /// The transports one may upgrade to.
    #[serde(default)]
    pub upgrades: Vec<String>,
    /// Milliseconds between two pings of the server.
    #[serde(deserialize_with = "millis")]
    pub ping_interval: u64,
    /// Milliseconds the server waits for the pong.
    #[serde(deserialize_with = "millis")]
    pub ping_timeout: u64,
    /// The most bytes the server takes in one payload; absent before Engine.IO 6.2.
    pub max_payload: Option<usize>,
}

/// A time as JSON has it: a fraction is cut off, and one beyond all bounds is the longest there is.
fn millis<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let number = f64::deserialize(deserializer)?;
    if number < 0.0 {
        return Err(serde::de::Error::custom(format!("a time of {number} ms")));
    }
    Ok(number as u64)
}

impl Handshake {
    /// Reads the data of an open packet.
    ///
    /// # Errors
    /// [`DecodeError::Handshake`], with the position within `json`.
    pub fn parse(json: &str) -> Result<Self, DecodeError> {
        serde_json::from_str(json).map_err(|error| DecodeError::Handshake {
            at: json_offset(json, &error),
            why: json_reason(&error),
        })
    }

    /// How long a client waits for the next ping before it gives the server up. *"Heartbeat".*
    #[must_use]
    pub fn patience(&self) -> Duration {
        Duration::from_millis(self.ping_interval.saturating_add(self.ping_timeout))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(packet: &Packet<'_>) -> String {
        let mut out = String::new();
        packet.write(&mut out);
        out
    }

    #[test]
    fn every_type_survives_the_round_trip() {
        for text in ["0{}", "1", "2", "2probe", "3probe", "4", "42[\"a\"]", "5", "6"] {
            assert_eq!(written(&Packet::from_frame(text).unwrap()), text);
            assert_eq!(Packet::from_record(text), Packet::from_frame(text));
        }
    }

    #[test]
    fn binary_is_base64_in_a_payload_only() {
        let packet = Packet::from_record("bAQIDBA==").unwrap();
        assert_eq!(packet, Packet::Binary(Cow::Borrowed(&[1, 2, 3, 4])));
        assert_eq!(written(&packet), "bAQIDBA==");
        assert_eq!(Packet::from_frame("bAQIDBA=="), Err(DecodeError::EngineType { found: 'b', at: 0 }));
        assert_eq!(Packet::from_record("b"), Ok(Packet::Binary(Cow::Borrowed(&[]))));
        assert_eq!(Packet::from_record("bAQ!D"), Err(DecodeError::Base64 { at: 3 }));
    }

    #[test]
    fn malformed_frames_say_where() {
        assert_eq!(Packet::from_frame(""), Err(DecodeError::Empty));
        assert_eq!(Packet::from_frame("7"), Err(DecodeError::EngineType { found: '7', at: 0 }));
        assert_eq!(Packet::from_frame("é4"), Err(DecodeError::EngineType { found: 'é', at: 0 }));
        for text in ["1x", "5x", "6x"] {
            assert_eq!(Packet::from_frame(text), Err(DecodeError::Trailing { at: 1 }));
        }
    }

    #[test]
    fn payloads_split_and_join() {
        let mut payload = String::new();
        for record in ["40", "2", "b/w=="] {
            push_record(&mut payload, record);
        }
        assert_eq!(payload, "40\x1e2\x1eb/w==");
        let packets: Vec<_> = records(&payload).map(Packet::from_record).collect::<Result<_, _>>().unwrap();
        assert_eq!(packets, [Packet::Message("0"), Packet::Ping(""), Packet::Binary(Cow::Borrowed(&[255]))]);
        assert!(records("").map(Packet::from_record).eq([Err(DecodeError::Empty)]));
        assert!(
            records("2\x1e").map(Packet::from_record).eq([Ok(Packet::Ping("")), Err(DecodeError::Empty)])
        );
    }

    #[test]
    fn the_handshake_is_read() {
        let json = r#"{"sid":"lv_VI97HAXpY6yYWAAAC","upgrades":["websocket"],"pingInterval":25000,
            "pingTimeout":20000,"maxPayload":1000000,"more":1}"#;
        let handshake = Handshake::parse(json).unwrap();
        assert_eq!(handshake.sid, "lv_VI97HAXpY6yYWAAAC");
        assert_eq!(handshake.upgrades, ["websocket"]);
        assert_eq!(handshake.patience(), Duration::from_secs(45));
        assert_eq!(handshake.max_payload, Some(1_000_000));
        let old = Handshake::parse(r#"{"sid":"a","pingInterval":1,"pingTimeout":2}"#).unwrap();
        assert_eq!((old.max_payload, old.upgrades.len()), (None, 0));
    }

    #[test]
    fn a_time_is_any_number_that_is_not_negative() {
        let of = |time: &str| {
            let json = format!(r#"{{"sid":"a","pingInterval":{time},"pingTimeout":1}}"#);
            Handshake::parse(&json).map(|handshake| handshake.ping_interval)
        };
        assert_eq!(of("25000.5"), Ok(25_000));
        assert_eq!(of("1e300"), Ok(u64::MAX));
        assert_eq!(of("18446744073709551615"), Ok(u64::MAX));
        assert!(of("-25000").unwrap_err().to_string().contains("a time of -25000 ms"));
        assert!(of("\"25000\"").is_err());
    }

    #[test]
    fn a_broken_handshake_says_where() {
        let missing = Handshake::parse(r#"{"sid":"a","pingInterval":1}"#).unwrap_err();
        assert_eq!(missing.to_string(), "byte 27: not an Engine.IO handshake: missing field `pingTimeout`");
        let second_line = Handshake::parse("{\n  nonsense}").unwrap_err();
        assert!(matches!(second_line, DecodeError::Handshake { at: 4, .. }), "{second_line:?}");
    }
}
