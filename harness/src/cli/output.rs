//! The files that a run leaves behind.

use std::fs::File;
use std::io::{IsTerminal, Write};

use super::{Cli, Trouble};
use crate::streams::out;
use language::visible::visible;
use report::{self, TextOptions};
use results::record::Report;

impl Cli {
    pub(super) fn write(&self, report: &Report) -> Result<(), Trouble> {
        let write = || {
            std::fs::create_dir_all(&self.files.reports)?;
            report::json::write(report, &self.files.reports.join("report.json"))?;
            let summary = report::summary::render(report);
            let quality = serde_json::to_string_pretty(&report::annotations::gitlab(report))?;
            let mut files = report::histograms::files(report);
            files.extend([
                ("report.html".to_owned(), report::html::render(report).into_bytes()),
                ("junit.xml".to_owned(), report::junit::render(report).into_bytes()),
                ("results.tap".to_owned(), report::tap::render(report).into_bytes()),
                ("badge.svg".to_owned(), report::badge::render(report).into_bytes()),
                ("codequality.json".to_owned(), quality.into_bytes()),
                ("summary.md".to_owned(), summary.clone().into_bytes()),
            ]);
            for (name, text) in files {
                std::fs::write(self.files.reports.join(name), text)?;
            }
            Ok(summary)
        };
        let summary = write().map_err(|error: std::io::Error| {
            Trouble::Writing(format!("no report can be written to {}: {error}", self.files.reports.display()))
        })?;
        tell_github(report, &summary)
    }

    /// Names the page to a person; a machine knows where its reports are.
    pub(super) fn name_page(&self, screen: &TextOptions) {
        let (faint, plain) = if screen.colour { ("\u{1b}[2m", "\u{1b}[0m") } else { ("", "") };
        if std::io::stdout().is_terminal() {
            out!(
                "{faint}{}{plain}\n",
                visible(&self.files.reports.join("report.html").display().to_string())
            );
        }
    }
}

/// What GitHub shows of a job, where it runs one: its summary, and what failed beside the lines of the scenarios.
fn tell_github(report: &Report, summary: &str) -> Result<(), Trouble> {
    if let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) {
        let written = File::options()
            .create(true)
            .append(true)
            .open(&path)
            .and_then(|mut file| file.write_all(summary.as_bytes()));
        written.map_err(|error| {
            let path = path.display();
            Trouble::Writing(format!("the summary of the job cannot be written to {path}: {error}"))
        })?;
    }
    if std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true") {
        out!("{}", report::annotations::github(report));
    }
    Ok(())
}
