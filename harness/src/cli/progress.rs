//! What is shown while a run is on, on standard error, so that standard output stays the report. On a terminal a few lines
//! that are drawn anew; elsewhere, and in a pipeline, plain lines; asked to be quiet, nothing.

mod cases;
mod load;

use std::io::IsTerminal;
use std::time::Duration;

use tokio::time::{Interval, MissedTickBehavior, interval};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::streams::errln;
use language::visible::visible;

pub(super) use cases::{Kept, cases};
pub(super) use load::load;

/// How often a terminal is drawn at most.
const REDRAWN: Duration = Duration::from_millis(200);

/// How often the report of a run that is on is told what is on.
const WRITTEN: Duration = Duration::from_secs(1);

/// Ticks so often, and not more often after a pause.
fn every(period: Duration) -> Interval {
    let mut interval = interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Skip);
    interval
}

/// Where progress goes.
#[derive(Debug, Clone)]
pub(super) enum Screen {
    /// A terminal that somebody looks at.
    Live(MultiProgress),
    /// A log.
    Plain,
    /// Nobody wants to know.
    Silent,
}

impl Screen {
    /// What suits standard error.
    pub(super) fn new(quiet: bool) -> Self {
        let pipeline = std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
        if quiet {
            Self::Silent
        } else if std::io::stderr().is_terminal() && !pipeline && !super::is_dumb() {
            Self::Live(MultiProgress::new())
        } else {
            Self::Plain
        }
    }

    /// Says a line that stays.
    pub(super) fn say(&self, line: &str) {
        match self {
            // A terminal that is gone is no reason to end a run.
            Self::Live(all) => drop(all.println(visible(line))),
            Self::Plain | Self::Silent => errln!("{line}"),
        }
    }

    /// Lines that are drawn anew; none but on a terminal.
    fn lines(&self, count: usize) -> Lines {
        let Self::Live(all) = self else { return Lines(Vec::new()) };
        let style =
            ProgressStyle::with_template("{wide_msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
        let line = || all.add(ProgressBar::new_spinner().with_style(style.clone()));
        Lines(std::iter::repeat_with(line).take(count).collect())
    }
}

/// Lines of a terminal that are drawn anew, and gone when the run is.
struct Lines(Vec<ProgressBar>);

impl Lines {
    fn draw(&self, texts: &[String]) {
        for (line, text) in self.0.iter().zip(texts) {
            line.set_message(visible(text));
        }
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        self.0.iter().for_each(ProgressBar::finish_and_clear);
    }
}
