//! Why a load run failed stands in every report, one line for each thing that does not hold.

use report::{html, junit, load_text, summary, tap};
use results::record::breach::LoadOutcome;
use results::record::load::{LoadRecord, SloRecord};
use results::record::{Report, Verdict};

use super::{PLAIN, load, sample};

/// The server has lost something, and the generator was late.
fn void_besides() -> LoadRecord {
    let unmeasured = SloRecord {
        metric: "connect.p99".to_owned(),
        threshold: "< 1s".to_owned(),
        reached: None,
        holds: false,
    };
    let mut record = LoadRecord { void: Some("turns were late".to_owned()), ..load::record() };
    record.slo.push(unmeasured);
    record.breaches.push(load::breach("connect.p99", "connect.p99 < 1s: not measured", false, None));
    record
}

fn all(record: &LoadRecord, verdict: Verdict) -> [(&'static str, String); 5] {
    let report = Report { loads: vec![record.clone()], cases: Vec::new(), verdict, ..sample::report() };
    [
        ("text", load_text::render(record, &PLAIN)),
        ("html", html::render(&report)),
        ("summary", summary::render(&report)),
        ("junit", junit::render(&report)),
        ("tap", tap::render(&report)),
    ]
}

#[test]
fn what_the_server_did_fails_a_void_run_and_both_stand_in_every_report() {
    let record = void_besides();
    assert_eq!(record.outcome(), LoadOutcome::Failed);
    for (name, text) in all(&record, Verdict::Failed) {
        for said in [
            "lost 2 of 2000 deliveries",
            "message 7 of room 3, sent by user 5, did not reach user 6",
            "delivery.p99 is 1.5 ms, not",
            "not measured",
            "turns were late",
        ] {
            assert!(text.contains(said), "{name} lacks `{said}`:\n{text}");
        }
    }
    let text = load_text::render(&record, &PLAIN);
    assert_eq!(text.lines().last(), Some("✗ failed"));
    assert!(text.contains("! void besides: turns were late"), "{text}");
    assert!(
        junit::render(&Report { loads: vec![record], cases: Vec::new(), ..sample::report() })
            .contains("<failure")
    );
}

#[test]
fn what_was_not_measured_has_no_tick_in_any_report() {
    for (name, text) in all(&void_besides(), Verdict::Failed) {
        let lines = text.split(['\n', '>']).filter(|line| line.contains("connect.p99"));
        assert!(lines.clone().count() > 0, "{name}");
        assert!(lines.clone().all(|line| !line.contains('✓')), "{name}: {:?}", lines.collect::<Vec<_>>());
    }
    let html = html::render(&Report { loads: vec![void_besides()], cases: Vec::new(), ..sample::report() });
    let row = html.split("<tr>").find(|row| row.contains(">connect.p99<")).unwrap();
    assert!(row.contains("✗ not measured") && !row.contains('✓'), "{row}");
}

#[test]
fn a_run_in_which_nothing_was_observed_is_neither_passed_nor_failed() {
    let why = "nothing observed: a room could not be made".to_owned();
    let record = LoadRecord { could_not_run: Some(why), dialect: "crm".to_owned(), ..LoadRecord::default() };
    for (name, text) in all(&record, Verdict::CouldNotRun) {
        assert!(text.contains("nothing observed: a room could not be made"), "{name}:\n{text}");
        assert!(!text.contains("✓ Nothing lost") && !text.contains("✓ passed"), "{name}:\n{text}");
    }
    let text = load_text::render(&record, &PLAIN);
    assert!(text.ends_with("! could not run: nothing observed: a room could not be made\n"), "{text}");
}
