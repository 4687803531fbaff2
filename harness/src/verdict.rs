//! From the records of cases to a report: expected failures, forms, coverage, totals, the verdict. Pure.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use crate::causes;
use crate::record::{
    CaseRecord, ClauseCoverage, ClauseRef, Coverage, Finding, FormUse, Kind, Outcome, Report, Totals, Verdict,
};
use crate::scenario::contract::Contract;
use crate::scenario::level::Level;
use crate::scenario::target::ExpectedFailure;

/// The version of the report format.
pub const FORMAT: u32 = 1;

/// Exit status: every case passed.
pub const PASSED: u8 = 0;
/// Exit status: a case failed, or passed though it was expected to fail.
pub const FAILED: u8 = 1;
/// Exit status: a broken scenario, contract, target file or command line.
pub const USAGE: u8 = 2;
/// Exit status: the target was not reached, or did not stay.
pub const UNREACHABLE: u8 = 3;
/// Exit status: nothing failed, but a case could not be run, or none was judged.
pub const COULD_NOT_RUN: u8 = 4;
/// Exit status: the load generator itself was the bottleneck.
pub const VOID: u8 = 5;
/// Exit status: stopped at once by a second interrupt.
pub const STOPPED: u8 = 130;
/// Exit status: a fault of the harness itself.
pub const INTERNAL: u8 = 70;

/// What each exit status means.
pub const STATUSES: &[(u8, &str)] = &[
    (PASSED, "passed: every case that could be judged is fine, and at least one was judged"),
    (FAILED, "failed: a case failed, or passed though it was expected to fail"),
    (USAGE, "a broken scenario, contract, target file or command line"),
    (UNREACHABLE, "the target was not reached, or did not stay"),
    (
        COULD_NOT_RUN,
        "could not run: nothing failed, but a case could not be run, none was judged, Ctrl-C ended the run early, or there\n      \
         are too few load runs to tell whether a number got worse",
    ),
    (VOID, "void: the load generator itself was the bottleneck, so its numbers prove nothing"),
    (INTERNAL, "a fault of the harness itself"),
    (STOPPED, "stopped at once, without reports, by a second Ctrl-C"),
];

/// What a report says of the run itself.
#[derive(Debug, Clone)]
pub struct Circumstances {
    /// When it began: RFC 3339, UTC.
    pub started: String,
    /// The day it is judged on.
    pub today: jiff::civil::Date,
    /// How long it took.
    pub duration_ms: u64,
    /// What was under test.
    pub target: String,
    /// Which client spoke, where it was not our own.
    pub client: Option<String>,
    /// The seed.
    pub seed: u64,
    /// The time scale.
    pub timescale: f64,
    /// The patience.
    pub patience: f64,
    /// The lowest level of finding that fails a case.
    pub level: Level,
    /// The server was out of reach, or did not stay.
    pub unreachable: bool,
}

/// Puts a report together.
#[must_use]
pub fn conclude(
    mut cases: Vec<CaseRecord>,
    contracts: &[&Contract],
    expected: &[ExpectedFailure],
    run: Circumstances,
) -> Report {
    let forms = forms(&mut cases, run.level);
    for case in &mut cases {
        expect_failure(case, expected, run.today);
    }
    let gathered = causes::gather(&cases, &[]);
    causes::name(&mut cases, &gathered);
    let totals = totals(&cases);
    let verdict = verdict(&totals, run.unreachable);
    Report {
        format: FORMAT,
        harness: env!("CARGO_PKG_VERSION").to_owned(),
        started: run.started,
        duration_ms: run.duration_ms,
        target: run.target,
        client: run.client,
        seed: run.seed,
        timescale: run.timescale,
        patience: run.patience,
        level: run.level,
        verdict,
        exit_status: exit_status(verdict),
        totals,
        coverage: contracts.iter().map(|contract| coverage(contract, &cases)).collect(),
        forms,
        loads: Vec::new(),
        baseline: None,
        causes: gathered.causes,
        cases,
    }
}

/// The exit status of a verdict.
#[must_use]
pub fn exit_status(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Passed => PASSED,
        Verdict::Failed => FAILED,
        Verdict::CouldNotRun => COULD_NOT_RUN,
        Verdict::Unreachable => UNREACHABLE,
        Verdict::Void => VOID,
    }
}

/// The verdict that goes with an exit status; what it was, where none does.
#[must_use]
pub fn of_status(status: u8, verdict: Verdict) -> Verdict {
    let all = [Verdict::Passed, Verdict::Failed, Verdict::CouldNotRun, Verdict::Unreachable, Verdict::Void];
    all.into_iter().find(|known| exit_status(*known) == status).unwrap_or(verdict)
}

/// Which forms were seen. Two forms of one thing in one run are a finding of the case that shows the second one.
fn forms(cases: &mut [CaseRecord], level: Level) -> Vec<FormUse> {
    let mut uses: IndexMap<(String, String), BTreeMap<String, u64>> = IndexMap::new();
    for case in cases.iter_mut() {
        for (thing, form) in case.forms.clone() {
            let seen = uses.entry((case.dialect.clone(), thing.clone())).or_default();
            if !seen.is_empty() && !seen.contains_key(&form) {
                let first = seen.keys().next().cloned().unwrap_or_default();
                let message = format!("{thing}: `{form}` here, `{first}` elsewhere in this run");
                case.findings.push(remark(case.steps.len().saturating_sub(1), message, case.level));
                if Level::Should.min(case.level) >= level && case.outcome == Outcome::Passed {
                    case.outcome = Outcome::Failed;
                }
            }
            *seen.entry(form).or_default() += 1;
        }
    }
    uses.into_iter().map(|((dialect, thing), seen)| FormUse { dialect, thing, seen }).collect()
}

fn remark(step: usize, message: String, most: Level) -> Finding {
    Finding::new(Level::Should.min(most), Kind::Form, step, message)
}

fn expect_failure(case: &mut CaseRecord, expected: &[ExpectedFailure], today: jiff::civil::Date) {
    let Some(failure) = expected.iter().find(|failure| failure.matches(&case.id)) else { return };
    let expired = failure.until < today;
    match case.outcome {
        Outcome::Failed if expired => {
            case.reason = Some(format!(
                "was expected to fail until {}, which is over: {}",
                failure.until, failure.issue
            ));
        }
        Outcome::Failed => {
            case.outcome = Outcome::FailedAsExpected;
            case.reason = Some(format!("expected until {}: {}", failure.until, failure.issue));
        }
        Outcome::Passed => {
            case.outcome = Outcome::PassedUnexpectedly;
            case.reason =
                Some(format!("was expected to fail ({}); take it out of `expected_failures`", failure.issue));
        }
        _ => {}
    }
}

fn totals(cases: &[CaseRecord]) -> Totals {
    let count = |outcome| cases.iter().filter(|case| case.outcome == outcome).count();
    Totals {
        passed: count(Outcome::Passed),
        failed: count(Outcome::Failed),
        failed_as_expected: count(Outcome::FailedAsExpected),
        passed_unexpectedly: count(Outcome::PassedUnexpectedly),
        could_not_run: count(Outcome::CouldNotRun),
        not_supported: count(Outcome::NotSupported),
    }
}

fn verdict(totals: &Totals, unreachable: bool) -> Verdict {
    let judged = totals.passed + totals.failed_as_expected;
    if unreachable {
        Verdict::Unreachable
    } else if totals.failed + totals.passed_unexpectedly > 0 {
        Verdict::Failed
    } else if totals.could_not_run > 0 || judged == 0 {
        Verdict::CouldNotRun
    } else {
        Verdict::Passed
    }
}

fn coverage(contract: &Contract, cases: &[CaseRecord]) -> Coverage {
    let of_dialect: Vec<&CaseRecord> = cases.iter().filter(|case| case.dialect == contract.dialect).collect();
    let clauses: Vec<ClauseCoverage> = contract
        .clauses
        .iter()
        .map(|(id, clause)| ClauseCoverage {
            clause: ClauseRef {
                id: id.clone(),
                document: contract.document.clone(),
                at: clause.at.clone(),
                text: clause.text.clone(),
            },
            level: clause.level,
            cases: of_dialect
                .iter()
                .filter(|case| case.clauses.contains(id))
                .map(|case| case.id.clone())
                .collect(),
        })
        .collect();
    let covered = clauses.iter().filter(|clause| !clause.cases.is_empty()).count();
    let percent = if clauses.is_empty() { 100.0 } else { 100.0 * covered as f64 / clauses.len() as f64 };
    Coverage { dialect: contract.dialect.clone(), document: contract.document.clone(), percent, clauses }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(id: &str, outcome: Outcome) -> CaseRecord {
        CaseRecord {
            id: id.to_owned(),
            dialect: "crm".to_owned(),
            scenario: "typing".to_owned(),
            title: String::new(),
            file: String::new(),
            level: Level::Must,
            outcome,
            reason: None,
            duration_ms: 0,
            attempts: 1,
            steps: Vec::new(),
            findings: Vec::new(),
            clauses: Vec::new(),
            forms: Vec::new(),
            set_aside: 0,
            transcript: Vec::new(),
            frames: Vec::new(),
        }
    }

    fn judge(cases: Vec<CaseRecord>, until: jiff::civil::Date, unreachable: bool) -> Report {
        let run = Circumstances {
            started: String::new(),
            today: jiff::civil::date(2027, 1, 31),
            duration_ms: 0,
            target: String::new(),
            client: None,
            seed: 0,
            timescale: 1.0,
            patience: 1.0,
            level: Level::Should,
            unreachable,
        };
        let known = ExpectedFailure { case: "crm/known".to_owned(), issue: "#7".to_owned(), until };
        conclude(cases, &[], &[known], run)
    }

    fn status(id: &str, outcome: Outcome) -> (Outcome, u8) {
        let report = judge(vec![case(id, outcome)], jiff::civil::date(2027, 1, 31), false);
        (report.cases[0].outcome, report.exit_status)
    }

    #[test]
    fn every_outcome_has_its_exit_status() {
        assert_eq!(status("crm/a", Outcome::Passed), (Outcome::Passed, PASSED));
        assert_eq!(status("crm/a", Outcome::Failed), (Outcome::Failed, FAILED));
        assert_eq!(status("crm/a", Outcome::CouldNotRun), (Outcome::CouldNotRun, COULD_NOT_RUN));
        assert_eq!(
            status("crm/a", Outcome::NotSupported),
            (Outcome::NotSupported, COULD_NOT_RUN),
            "nothing was judged"
        );
        let gone = judge(vec![case("crm/a", Outcome::Failed)], jiff::civil::date(2027, 1, 31), true);
        assert_eq!(gone.exit_status, UNREACHABLE);
    }

    #[test]
    fn an_expected_failure_still_runs_and_an_unexpected_pass_fails() {
        assert_eq!(status("crm/known", Outcome::Failed), (Outcome::FailedAsExpected, PASSED));
        assert_eq!(status("crm/known", Outcome::Passed), (Outcome::PassedUnexpectedly, FAILED));
        assert_eq!(status("crm/known", Outcome::CouldNotRun), (Outcome::CouldNotRun, COULD_NOT_RUN));
    }

    #[test]
    fn an_expected_failure_ends_with_its_day() {
        let report = judge(vec![case("crm/known", Outcome::Failed)], jiff::civil::date(2027, 1, 30), false);
        assert_eq!((report.cases[0].outcome, report.exit_status), (Outcome::Failed, FAILED));
        assert!(report.cases[0].reason.as_ref().is_some_and(|reason| reason.contains("is over")));
    }

    #[test]
    fn two_forms_of_one_thing_in_one_run_are_a_finding_of_level_should() {
        let with = |id: &str, form: &str| CaseRecord {
            forms: vec![("answer of join".to_owned(), form.to_owned())],
            ..case(id, Outcome::Passed)
        };
        let report = judge(
            vec![with("crm/a", "ack"), with("crm/b", "ack"), with("crm/c", "event")],
            Default::default(),
            false,
        );
        assert_eq!(report.cases[1].findings.len(), 0);
        assert_eq!(report.cases[2].findings[0].level, Level::Should);
        assert_eq!(report.cases[2].outcome, Outcome::Failed);
        assert_eq!(report.forms[0].seen["ack"], 2);
    }
}
