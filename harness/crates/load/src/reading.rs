//! From bytes to packets: what a session reads, a little at a time, and whole frames of it. What they say is for `hearing`.

use super::frame::{self, Frame, Opcode, Read};
use super::session::{Got, Stage};
use super::worker::Worker;

/// How often a session is read at most before others are.
const READS: usize = 16;

impl Worker<'_> {
    /// Reads all that a session has, and acts upon it.
    pub(super) fn read_all(&mut self, session: u32, buffer: &mut [u8]) {
        for _ in 0..READS {
            let state = &mut self.conns.sessions[session as usize];
            if state.stalled || matches!(state.stage, Stage::Closed | Stage::Connecting) {
                return;
            }
            match state.read(buffer) {
                Got::Nothing => return,
                Got::Closed(why) => return self.lost_session(session, &why),
                Got::Bytes { count, more } => {
                    self.heard_bytes(session, &buffer[..count]);
                    if !more || self.progress.flood.is_some() {
                        return;
                    }
                }
            }
        }
        // There may be more, and others wait.
        self.conns.unread.push(session);
    }

    /// Bytes have come to a session.
    fn heard_bytes(&mut self, session: u32, read: &[u8]) {
        let now = self.now();
        let state = &mut self.conns.sessions[session as usize];
        state.heard = now;
        if state.partial.is_empty() {
            let taken = self.take(session, read, now);
            let state = &mut self.conns.sessions[session as usize];
            if state.stage != Stage::Closed && taken < read.len() {
                state.partial = read[taken..].to_vec();
            }
        } else if let Some(mut whole) = state.together(read) {
            let taken = self.take(session, &whole, now);
            let state = &mut self.conns.sessions[session as usize];
            if state.stage != Stage::Closed && taken < whole.len() {
                whole.drain(..taken);
                state.partial = whole;
            }
        }
    }

    /// Takes whole frames from the beginning of what was read; how many bytes they were.
    fn take(&mut self, session: u32, bytes: &[u8], now: u64) -> usize {
        let mut at = 0;
        if self.conns.sessions[session as usize].stage == Stage::Upgrading {
            match self.upgraded(session, bytes) {
                Some(end) => at = end,
                None => {
                    self.conns.sessions[session as usize].needs = 0;
                    return 0;
                }
            }
        }
        while self.conns.sessions[session as usize].stage != Stage::Closed && self.progress.flood.is_none() {
            match frame::read(&bytes[at..]) {
                Read::Partial(needs) => {
                    self.conns.sessions[session as usize].needs = needs;
                    break;
                }
                Read::Broken(what) => {
                    self.broken(session, what, &bytes[at..], now);
                    break;
                }
                Read::Frame(frame) => {
                    at += frame.length;
                    match frame.opcode {
                        Opcode::Ping => {
                            self.stray(session, frame.length, now);
                            self.pong(session, frame.payload);
                        }
                        Opcode::Close => self.lost_session(session, &closing(frame.payload)),
                        Opcode::Pong => self.stray(session, frame.length, now),
                        Opcode::Text | Opcode::Binary | Opcode::Continuation => {
                            self.data(session, &frame, now);
                        }
                    }
                }
            }
        }
        at
    }

    /// A frame of a message.
    fn data(&mut self, session: u32, frame: &Frame<'_>, now: u64) {
        match self.conns.sessions[session as usize].assembly.take(frame) {
            Ok(None) => {}
            Ok(Some((Opcode::Text, packet))) => self.packet(session, &packet, now),
            Ok(Some((_, payload))) => {
                self.wrong(session, None, "a binary frame, which load sessions do not read", &payload, now);
            }
            Err(what) => self.broken(session, what, frame.payload, now),
        }
    }

    /// Something after which nothing on a connection can be understood.
    fn broken(&mut self, session: u32, what: &str, bytes: &[u8], now: u64) {
        self.wrong(session, None, what, &bytes[..bytes.len().min(200)], now);
        self.lost_session(session, what);
    }

    fn pong(&mut self, session: u32, payload: &[u8]) {
        let mut out = Vec::new();
        frame::write(&mut out, Opcode::Pong, self.rng.u32(..), |out| out.extend_from_slice(payload));
        self.write(session, &out);
    }

    /// An Engine.IO packet.
    fn packet(&mut self, session: u32, packet: &[u8], now: u64) {
        match packet.first() {
            Some(b'4') => self.message(session, &packet[1..], now),
            Some(b'2') => {
                self.stray(session, packet.len(), now);
                let pong = [b"3", &packet[1..]].concat();
                self.send_text(session, &pong);
            }
            Some(b'0') if self.conns.sessions[session as usize].stage == Stage::Opening => {
                self.opened(session, &packet[1..], now);
            }
            Some(b'0') => {
                self.wrong(session, None, "an Engine.IO open packet in the middle of a session", packet, now);
            }
            Some(b'1') => self.lost_session(session, "the server closed the session"),
            Some(b'6') => self.stray(session, packet.len(), now),
            _ => self.wrong(session, None, "not an Engine.IO packet", packet, now),
        }
    }
}

/// What a close frame says.
fn closing(payload: &[u8]) -> String {
    match payload {
        [high, low, reason @ ..] => {
            let (code, reason) = (u16::from_be_bytes([*high, *low]), String::from_utf8_lossy(reason));
            let reason = if reason.is_empty() { String::new() } else { format!(": {reason}") };
            format!("the server closed the websocket with {code}{reason}")
        }
        _ => "the server closed the websocket".to_owned(),
    }
}
