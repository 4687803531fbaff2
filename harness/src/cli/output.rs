//! The files that a run leaves behind.

use std::io::IsTerminal;

use super::{Cli, Trouble};
use crate::record::Report;
use crate::report::{self, TextOptions};

impl Cli {
    pub(super) fn write(&self, report: &Report) -> Result<(), Trouble> {
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
    pub(super) fn name_page(&self, screen: &TextOptions) {
        let (faint, plain) = if screen.colour { ("\u{1b}[2m", "\u{1b}[0m") } else { ("", "") };
        if std::io::stdout().is_terminal() {
            println!("{faint}{}{plain}", self.reports.join("report.html").display());
        }
    }
}
