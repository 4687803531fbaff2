//! What is known to be wrong: which cases have failed as expected, and which entries nothing meets any more.

use super::Circumstances;
use crate::causes::{Gathered, Named};
use crate::record::{CaseRecord, Finding, Outcome};
use language::expected::{ExpectedFailure, Known, like};

/// Gives cases the outcome that entries expect, and says of each cause whether all of it is expected.
pub(super) fn apply(
    cases: &mut [CaseRecord],
    gathered: &mut Gathered,
    entries: &[ExpectedFailure],
    run: &Circumstances,
) {
    for (case, signs) in cases.iter_mut().zip(&gathered.signs) {
        if let Some(entry) = entries.iter().find(|entry| is_case(entry, &case.id)) {
            of_case(case, entry, run);
        } else if case.outcome == Outcome::Failed {
            of_findings(case, signs, entries, run);
        }
    }
    for cause in &mut gathered.causes {
        let mut reasons: Option<Vec<String>> = Some(Vec::new());
        for (case, signs) in cases.iter().zip(&gathered.signs) {
            for (finding, signs) in case.findings.iter().zip(signs) {
                let own = signs.iter().filter(|sign| sign.cause == cause.key && finding.level >= run.level);
                for sign in own {
                    let entry = by_sign(case, finding, sign, entries)
                        .or_else(|| entries.iter().find(|entry| is_case(entry, &case.id)))
                        .filter(|entry| entry.until >= run.today);
                    match (entry, &mut reasons) {
                        (Some(entry), Some(reasons)) => add(reasons, said(entry)),
                        _ => reasons = None,
                    }
                }
            }
        }
        cause.expected = reasons.filter(|reasons| !reasons.is_empty()).map(|reasons| reasons.join("; "));
    }
}

fn add(reasons: &mut Vec<String>, reason: String) {
    if !reasons.contains(&reason) {
        reasons.push(reason);
    }
}

fn said(entry: &ExpectedFailure) -> String {
    format!("expected until {}: {}", entry.until, entry.issue)
}

fn over(entry: &ExpectedFailure) -> String {
    format!("was expected to fail until {}, which is over: {}", entry.until, entry.issue)
}

fn is_case(entry: &ExpectedFailure, id: &str) -> bool {
    matches!(&entry.what, Known::Case(pattern) if like(pattern, id))
}

fn of_case(case: &mut CaseRecord, entry: &ExpectedFailure, run: &Circumstances) {
    match case.outcome {
        Outcome::Failed if entry.until < run.today => case.reason = Some(over(entry)),
        Outcome::Failed => {
            case.outcome = Outcome::FailedAsExpected;
            case.reason = Some(said(entry));
        }
        Outcome::Passed => {
            case.outcome = Outcome::PassedUnexpectedly;
            case.reason =
                Some(format!("was expected to fail ({}); take it out of `expected_failures`", entry.issue));
        }
        _ => {}
    }
}

/// A case has failed as expected where each finding that fails it is covered.
fn of_findings(
    case: &mut CaseRecord,
    signs: &[Vec<Named>],
    entries: &[ExpectedFailure],
    run: &Circumstances,
) {
    let failing = case.findings.iter().zip(signs).filter(|(finding, _)| finding.level >= run.level);
    let mut covering: Vec<&ExpectedFailure> = Vec::new();
    for (finding, signs) in failing {
        let found: Option<Vec<&ExpectedFailure>> =
            signs.iter().map(|sign| by_sign(case, finding, sign, entries)).collect();
        match found {
            Some(found) if !found.is_empty() => covering.extend(found),
            _ => return,
        }
    }
    let Some(first) = covering.first() else { return };
    if let Some(entry) = covering.iter().find(|entry| entry.until < run.today) {
        case.reason = Some(over(entry));
        return;
    }
    let mut reasons = vec![said(first)];
    covering.iter().for_each(|entry| add(&mut reasons, said(entry)));
    case.outcome = Outcome::FailedAsExpected;
    case.reason = Some(reasons.join("; "));
}

/// The entry that covers a sign: of its cause, or of the clause that the finding offends. One that still holds comes first.
fn by_sign<'e>(
    case: &CaseRecord,
    finding: &Finding,
    sign: &Named,
    entries: &'e [ExpectedFailure],
) -> Option<&'e ExpectedFailure> {
    let covers = |entry: &&ExpectedFailure| match &entry.what {
        Known::Case(_) => false,
        Known::Cause(pattern) => like(pattern, &sign.cause) || sign.keys.iter().any(|key| like(pattern, key)),
        Known::Clause(pattern) => {
            let clause = finding.clause.as_ref().map(|clause| format!("{}.{}", case.dialect, clause.id));
            clause.is_some_and(|clause| like(pattern, &clause))
        }
    };
    entries.iter().filter(covers).max_by_key(|entry| entry.until)
}

/// The entries of causes and clauses that nothing meets any more. A part of the suite, or one that was not run to its end,
/// says nothing of what it did not show.
pub(super) fn unmet(
    cases: &[CaseRecord],
    gathered: &Gathered,
    entries: &[ExpectedFailure],
    run: &Circumstances,
) -> Vec<String> {
    let ended = cases.iter().all(|case| case.outcome != Outcome::CouldNotRun);
    if !run.whole || run.unreachable || !ended {
        return Vec::new();
    }
    let passed = || cases.iter().filter(|case| case.outcome == Outcome::Passed);
    let shows = |entry: &ExpectedFailure| {
        let one = std::slice::from_ref(entry);
        cases.iter().zip(&gathered.signs).any(|(case, signs)| {
            let mut found = case.findings.iter().zip(signs);
            found.any(|(finding, signs)| signs.iter().any(|sign| by_sign(case, finding, sign, one).is_some()))
        })
    };
    // Only a case that could have shown it says that it is gone.
    let judged = |entry: &ExpectedFailure| match &entry.what {
        Known::Case(_) => false,
        Known::Cause(_) => passed().next().is_some(),
        Known::Clause(pattern) => passed().any(|case| {
            case.clauses.iter().any(|clause| like(pattern, &format!("{}.{clause}", case.dialect)))
        }),
    };
    let unmet = entries.iter().filter(|entry| judged(entry) && !shows(entry));
    unmet.map(|entry| format!("{} ({})", entry.what.entry(), entry.issue)).collect()
}
