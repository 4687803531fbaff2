//! `harness import`: what other tools wrote, as files of the language. Each file that is made is read, and an imported script is
//! played against a real chat.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use ::import::{Made, artillery, asyncapi};
use language::contract::Contract;
use language::contract_file;
use language::library::Library;
use language::text::Source;
use serde_json::Value;

use crate::raw::chat::{Way, serve};

use crate::folder::Folder;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import").join(name)
}

fn harness(folder: &Path, args: &[&str]) -> (i32, String) {
    let output: Output =
        Command::new(env!("CARGO_BIN_EXE_harness")).args(args).current_dir(folder).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(said).unwrap())
}

#[test]
fn an_artillery_script_keeps_what_can_be_said_and_tells_what_cannot() {
    let all = artillery(&Source::read(&fixture("chat.artillery.yml")).unwrap()).unwrap();
    let [Made { name, text, left_out, .. }] = all.as_slice() else { panic!("one scenario: {all:?}") };
    assert_eq!(name, "join-and-talk");
    assert_eq!(*left_out, text.matches("# not imported:").count());
    insta::with_settings!({snapshot_path => "import", prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("artillery", text);
    });
}

#[test]
fn what_is_made_of_a_script_is_a_scenario() {
    let folder = Folder::new("import-artillery");
    let script = fixture("chat.artillery.yml").display().to_string();
    let (status, said) = harness(&folder, &["import", "artillery", &script]);
    assert_eq!(status, 0, "{said}");
    assert!(said.contains("wrote join-and-talk.yaml"), "{said}");
    let (status, said) = harness(&folder, &["check", "join-and-talk.yaml"]);
    assert_eq!(status, 0, "{said}");
    let (status, said) = harness(&folder, &["import", "artillery", &script]);
    assert_eq!(status, 2, "{said}");
    assert!(said.contains("is there already"), "{said}");
}

const SCRIPT: &str = r#"{"config": {"target": "URL", "phases": [{"duration": 1, "arrivalRate": 10}]}, "scenarios": [{"name": "talk", "flow": [
  {"emit": {"channel": "join", "data": "ROOM", "acknowledge": {"data": "ok"}}},
  {"emit": {"channel": "say", "data": {"room": "ROOM", "from": "vu", "text": "hello"}, "acknowledge": {"match": {"json": "$.ok", "value": true}},
            "response": {"channel": "said", "match": {"json": "$.text", "value": "hello"}}}},
  {"think": 0.05}]}]}"#;

/// Against a chat that is right, and one that tells the room twice, the same import comes to two verdicts.
#[tokio::test(flavor = "multi_thread")]
async fn an_imported_script_is_played_and_judges() {
    for (way, wanted) in [(Way::Usual, 0), (Way::Doubles, 1)] {
        let url = serve(way).await;
        let folder = Folder::new(&format!("import-played-{wanted}"));
        std::fs::write(folder.join("script.json"), SCRIPT.replace("URL", &url)).unwrap();
        let played = tokio::task::spawn_blocking(move || {
            assert_eq!(harness(&folder, &["import", "artillery", "script.json"]).0, 0);
            harness(&folder, &["--target", &url, "--scenario", "talk.yaml"])
        });
        let (status, said) = played.await.unwrap();
        assert_eq!(status, wanted, "{said}");
    }
}

#[test]
fn a_script_that_is_none_is_refused() {
    let source = Source::new("x.yaml", "asyncapi: 3.0.0\n");
    assert!(artillery(&source).is_err());
    assert!(asyncapi(&Source::new("x.yaml", "scenarios: []\n"), None).is_err());
    assert!(asyncapi(&Source::new("x.yaml", "asyncapi: 1.2.0\n"), None).is_err());
}

#[test]
fn a_document_of_version_two_is_a_contract_with_its_guesses_marked() {
    let made = asyncapi(&Source::read(&fixture("chat.asyncapi2.yaml")).unwrap(), None).unwrap();
    let contract = read(&made, "second");
    assert_eq!(contract.dialect, "team-chat");
    assert!(made.guesses > 0);
    insta::with_settings!({snapshot_path => "import", prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("asyncapi2", made.text);
    });
}

fn read(made: &Made, name: &str) -> Contract {
    let folder = Folder::new(&format!("import-{name}"));
    let path = folder.join(format!("{}.yaml", made.name));
    std::fs::write(&path, &made.text).unwrap();
    contract_file::read(&path).unwrap_or_else(|problem| panic!("{problem:?}\n{}", made.text))
}

/// Each operation with what it does, where, and by which messages: what a round trip must not change.
fn operations(document: &Value) -> BTreeSet<String> {
    let message = |reference: &Value| reference["$ref"].as_str().unwrap_or_default().to_owned();
    let all = document["operations"].as_object().unwrap().iter();
    all.map(|(name, operation)| {
        let messages: Vec<String> =
            operation["messages"].as_array().into_iter().flatten().map(message).collect();
        let (action, channel) = (&operation["action"], &operation["channel"]["$ref"]);
        format!("{name}: {action} {channel} {} {messages:?}", operation["bindings"]["http"]["method"])
    })
    .collect()
}

/// Who hears what of which change.
fn heard(contract: &Contract) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for (change, consequence) in &contract.when {
        for (form, audibles) in &consequence.forms {
            for audible in audibles {
                all.insert(format!(
                    "{} {form} {:?} {} {}",
                    change.0, audible.audience, audible.heard.event, audible.maybe
                ));
            }
        }
    }
    all
}

#[test]
fn each_contract_survives_its_export_and_import() {
    for contract in Library::find().unwrap().contracts().unwrap() {
        let document = ::asyncapi::document(&contract);
        let source = Source::new("exported.json", format!("{document:#}"));
        let made = asyncapi(&source, Some(&contract.dialect)).unwrap();
        let again = read(&made, &contract.dialect);
        let name = &contract.dialect;
        let (before, after) = (operations(&document), operations(&::asyncapi::document(&again)));
        let differ: Vec<&String> = before.symmetric_difference(&after).collect();
        assert!(differ.is_empty(), "{name}: {differ:#?}");
        assert_eq!(heard(&again), heard(&contract), "{name}");
        assert_eq!(again.namespace, contract.namespace);
        let places = |contract: &Contract| contract.credentials.keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(places(&again), places(&contract), "{name}");
        let clauses = |contract: &Contract| contract.clauses.keys().cloned().collect::<BTreeSet<_>>();
        assert!(clauses(&again).is_superset(&clauses(&contract)), "{name}");
    }
}
