//! What comes in to a case: the arrivals of its sockets, the answers to its REST calls, and raw frames.

use std::collections::VecDeque;
use std::time::Instant;

use tokio::sync::mpsc;

use model::world::SocketId;
use wire::client::rest::{Response, RestError};
use wire::client::{Arrival, Frame, Incoming};

/// The answer to a REST call.
pub(super) struct Answered {
    pub(super) socket: SocketId,
    pub(super) call: u64,
    pub(super) at: Instant,
    pub(super) result: Result<Response, RestError>,
    /// The headers that the expectation asks about.
    pub(super) headers: Vec<String>,
    /// Whether it asks about the body.
    pub(super) body: bool,
}

/// Anything that comes in.
pub(super) enum Inbound {
    Arrival(Arrival),
    Answered(Box<Answered>),
}

/// The lines of a case; the senders are handed to whatever speaks for it.
pub(super) struct Lines {
    pub(super) sink: mpsc::UnboundedSender<Arrival>,
    inbox: mpsc::UnboundedReceiver<Arrival>,
    /// What has arrived and was not taken yet.
    waiting: VecDeque<Arrival>,
    pub(super) answers: mpsc::UnboundedSender<Answered>,
    answered: mpsc::UnboundedReceiver<Answered>,
    pub(super) trace: Option<mpsc::UnboundedSender<Frame>>,
    frames: mpsc::UnboundedReceiver<Frame>,
}

impl Lines {
    pub(super) fn new(trace: bool) -> Self {
        let (sink, inbox) = mpsc::unbounded_channel();
        let (answers, answered) = mpsc::unbounded_channel();
        let (tracer, frames) = mpsc::unbounded_channel();
        let waiting = VecDeque::new();
        Self { sink, inbox, waiting, answers, answered, trace: trace.then_some(tracer), frames }
    }

    /// The next thing that came in before a deadline: what came after it does not put it off, however much that is.
    pub(super) async fn next(&mut self, deadline: Instant) -> Option<Inbound> {
        self.take_in();
        if self.waiting.is_empty() {
            tokio::select! {
                biased;
                Some(arrival) = self.inbox.recv() => self.waiting.push_back(arrival),
                Some(answer) = self.answered.recv() => return Some(Inbound::Answered(Box::new(answer))),
                () = tokio::time::sleep_until(deadline.into()) => return None,
            }
        } else {
            // Whoever has much to take lets others have their turn, too.
            tokio::task::consume_budget().await;
        }
        let in_time = |arrival: &mut Arrival| arrival.at <= deadline;
        if let Some(arrival) = self.waiting.pop_front_if(in_time) {
            return Some(Inbound::Arrival(arrival));
        }
        self.answered.try_recv().ok().map(|answer| Inbound::Answered(Box::new(answer)))
    }

    /// Takes in all that is there. Of a socket that is flooded nothing else counts.
    fn take_in(&mut self) {
        while let Ok(arrival) = self.inbox.try_recv() {
            if matches!(arrival.what, Incoming::Flooded { .. }) {
                self.waiting.retain(|waiting| waiting.socket != arrival.socket);
                self.waiting.push_front(arrival);
            } else {
                self.waiting.push_back(arrival);
            }
        }
    }

    /// The next raw frame, if one is there.
    pub(super) fn frame(&mut self) -> Option<Frame> {
        self.frames.try_recv().ok()
    }
}
