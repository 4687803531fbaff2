//! Files that are there whole or not at all: written beside their place and then renamed, so that whoever reads meanwhile, or
//! after a kill or a full disk, finds what was there before. Knows nothing of what is in them.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Puts these bytes in the place of a file.
///
/// # Errors
/// Where they cannot be written; the file is then as it was.
pub fn replace(path: &Path, bytes: impl AsRef<[u8]>) -> io::Result<()> {
    replace_by(path, |file| file.write_all(bytes.as_ref()))
}

/// Puts whatever is written in the place of a file, and makes its folder where there is none.
///
/// # Errors
/// As [`replace`].
pub fn replace_by(path: &Path, write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> io::Result<()> {
    // Where a link leads is replaced, not the link.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let there = path.metadata().ok();
    if there.as_ref().is_some_and(|there| !there.is_file()) {
        // A terminal, a pipe or `/dev/null` is written to; nothing may take its place.
        return written(&mut BufWriter::new(File::options().write(true).open(&path)?), write);
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    let beside = beside(&path);
    let done = match File::create(&beside) {
        // The file may be written to, and the folder may not: a file that is mounted by itself.
        Err(error) if there.is_some() && is_forbidden(&error) => {
            return written(&mut BufWriter::new(File::create(&path)?), write);
        }
        Err(error) => Err(error),
        Ok(file) => written(&mut BufWriter::new(file), write).and_then(|()| match there {
            Some(there) => fs::set_permissions(&beside, there.permissions()),
            None => Ok(()),
        }),
    };
    done.and_then(|()| fs::rename(&beside, &path)).inspect_err(|_| {
        let _never_made = fs::remove_file(&beside);
    })
}

fn written(
    file: &mut BufWriter<File>,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> io::Result<()> {
    write(file)?;
    file.flush()
}

/// The name under which a file is written before it has its place.
fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.new", std::process::id()));
    path.with_file_name(name)
}

fn is_forbidden(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("harness-whole-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn names(folder: &Path) -> Vec<OsString> {
        let mut names: Vec<OsString> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    }

    #[test]
    fn what_fails_in_the_middle_leaves_what_was_there() {
        let folder = folder("middle");
        let path = folder.join("report.json");
        replace(&path, "old").unwrap();
        let failed = replace_by(&path, |file| {
            file.write_all(&[b'x'; 100_000])?;
            Err(ErrorKind::StorageFull.into())
        });
        assert_eq!(failed.unwrap_err().kind(), ErrorKind::StorageFull);
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(names(&folder), ["report.json"], "nothing is left beside it");
        replace(&folder.join("a/b/new"), "new").unwrap();
        assert_eq!(fs::read_to_string(folder.join("a/b/new")).unwrap(), "new");
        fs::remove_dir_all(folder).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn links_permissions_and_devices_stay_what_they_are() {
        use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _, symlink};
        let folder = folder("links");
        let (real, link) = (folder.join("real"), folder.join("link"));
        fs::write(&real, "old").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&real, &link).unwrap();
        replace(&link, "new").unwrap();
        assert_eq!(fs::read_to_string(&real).unwrap(), "new");
        assert!(link.is_symlink());
        assert_eq!(real.metadata().unwrap().permissions().mode() & 0o777, 0o640);
        let null = folder.join("null");
        symlink("/dev/null", &null).unwrap();
        replace(&null, "nothing").unwrap();
        assert!(null.metadata().unwrap().file_type().is_char_device());
        assert!(replace(Path::new("/dev/full"), "full").is_err());
        fs::remove_dir_all(folder).unwrap();
    }
}
