//! The second driver: sessions that poll, or upgrade, are carried by the client of the conformance cases. What they hear
//! goes through the same judgement as what the lean driver reads, packet by packet.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::posting::{Mail, Mailbox};
use super::shared::Shared;
use super::worker::Worker;
use wire::client::{Endpoint, Frame, Handshake, Incoming, Socket, SocketKey, Transport};

/// How long the opening of a connection may take.
const WITHIN: Duration = Duration::from_secs(10);

/// Something that a carried connection has to tell.
pub(super) struct News {
    session: u32,
    /// Which of its connections.
    connection: u32,
    /// When, in nanoseconds after the run began.
    at: u64,
    what: What,
}

enum What {
    /// An Engine.IO packet.
    Packet(String),
    /// Something that breaks the protocol.
    Violation(String),
    /// There is no connection.
    Refused(String),
    /// The connection is gone.
    Ended(String),
}

/// One session's line to its connection; hanging up ends it.
struct Line {
    connection: u32,
    packets: mpsc::UnboundedSender<String>,
}

/// Carries the sessions of one worker.
pub(super) struct Courier {
    runtime: Handle,
    /// One for each node.
    endpoints: Vec<Arc<Endpoint>>,
    transport: Transport,
    shared: Arc<Shared>,
    mailbox: Mailbox,
    lines: Vec<Option<Line>>,
    connections: u32,
}

impl Courier {
    /// Carries so many sessions, on the runtime this is called in.
    pub(super) fn start(
        transport: Transport,
        sessions: usize,
        shared: &Arc<Shared>,
        mailbox: Mailbox,
    ) -> Self {
        let namespace = shared.speech.namespace.trim_end_matches(',');
        let endpoints = shared.nodes.iter().map(|node| Arc::new(shared.reach.endpoint(&node.url, namespace)));
        let endpoints = endpoints.collect();
        let lines = std::iter::repeat_with(|| None).take(sessions).collect();
        let (runtime, shared) = (Handle::current(), Arc::clone(shared));
        Self { runtime, endpoints, transport, shared, mailbox, lines, connections: 0 }
    }

    /// Opens a connection for a session; what becomes of it is news.
    pub(super) fn open(&mut self, session: u32, user: usize, handshake: Handshake) {
        self.connections += 1;
        let (packets, queue) = mpsc::unbounded_channel();
        self.lines[session as usize] = Some(Line { connection: self.connections, packets });
        let carried = Carried {
            session,
            connection: self.connections,
            shared: Arc::clone(&self.shared),
            mailbox: self.mailbox.clone(),
        };
        let handshake = Handshake { transport: self.transport, ..handshake };
        let endpoint = Arc::clone(&self.endpoints[user % self.endpoints.len()]);
        self.runtime.spawn(carried.run(endpoint, handshake, queue));
    }

    /// Hands over an Engine.IO packet.
    pub(super) fn say(&self, session: u32, packet: &[u8]) {
        if let Some(line) = &self.lines[session as usize] {
            // A connection that is gone tells so itself.
            let _gone = line.packets.send(String::from_utf8_lossy(packet).into_owned());
        }
    }

    /// Closes the connection of a session; what it still has to tell is not asked for.
    pub(super) fn hang_up(&mut self, session: u32) {
        self.lines[session as usize] = None;
    }

    fn is_current(&self, news: &News) -> bool {
        self.lines[news.session as usize].as_ref().is_some_and(|line| line.connection == news.connection)
    }
}

/// One connection, on the side of the runtime.
struct Carried {
    session: u32,
    connection: u32,
    shared: Arc<Shared>,
    mailbox: Mailbox,
}

impl Carried {
    async fn run(
        self,
        endpoint: Arc<Endpoint>,
        handshake: Handshake,
        mut queue: mpsc::UnboundedReceiver<String>,
    ) {
        let (sink, mut arrivals) = mpsc::unbounded_channel();
        let (trace, mut frames) = mpsc::unbounded_channel::<Frame>();
        let key = SocketKey(self.session);
        let socket = match Socket::open(&endpoint, &handshake, key, WITHIN, sink, Some(trace)).await {
            Ok(socket) => socket,
            Err(error) => return self.tell(Instant::now(), What::Refused(error.to_string())),
        };
        loop {
            tokio::select! {
                biased;
                // What was read before the end is told before the end.
                Some(frame) = frames.recv() => {
                    if !frame.outgoing {
                        self.tell(frame.at, What::Packet(frame.text));
                    }
                }
                Some(arrival) = arrivals.recv() => match arrival.what {
                    Incoming::Closed { reason } => return self.tell(arrival.at, What::Ended(reason)),
                    Incoming::Violation { what } => self.tell(arrival.at, What::Violation(what)),
                    _ => {}
                },
                packet = queue.recv() => match packet {
                    Some(packet) => socket.frame(packet),
                    None => return,
                },
            }
        }
    }

    fn tell(&self, at: Instant, what: What) {
        let at = at.saturating_duration_since(self.shared.began);
        let at = u64::try_from(at.as_nanos()).unwrap_or(u64::MAX);
        self.mailbox.put(Mail::News(News { session: self.session, connection: self.connection, at, what }));
    }
}

impl Worker<'_> {
    /// Hears what a carried connection has to tell.
    pub(super) fn carried(&mut self, news: News) {
        if !self.help.courier.as_ref().is_some_and(|courier| courier.is_current(&news)) {
            return;
        }
        let News { session, at, what, .. } = news;
        self.conns.sessions[session as usize].heard = at;
        if !matches!(what, What::Refused(_)) {
            self.conns.refusing = None;
        }
        match what {
            What::Packet(packet) => match packet.as_bytes() {
                [b'4', message @ ..] => self.message(session, message, at),
                // The client of the cases has looked at it.
                [b'0', handshake @ ..] => self.be_patient(handshake),
                // Pings and probes are the client's own to answer.
                _ => {}
            },
            What::Violation(what) => self.wrong(session, None, &what, &[], at),
            What::Refused(why) => self.not_taken(session, &why),
            What::Ended(why) => self.lost_session(session, &why),
        }
    }
}
