//! The floors of the crate: `core` -> `auth` -> `faults` -> `dialects`, `fixtures` -> `options` -> `host`.
//! No file imports from a floor above its own, and only `host` names the network libraries.

use std::fs;
use std::path::{Path, PathBuf};

/// The top-level modules, bottom up, and those that share a floor together.
const FLOORS: [&[&str]; 6] =
    [&["core"], &["auth"], &["faults"], &["dialects", "fixtures"], &["options"], &["host"]];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else {
            found.push(path);
        }
    }
    found
}

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|modules| modules.contains(&module))
}

fn lines() -> impl Iterator<Item = (String, String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    sources(&root).into_iter().flat_map(move |path| {
        let inside = path.strip_prefix(&root).unwrap().with_extension("");
        let module = inside.iter().next().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        text.lines()
            .map(|line| (inside.display().to_string(), module.clone(), line.trim().to_owned()))
            .collect::<Vec<_>>()
    })
}

#[test]
fn no_file_imports_from_a_floor_above() {
    let mut looked_at = 0;
    for (file, module, line) in lines() {
        let Some((_, rest)) = line.split_once("crate::") else { continue };
        let Some(own) = floor(&module) else { continue };
        let other: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let theirs = floor(&other).unwrap_or_else(|| panic!("{file}: {other} has no floor"));
        assert!(theirs <= own, "{file} is below {other}: {line}");
        looked_at += 1;
    }
    assert!(looked_at > 30, "the imports were found: {looked_at}");
}

#[test]
fn only_host_knows_the_network() {
    for (file, module, line) in lines() {
        let network =
            ["axum", "socketioxide", "tokio"].iter().any(|name| line.contains(&format!("{name}::")));
        assert!(!network || ["host", "main"].contains(&module.as_str()), "{file}: {line}");
    }
}
