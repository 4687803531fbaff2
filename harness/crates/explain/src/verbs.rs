//! A verb as the contracts have it: what it sends, what answers, who hears what, and how it is refused.

use std::fmt::Write as _;

use super::show::show;
use language::contract::{
    AUDIENCES, AnswerForm, Audible, Contract, Heard, Refusal, RestCall, Say, Takes, Verb,
};

/// The names of all verbs, without their ways.
pub(super) fn names(contracts: &[&Contract]) -> Vec<String> {
    let all = contracts.iter().flat_map(|contract| contract.verbs.keys());
    let mut names: Vec<String> = all.map(|name| bare(name).to_owned()).collect();
    names.sort();
    names.dedup();
    names
}

fn bare(name: &str) -> &str {
    name.split(" via ").next().unwrap_or(name)
}

/// What each contract says of a verb; nothing where none has it.
pub(super) fn about(contracts: &[&Contract], name: &str) -> Option<String> {
    let mut text = String::new();
    for contract in contracts {
        for (known, verb) in &contract.verbs {
            if known == name || bare(known) == name {
                dialect(&mut text, contract, known, verb);
            }
        }
    }
    let takes = contracts.iter().find_map(|contract| contract.verbs.get(name)).map(|verb| verb.takes);
    let example = match takes {
        Some(Takes::Room) => format!("- ana: {{{name}: lobby}}"),
        Some(Takes::Text) => format!("- ana: {{{name}: hello}}"),
        Some(Takes::Message) => {
            format!("- ana: {{{name}: hello}}       # a message that was sent with `as: hello`")
        }
        Some(Takes::User) => format!("- ana: {{{name}: bo}}"),
        _ => format!("- ana: {name}"),
    };
    (!text.is_empty()).then(|| format!("{name}: a verb\n\n    {example}\n{text}"))
}

fn dialect(whole: &mut String, contract: &Contract, name: &str, verb: &Verb) {
    let mut text = String::from("\n");
    let mut line = |label: &str, said: &str| {
        // Writing to a text cannot fail.
        let _never = writeln!(text, "  {label:<12} {said}");
    };
    line(&contract.dialect, name);
    line("  sends", &sends(contract, &verb.say));
    for (form, answer) in &verb.forms {
        let also = if form == "documented" { String::new() } else { format!("   (form `{form}`)") };
        if matches!(verb.say, Say::Rest(_)) && is_silent(answer) {
            continue;
        }
        line("  answered", &format!("{}{also}", answered(contract, answer)));
    }
    if let Say::Rest(call) = &verb.say {
        line("  answered", &response(contract, call));
    }
    for (change, audience) in heard(contract, name, verb) {
        line("  heard by", &format!("{audience}   (when: {change})"));
    }
    let refused = verb.refused.or(&contract.refused);
    for (form, answer) in refusals(contract, verb, &refused) {
        let form = if form.is_empty() { String::new() } else { format!("   (form `{form}`)") };
        line("  refused", &format!("{answer}{form}"));
    }
    let reasons = reasons(contract, &refused);
    if !reasons.is_empty() {
        line("  $reason", &reasons);
    }
    if let Some(capability) = &verb.capability {
        line("  needs", &format!("the capability `{capability}`"));
    }
    if let Some(clause) = verb.clause.as_ref().and_then(|id| Some((id, contract.clauses.get(id)?))) {
        let (id, clause) = clause;
        line(
            "  clause",
            &format!("{id}, {}: {} ({}, \"{}\")", clause.level, clause.text, contract.document, clause.at),
        );
    }
    for (name, payload) in &contract.types {
        if text.contains(&format!("${name}")) && !text.contains(&format!("${name}.")) {
            let _never = writeln!(text, "    {:<10} {}", format!("${name}"), show(contract, payload));
        }
    }
    whole.push_str(&text);
}

fn sends(contract: &Contract, say: &Say) -> String {
    match say {
        Say::Connection => "nothing: the connection is opened or closed".to_owned(),
        Say::Emit { event, data: None } => event.clone(),
        Say::Emit { event, data: Some(data) } => format!("{event} {}", show(contract, data)),
        Say::Rest(call) => {
            let body =
                call.json.as_ref().map(|json| format!(" {}", show(contract, json))).unwrap_or_default();
            format!("{} {}{body}", call.method, show(contract, &call.path))
        }
    }
}

fn response(contract: &Contract, call: &RestCall) -> String {
    let body = call.body.as_ref().map(|body| format!(" {}", show(contract, body))).unwrap_or_default();
    format!("status {}{body}", show(contract, &call.status))
}

fn is_silent(form: &AnswerForm) -> bool {
    form.ack.is_none() && form.me.is_empty() && !form.disconnect && form.connect_error.is_none()
}

fn answered(contract: &Contract, form: &AnswerForm) -> String {
    let ack = form.ack.iter().map(|ack| format!("ack {}", show(contract, ack)));
    let me = form.me.iter().map(|heard| event(contract, heard));
    let error = form.connect_error.iter().map(|error| format!("CONNECT_ERROR {}", show(contract, error)));
    let gone = form.disconnect.then(|| "the connection is closed".to_owned());
    let parts: Vec<String> = ack.chain(me).chain(error).chain(gone).collect();
    let said = if parts.is_empty() { "nothing".to_owned() } else { parts.join(", then ") };
    match form.level {
        Some(level) => format!("{said}; accepted, but a finding of level {level}"),
        None => said,
    }
}

fn event(contract: &Contract, heard: &Heard) -> String {
    format!("{} {}", heard.event, show(contract, &heard.data))
}

/// The changes that somebody hears of, with who hears what.
fn heard(contract: &Contract, name: &str, verb: &Verb) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for change in contract.causes(name, verb) {
        let Some((_, consequence)) = contract.when.iter().find(|(known, _)| known.0 == change) else {
            continue;
        };
        for (form, audibles) in &consequence.forms {
            let when = if form == "documented" { change.clone() } else { format!("{change}, form `{form}`") };
            all.extend(audibles.iter().map(|audible| (when.clone(), audience(contract, audible))));
        }
    }
    all
}

fn audience(contract: &Contract, audible: &Audible) -> String {
    let named = AUDIENCES.iter().find(|(_, known)| *known == audible.audience);
    let maybe = if audible.maybe { "maybe " } else { "" };
    format!("{maybe}{}: {}", named.map_or("", |(name, _)| name), event(contract, &audible.heard))
}

fn refusals(contract: &Contract, verb: &Verb, refused: &Refusal) -> Vec<(String, String)> {
    if matches!(verb.say, Say::Rest(_)) {
        let statuses = refused.statuses.iter().map(|(kind, status)| format!("{status} {kind}"));
        let statuses = statuses.collect::<Vec<_>>().join(", ");
        let body = refused.body.as_ref().map(|body| format!(" {}", show(contract, body))).unwrap_or_default();
        return vec![(String::new(), format!("status {statuses}; body{body}"))];
    }
    refused.forms.iter().map(|(name, form)| (name.clone(), answered(contract, form))).collect()
}

fn reasons(contract: &Contract, refused: &Refusal) -> String {
    let one = |(kind, reason): (&String, _)| format!("{kind}: {}", show(contract, reason));
    refused.reasons.iter().map(one).collect::<Vec<_>>().join(", ")
}
