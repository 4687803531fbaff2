//! What `check` says of a target beyond what its reader does: names that are nowhere, and what looks like a variable where
//! nothing is filled in.

use std::path::Path;
use std::sync::Arc;

use language::contract::Contract;
use language::problem::Problem;
use language::reference::is_word;
use language::target::Target;
use language::text::{Document, Node, Yaml};
use model::plan::lacks::known;
use wire::client::Address;

/// A target, held against the contracts.
pub(super) fn target(
    document: &Document,
    path: &Path,
    known: Option<&[Arc<Contract>]>,
) -> Result<(), Problem> {
    let target = Target::from_document(document, path)?;
    as_it_stands(document, &document.root)?;
    address(&target)?;
    let Some(known) = known else { return Ok(()) };
    let Some(dialect) = target.dialect else { return lacks(document, known) };
    let own: Vec<_> = known.iter().filter(|contract| contract.dialect == dialect).cloned().collect();
    if !own.is_empty() {
        return lacks(document, &own);
    }
    let place = document.root.entry("dialect").map_or(document.root.span, |node| node.span);
    let problem = document.problem(place, format!("there is no dialect `{dialect}`"));
    Err(problem.nearest(&dialect, known.iter().map(|contract| contract.dialect.as_str())))
}

/// Refuses a URL at which no server can be.
///
/// # Errors
/// Why, at its place.
pub(in crate::cli) fn address(target: &Target) -> Result<(), Problem> {
    let Err(why) = Address::parse(&target.url) else { return Ok(()) };
    let problem = Problem::bare(format!("`{}` is no URL of a server: {why}", target.url));
    let problem = Problem { place: target.places.url.clone(), ..problem };
    Err(problem.hint("write the URL of the server: http://127.0.0.1:3000"))
}

/// Refuses a word in `lacks` that none of these contracts has.
///
/// # Errors
/// At the first such word, with the nearest of those there are.
pub(in crate::cli) fn lacks(document: &Document, contracts: &[Arc<Contract>]) -> Result<(), Problem> {
    let Some(node) = document.root.entry("lacks") else { return Ok(()) };
    for item in document.list(node) {
        let word = document.text(item, "an item")?;
        let known = || contracts.iter().flat_map(|contract| known(contract));
        if known().any(|name| name == word) {
            continue;
        }
        let names: Vec<&str> = contracts.iter().map(|contract| contract.dialect.as_str()).collect();
        let message = format!("`{}` has no `{word}` that could be lacking", names.join("`, `"));
        return Err(document.problem(item.span, message).nearest(word, known()));
    }
    Ok(())
}

/// Nothing is filled in in a target, but by the shell in its commands.
fn as_it_stands(d: &Document, node: &Node) -> Result<(), Problem> {
    match &node.value {
        Yaml::List(items) => items.iter().try_for_each(|item| as_it_stands(d, item)),
        Yaml::Map(entries) => entries
            .iter()
            .filter(|(key, _)| !COMMANDS.contains(&key.text.as_str()))
            .try_for_each(|(_, value)| as_it_stands(d, value)),
        Yaml::Scalar { text, .. } => match variable(text) {
            None => Ok(()),
            Some(name) => Err(d
                .problem(node.span, format!("`{name}` is taken as it stands: nothing is filled in here"))
                .hint(if name.contains("SECRET") {
                    "without `token:` the secret is that of JWT_SECRET in the environment"
                } else {
                    "write the value; only a shell fills in variables, in `start` and in the `command` of `token`"
                })),
        },
    }
}

/// Keys whose values a shell reads, and words for people.
const COMMANDS: &[&str] = &["start", "stop", "command", "target", "issue"];

/// The first thing in a text that looks like a variable of the environment, or a reference of a scenario. Another dollar sign
/// may be meant: `?$top=1`, or a secret with one in it.
fn variable(text: &str) -> Option<&str> {
    text.match_indices('$').find_map(|(at, _)| {
        let rest = &text[at + 1..];
        if let Some(inner) = rest.strip_prefix('{') {
            return inner.find('}').map(|end| &text[at..at + end + 3]);
        }
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let name = &rest[..end];
        let environment = name.len() > 1
            && name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
        (environment || is_word(name)).then(|| &text[at..=at + end])
    })
}
