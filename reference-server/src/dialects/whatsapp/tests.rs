//! The whatsapp document's names and shapes, in both directions.

use std::sync::Arc;

use super::*;
use crate::core::{Edit, History, MessageId};
use crate::dialects::Capabilities;
use crate::dialects::samples::{NOW, NOW_TEXT, ROOM, SOCKET, Samples, answered, asked, said, with_query};

fn samples() -> Samples {
    Samples::new(UserIdKind::Text)
}

fn whatsapp() -> Whatsapp {
    Whatsapp::new(Settings::default())
}

fn production() -> Whatsapp {
    Whatsapp::new(Settings { dev_auth: false, ..Settings::default() })
}

fn without(lacked: Capability) -> Settings {
    Settings { offers: Capabilities::without(&[lacked]), ..Settings::default() }
}

#[test]
fn a_token_counts_in_both_modes_and_a_name_in_one() {
    let samples = samples();
    let admit =
        |dialect: &Whatsapp, handshake: &Handshake| match dialect.admit(handshake, &samples.auth(), NOW) {
            Admission::Somebody(identity) => Ok(identity.user.to_string()),
            Admission::Refused(reason) => Err(reason),
            other => panic!("{other:?}"),
        };
    let named = with_query("EIO=4&userId=user-123");
    assert_eq!(admit(&whatsapp(), &named), Ok("user-123".to_owned()));
    assert_eq!(admit(&production(), &named), Err("Unauthorized: no token provided".to_owned()));
    let token = Handshake { auth: Some(json!({"token": samples.token()})), ..named.clone() };
    for dialect in [whatsapp(), production()] {
        assert_eq!(admit(&dialect, &token), Ok("1".to_owned()), "the token goes before the name");
    }
    let bad = Handshake { auth: Some(json!({"token": "x"})), ..named };
    assert_eq!(admit(&whatsapp(), &bad), Err("Unauthorized: invalid token".to_owned()));
    assert!(admit(&whatsapp(), &Handshake::default()).is_err());
}

#[test]
fn events_become_commands() {
    let samples = samples();
    let (user, conversation, socket) = (samples.ana.clone(), ROOM, SOCKET);
    let command = |event| samples.command(&whatsapp(), event, &json!({"conversationId": "1", "userId": "2"}));
    assert_eq!(command("conversation:join"), Command::Join { socket, user: user.clone(), conversation });
    assert_eq!(command("conversation:leave"), Command::Leave { socket, user: user.clone(), conversation });
    let typed = |typing| Command::Type { user: user.clone(), conversation, typing };
    assert_eq!(command("typing:start"), typed(true), "of the connection's user, not of the payload's");
    assert_eq!(command("typing:stop"), typed(false));
    assert!(matches!(samples.hear(&whatsapp(), "message:send", &json!({})), Heard::Ignore));
    let naive = Whatsapp::new(Settings { trust_payload: true, ..Settings::default() });
    let spoofed = json!({"conversationId": "1", "userId": "2"});
    assert_eq!(samples.command(&naive, "typing:start", &spoofed).user(), Some(&samples.bo));
}

#[test]
fn a_join_that_names_the_last_message_heard_is_a_return() {
    let samples = samples();
    let (user, conversation, socket) = (samples.ana.clone(), ROOM, SOCKET);
    let again = json!({"conversationId": "1", "lastMessageId": "4"});
    let command = samples.command(&whatsapp(), "conversation:join", &again);
    let after = MessageId(4);
    assert_eq!(command, Command::Rejoin { socket, user: user.clone(), conversation, after });
    let without = Whatsapp::new(without(Capability::OfflineDelivery));
    let command = samples.command(&without, "conversation:join", &again);
    assert_eq!(command, Command::Join { socket, user, conversation }, "where that is not offered");
    let wrong = json!({"conversationId": "1", "lastMessageId": "four"});
    samples.refusal(&whatsapp(), "conversation:join", &wrong);
    let missed = said(&whatsapp(), Happened::Missed(SOCKET, samples.message())).unwrap();
    assert_eq!((missed.audience, missed.event), (Audience::all(Circle::Socket(SOCKET)), "message:received"));
}

#[test]
fn reactions() {
    let samples = samples();
    let payload = json!({"conversationId": "1", "messageId": "4", "emoji": "+1"});
    let react = |emoji: Option<&str>| Command::React {
        user: samples.ana.clone(),
        conversation: ROOM,
        message: MessageId(4),
        emoji: emoji.map(Into::into),
    };
    assert_eq!(samples.command(&whatsapp(), "reaction:add", &payload), react(Some("+1")));
    assert_eq!(samples.command(&whatsapp(), "reaction:remove", &payload), react(None));
    let without = Whatsapp::new(without(Capability::Reactions));
    assert!(matches!(samples.hear(&without, "reaction:add", &payload), Heard::Ignore));
    let happened = Happened::Reacted(samples.message(), samples.bo.clone(), Some("+1".into()));
    let told = said(&whatsapp(), happened).unwrap();
    let expected = json!({"messageId": "4", "conversationId": "1", "userId": "2", "emoji": "+1",
                          "updatedAt": NOW_TEXT});
    assert_eq!((told.event, told.payload), ("reaction:added", expected));
}

#[test]
fn what_becomes_of_a_message_is_told_and_stays_in_the_history() {
    let samples = samples();
    let message = samples.message();
    let told = said(&whatsapp(), Happened::Updated(Arc::clone(&message))).unwrap();
    let expected =
        json!({"messageId": "4", "conversationId": "1", "content": "Hello!", "editedAt": NOW_TEXT});
    assert_eq!((told.event, told.payload), ("message:edited", expected));
    let told = said(&whatsapp(), Happened::Deleted(Arc::clone(&message))).unwrap();
    let expected = json!({"messageId": "4", "conversationId": "1", "deletedAt": NOW_TEXT});
    assert_eq!((told.event, told.payload), ("message:deleted", expected));
    assert_eq!(beyond::stored(&message), row(&message), "nothing has become of it");
    let mut changed = (*message).clone();
    changed.updated_at = Moment(NOW.0 + std::time::Duration::from_secs(1));
    changed.reactions.insert(samples.bo, "+1".into());
    let stored = beyond::stored(&changed);
    assert_eq!(stored["editedAt"], "2025-10-09T08:53:21.250Z");
    assert_eq!(stored["reactions"], json!([{"userId": "2", "emoji": "+1"}]));
}

#[test]
fn routes_beyond_the_document() {
    let samples = samples();
    let call = |dialect: &Whatsapp, route, body: &Value| samples.call(dialect, route, None, body);
    let seen = Command::Seen { by: None, user: UserId::Name("a+b c".into()), among_contacts: false };
    assert_eq!(call(&whatsapp(), "GET /api/users/a+b%20c/presence", &Value::Null), Ok(seen));
    let body = json!({"senderId": "1", "content": "Hello again!"});
    let edit = |edit| Command::Edit { user: samples.ana.clone(), message: MessageId(4), edit };
    let rewrite = edit(Edit::Rewrite("Hello again!".to_owned()));
    assert_eq!(call(&whatsapp(), "PUT /api/messages/4", &body), Ok(rewrite));
    assert_eq!(call(&whatsapp(), "DELETE /api/messages/4?userId=1", &Value::Null), Ok(edit(Edit::Delete)));
    let nobody = call(&whatsapp(), "DELETE /api/messages/4", &Value::Null).unwrap_err();
    assert_eq!(nobody.kind, ProblemKind::Unauthenticated);
    for (lacked, route) in [
        (Capability::LastSeen, "GET /api/users/1/presence"),
        (Capability::Editing, "PUT /api/messages/4"),
        (Capability::Editing, "DELETE /api/messages/4?userId=1"),
    ] {
        let refused = call(&Whatsapp::new(without(lacked)), route, &body).unwrap_err();
        assert_eq!(refused.kind, ProblemKind::NotFound, "{route} without {lacked}");
    }
    let (status, body) =
        answered(&whatsapp(), &Answer::Seen { user: samples.bo, online: false, last: Some(NOW), devices: 0 });
    assert_eq!((status, body), (200, json!({"userId": "2", "online": false, "lastSeen": NOW_TEXT})));
}

#[test]
fn what_the_server_never_gave_out_is_not_found() {
    let samples = samples();
    let refusal =
        |id: Value| samples.refusal(&whatsapp(), "conversation:join", &json!({"conversationId": id}));
    for id in ["test-conv", "01", "-1", "1.0", "99999999999999999999"] {
        assert_eq!(refusal(json!(id)), format!("Conversation {id} not found"));
    }
    assert_eq!(refusal(json!(" ")), "conversationId should not be empty");
    assert_eq!(refusal(json!(1)), "conversationId must be a string");
}

#[test]
fn replies_are_those_of_the_document() {
    let reply = |answer: Answer| whatsapp().encode_reply(&asked("", None), Ok(&answer));
    let data = json!({"conversationId": "1", "success": true});
    let both = |event| Reply::both(event, data.clone(), json!({"event": event, "data": data}));
    assert_eq!(reply(Answer::Joined { conversation: ROOM, first: true }), both("conversation:joined"));
    assert_eq!(reply(Answer::Left(ROOM)), both("conversation:left"));
    assert_eq!(reply(Answer::Done), Reply::default());
    let problem = whatsapp().problem(Some("conversation:join"), &Refusal::NotParticipant(ROOM));
    let error = json!({"status": "error", "message": "You are not a participant in conversation 1",
                       "statusCode": 403});
    assert_eq!(whatsapp().encode_reply(&asked("", None), Err(&problem)), Reply::emit("error", error));
}

#[test]
fn what_happened_is_said_as_documented() {
    let samples = samples();
    let room = Audience::all(Circle::Joined(ROOM));
    let heard = |what| {
        let broadcast = said(&whatsapp(), what).unwrap();
        (broadcast.audience, broadcast.event, broadcast.payload)
    };
    let mut payload = json!({"messageId": "4", "conversationId": "1", "senderId": "1", "type": "text",
                             "content": "Hello!", "status": "sent", "timestamp": NOW_TEXT,
                             "sender": {"id": "1", "name": "Ana", "phoneNumber": "+43 1"}});
    assert_eq!(heard(Happened::Sent(samples.message())), (room.clone(), "message:received", payload.clone()));
    let nameless = Person { id: samples.ana.clone(), profile: Arc::default() };
    let message = Message { sender: nameless.clone(), ..(*samples.message()).clone() };
    payload.as_object_mut().unwrap().shift_remove("sender");
    assert_eq!(heard(Happened::Sent(Arc::new(message))).2, payload, "a sender without a name is left out");
    for (status, text) in [(Status::Delivered, "delivered"), (Status::Read, "read")] {
        let moved = Message { status, ..(*samples.message()).clone() };
        let payload = json!({"messageId": "4", "conversationId": "1", "status": text, "updatedAt": NOW_TEXT});
        assert_eq!(heard(Happened::Moved(Arc::new(moved))), (room.clone(), "message:status", payload));
    }
    let others = Audience::others(Circle::Joined(ROOM), &samples.ana);
    let start =
        json!({"conversationId": "1", "userId": "1", "isTyping": true, "user": {"id": "1", "name": "Ana"}});
    assert_eq!(
        heard(Happened::Typing(ROOM, samples.person(), true)),
        (others.clone(), "typing:start", start)
    );
    let stop = json!({"conversationId": "1", "userId": "1", "isTyping": false});
    assert_eq!(heard(Happened::Typing(ROOM, nameless, false)), (others, "typing:stop", stop));
    let everyone_else = Audience::others(Circle::Everyone, &samples.ana);
    let of = json!({"userId": "1"});
    assert_eq!(
        heard(Happened::Online(samples.ana.clone())),
        (everyone_else.clone(), "user:online", of.clone())
    );
    assert_eq!(heard(Happened::Offline(samples.ana.clone())), (everyone_else, "user:offline", of));
    assert_eq!(said(&whatsapp(), Happened::Read(samples.message(), samples.bo)), None);
}

#[test]
fn rest_calls_become_commands() {
    let samples = samples();
    let call = |route: &str, body: Value| samples.call(&whatsapp(), route, None, &body);
    let (user, conversation) = (samples.ana.clone(), ROOM);
    let send =
        call("POST /api/conversations/1/messages", json!({"senderId": "1", "type": "text", "content": "hi"}));
    assert_eq!(send, Ok(Command::Send { user: user.clone(), conversation, content: Content::text("hi") }));
    let read = call("POST /api/conversations/1/messages/read", json!({"userId": "1"}));
    assert_eq!(read, Ok(Command::ReadAll { user: user.clone(), conversation }));
    let history = |user| Ok(Command::History { user, conversation, page: None });
    assert_eq!(call("GET /api/conversations/1/messages", Value::Null), history(None));
    assert_eq!(call("GET /api/conversations/1/messages?userId=1", Value::Null), history(Some(user.clone())));
    let with = vec![user.clone(), samples.bo.clone()];
    let create = call("POST /api/conversations", json!({"participants": ["1", "2"]}));
    assert_eq!(create, Ok(Command::Create { by: user, with, manner: Creation::default() }));
    let text = call("POST /api/conversations/1/messages", json!({"senderId": "1"})).unwrap_err().message;
    assert_eq!(text, "content should not be empty");
    assert_eq!(call("PUT /api/conversations/1", json!({})).unwrap_err().kind.status(), 404);
}

#[test]
fn a_bearer_token_speaks_for_its_user_only() {
    let samples = samples();
    let bearer = format!("Bearer {}", samples.token());
    let read = |dialect: &Whatsapp, header, user: &str| {
        let route = "POST /api/conversations/1/messages/read";
        samples
            .call(dialect, route, header, &json!({"userId": user}))
            .map_err(|problem| problem.kind.status())
    };
    for dialect in [whatsapp(), production()] {
        assert!(read(&dialect, Some(bearer.as_str()), "1").is_ok());
        assert_eq!(read(&dialect, Some(bearer.as_str()), "2"), Err(403));
        assert_eq!(read(&dialect, Some("Bearer x"), "1"), Err(401));
    }
    assert!(read(&whatsapp(), None, "2").is_ok(), "for development");
    assert_eq!(read(&production(), None, "2"), Err(401));
}

#[test]
fn content_that_is_no_text_comes_back_as_it_was() {
    let samples = samples();
    for content in [json!({"a": [1, null]}), json!(5), json!(true), json!("{\"a\": 1}"), json!("5")] {
        let body = json!({"senderId": "1", "type": "location", "content": content});
        let Ok(Command::Send { content: kept, .. }) =
            samples.call(&whatsapp(), "POST /api/conversations/1/messages", None, &body)
        else {
            panic!()
        };
        assert_eq!((shown(&kept), &*kept.kind), (content, "location"));
    }
    let cut = Content { structured: true, ..Content::text("{\"a\": ") };
    assert_eq!(shown(&cut), "{\"a\": ", "what can no longer be read is a text");
}

#[test]
fn rest_answers_as_documented() {
    let samples = samples();
    let answer = |answer| answered(&whatsapp(), &answer);
    let made = json!({"id": "1", "participants": ["1", "2"], "createdAt": NOW_TEXT});
    assert_eq!(answer(Answer::Created(samples.conversation())), (201, made));
    assert_eq!(answer(Answer::Sent(samples.message())), (201, row(&samples.message())));
    let history = History { messages: vec![samples.message()], total: 1, page: None };
    let body = json!({"messages": [row(&samples.message())], "total": 1});
    assert_eq!(answer(Answer::History(history)), (200, body));
    let read = Answer::ReadAll { messages: vec![samples.message()], moved: 1 };
    assert_eq!(answer(read), (200, json!({"success": true, "updated": 1})));
}
