//! From what a user writes, a base URL, a path, pairs and headers, to what HTTP needs. Owns the URL rules
//! and the percent encoding; must not know Socket.IO's parameters nor open connections.

use std::fmt;

use hyper::header::{HeaderMap, HeaderName, HeaderValue};

/// A base URL, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// A name, an IPv4 address, or an IPv6 address without brackets.
    pub host: String,
    /// The port; 80 where none is written.
    pub port: u16,
    /// What the user wrote as host and port, for the `host` header.
    pub authority: String,
    /// The path before all paths, without a slash at its end; usually empty.
    pub prefix: String,
}

impl Address {
    /// Reads `http://host:port/prefix`, `ws://…`, or the same without a scheme.
    ///
    /// # Errors
    /// Why not, in words.
    pub fn parse(base: &str) -> Result<Self, String> {
        let base = base.trim();
        let rest = match base.split_once("://") {
            None => base,
            Some((scheme, rest)) => match scheme.to_ascii_lowercase().as_str() {
                "http" | "ws" => rest,
                "https" | "wss" => {
                    return Err("TLS is not built in; use http:// and, for a remote server, \
                         a local proxy that ends TLS"
                        .to_owned());
                }
                other => return Err(format!("the scheme {other:?} is not http or ws")),
            },
        };
        let (authority, prefix) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        if prefix.contains(['?', '#']) {
            return Err("a query or fragment belongs elsewhere: give query parameters as such".to_owned());
        }
        if authority.contains('@') {
            return Err("credentials in a URL are not sent; use a header".to_owned());
        }
        let (host, port) = host_and_port(authority)?;
        Ok(Address {
            host: host.to_owned(),
            port,
            authority: authority.to_owned(),
            prefix: prefix.trim_end_matches('/').to_owned(),
        })
    }
}

fn host_and_port(authority: &str) -> Result<(&str, u16), String> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(v6) => {
            let (host, after) = v6.split_once(']').ok_or("an IPv6 address without its closing bracket")?;
            (host, after.strip_prefix(':').or(after.is_empty().then_some("80")))
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, Some("80")),
        },
    };
    if host.is_empty() {
        return Err("it names no host".to_owned());
    }
    match port.map(str::parse) {
        Some(Ok(port)) => Ok((host, port)),
        _ => Err(format!("{authority:?} does not end in a port number from 0 to 65535")),
    }
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
    }

    #[test]
    fn what_cannot_work_is_told() {
        let why = |base| Address::parse(base).expect_err(base);
        assert!(why("https://chat.example").starts_with("TLS is not built in"));
        assert!(why("wss://chat.example").starts_with("TLS is not built in"));
        assert_eq!(why("ftp://x"), "the scheme \"ftp\" is not http or ws");
        assert_eq!(why("http://"), "it names no host");
        assert_eq!(why("http://:80"), "it names no host");
        assert_eq!(why("http://h:port"), "\"h:port\" does not end in a port number from 0 to 65535");
        assert_eq!(why("http://h:70000"), "\"h:70000\" does not end in a port number from 0 to 65535");
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
