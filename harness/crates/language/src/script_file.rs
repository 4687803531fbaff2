//! Reads a scenario from its file. What depends on a contract (is there such a verb, what does it take) is checked when
//! the two meet, in `plan`.

use std::path::Path as FilePath;

use indexmap::IndexMap;

use super::contract::REFUSALS;
use super::contract_file::{ack, rest_call};
use super::duration;
use super::ground::Ground;
use super::handshake::{self, HandshakeSpec};
use super::level::Level;
use super::limits;
use super::load::{Load, Turn};
use super::names::{self, Met};
use super::payload::{Matcher, Payload};
use super::problem::Problem;
use super::raw::Own;
use super::script::{
    Act, Action, INVARIANTS, Invariant, RawConnect, Refused, Scenario, Step, StepKind, Time, UserSpec, Values,
};
use super::text::{Document, Fields, Key, Node, Source, Span, Yaml, parse};
use super::verb::{ModelVerb, VerbName};
use super::weight;

type Reading<T> = Result<T, Problem>;

/// Words that start a step that is not an actor's.
pub const STEP_WORDS: &[&str] =
    &["repeat", "parallel", "any_order", "at_once", "wait", "expired", "stopped", "rest"];

/// Words of an actor's step that are not verbs.
pub const ACT_WORDS: &[&str] = &["emit", "expect", "rest", "connect", "frame", "hears"];

/// What `expect` calls the end of a connection: Socket.IO keeps the name for itself, so no event has it.
pub const DISCONNECT: &str = "disconnect";

/// How an actor connects.
pub const TRANSPORTS: &[&str] = &["websocket", "polling", "upgrade"];

/// How often something is repeated at most.
const MOST_TIMES: u32 = limits::PLAYED as u32;

/// Words that say more about a verb.
pub const MODIFIERS: &[&str] =
    &["to", "in", "text", "as", "via", "refused", "effect", "choose", "spoil", "with", "ack", "clause"];

/// Reads a scenario.
///
/// # Errors
/// The first [`Problem`] in it.
pub fn read(path: &FilePath, id: String) -> Reading<Scenario> {
    from_document(parse(&Source::read(path)?)?, id)
}

/// Reads a scenario from its text.
///
/// # Errors
/// As [`read`].
pub fn from_document(document: Document, id: String) -> Reading<Scenario> {
    let reader = Reader { d: &document, met: Met::default(), variables: variables(&document)? };
    let fields = document.fields(&document.root, "a scenario")?;
    let title = document.text(fields.need("scenario")?, "`scenario`")?.to_owned();
    let level = reader.level(fields.need("level")?)?;
    let ground =
        fields.get("ground").map_or(Ok(Ground::default()), |node| document.word(node, "`ground`"))?;
    let dialect = fields.text("dialect")?.map(str::to_owned);
    let matrix = fields.get("for").map_or(Ok(IndexMap::new()), |node| reader.matrix(node))?;
    let (mut rooms, later) = fields.get("rooms").map_or(Ok(Default::default()), |node| reader.rooms(node))?;
    let users = fields.get("users").map_or(Ok(IndexMap::new()), |node| reader.users(node))?;
    let needs = fields.get("needs").map_or(Ok(Vec::new()), |node| reader.words(node, "`needs`"))?;
    let load =
        fields.get("load").map(|node| super::load_file::read(&document, node, &reader.met)).transpose()?;
    let steps = match (fields.get("steps"), load.as_ref().zip(fields.get("load"))) {
        (None, Some((load, node))) => {
            rooms.insert("room".to_owned(), MEMBERS.map(str::to_owned).to_vec());
            reader.one_room(load, node.span)
        }
        _ => reader.steps(fields.need("steps")?)?,
    };
    let own = Own {
        connect: fields
            .get("connect")
            .map_or(Ok(HandshakeSpec::default()), |node| handshake::read(&document, node, &reader.met))?,
        ignore: fields.get("ignore").map_or(Ok(Vec::new()), |node| reader.events(node))?,
    };
    let invariants = fields.get("invariants").map_or(Ok(Vec::new()), |node| reader.invariants(node))?;
    fields.finish()?;
    let scenario = Scenario {
        id,
        title,
        level,
        ground,
        dialect,
        matrix,
        rooms,
        later,
        users,
        needs,
        steps,
        invariants,
        load,
        own,
        named: reader.met.take(),
        document,
    };
    weight::check(&scenario)?;
    Ok(scenario)
}

/// The names in `for`.
fn variables(document: &Document) -> Reading<Vec<String>> {
    let fields = document.fields(&document.root, "a scenario")?;
    let Some(node) = fields.get("for") else { return Ok(Vec::new()) };
    Ok(document.entries(node, "`for`")?.iter().map(|(key, _)| key.text.clone()).collect())
}

/// Rooms and their participants, and those of them that wait for a `create`.
type Rooms = (IndexMap<String, Vec<String>>, Vec<String>);

/// Who is in the one room in which a scenario that is nothing but load is checked exactly.
const MEMBERS: [&str; 2] = ["ana", "bo"];

struct Reader<'d> {
    d: &'d Document,
    met: Met,
    variables: Vec<String>,
}

impl Reader<'_> {
    fn level(&self, node: &Node) -> Reading<Level> {
        self.d.word(node, "`level`")
    }

    /// A scenario that is nothing but load as the steps of one room: all join, and each takes every turn once. Turns about a
    /// message come behind those that send one, and are the first member's, since the newest is the other's.
    fn one_room(&self, load: &Load, span: Span) -> Vec<Step> {
        const NEWEST: &str = "newest";
        let step = |members: &[&str], action: Action| Step {
            line: self.d.line(action.span),
            span: action.span,
            text: format!("{}: {}", members.join(", "), action.verb),
            clauses: Vec::new(),
            kind: StepKind::Act(
                members.iter().map(|member| (*member).to_owned()).collect(),
                Box::new(Act::Verb(action)),
            ),
        };
        let action = |turn: &Turn, row: usize| {
            let filled =
                |text| load.data.as_ref().map_or_else(|| Clone::clone(text), |data| data.filled(text, row));
            let text = turn.text.as_ref().map(filled);
            let plain = Action { via: turn.via.clone(), ..Action::plain(turn.verb.clone(), turn.span) };
            if turn.newest {
                return Action { main: Some(Payload::text(NEWEST)), text, ..plain };
            }
            // Both send; what is read is the second one's.
            let named = turn.verb == ModelVerb::Send && row == 1 && load.flow.iter().any(|turn| turn.newest);
            let name = named.then(|| NEWEST.to_owned());
            Action { main: text, name, ..plain }
        };
        let join = load.flow.first().map_or(span, |turn| turn.span);
        let join = std::iter::once(step(&MEMBERS, Action::plain(ModelVerb::Join, join)));
        let (about, others): (Vec<&Turn>, Vec<&Turn>) = load.flow.iter().partition(|turn| turn.newest);
        let others = others
            .into_iter()
            .flat_map(|turn| [0, 1].map(|row| step(&MEMBERS[row..=row], action(turn, row))));
        let about = about.into_iter().map(|turn| step(&MEMBERS[..1], action(turn, 0)));
        join.chain(others).chain(about).collect()
    }

    fn words(&self, node: &Node, what: &str) -> Reading<Vec<String>> {
        self.d.list(node).iter().map(|item| self.d.text(item, what).map(str::to_owned)).collect()
    }

    fn matrix(&self, node: &Node) -> Reading<IndexMap<String, Values>> {
        let mut matrix = IndexMap::new();
        for (key, node) in self.d.entries(node, "`for`")? {
            let values = match &node.value {
                Yaml::List(_) => Values::Listed(self.words(node, "a value")?),
                _ => match self.d.text(node, "a value")? {
                    "$bad_credentials" => Values::BadCredentials,
                    "$places" => Values::Places,
                    text => match (text.strip_prefix("$bad_payloads."), text.strip_prefix("$choices.")) {
                        (Some(verb), _) => Values::BadPayloads(verb.to_owned()),
                        (_, Some(verb)) => Values::Choices(verb.to_owned()),
                        _ => {
                            return Err(self
                                .d
                                .problem(node.span, format!("`{text}` is no list of values"))
                                .hint("write [a, b], $bad_credentials, $places, $bad_payloads.VERB or $choices.VERB"));
                        }
                    },
                },
            };
            matrix.insert(key.text.clone(), values);
        }
        Ok(matrix)
    }

    /// `lobby: [ana, bo]`, or `den: {members: [ana, bo], later: true}` where it waits for a `create`.
    fn rooms(&self, node: &Node) -> Reading<Rooms> {
        let mut rooms = IndexMap::new();
        let mut later = Vec::new();
        for (key, node) in self.d.entries(node, "`rooms`")? {
            let node = if matches!(node.value, Yaml::Map(_)) {
                let fields = self.d.fields(node, "a room")?;
                let members = fields.need("members")?;
                if fields.truth("later")? {
                    later.push(key.text.clone());
                }
                fields.finish()?;
                members
            } else {
                node
            };
            for item in self.d.list(node) {
                self.actor(self.d.text(item, "a participant")?, item.span)?;
            }
            rooms.insert(key.text.clone(), self.words(node, "a participant")?);
        }
        Ok((rooms, later))
    }

    fn users(&self, node: &Node) -> Reading<IndexMap<String, UserSpec>> {
        let mut users = IndexMap::new();
        for (key, node) in self.d.entries(node, "`users`")? {
            self.actor(&key.text, key.span)?;
            let fields = self.d.fields(node, "a user")?;
            let read = |node: &Node| self.met.read_early(self.d, node);
            let spec = UserSpec {
                id: fields.get("id").map(|node| self.verbatim(node, "an id")).transpose()?,
                credential: fields.get("credential").map(read).transpose()?,
                place: fields.get("place").map(read).transpose()?,
                transport: fields.get("transport").map(read).transpose()?,
                offline: fields.truth("offline")?,
                valid_for: fields
                    .get("valid_for")
                    .map(|n| duration::read(self.d, n, "`valid_for`"))
                    .transpose()?,
            };
            fields.finish()?;
            users.insert(key.text.clone(), spec);
        }
        Ok(users)
    }

    fn actor(&self, name: &str, span: Span) -> Reading<String> {
        let fine = |word: &str| {
            word.starts_with(|c: char| c.is_ascii_alphabetic())
                && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
        };
        if STEP_WORDS.contains(&name) {
            return Err(self.d.problem(span, format!("`{name}` is a step, so no actor can be called that")));
        }
        if name.split('/').count() <= 2 && name.split('/').all(fine) {
            return Ok(name.to_owned());
        }
        Err(self
            .d
            .problem(span, format!("`{name}` is no actor"))
            .hint("write a name, or name/device: ana, ana/phone"))
    }

    fn invariants(&self, node: &Node) -> Reading<Vec<Invariant>> {
        self.d
            .list(node)
            .iter()
            .map(|item| {
                let name = self.d.text(item, "an invariant")?;
                INVARIANTS
                    .iter()
                    .find(|(known, _)| *known == name)
                    .map(|(_, invariant)| *invariant)
                    .ok_or_else(|| {
                        let problem = self.d.problem(item.span, format!("there is no invariant `{name}`"));
                        problem.nearest(name, INVARIANTS.iter().map(|(known, _)| *known))
                    })
            })
            .collect()
    }

    /// Names of events.
    fn events(&self, node: &Node) -> Reading<Vec<String>> {
        self.d.list(node).iter().map(|item| self.verbatim(item, "the name of an event")).collect()
    }

    fn steps(&self, node: &Node) -> Reading<Vec<Step>> {
        let items = self.d.list(node);
        if items.is_empty() {
            let problem = self.d.problem(node.span, "there is no step here");
            return Err(problem.hint("write one, such as `- ana: {send: hello}`, or take this away"));
        }
        if let Some(item) = items.get(limits::STEPS) {
            let message = format!("a scenario has at most {} steps, and this is one more", limits::STEPS);
            return Err(self.d.problem(item.span, message).last());
        }
        items.iter().map(|item| self.step(item)).collect()
    }

    fn step(&self, node: &Node) -> Reading<Step> {
        let entries = self.d.entries(node, "a step")?;
        let Some((first, value)) = entries.first() else {
            return Err(self
                .d
                .problem(node.span, "a step says who does what")
                .hint("write `- ana: {send: hello}`"));
        };
        let word = entries.iter().find(|(key, _)| STEP_WORDS.contains(&key.text.as_str()));
        let (kind, clauses) = if let Some((word, _)) = word {
            self.word_step(&word.text, node)?
        } else {
            if let Some((second, _)) = entries.get(1) {
                return Err(self
                    .d
                    .problem(second.span, "a step has one actor, or several that do the same")
                    .hint("start a new step with `- `, or write `ana, bo: …`"));
            }
            self.actor_step(first, value)?
        };
        let written = self.d.snippet(node.span);
        let text = written.lines().map(|line| line.split(" #").next().unwrap_or(line).trim());
        let text = text.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
        Ok(Step { line: self.d.line(node.span), span: first.span, text, clauses, kind })
    }

    fn word_step(&self, word: &str, node: &Node) -> Reading<(StepKind, Vec<String>)> {
        let fields = self.d.fields(node, "this step")?;
        let kind = match word {
            "repeat" => self.repeat(&fields)?,
            "parallel" => StepKind::Parallel(self.steps(fields.need("parallel")?)?),
            "any_order" => StepKind::AnyOrder(self.steps(fields.need("any_order")?)?),
            "at_once" => StepKind::AtOnce(self.steps(fields.need("at_once")?)?),
            "wait" => StepKind::Wait(self.time(fields.need("wait")?)?),
            "expired" => StepKind::Expired(self.d.text(fields.need("expired")?, "`expired`")?.to_owned()),
            "rest" => StepKind::Rest(Box::new(rest_call(self.d, fields.need("rest")?, &self.met)?)),
            _ => StepKind::Stopped {
                user: self.d.text(fields.need("stopped")?, "`stopped`")?.to_owned(),
                room: fields.text("in")?.map(str::to_owned),
                after: fields.get("after").map(|node| self.time(node)).transpose()?,
            },
        };
        let clauses = fields.get("clause").map_or(Ok(Vec::new()), |node| self.words(node, "`clause`"))?;
        fields.finish()?;
        Ok((kind, clauses))
    }

    fn repeat(&self, fields: &Fields<'_>) -> Reading<StepKind> {
        let times = fields.need("repeat")?;
        let text = self.d.text(times, "`repeat`")?;
        let times = text.parse().ok().filter(|times| (1..=MOST_TIMES).contains(times)).ok_or_else(|| {
            let message = format!("`{text}` is no number of times from 1 to {MOST_TIMES}");
            self.d.problem(times.span, message)
        })?;
        Ok(StepKind::Repeat {
            times,
            over: fields.get("over").map(|node| self.time(node)).transpose()?,
            until: fields.get("until").map(|node| self.refusal_kind(node)).transpose()?,
            steps: self.steps(fields.need("do")?)?,
        })
    }

    fn time(&self, node: &Node) -> Reading<Time> {
        let text = self.d.text(node, "a time")?;
        let (factor, base) = match text.split_once('$') {
            None => return duration::read(self.d, node, "a time").map(Time::Plain),
            Some(("", base)) => (Some(1.0), base),
            Some((factor, base)) => {
                let factor = factor.trim().parse().ok();
                (factor.filter(|factor| (0.0..=limits::FACTOR).contains(factor)), base)
            }
        };
        match (factor, base) {
            (Some(factor), "debounce") => Ok(Time::Debounce(factor)),
            (Some(factor), "typing_expires") => Ok(Time::TypingExpires(factor)),
            _ => Err(self
                .d
                .problem(node.span, format!("`{text}` is no time"))
                .hint("write 40ms, $debounce, $typing_expires or 0.7 $debounce")),
        }
    }

    fn actor_step(&self, key: &Key, value: &Node) -> Reading<(StepKind, Vec<String>)> {
        let actors = key.text.split(',').map(|name| self.actor(name.trim(), key.span));
        let actors = actors.collect::<Reading<Vec<_>>>()?;
        if let Yaml::Scalar { text, .. } = &value.value {
            return match text.as_str() {
                "hears nothing" => Ok((StepKind::HearsNothing(actors), Vec::new())),
                "sever" => Ok((StepKind::Act(actors, Box::new(Act::Sever)), Vec::new())),
                verb => Ok((
                    StepKind::Act(actors, Box::new(Act::Verb(Action::plain(verb, value.span)))),
                    Vec::new(),
                )),
            };
        }
        let fields = self.d.fields(value, "this step")?;
        let entries = self.d.entries(value, "this step")?;
        // `connect` with a mapping says everything itself; else it is the verb.
        let raw = entries.iter().find(|(key, node)| {
            let verb = key.text == "connect" && !matches!(node.value, Yaml::Map(_));
            ACT_WORDS.contains(&key.text.as_str()) && !verb
        });
        let clauses = fields.get("clause").map_or(Ok(Vec::new()), |node| self.words(node, "`clause`"))?;
        let kind = match raw {
            None => StepKind::Act(actors, Box::new(Act::Verb(self.action(&fields, value)?))),
            Some((word, node)) => {
                let kind = self.raw(&word.text, node, &fields, actors)?;
                fields.finish()?;
                kind
            }
        };
        Ok((kind, clauses))
    }

    fn raw(&self, word: &str, value: &Node, fields: &Fields<'_>, actors: Vec<String>) -> Reading<StepKind> {
        let read = |node: &Node| self.met.read(self.d, node);
        let act = match word {
            "hears" if fields.only("hears", "nothing").is_ok() => return Ok(StepKind::HearsNothing(actors)),
            "hears" => {
                return Err(self
                    .d
                    .problem(value.span, "`hears` can only be `nothing`")
                    .hint("for an event write {expect: NAME, data: …}"));
            }
            "emit" => Act::Emit {
                event: self.verbatim(fields.need("emit")?, "the name of an event")?,
                data: fields.get("data").map(read).transpose()?,
                ack: fields.get("ack").map(|node| ack(self.d, node, &self.met)).transpose()?,
                refused: self.refused(fields)?,
            },
            "expect" => {
                let event = self.verbatim(fields.need("expect")?, "the name of an event")?;
                let data = match fields.get("data") {
                    None if event == DISCONNECT => Payload::Matcher(Matcher::Any(None)),
                    _ => read(fields.need("data").map_err(|problem| {
                        problem.hint("write the payload: `data: {text: hello}`, or `data: <any>` where it does not matter")
                    })?)?,
                };
                let within = fields.get("within");
                let within = within.map(|node| duration::read(self.d, node, "`within`")).transpose()?;
                Act::Expect { event, data, within }
            }
            "rest" => Act::Rest(rest_call(self.d, fields.need("rest")?, &self.met)?),
            "frame" => Act::Frame(self.frame(fields.need("frame")?)?),
            _ => Act::Connect(self.raw_connect(fields.need("connect")?)?),
        };
        Ok(StepKind::Act(actors, Box::new(act)))
    }

    fn raw_connect(&self, node: &Node) -> Reading<RawConnect> {
        let fields = self.d.fields(node, "`connect`")?;
        let pairs = |name: &'static str| match fields.get(name) {
            None => Ok(Vec::new()),
            Some(node) => self
                .d
                .entries(node, name)?
                .iter()
                .map(|(key, node)| Ok((key.text.clone(), self.met.read(self.d, node)?)))
                .collect::<Reading<Vec<_>>>(),
        };
        let raw = RawConnect {
            auth: fields.get("auth").map(|node| self.met.read(self.d, node)).transpose()?,
            query: pairs("query")?,
            headers: pairs("headers")?,
            transport: fields.get("transport").map(|node| self.transport(node)).transpose()?,
            refused: fields.truth("refused")?,
        };
        fields.finish()?;
        Ok(raw)
    }

    fn transport(&self, node: &Node) -> Reading<String> {
        let text = self.verbatim(node, "a transport")?;
        if TRANSPORTS.contains(&text.as_str()) {
            return Ok(text);
        }
        let problem = self.d.problem(node.span, format!("there is no transport `{text}`"));
        Err(problem.nearest(&text, TRANSPORTS.iter().copied()))
    }

    /// A text with references, whatever it looks like: a frame `2` is no number.
    fn frame(&self, node: &Node) -> Reading<Payload> {
        let text = self.d.text(node, "`frame`")?.to_owned();
        self.met.read(self.d, &Node { span: node.span, value: Yaml::Scalar { text, plain: false } })
    }

    fn verbatim(&self, node: &Node, what: &str) -> Reading<String> {
        names::verbatim(self.d, node, what, &self.variables).map(str::to_owned)
    }

    fn refused(&self, fields: &Fields<'_>) -> Reading<Refused> {
        let Some(node) = fields.get("refused") else { return Ok(Refused::No) };
        let maybe = self.d.text(node, "`refused`")?.starts_with("maybe ");
        let kind = self.refusal_kind(node)?;
        Ok(if maybe { Refused::Maybe(kind) } else { Refused::Yes(kind) })
    }

    fn refusal_kind(&self, node: &Node) -> Reading<String> {
        let text = self.d.text(node, "a kind of refusal")?;
        let kind = text.strip_prefix("maybe ").unwrap_or(text);
        if REFUSALS.contains(&kind) {
            return Ok(kind.to_owned());
        }
        let problem = self.d.problem(node.span, format!("`{kind}` is no kind of refusal"));
        Err(problem.nearest(kind, REFUSALS.iter().copied()))
    }

    fn action(&self, fields: &Fields<'_>, node: &Node) -> Reading<Action> {
        let read = |node: &Node| self.met.read(self.d, node);
        let entries = self.d.entries(node, "this step")?;
        let verbs: Vec<_> =
            entries.iter().filter(|(key, _)| !MODIFIERS.contains(&key.text.as_str())).collect();
        let [(verb, main)] = verbs.as_slice() else {
            return match verbs.get(1) {
                Some((second, _)) => Err(self
                    .d
                    .problem(second.span, format!("`{}` is a second verb in one step", second.text)))
                .map_err(|problem| problem.nearest(&second.text, MODIFIERS.iter().copied())),
                None => Err(self
                    .d
                    .problem(node.span, "this step has no verb")
                    .hint("write `- ana: {send: hello}`")),
            };
        };
        let effect = !fields.only("effect", "none")?;
        let ack = match fields.get("ack") {
            None => true,
            Some(node) if self.d.text(node, "`ack`")? == "none" => false,
            Some(node) => {
                return Err(self
                    .d
                    .problem(node.span, "at a verb, `ack` can only be `none`")
                    .hint("what a verb's ack holds stands in the contract"));
            }
        };
        let room = fields.get("to").or(fields.get("in"));
        Ok(Action {
            verb: VerbName::from(verb.text.as_str()),
            span: verb.span,
            main: Some(read(main)?).filter(|main| !matches!(main, Payload::Literal(serde_json::Value::Null))),
            room: room.map(|node| self.verbatim(node, "the name of a room")).transpose()?,
            text: fields.get("text").map(read).transpose()?,
            name: fields.get("as").map(|node| self.verbatim(node, "the name of a message")).transpose()?,
            via: fields.text("via")?.map(str::to_owned),
            refused: self.refused(fields)?,
            effect,
            choose: fields.get("choose").map(read).transpose()?,
            spoil: fields.get("spoil").map(read).transpose()?,
            with: fields.get("with").map(read).transpose()?,
            ack,
        })
    }
}

impl Action {
    /// A verb without arguments.
    #[must_use]
    pub fn plain(verb: impl Into<VerbName>, span: Span) -> Self {
        Self {
            verb: verb.into(),
            span,
            main: None,
            room: None,
            text: None,
            name: None,
            via: None,
            refused: Refused::No,
            effect: true,
            choose: None,
            spoil: None,
            with: None,
            ack: true,
        }
    }
}
