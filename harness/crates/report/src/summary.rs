//! `summary.md`: a run in Markdown, for the summary of a job or a comment on a change. The verdict first, then what failed,
//! then load. It is bounded, since a job summary is.

use std::fmt::Write as _;

use super::load_text;
use super::{annotations, causes, remarks, text};
use language::visible::visible;
use results::record::breach::time_in_words;
use results::record::load::{Latency, LoadRecord};
use results::record::{CaseRecord, Outcome, Report};

/// How many cases are told by themselves.
const TOLD: usize = 50;

/// The report as Markdown; ends with a line break.
#[must_use]
pub fn render(report: &Report) -> String {
    let (mark, _, word) = text::said(report.verdict);
    let mut page = format!("## {mark} {}\n\n", capital(word));
    let _infallible = writeln!(
        page,
        "**{}** in {}: {}, level {}, seed {}\n",
        counted(report),
        text::seconds(report.duration_ms),
        cell(&report.target),
        report.level,
        report.seed,
    );
    if let Some(safety) = causes::safety_by_sense(report) {
        let _infallible = writeln!(page, "{}.\n", cell(&safety));
    }
    if let Some(why) = &report.why {
        let _infallible = writeln!(page, "{}.\n", cell(why));
    }
    for entry in &report.unmet {
        let _infallible =
            writeln!(page, "Expected, and nowhere in the whole suite: {}. Take it out.\n", cell(entry));
    }
    causes_of(&mut page, report);
    cases(&mut page, report);
    for load in &report.loads {
        load_lines(&mut page, load);
    }
    page.extend(report.baseline.as_ref().map(super::comparison::markdown));
    page
}

/// How many of what.
fn counted(report: &Report) -> String {
    let passed = report.loads.iter().filter(|load| load.passed).count();
    let loads = format!("{passed} of {} load runs passed", report.loads.len());
    match (report.cases.is_empty(), report.loads.is_empty()) {
        (true, true) => text::counts(&report.totals),
        (true, false) => loads,
        (false, true) => text::counts(&report.totals),
        (false, false) => format!("{}; {loads}", text::counts(&report.totals)),
    }
}

/// What has to be mended, the worst first.
fn causes_of(page: &mut String, report: &Report) {
    let failing = causes::failing(report);
    if failing.is_empty() {
        return;
    }
    page.push_str("| cause | | shows in | for example | where |\n|---|---|---|---|---|\n");
    for cause in failing.iter().take(TOLD) {
        let example = &cause.example;
        let clause = example.finding.clause.as_ref();
        let clause =
            clause.map_or_else(String::new, |it| format!("<br>{}: “{}”", cell(&it.at), cell(&it.text)));
        let said = causes::differs(cause).unwrap_or_else(|| example.finding.message.clone());
        let place = match example.file.as_str() {
            "" => String::new(),
            file => format!("<br>{}", code(&format!("{file}:{}", example.line.max(1)))),
        };
        let _infallible = writeln!(
            page,
            "| **{}**<br>{} | {} | {} | {}{clause} | {}{place} |",
            cell(&cause.title),
            code(&cause.key),
            cause.level,
            causes::shows(cause),
            cell(&said),
            code(&example.case),
        );
    }
    if failing.len() > TOLD {
        let _infallible = writeln!(page, "\n{} more causes are in the report.", failing.len() - TOLD);
    }
    page.push('\n');
}

fn cases(page: &mut String, report: &Report) {
    let wrong = |case: &&CaseRecord| {
        matches!(case.outcome, Outcome::Failed | Outcome::PassedUnexpectedly | Outcome::CouldNotRun)
    };
    let wrong: Vec<&CaseRecord> = report.cases.iter().filter(wrong).collect();
    if !wrong.is_empty() {
        let count = if wrong.len() == 1 { "1 case".to_owned() } else { format!("{} cases", wrong.len()) };
        let _infallible = writeln!(page, "<details><summary>{count}, one by one</summary>\n");
        page.push_str("| case | | what | where |\n|---|---|---|---|\n");
    }
    for case in wrong.iter().take(TOLD) {
        let reason = case.reason.as_deref().unwrap_or(text::shown(case.outcome).2);
        let worst = remarks::worst(case).filter(|_| case.outcome != Outcome::PassedUnexpectedly);
        let what = match worst {
            Some(finding) => {
                let clause = finding.clause.as_ref();
                let clause = clause
                    .map_or_else(String::new, |it| format!("<br>{}: “{}”", cell(&it.at), cell(&it.text)));
                format!("{}{clause}", cell(&finding.message))
            }
            None => cell(reason),
        };
        let (file, line) = annotations::place(case);
        let (mark, _, word) = text::shown(case.outcome);
        let _infallible = writeln!(
            page,
            "| {} | {mark} {word} | {what} | {} |",
            code(&case.id),
            code(&format!("{file}:{line}"))
        );
    }
    if wrong.len() > TOLD {
        let _infallible = writeln!(page, "\n{} more are in the report.", wrong.len() - TOLD);
    }
    if !wrong.is_empty() {
        page.push_str("\n</details>\n\n");
    }
    if report.coverage.iter().any(|document| !document.clauses.is_empty()) {
        let told = report.coverage.iter().filter(|document| !document.clauses.is_empty());
        let told: Vec<String> = told
            // Rounded down, so that 100 means all of them.
            .map(|document| format!("{} {} %", document.dialect, document.percent.floor()))
            .collect();
        let _infallible = writeln!(page, "Clauses judged: {}\n", told.join(", "));
    }
}

fn load_lines(page: &mut String, load: &LoadRecord) {
    let (mark, _, word) = load_text::outcome(load);
    let _infallible = writeln!(page, "### {mark} {}: {word}\n", cell(&load.name()));
    if !load.passed {
        reasons(page, load);
    }
    if load.phases.is_empty() {
        return;
    }
    page.push_str(
        "| phase | asked/s | reached/s | delivered/s | p50 | p99 | max |\n|---|--:|--:|--:|--:|--:|--:|\n",
    );
    for phase in &load.phases {
        let asked = phase.asked_per_s.map_or_else(|| "–".to_owned(), |rate| format!("{rate:.0}"));
        let heard = &phase.timings.delivery;
        let shown = |us: u64| if heard.count == 0 { "–".to_owned() } else { time_in_words(us) };
        let _infallible = writeln!(
            page,
            "| {} | {asked} | {:.0} | {:.0} | {} | {} | {} |",
            cell(&phase.name),
            phase.sent_per_s,
            phase.delivered_per_s,
            shown(heard.p50_us),
            shown(heard.p99_us),
            shown(heard.max_us),
        );
    }
    page.push_str("\n| time | count | p50 | p99 | p99.9 | max |\n|---|--:|--:|--:|--:|--:|\n");
    let total = &load.total;
    let named: [(&str, &Latency); 4] = [
        ("connect", &total.connect),
        ("answer", &total.ack),
        ("each member hears it", &total.delivery),
        ("the whole", &total.complete),
    ];
    for (name, latency) in named.iter().filter(|(_, latency)| latency.count > 0) {
        let [p50, p99, p999, max] =
            [latency.p50_us, latency.p99_us, latency.p999_us, latency.max_us].map(time_in_words);
        let _infallible = writeln!(page, "| {name} | {} | {p50} | {p99} | {p999} | {max} |", latency.count);
    }
    page.push('\n');
    if !load.slo.is_empty() {
        page.push_str("| threshold | | reached |\n|---|---|--:|\n");
    }
    for slo in &load.slo {
        let mark = if slo.holds { "✓" } else { "✗" };
        let _infallible = writeln!(
            page,
            "| {mark} {} | {} | {} |",
            slo.metric,
            cell(&slo.threshold),
            slo.reached_in_words()
        );
    }
    page.push('\n');
}

/// Why a run did not pass: what does not hold, each with one finding, and whether its numbers prove anything.
fn reasons(page: &mut String, load: &LoadRecord) {
    for breach in &load.breaches {
        let example = breach.example.as_ref().map(load_text::example_of);
        let example = example.map_or_else(String::new, |example| format!(": {}", cell(&example)));
        let _infallible = writeln!(page, "- **{}**{example}", cell(&breach.told));
    }
    let beside = [("void", &load.void), ("could not run", &load.could_not_run)];
    for (what, why) in beside {
        if let Some(why) = why {
            let _infallible = writeln!(page, "- {what}: {}", cell(why));
        }
    }
    page.push('\n');
}

fn capital(word: &str) -> String {
    let mut characters = word.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// A name of a server, a file or a case as code in a cell: nothing in it ends the code or the cell.
pub(super) fn code(text: &str) -> String {
    format!("`{}`", visible(text).replace('`', "'").replace('|', "\\|"))
}

/// What a server said, in a cell of a table: neither a new cell nor a tag, a link or a picture. What stands between
/// backticks is code, in which nothing but a bar has a meaning.
pub(super) fn cell(text: &str) -> String {
    let paired = text.matches('`').count().is_multiple_of(2);
    let mut code = false;
    let mut safe = String::new();
    for character in visible(&text.replace('\n', " ")).chars() {
        match character {
            '`' if paired => {
                code = !code;
                safe.push('`');
            }
            '|' => safe.push_str("\\|"),
            _ if code => safe.push(character),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '`' | '[' | ']' | '*' | '_' | '\\' | '@' => safe.extend(['\\', character]),
            _ => safe.push(character),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_stays_in_its_cell() {
        assert_eq!(cell("`a_b` is <b>|x\ny"), "`a_b` is &lt;b&gt;\\|x y");
        assert_eq!(cell("` <img> [a](b)"), "\\` &lt;img&gt; \\[a\\](b)");
        assert_eq!(code("a`|<b>\n\u{1b}"), "`a'\\|<b>\\u{a}\\u{1b}`");
    }
}
