//! The verbs of a contract: which one each event or request is, how it is said, and what answers it.

use std::collections::BTreeSet;

use serde_json::Value;

use language::verb::ModelVerb;
use language::written::Node;

use super::contract::{Writer, clause, key};
use super::names;
use super::read::{By, Said};
use super::shape::Shape;
use crate::slug;

impl Writer<'_> {
    /// Which verb each is: as the document says under `x-socketio`, or by the name of its event.
    pub(super) fn verb_names(&self) -> Vec<Option<(String, bool)>> {
        let mut taken: BTreeSet<String> = BTreeSet::new();
        let mut named = |said: &Said| {
            if said.name == "create room" {
                return None;
            }
            if let Some(verb) = said.operation["x-socketio"]["verb"].as_str() {
                return taken.insert(verb.to_owned()).then(|| (verb.to_owned(), false));
            }
            let called = match &said.by {
                By::Event(event) => event.as_str(),
                _ => said.name.as_str(),
            };
            let guess = names::verb(called).map(|verb| match said.by {
                By::Request(..) => format!("{verb} via rest"),
                _ => verb.to_owned(),
            });
            let own = slug(called, "event").replace('-', "_");
            let verb = guess
                .into_iter()
                .chain([own.clone(), format!("{own}_by_request")])
                .find(|verb| !taken.contains(verb))?;
            taken.insert(verb.clone());
            Some((verb, true))
        };
        self.seen.says.iter().map(&mut named).collect()
    }

    pub(super) fn verbs(&mut self) {
        self.lines.line("verbs:");
        if !self.verbs.iter().flatten().any(|(verb, _)| verb == "connect") {
            self.lines.line("  connect: {}");
        }
        let seen = self.seen;
        for (index, said) in seen.says.iter().enumerate() {
            let Some((verb, guessed)) = self.verbs[index].clone() else { continue };
            let mut fields = vec![("clause".to_owned(), Node::bare(clause(&said.operation, &said.name)))];
            let mut guesses = if guessed { vec![format!("the verb is `{verb}`")] } else { Vec::new() };
            for name in ["capability", "takes"] {
                let word = said.operation["x-socketio"][name].as_str();
                if let Some(word) =
                    word.filter(|word| name != "takes" || (*word != "nothing" && !is_of_the_model(&verb)))
                {
                    fields.push((name.to_owned(), Node::bare(word)));
                }
            }
            match &said.by {
                By::Connection => {}
                By::Event(event) => self.said_by_event(said, event, &mut fields, &mut guesses),
                By::Request(..) => {
                    let Shape { node, guesses: more } = self.call(said);
                    guesses.extend(more);
                    fields.push(("rest".to_owned(), node));
                }
            }
            self.lines.guessed(&format!("  {}: {}", key(&verb), Node::Map(fields).flow()), &guesses);
        }
    }

    fn said_by_event(
        &self,
        said: &Said,
        event: &str,
        fields: &mut Vec<(String, Node)>,
        guesses: &mut Vec<String>,
    ) {
        fields.push(("emit".to_owned(), Node::text(event)));
        if let Some(schema) = &said.data {
            let shape = self.shapes.sent(schema);
            guesses.extend(shape.guesses);
            fields.push(("data".to_owned(), shape.node));
        }
        let acks: Vec<&Value> = said.answers.iter().map(|answer| &answer.schema).collect();
        let ack = match acks.as_slice() {
            [] => None,
            [one] => Some(self.answered(one, guesses)),
            _ => Some(Node::bare("<any>")),
        };
        let told = said.operation["x-socketio"]["forms"].as_object();
        let forms: Vec<(String, Node)> = told
            .into_iter()
            .flatten()
            .map(|(name, form)| (name.clone(), answer(form, ack.as_ref())))
            .collect();
        match forms.as_slice() {
            [] => {
                let me = said
                    .events
                    .iter()
                    .filter(|event| !is_error(event))
                    .map(|event| Node::text(event))
                    .collect::<Vec<_>>();
                fields.extend(ack.map(|ack| ("ack".to_owned(), ack)));
                if !me.is_empty() {
                    fields.push(("me".to_owned(), Node::List(me)));
                }
            }
            [(_, Node::Map(only))] => fields.extend(only.iter().cloned()),
            _ => fields.push(("forms".to_owned(), Node::Map(forms))),
        }
    }

    /// What an acknowledgement holds where nothing was refused.
    fn answered(&self, schema: &Value, guesses: &mut Vec<String>) -> Node {
        let accepted =
            |one: &&Value| one["title"].as_str().is_none_or(|title| !title.starts_with("refused: "));
        let several = schema["anyOf"].as_array().or_else(|| schema["oneOf"].as_array());
        let several: Vec<&Value> = several.into_iter().flatten().filter(accepted).collect();
        let shape = match several.as_slice() {
            [one] => self.shapes.heard(one),
            _ => self.shapes.heard(schema),
        };
        guesses.extend(shape.guesses);
        shape.node
    }

    /// A request, with what is sent, and what answers it.
    pub(super) fn call(&self, said: &Said) -> Shape {
        let By::Request(method, path) = &said.by else {
            return Shape { node: Node::Map(Vec::new()), guesses: Vec::new() };
        };
        let mut guesses = Vec::new();
        let mut filled = String::new();
        let mut rest = path.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, behind)) = after.split_once('}') else { break };
            let reference =
                names::field(name).unwrap_or(if name == "id" { "$room.id" } else { "$message.id" });
            if names::field(name).is_none() {
                guesses.push(format!("{{{name}}} is {reference}"));
            }
            filled = format!("{filled}{before}{reference}");
            rest = behind;
        }
        filled.push_str(rest);
        let mut fields = vec![(method.clone(), Node::template(&filled))];
        if let Some(schema) = said.data.as_ref().filter(|_| method != "get") {
            let shape = self.shapes.sent(schema);
            guesses.extend(shape.guesses);
            fields.push(("json".to_owned(), shape.node));
        }
        let fine: Vec<u64> =
            said.answers.iter().filter_map(|answer| answer.status).filter(|status| *status < 400).collect();
        let status = match fine.as_slice() {
            [] => {
                guesses.push("the status".to_owned());
                "<200|201|204>".to_owned()
            }
            [one] => one.to_string(),
            several => format!("<{}>", several.iter().map(u64::to_string).collect::<Vec<_>>().join("|")),
        };
        fields.push(("status".to_owned(), Node::bare(status)));
        let mut bodies = said.answers.iter().filter(|answer| answer.status.is_none_or(|status| status < 400));
        if let Some(answer) = bodies.next().filter(|answer| !answer.schema.is_null()) {
            let shape = self.shapes.heard(&answer.schema);
            guesses.extend(shape.guesses);
            fields.push(("body".to_owned(), shape.node));
        }
        Shape { node: Node::Map(fields), guesses }
    }
}

/// One form of an answer, as a document of our own tells it.
fn answer(form: &Value, ack: Option<&Node>) -> Node {
    let mut fields = Vec::new();
    if form["ack"] == Value::Bool(true) {
        fields.push(("ack".to_owned(), ack.cloned().unwrap_or_else(|| Node::bare("<any>"))));
    }
    let events = form["events"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let me: Vec<Node> = events.map(Node::text).collect();
    if !me.is_empty() {
        fields.push(("me".to_owned(), Node::List(me)));
    }
    if form["disconnect"] == Value::Bool(true) {
        fields.push(("then".to_owned(), Node::bare("disconnect")));
    }
    if let Some(level) = form["level"].as_str() {
        fields.push(("level".to_owned(), Node::bare(level)));
    }
    Node::Map(fields)
}

fn is_error(event: &str) -> bool {
    event == "error" || event == "exception"
}

/// Whether it is known what a verb takes.
fn is_of_the_model(verb: &str) -> bool {
    ModelVerb::of(verb).is_some()
}
