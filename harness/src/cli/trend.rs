//! `harness trend`: kept reports, one after the other.

use std::path::PathBuf;

use clap::Args;

use super::compare::read_all;
use super::{Cli, Trouble};
use crate::streams::out;
use report::{TextOptions, comparison};
use results::compare::trend::trend;
use results::verdict;

/// What `harness trend` is given.
#[derive(Debug, Args)]
pub(super) struct Trend {
    /// Reports (report.json, or baselines), or folders of them; their order does not matter
    #[arg(value_name = "FILE|DIR", required = true)]
    reports: Vec<PathBuf>,
}

impl Cli {
    /// Tells; to gate is what `compare` is for.
    pub(super) fn trend(&self, what: &Trend, screen: &TextOptions) -> Result<u8, Trouble> {
        let trend = trend(read_all(&what.reports)?);
        out!("{}", comparison::trend(&trend, screen));
        Ok(verdict::PASSED)
    }
}
