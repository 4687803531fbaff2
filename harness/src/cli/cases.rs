//! The cases of a run, judged: the server, the run, the snapshots, and what it means for the exit status.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use super::interrupt::stop_on_interrupt;
use super::job::Job;
use super::progress::{self, Screen};
use super::{Cli, Trouble, faults};
use crate::external::{External, NotReady};
use crate::streams::{errln, out};
use conformance::{self, Settings, Venue};
use language::contract::Contract;
use language::level::Level;
use report::{self, TextOptions};
use results::record::{CaseRecord, Finding, Kind, Outcome, Report};
use results::snapshot::{Compared, Mode, Store};
use results::verdict::{self, Circumstances};
use wire::client::Client;

/// A run that has begun.
pub(super) struct Run {
    pub(super) baseline: Option<Vec<(String, Report)>>,
    pub(super) started: jiff::Timestamp,
    pub(super) clock: Instant,
    pub(super) watched: Screen,
    pub(super) settings: Settings,
}

impl Cli {
    /// Runs the cases and returns the exit status.
    pub(super) async fn run_cases(&self, job: &Job, screen: &TextOptions) -> Result<u8, Trouble> {
        let run = self.begin(job)?;
        let (mut report, unreachable) = self.judge(job, &run).await?;
        let held = self.hold_against(run.baseline.as_deref(), &mut report, job);
        self.write(&report)?;
        out!("{}", report::text::render(&report, screen));
        held?;
        self.end(&report, screen);
        if let Some(reason) = unreachable.filter(|_| report.cases.is_empty()) {
            return Err(Trouble::Unreachable(reason));
        }
        Ok(self.covered(&report).unwrap_or(report.exit_status))
    }

    /// What a run of cases, of load, or of both begins with.
    pub(super) fn begin(&self, job: &Job) -> Result<Run, Trouble> {
        let baseline = self.baseline()?;
        let watched = Screen::new(self.show.quiet);
        let settings = Settings { stop: stop_on_interrupt(&watched), ..self.settings(job) };
        Ok(Run { baseline, started: jiff::Timestamp::now(), clock: Instant::now(), watched, settings })
    }

    /// Judges the cases; where the server was out of reach, says why.
    pub(super) async fn judge(&self, job: &Job, run: &Run) -> Result<(Report, Option<String>), Trouble> {
        let settings = &run.settings;
        let (mut records, unreachable) = match self.venue(job, settings).await {
            Ok(venue) => {
                let (told, shown) = progress::cases(&run.watched, job.cases.len());
                let (records, lost) =
                    conformance::run(job.cases.clone(), settings, Arc::clone(&venue), told).await;
                let _drawn = shown.await;
                let ended = still_there(venue.as_ref());
                (records, ended.or(lost.then(|| "the target was out of reach, or did not stay".to_owned())))
            }
            Err(NotReady::Unreachable(reason)) => (Vec::new(), Some(reason)),
            Err(NotReady::Input(problem)) => return Err(problem.into()),
        };
        self.check_snapshots(job, &mut records, settings.level)?;
        let mut expected = self.known_failures()?;
        expected.extend(job.target.iter().flat_map(|target| target.expected_failures.clone()));
        let contracts: Vec<&Contract> = job.contracts.iter().map(Arc::as_ref).collect();
        let circumstances =
            Circumstances { unreachable: unreachable.is_some(), ..self.circumstances(job, run) };
        Ok((verdict::conclude(records, &contracts, &expected, circumstances), unreachable))
    }

    /// What is said once everything is written.
    pub(super) fn end(&self, report: &Report, screen: &TextOptions) {
        if self.show.coverage {
            out!("{}", report::coverage(report, screen));
        }
        self.name_page(screen);
    }

    /// What a report says of the run as a whole.
    pub(super) fn circumstances(&self, job: &Job, run: &Run) -> Circumstances {
        let Run { started, clock, settings, .. } = run;
        Circumstances {
            started: started.to_string(),
            today: started.to_zoned(jiff::tz::TimeZone::UTC).date(),
            duration_ms: u64::try_from(clock.elapsed().as_millis()).unwrap_or(u64::MAX),
            target: job
                .target
                .as_ref()
                .map_or_else(|| faults::server(&job.faults), |target| target.name.clone()),
            client: (settings.client != Client::Own).then(|| settings.client.to_string()),
            seed: settings.seed,
            timescale: settings.timescale,
            patience: settings.patience,
            level: settings.level,
            unreachable: false,
            whole: job.whole && self.chosen.dialect.is_empty(),
        }
    }

    async fn venue(&self, job: &Job, settings: &Settings) -> Result<Arc<dyn Venue>, NotReady> {
        match &job.target {
            None => Ok(Arc::new(self.embedded(job, settings.timescale))),
            Some(target) => Ok(Arc::new(External::new(target.clone(), self.play.patience).await?)),
        }
    }

    /// Compares the transcripts with the accepted ones; a difference is a remark, which the strictest level gates on.
    fn check_snapshots(&self, job: &Job, records: &mut [CaseRecord], level: Level) -> Result<(), Trouble> {
        if self.play.client != Client::Own || !job.faults.is_empty() {
            return Ok(());
        }
        let default = job.library.folder.join("snapshots");
        let folder = match (&self.files.snapshots, &job.target) {
            (Some(folder), _) => folder.clone(),
            (None, None) => default,
            (None, Some(_)) => return Ok(()),
        };
        let mode = if self.files.accept { Mode::Accept } else { Mode::Check };
        let store = Store { folder, mode };
        let writing =
            |error: std::io::Error| Trouble::Writing(format!("a snapshot cannot be written: {error}"));
        let mut known = Vec::new();
        let groups: BTreeSet<(String, String, String)> = records
            .iter()
            .filter_map(|case| {
                // As seen from the project, wherever the run was started.
                let inside = Path::new(&case.file).strip_prefix(&job.library.folder).ok()?;
                let source = Path::new("scenarios").join(inside).display().to_string();
                Some((case.dialect.clone(), case.scenario.clone(), source))
            })
            .collect();
        for (dialect, scenario, file) in groups {
            known.push((dialect.clone(), scenario.clone()));
            let of_group = |case: &CaseRecord| case.dialect == dialect && case.scenario == scenario;
            let judged = |case: &&CaseRecord| of_group(case) && case.outcome != Outcome::NotSupported;
            let cases: Vec<&CaseRecord> = records.iter().filter(judged).collect();
            // A transcript that ended early would only say once more what the findings say.
            if cases.is_empty() || cases.iter().any(|case| case.outcome != Outcome::Passed) {
                continue;
            }
            let compared = store.compare(&dialect, &scenario, &file, &cases).map_err(writing)?;
            let (message, pending) = match compared {
                Compared::Same | Compared::Accepted => continue,
                Compared::New { pending } => ("there is no snapshot yet", pending),
                Compared::Different { pending, .. } => ("the transcript differs from the snapshot", pending),
            };
            if let Some(case) = records.iter_mut().find(|case| of_group(case)) {
                remark(case, message, &pending, level);
            }
        }
        if job.whole && self.chosen.dialect.is_empty() && job.target.is_none() {
            for orphan in store.orphans(&known).map_err(writing)? {
                errln!("warning: {} is a snapshot of no scenario; delete it", orphan.display());
            }
        }
        Ok(())
    }

    /// The exit status where too few clauses were judged.
    pub(super) fn covered(&self, report: &Report) -> Option<u8> {
        let least = f64::from(self.show.min_coverage?);
        let short = report.coverage.iter().find(|coverage| coverage.percent < least)?;
        errln!(
            "error: {} of the clauses of `{}` were judged, and {least} % are asked for",
            percent(short.percent),
            short.dialect
        );
        (report.exit_status == verdict::PASSED).then_some(verdict::FAILED)
    }
}

/// Tells that what was started has not stayed, so that something else may have been judged.
pub(super) fn still_there(venue: &dyn Venue) -> Option<String> {
    venue.ended().inspect(|reason| errln!("error: {reason}"))
}

fn percent(share: f64) -> String {
    format!("{share:.1} %")
}

/// What was accepted and what came are shown as texts, line by line.
fn remark(case: &mut CaseRecord, message: &str, pending: &Path, level: Level) {
    let text = |path: &Path| std::fs::read_to_string(path).ok().map(serde_json::Value::String);
    let accepted = text(&pending.with_extension(""));
    let message = format!("{message}; review {}", pending.display());
    case.findings.push(Finding {
        received: accepted.as_ref().and_then(|_| text(pending)),
        expected: accepted,
        ..Finding::new(Level::May, Kind::Snapshot, case.steps.len().saturating_sub(1), message)
    });
    if level == Level::May {
        case.outcome = Outcome::Failed;
    }
}
