//! What a load run comes to, and why: what had to hold and does not, one entry for each.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::load::{LoadRecord, Sample, SloRecord};

/// Something that has to hold in a load run and does not.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Breach {
    /// What has to hold: a metric (`lost`, `delivery.p99`), or `answered`, `connected`, `held`, `instances`, `ended`.
    pub invariant: String,
    /// In words, with how many of how many: `lost 37 of 600 deliveries`.
    pub told: String,
    /// The server has done it, however late the generator was: the run has failed, even where it is void.
    pub certain: bool,
    /// The smallest finding of this kind, where one was kept.
    pub example: Option<Sample>,
}

/// What a load run comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadOutcome {
    /// Everything that was asked for holds.
    Passed,
    /// Something does not hold, whether or not the generator was late.
    Failed,
    /// The generator was the bottleneck: the numbers prove nothing.
    Void,
    /// Nothing was observed.
    CouldNotRun,
    /// Somebody ended it, and until then everything held.
    CutShort,
    /// The target was gone at the end.
    Unreachable,
}

impl LoadRecord {
    /// What the run comes to.
    #[must_use]
    pub fn outcome(&self) -> LoadOutcome {
        if self.unreachable {
            LoadOutcome::Unreachable
        } else if self.breaches.iter().any(|breach| breach.certain) {
            LoadOutcome::Failed
        } else if self.void.is_some() {
            LoadOutcome::Void
        } else if self.passed {
            LoadOutcome::Passed
        } else if self.could_not_run.is_some() {
            LoadOutcome::CouldNotRun
        } else if self.cut_short {
            LoadOutcome::CutShort
        } else {
            LoadOutcome::Failed
        }
    }
}

impl LoadRecord {
    /// No turn was due: sessions connect, join and stay, and that is what was measured.
    #[must_use]
    pub fn is_hold(&self) -> bool {
        !self.phases.is_empty() && self.instances.is_none() && self.phases.iter().all(|phase| phase.due == 0)
    }
}

impl SloRecord {
    /// Whether the threshold is one of a time.
    #[must_use]
    pub fn is_time(&self) -> bool {
        self.threshold.ends_with('s') && !self.threshold.ends_with("/s")
    }

    /// What was reached, in the unit of the threshold.
    #[must_use]
    pub fn reached_in_words(&self) -> String {
        match self.reached {
            None => "not measured".to_owned(),
            Some(value) if self.is_time() => time_in_words((value * 1e6) as u64),
            Some(value) => format!("{value:.0}"),
        }
    }
}

/// A time in microseconds, in the unit that suits it.
#[must_use]
pub fn time_in_words(us: u64) -> String {
    match us {
        0..1_000 => format!("{us} µs"),
        1_000..100_000 => format!("{:.1} ms", us as f64 / 1e3),
        100_000..1_000_000 => format!("{:.0} ms", us as f64 / 1e3),
        _ => format!("{:.2} s", us as f64 / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breach(certain: bool) -> Breach {
        Breach { invariant: "lost".to_owned(), told: String::new(), certain, example: None }
    }

    #[test]
    fn what_the_server_did_outranks_a_late_generator_and_nothing_else_does() {
        let void = Some("late".to_owned());
        let with =
            |breaches: Vec<Breach>| LoadRecord { void: void.clone(), breaches, ..LoadRecord::default() };
        assert_eq!(with(vec![breach(false)]).outcome(), LoadOutcome::Void);
        assert_eq!(with(vec![breach(false), breach(true)]).outcome(), LoadOutcome::Failed);
        assert_eq!(
            LoadRecord { unreachable: true, ..with(vec![breach(true)]) }.outcome(),
            LoadOutcome::Unreachable
        );
    }

    #[test]
    fn without_a_void_every_breach_fails_and_nothing_observed_could_not_run() {
        let with = |breaches| LoadRecord { breaches, ..LoadRecord::default() };
        assert_eq!(with(vec![breach(false)]).outcome(), LoadOutcome::Failed);
        assert_eq!(with(Vec::new()).outcome(), LoadOutcome::Failed, "whoever says no more has not passed");
        let nothing = Some("nothing observed".to_owned());
        assert_eq!(
            LoadRecord { could_not_run: nothing, ..with(Vec::new()) }.outcome(),
            LoadOutcome::CouldNotRun
        );
    }
}
