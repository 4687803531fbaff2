//! What fits and cannot be true all the same: a time that is not of now, a clock that stands still, a message that is read before
//! anybody has read it.

use super::found::Captured;
use super::shared::Shared;
use super::worker::{GIVE_UP, Worker};
use model::check::times::stands_still;

impl Shared {
    /// Why what fits cannot be true: a time that is not of now, a message that nobody has read. What is under way was begun no longer
    /// ago than it would be waited for.
    pub(super) fn untrue(&self, found: &Captured<'_, '_>, now: u64) -> Option<String> {
        let clock = self.clock(now);
        let longest = i64::try_from(GIVE_UP.as_millis()).unwrap_or_default();
        let untimely = found.untimely(&clock, clock.now - longest).map(|how| format!("a time that is {how}"));
        let unread =
            (found.read && !self.reads).then(|| "a status `read` of what nobody has read".to_owned());
        untimely.or(unread)
    }
}

impl Worker<'_> {
    /// The times of a message are others than those of one that was heard a while before it was sent.
    pub(super) fn goes_on(
        &mut self,
        session: u32,
        (room, number): (u32, u32),
        found: &Captured<'_, '_>,
        json: &[u8],
        now: u64,
    ) {
        let sent = self.rooms[room as usize].ledger.message(number).map(|message| message.sent);
        let (Some(sent), Some((_, time))) = (sent, found.times) else { return };
        let (told, heard) = *self.metrics.last_time.get_or_insert((time, now));
        if told != time {
            self.metrics.last_time = Some((time, now));
        } else if stands_still(time, sent as i64 / 1_000_000 - heard as i64 / 1_000_000) {
            self.wrong(session, None, "a message whose time is that of one heard long before", json, now);
        }
    }
}
