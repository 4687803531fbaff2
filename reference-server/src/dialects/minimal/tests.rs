//! Names and shapes of both documents, in both directions.

use super::*;
use crate::core::{MessageId, Status};
use crate::dialects::samples::{NOW, NOW_TEXT, ROOM, SOCKET, Samples, answered, asked, said};

fn samples() -> Samples {
    Samples::new(UserIdKind::Integer)
}

fn minimal() -> Minimal {
    Minimal::with_tokens(Settings::default())
}

fn open() -> Minimal {
    Minimal::open(Settings::default())
}

#[test]
fn only_a_good_token_in_the_auth_object_is_admitted() {
    let samples = samples();
    let admit = |auth: Value| {
        let handshake = Handshake { auth: Some(auth), ..Handshake::default() };
        minimal().admit(&handshake, &samples.auth(), NOW)
    };
    assert!(
        matches!(admit(json!({"token": samples.token()})), Admission::Somebody(one) if one.user == samples.ana)
    );
    assert_eq!(admit(json!({})), Admission::Refused("Unauthorized: no token provided".to_owned()));
    assert_eq!(admit(json!({"token": 5})), Admission::Refused("Unauthorized: invalid token".to_owned()));
    let bare = open().admit(&Handshake::default(), &samples.auth(), NOW);
    assert_eq!(bare, Admission::Nobody(AuthError::Missing));
}

#[test]
fn events_become_commands() {
    let samples = samples();
    let (user, conversation, socket) = (samples.ana.clone(), ROOM, SOCKET);
    let manner = Creation { joins: true, reuses: false };
    let create = Command::Create { by: user.clone(), with: vec![user.clone(), samples.bo.clone()], manner };
    let send = Command::Send { user: user.clone(), conversation, content: Content::text("hi") };
    let join = Command::Join { socket, user: user.clone(), conversation };
    let leave = Command::Leave { socket, user, conversation };
    for (event, payload, expected) in [
        ("createConversation", json!({"user2_id": 2}), create),
        ("sendMessage", json!({"convId": 1, "message": {"message": "hi"}}), send),
        ("joinConversation", json!({"convId": 1}), join),
        ("leaveConversation", json!({"convId": 1}), leave),
    ] {
        assert_eq!(samples.command(&minimal(), event, &payload), expected);
        let mut named = payload;
        named["userId"] = json!(1);
        let Heard::DoAs(command) = samples.hear(&open(), event, &named) else { panic!("{event}") };
        assert_eq!(command, expected, "and in minimal-open");
    }
    assert!(matches!(samples.hear(&minimal(), "typing", &json!({})), Heard::Ignore));
}

#[test]
fn the_payload_says_who_asks_only_where_there_is_no_token() {
    let samples = samples();
    let as_bo = json!({"convId": 1, "userId": 2});
    assert_eq!(samples.command(&minimal(), "joinConversation", &as_bo).user(), Some(&samples.ana));
    assert_eq!(samples.command(&open(), "joinConversation", &as_bo).user(), Some(&samples.bo));
}

#[test]
fn an_expired_token_is_refused_at_every_event() {
    let samples = samples();
    let identity = samples.auth().verify(&samples.token(), NOW);
    let session = Session { socket: SOCKET, sid: String::new(), identity };
    let later = Moment(std::time::Duration::from_secs(1_760_000_100));
    let payload = json!({"convId": 1});
    for event in HEARS {
        let heard = minimal().decode_event(&session, &samples.auth(), &asked(event, Some(&payload)), later);
        assert!(matches!(heard, Heard::Refuse(problem) if problem.message == "Unauthorized: token expired"));
    }
}

#[test]
fn replies_say_what_the_events_say() {
    let samples = samples();
    let minimal = minimal();
    let reply = |answer: &Answer| minimal.encode_reply(&asked("", None), Ok(answer));
    let here = json!({"convId": 1});
    let joined = Answer::Joined { conversation: ROOM, first: true };
    assert_eq!(reply(&joined), Reply::both("joinedConversation", here.clone(), here.clone()));
    assert_eq!(reply(&Answer::Left(ROOM)), Reply::both("leftConversation", here.clone(), here));
    let row =
        json!({"id": 4, "conversation_id": 1, "sender_id": 1, "message": "Hello!", "created_at": NOW_TEXT});
    let message = json!({"message": row, "sender": {"id": 1, "name": "Ana"}});
    assert_eq!(reply(&Answer::Sent(samples.message())), Reply::ack(message.clone()));
    let row = json!({"id": 1, "user1_id": 1, "user2_id": 2, "created_at": NOW_TEXT});
    let made = json!({"conversation": row, "participants": [1, 2]});
    assert_eq!(reply(&Answer::Created(samples.conversation())), Reply::ack(made.clone()));

    let created = said(&minimal, Happened::Created(samples.conversation())).unwrap();
    assert_eq!((created.event, created.payload), ("conversationCreated", made));
    assert_eq!(created.audience, Audience::all(Circle::Participants(ROOM)));
    let sent = said(&minimal, Happened::Sent(samples.message())).unwrap();
    assert_eq!((sent.event, sent.payload), ("newMessage", message));
    assert_eq!(sent.audience, Audience::all(Circle::Joined(ROOM)));
    let moved = Message { status: Status::Read, ..(*samples.message()).clone() };
    for what in [
        Happened::Online(samples.ana.clone()),
        Happened::Entered(ROOM, samples.ana.clone()),
        Happened::Moved(std::sync::Arc::new(moved)),
        Happened::Typing(ROOM, samples.person(), true),
    ] {
        assert_eq!(said(&minimal, what), None, "the document has no event for it");
    }
}

#[test]
fn a_refusal_is_told_twice_over() {
    let problem = minimal().problem(Some("joinConversation"), &Refusal::UnknownConversation(ROOM));
    let reply = minimal().encode_reply(&asked("joinConversation", None), Err(&problem));
    let text = "Conversation 1 not found";
    let ack = json!({"success": false, "message": text});
    assert_eq!(reply, Reply::both("error", json!({"message": text}), ack));
    let gone = minimal().problem(None, &Refusal::UnknownMessage(MessageId(9)));
    assert_eq!(gone.message, "Message 9 not found");
}

#[test]
fn rest_calls_become_the_same_commands() {
    let samples = samples();
    let bearer = format!("Bearer {}", samples.token());
    let call = |route: &str, body: Value| samples.call(&minimal(), route, Some(&bearer), &body);
    let user = samples.ana.clone();
    assert_eq!(
        call("POST /chats/1/message", json!({"message": "hi"})),
        Ok(Command::Send { user: user.clone(), conversation: ROOM, content: Content::text("hi") })
    );
    assert_eq!(
        call("POST /chats/", json!({"user2_id": 2})).unwrap(),
        samples.command(&minimal(), "createConversation", &json!({"user2_id": 2}))
    );
    let status = |route, body| call(route, body).unwrap_err().kind.status();
    assert_eq!(status("POST /chats", json!({"user2_id": 1})), 400, "with oneself");
    assert_eq!(status("POST /chats/x/message", json!({"message": "hi"})), 400);
    assert_eq!(status("GET /chats", json!(null)), 404);
    let nobody = samples.call(&minimal(), "POST /chats", None, &json!({"user2_id": 2}));
    assert_eq!(nobody.unwrap_err().kind.status(), 401);
    let named = samples.call(&open(), "POST /chats/1/message", None, &json!({"message": "hi", "userId": 1}));
    assert_eq!(named, Ok(Command::Send { user, conversation: ROOM, content: Content::text("hi") }));
}

#[test]
fn rest_answers_are_rows() {
    let samples = samples();
    let (status, row) = answered(&minimal(), &Answer::Sent(samples.message()));
    assert_eq!((status, row), (201, message_row(&samples.message())));
    let (status, row) = answered(&minimal(), &Answer::Created(samples.conversation()));
    assert_eq!((status, &row["user2_id"]), (201, &json!(2)));
}
