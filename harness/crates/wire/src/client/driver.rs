//! Which Socket.IO implementation speaks for the actors: our own [`Socket`], or another one as a second opinion.
//! Whoever runs a case knows no more of it than this.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::mpsc;

use super::limits::Limit;
use super::{Endpoint, Frame, Handshake, OpenError, Sink, Socket, SocketKey};
#[cfg(feature = "rust_socketio")]
use super::{second, session::Ears};

/// How long silence is waited for where nothing can prove it, unless the target says how long.
#[cfg(feature = "rust_socketio")]
const UNFENCED_SETTLE: Duration = Duration::from_millis(100);

/// A Socket.IO implementation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Client {
    /// Our own.
    #[default]
    Own,
    /// The crate of that name. What it cannot do stands in [`super::LIMITS`].
    #[cfg(feature = "rust_socketio")]
    RustSocketio,
}

impl Client {
    /// How long to wait before a silence is taken for one, where the venue asks for this long. Without a fence no time
    /// at all proves nothing, so that it is a time of our own then, on the time scale of the run: no debounce must be over
    /// while somebody waits.
    #[must_use]
    #[cfg_attr(not(feature = "rust_socketio"), expect(unused_variables, reason = "our own client can fence"))]
    pub fn settle(self, asked: Duration, timescale: f64) -> Duration {
        match self {
            Client::Own => asked,
            #[cfg(feature = "rust_socketio")]
            Client::RustSocketio if asked.is_zero() => UNFENCED_SETTLE.mul_f64(timescale),
            #[cfg(feature = "rust_socketio")]
            Client::RustSocketio => asked,
        }
    }

    /// Opens a connection; see [`Socket::open`].
    ///
    /// # Errors
    /// When the transport is not open `within` the time, or cannot be opened at all.
    pub async fn open(
        self,
        endpoint: &Endpoint,
        handshake: &Handshake,
        key: SocketKey,
        within: Duration,
        sink: Sink,
        trace: Option<mpsc::UnboundedSender<Frame>>,
    ) -> Result<Connection, OpenError> {
        match self {
            Client::Own => {
                Socket::open(endpoint, handshake, key, within, sink, trace).await.map(Connection::Own)
            }
            #[cfg(feature = "rust_socketio")]
            Client::RustSocketio => {
                let ears = Ears { key, sink, trace };
                second::Socket::open(endpoint, handshake, within, ears).await.map(Connection::RustSocketio)
            }
        }
    }
}

impl fmt::Display for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Client::Own => "own",
            #[cfg(feature = "rust_socketio")]
            Client::RustSocketio => "rust_socketio",
        })
    }
}

/// A name that is no [`Client`] of this build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnknownClient {
    /// Known, and not built in.
    #[error(
        "it is not built in; run: cargo run -p harness --features rust_socketio -- --client rust_socketio"
    )]
    NotBuiltIn,
    /// Not known at all.
    #[error("the clients are: own, rust_socketio")]
    Unknown,
}

impl FromStr for Client {
    type Err = UnknownClient;

    fn from_str(name: &str) -> Result<Self, UnknownClient> {
        match name {
            "own" => Ok(Client::Own),
            #[cfg(feature = "rust_socketio")]
            "rust_socketio" => Ok(Client::RustSocketio),
            #[cfg(not(feature = "rust_socketio"))]
            "rust_socketio" => Err(UnknownClient::NotBuiltIn),
            _ => Err(UnknownClient::Unknown),
        }
    }
}

/// An open connection. Dropping it closes the transport.
#[derive(Debug)]
pub enum Connection {
    /// Our own.
    Own(Socket),
    /// The second opinion's.
    #[cfg(feature = "rust_socketio")]
    RustSocketio(second::Socket),
}

impl Connection {
    /// See [`Socket::emit`].
    pub fn emit(&self, name: &str, args: &[Value], want_ack: bool) -> Option<u64> {
        match self {
            Connection::Own(socket) => socket.emit(name, args, want_ack),
            #[cfg(feature = "rust_socketio")]
            Connection::RustSocketio(socket) => socket.emit(name, args, want_ack),
        }
    }

    /// See [`Socket::fence`]. None where the client cannot: then only time tells.
    pub fn fence(&self) -> Option<u64> {
        match self {
            Connection::Own(socket) => Some(socket.fence()),
            #[cfg(feature = "rust_socketio")]
            Connection::RustSocketio(_) => None,
        }
    }

    /// See [`Socket::frame`].
    ///
    /// # Errors
    /// Where the client cannot.
    pub fn frame(&self, text: String) -> Result<(), Limit> {
        match self {
            Connection::Own(socket) => {
                socket.frame(text);
                Ok(())
            }
            #[cfg(feature = "rust_socketio")]
            Connection::RustSocketio(_) => Err(Limit::Frame),
        }
    }

    /// See [`Socket::disconnect`].
    pub fn disconnect(&self) {
        match self {
            Connection::Own(socket) => socket.disconnect(),
            #[cfg(feature = "rust_socketio")]
            Connection::RustSocketio(socket) => socket.disconnect(),
        }
    }

    /// See [`Socket::sever`].
    ///
    /// # Errors
    /// Where the client cannot.
    pub fn sever(&self) -> Result<(), Limit> {
        match self {
            Connection::Own(socket) => {
                socket.sever();
                Ok(())
            }
            #[cfg(feature = "rust_socketio")]
            Connection::RustSocketio(_) => Err(Limit::Sever),
        }
    }
}
