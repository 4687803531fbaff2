//! REST calls against a small axum server, and against none.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::Request as Received;
use axum::http::StatusCode;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::routing::{get, post};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use wire::client::rest::{Request, Rest, RestError};

use super::SOON;
use super::server::serve_app;

async fn serve() -> String {
    let app = axum::Router::new()
        .route("/api/echo", post(echo))
        .route("/api/text", get(async || "not { json"))
        .route("/api/nothing", get(async || StatusCode::NO_CONTENT))
        .route("/api/never", get(async || tokio::time::sleep(Duration::from_secs(60)).await));
    serve_app(app).await
}

async fn echo(request: Received) -> (StatusCode, [(&'static str, &'static str); 1], axum::Json<Value>) {
    let (head, body) = request.into_parts();
    let body: Bytes = axum::body::to_bytes(body, 1000).await.unwrap();
    let header = |name| head.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    let seen = json!({
        "query": head.uri.query(),
        "auth": header(AUTHORIZATION),
        "type": header(CONTENT_TYPE),
        "body": String::from_utf8(body.to_vec()).unwrap(),
    });
    (StatusCode::CREATED, [("X-Seen", "yes")], axum::Json(seen))
}

fn request(method: &str, path: &str) -> Request {
    Request { method: method.to_owned(), path: path.to_owned(), ..Request::default() }
}

#[tokio::test]
async fn everything_is_sent_and_everything_comes_back() {
    let rest = Rest::new(&format!("{}/api/", serve().await), None).unwrap();
    let mut call = request("POST", "/echo?a=b%20c");
    call.headers.push(("Authorization".to_owned(), "Bearer x".to_owned()));
    call.json = Some(json!({"z": 1, "a": 2}));
    let answer = rest.call(&call, SOON).await.unwrap();
    assert_eq!(answer.status, 201);
    assert!(answer.headers.contains(&("x-seen".to_owned(), "yes".to_owned())), "{:?}", answer.headers);
    assert!(answer.took > Duration::ZERO);
    let expected = json!({
        "query": "a=b%20c",
        "auth": "Bearer x",
        "type": "application/json",
        "body": "{\"z\":1,\"a\":2}",
    });
    assert_eq!(answer.body, expected);

    call.raw = Some("{broken".to_owned());
    assert_eq!(rest.call(&call, SOON).await.unwrap().body["body"], "{broken");
    call.headers.push(("content-type".to_owned(), "text/plain".to_owned()));
    assert_eq!(rest.call(&call, SOON).await.unwrap().body["type"], "text/plain");
}

#[tokio::test]
async fn bodies_that_are_not_json() {
    let rest = Rest::new(&serve().await, None).unwrap();
    let text = rest.call(&request("GET", "/api/text"), SOON).await.unwrap();
    assert_eq!((text.status, text.body), (200, json!("not { json")));
    let nothing = rest.call(&request("GET", "/api/nothing"), SOON).await.unwrap();
    assert_eq!((nothing.status, nothing.body), (204, Value::Null));
    let missing = rest.call(&request("GET", "/elsewhere"), SOON).await.unwrap();
    assert_eq!((missing.status, missing.body), (404, Value::Null));
}

#[tokio::test]
async fn failures_say_what_to_do() {
    let base = serve().await;
    let rest = Rest::new(&base, None).unwrap();
    let address = base.strip_prefix("http://").unwrap();

    let slow = rest.call(&request("GET", "/api/never"), Duration::from_millis(50)).await.unwrap_err();
    assert_eq!(slow.to_string(), format!("{address}: GET /api/never was not answered within 50ms"));

    let odd = rest.call(&request("GET", "/a b"), SOON).await.unwrap_err();
    assert_eq!(
        odd.to_string(),
        "the path \"/a b\" cannot be sent: percent-encode spaces and other odd characters"
    );
    assert!(matches!(rest.call(&request("GET", "x"), SOON).await, Err(RestError::BadRequest { .. })));
    assert!(matches!(rest.call(&request("G T", "/"), SOON).await, Err(RestError::BadRequest { .. })));
    assert!(matches!(Rest::new("ftp://chat.example", None), Err(RestError::BadUrl { .. })));

    let nobody = Rest::new("127.0.0.1:1", None).unwrap().call(&request("GET", "/"), SOON).await.unwrap_err();
    assert_eq!(
        nobody.to_string(),
        "no TCP connection to 127.0.0.1:1: Connection refused (os error 111); is the server running, and is \
         this its address?"
    );
}

#[tokio::test]
async fn a_server_that_hangs_up_is_told() {
    let base = super::misbehaving::answering("").await;
    let error = Rest::new(&base, None).unwrap().call(&request("GET", "/x"), SOON).await.unwrap_err();
    assert!(matches!(error, RestError::Broken { .. }), "{error}");
    let base = super::misbehaving::answering("SMTP ready\r\n\r\n").await;
    let error = Rest::new(&base, None).unwrap().call(&request("GET", "/x"), SOON).await.unwrap_err();
    assert!(matches!(error, RestError::Broken { .. }), "{error}");
}

/// Answers each request with this, without end.
async fn pouring(bytes: &'static [u8]) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move { while stream.write_all(bytes).await.is_ok() {} });
        }
    });
    base
}

#[tokio::test]
async fn an_answer_without_end_is_given_up_and_keeps_nobody_from_their_turn() {
    const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n";
    let base = pouring(CONTINUE).await;
    let rest = Rest::new(&base, None).unwrap();
    let asked = request("GET", "/x");
    let call = rest.call(&asked, SOON);
    let mut late = Duration::ZERO;
    let others = async {
        loop {
            let before = std::time::Instant::now();
            tokio::time::sleep(Duration::from_millis(10)).await;
            late = late.max(before.elapsed());
        }
    };
    let error = tokio::select! {
        answer = call => answer.unwrap_err(),
        () = others => unreachable!(),
    };
    assert!(matches!(error, RestError::Timeout { .. } | RestError::Broken { .. }), "{error}");
    assert!(late < Duration::from_secs(1), "{late:?}");
}
