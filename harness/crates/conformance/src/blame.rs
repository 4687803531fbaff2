//! From what did not fit to findings: how bad, which clause, in which words.

use std::sync::Arc;

use serde_json::Value;

use super::case::Case;
use language::contract::{Contract, Making};
use language::ground::Ground;
use language::level::Level;
use language::payload::Payload;
use language::reference::Reference;
use model::check::answer;
use model::check::internals::internals;
use model::check::judge::{Channel, Item, Match, Received};
use model::check::matching::forbidden_name;
use model::plan::user_of;
use model::world::SocketId;
use results::record::{ClauseRef, Difference, Direction, Finding, Kind, Party};

/// An answer is quoted up to here.
const LONGEST_QUOTED: usize = 120;

impl Case {
    /// A finding that needs no more than a sentence.
    pub(super) fn find(
        &mut self,
        kind: Kind,
        clause: Option<&str>,
        socket: Option<SocketId>,
        message: String,
    ) {
        let level = self.model.plan.contract.level(clause);
        let _found = self.find_at(level, kind, clause, socket, message);
    }

    /// A finding of a level of its own, to say more about it; none where the same was found in this step already.
    pub(super) fn find_at(
        &mut self,
        level: Level,
        kind: Kind,
        clause: Option<&str>,
        socket: Option<SocketId>,
        message: String,
    ) -> Option<&mut Finding> {
        // The level is that of the broken rule; where no clause says one, that of the scenario bounds it.
        let bound = clause.is_none() && kind != Kind::Leak;
        let level = if bound { level.min(self.model.plan.scenario.level) } else { level };
        let ground = self.model.plan.scenario.ground;
        let level = level.min(ground.bound());
        if self.model.plan.contract.is_ours(clause) {
            if kind == Kind::Undocumented {
                return None;
            }
            // Nobody has to do it as the reference server does; what stands on it cannot be judged here.
            self.log.ours.get_or_insert(format!("{message}; no document says how that is done"));
            self.log.halted = true;
            return None;
        }
        let finding = Finding {
            clause: self.clause(clause),
            actor: socket.map(|socket| self.caller(socket)),
            during: self.log.doing.as_ref().map(|doing| doing.what.clone()).unwrap_or_default(),
            party: socket.and_then(|socket| self.party(socket)),
            ..Finding::new(level, kind, self.log.step, message)
        };
        let same = |known: &Finding| known.step == finding.step && known.message == finding.message;
        if self.log.findings.iter().any(same) {
            return None;
        }
        self.log.findings.push(finding);
        self.log.findings.last_mut()
    }

    /// Who the owner of a socket is to the one who acts.
    fn party(&self, socket: SocketId) -> Option<Party> {
        let doing = self.log.doing.as_ref()?;
        let (acting, actor) = (self.cast.get(doing.socket.0 as usize)?, self.cast.get(socket.0 as usize)?);
        let members = doing.room.as_ref().and_then(|room| self.model.plan.scenario.rooms.get(room));
        let member = |members: &Vec<String>| members.iter().any(|name| user_of(name) == actor.user_name);
        Some(match members {
            _ if doing.socket == socket => Party::Sender,
            _ if acting.user == actor.user => Party::OwnDevice,
            Some(members) if !member(members) => Party::Stranger,
            _ => Party::Other,
        })
    }

    fn clause(&self, id: Option<&str>) -> Option<ClauseRef> {
        let mut clause = ClauseRef::of(&self.model.plan.contract, id?)?;
        if self.model.plan.scenario.ground == Ground::Sense {
            clause.ground = Ground::Sense;
        }
        Some(clause)
    }

    /// An answer that refuses must not tell what the server looks like inside.
    fn tells_too_much(&mut self, socket: SocketId, name: &str, received: &Value) {
        let refused = self.log.doing.as_ref().is_some_and(|doing| doing.refused.is_some());
        if !refused && !answer::tells_of_failure(name) && answer::refusal(received).is_none() {
            return;
        }
        let never = &self.model.plan.contract.never_text;
        if let Some((what, told)) = internals(received, never) {
            let told: String = told.chars().take(LONGEST_QUOTED).collect();
            let message = format!("{name} at {} tells {what}: {told}", self.caller(socket));
            let found = self.find_at(Level::Should, Kind::Undocumented, None, Some(socket), message);
            if let Some(finding) = found {
                name.clone_into(&mut finding.subject);
                finding.received = Some(received.clone());
            }
        }
    }

    /// Something arrived that an expectation took: its clause is judged, and where it differs is found.
    pub(super) fn judge_match(&mut self, found: Match, socket: SocketId) {
        self.log.judged(found.item.clause.as_deref());
        let (undocumented, wrong): (Vec<_>, Vec<_>) =
            found.differences.into_iter().partition(|difference| difference.undocumented);
        if self.goes_another_way(&found.item, &wrong) {
            return;
        }
        let received = self.log.transcript.last().map(|entry| entry.payload.clone()).unwrap_or_default();
        self.tells_too_much(socket, &found.item.name, &received);
        let at = if socket == self.nobody() { String::new() } else { format!(" at {}", self.caller(socket)) };
        let otherwise = if wrong.is_empty() { None } else { self.answered_otherwise(&found.item, &received) };
        for (kind, differences) in [(Kind::WrongPayload, wrong), (Kind::Undocumented, undocumented)] {
            // What an answer of another kind adds is no finding of its own.
            if differences.is_empty() || kind == Kind::Undocumented && otherwise.is_some() {
                continue;
            }
            let places = places(&differences);
            let (kind, message) = match (kind, &otherwise) {
                (_, Some(otherwise)) => otherwise.clone(),
                (Kind::Undocumented, _) if self.model.plan.contract.is_raw() => {
                    (kind, format!("{}{at} has more than the step expects: {places}", found.item.name))
                }
                (Kind::Undocumented, _) => {
                    (kind, format!("{}{at} has what no document mentions: {places}", found.item.name))
                }
                _ => (kind, format!("{}{at} is not what was expected: {places}", found.item.name)),
            };
            let level = match kind {
                Kind::Undocumented if self.leaks(socket, &extras(&differences, &received)) => {
                    self.level_of_a_leak(socket)
                }
                Kind::Undocumented => Level::Should,
                _ if differences.iter().any(|difference| difference.forbidden) => Level::Must,
                _ => found.item.level,
            };
            let finding = self.find_at(level, kind, found.item.clause.as_deref(), Some(socket), message);
            if let Some(finding) = finding {
                finding.subject.clone_from(&found.item.name);
                finding.expected = Some(found.expected.clone());
                finding.received = Some(received.clone());
                finding.differences = differences;
            }
        }
    }

    /// Whether the server has another route than the one that no document names: what stands on it cannot be judged.
    fn goes_another_way(&mut self, item: &Item, wrong: &[Difference]) -> bool {
        let received = self.log.transcript.last().map(|entry| entry.payload.clone()).unwrap_or_default();
        // What stands deep in a body, or in a list of it, was looked for in the right place.
        let shallow = |difference: &Difference| {
            let is_list = at(&received, &difference.path).is_some_and(Value::is_array);
            difference.path.split('.').count() <= 2 && !is_list
        };
        let doing = self.log.doing.as_ref().filter(|doing| doing.undocumented && doing.refused.is_none());
        let Some(doing) = doing.filter(|_| matches!(item.channel, Channel::Rest(_))) else { return false };
        if wrong.is_empty() || !wrong.iter().all(shallow) {
            return false;
        }
        let reason =
            format!("{}: {} is not what was expected; no document names it", doing.verb(), item.name);
        self.log.ours = Some(reason);
        self.log.halted = true;
        true
    }

    /// An answer that refuses where the action was to be accepted, or the other way round: what to call that.
    fn answered_otherwise(&mut self, item: &Item, received: &Value) -> Option<(Kind, String)> {
        if !matches!(item.channel, Channel::Ack(_) | Channel::Rest(_)) {
            return None;
        }
        let doing = self.log.doing.as_ref().filter(|doing| doing.socket == item.socket)?;
        let actor = self.caller(item.socket);
        let (verb, refused) = (doing.verb(), doing.refused.as_deref());
        let otherwise = match (refused, answer::refusal(received)) {
            (None, Some(reason)) => {
                let by =
                    if matches!(item.channel, Channel::Rest(_)) { "" } else { "by an ack that refuses: " };
                (Kind::Instead, format!("{verb} of {actor} was answered {by}{reason}"))
            }
            (Some(kind), None) if answer::acceptance(received) => (
                Kind::Accepted,
                format!("{verb} of {actor} was accepted, and should have been refused ({kind})"),
            ),
            _ => return None,
        };
        self.log.otherwise = true;
        Some(otherwise)
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
            && self.owed.asked.remove(&(socket, id))
            && received.value.is_null()
        {
            return;
        }
        let leak = self.leaks(socket, &received.value);
        if leak && self.actor(socket).let_in {
            // That it was let in has been told.
            self.log.set_aside += 1;
            return;
        }
        self.tells_too_much(socket, name, &received.value);
        let Strange { kind, level, clause, message } = self.strange(received, name, leak);
        if let Some(finding) = self.find_at(level, kind, clause.as_deref(), Some(socket), message) {
            name.clone_into(&mut finding.subject);
            finding.received = Some(received.value.clone());
        }
        self.blame_lateness();
    }

    /// What to call something that nothing accounts for, and how bad it is.
    fn strange(&mut self, received: &Received, name: &str, leak: bool) -> Strange {
        let actor = self.caller(received.socket);
        let contract = Arc::clone(&self.model.plan.contract);
        let event = match &received.channel {
            Channel::Event(event) => Some(event.as_str()),
            _ => None,
        };
        if let Some((kind, clause, message)) = event.and_then(|event| self.event_otherwise(received, event)) {
            return Strange { level: contract.level(clause.as_deref()), kind, clause, message };
        }
        let repeats = &self.owed.repeats;
        let again =
            repeats.iter().find(|it| it.socket == received.socket && Some(it.event.as_str()) == event);
        if let Some(repeat) = again {
            let level = repeat.clause.as_deref().map_or(Level::May, |clause| contract.level(Some(clause)));
            let message = format!("{actor} heard {name} again, though nothing had changed");
            return Strange { kind: Kind::Duplicate, level, clause: repeat.clause.clone(), message };
        }
        let clause = event.and_then(|event| contract.events.get(event)).map(|spec| spec.clause.clone());
        let known = clause.is_some() || event.is_none();
        let (kind, message) = if leak {
            (Kind::Leak, format!("{name} was heard by a stranger: {actor} is not in that room"))
        } else if self.was_heard(&actor, name, received) {
            (Kind::Duplicate, format!("{actor} heard {name} twice"))
        } else if contract.is_raw() && event.is_some() {
            (Kind::Unexpected, format!("{actor} received {name}, and no step expects it"))
        } else if known {
            (Kind::Unexpected, format!("{actor} received {name}: nothing that happened accounts for it"))
        } else {
            (Kind::Undocumented, format!("{actor} received {name}: no document mentions such an event"))
        };
        let forbidden = forbidden_name(&received.value, &contract.never).is_some();
        let level = match clause.as_deref() {
            _ if forbidden => Level::Must,
            _ if leak => self.level_of_a_leak(received.socket),
            Some(clause) => contract.level(Some(clause)),
            // Where there is no document, the scenario says all there is to say.
            None if known || contract.is_raw() => Level::Must,
            None => Level::Should,
        };
        let clause = if leak { self.clause_of_a_leak(received.socket).or(clause) } else { clause };
        Strange { kind, level, clause, message }
    }

    /// The rule that a leak breaks: the one about whom the hearer is, not the one about the event.
    fn clause_of_a_leak(&self, socket: SocketId) -> Option<String> {
        let contract = &self.model.plan.contract;
        let who: &[&str] =
            if self.actor(socket).valid() { &["unjoined", "stranger"] } else { &["unauthenticated"] };
        let join = contract.verb("join", None).map(|join| &join.refused.clauses);
        let known =
            |who: &&str| join.and_then(|of_join| of_join.get(*who)).or(contract.refused.clauses.get(*who));
        who.iter().find_map(known).cloned()
    }

    /// How bad that is: as bad as the ground of the rule allows, that keeps such people out.
    fn level_of_a_leak(&self, socket: SocketId) -> Level {
        self.model.plan.contract.level(self.clause_of_a_leak(socket).as_deref())
    }

    /// An event that answers the action under way in another way than it should be answered.
    fn event_otherwise(
        &mut self,
        received: &Received,
        event: &str,
    ) -> Option<(Kind, Option<String>, String)> {
        let doing =
            self.log.doing.as_ref().filter(|doing| doing.socket == received.socket && doing.awaits)?;
        let actor = self.caller(received.socket);
        let (verb, clause) = (doing.verb(), doing.clause.clone());
        let (kind, message) = match &doing.refused {
            None if answer::tells_of_failure(event) => {
                let reason = answer::reason(&received.value).map(|reason| format!(": {reason}"));
                let reason = reason.unwrap_or_default();
                (Kind::Instead, format!("{verb} of {actor} was answered by `{event}`{reason}"))
            }
            Some(kind) if doing.accepted_by.iter().any(|known| known == event) => (
                Kind::Accepted,
                format!("{verb} of {actor} was accepted (`{event}`), and should have been refused ({kind})"),
            ),
            _ => return None,
        };
        self.log.otherwise = true;
        Some((kind, clause, message))
    }

    /// Whether the same had been heard before on the same socket.
    fn was_heard(&self, actor: &str, name: &str, received: &Received) -> bool {
        let same = self.log.transcript.iter().filter(|entry| {
            entry.direction == Direction::In
                && entry.actor == actor
                && entry.name == name
                && entry.payload == received.value
        });
        same.count() + self.owed.ahead.holds(received) > 1
    }

    /// Whether a value carries a text or an id of a room that the owner of a socket is not in.
    fn leaks(&self, socket: SocketId, value: &Value) -> bool {
        let Some(actor) = self.cast.get(socket.0 as usize) else { return false };
        let member = |room: &str| {
            let members = self.model.plan.scenario.rooms.get(room);
            let member = |name: &String| user_of(name) == actor.user_name;
            actor.valid() && members.is_none_or(|members| members.iter().any(member))
        };
        let text = value.to_string();
        let quoted = |text: &str| Value::String(text.to_owned()).to_string();
        let texts = self.model.messages.iter().filter(|message| !member(&message.room));
        let tells = texts
            .map(|message| quoted(&message.text))
            .any(|secret| secret.len() > 5 && text.contains(&secret));
        let fields = room_fields(&self.model.plan.contract);
        let foreign = self.model.rooms.iter().filter(|room| !member(room));
        // A name that was made for a room is found wherever it stands.
        let named = matches!(self.model.plan.contract.room.made, Making::Named(_));
        tells
            || foreign.filter_map(|room| self.model.book.get(&format!("room:{room}"))).any(|id| {
                named && text.contains(&id.to_string()) || fields.iter().any(|field| holds(value, field, id))
            })
    }
}

/// Something that nothing accounts for, by its name.
struct Strange {
    kind: Kind,
    level: Level,
    clause: Option<String>,
    message: String,
}

/// The fields in which a dialect's payloads carry the id of a room.
fn room_fields(contract: &Contract) -> Vec<&str> {
    fn collect<'p>(payload: &'p Payload, found: &mut Vec<&'p str>) {
        if let Payload::Object { fields, .. } = payload {
            for (name, value) in fields {
                if matches!(value, Payload::Reference(Reference::RoomId)) {
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

/// What stands at a path of a value.
fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(value, |value, name| match name.parse::<usize>() {
        Ok(index) if value.is_array() => value.get(index),
        _ => value.get(name),
    })
}

/// The values of undocumented fields: what may leak is in them.
fn extras(differences: &[Difference], received: &Value) -> Value {
    let found = differences.iter().filter_map(|difference| {
        let field = difference.path.rsplit('.').next().unwrap_or_default().to_owned();
        Some((field, at(received, &difference.path)?.clone()))
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
