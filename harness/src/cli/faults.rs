//! `--fault`: the embedded reference server broken on purpose, so that one sees how that is told. The catalogue is the server's.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, TypedValueParser};
use reference_server::{Fault, Faults};

use super::Cli;
use language::contract::Contract;
use language::problem::Problem;

/// What lists the faults: `harness explain faults`.
pub(super) const LISTED_BY: [&str; 2] = ["faults", "fault"];

/// Takes any name, so that a wrong one is told like other mistakes; knows the right ones for completion.
#[derive(Clone)]
pub(super) struct Names;

impl TypedValueParser for Names {
    type Value = String;

    fn parse_ref(
        &self,
        _command: &clap::Command,
        _arg: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        Ok(value.to_string_lossy().into_owned())
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(
            Fault::all().iter().map(|fault| PossibleValue::new(fault.name()).help(fault.describe())),
        ))
    }
}

impl Cli {
    /// The faults that are asked for.
    ///
    /// # Errors
    /// Where there is no such fault, or something else was asked for that does not go with one.
    pub(super) fn faults(&self) -> Result<Faults, Problem> {
        if self.chosen.fault.is_empty() {
            return Ok(Faults::default());
        }
        if self.chosen.target.is_some() {
            return Err(Problem::bare(
                "--fault breaks the embedded reference server, and --target names another one",
            )
            .hint(
                "leave one of them out; `cargo run -p reference-server -- --fault NAME` serves a broken one",
            ));
        }
        let kept = [
            (self.files.accept, "--accept"),
            (self.files.snapshots.is_some(), "--snapshots"),
            (self.compare.save_baseline.is_some(), "--save-baseline"),
        ];
        if let Some((_, flag)) = kept.into_iter().find(|(given, _)| *given) {
            return Err(Problem::bare(format!(
                "{flag} would keep what a server that is broken on purpose does"
            ))
            .hint(format!("leave out {flag}, or --fault")));
        }
        self.chosen.fault.iter().map(|name| named(name)).collect()
    }
}

/// The fault of a name.
fn named(name: &str) -> Result<Fault, Problem> {
    name.parse().map_err(|_| {
        let problem = Problem::bare(format!("there is no fault `{name}`"));
        let near = problem.nearest(name, Fault::all().iter().map(|fault| fault.name()));
        match near.hint.as_deref() {
            Some(hint) if hint.starts_with("did you mean") => near,
            // All of them would be a screen.
            _ => near.hint("`harness explain faults` lists them"),
        }
    })
}

/// Whether one of the faults makes a difference in a dialect; without any, everything is as it is.
pub(super) fn matter(faults: &Faults, contract: &Contract) -> bool {
    faults.is_empty()
        || faults.iter().any(|fault| fault.dialects().any(|dialect| dialect == contract.dialect))
}

/// What to say where no case is left.
pub(super) fn make_no_difference(faults: &Faults) -> Problem {
    let each = faults.iter().map(|fault| {
        let dialects: Vec<&str> = fault.dialects().collect();
        format!("`{fault}` makes one in: {}", dialects.join(", "))
    });
    Problem::bare("the fault makes no difference to what is asked for, so nothing would be run")
        .hint(each.collect::<Vec<_>>().join("; "))
}

/// What the report calls the server.
pub(super) fn server(faults: &Faults) -> String {
    let names: Vec<&str> = faults.iter().map(Fault::name).collect();
    match names.is_empty() {
        true => "embedded reference server".to_owned(),
        false => format!("embedded reference server, broken on purpose: {}", names.join(", ")),
    }
}

/// All faults, what each does, and where.
pub(super) fn list() -> String {
    let widest = Fault::all().iter().map(|fault| fault.name().len()).max().unwrap_or(0);
    let line = |fault: &Fault| {
        let dialects: Vec<&str> = fault.dialects().collect();
        format!("  {:widest$}  {} ({})\n", fault.name(), fault.describe(), dialects.join(", "))
    };
    let lines: String = Fault::all().iter().map(line).collect();
    format!("faults, for --fault NAME: the embedded reference server commits them on purpose\n\n{lines}")
}
