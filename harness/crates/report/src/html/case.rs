//! The page of one case: what is wrong, its steps as written, who sent what when, and on demand every payload and frame.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::words::{self, said};
use super::{finding, sequence};
use crate::diagram::{label, milliseconds};
use crate::{explain, text};
use language::level::Level;
use results::record::{CaseRecord, Direction, Entry, Finding, FrameRecord, Report};

/// Entries and frames beyond which the middle is left out; `report.json` has them all.
const MOST: usize = 1000;

/// Findings that are named beside a step.
const NAMED: usize = 8;
/// Findings that are shown at once, and those of which the payloads are open.
const FINDINGS: usize = 20;
const OPEN: usize = 5;

/// Its findings in the order of the steps, each with its number.
pub(super) fn numbered(case: &CaseRecord) -> Vec<(usize, &Finding)> {
    let mut findings: Vec<&Finding> = case.findings.iter().collect();
    findings.sort_by_key(|finding| finding.step);
    findings.into_iter().enumerate().map(|(index, finding)| (index + 1, finding)).collect()
}

/// Which finding is about which entry of the transcript, and what did not come.
pub(super) struct Marks {
    /// The numbers of the findings, by the place of the entry.
    pub(super) entries: BTreeMap<usize, Vec<usize>>,
    /// The step, the actor, the number of the finding.
    pub(super) absent: Vec<(usize, String, usize)>,
}

impl Marks {
    fn of(case: &CaseRecord) -> Self {
        let mut marks = Self { entries: BTreeMap::new(), absent: Vec::new() };
        for (number, finding) in numbered(case) {
            match (explain::entry_of(case, finding, &marks.entries), &finding.actor) {
                (Some(entry), _) => marks.entries.entry(entry).or_default().push(number),
                (None, Some(actor)) if finding.kind == results::record::Kind::Missing => {
                    marks.absent.push((finding.step, actor.clone(), number));
                }
                (None, _) => {}
            }
        }
        marks
    }
}

/// The whole page of the case at this place.
pub(super) fn page(report: &Report, index: usize) -> Markup {
    let case = &report.cases[index];
    let marks = Marks::of(case);
    html! {
        article.page {
            (neighbours(report, index))
            header {
                h1 tabindex="-1" { (said(&case.id)) }
                p.lead { (said(&case.title)) }
                p { (words::badge(case.outcome)) " " (words::most(case.level)) }
                @if let Some(reason) = &case.reason { p { (said(reason)) } }
                (facts(case))
            }
            (findings(case, report.level))
            (steps(case))
            @if !case.transcript.is_empty() {
                section {
                    h2 { "Who sent and received what, and when" }
                    (sequence::figure(case, &marks))
                    (entries(case, &marks))
                }
            }
            (frames(case))
        }
    }
}

fn neighbours(report: &Report, index: usize) -> Markup {
    let link = |case: &CaseRecord| words::hash(&words::case_anchor(&case.id));
    let before = index.checked_sub(1).and_then(|before| report.cases.get(before));
    html! {
        nav.neighbours aria-label="Cases" {
            a href="#cases" { "↑ All cases" }
            @if let Some(case) = before { a rel="prev" href=(link(case)) { "← " (said(&case.id)) } }
            @if let Some(case) = report.cases.get(index + 1) { a rel="next" href=(link(case)) { (said(&case.id)) " →" } }
        }
    }
}

fn facts(case: &CaseRecord) -> Markup {
    html! {
        dl.facts {
            div { dt { "File" } dd { code { (said(&case.file)) } } }
            div { dt { "Took" } dd { (text::seconds(case.duration_ms)) } }
            @if case.attempts > 1 {
                div { dt { "Attempts" } dd { (case.attempts) ", because the harness itself was late" } }
            }
            @if case.set_aside > 0 {
                div { dt { "Set aside" } dd { (words::many(usize::try_from(case.set_aside).unwrap_or(usize::MAX), "event", "events")) " about users outside the case" } }
            }
            @if !case.clauses.is_empty() { div { dt { "Clauses judged" } dd { (said(&case.clauses.join(", "))) } } }
            @if !case.forms.is_empty() {
                div { dt { "Forms seen" } dd {
                    @for (index, (thing, form)) in case.forms.iter().enumerate() {
                        @if index > 0 { ", " }
                        (said(thing)) ": " (said(form))
                    }
                } }
            }
        }
    }
}

fn findings(case: &CaseRecord, level: Level) -> Markup {
    let all = numbered(case);
    if all.is_empty() {
        return html! {};
    }
    let below = all.iter().filter(|(_, finding)| finding.level < level).count();
    html! {
        section {
            h2 { (words::many(all.len(), "finding", "findings")) }
            @if below > 0 {
                p { (below) " below level " (level) ", which fail nothing." }
            }
            ol.findings { @for (number, found) in all.iter().take(FINDINGS) {
                (finding::shown(case, *number, found, *number <= OPEN))
            } }
            @if all.len() > FINDINGS {
                details {
                    summary { (words::many(all.len() - FINDINGS, "more finding", "more findings")) }
                    ol.findings { @for (number, found) in &all[FINDINGS..] {
                        (finding::shown(case, *number, found, false))
                    } }
                }
            }
        }
    }
}

fn steps(case: &CaseRecord) -> Markup {
    if case.steps.is_empty() {
        return html! {};
    }
    html! {
        section {
            h2 { "Steps" }
            ol.steps {
                @for (index, step) in case.steps.iter().enumerate() {
                    @let found: Vec<usize> = numbered(case)
                        .into_iter().filter(|(_, finding)| finding.step == index).map(|(number, _)| number).collect();
                    li.wrong[!found.is_empty()] {
                        span.line { @if step.line > 0 { "line " (step.line) } @else { "harness" } }
                        code { (said(&step.text)) }
                        @if !found.is_empty() { " " (mark(&found)) }
                    }
                }
            }
        }
    }
}

fn mark(numbers: &[usize]) -> Markup {
    let named: Vec<String> = numbers.iter().take(NAMED).map(usize::to_string).collect();
    html! {
        span.bad {
            "✗ " span.visually-hidden { "finding " } (named.join(", "))
            @if numbers.len() > NAMED { " and " (numbers.len() - NAMED) " more" }
        }
    }
}

/// Every entry in words; what the diagram says to those who do not see it, with whole payloads.
fn entries(case: &CaseRecord, marks: &Marks) -> Markup {
    let all = &case.transcript;
    html! {
        details {
            summary { "The same in words, with whole payloads: " (words::many(all.len(), "entry", "entries")) }
            div.scroll tabindex="0" role="region" aria-label="All entries" {
                table.entries {
                    caption.visually-hidden { "Everything that was sent and received" }
                    thead {
                        tr {
                            th scope="col" { "ms" } th scope="col" { "Step" } th scope="col" { "Actor" }
                            th scope="col" { "What" } th scope="col" { "On the wire" }
                        }
                    }
                    tbody {
                        @for (index, entry) in ends(all) { (entry_row(entry, marks.entries.get(&index))) }
                    }
                }
            }
            (left_out(all.len()))
        }
    }
}

fn entry_row(entry: &Entry, found: Option<&Vec<usize>>) -> Markup {
    html! {
        tr {
            td.number { (milliseconds(entry.at_us)) }
            td.number { (entry.step) }
            td { (said(&entry.actor)) }
            td {
                @match entry.direction { Direction::Out => "sends ", Direction::In => "receives " }
                (said(&label(&entry.name)))
                @if let Some(numbers) = found { " " (mark(numbers)) }
            }
            td { @if !entry.payload.is_null() { code { (said(&entry.payload.to_string())) } } }
        }
    }
}

fn frames(case: &CaseRecord) -> Markup {
    html! {
        section {
            h2 { "Raw frames" }
            @if case.frames.is_empty() {
                p.faint { "None were kept; " code { "--trace" } " keeps them." }
            } @else {
                details {
                    summary { (words::many(case.frames.len(), "frame", "frames")) }
                    div.scroll tabindex="0" role="region" aria-label="Raw frames" {
                        pre.frames { @for (_, frame) in ends(&case.frames) { (frame_line(frame)) } }
                    }
                    (left_out(case.frames.len()))
                }
            }
        }
    }
}

fn frame_line(frame: &FrameRecord) -> Markup {
    let arrow = match frame.direction {
        Direction::Out => "→",
        Direction::In => "←",
    };
    html! {
        span.line {
            span.faint { (format!("{:>10} ", milliseconds(frame.at_us))) }
            b { (said(&frame.actor)) } " " (arrow) " " (said(&frame.text)) "\n"
        }
    }
}

/// The first and the last, where there are too many.
fn ends<T>(all: &[T]) -> impl Iterator<Item = (usize, &T)> {
    let count = all.len();
    all.iter().enumerate().filter(move |(index, _)| *index < MOST / 2 || index + MOST / 2 >= count)
}

fn left_out(count: usize) -> Markup {
    html! {
        @if count > MOST {
            p.faint { (words::grouped((count - MOST) as u64)) " in the middle are left out here; report.json has them." }
        }
    }
}
