//! One status for one thing: the table of docs/statuses-and-reports.md, row by row, in cases and in load, and the report says the same.

use std::fs::File;
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

const PAGE: &str = include_str!("../../docs/statuses-and-reports.md");
const SCENARIOS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios");

/// A folder of its own for each test, gone with it.
struct Folder(folder::Folder);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = Self(folder::Folder::new(&format!("statuses-{name}")));
        let targets = [
            ("gone", "url: http://127.0.0.1:9\ntoken: {secret: s}"),
            ("dies", "url: http://127.0.0.1:9\ntoken: {secret: s}\nstart: 'false'"),
            ("slow", "url: http://127.0.0.1:9\ntoken: {secret: s}\nstart: sleep 60\nstop: sleep 4"),
            ("tokenless", "url: http://127.0.0.1:9\ntoken: {command: 'exit 7'}"),
            ("broken", "url: http://127.0.0.1:99999"),
            ("few", "url: http://127.0.0.1:9\ntoken: {secret: s}\nusers: ['1']"),
        ];
        for (name, text) in targets {
            folder.write(&format!("{name}.yaml"), &format!("dialect: crm\n{text}\n"));
        }
        let head = "level: must\nrooms: {lobby: [ana, bo]}\nsteps:\n";
        folder.write("vacuous.yaml", &format!("scenario: x\n{head}  - bo: hears nothing\n"));
        folder.write("misspelt.yaml", &format!("scenario: x\n{head}  - bo: jion\n"));
        let load = |flow: &str, rate: &str| {
            let phases = format!("[{{name: ramp, connect: 99/s}}, {{name: on, rate: {rate}, for: 200ms}}]");
            format!(
                "scenario: x\nlevel: must\nload:\n  rooms: {{count: 2, members: 2}}\n  phases: {phases}\n  flow: [{{any member: {flow}}}]\n  drain: 300ms\n  lateness: 1s\n"
            )
        };
        folder.write("calm.yaml", &load("{send: <text:20b>}", "20/s"));
        folder.write("types.yaml", &load("type", "20/s"));
        folder.write("flood.yaml", &load("ping", "1000000/s").replace("lateness: 1s", "lateness: 1ms"));
        folder.write("mixed.yaml", &load("{sned: <text:20b>}", "20/s"));
        folder.write("worse.yaml", "- {case: crm/typing, issue: T-1, until: 2999-01-31}\n");
        folder
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.join(name), text).unwrap();
    }

    fn report(&self) -> Option<Value> {
        let text = std::fs::read_to_string(self.0.join("out/report.json")).ok()?;
        Some(serde_json::from_str(&text).unwrap())
    }
}

fn harness(folder: &Folder, arguments: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
    command.current_dir(&folder.0).env_remove("JWT_SECRET").env_remove("GITHUB_ACTIONS");
    let reports = if arguments.contains("--reports") { "" } else { "--reports out " };
    command.args(["--scenarios", SCENARIOS]).args(format!("{reports}{arguments}").split(' '));
    command
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Cases,
    Load,
    /// Whole scenarios at a rate.
    Many,
}
use Kind::{Cases, Load, Many};

use crate::folder;

/// What ends with which status.
const ROWS: &[(i32, Kind, &str)] = &[
    (0, Cases, "--scenario typing --dialect crm"),
    (0, Load, "--scenario calm.yaml"),
    (0, Many, "--scenario health --dialect crm --rate 5/s --for 1s"),
    (1, Cases, "--scenario unauthorized-join --dialect crm --fault leak-to-stranger"),
    (1, Cases, "--scenario typing --dialect crm --baseline worse.yaml"),
    (1, Cases, "--scenario typing --dialect crm --min-coverage 100"),
    (1, Load, "--scenario calm.yaml --fault duplicate-delivery"),
    (1, Many, "--scenario unauthorized-join --dialect crm --fault leak-to-stranger --rate 5/s --for 1s"),
    (2, Cases, "--scenario misspelt.yaml"),
    (2, Cases, "--scenario typing --target broken.yaml"),
    (2, Cases, "--scenario typing --dialect klingon"),
    (2, Cases, "--scenario typing --reports gone.yaml"),
    (2, Cases, "--scenario typing --dialect crm --baseline nowhere.json"),
    (2, Load, "--scenario mixed.yaml"),
    (2, Load, "--scenario calm.yaml --target broken.yaml"),
    (2, Load, "--scenario calm.yaml --reports gone.yaml"),
    (2, Load, "--scenario calm.yaml --rate often"),
    (2, Many, "--scenario misspelt.yaml --rate 5/s"),
    (3, Cases, "--scenario typing --target gone.yaml"),
    (3, Cases, "--scenario typing --target dies.yaml"),
    (3, Load, "--scenario calm.yaml --target gone.yaml"),
    (3, Load, "--scenario calm.yaml --target dies.yaml"),
    (3, Many, "--scenario typing --target gone.yaml --rate 5/s --for 1s"),
    (4, Cases, "--scenario vacuous.yaml --dialect crm"),
    (4, Cases, "--scenario typing --dialect minimal"),
    (4, Cases, "--scenario typing --target tokenless.yaml"),
    (4, Cases, "--scenario typing --target few.yaml"),
    (4, Load, "--scenario types.yaml --dialect minimal"),
    (4, Load, "--scenario calm.yaml --members 5 --dialect minimal"),
    (4, Load, "--scenario calm.yaml --target tokenless.yaml"),
    (4, Load, "--scenario calm.yaml --target few.yaml"),
    (4, Many, "--scenario typing --dialect minimal --rate 5/s --for 1s"),
    (4, Many, "--scenario vacuous.yaml --dialect crm --rate 5/s --for 1s"),
    (5, Load, "--scenario flood.yaml"),
    (5, Many, "--scenario health --dialect crm --rate 20/s --rooms 1 --for 200ms"),
    (70, Cases, "--scenario typing --dialect crm --save-baseline /dev/full"),
    (70, Cases, "--scenario typing --dialect crm --accept --snapshots gone.yaml"),
    (70, Load, "--scenario calm.yaml --save-baseline /dev/full"),
];

/// The statuses of the table in the docs.
fn table() -> Vec<i32> {
    let rows = PAGE.split("| status | means |").nth(1).unwrap().lines().skip(2);
    let rows = rows.take_while(|line| line.starts_with('|'));
    rows.map(|line| line.split('|').nth(1).unwrap().trim().parse().unwrap()).collect()
}

#[test]
fn the_table_of_the_docs_is_that_of_the_program_and_every_row_is_tried() {
    let known: Vec<i32> = results::verdict::STATUSES.iter().map(|(status, _)| i32::from(*status)).collect();
    assert_eq!(table(), known);
    for status in table().into_iter().filter(|status| *status != 130) {
        for kind in [Cases, Load] {
            let tried = ROWS.iter().any(|(known, of, _)| (*known, *of) == (status, kind));
            // Without load there is no generator to be late.
            assert!(tried || (status, kind) == (5, Cases), "{status} in {kind:?}");
        }
    }
}

#[test]
fn every_row_has_its_status_and_the_report_says_the_same() {
    let folder = Folder::new("rows");
    for (wanted, kind, arguments) in ROWS {
        let _none_yet = std::fs::remove_dir_all(folder.0.join("out"));
        let began = std::time::Instant::now();
        let output = harness(&folder, arguments).output().unwrap();
        println!("{:?} {arguments}", began.elapsed());
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        assert_eq!(output.status.code(), Some(*wanted), "{kind:?} {arguments}: {}", said.concat());
        match folder.report() {
            Some(report) => assert_eq!(report["exit_status"], *wanted, "{arguments}"),
            None => assert_eq!(*wanted, 2, "{arguments}: only what was never run leaves no report"),
        }
    }
}

#[test]
fn what_only_prints_has_the_same_statuses() {
    let folder = Folder::new("prints");
    let full = || File::options().write(true).open("/dev/full").unwrap();
    folder.write("laid-out.yaml", "scenario:   x\nlevel: must\nsteps: [{ana: join}]\n");
    for (wanted, arguments) in [
        (0, "check vacuous.yaml"),
        (2, "check misspelt.yaml"),
        (1, "fmt --check laid-out.yaml"),
        (2, "check nowhere.yaml"),
        (2, "explain nonsense-word"),
        (2, "export asyncapi --dialect klingon"),
        (2, "compare nowhere.json nowhere.json"),
        (4, "--scenario typing --dialect minimal --dry-run"),
    ] {
        let arguments = format!("{arguments} --scenarios {SCENARIOS}");
        let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
        let output = command.args(arguments.split(' ')).current_dir(&folder.0).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(wanted), "{arguments}: {said}");
    }
    let status = harness(&folder, "--list").stdout(full()).stderr(Stdio::null()).status().unwrap();
    assert_eq!(status.code(), Some(70));
}

/// A server that ends in the middle, in cases and in load.
#[test]
fn a_target_that_did_not_stay_has_status_3() {
    let folder = Folder::new("stays");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let serve = |lasts: u64| -> SocketAddr {
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let options =
            reference_server::Options { jwt_secret: "s".to_owned(), ..reference_server::Options::default() };
        let end = tokio::time::sleep(Duration::from_millis(lasts));
        runtime.spawn(async move { reference_server::serve(listener, options, end).await });
        address
    };
    for arguments in ["--jobs 1", "--scenario calm.yaml --for 6s"] {
        let _guard = runtime.enter();
        let address = serve(1500);
        folder.write("target.yaml", &format!("url: http://{address}\ndialect: crm\ntoken: {{secret: s}}\n"));
        let output = harness(&folder, &format!("--target target.yaml {arguments}")).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{arguments}: {said}");
        assert_eq!(folder.report().unwrap()["exit_status"], 3);
    }
}

#[test]
fn a_second_interrupt_has_status_130_in_cases_and_in_load() {
    for arguments in ["--scenario typing --target slow.yaml", "--scenario calm.yaml --target slow.yaml"] {
        let folder = Folder::new(&format!("second-{}", arguments.len()));
        let mut command = harness(&folder, arguments);
        let mut child: Child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
        for _ in 0..2 {
            std::thread::sleep(Duration::from_millis(1500));
            kill_process(pid, Signal::INT).unwrap();
        }
        assert_eq!(child.wait().unwrap().code(), Some(130), "{arguments}");
        assert_eq!(folder.report().unwrap()["exit_status"], 130);
    }
}
