//! The judge is judged: every deliberate violation of the reference server is caught, by the case that is named here,
//! and what no document forbids is not.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use harness::embedded::Embedded;
use harness::plan::{CasePlan, plan};
use harness::record::{CaseRecord, Outcome};
use harness::runner::{Settings, run};
use harness::scenario::level::Level;
use harness::scenario::library::Library;
use reference_server::{Fault, Faults, Variation};
use tokio::sync::{Semaphore, mpsc};

/// Every fault, and a case that catches it.
const CAUGHT_BY: &[(&str, &str)] = &[
    ("accept-expired-token", "crm/auth-failures[expired,query.token]"),
    ("accept-bad-signature", "crm/auth-failures[wrong_signature,auth.token]"),
    ("accept-alg-none", "crm/auth-failures[alg_none,header.authorization]"),
    ("token-not-rechecked", "crm/token-expiry"),
    ("stranger-may-join", "crm/unauthorized-join"),
    ("stranger-may-send", "crm/unauthorized-rest"),
    ("receipt-from-stranger", "crm/read-receipts"),
    ("stranger-sees-history", "crm/unauthorized-history"),
    ("update-by-anyone", "crm/update-and-delete"),
    ("refuse-but-join-anyway", "crm/unauthorized-join"),
    ("silent-refusal-but-effect", "crm/unauthorized-join"),
    ("leave-does-nothing", "crm/leave-means-silence"),
    ("leak-to-stranger", "crm/unauthorized-join"),
    ("echo-typing", "crm/typing"),
    ("joined-heard-by-self", "crm/second-device"),
    ("second-device-announced", "crm/duplicate-join"),
    ("left-not-told-on-disconnect", "crm/disconnect"),
    ("no-debounce", "crm/typing"),
    ("typing-never-expires", "crm/typing"),
    ("stop-twice", "crm/typing-stop"),
    ("stop-never-sent", "crm/typing-stop"),
    ("receipt-regresses", "crm/read-receipts"),
    ("wrong-sender", "crm/second-device"),
    ("wrong-room-id", "crm/several-rooms"),
    ("truncate-long-text", "crm/long-text"),
    ("number-as-string", "crm/second-device"),
    ("missing-timestamp", "crm/second-device"),
    ("epoch-timestamp", "crm/second-device"),
    ("extra-field", "crm/second-device"),
    ("ack-before-store", "crm/history-before-ack"),
    ("history-missing-last", "crm/history-before-ack"),
    ("drop-every-nth", "crm/one-order"),
    ("duplicate-delivery", "crm/one-order"),
    ("reorder", "crm/one-order"),
    ("no-ack", "crm/health"),
    ("success-on-refusal", "crm/unauthorized-join"),
    ("internals-in-errors", "crm/unauthorized-rest"),
    ("validation-off", "crm/validation-send[content missing]"),
    ("never-limit", "crm/rate-limit"),
    ("limit-silently", "crm/rate-limit"),
    ("rest-does-not-emit", "crm/rest-also-emits"),
    ("delete-does-not-emit", "crm/update-and-delete"),
    ("rest-answers-200", "crm/rest-also-emits"),
    ("health-down", "crm/healthz"),
    ("cors-open", "crm/cors"),
    ("missing-user", "crm/second-device"),
    ("sender-unheard", "crm/second-device"),
    ("typing-leaks", "crm/unauthorized-typing"),
    ("string-as-number", "whatsapp/second-device"),
    ("type-lost", "gateway/message-types"),
    ("through-both-rooms", "gateway/second-device"),
    ("confirmation-to-all", "gateway/second-device"),
    ("answered-twice", "minimal/duplicate-join"),
    ("created-to-creator-only", "minimal/create"),
    ("not-auto-joined", "minimal/create"),
    ("pair-created-twice", "gateway/same-pair"),
    ("payload-user-trusted", "gateway/spoofed"),
    ("presence-per-device", "gateway/presence"),
    ("offline-never-told", "gateway/presence"),
    ("offline-late", "whatsapp/presence"),
    ("status-never-told", "whatsapp/delivered"),
    ("status-regresses", "whatsapp/delivered"),
    ("status-to-stranger", "whatsapp/unauthorized-join"),
    ("delivered-before-received", "whatsapp/delivered"),
    ("read-moves-own", "whatsapp/delivered"),
    ("page-ignores-limit", "gateway/pages"),
    ("newest-last", "gateway/pages"),
    ("wrong-total", "gateway/pages"),
    ("wrong-validation-text", "gateway/validation-texts"),
    ("wrong-not-found-text", "gateway/unauthorized-join"),
    ("error-without-disconnect", "gateway/auth-failures[none,query.userId]"),
    ("reaction-from-stranger", "whatsapp/reactions"),
    ("reaction-twice", "whatsapp/reactions"),
    ("reaction-end-never-told", "whatsapp/reactions"),
    ("reaction-to-stranger", "whatsapp/reactions"),
    ("reaction-not-kept", "whatsapp/indicators"),
    ("last-seen-frozen", "whatsapp/last-seen"),
    ("last-seen-never", "whatsapp/last-seen"),
    ("edit-not-marked", "whatsapp/indicators"),
    ("offline-delivery-lost", "minimal-open/offline-delivery"),
    ("offline-delivery-twice", "gateway/offline-delivery"),
    ("offline-delivery-reversed", "crm/offline-delivery"),
    ("offline-delivery-of-all", "whatsapp/offline-delivery"),
    ("disconnect-without-error", "gateway/auth-failures[none,query.userId]"),
];

/// Suites at once, over all tests of this file: the machine has few cores, and a suite mostly waits.
static TURNS: Semaphore = Semaphore::const_new(2);

fn cases() -> Vec<CasePlan> {
    let library = Library::find().unwrap();
    let contracts: Vec<_> = library.contracts().unwrap().into_iter().map(Arc::new).collect();
    let names: Vec<&str> = contracts.iter().map(|contract| contract.dialect.as_str()).collect();
    let scenarios: Vec<_> = library.scenarios(&names).unwrap().into_iter().map(Arc::new).collect();
    plan(&scenarios, &contracts, &contracts, &[]).unwrap()
}

async fn suite(cases: Vec<CasePlan>, change: impl FnOnce(&mut Embedded)) -> Vec<CaseRecord> {
    let _turn = TURNS.acquire().await.unwrap();
    let mut embedded = Embedded::new(0.2);
    change(&mut embedded);
    let settings = Settings {
        level: Level::May,
        timescale: 0.2,
        jobs: 4,
        linger: Duration::from_millis(600),
        ..Settings::default()
    };
    let (records, _) = run(cases, &settings, Arc::new(embedded), mpsc::unbounded_channel().0).await;
    records
}

fn of(records: &[CaseRecord], outcome: Outcome) -> BTreeSet<String> {
    records.iter().filter(|case| case.outcome == outcome).map(|case| case.id.clone()).collect()
}

fn explain(records: &[CaseRecord]) -> String {
    let wrong = records.iter().filter(|case| matches!(case.outcome, Outcome::Failed | Outcome::CouldNotRun));
    wrong
        .map(|case| {
            let findings: Vec<&str> = case.findings.iter().map(|finding| finding.message.as_str()).collect();
            format!("{}: {} {}", case.id, case.reason.clone().unwrap_or_default(), findings.join("; "))
        })
        .collect::<Vec<_>>()
        .join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_is_caught_by_the_case_named_here() {
    let cases = cases();
    let missing =
        Fault::all().iter().filter(|fault| !CAUGHT_BY.iter().any(|(name, _)| *name == fault.name()));
    assert_eq!(
        missing.map(|fault| fault.name()).collect::<Vec<_>>(),
        Vec::<&str>::new(),
        "no case is named for these"
    );
    let mut running = Vec::new();
    for (name, case) in CAUGHT_BY {
        let fault: Fault = name.parse().unwrap();
        let dialect = case.split('/').next().unwrap();
        let cases: Vec<CasePlan> =
            cases.iter().filter(|case| case.contract.dialect == dialect).cloned().collect();
        running.push(tokio::spawn(async move {
            let records = suite(cases, |embedded| embedded.options.faults = Faults::from(fault)).await;
            (*name, *case, of(&records, Outcome::Failed))
        }));
    }
    let mut escaped = Vec::new();
    for task in running {
        let (fault, case, failed) = task.await.unwrap();
        println!("{fault}: caught by {case}, and by {} cases in all", failed.len());
        if !failed.contains(case) {
            escaped.push(format!("{fault}: expected {case}, failed were {failed:?}"));
        }
    }
    assert!(escaped.is_empty(), "{}", escaped.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_document_forbids_is_not_caught() {
    for variation in Variation::all() {
        let served = |case: &CasePlan| variation.dialects().any(|known| known == case.contract.dialect);
        let cases = cases().into_iter().filter(served).collect();
        let change = |embedded: &mut Embedded| {
            embedded.options.variations = vec![*variation];
            // One of them is late by a few milliseconds: a target like that says how long to wait.
            embedded.settle = Duration::from_millis(20);
        };
        let records = suite(cases, change).await;
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
