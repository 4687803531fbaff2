//! What the cases of the made-up run are made of: clauses, findings, and what went over the wire.

use language::ground::Ground;
use language::level::Level;
use results::record::{
    ClauseRef, Difference, Direction, Entry, Finding, FrameRecord, Kind, Party, StepRecord,
};
use serde_json::{Value, json};

pub(crate) const DOCUMENT: &str = "004_f84213d8bff56745.txt";

pub(crate) fn step(line: usize, text: &str) -> StepRecord {
    StepRecord { line, text: text.to_owned() }
}

pub(crate) fn clause(id: &str, at: &str, text: &str) -> ClauseRef {
    ClauseRef {
        id: id.to_owned(),
        document: DOCUMENT.to_owned(),
        at: at.to_owned(),
        text: text.to_owned(),
        ground: Ground::Stated,
        line: None,
    }
}

pub(crate) fn new_message() -> ClauseRef {
    clause("s1", "Server to Client 1, newMessage", "message, chatId and timestamp")
}

pub(crate) fn differs(path: &str, expected: &str, received: &str) -> Difference {
    Difference {
        path: path.to_owned(),
        expected: expected.to_owned(),
        received: received.to_owned(),
        undocumented: false,
        forbidden: false,
    }
}

pub(crate) fn message(sender: u32, text: &str, extra: bool) -> Value {
    let mut message = json!({
        "message": {"id": 1, "chatId": 1, "senderId": sender, "message": text, "createdAt": "2026-01-01T10:00:00.013Z"},
        "chatId": 1,
        "timestamp": "2026-01-01T10:00:00.013Z",
    });
    if extra {
        message["extra"] = json!(1);
    }
    message
}

pub(crate) fn expected_message() -> Value {
    json!({
        "message": {"id": "<message:1>", "chatId": 1, "senderId": 7, "message": "a secret", "createdAt": "<iso8601>", "...": "<any>"},
        "chatId": 1,
        "timestamp": "<iso8601>",
    })
}

pub(crate) fn redacted(sender: &str, text: &str) -> Value {
    json!({
        "message": {"id": "<message:1>", "chatId": "<room:lobby>", "senderId": sender, "message": text, "createdAt": "<iso8601>"},
        "chatId": "<room:lobby>",
        "timestamp": "<iso8601>",
    })
}

pub(crate) fn wrong_sender() -> Finding {
    let text = "newMessage at bo is not what was expected: `message.senderId`".to_owned();
    Finding {
        clause: Some(new_message()),
        actor: Some("bo".to_owned()),
        subject: "newMessage".to_owned(),
        during: "send".to_owned(),
        party: Some(Party::Other),
        expected: Some(expected_message()),
        received: Some(message(8, "a secret", true)),
        differences: vec![differs("message.senderId", "7 (the id of user:ana)", "8")],
        ..Finding::new(Level::Must, Kind::WrongPayload, 3, text)
    }
}

pub(crate) fn undocumented(actor: &str) -> Finding {
    Finding {
        level: Level::Should,
        kind: Kind::Undocumented,
        actor: Some(actor.to_owned()),
        message: format!("newMessage at {actor} has what no document mentions: `extra`"),
        differences: vec![Difference { undocumented: true, ..differs("extra", "no such field", "1") }],
        ..wrong_sender()
    }
}

pub(crate) fn entry(
    step: usize,
    at_us: u64,
    actor: &str,
    direction: Direction,
    name: &str,
    redacted: Value,
) -> Entry {
    Entry {
        step,
        at_us,
        actor: actor.to_owned(),
        direction,
        name: name.to_owned(),
        payload: redacted.clone(),
        redacted,
    }
}

pub(crate) fn transcript() -> Vec<Entry> {
    let connects = ["ana", "bo", "mallory"].into_iter().zip([900, 2_100, 3_300]).flat_map(|(actor, at)| {
        [
            entry(0, at, actor, Direction::Out, "connect", json!({"token": "<token>"})),
            entry(0, at + 850, actor, Direction::In, "the connection", Value::Null),
        ]
    });
    connects.chain(joins()).chain(sending()).collect()
}

fn joins() -> Vec<Entry> {
    let join = |step, at, actor| {
        entry(step, at, actor, Direction::Out, "joinChat", json!({"chatId": "<room:lobby>"}))
    };
    let ack = |step, at, actor, ack| entry(step, at, actor, Direction::In, "the ack of joinChat", ack);
    let joined = json!({"success": true, "message": "Joined chat <room:lobby>"});
    let told = json!({"chatId": "<room:lobby>", "userId": "<user:bo>", "timestamp": "<iso8601>"});
    vec![
        join(1, 5_020, "ana"),
        ack(1, 5_610, "ana", joined.clone()),
        join(1, 5_700, "bo"),
        ack(1, 6_140, "bo", joined),
        entry(1, 6_190, "ana", Direction::In, "userJoined", told),
        join(2, 6_420, "mallory"),
        ack(2, 6_990, "mallory", json!({"success": false, "message": "<str>"})),
    ]
}

/// Ana's message, as each of the three hears it.
fn sending() -> Vec<Entry> {
    let sent = json!({"chatId": "<room:lobby>", "content": "a secret"});
    let heard = |at, actor, payload, sender| Entry {
        payload,
        ..entry(3, at, actor, Direction::In, "newMessage", redacted(sender, "a secret"))
    };
    vec![
        entry(3, 12_410, "ana", Direction::Out, "sendMessage", sent),
        heard(13_080, "ana", message(7, "a secret", false), "<user:ana>"),
        heard(13_150, "bo", message(8, "a secret", true), "8"),
        heard(13_270, "mallory", message(7, "a secret", false), "<user:ana>"),
    ]
}

pub(crate) fn frames() -> Vec<FrameRecord> {
    let frame = |at_us, actor: &str, direction, text: &str| FrameRecord {
        at_us,
        actor: actor.to_owned(),
        direction,
        text: text.to_owned(),
    };
    vec![
        frame(12_410, "ana", Direction::Out, r#"42/chat,3["sendMessage",{"chatId":1,"content":"a secret"}]"#),
        frame(13_270, "mallory", Direction::In, r#"42/chat,["newMessage",{"message":{"id":1},"chatId":1}]"#),
    ]
}
