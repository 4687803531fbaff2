//! YAML text as a tree in which every key and value knows where it stands, so that a message can point at it.
//! How it is parsed is `yaml`'s affair. Knows nothing of scenarios.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::limits;
use super::problem::Problem;
use super::yaml::parse_root;
pub use super::yaml::{parse, parse_within};

/// A file that was read: where it came from, and its text.
#[derive(Debug)]
pub struct Source {
    /// The path as the user would type it.
    pub path: PathBuf,
    /// The whole text.
    pub text: String,
    /// Where its lines begin, once somebody has asked.
    lines: OnceLock<Vec<usize>>,
}

impl Source {
    /// A text, and where it came from.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, text: impl Into<String>) -> Arc<Self> {
        Arc::new(Self { path: path.into(), text: text.into(), lines: OnceLock::new() })
    }

    /// Reads a file.
    ///
    /// # Errors
    /// A [`Problem`] without a place in the text where the file cannot be read.
    pub fn read(path: &Path) -> Result<Arc<Self>, Problem> {
        Self::read_within(path, limits::FILE_BYTES)
    }

    /// Reads a file of at most so many bytes.
    ///
    /// # Errors
    /// As [`Source::read`]; where it is longer, and at the first byte that is not UTF-8.
    pub fn read_within(path: &Path, most: u64) -> Result<Arc<Self>, Problem> {
        let read = || {
            let mut bytes = Vec::new();
            File::open(path)?.take(most + 1).read_to_end(&mut bytes).map(|_| bytes)
        };
        let bytes = read()
            .map_err(|error: io::Error| Problem::bare(format!("cannot read {}: {error}", path.display())))?;
        let source = Self::of_bytes(path, bytes)?;
        if source.text.len() as u64 > most {
            let end = source.text.len();
            let span = Span { file: 0, start: end, end };
            let message = format!("the file goes on from here, and it may have {most} bytes");
            return Err(Problem::at(&source, span, message).hint("split it"));
        }
        Ok(source)
    }

    /// A file that was read elsewhere.
    ///
    /// # Errors
    /// At the first byte that is not UTF-8.
    pub fn of_bytes(path: &Path, bytes: Vec<u8>) -> Result<Arc<Self>, Problem> {
        String::from_utf8(bytes).map(|text| Self::new(path, text)).map_err(|error| {
            let start = error.utf8_error().valid_up_to();
            let byte = error.as_bytes()[start];
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            let span = Span { file: 0, start, end: start };
            let message = format!("not UTF-8: the byte {byte:#04x} begins no character here");
            Problem::at(&Self::new(path, text), span, message).hint("save the file as UTF-8")
        })
    }

    /// The one-based line of a byte offset.
    #[must_use]
    pub fn line(&self, offset: usize) -> usize {
        let breaks = || self.text.match_indices('\n').map(|(at, _)| at + 1);
        let lines = self.lines.get_or_init(|| std::iter::once(0).chain(breaks()).collect());
        lines.partition_point(|start| *start <= offset.min(self.text.len()))
    }
}

/// A range of bytes in a [`Source`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// Which of a document's files: 0 is its own, 1 the one it extends, 2 the one that one extends.
    pub file: u8,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A value and its place.
#[derive(Debug, Clone)]
pub struct Node {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub value: Yaml,
}

impl Node {
    /// The value of a key, where this is a mapping that has it.
    #[must_use]
    pub fn entry(&self, name: &str) -> Option<&Self> {
        let Yaml::Map(entries) = &self.value else { return None };
        entries.iter().find(|(key, _)| key.text == name).map(|(_, node)| node)
    }
}

/// The three kinds of YAML values.
#[derive(Debug, Clone)]
pub enum Yaml {
    /// A scalar; `plain` when it was written without quotes, and so may be a number, a matcher or a reference.
    Scalar {
        /// The text without its quotes.
        text: String,
        /// Written without quotes.
        plain: bool,
    },
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in the order written.
    Map(Vec<(Key, Node)>),
}

/// A key of a mapping and its place.
#[derive(Debug, Clone)]
pub struct Key {
    /// The key.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// A parsed file.
#[derive(Debug, Clone)]
pub struct Document {
    /// The file, and those it extends.
    pub sources: Vec<Arc<Source>>,
    /// Its one document.
    pub root: Node,
}

impl Document {
    /// A problem at a place in this file.
    pub fn problem(&self, span: Span, message: impl Into<String>) -> Problem {
        Problem::at(&self.sources[usize::from(span.file)], span, message)
    }

    /// The one-based line of a place in this file.
    #[must_use]
    pub fn line(&self, span: Span) -> usize {
        self.sources[usize::from(span.file)].line(span.start)
    }

    /// The text at a place, as written.
    #[must_use]
    pub fn snippet(&self, span: Span) -> &str {
        self.sources[usize::from(span.file)].text.get(span.start..span.end).unwrap_or("").trim_end()
    }

    /// Reads another file as a part of this document, and returns its root; the document itself is as it was.
    ///
    /// # Errors
    /// Where the other file is not YAML.
    pub fn add(&mut self, source: &Arc<Source>) -> Result<Node, Problem> {
        let file = u8::try_from(self.sources.len()).unwrap_or(u8::MAX);
        self.sources.push(Arc::clone(source));
        parse_root(source, file, limits::VALUES)
    }

    /// Puts this document's keys over those of the files it extends, the nearest first; a key that is `null` here is taken away,
    /// whichever of them has it.
    pub fn extend(&mut self, bases: Vec<Node>) {
        let farthest_first = bases.into_iter().rev().chain([self.root.clone()]);
        let laid = farthest_first.reduce(|mut below, above| {
            lay_over(&mut below, &above);
            below
        });
        if let Some(root) = laid {
            self.root = root;
        }
    }

    /// The node as text.
    ///
    /// # Errors
    /// Where it is a list or a mapping.
    pub fn text<'n>(&self, node: &'n Node, what: &str) -> Result<&'n str, Problem> {
        match &node.value {
            Yaml::Scalar { text, .. } => Ok(text),
            _ => Err(self.problem(node.span, format!("{what} is a word or a text, not a {}", kind(node)))),
        }
    }

    /// One of the words that a type knows.
    ///
    /// # Errors
    /// Where it is no text, or another word.
    pub fn word<T: std::str::FromStr<Err = String>>(&self, node: &Node, what: &str) -> Result<T, Problem> {
        self.text(node, what)?.parse().map_err(|message: String| self.problem(node.span, message))
    }

    /// The node as a list; a scalar counts as a list of one.
    pub fn list<'n>(&self, node: &'n Node) -> &'n [Node] {
        match &node.value {
            Yaml::List(items) => items,
            _ => std::slice::from_ref(node),
        }
    }

    /// The node as a mapping.
    ///
    /// # Errors
    /// Where it is not one.
    pub fn entries<'n>(&self, node: &'n Node, what: &str) -> Result<&'n [(Key, Node)], Problem> {
        match &node.value {
            Yaml::Map(entries) => Ok(entries),
            _ => {
                Err(self
                    .problem(node.span, format!("{what} is a mapping (`key: value`), not a {}", kind(node))))
            }
        }
    }

    /// The mapping's fields, to be taken by name; see [`Fields::finish`].
    ///
    /// # Errors
    /// Where the node is not a mapping.
    pub fn fields<'n>(&'n self, node: &'n Node, what: &'n str) -> Result<Fields<'n>, Problem> {
        let entries = self.entries(node, what)?;
        Ok(Fields { document: self, span: node.span, what, entries, known: RefCell::default() })
    }
}

fn lay_over(base: &mut Node, over: &Node) {
    let (Yaml::Map(entries), Yaml::Map(above)) = (&mut base.value, &over.value) else {
        *base = over.clone();
        return;
    };
    for (key, value) in above {
        let gone =
            matches!(&value.value, Yaml::Scalar { text, plain: true } if text == "null" || text == "~");
        match entries.iter_mut().position(|(known, _)| known.text == key.text) {
            Some(at) if gone => drop(entries.remove(at)),
            Some(at) => {
                entries[at].0 = key.clone();
                lay_over(&mut entries[at].1, value);
            }
            None => entries.push((key.clone(), value.clone())),
        }
    }
}

fn kind(node: &Node) -> &'static str {
    match node.value {
        Yaml::Scalar { .. } => "text",
        Yaml::List(_) => "list",
        Yaml::Map(_) => "mapping",
    }
}

/// A mapping read field by field. Whatever was never asked for is unknown, and refused by [`Fields::finish`].
#[derive(Debug)]
pub struct Fields<'n> {
    document: &'n Document,
    span: Span,
    what: &'n str,
    entries: &'n [(Key, Node)],
    known: RefCell<Vec<&'static str>>,
}

impl<'n> Fields<'n> {
    /// The value of a field, if it is there.
    pub fn get(&self, name: &'static str) -> Option<&'n Node> {
        self.known.borrow_mut().push(name);
        self.entries.iter().find(|(key, _)| key.text == name).map(|(_, node)| node)
    }

    /// The value of a field that must be there.
    ///
    /// # Errors
    /// Where it is not.
    pub fn need(&self, name: &'static str) -> Result<&'n Node, Problem> {
        self.get(name).ok_or_else(|| {
            if let Some(key) = self.misspelt(name) {
                let problem = self.document.problem(key.span, format!("{} has no `{}`", self.what, key.text));
                return problem.hint(format!("did you mean `{name}`?"));
            }
            let span = Span { end: self.span.start, ..self.span };
            self.document.problem(span, format!("{} needs `{name}`", self.what))
        })
    }

    /// A key that nobody has asked for, and that is nearly this one.
    fn misspelt(&self, name: &str) -> Option<&'n Key> {
        let near =
            |key: &Key| strsim::damerau_levenshtein(&key.text.to_lowercase(), name) <= 1.max(name.len() / 3);
        self.others().map(|(key, _)| key).find(|key| near(key))
    }

    /// The text of a field, if it is there.
    ///
    /// # Errors
    /// Where it is not a scalar.
    pub fn text(&self, name: &'static str) -> Result<Option<&'n str>, Problem> {
        self.get(name).map(|node| self.document.text(node, &format!("`{name}`"))).transpose()
    }

    /// Whether a field says `true`; without it, it is false.
    ///
    /// # Errors
    /// Where it is neither `true` nor `false`.
    pub fn truth(&self, name: &'static str) -> Result<bool, Problem> {
        let Some(node) = self.get(name) else { return Ok(false) };
        match self.document.text(node, &format!("`{name}`"))? {
            "true" => Ok(true),
            "false" => Ok(false),
            other => {
                Err(self.document.problem(node.span, format!("`{name}` is `true` or `false`, not `{other}`")))
            }
        }
    }

    /// Whether a field is there, of which there is only one word to say.
    ///
    /// # Errors
    /// Where it is another.
    pub fn only(&self, name: &'static str, word: &str) -> Result<bool, Problem> {
        let Some(node) = self.get(name) else { return Ok(false) };
        if self.document.text(node, &format!("`{name}`"))? == word {
            return Ok(true);
        }
        Err(self.document.problem(node.span, format!("`{name}` can only be `{word}`")))
    }

    /// The entries that were not asked for so far.
    pub fn others(&self) -> impl Iterator<Item = &'n (Key, Node)> {
        let known = self.known.borrow().clone();
        self.entries.iter().filter(move |(key, _)| !known.contains(&key.text.as_str()))
    }

    /// Refuses every field that was not asked for.
    ///
    /// # Errors
    /// At the first such field, with the nearest known name.
    pub fn finish(self) -> Result<(), Problem> {
        let unknown = self.others().next();
        match unknown {
            None => Ok(()),
            Some((key, _)) => {
                let known = self.known.borrow();
                let message = format!("{} has no `{}`", self.what, key.text);
                Err(self.document.problem(key.span, message).nearest(&key.text, known.iter().copied()))
            }
        }
    }
}
