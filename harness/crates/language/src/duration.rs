//! Durations as they are written in the files: `500ms`, `1s`, `3s..5s`, `2 min`.

use std::time::Duration;

use super::limits;
use super::problem::Problem;
use super::text::{Document, Node};

/// Reads `40ms`, `1.5s` or `2min`; nothing where it is longer than any time may be.
#[must_use]
pub fn parse(text: &str) -> Option<Duration> {
    unbounded(text).filter(|time| *time <= limits::TIME)
}

fn unbounded(text: &str) -> Option<Duration> {
    let text = text.trim();
    let split = text.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
    let (number, unit) = text.split_at(split);
    let number: f64 = number.parse().ok()?;
    let seconds = match unit.trim() {
        "us" | "µs" => number / 1e6,
        "ms" => number / 1e3,
        "s" => number,
        "m" | "min" => number * 60.0,
        _ => return None,
    };
    Duration::try_from_secs_f64(seconds).ok()
}

/// Reads a duration from a file.
///
/// # Errors
/// Where the text is not one.
pub fn read(document: &Document, node: &Node, what: &str) -> Result<Duration, Problem> {
    let text = document.text(node, what)?;
    parse(text).ok_or_else(|| {
        if unbounded(text).is_some() {
            return document.problem(node.span, format!("{what} is at most a week, not `{text}`"));
        }
        document
            .problem(node.span, format!("{what} is a duration, not `{text}`"))
            .hint("write a number and its unit: 40ms, 1.5s, 2min")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_units() {
        assert_eq!(parse("500ms"), Some(Duration::from_millis(500)));
        assert_eq!(parse("1.5s"), Some(Duration::from_millis(1500)));
        assert_eq!(parse("2min"), Some(Duration::from_secs(120)));
        assert_eq!(parse("500"), None);
        assert_eq!(parse("ms"), None);
        assert_eq!(parse("-1s"), None);
        assert_eq!(parse("10080min"), Some(limits::TIME));
        assert_eq!(parse("10081min"), None);
    }
}
