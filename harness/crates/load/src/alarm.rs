//! Waking a worker in time: `epoll` counts whole milliseconds, a timer of the system's own does not.

use std::io;
use std::time::Duration;

use mio::{Poll, Token};

/// Ends a poll at a given time.
#[cfg(target_os = "linux")]
#[derive(Debug)]
pub(super) struct Alarm {
    timer: rustix::fd::OwnedFd,
}

#[cfg(target_os = "linux")]
impl Alarm {
    pub(super) fn new(poll: &Poll, token: Token) -> io::Result<Self> {
        use rustix::fd::AsRawFd as _;
        use rustix::time::{TimerfdClockId, TimerfdFlags, timerfd_create};
        let timer =
            timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::NONBLOCK.union(TimerfdFlags::CLOEXEC))?;
        // The edge of a timer that is set anew is a new edge, so that it is never read.
        poll.registry().register(
            &mut mio::unix::SourceFd(&timer.as_raw_fd()),
            token,
            mio::Interest::READABLE,
        )?;
        Ok(Self { timer })
    }

    /// Sets the alarm; how long a poll may take at the most.
    pub(super) fn set(&self, after: Duration) -> Option<Duration> {
        use rustix::time::{Itimerspec, TimerfdTimerFlags, Timespec, timerfd_settime};
        if after.is_zero() {
            return Some(after);
        }
        let zero = Timespec { tv_sec: 0, tv_nsec: 0 };
        let value = Timespec {
            tv_sec: i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: i64::from(after.subsec_nanos()),
        };
        let time = Itimerspec { it_interval: zero, it_value: value };
        match timerfd_settime(&self.timer, TimerfdTimerFlags::empty(), &time) {
            Ok(_) => None,
            Err(_) => Some(after),
        }
    }
}

/// Elsewhere the poll's own time has to do; a run says by how much it was late.
#[cfg(not(target_os = "linux"))]
#[derive(Debug)]
pub(super) struct Alarm;

#[cfg(not(target_os = "linux"))]
impl Alarm {
    pub(super) fn new(_poll: &Poll, _token: Token) -> io::Result<Self> {
        Ok(Self)
    }

    pub(super) fn set(&self, after: Duration) -> Option<Duration> {
        Some(after)
    }
}

/// The CPU time of this thread so far, and the time it was ready to run and had no core.
pub(super) fn thread_time() -> (Duration, Duration) {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let mut numbers = text.split_ascii_whitespace().map(|number| number.parse().unwrap_or_default());
    let mut next = || Duration::from_nanos(numbers.next().unwrap_or_default());
    (next(), next())
}
