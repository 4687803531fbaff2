//! Which signs are one cause: first what is the same, then what differs only in the dialect, in the receiver or in the verb.

use std::collections::{BTreeMap, BTreeSet};

use super::Item;
use super::sign::{ACK, Sign, What};
use super::words::{self, Told};

/// From so many verbs on, what goes wrong with each of them alike is one thing: nobody looks.
const EVERYWHERE: usize = 3;

/// What is the same: what, where or which verb, the subject or the reason.
type Same = (What, String, String, String);

/// Groups of signs, as indices.
pub(super) fn groups(items: &mut [Item], told: &Told<'_>) -> Vec<Vec<usize>> {
    widen(items);
    let mut same: BTreeMap<Same, Vec<usize>> = BTreeMap::new();
    for (index, item) in items.iter().enumerate() {
        same.entry(key(&item.sign, &item.dialect)).or_default().push(index);
    }
    fold(items, &mut same);
    absorb(items, &mut same);
    let groups: Vec<Vec<usize>> = same.into_values().collect();
    let mut parents: Vec<usize> = (0..groups.len()).collect();
    let views: Vec<Seen> = groups.iter().map(|group| Seen::new(items, group)).collect();
    for one in 0..groups.len() {
        for other in one + 1..groups.len() {
            if views[one].differs_only_in_the_dialect(&views[other]) {
                join(&mut parents, one, other);
            }
        }
    }
    for alike in everywhere(&views, told) {
        alike.windows(2).for_each(|pair| join(&mut parents, pair[0], pair[1]));
    }
    let mut merged: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, group) in groups.into_iter().enumerate() {
        merged.entry(root(&parents, index)).or_default().extend(group);
    }
    let mut merged: Vec<Vec<usize>> = merged.into_values().collect();
    merged.iter_mut().for_each(|group| group.sort_unstable());
    merged
}

/// What heard too much of an event is called: `Leak` or `Broadcast`, whichever more findings are.
type Widest = BTreeMap<(String, String), What>;

/// An event that comes twice so many times less often than it comes to whom it should not: there both ways meet.
const SELDOM: usize = 4;

/// An event that reaches strangers reaches members who have not joined, too, and now and then somebody twice or everyone: all of
/// it is one thing, called by what it mostly is.
fn widen(items: &mut [Item]) {
    let of = |item: &Item| (item.sign.subject.clone(), item.dialect.clone());
    let mut counts: BTreeMap<(String, String), BTreeMap<What, usize>> = BTreeMap::new();
    for item in items.iter().filter(|item| item.after.is_none() && !item.sign.subject.is_empty()) {
        if item.sign.what.is_heard() {
            *counts.entry(of(item)).or_default().entry(item.sign.what).or_default() += 1;
        }
    }
    let count = |of: &BTreeMap<What, usize>, what| of.get(&what).copied().unwrap_or_default();
    let mut widest = Widest::new();
    let mut seldom_twice = BTreeSet::new();
    for (event, of) in &counts {
        let (leak, broadcast) = (count(of, What::Leak), count(of, What::Broadcast));
        if leak + broadcast > 0 {
            let what = if leak >= broadcast { What::Leak } else { What::Broadcast };
            widest.insert(event.clone(), what);
        }
        if count(of, What::Twice) * SELDOM < leak + broadcast + count(of, What::Heard) {
            seldom_twice.insert(event.clone());
        }
    }
    for item in items.iter_mut() {
        let wide = match item.sign.what {
            What::Leak | What::Broadcast | What::Heard => true,
            What::Twice => seldom_twice.contains(&of(item)),
            _ => false,
        };
        if let Some(what) = widest.get(&of(item)).filter(|_| wide) {
            item.sign.what = *what;
        }
    }
}

fn key(sign: &Sign, dialect: &str) -> Same {
    let text = |text: &str| text.to_owned();
    let refusal = if sign.reason.is_some() { "refusal" } else { "" };
    match sign.what {
        What::Accepted | What::Done => {
            (sign.what, text(sign.bare_verb()), sign.reason.clone().unwrap_or_default(), String::new())
        }
        What::Payload | What::Other(_) | What::Instead => {
            (sign.what, text(&sign.place), String::new(), String::new())
        }
        What::Missing => (sign.what, text(&sign.subject) + &sign.place, text(dialect), text(refusal)),
        _ => (sign.what, text(&sign.subject) + &sign.place, text(dialect), String::new()),
    }
}

/// Of what comes after an act that should have been refused, only what shows elsewhere by itself is a thing of its own.
fn fold(items: &mut [Item], same: &mut BTreeMap<Same, Vec<usize>>) {
    let later: Vec<Same> = same
        .iter()
        .filter(|(_, group)| group.iter().all(|index| items[*index].after.is_some()))
        .map(|(key, _)| key.clone())
        .collect();
    for key in later {
        for index in same.remove(&key).unwrap_or_default() {
            let Some((what, verb, reason)) = items[index].after.clone() else { continue };
            items[index].is_consequence = true;
            same.entry((what, verb, reason, String::new())).or_default().push(index);
        }
    }
}

/// A message in the place of another is no wrong message where one is lost, heard twice, out of order or by a stranger.
fn absorb(items: &mut [Item], same: &mut BTreeMap<Same, Vec<usize>>) {
    let shifted = |key: &Same| key.0 == What::Payload && key.1 == ANOTHER;
    let early = |key: &Same| key.0 == What::Payload && key.1.starts_with("early:");
    let value = |key: &Same| key.0 == What::Payload && key.1.starts_with("value:") && key.1 != HISTORY;
    let moved = |key: &Same| match key.0 {
        What::Missing | What::Twice | What::Leak | What::Broadcast => true,
        What::Other(_) => key.1 == "order",
        _ => key.1 == HISTORY,
    };
    let is_shifted = |sign: &Sign| sign.what == What::Payload && sign.place == ANOTHER;
    let is_moved = |sign: &Sign| moved(&key(sign, ""));
    swallow(items, same, &|key| value(key) && !shifted(key), &is_shifted);
    swallow(items, same, &|key| shifted(key) || early(key), &is_moved);
}

const ANOTHER: &str = "value:another-message";
const HISTORY: &str = "value:history";

/// Gives each sign of a weak group to a strong one of its case, where all of its signs have one.
fn swallow(
    items: &mut [Item],
    same: &mut BTreeMap<Same, Vec<usize>>,
    weak: &dyn Fn(&Same) -> bool,
    strong: &dyn Fn(&Sign) -> bool,
) {
    let case = |item: &Item| (item.load.is_some(), item.case);
    let weaker: Vec<Same> = same.keys().filter(|key| weak(key)).cloned().collect();
    for own in weaker {
        // The largest strong group of each case.
        let mut host: BTreeMap<(bool, usize), (usize, &Same)> = BTreeMap::new();
        for (key, group) in same.iter().filter(|(key, _)| **key != own) {
            for index in group.iter().filter(|index| strong(&items[**index].sign)) {
                let known = host.entry(case(&items[*index])).or_insert((group.len(), key));
                *known = (*known).max((group.len(), key));
            }
        }
        let Some(group) = same.get(&own).cloned() else { continue };
        let hosts: Option<Vec<Same>> = group
            .iter()
            .map(|index| host.get(&case(&items[*index])).map(|(_, key)| (*key).clone()))
            .collect();
        let Some(hosts) = hosts else { continue };
        same.remove(&own);
        for (index, host) in group.into_iter().zip(hosts) {
            items[index].is_consequence = true;
            same.entry(host).or_default().push(index);
        }
    }
}

/// What the members of a group have in common.
struct Seen {
    what: What,
    refusal: bool,
    reason: String,
    subject: String,
    dialects: BTreeSet<String>,
    verbs: BTreeSet<String>,
    parties: BTreeSet<Option<crate::record::Party>>,
    is_load: bool,
}

impl Seen {
    fn new(items: &[Item], group: &[usize]) -> Self {
        let all: Vec<&Item> = group.iter().map(|index| &items[*index]).collect();
        let own: Vec<&&Item> = all.iter().filter(|item| !item.is_consequence).collect();
        let first = &own[0].sign;
        Seen {
            what: first.what,
            refusal: first.reason.is_some(),
            reason: first.reason.clone().unwrap_or_default(),
            subject: first.subject.clone(),
            dialects: own.iter().map(|item| item.dialect.clone()).collect(),
            verbs: own.iter().map(|item| item.sign.bare_verb().to_owned()).collect(),
            parties: own.iter().map(|item| item.sign.party).collect(),
            is_load: own.iter().all(|item| item.load.is_some()),
        }
    }

    /// Nobody has received any of it, in the whole run.
    fn never(&self, told: &Told<'_>) -> bool {
        let came = |dialect: &String| words::came(told, dialect, &self.subject);
        !told.is_empty() && !self.is_load && !self.dialects.iter().any(came)
    }

    /// The same thing under another name: another dialect's event after the same verb, to the same party. Load does not
    /// always say which event it was.
    fn differs_only_in_the_dialect(&self, other: &Seen) -> bool {
        let told = self.what.is_heard() || self.what == What::Missing;
        let refusal = self.what == What::Missing && self.refusal != other.refusal;
        if self.what != other.what || !told || refusal {
            return false;
        }
        let unnamed = self.subject.is_empty() || other.subject.is_empty();
        let apart = self.dialects.is_disjoint(&other.dialects);
        let overlap = !self.verbs.is_disjoint(&other.verbs) && !self.parties.is_disjoint(&other.parties);
        let load = self.is_load || other.is_load;
        apart && (self.subject == other.subject || overlap) || load && unnamed && overlap
    }
}

/// Groups that are alike but for the verb or the event, where there are many of them: acks that never come, refusals that
/// never happen, a server that tells everything to strangers, or twice, or not at all.
fn everywhere(views: &[Seen], told: &Told<'_>) -> Vec<Vec<usize>> {
    let mut alike: BTreeMap<(What, String), Vec<usize>> = BTreeMap::new();
    for (index, seen) in views.iter().enumerate() {
        let kind = match seen.what {
            What::Accepted | What::Done => seen.reason.clone(),
            What::Missing if seen.subject.starts_with(ACK) => "acks".to_owned(),
            What::Missing if !seen.refusal && seen.never(told) => "events".to_owned(),
            What::Leak | What::Broadcast | What::Twice => "events".to_owned(),
            _ => continue,
        };
        alike.entry((seen.what, kind)).or_default().push(index);
    }
    let many = |(what, group): &(What, Vec<usize>)| {
        let all = group.iter().map(|index| &views[*index]);
        if matches!(what, What::Accepted | What::Done) {
            return all.flat_map(|seen| &seen.verbs).collect::<BTreeSet<_>>().len() >= EVERYWHERE;
        }
        let mut subjects: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for seen in all {
            for dialect in &seen.dialects {
                subjects.entry(dialect).or_default().insert(&seen.subject);
            }
        }
        subjects.values().any(|subjects| subjects.len() >= EVERYWHERE)
    };
    let alike = alike.into_iter().map(|((what, _), group)| (what, group));
    alike.filter(many).map(|(_, group)| group).collect()
}

fn root(parents: &[usize], mut index: usize) -> usize {
    while parents[index] != index {
        index = parents[index];
    }
    index
}

fn join(parents: &mut [usize], one: usize, other: usize) {
    let (one, other) = (root(parents, one), root(parents, other));
    parents[one.max(other)] = one.min(other);
}
