//! `report.html`: the whole run as one file that opens from a disk, asks nothing of a network, and can be printed.
//!
//! All of it is written here, escaped; the script only filters, turns pages and unpacks. The verdict, what is wrong and the
//! table of all cases stand in the file as they are read; the page of each case is kept packed until it is asked for
//! (`store`), so that a run of hundreds of cases stays a file of a few megabytes. Knows the record, and nothing else.

mod case;
mod causes;
mod charts;
mod clauses;
mod finding;
pub(crate) mod growing;
mod ledger;
mod load;
mod matrix;
mod overview;
mod sequence;
mod store;
mod words;

use data_encoding::BASE64;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use self::words::said;
use results::record::Report;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("page.js");

/// The whole page.
#[must_use]
pub fn render(report: &Report) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            (head(report, &html! { script { (PreEscaped(SCRIPT)) } }))
            body {
                a.skip href="#main" { "Skip to the report" }
                (navigation(report))
                main id="main" tabindex="-1" {
                    div id="overview" { (body(report)) }
                    div id="page" hidden {}
                }
                footer {
                    p {
                        "Written by harness " (said(&report.harness)) ". The same numbers, for machines, are in "
                        code { "report.json" } " beside this file."
                    }
                }
                (store::pages(report))
            }
        }
    };
    page.into_string()
}

fn head(report: &Report, script: &Markup) -> Markup {
    let (mark, word, _) = words::verdict(report.verdict);
    html! {
        head {
            meta charset="utf-8";
            meta http-equiv="Content-Security-Policy" content=(policy());
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="generator" content={ "harness " (said(&report.harness)) };
            title { (mark) " " (word) " – " (said(&report.target)) }
            style { (PreEscaped(STYLE)) }
            (script)
        }
    }
}

/// Nothing may be fetched, and no script runs but ours, whatever a server under test has sent.
fn policy() -> String {
    let hash = |text: &str| BASE64.encode(&Sha256::digest(text));
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(SCRIPT),
        hash(STYLE)
    )
}

/// The parts that this report has: their anchors and their names.
fn parts(report: &Report) -> Vec<(String, String)> {
    let mut parts: Vec<(String, String)> = Vec::new();
    let mut part = |there: bool, id: &str, name: &str| {
        if there {
            parts.push((id.to_owned(), name.to_owned()));
        }
    };
    part(true, "verdict", "Verdict");
    part(!super::causes::failing(report).is_empty(), "causes", "Causes");
    for load in &report.loads {
        part(true, &words::load_anchor(load), &load.scenario);
    }
    part(report.cases.iter().any(overview::is_wrong), "wrong", "Failed cases");
    part(!report.cases.is_empty(), "cases", "Cases");
    part(!super::causes::remarks(report).is_empty(), "remarks", "Remarks");
    part(!report.forms.is_empty(), "forms", "Forms");
    part(!report.coverage.is_empty(), "clauses", "Clauses");
    parts
}

fn navigation(report: &Report) -> Markup {
    html! {
        header.bar {
            nav aria-label="Parts of the report" {
                ul {
                    @for (id, name) in parts(report) {
                        li { a href=(words::hash(&id)) { (said(&name)) } }
                    }
                }
            }
            button id="theme" type="button" { span { "Theme: " } i aria-hidden="true" { "◐ " } b { "system" } }
        }
    }
}

fn body(report: &Report) -> Markup {
    html! {
        (overview::verdict(report))
        (causes::section(report))
        @for (index, load) in report.loads.iter().enumerate() {
            (load::section(index, load))
        }
        (overview::wrong(report))
        (matrix::section(report))
        (overview::reasons(report))
        (overview::remarks_section(report))
        (clauses::forms(report))
        (clauses::section(report))
    }
}
