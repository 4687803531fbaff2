//! The judge is judged: every deliberate violation of the reference server is caught, by the case that is named here,
//! and what no document forbids is not.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

#[path = "judged/caught.rs"]
mod caught;
#[path = "judged/suite.rs"]
mod suite;

use std::time::Duration;

use futures_util::{StreamExt, stream};
use harness::embedded::Embedded;
use harness::plan::CasePlan;
use harness::record::{CaseRecord, Outcome};
use harness::runner::Settings;
use reference_server::{Fault, Faults, Variation};
use tokio::sync::Semaphore;

use caught::CAUGHT_BY;
use suite::{cases, explain, of, strict};

/// Suites at once, over all tests of this file: the machine has few cores, and a suite mostly waits.
static TURNS: Semaphore = Semaphore::const_new(2);
/// Faults at once, each tried by one case.
const FAULTS_AT_ONCE: usize = 8;

async fn suite(cases: Vec<CasePlan>, change: impl FnOnce(&mut Embedded)) -> Vec<CaseRecord> {
    let _turn = TURNS.acquire().await.unwrap();
    suite::run(cases, &strict(), change).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_is_caught_by_the_case_named_here() {
    let _turn = TURNS.acquire().await.unwrap();
    let cases = cases();
    let missing =
        Fault::all().iter().filter(|fault| !CAUGHT_BY.iter().any(|(name, _)| *name == fault.name()));
    assert_eq!(
        missing.map(|fault| fault.name()).collect::<Vec<_>>(),
        Vec::<&str>::new(),
        "no case is named for these"
    );
    let trials = stream::iter(CAUGHT_BY).map(|(name, id)| {
        let fault: Fault = name.parse().unwrap();
        let case: Vec<CasePlan> = cases.iter().filter(|case| case.id == *id).cloned().collect();
        assert_eq!(case.len(), 1, "{id} is no case");
        async move {
            let records =
                suite::run(case, &strict(), |embedded| embedded.options.faults = Faults::from(fault)).await;
            (*name, *id, records)
        }
    });
    let tried: Vec<_> = trials.buffer_unordered(FAULTS_AT_ONCE).collect().await;
    let escaped = tried.iter().filter(|(_, id, records)| !of(records, Outcome::Failed).contains(*id));
    let escaped: Vec<String> =
        escaped.map(|(fault, id, records)| format!("{fault}: {id} is {:?}", records[0].outcome)).collect();
    assert!(escaped.is_empty(), "{}", escaped.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_document_forbids_is_not_caught() {
    for variation in Variation::all() {
        let served = |case: &CasePlan| variation.dialects().any(|known| known == case.contract.dialect);
        let cases = cases().into_iter().filter(served).collect();
        // One of them is late by a few milliseconds: a target like that says how long to wait. That is longer, since the machine
        // is shared and a timer of the server late as well, and leaves the documented times room for it.
        let late = *variation == Variation::Delay;
        let settings = Settings { timescale: if late { 0.6 } else { 0.2 }, ..strict() };
        let turn = TURNS.acquire().await.unwrap();
        let records = suite::run(cases, &settings, |embedded| {
            embedded.options.variations = vec![*variation];
            embedded.settle = Duration::from_millis(if late { 60 } else { 20 });
        });
        let records = records.await;
        drop(turn);
        assert_eq!(explain(&records), "", "{}", variation.name());
        assert!(!of(&records, Outcome::Passed).is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_server_has_the_same_verdicts_twenty_times_in_a_row() {
    let cases = cases();
    let first = suite(cases.clone(), |_| {}).await;
    assert_eq!(explain(&first), "");
    for _ in 1..20 {
        let again = suite(cases.clone(), |_| {}).await;
        assert_eq!(explain(&again), "");
        assert_eq!(of(&again, Outcome::Passed), of(&first, Outcome::Passed));
    }
}
