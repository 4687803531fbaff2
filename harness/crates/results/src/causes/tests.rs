use super::*;

/// A finding of a case: its kind, what it is about, what was being done, to whom.
fn finding(kind: Kind, subject: &str, during: &str, party: Option<Party>) -> Finding {
    Finding {
        subject: subject.to_owned(),
        during: during.to_owned(),
        party,
        ..Finding::new(Level::Must, kind, 1, format!("{subject} {during}"))
    }
}

fn case(id: &str, findings: Vec<Finding>) -> CaseRecord {
    let dialect = id.split('/').next().unwrap_or_default().to_owned();
    CaseRecord {
        scenario: "typing".to_owned(),
        outcome: Outcome::Failed,
        findings,
        ..CaseRecord::new(id.to_owned(), dialect, Level::Must)
    }
}

use crate::record::{Difference, Party};

fn keys(cases: &[CaseRecord]) -> Vec<String> {
    gather(cases, &[]).causes.into_iter().map(|cause| cause.key).collect()
}

#[test]
fn one_leak_is_one_cause_whoever_hears_it_and_whatever_was_done() {
    let leak = |party, during| finding(Kind::Leak, "newMessage", during, Some(party));
    let heard = finding(Kind::Unexpected, "newMessage", "send", Some(Party::Other));
    let cases = [
        case("crm/a", vec![leak(Party::Stranger, "send")]),
        case("crm/b", vec![leak(Party::Stranger, "send via rest"), leak(Party::Stranger, "join")]),
        case("whatsapp/a", vec![finding(Kind::Leak, "message:received", "send", Some(Party::Stranger))]),
    ];
    let gathered = gather(&cases[..2], &[]);
    assert_eq!(gathered.causes.len(), 1);
    let cause = &gathered.causes[0];
    assert_eq!((cause.key.as_str(), cause.findings, cause.cases.len()), ("leak:newMessage:stranger", 3, 2));
    assert_eq!(cause.title, "newMessage heard by a stranger");
    assert_eq!(gather(&cases, &[]).causes.len(), 1, "the same in another dialect");
    let late = [
        case("crm/a", vec![leak(Party::Stranger, "send")]),
        case("crm/b", vec![leak(Party::Sender, "join")]),
    ];
    assert_eq!(keys(&late), ["leak:newMessage:stranger"], "a stranger also while they act themselves");
    let both = [case("crm/a", vec![leak(Party::Stranger, "send"), heard])];
    assert_eq!(keys(&both), ["leak:newMessage"]);
}

#[test]
fn two_faults_are_two_causes() {
    let leak = finding(Kind::Leak, "newMessage", "send", Some(Party::Stranger));
    let missing = finding(Kind::Missing, "userLeft", "leave", Some(Party::Other));
    let twice = finding(Kind::Duplicate, "newMessage", "send", Some(Party::Other));
    let cases = [case("crm/a", vec![leak, missing.clone()]), case("crm/b", vec![missing, twice])];
    assert_eq!(
        keys(&cases),
        ["leak:newMessage:stranger", "missing:userLeft:other", "twice:newMessage:other"]
    );
}

#[test]
fn what_comes_of_a_stranger_who_got_in_is_no_cause_of_its_own() {
    let mut yes =
        finding(Kind::WrongPayload, "the ack of joinChat", "join refused as stranger", Some(Party::Sender));
    yes.differences = vec![Difference {
        path: "success".to_owned(),
        expected: "false".to_owned(),
        received: "true".to_owned(),
        undocumented: false,
        forbidden: false,
    }];
    let joined = finding(Kind::Unexpected, "userJoined", "join refused as stranger", Some(Party::Other));
    let leak = finding(Kind::Leak, "newMessage", "send", Some(Party::Stranger));
    let first = [case("crm/a", vec![yes, joined, leak.clone()])];
    let gathered = gather(&first, &[]);
    assert_eq!(gathered.causes.len(), 1, "{:?}", gathered.causes);
    let cause = &gathered.causes[0];
    assert_eq!(cause.key, "accepted:join:stranger");
    assert_eq!(cause.title, "join accepted, and should have been refused (stranger)");
    assert_eq!(cause.follows, ["newMessage heard by a stranger"]);
    // A leak that shows elsewhere, too, is one.
    let both = [first[0].clone(), case("crm/b", vec![leak])];
    assert_eq!(keys(&both), ["leak:newMessage:stranger", "accepted:join:stranger"]);
}

#[test]
fn findings_that_say_little_still_belong_somewhere() {
    let bare = |kind, message: &str| Finding::new(Level::Must, kind, 0, message.to_owned());
    let cases = [
        case("crm/a", vec![bare(Kind::Missing, "ana did not receive newMessage within 2000 ms")]),
        case("crm/b", vec![bare(Kind::ConnectionLost, "ana was disconnected: gone")]),
        case("crm/c", vec![bare(Kind::ConnectionLost, "bo was disconnected: gone away")]),
    ];
    let gathered = gather(&cases, &[]);
    assert_eq!(gathered.causes.len(), 2);
    assert!(gathered.signs.iter().flatten().all(|signs| !signs.is_empty()));
}
