//! How a server is reached, beside its URL: paths, TLS, and further nodes. Owns what of it goes before which path.

use super::Endpoint;
use super::rest::{Rest, RestError};
use super::tls::Tls;

/// How a server is reached, beside its URL.
#[derive(Debug, Clone)]
pub struct Reach {
    /// The path of Engine.IO, behind that of the URL: `/socket.io/`.
    pub path: String,
    /// Before the path of every REST call, behind that of the URL; usually empty.
    pub base: String,
    /// Whom connections trust, and what they show; none where the system decides.
    pub tls: Option<Tls>,
    /// The URLs of further nodes of the same server.
    pub others: Vec<String>,
}

impl Default for Reach {
    fn default() -> Self {
        Self { path: "/socket.io/".to_owned(), base: String::new(), tls: None, others: Vec::new() }
    }
}

impl Reach {
    /// The nodes of a server, that of `url` first.
    pub fn nodes<'r>(&'r self, url: &'r str) -> impl Iterator<Item = &'r str> {
        std::iter::once(url).chain(self.others.iter().map(String::as_str))
    }

    /// Where sockets of one node connect.
    #[must_use]
    pub fn endpoint(&self, node: &str, namespace: &str) -> Endpoint {
        Endpoint {
            base: node.to_owned(),
            path: self.path.clone(),
            namespace: namespace.to_owned(),
            tls: self.tls.clone(),
        }
    }

    /// A client for the REST routes of one node.
    ///
    /// # Errors
    /// As [`Rest::new`].
    pub fn rest(&self, node: &str) -> Result<Rest, RestError> {
        Rest::new(&format!("{}{}", node.trim_end_matches('/'), self.base), self.tls.as_ref())
    }
}
