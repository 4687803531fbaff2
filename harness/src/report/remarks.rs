//! What is said about many cases at once: why some were not judged, findings that failed nothing, and the forms seen.

use indexmap::IndexMap;

use super::explain::tone;
use super::page::{Page, Piece, Tone};
use super::{TextOptions, text};
use crate::record::{CaseRecord, Finding, Kind, Outcome, Report};
use crate::scenario::level::Level;

/// Why these cases have this outcome: each reason once, with the cases it is true of.
pub(super) fn reasons(page: &mut Page, cases: &[&CaseRecord], outcome: Outcome) {
    let mut reasons: IndexMap<&str, Vec<&str>> = IndexMap::new();
    for case in cases {
        let reason = case.reason.as_deref().unwrap_or("no reason was given");
        reasons.entry(reason).or_default().push(&case.id);
    }
    if reasons.is_empty() {
        return;
    }
    page.gap();
    let (mark, tone, word) = text::shown(outcome);
    page.line(&[(Tone::Strong, word)]);
    for (reason, cases) in &reasons {
        let mark = format!("  {mark} ");
        let text = format!("{reason} ({})", some_of(cases));
        page.prose(&[(tone, &mark)], Tone::Plain, &text);
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

/// Findings that are below the level asked for, each once, the worst first.
pub(super) fn findings(page: &mut Page, report: &Report, options: &TextOptions) {
    let mut remarks: IndexMap<(Level, String), Vec<&str>> = IndexMap::new();
    for case in &report.cases {
        for finding in case.findings.iter().filter(|finding| is_remark(case, finding, report.level, options))
        {
            let cases = remarks.entry((finding.level, about_anyone(finding))).or_default();
            if cases.last() != Some(&case.id.as_str()) {
                cases.push(&case.id);
            }
        }
    }
    if remarks.is_empty() {
        return;
    }
    remarks.sort_by(|(one, _), _, (other, _), _| other.cmp(one));
    page.gap();
    let heading = format!(" below level {}", report.level);
    page.line(&[(Tone::Strong, "remarks"), (Tone::Plain, &heading)]);
    for ((level, message), cases) in &remarks {
        let level_word = format!("  {level:<6}  ");
        let lead: [Piece<'_>; 1] = [(tone(*level), &level_word)];
        page.prose(&lead, Tone::Plain, &format!("{message} ({})", some_of(cases)));
    }
}

fn is_remark(case: &CaseRecord, finding: &Finding, level: Level, options: &TextOptions) -> bool {
    let explained = options.verbose && matches!(case.outcome, Outcome::Failed | Outcome::FailedAsExpected);
    finding.level < level && case.outcome != Outcome::CouldNotRun && !explained
}

/// The message without the name of the actor, so that what is the same for everyone is said once.
pub(super) fn about_anyone(finding: &Finding) -> String {
    let Some(actor) = &finding.actor else { return finding.message.clone() };
    match finding.message.strip_prefix(&format!("{actor} ")) {
        Some(rest) => format!("an actor {rest}"),
        None => finding.message.replacen(&format!(" at {actor} "), " ", 1),
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
