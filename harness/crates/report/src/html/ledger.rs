//! Where every delivery of a load run went, and what went wrong, with room and message.

use maud::{Markup, html};

use super::words::{count, hash, said};
use crate::load_text::LOOKED_AT;
use results::record::load::{Ledger, LoadRecord, Sample};

/// Findings of one kind that are shown.
const SHOWN: usize = 50;

/// What should not be: its name in the record, in words, the kind of its samples, and how often it was.
fn wrong(ledger: &Ledger) -> [(&'static str, &'static str, &'static str, u64); 14] {
    [
        ("lost", "lost", "lost", ledger.lost),
        ("duplicated", "duplicated", "duplicated", ledger.duplicated),
        ("reordered", "out of order", "reordered", ledger.reordered),
        ("leaked", "leaked", "leaked", ledger.leaked),
        ("wrong", "not as the contract says", "wrong", ledger.wrong),
        ("not_in_history", "acknowledged, not in the history", "not in history", ledger.not_in_history),
        ("unanswered", "unanswered", "unanswered", ledger.unanswered),
        ("refused", "refused", "refused", ledger.refused),
        ("connect_errors", "not opened", "connect error", ledger.connect_errors),
        ("disconnected", "disconnected by the server", "disconnected", ledger.disconnected),
        ("undocumented", "with undocumented fields", "undocumented", ledger.undocumented),
        ("notices/lost", "typing or receipts lost", "lost", ledger.notices.lost),
        ("notices/duplicated", "typing or receipts duplicated", "duplicated", ledger.notices.duplicated),
        ("notices/leaked", "typing or receipts leaked", "leaked", ledger.notices.leaked),
    ]
}

/// The rest of it.
fn beside(ledger: &Ledger) -> [(&'static str, &'static str, u64); 18] {
    [
        ("connected", "sessions opened", ledger.connected),
        ("joined", "members let into their rooms", ledger.joined),
        ("not_joined", "joins refused or not answered", ledger.not_joined),
        ("stayed", "sessions that stayed to the end", ledger.stayed),
        ("answered", "turns answered", ledger.answered),
        ("late", "came after they were given up", ledger.late),
        ("overtaken", "came after what their sender said later", ledger.overtaken),
        ("excused", "might come or not, since their hearer came or went", ledger.excused),
        ("looked_up", "acknowledged messages looked up in the history", ledger.looked_up),
        ("other_events", "other events compared", ledger.other_events),
        ("set_aside", "events about strangers, set aside", ledger.set_aside),
        ("expected", "deliveries that had to come", ledger.expected),
        (
            "replaced",
            "turns about a message taken by another turn, since there was no new one",
            ledger.replaced,
        ),
        ("notices/expected", "typing and receipts that had to come", ledger.notices.expected),
        ("notices/received", "typing and receipts that came", ledger.notices.received),
        (
            "notices/coalesced",
            "keystrokes within the debounce of one that was told",
            ledger.notices.coalesced,
        ),
        ("notices/unsure", "turns of which nobody can say who is told", ledger.notices.unsure),
        ("notices/excused", "typing and receipts that might come or not", ledger.notices.excused),
    ]
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
            @if wrong(ledger).iter().all(|(.., n)| *n == 0) && ledger.received + ledger.notices.received > 0 {
                " " span.good { "✓ Nothing lost, duplicated, out of order, leaked or wrong." }
            }
        }
        p.faint { (LOOKED_AT) "." }
        ul.ledger {
            @for (name, words, kind, n) in wrong(ledger) {
                li.bad[n > 0].faint[n == 0] {
                    strong { @if n > 0 { span aria-hidden="true" { "✗ " } } (count(n, &format!("{at}/ledger/{name}"))) } " "
                    @if n > 0 && kinds.contains(&kind) {
                        a href=(hash(&anchor(kind))) { (words) }
                    } @else { (words) }
                }
            }
        }
        details {
            summary { "And beside that" }
            ul.ledger {
                @for (name, words, n) in beside(ledger) {
                    li { strong { (count(n, &format!("{at}/ledger/{name}"))) } " " (words) }
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
