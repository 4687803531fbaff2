//! How a [`Problem`] is printed: what is wrong, the file and line, a caret under the word, what to do about it.
//! Owns the looks only; what can be wrong is the affair of whoever reads the file.

use std::fmt;
use std::ops::Range;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
    SourceCode, SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};

use crate::problem::Problem;
use crate::text::{Source, Span};
use crate::visible::{in_place, shortened, visible};

/// Of a line that has more bytes only a part is shown, of this length.
const LONG: usize = 400;
/// So many of its bytes stand before the place.
const LEAD: usize = 60;
/// A message or a hint has no more characters: it may hold a word of the file, however long.
const WORDS: usize = 2000;

/// A problem as a person reads it in a terminal, at most `width` columns wide; ends with a line break.
#[must_use]
pub fn render(problem: &Problem, colour: bool, width: usize) -> String {
    let place = problem.place.as_ref().map(|(source, span)| Excerpt::new(source, *span));
    let words = |text: &str| shortened(&visible(text), WORDS);
    let shown =
        Shown { message: words(&problem.message), hint: problem.hint.as_deref().map(words), excerpt: place };
    let mut text = String::new();
    match handler(colour, width).render_report(&mut text, &shown) {
        // The graphical report indents its first line; an error is easier to find, and to grep, at the margin.
        Ok(()) => tidy(&text),
        Err(fmt::Error) => format!("error: {}\n", visible(&problem.to_string())),
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
fn underlined(source: &Source, span: Span) -> Range<usize> {
    let text = source.text.as_str();
    let start = text.floor_char_boundary(span.start);
    let line_end = text[start..].find('\n').map_or(text.len(), |length| start + length);
    let end = text.floor_char_boundary(span.end).clamp(start, line_end);
    let shown = text[start..end].trim_end().len();
    if shown > 0 {
        return start..start + shown;
    }
    let after = text[start..line_end].char_indices().next();
    let before = || text[..start].trim_end().char_indices().next_back();
    match after.map(|(_, character)| (start, character)).or_else(before) {
        Some((at, character)) => at..at + character.len_utf8(),
        None => start..start,
    }
}

/// The line of a place and its neighbours. Of a line as long as a book a part is shown.
struct Excerpt {
    name: String,
    text: String,
    /// The line with which the text begins, and the place; all count from 0.
    first_line: usize,
    place: (usize, usize),
    /// What is underlined in the text.
    mark: SourceSpan,
}

impl Excerpt {
    fn new(source: &Source, span: Span) -> Self {
        let text = source.text.as_str();
        let mark = underlined(source, span);
        let line = line_around(text, mark.start);
        let number = source.line(mark.start) - 1;
        let place = (number, text[line.start..mark.start].chars().count());
        let at = mark.start - line.start;
        let from = if line.len() > LONG { at.saturating_sub(LEAD) } else { 0 };
        let (mut shown, mut first_line) = (String::new(), number);
        if line.start > 0 {
            shown = part(&text[line_around(text, line.start - 1)], from) + "\n";
            first_line -= 1;
        }
        let written = &text[line.clone()];
        let begins = shown.len() + part_until(written, from, at);
        let ends = shown.len() + part_until(written, from, mark.end - line.start);
        shown += &part(written, from);
        if line.end < text.len() {
            shown = shown + "\n" + &part(&text[line_around(text, line.end + 1)], from);
        }
        let name = visible(&source.path.display().to_string());
        Self { name, text: shown, first_line, place, mark: (begins, ends - begins).into() }
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let read = self.text.read_span(span, before, after)?;
        // Without the lines before it, it is the place itself that is asked for.
        let (line, column) = if before == 0 { self.place } else { (self.first_line, 0) };
        let (name, span, count) = (self.name.clone(), *read.span(), read.line_count());
        Ok(Box::new(MietteSpanContents::new_named(name, read.data(), span, line, column, count)))
    }
}

/// What is shown of a line: all of a short one, of a long one a part, which begins at this byte.
fn part(line: &str, from: usize) -> String {
    let shown = range(line, from);
    let before = if shown.start > 0 { "…" } else { "" };
    let after = if shown.end < line.len() { "…" } else { "" };
    format!("{before}{}{after}", in_place(line[shown].trim_end_matches('\r')))
}

/// How many bytes of that stand before a place in the line.
fn part_until(line: &str, from: usize, at: usize) -> usize {
    let shown = range(line, from);
    let before = if shown.start > 0 { "…".len() } else { 0 };
    before + in_place(&line[shown.start..at.clamp(shown.start, shown.end)]).len()
}

fn range(line: &str, from: usize) -> Range<usize> {
    let from = line.floor_char_boundary(from);
    from..line.floor_char_boundary(from + LONG)
}

/// The line that holds a byte, without its end.
fn line_around(text: &str, at: usize) -> Range<usize> {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    start..text[at..].find('\n').map_or(text.len(), |length| at + length)
}

struct Shown {
    message: String,
    hint: Option<String>,
    excerpt: Option<Excerpt>,
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Shown {}

impl Diagnostic for Shown {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.hint.as_ref().map(|hint| Box::new(hint) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.excerpt.as_ref().map(|excerpt| excerpt as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let excerpt = self.excerpt.as_ref()?;
        Some(Box::new(std::iter::once(LabeledSpan::new_with_span(None, excerpt.mark))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(text: &str, word: &str) -> String {
        let source = Source::new("a\u{1b}[2J.yaml", text);
        let start = text.find(word).expect("the text has it");
        let span = Span { file: 0, start, end: start + word.len() };
        render(&Problem::at(&source, span, format!("`{word}` is wrong")), false, 100)
    }

    #[test]
    fn of_a_line_as_long_as_a_book_a_part_is_shown() {
        let (before, after) = ("grüße ".repeat(20_000), " und so fort".repeat(20_000));
        let text = format!("first: {before}\nsecond: {before}jion{after}\nthird\n");
        let shown = rendered(&text, "jion");
        assert!(shown.contains(":2:120009]"), "{shown}");
        assert!(shown.lines().all(|line| line.chars().count() < LONG + 20), "{shown}");
        let (line, caret) =
            (shown.lines().nth(3).unwrap_or_default(), shown.lines().nth(4).unwrap_or_default());
        let at = |text: &str, what: &str| text.find(what).map(|byte| text[..byte].chars().count());
        assert!(at(line, "jion").is_some() && at(line, "jion") == at(caret, "────"), "{shown}");
        let shown = rendered(&format!("a: {}\n", "x".repeat(70_000)), &"x".repeat(70_000));
        assert!(shown.len() < 8 * LONG, "{shown}");
    }

    #[test]
    fn a_file_cannot_steer_the_terminal() {
        let shown = rendered("a: \u{1b}[31mred\r\nb: jion\u{7}\rover\r\n", "jion\u{7}");
        assert!(!shown.contains(['\u{1b}', '\u{7}', '\r']), "{shown}");
        assert!(shown.contains("a: ␛[31mred\n") && shown.contains("b: jion␇␍over\n"), "{shown}");
    }
}
