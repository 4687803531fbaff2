//! A badge for a README: the verdict and how many cases passed, as a small SVG without a font of its own.

use super::page::columns;
use super::text;
use results::record::{Report, Verdict};

/// The width of a character of eleven pixels, and what stands at either side of a text.
const CHARACTER: usize = 7;
const PADDING: usize = 6;

/// The badge.
#[must_use]
pub fn render(report: &Report) -> String {
    let judged = report.cases.len() - report.totals.not_supported;
    let fine = report.totals.passed + report.totals.failed_as_expected;
    let (label, said) = if report.why.is_some() {
        ("conformance", text::said(report.verdict).2.to_owned())
    } else if report.loads.is_empty() {
        ("conformance", format!("{fine} of {judged} passed"))
    } else {
        let passed = report.loads.iter().filter(|load| load.passed).count();
        match report.verdict {
            Verdict::Failed | Verdict::Passed => {
                ("load", format!("{passed} of {} passed", report.loads.len()))
            }
            other => ("load", text::said(other).2.to_owned()),
        }
    };
    // Dark enough for white text on them (WCAG AA).
    let colour = match report.verdict {
        Verdict::Passed => "#1a7f37",
        Verdict::Failed => "#b42318",
        Verdict::CouldNotRun | Verdict::Unreachable | Verdict::Void | Verdict::Unfinished => "#8a5a00",
    };
    svg(label, &said, colour)
}

fn svg(label: &str, said: &str, colour: &str) -> String {
    let (left_text, right_text) = (columns(label) * CHARACTER, columns(said) * CHARACTER);
    let (left, right) = (left_text + 2 * PADDING, right_text + 2 * PADDING);
    let (whole, at) = (left + right, left + PADDING);
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="20" role="img" aria-label="{label}: {said}">
  <title>{label}: {said}</title>
  <clipPath id="round"><rect width="{whole}" height="20" rx="3"/></clipPath>
  <g clip-path="url(#round)"><rect width="{left}" height="20" fill="#444c56"/><rect x="{left}" width="{right}" height="20" fill="{colour}"/></g>
  <g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
    <text x="{PADDING}" y="14" textLength="{left_text}">{label}</text>
    <text x="{at}" y="14" textLength="{right_text}">{said}</text>
  </g>
</svg>
"##
    )
}
