//! Where a case takes place: a server of its own, or the one under test. The runner only knows this much of it.

use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use serde_json::Value;

use super::login::Session;
use language::target::TokenSource;
use wire::client::Reach;

/// A server that a case may use.
pub struct Arena {
    /// Where it listens: `http://127.0.0.1:3000`.
    pub base: String,
    /// What else it takes to reach it.
    pub reach: Reach,
    /// How its tokens are made.
    pub token: TokenSource,
    /// How long to wait before a negative is proved.
    pub settle: Duration,
    /// The user ids that the target lends, as many as were asked for; where it lists none, ids are made up.
    pub users: Vec<String>,
    /// What each of its users has got by logging in, by their id; empty where nobody does.
    pub sessions: HashMap<String, Session>,
    /// What no record may hold.
    pub secrets: Vec<String>,
    /// Whether nobody else uses it, so that made-up ids may be the same in every run.
    pub own: bool,
    /// Whatever has to live as long as the case.
    pub guard: Option<Box<dyn Any + Send + Sync>>,
}

impl fmt::Debug for Arena {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arena").field("base", &self.base).finish_non_exhaustive()
    }
}

impl Arena {
    /// What a user has got by logging in.
    #[must_use]
    pub fn session(&self, id: &Value) -> Option<&Session> {
        let id = match id {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        self.sessions.get(&id)
    }

    /// The node of an actor: they take them in turn.
    #[must_use]
    pub fn node(&self, actor: usize) -> &str {
        let nodes: Vec<&str> = self.reach.nodes(&self.base).collect();
        nodes[actor % nodes.len()]
    }
}

/// The users that are wanted of a target that lists some.
#[derive(Debug, Clone, Copy)]
pub enum Wanted<'a> {
    /// So many, and beside them those that the scenario names itself, where the target lists them.
    Case(usize, &'a [String]),
    /// All of them.
    All,
}

/// Why there is no arena.
#[derive(Debug)]
pub enum NoArena {
    /// The server is not there.
    Unreachable(String),
    /// The target has not what the case needs.
    CouldNotRun(String),
}

/// A future of whatever lends arenas.
pub type Opening<'a> = Pin<Box<dyn Future<Output = Result<Arena, NoArena>> + Send + 'a>>;

/// Lends arenas.
pub trait Venue: Send + Sync {
    /// An arena for one case of a dialect, or for one load. The users are given back with it.
    fn open<'a>(&'a self, dialect: &'a str, wanted: Wanted<'a>) -> Opening<'a>;

    /// Why what was judged may not be what was to be judged; asked once the run is over.
    fn ended(&self) -> Option<String> {
        None
    }
}
