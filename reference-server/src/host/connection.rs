//! A connection to the namespace, from before its client is told of it until its handlers are gone.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::server::Server;
use crate::dialects::Session;

/// A connection to the namespace. Its handlers own it, and go with its socket.
pub(super) struct Connection {
    pub(super) session: Session,
    server: Arc<Server>,
    connected: AtomicBool,
}

/// How long an event waits at most for the connection it came over; it is over in microseconds, or never.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

impl Connection {
    pub(super) fn new(session: Session, server: Arc<Server>) -> Self {
        Self { session, server, connected: AtomicBool::new(false) }
    }

    /// From here on the socket takes packets.
    pub(super) fn note_connected(&self) {
        self.connected.store(true, Ordering::Release);
    }

    /// Waits until the socket takes packets. A client may be quicker than the socket layer, which tells it that it is
    /// connected before it says so here; nothing but another thread's next instructions is waited for.
    pub(super) fn await_connected(&self) {
        let give_up = Instant::now() + LONGEST_WAIT;
        while !self.connected.load(Ordering::Acquire) && Instant::now() < give_up {
            std::thread::yield_now();
        }
    }
}

impl Drop for Connection {
    /// A connection whose transport closes while it is let in is never told to be disconnected.
    fn drop(&mut self) {
        self.server.exit(self.session.socket);
    }
}
