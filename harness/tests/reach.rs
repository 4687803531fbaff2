//! Servers that stand somewhere else than the usual: behind paths, behind a balancer, behind what every connection has to say, and on
//! several nodes. Each is reached, in cases and under load, and what is wrong there is found.

use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Router, middleware};
use serde_json::json;
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use tokio::net::{TcpListener, TcpStream};

use crate::client::server::{on_its_own, serve_app};
use crate::raw::chat::{Way, serve};
use crate::raw::{CASE, LOAD, findings, run};

/// A chat under a path of its own, beside REST under another; it lets in who says `platform=ios`, the cookie `tenant=acme` and the
/// version in `auth`. Its balancer sends a request of polling astray that does not bring its own cookie back.
async fn guarded() -> String {
    on_its_own(async || {
        let (layer, io) = SocketIo::builder().req_path("/realtime/ws").build_layer();
        io.ns("/", async |socket: SocketRef, Data(auth): Data<serde_json::Value>| {
            let parts = socket.req_parts();
            let asked = parts.uri.query().unwrap_or_default();
            let cookie = parts.headers.get(header::COOKIE).map(|cookie| cookie.to_str().unwrap());
            let known = cookie.is_some_and(|cookie| cookie.contains("tenant=acme"));
            if !asked.contains("platform=ios%20%26%20co") || !known || auth["v"] != 2 {
                socket.disconnect().ok();
                return;
            }
            socket.on("join", async |socket: SocketRef, Data(room): Data<String>, ack: AckSender| {
                socket.join(room);
                ack.send("ok").ok();
            });
            socket.on("say", async |io: SocketIo, Data(said): Data<serde_json::Value>, ack: AckSender| {
                let room = said["room"].as_str().unwrap_or_default().to_owned();
                io.to(room).emit("said", &said).await.ok();
                ack.send(&json!({"ok": true})).ok();
            });
        });
        let health = get(async || "fine");
        let app = Router::new().route("/healthz", health.clone()).route("/api/v1/health", health);
        serve_app(app.layer(layer).layer(middleware::from_fn(balanced))).await
    })
    .await
}

async fn balanced(request: Request, next: Next) -> Response {
    let later = request.uri().query().is_some_and(|query| query.contains("sid="));
    if later && !brings(request.headers(), "lb=node-1") {
        return (StatusCode::BAD_REQUEST, "another node").into_response();
    }
    let mut answer = next.run(request).await;
    answer.headers_mut().insert(header::SET_COOKIE, "lb=node-1; Path=/; HttpOnly".parse().unwrap());
    answer
}

fn brings(headers: &HeaderMap, pair: &str) -> bool {
    headers.get_all(header::COOKIE).iter().any(|cookie| cookie.to_str().unwrap().contains(pair))
}

const TARGET: &str = "path: /realtime/ws
base: /api/v1
ready: /healthz
settle: 50ms
handshake: {query: {platform: ios & co}, headers: {cookie: tenant=acme}, auth: {v: 2}}
";

#[tokio::test(flavor = "multi_thread")]
async fn what_every_connection_has_to_say_is_said_and_each_path_is_its_own() {
    let url = guarded().await;
    let health = CASE.replace("steps:\n", "steps:\n  - rest: {get: /health, status: 200, body: fine}\n");
    let target = format!("url: {url}\n{TARGET}");
    let files = [("target.yaml", target.as_str()), ("chat.yaml", &health), ("load.yaml", LOAD)];
    for transport in ["websocket", "polling", "upgrade"] {
        let args = ["--target", "target.yaml", "--scenario", "chat.yaml", "--transport", transport];
        let ran = run(&format!("paths-{transport}"), &files, &args).await;
        assert_eq!(ran.status, 0, "{transport}: {}", ran.said);
        let args = ["--target", "target.yaml", "--scenario", "load.yaml", "--transport", transport];
        let ran = run(&format!("load-{transport}"), &files, &args).await;
        assert_eq!(ran.status, 0, "{transport}: {}", ran.said);
        assert_eq!(ran.report["loads"][0]["ledger"]["received"], 180, "{}", ran.said);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_any_of_it_nobody_is_let_in() {
    let url = guarded().await;
    for (line, told) in [
        ("path: /realtime/ws\n", "/socket.io/: the websocket upgrade was refused with HTTP 404"),
        ("base: /api/v1\n", "404"),
        ("query: {platform: ios & co}, ", "disconnected"),
        ("headers: {cookie: tenant=acme}, ", "disconnected"),
        (", auth: {v: 2}", "disconnected"),
    ] {
        let lines = TARGET.replace(line, "");
        assert_ne!(lines, TARGET, "{line}");
        let target = format!("url: {url}\n{lines}");
        let health = CASE.replace("steps:\n", "steps:\n  - rest: {get: /health, status: 200, body: fine}\n");
        let files = [("target.yaml", target.as_str()), ("chat.yaml", &health)];
        let args = ["--target", "target.yaml", "--scenario", "chat.yaml"];
        let ran = run(&format!("without-{}", line.len()), &files, &args).await;
        assert_ne!(ran.status, 0, "{line}: {}", ran.said);
        assert!(ran.said.contains(told), "{line}: {}", ran.said);
    }
}

/// Another address of the same server.
async fn another_address(of: &str) -> String {
    let server = of.trim_start_matches("http://").to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let server = server.clone();
            tokio::spawn(async move {
                let mut server = TcpStream::connect(&server).await.unwrap();
                for end in [&client, &server] {
                    end.set_nodelay(true).unwrap();
                }
                // Either side may hang up at any time.
                let _over = tokio::io::copy_bidirectional(&mut client, &mut server).await;
            });
        }
    });
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_are_taken_in_turn_and_what_does_not_cross_is_told_apart() {
    let one = serve(Way::Usual).await;
    for (joined, other) in [(true, another_address(&one).await), (false, serve(Way::Usual).await)] {
        let target = format!("urls: [{one}, {other}]\nsettle: 50ms\n");
        let files = [("target.yaml", target.as_str()), ("chat.yaml", CASE), ("load.yaml", LOAD)];
        let args = ["--target", "target.yaml", "--scenario", "chat.yaml"];
        let ran = run(&format!("nodes-{joined}"), &files, &args).await;
        assert_eq!(ran.status, i32::from(!joined), "{}", ran.said);
        assert!(ran.said.contains("2 nodes"), "{}", ran.said);
        if !joined {
            let told = format!("(said at {one}, to be heard at {other})");
            let found = findings(&ran);
            assert!(
                found.iter().all(|message| message.starts_with("bo ") && message.ends_with(&told)),
                "{found:?}"
            );
        }
        let args = ["--target", "target.yaml", "--scenario", "load.yaml"];
        let ran = run(&format!("nodes-load-{joined}"), &files, &args).await;
        assert_eq!(ran.status, i32::from(!joined), "{}", ran.said);
        let heard = &ran.report["loads"][0]["heard"];
        let of = |kind: usize, count: &str| heard[kind][count].as_u64().unwrap();
        assert_eq!(of(0, "due") + of(1, "due"), 180, "{}", ran.said);
        assert!(of(0, "due") == of(0, "came") && of(1, "due") > 20, "{}", ran.said);
        assert_eq!(of(1, "came"), if joined { of(1, "due") } else { 0 }, "{}", ran.said);
        assert!(ran.said.contains("sender and hearer on two nodes"), "{}", ran.said);
        assert_eq!(ran.said.contains("who is on another node"), !joined, "{}", ran.said);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_file_that_cannot_be_meant_is_told_at_its_place() {
    for (lines, told) in [
        ("url: http://127.0.0.1:9\nurls: [http://127.0.0.1:9]\n", "`url`, or several `urls`"),
        ("urls: []\n", "`urls` lists no address"),
        ("url: http://127.0.0.1:9\npath: realtime\n", "write /realtime"),
        ("url: http://127.0.0.1:9\nbase: /api?v=1\n", "`base` is a path"),
        ("url: http://127.0.0.1:9\nhandshake: {query: {user: $me.id}}\n", "is another for each user"),
        ("url: http://127.0.0.1:9\nhandshake: {namespace: /chat}\n", "the namespace is the contract's"),
        ("url: https://127.0.0.1:9\ntls: {cert: a.pem}\n", "needs both, `cert` and `key`"),
    ] {
        let files = [("target.yaml", lines), ("chat.yaml", CASE)];
        let args = ["--target", "target.yaml", "--scenario", "chat.yaml"];
        let ran = run(&format!("meant-{}", told.len()), &files, &args).await;
        assert!(
            ran.status == 2 && ran.said.contains(told) && ran.said.contains("target.yaml:"),
            "{}",
            ran.said
        );
    }
}
