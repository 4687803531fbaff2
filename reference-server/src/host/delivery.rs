//! Packets on their way to sockets: encoding once per broadcast, full queues, and the faults and variations of
//! delivery itself.
//!
//! It must not know the chat: who hears what is decided before a packet comes here.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use serde_json::value::RawValue;
use socketioxide::extract::{AckSender, SocketRef};
use socketioxide::{SendError, SocketError};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::backlog::Backlog;
use super::link::Link;
use super::metrics::Metrics;
use crate::core::{Moment, SocketId};
use crate::faults::{Fault, Faults, Variation, payload};
use crate::options::Options;

/// How long [`Fault::Reorder`] waits for a second message to put first.
const HELD_FOR: Duration = Duration::from_millis(60);
/// [`Variation::Delay`] delays by 1 ms up to this many.
const MOST_DELAY_MS: u64 = 5;

/// For how long a socket is deaf after a join under [`Fault::JoinTooLate`].
const DEAF_FOR: Duration = Duration::from_millis(300);

/// How late [`Fault::OfflineLate`] is.
const OFFLINE_LAG: Duration = Duration::from_secs(5);

/// What the faults of delivery tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A new message.
    Message,
    /// A user went offline.
    Offline,
    /// Everything else.
    Other,
}

/// A packet that [`Variation::Delay`] or [`Fault::OfflineLate`] holds back.
pub(super) struct Late {
    pub(super) due: Instant,
    to: SocketId,
    packet: Packet,
}

enum Packet {
    Event(&'static str, Arc<RawValue>),
    Ack(Box<AckSender>, Arc<RawValue>),
}

/// How long a socket that is given up may take to hear so before its connection is cut.
const SLOW_READER_GRACE: Duration = Duration::from_secs(2);
/// Bytes around an event in its packet and frame: types, brackets, quotes, commas, and the least header of a frame.
const AROUND: usize = 10;

/// A connected socket with its way over the network.
#[derive(Clone)]
pub(super) struct Connected {
    pub(super) socket: SocketRef,
    link: Arc<Link>,
    /// From when on it hears nothing but answers: its token has expired.
    until: Option<Moment>,
}

impl Connected {
    pub(super) fn new(socket: SocketRef, link: Arc<Link>) -> Self {
        Self { socket, link, until: None }
    }

    pub(super) fn until(self, until: Option<Moment>) -> Self {
        Self { until, ..self }
    }

    /// Disconnects the socket if its queue has a place for the packet that says so, and cuts its connection a little later.
    pub(super) async fn hang_up(self) {
        let give_up = Instant::now() + SLOW_READER_GRACE;
        while self.socket.connected() && self.socket.clone().disconnect().is_err() && Instant::now() < give_up
        {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        tokio::time::sleep_until(give_up).await;
        self.link.cut();
    }
}

/// A socket that the chat knows.
enum Peer {
    /// It is being told that it is connected. The socket layer would refuse events to it without a word until then,
    /// so they wait here, for microseconds.
    Expected(Vec<(&'static str, Arc<RawValue>)>),
    Connected(Connected),
}

/// Every socket that the chat knows, and what is about to be sent to it.
pub(super) struct Outbox {
    peers: HashMap<SocketId, Peer>,
    slow: Vec<(SocketId, Connected)>,
    backlog: Backlog,
    namespace: &'static str,
    faults: Faults,
    variations: Vec<Variation>,
    metrics: Metrics,
    broadcasts: u64,
    held: HashMap<SocketId, (Instant, &'static str, Arc<RawValue>)>,
    /// The messages that [`Fault::Overtaking`] holds back from all these until the next one.
    overtaken: HashMap<Vec<SocketId>, (Instant, &'static str, Arc<RawValue>)>,
    /// Sockets that hear no messages until then.
    deaf: HashMap<SocketId, Instant>,
    late: Option<mpsc::UnboundedSender<Late>>,
    late_receiver: Option<mpsc::UnboundedReceiver<Late>>,
    last_due: Instant,
    delays: u64,
}

impl Outbox {
    pub(super) fn new(faults: Faults, options: &Options, namespace: &'static str, metrics: Metrics) -> Self {
        let variations = &options.variations;
        let holds_back = variations.contains(&Variation::Delay) || faults.has(Fault::OfflineLate);
        let (late, late_receiver) = if holds_back {
            let (sender, receiver) = mpsc::unbounded_channel();
            (Some(sender), Some(receiver))
        } else {
            (None, None)
        };
        Self {
            peers: HashMap::new(),
            slow: Vec::new(),
            backlog: Backlog::new(&options.bounds),
            namespace,
            faults,
            variations: variations.clone(),
            metrics,
            broadcasts: 0,
            held: HashMap::new(),
            overtaken: HashMap::new(),
            deaf: HashMap::new(),
            late,
            late_receiver,
            last_due: Instant::now(),
            delays: 0,
        }
    }

    /// From here on the socket is known; what is sent to it waits until it is connected.
    pub(super) fn expect(&mut self, id: SocketId) {
        self.peers.insert(id, Peer::Expected(Vec::new()));
    }

    /// An expected socket is connected. One that is gone already stays so.
    pub(super) fn connected(&mut self, id: SocketId, socket: Connected) {
        let Some(peer) = self.peers.get_mut(&id) else { return };
        if let Peer::Expected(waiting) = std::mem::replace(peer, Peer::Connected(socket)) {
            for (event, text) in waiting {
                self.send(id, Packet::Event(event, text));
            }
        }
    }

    /// Whether the socket is known and has not been given up.
    pub(super) fn knows(&self, id: SocketId) -> bool {
        self.peers.contains_key(&id)
    }

    /// Says whether the socket was there.
    pub(super) fn remove(&mut self, id: SocketId) -> bool {
        self.held.remove(&id);
        self.deaf.remove(&id);
        self.backlog.forget(id);
        self.peers.remove(&id).is_some()
    }

    /// Forgets every socket, and returns them all.
    pub(super) fn clear(&mut self) -> Vec<SocketRef> {
        self.held.clear();
        let peers = self.peers.drain().map(|(_, peer)| peer);
        peers
            .filter_map(|peer| if let Peer::Connected(known) = peer { Some(known.socket) } else { None })
            .collect()
    }

    /// The sockets whose queue was found full since the last call. They get nothing any more.
    pub(super) fn take_slow(&mut self) -> Vec<(SocketId, Connected)> {
        std::mem::take(&mut self.slow)
    }

    /// The packets that are to be sent late, for the task that does so.
    pub(super) fn take_late(&mut self) -> Option<mpsc::UnboundedReceiver<Late>> {
        self.late_receiver.take()
    }

    /// One event to one socket.
    pub(super) fn tell(&mut self, id: SocketId, event: &'static str, value: Value) {
        if let Some(text) = self.write(value) {
            self.queue(id, Packet::Event(event, text));
        }
    }

    /// One acknowledgement to one socket.
    pub(super) fn acknowledge(&mut self, id: SocketId, ack: AckSender, value: Value) {
        if let Some(text) = self.write(value) {
            self.queue(id, Packet::Ack(Box::new(ack), text));
        }
    }

    /// A socket has joined a room.
    pub(super) fn has_joined(&mut self, id: SocketId) {
        if self.faults.has(Fault::JoinTooLate) {
            self.deaf.insert(id, Instant::now() + DEAF_FOR);
        }
    }

    /// One event to many sockets, encoded once. A socket whose token has expired hears none.
    pub(super) fn broadcast(
        &mut self,
        mut to: Vec<SocketId>,
        event: &'static str,
        value: Value,
        kind: Kind,
        at: Moment,
    ) {
        let Some(text) = self.write(value) else { return };
        to.retain(|id| match self.peers.get(id) {
            Some(Peer::Connected(known)) => known.until.is_none_or(|until| at < until),
            _ => true,
        });
        self.broadcasts += 1;
        if self.faults.has(Fault::DropEveryNth) && self.broadcasts.is_multiple_of(3) {
            to.pop();
        }
        if self.faults.has(Fault::DuplicateDelivery) {
            to.extend(to.last().copied());
        }
        if kind == Kind::Message && !self.deaf.is_empty() {
            let now = Instant::now();
            to.retain(|id| self.deaf.get(id).is_none_or(|until| *until <= now));
        }
        if kind == Kind::Message && self.faults.has(Fault::Overtaking) {
            let Some((_, earlier, text_before)) = self.overtaken.remove(&to) else {
                self.overtaken.insert(to, (Instant::now() + HELD_FOR, event, text));
                return;
            };
            self.queue_all(to.clone(), event, &text);
            return self.queue_all(to, earlier, &text_before);
        }
        if self.faults.has(Fault::Reorder)
            && kind == Kind::Message
            && let Some(last) = to.pop()
        {
            self.swap_with_held(last, event, &text);
        }
        for id in to {
            let packet = Packet::Event(event, Arc::clone(&text));
            if kind == Kind::Offline && self.faults.has(Fault::OfflineLate) {
                self.send_at(Instant::now() + OFFLINE_LAG, id, packet);
            } else {
                self.queue(id, packet);
            }
        }
    }

    fn queue_all(&mut self, to: Vec<SocketId>, event: &'static str, text: &Arc<RawValue>) {
        for id in to {
            self.queue(id, Packet::Event(event, Arc::clone(text)));
        }
    }

    /// Sends what [`Fault::Reorder`] or [`Fault::Overtaking`] has held back for too long.
    pub(super) fn release_held(&mut self) {
        let now = Instant::now();
        let over: Vec<_> = self.overtaken.extract_if(|_, held| held.0 <= now).collect();
        for (to, (_, event, text)) in over {
            self.queue_all(to, event, &text);
        }
        let due: Vec<_> = self.held.iter().filter(|(_, held)| held.0 <= now).map(|(id, _)| *id).collect();
        for id in due {
            if let Some((_, event, text)) = self.held.remove(&id) {
                self.queue(id, Packet::Event(event, text));
            }
        }
    }

    /// Sends a packet whose time has come.
    pub(super) fn send_late(&mut self, late: Late) {
        self.send(late.to, late.packet);
    }

    fn swap_with_held(&mut self, id: SocketId, event: &'static str, text: &Arc<RawValue>) {
        match self.held.remove(&id) {
            Some((_, earlier, earlier_text)) => {
                self.queue(id, Packet::Event(event, Arc::clone(text)));
                self.queue(id, Packet::Event(earlier, earlier_text));
            }
            None => {
                self.held.insert(id, (Instant::now() + HELD_FOR, event, Arc::clone(text)));
            }
        }
    }

    fn write(&self, value: Value) -> Option<Arc<RawValue>> {
        let text = payload::write(&self.variations, value);
        RawValue::from_string(text)
            .inspect_err(|error| tracing::error!(%error, "a payload is not JSON and is not sent"))
            .ok()
            .map(Arc::from)
    }

    fn queue(&mut self, to: SocketId, packet: Packet) {
        if !self.variations.contains(&Variation::Delay) {
            return self.send(to, packet);
        }
        // A small permutation instead of randomness: a run can be repeated.
        self.delays = self.delays.wrapping_add(7);
        let due = Instant::now() + Duration::from_millis(1 + self.delays % MOST_DELAY_MS);
        self.last_due = self.last_due.max(due);
        self.send_at(self.last_due, to, packet);
    }

    fn send_at(&mut self, due: Instant, to: SocketId, packet: Packet) {
        match &self.late {
            Some(late) => drop(late.send(Late { due, to, packet })),
            None => self.send(to, packet),
        }
    }

    fn send(&mut self, to: SocketId, packet: Packet) {
        let (known, packet) = match (self.peers.get_mut(&to), packet) {
            (Some(Peer::Expected(waiting)), Packet::Event(event, text)) => {
                waiting.push((event, text));
                return;
            }
            (Some(Peer::Connected(known)), packet) => (known, packet),
            // An answer to who is not connected yet: there is none.
            (Some(Peer::Expected(_)) | None, _) => return,
        };
        let (name, bytes) = match &packet {
            Packet::Event(event, text) => (*event, text.get().len() + event.len()),
            Packet::Ack(_, text) => ("ack", text.get().len()),
        };
        let waiting = known.link.queue((bytes + self.namespace.len() + AROUND) as u64);
        self.metrics.event_out(name);
        let sent = match packet {
            Packet::Event(event, text) => known.socket.emit(event, &*text),
            Packet::Ack(ack, text) => ack.send(&*text),
        };
        let full = match sent {
            Ok(()) => self.backlog.is_too_much(to, waiting),
            Err(SendError::Socket(SocketError::InternalChannelFull)) => true,
            // The client is going away; its disconnect is on the way.
            Err(SendError::Socket(SocketError::Closed)) => false,
            Err(error) => {
                tracing::error!(%error, "a packet cannot be encoded and is not sent");
                false
            }
        };
        if full {
            self.give_up(to);
        }
        if self.backlog.is_over() {
            self.shed();
        }
    }

    fn give_up(&mut self, id: SocketId) {
        self.backlog.forget(id);
        if let Some(Peer::Connected(known)) = self.peers.remove(&id) {
            self.slow.push((id, known));
        }
    }

    /// Gives up the sockets that are most behind, until what waits for all of them is within its bound.
    fn shed(&mut self) {
        let peers = &self.peers;
        self.backlog.measure(|id| match peers.get(&id) {
            Some(Peer::Connected(known)) => known.link.waiting(),
            _ => 0,
        });
        while self.backlog.is_over()
            && let Some(worst) = self.backlog.worst()
        {
            self.give_up(worst);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_sent_while_a_socket_is_let_in_waits_for_it() {
        let mut outbox = Outbox::new(Faults::default(), &Options::default(), "/chat", Metrics::new());
        let (expected, unknown) = (SocketId(1), SocketId(2));
        outbox.expect(expected);
        let (told, at) = (vec![expected, unknown], Moment::default());
        outbox.broadcast(told, "newMessage", json!({"text": "first"}), Kind::Message, at);
        outbox.tell(expected, "userJoined", json!({}));
        let Some(Peer::Expected(waiting)) = outbox.peers.get(&expected) else { panic!("nothing waits") };
        assert_eq!(waiting.iter().map(|(event, _)| *event).collect::<Vec<_>>(), ["newMessage", "userJoined"]);
        assert!(!outbox.knows(unknown));
        assert!(outbox.remove(expected) && !outbox.knows(expected));
    }
}
