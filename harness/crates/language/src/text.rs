//! YAML text as a tree in which every key and value knows where it stands, so that a message can point at it.
//! Owns the syntax; knows nothing of scenarios. Duplicate keys, anchors and several documents are refused.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::problem::Problem;

/// A file that was read: where it came from, and its text.
#[derive(Debug)]
pub struct Source {
    /// The path as the user would type it.
    pub path: PathBuf,
    /// The whole text.
    pub text: String,
}

impl Source {
    /// Reads a file.
    ///
    /// # Errors
    /// A [`Problem`] without a place in the text where the file cannot be read.
    pub fn read(path: &Path) -> Result<Arc<Self>, Problem> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| Problem::bare(format!("cannot read {}: {error}", path.display())))?;
        Ok(Arc::new(Self { path: path.to_owned(), text }))
    }

    /// The one-based line of a byte offset.
    #[must_use]
    pub fn line(&self, offset: usize) -> usize {
        1 + self.text.as_bytes()[..offset.min(self.text.len())].iter().filter(|&&byte| byte == b'\n').count()
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

/// Parses one YAML document.
///
/// # Errors
/// A [`Problem`] that points at the first place where the text is not YAML, or uses a part of YAML that is refused here.
pub fn parse(source: &Arc<Source>) -> Result<Document, Problem> {
    let sources = vec![Arc::clone(source)];
    Ok(Document { sources, root: parse_root(source, 0)? })
}

fn parse_root(source: &Arc<Source>, file: u8) -> Result<Node, Problem> {
    let mut reader = Reader::new(source, file)?;
    let root = reader.value()?;
    match reader.next()? {
        (Event::DocumentEnd, _) => {}
        (_, span) => return Err(Problem::at(source, span, "one document ends before this")),
    }
    match reader.next()? {
        (Event::StreamEnd, _) => Ok(root),
        (_, span) => Err(Problem::at(source, span, "a file holds one document; this starts a second one")
            .hint("put it into a file of its own")),
    }
}

struct Reader<'s> {
    source: &'s Arc<Source>,
    file: u8,
    offsets: Vec<usize>,
    parser: Parser<'s, saphyr_parser::StrInput<'s>>,
}

impl<'s> Reader<'s> {
    fn new(source: &'s Arc<Source>, file: u8) -> Result<Self, Problem> {
        // The parser counts characters; a span counts bytes.
        let mut offsets: Vec<usize> = source.text.char_indices().map(|(offset, _)| offset).collect();
        offsets.push(source.text.len());
        let mut reader = Self { source, file, offsets, parser: Parser::new_from_str(&source.text) };
        for expected in ["the start of the text", "a document"] {
            let (event, span) = reader.next()?;
            if matches!(event, Event::StreamEnd) {
                return Err(Problem::at(source, span, format!("expected {expected}: the file is empty")));
            }
        }
        Ok(reader)
    }

    fn offset(&self, index: usize) -> usize {
        self.offsets.get(index).copied().unwrap_or(self.source.text.len())
    }

    fn next(&mut self) -> Result<(Event<'s>, Span), Problem> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => {
                let (start, end) = (self.offset(span.start.index()), self.offset(span.end.index()));
                let span = Span { file: self.file, start, end };
                Ok((event, span))
            }
            Some(Err(error)) => {
                let start = self.offset(error.marker().index());
                let span = Span { file: self.file, start, end: start };
                Err(Problem::at(self.source, span, format!("not YAML: {}", error.info())))
            }
            None => Err(Problem::bare(format!("{}: the text ends too early", self.source.path.display()))),
        }
    }

    fn value(&mut self) -> Result<Node, Problem> {
        let (event, span) = self.next()?;
        self.node(event, span)
    }

    fn node(&mut self, event: Event<'s>, span: Span) -> Result<Node, Problem> {
        match event {
            Event::Scalar(text, style, _, _) => {
                let plain = matches!(style, ScalarStyle::Plain);
                Ok(Node { span, value: Yaml::Scalar { text: text.into_owned(), plain } })
            }
            Event::SequenceStart(..) => self.list(span),
            Event::MappingStart(..) => self.map(span),
            Event::Alias(_) => Err(Problem::at(self.source, span, "an alias is not used in these files")
                .hint("write the value out; a contract shares payloads through `types`")),
            _ => Err(Problem::at(self.source, span, "expected a value")),
        }
    }

    fn list(&mut self, start: Span) -> Result<Node, Problem> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, end) => {
                    let span = Span { file: self.file, start: start.start, end: end.end.max(start.end) };
                    return Ok(Node { span, value: Yaml::List(items) });
                }
                (event, span) => items.push(self.node(event, span)?),
            }
        }
    }

    fn map(&mut self, start: Span) -> Result<Node, Problem> {
        let mut entries: Vec<(Key, Node)> = Vec::new();
        loop {
            match self.next()? {
                (Event::MappingEnd, end) => {
                    let span = Span { file: self.file, start: start.start, end: end.end.max(start.end) };
                    return Ok(Node { span, value: Yaml::Map(entries) });
                }
                (Event::Scalar(text, ..), span) => {
                    let key = Key { text: text.into_owned(), span };
                    if entries.iter().any(|(known, _)| known.text == key.text) {
                        return Err(Problem::at(
                            self.source,
                            span,
                            format!("the key `{}` is here twice", key.text),
                        )
                        .hint("keep one of the two"));
                    }
                    let value = self.value()?;
                    entries.push((key, value));
                }
                (_, span) => return Err(Problem::at(self.source, span, "a key is a plain word")),
            }
        }
    }
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
        parse_root(source, file)
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
            let span = Span { end: self.span.start, ..self.span };
            self.document.problem(span, format!("{} needs `{name}`", self.what))
        })
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
