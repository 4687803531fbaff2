//! Attacks on the program itself: each must end as it should, and leave the memory within what is bounded.
//!
//! `cargo test -p reference-server --test server -- attacks` runs them all. Memory is that of the process, from `/proc`.
#![cfg(target_os = "linux")]

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use reference_server::{UserId, sign};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::Child;

use super::client::{Client, call, http};
use super::command_line::{address, started};

const SECRET: &str = "an attacker who knows it is a user like any other";

struct Victim {
    address: SocketAddr,
    child: Child,
}

impl Victim {
    async fn start(dialect: &str, more: &[&str]) -> Self {
        let arguments = [&["--port", "0", "--dialect", dialect, "--jwt-secret", SECRET], more].concat();
        let (child, mut lines) = started(&arguments);
        Self { address: address(&mut lines).await, child }
    }

    /// MiB that are resident.
    fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id().unwrap())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
    }

    async fn user(&self, id: u64) -> Client {
        let token = sign(SECRET, &UserId::Number(id), u64::from(u32::MAX)).unwrap();
        Client::enter(self.address, "/chat", "", &json!({"token": token})).await.unwrap()
    }

    async fn is_well(&self) {
        let begun = Instant::now();
        assert_eq!(http(self.address, "GET", "/healthz", "", "").await.status, 200);
        assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    }
}

fn bearer(id: u64) -> String {
    let token = sign(SECRET, &UserId::Number(id), u64::from(u32::MAX)).unwrap();
    format!("Authorization: Bearer {token}\r\nContent-Type: application/json\r\n")
}

#[tokio::test]
async fn twenty_sockets_that_never_read() {
    let victim = Victim::start("crm", &["--max-queue-bytes", "1000000", "--no-rate-limit"]).await;
    let mut deaf = Vec::new();
    for _ in 0..20 {
        let mut socket = victim.user(2).await;
        socket.ask("joinChat", json!({"chatId": 1})).await.unwrap();
        deaf.push(socket);
    }
    let mut ana = victim.user(1).await;
    let before = victim.memory();
    let text = "😀".repeat(10_000);
    let mut most = before;
    for _ in 0..500 {
        ana.ask("sendMessage", json!({"chatId": 1, "content": text})).await.unwrap();
        most = most.max(victim.memory());
    }
    // 500 messages of 40 KB in the history, and a megabyte for each who does not read, with what is on its way.
    assert!(most - before < 20 + 20 * 3 + 40, "{before} MiB before, {most} at most");
    victim.is_well().await;
}

#[tokio::test]
async fn histories_that_nobody_reads() {
    let victim = Victim::start("crm", &["--no-rate-limit"]).await;
    for number in 0..300 {
        let body = json!({"chatId": 1, "content": format!("{number}{}", "😀".repeat(9_000))}).to_string();
        assert_eq!(http(victim.address, "POST", "/chat-messages", &bearer(1), &body).await.status, 201);
    }
    let before = victim.memory();
    let mut unread = Vec::new();
    for _ in 0..50 {
        let mut stream = TcpStream::connect(victim.address).await.unwrap();
        let ask = format!("GET /chat-messages/chat/1 HTTP/1.1\r\nHost: x\r\n{}\r\n", bearer(1));
        stream.write_all(ask.as_bytes()).await.unwrap();
        unread.push(stream);
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let after = victim.memory();
    assert!(
        after.saturating_sub(before) < 60,
        "{before} MiB before, {after} after 50 times 11 MB were asked for"
    );
    victim.is_well().await;
}

#[tokio::test]
async fn conversations_of_anybody_evict_nobodys() {
    let victim = Victim::start("gateway", &["--max-conversations", "50"]).await;
    let mut ana = Client::named(victim.address, "/chat", "1").await;
    let said = json!({"sender_id": 1, "conversation_id": 1, "message_type": "text", "content": "keep me"});
    ana.emit("send-message", said).await;
    ana.heard().await;
    for sender in 100..400 {
        let body = json!({"sender_id": sender, "receiver_id": sender + 1});
        let status = call(victim.address, "POST", "/api/chats/conversations", body).await.status;
        assert!([201, 503].contains(&status), "{status}");
    }
    let history =
        call(victim.address, "GET", "/api/chats/conversations/1/messages", Value::Null).await.json();
    assert_eq!(history["total"], 1);
}

#[tokio::test]
async fn crowds_of_participants() {
    let victim = Victim::start("crm", &["--no-rate-limit"]).await;
    let crowd: Vec<u64> = (10..20_000).collect();
    let body = json!({"participants": crowd}).to_string();
    let mut memory = Vec::new();
    for _ in 0..3 {
        for _ in 0..15 {
            assert_eq!(http(victim.address, "POST", "/project-chats", &bearer(1), &body).await.status, 400);
        }
        memory.push(victim.memory());
    }
    assert!(memory[2].saturating_sub(memory[0]) < 15, "MiB after 15, 30 and 45 of them: {memory:?}");
    victim.is_well().await;
}

#[tokio::test]
async fn silent_connections_make_room_for_newcomers() {
    let victim = Victim::start("crm", &["--max-connections", "100", "--header-timeout-ms", "1000"]).await;
    let mut silent = Vec::new();
    for _ in 0..150 {
        let mut stream = TcpStream::connect(victim.address).await.unwrap();
        let _ = stream.write_all(b"GET / HT").await;
        silent.push(stream);
    }
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    victim.is_well().await;
    let mut closed = 0;
    for stream in &mut silent {
        let mut rest = Vec::new();
        let end = tokio::time::timeout(Duration::from_secs(1), stream.read_to_end(&mut rest)).await;
        closed += usize::from(end.is_ok());
    }
    assert_eq!(closed, 150);
}

#[tokio::test]
async fn large_events_of_nobody() {
    let victim = Victim::start("minimal-open", &[]).await;
    let mut nobody = Client::enter(victim.address, "/chat", "", &Value::Null).await.unwrap();
    let before = victim.memory();
    let text = "x".repeat(880_000);
    for _ in 0..60 {
        let said = json!({"convId": 1, "userId": 1, "message": {"message": text}});
        nobody.emit("sendMessage", said).await;
    }
    let heard = nobody.heard().await;
    let refused =
        |(_, value): &&(String, Value)| value["message"].as_str().unwrap().contains("Too many events");
    let limited = heard.iter().filter(refused).count();
    assert!(heard.len() == 60 && limited > 20, "{limited} of {}", heard.len());
    let after = victim.memory();
    assert!(after.saturating_sub(before) < 60, "{before} MiB before, {after} after");
    victim.is_well().await;
}
