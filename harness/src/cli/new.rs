//! `harness new`: a commented file to start from.

use std::path::Path;

use clap::Args;

use super::author::SchemaOf;
use super::{Cli, Trouble, shipped};
use crate::streams::outln;
use language::problem::Problem;
use results::verdict;

const SCENARIO: &str = include_str!("new/scenario.yaml");
const CONTRACT: &str = include_str!("new/contract.yaml");
const RAW: &str = include_str!("new/raw.yaml");
const RAW_LOAD: &str = include_str!("new/raw-load.yaml");

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct New {
    /// The scenario's name: scenarios/NAME.yaml, or DIALECT/NAME for one dialect alone
    #[arg(value_name = "NAME")]
    scenario: Option<String>,
    /// A contract instead: scenarios/dialects/NAME.yaml
    #[arg(long, value_name = "NAME")]
    dialect: Option<String>,
    /// A scenario for a server without any contract, and one of load: NAME.yaml and NAME-load.yaml, here
    #[arg(long, value_name = "NAME")]
    raw: Option<String>,
}

impl Cli {
    pub(super) fn new_file(&self, new: &New) -> Result<u8, Trouble> {
        if let Some(name) = &new.raw {
            return self.new_raw(&self.library()?.folder, name);
        }
        let library = match &self.files.scenarios {
            Some(_) => self.library()?.folder,
            None => shipped::begun_here()?.folder,
        };
        let (folder, name, text, kind) = match (&new.scenario, &new.dialect) {
            (_, Some(dialect)) => (library.join("dialects"), dialect.as_str(), CONTRACT, "contract"),
            (Some(scenario), None) => (library.clone(), scenario.as_str(), SCENARIO, "scenario"),
            (None, None) => return Err(Problem::bare("which name?").into()),
        };
        let name = name.strip_suffix(".yaml").unwrap_or(name);
        let path = folder.join(format!("{name}.yaml"));
        named(&library, name, kind)?;
        let stem = name.rsplit('/').next().unwrap_or(name);
        let schema = schema(&library, &path, kind);
        let text = text.replace("NAME, and", &format!("{}, and", stem.replace('-', " ")));
        let text = text.replace("NAME.md", &format!("{stem}.md"));
        let text = text.replace("dialect: NAME", &format!("dialect: {stem}"));
        let text = text.replace("--scenario NAME", &format!("--scenario {name}")).replace("SCHEMA", &schema);
        write(&path, &text)?;
        outln!("wrote {}", path.display());
        let of = if kind == "scenario" { SchemaOf::Scenario } else { SchemaOf::Contract };
        self.schema_beside(&library, kind, of)?;
        outln!(
            "{}",
            match kind {
                "scenario" => format!("run it with: harness --scenario {name}"),
                _ => format!("see what it supports with: harness --dialect {name} --list"),
            }
        );
        Ok(verdict::PASSED)
    }
}

impl Cli {
    /// Where there is no contract, nothing belongs into the library: the files are written here.
    fn new_raw(&self, library: &Path, name: &str) -> Result<u8, Trouble> {
        let name = name.strip_suffix(".yaml").unwrap_or(name);
        named(library, name, "file")?;
        self.schema_beside(library, "scenario", SchemaOf::Scenario)?;
        let schema = library.join("schema/scenario.json");
        // A folder of this machine's own means nothing in a file that others read.
        let own = self.files.scenarios.is_some() || shipped::is_own(library);
        for (file, text) in [(format!("{name}.yaml"), RAW), (format!("{name}-load.yaml"), RAW_LOAD)] {
            let title = name.replace('-', " ");
            let text = text.replace("NAME,", &format!("{title},")).replace("FILE", &file);
            let text = text.replace("SCHEMA", &schema.display().to_string());
            let text = if own { text.as_str() } else { text.split_once('\n').map_or("", |(_, rest)| rest) };
            write(Path::new(&file), text)?;
            outln!("wrote {file}");
        }
        outln!(
            "write in the events of your server, then run: harness --target http://127.0.0.1:3000 --scenario {name}.yaml"
        );
        Ok(verdict::PASSED)
    }

    /// The schema that editors complete by, where it is not there yet.
    fn schema_beside(&self, library: &Path, kind: &str, of: SchemaOf) -> Result<(), Trouble> {
        let schema = library.join("schema").join(format!("{kind}.json"));
        if !schema.exists() {
            write(&schema, &self.schema_text(of)?)?;
            outln!("wrote {}, by which editors complete and check", schema.display());
        }
        Ok(())
    }
}

/// A name has to do for a file and for a case.
pub(super) fn named(library: &Path, name: &str, kind: &str) -> Result<(), Problem> {
    let fine = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
            && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let parts: Vec<&str> = name.split('/').collect();
    let problem = Problem::bare(format!("`{name}` is no name of a {kind}"));
    match parts.as_slice() {
        [name] if fine(name) => Ok(()),
        [dialect, name] if kind == "scenario" && fine(name) => {
            if library.join("dialects").join(format!("{dialect}.yaml")).is_file() {
                return Ok(());
            }
            let entries = std::fs::read_dir(library.join("dialects")).into_iter().flatten().flatten();
            let known: Vec<String> = entries
                .map(|entry| entry.file_name().to_string_lossy().trim_end_matches(".yaml").to_owned())
                .collect();
            Err(Problem::bare(format!("there is no dialect `{dialect}`"))
                .nearest(dialect, known.iter().map(String::as_str)))
        }
        _ => Err(problem.hint("write small letters, digits and hyphens: late-join")),
    }
}

/// Where the schema lies, as the file says it.
fn schema(library: &Path, path: &Path, kind: &str) -> String {
    let inside = path.strip_prefix(library).unwrap_or(path);
    let up = "../".repeat(inside.components().count().saturating_sub(1));
    format!("{up}schema/{kind}.json")
}

/// Writes a file that is not there yet.
pub(super) fn write(path: &Path, text: &str) -> Result<(), Trouble> {
    let cannot =
        |error: std::io::Error| Trouble::Internal(format!("cannot write {}: {error}", path.display()));
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(cannot)?;
    }
    match std::fs::File::create_new(path) {
        Ok(mut file) => std::io::Write::write_all(&mut file, text.as_bytes()).map_err(cannot),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let problem = Problem::bare(format!("{} is there already", path.display()));
            Err(problem.hint("choose another name; nothing was written").into())
        }
        Err(error) => Err(cannot(error)),
    }
}
