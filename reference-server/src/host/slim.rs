//! What the engine keeps of a request, made small: it keeps the handshake of every connection for as long as it lasts.
//!
//! Headers and address of a request are slices of the buffer it was read into, 16 KiB that would stay with them. Here
//! the few that are looked at later are copied. It must not know what they mean.

use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, SEC_WEBSOCKET_KEY};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri};

/// The headers that the engine and the dialects look at.
const KEPT: [HeaderName; 4] = [SEC_WEBSOCKET_KEY, AUTHORIZATION, CONTENT_TYPE, CONTENT_LENGTH];

/// Copies what is kept of a request and drops the rest of its head.
pub(super) fn slim(request: &mut Request) {
    let kept = KEPT.iter().filter(|name| request.headers().contains_key(*name)).count();
    let mut headers = HeaderMap::with_capacity(kept);
    for name in KEPT {
        let value = request.headers().get(&name).map(|value| HeaderValue::from_bytes(value.as_bytes()));
        if let Some(Ok(value)) = value {
            headers.insert(name, value);
        }
    }
    *request.headers_mut() = headers;
    if let Ok(uri) = request.uri().to_string().parse::<Uri>() {
        *request.uri_mut() = uri;
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn what_is_looked_at_stays_and_shares_nothing() {
        let text = "/socket.io/?EIO=4&transport=websocket&userId=a%20b";
        let mut request = Request::builder()
            .uri(text)
            .header(AUTHORIZATION, "Bearer x")
            .header("user-agent", "x".repeat(5_000))
            .header(SEC_WEBSOCKET_KEY, "key")
            .body(Body::empty())
            .unwrap();
        let before = request.headers()[AUTHORIZATION].as_bytes().as_ptr();
        slim(&mut request);
        assert_eq!(request.uri(), text);
        assert_eq!(request.headers()[AUTHORIZATION], "Bearer x");
        assert_eq!(request.headers()[SEC_WEBSOCKET_KEY], "key");
        assert_eq!(request.headers().len(), 2);
        assert_ne!(request.headers()[AUTHORIZATION].as_bytes().as_ptr(), before, "a copy of its own");
    }
}
