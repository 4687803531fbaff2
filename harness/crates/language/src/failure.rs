//! How a [`Problem`] is printed: what is wrong, the file and line, a caret under the word, what to do about it.
//! Owns the looks only; what can be wrong is the affair of whoever reads the file.

use std::fmt;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode, SourceSpan,
    ThemeCharacters, ThemeStyles,
};

use crate::problem::Problem;
use crate::text::{Source, Span};

/// A problem as a person reads it in a terminal, at most `width` columns wide; ends with a line break.
#[must_use]
pub fn render(problem: &Problem, colour: bool, width: usize) -> String {
    let place = problem.place.as_ref().map(|(source, span)| Place {
        source: NamedSource::new(source.path.display().to_string(), source.text.clone()),
        span: visible(source, *span),
    });
    let shown = Shown { problem, place };
    let mut text = String::new();
    match handler(colour, width).render_report(&mut text, &shown) {
        // The graphical report indents its first line; an error is easier to find, and to grep, at the margin.
        Ok(()) => tidy(&text),
        Err(fmt::Error) => format!("error: {problem}\n"),
    }
}

fn handler(colour: bool, width: usize) -> GraphicalReportHandler {
    let characters =
        ThemeCharacters { error: "error:".to_owned(), vbar_break: '·', ..ThemeCharacters::unicode() };
    let styles = if colour { ThemeStyles::ansi() } else { ThemeStyles::none() };
    GraphicalReportHandler::new_themed(GraphicalTheme { characters, styles })
        .with_width(width.max(40))
        .with_links(false)
        .with_break_words(false)
        .with_context_lines(1)
}

fn tidy(text: &str) -> String {
    let body = text.trim_start_matches('\n');
    let body = body.strip_prefix("  ").unwrap_or(body);
    let mut tidied: String = body.lines().flat_map(|line| [line.trim_end(), "\n"]).collect();
    tidied.truncate(tidied.trim_end().len());
    tidied + "\n"
}

/// The part of a span that can be underlined: on one line, and at least one character. After the last character of a
/// line there is nothing to underline, so that character stands for what is missing after it.
fn visible(source: &Source, span: Span) -> SourceSpan {
    let text = source.text.as_str();
    let start = floor(text, span.start);
    let line_end = text[start..].find('\n').map_or(text.len(), |length| start + length);
    let end = floor(text, span.end).clamp(start, line_end);
    let shown = text[start..end].trim_end().len();
    if shown > 0 {
        return (start, shown).into();
    }
    let after = text[start..line_end].char_indices().next();
    let before = || text[..start].trim_end().char_indices().next_back();
    match after.map(|(_, character)| (start, character)).or_else(before) {
        Some((at, character)) => (at, character.len_utf8()).into(),
        None => (start, 0).into(),
    }
}

/// The nearest character boundary at or before an offset.
fn floor(text: &str, offset: usize) -> usize {
    let offset = offset.min(text.len());
    (0..=offset).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

struct Place {
    source: NamedSource<String>,
    span: SourceSpan,
}

struct Shown<'p> {
    problem: &'p Problem,
    place: Option<Place>,
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem.fmt(f)
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl Diagnostic for Shown<'_> {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.problem.hint.as_ref().map(|hint| Box::new(hint) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.place.as_ref().map(|place| &place.source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let place = self.place.as_ref()?;
        Some(Box::new(std::iter::once(LabeledSpan::new_with_span(None, place.span))))
    }
}
