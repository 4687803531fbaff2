//! Which browser origins may call: CORS headers for REST, and no Socket.IO handshake for the others.
//!
//! Source: crm document, "Security Considerations" 4: "Only allowed origins can establish WebSocket connections".
//! A request without an `Origin` header does not come from a page, so it is not held back.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Json;
use axum::body::{HttpBody as _, to_bytes};
use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::link::{Line, Link};
use super::server::Server;
use super::slim::slim;
use crate::faults::Fault;

const METHODS: HeaderValue = HeaderValue::from_static("GET,HEAD,PUT,PATCH,POST,DELETE");
const HEADERS: HeaderValue = HeaderValue::from_static("authorization,content-type");

/// Bytes of the answer to the first request of a session, at most.
const LONGEST_OPENING: usize = 64 * 1024;

/// Refuses handshakes of origins that are not allowed, and writes the CORS headers for those that are.
pub(super) async fn guard(State(server): State<Arc<Server>>, request: Request, next: Next) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let to_engine = request.uri().path().starts_with("/socket.io");
    let Some(origin) = origin else { return pass(&server, request, next).await };
    let allowed = is_allowed(&server, &origin) || is_own_page(&origin, request.headers());
    if !allowed && to_engine {
        tracing::warn!(?origin, "authorization failed: handshake of an origin that is not allowed");
        let body = json!({"statusCode": 403, "message": "This origin is not allowed", "error": "Forbidden"});
        return (StatusCode::FORBIDDEN, Json(body)).into_response();
    }
    let preflight = request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response =
        if preflight { StatusCode::NO_CONTENT.into_response() } else { pass(&server, request, next).await };
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    if allowed {
        allow(headers, origin, preflight);
    }
    response
}

/// Lets a request in. What has a body must be here in time; a poll may take as long as the engine holds it.
async fn pass(server: &Server, mut request: Request, next: Next) -> Response {
    let mut part = Part::Other;
    if request.uri().path().starts_with("/socket.io") {
        let line = request.extensions_mut().remove::<Arc<Line>>();
        part = line.map_or(Part::Other, |line| linked(server, &line, &mut request));
        slim(&mut request);
    }
    if request.method() == Method::GET {
        let response = next.run(request).await;
        return match part {
            Part::Begins(link) => noted(server, &link, response).await,
            Part::Polls(link) => {
                link.leave(usize::try_from(response.body().size_hint().lower()).unwrap_or(usize::MAX));
                response
            }
            Part::Other => response,
        };
    }
    match tokio::time::timeout(server.options.bounds.request_timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => StatusCode::REQUEST_TIMEOUT.into_response(),
    }
}

/// The part that a request has in a session that polls.
enum Part {
    /// Its answer says what the session is called.
    Begins(Arc<Link>),
    /// Its answer takes along what waits.
    Polls(Arc<Link>),
    Other,
}

/// Sets a session beside the connection that it comes over.
fn linked(server: &Server, line: &Arc<Line>, request: &mut Request) -> Part {
    let query = request.uri().query().unwrap_or_default();
    let parameter = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    let websocket = parameter("transport") == Some("websocket");
    let Some(sid) = parameter("sid") else {
        let connects = server.options.rate_limit.map(|_| server.options.bounds.connects);
        let link = Arc::new(Link::new(line, connects));
        request.extensions_mut().insert(Arc::clone(&link));
        if websocket {
            line.carry(&link);
            return Part::Other;
        }
        return Part::Begins(link);
    };
    match server.polled.get(sid) {
        Some(link) if websocket => {
            line.carry(&link);
            Part::Other
        }
        Some(link) => Part::Polls(link),
        None => Part::Other,
    }
}

/// Notes what a session is called, before its client knows.
async fn noted(server: &Server, link: &Arc<Link>, response: Response) -> Response {
    let (head, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, LONGEST_OPENING).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let text = std::str::from_utf8(&bytes).unwrap_or_default();
    let opening = text.strip_prefix('0').and_then(|text| serde_json::from_str::<Value>(text).ok());
    if let Some(sid) = opening.as_ref().and_then(|opening| opening["sid"].as_str()) {
        server.polled.insert(sid, link);
    }
    Response::from_parts(head, bytes.into())
}

fn is_allowed(server: &Server, origin: &HeaderValue) -> bool {
    let listed = |listed: &String| listed == "*" || listed.as_bytes() == origin.as_bytes();
    server.faults.has(Fault::CorsOpen) || server.options.cors_origins.iter().any(listed)
}

/// Whether the page comes from this very server, as the test client does. Only where it was reached by an address or
/// as `localhost`: any other name may have been made to point here by somebody else (DNS rebinding).
fn is_own_page(origin: &HeaderValue, headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let (Some(host), Ok(origin)) = (host, origin.to_str()) else { return false };
    let Ok(authority) = host.parse::<Authority>() else { return false };
    let name = authority.host().trim_start_matches('[').trim_end_matches(']');
    let unmistakable = name == "localhost" || name.parse::<IpAddr>().is_ok();
    unmistakable && origin.split_once("://").is_some_and(|(_, from)| from == host)
}

fn allow(headers: &mut HeaderMap, origin: HeaderValue, preflight: bool) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    if preflight {
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_page_that_is_surely_our_own_is_our_own() {
        let own = |origin: &'static str, host: &'static str| {
            let headers = [(header::HOST, HeaderValue::from_static(host))].into_iter().collect();
            is_own_page(&HeaderValue::from_static(origin), &headers)
        };
        assert!(own("http://127.0.0.1:3002", "127.0.0.1:3002"));
        assert!(own("http://localhost:3002", "localhost:3002"));
        assert!(own("http://[::1]:3002", "[::1]:3002"));
        assert!(!own("http://127.0.0.1:9999", "127.0.0.1:3002"), "another port is another page");
        assert!(!own("http://evil.example:3002", "evil.example:3002"), "a name may point anywhere");
        assert!(!own("https://evil.example", "127.0.0.1:3002"));
        assert!(!own("null", "127.0.0.1:3002"));
        assert!(!is_own_page(&HeaderValue::from_static("http://127.0.0.1"), &HeaderMap::new()));
    }
}
