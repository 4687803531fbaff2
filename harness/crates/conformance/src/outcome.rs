//! What became of a case: from its findings, and from how it ended. Pure.
//!
//! A case passes only if it was played to its end and something was observed of what it is about. One that stopped early has
//! failed if a finding of the level asked for says so; else it has not passed either.

use super::Stop;
use language::level::Level;
use results::record::{CaseRecord, Outcome};

/// The outcome of a case, and why, where that is not plain from the findings.
pub(super) fn outcome(
    record: &CaseRecord,
    stop: Option<Stop>,
    late: Option<String>,
    level: Level,
) -> (Outcome, Option<String>) {
    let failed = record.findings.iter().any(|finding| finding.level >= level);
    match (stop, late) {
        (Some(Stop::Unreachable(reason)), _) if failed => (Outcome::Failed, Some(reason)),
        (Some(Stop::Unreachable(reason)), _) => (Outcome::CouldNotRun, Some(reason)),
        (Some(Stop::NotSupported(reason)), _) if !failed => (Outcome::NotSupported, Some(reason)),
        (_, Some(late)) => (Outcome::CouldNotRun, Some(late)),
        (Some(Stop::Halted), _) if failed => (Outcome::Failed, None),
        // What stopped it offends a rule below the level asked for: nobody is failed by that, and nobody passes.
        (Some(stop), _) if !failed && !record.findings.is_empty() => {
            (Outcome::NotSupported, Some(below(record, level, stop)))
        }
        (Some(Stop::CouldNotRun(reason) | Stop::NotSupported(reason)), _) if failed => {
            (Outcome::Failed, Some(reason))
        }
        (Some(Stop::CouldNotRun(reason) | Stop::NotSupported(reason)), _) => {
            (Outcome::CouldNotRun, Some(reason))
        }
        (Some(Stop::Halted), _) => {
            (Outcome::CouldNotRun, Some("nothing observed: it stopped early, without a finding".to_owned()))
        }
        (Some(Stop::Unobserved), _) if !failed => {
            (Outcome::CouldNotRun, Some("nothing observed of what it is about".to_owned()))
        }
        _ if failed => (Outcome::Failed, None),
        _ => (Outcome::Passed, None),
    }
}

fn below(record: &CaseRecord, level: Level, stop: Stop) -> String {
    let worst = record.findings.iter().max_by_key(|finding| finding.level);
    let (found, said) = worst.map_or((level, ""), |worst| (worst.level, worst.message.as_str()));
    match stop {
        Stop::CouldNotRun(reason) | Stop::NotSupported(reason) => reason,
        _ => {
            format!("it stopped early; {said}: a finding of level {found}, and --level {level} was asked for")
        }
    }
}
