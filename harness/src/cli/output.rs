//! The files that a run leaves behind.

use super::{Cli, Trouble};
use crate::record::Report;
use crate::report;

impl Cli {
    pub(super) fn write(&self, report: &Report) -> Result<(), Trouble> {
        let write = || {
            std::fs::create_dir_all(&self.reports)?;
            report::json::write(report, &self.reports.join("report.json"))?;
            std::fs::write(self.reports.join("junit.xml"), report::junit::render(report))
        };
        write().map_err(|error: std::io::Error| {
            Trouble::Writing(format!("no report can be written to {}: {error}", self.reports.display()))
        })
    }
}
