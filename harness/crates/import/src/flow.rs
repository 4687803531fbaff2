//! The flow of an Artillery scenario as steps of one actor.

use serde_json::{Value, json};

use language::text::{Document, Node, Yaml};
use language::written;

use crate::artillery::{field, seconds};
use crate::json::{list, text, value};
use crate::lines::Lines;
use crate::paths;
use crate::templates::Names;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Steps that are being written.
pub(crate) struct Flow<'a> {
    document: &'a Document,
    lines: Lines,
    pub(crate) names: Names,
    /// The namespace of the first event that names one.
    pub(crate) namespace: Option<String>,
    /// Whether what is written now is said more than once.
    looped: bool,
}

impl<'a> Flow<'a> {
    pub(crate) fn new(document: &'a Document, names: Names) -> Self {
        Self { document, lines: Lines::default(), names, namespace: None, looped: false }
    }

    pub(crate) fn text(&self) -> String {
        self.lines.text()
    }

    pub(crate) fn steps(&mut self, items: &[Node], indent: usize) {
        for item in items {
            self.step(item, indent);
        }
    }

    fn step(&mut self, node: &Node, indent: usize) {
        let Yaml::Map(fields) = &node.value else { return self.left_out(node, indent) };
        let has = |name: &str| fields.iter().find(|(key, _)| key.text == name).map(|(_, node)| node);
        if let Some(emit) = has("emit") {
            self.emit(node, emit, indent);
        } else if let Some(think) = has("think") {
            match seconds(&value(think)) {
                Some(time) => self.lines.line(format!("{}- {{wait: {time}}}", " ".repeat(indent))),
                None => self.left_out(node, indent),
            }
        } else if let Some(body) = has("loop") {
            self.repeat(node, body, indent);
        } else if let Some((method, call)) = METHODS.iter().find_map(|method| Some((*method, has(method)?))) {
            self.rest(node, method, &value(call), indent);
        } else {
            self.left_out(node, indent);
        }
    }

    fn left_out(&mut self, node: &Node, indent: usize) {
        let line = self.document.line(node.span);
        self.lines.left_out(indent, &format!("line {line}, {}", self.document.snippet(node.span)));
    }

    fn repeat(&mut self, node: &Node, body: &Node, indent: usize) {
        let pad = " ".repeat(indent);
        let items = self.document.list(body);
        match field(node, "count").map(value).and_then(|count| count.as_u64()).filter(|count| *count > 0) {
            Some(count) => {
                self.lines.line(format!("{pad}- repeat: {count}"));
                self.lines.line(format!("{pad}  do:"));
                let outside = self.looped;
                self.looped |= count > 1;
                self.steps(items, indent + 4);
                self.looped = outside;
            }
            None => {
                let line = self.document.line(node.span);
                self.lines.left_out(
                    indent,
                    &format!("line {line}, a loop without a fixed count; its steps stand here once"),
                );
                self.steps(items, indent);
            }
        }
    }

    fn emit(&mut self, node: &Node, emit: &Node, indent: usize) {
        let mut said = value(emit);
        if let Value::Array(arguments) = &said {
            let mut arguments = arguments.iter().cloned();
            said = json!({"channel": arguments.next(), "args": arguments.collect::<Vec<_>>()});
        }
        for name in ["response", "acknowledge", "namespace"] {
            if let (true, Some(beside)) = (said[name].is_null(), field(node, name)) {
                said[name] = value(beside);
            }
        }
        let Some(event) = text(&said["channel"]) else { return self.left_out(node, indent) };
        self.namespaced(node, &said["namespace"], indent);
        let mut act = vec![("emit".to_owned(), written::Node::text(&event))];
        if let Some(data) = self.argument(&said, node, indent) {
            act.push(("data".to_owned(), data));
        }
        if !said["acknowledge"].is_null() {
            let ack = self.expected(&said["acknowledge"]);
            act.push(("ack".to_owned(), ack));
        }
        self.act(written::Node::Map(act), node, indent);
        for response in list(&said["response"]) {
            let Some(event) = text(&response["channel"]).or_else(|| text(&response["on"])) else { continue };
            let data = self.expected(&response);
            let expect = written::Node::map([("expect", written::Node::text(&event)), ("data", data)]);
            self.act(expect, node, indent);
        }
    }

    /// One argument is all that an event has here.
    fn argument(&mut self, said: &Value, node: &Node, indent: usize) -> Option<written::Node> {
        let arguments = said["args"].as_array().cloned().unwrap_or_default();
        if arguments.len() > 1 {
            let line = self.document.line(node.span);
            self.lines.left_out(indent, &format!("line {line}, all arguments but the first"));
        }
        let argument = arguments.into_iter().next().or_else(|| said.get("data").cloned())?;
        Some(self.names.node(&argument))
    }

    fn namespaced(&mut self, node: &Node, wanted: &Value, indent: usize) {
        let Some(wanted) = text(wanted) else { return };
        let known = self.namespace.get_or_insert_with(|| wanted.clone());
        if *known != wanted {
            let line = self.document.line(node.span);
            self.lines.left_out(indent, &format!("line {line}, another namespace: {wanted}"));
        }
    }

    /// What a response or an acknowledgement has to hold: `data` whole, or what `match` and `capture` say of it.
    fn expected(&mut self, said: &Value) -> written::Node {
        if let Some(whole) = said.get("data").cloned().or_else(|| list(&said["args"]).into_iter().next()) {
            return self.names.node(&whole);
        }
        let mut shape = written::Node::bare("<any>");
        for matched in list(&said["match"]) {
            let path = text(&matched["json"]).and_then(|path| paths::names(&path));
            match (path, matched.get("value")) {
                (Some(path), Some(value)) => {
                    let leaf = self.names.node(value);
                    paths::put(&mut shape, &path, leaf);
                }
                _ => self.names.left_out.push(format!("match: {matched}")),
            }
        }
        for capture in list(&said["capture"]) {
            let path = text(&capture["json"]).and_then(|path| paths::names(&path));
            match (path, text(&capture["as"]).filter(|name| is_word(name))) {
                // Here a name keeps its first value, and another one would be a finding.
                (Some(path), Some(name)) if self.looped => {
                    paths::put(&mut shape, &path, written::Node::bare("<any>"));
                    self.names.left_out.push(format!("`{name}` is set anew in each round of the loop"));
                }
                (Some(path), Some(name)) => {
                    paths::put(&mut shape, &path, written::Node::bare(format!("<any:{name}>")));
                    self.names.captured.push(name);
                }
                _ => self.names.left_out.push(format!("capture: {capture}")),
            }
        }
        paths::open(&mut shape);
        shape
    }

    fn rest(&mut self, node: &Node, method: &str, call: &Value, indent: usize) {
        let Some(url) = text(&call["url"]) else { return self.left_out(node, indent) };
        let path = url
            .split_once("://")
            .map_or(url.as_str(), |(_, rest)| rest.find('/').map_or("/", |at| &rest[at..]));
        let mut fields = vec![(method.to_owned(), self.names.node(&Value::from(path)))];
        for (theirs, ours) in [("headers", "headers"), ("json", "json")] {
            if !call[theirs].is_null() {
                fields.push((ours.to_owned(), self.names.node(&call[theirs])));
            }
        }
        let expected = list(&call["expect"]);
        let status = expected.iter().find_map(|one| one["statusCode"].as_u64());
        let status = status.map_or_else(|| "<any>".to_owned(), |status| status.to_string());
        fields.push(("status".to_owned(), written::Node::bare(status)));
        if !call["capture"].is_null() || !call["match"].is_null() {
            let body = self.expected(&json!({"capture": call["capture"], "match": call["match"]}));
            fields.push(("body".to_owned(), body));
        }
        let known = ["url", "headers", "json", "expect", "capture", "match"];
        for (name, value) in
            call.as_object().into_iter().flatten().filter(|(name, _)| !known.contains(&name.as_str()))
        {
            self.names.left_out.push(format!("{name}: {value}"));
        }
        self.act(written::Node::map([("rest", written::Node::Map(fields))]), node, indent);
    }

    /// A step of the virtual user, below what could not be said of it.
    fn act(&mut self, act: written::Node, node: &Node, indent: usize) {
        let line = self.document.line(node.span);
        for left_out in std::mem::take(&mut self.names.left_out) {
            self.lines.left_out(indent, &format!("line {line}, {left_out}"));
        }
        let guesses = std::mem::take(&mut self.names.guesses);
        let step = written::Node::map([("vu", act)]);
        let step = step.flow();
        // A step is written as it is spoken, without the outer braces.
        self.lines.guessed(&format!("{}- {}", " ".repeat(indent), &step[1..step.len() - 1]), &guesses);
    }
}

fn is_word(name: &str) -> bool {
    name.starts_with(|char: char| char.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
