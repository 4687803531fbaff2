//! What is read first: the verdict and what the run was, then what is wrong, why some cases were not judged, and remarks
//! that fail nothing. Each reason and each remark stands once, with the cases it is true of.

use indexmap::IndexMap;
use maud::{Markup, html};

use super::words::{self, said};
use super::{case, finding};
use crate::{causes, load_text, remarks, text};
use language::level::Level;
use results::record::breach::LoadOutcome;
use results::record::load::LoadRecord;
use results::record::{CaseRecord, Outcome, Report, Totals, Verdict};

/// Findings of one case that are shown here; its own page has them all.
const FINDINGS: usize = 3;
/// Cases whose findings are shown here; of the others there is a line each.
const WHOLE: usize = 30;
/// Cases that are named beside a reason.
const NAMED: usize = 12;

/// The head of the page.
pub(super) fn verdict(report: &Report) -> Markup {
    let (mark, word, class) = words::verdict(report.verdict);
    html! {
        section.verdict.(class) id="verdict" aria-labelledby="verdict-word" {
            h1 id="verdict-word" {
                span.mark aria-hidden="true" { (mark) } " " (word)
            }
            p.lead { (sentence(report)) }
            @if let Some(safety) = causes::safety_by_sense(report) { p.safety { (said(&safety)) "." } }
            @for entry in &report.unmet {
                p { "Expected, and nowhere in the whole suite: " code { (said(entry)) } ". Take it out of " code { "expected_failures" } "." }
            }
            @if !report.cases.is_empty() { (totals(&report.totals)) }
            (facts(report))
        }
    }
}

fn sentence(report: &Report) -> String {
    let dialects: std::collections::BTreeSet<&str> =
        report.cases.iter().map(|case| case.dialect.as_str()).collect();
    let void = report.loads.iter().find_map(|load| load.void.as_ref());
    if let (Verdict::Void, Some(reason)) = (report.verdict, void) {
        return format!("These numbers prove nothing: {}.", said(reason));
    }
    let mut sentence: Vec<String> = report.why.iter().map(|why| format!("{}.", said(why))).collect();
    sentence.extend(report.loads.iter().map(load_sentence));
    if !report.cases.is_empty() {
        let wrong = report.cases.iter().filter(|case| is_wrong(case)).count();
        let of = words::many(report.cases.len(), "case", "cases");
        let on = words::many(dialects.len(), "dialect", "dialects");
        let short = report.totals.could_not_run as u64;
        sentence.push(match (report.verdict, wrong) {
            (Verdict::CouldNotRun, _) if short > 0 => {
                format!("Nothing failed, but {} of {of} on {on} could not be run.", words::grouped(short))
            }
            (Verdict::CouldNotRun, _) => format!("None of {of} on {on} was judged."),
            (Verdict::Unreachable, _) => format!("{of} on {on} were begun before that."),
            (_, 0) => format!("No finding of level {} or above in {of} on {on}.", report.level),
            (_, 1) => format!("1 of {of} on {on} is not as it should be."),
            (_, wrong) => {
                format!("{} of {of} on {on} are not as they should be.", words::grouped(wrong as u64))
            }
        });
    } else if report.loads.is_empty() && report.why.is_none() {
        sentence.push("There was no case.".to_owned());
    }
    sentence.join(" ")
}

fn load_sentence(load: &LoadRecord) -> String {
    let name = said(&load.scenario);
    let why = said(&load_text::why(load));
    match load.outcome() {
        LoadOutcome::Passed => format!("{name} holds what was asked of it."),
        LoadOutcome::CouldNotRun => format!("{name} could not run: {why}."),
        _ => format!("{name} does not hold what was asked of it: {why}."),
    }
}

fn totals(totals: &Totals) -> Markup {
    let of = |outcome| match outcome {
        Outcome::Passed => totals.passed,
        Outcome::Failed => totals.failed,
        Outcome::FailedAsExpected => totals.failed_as_expected,
        Outcome::PassedUnexpectedly => totals.passed_unexpectedly,
        Outcome::CouldNotRun => totals.could_not_run,
        Outcome::NotSupported => totals.not_supported,
    };
    html! {
        ul.totals aria-label="How many cases had each outcome" {
            @for outcome in text::BY_WEIGHT {
                @let (mark, word, class) = words::outcome(outcome);
                @if of(outcome) > 0 {
                    li.(class) {
                        span.mark aria-hidden="true" { (mark) } " "
                        strong { (words::count(of(outcome) as u64, &format!("/totals/{}", words::slug(outcome)))) }
                        " " (word)
                    }
                }
            }
        }
    }
}

fn facts(report: &Report) -> Markup {
    let mut facts: Vec<(&str, String)> = vec![("Target", said(&report.target))];
    facts.extend(report.client.as_ref().map(|client| ("Client", said(client))));
    facts.push(("Began", said(&moment(&report.started))));
    facts.push(("Took", text::seconds(report.duration_ms)));
    facts.push(("Fails from level", report.level.to_string()));
    facts.push(("Seed", report.seed.to_string()));
    facts.extend((report.timescale != 1.0).then(|| ("Times multiplied by", report.timescale.to_string())));
    facts.extend((report.patience != 1.0).then(|| ("Patience", report.patience.to_string())));
    facts.push(("Exit status", report.exit_status.to_string()));
    html! {
        dl.facts {
            @for (name, value) in &facts {
                div { dt { (name) } dd { (value) } }
            }
        }
    }
}

/// `2026-01-01T10:00:00.123456789Z` to the second.
fn moment(started: &str) -> String {
    match started.split_once('T') {
        Some((day, time)) => {
            format!("{day} {} UTC", time.split(['.', 'Z']).next().unwrap_or_default())
        }
        None => started.to_owned(),
    }
}

/// Whether a case fails its run.
pub(super) fn is_wrong(case: &CaseRecord) -> bool {
    matches!(case.outcome, Outcome::Failed | Outcome::PassedUnexpectedly)
}

/// What fails the run: case by case, with the findings that count.
pub(super) fn wrong(report: &Report) -> Markup {
    let cases: Vec<&CaseRecord> = report.cases.iter().filter(|case| is_wrong(case)).collect();
    if cases.is_empty() {
        return html! {};
    }
    html! {
        section id="wrong" aria-labelledby="wrong-head" {
            h2 id="wrong-head" { "Failed cases" }
            details.reasons {
                summary { (words::many(cases.len(), "case", "cases")) ", one by one" }
                @for case in cases.iter().take(WHOLE) { (wrong_case(report.level, case)) }
                @if cases.len() > WHOLE {
                    h3 { "And in short" }
                    ul.plain {
                        @for case in &cases[WHOLE..] {
                            li {
                                (words::case_link(case)) " "
                                @if let Some(worst) = remarks::worst(case) { bdi { (said(&worst.message)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn wrong_case(level: Level, case: &CaseRecord) -> Markup {
    let findings: Vec<(usize, &results::record::Finding)> =
        case::numbered(case).into_iter().filter(|(_, finding)| finding.level >= level).collect();
    html! {
        article.wrong {
            h3 { (words::badge(case.outcome)) " " (words::case_link(case)) }
            p.title { (said(&case.title)) }
            @if let Some(reason) = &case.reason { p { (said(reason)) } }
            ol.findings {
                @for (number, found) in findings.iter().take(FINDINGS) { (finding::shown(case, *number, found, false)) }
            }
            @if findings.len() > FINDINGS {
                p { a href=(words::hash(&words::case_anchor(&case.id))) {
                    (words::many(findings.len() - FINDINGS, "more finding", "more findings")) " on its page"
                } }
            }
        }
    }
}

/// Why cases were not judged, or failed as they should.
pub(super) fn reasons(report: &Report) -> Markup {
    html! {
        @for outcome in [Outcome::CouldNotRun, Outcome::FailedAsExpected, Outcome::NotSupported] {
            @let reasons = reasons_of(report, outcome);
            @if !reasons.is_empty() {
                @let (mark, word, _) = words::outcome(outcome);
                details.reasons open[outcome != Outcome::NotSupported] {
                    summary { h2 { span aria-hidden="true" { (mark) } " " (capital(word)) } }
                    ul.plain {
                        @for (reason, cases) in &reasons {
                            li { bdi { (said(reason)) } " " (named(cases)) }
                        }
                    }
                }
            }
        }
    }
}

fn reasons_of(report: &Report, outcome: Outcome) -> IndexMap<&str, Vec<&CaseRecord>> {
    let mut reasons: IndexMap<&str, Vec<&CaseRecord>> = IndexMap::new();
    for case in report.cases.iter().filter(|case| case.outcome == outcome) {
        let reason = case.reason.as_deref().unwrap_or("no reason was given");
        reasons.entry(reason).or_default().push(case);
    }
    reasons
}

fn named(cases: &[&CaseRecord]) -> Markup {
    html! {
        span.cases {
            @for (index, case) in cases.iter().take(NAMED).enumerate() {
                @if index > 0 { ", " }
                (words::case_link(case))
            }
            @if cases.len() > NAMED { " and " (words::many(cases.len() - NAMED, "other", "others")) }
        }
    }
}

/// What fails nothing, the worst first.
pub(super) fn remarks_section(report: &Report) -> Markup {
    let remarks = causes::remarks(report);
    if remarks.is_empty() {
        return html! {};
    }
    html! {
        section id="remarks" aria-labelledby="remarks-head" {
            h2 id="remarks-head" { "Remarks below level " (report.level) }
            ul.plain {
                @for cause in &remarks {
                    @let cases: Vec<&CaseRecord> = report.cases.iter().filter(|case| cause.cases.contains(&case.id)).collect();
                    li { (words::level(cause.level)) " " bdi { (said(&cause.title)) } " " (named(&cases)) }
                }
            }
        }
    }
}

fn capital(word: &str) -> String {
    let mut characters = word.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
