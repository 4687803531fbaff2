//! From what was measured to what it means: metrics, thresholds, and where a wrong payload differs. It has no clock.

use serde_json::Value;

use super::tally::{PhaseTally, Tally};
use super::turns::read_mark;
use super::worker::Shared;
use crate::check::matching::compare;
use crate::check::scope::{Book, Context, Scope};
use crate::record::Difference;
use crate::record::load::SloRecord;
use crate::scenario::load::{Load, PERCENTILES, Threshold};
use crate::scenario::payload::Payload;

/// The phases that count, added up.
pub(super) fn total(tally: &Tally, load: Option<&Load>) -> PhaseTally {
    let mut total = PhaseTally::new();
    for (index, phase) in tally.phases.iter().enumerate() {
        if !load.is_some_and(|load| load.phases[index].warm_up) {
            total.add(phase);
        }
    }
    total
}

/// The value of a metric: seconds where it is a time, else a number; none where nothing was measured. Without a
/// `load` the phases of warming up count, too.
pub(super) fn value(metric: &str, tally: &Tally, load: Option<&Load>) -> Option<f64> {
    let l = &tally.ledger;
    let count = |count: u64| Some(count as f64);
    match metric {
        "connect.errors" => return count(l.connect_errors),
        "lost" => return count(l.lost),
        "duplicated" => return count(l.duplicated),
        "reordered" => return count(l.reordered),
        "leaked" => return count(l.leaked),
        "wrong" => return count(l.wrong),
        "undocumented" => return count(l.undocumented),
        "unanswered" => return count(l.unanswered),
        "refused" => return count(l.refused),
        "disconnected" => return count(l.disconnected),
        "not_in_history" => return count(l.not_in_history),
        _ => {}
    }
    let total = total(tally, load);
    if let "sent.rate" | "delivery.rate" = metric {
        let counted =
            tally.phases.iter().enumerate().filter(|(index, phase)| {
                phase.sent > 0 && !load.is_some_and(|load| load.phases[*index].warm_up)
            });
        let seconds: f64 =
            counted.map(|(_, phase)| phase.ended.saturating_sub(phase.began) as f64 / 1e9).sum();
        let what = if metric == "sent.rate" { total.sent } else { total.delivered };
        return (seconds > 0.0).then(|| what as f64 / seconds);
    }
    let (what, which) = match metric.strip_prefix("generator.lateness.") {
        Some(which) => ("lateness", which),
        None => metric.split_once('.')?,
    };
    let percent = PERCENTILES.iter().find(|(name, _)| *name == which)?.1;
    let times = match what {
        "connect" => &total.connect,
        "ack" => &total.ack,
        "service" => &total.service,
        "first" => &total.first,
        "delivery" => &total.delivery,
        "complete" => &total.complete,
        _ => &total.lateness,
    };
    times.percentile(percent).map(|us| us as f64 / 1e6)
}

/// Each threshold and what was reached. A time that was never measured holds nothing.
pub(super) fn slo(thresholds: &[Threshold], tally: &Tally, load: &Load) -> Vec<SloRecord> {
    thresholds
        .iter()
        .map(|threshold| {
            let reached = value(&threshold.metric, tally, Some(load));
            SloRecord {
                metric: threshold.metric.clone(),
                threshold: threshold.text.clone(),
                reached,
                holds: reached.is_some_and(|value| threshold.holds(value)),
            }
        })
        .collect()
}

/// What must not happen at all where no threshold of the file allows it.
const NEVER: &[&str] = &[
    "lost",
    "duplicated",
    "reordered",
    "leaked",
    "wrong",
    "unanswered",
    "refused",
    "disconnected",
    "connect.errors",
    "not_in_history",
];

/// Whether nothing has happened that must not.
pub(super) fn sound(tally: &Tally, load: &Load) -> bool {
    let allowed = |metric: &str| load.slo.iter().any(|threshold| threshold.metric == metric);
    NEVER.iter().all(|metric| allowed(metric) || value(metric, tally, Some(load)) == Some(0.0))
}

/// Where an event differs from what the contract says of it.
pub(super) fn event_differences(shared: &Shared, event: &str, received: &[u8]) -> Vec<Difference> {
    let Some(spec) = shared.contract.events.get(event) else { return Vec::new() };
    match serde_json::from_slice::<Vec<Value>>(received).map(|mut items| items.pop()) {
        Ok(Some(value)) => differences(shared, &spec.data, &value),
        _ => Vec::new(),
    }
}

/// Where an ack differs from the first form that the contract allows.
pub(super) fn ack_differences(shared: &Shared, verb: &str, received: &[u8]) -> Vec<Difference> {
    let verb = shared.contract.verb(verb, None);
    let expected = verb.and_then(|verb| verb.forms.values().find_map(|form| form.ack.as_ref()));
    let Some(expected) = expected else { return Vec::new() };
    match serde_json::from_slice::<Vec<Value>>(received).map(|mut items| items.pop()) {
        Ok(Some(value)) => differences(shared, expected, &value),
        _ => Vec::new(),
    }
}

/// Ids are taken as they come: what is compared here is the shape.
fn differences(shared: &Shared, expected: &Payload, value: &Value) -> Vec<Difference> {
    let name = |name: &str| Some(name.to_owned());
    let scope = Scope {
        me: name("me"),
        sender: name("sender"),
        room: name("room"),
        message: name("message"),
        text: marked_text(value),
        status: Some("sent"),
        reason: Some(Payload::Matcher(crate::scenario::payload::Matcher::Str(None))),
        ..Scope::default()
    };
    let book = Book::default();
    let context = Context { contract: &shared.contract, book: &book, scope: &scope };
    compare(expected, value, context).differences
}

fn marked_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => read_mark(text.as_bytes()).map(|_| text.clone()),
        Value::Array(items) => items.iter().find_map(marked_text),
        Value::Object(fields) => fields.values().find_map(marked_text),
        _ => None,
    }
}
