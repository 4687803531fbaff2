//! The server that every client is measured against: Socket.IO over websockets, hand-written over `mio`, so that it is never
//! what is waited for. It also counts what was done, so that no client is believed about itself. With `raw` it
//! answers so many bytes with so many others: the floor.

use std::collections::HashMap;
use std::io::{self, Read as _, Write as _};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};

use crate::counts::Counts;

const LISTENER: Token = Token(usize::MAX);
const HEARTBEAT: Duration = Duration::from_secs(15);
const SPINS_FOR: Duration = Duration::from_millis(50);
const OPEN: &[u8] =
    br#"0{"sid":"a","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#;

/// So many bytes are answered with so many.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Raw {
    pub(crate) asked: usize,
    pub(crate) answered: usize,
}

struct Connection {
    stream: TcpStream,
    partial: Vec<u8>,
    out: Vec<u8>,
    upgraded: bool,
    dirty: bool,
}

struct Server {
    raw: Option<Raw>,
    counts: Arc<Counts>,
    connections: Vec<Option<Connection>>,
    free: Vec<usize>,
    dirty: Vec<usize>,
    rooms: HashMap<u64, Vec<usize>>,
    made: u64,
    messages: u64,
}

/// Serves until the process is ended.
pub(crate) fn serve(port: u16, raw: Option<Raw>) -> io::Result<()> {
    let counts = Arc::new(Counts::default());
    counts.tell_at(port + 1)?;
    let mut poll = Poll::new()?;
    let mut events = Events::with_capacity(1024);
    let mut listener = TcpListener::bind(([127, 0, 0, 1], port).into())?;
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
    let mut server = Server {
        raw,
        counts,
        connections: Vec::new(),
        free: Vec::new(),
        dirty: Vec::new(),
        rooms: HashMap::new(),
        made: 0,
        messages: 0,
    };
    let mut buffer = vec![0; 64 * 1024];
    let mut beat = Instant::now() + HEARTBEAT;
    let mut busy = Instant::now();
    loop {
        // While there is work it never sleeps: else a slow client would pay for waking it, with every write.
        let spins = busy.elapsed() < SPINS_FOR;
        poll.poll(&mut events, Some(if spins { Duration::ZERO } else { Duration::from_millis(500) }))?;
        if !events.is_empty() {
            busy = Instant::now();
        }
        for event in &events {
            match event.token() {
                LISTENER => server.accept(&listener, &poll)?,
                Token(index) => {
                    if event.is_readable() && !server.read(index, &mut buffer) {
                        server.forget(index);
                    } else if event.is_writable() {
                        server.mark(index);
                    }
                }
            }
        }
        if beat < Instant::now() {
            beat = Instant::now() + HEARTBEAT;
            for index in 0..server.connections.len() {
                server.say(index, |out| out.push(b'2'));
            }
        }
        server.flush();
    }
}

impl Server {
    fn accept(&mut self, listener: &TcpListener, poll: &Poll) -> io::Result<()> {
        loop {
            let mut stream = match listener.accept() {
                Ok((stream, _)) => stream,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            };
            stream.set_nodelay(true)?;
            let index = self.free.pop().unwrap_or(self.connections.len());
            poll.registry().register(&mut stream, Token(index), Interest::READABLE | Interest::WRITABLE)?;
            let connection =
                Connection { stream, partial: Vec::new(), out: Vec::new(), upgraded: false, dirty: false };
            if index == self.connections.len() {
                self.connections.push(Some(connection));
            } else {
                self.connections[index] = Some(connection);
            }
        }
    }

    fn forget(&mut self, index: usize) {
        if self.connections[index].take().is_some() {
            for members in self.rooms.values_mut() {
                members.retain(|member| *member != index);
            }
            self.free.push(index);
        }
    }

    /// Whether the connection is still there.
    fn read(&mut self, index: usize, buffer: &mut [u8]) -> bool {
        loop {
            let Some(connection) = &mut self.connections[index] else { return true };
            let had = connection.partial.len();
            buffer[..had].copy_from_slice(&connection.partial);
            match connection.stream.read(&mut buffer[had..]) {
                Ok(0) => return false,
                Ok(count) => {
                    connection.partial.clear();
                    let filled = had + count;
                    let Some(taken) = self.take(index, &mut buffer[..filled]) else { return false };
                    if let Some(connection) = &mut self.connections[index] {
                        connection.partial.extend_from_slice(&buffer[taken..filled]);
                    }
                    if filled < buffer.len() {
                        return true;
                    }
                }
                Err(error) => return error.kind() == io::ErrorKind::WouldBlock,
            }
        }
    }

    /// How many bytes were whole frames; none where the client has said goodbye.
    fn take(&mut self, index: usize, bytes: &mut [u8]) -> Option<usize> {
        let mut at = 0;
        if let Some(raw) = self.raw {
            while bytes.len() - at >= raw.asked {
                at += raw.asked;
                self.append(index, |out| out.resize(out.len() + raw.answered, b'x'));
                Counts::add(&self.counts.acks, 1);
            }
            return Some(at);
        }
        while at < bytes.len() {
            let upgraded = self.connections[index].as_ref()?.upgraded;
            let taken =
                if upgraded { self.frame(index, &mut bytes[at..])? } else { self.http(index, &bytes[at..]) };
            if taken == 0 {
                break;
            }
            at += taken;
        }
        Some(at)
    }

    fn http(&mut self, index: usize, bytes: &[u8]) -> usize {
        let Some(end) = memchr::memmem::find(bytes, b"\r\n\r\n") else { return 0 };
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let header = |name: &str| {
            head.lines().skip(1).find_map(|line| {
                let (key, value) = line.split_once(':')?;
                key.eq_ignore_ascii_case(name).then(|| value.trim())
            })
        };
        if let Some(key) = header("sec-websocket-key") {
            let accept = tungstenite::handshake::derive_accept_key(key.as_bytes());
            self.append(index, |out| {
                let _written = write!(
                    out,
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: \
                     {accept}\r\n\r\n"
                );
            });
            if let Some(connection) = &mut self.connections[index] {
                connection.upgraded = true;
            }
            self.say(index, |out| out.extend_from_slice(OPEN));
            return end + 4;
        }
        let length = header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        if bytes.len() < end + 4 + length {
            return 0;
        }
        let (status, body) = if head.starts_with("POST /rooms ") {
            self.made += 1;
            ("201 Created", format!("{{\"id\":{}}}", self.made))
        } else {
            ("404 Not Found", "{}".to_owned())
        };
        self.append(index, |out| {
            let _written = write!(
                out,
                "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
        });
        end + 4 + length
    }

    /// One masked frame of a client; 0 where it is not whole.
    fn frame(&mut self, index: usize, bytes: &mut [u8]) -> Option<usize> {
        let (mut start, mut length) = (2, usize::from(bytes.get(1).copied().unwrap_or(0) & 0x7f));
        if length == 126 && bytes.len() >= 4 {
            (start, length) = (4, usize::from(u16::from_be_bytes([bytes[2], bytes[3]])));
        }
        if bytes.len() < start + 4 + length {
            return Some(0);
        }
        let mask = [bytes[start], bytes[start + 1], bytes[start + 2], bytes[start + 3]];
        let payload = &mut bytes[start + 4..start + 4 + length];
        payload.iter_mut().zip(mask.iter().cycle()).for_each(|(byte, mask)| *byte ^= mask);
        let text = &bytes[start + 4..start + 4 + length];
        match bytes[0] & 0x0f {
            1 => self.packet(index, text),
            8 => return None,
            _ => {}
        }
        Some(start + 4 + length)
    }

    fn packet(&mut self, index: usize, text: &[u8]) {
        if self.counts.first_frame_us.load(Ordering::Relaxed) == 0 {
            self.counts.first_frame_us.store(crate::counts::wall_us(), Ordering::Relaxed);
        }
        if text.starts_with(b"40") {
            return self.say(index, |out| out.extend_from_slice(b"40{\"sid\":\"a\"}"));
        }
        let Some(rest) = text.strip_prefix(b"42") else { return };
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (id, rest) = rest.split_at(digits);
        let inner = &rest[..rest.len().saturating_sub(1)];
        if let Some(payload) = inner.strip_prefix(b"[\"echo\",") {
            self.acknowledge(index, id, payload);
        } else if let Some(payload) = inner.strip_prefix(b"[\"join\",") {
            self.rooms.entry(room(payload)).or_default().push(index);
            self.acknowledge(index, id, b"{\"ok\":true}");
            Counts::add(&self.counts.joined, 1);
        } else if let Some(payload) = inner.strip_prefix(b"[\"send\",") {
            self.messages += 1;
            let told =
                [format!("42[\"message\",{{\"id\":{},", self.messages).as_bytes(), &payload[1..], b"]"]
                    .concat();
            let members = self.rooms.remove(&room(payload)).unwrap_or_default();
            for member in &members {
                self.say(*member, |out| out.extend_from_slice(&told));
            }
            Counts::add(&self.counts.deliveries, members.len() as u64);
            self.rooms.insert(room(payload), members);
            let answer = format!("{{\"id\":{}}}", self.messages);
            self.acknowledge(index, id, answer.as_bytes());
        }
    }

    fn acknowledge(&mut self, index: usize, id: &[u8], payload: &[u8]) {
        if id.is_empty() {
            return;
        }
        self.say(index, |out| {
            [b"43", id, b"[", payload, b"]"].iter().for_each(|part| out.extend_from_slice(part))
        });
        Counts::add(&self.counts.acks, 1);
    }

    /// A text frame, to whom has upgraded.
    fn say(&mut self, index: usize, write: impl FnOnce(&mut Vec<u8>)) {
        if self.connections[index].as_ref().is_none_or(|connection| !connection.upgraded) {
            return;
        }
        self.append(index, |out| {
            let start = out.len();
            out.extend_from_slice(&[0x81, 0]);
            write(out);
            let length = out.len() - start - 2;
            if length < 126 {
                out[start + 1] = length as u8;
            } else {
                out.extend_from_slice(&[0, 0]);
                out.copy_within(start + 2..start + 2 + length, start + 4);
                out[start + 1] = 126;
                out[start + 2..start + 4].copy_from_slice(&(length as u16).to_be_bytes());
            }
        });
    }

    fn append(&mut self, index: usize, write: impl FnOnce(&mut Vec<u8>)) {
        if let Some(connection) = &mut self.connections[index] {
            write(&mut connection.out);
            self.mark(index);
        }
    }

    fn mark(&mut self, index: usize) {
        if let Some(connection) = &mut self.connections[index]
            && !connection.dirty
            && !connection.out.is_empty()
        {
            connection.dirty = true;
            self.dirty.push(index);
        }
    }

    fn flush(&mut self) {
        while let Some(index) = self.dirty.pop() {
            let Some(connection) = &mut self.connections[index] else { continue };
            connection.dirty = false;
            match connection.stream.write(&connection.out) {
                Ok(written) if written == connection.out.len() => connection.out.clear(),
                // The rest goes when the connection takes bytes again.
                Ok(written) => drop(connection.out.drain(..written)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => self.forget(index),
            }
        }
    }
}

fn room(payload: &[u8]) -> u64 {
    let digits = payload.strip_prefix(b"{\"room\":").unwrap_or_default();
    digits
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .fold(0, |id, digit| id * 10 + u64::from(digit - b'0'))
}
