//! What is known to be wrong: an entry for a case, a cause or a clause, with where it is tracked and until when it may last.

use std::path::Path as FilePath;

use super::problem::Problem;
use super::text::{Document, Node, Source, Yaml, parse};

/// Something that is known to be wrong.
#[derive(Debug, Clone)]
pub struct ExpectedFailure {
    /// What.
    pub what: Known,
    /// Why, or where it is tracked.
    pub issue: String,
    /// The last day on which it may fail, as `2027-01-31`.
    pub until: jiff::civil::Date,
}

/// What is known; a `*` stands for any run of characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// A case, whatever is wrong in it: `crm/typing`, or `crm/auth-failures[*]`.
    Case(String),
    /// A cause, in whatever case it shows: `leak:newMessage:stranger`.
    Cause(String),
    /// A clause that is not kept: `crm.c4`.
    Clause(String),
}

impl Known {
    /// As it is written.
    #[must_use]
    pub fn entry(&self) -> String {
        match self {
            Known::Case(case) => format!("case: {case}"),
            Known::Cause(key) => format!("cause: {key}"),
            Known::Clause(clause) => format!("clause: {clause}"),
        }
    }
}

/// Whether a text is like a pattern, in which a `*` stands for any run of characters.
#[must_use]
pub fn like(pattern: &str, text: &str) -> bool {
    let mut rest = text;
    let mut parts = pattern.split('*').peekable();
    let mut first = true;
    while let Some(part) = parts.next() {
        let last = parts.peek().is_none();
        rest = match (first, last) {
            (true, true) => return rest == part,
            (true, false) => match rest.strip_prefix(part) {
                Some(rest) => rest,
                None => return false,
            },
            (false, true) => return rest.ends_with(part),
            (false, false) => match rest.find(part) {
                Some(at) => &rest[at + part.len()..],
                None => return false,
            },
        };
        first = false;
    }
    false
}

/// Reads a file of entries: a list of them, or `expected_failures:` with one.
///
/// # Errors
/// The first [`Problem`] in it.
pub fn read(path: &FilePath) -> Result<Vec<ExpectedFailure>, Problem> {
    let d = parse(&Source::read(path)?)?;
    if matches!(d.root.value, Yaml::List(_)) {
        return list(&d, &d.root);
    }
    let fields = d.fields(&d.root, "a file of expected failures")?;
    let found = list(&d, fields.need("expected_failures")?)?;
    fields.finish()?;
    Ok(found)
}

/// Reads a list of entries.
///
/// # Errors
/// The first [`Problem`] in it.
pub(super) fn list(d: &Document, node: &Node) -> Result<Vec<ExpectedFailure>, Problem> {
    d.list(node).iter().map(|item| one(d, item)).collect()
}

fn one(d: &Document, node: &Node) -> Result<ExpectedFailure, Problem> {
    let fields = d.fields(node, "an expected failure")?;
    let until = fields.need("until")?;
    let text = d.text(until, "`until`")?;
    let issue = d.text(fields.need("issue")?, "`issue`")?.to_owned();
    let (case, cause, clause) = (fields.text("case")?, fields.text("cause")?, fields.text("clause")?);
    let what = match (case, cause, clause) {
        (Some(case), None, None) => Known::Case(case.to_owned()),
        (None, Some(key), None) => Known::Cause(key.to_owned()),
        (None, None, Some(clause)) if clause.contains('.') => Known::Clause(clause.to_owned()),
        (None, None, Some(clause)) => {
            return Err(d
                .problem(node.span, format!("`{clause}` is a clause of which dialect?"))
                .hint("write the dialect before it: crm.c4"));
        }
        _ => {
            return Err(d.problem(node.span, "an expected failure names one of `case`, `cause` and `clause`"));
        }
    };
    let failure = ExpectedFailure {
        what,
        issue,
        until: text.parse().map_err(|_| {
            d.problem(until.span, format!("`{text}` is no day"))
                .hint("write the last day it may fail: 2027-01-31")
        })?,
    };
    fields.finish()?;
    Ok(failure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_may_name_many() {
        assert!(like("crm/typing", "crm/typing"));
        assert!(!like("crm/typing", "crm/typing-burst"));
        assert!(like("crm/auth-failures[*]", "crm/auth-failures[none,auth.token]"));
        assert!(like("*[none,*", "crm/auth-failures[none,auth.token]"));
        assert!(!like("crm/*x", "crm/typing"));
        assert!(like("accepted:*:stranger", "accepted:join:stranger"));
    }
}
