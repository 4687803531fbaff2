//! Who hears what, and when: every place of a contract where an event reaches a socket.

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use super::registry::object;
use super::schema::Schemas;
use super::{all_reasons, clauses};
use language::contract::{AUDIENCES, AnswerForm, Audience, Consequence, Contract, Heard};

/// One place where an event is heard.
pub(super) struct Place<'c> {
    /// The event and its payload there.
    pub(super) heard: &'c Heard,
    /// A clause of the place itself.
    pub(super) clause: Option<&'c str>,
    /// Where that is, as the document tells it.
    pub(super) told: Value,
}

/// Every event by name, those of the contract first, and the places where it is heard.
pub(super) fn places(contract: &Contract) -> IndexMap<&str, Vec<Place<'_>>> {
    let of_changes = contract.when.iter().flat_map(|(change, consequence)| of_change(&change.0, consequence));
    let of_verbs = contract.verbs.iter().flat_map(|(name, verb)| {
        let answered = answers("answers", name, &verb.forms, verb.clause.as_deref());
        answered.chain(answers("refuses", name, &verb.refused.forms, None))
    });
    let of_all = answers("refuses", "any other verb", &contract.refused.forms, None);
    let mut all: IndexMap<&str, Vec<Place<'_>>> =
        contract.events.keys().map(|name| (name.as_str(), Vec::new())).collect();
    for place in of_changes.chain(of_verbs).chain(of_all) {
        all.entry(place.heard.event.as_str()).or_default().push(place);
    }
    all
}

fn of_change<'c>(change: &'c str, consequence: &'c Consequence) -> impl Iterator<Item = Place<'c>> {
    consequence.forms.iter().flat_map(move |(form, audibles)| {
        audibles.iter().map(move |audible| Place {
            heard: &audible.heard,
            clause: consequence.clause.as_deref(),
            told: object([
                ("when", json!(change)),
                ("form", json!(form)),
                ("audience", json!(audience(audible.audience))),
                ("required", json!(!audible.maybe)),
                ("level", json!(consequence.level)),
            ]),
        })
    })
}

fn answers<'c>(
    what: &'static str,
    verb: &'c str,
    forms: &'c IndexMap<String, AnswerForm>,
    clause: Option<&'c str>,
) -> impl Iterator<Item = Place<'c>> {
    forms.iter().flat_map(move |(name, form)| {
        form.me.iter().map(move |heard| Place {
            heard,
            clause,
            told: object([
                (what, json!(verb)),
                ("form", json!(name)),
                ("audience", json!("me")),
                ("level", json!(form.level)),
            ]),
        })
    })
}

fn audience(wanted: Audience) -> &'static str {
    AUDIENCES.iter().find(|(_, known)| *known == wanted).map_or("me", |(name, _)| name)
}

/// What others hear of every change.
pub(super) fn consequences(contract: &Contract) -> Value {
    let reasons = all_reasons(contract);
    let schemas = Schemas { contract, reasons: &reasons };
    let told = |consequence: &Consequence| {
        let forms: Map<String, Value> = consequence
            .forms
            .iter()
            .map(|(name, audibles)| {
                let heard = audibles.iter().map(|audible| {
                    json!({
                        "audience": audience(audible.audience), "event": audible.heard.event,
                        "required": !audible.maybe, "payload": schemas.of(&audible.heard.data),
                    })
                });
                (name.clone(), heard.collect())
            })
            .collect();
        object([
            ("level", json!(consequence.level)),
            ("forms", Value::Object(forms)),
            ("x-clauses", clauses(contract, consequence.clause.as_deref())),
        ])
    };
    contract
        .when
        .iter()
        .map(|(change, consequence)| (change.0.clone(), told(consequence)))
        .collect::<Map<_, _>>()
        .into()
}
