//! The commands that help with writing files, as a stranger uses them: in a folder of his own, from the command line.

pub(crate) mod files;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use files::{committed, json_of, kind, root};
use language::library::Library;
use language::text::{Source, parse};
use language::tidy::{same, tidy};

/// A folder with a library of its own, gone with it.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("harness-authoring-{}-{name}", std::process::id()));
        let dialects = path.join("scenarios/dialects");
        std::fs::create_dir_all(&dialects).unwrap();
        for contract in root().join("scenarios/dialects").read_dir().unwrap() {
            let contract = contract.unwrap().path();
            std::fs::copy(&contract, dialects.join(contract.file_name().unwrap())).unwrap();
        }
        Self(path)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// The folder of scenarios and contracts.
    pub(crate) fn library(&self) -> Library {
        Library { folder: self.0.join("scenarios") }
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).unwrap()
    }

    /// Runs the harness here; its status, and what it said.
    pub(crate) fn harness(&self, args: &[&str]) -> (i32, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
        command.current_dir(&self.0).env("COLUMNS", "100").env_remove("JWT_SECRET").args(args);
        let output = command.output().unwrap();
        let said = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap()).concat();
        (output.status.code().unwrap(), said)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _kept_if_busy = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn golden(name: &str, text: &str) {
    insta::with_settings!({ snapshot_path => "authoring", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}

fn source(path: &Path) -> Arc<Source> {
    Source::read(path).unwrap()
}

#[test]
fn a_new_scenario_is_checked_and_passes() {
    let folder = Folder::new("scenario");
    assert_eq!(folder.harness(&["new", "late-join"]).0, 0);
    let schema: serde_json::Value =
        serde_json::from_str(&folder.read("scenarios/schema/scenario.json")).unwrap();
    assert!(
        schema.pointer("/definitions/act/properties/join").is_some(),
        "an editor finds the schema that the file names"
    );
    let (status, said) = folder.harness(&["check"]);
    assert_eq!((status, said.trim()), (0, "checked 1 scenario, 5 contracts: no problem"));
    assert_eq!(folder.harness(&["fmt", "--check"]).0, 0, "a skeleton is laid out as `fmt` lays it out");
    let (status, said) = folder.harness(&["--scenario", "late-join", "--jobs", "2"]);
    assert_eq!(status, 0, "{said}");
    assert!(said.contains("5 passed"), "{said}");
}

#[test]
fn a_new_scenario_overwrites_nothing() {
    let folder = Folder::new("overwrite");
    folder.write("scenarios/mine.yaml", "mine");
    let (status, said) = folder.harness(&["new", "mine"]);
    assert_eq!((status, folder.read("scenarios/mine.yaml").as_str()), (2, "mine"));
    golden("overwrite", &said);
}

#[test]
fn a_new_scenario_may_belong_to_a_dialect_and_has_a_name_that_can_be_one() {
    let folder = Folder::new("names");
    assert_eq!(folder.harness(&["new", "crm/late"]).0, 0);
    assert!(folder.read("scenarios/crm/late.yaml").contains("$schema=../schema/scenario.json"));
    assert_eq!(folder.harness(&["check"]).0, 0);
    let said: String = ["cmr/late", "Late Join", "../late", "crm/../../late"]
        .iter()
        .map(|name| {
            let (status, said) = folder.harness(&["new", name]);
            assert_eq!(status, 2, "{name}");
            said
        })
        .collect();
    golden("names", &said);
}

#[test]
fn a_new_contract_is_checked_and_supports_scenarios() {
    let folder = Folder::new("contract");
    assert_eq!(folder.harness(&["new", "--dialect", "ours"]).0, 0);
    let (status, said) = folder.harness(&["check"]);
    assert_eq!((status, said.trim()), (0, "checked 6 contracts: no problem"));
    assert_eq!(folder.harness(&["fmt", "--check"]).0, 0);
    assert_eq!(folder.harness(&["new", "hello"]).0, 0);
    let (status, said) = folder.harness(&["--dialect", "ours", "--scenario", "hello", "--dry-run"]);
    assert_eq!(status, 0, "{said}");
    golden("dry_run", &said);
}

#[test]
fn check_tells_every_problem_of_every_file() {
    let folder = Folder::new("check");
    folder.write(
        "scenarios/first.yaml",
        "scenario: several mistakes\nlevel: most\nrooms: {lobby: [ana, bo], kitchen: [ana, bo]}\nsteps:\n  \
         - ana, bo: {jion: lobby}\n  - ana: {send: hello, to: lobby, efect: none}\n  - bob: {send: hello, to: lobby}\n  \
         - ana: {send: hello}\n  - bo: {read: goodbye}\n  - ana, bo: {jion: lobby}\n",
    );
    folder.write("scenarios/second.yaml", "scenario: [a\n");
    folder
        .write("target.yaml", "url: http://127.0.0.1:3000\ndialect: cmr\njobs: some\ntoken: {secrets: x}\n");
    let (status, said) = folder.harness(&["check", "scenarios", "target.yaml"]);
    assert_eq!(status, 2, "{said}");
    golden("check", &said);
}

#[test]
fn check_holds_nothing_against_a_contract_that_is_broken_itself() {
    let folder = Folder::new("contracts");
    folder.write(
        "scenarios/dialects/ours.yaml",
        "extends: crm\ndialect: ours\nevents: {newMessage: {claus: s1, data: <ix>}}\nverbs: {ping: {clause: h9}}\n",
    );
    folder.write("scenarios/first.yaml", "scenario: x\nlevel: must\nsteps: [{ana: jion}]\n");
    let (status, said) = folder.harness(&["check"]);
    assert_eq!(status, 2, "{said}");
    golden("check_contract", &said);
}

#[test]
fn the_committed_files_have_no_problem() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
    let output = command
        .current_dir(root())
        .args(["check", "scenarios", "ci/interop", "harness/src/cli/new"])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("5 targets: no problem"), "{said}");
}

/// What `harness record` writes is a file like any other.
#[test]
fn a_recorded_scenario_is_checked_and_laid_out() {
    let folder = Folder::new("recorded");
    let accepted = std::fs::read_to_string(root().join("harness/tests/record/conversation.snap")).unwrap();
    folder.write("scenarios/recorded.yaml", accepted.splitn(3, "---\n").nth(2).unwrap());
    let (status, said) = folder.harness(&["check"]);
    assert_eq!(status, 0, "{said}");
    let (status, said) = folder.harness(&["fmt", "--check"]);
    assert_eq!(status, 0, "{said}");
    let (_, said) = folder.harness(&["--scenario", "recorded", "--dry-run"]);
    golden("recorded", &said);
}

/// What only shows when a scenario is played through: names nobody has given, rooms nobody has named.
#[test]
fn check_plays_scenarios_through() {
    let folder = Folder::new("played");
    folder.write(
        "scenarios/played.yaml",
        "scenario: what cannot be\nlevel: must\nrooms: {lobby: [ana, bo], kitchen: [ana, bo]}\nusers: {bo: {offline: true}}\nsteps:\n  \
         - ana: {join: lobby}\n  - ana: {send: hello}\n  - ana: {read: goodbye}\n  - bo: {join: lobby}\n  \
         - ana: {emit: x, data: {to: $nobody.id}}\n  - ana: {emit: x, data: <int>}\n",
    );
    let (status, said) = folder.harness(&["check"]);
    assert_eq!(status, 2, "{said}");
    golden("played", &said);
}

#[test]
fn a_file_of_another_kind_is_told_and_in_a_folder_left_out() {
    let folder = Folder::new("other");
    folder.write("compose.yaml", "services: {}\n");
    folder.write("target.yaml", "url: http://127.0.0.1:3000\n");
    let (status, said) = folder.harness(&["check", "."]);
    assert_eq!(status, 0, "{said}");
    assert!(said.contains("1 target") && said.contains("1 YAML file of another kind left out"), "{said}");
    let (status, said) = folder.harness(&["check", "compose.yaml", "missing.yaml"]);
    assert_eq!(status, 2, "{said}");
    let (status, said_of_one) = folder.harness(&["check", "compose.yaml"]);
    assert_eq!(status, 2, "{said_of_one}");
    golden("other", &(said + &said_of_one));
}

#[test]
fn fmt_changes_no_committed_file_and_what_it_writes_says_the_same() {
    for path in committed() {
        let before = source(&path);
        let text = tidy(&before).unwrap_or_else(|problem| panic!("{}: {problem}", path.display()));
        assert!(text == before.text, "{} is not laid out: run `harness fmt {0}`", path.display());
        // The same file, written by somebody in a hurry.
        let hurried = before.text.replace(": ", ":   ").replace(", ", ",   ").replace("#   ", "# ");
        let Ok(read) = parse(&Source::new(path.clone(), hurried.clone())) else {
            continue;
        };
        let tidied = tidy(&Source::new(path.clone(), hurried)).unwrap();
        let once = Source::new(path.clone(), tidied);
        assert!(same(&read.root, &parse(&once).unwrap().root), "{}", path.display());
        assert_eq!(tidy(&once).unwrap(), once.text, "{}", path.display());
        assert_eq!(kind(&json_of(&read.root)), kind(&json_of(&parse(&before).unwrap().root)));
    }
}

#[test]
fn fmt_lays_a_file_out_and_check_only_tells() {
    let folder = Folder::new("fmt");
    let hurried =
        "scenario:   a test\nlevel: must\nrooms: {lobby: [ ana,bo ]}\nsteps:\n- ana:   join      # first\n";
    folder.write("scenarios/a.yaml", hurried);
    let (status, said) = folder.harness(&["fmt", "--check", "scenarios/a.yaml"]);
    assert_eq!((status, folder.read("scenarios/a.yaml").as_str()), (1, hurried));
    let (again, changed) = folder.harness(&["fmt", "scenarios/a.yaml"]);
    assert_eq!(again, 0);
    let (last, nothing) = folder.harness(&["fmt", "scenarios/a.yaml"]);
    assert_eq!(last, 0);
    golden("fmt", &format!("{said}{changed}{nothing}\n{}", folder.read("scenarios/a.yaml")));
}

#[test]
fn explain_tells_of_verbs_keys_and_codes() {
    let folder = Folder::new("explain");
    let said: String = [
        "read",
        "refused",
        "<id:room>",
        "$whom",
        "contacts",
        "wrong_payload",
        "4",
        "matchers",
        "no-such-word",
        "sned",
    ]
    .iter()
    .map(|word| format!("$ harness explain {word}\n{}\n", folder.harness(&["explain", word]).1))
    .collect();
    golden("explain", &said);
}

#[test]
fn the_schemas_are_printed_and_know_the_verbs_of_the_library() {
    let folder = Folder::new("schema");
    folder
        .write("scenarios/dialects/ours.yaml", "extends: crm\ndialect: ours\nverbs: {wave: {emit: wave}}\n");
    for of in ["scenario", "contract", "target", "report"] {
        let (status, said) = folder.harness(&["schema", of]);
        let schema: serde_json::Value = serde_json::from_str(&said).unwrap();
        assert_eq!(status, 0);
        assert!(jsonschema::meta::is_valid(&schema), "{of}");
        assert_eq!(schema.pointer("/definitions/act/properties/wave").is_some(), of == "scenario", "{of}");
    }
}

#[test]
fn shells_and_man_know_the_commands() {
    let folder = Folder::new("shells");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (status, said) = folder.harness(&["completions", shell]);
        assert_eq!(status, 0);
        for word in ["explain", "dry-run", "completions", "schema"] {
            assert!(said.contains(word), "{shell} does not know {word}");
        }
    }
    let (status, said) = folder.harness(&["man"]);
    assert_eq!(status, 0);
    for part in [
        ".TH harness 1",
        ".SH SYNOPSIS",
        "dry\\-run",
        ".SH SUBCOMMANDS",
        "harness\\-explain(1)",
        "Exit status:",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
}
