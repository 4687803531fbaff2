//! Socket.IO and REST clients: what a user of a chat backend could send and hear, with nothing hidden.
//!
//! A [`Socket`] reports every packet of its server as an [`Arrival`], with the time it was read, and never
//! buffers, reconnects or retries on its own: the caller judges the server, so the caller must see it. One
//! task per socket owns the transport; the handle only queues. [`Client`] chooses whether it is ours that
//! speaks, or a second opinion. Must know [`crate`] and nothing else of
//! this crate: not scenarios, not what any event means.

mod address;
mod bounded;
mod driver;
mod flood;
mod http;
mod lack;
mod limits;
mod open;
mod polling;
mod reach;
pub mod rest;
#[cfg(feature = "rust_socketio")]
mod second;
mod session;
mod stream;
pub mod tls;
mod websocket;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::mpsc;

use self::session::Command;
use self::tls::Tls;
use crate::packet;

pub use self::address::{Address, push_query};
pub use self::driver::{Client, Connection, UnknownClient};
pub use self::flood::{Flood, Meter};
pub use self::http::{FRESH, LARGEST};
pub use self::lack::lack;
pub use self::limits::{LIMITS, Limit};
pub use self::open::{OpenError, Stage, first_line};
pub use self::reach::Reach;

/// Where a Socket.IO server listens.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Scheme, host and port, `http://127.0.0.1:3000`. `ws://` or no scheme mean the same, `https://` and `wss://` are over TLS;
    /// a path after the port is put before [`Endpoint::path`].
    pub base: String,
    /// The path of the Engine.IO server, sent as it stands: `/socket.io/`.
    pub path: String,
    /// The namespace to join: `/`, or `/chat`.
    pub namespace: String,
    /// Whom connections trust, and what they show; none where the system decides.
    pub tls: Option<Tls>,
}

/// How packets travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Transport {
    /// A websocket from the start.
    #[default]
    Websocket,
    /// HTTP long polling for good.
    Polling,
    /// Polling first, then a websocket, as the official client does unless told otherwise.
    Upgrade,
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Transport::Websocket => "websocket",
            Transport::Polling => "polling",
            Transport::Upgrade => "upgrade",
        })
    }
}

impl FromStr for Transport {
    type Err = UnknownTransport;

    fn from_str(name: &str) -> Result<Self, UnknownTransport> {
        match name {
            "websocket" => Ok(Transport::Websocket),
            "polling" => Ok(Transport::Polling),
            "upgrade" => Ok(Transport::Upgrade),
            _ => Err(UnknownTransport { name: name.to_owned() }),
        }
    }
}

/// A name that is not a [`Transport`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} is not a transport: use websocket, polling or upgrade")]
pub struct UnknownTransport {
    /// The name.
    pub name: String,
}

/// What a client says of itself while it connects.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Handshake {
    /// The payload of the CONNECT packet.
    pub auth: Option<Value>,
    /// Query parameters of every HTTP request, not yet encoded.
    pub query: Vec<(String, String)>,
    /// Headers of every HTTP request; one that the client sets itself (`host`, say) is replaced.
    pub headers: Vec<(String, String)>,
    /// How to connect.
    pub transport: Transport,
}

/// Tells the sockets of one [`Sink`] apart; chosen by the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SocketKey(pub u32);

/// Something a socket received, or learnt of its transport.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    /// Which socket.
    pub socket: SocketKey,
    /// When it was read from the transport.
    pub at: Instant,
    /// What it was.
    pub what: Incoming,
}

/// The kinds of [`Arrival`].
#[derive(Debug, Clone, PartialEq)]
pub enum Incoming {
    /// CONNECT: the server let the socket into its namespace.
    Connected {
        /// `sid` of the payload.
        sid: Option<String>,
        /// The whole payload, null when there was none.
        data: Value,
    },
    /// CONNECT_ERROR: the server refused the namespace.
    ConnectError {
        /// The payload.
        data: Value,
    },
    /// EVENT or BINARY_EVENT; binary attachments are left as placeholders.
    Event {
        /// The first element of the payload.
        name: String,
        /// The others.
        args: Vec<Value>,
        /// The id under which it was acknowledged at once, with no arguments, where the server asks for that.
        ack: Option<u64>,
    },
    /// ACK or BINARY_ACK.
    Ack {
        /// The id that [`Socket::emit`] returned.
        id: u64,
        /// The payload.
        args: Vec<Value>,
    },
    /// The answer to [`Socket::fence`]: whatever the server had queued for this socket before it has arrived.
    Fenced {
        /// The number that [`Socket::fence`] returned.
        fence: u64,
    },
    /// DISCONNECT: the server removed the socket from its namespace. The transport may live on.
    Disconnected,
    /// The transport is gone. Always the last arrival of a socket, exactly once.
    Closed {
        /// Who ended it, and how.
        reason: String,
    },
    /// The client itself has failed: whatever it reports from here on proves nothing.
    Failed {
        /// How, in words.
        why: String,
    },
    /// The server sends more than anybody can use: the connection is cut.
    Flooded {
        /// How much came.
        flood: Flood,
        /// The last that came, shortened.
        last: String,
    },
    /// A frame that breaks the protocol; it was not acted upon.
    Violation {
        /// What is wrong, with the frame, shortened.
        what: String,
    },
}

/// Where arrivals go. It is unbounded, because a slow reader must not slow the socket, whose timestamps count; a server that
/// sends more than anybody can use is cut off: see [`Meter`].
pub type Sink = mpsc::UnboundedSender<Arrival>;

/// One Engine.IO packet as it went over the transport; over polling each record is a frame of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Which socket.
    pub socket: SocketKey,
    /// When it was read, or handed to the transport.
    pub at: Instant,
    /// Whether the client sent it.
    pub outgoing: bool,
    /// The packet; a binary one in the notation of polling, `b` and base64.
    pub text: String,
}

/// An open socket. Dropping it closes the transport, without a DISCONNECT; see [`Socket::disconnect`].
#[derive(Debug)]
pub struct Socket {
    commands: mpsc::UnboundedSender<Command>,
    namespace: String,
    fence_prefix: String,
    next_ack: AtomicU64,
    next_fence: AtomicU64,
    on_websocket: Arc<AtomicBool>,
}

impl Socket {
    /// Opens the transport and sends CONNECT. The server's answer to that arrives in `sink`, like all that
    /// follows; after an error nothing arrives. Over [`Transport::Upgrade`] the socket is open once polling
    /// works, and upgrades by itself. With `trace` every raw frame is told as well.
    ///
    /// # Errors
    /// When the transport is not open `within` the time, or cannot be opened at all.
    pub async fn open(
        endpoint: &Endpoint,
        handshake: &Handshake,
        key: SocketKey,
        within: Duration,
        sink: Sink,
        trace: Option<mpsc::UnboundedSender<Frame>>,
    ) -> Result<Socket, OpenError> {
        let ears = session::Ears { key, sink, trace };
        open::open(endpoint, handshake, within, ears).await
    }

    /// Queues an event, in order with everything else sent. Returns the acknowledgement id if one is wanted;
    /// ids only grow, so none is ever in flight twice.
    pub fn emit(&self, name: &str, args: &[Value], want_ack: bool) -> Option<u64> {
        let id = want_ack.then(|| self.next_ack.fetch_add(1, Ordering::Relaxed));
        let mut text = message();
        packet::write_event(&mut text, &self.namespace, id, name, args);
        self.queue(Command::Send(text));
        id
    }

    /// Queues a CONNECT to a namespace that surely does not exist. Its answer, [`Incoming::Fenced`] with the
    /// number returned here, proves that all the server had queued before has arrived. A server that lets
    /// the socket in is sent a DISCONNECT for that namespace.
    pub fn fence(&self) -> u64 {
        let fence = self.next_fence.fetch_add(1, Ordering::Relaxed);
        let mut text = message();
        packet::write_connect(&mut text, &format!("{}{fence}", self.fence_prefix), None);
        self.queue(Command::Send(text));
        fence
    }

    /// Queues a raw Engine.IO packet, whatever it says.
    pub fn frame(&self, text: String) {
        self.queue(Command::Send(text));
    }

    /// Leaves the namespace with a DISCONNECT, after everything queued before, and closes the transport.
    pub fn disconnect(&self) {
        self.queue(Command::Disconnect);
    }

    /// Cuts the TCP connection without a goodbye: the server sees a reset. What is queued may be lost.
    pub fn sever(&self) {
        self.queue(Command::Sever);
    }

    /// What carries the packets at this moment: never [`Transport::Upgrade`].
    #[must_use]
    pub fn transport_now(&self) -> Transport {
        if self.on_websocket.load(Ordering::Relaxed) { Transport::Websocket } else { Transport::Polling }
    }

    /// A socket that has closed takes commands too: `Closed` has told the caller already.
    fn queue(&self, command: Command) {
        let _closed = self.commands.send(command);
    }
}

/// A buffer that begins as an Engine.IO message does, with room for a usual chat event.
fn message() -> String {
    let mut text = String::with_capacity(128);
    text.push('4');
    text
}
