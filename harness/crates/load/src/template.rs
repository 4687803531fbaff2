//! What is sent, compiled once: a payload of the contract becomes stretches of JSON with places between them.

use serde_json::Value;

use super::found::same_id;
use super::pattern::Uncompilable;
use language::contract::{Contract, IdKind};
use language::payload::{Matcher, Payload, Piece};
use language::reference::{Reference, UserPart, Whose};

/// JSON with places that depend on who says it, where, and what.
#[derive(Debug, Clone, Default)]
pub(super) struct Template(Vec<Part>);

#[derive(Debug, Clone)]
enum Part {
    Fixed(Vec<u8>),
    /// An id as JSON writes it; `bare` inside a text, where it has no quotes of its own.
    Room {
        bare: bool,
    },
    Me {
        bare: bool,
    },
    Member {
        index: usize,
    },
    Members,
    /// The id of the message that a turn is about.
    Message {
        bare: bool,
    },
    Text,
    Token,
}

/// What the places of a template stand for at one time.
pub(super) struct Filling<'a> {
    /// The id of the room, as JSON.
    pub(super) room: &'a [u8],
    /// Who speaks.
    pub(super) me: usize,
    /// The members of the room.
    pub(super) members: &'a [usize],
    /// The id of the message that the turn is about, as JSON; `null` where it is about none.
    pub(super) message: &'a [u8],
    /// The text; it needs no escaping.
    pub(super) text: &'a [u8],
    /// The credential.
    pub(super) token: &'a [u8],
    pub(super) users: &'a Users,
}

impl<'a> Filling<'a> {
    /// Of what a user says where there is no room and no message.
    pub(super) fn of_a_user(me: usize, token: &'a [u8], users: &'a Users) -> Self {
        Self { room: b"null", me, members: &[], message: b"null", text: b"", token, users }
    }
}

/// The users of a run, by number: ids that exist at the target, or ids that are made up.
#[derive(Debug, Clone)]
pub(super) struct Users {
    pub(super) kind: IdKind,
    pub(super) first: u64,
    pub(super) listed: Vec<String>,
}

impl Users {
    /// Appends the id of a user as JSON.
    pub(super) fn write(&self, user: usize, out: &mut Vec<u8>) {
        use std::io::Write as _;
        let number = self.first + user as u64;
        // Writing to a vector cannot fail.
        let _written = match (self.listed.get(user), self.kind) {
            (Some(id), IdKind::Int) => out.write_all(id.as_bytes()),
            (Some(id), IdKind::Any) if id.parse::<i64>().is_ok() => out.write_all(id.as_bytes()),
            (Some(id), _) => write!(out, "{}", Value::from(id.as_str())),
            (None, IdKind::Int) => write!(out, "{number}"),
            (None, IdKind::Str | IdKind::Any) => write!(out, "\"user-{number}\""),
            (None, IdKind::Uuid) => write!(out, "\"00000000-0000-4000-8000-{number:012x}\""),
        };
    }

    pub(super) fn json(&self, user: usize) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(user, &mut out);
        out
    }

    /// Whether this is the id of a user.
    pub(super) fn is(&self, user: usize, id: &[u8]) -> bool {
        if self.listed.is_empty() && self.kind == IdKind::Int {
            let number = self.first + user as u64;
            return std::str::from_utf8(id).is_ok_and(|id| id.parse() == Ok(number));
        }
        same_id(&self.json(user), id)
    }
}

impl Template {
    /// Compiles a payload that is to be JSON.
    ///
    /// # Errors
    /// Where it holds something that only a whole case can know.
    pub(super) fn json(payload: &Payload, contract: &Contract) -> Result<Self, Uncompilable> {
        let mut writer = Writer { contract, parts: Vec::new(), depth: 0 };
        writer.json(payload)?;
        Ok(Self(writer.parts))
    }

    /// Compiles a payload that is to be a text: a header, a part of a query, a path.
    ///
    /// # Errors
    /// As [`Template::json`].
    pub(super) fn text(payload: &Payload, contract: &Contract) -> Result<Self, Uncompilable> {
        let mut writer = Writer { contract, parts: Vec::new(), depth: 0 };
        writer.text(payload)?;
        Ok(Self(writer.parts))
    }

    /// Compiles a payload that is to be a text in JSON.
    ///
    /// # Errors
    /// As [`Template::json`].
    pub(super) fn quoted(payload: &Payload, contract: &Contract) -> Result<Self, Uncompilable> {
        let mut writer = Writer { contract, parts: Vec::new(), depth: 0 };
        writer.fixed(b"\"");
        writer.pieces(payload)?;
        writer.fixed(b"\"");
        Ok(Self(writer.parts))
    }

    /// Appends it, filled in.
    pub(super) fn write(&self, filling: &Filling<'_>, out: &mut Vec<u8>) {
        for part in &self.0 {
            match part {
                Part::Fixed(bytes) => out.extend_from_slice(bytes),
                Part::Room { bare } => out.extend_from_slice(id(filling.room, *bare)),
                Part::Me { bare } => {
                    let me = filling.users.json(filling.me);
                    out.extend_from_slice(id(&me, *bare));
                }
                Part::Member { index } => match filling.members.get(*index) {
                    Some(user) => filling.users.write(*user, out),
                    None => out.extend_from_slice(b"null"),
                },
                Part::Members => {
                    out.push(b'[');
                    for (index, user) in filling.members.iter().enumerate() {
                        if index > 0 {
                            out.push(b',');
                        }
                        filling.users.write(*user, out);
                    }
                    out.push(b']');
                }
                Part::Message { bare } => out.extend_from_slice(id(filling.message, *bare)),
                Part::Text => out.extend_from_slice(filling.text),
                Part::Token => out.extend_from_slice(filling.token),
            }
        }
    }

    /// Whether a token is written somewhere in it.
    pub(super) fn has_token(&self) -> bool {
        self.0.iter().any(|part| matches!(part, Part::Token))
    }
}

fn id(json: &[u8], bare: bool) -> &[u8] {
    match json {
        [b'"', inner @ .., b'"'] if bare => inner,
        json => json,
    }
}

struct Writer<'c> {
    contract: &'c Contract,
    parts: Vec<Part>,
    depth: usize,
}

impl Writer<'_> {
    fn fixed(&mut self, bytes: &[u8]) {
        match self.parts.last_mut() {
            Some(Part::Fixed(known)) => known.extend_from_slice(bytes),
            _ => self.parts.push(Part::Fixed(bytes.to_vec())),
        }
    }

    fn json(&mut self, payload: &Payload) -> Result<(), Uncompilable> {
        match payload {
            Payload::Literal(value) => self.fixed(value.to_string().as_bytes()),
            Payload::Text(_) => {
                self.fixed(b"\"");
                self.pieces(payload)?;
                self.fixed(b"\"");
            }
            Payload::Reference(path) => return self.reference(path),
            Payload::Matcher(Matcher::Make(_)) => {
                self.fixed(b"\"");
                self.parts.push(Part::Text);
                self.fixed(b"\"");
            }
            // The first of several listed values.
            Payload::Matcher(Matcher::OneOf(choices)) if !choices.is_empty() => {
                self.fixed(choices[0].to_string().as_bytes());
            }
            Payload::Matcher(_) => return Err(Uncompilable::MatcherSent),
            Payload::List(items) => {
                self.fixed(b"[");
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        self.fixed(b",");
                    }
                    self.json(item)?;
                }
                self.fixed(b"]");
            }
            Payload::Object { fields, .. } => {
                for (index, (name, value)) in fields.iter().enumerate() {
                    let name = Value::String(name.clone());
                    self.fixed(if index == 0 { b"{" } else { b"," });
                    self.fixed(format!("{name}:").as_bytes());
                    self.json(value)?;
                }
                self.fixed(if fields.is_empty() { b"{}" } else { b"}" });
            }
        }
        Ok(())
    }

    fn reference(&mut self, reference: &Reference) -> Result<(), Uncompilable> {
        match reference {
            Reference::Text | Reference::Token => {
                self.fixed(b"\"");
                self.parts.extend(part(reference, false));
                self.fixed(b"\"");
            }
            Reference::Named(name) if self.depth < 16 => match self.contract.types.get(name) {
                Some(payload) => {
                    self.depth += 1;
                    self.json(payload)?;
                    self.depth -= 1;
                }
                None => return Err(Uncompilable::OnlyInACase(reference.clone())),
            },
            Reference::User(_, UserPart::Name) => {
                self.fixed(b"\"");
                self.parts
                    .push(part(reference, true).ok_or_else(|| Uncompilable::OnlyInACase(reference.clone()))?);
                self.fixed(b"\"");
            }
            Reference::MemberIds => self.parts.push(Part::Members),
            Reference::MemberId(index) => self.parts.push(Part::Member { index: *index }),
            other => {
                self.parts.push(part(other, false).ok_or_else(|| Uncompilable::OnlyInACase(other.clone()))?);
            }
        }
        Ok(())
    }

    fn pieces(&mut self, payload: &Payload) -> Result<(), Uncompilable> {
        let Payload::Text(pieces) = payload else { return self.text(payload) };
        for piece in pieces {
            match piece {
                Piece::Literal(text) => {
                    let quoted = Value::String(text.clone()).to_string();
                    self.fixed(&quoted.as_bytes()[1..quoted.len() - 1]);
                }
                Piece::Reference(path) => self.bare(path)?,
            }
        }
        Ok(())
    }

    /// A text outside of JSON.
    fn text(&mut self, payload: &Payload) -> Result<(), Uncompilable> {
        match payload {
            Payload::Text(pieces) => {
                for piece in pieces {
                    match piece {
                        Piece::Literal(text) => self.fixed(text.as_bytes()),
                        Piece::Reference(path) => self.bare(path)?,
                    }
                }
                Ok(())
            }
            Payload::Reference(path) => self.bare(path),
            Payload::Literal(value) => {
                self.fixed(value.to_string().as_bytes());
                Ok(())
            }
            _ => Err(Uncompilable::NoText),
        }
    }

    fn bare(&mut self, reference: &Reference) -> Result<(), Uncompilable> {
        self.parts.push(part(reference, true).ok_or_else(|| Uncompilable::OnlyInACase(reference.clone()))?);
        Ok(())
    }
}

/// What stands for one value; none where only a whole case knows it. A bare id has no quotes.
fn part(reference: &Reference, bare: bool) -> Option<Part> {
    match reference {
        Reference::User(Whose::Me | Whose::User | Whose::Sender, UserPart::Id) => Some(Part::Me { bare }),
        // Nobody has told their names: a user of a load is called by their id.
        Reference::User(Whose::Me | Whose::User | Whose::Sender, UserPart::Name) => {
            Some(Part::Me { bare: true })
        }
        Reference::RoomId => Some(Part::Room { bare }),
        Reference::MessageId => Some(Part::Message { bare }),
        Reference::Token => Some(Part::Token),
        Reference::Text => Some(Part::Text),
        Reference::User(..)
        | Reference::WhomOnline
        | Reference::WhomSeen
        | Reference::MemberIds
        | Reference::MemberId(_)
        | Reference::MessageText
        | Reference::MessageStatus
        | Reference::Reason
        | Reference::History
        | Reference::Data(_)
        | Reference::Named(_)
        | Reference::NamedId(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_stand_as_the_dialect_writes_them() {
        let users = |kind, listed: &[&str]| Users {
            kind,
            first: 7,
            listed: listed.iter().map(|id| (*id).to_owned()).collect(),
        };
        assert_eq!(users(IdKind::Int, &[]).json(3), b"10");
        assert_eq!(users(IdKind::Str, &[]).json(3), b"\"user-10\"");
        assert_eq!(users(IdKind::Int, &["1", "2"]).json(1), b"2");
        assert_eq!(users(IdKind::Str, &["ana"]).json(0), b"\"ana\"");
    }

    #[test]
    fn an_id_in_a_text_has_no_quotes_of_its_own() {
        assert_eq!(id(b"\"r-1\"", true), b"r-1");
        assert_eq!(id(b"\"r-1\"", false), b"\"r-1\"");
        assert_eq!(id(b"12", true), b"12");
    }
}
