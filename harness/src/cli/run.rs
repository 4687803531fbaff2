//! What every run has, of cases, of load, or of both: how it begins, with the folder of its reports tried first, and how it ends,
//! with a report whatever has come of it. What is judged in between is the affair of `cases` and `load`.

use std::time::Instant;

use super::interrupt::stop_on_interrupt;
use super::job::Job;
use super::progress::Screen;
use super::reports::{Reports, UNFINISHED};
use super::{Cli, Trouble, faults};
use crate::external;
use crate::streams::errln;
use conformance::Settings;
use results::record::{CaseRecord, Outcome, Report, Verdict};
use results::verdict::{self, COULD_NOT_RUN, Circumstances, INTERNAL, PASSED, UNREACHABLE, USAGE};
use wire::client::Client;

/// What a run has come to that was ended before its server was ready.
pub(super) const STOPPED_EARLY: &str = "somebody ended the run before anything was judged";

/// A run that has begun.
pub(super) struct Run {
    pub(super) baseline: Option<Vec<(String, Report)>>,
    pub(super) began: Began,
    pub(super) watched: Screen,
    pub(super) settings: Settings,
    pub(super) reports: Reports,
}

/// When a run began.
#[derive(Debug, Clone, Copy)]
pub(super) struct Began {
    at: jiff::Timestamp,
    clock: Instant,
}

impl Began {
    pub(super) fn lasts_ms(&self) -> u64 {
        u64::try_from(self.clock.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

impl Trouble {
    fn status(&self) -> u8 {
        match self {
            Self::Input(_) => USAGE,
            Self::Unreachable(_) => UNREACHABLE,
            Self::Internal(_) => INTERNAL,
            Self::CouldNotRun(_) | Self::Stopped => COULD_NOT_RUN,
        }
    }

    pub(super) fn why(&self) -> String {
        match self {
            Self::Input(problem) => problem.to_string(),
            Self::Unreachable(why) | Self::Internal(why) | Self::CouldNotRun(why) => why.clone(),
            Self::Stopped => STOPPED_EARLY.to_owned(),
        }
    }
}

impl Cli {
    /// What a run begins with. Whatever can be wrong with what is asked for is found here, before anything is run.
    pub(super) fn begin(&self, job: &Job) -> Result<Run, Trouble> {
        let baseline = self.baseline()?;
        self.known_failures()?;
        let began = Began { at: jiff::Timestamp::now(), clock: Instant::now() };
        let settings = self.settings(job);
        let circumstances = self.circumstances_of(job, began, &settings);
        let unfinished = verdict::without_any(circumstances, Verdict::Unfinished, UNFINISHED.to_owned());
        let reports = Reports::open(&self.files.reports, &unfinished, began.clock)?;
        let watched = Screen::new(self.show.quiet);
        let settings = Settings { stop: stop_on_interrupt(&watched), ..settings };
        Ok(Run { baseline, began, watched, settings, reports })
    }

    /// What a report says of the run as a whole.
    pub(super) fn circumstances(&self, job: &Job, run: &Run) -> Circumstances {
        self.circumstances_of(job, run.began, &run.settings)
    }

    fn circumstances_of(&self, job: &Job, began: Began, settings: &Settings) -> Circumstances {
        Circumstances {
            started: began.at.to_string(),
            today: began.at.to_zoned(jiff::tz::TimeZone::UTC).date(),
            duration_ms: began.lasts_ms(),
            target: job.target.as_ref().map_or_else(|| faults::server(&job.faults), external::told),
            client: (settings.client != Client::Own).then(|| settings.client.to_string()),
            seed: settings.seed,
            timescale: settings.timescale,
            patience: settings.patience,
            level: settings.level,
            unreachable: false,
            whole: job.whole && self.chosen.dialect.is_empty(),
        }
    }

    /// Ends a run: holds its report against the baseline and the coverage asked for, and writes it. What has gone wrong beside
    /// what was judged is told in the end.
    pub(super) fn settle(
        &self,
        job: &Job,
        run: &mut Run,
        report: &mut Report,
        before: Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        self.cover(report);
        own_up(report);
        let held = self.hold_against(run.baseline.as_deref(), report, job);
        let told = before.and(held);
        if let Err(trouble) = &told {
            // What was judged weighs more than what could not be kept of it.
            let kept = matches!(trouble, Trouble::Internal(_)) && report.exit_status != PASSED;
            report.exit_status = if kept { report.exit_status } else { trouble.status() };
        }
        self.write(report, &mut run.reports);
        told
    }

    /// Ends a run that came to nothing, with a report that says why.
    pub(super) fn broke_off(&self, job: &Job, run: &mut Run, trouble: Trouble) -> Trouble {
        let verdict = match trouble {
            Trouble::Unreachable(_) => Verdict::Unreachable,
            _ => Verdict::CouldNotRun,
        };
        let mut report = verdict::without_any(self.circumstances(job, run), verdict, trouble.why());
        report.exit_status = trouble.status();
        self.write(&report, &mut run.reports);
        trouble
    }

    /// Fails a run in which too few clauses were judged.
    fn cover(&self, report: &mut Report) {
        let Some(least) = self.show.min_coverage.map(f64::from) else { return };
        let Some(short) = report.coverage.iter().find(|coverage| coverage.percent < least) else { return };
        let dialect = &short.dialect;
        let why = format!(
            "{:.1} % of the clauses of `{dialect}` were judged, and {least} % are asked for",
            short.percent
        );
        errln!("error: {why}");
        if report.exit_status == PASSED {
            report.verdict = Verdict::Failed;
            report.exit_status = verdict::exit_status(report.verdict);
            report.why = Some(why);
        }
    }
}

/// A case in which the harness itself has failed could not be run for a reason that nobody else can mend.
fn own_up(report: &mut Report) {
    let panicked = |case: &CaseRecord| {
        let reason = case.reason.as_deref().unwrap_or_default();
        case.outcome == Outcome::CouldNotRun && reason.starts_with(conformance::PANICKED)
    };
    if report.exit_status == COULD_NOT_RUN && report.cases.iter().any(panicked) {
        report.exit_status = INTERNAL;
    }
}

/// The exit status of a run that has been told; what could not be kept of it is told last.
pub(super) fn status(report: &Report, told: Result<(), Trouble>) -> Result<u8, Trouble> {
    match told {
        Err(Trouble::Internal(why)) => {
            errln!("error: {why}");
            Ok(report.exit_status)
        }
        told => told.map(|()| report.exit_status),
    }
}
