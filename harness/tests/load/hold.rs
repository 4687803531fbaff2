//! Sessions that connect, join and stay, and say nothing: load without a flow.

use std::time::Duration;

use conformance::{Venue as _, Wanted};
use harness::embedded::Embedded;
use report::{TextOptions, load_text};
use results::record::breach::LoadOutcome;

use super::{against, options, proxy};

const HOLD: &str = "
  rooms: {count: 6, members: 2}
  phases:
    - {name: ramp, connect: 200/s}
    - {name: hold, for: 1s}
  slo: {disconnected: 0, connect.errors: 0}
  drain: 200ms
";

fn shown(record: &results::record::load::LoadRecord) -> String {
    load_text::render(record, &TextOptions { width: 110, ..TextOptions::default() })
}

#[tokio::test(flavor = "multi_thread")]
async fn all_connect_join_and_stay_in_every_dialect() {
    for dialect in ["crm", "gateway", "minimal", "minimal-open", "whatsapp"] {
        let mut embedded = Embedded::new(1.0).under_load();
        embedded.options.rate_limit = None;
        let arena = embedded.open(dialect, Wanted::All).await.unwrap();
        let record = against(HOLD, dialect, &arena, &options()).await.unwrap();
        let text = shown(&record);
        assert!(record.passed, "{dialect}: {text} {:?}", record.samples);
        let said =
            "held 12 of 12 sessions to the end; 12 of 12 members let into their rooms; no turn was asked for";
        assert!(text.contains(said) && !text.contains("0 of 0 deliveries"), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_thrown_out_fails_it() {
    let mut arena = Embedded::new(1.0).under_load().open("crm", Wanted::All).await.unwrap();
    let proxy = proxy::Proxy::start(arena.base.clone()).await;
    arena.base.clone_from(&proxy.base);
    // They come back, which does not undo it.
    let dies = proxy.die_after(Duration::from_millis(600), Some(Duration::from_millis(100)));
    let load = HOLD.replace("for: 1s}", "for: 3s, backoff: 50ms..100ms}");
    let record = against(&load, "crm", &arena, &options()).await.unwrap();
    dies.await.unwrap();
    assert_eq!(record.outcome(), LoadOutcome::Failed);
    let text = shown(&record);
    assert!(text.contains("✗ disconnected 12 sessions (allowed: 0)"), "{text}");
}
