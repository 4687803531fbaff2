//! What the chat promises beyond the documents: what was missed, reactions, when a user was last there.

use std::time::Duration;

use super::chat_tests::{ANA, BO, EVE, ROOM, Stage};
use super::command::{Command, Edit};
use super::model::{ConversationId, MessageId, Moment, SocketId, Status, UserId};
use super::outcome::{Answer, Audience, Circle, Happened, Refusal};
use super::policy::Limits;

fn rejoin(user: UserId, after: u64) -> Command {
    Command::Rejoin { socket: SocketId(7), user, conversation: ROOM, after: MessageId(after) }
}

/// The messages told to the socket that comes back.
fn missed(stage: &mut Stage, after: u64) -> Vec<u64> {
    let told = stage.heard(rejoin(ANA, after)).into_iter();
    let missed = told.filter_map(|what| match what {
        Happened::Missed(socket, message) => Some((socket, message.id.0)),
        _ => None,
    });
    missed.map(|(socket, id)| (socket == SocketId(7)).then_some(id).unwrap()).collect()
}

fn react(user: UserId, message: u64, emoji: Option<&str>) -> Command {
    Command::React { user, conversation: ROOM, message: MessageId(message), emoji: emoji.map(Into::into) }
}

#[test]
fn who_comes_back_is_told_what_was_said_since_in_order_and_once_asked() {
    let mut stage = Stage::new();
    stage.connect(7, ANA);
    for text in ["one", "two", "three"] {
        stage.send(BO, text);
    }
    assert_eq!(missed(&mut stage, 1), [2, 3]);
    assert_eq!(missed(&mut stage, 3), [0; 0], "nothing twice");
    assert_eq!(missed(&mut stage, 0), [1, 2, 3], "all to whom has heard nothing");
    stage.heard(Command::Edit { user: BO, message: MessageId(2), edit: Edit::Delete });
    assert_eq!(missed(&mut stage, 2), [3], "the last one heard need not exist any more");
    assert_eq!(missed(&mut stage, 99), [0; 0]);
    assert_eq!(stage.chat.hearers(&Audience::all(Circle::Socket(SocketId(7)))), [SocketId(7)]);
    assert_eq!(stage.chat.hearers(&Audience::all(Circle::Socket(SocketId(8)))), []);
}

#[test]
fn coming_back_is_joining() {
    let mut stage = Stage::new();
    stage.connect(7, ANA);
    assert_eq!(stage.apply(rejoin(EVE, 0)).result, Err(Refusal::NotParticipant(ROOM)));
    let applied = stage.apply(rejoin(ANA, 0));
    assert_eq!(applied.result, Ok(Answer::Joined { conversation: ROOM, first: true }));
    assert_eq!(applied.events[0].what, Happened::Entered(ROOM, ANA));
    assert_eq!(stage.chat.hearers(&Audience::all(Circle::Joined(ROOM))), [SocketId(7)]);
}

#[test]
fn what_others_missed_is_delivered_when_told_and_no_sooner() {
    let mut stage = Stage::new();
    stage.connect(7, ANA);
    stage.send(BO, "are you there");
    stage.send(ANA, "by another device");
    let moved = |told: Vec<Happened>| {
        let moved = told.into_iter().filter_map(|what| match what {
            Happened::Moved(message) => Some((message.id.0, message.status)),
            _ => None,
        });
        moved.collect::<Vec<_>>()
    };
    assert_eq!(moved(stage.heard(rejoin(ANA, 0))), [(1, Status::Delivered)], "one's own stay as they are");
    assert_eq!(moved(stage.heard(rejoin(ANA, 0))), []);
}

#[test]
fn of_far_too_much_the_newest_is_told() {
    let mut stage = Stage::with(Limits { missed: 2, ..Limits::default() });
    stage.connect(7, ANA);
    for text in ["one", "two", "three"] {
        stage.send(BO, text);
    }
    assert_eq!(missed(&mut stage, 0), [2, 3]);
}

#[test]
fn everybody_has_one_reaction_on_a_message() {
    let mut stage = Stage::new();
    let joke = stage.send(ANA, "a joke").id;
    let told = stage.heard(react(BO, joke.0, Some("ha")));
    let [Happened::Reacted(message, user, Some(emoji))] = &told[..] else { panic!("{told:?}") };
    assert_eq!((message.id, user, &**emoji), (joke, &BO, "ha"));
    assert_eq!(stage.heard(react(BO, joke.0, Some("ha"))), [], "the same again is no other");
    let told = stage.heard(react(BO, joke.0, Some("hm")));
    let [Happened::Reacted(message, ..)] = &told[..] else { panic!("{told:?}") };
    assert_eq!(message.reactions.len(), 1, "in place of the one before");
    assert!(matches!(&stage.heard(react(BO, joke.0, None))[..], [Happened::Reacted(_, _, None)]));
    assert_eq!(stage.heard(react(BO, joke.0, None)), [], "there is none left");
}

#[test]
fn a_reaction_needs_a_member_and_a_message_that_is_there() {
    let mut stage = Stage::new();
    let joke = stage.send(ANA, "a joke").id;
    assert_eq!(stage.apply(react(EVE, joke.0, Some("ha"))).result, Err(Refusal::NotParticipant(ROOM)));
    assert_eq!(stage.apply(react(BO, 99, Some("ha"))).result, Err(Refusal::UnknownMessage(MessageId(99))));
    let elsewhere = ConversationId(99);
    let lost = Command::React { user: BO, conversation: elsewhere, message: joke, emoji: None };
    assert_eq!(stage.apply(lost).result, Err(Refusal::UnknownConversation(elsewhere)));
}

#[test]
fn a_user_was_last_seen_when_the_last_device_went() {
    let mut stage = Stage::new();
    let seen =
        |stage: &mut Stage, by| stage.apply(Command::Seen { by, user: ANA, among_contacts: true }).result;
    let answer = |devices, last| Ok(Answer::Seen { user: ANA, online: devices > 0, last, devices });
    assert_eq!(seen(&mut stage, Some(BO)), answer(0, None), "known, and never there");
    stage.connect(1, ANA);
    stage.connect(2, ANA);
    assert_eq!(seen(&mut stage, Some(BO)), answer(2, None));
    let leaves = |stage: &mut Stage, socket| {
        stage.now = stage.now.checked_add(Duration::from_millis(10)).unwrap();
        stage.heard(Command::Disconnect { socket: SocketId(socket) });
        stage.now
    };
    leaves(&mut stage, 1);
    assert_eq!(seen(&mut stage, Some(BO)), answer(1, None), "the other device is still there");
    let gone: Moment = leaves(&mut stage, 2);
    assert_eq!(seen(&mut stage, Some(BO)), answer(0, Some(gone)));
    stage.connect(3, ANA);
    assert_eq!(seen(&mut stage, None), answer(1, Some(gone)));
    assert_eq!(seen(&mut stage, Some(EVE)), Err(Refusal::NotContact(ANA)));
    let stranger = Command::Seen { by: Some(BO), user: EVE, among_contacts: false };
    assert_eq!(stage.apply(stranger).result, Err(Refusal::UnknownUser(EVE)));
}
