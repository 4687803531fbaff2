//! Acks, in spite of the library: it makes up an id from 0 to 998 for each, so that two that are open may have the same.
//!
//! The answer is then told to both, and the library, which forgets answered acks by their place in a list, forgets the
//! wrong one or panics. So few are open at once as can be, and what was mixed up nevertheless is noticed: the ack that
//! was answered is not forgotten.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rust_socketio::asynchronous::Client;
use rust_socketio::{Event, Payload};
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{timeout, timeout_at};

use super::{Hearing, arguments, nothing};
use crate::client::Incoming;

/// How long the next event waits for the ack of one of a name that was answered before. Half of what the harness waits
/// for an answer, so that an event behind a lost ack still has its own time.
const TURN: Duration = Duration::from_secs(1);

/// The same for a name that was not answered yet: it may never be, and keystrokes must not wait for one another.
const FIRST_TURN: Duration = Duration::from_millis(5);

/// How long the library may take to forget an ack that it has told of; it does so at once, or never.
const FORGOTTEN_WITHIN: Duration = Duration::from_millis(250);

/// The acks of one socket.
pub(super) struct Acks {
    ears: Arc<Hearing>,
    /// An answer that takes longer than this is not heard.
    within: Duration,
    /// The names of events that were answered.
    answered: Arc<Mutex<HashSet<String>>>,
    /// Until when the next has to wait, and what ends the wait before.
    last: Option<(Instant, oneshot::Receiver<()>)>,
}

impl Acks {
    pub(super) fn new(ears: Arc<Hearing>, within: Duration) -> Self {
        Self { ears, within, answered: Arc::default(), last: None }
    }

    /// Emits an event that asks for an ack, when it is its turn.
    pub(super) async fn emit(&mut self, client: &Client, name: String, args: Vec<Value>, id: u64) {
        if let Some((until, answered)) = self.last.take() {
            let _given_up = timeout_at(until.into(), answered).await;
        }
        let (told, answer) = mpsc::unbounded_channel();
        let callback = self.callback(id, told);
        let (event, payload) = (Event::Custom(name.clone()), Payload::Text(args));
        // What cannot be sent any more is lost with the transport, whose end is told.
        if client.emit_with_ack(event, payload, self.within, callback).await.is_ok() {
            let known = self.answered.lock().is_ok_and(|names| names.contains(&name));
            let turn = if known { TURN } else { FIRST_TURN };
            self.last = Some((Instant::now() + turn, self.watch(name, answer)));
        }
    }

    /// What the library calls with the answer; twice, where that has an attachment. The channel tells of the first, and
    /// ends when the library has forgotten the ack.
    fn callback(
        &self,
        id: u64,
        told: mpsc::UnboundedSender<()>,
    ) -> impl FnMut(Payload, Client) -> super::Nothing + Send + Sync + 'static {
        let ears = Arc::clone(&self.ears);
        let mut first = true;
        move |payload, _client| {
            if std::mem::take(&mut first) {
                let args = match arguments(payload).as_mut_slice() {
                    [Value::Array(args)] => std::mem::take(args),
                    other => other.to_vec(),
                };
                ears.hear(Incoming::Ack { id, args });
                let _nobody_waits = told.send(());
            }
            nothing()
        }
    }

    /// Sees to it that an answered ack is forgotten. What is returned tells when.
    fn watch(&self, name: String, mut answer: mpsc::UnboundedReceiver<()>) -> oneshot::Receiver<()> {
        let (done, forgotten) = oneshot::channel();
        let (ears, answered) = (Arc::clone(&self.ears), Arc::clone(&self.answered));
        tokio::spawn(async move {
            if answer.recv().await.is_none() {
                return;
            }
            if let Ok(mut names) = answered.lock() {
                names.insert(name);
            }
            if timeout(FORGOTTEN_WITHIN, answer.recv()).await.is_err() {
                ears.hear(Incoming::Failed { why: "rust_socketio has mixed up two acks".to_owned() });
            }
            let _nobody_waits = done.send(());
        });
        forgotten
    }
}
