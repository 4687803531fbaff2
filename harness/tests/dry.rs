//! What a dry run shows against the accepted transcripts: the same frames of the same actors, case by case.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use conformance::dry::{self, Frame};
use harness::embedded;
use language::contract::Contract;
use language::library::Library;
use language::script::Scenario;
use model::plan::{CasePlan, actors, plan, users};
use regex::Regex;

fn library() -> Library {
    Library { folder: Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios") }
}

fn cases() -> Vec<CasePlan> {
    let known: Vec<Arc<Contract>> = library().contracts().unwrap().into_iter().map(Arc::new).collect();
    let names: Vec<&str> = known.iter().map(|contract| contract.dialect.as_str()).collect();
    let scenarios: Vec<Arc<Scenario>> =
        library().scenarios(&names).unwrap().into_iter().map(Arc::new).collect();
    plan(&scenarios, &known, &known, &[]).unwrap()
}

/// What the actors sent in each case of a snapshot, in the words of a transcript: `ana -> join {…}`.
fn sent(case: &CasePlan) -> Option<Vec<String>> {
    let (dialect, name) = (&case.contract.dialect, &case.scenario.id);
    let path = library().folder.join(format!("snapshots/{dialect}/{name}.snap"));
    let text = std::fs::read_to_string(path).ok()?;
    let body = text.splitn(3, "---\n").nth(2)?;
    let of_case = if body.starts_with('#') {
        body
    } else {
        let head = format!("{}\n", case.id);
        body.split("\n\n").find_map(|part| part.strip_prefix(&head))?
    };
    Some(
        of_case
            .lines()
            .filter(|line| !line.starts_with('#') && line.contains(" -> "))
            .map(str::to_owned)
            .collect(),
    )
}

/// A line with the ids of users named, as a dry run names them; of a connection only that there is one.
fn plain(line: &str, users: &[String]) -> String {
    if let Some((said, _)) = line.split_once("-> connect") {
        return format!("{said}-> connect");
    }
    let mut line = line.to_owned();
    for (index, user) in users.iter().enumerate() {
        let (id, label) = (1001 + index, format!("\"<user:{user}>\""));
        let quoted = [format!("\"user-{id}\""), format!("\"00000000-0000-4000-8000-{id:012x}\"")];
        for written in quoted.iter().chain([&id.to_string()]) {
            line = line.replace(written, &label);
        }
    }
    line
}

fn line(frame: &Frame) -> String {
    let payload = if frame.payload.is_null() { String::new() } else { format!(" {}", frame.payload) };
    format!("{} -> {}{payload}", frame.actor, frame.name)
}

fn counted(lines: impl Iterator<Item = String>) -> BTreeMap<String, u32> {
    let mut counted = BTreeMap::new();
    lines.for_each(|line| *counted.entry(line).or_default() += 1);
    counted
}

#[test]
fn a_dry_run_shows_what_a_run_sends() {
    let mut compared = 0;
    let ids = Regex::new(
        r#"-?\b\d+\b|"(<\w+:[^"]*>|(conv|msg|room|conversation|message)[-_][^"]*|[0-9a-f-]{36}|\d+)""#,
    )
    .unwrap();
    for case in cases().iter().filter(|case| case.lacks.is_none() && embedded::speaks(&case.contract.dialect))
    {
        let frames = dry::frames(case).unwrap_or_else(|problem| panic!("{}: {problem}", case.id));
        let Some(sent) = sent(case) else { continue };
        let shown = frames.iter().flat_map(|frame| std::iter::repeat_n(line(frame), frame.times as usize));
        let users = users(&actors(&case.scenario));
        // A transcript has a spoiled or raw payload as it was sent, with the ids of its server.
        let spoiled = case
            .scenario
            .steps
            .iter()
            .any(|step| step.text.contains("spoil:") || step.text.contains("emit:"));
        // A dry run knows no id, so an id as the other type is no number there.
        let alike = |line: String| {
            ["\\\"ID\\\"", "\"ID\"", "ID.ID"].iter().fold(line, |line, one| line.replace(one, "ID"))
        };
        let masked =
            |line: String| if spoiled { alike(ids.replace_all(&line, "ID").into_owned()) } else { line };
        let shown = counted(shown.map(|line| masked(plain(&line, &[]))));
        let sent = counted(sent.iter().map(|line| masked(plain(line, &users))));
        let until = case.scenario.steps.iter().any(|step| step.text.contains("until:"));
        let perhaps = case.scenario.users.values().any(|user| user.credential.is_some()) || until;
        if perhaps {
            // A refused connection sends nothing more, and how often it takes until something is refused is the server's affair.
            let missing: Vec<_> = sent.keys().filter(|line| !shown.contains_key(*line)).collect();
            assert!(missing.is_empty(), "{}: {missing:#?}\n{shown:#?}", case.id);
        } else {
            same(&case.id, &shown, &sent);
        }
        compared += 1;
    }
    assert!(compared > 400, "{compared}");
}

fn same(case: &str, shown: &BTreeMap<String, u32>, sent: &BTreeMap<String, u32>) {
    let only = |these: &BTreeMap<String, u32>, those: &BTreeMap<String, u32>| {
        these
            .iter()
            .filter(|(line, times)| those.get(*line) != Some(*times))
            .map(|(line, times)| format!("{times} x {line}"))
            .collect::<Vec<_>>()
    };
    assert!(
        shown == sent,
        "{case}\nonly shown: {:#?}\nonly sent: {:#?}",
        only(shown, sent),
        only(sent, shown)
    );
}
