//! What comes to a session and answers nothing, brings nothing that was sent, and is not asked for: much of it is a flood,
//! which ends the run. What is accounted for is none, however much it is.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::worker::Worker;
use results::record::short;

/// So much of a payload is kept in a sample.
const SHOWN: usize = 4 << 10;
/// A longer payload is not looked through for where it differs.
const COMPARED: usize = 1 << 20;

impl Worker<'_> {
    /// A session has heard something that nothing accounts for, or that says nothing.
    pub(super) fn stray(&mut self, session: u32, bytes: usize, now: u64) {
        let meter = self.conns.sessions[session as usize].meter.get_or_insert_default();
        let own = meter.came(Duration::from_nanos(now), bytes);
        // Of all sessions together only the bytes count: many may hear a little each.
        self.progress.strays.said(0);
        let all = self.progress.strays.came(Duration::from_nanos(now), bytes);
        let Some(flood) = own.or(all) else { return };
        if self.progress.flood.is_none() {
            let user = self.user_name(session);
            self.progress.flood = Some(format!("{flood} that nothing accounts for came to {user}"));
            self.progress.hopeless = true;
            self.shared.stop.store(true, Ordering::Relaxed);
        }
    }
}

/// Whether a run was ended for this reason by a flood.
pub(super) fn is_one(reason: &str) -> bool {
    reason.starts_with("a flood:")
}

/// A payload as a sample shows it.
pub(super) fn shown(received: &[u8]) -> String {
    // Whatever is cut off need not be read as text; a character in the middle of the cut is no longer a whole one.
    let text = String::from_utf8_lossy(&received[..received.len().min(SHOWN)]).into_owned();
    if received.len() > SHOWN { format!("{text}… ({} bytes)", received.len()) } else { text }
}

/// A sentence as a sample shows it.
pub(super) fn told(sentence: &str) -> String {
    short::text(sentence, 400).into_owned()
}

/// Whether a payload is short enough to say where it differs.
pub(super) fn is_comparable(received: &[u8]) -> bool {
    received.len() <= COMPARED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_short_and_says_how_long_it_was() {
        assert_eq!(shown(b"[\"tick\"]"), "[\"tick\"]");
        let long = shown(&vec![b'a'; 1_000_000]);
        assert!(long.len() < 5_000 && long.ends_with("a… (1000000 bytes)"), "{} bytes", long.len());
        assert!(shown("ä".repeat(5_000).as_bytes()).ends_with("… (10000 bytes)"));
    }
}
