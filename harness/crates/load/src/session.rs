//! One session: its connection, where its opening has got to, and what has not been read or written yet. An idle session
//! has no buffer.

use std::io;

use super::frame::Assembly;
use super::line::Line;
use wire::client::Meter;

/// How far the opening of a session has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// No connection.
    Closed,
    /// The TCP connection is being made.
    Connecting,
    /// The HTTP upgrade was asked for.
    Upgrading,
    /// The Engine.IO open packet is awaited.
    Opening,
    /// CONNECT was sent.
    Entering,
    /// In its namespace.
    Up,
}

/// A room that a session is a member of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seat {
    /// The room, as the worker counts.
    pub(super) room: u32,
    /// The member, as the room counts.
    pub(super) member: u16,
}

/// A user's connection.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) line: Option<Line>,
    pub(super) stage: Stage,
    /// The user, as the run counts.
    pub(super) user: u32,
    pub(super) seats: Box<[Seat]>,
    /// When it was to be opened, in nanoseconds after the run began.
    pub(super) intended: u64,
    pub(super) since: Since,
    /// When the server was last heard.
    pub(super) heard: u64,
    /// What has been read of a frame that is not whole yet, and how much of it is needed before it is looked at again.
    pub(super) partial: Vec<u8>,
    pub(super) needs: usize,
    /// What has come of a message in several frames.
    pub(super) assembly: Assembly,
    /// What the connection would not take yet.
    pub(super) unsent: Vec<u8>,
    /// It does not read on purpose.
    pub(super) stalled: bool,
    /// Its next upgrade is cut in the middle.
    pub(super) half: bool,
    /// The server has ended it, and it is not back in all its rooms.
    pub(super) lost: bool,
    /// Openings that failed in a row.
    pub(super) failures: u8,
    /// What it has heard that nothing accounts for.
    pub(super) meter: Option<Box<Meter>>,
}

/// Since when a session is what it is, in nanoseconds after the run began.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Since {
    /// Since it was to be opened first, unless it has been in for a while since then.
    pub(super) wanted: Option<u64>,
    /// Since this connection was begun.
    pub(super) begun: u64,
    /// Since this connection was let into its namespace.
    pub(super) up: u64,
}

/// What came of reading.
#[derive(Debug)]
pub(super) enum Got {
    /// So many bytes, and whether there may be more.
    Bytes {
        count: usize,
        more: bool,
    },
    Nothing,
    Closed(String),
}

impl Session {
    pub(super) fn new(user: u32, seats: Box<[Seat]>) -> Self {
        Self {
            line: None,
            stage: Stage::Closed,
            user,
            seats,
            intended: 0,
            since: Since::default(),
            heard: 0,
            partial: Vec::new(),
            needs: 0,
            assembly: Assembly::default(),
            unsent: Vec::new(),
            stalled: false,
            half: false,
            lost: false,
            failures: 0,
            meter: None,
        }
    }

    /// Reads; `buffer` is the worker's.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> Got {
        let Some(line) = &mut self.line else { return Got::Nothing };
        match line.read(buffer) {
            Ok((0, _)) => Got::Closed("the server closed the connection".to_owned()),
            Ok((count, more)) => Got::Bytes { count, more },
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Got::Nothing,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Got::Nothing,
            Err(error) => Got::Closed(error.to_string()),
        }
    }

    /// Puts what was read behind what was kept; all of it, once it is worth to be looked at.
    pub(super) fn together(&mut self, read: &[u8]) -> Option<Vec<u8>> {
        let room = self.partial.capacity() - self.partial.len();
        if room < read.len() {
            // No more than what is needed, and not all of it before it comes.
            let needed = self.needs.saturating_sub(self.partial.len());
            self.partial.reserve_exact(needed.min(self.partial.len()).max(read.len()));
        }
        self.partial.extend_from_slice(read);
        (self.partial.len() >= self.needs).then(|| std::mem::take(&mut self.partial))
    }

    /// Writes, and keeps what the connection does not take.
    ///
    /// # Errors
    /// Where the connection is gone.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(line) = &mut self.line else { return Err(io::ErrorKind::NotConnected.into()) };
        if !self.unsent.is_empty() {
            self.unsent.extend_from_slice(bytes);
            return Ok(());
        }
        match line.write(bytes) {
            Ok(written) if written == bytes.len() => Ok(()),
            Ok(written) => {
                self.unsent.extend_from_slice(&bytes[written..]);
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                self.unsent.extend_from_slice(bytes);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Writes what was kept.
    ///
    /// # Errors
    /// Where the connection is gone.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        let Some(line) = &mut self.line else { return Ok(()) };
        line.flush()?;
        while !self.unsent.is_empty() {
            match line.write(&self.unsent) {
                Ok(written) => drop(self.unsent.drain(..written)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        self.unsent = Vec::new();
        Ok(())
    }

    /// The seat in a room, if the session has one.
    pub(super) fn seat(&self, room: u32) -> Option<Seat> {
        self.seats.iter().copied().find(|seat| seat.room == room)
    }
}
