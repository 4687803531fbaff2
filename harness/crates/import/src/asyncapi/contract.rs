//! What was seen of a document, as the text of a contract.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use language::written::Node;

use super::names;
use super::read::{By, Heard, Said, Seen};
use super::shape::{Shape, Shapes, is_type_name};
use crate::lines::Lines;
use crate::slug;

/// The text of the contract.
pub(super) fn text(seen: &Seen, document: &Value, name: &str, file: &str) -> String {
    let none = Map::new();
    let types = document["components"]["schemas"].as_object().unwrap_or(&none);
    let mut writer = Writer {
        seen,
        document,
        shapes: Shapes { document, types },
        lines: Lines::default(),
        verbs: Vec::new(),
    };
    writer.verbs = writer.verb_names();
    writer.head(name, file);
    writer.room();
    writer.clauses();
    writer.types();
    writer.events();
    writer.refused();
    writer.verbs();
    writer.when();
    writer.lines.text()
}

/// A contract that is being written.
pub(super) struct Writer<'d> {
    pub(super) seen: &'d Seen,
    document: &'d Value,
    pub(super) shapes: Shapes<'d>,
    pub(super) lines: Lines,
    /// The verb of each thing that is said, and whether it is a guess; none where it makes rooms, or is there already.
    pub(super) verbs: Vec<Option<(String, bool)>>,
}

impl Writer<'_> {
    fn ours(&self) -> &Value {
        &self.document["x-socketio"]
    }

    fn head(&mut self, name: &str, file: &str) {
        let version = self.document["asyncapi"].as_str().unwrap_or_default();
        self.lines.comment(0, &format!("Imported from an AsyncAPI {version} document, taken for that of the server. What it has no words for"));
        self.lines.comment(0, "was guessed, and says so. `harness check` reads this, `harness --dialect` with its name and --list says what it supports.");
        for left_out in &self.seen.left_out {
            self.lines.left_out(0, left_out);
        }
        self.lines.line(format!("dialect: {name}"));
        let of = self.ours()["document"].as_str().unwrap_or(file).to_owned();
        self.lines.line(format!("document: {}", Node::text(&of).flow()));
        self.lines.line(format!("namespace: {}", self.seen.namespace));
        let ids = match self.ours()["ids"].as_str() {
            Some("integer") => "int",
            Some("string") => "str",
            Some("uuid") => "uuid",
            _ => "any",
        };
        let guess = if ids == "any" { vec!["whole numbers or texts".to_owned()] } else { Vec::new() };
        self.lines.guessed(&format!("ids: {ids}"), &guess);
        self.credentials();
        for list in ["never", "capabilities"] {
            if let Some(words) = self.ours()[list].as_array().filter(|words| !words.is_empty()) {
                self.lines.line(format!("{list}: {}", Node::literal(&Value::from(words.clone())).flow()));
            }
        }
    }

    /// `auth.token`, `header.authorization`, `query.token`, by the security schemes.
    fn credentials(&mut self) {
        let mut places: Vec<(String, bool, Option<String>)> = Vec::new();
        for (name, scheme) in self.document["components"]["securitySchemes"].as_object().into_iter().flatten()
        {
            let named = scheme["name"].as_str().unwrap_or("token");
            let place = match (
                scheme["x-socketio"]["place"].as_str(),
                scheme["type"].as_str(),
                scheme["in"].as_str(),
            ) {
                (Some(place), _, _) => place.to_owned(),
                (None, Some("http"), _) => "header.authorization".to_owned(),
                (None, Some("httpApiKey"), Some(place @ ("query" | "header"))) => format!("{place}.{named}"),
                (None, Some("apiKey"), _) => "auth.token".to_owned(),
                _ => {
                    self.lines.left_out(0, &format!("the security scheme {name}"));
                    continue;
                }
            };
            let clause = scheme["x-clauses"][0]["id"].as_str().map(ToOwned::to_owned);
            places.push((place, scheme["scheme"] == "bearer" || scheme["type"] == "http", clause));
        }
        if places.is_empty() {
            return;
        }
        self.lines.line("credentials:");
        for (place, bearer, clause) in &places {
            let (value, guesses) = match (place.strip_prefix("query.").is_some(), bearer) {
                (true, _) if place.to_lowercase().contains("user") => ("$me.id", Vec::new()),
                (_, true) => ("Bearer $token", Vec::new()),
                _ => ("$token", Vec::new()),
            };
            let clause = clause.as_deref().map_or_else(|| "credential".to_owned(), ToOwned::to_owned);
            self.lines.guessed(&format!("  {place}: {{value: {value}, clause: {clause}}}"), &guesses);
        }
        let tokens = places.iter().any(|(place, _, _)| !place.to_lowercase().contains("user"));
        if tokens {
            let guess = vec!["which claims a token has".to_owned()];
            self.lines.guessed("token: {alg: HS256, claims: {sub: $me.id}}", &guess);
            if self.seen.says.iter().any(|said| matches!(said.by, By::Request(..))) {
                let guess = vec!["how a request is authorized".to_owned()];
                self.lines.guessed("rest: {headers: {authorization: Bearer $token}}", &guess);
            }
        }
    }

    /// How a room comes to be: a request that creates one, else a name.
    fn room(&mut self) {
        let room = &self.ours()["room"];
        let (smallest, largest) =
            (room["smallest"].as_u64().unwrap_or(2), room["largest"].as_u64().unwrap_or(100));
        let sizes =
            if smallest == largest { format!("[{smallest}]") } else { format!("{smallest}..{largest}") };
        let seen = self.seen;
        match seen.says.iter().find(|said| makes_room(said)) {
            Some(said) => {
                let Shape { node, mut guesses } = self.call(said);
                if said.name != "create room" {
                    guesses.push("this makes a room".to_owned());
                }
                guesses.push("`id` of the answer is the room's".to_owned());
                let mut call = node;
                if let Node::Map(fields) = &mut call {
                    fields.retain(|(name, _)| name != "body");
                    fields.push((
                        "body".to_owned(),
                        Node::map([("id", Node::bare("<id:room>")), ("...", Node::bare("<any>"))]),
                    ));
                }
                self.lines.guessed(&format!("room: {{sizes: {sizes}, rest: {}}}", call.flow()), &guesses);
            }
            None => {
                let guess = vec!["a room is a name, and is there once somebody joins it".to_owned()];
                self.lines.guessed(&format!("room: {{sizes: {sizes}, named: <text:12b>}}"), &guess);
            }
        }
    }

    fn clauses(&mut self) {
        let mut known = BTreeSet::new();
        self.lines.line("clauses:");
        for clause in self.document["x-clauses"].as_array().into_iter().flatten() {
            let Some(id) = clause["id"].as_str() else { continue };
            known.insert(id.to_owned());
            let field = |name: &str| Node::text(clause[name].as_str().unwrap_or_default()).flow();
            let level = clause["level"].as_str().unwrap_or("should");
            self.lines.line(format!(
                "  {id}: {{at: {}, text: {}, level: {level}}}",
                field("heading"),
                field("text")
            ));
        }
        let mut own = vec![(
            "credential".to_owned(),
            "securitySchemes".to_owned(),
            "a credential is accepted".to_owned(),
        )];
        let says = self.seen.says.iter().map(|said| (&said.name, &said.operation));
        let hears = self.seen.hears.iter().map(|heard| (&heard.event, &heard.operation));
        for (name, operation) in says.chain(hears) {
            let told = operation["summary"]
                .as_str()
                .or_else(|| operation["description"].as_str())
                .unwrap_or("as the document has it");
            let told = told.lines().next().unwrap_or_default().to_owned();
            if operation["x-clauses"][0]["id"].is_null() {
                own.push((clause_of(name), name.clone(), told));
            }
        }
        for (id, at, told) in own {
            if known.insert(id.clone()) {
                self.lines.line(format!(
                    "  {id}: {{at: {}, text: {}, level: must}}",
                    Node::text(&at).flow(),
                    Node::text(&told).flow()
                ));
            }
        }
    }

    fn types(&mut self) {
        let all: Vec<_> = self.shapes.types.iter().filter(|(name, _)| is_type_name(name)).collect();
        if !all.is_empty() {
            self.lines.line("types:");
        }
        for (name, schema) in all {
            let Shape { node, guesses } = self.shapes.heard(schema);
            self.lines.guessed(&format!("  {name}: {}", node.flow()), &guesses);
        }
    }

    fn events(&mut self) {
        if !self.seen.hears.is_empty() {
            self.lines.line("events:");
        }
        for Heard { event, schema, operation } in &self.seen.hears {
            let Shape { node, guesses } = self.shapes.heard(schema);
            let clause = clause(operation, event);
            self.lines
                .guessed(&format!("  {}: {{clause: {clause}, data: {}}}", key(event), node.flow()), &guesses);
        }
    }

    fn refused(&mut self) {
        self.lines.line("refused:");
        let guess = vec!["any of these, whatever the reason".to_owned()];
        let mut forms = vec!["ack: {ack: <any>}".to_owned(), "silence: {level: may}".to_owned()];
        for event in ["error", "exception"] {
            if self.seen.hears.iter().any(|heard| heard.event == event) {
                forms.push(format!("{event}: {{me: {event}}}"));
                forms.push(format!("both_{event}: {{me: {event}, ack: <any>}}"));
            }
        }
        self.lines.guessed(&format!("  forms: {{{}}}", forms.join(", ")), &guess);
        self.lines.line("  reason: <any>");
    }

    /// Who hears what of a change: as the document says under `x-socketio`, or by the names of events.
    fn when(&mut self) {
        self.lines.line("when:");
        let document = self.document;
        if let Some(changes) = document["x-socketio"]["when"].as_object() {
            for (change, told) in changes {
                let forms = told["forms"].as_object().into_iter().flatten();
                let forms: Vec<(String, Node)> =
                    forms.map(|(form, heard)| (form.clone(), audiences(heard))).collect();
                let mut fields = match forms.as_slice() {
                    [(_, Node::Map(only))] => only.clone(),
                    _ => vec![("forms".to_owned(), Node::Map(forms))],
                };
                if let Some(level) = told["level"].as_str() {
                    fields.push(("level".to_owned(), Node::bare(level)));
                }
                self.lines.line(format!("  {change}: {}", Node::Map(fields).flow()));
            }
            return;
        }
        let mut changes: Vec<&str> = Vec::new();
        for Heard { event, .. } in &self.seen.hears {
            match names::change(event).filter(|(change, _)| !changes.contains(change)) {
                Some((change, audience)) => {
                    changes.push(change);
                    let guess = vec!["who hears it, and of what".to_owned()];
                    self.lines.guessed(&format!("  {change}: {{{audience}: {}}}", key(event)), &guess);
                }
                None => self.lines.left_out(2, &format!("when {event} is heard, and by whom")),
            }
        }
    }
}

/// `{others: [event], maybe me: [event]}`.
fn audiences(heard: &Value) -> Node {
    let mut all: Vec<(String, Node)> = Vec::new();
    for one in heard.as_array().into_iter().flatten() {
        let (Some(audience), Some(event)) = (one["audience"].as_str(), one["event"].as_str()) else {
            continue;
        };
        let maybe = if one["required"] == Value::Bool(false) { "maybe " } else { "" };
        let name = format!("{maybe}{audience}");
        let event = Node::text(event);
        match all.iter_mut().find(|(known, _)| *known == name) {
            Some((_, Node::List(events))) => events.push(event),
            _ => all.push((name, Node::List(vec![event]))),
        }
    }
    Node::Map(all)
}

fn makes_room(said: &Said) -> bool {
    let By::Request(method, path) = &said.by else { return false };
    let last = path.rsplit('/').next().unwrap_or_default();
    let rooms = ["rooms", "chats", "conversations", "channels"].iter().any(|word| last.ends_with(word));
    said.name == "create room" || (method == "post" && rooms && said.operation["x-socketio"].is_null())
}

pub(super) fn clause(operation: &Value, name: &str) -> String {
    operation["x-clauses"][0]["id"].as_str().map_or_else(|| clause_of(name), ToOwned::to_owned)
}

fn clause_of(name: &str) -> String {
    slug(name, "event").replace('-', "_")
}

pub(super) fn key(name: &str) -> String {
    let flow = Node::map([(name, Node::bare("x"))]).flow();
    flow[1..flow.len() - 4].to_owned()
}
