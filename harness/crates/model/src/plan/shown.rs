//! What actors show before the first step: which credential, in which place, over which transport. Each is a word that has to be
//! known, also where `for` lists it: a word that nobody knows could only end a run before it begins.

use std::sync::Arc;

use super::BAD_TOKENS;
use language::contract::Contract;
use language::payload::{Payload, Piece};
use language::problem::Problem;
use language::reference::Reference;
use language::script::{Scenario, UserSpec, Values};
use language::script_file::TRANSPORTS;
use language::text::{Node, Span};

/// A credential that a server has to accept.
const VALID: &str = "valid";

/// A key of an actor, and the words that may stand there.
struct Kind<'a> {
    key: &'static str,
    what: &'static str,
    /// Which list of the language, instead of written ones.
    all: Option<Values>,
    known: Vec<&'a str>,
}

/// Refuses words that mean nothing.
///
/// # Errors
/// At the first such word, with the nearest that means something.
pub(super) fn check(scenario: &Scenario, contracts: &[Arc<Contract>]) -> Result<(), Problem> {
    let of_it = |contract: &&Arc<Contract>| {
        scenario.dialect.as_ref().is_none_or(|own| contract.lineage().any(|known| known == own))
    };
    let places = contracts.iter().filter(of_it).flat_map(|contract| contract.credentials.keys());
    let credentials = std::iter::once(VALID).chain(BAD_TOKENS.iter().copied());
    let kinds = [
        Kind {
            key: "credential",
            what: "credential",
            all: Some(Values::BadCredentials),
            known: credentials.collect(),
        },
        Kind {
            key: "place",
            what: "place for a credential",
            all: Some(Values::Places),
            known: places.map(String::as_str).collect(),
        },
        Kind { key: "transport", what: "transport", all: None, known: TRANSPORTS.to_vec() },
    ];
    for (name, spec) in &scenario.users {
        for (kind, payload) in kinds.iter().zip(shown(spec)) {
            if let Some(payload) = payload {
                kind.check(scenario, name, payload)?;
            }
        }
    }
    Ok(())
}

/// In the order of the kinds.
fn shown(spec: &UserSpec) -> [Option<&Payload>; 3] {
    [spec.credential.as_ref(), spec.place.as_ref(), spec.transport.as_ref()]
}

impl Kind<'_> {
    fn check(&self, scenario: &Scenario, user: &str, payload: &Payload) -> Result<(), Problem> {
        match payload {
            Payload::Text(pieces) => match pieces.as_slice() {
                [Piece::Literal(word)] => self.word(scenario, word, of_user(scenario, user, self.key)),
                _ => Ok(()),
            },
            Payload::Reference(Reference::Named(variable)) => match scenario.matrix.get(variable) {
                Some(Values::Listed(words)) => {
                    let place = |at| of_variable(scenario, variable, Some(at));
                    words.iter().enumerate().try_for_each(|(at, word)| self.word(scenario, word, place(at)))
                }
                Some(all) if Some(all) != self.all.as_ref() => {
                    let message = format!("`{variable}` has to be a {}, and `for` lists others", self.what);
                    Err(scenario.document.problem(of_variable(scenario, variable, None), message))
                }
                // Another check tells of a variable that there is not.
                Some(_) | None => Ok(()),
            },
            _ => {
                let message = format!("`{}` is a word", self.key);
                Err(scenario.document.problem(of_user(scenario, user, self.key), message))
            }
        }
    }

    fn word(&self, scenario: &Scenario, word: &str, span: Span) -> Result<(), Problem> {
        if self.known.contains(&word) {
            return Ok(());
        }
        let problem = scenario.document.problem(span, format!("there is no {} `{word}`", self.what));
        Err(problem.nearest(word, self.known.iter().copied()))
    }
}

/// Where a key of an actor stands.
fn of_user(scenario: &Scenario, user: &str, key: &str) -> Span {
    let root = &scenario.document.root;
    root.entry("users").and_then(|users| users.entry(user)?.entry(key)).unwrap_or(root).span
}

/// Where a variable stands, or one of its values.
fn of_variable(scenario: &Scenario, variable: &str, at: Option<usize>) -> Span {
    let root = &scenario.document.root;
    let values = root.entry("for").and_then(|all| all.entry(variable));
    let value = |values: &'_ Node| at.and_then(|at| Some(scenario.document.list(values).get(at)?.span));
    values.map_or(root.span, |values| value(values).unwrap_or(values.span))
}
