//! What a pipeline shows beside a line of a file: workflow commands for GitHub, a code quality report for GitLab. Both say
//! the same of the same causes.

use indexmap::IndexMap;
use serde_json::{Value, json};

use super::{causes, load_text, remarks, text};
use language::level::Level;
use language::visible::visible;
use results::record::cause::{Cause, Example};
use results::record::load::LoadRecord;
use results::record::{CaseRecord, Outcome, Report};

/// GitHub shows ten errors of a step, and drops the others without a word.
const SHOWN_BY_GITHUB: usize = 10;

/// Something to be said beside a line.
struct Note {
    /// The file and the line; none for load.
    place: Option<(String, usize)>,
    /// The same in every run.
    key: String,
    title: String,
    message: String,
    /// It fails nothing.
    remark: bool,
}

/// Workflow commands, a line each: `::error file=…,line=…,title=…::…`.
#[must_use]
pub fn github(report: &Report) -> String {
    let notes: Vec<Note> = notes(report).into_iter().filter(|note| !note.remark).collect();
    let mut lines: String = notes
        .iter()
        .take(SHOWN_BY_GITHUB)
        .map(|note| {
            let place = note.place.as_ref();
            let place = place.map(|(file, line)| format!("file={},line={line},", property(file)));
            let (title, message) = (property(&note.title), data(&note.message));
            format!("::error {}title={title}::{message}\n", place.unwrap_or_default())
        })
        .collect();
    let more = notes.len().saturating_sub(SHOWN_BY_GITHUB);
    if more > 0 {
        lines.push_str(&format!("::notice::{more} more are in the summary and in the reports of this run\n"));
    }
    lines
}

/// GitLab's code quality report, in the format of Code Climate. A load run is about no line, and is not in it.
#[must_use]
pub fn gitlab(report: &Report) -> Value {
    let shown = |note: Note| {
        let (file, line) = note.place?;
        Some(json!({
            "description": format!("{}: {}", note.title, note.message),
            "check_name": "harness",
            // Two of one run differ in it, and the same one of two runs does not.
            "fingerprint": note.key,
            "severity": if note.remark { "minor" } else { "major" },
            "location": {"path": file, "lines": {"begin": line}},
        }))
    };
    notes(report).into_iter().filter_map(shown).collect()
}

/// One for each cause, not for each case; for cases that are wrong without one, one for each reason.
fn notes(report: &Report) -> Vec<Note> {
    let failing = causes::failing(report);
    let remarks = causes::remarks(report).into_iter().filter(|cause| cause.level > Level::May);
    let of_causes =
        failing.iter().map(|cause| of_cause(cause, false)).chain(remarks.map(|cause| of_cause(cause, true)));
    let untold = |case: &&CaseRecord| match case.outcome {
        Outcome::PassedUnexpectedly | Outcome::CouldNotRun => true,
        Outcome::Failed => !failing.iter().any(|cause| cause.cases.contains(&case.id)),
        _ => false,
    };
    let mut reasons: IndexMap<String, Vec<&CaseRecord>> = IndexMap::new();
    for case in report.cases.iter().filter(untold) {
        reasons.entry(reason(case)).or_default().push(case);
    }
    let of_reasons = reasons.into_iter().filter_map(|(reason, cases)| {
        let (first, more) = cases.split_first()?;
        let title = if more.is_empty() {
            first.id.clone()
        } else {
            format!("{} and {} more cases", first.id, more.len())
        };
        Some(Note { place: Some(place(first)), key: first.id.clone(), title, message: reason, remark: false })
    });
    let told = |load: &&LoadRecord| !load.passed && !failing.iter().any(|cause| cause.shows_under(load));
    let loads = report.loads.iter().filter(told).map(|load| Note {
        place: None,
        key: load.name(),
        title: format!("{} (load)", load.name()),
        message: load_text::why(load),
        remark: false,
    });
    let unmet = report.unmet.iter().map(|entry| Note {
        place: None,
        key: entry.clone(),
        title: "expected, and nowhere in the whole suite".to_owned(),
        message: format!("{entry}: take it out of `expected_failures`"),
        remark: false,
    });
    of_causes.chain(of_reasons).chain(loads).chain(unmet).collect()
}

fn reason(case: &CaseRecord) -> String {
    let worst = remarks::worst(case).filter(|_| case.outcome == Outcome::Failed);
    let reason = case.reason.as_deref().unwrap_or(text::shown(case.outcome).2);
    worst.map_or_else(|| reason.to_owned(), |finding| finding.message.clone())
}

fn of_cause(cause: &Cause, remark: bool) -> Note {
    let Example { case, file, line, finding, .. } = &cause.example;
    let clause = finding.clause.as_ref();
    let clause = clause.map_or_else(String::new, |it| format!("\nclause {}: {}", it.id, it.text));
    Note {
        place: (!file.is_empty()).then(|| (file.clone(), (*line).max(1))),
        key: cause.key.clone(),
        title: format!("{}{} ({})", cause.title, causes::sense(cause), causes::shows(cause)),
        message: format!("{case}: {} ({}){clause}", finding.message, cause.level),
        remark,
    }
}

/// The file of a case and the line of its worst finding; the first where it is nowhere in particular.
pub(super) fn place(case: &CaseRecord) -> (String, usize) {
    let step = remarks::worst(case).and_then(|finding| case.steps.get(finding.step));
    (case.file.clone(), step.map_or(1, |step| step.line.max(1)))
}

/// A log shows it as it is, so what would steer a terminal is shown instead.
fn data(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(|line| visible(line).replace('%', "%25")).collect();
    lines.join("%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
