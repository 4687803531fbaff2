//! A TCP proxy that can be made to stand still or to go away, and that writes down when each acknowledgement came through.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// Forwards everything, but while it stands still or is gone.
pub(crate) struct Proxy {
    pub(crate) base: String,
    open: watch::Sender<bool>,
    gone: watch::Sender<bool>,
    acks: Arc<Mutex<Vec<Instant>>>,
}

/// How an acknowledgement begins in the namespace of the test.
const ACK: &[u8] = b"43/chat,";

impl Proxy {
    pub(crate) async fn start(upstream: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let upstream = upstream.trim_start_matches("http://").to_owned();
        let (open, gate) = watch::channel(true);
        let (gone, mut state) = watch::channel(false);
        let acks = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&acks);
        tokio::spawn(async move {
            let mut listener = Some(listener);
            loop {
                let here = match listener.take() {
                    Some(listener) => listener,
                    None => TcpListener::bind(address).await.unwrap(),
                };
                tokio::select! {
                    () = serve(here, &upstream, &gate, &seen) => {}
                    _ = state.wait_for(|gone| *gone) => {}
                }
                // Who listened and all connections are gone with it.
                if state.wait_for(|gone| !*gone).await.is_err() {
                    return;
                }
            }
        });
        Self { base: format!("http://{address}"), open, gone, acks }
    }

    /// When each acknowledgement came through, in order.
    pub(crate) fn acks(&self) -> Vec<Instant> {
        let mut acks = self.acks.lock().unwrap().clone();
        acks.sort();
        acks
    }

    /// Stands still once, later.
    pub(crate) fn stall_after(&self, wait: Duration, stall: Duration) -> JoinHandle<()> {
        let open = self.open.clone();
        tokio::spawn(async move {
            tokio::time::sleep(wait).await;
            open.send_replace(false);
            tokio::time::sleep(stall).await;
            open.send_replace(true);
        })
    }

    /// Ends all connections later, and takes none for a while; without an end, for good.
    pub(crate) fn die_after(&self, wait: Duration, back: Option<Duration>) -> JoinHandle<()> {
        let gone = self.gone.clone();
        tokio::spawn(async move {
            tokio::time::sleep(wait).await;
            gone.send_replace(true);
            if let Some(back) = back {
                tokio::time::sleep(back).await;
                gone.send_replace(false);
            }
        })
    }
}

/// Takes connections until it is dropped, and they with it.
async fn serve(
    listener: TcpListener,
    upstream: &str,
    gate: &watch::Receiver<bool>,
    seen: &Arc<Mutex<Vec<Instant>>>,
) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        let server = TcpStream::connect(upstream).await.unwrap();
        client.set_nodelay(true).unwrap();
        server.set_nodelay(true).unwrap();
        let (client_in, client_out) = client.into_split();
        let (server_in, server_out) = server.into_split();
        connections.spawn(forward(client_in, server_out, gate.clone(), None));
        connections.spawn(forward(server_in, client_out, gate.clone(), Some(Arc::clone(seen))));
    }
}

async fn forward(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    mut gate: watch::Receiver<bool>,
    acks: Option<Arc<Mutex<Vec<Instant>>>>,
) {
    let mut buffer = vec![0; 16 * 1024];
    let mut seen = Vec::new();
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        if gate.wait_for(|open| *open).await.is_err() || to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
        if let Some(acks) = &acks {
            // One may be cut in two by the end of what was read.
            seen.extend_from_slice(&buffer[..count]);
            let count = seen.windows(ACK.len()).filter(|window| *window == ACK).count();
            seen.drain(..seen.len().saturating_sub(ACK.len() - 1));
            acks.lock().unwrap().extend(std::iter::repeat_n(Instant::now(), count));
        }
    }
}
