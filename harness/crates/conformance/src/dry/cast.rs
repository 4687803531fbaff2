//! The actors of a case without a server: who they are, and what they show when they connect.

use serde_json::{Value, json};

use language::contract::{Contract, IdKind};
use model::check::fill::{Unfilled, as_text};
use model::check::matching::compare;
use model::check::scope::{Book, Context, Scope};
use model::interpreter::Speaker;
use model::interpreter::said::made_up;
use model::plan::{self, CasePlan, user_of};
use model::world::SocketId;

/// The state of a connection, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    Offline,
    Up,
    /// The server may have refused it.
    PerhapsUp,
}

pub(super) struct Actor {
    pub(super) name: String,
    pub(super) offline: bool,
    pub(super) line: Link,
    credential: String,
    place: String,
}

/// The actors.
pub(super) fn of(plan: &CasePlan) -> Vec<Actor> {
    // Nothing but variables is known before a case begins.
    let book = Book::default();
    let usual = plan.contract.credentials.keys().next().map_or("", String::as_str);
    let actor = |name: &String| {
        let spec = plan.scenario.users.get(name).cloned().unwrap_or_default();
        let scope = Scope { variables: plan.variables.clone(), ..Scope::default() };
        let context = Context { contract: &plan.contract, book: &book, scope: &scope };
        let word = |payload: Option<_>, usual: &str| {
            payload.and_then(|payload| as_text(&payload, context).ok()).unwrap_or_else(|| usual.to_owned())
        };
        Actor {
            name: name.clone(),
            offline: spec.offline,
            line: Link::Offline,
            credential: word(spec.credential, "valid"),
            place: word(spec.place, usual),
        }
    };
    plan::actors(&plan.scenario).iter().map(actor).collect()
}

impl Actor {
    /// As the model knows them when they speak: with a label in place of the token.
    pub(super) fn speaker(&self, index: usize) -> Speaker<'_> {
        Speaker { socket: SocketId(index as u32), user: user_of(&self.name), token: Some("<token>") }
    }

    pub(super) fn valid(&self) -> bool {
        self.credential == "valid"
    }

    /// The credential in its place, as a label where it is a token.
    pub(super) fn shown(&self, contract: &Contract, context: Context<'_>) -> Result<Value, Unfilled> {
        let Some(place) = contract.credentials.get(&self.place).filter(|_| self.credential != "none") else {
            return Ok(Value::Null);
        };
        let value = if self.valid() {
            let text = json!(as_text(&place.value, context)?);
            compare(&place.value, &text, context).redacted
        } else if contract.carries_token(&self.place) {
            json!(format!("<{} token>", self.credential))
        } else {
            json!(format!("<{}>", self.credential))
        };
        Ok(json!({ &*self.place: value }))
    }
}

/// An id that stands for one that only a server can tell; unlike any that a scenario would write out.
pub(super) fn stands_in(kind: IdKind, index: usize) -> Value {
    made_up(kind, "id", 3_000_000_000 + index as u64)
}
