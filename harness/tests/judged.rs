//! The judge is judged: every deliberate violation of the reference server is caught, by the case that is named here,
//! and what no document forbids is not.

pub(crate) mod caught;
mod causes;
pub(crate) mod suite;

use std::collections::BTreeSet;
use std::time::Duration;

use conformance::Settings;
use futures_util::{StreamExt, stream};
use harness::embedded::Embedded;
use model::plan::CasePlan;
use reference_server::{Fault, Faults, Variation};
use results::record::{CaseRecord, Outcome};
use tokio::sync::Semaphore;

use caught::CAUGHT_BY;
use suite::{cases, explain, of, one_of_each, strict};

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

/// Servers that differ from a sound one by what no document forbids: in each dialect by those of these that it has.
async fn vary(variations: &[Variation], cases: &[CasePlan]) {
    let dialects: BTreeSet<&str> = variations.iter().flat_map(|variation| variation.dialects()).collect();
    let trials = dialects.into_iter().map(async |dialect| {
        let here = |variation: &Variation| variation.dialects().any(|known| known == dialect);
        let variations = variations.iter().copied().filter(here).collect();
        vary_one(variations, cases.iter().filter(|case| case.contract.dialect == dialect).cloned().collect())
            .await;
    });
    stream::iter(trials).buffer_unordered(SUITES_AT_ONCE).collect::<()>().await;
}

async fn vary_one(variations: Vec<Variation>, cases: Vec<CasePlan>) {
    // One of them is late by a few milliseconds: a target like that says how long to wait. That is longer, since the machine
    // is shared and a timer of the server late as well, and leaves the documented times room for it.
    let late = variations.contains(&Variation::Delay);
    let settings = Settings { timescale: if late { 0.6 } else { 0.2 }, ..strict() };
    let records = suite(cases, &settings, |embedded| {
        embedded.options.variations.clone_from(&variations);
        embedded.settle = Duration::from_millis(if late { 60 } else { 20 });
    });
    let records = records.await;
    assert_eq!(explain(&records), "", "{variations:?}");
    assert!(!of(&records, Outcome::Passed).is_empty());
}

/// Variations that change different things, together: the first for the whole suite, since most variants of a scenario are
/// refusals; the others for one case of each scenario.
const TOGETHER: [&[Variation]; 2] = [
    &[
        Variation::KeyOrder,
        Variation::Exceptions,
        Variation::JoinedOnly,
        Variation::OnlineToSelf,
        Variation::JoinedToSelf,
        Variation::RestAnswersOk,
        Variation::WholeSeconds,
        Variation::ClockAhead,
    ],
    &[Variation::Whitespace, Variation::EventOnly, Variation::OtherZone, Variation::RestWraps],
];

#[tokio::test(flavor = "multi_thread")]
async fn what_no_document_forbids_is_not_caught() {
    let alone = [Variation::AckOnly];
    let tried: Vec<_> = TOGETHER.into_iter().flatten().chain(&alone).chain(&[Variation::Delay]).collect();
    let untried = Variation::all().iter().filter(|variation| !tried.contains(variation));
    assert_eq!(untried.collect::<Vec<_>>(), [] as [&Variation; 0]);
    let [whole, other] = TOGETHER;
    let (all, few) = (cases(), one_of_each(cases()));
    tokio::join!(vary(whole, &all), vary(other, &few), vary(&alone, &few));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes a minute: bash ci/nightly.sh variations"]
async fn each_variation_is_not_caught_by_any_case() {
    let quick = Variation::all().iter().filter(|variation| **variation != Variation::Delay);
    let trials = quick.map(async |variation| vary(&[*variation], &cases()).await);
    stream::iter(trials).buffer_unordered(SUITES_AT_ONCE).collect::<()>().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes most of a minute: bash ci/nightly.sh delay"]
async fn a_server_that_is_a_little_late_is_not_caught() {
    vary(&[Variation::Delay], &cases()).await;
}

/// Runs these cases so often on a sound server.
async fn again_and_again(times: usize, cases: Vec<CasePlan>) {
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
    // The whole suite is run by the `scenarios` target.
    let cases = cases().into_iter().filter(|case| case.contract.dialect == "crm").collect();
    again_and_again(2, one_of_each(cases)).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes: bash ci/nightly.sh clean"]
async fn a_sound_server_has_the_same_verdicts_twenty_times_in_a_row() {
    again_and_again(20, cases()).await;
}
