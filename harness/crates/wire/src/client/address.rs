//! From what a user writes, a base URL, a path, pairs and headers, to what HTTP needs. Owns the URL rules
//! and the percent encoding; must not know Socket.IO's parameters nor open connections.

use std::fmt;

use hyper::header::{HeaderMap, HeaderName, HeaderValue};

/// A base URL, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// A name, an IPv4 address, or an IPv6 address without brackets.
    pub host: String,
    /// The port; 80 where none is written, or 443 over TLS.
    pub port: u16,
    /// What the user wrote as host and port, for the `host` header.
    pub authority: String,
    /// Over TLS.
    pub secure: bool,
    /// The path before all paths, without a slash at its end; usually empty.
    pub prefix: String,
}

impl Address {
    /// Reads `http://host:port/prefix`, `ws://…`, `https://…`, `wss://…`, or the first without its scheme.
    ///
    /// # Errors
    /// Why not, in words.
    pub fn parse(base: &str) -> Result<Self, String> {
        let base = base.trim();
        let (secure, rest) = match base.split_once("://") {
            None => (false, base),
            Some((scheme, rest)) => match scheme.to_ascii_lowercase().as_str() {
                "http" | "ws" => (false, rest),
                "https" | "wss" => (true, rest),
                other => return Err(format!("the scheme {other:?} is not http, https, ws or wss")),
            },
        };
        let (authority, prefix) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        if prefix.contains(['?', '#']) {
            return Err("a query or fragment belongs elsewhere: give query parameters as such".to_owned());
        }
        if authority.contains('@') {
            return Err("credentials in a URL are not sent; use a header".to_owned());
        }
        let (host, port) = host_and_port(authority, if secure { 443 } else { 80 })?;
        can_be(host, authority, base.contains("://"))?;
        if prefix.contains(|c: char| !c.is_ascii_graphic()) {
            return Err(
                "in a path only letters, digits and signs of ASCII stand as they are: a space is %20"
                    .to_owned(),
            );
        }
        Ok(Address {
            secure,
            host: host.to_owned(),
            port,
            authority: authority.to_owned(),
            prefix: prefix.trim_end_matches('/').to_owned(),
        })
    }

    /// `http`, or `https`.
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        if self.secure { "https" } else { "http" }
    }
}

fn host_and_port(authority: &str, usual: u16) -> Result<(&str, u16), String> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(v6) => {
            let (host, after) = v6.split_once(']').ok_or("an IPv6 address without its closing bracket")?;
            match after.strip_prefix(':') {
                None if after.is_empty() => return Ok((host, usual)),
                port => (host, port),
            }
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None if !authority.is_empty() => return Ok((authority, usual)),
            None => (authority, None),
        },
    };
    if host.is_empty() {
        return Err("it names no host".to_owned());
    }
    match port.map(str::parse) {
        Some(Ok(port)) if port > 0 => Ok((host, port)),
        _ => Err(format!("{authority:?} does not end in a port number from 1 to 65535")),
    }
}

/// Whether a server can have this name. A word alone is hardly meant: it needs a scheme or a port beside it.
fn can_be(host: &str, authority: &str, has_scheme: bool) -> Result<(), String> {
    if !has_scheme && !authority.contains(':') {
        return Err("it has neither a scheme nor a port".to_owned());
    }
    let signs = if authority.starts_with('[') { ":.%" } else { "-._" };
    if host.chars().all(|c| c.is_ascii_alphanumeric() || signs.contains(c)) {
        return Ok(());
    }
    Err(format!("{host:?} is no name and no address of a host"))
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

/// Appends `name=value` to a query, each encoded, after a `?` or `&` as the text before it needs it.
pub fn push_query(url: &mut String, name: &str, value: &str) {
    url.push(if url.contains('?') { '&' } else { '?' });
    push_encoded(url, name);
    url.push('=');
    push_encoded(url, value);
}

/// Only the unreserved characters of RFC 3986 stay; a space is `%20`, which every server reads alike.
fn push_encoded(out: &mut String, text: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

/// Headers as a map. A repeated name is sent repeatedly.
///
/// # Errors
/// The name of the first that HTTP cannot carry, and why.
pub(super) fn header_map(headers: &[(String, String)]) -> Result<HeaderMap, (String, String)> {
    let mut map = HeaderMap::with_capacity(headers.len() + 2);
    for (name, value) in headers {
        let header = HeaderName::try_from(name.as_str())
            .map_err(|_invalid| (name.clone(), "its name has characters that HTTP forbids".to_owned()))?;
        let value = HeaderValue::try_from(value.as_str()).map_err(|_invalid| {
            (name.clone(), "its value has a line break or control character".to_owned())
        })?;
        map.append(header, value);
    }
    Ok(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(base: &str) -> (String, u16, String) {
        let address = Address::parse(base).unwrap();
        (address.host, address.port, address.prefix)
    }

    #[test]
    fn urls_with_and_without_their_parts() {
        assert_eq!(parsed("http://127.0.0.1:3000"), ("127.0.0.1".into(), 3000, String::new()));
        assert_eq!(parsed("HTTP://127.0.0.1:3000/"), ("127.0.0.1".into(), 3000, String::new()));
        assert_eq!(parsed("ws://localhost"), ("localhost".into(), 80, String::new()));
        assert_eq!(parsed("chat:8080/behind/proxy/"), ("chat".into(), 8080, "/behind/proxy".into()));
        assert_eq!(parsed("http://[::1]:3000/x"), ("::1".into(), 3000, "/x".into()));
        assert_eq!(parsed("http://[::1]"), ("::1".into(), 80, String::new()));
        assert_eq!(Address::parse("http://[::1]").unwrap().to_string(), "[::1]:80");
        assert_eq!(parsed("https://chat.example/x/"), ("chat.example".into(), 443, "/x".into()));
        assert_eq!(parsed("WSS://[::1]"), ("::1".into(), 443, String::new()));
        assert_eq!(parsed("wss://chat.example:8443").1, 8443);
        assert!(Address::parse("https://h").unwrap().secure && !Address::parse("h:80").unwrap().secure);
    }

    #[test]
    fn what_cannot_work_is_told() {
        let why = |base| Address::parse(base).expect_err(base);
        assert_eq!(why("ftp://x"), "the scheme \"ftp\" is not http, https, ws or wss");
        assert_eq!(why("http://"), "it names no host");
        assert_eq!(why("http://:80"), "it names no host");
        assert_eq!(why("http://h:port"), "\"h:port\" does not end in a port number from 1 to 65535");
        assert_eq!(why("http://h:70000"), "\"h:70000\" does not end in a port number from 1 to 65535");
        assert!(why("http://h:0").ends_with("from 1 to 65535"));
        assert_eq!(why("http://a b/"), "\"a b\" is no name and no address of a host");
        assert_eq!(
            why("http://b\u{fc}cher.example"),
            "\"b\u{fc}cher.example\" is no name and no address of a host"
        );
        assert_eq!(why("nonsense"), "it has neither a scheme nor a port");
        assert!(why("http://h/a b").contains("%20"));
        assert!(why("http://[::1").contains("bracket"));
        assert!(why("http://me:secret@h").contains("header"));
        assert!(why("http://h/?a=b").contains("query"));
    }

    #[test]
    fn queries_are_encoded() {
        let mut url = String::from("/socket.io/");
        push_query(&mut url, "EIO", "4");
        push_query(&mut url, "to ken", "a+b=ü&~");
        assert_eq!(url, "/socket.io/?EIO=4&to%20ken=a%2Bb%3D%C3%BC%26~");
    }

    #[test]
    fn headers_that_http_cannot_carry() {
        let one = |name: &str, value: &str| header_map(&[(name.to_owned(), value.to_owned())]);
        assert_eq!(one("Authorization", "Bearer ü").unwrap().len(), 1);
        assert_eq!(one("no good", "x").unwrap_err().0, "no good");
        assert_eq!(one("a", "x\r\nb: y").unwrap_err().0, "a");
    }
}
