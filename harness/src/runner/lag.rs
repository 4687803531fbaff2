//! Whether the harness itself was late: a task that sleeps briefly, and notes by how much it overslept.

use std::sync::Arc;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Above this, a judgement about time is not trusted.
const TOO_LATE: Duration = Duration::from_millis(60);
const BEAT: Duration = Duration::from_millis(10);
const KEPT: usize = 256;

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
}
