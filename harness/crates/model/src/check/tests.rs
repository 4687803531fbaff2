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
    expecting(Judge::new(order), forms)
}

fn expecting(mut judge: Judge, forms: Vec<Form>) -> Judge {
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
    let more = form("more", vec![item(event("a"), "<any>", false), item(event("b"), "<any>", false)]);
    let mut at_once = expecting(Judge::at_once(Order::Next), vec![same("one"), more]);
    offer(&mut at_once, event("a"), json!(1));
    assert!(!only(at_once.finish()).told_apart, "the server may have done one before the other");
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

mod identity;
