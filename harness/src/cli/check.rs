//! `harness check`: every file is read, held against the contracts and played through without a server; nothing is run.

mod target;
mod twice;

pub(super) use target::{address, lacks};

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::files::{FileKind, Found};
use super::{Cli, Trouble, coloured_errors};
use crate::streams::{outln, paragraph};
use conformance::dry;
use language::contract::Contract;
use language::failure;
use language::library::Library;
use language::problem::Problem;
use language::prune::problems;
use language::text::Document;
use language::{contract_file, script_file};
use model::plan::plan;
use report::TextOptions;
use results::verdict;

/// The contracts of a library; none where one of them is broken.
type Contracts = Option<Vec<Arc<Contract>>>;

impl Cli {
    pub(super) fn check(&self, paths: &[PathBuf], screen: &TextOptions) -> Result<u8, Trouble> {
        let files = self.files(paths)?;
        let mut libraries: BTreeMap<PathBuf, Contracts> = BTreeMap::new();
        let mut counts: BTreeMap<FileKind, usize> = BTreeMap::new();
        let mut found = files.problems;
        let mut broken = found.len();
        let mut alone = 0;
        for file in &files.found {
            *counts.entry(file.kind).or_default() += 1;
            let folder = self.library_of(&file.path)?.folder;
            let known = libraries.entry(folder.clone()).or_insert_with(|| contracts(folder.clone()));
            alone += usize::from(known.is_none() && file.kind != FileKind::Contract);
            let mut of_file = problems_of(file, known.as_deref());
            of_file.extend(match file.kind {
                FileKind::Scenario => twice::scenario(&file.document, &file.path, &folder),
                FileKind::Contract => twice::contract(&file.document, &file.path),
                FileKind::Target => None,
            });
            // A contract has the problems of those that it extends.
            of_file.retain(|problem| !found.iter().any(|known| same(known, problem)));
            of_file.sort_by_key(|problem| problem.place.as_ref().map(|(_, span)| (span.file, span.start)));
            broken += usize::from(!of_file.is_empty());
            found.extend(of_file);
        }
        for problem in &found {
            paragraph(&failure::render(problem, coloured_errors(), screen.width));
        }
        let count = |kind, one: &str| plural(counts.get(&kind).copied().unwrap_or(0), one);
        let kinds = [
            count(FileKind::Scenario, "scenario"),
            count(FileKind::Contract, "contract"),
            count(FileKind::Target, "target"),
        ];
        let kinds = kinds.into_iter().flatten().collect::<Vec<_>>().join(", ");
        let kinds = if kinds.is_empty() { "no file".to_owned() } else { kinds };
        let verdict = match found.len() {
            0 => "no problem".to_owned(),
            count => format!(
                "{} in {}",
                plural(count, "problem").unwrap_or_default(),
                plural(broken, "file").unwrap_or_default()
            ),
        };
        outln!("checked {kinds}: {verdict}");
        if files.others > 0 {
            outln!("{} of another kind left out", plural(files.others, "YAML file").unwrap_or_default());
        }
        if alone > 0 {
            outln!(
                "{} not held against the contracts, one of which is broken",
                plural(alone, "file").unwrap_or_default()
            );
        }
        Ok(if found.is_empty() && !counts.is_empty() { verdict::PASSED } else { verdict::USAGE })
    }
}

fn same(one: &Problem, other: &Problem) -> bool {
    let place =
        |problem: &Problem| problem.place.as_ref().map(|(source, span)| (source.path.clone(), span.start));
    one.message == other.message && place(one).is_some() && place(one) == place(other)
}

fn plural(count: usize, one: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {one}s")),
    }
}

fn contracts(folder: PathBuf) -> Contracts {
    let contracts = Library { folder }.contracts().ok()?;
    Some(contracts.into_iter().map(Arc::new).collect())
}

fn problems_of(file: &Found, known: Option<&[Arc<Contract>]>) -> Vec<Problem> {
    match file.kind {
        FileKind::Contract => match contract_file::load(&file.path) {
            Ok(document) => problems(document, |document| contract_file::from_document(document).map(drop)),
            Err(problem) => vec![problem],
        },
        FileKind::Target => {
            problems(file.document.clone(), |document| target::target(document, &file.path, known))
        }
        FileKind::Scenario => {
            problems(file.document.clone(), |document| scenario(document, &file.path, known))
        }
    }
}

/// A scenario on every dialect that has what it needs.
fn scenario(document: &Document, path: &Path, known: Option<&[Arc<Contract>]>) -> Result<(), Problem> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut scenario = script_file::from_document(document.clone(), stem)?;
    let Some(known) = known else { return Ok(()) };
    // A file in a dialect's folder is of that dialect.
    let parent = path.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    if scenario.dialect.is_none() && known.iter().any(|contract| Some(&contract.dialect) == parent.as_ref()) {
        scenario.dialect = parent;
    }
    let cases = plan(&[Arc::new(scenario)], known, known, &[])?;
    let mut runnable = cases.iter().filter(|case| case.lacks.is_none());
    runnable.try_for_each(|case| {
        dry::frames(case).map(drop).map_err(|problem| Problem {
            message: format!("{} (on `{}`)", problem.message, case.contract.dialect),
            ..problem
        })
    })
}
