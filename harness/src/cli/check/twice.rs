//! Names that stand twice in a library: two scenarios that would be one case, and a contract that is not called like its file.

use std::path::Path;

use language::problem::Problem;
use language::text::{Document, Yaml};

/// A scenario in the folder of a dialect that is called like a portable one: on that dialect both would be the same case.
pub(super) fn scenario(document: &Document, path: &Path, library: &Path) -> Option<Problem> {
    let inside = path.strip_prefix(library).ok()?;
    let dialect = inside.parent().filter(|folder| folder.components().count() == 1)?;
    library.join("dialects").join(dialect).with_extension("yaml").is_file().then_some(())?;
    let portable = library.join(inside.file_name()?);
    portable.is_file().then_some(())?;
    let case = inside.with_extension("");
    let message = format!(
        "the name `{}` stands twice: {} has it, too",
        case.file_name()?.display(),
        portable.display()
    );
    let place = document.root.entry("scenario").map_or(document.root.span, |node| node.span);
    let hint = format!("rename one of the two; both would be the case {}", case.display());
    Some(document.problem(place, message).hint(hint))
}

/// A contract whose dialect is not the name of its file: `extends`, `--dialect` and the folder of its scenarios would not agree.
pub(super) fn contract(document: &Document, path: &Path) -> Option<Problem> {
    let stem = path.file_stem()?.to_str()?;
    path.parent()?.ends_with("dialects").then_some(())?;
    let node = document.root.entry("dialect")?;
    let Yaml::Scalar { text: dialect, .. } = &node.value else { return None };
    (dialect != stem).then(|| {
        let message = format!("the dialect `{dialect}` stands in a file called `{stem}`");
        document
            .problem(node.span, message)
            .hint(format!("write `dialect: {stem}`, or rename the file to {dialect}.yaml"))
    })
}
