//! A connection from which no more is read for one request than any answer may have, and a little at a time: an HTTP reader
//! that goes on as long as something comes would keep all others from their turn. Must not know HTTP.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::{Connected, Connection};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::http::LARGEST;
use super::stream::Stream;

/// For one request: the largest body, and what is around it.
const MOST: usize = LARGEST + (1 << 20);
/// At once.
const PIECE: usize = 16 << 10;
/// So many pieces before others have their turn.
const PIECES: u32 = 4;

/// A connection that is read within bounds.
#[derive(Debug)]
pub(super) struct Bounded {
    stream: Stream,
    /// What has come since something was written.
    came: usize,
    pieces: u32,
}

impl Bounded {
    pub(super) fn new(stream: Stream) -> Self {
        Self { stream, came: 0, pieces: 0 }
    }

    pub(super) fn stream(&self) -> &Stream {
        &self.stream
    }
}

impl AsyncRead for Bounded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.came > MOST {
            return Poll::Ready(Err(io::Error::other("the answer is too large: more than 17 MiB came")));
        }
        if self.pieces >= PIECES {
            self.pieces = 0;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let had = buffer.filled().len();
        let room = PIECE.min(buffer.remaining());
        let unfilled = buffer.initialize_unfilled_to(room);
        let mut piece = ReadBuf::new(unfilled);
        let read = Pin::new(&mut self.stream).poll_read(cx, &mut piece);
        let filled = piece.filled().len();
        if read.is_pending() {
            self.pieces = 0;
            return read;
        }
        self.pieces += 1;
        self.came += filled;
        buffer.set_filled(had + filled);
        read
    }
}

impl AsyncWrite for Bounded {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.came = 0;
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl Connection for Bounded {
    fn connected(&self) -> Connected {
        self.stream.connected()
    }
}
