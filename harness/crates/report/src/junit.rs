//! JUnit XML, for what shows the results of a pipeline: a suite for each dialect, a test case for each case.

use std::time::Duration;

use indexmap::IndexMap;
use quick_junit::{NonSuccessKind, Property, TestCase, TestCaseStatus, TestSuite};

use super::{TextOptions, load_text, remarks, text};
use language::visible::visible;
use results::record::breach::LoadOutcome;
use results::record::load::LoadRecord;
use results::record::{CaseRecord, Outcome, Report};

/// The columns of an explanation: XML has no terminal to ask.
const WIDTH: usize = 110;

/// The report as XML; ends with a line break.
#[must_use]
pub fn render(report: &Report) -> String {
    let mut junit = quick_junit::Report::new("conformance");
    junit.set_time(Duration::from_millis(report.duration_ms));
    let mut suites: IndexMap<&str, TestSuite> = IndexMap::new();
    for case in &report.cases {
        let suite = suites.entry(&case.dialect).or_insert_with(|| suite(report, &case.dialect));
        suite.add_test_case(test_case(case, report));
    }
    for load in &report.loads {
        let suite = suites.entry(&load.dialect).or_insert_with(|| suite(report, &load.dialect));
        suite.add_test_case(load_case(load, report));
    }
    if let Some(why) = &report.why {
        suites
            .entry("harness")
            .or_insert_with(|| suite(report, "harness"))
            .add_test_case(run_case(report, why));
    }
    for mut suite in suites.into_values() {
        let time = suite.test_cases.iter().filter_map(|case| case.time).sum();
        suite.set_time(time);
        junit.add_test_suite(suite);
    }
    junit.to_string().unwrap_or_else(|error| {
        // Writing into a text cannot fail; should it ever, a pipeline sees a broken file rather than an empty pass.
        format!("the report cannot be written as XML: {error}\n")
    })
}

fn suite(report: &Report, dialect: &str) -> TestSuite {
    let mut suite = TestSuite::new(visible(dialect));
    suite.add_property(Property::new("harness", &report.harness));
    suite.add_property(Property::new("target", visible(&report.target)));
    if let Some(client) = &report.client {
        suite.add_property(Property::new("client", visible(client)));
    }
    if let Some(safety) = super::causes::safety_by_sense(report) {
        suite.add_property(Property::new("safety", visible(&safety)));
    }
    suite.add_property(Property::new("level", report.level.to_string()));
    suite.add_property(Property::new("seed", report.seed.to_string()));
    suite
}

/// What the run as a whole came to, where no other test case says it.
fn run_case(report: &Report, why: &str) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_type(text::said(report.verdict).2);
    status.set_message(visible(why));
    TestCase::new("run", status)
}

/// A load run is one test case, which explains itself as in a terminal.
fn load_case(load: &LoadRecord, report: &Report) -> TestCase {
    let options = TextOptions { width: WIDTH, ..TextOptions::default() };
    let status = match load.outcome() {
        LoadOutcome::Passed => TestCaseStatus::success(),
        outcome => {
            let (kind, what) = match outcome {
                LoadOutcome::Void => (NonSuccessKind::Error, "void"),
                LoadOutcome::CutShort => (NonSuccessKind::Error, "cut short"),
                LoadOutcome::CouldNotRun => (NonSuccessKind::Error, "could not run"),
                LoadOutcome::Unreachable => (NonSuccessKind::Error, "the target is gone"),
                LoadOutcome::Passed | LoadOutcome::Failed => (NonSuccessKind::Failure, "load"),
            };
            let mut status = TestCaseStatus::non_success(kind);
            status.set_type(what);
            status.set_message(visible(&load_text::why(load)));
            status.set_description(format!("\n{}", load_text::render(load, &options)));
            status
        }
    };
    let mut test_case = TestCase::new(visible(&format!("{}/{} (load)", load.dialect, load.scenario)), status);
    test_case.set_time(Duration::from_millis(load.phases.iter().map(|phase| phase.lasted_ms).sum()));
    for cause in report.causes.iter().filter(|cause| cause.shows_under(load)) {
        test_case.add_property(Property::new("cause", visible(&cause.key)));
    }
    test_case
}

fn test_case(case: &CaseRecord, report: &Report) -> TestCase {
    let mut test_case = TestCase::new(visible(&case.id), status(case, report));
    test_case.set_classname(visible(&case.file));
    test_case.set_time(Duration::from_millis(case.duration_ms));
    for cause in report.causes.iter().filter(|cause| cause.cases.contains(&case.id)) {
        test_case.add_property(Property::new("cause", visible(&cause.key)));
    }
    test_case
}

fn status(case: &CaseRecord, report: &Report) -> TestCaseStatus {
    let reason = case.reason.as_deref().unwrap_or(text::shown(case.outcome).2);
    match case.outcome {
        Outcome::Passed => TestCaseStatus::success(),
        Outcome::Failed => {
            let worst = remarks::worst(case);
            let level = worst.map_or_else(|| "failed".to_owned(), |finding| finding.level.to_string());
            let message = worst.map_or(reason, |finding| finding.message.as_str());
            explained(NonSuccessKind::Failure, &level, message, case, report)
        }
        Outcome::PassedUnexpectedly => {
            explained(NonSuccessKind::Failure, "passed unexpectedly", reason, case, report)
        }
        Outcome::CouldNotRun => explained(NonSuccessKind::Error, "could not run", reason, case, report),
        Outcome::FailedAsExpected => skipped(&format!("failed as expected: {reason}")),
        Outcome::NotSupported => skipped(&format!("not supported: {reason}")),
    }
}

fn explained(
    kind: NonSuccessKind,
    what: &str,
    message: &str,
    case: &CaseRecord,
    report: &Report,
) -> TestCaseStatus {
    let options = TextOptions { width: WIDTH, ..TextOptions::default() };
    let mut status = TestCaseStatus::non_success(kind);
    status.set_type(what);
    status.set_message(visible(message));
    // Its control characters are visible already; line breaks stay what they are.
    status.set_description(format!("\n{}", text::render_case(case, report, &options)));
    status
}

fn skipped(message: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(visible(message));
    status
}
