//! Bad input: every message names the file, the line and what to do, every exit status is the documented one, and what
//! was measured until then is still reported. The messages are golden files beside this one.

use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::folder;

/// A folder of its own for each test, gone with it.
struct Folder(folder::Folder);

impl Folder {
    fn new(name: &str) -> Self {
        Self(folder::Folder::new(&format!("bad-input-{name}")))
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }
}

struct Ran {
    status: i32,
    said: String,
    report: Option<serde_json::Value>,
}

/// Runs the harness in a folder, with its reports there.
fn harness(folder: &Folder, args: &[&str]) -> Ran {
    let scenarios = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios");
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
    command.current_dir(&folder.0).env("COLUMNS", "100").env_remove("JWT_SECRET").args(["--reports", "out"]);
    if !args.contains(&"--scenarios") {
        command.args(["--scenarios", scenarios]);
    }
    let output = command.args(args).output().unwrap();
    let folder_name = folder.0.display().to_string();
    // What is said while the run is on is the affair of another test.
    let errors = String::from_utf8_lossy(&output.stderr);
    let errors = errors.lines().filter(|line| !line.contains(" cases")).flat_map(|line| [line, "\n"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &errors.collect::<String>();
    let said = said.replace(&folder_name, "[folder]").replace(scenarios, "scenarios");
    let report = std::fs::read_to_string(folder.0.join("out/report.json")).ok();
    Ran {
        status: output.status.code().unwrap(),
        said,
        report: report.map(|text| serde_json::from_str(&text).unwrap()),
    }
}

fn golden(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("bad_input");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// Rows of data beside a scenario, and what is wrong with one of them.
#[test]
fn data_with_a_mistake_are_told_with_their_line() {
    let greeting = LOAD.replace("<text:60b>", "hello $data.nam") + "  data: users.csv\n";
    for (name, rows) in [
        ("load_data_ragged", "name,greeting\nana,hello\nbo\n"),
        ("load_data_field", "name,greeting\nana,hi\n"),
    ] {
        let folder = Folder::new(name);
        folder.write("users.csv", rows);
        folder.write("broken.yaml", &greeting);
        let ran = harness(&folder, &["--scenario", "broken.yaml"]);
        assert_eq!(ran.status, 2, "{}", ran.said);
        golden(name, &ran.said);
    }
}

/// A scenario that cannot be read: the message is golden, the status is 2, and nothing is reported.
fn broken_scenario(name: &str, text: &str) {
    let folder = Folder::new(name);
    folder.write("broken.yaml", text);
    let ran = harness(&folder, &["--scenario", "broken.yaml"]);
    golden(name, &ran.said);
    assert_eq!(ran.status, 2, "{}", ran.said);
    assert!(ran.report.is_none());
}

const HEAD: &str = "scenario: a test\nlevel: must\nrooms: {lobby: [ana, bo]}\nsteps:\n  - ana, bo: join\n";

#[test]
fn text_that_is_not_yaml() {
    broken_scenario(
        "not_yaml",
        "scenario: a test\nlevel: must\nsteps:\n  - ana: {send: hello\n  - bo: join\n",
    );
}

#[test]
fn an_empty_file() {
    broken_scenario("empty", "");
}

#[test]
fn a_key_that_is_not_known() {
    broken_scenario("unknown_key", "scenario: a test\nlevl: must\nlevel: must\nsteps: [{ana: join}]\n");
}

#[test]
fn a_key_twice() {
    broken_scenario("key_twice", "scenario: a test\nlevel: must\nlevel: may\nsteps: []\n");
}

#[test]
fn a_key_that_is_missing() {
    broken_scenario("missing_key", "scenario: a test\nsteps: []\n");
}

#[test]
fn a_verb_that_no_dialect_has() {
    broken_scenario("unknown_verb", &format!("{HEAD}  - bo: {{sned: hello}}\n"));
}

#[test]
fn two_verbs_in_one_step() {
    broken_scenario("two_verbs", &format!("{HEAD}  - bo: {{send: hello, too: lobby}}\n"));
}

#[test]
fn an_actor_who_is_not_there() {
    broken_scenario("unknown_actor", &format!("{HEAD}  - anna: {{send: hello}}\n"));
}

#[test]
fn a_matcher_that_is_not_known() {
    broken_scenario(
        "unknown_matcher",
        &format!("{HEAD}  - bo: {{expect: newMessage, data: {{id: <itn>}}}}\n"),
    );
}

#[test]
fn a_kind_of_refusal_that_is_not_known() {
    broken_scenario("unknown_refusal", &format!("{HEAD}  - bo: {{send: hello, refused: strangr}}\n"));
}

#[test]
fn a_clause_that_is_not_known() {
    broken_scenario("unknown_clause", &format!("{HEAD}  - bo: {{send: hello, clause: crm.zz}}\n"));
}

#[test]
fn an_invariant_that_is_not_known() {
    broken_scenario("unknown_invariant", &format!("{HEAD}invariants: [no_los]\n"));
}

#[test]
fn a_time_without_a_unit() {
    broken_scenario("no_unit", &format!("{HEAD}  - wait: 40\n"));
}

#[test]
fn a_scenario_that_is_not_there() {
    let folder = Folder::new("no-file");
    let ran = harness(&folder, &["--scenario", "typng.yaml"]);
    golden("no_scenario", &ran.said);
    assert_eq!(ran.status, 2);
}

#[test]
fn a_dialect_that_is_not_there() {
    let folder = Folder::new("no-dialect");
    let ran = harness(&folder, &["--dialect", "crn"]);
    golden("no_dialect", &ran.said);
    assert_eq!(ran.status, 2);
}

#[test]
fn a_contract_that_does_not_hang_together() {
    let contract = include_str!("../../scenarios/dialects/crm.yaml");
    let changes = [
        ("contract_clause", "clause: c2\n", "clause: c22\n"),
        ("contract_event", "entered: {others: userJoined,", "entered: {others: userJoind,"),
        ("contract_audience", "entered: {others: userJoined,", "entered: {other: userJoined,"),
        ("contract_capability", "capability: offline_delivery", "capability: online_delivery"),
        ("contract_place", "query.token:", "body.token:"),
    ];
    for (name, good, bad) in changes {
        let folder = Folder::new(name);
        assert!(contract.contains(good), "{good}");
        folder.write("own/dialects/crm.yaml", &contract.replacen(good, bad, 1));
        let ran = harness(&folder, &["--scenarios", "own"]);
        golden(name, &ran.said);
        assert_eq!(ran.status, 2);
    }
}

#[test]
fn a_target_that_is_neither_a_url_nor_a_file() {
    let folder = Folder::new("no-target");
    let ran = harness(&folder, &["--target", "localhost"]);
    golden("no_target", &ran.said);
    assert_eq!(ran.status, 2);
}

#[test]
fn a_target_file_with_an_unknown_key() {
    let folder = Folder::new("target-key");
    folder.write("target.yaml", "url: http://127.0.0.1:9\ndialect: crm\nsetle: 50ms\n");
    let ran = harness(&folder, &["--target", "target.yaml"]);
    golden("target_key", &ran.said);
    assert_eq!(ran.status, 2);
}

#[test]
fn an_expected_failure_names_one_thing() {
    let folder = Folder::new("expected");
    for (name, entry) in [
        ("expected_two", "{case: crm/typing, cause: leak:newMessage, issue: T-1, until: 2027-01-31}"),
        ("expected_none", "{issue: T-1, until: 2027-01-31}"),
        ("expected_clause", "{clause: c4, issue: T-1, until: 2027-01-31}"),
    ] {
        folder.write("known.yaml", &format!("- {entry}\n"));
        let args = ["--scenario", "disconnect.yaml", "--dialect", "crm", "--baseline", "known.yaml"];
        let ran = harness(&folder, &args);
        golden(name, &ran.said);
        assert_eq!(ran.status, 2);
    }
}

#[test]
fn a_client_that_is_not_known() {
    let folder = Folder::new("no-client");
    let ran = harness(&folder, &["--client", "socket.io-client"]);
    golden("no_client", &ran.said);
    assert_eq!(ran.status, 2);
}

#[cfg(not(feature = "rust_socketio"))]
#[test]
fn a_client_that_is_not_built_in() {
    let folder = Folder::new("client-not-built-in");
    let ran = harness(&folder, &["--client", "rust_socketio"]);
    golden("client_not_built_in", &ran.said);
    assert_eq!(ran.status, 2);
}

#[cfg(feature = "rust_socketio")]
#[test]
fn snapshots_of_another_client() {
    let folder = Folder::new("foreign-snapshots");
    let ran = harness(&folder, &["--client", "rust_socketio", "--accept"]);
    golden("foreign_snapshots", &ran.said);
    assert_eq!(ran.status, 2);
}

/// A target that cannot be judged: the status is 3, and a report is written all the same.
fn unreachable(name: &str, address: SocketAddr) {
    let folder = Folder::new(name);
    let target = format!("url: http://{address}\ndialect: crm\ntoken: {{secret: s}}\n");
    folder.write("target.yaml", &target);
    let flags = ["--target", "target.yaml", "--scenario", "health", "--patience", "0.2"];
    let ran = harness(&folder, &flags);
    golden(name, &timeless(&ran.said.replace(&address.to_string(), "[address]")));
    assert_eq!(ran.status, 3, "{}", ran.said);
    assert_eq!(ran.report.unwrap()["verdict"], "unreachable");
}

/// Without what differs from run to run.
fn timeless(text: &str) -> String {
    let seed = regex::Regex::new(r"seed \d+").unwrap();
    let took = regex::Regex::new(r"in \d+(\.\d)? m?s\n").unwrap();
    let text = seed.replace_all(text, "seed [seed]");
    took.replace_all(&text, "in [time]\n").into_owned()
}

#[test]
fn a_target_that_refuses() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    unreachable("refuses", address);
}

#[test]
fn a_target_that_closes() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || listener.incoming().take(50).for_each(drop));
    unreachable("closes", address);
}

#[test]
fn a_target_that_hangs() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let kept: Vec<_> = listener.incoming().take(50).collect();
        drop(kept);
    });
    unreachable("hangs", address);
}

#[test]
fn a_target_that_is_something_else() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for connection in listener.incoming().take(50) {
            let mut connection = connection.unwrap();
            let mut request = [0; 1024];
            let _read = std::io::Read::read(&mut connection, &mut request);
            let _sent = connection.write_all(b"220 mail.example ready\r\n");
        }
    });
    unreachable("something_else", address);
}

#[test]
fn a_target_that_dies_in_the_middle_is_told_and_what_ran_is_reported() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    let options =
        reference_server::Options { jwt_secret: "s".to_owned(), ..reference_server::Options::default() };
    runtime.spawn(async move {
        let end = tokio::time::sleep(Duration::from_millis(900));
        reference_server::serve(listener, options, end).await
    });
    let folder = Folder::new("dies");
    folder.write(
        "target.yaml",
        &format!("url: http://{address}\ndialect: crm\ntoken: {{secret: s}}\nsettle: 0ms\n"),
    );
    let first = format!("{HEAD}  - ana: {{send: before}}\n");
    folder.write("first.yaml", &first);
    folder.write("second.yaml", &format!("{HEAD}  - wait: 3s\n  - ana: {{send: after}}\n"));
    folder.write("third.yaml", &first);
    let flags = [
        "--target",
        "target.yaml",
        "--scenario",
        "first.yaml",
        "--scenario",
        "second.yaml",
        "--scenario",
        "third.yaml",
    ];
    let ran = harness(&folder, &flags);
    assert_eq!(ran.status, 3, "{}", ran.said);
    assert!(ran.said.contains("was disconnected: server close"), "{}", ran.said);
    let report = ran.report.unwrap();
    let outcomes: Vec<&str> =
        report["cases"].as_array().unwrap().iter().map(|case| case["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["passed", "failed", "could_not_run"], "{}", ran.said);
}

#[test]
fn a_token_command_that_fails() {
    let folder = Folder::new("token");
    folder.write(
        "target.yaml",
        "url: http://127.0.0.1:9\ndialect: crm\ntoken: {command: 'echo no key >&2; exit 7'}\n",
    );
    let ran = harness(&folder, &["--target", "target.yaml", "--scenario", "health"]);
    golden("token_command", &timeless(&ran.said));
    assert_eq!(ran.status, 4);
    assert_eq!(ran.report.unwrap()["cases"][0]["outcome"], "could_not_run");
}

#[test]
fn a_target_that_does_not_start() {
    let folder = Folder::new("start");
    folder.write("target.yaml", "url: http://127.0.0.1:9\ndialect: crm\nstart: 'false'\nready: /healthz\n");
    let ran = harness(&folder, &["--target", "target.yaml", "--scenario", "health"]);
    golden("does_not_start", &timeless(&ran.said));
    assert_eq!(ran.status, 3);
}

#[test]
fn a_negative_that_proves_nothing() {
    let folder = Folder::new("vacuous");
    folder.write(
        "vacuous.yaml",
        "scenario: a test\nlevel: must\nrooms: {lobby: [ana, bo]}\nsteps:\n  - bo: hears nothing\n",
    );
    let ran = harness(&folder, &["--scenario", "vacuous.yaml", "--dialect", "crm"]);
    golden("vacuous", &timeless(&ran.said));
    assert_eq!(ran.status, 4);
}

#[test]
fn every_exit_status_is_documented() {
    let folder = Folder::new("help");
    let ran = harness(&folder, &["--help"]);
    for status in
        ["0   passed", "1   failed", "2   a broken", "3   the target", "4   could not run", "70  a fault"]
    {
        assert!(ran.said.contains(status), "{status}");
    }
}

#[test]
fn what_the_second_client_cannot_do_is_in_the_help() {
    let folder = Folder::new("limits");
    let ran = harness(&folder, &["--help"]);
    let said = ran.said.split_whitespace().collect::<Vec<_>>().join(" ");
    for (_, what, so) in wire::client::LIMITS {
        assert!(said.contains(&format!("- {what} ({so})")), "{what}");
    }
}

#[test]
fn folders_are_made_where_they_are_missing() {
    let folder = Folder::new("made");
    assert!(!Path::new(&folder.0.join("out")).exists());
    let ran = harness(&folder, &["--scenario", "health"]);
    assert_eq!(ran.status, 0, "{}", ran.said);
    assert!(folder.0.join("out/junit.xml").is_file());
}

const LOAD: &str = "scenario: a test\nlevel: must\nload:\n  phases:\n    - {name: ramp, connect: 100/s}\n    - \
    {name: plateau, rate: 10/s, for: 1s}\n  flow: [{any member: {send: <text:60b>}}]\n";

#[test]
fn a_load_with_a_mistake_is_told_with_its_place() {
    for (name, from, to) in [
        ("load_metric", "  flow:", "  slo: {delivery.p98: < 100ms}\n  flow:"),
        ("load_threshold", "  flow:", "  slo: {delivery.p99: quick}\n  flow:"),
        ("load_rate", "rate: 10/s", "rate: 10"),
        ("load_no_flow", "  flow: [{any member: {send: <text:60b>}}]\n", ""),
        ("load_endless", ", for: 1s", ""),
        ("load_phase_key", "rate: 10/s", "rates: 10/s"),
        ("load_turn", "any member", "some member"),
        ("load_members", "  flow:", "  rooms: {members: {2: 80%, 20: 15%}}\n  flow:"),
        ("load_data_missing", "  flow:", "  data: nobody.csv\n  flow:"),
        ("load_data_none", "<text:60b>", "hello $data.name"),
        ("load_said", "<text:60b>", "hello $room.id"),
    ] {
        let broken = LOAD.replace(from, to);
        assert_ne!(broken, LOAD, "{name}");
        broken_scenario(name, &broken);
    }
}

#[test]
fn a_load_on_a_target_that_is_not_there_says_so() {
    let folder = Folder::new("load_refuses");
    folder.write("load.yaml", LOAD);
    let target = ["--target", "http://127.0.0.1:9", "--dialect", "gateway"];
    let ran = harness(&folder, &[&["--scenario", "load.yaml"], &target[..]].concat());
    assert_eq!(ran.status, 3, "{}", ran.said);
    assert!(ran.said.contains("no TCP connection to 127.0.0.1:9"), "{}", ran.said);
}

#[test]
fn a_load_is_reported_in_every_format() {
    let folder = Folder::new("load_passes");
    folder.write("load.yaml", LOAD);
    let ran = harness(
        &folder,
        &["--scenario", "load.yaml", "--rooms", "4", "--slo", "generator.lateness.p99=< 5s"],
    );
    let report = ran.report.unwrap();
    assert_eq!(report["exit_status"], ran.status, "{}", ran.said);
    assert_eq!(report["loads"][0]["ledger"]["sent"], 10, "{}", ran.said);
    assert!(ran.said.contains("10 messages sent, 30 of 30 deliveries received and compared"), "{}", ran.said);
    let junit = std::fs::read_to_string(folder.0.join("out/junit.xml")).unwrap();
    assert!(junit.contains("crm/test (load)") || junit.contains("crm/load (load)"), "{junit}");
}

/// `harness record` with these flags, in a folder of its own; returns the folder too, for what was written.
fn record(name: &str, args: &[&str]) -> (Folder, Ran) {
    let folder = Folder::new(name);
    folder.write("there.yaml", "mine");
    let ran = harness(&folder, &[&["record"], args].concat());
    (folder, ran)
}

#[test]
fn a_recording_does_not_begin_where_it_could_not_end_well() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap().to_string();
    let target = format!("http://{listen}");
    let cases: [(&str, &[&str]); 6] = [
        ("record_there", &["--target", &target, "--out", "there.yaml"]),
        ("record_no_folder", &["--target", &target, "--out", "nowhere/new.yaml"]),
        ("record_https", &["--target", "https://127.0.0.1:3000", "--out", "new.yaml"]),
        ("record_dialect", &["--target", &target, "--out", "new.yaml", "--dialect", "crmm"]),
        ("record_listen", &["--target", &target, "--out", "new.yaml", "--listen", &listen]),
        ("record_no_target", &["--target", "nothing.yaml", "--out", "new.yaml"]),
    ];
    for (name, args) in cases {
        let (folder, ran) = record(name, args);
        golden(name, &ran.said.replace(&listen, "[address]"));
        assert_eq!(ran.status, 2, "{}", ran.said);
        assert_eq!(std::fs::read_to_string(folder.0.join("there.yaml")).unwrap(), "mine");
        assert!(!folder.0.join("new.yaml").exists());
    }
}

#[test]
fn a_recording_of_a_server_that_is_not_there() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (folder, ran) =
        record("record_unreachable", &["--target", &format!("http://{free}"), "--out", "new.yaml"]);
    assert_eq!(ran.status, 3, "{}", ran.said);
    assert!(ran.said.contains("is the server running, and is this its address?"), "{}", ran.said);
    assert!(!folder.0.join("new.yaml").exists());
}

#[test]
fn a_recording_of_nothing() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let target = format!("http://{}", server.local_addr().unwrap());
    let (folder, ran) =
        record("record_nothing", &["--target", &target, "--out", "new.yaml", "--for", "100ms"]);
    assert_eq!(ran.status, 4, "{}", ran.said);
    assert!(ran.said.contains("nothing was seen at http://127.0.0.1:"), "{}", ran.said);
    assert!(!folder.0.join("new.yaml").exists());
}

#[test]
fn raw_steps_that_do_not_hang_together() {
    let head = "scenario: a test\nlevel: must\ndialect: crm\n";
    let ids = "users: {ana: {id: one, offline: true}}\n";
    let cases = [
        (
            4,
            "is no id of `crm`",
            format!("{head}{ids}steps:\n  - ana: {{connect: {{auth: {{token: $token}}}}}}\n"),
        ),
        (
            4,
            "`any_order` takes raw steps",
            format!("{head}rooms: {{lobby: [ana, bo]}}\nsteps:\n  - any_order: [{{ana: join}}]\n"),
        ),
        (
            1,
            "(captured as moment)",
            format!(
                "{head}rooms: {{lobby: [ana, bo]}}\nsteps:\n  - ana, bo: {{emit: joinChat, data: {{chatId: $room.id}}, \
                 ack: {{success: true, message: <str:moment>}}}}\n  - ana: {{emit: leaveChat, data: {{chatId: $room.id}}, \
                 ack: {{success: true, message: <str:moment>}}}}\n"
            ),
        ),
    ];
    for (status, message, text) in cases {
        let folder = Folder::new("raw");
        folder.write("raw.yaml", &text);
        let ran = harness(&folder, &["--scenario", "raw.yaml", "-v"]);
        assert_eq!(ran.status, status, "{}", ran.said);
        assert!(ran.said.contains(message), "{message}: {}", ran.said);
    }
}

#[test]
fn a_review_in_a_pipe() {
    let folder = Folder::new("review");
    let snapshots = folder.write("snapshots/crm/typing.snap.new", "---\nsource: a/b.yaml\n---\none\n");
    folder.write("snapshots/crm/long-text.snap.new", "---\nsource: a/b.yaml\n---\none\n");
    folder.write("snapshots/crm/gone.snap", "---\nsource: a/b.yaml\n---\none\n");
    let review = |args: &[&str]| {
        let ran = harness(&folder, &[&["review", "--snapshots", "snapshots"], args].concat());
        (ran.status, ran.said)
    };
    let (status, said) = review(&[]);
    golden("review_list", &said);
    assert_eq!(status, 1);
    assert_eq!(review(&["--list"]), (1, said));
    let (status, said) = review(&["--accept"]);
    golden("review_orphan", &said);
    assert_eq!(status, 2);
    assert!(snapshots.exists(), "nothing was accepted by half");
    let (status, said) = review(&["--accept", "crm/typign"]);
    golden("review_no_name", &said);
    assert_eq!(status, 2);
    assert_eq!(review(&["--accept", "crm/typing"]), (0, "accepted crm/typing\n".to_owned()));
    assert!(!snapshots.exists() && snapshots.with_extension("").exists());
    assert_eq!(review(&["--reject", "crm"]), (0, "rejected crm/gone\nrejected crm/long-text\n".to_owned()));
    assert_eq!(review(&["--accept"]), (0, "no snapshot waits to be reviewed\n".to_owned()));
    let ran = harness(&folder, &["review", "--snapshots", "nowhere"]);
    assert_eq!(ran.status, 2, "{}", ran.said);
}
