//! The default venue: for every case a reference server of its own, on a free loopback port, in this process.

use std::collections::HashMap;
use std::time::Duration;

use reference_server::{DialectName, Options};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::streams::errln;
use conformance::{Arena, NoArena, Opening, Venue, Wanted};
use language::target::TokenSource;
use wire::client::Reach;

/// Lends every case a reference server of its own.
#[derive(Debug, Clone)]
pub struct Embedded {
    /// What each server is started with; the dialect is the case's.
    pub options: Options,
    /// How long to wait before a negative is proved; our own server sends in order and at once.
    pub settle: Duration,
}

impl Embedded {
    /// Servers whose documented times are multiplied by this.
    #[must_use]
    pub fn new(timescale: f64) -> Self {
        let mut options = Options::default();
        options.typing_debounce = options.typing_debounce.mul_f64(timescale);
        options.typing_expiry = options.typing_expiry.mul_f64(timescale);
        Self { options, settle: Duration::ZERO }
    }

    /// A server for load: no limit on how fast a user may speak.
    #[must_use]
    pub fn under_load(mut self) -> Self {
        self.options.rate_limit = None;
        self
    }

    async fn serve(&self, dialect: &str) -> Result<Arena, String> {
        let dialect: DialectName = dialect
            .parse()
            .map_err(|_| format!("the embedded reference server does not speak `{dialect}`"))?;
        let options = Options { dialect, ..self.options.clone() };
        let secret = options.jwt_secret.clone();
        let listener =
            TcpListener::bind("127.0.0.1:0").await.map_err(|error| format!("no loopback port: {error}"))?;
        let address = listener.local_addr().map_err(|error| format!("no loopback port: {error}"))?;
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(async move {
            let until = async move {
                // The sender is dropped with the arena.
                let _dropped = stopped.await;
            };
            if let Err(error) = reference_server::serve(listener, options, until).await {
                errln!("the embedded reference server failed: {error}");
            }
        });
        Ok(Arena {
            base: format!("http://{address}"),
            reach: Reach::default(),
            token: TokenSource::Secret(secret),
            settle: self.settle,
            users: Vec::new(),
            sessions: HashMap::new(),
            secrets: Vec::new(),
            own: true,
            guard: Some(Box::new(stop)),
        })
    }
}

/// One server that several cases share, for as long as this lives.
#[derive(Debug)]
pub struct Shared {
    arena: Arena,
}

impl Embedded {
    /// Starts one server for all cases of a dialect.
    ///
    /// # Errors
    /// In words, where it cannot be started.
    pub async fn shared(&self, dialect: &str) -> Result<Shared, String> {
        self.serve(dialect).await.map(|arena| Shared { arena })
    }
}

impl Venue for Shared {
    fn open<'a>(&'a self, _dialect: &'a str, _wanted: Wanted<'a>) -> Opening<'a> {
        let Arena { base, token, settle, .. } = &self.arena;
        let arena = Arena {
            base: base.clone(),
            reach: Reach::default(),
            token: token.clone(),
            settle: *settle,
            users: Vec::new(),
            sessions: HashMap::new(),
            secrets: Vec::new(),
            own: false,
            guard: None,
        };
        Box::pin(std::future::ready(Ok(arena)))
    }
}

impl Venue for Embedded {
    fn open<'a>(&'a self, dialect: &'a str, _wanted: Wanted<'a>) -> Opening<'a> {
        Box::pin(async { self.serve(dialect).await.map_err(NoArena::Unreachable) })
    }
}

/// Whether the embedded reference server speaks this dialect.
#[must_use]
pub fn speaks(dialect: &str) -> bool {
    dialect.parse::<DialectName>().is_ok()
}
