//! How many events one connection and one user may cause: token buckets, with the time injected.
//!
//! It must not know what an event is, nor what a refused one is answered with.

use std::collections::HashMap;
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
    /// The bucket with one token less, if there is one.
    fn taken(self, limit: RateLimit, now: Moment) -> Option<Self> {
        let full_at = self.full_at.max(now).checked_add(limit.interval())?;
        let holds = limit.interval() * limit.burst.get();
        (full_at.since(now) <= holds).then_some(Self { full_at })
    }
}

/// The buckets of everybody. A refused event takes nothing from any bucket.
#[derive(Debug)]
pub struct Limiter {
    limit: Option<RateLimit>,
    sockets: HashMap<SocketId, Bucket>,
    users: HashMap<UserId, Bucket>,
    forget_at: usize,
}

impl Limiter {
    /// `None` limits nothing.
    #[must_use]
    pub fn new(limit: Option<RateLimit>) -> Self {
        Self { limit, sockets: HashMap::new(), users: HashMap::new(), forget_at: KEPT_BUCKETS }
    }

    /// Counts one event of a connection, and of a user where one is known.
    ///
    /// # Errors
    /// [`Exceeded`] where there were too many before it.
    pub fn count(
        &mut self,
        socket: Option<SocketId>,
        user: Option<&UserId>,
        now: Moment,
    ) -> Result<(), Exceeded> {
        let Some(limit) = self.limit else { return Ok(()) };
        let of_socket = match socket {
            Some(id) => {
                let bucket = self.sockets.get(&id).copied().unwrap_or_default();
                Some((id, bucket.taken(limit, now).ok_or(Exceeded::Socket(limit))?))
            }
            None => None,
        };
        if let Some(user) = user {
            let bucket = self.users.get(user).copied().unwrap_or_default();
            let limit = limit.of_user();
            let taken = bucket.taken(limit, now).ok_or(Exceeded::User(limit))?;
            self.keep(user, taken, now);
        }
        self.sockets.extend(of_socket);
        Ok(())
    }

    /// Forgets the bucket of a connection that is gone.
    pub fn forget(&mut self, socket: SocketId) {
        self.sockets.remove(&socket);
    }

    /// A full bucket says no more than an absent one, so memory is bounded by who was active lately.
    fn keep(&mut self, user: &UserId, bucket: Bucket, now: Moment) {
        if let Some(kept) = self.users.get_mut(user) {
            *kept = bucket;
            return;
        }
        if self.users.len() >= self.forget_at {
            self.users.retain(|_, bucket| bucket.full_at > now);
            self.forget_at = KEPT_BUCKETS.max(self.users.len().saturating_mul(2));
        }
        self.users.insert(user.clone(), bucket);
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
        (0..times).filter(|_| limiter.count(Some(SocketId(socket)), Some(&ANA), now).is_ok()).count()
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
        let third = limiter.count(Some(SocketId(9)), Some(&ANA), at(0));
        assert_eq!(third, Err(Exceeded::User(RateLimit::new(20, 6))));
        assert_eq!(limiter.count(None, Some(&ANA), at(50)), Ok(()), "without a socket, as a REST call");
        let other = limiter.count(Some(SocketId(9)), Some(&UserId::Number(2)), at(50));
        assert_eq!(other, Ok(()), "what the user was refused took nothing from the socket");
    }

    #[test]
    fn a_connection_of_nobody_is_limited_by_itself() {
        let mut limiter = Limiter::new(Some(LIMIT));
        let mut count = |socket| limiter.count(Some(SocketId(socket)), None, at(0));
        assert!((0..3).all(|_| count(1).is_ok()));
        assert_eq!((count(1), count(2)), (Err(Exceeded::Socket(LIMIT)), Ok(())));
    }

    #[test]
    fn without_a_limit_nothing_is_counted() {
        let mut limiter = Limiter::new(None);
        assert_eq!(allowed(&mut limiter, 1, 10_000, at(0)), 10_000);
        assert!(limiter.sockets.is_empty() && limiter.users.is_empty());
    }

    #[test]
    fn who_is_gone_or_silent_is_forgotten() {
        let mut limiter = Limiter::new(Some(LIMIT));
        for user in 0..2_000 {
            let now = at(user * 1_000);
            limiter.count(Some(SocketId(user)), Some(&UserId::Number(user)), now).unwrap();
            limiter.forget(SocketId(user));
        }
        assert!(limiter.sockets.is_empty());
        assert!(limiter.users.len() <= KEPT_BUCKETS, "{}", limiter.users.len());
    }
}
