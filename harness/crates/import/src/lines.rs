//! Lines of a file with their comments.

use crate::{GUESS, LEFT_OUT};

/// Lines that are written one after the other.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    lines: Vec<String>,
}

impl Lines {
    /// A line as it stands.
    pub(crate) fn line(&mut self, text: impl Into<String>) {
        self.lines.push(text.into());
    }

    /// A comment.
    pub(crate) fn comment(&mut self, indent: usize, text: &str) {
        self.lines.push(format!("{}# {text}", " ".repeat(indent)));
    }

    /// What is in the original and cannot be said here.
    pub(crate) fn left_out(&mut self, indent: usize, text: &str) {
        // A comment ends with its line.
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.comment(indent, &format!("{LEFT_OUT} {text}"));
    }

    /// A line, and what in it was guessed.
    pub(crate) fn guessed(&mut self, text: &str, guesses: &[String]) {
        match guesses {
            [] => self.line(text),
            all => self.line(format!("{text}   # {GUESS} {}", all.join("; "))),
        }
    }

    pub(crate) fn text(&self) -> String {
        let mut text = self.lines.join("\n");
        text.push('\n');
        text
    }
}
