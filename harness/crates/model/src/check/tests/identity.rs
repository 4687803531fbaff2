//! Messages are matched by what they say that they are.

use super::*;

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
fn of_several_that_do_not_say_what_they_are_each_is_what_it_fits_best() {
    // Two at once of the wrong sender, in the other order: they are not each other.
    let mut talk = Talk::expecting(&[("one", "a"), ("two", "b")]);
    assert_eq!([talk.hears(5, "b", 8), talk.hears(6, "a", 8)], ["held", "held"]);
    assert_eq!(talk.ends(), ["two senderId", "one senderId"]);
    // A text says more than a name that may be wrong.
    let mut talk = Talk::expecting(&[("ana's", "a")]);
    talk.book.bind("user:bo", json!(8));
    let mut of_bo = message("bo's", "b");
    let item = &mut of_bo.forms[0].items[0];
    item.scope = Arc::new(Scope { sender: Some("bo".to_owned()), ..Scope::clone(&item.scope) });
    talk.judge.expect(of_bo);
    assert_eq!([talk.hears(5, "b", 7), talk.hears(6, "a", 8)], ["held", "held"]);
    assert_eq!(talk.ends(), ["bo's senderId", "ana's senderId"]);
    // What fits nothing goes where nothing better belongs.
    let mut talk = Talk::expecting(&[("one", "a"), ("two", "b")]);
    assert_eq!([talk.hears(5, "cut", 8), talk.hears(6, "a", 8)], ["held", "held"]);
    assert_eq!(talk.ends(), ["two senderId,message", "one senderId"]);
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
