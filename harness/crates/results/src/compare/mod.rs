//! Two runs, or two sets of runs, held against each other: what has changed, and whether a gate lets it pass. Pure.

mod cases;
mod gate;
mod loads;
mod ranks;
pub mod trend;

pub use gate::{Allowed, Metric};

use crate::record::Report;
use crate::record::comparison::{Comparison, Gate, Shift};
use language::problem::Problem;

/// What a gate allows, and how sure it has to be.
#[derive(Debug, Clone, Default)]
pub struct Limits {
    /// How much worse which number may get.
    pub allowed: Vec<Allowed>,
    /// How probable at most a false alarm of all gated numbers together may be, from 0 to 1.
    pub alarm: f64,
    /// Only a part of the suite was run: a case that is not there was not asked for.
    pub part: bool,
}

/// One side: the reports and what they are called.
pub type Side<'r> = &'r [(String, Report)];

/// Compares two sides, neither of them empty.
///
/// # Errors
/// Where the two cannot be compared, and why.
pub fn compare(before: Side<'_>, after: Side<'_>, limits: &Limits) -> Result<Comparison, Problem> {
    let names = |side: Side<'_>| side.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    let holds = |side: Side<'_>| {
        let cases = side.iter().any(|(_, report)| !report.cases.is_empty());
        (cases, side.iter().any(|(_, report)| !report.loads.is_empty()))
    };
    let ((cases_before, loads_before), (cases_after, loads_after)) = (holds(before), holds(after));
    if !(cases_before && cases_after || loads_before && loads_after) {
        let what = |cases: bool, loads: bool| match (cases, loads) {
            (true, _) => "cases",
            (_, true) => "load runs",
            _ => "nothing",
        };
        return Err(Problem::bare(format!(
            "there is nothing to compare: {} holds {}, and {} {}",
            names(before).join(", "),
            what(cases_before, loads_before),
            names(after).join(", "),
            what(cases_after, loads_after),
        )));
    }
    let cases::Cases { unchanged, changes } = cases::changes(before, after, limits.part);
    let loads = loads::changes(before, after, limits)?;
    let numbers = || loads.iter().flat_map(|load| &load.numbers).filter(|it| it.allowed_percent.is_some());
    let worse = changes.iter().any(|case| case.change.is_worse())
        || loads.iter().any(|load| load.failed_before == 0 && load.failed_after > 0)
        || numbers().any(|number| number.shift == Shift::Worse);
    let gate = if worse {
        Gate::Failed
    } else if numbers().any(|number| number.shift == Shift::CannotTell) {
        Gate::CannotTell
    } else {
        Gate::Passed
    };
    Ok(Comparison {
        before: names(before),
        after: names(after),
        gate,
        alarm_percent: limits.alarm * 100.0,
        unchanged,
        cases: changes,
        forms: cases::forms(before, after, limits.part),
        coverage: cases::coverage(before, after, limits.part),
        loads,
    })
}
