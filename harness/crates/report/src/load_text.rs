//! A load run as a person reads it in a terminal: what was asked and reached, the times, the ledger, what went wrong, the
//! thresholds, and whether the generator kept its schedule. The verdict stands last.

use super::TextOptions;
use super::instances::{heard, instances};
use super::page::{Page, Tone, padded};
use results::record::breach::LoadOutcome;
use results::record::breach::time_in_words;
use results::record::ledger::COUNTERS;
use results::record::load::{Asked, Latency, LoadRecord, Notices, PhaseRecord, Sample};

/// The whole report.
#[must_use]
pub fn render(record: &LoadRecord, options: &TextOptions) -> String {
    let mut page = Page::new(options);
    if options.quiet {
        briefly(&mut page, record, options);
        return page.finish();
    }
    page.gap();
    let asked = &record.asked;
    page.line(&[
        (Tone::Strong, &format!("{}/{}", record.dialect, record.scenario)),
        (Tone::Plain, &format!("  {}", record.title)),
    ]);
    let each = if asked.rooms_per_user > 1 {
        format!(", each user in {}", asked.rooms_per_user)
    } else {
        String::new()
    };
    let sizes = if asked.members_min == asked.members_max {
        asked.members_max.to_string()
    } else {
        let Asked { members_min, members_median, members_max, memberships, .. } = asked;
        format!("{members_min} to {members_max} (median {members_median}), {memberships} memberships")
    };
    if asked.rooms > 0 {
        let said = format!("{} rooms of {sizes}, {} sockets{each}", asked.rooms, asked.sockets);
        page.line(&[(Tone::Faint, &said)]);
    }
    for remark in &record.remarks {
        page.line(&[(Tone::Warn, &format!("! {remark}"))]);
    }
    match &record.instances {
        Some(known) => instances(&mut page, record, known),
        // It never began.
        None if record.phases.is_empty() => {}
        None => {
            phases(&mut page, record);
            times(&mut page, record);
            goose(&mut page, record);
            ledger(&mut page, record);
            heard(&mut page, record);
            outages(&mut page, record);
            samples(&mut page, record, options);
            slo(&mut page, record);
            generator(&mut page, record);
        }
    }
    verdict(&mut page, record);
    page.finish()
}

/// One line, and what was wrong.
fn briefly(page: &mut Page, record: &LoadRecord, options: &TextOptions) {
    let (mark, tone, word) = outcome(record);
    let name = format!("  {}/{}", record.dialect, record.scenario);
    let why = if record.passed { String::new() } else { format!("  {}", why(record)) };
    page.line(&[(tone, &format!("{mark} {word}")), (Tone::Strong, &name), (Tone::Plain, &why)]);
    samples(page, record, options);
}

pub(super) const TIMES_HEAD: &str =
    "  counted from the intended time         count       p50       p90       p99     p99.9       max";

fn phases(page: &mut Page, record: &LoadRecord) {
    page.gap();
    let names: Vec<String> = record
        .phases
        .iter()
        .map(|phase| if phase.warm_up { format!("{} (warm-up)", phase.name) } else { phase.name.clone() })
        .collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or_default().max(10);
    let head = "   lasted   asked/s   reached/s   delivered/s   delivery p50       p99       max";
    page.line(&[(Tone::Faint, &format!("  {}{head}", padded("phase", width)))]);
    for (phase, name) in record.phases.iter().zip(&names) {
        page.line(&[(Tone::Plain, &phase_line(phase, &padded(name, width)))]);
    }
}

fn phase_line(phase: &PhaseRecord, name: &str) -> String {
    let asked = phase.asked_per_s.map_or_else(|| "–".to_owned(), |rate| format!("{rate:.0}"));
    let delivery = &phase.timings.delivery;
    format!(
        "  {}  {:>7}  {asked:>8}  {:>10.0}  {:>12.0}  {:>13}  {:>8}  {:>8}",
        name,
        format!("{:.1} s", phase.lasted_ms as f64 / 1000.0),
        phase.sent_per_s,
        phase.delivered_per_s,
        shown(delivery, delivery.p50_us),
        shown(delivery, delivery.p99_us),
        shown(delivery, delivery.max_us),
    )
}

fn times(page: &mut Page, record: &LoadRecord) {
    let total = &record.total;
    let named = [
        ("connect, until in the namespace", &total.connect),
        ("answer", &total.ack),
        ("answer, counted from the sending", &total.service),
        ("first member hears it", &total.first),
        ("each member hears it", &total.delivery),
        ("last member hears it", &total.complete),
    ];
    let measured: Vec<_> = named.into_iter().filter(|(_, latency)| latency.count > 0).collect();
    if measured.is_empty() {
        return;
    }
    page.gap();
    page.line(&[(Tone::Faint, TIMES_HEAD)]);
    for (name, latency) in measured {
        page.line(&[(Tone::Plain, &latency_line(name, latency))]);
    }
}

/// What load judges, and what it leaves to cases.
pub(super) const LOOKED_AT: &str = "judged: deliveries, answers, times, typing and receipts, and that what was acknowledged is in the history; \
     left to cases: refusals, credentials, presence, joins and statuses told to others, second devices";

/// Why a run did not pass, in one line: everything that does not hold, and beside it why its numbers prove nothing.
pub(super) fn why(record: &LoadRecord) -> String {
    let mut reasons: Vec<String> = record.breaches.iter().map(|breach| breach.told.clone()).collect();
    reasons.extend(record.could_not_run.clone());
    reasons.extend(record.void.as_ref().map(|void| format!("void: {void}")));
    if record.breaches.iter().all(|breach| breach.invariant != "ended") {
        reasons.extend(record.ended_early.as_ref().map(|reason| format!("ended early: {reason}")));
    }
    reasons.join("; ")
}

fn goose(page: &mut Page, record: &LoadRecord) {
    if record.goose.is_empty() {
        return;
    }
    page.gap();
    page.line(&[(
        Tone::Faint,
        "  goose, service times of a closed loop    count       p50       p90       p95       p99       max",
    )]);
    for one in &record.goose {
        let name = format!("{}: {}, {} users", one.phase, one.request, one.users);
        let failed = if one.failures > 0 { format!("  {} failed", one.failures) } else { String::new() };
        let said = format!(
            "  {}  {:>9}  {:>8}  {:>8}  {:>8}  {:>8}  {:>8}{failed}",
            padded(&name, 33),
            one.requests,
            time_in_words(one.p50_us),
            time_in_words(one.p90_us),
            time_in_words(one.p95_us),
            time_in_words(one.p99_us),
            time_in_words(one.max_us),
        );
        page.line(&[(Tone::Plain, &said)]);
    }
}

pub(super) fn latency_line(name: &str, latency: &Latency) -> String {
    format!(
        "  {}  {:>9}  {:>8}  {:>8}  {:>8}  {:>8}  {:>8}",
        padded(name, 33),
        latency.count,
        time_in_words(latency.p50_us),
        time_in_words(latency.p90_us),
        time_in_words(latency.p99_us),
        time_in_words(latency.p999_us),
        time_in_words(latency.max_us),
    )
}

fn ledger(page: &mut Page, record: &LoadRecord) {
    page.gap();
    accounted(page, record);
    let l = &record.ledger;
    let bad: Vec<String> =
        l.wrongs(|_| false).map(|(counter, _, count)| format!("{count} {}", counter.words)).collect();
    if !bad.is_empty() {
        page.line(&[(Tone::Bad, &format!("  {}", bad.join(", ")))]);
    } else if l.received + l.notices.received + l.other_events > 0 {
        page.line(&[(Tone::Good, "  nothing lost, duplicated, out of order, leaked or wrong")]);
    }
    let beside = COUNTERS.iter().filter(|counter| counter.is_beside(true));
    let beside: Vec<_> = beside.map(|counter| (counter.words, (counter.get)(l))).collect();
    let beside = listed("  ", &beside);
    if !beside.is_empty() {
        page.line(&[(Tone::Faint, &beside)]);
    }
    page.line(&[(Tone::Faint, &format!("  {LOOKED_AT}"))]);
}

/// What was sent, and what of it was heard and compared.
fn accounted(page: &mut Page, record: &LoadRecord) {
    let (l, n) = (&record.ledger, &record.ledger.notices);
    if record.is_hold() {
        let said = format!(
            "  held {} of {} sessions to the end; {} of {} members let into their rooms; no turn was asked for",
            l.stayed, record.asked.sockets, l.joined, record.asked.memberships
        );
        return page.line(&[(Tone::Plain, &said)]);
    }
    let sampled = record.check_percent < 100.0;
    let said = format!(
        "  {} messages sent, {} of {} deliveries received{}, {} answered",
        l.sent,
        l.received,
        l.expected,
        if sampled { "" } else { " and compared" },
        l.answered
    );
    page.line(&[(Tone::Plain, &said)]);
    if sampled {
        let said = format!(
            "  {} deliveries compared whole: those of {} % of the messages, chosen by the seed; the others were only accounted for",
            l.compared, record.check_percent
        );
        page.line(&[(Tone::Plain, &said)]);
    }
    if *n != Notices::default() {
        let beside = [
            ("keystrokes within the debounce of one that was told", n.coalesced),
            ("turns of which nobody can say who is told", n.unsure),
            ("told that might come or not", n.excused),
        ];
        let said =
            format!("  typing and receipts: {} of {} told{}", n.received, n.expected, listed(", ", &beside));
        page.line(&[(Tone::Plain, &said)]);
    }
}

/// When the server had ended sessions.
fn outages(page: &mut Page, record: &LoadRecord) {
    if record.outages.is_empty() {
        return;
    }
    page.gap();
    for outage in &record.outages {
        let back = match outage.recovery_ms {
            Some(ms) => format!("all were back in their rooms after {}", time_in_words(ms * 1000)),
            None => "not all came back".to_owned(),
        };
        let befell = listed(
            "; meanwhile ",
            &[
                ("turns without an answer or without anybody to take them", outage.unanswered),
                ("deliveries that may have come or not", outage.excused),
            ],
        );
        let at = outage.began_ms as f64 / 1000.0;
        let said = format!("  at {at:.1} s the server ended {} sessions; {back}{befell}", outage.sessions);
        page.line(&[(Tone::Warn, &said)]);
    }
}

/// What there is of these, behind something; nothing where there is none.
fn listed(before: &str, counts: &[(&str, u64)]) -> String {
    let there: Vec<String> =
        counts.iter().filter(|(_, n)| *n > 0).map(|(name, n)| format!("{n} {name}")).collect();
    if there.is_empty() { String::new() } else { format!("{before}{}", there.join(", ")) }
}

/// How many findings are shown where not all are asked for.
const SHOWN: usize = 3;

fn samples(page: &mut Page, record: &LoadRecord, options: &TextOptions) {
    let mut kinds: Vec<&str> = record.samples.iter().map(|sample| sample.kind.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for kind in kinds {
        page.gap();
        let of_kind: Vec<_> = record.samples.iter().filter(|sample| sample.kind == kind).collect();
        let shown = if options.verbose { of_kind.len() } else { SHOWN };
        for sample in of_kind.iter().take(shown) {
            let at = format!("  {:>8.1} s  ", sample.at_ms as f64 / 1000.0);
            page.line(&[
                (Tone::Faint, &at),
                (Tone::Bad, kind),
                (Tone::Plain, &format!("  {}", sample.message)),
            ]);
            for difference in &sample.differences {
                let said = format!(
                    "              {}: expected {}, received {}",
                    difference.path, difference.expected, difference.received
                );
                page.cut(&[(Tone::Plain, &said)]);
            }
            if let Some(received) = &sample.received {
                page.cut(&[(Tone::Faint, &format!("              {received}"))]);
            }
        }
    }
}

pub(super) fn slo(page: &mut Page, record: &LoadRecord) {
    if record.slo.is_empty() {
        return;
    }
    page.gap();
    let width = record.slo.iter().map(|slo| slo.metric.len()).max().unwrap_or(0);
    for slo in &record.slo {
        let (mark, tone) = if slo.holds { ("✓", Tone::Good) } else { ("✗", Tone::Bad) };
        let said =
            format!("{}  {:<12} {}", padded(&slo.metric, width), slo.threshold, slo.reached_in_words());
        page.line(&[(tone, &format!("  {mark} ")), (Tone::Plain, &said)]);
    }
}

fn generator(page: &mut Page, record: &LoadRecord) {
    let g = &record.generator;
    let late = &record.total.lateness;
    page.gap();
    let said = format!(
        "  generator: {} worker{}, {:.0} % of a core at most, turns {} late at p50, {} at p99, {} at most (budget {})",
        g.workers,
        if g.workers == 1 { "" } else { "s" },
        g.busiest * 100.0,
        time_in_words(late.p50_us),
        time_in_words(late.p99_us),
        time_in_words(late.max_us),
        time_in_words(g.lateness_budget_us),
    );
    page.line(&[(Tone::Faint, &said)]);
}

fn verdict(page: &mut Page, record: &LoadRecord) {
    page.gap();
    if let Some(reason) = &record.ended_early {
        page.line(&[(Tone::Warn, &format!("! ended early: {reason}"))]);
    }
    let (mark, tone, word) = outcome(record);
    let beside = record.void.is_some() && record.outcome() != LoadOutcome::Void;
    let reason = match (&record.void, &record.could_not_run) {
        (Some(void), _) if !beside => format!(": {void}"),
        (_, Some(why)) => format!(": {why}"),
        _ => String::new(),
    };
    breaches(page, record);
    if let (true, Some(void)) = (beside, &record.void) {
        page.line(&[(Tone::Warn, "! void besides"), (Tone::Plain, &format!(": {void}"))]);
    }
    page.line(&[(tone, &format!("{mark} {word}")), (Tone::Plain, &reason)]);
}

/// What does not hold, each with one finding.
fn breaches(page: &mut Page, record: &LoadRecord) {
    for breach in record.breaches.iter().filter(|breach| breach.invariant != "ended") {
        page.line(&[(Tone::Bad, "  ✗ "), (Tone::Plain, &breach.told)]);
        if let Some(example) = &breach.example {
            page.cut(&[(Tone::Faint, &format!("      {}", example_of(example)))]);
        }
    }
}

/// A finding in one line.
pub(super) fn example_of(sample: &Sample) -> String {
    let received = sample.received.as_ref().map_or_else(String::new, |received| format!(": {received}"));
    format!("{}{received}", sample.message)
}

/// The mark of a run, its colour, and the words that say it without either.
pub(super) fn outcome(record: &LoadRecord) -> (&'static str, Tone, &'static str) {
    match record.outcome() {
        LoadOutcome::Unreachable => ("!", Tone::Bad, "the target is gone"),
        LoadOutcome::Void => ("!", Tone::Bad, "void"),
        LoadOutcome::Passed => ("✓", Tone::Good, "passed"),
        LoadOutcome::CutShort => ("!", Tone::Warn, "cut short, and fine until then"),
        LoadOutcome::CouldNotRun => ("!", Tone::Warn, "could not run"),
        LoadOutcome::Failed => ("✗", Tone::Bad, "failed"),
    }
}

pub(super) fn shown(latency: &Latency, us: u64) -> String {
    if latency.count == 0 { "–".to_owned() } else { time_in_words(us) }
}
