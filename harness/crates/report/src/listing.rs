//! The cases there are, before any is run. Knows plans, never records.

use super::TextOptions;
use super::page::{Page, Tone, columns, padded};
use model::plan::CasePlan;

/// One line for each case: its id, its level, its title, or what the dialect lacks for it.
#[must_use]
pub fn list(cases: &[CasePlan], width: usize) -> String {
    let mut page = Page::new(&TextOptions { width, ..TextOptions::default() });
    let widest = cases.iter().map(|case| columns(&case.id)).max().unwrap_or(0);
    for case in cases {
        let id = padded(&case.id, widest) + "  ";
        let level = format!("{:<6}  ", case.scenario.level);
        let said = match &case.lacks {
            Some(lacks) => format!("not supported: `{}` has no {lacks}", case.contract.dialect),
            None => case.scenario.title.clone(),
        };
        page.line(&[(Tone::Plain, &id), (Tone::Plain, &level), (Tone::Plain, &said)]);
    }
    let lacking = cases.iter().filter(|case| case.lacks.is_some()).count();
    let count = match (cases.len(), lacking) {
        (1, 0) => "1 case".to_owned(),
        (all, 0) => format!("{all} cases"),
        (all, lacking) => format!("{all} cases, {lacking} of them not supported"),
    };
    page.gap();
    page.line(&[(Tone::Plain, &count)]);
    page.finish()
}
