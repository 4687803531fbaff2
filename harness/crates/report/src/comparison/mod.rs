//! Two sets of runs side by side: as text for a terminal, as Markdown for a comment, as a page of HTML. What is said is
//! here, how it looks is in the modules below.

mod html;
mod markdown;
mod text;
mod trend;

pub use html::render as html;
pub use markdown::render as markdown;
pub use text::render as text;
pub use trend::render as trend;

use super::page::Tone;
use super::text::shown;
use results::record::Outcome;
use results::record::breach::time_in_words;
use results::record::comparison::{Change, Comparison, Gate, LoadChange, NumberChange, Shift};

/// How many cases of one kind are named.
const NAMED: usize = 50;

/// The verdict in one line: its mark, its tone, its words.
fn verdict(comparison: &Comparison) -> (&'static str, Tone, String) {
    let cases = comparison.cases.iter().filter(|case| case.change.is_worse()).count();
    let numbers = gated(comparison, Shift::Worse);
    let loads =
        comparison.loads.iter().filter(|load| load.failed_before == 0 && load.failed_after > 0).count();
    match comparison.gate {
        Gate::Passed if gates(comparison) => {
            ("✓", Tone::Good, "nothing got worse by more than is allowed".to_owned())
        }
        Gate::Passed => ("✓", Tone::Good, "nothing that a gate is on got worse".to_owned()),
        Gate::Failed => {
            let many = |count: usize, one: &str, more: &str| match count {
                0 => None,
                1 => Some(format!("1 {one}")),
                _ => Some(format!("{count} {more}")),
            };
            let told = [
                many(cases, "case", "cases"),
                many(loads, "load run that passed before", "load runs that passed before"),
                many(numbers.len(), "number of load", "numbers of load"),
            ];
            let told: Vec<String> = told.into_iter().flatten().collect();
            ("✗", Tone::Bad, format!("worse: {}", told.join(", ")))
        }
        Gate::CannotTell => {
            let unsure = gated(comparison, Shift::CannotTell);
            ("!", Tone::Warn, format!("cannot tell whether it got worse: {}", unsure.join(", ")))
        }
    }
}

fn gates(comparison: &Comparison) -> bool {
    comparison.loads.iter().flat_map(|load| &load.numbers).any(|number| number.allowed_percent.is_some())
}

/// The names of gated numbers with this result.
fn gated(comparison: &Comparison, shift: Shift) -> Vec<String> {
    let numbers =
        comparison.loads.iter().flat_map(|load| load.numbers.iter().map(move |number| (load, number)));
    numbers
        .filter(|(_, number)| number.allowed_percent.is_some() && number.shift == shift)
        .map(|(load, number)| format!("{} of {}", number.metric, load.name))
        .collect()
}

/// What to do where nothing can be said.
fn advice(load: &LoadChange) -> Option<String> {
    let (before, after, needed) = (load.runs_before, load.runs_after, load.runs_needed);
    if before.min(after) < needed {
        return Some(format!(
            "{before} and {after} runs count (void ones and those cut short do not); below {needed} on each side chance explains \
             any difference: run with --repeat {needed} or more"
        ));
    }
    let unsure = load.numbers.iter().any(|it| it.allowed_percent.is_some() && it.shift == Shift::CannotTell);
    unsure.then(|| {
        "the runs differ too much among themselves: more runs, a quieter machine, or a wider limit".to_owned()
    })
}

/// What a change of cases is called.
fn heading(change: Change) -> (&'static str, Tone) {
    match change {
        Change::NewlyFailing => ("newly failing", Tone::Bad),
        Change::NewAndFailing => ("new, and failing", Tone::Bad),
        Change::NoLongerJudged => ("not judged any more", Tone::Bad),
        Change::Gone => ("gone", Tone::Bad),
        Change::NewlyPassing => ("newly passing", Tone::Good),
        Change::New => ("new", Tone::Plain),
        Change::Other => ("changed", Tone::Plain),
    }
}

fn outcome(outcome: Option<Outcome>) -> &'static str {
    outcome.map_or("not there", |outcome| shown(outcome).2)
}

/// A value in its unit.
fn value(number: &NumberChange, value: f64) -> String {
    in_unit(&number.metric, value)
}

/// The same, of a number by its name.
fn in_unit(metric: &str, value: f64) -> String {
    match metric {
        "throughput" | "turns" => format!("{value:.0}/s"),
        _ => time_in_words(value.round() as u64),
    }
}

fn percent(percent: f64) -> String {
    format!("{percent:+.1} %")
}

/// Between which bounds the change lies.
fn bounds(number: &NumberChange) -> String {
    match (number.from_percent, number.to_percent) {
        (Some(from), Some(to)) => format!("{from:+.1} … {to:+.1} %"),
        _ => "?".to_owned(),
    }
}

/// What a number's change means, in words.
fn meaning(number: &NumberChange) -> (Tone, String) {
    match (number.shift, number.allowed_percent) {
        (Shift::Worse, Some(allowed)) => (Tone::Bad, format!("worse by more than {allowed} %")),
        (Shift::Worse, None) => (Tone::Warn, "worse".to_owned()),
        (Shift::Better, _) => (Tone::Good, "better".to_owned()),
        (Shift::Within, Some(allowed)) => (Tone::Good, format!("not worse by more than {allowed} %")),
        (Shift::Within, None) => (Tone::Faint, "no difference shown".to_owned()),
        (Shift::CannotTell, Some(allowed)) => (Tone::Warn, format!("cannot tell ({allowed} % allowed)")),
        (Shift::CannotTell, None) => (Tone::Faint, "cannot tell".to_owned()),
    }
}

/// What the bounds mean.
fn footnote(comparison: &Comparison) -> String {
    format!(
        "A change lies between the bounds told (exact, by ranks of whole runs). All limits together raise a false alarm in at most \
         {} % of comparisons; of the other numbers, {} % may seem to differ by chance.",
        comparison.alarm_percent, comparison.alarm_percent
    )
}
