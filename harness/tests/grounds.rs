//! What no document says: routes, bodies, and rules by sense alone. A server that does it otherwise is not accused, and one
//! that breaks what follows from the document is.

use reference_server::Fault;
use results::record::{CaseRecord, Kind, Outcome};

use harness::embedded::Embedded;

use crate::authoring::Folder;
use crate::contracts::{cases, judged_by};

/// `crm` with the history at another place.
const ELSEWHERE: &str = "extends: crm
dialect: elsewhere
verbs: {history: {rest: {get: /messages-of/$room.id}}}
";

/// The same, as if a document named that place.
const NAMED: &str = "extends: crm
dialect: named
verbs: {history: {rest: {get: /messages-of/$room.id, undocumented: false}}}
";

const HISTORY: &str = "scenario: what was said stands in the history
level: must
rooms: {lobby: [ana, bo]}
steps:
  - ana, bo: join
  - ana: {send: hello}
  - bo: {history: lobby}
";

async fn told(name: &str, dialect: &str, scenario: &str, faults: &[Fault]) -> CaseRecord {
    let folder = Folder::new(name);
    folder.write("scenarios/dialects/elsewhere.yaml", ELSEWHERE);
    folder.write("scenarios/dialects/named.yaml", NAMED);
    folder.write(&format!("scenarios/{dialect}/trial.yaml"), scenario);
    let trial = cases(&folder, dialect, &[]).into_iter().filter(|case| case.id.contains("/trial")).collect();
    let mut embedded = Embedded::new(0.2);
    embedded.options.faults = faults.iter().copied().collect();
    judged_by(embedded, "crm", trial).await.remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_route_that_no_document_names_may_be_another_one() {
    let ours = told("route_ours", "crm", HISTORY, &[]).await;
    assert_eq!(ours.outcome, Outcome::Passed, "{:?}", ours.findings);
    let another = told("route_another", "elsewhere", HISTORY, &[]).await;
    assert_eq!(another.outcome, Outcome::NotSupported, "{:?}", another.findings);
    assert!(another.reason.unwrap().contains("no document names it"));
    // What is looked for in the right place, and is not there, is missing whoever named the place.
    let short = told("route_short", "crm", HISTORY, &[Fault::HistoryMissingLast]).await;
    assert_eq!(short.outcome, Outcome::Failed, "{:?}", short.reason);
    let named = told("route_named", "named", HISTORY, &[]).await;
    assert_eq!(named.outcome, Outcome::Failed, "{:?}", named.reason);
}

#[tokio::test(flavor = "multi_thread")]
async fn any_of_several_bodies_will_do_and_none_of_them_will_not() {
    let asked = |second: &str| {
        format!(
            "scenario: a body\nlevel: must\nrooms: {{lobby: [ana, bo]}}\nsteps:\n  - ana, bo: join\n  - ana: {{send: hello}}\n  \
             - ana:\n      rest: {{get: /chat-messages/chat/$room.id, status: 200, bodies: {{none: {{nothing: here}}, other: {second}}}}}\n"
        )
    };
    let fits = told("bodies_fit", "crm", &asked("<any>"), &[]).await;
    assert_eq!(fits.outcome, Outcome::Passed, "{:?}", fits.findings);
    assert!(fits.forms.iter().any(|(_, form)| form == "other"), "{:?}", fits.forms);
    let fails = told("bodies_fail", "crm", &asked("{something: else}"), &[]).await;
    assert_eq!(fails.outcome, Outcome::Failed, "{:?}", fails.reason);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scenario_by_sense_fails_nobody_for_how_a_text_looks_and_everybody_for_what_is_lost() {
    let speaks = "scenario: a text as it was typed\nlevel: may\nground: sense\nrooms: {lobby: [ana, bo]}\n\
                  steps:\n  - ana, bo: join\n  - ana: {send: <text:9000b>}\n";
    let cut = told("sense_cut", "crm", speaks, &[Fault::TruncateLongText]).await;
    assert_eq!(cut.outcome, Outcome::Passed, "{:?}", cut.findings);
    let wrong: Vec<_> = cut.findings.iter().filter(|found| found.kind == Kind::WrongPayload).collect();
    assert!(!wrong.is_empty() && wrong.iter().all(|found| found.level.to_string() == "may"), "{wrong:?}");
    let lost = told("sense_lost", "crm", speaks, &[Fault::SenderUnheard]).await;
    assert_eq!(lost.outcome, Outcome::Failed, "{:?}", lost.findings);
}

#[test]
fn a_level_above_its_ground_is_refused_at_its_place() {
    let folder = Folder::new("ground_bounds");
    let above = "extends: crm\ndialect: above\nclauses:\n  z1: {at: Notes, text: notes are kept, level: should, ground: sense}\n";
    folder.write("scenarios/dialects/above.yaml", above);
    let (status, said) = folder.harness(&["check", "scenarios"]);
    assert_eq!(status, 2, "{said}");
    assert!(said.contains("the ground `sense` bounds the level: at most may"), "{said}");
    assert!(said.contains("above.yaml:4:"), "{said}");
    folder.write("scenarios/dialects/above.yaml", &above.replace("sense", "sens"));
    let (_, said) = folder.harness(&["check", "scenarios"]);
    assert!(said.contains("`sens` is no ground: stated, implied, sense or ours"), "{said}");
}
