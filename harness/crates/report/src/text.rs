//! A run as a person reads it in a terminal: what passed in few lines, what failed in full, the verdict last, where the
//! eye is when a command ends.

use indexmap::IndexMap;

use super::page::{Page, Tone, columns, padded};
use super::{TextOptions, causes, explain, remarks};
use results::record::cause::Cause;
use results::record::{CaseRecord, Outcome, Report, Totals, Verdict};

/// The widest column of names.
const WIDEST_NAME: usize = 48;

/// From so many lines on, the scenarios of a run are told by dialect.
const OVERVIEW: usize = 20;

/// The whole report.
#[must_use]
pub fn render(report: &Report, options: &TextOptions) -> String {
    let mut page = Page::new(options);
    if !options.quiet {
        overview(&mut page, report, options);
    }
    let whole = in_full(report, options);
    for case in &whole {
        page.gap();
        page.rule();
        explain::explain(&mut page, case, report.level, options);
    }
    // One case explains itself; several are told by their causes.
    if options.verbose || whole.is_empty() {
        causes::section(&mut page, report, options);
    }
    reasons(&mut page, report, options, &whole);
    if !options.quiet {
        causes::remarks_section(&mut page, report, options);
        remarks::forms(&mut page, report, options);
    }
    entries(&mut page, report, options);
    if !options.quiet {
        circumstances(&mut page, report);
    }
    let compared = report.baseline.as_ref().map(|compared| super::comparison::text(compared, options));
    for line in compared.iter().flat_map(|text| text.lines()) {
        page.finished(line);
    }
    summary(&mut page, report);
    page.finish()
}

/// The cases that are told in full: the one that failed, or all where all are asked for.
fn in_full<'r>(report: &'r Report, options: &TextOptions) -> Vec<&'r CaseRecord> {
    let told = |case: &&CaseRecord| match case.outcome {
        Outcome::Failed => true,
        Outcome::PassedUnexpectedly | Outcome::FailedAsExpected | Outcome::CouldNotRun => options.verbose,
        Outcome::Passed | Outcome::NotSupported => false,
    };
    let told: Vec<&CaseRecord> = report.cases.iter().filter(told).collect();
    if told.len() > 1 && !options.verbose { Vec::new() } else { told }
}

/// Why cases are not simply fine, a line for each reason.
fn reasons(page: &mut Page, report: &Report, options: &TextOptions, whole: &[&CaseRecord]) {
    let all = [
        Outcome::Failed,
        Outcome::PassedUnexpectedly,
        Outcome::CouldNotRun,
        Outcome::FailedAsExpected,
        Outcome::NotSupported,
    ];
    for outcome in all {
        if options.quiet && matches!(outcome, Outcome::FailedAsExpected | Outcome::NotSupported) {
            continue;
        }
        let told = |case: &&CaseRecord| {
            let known = outcome == Outcome::Failed && (case.reason.is_none() || !case.findings.is_empty());
            case.outcome == outcome && !known && !whole.iter().any(|told| told.id == case.id)
        };
        let cases: Vec<&CaseRecord> = report.cases.iter().filter(told).collect();
        remarks::reasons(page, &cases, outcome, options.verbose);
    }
}

/// How many entries are told.
const ENTRIES: usize = 6;

/// What to write into a target file, where the causes of a run are known already, and what to take out of it.
pub(super) fn entries(page: &mut Page, report: &Report, options: &TextOptions) {
    if !report.unmet.is_empty() {
        page.gap();
        page.line(&[(
            Tone::Strong,
            "expected, and nowhere in the whole suite; take it out of `expected_failures`",
        )]);
        report.unmet.iter().for_each(|entry| page.prose(&[(Tone::Bad, "  ✗ ")], Tone::Plain, entry));
    }
    let causes = causes::failing(report);
    if causes.is_empty() {
        return;
    }
    page.gap();
    let shown = if options.verbose { causes.len() } else { causes.len().min(ENTRIES) };
    let head = if shown < causes.len() { format!(" (-v: all {})", causes.len()) } else { String::new() };
    page.line(&[
        (Tone::Strong, "known already?"),
        (Tone::Faint, " in `expected_failures` of the target file, or --baseline known.yaml"),
        (Tone::Faint, &head),
    ]);
    for cause in &causes[..shown] {
        page.line(&[(Tone::Plain, "  "), (Tone::Plain, &entry(cause, &report.started))]);
    }
}

/// How long an entry lasts where nobody says so.
const LASTS_DAYS: i32 = 30;

/// The entry that expects a cause.
#[must_use]
pub fn entry(cause: &Cause, started: &str) -> String {
    let day: Option<jiff::civil::Date> = started.get(..10).and_then(|day| day.parse().ok());
    let until =
        day.and_then(|day| day.checked_add(jiff::Span::new().days(LASTS_DAYS)).ok()).unwrap_or_default();
    format!("- {{cause: {}, issue: TODO, until: {until}}}", cause.key)
}

/// One failing case by itself, as the whole report explains it.
#[must_use]
pub fn render_case(case: &CaseRecord, report: &Report, options: &TextOptions) -> String {
    let mut page = Page::new(options);
    explain::explain(&mut page, case, report.level, options);
    page.finish()
}

/// The mark of an outcome, its colour, and the words that say it without either.
pub(super) fn shown(outcome: Outcome) -> (&'static str, Tone, &'static str) {
    match outcome {
        Outcome::Passed => ("✓", Tone::Good, "passed"),
        Outcome::Failed => ("✗", Tone::Bad, "failed"),
        Outcome::FailedAsExpected => ("~", Tone::Warn, "failed as expected"),
        Outcome::PassedUnexpectedly => ("✗", Tone::Bad, "passed unexpectedly"),
        Outcome::CouldNotRun => ("!", Tone::Warn, "could not run"),
        Outcome::NotSupported => ("–", Tone::Faint, "not supported"),
    }
}

/// From the one that matters most to the one that matters least.
pub(super) const BY_WEIGHT: [Outcome; 6] = [
    Outcome::Failed,
    Outcome::PassedUnexpectedly,
    Outcome::CouldNotRun,
    Outcome::FailedAsExpected,
    Outcome::Passed,
    Outcome::NotSupported,
];

struct Group<'r> {
    name: &'r str,
    cases: Vec<&'r CaseRecord>,
}

impl Group<'_> {
    fn count(&self, outcome: Outcome) -> usize {
        self.cases.iter().filter(|case| case.outcome == outcome).count()
    }

    /// What became of its cases, in words.
    fn words(&self) -> String {
        let order = [Outcome::Passed, Outcome::Failed].into_iter().chain(BY_WEIGHT);
        let mut counts: Vec<(Outcome, usize)> = Vec::new();
        for outcome in order {
            if self.count(outcome) > 0 && !counts.iter().any(|(known, _)| *known == outcome) {
                counts.push((outcome, self.count(outcome)));
            }
        }
        match counts.as_slice() {
            [(outcome, 1)] => shown(*outcome).2.to_owned(),
            counts => {
                let counts: Vec<String> =
                    counts.iter().map(|(outcome, count)| format!("{count} {}", shown(*outcome).2)).collect();
                counts.join(", ")
            }
        }
    }

    /// Beside the words: which cases of a matrix are not fine, or what the scenario is about.
    fn detail(&self, options: &TextOptions) -> String {
        if let ([case], true) = (self.cases.as_slice(), options.verbose) {
            return format!("{:>8}  {}", seconds(case.duration_ms), case.title);
        }
        let wrong = |case: &&&CaseRecord| !matches!(case.outcome, Outcome::Passed | Outcome::NotSupported);
        let wrong: Vec<&str> = self.cases.iter().filter(wrong).map(|case| variant(&case.id)).collect();
        match wrong.as_slice() {
            [] | [""] => self.cases.first().map(|case| case.title.clone()).unwrap_or_default(),
            [one] => (*one).to_owned(),
            [one, others @ ..] => format!("{one} +{}", others.len()),
        }
    }
}

/// The part of a case's id that its scenario does not say: `[expired,query.token]`.
pub(super) fn variant(id: &str) -> &str {
    id.find('[').map_or("", |at| &id[at..])
}

fn overview(page: &mut Page, report: &Report, options: &TextOptions) {
    let dialects = groups(&report.cases, options.verbose);
    let lines: usize = dialects.values().map(|groups| groups.len() + 2).sum();
    if lines > OVERVIEW && !options.verbose {
        let whole = dialects.into_iter().map(|(dialect, groups)| Group {
            name: dialect,
            cases: groups.into_iter().flat_map(|group| group.cases).collect(),
        });
        return table(page, &whole.collect::<Vec<_>>(), "", |_| String::new());
    }
    for (dialect, groups) in dialects {
        page.gap();
        page.line(&[(Tone::Strong, dialect)]);
        table(page, &groups, "  ", |group| group.detail(options));
    }
}

/// A line for each group: its mark, its name, what became of its cases.
fn table(page: &mut Page, groups: &[Group<'_>], indent: &str, detail: impl Fn(&Group<'_>) -> String) {
    let names = groups.iter().map(|group| columns(group.name)).max().unwrap_or(0).min(WIDEST_NAME);
    let words = groups.iter().map(|group| columns(&group.words())).max().unwrap_or(0);
    for group in groups {
        let worst =
            BY_WEIGHT.into_iter().find(|&outcome| group.count(outcome) > 0).unwrap_or(Outcome::Passed);
        let (mark, tone, _) = shown(worst);
        let mark = format!("{indent}{mark} ");
        let name = padded(group.name, names) + "  ";
        let said = padded(&group.words(), words) + "  ";
        page.cut(&[(tone, &mark), (Tone::Plain, &name), (tone, &said), (Tone::Faint, &detail(group))]);
    }
}

/// The cases of each scenario, by dialect; every case by itself where all are asked for.
fn groups(cases: &[CaseRecord], single: bool) -> IndexMap<&str, Vec<Group<'_>>> {
    let mut dialects: IndexMap<&str, Vec<Group<'_>>> = IndexMap::new();
    for case in cases {
        let groups = dialects.entry(case.dialect.as_str()).or_default();
        let id = case
            .id
            .strip_prefix(case.dialect.as_str())
            .and_then(|id| id.strip_prefix('/'))
            .unwrap_or(&case.id);
        let name = if single { id } else { case.scenario.as_str() };
        match groups.iter_mut().find(|group| group.name == name) {
            Some(group) => group.cases.push(case),
            None => groups.push(Group { name, cases: vec![case] }),
        }
    }
    dialects
}

/// Against what, and how.
fn circumstances(page: &mut Page, report: &Report) {
    page.gap();
    let mut run = vec![format!("target {}", report.target)];
    run.extend(report.client.as_ref().map(|client| format!("client {client}")));
    run.extend([format!("level {}", report.level), format!("seed {}", report.seed)]);
    run.extend((report.timescale != 1.0).then(|| format!("timescale {}", report.timescale)));
    run.extend((report.patience != 1.0).then(|| format!("patience {}", report.patience)));
    page.line(&[(Tone::Faint, &run.join(", "))]);
}

/// The mark of a verdict, its colour, and the words that say it without either.
pub(super) fn said(verdict: Verdict) -> (&'static str, Tone, &'static str) {
    match verdict {
        Verdict::Passed => ("✓", Tone::Good, "passed"),
        Verdict::Failed => ("✗", Tone::Bad, "failed"),
        Verdict::CouldNotRun => ("!", Tone::Warn, "could not be judged"),
        Verdict::Unreachable => ("!", Tone::Bad, "the target was out of reach"),
        Verdict::Void => ("!", Tone::Bad, "void"),
        Verdict::Unfinished => ("!", Tone::Bad, "unfinished"),
    }
}

fn summary(page: &mut Page, report: &Report) {
    let (mark, tone, word) = said(report.verdict);
    let mark = format!("{mark} {word}: ");
    let counts = counts(&report.totals);
    let time = format!(" in {}", seconds(report.duration_ms));
    page.line(&[(tone, &mark), (Tone::Strong, &counts), (Tone::Plain, &time)]);
    if let Some(safety) = causes::safety_by_sense(report) {
        page.prose(&[(Tone::Warn, "! ")], Tone::Plain, &safety);
    }
}

/// `63 passed, 1 failed, 2 not supported`
pub(super) fn counts(totals: &Totals) -> String {
    let counts = [
        (totals.passed, Outcome::Passed),
        (totals.failed, Outcome::Failed),
        (totals.passed_unexpectedly, Outcome::PassedUnexpectedly),
        (totals.failed_as_expected, Outcome::FailedAsExpected),
        (totals.could_not_run, Outcome::CouldNotRun),
        (totals.not_supported, Outcome::NotSupported),
    ];
    let said: Vec<String> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, outcome)| format!("{count} {}", shown(outcome).2))
        .collect();
    if said.is_empty() { "there was no case".to_owned() } else { said.join(", ") }
}

/// A time in the unit that suits it.
pub(super) fn seconds(ms: u64) -> String {
    match ms {
        0..1000 => format!("{ms} ms"),
        1000..60_000 => format!("{}.{} s", ms / 1000, ms % 1000 / 100),
        _ => format!("{} min {} s", ms / 60_000, ms % 60_000 / 1000),
    }
}
