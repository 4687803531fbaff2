//! A case that explains itself: the step, the clause and its document, expected against received, who sent what when.
//! Knows one case at a time; where it stands in the run is `text`'s affair.

use std::collections::BTreeMap;

use super::diagram::{View, draw, milliseconds};
use super::diff::{self, Side};
use super::page::{Page, Piece, Tone, columns, padded};
use super::{TextOptions, text};
use language::level::Level;
use results::record::{CaseRecord, Direction, Finding, Kind};

/// Adds what is to be said about a case; `level` is the lowest level of finding that fails it.
pub(super) fn explain(page: &mut Page, case: &CaseRecord, level: Level, options: &TextOptions) {
    let mut findings: Vec<&Finding> =
        case.findings.iter().filter(|finding| options.verbose || finding.level >= level).collect();
    findings.sort_by_key(|finding| finding.step);
    let (mark, tone, word) = text::shown(case.outcome);
    let mark = format!("{mark} {word}  ");
    page.line(&[(tone, &mark), (Tone::Strong, &case.id), (Tone::Plain, "  "), (Tone::Plain, &case.title)]);
    if let Some(reason) = &case.reason {
        page.prose(&[(Tone::Plain, "  ")], Tone::Plain, reason);
    }
    if case.attempts > 1 {
        page.line(&[(
            Tone::Faint,
            &format!("  run {} times, because the harness itself was late", case.attempts),
        )]);
    }
    if findings.is_empty() {
        page.line(&[(Tone::Plain, "  "), (Tone::Plain, &case.file)]);
    }
    let mut step = None;
    for (index, finding) in findings.iter().enumerate() {
        if step != Some(finding.step) {
            step = Some(finding.step);
            step_heading(page, case, finding.step);
        }
        explain_finding(page, finding, index + 1, options);
    }
    sequence(page, case, &findings, options);
    if options.trace {
        frames(page, case);
    }
}

fn step_heading(page: &mut Page, case: &CaseRecord, step: usize) {
    page.gap();
    let (place, text) = match case.steps.get(step) {
        Some(step) if step.line > 0 => (format!("{}:{}", case.file, step.line), step.text.as_str()),
        Some(step) => (case.file.clone(), step.text.as_str()),
        None => (case.file.clone(), "after the last step"),
    };
    page.line(&[(Tone::Plain, "  "), (Tone::Strong, &place)]);
    page.prose(&[(Tone::Plain, "    ")], Tone::Plain, text);
}

fn explain_finding(page: &mut Page, finding: &Finding, number: usize, options: &TextOptions) {
    page.gap();
    let number = format!("  {number:>2}  ");
    let level = format!("{}  ", finding.level);
    let lead: [Piece<'_>; 2] = [(Tone::Strong, &number), (tone(finding.level), &level)];
    page.prose(&lead, Tone::Plain, &finding.message);
    if let Some(clause) = &finding.clause {
        let promise = format!("clause {}: \"{}\"", clause.id, clause.text);
        let source = format!("— {}", clause.source());
        let indent: [Piece<'_>; 1] = [(Tone::Plain, "      ")];
        if 6 + columns(&promise) + 1 + columns(&source) <= page.width {
            page.prose(&indent, Tone::Faint, &format!("{promise} {source}"));
        } else {
            page.prose(&indent, Tone::Faint, &promise);
            page.prose(&indent, Tone::Faint, &source);
        }
    }
    let lines = diff::of(finding, options.verbose);
    if lines.is_empty() {
        return;
    }
    let legend: &[Piece<'_>] = match (&finding.expected, &finding.received) {
        (Some(_), None) => &[(Tone::Good, "- expected"), (Tone::Faint, ", and it did not come")],
        (None, _) => &[(Tone::Bad, "+ received")],
        _ => &[(Tone::Good, "- expected"), (Tone::Plain, "  "), (Tone::Bad, "+ received")],
    };
    page.line(&[&[(Tone::Plain, "      ")], legend].concat());
    for line in &lines {
        let (sign, tone) = match line.side {
            Side::Both => (" ", Tone::Plain),
            Side::Gap => (" ", Tone::Faint),
            Side::Expected => ("-", Tone::Good),
            Side::Received => ("+", Tone::Bad),
        };
        let text = format!("      {sign} {}", line.text);
        let note = line.note.map(|note| format!("   ← {note}")).unwrap_or_default();
        page.cut(&[(tone, &text), (Tone::Warn, &note)]);
    }
}

/// The colour of a level.
pub(super) fn tone(level: Level) -> Tone {
    match level {
        Level::Must => Tone::Bad,
        Level::Should => Tone::Warn,
        Level::May => Tone::Faint,
    }
}

fn sequence(page: &mut Page, case: &CaseRecord, findings: &[&Finding], options: &TextOptions) {
    if case.transcript.is_empty() || (findings.is_empty() && !options.verbose) {
        return;
    }
    let mut marks: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut absent = Vec::new();
    for (index, finding) in findings.iter().enumerate() {
        if let Some(entry) = entry_of(case, finding, &marks) {
            marks.entry(entry).or_default().push(index + 1);
        } else if let (Kind::Missing, Some(actor)) = (finding.kind, &finding.actor) {
            absent.push((finding.step, actor.clone(), index + 1));
        }
    }
    let steps = steps_to_draw(case, findings, options.verbose);
    page.gap();
    draw(page, &View { case, steps, marks, absent, whole: options.verbose });
}

/// The entry a finding is about. Two findings about one payload have one entry; two equal payloads have one each.
pub(super) fn entry_of(
    case: &CaseRecord,
    finding: &Finding,
    marks: &BTreeMap<usize, Vec<usize>>,
) -> Option<usize> {
    let received = finding.received.as_ref()?;
    let actor = finding.actor.as_deref()?;
    let about = case.transcript.iter().enumerate().filter(|(_, entry)| {
        entry.step == finding.step
            && entry.direction == Direction::In
            && entry.actor == actor
            && entry.payload == *received
    });
    let about: Vec<usize> = about.map(|(index, _)| index).collect();
    let unmarked = about.iter().find(|index| !marks.contains_key(index));
    unmarked.or(about.first()).copied()
}

/// The steps in which something was found, each with the last one before it in which anything was sent.
fn steps_to_draw(case: &CaseRecord, findings: &[&Finding], all: bool) -> Vec<usize> {
    let busy = |step: usize| case.transcript.iter().any(|entry| entry.step == step);
    let mut steps: Vec<usize> = if all {
        (0..case.steps.len()).filter(|&step| busy(step)).collect()
    } else {
        findings.iter().filter_map(|finding| (0..finding.step).rev().find(|&step| busy(step))).collect()
    };
    steps.extend(findings.iter().map(|finding| finding.step));
    steps.sort_unstable();
    steps.dedup();
    steps
}

fn frames(page: &mut Page, case: &CaseRecord) {
    if case.frames.is_empty() {
        return;
    }
    page.gap();
    page.line(&[(Tone::Plain, "  "), (Tone::Strong, "raw frames")]);
    let widest = case.frames.iter().map(|frame| frame.actor.chars().count()).max().unwrap_or(0);
    for frame in &case.frames {
        let arrow = match frame.direction {
            Direction::Out => "→",
            Direction::In => "←",
        };
        let time = format!("{:>10} ", milliseconds(frame.at_us));
        let actor = format!("{} {arrow} ", padded(&frame.actor, widest));
        page.line(&[(Tone::Faint, &time), (Tone::Plain, &actor), (Tone::Plain, &frame.text)]);
    }
}
