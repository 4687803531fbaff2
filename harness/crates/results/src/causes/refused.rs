//! What should have been refused and was done: whatever shows it in one act is one thing, and what comes of it later in
//! the same case may be no cause of its own.

use std::collections::{BTreeMap, BTreeSet};

use super::Item;
use super::sign::What;
use crate::record::Party;

/// An act that should have been refused: the case, the step, the verb and the reason.
type Act = (usize, usize, String, String);

/// Gathers the findings of acts that were done though they should have been refused, and marks what comes after them.
pub(super) fn gather(items: &mut [Item]) {
    let mut done: BTreeMap<Act, What> = BTreeMap::new();
    for item in items.iter().filter(|item| item.sign.says_yes) {
        done.extend(act(item).map(|act| (act, What::Accepted)));
    }
    let usual = usual(items, &done);
    let mut refused: BTreeSet<Act> = BTreeSet::new();
    for item in items.iter() {
        let Some(act) = act(item) else { continue };
        let sign = &item.sign;
        if sign.what == What::Missing {
            refused.insert(act);
        } else if belongs(item, &usual) {
            // Who is told of their own success was not refused.
            let what = if sign.party == Some(Party::Sender) { What::Accepted } else { What::Done };
            let known = done.entry(act).or_insert(what);
            *known = (*known).min(what);
        }
    }
    let accepted: BTreeSet<(String, String)> = done
        .iter()
        .filter(|(act, what)| **what == What::Accepted || refused.contains(act))
        .map(|((_, _, verb, reason), _)| (verb.clone(), reason.clone()))
        .collect();
    for ((_, _, verb, reason), what) in &mut done {
        if accepted.contains(&(verb.clone(), reason.clone())) {
            *what = What::Accepted;
        }
    }
    mark(items, &done, &usual);
}

fn mark(items: &mut [Item], done: &BTreeMap<Act, What>, usual: &Usual) {
    let mut last: Option<(usize, What, String, String)> = None;
    for item in items.iter_mut() {
        let own = act(item).and_then(|act| Some((*done.get(&act)?, act)));
        match own {
            Some((what, (case, _, verb, reason))) if !is_elsewhere(item, usual) => {
                item.sign.what = what;
                last = Some((case, what, verb, reason));
            }
            _ => {
                let before = last.as_ref().filter(|(case, ..)| *case == item.case);
                item.after = before.map(|(_, what, verb, reason)| (*what, verb.clone(), reason.clone()));
            }
        }
    }
}

fn act(item: &Item) -> Option<Act> {
    let reason = item.sign.reason.clone()?;
    item.load.is_none().then(|| (item.case, item.step, item.sign.bare_verb().to_owned(), reason))
}

/// The events that are heard without a reason where nothing was to be refused, too, with their dialects.
type Usual = BTreeSet<(String, String)>;

fn usual(items: &[Item], done: &BTreeMap<Act, What>) -> Usual {
    let cases: BTreeSet<usize> = done.keys().map(|(case, ..)| *case).collect();
    let told = items.iter().filter(|item| {
        item.sign.what.is_heard() && item.sign.reason.is_none() && !cases.contains(&item.case)
    });
    told.map(|item| (item.sign.subject.clone(), item.dialect.clone())).collect()
}

/// Whether an event was heard that is heard without a reason anyway: it may be late, and come of anything.
fn is_elsewhere(item: &Item, usual: &Usual) -> bool {
    item.sign.what.is_heard() && usual.contains(&(item.sign.subject.clone(), item.dialect.clone()))
}

/// Whether an event says that the act in which it was heard was done. One that strangers hear, or that is heard twice, says
/// only that.
fn belongs(item: &Item, usual: &Usual) -> bool {
    let says = match item.sign.what {
        What::Heard => true,
        What::Leak => item.sign.party == Some(Party::Sender),
        _ => false,
    };
    says && !is_elsewhere(item, usual)
}
