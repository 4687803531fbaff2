//! The program itself: what it serves without a flag, and how it ends.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use super::client::{Client, call};

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_reference-server"));
    command.args(arguments).env_remove("PORT").env_remove("JWT_SECRET").env("RUST_LOG", "error");
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

pub(super) fn started(arguments: &[&str]) -> (Child, Lines<BufReader<ChildStdout>>) {
    let mut child = program(arguments).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    (child, lines)
}

/// The next address in the table on start.
pub(super) async fn address(lines: &mut Lines<BufReader<ChildStdout>>) -> SocketAddr {
    loop {
        let next = tokio::time::timeout(Duration::from_secs(10), lines.next_line()).await.unwrap().unwrap();
        let line = next.expect("the table names an address");
        if let Some(page) = line.trim().strip_prefix("page") {
            return page.trim().trim_start_matches("http://").trim_end_matches('/').parse().unwrap();
        }
    }
}

#[tokio::test]
async fn without_a_flag_all_dialects_are_served_and_end_together() {
    let (mut child, mut lines) = started(&["--port", "0"]);
    for dialect in ["minimal", "minimal-open", "gateway", "whatsapp", "crm"] {
        let address = address(&mut lines).await;
        let health = call(address, "GET", "/healthz", Value::Null).await.json();
        assert_eq!(health["dialect"], dialect);
    }
    ends_well(&mut child, "-TERM").await;
}

async fn ends_well(child: &mut Child, signal: &str) {
    let id = child.id().unwrap().to_string();
    assert!(Command::new("kill").args([signal, &id]).status().await.unwrap().success());
    let ended = tokio::time::timeout(Duration::from_secs(5), child.wait()).await.unwrap().unwrap();
    assert!(ended.success(), "{signal}: {ended}");
}

#[tokio::test]
async fn a_terminal_that_is_gone_ends_it_like_any_request_to_end() {
    let (mut child, mut lines) = started(&["--port", "0", "--dialect", "crm"]);
    address(&mut lines).await;
    ends_well(&mut child, "-HUP").await;
}

#[tokio::test]
async fn a_user_id_forges_no_line_of_the_log() {
    let mut command = program(&["--port", "0", "--dialect", "whatsapp"]);
    let mut child = command.env("RUST_LOG", "info").spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let address = address(&mut lines).await;
    let user = "x%0aWARN%20forged";
    let _ana = Client::named(address, "/messages", user).await;
    ends_well(&mut child, "-TERM").await;
    let mut log = String::new();
    child.stderr.take().unwrap().read_to_string(&mut log).await.unwrap();
    assert!(log.contains("user=x\\nWARN forged"), "{log}");
    assert!(!log.lines().any(|line| line.starts_with("WARN forged")), "{log}");
}

#[tokio::test]
async fn one_chat_per_dialect() {
    let (_child, mut lines) = started(&["--port", "0", "--dialect", "gateway", "--dialect", "gateway"]);
    let (first, second) = (address(&mut lines).await, address(&mut lines).await);
    let create = serde_json::json!({"sender_id": 8, "receiver_id": 9});
    for server in [first, second] {
        let made = call(server, "POST", "/api/chats/conversations", create.clone()).await.json();
        assert_eq!(made["id"], 3, "neither knows the conversations of the other");
    }
}

#[tokio::test]
async fn what_cannot_be_served_is_said_and_fails() {
    for (arguments, text) in [
        (&["--port", "65533"][..], "not enough ports"),
        (&["--dialect", "klingon"], "no dialect is called"),
        (&["--host", "0.0.0.0", "--port", "0"], "set JWT_SECRET"),
        (&["--host", "0.0.0.0", "--port", "0", "--jwt-secret", ""], "JWT_SECRET has 0 bytes"),
        (&["--port", "0", "--public"], "not fit for the public"),
    ] {
        let output = program(arguments).output().await.unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(text), "{arguments:?}: {said}");
    }
}

#[tokio::test]
async fn a_reader_who_has_seen_enough_is_no_failure_and_a_full_disk_is_told() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output =
        program(&["--list-faults"]).stdout(writer).spawn().unwrap().wait_with_output().await.unwrap();
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
    for arguments in [&["--list-faults"][..], &["--port", "0", "--dialect", "crm"]] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let output = program(arguments).stdout(full).spawn().unwrap().wait_with_output().await.unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let told = "error: cannot write to standard output: No space left on device";
        assert!(output.status.code() == Some(1) && said.starts_with(told), "{arguments:?}: {said}");
    }
}
