//! From the records of cases to a report: expected failures, forms, coverage, totals, the verdict. Pure.

mod expected;

use std::collections::BTreeMap;

use indexmap::IndexMap;

use crate::causes;
use crate::record::{
    CaseRecord, ClauseCoverage, ClauseRef, Coverage, Finding, FormUse, Kind, Outcome, Report, Totals, Verdict,
};
use language::contract::Contract;
use language::expected::ExpectedFailure;
use language::level::Level;

/// The version of the report format.
pub const FORMAT: u32 = 1;

/// Exit status: every case passed.
pub const PASSED: u8 = 0;
/// Exit status: a case failed, or passed though it was expected to fail.
pub const FAILED: u8 = 1;
/// Exit status: a broken scenario, contract, target file or command line, or no place for reports.
pub const USAGE: u8 = 2;
/// Exit status: the target was not reached, or did not stay.
pub const UNREACHABLE: u8 = 3;
/// Exit status: nothing failed, but a case could not be run, or none was judged.
pub const COULD_NOT_RUN: u8 = 4;
/// Exit status: the load generator itself was the bottleneck.
pub const VOID: u8 = 5;
/// Exit status: stopped at once by a second interrupt; a report that was never finished has it, too.
pub const STOPPED: u8 = 130;
/// Exit status: a fault of the harness itself, or what it was only to print or to keep could not be written.
pub const INTERNAL: u8 = 70;

/// What each exit status means.
pub const STATUSES: &[(u8, &str)] = &[
    (PASSED, "passed: every case that could be judged is fine, and at least one was judged"),
    (FAILED, "failed: a case failed, or passed though it was expected to fail"),
    (USAGE, "a broken scenario, contract, target file or command line, or no place for reports"),
    (UNREACHABLE, "the target was not reached, or did not stay"),
    (
        COULD_NOT_RUN,
        "could not run: nothing failed, but a case could not be run, none was judged, Ctrl-C ended the run early, or there\n      \
         are too few load runs to tell whether a number got worse",
    ),
    (VOID, "void: the load generator itself was the bottleneck, so its numbers prove nothing"),
    (INTERNAL, "a fault of the harness itself, or what it was only to print or to keep could not be written"),
    (STOPPED, "stopped at once by a second Ctrl-C: its reports are marked unfinished"),
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
    /// All scenarios were run: what did not occur does not occur.
    pub whole: bool,
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
    let mut gathered = causes::gather(&cases, &[]);
    causes::name(&mut cases, &gathered);
    expected::apply(&mut cases, &mut gathered, expected, &run);
    let totals = totals(&cases);
    let unmet = expected::unmet(&cases, &gathered, expected, &run);
    let verdict = match verdict(&totals, run.unreachable) {
        Verdict::Passed if !unmet.is_empty() => Verdict::Failed,
        verdict => verdict,
    };
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
        why: None,
        exit_status: exit_status(verdict),
        totals,
        coverage: contracts.iter().map(|contract| coverage(contract, &cases)).collect(),
        forms,
        loads: Vec::new(),
        baseline: None,
        causes: gathered.causes,
        unmet,
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
        Verdict::Unfinished => STOPPED,
    }
}

/// The report of a run of which no case and no load says what it came to.
#[must_use]
pub fn without_any(run: Circumstances, verdict: Verdict, why: String) -> Report {
    let report = conclude(Vec::new(), &[], &[], run);
    Report { verdict, exit_status: exit_status(verdict), why: Some(why), ..report }
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
        .filter_map(|(id, clause)| Some((id, clause.level, ClauseRef::of(contract, id)?)))
        .map(|(id, level, clause)| ClauseCoverage {
            clause,
            level,
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
    use crate::record::Party;
    use language::expected::Known;
    use language::ground::Ground;

    fn case(id: &str, outcome: Outcome) -> CaseRecord {
        CaseRecord {
            scenario: "typing".to_owned(),
            outcome,
            ..CaseRecord::new(id.to_owned(), "crm".to_owned(), Level::Must)
        }
    }

    fn circumstances(unreachable: bool, whole: bool) -> Circumstances {
        Circumstances {
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
            whole,
        }
    }

    fn judge(cases: Vec<CaseRecord>, until: jiff::civil::Date, unreachable: bool) -> Report {
        let run = circumstances(unreachable, true);
        let what = Known::Case("crm/known".to_owned());
        conclude(cases, &[], &[ExpectedFailure { what, issue: "#7".to_owned(), until }], run)
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

    /// A case with findings: their kinds and levels, each about `newMessage` to a stranger, or an ack, and its clause.
    fn failed(id: &str, kinds: &[(Kind, Level)]) -> CaseRecord {
        let clause = ClauseRef {
            id: "s1".to_owned(),
            document: String::new(),
            at: String::new(),
            text: String::new(),
            ground: Ground::Stated,
            line: None,
        };
        let finding = |(kind, level): &(Kind, Level)| Finding {
            subject: "newMessage".to_owned(),
            during: "send".to_owned(),
            party: Some(Party::Stranger),
            clause: (*kind == Kind::Leak).then(|| clause.clone()),
            ..Finding::new(*level, *kind, 0, String::new())
        };
        let findings = kinds.iter().map(finding).collect();
        CaseRecord { findings, clauses: vec!["s1".to_owned()], ..case(id, Outcome::Failed) }
    }

    /// Judges with one entry that lasts; `whole` says whether all of the suite was run.
    fn expecting(what: Known, until: jiff::civil::Date, cases: Vec<CaseRecord>, whole: bool) -> Report {
        let run = circumstances(false, whole);
        conclude(cases, &[], &[ExpectedFailure { what, issue: "#8".to_owned(), until }], run)
    }

    fn outcomes(report: &Report) -> Vec<Outcome> {
        report.cases.iter().map(|case| case.outcome).collect()
    }

    const LAST: jiff::civil::Date = jiff::civil::date(2027, 1, 31);

    #[test]
    fn one_entry_covers_a_cause_in_all_of_its_cases() {
        let leak = (Kind::Leak, Level::Must);
        let both = [leak, (Kind::Missing, Level::Must)];
        let cases = || {
            let remark = [leak, (Kind::Missing, Level::May)];
            vec![
                failed("crm/a", &[leak]),
                failed("crm/b", &remark),
                failed("crm/c", &both),
                case("crm/d", Outcome::Passed),
            ]
        };
        let expected =
            [Outcome::FailedAsExpected, Outcome::FailedAsExpected, Outcome::Failed, Outcome::Passed];
        let entries = [
            Known::Cause("leak:newMessage:stranger".to_owned()),
            Known::Cause("leak:newMessage".to_owned()),
            Known::Cause("leak:*".to_owned()),
            Known::Clause("crm.s1".to_owned()),
        ];
        for what in entries {
            let report = expecting(what.clone(), LAST, cases(), true);
            assert_eq!(outcomes(&report), expected, "{what:?}");
            assert_eq!(report.cases[0].reason.as_deref(), Some("expected until 2027-01-31: #8"));
            let expected: Vec<bool> = report.causes.iter().map(|cause| cause.expected.is_some()).collect();
            assert_eq!(expected, [true, false], "the other cause of a case is still news");
        }
        let only = expecting(Known::Cause("leak:*".to_owned()), LAST, cases()[..2].to_vec(), true);
        assert_eq!((only.verdict, only.exit_status), (Verdict::Passed, PASSED));
        let other = expecting(Known::Cause("leak:userLeft".to_owned()), LAST, cases(), false);
        assert_eq!(other.totals.failed, 3);
    }

    #[test]
    fn an_entry_of_a_cause_ends_with_its_day() {
        let until = jiff::civil::date(2027, 1, 30);
        let cases = vec![failed("crm/a", &[(Kind::Leak, Level::Must)])];
        let report = expecting(Known::Cause("leak:*".to_owned()), until, cases, true);
        assert_eq!((outcomes(&report), report.exit_status), (vec![Outcome::Failed], FAILED));
        assert!(report.cases[0].reason.as_ref().is_some_and(|reason| reason.contains("is over")));
        assert_eq!(report.causes[0].expected, None);
    }

    #[test]
    fn a_cause_that_does_not_occur_is_told_where_the_whole_suite_was_run_and_only_there() {
        let fine = || CaseRecord { clauses: vec!["s1".to_owned()], ..case("crm/a", Outcome::Passed) };
        let verdict = |what: &Known, cases, whole| {
            let report = expecting(what.clone(), LAST, cases, whole);
            (report.verdict, report.unmet)
        };
        let (cause, clause) =
            (Known::Cause("leak:newMessage".to_owned()), Known::Clause("crm.s1".to_owned()));
        for (what, entry) in [(&cause, "cause: leak:newMessage (#8)"), (&clause, "clause: crm.s1 (#8)")] {
            assert_eq!(verdict(what, vec![fine()], true), (Verdict::Failed, vec![entry.to_owned()]));
            assert_eq!(verdict(what, vec![fine()], false), (Verdict::Passed, Vec::new()));
            let short = vec![fine(), case("crm/b", Outcome::CouldNotRun)];
            assert_eq!(verdict(what, short, true).1, Vec::<String>::new());
        }
        let unjudged = Known::Clause("crm.c4".to_owned());
        assert_eq!(verdict(&unjudged, vec![fine()], true), (Verdict::Passed, Vec::new()));
        // Below the level that fails, it still occurs.
        let remark = CaseRecord { outcome: Outcome::Passed, ..failed("crm/b", &[(Kind::Leak, Level::May)]) };
        assert_eq!(verdict(&cause, vec![fine(), remark], true), (Verdict::Passed, Vec::new()));
    }
}
