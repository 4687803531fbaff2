//! Whoever reads the output may stop reading, and the disk behind it may be full: no panic, no run that is lost, and the
//! status of what was asked for.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::folder::Folder;

fn harness(folder: &Path, arguments: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
    command.args(["--scenarios", concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios")]);
    if arguments.starts_with("--") {
        command.args(["--reports", "out"]);
    }
    command.args(arguments.split(' ')).current_dir(folder).env_remove("GITHUB_ACTIONS");
    command
}

/// A pipe that nobody reads.
fn unread() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer.into()
}

/// A disk that is full.
fn full() -> Stdio {
    File::options().write(true).open("/dev/full").unwrap().into()
}

/// What only prints, and with which status.
const PRINTS: &[(&str, i32)] = &[
    ("--list", 0),
    ("--scenario typing --dry-run", 0),
    ("explain", 0),
    ("explain faults", 0),
    ("schema scenario", 0),
    ("completions bash", 0),
    ("man", 0),
    ("check", 0),
    ("fmt --check", 0),
    ("export asyncapi --dialect crm", 0),
    ("review --list", 0),
    ("compare report.json report.json", 0),
];

const RUNS: &[&str] = &[
    "--scenario typing --dialect crm",
    "--scenario typing --dialect crm --coverage",
    "--scenario typing --dialect crm --rate 20/s --for 1s",
];

#[test]
fn a_reader_who_has_seen_enough_is_no_failure() {
    let folder = Folder::new("streams-unread");
    let report = concat!(env!("CARGO_MANIFEST_DIR"), "/../reports/baseline/load.json");
    std::fs::copy(report, folder.join("report.json")).unwrap();
    for (arguments, status) in PRINTS {
        let output = harness(&folder, arguments).stdout(unread()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), said.as_ref()), (Some(*status), ""), "{arguments}");
    }
    for arguments in RUNS {
        let output = harness(&folder, arguments).stdout(unread()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{arguments}: {said}");
        assert!(folder.join("out/report.html").is_file() && !said.contains("error"), "{arguments}: {said}");
        std::fs::remove_dir_all(folder.join("out")).unwrap();
        // Nobody is left to be told of progress either.
        let status = harness(&folder, arguments).stdout(unread()).stderr(unread()).status().unwrap();
        assert_eq!(status.code(), Some(0), "{arguments}");
        std::fs::remove_dir_all(folder.join("out")).unwrap();
    }
}

#[test]
fn what_only_prints_fails_on_a_full_disk_and_a_run_keeps_its_verdict() {
    let folder = Folder::new("streams-full");
    let report = concat!(env!("CARGO_MANIFEST_DIR"), "/../reports/baseline/load.json");
    std::fs::copy(report, folder.join("report.json")).unwrap();
    let told = "error: cannot write to standard output: No space left on device";
    for (arguments, _) in PRINTS {
        let output = harness(&folder, arguments).stdout(full()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(70), "{arguments}: {said}");
        assert!(said.starts_with(told) && said.lines().count() == 1, "{arguments}: {said}");
    }
    for arguments in RUNS {
        let output = harness(&folder, arguments).stdout(full()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        // On a busy machine the load is void, which is a verdict, too.
        assert!(matches!(output.status.code(), Some(0 | 5)), "{arguments}: {:?} {said}", output.status);
        assert!(folder.join("out/report.html").is_file() && said.contains(told), "{arguments}: {said}");
    }
    let failing = "--scenario unauthorized-join --dialect crm --fault leak-to-stranger";
    let output = harness(&folder, failing).stdout(full()).stderr(full()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}
