//! Load against servers that are wrong on purpose: what the ledger says, and that the times are true when a server
//! stalls.

mod answers;
pub(crate) mod between;
mod faults;
mod fragments;
mod hold;
mod lounge;
mod proxy;
mod unsound;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use conformance::{Arena, Venue, Wanted};
use futures_util::future::{join, join_all, ready};
use futures_util::{StreamExt, stream};
use harness::embedded::Embedded;
use language::contract::Contract;
use language::library::Library;
use language::script::Scenario;
use language::script_file;
use language::target::TokenSource;
use load::{self, Options, RestBy, Trouble};
use reference_server::{Fault, Faults};
use report::{TextOptions, load_text};
use results::record::breach::LoadOutcome;
use results::record::load::{Ledger, LoadRecord};
use wire::client::Transport;

/// Runs of one test at once: each has a server of its own, and mostly waits.
const RUNS_AT_ONCE: usize = 5;

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
        level: language::level::Level::Must,
        seed: 7,
        workers: 1,
        renames: indexmap::IndexMap::new(),
        token_life: Duration::from_secs(3600),
        debounce: None,
        typing_expires: None,
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
    let arena = embedded.open(dialect, Wanted::All).await.unwrap();
    against(SMALL, dialect, &arena, &options()).await.unwrap()
}

/// What does not come over a plain websocket takes the slower client, and is judged by the same words.
#[tokio::test(flavor = "multi_thread")]
async fn sessions_that_poll_or_upgrade_come_to_the_same_verdicts() {
    join_all([Transport::Polling, Transport::Upgrade].map(async |transport| {
        let options = Options { transport, ..options() };
        let arena = Embedded::new(1.0).under_load().open("crm", Wanted::All).await.unwrap();
        let sound = against(SMALL, "crm", &arena, &options).await.unwrap();
        let ledger = &sound.ledger;
        assert!(sound.passed, "{transport}: {:?} {ledger:?} {:?}", sound.void, sound.samples);
        assert_eq!((ledger.sent, ledger.received), (80, ledger.expected), "{transport}");
        assert!(
            sound.total.delivery.p50_us > 0 && sound.remarks.iter().any(|remark| remark.contains("by `"))
        );

        let mut embedded = Embedded::new(1.0).under_load();
        embedded.options.faults = Faults::from("wrong-sender".parse::<Fault>().unwrap());
        let arena = embedded.open("crm", Wanted::All).await.unwrap();
        let wrong = against(SMALL, "crm", &arena, &options).await.unwrap();
        assert!(!wrong.passed && wrong.ledger.wrong > 0, "{transport}: {:?}", wrong.ledger);
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_polls_and_is_cut_comes_back() {
    let options = Options { transport: Transport::Polling, ..options() };
    let arena = Embedded::new(1.0).under_load().open("crm", Wanted::All).await.unwrap();
    let churn = SMALL.replace("for: 1s}", "for: 1s, reconnect: 20/s}");
    let record = against(&churn, "crm", &arena, &options).await.unwrap();
    assert!(record.passed, "{:?} {:?}", record.ledger, record.samples);
    assert!(record.ledger.connected > 24 + 10, "{:?}", record.ledger);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_our_own_websocket_is_refused_by_polling() {
    let options = Options { transport: Transport::Polling, ..options() };
    let arena = Embedded::new(1.0).under_load().open("crm", Wanted::All).await.unwrap();
    let stalls = SMALL.replace("for: 1s}", "for: 1s, stall: 10%}");
    let Err(Trouble::Usage(why)) = against(&stalls, "crm", &arena, &options).await else {
        panic!("it has run")
    };
    assert!(why.contains("`stall`") && why.contains("--transport polling"), "{why}");
}

/// A scenario with rows of data beside it, against the reference server.
async fn with_data(rows: &str, load: &str) -> Result<LoadRecord, Trouble> {
    let folder =
        std::env::temp_dir().join(format!("harness-load-data-{}-{}", std::process::id(), rows.len()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("users.csv"), rows).unwrap();
    std::fs::write(folder.join("load.yaml"), format!("scenario: a test\nlevel: must\nload:{load}")).unwrap();
    let scenario = script_file::read(&folder.join("load.yaml"), "test".to_owned());
    std::fs::remove_dir_all(&folder).unwrap();
    let (scenario, mut embedded) = (scenario.unwrap(), Embedded::new(1.0).under_load());
    embedded.options.rate_limit = None;
    let arena = embedded.open("crm", Wanted::All).await.unwrap();
    let plan = scenario.load.clone().unwrap();
    load::run(&scenario, &plan, &contract("crm"), &arena, &options()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_user_has_a_row_of_data() {
    let said = SMALL.replace("<text:60b>", "'dear $data.name, \"$data.greeting\"'");
    let data = said.clone() + "  data: users.csv\n";
    // Fewer rows than users: they take them in turn, and hear from each other what the row of the sender says.
    let record = with_data("name,greeting\nana,hello\nbo,\"héllo, 👍\"\n", &data).await.unwrap();
    assert!(record.passed, "{:?} {:?} {:?}", record.void, record.ledger, record.samples);
    assert_eq!((record.ledger.sent, record.ledger.received), (80, 240));
    assert!(record.remarks[0].contains("users.csv (2 rows) serves 24 users"), "{:?}", record.remarks);

    // Their ids come from it, too, and the server knows them by nothing else.
    let rows = |ids: std::ops::Range<u32>| {
        ids.fold("name,id,greeting\n".to_owned(), |rows, id| rows + &format!("u{id},{id},hi\n"))
    };
    let ids = data.clone() + "  user: {id: $data.id}\n";
    let record = with_data(&rows(700..724), &ids).await.unwrap();
    assert!(record.passed && record.remarks.is_empty(), "{:?} {:?}", record.ledger, record.samples);
    let told = |outcome: Result<LoadRecord, Trouble>| match outcome {
        Err(Trouble::Cannot(why)) => why,
        other => panic!("{other:?}"),
    };
    let few = told(with_data(&rows(700..720), &ids).await);
    assert!(few.contains("needs 24 users") && few.contains("users.csv (20 rows)"), "{few}");
    let twice = told(with_data(&rows(700..725).replace("\nu707,707", "\nu707,706"), &ids).await);
    assert!(twice.contains("users.csv:9: every user needs an id of their own, not `706`"), "{twice}");

    // A token of the data is the one that is shown, even where it is none.
    let tokens = data + "  user: {token: $data.greeting}\n";
    let refused = with_data(&rows(700..726), &tokens).await.unwrap();
    let why = refused.could_not_run.clone().unwrap();
    assert!(why.contains("a room could not be made") && why.contains("401"), "{why}");
    assert_eq!(refused.outcome(), LoadOutcome::CouldNotRun);
}

#[tokio::test(flavor = "multi_thread")]
async fn rooms_are_as_large_as_the_file_says() {
    let mut embedded = Embedded::new(1.0).under_load();
    embedded.options.rate_limit = None;
    let arena = embedded.open("crm", Wanted::All).await.unwrap();
    let mixed = "{count: 20, members: {2: 80%, 10..12: 15%, 40: 5%}, per_user: 2}";
    let load = SMALL.replace("{count: 8, members: 3}", mixed);
    let two = Options { workers: 2, ..options() };
    let record = against(&load, "crm", &arena, &two).await.unwrap();
    assert!(record.passed, "{:?} {:?} {:?}", record.void, record.ledger, record.samples);
    let asked = &record.asked;
    assert_eq!((asked.rooms, asked.members_min, asked.members_median, asked.members_max), (20, 2, 2, 40));
    assert_eq!(asked.memberships, 16 * 2 + (10 + 11 + 12) + 40);
    // Forty at least, for whoever sits in the largest room sits there once.
    assert!(asked.sockets >= 53 && asked.sockets < 105, "{asked:?}");
    assert_eq!(record.ledger.received, record.ledger.expected);
    assert_eq!(record.ledger.connected, asked.sockets as u64);
    let again = against(&load, "crm", &arena, &two).await.unwrap();
    assert_eq!(again.asked.sockets, asked.sockets, "the seed says which room is the large one");
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
    let escaped: Vec<String> =
        stream::iter(FAULTS).map(escapes).buffer_unordered(RUNS_AT_ONCE).filter_map(ready).collect().await;
    assert!(escaped.is_empty(), "{}", escaped.join("\n"));
}

/// What is not seen of a fault, where something is not.
async fn escapes((fault, count, message): &(&'static str, fn(&Ledger) -> u64, &str)) -> Option<String> {
    let long = SMALL.replace("60b", "2000b");
    let load = if *fault == "truncate-long-text" { &long } else { SMALL };
    let mut embedded = Embedded::new(1.0).under_load();
    embedded.options.faults = Faults::from(fault.parse::<Fault>().unwrap());
    let arena = embedded.open("crm", Wanted::All).await.unwrap();
    let record = against(load, "crm", &arena, &options()).await.unwrap();
    let told = record.samples.iter().any(|sample| sample.message.contains(message));
    if count(&record.ledger) == 0 || !told {
        return Some(format!("{fault}: {:?} {:?}", record.ledger, record.samples.first()));
    }
    (record.passed && *fault != "extra-field").then(|| format!("{fault}: passed"))
}

/// A wrong payload in the sample fails; what is not in it is accounted for all the same.
#[tokio::test(flavor = "multi_thread")]
async fn of_a_sample_each_delivery_is_compared_and_every_other_counted() {
    let sample = |part: &str| SMALL.replace("rate: 80/s", "rate: 400/s") + &format!("  check: {part}\n");
    let with = |fault: Option<&'static str>, load: String| async move {
        let mut embedded = Embedded::new(1.0).under_load();
        embedded.options.rate_limit = None;
        if let Some(fault) = fault {
            embedded.options.faults = Faults::from(fault.parse::<Fault>().unwrap());
        }
        let arena = embedded.open("crm", Wanted::All).await.unwrap();
        against(&load, "crm", &arena, &options()).await.unwrap()
    };
    let sound = with(None, sample("10%")).await;
    assert!(sound.passed, "{:?} {:?} {:?}", sound.void, sound.ledger, sound.samples);
    let ledger = &sound.ledger;
    assert_eq!((ledger.received, ledger.expected), (1200, 1200));
    assert!((60..240).contains(&ledger.compared) && ledger.compared.is_multiple_of(3), "{ledger:?}");
    let whole = with(None, sample("100%")).await.ledger;
    assert_eq!((whole.compared, whole.received), (1200, 1200));

    let wrong = with(Some("wrong-sender"), sample("10%")).await;
    assert!(!wrong.passed && wrong.ledger.compared > 0, "{:?}", wrong.ledger);
    assert_eq!(
        wrong.ledger.wrong, wrong.ledger.compared,
        "all of the sample, and nothing else: {:?}",
        wrong.ledger
    );
    let unseen = with(Some("wrong-sender"), sample("0%")).await.ledger;
    assert_eq!((unseen.wrong, unseen.compared, unseen.received), (0, 0, 1200));
    type Count = fn(&Ledger) -> u64;
    let faults: [(&str, Count); 4] = [
        ("drop-every-nth", |l| l.lost),
        ("duplicate-delivery", |l| l.duplicated),
        ("reorder", |l| l.reordered),
        ("leak-to-stranger", |l| l.leaked),
    ];
    join_all(faults.map(async |(fault, count)| {
        let record = with(Some(fault), sample("0%")).await;
        assert!(count(&record.ledger) > 0 && !record.passed, "{fault}: {:?}", record.ledger);
    }))
    .await;
}

const TALK: &str = "
  rooms: {count: 8, members: 3}
  phases:
    - {name: ramp, connect: 200/s}
    - {name: plateau, rate: 120/s, for: 2s}
  flow:
    - any member: {send: <text:60b>}
    - any member: type
    - any member: {read: newest}
    - {any member: stop_typing, weight: 1}
  drain: 700ms
  lateness: 1s
";

async fn talk(fault: Option<&str>, dialect: &str, load: &str) -> LoadRecord {
    let mut embedded = Embedded::new(1.0).under_load();
    embedded.options.rate_limit = None;
    if let Some(fault) = fault {
        embedded.options.faults = Faults::from(fault.parse::<Fault>().unwrap());
    }
    let arena = embedded.open(dialect, Wanted::All).await.unwrap();
    against(load, dialect, &arena, &options()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn typing_and_receipts_are_counted_like_messages() {
    // In other words: reactions to the newest message, and typing of a dialect with an event for each end of it.
    let others =
        TALK.replace("{read: newest}", "{react: newest, text: 👍}").replace("{send: <text:60b>}", "send");
    let (record, of_others) = join(talk(None, "crm", TALK), talk(None, "whatsapp", &others)).await;
    assert!(record.passed, "{:?} {:?} {:#?}", record.void, record.ledger, record.samples);
    let notices = &record.ledger.notices;
    assert_eq!(notices.received, notices.expected, "{notices:?}");
    assert!(notices.expected > 150 && notices.coalesced > 0, "{notices:?}");
    assert_eq!(notices.excused + notices.unsure, 0, "{:?}", record.ledger);
    assert_eq!(record.phases[1].sent, 240);
    let record = of_others;
    assert!(record.passed, "{:?} {:?} {:#?}", record.void, record.ledger, record.samples);
    assert!(record.ledger.notices.received > 50 && record.ledger.other_events > 100, "{:?}", record.ledger);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_does_wrong_with_typing_and_receipts_stands_in_the_ledger() {
    let only = |what: &str| {
        let rest = TALK.lines().filter(|line| !line.contains("any member:") || line.contains(what));
        rest.collect::<Vec<_>>().join("\n") + "\n"
    };
    let receipts = only("e")
        .replace("    - any member: type\n", "")
        .replace("    - {any member: stop_typing, weight: 1}\n", "");
    let keys = only("typ");
    type Count = fn(&Ledger) -> u64;
    let faults: [(&str, &String, Count, &str); 9] = [
        ("drop-every-nth", &receipts, |l| l.notices.lost, "has read a message"),
        ("drop-every-nth", &keys, |l| l.notices.lost, "types"),
        ("duplicate-delivery", &receipts, |l| l.notices.duplicated, "received messageRead in room"),
        ("duplicate-delivery", &keys, |l| l.notices.duplicated, "received userTyping in room"),
        ("no-debounce", &keys, |l| l.notices.duplicated, "once more than was said"),
        ("stop-twice", &keys, |l| l.notices.duplicated, "once more than was said"),
        ("stop-never-sent", &keys, |l| l.notices.lost, "has stopped typing"),
        ("typing-leaks", &keys, |l| l.notices.leaked, "received userTyping of a room they are not in"),
        ("echo-typing", &keys, |l| l.notices.leaked, "about themselves"),
    ];
    let trials = faults.iter().map(async |(fault, load, count, message)| {
        let record = talk(Some(fault), "crm", load).await;
        let told = record.samples.iter().any(|sample| sample.message.contains(message));
        let seen = count(&record.ledger) > 0 && told && !record.passed;
        (!seen).then(|| format!("{fault}: {:?} {:#?}", record.ledger, record.samples.first()))
    });
    let escaped: Vec<String> =
        stream::iter(trials).buffer_unordered(RUNS_AT_ONCE).filter_map(ready).collect().await;
    assert!(escaped.is_empty(), "{}", escaped.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leak_into_another_room_names_the_message() {
    // Everybody who is not in the room hears it, too.
    let record = with_fault(Some("leak-to-stranger"), "crm").await;
    assert!(record.ledger.leaked > 0, "{:?}", record.ledger);
    let sample = record.samples.iter().find(|sample| sample.kind == "leaked").unwrap();
    assert!(
        sample.message.contains("which they are not in") && sample.received.is_some(),
        "{}",
        sample.message
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_server_passes_in_every_dialect_that_speaks_by_socket() {
    join_all(["crm", "minimal", "gateway", "minimal-open"].map(async |dialect| {
        let mut embedded = Embedded::new(1.0).under_load();
        embedded.options.rate_limit = None;
        let arena = embedded.open(dialect, Wanted::All).await.unwrap();
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
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_through_rest_is_heard_by_all_who_listen() {
    for dialect in ["crm", "whatsapp"] {
        let arena = Embedded::new(1.0).under_load().open(dialect, Wanted::All).await.unwrap();
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
    let arena = embedded.open("crm", Wanted::All).await.unwrap();
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
                Err(Trouble::Cannot(why) | Trouble::Usage(why)) => why,
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
    let arena = Embedded::new(1.0).under_load().open("crm", Wanted::All).await.unwrap();
    let by_goose = Options { rest: RestBy::Goose, ..options() };
    match against(CLOSED, "crm", &arena, &by_goose).await {
        Err(Trouble::Cannot(why)) => assert!(why.contains("--features goose"), "{why}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_and_goes_loses_nothing() {
    let arena = Embedded::new(1.0).under_load().open("crm", Wanted::All).await.unwrap();
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
    let arena = Embedded::new(1.0).under_load().open("crm", Wanted::All).await.unwrap();
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
    let arena = Embedded::new(1.0).under_load().open("crm", Wanted::All).await.unwrap();
    let load = SMALL.replace("for: 1s", "for: 3s");
    let short = Options { token_life: Duration::from_secs(1), ..options() };
    let record = against(&load, "crm", &arena, &short).await.unwrap();
    assert!(record.ledger.refused > 0 && record.ledger.answered > 0 && !record.passed, "{:?}", record.ledger);
    // Tokens end one after the other: whose has ended hears no more of those whose has not.
    let (lost, wrong) = (record.ledger.lost, record.ledger.wrong);
    assert!(wrong == 0 && lost < record.ledger.received / 5, "{lost} {:?}", record.samples);
    let refused = record.samples.iter().find(|sample| sample.kind == "refused").unwrap();
    assert!(refused.received.as_ref().unwrap().contains("xpired"), "{refused:?}");
}

/// The 99th percentile of the answers in seconds, as they came through the proxy and as the run reports it.
async fn p99_of_a_stall() -> (f64, f64) {
    let embedded = Embedded::new(1.0).under_load();
    let mut arena = embedded.open("crm", Wanted::All).await.unwrap();
    let proxy = proxy::Proxy::start(arena.base.clone()).await;
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
    let arena = Embedded::new(1.0).under_load().open("crm", Wanted::All).await.unwrap();
    let load = "
  rooms: {count: 4, members: 3}
  phases:
    - {name: ramp, connect: 200/s}
    - {name: flood, rate: 1000000/s, for: 100ms}
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
    let arena = embedded.open("crm", Wanted::All).await.unwrap();
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
    let arena = Embedded::new(1.0).under_load().open("crm", Wanted::All).await.unwrap();
    for (load, dialect, why) in [
        (SMALL.replace("members: 3", "members: 3000"), "crm", "2 to 1000 members, not 3000"),
        (SMALL.to_owned(), "gateway", "2 to 2 members, not 3"),
        (SMALL.replace("members: 3", "members: 2..1001"), "crm", "2 to 1000 members, not 2 to 1001"),
        (SMALL.replace("{send: <text:60b>}", "{read: it}"), "crm", "can take the newest: `read: newest`"),
        (SMALL.replace("{send: <text:60b>}", "{read: newest}"), "crm", "none sends one"),
        (SMALL.replace("{send: <text:60b>}", "{delete: newest}"), "crm", "for the sender of a message"),
        (SMALL.replace("{send: <text:60b>}", "{ping: newest}"), "crm", "`ping` takes no message"),
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

/// A server that goes away and comes back: the clients come back, too, and the report says when, and what befell meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_of_the_server_all_come_back_and_it_is_said_when() {
    let mut arena = Embedded::new(1.0).under_load().open("crm", Wanted::All).await.unwrap();
    let proxy = proxy::Proxy::start(arena.base.clone()).await;
    arena.base.clone_from(&proxy.base);
    let load = "
  rooms: {count: 8, members: 3}
  phases:
    - {name: ramp, connect: 200/s}
    - {name: plateau, rate: 80/s, for: 6s, backoff: 100ms..200ms}
  flow: [{any member: {send: <text:60b>}}]
  slo: {disconnected: 24, connect.errors: < 500, unanswered: < 400}
  drain: 2s
  lateness: 1s
";
    let restart = proxy.die_after(Duration::from_millis(1500), Some(Duration::from_secs(1)));
    let two = Options { workers: 2, ..options() };
    let record = against(load, "crm", &arena, &two).await.unwrap();
    restart.await.unwrap();
    let ledger = &record.ledger;
    assert!(record.passed && !record.unreachable, "{:?} {ledger:?} {:#?}", record.void, record.samples);
    assert_eq!((ledger.disconnected, ledger.connected, ledger.lost), (24, 48, 0), "{:#?}", record.samples);
    let [outage] = record.outages.as_slice() else { panic!("{:?}", record.outages) };
    assert_eq!(outage.sessions, 24);
    // The second in which nobody listened, and what is left of the longest backoff by then.
    assert!(outage.recovery_ms.is_some_and(|ms| (900..4_000).contains(&ms)), "{outage:?}");
    // Eighty turns a second were due all the same.
    assert!(outage.unanswered >= 60 && outage.unanswered <= ledger.unanswered, "{outage:?} {ledger:?}");
    assert!(ledger.connect_errors > 0 && ledger.answered + ledger.unanswered == 480, "{ledger:?}");
    let plain = TextOptions { width: 110, ..TextOptions::default() };
    let text = load_text::render(&record, &plain);
    assert!(text.contains("the server ended 24 sessions; all were back in their rooms after"), "{text}");
}

/// As a program: what was measured is reported, and the status says that the target is gone.
#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_dies_in_the_middle_ends_with_its_own_status() {
    let arena = Embedded::new(1.0).under_load().open("crm", Wanted::All).await.unwrap();
    let proxy = proxy::Proxy::start(arena.base.clone()).await;
    let TokenSource::Secret(secret) = &arena.token else { panic!("the embedded server has a secret") };
    let folder = std::env::temp_dir().join(format!("harness-load-dies-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let target = format!("url: {}\ndialect: crm\ntoken: {{secret: \"{secret}\"}}\n", proxy.base);
    std::fs::write(folder.join("target.yaml"), target).unwrap();
    let load = SMALL.replace("for: 1s", "for: 3s");
    std::fs::write(folder.join("dies.yaml"), format!("scenario: a test\nlevel: must\nload:{load}")).unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_harness"));
    command.current_dir(&folder).args([
        "--target",
        "target.yaml",
        "--scenario",
        "dies.yaml",
        "--reports",
        "out",
    ]);
    command.args(["--scenarios", concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios")]);
    let dies = proxy.die_after(Duration::from_millis(2500), None);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    dies.await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(3), "{said} {}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("the target is gone") && !proxy.acks().is_empty(), "{said}");
    let report = std::fs::read_to_string(folder.join("out/report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!((report["verdict"].as_str(), report["exit_status"].as_u64()), (Some("unreachable"), Some(3)));
    assert!(report["loads"][0]["ledger"]["received"].as_u64().unwrap() > 0);
    assert_eq!(report["loads"][0]["outages"][0]["recovery_ms"], serde_json::Value::Null);
}

/// Rooms that do not divide by the workers, and fewer rooms than workers: as many as were asked for, each served.
#[tokio::test(flavor = "multi_thread")]
async fn as_many_rooms_as_were_asked_for_are_served_by_any_number_of_workers() {
    for (rooms, workers) in [(5, 2), (1, 2), (3, 4)] {
        let mut embedded = Embedded::new(1.0).under_load();
        embedded.options.rate_limit = None;
        let arena = embedded.open("crm", Wanted::All).await.unwrap();
        let load = SMALL.replace("count: 8", &format!("count: {rooms}"));
        let record = against(&load, "crm", &arena, &Options { workers, ..options() }).await.unwrap();
        let ledger = &record.ledger;
        assert!(record.passed, "{rooms} rooms, {workers} workers: {ledger:?} {:?}", record.breaches);
        assert_eq!((record.asked.rooms, ledger.joined), (rooms, 3 * rooms as u64));
        // A turn that falls between two workers is nobody's.
        assert!((78..=80).contains(&ledger.sent), "{rooms} rooms, {workers} workers: {ledger:?}");
        assert_eq!(ledger.received, 3 * ledger.sent, "{rooms} rooms, {workers} workers");
    }
}
