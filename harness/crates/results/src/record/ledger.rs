//! What a load run counts. An entry of [`COUNTERS`] is the whole story of a counter but for the place where it is counted: adding
//! up, thresholds, verdict, causes and reports are made of this table. Knows nothing of how things are counted.

mod counters;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::counters::COUNTERS;
use super::Kind;
use language::level::Level;

/// Where every delivery went.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ledger {
    /// Messages sent.
    pub sent: u64,
    /// Deliveries that had to come.
    pub expected: u64,
    /// Deliveries that came.
    pub received: u64,
    /// Of those, that were compared whole: all of them, but where a sample was asked for.
    pub compared: u64,
    /// Deliveries that did not come in time.
    pub lost: u64,
    /// Of those, that came after all, after they were given up.
    pub late: u64,
    /// Deliveries of what had been heard.
    pub duplicated: u64,
    /// Deliveries in an order that others did not hear.
    pub reordered: u64,
    /// Deliveries that came after what their sender said later, though they had been answered by then. All may have heard that
    /// order.
    #[serde(default)]
    pub overtaken: u64,
    /// Messages of a room that reached a socket that is not in it.
    pub leaked: u64,
    /// Events and answers that are not what the contract says.
    pub wrong: u64,
    /// Of those that fit: with fields that no document mentions.
    pub undocumented: u64,
    /// Deliveries to a member who was leaving or joining: they may come or not.
    pub excused: u64,
    /// Turns that were answered.
    pub answered: u64,
    /// Turns whose answer did not come in time.
    pub unanswered: u64,
    /// Turns that the server refused.
    pub refused: u64,
    /// Members who were let into a room.
    #[serde(default)]
    pub joined: u64,
    /// Of the refused and the unanswered: joins.
    #[serde(default)]
    pub not_joined: u64,
    /// Sessions opened.
    pub connected: u64,
    /// Sessions that were in their namespace at the end of the last phase.
    #[serde(default)]
    pub stayed: u64,
    /// Sessions that could not be opened.
    pub connect_errors: u64,
    /// Sessions that the server ended.
    pub disconnected: u64,
    /// Acknowledged messages looked for in the history.
    pub looked_up: u64,
    /// Of those, that were not there.
    pub not_in_history: u64,
    /// Events that are neither messages nor answers, compared whole.
    pub other_events: u64,
    /// Events about users outside the rooms of their hearer (presence).
    pub set_aside: u64,
    /// Turns about the newest message for which nobody had a new one, so that another turn of the flow was taken.
    pub replaced: u64,
    /// Typing and receipts, where turns of the flow cause them.
    pub notices: Notices,
}

/// Typing and receipts: one for each member who has to be told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Notices {
    /// That had to come.
    pub expected: u64,
    /// That came.
    pub received: u64,
    /// That did not come in time.
    pub lost: u64,
    /// That came once more than was said, or that nobody has caused.
    pub duplicated: u64,
    /// Of a room that their hearer is not in, or about themselves.
    pub leaked: u64,
    /// Keystrokes within the debounce of one that was told: nobody has to hear them.
    pub coalesced: u64,
    /// Turns of which nobody can say who is told.
    pub unsure: u64,
    /// That may come or not: their hearer or who they are about was coming, going, or typing on.
    pub excused: u64,
}

/// A counter of the ledger.
#[derive(Debug)]
pub struct Counter {
    /// Its place in the record: `lost`, `notices/lost`.
    pub at: &'static str,
    /// In words, behind the number.
    pub words: &'static str,
    /// What it means.
    pub meaning: Meaning,
    /// Its value.
    pub get: fn(&Ledger) -> u64,
    /// Its place in the ledger.
    pub get_mut: fn(&mut Ledger) -> &mut u64,
}

/// What a counter means.
#[derive(Debug)]
pub enum Meaning {
    /// Reports say it in their sentences.
    Said,
    /// It is neither good nor bad; whether a terminal is told, too.
    Beside(bool),
    /// It should be nought.
    Wrong(Wrong),
    /// It should be nought where the scenario says so; elsewhere it stands beside.
    Asked(Wrong),
}

/// What it means that a counter is not nought.
#[derive(Debug)]
pub struct Wrong {
    /// The kind of its samples.
    pub samples: &'static str,
    /// The metric of a threshold that counts it, together with others of that metric.
    pub metric: &'static str,
    /// Of how many: where there was none of those, nothing was measured.
    pub of: fn(&Ledger) -> u64,
    /// Why a run has failed where no threshold allows it.
    pub breach: fn(&Ledger) -> String,
    /// How bad it is: a run that fails only through worse does not fail through it.
    pub level: Level,
    /// Whether a late generator cannot have caused it.
    pub certain: fn(&Ledger) -> bool,
    /// What kind of finding it is.
    pub kind: Kind,
}

impl Counter {
    /// What it means that it is not nought, where it should be, or where it may be asked for.
    #[must_use]
    pub fn wrong(&self) -> Option<&Wrong> {
        match &self.meaning {
            Meaning::Wrong(wrong) | Meaning::Asked(wrong) => Some(wrong),
            Meaning::Said | Meaning::Beside(_) => None,
        }
    }

    /// Whether reports tell it beside what is wrong; a terminal is told less.
    #[must_use]
    pub fn is_beside(&self, terminal: bool) -> bool {
        match self.meaning {
            Meaning::Asked(_) => true,
            Meaning::Beside(told) => told || !terminal,
            Meaning::Said | Meaning::Wrong(_) => false,
        }
    }

    /// Whether it counts typing and receipts.
    #[must_use]
    pub fn is_notice(&self) -> bool {
        self.at.starts_with("notices/")
    }
}

impl Ledger {
    /// Adds what another has counted.
    pub fn add(&mut self, other: &Self) {
        for counter in &COUNTERS {
            *(counter.get_mut)(self) += (counter.get)(other);
        }
    }

    /// What should be nought and is not, in the order of its weight. `is_asked` tells of a metric that has to be nought only
    /// where a scenario says so whether this one does.
    pub fn wrongs(
        &self,
        is_asked: impl Fn(&str) -> bool,
    ) -> impl Iterator<Item = (&'static Counter, &'static Wrong, u64)> {
        let holds = move |counter: &Counter, wrong: &Wrong| {
            !matches!(counter.meaning, Meaning::Asked(_)) || is_asked(wrong.metric)
        };
        let there = COUNTERS.iter().filter_map(|counter| Some((counter, counter.wrong()?)));
        let there = there.filter(move |(counter, wrong)| holds(counter, wrong));
        there.map(|(counter, wrong)| (counter, wrong, (counter.get)(self))).filter(|(.., count)| *count > 0)
    }

    /// What a metric of thresholds counts, and of how many; none where it is no count.
    #[must_use]
    pub fn metric(&self, metric: &str) -> Option<(u64, u64)> {
        let of_metric = COUNTERS.iter().filter_map(|counter| Some((counter, counter.wrong()?)));
        let of_metric: Vec<_> = of_metric.filter(|(_, wrong)| wrong.metric == metric).collect();
        let (_, first) = of_metric.first()?;
        Some((of_metric.iter().map(|(counter, _)| (counter.get)(self)).sum(), (first.of)(self)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use language::load::METRICS;
    use serde_json::Value;

    fn leaves(value: &Value, at: &str, found: &mut Vec<String>) {
        for (name, value) in value.as_object().unwrap() {
            let at = if at.is_empty() { name.clone() } else { format!("{at}/{name}") };
            if value.is_object() { leaves(value, &at, found) } else { found.push(at) }
        }
    }

    #[test]
    fn each_field_has_an_entry_that_leads_to_it() {
        let mut fields = Vec::new();
        leaves(&serde_json::to_value(Ledger::default()).unwrap(), "", &mut fields);
        let mut entries: Vec<&str> = COUNTERS.iter().map(|counter| counter.at).collect();
        fields.sort_unstable();
        entries.sort_unstable();
        assert_eq!(fields, entries);
        for (index, counter) in COUNTERS.iter().enumerate() {
            let mut ledger = Ledger::default();
            *(counter.get_mut)(&mut ledger) = index as u64 + 1;
            assert_eq!((counter.get)(&ledger), index as u64 + 1, "{}", counter.at);
            let json = serde_json::to_value(&ledger).unwrap();
            let there = json.pointer(&format!("/{}", counter.at)).and_then(Value::as_u64);
            assert_eq!(there, Some(index as u64 + 1), "{}", counter.at);
        }
    }

    #[test]
    fn what_should_be_nought_has_a_metric_that_thresholds_may_name() {
        for wrong in COUNTERS.iter().filter_map(Counter::wrong) {
            assert!(METRICS.iter().any(|(name, _)| *name == wrong.metric), "{}", wrong.metric);
        }
    }

    #[test]
    fn two_counters_of_one_metric_count_together() {
        let notices = Notices { lost: 2, expected: 5, ..Notices::default() };
        let ledger = Ledger { lost: 3, expected: 10, notices, ..Ledger::default() };
        assert_eq!(ledger.metric("lost"), Some((5, 15)));
        assert_eq!(ledger.metric("delivery.p99"), None);
        let places: Vec<_> =
            ledger.wrongs(|_| false).map(|(counter, _, count)| (counter.at, count)).collect();
        assert_eq!(places, [("lost", 3), ("notices/lost", 2)]);
        let overtaken = Ledger { overtaken: 4, ..ledger.clone() };
        assert_eq!(overtaken.wrongs(|_| false).count(), 2, "nobody has asked for it");
        assert!(
            overtaken.wrongs(|metric| metric == "overtaken").any(|(counter, ..)| counter.at == "overtaken")
        );
        let mut twice = ledger.clone();
        twice.add(&ledger);
        assert_eq!((twice.lost, twice.notices.lost, twice.expected), (6, 4, 20));
    }
}
