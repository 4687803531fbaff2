//! TAP 14, for what counts tests: a line for each case and each load run, a YAML block where one is not fine.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::annotations::place;
use super::{load_text, remarks, text};
use language::visible::{visible, visible_json};
use results::record::breach::LoadOutcome;
use results::record::load::LoadRecord;
use results::record::{CaseRecord, Outcome, Report};

/// The report as TAP; ends with a line break.
#[must_use]
pub fn render(report: &Report) -> String {
    let (cases, loads) = (report.cases.len(), report.loads.len());
    let mut tap = format!("TAP version 14\n1..{}\n", cases + loads + usize::from(report.why.is_some()));
    let _infallible = writeln!(tap, "# harness {}, target {}", report.harness, visible(&report.target));
    for (index, case) in report.cases.iter().enumerate() {
        case_lines(&mut tap, index + 1, case, report);
    }
    for (index, load) in report.loads.iter().enumerate() {
        load_lines(&mut tap, cases + index + 1, load, report);
    }
    if let Some(why) = &report.why {
        line(&mut tap, false, cases + loads + 1, "run", "");
        let verdict = json!(text::said(report.verdict).2);
        block(&mut tap, &[("message", json!(why)), ("severity", json!("error")), ("verdict", verdict)]);
    }
    tap
}

fn case_lines(tap: &mut String, number: usize, case: &CaseRecord, report: &Report) {
    let reason = case.reason.as_deref().unwrap_or(text::shown(case.outcome).2);
    // A test that is skipped counts as fine, one that is `TODO` as expected to fail.
    let (ok, directive) = match case.outcome {
        Outcome::Passed => (true, String::new()),
        Outcome::NotSupported => (true, format!(" # SKIP {}", escaped(reason))),
        Outcome::FailedAsExpected => (false, format!(" # TODO {}", escaped(reason))),
        Outcome::Failed | Outcome::PassedUnexpectedly | Outcome::CouldNotRun => (false, String::new()),
    };
    line(tap, ok, number, &case.id, &directive);
    if ok {
        return;
    }
    let worst = remarks::worst(case).filter(|_| case.outcome != Outcome::PassedUnexpectedly);
    let message = worst.map_or(reason, |finding| finding.message.as_str());
    let (file, row) = place(case);
    let mut fields = vec![
        ("message", json!(message)),
        ("severity", json!(if case.outcome == Outcome::CouldNotRun { "error" } else { "fail" })),
        ("outcome", json!(case.outcome)),
        ("at", json!({"file": file, "line": row})),
        ("duration_ms", json!(case.duration_ms)),
    ];
    let causes = report.causes.iter().filter(|cause| cause.cases.contains(&case.id));
    fields.push(("causes", json!(causes.map(|cause| &cause.key).collect::<Vec<_>>())));
    if let Some(clause) = worst.and_then(|finding| finding.clause.as_ref()) {
        fields.push(("clause", json!(format!("{} ({}, {})", clause.id, clause.document, clause.at))));
    }
    if let Some(finding) = worst {
        fields.extend(finding.expected.as_ref().map(|expected| ("expected", expected.clone())));
        fields.extend(finding.received.as_ref().map(|received| ("received", received.clone())));
    }
    block(tap, &fields);
}

fn load_lines(tap: &mut String, number: usize, load: &LoadRecord, report: &Report) {
    let name = format!("{}/{} (load)", load.dialect, load.scenario);
    line(tap, load.passed, number, &name, "");
    if !load.passed {
        let failed = load.outcome() == LoadOutcome::Failed;
        let severity = if failed { "fail" } else { "error" };
        let causes = report.causes.iter().filter(|cause| cause.shows_under(load));
        let causes = json!(causes.map(|cause| &cause.key).collect::<Vec<_>>());
        let message = json!(load_text::why(load));
        let mut fields = vec![("message", message), ("severity", json!(severity)), ("causes", causes)];
        if !load.breaches.is_empty() {
            fields.push(("breaches", json!(load.breaches)));
        }
        block(tap, &fields);
    }
}

fn line(tap: &mut String, ok: bool, number: usize, name: &str, directive: &str) {
    let ok = if ok { "ok" } else { "not ok" };
    let _infallible = writeln!(tap, "{ok} {number} - {}{directive}", escaped(name));
}

/// A value in JSON is one in YAML, too.
fn block(tap: &mut String, fields: &[(&str, Value)]) {
    tap.push_str("  ---\n");
    for (name, value) in fields {
        let _infallible = writeln!(tap, "  {name}: {}", visible_json(&value.to_string()));
    }
    tap.push_str("  ...\n");
}

/// A hash would begin a directive.
fn escaped(text: &str) -> String {
    visible(&text.replace('\n', " ")).replace('\\', "\\\\").replace('#', "\\#")
}
