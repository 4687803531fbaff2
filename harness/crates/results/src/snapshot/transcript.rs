//! Transcripts as text, the same for the same run however its entries happened to interleave. Reads records and
//! nothing else: no file, no clock, and no redaction of its own.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;

use crate::record::{CaseRecord, Direction, Entry};

/// Steps that have several things under way at once: what arrives of them on one socket has no order to rely on.
const UNORDERED: &[&str] = &["parallel", "any_order", "at_once"];

/// The transcripts of the cases of one scenario, in the order given; each under its id where there are several.
///
/// Entries stand in a fixed order: step, actor (as they connect in the set-up, then by name), out before in, name,
/// arrival. Arrival means nothing in a step with `parallel`: there the redacted text stands in for it.
#[must_use]
pub fn render(cases: &[&CaseRecord]) -> String {
    let mut text = String::new();
    for (index, case) in cases.iter().enumerate() {
        if cases.len() > 1 {
            let gap = if index > 0 { "\n" } else { "" };
            // Writing to a string does not fail.
            let _ = writeln!(text, "{gap}{}", one_line(&case.id));
        }
        one_case(case, &mut text);
    }
    text
}

fn one_case(case: &CaseRecord, text: &mut String) {
    let actors = actors(case);
    let rank = |entry: &Entry| actors.iter().position(|actor| *actor == entry.actor);
    let unordered = |entry: &Entry| {
        let step = case.steps.get(entry.step);
        step.is_some_and(|step| UNORDERED.iter().any(|word| step.text.contains(word)))
    };
    let mut entries: Vec<&Entry> = case.transcript.iter().collect();
    entries.sort_by_cached_key(|entry| {
        let (content, arrival) =
            if unordered(entry) { (entry.redacted.to_string(), 0) } else { (String::new(), entry.at_us) };
        (entry.step, rank(entry), entry.direction, &entry.name, content, arrival)
    });
    let mut step = None;
    for entry in entries {
        if step.replace(entry.step) != Some(entry.step) {
            let _ = writeln!(text, "# {}", heading(case, entry.step));
        }
        let arrow = match entry.direction {
            Direction::Out => "->",
            Direction::In => "<-",
        };
        let _ = write!(text, "{} {arrow} {}", one_line(&entry.actor), one_line(&entry.name));
        // `null` stands for no payload at all, so it is not worth its ink.
        let _ = if entry.redacted.is_null() { writeln!(text) } else { writeln!(text, " {}", entry.redacted) };
    }
}

/// The actors as they first appear in the set-up, where they connect one by one; then, by name, those who only
/// connect in a later step, in which others may appear at the same time.
fn actors(case: &CaseRecord) -> Vec<&str> {
    let mut set_up: Vec<&Entry> = case.transcript.iter().filter(|entry| entry.step == 0).collect();
    set_up.sort_by_key(|entry| entry.at_us);
    let all: BTreeSet<&str> = case.transcript.iter().map(|entry| entry.actor.as_str()).collect();
    let mut actors: Vec<&str> = Vec::new();
    for actor in set_up.into_iter().map(|entry| entry.actor.as_str()).chain(all) {
        if !actors.contains(&actor) {
            actors.push(actor);
        }
    }
    actors
}

fn heading(case: &CaseRecord, step: usize) -> String {
    match case.steps.get(step) {
        _ if step == 0 => "set-up".to_owned(),
        Some(written) => one_line(&written.text),
        None => format!("step {step}"),
    }
}

/// A text as part of a line: a server chooses the names of its events, and a line is an entry.
fn one_line(text: &str) -> String {
    if text.contains(char::is_control) { Value::from(text).to_string() } else { text.to_owned() }
}
