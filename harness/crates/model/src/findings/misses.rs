//! What has failed to come, over all cases of a run: what was missed three times is waited for only as long as a silence,
//! and as long as this server takes for what does come.
//!
//! So a run against a server that says nothing takes little longer than one against a server that answers. Must not decide
//! what is a finding: what comes after it was given up has its case run again.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

impl Counts {
    fn silent(&self, dialect: &str) -> bool {
        often(self.in_all.get(dialect).and_then(Option::as_ref))
    }
}

fn often(count: Option<&u32>) -> bool {
    count.is_some_and(|count| *count >= PATIENT)
}

/// How the answer to a REST call is called.
pub const REST: &str = "the answer to";

/// So often something is waited for to the end.
const PATIENT: u32 = 3;
/// What was given up is still waited for so long at least.
const LEAST: Duration = Duration::from_millis(50);
/// And so long at most.
pub const MOST: Duration = Duration::from_millis(500);
/// So many times as long as what has come took at worst.
const MARGIN: u32 = 4;

/// How often each thing was missed since it last came.
#[derive(Debug, Default)]
pub struct Misses(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    /// By dialect and name.
    missed: HashMap<(String, String), u32>,
    /// By dialect: everything that was missed on sockets before anything but a connection came on one.
    in_all: HashMap<String, Option<u32>>,
    /// How long it took at worst until something came on a socket.
    slowest: Duration,
}

impl Misses {
    /// Something did not come.
    pub fn missed(&self, dialect: &str, name: &str) {
        let Ok(mut counts) = self.0.lock() else { return };
        *counts.missed.entry((dialect.to_owned(), kind(name))).or_default() += 1;
        if let Some(count) = counts.in_all.entry(dialect.to_owned()).or_insert(Some(0))
            && !over_rest(name)
        {
            *count += 1;
        }
    }

    /// It came, after so long.
    pub fn came(&self, dialect: &str, name: &str, after: Duration) {
        let Ok(mut counts) = self.0.lock() else { return };
        if !over_rest(name) {
            counts.slowest = counts.slowest.max(after);
        }
        counts.missed.remove(&(dialect.to_owned(), kind(name)));
        if !over_rest(name) {
            counts.in_all.insert(dialect.to_owned(), None);
        }
    }

    /// Whether nobody need wait long for it any more.
    #[must_use]
    pub fn is_given_up(&self, dialect: &str, name: &str) -> bool {
        let Ok(counts) = self.0.lock() else { return false };
        often(counts.missed.get(&(dialect.to_owned(), kind(name))))
            || !over_rest(name) && counts.silent(dialect)
    }

    /// How long to wait for what was given up.
    #[must_use]
    pub fn least(&self) -> Duration {
        let slowest = self.0.lock().map_or(MOST, |counts| counts.slowest);
        (slowest * MARGIN).clamp(LEAST, MOST)
    }

    /// Whether nothing but connections has ever come on a socket, though it was awaited often enough.
    #[must_use]
    pub fn is_silent(&self, dialect: &str) -> bool {
        self.0.lock().is_ok_and(|counts| counts.silent(dialect))
    }
}

/// A server may answer REST and say nothing on its sockets.
fn over_rest(name: &str) -> bool {
    name.starts_with(REST)
}

/// A name without the ids in it: `the answer to GET /chats/17` is one of many alike.
fn kind(name: &str) -> String {
    let mut kind = String::new();
    for letter in name.chars() {
        match letter {
            digit if digit.is_ascii_digit() && kind.ends_with('#') => {}
            digit if digit.is_ascii_digit() => kind.push('#'),
            other => kind.push(other),
        }
    }
    kind
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_missed_three_times_is_given_up_until_it_comes() {
        let misses = Misses::default();
        misses.came("crm", "the ack of join", LEAST);
        for _ in 0..3 {
            assert!(!misses.is_given_up("crm", "GET /chats/7"));
            misses.missed("crm", "GET /chats/18");
        }
        assert!(misses.is_given_up("crm", "GET /chats/7"));
        assert!(!misses.is_given_up("crm", "newMessage") && !misses.is_given_up("minimal", "GET /chats/7"));
        misses.came("crm", "GET /chats/9", LEAST);
        assert!(!misses.is_given_up("crm", "GET /chats/7"));
    }

    #[test]
    fn a_server_that_never_said_anything_is_given_up_as_a_whole() {
        let misses = Misses::default();
        for name in ["the ack of join", "newMessage", "typing"] {
            misses.missed("crm", "the answer to GET /");
            assert!(!misses.is_given_up("crm", "typing"));
            misses.missed("crm", name);
        }
        misses.came("crm", "the answer to GET /", LEAST);
        assert!(misses.is_given_up("crm", "typing") && !misses.is_given_up("crm", "the answer to GET /"));
        misses.came("crm", "newMessage", LEAST);
        assert!(!misses.is_given_up("crm", "typing"));
    }

    #[test]
    fn what_was_given_up_is_waited_for_as_long_as_the_server_takes_for_the_rest() {
        let misses = Misses::default();
        assert_eq!(misses.least(), LEAST);
        misses.came("crm", "the answer to GET /", Duration::from_secs(2));
        misses.came("crm", "newMessage", Duration::from_millis(5));
        assert_eq!(misses.least(), LEAST);
        misses.came("crm", "newMessage", Duration::from_millis(60));
        assert_eq!(misses.least(), Duration::from_millis(240));
        misses.came("crm", "newMessage", Duration::from_secs(2));
        assert_eq!(misses.least(), MOST);
    }
}
