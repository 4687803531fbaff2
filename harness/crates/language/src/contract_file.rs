//! Reads a contract from its file, and refuses whatever does not hang together: a clause, event, type or verb that is
//! named and not there, a reference that stands for nothing.

use std::path::Path as FilePath;
use std::sync::Arc;

use indexmap::IndexMap;

use super::contract::{
    AUDIENCES, AnswerForm, Audible, Audience, ChangeKind, Clause, Consequence, Contract, Credential,
    EventSpec, Heard, IdKind, Making, REFUSALS, Refusal, RestCall, RoomSpec, Say, Takes, Timed, Timing,
    TokenSpec, Verb,
};
use super::duration;
use super::expanded::{Sizes, Unwritable, shows_history};
use super::ground::Ground;
use super::handshake::{self, HandshakeSpec};
use super::level::Level;
use super::limits;
use super::names::{self, Met, Names};
use super::payload::{self, Matcher, Payload};
use super::problem::Problem;
use super::text::{Document, Fields, Key, Node, Source, Span, Yaml, parse};
use super::verb::{ModelVerb, VerbName};

/// Reads a contract; `extends: other` means `other.yaml` beside it.
///
/// # Errors
/// The first [`Problem`] in it.
pub fn read(path: &FilePath) -> Result<Contract, Problem> {
    from_document(&load(path)?)
}

/// The text of a contract, laid over those that it extends, however many.
///
/// # Errors
/// Where one of them is not there, is not YAML, or extends itself.
pub fn load(path: &FilePath) -> Result<Document, Problem> {
    let mut document = parse(&Source::read(path)?)?;
    let mut chain = vec![stem(path)];
    let mut bases: Vec<Node> = Vec::new();
    loop {
        let nearest = bases.last().unwrap_or(&document.root);
        let Some(node) = document.fields(nearest, "a contract")?.get("extends").cloned() else { break };
        let name = document.text(&node, "`extends`")?.to_owned();
        if chain.contains(&name) {
            chain.push(name);
            return Err(document
                .problem(node.span, format!("a contract cannot extend itself: {}", chain.join(" extends ")))
                .hint("take one of these `extends` away"));
        }
        if bases.len() == limits::BASES {
            let message = format!("at most {} contracts extend one another", limits::BASES);
            return Err(document.problem(node.span, message));
        }
        let source = base(path, &name).map_err(|(message, known)| {
            document.problem(node.span, message).nearest(&name, known.iter().map(String::as_str))
        })?;
        bases.push(document.add(&source)?);
        chain.push(name);
    }
    document.extend(bases);
    Ok(document)
}

/// The contract of this name beside another; else why it cannot be read, and the names of those that are there.
fn base(path: &FilePath, name: &str) -> Result<Arc<Source>, (String, Vec<String>)> {
    let file = path.with_file_name(format!("{name}.yaml"));
    Source::read(&file).map_err(|problem| {
        let folder = path.parent().map(FilePath::read_dir).and_then(Result::ok);
        let beside = folder.into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
        let yaml = beside.filter(|path| path.extension().is_some_and(|extension| extension == "yaml"));
        let known = yaml.map(|path| stem(&path)).filter(|known| *known != stem(path));
        let there = file.exists();
        let why = if there { problem.message } else { format!("there is no {}", file.display()) };
        (format!("cannot extend `{name}`: {why}"), known.collect())
    })
}

fn stem(path: &FilePath) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Reads a contract from its text.
///
/// # Errors
/// As [`read`].
pub fn from_document(document: &Document) -> Result<Contract, Problem> {
    let reader = Reader {
        document,
        events: IndexMap::new(),
        clauses: IndexMap::new(),
        capabilities: Vec::new(),
        met: Met::default(),
    };
    reader.contract()
}

struct Reader<'d> {
    document: &'d Document,
    clauses: IndexMap<String, Clause>,
    events: IndexMap<String, EventSpec>,
    capabilities: Vec<String>,
    met: Met,
}

type Reading<T> = Result<T, Problem>;

impl<'d> Reader<'d> {
    fn contract(mut self) -> Reading<Contract> {
        let d = self.document;
        let fields = d.fields(&d.root, "a contract")?;
        fields.get("extends");
        self.clauses = fields.get("clauses").map_or(Ok(IndexMap::new()), |node| self.clauses(node))?;
        self.capabilities = self.words(fields.get("capabilities"), "`capabilities`")?;
        self.events = fields.get("events").map_or(Ok(IndexMap::new()), |node| self.events(node))?;
        let mut contract = Contract {
            dialect: self.dialect(fields.need("dialect")?)?,
            bases: d.sources[1..].iter().map(|source| stem(&source.path)).collect(),
            document: d.text(fields.need("document")?, "`document`")?.to_owned(),
            namespace: handshake::namespace(d, fields.need("namespace")?)?,
            ids: self.id_kind(fields.need("ids")?)?,
            credentials: fields
                .get("credentials")
                .map_or(Ok(IndexMap::new()), |node| self.credentials(node))?,
            handshake: fields
                .get("handshake")
                .map_or(Ok(HandshakeSpec::default()), |node| handshake::read(d, node, &self.met))?,
            named_by_payload: self.named_by_payload(fields.get("identity"))?,
            token: fields.get("token").map(|node| self.token(node)).transpose()?,
            rest_headers: fields.get("rest").map_or(Ok(Vec::new()), |node| self.rest_headers(node))?,
            timing: fields.get("timing").map_or(Ok(Timing::default()), |node| self.timing(node))?,
            room: self.room(fields.need("room")?)?,
            types: self.named_payloads(fields.get("types"), "`types`")?,
            refused: fields.get("refused").map_or(Ok(Refusal::default()), |node| self.refusal(node))?,
            verbs: self.verbs(fields.need("verbs")?)?,
            when: fields.get("when").map_or(Ok(IndexMap::new()), |node| self.when(node))?,
            never: self.words(fields.get("never"), "`never`")?,
            never_text: self.words(fields.get("never_text"), "`never_text`")?,
            capabilities: std::mem::take(&mut self.capabilities),
            clauses: std::mem::take(&mut self.clauses),
            events: std::mem::take(&mut self.events),
            captures: Vec::new(),
            logs_in: false,
            ignored: Vec::new(),
        };
        self.names(&mut contract, fields.get("types"))?;
        fields.finish()?;
        Ok(contract)
    }

    /// Files and folders are called after a dialect.
    fn dialect(&self, node: &Node) -> Reading<String> {
        let name = self.document.text(node, "`dialect`")?;
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_' || c == '.';
        if name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.chars().all(fits) {
            return Ok(name.to_owned());
        }
        let problem = self.document.problem(node.span, format!("`{name}` is no name of a dialect"));
        Err(problem.hint("write letters, digits and hyphens: our-chat"))
    }

    /// Every name stands for one thing, and every reference names something.
    fn names(&self, contract: &mut Contract, types: Option<&Node>) -> Reading<()> {
        let d = self.document;
        let entries = types.map_or(Ok(&[][..]), |node| d.entries(node, "`types`"))?;
        for (key, _) in entries {
            names::free(d, &key.text, key.span, "a type")?;
        }
        let met = self.met.take();
        for (name, span) in met.captures {
            names::free(d, &name, span, "what is captured")?;
            if contract.types.contains_key(&name) {
                let message = format!("`{name}` is a type, so what is captured cannot be called that");
                return Err(d.problem(span, message).hint("choose another name"));
            }
            contract.captures.push(name);
        }
        let sizes = Sizes::of(&contract.types).map_err(|why| self.unwritable(&why, entries))?;
        for verb in contract.verbs.values_mut() {
            let shows = verb.answers().any(|payload| shows_history(&contract.types, payload));
            verb.shows_history = shows;
        }
        let known = Names::of(contract);
        met.references.iter().try_for_each(|reference| known.check(d, reference))?;
        sizes.in_all(d, &met.references)
    }

    /// What to say of a type that cannot be written out.
    fn unwritable(&self, why: &Unwritable, types: &[(Key, Node)]) -> Problem {
        let (name, message) = match why {
            Unwritable::Endless(way) => {
                (way.first(), format!("a type cannot contain itself: {}", way.join(" holds ")))
            }
            Unwritable::Deep(name) => {
                let most = limits::DEPTH;
                (Some(name), format!("`{name}` holds types that hold types, more than {most} deep"))
            }
            Unwritable::Large(name) => {
                let most = limits::TYPE_VALUES;
                (
                    Some(name),
                    format!("`{name}` and the types in it, written out, are more than {most} values"),
                )
            }
        };
        let key = types.iter().find(|(key, _)| Some(&key.text) == name);
        let problem =
            self.document.problem(key.map_or(self.document.root.span, |(key, _)| key.span), message);
        match why {
            Unwritable::Endless(_) => problem.hint("write <maybe NAME> where it may end"),
            Unwritable::Deep(_) | Unwritable::Large(_) => problem.last(),
        }
    }

    fn words(&self, node: Option<&Node>, what: &str) -> Reading<Vec<String>> {
        let Some(node) = node else { return Ok(Vec::new()) };
        self.document
            .list(node)
            .iter()
            .map(|item| self.document.text(item, what).map(str::to_owned))
            .collect()
    }

    /// `identity: payload`, or `connection`, which is the rule.
    fn named_by_payload(&self, node: Option<&Node>) -> Reading<bool> {
        let Some(node) = node else { return Ok(false) };
        match self.document.text(node, "`identity`")? {
            "payload" => Ok(true),
            "connection" => Ok(false),
            other => Err(self
                .document
                .problem(node.span, format!("a user is not known by `{other}`"))
                .hint("known are: connection, payload")),
        }
    }

    fn id_kind(&self, node: &Node) -> Reading<IdKind> {
        match self.document.text(node, "`ids`")? {
            "int" => Ok(IdKind::Int),
            "str" => Ok(IdKind::Str),
            "uuid" => Ok(IdKind::Uuid),
            "any" => Ok(IdKind::Any),
            other => Err(self
                .document
                .problem(node.span, format!("there are no ids of kind `{other}`"))
                .hint("known are: int, str, uuid, any")),
        }
    }

    fn clause(&self, node: Option<&Node>) -> Reading<Option<String>> {
        let Some(node) = node else { return Ok(None) };
        let id = self.document.text(node, "`clause`")?;
        if self.clauses.contains_key(id) {
            return Ok(Some(id.to_owned()));
        }
        Err(self
            .document
            .problem(node.span, format!("there is no clause `{id}` in `clauses`"))
            .nearest(id, self.clauses.keys().map(String::as_str)))
    }

    fn capability(&self, node: Option<&Node>) -> Reading<Option<String>> {
        let Some(node) = node else { return Ok(None) };
        let name = self.document.text(node, "`capability`")?;
        if self.capabilities.iter().any(|known| known == name) {
            return Ok(Some(name.to_owned()));
        }
        Err(self
            .document
            .problem(node.span, format!("there is no `{name}` in `capabilities`"))
            .nearest(name, self.capabilities.iter().map(String::as_str)))
    }

    fn clauses(&self, node: &Node) -> Reading<IndexMap<String, Clause>> {
        let mut clauses = IndexMap::new();
        for (key, node) in self.document.entries(node, "`clauses`")? {
            let fields = self.document.fields(node, "a clause")?;
            let ground = fields
                .get("ground")
                .map_or(Ok(Ground::default()), |node| self.document.word(node, "`ground`"))?;
            let level = fields.need("level")?;
            let clause = Clause {
                at: self.document.text(fields.need("at")?, "`at`")?.to_owned(),
                text: self.document.text(fields.need("text")?, "`text`")?.to_owned(),
                level: self.level(level)?,
                ground,
                line: fields.get("line").map(|node| self.line(node)).transpose()?,
            };
            fields.finish()?;
            if clause.level > ground.bound() {
                let message = format!("the ground `{ground}` bounds the level: at most {}", ground.bound());
                return Err(self.document.problem(level.span, message));
            }
            clauses.insert(key.text.clone(), clause);
        }
        Ok(clauses)
    }

    fn line(&self, node: &Node) -> Reading<usize> {
        let text = self.document.text(node, "`line`")?;
        let line = text.parse().ok().filter(|line| *line > 0);
        line.ok_or_else(|| {
            self.document.problem(node.span, format!("`line` is a number from 1, not `{text}`"))
        })
    }

    fn level(&self, node: &Node) -> Reading<Level> {
        self.document.word(node, "`level`")
    }

    fn named_payloads(&self, node: Option<&Node>, what: &str) -> Reading<IndexMap<String, Payload>> {
        let Some(node) = node else { return Ok(IndexMap::new()) };
        let entries = self.document.entries(node, what)?;
        entries
            .iter()
            .map(|(key, node)| Ok((key.text.clone(), self.met.read(self.document, node)?)))
            .collect()
    }

    fn credentials(&self, node: &Node) -> Reading<IndexMap<String, Credential>> {
        let mut places = IndexMap::new();
        for (key, node) in self.document.entries(node, "`credentials`")? {
            if !["auth.", "header.", "query."].iter().any(|place| key.text.starts_with(place)) {
                return Err(self
                    .document
                    .problem(key.span, format!("a credential cannot travel in `{}`", key.text))
                    .hint("the places are auth.NAME, header.NAME and query.NAME"));
            }
            places.insert(key.text.clone(), self.credential(node)?);
        }
        Ok(places)
    }

    fn credential(&self, node: &Node) -> Reading<Credential> {
        if matches!(node.value, Yaml::Scalar { .. }) {
            return Ok(Credential { value: self.met.read(self.document, node)?, clause: None });
        }
        let fields = self.document.fields(node, "a credential")?;
        let value = self.met.read(self.document, fields.need("value")?)?;
        let clause = self.clause(fields.get("clause"))?;
        fields.finish()?;
        Ok(Credential { value, clause })
    }

    fn token(&self, node: &Node) -> Reading<TokenSpec> {
        let fields = self.document.fields(node, "`token`")?;
        let alg = fields.need("alg")?;
        let algorithm = self.document.text(alg, "`alg`")?.to_owned();
        if !["HS256", "HS384", "HS512"].contains(&algorithm.as_str()) {
            return Err(self
                .document
                .problem(alg.span, format!("`{algorithm}` tokens cannot be made here"))
                .hint("use HS256, HS384 or HS512; for others give the target a `token: {command: …}`"));
        }
        let claims = self.met.read(self.document, fields.need("claims")?)?;
        fields.finish()?;
        Ok(TokenSpec { algorithm, claims })
    }

    fn rest_headers(&self, node: &Node) -> Reading<Vec<(String, Payload)>> {
        let fields = self.document.fields(node, "`rest`")?;
        let headers = self.named_payloads(fields.get("headers"), "`headers`")?;
        fields.finish()?;
        Ok(headers.into_iter().collect())
    }

    fn timing(&self, node: &Node) -> Reading<Timing> {
        let fields = self.document.fields(node, "`timing`")?;
        let timing = Timing {
            debounce: fields.get("debounce").map(|node| self.timed(node)).transpose()?,
            typing_expires: fields.get("typing_expires").map(|node| self.timed(node)).transpose()?,
        };
        fields.finish()?;
        Ok(timing)
    }

    fn timed(&self, node: &Node) -> Reading<Timed> {
        let (is, clause) = if matches!(node.value, Yaml::Map(_)) {
            let fields = self.document.fields(node, "a time")?;
            let parts = (fields.need("is")?, self.clause(fields.get("clause"))?);
            fields.finish()?;
            parts
        } else {
            (node, None)
        };
        let text = self.document.text(is, "a time")?;
        let (from, to) = text.split_once("..").unwrap_or((text, text));
        match (duration::parse(from), duration::parse(to)) {
            (Some(from), Some(to)) if from <= to => Ok(Timed { from, to, clause }),
            _ => Err(self
                .document
                .problem(is.span, format!("`{text}` is no time"))
                .hint("write 500ms, or 3s..5s for a window")),
        }
    }

    fn room(&self, node: &Node) -> Reading<RoomSpec> {
        let fields = self.document.fields(node, "`room`")?;
        let (smallest, largest) = self.sizes(fields.need("sizes")?)?;
        let made = match (fields.get("rest"), fields.get("named")) {
            (None, Some(node)) => Making::Named(self.name_of_a_room(node)?),
            (Some(_), Some(node)) => {
                let problem =
                    self.document.problem(node.span, "a room is made by `rest` or `named`, not both");
                return Err(problem.hint("`named` is for rooms that are there once somebody joins them"));
            }
            _ => Making::Rest(Box::new(self.rest_call(fields.need("rest")?)?)),
        };
        fields.finish()?;
        Ok(RoomSpec { smallest, largest, made })
    }

    /// How long the names of rooms are: long enough that no two are the same.
    fn name_of_a_room(&self, node: &Node) -> Reading<usize> {
        match payload::read(self.document, node)? {
            Payload::Matcher(Matcher::Make(size)) if (8..=200).contains(&size) => Ok(size),
            _ => Err(self
                .document
                .problem(node.span, "the name of a room is a made text of 8 to 200 bytes")
                .hint("write named: <text:12b>")),
        }
    }

    fn sizes(&self, node: &Node) -> Reading<(usize, usize)> {
        let list = self.document.list(node);
        let mut sizes = Vec::new();
        for item in list {
            let text = self.document.text(item, "`sizes`")?;
            for part in text.split("..") {
                sizes.push(part.trim().parse().map_err(|_| {
                    self.document
                        .problem(item.span, format!("`{text}` is no size"))
                        .hint("write [2] or 2..100")
                })?);
            }
        }
        match (sizes.iter().min(), sizes.iter().max()) {
            (Some(&smallest), Some(&largest)) if smallest >= 1 => Ok((smallest, largest)),
            _ => Err(self.document.problem(node.span, "a room has at least one member")),
        }
    }

    /// `{post: /path, json: …, status: 201, body: …}`
    fn rest_call(&self, node: &Node) -> Reading<RestCall> {
        rest_call(self.document, node, &self.met)
    }

    fn events(&self, node: &Node) -> Reading<IndexMap<String, EventSpec>> {
        let mut events = IndexMap::new();
        for (key, node) in self.document.entries(node, "`events`")? {
            names::as_it_stands(self.document, &key.text, key.span, "the name of an event", &[])?;
            let fields = self.document.fields(node, "an event")?;
            fields.need("clause")?;
            let spec = EventSpec {
                clause: self.clause(fields.get("clause"))?.unwrap_or_default(),
                data: self.met.read(self.document, fields.need("data")?)?,
                about: fields.text("about")?.map(str::to_owned),
            };
            fields.finish()?;
            events.insert(key.text.clone(), spec);
        }
        Ok(events)
    }

    fn by_kind<T>(
        &self,
        node: &Node,
        what: &str,
        read: impl Fn(&Node) -> Reading<T>,
    ) -> Reading<IndexMap<String, T>> {
        let mut found = IndexMap::new();
        for (key, node) in self.document.entries(node, what)? {
            if key.text != "any" {
                self.is_a_kind(&key.text, key.span)?;
            }
            found.insert(key.text.clone(), read(node)?);
        }
        Ok(found)
    }

    fn is_a_kind(&self, word: &str, span: Span) -> Reading<()> {
        if REFUSALS.contains(&word) {
            return Ok(());
        }
        let problem = self.document.problem(span, format!("`{word}` is no kind of refusal"));
        Err(problem.nearest(word, REFUSALS.iter().copied()))
    }

    fn refusal(&self, node: &Node) -> Reading<Refusal> {
        let fields = self.document.fields(node, "`refused`")?;
        let reasons = match fields.get("reason") {
            None => IndexMap::new(),
            Some(node) if matches!(node.value, Yaml::Map(_)) => {
                self.by_kind(node, "`reason`", |node| self.met.read(self.document, node))?
            }
            Some(node) => IndexMap::from([("any".to_owned(), self.met.read(self.document, node)?)]),
        };
        let status = |node: &Node| {
            let text = self.document.text(node, "a status")?;
            status_fits(self.document, node)?;
            text.parse::<u16>()
                .map_err(|_| self.document.problem(node.span, format!("`{text}` is no HTTP status")))
        };
        let clause = |node: &Node| self.clause(Some(node)).map(Option::unwrap_or_default);
        let refusal = Refusal {
            forms: fields.get("forms").map_or(Ok(IndexMap::new()), |node| self.answer_forms(node))?,
            reasons,
            statuses: fields
                .get("rest")
                .map_or(Ok(IndexMap::new()), |node| self.by_kind(node, "`rest`", status))?,
            clauses: fields
                .get("clauses")
                .map_or(Ok(IndexMap::new()), |node| self.by_kind(node, "`clauses`", clause))?,
            body: fields.get("body").map(|node| self.met.read(self.document, node)).transpose()?,
        };
        fields.finish()?;
        Ok(refusal)
    }

    fn answer_forms(&self, node: &Node) -> Reading<IndexMap<String, AnswerForm>> {
        let entries = self.document.entries(node, "`forms`")?;
        entries
            .iter()
            .map(|(key, node)| {
                let fields = self.document.fields(node, "a form")?;
                let except = self.words(fields.get("except"), "a kind of refusal")?;
                let kinds = fields.get("except").map(|node| self.document.list(node)).unwrap_or_default();
                except.iter().zip(kinds).try_for_each(|(kind, node)| self.is_a_kind(kind, node.span))?;
                let form = AnswerForm { except, ..self.answer_form(&fields)? };
                fields.finish()?;
                Ok((key.text.clone(), form))
            })
            .collect()
    }

    fn answer_form(&self, fields: &Fields<'_>) -> Reading<AnswerForm> {
        Ok(AnswerForm {
            ack: fields.get("ack").map(|node| ack(self.document, node, &self.met)).transpose()?,
            me: fields.get("me").map_or(Ok(Vec::new()), |node| self.heard(node))?,
            disconnect: fields.only("then", "disconnect")?,
            connect_error: fields
                .get("connect_error")
                .map(|node| self.met.read(self.document, node))
                .transpose()?,
            level: fields.get("level").map(|node| self.level(node)).transpose()?,
            except: Vec::new(),
        })
    }

    /// `newMessage`, `[a, b]`, or `{userTyping: {isTyping: true}}` with fields laid over the event's own.
    fn heard(&self, node: &Node) -> Reading<Vec<Heard>> {
        match &node.value {
            Yaml::Scalar { text, .. } => Ok(vec![self.heard_event(text, node.span, None)?]),
            Yaml::List(items) => items.iter().try_fold(Vec::new(), |mut all, item| {
                all.extend(self.heard(item)?);
                Ok(all)
            }),
            Yaml::Map(entries) => {
                entries.iter().map(|(key, over)| self.heard_event(&key.text, key.span, Some(over))).collect()
            }
        }
    }

    fn heard_event(&self, name: &str, span: Span, over: Option<&Node>) -> Reading<Heard> {
        let over = over.map(|node| self.met.read(self.document, node)).transpose()?;
        match (self.events.get(name), over) {
            (Some(spec), over) => {
                let data = over.map_or_else(|| spec.data.clone(), |over| spec.data.overlaid(&over));
                Ok(Heard { event: name.to_owned(), data, clause: Some(spec.clause.clone()) })
            }
            (None, Some(data)) => Ok(Heard { event: name.to_owned(), data, clause: None }),
            (None, None) => Err(self
                .document
                .problem(span, format!("there is no event `{name}` in `events`"))
                .nearest(name, self.events.keys().map(String::as_str))),
        }
    }

    fn verbs(&self, node: &Node) -> Reading<IndexMap<String, Verb>> {
        let entries = self.document.entries(node, "`verbs`")?;
        let verb = |(key, node): &(Key, Node)| {
            let name = key.text.split(' ').next().unwrap_or_default();
            if let Some(known) = ModelVerb::nearly(name) {
                // As a verb of its own it would change nothing, and nobody would notice.
                let message =
                    format!("`{name}` would be a verb of its own, which changes nothing in the model");
                let problem = self.document.problem(key.span, message);
                return Err(problem.hint(format!("did you mean `{}`?", known.name())));
            }
            Ok((key.text.clone(), self.verb(key, node)?))
        };
        entries.iter().map(verb).collect()
    }

    fn verb(&self, key: &Key, node: &Node) -> Reading<Verb> {
        let fields = self.document.fields(node, "a verb")?;
        let single = self.answer_form(&fields)?;
        let forms = match fields.get("forms") {
            Some(node) => self.answer_forms(node)?,
            None => IndexMap::from([("documented".to_owned(), single)]),
        };
        let verb = Verb {
            clause: self.clause(fields.get("clause"))?,
            capability: self.capability(fields.get("capability"))?,
            say: self.say(&fields, &key.text)?,
            takes: self.takes(&fields, &key.text)?,
            forms,
            refused: fields.get("refused").map_or(Ok(Refusal::default()), |node| self.refusal(node))?,
            joins: fields.only("joins", "participants")?,
            reads_conversation: fields.only("reads", "conversation")?,
            causes: fields.text("causes")?.map(|name| ChangeKind(name.to_owned())),
            optional: self.words(fields.get("optional"), "`optional`")?,
            newest_first: fields.only("order", "newest_first")?,
            shows_history: false,
        };
        fields.finish()?;
        Ok(verb)
    }

    fn say(&self, fields: &Fields<'_>, name: &str) -> Reading<Say> {
        let data = fields.get("data").map(|node| self.met.read(self.document, node)).transpose()?;
        let event = |node| names::verbatim(self.document, node, "the name of an event", &[]);
        match (fields.get("emit").map(event).transpose()?, fields.get("rest")) {
            (Some(_), Some(node)) => {
                return Err(self
                    .document
                    .problem(node.span, format!("`{name}` is said by `emit` or by `rest`, not by both"))
                    .hint(format!("give the other way a verb of its own: `{name} via rest`")));
            }
            (Some(event), None) => return Ok(Say::Emit { event: event.to_owned(), data }),
            (None, Some(node)) => return Ok(Say::Rest(Box::new(self.rest_call(node)?))),
            (None, None) => {}
        }
        if VerbName::from(name).is_about_the_connection() {
            return Ok(Say::Connection);
        }
        fields.need("emit").map(|_| Say::Connection)
    }

    fn takes(&self, fields: &Fields<'_>, name: &str) -> Reading<Takes> {
        match fields.get("takes") {
            None => Ok(ModelVerb::of(name).map_or(Takes::Nothing, ModelVerb::takes)),
            Some(node) => match self.document.text(node, "`takes`")? {
                "room" => Ok(Takes::Room),
                "text" => Ok(Takes::Text),
                "message" => Ok(Takes::Message),
                "user" => Ok(Takes::User),
                "nothing" => Ok(Takes::Nothing),
                other => Err(self
                    .document
                    .problem(node.span, format!("a verb cannot take a `{other}`"))
                    .hint("it takes a room, a text, a message, a user or nothing")),
            },
        }
    }

    fn when(&self, node: &Node) -> Reading<IndexMap<ChangeKind, Consequence>> {
        let entries = self.document.entries(node, "`when`")?;
        entries
            .iter()
            .map(|(key, node)| Ok((ChangeKind(key.text.clone()), self.consequence(node)?)))
            .collect()
    }

    fn consequence(&self, node: &Node) -> Reading<Consequence> {
        let fields = self.document.fields(node, "a consequence")?;
        let level = fields.get("level").map(|node| self.level(node)).transpose()?;
        let clause = self.clause(fields.get("clause"))?;
        let again = self.clause(fields.get("again"))?;
        let unasked = self.clause(fields.get("unasked"))?;
        let after = fields.text("after")?.map(str::to_owned);
        let mut forms = IndexMap::new();
        match fields.get("forms") {
            Some(node) => {
                for (key, node) in self.document.entries(node, "`forms`")? {
                    let audibles = self.audibles(self.document.entries(node, "a form")?.iter())?;
                    forms.insert(key.text.clone(), audibles);
                }
                fields.finish()?;
            }
            None => {
                forms.insert("documented".to_owned(), self.audibles(fields.others())?);
            }
        }
        Ok(Consequence { forms, level, clause, again, unasked, after })
    }

    fn audibles<'n>(&self, entries: impl Iterator<Item = &'n (Key, Node)>) -> Reading<Vec<Audible>> {
        let mut all = Vec::new();
        for (key, node) in entries {
            let (audience, maybe) = audience(self.document, key)?;
            let heard = self.heard(node)?;
            all.extend(heard.into_iter().map(|heard| Audible { audience, heard, maybe }));
        }
        Ok(all)
    }
}

/// `joined`, or `maybe joined`: who hears it, and whether they may hear nothing.
///
/// # Errors
/// Where there is no such audience.
pub(super) fn audience(document: &Document, key: &Key) -> Result<(Audience, bool), Problem> {
    let (maybe, name) = match key.text.strip_prefix("maybe ") {
        Some(name) => (true, name),
        None => (false, key.text.as_str()),
    };
    match AUDIENCES.iter().find(|(known, _)| *known == name) {
        Some((_, audience)) => Ok((*audience, maybe)),
        None => {
            let problem = document.problem(key.span, format!("there is no audience `{name}`"));
            Err(problem.nearest(name, AUDIENCES.iter().map(|(known, _)| *known)))
        }
    }
}

/// What an ack holds. Who writes `ack: none` means one of two things, and neither is a text.
///
/// # Errors
/// As a payload.
pub fn ack(document: &Document, node: &Node, met: &Met) -> Result<Payload, Problem> {
    if let Yaml::Scalar { text, plain: true } = &node.value
        && ["none", "nothing", "empty"].contains(&text.as_str())
    {
        let problem = document.problem(node.span, format!("an ack of the text `{text}` is hardly meant"));
        return Err(
            problem.hint("write <none> for an ack without arguments; leave `ack` out where none comes")
        );
    }
    met.read(document, node)
}

/// The methods of a REST call.
pub(super) const METHODS: &[&str] = &["get", "post", "put", "patch", "delete", "options"];

/// A path begins with a slash, unless it begins with what a reference stands for.
fn path_fits(document: &Document, node: &Node) -> Result<(), Problem> {
    let text = document.text(node, "a path")?;
    if text.starts_with(['/', '$']) {
        return Ok(());
    }
    Err(document.problem(node.span, "a path begins with a slash").hint(format!("write /{text}")))
}

/// A number is a status that HTTP has.
fn status_fits(document: &Document, node: &Node) -> Result<(), Problem> {
    let Yaml::Scalar { text, plain: true } = &node.value else { return Ok(()) };
    let fits = text.parse::<i64>().map_or(!text.is_empty(), |status| (100..600).contains(&status));
    if fits { Ok(()) } else { Err(document.problem(node.span, format!("`{text}` is no HTTP status"))) }
}

/// `{post: /path, json: …, status: 201, body: …}`
///
/// # Errors
/// Where no method is named, or a key is unknown.
pub fn rest_call(document: &Document, node: &Node, met: &Met) -> Result<RestCall, Problem> {
    call_with(document, node, met, None)
}

/// The same, of a call that has only to go well: whatever status says so will do, where none is said.
///
/// # Errors
/// As [`rest_call`].
pub(super) fn lenient_call(document: &Document, node: &Node, met: &Met) -> Result<RestCall, Problem> {
    let well = Matcher::OneOf([200, 201, 202, 204].map(Into::into).to_vec());
    call_with(document, node, met, Some(Payload::Matcher(well)))
}

fn call_with(
    document: &Document,
    node: &Node,
    met: &Met,
    usual: Option<Payload>,
) -> Result<RestCall, Problem> {
    let fields = document.fields(node, "a REST call")?;
    let named: Vec<_> = METHODS.iter().filter_map(|method| Some((*method, fields.get(method)?))).collect();
    let [(method, path)] = named.as_slice() else {
        return Err(document
            .problem(node.span, "a REST call has one method and path")
            .hint("write {post: /path, …}; get, put, patch, delete and options are known too"));
    };
    let read = |node: &Node| met.read(document, node);
    let headers = |name: &'static str| match fields.get(name) {
        None => Ok(Vec::new()),
        Some(node) => document
            .entries(node, "headers")?
            .iter()
            .map(|(key, node)| Ok((key.text.to_lowercase(), read(node)?)))
            .collect(),
    };
    let mut bodies = IndexMap::new();
    if let Some(node) = fields.get("bodies") {
        for (key, node) in document.entries(node, "`bodies`")? {
            bodies.insert(key.text.clone(), read(node)?);
        }
    }
    let body = fields.get("body").map(read).transpose()?;
    path_fits(document, path)?;
    let call = RestCall {
        method: method.to_uppercase(),
        path: read(path)?,
        headers: headers("headers")?,
        json: fields.get("json").map(read).transpose()?,
        status: match (fields.get("status"), usual) {
            (None, Some(usual)) => usual,
            _ => {
                let node = fields.need("status")?;
                status_fits(document, node)?;
                read(node)?
            }
        },
        body: body.or_else(|| bodies.values().next().cloned()),
        bodies,
        undocumented: fields.truth("undocumented")?,
        answer_headers: headers("answer_headers")?,
    };
    fields.finish()?;
    Ok(call)
}
