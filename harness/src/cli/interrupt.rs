//! Ctrl-C: the first ends the run early, and everything is still reported; the second ends the process.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::progress::Screen;
use results::verdict::STOPPED;

/// What becomes true with the first interrupt.
pub(super) fn stop_on_interrupt(screen: &Screen) -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let (flag, screen) = (Arc::clone(&stop), screen.clone());
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            if flag.swap(true, Ordering::Relaxed) {
                std::process::exit(i32::from(STOPPED));
            }
            screen.say("ending early, with all reports; Ctrl-C once more stops at once, without them");
        }
    });
    stop
}
