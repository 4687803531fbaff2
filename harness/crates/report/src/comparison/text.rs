//! For a terminal: what got worse first, the verdict last.

use super::super::TextOptions;
use super::super::page::{Page, Tone, columns, padded};
use super::{NAMED, advice, bounds, footnote, heading, meaning, outcome, percent, value, verdict};
use results::record::comparison::{Change, Comparison, LoadChange};

/// The comparison as text.
#[must_use]
pub fn render(comparison: &Comparison, options: &TextOptions) -> String {
    let mut page = Page::new(options);
    if !options.quiet {
        let after =
            if comparison.after.is_empty() { "this run".to_owned() } else { comparison.after.join(", ") };
        page.gap();
        page.line(&[(Tone::Faint, &format!("before {}, after {after}", comparison.before.join(", ")))]);
    }
    cases(&mut page, comparison, options);
    if !options.quiet {
        forms(&mut page, comparison);
        comparison.loads.iter().for_each(|load| numbers(&mut page, load));
        if !comparison.loads.is_empty() {
            page.gap();
            page.prose(&[(Tone::Plain, "  ")], Tone::Faint, &footnote(comparison));
        }
        page.gap();
    }
    let (mark, tone, words) = verdict(comparison);
    page.line(&[(tone, &format!("{mark} {words}"))]);
    page.finish()
}

fn cases(page: &mut Page, comparison: &Comparison, options: &TextOptions) {
    let mut told: Option<(Change, usize)> = None;
    for case in comparison.cases.iter().filter(|case| !options.quiet || case.change.is_worse()) {
        let nth = told.filter(|(change, _)| *change == case.change).map_or(0, |(_, nth)| nth + 1);
        told = Some((case.change, nth));
        let (word, tone) = heading(case.change);
        if nth == 0 {
            let count = comparison.cases.iter().filter(|other| other.change == case.change).count();
            page.gap();
            page.line(&[(tone, &format!("{word}: {count}"))]);
        }
        if nth == NAMED && !options.verbose {
            page.line(&[(Tone::Faint, "  … --format markdown or --verbose names them all")]);
        }
        if nth >= NAMED && !options.verbose {
            continue;
        }
        let change = format!("  {} → {}", outcome(case.before), outcome(case.after));
        page.line(&[(Tone::Strong, &format!("  {}", case.id)), (Tone::Faint, &change)]);
        if let Some(why) = &case.why {
            page.prose(&[(Tone::Plain, "    ")], Tone::Plain, why);
        }
    }
    if !options.quiet && comparison.unchanged > 0 {
        page.gap();
        page.line(&[(Tone::Plain, &format!("{} cases are as they were", comparison.unchanged))]);
    }
}

fn forms(page: &mut Page, comparison: &Comparison) {
    if !comparison.forms.is_empty() {
        page.gap();
        page.line(&[(Tone::Warn, "other forms than before")]);
    }
    for form in &comparison.forms {
        let (before, after) = (form.before.join(", "), form.after.join(", "));
        page.line(&[(Tone::Plain, &format!("  {}  {}: {before} → {after}", form.dialect, form.thing))]);
    }
    for document in &comparison.coverage {
        page.gap();
        let (before, after) = (document.before_percent, document.after_percent);
        let tone = if document.lost.is_empty() { Tone::Good } else { Tone::Warn };
        page.line(&[(
            tone,
            &format!("{}: {before:.1} % of the clauses judged → {after:.1} %", document.dialect),
        )]);
        for (what, clauses) in [("not any more", &document.lost), ("now also", &document.gained)] {
            if !clauses.is_empty() {
                page.prose(&[(Tone::Plain, &format!("  {what}: "))], Tone::Plain, &clauses.join(", "));
            }
        }
    }
}

fn numbers(page: &mut Page, load: &LoadChange) {
    page.gap();
    let runs = format!("  {} and {} runs", load.runs_before, load.runs_after);
    page.line(&[(Tone::Strong, &load.name), (Tone::Faint, &runs)]);
    if load.failed_before + load.failed_after > 0 {
        let failed = format!(
            "  {} of the runs before did not pass, {} of those after",
            load.failed_before, load.failed_after
        );
        page.line(&[(Tone::Warn, &failed)]);
    }
    let name = |phase: &Option<String>| phase.clone().unwrap_or_else(|| "all phases".to_owned());
    let phases = load.numbers.iter().map(|it| columns(&name(&it.phase))).max().unwrap_or(0);
    let metrics = load.numbers.iter().map(|it| columns(&it.metric)).max().unwrap_or(0);
    page.line(&[(
        Tone::Faint,
        &format!("  {}    before     after    change             between", padded("", phases + metrics + 2)),
    )]);
    for number in &load.numbers {
        let (tone, words) = meaning(number);
        let said = format!(
            "  {}  {}  {:>8}  {:>8}  {:>8}  {:>18}  ",
            padded(&name(&number.phase), phases),
            padded(&number.metric, metrics),
            value(number, number.before),
            value(number, number.after),
            percent(number.change_percent),
            bounds(number),
        );
        page.line(&[(Tone::Plain, &said), (tone, &words)]);
    }
    if let Some(advice) = advice(load) {
        page.prose(&[(Tone::Warn, "  ! ")], Tone::Plain, &advice);
    }
}
