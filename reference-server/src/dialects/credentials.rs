//! Where a token or a user id travels: `auth` object, `Authorization` header, query string.
//!
//! Each dialect says which of these places it looks at. Whether a token is good is decided in `auth`.

use serde_json::Value;

use super::exchange::{Handshake, Problem, Request, Session};
use super::json::parse;
use crate::auth::{AuthError, Authenticator, Identity};
use crate::core::Moment;

/// The `token` of the client's `auth` object. One that is no string is a bad token, not an absent one.
pub(super) fn token_in_auth(handshake: &Handshake) -> Option<String> {
    let token = handshake.auth.as_ref()?.get("token")?;
    let blank = token.is_null() || token.as_str() == Some("");
    (!blank).then(|| token.as_str().unwrap_or_default().to_owned())
}

/// The token of an `Authorization: Bearer` header (RFC 6750, section 2.1; the scheme in any case).
pub(super) fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.trim().split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// A parameter of a query string that is not empty, decoded.
pub(super) fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    let pairs = query?.split('&').filter_map(|pair| pair.split_once('='));
    let value = pairs.filter(|(key, _)| *key == name).map(|(_, value)| decoded(value)).next()?;
    (!value.is_empty()).then_some(value)
}

/// Percent-decoding, with `+` for a space, as browsers encode queries. What is not UTF-8 becomes U+FFFD.
pub(super) fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let escaped = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match (first, escaped.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            (byte, _) => {
                bytes.push(if *byte == b'+' { b' ' } else { *byte });
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The identity of a connection, if its token is still good.
pub(super) fn checked_again<'a>(
    session: &'a Session,
    auth: &Authenticator,
    now: Moment,
) -> Result<&'a Identity, Problem> {
    let identity = session.identity.as_ref().map_err(|error| Problem::unauthorized(*error))?;
    auth.recheck(identity, now).map_err(Problem::unauthorized)?;
    Ok(identity)
}

/// Who the bearer token of a REST call belongs to.
pub(super) fn bearer_identity(
    request: &Request<'_>,
    auth: &Authenticator,
    now: Moment,
) -> Result<Identity, Problem> {
    let token = request.authorization.and_then(bearer).ok_or(AuthError::Missing);
    token.and_then(|token| auth.verify(token, now)).map_err(Problem::unauthorized)
}

/// The JSON body of a REST call.
pub(super) fn json_body(request: &Request<'_>) -> Result<Value, Problem> {
    let text = std::str::from_utf8(request.body).ok();
    let body = text.and_then(|text| parse(text).ok());
    body.ok_or_else(|| Problem::invalid("The body is not valid JSON"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded() {
        let query = Some("EIO=4&userId=caf%C3%A9+1%2&empty=&userId=second");
        assert_eq!(parameter(query, "userId").as_deref(), Some("café 1%2"));
        assert_eq!(parameter(query, "empty"), None);
        assert_eq!(parameter(query, "user"), None);
        assert_eq!(parameter(None, "userId"), None);
        assert_eq!(parameter(Some("x=%ff%"), "x").as_deref(), Some("\u{fffd}%"));
    }

    #[test]
    fn bearer_tokens() {
        assert_eq!(bearer("Bearer  abc "), Some("abc"));
        assert_eq!(bearer("bearer abc"), Some("abc"));
        assert_eq!((bearer("Basic abc"), bearer("Bearer"), bearer("Bearer  ")), (None, None, None));
    }
}
