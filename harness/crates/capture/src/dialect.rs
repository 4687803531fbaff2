//! Which dialect was spoken, by the names that passed.

use std::sync::Arc;

use super::log::{Story, What};
use language::contract::{Contract, Say};

/// The contract that knows most of the names in a recording; none where none knows any, or where two know as many.
#[must_use]
pub fn guess(story: &Story, known: &[Arc<Contract>]) -> Option<Arc<Contract>> {
    let mut scored: Vec<(usize, &Arc<Contract>)> =
        known.iter().map(|contract| (score(story, contract), contract)).collect();
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    match scored.as_slice() {
        [(0, _), ..] | [] => None,
        [(first, _), (second, _), ..] if first == second => None,
        [(_, best), ..] => Some(Arc::clone(best)),
    }
}

fn score(story: &Story, contract: &Contract) -> usize {
    let inside = |socket: usize| {
        story.sockets.get(socket).is_some_and(|socket| socket.namespace.as_ref() == Some(&contract.namespace))
    };
    let says = |event: &str| {
        contract
            .verbs
            .values()
            .any(|verb| matches!(&verb.say, Say::Emit { event: known, .. } if known == event))
    };
    let mut names = std::collections::BTreeSet::new();
    for seen in &story.seen {
        match &seen.what {
            What::Emit { socket, event, .. } if inside(*socket) && says(event) => {
                names.insert((true, event.as_str()));
            }
            What::Event { socket, event, .. } if inside(*socket) && contract.events.contains_key(event) => {
                names.insert((false, event.as_str()));
            }
            _ => {}
        }
    }
    if names.is_empty() {
        return 0;
    }
    // Of two that know the same names, the one whose credential came by this way.
    let connects = |seen: &super::log::Seen| match &seen.what {
        What::Connect { socket, auth } if inside(*socket) => {
            let socket = &story.sockets[*socket];
            let place = |place: &String| match place.split_once('.') {
                Some(("auth", name)) => auth.as_ref().is_some_and(|auth| auth.get(name).is_some()),
                Some(("query", name)) => socket.query.iter().any(|(known, _)| known == name),
                _ => socket.authorization.is_some(),
            };
            let open = contract.credentials.is_empty() && auth.is_none() && socket.authorization.is_none();
            open || contract.credentials.keys().any(place)
        }
        _ => false,
    };
    2 * names.len() + usize::from(story.seen.iter().any(connects))
}
