//! What a load run counts. An entry of [`COUNTERS`] is the whole story of a counter but for the place where it is counted: adding
//! up, thresholds, verdict, causes and reports are made of this table. Knows nothing of how things are counted.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Kind;

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
    /// Why a run has failed where no threshold allows it; none where it does not fail.
    pub breach: Option<fn(&Ledger) -> String>,
    /// Whether a late generator cannot have caused it.
    pub certain: fn(&Ledger) -> bool,
    /// What kind of finding it is.
    pub kind: Kind,
}

/// A counter and where it lies.
macro_rules! counter {
    ($at:literal, $words:literal, $meaning:expr, $($part:ident).+) => {
        Counter {
            at: $at,
            words: $words,
            meaning: $meaning,
            get: |ledger| ledger.$($part).+,
            get_mut: |ledger| &mut ledger.$($part).+,
        }
    };
}

/// All of them: what is wrong in the order of its weight, then the others.
pub static COUNTERS: [Counter; 34] = [
    counter!("leaked", "leaked", Meaning::Wrong(LEAKED), leaked),
    counter!("notices/leaked", "typing or receipts leaked", Meaning::Wrong(NOTICES_LEAKED), notices.leaked),
    counter!("lost", "lost", Meaning::Wrong(LOST), lost),
    counter!("notices/lost", "typing or receipts lost", Meaning::Wrong(NOTICES_LOST), notices.lost),
    counter!("duplicated", "duplicated", Meaning::Wrong(DUPLICATED), duplicated),
    counter!(
        "notices/duplicated",
        "typing or receipts duplicated",
        Meaning::Wrong(NOTICES_DUPLICATED),
        notices.duplicated
    ),
    counter!("wrong", "wrong", Meaning::Wrong(WRONG), wrong),
    counter!("reordered", "out of order", Meaning::Wrong(REORDERED), reordered),
    counter!(
        "not_in_history",
        "acknowledged but not in the history",
        Meaning::Wrong(NOT_IN_HISTORY),
        not_in_history
    ),
    counter!("unanswered", "unanswered", Meaning::Wrong(UNANSWERED), unanswered),
    counter!("refused", "refused", Meaning::Wrong(REFUSED), refused),
    counter!("connect_errors", "not opened", Meaning::Wrong(CONNECT_ERRORS), connect_errors),
    counter!("disconnected", "disconnected by the server", Meaning::Wrong(DISCONNECTED), disconnected),
    counter!("undocumented", "with undocumented fields", Meaning::Wrong(UNDOCUMENTED), undocumented),
    counter!("sent", "messages sent", Meaning::Said, sent),
    counter!("received", "deliveries received", Meaning::Said, received),
    counter!("compared", "compared whole", Meaning::Said, compared),
    counter!("connected", "sessions opened", Meaning::Beside(false), connected),
    counter!("joined", "members let into their rooms", Meaning::Beside(false), joined),
    counter!("not_joined", "joins refused or not answered", Meaning::Beside(false), not_joined),
    counter!("stayed", "sessions that stayed to the end", Meaning::Beside(false), stayed),
    counter!("answered", "turns answered", Meaning::Beside(false), answered),
    counter!("late", "came after they were given up", Meaning::Beside(true), late),
    counter!("excused", "might come or not, since their hearer came or went", Meaning::Beside(true), excused),
    counter!("looked_up", "acknowledged messages looked up in the history", Meaning::Beside(true), looked_up),
    counter!("other_events", "other events compared", Meaning::Beside(true), other_events),
    counter!("set_aside", "events about strangers, set aside", Meaning::Beside(true), set_aside),
    counter!("expected", "deliveries that had to come", Meaning::Beside(false), expected),
    counter!(
        "replaced",
        "turns about a message taken by another turn, since there was no new one",
        Meaning::Beside(true),
        replaced
    ),
    counter!(
        "notices/expected",
        "typing and receipts that had to come",
        Meaning::Beside(false),
        notices.expected
    ),
    counter!("notices/received", "typing and receipts that came", Meaning::Beside(false), notices.received),
    counter!(
        "notices/coalesced",
        "keystrokes within the debounce of one that was told",
        Meaning::Beside(false),
        notices.coalesced
    ),
    counter!(
        "notices/unsure",
        "turns of which nobody can say who is told",
        Meaning::Beside(false),
        notices.unsure
    ),
    counter!(
        "notices/excused",
        "typing and receipts that might come or not",
        Meaning::Beside(false),
        notices.excused
    ),
];

const LEAKED: Wrong = Wrong {
    samples: "leaked",
    metric: "leaked",
    of: heard,
    breach: Some(|l| format!("leaked {}: heard by a stranger to the room", events(l.leaked))),
    certain: |_| true,
    kind: Kind::Leak,
};

const NOTICES_LEAKED: Wrong = Wrong {
    breach: Some(|l| format!("leaked {} {ABOUT} to somebody whom they are not for", l.notices.leaked)),
    ..LEAKED
};

const LOST: Wrong = Wrong {
    samples: "lost",
    metric: "lost",
    of: |l| l.expected + l.notices.expected,
    breach: Some(|l| format!("lost {} of {} deliveries", l.lost, l.expected)),
    // A delivery that came after all may have been late through the generator.
    certain: |l| l.lost > l.late,
    kind: Kind::Missing,
};

const NOTICES_LOST: Wrong = Wrong {
    breach: Some(|l| format!("lost {} of {} {ABOUT}", l.notices.lost, l.notices.expected)),
    certain: |_| true,
    ..LOST
};

const DUPLICATED: Wrong = Wrong {
    samples: "duplicated",
    metric: "duplicated",
    breach: Some(|l| format!("duplicated {} of {} deliveries: heard twice", l.duplicated, l.received)),
    kind: Kind::Duplicate,
    ..LEAKED
};

const NOTICES_DUPLICATED: Wrong = Wrong {
    breach: Some(|l| format!("duplicated {} {ABOUT}: heard twice", l.notices.duplicated)),
    ..DUPLICATED
};

const WRONG: Wrong = Wrong {
    samples: "wrong",
    metric: "wrong",
    of: |l| heard(l) + l.answered,
    breach: Some(|l| format!("wrong {}: not what the contract says", events(l.wrong))),
    kind: Kind::WrongPayload,
    ..LEAKED
};

const REORDERED: Wrong = Wrong {
    samples: "reordered",
    metric: "reordered",
    breach: Some(|l| {
        let of = format!("{} of {} deliveries", l.reordered, l.received);
        format!("reordered {of}: heard in another order than others heard")
    }),
    kind: Kind::Invariant,
    ..LEAKED
};

const NOT_IN_HISTORY: Wrong = Wrong {
    samples: "not in history",
    metric: "not_in_history",
    of: |l| l.looked_up,
    breach: Some(|l| {
        format!("{} of {} messages acknowledged, but not in the history", l.not_in_history, l.looked_up)
    }),
    kind: Kind::WrongPayload,
    ..LEAKED
};

const UNANSWERED: Wrong = Wrong {
    samples: "unanswered",
    metric: "unanswered",
    of: turns,
    breach: Some(|l| format!("unanswered {} of {} turns and joins", l.unanswered, turns(l))),
    certain: |_| false,
    kind: Kind::Missing,
};

const REFUSED: Wrong = Wrong {
    samples: "refused",
    metric: "refused",
    breach: Some(|l| format!("refused {} of {} turns and joins", l.refused, turns(l))),
    kind: Kind::Instead,
    ..UNANSWERED
};

const CONNECT_ERRORS: Wrong = Wrong {
    samples: "connect error",
    metric: "connect.errors",
    of: |l| l.connected,
    breach: Some(|l| {
        let tries = l.connect_errors + l.connected;
        format!("{} of {tries} attempts to connect failed", l.connect_errors)
    }),
    kind: Kind::ConnectionLost,
    ..UNANSWERED
};

const DISCONNECTED: Wrong = Wrong {
    samples: "disconnected",
    metric: "disconnected",
    breach: Some(|l| format!("disconnected {} sessions", l.disconnected)),
    ..CONNECT_ERRORS
};

const UNDOCUMENTED: Wrong = Wrong {
    samples: "undocumented",
    metric: "undocumented",
    breach: None,
    kind: Kind::Undocumented,
    ..WRONG
};

const ABOUT: &str = "typings and receipts";

fn heard(l: &Ledger) -> u64 {
    l.received + l.late + l.other_events + l.set_aside + l.notices.received
}

fn turns(l: &Ledger) -> u64 {
    l.answered + l.unanswered + l.refused + l.joined
}

fn events(count: u64) -> String {
    format!("{count} {}", if count == 1 { "event" } else { "events" })
}

impl Counter {
    /// What it means that it is not nought, where it should be.
    #[must_use]
    pub fn wrong(&self) -> Option<&Wrong> {
        match &self.meaning {
            Meaning::Wrong(wrong) => Some(wrong),
            Meaning::Said | Meaning::Beside(_) => None,
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

    /// What should be nought and is not, in the order of its weight.
    pub fn wrongs(&self) -> impl Iterator<Item = (&'static Counter, &'static Wrong, u64)> {
        let there = COUNTERS.iter().filter_map(|counter| Some((counter, counter.wrong()?)));
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
        let places: Vec<_> = ledger.wrongs().map(|(counter, _, count)| (counter.at, count)).collect();
        assert_eq!(places, [("lost", 3), ("notices/lost", 2)]);
        let mut twice = ledger.clone();
        twice.add(&ledger);
        assert_eq!((twice.lost, twice.notices.lost, twice.expected), (6, 4, 20));
    }
}
