//! One socket's protocol, whatever carries it: frames in, arrivals and replies out.
//!
//! Owns what must survive a change of transport: the outbox, the heartbeat, the half-read binary packet.
//! Must not do I/O; a transport drives it and empties [`Session::outbox`].

use std::borrow::Cow;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::mpsc;
use tokio::time;

use super::{Arrival, Frame, Incoming, Meter, Sink, SocketKey};
use crate::assembly::Assembler;
use crate::packet::{self, Packet, PacketKind};
use crate::{DecodeError, engine, values};

/// What a [`super::Socket`] asks of its task.
#[derive(Debug)]
pub(super) enum Command {
    /// Send this Engine.IO packet.
    Send(String),
    Disconnect,
    Sever,
}

/// Why a transport stops.
#[derive(Debug)]
pub(super) enum Ending {
    /// [`super::Socket::disconnect`].
    Disconnect,
    /// The handle was dropped.
    Dropped,
    /// [`super::Socket::sever`].
    Severed,
    /// Not by us; the reason in words.
    Gone(String),
    /// By us, because of a flood; how much came.
    Flooded(String),
}

impl Ending {
    /// The ending a command asks for; `None` is the dropped handle. A packet to send goes to the outbox.
    pub(super) fn asked(command: Option<Command>, session: &mut Session) -> Option<Self> {
        match command {
            Some(Command::Send(text)) => {
                session.outbox.push_back(text);
                None
            }
            Some(Command::Disconnect) => Some(Ending::Disconnect),
            Some(Command::Sever) => Some(Ending::Severed),
            None => Some(Ending::Dropped),
        }
    }

    /// As told in [`Incoming::Closed`].
    pub(super) fn reason(self) -> String {
        match self {
            Ending::Disconnect => "client disconnect".to_owned(),
            Ending::Dropped => "client dropped the socket".to_owned(),
            Ending::Severed => "client severed the connection".to_owned(),
            Ending::Gone(reason) | Ending::Flooded(reason) => reason,
        }
    }
}

/// Whoever listens to a socket.
#[derive(Debug)]
pub(super) struct Ears {
    pub(super) key: SocketKey,
    pub(super) sink: Sink,
    pub(super) trace: Option<mpsc::UnboundedSender<Frame>>,
}

impl Ears {
    pub(super) fn hear(&self, at: Instant, what: Incoming) {
        // Nobody listens any more when the caller is done; the socket still has to be closed in good order.
        let _unheard = self.sink.send(Arrival { socket: self.key, at, what });
    }

    /// Tells the trace of a frame; `text` is only made when there is one.
    fn trace(&self, at: Instant, outgoing: bool, text: impl FnOnce() -> String) {
        if let Some(trace) = &self.trace {
            let _unheard = trace.send(Frame { socket: self.key, at, outgoing, text: text() });
        }
    }
}

/// The state of one socket.
#[derive(Debug)]
pub(super) struct Session {
    ears: Ears,
    /// Without a query.
    namespace: String,
    fence_prefix: String,
    patience: Duration,
    assembler: Assembler,
    /// When the frame at hand was read, before anything was made of it.
    read_at: Instant,
    /// When the server is given up unless it pings before.
    pub(super) deadline: time::Instant,
    /// Engine.IO packets to send, as text, oldest first.
    pub(super) outbox: VecDeque<String>,
    /// The server has given a private session id: its events may carry an offset behind their arguments.
    recovers: bool,
    /// Set when the server ended the session in its own words, or has to be cut off.
    pub(super) ended: Option<String>,
    meter: Meter,
    began: Instant,
    pub(super) flooded: bool,
}

/// The longest a server may ask a client to wait for its ping; beyond it clocks overflow.
const LONGEST_PATIENCE: Duration = Duration::from_hours(24);

impl Session {
    /// A session just opened; `namespace` without a query.
    pub(super) fn new(
        ears: Ears,
        namespace: &str,
        fence_prefix: &str,
        handshake: &engine::Handshake,
    ) -> Self {
        let patience = handshake.patience().min(LONGEST_PATIENCE);
        Session {
            ears,
            namespace: namespace.to_owned(),
            fence_prefix: fence_prefix.to_owned(),
            patience,
            assembler: Assembler::default(),
            deadline: time::Instant::now() + patience,
            read_at: Instant::now(),
            outbox: VecDeque::new(),
            recovers: false,
            ended: None,
            meter: Meter::default(),
            began: Instant::now(),
            flooded: false,
        }
    }

    /// Tells the trace of the open packet, which was read before there was a session.
    pub(super) fn opened_by(&self, text: &str) {
        self.ears.trace(self.read_at, false, || text.to_owned());
    }

    /// Takes the oldest packet from the outbox, to be sent now.
    pub(super) fn next_outgoing(&mut self) -> Option<String> {
        let text = self.outbox.pop_front()?;
        // An answer to the heartbeat asks for nothing.
        if !text.starts_with('3') {
            self.meter.said(text.len());
        }
        self.ears.trace(Instant::now(), true, || text.clone());
        Some(text)
    }

    /// The DISCONNECT of the namespace, as an Engine.IO packet.
    pub(super) fn goodbye(&self) -> String {
        let mut text = String::from("4");
        packet::write_disconnect(&mut text, &self.namespace);
        text
    }

    /// The end: tells that the transport is gone.
    pub(super) fn close(&self, ending: Ending) {
        self.ears.hear(Instant::now(), Incoming::Closed { reason: ending.reason() });
    }

    /// What to say when [`Session::deadline`] has passed.
    pub(super) fn silence(&self) -> String {
        format!("ping timeout: the server sent no ping for {:?}", self.patience)
    }

    /// Counts what has come; `last` is only made where it is one too many.
    pub(super) fn count(&mut self, bytes: usize, last: impl FnOnce() -> String) {
        if let Some(flood) = self.meter.came(self.began.elapsed(), bytes)
            && !self.flooded
        {
            self.flooded = true;
            self.ended = Some(flood.to_string());
            self.outbox.clear();
            self.ears.hear(Instant::now(), Incoming::Flooded { flood, last: last() });
        }
    }

    /// How it ends for this reason.
    pub(super) fn ending(&self, reason: String) -> Ending {
        if self.flooded { Ending::Flooded(reason) } else { Ending::Gone(reason) }
    }

    /// Takes a text frame, or with `record` a record of a polling payload.
    pub(super) fn text(&mut self, text: &str, record: bool) {
        self.count(text.len(), || quoted(text));
        if self.flooded {
            return;
        }
        self.read_at = Instant::now();
        self.ears.trace(self.read_at, false, || text.to_owned());
        let read = if record { engine::Packet::from_record(text) } else { engine::Packet::from_frame(text) };
        match read {
            Ok(engine::Packet::Message(message)) => self.message(message),
            Ok(engine::Packet::Ping(data)) => {
                self.deadline = time::Instant::now() + self.patience;
                // Before anything queued: a server that waits for the pong must not wait for our backlog.
                self.outbox.push_front(format!("3{data}"));
            }
            Ok(engine::Packet::Binary(bytes)) => self.attachment(bytes.into_owned()),
            Ok(engine::Packet::Close) => {
                self.ended = Some("server close: it sent the Engine.IO close packet".to_owned());
            }
            // A noop releases a poll; elsewhere it is harmless by definition.
            Ok(engine::Packet::Noop) => {}
            Ok(engine::Packet::Open(_) | engine::Packet::Pong(_) | engine::Packet::Upgrade) => {
                self.violation(format!("an Engine.IO packet no server may send here: {}", quoted(text)));
            }
            Err(error) => {
                self.violation(format!("not an Engine.IO packet: {error}: {}", quoted(text)));
            }
        }
    }

    /// Takes a binary frame.
    pub(super) fn binary(&mut self, bytes: &[u8]) {
        self.count(bytes.len(), || format!("a binary frame of {} bytes", bytes.len()));
        if self.flooded {
            return;
        }
        self.read_at = Instant::now();
        self.ears.trace(self.read_at, false, || {
            let mut text = String::new();
            engine::Packet::Binary(Cow::Borrowed(bytes)).write(&mut text);
            text
        });
        self.attachment(bytes.to_vec());
    }

    /// Reports something against the protocol that was noticed just now, outside any frame.
    pub(super) fn complain(&self, what: String) {
        self.ears.hear(Instant::now(), Incoming::Violation { what });
    }

    fn hear(&self, what: Incoming) {
        self.ears.hear(self.read_at, what);
    }

    fn violation(&self, what: String) {
        self.hear(Incoming::Violation { what });
    }

    fn message(&mut self, text: &str) {
        if let Some(count) = values::too_many(text.as_bytes()) {
            return self.violation(format!(
                "a packet of {count} values, which is more than anybody can use: {}",
                quoted(text)
            ));
        }
        let assembled = Packet::decode(text).and_then(|packet| self.assembler.text(packet));
        match assembled {
            Ok(None) => {}
            Ok(Some(whole)) => self.packet(whole.packet, text),
            Err(error) => self.undecodable(&error, text),
        }
    }

    fn attachment(&mut self, bytes: Vec<u8>) {
        let size = bytes.len();
        match self.assembler.binary(bytes) {
            Ok(None) => {}
            Ok(Some(whole)) => self.packet(whole.packet, "a binary packet"),
            Err(error) => self.violation(format!("{error}: {size} bytes")),
        }
    }

    fn undecodable(&self, error: &DecodeError, text: &str) {
        self.violation(format!("not a Socket.IO packet: {error}: {}", quoted(text)));
    }

    /// Takes a whole packet; `text` is what to quote if it is out of place.
    fn packet(&mut self, packet: Packet<'_>, text: &str) {
        if packet::namespace_path(&packet.namespace) != self.namespace {
            self.elsewhere(&packet, text);
            return;
        }
        let data = packet.data.unwrap_or(Value::Null);
        if packet.kind == PacketKind::Connect && data.get("sid").is_none_or(|sid| !sid.is_string()) {
            self.violation(format!("a CONNECT without a `sid`: {}", quoted(text)));
        }
        if let (PacketKind::Event | PacketKind::BinaryEvent, Some(id)) = (packet.kind, packet.id) {
            // A server that asks for an acknowledgement may send again what is not acknowledged, or hang up.
            let mut text = String::from("4");
            packet::write_ack(&mut text, &self.namespace, id, &[]);
            self.outbox.push_back(text);
        }
        if packet.kind == PacketKind::Connect {
            self.recovers = data.get("pid").is_some_and(Value::is_string);
        }
        self.hear(match packet.kind {
            PacketKind::Connect => {
                Incoming::Connected { sid: data.get("sid").and_then(Value::as_str).map(str::to_owned), data }
            }
            PacketKind::ConnectError => Incoming::ConnectError { data },
            PacketKind::Disconnect => Incoming::Disconnected,
            PacketKind::Event | PacketKind::BinaryEvent => {
                let (name, mut args) = name_and_args(data);
                if self.recovers && packet.id.is_none() {
                    drop_offset(&mut args);
                }
                Incoming::Event { name, args, ack: packet.id }
            }
            PacketKind::Ack | PacketKind::BinaryAck => {
                Incoming::Ack { id: packet.id.unwrap_or_default(), args: elements(data) }
            }
        });
    }

    /// A packet of another namespace: the answer to a fence, or out of place.
    fn elsewhere(&mut self, packet: &Packet<'_>, text: &str) {
        let fence = packet.namespace.strip_prefix(&self.fence_prefix).and_then(|n| n.parse().ok());
        match (fence, packet.kind) {
            (Some(fence), PacketKind::Connect) => {
                let mut leave = String::from("4");
                packet::write_disconnect(&mut leave, &packet.namespace);
                self.outbox.push_back(leave);
                self.hear(Incoming::Fenced { fence });
            }
            (Some(fence), PacketKind::ConnectError) => self.hear(Incoming::Fenced { fence }),
            // A server that lets anybody into any namespace may also greet there, until we have left.
            (Some(_), _) => {}
            (None, kind) => self.violation(format!(
                "{kind} for the namespace {}, which this socket did not join: {}",
                packet.namespace,
                quoted(text)
            )),
        }
    }
}

/// Takes away the offset of connection state recovery: a text behind the arguments of an event that asks for no ack (Socket.IO
/// 4.6, "Connection state recovery"). An event of one text alone has none that could be told from it.
fn drop_offset(args: &mut Vec<Value>) {
    if args.len() > 1 && args.last().is_some_and(Value::is_string) {
        args.pop();
    }
}

/// The decoder has seen to it that an event is an array that begins with a string.
fn name_and_args(data: Value) -> (String, Vec<Value>) {
    let mut items = elements(data);
    if items.is_empty() {
        return (String::new(), items);
    }
    match items.remove(0) {
        Value::String(name) => (name, items),
        other => (other.to_string(), items),
    }
}

fn elements(data: Value) -> Vec<Value> {
    match data {
        Value::Array(items) => items,
        _ => Vec::new(),
    }
}

/// A frame for a message: shortened, and with its control characters made visible.
pub(super) fn quoted(text: &str) -> String {
    const LONGEST: usize = 120;
    match text.char_indices().nth(LONGEST) {
        None => format!("{text:?}"),
        Some((cut, _)) => format!("{:?}… ({} bytes)", &text[..cut], text.len()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::drop_offset;

    #[test]
    fn the_offset_of_recovery_is_no_argument() {
        let dropped = |args: serde_json::Value| {
            let mut args = args.as_array().unwrap().clone();
            drop_offset(&mut args);
            json!(args)
        };
        assert_eq!(dropped(json!([{"chatId": 1}, "nGTzFfLaNb"])), json!([{"chatId": 1}]));
        assert_eq!(dropped(json!(["a text alone"])), json!(["a text alone"]));
        assert_eq!(dropped(json!([1, {"two": 2}])), json!([1, {"two": 2}]));
    }
}
