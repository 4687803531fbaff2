//! The words of the three kinds of files, each with what it means, what may stand there and examples: the one source of the
//! JSON Schemas, of `harness explain` and of `docs/language.md`. Knows nothing of how the files are read; a test holds each
//! mapping here to what the readers in `scenario` take.

mod codes;
mod contract;
mod explain;
mod glossary;
mod load;
mod reference;
mod scenario;
mod schema;
mod show;
mod target;
mod verbs;

pub use codes::{Code, codes};
pub use explain::{explain, overview};
pub use glossary::{GLOSSARY, Set, Words};
pub use reference::reference;
pub use schema::{contract as contract_schema, scenario as scenario_schema, target as target_schema};

/// A mapping of the language: which keys it has, and what they mean.
#[derive(Debug)]
pub struct Mapping {
    /// What it is called here, and in the schema.
    pub name: &'static str,
    /// What it is, in one sentence.
    pub text: &'static str,
    /// Its keys.
    pub keys: &'static [Key],
    /// Which keys go together, where not all do.
    pub heads: &'static [Head],
    /// What any other key is.
    pub others: Others,
    /// Whole mappings that are right; every key is in one of them.
    pub examples: &'static [&'static str],
    /// A whole file in which `@` stands for the mapping.
    pub frame: &'static str,
}

/// A key of a mapping.
#[derive(Debug)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// The mapping is not one without it.
    pub needed: bool,
    /// What may stand there.
    pub shape: Shape,
    /// What it means, in one sentence.
    pub text: &'static str,
}

/// A key that decides which others may stand beside it.
#[derive(Debug)]
pub struct Head {
    /// The key; empty for what is none of the others.
    pub key: &'static str,
    /// The keys beside it.
    pub with: &'static [&'static str],
    /// Those of them that have to be there.
    pub needs: &'static [&'static str],
    /// The word at the head with which none of them has to be.
    pub unless: &'static str,
    /// It is this head only where its value is a mapping.
    pub mapping: bool,
}

/// What a key that is not listed means.
#[derive(Debug)]
pub enum Others {
    /// There is no other.
    None,
    /// Actors; one such key, and no other beside it.
    Actors(Shape),
    /// A verb; one such key, unless there is a head.
    Verb(Shape),
    /// Whoever hears it, perhaps after `maybe `.
    Audiences(Shape),
}

/// What may stand at a key.
#[derive(Debug)]
pub enum Shape {
    /// A word or a text.
    Text,
    /// `true` or `false`.
    Truth,
    /// A whole number from 1.
    Count,
    /// `40ms`, `1.5s`, `2min`.
    Duration,
    /// `500ms`, or `3s..5s`.
    Window,
    /// `500/s`, `30/min`, `100/s..500/s`.
    Rate,
    /// `50%`.
    Share,
    /// `< 100ms`, `0`, `>= 1900/s`.
    Threshold,
    /// Any payload, with matchers and references.
    Payload,
    /// One word of a set.
    One(Set),
    /// One word of a set, perhaps after `maybe `.
    Maybe(Set),
    /// One of these and nothing else.
    Only(&'static [&'static str]),
    /// A text or a list of texts.
    Texts,
    /// A mapping by name.
    Map(&'static str),
    /// A list of these, or a single one.
    List(&'static Shape),
    /// A mapping of names to these.
    Named(&'static Shape),
    /// A mapping of the words of a set to these.
    By(Set, &'static Shape),
    /// One of several shapes.
    Either(&'static [Shape]),
}

const fn key(name: &'static str, shape: Shape, text: &'static str) -> Key {
    Key { name, needed: false, shape, text }
}

const fn need(name: &'static str, shape: Shape, text: &'static str) -> Key {
    Key { name, needed: true, shape, text }
}

const fn head(key: &'static str, with: &'static [&'static str]) -> Head {
    Head { key, with, needs: &[], unless: "", mapping: false }
}

/// Every mapping, each after the one it stands in.
pub fn mappings() -> impl Iterator<Item = &'static Mapping> {
    scenario::MAPPINGS.iter().chain(load::MAPPINGS).chain(contract::MAPPINGS).chain(target::MAPPINGS)
}

impl Mapping {
    /// The example in a whole file.
    #[must_use]
    pub fn framed(&self, example: &str) -> String {
        let indent = self.frame.split('@').next().and_then(|before| before.rsplit('\n').next()).unwrap_or("");
        let indent = " ".repeat(indent.chars().count());
        self.frame.replace('@', &example.replace('\n', &format!("\n{indent}")))
    }
}
