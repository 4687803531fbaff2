//! Findings of things that came and did not come, told by hand.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::scene::{Doing, Draft, Person, Scene};
use crate::check::judge::{Channel, Ended, Item, Received, Role};
use crate::check::scope::Scope;
use crate::interpreter::Interpreter;
use crate::interpreter::tests::{STEPS, interpreter};
use crate::world::SocketId;
use language::level::Level;
use language::payload::Payload;
use results::record::{Kind, Party};

const ANA: SocketId = SocketId(0);
const BO: SocketId = SocketId(1);
const MALLORY: SocketId = SocketId(2);
const NOBODY: SocketId = SocketId(3);

fn send() -> Doing {
    Doing {
        socket: ANA,
        what: "send".to_owned(),
        room: Some("lobby".to_owned()),
        clause: Some("c4".to_owned()),
        refused: None,
        awaits: true,
        undocumented: false,
        accepted_by: Vec::new(),
    }
}

/// Mallory wants to join a room that is not hers.
fn intrusion() -> Doing {
    Doing {
        socket: MALLORY,
        what: "join refused as stranger".to_owned(),
        refused: Some("stranger".to_owned()),
        accepted_by: vec!["joined".to_owned()],
        ..send()
    }
}

fn scene<'a>(model: &'a Interpreter, doing: &'a Doing) -> Scene<'a> {
    let people = ["ana", "bo", "mallory"].map(|name| Person {
        name,
        user: model.user(name),
        user_name: name,
        is_valid: true,
    });
    Scene { model, people: people.into(), doing: Some(doing), joined: &[], leads_to: None }
}

fn came(socket: SocketId, event: &str, value: Value) -> Received {
    Received { socket, channel: Channel::Event(event.to_owned()), value, at: Duration::ZERO }
}

/// What is found of an event that nothing accounts for.
fn strange(doing: &Doing, received: &Received, before: bool) -> Draft {
    let model = interpreter(STEPS);
    let Channel::Event(name) = &received.channel else { panic!("no event") };
    scene(&model, doing).of_stranger(received, name, before, &[])
}

#[test]
fn what_nothing_accounts_for_is_called_by_who_hears_it() {
    let message = |socket| came(socket, "newMessage", json!({"chatId": 3}));
    let leak = strange(&send(), &message(MALLORY), false);
    assert_eq!((leak.kind, leak.level), (Kind::Leak, Level::Must));
    assert_eq!(leak.message, "newMessage was heard by a stranger: mallory is not in that room");
    let member = strange(&send(), &message(BO), false);
    assert_eq!(
        (member.kind, member.message.as_str()),
        (Kind::Unexpected, "bo received newMessage: nothing that happened accounts for it")
    );
    let twice = strange(&send(), &message(BO), true);
    assert_eq!((twice.kind, twice.message.as_str()), (Kind::Duplicate, "bo heard newMessage twice"));
    // Of another room, it tells mallory nothing.
    let other = strange(&send(), &came(MALLORY, "newMessage", json!({"chatId": 4})), false);
    assert_eq!(other.kind, Kind::Unexpected);
}

#[test]
fn an_event_of_no_document_is_undocumented_unless_it_tells_a_secret() {
    let novel = strange(&send(), &came(BO, "presenceChanged", json!({"x": 1})), false);
    assert_eq!((novel.kind, novel.level, novel.clause), (Kind::Undocumented, Level::Should, None));
    let secret = strange(&send(), &came(BO, "presenceChanged", json!({"user": {"password": "x"}})), false);
    assert_eq!((secret.kind, secret.level), (Kind::Undocumented, Level::Must));
}

#[test]
fn a_refusal_answers_only_whoever_acts() {
    let exception = |socket| came(socket, "exception", json!({"status": "error", "message": "no"}));
    let instead = strange(&send(), &exception(ANA), false);
    assert_eq!((instead.kind, instead.otherwise), (Kind::Instead, true));
    assert_eq!(instead.message, "send of ana was answered by `exception`: no");
    assert_ne!(strange(&send(), &exception(BO), false).kind, Kind::Instead);
    let joined = strange(&intrusion(), &came(MALLORY, "joined", json!({})), false);
    assert_eq!((joined.kind, joined.otherwise), (Kind::Accepted, true));
    assert_ne!(strange(&intrusion(), &came(BO, "joined", json!({})), false).kind, Kind::Accepted);
}

fn missing(sockets: &[SocketId], role: Role, taken: usize, channel: &Channel) -> Ended {
    let item = |socket: &SocketId| Item {
        socket: *socket,
        channel: channel.clone(),
        payload: Payload::Literal(Value::Null),
        scope: Arc::new(Scope::default()),
        clause: None,
        level: Level::Must,
        maybe: false,
        name: "newMessage".to_owned(),
        change: None,
    };
    Ended {
        thing: "sent".to_owned(),
        role,
        taken,
        form: String::new(),
        told_apart: false,
        level: None,
        clause: None,
        missing: sockets.iter().map(item).collect(),
        unused_acks: Vec::new(),
    }
}

#[test]
fn what_nobody_heard_is_one_finding_and_what_some_heard_is_one_each() {
    let model = interpreter(STEPS);
    let doing = send();
    let scene = scene(&model, &doing);
    let event = Channel::Event("newMessage".to_owned());
    let told = |ended: &Ended| -> Vec<String> {
        scene
            .of_missing(ended, "within 500 ms", |_| String::new())
            .into_iter()
            .map(|(_, message)| message)
            .collect()
    };
    assert_eq!(
        told(&missing(&[ANA, BO], Role::Consequence, 0, &event)),
        ["newMessage was never emitted: ana and bo did not hear it within 500 ms"]
    );
    assert_eq!(
        told(&missing(&[ANA, BO], Role::Consequence, 1, &event)),
        [
            "ana did not hear newMessage within 500 ms, others did",
            "bo did not hear newMessage within 500 ms, others did"
        ]
    );
    assert_eq!(
        told(&missing(&[ANA], Role::Needed, 0, &Channel::Ack(1))),
        ["newMessage never came: ana waited 500 ms"]
    );
}

#[test]
fn a_refusal_that_did_not_come_says_what_was_not_refused() {
    let model = interpreter(STEPS);
    let doing = intrusion();
    let ended = missing(&[MALLORY], Role::Refusal, 0, &Channel::Ack(1));
    let told = scene(&model, &doing).of_missing(&ended, "within 500 ms", |_| String::new());
    assert_eq!(
        told[0].1,
        "join of mallory was not refused (stranger): newMessage did not come within 500 ms"
    );
}

#[test]
fn a_party_is_who_they_are_to_whoever_acts() {
    let model = interpreter(STEPS);
    let doing = send();
    let mut scene = scene(&model, &doing);
    let parties = [ANA, BO, MALLORY, NOBODY].map(|socket| scene.party(socket));
    assert_eq!(parties, [Some(Party::Sender), Some(Party::Other), Some(Party::Stranger), None]);
    // The phone of ana.
    scene.people.push(scene.people[0]);
    assert_eq!(scene.party(NOBODY), Some(Party::OwnDevice));
}
