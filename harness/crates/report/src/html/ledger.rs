//! Where every delivery of a load run went, and what went wrong, with room and message.

use maud::{Markup, html};

use super::words::{count, hash, said};
use crate::load_text::LOOKED_AT;
use results::record::ledger::{COUNTERS, Counter, Wrong};
use results::record::load::{LoadRecord, Sample};

/// Findings of one kind that are shown.
const SHOWN: usize = 50;

/// What should be nought, whatever a scenario asks for.
fn wrong() -> impl Iterator<Item = (&'static Counter, &'static Wrong)> {
    let there = COUNTERS.iter().filter(|counter| !counter.is_beside(false));
    there.filter_map(|counter| Some((counter, counter.wrong()?)))
}

/// What does not hold, each with one finding.
pub(super) fn breaches(load: &LoadRecord) -> Markup {
    html! {
        @if !load.breaches.is_empty() {
            h3 { "What does not hold" }
            ul.breaches {
                @for breach in &load.breaches {
                    li {
                        span.bad { span aria-hidden="true" { "✗ " } strong { (said(&breach.told)) } }
                        @if let Some(example) = &breach.example {
                            br; span.faint { bdi { (said(&example.message)) } }
                            @if let Some(received) = &example.received { pre.received { (said(received)) } }
                        }
                    }
                }
            }
        }
    }
}

/// The counts, and the samples that they lead to.
pub(super) fn section(index: usize, at: &str, load: &LoadRecord) -> Markup {
    let ledger = &load.ledger;
    let kinds = kinds(&load.samples);
    let anchor = |kind: &str| format!("sample/{index}/{}", said(kind));
    html! {
        h3 { "Where every delivery went" }
        @if load.is_hold() {
            p {
                "No turn was asked for: " (count(ledger.stayed, &format!("{at}/ledger/stayed"))) " of "
                (count(load.asked.sockets as u64, &format!("{at}/asked/sockets"))) " sessions stayed to the end, "
                (count(ledger.joined, &format!("{at}/ledger/joined"))) " members were let into their rooms."
            }
        }
        p {
            (count(ledger.sent, &format!("{at}/ledger/sent"))) " messages sent, "
            (count(ledger.received, &format!("{at}/ledger/received"))) " deliveries received, "
            (count(ledger.compared, &format!("{at}/ledger/compared"))) " compared whole"
            @if load.check_percent < 100.0 { " (those of " (load.check_percent) " % of the messages)" } "."
            @if ledger.wrongs(|_| false).next().is_none() && ledger.received + ledger.notices.received > 0 {
                " " span.good { "✓ Nothing lost, duplicated, out of order, leaked or wrong." }
            }
        }
        p.faint { (LOOKED_AT) "." }
        ul.ledger {
            @for (counter, wrong) in wrong() {
                @let n = (counter.get)(ledger);
                li.bad[n > 0].faint[n == 0] {
                    strong { @if n > 0 { span aria-hidden="true" { "✗ " } } (count(n, &format!("{at}/ledger/{}", counter.at))) } " "
                    @if n > 0 && kinds.contains(&wrong.samples) {
                        a href=(hash(&anchor(wrong.samples))) { (counter.words) }
                    } @else { (counter.words) }
                }
            }
        }
        details {
            summary { "And beside that" }
            ul.ledger {
                @for counter in COUNTERS.iter().filter(|counter| counter.is_beside(false)) {
                    li { strong { (count((counter.get)(ledger), &format!("{at}/ledger/{}", counter.at))) } " " (counter.words) }
                }
            }
        }
        @for kind in kinds { (samples(&anchor(kind), kind, &load.samples)) }
    }
}

fn kinds(samples: &[Sample]) -> Vec<&str> {
    let mut kinds: Vec<&str> = samples.iter().map(|sample| sample.kind.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

fn samples(anchor: &str, kind: &str, all: &[Sample]) -> Markup {
    let of_kind: Vec<&Sample> = all.iter().filter(|sample| sample.kind == kind).collect();
    html! {
        section id=(anchor) tabindex="-1" aria-label={ (said(kind)) ", the first of them" } {
            h4 { (said(kind)) " " span.faint { "the first of them" } }
            ol.samples {
                @for sample in of_kind.iter().take(SHOWN) {
                    li {
                        p { span.faint { (format!("{:.1} s", sample.at_ms as f64 / 1000.0)) } " " bdi { (said(&sample.message)) } }
                        @for difference in &sample.differences {
                            p.difference {
                                code { (said(&difference.path)) } ": "
                                span.good { "expected " (said(&difference.expected)) } ", "
                                span.bad { "received " (said(&difference.received)) }
                            }
                        }
                        @if let Some(received) = &sample.received { pre.received { (said(received)) } }
                    }
                }
            }
        }
    }
}
