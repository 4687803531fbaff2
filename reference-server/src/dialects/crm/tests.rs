//! The crm document's names and shapes, in both directions.

use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::core::{History, Person, SocketId};
use crate::dialects::ProblemKind;
use crate::dialects::samples::{self, NOW, NOW_TEXT, ROOM as CHAT, SOCKET, Samples};

const ANA: UserId = UserId::Number(1);

fn samples() -> Samples {
    Samples::new(UserIdKind::Integer)
}

fn auth() -> Authenticator {
    samples().auth()
}

fn token() -> String {
    samples().token()
}

fn message() -> Arc<Message> {
    samples().message()
}

fn person() -> Person {
    samples().person()
}

/// A connection that has shown its token.
fn session() -> Session {
    Session { socket: SOCKET, sid: "abc123".to_owned(), identity: auth().verify(&token(), NOW) }
}

fn crm() -> Crm {
    Crm::new(Settings::default())
}

fn asked(ack_wanted: bool) -> Call<'static> {
    Call { event: "joinChat", payload: None, ack_wanted, named: None }
}

fn hear_at(now: Moment, event: &str, payload: &Value) -> Heard {
    crm().decode_event(
        &session(),
        &auth(),
        &Call { event, payload: Some(payload), ack_wanted: true, named: None },
        now,
    )
}

fn command(event: &str, payload: &Value) -> Command {
    match hear_at(NOW, event, payload) {
        Heard::Do(command) => command,
        other => panic!("{other:?}"),
    }
}

fn refusal(event: &str, payload: &Value) -> String {
    match hear_at(NOW, event, payload) {
        Heard::Refuse(problem) => problem.message,
        other => panic!("{other:?}"),
    }
}

fn said(what: Happened) -> (Audience, &'static str, Value) {
    let broadcast = samples::said(&crm(), what).unwrap();
    (broadcast.audience, broadcast.event, broadcast.payload)
}

#[test]
fn a_token_is_found_in_each_documented_place() {
    let admit = |handshake: &Handshake| match crm().admit(handshake, &auth(), NOW) {
        Admission::Somebody(identity) => Ok(identity),
        Admission::Nobody(reason) => Err(reason),
        other => panic!("{other:?}"),
    };
    let in_auth = Handshake { auth: Some(json!({"token": token()})), ..Handshake::default() };
    let in_header = Handshake { authorization: Some(format!("Bearer {}", token())), ..Handshake::default() };
    let query = format!("EIO=4&token={}&transport=websocket", token());
    let in_query = Handshake { query: Some(query), ..Handshake::default() };
    for handshake in [&in_auth, &in_header, &in_query] {
        assert_eq!(admit(handshake).unwrap().user, ANA);
    }
    assert_eq!(admit(&Handshake::default()), Err(AuthError::Missing));
    let bad_first = Handshake { auth: Some(json!({"token": "x"})), ..in_header.clone() };
    assert_eq!(admit(&bad_first), Err(AuthError::Invalid), "a bad token is not an absent one");
    let odd = Handshake { auth: Some(json!({"token": 5})), ..in_header.clone() };
    assert_eq!(admit(&odd), Err(AuthError::Invalid));
    let empty_first = Handshake { auth: Some(json!({"token": ""})), ..in_header };
    assert!(admit(&empty_first).is_ok());
    let basic = Handshake { authorization: Some("Basic abc".to_owned()), ..Handshake::default() };
    assert_eq!(admit(&basic), Err(AuthError::Missing));
}

#[test]
fn events_become_commands() {
    let (user, socket, conversation) = (ANA, SocketId(7), CHAT);
    assert_eq!(
        command("joinChat", &json!({"chatId": 1, "extra": true})),
        Command::Join { socket, user: user.clone(), conversation }
    );
    assert_eq!(
        command("leaveChat", &json!({"chatId": 1})),
        Command::Leave { socket, user: user.clone(), conversation }
    );
    assert_eq!(
        command("sendMessage", &json!({"chatId": 1, "content": " hi "})),
        Command::Send { user: user.clone(), conversation, content: Content::text(" hi ") }
    );
    assert_eq!(
        command("typing", &json!({"chatId": 1, "isTyping": false})),
        Command::Type { user: user.clone(), conversation, typing: false }
    );
    assert_eq!(
        command("markAsRead", &json!({"chatId": 1, "messageId": 4})),
        Command::Read { user, conversation, message: MessageId(4) }
    );
    assert!(matches!(hear_at(NOW, "nonsense", &json!({})), Heard::Ignore));
}

#[test]
fn authenticate_and_ping_answer_by_themselves() {
    let Heard::Say(reply) = hear_at(NOW, "authenticate", &Value::Null) else { panic!() };
    let expected =
        json!({"success": true, "message": "Authenticated successfully", "userId": 1, "socketId": "abc123"});
    assert_eq!((reply.ack, reply.emits.len()), (Some(expected), 0));
    let Heard::Say(reply) = hear_at(NOW, "ping", &Value::Null) else { panic!() };
    assert_eq!(reply.ack, Some(json!({"pong": 1_760_000_000_250_u64})));
}

#[test]
fn a_token_that_expires_while_connected_stops_working() {
    let later = Moment(Duration::from_secs(1_760_000_100));
    for event in ["authenticate", "ping", "joinChat", "sendMessage"] {
        let Heard::Refuse(problem) = hear_at(later, event, &json!({})) else { panic!() };
        assert_eq!(problem.message, "Unauthorized: token expired");
    }
}

#[test]
fn payloads_are_checked_after_the_token() {
    assert_eq!(refusal("joinChat", &json!({"chatId": "1"})), "chatId must be an integer number");
    assert_eq!(refusal("sendMessage", &json!({"chatId": 1, "content": ""})), "content should not be empty");
    assert_eq!(
        refusal("typing", &json!({"chatId": 1, "isTyping": "yes"})),
        "isTyping must be a boolean value"
    );
    let nobody = Session { identity: Err(AuthError::Missing), ..session() };
    let heard = crm().decode_event(&nobody, &auth(), &asked(true), NOW);
    let Heard::Refuse(problem) = heard else { panic!() };
    assert_eq!(problem.message, "Unauthorized: no token provided");
}

#[test]
fn replies_are_those_of_the_document() {
    let ack = |answer: Answer| crm().encode_reply(&asked(true), Ok(&answer)).ack.unwrap();
    let joined = Answer::Joined { conversation: CHAT, first: false };
    assert_eq!(ack(joined), json!({"success": true, "message": "Joined chat 1"}));
    assert_eq!(ack(Answer::Left(CHAT)), json!({"success": true, "message": "Left chat 1"}));
    let sent = ack(Answer::Sent(message()));
    assert_eq!(sent["success"], true);
    assert_eq!(
        sent["data"],
        json!({"id": 4, "chatId": 1, "senderId": 1, "message": "Hello!",
               "createdAt": NOW_TEXT, "updatedAt": NOW_TEXT})
    );
    assert_eq!(ack(Answer::Done), json!({"success": true}));
}

#[test]
fn a_refusal_is_acked_or_an_error_never_both() {
    let problem = crm().problem(Some("joinChat"), &Refusal::NotParticipant(CHAT));
    assert_eq!(problem.kind, ProblemKind::Forbidden);
    assert_eq!(
        crm().encode_reply(&asked(true), Err(&problem)),
        Reply::ack(json!({"success": false, "message": "You are not a participant in chat 1"}))
    );
    let expected = json!({"status": "error", "message": "You are not a participant in chat 1"});
    assert_eq!(
        crm().encode_reply(&asked(false), Err(&problem)),
        Reply { ack: None, emits: vec![("error", expected)] }
    );
}

#[test]
fn what_happened_is_said_as_documented() {
    let others = Audience::others(Circle::Joined(CHAT), &ANA);
    let of_user = json!({"chatId": 1, "userId": 1, "timestamp": NOW_TEXT});
    assert_eq!(said(Happened::Entered(CHAT, ANA)), (others.clone(), "userJoined", of_user.clone()));
    assert_eq!(said(Happened::Left(CHAT, ANA)), (others.clone(), "userLeft", of_user));
    let typing = json!({"chatId": 1, "userId": 1, "isTyping": true, "timestamp": NOW_TEXT});
    assert_eq!(said(Happened::Typing(CHAT, person(), true)), (others.clone(), "userTyping", typing));
    let read = json!({"chatId": 1, "messageId": 4, "userId": 1, "timestamp": NOW_TEXT});
    assert_eq!(said(Happened::Read(message(), ANA)), (others, "messageRead", read));
    for (what, name) in
        [(Happened::Sent(message()), "newMessage"), (Happened::Updated(message()), "messageUpdated")]
    {
        let payload = json!({"message": row(&message()), "chatId": 1, "timestamp": NOW_TEXT});
        assert_eq!(said(what), (Audience::all(Circle::Joined(CHAT)), name, payload));
    }
    let deleted = json!({"messageId": 4, "chatId": 1, "timestamp": NOW_TEXT});
    assert_eq!(
        said(Happened::Deleted(message())),
        (Audience::all(Circle::Joined(CHAT)), "messageDeleted", deleted)
    );
    let silent = Event { at: NOW, what: Happened::Online(ANA) };
    assert_eq!(crm().encode_event(&silent), None);
}

fn call(method: &str, path: &str, body: &str) -> Result<Command, Problem> {
    let authorization = format!("Bearer {}", token());
    let body = body.as_bytes();
    let request = Request { method, path, query: None, authorization: Some(&authorization), body };
    crm().decode_request(&request, &auth(), NOW)
}

#[test]
fn rest_calls_become_the_same_commands() {
    assert_eq!(
        call("POST", "/chat-messages", r#"{"chatId":1,"content":"hi"}"#),
        Ok(Command::Send { user: ANA, conversation: CHAT, content: Content::text("hi") })
    );
    assert_eq!(
        call("PUT", "/chat-messages/4/", r#"{"content":"ho"}"#),
        Ok(Command::Edit { user: ANA, message: MessageId(4), edit: Edit::Rewrite("ho".to_owned()) })
    );
    assert_eq!(
        call("DELETE", "/chat-messages/4", ""),
        Ok(Command::Edit { user: ANA, message: MessageId(4), edit: Edit::Delete })
    );
    assert_eq!(
        call("GET", "/chat-messages/chat/1", ""),
        Ok(Command::History { user: Some(ANA), conversation: CHAT, page: None })
    );
    assert_eq!(
        call("POST", "/project-chats", r#"{"participants":[2,3]}"#),
        Ok(Command::Create {
            by: ANA,
            with: vec![UserId::Number(2), UserId::Number(3)],
            manner: Creation::default()
        })
    );
}

#[test]
fn rest_mistakes_have_their_status() {
    let status = |method, path, body| call(method, path, body).unwrap_err().kind.status();
    assert_eq!(status("POST", "/chat-messages", "{"), 400);
    assert_eq!(status("POST", "/chat-messages", "{}"), 400);
    assert_eq!(status("GET", "/chat-messages/chat/one", ""), 400);
    assert_eq!(status("PATCH", "/chat-messages/4", "{}"), 404);
    assert_eq!(status("GET", "/", ""), 404);
    let anonymous =
        Request { method: "POST", path: "/chat-messages", query: None, authorization: None, body: b"{" };
    let problem = crm().decode_request(&anonymous, &auth(), NOW).unwrap_err();
    let response = crm().encode_response(Err(&problem));
    let body =
        json!({"statusCode": 401, "message": "Unauthorized: no token provided", "error": "Unauthorized"});
    assert_eq!(response, Response { status: 401, body });
}

#[test]
fn rest_answers_are_rows() {
    let answer = |answer: Answer| {
        let response = crm().encode_response(Ok(&answer));
        (response.status, response.body)
    };
    assert_eq!(answer(Answer::Sent(message())), (201, row(&message())));
    assert_eq!(answer(Answer::Updated(message())), (200, row(&message())));
    assert_eq!(answer(Answer::Deleted(MessageId(4))), (200, json!({"success": true, "id": 4})));
    let history = History { messages: vec![message()], total: 1, page: None };
    assert_eq!(answer(Answer::History(history)), (200, json!([row(&message())])));
    let expected = json!({"id": 1, "participants": [1, 2], "createdAt": NOW_TEXT});
    assert_eq!(answer(Answer::Created(samples().conversation())), (201, expected));
}
