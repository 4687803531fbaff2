//! The handshakes of a session: the HTTP request for a websocket and its answer, then the open packet of Engine.IO.

use super::session::Stage;
use super::speech::Place;
use super::template::Filling;
use super::worker::{SECOND, Worker};
use wire::client::push_query;

/// The longest a server may ask to be waited for, as with the client of the cases.
const MOST_PATIENCE: u64 = 24 * 3600 * SECOND;
/// The longest head of an answer that is waited for.
const LONGEST_HEAD: usize = 64 << 10;

impl Worker<'_> {
    /// The HTTP request that opens a websocket. *Engine.IO 4, "WebSocket"; RFC 6455, section 4.1.*
    pub(super) fn request(&mut self, session: u32) -> Vec<u8> {
        let node = self.shared.node_of(self.conns.sessions[session as usize].user as usize);
        let mut target = format!("{}?EIO=4&transport=websocket", node.path);
        let mut header = String::new();
        let mut host = node.host.clone();
        for (place, value) in self.says_of_itself(session) {
            match place {
                Place::Query(name) => push_query(&mut target, &name, &value),
                Place::Header(name) if name.eq_ignore_ascii_case("host") => host = value,
                Place::Header(name) => header.extend([&name, ": ", &value, "\r\n"]),
                Place::Auth(_) => {}
            }
        }
        let key: [u8; 16] = std::array::from_fn(|_| self.rng.u8(..));
        let key = data_encoding::BASE64.encode(&key);
        format!(
            "GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: \
             websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n{header}\r\n"
        )
        .into_bytes()
    }

    /// What a session says of itself when it connects, its credential too, and where each of it travels.
    pub(super) fn says_of_itself(&self, session: u32) -> Vec<(Place, String)> {
        let user = self.conns.sessions[session as usize].user as usize;
        let handshake = &self.shared.speech.handshake;
        let needs_token = handshake.iter().any(|(_, template)| template.has_token());
        let token = if needs_token { self.shared.token_of(user) } else { String::new() };
        let filling = Filling::of_a_user(user, token.as_bytes(), &self.shared.users);
        let said = handshake.iter().map(|(place, template)| {
            let mut value = Vec::new();
            template.write(&filling, &mut value);
            (place.clone(), String::from_utf8_lossy(&value).into_owned())
        });
        let mut said: Vec<(Place, String)> = said.collect();
        if let Some(cookies) = self.shared.cookies.get(user) {
            let is_cookie =
                |place: &Place| matches!(place, Place::Header(name) if name.eq_ignore_ascii_case("cookie"));
            match said.iter_mut().find(|(place, _)| is_cookie(place)) {
                Some((_, known)) => *known = format!("{known}; {cookies}"),
                None => said.push((Place::Header("cookie".to_owned()), cookies.clone())),
            }
        }
        said
    }

    /// The server has answered the upgrade; the length of its answer, once it is whole.
    pub(super) fn upgraded(&mut self, session: u32, answer: &[u8]) -> Option<usize> {
        let Some(end) = memchr::memmem::find(answer, b"\r\n\r\n").map(|at| at + 4) else {
            if answer.len() > LONGEST_HEAD {
                self.failed_to_open(
                    session,
                    "the headers of the answer to the upgrade are too long: more than 64 kB",
                );
            }
            return None;
        };
        if !answer.starts_with(b"HTTP/1.1 101") {
            let line = answer.split(|byte| *byte == b'\r').next().unwrap_or_default();
            let line = String::from_utf8_lossy(line);
            let leads = location(&answer[..end]).map_or_else(String::new, |to| format!(" to {to}"));
            let why =
                format!("the server answered the upgrade with {line}{leads}; is the Socket.IO path right?");
            self.failed_to_open(session, &why);
            return None;
        }
        self.conns.sessions[session as usize].stage = Stage::Opening;
        Some(end)
    }

    /// The Engine.IO open packet is here: asks for the namespace.
    pub(super) fn opened(&mut self, session: u32, packet: &[u8], now: u64) {
        if let Some(what) = std::str::from_utf8(packet).map_or(Some("not UTF-8".to_owned()), unusable) {
            self.wrong(
                session,
                None,
                &format!("an Engine.IO open packet that cannot be used: {what}"),
                packet,
                now,
            );
        }
        self.be_patient(packet);
        let said = self.says_of_itself(session).into_iter().filter_map(|(place, value)| match place {
            Place::Auth(name) => Some(format!("{}:{value}", serde_json::Value::from(name))),
            Place::Query(_) | Place::Header(_) => None,
        });
        let said = said.collect::<Vec<_>>().join(",");
        let auth = if said.is_empty() { said } else { format!("{{{said}}}") };
        self.conns.sessions[session as usize].stage = Stage::Entering;
        let packet = format!("40{}{auth}", self.shared.speech.namespace);
        self.send_text(session, packet.as_bytes());
    }

    /// Takes from the handshake how long the server may be silent.
    pub(super) fn be_patient(&mut self, handshake: &[u8]) {
        let Ok(handshake) = serde_json::from_slice::<serde_json::Value>(handshake) else { return };
        let ms = |name: &str| handshake.get(name).and_then(serde_json::Value::as_u64).unwrap_or(0);
        let patience = ms("pingInterval").saturating_add(ms("pingTimeout"));
        if patience > 0 {
            self.progress.patience = patience.saturating_mul(1_000_000).min(MOST_PATIENCE);
        }
    }
}

/// Where a redirection leads.
fn location(head: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(head);
    let mut fields = head.lines().filter_map(|line| line.split_once(':'));
    fields.find_map(|(name, value)| {
        name.eq_ignore_ascii_case("location").then(|| value.trim().chars().take(200).collect())
    })
}

/// What no handshake may be.
fn unusable(json: &str) -> Option<String> {
    let handshake = match wire::engine::Handshake::parse(json) {
        Ok(handshake) => handshake,
        Err(error) => return Some(error.to_string()),
    };
    handshake.patience().is_zero().then(|| "it gives no time for a ping".to_owned())
}
