//! A contract in another format.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Subcommand;

use super::job::named;
use super::{Cli, Trouble};
use crate::streams::out;
use language::contract::Contract;
use results::verdict;
use results::whole;

#[derive(Debug, Subcommand)]
pub(super) enum Export {
    /// An AsyncAPI 3 document with a JSON Schema of every payload
    Asyncapi {
        /// The dialect
        #[arg(long, value_name = "NAME")]
        dialect: String,
        /// Where to write it [default: standard output]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

impl Cli {
    pub(super) fn export(&self, what: &Export) -> Result<u8, Trouble> {
        match what {
            Export::Asyncapi { dialect, out } => self.export_asyncapi(dialect, out.as_deref()),
        }
    }

    fn export_asyncapi(&self, dialect: &str, out: Option<&Path>) -> Result<u8, Trouble> {
        let known: Vec<Arc<Contract>> = self.library()?.contracts()?.into_iter().map(Arc::new).collect();
        let contract = named(&known, dialect)?;
        let text = format!("{:#}\n", asyncapi::document(&contract));
        match out {
            None => out!("{text}"),
            Some(path) => whole::replace(path, text)
                .map_err(|error| Trouble::Internal(format!("cannot write {}: {error}", path.display())))?,
        }
        Ok(verdict::PASSED)
    }
}
