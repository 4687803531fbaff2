//! Whatever ends a run, it leaves a report that is whole and true: tried before anything runs, written as it goes, marked
//! unfinished until it is finished, and never an older one that says something else.

use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::folder;

/// A folder of its own for each test, gone with it.
struct Folder(folder::Folder);

impl Folder {
    fn new(name: &str) -> Self {
        Self(folder::Folder::new(&format!("survives-{name}")))
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join("out").join(name)).unwrap()
    }

    fn report(&self) -> Value {
        serde_json::from_str(&self.text("report.json")).unwrap()
    }
}

const SCENARIOS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios");
const HARNESS: &str = env!("CARGO_BIN_EXE_harness");

fn command(folder: &Folder, program: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(&folder.0).env("COLUMNS", "200");
    for variable in ["CI", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "JWT_SECRET"] {
        command.env_remove(variable);
    }
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn harness(folder: &Folder, arguments: &str) -> Command {
    reporting(folder, "out", arguments)
}

fn reporting(folder: &Folder, reports: &str, arguments: &str) -> Command {
    let mut command = command(folder, HARNESS);
    command.args(["--scenarios", SCENARIOS, "--reports", reports]).args(arguments.split(' '));
    command
}

/// Runs it in a shell that has prepared something.
fn prepared(folder: &Folder, first: &str, arguments: &str) -> Command {
    let mut command = command(folder, "sh");
    let script = format!("{first}; exec {HARNESS} --scenarios {SCENARIOS} --reports out {arguments}");
    command.args(["-c", &script]);
    command
}

fn said(output: &Output) -> (Option<i32>, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout) + &text(&output.stderr))
}

fn send(child: &Child, signal: Signal) {
    kill_process(Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap(), signal).unwrap();
}

/// Waits until the report of a run that is on is as wanted.
fn once(folder: &Folder, wanted: impl Fn(&Value) -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while Instant::now() < deadline {
        let text = std::fs::read_to_string(folder.0.join("out/report.json")).unwrap_or_default();
        if serde_json::from_str(&text).is_ok_and(|report: Value| wanted(&report)) {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("it never came to that: {}", folder.text("report.json"));
}

fn count(report: &Value, list: &str) -> usize {
    report[list].as_array().map_or(0, Vec::len)
}

/// Slow enough to be stopped in the middle.
const SLOW: &str = "--dialect crm --jobs 1 --timescale 1";
const LOAD: &str = "--scenario thousand-rooms --rooms 4 --rate 20/s --for 60s";

/// What is said of a run that never came to its end.
fn is_unfinished(folder: &Folder) -> Value {
    let report = folder.report();
    assert_eq!((&report["verdict"], &report["exit_status"]), (&"unfinished".into(), &130.into()));
    let schema = report::json::schema();
    let errors: Vec<String> = jsonschema::validator_for(&schema)
        .unwrap()
        .iter_errors(&report)
        .map(|error| error.to_string())
        .collect();
    assert_eq!(errors, Vec::<String>::new());
    for (name, told) in [
        ("report.html", "Unfinished"),
        ("junit.xml", "<error message=\"the run has not come to its end"),
        ("results.tap", "not ok 1 - run"),
        ("summary.md", "## ! Unfinished"),
        ("badge.svg", "unfinished"),
    ] {
        assert!(folder.text(name).contains(told), "{name}: {}", folder.text(name));
    }
    let compared = command(folder, HARNESS).args(["compare", "out/report.json", "out/report.json"]).output();
    let (status, told) = said(&compared.unwrap());
    assert!(status == Some(2) && told.contains("it is marked unfinished"), "{told}");
    report
}

#[test]
fn a_run_that_is_killed_leaves_what_was_judged_until_then() {
    let folder = Folder::new("killed");
    let mut child = harness(&folder, SLOW).spawn().unwrap();
    once(&folder, |report| count(report, "cases") >= 5);
    child.kill().unwrap();
    child.wait().unwrap();
    let report = is_unfinished(&folder);
    let cases = report["cases"].as_array().unwrap();
    let totals: u64 = report["totals"].as_object().unwrap().values().filter_map(Value::as_u64).sum();
    assert_eq!(totals, cases.len() as u64, "{}", report["totals"]);
    let page = folder.text("report.html");
    assert!(cases.iter().all(|case| page.contains(case["id"].as_str().unwrap())), "{page}");
    assert!(cases.iter().any(|case| !case["transcript"].as_array().unwrap().is_empty()));
}

#[test]
fn a_load_that_is_killed_says_how_far_it_had_come() {
    let folder = Folder::new("killed-load");
    let mut child = harness(&folder, LOAD).spawn().unwrap();
    let last = |report: &Value| report["why"].as_str().unwrap_or_default().to_owned();
    once(&folder, |report| last(report).contains("plateau (2 of 3)"));
    child.kill().unwrap();
    child.wait().unwrap();
    let report = is_unfinished(&folder);
    assert!(last(&report).contains("; last: ") && last(&report).contains(" connected"), "{}", last(&report));
    assert!(folder.text("report.html").contains("plateau (2 of 3)"));
}

#[test]
fn a_run_writes_where_it_was_tried_before_and_no_other_run_does() {
    let folder = Folder::new("taken");
    std::fs::write(folder.0.join("file"), "a file where a folder should be").unwrap();
    std::fs::write(
        folder.0.join("target.yaml"),
        "url: http://127.0.0.1:9\ndialect: crm\nstart: touch started\n",
    )
    .unwrap();
    for (reports, run) in [
        ("file", "--scenario health --target target.yaml"),
        ("file/deeper", "--scenario health --target target.yaml"),
        ("/proc/nowhere", "--scenario health --target target.yaml"),
        ("file", "--scenario thousand-rooms --rooms 2 --target target.yaml"),
    ] {
        let (status, told) = said(&reporting(&folder, reports, run).output().unwrap());
        assert_eq!(status, Some(2), "{reports}: {told}");
        assert!(
            told.contains(&format!("no report can be written to {reports}"))
                && told.contains("--reports DIR"),
            "{told}"
        );
    }
    assert!(!folder.0.join("started").exists(), "nothing was run");
    let first = harness(&folder, SLOW).spawn().unwrap();
    once(&folder, |report| count(report, "cases") >= 1);
    for run in ["--scenario health --dialect crm", "--scenario thousand-rooms --rooms 2"] {
        let (status, told) = said(&harness(&folder, run).output().unwrap());
        assert_eq!(status, Some(2), "{told}");
        assert!(
            told.contains("another run is writing its reports to out") && told.contains("--reports DIR"),
            "{told}"
        );
    }
    send(&first, Signal::INT);
    let (status, told) = said(&first.wait_with_output().unwrap());
    assert_eq!(status, Some(4), "{told}");
    assert!(count(&folder.report(), "cases") > 100, "the first one has its own");
    let (status, told) = said(&harness(&folder, "--scenario health --dialect crm").output().unwrap());
    assert_eq!(status, Some(0), "whoever comes after it may: {told}");
}

#[test]
fn whoever_asks_a_run_to_end_gets_its_reports() {
    for signal in [Signal::TERM, Signal::HUP] {
        let folder = Folder::new(&format!("signal-{}", signal.as_raw()));
        let child = harness(&folder, SLOW).spawn().unwrap();
        once(&folder, |report| count(report, "cases") >= 1);
        send(&child, signal);
        let (status, told) = said(&child.wait_with_output().unwrap());
        let report = folder.report();
        assert_eq!((status, &report["verdict"]), (Some(4), &"could_not_run".into()), "{told}");
        assert!(told.contains("ending early, with all reports"), "{told}");
        assert!(report.to_string().contains("somebody ended the run") && report["why"].is_null());
    }
    let folder = Folder::new("nohup");
    let child =
        prepared(&folder, "trap '' HUP", "--scenario typing --dialect crm --timescale 1").spawn().unwrap();
    once(&folder, |report| report["verdict"] == "unfinished");
    std::thread::sleep(Duration::from_millis(300));
    send(&child, Signal::HUP);
    let (status, told) = said(&child.wait_with_output().unwrap());
    assert_eq!(status, Some(0), "it was to outlive its terminal: {told}");
}

#[test]
fn who_ends_a_run_before_its_server_is_ready_waits_no_longer() {
    let folder = Folder::new("not-ready");
    std::fs::write(folder.0.join("target.yaml"), "url: http://127.0.0.1:9\nstart: sleep 60\ndialect: crm\n")
        .unwrap();
    for run in
        ["--scenario typing --target target.yaml", "--scenario thousand-rooms --rooms 2 --target target.yaml"]
    {
        let child = harness(&folder, run).spawn().unwrap();
        once(&folder, |report| report["verdict"] == "unfinished");
        std::thread::sleep(Duration::from_millis(500));
        send(&child, Signal::TERM);
        let began = Instant::now();
        let (status, told) = said(&child.wait_with_output().unwrap());
        assert_eq!(status, Some(4), "{told}");
        assert!(began.elapsed() < Duration::from_secs(15), "{told}");
        let report = folder.report();
        assert_eq!(report["exit_status"], 4);
        assert!(report.to_string().contains("somebody ended the run before anything was judged"), "{report}");
    }
}

/// No older report stays where a run has come to something else.
#[test]
fn what_cannot_begin_is_reported_in_the_place_of_what_was_there() {
    let folder = Folder::new("set-up");
    let target = |name: &str, text: &str| {
        std::fs::write(folder.0.join(name), format!("dialect: crm\ntoken: {{secret: s}}\n{text}\n")).unwrap();
    };
    target("gone.yaml", "url: http://127.0.0.1:9");
    target("dies.yaml", "url: http://127.0.0.1:9\nstart: 'false'");
    target("leaves.yaml", "url: http://127.0.0.1:9\nstart: 'true'");
    for (run, wanted, verdict) in [
        ("--scenario thousand-rooms --rooms 2 --target gone.yaml", 3, "unreachable"),
        ("--scenario thousand-rooms --rooms 2 --target dies.yaml", 3, "unreachable"),
        ("--scenario thousand-rooms --rooms 2 --target leaves.yaml", 2, "could_not_run"),
        ("--scenario thousand-rooms --rooms 2 --members 5 --dialect minimal", 4, "could_not_run"),
        ("--scenario typing --rate 9/s --for 1s --target dies.yaml", 3, "unreachable"),
        ("--scenario typing --target gone.yaml", 3, "unreachable"),
        ("--scenario typing --target dies.yaml", 3, "unreachable"),
        ("--scenario typing --target leaves.yaml", 2, "could_not_run"),
    ] {
        let (status, told) = said(&harness(&folder, "--scenario health --dialect crm").output().unwrap());
        assert_eq!((status, &folder.report()["verdict"]), (Some(0), &"passed".into()), "{told}");
        let (status, told) = said(&harness(&folder, run).output().unwrap());
        let report = folder.report();
        assert_eq!((status, &report["verdict"]), (Some(wanted), &verdict.into()), "{run}: {told}");
        assert_eq!(report["exit_status"], wanted, "{run}");
        let junit = folder.text("junit.xml");
        assert!(junit.contains("<error ") && folder.text("results.tap").contains("not ok"), "{run}: {junit}");
        assert!(!folder.text("report.html").contains("Passed"), "{run}");
    }
}

/// A limit of the size of files does what a full disk does, and any user may set one.
#[test]
fn a_disk_that_fills_up_costs_no_verdict() {
    let folder = Folder::new("full");
    for (run, wanted) in [
        ("--dialect crm", 0),
        ("--dialect crm --scenario typing --scenario unauthorized-join --fault leak-to-stranger --trace", 1),
    ] {
        let output = prepared(&folder, "trap '' XFSZ; ulimit -f 64", run).output().unwrap();
        let (status, told) = said(&output);
        assert_eq!(status, Some(wanted), "{told}");
        let stdout = String::from_utf8_lossy(&output.stdout);
        let verdict = if wanted == 0 { "✓ passed: " } else { "✗ failed: " };
        assert!(stdout.contains(verdict), "{told}");
        if wanted == 0 {
            assert!(told.contains("error: the reports cannot be written to out: "), "{told}");
            assert_eq!(folder.report()["verdict"], "unfinished");
        }
    }
    assert!(folder.0.join("out/summary.md").is_file());
}
