//! The committed files of the language, and their values as an editor sees them.

use std::path::{Path, PathBuf};

use language::payload::literal;
use language::text::{Node, Yaml};
use serde_json::Value;

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// What an editor makes of YAML: plain scalars by YAML's core schema.
pub(crate) fn json_of(node: &Node) -> Value {
    match &node.value {
        Yaml::Scalar { text, plain: true } => literal(text).unwrap_or_else(|| text.clone().into()),
        Yaml::Scalar { text, plain: false } => text.clone().into(),
        Yaml::List(items) => items.iter().map(json_of).collect(),
        Yaml::Map(entries) => {
            Value::Object(entries.iter().map(|(key, node)| (key.text.clone(), json_of(node))).collect())
        }
    }
}

/// Which of the three kinds a file is.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        file if file.get("scenario").is_some() => "scenario",
        file if file.get("url").or(file.get("urls")).is_some() => "target",
        _ => "contract",
    }
}

/// Every scenario, contract and target of the project.
pub(crate) fn committed() -> Vec<PathBuf> {
    fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy();
            if path.is_dir() {
                // What packages brought is not ours, other tools have files of their own, and what was kept of a release
                // stays as it was.
                let others = ["node_modules", "artillery", "import", "compatible"];
                if !others.contains(&name.as_ref()) {
                    collect(&path, found);
                }
            } else if name.ends_with(".yaml") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    for folder in ["scenarios", "ci", "harness/tests"] {
        collect(&root().join(folder), &mut found);
    }
    found.sort();
    found
}
