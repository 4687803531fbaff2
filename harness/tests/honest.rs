//! No false green: servers that are wrong from the ground up pass no case whose title they do not fulfil, in any dialect, and
//! are judged in little time.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use conformance::{self, Settings, Venue as _, Wanted};
use harness::embedded::Embedded;
use harness::external::External;
use language::level::Level;
use language::target::{Target, TokenSource};
use results::record::{CaseRecord, Outcome};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;

use super::authoring::Folder;
use super::bad_servers as servers;
use super::contracts;
use super::judged::suite::{cases, of, one_of_each};
use super::load::between::{Change, changing, ticks};

/// What such a server does as it should: its title says no more than that a path is answered.
const FULFILLED: &[&str] = &["healthz", "health"];

/// How much of the suite a server is judged by.
#[derive(Clone, Copy, PartialEq)]
enum By {
    /// The first case of each scenario.
    OneOfEach,
    /// Every case.
    Everything,
}

/// The cases of a dialect against a server.
async fn judge(url: String, dialect: &str, by: By, settings: Settings) -> (Vec<CaseRecord>, Duration) {
    let target = Target {
        token: TokenSource::Secret("a secret of the test".to_owned()),
        settle: Duration::from_millis(50),
        ..Target::at(&url)
    };
    let venue = External::new(target, 1.0).await.unwrap();
    let cases = cases().into_iter().filter(|case| case.contract.dialect == dialect).collect();
    let cases = if by == By::OneOfEach { one_of_each(cases) } else { cases };
    // At the level at which most is let pass.
    let settings = Settings { level: Level::Must, linger: Duration::ZERO, ..settings };
    let began = Instant::now();
    let (records, _) = conformance::run(cases, &settings, Arc::new(venue), mpsc::unbounded_channel().0).await;
    (records, began.elapsed())
}

fn undeserved(records: &[CaseRecord]) -> BTreeSet<String> {
    let passed = of(records, Outcome::Passed);
    let deserved = |id: &String| id.split_once('/').is_some_and(|(_, name)| FULFILLED.contains(&name));
    passed.into_iter().filter(|id| !deserved(id)).collect()
}

const DIALECTS: &[&str] = &["crm", "gateway", "minimal", "minimal-open", "whatsapp"];

/// Judges a server in these dialects; what it has not deserved is told.
async fn nothing_is_green(name: &str, dialects: &[&str], by: By, serve: impl AsyncFn() -> String) {
    // In the smaller form half a second is enough to wait for what never comes: these servers answer at once. And those that
    // echo tell every case of every other, which makes a machine with two cores late where many run at once.
    let (jobs, patience) = if by == By::OneOfEach { (3, 0.25) } else { (8, 1.0) };
    for dialect in dialects {
        let settings = Settings { jobs, patience, ..Settings::default() };
        let (records, took) = judge(serve().await, dialect, by, settings).await;
        println!("{name} {dialect}: {} cases in {took:?}", records.len());
        assert_eq!(undeserved(&records), BTreeSet::new(), "{name}, {dialect}");
        let judged = of(&records, Outcome::Failed).len() + of(&records, Outcome::CouldNotRun).len();
        assert!(judged > 10, "{name}, {dialect}: only {judged} cases were tried");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_says_nothing_passes_nothing() {
    nothing_is_green("silent", DIALECTS, By::OneOfEach, servers::silent).await;
    nothing_is_green(
        "silent with rooms",
        &["minimal", "minimal-open"],
        By::OneOfEach,
        servers::silent_with_rooms,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_acknowledges_everything_passes_nothing() {
    nothing_is_green("acks everything", &["minimal-open"], By::OneOfEach, servers::acks_everything).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_refuses_everything_passes_nothing() {
    nothing_is_green("refuses connections", &["crm", "gateway"], By::OneOfEach, servers::refuses_connections)
        .await;
    nothing_is_green("refuses events", &["crm", "minimal"], By::OneOfEach, servers::refuses_events).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_echoes_everything_passes_nothing() {
    nothing_is_green("echoes", &["minimal-open"], By::OneOfEach, servers::echoes).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes: bash ci/nightly.sh honest"]
async fn none_of_them_passes_anything_in_any_dialect() {
    nothing_is_green("silent", DIALECTS, By::Everything, servers::silent).await;
    nothing_is_green("silent with rooms", DIALECTS, By::Everything, servers::silent_with_rooms).await;
    nothing_is_green("acks everything", DIALECTS, By::Everything, servers::acks_everything).await;
    nothing_is_green("refuses connections", DIALECTS, By::Everything, servers::refuses_connections).await;
    nothing_is_green("refuses events", DIALECTS, By::Everything, servers::refuses_events).await;
    nothing_is_green("echoes", DIALECTS, By::Everything, servers::echoes).await;
}

/// What was missed three times is waited for only shortly; what then comes late is not held against the server.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_up_too_early_is_tried_again() {
    let folder = Folder::new("given-up");
    for number in 1..=5 {
        folder.write(
            &format!("scenarios/late-{number}.yaml"),
            &format!(
                "scenario: late {number}\nlevel: must\nusers: {{ana: {{}}}}\nsteps:\n  \
                 - ana: {{emit: hello, data: {{}}, ack: {{ok: true}}}}\n  \
                 - ana: {{emit: ping, data: {{}}, ack: {{ok: true}}}}\n"
            ),
        );
    }
    let target = Target {
        token: TokenSource::Secret("a secret of the test".to_owned()),
        settle: Duration::from_millis(20),
        ..Target::at(&servers::answers_late(Duration::from_millis(300)).await)
    };
    let venue = External::new(target, 1.0).await.unwrap();
    let settings = Settings { jobs: 1, ..Settings::default() };
    let cases = contracts::cases(&folder, "crm", &[]);
    let (records, _) = conformance::run(cases, &settings, Arc::new(venue), mpsc::unbounded_channel().0).await;
    // Tried again or, where the machine is so slow that it waited long enough, at the first attempt.
    let ended: Vec<_> = records.iter().map(|case| case.outcome).collect();
    let (missed, came) = (Outcome::Failed, Outcome::Passed);
    assert_eq!(ended, [missed, missed, missed, came, came], "{records:?}");
}

/// So many cases fail at least, within that time.
async fn soon_judged(by: By, failed: usize, within: Duration) {
    let url = servers::silent_with_rooms().await;
    let (records, took) = judge(url, "gateway", by, Settings::default()).await;
    assert!(of(&records, Outcome::Failed).len() > failed, "{:?}", of(&records, Outcome::Failed).len());
    assert!(took < within, "{took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_server_is_judged_in_seconds_one_case_after_the_other() {
    soon_judged(By::OneOfEach, 30, Duration::from_secs(20)).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes half a minute: bash ci/nightly.sh honest"]
async fn a_silent_server_is_judged_in_seconds_by_every_case_in_any_dialect() {
    soon_judged(By::Everything, 100, Duration::from_secs(30)).await;
}

/// A flood is one finding, however much of it comes, and is the server's doing.
#[tokio::test(flavor = "multi_thread")]
async fn a_flood_ends_a_case_and_is_one_finding() {
    let arena = Embedded::new(1.0).open("crm", Wanted::All).await.unwrap();
    let flooding: Change =
        |text| std::iter::once(Message::text(text.to_owned())).chain(ticks(30_000)).collect();
    let url = changing(&arena.base, flooding).await;
    let target = Target { token: arena.token.clone(), ..Target::at(&url) };
    let venue = External::new(target, 1.0).await.unwrap();
    let cases = cases().into_iter().filter(|case| case.id == "crm/unauthorized-join").collect();
    let settings = Settings { level: Level::Should, linger: Duration::ZERO, ..Settings::default() };
    let began = Instant::now();
    let (records, _) = conformance::run(cases, &settings, Arc::new(venue), mpsc::unbounded_channel().0).await;
    let [record] = &records[..] else { panic!("{records:?}") };
    let told: Vec<&str> = record.findings.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!((record.outcome, record.attempts), (Outcome::Failed, 1), "{told:?}");
    assert!(told.len() < 4 && told.iter().any(|told| told.starts_with("a flood: ")), "{told:?}");
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
    assert!(record.transcript.len() < 20_000, "{} entries", record.transcript.len());
}
