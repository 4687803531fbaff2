//! Load judges what cases judge: which fault of the reference server it catches, which cannot show where everybody does what
//! they may, and which it does not look at. The table says so of each, and is tried.

use std::collections::BTreeSet;
use std::time::Duration;

use conformance::{Venue, Wanted};
use futures_util::future::ready;
use futures_util::{StreamExt, stream};
use harness::embedded::Embedded;
use language::script_file;
use reference_server::{Fault, Faults};
use results::record::load::LoadRecord;

use super::{RUNS_AT_ONCE, contract, options};

/// All that a dialect lets a member say.
fn flow(dialect: &str) -> &'static str {
    match dialect {
        "crm" => {
            "[{any member: {send: <text:90b>}, weight: 4}, {any member: {send: <text:90b>, via: rest}, weight: 4}, {any member: type, weight: 3}, {any member: stop_typing}, {any member: {read: newest}, weight: 2}, {any member: ping}]"
        }
        "gateway" => {
            "[{any member: {send: <text:90b>}, weight: 8}, {any member: type, weight: 3}, {any member: stop_typing}]"
        }
        "whatsapp" => {
            "[{any member: {send: <text:90b>}, weight: 8}, {any member: type, weight: 3}, {any member: stop_typing}, {any member: {react: newest, text: 👍}}]"
        }
        _ => "[{any member: {send: <text:90b>}, weight: 2}, {any member: {send: <text:90b>, via: rest}}]",
    }
}

async fn run(fault: Fault, dialect: &str) -> LoadRecord {
    let mut embedded = Embedded::new(0.3).under_load();
    embedded.options.rate_limit = None;
    embedded.options.faults = Faults::from(fault);
    let arena = embedded.open(dialect, Wanted::All).await.unwrap();
    let path =
        std::env::temp_dir().join(format!("harness-fault-{}-{fault}-{dialect}.yaml", std::process::id()));
    let text = format!(
        "scenario: a test\nlevel: must\nload:\n  rooms: {{count: 12, members: 2, per_user: {}}}\n  phases:\n    - {{name: ramp, connect: 200/s}}\n    - {{name: plateau, rate: 160/s, for: 2s}}\n    - {{name: churn, rate: 60/s, reconnect: 10/s, for: 500ms}}\n  flow: {}\n  drain: 2s\n  lateness: 1s\ninvariants: [sender_order]\n",
        // A pair has one room in it.
        if dialect == "gateway" { 1 } else { 2 },
        flow(dialect)
    );
    std::fs::write(&path, text).unwrap();
    let scenario = script_file::read(&path, "test".to_owned()).unwrap();
    std::fs::remove_file(&path).unwrap();
    let plan = scenario.load.clone().unwrap();
    let mut options = options();
    options.debounce = Some(Duration::from_millis(150));
    options.typing_expires = Some((Duration::from_millis(900), Duration::from_millis(1500)));
    load::run(&scenario, &plan, &contract(dialect), &arena, &options).await.unwrap()
}

/// What load makes of a fault.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Verdict {
    /// This does not hold.
    Caught(&'static str),
    /// It is counted and told, and fails nothing: no document forbids it.
    Told,
    /// Nobody does what would show it: everybody is a member who says what they may, and connects once.
    CannotShow,
    /// It shows in what load counts and does not judge.
    NotLookedAt,
}

use Verdict::{CannotShow, Caught, NotLookedAt, Told};

/// Faults in all of their dialects, or in those of a second word.
const TABLE: &[(&str, Verdict)] = &[
    ("drop-every-nth", Caught("lost")),
    ("duplicate-delivery", Caught("duplicated")),
    ("reorder", Caught("reordered")),
    ("overtaking", Caught("overtaken")),
    ("join-too-late", Caught("lost")),
    ("leak-to-stranger", Caught("leaked")),
    ("sender-unheard", Caught("lost")),
    ("through-both-rooms", Caught("duplicated")),
    ("rest-does-not-emit", Caught("lost")),
    ("no-ack", Caught("answered")),
    ("answered-twice", Caught("wrong")),
    ("confirmation-to-all", Caught("wrong")),
    ("history-missing-last", Caught("not_in_history")),
    ("ack-before-store", Caught("not_in_history")),
    ("wrong-sender minimal gateway whatsapp crm", Caught("wrong")),
    ("sender-null", Caught("wrong")),
    ("missing-user minimal gateway whatsapp crm", Caught("wrong")),
    // The document before authentication does not say that a message names its sender, or that it has no other fields.
    ("wrong-sender minimal-open", CannotShow),
    ("missing-user minimal-open", CannotShow),
    ("extra-field minimal-open", CannotShow),
    ("wrong-room-id crm gateway whatsapp", Caught("wrong")),
    // No document says that a message names its conversation.
    ("wrong-room-id minimal minimal-open", CannotShow),
    ("truncate-long-text", Caught("wrong")),
    ("number-as-string", Caught("wrong")),
    ("string-as-number", Caught("wrong")),
    ("missing-timestamp", Caught("wrong")),
    ("epoch-timestamp", Caught("wrong")),
    ("stale-timestamp", Caught("wrong")),
    ("wrong-zone", Caught("wrong")),
    ("clock-stands", Caught("wrong")),
    ("read-from-the-start", Caught("wrong")),
    ("extra-field minimal gateway whatsapp crm", Told),
    ("echo-typing", Caught("leaked")),
    ("typing-leaks", Caught("leaked")),
    ("no-debounce", Caught("duplicated")),
    ("typing-never-expires", Caught("lost")),
    ("stop-twice", Caught("duplicated")),
    ("stop-never-sent", Caught("lost")),
    ("status-to-stranger", Caught("leaked")),
    ("reaction-to-stranger", Caught("leaked")),
    // Joins, statuses, reactions and presence are compared where they come, and not awaited.
    ("second-device-announced", NotLookedAt),
    ("left-not-told-on-disconnect", NotLookedAt),
    ("status-never-told", NotLookedAt),
    ("status-regresses", NotLookedAt),
    ("delivered-before-received", NotLookedAt),
    ("offline-never-told", NotLookedAt),
    ("offline-late", NotLookedAt),
    ("reaction-not-kept", NotLookedAt),
    // Of the history the last message is looked for, and nothing else.
    ("newest-last", NotLookedAt),
    ("wrong-total", NotLookedAt),
    // Nobody shows a bad credential, asks for what is not theirs, or sends what is wrong.
    ("accept-expired-token", CannotShow),
    ("accept-bad-signature", CannotShow),
    ("accept-alg-none", CannotShow),
    ("token-not-rechecked", CannotShow),
    ("error-without-disconnect", CannotShow),
    ("disconnect-without-error", CannotShow),
    ("cors-open", CannotShow),
    ("stranger-may-join", CannotShow),
    ("stranger-may-send", CannotShow),
    ("stranger-sees-history", CannotShow),
    ("receipt-from-stranger", CannotShow),
    ("reaction-from-stranger", CannotShow),
    ("update-by-anyone", CannotShow),
    ("payload-user-trusted", CannotShow),
    ("refuse-but-join-anyway", CannotShow),
    ("silent-refusal-but-effect", CannotShow),
    ("success-on-refusal", CannotShow),
    ("internals-in-errors", CannotShow),
    ("validation-off", CannotShow),
    ("wrong-validation-text", CannotShow),
    ("wrong-not-found-text", CannotShow),
    ("file-refused", CannotShow),
    ("any-type", CannotShow),
    ("type-lost", CannotShow),
    ("never-limit", CannotShow),
    ("limit-silently", CannotShow),
    ("health-down", CannotShow),
    // Rooms are made before anybody connects; nobody leaves, rejoins, has a second device, or does a thing twice.
    ("created-to-creator-only", CannotShow),
    ("participants-empty", CannotShow),
    ("not-auto-joined", CannotShow),
    ("pair-created-twice", CannotShow),
    ("leave-does-nothing", CannotShow),
    ("presence-per-device", CannotShow),
    ("offline-delivery-lost", CannotShow),
    ("offline-delivery-twice", CannotShow),
    ("offline-delivery-reversed", CannotShow),
    ("offline-delivery-of-all", CannotShow),
    ("receipt-regresses", CannotShow),
    ("read-moves-own", CannotShow),
    ("reaction-twice", CannotShow),
    ("reaction-end-never-told", CannotShow),
    ("delete-does-not-emit", CannotShow),
    ("edit-not-marked", CannotShow),
    ("last-seen-frozen", CannotShow),
    ("last-seen-never", CannotShow),
    ("page-ignores-limit", CannotShow),
];

/// Every row of the table, with each of its dialects.
fn rows() -> Vec<(Fault, &'static str, Verdict)> {
    let rows = TABLE.iter().flat_map(|(row, verdict)| {
        let mut words = row.split(' ');
        let fault: Fault = words.next().unwrap().parse().unwrap();
        let named: Vec<&str> = words.collect();
        let dialects = if named.is_empty() { fault.dialects().collect() } else { named };
        dialects.into_iter().map(move |dialect| (fault, dialect, *verdict))
    });
    rows.collect()
}

/// What is otherwise than the table says.
async fn otherwise((fault, dialect, verdict): (Fault, &str, Verdict)) -> Option<String> {
    let record = run(fault, dialect).await;
    let broken: Vec<&str> = record.breaches.iter().map(|breach| breach.invariant.as_str()).collect();
    let told = record.ledger.undocumented > 0;
    let seen = match verdict {
        Caught(count) => broken.contains(&count),
        Told => record.passed && told,
        CannotShow | NotLookedAt => record.passed && !told,
    };
    (!seen).then(|| {
        format!(
            "{fault} {dialect}: {verdict:?}, and {broken:?} {:?} {:#?}",
            record.void,
            record.samples.first()
        )
    })
}

async fn all_as_the_table_says(rows: Vec<(Fault, &'static str, Verdict)>) {
    let tried = stream::iter(rows).map(otherwise).buffer_unordered(RUNS_AT_ONCE);
    let wrong: Vec<String> = tried.filter_map(ready).collect().await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_says_of_every_fault_what_load_makes_of_it() {
    let all: BTreeSet<String> = Fault::all()
        .iter()
        .flat_map(|fault| fault.dialects().map(move |dialect| format!("{fault} {dialect}")))
        .collect();
    let rows: Vec<String> = rows().iter().map(|(fault, dialect, _)| format!("{fault} {dialect}")).collect();
    let told: BTreeSet<String> = rows.iter().cloned().collect();
    assert_eq!(told, all);
    assert_eq!(rows.len(), told.len(), "each once");
}

/// Faults in the gate: one for each count, those whose mechanism is young, and some that must not be caught.
const SAMPLE: &[&str] = &[
    "join-too-late crm",
    "overtaking minimal",
    "sender-null minimal",
    "wrong-zone gateway",
    "clock-stands crm",
    "ack-before-store whatsapp",
    "read-from-the-start whatsapp",
    "sender-unheard gateway",
    "through-both-rooms gateway",
    "extra-field whatsapp",
    "status-never-told whatsapp",
    "validation-off crm",
    "stranger-may-join minimal",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_sample_of_the_table_is_as_it_says() {
    let rows = rows();
    let of = |wanted: &&str| {
        rows.iter().copied().find(|(fault, dialect, _)| format!("{fault} {dialect}") == **wanted).unwrap()
    };
    all_as_the_table_says(SAMPLE.iter().map(of).collect()).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes: bash ci/nightly.sh faults"]
async fn the_whole_table_is_as_it_says() {
    all_as_the_table_says(rows()).await;
}
