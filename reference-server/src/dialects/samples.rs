//! Samples for the tests of the translations: one moment, two people, their conversation, a message in it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::{Broadcast, Call, Dialect, Handshake, Heard, Problem, Request, Session};
use crate::auth::{AuthError, Authenticator, Identity, Leniency, UserIdKind, sign};
use crate::core::{
    Answer, Command, Content, Conversation, ConversationId, Event, Happened, Message, MessageId, Moment,
    Person, Profile, SocketId, Status, UserId,
};

pub(super) const NOW: Moment = Moment(Duration::from_millis(1_760_000_000_250));
pub(super) const NOW_TEXT: &str = "2025-10-09T08:53:20.250Z";
pub(super) const ROOM: ConversationId = ConversationId(1);
pub(super) const SOCKET: SocketId = SocketId(7);

/// User 1, who has a name and a telephone number, and user 2, who has neither; in the form of a dialect.
pub(super) struct Samples {
    pub(super) ana: UserId,
    pub(super) bo: UserId,
    ids: UserIdKind,
}

impl Samples {
    pub(super) fn new(ids: UserIdKind) -> Self {
        let id = |number| ids.of(&UserId::Number(number)).unwrap();
        Self { ana: id(1), bo: id(2), ids }
    }

    pub(super) fn auth(&self) -> Authenticator {
        Authenticator::new("s", self.ids, Leniency::default())
    }

    /// A token of Ana's that is good for 100 seconds.
    pub(super) fn token(&self) -> String {
        sign("s", &self.ana, 1_760_000_100).unwrap()
    }

    pub(super) fn person(&self) -> Person {
        let profile = Profile {
            name: Some("Ana".to_owned()),
            phone_number: Some("+43 1".to_owned()),
            ..Profile::default()
        };
        Person { id: self.ana.clone(), profile: Arc::new(profile) }
    }

    pub(super) fn conversation(&self) -> Arc<Conversation> {
        let participants = [self.ana.clone(), self.bo.clone()].into_iter().collect();
        Arc::new(Conversation { id: ROOM, participants, created_at: NOW })
    }

    pub(super) fn message(&self) -> Arc<Message> {
        Arc::new(Message {
            id: MessageId(4),
            conversation: self.conversation(),
            sender: self.person(),
            content: Content::text("Hello!"),
            status: Status::Sent,
            created_at: NOW,
            updated_at: NOW,
            read_by: BTreeSet::new(),
            reactions: BTreeMap::new(),
        })
    }

    /// What a dialect makes of an event on Ana's connection.
    pub(super) fn hear(&self, dialect: &dyn Dialect, event: &str, payload: &Value) -> Heard {
        self.hear_as(dialect, Ok(Identity::claimed(self.ana.clone())), event, payload)
    }

    pub(super) fn hear_as(
        &self,
        dialect: &dyn Dialect,
        identity: Result<Identity, AuthError>,
        event: &str,
        payload: &Value,
    ) -> Heard {
        let session = Session { socket: SOCKET, sid: "abc".to_owned(), identity };
        dialect.decode_event(&session, &self.auth(), &asked(event, Some(payload)), NOW)
    }

    pub(super) fn command(&self, dialect: &dyn Dialect, event: &str, payload: &Value) -> Command {
        match self.hear(dialect, event, payload) {
            Heard::Do(command) | Heard::DoAs(command) => command,
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn refusal(&self, dialect: &dyn Dialect, event: &str, payload: &Value) -> String {
        match self.hear(dialect, event, payload) {
            Heard::Refuse(problem) => problem.message,
            other => panic!("{other:?}"),
        }
    }

    /// A REST call with this `Authorization` header.
    pub(super) fn call(
        &self,
        dialect: &dyn Dialect,
        route: &str,
        authorization: Option<&str>,
        body: &Value,
    ) -> Result<Command, Problem> {
        let (method, target) = route.split_once(' ').unwrap();
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (target, None),
        };
        let body = body.to_string();
        let request = Request { method, path, query, authorization, body: body.as_bytes() };
        dialect.decode_request(&request, &self.auth(), NOW)
    }
}

/// An event of which an acknowledgement is wanted.
pub(super) fn asked<'a>(event: &'a str, payload: Option<&'a Value>) -> Call<'a> {
    Call { event, payload, ack_wanted: true, named: None }
}

/// What others hear of something that happened at [`NOW`].
pub(super) fn said(dialect: &dyn Dialect, what: Happened) -> Option<Broadcast> {
    dialect.encode_event(&Event { at: NOW, what })
}

/// Status and body of the REST answer.
pub(super) fn answered(dialect: &dyn Dialect, answer: &Answer) -> (u16, Value) {
    let response = dialect.encode_response(Ok(answer));
    (response.status, response.body)
}

/// A handshake with this query.
pub(super) fn with_query(query: &str) -> Handshake {
    Handshake { query: Some(query.to_owned()), ..Handshake::default() }
}
