//! Whether the harness itself was late: a task that sleeps briefly, and notes by how much it overslept.

use std::sync::Arc;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Above this, a judgement about time is not trusted.
const TOO_LATE: Duration = Duration::from_millis(60);
const BEAT: Duration = Duration::from_millis(10);
const KEPT: usize = 256;
/// Whoever waits for calm waits for this long without lateness, and no longer than that.
const CALM: Duration = Duration::from_millis(300);
const CALM_AT_MOST: Duration = Duration::from_secs(10);

/// The times at which the harness was late.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lag {
    late: Arc<Mutex<Vec<(Instant, Duration)>>>,
}

impl Lag {
    /// Starts to watch; the task ends with the last handle.
    pub(crate) fn watch() -> Self {
        let lag = Self::default();
        let weak = Arc::downgrade(&lag.late);
        tokio::spawn(async move {
            loop {
                let before = Instant::now();
                tokio::time::sleep(BEAT).await;
                let over = before.elapsed().saturating_sub(BEAT);
                let Some(late) = weak.upgrade() else { return };
                if over > TOO_LATE
                    && let Ok(mut late) = late.lock()
                {
                    if late.len() == KEPT {
                        late.remove(0);
                    }
                    late.push((Instant::now(), over));
                }
            }
        });
        lag
    }

    /// By how much the harness was late at worst since then, if it was.
    pub(crate) fn since(&self, start: Instant) -> Option<Duration> {
        let late = self.late.lock().ok()?;
        late.iter().filter(|(at, _)| *at >= start).map(|(_, over)| *over).max()
    }

    /// For how much of the time since then the harness was late, all in all.
    pub(crate) fn total_since(&self, start: Instant) -> Duration {
        let Ok(late) = self.late.lock() else { return Duration::ZERO };
        late.iter().filter(|(at, _)| *at >= start).map(|(_, over)| *over).sum()
    }

    /// Waits until the harness was in time for a while: what is tried in the middle of a stall is late once more.
    pub(crate) async fn calm(&self) {
        let give_up = Instant::now() + CALM_AT_MOST;
        loop {
            let start = Instant::now();
            tokio::time::sleep(CALM).await;
            if start.elapsed() < CALM + TOO_LATE && self.since(start).is_none() || Instant::now() >= give_up {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_blocked_thread_is_noticed() {
        let start = Instant::now();
        let lag = Lag::watch();
        tokio::time::sleep(Duration::from_millis(30)).await;
        assert_eq!(lag.since(start), None);
        std::thread::sleep(Duration::from_millis(150));
        tokio::time::sleep(Duration::from_millis(30)).await;
        assert!(lag.since(start).is_some_and(|over| over > Duration::from_millis(60)));
    }

    #[tokio::test]
    async fn calm_comes_after_the_stalls() {
        let start = Instant::now();
        let lag = Lag::watch();
        let stalls = async {
            for _ in 0..4 {
                tokio::time::sleep(Duration::from_millis(100)).await;
                std::thread::sleep(Duration::from_millis(150));
            }
            Instant::now()
        };
        let ((), over) = tokio::join!(lag.calm(), stalls);
        assert!(
            start.elapsed() >= over.duration_since(start) + Duration::from_millis(200),
            "{:?}",
            start.elapsed()
        );
        assert!(start.elapsed() < CALM_AT_MOST + Duration::from_secs(2));
    }
}
