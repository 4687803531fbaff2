//! When a server sends more than anybody can use. Owns the bounds and the words; must not know what the packets say, nor
//! what becomes of a connection that is flooded.

use std::fmt;
use std::time::Duration;

/// So many packets may come at once, and so many more for each that was sent.
const BURST: f64 = 10_000.0;
const FOR_EACH_SAID: f64 = 100.0;
/// So many may come in each second for good.
const EACH_SECOND: f64 = 1_000.0;
/// The same in bytes: a few of the largest messages at once.
const BURST_BYTES: f64 = (32 << 20) as f64;
const FOR_EACH_BYTE_SAID: f64 = 8.0;
const BYTES_EACH_SECOND: f64 = (1 << 20) as f64;

/// More than anybody can use.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Flood {
    /// How many packets came.
    pub packets: u64,
    /// How many bytes they had.
    pub bytes: u64,
    /// Within which time.
    pub within: Duration,
}

impl fmt::Display for Flood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Flood { packets, bytes, within } = self;
        let (size, unit) = match *bytes as f64 {
            bytes if bytes >= 1e6 => (bytes / 1e6, "MB"),
            bytes => (bytes / 1e3, "kB"),
        };
        write!(f, "a flood: {packets} packets ({size:.1} {unit}) in {:.1} s", within.as_secs_f64())
    }
}

/// Measures what comes: it fills with each packet, and empties with time.
#[derive(Debug, Default)]
pub struct Meter {
    /// How full it is, in packets and in bytes.
    level: (f64, f64),
    /// What may come because it was asked for.
    allowed: (f64, f64),
    /// What came since it was empty last, and when that was.
    came: (u64, u64),
    since: Duration,
    last: Duration,
}

impl Meter {
    /// Something was sent, which may have many answers.
    pub fn said(&mut self, bytes: usize) {
        self.allowed.0 += FOR_EACH_SAID;
        self.allowed.1 += FOR_EACH_BYTE_SAID * bytes as f64;
    }

    /// A packet came at this time, counted from any beginning; the flood, where it is one too many.
    pub fn came(&mut self, at: Duration, bytes: usize) -> Option<Flood> {
        let passed = at.saturating_sub(self.last).as_secs_f64();
        self.last = at;
        self.level.0 = (self.level.0 - passed * EACH_SECOND).max(0.0);
        self.level.1 = (self.level.1 - passed * BYTES_EACH_SECOND).max(0.0);
        if self.level.0 == 0.0 && self.level.1 == 0.0 {
            (self.came, self.since) = ((0, 0), at);
        }
        self.level = (self.level.0 + 1.0, self.level.1 + bytes as f64);
        self.came = (self.came.0 + 1, self.came.1 + bytes as u64);
        let over = self.level.0 > BURST + self.allowed.0 || self.level.1 > BURST_BYTES + self.allowed.1;
        let (packets, bytes) = self.came;
        over.then(|| Flood { packets, bytes, within: at.saturating_sub(self.since) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What becomes of so many packets a second of this size, within a minute.
    fn flood(each_second: u32, bytes: usize, meter: &mut Meter) -> Option<Flood> {
        (0..60 * each_second)
            .find_map(|number| meter.came(Duration::from_secs(1) * number / each_second, bytes))
    }

    #[test]
    fn a_flood_is_told_soon_and_a_busy_chat_is_none() {
        let told = flood(50_000, 20, &mut Meter::default()).unwrap();
        assert!(told.within < Duration::from_secs(1) && told.packets > 10_000, "{told}");
        assert_eq!(flood(900, 20, &mut Meter::default()), None);
        let large = flood(100, 1_000_000, &mut Meter::default()).unwrap();
        assert!(large.within < Duration::from_secs(1), "{large}");
        assert_eq!(flood(1, 1_000_000, &mut Meter::default()), None);
        // However slowly it is read.
        assert!(flood(4, 1_000_000, &mut Meter::default()).is_some());
    }

    #[test]
    fn whoever_says_much_may_hear_much() {
        let mut meter = Meter::default();
        for _ in 0..3_000 {
            meter.said(20);
        }
        assert_eq!((0..100_000).find_map(|_| meter.came(Duration::ZERO, 20)), None);
    }

    #[test]
    fn it_says_how_much_came_and_how_fast() {
        let flood = Flood { packets: 20_001, bytes: 500_000, within: Duration::from_millis(400) };
        assert_eq!(flood.to_string(), "a flood: 20001 packets (500.0 kB) in 0.4 s");
        let flood = Flood { packets: 3, bytes: 45_000_000, within: Duration::from_millis(1_250) };
        assert_eq!(flood.to_string(), "a flood: 3 packets (45.0 MB) in 1.2 s");
    }
}
