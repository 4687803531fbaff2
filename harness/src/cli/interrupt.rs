//! Ctrl-C, and whatever else asks a process to end (SIGTERM, SIGHUP): the first ends the run early, and everything is still
//! reported; the second ends the process.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::progress::Screen;
use results::verdict::STOPPED;

/// How soon a wish to end the run is heard.
const HEARD_WITHIN: Duration = Duration::from_millis(50);

/// What becomes true with the first interrupt.
pub(super) fn stop_on_interrupt(screen: &Screen) -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let (flag, screen) = (Arc::clone(&stop), screen.clone());
    let mut interrupts = Interrupts::new();
    tokio::spawn(async move {
        loop {
            interrupts.next().await;
            if flag.swap(true, Ordering::Relaxed) {
                std::process::exit(i32::from(STOPPED));
            }
            screen.say(
                "ending early, with all reports; Ctrl-C once more stops at once, and leaves them unfinished",
            );
        }
    });
    stop
}

/// Until somebody wants the run to end.
pub(super) async fn stopped(stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        tokio::time::sleep(HEARD_WITHIN).await;
    }
}

/// The wishes to end. None is missed from the moment on in which this is made.
#[cfg(unix)]
pub(super) struct Interrupts(Vec<tokio::signal::unix::Signal>);

#[cfg(unix)]
impl Interrupts {
    pub(super) fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let mut asked = vec![SignalKind::interrupt(), SignalKind::terminate()];
        // Whoever started this with `nohup` wants it to outlive the terminal.
        if !is_ignored(SignalKind::hangup().as_raw_value()) {
            asked.push(SignalKind::hangup());
        }
        // What cannot be heard ends the process, as it would without us.
        Self(asked.into_iter().filter_map(|kind| signal(kind).ok()).collect())
    }

    /// The next one.
    pub(super) async fn next(&mut self) {
        std::future::poll_fn(|context| {
            let heard = self.0.iter_mut().any(|signal| signal.poll_recv(context).is_ready());
            if heard { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
    }
}

/// Whether the process was started with a signal ignored, as far as the system says it.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default();
    mask >> (signal - 1) & 1 == 1
}

/// The wishes to end.
#[cfg(not(unix))]
pub(super) struct Interrupts;

#[cfg(not(unix))]
impl Interrupts {
    pub(super) fn new() -> Self {
        Self
    }

    /// The next one.
    pub(super) async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}
