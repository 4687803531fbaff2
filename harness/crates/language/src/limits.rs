//! The most that a file may ask for. Whatever is more is refused where it is written, before anything is made of it: a number
//! of ten digits must not cost a machine its memory. Owns the numbers and their reasons; who reads a file holds to them.

use std::time::Duration;

/// Bytes of a file that people write.
pub const FILE_BYTES: u64 = 4 * 1024 * 1024;
/// Bytes of a file of rows: some hundred for each of a million users.
pub const DATA_BYTES: u64 = 512 * 1024 * 1024;
/// Values in a file that people write, counting each list and mapping.
pub const VALUES: usize = 100_000;
/// Values in a file of rows.
pub const DATA_VALUES: usize = 50_000_000;
/// Keys of a mapping: whatever compares two of them may look each up in turn.
pub const KEYS: usize = 2_000;
/// How deep values may hold each other: whatever walks them may do so by calling itself.
pub const DEPTH: usize = 64;
/// How many contracts may extend one another.
pub const BASES: usize = 16;
/// Steps of a scenario, as written.
pub const STEPS: usize = 10_000;
/// Steps of a case, as played: each actor and each turn of a repeat counts.
pub const PLAYED: u64 = 100_000;
/// Cases that a `for` makes of a scenario in one dialect.
pub const CASES: usize = 1_000;
/// Steps as played, of all cases that a `for` makes.
pub const PLAYED_IN_ALL: u64 = 500_000;
/// Actors of a scenario: each has a socket.
pub const ACTORS: usize = 1_000;
/// Rooms of a scenario: each is made by a call of its own.
pub const ROOMS: usize = 1_000;
/// Bytes of a text that is made: servers take a megabyte, and a test may want to know what they do with more.
pub const TEXT_BYTES: usize = 16 * 1024 * 1024;
/// Bytes of all texts that are made in a case: its record holds them.
pub const TEXTS_BYTES: u64 = 256 * 1024 * 1024;
/// Bytes of a regular expression once it is compiled.
pub const PATTERN_BYTES: usize = 4 * 1024 * 1024;
/// Regular expressions in a file.
pub const PATTERNS: usize = 200;
/// Values of a type once the types that it names are written out.
pub const TYPE_VALUES: usize = 10_000;
/// Values of all types that a file names, written out.
pub const NAMED_VALUES: usize = 1_000_000;
/// Any time: no run is longer than a week.
pub const TIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Turns, sessions or cuts in a second.
pub const RATE: f64 = 1_000_000.0;
/// Rooms, users and the like of a load.
pub const COUNT: usize = 1_000_000;
/// Memberships of a load, over all of its rooms.
pub const MEMBERSHIPS: usize = 10_000_000;
/// What a time of a contract may be multiplied by.
pub const FACTOR: f64 = 1_000.0;
/// Cases at once.
pub const JOBS: usize = 10_000;
