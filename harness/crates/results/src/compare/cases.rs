//! Cases, forms and coverage. Where a side has several reports, the worst that became of a case counts.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::Side;
use crate::record::comparison::{CaseChange, Change, CoverageChange, FormChange};
use crate::record::{CaseRecord, Outcome};

/// What has changed, and how many cases have not.
pub(super) struct Cases {
    pub(super) unchanged: usize,
    pub(super) changes: Vec<CaseChange>,
}

pub(super) fn changes(before: Side<'_>, after: Side<'_>, part: bool) -> Cases {
    let (old, new) = (worst(before), worst(after));
    let mut all = Cases { unchanged: 0, changes: Vec::new() };
    if old.is_empty() || new.is_empty() {
        return all;
    }
    for id in old.keys().chain(new.keys().filter(|id| !old.contains_key(*id))) {
        let (was, is) = (old.get(id).copied(), new.get(id).copied());
        if part && is.is_none() {
            continue;
        }
        match change(was.map(|case| case.outcome), is.map(|case| case.outcome)) {
            None => all.unchanged += 1,
            Some(change) => all.changes.push(CaseChange {
                id: (*id).to_owned(),
                change,
                before: was.map(|case| case.outcome),
                after: is.map(|case| case.outcome),
                why: is.and_then(why),
            }),
        }
    }
    all.changes.sort_by_key(|case| case.change);
    all
}

fn worst(side: Side<'_>) -> IndexMap<&str, &CaseRecord> {
    let mut worst: IndexMap<&str, &CaseRecord> = IndexMap::new();
    for case in side.iter().flat_map(|(_, report)| &report.cases) {
        let known = worst.entry(&case.id).or_insert(case);
        if weight(case.outcome) > weight(known.outcome) {
            *known = case;
        }
    }
    worst
}

fn weight(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::NotSupported => 0,
        Outcome::Passed => 1,
        Outcome::FailedAsExpected => 2,
        Outcome::CouldNotRun => 3,
        Outcome::PassedUnexpectedly => 4,
        Outcome::Failed => 5,
    }
}

fn change(before: Option<Outcome>, after: Option<Outcome>) -> Option<Change> {
    let fails = |outcome| matches!(outcome, Outcome::Failed | Outcome::PassedUnexpectedly);
    let fine = |outcome| matches!(outcome, Outcome::Passed | Outcome::FailedAsExpected);
    let change = match (before, after) {
        (Some(before), Some(after)) if before == after => return None,
        (Some(before), Some(after)) if fails(after) && !fails(before) => Change::NewlyFailing,
        (Some(before), Some(after)) if fine(before) && !fine(after) && !fails(after) => {
            Change::NoLongerJudged
        }
        (Some(before), Some(after)) if !fine(before) && fine(after) => Change::NewlyPassing,
        (None, Some(after)) if fails(after) => Change::NewAndFailing,
        (None, Some(_)) => Change::New,
        (Some(before), None) if fine(before) => Change::Gone,
        _ => Change::Other,
    };
    Some(change)
}

fn why(case: &CaseRecord) -> Option<String> {
    if matches!(case.outcome, Outcome::Passed | Outcome::FailedAsExpected) {
        return None;
    }
    let worst = case.findings.iter().rev().max_by_key(|finding| finding.level);
    worst.map(|finding| finding.message.clone()).or_else(|| case.reason.clone())
}

pub(super) fn forms(before: Side<'_>, after: Side<'_>, part: bool) -> Vec<FormChange> {
    type Forms<'r> = BTreeMap<(&'r str, &'r str), BTreeSet<&'r str>>;
    fn of<'r>(side: Side<'r>) -> Forms<'r> {
        let mut all = Forms::new();
        for form in side.iter().flat_map(|(_, report)| &report.forms) {
            let seen = all.entry((&form.dialect, &form.thing)).or_default();
            seen.extend(form.seen.keys().map(String::as_str));
        }
        all
    }
    let (old, new) = (of(before), of(after));
    let things: BTreeSet<_> =
        old.keys().chain(new.keys()).filter(|key| !part || new.contains_key(*key)).collect();
    let names = |forms: Option<&BTreeSet<&str>>| -> Vec<String> {
        forms.into_iter().flatten().map(|form| (*form).to_owned()).collect()
    };
    let change = |key: &(&str, &str)| FormChange {
        dialect: key.0.to_owned(),
        thing: key.1.to_owned(),
        before: names(old.get(key)),
        after: names(new.get(key)),
    };
    let both = !old.is_empty() && !new.is_empty();
    // Part of a run shows some of the forms: only one that is new is a change then.
    let differs = |it: &FormChange| match part {
        true => it.after.iter().any(|form| !it.before.contains(form)),
        false => it.before != it.after,
    };
    things.into_iter().filter(|_| both).map(change).filter(differs).collect()
}

pub(super) fn coverage(before: Side<'_>, after: Side<'_>, part: bool) -> Vec<CoverageChange> {
    type Judged<'r> = BTreeMap<&'r str, BTreeMap<&'r str, bool>>;
    fn of<'r>(side: Side<'r>) -> Judged<'r> {
        let mut all = Judged::new();
        for document in side.iter().flat_map(|(_, report)| &report.coverage) {
            let known = all.entry(&document.dialect).or_default();
            for clause in &document.clauses {
                *known.entry(&clause.clause.id).or_default() |= !clause.cases.is_empty();
            }
        }
        all
    }
    if part {
        return Vec::new();
    }
    let (old, new) = (of(before), of(after));
    let percent = |clauses: &BTreeMap<&str, bool>| {
        let judged = clauses.values().filter(|judged| **judged).count();
        100.0 * judged as f64 / clauses.len().max(1) as f64
    };
    let judged = |clauses: &BTreeMap<&str, bool>, id: &str| clauses.get(id).copied().unwrap_or_default();
    let mut changes = Vec::new();
    for (dialect, before) in &old {
        let Some(after) = new.get(dialect) else { continue };
        let ids: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
        let only = |one: &BTreeMap<&str, bool>, other: &BTreeMap<&str, bool>| -> Vec<String> {
            ids.iter().filter(|id| judged(one, id) && !judged(other, id)).map(|id| (*id).to_owned()).collect()
        };
        let (lost, gained) = (only(before, after), only(after, before));
        if !lost.is_empty() || !gained.is_empty() {
            let (before_percent, after_percent) = (percent(before), percent(after));
            let dialect = (*dialect).to_owned();
            changes.push(CoverageChange { dialect, before_percent, after_percent, lost, gained });
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_was_fine_has_to_stay_so() {
        use Outcome::{CouldNotRun, Failed, NotSupported, Passed};
        let all = [
            (Some(Passed), Some(Failed), Some(Change::NewlyFailing)),
            (Some(NotSupported), Some(Failed), Some(Change::NewlyFailing)),
            (None, Some(Failed), Some(Change::NewAndFailing)),
            (Some(Passed), Some(CouldNotRun), Some(Change::NoLongerJudged)),
            (Some(Passed), Some(NotSupported), Some(Change::NoLongerJudged)),
            (Some(Passed), None, Some(Change::Gone)),
            (Some(Failed), Some(Passed), Some(Change::NewlyPassing)),
            (None, Some(Passed), Some(Change::New)),
            (Some(Failed), None, Some(Change::Other)),
            (Some(Failed), Some(CouldNotRun), Some(Change::Other)),
            (Some(Failed), Some(Failed), None),
        ];
        for (before, after, expected) in all {
            assert_eq!(change(before, after), expected, "{before:?} to {after:?}");
        }
        assert!(Change::Gone.is_worse() && !Change::NewlyPassing.is_worse());
    }
}
