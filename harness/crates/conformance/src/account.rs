//! What all instances of a run expected, by name: how often it was due, how often it came, and how long it took. Must not know
//! what a case makes of it.

use std::sync::Mutex;

use indexmap::IndexMap;

/// One thing that steps expect: an event, an ack, the answer to a REST call.
#[derive(Debug, Default, Clone)]
pub struct Accounted {
    /// How often it was due.
    pub due: u64,
    /// How long it took after the last thing that was said in its case, each time it came, in nanoseconds.
    pub took: Vec<u64>,
    /// It answers what was said; else it is heard.
    pub answer: bool,
}

/// The account of a run.
#[derive(Debug, Default)]
pub(crate) struct Account(Mutex<IndexMap<String, Accounted>>);

impl Account {
    /// It has come, after so many nanoseconds.
    pub(crate) fn came(&self, name: &str, answer: bool, took: u64) {
        self.enter(name, answer, |one| one.took.push(took));
    }

    /// It was due, and has not come.
    pub(crate) fn missed(&self, name: &str, answer: bool) {
        self.enter(name, answer, |_| {});
    }

    fn enter(&self, name: &str, answer: bool, also: impl FnOnce(&mut Accounted)) {
        let Ok(mut all) = self.0.lock() else { return };
        let one = all.entry(name.to_owned()).or_default();
        one.due += 1;
        one.answer = answer;
        also(one);
    }

    /// All of it, in the order in which it was first due.
    pub(crate) fn take(&self) -> IndexMap<String, Accounted> {
        self.0.lock().map(|mut all| std::mem::take(&mut *all)).unwrap_or_default()
    }
}
