//! The listener: TCP connections, bounded in number for each address and in all, with a time for the head of a request.
//!
//! It must not know what is asked over them.

use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::link::Line;
use super::metrics::Metrics;
use crate::options::Bounds;

/// How long nothing is accepted once no descriptor is left.
const PAUSE: Duration = Duration::from_millis(100);
/// How often a refusal of the same kind is logged at most.
const LOG_EVERY: Duration = Duration::from_secs(1);

/// Serves every connection until told to stop, then lets answers that are on their way finish.
pub(super) async fn accept(
    listener: TcpListener,
    app: Router,
    bounds: Bounds,
    metrics: Metrics,
    mut stopped: watch::Receiver<bool>,
) {
    let door = Arc::new(Door { bounds, inside: Mutex::default() });
    let mut serving = JoinSet::new();
    let mut told = tokio::time::Instant::now() - LOG_EVERY;
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = serving.join_next() => continue,
            _ = stopped.changed() => break,
        };
        let refused = match accepted {
            Ok((stream, peer)) => match door.admit(peer.ip()) {
                Ok(place) => {
                    let wire = Wire::new(stream, peer.ip(), place);
                    serving.spawn(serve(wire, app.clone(), door.bounds.header_timeout, stopped.clone()));
                    continue;
                }
                Err(reason) => format!("{} is turned away: {reason}", peer.ip()),
            },
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => continue,
            Err(error) => {
                tokio::time::sleep(PAUSE).await;
                format!("no connection can be accepted: {error}")
            }
        };
        metrics.turned_away();
        if told.elapsed() >= LOG_EVERY {
            told = tokio::time::Instant::now();
            tracing::warn!("{refused}");
        }
    }
    drop(listener);
    while serving.join_next().await.is_some() {}
}

async fn serve(wire: Wire, app: Router, header_timeout: Duration, mut stopped: watch::Receiver<bool>) {
    let line = Arc::clone(&wire.line);
    let app = TowerToHyperService::new(app);
    let service = service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(Arc::clone(&line));
        app.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(header_timeout)
        .serve_connection(TokioIo::new(wire), service)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = stopped.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended");
    }
}

/// Who is inside.
struct Door {
    bounds: Bounds,
    inside: Mutex<Inside>,
}

#[derive(Default)]
struct Inside {
    all: usize,
    of: HashMap<IpAddr, usize>,
}

impl Door {
    fn admit(self: &Arc<Self>, address: IpAddr) -> Result<Place, String> {
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        if inside.all >= self.bounds.connections {
            return Err(format!("{} connections are open in all", inside.all));
        }
        let of_address = inside.of.entry(address).or_default();
        if *of_address >= self.bounds.connections_per_address {
            return Err(format!("it has {of_address} connections open"));
        }
        *of_address += 1;
        inside.all += 1;
        Ok(Place { door: Arc::clone(self), address })
    }
}

/// The place of one connection, given back when it is closed.
struct Place {
    door: Arc<Door>,
    address: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut inside = self.door.inside.lock().unwrap_or_else(PoisonError::into_inner);
        inside.all -= 1;
        if let Some(of_address) = inside.of.get_mut(&self.address) {
            *of_address -= 1;
            if *of_address == 0 {
                inside.of.remove(&self.address);
            }
        }
    }
}

/// A TCP connection that counts what it writes, and can be cut by whoever knows its line.
struct Wire {
    stream: Arc<TcpStream>,
    line: Arc<Line>,
    _place: Place,
}

impl Wire {
    fn new(stream: TcpStream, address: IpAddr, place: Place) -> Self {
        // Small packets must not wait for the acknowledgement of earlier ones.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY cannot be set");
        }
        let stream = Arc::new(stream);
        let line = Arc::new(Line::new(address, &stream));
        Self { stream, line, _place: place }
    }
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        loop {
            ready!(self.stream.poll_read_ready(cx))?;
            match self.stream.try_read(buf.initialize_unfilled()) {
                Ok(read) => {
                    buf.advance(read);
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[io::IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.stream.poll_write_ready(cx))?;
            match self.stream.try_write_vectored(slices) {
                Ok(written) => {
                    self.line.wrote(written);
                    return Poll::Ready(Ok(written));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(socket2::SockRef::from(&*self.stream).shutdown(std::net::Shutdown::Write))
    }
}
