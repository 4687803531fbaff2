//! The reference of the language, `docs/language.md`.

use std::fmt::Write as _;

use super::{GLOSSARY, Key, Mapping, Others, Shape, codes, mappings};

const HEAD: &str = "# The language of the files

<!-- Written by `UPDATE_SCHEMA=1 cargo test -p harness --test integration language`; change harness/crates/explain/ instead. -->

Three kinds of files, all YAML: a [scenario](#scenario) says who does what, a [contract](#contract) says what a dialect promises,
a [target](#target) says what is under test. Unknown keys are refused, and so are anchors, aliases and doubled keys.
`harness check` reads them all, `harness explain WORD` tells what is here in the terminal and what each contract makes of a verb,
and editors complete and check by the schemas in [scenarios/schema](../scenarios/schema).
";

/// The whole reference.
#[must_use]
pub fn reference() -> String {
    let mut text = HEAD.to_owned();
    for mapping in mappings() {
        section(&mut text, mapping);
    }
    for words in GLOSSARY {
        let lines = words.words.iter().map(|(name, line)| row(name, line)).collect::<String>();
        put(&mut text, &format!("\n## {}\n\n{}\n\n| word | |\n|---|---|\n{lines}", words.title, words.text));
    }
    let codes = codes();
    for group in codes.iter().map(|code| code.group).collect::<indexmap::IndexSet<_>>() {
        let of_group = codes.iter().filter(|code| code.group == group);
        let lines = of_group.map(|code| row(&code.name, &code.text)).collect::<String>();
        put(&mut text, &format!("\n## {group}\n\n| code | |\n|---|---|\n{lines}"));
    }
    text
}

fn put(text: &mut String, part: &str) {
    // Writing to a text cannot fail.
    let _never = text.write_str(part);
}

fn section(text: &mut String, mapping: &Mapping) {
    let keys = mapping.keys.iter().map(key).collect::<String>();
    let others = match mapping.others {
        Others::None => "",
        Others::Actors(_) => {
            "| *actors* | acts | Who does it: `ana`, `ana/phone`, `ana, bo` (one after the other), and what. |\n"
        }
        Others::Verb(_) => {
            "| *a verb* | payload | The verb and its main argument: a room, a text, a message or a user. |\n"
        }
        Others::Audiences(_) => {
            "| *an audience* | events | What it hears: an event, a list of them, or events with fields laid over their own. |\n"
        }
    };
    put(
        text,
        &format!(
            "\n## {}\n\n{}\n\n| key | holds | |\n|---|---|---|\n{keys}{others}\n",
            title(mapping.name),
            mapping.text
        ),
    );
    put(text, "```yaml\n");
    let is_step = mapping.name == "step";
    let blank = mapping.examples.iter().any(|example| example.contains('\n'));
    for (index, example) in mapping.examples.iter().enumerate() {
        if blank && index > 0 {
            put(text, "\n---\n\n");
        }
        put(text, &format!("{}{example}\n", if is_step { "- " } else { "" }));
    }
    put(text, "```\n");
}

fn title(name: &str) -> String {
    name.replace('_', " ")
}

fn key(key: &Key) -> String {
    let needed = if key.needed { " *needed*" } else { "" };
    format!("| `{}`{needed} | {} | {} |\n", key.name, holds(&key.shape), cell(key.text))
}

fn row(name: &str, line: &str) -> String {
    format!("| `{}` | {} |\n", cell(name), cell(line))
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// What may stand at a key, in a few words.
fn holds(shape: &Shape) -> String {
    let link =
        |title: &str| format!("[{}](#{})", title.to_lowercase(), title.to_lowercase().replace(' ', "-"));
    match shape {
        Shape::Text => "text".to_owned(),
        Shape::Truth => "`true` or `false`".to_owned(),
        Shape::Count => "number".to_owned(),
        Shape::Duration => "`40ms`, `1.5s`, `2min`".to_owned(),
        Shape::Window => "`500ms`, `3s..5s`".to_owned(),
        Shape::Rate => "`500/s`, `100/s..500/s`".to_owned(),
        Shape::Share => "`50%`".to_owned(),
        Shape::Threshold => "`< 100ms`, `0`, `>= 1900/s`".to_owned(),
        Shape::Payload => "payload".to_owned(),
        Shape::One(set) => link(set.words().title),
        Shape::Maybe(set) => format!("{}, or `maybe …`", link(set.words().title)),
        Shape::Only(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
        Shape::Texts => "text, or a list".to_owned(),
        Shape::Map(name) => link(&title(name)),
        Shape::List(shape) => format!("list of {}", holds(shape)),
        Shape::Named(shape) => format!("names: {}", holds(shape)),
        Shape::By(set, shape) => format!("{}: {}", link(set.words().title), holds(shape)),
        Shape::Either(shapes) => shapes.iter().map(holds).collect::<Vec<_>>().join(", or "),
    }
}
