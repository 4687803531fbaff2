//! Whether what was acknowledged is in the history: of some messages at once, and of the last of each room at the end.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::posting::{Mail, Mailbox, WITHIN};
use super::shared::Shared;
use super::worker::{Done, Worker};
use results::record::load::Sample;
use wire::client::rest::{Request, Rest};

/// How many messages of each worker are looked for as soon as they are acknowledged, and how long after each other at least.
const AT_ONCE: u32 = 20;
const APART: u64 = 300_000_000;
/// In how many rooms of each worker the history is looked at when all is over.
const AT_THE_END: usize = 200;

/// Something to look for.
struct Look {
    room: u32,
    number: u32,
    mark: String,
    /// Through which of the nodes.
    node: usize,
    request: Request,
}

/// What was looked for.
pub(super) struct Looked {
    room: u32,
    number: u32,
    /// None where the history could not be read.
    found: Option<bool>,
}

/// Looks into the history while the run goes on, now and then.
pub(super) struct Looker {
    asks: mpsc::UnboundedSender<Look>,
    left: u32,
    next: u64,
    under_way: usize,
}

impl Looker {
    /// Starts to look, on the runtime this is called in.
    pub(super) fn start(rests: Arc<[Rest]>, mailbox: Mailbox) -> Self {
        let (asks, mut queue) = mpsc::unbounded_channel::<Look>();
        tokio::spawn(async move {
            while let Some(Look { room, number, mark, node, request }) = queue.recv().await {
                let answer = rests[node].call(&request, WITHIN).await;
                let read = answer.ok().filter(|answer| answer.status < 300);
                let found = read.map(|answer| answer.body.to_string().contains(&mark));
                mailbox.put(Mail::Looked(Looked { room, number, found }));
            }
        });
        Self { asks, left: AT_ONCE, next: 0, under_way: 0 }
    }

    pub(super) fn is_idle(&self) -> bool {
        self.under_way == 0
    }
}

impl Worker<'_> {
    /// A message was acknowledged: now and then it is looked for at once.
    pub(super) fn look_for(&mut self, room: u32, number: u32, session: u32, now: u64) {
        let (shared, first_room) = (self.shared, self.first_room);
        let (Some(looker), Some(posting)) = (&mut self.help.looker, &shared.history) else { return };
        if looker.left == 0 || now < looker.next {
            return;
        }
        let state = &self.rooms[room as usize];
        let reader = self.conns.sessions[session as usize].user as usize;
        let request = posting.request(shared, reader, &state.id, &state.users, b"null", b"");
        let mark = mark(shared, first_room + room, number);
        if looker.asks.send(Look { room, number, mark, node: reader % shared.nodes.len(), request }).is_ok() {
            looker.left -= 1;
            looker.next = now + APART;
            looker.under_way += 1;
        }
    }

    /// A history was read.
    pub(super) fn looked(&mut self, looked: &Looked) {
        if let Some(looker) = &mut self.help.looker {
            looker.under_way -= 1;
        }
        let Some(found) = looked.found else { return };
        self.metrics.tally.ledger.looked_up += 1;
        if !found {
            self.metrics.tally.ledger.not_in_history += 1;
            let name = self.rooms[looked.room as usize].name(self.first_room, looked.room as usize);
            let (number, at_ms) = (looked.number, self.now() / 1_000_000);
            self.metrics.tally.sample("not in history", || missing(number, &name, "at that moment", at_ms));
        }
    }
}

/// Whether the last acknowledged message of a room is in its history, for some rooms of each worker.
pub(super) async fn look_at_the_end(shared: &Arc<Shared>, rests: &[Rest], done: &mut Done, first_room: u32) {
    let Some(posting) = &shared.history else { return };
    let with_messages =
        done.rooms.iter().enumerate().filter_map(|(index, room)| room.last_acked.map(|last| (index, last)));
    for (index, last) in with_messages.take(AT_THE_END) {
        let room = &done.rooms[index];
        let reader = room.users.first().copied().unwrap_or_default();
        let request = posting.request(shared, reader, &room.id, &room.users, b"null", b"");
        let answer = match rests[reader % rests.len()].call(&request, WITHIN).await {
            Ok(answer) => answer,
            // A server that is gone says nothing of its history; what else it has done stands in the ledger.
            Err(error) => {
                done.tally.sample("history not read", || Sample {
                    kind: "history not read".to_owned(),
                    at_ms: 0,
                    message: format!("the history was not looked into: {error}"),
                    received: None,
                    differences: Vec::new(),
                });
                return;
            }
        };
        done.tally.ledger.looked_up += 1;
        if !answer.body.to_string().contains(&mark(shared, first_room + index as u32, last)) {
            done.tally.ledger.not_in_history += 1;
            let name = room.name(first_room, index);
            done.tally.sample("not in history", || missing(last, &name, "at the end of the run", 0));
        }
    }
}

/// What the text of a message begins with.
fn mark(shared: &Shared, room: u32, number: u32) -> String {
    format!("{:04x}.{room:x}.{number:x} ", shared.run)
}

fn missing(number: u32, room: &str, when: &str, at_ms: u64) -> Sample {
    Sample {
        kind: "not in history".to_owned(),
        at_ms,
        message: format!("message {number} of {room} was acknowledged and is not in the history {when}"),
        received: None,
        differences: Vec::new(),
    }
}
