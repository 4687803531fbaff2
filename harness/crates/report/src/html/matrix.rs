//! Every case in one table: scenarios down, dialects across, a link for each case. The filters are the script's; without
//! it the table is whole.

use std::collections::BTreeMap;

use indexmap::{IndexMap, IndexSet};
use maud::{Markup, html};

use super::words::{self, said};
use crate::text;
use language::level::Level;
use results::record::{CaseRecord, Outcome, Report};

/// The table and what filters it.
pub(super) fn section(report: &Report) -> Markup {
    if report.cases.is_empty() {
        return html! {};
    }
    let dialects: IndexSet<&str> = report.cases.iter().map(|case| case.dialect.as_str()).collect();
    let mut scenarios: IndexMap<&str, Vec<&CaseRecord>> = IndexMap::new();
    for case in &report.cases {
        scenarios.entry(&case.scenario).or_default().push(case);
    }
    scenarios.sort_keys();
    html! {
        section id="cases" aria-labelledby="cases-head" {
            h2 id="cases-head" { "Cases" }
            (filters(report))
            div.scroll tabindex="0" role="region" aria-label="Table of cases" {
                table.matrix {
                    caption.visually-hidden { "What became of each scenario in each dialect" }
                    thead {
                        tr {
                            th scope="col" { "Scenario" }
                            th scope="col" { "Level" }
                            @for dialect in &dialects { th scope="col" { (said(dialect)) } }
                        }
                    }
                    tbody {
                        @for (scenario, cases) in &scenarios { (row(scenario, cases, &dialects)) }
                    }
                }
            }
        }
    }
}

fn row(scenario: &str, cases: &[&CaseRecord], dialects: &IndexSet<&str>) -> Markup {
    let title = cases.first().map_or("", |case| case.title.as_str());
    let level = cases.iter().map(|case| case.level).max().unwrap_or(Level::Must);
    html! {
        tr {
            th scope="row" {
                span.name { (said(scenario)) }
                span.title { (said(title)) }
            }
            td { (words::most(level)) }
            @for dialect in dialects {
                @let here: Vec<&CaseRecord> =
                    cases.iter().filter(|case| case.dialect == *dialect).copied().collect();
                td { (cell(&here)) }
            }
        }
    }
}

/// One case is a link; several are counted, and opened on demand.
fn cell(cases: &[&CaseRecord]) -> Markup {
    match cases {
        [] => html! {},
        [one] => link(one, None),
        many => {
            let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
            let weight = |outcome: Outcome| text::BY_WEIGHT.iter().position(|known| *known == outcome);
            for case in many {
                *counts.entry(weight(case.outcome).unwrap_or_default()).or_default() += 1;
            }
            html! {
                details {
                    summary {
                        @for (weight, count) in &counts {
                            @let (mark, word, class) = words::outcome(text::BY_WEIGHT[*weight]);
                            span.count.(class) data-outcome=(words::slug(text::BY_WEIGHT[*weight])) {
                                span aria-hidden="true" { (mark) " " } b { (count) } " " (word)
                            }
                        }
                    }
                    ul {
                        @for case in many { li { (link(case, Some(text::variant(&case.id)))) } }
                    }
                }
            }
        }
    }
}

fn link(case: &CaseRecord, variant: Option<&str>) -> Markup {
    let (mark, word, class) = words::outcome(case.outcome);
    let words_of = format!("{} {}", said(&case.id), said(&case.title)).to_lowercase();
    html! {
        a.case.(class) href=(words::hash(&words::case_anchor(&case.id)))
            data-outcome=(words::slug(case.outcome)) data-level=(case.level) data-words=(words_of) {
            span aria-hidden="true" { (mark) " " }
            @match variant {
                Some(variant) => { (said(variant.trim_matches(['[', ']']))) span.visually-hidden { " " (word) } },
                None => { (word) span.visually-hidden { ": " (said(&case.id)) } },
            }
        }
    }
}

fn filters(report: &Report) -> Markup {
    let counted = |outcome| report.cases.iter().filter(|case| case.outcome == outcome).count();
    let levels: Vec<Level> = [Level::Must, Level::Should, Level::May]
        .into_iter()
        .filter(|level| report.cases.iter().any(|case| case.level == *level))
        .collect();
    html! {
        form.filters role="search" aria-label="Filter the cases" hidden {
            fieldset {
                legend { "Outcome" }
                @for outcome in text::BY_WEIGHT.into_iter().filter(|outcome| counted(*outcome) > 0) {
                    @let (mark, word, class) = words::outcome(outcome);
                    label.chip.(class) {
                        input type="checkbox" name="outcome" value=(words::slug(outcome));
                        span { span aria-hidden="true" { (mark) } " " (word) " " small { (counted(outcome)) } }
                    }
                }
            }
            fieldset {
                legend { "Level of the case" }
                @for level in levels {
                    label.chip {
                        input type="checkbox" name="level" value=(level);
                        span { (level) }
                    }
                }
            }
            label.text { "Text" input type="search" name="text" placeholder="id or title" autocomplete="off"; }
            button type="reset" { "Clear" }
            output aria-live="polite" { (words::many(report.cases.len(), "case", "cases")) }
        }
    }
}
