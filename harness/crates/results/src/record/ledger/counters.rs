//! The table of what a load run counts, in the order of its weight.

use super::{Counter, Ledger, Meaning, Wrong};
use crate::record::Kind;
use language::level::Level;

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
pub static COUNTERS: [Counter; 35] = [
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
    counter!("overtaken", "came after what their sender said later", Meaning::Asked(OVERTAKEN), overtaken),
    counter!(
        "not_in_history",
        "acknowledged but not in the history",
        Meaning::Wrong(NOT_IN_HISTORY),
        not_in_history
    ),
    counter!("undocumented", "with undocumented fields", Meaning::Wrong(UNDOCUMENTED), undocumented),
    counter!("unanswered", "unanswered", Meaning::Wrong(UNANSWERED), unanswered),
    counter!("refused", "refused", Meaning::Wrong(REFUSED), refused),
    counter!("connect_errors", "not opened", Meaning::Wrong(CONNECT_ERRORS), connect_errors),
    counter!("disconnected", "disconnected by the server", Meaning::Wrong(DISCONNECTED), disconnected),
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
    breach: |l| format!("leaked {}: heard by a stranger to the room", events(l.leaked)),
    level: Level::Must,
    certain: |_| true,
    kind: Kind::Leak,
};

const NOTICES_LEAKED: Wrong = Wrong {
    breach: |l| format!("leaked {} {ABOUT} to somebody whom they are not for", l.notices.leaked),
    ..LEAKED
};

const LOST: Wrong = Wrong {
    samples: "lost",
    metric: "lost",
    of: |l| l.expected + l.notices.expected,
    breach: |l| format!("lost {} of {} deliveries", l.lost, l.expected),
    level: Level::Must,
    // A delivery that came after all may have been late through the generator.
    certain: |l| l.lost > l.late,
    kind: Kind::Missing,
};

const NOTICES_LOST: Wrong = Wrong {
    breach: |l| format!("lost {} of {} {ABOUT}", l.notices.lost, l.notices.expected),
    certain: |_| true,
    ..LOST
};

const DUPLICATED: Wrong = Wrong {
    samples: "duplicated",
    metric: "duplicated",
    breach: |l| format!("duplicated {} of {} deliveries: heard twice", l.duplicated, l.received),
    kind: Kind::Duplicate,
    ..LEAKED
};

const NOTICES_DUPLICATED: Wrong =
    Wrong { breach: |l| format!("duplicated {} {ABOUT}: heard twice", l.notices.duplicated), ..DUPLICATED };

const WRONG: Wrong = Wrong {
    samples: "wrong",
    metric: "wrong",
    of: |l| heard(l) + l.answered,
    breach: |l| format!("wrong {}: not what the contract says", events(l.wrong)),
    kind: Kind::WrongPayload,
    ..LEAKED
};

const REORDERED: Wrong = Wrong {
    samples: "reordered",
    metric: "reordered",
    breach: |l| {
        let of = format!("{} of {} deliveries", l.reordered, l.received);
        format!("reordered {of}: heard in another order than others heard")
    },
    kind: Kind::Invariant,
    ..LEAKED
};

const OVERTAKEN: Wrong = Wrong {
    samples: "overtaken",
    metric: "overtaken",
    breach: |l| {
        let of = format!("{} of {} deliveries", l.overtaken, l.received);
        format!(
            "overtaken {of}: heard after what their sender said later, though they had been answered by then"
        )
    },
    ..REORDERED
};

const NOT_IN_HISTORY: Wrong = Wrong {
    samples: "not in history",
    metric: "not_in_history",
    of: |l| l.looked_up,
    breach: |l| {
        format!("{} of {} messages acknowledged, but not in the history", l.not_in_history, l.looked_up)
    },
    kind: Kind::WrongPayload,
    ..LEAKED
};

const UNANSWERED: Wrong = Wrong {
    samples: "unanswered",
    metric: "unanswered",
    of: turns,
    breach: |l| format!("unanswered {} of {} turns and joins", l.unanswered, turns(l)),
    level: Level::Must,
    certain: |_| false,
    kind: Kind::Missing,
};

const REFUSED: Wrong = Wrong {
    samples: "refused",
    metric: "refused",
    breach: |l| format!("refused {} of {} turns and joins", l.refused, turns(l)),
    kind: Kind::Instead,
    ..UNANSWERED
};

const CONNECT_ERRORS: Wrong = Wrong {
    samples: "connect error",
    metric: "connect.errors",
    of: |l| l.connected,
    breach: |l| {
        let tries = l.connect_errors + l.connected;
        format!("{} of {tries} attempts to connect failed", l.connect_errors)
    },
    kind: Kind::ConnectionLost,
    ..UNANSWERED
};

const DISCONNECTED: Wrong = Wrong {
    samples: "disconnected",
    metric: "disconnected",
    breach: |l| format!("disconnected {} sessions", l.disconnected),
    ..CONNECT_ERRORS
};

const UNDOCUMENTED: Wrong = Wrong {
    samples: "undocumented",
    metric: "undocumented",
    breach: |l| {
        let them = if l.undocumented == 1 { "it" } else { "them" };
        format!("undocumented {}: no document mentions {them}", events(l.undocumented))
    },
    level: Level::Should,
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
