//! The second opinion: another client comes to the same verdicts, on a sound server and on broken ones, and says what it
//! cannot try.

use std::collections::BTreeMap;
use std::time::Duration;

use conformance::Settings;
use reference_server::{Fault, Faults};
use results::record::{CaseRecord, Outcome};
use results::snapshot::render;
use serde_json::json;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::timeout;
use wire::client::{Client, Endpoint, Handshake, Incoming, Limit, SocketKey};

use super::client::server;
use super::judged::caught::CAUGHT_BY;
use super::judged::suite::{self, cases, explain, of, strict};

/// What the second client cannot play to its end, in any dialect, and why.
const NOT_SUPPORTED: &[(&str, Limit)] = &[
    ("cors", Limit::Polling),
    ("disconnect", Limit::Sever),
    ("second-device-leaves", Limit::Sever),
    ("transports[polling]", Limit::Polling),
];

fn limit(id: &str) -> Option<Limit> {
    let (_, name) = id.split_once('/')?;
    NOT_SUPPORTED.iter().find(|(known, _)| *known == name).map(|(_, limit)| *limit)
}

/// Cases at once, over all tests of this file: they mostly wait, but the machine has few cores.
const JOBS: u32 = 10;
static TURNS: Semaphore = Semaphore::const_new(JOBS as usize);

/// Documented times as they are.
fn second() -> Settings {
    Settings { client: Client::RustSocketio, timescale: 1.0, jobs: JOBS as usize, ..strict() }
}

/// A transcript, without the payload of CONNECT, which the library does not hand out.
fn transcript(case: &CaseRecord) -> String {
    render(&[case]).replace(r#" {"sid":"<str>"}"#, "")
}

#[tokio::test(flavor = "multi_thread")]
async fn both_clients_come_to_the_same_verdicts_by_the_same_transcripts() {
    let _turns = TURNS.acquire_many(JOBS).await.unwrap();
    let own = suite::run(cases(), &strict(), |_| {}).await;
    let second = suite::run(cases(), &second(), |_| {}).await;
    assert_eq!((explain(&own), explain(&second)), (String::new(), String::new()));
    let passed: BTreeMap<&str, &CaseRecord> = own
        .iter()
        .filter(|case| case.outcome == Outcome::Passed)
        .map(|case| (case.id.as_str(), case))
        .collect();
    for case in &second {
        let Some(known) = passed.get(case.id.as_str()) else {
            assert_eq!(case.outcome, Outcome::NotSupported, "{}", case.id);
            continue;
        };
        match limit(&case.id) {
            Some(limit) => {
                assert_eq!(case.outcome, Outcome::NotSupported, "{}", case.id);
                assert_eq!(case.reason, Some(limit.to_string()), "{}", case.id);
            }
            None => {
                assert_eq!(case.outcome, Outcome::Passed, "{}", case.id);
                assert_eq!(transcript(case), transcript(known), "{}", case.id);
            }
        }
    }
    let count = |outcome| of(&second, outcome).len();
    println!("{} passed, {} not supported", count(Outcome::Passed), count(Outcome::NotSupported));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_our_own_client_catches_the_second_one_catches() {
    let mut running = JoinSet::new();
    for (name, id) in CAUGHT_BY {
        let case: Vec<_> = cases().into_iter().filter(|case| case.id == *id).collect();
        if let Some(limit) = limit(id) {
            println!("{name}: not tried, {limit}");
            continue;
        }
        let fault: Fault = name.parse().unwrap();
        running.spawn(async move {
            let _turn = TURNS.acquire().await.unwrap();
            let records =
                suite::run(case, &second(), |server| server.options.faults = Faults::from(fault)).await;
            (*name, *id, records[0].outcome)
        });
    }
    let done = running.join_all().await;
    let escaped: Vec<_> = done.iter().filter(|(.., outcome)| *outcome != Outcome::Failed).collect();
    println!("{} faults tried", done.len());
    assert!(escaped.is_empty(), "{escaped:?}");
}

#[tokio::test]
async fn acks_are_told_apart_or_said_to_be_mixed_up() {
    let _turn = TURNS.acquire().await.unwrap();
    let endpoint = Endpoint {
        base: server::serve().await,
        path: "/socket.io/".into(),
        namespace: "/chat".into(),
        tls: None,
    };
    let (sink, mut arrivals) = mpsc::unbounded_channel();
    let within = Duration::from_secs(5);
    let handshake = Handshake::default();
    let opening = Client::RustSocketio.open(&endpoint, &handshake, SocketKey(1), within, sink, None);
    let connection = opening.await.unwrap();
    // The library does not wait for the answer to CONNECT, and a server may hang up on who speaks before.
    assert!(matches!(arrivals.recv().await.unwrap().what, Incoming::Connected { .. }));
    // Nobody answers these, and the library remembers them all; so the id of the next comes up again sooner or later.
    for _ in 0..200 {
        connection.emit("unheard of", &[json!(0)], true);
    }
    for sent in 0.. {
        let id = connection.emit("echo", &[json!(sent)], true).unwrap();
        loop {
            match timeout(within, arrivals.recv()).await.expect("an arrival in time").unwrap().what {
                Incoming::Ack { id: answered, args } if answered == id => {
                    assert_eq!(args, [json!(sent)]);
                    break;
                }
                Incoming::Failed { why } => {
                    assert_eq!(why, "rust_socketio has mixed up two acks");
                    println!("noticed after {sent} acks");
                    return;
                }
                // The same answer, told to the other one.
                Incoming::Ack { .. } => {}
                other => panic!("{other:?}"),
            }
        }
    }
}
