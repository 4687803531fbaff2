//! What has to be mended, before anything else: each cause with one example, its cases behind a click.

use maud::{Markup, html};

use super::words::{self, said};
use super::{case, finding};
use crate::{causes, text};
use results::record::cause::Cause;
use results::record::{CaseRecord, Report};

/// Causes whose payloads are open.
const OPEN: usize = 3;

/// The causes that fail the run, the worst first.
pub(super) fn section(report: &Report) -> Markup {
    let failing = causes::failing(report);
    if failing.is_empty() {
        return html! {};
    }
    html! {
        section id="causes" aria-labelledby="causes-head" {
            h2 id="causes-head" { (words::many(failing.len(), "cause", "causes")) }
            @for (index, cause) in failing.iter().enumerate() { (one(report, cause, index < OPEN)) }
        }
    }
}

fn one(report: &Report, cause: &Cause, open: bool) -> Markup {
    let of_cause = |case: &&CaseRecord| cause.cases.contains(&case.id);
    let cases: Vec<&CaseRecord> = report.cases.iter().filter(of_cause).collect();
    let example = cases.iter().find(|case| case.id == cause.example.case);
    html! {
        article.wrong id={ "cause/" (said(&cause.key)) } {
            h3 { (words::level(cause.level)) " " (said(&cause.title)) }
            p.title {
                (words::many(usize::try_from(cause.findings).unwrap_or(usize::MAX), "finding", "findings"))
                " in " (said(&causes::shows(cause)))
                @if !cause.during.is_empty() { ", during " (said(&cause.during.join(", "))) }
                ". " code { (said(&cause.key)) }
            }
            ol.findings {
                @match example {
                    Some(case) => {
                        li { (words::case_link(case)) }
                        (finding::shown(case, number(case, cause), &cause.example.finding, open))
                    }
                    None => li.finding { p.what { bdi { (said(&cause.example.finding.message)) } } },
                }
            }
            @if !cause.follows.is_empty() {
                p { "What comes of it in the same cases: " (said(&cause.follows.join("; "))) "." }
            }
            p { "Known already? " code { (said(&text::entry(cause, &report.started))) } }
            @if !cases.is_empty() {
                details {
                    summary { (words::many(cases.len(), "case", "cases")) }
                    ul.plain { @for case in &cases { li { (words::badge(case.outcome)) " " (words::case_link(case)) } } }
                }
            }
        }
    }
}

/// The number that the finding has on the page of its case.
fn number(case: &CaseRecord, cause: &Cause) -> usize {
    let finding = &cause.example.finding;
    let same = |(_, known): &(usize, &results::record::Finding)| {
        known.message == finding.message && known.step == finding.step
    };
    case::numbered(case).into_iter().find(same).map_or(1, |(number, _)| number)
}
