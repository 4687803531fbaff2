//! What the documents have to do with it: which of their clauses were judged, and which form an implementation has where
//! they allow several.

use indexmap::IndexMap;
use maud::{Markup, html};

use super::words::{self, said};
use results::record::{ClauseCoverage, Coverage, FormUse, Report};

/// Cases that are named beside a clause.
const NAMED: usize = 4;

/// The forms, by dialect; where several are in use, that is said.
pub(super) fn forms(report: &Report) -> Markup {
    if report.forms.is_empty() {
        return html! {};
    }
    let mut dialects: IndexMap<&str, Vec<(usize, &FormUse)>> = IndexMap::new();
    for (index, form) in report.forms.iter().enumerate() {
        dialects.entry(&form.dialect).or_default().push((index, form));
    }
    html! {
        section id="forms" aria-labelledby="forms-head" {
            h2 id="forms-head" { "Forms" }
            p { "Where a document leaves open how something is said, this is how it was said." }
            @for (dialect, forms) in &dialects {
                @let several = forms.iter().filter(|(_, form)| form.seen.len() > 1).count();
                details open[several > 0] {
                    summary {
                        h3 { (said(dialect)) } " "
                        (words::many(forms.len(), "thing", "things"))
                        @if several > 0 { ", " span.warn { (several) " in several forms" } }
                    }
                    div.scroll tabindex="0" role="region" aria-label={ "Forms of " (said(dialect)) } {
                        table {
                            caption.visually-hidden { "Forms seen in " (said(dialect)) }
                            thead { tr { th scope="col" { "What" } th scope="col" { "Forms seen" } } }
                            tbody { @for (index, form) in forms { (form_row(*index, form)) } }
                        }
                    }
                }
            }
        }
    }
}

fn form_row(index: usize, form: &FormUse) -> Markup {
    html! {
        tr {
            th scope="row" { (said(&form.thing)) }
            td {
                @for (name, count) in &form.seen {
                    @let place = format!("/forms/{index}/seen/{}", said(name).replace('~', "~0").replace('/', "~1"));
                    span.form { (said(name)) " " span.faint { (words::count(*count, &place)) "×" } } " "
                }
                @if form.seen.len() > 1 { span.warn { "! several" } }
            }
        }
    }
}

/// The clauses of each document.
pub(super) fn section(report: &Report) -> Markup {
    if report.coverage.is_empty() {
        return html! {};
    }
    html! {
        section id="clauses" aria-labelledby="clauses-head" {
            h2 id="clauses-head" { "Clauses" }
            @for document in &report.coverage { (one(document)) }
        }
    }
}

fn one(document: &Coverage) -> Markup {
    let judged = document.clauses.iter().filter(|clause| !clause.cases.is_empty()).count();
    let all = document.clauses.len();
    let class = if judged == all { "good" } else { "warn" };
    html! {
        details {
            summary {
                h3 { (said(&document.dialect)) } " "
                span.(class) { (judged) " of " (words::many(all, "clause", "clauses")) " judged" } " "
                span.faint { (said(&document.document)) }
                meter min="0" max=(all) value=(judged) aria-label="clauses judged" { (document.percent.floor()) " %" }
            }
            div.scroll tabindex="0" role="region" aria-label={ "Clauses of " (said(&document.dialect)) } {
                table.clauses {
                    caption.visually-hidden { "Clauses of " (said(&document.document)) }
                    thead {
                        tr {
                            th scope="col" { "Clause" } th scope="col" { "Level" }
                            th scope="col" { "What it promises" } th scope="col" { "Judged by" }
                        }
                    }
                    tbody { @for clause in &document.clauses { (clause_row(clause)) } }
                }
            }
        }
    }
}

fn clause_row(known: &ClauseCoverage) -> Markup {
    html! {
        tr {
            th scope="row" { (said(&known.clause.id)) }
            td { (words::most(known.level)) br; (known.clause.ground) }
            td { (said(&known.clause.text)) span.title { (said(&known.clause.at)) @if let Some(line) = known.clause.line { ", line " (line) } } }
            td {
                @if known.cases.is_empty() { span.bad { "✗ not judged" } }
                @for (index, id) in known.cases.iter().take(NAMED).enumerate() {
                    @if index > 0 { ", " }
                    a href=(words::hash(&words::case_anchor(id))) { (said(id)) }
                }
                @if known.cases.len() > NAMED {
                    " and " (words::many(known.cases.len() - NAMED, "other", "others"))
                }
            }
        }
    }
}
