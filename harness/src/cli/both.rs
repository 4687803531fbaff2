//! Cases and loads named on one command line: first the cases, then each load, in one report, with the worst verdict.

use std::sync::atomic::Ordering;

use super::cases::Judged;
use super::job::Job;
use super::load::{Loads, verdict_of};
use super::run::status;
use super::{Cli, Trouble};
use crate::streams::out;
use language::problem::Problem;
use report::{self, TextOptions};
use results::causes;
use results::record::Verdict;
use results::verdict;

/// From the worst on.
const BY_WEIGHT: [Verdict; 5] =
    [Verdict::Unreachable, Verdict::Failed, Verdict::Void, Verdict::CouldNotRun, Verdict::Passed];

impl Cli {
    /// Runs both and returns the exit status.
    pub(super) async fn run_both(
        &self,
        mut job: Job,
        loads: Loads,
        screen: &TextOptions,
    ) -> Result<u8, Trouble> {
        job.cases.retain(|case| !loads.iter().any(|(scenario, _)| scenario.id == case.scenario.id));
        self.load.rest.prepare().map_err(Problem::bare)?;
        let mut run = self.begin(&job)?;
        let judged = match self.judge(&job, &run).await {
            Ok(judged) => judged,
            Err(trouble) => return Err(self.broke_off(&job, &mut run, trouble)),
        };
        let Judged { mut report, snapshots, .. } = judged;
        out!("{}", report::text::render(&report, screen));
        // Whatever comes of the loads, what the cases have come to is written.
        let measured = self.measure(&job, &loads, &run, screen).await;
        report.loads = measured.records;
        report.causes = causes::gather(&report.cases, &report.loads).causes;
        out!("{}", report::causes::of_loads(&report, screen));
        let of_loads = verdict_of(&report.loads, run.settings.stop.load(Ordering::Relaxed));
        report.verdict = worst(report.verdict, of_loads);
        report.exit_status = verdict::exit_status(report.verdict);
        report.duration_ms = run.began.lasts_ms();
        let told = self.settle(&job, &mut run, &mut report, measured.trouble.and(snapshots));
        if let Some(compared) = &report.baseline {
            out!("{}", report::comparison::text(compared, screen));
        }
        let status = status(&report, told)?;
        self.end(&report, screen);
        Ok(status)
    }
}

fn worst(one: Verdict, other: Verdict) -> Verdict {
    BY_WEIGHT.into_iter().find(|verdict| [one, other].contains(verdict)).unwrap_or(one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_verdict_is_that_of_both() {
        assert_eq!(worst(Verdict::Passed, Verdict::Void), Verdict::Void);
        assert_eq!(worst(Verdict::Failed, Verdict::Void), Verdict::Failed);
        assert_eq!(worst(Verdict::CouldNotRun, Verdict::Passed), Verdict::CouldNotRun);
        assert_eq!(worst(Verdict::Passed, Verdict::Passed), Verdict::Passed);
    }
}
