//! Where scenarios and contracts are found: `scenarios/*.yaml` are portable, `scenarios/<dialect>/*.yaml` belong to one
//! dialect, `scenarios/dialects/*.yaml` are the contracts. Nothing is listed by hand.

use std::path::{Path, PathBuf};

use super::contract::Contract;
use super::problem::Problem;
use super::script::Scenario;
use super::{contract_file, script_file};

/// A folder of scenarios and contracts.
#[derive(Debug, Clone)]
pub struct Library {
    /// The folder.
    pub folder: PathBuf,
}

impl Library {
    /// The `scenarios` folder here or in a folder above; else the one the program was built beside.
    ///
    /// # Errors
    /// Where there is none.
    pub fn find() -> Result<Self, Problem> {
        let built = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3).unwrap_or(Path::new("."));
        Self::above().or_else(|| Self::in_folder(built)).ok_or_else(|| {
            Problem::bare("there is no `scenarios` folder with `dialects` in it, here or above")
                .hint("run this inside the project, or name the folder with --scenarios DIR")
        })
    }

    /// The `scenarios` folder here or in a folder above.
    #[must_use]
    pub fn above() -> Option<Self> {
        let here = std::env::current_dir().unwrap_or_default();
        let found = here.ancestors().find_map(Self::in_folder)?;
        Some(Self { folder: shorten(&found.folder, &here) })
    }

    fn in_folder(folder: &Path) -> Option<Self> {
        let folder = folder.join("scenarios");
        folder.join("dialects").is_dir().then_some(Self { folder })
    }

    /// Every contract, by name.
    ///
    /// # Errors
    /// The first [`Problem`] in one of them.
    pub fn contracts(&self) -> Result<Vec<Contract>, Problem> {
        yaml_files(&self.folder.join("dialects"))?.iter().map(|path| contract_file::read(path)).collect()
    }

    /// Every scenario: the portable ones, then those in the folder of each of these dialects, each folder once.
    ///
    /// # Errors
    /// The first [`Problem`] in one of them.
    pub fn scenarios(&self, dialects: &[&str]) -> Result<Vec<Scenario>, Problem> {
        let mut paths = yaml_files(&self.folder)?;
        for (index, dialect) in dialects.iter().enumerate() {
            let folder = self.folder.join(dialect);
            if folder.is_dir() && !dialects[..index].contains(dialect) {
                paths.extend(yaml_files(&folder)?);
            }
        }
        paths.iter().map(|path| self.read(path)).collect()
    }

    /// The scenarios a user means: a path, or the name of a file in this library, with or without `.yaml` and the folder
    /// before it. A name that stands in several folders means all of them.
    ///
    /// # Errors
    /// Where there is none, with the nearest name; or a [`Problem`] in one.
    pub fn named(&self, name: &str) -> Result<Vec<Scenario>, Problem> {
        let given = Path::new(name);
        let paths = if given.is_file() { vec![given.to_owned()] } else { self.locate(name)? };
        if paths.is_empty() {
            let known: Vec<String> = self.all_files()?.iter().map(|path| stem(path)).collect();
            return Err(Problem::bare(format!(
                "there is no scenario `{name}` here or in {}",
                self.folder.display()
            ))
            .nearest(name.trim_end_matches(".yaml"), known.iter().map(String::as_str)));
        }
        paths.iter().map(|path| self.read(path)).collect()
    }

    /// Reads a scenario; one in the folder of a dialect is of that dialect. Where a portable one has the same name, its own
    /// has the folder before it, so that their cases can be told apart: `crm/typing`.
    fn read(&self, path: &Path) -> Result<Scenario, Problem> {
        let dialect = self.dialect_of(path);
        let name = stem(path);
        let id = match &dialect {
            Some(dialect) if self.folder.join(format!("{name}.yaml")).is_file() => {
                format!("{dialect}/{name}")
            }
            _ => name,
        };
        let mut scenario = script_file::read(path, id)?;
        scenario.dialect = scenario.dialect.or(dialect);
        Ok(scenario)
    }

    /// The dialect whose folder a file lies in.
    fn dialect_of(&self, path: &Path) -> Option<String> {
        let parent = path.parent()?.file_name()?.to_string_lossy().into_owned();
        self.folder.join("dialects").join(format!("{parent}.yaml")).is_file().then_some(parent)
    }

    fn locate(&self, name: &str) -> Result<Vec<PathBuf>, Problem> {
        let wanted = name.strip_suffix(".yaml").unwrap_or(name);
        let is_meant = |path: &PathBuf| {
            let inside = path.strip_prefix(&self.folder).ok().map(|path| path.with_extension(""));
            inside.is_some_and(|inside| inside == Path::new(wanted)) || stem(path) == wanted
        };
        Ok(self.all_files()?.into_iter().filter(is_meant).collect())
    }

    fn all_files(&self) -> Result<Vec<PathBuf>, Problem> {
        let mut files = yaml_files(&self.folder)?;
        let folders = std::fs::read_dir(&self.folder)
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.path()));
        let mut folders: Vec<_> =
            folders.filter(|path| path.is_dir() && !path.ends_with("dialects")).collect();
        folders.sort();
        for folder in folders {
            files.extend(yaml_files(&folder)?);
        }
        Ok(files)
    }
}

fn shorten(folder: &Path, here: &Path) -> PathBuf {
    folder.strip_prefix(here).map(Path::to_owned).unwrap_or_else(|_| folder.to_owned())
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

fn yaml_files(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    let entries = std::fs::read_dir(folder)
        .map_err(|error| Problem::bare(format!("cannot read the folder {}: {error}", folder.display())))?;
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    paths.sort();
    Ok(paths)
}
