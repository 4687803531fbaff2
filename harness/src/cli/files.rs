//! Which files a command is about: those named, those in the folders named, else the whole library.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Cli;
use language::library::Library;
use language::problem::Problem;
use language::text::{Document, Source, Yaml, parse};

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum FileKind {
    Contract,
    Scenario,
    Target,
}

/// A file of the language, as far as it can be read.
pub(super) struct Found {
    pub(super) path: PathBuf,
    pub(super) source: Arc<Source>,
    pub(super) kind: FileKind,
    pub(super) document: Document,
}

/// The files of a command.
#[derive(Default)]
pub(super) struct Files {
    pub(super) found: Vec<Found>,
    pub(super) problems: Vec<Problem>,
    /// YAML files in a folder that are of another kind.
    pub(super) others: usize,
    /// Folders that were looked into.
    seen: BTreeSet<PathBuf>,
}

impl Cli {
    /// The files that these paths mean.
    pub(super) fn files(&self, paths: &[PathBuf]) -> Result<Files, Problem> {
        let mut files = Files::default();
        if paths.is_empty() {
            files.folder(&self.library()?.folder, true)?;
        }
        for path in paths {
            if path.is_dir() {
                files.folder(path, false)?;
            } else if path.is_file() {
                files.file(path, true);
            } else {
                return Err(Problem::bare(format!("{} is neither a file nor a folder", path.display())));
            }
        }
        Ok(files)
    }

    /// The library that a file belongs to: that of the command line where it names one, else the nearest folder above the file
    /// with contracts, else the one here.
    pub(super) fn library_of(&self, path: &Path) -> Result<Library, Problem> {
        if self.files.scenarios.is_some() {
            return self.library();
        }
        let above = path.ancestors().skip(1).find(|folder| folder.join("dialects").is_dir());
        above.map_or_else(|| self.library(), |folder| Ok(Library { folder: folder.to_owned() }))
    }
}

impl Files {
    fn folder(&mut self, folder: &Path, ours: bool) -> Result<(), Problem> {
        let cannot = |error: std::io::Error| {
            Problem::bare(format!("cannot read the folder {}: {error}", folder.display()))
        };
        // A link may lead to a folder above.
        if !self.seen.insert(folder.canonicalize().map_err(cannot)?) {
            return Ok(());
        }
        let entries = std::fs::read_dir(folder).map_err(cannot)?;
        let mut paths = entries
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<Vec<_>, _>>()
            .map_err(cannot)?;
        paths.sort();
        for path in paths {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            // What packages and builds have brought is not the author's.
            let foreign = name.starts_with('.') || name == "node_modules" || name == "target";
            if path.is_dir() && !foreign {
                self.folder(&path, ours)?;
            } else if path.extension().is_some_and(|extension| extension == "yaml") {
                self.file(&path, ours);
            }
        }
        Ok(())
    }

    /// `named`: it has to be one of ours.
    fn file(&mut self, path: &Path, named: bool) {
        let read = || {
            let source = Source::read(path)?;
            let document = parse(&source)?;
            Ok((source, document))
        };
        let (source, document) = match read() {
            Ok(read) => read,
            Err(problem) => return self.problems.push(problem),
        };
        match kind(&document) {
            Some(kind) => self.found.push(Found { path: path.to_owned(), source, kind, document }),
            None if named => self.problems.push(
                Problem::bare(format!("{} is no scenario, contract or target", path.display()))
                    .hint("one starts with `scenario:`, one with `dialect:`, one with `url:`; `harness new` writes the first two"),
            ),
            None => self.others += 1,
        }
    }
}

fn kind(document: &Document) -> Option<FileKind> {
    let Yaml::Map(entries) = &document.root.value else { return None };
    let has = |name: &str| entries.iter().any(|(key, _)| key.text == name);
    if has("scenario") || has("steps") {
        Some(FileKind::Scenario)
    } else if has("url") || has("urls") {
        Some(FileKind::Target)
    } else {
        (has("dialect") || has("extends") || has("verbs")).then_some(FileKind::Contract)
    }
}
