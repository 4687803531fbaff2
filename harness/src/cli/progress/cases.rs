//! The progress of cases: how many are done, what has failed, what runs.

use std::sync::Arc;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

use super::super::reports::{News, Teller};
use super::{REDRAWN, Screen, WRITTEN, every};
use conformance::Progress;
use results::record::Outcome;

/// How many failures are told while a run is on; the report tells them all.
const TOLD: usize = 20;
/// How many of those that run are named.
const NAMED: usize = 3;
/// The columns of the bar.
const BAR: usize = 24;

/// What the report of a run that is on is told of its cases.
pub(in super::super) enum Kept {
    /// Each of them.
    Each(Option<Teller>),
    /// How many there were: of instances of a load only those that are not fine are kept, in the end.
    Counts(Option<Teller>),
}

/// Shows the progress of so many cases until the sender is gone.
pub(in super::super) fn cases(
    screen: &Screen,
    total: usize,
    kept: Kept,
) -> (UnboundedSender<Progress>, JoinHandle<()>) {
    let (sender, told) = unbounded_channel();
    let screen = screen.clone();
    (sender, tokio::spawn(show(screen, State::new(total), told, kept)))
}

async fn show(screen: Screen, mut state: State, mut told: UnboundedReceiver<Progress>, kept: Kept) {
    let lines = screen.lines(2);
    let mut redraw = every(REDRAWN);
    let mut write = every(WRITTEN);
    loop {
        tokio::select! {
            progress = told.recv() => match progress {
                None => break,
                Some(progress) => {
                    if let (Kept::Each(Some(teller)), Progress::Judged { record, .. }) = (&kept, &progress) {
                        // Its writer may have given up.
                        let _nobody = teller.send(News::Case(Arc::clone(record)));
                    }
                    if let Some(failure) = state.take(progress).filter(|_| !matches!(screen, Screen::Silent)) {
                        screen.say(&failure);
                    }
                }
            },
            _ = redraw.tick() => lines.draw(&[format!("{}  {}", state.bar(), state.counts()), state.running()]),
            _ = write.tick() => {
                if let Kept::Each(Some(teller)) | Kept::Counts(Some(teller)) = &kept {
                    let _nobody = teller.send(News::Line(state.counts()));
                }
            }
        }
    }
    drop(lines);
    if matches!(screen, Screen::Plain) {
        screen.say(&state.counts());
    }
}

struct State {
    total: usize,
    done: usize,
    failed: usize,
    not_run: usize,
    running: Vec<String>,
}

impl State {
    fn new(total: usize) -> Self {
        Self { total, done: 0, failed: 0, not_run: 0, running: Vec::new() }
    }

    /// Takes what has happened; what is worth a line that stays.
    fn take(&mut self, progress: Progress) -> Option<String> {
        match progress {
            Progress::Began(id) => self.running.push(id),
            Progress::Ended(id) => self.running.retain(|running| *running != id),
            Progress::Judged { record, why } => {
                let (id, outcome) = (&record.id, record.outcome);
                self.done += 1;
                self.not_run += usize::from(outcome == Outcome::CouldNotRun);
                if matches!(outcome, Outcome::Failed | Outcome::PassedUnexpectedly) {
                    self.failed += 1;
                    let why = why.map_or_else(String::new, |why| format!("  {}", why.escape_debug()));
                    return match self.failed {
                        0..=TOLD => Some(format!("✗ {id}{why}")),
                        more if more == TOLD + 1 => Some("✗ more failures: the report has them".to_owned()),
                        _ => None,
                    };
                }
            }
        }
        None
    }

    fn bar(&self) -> String {
        let filled = (BAR * self.done).checked_div(self.total).unwrap_or(BAR).min(BAR);
        format!("{}{}", "█".repeat(filled), "░".repeat(BAR - filled))
    }

    fn counts(&self) -> String {
        let failed = if self.failed > 0 { format!(", {} failed", self.failed) } else { String::new() };
        let not_run =
            if self.not_run > 0 { format!(", {} could not run", self.not_run) } else { String::new() };
        format!("{} of {} cases{failed}{not_run}", self.done, self.total)
    }

    fn running(&self) -> String {
        let named = self.running.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
        match self.running.len() {
            0 => String::new(),
            count if count > NAMED => format!("runs: {named} and {} more", count - NAMED),
            _ => format!("runs: {named}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use language::level::Level;
    use results::record::CaseRecord;

    fn judged(id: &str, outcome: Outcome) -> Progress {
        let record = CaseRecord { outcome, ..CaseRecord::new(id.to_owned(), "crm".to_owned(), Level::Must) };
        Progress::Judged { record: Arc::new(record), why: Some("ana heard\nnothing".to_owned()) }
    }

    #[test]
    fn failures_are_told_once_and_not_without_end() {
        let mut state = State::new(30);
        assert_eq!(state.take(judged("crm/a", Outcome::Passed)), None);
        assert_eq!(
            state.take(judged("crm/b", Outcome::Failed)).as_deref(),
            Some("✗ crm/b  ana heard\\nnothing")
        );
        let told = (0..28).filter_map(|_| state.take(judged("crm/c", Outcome::Failed))).count();
        assert_eq!(told, TOLD, "nineteen more, and that there are others");
        assert_eq!(state.counts(), "30 of 30 cases, 29 failed");
        assert_eq!(state.bar(), "█".repeat(BAR));
    }

    #[test]
    fn what_runs_is_named() {
        let mut state = State::new(9);
        for id in ["a", "b", "c", "d", "e"] {
            state.take(Progress::Began(id.to_owned()));
        }
        state.take(Progress::Ended("b".to_owned()));
        assert_eq!(state.running(), "runs: a, c, d and 1 more");
        assert_eq!(State::new(0).counts(), "0 of 0 cases");
        assert_eq!(State { done: 1, ..State::new(2) }.bar(), format!("{}{}", "█".repeat(12), "░".repeat(12)));
    }
}
