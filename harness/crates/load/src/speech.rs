//! A contract compiled for load: how a session opens, what is said, and what each event and answer looks like.

use super::answers::What;
use super::counted::CountedEvents;
use super::notices::{NoticeKind, Rule};
use language::contract::{Audience, ChangeKind, Contract, Heard, Making, RestCall, Say, Takes, Verb};
use language::handshake::HandshakeSpec;
use language::load::{Load, Turn};
use language::payload::{Matcher, Payload};
use language::reference::Reference;
use language::verb::{ModelVerb, VerbName};

use super::pattern::{Pattern, Uncompilable, compile};
use super::template::Template;
use super::words::Words;

/// A contract compiled for load.
#[derive(Debug)]
pub(super) struct Speech {
    /// `/chat,`, and nothing for the root.
    pub(super) namespace: String,
    pub(super) events: Vec<Event>,
    pub(super) join: Saying,
    pub(super) turns: Vec<(Turn, Saying)>,
    /// There are turns about messages.
    pub(super) about_messages: bool,
    /// What is heard of typing and reading, where turns cause it.
    pub(super) counted: CountedEvents,
    pub(super) never: Vec<String>,
    /// What a session says of itself when it connects: beside the credential, which is the last.
    pub(super) handshake: Vec<(Place, Template)>,
    pub(super) claims: Option<Template>,
    /// The call that makes a room; none where it is made by joining it.
    pub(super) room: Option<Posting>,
    /// Whoever comes or goes is told to everybody, so that a run is quadratic in its users.
    pub(super) tells_everyone: bool,
}

/// Where something travels that a session says of itself. What stands in CONNECT is JSON, anything else a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Auth(String),
    Query(String),
    Header(String),
}

/// How a message comes to others.
#[derive(Debug, Clone, Copy)]
pub(super) struct Brought {
    /// The event that brings it.
    pub(super) event: usize,
    /// Its sender hears it, too.
    pub(super) echo: bool,
}

/// An event of the server.
#[derive(Debug)]
pub(super) struct Event {
    /// As the target calls it.
    pub(super) name: String,
    /// As the contract calls it.
    pub(super) documented: String,
    /// What it may look like.
    pub(super) patterns: Vec<Pattern>,
    /// It brings messages.
    pub(super) message: bool,
    /// It tells of a user who may be a stranger, as presence does, or the scenario ignores it: it is set aside.
    pub(super) about: bool,
    /// It says that something was refused.
    pub(super) refusal: bool,
    /// It may answer a join or a turn.
    pub(super) answers: bool,
    /// Others hear it, too.
    pub(super) overheard: bool,
}

/// A verb, compiled.
#[derive(Debug)]
pub(super) struct Saying {
    pub(super) name: String,
    pub(super) way: Way,
    /// The answers that mean yes, and those that mean no.
    pub(super) yes: Vec<Pattern>,
    pub(super) no: Vec<Pattern>,
    /// The events to the speaker that answer, in place of an ack or beside it.
    pub(super) answers: Vec<usize>,
    /// It sends a message, which others hear.
    pub(super) sends: Option<Brought>,
    /// It is about a message that was sent.
    pub(super) about_message: bool,
    /// What others are told of it, where that is counted.
    pub(super) tells: Option<NoticeKind>,
    /// It may be refused by an ack and an event together.
    pub(super) refused_twice: bool,
    /// A form of its answer is none.
    pub(super) may_be_silent: bool,
    pub(super) words: Words,
}

#[derive(Debug)]
pub(super) enum Way {
    Emit {
        event: String,
        data: Option<Template>,
        ack: bool,
    },
    Rest(Posting),
    /// Nothing is said: whoever is connected is in.
    Nothing,
}

/// A REST call, compiled.
#[derive(Debug)]
pub(super) struct Posting {
    pub(super) method: String,
    pub(super) path: Template,
    pub(super) headers: Vec<(String, Template)>,
    pub(super) json: Option<Template>,
    pub(super) status: Pattern,
    /// The accepted ones; none where any will do.
    pub(super) bodies: Vec<Pattern>,
}

/// Compiles a contract and the turns of a scenario.
///
/// # Errors
/// What the contract lacks, or says in a way that only a whole case can follow.
pub(super) fn compile_speech(
    contract: &Contract,
    load: &Load,
    rule: Rule,
    rename: &dyn Fn(&str) -> String,
) -> Result<Speech, Unspeakable> {
    let compiler = Compiler { contract, rename };
    let mut events = compiler.events(load)?;
    let join = contract.verb("join", None).ok_or_else(|| Unspeakable::NoVerb("join".to_owned()))?;
    let join = compiler.saying(&VerbName::Model(ModelVerb::Join), join, &events, Words::new(None, None))?;
    let mut turns = load
        .flow
        .iter()
        .map(|turn| {
            let way = turn.via.as_ref().map_or_else(String::new, |way| format!(" via {way}"));
            let verb = contract
                .verb(turn.verb.as_str(), turn.via.as_deref())
                .ok_or_else(|| Unspeakable::NoVerb(format!("{}{way}", turn.verb)))?;
            takes(turn, verb)?;
            compiler.reaches_rooms(turn, verb, load)?;
            let words = Words::new(turn.text.as_ref(), load.data.as_deref());
            Ok((turn.clone(), compiler.saying(&turn.verb, verb, &events, words)?))
        })
        .collect::<Result<Vec<_>, Unspeakable>>()?;
    let caused: Vec<NoticeKind> = turns.iter().filter_map(|(_, saying)| saying.tells).collect();
    let counted = CountedEvents::new(contract, &events, &caused, rule);
    for (_, saying) in &mut turns {
        saying.tells = saying.tells.filter(|kind| counted.counts(*kind));
    }
    for (_, saying) in &turns {
        if let Some(Brought { event, .. }) = saying.sends {
            events[event].message = true;
        }
    }
    for answer in turns.iter().map(|(_, saying)| saying).chain([&join]).flat_map(|saying| &saying.answers) {
        events[*answer].answers = true;
    }
    if !turns.is_empty() && turns.iter().all(|(_, saying)| saying.about_message) {
        return Err(Unspeakable::NothingSent);
    }
    let everyone = |kind: &str| {
        contract.when.get(&ChangeKind(kind.to_owned())).is_some_and(|consequence| {
            let mut audibles = consequence.forms.values().flatten();
            audibles.any(|heard| matches!(heard.audience, Audience::Everyone | Audience::EveryoneElse))
        })
    };
    Ok(Speech {
        namespace: if contract.namespace == "/" { String::new() } else { format!("{},", contract.namespace) },
        join,
        about_messages: turns.iter().any(|(_, saying)| saying.about_message),
        turns,
        counted,
        never: contract.never.clone(),
        handshake: compiler.handshake()?,
        claims: contract.token.as_ref().map(|token| Template::json(&token.claims, contract)).transpose()?,
        room: match &contract.room.made {
            Making::Rest(call) => Some(compiler.posting(call)?),
            Making::Named(_) => None,
        },
        tells_everyone: everyone("online"),
        events,
    })
}

impl Speech {
    /// What was said.
    pub(super) fn said(&self, what: What) -> &Saying {
        match what {
            What::Join { .. } => &self.join,
            What::Turn { turn, .. } => &self.turns[usize::from(turn)].1,
        }
    }
}

/// Why a scenario cannot be said under load.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unspeakable {
    #[error("it has no verb `{0}`")]
    NoVerb(String),
    #[error("all turns of the flow are about messages, and none sends one")]
    NothingSent,
    #[error("`{0}` needs a message, and a turn of load can take the newest: `{0}: newest`")]
    NeedsMessage(VerbName),
    #[error("`{0}` is for the sender of a message, and turns go to everybody")]
    ForTheSender(VerbName),
    #[error("`{0}` takes no message")]
    TakesNoMessage(VerbName),
    #[error("`{0}` opens or closes a session; phases do that")]
    OfPhases(VerbName),
    #[error(
        "`{name}` is heard by everyone, whatever their room, and there are {rooms} rooms: write `rooms: {{count: 1, members: N}}`"
    )]
    Everywhere { name: VerbName, rooms: usize },
    #[error("nobody hears of `sent`")]
    Unheard,
    #[error("what is heard of `sent` does not hold the text")]
    WithoutText,
    #[error("what is heard of `sent` is no event of the contract")]
    NoEvent,
    #[error("its event `{name}` cannot be compiled: {why}")]
    Event { name: String, why: Uncompilable },
    #[error("its verb `{name}` cannot be compiled: {why}")]
    Verb { name: VerbName, why: Uncompilable },
    #[error(transparent)]
    Uncompilable(#[from] Uncompilable),
}

/// Whether a turn gives its verb what it takes.
fn takes(turn: &Turn, verb: &Verb) -> Result<(), Unspeakable> {
    let name = &turn.verb;
    match (verb.takes, turn.newest) {
        (Takes::Message, false) if !verb.reads_conversation => Err(Unspeakable::NeedsMessage(name.clone())),
        (Takes::Message, true) if *name != ModelVerb::Read && verb.causes.is_none() => {
            Err(Unspeakable::ForTheSender(name.clone()))
        }
        (Takes::Message, _) | (_, false) => Ok(()),
        (_, true) => Err(Unspeakable::TakesNoMessage(name.clone())),
    }
}

/// Compiles a REST call whose answer is looked at in another way.
///
/// # Errors
/// As [`compile_speech`].
pub(super) fn question(contract: &Contract, call: &RestCall) -> Result<Posting, Uncompilable> {
    let call = RestCall { body: None, bodies: indexmap::IndexMap::new(), ..call.clone() };
    Compiler { contract, rename: &str::to_owned }.posting(&call)
}

struct Compiler<'c> {
    contract: &'c Contract,
    rename: &'c dyn Fn(&str) -> String,
}

impl Compiler<'_> {
    /// Every event of the contract, and those that only an answer or a refusal of what is said here names.
    fn events(&self, load: &Load) -> Result<Vec<Event>, Unspeakable> {
        let turns = load.flow.iter().map(|turn| self.contract.verb(turn.verb.as_str(), turn.via.as_deref()));
        let verbs: Vec<&Verb> = turns.chain([self.contract.verb("join", None)]).flatten().collect();
        let forms = verbs.iter().flat_map(|verb| verb.refused.forms.values());
        let refusals: Vec<&Heard> =
            forms.chain(self.contract.refused.forms.values()).flat_map(|form| &form.me).collect();
        let answers = verbs.iter().flat_map(|verb| verb.forms.values()).flat_map(|form| &form.me);
        let consequences =
            self.contract.when.values().flat_map(|consequence| consequence.forms.values().flatten());
        let told = consequences.map(|audible| &audible.heard).chain(answers);
        let mut events: Vec<Event> = Vec::new();
        for (name, spec) in &self.contract.events {
            let refusal = refusals.iter().any(|heard| heard.event == *name)
                || spec.data.refers(|reference| *reference == Reference::Reason);
            events.push(self.event(name, &spec.data, spec.about.is_some(), refusal)?);
        }
        let beside = refusals.iter().map(|heard| (*heard, true)).chain(told.map(|heard| (heard, false)));
        for (heard, refusal) in beside {
            if self.contract.events.contains_key(&heard.event) {
                continue;
            }
            let event = self.event(&heard.event, &heard.data, false, refusal)?;
            // What stands in no list of events looks like whatever is said of it anywhere.
            match events.iter_mut().find(|known| known.documented == heard.event) {
                Some(known) => known.patterns.extend(event.patterns),
                None => events.push(event),
            }
        }
        for name in &self.contract.ignored {
            events.retain(|known| known.documented != *name);
            events.push(self.event(name, &Payload::Matcher(Matcher::Any(None)), true, false)?);
        }
        Ok(events)
    }

    fn event(&self, name: &str, data: &Payload, about: bool, refusal: bool) -> Result<Event, Unspeakable> {
        let pattern =
            compile(data, self.contract).map_err(|why| Unspeakable::Event { name: name.to_owned(), why })?;
        let mut heard =
            self.contract.when.values().flat_map(|consequence| consequence.forms.values().flatten());
        let overheard = heard.any(|audible| audible.heard.event == name);
        Ok(Event {
            name: (self.rename)(name),
            documented: name.to_owned(),
            patterns: vec![pattern],
            message: false,
            about,
            refusal,
            answers: false,
            overheard,
        })
    }

    /// How what a verb says comes to others; none where it says nothing that they hear.
    fn brought(
        &self,
        name: &VerbName,
        verb: &Verb,
        events: &[Event],
    ) -> Result<Option<Brought>, Unspeakable> {
        let sent = ChangeKind("sent".to_owned());
        let change = match &verb.causes {
            _ if *name == ModelVerb::Send => &sent,
            Some(change) if verb.takes == Takes::Text => change,
            _ => return Ok(None),
        };
        let heard = self.contract.when.get(change);
        let mut audibles = heard.iter().flat_map(|heard| heard.forms.values().flatten());
        let Some(audible) = audibles.find(|audible| self.deep(&audible.heard.data, 0)) else {
            return match (heard, *name == ModelVerb::Send) {
                (_, false) => Ok(None),
                (None, true) => Err(Unspeakable::Unheard),
                (Some(_), true) => Err(Unspeakable::WithoutText),
            };
        };
        let event = events.iter().position(|event| event.documented == audible.heard.event);
        let event = event.ok_or(Unspeakable::NoEvent)?;
        let echo = matches!(audible.audience, Audience::Joined | Audience::Participants | Audience::Everyone);
        Ok(Some(Brought { event, echo }))
    }

    /// What goes to everybody cannot be held to its room.
    fn reaches_rooms(&self, turn: &Turn, verb: &Verb, load: &Load) -> Result<(), Unspeakable> {
        let heard = verb.causes.iter().filter_map(|change| self.contract.when.get(change));
        let mut audibles = heard.flat_map(|heard| heard.forms.values().flatten());
        let everywhere = |audience| matches!(audience, Audience::Everyone | Audience::EveryoneElse);
        if turn.raw.is_some() && load.rooms > 1 && audibles.any(|audible| everywhere(audible.audience)) {
            return Err(Unspeakable::Everywhere { name: turn.verb.clone(), rooms: load.rooms });
        }
        Ok(())
    }

    /// Whether a text is named in a payload or in a type it uses.
    fn deep(&self, payload: &Payload, depth: usize) -> bool {
        depth < 8
            && payload.refers(|reference| match reference {
                Reference::Text | Reference::MessageText => true,
                Reference::Named(name) => {
                    self.contract.types.get(name).is_some_and(|known| self.deep(known, depth + 1))
                }
                _ => false,
            })
    }

    fn saying(
        &self,
        name: &VerbName,
        verb: &Verb,
        events: &[Event],
        words: Words,
    ) -> Result<Saying, Unspeakable> {
        let cannot = |why: Uncompilable| Unspeakable::Verb { name: name.clone(), why };
        let pattern = |payload: &Payload| compile(payload, self.contract).map_err(cannot);
        let yes = verb.forms.values().filter_map(|form| form.ack.as_ref()).map(pattern);
        let yes = yes.collect::<Result<Vec<_>, _>>()?;
        let refusal = verb.refused.or(&self.contract.refused);
        let refused_twice = refusal.forms.values().any(|form| form.ack.is_some() && !form.me.is_empty());
        let no = refusal.forms.values().filter_map(|form| form.ack.as_ref()).map(pattern);
        let no = no.collect::<Result<Vec<_>, _>>()?;
        let way = match &verb.say {
            Say::Emit { event, data } => Way::Emit {
                event: event.clone(),
                data: data
                    .as_ref()
                    .map(|data| Template::json(data, self.contract))
                    .transpose()
                    .map_err(cannot)?,
                ack: !yes.is_empty(),
            },
            Say::Rest(call) => Way::Rest(self.posting(call).map_err(cannot)?),
            Say::Connection if *name == ModelVerb::Join => Way::Nothing,
            Say::Connection => return Err(Unspeakable::OfPhases(name.clone())),
        };
        let told = verb.forms.values().flat_map(|form| &form.me);
        let known = |heard: &Heard| events.iter().position(|event| event.documented == heard.event);
        let answers = told.filter_map(known).collect();
        let may_be_silent =
            verb.forms.values().any(|form| form.ack.is_none() && form.me.is_empty() && !form.disconnect);
        Ok(Saying {
            name: name.to_string(),
            way,
            yes,
            no,
            answers,
            sends: self.brought(name, verb, events)?,
            about_message: matches!(verb.takes, Takes::Message) && !verb.reads_conversation,
            tells: NoticeKind::of(name, verb),
            refused_twice,
            may_be_silent,
            words,
        })
    }

    fn posting(&self, call: &RestCall) -> Result<Posting, Uncompilable> {
        let text = |payload: &Payload| Template::text(payload, self.contract);
        let headers = self.contract.rest_headers.iter().chain(&call.headers);
        let bodies = call.accepted_bodies().filter_map(|(_, body)| body);
        let bodies = bodies.map(|body| compile(body, self.contract));
        Ok(Posting {
            method: call.method.clone(),
            path: text(&call.path)?,
            headers: headers
                .map(|(name, value)| Ok((name.clone(), text(value)?)))
                .collect::<Result<_, Uncompilable>>()?,
            json: call.json.as_ref().map(|json| Template::json(json, self.contract)).transpose()?,
            status: compile(&call.status, self.contract)?,
            bodies: bodies.collect::<Result<_, _>>()?,
        })
    }

    /// What every session says of itself, and last of all its credential.
    fn handshake(&self) -> Result<Vec<(Place, Template)>, Uncompilable> {
        let HandshakeSpec { auth, query, headers, .. } = &self.contract.handshake;
        let json = |value: &Payload| Template::json(value, self.contract);
        let text = |value: &Payload| Template::text(value, self.contract);
        let mut said = Vec::new();
        for (name, value) in auth {
            said.push((Place::Auth(name.clone()), json(value)?));
        }
        for (name, value) in query {
            said.push((Place::Query(name.clone()), text(value)?));
        }
        for (name, value) in headers {
            said.push((Place::Header(name.clone()), text(value)?));
        }
        let Some((place, credential)) = self.contract.credentials.iter().next() else { return Ok(said) };
        let (kind, name) = place.split_once('.').unwrap_or(("auth", place));
        let name = name.to_owned();
        let (place, value) = match kind {
            "query" => (Place::Query(name), text(&credential.value)?),
            "header" => (Place::Header(name), text(&credential.value)?),
            _ => (Place::Auth(name), Template::quoted(&credential.value, self.contract)?),
        };
        said.retain(|(known, _)| *known != place);
        said.push((place, value));
        Ok(said)
    }
}
