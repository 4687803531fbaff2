//! What a word means, as a terminal shows it: verbs from the contracts, everything else from the tables here.

use std::fmt::Write as _;

use super::{Code, GLOSSARY, Key, Mapping, codes, mappings, verbs};
use language::contract::Contract;
use language::problem::Problem;

/// What a word means: a verb, a key, a matcher, a reference, any other word of the language, or a code. One word may be
/// several of these.
///
/// # Errors
/// Where there is no such word, with the nearest one.
pub fn explain(contracts: &[&Contract], word: &str) -> Result<String, Problem> {
    let asked = word.trim();
    let mut parts: Vec<String> = verbs::about(contracts, asked).into_iter().collect();
    for mapping in mappings() {
        if mapping.name == asked || mapping.name.replace('_', " ") == asked {
            parts.push(whole(mapping));
        } else if let Some(key) = mapping.keys.iter().find(|key| key.name == asked) {
            parts.push(one(mapping, key));
        }
    }
    for words in GLOSSARY {
        for (name, text) in words.words.iter().filter(|(name, _)| is_called(name, asked)) {
            parts.push(format!("{name}: one of the {}\n\n{}\n", lower(words.title), wrap(text, 2)));
        }
        if lower(words.title) == asked.to_lowercase() {
            let lines: String = words.words.iter().map(|(name, text)| entry(name, text)).collect();
            parts.push(format!("{}\n\n{}\n\n{lines}", words.title, wrap(words.text, 2)));
        }
    }
    for code in codes().iter().filter(|code| code.name == asked) {
        parts.push(told(code));
    }
    if parts.is_empty() {
        let known = all(contracts);
        let asked_bare = bare(asked);
        let problem = Problem::bare(format!("`{asked}` is no word of the language"));
        let near = problem.clone().nearest(asked_bare, known.iter().map(|name| bare(name)));
        let found = near.hint.as_deref().is_some_and(|hint| hint.starts_with("did you mean"));
        return Err(if found {
            near
        } else {
            problem.hint("`harness explain` without a word lists them all")
        });
    }
    Ok(parts.join("\n"))
}

/// Every word that can be explained, by what it is.
#[must_use]
pub fn overview(contracts: &[&Contract]) -> String {
    let mut text = String::from("harness explain WORD tells more of each of these.\n");
    let mut group = |title: &str, words: Vec<String>| {
        // Writing to a text cannot fail.
        let _never = writeln!(text, "\n{title}\n{}", wrap(&words.join(", "), 2));
    };
    group("Verbs of the contracts", verbs::names(contracts));
    for mapping in mappings() {
        let keys: Vec<String> = mapping.keys.iter().map(|key| key.name.to_owned()).collect();
        group(&format!("Keys of: {}", mapping.name.replace('_', " ")), keys);
    }
    for words in GLOSSARY {
        group(words.title, words.words.iter().map(|(name, _)| (*name).to_owned()).collect());
    }
    let codes = codes();
    for title in codes.iter().map(|code| code.group).collect::<indexmap::IndexSet<_>>() {
        let of_group = codes.iter().filter(|code| code.group == title);
        group(title, of_group.map(|code| code.name.clone()).collect());
    }
    text
}

/// A word without what only frames it: `<int>`, `$room`.
fn bare(word: &str) -> &str {
    word.trim_start_matches(['<', '$']).split(['>', ':', ' ', '.']).next().unwrap_or(word)
}

fn is_called(name: &str, asked: &str) -> bool {
    name == asked || (!bare(asked).is_empty() && bare(name) == bare(asked) && name.starts_with(['<', '$']))
}

fn all(contracts: &[&Contract]) -> Vec<String> {
    let keys = mappings().flat_map(|mapping| {
        mapping.keys.iter().map(|key| key.name.to_owned()).chain([mapping.name.to_owned()])
    });
    let words = GLOSSARY.iter().flat_map(|words| words.words.iter().map(|(name, _)| (*name).to_owned()));
    let codes = codes().into_iter().map(|code| code.name);
    verbs::names(contracts).into_iter().chain(keys).chain(words).chain(codes).collect()
}

fn lower(title: &str) -> String {
    title.to_lowercase()
}

fn whole(mapping: &Mapping) -> String {
    let keys: String = mapping.keys.iter().map(|key| entry(key.name, &full(key))).collect();
    let examples: String = mapping.examples.iter().map(|example| shown(example)).collect();
    format!("{}\n\n{}\n\n{keys}\n{examples}", mapping.name.replace('_', " "), wrap(mapping.text, 2))
}

fn one(mapping: &Mapping, key: &Key) -> String {
    let place = mapping.name.replace('_', " ");
    let examples = mapping.examples.iter().filter(|example| names(example, key.name)).take(2);
    let examples: String = examples.map(|example| shown(&part(example, key.name))).collect();
    format!("{}: a key of: {place}\n\n{}\n\n{examples}", key.name, wrap(&full(key), 2))
}

/// Of a whole file the lines that are about a key.
fn part(example: &str, key: &str) -> String {
    let about = |line: &&str| line.starts_with(&format!("{key}:"));
    let lines = example.lines().skip_while(|line| !about(line));
    let lines: Vec<&str> = lines.take_while(|line| about(line) || line.starts_with(' ')).collect();
    if lines.is_empty() { example.to_owned() } else { lines.join("\n") }
}

fn full(key: &Key) -> String {
    if key.needed { format!("{} Needed.", key.text) } else { key.text.to_owned() }
}

/// Whether an example has a key.
fn names(example: &str, key: &str) -> bool {
    let pattern = format!("{key}:");
    example.match_indices(&pattern).any(|(at, _)| {
        example[..at].chars().next_back().is_none_or(|before| matches!(before, '{' | ' ' | '\n' | '"'))
    })
}

fn shown(example: &str) -> String {
    example.lines().map(|line| format!("    {line}\n")).collect()
}

fn entry(name: &str, text: &str) -> String {
    let told = wrap(text, 22);
    if name.len() < 19 {
        format!("  {name:<20}{}\n", told.trim_start())
    } else {
        format!("  {name}\n{told}\n")
    }
}

fn told(code: &Code) -> String {
    format!("{}: one of the {}\n\n{}\n", code.name, lower(code.group), wrap(&code.text, 2))
}

/// Breaks a text at 100 columns.
fn wrap(text: &str, indent: usize) -> String {
    let margin = " ".repeat(indent);
    let mut lines = vec![margin.clone()];
    for word in text.split(' ') {
        let line = lines.last().map_or(0, |line| line.chars().count());
        if line > indent && line + 1 + word.chars().count() > 100 {
            lines.push(margin.clone());
        }
        if let Some(line) = lines.last_mut() {
            if line.len() > indent {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.join("\n")
}
