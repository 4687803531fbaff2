//! `harness trend`: real runs that are kept, in any order, and what is told of them.

use std::path::Path;
use std::process::Command;

fn harness(args: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
    command.args(args).current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."));
    let output = command.env("COLUMNS", "140").output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

/// Runs one case with this fault, if any, and keeps its report.
fn keep(folder: &Path, name: &str, args: &[&str]) {
    let reports = folder.join(format!("{name}-reports"));
    let to = reports.display().to_string();
    harness(&[&["--quiet", "--dialect", "crm", "--reports", &to], args].concat());
    std::fs::copy(reports.join("report.json"), folder.join(format!("{name}.json"))).unwrap();
}

#[test]
fn causes_come_and_go_over_kept_runs() {
    let folder = std::env::temp_dir().join(format!("harness-trend-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let join = ["--scenario", "unauthorized-join"];
    // Named against their order in time, which is what counts.
    keep(&folder, "e", &join);
    keep(&folder, "d", &[&join[..], &["--fault", "leak-to-stranger"]].concat());
    keep(&folder, "c", &join);
    keep(&folder, "b", &["--scenario", "duplicate-join"]);
    keep(&folder, "a", &[&join[..], &["--fault", "leak-to-stranger"]].concat());
    let (status, said) = harness(&["trend", &folder.display().to_string()]);
    assert_eq!(status, 0, "{said}");
    assert!(said.contains("  ✓✗✓·✗  back"), "{said}");
    assert!(said.contains("leak:newMessage:stranger"), "{said}");
    assert!(said.contains("5 runs; causes: 1 new or back, 0 as before, 0 gone"), "{said}");
    let verdicts: Vec<&str> = said.lines().filter(|line| line.ends_with(".json")).collect();
    let of = |line: &str| if line.contains("✗ failed") { '✗' } else { '✓' };
    assert_eq!(verdicts.iter().map(|line| of(line)).collect::<String>(), "✓✗✓✓✗", "{said}");
    std::fs::remove_file(folder.join("a.json")).unwrap();
    let (_, said) = harness(&["trend", &folder.display().to_string()]);
    assert!(said.contains("  ✓✗✓·  not judged"), "{said}");
    std::fs::remove_dir_all(folder).unwrap();
}

/// The kept load runs are five, so that each number has four earlier ones: no more is said than that they are too few.
#[test]
fn numbers_of_load_have_their_noise() {
    let (status, said) = harness(&["trend", "reports/baseline/load.json"]);
    assert_eq!(status, 0, "{said}");
    assert!(said.contains("crm/thousand-rooms   5 runs"), "{said}");
    let number = said.lines().find(|line| line.trim_start().starts_with("delivery.p99")).unwrap();
    assert!(number.ends_with("4 earlier: too few to tell noise"), "{said}");
    let twice = ["trend", "reports/baseline/load.json", "reports/baseline/load.json"];
    let (_, said) = harness(&twice);
    let number = said.lines().find(|line| line.trim_start().starts_with("delivery.p99")).unwrap();
    assert!(number.ends_with("within the noise of 9 earlier"), "{said}");
}

#[test]
fn what_is_no_report_is_told() {
    assert_eq!(harness(&["trend", "Cargo.toml"]).0, 2);
    assert_eq!(harness(&["trend"]).0, 2);
}
