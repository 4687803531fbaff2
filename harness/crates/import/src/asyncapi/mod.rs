//! An AsyncAPI document, 2.x or 3.0, as a contract. It is taken for the server's: what the application receives is what a client
//! says. What such a document has no words for (who hears an event, which field names the room) is guessed, and marked.

mod contract;
mod names;
mod read;
mod second;
mod shape;
mod verbs;

use std::sync::Arc;

use serde_json::Value;

use language::problem::Problem;
use language::text::{Source, parse_within};

use crate::json::value;
use crate::{Made, made, slug};

/// How many values a document may have: more than files that people write.
const VALUES: usize = 1_000_000;

/// Makes a contract of an AsyncAPI document. `name` is what the dialect is to be called, where not as its title says.
///
/// # Errors
/// Where the file is no YAML or JSON, or no such document.
pub fn asyncapi(source: &Arc<Source>, name: Option<&str>) -> Result<Made, Problem> {
    let tree = parse_within(source, VALUES)?;
    let document = value(&tree.root);
    let version = document["asyncapi"].as_str().map(ToOwned::to_owned);
    let seen = match version.as_deref() {
        Some(version) if version.starts_with("3.") => read::third(&document),
        Some(version) if version.starts_with("2.") => second::second(&document),
        Some(version) => {
            let problem = tree.problem(tree.root.span, format!("AsyncAPI {version} is not known here"));
            return Err(problem.hint("2.x and 3.0 are"));
        }
        None => {
            let problem = tree.problem(tree.root.span, "this is no AsyncAPI document: it has no `asyncapi`");
            return Err(problem.hint("`harness import artillery` takes an Artillery script"));
        }
    };
    if seen.says.is_empty() && seen.hears.is_empty() {
        return Err(tree.problem(tree.root.span, "no operation of this document is an event or a request"));
    }
    let title = document["info"]["title"].as_str().unwrap_or_default();
    let name = name.map_or_else(|| slug(title, "imported"), ToOwned::to_owned);
    let file = source.path.file_name().map_or_else(String::new, |file| file.to_string_lossy().into_owned());
    let text = contract::text(&seen, &document, &name, &file);
    Ok(made(name, text))
}

/// What a reference of the document stands for; anything else is itself.
fn resolved<'v>(document: &'v Value, mut value: &'v Value) -> &'v Value {
    // A document may refer to itself in a circle.
    for _ in 0..16 {
        let Some(pointer) = value.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'))
        else {
            break;
        };
        let Some(found) = document.pointer(pointer) else { break };
        value = found;
    }
    value
}
