//! The files that a run leaves behind.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use super::Cli;
use super::reports::Reports;
use crate::streams::{errln, out};
use language::visible::visible;
use report::{self, TextOptions};
use results::record::Report;
use results::whole;

/// What a run has to say beside lines of its files.
pub(super) const QUALITY: &str = "codequality.json";

/// The reports that are small, and easily made.
pub(super) fn files(report: &Report) -> Vec<(String, Vec<u8>)> {
    let files = [
        ("junit.xml", report::junit::render(report)),
        ("results.tap", report::tap::render(report)),
        ("badge.svg", report::badge::render(report)),
        ("summary.md", report::summary::render(report)),
    ];
    files.map(|(name, text)| (name.to_owned(), text.into_bytes())).into()
}

impl Cli {
    /// Leaves the reports of a run that has ended. What cannot be written, on a disk that has become full, is said, and costs no
    /// verdict: it stands on standard output, and in the exit status.
    pub(super) fn write(&self, report: &Report, reports: &mut Reports) {
        let folder = reports.finish();
        if let Err(error) = write_all(report, folder) {
            let folder = folder.display();
            errln!(
                "error: the reports cannot be written to {folder}: {error}; what stands there is marked unfinished"
            );
        }
        tell_github(report);
    }

    /// Names the page to a person; a machine knows where its reports are.
    pub(super) fn name_page(&self, screen: &TextOptions) {
        let (faint, plain) = if screen.colour { ("\u{1b}[2m", "\u{1b}[0m") } else { ("", "") };
        if io::stdout().is_terminal() {
            out!(
                "{faint}{}{plain}\n",
                visible(&self.files.reports.join("report.html").display().to_string())
            );
        }
    }
}

fn write_all(report: &Report, folder: &Path) -> io::Result<()> {
    let quality = serde_json::to_string_pretty(&report::annotations::gitlab(report))?;
    let mut all = files(report);
    all.extend(report::histograms::files(report));
    all.push((QUALITY.to_owned(), quality.into_bytes()));
    all.push(("report.html".to_owned(), report::html::render(report).into_bytes()));
    for (name, text) in all {
        whole::replace(&folder.join(name), text)?;
    }
    // Last: whoever finds it finished finds all others, too.
    report::json::write(report, &folder.join("report.json"))
}

/// What GitHub shows of a job, where it runs one: its summary, and what failed beside the lines of the scenarios.
fn tell_github(report: &Report) {
    if let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) {
        let summary = report::summary::render(report);
        let file = File::options().create(true).append(true).open(&path);
        if let Err(error) = file.and_then(|mut file| file.write_all(summary.as_bytes())) {
            errln!("error: the summary of the job cannot be written to {}: {error}", path.display());
        }
    }
    if std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true") {
        out!("{}", report::annotations::github(report));
    }
}
