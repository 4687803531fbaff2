//! The floors of the crate: a module may use what lies below it, never what lies above or beside it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Bottom up. Modules of one floor do not know each other.
const FLOORS: &[&[&str]] = &[
    &["wire", "scenario"],
    &["record", "world", "client"],
    &["check", "snapshot", "causes"],
    &["plan", "verdict", "failure", "compare"],
    &["interpreter"],
    &["report", "asyncapi", "runner", "language", "dry", "recorder"],
    &["load"],
    &["embedded", "external"],
    &["cli"],
    &["main"],
];

/// What the bottom must not know: it is pure.
const PURE: &[&str] = &[
    "wire",
    "scenario",
    "record",
    "world",
    "check",
    "plan",
    "verdict",
    "compare",
    "snapshot",
    "causes",
    "report",
    "asyncapi",
    "language",
    "dry",
    "interpreter",
];

fn sources() -> BTreeMap<String, Vec<(PathBuf, String)>> {
    fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    let mut modules: BTreeMap<String, Vec<(PathBuf, String)>> = BTreeMap::new();
    for path in paths {
        let inside = path.strip_prefix(&root).unwrap();
        let module = inside.iter().next().unwrap().to_string_lossy().trim_end_matches(".rs").to_owned();
        let text = fs::read_to_string(&path).unwrap();
        modules.entry(module).or_default().push((path, text));
    }
    modules
}

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

/// The modules that a text names after `crate::`, or in main after `harness::`.
fn named(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for prefix in ["crate::", "harness::"] {
        for (at, _) in text.match_indices(prefix) {
            let rest = &text[at + prefix.len()..];
            let group = rest.strip_prefix('{').map(|group| group.split('}').next().unwrap_or_default());
            let words = group.unwrap_or_else(|| rest.split([';', '\n']).next().unwrap_or_default());
            let count = if group.is_some() { usize::MAX } else { 1 };
            for word in words.split(',').take(count) {
                let word = word.trim().split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next();
                found.extend(word.map(str::to_owned));
            }
        }
    }
    found
}

#[test]
fn no_module_uses_one_above_or_beside_it() {
    let modules = sources();
    let mut wrong = Vec::new();
    for (module, files) in modules.iter().filter(|(module, _)| *module != "lib") {
        let own =
            floor(module).unwrap_or_else(|| panic!("`{module}` has no floor: give it one in this test"));
        for (path, text) in files {
            for used in named(text) {
                let allowed = used == *module || floor(&used).is_none_or(|below| below < own);
                if !allowed {
                    wrong.push(format!("{}: `{module}` uses `{used}`", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_lower_floors_have_no_runtime_and_no_clock() {
    let modules = sources();
    for module in PURE {
        for (path, text) in &modules[*module] {
            for impure in ["tokio::", "Instant::now", "SystemTime::now"] {
                assert!(!text.contains(impure), "{} uses {impure}", path.display());
            }
        }
    }
}
