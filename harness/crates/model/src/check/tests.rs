//! Judging without a server: what fits, what does not, and which form counts.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::identity::Told;
use super::judge::{Channel, Ended, Expectation, Form, Item, Judge, Order, Received, Role, State, Taken};
use super::matching::{Compared, compare};
use super::scope::{Book, Context, Scope};
use super::spoil;
use crate::world::SocketId;
use language::contract::Contract;
use language::level::Level;
use language::payload::{self, Payload};
use language::text::{Source, parse};

const BO: SocketId = SocketId(1);

fn contract() -> Contract {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../scenarios/dialects/crm.yaml");
    language::contract_file::read(&path).unwrap()
}

fn payload(text: &str) -> Payload {
    let source = Source::new("payload.yaml", text);
    let document = parse(&source).unwrap();
    payload::read(&document, &document.root).unwrap()
}

fn book() -> Book {
    let mut book = Book::default();
    book.bind("user:ana", json!(7));
    book.bind("room:lobby", json!(3));
    book
}

fn scope() -> Scope {
    Scope {
        me: Some("ana".to_owned()),
        sender: Some("ana".to_owned()),
        room: Some("lobby".to_owned()),
        message: Some("hello".to_owned()),
        text: Some("hi".to_owned()),
        ..Scope::default()
    }
}

fn against(template: &str, value: &Value) -> Compared {
    compare(&payload(template), value, Context { contract: &contract(), book: &book(), scope: &scope() })
}

fn places(compared: &Compared) -> Vec<&str> {
    compared.differences.iter().map(|difference| difference.path.as_str()).collect()
}

#[test]
fn a_whole_payload_fits_and_is_redacted() {
    let value = json!({"chatId": 3, "userId": 7, "isTyping": true, "timestamp": "2025-10-09T12:00:00.000Z"});
    let compared =
        against("{chatId: $room.id, userId: $me.id, isTyping: <bool>, timestamp: <iso8601>}", &value);
    assert_eq!(places(&compared), Vec::<&str>::new());
    let redacted = json!({"chatId": "<room:lobby>", "userId": "<user:ana>", "isTyping": "<bool>", "timestamp": "<iso8601>"});
    assert_eq!(compared.redacted, redacted);
}

#[test]
fn every_field_is_looked_at() {
    let template = "{chatId: $room.id, text: $text, at: <iso8601>}";
    assert_eq!(
        places(&against(template, &json!({"chatId": 4, "text": "hi", "at": "2025-10-09T12:00:00Z"}))),
        ["chatId"]
    );
    assert_eq!(
        places(&against(template, &json!({"chatId": "3", "text": "hi", "at": "2025-10-09T12:00:00Z"}))),
        ["chatId"]
    );
    assert_eq!(places(&against(template, &json!({"chatId": 3, "at": "2025-10-09T12:00:00Z"}))), ["text"]);
    assert_eq!(
        places(&against(template, &json!({"chatId": 3, "text": "hi", "at": 1_760_000_000_000_u64}))),
        ["at"]
    );
    assert_eq!(places(&against(template, &json!([]))), [""]);
}

#[test]
fn an_undocumented_field_is_told_apart_from_a_wrong_one() {
    let compared = against("{chatId: $room.id}", &json!({"chatId": 3, "extra": 1}));
    assert!(compared.differences[0].undocumented, "{compared:?}");
    let open = against("{chatId: $room.id, ...: <any>}", &json!({"chatId": 3, "extra": 1}));
    assert_eq!(places(&open), Vec::<&str>::new());
}

#[test]
fn a_name_that_no_payload_may_hold_is_found_however_deep() {
    let compared = against("<any>", &json!({"user": [{"Password": "x"}]}));
    assert!(compared.differences[0].forbidden, "{compared:?}");
}

#[test]
fn what_may_be_absent_must_fit_where_it_is_there() {
    let template = "{name: <maybe str>}";
    for fine in [json!({}), json!({"name": null}), json!({"name": "Ana"})] {
        assert_eq!(places(&against(template, &fine)), Vec::<&str>::new());
    }
    assert_eq!(places(&against(template, &json!({"name": 3}))), ["name"]);
}

#[test]
fn an_id_is_bound_on_first_sight_and_belongs_to_one_thing() {
    let first = against("{id: <id:message>}", &json!({"id": 12}));
    assert_eq!(first.bound, [("message:hello".to_owned(), json!(12))]);
    let mut book = book();
    book.bind("message:earlier", json!(12));
    let template = payload("{id: <id:message>}");
    let reused = compare(
        &template,
        &json!({"id": 12}),
        Context { contract: &contract(), book: &book, scope: &scope() },
    );
    assert_eq!(places(&reused), ["id"]);
    assert_eq!(places(&against("{id: <id:message>}", &json!({"id": "12"}))), ["id"]);
}

#[test]
fn a_text_with_references_is_compared_whole() {
    assert_eq!(places(&against("Joined chat $room.id", &json!("Joined chat 3"))), Vec::<&str>::new());
    assert_eq!(places(&against("Joined chat $room.id", &json!("Joined chat 33"))), [""]);
    assert_eq!(
        against("Joined chat $room.id", &json!("Joined chat 3")).redacted,
        json!("Joined chat <room:lobby>")
    );
}

fn item(channel: Channel, template: &str, maybe: bool) -> Item {
    Item {
        socket: BO,
        channel,
        payload: payload(template),
        scope: Arc::new(scope()),
        clause: None,
        level: Level::Must,
        maybe,
        name: "it".to_owned(),
        change: None,
    }
}

fn event(name: &str) -> Channel {
    Channel::Event(name.to_owned())
}

fn form(name: &str, items: Vec<Item>) -> Form {
    Form { name: name.to_owned(), level: None, items }
}

fn judge(forms: Vec<Form>, order: Order) -> Judge {
    let mut judge = Judge::new(order);
    judge.expect(Expectation {
        role: Role::Answer,
        thing: "answer".to_owned(),
        clause: None,
        forms,
        unanswered: None,
        after: None,
    });
    judge
}

fn offer(judge: &mut Judge, channel: Channel, value: Value) -> Taken {
    let received = Received { socket: BO, channel, value, at: Duration::ZERO };
    judge.offer(&received, &Told::default(), &contract(), &book())
}

fn only(ended: Vec<Ended>) -> Ended {
    ended.into_iter().next().unwrap()
}

#[test]
fn what_nothing_accounts_for_is_unexpected() {
    let mut judge = judge(vec![form("documented", vec![item(event("a"), "<any>", false)])], Order::Next);
    assert!(matches!(offer(&mut judge, event("b"), json!(1)), Taken::Unexpected));
    assert!(matches!(offer(&mut judge, event("a"), json!(1)), Taken::By(_)));
    assert!(matches!(offer(&mut judge, event("a"), json!(1)), Taken::Unexpected), "twice");
    assert_eq!(judge.state(), State::Done);
}

#[test]
fn the_next_of_a_name_is_taken_even_where_a_later_one_would_fit_better() {
    let items = || vec![item(event("a"), "1", false), item(event("a"), "2", false)];
    let mut strict = judge(vec![form("documented", items())], Order::Next);
    let Taken::By(found) = offer(&mut strict, event("a"), json!(2)) else { panic!("not taken") };
    assert_eq!(found.differences.len(), 1, "1 was the next");
    let mut either = Judge::new(Order::Best);
    for one in items() {
        let forms = vec![form("documented", vec![one])];
        either.expect(Expectation {
            role: Role::Answer,
            thing: "sent".to_owned(),
            clause: None,
            forms,
            unanswered: None,
            after: None,
        });
    }
    let Taken::By(found) = offer(&mut either, event("a"), json!(2)) else { panic!("not taken") };
    assert_eq!(found.differences, []);
}

#[test]
fn the_form_that_accounts_for_everything_received_counts() {
    let both =
        || form("both", vec![item(Channel::Ack(1), "<any>", false), item(event("joined"), "<any>", false)]);
    let ack = || form("ack", vec![item(Channel::Ack(1), "<any>", false)]);
    let mut one = judge(vec![both(), ack()], Order::Next);
    offer(&mut one, Channel::Ack(1), json!(true));
    assert_eq!(one.state(), State::Enough, "the event may still come");
    let ended = only(one.finish());
    assert_eq!((ended.form.as_str(), ended.missing.len()), ("ack", 0));
    let mut other = judge(vec![both(), ack()], Order::Next);
    offer(&mut other, event("joined"), json!(true));
    assert_eq!(other.state(), State::Waiting, "`ack` is out, and `both` needs its ack");
    let ended = only(other.finish());
    assert_eq!((ended.form.as_str(), ended.missing.len()), ("both", 1));
}

#[test]
fn forms_that_fit_alike_are_not_told_apart() {
    let same = |name: &str| form(name, vec![item(event("a"), "<any>", false)]);
    let more = form("more", vec![item(event("a"), "<any>", false), item(event("b"), "<any>", false)]);
    let mut alike = judge(vec![same("one"), same("other")], Order::Next);
    offer(&mut alike, event("a"), json!(1));
    assert!(!only(alike.finish()).told_apart);
    let mut apart = judge(vec![same("one"), more], Order::Next);
    offer(&mut apart, event("a"), json!(1));
    assert!(only(apart.finish()).told_apart);
}

#[test]
fn two_forms_by_one_channel_are_told_apart_by_their_payload() {
    let yes = form("accepted", vec![item(Channel::Ack(1), "{success: true}", false)]);
    let no = form("refused", vec![item(Channel::Ack(1), "{success: false, message: <str>}", false)]);
    let mut judge = judge(vec![yes, no], Order::Next);
    let Taken::By(found) = offer(&mut judge, Channel::Ack(1), json!({"success": false, "message": "no"}))
    else {
        panic!("not taken")
    };
    assert_eq!(found.differences, []);
    assert_eq!(only(judge.finish()).form, "refused");
}

#[test]
fn silence_that_is_not_documented_counts_only_when_the_time_is_over() {
    let answer = form("ack", vec![item(Channel::Ack(1), "<any>", false)]);
    let silence = Form { name: "silence".to_owned(), level: Some(Level::Should), items: Vec::new() };
    let judge = judge(vec![answer, silence], Order::Next);
    assert_eq!(judge.state(), State::Waiting);
    let ended = only(judge.finish());
    assert_eq!((ended.form.as_str(), ended.level), ("silence", Some(Level::Should)));
}

#[test]
fn what_may_come_needs_a_proof_that_it_does_not() {
    let items = vec![item(event("a"), "<any>", false), item(event("b"), "<any>", true)];
    let mut judge = judge(vec![form("documented", items)], Order::Next);
    offer(&mut judge, event("a"), json!(1));
    assert_eq!((judge.state(), judge.sockets()), (State::Enough, vec![BO]));
    assert_eq!(only(judge.finish()).missing.len(), 0);
}

#[test]
fn a_payload_is_spoiled_in_every_field() {
    let ways = spoil::ways(&payload("{chatId: $room.id, content: $text}"), &[]);
    for way in ["payload missing", "chatId missing", "chatId wrong", "content empty", "content number"] {
        assert!(ways.iter().any(|known| known == way), "{way} is not in {ways:?}");
    }
    let whole = json!({"chatId": 3, "content": "hi"});
    for way in &ways {
        let spoiled = spoil::spoil(whole.clone(), way).unwrap();
        assert_ne!(spoiled, Some(whole.clone()), "{way} changes nothing");
    }
    let converted =
        |value| spoil::spoil(json!({"id": value}), "id converted").unwrap().unwrap()["id"].clone();
    assert_eq!(
        [converted(json!(7)), converted(json!("7")), converted(json!("u7"))],
        [json!("7"), json!(7), json!(1.5)]
    );
    assert!(spoil::spoil(whole, "nothing here").is_err());
}

#[test]
fn a_dot_in_a_pattern_is_any_character() {
    let of = |text: &str| against("</no .+, bye/>", &json!(text)).differences.len();
    assert_eq!([of("no one"), of("no one\ntwo\r\n\u{2028}three, bye"), of("no , bye\n")], [1, 0, 1]);
}

/// An expectation of a message of ana's, heard by bo as `newMessage`.
fn message(label: &str, text: &str) -> Expectation {
    let scope = Scope { message: Some(label.to_owned()), text: Some(text.to_owned()), ..scope() };
    let template =
        "{id: <id:message>, chatId: $room.id, senderId: $sender.id, message: $text, at: <iso8601>}";
    let item = Item { scope: Arc::new(scope), ..item(event("newMessage"), template, false) };
    Expectation {
        role: Role::Consequence,
        thing: "sent".to_owned(),
        clause: None,
        forms: vec![form("documented", vec![item])],
        unanswered: None,
        after: None,
    }
}

/// A case in which messages are told to bo.
struct Talk {
    judge: Judge,
    told: Told,
    book: Book,
}

impl Talk {
    fn expecting(messages: &[(&str, &str)]) -> Self {
        let mut judge = Judge::new(Order::Next);
        messages.iter().for_each(|(label, text)| judge.expect(message(label, text)));
        Self { judge, told: Told::default(), book: book() }
    }

    /// What becomes of a message: whose it is taken for, and where it differs.
    fn hears(&mut self, id: u64, text: &str, sender: u64) -> String {
        let value =
            json!({"id": id, "chatId": 3, "senderId": sender, "message": text, "at": "2025-10-09T12:00:00Z"});
        let received = Received { socket: BO, channel: event("newMessage"), value, at: Duration::ZERO };
        let taken = self.judge.offer(&received, &self.told, &contract(), &self.book);
        self.account(&received, taken)
    }

    /// What becomes of what was held.
    fn ends(&mut self) -> Vec<String> {
        let mut all = Vec::new();
        while let Some((received, taken)) = self.judge.next_held(&contract(), &self.book) {
            let told = self.account(&received, taken);
            all.push(told);
        }
        all
    }

    fn account(&mut self, received: &Received, taken: Taken) -> String {
        let Taken::By(found) = taken else {
            let before = self.told.likeness(received, &contract(), &self.book).is_some();
            return if before {
                "twice"
            } else if matches!(taken, Taken::Held) {
                "held"
            } else {
                "unexpected"
            }
            .to_owned();
        };
        for (label, value) in found.bound {
            self.book.bind(label, value);
        }
        self.told.add(&found.item);
        let places: Vec<&str> = found.differences.iter().map(|one| one.path.as_str()).collect();
        format!("{} {}", found.item.scope.message.clone().unwrap(), places.join(",")).trim().to_owned()
    }
}

#[test]
fn what_comes_a_second_time_is_heard_twice_and_the_next_are_right() {
    let mut talk = Talk::expecting(&[("one", "a"), ("two", "b"), ("three", "c")]);
    let heard = [(5, "a"), (5, "a"), (6, "b"), (6, "b"), (6, "b"), (7, "c")];
    let heard: Vec<String> = heard.into_iter().map(|(id, text)| talk.hears(id, text, 7)).collect();
    assert_eq!(heard, ["one", "twice", "two", "twice", "twice", "three"]);
    assert_eq!((talk.judge.state(), talk.ends().len()), (State::Done, 0));
}

#[test]
fn what_comes_twice_is_told_by_its_id_even_where_the_next_has_the_same_words() {
    let mut talk = Talk::expecting(&[("one", "hello"), ("two", "hello")]);
    let heard: Vec<String> = [5, 5, 6].into_iter().map(|id| talk.hears(id, "hello", 7)).collect();
    assert_eq!(heard, ["one", "twice", "two"]);
}

#[test]
fn messages_are_taken_by_their_words_in_whatever_order_they_come() {
    let mut talk = Talk::expecting(&[("one", "a"), ("two", "b")]);
    assert_eq!([talk.hears(9, "b", 7), talk.hears(8, "a", 7)], ["two", "one"]);
}

#[test]
fn what_does_not_say_what_it_is_is_the_next_of_its_name_once_nothing_else_comes() {
    let mut talk = Talk::expecting(&[("one", "a"), ("two", "b")]);
    assert_eq!(talk.hears(5, "cut", 7), "held");
    assert_eq!(talk.judge.state(), State::Waiting, "one of two");
    assert_eq!(talk.hears(6, "b", 7), "two");
    assert_eq!(talk.judge.state(), State::Enough, "it may be what is missing");
    assert_eq!(talk.ends(), ["one message"]);

    // Of somebody else, though the text is right.
    let mut talk = Talk::expecting(&[("one", "a")]);
    assert_eq!((talk.hears(5, "a", 8), talk.ends()), ("held".to_owned(), vec!["one senderId".to_owned()]));
}

#[test]
fn what_was_held_is_one_too_many_where_all_that_was_expected_came() {
    let mut talk = Talk::expecting(&[("one", "a")]);
    assert_eq!([talk.hears(5, "of another room", 7), talk.hears(6, "a", 7)], ["held", "one"]);
    assert_eq!((talk.judge.state(), talk.ends()), (State::Done, vec!["unexpected".to_owned()]));
}

#[test]
fn a_changed_message_is_awaited_by_its_id() {
    let mut talk = Talk::expecting(&[("one", "a")]);
    talk.hears(5, "a", 7);
    talk.judge = Judge::new(Order::Next);
    talk.judge.expect(message("one", "a changed one"));
    assert_eq!(talk.hears(5, "a", 7), "twice", "what was told before is no news");
    assert_eq!(talk.hears(5, "a changed on", 7), "one message");
}
