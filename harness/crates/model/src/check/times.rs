//! Times that a server tells: whether one is about now, by the clock of the server. Milliseconds since 1970 throughout.
//! It has no clock of its own: what time it is, and how far the server is ahead, is given.

use language::payload::Written;
use serde_json::Value;

use language::texts::moment;

/// How far from now a time may be where the clock of the server is known.
const KNOWN: i64 = 10_000;
/// How far where it is not: a clock that nobody has set right may be as wrong as that.
const UNKNOWN: i64 = 300_000;
/// Time zones differ by a multiple of this, and by no more than that.
const ZONE: i64 = 900_000;
const FARTHEST_ZONE: i64 = 14 * 3_600_000;
/// How long after a time was heard something has to begin so that a clock must not say the same of it.
const PASSES: i64 = 250;
/// The same, where the clock shows no fractions of a second.
const PASSES_IN_SECONDS: i64 = 1_250;

/// By how much the clock of a server is ahead of ours, from what its answers say. Each answer narrows it down.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ahead(Option<(i64, i64)>);

impl Ahead {
    /// Nothing is known of it.
    pub const UNKNOWN: Self = Self(None);

    /// An answer that was asked for and came at these times of ours says what second it is there.
    pub fn measure(&mut self, asked: i64, came: i64, second: i64) {
        let (least, most) = (second - came, second + 999 - asked);
        self.0 = match self.0 {
            Some((from, to)) if from <= most && least <= to => Some((from.max(least), to.min(most))),
            // The first, or one that contradicts the others: somebody has set the clock.
            _ => Some((least, most)),
        };
    }

    /// How far it is ahead, where that is known.
    #[must_use]
    pub fn by(self) -> Option<i64> {
        self.0.map(|(from, to)| i64::midpoint(from, to))
    }
}

/// The seconds of a `Date` header: `Sat, 28 Nov 2026 09:30:00 GMT`.
#[must_use]
pub fn http_date(text: &str) -> Option<i64> {
    let at = jiff::fmt::rfc2822::parse(text).ok()?;
    Some(at.timestamp().as_millisecond())
}

/// What time it is when something arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// On our clock.
    pub now: i64,
    /// How far the clock of the server is ahead of it.
    pub ahead: Ahead,
}

impl Now {
    /// What is wrong with a time that a server tells of something that was begun at `since`; nothing where it is about now.
    #[must_use]
    pub fn objection(&self, told: i64, since: Option<i64>) -> Option<String> {
        let (ahead, slack) =
            (self.ahead.by().unwrap_or(0), if self.ahead.by().is_some() { KNOWN } else { UNKNOWN });
        let (from, to) = (since.unwrap_or(self.now) + ahead, self.now + ahead);
        if (from - slack..=to + slack).contains(&told) {
            return None;
        }
        let off = if told < from { told - from } else { told - to };
        let zone = (off + off.signum() * ZONE / 2) / ZONE * ZONE;
        if zone != 0 && zone.abs() <= FARTHEST_ZONE && (off - zone).abs() <= slack {
            return Some(format!("{}, as of another time zone", apart(zone)));
        }
        let thousandfold = [told.checked_mul(1000), Some(told / 1000)];
        if thousandfold.into_iter().flatten().any(|told| (from - slack..=to + slack).contains(&told)) {
            return Some("in another unit".to_owned());
        }
        Some(apart(off))
    }
}

/// `3 min ahead`, `2524 days ago`.
fn apart(off: i64) -> String {
    let seconds = off.abs() / 1000;
    let far = match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    };
    if off > 0 { format!("{far} ahead") } else { format!("{far} ago") }
}

/// The time that a value says, where it says one in this form.
#[must_use]
pub fn time_of(written: Written, value: &Value) -> Option<i64> {
    match written {
        Written::Text => value.as_str().and_then(moment),
        Written::Millis => value.as_i64(),
        Written::Seconds => value.as_i64()?.checked_mul(1000),
    }
}

/// Whether a clock stands still that told the same time of something that was begun so long after it was heard first.
#[must_use]
pub fn stands_still(told: i64, apart: i64) -> bool {
    apart >= if told % 1000 == 0 { PASSES_IN_SECONDS } else { PASSES }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_857_000_400;

    fn now(ahead: Option<i64>) -> Now {
        let mut measured = Ahead::default();
        if let Some(ahead) = ahead {
            measured.measure(NOW, NOW, (NOW + ahead) / 1000 * 1000);
        }
        Now { now: NOW, ahead: measured }
    }

    #[test]
    fn each_answer_narrows_down_how_far_a_clock_is_ahead() {
        let mut ahead = Ahead::default();
        assert_eq!(ahead.by(), None);
        // The clock of the server is 90.25 s ahead: its seconds are cut off.
        let truth = 90_250;
        for asked in [NOW, NOW + 130, NOW + 340, NOW + 610, NOW + 820] {
            ahead.measure(asked, asked + 4, (asked + 2 + truth) / 1000 * 1000);
        }
        let by = ahead.by().unwrap();
        assert!((by - truth).abs() < 200, "{by}");
        // Somebody has set it back.
        ahead.measure(NOW, NOW, NOW / 1000 * 1000 - 60_000);
        assert!((ahead.by().unwrap() + 60_000).abs() < 1000, "{ahead:?}");
    }

    #[test]
    fn the_date_of_an_answer_is_read() {
        assert_eq!(http_date("Sat, 28 Nov 2026 09:30:00 GMT"), Some(1_795_858_200_000));
        assert_eq!(http_date("yesterday"), None);
    }

    #[test]
    fn a_time_is_about_now_or_it_is_said_how_far_off_it_is() {
        let here = now(Some(0));
        for fine in [NOW, NOW - 900, NOW + 4_000, NOW - 9_000] {
            assert_eq!(here.objection(fine, None), None, "{fine}");
        }
        // What was begun a while ago may say that time.
        assert_eq!(here.objection(NOW - 60_000, Some(NOW - 60_000)), None);
        let told = |told: i64| here.objection(told, None).unwrap();
        assert_eq!(told(NOW - 60_000), "60 s ago");
        assert_eq!(told(NOW + 400_000), "6 min ahead");
        assert_eq!(told(1_577_836_800_000), "2523 days ago");
        assert_eq!(told(NOW + 7_200_000), "2 h ahead, as of another time zone");
        assert_eq!(told(NOW - 20_700_000), "5 h ago, as of another time zone");
        assert_eq!(told(NOW / 1000), "in another unit");
        assert_eq!(told(0), "20785 days ago");
    }

    #[test]
    fn the_clock_of_the_server_counts() {
        assert_eq!(now(Some(90_000)).objection(NOW + 90_000, None), None);
        assert_eq!(now(Some(90_000)).objection(NOW, None).as_deref(), Some("90 s ago"));
        // Where it is not known, it may be off by minutes, but by no time zone.
        assert_eq!(now(None).objection(NOW + 90_000, None), None);
        assert_eq!(
            now(None).objection(NOW + 3_600_000, None).as_deref(),
            Some("60 min ahead, as of another time zone")
        );
    }

    #[test]
    fn a_clock_stands_still_that_says_the_same_after_a_while() {
        assert!(stands_still(NOW, 300) && !stands_still(NOW, 200));
        assert!(!stands_still(NOW - 400, 300), "it may show seconds only");
        assert!(stands_still(NOW - 400, 1_500) && !stands_still(NOW, -1_500));
    }
}
