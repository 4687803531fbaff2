//! The scenarios and contracts inside the binary, laid out as a folder where there is none of the user's own.

use std::io;
use std::path::{Path, PathBuf};

use crate::streams::outln;
use language::library::Library;
use language::problem::Problem;

include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

/// The library of whoever names none: the folder here or above, else what was built in.
///
/// # Errors
/// Where there is none, or nowhere to lay it out.
pub(super) fn library() -> Result<Library, Problem> {
    if FILES.is_empty() {
        return Library::find();
    }
    if let Some(library) = Library::above() {
        return Ok(library);
    }
    let caches = [env_folder("XDG_CACHE_HOME", ""), env_folder("HOME", ".cache")];
    let cached = caches.into_iter().flatten().find_map(|cache| lay_out(&cache, FILES).ok());
    let folder = match cached {
        Some(folder) => Ok(folder),
        // Others may write to the folder for what is temporary, so nothing that lies there already is taken.
        None => lay_out(&std::env::temp_dir().join(format!("harness-{:016x}", fastrand::u64(..))), FILES),
    };
    folder.map(|folder| Library { folder }).map_err(|error| {
        Problem::bare(format!("the scenarios inside this program cannot be laid out: {error}"))
            .hint("set XDG_CACHE_HOME to a folder that can be written, or name one of your own with --scenarios DIR")
    })
}

/// Where a new scenario or contract belongs: the library here or above. Where there is none, one is begun here with the
/// contracts that were built in, since a library without them is none.
///
/// # Errors
/// Where it cannot be written.
pub(super) fn begun_here() -> Result<Library, Problem> {
    if FILES.is_empty() {
        return Library::find();
    }
    if let Some(library) = Library::above() {
        return Ok(library);
    }
    let folder = PathBuf::from("scenarios");
    let wanted = |name: &str| name.starts_with("dialects/") || name.starts_with("schema/");
    write(&folder, FILES.iter().filter(|(name, _)| wanted(name)))
        .map_err(|error| Problem::bare(format!("cannot write {}: {error}", folder.display())))?;
    outln!("wrote {}/, the contracts to try it on", folder.join("dialects").display());
    Ok(Library { folder })
}

/// Whether the library is that of whoever started this, and not the one that was built in.
pub(super) fn is_own(library: &Path) -> bool {
    FILES.is_empty() || Library::above().is_some_and(|own| own.folder == library)
}

fn env_folder(variable: &str, inside: &str) -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os(variable)?);
    folder.is_absolute().then(|| folder.join(inside))
}

/// Writes files by their names below a folder.
fn write<'f>(folder: &Path, files: impl IntoIterator<Item = &'f (&'f str, &'f str)>) -> io::Result<()> {
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
        std::fs::write(path, text)?;
    }
    Ok(())
}

/// Writes the files below a cache, under a name that says their content, and returns their folder.
fn lay_out(cache: &Path, files: &[(&str, &str)]) -> io::Result<PathBuf> {
    let parent = cache.join("harness");
    let home = parent.join(format!("{}-{:016x}", env!("CARGO_PKG_VERSION"), content(files)));
    let folder = home.join("scenarios");
    if is_whole(&folder, files) {
        return Ok(folder);
    }
    // Whoever starts at the same time sees all of it or nothing.
    let draft = parent.join(format!("draft-{}-{:016x}", std::process::id(), fastrand::u64(..)));
    write(&draft.join("scenarios"), files)?;
    if home.exists() {
        // What was there is not whole, or another process was faster; both are the same once more.
        let _gone = std::fs::rename(&home, draft.with_extension("old"));
        let _removed = std::fs::remove_dir_all(draft.with_extension("old"));
    }
    let moved = std::fs::rename(&draft, &home);
    if moved.is_err() {
        let _removed = std::fs::remove_dir_all(&draft);
    }
    if is_whole(&folder, files) { Ok(folder) } else { moved.map(|()| folder) }
}

/// Whether each file is there as it was built in: somebody may have changed one, or a disk was full.
fn is_whole(folder: &Path, files: &[(&str, &str)]) -> bool {
    files
        .iter()
        .all(|(name, text)| std::fs::read(folder.join(name)).is_ok_and(|there| there == text.as_bytes()))
}

/// FNV-1a over names and texts.
fn content(files: &[(&str, &str)]) -> u64 {
    let bytes = files.iter().flat_map(|(name, text)| name.bytes().chain([0]).chain(text.bytes()).chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &[(&str, &str)] = &[("dialects/a.yaml", "dialect: a\n"), ("b.yaml", "scenario: b\n")];

    fn cache(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("harness-shipped-{name}-{}", std::process::id()))
    }

    #[test]
    fn it_is_laid_out_once_and_mended() {
        let cache = cache("mended");
        let folder = lay_out(&cache, TWO).unwrap();
        assert_eq!(std::fs::read_to_string(folder.join("dialects/a.yaml")).unwrap(), "dialect: a\n");
        std::fs::write(folder.join("b.yaml"), "half").unwrap();
        assert_eq!(lay_out(&cache, TWO).unwrap(), folder);
        assert_eq!(std::fs::read_to_string(folder.join("b.yaml")).unwrap(), "scenario: b\n");
        let left: Vec<_> = std::fs::read_dir(cache.join("harness")).unwrap().collect();
        assert_eq!(left.len(), 1, "drafts are gone");
        std::fs::remove_dir_all(cache).unwrap();
    }

    #[test]
    fn another_content_has_another_folder() {
        let cache = cache("another");
        let one = lay_out(&cache, TWO).unwrap();
        let other = lay_out(&cache, &TWO[..1]).unwrap();
        assert_ne!(one, other);
        std::fs::remove_dir_all(cache).unwrap();
    }

    #[test]
    fn where_nothing_can_be_written_is_an_error() {
        assert!(lay_out(Path::new("/dev/null"), TWO).is_err());
    }
}
