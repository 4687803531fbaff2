//! What is wrong with an input file, with the place, and what to do about it. How it is printed is `failure`'s affair.

use std::fmt;
use std::sync::Arc;

use super::text::{Source, Span};

/// Something a person has to mend in a file or on the command line.
#[derive(Debug, Clone)]
pub struct Problem {
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// The file and the place, where there is one.
    pub place: Option<(Arc<Source>, Span)>,
    /// What to do.
    pub hint: Option<String>,
    /// There is too much of something: what else is wrong with the file is not looked for.
    pub last: bool,
}

impl Problem {
    /// A problem at a place in a file.
    pub fn at(source: &Arc<Source>, span: Span, message: impl Into<String>) -> Self {
        Self { message: message.into(), place: Some((Arc::clone(source), span)), hint: None, last: false }
    }

    /// A problem that has no place in a text.
    pub fn bare(message: impl Into<String>) -> Self {
        Self { message: message.into(), place: None, hint: None, last: false }
    }

    /// Adds what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Says that the rest of the file is not looked at.
    #[must_use]
    pub fn last(self) -> Self {
        Self { last: true, ..self }
    }

    /// Adds the nearest of the known names, or all of them where none is near and they are few.
    #[must_use]
    pub fn nearest<'k>(self, unknown: &str, known: impl Iterator<Item = &'k str>) -> Self {
        let mut known: Vec<&str> = known.collect();
        known.sort_unstable();
        known.dedup();
        let near = known
            .iter()
            .map(|name| (strsim::damerau_levenshtein(&unknown.to_lowercase(), &name.to_lowercase()), *name))
            .filter(|(distance, name)| *distance <= 1 + name.len().max(unknown.len()) / 3)
            .min();
        match near {
            Some((_, name)) => self.hint(format!("did you mean `{name}`?")),
            None if known.is_empty() => self,
            None => self.hint(format!("known are: {}", known.join(", "))),
        }
    }

    /// `file:line`, where there is one.
    #[must_use]
    pub fn location(&self) -> Option<String> {
        let (source, span) = self.place.as_ref()?;
        Some(format!("{}:{}", source.path.display(), source.line(span.start)))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(location) = self.location() {
            write!(f, "{location}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}
