//! What a load run has counted, as signs like those of a case: a delivery that is lost is a message that did not reach
//! another member, whoever sent it.

use serde_json::Value;

use super::Item;
use super::payload::{places, slug};
use super::sign::{SENDER_ORDER, Sign, What};
use crate::record::ledger::{Counter, Wrong};
use crate::record::load::{LoadRecord, Sample};
use crate::record::{Finding, Kind, Party};

/// A count of the ledger that should be nought, and is not.
#[derive(Clone, Copy)]
struct Counted {
    count: u64,
    counter: &'static Counter,
    wrong: &'static Wrong,
}

/// The signs of load runs that did not pass. One that did may have lost as much as it was allowed to.
pub(super) fn items(loads: &[LoadRecord]) -> Vec<Item> {
    let failed = loads.iter().enumerate().filter(|(_, load)| !load.passed);
    failed
        .flat_map(|(index, load)| counted(load).flat_map(move |counted| of(index, load, &counted)))
        .collect()
}

fn counted(load: &LoadRecord) -> impl Iterator<Item = Counted> {
    let breaks = |metric: &str| load.breaches.iter().any(|breach| breach.invariant == metric);
    load.ledger.wrongs(breaks).map(|(counter, wrong, count)| Counted { count, counter, wrong })
}

/// A count is one item for each thing that its samples are about; what they do not account for belongs to the first.
fn of(index: usize, load: &LoadRecord, counted: &Counted) -> Vec<Item> {
    let meant = |sample: &&Sample| {
        sample.kind == counted.wrong.samples && is_notice(sample) == counted.counter.is_notice()
    };
    let mut items: Vec<Item> = Vec::new();
    for sample in load.samples.iter().filter(meant) {
        for sign in signs(counted, sample) {
            let known = items.iter_mut().find(|item| item.sign.keys() == sign.keys());
            match known.and_then(|item| item.load.as_mut()) {
                Some(known) => known.1 += 1,
                None => items.push(item(index, load, counted, sample, sign)),
            }
        }
    }
    if items.is_empty() {
        let sample = Sample {
            kind: counted.wrong.samples.to_owned(),
            at_ms: 0,
            message: format!("{} {}", counted.count, counted.wrong.samples),
            received: None,
            differences: Vec::new(),
        };
        let signs = signs(counted, &sample).into_iter();
        items.extend(signs.map(|sign| item(index, load, counted, &sample, sign)));
    }
    let sampled: u64 = items.iter().map(Item::count).sum();
    if let Some(first) = items.first_mut().and_then(|item| item.load.as_mut()) {
        first.1 += counted.count.saturating_sub(sampled);
    }
    items
}

fn is_notice(sample: &Sample) -> bool {
    let event = event(sample).unwrap_or_default().to_lowercase();
    let told = sample.message.contains("was not told");
    told || event.contains("typing") || event.contains("read") || event.contains("status")
}

fn item(index: usize, load: &LoadRecord, counted: &Counted, sample: &Sample, sign: Sign) -> Item {
    let level = counted.wrong.level;
    let received = sample.received.as_ref();
    let received =
        received.map(|text| serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.clone())));
    let finding = Finding {
        subject: sign.subject.clone(),
        during: sign.verb.clone(),
        party: sign.party,
        received,
        differences: sample.differences.clone(),
        ..Finding::new(level, counted.wrong.kind, 0, sample.message.clone())
    };
    Item {
        case: index,
        finding: usize::MAX,
        step: 0,
        dialect: load.dialect.clone(),
        level,
        sign,
        after: None,
        is_consequence: false,
        load: Some(Box::new((finding, 1))),
    }
}

fn signs(counted: &Counted, sample: &Sample) -> Vec<Sign> {
    let subject = event(sample).unwrap_or_default();
    let verb = verb(counted, sample);
    let base = |what, party| Sign { party, verb: verb.clone(), ..Sign::new(what, &subject) };
    let placed = |what, place: &str| Sign { place: place.to_owned(), ..base(what, None) };
    let history = || Sign {
        place: "value:history".to_owned(),
        words: ("the history does not hold what it has to".to_owned(), String::new()),
        ..Sign::new(What::Payload, "")
    };
    match counted.wrong.kind {
        Kind::Leak => vec![base(What::Leak, Some(Party::Stranger))],
        Kind::Duplicate => vec![base(What::Twice, Some(Party::Other))],
        Kind::Invariant if counted.wrong.samples == "overtaken" => {
            vec![placed(What::Other(Kind::Invariant), SENDER_ORDER)]
        }
        Kind::Invariant => vec![placed(What::Other(Kind::Invariant), "order")],
        Kind::ConnectionLost => vec![placed(What::Other(Kind::ConnectionLost), "")],
        Kind::Instead => vec![placed(What::Instead, &format!("a-refusal-of-{}", slug(&verb)))],
        Kind::Missing if counted.wrong.samples == "unanswered" => {
            vec![Sign {
                subject: format!("the answer to {verb}"),
                ..base(What::Missing, Some(Party::Sender))
            }]
        }
        Kind::Missing => vec![base(What::Missing, Some(Party::Other))],
        Kind::WrongPayload if counted.wrong.samples == "not in history" => vec![history()],
        kind => {
            let places = places(kind, &sample.differences).into_iter().map(|place| Sign {
                place: place.key,
                words: place.words,
                field: place.field,
                ..base(What::Payload, None)
            });
            let places: Vec<Sign> = places.collect();
            if places.is_empty() {
                vec![unplaced(counted, sample, base(What::Payload, None))]
            } else {
                places
            }
        }
    }
}

/// Something is wrong in a payload, and the sample does not say where but in its sentence.
fn unplaced(counted: &Counted, sample: &Sample, base: Sign) -> Sign {
    let said = sample.message.split_once(" received ").map_or(sample.message.as_str(), |(_, said)| said);
    let place = if counted.wrong.kind == Kind::Undocumented { "extra" } else { "value" };
    Sign {
        place: format!("{place}:{}", slug(said)),
        words: (said.to_owned(), String::new()),
        subject: String::new(),
        ..base
    }
}

/// The name of the event that a sample holds.
fn event(sample: &Sample) -> Option<String> {
    let packet: Value = serde_json::from_str(sample.received.as_deref()?).ok()?;
    packet.get(0)?.as_str().map(str::to_owned)
}

/// The verb that a count is about.
fn verb(counted: &Counted, sample: &Sample) -> String {
    let named = sample.message.split('`').nth(1);
    match counted.wrong.samples {
        "refused" | "unanswered" => named.unwrap_or("a turn").to_owned(),
        "connect error" | "disconnected" => String::new(),
        _ if counted.counter.is_notice() && sample.message.contains("read") => "read".to_owned(),
        _ if counted.counter.is_notice() => "type".to_owned(),
        _ => "send".to_owned(),
    }
}
