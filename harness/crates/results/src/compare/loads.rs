//! Load runs: each number by the runs of both sides. A run is one observation, since what the seconds of one run have in
//! common (the machine that minute, where the pages of memory lay) no number of seconds averages out.

use super::gate::{Allowed, Metric, SHOWN};
use super::{Limits, Side, ranks};
use crate::record::breach::LoadOutcome;
use crate::record::comparison::{LoadChange, NumberChange, Shift};
use crate::record::load::LoadRecord;
use language::problem::Problem;

pub(super) fn changes(
    before: Side<'_>,
    after: Side<'_>,
    limits: &Limits,
) -> Result<Vec<LoadChange>, Problem> {
    let mut changes = Vec::new();
    let both: Vec<String> = names(after).into_iter().filter(|name| !of(before, name).is_empty()).collect();
    // Every limit holds for every scenario, and all of them share the alarms.
    let gated = limits.alarm / (limits.allowed.len() * both.len()).max(1) as f64;
    for name in both {
        let (old, new) = (of(before, &name), of(after, &name));
        same_setting(&name, &old, &new)?;
        changes.push(change(name, &old, &new, (limits, gated)));
    }
    let both = !names(before).is_empty() && !names(after).is_empty();
    if changes.is_empty() && both {
        let said = format!(
            "no scenario was run as load on both sides: before {}, after {}",
            names(before).join(", "),
            names(after).join(", ")
        );
        return Err(Problem::bare(said));
    }
    gates_that_hold_nothing(&changes, limits)?;
    Ok(changes)
}

fn name(record: &LoadRecord) -> String {
    format!("{}/{}", record.dialect, record.scenario)
}

fn names(side: Side<'_>) -> Vec<String> {
    let mut names: Vec<String> = side.iter().flat_map(|(_, report)| &report.loads).map(name).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn of<'r>(side: Side<'r>, wanted: &str) -> Vec<&'r LoadRecord> {
    side.iter().flat_map(|(_, report)| &report.loads).filter(|record| name(record) == wanted).collect()
}

/// What a run was asked for, in words.
pub(super) fn setting(record: &LoadRecord) -> String {
    let asked = serde_json::to_value(&record.asked).unwrap_or_default();
    let asked = asked.as_object().cloned().unwrap_or_default();
    let asked = asked.iter().map(|(name, value)| format!("{name} {value}")).collect::<Vec<_>>().join(", ");
    let phases = record.phases.iter().map(|phase| match phase.asked_per_s {
        Some(rate) => format!("{} {rate}/s", phase.name),
        None => phase.name.clone(),
    });
    format!("{asked}; phases {}", phases.collect::<Vec<_>>().join(", "))
}

/// Numbers of different loads say nothing of each other.
fn same_setting(name: &str, before: &[&LoadRecord], after: &[&LoadRecord]) -> Result<(), Problem> {
    let whole = |record: &&&LoadRecord| record.ended_early.is_none();
    let mut settings = before.iter().chain(after).filter(whole).map(|record| setting(record));
    let Some(first) = settings.next() else { return Ok(()) };
    match settings.find(|other| *other != first) {
        None => Ok(()),
        Some(other) => Err(Problem::bare(format!("the runs of {name} were not asked for the same load"))
            .hint(format!("one: {first}\nanother: {other}"))),
    }
}

/// A gate on what was never measured would pass for ever.
fn gates_that_hold_nothing(changes: &[LoadChange], limits: &Limits) -> Result<(), Problem> {
    for allowed in &limits.allowed {
        let name = allowed.metric.name();
        let held = |number: &&NumberChange| number.metric == name && number.phase == allowed.phase;
        if !changes.iter().flat_map(|load| &load.numbers).any(|number| held(&number)) {
            let phase = allowed.phase.as_ref().map_or_else(String::new, |phase| format!("{phase}/"));
            let mut measured: Vec<String> = changes
                .iter()
                .flat_map(|load| &load.numbers)
                .map(|number| match &number.phase {
                    Some(phase) => format!("{phase}/{}", number.metric),
                    None => number.metric.clone(),
                })
                .collect();
            measured.dedup();
            return Err(Problem::bare(format!(
                "--max-regression {phase}{name}: no run on both sides has measured it"
            ))
            .hint(if measured.is_empty() {
                "there is no load run on both sides".to_owned()
            } else {
                format!("measured were, among others: {}", measured.join(", "))
            }));
        }
    }
    Ok(())
}

fn change(
    name: String,
    before: &[&LoadRecord],
    after: &[&LoadRecord],
    (limits, gated): (&Limits, f64),
) -> LoadChange {
    let failed =
        |runs: &[&LoadRecord]| runs.iter().filter(|run| run.outcome() == LoadOutcome::Failed).count();
    let counted = |runs: &[&'_ LoadRecord]| -> Vec<LoadRecord> {
        let counts = |run: &&&LoadRecord| {
            run.void.is_none() && run.ended_early.is_none() && run.could_not_run.is_none()
        };
        runs.iter().filter(counts).map(|run| (*run).clone()).collect()
    };
    let (old, new) = (counted(before), counted(after));
    // A gate looks one way; whatever else is shown looks both ways.
    let shown = limits.alarm / 2.0;
    let mut numbers = Vec::new();
    let mut take = |phase: Option<&str>, metric: Metric, allowed: Option<&Allowed>| {
        let values = |runs: &[LoadRecord]| -> Option<Vec<f64>> {
            let values: Vec<f64> = runs.iter().map(|run| metric.of(run, phase)).collect::<Option<_>>()?;
            (!values.is_empty()).then_some(values)
        };
        if let (Some(old), Some(new)) = (values(&old), values(&new)) {
            let alpha = if allowed.is_some() { gated } else { shown };
            numbers.push(number(phase, metric, (&old, &new), allowed.map(|it| it.percent), alpha));
        }
    };
    let phases = old.first().map(|run| run.phases.clone()).unwrap_or_default();
    let phases = phases.iter().filter(|phase| !phase.warm_up).map(|phase| Some(phase.name.as_str()));
    for phase in std::iter::once(None).chain(phases) {
        let gate = |metric: Metric| {
            limits.allowed.iter().find(|it| it.phase.as_deref() == phase && it.metric == metric)
        };
        let beside = limits.allowed.iter().filter(|it| it.phase.as_deref() == phase).map(|it| it.metric);
        let beside: Vec<Metric> = beside.filter(|metric| !SHOWN.contains(metric)).collect();
        for metric in SHOWN.into_iter().chain(beside) {
            take(phase, metric, gate(metric));
        }
    }
    LoadChange {
        name,
        runs_before: old.len(),
        runs_after: new.len(),
        failed_before: failed(before),
        failed_after: failed(after),
        runs_needed: ranks::needed(if limits.allowed.is_empty() { shown } else { gated }),
        numbers,
    }
}

fn number(
    phase: Option<&str>,
    metric: Metric,
    (before, after): (&[f64], &[f64]),
    allowed: Option<f64>,
    alpha: f64,
) -> NumberChange {
    let middle = |values: &[f64]| {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        ranks::median(&sorted)
    };
    let change = ranks::change(before, after, alpha);
    let percent = |ratio: f64| (ratio - 1.0) * 100.0;
    let bounds = change.bounds.map(|(low, high)| (percent(low), percent(high)));
    NumberChange {
        phase: phase.map(str::to_owned),
        metric: metric.name(),
        before: middle(before),
        after: middle(after),
        change_percent: percent(change.ratio),
        from_percent: bounds.map(|(low, _)| low),
        to_percent: bounds.map(|(_, high)| high),
        allowed_percent: allowed,
        shift: shift(bounds, metric.grows_worse(), allowed),
    }
}

/// Where the bounds lie decides, never the estimate alone.
fn shift(bounds: Option<(f64, f64)>, grows_worse: bool, allowed: Option<f64>) -> Shift {
    let Some((low, high)) = bounds else { return Shift::CannotTell };
    // As if more were worse, for both.
    let (low, high) = if grows_worse { (low, high) } else { (-high, -low) };
    let limit = allowed.unwrap_or(0.0);
    if low > limit {
        Shift::Worse
    } else if high < 0.0 {
        Shift::Better
    } else if allowed.is_none() || high <= limit {
        Shift::Within
    } else {
        Shift::CannotTell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bounds_decide() {
        assert_eq!(shift(Some((12.0, 30.0)), true, Some(10.0)), Shift::Worse);
        assert_eq!(shift(Some((8.0, 30.0)), true, Some(10.0)), Shift::CannotTell);
        assert_eq!(shift(Some((-3.0, 9.0)), true, Some(10.0)), Shift::Within);
        assert_eq!(shift(Some((-9.0, -3.0)), true, Some(10.0)), Shift::Better);
        assert_eq!(shift(Some((-9.0, -6.0)), false, Some(5.0)), Shift::Worse, "less throughput is worse");
        assert_eq!(shift(Some((2.0, 6.0)), false, Some(5.0)), Shift::Better);
        assert_eq!(shift(Some((0.0, 0.0)), false, Some(0.0)), Shift::Within);
        assert_eq!(shift(Some((-3.0, 9.0)), true, None), Shift::Within);
        assert_eq!(shift(Some((1.0, 9.0)), true, None), Shift::Worse);
        assert_eq!(shift(None, true, Some(10.0)), Shift::CannotTell);
    }
}
