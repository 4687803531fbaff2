//! The page of a run that is on, which grows at its end: a line for each case that was judged. A page without its end is read by
//! every browser, and this one says that it is unfinished. Knows nothing of files.

use maud::{Markup, html};

use super::words::{self, said};
use super::{head, overview};
use crate::{load_text, remarks};
use results::record::load::LoadRecord;
use results::record::{CaseRecord, Outcome, Report};

/// Up to the first line.
pub(crate) fn begun(report: &Report) -> String {
    let whole = html! {
        (head(report, &html! {}))
        main id="main" {
            (overview::verdict(report))
            h2 { "Judged until then" }
        }
    };
    // What follows goes on in the open table.
    let page = whole.into_string();
    let open = page.strip_suffix("</main>").unwrap_or(&page);
    format!("<!DOCTYPE html><html lang=\"en\">{open}<table><tbody>\n")
}

/// A line for a case.
pub(crate) fn case(record: &CaseRecord) -> String {
    let (mark, word, class) = words::outcome(record.outcome);
    let worst = remarks::worst(record).filter(|_| record.outcome != Outcome::Passed);
    let why = worst.map(|finding| finding.message.as_str()).or(record.reason.as_deref());
    line((mark, word, class), &record.id, why.unwrap_or_default()).into_string() + "\n"
}

/// A line for a load.
pub(crate) fn load(record: &LoadRecord) -> String {
    let (mark, _, word) = load_text::outcome(record);
    let class = if record.passed { "good" } else { "bad" };
    let why = if record.passed { String::new() } else { load_text::why(record) };
    line((mark, word, class), &record.name(), &why).into_string() + "\n"
}

/// What closes the page, for now.
pub(crate) fn end(said_last: &str) -> String {
    html! { p { (said(said_last)) } }.into_string() + "</main></body></html>\n"
}

fn line((mark, word, class): (&str, &str, &str), name: &str, why: &str) -> Markup {
    html! {
        tr.(class) {
            td { span.mark aria-hidden="true" { (mark) } " " (word) }
            th scope="row" { (said(name)) }
            td { bdi { (said(why)) } }
        }
    }
}
