//! Snapshots: the transcripts of a scenario's cases, compared with what somebody has accepted. Owns the folder they
//! lie in and the pending files beside them; knows nothing of how a case is run or judged, and decides no verdict.

mod file;
mod transcript;

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use similar::TextDiff;

pub use transcript::render;

use crate::record::CaseRecord;
use crate::whole;

/// What an accepted snapshot is called, and what is added to it while it waits to be accepted.
const ACCEPTED: &str = ".snap";
const PENDING: &str = ".new";

/// What to do about a transcript that is not what was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Leave what was accepted as it is, and write a pending snapshot beside it.
    Check,
    /// Accept it.
    Accept,
}

/// What a comparison came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compared {
    /// It is what was accepted.
    Same,
    /// It was not, and is now.
    Accepted,
    /// Nothing has been accepted yet.
    New {
        /// The snapshot that waits to be accepted.
        pending: PathBuf,
    },
    /// Something else was accepted.
    Different {
        /// The snapshot that waits to be accepted.
        pending: PathBuf,
        /// From what was accepted to what came: a unified diff.
        diff: String,
    },
}

/// A folder of snapshots: `<dialect>/<scenario>.snap`, in the format of `insta`, so that `cargo insta` reviews them.
#[derive(Debug, Clone)]
pub struct Store {
    /// Where they lie; it need not exist yet.
    pub folder: PathBuf,
    /// What to do about what is new or different.
    pub mode: Mode,
}

impl Store {
    /// Compares the transcripts of one scenario on one dialect with what was accepted. `cases` are all its cases,
    /// judged, in the order of the plan: where one is left out, what was accepted of it counts as gone. `source` is
    /// the scenario's file, relative to the root of the repository, since it is written down.
    ///
    /// # Errors
    /// A file that cannot be read or written; the message names it.
    pub fn compare(
        &self,
        dialect: &str,
        scenario: &str,
        source: &str,
        cases: &[&CaseRecord],
    ) -> io::Result<Compared> {
        let folder = self.folder.join(dialect);
        // Not `with_extension`, which would take the end of `v1.2` for one.
        let accepted = folder.join(format!("{scenario}{ACCEPTED}"));
        let pending = folder.join(format!("{scenario}{ACCEPTED}{PENDING}"));
        let new = render(cases);
        let old = read(&accepted)?.map(|text| file::contents(&text));
        if old.as_deref() == Some(file::normal(&new).as_str()) {
            remove(&pending)?;
            return Ok(Compared::Same);
        }
        let text = file::write(source, &format!("{dialect}/{scenario}"), &new);
        if self.mode == Mode::Accept {
            write(&accepted, &text)?;
            remove(&pending)?;
            return Ok(Compared::Accepted);
        }
        write(&pending, &text)?;
        Ok(match old {
            None => Compared::New { pending },
            Some(old) => Compared::Different { pending, diff: diff(&old, &file::normal(&new)) },
        })
    }

    /// The snapshots, accepted or pending, of scenarios that are none of these, given as dialect and scenario.
    ///
    /// # Errors
    /// A folder that cannot be read; the message names it.
    pub fn orphans(&self, known: &[(String, String)]) -> io::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        files_below(&self.folder, &mut files)?;
        let known = |path: &Path| {
            known.iter().any(|(dialect, scenario)| {
                let accepted = self.folder.join(dialect).join(format!("{scenario}{ACCEPTED}"));
                stem(path).is_some_and(|stem| stem == accepted)
            })
        };
        let mut orphans: Vec<PathBuf> =
            files.into_iter().filter(|path| stem(path).is_some() && !known(path)).collect();
        orphans.sort();
        Ok(orphans)
    }
}

/// A snapshot that somebody has to decide about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// `crm/typing`
    pub name: String,
    /// The file that waits, or that belongs to no scenario.
    pub path: PathBuf,
    /// Why it waits.
    pub why: Why,
}

/// Why a snapshot waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Nothing has been accepted yet: the whole transcript.
    New(String),
    /// Something else was accepted: a unified diff, from that to what came.
    Changed(String),
    /// It belongs to no scenario, accepted or not.
    Orphan,
}

impl Store {
    /// What somebody has to decide about, by name. `known` are the scenarios there are, as dialect and scenario.
    ///
    /// # Errors
    /// A folder or a file that cannot be read; the message names it.
    pub fn waiting(&self, known: &[(String, String)]) -> io::Result<Vec<Waiting>> {
        let orphans = self.orphans(known)?;
        let mut files = Vec::new();
        files_below(&self.folder, &mut files)?;
        files.sort();
        let mut waiting = Vec::new();
        for path in files {
            let Some(accepted) = stem(&path) else { continue };
            let inside = accepted.strip_prefix(&self.folder).unwrap_or(&accepted).to_string_lossy();
            let name = inside.trim_end_matches(ACCEPTED).replace('\\', "/");
            let why = if orphans.contains(&path) {
                Why::Orphan
            } else if accepted == path {
                continue;
            } else {
                let new = file::contents(&read(&path)?.unwrap_or_default());
                match read(&accepted)?.map(|text| file::contents(&text)) {
                    None => Why::New(new),
                    Some(old) => Why::Changed(diff(&old, &new)),
                }
            };
            waiting.push(Waiting { name, path, why });
        }
        Ok(waiting)
    }
}

impl Waiting {
    /// Puts it in the place of what was accepted. Nobody can accept an orphan.
    ///
    /// # Errors
    /// A file that cannot be moved; the message names it.
    pub fn accept(&self) -> io::Result<()> {
        let Some(accepted) = stem(&self.path).filter(|accepted| *accepted != self.path) else {
            return Ok(());
        };
        fs::rename(&self.path, &accepted).map_err(|error| failed("move", &self.path, &error))
    }

    /// Deletes it.
    ///
    /// # Errors
    /// A file that cannot be deleted; the message names it.
    pub fn reject(&self) -> io::Result<()> {
        remove(&self.path)
    }
}

/// The accepted snapshot that a file is, or waits to be; `None` for anything else that lies about.
fn stem(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let name = name.strip_suffix(PENDING).unwrap_or(name);
    name.ends_with(ACCEPTED).then(|| path.with_file_name(name))
}

fn files_below(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(|error| failed("read", folder, &error))?,
    };
    for entry in entries {
        let entry = entry.map_err(|error| failed("read", folder, &error))?;
        let path = entry.path();
        if entry.file_type().map_err(|error| failed("read", &path, &error))?.is_dir() {
            files_below(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn diff(old: &str, new: &str) -> String {
    // With the end of the last line, or the diff would remark on its absence.
    let (old, new) = (format!("{old}\n"), format!("{new}\n"));
    TextDiff::from_lines(&old, &new)
        .unified_diff()
        .context_radius(2)
        .header("accepted", "received")
        .to_string()
}

fn read(path: &Path) -> io::Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("read", path, &error)),
    }
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    whole::replace(path, text).map_err(|error| failed("write", path, &error))
}

/// Removes a pending snapshot, if there is one.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed("remove", path, &error)),
        _ => Ok(()),
    }
}

/// An error that names the file, which those of the standard library do not.
fn failed(what: impl fmt::Display, path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{what} {}: {error}", path.display()))
}
