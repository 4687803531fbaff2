//! A session of the engine as the network sees it: how many bytes wait for its client, and how to be rid of it.
//!
//! The engine counts what waits in packets and says so to nobody. Here bytes are counted where they leave: in the TCP
//! connection of a websocket, and in the answers to polls. It must not know what is said.

use std::collections::HashMap;
use std::net::{IpAddr, Shutdown};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use socket2::SockRef;
use tokio::net::TcpStream;

use crate::core::{Moment, RateLimit, Throttle};

/// One session, over however many TCP connections.
#[derive(Debug)]
pub(super) struct Link {
    /// Bytes queued for the client so far.
    queued: AtomicU64,
    /// Bytes that have left for it.
    left: AtomicU64,
    /// How often it may connect to a namespace.
    connects: Option<Mutex<Throttle>>,
    /// The TCP connection that carries it now; of a session that polls, that of its first request.
    stream: Mutex<Weak<TcpStream>>,
    /// Where it is found by its id, if it began by polling.
    entry: OnceLock<Box<(String, Weak<Polled>)>>,
}

impl Drop for Link {
    /// The engine keeps the request that a session began with as long as the session, and with it its link.
    fn drop(&mut self) {
        if let Some(entry) = self.entry.get()
            && let Some(polled) = entry.1.upgrade()
        {
            polled.remove(&entry.0);
        }
    }
}

impl Link {
    /// A session that begins on this line. `connects`: how often it may connect to a namespace.
    pub(super) fn new(line: &Line, connects: Option<RateLimit>) -> Self {
        Self {
            queued: AtomicU64::new(0),
            left: AtomicU64::new(0),
            connects: connects.map(|limit| Mutex::new(Throttle::new(limit))),
            stream: Mutex::new(line.stream.clone()),
            entry: OnceLock::new(),
        }
    }

    /// Counts one connection to a namespace, and says whether it is one too many.
    pub(super) fn may_connect(&self, now: Moment) -> bool {
        let Some(connects) = &self.connects else { return true };
        connects.lock().unwrap_or_else(PoisonError::into_inner).takes(now)
    }

    /// Notes what is queued, and returns how much waits now. What the engine itself sends leaves without being queued,
    /// so the count starts again whenever nothing waits.
    pub(super) fn queue(&self, bytes: u64) -> u64 {
        let left = self.left.load(Ordering::Relaxed);
        let before = self.queued.fetch_max(left, Ordering::Relaxed).max(left);
        self.queued.fetch_add(bytes, Ordering::Relaxed);
        before + bytes - left
    }

    /// How much waits.
    pub(super) fn waiting(&self) -> u64 {
        self.queued.load(Ordering::Relaxed).saturating_sub(self.left.load(Ordering::Relaxed))
    }

    /// Notes what has left.
    pub(super) fn leave(&self, bytes: usize) {
        self.left.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Ends the TCP connection, whatever waits.
    pub(super) fn cut(&self) {
        let stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner).upgrade();
        if let Some(stream) = stream
            && let Err(error) = SockRef::from(&*stream).shutdown(Shutdown::Both)
        {
            tracing::debug!(%error, "a connection that is given up is gone already");
        }
    }
}

/// One TCP connection.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) address: IpAddr,
    stream: Weak<TcpStream>,
    /// The session whose websocket it is.
    carries: OnceLock<Arc<Link>>,
}

impl Line {
    pub(super) fn new(address: IpAddr, stream: &Arc<TcpStream>) -> Self {
        Self { address, stream: Arc::downgrade(stream), carries: OnceLock::new() }
    }

    /// From here on it is the websocket of this session.
    pub(super) fn carry(&self, link: &Arc<Link>) {
        *link.stream.lock().unwrap_or_else(PoisonError::into_inner) = self.stream.clone();
        if self.carries.set(Arc::clone(link)).is_err() {
            tracing::debug!("a connection that is a websocket asks to become one");
        }
    }

    /// Notes what was written.
    pub(super) fn wrote(&self, bytes: usize) {
        if let Some(link) = self.carries.get() {
            link.leave(bytes);
        }
    }
}

/// The sessions that began by polling, by their ids: their later requests come over other connections.
#[derive(Debug, Default)]
pub(super) struct Polled(Mutex<HashMap<String, Weak<Link>>>);

impl Polled {
    /// From here on the session is found by its id, until it ends.
    pub(super) fn insert(self: &Arc<Self>, sid: &str, link: &Arc<Link>) {
        if link.entry.set(Box::new((sid.to_owned(), Arc::downgrade(self)))).is_ok() {
            self.sessions().insert(sid.to_owned(), Arc::downgrade(link));
        }
    }

    pub(super) fn get(&self, sid: &str) -> Option<Arc<Link>> {
        self.sessions().get(sid)?.upgrade()
    }

    fn remove(&self, sid: &str) {
        self.sessions().remove(sid);
    }

    fn sessions(&self) -> MutexGuard<'_, HashMap<String, Weak<Link>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn what_waits_is_what_was_queued_and_has_not_left() {
        let line =
            Line { address: Ipv4Addr::LOCALHOST.into(), stream: Weak::new(), carries: OnceLock::new() };
        let link = Arc::new(Link::new(&line, Some(RateLimit::new(1, 2))));
        line.wrote(1_000);
        assert_eq!(
            link.queue(10),
            10,
            "a connection that is no websocket yet writes what is none of its bytes"
        );
        line.carry(&link);
        line.wrote(300);
        assert_eq!((link.waiting(), link.queue(50)), (0, 50), "what the engine writes is not owed later");
        line.wrote(20);
        assert_eq!((link.queue(5), link.waiting()), (35, 35));
        let now = Moment::default();
        assert!(link.may_connect(now) && link.may_connect(now) && !link.may_connect(now));
    }

    #[test]
    fn a_session_is_found_by_its_id_until_it_ends() {
        let line =
            Line { address: Ipv4Addr::LOCALHOST.into(), stream: Weak::new(), carries: OnceLock::new() };
        let (polled, link) = (Arc::new(Polled::default()), Arc::new(Link::new(&line, None)));
        polled.insert("abc", &link);
        assert!(polled.get("abc").is_some_and(|found| Arc::ptr_eq(&found, &link)));
        drop(link);
        assert!(polled.sessions().is_empty());
    }
}
