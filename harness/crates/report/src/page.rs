//! The one place that knows colours and columns: lines of pieces that have a tone, put together as text.
//! What a server or a user wrote cannot steer a terminal from here. Knows nothing of what is reported.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::TextOptions;
use language::visible::visible;

/// What a piece of text is meant to say by its colour; without colour its words say it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    /// As the terminal has it.
    Plain,
    /// A heading.
    Strong,
    /// Fine, or expected.
    Good,
    /// Wrong, or received though it should not be.
    Bad,
    /// Worth a look.
    Warn,
    /// Of less interest.
    Faint,
}

impl Tone {
    /// The parameter of the SGR sequence that begins it.
    fn code(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Strong => Some("1"),
            Self::Good => Some("32"),
            Self::Bad => Some("31"),
            Self::Warn => Some("33"),
            Self::Faint => Some("2"),
        }
    }
}

/// A piece of a line.
pub(super) type Piece<'t> = (Tone, &'t str);

/// Text that grows line by line.
#[derive(Debug)]
pub(super) struct Page {
    colour: bool,
    /// Columns.
    pub(super) width: usize,
    text: String,
}

impl Page {
    /// An empty page.
    pub(super) fn new(options: &TextOptions) -> Self {
        Self { colour: options.colour, width: options.width.max(40), text: String::new() }
    }

    /// Adds a line, however long it is.
    pub(super) fn line(&mut self, pieces: &[Piece<'_>]) {
        let last = pieces.iter().rposition(|(_, text)| !text.trim_end().is_empty());
        let shown = last.map_or(&[][..], |last| &pieces[..=last]);
        for (index, &(tone, text)) in shown.iter().enumerate() {
            let text = if Some(index) == last { text.trim_end() } else { text };
            self.piece(tone, &visible(text));
        }
        self.text.push('\n');
    }

    /// Adds a line, cut at the page's width.
    pub(super) fn cut(&mut self, pieces: &[Piece<'_>]) {
        let mut room = self.width;
        let mut kept: Vec<(Tone, String)> = Vec::new();
        for &(tone, text) in pieces {
            let text = visible(text);
            let wide = text.width();
            if wide > room {
                kept.push((tone, shortened(&text, room)));
                break;
            }
            room -= wide;
            kept.push((tone, text));
        }
        let kept: Vec<Piece<'_>> = kept.iter().map(|(tone, text)| (*tone, text.as_str())).collect();
        self.line(&kept);
    }

    /// Adds prose, wrapped at the page's width; `lead` stands before the first line, blanks of that width before others.
    pub(super) fn prose(&mut self, lead: &[Piece<'_>], tone: Tone, text: &str) {
        let indent: usize = lead.iter().map(|(_, text)| text.width()).sum();
        let blank = " ".repeat(indent);
        for (index, part) in wrapped(&visible(text), self.width.saturating_sub(indent)).iter().enumerate() {
            let mut pieces = if index == 0 { lead.to_vec() } else { vec![(Tone::Plain, blank.as_str())] };
            pieces.push((tone, part));
            self.line(&pieces);
        }
    }

    /// Adds a line of another page.
    pub(super) fn finished(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// Adds an empty line, unless the page is empty or ends with one.
    pub(super) fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// Adds a line across the page.
    pub(super) fn rule(&mut self) {
        self.line(&[(Tone::Faint, &"─".repeat(self.width.min(100)))]);
    }

    /// The text.
    pub(super) fn finish(self) -> String {
        self.text
    }

    fn piece(&mut self, tone: Tone, text: &str) {
        match tone.code() {
            Some(code) if self.colour && !text.trim().is_empty() => {
                self.text.push_str("\u{1b}[");
                self.text.push_str(code);
                self.text.push('m');
                self.text.push_str(text);
                self.text.push_str("\u{1b}[0m");
            }
            _ => self.text.push_str(text),
        }
    }
}

/// The columns a text takes.
pub(super) fn columns(text: &str) -> usize {
    text.width()
}

/// A text filled up with blanks to a number of columns.
pub(super) fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

/// A text cut to a number of columns, with an ellipsis where something is missing.
pub(super) fn shortened(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut room = width.saturating_sub(1);
    let fits = |character: &char| match room.checked_sub(character.width().unwrap_or(0)) {
        Some(left) => {
            room = left;
            true
        }
        None => false,
    };
    let kept: String = text.chars().take_while(fits).collect();
    if width == 0 { String::new() } else { kept + "…" }
}

fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.width() + 1 + word.width() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_by_columns_not_by_bytes() {
        assert_eq!(shortened("日本語のテキスト", 7), "日本語…");
        assert_eq!(shortened("héllo", 5), "héllo");
        assert_eq!(shortened("hello", 0), "");
        assert_eq!(padded("日本", 6), "日本  ");
    }

    #[test]
    fn prose_keeps_its_indent_and_its_words() {
        let options = TextOptions { width: 40, ..TextOptions::default() };
        let mut page = Page::new(&options);
        page.prose(&[(Tone::Bad, "must  ")], Tone::Plain, "one two three four five six seven eight nine ten");
        assert_eq!(page.finish(), "must  one two three four five six seven\n      eight nine ten\n");
    }
}
