//! Puts the scenarios, contracts and schemas into a release build, so that the binary needs nothing beside it. A debug build has
//! none: it reads the folder of the project, and is not built anew when a scenario changes.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let package = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    // A published package has a copy inside.
    let inside = package.join("scenarios");
    let library = if inside.is_dir() { inside } else { package.join("../scenarios").canonicalize()? };
    let mut files = Vec::new();
    if env::var("PROFILE")? == "release" {
        println!("cargo::rerun-if-changed={}", library.display());
        collect(&library, &mut files)?;
        files.sort();
    }
    let mut text = String::from("const FILES: &[(&str, &str)] = &[\n");
    for file in &files {
        let name = file.strip_prefix(&library)?.display();
        writeln!(text, "    ({:?}, include_str!({:?})),", name.to_string(), file.display().to_string())?;
    }
    text.push_str("];\n");
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("shipped.rs"), text)?;
    Ok(())
}

/// The files of a folder and of those in it. Snapshots are of this project's own tests.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            if !path.ends_with("snapshots") {
                collect(&path, files)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "yaml" || extension == "json") {
            files.push(path);
        }
    }
    Ok(())
}
