//! What is expected, compiled once: a payload of the contract becomes a pattern that [`super::walk`] holds against each
//! text that arrives.

use std::borrow::Cow;

use regex::Regex;
use serde_json::{Number, Value};

use language::contract::{Contract, IdKind};
use language::forms::{Form, STR};
use language::payload::{Matcher, Payload, Piece, Written};
use language::reference::{Reference, UserPart, Whose};

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

pub(super) const SLOTS: usize = 5;

/// A compiled payload.
#[derive(Debug, Clone)]
pub(super) enum Pattern {
    Any,
    Null,
    Bool(bool),
    /// A number that stands for itself.
    Number(Number),
    Text(String),
    /// A text with references in it.
    Pieces(Pieces),
    Slot(Slot),
    /// The id of the room or the message, which is of the dialect's kind.
    Own(Slot, IdKind),
    Member(usize),
    Members,
    Id(IdKind),
    Form(&'static Form),
    /// A time; whether it is about now is seen by whoever asked.
    Now(Written),
    /// A user in whatever form.
    User(Slot),
    /// All members in whatever form.
    Users,
    /// A status of a message; whether it can be read by now is seen by whoever asked.
    Status,
    OneOf(Vec<Value>),
    Regex(Regex),
    /// What has a name is the same everywhere in one text.
    Named(String, Box<Pattern>),
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
            Self::Slot(own) | Self::Own(own, _) => *own == slot,
            Self::List(items) => items.iter().any(|item| item.has(slot)),
            Self::Object { fields, .. } => fields.iter().any(|field| field.pattern.has(slot)),
            _ => false,
        }
    }
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Bit {
    Literal(Vec<u8>),
    Slot(Slot),
    Member(usize),
    Members,
    /// What only a whole case knows.
    Anything,
}

/// A text with references in it.
#[derive(Debug, Clone)]
pub(super) struct Pieces {
    pub(super) bits: Vec<Bit>,
    /// It, where nothing is known of the action.
    pub(super) shape: Stretches,
}

/// The stretches of a text that are known; anything may stand between two of them.
#[derive(Debug, Clone)]
pub(super) struct Stretches(Vec<Vec<u8>>);

impl Pieces {
    pub(super) fn new(bits: Vec<Bit>) -> Self {
        let shape = Stretches::new(&bits, |_| None);
        Self { bits, shape }
    }

    /// With what is known filled in.
    pub(super) fn filled<'k>(&self, known: impl Fn(&Bit) -> Option<Cow<'k, [u8]>>) -> Stretches {
        Stretches::new(&self.bits, known)
    }
}

impl Stretches {
    fn new<'k>(bits: &[Bit], known: impl Fn(&Bit) -> Option<Cow<'k, [u8]>>) -> Self {
        let mut all = vec![Vec::new()];
        for bit in bits {
            let text = match bit {
                Bit::Literal(text) => Some(Cow::Borrowed(text.as_slice())),
                other => known(other),
            };
            match (text, all.last_mut()) {
                (Some(text), Some(last)) => last.extend_from_slice(&text),
                _ => all.push(Vec::new()),
            }
        }
        Self(all)
    }

    /// Whether a text can be read as this.
    pub(super) fn reads(&self, text: &[u8]) -> bool {
        let [first, middle @ .., last] = self.0.as_slice() else {
            return self.0.first().is_some_and(|whole| whole == text);
        };
        let inside = text.strip_prefix(first.as_slice()).and_then(|rest| rest.strip_suffix(last.as_slice()));
        let Some(mut rest) = inside else { return false };
        middle.iter().all(|stretch| {
            let found = memchr::memmem::find(rest, stretch);
            rest = &rest[found.map_or(0, |at| at + stretch.len())..];
            found.is_some()
        })
    }
}

#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) name: String,
    /// As JSON usually writes it.
    pub(super) quoted: Vec<u8>,
    pub(super) pattern: Pattern,
    pub(super) optional: bool,
    /// No payload may have it, whatever this one says.
    pub(super) forbidden: bool,
}

/// Whether a name is one that no payload may hold.
pub(super) fn is_forbidden(name: &str, never: &[String]) -> bool {
    never.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Compiles a payload.
///
/// # Errors
/// Where it holds something that only a whole case can know.
pub(super) fn compile(payload: &Payload, contract: &Contract) -> Result<Pattern, Uncompilable> {
    Compiler { contract, depth: 0 }.payload(payload)
}

/// Why a payload of a contract cannot be compiled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Uncompilable {
    #[error("`{0}` is known only in a whole case")]
    OnlyInACase(Reference),
    #[error("its types refer to each other without end")]
    Endless,
    #[error("a made text cannot be expected")]
    MadeTextExpected,
    #[error("a matcher cannot be sent")]
    MatcherSent,
    #[error("a text is expected here")]
    NoText,
}

struct Compiler<'c> {
    contract: &'c Contract,
    depth: usize,
}

impl Compiler<'_> {
    fn payload(&self, payload: &Payload) -> Result<Pattern, Uncompilable> {
        if self.depth > 16 {
            return Err(Uncompilable::Endless);
        }
        Ok(match payload {
            Payload::Literal(Value::Null) => Pattern::Null,
            Payload::Literal(Value::Bool(value)) => Pattern::Bool(*value),
            Payload::Literal(Value::Number(number)) => Pattern::Number(number.clone()),
            Payload::Literal(value) => Pattern::OneOf(vec![value.clone()]),
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

    fn field(&self, name: &str, value: &Payload) -> Result<Field, Uncompilable> {
        let pattern = match value {
            Payload::Matcher(Matcher::Nothing) => Pattern::Absent,
            value => self.payload(value)?,
        };
        // A type that is null or something is there all the same: only `<maybe X>` itself says that a field may be absent.
        let optional = matches!(value, Payload::Matcher(Matcher::Maybe(_) | Matcher::Nothing));
        let forbidden = is_forbidden(name, &self.contract.never);
        let quoted = Value::from(name).to_string().into_bytes();
        Ok(Field { name: name.to_owned(), quoted, pattern, optional, forbidden })
    }

    fn reference(&self, reference: &Reference) -> Result<Pattern, Uncompilable> {
        if let (Reference::User(_, UserPart::Name), Some(bit)) = (reference, known(reference)) {
            // A name is a text, whatever an id is.
            return Ok(Pattern::Pieces(Pieces::new(vec![bit])));
        }
        if let Some(bit) = known(reference) {
            return Ok(match bit {
                Bit::Slot(slot @ (Slot::Room | Slot::Message)) => Pattern::Own(slot, self.contract.ids),
                Bit::Slot(slot) => Pattern::Slot(slot),
                Bit::Member(index) => Pattern::Member(index),
                _ => Pattern::Members,
            });
        }
        Ok(match reference {
            Reference::MessageStatus | Reference::Reason => Pattern::Form(&STR),
            Reference::Named(name) => match self.contract.types.get(name) {
                Some(payload) => {
                    return Compiler { depth: self.depth + 1, ..*self }.payload(payload);
                }
                None => return Err(Uncompilable::OnlyInACase(reference.clone())),
            },
            // What every action has was told above.
            _ => return Err(Uncompilable::OnlyInACase(reference.clone())),
        })
    }

    fn matcher(&self, matcher: &Matcher) -> Result<Pattern, Uncompilable> {
        let ids = self.contract.ids;
        let named = |name: &Option<String>, pattern: Pattern| match name {
            Some(name) => Pattern::Named(name.clone(), Box::new(pattern)),
            None => pattern,
        };
        Ok(match matcher {
            Matcher::Id(Some(name)) | Matcher::Form(_, Some(name)) if name == "message" => {
                Pattern::Own(Slot::Message, ids)
            }
            Matcher::Id(Some(name)) | Matcher::Form(_, Some(name)) if name == "room" => {
                Pattern::Own(Slot::Room, ids)
            }
            Matcher::Id(name) => named(name, Pattern::Id(ids)),
            Matcher::Form(form, name) => named(name, Pattern::Form(form)),
            Matcher::Any(name) => named(name, Pattern::Any),
            Matcher::Now(written) => Pattern::Now(*written),
            Matcher::User(Whose::Sender) => Pattern::User(Slot::Sender),
            Matcher::User(Whose::Me | Whose::User) => Pattern::User(Slot::Me),
            Matcher::User(Whose::Whom) => {
                return Err(Uncompilable::OnlyInACase(Reference::User(Whose::Whom, UserPart::Id)));
            }
            Matcher::Users => Pattern::Users,
            Matcher::Status => Pattern::Status,
            Matcher::OneOf(choices) => Pattern::OneOf(choices.clone()),
            Matcher::Pattern(regex) => Pattern::Regex(regex.clone()),
            Matcher::Maybe(inner) => Pattern::Maybe(Box::new(self.payload(inner)?)),
            // An ack without arguments is taken for one with null.
            Matcher::Nothing => Pattern::Null,
            Matcher::Make(_) => return Err(Uncompilable::MadeTextExpected),
        })
    }
}

/// What a reference stands for that every action has.
fn known(reference: &Reference) -> Option<Bit> {
    Some(match reference {
        Reference::User(Whose::Me | Whose::User, _) => Bit::Slot(Slot::Me),
        Reference::User(Whose::Sender, _) => Bit::Slot(Slot::Sender),
        Reference::RoomId => Bit::Slot(Slot::Room),
        Reference::MessageId => Bit::Slot(Slot::Message),
        Reference::Text | Reference::MessageText => Bit::Slot(Slot::Text),
        Reference::MemberId(index) => Bit::Member(*index),
        Reference::MemberIds => Bit::Members,
        Reference::User(..)
        | Reference::WhomOnline
        | Reference::WhomSeen
        | Reference::MessageStatus
        | Reference::Token
        | Reference::Reason
        | Reference::History
        | Reference::Data(_)
        | Reference::Named(_)
        | Reference::NamedId(_) => return None,
    })
}

fn text(pieces: &[Piece]) -> Pattern {
    if let [Piece::Literal(text)] = pieces {
        return Pattern::Text(text.clone());
    }
    let bits = pieces.iter().map(|piece| match piece {
        Piece::Literal(text) => Bit::Literal(text.as_bytes().to_vec()),
        Piece::Reference(reference) => known(reference).unwrap_or(Bit::Anything),
    });
    Pattern::Pieces(Pieces::new(bits.collect()))
}
