//! `$env.NAME` in a target file: a value of the environment, so that no secret stands in a file. Owns where it may stand; whoever
//! shows anything of a run has to hide what was filled in.

use super::problem::Problem;
use super::text::{Document, Node, Yaml};

/// How it begins.
const MARK: &str = "$env.";

/// A value with what the environment says filled in, and the secrets that were.
///
/// # Errors
/// At the first name that the environment does not know.
pub(super) fn filled(d: &Document, node: &Node, secrets: &mut Vec<String>) -> Result<Node, Problem> {
    let value = match &node.value {
        Yaml::List(items) => {
            Yaml::List(items.iter().map(|item| filled(d, item, secrets)).collect::<Result<_, _>>()?)
        }
        Yaml::Map(entries) => {
            let entries = entries.iter().map(|(key, node)| Ok((key.clone(), filled(d, node, secrets)?)));
            Yaml::Map(entries.collect::<Result<_, Problem>>()?)
        }
        Yaml::Scalar { text, .. } if text.contains(MARK) => {
            Yaml::Scalar { text: in_text(d, node, text, secrets)?, plain: false }
        }
        Yaml::Scalar { .. } => node.value.clone(),
    };
    Ok(Node { span: node.span, value })
}

fn in_text(d: &Document, node: &Node, text: &str, secrets: &mut Vec<String>) -> Result<String, Problem> {
    let mut parts = text.split(MARK);
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(part.len());
        let (name, rest) = part.split_at(end);
        let Some(value) = std::env::var(name).ok().filter(|value| !value.is_empty()) else {
            let problem = d.problem(node.span, format!("the environment has no `{name}`"));
            return Err(problem.hint(format!("set it where the harness is started: {name}=… harness …")));
        };
        // A dollar sign in it stands for itself.
        whole.push_str(&value.replace('$', "$$"));
        whole.push_str(rest);
        secrets.push(value);
    }
    Ok(whole)
}
