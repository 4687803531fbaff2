//! The text of a snapshot file, as `insta` 1.49 reads and writes it: a header in YAML, then the contents. Knows no
//! folder, and not what the contents mean.

use serde_json::Value;

/// A whole file. `source` and `expression` say, to whoever reviews it, where it comes from.
pub(super) fn write(source: &str, expression: &str, contents: &str) -> String {
    format!(
        "---\nsource: {}\nexpression: {}\n---\n{}\n",
        scalar(source),
        scalar(expression),
        normal(contents)
    )
}

/// The contents of a file. A file without a header was not written by `insta` or here, and is contents altogether:
/// then it differs, and whoever reviews it sees why.
pub(super) fn contents(file: &str) -> String {
    let mut lines = file.lines();
    if lines.next().map(str::trim_end) != Some("---") {
        return normal(file);
    }
    normal(&lines.skip_while(|line| line.trim_end() != "---").skip(1).collect::<Vec<_>>().join("\n"))
}

/// Contents as `insta` compares them: the line ends of Windows and what is blank at the end do not count.
pub(super) fn normal(contents: &str) -> String {
    contents.trim_end().replace("\r\n", "\n")
}

/// A string in YAML, quoted only where `insta` would quote it too, or a review would change the line.
fn scalar(text: &str) -> String {
    let plain = |char: char| char.is_ascii_alphanumeric() || "/._-".contains(char);
    // What has a slash or a dot after a letter is no number, no boolean and no null.
    let is_path = text.starts_with(|first: char| first.is_ascii_alphabetic()) && text.contains(['/', '.']);
    if is_path && text.chars().all(plain) { text.to_owned() } else { Value::from(text).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_a_header_its_contents_and_one_line_end() {
        let file = write("scenarios/typing.yaml", "crm/typing", "# set-up\nana -> connect\n\n");
        assert_eq!(
            file,
            "---\nsource: scenarios/typing.yaml\nexpression: crm/typing\n---\n# set-up\nana -> connect\n"
        );
        assert_eq!(contents(&file), "# set-up\nana -> connect");
    }

    #[test]
    fn what_a_path_does_not_hold_is_quoted() {
        let file = write("true", "crm/say: \"hi\"", "x");
        assert!(
            file.starts_with("---\nsource: \"true\"\nexpression: \"crm/say: \\\"hi\\\"\"\n---\n"),
            "{file}"
        );
    }

    #[test]
    fn the_line_ends_of_windows_do_not_count() {
        assert_eq!(contents("---\r\nsource: a.yaml\r\n---\r\none\r\ntwo\r\n"), "one\ntwo");
    }

    #[test]
    fn dashes_in_the_contents_end_no_header() {
        assert_eq!(contents("---\nsource: a.yaml\n---\none\n---\ntwo\n"), "one\n---\ntwo");
    }

    #[test]
    fn a_file_without_a_header_is_contents_altogether() {
        assert_eq!(contents("<<<<<<< ours\n---\none\n"), "<<<<<<< ours\n---\none");
        assert_eq!(contents(""), "");
    }

    #[test]
    fn a_header_without_an_end_has_no_contents() {
        assert_eq!(contents("---\nsource: a.yaml\n"), "");
    }
}
