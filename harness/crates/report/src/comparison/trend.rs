//! Many runs, for a terminal: a line for each run, then causes that come and go, then the numbers of load with their noise.

use super::super::TextOptions;
use super::super::page::{Page, Tone, columns};
use super::in_unit;
use results::compare::trend::{CauseTrend, Course, LoadTrend, NumberTrend, Place, Sight, Trend};
use results::record::{Report, Verdict};

/// How many of the runs have a column where causes are told.
const COLUMNS: usize = 20;

/// The trend as text.
#[must_use]
pub fn render(trend: &Trend, options: &TextOptions) -> String {
    let mut page = Page::new(options);
    runs(&mut page, trend);
    causes(&mut page, trend);
    trend.loads.iter().for_each(|load| numbers(&mut page, load));
    page.gap();
    page.line(&[(Tone::Plain, &summary(trend))]);
    page.finish()
}

fn verdict(report: &Report) -> (&'static str, Tone) {
    match report.verdict {
        Verdict::Passed => ("✓ passed", Tone::Good),
        Verdict::Failed => ("✗ failed", Tone::Bad),
        Verdict::CouldNotRun => ("! could not run", Tone::Warn),
        Verdict::Unreachable => ("! unreachable", Tone::Warn),
        Verdict::Void => ("! void", Tone::Warn),
        Verdict::Unfinished => ("! unfinished", Tone::Warn),
    }
}

fn runs(page: &mut Page, trend: &Trend) {
    let mut lines = vec![
        ["run", "began", "verdict", "passed", "failed", "loads", "causes", "report"].map(ToOwned::to_owned),
    ];
    for (index, (name, report)) in trend.runs.iter().enumerate() {
        let unexpected = report.causes.iter().filter(|cause| cause.expected.is_none()).count();
        lines.push([
            (index + 1).to_string(),
            report.started.get(..16).unwrap_or(&report.started).replace('T', " "),
            verdict(report).0.to_owned(),
            report.totals.passed.to_string(),
            report.totals.failed.to_string(),
            report.loads.len().to_string(),
            unexpected.to_string(),
            name.clone(),
        ]);
    }
    page.gap();
    for (index, line) in table(&lines).iter().enumerate() {
        let tone = index.checked_sub(1).map_or(Tone::Faint, |run| verdict(&trend.runs[run].1).1);
        page.line(&[(tone, &format!("  {line}"))]);
    }
}

/// Cells in columns: numbers to the right, words to the left.
fn table<const N: usize>(lines: &[[String; N]]) -> Vec<String> {
    let width = |column: usize| lines.iter().map(|line| columns(&line[column])).max().unwrap_or_default();
    let widths: Vec<usize> = (0..N).map(width).collect();
    let numeric = |column: usize| {
        lines.iter().skip(1).all(|line| line[column].starts_with(|char: char| char.is_ascii_digit()))
    };
    let right: Vec<bool> = (0..N).map(|column| numeric(column) && column != 1).collect();
    let cell = |line: &[String; N], column: usize| {
        let gap = " ".repeat(widths[column].saturating_sub(columns(&line[column])));
        if right[column] { format!("{gap}{}", line[column]) } else { format!("{}{gap}", line[column]) }
    };
    lines
        .iter()
        .map(|line| {
            (0..N).map(|column| cell(line, column)).collect::<Vec<_>>().join("  ").trim_end().to_owned()
        })
        .collect()
}

fn course(cause: &CauseTrend) -> (&'static str, Tone) {
    match cause.course() {
        Course::New => ("new", Tone::Bad),
        Course::Back => ("back", Tone::Bad),
        Course::Steady => ("as before", Tone::Warn),
        Course::Gone => ("gone", Tone::Good),
        Course::Unknown => ("not judged", Tone::Faint),
    }
}

fn causes(page: &mut Page, trend: &Trend) {
    if trend.causes.is_empty() {
        return;
    }
    let from = trend.runs.len().saturating_sub(COLUMNS);
    page.gap();
    page.line(&[(Tone::Strong, "causes"), (Tone::Faint, "   ✗ shows, e expected, ✓ judged and gone, · not judged; a column for each run, the last on the right")]);
    for cause in &trend.causes {
        let mark = |sight: &Sight| match sight {
            Sight::Shows => '✗',
            Sight::Expected => 'e',
            Sight::Absent => '✓',
            Sight::NotJudged => '·',
        };
        let marks: String = cause.seen[from..].iter().map(mark).collect();
        let (word, tone) = course(cause);
        let since = cause.seen.iter().position(|sight| *sight == Sight::Shows || *sight == Sight::Expected);
        let since = since.and_then(|run| trend.runs[run].1.started.get(..10)).unwrap_or_default();
        page.line(&[
            (Tone::Plain, &format!("  {marks}  ")),
            (tone, &format!("{word:<10}")),
            (Tone::Faint, &format!("  first {since}  ")),
            (Tone::Plain, &cause.title),
        ]);
        page.line(&[(
            Tone::Faint,
            &format!("  {}  {:<10}  {}", " ".repeat(trend.runs.len() - from), "", cause.key),
        )]);
    }
}

fn numbers(page: &mut Page, load: &LoadTrend) {
    page.gap();
    let left_out = match load.left_out {
        0 => String::new(),
        some => format!("; {some} left out: void, cut short, or another load"),
    };
    let runs = if load.runs == 1 { "1 run".to_owned() } else { format!("{} runs", load.runs) };
    page.line(&[(Tone::Strong, &load.name), (Tone::Faint, &format!("   {runs}{left_out}"))]);
    let mut lines = vec![["", "lowest", "median", "highest", "last", ""].map(ToOwned::to_owned)];
    for number in &load.numbers {
        let name = number.metric.name();
        let unit = |value: f64| in_unit(&name, value);
        let (low, median, high) = number.earlier.map_or_else(
            || ("–".to_owned(), "–".to_owned(), "–".to_owned()),
            |(low, median, high)| (unit(low), unit(median), unit(high)),
        );
        lines.push([name.clone(), low, median, high, unit(number.last), meaning(number)]);
    }
    for (index, line) in table(&lines).iter().enumerate() {
        let place = index.checked_sub(1).map(|number| load.numbers[number].place());
        let tone = match place {
            Some(Place::Worse) => Tone::Warn,
            Some(Place::Better) => Tone::Good,
            Some(_) => Tone::Plain,
            None => Tone::Faint,
        };
        page.line(&[(tone, &format!("  {line}"))]);
    }
}

fn meaning(number: &NumberTrend) -> String {
    let count = number.count;
    match number.place() {
        Place::Worse => format!("worse than all {count} earlier; by chance once in {}", count + 1),
        Place::Better => format!("better than all {count} earlier; by chance once in {}", count + 1),
        Place::Among => format!("within the noise of {count} earlier"),
        Place::TooFew => format!("{count} earlier: too few to tell noise"),
    }
}

fn summary(trend: &Trend) -> String {
    let count =
        |wanted: &[Course]| trend.causes.iter().filter(|cause| wanted.contains(&cause.course())).count();
    let worse = trend
        .loads
        .iter()
        .flat_map(|load| &load.numbers)
        .filter(|number| number.place() == Place::Worse)
        .count();
    format!(
        "{} runs; causes: {} new or back, {} as before, {} gone; numbers of load outside of their noise, and worse: {worse}",
        trend.runs.len(),
        count(&[Course::New, Course::Back]),
        count(&[Course::Steady]),
        count(&[Course::Gone]),
    )
}
