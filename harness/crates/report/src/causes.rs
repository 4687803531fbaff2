//! Causes in a terminal: what somebody has to mend, the worst first, each with one example. A screen of them, unless all
//! are asked for. Every other report takes from here which of them fail a run.

use super::diagram::on_one_line;
use super::explain::tone;
use super::page::{Page, Piece, Tone};
use super::{TextOptions, text};
use results::record::cause::{Cause, Example};
use results::record::{CaseRecord, Difference, Outcome, Report};

/// How many lines are a screen of causes.
const SCREEN: usize = 22;
/// How many remarks are told by themselves.
const REMARKS: usize = 4;

/// The causes that fail the run: of the level asked for or above, and not expected.
pub(super) fn failing(report: &Report) -> Vec<&Cause> {
    let fails = |cause: &&Cause| {
        let failed = |case: &CaseRecord| case.outcome == Outcome::Failed && cause.cases.contains(&case.id);
        cause.level >= report.level
            && cause.expected.is_none()
            && (!cause.loads.is_empty() || report.cases.iter().any(failed))
    };
    report.causes.iter().filter(fails).collect()
}

/// The others: below the level asked for, or in cases that were not judged to the end.
pub(super) fn remarks(report: &Report) -> Vec<&Cause> {
    report.causes.iter().filter(|cause| cause.level < report.level).collect()
}

/// What by sense alone nobody should hear or do, in a sentence; it stands beside every verdict.
pub(super) fn safety_by_sense(report: &Report) -> Option<String> {
    const NAMED: usize = 3;
    let causes: Vec<&Cause> = report.causes.iter().filter(|cause| cause.concerns_safety_by_sense()).collect();
    let named: Vec<&str> = causes.iter().take(NAMED).map(|cause| cause.title.as_str()).collect();
    let more = causes.len().checked_sub(NAMED + 1).map(|_| ", …").unwrap_or_default();
    let what = match causes.len() {
        0 => return None,
        1 => "1 finding about safety that no document forbids".to_owned(),
        many => format!("{many} findings about safety that no document forbids"),
    };
    Some(format!("{what}: {}{more}", named.join("; ")))
}

/// Adds the causes that fail the run.
pub(super) fn section(page: &mut Page, report: &Report, options: &TextOptions) {
    let causes = failing(report);
    if causes.is_empty() {
        return;
    }
    page.gap();
    let count = match causes.len() {
        1 => "1 cause".to_owned(),
        many => format!("{many} causes, the worst first"),
    };
    page.line(&[(Tone::Strong, &count)]);
    let mut room = if options.verbose { usize::MAX } else { SCREEN };
    for (index, cause) in causes.iter().enumerate() {
        let mut told = Page::new(options);
        one(&mut told, cause, options);
        let told = told.finish();
        let lines = told.lines().count();
        if lines > room && index > 0 {
            let more = causes.len() - index;
            let causes = if more == 1 { "cause" } else { "causes" };
            let more = format!("  and {more} more {causes}: -v, or report.html");
            page.line(&[(Tone::Strong, &more)]);
            break;
        }
        room = room.saturating_sub(lines);
        told.lines().for_each(|line| page.finished(line));
    }
}

fn one(page: &mut Page, cause: &Cause, options: &TextOptions) {
    let level = format!("  {:<6}  ", cause.level);
    let lead: [Piece<'_>; 1] = [(tone(cause.level), &level)];
    page.prose(&lead, Tone::Strong, &format!("{}{} ({})", cause.title, sense(cause), shows(cause)));
    let indent = (Tone::Plain, "          ");
    let Example { case, file, line, step, finding } = &cause.example;
    let place = match (file.is_empty(), line) {
        (true, _) => String::new(),
        (false, 0) => format!("  {file}"),
        (false, line) => format!("  {file}:{line}"),
    };
    page.cut(&[indent, (Tone::Plain, case), (Tone::Faint, &place), (Tone::Faint, "  "), (Tone::Faint, step)]);
    let message = differs(cause).unwrap_or_else(|| finding.message.clone());
    page.cut(&[indent, (Tone::Plain, &message)]);
    if let Some(received) = finding.received.as_ref().filter(|_| finding.differences.is_empty()) {
        page.cut(&[indent, (Tone::Bad, "+ "), (Tone::Bad, &on_one_line(received))]);
    }
    if options.verbose {
        let clauses = cause.clauses.iter().map(|clause| format!("clause {clause}"));
        let during = (!cause.during.is_empty()).then(|| format!("during {}", cause.during.join(", ")));
        let follows = cause.follows.iter().map(|what| format!("then {what}"));
        let said: Vec<String> = during.into_iter().chain(clauses).chain(follows).collect();
        page.prose(&[indent], Tone::Faint, &said.join("; "));
    }
}

/// The difference of the example that the cause is about, in one line.
pub(super) fn differs(cause: &Cause) -> Option<String> {
    let finding = &cause.example.finding;
    let about = |it: &&Difference| {
        it.path.rsplit('.').next().is_some_and(|field| cause.title.contains(&format!("`{field}`")))
    };
    let difference = finding.differences.iter().find(about).or(finding.differences.first())?;
    let at = finding.actor.as_ref().map(|actor| format!(" at {actor}")).unwrap_or_default();
    let path = if difference.path.is_empty() { "the whole of it" } else { &difference.path };
    let Difference { expected, received, .. } = difference;
    Some(format!("{}{at}, {path}: expected {expected}, received {received}", finding.subject))
}

/// That no document says so, behind the title of a cause.
pub(super) fn sense(cause: &Cause) -> &'static str {
    if cause.by_sense { ", by sense" } else { "" }
}

/// In how many cases and load runs.
pub(super) fn shows(cause: &Cause) -> String {
    let cases = match cause.cases.len() {
        0 => None,
        1 => Some("1 case".to_owned()),
        many => Some(format!("{many} cases")),
    };
    let loads = match cause.loads.len() {
        0 => None,
        1 => Some(format!("{} under load", times(cause.findings))),
        many => Some(format!("{many} load runs")),
    };
    cases.into_iter().chain(loads).collect::<Vec<_>>().join(" and ")
}

fn times(count: u64) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

/// Adds what fails nothing, a line each.
pub(super) fn remarks_section(page: &mut Page, report: &Report, options: &TextOptions) {
    let causes = remarks(report);
    if causes.is_empty() {
        return;
    }
    page.gap();
    let heading = format!(" below level {}", report.level);
    page.line(&[(Tone::Strong, "remarks"), (Tone::Plain, &heading)]);
    let shown = if options.verbose { causes.len() } else { causes.len().min(REMARKS) };
    for cause in &causes[..shown] {
        let level = format!("  {:<6}  ", cause.level);
        let text = match cause.cases.as_slice() {
            [one] => format!("{}{} ({one})", cause.title, sense(cause)),
            _ => format!("{}{} ({}, first {})", cause.title, sense(cause), shows(cause), cause.example.case),
        };
        page.prose(&[(tone(cause.level), &level)], Tone::Plain, &text);
    }
    if shown < causes.len() {
        page.line(&[(Tone::Plain, &format!("  and {} more: -v, or report.html", causes.len() - shown))]);
    }
}

/// The causes of load runs, where no case says more.
#[must_use]
pub fn of_loads(report: &Report, options: &TextOptions) -> String {
    let mut page = Page::new(options);
    section(&mut page, report, options);
    text::entries(&mut page, report, options);
    page.finish()
}
