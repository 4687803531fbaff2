//! From what was measured to what it means: metrics, thresholds, and where a wrong payload differs. It has no clock.

use serde_json::Value;

use super::shared::Shared;
use super::tally::{PhaseTally, Tally};
use super::words::read_mark;
use language::load::{Load, PERCENTILES, Threshold};
use language::payload::Payload;
use model::check::matching::compare;
use model::check::scope::{Book, Context, Scope};
use results::record::Difference;
use results::record::load::{Second, SloRecord};

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
    if let Some((count, of)) = tally.ledger.metric(metric) {
        return (count + of > 0).then_some(count as f64);
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

/// Each threshold and what was reached. What was never measured holds nothing.
pub(super) fn slo(thresholds: &[Threshold], tally: &Tally, load: Option<&Load>) -> Vec<SloRecord> {
    thresholds
        .iter()
        .map(|threshold| {
            let reached = value(&threshold.metric, tally, load);
            SloRecord {
                metric: threshold.metric.clone(),
                threshold: threshold.text.clone(),
                reached,
                holds: reached.is_some_and(|value| threshold.holds(value)),
            }
        })
        .collect()
}

/// How much slower than usual a second has to be to count as a stall, and at least how slow, in microseconds.
const STALL: (u64, u64) = (10, 500_000);

/// Stretches of seconds in which a server stood still, and how long it took to be as quick as before: in words.
pub(super) fn stalls(seconds: &[Second]) -> Vec<String> {
    let mut usual: Vec<u64> = seconds.iter().filter(|s| s.delivered > 0).map(|s| s.p99_us).collect();
    usual.sort_unstable();
    let Some(usual) = usual.get(usual.len() / 2).copied() else { return Vec::new() };
    let slow = |second: &Second| {
        let silent = second.sent > 0 && second.delivered + second.answered == 0;
        silent || second.p99_us > (usual * STALL.0).max(STALL.1)
    };
    let mut told = Vec::new();
    let mut rest = seconds;
    while let Some(from) = rest.iter().position(slow) {
        let stretch = rest[from..].iter().take_while(|second| slow(second)).count();
        let (began, worst) = (rest[from].at_s, rest[from..from + stretch].iter().map(|s| s.max_us).max());
        let after = &rest[from + stretch..];
        let back = after.iter().position(|second| second.delivered > 0 && second.p99_us <= 2 * usual);
        told.push(format!(
            "the server was slow or silent from second {began} for {stretch} s (the slowest delivery took {:.2} s); {}",
            worst.unwrap_or_default() as f64 / 1e6,
            match back {
                Some(more) => format!("{} s after that it was as quick as before", more),
                None => "it was not as quick as before until the end of the run".to_owned(),
            }
        ));
        rest = after;
    }
    told
}

/// Where an event differs from what the contract says of it.
pub(super) fn event_differences(shared: &Shared, event: &str, received: &[u8]) -> Vec<Difference> {
    let Some(data) = shared.contract.payload_of(event) else { return Vec::new() };
    match serde_json::from_slice::<Vec<Value>>(received).map(|mut items| items.pop()) {
        Ok(Some(value)) => differences(shared, data, &value),
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
    let clock = shared.clock(shared.now());
    let scope = Scope {
        me: name("me"),
        sender: name("sender"),
        room: name("room"),
        message: name("message"),
        text: marked_text(value),
        status: Some("sent"),
        since: Some(clock.now),
        reason: Some(Payload::Matcher(language::payload::Matcher::Form(&language::forms::STR, None))),
        ..Scope::default()
    };
    let book = Book::at(clock);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn second(at_s: u64, delivered: u64, p99_us: u64) -> Second {
        Second { at_s, sent: 10, delivered, answered: delivered, p99_us, max_us: p99_us, ..Second::default() }
    }

    #[test]
    fn a_stall_is_told_with_the_time_it_took_to_recover() {
        let usual = (0..10).map(|at| second(at, 30, 2_000));
        let stall = [second(10, 0, 0), second(11, 60, 1_900_000), second(12, 30, 9_000)];
        let after = (13..20).map(|at| second(at, 30, 2_100));
        let all: Vec<Second> = usual.chain(stall).chain(after).collect();
        let told = stalls(&all);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains("from second 10 for 2 s") && told[0].contains("1.90 s"), "{told:?}");
        assert!(told[0].contains("1 s after that"), "{told:?}");
        assert_eq!(stalls(&all[..10]), Vec::<String>::new());
        let never = stalls(&all[..12]);
        assert!(never[0].contains("until the end"), "{never:?}");
    }
}
