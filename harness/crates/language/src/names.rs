//! What a reference may name: the words of the language, the types of a contract, and what a scenario itself gives a name to.
//! Owns the rules of names; what a name stands for in a case is the affair of `check`.

use std::cell::RefCell;

use super::contract::Contract;
use super::limits;
use super::payload::{self, Matcher, Payload, matchers};
use super::problem::Problem;
use super::reference::{Reference, WHOLE, WITH_PARTS, has_parts, is_word};
use super::text::{Document, Node, Span, Yaml};

/// A reference as it stands in a file.
#[derive(Debug, Clone)]
pub struct Written {
    /// What it names.
    pub reference: Reference,
    /// Where.
    pub span: Span,
    /// Written as `<maybe NAME>`.
    pub maybe: bool,
    /// Only a variable of `for` can stand here.
    pub variable: bool,
}

/// The references and captures of a file.
#[derive(Debug, Default)]
pub struct Named {
    /// References.
    pub references: Vec<Written>,
    /// Under which names something is kept, and where.
    pub captures: Vec<(String, Span)>,
    /// How many regular expressions there are.
    patterns: usize,
}

/// Reads payloads, and keeps the references and captures that it meets.
#[derive(Debug, Default)]
pub struct Met(RefCell<Named>);

impl Met {
    /// Reads a payload.
    ///
    /// # Errors
    /// As [`payload::read`].
    pub fn read(&self, document: &Document, node: &Node) -> Result<Payload, Problem> {
        self.keep(document, node, false)?;
        payload::read(document, node)
    }

    /// Reads a payload that is filled in before the case begins, when nothing but variables is known.
    ///
    /// # Errors
    /// As [`payload::read`].
    pub fn read_early(&self, document: &Document, node: &Node) -> Result<Payload, Problem> {
        self.keep(document, node, true)?;
        payload::read(document, node)
    }

    fn keep(&self, document: &Document, node: &Node, variable: bool) -> Result<(), Problem> {
        match &node.value {
            Yaml::List(items) => items.iter().try_for_each(|item| self.keep(document, item, variable)),
            Yaml::Map(entries) => {
                let values = entries.iter().filter(|(key, _)| key.text != "...");
                values.map(|(_, value)| value).try_for_each(|value| self.keep(document, value, variable))
            }
            Yaml::Scalar { .. } => {
                let payload = payload::read(document, node)?;
                let maybe = matches!(payload, Payload::Matcher(_));
                self.count(document, node.span, &payload)?;
                let mut found = Vec::new();
                payload.references(&mut found);
                let references = found.into_iter().map(|reference| {
                    let word = if maybe { reference.word().to_owned() } else { reference.to_string() };
                    let span = payload::within(document, node.span, &word);
                    Written { reference, span, maybe, variable }
                });
                self.0.borrow_mut().references.extend(references);
                let mut captures = Vec::new();
                payload.captures(&mut captures);
                let captures = captures.into_iter().map(|name| (name.to_owned(), node.span));
                self.0.borrow_mut().captures.extend(captures);
                Ok(())
            }
        }
    }

    /// A regular expression takes room once it is compiled.
    fn count(&self, document: &Document, span: Span, payload: &Payload) -> Result<(), Problem> {
        let mut named = self.0.borrow_mut();
        named.patterns += usize::from(is_pattern(payload));
        if named.patterns <= limits::PATTERNS {
            return Ok(());
        }
        let message =
            format!("a file has at most {} regular expressions, and this is one more", limits::PATTERNS);
        Err(document.problem(span, message).last())
    }

    /// What was met so far, and is kept no longer.
    pub fn take(&self) -> Named {
        self.0.take()
    }
}

fn is_pattern(payload: &Payload) -> bool {
    match payload {
        Payload::Matcher(Matcher::Maybe(inner)) => is_pattern(inner),
        payload => matches!(payload, Payload::Matcher(Matcher::Pattern(_))),
    }
}

/// The names that references can have in one place.
#[derive(Debug, Default)]
pub struct Names {
    /// Types, variables and captures: `$NAME`.
    pub alone: Vec<String>,
    /// Users, rooms and messages: `$NAME.id`.
    pub by_id: Vec<String>,
}

impl Names {
    /// The types and captures of a contract.
    #[must_use]
    pub fn of(contract: &Contract) -> Self {
        Self { alone: contract.types.keys().chain(&contract.captures).cloned().collect(), by_id: Vec::new() }
    }

    /// Refuses a reference that names nothing.
    ///
    /// # Errors
    /// At its place, with the nearest name.
    pub fn check(&self, document: &Document, written: &Written) -> Result<(), Problem> {
        let Written { reference, span, maybe, .. } = written;
        let known = match reference {
            Reference::Named(name) => self.alone.contains(name),
            Reference::NamedId(name) => self.by_id.contains(name),
            // Only a load has rows of data, and it fills them in itself.
            Reference::Data(_) => false,
            _ => true,
        };
        if known {
            return Ok(());
        }
        let types = self.alone.iter().map(String::as_str);
        if *maybe {
            let message = format!("`<maybe {}>` names neither a matcher nor a type", reference.word());
            let matchers: Vec<&str> = matchers().filter(|name| *name != "maybe").collect();
            let known = types.chain(matchers);
            return Err(document.problem(*span, message).nearest(reference.word(), known));
        }
        let written = reference.to_string();
        let with_parts =
            WITH_PARTS.iter().flat_map(|(word, parts)| parts.iter().map(move |part| (*word, *part)));
        let mut all: Vec<String> = with_parts.map(|(word, part)| format!("${word}.{part}")).collect();
        all.extend(types.chain(WHOLE.iter().copied()).map(|name| format!("${name}")));
        all.extend(self.by_id.iter().map(|name| format!("${name}.id")));
        let problem = document.problem(*span, format!("nothing is called `{written}`"));
        // What begins with the same word is meant, whatever else is near: `$me.ids` is no `$me2.id`.
        let root = |name: &String| name[1..].split('.').next() == Some(reference.word());
        if all.iter().any(root) {
            all.retain(root);
        }
        let problem = problem.nearest(&written, all.iter().map(String::as_str));
        let long = problem.hint.as_ref().is_some_and(|hint| hint.starts_with("known are") && all.len() > 6);
        Err(if long { problem.hint("`harness explain` lists what a reference can name") } else { problem })
    }
}

/// Refuses a name that is a word already: `what` is what would be called that.
///
/// # Errors
/// At its place.
pub fn free(document: &Document, name: &str, span: Span, what: &str) -> Result<(), Problem> {
    let taken = if WHOLE.contains(&name) || (what != "a type" && has_parts(name)) {
        format!("`${name}` is a reference of the language")
    } else if what == "a type" && matchers().any(|known| known == name) {
        format!("`<maybe {name}>` is a matcher")
    } else {
        return Ok(());
    };
    let problem = document.problem(span, format!("{what} cannot be called `{name}`: {taken}"));
    Err(problem.hint("choose another name"))
}

/// A text that is taken as it stands: a reference in it would not be filled in, so there is none.
///
/// # Errors
/// Where it is no text, or holds a word of the language or one of these variables after a dollar sign.
pub fn verbatim<'n>(
    document: &Document,
    node: &'n Node,
    what: &str,
    variables: &[String],
) -> Result<&'n str, Problem> {
    let text = document.text(node, what)?;
    as_it_stands(document, text, node.span, what, variables)?;
    Ok(text)
}

/// As [`verbatim`], of a text that was read already.
///
/// # Errors
/// As [`verbatim`].
pub fn as_it_stands(
    document: &Document,
    text: &str,
    span: Span,
    what: &str,
    variables: &[String],
) -> Result<(), Problem> {
    let words = text.split('$').skip(1).map(|rest| {
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        &rest[..end]
    });
    let found = words.into_iter().find(|word| is_word(word) || variables.iter().any(|known| known == word));
    match found {
        None => Ok(()),
        Some(word) => Err(document
            .problem(span, format!("{what} is taken as it stands: `${word}` in it would not be filled in"))),
    }
}
