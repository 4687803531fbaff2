//! The users that a target lists, lent to cases: each to one at a time, as many as it needs. Knows no server.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::timeout;

use conformance::Wanted;

/// Who lends, in the order in which it was asked.
#[derive(Debug)]
pub(super) struct Lender {
    listed: Vec<String>,
    /// Which of the listed ones nobody has.
    free: Mutex<Vec<bool>>,
    given_back: Notify,
    /// Whoever waits for users waits alone, so that one who needs many is not passed by for ever.
    turn: tokio::sync::Mutex<()>,
}

/// Users that are lent; given back with this.
#[derive(Debug)]
pub(super) struct Lent {
    lender: Arc<Lender>,
    /// Those that were asked for by number.
    users: Vec<String>,
    /// Their places in the list, and those of the ones that were named.
    places: Vec<usize>,
}

impl Lender {
    pub(super) fn new(listed: &[String]) -> Self {
        let mut unique: Vec<String> = Vec::new();
        for id in listed {
            if !unique.contains(id) {
                unique.push(id.clone());
            }
        }
        let free = Mutex::new(vec![true; unique.len()]);
        Self { listed: unique, free, given_back: Notify::new(), turn: tokio::sync::Mutex::new(()) }
    }

    /// Lends what is wanted, once it is free.
    ///
    /// # Errors
    /// In words, where the target lists too few, or they are not free in time.
    pub(super) async fn lend(self: &Arc<Self>, wanted: Wanted<'_>, within: Duration) -> Result<Lent, String> {
        let (count, named) = self.wanted(wanted)?;
        let waited = timeout(within, async {
            let _turn = self.turn.lock().await;
            loop {
                // Listens before it looks, so that nothing given back in between is missed.
                let given_back = self.given_back.notified();
                if let Some(lent) = self.take(count, &named) {
                    return lent;
                }
                given_back.await;
            }
        });
        waited.await.map_err(|_| {
            format!(
                "{count} of the {} users of the target were not free within {} s",
                self.listed.len(),
                within.as_secs()
            )
        })
    }

    /// How many are wanted, and the places of those that are named.
    fn wanted(&self, wanted: Wanted<'_>) -> Result<(usize, Vec<usize>), String> {
        let Wanted::Case(count, named) = wanted else { return Ok((self.listed.len(), Vec::new())) };
        if self.listed.is_empty() {
            return Ok((0, Vec::new()));
        }
        let named: Vec<usize> = self
            .listed
            .iter()
            .enumerate()
            .filter(|(_, id)| named.contains(id))
            .map(|(place, _)| place)
            .collect();
        let left = self.listed.len() - named.len();
        if count > left {
            let beside = if named.is_empty() {
                String::new()
            } else {
                format!(" beside the {} it names", named.len())
            };
            return Err(format!(
                "it needs {count} users{beside}, and `users:` of the target lists {left}: list more"
            ));
        }
        Ok((count, named))
    }

    fn take(self: &Arc<Self>, count: usize, named: &[usize]) -> Option<Lent> {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        if !named.iter().all(|place| free[*place]) {
            return None;
        }
        let others = (0..free.len()).filter(|place| free[*place] && !named.contains(place)).take(count);
        let others: Vec<usize> = others.collect();
        if others.len() < count {
            return None;
        }
        let users = others.iter().map(|place| self.listed[*place].clone()).collect();
        let places: Vec<usize> = others.into_iter().chain(named.iter().copied()).collect();
        places.iter().for_each(|place| free[*place] = false);
        Some(Lent { lender: Arc::clone(self), users, places })
    }
}

impl Lent {
    pub(super) fn users(&self) -> &[String] {
        &self.users
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let mut free = self.lender.free.lock().unwrap_or_else(PoisonError::into_inner);
        self.places.iter().for_each(|place| free[*place] = true);
        drop(free);
        self.lender.given_back.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_millis(50);

    fn lender(ids: &[&str]) -> Arc<Lender> {
        Arc::new(Lender::new(&ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>()))
    }

    #[tokio::test]
    async fn as_many_are_lent_as_are_needed_and_no_user_twice() {
        let lender = lender(&["1", "2", "3", "3"]);
        let two = lender.lend(Wanted::Case(2, &[]), SOON).await.unwrap();
        let one = lender.lend(Wanted::Case(1, &[]), SOON).await.unwrap();
        assert_eq!(
            (two.users(), one.users()),
            (&["1".to_owned(), "2".to_owned()][..], &["3".to_owned()][..])
        );
        let none = lender.lend(Wanted::Case(1, &[]), SOON).await.unwrap_err();
        assert_eq!(none, "1 of the 3 users of the target were not free within 0 s");
        drop(two);
        assert_eq!(lender.lend(Wanted::Case(2, &[]), SOON).await.unwrap().users().len(), 2);
    }

    #[tokio::test]
    async fn whoever_needs_more_than_there_are_is_told_how_many() {
        let lender = lender(&["1", "2"]);
        let error = lender.lend(Wanted::Case(3, &[]), SOON).await.unwrap_err();
        assert_eq!(error, "it needs 3 users, and `users:` of the target lists 2: list more");
        let named = ["2".to_owned(), "9".to_owned()];
        let error = lender.lend(Wanted::Case(2, &named), SOON).await.unwrap_err();
        assert_eq!(
            error,
            "it needs 2 users beside the 1 it names, and `users:` of the target lists 1: list more"
        );
    }

    #[tokio::test]
    async fn who_is_named_is_lent_to_nobody_else() {
        let lender = lender(&["1", "2", "3"]);
        let named = ["1".to_owned()];
        let case = lender.lend(Wanted::Case(1, &named), SOON).await.unwrap();
        assert_eq!(case.users(), ["2"]);
        assert_eq!(lender.lend(Wanted::Case(1, &[]), SOON).await.unwrap().users(), ["3"]);
        assert!(lender.lend(Wanted::Case(0, &named), SOON).await.is_err(), "`1` is lent already");
    }

    #[tokio::test]
    async fn who_waits_for_many_is_not_passed_by() {
        let lender = lender(&["1", "2"]);
        let first = lender.lend(Wanted::Case(1, &[]), SOON).await.unwrap();
        let all = tokio::spawn({
            let lender = Arc::clone(&lender);
            async move { lender.lend(Wanted::All, Duration::from_secs(5)).await.unwrap().users().len() }
        });
        tokio::task::yield_now().await;
        assert!(lender.lend(Wanted::Case(1, &[]), SOON).await.is_err(), "somebody waits already");
        drop(first);
        assert_eq!(all.await.unwrap(), 2);
    }
}
