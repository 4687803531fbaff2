//! A websocket in the middle: frames go on as they are, both ways, until one side ends it.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use hyper::body::Incoming;
use hyper::header::{
    CONNECTION, HeaderMap, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
    UPGRADE,
};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::error::Error;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use super::log::Door;
use super::proxy::{Answer, Proxy, Query, bare, door, lock, onward, refusal, turned_away};
use super::session::{self, Session};
use wire::client::{LARGEST, Transport};
use wire::engine;

type Upstream = WebSocketStream<TcpStream>;

/// Which side has ended a websocket.
enum Side {
    Client,
    Server,
}

/// Opens the same websocket at the server, and answers as the server does.
pub(super) async fn open(
    proxy: Arc<Proxy>,
    mut request: Request<Incoming>,
    query: &Query,
) -> Result<Answer, String> {
    let door = door(request.headers(), query);
    let Some(key) = request.headers().get(SEC_WEBSOCKET_KEY).cloned() else {
        return Ok(refusal(StatusCode::BAD_REQUEST, "a websocket needs sec-websocket-key"));
    };
    let session = proxy.session_of(query);
    if session.is_none() {
        proxy.log.begin().await;
    }
    let (upstream, protocol) = match dial(&proxy, &request).await? {
        Ok(opened) => opened,
        Err(refused) => {
            if session.is_none() {
                turned_away(&proxy.log, &door, Transport::Websocket);
            }
            return Ok(refused);
        }
    };
    let mut headers = HeaderMap::new();
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    if let Ok(accept) = HeaderValue::from_str(&derive_accept_key(key.as_bytes())) {
        headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    }
    if let Some(protocol) = protocol {
        headers.insert(SEC_WEBSOCKET_PROTOCOL, protocol);
    }
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        // A client that does not want its websocket after all has gone.
        if let Ok(upgraded) = upgrade.await {
            let client =
                WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, Some(config())).await;
            run(&proxy, client, upstream, session, door).await;
        }
    });
    Ok(bare(StatusCode::SWITCHING_PROTOCOLS, headers, Bytes::new()))
}

fn config() -> WebSocketConfig {
    WebSocketConfig::default().max_message_size(Some(LARGEST)).max_frame_size(Some(LARGEST))
}

type Opened = Result<(Upstream, Option<HeaderValue>), Answer>;

/// The server's side of a websocket, or its refusal.
async fn dial(proxy: &Proxy, request: &Request<Incoming>) -> Result<Opened, String> {
    let upstream = &proxy.upstream;
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let url = format!("ws://{}{}{path}", upstream.authority, upstream.prefix);
    let mut onwards = url.as_str().into_client_request().map_err(|error| format!("{url}: {error}"))?;
    for (name, value) in &onward(request.headers(), upstream) {
        // The handshake is ours, and nothing is packed.
        if !name.as_str().starts_with("sec-websocket-") || *name == SEC_WEBSOCKET_PROTOCOL {
            onwards.headers_mut().insert(name.clone(), value.clone());
        }
    }
    let stream = TcpStream::connect((upstream.host.as_str(), upstream.port)).await;
    let stream = stream.map_err(|error| format!("{upstream} does not answer: {error}"))?;
    let _slower = stream.set_nodelay(true);
    match client_async_with_config(onwards, stream, Some(config())).await {
        Ok((stream, response)) => Ok(Ok((stream, response.headers().get(SEC_WEBSOCKET_PROTOCOL).cloned()))),
        Err(Error::Http(response)) => {
            let (head, body) = response.into_parts();
            let mut headers = head.headers;
            headers.remove("transfer-encoding");
            Ok(Err(bare(head.status, headers, Bytes::from(body.unwrap_or_default()))))
        }
        Err(error) => Err(format!("{upstream} opens no websocket: {error}")),
    }
}

/// Passes frames on until one side ends it, or the recording is over.
async fn run<S>(
    proxy: &Proxy,
    client: WebSocketStream<S>,
    upstream: Upstream,
    session: Option<Arc<Mutex<Session>>>,
    door: Door,
) where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (to_client, from_client) = client.split();
    let (to_server, from_server) = upstream.split();
    let tunnel = Tunnel { proxy, door, session: Mutex::new(session) };
    let mut closed = proxy.closed.clone();
    let side = tokio::select! {
        side = tunnel.up(from_client, to_server) => side,
        side = tunnel.down(from_server, to_client) => side,
        _ = closed.changed() => return,
    };
    let Some(session) = tunnel.session() else { return };
    match side {
        Side::Client if lock(&session).is_live() => {
            proxy.log.begin().await;
            lock(&session).gone(&proxy.log);
        }
        Side::Client => {}
        Side::Server => lock(&session).ended(&proxy.log),
    }
}

/// A websocket under way.
struct Tunnel<'p> {
    proxy: &'p Proxy,
    door: Door,
    /// Known once the server has opened it.
    session: Mutex<Option<Arc<Mutex<Session>>>>,
}

impl Tunnel<'_> {
    fn session(&self) -> Option<Arc<Mutex<Session>>> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn up<S>(
        &self,
        mut from: SplitStream<WebSocketStream<S>>,
        mut to: SplitSink<Upstream, Message>,
    ) -> Side
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let log = &self.proxy.log;
        while let Some(Ok(message)) = from.next().await {
            if let (Some(packet), Some(session)) = (packet(&message), self.session()) {
                if session::acts(&packet) {
                    log.begin().await;
                }
                lock(&session).sent(packet, log);
            }
            let over = message.is_close();
            if to.send(message).await.is_err() && !over {
                return Side::Server;
            }
            if over {
                break;
            }
        }
        Side::Client
    }

    async fn down<S>(
        &self,
        mut from: SplitStream<Upstream>,
        mut to: SplitSink<WebSocketStream<S>, Message>,
    ) -> Side
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        while let Some(Ok(message)) = from.next().await {
            match packet(&message) {
                Some(engine::Packet::Open(json)) => {
                    let session = self.proxy.opened(json, self.door.clone(), Transport::Websocket);
                    *self.session.lock().unwrap_or_else(PoisonError::into_inner) = Some(session);
                }
                Some(packet) => {
                    if let Some(session) = self.session() {
                        lock(&session).received(packet, &self.proxy.log);
                    }
                }
                None => {}
            }
            let over = message.is_close();
            if to.send(message).await.is_err() && !over {
                return Side::Client;
            }
            if over {
                break;
            }
        }
        Side::Server
    }
}

/// The Engine.IO packet in a frame.
fn packet(message: &Message) -> Option<engine::Packet<'_>> {
    match message {
        Message::Text(text) => engine::Packet::from_frame(text).ok(),
        Message::Binary(bytes) => Some(engine::Packet::Binary(std::borrow::Cow::Borrowed(bytes))),
        _ => None,
    }
}
