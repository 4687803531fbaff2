//! A finding: how bad, what it is, the clause it offends and where that stands, expected against received.

use maud::{Markup, html};

use super::words::{self, said};
use crate::diff::{self, Side};
use results::record::{CaseRecord, ClauseRef, Finding};

/// The whole of it, under a number that the steps and the diagram use as well; the payloads open, or on demand.
pub(super) fn shown(case: &CaseRecord, number: usize, finding: &Finding, open: bool) -> Markup {
    html! {
        li.finding {
            p.what {
                span.number { span.visually-hidden { "Finding " } (number) }
                (words::level(finding.level)) " "
                span.kind { (finding.kind.words()) } " "
                bdi { (said(&finding.message)) }
            }
            p.where { (place(case, finding)) }
            @if let Some(known) = &finding.clause { (clause(known)) }
            (difference(finding, open))
        }
    }
}

fn place(case: &CaseRecord, finding: &Finding) -> Markup {
    let step = case.steps.get(finding.step);
    html! {
        @match step {
            Some(step) if step.line > 0 => { code { (said(&case.file)) ":" (step.line) } " " },
            _ => { code { (said(&case.file)) } " " },
        }
        @match step {
            Some(step) => code.step { (said(&step.text)) },
            None => "after the last step",
        }
    }
}

/// What the document promises, and where.
pub(super) fn clause(clause: &ClauseRef) -> Markup {
    html! {
        blockquote {
            p { (said(&clause.text)) }
            footer { "clause " (said(&clause.id)) ", " cite { (said(&clause.source())) } }
        }
    }
}

fn difference(finding: &Finding, open: bool) -> Markup {
    let lines = diff::of(finding, false);
    if lines.is_empty() {
        return html! {};
    }
    let legend = match (&finding.expected, &finding.received) {
        (Some(_), None) => html! { span.good { "− expected" } ", and it did not come" },
        (None, _) => html! { span.bad { "+ received" } },
        _ => html! { span.good { "− expected" } " " span.bad { "+ received" } },
    };
    html! {
        details.diff open[open] {
            summary { (legend) }
            div.scroll tabindex="0" role="group" aria-label="expected against received" {
                pre {
                    @for line in &lines {
                        @let (sign, class) = match line.side {
                            Side::Both => (" ", "same"),
                            Side::Gap => (" ", "gap"),
                            Side::Expected => ("−", "good"),
                            Side::Received => ("+", "bad"),
                        };
                        span.line.(class) {
                            (sign) " " (said(&line.text))
                            @if let Some(note) = line.note { span.note { "  ← " (note) } }
                            "\n"
                        }
                    }
                }
            }
        }
    }
}
