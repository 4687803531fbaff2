//! The bytes of one connection: those of TCP, or what TLS makes of them. Reads until there is nothing more, since the poll tells of
//! it once. Must not know what the bytes say.

use std::io::{self, Read as _, Write as _};
use std::net::SocketAddr;
use std::sync::Arc;

use mio::net::TcpStream;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection};

use wire::client::tls::why_in_words;

/// A node of the server, as sessions reach it.
#[derive(Debug)]
pub(super) struct Node {
    /// As it was written.
    pub(super) url: String,
    pub(super) address: SocketAddr,
    /// What stands in `Host`.
    pub(super) host: String,
    /// The path of Engine.IO.
    pub(super) path: String,
    pub(super) tls: Option<Secure>,
}

/// How TLS is made with a node.
#[derive(Debug)]
pub(super) struct Secure {
    pub(super) config: Arc<ClientConfig>,
    pub(super) name: ServerName<'static>,
}

/// A connection.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) tcp: TcpStream,
    tls: Option<Box<ClientConnection>>,
    /// The server has closed it; what came before has been read.
    ended: bool,
}

impl Line {
    /// A connection without TLS, so far.
    pub(super) fn new(tcp: TcpStream) -> Self {
        Self { tcp, tls: None, ended: false }
    }

    /// From here on TLS is spoken. What is written before the handshake is over leaves after it.
    ///
    /// # Errors
    /// Where the connection is gone.
    pub(super) fn secure(&mut self, how: &Secure) -> io::Result<()> {
        let tls = ClientConnection::new(Arc::clone(&how.config), how.name.clone());
        let mut tls = Box::new(tls.map_err(|error| io::Error::other(why_in_words(&error)))?);
        // A session keeps itself what the connection does not take.
        tls.set_buffer_limit(None);
        self.tls = Some(tls);
        self.flush()
    }

    /// Reads as much as there is room for: how much that was, and whether there may be more. Nothing at all is the end.
    ///
    /// # Errors
    /// Where there is nothing to read now, or the connection is gone.
    pub(super) fn read(&mut self, out: &mut [u8]) -> io::Result<(usize, bool)> {
        if self.tls.is_none() {
            let count = self.tcp.read(out)?;
            return Ok((count, count == out.len()));
        }
        let mut filled = 0;
        loop {
            filled += self.plain(&mut out[filled..])?;
            if filled == out.len() || self.ended {
                return Ok((filled, filled > 0));
            }
            match self.take() {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock && filled > 0 => {
                    return Ok((filled, false));
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Takes what TLS has made plain so far.
    fn plain(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let Some(tls) = &mut self.tls else { return Ok(0) };
        let mut filled = 0;
        while filled < out.len() {
            match tls.reader().read(&mut out[filled..]) {
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    self.ended = true;
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }

    /// Takes what has come over TCP, and answers where TLS itself has to.
    fn take(&mut self) -> io::Result<()> {
        let Some(tls) = &mut self.tls else { return Ok(()) };
        match tls.read_tls(&mut self.tcp) {
            Ok(0) => self.ended = true,
            Ok(_) => {
                if let Err(error) = tls.process_new_packets() {
                    // The server is told why, if it still listens.
                    let _told = tls.write_tls(&mut self.tcp);
                    return Err(io::Error::other(why_in_words(&error)));
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        self.flush()
    }

    /// Writes what the connection takes; none of it while it has not taken what came before.
    ///
    /// # Errors
    /// Where it takes nothing now, or is gone.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(tls) = &mut self.tls else { return self.tcp.write(bytes) };
        if tls.wants_write() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let written = tls.writer().write(bytes)?;
        self.flush()?;
        Ok(written)
    }

    /// Writes what TLS has made ready, as far as the connection takes it.
    ///
    /// # Errors
    /// Where it is gone.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        let Some(tls) = &mut self.tls else { return Ok(()) };
        while tls.wants_write() {
            match tls.write_tls(&mut self.tcp) {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
