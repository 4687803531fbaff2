//! The command line: flags, wiring, exit statuses.

mod author;
mod both;
mod cases;
mod check;
mod compare;
mod export;
mod faults;
mod files;
mod import;
mod interrupt;
mod job;
mod load;
mod new;
mod output;
mod progress;
mod record;
mod reports;
mod review;
mod run;
mod shipped;
mod tokens;
mod trend;

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::builder::TypedValueParser;
use clap::{Parser, Subcommand};

use crate::external::NotReady;
use crate::streams::{errln, out, paragraph, unwritten};
use language::failure;
use language::level::Level;
use language::limits;
use language::problem::Problem;
use report::{self, TextOptions};
use results::verdict::{self, INTERNAL, UNREACHABLE, USAGE};
use wire::client::{Client, LIMITS, Transport};

const EXAMPLES: &str = "Examples:
  harness                                            the whole suite on the embedded reference server
  harness --scenario typing.yaml                     one scenario, on every dialect that has what it needs
  harness --scenario unauthorized-join.yaml --fault leak-to-stranger   a server that leaks on purpose: what a finding looks like
  harness --dialect crm --target http://127.0.0.1:3000   your own backend, with the CRM's contract
  harness --scenario thousand-rooms.yaml --rate 1000/s --for 20s   a scenario as load
  harness --target target.yaml --coverage            a target file, and which clauses were judged
  harness new late-join, harness check, harness explain send   help with writing scenarios
  harness --baseline reports/baseline/conformance.json   and fail where a case got worse
  harness compare a.json b.json --max-regression p99=10%   two load runs with --repeat 5, and a gate";

/// Replays YAML scenarios against a Socket.IO chat backend and checks every payload on every socket.
#[derive(Debug, Parser)]
#[command(name = "harness", version, after_help = after_help(), max_term_width = 110)]
pub struct Cli {
    #[command(flatten)]
    chosen: ChoiceFlags,
    #[command(flatten)]
    show: ShowFlags,
    #[command(flatten)]
    play: PlayFlags,
    #[command(flatten)]
    files: FolderFlags,
    #[command(flatten)]
    load: load::LoadFlags,
    #[command(flatten)]
    compare: compare::BaselineFlags,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What is run, against which server, and what fails it.
#[derive(Debug, clap::Args)]
struct ChoiceFlags {
    /// A scenario: a file, or the name of one under scenarios/, in whichever folders. Repeatable; without it, the whole suite
    #[arg(long, value_name = "FILE|NAME")]
    scenario: Vec<String>,
    /// Only this dialect. Repeatable; without it, every dialect that has what a scenario needs
    #[arg(long, value_name = "NAME")]
    dialect: Vec<String>,
    /// The server under test: its URL, or a target file. Without it, an embedded reference server for every case
    #[arg(long, value_name = "URL|FILE")]
    target: Option<String>,
    /// Break the embedded reference server on purpose, to see how that is told; `harness explain faults` lists the names.
    /// Repeatable
    #[arg(long, value_name = "NAME", value_parser = faults::Names, hide_possible_values = true)]
    fault: Vec<String>,
    /// The lowest level of finding that fails a case
    #[arg(long, default_value = "must", value_parser = level_parser())]
    level: Level,
}

/// What is shown.
#[derive(Debug, clap::Args)]
struct ShowFlags {
    /// List the cases, and run none
    #[arg(long)]
    list: bool,
    /// Show what the cases would send, and send nothing
    #[arg(long)]
    dry_run: bool,
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
    /// Show only the verdict and what failed, and no progress
    #[arg(long, short, conflicts_with = "verbose")]
    quiet: bool,
}

/// How cases are played.
#[derive(Debug, clap::Args)]
struct PlayFlags {
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
    #[arg(long, value_parser = jobs)]
    jobs: Option<usize>,
    /// How actors connect: websocket, polling or upgrade
    #[arg(long, default_value = "websocket")]
    transport: Transport,
    /// Which Socket.IO client speaks for the actors: own, or rust_socketio, a second opinion with the limits below
    #[arg(long, value_name = "NAME", default_value = "own")]
    client: Client,
}

/// Which folders and files are read and written.
#[derive(Debug, clap::Args)]
struct FolderFlags {
    /// The folder of scenarios and contracts [default: scenarios/, here or above, else those of this program]
    #[arg(long, value_name = "DIR", global = true)]
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
}

/// What is done instead of running scenarios.
#[derive(Debug, Subcommand)]
enum Command {
    /// Write a contract in another format
    #[command(subcommand)]
    Export(export::Export),
    /// Make scenarios or a contract of a file that another tool uses
    #[command(subcommand)]
    Import(import::Import),
    /// Compare reports: side by side, with a gate
    ///
    /// Exit status 1 where a case or a number with a limit got worse, 4 where there are too few runs to tell, 2 where the two
    /// cannot be compared.
    Compare(compare::Compare),
    /// Follow kept reports: verdicts, causes that come and go, numbers of load with their noise
    Trend(trend::Trend),
    /// Write a commented scenario or contract to start from
    New(new::New),
    /// Read every file and tell every problem, without running anything
    Check {
        /// Files and folders [default: the folder of scenarios and contracts]
        paths: Vec<PathBuf>,
    },
    /// Lay files out: spaces, indents, quotes; lines and comments stay
    Fmt {
        /// Change nothing; fail where something would change
        #[arg(long)]
        check: bool,
        /// Files and folders [default: the folder of scenarios and contracts]
        paths: Vec<PathBuf>,
    },
    /// Tell what a verb, step, key, matcher or code means; without a word, list them all
    Explain {
        /// send, repeat, iso8601, stranger, wrong_payload, …
        word: Option<String>,
    },
    /// Print the JSON Schema of a kind of file
    Schema {
        /// Which kind
        of: author::SchemaOf,
    },
    /// Print completions for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Print a manual page
    Man,
    /// Stand between real clients and a real server, and write what they say as a scenario
    Record(record::Record),
    /// Look at the snapshots that have changed, and accept or reject each
    Review(review::Review),
}

/// What stands below the flags.
fn after_help() -> String {
    let statuses = verdict::STATUSES.iter().map(|(status, text)| format!("\n  {status:<3} {text}"));
    let statuses = statuses.collect::<String>();
    let limits = LIMITS.iter().map(|(_, what, so)| format!("\n  - {what} ({so})"));
    format!(
        "Exit status:{statuses}\n\n{EXAMPLES}\n\n`--client rust_socketio` (built with `--features rust_socketio`) cannot:{}",
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

fn jobs(text: &str) -> Result<usize, String> {
    let jobs = text.parse().ok().filter(|jobs| (1..=limits::JOBS).contains(jobs));
    jobs.ok_or_else(|| format!("a number from 1 to {}", limits::JOBS))
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
    /// What cannot be written, or a fault of the harness itself.
    Internal(String),
    /// What is asked for cannot be judged here, and why.
    CouldNotRun(String),
    /// Somebody ended the run before anything was judged.
    Stopped,
}

impl From<Problem> for Trouble {
    fn from(problem: Problem) -> Self {
        Self::Input(problem)
    }
}

impl From<NotReady> for Trouble {
    fn from(why: NotReady) -> Self {
        match why {
            NotReady::Input(problem) => Self::Input(problem),
            NotReady::Unreachable(reason) => Self::Unreachable(reason),
        }
    }
}

/// Runs the command line and returns the exit status.
pub async fn main(cli: Cli) -> u8 {
    let screen = TextOptions {
        colour: coloured(std::io::stdout().is_terminal()),
        verbose: cli.show.verbose,
        trace: cli.show.trace,
        quiet: cli.show.quiet,
        width: width(),
    };
    let status = cli.status(&screen).await;
    let Some(why) = unwritten() else { return status };
    errln!("error: cannot write to standard output: {why}");
    // A run has its reports; of whoever is there to print something nothing is left.
    if cli.only_prints() && status == verdict::PASSED { INTERNAL } else { status }
}

impl Cli {
    async fn status(&self, screen: &TextOptions) -> u8 {
        match self.work(screen).await {
            Ok(status) => status,
            Err(Trouble::Input(problem)) => {
                paragraph(&failure::render(&problem, coloured_errors(), screen.width));
                USAGE
            }
            Err(Trouble::Unreachable(reason)) => {
                errln!("error: {reason}");
                UNREACHABLE
            }
            Err(Trouble::Internal(reason)) => {
                errln!("error: {reason}");
                INTERNAL
            }
            Err(Trouble::CouldNotRun(reason)) => {
                errln!("error: {reason}");
                verdict::COULD_NOT_RUN
            }
            Err(Trouble::Stopped) => {
                errln!("{}", run::STOPPED_EARLY);
                verdict::COULD_NOT_RUN
            }
        }
    }

    fn only_prints(&self) -> bool {
        self.command.is_some() || self.show.list || self.show.dry_run
    }

    async fn work(&self, screen: &TextOptions) -> Result<u8, Trouble> {
        if let Some(command) = &self.command {
            return match command {
                Command::Export(what) => self.export(what),
                Command::Import(what) => self.import(what),
                Command::Compare(what) => self.compare(what, screen),
                Command::Trend(what) => self.trend(what, screen),
                Command::New(new) => self.new_file(new),
                Command::Check { paths } => self.check(paths, screen),
                Command::Fmt { check, paths } => self.tidy(*check, paths, screen),
                Command::Explain { word } => self.explain(word.as_deref()),
                Command::Schema { of } => self.schema(*of),
                Command::Completions { shell } => author::completions(*shell),
                Command::Man => author::manual(),
                Command::Record(flags) => self.record(flags).await,
                Command::Review(flags) => self.review(flags, screen),
            };
        }
        if self.show.dry_run {
            return self.dry_run();
        }
        let mut job = self.job()?;
        if self.show.list {
            out!("{}", report::list(&job.cases, screen.width));
            return Ok(verdict::PASSED);
        }
        let loads = self.loads(&job)?;
        self.settle_tokens(&mut job, &loads)?;
        if loads.is_empty() {
            self.run_cases(&job, screen).await
        } else if loads.len() < job.scenarios.len() {
            self.run_both(job, loads, screen).await
        } else {
            self.run_loads(&job, loads, screen).await
        }
    }
}

/// Whether a stream is shown in colour: a terminal that knows colours, unless `NO_COLOR` says something.
pub(crate) fn coloured(terminal: bool) -> bool {
    let said = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    terminal && !said("NO_COLOR") && !is_dumb()
}

/// The same of standard error, which may go elsewhere than standard output.
fn coloured_errors() -> bool {
    coloured(std::io::stderr().is_terminal())
}

/// Whether the terminal can do no more than print lines.
fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|value| value == "dumb")
}

/// The columns of the terminal; `COLUMNS` says so where there is none.
fn width() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let measured = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    columns.or_else(measured).unwrap_or(110).clamp(60, 200)
}
