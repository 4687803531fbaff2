//! REST calls: one request, one answer, and how long it took.
//!
//! Owns the pooled HTTP client. Must not know what a status means: a 500 is an answer like any other.

use std::error::Error as _;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use hyper::{Method, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::Value;
use tokio::time::timeout;
use tower_service::Service;

use super::address::{Address, header_map};
use super::bounded::Bounded;
use super::http::{FRESH, LARGEST};
use super::lack::lack_of;
use super::stream::{DialError, Stream, refusal, tls_of};
use super::tls::Tls;
use crate::values;

/// How much is shown of a body that is not read.
const SHOWN: usize = 200;

/// A request of a user.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Request {
    /// `GET`, `POST` and so on.
    pub method: String,
    /// Begins with `/` and may hold a query; percent-encoded.
    pub path: String,
    /// Sent as they stand, besides `host` and the length.
    pub headers: Vec<(String, String)>,
    /// The body, as JSON.
    pub json: Option<Value>,
    /// The body as it stands, instead of [`Request::json`], to send what is not JSON. It is declared as JSON
    /// all the same unless a `content-type` header says otherwise.
    pub raw: Option<String>,
}

/// The answer to a [`Request`].
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Names in lower case, in the order received.
    pub headers: Vec<(String, String)>,
    /// The body read as JSON; if it is not JSON its text; null if it is empty.
    pub body: Value,
    /// From before the request was sent until the whole body was read.
    pub took: Duration,
}

impl Response {
    /// Where a redirection leads.
    #[must_use]
    pub fn location(&self) -> Option<&str> {
        self.headers.iter().find(|(name, _)| name == "location").map(|(_, value)| value.as_str())
    }

    /// The body as a message shows it.
    #[must_use]
    pub fn text(&self) -> String {
        match &self.body {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            other => other.to_string(),
        }
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum RestError {
    /// The base URL cannot be used.
    #[error("{url:?} cannot be used: {why}")]
    BadUrl {
        /// What was given.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    /// The request cannot be written as HTTP.
    #[error("{what} cannot be sent: {why}")]
    BadRequest {
        /// The part of the request.
        what: String,
        /// What is wrong with it.
        why: String,
    },
    /// The machine of the client has no more of something, which says nothing of the server.
    #[error("{0}")]
    Lacking(&'static str),
    /// No TCP connection.
    #[error("no TCP connection to {address}: {why}; is the server running, and is this its address?")]
    Refused {
        /// Host and port.
        address: String,
        /// What the system said.
        why: String,
    },
    /// No TLS on it.
    #[error("no TLS with {address}: {why}")]
    Tls {
        /// Host and port.
        address: String,
        /// Why not, and what to do.
        why: String,
    },
    /// No whole answer in time.
    #[error("{address}: {request} was not answered within {after:?}")]
    Timeout {
        /// Host and port.
        address: String,
        /// Method and path.
        request: String,
        /// The limit.
        after: Duration,
    },
    /// The connection ended, or what came is not HTTP, or is too large.
    #[error("{address}: {request} got no whole answer: {why}")]
    Broken {
        /// Host and port.
        address: String,
        /// Method and path.
        request: String,
        /// What happened.
        why: String,
    },
}

/// Calls one server, over connections that are kept and shared.
#[derive(Debug, Clone)]
pub struct Rest {
    address: Address,
    client: Client<Dialer, Full<Bytes>>,
}

impl Rest {
    /// For the server at `base`, written as in [`super::Endpoint::base`]. Opens nothing yet.
    ///
    /// # Errors
    /// [`RestError::BadUrl`].
    pub fn new(base: &str, tls: Option<&Tls>) -> Result<Self, RestError> {
        let bad = |why| RestError::BadUrl { url: base.to_owned(), why };
        let address = Address::parse(base).map_err(bad)?;
        let tls = tls_of(&address, tls).map_err(bad)?;
        let dialer = Dialer { address: Arc::new(address.clone()), tls };
        let client = Client::builder(TokioExecutor::new()).pool_idle_timeout(FRESH).build(dialer);
        Ok(Rest { address, client })
    }

    /// Where a path of this server is.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}://{}{}{path}", self.address.scheme(), self.address, self.address.prefix)
    }

    /// Sends `request` and reads the whole answer.
    ///
    /// # Errors
    /// When there is no whole answer `within` the time. The server may have acted upon the request all the
    /// same, unless it is [`RestError::Refused`] or [`RestError::BadRequest`].
    pub async fn call(&self, request: &Request, within: Duration) -> Result<Response, RestError> {
        let written = self.write(request)?;
        let began = Instant::now();
        let Ok(outcome) = timeout(within, self.exchange(written)).await else {
            let request = named(request);
            return Err(RestError::Timeout { address: self.address.to_string(), request, after: within });
        };
        let (status, headers, body) = outcome.map_err(|failure| self.failed(request, failure))?;
        Ok(Response { status, headers: listed(&headers), body: read(&body), took: began.elapsed() })
    }

    async fn exchange(
        &self,
        request: hyper::Request<Full<Bytes>>,
    ) -> Result<(u16, HeaderMap, Bytes), Failure> {
        let response = self.client.request(request).await.map_err(|error| {
            if let Some(what) = lack_of(&error) {
                return Failure::Lacking(what);
            }
            // A server that closes at once is noticed before, while or after the request is written: one thing to a reader.
            let why = match deepest(&error) {
                why if why.contains("closed") || why.contains("not ready") || why.contains("reset") => {
                    "the server closed the connection".to_owned()
                }
                why => why,
            };
            match (dialled(&error), refusal(&error)) {
                (Some(DialError::Tls(why)), _) => Failure::NoTls(why.clone()),
                (None, Some(why)) => Failure::NoTls(why),
                (Some(DialError::Tcp(_)), _) => Failure::NoConnection(why),
                (None, None) => Failure::Broken(why),
            }
        })?;
        let (head, body) = response.into_parts();
        let body = Limited::new(body, LARGEST)
            .collect()
            .await
            .map_err(|error| Failure::Broken(error.to_string()))?;
        Ok((head.status.as_u16(), head.headers, body.to_bytes()))
    }

    fn write(&self, request: &Request) -> Result<hyper::Request<Full<Bytes>>, RestError> {
        let bad = |what: String, why: &str| RestError::BadRequest { what, why: why.to_owned() };
        let method = Method::from_bytes(request.method.as_bytes()).map_err(|_invalid| {
            bad(format!("the method {:?}", request.method), "it has characters that HTTP forbids")
        })?;
        let path = || format!("the path {:?}", request.path);
        if !request.path.starts_with('/') {
            return Err(bad(path(), "it must begin with a slash"));
        }
        let uri = Uri::try_from(self.url(&request.path))
            .map_err(|_invalid| bad(path(), "percent-encode spaces and other odd characters"))?;
        let mut headers =
            header_map(&request.headers).map_err(|(name, why)| bad(format!("the header {name:?}"), &why))?;
        let body = match (&request.raw, &request.json) {
            (Some(raw), _) => Some(raw.clone()),
            (None, Some(json)) => Some(json.to_string()),
            (None, None) => None,
        };
        if body.is_some() && !headers.contains_key(CONTENT_TYPE) {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let mut written = hyper::Request::new(Full::new(Bytes::from(body.unwrap_or_default())));
        *written.method_mut() = method;
        *written.uri_mut() = uri;
        *written.headers_mut() = headers;
        Ok(written)
    }

    fn failed(&self, request: &Request, failure: Failure) -> RestError {
        let address = self.address.to_string();
        match failure {
            Failure::Lacking(what) => RestError::Lacking(what),
            Failure::NoConnection(why) => RestError::Refused { address, why },
            Failure::NoTls(why) => RestError::Tls { address, why },
            Failure::Broken(why) => RestError::Broken { address, request: named(request), why },
        }
    }
}

/// What went wrong on the way, not yet knowing whose request it was.
enum Failure {
    Lacking(&'static str),
    NoConnection(String),
    NoTls(String),
    Broken(String),
}

fn named(request: &Request) -> String {
    format!("{} {}", request.method, request.path)
}

fn listed(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect()
}

/// A body as [`Response::body`] has it.
#[must_use]
pub fn read(body: &[u8]) -> Value {
    if body.is_empty() {
        return Value::Null;
    }
    if let Some(count) = values::too_many(body) {
        let begin = String::from_utf8_lossy(&body[..body.len().min(SHOWN)]).into_owned();
        return format!("{begin}… ({} bytes, {count} values: more than anybody can use)", body.len()).into();
    }
    serde_json::from_slice(body).unwrap_or_else(|_not_json| String::from_utf8_lossy(body).into())
}

/// Opens the connections of a client: all lead to one server, whatever a request says.
#[derive(Debug, Clone)]
struct Dialer {
    address: Arc<Address>,
    tls: Option<Tls>,
}

impl Service<Uri> for Dialer {
    type Response = TokioIo<Bounded>;
    type Error = DialError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, DialError>> + Send>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), DialError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _uri: Uri) -> Self::Future {
        let Self { address, tls } = self.clone();
        Box::pin(async move {
            let line = Stream::dial(&address, tls.as_ref(), None).await?;
            Ok(TokioIo::new(Bounded::new(line)))
        })
    }
}

/// Why there was no connection, where it was that.
fn dialled(error: &hyper_util::client::legacy::Error) -> Option<&DialError> {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(dial) = inner.downcast_ref::<DialError>() {
            return Some(dial);
        }
        cause = inner.source();
    }
    None
}

/// The innermost cause, which says what happened; the outer ones say only that something did.
fn deepest(error: &hyper_util::client::legacy::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = inner.to_string();
        cause = inner.source();
    }
    text
}
