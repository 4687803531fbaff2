//! What helps with writing files: the words, the schemas, how a file is laid out, what the shell and `man` want to know.

use std::path::PathBuf;

use clap::{CommandFactory as _, ValueEnum};
use clap_complete::Shell;

use super::{Cli, Trouble, coloured_errors, faults};
use crate::streams::{out, outln, paragraph};
use conformance::dry;
use language::contract::Contract;
use language::failure;
use language::tidy::tidy;
use report::TextOptions;
use results::verdict;
use results::whole;

/// Which schema is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaOf {
    /// Of a scenario; it completes the verbs of the contracts here
    Scenario,
    /// Of a contract
    Contract,
    /// Of a target file
    Target,
    /// Of report.json
    Report,
}

impl Cli {
    pub(super) fn schema(&self, of: SchemaOf) -> Result<u8, Trouble> {
        say(&self.schema_text(of)?)
    }

    pub(super) fn schema_text(&self, of: SchemaOf) -> Result<String, Trouble> {
        let schema = match of {
            SchemaOf::Scenario => {
                let contracts = self.library()?.contracts()?;
                explain::scenario_schema(&contracts.iter().collect::<Vec<_>>())
            }
            SchemaOf::Contract => explain::contract_schema(),
            SchemaOf::Target => explain::target_schema(),
            SchemaOf::Report => report::json::schema(),
        };
        Ok(format!("{schema:#}\n"))
    }

    pub(super) fn explain(&self, word: Option<&str>) -> Result<u8, Trouble> {
        if word.is_some_and(|word| faults::LISTED_BY.contains(&word)) {
            return say(&faults::list());
        }
        let contracts = self.library()?.contracts()?;
        let contracts: Vec<&Contract> = contracts.iter().collect();
        match word {
            Some(word) => lines(&explain::explain(&contracts, word)?),
            None => lines(&explain::overview(&contracts)),
        }
    }

    /// Lays files out, or tells which are not.
    pub(super) fn tidy(&self, check: bool, paths: &[PathBuf], screen: &TextOptions) -> Result<u8, Trouble> {
        let files = self.files(paths)?;
        let mut problems = files.problems;
        let mut changed = 0;
        for file in &files.found {
            match tidy(&file.source) {
                Ok(text) if text == file.source.text => {}
                Ok(text) => {
                    changed += 1;
                    if check {
                        outln!("would be laid out anew: {}", file.path.display());
                    } else {
                        whole::replace(&file.path, text).map_err(|error| {
                            Trouble::Internal(format!("cannot write {}: {error}", file.path.display()))
                        })?;
                        outln!("laid out: {}", file.path.display());
                    }
                }
                Err(problem) => problems.push(problem),
            }
        }
        for problem in &problems {
            paragraph(&failure::render(problem, coloured_errors(), screen.width));
        }
        outln!("{} of {} files {}", changed, files.found.len(), if check { "differ" } else { "changed" });
        Ok(match (problems.is_empty(), check && changed > 0) {
            (false, _) => verdict::USAGE,
            (true, true) => verdict::FAILED,
            (true, false) => verdict::PASSED,
        })
    }

    /// Shows what the cases would send.
    pub(super) fn dry_run(&self) -> Result<u8, Trouble> {
        let job = self.job()?;
        let mut text = String::new();
        for case in &job.cases {
            text += &format!("{}  {}\n", case.id, case.scenario.title);
            if let Some(lacks) = &case.lacks {
                text += &format!("  not supported: `{}` has no {lacks}\n\n", case.contract.dialect);
                continue;
            }
            text += &shown(case, &dry::frames(case)?);
        }
        let runnable = job.cases.iter().filter(|case| case.lacks.is_none()).count();
        outln!("{}", text.trim_end());
        Ok(if runnable > 0 { verdict::PASSED } else { verdict::COULD_NOT_RUN })
    }
}

/// The frames of a case under its steps.
fn shown(case: &model::plan::CasePlan, frames: &[dry::Frame]) -> String {
    let steps = &case.scenario.steps;
    let widest = frames.iter().map(|frame| frame.actor.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for step in 0..=steps.len() + 1 {
        let mut sent = frames.iter().filter(|frame| frame.step == step).peekable();
        let heading = match step {
            0 => "set-up".to_owned(),
            step => match steps.get(step - 1) {
                Some(written) => format!("step {step}  {}", shortened(&written.text)),
                None if sent.peek().is_some() => "the end".to_owned(),
                None => continue,
            },
        };
        text += &format!("  {heading}\n");
        for frame in sent {
            let payload = match &frame.payload {
                payload if payload.is_null() => String::new(),
                payload => format!(" {}", report::on_one_line(payload)),
            };
            let times = if frame.times > 1 { format!("   ({} times)", frame.times) } else { String::new() };
            text += &format!("    {:<widest$}  {}{payload}{times}\n", frame.actor, frame.name);
        }
    }
    text + "\n"
}

/// A step that is written on many lines is only called to mind here.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(100) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

pub(super) fn completions(shell: Shell) -> Result<u8, Trouble> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "harness", &mut text);
    say(&String::from_utf8_lossy(&text))
}

pub(super) fn manual() -> Result<u8, Trouble> {
    let mut text = Vec::new();
    clap_mangen::Man::new(Cli::command())
        .render(&mut text)
        .map_err(|error| Trouble::Internal(format!("no manual page can be made: {error}")))?;
    say(&String::from_utf8_lossy(&text))
}

fn say(text: &str) -> Result<u8, Trouble> {
    out!("{text}");
    Ok(verdict::PASSED)
}

/// Prints lines that hold what stands in files.
fn lines(text: &str) -> Result<u8, Trouble> {
    outln!("{}", text.trim_end_matches('\n'));
    Ok(verdict::PASSED)
}
