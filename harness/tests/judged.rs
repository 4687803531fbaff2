//! The judge is judged: every deliberate violation of the reference server is caught, by the case that is named here,
//! and what no document forbids is not.

pub(crate) mod caught;
mod causes;
pub(crate) mod suite;

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
const SUITES_AT_ONCE: usize = 2;
static TURNS: Semaphore = Semaphore::const_new(SUITES_AT_ONCE);
/// Faults at once, each tried by one case.
const FAULTS_AT_ONCE: usize = 8;

async fn suite(
    cases: Vec<CasePlan>,
    settings: &Settings,
    change: impl FnOnce(&mut Embedded),
) -> Vec<CaseRecord> {
    let _turn = TURNS.acquire().await.unwrap();
    suite::run(cases, settings, change).await
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
    let escaped: Vec<String> = escaped
        .map(|(fault, id, records)| {
            format!("{fault}: {id} is {:?} {:?}", records[0].outcome, records[0].reason)
        })
        .collect();
    assert!(escaped.is_empty(), "{}", escaped.join("\n"));
}

/// A server that differs from a sound one by what no document forbids.
async fn vary(variation: Variation) {
    let served = |case: &CasePlan| variation.dialects().any(|known| known == case.contract.dialect);
    let cases = cases().into_iter().filter(served).collect();
    // One of them is late by a few milliseconds: a target like that says how long to wait. That is longer, since the machine
    // is shared and a timer of the server late as well, and leaves the documented times room for it.
    let late = variation == Variation::Delay;
    let settings = Settings { timescale: if late { 0.6 } else { 0.2 }, ..strict() };
    let records = suite(cases, &settings, |embedded| {
        embedded.options.variations = vec![variation];
        embedded.settle = Duration::from_millis(if late { 60 } else { 20 });
    });
    let records = records.await;
    assert_eq!(explain(&records), "", "{}", variation.name());
    assert!(!of(&records, Outcome::Passed).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_document_forbids_is_not_caught() {
    let quick = Variation::all().iter().filter(|variation| **variation != Variation::Delay);
    let trials = quick.map(|variation| vary(*variation));
    stream::iter(trials).buffer_unordered(SUITES_AT_ONCE).collect::<()>().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes most of a minute: bash ci/nightly.sh delay"]
async fn a_server_that_is_a_little_late_is_not_caught() {
    vary(Variation::Delay).await;
}

/// Runs everything so often on a sound server.
async fn again_and_again(times: usize) {
    let cases = cases();
    let first = suite(cases.clone(), &strict(), |_| {}).await;
    assert_eq!(explain(&first), "");
    for _ in 1..times {
        let again = suite(cases.clone(), &strict(), |_| {}).await;
        assert_eq!(explain(&again), "");
        assert_eq!(of(&again, Outcome::Passed), of(&first, Outcome::Passed));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_server_has_the_same_verdicts_again() {
    again_and_again(2).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes: bash ci/nightly.sh clean"]
async fn a_sound_server_has_the_same_verdicts_twenty_times_in_a_row() {
    again_and_again(20).await;
}
