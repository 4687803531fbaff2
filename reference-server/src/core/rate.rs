//! How many events one connection and one user may cause: token buckets, with the time injected.
//!
//! It must not know what an event is, nor what a refused one is answered with.

use std::collections::HashMap;
use std::hash::Hash;
use std::num::NonZeroU32;
use std::time::Duration;

use super::model::{Moment, SocketId, UserId};

/// What a user may cause, as a multiple of what one connection may: several devices are one person.
const USER_FACTOR: u32 = 2;
/// Users' buckets kept before the full ones are first forgotten.
const KEPT_BUCKETS: usize = 1_024;

/// The bucket of one connection: how fast it fills, and how much it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// Events per second, sustained.
    pub per_second: NonZeroU32,
    /// Events at once, after a silence.
    pub burst: NonZeroU32,
}

impl RateLimit {
    /// 200 events per second and 400 at once: no person and no fair test comes near it.
    pub const DEFAULT: Self = Self::new(200, 400);

    /// A limit; zero counts as one.
    #[must_use]
    pub const fn new(per_second: u32, burst: u32) -> Self {
        Self { per_second: at_least_one(per_second), burst: at_least_one(burst) }
    }

    fn of_user(self) -> Self {
        let factor = at_least_one(USER_FACTOR);
        Self { per_second: self.per_second.saturating_mul(factor), burst: self.burst.saturating_mul(factor) }
    }

    fn interval(self) -> Duration {
        Duration::from_secs(1) / self.per_second.get()
    }
}

const fn at_least_one(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}

/// Whose bucket was empty, with the limit that was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exceeded {
    /// That of the connection.
    Socket(RateLimit),
    /// That of the user, all devices and REST calls together.
    User(RateLimit),
}

/// A token bucket as the one number that says everything: when it will be full again.
#[derive(Clone, Copy, Debug, Default)]
struct Bucket {
    full_at: Moment,
}

impl Bucket {
    /// The bucket with so many tokens less, if they are there. What costs more than it holds costs all of it.
    fn taken(self, limit: RateLimit, cost: u32, now: Moment) -> Option<Self> {
        let cost = cost.clamp(1, limit.burst.get());
        let full_at = self.full_at.max(now).checked_add(limit.interval() * cost)?;
        let holds = limit.interval() * limit.burst.get();
        (full_at.since(now) <= holds).then_some(Self { full_at })
    }
}

/// One bucket on its own.
#[derive(Debug)]
pub struct Throttle {
    limit: RateLimit,
    bucket: Bucket,
}

impl Throttle {
    /// A full bucket.
    #[must_use]
    pub fn new(limit: RateLimit) -> Self {
        Self { limit, bucket: Bucket::default() }
    }

    /// Takes a token, if there is one.
    pub fn takes(&mut self, now: Moment) -> bool {
        let taken = self.bucket.taken(self.limit, 1, now);
        self.bucket = taken.unwrap_or(self.bucket);
        taken.is_some()
    }
}

/// A bucket for each key that was heard of lately. A full bucket says no more than an absent one, so memory is bounded
/// by who was active.
#[derive(Debug)]
pub struct Buckets<K> {
    kept: HashMap<K, Bucket>,
    forget_at: usize,
}

impl<K: Eq + Hash + Clone> Buckets<K> {
    /// All full.
    #[must_use]
    pub fn new() -> Self {
        Self { kept: HashMap::new(), forget_at: KEPT_BUCKETS }
    }

    /// Takes so many tokens from the bucket of a key, if they are there.
    pub fn takes(&mut self, key: &K, limit: RateLimit, cost: u32, now: Moment) -> bool {
        let bucket = self.kept.get(key).copied().unwrap_or_default();
        let Some(taken) = bucket.taken(limit, cost, now) else { return false };
        if let Some(kept) = self.kept.get_mut(key) {
            *kept = taken;
            return true;
        }
        if self.kept.len() >= self.forget_at {
            self.kept.retain(|_, bucket| bucket.full_at > now);
            self.forget_at = KEPT_BUCKETS.max(self.kept.len().saturating_mul(2));
        }
        self.kept.insert(key.clone(), taken);
        true
    }
}

impl<K: Eq + Hash + Clone> Default for Buckets<K> {
    fn default() -> Self {
        Self::new()
    }
}

/// The buckets of everybody. A refused event takes nothing from any bucket.
#[derive(Debug)]
pub struct Limiter {
    limit: Option<RateLimit>,
    sockets: HashMap<SocketId, Bucket>,
    users: Buckets<UserId>,
}

impl Limiter {
    /// `None` limits nothing.
    #[must_use]
    pub fn new(limit: Option<RateLimit>) -> Self {
        Self { limit, sockets: HashMap::new(), users: Buckets::new() }
    }

    /// Counts one event of a connection, and of a user where one is known, as so many.
    ///
    /// # Errors
    /// [`Exceeded`] where there were too many before it.
    pub fn count(
        &mut self,
        socket: Option<SocketId>,
        user: Option<&UserId>,
        cost: u32,
        now: Moment,
    ) -> Result<(), Exceeded> {
        let Some(limit) = self.limit else { return Ok(()) };
        let of_socket = match socket {
            Some(id) => {
                let bucket = self.sockets.get(&id).copied().unwrap_or_default();
                Some((id, bucket.taken(limit, cost, now).ok_or(Exceeded::Socket(limit))?))
            }
            None => None,
        };
        if let Some(user) = user {
            let limit = limit.of_user();
            if !self.users.takes(user, limit, cost, now) {
                return Err(Exceeded::User(limit));
            }
        }
        self.sockets.extend(of_socket);
        Ok(())
    }

    /// Forgets the bucket of a connection that is gone.
    pub fn forget(&mut self, socket: SocketId) {
        self.sockets.remove(&socket);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANA: UserId = UserId::Number(1);
    const LIMIT: RateLimit = RateLimit::new(10, 3);

    fn at(ms: u64) -> Moment {
        Moment(Duration::from_secs(1_000) + Duration::from_millis(ms))
    }

    fn allowed(limiter: &mut Limiter, socket: u64, times: usize, now: Moment) -> usize {
        (0..times).filter(|_| limiter.count(Some(SocketId(socket)), Some(&ANA), 1, now).is_ok()).count()
    }

    #[test]
    fn a_burst_then_the_rate() {
        let mut limiter = Limiter::new(Some(LIMIT));
        assert_eq!(allowed(&mut limiter, 1, 10, at(0)), 3);
        assert_eq!(allowed(&mut limiter, 1, 10, at(99)), 0);
        assert_eq!(allowed(&mut limiter, 1, 10, at(100)), 1, "refused events took nothing");
        assert_eq!(allowed(&mut limiter, 1, 10, at(10_000)), 3, "a silence saves up one burst, not more");
    }

    #[test]
    fn devices_of_one_user_share_a_bucket_twice_as_large() {
        let mut limiter = Limiter::new(Some(LIMIT));
        let total: usize = (1..=5).map(|socket| allowed(&mut limiter, socket, 10, at(0))).sum();
        assert_eq!(total, 6);
        let third = limiter.count(Some(SocketId(9)), Some(&ANA), 1, at(0));
        assert_eq!(third, Err(Exceeded::User(RateLimit::new(20, 6))));
        assert_eq!(limiter.count(None, Some(&ANA), 1, at(50)), Ok(()), "without a socket, as a REST call");
        let other = limiter.count(Some(SocketId(9)), Some(&UserId::Number(2)), 1, at(50));
        assert_eq!(other, Ok(()), "what the user was refused took nothing from the socket");
    }

    #[test]
    fn a_connection_of_nobody_is_limited_by_itself() {
        let mut limiter = Limiter::new(Some(LIMIT));
        let mut count = |socket| limiter.count(Some(SocketId(socket)), None, 1, at(0));
        assert!((0..3).all(|_| count(1).is_ok()));
        assert_eq!((count(1), count(2)), (Err(Exceeded::Socket(LIMIT)), Ok(())));
    }

    #[test]
    fn what_is_large_counts_for_more_and_never_for_more_than_all() {
        let mut limiter = Limiter::new(Some(LIMIT));
        let mut count = |cost, ms| limiter.count(Some(SocketId(1)), None, cost, at(ms)).is_ok();
        assert!(count(2, 0) && !count(2, 0) && count(1, 0));
        assert!(!count(1_000, 200) && count(1_000, 300), "a full bucket is enough for anything");
        let mut throttle = Throttle::new(LIMIT);
        assert!((0..3).all(|_| throttle.takes(at(0))) && !throttle.takes(at(0)) && throttle.takes(at(100)));
    }

    #[test]
    fn without_a_limit_nothing_is_counted() {
        let mut limiter = Limiter::new(None);
        assert_eq!(allowed(&mut limiter, 1, 10_000, at(0)), 10_000);
        assert!(limiter.sockets.is_empty() && limiter.users.kept.is_empty());
    }

    #[test]
    fn who_is_gone_or_silent_is_forgotten() {
        let mut limiter = Limiter::new(Some(LIMIT));
        for user in 0..2_000 {
            let now = at(user * 1_000);
            limiter.count(Some(SocketId(user)), Some(&UserId::Number(user)), 1, now).unwrap();
            limiter.forget(SocketId(user));
        }
        assert!(limiter.sockets.is_empty());
        assert!(limiter.users.kept.len() <= KEPT_BUCKETS, "{}", limiter.users.kept.len());
    }
}
