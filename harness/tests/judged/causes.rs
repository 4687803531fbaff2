//! One thing that is wrong with a server is one cause, in however many cases it shows.

use conformance::Settings;
use futures_util::{StreamExt, stream};
use language::level::Level;
use model::plan::CasePlan;
use reference_server::{Fault, Faults};
use regex::Regex;
use report::{TextOptions, text};
use results::record::Report;
use results::verdict::{Circumstances, conclude};

use super::SUITES_AT_ONCE;
use super::suite::{cases, one_of_each, strict};

/// How many causes a fault of the catalogue is at most, where that is more than three: it breaks several things at once,
/// or what it breaks shows in several ways.
const SEVERAL: &[(&str, usize)] = &[
    ("answered-twice", 11),
    ("duplicate-delivery", 14),
    ("drop-every-nth", 5),
    ("success-on-refusal", 8),
    ("validation-off", 7),
];
/// And of every other.
const FEW: usize = 3;

/// The report of a server with these faults.
async fn report(faults: &[&str], cases: Vec<CasePlan>) -> Report {
    let set: Faults = faults.iter().map(|fault| fault.parse::<Fault>().unwrap()).collect();
    let settings = Settings { level: Level::Must, ..strict() };
    let records = super::suite(cases, &settings, |embedded| embedded.options.faults = set).await;
    let run = Circumstances {
        started: "2026-01-01T10:00:00Z".to_owned(),
        today: jiff::civil::date(2026, 1, 1),
        duration_ms: 4000,
        target: "embedded reference server".to_owned(),
        client: None,
        seed: 0,
        timescale: settings.timescale,
        patience: settings.patience,
        level: settings.level,
        unreachable: false,
        whole: true,
    };
    conclude(records, &[], &[], run)
}

fn keys(report: &Report) -> Vec<&str> {
    let must = report.causes.iter().filter(|cause| cause.level == Level::Must);
    must.map(|cause| cause.key.as_str()).collect()
}

fn of(dialect: &str) -> Vec<CasePlan> {
    cases().into_iter().filter(|case| case.contract.dialect == dialect).collect()
}

async fn a_leak_is_one_cause(cases: Vec<CasePlan>) {
    let report = report(&["leak-to-stranger"], cases).await;
    assert!(report.totals.failed > 50, "{:?}", report.totals);
    assert_eq!(report.causes.len(), 1, "{:?}", keys(&report));
    let cause = &report.causes[0];
    assert!(cause.title.ends_with("heard by a stranger") || cause.title.ends_with("emitted to everyone"));
    assert!(cause.cases.len() >= report.totals.failed);
    let text = text::render(&report, &TextOptions { width: 400, ..TextOptions::default() });
    assert!(text.lines().count() <= 30, "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leak_is_one_cause_on_one_screen_over_all_scenarios() {
    a_leak_is_one_cause(one_of_each(cases())).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a smaller form is tried by every build: bash ci/nightly.sh causes"]
async fn a_leak_is_one_cause_on_one_screen_over_the_whole_suite() {
    a_leak_is_one_cause(cases()).await;
}

/// What the terminal says of two cases in which a stranger hears a message.
#[tokio::test(flavor = "multi_thread")]
async fn a_cause_in_a_terminal() {
    let ids = ["crm/unauthorized-join", "crm/unauthorized-rest"];
    let cases = cases().into_iter().filter(|case| ids.contains(&case.id.as_str())).collect();
    let report = report(&["leak-to-stranger"], cases).await;
    let text = text::render(&report, &TextOptions { width: 400, ..TextOptions::default() });
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().display().to_string();
    let text = Regex::new("[0-9]+").unwrap().replace_all(&text.replace(&(root + "/"), ""), "#").into_owned();
    // A leak may show in the step that caused it, or in the next.
    let example = Regex::new(r"crm/unauthorized-(join|rest)  scenarios/.*").unwrap();
    let text = example.replace(&text, "(the case, its file and step)").into_owned();
    insta::with_settings!({ snapshot_path => ".", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("leak", text);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn two_faults_at_once_are_both_told() {
    let report = report(&["missing-timestamp", "leave-does-nothing"], of("crm")).await;
    assert!(report.causes.iter().any(|cause| cause.key == "wrong:gone:timestamp"), "{:?}", keys(&report));
    assert!(
        report.causes.iter().any(|cause| cause.key.starts_with("missing:userLeft")),
        "{:?}",
        keys(&report)
    );
    assert!(keys(&report).len() <= 4, "{:?}", keys(&report));
}

/// Holds faults to their bound, and says how many causes each is.
async fn few(faults: Vec<&'static str>, cases: &[CasePlan]) {
    let tried = stream::iter(faults).map(|fault| async move {
        let report = report(&[fault], cases.to_vec()).await;
        let bound = SEVERAL.iter().find(|(name, _)| *name == fault).map_or(FEW, |(_, bound)| *bound);
        println!(
            "{fault}: {} causes, {} failed cases: {:?}",
            report.causes.len(),
            report.totals.failed,
            keys(&report)
        );
        (report.causes.len() > bound).then(|| format!("{fault}: {:?}", keys(&report)))
    });
    let wrong: Vec<Option<String>> = tried.buffer_unordered(SUITES_AT_ONCE).collect().await;
    let wrong: Vec<String> = wrong.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_is_few_causes() {
    let faults = [
        "number-as-string",
        "no-ack",
        "wrong-sender",
        "missing-timestamp",
        "no-debounce",
        "stranger-may-join",
    ];
    // One case of each scenario is enough for a server that answers nothing, and waits for all of it.
    let cases: Vec<CasePlan> = of("crm").into_iter().filter(|case| !case.id.contains('[')).collect();
    few(faults.to_vec(), &cases).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes a quarter of an hour: bash ci/nightly.sh causes"]
async fn every_fault_of_the_catalogue_is_few_causes() {
    few(Fault::all().iter().map(|fault| fault.name()).collect(), &cases()).await;
}
