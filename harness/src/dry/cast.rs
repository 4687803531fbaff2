//! The actors of a case without a server: who they are, and what they show when they connect.

use serde_json::{Value, json};

use crate::check::fill::as_text;
use crate::check::matching::compare;
use crate::check::scope::{Book, Context, Scope};
use crate::plan::{self, CasePlan, user_of};
use crate::scenario::contract::{Contract, IdKind};

/// The state of a connection, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    Offline,
    Up,
    /// The server may have refused it.
    PerhapsUp,
}

pub(super) struct Actor {
    pub(super) name: String,
    pub(super) offline: bool,
    pub(super) line: Line,
    credential: String,
    place: String,
}

/// The actors and the users behind them.
pub(super) fn of(plan: &CasePlan, book: &Book) -> (Vec<Actor>, Vec<String>) {
    let names = plan::actors(&plan.scenario);
    let users = plan::users(&names);
    let usual = plan.contract.credentials.keys().next().map_or("", String::as_str);
    let actor = |name: &String| {
        let spec = plan.scenario.users.get(name).cloned().unwrap_or_default();
        let scope = Scope { variables: plan.variables.clone(), ..Scope::default() };
        let context = Context { contract: &plan.contract, book, scope: &scope };
        let word = |payload: Option<_>, usual: &str| {
            payload.and_then(|payload| as_text(&payload, context).ok()).unwrap_or_else(|| usual.to_owned())
        };
        Actor {
            name: name.clone(),
            offline: spec.offline,
            line: Line::Offline,
            credential: word(spec.credential, "valid"),
            place: word(spec.place, usual),
        }
    };
    (names.iter().map(actor).collect(), users)
}

impl Actor {
    pub(super) fn valid(&self) -> bool {
        self.credential == "valid"
    }

    /// The credential in its place, as a label where it is a token.
    pub(super) fn shown(&self, contract: &Contract, context: Context<'_>) -> Result<Value, String> {
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

/// The user of an actor, for its scope.
pub(super) fn user(name: Option<&str>) -> Option<String> {
    name.map(|name| user_of(name).to_owned())
}

/// An id that stands for one that only a server can tell; unlike any that a scenario would write out.
pub(super) fn made_up(kind: IdKind, index: usize) -> Value {
    let number = 3_000_000_000 + index as u64;
    match kind {
        IdKind::Int => json!(number),
        IdKind::Str => json!(format!("id-{number}")),
        IdKind::Uuid => json!(format!("00000000-0000-4000-9000-{number:012x}")),
    }
}
