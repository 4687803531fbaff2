//! `harness compare`, and a run that is held against a baseline: which files, which limits, which exit status.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::job::Job;
use super::{Cli, Trouble};
use crate::streams::out;
use language::expected::{self, ExpectedFailure};
use language::problem::Problem;
use report::{self, TextOptions, comparison};
use results::compare::{Allowed, Limits, compare};
use results::record::Report;
use results::record::comparison::{Comparison, Gate};
use results::verdict;
use results::whole;

/// How much worse a number of load may get.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct GateFlags {
    /// Fail where a number of load got worse by more than this: p99=10%,throughput=5%, or for one phase plateau/ack.p99=20%
    #[arg(long, value_name = "METRIC=PERCENT,…", value_delimiter = ',')]
    max_regression: Vec<Allowed>,
    /// How probable a false alarm of all limits together may be, in percent
    #[arg(long, value_name = "PERCENT", default_value = "5", value_parser = alarm)]
    alarm: f64,
}

impl GateFlags {
    fn limits(&self, part: bool) -> Limits {
        Limits { allowed: self.max_regression.clone(), alarm: self.alarm / 100.0, part }
    }
}

fn alarm(text: &str) -> Result<f64, String> {
    match text.trim_end_matches('%').trim().parse::<f64>() {
        Ok(percent) if (0.1..=20.0).contains(&percent) => Ok(percent),
        _ => Err("a percentage from 0.1 to 20".to_owned()),
    }
}

/// Holding a run against an earlier one.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Compare")]
pub(super) struct BaselineFlags {
    /// Compare with this earlier report (or a folder of them), and fail where something got worse; or a list of expected
    /// failures (.yaml), as in a target file
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Keep this run as a baseline: the report without what nobody compares, small enough to be committed
    #[arg(long, value_name = "FILE")]
    pub(super) save_baseline: Option<PathBuf>,
    #[command(flatten)]
    gate: GateFlags,
}

/// What `harness compare` is given.
#[derive(Debug, Args)]
pub(super) struct Compare {
    /// The earlier report: report.json, or a folder of reports
    #[arg(value_name = "A", required_unless_present = "before", conflicts_with = "before", requires = "b")]
    a: Option<PathBuf>,
    /// The later one
    #[arg(value_name = "B")]
    b: Option<PathBuf>,
    /// Earlier reports of the same load, instead of A
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "after")]
    before: Vec<PathBuf>,
    /// Later reports, instead of B
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "before")]
    after: Vec<PathBuf>,
    #[command(flatten)]
    gate: GateFlags,
    /// How it is shown
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Where to write it [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Format {
    /// For a terminal
    #[default]
    Text,
    /// For a comment or the summary of a job
    Markdown,
    /// A page that stands by itself
    Html,
}

impl Cli {
    /// Compares reports and returns the exit status.
    pub(super) fn compare(&self, what: &Compare, screen: &TextOptions) -> Result<u8, Trouble> {
        let paths =
            |one: &Option<PathBuf>, many: &[PathBuf]| one.iter().chain(many).cloned().collect::<Vec<_>>();
        let (before, after) =
            (read_all(&paths(&what.a, &what.before))?, read_all(&paths(&what.b, &what.after))?);
        let compared = compare(&before, &after, &what.gate.limits(false))?;
        let text = match what.format {
            Format::Text => {
                let colour = screen.colour && what.out.is_none();
                comparison::text(&compared, &TextOptions { colour, ..*screen })
            }
            Format::Markdown => comparison::markdown(&compared),
            Format::Html => comparison::html(&compared),
        };
        match &what.out {
            None => out!("{text}"),
            Some(path) => whole::replace(path, text)
                .map_err(|error| Trouble::Internal(format!("cannot write {}: {error}", path.display())))?,
        }
        Ok(status(&compared))
    }

    /// What a run has to be compared with, read before it begins, so that a mistake costs no run.
    pub(super) fn baseline(&self) -> Result<Option<Vec<(String, Report)>>, Problem> {
        if self.compare.baseline.is_none() && !self.compare.gate.max_regression.is_empty() {
            return Err(Problem::bare("--max-regression needs something to compare with")
                .hint("add --baseline FILE, or say `harness compare A B --max-regression …`"));
        }
        let report = self.compare.baseline.as_ref().filter(|path| !is_list(path));
        report.map(|path| read_all(std::slice::from_ref(path))).transpose()
    }

    /// What a baseline that is a list of expected failures knows; nothing where it is a report.
    pub(super) fn known_failures(&self) -> Result<Vec<ExpectedFailure>, Problem> {
        let list = self.compare.baseline.as_ref().filter(|path| is_list(path));
        list.map_or_else(|| Ok(Vec::new()), |path| expected::read(path))
    }

    /// Holds a run against its baseline, and keeps it as one, where that is asked for.
    pub(super) fn hold_against(
        &self,
        baseline: Option<&[(String, Report)]>,
        report: &mut Report,
        job: &Job,
    ) -> Result<(), Trouble> {
        if let Some(baseline) = baseline {
            let part = !job.whole || !self.chosen.dialect.is_empty();
            let run = [(String::new(), report.clone())];
            let mut compared = compare(baseline, &run, &self.compare.gate.limits(part))?;
            compared.after.clear();
            if report.exit_status == verdict::PASSED {
                report.exit_status = status(&compared);
                report.verdict = verdict::of_status(report.exit_status, report.verdict);
            }
            report.baseline = Some(compared);
        }
        if let Some(path) = &self.compare.save_baseline {
            report::json::write_baseline(report, path).map_err(|error| {
                Trouble::Internal(format!("no baseline can be written to {}: {error}", path.display()))
            })?;
        }
        Ok(())
    }
}

/// Whether a baseline is a list of entries rather than a report.
fn is_list(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
}

fn status(compared: &Comparison) -> u8 {
    match compared.gate {
        Gate::Passed => verdict::PASSED,
        Gate::Failed => verdict::FAILED,
        Gate::CannotTell => verdict::COULD_NOT_RUN,
    }
}

/// The reports of these files, and of all files of these folders.
pub(super) fn read_all(paths: &[PathBuf]) -> Result<Vec<(String, Report)>, Problem> {
    let mut reports = Vec::new();
    for path in paths {
        let files = if path.is_dir() { reports_in(path)? } else { vec![path.clone()] };
        for file in files {
            let report = report::json::read(&file)
                .map_err(|why| Problem::bare(format!("{} is no report: {why}", file.display())))?;
            reports.push((file.display().to_string(), report));
        }
    }
    Ok(reports)
}

/// The `.json` files of a folder, but not what lies beside a report.
fn reports_in(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    let problem = |why: String| Problem::bare(format!("{}: {why}", folder.display()));
    let entries = std::fs::read_dir(folder).map_err(|error| problem(error.to_string()))?;
    let is_report = |path: &PathBuf| {
        let beside = path.file_name().is_some_and(|name| name == "codequality.json" || name == "schema.json");
        path.extension().is_some_and(|extension| extension == "json") && !beside
    };
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(is_report).collect();
    files.sort();
    if files.is_empty() {
        return Err(problem("there is no report (.json) in this folder".to_owned()));
    }
    Ok(files)
}
