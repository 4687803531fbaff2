//! What the chat promises, one promise per test.

use std::time::Duration;

use super::Chat;
use super::command::{Command, Creation, Edit};
use super::model::{
    Content, ConversationId, Message, MessageId, Moment, Person, Profile, SocketId, Status, UserId,
};
use super::outcome::{Answer, Applied, Audience, Circle, Happened, Refusal};
use super::policy::{Limits, OpenDoors, Policy};

pub(super) const ANA: UserId = UserId::Number(1);
pub(super) const BO: UserId = UserId::Number(2);
pub(super) const EVE: UserId = UserId::Number(9);
pub(super) const ROOM: ConversationId = ConversationId(1);

/// A chat with a conversation of Ana and Bo, and a clock to turn by hand.
pub(super) struct Stage {
    pub(super) chat: Chat,
    pub(super) now: Moment,
}

impl Stage {
    pub(super) fn new() -> Self {
        Self::with(Limits::default())
    }

    pub(super) fn with(limits: Limits) -> Self {
        let chat = Chat::new(Policy {
            typing_debounce: Duration::from_millis(500),
            typing_expiry: Duration::from_secs(4),
            limits,
            open: OpenDoors::default(),
        });
        let mut stage = Self { chat, now: Moment(Duration::from_secs(1_000)) };
        stage.apply(create(ANA, vec![BO])).result.unwrap();
        stage
    }

    pub(super) fn apply(&mut self, command: Command) -> Applied {
        self.chat.apply(command, self.now)
    }

    /// What others hear of.
    pub(super) fn heard(&mut self, command: Command) -> Vec<Happened> {
        let applied = self.apply(command);
        applied.result.unwrap();
        applied.events.into_iter().map(|event| event.what).collect()
    }

    fn wait(&mut self, ms: u64) {
        self.now = self.now.checked_add(Duration::from_millis(ms)).unwrap();
    }

    pub(super) fn connect(&mut self, socket: u64, user: UserId) -> Vec<Happened> {
        self.heard(Command::Connect { socket: SocketId(socket), user: Some((user, Profile::default())) })
    }

    pub(super) fn join(&mut self, socket: u64, user: UserId) -> Vec<Happened> {
        self.heard(Command::Join { socket: SocketId(socket), user, conversation: ROOM })
    }

    fn leave(&mut self, socket: u64, user: UserId) -> Vec<Happened> {
        self.heard(Command::Leave { socket: SocketId(socket), user, conversation: ROOM })
    }

    fn disconnect(&mut self, socket: u64) -> Vec<Happened> {
        self.heard(Command::Disconnect { socket: SocketId(socket) })
    }

    fn types(&mut self, user: UserId, typing: bool) -> Vec<Happened> {
        self.heard(Command::Type { user, conversation: ROOM, typing })
    }

    pub(super) fn send(&mut self, user: UserId, text: &str) -> std::sync::Arc<Message> {
        let send = Command::Send { user, conversation: ROOM, content: Content::text(text) };
        let Answer::Sent(message) = self.apply(send).result.unwrap() else { panic!() };
        message
    }

    fn history(&mut self) -> Vec<String> {
        let ask = Command::History { user: Some(ANA), conversation: ROOM, page: None };
        let Answer::History(history) = self.apply(ask).result.unwrap() else { panic!() };
        history.messages.iter().map(|message| message.content.text.clone()).collect()
    }

    pub(super) fn hearers(&self, audience: &Audience) -> Vec<u64> {
        self.chat.hearers(audience).into_iter().map(|socket| socket.0).collect()
    }
}

fn create(by: UserId, with: Vec<UserId>) -> Command {
    Command::Create { by, with, manner: Creation::default() }
}

fn typing(user: UserId, typing: bool) -> Happened {
    Happened::Typing(ROOM, Person { id: user, profile: Default::default() }, typing)
}

#[test]
fn a_user_enters_with_the_first_device_and_leaves_with_the_last() {
    let mut stage = Stage::new();
    assert_eq!(stage.connect(10, ANA), [Happened::Online(ANA)]);
    assert_eq!(stage.connect(11, ANA), []);
    assert_eq!(stage.join(10, ANA), [Happened::Entered(ROOM, ANA)]);
    assert_eq!(stage.join(10, ANA), [], "joining twice changes nothing");
    assert_eq!(stage.join(11, ANA), []);
    assert_eq!(stage.leave(10, ANA), []);
    assert_eq!(stage.disconnect(11), [Happened::Left(ROOM, ANA)], "the other device is still connected");
    assert_eq!(stage.leave(10, ANA), [], "one cannot leave twice");
    assert_eq!(stage.disconnect(10), [Happened::Offline(ANA)]);
    assert_eq!(stage.disconnect(10), []);
    assert_eq!(stage.chat.census().sockets, 0);
}

#[test]
fn audiences_are_what_they_say() {
    let mut stage = Stage::new();
    for (socket, user) in [(10, ANA), (11, ANA), (20, BO), (90, EVE)] {
        stage.connect(socket, user);
    }
    stage.join(10, ANA);
    stage.join(20, BO);
    assert_eq!(stage.hearers(&Audience::all(Circle::Joined(ROOM))), [10, 20]);
    assert_eq!(stage.hearers(&Audience::others(Circle::Joined(ROOM), &ANA)), [20]);
    assert_eq!(
        stage.hearers(&Audience::all(Circle::Participants(ROOM))),
        [20, 10, 11],
        "in the order of the participants"
    );
    assert_eq!(stage.hearers(&Audience::all(Circle::User(ANA))), [10, 11]);
    assert_eq!(stage.hearers(&Audience::all(Circle::Everyone)), [10, 11, 20, 90]);
    assert_eq!(stage.hearers(&Audience::all(Circle::Joined(ConversationId(7)))), [] as [u64; 0]);
    assert!(stage.chat.is_online(&EVE) && !stage.chat.is_online(&UserId::Number(3)));
}

#[test]
fn a_burst_of_keystrokes_is_heard_once_per_debounce() {
    let mut stage = Stage::new();
    assert_eq!(stage.types(ANA, true), [typing(ANA, true)]);
    stage.wait(499);
    assert_eq!(stage.types(ANA, true), []);
    stage.wait(1);
    assert_eq!(stage.types(ANA, true), [typing(ANA, true)]);
    assert_eq!(stage.types(BO, true), [typing(BO, true)], "everybody has a window of their own");
}

#[test]
fn a_stop_is_said_once_and_ends_the_window() {
    let mut stage = Stage::new();
    assert_eq!(stage.types(ANA, false), [], "a stop without a start is not said");
    stage.types(ANA, true);
    assert_eq!(stage.types(ANA, false), [typing(ANA, false)]);
    assert_eq!(stage.types(ANA, false), []);
    assert_eq!(stage.types(ANA, true), [typing(ANA, true)], "the window ended with the stop");
}

#[test]
fn typing_expires_unless_renewed() {
    let mut stage = Stage::new();
    assert_eq!(stage.chat.next_deadline(), None);
    stage.types(ANA, true);
    stage.wait(3_000);
    stage.types(ANA, true);
    stage.wait(3_999);
    assert_eq!(stage.heard(Command::Tick), []);
    let due = stage.chat.next_deadline().unwrap();
    assert_eq!(due.since(stage.now), Duration::from_millis(1));
    stage.wait(1);
    assert_eq!(stage.heard(Command::Tick), [typing(ANA, false)]);
    assert_eq!((stage.heard(Command::Tick), stage.chat.next_deadline()), (vec![], None));
    assert_eq!(stage.types(ANA, false), [], "it has ended already");
}

#[test]
fn an_unheard_keystroke_renews_too() {
    let mut stage = Stage::new();
    stage.types(ANA, true);
    stage.wait(400);
    assert_eq!(stage.types(ANA, true), []);
    stage.wait(3_700);
    assert_eq!(stage.heard(Command::Tick), []);
    stage.wait(300);
    assert_eq!(stage.heard(Command::Tick), [typing(ANA, false)]);
}

#[test]
fn typing_ends_with_the_last_device_in_the_room() {
    let mut stage = Stage::new();
    stage.connect(10, ANA);
    stage.connect(11, ANA);
    stage.join(10, ANA);
    stage.join(11, ANA);
    stage.types(ANA, true);
    assert_eq!(stage.disconnect(10), []);
    assert_eq!(stage.leave(11, ANA), [typing(ANA, false), Happened::Left(ROOM, ANA)]);
    stage.types(ANA, true);
    assert_eq!(
        stage.disconnect(11),
        [typing(ANA, false), Happened::Offline(ANA)],
        "who typed without having joined stops with the connection"
    );
    assert_eq!(stage.chat.next_deadline(), None);
}

#[test]
fn a_message_is_read_once_per_reader() {
    let mut stage = Stage::new();
    let message = stage.send(ANA, "hello");
    let read = |user, id| Command::Read { user, conversation: ROOM, message: id };
    let events = stage.heard(read(BO, message.id));
    let [Happened::Read(read_message, BO), Happened::Moved(moved)] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!((read_message.id, moved.status), (message.id, Status::Read));
    let again = stage.apply(read(BO, message.id));
    assert!(again.events.is_empty() && matches!(again.result, Ok(Answer::Read { first: false, .. })));
    assert_eq!(stage.heard(read(ANA, message.id)).len(), 1, "the sender may, too");
    assert_eq!(stage.apply(read(BO, MessageId(99))).result, Err(Refusal::UnknownMessage(MessageId(99))));
    stage.apply(create(ANA, vec![BO])).result.unwrap();
    let elsewhere = Command::Read { user: BO, conversation: ConversationId(2), message: message.id };
    assert_eq!(stage.apply(elsewhere).result, Err(Refusal::UnknownMessage(message.id)));
}

#[test]
fn strangers_are_refused_and_nothing_happens() {
    let mut stage = Stage::new();
    let message = stage.send(ANA, "secret").id;
    let (user, conversation, socket) = (EVE, ROOM, SocketId(90));
    stage.connect(90, EVE);
    for command in [
        Command::Join { socket, user: user.clone(), conversation },
        Command::Leave { socket, user: user.clone(), conversation },
        Command::Send { user: user.clone(), conversation, content: Content::text("hi") },
        Command::Type { user: user.clone(), conversation, typing: true },
        Command::Read { user: user.clone(), conversation, message },
        Command::Edit { user: user.clone(), message, edit: Edit::Delete },
        Command::History { user: Some(user.clone()), conversation, page: None },
        Command::ReadAll { user: user.clone(), conversation },
    ] {
        let applied = stage.apply(command.clone());
        assert_eq!(
            applied,
            Applied { result: Err(Refusal::NotParticipant(ROOM)), events: vec![] },
            "{command:?}"
        );
    }
    let nowhere = Command::Join { socket, user, conversation: ConversationId(99) };
    assert_eq!(stage.apply(nowhere).result, Err(Refusal::UnknownConversation(ConversationId(99))));
    assert_eq!(stage.history(), ["secret"]);
    assert_eq!(stage.hearers(&Audience::all(Circle::Joined(ROOM))), [] as [u64; 0]);
}

#[test]
fn only_the_sender_edits() {
    let mut stage = Stage::new();
    let id = stage.send(ANA, "one").id;
    let rewrite = |user| Command::Edit { user, message: id, edit: Edit::Rewrite("two".to_owned()) };
    assert_eq!(stage.apply(rewrite(BO)).result, Err(Refusal::NotSender));
    stage.wait(5);
    let Ok(Answer::Updated(message)) = stage.apply(rewrite(ANA)).result else { panic!() };
    assert_eq!(message.updated_at.since(message.created_at), Duration::from_millis(5));
    assert_eq!(stage.history(), ["two"]);
    let delete = |user| Command::Edit { user, message: id, edit: Edit::Delete };
    assert_eq!(stage.apply(delete(BO)).result, Err(Refusal::NotSender));
    assert_eq!(stage.apply(delete(ANA)).result, Ok(Answer::Deleted(id)));
    assert_eq!(stage.apply(delete(ANA)).result, Err(Refusal::UnknownMessage(id)));
    assert!(stage.history().is_empty());
    assert!(stage.send(ANA, "three").id > id, "ids are never reused");
}

#[test]
fn the_oldest_messages_make_room() {
    let mut stage = Stage::with(Limits { messages_per_conversation: 2, ..Limits::default() });
    let first = stage.send(ANA, "a").id;
    stage.send(ANA, "b");
    stage.send(BO, "c");
    assert_eq!(stage.history(), ["b", "c"]);
    let edit = Command::Edit { user: ANA, message: first, edit: Edit::Delete };
    assert_eq!(stage.apply(edit).result, Err(Refusal::UnknownMessage(first)));
    let mut stage = Stage::with(Limits { messages: 2, ..Limits::default() });
    for text in ["a", "b", "c"] {
        stage.send(ANA, text);
    }
    assert_eq!((stage.history(), stage.chat.census().messages), (vec!["b".to_owned(), "c".to_owned()], 2));
}

#[test]
fn the_oldest_conversation_nobody_has_joined_makes_room() {
    let mut stage = Stage::with(Limits { conversations: 2, ..Limits::default() });
    stage.connect(10, ANA);
    stage.join(10, ANA);
    let another = |stage: &mut Stage| stage.apply(create(ANA, vec![])).result;
    another(&mut stage).unwrap();
    another(&mut stage).unwrap();
    let ask = |id| Command::History { user: Some(ANA), conversation: ConversationId(id), page: None };
    assert!(stage.apply(ask(1)).result.is_ok(), "somebody is in there");
    assert_eq!(stage.apply(ask(2)).result, Err(Refusal::UnknownConversation(ConversationId(2))));
    assert!(stage.apply(ask(3)).result.is_ok());
    let join = Command::Join { socket: SocketId(10), user: ANA, conversation: ConversationId(3) };
    stage.apply(join).result.unwrap();
    assert_eq!(another(&mut stage), Err(Refusal::Full));
}

#[test]
fn users_texts_and_participants_are_bounded() {
    let limits = Limits { users: 3, participants: 2, text_chars: 3, ..Limits::default() };
    let mut stage = Stage::with(limits);
    stage.connect(10, ANA);
    stage.connect(30, UserId::Number(3));
    stage.connect(40, UserId::Number(4));
    assert_eq!(stage.chat.profile(&BO), None, "the oldest user who is offline is forgotten");
    assert!(stage.chat.profile(&ANA).is_some());
    assert_eq!(stage.send(ANA, "äöü").content.text, "äöü", "characters count, not bytes");
    let long = Command::Send { user: ANA, conversation: ROOM, content: Content::text("four") };
    assert_eq!(stage.apply(long).result, Err(Refusal::TextTooLong(3)));
    let crowd = create(ANA, vec![BO, EVE]);
    assert_eq!(stage.apply(crowd).result, Err(Refusal::TooManyParticipants(2)));
}

#[test]
fn messages_are_bounded_in_bytes_whatever_makes_them_heavy() {
    let mut stage = Stage::with(Limits { message_bytes: 3_000, ..Limits::default() });
    let kept: Vec<_> = (0..10).map(|_| stage.send(ANA, &"x".repeat(1_000)).id).collect();
    assert_eq!(stage.history().len(), 2, "1,400 bytes each");
    let grow = Command::Edit { user: ANA, message: kept[9], edit: Edit::Rewrite("x".repeat(2_000)) };
    stage.apply(grow).result.unwrap();
    assert_eq!(stage.history().len(), 1);
    assert_eq!(stage.chat.census().messages, 1);
}

#[test]
fn nobody_loses_what_was_said_because_others_open_conversations() {
    let mut stage = Stage::with(Limits { conversations: 3, memberships: 6, ..Limits::default() });
    stage.send(ANA, "keep me");
    for user in 100..200 {
        let _ = stage.apply(create(UserId::Number(user), vec![UserId::Number(user + 1)]));
    }
    assert_eq!((stage.history(), stage.chat.census().conversations), (vec!["keep me".to_owned()], 3));
    let crowd = create(ANA, (100..105).map(UserId::Number).collect());
    assert_eq!(stage.apply(crowd).result, Err(Refusal::Full), "six more than the two that stay");
}

#[test]
fn one_socket_hears_so_many_rooms_and_sums_are_kept() {
    let mut stage = Stage::with(Limits { rooms_per_socket: 1, ..Limits::default() });
    stage.apply(create(ANA, vec![])).result.unwrap();
    stage.connect(10, ANA);
    stage.connect(11, ANA);
    stage.join(10, ANA);
    let second = Command::Join { socket: SocketId(10), user: ANA, conversation: ConversationId(2) };
    assert_eq!(stage.apply(second).result, Err(Refusal::TooManyRooms(1)));
    stage.join(10, ANA);
    stage.join(11, ANA);
    let census = stage.chat.census();
    assert_eq!((census.sockets, census.users, census.rooms), (2, 1, 1));
    stage.disconnect(10);
    stage.disconnect(11);
    let census = stage.chat.census();
    assert_eq!((census.sockets, census.users, census.rooms), (0, 0, 0));
}

#[test]
fn a_socket_may_be_nobody() {
    let mut stage = Stage::new();
    assert_eq!(stage.heard(Command::Connect { socket: SocketId(5), user: None }), []);
    let census = stage.chat.census();
    assert_eq!((census.sockets, census.users), (1, 0));
    assert_eq!(stage.disconnect(5), []);
}

#[test]
fn participants_count_once_and_include_the_creator() {
    let mut stage = Stage::new();
    let Ok(Answer::Created(conversation)) = stage.apply(create(ANA, vec![BO, BO, ANA])).result else {
        panic!()
    };
    assert_eq!(conversation.participants.iter().collect::<Vec<_>>(), [&BO, &ANA]);
    assert_eq!(conversation.id, ConversationId(2));
}
