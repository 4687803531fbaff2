//! `harness review`: what has changed in the transcripts, one snapshot after the other, and what becomes of it.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use clap::Args;
use console::Term;

use super::{Cli, Trouble};
use crate::streams::{Out, outln};
use language::contract::Contract;
use language::problem::Problem;
use language::script::Scenario;
use language::visible::visible;
use model::plan;
use report::TextOptions;
use results::snapshot::{Mode, Store, Waiting, Why};
use results::verdict;

/// Of a long transcript or diff so many lines are shown.
const SHOWN: usize = 60;

#[derive(Debug, Args)]
#[command(
    after_help = "NAME is that of a case, such as crm/typing, or of a dialect, such as crm; without one, all are meant.

Exit status:
  0   nothing waits, or nothing is left waiting
  1   something still waits
  2   there is no such name, or it cannot be accepted
  70  a file cannot be read, moved or deleted"
)]
pub(super) struct Review {
    /// Only list what waits; so it is too where nobody could press a key
    #[arg(long, conflicts_with_all = ["accept", "reject"])]
    list: bool,
    /// Accept these
    #[arg(long, value_name = "NAME", num_args = 0.., conflicts_with = "reject")]
    accept: Option<Vec<String>>,
    /// Delete these; a transcript comes back with the next run, unless its cause is gone
    #[arg(long, value_name = "NAME", num_args = 0..)]
    reject: Option<Vec<String>>,
    /// The folder of the snapshots [default: scenarios/snapshots]
    #[arg(long, value_name = "DIR")]
    snapshots: Option<PathBuf>,
}

/// What becomes of a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Accepted,
    Rejected,
    Skipped,
}

impl Cli {
    /// Reviews what waits.
    pub(super) fn review(&self, flags: &Review, screen: &TextOptions) -> Result<u8, Trouble> {
        let library = self.library()?;
        let folder = flags.snapshots.clone().unwrap_or_else(|| library.folder.join("snapshots"));
        if flags.snapshots.is_some() && !folder.is_dir() {
            return Err(Problem::bare(format!("there is no folder {}", folder.display())).into());
        }
        let contracts = library.contracts()?;
        let folders: Vec<&str> = contracts.iter().flat_map(|contract| contract.lineage()).collect();
        let scenarios = library.scenarios(&folders)?;
        let of = |contract: &Contract| {
            let dialect = contract.dialect.clone();
            let named = |scenario: &Scenario| (dialect.clone(), scenario.id.clone());
            plan::of_dialect(&scenarios, contract).map(named).collect::<Vec<_>>()
        };
        let known: Vec<(String, String)> = contracts.iter().flat_map(of).collect();
        let store = Store { folder, mode: Mode::Check };
        let waiting = store.waiting(&known).map_err(|error| file_trouble(&error))?;
        if waiting.is_empty() {
            outln!("no snapshot waits to be reviewed");
            return Ok(verdict::PASSED);
        }
        let out = &mut Out;
        let keys = io::stdin().is_terminal() && io::stdout().is_terminal();
        match (&flags.accept, &flags.reject) {
            (Some(names), _) => all(&chosen(&waiting, names)?, Fate::Accepted, out),
            (_, Some(names)) => all(&chosen(&waiting, names)?, Fate::Rejected, out),
            _ if flags.list || !keys => list(&waiting, out).map_err(Trouble::from),
            _ => {
                let term = Term::stdout();
                one_by_one(&waiting, screen.colour, || term.read_char().ok(), out)
            }
        }
    }
}

fn file_trouble(error: &io::Error) -> Trouble {
    Trouble::Internal(format!("a snapshot cannot be reviewed: {error}"))
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Internal(format!("nothing can be shown: {error}"))
    }
}

/// Those that are meant by these names; all, where there are none.
fn chosen<'w>(waiting: &'w [Waiting], names: &[String]) -> Result<Vec<&'w Waiting>, Problem> {
    let meant = |one: &Waiting, name: &str| {
        one.name == name || one.name.strip_prefix(name).is_some_and(|rest| rest.starts_with('/'))
    };
    for name in names {
        if !waiting.iter().any(|one| meant(one, name)) {
            let problem = Problem::bare(format!("no snapshot of the name `{name}` waits"));
            return Err(problem.nearest(name, waiting.iter().map(|one| one.name.as_str())));
        }
    }
    let named = |one: &&Waiting| names.is_empty() || names.iter().any(|name| meant(one, name));
    Ok(waiting.iter().filter(named).collect())
}

fn all(chosen: &[&Waiting], fate: Fate, out: &mut impl Write) -> Result<u8, Trouble> {
    if let Some(orphan) = chosen.iter().find(|one| fate == Fate::Accepted && one.why == Why::Orphan) {
        return Err(Problem::bare(format!(
            "{} belongs to no scenario, so it cannot be accepted",
            orphan.path.display()
        ))
        .hint(format!("delete it: harness review --reject {}", orphan.name))
        .into());
    }
    for one in chosen {
        settle(one, fate)?;
        writeln!(out, "{} {}", word(fate), one.name)?;
    }
    Ok(verdict::PASSED)
}

fn settle(one: &Waiting, fate: Fate) -> Result<(), Trouble> {
    match fate {
        Fate::Accepted => one.accept(),
        Fate::Rejected => one.reject(),
        Fate::Skipped => Ok(()),
    }
    .map_err(|error| file_trouble(&error))
}

fn word(fate: Fate) -> &'static str {
    match fate {
        Fate::Accepted => "accepted",
        Fate::Rejected => "rejected",
        Fate::Skipped => "skipped",
    }
}

/// One line for each.
fn list(waiting: &[Waiting], out: &mut impl Write) -> io::Result<u8> {
    for one in waiting {
        writeln!(out, "{:<10} {}", kind(one), one.name)?;
    }
    let verb = if waiting.len() == 1 { "waits" } else { "wait" };
    let next = "in a terminal `harness review` shows each and asks; elsewhere --accept or --reject decides";
    writeln!(out, "\n{} {verb}: {next}", waiting.len())?;
    Ok(verdict::FAILED)
}

fn kind(one: &Waiting) -> String {
    match &one.why {
        Why::New(_) => "new".to_owned(),
        Why::Changed(diff) => {
            let lines = diff.lines().skip(2);
            let count = |sign: char| lines.clone().filter(|line| line.starts_with(sign)).count();
            format!("+{} -{}", count('+'), count('-'))
        }
        Why::Orphan => "orphan".to_owned(),
    }
}

/// Shows one after the other, and asks for a key.
fn one_by_one(
    waiting: &[Waiting],
    colour: bool,
    mut key: impl FnMut() -> Option<char>,
    out: &mut impl Write,
) -> Result<u8, Trouble> {
    let mut fates = Vec::new();
    let mut rest = None;
    for (index, one) in waiting.iter().enumerate() {
        let fate = match rest {
            Some(fate) => fate,
            None => {
                show(one, index + 1, waiting.len(), colour, out)?;
                let (fate, all) = ask(one, &mut key, out)?;
                rest = all.then_some(fate);
                fate
            }
        };
        // Of all that are left, an orphan is the one that cannot be accepted.
        let fate = if fate == Fate::Accepted && one.why == Why::Orphan { Fate::Skipped } else { fate };
        settle(one, fate)?;
        fates.push(fate);
    }
    let count = |fate: Fate| fates.iter().filter(|one| **one == fate).count();
    writeln!(
        out,
        "{} accepted, {} rejected, {} left as they are",
        count(Fate::Accepted),
        count(Fate::Rejected),
        count(Fate::Skipped)
    )?;
    Ok(if count(Fate::Skipped) == 0 { verdict::PASSED } else { verdict::FAILED })
}

/// Asks until a key means something. The second says that all that are left have the same fate.
fn ask(
    one: &Waiting,
    key: &mut impl FnMut() -> Option<char>,
    out: &mut impl Write,
) -> Result<(Fate, bool), Trouble> {
    let orphan = one.why == Why::Orphan;
    let accept = if orphan { "" } else { "[a]ccept  " };
    let reject = if orphan { "[r] delete" } else { "[r]eject" };
    write!(out, "{accept}{reject}  [s]kip  [A]ccept all that are left  [q]uit ")?;
    out.flush()?;
    loop {
        let answer = match key() {
            Some('a') if !orphan => (Fate::Accepted, false),
            Some('r') => (Fate::Rejected, false),
            Some('s') => (Fate::Skipped, false),
            Some('A') => (Fate::Accepted, true),
            // Whoever hangs up decides nothing.
            Some('q' | '\u{3}' | '\u{4}' | '\u{1b}') | None => (Fate::Skipped, true),
            Some(_) => continue,
        };
        writeln!(out, "\n")?;
        return Ok(answer);
    }
}

fn show(one: &Waiting, number: usize, of: usize, colour: bool, out: &mut impl Write) -> io::Result<()> {
    let paint = |code: &str, text: &str| {
        if colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    };
    let (what, lines): (&str, Vec<String>) = match &one.why {
        Why::New(text) => {
            ("new: nothing was accepted so far", text.lines().map(|line| format!("+{line}")).collect())
        }
        Why::Changed(diff) => ("changed", diff.lines().skip(2).map(str::to_owned).collect()),
        Why::Orphan => ("belongs to no scenario", Vec::new()),
    };
    writeln!(out, "{} {}, {what}", paint("2", &format!("{number}/{of}")), paint("1", &one.name))?;
    writeln!(out, "{}", paint("2", &one.path.display().to_string()))?;
    for line in lines.iter().take(SHOWN) {
        let code = match line.chars().next() {
            Some('+') => "32",
            Some('-') => "31",
            Some('@') => "36",
            _ => "0",
        };
        writeln!(out, "  {}", paint(code, &visible(line)))?;
    }
    if let Some(more) = lines.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        writeln!(out, "  … and {more} more lines")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(folder: &std::path::Path) -> Vec<Waiting> {
        let crm = folder.join("crm");
        std::fs::create_dir_all(&crm).unwrap();
        for (name, text) in [
            ("gone.snap", "old"),
            ("hello.snap.new", "---\nsource: a/b.yaml\n---\none\ntwo\n"),
            ("typing.snap", "---\nsource: a/b.yaml\n---\none\ntwo\n"),
            ("typing.snap.new", "---\nsource: a/b.yaml\n---\none\nthree\n"),
        ] {
            std::fs::write(crm.join(name), text).unwrap();
        }
        let store = Store { folder: folder.to_owned(), mode: Mode::Check };
        let known = ["hello", "typing"].map(|name| ("crm".to_owned(), name.to_owned()));
        store.waiting(&known).unwrap()
    }

    /// Reviews in a folder of its own with these keys; returns what was said, what is there afterwards, and the status.
    fn reviewed(name: &str, keys: &str) -> (String, Vec<String>, u8) {
        let folder = std::env::temp_dir().join(format!("harness-review-{}-{name}", std::process::id()));
        let mut keys = keys.chars();
        let mut out = Vec::new();
        let status = one_by_one(&waiting(&folder), false, || keys.next(), &mut out).ok().unwrap();
        let mut left: Vec<String> = std::fs::read_dir(folder.join("crm"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        std::fs::remove_dir_all(&folder).unwrap();
        let said = String::from_utf8(out).unwrap().replace(&folder.display().to_string(), "[folder]");
        (said, left, status)
    }

    #[test]
    fn each_is_shown_and_decided() {
        let (said, left, status) = reviewed("each", "xarra");
        assert_eq!(left, ["typing.snap"], "{said}");
        assert_eq!(status, 0);
        assert!(
            said.contains("1/3 crm/gone, belongs to no scenario\n[folder]/crm/gone.snap\n[r] delete"),
            "{said}"
        );
        assert!(said.contains("2/3 crm/hello, new: nothing was accepted so far\n[folder]/crm/hello.snap.new\n  +one\n  +two\n[a]ccept"), "{said}");
        assert!(said.contains("  -two\n  +three\n"), "{said}");
        assert!(said.ends_with("1 accepted, 2 rejected, 0 left as they are\n"), "{said}");
    }

    #[test]
    fn all_that_are_left_are_accepted_but_orphans() {
        let (said, left, status) = reviewed("all", "A");
        assert_eq!(left, ["gone.snap", "hello.snap", "typing.snap"]);
        assert_eq!(status, 1);
        assert!(said.ends_with("2 accepted, 0 rejected, 1 left as they are\n"), "{said}");
    }

    #[test]
    fn who_quits_or_hangs_up_decides_nothing() {
        for keys in ["q", "", "s\u{3}"] {
            let (_, left, status) = reviewed("quit", keys);
            assert_eq!(left, ["gone.snap", "hello.snap.new", "typing.snap", "typing.snap.new"]);
            assert_eq!(status, 1);
        }
    }
}
