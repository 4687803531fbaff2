//! The expectations of one step against everything that arrives: a closed world.
//!
//! An expectation takes the next arrival of its name on its socket and compares it whole; it never looks for a better
//! one (only in `parallel`, where several messages are under way, does it take the one that fits). Where a document
//! allows several forms, the one that accounts for everything received counts.

use std::sync::Arc;

use serde_json::Value;

use super::matching::{Compared, compare, describe};
use super::scope::{Book, Context, Scope};
use crate::world::{SocketId, What};
use language::contract::{ClauseId, Contract};
use language::level::Level;
use language::payload::Payload;
use results::record::Difference;

/// By which way something arrives.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Channel {
    /// An event of this name.
    Event(String),
    /// The ack of this id.
    Ack(u64),
    /// The connection is accepted.
    Connected,
    /// The connection is refused.
    ConnectError,
    /// The server ends the connection.
    Disconnected,
    /// The answer to this REST call.
    Rest(u64),
}

/// Something that arrived.
#[derive(Debug, Clone)]
pub struct Received {
    /// On which socket.
    pub socket: SocketId,
    /// By which way.
    pub channel: Channel,
    /// What.
    pub value: Value,
}

/// One thing that is expected to arrive.
#[derive(Debug, Clone)]
pub struct Item {
    /// On which socket.
    pub socket: SocketId,
    /// By which way.
    pub channel: Channel,
    /// What.
    pub payload: Payload,
    /// What its references stand for.
    pub scope: Arc<Scope>,
    /// The clause that promises it.
    pub clause: Option<ClauseId>,
    /// How bad it is if it is wrong or missing.
    pub level: Level,
    /// Not required.
    pub maybe: bool,
    /// What it is called in a message.
    pub name: String,
    /// The change it tells of.
    pub change: Option<What>,
}

/// One accepted form of an expectation.
#[derive(Debug, Clone)]
pub struct Form {
    /// Its name in the contract.
    pub name: String,
    /// Where it is accepted but not documented: the level of that finding.
    pub level: Option<Level>,
    /// What arrives in this form; nothing at all is a form too.
    pub items: Vec<Item>,
}

/// What an expectation is to the action that it follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Its answer.
    Answer,
    /// Its answer, and later steps stand on what the action has done.
    Needed,
    /// Its refusal.
    Refusal,
    /// What is heard of it.
    Consequence,
}

/// An answer, or what others hear of a change.
#[derive(Debug, Clone)]
pub struct Expectation {
    /// What it is to the action that it follows.
    pub role: Role,
    /// What this is: `answer of join`, `sent`.
    pub thing: String,
    /// The clause borne where a form without items counts.
    pub clause: Option<ClauseId>,
    /// The accepted forms.
    pub forms: Vec<Form>,
    /// Nothing answers on this socket, so that only a fence tells when the action has been dealt with.
    pub unanswered: Option<SocketId>,
    /// On each socket this comes after the expectation of that name.
    pub after: Option<String>,
}

impl Expectation {
    /// Puts another clause in place of those of its items.
    pub fn bear(&mut self, clause: &ClauseId, level: Level) {
        self.clause = self.clause.take().map(|_| clause.clone());
        for item in self.forms.iter_mut().flat_map(|form| &mut form.items) {
            item.clause = Some(clause.clone());
            item.level = item.level.min(level);
        }
    }
}

/// Whether an arrival may be taken by an expectation that it fits better than the first of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The first of its name: the rule.
    Next,
    /// The one it fits best: only where several messages are under way at once.
    Best,
}

/// What became of an arrival.
#[derive(Debug)]
pub enum Taken {
    /// An expectation took it.
    By(Box<Match>),
    /// Nothing accounts for it.
    Unexpected,
}

/// An arrival that an expectation took.
#[derive(Debug)]
pub struct Match {
    /// The expectation.
    pub item: Item,
    /// Where it differs.
    pub differences: Vec<Difference>,
    /// What to bind.
    pub bound: Vec<(String, Value)>,
    /// The value, redacted.
    pub redacted: Value,
    /// What was expected, described.
    pub expected: Value,
}

/// Whether a step may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Everything possible has arrived.
    Done,
    /// All that is required has arrived; more may come, which a fence can exclude.
    Enough,
    /// Something required has not arrived.
    Waiting,
}

/// How an expectation ended.
#[derive(Debug)]
pub struct Ended {
    /// What it was.
    pub thing: String,
    /// What it was to the action that it followed.
    pub role: Role,
    /// How much of it arrived.
    pub taken: usize,
    /// The form that counts.
    pub form: String,
    /// It was the only one of several accepted forms that accounts for what came.
    pub told_apart: bool,
    /// A form accepted but not documented.
    pub level: Option<Level>,
    /// The clause it bears by itself.
    pub clause: Option<ClauseId>,
    /// What did not arrive.
    pub missing: Vec<Item>,
    /// The acks of other forms: they may still come, from a server slower than a fence.
    pub unused_acks: Vec<Late>,
}

/// An ack that may come late, and the form it would be.
#[derive(Debug, Clone)]
pub struct Late {
    /// The ack.
    pub item: Item,
    /// The form.
    pub form: String,
}

struct OpenForm {
    form: Form,
    live: bool,
    done: Vec<bool>,
}

impl OpenForm {
    fn silent_and_undocumented(&self) -> bool {
        self.form.items.is_empty() && self.form.level.is_some()
    }

    fn required_missing(&self) -> usize {
        self.form.items.iter().zip(&self.done).filter(|(item, done)| !item.maybe && !**done).count()
    }

    fn open(&self) -> impl Iterator<Item = &Item> {
        self.form.items.iter().zip(&self.done).filter(|(_, done)| !**done).map(|(item, _)| item)
    }

    fn taken(&self) -> usize {
        self.done.iter().filter(|done| **done).count()
    }

    fn candidate(&self, received: &Received) -> Option<usize> {
        if !self.live {
            return None;
        }
        let fits = |item: &Item| item.socket == received.socket && item.channel == received.channel;
        self.form.items.iter().zip(&self.done).position(|(item, done)| !*done && fits(item))
    }
}

struct Open {
    thing: String,
    role: Role,
    clause: Option<ClauseId>,
    forms: Vec<OpenForm>,
    unanswered: Option<SocketId>,
    after: Option<String>,
}

impl Open {
    /// Whether an arrival is only allowed here, and not required.
    fn may_only(&self, received: &Received) -> bool {
        let taking = self.forms.iter().filter_map(|form| Some(&form.form.items[form.candidate(received)?]));
        taking.clone().next().is_some() && taking.into_iter().all(|item| item.maybe)
    }

    fn complete(&self) -> impl Iterator<Item = &OpenForm> {
        self.forms.iter().filter(|form| form.live && form.required_missing() == 0)
    }

    fn state(&self) -> State {
        let complete: Vec<_> = self.complete().filter(|form| !form.silent_and_undocumented()).collect();
        match complete.as_slice() {
            [] => State::Waiting,
            _ if self.unanswered.is_some() => State::Enough,
            [only]
                if only.open().next().is_none()
                    && self.forms.iter().filter(|form| form.live).count() == 1 =>
            {
                State::Done
            }
            _ => State::Enough,
        }
    }
}

/// The expectations of one step.
pub struct Judge {
    open: Vec<Open>,
    order: Order,
}

impl Judge {
    /// Expects nothing so far.
    #[must_use]
    pub fn new(order: Order) -> Self {
        Self { open: Vec::new(), order }
    }

    /// Expects this too.
    pub fn expect(&mut self, expectation: Expectation) {
        let forms = expectation.forms.iter().cloned().map(|form| OpenForm {
            done: vec![false; form.items.len()],
            live: true,
            form,
        });
        let forms = forms.collect();
        let Expectation { thing, role, clause, unanswered, after, .. } = expectation;
        self.open.push(Open { thing, role, clause, forms, unanswered, after });
    }

    /// Gives an arrival to the expectation it belongs to.
    pub fn offer(&mut self, received: &Received, contract: &Contract, book: &Book) -> Taken {
        let mut best: Option<(usize, usize)> = None;
        for (index, open) in self.open.iter().enumerate() {
            let Some(distance) = distance(open, received, contract, book) else { continue };
            // What may come takes only what fits it, where something else awaits the same event.
            let may_only = distance > 0 && open.may_only(received);
            if self.order == Order::Next && !may_only {
                best = Some((0, index));
                break;
            }
            if best.is_none_or(|(least, _)| distance < least) {
                best = Some((distance, index));
            }
        }
        match best {
            Some((_, index)) => {
                let early = self.comes_early(index, received.socket);
                let mut found = take(&mut self.open[index], received, contract, book);
                found.differences.extend(early);
                Taken::By(Box::new(found))
            }
            None => Taken::Unexpected,
        }
    }

    /// The difference of something that comes before what it has to come after.
    fn comes_early(&self, index: usize, socket: SocketId) -> Option<Difference> {
        let first = self.open[index].after.as_ref()?;
        let message = |open: &Open| {
            let items = open.forms.first().and_then(|form| form.form.items.first());
            items.and_then(|item| item.scope.message.clone())
        };
        let mine = message(&self.open[index]);
        let awaited = self.open.iter().filter(|open| open.thing == *first && message(open) == mine);
        let awaited = awaited.flat_map(|open| &open.forms);
        let awaited = awaited.filter(|form| form.live).flat_map(OpenForm::open);
        awaited.filter(|item| item.socket == socket && !item.maybe).map(|item| &item.name).next().map(
            |name| Difference {
                path: String::new(),
                expected: format!("after {name}"),
                received: format!("before {name}"),
                undocumented: false,
                forbidden: false,
            },
        )
    }

    /// Whether the step may end.
    #[must_use]
    pub fn state(&self) -> State {
        self.open.iter().map(Open::state).max().unwrap_or(State::Done)
    }

    /// The sockets on which more may still come.
    #[must_use]
    pub fn sockets(&self) -> Vec<SocketId> {
        let live = self.open.iter().flat_map(|open| open.forms.iter().filter(|form| form.live));
        let awaited = live.flat_map(|form| form.open().map(|item| item.socket));
        let mut sockets: Vec<_> =
            awaited.chain(self.open.iter().filter_map(|open| open.unanswered)).collect();
        sockets.sort_unstable();
        sockets.dedup();
        sockets
    }

    /// What each expectation that is not met still waits for, by the names of its arrivals: any of them would do.
    #[must_use]
    pub fn awaited(&self) -> Vec<Vec<&str>> {
        let waiting = self.open.iter().filter(|open| open.state() == State::Waiting);
        waiting
            .map(|open| {
                let live = open.forms.iter().filter(|form| form.live);
                live.flat_map(|form| form.open().filter(|item| !item.maybe).map(|item| item.name.as_str()))
                    .collect()
            })
            .collect()
    }

    /// Ends the step: what counts, and what is missing.
    #[must_use]
    pub fn finish(self) -> Vec<Ended> {
        self.open.into_iter().map(end).collect()
    }
}

/// Compares an arrival with an expectation that is not of the step under way any more.
#[must_use]
pub fn take_late(late: &Late, received: &Received, contract: &Contract, book: &Book) -> Match {
    let compared = against(&late.item, received, contract, book);
    let expected = describe(&late.item.payload, Context { contract, book, scope: &late.item.scope });
    let (differences, bound, redacted) = (compared.differences, compared.bound, compared.redacted);
    Match { item: late.item.clone(), differences, bound, redacted, expected }
}

/// How far an arrival is from what an expectation would take it for; none where it would not take it.
fn distance(open: &Open, received: &Received, contract: &Contract, book: &Book) -> Option<usize> {
    open.forms
        .iter()
        .filter_map(|form| {
            let item = &form.form.items[form.candidate(received)?];
            Some(against(item, received, contract, book).differences.len())
        })
        .min()
}

fn against(item: &Item, received: &Received, contract: &Contract, book: &Book) -> Compared {
    compare(&item.payload, &received.value, Context { contract, book, scope: &item.scope })
}

/// Takes an arrival: of the forms that have a place for it those count on that it fits best, the others are out.
fn take(open: &mut Open, received: &Received, contract: &Contract, book: &Book) -> Match {
    let mut compared: Vec<(usize, usize, Compared)> = Vec::new();
    for (index, form) in open.forms.iter().enumerate() {
        if let Some(at) = form.candidate(received) {
            compared.push((index, at, against(&form.form.items[at], received, contract, book)));
        }
    }
    let least = compared.iter().map(|(_, _, compared)| compared.differences.len()).min().unwrap_or(0);
    compared.retain(|(_, _, compared)| compared.differences.len() == least);
    for (index, form) in open.forms.iter_mut().enumerate() {
        match compared.iter().find(|(kept, ..)| *kept == index) {
            Some((_, at, _)) => form.done[*at] = true,
            None => form.live = false,
        }
    }
    let (index, at, compared) = compared.swap_remove(0);
    let item = open.forms[index].form.items[at].clone();
    let expected = describe(&item.payload, Context { contract, book, scope: &item.scope });
    Match {
        item,
        differences: compared.differences,
        bound: compared.bound,
        redacted: compared.redacted,
        expected,
    }
}

fn end(open: Open) -> Ended {
    let rank = |form: &&OpenForm| (form.required_missing() == 0, form.taken());
    // The first of the best: forms stand in the contract with the documented one first.
    let mut best: Option<&OpenForm> = None;
    for form in open.forms.iter().filter(|form| form.live) {
        if best.is_none_or(|known| rank(&form) > rank(&known)) {
            best = Some(form);
        }
    }
    let alike = best
        .map_or(0, |best| open.forms.iter().filter(|form| form.live && rank(form) == rank(&best)).count());
    let told_apart = open.forms.len() > 1 && alike == 1;
    let taken = best.map_or(0, OpenForm::taken);
    let (form, level, missing) = match best {
        Some(best) => {
            let missing = best.open().filter(|item| !item.maybe).cloned().collect();
            (best.form.name.clone(), best.form.level, missing)
        }
        None => (String::new(), None, Vec::new()),
    };
    let unused = open.forms.iter().filter(|other| other.live && other.form.name != form);
    let unused_acks = unused.flat_map(|other| {
        let acks = other.open().filter(|item| matches!(item.channel, Channel::Ack(_)));
        acks.map(|item| Late { item: item.clone(), form: other.form.name.clone() })
    });
    let unused_acks = unused_acks.collect();
    Ended {
        thing: open.thing,
        role: open.role,
        taken,
        form,
        told_apart,
        level,
        clause: open.clause,
        missing,
        unused_acks,
    }
}
