//! Load against servers that are wrong on purpose: what the ledger says, and that the times are true when a server
//! stalls.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod load_proxy;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use harness::client::Transport;
use harness::embedded::Embedded;
use harness::load::{self, Options, RestBy, Trouble};
use harness::record::load::{Ledger, LoadRecord};
use harness::runner::{Arena, Venue};
use harness::scenario::contract::Contract;
use harness::scenario::library::Library;
use harness::scenario::script::Scenario;
use harness::scenario::script_file;
use reference_server::{Fault, Faults};

const SMALL: &str = "
  rooms: {count: 8, members: 3}
  phases:
    - {name: ramp, connect: 200/s}
    - {name: plateau, rate: 80/s, for: 1s}
  flow: [{any member: {send: <text:60b>}}]
  drain: 700ms
  lateness: 1s
";

fn scenario(load: &str) -> Scenario {
    static COUNT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    let number = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let path = std::env::temp_dir().join(format!("harness-load-{}-{number}.yaml", std::process::id()));
    std::fs::write(&path, format!("scenario: a test\nlevel: must\nload:{load}")).unwrap();
    let scenario = script_file::read(&path, "test".to_owned());
    std::fs::remove_file(&path).unwrap();
    scenario.unwrap()
}

fn contract(dialect: &str) -> Arc<Contract> {
    let all = Library::find().unwrap().contracts().unwrap();
    Arc::new(all.into_iter().find(|contract| contract.dialect == dialect).unwrap())
}

fn options() -> Options {
    Options {
        seed: 7,
        workers: 1,
        renames: indexmap::IndexMap::new(),
        token_life: Duration::from_secs(3600),
        rest: RestBy::Own,
        transport: Transport::Websocket,
        stop: Arc::new(AtomicBool::new(false)),
        watch: None,
    }
}

async fn against(load: &str, dialect: &str, arena: &Arena, options: &Options) -> Result<LoadRecord, Trouble> {
    let scenario = scenario(load);
    let plan = scenario.load.clone().unwrap();
    load::run(&scenario, &plan, &contract(dialect), arena, options).await
}

async fn with_fault(fault: Option<&str>, dialect: &str) -> LoadRecord {
    let mut embedded = Embedded::new(1.0).under_load();
    if let Some(fault) = fault {
        embedded.options.faults = Faults::from(fault.parse::<Fault>().unwrap());
    }
    let arena = embedded.open(dialect).await.unwrap();
    against(SMALL, dialect, &arena, &options()).await.unwrap()
}

/// What does not come over a plain websocket takes the slower client, and is judged by the same words.
#[tokio::test(flavor = "multi_thread")]
async fn sessions_that_poll_or_upgrade_come_to_the_same_verdicts() {
    for transport in [Transport::Polling, Transport::Upgrade] {
        let options = Options { transport, ..options() };
        let arena = Embedded::new(1.0).under_load().open("crm").await.unwrap();
        let sound = against(SMALL, "crm", &arena, &options).await.unwrap();
        let ledger = &sound.ledger;
        assert!(sound.passed, "{transport}: {:?} {ledger:?} {:?}", sound.void, sound.samples);
        assert_eq!((ledger.sent, ledger.received), (80, ledger.expected), "{transport}");
        assert!(
            sound.total.delivery.p50_us > 0 && sound.remarks.iter().any(|remark| remark.contains("by `"))
        );

        let mut embedded = Embedded::new(1.0).under_load();
        embedded.options.faults = Faults::from("wrong-sender".parse::<Fault>().unwrap());
        let arena = embedded.open("crm").await.unwrap();
        let wrong = against(SMALL, "crm", &arena, &options).await.unwrap();
        assert!(!wrong.passed && wrong.ledger.wrong > 0, "{transport}: {:?}", wrong.ledger);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_polls_and_is_cut_comes_back() {
    let options = Options { transport: Transport::Polling, ..options() };
    let arena = Embedded::new(1.0).under_load().open("crm").await.unwrap();
    let churn = SMALL.replace("for: 1s}", "for: 1s, reconnect: 20/s}");
    let record = against(&churn, "crm", &arena, &options).await.unwrap();
    assert!(record.passed, "{:?} {:?}", record.ledger, record.samples);
    assert!(record.ledger.connected > 24 + 10, "{:?}", record.ledger);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_our_own_websocket_is_refused_by_polling() {
    let options = Options { transport: Transport::Polling, ..options() };
    let arena = Embedded::new(1.0).under_load().open("crm").await.unwrap();
    let stalls = SMALL.replace("for: 1s}", "for: 1s, stall: 10%}");
    let Err(Trouble::Cannot(why)) = against(&stalls, "crm", &arena, &options).await else {
        panic!("it has run")
    };
    assert!(why.contains("`stall`") && why.contains("--transport polling"), "{why}");
}

type Count = fn(&Ledger) -> u64;

/// What a fault has to show up as under load, and what the first sample of it says.
const FAULTS: &[(&str, Count, &str)] = &[
    ("drop-every-nth", |l| l.lost, "did not reach user"),
    ("duplicate-delivery", |l| l.duplicated, "again"),
    ("reorder", |l| l.reordered, "out of the order"),
    ("number-as-string", |l| l.wrong, ""),
    ("missing-timestamp", |l| l.wrong, "newMessage is not what was expected"),
    ("epoch-timestamp", |l| l.wrong - l.lost, "newMessage is not what was expected"),
    ("wrong-sender", |l| l.wrong, "sender"),
    ("wrong-room-id", |l| l.wrong, "room"),
    ("truncate-long-text", |l| l.wrong, ""),
    ("extra-field", |l| l.undocumented, "no document mentions"),
    ("no-ack", |l| l.unanswered, "was not answered"),
    ("sender-unheard", |l| l.lost, "did not reach user"),
    ("history-missing-last", |l| l.not_in_history, "is not in the history"),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_does_wrong_stands_in_the_ledger() {
    let mut escaped = Vec::new();
    for (fault, count, message) in FAULTS {
        let record = if *fault == "truncate-long-text" {
            let mut embedded = Embedded::new(1.0).under_load();
            embedded.options.faults = Faults::from(fault.parse::<Fault>().unwrap());
            let arena = embedded.open("crm").await.unwrap();
            against(&SMALL.replace("60b", "2000b"), "crm", &arena, &options()).await.unwrap()
        } else {
            with_fault(Some(fault), "crm").await
        };
        let told = record.samples.iter().any(|sample| sample.message.contains(message));
        if count(&record.ledger) == 0 || !told {
            escaped.push(format!("{fault}: {:?} {:?}", record.ledger, record.samples.first()));
        }
        if record.passed && *fault != "extra-field" {
            escaped.push(format!("{fault}: passed"));
        }
    }
    assert!(escaped.is_empty(), "{}", escaped.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leak_into_another_room_names_the_message() {
    // Everybody who is not in the room hears it, too.
    let record = with_fault(Some("leak-to-stranger"), "crm").await;
    assert!(record.ledger.leaked > 0, "{:?}", record.ledger);
    let sample = record.samples.iter().find(|sample| sample.kind == "leaked").unwrap();
    assert!(sample.message.contains("which he is not in") && sample.received.is_some(), "{}", sample.message);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_server_passes_in_every_dialect_that_speaks_by_socket() {
    for dialect in ["crm", "minimal", "gateway", "minimal-open"] {
        let mut embedded = Embedded::new(1.0).under_load();
        embedded.options.rate_limit = None;
        let arena = embedded.open(dialect).await.unwrap();
        let load = SMALL.replace(", members: 3", "");
        let record = against(&load, dialect, &arena, &options()).await.unwrap();
        assert!(record.passed, "{dialect}: {:?} {:?} {:?}", record.void, record.ledger, record.samples);
        let ledger = &record.ledger;
        assert_eq!((ledger.sent, ledger.received), (80, ledger.expected), "{dialect}");
        assert_eq!(
            ledger.undocumented + ledger.refused + ledger.unanswered,
            0,
            "{dialect}: {:?}",
            record.samples
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_through_rest_is_heard_by_all_who_listen() {
    for dialect in ["crm", "whatsapp"] {
        let arena = Embedded::new(1.0).under_load().open(dialect).await.unwrap();
        let load = SMALL.replace("{send: <text:60b>}", "{send: <text:60b>, via: rest}");
        let record = against(&load, dialect, &arena, &options()).await.unwrap();
        assert!(record.passed, "{dialect}: {:?} {:?} {:?}", record.void, record.ledger, record.samples);
        assert_eq!(record.ledger.received, record.ledger.expected, "{dialect}");
        assert_eq!(record.total.ack.count, 80, "{dialect}");
    }
}

const CLOSED: &str = "
  rooms: {count: 8, members: 3}
  phases:
    - {name: ramp, connect: 200/s}
    - {name: closed, users: 6, think: 5ms, for: 1s}
    - {name: at once, users: 2, for: 1500ms}
  flow: [{any member: {send: <text:60b>, via: rest}}]
  drain: 2s
  lateness: 1s
";

/// The phases follow each other, so that the second attack has to wait for the end of the first.
#[cfg(feature = "goose")]
#[tokio::test(flavor = "multi_thread")]
async fn users_of_goose_say_what_the_ledger_knows() {
    let mut embedded = Embedded::new(1.0).under_load();
    embedded.options.rate_limit = None;
    let arena = embedded.open("crm").await.unwrap();
    let by_goose = Options { rest: RestBy::Goose, workers: 2, ..options() };
    let record = against(CLOSED, "crm", &arena, &by_goose).await.unwrap();
    let ledger = &record.ledger;
    assert!(record.passed, "{:?} {ledger:?} {:?}", record.void, record.samples);
    assert_eq!((ledger.received, ledger.answered), (ledger.expected, ledger.sent));
    let sent: Vec<u64> = record.phases.iter().map(|phase| phase.sent).collect();
    assert_eq!(record.goose.len(), 2, "{sent:?} {:?} {:?}", record.goose, record.remarks);
    for (phase, users, measured) in
        [(&record.phases[1], 6, &record.goose[0]), (&record.phases[2], 2, &record.goose[1])]
    {
        assert_eq!((measured.phase.as_str(), measured.users), (phase.name.as_str(), users));
        assert_eq!((measured.requests, measured.failures), (phase.timings.ack.count, 0), "{}", phase.name);
        assert!(
            phase.timings.delivery.count == 3 * measured.requests && measured.requests > 20,
            "{measured:?}"
        );
        assert!(phase.timings.delivery.p50_us > 0 && measured.p50_us > 0, "{measured:?}");
    }

    let cannot = |load: String| {
        let (arena, by_goose) = (&arena, &by_goose);
        async move {
            match against(&load, "crm", arena, by_goose).await {
                Err(Trouble::Cannot(why)) => why,
                other => panic!("{other:?}"),
            }
        }
    };
    assert!(cannot(CLOSED.replace(", via: rest", "")).await.contains("goes through a socket"));
    assert!(
        cannot(CLOSED.replace("users: 6", "rate: 6/s").replace("users: 2", "rate: 2/s"))
            .await
            .contains("no scheduler")
    );
}

#[cfg(not(feature = "goose"))]
#[tokio::test(flavor = "multi_thread")]
async fn without_goose_it_is_said_how_to_have_it() {
    let arena = Embedded::new(1.0).under_load().open("crm").await.unwrap();
    let by_goose = Options { rest: RestBy::Goose, ..options() };
    match against(CLOSED, "crm", &arena, &by_goose).await {
        Err(Trouble::Cannot(why)) => assert!(why.contains("--features goose"), "{why}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_and_goes_loses_nothing() {
    let arena = Embedded::new(1.0).under_load().open("crm").await.unwrap();
    let load = "
  rooms: {count: 20, members: 4, per_user: 2}
  phases:
    - {name: ramp, connect: 400/s}
    - {name: churn, reconnect: 40/s, rate: 200/s, for: 1s}
    - {name: storm, drop: 50%, backoff: 10ms..200ms, rate: 100/s, for: 1s}
    - {name: closed, users: 10, think: 5ms, for: 500ms}
    - {name: rising, rate: 0/s..200/s, for: 500ms, warm_up: true}
  flow: [{any member: {send: <text:60b>}, weight: 3}, {any member: ping}]
  drain: 2s
  lateness: 1s
";
    let record = against(load, "crm", &arena, &options()).await.unwrap();
    assert!(record.passed, "{:?} {:?} {:?}", record.void, record.ledger, record.samples);
    assert_eq!((record.asked.sockets, record.phases.len()), (40, 5));
    assert_eq!(record.ledger.received, record.ledger.expected);
    assert!(record.ledger.connected > 40 + 20, "{:?}", record.ledger);
    assert!(record.phases[3].sent > 100, "{:?}", record.phases[3].sent);
    // A warm-up counts for nothing but its own lines.
    let counted: u64 = record.phases[..4].iter().map(|phase| phase.timings.delivery.count).sum();
    assert_eq!(record.total.delivery.count, counted);
}

#[tokio::test(flavor = "multi_thread")]
async fn difficult_clients_cost_only_themselves() {
    let arena = Embedded::new(1.0).under_load().open("crm").await.unwrap();
    let load = "
  rooms: {count: 10, members: 4}
  phases:
    - {name: ramp, connect: 400/s}
    - {name: frozen, stall: 25%, rate: 200/s, for: 1s}
    - {name: broken, breaks: 40/s, rate: 100/s, for: 1s}
    - {name: after, rate: 100/s, for: 500ms}
  flow: [{any member: {send: <text:60b>}}]
  drain: 2s
  lateness: 1s
";
    let record = against(load, "crm", &arena, &options()).await.unwrap();
    assert!(record.passed, "{:?} {:?} {:?}", record.void, record.ledger, record.samples);
    assert_eq!(record.ledger.received, record.ledger.expected);
    assert!(record.ledger.connected >= 40 + 30 && record.ledger.excused > 0, "{:?}", record.ledger);
    // Whoever is frozen hears nothing meanwhile, so that fewer deliveries are awaited.
    let heard =
        |phase: usize| record.phases[phase].timings.delivery.count as f64 / record.phases[phase].sent as f64;
    assert!(heard(1) < 3.5 && heard(3) > 3.9, "{} {}", heard(1), heard(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_expires_during_the_run_is_refused_and_told() {
    let arena = Embedded::new(1.0).under_load().open("crm").await.unwrap();
    let load = SMALL.replace("for: 1s", "for: 3s");
    let short = Options { token_life: Duration::from_secs(1), ..options() };
    let record = against(&load, "crm", &arena, &short).await.unwrap();
    assert!(record.ledger.refused > 0 && record.ledger.answered > 0 && !record.passed, "{:?}", record.ledger);
    assert_eq!((record.ledger.lost, record.ledger.wrong), (0, 0), "{:?}", record.samples);
    let refused = record.samples.iter().find(|sample| sample.kind == "refused").unwrap();
    assert!(refused.received.as_ref().unwrap().contains("xpired"), "{refused:?}");
}

/// The 99th percentile of the answers in seconds, as they came through the proxy and as the run reports it.
async fn p99_of_a_stall() -> (f64, f64) {
    let embedded = Embedded::new(1.0).under_load();
    let mut arena = embedded.open("crm").await.unwrap();
    let proxy = load_proxy::Proxy::start(arena.base.clone()).await;
    arena.base.clone_from(&proxy.base);
    let load = "
  rooms: {count: 8, members: 2}
  phases:
    - {name: ramp, connect: 200/s}
    - {name: plateau, rate: 200/s, for: 4s}
  flow: [{any member: {send: <text:60b>}}]
  lateness: 1s
";
    let stall = proxy.stall_after(Duration::from_millis(1500), Duration::from_secs(1));
    let record = against(load, "crm", &arena, &options()).await.unwrap();
    stall.await.unwrap();
    assert_eq!((record.total.ack.count, record.ledger.lost), (800, 0));
    // Somebody else's clock: the acknowledgements of the 16 joins come first, then one for each turn, due every 5 ms.
    let acks = &proxy.acks()[16..];
    // The swiftest of them took next to no time, so that it says when all of them were due.
    let since = |(turn, at): (usize, &Instant)| (*at - acks[0]).as_secs_f64() - turn as f64 * 0.005;
    let mut waits: Vec<f64> = acks.iter().enumerate().map(since).collect();
    waits.sort_by(f64::total_cmp);
    assert_eq!(waits.len(), 800);
    (waits[792] - waits[0], record.total.ack.p99_us as f64 / 1e6)
}

/// A loop that waits for its answers would have reported a few milliseconds. The machine may be busy with something
/// else while one of them reads: one of three runs has to agree, and none may be far off.
#[tokio::test(flavor = "multi_thread")]
async fn a_stall_of_the_server_is_seen_as_long_as_it_was() {
    let mut told = Vec::new();
    for _ in 0..3 {
        let (truth, reported) = p99_of_a_stall().await;
        assert!(truth > 0.9 && (0.9 * truth..1.2 * truth).contains(&reported), "{truth} {reported}");
        if (reported - truth).abs() < 0.02 * truth {
            return;
        }
        told.push(format!("p99 was {truth:.3} s, and {reported:.3} s was reported"));
    }
    panic!("{}", told.join("; "));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_generator_that_falls_behind_voids_its_own_run() {
    let arena = Embedded::new(1.0).under_load().open("crm").await.unwrap();
    let load = "
  rooms: {count: 4, members: 3}
  phases:
    - {name: ramp, connect: 200/s}
    - {name: flood, rate: 2000000/s, for: 100ms}
  flow: [{any member: ping}]
  drain: 100ms
";
    let record = against(load, "crm", &arena, &options()).await.unwrap();
    let void = record.void.unwrap();
    assert!(void.contains("generator") && !record.passed, "{void}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_ends_early_where_a_threshold_says_so() {
    let mut embedded = Embedded::new(1.0).under_load();
    embedded.options.faults = Faults::from("duplicate-delivery".parse::<Fault>().unwrap());
    let arena = embedded.open("crm").await.unwrap();
    let load = SMALL.replace("for: 1s", "for: 60s")
        + "  abort_when: {duplicated: 0}\n  slo: {duplicated: 0, ack.p99: < 10s}\n";
    let record = against(&load, "crm", &arena, &options()).await.unwrap();
    assert!(
        record.ended_early.as_ref().is_some_and(|why| why.contains("duplicated")),
        "{:?}",
        record.ended_early
    );
    assert!(record.phases[1].lasted_ms < 10_000);
    let holds: Vec<_> = record.slo.iter().map(|slo| (slo.metric.as_str(), slo.holds)).collect();
    assert_eq!(holds, [("duplicated", false), ("ack.p99", true)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_run_is_said_before_it_begins() {
    let arena = Embedded::new(1.0).under_load().open("crm").await.unwrap();
    for (load, dialect, why) in [
        (SMALL.replace("members: 3", "members: 300"), "crm", "2 to 100 members, not 300"),
        (SMALL.to_owned(), "gateway", "2 to 2 members, not 3"),
        (SMALL.replace("{send: <text:60b>}", "{read: it}"), "crm", "needs a message"),
        (SMALL.replace("{send: <text:60b>}", "{jump: it}"), "crm", "no verb `jump`"),
    ] {
        match against(&load, dialect, &arena, &options()).await {
            Err(Trouble::Cannot(told)) => assert!(told.contains(why), "{told}"),
            other => panic!("{other:?}"),
        }
    }
    let nobody = Arena { base: "http://127.0.0.1:9".to_owned(), ..arena };
    assert!(matches!(against(SMALL, "crm", &nobody, &options()).await, Err(Trouble::Unreachable(_))));
}
