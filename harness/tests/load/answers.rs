//! Every form of an answer that a contract allows: load goes on whichever it is.

use std::sync::Arc;
use std::time::Duration;

use conformance::{Arena, Venue as _, Wanted};
use futures_util::future::join_all;
use futures_util::{StreamExt as _, stream};
use harness::embedded::Embedded;
use language::contract_file;
use language::target::TokenSource;
use load::{self, Options};
use reference_server::Variation;
use results::record::breach::LoadOutcome;
use results::record::load::LoadRecord;
use wire::client::Transport;

use super::lounge::{Answers, Habits, serve};
use super::{RUNS_AT_ONCE, SMALL, against, options, scenario};

async fn run(habits: Habits) -> LoadRecord {
    run_with(habits, SMALL, |contract| contract, &options()).await
}

async fn run_with(
    habits: Habits,
    load: &str,
    contract: impl FnOnce(String) -> String,
    options: &Options,
) -> LoadRecord {
    let folder =
        std::env::temp_dir().join(format!("harness-lounge-{}-{}", std::process::id(), fastrand::u64(..)));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("lounge.yaml");
    std::fs::write(&path, contract(include_str!("lounge.yaml").to_owned())).unwrap();
    let contract = contract_file::read(&path);
    std::fs::remove_dir_all(&folder).unwrap();
    let scenario = scenario(load);
    let plan = scenario.load.clone().unwrap();
    let arena = Arena {
        base: serve(habits).await,
        reach: wire::client::Reach::default(),
        sessions: std::collections::HashMap::new(),
        secrets: Vec::new(),
        token: TokenSource::None,
        settle: Duration::from_millis(100),
        users: Vec::new(),
        own: true,
        guard: None,
    };
    load::run(&scenario, &plan, &Arc::new(contract.unwrap()), &arena, options).await.unwrap()
}

const FORMS: [Answers; 4] = [Answers::Ack, Answers::Event, Answers::Both, Answers::Nothing];

#[tokio::test(flavor = "multi_thread")]
async fn every_form_of_a_join_and_of_a_send_gets_on() {
    let pairs = FORMS.into_iter().flat_map(|form| [(form, Answers::Ack), (Answers::Ack, form), (form, form)]);
    let mut tried = Vec::new();
    for pair in pairs {
        if !tried.contains(&pair) {
            tried.push(pair);
        }
    }
    let runs = tried.into_iter().map(async |(join, send)| {
        let record = run(Habits { join, send, asks: false }).await;
        let ledger = &record.ledger;
        assert!(record.passed, "{join:?} {send:?}: {:?} {:?}", record.breaches, record.samples.first());
        assert_eq!((ledger.joined, ledger.sent, ledger.received), (24, 80, 240), "{join:?} {send:?}");
        let answered = if send == Answers::Nothing { 0 } else { 80 };
        assert_eq!(ledger.answered, answered, "{join:?} {send:?}");
    });
    stream::iter(runs).buffer_unordered(RUNS_AT_ONCE).collect::<()>().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stacked_handlers_that_answer_twice_are_found() {
    for habits in [
        Habits { join: Answers::Twice, send: Answers::Ack, asks: false },
        Habits { join: Answers::Ack, send: Answers::Twice, asks: false },
    ] {
        let record = run(habits).await;
        assert_eq!(record.outcome(), LoadOutcome::Failed, "{habits:?}");
        let wrong: Vec<_> = record.samples.iter().filter(|sample| sample.kind == "wrong").collect();
        assert!(wrong[0].message.contains("which answers nothing"), "{habits:?}: {wrong:?}");
        assert_eq!(record.ledger.received, 240, "{habits:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exception_refuses_what_was_said_and_nobody_waits_for_it() {
    let record = run(Habits { join: Answers::Ack, send: Answers::Refuses, asks: false }).await;
    let ledger = &record.ledger;
    assert_eq!(
        (ledger.refused, ledger.unanswered, ledger.lost, ledger.expected),
        (80, 0, 0, 0),
        "{:?}",
        record.samples
    );
    assert_eq!(record.outcome(), LoadOutcome::Failed);
    assert!(record.breaches[0].told.contains("no turn was answered with yes"), "{:?}", record.breaches);
    let shut = run(Habits { join: Answers::Refuses, send: Answers::Ack, asks: false }).await;
    assert_eq!(
        (shut.ledger.refused, shut.ledger.not_joined, shut.ledger.sent),
        (24, 24, 0),
        "{:?}",
        shut.samples
    );
    assert!(shut.breaches[0].told.contains("nobody got into a room"), "{:?}", shut.breaches);
    let lasted: u64 = shut.phases.iter().map(|phase| phase.lasted_ms).sum();
    assert!(lasted < 5_000, "{lasted} ms: it is known at once");
}

/// A closed loop goes on whatever the form: whoever is answered by nothing waits for nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_closed_loop_goes_on_in_every_form() {
    let closed = SMALL.replace("rate: 80/s", "users: 8, think: 50ms");
    join_all(FORMS.map(async |send| {
        let habits = Habits { join: Answers::Event, send, asks: false };
        let record = run_with(habits, &closed, |contract| contract, &options()).await;
        assert!(record.passed, "{send:?}: {:?} {:?}", record.breaches, record.samples.first());
        assert!(record.ledger.sent > 80, "{send:?}: {:?}", record.ledger.sent);
    }))
    .await;
}

/// Who does not acknowledge is sent it once more.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_asks_for_an_acknowledgement_gets_one() {
    let habits = Habits { join: Answers::Ack, send: Answers::Ack, asks: true };
    // Long enough for what would be sent again.
    let longer = SMALL.replace("700ms", "1200ms");
    join_all([Transport::Websocket, Transport::Polling].map(async |transport| {
        let options = Options { transport, ..options() };
        let record = run_with(habits, &longer, |contract| contract, &options).await;
        assert!(record.passed, "{transport}: {:?} {:?}", record.breaches, record.samples.first());
        assert_eq!((record.ledger.received, record.ledger.duplicated), (240, 0), "{transport}");
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_may_be_joined_through_rest_or_without_any_answer_at_all() {
    const FORMS: &str = "    emit: join\n    data: {room: $room.id}\n    forms: {acked: {ack: {ok: true}}, told: \
                         {me: joined}, both: {ack: {ok: true}, me: joined}, silent: {}}\n";
    let rest = "    rest: {post: /rooms/$room.id/join, json: {member: $me.id}, status: 200}\n";
    let silent = "    emit: join\n    data: {room: $room.id}\n    forms: {silent: {}}\n";
    for form in [rest, silent] {
        let habits = Habits { join: Answers::Nothing, send: Answers::Ack, asks: false };
        let contract = |contract: String| {
            assert!(contract.contains(FORMS));
            contract.replace(FORMS, form)
        };
        let record = run_with(habits, SMALL, contract, &options()).await;
        assert!(record.passed, "{form}: {:?} {:?}", record.breaches, record.samples.first());
        assert_eq!((record.ledger.joined, record.ledger.received), (24, 240), "{form}");
    }
}

/// The reference server, where it answers by the event alone.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_answers_by_events_alone_is_spoken_to() {
    let two = SMALL.replace("members: 3", "members: 2");
    join_all(["gateway", "minimal", "minimal-open", "whatsapp"].map(async |dialect| {
        let mut embedded = Embedded::new(1.0).under_load();
        embedded.options.rate_limit = None;
        embedded.options.variations = vec!["event-only".parse::<Variation>().unwrap()];
        let arena = embedded.open(dialect, Wanted::All).await.unwrap();
        let record = against(&two, dialect, &arena, &options()).await.unwrap();
        assert!(record.passed, "{dialect}: {:?} {:?}", record.breaches, record.samples.first());
        assert_eq!((record.ledger.joined, record.ledger.sent), (16, 80), "{dialect}");
    }))
    .await;
}

/// No document says where the id of a room stands in the answer that makes it.
#[tokio::test(flavor = "multi_thread")]
async fn rooms_are_made_wherever_the_answer_has_their_ids() {
    let two = SMALL.replace("members: 3", "members: 2");
    join_all(["crm", "gateway", "minimal", "minimal-open", "whatsapp"].map(async |dialect| {
        let mut embedded = Embedded::new(1.0).under_load();
        embedded.options.rate_limit = None;
        embedded.options.variations = vec!["rest-wraps".parse::<Variation>().unwrap()];
        let arena = embedded.open(dialect, Wanted::All).await.unwrap();
        let record = against(&two, dialect, &arena, &options()).await.unwrap();
        assert!(record.passed, "{dialect}: {:?} {:?}", record.breaches, record.samples.first());
        assert_eq!((record.ledger.joined, record.ledger.sent), (16, 80), "{dialect}");
    }))
    .await;
}
