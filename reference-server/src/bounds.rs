//! The flags that bound what clients may take of the network side.

use std::num::NonZeroU32;
use std::time::Duration;

use clap::Args;
use reference_server::{Bounds, RateLimit};

/// Descriptors that are not for connections: logs, the listeners, the runtime.
#[cfg(unix)]
const OTHER_FILES: u64 = 32;

#[derive(Debug, Args)]
pub(crate) struct BoundFlags {
    /// Bytes that may wait for one client before it is disconnected.
    #[arg(long, value_name = "BYTES", default_value_t = Bounds::default().queue_bytes)]
    max_queue_bytes: u64,

    /// Bytes that may wait for all clients together, before who is most behind is disconnected.
    #[arg(long, value_name = "BYTES", default_value_t = Bounds::default().queued_bytes)]
    max_queued_bytes: u64,

    /// Connections in all; fewer where the process may open fewer files.
    #[arg(long, value_name = "N", default_value_t = Bounds::default().connections)]
    max_connections: usize,

    /// Connections of one address.
    #[arg(long, value_name = "N", default_value_t = Bounds::default().connections_per_address)]
    max_connections_per_address: usize,

    /// Milliseconds for the head of a request, and of silence before it.
    #[arg(long, value_name = "MS", default_value_t = 20_000)]
    header_timeout_ms: u64,

    /// Milliseconds for a request with a body.
    #[arg(long, value_name = "MS", default_value_t = 30_000)]
    request_timeout_ms: u64,

    /// Connections to the namespace per second over one session; four times as many at once.
    #[arg(long, value_name = "PER_SECOND", default_value_t = Bounds::default().connects.per_second)]
    connect_rate: NonZeroU32,

    /// REST calls without a token per second from one address; twenty times as many at once.
    #[arg(long, value_name = "PER_SECOND", default_value_t = Bounds::default().anonymous.per_second)]
    anonymous_rate: NonZeroU32,
}

impl BoundFlags {
    pub(crate) fn bounds(&self) -> Bounds {
        let burst =
            |rate: NonZeroU32, times: u32| RateLimit::new(rate.get(), rate.get().saturating_mul(times));
        Bounds {
            queue_bytes: self.max_queue_bytes,
            queued_bytes: self.max_queued_bytes,
            connections: self.max_connections.min(files()),
            connections_per_address: self.max_connections_per_address,
            header_timeout: Duration::from_millis(self.header_timeout_ms),
            request_timeout: Duration::from_millis(self.request_timeout_ms),
            connects: burst(self.connect_rate, 4),
            anonymous: burst(self.anonymous_rate, 20),
        }
    }
}

/// How many connections the process may have open, once it may open as many files as it can be let.
#[cfg(unix)]
fn files() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, ..limit };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::debug!(%error, "no more files can be opened than before");
    }
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    usize::try_from(files.saturating_sub(OTHER_FILES)).unwrap_or(usize::MAX)
}

#[cfg(not(unix))]
fn files() -> usize {
    usize::MAX
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Alone {
        #[command(flatten)]
        bounds: BoundFlags,
    }

    #[test]
    fn the_defaults_of_the_flags_are_those_of_the_library() {
        let bounds = Alone::try_parse_from(["x"]).unwrap().bounds.bounds();
        assert_eq!(Bounds { connections: 0, ..bounds }, Bounds { connections: 0, ..Bounds::default() });
        assert!(bounds_of(&["x", "--max-connections", "7"]).connections == 7);
        assert_eq!(bounds_of(&["x", "--connect-rate", "2"]).connects, RateLimit::new(2, 8));
    }

    fn bounds_of(arguments: &[&str]) -> Bounds {
        Alone::try_parse_from(arguments).unwrap().bounds.bounds()
    }
}
