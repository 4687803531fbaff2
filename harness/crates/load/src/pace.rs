//! When the n-th thing of a phase is due. Pure arithmetic: no clock, no state but the count.

use std::time::Duration;

use language::load::Rate;

/// An evenly paced schedule: the intended time of each event, from a rate that stays or changes evenly.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    rate: Rate,
    /// The length of the phase in seconds; infinite where it has no end of its own.
    lasts: f64,
    next: u64,
}

impl Pace {
    pub(super) fn new(rate: Rate, lasts: Option<Duration>) -> Self {
        Self { rate, lasts: lasts.map_or(f64::INFINITY, |lasts| lasts.as_secs_f64()), next: 0 }
    }

    /// How many events the whole phase has.
    pub(super) fn total(&self) -> u64 {
        let mean = f64::midpoint(self.rate.from, self.rate.to);
        if self.lasts.is_finite() { (mean * self.lasts).floor() as u64 } else { u64::MAX }
    }

    /// When the next event is due, in nanoseconds since the phase began; none where the phase has no more.
    pub(super) fn due(&self) -> Option<u64> {
        if self.next >= self.total() {
            return None;
        }
        let count = self.next as f64;
        let Rate { from, to } = self.rate;
        // The count after t seconds is from·t + (to−from)·t²/(2·lasts); solved for t.
        let slope = if self.lasts.is_finite() { (to - from) / self.lasts } else { 0.0 };
        let seconds = if slope.abs() < 1e-9 {
            count / from
        } else {
            ((from * from + 2.0 * slope * count).max(0.0).sqrt() - from) / slope
        };
        Some((seconds * 1e9) as u64)
    }

    /// The event that was due has been taken.
    pub(super) fn take(&mut self) {
        self.next += 1;
    }

    /// How many have not been taken.
    pub(super) fn remaining(&self) -> u64 {
        self.total().saturating_sub(self.next)
    }

    /// How many are overdue at this time, in nanoseconds since the phase began.
    pub(super) fn backlog(&self, now: u64) -> u64 {
        let mut ahead = *self;
        // A whole phase is never overdue by more than it has; the loop ends with the first that is not.
        let step = |n: u64| Self { next: n, ..*self }.due().is_some_and(|due| due <= now);
        let mut width = 1;
        while step(ahead.next + width) {
            width *= 2;
        }
        let (mut low, mut high) = (ahead.next, ahead.next + width);
        while low < high {
            let middle = low + (high - low) / 2;
            if step(middle) { low = middle + 1 } else { high = middle }
        }
        ahead.next = low;
        ahead.next - self.next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(from: f64, to: f64, seconds: u64) -> Pace {
        Pace::new(Rate { from, to }, Some(Duration::from_secs(seconds)))
    }

    fn dues(mut pace: Pace) -> Vec<u64> {
        let mut all = Vec::new();
        while let Some(due) = pace.due() {
            all.push(due);
            pace.take();
        }
        all
    }

    #[test]
    fn an_even_rate_is_even() {
        let all = dues(pace(1000.0, 1000.0, 2));
        assert_eq!(all.len(), 2000);
        assert!(all.iter().enumerate().all(|(n, due)| due.abs_diff(n as u64 * 1_000_000) <= 1));
    }

    #[test]
    fn a_rising_rate_has_the_mean_of_both_and_ends_in_time() {
        let all = dues(pace(0.0, 100.0, 10));
        assert_eq!(all.len(), 500);
        assert!(all.windows(2).all(|pair| pair[0] <= pair[1]));
        assert!(all[499] <= 10_000_000_000);
        // Half of the time has seen a quarter of the events.
        assert_eq!(all.iter().filter(|due| **due < 5_000_000_000).count(), 125);
    }

    #[test]
    fn what_is_overdue_is_counted() {
        let mut pace = pace(1000.0, 1000.0, 10);
        assert_eq!(pace.backlog(0), 1);
        assert_eq!(pace.backlog(9_500_000), 10);
        pace.take();
        assert_eq!(pace.backlog(9_500_000), 9);
        assert_eq!(pace.backlog(60_000_000_000), 9_999);
    }
}
