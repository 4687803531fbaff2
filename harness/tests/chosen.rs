//! What a command line means: names that stand in several folders, load beside cases, a server broken on purpose.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const TWO: &str =
    "level: must\nrooms: {lobby: [ana, bo]}\nsteps:\n  - ana, bo: join\n  - ana: {send: hello}\n";
const LOAD: &str = "scenario: a load\nlevel: must\nload:\n  rooms: {count: 2, members: 2}\n  phases:\n    \
    - {name: ramp, connect: 200/s}\n    - {name: plateau, rate: 20/s, for: 500ms}\n  \
    flow: [{any member: {send: <text:60b>}}]\n  drain: 300ms\n  lateness: 5s\n";

/// A library with the contracts of ours, gone with it.
struct Library(PathBuf);

impl Library {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("harness-chosen-{}-{name}", std::process::id()));
        std::fs::create_dir_all(folder.join("dialects")).unwrap();
        let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/dialects");
        for file in std::fs::read_dir(ours).unwrap() {
            let path = file.unwrap().path();
            std::fs::copy(&path, folder.join("dialects").join(path.file_name().unwrap())).unwrap();
        }
        Self(folder)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn run(&self, args: &[&str]) -> (i32, String, Value) {
        let snapshots = self.0.join("elsewhere").display().to_string();
        self.run_alone(&[args, &["--snapshots", &snapshots]].concat())
    }

    fn run_alone(&self, args: &[&str]) -> (i32, String, Value) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
        command.current_dir(std::env::temp_dir()).env("COLUMNS", "120").args(args);
        command.arg("--scenarios").arg(&self.0).arg("--reports").arg(self.0.join("out"));
        let output = command.output().unwrap();
        let report = std::fs::read_to_string(self.0.join("out/report.json"));
        let said =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        let report = report.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap());
        (output.status.code().unwrap(), said, report)
    }
}

impl Drop for Library {
    fn drop(&mut self) {
        let _kept_if_busy = std::fs::remove_dir_all(&self.0);
    }
}

fn ids(report: &Value) -> Vec<&str> {
    report["cases"].as_array().unwrap().iter().map(|case| case["id"].as_str().unwrap()).collect()
}

#[test]
fn a_name_in_several_folders_means_all_of_them() {
    let library = Library::new("folders");
    library.write("talk.yaml", &format!("scenario: anybody talks\n{TWO}"));
    library.write("crm/talk.yaml", &format!("scenario: the CRM talks\n{TWO}"));
    library.write("minimal/talk.yaml", &format!("scenario: minimal talks\n{TWO}"));
    for (args, expected) in [
        (&["--scenario", "talk", "--dialect", "crm"][..], &["crm/talk", "crm/crm/talk"][..]),
        (
            &["--scenario", "talk.yaml", "--scenario", "talk", "--dialect", "minimal"],
            &["minimal/talk", "minimal/minimal/talk"],
        ),
        (&["--scenario", "crm/talk", "--dialect", "crm"], &["crm/crm/talk"]),
        (&["--scenario", "crm/talk.yaml"], &["crm/crm/talk"]),
        (&["--dialect", "crm"], &["crm/talk", "crm/crm/talk"]),
    ] {
        let (status, said, report) = library.run(args);
        assert_eq!((status, ids(&report)), (0, expected.to_vec()), "{args:?}: {said}");
    }
    let (status, said, _) = library.run(&["--scenario", "tolk"]);
    assert!(status == 2 && said.contains("did you mean `talk`?"), "{said}");
}

#[test]
fn loads_named_beside_cases_run_after_them_into_one_report() {
    let library = Library::new("both");
    library.write("talk.yaml", &format!("scenario: anybody talks\n{TWO}"));
    library.write("wrong.yaml", &format!("scenario: wrong\n{TWO}  - bo: {{send: x, refused: stranger}}\n"));
    library.write("load.yaml", LOAD);
    let both = ["--dialect", "crm", "--scenario", "load", "--rate", "30/s", "--scenario"];

    let (status, said, report) = library.run(&[&both[..], &["talk"]].concat());
    assert_eq!((status, ids(&report)), (0, vec!["crm/talk"]), "{said}");
    assert_eq!(
        (&report["loads"][0]["scenario"], &report["loads"][0]["passed"]),
        (&"load".into(), &true.into())
    );
    assert_eq!(report["loads"][0]["phases"][1]["asked_per_s"], 30.0, "flags change the load alone");
    assert!(said.contains("1 passed") && said.contains("crm/load  a load"), "{said}");
    let files = ["junit.xml", "results.tap", "summary.md"]
        .map(|name| std::fs::read_to_string(library.0.join("out").join(name)).unwrap());
    assert!(
        files[..2].iter().all(|text| text.contains("crm/talk") && text.contains("crm/load")),
        "{files:?}"
    );
    assert!(files[2].contains("1 passed; 1 of 1 load runs passed"), "{}", files[2]);

    let (status, said, report) = library.run(&[&both[..], &["wrong"]].concat());
    assert_eq!(
        (status, &report["verdict"]),
        (1, &"failed".into()),
        "a case failed, the load did not: {said}"
    );
    let (status, said, report) = library.run(&[&both[..], &["talk", "--slo", "delivery.p99=< 1us"]].concat());
    assert_eq!((status, &report["verdict"]), (1, &"failed".into()), "the load failed, no case did: {said}");
    assert_eq!(report["cases"][0]["outcome"], "passed");
}

/// The library of the project, with reports elsewhere.
fn demonstration(args: &[&str]) -> (i32, String, Value) {
    let library = Library::new(&args.join("").replace(['/', ' ', ':', '='], ""));
    let ours = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios");
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
    command.args(["--scenarios", ours]).env("COLUMNS", "120");
    command.arg("--reports").arg(library.0.join("out")).args(args);
    let output = command.output().unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    let report = std::fs::read_to_string(library.0.join("out/report.json"));
    let report = report.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap());
    (output.status.code().unwrap(), said, report)
}

#[test]
fn a_server_that_is_broken_on_purpose_is_found_out_and_named() {
    let (status, said, report) =
        demonstration(&["--scenario", "unauthorized-join.yaml", "--fault", "leak-to-stranger"]);
    assert_eq!(status, 1, "{said}");
    assert_eq!(report["totals"]["failed"], 5, "each dialect is about strangers: {said}");
    let named = "embedded reference server, broken on purpose: leak-to-stranger";
    assert!(report["target"] == named && said.contains(&format!("target {named}, level must")), "{said}");

    let (status, said, report) = demonstration(&[
        "--scenario",
        "disconnect",
        "--fault",
        "left-not-told-on-disconnect",
        "--level",
        "may",
    ]);
    assert_eq!((status, ids(&report)), (1, vec!["crm/disconnect"]), "only where it matters: {said}");
    let load = [
        "--scenario",
        "thousand-rooms",
        "--rooms",
        "4",
        "--rate",
        "20/s",
        "--for",
        "1s",
        "--fault",
        "wrong-sender",
    ];
    let (status, said, report) = demonstration(&load);
    // A busy machine may void the run, which weighs more.
    let wrong = report["loads"][0]["ledger"]["wrong"].as_u64().unwrap();
    assert!([1, 5].contains(&status) && wrong > 0, "{said}");
    assert!(said.contains("broken on purpose: wrong-sender"), "{said}");
}

#[test]
fn a_fault_that_cannot_be_had_is_told() {
    for (args, says) in [
        (&["--fault", "leek-to-stranger"][..], "did you mean `leak-to-stranger`?"),
        (&["--fault", "zzz"], "`harness explain faults` lists them"),
        (&["--fault", "no-ack", "--dialect", "gateway"], "`no-ack` makes one in: crm"),
        (
            &["--fault", "no-ack", "--target", "http://127.0.0.1:9", "--dialect", "crm"],
            "--target names another one",
        ),
        (&["--fault", "no-ack", "--accept"], "leave out --accept, or --fault"),
        (&["--fault", "no-ack", "--snapshots", "x"], "leave out --snapshots, or --fault"),
        (&["--fault", "no-ack", "--save-baseline", "x"], "leave out --save-baseline, or --fault"),
    ] {
        let (status, said, report) = demonstration(args);
        assert!(status == 2 && said.contains(says) && report.is_null(), "{args:?}: {said}");
    }
    let (status, said, _) = demonstration(&["explain", "faults"]);
    for fault in reference_server::Fault::all() {
        assert!(status == 0 && said.contains(fault.name()) && said.contains(fault.describe()), "{said}");
    }
    let (_, said, _) = demonstration(&["completions", "bash"]);
    assert!(said.contains("leak-to-stranger"), "{said}");
}

#[test]
fn no_snapshot_is_compared_with_or_made_of_a_broken_server() {
    let library = Library::new("snapshots");
    library.write("talk.yaml", &format!("scenario: anybody talks\n{TWO}"));
    let snapshot = library.0.join("snapshots/crm/talk.snap");
    let args = ["--scenario", "talk", "--dialect", "crm", "--level", "may"];
    // Another text in the same place: a different transcript.
    let fault = ["--fault", "left-not-told-on-disconnect"];
    let (status, said, _) = library.run_alone(&[&args[..], &fault].concat());
    assert!(status == 0 && !snapshot.parent().unwrap().exists(), "{said}");
    assert_eq!(library.run_alone(&[&args[..], &["--accept"]].concat()).0, 0);
    library.write(
        "talk.yaml",
        &format!("scenario: anybody talks\n{}", TWO.replace("hello", "<text:9b>") + "  - ana: ping\n"),
    );
    let before = std::fs::read_to_string(&snapshot).unwrap();
    let (status, said, _) = library.run_alone(&[&args[..], &fault].concat());
    assert_eq!((status, std::fs::read_to_string(&snapshot).unwrap()), (0, before), "{said}");
    assert!(!library.0.join("snapshots/crm/talk.snap.new").exists());
    assert_eq!(library.run_alone(&args).0, 1, "without the fault it differs");
}

/// What no document says fails nobody at must; it is told all the same, and what concerns safety stands in the verdict.
#[test]
fn what_is_sense_alone_is_told_and_fails_nobody_at_must() {
    let relays = ["--scenario", "typing", "--dialect", "crm", "--fault", "no-debounce"];
    let (status, said, report) = demonstration(&relays);
    assert_eq!(status, 0, "{said}");
    assert!(said.contains("by sense"), "{said}");
    assert!(!said.contains("about safety"), "{said}");
    let finding = &report["cases"][0]["findings"][0];
    assert_eq!((&finding["level"], &finding["clause"]["ground"]), (&"may".into(), &"sense".into()), "{said}");
    assert_eq!(demonstration(&[&relays[..], &["--level", "may"]].concat()).0, 1);

    let (status, said, _) = demonstration(&[
        "--scenario",
        "read-receipts",
        "--dialect",
        "crm",
        "--fault",
        "receipt-from-stranger",
    ]);
    assert_eq!(status, 0, "{said}");
    assert!(said.contains("1 finding about safety that no document forbids"), "{said}");
}
