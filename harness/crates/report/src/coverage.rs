//! Which clauses of which document were judged, and by which case. Says nothing of whether they hold.

use super::TextOptions;
use super::page::{Page, Tone, columns, padded};
use results::record::{ClauseCoverage, Coverage, Report};

/// The clauses of every dialect, each with the first case that judged it.
#[must_use]
pub fn coverage(report: &Report, options: &TextOptions) -> String {
    let mut page = Page::new(options);
    for document in &report.coverage {
        page.gap();
        dialect(&mut page, document);
    }
    page.finish()
}

fn dialect(page: &mut Page, document: &Coverage) {
    let covered = document.clauses.iter().filter(|clause| !clause.cases.is_empty()).count();
    let all = document.clauses.len();
    // Rounded down, so that 100 means all of them.
    let percent = format!("  {} %", document.percent.floor());
    let count = format!("  {covered} of {all} clauses covered, {}", document.document);
    let tone = if covered == all { Tone::Good } else { Tone::Warn };
    page.line(&[(Tone::Strong, &document.dialect), (tone, &percent), (Tone::Plain, &count)]);
    let ids = document.clauses.iter().map(|clause| columns(&clause.clause.id)).max().unwrap_or(0);
    let headings =
        document.clauses.iter().map(|clause| columns(&clause.clause.at)).max().unwrap_or(0).min(48);
    for clause in &document.clauses {
        let tone = if clause.cases.is_empty() { Tone::Bad } else { Tone::Good };
        let mark = if clause.cases.is_empty() { "  ✗ " } else { "  ✓ " };
        let id = padded(&clause.clause.id, ids);
        let level = format!("  {:<6}  {:<7}  ", clause.level, clause.clause.ground);
        let heading = padded(&clause.clause.at, headings) + "  ";
        let by = covered_by(clause, &document.dialect);
        page.cut(&[
            (tone, mark),
            (Tone::Strong, &id),
            (Tone::Faint, &level),
            (Tone::Plain, &heading),
            (tone, &by),
        ]);
        let indent = " ".repeat(4 + ids + columns(&level));
        page.prose(&[(Tone::Plain, &indent)], Tone::Faint, &clause.clause.text);
    }
}

fn covered_by(clause: &ClauseCoverage, dialect: &str) -> String {
    match clause.cases.as_slice() {
        [] => "NOT COVERED".to_owned(),
        [first, others @ ..] => {
            let first =
                first.strip_prefix(dialect).and_then(|first| first.strip_prefix('/')).unwrap_or(first);
            if others.is_empty() { first.to_owned() } else { format!("{first} +{}", others.len()) }
        }
    }
}
