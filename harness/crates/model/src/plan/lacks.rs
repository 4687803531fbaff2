//! What a target lacks, taken out of the contract that it is held to: nothing expects it, and where it comes all the same it is
//! no more than a remark. Which cases cannot be run without it is `plan`'s affair.

use std::collections::BTreeSet;

use language::contract::{AnswerForm, Audible, CHANGES, ChangeKind, Contract};
use language::level::Level;

/// Words of a scenario's needs that are neither verbs nor changes.
const PARTS: &[&str] = &["debounce", "typing_expires", "token", "credential"];

/// All that a target can lack of a contract: changes, verbs, events, capabilities and documented times.
pub fn known(contract: &Contract) -> impl Iterator<Item = &str> {
    let when = contract.when.keys().map(|change| change.0.as_str());
    let names = contract.verbs.keys().chain(contract.events.keys()).chain(&contract.capabilities);
    when.chain(names.map(String::as_str)).chain(CHANGES.iter().copied()).chain(PARTS.iter().copied())
}

/// The contract of a system without these.
#[must_use]
pub fn without(contract: &Contract, lacks: &[String]) -> Contract {
    let mut left = contract.clone();
    let mut gone: BTreeSet<&str> = lacks.iter().map(String::as_str).collect();
    // What nobody hears begin, nobody hears end.
    if gone.contains("typing") {
        gone.insert("stopped");
    }
    left.verbs.retain(|name, _| !gone.contains(name.as_str()));
    left.capabilities.retain(|name| !gone.contains(name.as_str()));
    if gone.contains("debounce") {
        left.timing.debounce = None;
    }
    if gone.contains("typing_expires") {
        left.timing.typing_expires = None;
    }
    let events = events_gone(contract, &gone);
    for (ChangeKind(change), consequence) in &mut left.when {
        let whole = gone.contains(change.as_str());
        if whole {
            consequence.level = Some(Level::May);
            consequence.clause = None;
        }
        for audible in consequence.forms.values_mut().flatten() {
            audible.maybe |= whole || events.contains(&audible.heard.event);
        }
    }
    let answers = left.verbs.values_mut().flat_map(|verb| [&mut verb.forms, &mut verb.refused.forms]);
    for forms in answers.chain([&mut left.refused.forms]) {
        let fewer: Vec<_> =
            forms.iter().filter_map(|(name, form)| Some((name, fewer(form, &events)?))).collect();
        let fewer: Vec<_> = fewer.into_iter().map(|(name, form)| (format!("{name}, less"), form)).collect();
        forms.extend(fewer);
    }
    lower(&mut left, &events);
    left
}

/// A form without the events that are gone; none where it has none of them.
fn fewer(form: &AnswerForm, gone: &BTreeSet<String>) -> Option<AnswerForm> {
    let mut left = form.clone();
    left.me.retain(|heard| !gone.contains(&heard.event));
    (left.me.len() < form.me.len()).then_some(left)
}

/// The events that are lacking themselves, and those that tell of nothing but changes that are.
fn events_gone(contract: &Contract, gone: &BTreeSet<&str>) -> BTreeSet<String> {
    let heard = |lacking: bool| {
        let of = contract.when.iter().filter(move |(change, _)| gone.contains(change.0.as_str()) == lacking);
        let audibles = of.flat_map(|(_, consequence)| consequence.forms.values().flatten());
        audibles.map(|Audible { heard, .. }| heard.event.clone())
    };
    let verbs = contract.verbs.iter().filter(|(name, _)| !gone.contains(name.as_str()));
    let verbs = verbs.flat_map(|(_, verb)| verb.forms.values().chain(verb.refused.forms.values()));
    let answers = verbs.chain(contract.refused.forms.values()).flat_map(|form| &form.me);
    let still: BTreeSet<String> = heard(false).chain(answers.map(|heard| heard.event.clone())).collect();
    let named = contract.events.keys().filter(|event| gone.contains(event.as_str())).cloned();
    heard(true).filter(|event| !still.contains(event)).chain(named).collect()
}

/// Lowers the clauses that speak of nothing but events that are gone.
fn lower(contract: &mut Contract, gone: &BTreeSet<String>) {
    let of = |lacking: bool| {
        let events = contract.events.iter().filter(move |(name, _)| gone.contains(*name) == lacking);
        events.map(|(_, spec)| spec.clause.clone()).collect::<BTreeSet<_>>()
    };
    let (lacking, still) = (of(true), of(false));
    for id in lacking.difference(&still) {
        if let Some(clause) = contract.clauses.get_mut(id) {
            clause.level = Level::May;
        }
    }
}
