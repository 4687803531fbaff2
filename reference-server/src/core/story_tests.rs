//! What the chat promises about statuses, pages, presence and conversations of two, one promise per test.

use super::chat_tests::{ANA, BO, EVE, ROOM, Stage};
use super::command::{Command, Creation, Page};
use super::model::{Content, ConversationId, MessageId, Person, Profile, SocketId, Status, UserId};
use super::outcome::{Answer, Audience, Circle, Happened, Refusal};
use super::policy::Limits;

fn create(stage: &mut Stage, with: Vec<UserId>, manner: Creation) -> ConversationId {
    let by = with[0].clone();
    let command = Command::Create { by, with, manner };
    let Ok(Answer::Created(made)) = stage.apply(command).result else { panic!() };
    made.id
}

/// Connects a device and lets it hear the room.
fn join(stage: &mut Stage, socket: u64, user: UserId) {
    stage.connect(socket, user.clone());
    stage.join(socket, user);
}

fn send(stage: &mut Stage, user: UserId) -> Vec<Happened> {
    stage.heard(Command::Send { user, conversation: ROOM, content: Content::text("hello") })
}

fn read_all(stage: &mut Stage, user: UserId) -> Vec<(MessageId, Status)> {
    let events = stage.heard(Command::ReadAll { user, conversation: ROOM });
    let moved = |what| match what {
        Happened::Moved(message) => Some((message.id, message.status)),
        _ => None,
    };
    events.into_iter().filter_map(moved).collect()
}

#[test]
fn a_message_is_delivered_at_once_where_somebody_else_is_in_the_room() {
    let mut stage = Stage::new();
    join(&mut stage, 10, ANA);
    join(&mut stage, 11, ANA);
    let alone = send(&mut stage, ANA);
    assert!(
        matches!(&alone[..], [Happened::Sent(sent)] if sent.status == Status::Sent),
        "another device of the sender is nobody else: {alone:?}"
    );
    join(&mut stage, 20, BO);
    let events = send(&mut stage, ANA);
    let [Happened::Sent(sent), Happened::Moved(moved)] = &events[..] else { panic!("{events:?}") };
    assert_eq!((sent.status, moved.status, moved.id), (Status::Sent, Status::Delivered, sent.id));
}

#[test]
fn reading_moves_what_the_others_said_once_and_never_back() {
    let mut stage = Stage::new();
    create(&mut stage, vec![ANA], Creation::default());
    send(&mut stage, ANA);
    send(&mut stage, BO);
    send(&mut stage, ANA);
    assert_eq!(read_all(&mut stage, BO), [(MessageId(1), Status::Read), (MessageId(3), Status::Read)]);
    assert_eq!(read_all(&mut stage, BO), []);
    assert_eq!(read_all(&mut stage, ANA), [(MessageId(2), Status::Read)]);
    let again = stage.apply(Command::ReadAll { user: ANA, conversation: ROOM }).result;
    assert!(matches!(again, Ok(Answer::ReadAll { messages, moved: 0 }) if messages.len() == 1));
    let stranger = stage.apply(Command::ReadAll { user: EVE, conversation: ROOM });
    assert_eq!(stranger.result, Err(Refusal::NotParticipant(ROOM)));
}

#[test]
fn a_second_reader_moves_nothing() {
    let mut stage = Stage::new();
    let room = create(&mut stage, vec![ANA, BO, EVE], Creation::default());
    let say = Command::Send { user: ANA, conversation: room, content: Content::text("hi") };
    stage.heard(say);
    let read = |user| Command::ReadAll { user, conversation: room };
    assert_eq!(stage.heard(read(BO)).len(), 2, "read by Bo, and with that read");
    let events = stage.heard(read(EVE));
    assert!(matches!(&events[..], [Happened::Read(_, EVE)]), "{events:?}");
}

#[test]
fn pages_are_counted_from_the_newest() {
    let mut stage = Stage::new();
    for _ in 0..5 {
        send(&mut stage, ANA);
    }
    let mut page = |number, limit, user| {
        let page = Some(Page { number, limit });
        let asked = Command::History { user, conversation: ROOM, page };
        let Ok(Answer::History(history)) = stage.apply(asked).result else { panic!() };
        assert_eq!((history.total, history.page), (5, page));
        history.messages.iter().map(|message| message.id.0).collect::<Vec<_>>()
    };
    assert_eq!(page(1, 2, Some(ANA)), [5, 4]);
    assert_eq!(page(3, 2, None), [1], "who is not asked who they are may look");
    assert_eq!(page(4, 2, Some(BO)), [] as [u64; 0]);
    assert_eq!(page(usize::MAX, usize::MAX, Some(BO)), [] as [u64; 0]);
}

#[test]
fn a_pair_keeps_its_conversation_where_that_is_asked_for() {
    let mut stage = Stage::new();
    let reuse = Creation { reuses: true, ..Creation::default() };
    assert_eq!(create(&mut stage, vec![BO, ANA], reuse), ROOM, "in either order");
    assert_eq!(create(&mut stage, vec![ANA, EVE], reuse), ConversationId(2));
    assert_eq!(create(&mut stage, vec![ANA, BO, EVE], reuse), ConversationId(3), "three are no pair");
    assert_eq!(create(&mut stage, vec![ANA, BO], Creation::default()), ConversationId(4));
    let found = Command::Create { by: ANA, with: vec![ANA, BO], manner: reuse };
    assert!(stage.heard(found).is_empty(), "nothing was created");
}

#[test]
fn a_creation_that_joins_takes_every_connected_device_in() {
    let mut stage = Stage::new();
    for (socket, user) in [(10, ANA), (20, BO), (21, BO), (90, EVE)] {
        stage.connect(socket, user);
    }
    let joins = Creation { joins: true, ..Creation::default() };
    let room = create(&mut stage, vec![ANA, BO], joins);
    assert_eq!(stage.hearers(&Audience::all(Circle::Joined(room))), [10, 20, 21]);
    stage.connect(22, BO);
    assert_eq!(
        stage.hearers(&Audience::all(Circle::Joined(room))),
        [10, 20, 21],
        "a later one joins for itself"
    );
}

#[test]
fn outsiders_in_the_room_hear_what_participants_hear_and_nobody_hears_twice() {
    let mut stage = Stage::new();
    stage.chat.open_doors().join = true;
    join(&mut stage, 10, ANA);
    stage.connect(20, BO);
    join(&mut stage, 90, EVE);
    let all = Audience::all(Circle::Participants(ROOM));
    assert_eq!(stage.hearers(&all), [20, 10, 90], "participants in their order, then the outsider");
    assert_eq!(stage.hearers(&Audience::others(Circle::Participants(ROOM), &ANA)), [20, 90]);
}

#[test]
fn contacts_share_a_conversation() {
    let mut stage = Stage::new();
    for (socket, user) in [(10, ANA), (11, ANA), (20, BO), (90, EVE)] {
        stage.connect(socket, user);
    }
    let contacts = Audience::others(Circle::Contacts(ANA), &ANA);
    assert_eq!(stage.hearers(&contacts), [20]);
    create(&mut stage, vec![ANA, EVE], Creation::default());
    assert_eq!(stage.hearers(&contacts), [20, 90]);
    assert_eq!(stage.hearers(&Audience::others(Circle::Everyone, &ANA)), [20, 90]);
    assert_eq!(stage.hearers(&Audience::others(Circle::User(ANA), &ANA)), [] as [u64; 0]);
}

#[test]
fn a_forgotten_conversation_makes_no_contacts() {
    let mut stage = Stage::with(Limits { conversations: 1, ..Limits::default() });
    stage.connect(20, BO);
    let reuse = Creation { reuses: true, ..Creation::default() };
    let first = create(&mut stage, vec![ANA, BO], reuse);
    create(&mut stage, vec![ANA, EVE], reuse);
    assert_eq!(stage.hearers(&Audience::others(Circle::Contacts(ANA), &ANA)), [] as [u64; 0]);
    assert_ne!(create(&mut stage, vec![ANA, BO], reuse), first);
}

#[test]
fn a_socket_may_become_another_users() {
    let mut stage = Stage::new();
    stage.heard(Command::Connect { socket: SocketId(5), user: None });
    assert_eq!(stage.connect(5, ANA), [Happened::Online(ANA)]);
    assert_eq!(stage.connect(5, ANA), []);
    assert_eq!(stage.connect(5, BO), [Happened::Offline(ANA), Happened::Online(BO)]);
    assert_eq!(stage.hearers(&Audience::all(Circle::User(BO))), [5]);
    assert!(!stage.chat.is_online(&ANA));
}

#[test]
fn what_a_connection_does_not_say_about_its_user_stays_known() {
    let mut stage = Stage::new();
    let named = Profile { name: Some("Ana".to_owned()), ..Profile::default() };
    stage.chat.seed_user(&ANA, named.clone());
    stage.connect(10, ANA);
    assert_eq!(stage.chat.profile(&ANA), Some(&named));
    let admin = Profile { role: Some("admin".to_owned()), ..Profile::default() };
    stage.heard(Command::Connect { socket: SocketId(11), user: Some((ANA, admin.clone())) });
    let events = send(&mut stage, ANA);
    let [Happened::Sent(message)] = &events[..] else { panic!("{events:?}") };
    let both = Profile { name: named.name, ..admin };
    assert_eq!(message.sender, Person { id: ANA, profile: std::sync::Arc::new(both) });
}
