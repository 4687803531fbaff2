//! The model, without any server: what changes, and who hears it.

use std::borrow::Borrow;

use super::*;
use language::contract::Audience;

const ANA: UserId = UserId(0);
const BO: UserId = UserId(1);
const CY: UserId = UserId(2);
const DESK: SocketId = SocketId(0);
const PHONE: SocketId = SocketId(1);
const BOS: SocketId = SocketId(2);
const CYS: SocketId = SocketId(3);
const LOBBY: RoomId = RoomId(0);
const HELLO: MessageId = MessageId(0);

fn at(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn world() -> World {
    let mut world = World::new(TypingRule { debounce: Some(at(500)) });
    for (socket, owner) in [(DESK, ANA), (PHONE, ANA), (BOS, BO), (CYS, CY)] {
        world.add_socket(socket, owner);
    }
    world.add_room(LOBBY, [ANA, BO]);
    for socket in [DESK, BOS, CYS] {
        world.apply(&Action::Connect(socket), at(0));
    }
    world
}

fn whats(changes: &[Change]) -> Vec<What> {
    changes.iter().map(|change| change.what).collect()
}

fn does(world: &mut World, action: impl Borrow<Action>, ms: u64) -> Vec<What> {
    whats(&world.apply(action.borrow(), at(ms)))
}

#[test]
fn a_user_enters_with_the_first_socket_and_leaves_with_the_last() {
    let mut world = world();
    assert_eq!(does(&mut world, Action::Connect(PHONE), 0), []);
    assert_eq!(does(&mut world, Action::Join(DESK, LOBBY), 0), [What::Entered]);
    assert_eq!(does(&mut world, Action::Join(DESK, LOBBY), 0), []);
    assert_eq!(does(&mut world, Action::Join(PHONE, LOBBY), 0), []);
    assert_eq!(does(&mut world, Action::Leave(DESK, LOBBY), 0), []);
    assert_eq!(does(&mut world, Action::Leave(DESK, LOBBY), 0), [], "leaving twice changes nothing");
    assert_eq!(does(&mut world, Action::Disconnect(PHONE), 0), [What::Left]);
}

#[test]
fn a_user_is_online_from_the_first_socket_to_the_last() {
    let mut world = world();
    assert_eq!(does(&mut world, Action::Connect(PHONE), 0), []);
    assert_eq!(does(&mut world, Action::Disconnect(DESK), 0), []);
    assert_eq!(does(&mut world, Action::Disconnect(PHONE), 0), [What::Offline]);
    assert_eq!(does(&mut world, Action::Disconnect(PHONE), 0), [], "gone once is gone");
    assert_eq!(does(&mut world, Action::Connect(DESK), 0), [What::Online]);
}

#[test]
fn typing_is_told_once_per_debounce_and_stops_once() {
    let mut world = world();
    assert_eq!(does(&mut world, Action::Type(ANA, LOBBY), 0), [What::Typing]);
    assert_eq!(does(&mut world, Action::Type(ANA, LOBBY), 499), []);
    assert_eq!(world.typing_since(ANA, LOBBY), Some(at(499)), "a suppressed start renews all the same");
    assert_eq!(does(&mut world, Action::Type(ANA, LOBBY), 500), [What::Typing]);
    assert_eq!(does(&mut world, Action::TypingExpired(ANA, LOBBY), 4500), [What::Stopped]);
    assert_eq!(does(&mut world, Action::StopTyping(ANA, LOBBY), 4501), [], "a stop without a start");
    assert_eq!(
        does(&mut world, Action::Type(ANA, LOBBY), 4502),
        [What::Typing],
        "a stop ends the debounce too"
    );
}

#[test]
fn leaving_and_disconnecting_end_typing() {
    let mut world = world();
    does(&mut world, Action::Join(DESK, LOBBY), 0);
    does(&mut world, Action::Type(ANA, LOBBY), 0);
    assert_eq!(does(&mut world, Action::Leave(DESK, LOBBY), 1), [What::Stopped, What::Left]);
    does(&mut world, Action::Type(ANA, LOBBY), 2);
    assert_eq!(does(&mut world, Action::Disconnect(DESK), 3), [What::Stopped, What::Offline]);
}

#[test]
fn a_message_is_delivered_where_another_user_is_and_read_once_per_reader() {
    let mut world = world();
    does(&mut world, Action::Join(DESK, LOBBY), 0);
    assert_eq!(
        does(&mut world, Action::Send(ANA, LOBBY, MessageId(9)), 0),
        [What::Sent],
        "nobody else is there"
    );
    does(&mut world, Action::Join(BOS, LOBBY), 0);
    assert_eq!(does(&mut world, Action::Send(ANA, LOBBY, HELLO), 0), [What::Sent, What::Delivered]);
    assert_eq!(does(&mut world, Action::Read(BO, HELLO), 0), [What::Read]);
    assert_eq!(does(&mut world, Action::Read(BO, HELLO), 0), []);
    assert_eq!(does(&mut world, Action::Read(ANA, HELLO), 0), [What::Read]);
}

#[test]
fn reading_a_conversation_moves_each_unread_message_of_others_once() {
    let mut world = world();
    for id in 0..3 {
        does(&mut world, Action::Send(ANA, LOBBY, MessageId(id)), 0);
    }
    does(&mut world, Action::Send(BO, LOBBY, MessageId(3)), 0);
    assert_eq!(does(&mut world, Action::ReadAll(BO, LOBBY), 0), [What::Read; 3]);
    assert_eq!(does(&mut world, Action::ReadAll(BO, LOBBY), 0), []);
}

#[test]
fn a_deleted_message_is_out_of_the_history_and_out_of_reach() {
    let mut world = world();
    does(&mut world, Action::Send(ANA, LOBBY, HELLO), 0);
    assert_eq!(world.history(LOBBY), [HELLO]);
    assert_eq!(does(&mut world, Action::Update(ANA, HELLO), 0), [What::Updated]);
    assert_eq!(does(&mut world, Action::Delete(ANA, HELLO), 0), [What::Deleted]);
    assert_eq!(world.history(LOBBY), []);
    for late in [Action::Delete(ANA, HELLO), Action::Update(ANA, HELLO), Action::Read(BO, HELLO)] {
        assert_eq!(does(&mut world, late, 0), []);
    }
}

#[test]
fn creating_may_put_every_connected_participant_into_the_room() {
    let mut world = world();
    let changes = world.apply(&Action::Create { by: ANA, room: LOBBY, join: true }, at(0));
    assert_eq!(whats(&changes), [What::Created]);
    assert_eq!(world.audience(Audience::Joined, ANA, Some(DESK), Some(LOBBY)), [DESK, BOS]);
}

#[test]
fn audiences_are_seen_from_the_one_who_acts() {
    let mut world = world();
    does(&mut world, Action::Connect(PHONE), 0);
    for socket in [DESK, PHONE, BOS] {
        does(&mut world, Action::Join(socket, LOBBY), 0);
    }
    let heard = |audience| world.audience(audience, ANA, Some(DESK), Some(LOBBY));
    assert_eq!(heard(Audience::Me), [DESK]);
    assert_eq!(heard(Audience::MyDevices), [PHONE]);
    assert_eq!(heard(Audience::Joined), [DESK, PHONE, BOS]);
    assert_eq!(heard(Audience::Others), [BOS]);
    assert_eq!(heard(Audience::Participants), [DESK, PHONE, BOS]);
    assert_eq!(heard(Audience::Everyone), [DESK, PHONE, BOS, CYS]);
    assert_eq!(heard(Audience::EveryoneElse), [BOS, CYS]);
    assert_eq!(heard(Audience::Contacts), [BOS], "cy shares no room with ana");
    world.awaits(LOBBY);
    let heard = |world: &World| world.audience(Audience::Contacts, ANA, Some(DESK), Some(LOBBY));
    assert_eq!(heard(&world), [], "a room that is not there yet makes no contacts");
    does(&mut world, Action::Create { by: ANA, room: LOBBY, join: false }, 0);
    assert_eq!(heard(&world), [BOS]);
}

#[test]
fn who_comes_back_misses_what_was_sent_since_and_nothing_else() {
    let mut world = world();
    let send = |message| Action::Send(BO, LOBBY, MessageId(message));
    does(&mut world, Action::Join(DESK, LOBBY), 0);
    does(&mut world, send(0), 0);
    assert_eq!((world.online(ANA), world.departures(ANA)), (true, 0));
    does(&mut world, Action::Disconnect(DESK), 0);
    assert_eq!((world.online(ANA), world.departures(ANA)), (false, 1));
    (1..4).for_each(|message| drop(does(&mut world, send(message), 0)));
    does(&mut world, Action::Delete(BO, MessageId(2)), 0);
    does(&mut world, Action::Connect(DESK), 0);
    let changes = world.apply(&Action::Rejoin(DESK, LOBBY, HELLO), at(0));
    let expected = [What::Entered, What::Missed, What::Delivered, What::Missed, What::Delivered];
    assert_eq!(whats(&changes), expected);
    let missed = changes.iter().filter(|change| change.what == What::Missed);
    assert_eq!(
        missed.map(|change| change.message).collect::<Vec<_>>(),
        [Some(MessageId(1)), Some(MessageId(3))]
    );
    let again = does(&mut world, Action::Rejoin(DESK, LOBBY, MessageId(1)), 0);
    assert_eq!(again, [What::Missed], "only what the client says it lacks, and delivered once");
    assert_eq!(does(&mut world, Action::Rejoin(DESK, LOBBY, MessageId(3)), 0), []);
}

#[test]
fn who_is_not_connected_is_in_no_audience() {
    let mut world = world();
    does(&mut world, Action::Join(BOS, LOBBY), 0);
    does(&mut world, Action::Disconnect(BOS), 0);
    for audience in [Audience::Joined, Audience::Participants, Audience::Contacts] {
        assert!(!world.audience(audience, ANA, Some(DESK), Some(LOBBY)).contains(&BOS));
    }
}
