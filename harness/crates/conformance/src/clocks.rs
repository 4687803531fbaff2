//! The clocks of the servers under test: how far ahead of ours each is, and whether it goes on.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use super::case::Case;
use model::check::judge::{Channel, Match};
use model::check::times::{Ahead, Now, http_date, stands_still};
use results::record::Difference;
use wire::client::rest::Response;

/// What is known of the clock of each server, by its address.
#[derive(Debug, Default)]
pub struct Clocks(Mutex<HashMap<String, Clock>>);

#[derive(Debug, Default)]
struct Clock {
    ahead: Ahead,
    /// What was last told in each place, and when it was first heard.
    last: HashMap<String, (i64, i64)>,
}

impl Clocks {
    fn of<T>(&self, base: &str, with: impl FnOnce(&mut Clock) -> T) -> T {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        with(all.entry(base.to_owned()).or_default())
    }

    /// A time is heard now, of something that was begun at `since`. How long before that the same was heard, if a clock that goes on
    /// could not say so. A server that was busy may do in one moment what was begun in several.
    fn told(&self, base: &str, place: String, time: i64, (since, now): (i64, i64)) -> Option<i64> {
        self.of(base, |clock| {
            let last = clock.last.entry(place).or_insert((time, now));
            if last.0 != time {
                *last = (time, now);
            }
            let apart = since - last.1;
            stands_still(time, apart).then_some(apart)
        })
    }
}

impl Case {
    /// From now on it is then.
    pub(super) fn tell_time(&mut self, at: Instant) {
        let ahead = self.rules.clocks.of(&self.arena.base, |clock| clock.ahead);
        self.model.book.clock = Some(Now { now: self.wall(at), ahead });
    }

    /// A moment of ours, in milliseconds since 1970.
    fn wall(&self, at: Instant) -> i64 {
        let passed = at.saturating_duration_since(self.log.began).as_millis();
        self.log.began_ms + i64::try_from(passed).unwrap_or(i64::MAX / 2)
    }

    /// An answer says what time it is there.
    pub(super) fn read_clock(&mut self, response: &Response, at: Instant) {
        let header = |wanted: &str| response.headers.iter().find(|(name, _)| name == wanted);
        // What a cache has kept says what time it was.
        if header("age").is_some() {
            return;
        }
        if let Some(second) = header("date").and_then(|(_, date)| http_date(date)) {
            let came = self.wall(at);
            let asked = came - i64::try_from(response.took.as_millis()).unwrap_or_default();
            self.rules.clocks.of(&self.arena.base, |clock| clock.ahead.measure(asked, came, second));
        }
    }

    /// What is told of now has to be another time than what was told of something else before.
    pub(super) fn goes_on(&self, found: &Match) -> Vec<Difference> {
        let (Some(since), Some(clock)) = (found.item.scope.since, self.model.book.clock) else {
            return Vec::new();
        };
        let name = match &found.item.channel {
            Channel::Event(name) => name,
            Channel::Ack(_) => &found.item.name,
            // The answer to a call may be about something that was long ago.
            _ => return Vec::new(),
        };
        let still = found.times.iter().filter_map(|(path, time)| {
            let place = format!("{name} {path}");
            let before = self.rules.clocks.told(&self.arena.base, place, *time, (since, clock.now))?;
            Some(Difference {
                path: path.clone(),
                expected: "<now>, a time that goes on".to_owned(),
                received: format!("the same as {before} ms before"),
                undocumented: false,
                forbidden: false,
            })
        });
        still.collect()
    }
}

/// What time it is, in milliseconds since 1970.
#[must_use]
pub fn now_ms() -> i64 {
    let passed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(passed.as_millis()).unwrap_or(i64::MAX / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_of_something_else_is_told_again_only_where_the_clock_stands() {
        let clocks = Clocks::default();
        let place = || "newMessage timestamp".to_owned();
        let told = |time, since, now| clocks.told("http://a", place(), time, (since, now));
        assert_eq!(
            (told(5_001, 5_000, 5_002), told(5_001, 5_000, 5_003)),
            (None, None),
            "two hear of one message"
        );
        assert_eq!(told(5_001, 5_100, 5_102), None);
        assert_eq!(told(5_001, 5_402, 5_403), Some(400));
        // Both were begun while the server was busy.
        assert_eq!((told(5_907, 5_500, 5_908), told(5_907, 5_900, 5_909)), (None, None));
        assert_eq!(clocks.told("http://b", place(), 5_907, (9_000, 9_001)), None);
    }
}
