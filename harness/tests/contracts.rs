//! Contracts as their authors write them: laid over others, with names of their own, for servers that lack something.

use std::sync::Arc;
use std::time::Duration;

use harness::embedded::Embedded;
use harness::plan::{CasePlan, plan};
use harness::record::{CaseRecord, Outcome};
use harness::runner::{Settings, run};
use harness::scenario::contract::Contract;
use tokio::sync::mpsc;

use crate::authoring::{Folder, golden};

/// `crm` with a note more, and a `ping` of its own.
const MIDDLE: &str = "extends: crm
dialect: middle
capabilities: [token_recheck, offline_delivery]
clauses:
  z1: {at: Notes, text: notes are kept, level: may}
verbs:
  ping: {ack: {pong: <num>}}
";

/// What lies over that: neither `ping` nor its clause.
const TOP: &str = "extends: middle
dialect: top
clauses: {h1: null}
verbs: {ping: null}
";

fn contracts(folder: &Folder) -> Vec<Arc<Contract>> {
    folder.library().contracts().unwrap().into_iter().map(Arc::new).collect()
}

/// The cases of one dialect, for a target that lacks these.
pub(crate) fn cases(folder: &Folder, dialect: &str, lacks: &[&str]) -> Vec<CasePlan> {
    let known = contracts(folder);
    let chosen: Vec<_> = known.iter().filter(|contract| contract.dialect == dialect).cloned().collect();
    let folders: Vec<&str> = chosen.iter().flat_map(|contract| contract.lineage()).collect();
    let scenarios: Vec<_> = folder.library().scenarios(&folders).unwrap().into_iter().map(Arc::new).collect();
    let lacks: Vec<String> = lacks.iter().map(|&name| name.to_owned()).collect();
    plan(&scenarios, &chosen, &known, &lacks).unwrap()
}

/// Runs cases on one server that speaks `spoken`.
pub(crate) async fn judged(spoken: &str, cases: Vec<CasePlan>) -> Vec<CaseRecord> {
    let shared = Embedded::new(0.2).shared(spoken).await.unwrap();
    let settings = Settings { timescale: 0.2, linger: Duration::from_millis(300), ..Settings::default() };
    run(cases, &settings, Arc::new(shared), mpsc::unbounded_channel().0).await.0
}

#[test]
fn a_contract_may_extend_one_that_extends_another() {
    let folder = Folder::new("chain");
    folder.write("scenarios/dialects/middle.yaml", MIDDLE);
    folder.write("scenarios/dialects/top.yaml", TOP);
    let known = contracts(&folder);
    let of = |dialect: &str| known.iter().find(|contract| contract.dialect == dialect).unwrap();
    assert_eq!(of("top").lineage().collect::<Vec<_>>(), ["top", "middle", "crm"]);
    assert!(of("crm").verbs.contains_key("ping") && of("middle").verbs.contains_key("ping"));
    assert!(
        !of("top").verbs.contains_key("ping"),
        "what a contract takes away does not come back from further down"
    );
    assert!(of("top").verbs.contains_key("join"), "what nobody mentions is as at the bottom");
    assert_eq!(
        of("top").capabilities,
        ["token_recheck", "offline_delivery"],
        "a list is taken from the nearest that has one"
    );
    assert!(of("top").clauses.contains_key("z1") && !of("top").clauses.contains_key("h1"));
}

#[test]
fn a_contract_cannot_extend_itself_by_whatever_way() {
    let folder = Folder::new("cycle");
    folder.write("scenarios/dialects/first.yaml", "extends: second\ndialect: first\n");
    folder.write("scenarios/dialects/second.yaml", "dialect: second\nextends: first\n");
    folder.write("scenarios/dialects/own.yaml", "extends: own\ndialect: own\n");
    folder.write("scenarios/dialects/typo.yaml", "extends: gatway\ndialect: typo\n");
    let (status, said) = folder.harness(&["check"]);
    assert_eq!(status, 2, "{said}");
    golden("extends", &said);
}

#[test]
fn a_mistake_in_a_contract_is_told_once_however_many_extend_it() {
    let folder = Folder::new("once");
    folder.write("scenarios/dialects/middle.yaml", &MIDDLE.replace("<num>", "<nmu>"));
    folder.write("scenarios/dialects/top.yaml", "extends: middle\ndialect: top\n");
    let (status, said) = folder.harness(&["check"]);
    assert_eq!((status, said.matches("error: ").count()), (2, 1), "{said}");
    assert!(said.contains("1 problem in 1 file"), "{said}");
}

#[test]
fn scenarios_of_a_base_are_run_for_whoever_extends_it() {
    let folder = Folder::new("inherited");
    folder.write("scenarios/dialects/middle.yaml", MIDDLE);
    folder.write("scenarios/dialects/top.yaml", TOP);
    let scenario = |title: &str| {
        format!("scenario: {title}\nlevel: must\nusers: {{ana: {{}}}}\nsteps: [{{ana: authenticate}}]\n")
    };
    folder.write("scenarios/portable.yaml", &scenario("of anybody"));
    folder.write("scenarios/crm/base.yaml", &scenario("of crm"));
    folder.write("scenarios/crm/changed.yaml", &scenario("of crm"));
    folder.write("scenarios/middle/changed.yaml", &scenario("of middle"));
    folder.write("scenarios/gateway/other.yaml", &scenario("of gateway"));
    folder.write("scenarios/said.yaml", &(scenario("says so itself") + "dialect: crm\n"));
    let planned = |dialect: &str| {
        let cases = cases(&folder, dialect, &[]);
        cases.into_iter().map(|case| (case.id, case.scenario.title.clone())).collect::<Vec<_>>()
    };
    let expected = |dialect: &str, changed: &str| {
        let cases = [
            ("portable", "of anybody"),
            ("said", "says so itself"),
            ("base", "of crm"),
            ("changed", changed),
        ];
        let mut cases = cases.map(|(name, title)| (format!("{dialect}/{name}"), title.to_owned()));
        cases.sort();
        cases
    };
    for (dialect, changed) in [("crm", "of crm"), ("middle", "of middle"), ("top", "of middle")] {
        let mut planned = planned(dialect);
        planned.sort();
        assert_eq!(planned, expected(dialect, changed));
    }
    let (status, said) = folder.harness(&["--dialect", "top", "--list"]);
    assert!(status == 0 && said.contains("top/base") && !said.contains("top/other"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clause_of_a_base_that_a_step_names_counts_for_whoever_extends_it() {
    let folder = Folder::new("cited");
    folder.write("scenarios/dialects/middle.yaml", MIDDLE);
    folder.write("scenarios/dialects/top.yaml", TOP);
    folder.write(
        "scenarios/cited.yaml",
        "scenario: cites\nlevel: must\nrooms: {lobby: [ana, bo]}\nsteps:\n  - ana, bo: join\n  \
         - ana: {send: hello, clause: [crm.b6, middle.z1, crm.h1, gateway.b4]}\n",
    );
    let mut cited = Vec::new();
    for dialect in ["crm", "middle", "top"] {
        let records = judged("crm", cases(&folder, dialect, &[])).await;
        assert_eq!(records[0].outcome, Outcome::Passed, "{:?}", records[0].findings);
        let named = |clause: &&String| ["b6", "z1", "h1", "b4"].contains(&clause.as_str());
        cited.push((dialect, records[0].clauses.iter().filter(named).cloned().collect::<Vec<_>>().join(" ")));
    }
    // The one at the top has no clause `h1`.
    assert_eq!(
        cited,
        [("crm", "b6 h1".to_owned()), ("middle", "b6 h1 z1".to_owned()), ("top", "b6 z1".to_owned())]
    );
}
