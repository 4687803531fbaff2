//! YAML into the tree of `text`. Duplicate keys, anchors, tags, several documents, and more values or deeper ones than `limits`
//! has, are refused. Knows nothing of scenarios.

use std::collections::HashSet;
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::limits;
use super::problem::Problem;
use super::text::{Document, Key, Node, Source, Span, Yaml};

/// Parses one YAML document.
///
/// # Errors
/// A [`Problem`] that points at the first place where the text is not YAML, or uses a part of YAML that is refused here.
pub fn parse(source: &Arc<Source>) -> Result<Document, Problem> {
    parse_within(source, limits::VALUES)
}

/// Parses one YAML document of at most so many values.
///
/// # Errors
/// As [`parse`].
pub fn parse_within(source: &Arc<Source>, most: usize) -> Result<Document, Problem> {
    let sources = vec![Arc::clone(source)];
    Ok(Document { sources, root: parse_root(source, 0, most)? })
}

pub(super) fn parse_root(source: &Arc<Source>, file: u8, most: usize) -> Result<Node, Problem> {
    let mut reader = Reader::new(source, file, most)?;
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

fn too_deep() -> String {
    format!("values are nested more than {} deep here", limits::DEPTH)
}

/// What to do instead of an anchor or an alias.
const WRITTEN_OUT: &str = "write the value out; a contract shares payloads through `types`";

struct Reader<'s> {
    source: &'s Arc<Source>,
    file: u8,
    offsets: Vec<usize>,
    parser: Parser<'s, saphyr_parser::StrInput<'s>>,
    /// How many values there may be, and how many there were.
    most: usize,
    values: usize,
    /// How many lists and mappings hold what is read.
    depth: usize,
}

impl<'s> Reader<'s> {
    fn new(source: &'s Arc<Source>, file: u8, most: usize) -> Result<Self, Problem> {
        // The parser counts characters; a span counts bytes.
        let mut offsets: Vec<usize> = source.text.char_indices().map(|(offset, _)| offset).collect();
        offsets.push(source.text.len());
        let parser = Parser::new_from_str(&source.text);
        let mut reader = Self { source, file, offsets, parser, most, values: 0, depth: 0 };
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
                if error.info() == "recursion limit exceeded" {
                    return Err(Problem::at(self.source, span, too_deep()));
                }
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
        self.values += 1;
        if self.values > self.most {
            let message =
                format!("a file holds at most {} values, and this one goes on from here", self.most);
            return Err(Problem::at(self.source, span, message).hint("split the file"));
        }
        if self.depth >= limits::DEPTH {
            return Err(Problem::at(self.source, span, too_deep()));
        }
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.undecorated(anchor, tag.is_some(), span)?;
                let plain = matches!(style, ScalarStyle::Plain);
                Ok(Node { span, value: Yaml::Scalar { text: text.into_owned(), plain } })
            }
            Event::SequenceStart(anchor, tag) => {
                self.undecorated(anchor, tag.is_some(), span)?;
                self.inside(|reader| reader.list(span))
            }
            Event::MappingStart(anchor, tag) => {
                self.undecorated(anchor, tag.is_some(), span)?;
                self.inside(|reader| reader.map(span))
            }
            Event::Alias(_) => {
                Err(Problem::at(self.source, span, "an alias is not used in these files").hint(WRITTEN_OUT))
            }
            _ => Err(Problem::at(self.source, span, "expected a value")),
        }
    }

    /// Anchors and tags say what a reader of these files does not hear.
    fn undecorated(&self, anchor: usize, tag: bool, span: Span) -> Result<(), Problem> {
        if anchor > 0 {
            let problem = Problem::at(self.source, span, "an anchor is not used in these files");
            return Err(problem.hint(WRITTEN_OUT));
        }
        if tag {
            let problem = Problem::at(self.source, span, "a tag is not used in these files");
            return Err(problem.hint("leave it out; quotes make a text of a number"));
        }
        Ok(())
    }

    fn inside(&mut self, read: impl FnOnce(&mut Self) -> Result<Node, Problem>) -> Result<Node, Problem> {
        self.depth += 1;
        let node = read(self)?;
        self.depth -= 1;
        Ok(node)
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
        let mut known: HashSet<String> = HashSet::new();
        loop {
            match self.next()? {
                (Event::MappingEnd, end) => {
                    let span = Span { file: self.file, start: start.start, end: end.end.max(start.end) };
                    return Ok(Node { span, value: Yaml::Map(entries) });
                }
                (Event::Scalar(text, style, anchor, tag), span) => {
                    self.undecorated(anchor, tag.is_some(), span)?;
                    if text == "<<" && matches!(style, ScalarStyle::Plain) {
                        let problem = Problem::at(self.source, span, "a merge is not used in these files");
                        return Err(problem.hint(WRITTEN_OUT));
                    }
                    let key = Key { text: text.into_owned(), span };
                    if !known.insert(key.text.clone()) {
                        return Err(Problem::at(
                            self.source,
                            span,
                            format!("the key `{}` is here twice", key.text),
                        )
                        .hint("keep one of the two"));
                    }
                    if entries.len() == limits::KEYS {
                        let message =
                            format!("a mapping has at most {} keys, and this is one more", limits::KEYS);
                        return Err(Problem::at(self.source, span, message));
                    }
                    let value = self.value()?;
                    entries.push((key, value));
                }
                (_, span) => return Err(Problem::at(self.source, span, "a key is a plain word")),
            }
        }
    }
}
