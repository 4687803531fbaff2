//! `harness import`: scenarios and contracts of files that other tools use.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::new::{named, write};
use super::{Cli, Trouble, shipped};
use crate::streams::outln;
use ::import::Made;
use language::problem::Problem;
use language::text::Source;
use results::verdict;

/// AsyncAPI documents are longer than what people write.
const DOCUMENT_BYTES: u64 = 16 << 20;

#[derive(Debug, Subcommand)]
pub(super) enum Import {
    /// An Artillery script: each of its scenarios becomes NAME.yaml
    Artillery {
        /// The script, YAML or JSON
        file: PathBuf,
        /// The folder that the scenarios are written to
        #[arg(long, value_name = "DIR", default_value = ".")]
        out: PathBuf,
    },
    /// An AsyncAPI document, 2.x or 3.0: becomes a contract, scenarios/dialects/NAME.yaml
    Asyncapi {
        /// The document, YAML or JSON
        file: PathBuf,
        /// What the dialect is called [default: as the title of the document says]
        #[arg(long, value_name = "NAME")]
        dialect: Option<String>,
    },
}

impl Cli {
    pub(super) fn import(&self, what: &Import) -> Result<u8, Trouble> {
        match what {
            Import::Artillery { file, out } => import_artillery(file, out),
            Import::Asyncapi { file, dialect } => self.import_asyncapi(file, dialect.as_deref()),
        }
    }

    fn import_asyncapi(&self, file: &Path, dialect: Option<&str>) -> Result<u8, Trouble> {
        let source = Source::read_within(file, DOCUMENT_BYTES)?;
        let made = ::import::asyncapi(&source, dialect)?;
        let library = match &self.files.scenarios {
            Some(_) => self.library()?.folder,
            None => shipped::begun_here()?.folder,
        };
        named(&library, &made.name, "contract")?;
        keep(&made, &library.join("dialects"))?;
        outln!("see what it supports with: harness --dialect {} --list", made.name);
        Ok(verdict::PASSED)
    }
}

fn import_artillery(file: &Path, out: &Path) -> Result<u8, Trouble> {
    let all = ::import::artillery(&Source::read(file)?)?;
    // All or nothing: half an import would have to be cleared away before the next try.
    if let Some(there) = all.iter().map(|made| place(made, out)).find(|path| path.exists()) {
        let problem = Problem::bare(format!("{} is there already", there.display()));
        return Err(problem.hint("name another folder with --out DIR; nothing was written").into());
    }
    for made in &all {
        keep(made, out)?;
    }
    outln!("how each is run stands in its first lines");
    Ok(verdict::PASSED)
}

fn place(made: &Made, folder: &Path) -> PathBuf {
    let file = format!("{}.yaml", made.name);
    if folder == Path::new(".") { PathBuf::from(file) } else { folder.join(file) }
}

fn keep(made: &Made, folder: &Path) -> Result<(), Trouble> {
    let path = place(made, folder);
    write(&path, &made.text)?;
    outln!("wrote {}", path.display());
    if made.left_out > 0 {
        outln!("  left out: {}; each stands in a comment: # {}", made.left_out, ::import::LEFT_OUT);
    }
    if made.guesses > 0 {
        outln!("  lines with guesses: {}; each says so: # {}", made.guesses, ::import::GUESS);
    }
    Ok(())
}
