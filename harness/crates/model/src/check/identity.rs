//! What a payload says that it is about: the identity by which an arrival is matched to what was said.
//!
//! A message is known by its id once somebody has seen that, until then by its text and its sender. What names no message
//! is known by whom and what it is about. It must not say how a payload differs: that is [`super::matching`].

use std::collections::{HashMap, VecDeque};

use serde_json::Value;

use super::expect::{Channel, Item, Received};
use super::scope::{Book, Context, Found};
use crate::world::SocketId;
use language::contract::Contract;
use language::payload::{Matcher, Payload};
use language::reference::{Reference, UserPart};

/// How far types may refer to each other.
const DEPTH: usize = 16;

/// Whether a value says that it is what is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// It names something else, or does not name what is expected.
    Unlike,
    /// It has the text of a message whose id nobody has seen yet, and is said to be of somebody else.
    OfAnother,
    /// No message is expected, and what the value names fits.
    Fits,
    /// It has the text and the sender of a message whose id nobody has seen yet.
    SameWords,
    /// It has the id of the message; something else that is said of it differs.
    SameId,
    /// It has the id of the message, and all that is said of it.
    Same,
}

/// Whether a value says that it is what is expected.
#[must_use]
pub fn likeness(payload: &Payload, value: &Value, context: Context<'_>) -> Likeness {
    let mut reading = Reading { context, id: Seen::Absent, text: Seen::Absent, said: true, around: true };
    reading.payload(payload, value, 0);
    reading.likeness()
}

/// A part of an identity, where the payload has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    Absent,
    /// Nobody has seen the id yet.
    Fresh,
    Right,
    Wrong,
}

impl Seen {
    /// Two places that have to say the same.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Wrong, _) | (_, Self::Wrong) => Self::Wrong,
            (Self::Absent, seen) | (seen, Self::Absent) => seen,
            (Self::Fresh, seen) => seen,
            (Self::Right, _) => Self::Right,
        }
    }

    fn of(right: bool) -> Self {
        if right { Self::Right } else { Self::Wrong }
    }
}

struct Reading<'a> {
    context: Context<'a>,
    id: Seen,
    text: Seen,
    /// Whoever is named is right.
    said: bool,
    /// The room is right.
    around: bool,
}

impl Reading<'_> {
    fn likeness(&self) -> Likeness {
        let words = matches!(self.text, Seen::Absent | Seen::Right) && self.said;
        match (self.id, self.text) {
            (Seen::Right, _) if words => Likeness::Same,
            (Seen::Right, _) => Likeness::SameId,
            (Seen::Wrong, _) | (_, Seen::Wrong) => Likeness::Unlike,
            (_, Seen::Right) if self.said => Likeness::SameWords,
            (_, Seen::Right) => Likeness::OfAnother,
            (_, Seen::Absent) if self.said && self.around => Likeness::Fits,
            _ => Likeness::Unlike,
        }
    }

    fn payload(&mut self, payload: &Payload, value: &Value, depth: usize) {
        if depth > DEPTH {
            return;
        }
        match payload {
            Payload::Reference(reference) => self.reference(reference, value, depth),
            Payload::Matcher(Matcher::Id(Some(name)) | Matcher::Form(_, Some(name))) => match name.as_str() {
                "message" => self.message(value),
                "room" => self.room(value),
                _ => {}
            },
            Payload::Matcher(Matcher::Maybe(inner)) if !value.is_null() => {
                self.payload(inner, value, depth + 1);
            }
            // What stands for itself names nothing.
            Payload::Matcher(_) | Payload::Text(_) | Payload::Literal(_) => {}
            Payload::List(items) => {
                let found = value.as_array().map(Vec::as_slice).unwrap_or_default();
                items.iter().zip(found).for_each(|(item, value)| self.payload(item, value, depth + 1));
            }
            Payload::Object { fields, .. } => {
                let found = fields.iter().filter_map(|(name, payload)| Some((payload, value.get(name)?)));
                found.for_each(|(payload, value)| self.payload(payload, value, depth + 1));
            }
        }
    }

    fn reference(&mut self, reference: &Reference, value: &Value, depth: usize) {
        match reference {
            Reference::MessageId => self.message(value),
            Reference::RoomId => self.room(value),
            Reference::Text | Reference::MessageText => {
                if let Found::Known(text, _) = self.context.lookup(reference) {
                    self.text = self.text.and(Seen::of(text == *value));
                }
            }
            Reference::User(_, UserPart::Id) | Reference::MemberId(_) | Reference::MessageStatus => {
                if let Found::Known(expected, _) = self.context.lookup(reference) {
                    self.said &= expected == *value;
                }
            }
            Reference::Named(_) => {
                if let Found::Payload(payload) = self.context.lookup(reference) {
                    self.payload(&payload, value, depth + 1);
                }
            }
            _ => {}
        }
    }

    fn message(&mut self, value: &Value) {
        let Some(name) = &self.context.scope.message else { return };
        let book = self.context.book;
        let seen = match book.get(&format!("message:{name}")) {
            Some(known) => Seen::of(known == value),
            // An id that another message has is not a new one.
            None if book.holder("message", value).is_some() => Seen::Wrong,
            None => Seen::Fresh,
        };
        self.id = self.id.and(seen);
    }

    fn room(&mut self, value: &Value) {
        let Some(name) = &self.context.scope.room else { return };
        let known = self.context.book.get(&format!("room:{name}"));
        self.around &= known.is_none_or(|known| known == value);
    }
}

/// How many messages of one name each socket remembers.
const REMEMBERED: usize = 200;

/// What each socket has heard of messages and was to hear: the newest of each name.
#[derive(Debug, Clone, Default)]
pub struct Told(HashMap<SocketId, HashMap<String, VecDeque<Item>>>);

impl Told {
    /// It was heard.
    pub fn add(&mut self, item: &Item) {
        let (Channel::Event(name), Some(_)) = (&item.channel, &item.scope.message) else { return };
        let heard = self.0.entry(item.socket).or_default().entry(name.clone()).or_default();
        heard.push_back(item.clone());
        if heard.len() > REMEMBERED {
            heard.pop_front();
        }
    }

    /// How an arrival is alike to what was heard before on its socket, about a message.
    #[must_use]
    pub fn likeness(&self, received: &Received, contract: &Contract, book: &Book) -> Option<Likeness> {
        let Channel::Event(name) = &received.channel else { return None };
        let before = self.0.get(&received.socket)?.get(name)?;
        let alike = before.iter().map(|item| {
            likeness(&item.payload, &received.value, Context { contract, book, scope: &item.scope })
        });
        alike.filter(|alike| matches!(alike, Likeness::Same | Likeness::SameWords)).max()
    }
}
