//! Examples of payloads: what a value may look like, the same in every run. Ids and texts are made up; a literal stands
//! for itself.

use serde_json::{Map, Value, json};

use super::schema::Schemas;
use language::contract::IdKind;
use language::payload::{Matcher, Payload, Piece, Written};
use language::reference::{Reference, UserPart};

/// How deep types may lie in each other; a type that holds itself has no example.
const DEEPEST: usize = 12;

const UUID_STEM: &str = "3f2504e0-4f89-41d3-9a0c-0305e82c33";

impl Schemas<'_> {
    /// An example of a payload; none where one cannot be made up, as for a regular expression.
    pub(super) fn example(self, payload: &Payload) -> Option<Value> {
        self.example_within(payload, DEEPEST)
    }

    fn example_within(self, payload: &Payload, depth: usize) -> Option<Value> {
        let depth = depth.checked_sub(1)?;
        match payload {
            Payload::Literal(value) => Some(value.clone()),
            Payload::Text(pieces) => self.example_text(pieces, depth).map(Value::String),
            Payload::Reference(path) => self.example_reference(path, depth),
            Payload::Matcher(matcher) => self.example_match(matcher, depth),
            Payload::List(items) => items
                .iter()
                .map(|item| self.example_within(item, depth))
                .collect::<Option<_>>()
                .map(Value::Array),
            Payload::Object { fields, .. } => fields
                .iter()
                .map(|(name, field)| Some((name.clone(), self.example_within(field, depth)?)))
                .collect::<Option<Map<String, Value>>>()
                .map(Value::Object),
        }
    }

    fn example_match(self, matcher: &Matcher, depth: usize) -> Option<Value> {
        match matcher {
            Matcher::Id(name) => Some(self.example_id(name.as_deref().unwrap_or_default())),
            Matcher::Form(form, _) => Some((form.example)()),
            Matcher::Make(_) => Some(json!("a text")),
            Matcher::Now(Written::Text) => Some(json!("2025-10-09T12:00:00.000Z")),
            Matcher::Now(Written::Millis) => Some(json!(1_760_011_200_000_u64)),
            Matcher::Now(Written::Seconds) => Some(json!(1_760_011_200)),
            Matcher::User(whose) => Some(json!({"id": self.example_id(whose.word())})),
            Matcher::Users => self.example_reference(&Reference::MemberIds, depth),
            Matcher::Status => Some(json!("sent")),
            Matcher::Any(_) => Some(json!({})),
            Matcher::OneOf(choices) => choices.first().cloned(),
            Matcher::Pattern(_) | Matcher::Nothing => None,
            Matcher::Maybe(inner) => self.example_within(inner, depth),
        }
    }

    fn example_reference(self, reference: &Reference, depth: usize) -> Option<Value> {
        match reference {
            Reference::Reason => self
                .reasons
                .first()
                .map_or(Some(json!("a reason")), |reason| self.example_within(reason, depth)),
            Reference::History if self.contract.types.contains_key("message") => {
                let stored = self.contract.types.get(self.contract.stored())?;
                let message = self.example_within(stored, depth)?;
                Some(json!([message]))
            }
            Reference::History => Some(json!([])),
            Reference::Text | Reference::MessageText => Some(json!("Hello!")),
            Reference::Token => Some(json!("header.payload.signature")),
            Reference::MessageStatus => Some(json!("sent")),
            Reference::MemberIds => {
                let count = self.contract.room.smallest.clamp(1, 3);
                Some((0..count).map(|index| self.example_id(&index.to_string())).collect())
            }
            Reference::WhomOnline => Some(json!(true)),
            Reference::WhomSeen => Some(json!("2025-10-09T12:00:00.000Z")),
            Reference::User(_, UserPart::Name) => Some(json!("ana")),
            Reference::MemberId(index) => Some(self.example_id(&index.to_string())),
            Reference::User(_, UserPart::Id)
            | Reference::RoomId
            | Reference::MessageId
            | Reference::NamedId(_) => Some(self.example_id(reference.word())),
            Reference::Named(name) => {
                let payload = self.contract.types.get(name);
                payload.map_or(Some(json!("a text")), |payload| self.example_within(payload, depth))
            }
            Reference::Data(_) => Some(json!("a text")),
        }
    }

    fn example_text(self, pieces: &[Piece], depth: usize) -> Option<String> {
        pieces
            .iter()
            .map(|piece| match piece {
                Piece::Literal(text) => Some(text.clone()),
                Piece::Reference(path) => match self.example_reference(path, depth)? {
                    Value::String(text) => Some(text),
                    other => Some(other.to_string()),
                },
            })
            .collect()
    }

    /// One number for each thing that has an id; the first two members are the user who acts and another.
    fn example_id(self, of: &str) -> Value {
        let number = match of {
            "me" | "user" | "sender" | "0" => 1,
            "1" | "whom" => 2,
            "2" => 3,
            "room" => 7,
            "message" => 31,
            _ => 12,
        };
        match self.contract.ids {
            IdKind::Int => json!(number),
            IdKind::Str | IdKind::Any => Value::String(format!("id-{number}")),
            IdKind::Uuid => Value::String(format!("{UUID_STEM}{number:02}")),
        }
    }
}
