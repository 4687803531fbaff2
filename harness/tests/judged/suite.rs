//! The whole suite on embedded reference servers, as the tests of the judge run it.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use conformance::{self, Settings};
use harness::embedded::Embedded;
use language::level::Level;
use language::library::Library;
use model::plan::{CasePlan, plan};
use results::record::{CaseRecord, Outcome};
use tokio::sync::mpsc;

/// Every case there is, read once for all tests.
pub(crate) fn cases() -> Vec<CasePlan> {
    static CASES: LazyLock<Vec<CasePlan>> = LazyLock::new(planned);
    CASES.clone()
}

fn planned() -> Vec<CasePlan> {
    let library = Library::find().unwrap();
    let contracts: Vec<_> = library.contracts().unwrap().into_iter().map(Arc::new).collect();
    let names: Vec<&str> = contracts.iter().map(|contract| contract.dialect.as_str()).collect();
    let scenarios: Vec<_> = library.scenarios(&names).unwrap().into_iter().map(Arc::new).collect();
    plan(&scenarios, &contracts, &contracts, &[]).unwrap()
}

/// The first case of each scenario in each dialect.
pub(crate) fn one_of_each(cases: Vec<CasePlan>) -> Vec<CasePlan> {
    let mut met = BTreeSet::new();
    let name = |case: &CasePlan| case.id.split('[').next().map(str::to_owned);
    cases.into_iter().filter(|case| met.insert(name(case))).collect()
}

/// At the strictest level, with the times that our own client needs.
pub(crate) fn strict() -> Settings {
    Settings {
        level: Level::May,
        timescale: 0.2,
        jobs: 4,
        linger: Duration::from_millis(600),
        ..Settings::default()
    }
}

/// Runs these cases on servers that differ from a sound one by a change.
pub(crate) async fn run(
    cases: Vec<CasePlan>,
    settings: &Settings,
    change: impl FnOnce(&mut Embedded),
) -> Vec<CaseRecord> {
    let mut embedded = Embedded::new(settings.timescale);
    change(&mut embedded);
    let (records, _) =
        conformance::run(cases, settings, Arc::new(embedded), mpsc::unbounded_channel().0).await;
    records
}

pub(crate) fn of(records: &[CaseRecord], outcome: Outcome) -> BTreeSet<String> {
    records.iter().filter(|case| case.outcome == outcome).map(|case| case.id.clone()).collect()
}

/// What is wrong, a line for each case; nothing where all is well.
pub(crate) fn explain(records: &[CaseRecord]) -> String {
    let wrong = records.iter().filter(|case| matches!(case.outcome, Outcome::Failed | Outcome::CouldNotRun));
    wrong
        .map(|case| {
            let findings: Vec<&str> = case.findings.iter().map(|finding| finding.message.as_str()).collect();
            format!("{}: {} {}", case.id, case.reason.clone().unwrap_or_default(), findings.join("; "))
        })
        .collect::<Vec<_>>()
        .join("\n")
}
