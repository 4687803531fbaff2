//! The expectations of one step against everything that arrives: a closed world.
//!
//! An expectation takes the arrival that carries its identity ([`super::identity`]). Where none does, the next of its name is
//! taken for it once nothing else can come, and compared whole; of several that do not say what they are each goes to what it
//! fits best. Where a document allows several forms, the one that accounts for everything received counts.

use std::cmp::Reverse;
use std::collections::VecDeque;
use std::iter;

pub use super::expect::{
    Channel, Ended, Expectation, Form, Item, Late, Match, Order, Received, Role, State, Taken,
};
use super::held::{self, Fit};
use super::identity::{Likeness, Told, likeness};
use super::matching::{Compared, compare, describe};
use super::scope::{Book, Context, Scope};
use crate::world::SocketId;
use language::contract::{ClauseId, Contract};
use results::record::Difference;

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

    /// The place that an arrival has here: the one whose identity it carries, else the first of its name.
    fn place(&self, received: &Received, known: Known<'_>) -> Option<(Likeness, usize)> {
        let free = |(_, (item, done)): &(usize, (&Item, &bool))| self.live && !**done && item.is_by(received);
        let places = self.form.items.iter().zip(&self.done).enumerate().filter(free);
        let alike = places.map(|(at, (item, _))| (item.likeness(received, known), at));
        // Of those that are alike the first.
        alike.min_by_key(|(likeness, at)| (Reverse(*likeness), *at))
    }
}

/// What is known of the case when something arrives.
#[derive(Clone, Copy)]
struct Known<'a> {
    contract: &'a Contract,
    book: &'a Book,
}

impl<'a> Known<'a> {
    fn within(self, scope: &'a Scope) -> Context<'a> {
        Context { contract: self.contract, book: self.book, scope }
    }
}

impl Item {
    fn likeness(&self, received: &Received, known: Known<'_>) -> Likeness {
        match self.channel {
            Channel::Event(_) => likeness(&self.payload, &received.value, known.within(&self.scope)),
            // An answer is one by its number.
            _ => Likeness::Fits,
        }
    }

    fn compare(&self, received: &Received, known: Known<'_>) -> Compared {
        compare(&self.payload, &received.value, known.within(&self.scope))
    }

    fn taken(&self, compared: Compared, known: Known<'_>) -> Match {
        let expected = describe(&self.payload, known.within(&self.scope));
        let Compared { differences, bound, redacted, times } = compared;
        Match { item: self.clone(), differences, bound, redacted, times, expected }
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
    /// How an arrival is alike to the best that it could be taken for here; none where nothing of its name is open.
    fn likeness(&self, received: &Received, known: Known<'_>) -> Option<Likeness> {
        self.forms.iter().filter_map(|form| Some(form.place(received, known)?.0)).max()
    }

    /// For how many like this one there is a place.
    fn places(&self, received: &Received) -> usize {
        let live = self.forms.iter().filter(|form| form.live);
        live.map(|form| form.open().filter(|item| item.is_by(received)).count()).max().unwrap_or(0)
    }

    /// Whether an arrival is only allowed here and differs: it takes nothing that something else awaits.
    fn may_only(&self, received: &Received, known: Known<'_>) -> bool {
        let mut places = self.forms.iter().filter_map(|form| Some((form, form.place(received, known)?.1)));
        places.all(|(form, at)| form.form.items[at].maybe)
            && distance(self, received, known).is_some_and(|distance| distance > 0)
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
    /// What it is about is said at once: nobody knows what the server does first.
    at_once: bool,
    /// What came under a name that is expected, and does not say that it is that.
    held: VecDeque<Received>,
}

impl Judge {
    /// Expects nothing so far.
    #[must_use]
    pub fn new(order: Order) -> Self {
        Self { open: Vec::new(), order, at_once: false, held: VecDeque::new() }
    }

    /// The same, about what is said at once: which form a server has does not show there.
    #[must_use]
    pub fn at_once(order: Order) -> Self {
        Self { at_once: true, ..Self::new(order) }
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

    /// The number that the next expectation will have.
    #[must_use]
    pub fn next(&self) -> usize {
        self.open.len()
    }

    /// Gives an arrival to the expectation it belongs to. `told` is what was heard before.
    pub fn offer(&mut self, received: &Received, told: &Told, contract: &Contract, book: &Book) -> Taken {
        let known = Known { contract, book };
        if self.order == Order::Best {
            return match self.closest(received, known) {
                Some(index) => self.take(index, received, known),
                None => Taken::Unexpected,
            };
        }
        let Some((likeness, index)) = self.alike(received, known) else { return Taken::Unexpected };
        // What was heard before, and is not awaited again, is heard twice.
        if told.likeness(received, contract, book).is_some_and(|before| before > likeness) {
            return Taken::Unexpected;
        }
        if likeness <= Likeness::OfAnother {
            self.held.push_back(received.clone());
            return Taken::Held;
        }
        self.take(index, received, known)
    }

    /// What was held and is to be judged now, since nothing else can come, in the order in which it came.
    pub fn next_held(&mut self, contract: &Contract, book: &Book) -> Option<(Received, Taken)> {
        let (received, known) = (self.held.pop_front()?, Known { contract, book });
        let rivals = self
            .held
            .iter()
            .filter(|rival| (rival.socket, &rival.channel) == (received.socket, &received.channel));
        let index = held::of_the_first(iter::once(&received).chain(rivals), |rival| self.fits(rival, known));
        let taken = index.map_or(Taken::Unexpected, |index| self.take(index, &received, known));
        Some((received, taken))
    }

    /// How an arrival fits each expectation that has a place for it.
    fn fits(&self, received: &Received, known: Known<'_>) -> Vec<Fit> {
        let open = self.open.iter().enumerate();
        let fits = open.filter_map(|(index, open)| {
            Some(Fit {
                likeness: Reverse(open.likeness(received, known)?),
                may_only: open.may_only(received, known),
                distance: distance(open, received, known)?,
                index,
                places: open.places(received),
            })
        });
        fits.collect()
    }

    /// The expectation to which an arrival is most alike, the first of several.
    fn alike(&self, received: &Received, known: Known<'_>) -> Option<(Likeness, usize)> {
        let open = self.open.iter().enumerate();
        let alike = open.filter_map(|(index, open)| {
            Some((Reverse(open.likeness(received, known)?), open.may_only(received, known), index))
        });
        alike.min().map(|(Reverse(likeness), _, index)| (likeness, index))
    }

    /// The expectation from which an arrival differs least.
    fn closest(&self, received: &Received, known: Known<'_>) -> Option<usize> {
        let open = self.open.iter().enumerate();
        let far = open.filter_map(|(index, open)| Some((distance(open, received, known)?, index)));
        far.min().map(|(_, index)| index)
    }

    fn take(&mut self, index: usize, received: &Received, known: Known<'_>) -> Taken {
        let early = self.comes_early(index, received.socket);
        let mut found = take(&mut self.open[index], received, known);
        found.differences.extend(early);
        Taken::By(Box::new(found))
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
        let state = self.open.iter().map(Open::state).max().unwrap_or(State::Done);
        if state == State::Waiting && self.held_would_do() { State::Enough } else { state }
    }

    /// Whether what is held could be all that is missing: it will be taken for that, once it is proved that nothing else comes.
    fn held_would_do(&self) -> bool {
        let mut left: Vec<&Received> = self.held.iter().collect();
        let mut take = |item: &Item| {
            let found = left.iter().position(|received| item.is_by(received));
            found.map(|at| left.swap_remove(at)).is_some()
        };
        let waiting = self.open.iter().filter(|open| open.state() == State::Waiting);
        waiting.into_iter().all(|open| {
            let mut live = open.forms.iter().filter(|form| form.live && !form.silent_and_undocumented());
            live.any(|form| form.open().filter(|item| !item.maybe).all(&mut take))
        })
    }

    /// Whether an expectation has taken something, or needs nothing.
    #[must_use]
    pub fn has_begun(&self, index: usize) -> bool {
        let begun = |open: &Open| {
            open.forms.iter().any(|form| form.live && (form.taken() > 0 || form.form.items.is_empty()))
        };
        self.open.get(index).is_some_and(begun)
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
        let at_once = self.at_once;
        let ended = self.open.into_iter().map(end);
        ended.map(|ended| Ended { told_apart: ended.told_apart && !at_once, ..ended }).collect()
    }
}

/// Compares an arrival with an expectation that is not of the step under way any more.
#[must_use]
pub fn take_late(late: &Late, received: &Received, contract: &Contract, book: &Book) -> Match {
    let known = Known { contract, book };
    late.item.taken(late.item.compare(received, known), known)
}

/// How far an arrival is from what an expectation would take it for; none where it would not take it.
fn distance(open: &Open, received: &Received, known: Known<'_>) -> Option<usize> {
    let places = open.forms.iter().filter_map(|form| Some(&form.form.items[form.place(received, known)?.1]));
    places.map(|item| item.compare(received, known).differences.len()).min()
}

/// Takes an arrival: of the forms that have a place for it those count on that it fits best, the others are out.
fn take(open: &mut Open, received: &Received, known: Known<'_>) -> Match {
    let mut compared: Vec<(usize, usize, Compared)> = Vec::new();
    for (index, form) in open.forms.iter().enumerate() {
        if let Some((_, at)) = form.place(received, known) {
            compared.push((index, at, form.form.items[at].compare(received, known)));
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
    open.forms[index].form.items[at].taken(compared, known)
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
