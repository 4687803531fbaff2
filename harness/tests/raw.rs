//! Without a contract: scenarios that say everything themselves, as a case, many times at once and as load, against a chat with
//! rooms by name that is right, right in another way, or wrong.

pub(crate) mod chat;

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use chat::{Way, serve};

pub(crate) const CASE: &str = "scenario: whoever is in a room hears what is said there
level: must
rooms: {lobby: [ana, bo], elsewhere: [cy]}
steps:
  - ana, bo: {emit: join, data: $lobby.id, ack: ok}
  - cy: {emit: join, data: $elsewhere.id, ack: ok}
  - ana: {emit: say, data: {room: $lobby.id, from: $me.name, text: hello}, ack: {ok: true}}
  - ana, bo: {expect: said, data: {room: $lobby.id, from: ana, text: hello}}
  - cy: hears nothing
";

pub(crate) const LOAD: &str = "scenario: nothing is lost under load
level: must
load:
  lateness: 5s
  drain: 1s
  rooms: {count: 6, members: 3}
  enter: {emit: join, data: $room.id, ack: ok}
  phases: [{name: ramp, connect: 100/s}, {name: talk, rate: 60/s, for: 1s}]
  flow:
    - any member:
        emit: say
        data: {room: $room.id, from: $me.name, text: $text}
        ack: {ok: true}
        expect: {joined: {said: {room: $room.id, from: $sender.name, text: $text}}}
  slo: {delivery.p99: < 5s}
";

/// What came of a run.
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) said: String,
    pub(crate) report: Value,
}

/// Runs the harness in a folder of its own.
pub(crate) async fn run(name: &str, files: &[(&str, &str)], args: &[&str]) -> Ran {
    let folder = std::env::temp_dir().join(format!("harness-raw-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for (file, text) in files {
        std::fs::write(folder.join(file), text).unwrap();
    }
    let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
    tokio::task::spawn_blocking(move || in_folder(&folder, &args)).await.unwrap()
}

fn in_folder(folder: &Path, args: &[String]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
    command.current_dir(folder).env_remove("JWT_SECRET").env("COLUMNS", "120");
    let output = command.args(["--reports", "out"]).args(args).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let report = std::fs::read_to_string(folder.join("out/report.json"));
    let ran = Ran {
        status: output.status.code().unwrap(),
        said: text(&output.stdout) + &text(&output.stderr),
        report: report.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap()),
    };
    let _kept_if_busy = std::fs::remove_dir_all(folder);
    ran
}

/// The findings of the only case.
pub(crate) fn findings(ran: &Ran) -> Vec<&str> {
    let all = ran.report["cases"][0]["findings"].as_array().unwrap_or_else(|| panic!("{}", ran.said));
    all.iter().map(|finding| finding["message"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_needs_no_contract_and_the_order_of_ack_and_events_is_free() {
    for (way, status, told) in [
        (Way::Usual, 0, None),
        (Way::AcksFirst, 0, None),
        (Way::Leaks, 1, Some("said was heard by a stranger: cy is not in that room")),
        (Way::Loses, 1, Some("bo did not receive said within")),
        (Way::Doubles, 1, Some("ana heard said twice")),
        (Way::Chatters, 1, Some("ana received weather, and no step expects it")),
    ] {
        let url = serve(way).await;
        let ran = run(
            &format!("case-{way:?}"),
            &[("chat.yaml", CASE)],
            &["--target", &url, "--scenario", "chat.yaml"],
        )
        .await;
        assert_eq!(ran.status, status, "{way:?}: {}", ran.said);
        assert_eq!(ran.report["cases"][0]["id"], "raw/chat");
        let found = findings(&ran);
        match told {
            None => assert!(found.is_empty(), "{way:?}: {found:?}"),
            Some(told) => {
                assert!(found.iter().any(|message| message.starts_with(told)), "{way:?}: {found:?}");
            }
        }
        assert!(!found.iter().any(|message| message.contains("document")), "there is none: {found:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_more_is_told_and_what_is_ignored_is_set_aside() {
    let url = serve(Way::Adds).await;
    let args = ["--target", url.as_str(), "--scenario", "chat.yaml", "--level", "should"];
    let ran = run("adds", &[("chat.yaml", CASE)], &args).await;
    assert!(
        findings(&ran).iter().all(|told| told.contains("has more than the step expects")),
        "{}",
        ran.said
    );
    assert_eq!(ran.status, 1);
    let open = CASE.replace("text: hello}}\n  - cy", "text: hello, ...: <any>}}\n  - cy");
    assert_eq!(run("open", &[("chat.yaml", &open)], &args).await.status, 0);
    let url = serve(Way::Chatters).await;
    let ignoring = CASE.replace("steps:", "ignore: [weather]\nsteps:");
    let ran =
        run("ignores", &[("chat.yaml", &ignoring)], &["--target", &url, "--scenario", "chat.yaml"]).await;
    assert_eq!((ran.status, ran.report["cases"][0]["set_aside"].as_u64()), (0, Some(2)), "{}", ran.said);
}

#[tokio::test(flavor = "multi_thread")]
async fn under_load_each_expected_event_has_its_place_in_the_ledger() {
    for (way, broken) in [
        (Way::Usual, None),
        (Way::AcksFirst, None),
        (Way::Leaks, Some("leaked")),
        (Way::Loses, Some("lost")),
        (Way::Doubles, Some("duplicated")),
        (Way::Chatters, Some("wrong")),
    ] {
        let url = serve(way).await;
        let args = ["--target", url.as_str(), "--scenario", "load.yaml", "--workers", "2"];
        let ran = run(&format!("load-{way:?}"), &[("load.yaml", LOAD)], &args).await;
        let ledger = &ran.report["loads"][0]["ledger"];
        let of = |name: &str| ledger[name].as_u64().unwrap_or_else(|| panic!("{way:?}: {}", ran.said));
        assert_eq!(ran.status, i32::from(broken.is_some()), "{way:?}: {}", ran.said);
        assert_eq!((of("sent"), of("expected")), (60, 180), "{way:?}");
        for count in ["leaked", "lost", "duplicated", "wrong"] {
            assert_eq!(of(count) > 0, broken == Some(count), "{way:?}, {count}: {}", ran.said);
        }
        if way == Way::Chatters {
            assert!(ran.said.contains("`weather`, and nothing expects it"), "{}", ran.said);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_run_many_times_at_once_have_a_ledger_and_thresholds() {
    let often = ["--rooms", "20", "--rate", "10/s", "--for", "1s", "--patience", "2"];
    let all = |url: &str, more: &[&str]| -> Vec<String> {
        let first = ["--target", url, "--scenario", "chat.yaml"];
        first.iter().chain(&often).chain(more).map(|arg| (*arg).to_owned()).collect()
    };
    let started = async |name: &str, way, more: &[&str]| {
        let args = all(&serve(way).await, more);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        run(name, &[("chat.yaml", CASE)], &args).await
    };
    let ran = started("many", Way::Usual, &["--slo", "delivery.p99=< 20s", "--slo", "lost=0"]).await;
    let load = &ran.report["loads"][0];
    // A busy machine may begin an instance late, which proves nothing of the server.
    assert!([0, 5].contains(&ran.status), "{}", ran.said);
    let heard = load["heard"].as_array().unwrap();
    let said = heard.iter().find(|one| one["name"] == "said").unwrap();
    assert_eq!((said["due"].as_u64(), said["came"].as_u64()), (Some(20), Some(20)), "{}", ran.said);
    assert_eq!(load["ledger"]["expected"], 20);
    assert!(load["slo"].as_array().unwrap().iter().all(|slo| slo["holds"] == true), "{}", ran.said);
    let ran = started("slow", Way::AcksFirst, &["--slo", "delivery.p50=< 1ms"]).await;
    // A generator that was late itself voids what a threshold says.
    assert!(ran.said.contains("not < 1ms") && [1, 5].contains(&ran.status), "{}", ran.said);
    let ran = started("lossy", Way::Loses, &[]).await;
    let load = &ran.report["loads"][0];
    assert_eq!((load["ledger"]["lost"].as_u64(), ran.status), (Some(10), 1), "{}", ran.said);
}

/// Each thing that only a contract gives a meaning, in a scenario that is otherwise fine, and what is told of it.
const NOT_SAID: &[(&str, &str, &str, &str)] = &[
    ("- cy: hears nothing", "- ana: {send: hello}", ":9:11", "`send` is a verb, and there is no contract"),
    ("- cy: hears nothing", "- ana: join", ":9:10", "`join` is a verb"),
    (
        "- cy: hears nothing",
        "- {stopped: ana, in: lobby}",
        ":9:6",
        "only a contract knows how the end of a typing looks",
    ),
    ("- cy: hears nothing", "- {wait: $debounce}", ":9:6", "only a contract documents times"),
    ("- cy: hears nothing", "- {parallel: [{ana: {send: a}}]}", ":9:6", "this step takes verbs"),
    ("ack: {ok: true}", "refused: stranger", ":7:5", "only a contract knows how a refusal as stranger looks"),
    ("from: $me.name", "from: $token", ":7:52", "`$token` needs a contract"),
    ("steps:", "invariants: [no_loss]\nsteps:", ":4:1", "`invariants` are about messages and rooms"),
    (
        "steps:",
        "users: {cy: {credential: expired}}\nsteps:",
        ":4:1",
        "`credential` of cy is about credentials",
    ),
    ("steps:", "for: {bad: $bad_credentials}\nsteps:", ":4:1", "only a contract knows which"),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_only_a_contract_explains_is_an_error_with_its_place_and_what_to_write() {
    for (number, (instead_of, written, place, told)) in NOT_SAID.iter().enumerate() {
        let text = CASE.replacen(instead_of, written, 1);
        assert_ne!(text, CASE, "{written}");
        let args = ["--target", "http://127.0.0.1:9", "--scenario", "chat.yaml"];
        let ran = run(&format!("not-said-{number}"), &[("chat.yaml", &text)], &args).await;
        assert_eq!(ran.status, 2, "{written}: {}", ran.said);
        assert!(ran.said.contains(told) && ran.said.contains(&format!("chat.yaml{place}")), "{}", ran.said);
        assert!(ran.said.contains("help: ") && ran.said.contains("--dialect"), "{}", ran.said);
        if written.contains("$token") {
            // A target may have a login that brings one.
            continue;
        }
        // The same is said before anything is run.
        let raw = text.replace("level: must", "level: must\ndialect: raw");
        let ran = run(&format!("checked-{number}"), &[("chat.yaml", &raw)], &["check", "chat.yaml"]).await;
        assert!(ran.said.contains(told) && ran.status == 2, "{}", ran.said);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_target_there_is_nobody_to_speak_to() {
    let ran = run("nobody", &[("chat.yaml", CASE)], &["--scenario", "chat.yaml"]).await;
    assert!(ran.status == 2 && ran.said.contains("--target http://"), "{}", ran.said);
    let verbs = LOAD.replace("any member:\n", "any member: {send: hello}\n    - any member:\n");
    let args = ["--target", "http://127.0.0.1:9", "--scenario", "load.yaml"];
    let ran = run("verbs", &[("load.yaml", &verbs)], &args).await;
    assert!(ran.status == 2 && ran.said.contains("`send` is a verb"), "{}", ran.said);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_new_writes_is_sound_and_runs_against_such_a_chat() {
    let url = serve(Way::Usual).await;
    let folder = std::env::temp_dir().join(format!("harness-raw-{}-new", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let new = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
        let output = command.current_dir(&folder).args(args).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
    };
    let said = new(&["new", "--raw", "my-chat"]);
    assert!(said.contains("wrote my-chat.yaml") && said.contains("wrote my-chat-load.yaml"), "{said}");
    let said = new(&["check", "my-chat.yaml", "my-chat-load.yaml"]);
    assert!(said.contains("checked 2 scenarios: no problem"), "{said}");
    let said = new(&["--reports", "out", "--target", &url, "--scenario", "my-chat.yaml"]);
    assert!(said.contains("my-chat  passed"), "{said}");
    std::fs::remove_dir_all(&folder).unwrap();
}
