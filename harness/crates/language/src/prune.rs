//! What is left of a file without the place of a problem, so that the next problem shows. Owns no judgement: what follows only
//! from what was taken away is sorted out here by its names.

use super::problem::Problem;
use super::text::{Document, Key, Node, Span, Yaml};

/// Sections that give names to things: without one of them, whoever uses a name is not to blame.
const NAMING: &[&str] = &["clauses", "events", "types", "capabilities", "rooms", "users", "for", "timing"];

/// What may stand at a key whose value is wrong or missing, so that the rest can be read.
const STAND_INS: &[(&str, &str)] = &[
    ("level", "must"),
    ("scenario", "untitled"),
    ("at", "somewhere"),
    ("text", "something"),
    ("data", "null"),
    ("json", "null"),
    ("body", "null"),
    ("status", "null"),
    ("value", "null"),
    ("claims", "null"),
    ("document", "nowhere"),
    ("name", "unnamed"),
    ("case", "none"),
    ("issue", "none"),
    ("until", "2999-12-31"),
    ("namespace", "/"),
    ("url", "http://127.0.0.1"),
];

/// Problems of a name inside a payload: the rest of the payload, and of its step, is still what it is.
const OF_A_NAME: &[&str] = &[
    "nothing is called `$",
    "`<maybe ",
    "what is captured cannot",
    "`for` has no `",
    "is taken as it stands",
];

/// Problems of a list that has nothing in it.
const OF_AN_EMPTY_LIST: &[&str] =
    &["there is no step here", "has no turn", "connects no session", "has no values"];

/// Keys without which another one has to be there.
const INSTEAD: &[(&str, &str)] = &[("load", "steps")];

/// How often a place may be in the way after it was mended.
const MOST_AGAIN: usize = 3;

/// How many problems of one file are told.
const MOST: usize = 50;

/// All problems of a file, as far as each can be told without the others: after each its place is mended or taken away, and the
/// rest is read again.
pub fn problems(
    mut document: Document,
    mut read: impl FnMut(&Document) -> Result<(), Problem>,
) -> Vec<Problem> {
    let mut found = Vec::new();
    let (mut gone, mut again) = (Gone::default(), 0);
    for _ in 0..MOST {
        let Err(problem) = read(&document) else { break };
        let place = problem.place.as_ref().map(|(_, span)| *span);
        let needed = STAND_INS.iter().find(|(key, _)| problem.message.ends_with(&format!("needs `{key}`")));
        let of_a_name = OF_A_NAME.iter().any(|words| problem.message.contains(words));
        gone.meant(&problem);
        let (last, told) = (problem.last, found.iter().any(|known| same(known, &problem)));
        // What still stands there was not mended. It is taken away as a whole; where that does not help, nothing more comes of it.
        again += usize::from(told && !of_a_name);
        if again > MOST_AGAIN {
            break;
        }
        if !told && !gone.explains(&problem.message) {
            found.push(problem);
        }
        if last {
            break;
        }
        let root = &mut document.root;
        let mended = place.and_then(|place| match needed {
            Some((key, text)) => supply(root, place, key, text),
            None if of_a_name => unname(root, place).or_else(|| remove(root, place, false, &mut gone)),
            None => remove(root, place, false, &mut gone),
        });
        if mended.is_none() {
            break;
        }
    }
    found
}

/// Whether two problems are about the same words, or say the same of the same place.
fn same(one: &Problem, other: &Problem) -> bool {
    let span = |problem: &Problem| problem.place.as_ref().map(|(_, span)| *span);
    let words = span(one).is_some_and(|span| span.end > span.start);
    span(one) == span(other) && (words || one.message == other.message)
}

/// What was taken away.
#[derive(Default)]
struct Gone {
    keys: Vec<String>,
    names: Vec<String>,
    /// Nothing is left of a list.
    emptied: bool,
}

impl Gone {
    /// What a misspelt key was meant to be is not missing.
    fn meant(&mut self, problem: &Problem) {
        let meant = problem.hint.as_deref().and_then(|hint| hint.strip_prefix("did you mean `"));
        self.keys.extend(meant.and_then(|meant| meant.strip_suffix("`?")).map(str::to_owned));
    }

    /// Whether a message only says once more that something is not there that was taken away.
    fn explains(&self, message: &str) -> bool {
        let says = |lead: &str, name: &String| message.contains(&format!("{lead}`{name}`"));
        let unknown_key = message.contains(" has no ") && !message.starts_with("`for`");
        (self.emptied && OF_AN_EMPTY_LIST.iter().any(|words| message.contains(words)))
            || self.keys.iter().any(|key| says("needs ", key))
            || (!unknown_key && self.names.iter().any(|name| says("", name) || says("", &format!("${name}"))))
    }
}

fn stand_in(key: &str, span: Span) -> Option<Node> {
    let (_, text) = STAND_INS.iter().find(|(known, _)| *known == key)?;
    Some(Node { span, value: Yaml::Scalar { text: (*text).to_owned(), plain: true } })
}

/// Takes the names out of the text that holds the place: what is left stands for itself, or for anything.
fn unname(node: &mut Node, place: Span) -> Option<()> {
    let span = node.span;
    match &mut node.value {
        Yaml::Scalar { text, plain } => {
            let holds = span.file == place.file && span.start <= place.start && place.start < span.end;
            let left = if text.contains('$') { text.replace('$', "") } else { "<any>".to_owned() };
            holds.then(|| (*text, *plain) = (left, true))
        }
        Yaml::List(items) => items.iter_mut().find_map(|item| unname(item, place)),
        Yaml::Map(entries) => entries.iter_mut().find_map(|(_, value)| unname(value, place)),
    }
}

/// Gives the mapping that starts at the place a key that it lacks.
fn supply(node: &mut Node, place: Span, key: &str, text: &str) -> Option<()> {
    let starts_here = node.span.file == place.file && node.span.start == place.start;
    match &mut node.value {
        Yaml::Map(entries) if starts_here => {
            let value = Node { span: place, value: Yaml::Scalar { text: text.to_owned(), plain: true } };
            entries.push((Key { text: key.to_owned(), span: place }, value));
            Some(())
        }
        Yaml::Map(entries) => entries.iter_mut().find_map(|(_, value)| supply(value, place, key, text)),
        Yaml::List(items) => items.iter_mut().find_map(|item| supply(item, place, key, text)),
        Yaml::Scalar { .. } => None,
    }
}

/// Takes away the innermost item of a list, or entry of a mapping, that holds the place. Where one file is laid over another, a
/// mapping may hold what stands in neither of its own lines: so all are looked through.
fn remove(node: &mut Node, place: Span, naming: bool, gone: &mut Gone) -> Option<()> {
    let holds = |span: Span| {
        span.file == place.file && span.start <= place.start && place.start < span.end.max(span.start + 1)
    };
    // Where something is missing, the place is the start of the mapping that lacks it.
    let lacking = |node: &Node| {
        let starts_here = node.span.file == place.file && node.span.start == place.start;
        place.start == place.end && starts_here && matches!(node.value, Yaml::Map(_))
    };
    match &mut node.value {
        Yaml::Scalar { .. } => None,
        Yaml::List(items) => {
            let at = items.iter().position(|item| holds(item.span))?;
            // A step without the word that is wrong would be another step: the whole item goes.
            let item = items.remove(at);
            gone.emptied |= items.is_empty();
            if naming {
                collect(&item, &mut gone.names);
            }
            Some(())
        }
        Yaml::Map(entries) => {
            for at in 0..entries.len() {
                let (key, value) = &mut entries[at];
                let naming = naming || NAMING.contains(&key.text.as_str());
                if !holds(key.span) && !lacking(value) && remove(value, place, naming, gone).is_some() {
                    return Some(());
                }
                if !holds(key.span) && !holds(value.span) {
                    continue;
                }
                if let (false, Yaml::Scalar { .. }, Some(other)) =
                    (holds(key.span), &value.value, stand_in(&key.text, value.span))
                {
                    *value = other;
                    return Some(());
                }
                let (key, value) = entries.remove(at);
                if naming {
                    collect(&value, &mut gone.names);
                    gone.names.push(key.text.clone());
                }
                gone.keys.extend(
                    INSTEAD
                        .iter()
                        .filter(|(known, _)| *known == key.text)
                        .map(|(_, other)| (*other).to_owned()),
                );
                gone.keys.push(key.text);
                return Some(());
            }
            None
        }
    }
}

fn collect(node: &Node, names: &mut Vec<String>) {
    match &node.value {
        Yaml::Scalar { text, .. } => names.push(text.clone()),
        Yaml::List(items) => items.iter().for_each(|item| collect(item, names)),
        Yaml::Map(entries) => entries.iter().for_each(|(Key { text, .. }, value)| {
            names.push(text.clone());
            collect(value, names);
        }),
    }
}
