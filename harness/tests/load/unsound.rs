//! Load against servers that are wrong from the ground up: none passes, each ends soon, and the report says why.

use std::time::{Duration, Instant};

use conformance::Arena;
use futures_util::future::join_all;
use language::library::Library;
use language::load::{Load, parse_rate};
use language::phase::Paced;
use language::script_file;
use language::target::TokenSource;
use report::{TextOptions, load_text};
use results::record::breach::LoadOutcome;
use results::record::load::LoadRecord;

use super::{contract, options, scenario};
use crate::bad_servers;

const DIALECTS: [&str; 5] = ["crm", "gateway", "minimal", "minimal-open", "whatsapp"];

/// Two in each room, which every dialect has. Its thresholds allow everything that may be counted.
const LENIENT: &str = "
  rooms: {count: 4, members: 2}
  phases:
    - {name: ramp, connect: 200/s}
    - {name: plateau, rate: 40/s, for: 1s}
  flow: [{any member: {send: <text:60b>}}]
  slo: {lost: < 9999, unanswered: < 9999, refused: < 9999, wrong: < 9999, connect.errors: < 9999, leaked: < 9999}
  drain: 500ms
  lateness: 5s
";

fn arena(base: String) -> Arena {
    Arena {
        base,
        reach: wire::client::Reach::default(),
        sessions: std::collections::HashMap::new(),
        secrets: Vec::new(),
        token: TokenSource::Secret("a secret that nobody checks".to_owned()),
        settle: Duration::from_millis(100),
        users: Vec::new(),
        own: false,
        guard: None,
    }
}

/// What a run comes to, how long it took, and what a terminal shows of it.
async fn judged(
    load: &Load,
    scenario: &language::script::Scenario,
    dialect: &str,
    base: String,
) -> (LoadRecord, Duration, String) {
    let began = Instant::now();
    let record = load::run(scenario, load, &contract(dialect), &arena(base), &options()).await.unwrap();
    let text = load_text::render(&record, &TextOptions { width: 110, ..TextOptions::default() });
    (record, began.elapsed(), text)
}

/// Each server by name, and what the report says of it in the dialect; whatever comes first.
async fn servers() -> [(&'static str, String, &'static [&'static str]); 6] {
    [
        ("silent", bad_servers::silent().await, &["a room could not be made"]),
        ("silent with rooms", bad_servers::silent_with_rooms().await, &["nobody got into a room"]),
        (
            "acks everything",
            bad_servers::acks_everything().await,
            &["lost all", "nobody got into a room", "no turn was answered"],
        ),
        ("refuses connections", bad_servers::refuses_connections().await, &["no session was let in"]),
        ("refuses events", bad_servers::refuses_events().await, &["nobody got into a room"]),
        (
            "echoes",
            bad_servers::echoes().await,
            &["lost all", "nobody got into a room", "no turn was answered"],
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn none_passes_in_any_dialect_whatever_its_thresholds_allow() {
    let scenario = scenario(LENIENT);
    let load = scenario.load.clone().unwrap();
    let mut runs = Vec::new();
    for (name, base, told) in servers().await {
        for dialect in DIALECTS {
            let (load, scenario, base) = (&load, &scenario, base.clone());
            runs.push(async move { (name, dialect, told, judged(load, scenario, dialect, base).await) });
        }
    }
    for (name, dialect, told, (record, took, text)) in join_all(runs).await {
        let wanted = if name == "silent" { LoadOutcome::CouldNotRun } else { LoadOutcome::Failed };
        assert_eq!(record.outcome(), wanted, "{name}, {dialect}: {text}");
        assert!(!record.passed && took < Duration::from_secs(15), "{name}, {dialect}: {took:?} {text}");
        assert!(told.iter().any(|told| text.contains(told)), "{name}, {dialect}: {text}");
        let unmeasured = record.breaches.iter().filter(|breach| breach.told.contains("not measured"));
        assert_eq!(unmeasured.count(), 0, "one silence is one reason: {name}, {dialect}: {text}");
    }
}

/// The shipped plans, made small as with `--rooms`, `--rate` and `--for`.
#[tokio::test(flavor = "multi_thread")]
async fn none_passes_a_shipped_scenario() {
    let folder = Library::find().unwrap().folder;
    let mut runs = Vec::new();
    for (name, base, told) in servers().await {
        for file in ["thousand-rooms", "ten-thousand-rooms"] {
            let scenario = script_file::read(&folder.join(format!("{file}.yaml")), file.to_owned()).unwrap();
            let mut load = scenario.load.clone().unwrap();
            load.rooms = 20;
            load.lateness_budget = Duration::from_secs(5);
            for phase in load.phases.iter_mut().filter(|phase| phase.rate(Paced::Turn).is_some()) {
                phase.set_rate(Paced::Turn, parse_rate("40/s"));
                phase.lasts = Some(Duration::from_secs(1));
            }
            let base = base.clone();
            runs.push(async move { (name, file, told, judged(&load, &scenario, "crm", base).await) });
        }
    }
    for (name, file, told, (record, took, text)) in join_all(runs).await {
        assert!(!record.passed && took < Duration::from_secs(20), "{name}, {file}: {took:?} {text}");
        assert!(told.iter().any(|told| text.contains(told)), "{name}, {file}: {text}");
    }
}
