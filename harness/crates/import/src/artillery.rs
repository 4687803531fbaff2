//! An Artillery script: each of its scenarios is a file whose steps one virtual user plays; its phases are command lines that
//! start so many of them.

use std::sync::Arc;

use serde_json::Value;

use language::problem::Problem;
use language::text::{Document, Node, Source, Yaml, parse};
use language::written;

use crate::flow::Flow;
use crate::json::{list, text, value};
use crate::lines::Lines;
use crate::templates::Names;
use crate::{Made, made, slug};

/// Makes a scenario of each scenario of an Artillery script.
///
/// # Errors
/// Where the file is no YAML or JSON, or no such script.
pub fn artillery(source: &Arc<Source>) -> Result<Vec<Made>, Problem> {
    let document = parse(source)?;
    let scenarios = field(&document.root, "scenarios").map(|node| document.list(node)).unwrap_or_default();
    if scenarios.is_empty() {
        return Err(document
            .problem(document.root.span, "this is no Artillery script: it has no `scenarios`")
            .hint("`harness import asyncapi` takes an AsyncAPI document"));
    }
    let config = field(&document.root, "config").map_or(Value::Null, value);
    let mut all: Vec<Made> = Vec::new();
    for (index, scenario) in scenarios.iter().enumerate() {
        let title = field(scenario, "name").map(value).and_then(|name| text(&name));
        let title = title.unwrap_or_else(|| format!("scenario {}", index + 1));
        let mut name = slug(&title, "imported");
        if all.iter().any(|other| other.name == name) {
            name = format!("{name}-{}", index + 1);
        }
        let file = Script { document: &document, config: &config, title, name: &name };
        all.push(made(name.clone(), file.text(scenario)));
    }
    Ok(all)
}

/// What stands under a key.
pub(crate) fn field<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    let Yaml::Map(fields) = &node.value else { return None };
    fields.iter().find(|(key, _)| key.text == name).map(|(_, node)| node)
}

/// One scenario of a script.
struct Script<'a> {
    document: &'a Document,
    config: &'a Value,
    title: String,
    name: &'a str,
}

impl Script<'_> {
    fn text(&self, scenario: &Node) -> String {
        let mut lines = Lines::default();
        lines.comment(0, "Imported from an Artillery script. `vu` is its virtual user. Here every event that comes has to be");
        lines.comment(0, "expected: name those that do not matter under `ignore`.");
        self.phases(&mut lines);
        self.config_left_out(&mut lines);
        self.scenario_left_out(scenario, &mut lines);
        let mut flow = Flow::new(self.document, self.names());
        let items = field(scenario, "flow").map(|node| self.document.list(node)).unwrap_or_default();
        flow.steps(items, 2);
        lines.line(format!("scenario: {}", written::Node::text(&self.title).flow()));
        lines.line("level: must");
        lines.line("dialect: raw");
        let (connect, guesses) = self.connect(&mut flow);
        if let Some(connect) = connect {
            lines.guessed(&format!("connect: {}", connect.flow()), &guesses);
        }
        lines.comment(0, "ignore: [an event, another]");
        lines.line("users: {vu: {}}");
        lines.line("steps:");
        format!("{}{}", lines.text(), flow.text())
    }

    fn names(&self) -> Names {
        let variables = self.config["variables"].as_object().into_iter().flatten();
        let first = |value: &Value| list(value).first().cloned().unwrap_or(Value::Null);
        let fields = list(&self.config["payload"]);
        let fields = fields.iter().flat_map(|payload| list(&payload["fields"]));
        Names {
            variables: variables.map(|(name, value)| (name.clone(), first(value))).collect(),
            fields: fields.filter_map(|name| text(&name)).collect(),
            ..Names::default()
        }
    }

    /// The phases, as what starts so many of this scenario.
    fn phases(&self, lines: &mut Lines) {
        let target = text(&self.config["target"]).unwrap_or_else(|| "http://127.0.0.1:3000".to_owned());
        let run = format!("harness --target {target} --scenario {}.yaml", self.name);
        lines.comment(0, &format!("Once: {run}"));
        for phase in list(&self.config["phases"]) {
            let name = text(&phase["name"]).map_or_else(String::new, |name| format!(" {name}"));
            match rate(&phase) {
                Some(rate) => {
                    let lasts = seconds(&phase["duration"]).unwrap_or_else(|| "10s".to_owned());
                    lines.comment(0, &format!("Phase{name}: {run} --rate {rate} --for {lasts}"));
                }
                None => lines.left_out(0, &format!("the phase {phase}")),
            }
            if !phase["maxVusers"].is_null() {
                lines.left_out(0, &format!("maxVusers: {}", phase["maxVusers"]));
            }
        }
    }

    fn config_left_out(&self, lines: &mut Lines) {
        let known = ["target", "phases", "variables", "socketio", "payload"];
        for (name, value) in self.config.as_object().into_iter().flatten() {
            if !known.contains(&name.as_str()) {
                lines.left_out(0, &format!("config.{name}: {value}"));
            }
        }
        for (name, value) in self.config["variables"].as_object().into_iter().flatten() {
            if value.as_array().is_some_and(|values| values.len() > 1) {
                lines.left_out(0, &format!("of the values of `{name}` all but the first: {value}"));
            }
        }
        for (name, value) in self.config["socketio"].as_object().into_iter().flatten() {
            if !["query", "extraHeaders", "auth"].contains(&name.as_str()) {
                lines.left_out(0, &format!("config.socketio.{name}: {value}"));
            }
        }
    }

    fn scenario_left_out(&self, scenario: &Node, lines: &mut Lines) {
        let Yaml::Map(fields) = &scenario.value else { return };
        for (key, node) in
            fields.iter().filter(|(key, _)| !["name", "flow", "engine"].contains(&key.text.as_str()))
        {
            lines.left_out(
                0,
                &format!("`{}: {}` of the scenario", key.text, self.document.snippet(node.span)),
            );
        }
        let engine = field(scenario, "engine").map(value).and_then(|engine| text(&engine));
        if let Some(engine) = engine.filter(|engine| !engine.starts_with("socketio")) {
            lines.left_out(0, &format!("engine: {engine}; each step is taken for one of Socket.IO"));
        }
    }

    /// What every connection says.
    fn connect(&self, flow: &mut Flow<'_>) -> (Option<written::Node>, Vec<String>) {
        let mut fields = Vec::new();
        if let Some(namespace) = flow.namespace.take() {
            fields.push(("namespace".to_owned(), written::Node::text(&namespace)));
        }
        let socketio = &self.config["socketio"];
        for (theirs, ours) in [("auth", "auth"), ("query", "query"), ("extraHeaders", "headers")] {
            if socketio[theirs].as_object().is_some_and(|object| !object.is_empty()) {
                fields.push((ours.to_owned(), flow.names.node(&socketio[theirs])));
            }
        }
        let guesses = std::mem::take(&mut flow.names.guesses);
        ((!fields.is_empty()).then_some(written::Node::Map(fields)), guesses)
    }
}

/// `10/s`, or `10/s..50/s` where it rises.
fn rate(phase: &Value) -> Option<String> {
    let number = |name: &str| phase[name].as_f64().filter(|number| *number > 0.0);
    if let Some(count) = number("arrivalCount") {
        return Some(format!("{}/s", rounded(count / number("duration")?)));
    }
    let rate = rounded(number("arrivalRate")?);
    Some(number("rampTo").map_or_else(|| format!("{rate}/s"), |end| format!("{rate}/s..{}/s", rounded(end))))
}

fn rounded(number: f64) -> f64 {
    (number * 100.0).round().max(1.0) / 100.0
}

/// A number of seconds, or a text such as `2m`, as a time is written here.
pub(crate) fn seconds(value: &Value) -> Option<String> {
    if let Some(number) = value.as_f64().filter(|number| *number >= 0.0) {
        return Some(if number.fract() == 0.0 {
            format!("{number}s")
        } else {
            format!("{}ms", (number * 1000.0).round())
        });
    }
    let text = value.as_str()?.replace(' ', "");
    let split = text.find(|char: char| !char.is_ascii_digit() && char != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let number: f64 = number.parse().ok()?;
    match unit {
        "" | "s" | "sec" | "secs" | "second" | "seconds" => seconds(&Value::from(number)),
        "ms" => Some(format!("{number}ms")),
        "m" | "min" | "mins" | "minute" | "minutes" => Some(format!("{number}min")),
        "h" | "hour" | "hours" => Some(format!("{}min", number * 60.0)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_time_keeps_its_length() {
        for (theirs, ours) in
            [(json!(60), "60s"), (json!(0.5), "500ms"), (json!("2m"), "2min"), (json!("250 ms"), "250ms")]
        {
            assert_eq!(seconds(&theirs).as_deref(), Some(ours));
        }
        assert_eq!(seconds(&json!("{{ pause }}")), None);
    }

    #[test]
    fn a_phase_is_a_rate() {
        assert_eq!(rate(&json!({"arrivalRate": 5, "rampTo": 50})).as_deref(), Some("5/s..50/s"));
        assert_eq!(rate(&json!({"arrivalCount": 30, "duration": 60})).as_deref(), Some("0.5/s"));
        assert_eq!(rate(&json!({"pause": 30})), None);
    }
}
