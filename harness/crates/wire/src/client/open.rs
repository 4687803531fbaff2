//! From an endpoint to an open socket, and all the ways that can fail. Owns [`OpenError`] and the time limit;
//! must not know what happens on the transport afterwards.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

use super::address::{Address, header_map};
use super::http::Route;
use super::limits::Limit as Unable;
use super::session::{Ears, Session};
use super::stream::DialError;
use super::{Endpoint, Handshake, Socket, Transport, polling, websocket};
use crate::engine;
use crate::packet;

/// What was being waited for while a transport was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The TCP connection.
    TcpConnect,
    /// The answer to the HTTP request that asks for a websocket.
    WebsocketUpgrade,
    /// The Engine.IO open packet, on a websocket already open.
    OpenPacket,
    /// The answer to the first request of polling, which holds the open packet.
    PollingHandshake,
    /// The answer to the probe of an upgrade.
    Probe,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Stage::TcpConnect => "the TCP connection",
            Stage::WebsocketUpgrade => "the websocket upgrade",
            Stage::OpenPacket => "the Engine.IO open packet",
            Stage::PollingHandshake => "the polling handshake",
            Stage::Probe => "the answer to the upgrade probe",
        })
    }
}

impl Stage {
    /// What to look at when it does not come.
    fn hint(self) -> &'static str {
        match self {
            Stage::TcpConnect => "is the host reachable, and no firewall in between?",
            Stage::WebsocketUpgrade => {
                "is it an HTTP server, is the path right (`path:` in a target file), and does a proxy let websockets through?"
            }
            Stage::OpenPacket => "it speaks websocket, but is it a Socket.IO server on this path?",
            Stage::PollingHandshake => "is it an HTTP server, and a Socket.IO server on this path?",
            Stage::Probe => "does a proxy let websockets through, to the same server?",
        }
    }
}

/// Why a socket could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The base URL, path or namespace cannot be used.
    #[error("{url:?} cannot be used: {why}")]
    BadUrl {
        /// What was given.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    /// A header cannot be sent.
    #[error("the header {name:?} cannot be sent: {why}")]
    BadHeader {
        /// Its name.
        name: String,
        /// What is wrong with it.
        why: String,
    },
    /// The machine of the client has no more of something, which says nothing of the server.
    #[error("{0}")]
    Lacking(&'static str),
    /// No TCP connection.
    #[error("no TCP connection to {address}: {source}; is the server running, and is this its address?")]
    Refused {
        /// Host and port.
        address: String,
        /// What the system said.
        source: io::Error,
    },
    /// No TLS on it.
    #[error("no TLS with {address}: {why}")]
    Tls {
        /// Host and port.
        address: String,
        /// Why not, and what to do.
        why: String,
    },
    /// Something did not come in time.
    #[error("{address}: {stage} did not come within {after:?}; {}", .stage.hint())]
    Timeout {
        /// Host and port.
        address: String,
        /// What was awaited.
        stage: Stage,
        /// The limit for opening as a whole.
        after: Duration,
    },
    /// The server answered, with a refusal.
    #[error("{address}: {stage} was refused with HTTP {status}{}{}; {}", led_to(.location.as_deref()), body_note(.body), status_hint(*.status))]
    Http {
        /// Host and port.
        address: String,
        /// What was asked for.
        stage: Stage,
        /// The status code.
        status: u16,
        /// Where a redirection leads.
        location: Option<String>,
        /// The body, as far as it is known.
        body: String,
    },
    /// The server hung up.
    #[error("{address}: the connection ended while waiting for {stage}: {how}; {}", .stage.hint())]
    Closed {
        /// Host and port.
        address: String,
        /// What was awaited.
        stage: Stage,
        /// How it ended.
        how: String,
    },
    /// The server said something that is not in the protocol.
    #[error("{address}: instead of {stage} came {what}; {}", .stage.hint())]
    Protocol {
        /// Host and port.
        address: String,
        /// What was awaited.
        stage: Stage,
        /// What came, quoted and shortened.
        what: String,
    },
    /// The client cannot tell.
    #[error("{0}")]
    Unable(Unable),
}

fn body_note(body: &str) -> String {
    match first_line(body) {
        "" => String::new(),
        line if line.len() == body.len() => format!(" {}", super::session::quoted(line)),
        line => format!(" {} and more, {} bytes", super::session::quoted(line), body.len()),
    }
}

/// What says most of a page: its first line that is not empty.
#[must_use]
pub fn first_line(body: &str) -> &str {
    body.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default()
}

fn led_to(location: Option<&str>) -> String {
    location.map_or_else(String::new, |location| format!(" to {location}"))
}

fn status_hint(status: u16) -> &'static str {
    match status {
        300..=399 => "is this the address of the server itself, and its scheme the right one?",
        401 | 403 => "are the credentials right, and in the place the server reads?",
        404 | 405 => "is the Socket.IO path right? (`path:` in a target file)",
        502..=504 => "is the server behind the proxy running?",
        _ => "does the server speak Engine.IO 4 on this path?",
    }
}

/// The time limit of one opening, and whose it is.
pub(super) struct Limit<'a> {
    pub(super) route: &'a Arc<Route>,
    end: Instant,
    within: Duration,
}

impl<'a> Limit<'a> {
    /// Starts the clock.
    pub(super) fn start(route: &'a Arc<Route>, within: Duration) -> Self {
        let now = Instant::now();
        // Too long for the clock is as good as a day.
        let end = now.checked_add(within).unwrap_or(now + Duration::from_hours(24));
        Limit { route, end, within }
    }

    fn address(&self) -> String {
        self.route.address.to_string()
    }

    /// Awaits `work` until the limit.
    pub(super) async fn on<T>(&self, stage: Stage, work: impl Future<Output = T>) -> Result<T, OpenError> {
        timeout_at(self.end, work).await.map_err(|_elapsed| OpenError::Timeout {
            address: self.address(),
            stage,
            after: self.within,
        })
    }

    pub(super) fn refused(&self, error: DialError) -> OpenError {
        let address = self.address();
        match error {
            DialError::Tcp(source) => match super::lack::lack(&source) {
                Some(what) => OpenError::Lacking(what),
                None => OpenError::Refused { address, source },
            },
            DialError::Tls(why) => OpenError::Tls { address, why },
        }
    }

    /// The address with its path: where that is wrong, it helps to see it.
    fn place(&self) -> String {
        format!("{}{}", self.address(), self.route.path())
    }

    pub(super) fn http(
        &self,
        stage: Stage,
        status: u16,
        location: Option<String>,
        body: String,
    ) -> OpenError {
        OpenError::Http { address: self.place(), stage, status, location, body }
    }

    pub(super) fn closed(&self, stage: Stage, how: String) -> OpenError {
        OpenError::Closed { address: self.place(), stage, how }
    }

    pub(super) fn protocol(&self, stage: Stage, what: String) -> OpenError {
        OpenError::Protocol { address: self.address(), stage, what }
    }
}

/// See [`Socket::open`].
pub(super) async fn open(
    endpoint: &Endpoint,
    handshake: &Handshake,
    within: Duration,
    ears: Ears,
) -> Result<Socket, OpenError> {
    let route = Arc::new(route(endpoint, handshake)?);
    let namespace = namespace(&endpoint.namespace)?;
    let socket_namespace = packet::namespace_path(&namespace).to_owned();
    let fence_prefix = format!("/fence-{:016x}-", fastrand::u64(..));
    let on_websocket = Arc::new(AtomicBool::new(handshake.transport == Transport::Websocket));
    let (commands, queue) = mpsc::unbounded_channel();

    let limit = Limit::start(&route, within);
    let begin = |opened: &engine::Handshake| {
        let mut session = Session::new(ears, &socket_namespace, &fence_prefix, opened);
        let mut connect = String::from("4");
        packet::write_connect(&mut connect, &namespace, handshake.auth.as_ref());
        session.outbox.push_back(connect);
        session
    };
    match handshake.transport {
        Transport::Websocket => {
            let (stream, opened, raw) = websocket::open(&limit).await?;
            let session = begin(&opened);
            session.opened_by(&raw);
            tokio::spawn(websocket::run(stream, session, queue));
        }
        Transport::Polling | Transport::Upgrade => {
            let wants_upgrade = handshake.transport == Transport::Upgrade;
            let opened = polling::open(&limit).await?;
            let session = begin(&opened.handshake);
            let signal = wants_upgrade.then(|| Arc::clone(&on_websocket));
            tokio::spawn(polling::run(Arc::clone(&route), opened, session, queue, signal));
        }
    }
    Ok(Socket {
        commands,
        namespace: socket_namespace,
        fence_prefix,
        next_ack: AtomicU64::new(0),
        next_fence: AtomicU64::new(0),
        on_websocket,
    })
}

pub(super) fn route(endpoint: &Endpoint, handshake: &Handshake) -> Result<Route, OpenError> {
    let bad = |why| OpenError::BadUrl { url: endpoint.base.clone(), why };
    let address = Address::parse(&endpoint.base).map_err(bad)?;
    let headers = header_map(&handshake.headers).map_err(|(name, why)| OpenError::BadHeader { name, why })?;
    if let Some((name, _)) = headers.iter().find(|(_, value)| value.to_str().is_err()) {
        let why = "its value is not ASCII, which a websocket handshake cannot carry".to_owned();
        return Err(OpenError::BadHeader { name: name.to_string(), why });
    }
    Route::new(address, &endpoint.path, &handshake.query, headers, endpoint.tls.as_ref())
        .map_err(|why| OpenError::BadUrl { url: endpoint.path.clone(), why })
}

/// Reads the open packet.
///
/// # Errors
/// What the text is instead, quoted.
pub(super) fn opening(text: &str) -> Result<engine::Handshake, String> {
    let handshake = match engine::Packet::from_frame(text) {
        Ok(engine::Packet::Open(json)) => engine::Handshake::parse(json).map_err(|error| error.to_string()),
        Ok(_) => Err("another Engine.IO packet".to_owned()),
        Err(error) => Err(error.to_string()),
    };
    handshake.map_err(|why| format!("{} ({why})", super::session::quoted(text)))
}

/// The official client puts the slash before a namespace too.
pub(super) fn namespace(given: &str) -> Result<String, OpenError> {
    if given.contains(',') {
        let why = "a namespace cannot hold a comma".to_owned();
        return Err(OpenError::BadUrl { url: given.to_owned(), why });
    }
    Ok(if given.starts_with('/') { given.to_owned() } else { format!("/{given}") })
}
