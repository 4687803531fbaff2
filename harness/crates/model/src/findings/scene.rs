//! Who was there and what was done, and what it means in that light that something came, or did not.

use serde_json::Value;

use super::fold::and;
use super::places::{at, extras, holds, places, room_fields};
use crate::check::answer;
use crate::check::internals::internals;
use crate::check::judge::{Channel, Ended, Item, Match, Received, Role};
use crate::check::matching::forbidden_name;
use crate::interpreter::Interpreter;
use crate::interpreter::repeats::Repeat;
use crate::plan::user_of;
use crate::world::{SocketId, UserId};
use language::contract::{Contract, Making};
use language::level::Level;
use results::record::{Difference, Kind, Party};

/// An answer is quoted up to here.
const LONGEST_QUOTED: usize = 120;

/// What somebody does.
#[derive(Debug, Clone)]
pub struct Doing {
    /// On which socket.
    pub socket: SocketId,
    /// `send`, `join refused as stranger`.
    pub what: String,
    /// In which room.
    pub room: Option<String>,
    /// The clause of what is due: its answer, or its refusal.
    pub clause: Option<String>,
    /// The kind of refusal that is due.
    pub refused: Option<String>,
    /// Whether an answer is due at all.
    pub awaits: bool,
    /// No document names the route by which it goes.
    pub undocumented: bool,
    /// The events by which it is accepted.
    pub accepted_by: Vec<String>,
}

impl Doing {
    /// The verb alone.
    #[must_use]
    pub fn verb(&self) -> &str {
        self.what.split(" refused as ").next().unwrap_or_default()
    }
}

/// Whose socket it is.
#[derive(Debug, Clone, Copy)]
pub struct Person<'a> {
    /// As the scenario calls them, `ana/phone`.
    pub name: &'a str,
    /// Their user.
    pub user: UserId,
    /// And its name.
    pub user_name: &'a str,
    /// The server has a reason to let them in.
    pub is_valid: bool,
}

/// What has to be known to judge.
#[derive(Debug)]
pub struct Scene<'a> {
    /// The case as the model knows it.
    pub model: &'a Interpreter,
    /// The owners of the sockets, by their number.
    pub people: Vec<Person<'a>>,
    /// What was done last.
    pub doing: Option<&'a Doing>,
    /// Who has been told that they had joined, of those who act at once.
    pub joined: &'a [SocketId],
    /// Where the last answer over REST leads, if it is a redirection.
    pub leads_to: Option<&'a str>,
}

/// A finding in the making.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// How bad it is, by the rule that is broken.
    pub level: Level,
    /// What it is.
    pub kind: Kind,
    /// The clause.
    pub clause: Option<String>,
    /// In words.
    pub message: String,
    /// Another answer came than the one that was due.
    pub otherwise: bool,
    /// Where a payload differs.
    pub differences: Vec<Difference>,
}

impl Draft {
    fn new(level: Level, kind: Kind, clause: Option<&str>, message: String) -> Self {
        let clause = clause.map(str::to_owned);
        Self { level, kind, clause, message, otherwise: false, differences: Vec::new() }
    }
}

impl Scene<'_> {
    fn contract(&self) -> &Contract {
        &self.model.plan.contract
    }

    fn person(&self, socket: SocketId) -> Option<&Person<'_>> {
        self.people.get(socket.0 as usize)
    }

    /// What the owner of a socket is called.
    #[must_use]
    pub fn name(&self, socket: SocketId) -> &str {
        self.person(socket).map_or("nobody", |person| person.name)
    }

    /// Who the owner of a socket is to the one who acts.
    #[must_use]
    pub fn party(&self, socket: SocketId) -> Option<Party> {
        let doing = self.doing?;
        let (acting, person) = (self.person(doing.socket)?, self.person(socket)?);
        let members = doing.room.as_ref().and_then(|room| self.model.plan.scenario.rooms.get(room));
        let member = |members: &Vec<String>| members.iter().any(|name| user_of(name) == person.user_name);
        Some(match members {
            _ if doing.socket == socket => Party::Sender,
            _ if acting.user == person.user => Party::OwnDevice,
            Some(members) if !member(members) => Party::Stranger,
            _ => Party::Other,
        })
    }

    /// An answer that refuses must not tell what the server looks like inside.
    #[must_use]
    pub fn tells_too_much(&self, socket: SocketId, name: &str, received: &Value) -> Option<Draft> {
        let refused = self.doing.is_some_and(|doing| doing.refused.is_some());
        if !refused && !answer::tells_of_failure(name) && answer::refusal(received).is_none() {
            return None;
        }
        let (what, told) = internals(received, &self.contract().never_text)?;
        let told: String = told.chars().take(LONGEST_QUOTED).collect();
        let message = format!("{name} at {} tells {what}: {told}", self.name(socket));
        Some(Draft::new(Level::Should, Kind::Undocumented, None, message))
    }

    /// Why what stands on it cannot be judged: the server has another route than the one that no document names.
    #[must_use]
    pub fn another_way(&self, found: &Match, received: &Value) -> Option<String> {
        let item = &found.item;
        let wrong: Vec<_> = found.differences.iter().filter(|difference| !difference.undocumented).collect();
        // What stands deep in a body, or in a list of it, was looked for in the right place.
        let shallow = |difference: &&Difference| {
            let is_list = at(received, &difference.path).is_some_and(Value::is_array);
            difference.path.split('.').count() <= 2 && !is_list
        };
        let doing = self.doing.filter(|doing| doing.undocumented && doing.refused.is_none())?;
        if !matches!(item.channel, Channel::Rest(_)) || wrong.is_empty() || !wrong.iter().all(shallow) {
            return None;
        }
        Some(format!("{}: {} is not what was expected; no document names it", doing.verb(), item.name))
    }

    /// What is to be found of something that an expectation took.
    #[must_use]
    pub fn of_match(&self, found: &Match, received: &Value) -> Vec<Draft> {
        let (item, socket) = (&found.item, found.item.socket);
        let (undocumented, wrong): (Vec<_>, Vec<_>) =
            found.differences.iter().cloned().partition(|difference| difference.undocumented);
        let at =
            if self.person(socket).is_none() { String::new() } else { format!(" at {}", self.name(socket)) };
        let otherwise = if wrong.is_empty() { None } else { self.answered_otherwise(item, received) };
        let mut drafts = Vec::new();
        for (kind, differences) in [(Kind::WrongPayload, wrong), (Kind::Undocumented, undocumented)] {
            // What an answer of another kind adds is no finding of its own.
            if differences.is_empty() || kind == Kind::Undocumented && otherwise.is_some() {
                continue;
            }
            let places = places(&differences);
            let (kind, message) = match (kind, &otherwise) {
                (_, Some(otherwise)) => otherwise.clone(),
                (Kind::Undocumented, _) if self.contract().is_raw() => {
                    (kind, format!("{}{at} has more than the step expects: {places}", item.name))
                }
                (Kind::Undocumented, _) => {
                    (kind, format!("{}{at} has what no document mentions: {places}", item.name))
                }
                _ => {
                    let leads = self.leads_to.filter(|_| matches!(item.channel, Channel::Rest(_)));
                    let leads = leads.map_or_else(String::new, |to| format!("; it leads to {to}"));
                    (kind, format!("{}{at} is not what was expected: {places}{leads}", item.name))
                }
            };
            let level = match kind {
                Kind::Undocumented if self.leaks(socket, &extras(&differences, received)) => {
                    self.level_of_a_leak(socket)
                }
                Kind::Undocumented => Level::Should,
                _ if differences.iter().any(|difference| difference.forbidden) => Level::Must,
                _ => item.level,
            };
            let draft = Draft::new(level, kind, item.clause.as_deref(), message);
            drafts.push(Draft { differences, otherwise: otherwise.is_some(), ..draft });
        }
        drafts
    }

    /// An answer that refuses where the action was to be accepted, or the other way round: what to call that.
    fn answered_otherwise(&self, item: &Item, received: &Value) -> Option<(Kind, String)> {
        if !matches!(item.channel, Channel::Ack(_) | Channel::Rest(_)) {
            return None;
        }
        let doing = self.doing.filter(|doing| doing.socket == item.socket)?;
        let actor = self.name(item.socket);
        let (verb, refused) = (doing.verb(), doing.refused.as_deref());
        match (refused, answer::refusal(received)) {
            (None, Some(reason)) => {
                let by =
                    if matches!(item.channel, Channel::Rest(_)) { "" } else { "by an ack that refuses: " };
                Some((Kind::Instead, format!("{verb} of {actor} was answered {by}{reason}")))
            }
            (Some(kind), None) if answer::acceptance(received) => Some((
                Kind::Accepted,
                format!("{verb} of {actor} was accepted, and should have been refused ({kind})"),
            )),
            _ => None,
        }
    }

    /// What to call something that nothing accounts for, and how bad it is. `before` is whether the same was heard before.
    #[must_use]
    pub fn of_stranger(&self, received: &Received, name: &str, before: bool, repeats: &[Repeat]) -> Draft {
        let actor = self.name(received.socket);
        let contract = self.contract();
        let event = match &received.channel {
            Channel::Event(event) => Some(event.as_str()),
            _ => None,
        };
        if let Some((kind, clause, message)) = event.and_then(|event| self.event_otherwise(received, event)) {
            let level = contract.level(clause);
            return Draft { otherwise: true, ..Draft::new(level, kind, clause, message) };
        }
        let again =
            repeats.iter().find(|it| it.socket == received.socket && Some(it.event.as_str()) == event);
        if let Some(repeat) = again {
            let clause = repeat.clause.as_deref();
            let level = clause.map_or(Level::May, |clause| contract.level(Some(clause)));
            let message = format!("{actor} heard {name} again, though nothing had changed");
            return Draft::new(level, Kind::Duplicate, clause, message);
        }
        let leak = self.leaks(received.socket, &received.value);
        let clause = event.and_then(|event| contract.events.get(event)).map(|spec| spec.clause.as_str());
        let known = clause.is_some() || event.is_none();
        let (kind, message) = if leak {
            (Kind::Leak, format!("{name} was heard by a stranger: {actor} is not in that room"))
        } else if before {
            (Kind::Duplicate, format!("{actor} heard {name} twice"))
        } else if contract.is_raw() && event.is_some() {
            (Kind::Unexpected, format!("{actor} received {name}, and no step expects it"))
        } else if known {
            (Kind::Unexpected, format!("{actor} received {name}: nothing that happened accounts for it"))
        } else {
            (Kind::Undocumented, format!("{actor} received {name}: no document mentions such an event"))
        };
        let forbidden = forbidden_name(&received.value, &contract.never).is_some();
        let level = match clause {
            _ if forbidden => Level::Must,
            _ if leak => self.level_of_a_leak(received.socket),
            Some(clause) => contract.level(Some(clause)),
            // Where there is no document, the scenario says all there is to say.
            None if known || contract.is_raw() => Level::Must,
            None => Level::Should,
        };
        let clause = if leak { self.clause_of_a_leak(received.socket).or(clause) } else { clause };
        Draft::new(level, kind, clause, message)
    }

    /// The rule that a leak breaks: the one about whom the hearer is, not the one about the event.
    fn clause_of_a_leak(&self, socket: SocketId) -> Option<&str> {
        let contract = self.contract();
        let is_valid = self.person(socket).is_some_and(|person| person.is_valid);
        let who: &[&str] = if is_valid { &["unjoined", "stranger"] } else { &["unauthenticated"] };
        let join = contract.verb("join", None).map(|join| &join.refused.clauses);
        let known =
            |who: &&str| join.and_then(|of_join| of_join.get(*who)).or(contract.refused.clauses.get(*who));
        who.iter().find_map(known).map(String::as_str)
    }

    /// How bad that is: as bad as the ground of the rule allows, that keeps such people out.
    fn level_of_a_leak(&self, socket: SocketId) -> Level {
        self.contract().level(self.clause_of_a_leak(socket))
    }

    /// An event that answers the action under way in another way than it should be answered.
    fn event_otherwise(&self, received: &Received, event: &str) -> Option<(Kind, Option<&str>, String)> {
        let doing = self.doing.filter(|doing| doing.socket == received.socket && doing.awaits)?;
        let actor = self.name(received.socket);
        let verb = doing.verb();
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
        Some((kind, doing.clause.as_deref(), message))
    }

    /// Whether a value carries a text or an id of a room that the owner of a socket is not in.
    #[must_use]
    pub fn leaks(&self, socket: SocketId, value: &Value) -> bool {
        let Some(person) = self.person(socket) else { return false };
        let member = |room: &str| {
            let members = self.model.plan.scenario.rooms.get(room);
            let member = |name: &String| user_of(name) == person.user_name;
            person.is_valid && members.is_none_or(|members| members.iter().any(member))
        };
        let text = value.to_string();
        let quoted = |text: &str| Value::String(text.to_owned()).to_string();
        let texts = self.model.messages.iter().filter(|message| !member(&message.room));
        let tells = texts
            .map(|message| quoted(&message.text))
            .any(|secret| secret.len() > 5 && text.contains(&secret));
        let fields = room_fields(self.contract());
        let foreign = self.model.rooms.iter().filter(|room| !member(room));
        // A name that was made for a room is found wherever it stands.
        let named = matches!(self.contract().room.made, Making::Named(_));
        tells
            || foreign.filter_map(|room| self.model.book.get(&format!("room:{room}"))).any(|id| {
                named && text.contains(&id.to_string()) || fields.iter().any(|field| holds(value, field, id))
            })
    }

    /// What never came, each with a sentence. `within` is how long it was waited for: `within 500 ms`; `further` is what the
    /// sentence of a single thing ends with.
    #[must_use]
    pub fn of_missing<'e>(
        &self,
        ended: &'e Ended,
        within: &str,
        further: impl Fn(&Item) -> String,
    ) -> Vec<(&'e Item, String)> {
        let heard_by_nobody = ended.role == Role::Consequence && ended.taken == 0 && ended.missing.len() > 1;
        if heard_by_nobody {
            // One thing that was not done, however many should have heard it.
            let names: Vec<String> =
                ended.missing.iter().map(|item| self.name(item.socket).to_owned()).collect();
            let item = &ended.missing[0];
            let told = format!("{} was never emitted: {} did not hear it {within}", item.name, and(&names));
            return vec![(item, told)];
        }
        let told = |item| self.how_it_is_missing(ended, item, within) + &further(item);
        ended.missing.iter().map(|item| (item, told(item))).collect()
    }

    fn how_it_is_missing(&self, ended: &Ended, item: &Item, within: &str) -> String {
        let actor = self.name(item.socket);
        let name = &item.name;
        match (ended.role, &item.channel) {
            (Role::Refusal, _) if ended.taken == 0 => {
                let verb = self.doing.map_or("this", Doing::verb);
                let kind = self.doing.and_then(|doing| doing.refused.as_deref());
                let kind = kind.map(|kind| format!(" ({kind})")).unwrap_or_default();
                format!("{verb} of {actor} was not refused{kind}: {name} did not come {within}")
            }
            (Role::Consequence, _) if self.joined.contains(&item.socket) => {
                format!("{actor} was told that they had joined, and did not hear {name} {within}")
            }
            (Role::Consequence, _) if ended.taken == 0 => {
                format!("{name} was never emitted: {actor} did not hear it {within}")
            }
            (Role::Consequence, _) => format!("{actor} did not hear {name} {within}, others did"),
            (_, Channel::Ack(_)) => {
                format!("{name} never came: {actor} waited {within}").replace("waited within", "waited")
            }
            _ => format!("{actor} did not receive {name} {within}"),
        }
    }
}
