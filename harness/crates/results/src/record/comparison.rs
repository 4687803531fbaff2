//! What has changed between two runs, or two sets of runs. Percentages are of the earlier value.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Outcome;

/// Two sides of runs, compared.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Comparison {
    /// The earlier reports.
    pub before: Vec<String>,
    /// The later ones; none where that is the run at hand.
    pub after: Vec<String>,
    /// What the gate says.
    pub gate: Gate,
    /// How probable at most, in percent, a false alarm of all gated numbers together is.
    pub alarm_percent: f64,
    /// Cases that are as they were.
    pub unchanged: usize,
    /// Cases that are not, the worst first.
    pub cases: Vec<CaseChange>,
    /// Things that use other forms than before.
    pub forms: Vec<FormChange>,
    /// Documents of which other clauses were judged.
    pub coverage: Vec<CoverageChange>,
    /// Scenarios run as load.
    pub loads: Vec<LoadChange>,
}

/// What a gate says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    /// Nothing got worse by more than is allowed.
    Passed,
    /// A case got worse, or a number by more than is allowed, and that is no accident.
    Failed,
    /// There are too few runs, or they differ too much, to say so of a number that has a limit.
    CannotTell,
}

/// How a case has changed, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It was fine, and fails.
    NewlyFailing,
    /// It is new, and fails.
    NewAndFailing,
    /// It was judged, and is there but not judged any more.
    NoLongerJudged,
    /// It was judged, and is not there any more.
    Gone,
    /// It was not fine, and is.
    NewlyPassing,
    /// It is new, and does not fail.
    New,
    /// It has changed in a way that is neither good nor bad.
    Other,
}

impl Change {
    /// Whether a gate fails on it.
    #[must_use]
    pub fn is_worse(self) -> bool {
        self <= Self::Gone
    }
}

/// A case that has changed.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CaseChange {
    /// Its id.
    pub id: String,
    /// How.
    pub change: Change,
    /// What became of it before.
    pub before: Option<Outcome>,
    /// What became of it after.
    pub after: Option<Outcome>,
    /// Its worst finding, or why it was not judged.
    pub why: Option<String>,
}

/// The forms of a thing.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct FormChange {
    /// The dialect.
    pub dialect: String,
    /// The thing.
    pub thing: String,
    /// The forms before.
    pub before: Vec<String>,
    /// The forms after.
    pub after: Vec<String>,
}

/// The clauses of a document.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CoverageChange {
    /// The dialect.
    pub dialect: String,
    /// How many were judged before, in percent.
    pub before_percent: f64,
    /// How many were judged after.
    pub after_percent: f64,
    /// Clauses that are not judged any more.
    pub lost: Vec<String>,
    /// Clauses that were not judged before.
    pub gained: Vec<String>,
}

/// A scenario run as load.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct LoadChange {
    /// The dialect and the scenario.
    pub name: String,
    /// Runs before that count: all but void ones and those that somebody ended.
    pub runs_before: usize,
    /// Runs after that count.
    pub runs_after: usize,
    /// Of those before, that did not pass.
    pub failed_before: usize,
    /// Of those after, that did not pass.
    pub failed_after: usize,
    /// The least number of runs at each side that can prove anything.
    pub runs_needed: usize,
    /// What was measured on both sides.
    pub numbers: Vec<NumberChange>,
}

/// A number, over the runs of each side.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct NumberChange {
    /// The phase; none for the whole run.
    pub phase: Option<String>,
    /// `delivery.p99`, `throughput`, …
    pub metric: String,
    /// The median of the runs before: microseconds for a time, else a second's worth.
    pub before: f64,
    /// The median of the runs after.
    pub after: f64,
    /// By how much the later runs lie above the earlier ones: the median of all pairs.
    pub change_percent: f64,
    /// The change is not below this; none where there are too few runs to say so.
    pub from_percent: Option<f64>,
    /// The change is not above this.
    pub to_percent: Option<f64>,
    /// How much worse it may be, where a gate says so.
    pub allowed_percent: Option<f64>,
    /// What that means.
    pub shift: Shift,
}

/// What a change means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Shift {
    /// Worse, by more than is allowed where a gate says how much.
    Worse,
    /// Better.
    Better,
    /// Not worse by more than is allowed; without a gate, no difference was shown.
    Within,
    /// Too few runs, or they differ too much among themselves.
    CannotTell,
}
