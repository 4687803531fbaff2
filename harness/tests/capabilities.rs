//! Capabilities that a target may lack: its cases are then not supported, all others are as ever; and who says nothing of
//! what is lacking is found out.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use conformance::{Settings, run};
use harness::embedded::Embedded;
use language::level::Level;
use language::library::Library;
use model::plan::{CasePlan, plan};
use reference_server::{Capabilities, Capability};
use results::record::Outcome;
use tokio::sync::mpsc;

/// The cases of all dialects for a target that lacks these.
fn cases(lacks: &[&str]) -> Vec<CasePlan> {
    let library = Library::find().unwrap();
    let contracts: Vec<_> = library.contracts().unwrap().into_iter().map(Arc::new).collect();
    let names: Vec<&str> = contracts.iter().map(|contract| contract.dialect.as_str()).collect();
    let scenarios: Vec<_> = library.scenarios(&names).unwrap().into_iter().map(Arc::new).collect();
    let lacks: Vec<String> = lacks.iter().map(|&name| name.to_owned()).collect();
    plan(&scenarios, &contracts, &contracts, &lacks).unwrap()
}

fn supported(cases: &[CasePlan]) -> BTreeSet<&str> {
    cases.iter().filter(|case| case.lacks.is_none()).map(|case| case.id.as_str()).collect()
}

/// A server without any of them, and what became of the cases of one dialect.
async fn outcomes(cases: Vec<CasePlan>) -> Vec<(String, Outcome)> {
    let mut embedded = Embedded::new(0.2);
    embedded.options.capabilities = Capabilities::without(Capability::all());
    let cases = cases.into_iter().filter(|case| case.contract.dialect == "whatsapp").collect();
    let settings = Settings {
        level: Level::May,
        timescale: 0.2,
        jobs: 8,
        linger: Duration::from_millis(300),
        ..Settings::default()
    };
    let (records, _) = run(cases, &settings, Arc::new(embedded), mpsc::unbounded_channel().0).await;
    records.into_iter().map(|case| (case.id, case.outcome)).collect()
}

#[test]
fn what_a_target_lacks_takes_away_the_cases_that_need_it_and_no_others() {
    let all = cases(&[]);
    let gone = |lacked: &str| {
        let left = cases(&[lacked]);
        let left = supported(&left).into_iter().map(str::to_owned).collect::<BTreeSet<_>>();
        let gone = supported(&all).into_iter().filter(|id| !left.contains(*id)).map(str::to_owned);
        gone.filter(|id| !id.contains("validation-")).collect::<Vec<_>>()
    };
    assert_eq!(gone("reactions"), ["whatsapp/indicators", "whatsapp/reactions"]);
    assert_eq!(gone("last_seen"), ["whatsapp/last-seen"]);
    // The verb belongs to the capability in one contract, and is a promise of the document in the other.
    assert_eq!(gone("editing"), ["whatsapp/indicators", "whatsapp/update-and-delete"]);
    assert_eq!(gone("offline_delivery").len(), 2 * 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_them_passes_where_that_is_said_and_fails_where_not() {
    let names: Vec<_> = Capability::all().iter().map(|capability| capability.name()).collect();
    let concerned = ["last-seen", "offline-delivery", "reactions", "update-and-delete", "indicators"];
    let concerned = concerned.map(|name| format!("whatsapp/{name}"));
    let untold = cases(&[]).into_iter().filter(|case| concerned.contains(&case.id)).collect();
    let (told, untold) = tokio::join!(outcomes(cases(&names)), outcomes(untold));
    let wrong = |outcome: &Outcome| !matches!(outcome, Outcome::Passed | Outcome::NotSupported);
    assert_eq!(told.iter().filter(|(_, outcome)| wrong(outcome)).collect::<Vec<_>>(), [] as [&_; 0]);
    assert!(told.iter().any(|(_, outcome)| *outcome == Outcome::Passed));
    let failed: Vec<_> = concerned.into_iter().map(|id| (id, Outcome::Failed)).collect();
    assert_eq!(untold, failed);
}
