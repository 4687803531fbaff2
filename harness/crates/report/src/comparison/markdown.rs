//! For a comment on a change, or the summary of a job: bounded, the verdict first.

use std::fmt::Write as _;

use super::super::summary::{cell, code};
use super::{NAMED, advice, bounds, footnote, heading, meaning, outcome, percent, value, verdict};
use results::record::comparison::{Comparison, LoadChange};

/// The comparison as Markdown.
#[must_use]
pub fn render(comparison: &Comparison) -> String {
    let (mark, _, words) = verdict(comparison);
    let mut page = format!("## {mark} Compared: {}\n\n", cell(&words));
    let names = |names: &[String]| names.iter().map(|name| code(name)).collect::<Vec<_>>().join(", ");
    let after = if comparison.after.is_empty() { "this run".to_owned() } else { names(&comparison.after) };
    let _infallible = writeln!(page, "Before: {}. After: {after}.\n", names(&comparison.before));
    if !comparison.cases.is_empty() {
        page.push_str("| case | | before | after | why |\n|---|---|---|---|---|\n");
    }
    for case in comparison.cases.iter().take(NAMED) {
        let why = case.why.as_deref().map(cell).unwrap_or_default();
        let (word, before, after) = (heading(case.change).0, outcome(case.before), outcome(case.after));
        let _infallible = writeln!(page, "| {} | {word} | {before} | {after} | {why} |", code(&case.id));
    }
    if comparison.cases.len() > NAMED {
        let _infallible = writeln!(page, "\n{} more have changed.", comparison.cases.len() - NAMED);
    }
    if comparison.unchanged > 0 {
        let _infallible = writeln!(page, "\n{} cases are as they were.\n", comparison.unchanged);
    }
    for form in &comparison.forms {
        let (before, after) = (form.before.join(", "), form.after.join(", "));
        let _infallible = writeln!(page, "- {}, {}: {before} → {after}", form.dialect, cell(&form.thing));
    }
    for document in &comparison.coverage {
        let (before, after) = (document.before_percent, document.after_percent);
        let _infallible =
            writeln!(page, "- {}: {before:.1} % of the clauses judged → {after:.1} %", document.dialect);
    }
    comparison.loads.iter().for_each(|load| numbers(&mut page, load));
    if !comparison.loads.is_empty() {
        let _infallible = writeln!(page, "\n<sub>{}</sub>", footnote(comparison));
    }
    page
}

fn numbers(page: &mut String, load: &LoadChange) {
    let (before, after) = (load.runs_before, load.runs_after);
    let _infallible = writeln!(page, "\n### {}, {before} and {after} runs\n", load.name);
    page.push_str(
        "| phase | number | before | after | change | between | |\n|---|---|--:|--:|--:|--:|---|\n",
    );
    for number in &load.numbers {
        let _infallible = writeln!(
            page,
            "| {} | {} | {} | {} | {} | {} | {} |",
            number.phase.as_deref().map_or_else(|| "all".to_owned(), cell),
            number.metric,
            value(number, number.before),
            value(number, number.after),
            percent(number.change_percent),
            bounds(number),
            meaning(number).1,
        );
    }
    if let Some(advice) = advice(load) {
        let _infallible = writeln!(page, "\n{advice}");
    }
}
