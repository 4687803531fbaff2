//! What is expected, compiled once: a payload of the contract becomes a pattern that [`super::walk`] holds against each
//! text that arrives.

use regex::Regex;
use serde_json::Value;

use crate::scenario::contract::{Contract, IdKind};
use crate::scenario::payload::{Matcher, Payload, Piece};
use crate::scenario::reference::{Reference, UserPart, Whose};

/// What a text holds that depends on the action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// `$room.id`
    Room,
    /// `$sender.id`
    Sender,
    /// `$me.id`
    Me,
    /// `$message.id`
    Message,
    /// `$text`
    Text,
}

const SLOTS: usize = 5;

/// The captured parts of a text, as they stand there: an id with its quotes, a text without.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Captured<'t> {
    pub(super) slots: [Option<&'t [u8]>; SLOTS],
    /// `$members.N.id`, by N, for rooms of two and the like.
    pub(super) members: [Option<&'t [u8]>; 4],
    /// The text had a field that the contract does not mention.
    pub(super) undocumented: bool,
    /// The text had a name that no payload may have.
    pub(super) forbidden: bool,
}

impl<'t> Captured<'t> {
    pub(super) fn get(&self, slot: Slot) -> Option<&'t [u8]> {
        self.slots[slot as usize]
    }

    pub(super) fn members(&self) -> impl Iterator<Item = (usize, &'t [u8])> + '_ {
        self.members.iter().enumerate().filter_map(|(index, id)| id.map(|id| (index, id)))
    }

    /// The same thing has to be the same everywhere in one text.
    pub(super) fn keep(place: &mut Option<&'t [u8]>, found: &'t [u8]) -> bool {
        match place {
            Some(known) => *known == found,
            None => {
                *place = Some(found);
                true
            }
        }
    }
}

/// A compiled payload.
#[derive(Debug, Clone)]
pub(super) enum Pattern {
    Any,
    Null,
    Bool(Option<bool>),
    /// A number that stands for itself, as written.
    Number(f64),
    Text(Vec<u8>),
    /// A text with references in it.
    Pieces(Vec<Bit>),
    Slot(Slot),
    Member(usize),
    Id(IdKind),
    Int,
    Num,
    Str,
    Iso8601,
    Uuid,
    OneOf(Vec<Value>),
    Regex(Regex),
    Maybe(Box<Pattern>),
    /// A field that is not there.
    Absent,
    List(Vec<Pattern>),
    Object {
        fields: Vec<Field>,
        open: bool,
    },
}

impl Pattern {
    /// Whether a payload that fits says what a slot stands for.
    pub(super) fn has(&self, slot: Slot) -> bool {
        match self {
            Self::Slot(own) => *own == slot,
            Self::List(items) => items.iter().any(|item| item.has(slot)),
            Self::Object { fields, .. } => fields.iter().any(|field| field.pattern.has(slot)),
            _ => false,
        }
    }
}

/// A piece of a text.
#[derive(Debug, Clone)]
pub(super) enum Bit {
    Literal(Vec<u8>),
    Room,
    Anything,
}

#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) name: Vec<u8>,
    pub(super) pattern: Pattern,
    pub(super) optional: bool,
}

/// Compiles a payload.
///
/// # Errors
/// In words, where it holds something that only a whole case can know.
pub(super) fn compile(payload: &Payload, contract: &Contract) -> Result<Pattern, String> {
    Compiler { contract, depth: 0 }.payload(payload)
}

/// What a reference is refused with that only a whole case can fill in.
pub(super) fn only_in_a_case(reference: &Reference) -> String {
    format!("`{reference}` is known only in a whole case")
}

struct Compiler<'c> {
    contract: &'c Contract,
    depth: usize,
}

impl Compiler<'_> {
    fn payload(&self, payload: &Payload) -> Result<Pattern, String> {
        if self.depth > 16 {
            return Err("its types refer to each other without end".to_owned());
        }
        Ok(match payload {
            Payload::Literal(Value::Null) => Pattern::Null,
            Payload::Literal(Value::Bool(value)) => Pattern::Bool(Some(*value)),
            Payload::Literal(value) => Pattern::Number(value.as_f64().unwrap_or(f64::NAN)),
            Payload::Text(pieces) => text(pieces),
            Payload::Reference(path) => return self.reference(path),
            Payload::Matcher(matcher) => return self.matcher(matcher),
            Payload::List(items) => {
                Pattern::List(items.iter().map(|item| self.payload(item)).collect::<Result<_, _>>()?)
            }
            Payload::Object { fields, open } => {
                let fields = fields.iter().map(|(name, value)| self.field(name, value));
                Pattern::Object { fields: fields.collect::<Result<_, _>>()?, open: *open }
            }
        })
    }

    fn field(&self, name: &str, value: &Payload) -> Result<Field, String> {
        let pattern = match value {
            Payload::Matcher(Matcher::Nothing) => Pattern::Absent,
            value => self.payload(value)?,
        };
        let optional = matches!(pattern, Pattern::Maybe(_) | Pattern::Absent);
        Ok(Field { name: name.as_bytes().to_vec(), pattern, optional })
    }

    fn reference(&self, reference: &Reference) -> Result<Pattern, String> {
        Ok(match reference {
            Reference::User(Whose::Me | Whose::User, UserPart::Id) => Pattern::Slot(Slot::Me),
            Reference::User(Whose::Sender, UserPart::Id) => Pattern::Slot(Slot::Sender),
            Reference::RoomId => Pattern::Slot(Slot::Room),
            Reference::MessageId => Pattern::Slot(Slot::Message),
            Reference::Text | Reference::MessageText => Pattern::Slot(Slot::Text),
            Reference::MessageStatus | Reference::Reason => Pattern::Str,
            Reference::MemberId(index) if *index < 4 => Pattern::Member(*index),
            Reference::MemberId(_) => Pattern::Id(self.contract.ids),
            Reference::MemberIds => Pattern::Any,
            Reference::Named(name) => match self.contract.types.get(name) {
                Some(payload) => {
                    return Compiler { depth: self.depth + 1, ..*self }.payload(payload);
                }
                None => return Err(only_in_a_case(reference)),
            },
            Reference::User(..)
            | Reference::WhomOnline
            | Reference::WhomSeen
            | Reference::Token
            | Reference::History
            | Reference::Data(_)
            | Reference::NamedId(_) => return Err(only_in_a_case(reference)),
        })
    }

    fn matcher(&self, matcher: &Matcher) -> Result<Pattern, String> {
        Ok(match matcher {
            Matcher::Id(Some(name)) | Matcher::Int(Some(name)) | Matcher::Str(Some(name))
                if name == "message" =>
            {
                Pattern::Slot(Slot::Message)
            }
            Matcher::Id(Some(name)) | Matcher::Int(Some(name)) | Matcher::Str(Some(name))
                if name == "room" =>
            {
                Pattern::Slot(Slot::Room)
            }
            Matcher::Id(_) => Pattern::Id(self.contract.ids),
            Matcher::Int(_) => Pattern::Int,
            Matcher::Num => Pattern::Num,
            Matcher::Str(_) => Pattern::Str,
            Matcher::Bool => Pattern::Bool(None),
            Matcher::Iso8601 => Pattern::Iso8601,
            Matcher::Uuid => Pattern::Uuid,
            Matcher::Any(_) => Pattern::Any,
            Matcher::OneOf(choices) => Pattern::OneOf(choices.clone()),
            Matcher::Pattern(regex) => Pattern::Regex(regex.clone()),
            Matcher::Maybe(inner) => {
                let inner = match inner.as_ref() {
                    // A type that may be absent is named by one word.
                    Payload::Reference(path) => self.reference(path)?,
                    other => self.payload(other)?,
                };
                Pattern::Maybe(Box::new(inner))
            }
            // An ack without arguments is taken for one with null.
            Matcher::Nothing => Pattern::Null,
            Matcher::Make(_) => return Err("a made text cannot be expected".to_owned()),
        })
    }
}

fn text(pieces: &[Piece]) -> Pattern {
    if let [Piece::Literal(text)] = pieces {
        return Pattern::Text(text.as_bytes().to_vec());
    }
    let bits = pieces.iter().map(|piece| match piece {
        Piece::Literal(text) => Bit::Literal(text.as_bytes().to_vec()),
        Piece::Reference(Reference::RoomId) => Bit::Room,
        Piece::Reference(_) => Bit::Anything,
    });
    Pattern::Pieces(bits.collect())
}
