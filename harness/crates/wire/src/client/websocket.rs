//! The websocket transport. Owns the HTTP upgrade, the open packet on a websocket, and the one task that
//! reads and writes it; must not know what packets mean. *Engine.IO 4, "WebSocket".*

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::{Sink as _, SinkExt as _, Stream as _, StreamExt as _};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Sleep, sleep_until, timeout};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::error::{Error, ProtocolError};
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Bytes, Message};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use super::http::{LARGEST, Route, shown_header};
use super::open::{Limit, OpenError, Stage, opening};
use super::session::{Command, Ending, Session, quoted};
use super::stream::{DialError, Stream, refusal};
use crate::engine;

pub(super) type Websocket = WebSocketStream<Stream>;

/// How many messages are read before something is written again.
const BATCH: usize = 256;
/// How long a goodbye may take to be written, and again to be answered.
pub(super) const FAREWELL: Duration = Duration::from_secs(1);

/// Opens a websocket and awaits its open packet, which is also returned as text.
pub(super) async fn open(limit: &Limit<'_>) -> Result<(Websocket, engine::Handshake, String), OpenError> {
    let mut stream = connect(limit, None).await?;
    let stage = Stage::OpenPacket;
    let text = limit.on(stage, first_text(&mut stream)).await?.map_err(|end| end.into_error(limit, stage))?;
    match opening(&text) {
        Ok(handshake) => Ok((stream, handshake, text)),
        Err(what) => Err(limit.protocol(stage, what)),
    }
}

/// Opens a websocket for a session that exists already and probes it. *Engine.IO 4, "Upgrade".*
pub(super) async fn probe(limit: &Limit<'_>, sid: &str) -> Result<Websocket, OpenError> {
    let mut stream = connect(limit, Some(sid)).await?;
    let stage = Stage::Probe;
    let exchange = async {
        stream.send(Message::text("2probe")).await.map_err(|error| End::Gone(error.to_string()))?;
        first_text(&mut stream).await
    };
    let text = limit.on(stage, exchange).await?.map_err(|end| end.into_error(limit, stage))?;
    if text == "3probe" { Ok(stream) } else { Err(limit.protocol(stage, quoted(&text))) }
}

async fn connect(limit: &Limit<'_>, sid: Option<&str>) -> Result<Websocket, OpenError> {
    let stream =
        limit.on(Stage::TcpConnect, limit.route.dial()).await?.map_err(|error| limit.refused(error))?;
    let stage = Stage::WebsocketUpgrade;
    let request = request(limit.route, sid)
        .map_err(|error| limit.protocol(stage, format!("a request that cannot be written: {error}")))?;
    let config = WebSocketConfig::default()
        .read_buffer_size(4096)
        .max_message_size(Some(LARGEST))
        .max_frame_size(Some(LARGEST));
    match limit.on(stage, client_async_with_config(request, stream, Some(config))).await? {
        Ok((stream, _response)) => Ok(stream),
        Err(Error::Http(response)) => {
            let body = response.body().as_deref().map(String::from_utf8_lossy).unwrap_or_default();
            let location = response.headers().get("location").map(shown_header);
            Err(limit.http(stage, response.status().as_u16(), location, body.into_owned()))
        }
        Err(Error::Io(error)) if refusal(&error).is_some() => {
            Err(limit.refused(DialError::Tls(refusal(&error).unwrap_or_default())))
        }
        Err(
            error @ (Error::Io(_)
            | Error::ConnectionClosed
            | Error::AlreadyClosed
            | Error::Protocol(ProtocolError::HandshakeIncomplete)),
        ) => Err(limit.closed(stage, error.to_string())),
        Err(error) => Err(limit.protocol(stage, format!("something else: {error}"))),
    }
}

fn request(route: &Route, sid: Option<&str>) -> Result<Request, Error> {
    let target = route.target("websocket", sid);
    let mut request = format!("ws://{}{target}", route.address.authority).into_client_request()?;
    let headers = route.headers();
    for name in headers.keys() {
        request.headers_mut().remove(name);
    }
    request.headers_mut().extend(headers);
    Ok(request)
}

/// What came instead of a text.
enum End {
    Gone(String),
    Binary(Bytes),
}

impl End {
    fn into_error(self, limit: &Limit<'_>, stage: Stage) -> OpenError {
        match self {
            End::Gone(how) => limit.closed(stage, how),
            End::Binary(bytes) => limit.protocol(stage, format!("a binary frame of {} bytes", bytes.len())),
        }
    }
}

async fn first_text(stream: &mut Websocket) -> Result<String, End> {
    loop {
        match stream.next().await {
            Some(Ok(Message::Text(text))) => return Ok(text.as_str().to_owned()),
            Some(Ok(Message::Binary(bytes))) => return Err(End::Binary(bytes)),
            Some(Ok(message)) => {
                if let Some(reason) = close_reason(&message) {
                    return Err(End::Gone(reason));
                }
            }
            Some(Err(error)) => return Err(End::Gone(error.to_string())),
            None => return Err(End::Gone("the server hung up".to_owned())),
        }
    }
}

/// The reason in a close frame; `None` for every other message.
fn close_reason(message: &Message) -> Option<String> {
    let Message::Close(frame) = message else { return None };
    Some(match frame {
        None => "server close: a websocket close frame without a code".to_owned(),
        Some(frame) if frame.reason.is_empty() => {
            format!("server close: websocket close frame {}", u16::from(frame.code))
        }
        Some(frame) => {
            let reason = quoted(frame.reason.as_str());
            format!("server close: websocket close frame {} {reason}", u16::from(frame.code))
        }
    })
}

/// Runs an open socket to its end.
pub(super) async fn run(stream: Websocket, session: Session, commands: UnboundedReceiver<Command>) {
    let heartbeat = Box::pin(sleep_until(session.deadline));
    let mut line = Line { stream, session, commands, heartbeat, unflushed: false, more: false, broken: None };
    let ending = std::future::poll_fn(|cx| line.poll(cx)).await;
    line.finish(ending).await;
}

/// A websocket with all that moves on it. Reading and writing are polled together and neither waits for the
/// other: a server that will not read until it has written must not stop both.
struct Line {
    stream: Websocket,
    session: Session,
    commands: UnboundedReceiver<Command>,
    heartbeat: Pin<Box<Sleep>>,
    unflushed: bool,
    /// There may be more to read, so that nobody can say that the server is silent.
    more: bool,
    /// Writing failed. What the server sent before is still read, so the end comes from reading.
    broken: Option<String>,
}

impl Line {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Ending> {
        if let Some(reason) = self.read(cx) {
            let reason = self.broken.take().unwrap_or(reason);
            return Poll::Ready(self.session.ending(reason));
        }
        while let Poll::Ready(command) = self.commands.poll_recv(cx) {
            if let Some(ending) = Ending::asked(command, &mut self.session) {
                return Poll::Ready(ending);
            }
        }
        if self.broken.is_none()
            && let Err(error) = self.write(cx)
        {
            self.broken = Some(format!("transport error: {error}"));
        }
        if self.session.deadline != self.heartbeat.deadline() {
            self.heartbeat.as_mut().reset(self.session.deadline);
        }
        if self.more {
            return Poll::Pending;
        }
        self.heartbeat.as_mut().poll(cx).map(|()| Ending::Gone(self.session.silence()))
    }

    /// Reads what there is, and no more than a batch, so that there is time to write; the reason once the server has closed.
    fn read(&mut self, cx: &mut Context<'_>) -> Option<String> {
        for _ in 0..BATCH {
            let Poll::Ready(next) = Pin::new(&mut self.stream).poll_next(cx) else {
                self.more = false;
                return None;
            };
            match next {
                Some(Ok(Message::Text(text))) => self.session.text(text.as_str(), false),
                Some(Ok(Message::Binary(bytes))) => self.session.binary(&bytes),
                Some(Ok(message)) => {
                    if let Some(reason) = close_reason(&message) {
                        return Some(reason);
                    }
                    self.session.count(message.len(), || "a ping or a pong of the websocket".to_owned());
                }
                Some(Err(error)) => return Some(format!("transport error: {error}")),
                None => return Some("server close: the connection ended".to_owned()),
            }
            if let Some(reason) = self.session.ended.take() {
                return Some(reason);
            }
        }
        self.more = true;
        cx.waker().wake_by_ref();
        None
    }

    /// Writes as much of the outbox as the connection takes.
    fn write(&mut self, cx: &mut Context<'_>) -> Result<(), Error> {
        while !self.session.outbox.is_empty() {
            match Pin::new(&mut self.stream).poll_ready(cx) {
                Poll::Ready(ready) => ready?,
                Poll::Pending => return Ok(()),
            }
            if let Some(text) = self.session.next_outgoing() {
                Pin::new(&mut self.stream).start_send(Message::text(text))?;
                self.unflushed = true;
            }
        }
        if self.unflushed
            && let Poll::Ready(flushed) = Pin::new(&mut self.stream).poll_flush(cx)
        {
            self.unflushed = false;
            flushed?;
        }
        Ok(())
    }

    async fn finish(mut self, ending: Ending) {
        match ending {
            Ending::Severed | Ending::Flooded(_) => {
                // Failing that, the connection is closed in the ordinary way.
                let _unsupported = self.stream.get_ref().set_zero_linger();
            }
            Ending::Disconnect | Ending::Dropped => {
                if matches!(ending, Ending::Disconnect) {
                    self.session.outbox.push_back(self.session.goodbye());
                }
                // A server that no longer reads gets no goodbye.
                let _unheard = timeout(FAREWELL, self.farewell()).await;
            }
            Ending::Gone(_) => {}
        }
        let severed = matches!(ending, Ending::Severed | Ending::Flooded(_));
        self.session.close(ending);
        if !severed {
            // Closing with data unread would reset the connection, and the server might lose our last words.
            let drain = async {
                // Where both sides have said so already, this fails and nothing is left to read.
                let _said = self.stream.send(Message::Close(None)).await;
                while let Some(Ok(_)) = self.stream.next().await {}
            };
            let _patience = timeout(FAREWELL, drain).await;
        }
    }

    async fn farewell(&mut self) -> Result<(), Error> {
        while let Some(text) = self.session.next_outgoing() {
            self.stream.feed(Message::text(text)).await?;
        }
        self.stream.flush().await
    }
}
