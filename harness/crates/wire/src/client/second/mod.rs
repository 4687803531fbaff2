//! A second opinion: the same arrivals, heard by the crate `rust_socketio` instead of our own codec. What it cannot do
//! stands in [`super::limits`]. It shares with our own client only how addresses and headers are read.

mod acks;

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use rust_socketio::asynchronous::{Client, ClientBuilder, ReconnectSettings};
use rust_socketio::{Event, Payload, TransportType};
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};

use self::acks::Acks;
use super::address::push_query;
use super::limits::Limit;
use super::open::{self, Limit as TimeLimit, Stage};
use super::session::Ears;
use super::{Endpoint, Handshake, Incoming, OpenError, Transport};

/// What a connection asks of its task.
#[derive(Debug)]
enum Command {
    Emit { name: String, args: Vec<Value>, ack: Option<u64> },
    Disconnect,
}

/// An open socket of the library.
#[derive(Debug)]
pub struct Socket {
    commands: mpsc::UnboundedSender<Command>,
    ears: Arc<Hearing>,
    next_ack: AtomicU64,
}

impl Socket {
    /// Opens the transport and sends CONNECT, like [`super::Socket::open`].
    pub(super) async fn open(
        endpoint: &Endpoint,
        handshake: &Handshake,
        within: Duration,
        ears: Ears,
    ) -> Result<Self, OpenError> {
        let (transport, stage) = match handshake.transport {
            Transport::Websocket => (TransportType::Websocket, Stage::WebsocketUpgrade),
            Transport::Upgrade => (TransportType::WebsocketUpgrade, Stage::PollingHandshake),
            Transport::Polling => return Err(OpenError::Unable(Limit::Polling)),
        };
        let route = Arc::new(open::route(endpoint, handshake)?);
        let limit = TimeLimit::start(&route, within);
        let ears = Arc::new(Hearing { ears, over: AtomicBool::new(false) });
        let (here, left) = watch::channel(());
        let mut url = format!("http://{}{}{}", route.address.authority, route.address.prefix, endpoint.path);
        for (name, value) in &handshake.query {
            push_query(&mut url, name, value);
        }
        let mut builder = listening(ClientBuilder::new(url), &ears, &left)
            .namespace(open::namespace(&endpoint.namespace)?)
            .transport_type(transport);
        for (name, value) in &handshake.headers {
            builder = builder.opening_header(name.clone(), value.clone());
        }
        if let Some(auth) = &handshake.auth {
            builder = builder.auth(auth.clone());
        }
        let opened = limit.on(stage, builder.connect()).await?;
        let client = opened.map_err(|error| refusal(&limit, stage, &error))?;
        let (commands, queue) = mpsc::unbounded_channel();
        let acks = Acks::new(Arc::clone(&ears), within);
        tokio::spawn(async move {
            drive(&client, queue, acks).await;
            drop(here);
        });
        Ok(Self { commands, ears, next_ack: AtomicU64::new(0) })
    }

    pub(super) fn emit(&self, name: &str, args: &[Value], want_ack: bool) -> Option<u64> {
        let ack = want_ack.then(|| self.next_ack.fetch_add(1, Ordering::Relaxed));
        self.queue(Command::Emit { name: name.to_owned(), args: args.to_vec(), ack });
        ack
    }

    /// What the server still sends before it has read the goodbye is heard by nobody, as with our own client.
    pub(super) fn disconnect(&self) {
        self.ears.close("client disconnect");
        self.queue(Command::Disconnect);
    }

    /// A socket that has closed takes commands too: `Closed` has told the caller already.
    fn queue(&self, command: Command) {
        let _closed = self.commands.send(command);
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.ears.close("client dropped the socket");
    }
}

/// Ears, until the end: that is heard once, and nothing after it.
#[derive(Debug)]
struct Hearing {
    ears: Ears,
    over: AtomicBool,
}

impl Hearing {
    fn hear(&self, what: Incoming) {
        if !self.over.load(Ordering::Relaxed) {
            self.ears.hear(Instant::now(), what);
        }
    }

    fn close(&self, reason: &str) {
        if !self.over.swap(true, Ordering::Relaxed) {
            self.ears.hear(Instant::now(), Incoming::Closed { reason: reason.to_owned() });
        }
    }
}

/// Has the library tell us all that it tells anybody.
fn listening(builder: ClientBuilder, ears: &Arc<Hearing>, left: &watch::Receiver<()>) -> ClientBuilder {
    let tell = |event: Event| {
        let ears = Arc::clone(ears);
        move |payload: Payload, _client: Client| tell(&ears, &event, payload)
    };
    let any = Arc::clone(ears);
    let (ended, left) = (Arc::clone(ears), left.clone());
    builder
        .on(Event::Connect, tell(Event::Connect))
        .on(Event::Close, tell(Event::Close))
        .on(Event::Error, tell(Event::Error))
        .on_any(move |event, payload, _client| tell_any(&any, &event, payload))
        // That a transport has ended shows only in the question how to reconnect. We never do: the answer, an address
        // that is none, is given when nobody needs the socket any more, and ends the library's task.
        .reconnect(true)
        .reconnect_on_disconnect(false)
        .max_reconnect_attempts(1)
        .reconnect_delay(1, 1)
        .on_reconnect(move || {
            let (ended, mut left) = (Arc::clone(&ended), left.clone());
            Box::pin(async move {
                ended.close("the transport ended");
                let _left = left.changed().await;
                let mut nowhere = ReconnectSettings::new();
                nowhere.address("");
                nowhere
            })
        })
}

type Nothing = BoxFuture<'static, ()>;

/// The library's callbacks are futures; ours have nothing to wait for.
fn nothing() -> Nothing {
    Box::pin(std::future::ready(()))
}

/// What the library says of itself, unless the server has an event of that name.
fn tell(ears: &Hearing, event: &Event, payload: Payload) -> Nothing {
    let args = arguments(payload);
    let text = match args.as_slice() {
        [Value::String(text)] => Some(text.as_str()),
        _ => None,
    };
    ears.hear(match (event, text) {
        (Event::Connect, Some("")) => Incoming::Connected { sid: None, data: Value::Null },
        (Event::Close, Some("")) => Incoming::Disconnected,
        // A transport that fails; its end is told next.
        (Event::Error, Some("EngineIO Error")) => return nothing(),
        (Event::Error, Some(text)) if text.starts_with(CONNECT_ERROR) => {
            let data = text.trim_start_matches(CONNECT_ERROR);
            Incoming::ConnectError { data: serde_json::from_str(data).unwrap_or_else(|_| json!(data)) }
        }
        (Event::Connect, _) => Incoming::Event { name: "open".to_owned(), args, ack: None },
        _ => Incoming::Event { name: event.as_str().to_owned(), args, ack: None },
    });
    nothing()
}

/// How the library words a CONNECT_ERROR; its payload follows.
const CONNECT_ERROR: &str = "Received an ConnectError frame: ";

/// An event of the server's. One without arguments arrives as a `message` that says its name.
fn tell_any(ears: &Hearing, event: &Event, payload: Payload) -> Nothing {
    let mut args = arguments(payload);
    let name = match (event, args.as_slice()) {
        (Event::Message, [Value::String(name)]) => {
            let name = name.clone();
            args.clear();
            name
        }
        _ => event.as_str().to_owned(),
    };
    ears.hear(Incoming::Event { name, args, ack: None });
    nothing()
}

/// Binary attachments are placeholders, as our own client leaves them.
fn arguments(payload: Payload) -> Vec<Value> {
    match payload {
        Payload::Text(args) => args,
        _ => vec![json!({"_placeholder": true, "num": 0})],
    }
}

/// Sends what is queued, in order, until the socket is dropped or says goodbye.
async fn drive(client: &Client, mut queue: mpsc::UnboundedReceiver<Command>, mut acks: Acks) {
    while let Some(Command::Emit { name, args, ack }) = queue.recv().await {
        match ack {
            // What cannot be sent any more is lost with the transport, whose end is told.
            None => drop(client.emit(Event::Custom(name), Payload::Text(args)).await),
            Some(id) => acks.emit(client, name, args, id).await,
        }
    }
    let _gone_already = client.disconnect().await;
}

/// Why a connection was not opened; the library says it in words only.
fn refusal(limit: &TimeLimit<'_>, stage: Stage, error: &rust_socketio::Error) -> OpenError {
    let why = error.source().map_or_else(|| error.to_string(), ToString::to_string);
    let status = why.split_once("HTTP error: ").and_then(|(_, rest)| rest.get(..3)?.parse().ok());
    match status {
        Some(status) => limit.http(stage, status, None, String::new()),
        // A refusal is read as if it were an Engine.IO packet.
        None if stage == Stage::PollingHandshake && !why.contains("via http") => {
            OpenError::Unable(Limit::Polling)
        }
        None => limit.closed(stage, why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::SocketKey;

    /// What is heard when the library calls back with this.
    fn heard(
        told: fn(&Hearing, &Event, Payload) -> Nothing,
        event: &Event,
        args: &Value,
    ) -> Option<Incoming> {
        let (sink, mut arrivals) = mpsc::unbounded_channel();
        let ears = Ears { key: SocketKey(0), sink, trace: None };
        let hearing = Hearing { ears, over: AtomicBool::new(false) };
        drop(told(&hearing, event, Payload::from(args.as_array().cloned().unwrap())));
        arrivals.try_recv().ok().map(|arrival| arrival.what)
    }

    fn event(name: &str, args: Vec<Value>) -> Option<Incoming> {
        Some(Incoming::Event { name: name.to_owned(), args, ack: None })
    }

    #[test]
    fn what_the_library_says_of_itself_is_told_from_events_of_the_server() {
        let connected = Incoming::Connected { sid: None, data: Value::Null };
        assert_eq!(heard(tell, &Event::Connect, &json!([""])), Some(connected));
        assert_eq!(
            heard(tell, &Event::Connect, &json!([{"door": 1}])),
            event("open", vec![json!({"door": 1})])
        );
        assert_eq!(heard(tell, &Event::Close, &json!([""])), Some(Incoming::Disconnected));
        let refused = Incoming::ConnectError { data: json!({"message": "no"}) };
        let told = json!([r#"Received an ConnectError frame: {"message":"no"}"#]);
        assert_eq!(heard(tell, &Event::Error, &told), Some(refused));
        assert_eq!(
            heard(tell, &Event::Error, &json!([{"message": "no"}])),
            event("error", vec![json!({"message": "no"})])
        );
        assert_eq!(heard(tell, &Event::Error, &json!(["EngineIO Error"])), None, "the end is told next");
    }

    #[test]
    fn an_event_without_arguments_keeps_its_name() {
        assert_eq!(heard(tell_any, &Event::Message, &json!(["pong"])), event("pong", vec![]));
        assert_eq!(
            heard(tell_any, &Event::Message, &json!([1, 2])),
            event("message", vec![json!(1), json!(2)])
        );
        assert_eq!(heard(tell_any, &Event::from("news"), &json!([0])), event("news", vec![json!(0)]));
    }
}
