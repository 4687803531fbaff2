//! Expected against received, field by field: the received payload with what was expected in its place.
//! The places come from the judge, so an id that was bound or a time that fits is never shown as a difference.

use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use results::record::{Difference, Finding};

/// Which of the two a line belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Both.
    Both,
    /// What was expected.
    Expected,
    /// What was received.
    Received,
    /// Lines that are left out.
    Gap,
}

/// A line of a diff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DiffLine {
    /// Whose it is.
    pub(super) side: Side,
    /// The line, indented as JSON is.
    pub(super) text: String,
    /// What is to be said about it.
    pub(super) note: Option<&'static str>,
}

/// Lines that agree, shown before and after those that do not.
const CONTEXT: usize = 2;
/// Beyond this many lines, some are left out.
const MANY: usize = 24;

/// The lines that show what a finding is about; none where it is about no payload.
pub(super) fn of(finding: &Finding, whole: bool) -> Vec<DiffLine> {
    match (&finding.expected, &finding.received) {
        (None, None) => Vec::new(),
        (Some(expected), None) => alone(Side::Expected, expected, whole),
        (None, Some(received)) => alone(Side::Received, received, whole),
        (Some(expected), Some(received)) if finding.differences.is_empty() => {
            let lines = by_line(&text_of(expected), &text_of(received));
            if whole || lines.len() <= MANY { lines } else { near_changes(lines) }
        }
        (Some(expected), Some(received)) => {
            let mut walk = Walk { expected, differences: &finding.differences, lines: Vec::new() };
            walk.value(&[], &Lead { text: String::new(), comma: "" }, received);
            if whole || walk.lines.len() <= MANY { walk.lines } else { near_changes(walk.lines) }
        }
    }
}

fn alone(side: Side, value: &Value, whole: bool) -> Vec<DiffLine> {
    let mut lines: Vec<DiffLine> =
        text_of(value).lines().map(|text| DiffLine { side, text: text.to_owned(), note: None }).collect();
    if !whole && lines.len() > MANY {
        let left_out = lines.len() - (MANY - 1);
        lines.truncate(MANY - 1);
        lines.push(gap(left_out));
    }
    lines
}

fn by_line(expected: &str, received: &str) -> Vec<DiffLine> {
    let diff = TextDiff::from_lines(expected, received);
    let line = |tag| match tag {
        ChangeTag::Equal => Side::Both,
        ChangeTag::Delete => Side::Expected,
        ChangeTag::Insert => Side::Received,
    };
    let changes = diff.iter_all_changes();
    changes
        .map(|change| DiffLine {
            side: line(change.tag()),
            text: change.value().trim_end_matches('\n').to_owned(),
            note: None,
        })
        .collect()
}

/// A payload as JSON, its matchers as a scenario has them; a text that stands alone (a snapshot, say) as it is.
fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) if text.contains('\n') => text.clone(),
        _ => json(value).lines().map(|line| unquoted(line) + "\n").collect(),
    }
}

fn json(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_else(|error| format!("<not shown: {error}>"))
}

/// `"id": "<id:message>",` is `"id": <id:message>,` in a scenario; `"...": "<any>"` is `...`.
fn unquoted(line: &str) -> String {
    let (body, comma) = line.strip_suffix(',').map_or((line, ""), |body| (body, ","));
    let blank = &body[..body.len() - body.trim_start().len()];
    if body.trim_start() == "\"...\": \"<any>\"" {
        return format!("{blank}...{comma}");
    }
    let (name, value) = match body.find("\": ") {
        Some(at) => body.split_at(at + 3),
        None => (blank, body.trim_start()),
    };
    match value.strip_prefix("\"<").and_then(|value| value.strip_suffix(">\"")) {
        Some(marker) if !marker.contains('"') => format!("{name}<{marker}>{comma}"),
        _ => line.to_owned(),
    }
}

/// What stands before and after a value on its line.
struct Lead {
    text: String,
    comma: &'static str,
}

/// A walk over what was received, which stops at every place that differs.
struct Walk<'d> {
    expected: &'d Value,
    differences: &'d [Difference],
    lines: Vec<DiffLine>,
}

impl Walk<'_> {
    fn value(&mut self, path: &[&str], lead: &Lead, value: &Value) {
        let place = path.join(".");
        let differences = self.differences;
        let here =
            differences.iter().find(|known| known.path == place && !(known.forbidden && place.is_empty()));
        match here {
            Some(difference) if difference.undocumented => {
                self.push_value(Side::Received, lead, value, path.len(), Some("no document mentions it"));
            }
            _ if self.is_forbidden(path) => {
                self.push_value(Side::Received, lead, value, path.len(), Some("no payload may hold it"));
            }
            Some(_) if path.is_empty() => {
                let expected = self.expected.clone();
                self.push_value(Side::Expected, lead, &expected, 0, None);
                self.push_value(Side::Received, lead, value, 0, None);
            }
            Some(difference) => {
                let told = format!("{}{}{}", lead.text, difference.expected, lead.comma);
                self.push(Side::Expected, path.len(), &told, None);
                let inside = format!("{place}.");
                if differences.iter().any(|known| known.path.starts_with(&inside)) {
                    self.children(Side::Received, path, lead, value);
                } else {
                    self.push_value(Side::Received, lead, value, path.len(), None);
                }
            }
            None => self.children(Side::Both, path, lead, value),
        }
    }

    /// The judge says of a forbidden name only that it is somewhere, so it is found here by its name.
    fn is_forbidden(&self, path: &[&str]) -> bool {
        let Some(field) = path.last() else { return false };
        let mut names = self.differences.iter().filter(|known| known.forbidden).map(|known| &known.expected);
        names.any(|told| told.split('`').nth(1).is_some_and(|name| name.eq_ignore_ascii_case(field)))
    }

    fn children(&mut self, side: Side, path: &[&str], lead: &Lead, value: &Value) {
        let (open, close) = match value {
            Value::Object(fields) if !fields.is_empty() || !self.missing(path, value).is_empty() => {
                ("{", "}")
            }
            Value::Array(items) if !items.is_empty() => ("[", "]"),
            _ => return self.push_value(side, lead, value, path.len(), None),
        };
        self.push(side, path.len(), &format!("{}{open}", lead.text), None);
        let missing = self.missing(path, value);
        let inside = |name: &str, comma| Lead { text: format!("{}: ", Value::from(name)), comma };
        match value {
            Value::Object(fields) => {
                for (index, (name, value)) in fields.iter().enumerate() {
                    let comma = if index + 1 < fields.len() + missing.len() { "," } else { "" };
                    self.value(&[path, &[name]].concat(), &inside(name, comma), value);
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let comma = if index + 1 < items.len() { "," } else { "" };
                    self.value(
                        &[path, &[&index.to_string()]].concat(),
                        &Lead { text: String::new(), comma },
                        item,
                    );
                }
            }
            _ => {}
        }
        for (index, (name, difference)) in missing.iter().enumerate() {
            let comma = if index + 1 < missing.len() { "," } else { "" };
            let told = format!("{}{}{comma}", inside(name, "").text, difference.expected);
            self.push(Side::Expected, path.len() + 1, &told, None);
        }
        self.push(Side::Both, path.len(), &format!("{close}{}", lead.comma), None);
    }

    /// The fields an object should have, and has not.
    fn missing(&self, path: &[&str], value: &Value) -> Vec<(String, Difference)> {
        let Value::Object(fields) = value else { return Vec::new() };
        let prefix = if path.is_empty() { String::new() } else { format!("{}.", path.join(".")) };
        let absent = |name: &str| {
            !name.is_empty() && !fields.keys().any(|key| name == key || name.starts_with(&format!("{key}.")))
        };
        let inside =
            self.differences.iter().filter_map(|known| Some((known.path.strip_prefix(&prefix)?, known)));
        inside
            .filter(|(name, known)| !known.forbidden && absent(name))
            .map(|(name, known)| (name.to_owned(), known.clone()))
            .collect()
    }

    fn push_value(
        &mut self,
        side: Side,
        lead: &Lead,
        value: &Value,
        depth: usize,
        note: Option<&'static str>,
    ) {
        let text = if side == Side::Expected { text_of(value) } else { json(value) };
        let count = text.lines().count();
        for (index, line) in text.lines().enumerate() {
            let before = if index == 0 { lead.text.as_str() } else { "" };
            let after = if index + 1 == count { lead.comma } else { "" };
            self.push(side, depth, &format!("{before}{line}{after}"), note.filter(|_| index == 0));
        }
    }

    fn push(&mut self, side: Side, depth: usize, text: &str, note: Option<&'static str>) {
        self.lines.push(DiffLine { side, text: format!("{}{text}", "  ".repeat(depth)), note });
    }
}

/// Leaves out what agrees, but for some lines around each change and for the lines that open what it stands in.
fn near_changes(lines: Vec<DiffLine>) -> Vec<DiffLine> {
    let mut keep = vec![false; lines.len()];
    let mut open: Vec<usize> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        // What was expected is told in words, and opens nothing.
        if line.side != Side::Expected {
            if line.text.ends_with(['{', '[']) {
                open.push(index);
            } else if line.text.trim_start().starts_with(['}', ']']) {
                open.pop();
            }
        }
        if line.side == Side::Both {
            continue;
        }
        let near = index.saturating_sub(CONTEXT)..=(index + CONTEXT).min(lines.len() - 1);
        near.chain(open.iter().copied()).for_each(|kept| keep[kept] = true);
    }
    let mut shown = Vec::new();
    let mut left_out: Vec<DiffLine> = Vec::new();
    for (line, keep) in lines.into_iter().zip(keep) {
        if keep {
            close_gap(&mut shown, &mut left_out);
            shown.push(line);
        } else {
            left_out.push(line);
        }
    }
    close_gap(&mut shown, &mut left_out);
    shown
}

fn close_gap(shown: &mut Vec<DiffLine>, left_out: &mut Vec<DiffLine>) {
    match left_out.len() {
        0 => {}
        // A gap takes a line too.
        1 => shown.append(left_out),
        count => {
            shown.push(gap(count));
            left_out.clear();
        }
    }
}

fn gap(lines: usize) -> DiffLine {
    DiffLine { side: Side::Gap, text: format!("⋮ {lines} lines"), note: None }
}

#[cfg(test)]
#[path = "diff_tests.rs"]
mod tests;
