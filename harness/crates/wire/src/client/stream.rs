//! A connection to a server, bare or over TLS: what bytes travel on. Owns how it is opened; must not know what they say.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::{Connected, Connection};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::address::Address;
use super::tls::{self, Tls};

/// A connection.
#[derive(Debug)]
pub(super) enum Stream {
    Bare(TcpStream),
    Secure(Box<TlsStream<TcpStream>>),
}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub(super) enum DialError {
    /// No TCP connection.
    #[error("no TCP connection: {0}")]
    Tcp(#[source] io::Error),
    /// TCP, and no TLS on it.
    #[error("no TLS: {0}")]
    Tls(String),
}

/// The TLS of an address: none where it is bare, that of the system where nobody says another.
///
/// # Errors
/// In words, where that of the system cannot be had.
pub(super) fn tls_of(address: &Address, tls: Option<&Tls>) -> Result<Option<Tls>, String> {
    match tls {
        _ if !address.secure => Ok(None),
        Some(tls) => Ok(Some(tls.clone())),
        None => Tls::of_the_system().map(Some),
    }
}

impl Stream {
    /// Opens a connection: to `peer` where it is known which of a name's addresses is meant.
    pub(super) async fn dial(
        address: &Address,
        tls: Option<&Tls>,
        peer: Option<SocketAddr>,
    ) -> Result<Self, DialError> {
        let stream = match peer {
            Some(peer) => TcpStream::connect(peer).await,
            None => TcpStream::connect((address.host.as_str(), address.port)).await,
        };
        let stream = stream.map_err(DialError::Tcp)?;
        stream.set_nodelay(true).map_err(DialError::Tcp)?;
        let Some(tls) = tls else { return Ok(Self::Bare(stream)) };
        let name = tls::server_name(&address.host).map_err(DialError::Tls)?;
        let secure = TlsConnector::from(Arc::clone(tls.config())).connect(name, stream).await;
        let secure = secure.map_err(|error| {
            DialError::Tls(tls::why(&error).unwrap_or_else(|| match error.kind() {
                io::ErrorKind::UnexpectedEof => "it hung up; does it speak TLS there?".to_owned(),
                _ => error.to_string(),
            }))
        })?;
        Ok(Self::Secure(Box::new(secure)))
    }

    fn tcp(&self) -> &TcpStream {
        match self {
            Self::Bare(stream) => stream,
            Self::Secure(stream) => stream.get_ref().0,
        }
    }

    pub(super) fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.tcp().peer_addr()
    }

    /// Closing it resets the connection.
    pub(super) fn set_zero_linger(&self) -> io::Result<()> {
        self.tcp().set_zero_linger()
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Bare(stream) => Pin::new(stream).poll_read(cx, buffer),
            Self::Secure(stream) => Pin::new(stream.as_mut()).poll_read(cx, buffer).map_err(in_words),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Bare(stream) => Pin::new(stream).poll_write(cx, bytes),
            Self::Secure(stream) => Pin::new(stream.as_mut()).poll_write(cx, bytes).map_err(in_words),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Bare(stream) => Pin::new(stream).poll_flush(cx),
            Self::Secure(stream) => Pin::new(stream.as_mut()).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Bare(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Secure(stream) => Pin::new(stream.as_mut()).poll_shutdown(cx),
        }
    }
}

/// A server may refuse the client's certificate after the handshake: that shows in reading.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Refusal(String);

fn in_words(error: io::Error) -> io::Error {
    match tls::why(&error) {
        Some(why) => io::Error::new(error.kind(), Refusal(why)),
        None => error,
    }
}

/// Why TLS came to its end, where it was that, however deep in an error.
pub(super) fn refusal(error: &(dyn std::error::Error + 'static)) -> Option<String> {
    let mut cause = Some(error);
    while let Some(inner) = cause {
        let io = inner.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        let here = io.and_then(|io| io.downcast_ref::<Refusal>()).or_else(|| inner.downcast_ref());
        if let Some(Refusal(why)) = here {
            return Some(why.clone());
        }
        cause = inner.source();
    }
    None
}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}
