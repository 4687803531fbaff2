//! What a target file says of users and tokens, in cases and in load, and what is told where it does not suffice.

mod hidden;
mod slow;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::process::Command;

use reference_server::Options;
use serde_json::Value;

use crate::folder::{Folder, Ran};

/// A folder of its own for each test, gone with it, and a server that lives as long.
struct Place {
    folder: Folder,
    at: SocketAddr,
    _runtime: tokio::runtime::Runtime,
}

impl Place {
    fn new(name: &str, dialect: &str, secret: Option<&str>) -> Self {
        let folder = Folder::new(&format!("targets-{name}"));
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let at = listener.local_addr().unwrap();
        let mut options =
            Options { dialect: dialect.parse().unwrap(), rate_limit: None, ..Options::default() };
        if let Some(secret) = secret {
            secret.clone_into(&mut options.jwt_secret);
        }
        runtime.spawn(reference_server::serve(listener, options, std::future::pending()));
        Self { folder, at, _runtime: runtime }
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.join(name), text).unwrap();
    }

    fn target(&self, dialect: &str, lines: &str) {
        self.write(
            "target.yaml",
            &format!("url: http://{}\ndialect: {dialect}\nsettle: 0ms\n{lines}", self.at),
        );
    }

    fn run(&self, args: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
        command.current_dir(&self.folder).env_remove("JWT_SECRET").env("COLUMNS", "120");
        command.args([
            "--reports",
            "out",
            "--scenarios",
            concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios"),
        ]);
        let output = command.args(args).output().unwrap();
        Ran::of(&output, &self.folder)
    }
}

impl Ran {
    /// Every id of a user that stands under these keys in what was sent.
    fn users(&self, keys: &[&str]) -> BTreeSet<String> {
        fn collect(value: &Value, keys: &[&str], found: &mut BTreeSet<String>) {
            match value {
                Value::Object(fields) => fields.iter().for_each(|(key, value)| match value {
                    Value::Array(items) if keys.contains(&key.as_str()) => {
                        found.extend(items.iter().map(Value::to_string));
                    }
                    Value::Number(_) | Value::String(_) if keys.contains(&key.as_str()) => {
                        found.insert(value.to_string());
                    }
                    value => collect(value, keys, found),
                }),
                Value::Array(items) => items.iter().for_each(|item| collect(item, keys, found)),
                _ => {}
            }
        }
        let mut found = BTreeSet::new();
        for case in self.report["cases"].as_array().unwrap() {
            for entry in case["transcript"].as_array().unwrap() {
                collect(&entry["payload"], keys, &mut found);
            }
        }
        found
    }
}

const TWO: &str = "scenario: two talk\nlevel: must\nrooms: {lobby: [ana, bo]}\nsteps:\n  - ana, bo: join\n  - ana: {send: hello}\n";
const THREE: &str = "scenario: three talk\nlevel: must\nrooms: {lobby: [ana, bo, cy]}\nsteps:\n  - ana, bo, cy: join\n  - cy: {send: hello}\n";

#[test]
fn listed_users_are_lent_as_needed_to_several_cases_at_once() {
    let place = Place::new("lent", "crm", Some("s"));
    let cases: Vec<String> = (0..9).map(|number| format!("case-{number}.yaml")).collect();
    for (number, name) in cases.iter().enumerate() {
        place.write(name, if number % 2 == 0 { TWO } else { THREE });
    }
    place.target("crm", "token: {secret: s}\njobs: 3\nusers: [71, 72, 73, 74, 75]\n");
    let named = cases.iter().flat_map(|name| ["--scenario", name.as_str()]);
    let args: Vec<&str> = ["--target", "target.yaml"].into_iter().chain(named).collect();
    let ran = place.run(&args);
    assert_eq!(ran.status, 0, "{}", ran.said);
    let lent = ran.users(&["participants", "senderId"]);
    assert_eq!(lent, ["71", "72", "73", "74", "75"].map(str::to_owned).into(), "no other id");
}

#[test]
fn a_case_that_needs_more_users_than_there_are_says_so() {
    let place = Place::new("few", "crm", Some("s"));
    place.write("two.yaml", TWO);
    place.write("three.yaml", THREE);
    place.target("crm", "token: {secret: s}\nusers: [71, 72]\n");
    let ran = place.run(&["--target", "target.yaml", "--scenario", "two.yaml", "--scenario", "three.yaml"]);
    assert_eq!(ran.status, 4, "{}", ran.said);
    assert_eq!(ran.report["cases"][0]["outcome"], "passed");
    assert_eq!(ran.report["cases"][1]["outcome"], "could_not_run");
    let reason = ran.report["cases"][1]["reason"].as_str().unwrap();
    assert!(reason.ends_with("it needs 3 users, and `users:` of the target lists 2: list more"), "{reason}");
}

#[test]
fn listed_users_have_ids_of_the_kind_of_the_dialect() {
    let place = Place::new("kinds", "whatsapp", Some("s"));
    place.target("whatsapp", "token: {secret: s}\nusers: [71, 72]\n");
    let ran = place.run(&["--target", "target.yaml", "--scenario", "typing-again"]);
    assert_eq!(ran.status, 0, "{}", ran.said);
    assert_eq!(ran.users(&["participants"]), ["\"71\"", "\"72\""].map(str::to_owned).into());
}

const LOAD: &str = "scenario: a test\nlevel: must\nload:\n  rooms: {count: 2, members: 3}\n  phases:\n    \
    - {name: ramp, connect: 200/s}\n    - {name: plateau, rate: 40/s, for: 1s}\n  \
    flow: [{any member: {send: <text:60b>}}]\n  drain: 500ms\n  lateness: 2s\n";

#[test]
fn a_load_takes_the_listed_users_and_never_makes_any_up() {
    let place = Place::new("load", "crm", Some("s"));
    place.write("load.yaml", LOAD);
    for (users, status, says) in [
        ("[71, 72, 73, 74, 75, 76]", 0, "nothing lost"),
        ("[71, 72]", 4, "the run needs 6 users, and `users:` of the target lists 2"),
        (
            "[71, 72, 73, 74, 75, ana]",
            4,
            "an id is a whole number here, and `users:` of the target lists `ana`",
        ),
    ] {
        place.target("crm", &format!("token: {{secret: s}}\nusers: {users}\n"));
        let ran = place.run(&["--target", "target.yaml", "--scenario", "load.yaml"]);
        assert!(ran.status == status && ran.said.contains(says), "{}", ran.said);
    }
}

#[test]
fn the_environment_of_the_target_and_its_folder_reach_the_token_command() {
    let place = Place::new("env", "crm", Some("s"));
    let tokens: Vec<String> = (71..77)
        .map(|user| {
            reference_server::sign("s", &reference_server::UserId::Number(user), 4_000_000_000).unwrap()
        })
        .collect();
    for (user, token) in (71..77).zip(&tokens) {
        place.write(&format!("token-{user}"), token);
    }
    place.write("two.yaml", TWO);
    place.write("load.yaml", LOAD);
    let command =
        "user=$(echo \"$CLAIMS\" | sed \"s/.*\\\"sub\\\":\\([0-9]*\\).*/\\1/\"); cat \"$KEPT_AS-$user\"";
    place.target(
        "crm",
        &format!(
            "env: {{KEPT_AS: ./token}}\ntoken:\n  command: '{command}'\nusers: [71, 72, 73, 74, 75, 76]\n"
        ),
    );
    // Run from elsewhere: the folder is that of the file.
    let inner = place.folder.join("inner");
    std::fs::create_dir(&inner).unwrap();
    for scenario in ["../two.yaml", "../load.yaml"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
        command.current_dir(&inner).env_remove("JWT_SECRET").args(["--target", "../target.yaml"]);
        command.args(["--scenario", scenario, "--scenarios"]);
        command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios"));
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{scenario}: {said}{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn a_target_without_tokens_is_judged_by_what_needs_none() {
    let place = Place::new("none", "whatsapp", None);
    place.write("load.yaml", &LOAD.replace("<text:60b>", "<text:60b>, via: rest"));
    place.target("whatsapp", "token: none\n");
    let ran = place.run(&[
        "--target",
        "target.yaml",
        "--scenario",
        "typing-again",
        "--scenario",
        "credential-places",
    ]);
    assert_eq!(ran.status, 0, "{}", ran.said);
    let ids: Vec<&str> =
        ran.report["cases"].as_array().unwrap().iter().map(|case| case["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["whatsapp/typing-again", "whatsapp/credential-places[query.userId]"]);

    let ran = place.run(&["--target", "target.yaml", "--scenario", "load.yaml"]);
    assert_eq!(ran.status, 0, "{}", ran.said);

    place.target("crm", "token: none\n");
    let ran = place.run(&["--target", "target.yaml", "--scenario", "health"]);
    assert_eq!(ran.status, 2, "{}", ran.said);
    assert!(ran.said.contains("`crm` lets nobody in without a token"), "{}", ran.said);
    assert!(ran.said.contains("target.yaml:4"), "{}", ran.said);
}

#[test]
fn on_this_machine_the_secret_of_the_reference_server_is_tried_and_said_once() {
    let place = Place::new("loopback", "crm", None);
    place.write("two.yaml", TWO);
    place.write("load.yaml", LOAD);
    for scenario in ["two.yaml", "load.yaml"] {
        let url = format!("http://{}", place.at);
        let ran = place.run(&["--target", &url, "--dialect", "crm", "--scenario", scenario]);
        assert_eq!(ran.status, 0, "{}", ran.said);
        let lines =
            ran.said.lines().filter(|line| line.contains("the secret of the reference server is tried"));
        assert_eq!(lines.count(), 1, "{}", ran.said);
    }
}

#[test]
fn elsewhere_a_missing_secret_is_told_before_anything_is_run() {
    let place = Place::new("elsewhere", "crm", None);
    place.write("two.yaml", TWO);
    place.write("load.yaml", LOAD);
    // Nobody is there, and nobody is asked.
    place.write("target.yaml", "url: http://192.0.2.1:9\ndialect: crm\n");
    for scenario in ["two.yaml", "load.yaml"] {
        for target in ["http://192.0.2.1:9", "target.yaml"] {
            let ran = place.run(&["--target", target, "--dialect", "crm", "--scenario", scenario]);
            assert_eq!(ran.status, 2, "{}", ran.said);
            assert!(
                ran.said.contains("nothing says how those of http://192.0.2.1:9 are made"),
                "{}",
                ran.said
            );
            assert_eq!(ran.said.contains("target.yaml:1"), target == "target.yaml", "{}", ran.said);
            assert!(ran.said.contains("set JWT_SECRET") && ran.report.is_null(), "{}", ran.said);
        }
    }
}
