//! The command line of the harness: parse, run, exit.

use std::process::ExitCode;

use clap::Parser;
use harness::cli::{Cli, main as run};

#[tokio::main]
async fn main() -> ExitCode {
    ExitCode::from(run(Cli::parse()).await)
}
