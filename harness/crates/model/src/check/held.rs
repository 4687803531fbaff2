//! Who takes what does not say what it is: of all that is held, and all that is still expected, what fits best goes together.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::identity::Likeness;

/// So many are looked at together; of more, each goes to what it fits best by itself.
const TOGETHER: usize = 32;

/// How something that is held fits an expectation: the least is the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fit {
    pub(super) likeness: Reverse<Likeness>,
    /// It differs, and would only be allowed there.
    pub(super) may_only: bool,
    /// How many differences there are.
    pub(super) distance: usize,
    /// The number of the expectation.
    pub(super) index: usize,
    /// How many of its kind the expectation still takes.
    pub(super) places: usize,
}

/// The expectation that takes the first of what is held for the same places; none where there is none for it.
pub(super) fn of_the_first<H>(held: impl Iterator<Item = H>, fits: impl Fn(H) -> Vec<Fit>) -> Option<usize> {
    let mut pairs: Vec<(Fit, usize)> = Vec::new();
    for (number, one) in held.take(TOGETHER).enumerate() {
        pairs.extend(fits(one).into_iter().map(|fit| (fit, number)));
    }
    pairs.sort_by_key(|(fit, number)| (fit.likeness, fit.may_only, fit.distance, *number, fit.index));
    let mut settled = [false; TOGETHER];
    let mut used: HashMap<usize, usize> = HashMap::new();
    for (fit, number) in pairs {
        let taken = used.entry(fit.index).or_default();
        if settled[number] || *taken == fit.places {
            continue;
        }
        if number == 0 {
            return Some(fit.index);
        }
        settled[number] = true;
        *taken += 1;
    }
    None
}
