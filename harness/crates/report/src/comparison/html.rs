//! One page of HTML without a script: nothing is fetched, light and dark as the reader has it, and it prints.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::super::page::Tone;
use super::{advice, bounds, footnote, heading, meaning, outcome, percent, value, verdict};
use language::visible::visible;
use results::record::comparison::{Comparison, LoadChange};

const STYLE: &str = "
:root { color-scheme: light dark; --good: light-dark(#1a7f37, #57d37a); --bad: light-dark(#b42318, #ff8a80);
  --warn: light-dark(#8a5a00, #e3b341); --faint: light-dark(#57606a, #9aa4af); --rule: light-dark(#d0d7de, #3a424c) }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 0 auto; padding: 1.5rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2rem }
.good { color: var(--good) } .bad { color: var(--bad) } .warn { color: var(--warn) } .faint { color: var(--faint) }
.wide { overflow-x: auto } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th, td { text-align: left; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--rule); vertical-align: top }
th { color: var(--faint); font-weight: 600 } .number { text-align: right; white-space: nowrap }
code { font-size: .9em; overflow-wrap: anywhere } caption { text-align: left; color: var(--faint) }";

/// The comparison as a page.
#[must_use]
pub fn render(comparison: &Comparison) -> String {
    let (mark, tone, words) = verdict(comparison);
    let list = |names: &[String]| names.iter().map(|name| visible(name)).collect::<Vec<_>>().join(", ");
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (mark) " Compared: " (words) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    h1 class=(class(tone)) { (mark) " " (words) }
                    p { "Before: " (list(&comparison.before)) br; "After: " (list(&comparison.after)) }
                    (cases(comparison))
                    (forms(comparison))
                    @for load in &comparison.loads { (numbers(load)) }
                    @if !comparison.loads.is_empty() { p.faint { (footnote(comparison)) } }
                }
            }
        }
    };
    page.into_string()
}

fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "good",
        Tone::Bad => "bad",
        Tone::Warn => "warn",
        Tone::Faint => "faint",
        Tone::Plain | Tone::Strong => "plain",
    }
}

fn cases(comparison: &Comparison) -> Markup {
    html! {
        @if !comparison.cases.is_empty() {
            h2 { "Cases that have changed" }
            div.wide { table {
                thead { tr { th { "Case" } th { "Change" } th { "Before" } th { "After" } th { "Why" } } }
                tbody { @for case in &comparison.cases {
                    @let (word, tone) = heading(case.change);
                    tr {
                        td { code { (case.id) } }
                        td class=(class(tone)) { (word) }
                        td { (outcome(case.before)) }
                        td { (outcome(case.after)) }
                        td { @if let Some(why) = &case.why { (visible(why)) } }
                    }
                } }
            } }
        }
        @if comparison.unchanged > 0 { p { (comparison.unchanged) " cases are as they were." } }
    }
}

fn forms(comparison: &Comparison) -> Markup {
    html! {
        @if !comparison.forms.is_empty() || !comparison.coverage.is_empty() { h2 { "Forms and clauses" } }
        ul {
            @for form in &comparison.forms {
                li { (form.dialect) ", " (visible(&form.thing)) ": " (form.before.join(", ")) " → " (form.after.join(", ")) }
            }
            @for document in &comparison.coverage {
                li {
                    (document.dialect) ": "
                    (format!("{:.1} % of the clauses judged → {:.1} %", document.before_percent, document.after_percent))
                    @if !document.lost.is_empty() { "; not any more: " (document.lost.join(", ")) }
                    @if !document.gained.is_empty() { "; now also: " (document.gained.join(", ")) }
                }
            }
        }
    }
}

fn numbers(load: &LoadChange) -> Markup {
    html! {
        h2 { (load.name) }
        @if let Some(advice) = advice(load) { p.warn { (advice) } }
        div.wide { table {
            caption {
                (load.runs_before) " runs before, " (load.failed_before) " of them did not pass; "
                (load.runs_after) " after, " (load.failed_after) " did not"
            }
            thead { tr {
                th { "Phase" } th { "Number" } th.number { "Before" } th.number { "After" } th.number { "Change" }
                th.number { "Between" } th { "Meaning" }
            } }
            tbody { @for number in &load.numbers {
                @let (tone, words) = meaning(number);
                tr {
                    td { (number.phase.as_deref().unwrap_or("all")) }
                    td { (number.metric) }
                    td.number { (value(number, number.before)) }
                    td.number { (value(number, number.after)) }
                    td.number { (percent(number.change_percent)) }
                    td.number { (bounds(number)) }
                    td class=(class(tone)) { (words) }
                }
            } }
        } }
    }
}
