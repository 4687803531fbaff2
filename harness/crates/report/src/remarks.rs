//! What is said about many cases at once: why some were not judged, findings that failed nothing, and the forms seen.

use indexmap::IndexMap;

use super::page::{Page, Tone};
use super::{TextOptions, text};
use results::record::{CaseRecord, Finding, Kind, Outcome, Report};

/// How many reasons of one outcome are told.
const REASONS: usize = 6;
/// From so many reasons on, what is not supported is only counted.
const LACKS: usize = 3;

/// Why these cases have this outcome: each reason once, with the cases it is true of. Two that differ only in numbers are one.
pub(super) fn reasons(page: &mut Page, cases: &[&CaseRecord], outcome: Outcome, all: bool) {
    let mut reasons: IndexMap<String, (&str, Vec<&str>)> = IndexMap::new();
    for case in cases {
        let reason = case.reason.as_deref().unwrap_or("no reason was given");
        let alike = if all { reason.to_owned() } else { reason.replace(|c: char| c.is_ascii_digit(), "") };
        reasons.entry(alike).or_insert((reason, Vec::new())).1.push(&case.id);
    }
    if reasons.is_empty() {
        return;
    }
    page.gap();
    let (mark, tone, word) = text::shown(outcome);
    page.line(&[(Tone::Strong, word)]);
    let mark = format!("  {mark} ");
    if outcome == Outcome::NotSupported && reasons.len() > LACKS && !all {
        let said =
            format!("{} cases need what their dialect or target does not have: -v lists it", cases.len());
        return page.line(&[(tone, &mark), (Tone::Plain, &said)]);
    }
    reasons.sort_by(|_, (_, one), _, (_, other)| other.len().cmp(&one.len()));
    let shown = if all || reasons.len() <= REASONS { reasons.len() } else { REASONS - 1 };
    for (reason, cases) in reasons.values().take(shown) {
        let text = format!("{reason} ({})", some_of(cases));
        page.prose(&[(tone, &mark)], Tone::Plain, &text);
    }
    if shown < reasons.len() {
        let cases: usize = reasons.values().skip(shown).map(|(_, cases)| cases.len()).sum();
        let more =
            format!("and {cases} more for {} other reasons: -v, or report.html", reasons.len() - shown);
        page.line(&[(tone, &mark), (Tone::Plain, &more)]);
    }
}

/// `crm/typing`, or `12 cases, first crm/typing`.
fn some_of(cases: &[&str]) -> String {
    match cases {
        [] => "no case".to_owned(),
        [one] => (*one).to_owned(),
        [first, ..] => format!("{} cases, first {first}", cases.len()),
    }
}

/// Which accepted forms the implementation uses: where it uses several, or all of them where they are asked for.
pub(super) fn forms(page: &mut Page, report: &Report, options: &TextOptions) {
    let mut shown = report.forms.iter().filter(|form| options.verbose || form.seen.len() > 1).peekable();
    if shown.peek().is_none() {
        return;
    }
    page.gap();
    page.line(&[(Tone::Strong, "forms"), (Tone::Plain, " used where documents allow several")]);
    for form in shown {
        let seen: Vec<String> = form.seen.iter().map(|(name, count)| format!("{name} {count}×")).collect();
        let tone = if form.seen.len() > 1 { Tone::Warn } else { Tone::Plain };
        let thing = format!("  {}  {}: ", form.dialect, form.thing);
        page.line(&[(Tone::Plain, &thing), (tone, &seen.join(", "))]);
    }
}

/// The finding that matters most, for reports that have room for one.
pub(super) fn worst(case: &CaseRecord) -> Option<&Finding> {
    let silent = |finding: &&Finding| finding.kind == Kind::Form;
    case.findings.iter().rev().max_by_key(|finding| (finding.level, !silent(finding)))
}
