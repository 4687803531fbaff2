//! The gateway document's names and shapes, in both directions.

use super::*;
use crate::core::{MessageId, SocketId};
use crate::dialects::Presence;
use crate::dialects::samples::{NOW, NOW_TEXT, ROOM, SOCKET, Samples, answered, asked, said, with_query};

fn samples() -> Samples {
    Samples::new(UserIdKind::Integer)
}

fn gateway() -> Gateway {
    Gateway::new(Settings::default())
}

#[test]
fn the_query_says_who_connects() {
    let admit = |query| gateway().admit(&with_query(query), &samples().auth(), NOW);
    assert_eq!(admit("EIO=4&userId=1"), Admission::Somebody(Identity::claimed(UserId::Number(1))));
    let missing = json!({"message": "userId query parameter is required"});
    assert_eq!(admit("EIO=4"), Admission::Expelled("error", missing));
    let odd = json!({"message": "userId query parameter must be a positive integer"});
    for query in ["userId=0", "userId=-1", "userId=1.5", "userId=one"] {
        assert_eq!(admit(query), Admission::Expelled("error", odd.clone()), "{query}");
    }
}

#[test]
fn events_become_commands() {
    let samples = samples();
    let command = |event, payload: Value| samples.command(&gateway(), event, &payload);
    let (user, conversation, socket) = (samples.ana.clone(), ROOM, SOCKET);
    let image = Content { kind: Cow::Borrowed("image"), ..Content::text("a.png") };
    assert_eq!(
        command(
            "send-message",
            json!({"sender_id": 1, "conversation_id": 1, "message_type": "image", "content": "a.png"})
        ),
        Command::Send { user: user.clone(), conversation, content: image }
    );
    assert_eq!(
        command("join-conversation", json!({"conversationId": 1, "userId": 1})),
        Command::Join { socket, user: user.clone(), conversation }
    );
    assert_eq!(
        command("leave-conversation", json!({"conversationId": 1})),
        Command::Leave { socket: SocketId(7), user: user.clone(), conversation }
    );
    assert_eq!(
        command("typing", json!({"conversationId": 1, "userId": 1, "isTyping": false})),
        Command::Type { user, conversation, typing: false }
    );
    assert!(matches!(samples.hear(&gateway(), "nonsense", &json!({})), Heard::Ignore));
}

#[test]
fn validation_texts_are_those_of_the_document() {
    let samples = samples();
    let refusal = |payload: Value| samples.refusal(&gateway(), "send-message", &payload);
    assert_eq!(
        refusal(json!({"conversation_id": 1, "message_type": "text", "content": "x"})),
        "sender_id should not be empty, sender_id must be an integer number"
    );
    assert_eq!(
        refusal(json!({})),
        "sender_id should not be empty, sender_id must be an integer number, \
         conversation_id should not be empty, conversation_id must be an integer number, \
         message_type must be one of the following values: text, image, file, \
         content should not be empty, content must be a string"
    );
    let typing = json!({"conversationId": 1, "userId": 1, "isTyping": "true"});
    assert_eq!(samples.refusal(&gateway(), "typing", &typing), "isTyping must be a boolean value");
}

#[test]
fn nobody_speaks_for_somebody_else() {
    let samples = samples();
    let spoofed = json!({"conversationId": 1, "userId": 2, "isTyping": true});
    let text = "userId is not the user of this connection";
    for event in ["typing", "join-conversation"] {
        assert_eq!(samples.refusal(&gateway(), event, &spoofed), text);
    }
    let naive = Gateway::new(Settings { trust_payload: true, ..Settings::default() });
    assert_eq!(samples.command(&naive, "typing", &spoofed).user(), Some(&samples.bo));
}

#[test]
fn refusals_have_the_documented_texts() {
    let gateway = gateway();
    let text = |event, refusal: &Refusal| gateway.problem(event, refusal).message;
    let stranger = Refusal::NotParticipant(ROOM);
    assert_eq!(text(Some("join-conversation"), &stranger), "Unauthorized to join this conversation");
    assert_eq!(text(Some("send-message"), &stranger), "Unauthorized to send messages to this conversation");
    assert_eq!(text(None, &stranger), "Unauthorized to read this conversation");
    assert_eq!(text(None, &Refusal::UnknownConversation(ROOM)), "Conversation not found");
    assert_eq!(text(None, &Refusal::UnknownMessage(MessageId(9))), "Message 9 not found");
}

#[test]
fn each_refusal_goes_where_the_document_has_it() {
    let problem = Problem::invalid("no");
    let payload = json!({"conversationId": 5, "userId": 1});
    let reply = |event| gateway().encode_reply(&asked(event, Some(&payload)), Err(&problem));
    assert_eq!(reply("send-message"), Reply::emit("message-error", json!({"error": "no"})));
    let ack = json!({"success": false, "conversationId": 5, "message": "no"});
    assert_eq!(reply("join-conversation"), Reply::both("error", json!({"message": "no"}), ack));
    for event in ["typing", "leave-conversation"] {
        assert_eq!(reply(event), Reply::emit("error", json!({"message": "no"})));
    }
}

#[test]
fn success_is_answered_to_the_one_who_asked() {
    let samples = samples();
    let reply = |answer: Answer| gateway().encode_reply(&asked("", None), Ok(&answer));
    let joined = json!({"conversationId": 1, "success": true});
    assert_eq!(
        reply(Answer::Joined { conversation: ROOM, first: false }),
        Reply::both("joined-conversation", joined.clone(), joined)
    );
    assert_eq!(reply(Answer::Left(ROOM)), Reply::ack(json!({"success": true, "conversationId": 1})));
    assert_eq!(reply(Answer::Done), Reply::default(), "typing has no answer");
    let row = json!({"id": 4, "sender_id": 1, "conversation_id": 1, "timestamp": NOW_TEXT,
                     "message_type": "text", "content": "Hello!",
                     "conversation": {"id": 1, "sender_id": 1, "receiver_id": 2}});
    assert_eq!(reply(Answer::Sent(samples.message())), Reply::emit("message-sent", row.clone()));
    let heard = said(&gateway(), Happened::Sent(samples.message())).unwrap();
    assert_eq!((heard.event, heard.payload), ("receive-message", row), "the same payload");
    assert_eq!(heard.audience, Audience::all(Circle::Participants(ROOM)));
}

#[test]
fn typing_and_presence_go_to_the_others() {
    let samples = samples();
    let typing = said(&gateway(), Happened::Typing(ROOM, samples.person(), true)).unwrap();
    let payload = json!({"conversationId": 1, "userId": 1, "isTyping": true});
    assert_eq!((typing.event, typing.payload), ("user-typing", payload));
    assert_eq!(typing.audience, Audience::others(Circle::Joined(ROOM), &samples.ana));
    let contacts = Gateway::new(Settings { presence: Presence::Contacts, ..Settings::default() });
    for (what, event) in [
        (Happened::Online(samples.ana.clone()), "user:online"),
        (Happened::Offline(samples.ana.clone()), "user:offline"),
    ] {
        let all = said(&gateway(), what.clone()).unwrap();
        assert_eq!((all.event, all.payload), (event, json!({"userId": 1})));
        assert_eq!(all.audience, Audience::others(Circle::Everyone, &samples.ana));
        let some = said(&contacts, what).unwrap().audience;
        assert_eq!(some, Audience::others(Circle::Contacts(samples.ana.clone()), &samples.ana));
    }
    assert_eq!(said(&gateway(), Happened::Entered(ROOM, samples.ana)), None);
}

#[test]
fn rest_creates_a_pair_and_reads_pages() {
    let samples = samples();
    let call = |route: &str, body: Value| samples.call(&gateway(), route, None, &body);
    let pair = json!({"sender_id": 1, "receiver_id": 2});
    let (by, with) = (samples.ana.clone(), vec![samples.ana.clone(), samples.bo.clone()]);
    let manner = Creation { joins: false, reuses: true };
    assert_eq!(call("POST /api/chats/conversations", pair), Ok(Command::Create { by, with, manner }));
    let history = |query: &str| call(&format!("GET /api/chats/conversations/1/messages{query}"), Value::Null);
    let page = |user, number, limit| {
        let page = Some(Page { number, limit });
        Ok(Command::History { user, conversation: ROOM, page })
    };
    assert_eq!(history(""), page(None, 1, 20));
    assert_eq!(history("?page=3&limit=100&userId=2"), page(Some(samples.bo.clone()), 3, 100));
    for (query, text) in [
        ("?limit=101", "limit must not be greater than 100"),
        ("?limit=0", "limit must be a positive number"),
        ("?page=x", "page must be an integer number"),
        ("?userId=-1", "userId must be an integer number"),
    ] {
        assert_eq!(history(query).unwrap_err().message, text);
    }
    let elsewhere = call("DELETE /api/chats/conversations/1", Value::Null).unwrap_err();
    assert_eq!(elsewhere.message, "Cannot DELETE /api/chats/conversations/1");
}

#[test]
fn rest_answers_as_documented() {
    let samples = samples();
    let row = json!({"id": 1, "sender_id": 1, "receiver_id": 2, "created_at": NOW_TEXT});
    assert_eq!(answered(&gateway(), &Answer::Created(samples.conversation())), (201, row));
    let page = Some(Page { number: 2, limit: 3 });
    let history = History { messages: vec![samples.message()], total: 4, page };
    let messages = json!([message_row(&samples.message())]);
    let body = json!({"messages": messages, "total": 4, "page": 2, "limit": 3, "totalPages": 2});
    assert_eq!(answered(&gateway(), &Answer::History(history)), (200, body));
}
