//! Reads what a scenario says without the help of a contract: a turn of load as it is sent and heard, and how a member enters.

use super::contract::{AnswerForm, Audible, Audience, Heard, Say};
use super::contract_file::{METHODS, ack, audience, rest_call};
use super::names::{self, Met};
use super::problem::Problem;
use super::raw::RawTurn;
use super::text::{Document, Fields, Node, Yaml};

/// `{emit: say, data: …, ack: …, expect: {joined: {said: …}}}`, or with `rest` in place of `emit`.
///
/// # Errors
/// The first [`Problem`] in it.
pub(super) fn turn(d: &Document, fields: &Fields<'_>, met: &Met) -> Result<RawTurn, Problem> {
    let (mut acked, name) = (None, name(d, fields)?);
    // What a REST call sends and is answered with stands inside it.
    let said_by_rest = fields.others().any(|(key, _)| key.text == "rest");
    let say = if said_by_rest {
        Say::Rest(Box::new(rest_call(d, fields.need("rest")?, met)?))
    } else {
        let event = names::verbatim(d, fields.need("emit")?, "the name of an event", &[])?.to_owned();
        acked = fields.get("ack").map(|node| ack(d, node, met)).transpose()?;
        let data = fields.get("data").map(|node| met.read(d, node)).transpose()?;
        Say::Emit { event, data }
    };
    let heard = fields.get("expect").map_or(Ok(Vec::new()), |node| heard(d, node, met))?;
    let (mine, heard): (Vec<_>, Vec<_>) = heard.into_iter().partition(|one| one.audience == Audience::Me);
    let me = mine.into_iter().map(|one| one.heard).collect();
    Ok(RawTurn { name, say, answer: AnswerForm { ack: acked, me, ..AnswerForm::default() }, heard })
}

/// `emit say`, or the method and the path as they are written.
fn name(d: &Document, fields: &Fields<'_>) -> Result<String, Problem> {
    let Some((_, rest)) = fields.others().find(|(key, _)| key.text == "rest") else {
        return Ok(format!("emit {}", fields.text("emit")?.unwrap_or_default()));
    };
    let entries = d.entries(rest, "a REST call")?;
    let call = entries.iter().find(|(key, _)| METHODS.contains(&key.text.as_str()));
    Ok(call.map_or_else(String::new, |(method, path)| {
        format!("{} {}", method.text.to_uppercase(), d.snippet(path.span))
    }))
}

/// `{joined: {said: {text: $text}}, others: {system: <any>}}`
fn heard(d: &Document, node: &Node, met: &Met) -> Result<Vec<Audible>, Problem> {
    let mut all = Vec::new();
    for (key, node) in d.entries(node, "`expect`")? {
        let (audience, maybe) = audience(d, key)?;
        let Yaml::Map(events) = &node.value else {
            let problem = d.problem(node.span, "an event has to be named with its payload");
            return Err(
                problem.hint(format!("write {}: {{EVENT: {{field: <any>}}}}, or EVENT: <any>", key.text))
            );
        };
        for (event, data) in events {
            names::as_it_stands(d, &event.text, event.span, "the name of an event", &[])?;
            let heard = Heard { event: event.text.clone(), data: met.read(d, data)?, clause: None };
            all.push(Audible { audience, heard, maybe });
        }
    }
    Ok(all)
}
