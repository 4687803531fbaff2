//! What comes in to a case: the arrivals of its sockets, the answers to its REST calls, and raw frames.

use std::time::Instant;

use tokio::sync::mpsc;

use model::world::SocketId;
use wire::client::rest::{Response, RestError};
use wire::client::{Arrival, Frame};

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
        Self { sink, inbox, answers, answered, trace: trace.then_some(tracer), frames }
    }

    /// The next thing that comes in, until a deadline.
    pub(super) async fn next(&mut self, deadline: Instant) -> Option<Inbound> {
        tokio::select! {
            biased;
            Some(arrival) = self.inbox.recv() => Some(Inbound::Arrival(arrival)),
            Some(answer) = self.answered.recv() => Some(Inbound::Answered(Box::new(answer))),
            () = tokio::time::sleep_until(deadline.into()) => None,
        }
    }

    /// The next raw frame, if one is there.
    pub(super) fn frame(&mut self) -> Option<Frame> {
        self.frames.try_recv().ok()
    }
}
