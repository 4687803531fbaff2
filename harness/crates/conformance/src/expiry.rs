//! Short-lived tokens on a busy machine: where one was over before the scenario let it expire, nothing is proved.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::case::Case;
use language::script::StepKind;
use results::record::Entry;

/// A token that is as old as this may already be refused where it is looked at.
const MARGIN: Duration = Duration::from_millis(20);

/// How long a token lives at an attempt: each time twice as long, so that a slow machine gets there in the end.
pub(super) fn life(asked: Duration, attempt: u32) -> Duration {
    asked.saturating_mul(1 << attempt.saturating_sub(1).min(16))
}

impl Case {
    /// Says so where an actor still used their token, or heard, after it had expired and before the step that waits for
    /// that. What they were told then may be right, and the case has to be run again.
    pub(super) fn expired_too_early(&self) -> Option<String> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let began = now.saturating_sub(self.log.began.elapsed());
        self.cast.iter().filter(|actor| actor.spec.valid_for.is_some() && actor.valid()).find_map(|actor| {
            let token = actor.token.as_ref()?;
            let over = Duration::from_secs(token.expires).saturating_sub(MARGIN).saturating_sub(began);
            let until = self
                .model
                .plan
                .scenario
                .steps
                .iter()
                .position(|step| matches!(&step.kind, StepKind::Expired(name) if *name == actor.name));
            // Step 0 is the set-up.
            let before = until.map_or(usize::MAX, |step| step + 1);
            let too_late = |entry: &Entry| {
                entry.actor == actor.name && entry.step < before && Duration::from_micros(entry.at_us) >= over
            };
            let first = self.log.transcript.iter().find(|entry| too_late(entry))?;
            Some(format!(
                "the token of {} had expired before `{}` came to an end: this machine was too slow",
                actor.name, first.name
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_attempt_has_twice_the_time() {
        let second = Duration::from_secs(1);
        assert_eq!([1, 2, 3].map(|attempt| life(second, attempt).as_secs()), [1, 2, 4]);
    }
}
