//! What an earlier version has written, and what was written for it: kept under `compatible/VERSION/`, and still read. What is
//! promised stands in docs/compatibility.md. A release adds a folder (`ci/release/keep.sh`); none is ever changed.

use std::path::{Path, PathBuf};
use std::process::Command;

use report::json::read;
use results::verdict::{FORMAT, STATUSES};
use serde_json::Value;

/// The folder of each version.
fn versions() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compatible");
    let mut all: Vec<PathBuf> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    all.sort();
    assert!(!all.is_empty());
    all
}

fn harness(folder: &Path, args: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_harness")).args(args).current_dir(folder).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(said).unwrap())
}

/// Where something that was kept is no more, or is another.
fn lost(kept: &Value, now: &Value, at: &str, all: &mut Vec<String>) {
    match (kept, now) {
        (Value::Object(kept), Value::Object(now)) => {
            for (name, value) in kept {
                match now.get(name) {
                    Some(found) => lost(value, found, &format!("{at}/{name}"), all),
                    None => all.push(format!("{at}/{name} is gone")),
                }
            }
        }
        (Value::Array(kept), Value::Array(now)) if kept.len() == now.len() => {
            for (index, (kept, now)) in kept.iter().zip(now).enumerate() {
                lost(kept, now, &format!("{at}/{index}"), all);
            }
        }
        _ if kept == now => {}
        _ => all.push(format!("{at} was {kept} and is {now}")),
    }
}

#[test]
fn every_kept_report_is_read_and_nothing_of_it_is_lost() {
    for version in versions() {
        for name in ["cases.json", "load.json", "baseline.json"] {
            let path = version.join(name);
            let report = read(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
            let kept: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
            let mut all = Vec::new();
            lost(&kept, &serde_json::to_value(&report).unwrap(), "", &mut all);
            assert!(all.is_empty(), "{}: {all:#?}", path.display());
        }
    }
}

/// A field that is gone, and a value that is another, are found: the check above would see them.
#[test]
fn what_is_lost_is_noticed() {
    let kept = serde_json::json!({"a": {"b": [1, 2]}, "c": 1});
    let mut all = Vec::new();
    lost(&kept, &serde_json::json!({"a": {"b": [1, 3]}}), "", &mut all);
    assert_eq!(all, ["/a/b/1 was 2 and is 3", "/c is gone"]);
}

#[test]
fn kept_reports_are_compared_and_followed() {
    for version in versions() {
        let (status, said) = harness(&version, &["compare", "baseline.json", "cases.json"]);
        assert_eq!(status, 1, "what was broken since is told: {said}");
        assert_eq!(harness(&version, &["compare", "cases.json", "cases.json"]).0, 0);
        assert_eq!(harness(&version, &["compare", "load.json", "load.json"]).0, 0);
        let (status, said) = harness(&version, &["trend", "baseline.json", "cases.json", "load.json"]);
        assert_eq!(status, 0, "{said}");
        assert!(said.contains("newMessage heard by a stranger"), "{said}");
    }
}

#[test]
fn kept_files_are_read_without_a_problem() {
    for version in versions() {
        let (status, said) =
            harness(&version, &["check", "--scenarios", "scenarios", "scenarios", "target.yaml"]);
        assert_eq!(status, 0, "{}: {said}", version.display());
    }
}

#[test]
fn kept_flags_are_still_taken() {
    let (_, help) = harness(&versions()[0], &["--help"]);
    for version in versions() {
        for flag in std::fs::read_to_string(version.join("flags.txt")).unwrap().lines() {
            let known = help.split_whitespace().any(|word| word.trim_end_matches(',') == flag);
            assert!(known, "{flag} of {} is gone", version.display());
        }
    }
}

/// Pipelines stand on these; another meaning is another major version.
#[test]
fn an_exit_status_means_what_it_meant() {
    let meant = [
        (0, "passed"),
        (1, "failed"),
        (2, "a broken scenario"),
        (3, "the target was not reached"),
        (4, "could not run"),
        (5, "void"),
        (70, "a fault of the harness itself"),
        (130, "stopped at once"),
    ];
    for (status, words) in meant {
        let now = STATUSES.iter().find(|(known, _)| *known == status);
        assert!(now.is_some_and(|(_, text)| text.starts_with(words)), "{status} {words}");
    }
    assert_eq!(FORMAT, 1, "another format: docs/compatibility.md says what that takes");
}
