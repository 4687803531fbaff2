//! The program itself: what it serves without a flag, and how it ends.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use super::client::call;

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_reference-server"));
    command.args(arguments).env_remove("PORT").env_remove("JWT_SECRET").env("RUST_LOG", "error");
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

fn started(arguments: &[&str]) -> (Child, Lines<BufReader<ChildStdout>>) {
    let mut child = program(arguments).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    (child, lines)
}

/// The next address in the table on start.
async fn address(lines: &mut Lines<BufReader<ChildStdout>>) -> SocketAddr {
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
    let id = child.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().await.unwrap().success());
    let ended = tokio::time::timeout(Duration::from_secs(5), child.wait()).await.unwrap().unwrap();
    assert!(ended.success(), "{ended}");
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
