//! Everything that can be said about a server before it starts, with its defaults.

use std::net::SocketAddr;
use std::time::Duration;

use crate::auth::{DEVELOPMENT_SECRET, Expiry, SHORTEST_SECRET};
use crate::core::{Limits, RateLimit};
use crate::dialects::{Capabilities, DialectName, Presence};
use crate::faults::{Faults, Variation};
use crate::fixtures::Fixtures;

/// Bounds on what one client, or all of them, may take of the network side. Generous: no person and no fair test comes
/// near them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes waiting for one client before it is disconnected. Default 4 MiB.
    pub queue_bytes: u64,
    /// Bytes waiting for all clients together, before the one who is most behind is disconnected. Default 512 MiB.
    pub queued_bytes: u64,
    /// TCP connections in all. Default 65,536; the program takes less where it may open fewer files.
    pub connections: usize,
    /// TCP connections of one address. Default 32,768.
    pub connections_per_address: usize,
    /// How long a client may take for the head of a request, and be silent before it. Default 20 s.
    pub header_timeout: Duration,
    /// How long it may take for the whole of a request with a body. Default 30 s.
    pub request_timeout: Duration,
    /// How often one session may connect to the namespace. Default 5 times a second, 20 at once.
    pub connects: RateLimit,
    /// REST calls without a token from one address. Default 1,000 a second, 20,000 at once.
    pub anonymous: RateLimit,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            queue_bytes: 4 << 20,
            queued_bytes: 512 << 20,
            connections: 65_536,
            connections_per_address: 32_768,
            header_timeout: Duration::from_secs(20),
            request_timeout: Duration::from_secs(30),
            connects: RateLimit::new(5, 20),
            anonymous: RateLimit::new(1_000, 20_000),
        }
    }
}

/// What the gateway document names under "Security" without a word on how; off unless asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GatewayOptions {
    /// "Implement authentication via JWT tokens": `userId` needs a token that says the same.
    pub tokens: bool,
    /// "Sanitize message content": `& < > " '` become entities.
    pub sanitise: bool,
}

/// How a server behaves. Start from [`Options::new`] and change what should differ.
#[derive(Clone, Debug)]
pub struct Options {
    /// Which documented system to be.
    pub dialect: DialectName,
    /// The secret that signs tokens (HS256). Default [`DEVELOPMENT_SECRET`].
    pub jwt_secret: String,
    /// Whether tokens have to say when they expire. Default [`Expiry::Optional`].
    pub token_expiry: Expiry,
    /// Within this time of the last keystroke heard, another is not heard. Default 500 ms.
    /// Source: crm document, "Typing Indicators".
    pub typing_debounce: Duration,
    /// Without a keystroke for this long the server says that typing stopped. Default 4 s (documented: 3 to 5 s).
    pub typing_expiry: Duration,
    /// Who is told that a user came or went, in the dialects that have presence. Default [`Presence::All`].
    pub presence: Presence,
    /// Whether `?userId=` alone is enough in the `whatsapp` dialect, as its document has it for development. Default
    /// `None`: while the listener is on loopback.
    pub dev_auth: Option<bool>,
    /// What the `gateway` dialect does beyond what its document shows.
    pub gateway: GatewayOptions,
    /// What the server can do beyond its document. Default everything.
    pub capabilities: Capabilities,
    /// Deliberate violations. Default none.
    pub faults: Faults,
    /// Differences that no document forbids. Default none.
    pub variations: Vec<Variation>,
    /// Users, conversations and messages that exist from the start.
    pub fixtures: Fixtures,
    /// Browser origins that may connect and call. Default `http://localhost:3000` and `http://localhost:5173`.
    pub cors_origins: Vec<String>,
    /// Bounds on what is kept in memory.
    pub limits: Limits,
    /// Bounds on connections, queues and requests.
    pub bounds: Bounds,
    /// How many events one connection may send; a user, with all devices and REST calls, twice that. `None`: any
    /// number. Default [`RateLimit::DEFAULT`].
    pub rate_limit: Option<RateLimit>,
    /// Packets waiting for one slow socket before it is disconnected. Default 16,384.
    pub queue_packets: usize,
    /// Largest packet or request body accepted, in bytes. Default 1,000,000, as in the official server.
    pub max_payload_bytes: usize,
    /// How often the server pings. Default 25 s, as in the official server.
    pub ping_interval: Duration,
    /// How long a client may take to answer a ping. Default 20 s, as in the official server.
    pub ping_timeout: Duration,
}

impl Options {
    /// The defaults for a dialect.
    #[must_use]
    pub fn new(dialect: DialectName) -> Self {
        Self {
            dialect,
            jwt_secret: DEVELOPMENT_SECRET.to_owned(),
            token_expiry: Expiry::Optional,
            typing_debounce: Duration::from_millis(500),
            typing_expiry: Duration::from_secs(4),
            presence: Presence::All,
            dev_auth: None,
            gateway: GatewayOptions::default(),
            capabilities: Capabilities::default(),
            faults: Faults::default(),
            variations: Vec::new(),
            fixtures: Fixtures::default(),
            cors_origins: vec!["http://localhost:3000".to_owned(), "http://localhost:5173".to_owned()],
            limits: Limits::default(),
            bounds: Bounds::default(),
            rate_limit: Some(RateLimit::DEFAULT),
            queue_packets: 16_384,
            max_payload_bytes: 1_000_000,
            ping_interval: Duration::from_secs(25),
            ping_timeout: Duration::from_secs(20),
        }
    }

    /// Whether a server with these options may listen on this address.
    ///
    /// # Errors
    /// Says why not: a secret that everybody knows, or can guess, is for loopback only.
    pub fn check(&self, address: SocketAddr) -> Result<(), String> {
        let (ip, length) = (address.ip(), self.jwt_secret.len());
        if ip.is_loopback() {
            return Ok(());
        }
        if self.jwt_secret == DEVELOPMENT_SECRET {
            return Err(format!("{ip} is not loopback: set JWT_SECRET to a secret of your own"));
        }
        if length < SHORTEST_SECRET {
            return Err(format!(
                "{ip} is not loopback, and JWT_SECRET has {length} bytes: take at least {SHORTEST_SECRET}"
            ));
        }
        Ok(())
    }

    /// Whether a server with these options may be shown to strangers, wherever it listens.
    ///
    /// # Errors
    /// Names every default that is for development only.
    pub fn check_public(&self) -> Result<(), String> {
        let limits_off = self.rate_limit.is_none();
        let open = match self.dialect {
            DialectName::MinimalOpen => true,
            DialectName::Gateway => !self.gateway.tokens,
            _ => false,
        };
        let development = [
            (self.jwt_secret.len() < SHORTEST_SECRET, "JWT_SECRET is known or short"),
            (self.token_expiry == Expiry::Optional, "tokens may be good for ever (--require-exp)"),
            (self.dev_auth != Some(false), "?userId= may be enough (--dev-auth false)"),
            (
                self.cors_origins == Self::new(self.dialect).cors_origins,
                "origins are those of development (--cors-origin)",
            ),
            (
                self.cors_origins.iter().any(|origin| origin == "*"),
                "every origin may connect (--cors-origin)",
            ),
            (
                self.fixtures == Fixtures::default(),
                "users and conversations are those of development (--fixtures)",
            ),
            (limits_off, "there is no rate limit"),
            (!self.faults.is_empty(), "faults are on"),
            (open, "this dialect believes who anybody says they are"),
        ];
        let named: Vec<_> = development.iter().filter(|(is, _)| *is).map(|(_, what)| *what).collect();
        if named.is_empty() { Ok(()) } else { Err(format!("not fit for the public: {}", named.join("; "))) }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new(DialectName::Crm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_development_secret_is_for_loopback_only() {
        let options = Options::default();
        assert_eq!(options.check("127.0.0.1:3000".parse().unwrap()), Ok(()));
        assert_eq!(options.check("[::1]:3000".parse().unwrap()), Ok(()));
        assert!(options.check("0.0.0.0:3000".parse().unwrap()).is_err());
        let with = |secret: &str| Options { jwt_secret: secret.to_owned(), ..Options::default() };
        assert_eq!(with(&"x".repeat(32)).check("0.0.0.0:3000".parse().unwrap()), Ok(()));
        for guessed in ["", "x", &"x".repeat(31)] {
            assert!(with(guessed).check("0.0.0.0:3000".parse().unwrap()).is_err(), "{guessed:?}");
            assert_eq!(with(guessed).check("127.0.0.1:3000".parse().unwrap()), Ok(()));
        }
    }

    #[test]
    fn the_public_gets_no_default_of_development() {
        let error = Options::default().check_public().unwrap_err();
        for part in ["JWT_SECRET", "--require-exp", "--dev-auth", "--cors-origin", "--fixtures"] {
            assert!(error.contains(part), "{part}: {error}");
        }
        let fit = Options {
            jwt_secret: "x".repeat(32),
            token_expiry: Expiry::Required,
            dev_auth: Some(false),
            cors_origins: vec!["https://chat.example".to_owned()],
            fixtures: Fixtures::none(),
            ..Options::default()
        };
        assert_eq!(fit.check_public(), Ok(()));
        let open = Options { dialect: DialectName::MinimalOpen, ..fit };
        assert!(open.check_public().unwrap_err().contains("believes"));
    }
}
