//! Payloads as JSON writes them, and what makes them other than they should be.

use fastrand::Rng;

/// A value whose spelling is free.
#[derive(Debug, Clone)]
pub(super) enum Json {
    /// As it stands in JSON.
    Raw(String),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// Timestamps, and what only looks like one.
pub(super) const DATES: &[&str] = &[
    "2026-11-24T22:00:29.017Z",
    "2026-11-24T22:00:29+01:00",
    "2024-02-29T00:00:00.000Z",
    "2026-02-31T22:00:29.017Z",
    "2026-11-24T22:00:99.017Z",
    "2026-11-24T22:00:60.017Z",
    "2025-02-29T00:00:00.000Z",
    "9999-12-31T23:59:59.000Z",
    "0000-01-01T00:00:00.000Z",
    "2026-13-01T00:00:00.000Z",
    "2026-11-24 22:00:29.017Z",
    "2026-11-24T22:00:29.017",
    "2026-11-24T22:00:29,017Z",
    "2026-11-24T22:00:29.01é",
];

/// Values that are at home nowhere.
const ODD: &[&str] = &[
    "null",
    "true",
    "0",
    "-0",
    "1",
    "1.0",
    "1e0",
    "10E-1",
    "7",
    "3",
    "41",
    "\"\"",
    "\"7\"",
    "\"3\"",
    "\"41\"",
    "\"a\"",
    "[]",
    "{}",
    "9007199254740993.0",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "-9223372036854775809",
    "1e400",
    "1e-400",
    "01",
    "1.",
    ".5",
    "+1",
    "--1",
    "1e",
    "NaN",
    "\"\\ud83d\\ude00\"",
    "\"\\ud83d\"",
    "\"\\udc00\"",
    "\"\\x\"",
    "\"\\u12g4\"",
    "\"\\/\"",
    "\"\t\"",
    "nul",
    "{\"password\":1}",
    "{\"x\":{\"password\":1},\"x\":2}",
    "[1,]",
    "{\"a\":1,}",
    "1 2",
];

const NAMES: &[&str] = &["extra", "password", "Secret", "ID", "a ", "naïve"];

/// How many ways there are to change a payload.
pub(super) const WAYS: u8 = 13;

impl Json {
    pub(super) fn raw(json: impl Into<String>) -> Self {
        Self::Raw(json.into())
    }

    /// Writes it, with white space and escapes as chance has it.
    pub(super) fn write(&self, out: &mut String, rng: &mut Rng, free: bool) {
        let space = |out: &mut String, rng: &mut Rng| {
            if free && rng.u8(..) < 40 {
                out.push_str([" ", "\n", "\t ", "\r\n"][rng.usize(..4)]);
            }
        };
        space(out, rng);
        match self {
            Self::Raw(json) => out.push_str(json),
            Self::Text(text) => write_text(text, out, rng, free),
            Self::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index > 0 { "," } else { "" });
                    item.write(out, rng, free);
                }
                space(out, rng);
                out.push(']');
            }
            Self::Object(fields) => {
                out.push('{');
                for (index, (name, value)) in fields.iter().enumerate() {
                    out.push_str(if index > 0 { "," } else { "" });
                    space(out, rng);
                    write_text(name, out, rng, free);
                    space(out, rng);
                    out.push(':');
                    value.write(out, rng, free);
                }
                space(out, rng);
                out.push('}');
            }
        }
        space(out, rng);
    }

    /// One of the values in it that are of a kind, by its number.
    fn node(&mut self, of: fn(&Self) -> bool, number: usize) -> Option<&mut Self> {
        let mut left = number.checked_rem(self.count(of))?;
        self.find(of, &mut left)
    }

    fn count(&self, of: fn(&Self) -> bool) -> usize {
        let inside = match self {
            Self::List(items) => items.iter().map(|item| item.count(of)).sum(),
            Self::Object(fields) => fields.iter().map(|(_, value)| value.count(of)).sum(),
            _ => 0,
        };
        inside + usize::from(of(self))
    }

    fn find(&mut self, of: fn(&Self) -> bool, left: &mut usize) -> Option<&mut Self> {
        if of(self) {
            if *left == 0 {
                return Some(self);
            }
            *left -= 1;
        }
        match self {
            Self::List(items) => items.iter_mut().find_map(|item| item.find(of, left)),
            Self::Object(fields) => fields.iter_mut().find_map(|(_, value)| value.find(of, left)),
            _ => None,
        }
    }

    /// Changes one value of it in one way; where none is of the right kind, it stays.
    pub(super) fn change(&mut self, way: u8, at: usize, rng: &mut Rng) {
        let odd = Self::raw(ODD[rng.usize(..ODD.len())]);
        let of: fn(&Self) -> bool = match way {
            0..4 => |_| true,
            4 => |node| matches!(node, Self::Raw(_) | Self::Text(_)),
            5 => |node| matches!(node, Self::Text(_)),
            6 => |node| matches!(node, Self::List(_)),
            _ => |node| matches!(node, Self::Object(_)),
        };
        let Some(node) = self.node(of, at) else { return };
        match (way, node) {
            (0 | 1, node) => *node = odd,
            (2, node) => *node = Self::Text(DATES[rng.usize(..DATES.len())].to_owned()),
            (3, node) => {
                let (open, close) = if rng.bool() { ("[", "]") } else { ("{\"x\":", "}") };
                let depth = rng.usize(120..130);
                *node = Self::raw(format!("{}1{}", open.repeat(depth), close.repeat(depth)));
            }
            (4, Self::Raw(json)) => {
                *json = match (rng.u8(..6), json.trim_matches('"')) {
                    (0, bare) => format!("{bare}{}", [".0", "e0", "0", ".5"][rng.usize(..4)]),
                    (1, bare) => format!("-{bare}"),
                    (_, bare) if bare == json => format!("\"{json}\""),
                    (_, bare) => bare.to_owned(),
                };
            }
            (4, node @ Self::Text(_)) => {
                if let Self::Text(text) = node.clone() {
                    *node = Self::raw(text);
                }
            }
            (5, Self::Text(text)) if rng.bool() => drop(text.pop()),
            (5, Self::Text(text)) => {
                text.push_str(["a", "é", "😀", "\u{7f}", "\u{1}", "\\", "7"][rng.usize(..7)]);
            }
            (6, Self::List(items)) if rng.bool() => drop(items.pop()),
            (6, Self::List(items)) => items.push(odd),
            (way, Self::Object(fields)) => change_fields(way, fields, odd, rng),
            _ => {}
        }
    }
}

fn change_fields(way: u8, fields: &mut Vec<(String, Json)>, odd: Json, rng: &mut Rng) {
    let chosen = if fields.is_empty() { None } else { Some(rng.usize(..fields.len())) };
    match (way, chosen) {
        (7, Some(index)) => drop(fields.remove(index)),
        (8, Some(index)) => {
            // What comes first does not count.
            let name = fields[index].0.clone();
            fields.insert(rng.usize(..=index), (name, odd));
        }
        (9, Some(index)) => {
            let (name, value) = fields[index].clone();
            fields.push((name, if rng.bool() { odd } else { value }));
        }
        (10, _) => fields.reverse(),
        (11, _) => {
            let more = (0..rng.usize(60..70)).map(|index| (format!("more{index}"), Json::raw("0")));
            fields.extend(more);
        }
        _ => {
            let name = NAMES[rng.usize(..NAMES.len())].to_owned();
            fields.insert(rng.usize(..=fields.len()), (name, odd));
        }
    }
}

fn write_text(text: &str, out: &mut String, rng: &mut Rng, free: bool) {
    out.push('"');
    for char in text.chars() {
        if free && rng.u8(..) < 30 {
            for unit in char.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            let quoted = serde_json::Value::from(char.to_string()).to_string();
            out.push_str(&quoted[1..quoted.len() - 1]);
        }
    }
    out.push('"');
}

/// Bytes that no text of JSON has just anywhere.
const BYTES: &[u8] = b"\xff\xc3\x80\x00\n\"\\,]}{ 0-e";

/// Changes a byte, adds one, or takes away.
pub(super) fn spoil(bytes: &mut Vec<u8>, at: usize, rng: &mut Rng) {
    if bytes.is_empty() {
        return;
    }
    let (at, byte) = (at % bytes.len(), BYTES[rng.usize(..BYTES.len())]);
    match rng.u8(..4) {
        0 => bytes[at] = byte,
        1 => bytes.insert(at, byte),
        2 => drop(bytes.remove(at)),
        _ => bytes.truncate(at),
    }
}
