//! What a pipeline shows beside a line of a file: workflow commands for GitHub, a code quality report for GitLab. Both say
//! the same of the same cases.

use serde_json::{Value, json};

use super::{load_text, remarks, text};
use crate::record::{CaseRecord, Outcome, Report};
use crate::scenario::level::Level;

/// GitHub shows ten errors of a step, and drops the others without a word.
const SHOWN_BY_GITHUB: usize = 10;

/// Something to be said beside a line.
struct Note {
    /// The file and the line; none for a load run as a whole.
    place: Option<(String, usize)>,
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
            "fingerprint": note.title,
            "severity": if note.remark { "minor" } else { "major" },
            "location": {"path": file, "lines": {"begin": line}},
        }))
    };
    notes(report).into_iter().filter_map(shown).collect()
}

fn notes(report: &Report) -> Vec<Note> {
    let told = |case: &&CaseRecord| {
        matches!(case.outcome, Outcome::Failed | Outcome::PassedUnexpectedly | Outcome::CouldNotRun)
            || case.findings.iter().any(|finding| finding.level > Level::May)
                && case.outcome == Outcome::Passed
    };
    let cases = report.cases.iter().filter(told).map(of_case);
    let loads = report.loads.iter().filter(|load| !load.passed).map(|load| Note {
        place: None,
        title: format!("{}/{} (load)", load.dialect, load.scenario),
        message: load_text::why(load),
        remark: false,
    });
    cases.chain(loads).collect()
}

fn of_case(case: &CaseRecord) -> Note {
    let reason = case.reason.as_deref().unwrap_or(text::shown(case.outcome).2);
    let worst = remarks::worst(case).filter(|_| case.outcome != Outcome::PassedUnexpectedly);
    let message = match worst {
        Some(finding) => {
            let clause = finding.clause.as_ref();
            let clause = clause.map_or_else(String::new, |it| format!("\nclause {}: {}", it.id, it.text));
            format!("{} ({}){clause}", finding.message, finding.level)
        }
        None => reason.to_owned(),
    };
    Note {
        place: Some(place(case)),
        title: case.id.clone(),
        message,
        remark: case.outcome == Outcome::Passed,
    }
}

/// The file of a case and the line of its worst finding; the first where it is nowhere in particular.
pub(super) fn place(case: &CaseRecord) -> (String, usize) {
    let step = remarks::worst(case).and_then(|finding| case.steps.get(finding.step));
    (case.file.clone(), step.map_or(1, |step| step.line.max(1)))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
