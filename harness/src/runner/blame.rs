//! From what did not fit to findings: how bad, which clause, in which words.

use serde_json::Value;

use super::case::Case;
use crate::check::judge::{Channel, Ended, Match, Received};
use crate::check::matching::{describe, forbidden_name};
use crate::check::scope::Context;
use crate::plan::user_of;
use crate::record::{ClauseRef, Difference, Finding, Kind, Party};
use crate::scenario::contract::Contract;
use crate::scenario::level::Level;
use crate::scenario::payload::Payload;
use crate::world::SocketId;

impl Case {
    /// A finding that needs no more than a sentence.
    pub(super) fn find(
        &mut self,
        kind: Kind,
        clause: Option<&str>,
        socket: Option<SocketId>,
        message: String,
    ) {
        let level = self.plan.contract.level(clause);
        self.find_at(level, kind, clause, socket, message);
    }

    /// A finding of a level of its own.
    pub(super) fn find_at(
        &mut self,
        level: Level,
        kind: Kind,
        clause: Option<&str>,
        socket: Option<SocketId>,
        message: String,
    ) {
        let level = level.min(self.plan.scenario.level);
        let finding = Finding {
            clause: self.clause(clause),
            actor: socket.map(|socket| self.caller(socket)),
            during: self.log.doing.as_ref().map(|doing| doing.what.clone()).unwrap_or_default(),
            party: socket.and_then(|socket| self.party(socket)),
            ..Finding::new(level, kind, self.log.step, message)
        };
        self.log.findings.push(finding);
    }

    /// Who the owner of a socket is to the one who acts.
    fn party(&self, socket: SocketId) -> Option<Party> {
        let doing = self.log.doing.as_ref()?;
        let (acting, actor) = (self.cast.get(doing.socket.0 as usize)?, self.cast.get(socket.0 as usize)?);
        let members = doing.room.as_ref().and_then(|room| self.plan.scenario.rooms.get(room));
        let member = |members: &Vec<String>| members.iter().any(|name| user_of(name) == actor.user_name);
        Some(match members {
            _ if doing.socket == socket => Party::Sender,
            _ if acting.user == actor.user => Party::OwnDevice,
            Some(members) if !member(members) => Party::Stranger,
            _ => Party::Other,
        })
    }

    /// The last finding, to say more about it.
    fn last(&mut self) -> Option<&mut Finding> {
        self.log.findings.last_mut()
    }

    fn clause(&self, id: Option<&str>) -> Option<ClauseRef> {
        clause_ref(&self.plan.contract, id?)
    }

    /// Something arrived that an expectation took: its clause is judged, and where it differs is found.
    pub(super) fn judge_match(&mut self, found: Match, socket: SocketId) {
        self.log.judged(found.item.clause.as_deref());
        let (undocumented, wrong): (Vec<_>, Vec<_>) =
            found.differences.into_iter().partition(|difference| difference.undocumented);
        let received = self.log.transcript.last().map(|entry| entry.payload.clone()).unwrap_or_default();
        let at = if socket == self.nobody() { String::new() } else { format!(" at {}", self.caller(socket)) };
        for (kind, differences) in [(Kind::WrongPayload, wrong), (Kind::Undocumented, undocumented)] {
            if differences.is_empty() {
                continue;
            }
            let level = match kind {
                Kind::Undocumented if self.leaks(socket, &extras(&differences, &received)) => Level::Must,
                Kind::Undocumented => Level::Should,
                _ if differences.iter().any(|difference| difference.forbidden) => Level::Must,
                _ => found.item.level,
            };
            let places = places(&differences);
            let message = match kind {
                Kind::Undocumented => {
                    format!("{}{at} has what no document mentions: {places}", found.item.name)
                }
                _ => format!("{}{at} is not what was expected: {places}", found.item.name),
            };
            self.find_at(level, kind, found.item.clause.as_deref(), Some(socket), message);
            if let Some(finding) = self.last() {
                finding.subject.clone_from(&found.item.name);
                finding.expected = Some(found.expected.clone());
                finding.received = Some(received.clone());
                finding.differences = differences;
            }
        }
    }

    /// Something arrived that nothing accounts for.
    pub(super) fn unexpected(&mut self, received: &Received, name: &str) {
        let socket = received.socket;
        let actor = self.caller(socket);
        if received.channel == Channel::Disconnected {
            if self.log.lingering {
                return;
            }
            let message = format!("{actor} was disconnected: {}", plain(&received.value));
            self.find(Kind::ConnectionLost, None, Some(socket), message);
            self.log.halted = true;
            return;
        }
        // The harness asked for an ack where none is documented: one that says nothing, and comes once, is only polite.
        if let Channel::Ack(id) = received.channel
            && self.asked.remove(&(socket, id))
            && received.value.is_null()
        {
            return;
        }
        let spec = match &received.channel {
            Channel::Event(event) => self.plan.contract.events.get(event),
            _ => None,
        };
        let clause = spec.map(|spec| spec.clause.clone());
        let leak = self.leaks(socket, &received.value);
        let known = clause.is_some() || !matches!(received.channel, Channel::Event(_));
        let forbidden = forbidden_name(&received.value, &self.plan.contract.never).is_some();
        let level = match clause.as_deref() {
            _ if leak || forbidden => Level::Must,
            Some(clause) => self.plan.contract.level(Some(clause)),
            None if known => Level::Must,
            None => Level::Should,
        };
        let (kind, why) = match (leak, known) {
            (true, _) => (Kind::Leak, "it tells of a room that this user is not in"),
            (false, true) => (Kind::Unexpected, "nothing that happened accounts for it"),
            (false, false) => (Kind::Undocumented, "no document mentions such an event"),
        };
        self.find_at(level, kind, clause.as_deref(), Some(socket), format!("{actor} received {name}: {why}"));
        if let Some(finding) = self.last() {
            name.clone_into(&mut finding.subject);
            finding.received = Some(received.value.clone());
        }
        self.blame_lateness();
    }

    /// An expectation ended: the form it took, and what did not come.
    pub(super) fn judge_ended(&mut self, ended: Ended, waited: std::time::Duration) {
        if ended.missing.is_empty() {
            self.log.judged(ended.clause.as_deref());
            let told = ended.told_apart && !ended.thing.is_empty();
            if told {
                self.log.forms.push((ended.thing.clone(), ended.form.clone()));
            }
            let form = told.then(|| self.log.forms.len().saturating_sub(1));
            for late in ended.unused_acks {
                if let Channel::Ack(id) = late.item.channel {
                    self.late_acks.insert((late.item.socket, id), (late, form));
                }
            }
            if let Some(level) = ended.level {
                let message = format!("{}: `{}` is accepted, but not documented", ended.thing, ended.form);
                self.find_at(level, Kind::Form, ended.clause.as_deref(), None, message);
            }
            return;
        }
        for item in ended.missing {
            self.log.judged(item.clause.as_deref());
            let context = Context { contract: &self.plan.contract, book: &self.book, scope: &item.scope };
            let expected = describe(&item.payload, context);
            let actor = self.caller(item.socket);
            let message = format!("{actor} did not receive {} within {} ms", item.name, waited.as_millis());
            let socket = (item.socket != self.nobody()).then_some(item.socket);
            self.find_at(item.level, Kind::Missing, item.clause.as_deref(), socket, message);
            if let Some(finding) = self.last() {
                finding.subject.clone_from(&item.name);
                finding.expected = Some(expected);
            }
        }
        self.blame_lateness();
        self.log.halted = true;
    }

    /// Whether a value carries a text or an id of a room that the owner of a socket is not in.
    fn leaks(&self, socket: SocketId, value: &Value) -> bool {
        let Some(actor) = self.cast.get(socket.0 as usize) else { return false };
        let member = |room: &str| {
            let members = self.plan.scenario.rooms.get(room);
            let member = |name: &String| user_of(name) == actor.user_name;
            actor.valid() && members.is_none_or(|members| members.iter().any(member))
        };
        let text = value.to_string();
        let quoted = |text: &str| Value::String(text.to_owned()).to_string();
        let texts = self.messages.iter().filter(|message| !member(&message.room));
        let tells = texts
            .map(|message| quoted(&message.text))
            .any(|secret| secret.len() > 5 && text.contains(&secret));
        let fields = room_fields(&self.plan.contract);
        let foreign = self.rooms.iter().filter(|room| !member(room));
        tells
            || foreign
                .filter_map(|room| self.book.get(&format!("room:{room}")))
                .any(|id| fields.iter().any(|field| holds(value, field, id)))
    }
}

/// The fields in which a dialect's payloads carry the id of a room.
fn room_fields(contract: &Contract) -> Vec<&str> {
    fn collect<'p>(payload: &'p Payload, found: &mut Vec<&'p str>) {
        if let Payload::Object { fields, .. } = payload {
            for (name, value) in fields {
                if matches!(value, Payload::Reference(path) if path.0 == ["room", "id"]) {
                    found.push(name);
                }
                collect(value, found);
            }
        }
    }
    let mut found = Vec::new();
    let payloads = contract.events.values().map(|event| &event.data).chain(contract.types.values());
    payloads.for_each(|payload| collect(payload, &mut found));
    found
}

/// Whether a value holds an id in a field of this name, however deep.
fn holds(value: &Value, field: &str, id: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| holds(item, field, id)),
        Value::Object(fields) => {
            fields.iter().any(|(name, value)| (name == field && value == id) || holds(value, field, id))
        }
        _ => false,
    }
}

/// The values of undocumented fields: what may leak is in them.
fn extras(differences: &[Difference], received: &Value) -> Value {
    let value = |path: &str| {
        path.split('.').try_fold(received, |value, name| match name.parse::<usize>() {
            Ok(index) if value.is_array() => value.get(index),
            _ => value.get(name),
        })
    };
    let found = differences.iter().filter_map(|difference| {
        let field = difference.path.rsplit('.').next().unwrap_or_default().to_owned();
        Some((field, value(&difference.path)?.clone()))
    });
    Value::Object(found.collect())
}

/// The first places, and how many more there are.
fn places(differences: &[Difference]) -> String {
    const SHOWN: usize = 4;
    let mut named = differences.iter().take(SHOWN).map(place).collect::<Vec<_>>().join(", ");
    if let Some(more) = differences.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        named.push_str(&format!(" and {more} more"));
    }
    named
}

fn place(difference: &Difference) -> String {
    if difference.path.is_empty() { "the whole of it".to_owned() } else { format!("`{}`", difference.path) }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A clause of a contract, as a report shows it.
pub(super) fn clause_ref(contract: &Contract, id: &str) -> Option<ClauseRef> {
    let clause = contract.clauses.get(id)?;
    Some(ClauseRef {
        id: id.to_owned(),
        document: contract.document.clone(),
        at: clause.at.clone(),
        text: clause.text.clone(),
    })
}
