//! Servers that are not what they should be: each must lead to one clear error, violation or reason.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use wire::client::{Endpoint, Handshake, Incoming, OpenError, Stage, Transport};

use super::{ALL, Heard, open, open_within, over};

const BRIEF: Duration = Duration::from_millis(80);
const OPEN: &str =
    r#"0{"sid":"s","upgrades":["websocket"],"pingInterval":40,"pingTimeout":40,"maxPayload":100}"#;

/// Runs `each` for every connection to a free port; returns the base URL.
async fn listen<F>(each: impl Fn(TcpStream) -> F + Send + 'static) -> String
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(each(stream));
        }
    });
    base
}

/// Reads one request, answers with `text` and hangs up.
pub(crate) async fn answering(text: &'static str) -> String {
    listen(move |mut stream: TcpStream| async move {
        assert_ne!(stream.read(&mut [0; 4096]).await.unwrap(), 0, "a request");
        stream.write_all(text.as_bytes()).await.unwrap();
    })
    .await
}

/// Accepts websockets, sends `texts` and stays silent.
async fn websocket_saying(texts: &'static [&'static str]) -> String {
    listen(move |stream| async move {
        let mut stream = tokio_tungstenite::accept_async(stream).await.unwrap();
        for text in texts {
            stream.send(Message::text(*text)).await.unwrap();
        }
        while let Some(Ok(_)) = stream.next().await {}
    })
    .await
}

async fn error(base: &str, transport: Transport) -> OpenError {
    let endpoint = Endpoint {
        base: base.to_owned(),
        path: "/socket.io/".to_owned(),
        namespace: "/".to_owned(),
        tls: None,
    };
    open_within(&endpoint, &over(transport), BRIEF).await.err().expect("it cannot open")
}

async fn message(base: &str, transport: Transport) -> String {
    let text = error(base, transport).await.to_string();
    text.replace(base.strip_prefix("http://").unwrap_or(base), "HOST")
}

#[tokio::test]
async fn nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    for transport in ALL {
        assert_eq!(
            message(&base, transport).await,
            "no TCP connection to HOST: Connection refused (os error 111); is the server running, and is this \
             its address?"
        );
    }
}

#[tokio::test]
async fn nobody_answers() {
    let base = listen(async |stream| {
        tokio::time::sleep(Duration::from_secs(60)).await;
        drop(stream);
    })
    .await;
    assert_eq!(
        message(&base, Transport::Websocket).await,
        "HOST: the websocket upgrade did not come within 80ms; is it an HTTP server, is the path right \
         (`path:` in a target file), and does a proxy let websockets through?"
    );
    assert_eq!(
        message(&base, Transport::Polling).await,
        "HOST: the polling handshake did not come within 80ms; is it an HTTP server, and a Socket.IO server on \
         this path?"
    );
    let silent = websocket_saying(&[]).await;
    assert_eq!(
        message(&silent, Transport::Websocket).await,
        "HOST: the Engine.IO open packet did not come within 80ms; it speaks websocket, but is it a Socket.IO \
         server on this path?"
    );
}

#[tokio::test]
async fn http_refusals_carry_status_and_body() {
    let base =
        answering("HTTP/1.1 404 Not Found\r\ncontent-length: 6\r\nconnection: close\r\n\r\nno\nway").await;
    assert_eq!(
        message(&base, Transport::Polling).await,
        "HOST/socket.io/: the polling handshake was refused with HTTP 404 \"no\" and more, 6 bytes; is the Socket.IO path right? (`path:` in a target file)"
    );
    assert!(
        matches!(
            error(&base, Transport::Websocket).await,
            OpenError::Http { status: 404, stage: Stage::WebsocketUpgrade, .. }
        ),
        "{}",
        message(&base, Transport::Websocket).await
    );
    let base = answering("HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await;
    for transport in ALL {
        let text = message(&base, transport).await;
        assert!(text.ends_with("are the credentials right, and in the place the server reads?"), "{text}");
    }
}

#[tokio::test]
async fn hanging_up_and_garbage() {
    for transport in ALL {
        let closing = error(&answering("").await, transport).await;
        assert!(matches!(closing, OpenError::Closed { .. }), "{transport}: {closing}");
        let garbage = error(&answering("220 mail ready\r\n\r\n").await, transport).await;
        assert!(matches!(garbage, OpenError::Protocol { .. }), "{transport}: {garbage}");
    }
    let page = answering("HTTP/1.1 200 OK\r\ncontent-length: 6\r\nconnection: close\r\n\r\n<html>").await;
    assert_eq!(
        message(&page, Transport::Polling).await,
        "HOST: instead of the polling handshake came \"<html>\" (byte 0: '<' is not an Engine.IO packet type); \
         is it an HTTP server, and a Socket.IO server on this path?"
    );
    assert!(matches!(error(&page, Transport::Websocket).await, OpenError::Http { status: 200, .. }));
    let chatty = websocket_saying(&["hello"]).await;
    assert_eq!(
        message(&chatty, Transport::Websocket).await,
        "HOST: instead of the Engine.IO open packet came \"hello\" (byte 0: 'h' is not an Engine.IO packet \
         type); it speaks websocket, but is it a Socket.IO server on this path?"
    );
}

#[tokio::test]
async fn what_cannot_be_asked_for() {
    assert_eq!(
        error("ftp://chat.example", Transport::Websocket).await.to_string(),
        "\"ftp://chat.example\" cannot be used: the scheme \"ftp\" is not http, https, ws or wss"
    );
    for value in ["a\nb", "ü"] {
        let header = ("x".to_owned(), value.to_owned());
        let handshake = Handshake { headers: vec![header], ..over(Transport::Websocket) };
        let refused = open("http://127.0.0.1:1", "/", &handshake).await.err().unwrap();
        assert!(matches!(refused, OpenError::BadHeader { .. }), "{refused}");
    }
    let refused = open("http://127.0.0.1:1", "/a,b", &over(Transport::Websocket)).await.err().unwrap();
    assert!(matches!(refused, OpenError::BadUrl { .. }), "{refused}");
}

async fn violation(heard: &mut Heard) -> String {
    match heard.next().await {
        Incoming::Violation { what } => what,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn frames_that_break_the_protocol_are_quoted_and_the_rest_still_counts() {
    let base = websocket_saying(&[
        OPEN,
        "x",
        "42{}",
        "42/other,[\"a\"]",
        "3",
        "451-[\"a\",{}]",
        "42[\"b\"]",
        "40{\"sid\":\"me\"}",
        "1",
    ])
    .await;
    let mut heard = open(&base, "/", &over(Transport::Websocket)).await.unwrap();
    for expected in [
        "not an Engine.IO packet: byte 0: 'x' is not an Engine.IO packet type: \"x\"",
        "not a Socket.IO packet: byte 1: EVENT needs an array that begins with the event's name: \"2{}\"",
        "EVENT for the namespace /other, which this socket did not join: \"2/other,[\\\"a\\\"]\"",
        "an Engine.IO packet no server may send here: \"3\"",
        "not a Socket.IO packet: a packet while 1 announced attachment(s) of a BINARY_EVENT were still due: \
         \"2[\\\"b\\\"]\"",
    ] {
        assert_eq!(violation(&mut heard).await, expected);
    }
    assert!(matches!(heard.next().await, Incoming::Connected { .. }));
    assert_eq!(heard.closed().await, "server close: it sent the Engine.IO close packet");
}

#[tokio::test]
async fn a_server_that_stops_pinging_is_given_up() {
    let base = websocket_saying(&[OPEN]).await;
    let mut heard = open(&base, "/", &over(Transport::Websocket)).await.unwrap();
    assert_eq!(heard.closed().await, "ping timeout: the server sent no ping for 80ms");
}

#[tokio::test]
async fn closing_frames_are_told() {
    let base = listen(async |stream| {
        let mut stream = tokio_tungstenite::accept_async(stream).await.unwrap();
        stream.send(Message::text(OPEN)).await.unwrap();
        let frame = CloseFrame { code: 4001.into(), reason: "go away".into() };
        stream.close(Some(frame)).await.unwrap();
        // The client must answer the close, or this never ends.
        while let Some(Ok(_)) = stream.next().await {}
    })
    .await;
    let mut heard = open(&base, "/", &over(Transport::Websocket)).await.unwrap();
    assert_eq!(heard.closed().await, "server close: websocket close frame 4001 \"go away\"");
}

#[tokio::test]
async fn a_server_that_writes_all_before_it_reads_blocks_nobody() {
    const COUNT: usize = 300;
    let base = listen(async |stream| {
        let mut stream = tokio_tungstenite::accept_async(stream).await.unwrap();
        stream.send(Message::text(OPEN.replace("40", "60000"))).await.unwrap();
        let big = format!("42[\"big\",\"{}\"]", "x".repeat(100_000));
        for _ in 0..COUNT {
            stream.send(Message::text(big.clone())).await.unwrap();
        }
        for _ in 0..=COUNT {
            stream.next().await.unwrap().unwrap();
        }
        stream.send(Message::text("42[\"all read\"]")).await.unwrap();
        while let Some(Ok(_)) = stream.next().await {}
    })
    .await;
    let mut heard = open(&base, "/", &over(Transport::Websocket)).await.unwrap();
    let big = serde_json::json!("y".repeat(100_000));
    for _ in 0..COUNT {
        heard.socket.emit("big", std::slice::from_ref(&big), false);
    }
    for _ in 0..COUNT {
        heard.event("big").await;
    }
    heard.event("all read").await;
}

#[tokio::test]
async fn an_upgrade_that_fails_is_told_and_polling_goes_on() {
    let base = listen(async |mut stream| {
        let mut request = [0; 4096];
        while let Ok(size @ 1..) = stream.read(&mut request).await {
            let request = String::from_utf8_lossy(&request[..size]).into_owned();
            let body = match () {
                () if request.contains("transport=websocket") => return,
                () if !request.contains("sid=") => OPEN.to_owned(),
                // As python-engineio says it; the status alone counts.
                () if request.starts_with("POST") => "OK".to_owned(),
                () => {
                    tokio::time::sleep(Duration::from_millis(30)).await;
                    "2\x1e42[\"tick\"]".to_owned()
                }
            };
            let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    })
    .await;
    let mut heard = open(&base, "/", &over(Transport::Upgrade)).await.unwrap();
    let what = violation(&mut heard).await;
    assert!(what.starts_with("the upgrade that the handshake offers failed, polling goes on: "), "{what}");
    for _ in 0..5 {
        heard.event("tick").await;
    }
    assert_eq!(heard.socket.transport_now(), Transport::Polling);
}

/// Not misbehaving: a server that can recover sessions puts an offset behind the arguments of its events.
#[tokio::test]
async fn the_offset_of_state_recovery_is_no_argument() {
    const EVENT: &str = r#"42["newMessage",{"chatId":1},"nGTzFfLaNb"]"#;
    let recovering: &[&str] = &[OPEN, r#"40{"sid":"a","pid":"p"}"#, EVENT];
    let plain: &[&str] = &[OPEN, r#"40{"sid":"a"}"#, EVENT];
    for (texts, expected) in [(recovering, 1), (plain, 2)] {
        let base = websocket_saying(texts).await;
        let mut heard = open(&base, "/", &over(Transport::Websocket)).await.unwrap();
        assert!(matches!(heard.next().await, Incoming::Connected { .. }));
        let (args, _) = heard.event("newMessage").await;
        assert_eq!(args.len(), expected, "{texts:?}: {args:?}");
    }
}

/// Accepts websockets, lets everybody in, and sends this without end; what the client sends is not read.
async fn pouring(message: Message) -> String {
    listen(move |stream| {
        let message = message.clone();
        async move {
            let mut stream = tokio_tungstenite::accept_async(stream).await.unwrap();
            stream.send(Message::text(OPEN.replace("40", "60000"))).await.unwrap();
            while stream.feed(message.clone()).await.is_ok() {}
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_anything_is_told_and_cut_off() {
    for message in [
        Message::text("42[\"tick\"]"),
        Message::text("2"),
        Message::text("6"),
        Message::text("4x"),
        Message::text(format!("42[\"large\",\"{}\"]", "a".repeat(1_000_000))),
        Message::Ping("a".into()),
        Message::binary(vec![7; 1000]),
    ] {
        let base = pouring(message.clone()).await;
        let mut heard = open(&base, "/", &over(Transport::Websocket)).await.unwrap();
        let flood = async {
            loop {
                if let Incoming::Flooded { flood, .. } = heard.next().await {
                    return flood;
                }
            }
        };
        let flood = tokio::time::timeout(Duration::from_secs(20), flood).await.expect("it is told");
        assert!(flood.packets > 10_000 || flood.bytes > 30_000_000, "{flood}");
        let reason = heard.closed().await;
        assert_eq!(reason, flood.to_string(), "{message:?}");
    }
}

#[tokio::test]
async fn many_values_are_not_read_and_a_connect_has_a_sid() {
    static MANY: std::sync::LazyLock<String> =
        std::sync::LazyLock::new(|| format!("42[\"many\",{}1]", "1,".repeat(300_000)));
    static TEXTS: std::sync::LazyLock<Vec<&'static str>> =
        std::sync::LazyLock::new(|| vec![OPEN, "40", "40{\"sid\":7}", MANY.as_str()]);
    let base = websocket_saying(&TEXTS).await;
    let mut heard = open(&base, "/", &over(Transport::Websocket)).await.unwrap();
    for _ in 0..2 {
        let without = violation(&mut heard).await;
        assert!(without.starts_with("a CONNECT without a `sid`"), "{without}");
        assert!(matches!(heard.next().await, Incoming::Connected { .. }));
    }
    let many = violation(&mut heard).await;
    assert!(many.starts_with("a packet of 300003 values") && many.len() < 400, "{many}");
}

#[tokio::test]
async fn a_redirection_says_where_it_leads() {
    let base = answering(
        "HTTP/1.1 302 Found\r\nlocation: https://login.example/start\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
    )
    .await;
    for transport in ALL {
        let text = message(&base, transport).await;
        assert!(text.contains("was refused with HTTP 302 to https://login.example/start"), "{text}");
    }
}
