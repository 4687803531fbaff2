//! A cause in the words of the field: *newMessage heard by a stranger*, *accepted, and should have been refused (stranger)*.

use std::collections::{BTreeMap, BTreeSet};

use super::Item;
use super::sign::{ACK, SENDER_ORDER, What};
use crate::record::{CaseRecord, Direction, Kind, Party};

/// How many subjects, fields or verbs are named.
const NAMED: usize = 3;
/// How many consequences are named.
const FOLLOWS: usize = 5;

/// What somebody received, by dialect; nothing where transcripts were not kept.
pub(super) type Told<'r> = BTreeSet<(&'r str, &'r str)>;

/// Whether anybody received an event, an ack or an answer.
pub(super) fn came(told: &Told<'_>, dialect: &str, subject: &str) -> bool {
    told.contains(&(dialect, bare(subject)))
}

/// All that anybody received.
pub(super) fn told(cases: &[CaseRecord]) -> Told<'_> {
    let mut told = BTreeSet::new();
    for case in cases {
        let came = case.transcript.iter().filter(|entry| entry.direction == Direction::In);
        told.extend(came.map(|entry| (case.dialect.as_str(), bare(&entry.name))));
    }
    told
}

fn bare(name: &str) -> &str {
    name.strip_prefix("the ").unwrap_or(name)
}

/// What is wrong.
pub(super) fn title(own: &[&Item], told: &Told<'_>) -> String {
    let Some(what) = own.iter().map(|item| item.sign.what).min() else { return String::new() };
    let subjects = named(own, |item| item.sign.subject.as_str());
    let verbs = named(own, |item| item.sign.verb.as_str());
    let reasons = named(own, |item| item.sign.reason.as_deref().unwrap_or_default());
    let heard = if subjects.is_empty() { "a message or notice".to_owned() } else { subjects.clone() };
    let after = if verbs.is_empty() { String::new() } else { format!("{verbs} ") };
    match what {
        What::Accepted => format!("{after}accepted, and should have been refused ({reasons})"),
        What::Done => format!("{after}refused, and done all the same ({reasons})"),
        What::Broadcast => format!("{heard} emitted to everyone"),
        What::Leak => format!("{heard} heard by {}", leaked(own)),
        What::Twice => format!("{heard} heard twice"),
        What::Heard => format!("{heard} heard by {}, and nothing accounts for it", parties(own)),
        What::Foreign => format!("{heard} emitted, and no document mentions it"),
        What::Missing => missing(own, told),
        What::Instead => {
            let answer = named(own, |item| item.sign.place.as_str());
            format!("answered by {answer}")
        }
        What::Payload => payload(own, &subjects),
        What::Other(kind) => other(own, kind),
    }
}

fn missing(own: &[&Item], told: &Told<'_>) -> String {
    let subjects = named(own, |item| item.sign.subject.as_str());
    if own.iter().all(|item| item.sign.reason.is_some()) {
        let verbs = named(own, |item| item.sign.verb.as_str());
        let reasons = named(own, |item| item.sign.reason.as_deref().unwrap_or_default());
        return format!("{verbs} not answered, and should have been refused ({reasons})");
    }
    if own.iter().all(|item| item.sign.subject.starts_with(ACK)) {
        let acks = named(own, |item| item.sign.subject.strip_prefix(ACK).unwrap_or_default());
        return format!("{acks} {}acknowledged", if never(own, told) { "never " } else { "not " });
    }
    if subjects.is_empty() {
        let verbs = named(own, |item| item.sign.verb.as_str());
        let sentence = own.iter().map(|item| &item.sign.words.0).find(|words| !words.is_empty());
        return match sentence {
            Some(sentence) => sentence.clone(),
            None if verbs.is_empty() => "something did not come".to_owned(),
            None => format!("what {verbs} has to cause did not come"),
        };
    }
    if never(own, told) {
        return format!("{subjects} never emitted");
    }
    match parties(own).as_str() {
        _ if own.iter().all(|item| item.sign.subject.starts_with("the ")) => {
            format!("{subjects} did not come")
        }
        "" => format!("{subjects} did not come"),
        parties => format!("{subjects} did not reach {parties}"),
    }
}

/// Nobody has received any of it, in the whole run.
fn never(own: &[&Item], told: &Told<'_>) -> bool {
    let came = |item: &&Item| came(told, &item.dialect, &item.sign.subject);
    !told.is_empty() && own.iter().all(|item| item.load.is_none()) && !own.iter().any(came)
}

fn payload(own: &[&Item], subjects: &str) -> String {
    let fields = fields(own);
    let (before, behind) = own.first().map(|item| item.sign.words.clone()).unwrap_or_default();
    let said: Vec<&str> = [before.as_str(), fields.as_str(), behind.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    match subjects {
        "" => said.join(" "),
        subjects => format!("{} in {subjects}", said.join(" ")),
    }
}

fn fields(own: &[&Item]) -> String {
    let all = counted(own, |item| item.sign.field.as_str());
    let (shown, more) = all.split_at(all.len().min(NAMED));
    let shown: Vec<String> = shown.iter().map(|field| format!("`{field}`")).collect();
    let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
    shown.join(", ") + &more
}

fn other(own: &[&Item], kind: Kind) -> String {
    let first = own.first().map(|item| &item.sign);
    let sentence = first.map(|sign| sign.words.0.as_str()).unwrap_or_default();
    match kind {
        Kind::Invariant if first.is_some_and(|sign| sign.place == "order") => {
            "a room has no one order".to_owned()
        }
        Kind::Invariant if first.is_some_and(|sign| sign.place == SENDER_ORDER) => {
            "what one user says in a row is heard in another order".to_owned()
        }
        Kind::ConnectionLost => "connections ended by the server".to_owned(),
        Kind::Unproved => "a silence could not be proved".to_owned(),
        Kind::Snapshot => "the transcript is not the accepted one".to_owned(),
        _ if sentence.is_empty() => kind.words().to_owned(),
        _ => sentence.to_owned(),
    }
}

/// Who is told of what they should not hear: a stranger is the worst of them.
fn leaked(own: &[&Item]) -> String {
    let all: BTreeSet<Party> = own.iter().filter_map(|item| item.sign.party).collect();
    if all.is_empty() || all.contains(&Party::Stranger) {
        return "a stranger".to_owned();
    }
    format!("{}, who is not in the room", parties(own))
}

fn parties(own: &[&Item]) -> String {
    let all: BTreeSet<Party> = own.iter().filter_map(|item| item.sign.party).collect();
    let words: Vec<&str> = all.into_iter().map(Party::words).collect();
    match words.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        words => words.concat(),
    }
}

/// What was being done, the most frequent first.
pub(super) fn during(own: &[&Item]) -> Vec<String> {
    counted(own, |item| item.sign.verb.as_str()).into_iter().map(str::to_owned).collect()
}

/// What came of it later in the same cases, each once.
pub(super) fn follows(later: &[&Item], told: &Told<'_>) -> Vec<String> {
    let mut alike: BTreeMap<(What, &str, &str), Vec<&Item>> = BTreeMap::new();
    for item in later {
        alike.entry((item.sign.what, &item.sign.subject, &item.sign.place)).or_default().push(item);
    }
    let mut counted: Vec<(usize, String)> =
        alike.values().map(|items| (items.len(), title(items, told))).collect();
    counted.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    counted.into_iter().take(FOLLOWS).map(|(_, title)| title).collect()
}

/// The most frequent first, and how many more there are.
fn named<'i>(own: &[&'i Item], of: impl Fn(&'i Item) -> &'i str) -> String {
    let all = counted(own, of);
    match all.len().checked_sub(NAMED).filter(|more| *more > 0) {
        Some(more) => format!("{} and {more} more", all[..NAMED].join(", ")),
        None => all.join(", "),
    }
}

fn counted<'i>(own: &[&'i Item], of: impl Fn(&'i Item) -> &'i str) -> Vec<&'i str> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for item in own {
        let text = of(item);
        if !text.is_empty() {
            *counts.entry(text).or_default() += item.count();
        }
    }
    let mut counted: Vec<(&str, u64)> = counts.into_iter().collect();
    counted.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(other.0)));
    counted.into_iter().map(|(text, _)| text).collect()
}
