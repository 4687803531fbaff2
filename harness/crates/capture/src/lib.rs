//! Recording: a proxy between real clients and a real server, and a scenario made of what has passed.
//!
//! `proxy` and `tunnel` pass everything on, `session` understands it, `log` writes it down in turns, `cast` says who is
//! who. `steps` makes steps of turns, `values` guesses what is the same in every run, and `write` writes the file.
//! Must not know how a scenario is run: whether a recording replays is tried by replaying it.

mod cast;
mod dialect;
mod log;
mod names;
mod observe;
mod paths;
mod proxy;
mod session;
mod show;
mod steps;
mod tunnel;
mod values;
mod write;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use self::dialect::guess;
pub use self::write::{Told, Written, write};
use log::Log;
pub use log::Story;
use wire::client::Address;

/// A recording under way. It ends when it is dropped, or with [`Recording::end`].
pub struct Recording {
    /// Where clients are to connect.
    pub address: SocketAddr,
    log: Arc<Log>,
    serving: JoinHandle<()>,
    /// Websockets end when this is gone.
    _open: watch::Sender<()>,
}

impl Recording {
    /// Begins to pass on whatever comes in at `listener` to the server at `upstream`. Whoever acts is held back until the
    /// server has been silent for `settle`. `tell` is given a line for everything that passes. `secret` is what tokens are
    /// signed with, where that is known.
    ///
    /// # Errors
    /// Where the listener has no address.
    pub fn start(
        listener: TcpListener,
        upstream: Address,
        settle: Duration,
        secret: Option<String>,
        tell: Box<dyn Fn(&str) + Send + Sync>,
    ) -> std::io::Result<Self> {
        let address = listener.local_addr()?;
        let log = Arc::new(Log::new(settle, tell));
        log.trusts(secret);
        let (open, closed) = watch::channel(());
        let proxy = Arc::new(proxy::Proxy::new(upstream, Arc::clone(&log), closed));
        let serving = tokio::spawn(proxy.serve(listener));
        Ok(Self { address, log, serving, _open: open })
    }

    /// Ends the recording: what was seen, and why the server was out of reach, if it was.
    #[must_use]
    pub fn end(self) -> (Story, Option<String>) {
        self.serving.abort();
        self.log.take()
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
