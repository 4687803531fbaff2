//! A server that the target file starts: it is the one that is judged, and it ends with the harness, whatever ends that.

use std::io::Read as _;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::folder;

/// A folder of its own for each test, gone with it.
struct Folder(folder::Folder);

impl Folder {
    fn new(name: &str) -> Self {
        Self(folder::Folder::new(&format!("started-{name}")))
    }

    fn target(&self, at: SocketAddr, lines: &str) {
        let text = format!(
            "url: http://{at}\ndialect: crm\nready: /healthz\ntoken: {{secret: s}}\nsettle: 0ms\n\
             env: {{SERVE_AT: \"{at}\", SERVER: {:?}}}\n{lines}\n",
            std::env::current_exe().unwrap()
        );
        std::fs::write(self.0.join("target.yaml"), text).unwrap();
    }

    fn left(&self, name: &str) -> bool {
        self.0.join(name).exists()
    }
}

/// The line of a shell that serves, in the foreground: this binary, once more.
const SERVE: &str = "\"$SERVER\" --exact started::a_server --ignored";

/// No test, but the server of the others.
#[test]
#[ignore = "serves until it is ended"]
fn a_server() {
    let Ok(at) = std::env::var("SERVE_AT") else { return };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let options =
        reference_server::Options { jwt_secret: "s".to_owned(), ..reference_server::Options::default() };
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(at).await.unwrap();
        // Bounded, should whoever was to end it be mistaken.
        let end = tokio::time::sleep(Duration::from_secs(120));
        reference_server::serve(listener, options, end).await.unwrap();
    });
}

fn free_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

fn listens(at: SocketAddr) -> bool {
    TcpStream::connect(at).is_ok()
}

fn until(what: &str, mut done: impl FnMut() -> bool) {
    let began = Instant::now();
    while !done() {
        assert!(began.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn harness(folder: &Folder, scenario: &str) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
    command.current_dir(&folder.0).env_remove("JWT_SECRET").env("COLUMNS", "100");
    command.args(["--quiet", "--reports", "out", "--target", "target.yaml", "--scenario", scenario]);
    command.args(["--scenarios", concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios")]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0).spawn().unwrap()
}

/// What is said until the last of those who inherited the pipe has ended: the harness, its servers, their children.
fn said_by_all(child: &mut Child) -> mpsc::Receiver<String> {
    let mut pipe = child.stderr.take().unwrap();
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        let mut text = String::new();
        let _read = pipe.read_to_string(&mut text);
        tell.send(text)
    });
    told
}

/// Runs one quick case; the status, and what was said to the end of all processes.
fn judged(folder: &Folder) -> (i32, String) {
    let mut child = harness(folder, "health");
    let told = said_by_all(&mut child);
    let status = child.wait().unwrap().code().unwrap();
    (status, told.recv_timeout(Duration::from_secs(10)).expect("every process has ended"))
}

#[test]
fn a_server_is_started_judged_and_ended_with_its_children() {
    let (folder, at) = (Folder::new("plain"), free_port());
    folder.target(at, &format!("start: 'sleep 100 & {SERVE} & wait'"));
    let (status, said) = judged(&folder);
    assert_eq!((status, listens(at)), (0, false), "{said}");
}

#[test]
fn a_variable_and_a_folder_may_stand_before_the_command() {
    let (folder, at) = (Folder::new("compound"), free_port());
    std::fs::create_dir(folder.0.join("inside")).unwrap();
    folder.target(at, &format!("start: 'cd inside && SAID=yes {SERVE}'"));
    let (status, said) = judged(&folder);
    assert_eq!((status, listens(at)), (0, false), "{said}");
}

#[test]
fn a_server_that_ignores_a_polite_request_is_ended_all_the_same() {
    let (folder, at) = (Folder::new("stubborn"), free_port());
    folder.target(at, &format!("start: \"trap '' TERM; {}\"", SERVE.replace('"', "\\\"")));
    let (status, said) = judged(&folder);
    assert_eq!((status, listens(at)), (0, false), "{said}");
}

#[test]
fn a_taken_port_is_seen_before_the_server_is_started() {
    let folder = Folder::new("taken");
    let stale = TcpListener::bind("127.0.0.1:0").unwrap();
    folder.target(stale.local_addr().unwrap(), "start: 'touch started; sleep 100'");
    let (status, said) = judged(&folder);
    assert_eq!(status, 3, "{said}");
    let what = format!("something listens at {} already", stale.local_addr().unwrap());
    assert!(said.contains(&what) && said.contains("choose another port"), "{said}");
    assert!(!folder.left("started"), "it was started though the port was taken");
}

/// A server of somebody else, who was quicker: it comes once the command has begun, which then ends as it is told.
fn beside_another(name: &str, ends: &str, scenario: &str) -> (i32, String) {
    let (folder, at) = (Folder::new(name), free_port());
    folder.target(at, &format!("start: 'touch begun; until [ -e other ]; do sleep 0.01; done; {ends}'"));
    std::fs::write(folder.0.join("waits.yaml"), format!("{WAITS}  - wait: 2s\n")).unwrap();
    let mut child = harness(&folder, scenario);
    let told = said_by_all(&mut child);
    until("the command has begun", || folder.left("begun"));
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "started::a_server", "--ignored"]).env("SERVE_AT", at.to_string());
    let mut other = command.stdout(Stdio::null()).spawn().unwrap();
    until("the other one listens", || listens(at));
    std::fs::write(folder.0.join("other"), "").unwrap();
    let status = child.wait().unwrap().code().unwrap();
    other.kill().unwrap();
    other.wait().unwrap();
    (status, told.recv_timeout(Duration::from_secs(10)).expect("every process has ended"))
}

#[test]
fn a_server_that_died_is_not_mistaken_for_one_that_answers() {
    let (status, said) = beside_another("stale", "exit 7", "health");
    assert_eq!(status, 3, "{said}");
    assert!(said.contains("ended before it was ready (exit status: 7)"), "{said}");
}

#[test]
fn a_server_that_died_during_the_run_is_told() {
    let (status, said) = beside_another("later", "sleep 1; exit 7", "waits.yaml");
    assert_eq!(status, 3, "{said}");
    assert!(said.contains("has ended during the run (exit status: 7)"), "{said}");
}

#[test]
fn what_ends_at_once_needs_a_stop() {
    let (folder, at) = (Folder::new("detached"), free_port());
    folder.target(at, &format!("start: '{SERVE} &'"));
    let (status, said) = judged(&folder);
    assert_eq!((status, listens(at)), (2, false), "{said}");
    assert!(said.contains("`start` has ended at once") && said.contains("add `stop:`"), "{said}");
    assert!(said.contains("target.yaml:7"), "{said}");
}

/// Starts a server outside of the group, as a daemon does, and ends it by its number.
const DAEMON: &str = "start: 'setsid \"$SERVER\" --exact started::a_server --ignored 2>/dev/null & echo $! > pid'\n\
                      stop: 'kill $(cat pid) && echo $SERVE_AT > stopped'";

#[test]
fn a_stop_ends_what_was_left_to_itself() {
    let (folder, at) = (Folder::new("stop"), free_port());
    folder.target(at, DAEMON);
    let (status, said) = judged(&folder);
    assert_eq!(status, 0, "{said}");
    until("the daemon has ended", || !listens(at));
    let stopped = std::fs::read_to_string(folder.0.join("stopped")).unwrap();
    assert_eq!(stopped.trim(), at.to_string(), "it runs in the folder, with the environment");
}

#[test]
fn a_stop_that_fails_is_told() {
    let (folder, at) = (Folder::new("stopless"), free_port());
    folder.target(at, &format!("start: '{SERVE}'\nstop: 'exit 9'"));
    let (status, said) = judged(&folder);
    assert_eq!((status, listens(at)), (0, false), "{said}");
    assert!(said.contains("the `stop:` of the target failed (exit status: 9): exit 9"), "{said}");
}

const WAITS: &str = "scenario: waits\nlevel: must\nrooms: {lobby: [ana, bo]}\nsteps:\n  - ana, bo: join\n";

/// Ends a run in its middle by a signal, and waits until none of its processes is left.
fn ended_by(folder: &Folder, at: SocketAddr, signal: &str) {
    std::fs::write(folder.0.join("waits.yaml"), format!("{WAITS}  - wait: 60s\n")).unwrap();
    let mut child = harness(folder, "waits.yaml");
    let told = said_by_all(&mut child);
    until("the server listens", || listens(at));
    std::thread::sleep(Duration::from_millis(300));
    // The whole group, as a terminal does.
    let group = format!("-{}", child.id());
    let killed = Command::new("kill").args(["-s", signal, "--", &group]).status().unwrap();
    assert!(killed.success());
    child.wait().unwrap();
    let said = told.recv_timeout(Duration::from_secs(10));
    said.expect("a process has outlived the harness");
    until("the server has ended", || !listens(at));
}

#[test]
fn nothing_outlives_a_harness_that_was_killed() {
    for signal in ["KILL", "TERM", "HUP", "INT"] {
        let (folder, at) = (Folder::new(signal), free_port());
        folder.target(at, &format!("start: 'sleep 100 & sh -c \"sleep 99 & wait\" & {SERVE} & wait'"));
        ended_by(&folder, at, signal);
    }
}

#[test]
fn a_stop_runs_though_the_harness_was_killed() {
    let (folder, at) = (Folder::new("stop-killed"), free_port());
    folder.target(at, DAEMON);
    ended_by(&folder, at, "KILL");
    assert!(folder.left("stopped"));
}
