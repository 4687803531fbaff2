//! HTTP/1.1 as Engine.IO needs it: requests one after the other on a connection of their own.
//!
//! Owns the request target, the headers and the TCP connections of polling. It is not a pooled client,
//! because a [`super::Socket`] must be able to cut its connections. Must not know packets.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1::{self, Connection, SendRequest};
use hyper::header::{CONTENT_TYPE, COOKIE, HOST, HeaderMap, HeaderValue, LOCATION, SET_COOKIE};
use hyper::http::uri::PathAndQuery;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use tokio::sync::watch;

use super::address::{Address, push_query};
use super::bounded::Bounded;
use super::stream::{DialError, Stream, refusal, tls_of};
use super::tls::Tls;

/// The largest message or body that is read, in bytes.
pub const LARGEST: usize = 16 << 20;

/// A connection idle for longer is replaced: a server may be closing it at this very moment, and then nobody
/// knows whether a request was read. Node closes after 5 s.
pub const FRESH: Duration = Duration::from_secs(2);

/// Where the requests of one socket go, and what all of them carry.
#[derive(Debug)]
pub(super) struct Route {
    pub(super) address: Address,
    headers: HeaderMap,
    path: String,
    query: Vec<(String, String)>,
    /// Once known, so that a name with several addresses leads to one server.
    peer: OnceLock<SocketAddr>,
    tls: Option<Tls>,
    /// What the server has given the connection to keep: a load balancer finds the same server by it again.
    cookies: Mutex<Vec<(String, String)>>,
}

impl Route {
    /// # Errors
    /// Why `path` cannot be requested, in words.
    pub(super) fn new(
        address: Address,
        path: &str,
        query: &[(String, String)],
        mut headers: HeaderMap,
        tls: Option<&Tls>,
    ) -> Result<Self, String> {
        let slash = if path.starts_with('/') { "" } else { "/" };
        let path = format!("{}{slash}{path}", address.prefix);
        PathAndQuery::try_from(path.as_str())
            .map_err(|_invalid| "a path must be percent-encoded where it has odd characters".to_owned())?;
        if !headers.contains_key(HOST) {
            let host = HeaderValue::try_from(address.authority.as_str())
                .map_err(|_invalid| "the host has characters that HTTP forbids".to_owned())?;
            headers.insert(HOST, host);
        }
        let (peer, cookies) = (OnceLock::new(), Mutex::default());
        let tls = tls_of(&address, tls)?;
        Ok(Route { address, headers, path, query: query.to_vec(), peer, tls, cookies })
    }

    /// The path and query of a request. *Engine.IO 4, "HTTP long-polling", "Request path".* A pair of the user's
    /// that has the same name replaces the client's own.
    pub(super) fn target(&self, transport: &str, sid: Option<&str>) -> String {
        let mut target = self.path.clone();
        let own = [("EIO", Some("4")), ("transport", Some(transport)), ("sid", sid)];
        for (name, value) in own {
            if let Some(value) = value
                && !self.query.iter().any(|(given, _)| given == name)
            {
                push_query(&mut target, name, value);
            }
        }
        for (name, value) in &self.query {
            push_query(&mut target, name, value);
        }
        target
    }

    /// The path that is asked for, without parameters.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// Opens a connection.
    pub(super) async fn dial(&self) -> Result<Stream, DialError> {
        let line = Stream::dial(&self.address, self.tls.as_ref(), self.peer.get().copied()).await?;
        let peer = line.peer_addr().map_err(DialError::Tcp)?;
        self.peer.get_or_init(|| peer);
        Ok(line)
    }

    /// The headers of a request, with the cookies that the server has given so far behind those of the user.
    pub(super) fn headers(&self) -> HeaderMap {
        let mut headers = self.headers.clone();
        let kept = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        let own = headers.get(COOKIE).and_then(|own| own.to_str().ok()).map(str::to_owned);
        let all = own.into_iter().chain(kept.iter().map(|(name, value)| format!("{name}={value}")));
        let all = all.collect::<Vec<_>>().join("; ");
        if let (false, Ok(all)) = (kept.is_empty(), HeaderValue::try_from(all)) {
            headers.insert(COOKIE, all);
        }
        headers
    }

    /// Keeps the cookies of an answer for the requests that follow.
    fn keep(&self, answer: &HeaderMap) {
        let mut kept = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        for given in answer.get_all(SET_COOKIE).iter().filter_map(|given| given.to_str().ok()) {
            let Some((name, value)) = given.split(';').next().and_then(|pair| pair.split_once('=')) else {
                continue;
            };
            let (name, value) = (name.trim().to_owned(), value.trim().to_owned());
            kept.retain(|(known, _)| *known != name);
            kept.push((name, value));
        }
    }
}

/// The answer to a request.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// Where a redirection leads.
    pub(super) location: Option<String>,
    pub(super) body: String,
}

/// The value of a header as a message shows it.
pub(super) fn shown_header(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).chars().take(200).collect()
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum ExchangeError {
    /// No connection.
    #[error("{0}")]
    Dial(DialError),
    /// It ended before the answer did.
    #[error("{0}")]
    Closed(String),
    /// What came is not HTTP.
    #[error("{0}")]
    NotHttp(String),
}

/// Requests in order, on a connection that is opened and replaced as needed.
#[derive(Debug)]
pub(super) struct Lane {
    route: Arc<Route>,
    cut: watch::Receiver<bool>,
    live: Option<Live>,
}

#[derive(Debug)]
struct Live {
    sender: SendRequest<Full<Bytes>>,
    used: Instant,
}

impl Lane {
    /// A lane without a connection yet; `cut` becoming true resets whatever connection it has then.
    pub(super) fn new(route: Arc<Route>, cut: watch::Receiver<bool>) -> Self {
        Lane { route, cut, live: None }
    }

    /// Opens the connection ahead of the first request.
    pub(super) async fn connect(&mut self) -> Result<(), DialError> {
        self.live = Some(self.fresh().await?);
        Ok(())
    }

    /// Sends a request and reads the whole answer. A request that a dying connection surely did not send
    /// is sent again on a new one, no other is.
    pub(super) async fn exchange(
        &mut self,
        method: Method,
        target: &str,
        body: String,
    ) -> Result<Answer, ExchangeError> {
        let mut request = self.request(method, target, body)?;
        if let Some(mut live) = self.live.take()
            && live.used.elapsed() < FRESH
            && live.sender.ready().await.is_ok()
        {
            match live.sender.try_send_request(request).await {
                Ok(response) => return self.answer(live, response).await,
                Err(mut error) => match error.take_message() {
                    Some(unsent) => request = unsent,
                    None => return Err(exchange_error(&error.into_error())),
                },
            }
        }
        let mut live = self.fresh().await.map_err(ExchangeError::Dial)?;
        let response = live.sender.send_request(request).await.map_err(|error| exchange_error(&error))?;
        self.answer(live, response).await
    }

    fn request(
        &self,
        method: Method,
        target: &str,
        body: String,
    ) -> Result<Request<Full<Bytes>>, ExchangeError> {
        let has_body = method == Method::POST;
        let mut request = Request::builder()
            .method(method)
            .uri(target)
            .body(Full::new(Bytes::from(body)))
            .map_err(|error| ExchangeError::NotHttp(format!("the request cannot be written: {error}")))?;
        *request.headers_mut() = self.route.headers();
        if has_body {
            let plain = HeaderValue::from_static("text/plain;charset=UTF-8");
            request.headers_mut().insert(CONTENT_TYPE, plain);
        }
        Ok(request)
    }

    async fn fresh(&self) -> Result<Live, DialError> {
        let line = Bounded::new(self.route.dial().await?);
        let begun = http1::handshake(TokioIo::new(line)).await;
        let (sender, connection) = begun.map_err(|error| DialError::Tcp(io::Error::other(error)))?;
        tokio::spawn(drive(connection, self.cut.clone()));
        Ok(Live { sender, used: Instant::now() })
    }

    async fn answer(
        &mut self,
        mut live: Live,
        response: Response<hyper::body::Incoming>,
    ) -> Result<Answer, ExchangeError> {
        let (head, body) = response.into_parts();
        self.route.keep(&head.headers);
        let body = Limited::new(body, LARGEST)
            .collect()
            .await
            .map_err(|error| ExchangeError::Closed(format!("the body of the answer broke off: {error}")))?;
        live.used = Instant::now();
        self.live = Some(live);
        let body = String::from_utf8_lossy(&body.to_bytes()).into_owned();
        let location = head.headers.get(LOCATION).map(shown_header);
        Ok(Answer { status: head.status.as_u16(), location, body })
    }
}

/// Runs a connection until it ends, or resets it once it is cut.
async fn drive(mut connection: Connection<TokioIo<Bounded>, Full<Bytes>>, mut cut: watch::Receiver<bool>) {
    let severed = async {
        if cut.wait_for(|cut| *cut).await.is_err() {
            // Nobody is left to cut it; it ends by itself.
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        biased;
        () = severed => {
            // Failing that, the connection is closed in the ordinary way.
            let _unsupported = connection.into_parts().io.into_inner().stream().set_zero_linger();
        }
        // Its error reaches whoever awaits the answer.
        _told_elsewhere = &mut connection => {}
    }
}

fn exchange_error(error: &hyper::Error) -> ExchangeError {
    if let Some(why) = refusal(error) {
        return ExchangeError::Dial(DialError::Tls(why));
    }
    let mut text = error.to_string();
    if let Some(cause) = std::error::Error::source(error) {
        text = format!("{text}: {cause}");
    }
    if error.is_parse() { ExchangeError::NotHttp(text) } else { ExchangeError::Closed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(query: &[(&str, &str)], sid: Option<&str>) -> String {
        let query: Vec<_> = query.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let address = Address::parse("http://h:1/pre/").unwrap();
        Route::new(address, "/socket.io/", &query, HeaderMap::new(), None).unwrap().target("polling", sid)
    }

    #[test]
    fn targets_carry_the_protocol_and_the_users_pairs() {
        assert_eq!(target(&[], None), "/pre/socket.io/?EIO=4&transport=polling");
        assert_eq!(
            target(&[("token", "a b")], Some("x")),
            "/pre/socket.io/?EIO=4&transport=polling&sid=x&token=a%20b"
        );
        assert_eq!(target(&[("EIO", "3")], None), "/pre/socket.io/?transport=polling&EIO=3");
    }

    #[test]
    fn a_cookie_of_the_server_goes_back_to_it_behind_those_of_the_user() {
        let given = |pairs: &[&str]| {
            let values = pairs.iter().map(|pair| (SET_COOKIE, HeaderValue::from_str(pair).unwrap()));
            values.collect::<HeaderMap>()
        };
        let own = HeaderMap::from_iter([(COOKIE, HeaderValue::from_static("tenant=acme"))]);
        let address = Address::parse("http://h:1").unwrap();
        let route = Route::new(address, "/", &[], own, None).unwrap();
        assert_eq!(route.headers()[COOKIE], "tenant=acme");
        route.keep(&given(&["lb=node-1; Path=/; HttpOnly", "io=a"]));
        route.keep(&given(&["lb=node-2", "no cookie"]));
        assert_eq!(route.headers()[COOKIE], "tenant=acme; io=a; lb=node-2");
    }

    #[test]
    fn a_path_that_http_cannot_carry_is_refused() {
        let address = Address::parse("http://h:1").unwrap();
        assert!(Route::new(address, "/a b", &[], HeaderMap::new(), None).is_err());
    }
}
