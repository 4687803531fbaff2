//! Whole scenarios that were run many times at once, as a person reads them in a terminal: what became of them, and where what
//! their steps expect has gone.

use super::load_text::{TIMES_HEAD, latency_line, shown, slo};
use super::page::{Page, Tone, padded, shortened};
use results::record::breach::time_in_words;
use results::record::load::{Instances, LoadRecord};

/// Whole scenarios, each judged as it would be alone.
pub(super) fn instances(page: &mut Page, record: &LoadRecord, known: &Instances) {
    page.gap();
    let counts = [("passed", known.passed), ("failed", known.failed), ("could not run", known.could_not_run)];
    let counts: Vec<String> =
        counts.iter().filter(|(_, n)| *n > 0).map(|(name, n)| format!("{n} {name}")).collect();
    page.line(&[(Tone::Plain, &format!("  {}, each judged as it would be alone", counts.join(", ")))]);
    if let Some(phase) = record.phases.first() {
        let asked = phase.asked_per_s.unwrap_or_default();
        let said = format!(
            "  {asked} were to begin each second for {:.1} s; they began {} late at p50, {} at p99",
            phase.due as f64 / asked.max(1e-9),
            time_in_words(record.total.lateness.p50_us),
            time_in_words(record.total.lateness.p99_us),
        );
        page.line(&[(Tone::Faint, &said)]);
    }
    page.gap();
    page.line(&[(Tone::Faint, TIMES_HEAD)]);
    page.line(&[(Tone::Plain, &latency_line("the whole scenario", &record.total.complete))]);
    heard(page, record);
    slo(page, record);
}

/// What their steps expect, each by its name.
pub(super) fn heard(page: &mut Page, record: &LoadRecord) {
    if record.heard.is_empty() {
        return;
    }
    page.gap();
    let first = if record.instances.is_some() { "expected, from what was said" } else { "deliveries" };
    page.line(&[(Tone::Faint, &format!("  {}{HEARD_HEAD}", padded(first, 34)))]);
    for one in &record.heard {
        let lost = one.due.saturating_sub(one.came);
        let line = format!(
            "  {}  {:>7}  {:>7}  {lost:>6}  {:>8}  {:>8}  {:>8}",
            padded(&shortened(&one.name, 34), 34),
            one.due,
            one.came,
            shown(&one.took, one.took.p50_us),
            shown(&one.took, one.took.p99_us),
            shown(&one.took, one.took.max_us),
        );
        page.line(&[(if lost > 0 { Tone::Bad } else { Tone::Plain }, &line)]);
    }
}

const HEARD_HEAD: &str = "      due     came    lost       p50       p99       max";
