//! The one table.

use std::fmt::Write as _;

/// A line of the table.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) against: String,
    pub(crate) ours: String,
    pub(crate) theirs: String,
    pub(crate) ratio: String,
    pub(crate) wanted: String,
    pub(crate) holds: Option<bool>,
}

/// The middle of some values.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        count if count % 2 == 1 => sorted[count / 2],
        count => f64::midpoint(sorted[count / 2 - 1], sorted[count / 2]),
    }
}

/// The table as Markdown, its columns aligned.
pub(crate) fn render(rows: &[Row]) -> String {
    let head = ["what", "against", "ours", "theirs", "ratio", "must / aim", ""];
    let lines: Vec<[&str; 7]> = rows
        .iter()
        .map(|row| {
            let mark = row.holds.map_or("", |holds| if holds { "✓" } else { "✗" });
            [&*row.what, &*row.against, &*row.ours, &*row.theirs, &*row.ratio, &*row.wanted, mark]
        })
        .collect();
    let width = |column: usize| {
        lines.iter().chain([&head]).map(|line| line[column].chars().count()).max().unwrap_or(0)
    };
    let mut text = String::new();
    let mut line = |cells: &[&str; 7]| {
        for (column, cell) in cells.iter().enumerate() {
            let pad = " ".repeat(width(column).saturating_sub(cell.chars().count()));
            // Writing to a string cannot fail.
            let _written = if (2..5).contains(&column) {
                write!(text, "| {pad}{cell} ")
            } else {
                write!(text, "| {cell}{pad} ")
            };
        }
        text.push_str("|\n");
    };
    line(&head);
    let rule: Vec<String> = (0..7).map(|column| "-".repeat(width(column))).collect();
    line(&std::array::from_fn(|column| rule[column].as_str()));
    lines.iter().for_each(&mut line);
    text
}
