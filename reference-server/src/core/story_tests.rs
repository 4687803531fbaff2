//! What the chat promises about statuses, pages, presence and conversations of two, one promise per test.

use std::time::Duration;

use super::Chat;
use super::command::{Command, Creation, Page};
use super::model::{Content, ConversationId, MessageId, Moment, Person, Profile, SocketId, Status, UserId};
use super::outcome::{Answer, Audience, Circle, Happened, Refusal};
use super::policy::{Limits, OpenDoors, Policy};

const ANA: UserId = UserId::Number(1);
const BO: UserId = UserId::Number(2);
const EVE: UserId = UserId::Number(9);
const ROOM: ConversationId = ConversationId(1);

fn stage() -> Chat {
    let mut chat = Chat::new(Policy {
        typing_debounce: Duration::from_millis(500),
        typing_expiry: Duration::from_secs(4),
        limits: Limits::default(),
        open: OpenDoors::default(),
    });
    create(&mut chat, vec![ANA, BO], Creation::default());
    chat
}

fn heard(chat: &mut Chat, command: Command) -> Vec<Happened> {
    let applied = chat.apply(command, Moment::default());
    applied.result.unwrap();
    applied.events.into_iter().map(|event| event.what).collect()
}

fn create(chat: &mut Chat, with: Vec<UserId>, manner: Creation) -> ConversationId {
    let by = with[0].clone();
    let Ok(Answer::Created(made)) =
        chat.apply(Command::Create { by, with, manner }, Moment::default()).result
    else {
        panic!()
    };
    made.id
}

fn connect(chat: &mut Chat, socket: u64, user: UserId) -> Vec<Happened> {
    let user = Some((user, Profile::default()));
    heard(chat, Command::Connect { socket: SocketId(socket), user })
}

fn join(chat: &mut Chat, socket: u64, user: UserId) {
    connect(chat, socket, user.clone());
    heard(chat, Command::Join { socket: SocketId(socket), user, conversation: ROOM });
}

fn send(chat: &mut Chat, user: UserId) -> Vec<Happened> {
    heard(chat, Command::Send { user, conversation: ROOM, content: Content::text("hello") })
}

fn read_all(chat: &mut Chat, user: UserId) -> Vec<(MessageId, Status)> {
    let events = heard(chat, Command::ReadAll { user, conversation: ROOM });
    let moved = |what| match what {
        Happened::Moved(message) => Some((message.id, message.status)),
        _ => None,
    };
    events.into_iter().filter_map(moved).collect()
}

fn hearers(chat: &Chat, audience: &Audience) -> Vec<u64> {
    chat.hearers(audience).into_iter().map(|socket| socket.0).collect()
}

#[test]
fn a_message_is_delivered_at_once_where_somebody_else_is_in_the_room() {
    let mut chat = stage();
    join(&mut chat, 10, ANA);
    join(&mut chat, 11, ANA);
    let alone = send(&mut chat, ANA);
    assert!(
        matches!(&alone[..], [Happened::Sent(sent)] if sent.status == Status::Sent),
        "another device of the sender is nobody else: {alone:?}"
    );
    join(&mut chat, 20, BO);
    let events = send(&mut chat, ANA);
    let [Happened::Sent(sent), Happened::Moved(moved)] = &events[..] else { panic!("{events:?}") };
    assert_eq!((sent.status, moved.status, moved.id), (Status::Sent, Status::Delivered, sent.id));
}

#[test]
fn reading_moves_what_the_others_said_once_and_never_back() {
    let mut chat = stage();
    create(&mut chat, vec![ANA], Creation::default());
    send(&mut chat, ANA);
    send(&mut chat, BO);
    send(&mut chat, ANA);
    assert_eq!(read_all(&mut chat, BO), [(MessageId(1), Status::Read), (MessageId(3), Status::Read)]);
    assert_eq!(read_all(&mut chat, BO), []);
    assert_eq!(read_all(&mut chat, ANA), [(MessageId(2), Status::Read)]);
    let again = chat.apply(Command::ReadAll { user: ANA, conversation: ROOM }, Moment::default()).result;
    assert!(matches!(again, Ok(Answer::ReadAll { messages, moved: 0 }) if messages.len() == 1));
    let stranger = chat.apply(Command::ReadAll { user: EVE, conversation: ROOM }, Moment::default());
    assert_eq!(stranger.result, Err(Refusal::NotParticipant(ROOM)));
}

#[test]
fn a_second_reader_moves_nothing() {
    let mut chat = stage();
    let room = create(&mut chat, vec![ANA, BO, EVE], Creation::default());
    let say = Command::Send { user: ANA, conversation: room, content: Content::text("hi") };
    heard(&mut chat, say);
    let read = |user| Command::ReadAll { user, conversation: room };
    assert_eq!(heard(&mut chat, read(BO)).len(), 2, "read by Bo, and with that read");
    let events = heard(&mut chat, read(EVE));
    assert!(matches!(&events[..], [Happened::Read(_, EVE)]), "{events:?}");
}

#[test]
fn pages_are_counted_from_the_newest() {
    let mut chat = stage();
    for _ in 0..5 {
        send(&mut chat, ANA);
    }
    let mut page = |number, limit, user| {
        let page = Some(Page { number, limit });
        let asked = Command::History { user, conversation: ROOM, page };
        let Ok(Answer::History(history)) = chat.apply(asked, Moment::default()).result else { panic!() };
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
    let mut chat = stage();
    let reuse = Creation { reuses: true, ..Creation::default() };
    assert_eq!(create(&mut chat, vec![BO, ANA], reuse), ROOM, "in either order");
    assert_eq!(create(&mut chat, vec![ANA, EVE], reuse), ConversationId(2));
    assert_eq!(create(&mut chat, vec![ANA, BO, EVE], reuse), ConversationId(3), "three are no pair");
    assert_eq!(create(&mut chat, vec![ANA, BO], Creation::default()), ConversationId(4));
    let found = Command::Create { by: ANA, with: vec![ANA, BO], manner: reuse };
    assert!(heard(&mut chat, found).is_empty(), "nothing was created");
}

#[test]
fn a_creation_that_joins_takes_every_connected_device_in() {
    let mut chat = stage();
    for (socket, user) in [(10, ANA), (20, BO), (21, BO), (90, EVE)] {
        connect(&mut chat, socket, user);
    }
    let joins = Creation { joins: true, ..Creation::default() };
    let room = create(&mut chat, vec![ANA, BO], joins);
    assert_eq!(hearers(&chat, &Audience::all(Circle::Joined(room))), [10, 20, 21]);
    connect(&mut chat, 22, BO);
    assert_eq!(
        hearers(&chat, &Audience::all(Circle::Joined(room))),
        [10, 20, 21],
        "a later one joins for itself"
    );
}

#[test]
fn outsiders_in_the_room_hear_what_participants_hear_and_nobody_hears_twice() {
    let mut chat = stage();
    chat.open_doors().join = true;
    join(&mut chat, 10, ANA);
    connect(&mut chat, 20, BO);
    join(&mut chat, 90, EVE);
    let all = Audience::all(Circle::Participants(ROOM));
    assert_eq!(hearers(&chat, &all), [10, 20, 90]);
    assert_eq!(hearers(&chat, &Audience::others(Circle::Participants(ROOM), &ANA)), [20, 90]);
}

#[test]
fn contacts_share_a_conversation() {
    let mut chat = stage();
    for (socket, user) in [(10, ANA), (11, ANA), (20, BO), (90, EVE)] {
        connect(&mut chat, socket, user);
    }
    let contacts = Audience::others(Circle::Contacts(ANA), &ANA);
    assert_eq!(hearers(&chat, &contacts), [20]);
    create(&mut chat, vec![ANA, EVE], Creation::default());
    assert_eq!(hearers(&chat, &contacts), [20, 90]);
    assert_eq!(hearers(&chat, &Audience::others(Circle::Everyone, &ANA)), [20, 90]);
    assert_eq!(hearers(&chat, &Audience::others(Circle::User(ANA), &ANA)), [] as [u64; 0]);
}

#[test]
fn a_forgotten_conversation_makes_no_contacts() {
    let policy = Policy {
        typing_debounce: Duration::ZERO,
        typing_expiry: Duration::MAX,
        limits: Limits { conversations: 1, ..Limits::default() },
        open: OpenDoors::default(),
    };
    let mut chat = Chat::new(policy);
    connect(&mut chat, 20, BO);
    let reuse = Creation { reuses: true, ..Creation::default() };
    let first = create(&mut chat, vec![ANA, BO], reuse);
    create(&mut chat, vec![ANA, EVE], reuse);
    assert_eq!(hearers(&chat, &Audience::others(Circle::Contacts(ANA), &ANA)), [] as [u64; 0]);
    assert_ne!(create(&mut chat, vec![ANA, BO], reuse), first);
}

#[test]
fn a_socket_may_become_another_users() {
    let mut chat = stage();
    heard(&mut chat, Command::Connect { socket: SocketId(5), user: None });
    assert_eq!(connect(&mut chat, 5, ANA), [Happened::Online(ANA)]);
    assert_eq!(connect(&mut chat, 5, ANA), []);
    assert_eq!(connect(&mut chat, 5, BO), [Happened::Offline(ANA), Happened::Online(BO)]);
    assert_eq!(hearers(&chat, &Audience::all(Circle::User(BO))), [5]);
    assert!(!chat.is_online(&ANA));
}

#[test]
fn what_a_connection_does_not_say_about_its_user_stays_known() {
    let mut chat = stage();
    let named = Profile { name: Some("Ana".to_owned()), ..Profile::default() };
    chat.seed_user(&ANA, named.clone());
    connect(&mut chat, 10, ANA);
    assert_eq!(chat.profile(&ANA), Some(&named));
    let admin = Profile { role: Some("admin".to_owned()), ..Profile::default() };
    heard(&mut chat, Command::Connect { socket: SocketId(11), user: Some((ANA, admin.clone())) });
    let events = send(&mut chat, ANA);
    let [Happened::Sent(message)] = &events[..] else { panic!("{events:?}") };
    let both = Profile { name: named.name, ..admin };
    assert_eq!(message.sender, Person { id: ANA, profile: std::sync::Arc::new(both) });
}
