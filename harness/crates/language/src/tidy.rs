//! How a file is laid out: spaces, indents, quotes, the end of the file. Where lines break is the author's affair, and so is the
//! column of a comment behind a value; what the file says stays as it was.

use std::sync::Arc;

use pretty_yaml::config::{FormatOptions, LanguageOptions, LayoutOptions};
use yaml_parser::SyntaxKind;

use super::problem::Problem;
use super::text::{Node, Source, Yaml, parse};

/// The text of a file, laid out.
///
/// # Errors
/// Where it is not YAML, or cannot be laid out without a change of what it says.
pub fn tidy(source: &Arc<Source>) -> Result<String, Problem> {
    let before = parse(source)?;
    let cannot = |why: String| {
        Problem::bare(format!("{} cannot be laid out: {why}", source.path.display()))
            .hint("it is left as it is; `harness check` tells whether the file is right")
    };
    let laid_out =
        pretty_yaml::format_text(&source.text, &options()).map_err(|error| cannot(error.to_string()))?;
    let laid_out = with_gaps(&laid_out).unwrap_or(laid_out);
    let text =
        with_columns(&source.text, &laid_out).ok_or_else(|| cannot("a comment would be lost".to_owned()))?;
    let after = parse(&Source::new(source.path.clone(), text.clone()));
    match after {
        Ok(after) if same(&before.root, &after.root) => Ok(text),
        _ => Err(cannot("it would not say the same".to_owned())),
    }
}

/// No line is broken or joined: a step on one line is easier to read than one on five, and where it is not, its author knows.
fn options() -> FormatOptions {
    FormatOptions {
        layout: LayoutOptions { print_width: 100_000, ..LayoutOptions::default() },
        language: LanguageOptions {
            brace_spacing: false,
            trailing_comma: false,
            ..LanguageOptions::default()
        },
    }
}

/// A comment behind a value, and where it stands.
struct Comment {
    /// Its line, from 0.
    line: usize,
    /// Its first byte in that line.
    at: usize,
    /// Its first column.
    column: usize,
    /// There is something before it.
    behind: bool,
    /// There is more than one space before it: somebody has put it there.
    placed: bool,
}

fn comments(text: &str) -> Option<Vec<Comment>> {
    let root = yaml_parser::parse(text).ok()?;
    let tokens = root.descendants_with_tokens().filter_map(|element| element.into_token());
    let found = tokens.filter(|token| token.kind() == SyntaxKind::COMMENT).map(|token| {
        let start = usize::from(token.text_range().start());
        let begin = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let before = &text[begin..start];
        Comment {
            line: text[..start].matches('\n').count(),
            at: start - begin,
            column: before.chars().count(),
            behind: !before.trim().is_empty(),
            placed: before.ends_with("  "),
        }
    });
    Some(found.collect())
}

/// Between braces a key without a value keeps a space behind its colon (`{ping: , refused: …}`): without it people, and some
/// readers of YAML, take the colon for a part of the key.
fn with_gaps(text: &str) -> Option<String> {
    let root = yaml_parser::parse(text).ok()?;
    let tokens = root.descendants_with_tokens().filter_map(|element| element.into_token());
    let mut spaced = String::new();
    let mut colon = false;
    for token in tokens {
        if colon && matches!(token.kind(), SyntaxKind::COMMA | SyntaxKind::R_BRACE) {
            spaced.push(' ');
        }
        colon = token.kind() == SyntaxKind::COLON;
        spaced.push_str(token.text());
    }
    Some(spaced)
}

/// Puts the comments behind values back into their columns, or as near as there is room.
fn with_columns(before: &str, after: &str) -> Option<String> {
    let (old, new) = (comments(before)?, comments(after)?);
    if old.len() != new.len() {
        return None;
    }
    let mut lines: Vec<String> = after.lines().map(str::to_owned).collect();
    for (old, new) in old.iter().zip(&new).filter(|(old, new)| old.behind && old.placed && new.behind) {
        let line = lines.get_mut(new.line)?;
        let missing = old.column.saturating_sub(new.column);
        line.insert_str(new.at, &" ".repeat(missing));
    }
    Some(lines.join("\n") + "\n")
}

/// Whether two trees say the same, wherever it stands.
#[must_use]
pub fn same(one: &Node, other: &Node) -> bool {
    match (&one.value, &other.value) {
        (Yaml::Scalar { text, plain }, Yaml::Scalar { text: other, plain: other_plain }) => {
            text == other && plain == other_plain
        }
        (Yaml::List(items), Yaml::List(others)) => {
            items.len() == others.len() && items.iter().zip(others).all(|(one, other)| same(one, other))
        }
        (Yaml::Map(entries), Yaml::Map(others)) => {
            let mut pairs = entries.iter().zip(others);
            let alike =
                pairs.all(|((key, one), (other_key, other))| key.text == other_key.text && same(one, other));
            entries.len() == others.len() && alike
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tidied(text: &str) -> String {
        let source = |text: &str| Source::new("a.yaml", text);
        let once = tidy(&source(text)).unwrap();
        assert_eq!(tidy(&source(&once)).unwrap(), once, "it is not settled");
        once
    }

    #[test]
    fn spaces_and_indents_are_laid_out_and_lines_are_not() {
        let text = "a:   {b: 1,c: [ 1,2 ]   }\nsteps:\n- ana:    join   \n- bo: {x: y,\n    z: 'it is'}\n\n\n\nlast: 1";
        let wanted = "a: {b: 1, c: [1, 2]}\nsteps:\n  - ana: join\n  - bo: {x: y, z: \"it is\"}\n\nlast: 1\n";
        assert_eq!(tidied(text), wanted);
    }

    #[test]
    fn a_comment_keeps_its_column() {
        let text = "a: 1          # placed\nlonger:   2   # placed\nb: 3 # not\n# alone\n";
        assert_eq!(tidied(text), "a: 1          # placed\nlonger: 2     # placed\nb: 3 # not\n# alone\n");
    }

    #[test]
    fn a_key_without_a_value_keeps_its_space() {
        assert_eq!(tidied("a: {ping: ,b:   1}\nc: {x: }\n"), "a: {ping: , b: 1}\nc: {x: }\n");
    }

    #[test]
    fn a_hash_in_a_text_is_no_comment() {
        assert_eq!(tidied("a:  \"x   # y\"\nb: c#d\n"), "a: \"x   # y\"\nb: c#d\n");
    }

    #[test]
    fn what_is_not_yaml_is_told() {
        let source = Source::new("a.yaml", "a: [1");
        assert!(tidy(&source).unwrap_err().message.starts_with("not YAML"));
    }
}
