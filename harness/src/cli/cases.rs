//! The cases of a run, judged: the server, the run, the snapshots, and what it means for the exit status.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::interrupt::stopped;
use super::job::Job;
use super::progress::{self, Kept};
use super::run::{Run, status};
use super::{Cli, Trouble};
use crate::external::External;
use crate::streams::{errln, out};
use conformance::{self, Settings, Venue};
use language::contract::Contract;
use language::level::Level;
use language::target::Target;
use report::{self, TextOptions};
use results::record::{CaseRecord, Finding, Kind, Outcome, Report};
use results::snapshot::{Compared, Mode, Store};
use results::verdict::{self, Circumstances};
use wire::client::Client;

/// What the cases of a run have come to.
pub(super) struct Judged {
    pub(super) report: Report,
    /// Why the server was out of reach.
    unreachable: Option<String>,
    /// Snapshots that could not be read or written.
    pub(super) snapshots: Result<(), Trouble>,
}

impl Cli {
    /// Runs the cases and returns the exit status.
    pub(super) async fn run_cases(&self, job: &Job, screen: &TextOptions) -> Result<u8, Trouble> {
        let mut run = self.begin(job)?;
        let judged = match self.judge(job, &run).await {
            Ok(judged) => judged,
            Err(trouble) => return Err(self.broke_off(job, &mut run, trouble)),
        };
        let Judged { mut report, unreachable, snapshots } = judged;
        let told = self.settle(job, &mut run, &mut report, snapshots);
        out!("{}", report::text::render(&report, screen));
        let status = status(&report, told)?;
        self.end(&report, screen);
        match unreachable.filter(|_| report.cases.is_empty()) {
            Some(reason) => Err(Trouble::Unreachable(reason)),
            None => Ok(status),
        }
    }

    /// Judges the cases.
    pub(super) async fn judge(&self, job: &Job, run: &Run) -> Result<Judged, Trouble> {
        let settings = &run.settings;
        let venue: Result<Arc<dyn Venue>, Trouble> = match &job.target {
            None => Ok(Arc::new(self.embedded(job, settings.timescale))),
            Some(target) => self.external(target, settings).await,
        };
        let (mut records, unreachable) = match venue {
            Ok(venue) => {
                let kept = Kept::Each(run.reports.teller());
                let (told, shown) = progress::cases(&run.watched, job.cases.len(), kept);
                let (records, lost) =
                    conformance::run(job.cases.clone(), settings, Arc::clone(&venue), told).await;
                let _drawn = shown.await;
                let ended = still_there(venue.as_ref());
                (records, ended.or(lost.then(|| "the target was out of reach, or did not stay".to_owned())))
            }
            Err(Trouble::Unreachable(reason)) => (Vec::new(), Some(reason)),
            Err(trouble) => return Err(trouble),
        };
        let snapshots = self.check_snapshots(job, &mut records, settings.level);
        let mut expected = self.known_failures()?;
        expected.extend(job.target.iter().flat_map(|target| target.expected_failures.clone()));
        let contracts: Vec<&Contract> = job.contracts.iter().map(Arc::as_ref).collect();
        let circumstances =
            Circumstances { unreachable: unreachable.is_some(), ..self.circumstances(job, run) };
        let mut report = verdict::conclude(records, &contracts, &expected, circumstances);
        report.why = unreachable.clone().filter(|_| report.cases.is_empty());
        Ok(Judged { report, unreachable, snapshots })
    }

    /// What is said once everything is written.
    pub(super) fn end(&self, report: &Report, screen: &TextOptions) {
        if self.show.coverage {
            out!("{}", report::coverage(report, screen));
        }
        self.name_page(screen);
    }

    /// The server of a target, unless somebody ends the run before it is ready.
    pub(super) async fn external(
        &self,
        target: &Target,
        settings: &Settings,
    ) -> Result<Arc<dyn Venue>, Trouble> {
        tokio::select! {
            external = External::new(target.clone(), self.play.patience) => Ok(Arc::new(external?)),
            () = stopped(&settings.stop) => Err(Trouble::Stopped),
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
            // The scenarios inside a binary come without.
            (None, None) if self.files.accept || default.is_dir() => default,
            (None, _) => return Ok(()),
        };
        let mode = if self.files.accept { Mode::Accept } else { Mode::Check };
        let store = Store { folder, mode };
        let writing =
            |error: std::io::Error| Trouble::Internal(format!("a snapshot cannot be written: {error}"));
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
}

/// Tells that what was started has not stayed, so that something else may have been judged.
pub(super) fn still_there(venue: &dyn Venue) -> Option<String> {
    venue.ended().inspect(|reason| errln!("error: {reason}"))
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
