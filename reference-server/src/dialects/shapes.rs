//! Shapes and wordings that several documents share or leave open: timestamps, REST errors, refusals of the chat.
//!
//! It must not know any event.

use serde_json::json;

use super::exchange::{Problem, ProblemKind, Request, Response};
use super::fields::Fields;
use super::{Capability, Presence, Settings};
use crate::core::{Audience, Circle, Command, ConversationId, MessageId, Moment, Refusal, SocketId, UserId};

/// RFC 3339 in UTC with milliseconds.
pub(super) fn rfc3339(at: Moment) -> String {
    let ms = i64::try_from(at.as_millis()).unwrap_or(i64::MAX);
    jiff::Timestamp::from_millisecond(ms).map(|at| format!("{at:.3}")).unwrap_or_default()
}

/// What a dialect calls things in its error texts.
pub(super) struct Words {
    /// A conversation, in lower case.
    pub(super) conversation: &'static str,
    /// The field of a payload that holds what is said.
    pub(super) content: &'static str,
}

impl Words {
    /// A refusal of the chat, where the document has no text of its own for it.
    pub(super) fn problem(&self, refusal: &Refusal) -> Problem {
        let Self { conversation, content } = self;
        match refusal {
            Refusal::UnknownConversation(id) => self.unknown(id),
            Refusal::UnknownMessage(id) => self.unknown_message(id),
            Refusal::UnknownUser(id) => Problem::new(ProblemKind::NotFound, format!("User {id} not found")),
            Refusal::NotContact(id) => {
                Problem::new(ProblemKind::Forbidden, format!("You share no {conversation} with user {id}"))
            }
            Refusal::NotParticipant(id) => {
                let message = format!("You are not a participant in {conversation} {id}");
                Problem::new(ProblemKind::Forbidden, message)
            }
            Refusal::NotSender => {
                Problem::new(ProblemKind::Forbidden, "Only the sender can change or delete a message")
            }
            Refusal::TextTooLong(most) => {
                Problem::invalid(format!("{content} must be shorter than or equal to {most} characters"))
            }
            Refusal::TooManyParticipants(most) => {
                Problem::invalid(format!("participants must contain no more than {most} elements"))
            }
            Refusal::TooManyRooms(most) => {
                let message = format!("One connection may join no more than {most} {conversation}s");
                Problem::new(ProblemKind::Limited, message)
            }
            Refusal::Full => {
                let message = format!("No more {conversation}s can be opened at the moment");
                Problem::new(ProblemKind::Full, message)
            }
        }
    }

    /// There is no message of this id.
    pub(super) fn unknown_message(&self, id: impl std::fmt::Display) -> Problem {
        Problem::new(ProblemKind::NotFound, format!("Message {id} not found"))
    }

    /// There is no conversation of this id.
    pub(super) fn unknown(&self, id: impl std::fmt::Display) -> Problem {
        let (first, rest) = self.conversation.split_at(1);
        let message = format!("{}{rest} {id} not found", first.to_uppercase());
        Problem::new(ProblemKind::NotFound, message)
    }
}

/// Who is told that a user came or went: never a device of that user.
pub(super) fn presence_of(user: &UserId, presence: Presence) -> Audience {
    let circle = match presence {
        Presence::All => Circle::Everyone,
        Presence::Contacts => Circle::Contacts(user.clone()),
    };
    Audience::others(circle, user)
}

/// Where a join names the last message that the client has heard. No document knows it: whoever leaves it out joins as
/// documented, and hears nothing of the past.
pub(super) const LAST_HEARD: &str = "lastMessageId";

/// The last message that a client who joins has heard, where it says so; zero where it has heard none.
pub(super) fn last_heard(settings: Settings, fields: &mut Fields<'_>) -> Option<u64> {
    if settings.offers.has(Capability::OfflineDelivery) { fields.position(LAST_HEARD) } else { None }
}

/// A join, or where the client says what it has heard, a return.
pub(super) fn entering(
    socket: SocketId,
    user: UserId,
    conversation: ConversationId,
    heard: Option<u64>,
) -> Command {
    match heard {
        Some(last) => Command::Rejoin { socket, user, conversation, after: MessageId(last) },
        None => Command::Join { socket, user, conversation },
    }
}

/// A REST error as NestJS writes it.
pub(super) fn error_response(problem: &Problem) -> Response {
    let status = problem.kind.status();
    let body = json!({"statusCode": status, "message": problem.message, "error": problem.kind.reason()});
    Response { status, body }
}

/// The segments of a path; a slash at its end makes no difference.
pub(super) fn segments<'a>(request: &Request<'a>) -> Vec<&'a str> {
    request.path.trim_end_matches('/').trim_start_matches('/').split('/').collect()
}

/// There is no such route; the text is that of Express and NestJS.
pub(super) fn no_route(request: &Request<'_>) -> Problem {
    Problem::new(ProblemKind::NotFound, format!("Cannot {} {}", request.method, request.path))
}

/// An integer id in a path; the text is that of NestJS's `ParseIntPipe`.
pub(super) fn path_id(text: &str) -> Result<u64, Problem> {
    text.parse().map_err(|_| Problem::invalid("Validation failed (numeric string is expected)"))
}
