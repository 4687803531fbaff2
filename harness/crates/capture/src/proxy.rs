//! The proxy: every request goes on to the server, and every answer back, as they are; what they say is written down.
//! Owns HTTP; websockets are `tunnel`'s affair.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited, combinators::BoxBody};
use hyper::body::Incoming;
use hyper::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN, UPGRADE,
};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::log::{self, Body, Door, Log, What};
use super::session::{self, Session};
use super::tunnel;
use wire::client::{Address, FRESH, LARGEST, Transport};
use wire::engine;

/// Headers that belong to one connection and not to what travels on it.
const OF_THE_HOP: [&str; 8] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

pub(super) type Answer = Response<BoxBody<Bytes, hyper::Error>>;
type Shared = Arc<Mutex<Session>>;

/// What all connections of the proxy share.
pub(super) struct Proxy {
    pub(super) upstream: Address,
    pub(super) log: Arc<Log>,
    /// Changes when the recording is over.
    pub(super) closed: watch::Receiver<()>,
    client: Client<HttpConnector, Full<Bytes>>,
    sessions: Mutex<HashMap<String, Shared>>,
}

impl Proxy {
    pub(super) fn new(upstream: Address, log: Arc<Log>, closed: watch::Receiver<()>) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new()).pool_idle_timeout(FRESH).build(connector);
        Self { upstream, log, closed, client, sessions: Mutex::default() }
    }

    /// Serves whoever comes, for as long as this is polled.
    pub(super) async fn serve(self: Arc<Self>, listener: TcpListener) {
        let mut open = JoinSet::new();
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        let _slower = stream.set_nodelay(true);
                        let proxy = Arc::clone(&self);
                        open.spawn(async move {
                            let service = service_fn(move |request| {
                                let proxy = Arc::clone(&proxy);
                                async move { Ok::<_, Infallible>(proxy.pass(request).await) }
                            });
                            let http = hyper::server::conn::http1::Builder::new();
                            // A client that breaks off is no concern of the others.
                            let _broken = http.serve_connection(TokioIo::new(stream), service).with_upgrades().await;
                        });
                    }
                    // Out of descriptors, most likely: those that are open go on.
                    Err(_) => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
                },
                Some(_) = open.join_next() => {}
            }
        }
    }

    async fn pass(self: Arc<Self>, request: Request<Incoming>) -> Answer {
        let query = Query::of(request.uri().query().unwrap_or_default());
        let engine = query.get("EIO").is_some() && query.get("transport").is_some();
        if engine && query.get("EIO") != Some("4") {
            self.log.remark("a client speaks Engine.IO 3, which is passed on and not written down");
        }
        let known = query.get("EIO") == Some("4");
        let outcome = match (request.headers().contains_key(UPGRADE), engine && known) {
            (true, true) => tunnel::open(Arc::clone(&self), request, &query).await,
            (true, false) => {
                return refusal(
                    StatusCode::NOT_IMPLEMENTED,
                    "the recorder knows no websocket but Socket.IO's (EIO=4)",
                );
            }
            (false, true) => self.poll(request, &query).await,
            (false, false) => self.call(request).await,
        };
        outcome.unwrap_or_else(|why| {
            self.log.lost(&why);
            refusal(StatusCode::BAD_GATEWAY, &why)
        })
    }

    /// A request of polling.
    async fn poll(&self, request: Request<Incoming>, query: &Query) -> Result<Answer, String> {
        let door = door(request.headers(), query);
        let session = query.get("sid").and_then(|sid| self.session(sid));
        let is_post = request.method() == Method::POST;
        let fresh = request.method() == Method::GET && query.get("sid").is_none();
        let (head, body) = self.collect(request).await?;
        if let Some(session) = session.as_ref().filter(|_| is_post) {
            let text = String::from_utf8_lossy(&body);
            let packets: Vec<_> = engine::records(&text)
                .filter_map(|record| engine::Packet::from_record(record).ok())
                .collect();
            if packets.iter().any(session::acts) {
                self.log.begin().await;
            }
            let mut session = lock(session);
            packets.into_iter().for_each(|packet| session.sent(packet, &self.log));
        }
        if fresh {
            self.log.begin().await;
        }
        let response = self.forward(head, body).await?;
        let (head, body) = response.into_parts();
        let body = collected(body, "the server's answer to a poll").await?;
        if is_post {
            return Ok(whole(head, body));
        }
        let text = String::from_utf8_lossy(&body);
        if head.status != StatusCode::OK {
            if fresh {
                turned_away(&self.log, &door, Transport::Polling);
            }
            return Ok(whole(head, body));
        }
        let mut session = session;
        for record in engine::records(&text) {
            let Ok(packet) = engine::Packet::from_record(record) else { continue };
            if let engine::Packet::Open(json) = packet {
                session = Some(self.opened(json, door.clone(), Transport::Polling));
            } else if let Some(session) = &session {
                lock(session).received(packet, &self.log);
            }
        }
        Ok(whole(head, body))
    }

    /// A REST call, or whatever else a browser asks for.
    async fn call(&self, request: Request<Incoming>) -> Result<Answer, String> {
        let method = request.method().clone();
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let authorization =
            request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let origin = foreign_origin(request.headers());
        let odd = |name: &HeaderName| {
            name == "cookie" || name.as_str().starts_with("x-") && !name.as_str().starts_with("x-forwarded-")
        };
        let odd: Vec<String> =
            request.headers().keys().filter(|name| odd(name)).map(ToString::to_string).collect();
        let (head, body) = self.collect(request).await?;
        let said = read(&body);
        // A browser's question whether it may ask is none of the client's.
        let asks = method == Method::HEAD || method == Method::OPTIONS;
        let call = if asks {
            None
        } else {
            self.log.begin().await;
            let (call, actor, bad) = self.log.caller(authorization.as_deref());
            let request = log::Request { actor, method: method.to_string(), path, body: said, origin, bad };
            self.log.did(What::Call { call, request });
            Some(call)
        };
        let response = self.forward(head, body).await?;
        let (head, body) = response.into_parts();
        let json = head
            .headers
            .get(CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().windows(4).any(|word| word == b"json"));
        let status = head.status.as_u16();
        if !json && !hyper::body::Body::is_end_stream(&body) {
            // A page, or a stream without an end: passed on as it comes.
            if let Some(call) = call {
                self.log.heard(What::Answer { call, status, body: Body::Other });
            }
            return Ok(Response::from_parts(stripped(head), body.boxed()));
        }
        let body = collected(body, "the server's answer").await?;
        if let Some(call) = call {
            self.log.heard(What::Answer { call, status, body: read(&body) });
            for name in odd {
                self.log.remark(format!("the header `{name}` of REST calls is left out: where the server needs it, add it to the step's `headers`"));
            }
        }
        Ok(whole(head, body))
    }

    async fn collect(
        &self,
        request: Request<Incoming>,
    ) -> Result<(hyper::http::request::Parts, Bytes), String> {
        let (head, body) = request.into_parts();
        let body = collected(body, "a client's request").await?;
        Ok((head, body))
    }

    /// Sends a request on.
    async fn forward(
        &self,
        head: hyper::http::request::Parts,
        body: Bytes,
    ) -> Result<Response<Incoming>, String> {
        let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
        let uri = format!("http://{}{}{path}", self.upstream, self.upstream.prefix);
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = head.method;
        *request.uri_mut() = uri.parse().map_err(|error| format!("{uri} cannot be asked for: {error}"))?;
        *request.headers_mut() = onward(&head.headers, &self.upstream);
        self.client.request(request).await.map_err(|error| {
            let why =
                std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
            format!("{} does not answer: {why}", self.upstream)
        })
    }

    fn session(&self, sid: &str) -> Option<Shared> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner).get(sid).cloned()
    }

    /// The session of a websocket: the one it takes over, if there is one.
    pub(super) fn session_of(&self, query: &Query) -> Option<Shared> {
        query.get("sid").and_then(|sid| self.session(sid))
    }

    /// A new session, as the server's open packet names it.
    pub(super) fn opened(&self, json: &str, door: Door, transport: Transport) -> Shared {
        let session = Arc::new(Mutex::new(Session::new(door, transport)));
        match engine::Handshake::parse(json) {
            Ok(handshake) => {
                let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
                sessions.insert(handshake.sid, Arc::clone(&session));
            }
            Err(error) => self.log.remark(format!("the server's open packet is none: {error}")),
        }
        session
    }
}

/// A handshake that the server refused before any packet.
pub(super) fn turned_away(log: &Log, door: &Door, transport: Transport) {
    let socket = log.connection(None, None, door, transport);
    log.did(What::Connect { socket, auth: None });
    log.heard(What::Refused { socket });
}

pub(super) fn lock(session: &Mutex<Session>) -> MutexGuard<'_, Session> {
    session.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The pairs of a query, decoded.
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    fn of(query: &str) -> Self {
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        Self(pairs.map(|(name, value)| (decoded(name), decoded(value))).collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let hex = after
            .get(..2)
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (byte, hex) {
            (b'%', Some(hex)) => {
                bytes.push(hex);
                rest = &after[2..];
            }
            (b'+', _) => {
                bytes.push(b' ');
                rest = after;
            }
            _ => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What a handshake says of who comes in.
pub(super) fn door(headers: &HeaderMap, query: &Query) -> Door {
    const OWN: [&str; 5] = ["EIO", "transport", "sid", "t", "b64"];
    let pairs = query.0.iter().filter(|(name, _)| !OWN.contains(&name.as_str()));
    let authorization = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
    Door { query: pairs.cloned().collect(), authorization, origin: foreign_origin(headers) }
}

/// The page a request comes from, unless the server has served it through us.
fn foreign_origin(headers: &HeaderMap) -> Option<String> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let origin = text(ORIGIN)?;
    let own = origin.split_once("://").is_some_and(|(_, host)| Some(host) == text(HOST));
    (!own).then(|| origin.to_owned())
}

/// The headers as the server is to see them: unpacked bodies can be read.
pub(super) fn onward(headers: &HeaderMap, upstream: &Address) -> HeaderMap {
    let mut kept = HeaderMap::new();
    for (name, value) in headers {
        if !OF_THE_HOP.contains(&name.as_str()) && name != HOST && name != ACCEPT_ENCODING {
            kept.append(name.clone(), value.clone());
        }
    }
    // A page that the server has served through us is its own.
    if headers.contains_key(ORIGIN)
        && foreign_origin(headers).is_none()
        && let Ok(origin) = HeaderValue::from_str(&format!("http://{}", upstream.authority))
    {
        kept.insert(ORIGIN, origin);
    }
    if let Ok(host) = HeaderValue::from_str(&upstream.authority) {
        kept.insert(HOST, host);
    }
    kept
}

fn stripped(mut head: hyper::http::response::Parts) -> hyper::http::response::Parts {
    OF_THE_HOP.iter().for_each(|name| drop(head.headers.remove(*name)));
    head
}

fn whole(head: hyper::http::response::Parts, body: Bytes) -> Answer {
    Response::from_parts(stripped(head), full(body))
}

fn full(body: Bytes) -> BoxBody<Bytes, hyper::Error> {
    Full::new(body).map_err(|never| match never {}).boxed()
}

async fn collected(body: Incoming, what: &str) -> Result<Bytes, String> {
    let body = Limited::new(body, LARGEST).collect().await;
    body.map(http_body_util::Collected::to_bytes).map_err(|error| format!("{what} cannot be read: {error}"))
}

fn read(body: &Bytes) -> Body {
    if body.is_empty() {
        return Body::Empty;
    }
    serde_json::from_slice::<Value>(body).map_or(Body::Other, Body::Json)
}

pub(super) fn refusal(status: StatusCode, why: &str) -> Answer {
    let mut answer = Response::new(full(Bytes::from(format!("harness record: {why}\n"))));
    *answer.status_mut() = status;
    answer
}

pub(super) fn bare(status: StatusCode, headers: HeaderMap, body: Bytes) -> Answer {
    let mut answer = Response::new(full(body));
    *answer.status_mut() = status;
    *answer.headers_mut() = headers;
    answer
}
