//! What a server has done so far, and a port that tells it.

use std::io::{self, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Counters of a server.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) joined: AtomicU64,
    pub(crate) acks: AtomicU64,
    pub(crate) deliveries: AtomicU64,
    /// When the first packet of a client came, in microseconds since 1970.
    pub(crate) first_frame_us: AtomicU64,
}

/// The counters at one time.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Told {
    pub(crate) joined: u64,
    pub(crate) acks: u64,
    pub(crate) deliveries: u64,
    pub(crate) first_frame_us: u64,
}

impl Counts {
    pub(crate) fn add(counter: &AtomicU64, more: u64) {
        // There is one writer.
        counter.store(counter.load(Ordering::Relaxed) + more, Ordering::Relaxed);
    }

    /// Tells them to whoever connects to this port.
    pub(crate) fn tell_at(self: &Arc<Self>, port: u16) -> io::Result<()> {
        let listener = TcpListener::bind(("127.0.0.1", port))?;
        let counts = Arc::clone(self);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let counters = [&counts.joined, &counts.acks, &counts.deliveries, &counts.first_frame_us];
                let bytes: Vec<u8> = counters
                    .iter()
                    .flat_map(|counter| counter.load(Ordering::Relaxed).to_le_bytes())
                    .collect();
                let _written = (&stream).write_all(&bytes);
            }
        });
        Ok(())
    }
}

/// Asks a server for its counters.
pub(crate) fn ask(port: u16) -> io::Result<Told> {
    let mut stream = TcpStream::connect(("127.0.0.1", port + 1))?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut bytes = [0; 32];
    stream.read_exact(&mut bytes)?;
    let (numbers, _) = bytes.as_chunks::<8>();
    let at = |index: usize| u64::from_le_bytes(numbers[index]);
    Ok(Told { joined: at(0), acks: at(1), deliveries: at(2), first_frame_us: at(3) })
}

/// Microseconds since 1970.
pub(crate) fn wall_us() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros() as u64)
}
