//! Findings gathered into causes: one for each thing that somebody has to mend, in whatever case, dialect or load it shows.
//! Pure.
//!
//! Each finding has signs (`sign`, `payload`): what the server did wrong, where in the payload, with which event, to whom,
//! after which verb. Whatever is alike but for the verb, the receiver, the case or the dialect is one cause (`merge`); so
//! is whatever shows that one act was done which should have been refused (`refused`). The keys of a cause are made of the
//! signs of a finding alone, so that an entry of a file means the same whatever else was run.

mod loads;
mod merge;
mod payload;
mod refused;
mod sign;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeSet;

use crate::record::cause::{Cause, Example};
use crate::record::load::LoadRecord;
use crate::record::{CaseRecord, Finding, Kind, Outcome};
use language::ground::Ground;
use language::level::Level;

use sign::{Sign, What};

/// A sign of a finding, and where it was found.
#[derive(Debug, Clone)]
struct Item {
    /// The case, as an index; that of the load run, where it is one.
    case: usize,
    /// The finding, as an index in its case.
    finding: usize,
    step: usize,
    dialect: String,
    level: Level,
    sign: Sign,
    /// What was done before in the same case and should have been refused: this may be a consequence.
    after: Option<(What, String, String)>,
    /// It is one.
    is_consequence: bool,
    /// The finding that load left behind, and how often it did.
    load: Option<Box<(Finding, u64)>>,
}

impl Item {
    fn count(&self) -> u64 {
        self.load.as_ref().map_or(1, |load| load.1)
    }

    fn is_same_finding(&self, other: &Item) -> bool {
        (self.case, self.finding, self.load.is_some()) == (other.case, other.finding, other.load.is_some())
    }
}

/// Causes, and which finding belongs to which.
#[derive(Debug, Default)]
pub struct Gathered {
    /// The worst first.
    pub causes: Vec<Cause>,
    /// Of each case, of each finding: its signs.
    pub signs: Vec<Vec<Vec<Named>>>,
}

/// A sign of a finding, by its names.
#[derive(Debug, Clone)]
pub struct Named {
    /// The keys that name it, the narrowest first.
    pub keys: Vec<String>,
    /// The key of its cause.
    pub cause: String,
}

/// Gathers the findings of cases and of load runs.
#[must_use]
pub fn gather(cases: &[CaseRecord], loads: &[LoadRecord]) -> Gathered {
    let mut items = of_cases(cases);
    refused::gather(&mut items);
    items.extend(loads::items(loads));
    let told = words::told(cases);
    let groups = merge::groups(&mut items, &told);
    let view = View { cases, loads, told };
    let mut signs: Vec<Vec<Vec<Named>>> =
        cases.iter().map(|case| vec![Vec::new(); case.findings.len()]).collect();
    let mut causes = Vec::new();
    for group in &groups {
        let Some(cause) = view.cause(&items, group) else { continue };
        for item in group.iter().map(|index| &items[*index]).filter(|item| item.load.is_none()) {
            signs[item.case][item.finding].push(Named { keys: keys(item), cause: cause.key.clone() });
        }
        causes.push(cause);
    }
    causes.sort_by_key(rank);
    Gathered { causes, signs }
}

/// Names the causes at each finding.
pub fn name(cases: &mut [CaseRecord], gathered: &Gathered) {
    for (case, signs) in cases.iter_mut().zip(&gathered.signs) {
        for (finding, signs) in case.findings.iter_mut().zip(signs) {
            let named: BTreeSet<&String> = signs.iter().map(|sign| &sign.cause).collect();
            finding.causes = named.into_iter().cloned().collect();
        }
    }
}

fn of_cases(cases: &[CaseRecord]) -> Vec<Item> {
    let mut items = Vec::new();
    for (index, case) in cases.iter().enumerate() {
        for (number, finding) in case.findings.iter().enumerate() {
            items.extend(sign::signs(finding).into_iter().map(|sign| Item {
                case: index,
                finding: number,
                step: finding.step,
                dialect: case.dialect.clone(),
                level: finding.level,
                sign,
                after: None,
                is_consequence: false,
                load: None,
            }));
        }
    }
    items
}

/// The keys of a sign; those of what it comes of as well.
fn keys(item: &Item) -> Vec<String> {
    let mut keys = item.sign.keys();
    if let Some((what, verb, reason)) = &item.after {
        let first = Sign { verb: verb.clone(), reason: Some(reason.clone()), ..Sign::new(*what, "") };
        keys.extend(first.keys());
    }
    keys
}

/// The worst first: the level, then what is unsafe, then in how many cases it shows.
fn rank(cause: &Cause) -> (std::cmp::Reverse<Level>, bool, std::cmp::Reverse<usize>, String) {
    let shows = cause.cases.len() + cause.loads.len();
    (std::cmp::Reverse(cause.level), !cause.is_unsafe(), std::cmp::Reverse(shows), cause.key.clone())
}

/// What a cause is told from.
struct View<'r> {
    cases: &'r [CaseRecord],
    loads: &'r [LoadRecord],
    /// The events, acks and answers that somebody received, by dialect.
    told: words::Told<'r>,
}

impl View<'_> {
    /// The cause that a group of signs is.
    fn cause(&self, items: &[Item], group: &[usize]) -> Option<Cause> {
        let all: Vec<&Item> = group.iter().map(|index| &items[*index]).collect();
        let (later, own): (Vec<&Item>, Vec<&Item>) = all.iter().partition(|item| item.is_consequence);
        let example = self.smallest(&own)?;
        let level = own.iter().map(|item| item.level).max()?;
        let mut keys = cover(&all).into_iter();
        let mut cases: Vec<usize> =
            all.iter().filter(|item| item.load.is_none()).map(|item| item.case).collect();
        cases.dedup();
        let by_sense = |item: &&Item| {
            let clause = self.finding(item).clause.as_ref();
            clause.is_some_and(|clause| clause.ground == Ground::Sense)
        };
        let clauses: BTreeSet<String> = own.iter().filter_map(|item| self.clause(item)).collect();
        let loads = all.iter().filter(|item| item.load.is_some()).map(|item| self.loads[item.case].name());
        let mut counted: Vec<&Item> = all.clone();
        counted.dedup_by(|one, other| one.is_same_finding(other));
        let kind = self.kind(&own);
        Some(Cause {
            key: keys.next()?,
            more_keys: keys.collect(),
            title: words::title(&own, &self.told),
            during: words::during(&own),
            kind,
            level,
            by_sense: own.iter().all(by_sense),
            clauses: clauses.into_iter().collect(),
            cases: cases.iter().map(|case| self.cases[*case].id.clone()).collect(),
            loads: loads.collect::<BTreeSet<_>>().into_iter().collect(),
            findings: counted.iter().map(|item| item.count()).sum(),
            follows: words::follows(&later, &self.told),
            expected: None,
            example: self.example(example),
        })
    }

    fn kind(&self, own: &[&Item]) -> Kind {
        match own.iter().map(|item| item.sign.what).min() {
            Some(What::Accepted | What::Done) => Kind::Accepted,
            Some(What::Broadcast) => Kind::Broadcast,
            Some(What::Leak) => Kind::Leak,
            Some(What::Twice) => Kind::Duplicate,
            Some(What::Heard) => Kind::Unexpected,
            Some(What::Foreign) => Kind::Undocumented,
            Some(What::Missing) => Kind::Missing,
            Some(What::Instead) => Kind::Instead,
            Some(What::Other(kind)) => kind,
            Some(What::Payload) | None => match own.first() {
                Some(item) => self.finding(item).kind,
                None => Kind::WrongPayload,
            },
        }
    }

    fn finding<'i>(&'i self, item: &'i Item) -> &'i Finding {
        match &item.load {
            Some(load) => &load.0,
            None => &self.cases[item.case].findings[item.finding],
        }
    }

    fn clause(&self, item: &Item) -> Option<String> {
        let clause = self.finding(item).clause.as_ref()?;
        Some(format!("{}.{}", item.dialect, clause.id))
    }

    /// The one that is read quickest: of the worst level, in a case that fails, of the worst kind, the shortest.
    fn smallest<'i>(&self, own: &[&'i Item]) -> Option<&'i Item> {
        let worst = own.iter().map(|item| item.level).max()?;
        let size = |item: &&&Item| {
            let finding = self.finding(item);
            let case = item.load.is_none().then(|| &self.cases[item.case]);
            let steps = case.map_or(usize::MAX, |case| case.steps.len());
            let failed = case.is_some_and(|case| case.outcome == Outcome::Failed);
            let kind = !matches!(finding.kind, Kind::Accepted | Kind::Leak | Kind::Broadcast);
            let strong = !item.sign.says_yes;
            (!failed, strong, kind, steps, item.step, finding.differences.len(), item.case, item.finding)
        };
        own.iter().filter(|item| item.level == worst).min_by_key(size).copied()
    }

    fn example(&self, item: &Item) -> Example {
        let finding = self.finding(item).clone();
        if item.load.is_some() {
            let case = self.loads[item.case].name();
            return Example { case, file: String::new(), line: 0, step: String::new(), finding };
        }
        let case = &self.cases[item.case];
        let step = case.steps.get(finding.step);
        Example {
            case: case.id.clone(),
            file: case.file.clone(),
            line: step.map_or(0, |step| step.line),
            step: step.map(|step| step.text.clone()).unwrap_or_default(),
            finding,
        }
    }
}

/// The fewest keys that name all of it: the narrowest that names all, else those that name most.
fn cover(items: &[&Item]) -> Vec<String> {
    let all: Vec<Vec<String>> = items.iter().map(|item| keys(item)).collect();
    let mut left: Vec<&Vec<String>> = all.iter().collect();
    let mut chosen = Vec::new();
    while let Some(first) = left.first() {
        let mut best: Option<(usize, &String)> = None;
        for key in first.iter() {
            let named = left.iter().filter(|keys| keys.contains(key)).count();
            if best.is_none_or(|(most, _)| named > most) {
                best = Some((named, key));
            }
        }
        let Some((_, key)) = best else { break };
        chosen.push(key.clone());
        left.retain(|keys| !keys.contains(key));
    }
    chosen
}
