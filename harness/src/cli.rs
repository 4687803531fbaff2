//! The command line: flags, wiring, exit statuses.

mod load;

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::builder::TypedValueParser;
use clap::{Parser, Subcommand};
use tokio::sync::mpsc;

use crate::client::{Client, LIMITS, Transport};
use crate::embedded::{self, Embedded};
use crate::external::External;
use crate::plan::{CasePlan, plan};
use crate::record::{CaseRecord, Finding, Kind, Report};
use crate::report::{self, TextOptions};
use crate::runner::{self, Settings, Venue};
use crate::scenario::contract::Contract;
use crate::scenario::level::Level;
use crate::scenario::library::Library;
use crate::scenario::problem::Problem;
use crate::scenario::script::Scenario;
use crate::scenario::target::Target;
use crate::snapshot::{Compared, Mode, Store};
use crate::verdict::{self, Circumstances, INTERNAL, UNREACHABLE, USAGE};
use crate::{asyncapi, failure, record};

const EXIT_STATUSES: &str = "Exit status:
  0   passed: every case that could be judged is fine, and at least one was judged
  1   failed: a case failed, or passed though it was expected to fail
  2   a broken scenario, contract, target file or command line
  3   the target was not reached, or did not stay
  4   could not run: nothing failed, but a case could not be run, or none was judged
  5   void: the load generator itself was the bottleneck, so its numbers prove nothing
  70  a fault of the harness itself

Examples:
  harness                                            the whole suite on the embedded reference server
  harness --scenario typing.yaml                     one scenario, on every dialect that has what it needs
  harness --dialect crm --target http://127.0.0.1:3000   your own backend, with the CRM's contract
  harness --scenario thousand-rooms.yaml --rate 1000/s --for 20s   a scenario as load
  harness --target target.yaml --coverage            a target file, and which clauses were judged";

/// The time scale where the server is our own: a typing that expires after 4 s does so after 0.8 s.
const EMBEDDED_TIMESCALE: f64 = 0.2;

/// Replays YAML scenarios against a Socket.IO chat backend and checks every payload on every socket.
#[derive(Debug, Parser)]
#[command(name = "harness", version, after_help = after_help(), max_term_width = 110)]
pub struct Cli {
    /// A scenario: a file, or the name of one under scenarios/. Repeatable; without it, the whole suite
    #[arg(long, value_name = "FILE|NAME")]
    scenario: Vec<String>,
    /// Only this dialect. Repeatable; without it, every dialect that has what a scenario needs
    #[arg(long, value_name = "NAME")]
    dialect: Vec<String>,
    /// The server under test: its URL, or a target file. Without it, an embedded reference server for every case
    #[arg(long, value_name = "URL|FILE")]
    target: Option<String>,
    /// The lowest level of finding that fails a case
    #[arg(long, default_value = "must", value_parser = level_parser())]
    level: Level,
    /// List the cases, and run none
    #[arg(long)]
    list: bool,
    /// Show which clause of each document was judged, and by which case
    #[arg(long)]
    coverage: bool,
    /// Fail where fewer than this share of the clauses of a dialect was judged
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    min_coverage: Option<u8>,
    /// Keep raw frames, and show those of failing cases
    #[arg(long)]
    trace: bool,
    /// Show every case, and whole sequence diagrams
    #[arg(long, short)]
    verbose: bool,
    /// The seed of whatever is made up; a report names the one it had
    #[arg(long)]
    seed: Option<u64>,
    /// Multiply documented times by this, on both sides [default: 0.2 embedded with our own client, else 1]
    #[arg(long, value_name = "FACTOR", value_parser = factor)]
    timescale: Option<f64>,
    /// Multiply the harness's upper bounds by this
    #[arg(long, value_name = "FACTOR", default_value = "1", value_parser = factor)]
    patience: f64,
    /// How many cases run at once [default: 4 for each core embedded, else what the target says, else 1]
    #[arg(long)]
    jobs: Option<usize>,
    /// How actors connect: websocket, polling or upgrade
    #[arg(long, default_value = "websocket")]
    transport: Transport,
    /// Which Socket.IO client speaks for the actors: own, or rust_socketio, a second opinion with the limits below
    #[arg(long, value_name = "NAME", default_value = "own")]
    client: Client,
    /// The folder of scenarios and contracts [default: scenarios/, here or above]
    #[arg(long, value_name = "DIR")]
    scenarios: Option<PathBuf>,
    /// Where reports are written
    #[arg(long, value_name = "DIR", default_value = "reports")]
    reports: PathBuf,
    /// Compare transcripts with the snapshots in this folder [default: scenarios/snapshots, embedded only]
    #[arg(long, value_name = "DIR")]
    snapshots: Option<PathBuf>,
    /// Accept the transcripts of this run as snapshots
    #[arg(long)]
    accept: bool,
    #[command(flatten)]
    load: load::LoadFlags,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What is done instead of running scenarios.
#[derive(Debug, Subcommand)]
enum Command {
    /// Write a contract in another format
    #[command(subcommand)]
    Export(Export),
}

#[derive(Debug, Subcommand)]
enum Export {
    /// An AsyncAPI 3 document with a JSON Schema of every payload
    Asyncapi {
        /// The dialect
        #[arg(long, value_name = "NAME")]
        dialect: String,
        /// Where to write it [default: standard output]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

/// What stands below the flags.
fn after_help() -> String {
    let limits = LIMITS.iter().map(|(_, what, so)| format!("\n  - {what} ({so})"));
    format!(
        "{EXIT_STATUSES}\n\n`--client rust_socketio` (built with `--features rust_socketio`) cannot:{}",
        limits.collect::<String>()
    )
}

fn level_parser() -> impl TypedValueParser<Value = Level> {
    clap::builder::PossibleValuesParser::new(["may", "should", "must"]).map(|text| match text.as_str() {
        "may" => Level::May,
        "should" => Level::Should,
        _ => Level::Must,
    })
}

fn factor(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(factor) if (0.01..=100.0).contains(&factor) => Ok(factor),
        _ => Err("a factor from 0.01 to 100".to_owned()),
    }
}

/// Why a run came to no verdict.
enum Trouble {
    /// The user has to mend something.
    Input(Problem),
    /// The server is not there.
    Unreachable(String),
    /// The report could not be written.
    Writing(String),
}

impl From<Problem> for Trouble {
    fn from(problem: Problem) -> Self {
        Self::Input(problem)
    }
}

/// What is to be run.
struct Job {
    contracts: Vec<Arc<Contract>>,
    scenarios: Vec<Arc<Scenario>>,
    cases: Vec<CasePlan>,
    target: Option<Target>,
    library: Library,
    whole: bool,
}

/// Runs the command line and returns the exit status.
pub async fn main(cli: Cli) -> u8 {
    let screen = TextOptions {
        colour: std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
        verbose: cli.verbose,
        trace: cli.trace,
        width: width(),
    };
    match cli.work(&screen).await {
        Ok(status) => status,
        Err(Trouble::Input(problem)) => {
            eprintln!("{}", failure::render(&problem, screen.colour, screen.width));
            USAGE
        }
        Err(Trouble::Unreachable(reason)) => {
            eprintln!("error: {reason}");
            UNREACHABLE
        }
        Err(Trouble::Writing(reason)) => {
            eprintln!("error: {reason}");
            INTERNAL
        }
    }
}

impl Cli {
    async fn work(&self, screen: &TextOptions) -> Result<u8, Trouble> {
        if let Some(Command::Export(Export::Asyncapi { dialect, out })) = &self.command {
            return self.export_asyncapi(dialect, out.as_deref());
        }
        let job = self.job()?;
        let loads = self.loads(&job)?;
        if !loads.is_empty() && !self.list {
            return self.run_loads(&job, loads, screen).await;
        }
        if self.list {
            print!("{}", report::list(&job.cases, screen.width));
            return Ok(verdict::PASSED);
        }
        let started = jiff::Timestamp::now();
        let clock = Instant::now();
        let settings = self.settings(&job);
        let (mut records, unreachable) = match self.venue(&job, &settings).await {
            Ok(venue) => {
                let (records, lost) = runner::run(job.cases.clone(), &settings, venue, quiet()).await;
                (records, lost.then(|| "the target was out of reach, or did not stay".to_owned()))
            }
            Err(reason) => (Vec::new(), Some(reason)),
        };
        self.check_snapshots(&job, &mut records, settings.level)?;
        let expected = job.target.as_ref().map_or(&[][..], |target| &target.expected_failures);
        let contracts: Vec<&Contract> = job.contracts.iter().map(Arc::as_ref).collect();
        let circumstances = Circumstances {
            unreachable: unreachable.is_some(),
            ..self.circumstances(&job, &settings, started, clock)
        };
        let report = verdict::conclude(records, &contracts, expected, circumstances);
        self.write(&report)?;
        print!("{}", report::text::render(&report, screen));
        if self.coverage {
            print!("{}", report::coverage(&report, screen));
        }
        self.name_page(screen);
        if let Some(reason) = unreachable.filter(|_| report.cases.is_empty()) {
            return Err(Trouble::Unreachable(reason));
        }
        Ok(self.covered(&report).unwrap_or(report.exit_status))
    }

    fn circumstances(
        &self,
        job: &Job,
        settings: &Settings,
        started: jiff::Timestamp,
        clock: Instant,
    ) -> Circumstances {
        Circumstances {
            started: started.to_string(),
            today: started.to_zoned(jiff::tz::TimeZone::UTC).date(),
            duration_ms: u64::try_from(clock.elapsed().as_millis()).unwrap_or(u64::MAX),
            target: job.target.as_ref().map_or("embedded reference server", |target| &target.name).to_owned(),
            client: (settings.client != Client::Own).then(|| settings.client.to_string()),
            seed: settings.seed,
            timescale: settings.timescale,
            patience: settings.patience,
            level: settings.level,
            unreachable: false,
        }
    }

    fn export_asyncapi(&self, dialect: &str, out: Option<&Path>) -> Result<u8, Trouble> {
        let known: Vec<Arc<Contract>> = self.library()?.contracts()?.into_iter().map(Arc::new).collect();
        let contract = named(&known, dialect)?;
        let text = format!("{:#}\n", asyncapi::document(&contract));
        match out {
            None => print!("{text}"),
            Some(path) => std::fs::write(path, text)
                .map_err(|error| Trouble::Writing(format!("cannot write {}: {error}", path.display())))?,
        }
        Ok(verdict::PASSED)
    }

    fn library(&self) -> Result<Library, Problem> {
        match &self.scenarios {
            Some(folder) if folder.join("dialects").is_dir() => Ok(Library { folder: folder.clone() }),
            Some(folder) => {
                Err(Problem::bare(format!("{} has no folder `dialects` with contracts", folder.display())))
            }
            None => Library::find(),
        }
    }

    /// What the command line asks for.
    fn job(&self) -> Result<Job, Problem> {
        if self.client != Client::Own && (self.accept || self.snapshots.is_some()) {
            return Err(Problem::bare("snapshots are made and compared with our own client alone")
                .hint(format!("{} does not hand out all that is in a transcript", self.client)));
        }
        let library = self.library()?;
        let target = self.read_target()?;
        let known: Vec<Arc<Contract>> = library.contracts()?.into_iter().map(Arc::new).collect();
        let contracts = self.choose(&known, target.as_ref())?;
        let names: Vec<&str> = contracts.iter().map(|contract| contract.dialect.as_str()).collect();
        let scenarios: Vec<Scenario> = if self.scenario.is_empty() {
            library.scenarios(&names)?
        } else {
            self.scenario.iter().map(|name| library.scenario(name)).collect::<Result<_, _>>()?
        };
        let scenarios: Vec<Arc<Scenario>> = scenarios.into_iter().map(Arc::new).collect();
        let lacks = target.as_ref().map(|target| target.lacks.clone()).unwrap_or_default();
        let cases = plan(&scenarios, &contracts, &known, &lacks)?;
        Ok(Job { contracts, scenarios, cases, target, library, whole: self.scenario.is_empty() })
    }

    fn read_target(&self) -> Result<Option<Target>, Problem> {
        let Some(given) = &self.target else { return Ok(None) };
        if given.contains("://") {
            return Ok(Some(Target::at(given)));
        }
        let path = Path::new(given);
        if path.is_file() {
            return Target::read(path).map(Some);
        }
        Err(Problem::bare(format!("`{given}` is neither a URL nor a target file"))
            .hint("write http://127.0.0.1:3000, or the path of a file such as target.yaml"))
    }

    /// The dialects to judge: those named, else the target's, else all that the embedded server speaks.
    fn choose(
        &self,
        known: &[Arc<Contract>],
        target: Option<&Target>,
    ) -> Result<Vec<Arc<Contract>>, Problem> {
        let from_target = target.and_then(|target| target.dialect.clone());
        let chosen: Vec<String> =
            if self.dialect.is_empty() { from_target.into_iter().collect() } else { self.dialect.clone() };
        if chosen.is_empty() {
            if target.is_some() && known.len() > 1 {
                let names: Vec<&str> = known.iter().map(|contract| contract.dialect.as_str()).collect();
                return Err(Problem::bare("which dialect does the target speak?").hint(format!(
                    "add --dialect NAME, or `dialect: NAME` to its file; known are: {}",
                    names.join(", ")
                )));
            }
            let spoken =
                known.iter().filter(|contract| target.is_some() || embedded::speaks(&contract.dialect));
            return Ok(spoken.cloned().collect());
        }
        chosen.iter().map(|name| named(known, name)).collect()
    }

    fn settings(&self, job: &Job) -> Settings {
        let target = job.target.as_ref();
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let lends = target.is_some_and(|target| !target.users.is_empty());
        let jobs = if lends {
            1
        } else {
            self.jobs.unwrap_or_else(|| target.map_or(4 * cores, |target| target.jobs))
        };
        // A client that waits out each silence needs the time between a keystroke and the end of its debounce.
        let shortened = target.is_none() && self.client == Client::Own;
        Settings {
            level: self.level,
            timescale: self.timescale.unwrap_or(if shortened { EMBEDDED_TIMESCALE } else { 1.0 }),
            patience: self.patience,
            jobs,
            linger: Duration::from_secs(1),
            trace: self.trace,
            seed: self.seed.unwrap_or_else(|| fastrand::u64(..=u64::from(u32::MAX))),
            transport: self.transport,
            client: self.client,
            debounce: target.and_then(|target| target.debounce),
            typing_expires: target.and_then(|target| target.typing_expires),
            renames: target.map(|target| target.renames.clone()).unwrap_or_default(),
        }
    }

    async fn venue(&self, job: &Job, settings: &Settings) -> Result<Arc<dyn Venue>, String> {
        match &job.target {
            None => Ok(Arc::new(Embedded::new(settings.timescale))),
            Some(target) => Ok(Arc::new(External::new(target.clone(), self.patience).await?)),
        }
    }

    /// Compares the transcripts with the accepted ones; a difference is a remark, which the strictest level gates on.
    fn check_snapshots(&self, job: &Job, records: &mut [CaseRecord], level: Level) -> Result<(), Trouble> {
        if self.client != Client::Own {
            return Ok(());
        }
        let default = job.library.folder.join("snapshots");
        let folder = match (&self.snapshots, &job.target) {
            (Some(folder), _) => folder.clone(),
            (None, None) => default,
            (None, Some(_)) => return Ok(()),
        };
        let mode = if self.accept { Mode::Accept } else { Mode::Check };
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
            let judged = |case: &&CaseRecord| of_group(case) && case.outcome != record::Outcome::NotSupported;
            let cases: Vec<&CaseRecord> = records.iter().filter(judged).collect();
            // A transcript that ended early would only say once more what the findings say.
            if cases.is_empty() || cases.iter().any(|case| case.outcome != record::Outcome::Passed) {
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
        if job.whole && self.dialect.is_empty() && job.target.is_none() {
            for orphan in store.orphans(&known).map_err(writing)? {
                eprintln!("warning: {} is a snapshot of no scenario; delete it", orphan.display());
            }
        }
        Ok(())
    }

    fn write(&self, report: &Report) -> Result<(), Trouble> {
        let write = || {
            std::fs::create_dir_all(&self.reports)?;
            report::json::write(report, &self.reports.join("report.json"))?;
            std::fs::write(self.reports.join("report.html"), report::html::render(report))?;
            std::fs::write(self.reports.join("junit.xml"), report::junit::render(report))
        };
        write().map_err(|error: std::io::Error| {
            Trouble::Writing(format!("no report can be written to {}: {error}", self.reports.display()))
        })
    }

    /// Names the page to a person; a machine knows where its reports are.
    fn name_page(&self, screen: &TextOptions) {
        let (faint, plain) = if screen.colour { ("\u{1b}[2m", "\u{1b}[0m") } else { ("", "") };
        if std::io::stdout().is_terminal() {
            println!("{faint}{}{plain}", self.reports.join("report.html").display());
        }
    }

    /// The exit status where too few clauses were judged.
    fn covered(&self, report: &Report) -> Option<u8> {
        let least = f64::from(self.min_coverage?);
        let short = report.coverage.iter().find(|coverage| coverage.percent < least)?;
        eprintln!(
            "error: {} of the clauses of `{}` were judged, and {least} % are asked for",
            percent(short.percent),
            short.dialect
        );
        (report.exit_status == verdict::PASSED).then_some(verdict::FAILED)
    }
}

/// The contract of a dialect.
fn named(known: &[Arc<Contract>], name: &str) -> Result<Arc<Contract>, Problem> {
    known.iter().find(|contract| contract.dialect == name).cloned().ok_or_else(|| {
        Problem::bare(format!("there is no dialect `{name}`"))
            .nearest(name, known.iter().map(|contract| contract.dialect.as_str()))
    })
}

/// The columns of the terminal; `COLUMNS` says so where there is none.
fn width() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let measured = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    columns.or_else(measured).unwrap_or(110).clamp(60, 200)
}

fn percent(share: f64) -> String {
    format!("{share:.1} %")
}

/// What was accepted and what came are shown as texts, line by line.
fn remark(case: &mut CaseRecord, message: &str, pending: &Path, level: Level) {
    let text = |path: &Path| std::fs::read_to_string(path).ok().map(serde_json::Value::String);
    let accepted = text(&pending.with_extension(""));
    case.findings.push(Finding {
        level: Level::May,
        kind: Kind::Snapshot,
        clause: None,
        step: case.steps.len().saturating_sub(1),
        actor: None,
        message: format!("{message}; review {}", pending.display()),
        received: accepted.as_ref().and_then(|_| text(pending)),
        expected: accepted,
        differences: Vec::new(),
    });
    if level == Level::May {
        case.outcome = record::Outcome::Failed;
    }
}

/// Nobody watches the progress yet.
fn quiet() -> mpsc::UnboundedSender<runner::Progress> {
    mpsc::unbounded_channel().0
}
