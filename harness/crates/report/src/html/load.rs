//! A load run: whether its numbers count at all, the thresholds, what was asked and reached, the times, the seconds, and
//! where every delivery went.

use maud::{Markup, html};

use super::words::{self, count, said};
use super::{charts, ledger};
use results::record::breach::LoadOutcome;
use results::record::breach::time_in_words;
use results::record::load::{
    Generator, GooseRecord, HeardRecord, Instances, Latency, LoadRecord, Outage, PhaseRecord, Second,
    SloRecord,
};

/// The section of one of them; `index` is its place in the report.
pub(super) fn section(index: usize, load: &LoadRecord) -> Markup {
    let id = words::load_anchor(load);
    let at = format!("/loads/{index}");
    html! {
        section.load id=(id) aria-label={ "Load: " (said(&load.scenario)) } {
            h2 { (said(&load.dialect)) "/" (said(&load.scenario)) }
            p.lead { (said(&load.title)) }
            (standing(load))
            p {
                (count(load.asked.rooms as u64, &format!("{at}/asked/rooms"))) " rooms of "
                (count(load.asked.members_min as u64, &format!("{at}/asked/members_min")))
                @if load.asked.members_min < load.asked.members_max {
                    " to " (count(load.asked.members_max as u64, &format!("{at}/asked/members_max")))
                    " (median " (count(load.asked.members_median as u64, &format!("{at}/asked/members_median"))) ")"
                } ", "
                (count(load.asked.sockets as u64, &format!("{at}/asked/sockets"))) " sockets"
                @if load.asked.rooms_per_user > 1 { ", each user in " (load.asked.rooms_per_user) " rooms" }
            }
            @for remark in &load.remarks { p.remark { span.warn { "! " } (said(remark)) } }
            (slo(&at, &load.slo))
            (generator(&at, load))
            @match &load.instances {
                Some(known) => {
                    (instances(&at, known, &load.phases))
                    (heard(&at, load))
                }
                None => { (ledger::section(index, &at, load)) (heard(&at, load)) (phases(&at, &load.phases)) },
            }
            (outages(&at, &load.outages))
            (times(&at, load))
            (goose(&load.goose))
            (charts::over_time(load))
            (seconds(&at, &load.seconds))
        }
    }
}

/// Void first and loud, then what ended it, then whether it passed.
fn standing(load: &LoadRecord) -> Markup {
    let outcome = load.outcome();
    html! {
        @if let Some(reason) = &load.void {
            div.banner.bad role="note" {
                p {
                    strong { "! Void: these numbers prove nothing." } " " (said(reason))
                    @if outcome == LoadOutcome::Failed { " What the server did wrong, stands all the same." }
                }
            }
        }
        @if let Some(reason) = &load.could_not_run {
            div.banner.warn role="note" { p { strong { "! Could not run." } " " (said(reason)) } }
        }
        @if let Some(reason) = &load.ended_early {
            div.banner.warn role="note" { p { strong { "! Ended early." } " " (said(reason)) } }
        }
        @if load.unreachable {
            div.banner.bad role="note" {
                p { strong { "! The target is gone." } " What was measured until then is below." }
            }
        }
        @match outcome {
            LoadOutcome::Passed => p { span.badge.good { span aria-hidden="true" { "✓" } " passed" } },
            LoadOutcome::CutShort => {
                p { span.badge.warn { span aria-hidden="true" { "!" } " cut short, and fine until then" } }
            },
            LoadOutcome::Failed => p { span.badge.bad { span aria-hidden="true" { "✗" } " failed" } },
            LoadOutcome::Void | LoadOutcome::CouldNotRun | LoadOutcome::Unreachable => {},
        }
        (ledger::breaches(load))
    }
}

/// When the server has ended sessions, and how long it took until they were back.
fn outages(at: &str, outages: &[Outage]) -> Markup {
    html! {
        @if !outages.is_empty() {
            h3 { "When the server ended sessions" }
            ul.ledger {
                @for (index, outage) in outages.iter().enumerate() {
                    li {
                        "at " (format!("{:.1} s", outage.began_ms as f64 / 1000.0)) ", "
                        (count(outage.sessions, &format!("{at}/outages/{index}/sessions"))) " sessions; "
                        @if let Some(ms) = outage.recovery_ms {
                            "all were back in their rooms after " strong { (time_in_words(ms * 1000)) }
                        } @else { span.bad { "✗ not all came back" } }
                        "; meanwhile " (outage.unanswered) " turns without an answer or without anybody to take them, "
                        (outage.excused) " deliveries that may have come or not"
                    }
                }
            }
        }
    }
}

fn slo(at: &str, slo: &[SloRecord]) -> Markup {
    if slo.is_empty() {
        return html! {};
    }
    html! {
        h3 { "Thresholds" }
        div.scroll tabindex="0" role="region" aria-label="Thresholds" {
            table {
                caption.visually-hidden { "Thresholds and what was reached" }
                thead { tr {
                    th scope="col" { "Metric" } th.number scope="col" { "Asked" }
                    th.number scope="col" { "Reached" } th scope="col" { "Holds" }
                } }
                tbody {
                    @for (index, one) in slo.iter().enumerate() {
                        tr {
                            th scope="row" { (said(&one.metric)) }
                            td.number { (said(&one.threshold)) }
                            td.number { (reached(&format!("{at}/slo/{index}/reached"), one)) }
                            td {
                                @if one.holds { span.good { "✓ holds" } }
                                @else if one.reached.is_none() { span.bad { "✗ not measured" } }
                                @else { span.bad { "✗ does not hold" } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn reached(place: &str, slo: &SloRecord) -> Markup {
    html! {
        @match slo.reached {
            None => "not measured",
            Some(value) if slo.is_time() => span data-of=(place) data-unit="s" { (time_in_words((value * 1e6) as u64)) },
            Some(value) => span data-of=(place) { (format!("{value:.0}")) },
        }
    }
}

/// Whether the generator was in time: a number of a late one proves nothing.
fn generator(at: &str, load: &LoadRecord) -> Markup {
    let Generator { workers, busiest, waited_for_core_ms, never_sent, backlog, lateness_budget_us, .. } =
        &load.generator;
    let late = &load.total.lateness;
    let place = format!("{at}/total/lateness");
    let kept = load.void.is_none();
    html! {
        h3 { "The generator itself" }
        p {
            @if kept { span.good { "✓ It kept its schedule." } }
            @else { span.bad { "✗ It did not keep its schedule." } }
            @if load.instances.is_some() { " Instances began " } @else { " Turns were " }
            (words::time(late.p50_us, late.count > 0, &format!("{place}/p50_us"))) " late at p50, "
            (words::time(late.p99_us, late.count > 0, &format!("{place}/p99_us"))) " at p99 and "
            (words::time(late.max_us, late.count > 0, &format!("{place}/max_us"))) " at most; "
            @if *lateness_budget_us > 0 {
                "more than "
                (words::time(*lateness_budget_us, true, &format!("{at}/generator/lateness_budget_us")))
                " at p99 would void the run."
            }
        }
        // Of whole scenarios the generator keeps no such books.
        @if load.instances.is_none() {
            p.faint {
                (words::many(*workers, "worker", "workers")) ", " (format!("{:.0}", busiest * 100.0)) " % of a core at most, "
                (count(*waited_for_core_ms, &format!("{at}/generator/waited_for_core_ms"))) " ms without a core though ready, "
                "at most " (count(*backlog, &format!("{at}/generator/backlog"))) " turns overdue at one time, "
                (count(*never_sent, &format!("{at}/generator/never_sent"))) " never taken."
            }
        }
    }
}

fn instances(at: &str, known: &Instances, phases: &[PhaseRecord]) -> Markup {
    html! {
        h3 { "Whole scenarios" }
        p {
            "Each was judged as it would be alone: "
            span.good { (count(known.passed, &format!("{at}/instances/passed"))) " passed" } ", "
            span.bad[known.failed > 0] { (count(known.failed, &format!("{at}/instances/failed"))) " failed" } ", "
            span.warn[known.could_not_run > 0] {
                (count(known.could_not_run, &format!("{at}/instances/could_not_run"))) " could not be run"
            } "."
        }
        @if let Some(phase) = phases.first() {
            p {
                (count(phase.due, &format!("{at}/phases/0/due"))) " were to begin"
                @if let Some(rate) = phase.asked_per_s { ", " (words::rate(rate, &format!("{at}/phases/0/asked_per_s"))) " a second" }
                "."
            }
        }
    }
}

/// What the steps of whole scenarios expect, each by its name; else deliveries by the nodes of sender and hearer.
fn heard(at: &str, load: &LoadRecord) -> Markup {
    let heard: &[HeardRecord] = &load.heard;
    if heard.is_empty() {
        return html! {};
    }
    let title = if load.instances.is_some() { "What their steps expect" } else { "Deliveries by node" };
    html! {
        h3 { (title) }
        div.scroll tabindex="0" role="region" aria-label=(title) {
            table.numbers {
                caption.visually-hidden { "How often each was due and came, and how long it took" }
                thead { tr {
                    th scope="col" { "Expected" } th scope="col" { "Due" } th scope="col" { "Came" }
                    th scope="col" { "p50" } th scope="col" { "p99" } th scope="col" { "max" }
                } }
                tbody { @for (index, one) in heard.iter().enumerate() {
                    @let at = format!("{at}/heard/{index}");
                    @let measured = one.took.count > 0;
                    tr {
                        th scope="row" { (said(&one.name)) }
                        td { (count(one.due, &format!("{at}/due"))) }
                        td.bad[one.came < one.due] { (count(one.came, &format!("{at}/came"))) }
                        td { (words::time(one.took.p50_us, measured, &format!("{at}/took/p50_us"))) }
                        td { (words::time(one.took.p99_us, measured, &format!("{at}/took/p99_us"))) }
                        td { (words::time(one.took.max_us, measured, &format!("{at}/took/max_us"))) }
                    }
                } }
            }
        }
    }
}

fn phases(at: &str, phases: &[PhaseRecord]) -> Markup {
    html! {
        h3 { "Phases" }
        div.scroll tabindex="0" role="region" aria-label="Phases" {
            table.numbers {
                caption.visually-hidden { "What each phase asked for and reached" }
                thead { tr {
                    th scope="col" { "Phase" } th scope="col" { "Lasted" }
                    th scope="col" { "Turns due" } th scope="col" { "taken" }
                    th scope="col" { "Asked / s" } th scope="col" { "Reached / s" } th scope="col" { "Delivered / s" }
                    th scope="col" { "Delivery p50" } th scope="col" { "p99" } th scope="col" { "max" }
                } }
                tbody { @for (index, phase) in phases.iter().enumerate() { (phase_row(&format!("{at}/phases/{index}"), phase)) } }
            }
        }
    }
}

fn phase_row(at: &str, phase: &PhaseRecord) -> Markup {
    let delivery = &phase.timings.delivery;
    let measured = delivery.count > 0;
    let place = |name: &str| format!("{at}/timings/delivery/{name}");
    html! {
        tr {
            th scope="row" { (said(&phase.name)) @if phase.warm_up { " " span.faint { "warm-up" } } }
            td { (format!("{:.1} s", phase.lasted_ms as f64 / 1000.0)) }
            td { (count(phase.due, &format!("{at}/due"))) }
            td { (count(phase.sent, &format!("{at}/sent"))) }
            td { @match phase.asked_per_s { Some(rate) => (words::rate(rate, &format!("{at}/asked_per_s"))), None => "–" } }
            td { (words::rate(phase.sent_per_s, &format!("{at}/sent_per_s"))) }
            td { (words::rate(phase.delivered_per_s, &format!("{at}/delivered_per_s"))) }
            td { (words::time(delivery.p50_us, measured, &place("p50_us"))) }
            td { (words::time(delivery.p99_us, measured, &place("p99_us"))) }
            td { (words::time(delivery.max_us, measured, &place("max_us"))) }
        }
    }
}

/// The times that were measured, each with its name in the record and in words.
pub(super) fn named(load: &LoadRecord) -> Vec<(&'static str, &'static str, &Latency)> {
    let timings = &load.total;
    let whole = load.instances.is_some();
    let all = [
        ("connect", "connect, until in the namespace", &timings.connect),
        ("ack", "answer", &timings.ack),
        ("service", "answer, counted from the sending", &timings.service),
        ("first", "first member hears it", &timings.first),
        ("delivery", "each member hears it", &timings.delivery),
        ("complete", if whole { "the whole scenario" } else { "last member hears it" }, &timings.complete),
        ("lateness", if whole { "began too late by" } else { "turns sent too late by" }, &timings.lateness),
    ];
    all.into_iter().filter(|(.., latency)| latency.count > 0).collect()
}

fn times(at: &str, load: &LoadRecord) -> Markup {
    let known = named(load);
    if known.is_empty() {
        return html! {};
    }
    html! {
        h3 { "Times" }
        p { "Counted from the moment the schedule says, over all phases but those of warming up." }
        div.scroll tabindex="0" role="region" aria-label="Times" {
            table.numbers {
                caption.visually-hidden { "Times and their percentiles" }
                thead { tr {
                    th scope="col" { "Time" } th scope="col" { "Count" } th scope="col" { "p50" } th scope="col" { "p90" }
                    th scope="col" { "p99" } th scope="col" { "p99.9" } th scope="col" { "p99.99" } th scope="col" { "max" }
                } }
                tbody {
                    @for (name, words_of, latency) in known {
                        @let place = |of: &str| format!("{at}/total/{name}/{of}");
                        tr {
                            th scope="row" { (words_of) }
                            td { (count(latency.count, &place("count"))) }
                            td { (words::time(latency.p50_us, true, &place("p50_us"))) }
                            td { (words::time(latency.p90_us, true, &place("p90_us"))) }
                            td { (words::time(latency.p99_us, true, &place("p99_us"))) }
                            td { (words::time(latency.p999_us, true, &place("p999_us"))) }
                            td { (words::time(latency.p9999_us, true, &place("p9999_us"))) }
                            td { (words::time(latency.max_us, true, &place("max_us"))) }
                        }
                    }
                }
            }
        }
        (charts::by_percentile(load))
    }
}

fn goose(all: &[GooseRecord]) -> Markup {
    if all.is_empty() {
        return html! {};
    }
    html! {
        h3 { "What goose has measured" }
        p { "Service times of a closed loop: a server that makes its users wait is asked less, and looks better." }
        div.scroll tabindex="0" role="region" aria-label="goose" {
            table.numbers {
                caption.visually-hidden { "Requests as goose has measured them" }
                thead { tr {
                    th scope="col" { "Phase" } th scope="col" { "Request" } th scope="col" { "Users" }
                    th scope="col" { "Requests" } th scope="col" { "Failed" }
                    th scope="col" { "p50" } th scope="col" { "p99" } th scope="col" { "max" }
                } }
                tbody {
                    @for one in all {
                        tr {
                            th scope="row" { (said(&one.phase)) } td { (said(&one.request)) } td { (one.users) }
                            td { (words::grouped(one.requests)) } td { (words::grouped(one.failures)) }
                            td { (time_in_words(one.p50_us)) } td { (time_in_words(one.p99_us)) }
                            td { (time_in_words(one.max_us)) }
                        }
                    }
                }
            }
        }
    }
}

fn seconds(at: &str, seconds: &[Second]) -> Markup {
    if seconds.is_empty() {
        return html! {};
    }
    html! {
        details {
            summary { "Every second in numbers" }
            div.scroll tabindex="0" role="region" aria-label="Every second" {
                table.numbers {
                    caption.visually-hidden { "Every second of the run" }
                    thead { tr {
                        th scope="col" { "s" } th scope="col" { "Connected" } th scope="col" { "Turns" }
                        th scope="col" { "Answers" } th scope="col" { "Deliveries" } th scope="col" { "Errors" }
                        th scope="col" { "p50" } th scope="col" { "p99" } th scope="col" { "max" }
                    } }
                    tbody {
                        @for (index, second) in seconds.iter().enumerate() { (second_row(&format!("{at}/seconds/{index}"), second)) }
                    }
                }
            }
        }
    }
}

fn second_row(at: &str, second: &Second) -> Markup {
    let measured = second.delivered > 0;
    let place = |name: &str| format!("{at}/{name}");
    html! {
        tr {
            th scope="row" { (second.at_s) }
            td { (count(second.connected, &place("connected"))) }
            td { (count(second.sent, &place("sent"))) }
            td { (count(second.answered, &place("answered"))) }
            td { (count(second.delivered, &place("delivered"))) }
            td.bad[second.errors > 0] { (count(second.errors, &place("errors"))) }
            td { (words::time(second.p50_us, measured, &place("p50_us"))) }
            td { (words::time(second.p99_us, measured, &place("p99_us"))) }
            td { (words::time(second.max_us, measured, &place("max_us"))) }
        }
    }
}
