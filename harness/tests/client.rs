//! The client against a real Socket.IO server, over every transport. Servers that misbehave are in
//! `client/misbehaving.rs`, REST is in `client/rest.rs`.

mod misbehaving;
mod rest;
pub(crate) mod server;

use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;
use wire::client::{Arrival, Endpoint, Frame, Handshake, Incoming, OpenError, Socket, SocketKey, Transport};

use server::serve;

const ALL: [Transport; 3] = [Transport::Websocket, Transport::Polling, Transport::Upgrade];
const SOON: Duration = Duration::from_secs(5);

/// A socket with everything it hears.
struct Heard {
    socket: Socket,
    arrivals: UnboundedReceiver<Arrival>,
    frames: UnboundedReceiver<Frame>,
}

impl Heard {
    async fn next(&mut self) -> Incoming {
        let arrival = timeout(SOON, self.arrivals.recv()).await.expect("an arrival in time").expect("a sink");
        assert_eq!(arrival.socket, SocketKey(7));
        arrival.what
    }

    /// The next arrival must be this event; returns its arguments and acknowledgement id.
    async fn event(&mut self, expected: &str) -> (Vec<Value>, Option<u64>) {
        match self.next().await {
            Incoming::Event { name, args, ack } if name == expected => (args, ack),
            other => panic!("{other:?} instead of {expected}"),
        }
    }

    /// The reason of `Closed`, after which nothing comes.
    async fn closed(&mut self) -> String {
        loop {
            if let Incoming::Closed { reason } = self.next().await {
                // The channel ends too, because the task drops its sender.
                let after = timeout(SOON, self.arrivals.recv()).await.expect("the task ends");
                assert_eq!(after, None, "Closed is last");
                return reason;
            }
        }
    }

    async fn on(&self, transport: Transport) {
        let wait = async {
            while self.socket.transport_now() != transport {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        timeout(SOON, wait).await.expect("the transport changes");
    }
}

async fn open(base: &str, namespace: &str, handshake: &Handshake) -> Result<Heard, OpenError> {
    let endpoint = Endpoint {
        base: base.to_owned(),
        path: "/socket.io/".to_owned(),
        namespace: namespace.to_owned(),
        tls: None,
    };
    open_within(&endpoint, handshake, SOON).await
}

async fn open_within(
    endpoint: &Endpoint,
    handshake: &Handshake,
    within: Duration,
) -> Result<Heard, OpenError> {
    let (sink, arrivals) = unbounded_channel();
    let (trace, frames) = unbounded_channel();
    let socket = Socket::open(endpoint, handshake, SocketKey(7), within, sink, Some(trace)).await?;
    Ok(Heard { socket, arrivals, frames })
}

fn over(transport: Transport) -> Handshake {
    Handshake { transport, ..Handshake::default() }
}

/// A socket in `/chat`, its CONNECT answered.
async fn joined(base: &str, transport: Transport) -> Heard {
    let mut heard = open(base, "/chat", &over(transport)).await.expect("it opens");
    let first = heard.next().await;
    assert!(matches!(first, Incoming::Connected { sid: Some(_), .. }), "{transport}: {first:?}");
    heard
}

#[tokio::test]
async fn credentials_reach_the_server_in_all_three_places() {
    let base = serve().await;
    for transport in ALL {
        let handshake = Handshake {
            auth: Some(json!({"token": "a"})),
            query: vec![("token".to_owned(), "q &=ü".to_owned())],
            headers: vec![("Authorization".to_owned(), "Bearer h".to_owned())],
            transport,
        };
        let mut heard = open(&base, "/chat", &handshake).await.unwrap();
        assert!(matches!(heard.next().await, Incoming::Connected { .. }));
        heard.socket.emit("whoami", &[], false);
        let (args, ack) = heard.event("you").await;
        assert_eq!(ack, None);
        let expected =
            json!({"auth": {"token": "a"}, "query": "token=q%20%26%3D%C3%BC", "header": "Bearer h"});
        assert_eq!(args, [expected], "{transport}");
    }
}

#[tokio::test]
async fn acknowledgements_go_both_ways() {
    let base = serve().await;
    for transport in ALL {
        let mut heard = joined(&base, transport).await;
        assert_eq!(heard.socket.emit("echo", &[json!({"b": 1, "a": "ü"})], true), Some(0));
        assert_eq!(heard.next().await, Incoming::Ack { id: 0, args: vec![json!({"b": 1, "a": "ü"})] });
        heard.socket.emit("ask me", &[], false);
        let (args, ack) = heard.event("question").await;
        assert!(args == [json!("why?")] && ack.is_some(), "{transport}: {args:?} {ack:?}");
        // Nobody has to be asked: a server that is not acknowledged would send it again.
        assert_eq!(heard.event("answered").await.0, [json!({"arguments": 0})], "{transport}");
    }
}

#[tokio::test]
async fn what_was_queued_before_a_fence_arrives_before_it() {
    for transport in ALL {
        let base = serve().await;
        let mut actor = joined(&base, Transport::Websocket).await;
        let mut bystander = joined(&base, transport).await;
        for round in 0..20 {
            let id = actor.socket.emit("tell others", &[json!(10)], true).unwrap();
            assert_eq!(actor.next().await, Incoming::Ack { id, args: vec![json!(10)] });
            assert_eq!(bystander.socket.fence(), round);
            for n in 0..10 {
                assert_eq!(bystander.event("news").await.0, [json!(n)], "{transport}");
            }
            assert_eq!(bystander.next().await, Incoming::Fenced { fence: round }, "{transport}");
        }
    }
}

#[tokio::test]
async fn many_events_stay_in_order_while_the_transport_changes() {
    let base = serve().await;
    for transport in ALL {
        let mut heard = joined(&base, transport).await;
        for n in 0..300 {
            assert_eq!(heard.socket.emit("echo", &[json!(n)], true), Some(n));
            if n % 10 == 0 {
                tokio::time::sleep(Duration::from_micros(300)).await;
            }
        }
        for n in 0..300 {
            assert_eq!(heard.next().await, Incoming::Ack { id: n, args: vec![json!(n)] }, "{transport}");
        }
        if transport == Transport::Upgrade {
            heard.on(Transport::Websocket).await;
        }
    }
}

#[tokio::test]
async fn an_unknown_namespace_is_a_connect_error() {
    let base = serve().await;
    for transport in ALL {
        let mut heard = open(&base, "/nowhere", &over(transport)).await.unwrap();
        let answer = heard.next().await;
        assert!(matches!(answer, Incoming::ConnectError { .. }), "{transport}: {answer:?}");
        let fence = heard.socket.fence();
        assert_eq!(heard.next().await, Incoming::Fenced { fence }, "the transport lives on");
    }
}

#[tokio::test]
async fn a_server_that_lets_anybody_in_is_fenced_too_and_left() {
    let base = server::serve_lenient().await;
    for transport in ALL {
        let mut heard = joined(&base, transport).await;
        let fence = heard.socket.fence();
        assert_eq!(heard.next().await, Incoming::Fenced { fence });
        heard.socket.emit("who left", &[], false);
        assert_eq!(heard.event("left").await.0, [json!(1)], "{transport}");
    }
}

#[tokio::test]
async fn the_server_disconnects() {
    let base = serve().await;
    for transport in ALL {
        let mut heard = joined(&base, transport).await;
        heard.socket.emit("kick me", &[], false);
        assert_eq!(heard.next().await, Incoming::Disconnected, "{transport}");
        heard.socket.disconnect();
        assert_eq!(heard.closed().await, "client disconnect");
    }
}

#[tokio::test]
async fn the_client_goes_in_three_ways_and_the_server_notices_each() {
    let base = serve().await;
    for transport in ALL {
        let mut witness = joined(&base, Transport::Websocket).await;
        for (way, reason) in [
            ("disconnect", "client disconnect"),
            ("sever", "client severed the connection"),
            ("drop", "client dropped the socket"),
        ] {
            let mut heard = joined(&base, transport).await;
            if transport == Transport::Upgrade {
                heard.on(Transport::Websocket).await;
            }
            heard.socket.emit("last words", &[json!(way)], true);
            assert!(matches!(heard.next().await, Incoming::Ack { .. }));
            match way {
                "disconnect" => heard.socket.disconnect(),
                "sever" => heard.socket.sever(),
                _ => heard.socket = joined(&base, Transport::Websocket).await.socket,
            }
            assert_eq!(heard.closed().await, reason);
            // Over polling a server learns of a cut connection by its ping timeout only.
            if !(way == "sever" && transport == Transport::Polling) {
                assert_eq!(witness.event("gone").await.0, [json!(way)], "{transport}");
            }
        }
    }
}

#[tokio::test]
async fn heartbeats_keep_a_socket_alive() {
    let base = server::serve_pinging(Duration::from_millis(60), Duration::from_millis(60)).await;
    for transport in ALL {
        let mut heard = joined(&base, transport).await;
        tokio::time::sleep(Duration::from_millis(400)).await;
        heard.socket.emit("echo", &[json!(1)], true);
        assert_eq!(heard.next().await, Incoming::Ack { id: 0, args: vec![json!(1)] }, "{transport}");
    }
}

#[tokio::test]
async fn raw_frames_are_sent_and_traced() {
    let base = serve().await;
    for transport in ALL {
        let mut heard = joined(&base, transport).await;
        heard.socket.frame(r#"42/chat,99["echo","raw"]"#.to_owned());
        assert_eq!(heard.next().await, Incoming::Ack { id: 99, args: vec![json!("raw")] });
        let mut frames = Vec::new();
        while let Ok(frame) = heard.frames.try_recv() {
            frames.push((frame.outgoing, frame.text));
        }
        assert!(frames[0].1.starts_with(r#"0{"sid":"#), "{transport}: {frames:?}");
        assert!(frames.contains(&(true, "40/chat,".to_owned())), "{transport}: {frames:?}");
        assert!(frames.contains(&(true, r#"42/chat,99["echo","raw"]"#.to_owned())), "{frames:?}");
        assert!(frames.contains(&(false, r#"43/chat,99["raw"]"#.to_owned())), "{frames:?}");
    }
}

#[tokio::test]
async fn large_and_binary_messages_arrive() {
    let base = serve().await;
    for transport in ALL {
        let mut heard = joined(&base, transport).await;
        let large = json!("x".repeat(60_000));
        heard.socket.emit("echo", std::slice::from_ref(&large), true);
        assert_eq!(heard.next().await, Incoming::Ack { id: 0, args: vec![large] }, "{transport}");
        heard.socket.emit("bytes please", &[], false);
        let (args, _) = heard.event("bytes").await;
        assert_eq!(args, [json!({"_placeholder": true, "num": 0})], "{transport}");
    }
}
