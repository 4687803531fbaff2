//! Users who have to log in: what the answers bring is their token, their cookie and who they are, in cases and under load; it is made
//! again once it has ended, and no report shows any of it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

use crate::client::server::{on_its_own, serve_app};
use crate::raw::{CASE, LOAD, run};

/// Who is logged in, by token and by the secret of their cookie.
#[derive(Default)]
struct Desk {
    sessions: Mutex<HashMap<String, String>>,
    logins: AtomicU64,
    /// How long a session lasts, as the answer says it.
    lasts: u64,
}

/// A chat that lets in who brings a token and the cookie of the same login; a login wants the cookie and the header of a first call.
async fn guarded(lasts: u64) -> (String, Arc<Desk>) {
    let desk = Arc::new(Desk { lasts, ..Desk::default() });
    let kept = Arc::clone(&desk);
    let url = on_its_own(async move || {
        let (layer, io) = SocketIo::builder().build_layer();
        let sockets = Arc::clone(&kept);
        io.ns("/", async move |socket: SocketRef, Data(auth): Data<Value>| enter(&socket, &auth, &sockets));
        let csrf = async || {
            ([(header::SET_COOKIE, "csrf=cookie-of-csrf; Path=/")], Json(json!({"csrf": "header-of-csrf"})))
        };
        let app = Router::new().route("/csrf", get(csrf)).route("/login", post(log_in)).with_state(kept);
        serve_app(app.layer(layer)).await
    })
    .await;
    (url, desk)
}

async fn log_in(State(desk): State<Arc<Desk>>, headers: HeaderMap, Json(who): Json<Value>) -> Response {
    let has = |name: &str, value: &str| {
        headers.get(name).is_some_and(|known| known.to_str().unwrap().contains(value))
    };
    let number =
        who["email"].as_str().and_then(|email| email.strip_suffix("@example.org")).unwrap_or_default();
    let known = !number.is_empty() && who["password"] == format!("pass-word-of-{number}");
    if !known || !has("cookie", "csrf=cookie-of-csrf") || !has("x-csrf", "header-of-csrf") {
        return (StatusCode::UNAUTHORIZED, Json(json!({"error": "who are you?"}))).into_response();
    }
    let count = desk.logins.fetch_add(1, Ordering::SeqCst);
    let (token, secret) = (format!("opaque-token-{count}"), format!("secret-of-session-{count}"));
    desk.sessions.lock().unwrap().insert(token.clone(), secret.clone());
    let body =
        json!({"accessToken": token, "expiresIn": desk.lasts, "user": {"id": format!("user-{number}")}});
    ([(header::SET_COOKIE, format!("sid={secret}; HttpOnly"))], Json(body)).into_response()
}

fn enter(socket: &SocketRef, auth: &Value, desk: &Desk) {
    let cookie =
        socket.req_parts().headers.get(header::COOKIE).map(|cookie| cookie.to_str().unwrap().to_owned());
    let token = auth["token"].as_str().unwrap_or_default();
    let secret = desk.sessions.lock().unwrap().get(token).cloned();
    if !secret.is_some_and(|secret| cookie.unwrap_or_default().contains(&format!("sid={secret}"))) {
        socket.emit("refused", "log in first").ok();
        socket.clone().disconnect().ok();
        return;
    }
    socket.on("join", async |socket: SocketRef, Data(room): Data<String>, ack: AckSender| {
        socket.join(room);
        ack.send("ok").ok();
    });
    socket.on("say", async |io: SocketIo, Data(said): Data<Value>, ack: AckSender| {
        let room = said["room"].as_str().unwrap_or_default().to_owned();
        io.to(room).emit("said", &said).await.ok();
        ack.send(&json!({"ok": true})).ok();
    });
}

const LOGIN: &str = "settle: 50ms
login:
  - {get: /csrf, body: {csrf: <str:csrf>}}
  - {post: /login, headers: {x-csrf: $csrf}, json: {email: $data.email, password: $data.password}, body: {accessToken: <str:token>, expiresIn: <int:expires_in>, user: {id: <id:me>}}}
";

fn users(many: usize) -> String {
    let rows = (1..=many).map(|user| format!("{user}@example.org,pass-word-of-{user}\n"));
    format!("email,password\n{}", rows.collect::<String>())
}

/// A case and a load in which everybody says who they are.
fn logged_in() -> (String, String) {
    let case = CASE
        .replace("steps:", "connect: {auth: {token: $token}}\nsteps:")
        .replace("from: ana", "from: ana, who: <maybe str>");
    let case = case.replace("from: $me.name, text", "from: $me.name, who: $me.id, text");
    (case, LOAD.replace("load:", "connect: {auth: {token: $token}}\nload:"))
}

#[tokio::test(flavor = "multi_thread")]
async fn who_logs_in_has_a_token_a_cookie_and_a_name_and_no_report_shows_the_first_two() {
    let (url, desk) = guarded(3600).await;
    let (case, load) = logged_in();
    let target = format!("url: {url}\nusers: users.csv\n{LOGIN}");
    let files = [
        ("target.yaml", target.as_str()),
        ("users.csv", &users(18)),
        ("chat.yaml", &case),
        ("load.yaml", &load),
    ];
    let ran = run("login", &files, &["--target", "target.yaml", "--scenario", "chat.yaml"]).await;
    assert_eq!((ran.status, desk.logins.load(Ordering::SeqCst)), (0, 3), "{}", ran.said);
    let all = ran.report.to_string();
    assert!(all.contains("\"user-1\"") && all.contains("connect"), "{all}");
    for secret in ["opaque-token-", "secret-of-session", "pass-word-of"] {
        assert!(!all.contains(secret), "{secret}: {all}");
    }
    for transport in ["websocket", "polling"] {
        let args = ["--target", "target.yaml", "--scenario", "load.yaml", "--transport", transport];
        let ran = run(&format!("login-{transport}"), &files, &args).await;
        assert_eq!(ran.status, 0, "{}", ran.said);
        assert_eq!(ran.report["loads"][0]["ledger"]["received"], 180, "{}", ran.said);
        assert!(!ran.report.to_string().contains("opaque-token-"), "{}", ran.said);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn users_come_from_a_command_too_and_a_session_that_has_ended_is_made_again() {
    let (url, desk) = guarded(5).await;
    let (case, _) = logged_in();
    let rows: Vec<Value> = (1..=4)
        .map(|user| json!({"email": format!("{user}@example.org"), "password": format!("pass-word-of-{user}")}))
        .collect();
    let command = format!("printf '%s' '{}'", json!(rows));
    let target = format!("url: {url}\nusers: {{command: {}}}\n{LOGIN}", json!(command));
    let files = [("target.yaml", target.as_str()), ("one.yaml", &case), ("two.yaml", &case)];
    let args = ["--target", "target.yaml", "--scenario", "one.yaml", "--scenario", "two.yaml"];
    let ran = run("renewed", &files, &args).await;
    assert_eq!((ran.status, desk.logins.load(Ordering::SeqCst)), (0, 6), "{}", ran.said);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_let_in_is_told_by_which_call() {
    let (url, _) = guarded(3600).await;
    let (case, _) = logged_in();
    let without = LOGIN.replace("headers: {x-csrf: $csrf}, ", "");
    for (users, login, told) in [
        (users(3), without.as_str(), "user row 1 could not log in: POST /login was answered with 401"),
        (users(2), LOGIN, "it needs 3 users"),
        (users(3).replace("pass-word-of-2", "guessed"), LOGIN, "user row 2 could not log in"),
    ] {
        let target = format!("url: {url}\nusers: users.csv\n{login}");
        let files = [("target.yaml", target.as_str()), ("users.csv", &users), ("chat.yaml", &case)];
        let ran = run("not-let-in", &files, &["--target", "target.yaml", "--scenario", "chat.yaml"]).await;
        let said = ran.said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(ran.status == 4 && said.contains(told), "{}", ran.said);
        assert!(!ran.said.contains("pass-word-of"), "{}", ran.said);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_login_does_not_say_is_told_at_its_place() {
    let (case, _) = logged_in();
    for (lines, told) in [
        (LOGIN.to_owned(), "`login` says how users get in, and there is none"),
        (
            format!("users: users.csv\n{LOGIN}").replace("$data.email", "$data.emial"),
            "a user has no field `emial`",
        ),
        (
            format!("users: users.csv\n{LOGIN}").replace("<str:csrf>", "<str>"),
            "nothing has shown what `$csrf` is",
        ),
        (
            format!("users: users.csv\n{LOGIN}").replace("$data.password", "$env.HARNESS_UNSET"),
            "the environment has no `HARNESS_UNSET`",
        ),
        ("users: nobody.csv\n".to_owned(), "nobody.csv"),
    ] {
        let target = format!("url: http://127.0.0.1:9\n{lines}");
        let files = [("target.yaml", target.as_str()), ("users.csv", &users(3)), ("chat.yaml", &case)];
        let ran = run("not-said", &files, &["--target", "target.yaml", "--scenario", "chat.yaml"]).await;
        assert!(
            ran.status == 2 && ran.said.contains(told) && ran.said.contains("target.yaml:"),
            "{}",
            ran.said
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_the_server_makes_has_fewer_bad_forms() {
    let target = "url: http://127.0.0.1:9\ndialect: crm\nusers: [1, 2, 3]\nlogin: {post: /login, json: {id: $data.id}, body: {token: <str:token>}}\n";
    let args = [
        "--target",
        "target.yaml",
        "--list",
        "--scenario",
        "auth-failures.yaml",
        "--scenario",
        "token-expiry.yaml",
    ];
    let ran = run("bad-forms", &[("target.yaml", target)], &args).await;
    assert!(
        ran.said.contains("auth-failures[none,") && ran.said.contains("auth-failures[garbage,"),
        "{}",
        ran.said
    );
    for signed in ["expired", "wrong_signature", "alg_none"] {
        assert!(!ran.said.contains(&format!("auth-failures[{signed}")), "{}", ran.said);
    }
    assert!(ran.said.contains("has no token"), "{}", ran.said);
}
