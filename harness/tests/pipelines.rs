//! A run as a pipeline and a person at a terminal meet it: what is said while it is on, what Ctrl-C does, which files it
//! leaves, and what holding it against an earlier one says.

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::folder;

/// A folder of its own for each test, gone with it.
struct Folder(folder::Folder);

impl Folder {
    fn new(name: &str) -> Self {
        Self(folder::Folder::new(&format!("pipelines-{name}")))
    }

    fn report(&self, name: &str) -> Value {
        serde_json::from_str(&std::fs::read_to_string(self.0.join(name).join("report.json")).unwrap())
            .unwrap()
    }
}

const SCENARIOS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios");

fn harness(folder: &Folder, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
    command.current_dir(&folder.0).env("COLUMNS", "120").args(args);
    for variable in ["CI", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "JWT_SECRET"] {
        command.env_remove(variable);
    }
    if args.first() != Some(&"compare") {
        command.args(["--scenarios", SCENARIOS]);
    }
    command
}

fn run(folder: &Folder, args: &[&str]) -> (i32, String, String) {
    said(&harness(folder, args).output().unwrap())
}

fn said(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

fn interrupt(child: &Child) {
    let pid = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
}

/// Ends a run by hand after so long, and once more where asked for.
fn ended(folder: &Folder, args: &[&str], after: Duration, twice: bool) -> (i32, String, String) {
    let mut command = harness(folder, args);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(after);
    interrupt(&child);
    if twice {
        std::thread::sleep(Duration::from_millis(150));
        interrupt(&child);
    }
    let began = Instant::now();
    let said = said(&child.wait_with_output().unwrap());
    assert!(began.elapsed() < Duration::from_secs(20), "it ends soon: {}", said.2);
    said
}

const LONG: [&str; 11] = [
    "--scenario",
    "thousand-rooms.yaml",
    "--rooms",
    "4",
    "--rate",
    "20/s",
    "--for",
    "60s",
    "--slo",
    "generator.lateness.p99=< 60s",
    "--reports",
];

#[test]
fn one_interrupt_ends_a_load_run_with_all_reports() {
    let folder = Folder::new("load");
    let (status, out, err) = ended(&folder, &[&LONG[..], &["out"]].concat(), Duration::from_secs(4), false);
    let report = folder.report("out");
    assert!(err.contains("ending early, with all reports; Ctrl-C once more"), "{err}");
    assert!(out.contains("! ended early: somebody ended it"), "{out}");
    assert_eq!(report["loads"][0]["ended_early"], "somebody ended it");
    assert_eq!(report["exit_status"], status);
    assert_ne!(status, 0, "it did not pass: {out}");
    for file in ["junit.xml", "results.tap", "summary.md", "badge.svg", "crm-thousand-rooms.hlog"] {
        assert!(folder.0.join("out").join(file).is_file(), "{file}");
    }
    // A busy machine may void the run, which weighs more.
    if report["verdict"] == "could_not_run" {
        assert_eq!((status, &report["loads"][0]["cut_short"]), (4, &Value::Bool(true)));
        assert!(out.ends_with("! cut short, and fine until then\n"), "{out}");
    }
}

#[test]
fn a_second_interrupt_ends_the_process() {
    let folder = Folder::new("twice");
    // To end it takes longer than this user waits.
    let target = "url: http://127.0.0.1:9\nstart: sleep 60\nstop: sleep 5\ndialect: crm\n";
    std::fs::write(folder.0.join("target.yaml"), target).unwrap();
    let (status, out, err) = ended(
        &folder,
        &["--scenario", "typing.yaml", "--target", "target.yaml", "--reports", "out"],
        Duration::from_secs(2),
        true,
    );
    assert_eq!((status, out.as_str()), (130, ""), "{err}");
    let report = folder.report("out");
    assert_eq!((&report["verdict"], &report["exit_status"]), (&"unfinished".into(), &130.into()));
}

#[test]
fn one_interrupt_ends_cases_and_says_which_were_not_run() {
    let folder = Folder::new("cases");
    let args = ["--dialect", "crm", "--jobs", "1", "--timescale", "1", "--reports", "out"];
    let (status, out, err) = ended(&folder, &args, Duration::from_secs(3), false);
    let report = folder.report("out");
    assert!(err.contains("ending early"), "{err}");
    assert_eq!(status, 4, "{out}");
    assert_eq!((&report["verdict"], &report["exit_status"]), (&"could_not_run".into(), &4.into()));
    assert!(report["totals"]["could_not_run"].as_u64().unwrap() > 10, "{}", report["totals"]);
    assert!(out.contains("not tried: somebody ended the run ("), "{out}");
    assert_eq!(report["totals"]["failed"], 0, "{out}");
    assert!(folder.0.join("out/results.tap").is_file());
}

#[test]
fn a_log_is_told_in_plain_lines_and_nothing_where_nobody_asks() {
    let folder = Folder::new("plain");
    let args = ["--scenario", "disconnect.yaml", "--dialect", "crm", "--reports", "out"];
    let (status, out, err) = run(&folder, &args);
    assert_eq!(status, 0, "{out}");
    assert_eq!(err, "1 of 1 cases\n");
    let (status, out, err) = run(&folder, &[&args[..], &["--quiet"]].concat());
    assert_eq!((status, err.as_str()), (0, ""));
    assert!(out.starts_with("✓ passed: 1 passed in ") && out.lines().count() == 1, "{out}");
}

#[test]
fn github_is_told_in_its_summary() {
    let folder = Folder::new("github");
    let args = ["--scenario", "disconnect.yaml", "--dialect", "crm", "--reports", "out"];
    let summary = folder.0.join("step.md");
    std::fs::write(&summary, "before\n").unwrap();
    let output =
        harness(&folder, &args).env("GITHUB_STEP_SUMMARY", &summary).env("GITHUB_ACTIONS", "true").output();
    let (status, out, _) = said(&output.unwrap());
    assert_eq!(status, 0);
    assert!(!out.contains("::"), "nothing failed, and nothing is annotated: {out}");
    let written = std::fs::read_to_string(&summary).unwrap();
    assert!(written.starts_with("before\n## ✓ Passed\n\n**1 passed** in "), "{written}");
}

/// A run of one scenario, kept as `NAME.json`.
fn kept(folder: &Folder, name: &str) {
    let file = format!("{name}.json");
    let args =
        ["--scenario", "disconnect.yaml", "--dialect", "crm", "--reports", "out", "--save-baseline", &file];
    let (status, out, err) = run(folder, &args);
    assert_eq!(status, 0, "{out}{err}");
}

/// Changes a report that was kept.
fn changed(folder: &Folder, name: &str, to: &str, change: impl FnOnce(&mut Value)) {
    let mut report: Value =
        serde_json::from_str(&std::fs::read_to_string(folder.0.join(format!("{name}.json"))).unwrap())
            .unwrap();
    change(&mut report);
    std::fs::write(folder.0.join(format!("{to}.json")), report.to_string()).unwrap();
}

#[test]
fn a_case_that_got_worse_fails_the_gate() {
    let folder = Folder::new("worse");
    kept(&folder, "a");
    changed(&folder, "a", "b", |report| report["cases"][0]["outcome"] = "failed".into());
    changed(&folder, "a", "empty", |report| report["cases"][0]["id"] = "crm/other".into());
    let (status, out, _) = run(&folder, &["compare", "a.json", "a.json"]);
    assert_eq!(status, 0, "{out}");
    assert!(
        out.contains("1 cases are as they were") && out.contains("✓ nothing that a gate is on got worse"),
        "{out}"
    );
    let (status, out, _) = run(&folder, &["compare", "a.json", "b.json"]);
    assert_eq!(status, 1, "{out}");
    assert!(out.contains("newly failing: 1\n  crm/disconnect  passed → failed"), "{out}");
    assert!(out.ends_with("✗ worse: 1 case\n"), "{out}");
    let (status, out, _) = run(&folder, &["compare", "b.json", "a.json", "--format", "markdown"]);
    assert_eq!(status, 0, "{out}");
    assert!(out.contains("| `crm/disconnect` | newly passing | failed | passed |"), "{out}");
    let (status, out, _) =
        run(&folder, &["compare", "a.json", "empty.json", "--format", "html", "--out", "c.html"]);
    assert_eq!((status, out.as_str()), (1, ""), "a case that is gone is no progress");
    let page = std::fs::read_to_string(folder.0.join("c.html")).unwrap();
    assert!(page.contains(">gone</td>") && !page.contains("<script") && !page.contains("http"), "{page}");

    let args =
        ["--scenario", "disconnect.yaml", "--dialect", "crm", "--reports", "out", "--baseline", "a.json"];
    let (status, out, err) = run(&folder, &args);
    assert_eq!(
        (status, folder.report("out")["baseline"]["gate"].as_str()),
        (0, Some("passed")),
        "{out}{err}"
    );
    changed(&folder, "a", "fine", |report| {
        // What was there and was not asked for now is not gone.
        let mut other = report["cases"][0].clone();
        other["id"] = "crm/elsewhere".into();
        report["cases"].as_array_mut().unwrap().push(other);
    });
    let (status, out, _) = run(&folder, &[&args[..7], &["fine.json"]].concat());
    assert_eq!(status, 0, "{out}");
}

#[test]
fn what_cannot_be_compared_is_said() {
    let folder = Folder::new("bad");
    kept(&folder, "a");
    std::fs::write(folder.0.join("text.json"), "{").unwrap();
    std::fs::write(folder.0.join("other.json"), "{\"format\": 1}").unwrap();
    changed(&folder, "a", "new", |report| report["format"] = 9.into());
    std::fs::create_dir_all(folder.0.join("none")).unwrap();
    let cases: [(&[&str], &str); 7] = [
        (&["a.json", "missing.json"], "error: missing.json is no report: No such file"),
        (&["a.json", "text.json"], "error: text.json is no report: it is no JSON: "),
        (&["other.json", "a.json"], "error: other.json is no report: it is some other JSON"),
        (
            &["a.json", "new.json"],
            "it has format 9, and this version of the harness reads format 1; make it anew",
        ),
        (&["a.json", "none"], "error: none: there is no report (.json) in this folder"),
        (
            &["a.json", "a.json", "--max-regression", "p99=10%"],
            "--max-regression delivery.p99: no run on both sides",
        ),
        (
            &["a.json", "a.json", "--max-regression", "p98=10%"],
            "`p98` is no number of a load run: throughput, turns",
        ),
    ];
    for (args, message) in cases {
        let (status, out, err) = run(&folder, &[&["compare"], args].concat());
        assert_eq!((status, out.as_str()), (2, ""), "{args:?}: {err}");
        assert!(err.contains(message), "{args:?}: {err}");
    }
    let (status, _, err) = run(&folder, &["--scenario", "disconnect.yaml", "--max-regression", "p99=10%"]);
    assert!(status == 2 && err.contains("needs something to compare with"), "{err}");
}

#[test]
fn few_runs_cannot_tell_and_enough_can() {
    let folder = Folder::new("runs");
    let args = "--scenario thousand-rooms.yaml --rooms 2 --rate 20/s --for 1s --repeat 2 --quiet --reports out --save-baseline two.json";
    let args: Vec<&str> = args.split(' ').collect();
    run(&folder, &args);
    let runs = folder.report("out");
    assert_eq!(runs["loads"].as_array().unwrap().len(), 2);
    // The same runs several times, each a little different, so that this does not hang on the machine.
    let made = |name: &str, count: u64, factor: f64| {
        changed(&folder, "two", name, |report| {
            let template = report["loads"][0].clone();
            let loads = (0..count).map(|number| {
                let mut load = template.clone();
                (load["passed"], load["void"], load["ended_early"]) = (true.into(), Value::Null, Value::Null);
                let p99 = (5000.0 + 20.0 * number as f64) * factor;
                load["total"]["delivery"]["p99_us"] = (p99 as u64).into();
                load
            });
            report["loads"] = loads.collect();
        });
    };
    made("before", 5, 1.0);
    made("same", 5, 1.01);
    made("slow", 5, 1.25);
    made("few", 1, 1.25);
    let compared = |after: &str| {
        run(&folder, &["compare", "before.json", after, "--max-regression", "p99=10%,throughput=5%"])
    };
    let (status, out, _) = compared("same.json");
    assert_eq!(status, 0, "{out}");
    assert!(
        out.contains("not worse by more than 10 %") && out.contains("nothing got worse by more"),
        "{out}"
    );
    let (status, out, _) = compared("slow.json");
    assert_eq!(status, 1, "{out}");
    assert!(out.contains("worse by more than 10 %") && out.ends_with("✗ worse: 1 number of load\n"), "{out}");
    let (status, out, _) = compared("few.json");
    assert_eq!(status, 4, "{out}");
    assert!(out.contains("5 and 1 runs count") && out.contains("--repeat 4 or more"), "{out}");
    assert!(
        out.contains("cannot tell whether it got worse: throughput of crm/thousand-rooms, delivery.p99"),
        "{out}"
    );
    changed(&folder, "before", "more", |report| report["loads"][0]["asked"]["rooms"] = 3.into());
    let (status, _, err) = compared("more.json");
    assert!(status == 2 && err.contains("were not asked for the same load"), "{err}");
}

#[test]
fn the_committed_baselines_are_those_of_this_suite() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let read = |name: &str| report::json::read(&root.join("reports/baseline").join(name)).unwrap();
    let library = language::library::Library { folder: root.join("scenarios") };
    let contracts: Vec<_> = library.contracts().unwrap().into_iter().map(std::sync::Arc::new).collect();
    let spoken: Vec<_> =
        contracts.iter().filter(|contract| harness::embedded::speaks(&contract.dialect)).cloned().collect();
    let names: Vec<&str> = spoken.iter().map(|contract| contract.dialect.as_str()).collect();
    let scenarios: Vec<_> = library.scenarios(&names).unwrap().into_iter().map(std::sync::Arc::new).collect();
    let planned = model::plan::plan(&scenarios, &spoken, &contracts, &[]).unwrap();
    let planned: Vec<&str> = planned.iter().map(|case| case.id.as_str()).collect();
    let baseline = read("conformance.json");
    let kept: Vec<&str> = baseline.cases.iter().map(|case| case.id.as_str()).collect();
    assert!(
        planned == kept,
        "the baseline has {} cases, the suite {}. Where that is meant:\n\
         cargo run -p harness -- --save-baseline reports/baseline/conformance.json",
        kept.len(),
        planned.len()
    );
    let load = read("load.json");
    assert!(load.loads.len() >= 5 && load.loads.iter().all(|run| run.void.is_none()), "five runs that count");
}

/// A reference server with a fault, until the test ends.
async fn broken(fault: &str) -> String {
    let options = reference_server::Options {
        dialect: "crm".parse().unwrap(),
        jwt_secret: "a-secret".to_owned(),
        faults: fault.parse::<reference_server::Fault>().unwrap().into(),
        ..reference_server::Options::default()
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(reference_server::serve(listener, options, std::future::pending()));
    base
}

#[tokio::test(flavor = "multi_thread")]
async fn the_entry_that_is_printed_makes_the_next_run_pass() {
    let folder = Folder::new("known");
    let base = broken("missing-timestamp").await;
    let file = format!("url: {base}\ndialect: crm\ntoken: {{secret: a-secret}}\nsettle: 20ms\n");
    std::fs::write(folder.0.join("target.yaml"), &file).unwrap();
    let args =
        ["--scenario", "disconnect.yaml", "--scenario", "second-device.yaml", "--reports", "out", "--target"];
    let (status, out, err) = run(&folder, &[&args[..], &["target.yaml"]].concat());
    assert_eq!(status, 1, "{out}{err}");
    assert_eq!(out.matches("`timestamp` is missing in ").count(), 1, "{out}");
    let entries: Vec<&str> = out.lines().filter(|line| line.starts_with("  - {cause: ")).collect();
    assert!(entries.len() == 1 && entries[0].contains("{cause: wrong:gone:timestamp, "), "{out}");
    let list = entries.join("\n").replace("TODO", "TICKET-7");
    std::fs::write(folder.0.join("known.yaml"), &list).unwrap();
    let known = ["target.yaml", "--baseline", "known.yaml"];
    let (status, out, err) = run(&folder, &[&args[..], &known].concat());
    assert_eq!(status, 0, "{out}{err}");
    assert!(out.contains("2 failed as expected") && out.contains(": TICKET-7 (2 cases, first crm/"), "{out}");
    std::fs::write(folder.0.join("known-too.yaml"), format!("{file}expected_failures:\n{list}\n")).unwrap();
    let (status, out, _) = run(&folder, &[&args[..], &["known-too.yaml"]].concat());
    assert_eq!(status, 0, "{out}");
}
