//! A proxy that changes what a sound server says on its websockets: REST goes through as it is.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use conformance::{Venue as _, Wanted};
use futures_util::{SinkExt as _, StreamExt as _};
use harness::embedded::Embedded;
use results::record::load::LoadRecord;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use super::{SMALL, against, options};

/// What is said instead of a text of the server.
pub(crate) type Change = fn(&str) -> Vec<Message>;

/// Stands before a server; returns the base URL.
pub(crate) async fn changing(upstream: &str, change: Change) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let upstream = upstream.trim_start_matches("http://").to_owned();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(pass_on(client, upstream.clone(), change));
        }
    });
    base
}

async fn pass_on(mut client: TcpStream, upstream: String, change: Change) {
    let mut begin = [0; 14];
    let mut server = TcpStream::connect(&upstream).await.unwrap();
    if client.peek(&mut begin).await.is_err() || &begin != b"GET /socket.io" {
        // Whoever hangs up first ends it.
        tokio::io::copy_bidirectional(&mut client, &mut server).await.ok();
        return;
    }
    let mut asked = None;
    #[expect(clippy::result_large_err, reason = "the type of the callback is not ours")]
    let note = |request: &Request, response: Response| {
        asked = Some((request.uri().to_string(), request.headers().get("authorization").cloned()));
        Ok(response)
    };
    let mut client = tokio_tungstenite::accept_hdr_async(client, note).await.unwrap();
    let (target, token) = asked.unwrap();
    let mut request = format!("ws://{upstream}{target}").into_client_request().unwrap();
    if let Some(token) = token {
        request.headers_mut().insert("authorization", token);
    }
    let (mut server, _) = tokio_tungstenite::client_async(request, server).await.unwrap();
    loop {
        tokio::select! {
            said = client.next() => match said {
                Some(Ok(message)) => server.send(message).await.unwrap_or_default(),
                _ => return,
            },
            heard = server.next() => {
                let Some(Ok(heard)) = heard else { return };
                let instead = match &heard {
                    Message::Text(text) => change(text),
                    _ => vec![heard],
                };
                for message in instead {
                    if client.send(message).await.is_err() {
                        return;
                    }
                }
            }
        }
    }
}

fn as_it_is(text: &str) -> Message {
    Message::text(text.to_owned())
}

fn lets_in(text: &str) -> bool {
    text.starts_with("40") && !text.contains("fence")
}

/// Whoever is let in first hears what nobody needs.
fn flooding_one(text: &str) -> Vec<Message> {
    static FIRST: AtomicBool = AtomicBool::new(true);
    let flooded = lets_in(text) && FIRST.swap(false, Ordering::Relaxed);
    std::iter::once(as_it_is(text)).chain(ticks(if flooded { 30_000 } else { 0 })).collect()
}

pub(crate) fn ticks(count: usize) -> impl Iterator<Item = Message> {
    std::iter::repeat_with(|| Message::text(r#"42/chat,["tick",{"at":1}]"#)).take(count)
}

/// A run against the reference server with this change, and how long it took.
async fn with(change: Change) -> (LoadRecord, Duration) {
    let mut arena = Embedded::new(1.0).under_load().open("crm", Wanted::All).await.unwrap();
    arena.base = changing(&arena.base, change).await;
    let began = Instant::now();
    (against(SMALL, "crm", &arena, &options()).await.unwrap(), began.elapsed())
}

fn told(record: &LoadRecord) -> String {
    format!("{:?} {:?}", record.breaches, record.samples)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_asks_for_endless_patience_gets_a_day() {
    let (record, _) = with(|text| match text.strip_prefix("0{") {
        Some(_) => vec![Message::text(
            r#"0{"sid":"a","upgrades":[],"pingInterval":18446744073709551615,"pingTimeout":18446744073709551615}"#,
        )],
        None => vec![as_it_is(text)],
    })
    .await;
    assert!(record.passed, "{}", told(&record));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ramp_in_which_nobody_stays_ends_with_the_reason() {
    let (record, took) = with(|text| {
        let reason = Utf8Bytes::from("go away: maintenance");
        let close = Message::Close(Some(CloseFrame { code: 4000.into(), reason }));
        if lets_in(text) { vec![as_it_is(text), close] } else { vec![as_it_is(text)] }
    })
    .await;
    let told = told(&record);
    assert!(!record.passed && took < Duration::from_secs(20), "{took:?} {told}");
    assert!(told.contains("nobody got into a room") && told.contains("4000: go away"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_ends_a_run_and_is_told() {
    let (record, took) = with(flooding_one).await;
    let told = told(&record);
    assert!(!record.passed && took < Duration::from_secs(20), "{took:?} {told}");
    assert!(told.contains("ended early: a flood: "), "{told}");
    assert!(record.samples.len() < 500, "{} samples", record.samples.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_belongs_to_an_opening_comes_once() {
    let (record, _) = with(|text| {
        if text.starts_with("0{") { vec![as_it_is(text), as_it_is(text)] } else { vec![as_it_is(text)] }
    })
    .await;
    assert!(told(&record).contains("an Engine.IO open packet in the middle"), "{}", told(&record));
    let (record, _) =
        with(|text| if lets_in(text) { vec![as_it_is(text), as_it_is(text)] } else { vec![as_it_is(text)] })
            .await;
    assert!(told(&record).contains("was in the namespace already"), "{}", told(&record));
    let (record, _) = with(|text| match text.starts_with("0{") {
        true => vec![as_it_is(&text.replace("\"sid\"", "\"id\""))],
        false => vec![as_it_is(text)],
    })
    .await;
    assert!(!record.passed && told(&record).contains("sid"), "{}", told(&record));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_event_is_read_and_shown_in_short() {
    let (record, _) = with(|text| {
        let large = Message::text(format!(r#"42/chat,["large","{}"]"#, "a".repeat(3_000_000)));
        if lets_in(text) { vec![as_it_is(text), large] } else { vec![as_it_is(text)] }
    })
    .await;
    // Of a flood of them it is told that they are one.
    let size = record.samples.iter().filter_map(|sample| sample.received.as_ref()).map(String::len).max();
    assert!(size.is_some_and(|size| size < 5_000), "{size:?}");
    assert!(told(&record).contains("large"), "{}", told(&record));
    assert!(record.ledger.undocumented > 0);
}
