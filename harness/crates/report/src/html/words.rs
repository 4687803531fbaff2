//! How things are said on the page: marks that need no colour, numbers that can be traced to the record, links.
//! All that a server or a user wrote goes through `said`.

use maud::{Markup, html};

use crate::text;
use language::level::Level;
use language::visible::visible;
use results::record::breach::time_in_words;
use results::record::load::LoadRecord;
use results::record::{CaseRecord, Outcome, Verdict};

/// A text from outside: what would steer the reader's eye or machine is shown instead. Escaping is the template's.
pub(super) fn said(text: &str) -> String {
    visible(text)
}

/// The mark of a verdict, its word, and the class that colours it.
pub(super) fn verdict(verdict: Verdict) -> (&'static str, &'static str, &'static str) {
    match verdict {
        Verdict::Passed => ("✓", "Passed", "good"),
        Verdict::Failed => ("✗", "Failed", "bad"),
        Verdict::CouldNotRun => ("!", "Could not be judged", "warn"),
        Verdict::Unreachable => ("!", "The target was out of reach", "bad"),
        Verdict::Void => ("!", "Void", "bad"),
        Verdict::Unfinished => ("!", "Unfinished", "bad"),
    }
}

/// The mark of an outcome, its word, and the class that colours it.
pub(super) fn outcome(outcome: Outcome) -> (&'static str, &'static str, &'static str) {
    let (mark, _, word) = text::shown(outcome);
    let class = match outcome {
        Outcome::Passed => "good",
        Outcome::Failed | Outcome::PassedUnexpectedly => "bad",
        Outcome::FailedAsExpected | Outcome::CouldNotRun => "warn",
        Outcome::NotSupported => "faint",
    };
    (mark, word, class)
}

/// The name of an outcome in `report.json`.
pub(super) fn slug(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Failed => "failed",
        Outcome::FailedAsExpected => "failed_as_expected",
        Outcome::PassedUnexpectedly => "passed_unexpectedly",
        Outcome::CouldNotRun => "could_not_run",
        Outcome::NotSupported => "not_supported",
    }
}

/// An outcome with its mark.
pub(super) fn badge(of: Outcome) -> Markup {
    let (mark, word, class) = outcome(of);
    html! { span.badge.(class) { span aria-hidden="true" { (mark) } " " (word) } }
}

/// The level of a case: the most a finding could be, which is no alarm.
pub(super) fn most(level: Level) -> Markup {
    html! { span.level.faint { (level) } }
}

/// The level of a finding.
pub(super) fn level(level: Level) -> Markup {
    let class = match level {
        Level::Must => "bad",
        Level::Should => "warn",
        Level::May => "faint",
    };
    html! { span.level.(class) { (level) } }
}

/// The anchor of a case's page.
pub(super) fn case_anchor(id: &str) -> String {
    format!("case/{}", said(id))
}

/// The anchor of a load.
pub(super) fn load_anchor(load: &LoadRecord) -> String {
    format!("load/{}/{}", said(&load.dialect), said(&load.scenario))
}

/// A link to an anchor of this file, which may hold anything.
pub(super) fn hash(anchor: &str) -> String {
    let mut link = String::from("#");
    for byte in anchor.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' | b',' => {
                link.push(char::from(byte));
            }
            other => link.push_str(&format!("%{other:02X}")),
        }
    }
    link
}

/// A link to a case.
pub(super) fn case_link(case: &CaseRecord) -> Markup {
    html! { a href=(hash(&case_anchor(&case.id))) { (said(&case.id)) } }
}

/// A count as `report.json` has it at this place, in groups of three.
pub(super) fn count(value: u64, place: &str) -> Markup {
    html! { span data-of=(place) { (grouped(value)) } }
}

/// A time in microseconds as `report.json` has it at this place; a dash where nothing was measured.
pub(super) fn time(us: u64, measured: bool, place: &str) -> Markup {
    html! {
        @if measured { span data-of=(place) { (time_in_words(us)) } }
        @else { span { "–" } }
    }
}

/// A rate a second.
pub(super) fn rate(per_s: f64, place: &str) -> Markup {
    html! { span data-of=(place) { (format!("{per_s:.0}")) } }
}

/// `12 345`, with blanks that do not break.
pub(super) fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push('\u{a0}');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1 case`, `2 cases`.
pub(super) fn many(count: usize, one: &str, more: &str) -> String {
    format!("{} {}", grouped(count as u64), if count == 1 { one } else { more })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_anchor_survives_its_link() {
        assert_eq!(hash("case/crm/a[none,auth.token]"), "#case/crm/a%5Bnone,auth.token%5D");
        assert_eq!(hash("ü\"<"), "#%C3%BC%22%3C");
    }

    #[test]
    fn long_numbers_are_grouped() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1\u{a0}000", "1\u{a0}234\u{a0}567"]);
    }
}
