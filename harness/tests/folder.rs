//! What tests share that run the program as a stranger would: a folder of their own, and how a run ended.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;

/// A folder of its own for each test, gone with it.
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// The name is that of the test, and of nothing else.
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("harness-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Deref for Folder {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl AsRef<Path> for Folder {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _kept_if_busy = std::fs::remove_dir_all(&self.0);
    }
}

/// How a run ended that has put its reports into `out`.
pub(crate) struct Ran {
    pub(crate) status: i32,
    /// All that was said, on both streams.
    pub(crate) said: String,
    pub(crate) report: Value,
}

impl Ran {
    pub(crate) fn of(output: &Output, folder: &Path) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let report = std::fs::read_to_string(folder.join("out/report.json"));
        Self {
            status: output.status.code().unwrap(),
            said: text(&output.stdout) + &text(&output.stderr),
            report: report.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap()),
        }
    }
}
