//! A load run that never was: everything that its report can say.

use results::record::Difference;
use results::record::load::{
    Asked, Generator, GooseRecord, Latency, Ledger, LoadRecord, Notices, Outage, PhaseRecord, Sample,
    SloRecord, Timings,
};

use super::load::breach;

fn latency(count: u64, p50_us: u64) -> Latency {
    Latency {
        count,
        p50_us,
        p90_us: 2 * p50_us,
        p95_us: 3 * p50_us,
        p99_us: 5 * p50_us,
        p999_us: 9 * p50_us,
        max_us: 20 * p50_us,
        ..Latency::default()
    }
}

fn timings(turns: u64) -> Timings {
    Timings {
        connect: latency(6, 900),
        ack: latency(turns, 400),
        service: latency(turns, 350),
        first: latency(turns, 500),
        delivery: latency(3 * turns, 600),
        complete: latency(turns, 700),
        lateness: latency(turns, 40),
    }
}

fn phase(name: &str, rate: Option<f64>, turns: u64, warm_up: bool) -> PhaseRecord {
    PhaseRecord {
        name: name.to_owned(),
        began_ms: 0,
        lasted_ms: 10_000,
        warm_up,
        due: turns,
        sent: turns,
        asked_per_s: rate,
        sent_per_s: turns as f64 / 10.0,
        delivered_per_s: 3.0 * turns as f64 / 10.0,
        timings: if turns > 0 { timings(turns) } else { Timings::default() },
    }
}

/// A run without a blemish.
pub(crate) fn sound() -> LoadRecord {
    LoadRecord {
        scenario: "thousand-rooms".to_owned(),
        title: "thousands of rooms at once".to_owned(),
        dialect: "crm".to_owned(),
        passed: true,
        void: None,
        breaches: Vec::new(),
        could_not_run: None,
        ended_early: None,
        cut_short: false,
        unreachable: false,
        asked: Asked::new(vec![3; 2000], 6000, 1),
        check_percent: 100.0,
        phases: vec![phase("ramp", None, 0, false), phase("plateau", Some(2000.0), 20_000, false)],
        total: timings(20_000),
        goose: Vec::new(),
        ledger: Ledger {
            sent: 20_000,
            expected: 60_000,
            received: 60_000,
            compared: 60_000,
            answered: 20_000,
            connected: 6000,
            looked_up: 200,
            ..Ledger::default()
        },
        instances: None,
        heard: Vec::new(),
        samples: Vec::new(),
        seconds: Vec::new(),
        outages: Vec::new(),
        slo: vec![SloRecord {
            metric: "delivery.p99".to_owned(),
            threshold: "< 100ms".to_owned(),
            reached: Some(0.003),
            holds: true,
        }],
        generator: Generator { workers: 1, busiest: 0.42, lateness_budget_us: 5000, ..Generator::default() },
        remarks: Vec::new(),
    }
}

/// A run in which everything went wrong that can.
pub(crate) fn troubled() -> LoadRecord {
    let slo = |metric: &str, threshold: &str, reached: Option<f64>| SloRecord {
        metric: metric.to_owned(),
        threshold: threshold.to_owned(),
        reached,
        holds: false,
    };
    LoadRecord {
        passed: false,
        ended_early: Some("abort_when: lost is no longer < 10".to_owned()),
        asked: Asked::new([vec![2; 80], vec![20; 15], vec![90; 5]].concat(), 182, 5),
        check_percent: 10.0,
        phases: vec![phase("settle", Some(100.0), 1000, true), phase("spike", Some(400.0), 4000, false)],
        goose: vec![GooseRecord {
            phase: "closed".to_owned(),
            request: "POST /chat-messages".to_owned(),
            users: 6,
            requests: 900,
            failures: 2,
            p50_us: 700,
            p90_us: 900,
            p95_us: 1100,
            p99_us: 2500,
            max_us: 30_000,
            ..GooseRecord::default()
        }],
        ledger: troubles(),
        samples: samples(),
        breaches: vec![
            breach("leaked", "leaked 4 events: heard by a stranger to the room", true, None),
            breach("lost", "lost 12 of 12000 deliveries (allowed: 0)", true, samples().first().cloned()),
            breach("wrong", "wrong 5 events: not what the contract says", true, samples().pop()),
            breach("delivery.p99", "delivery.p99 is 250 ms, not < 100ms", false, None),
            breach("connect.p99", "connect.p99 < 1s: not measured", false, None),
            breach("ended", "ended early: abort_when: lost is no longer < 10", false, None),
        ],
        outages: vec![
            Outage { began_ms: 4_200, recovery_ms: Some(2_345), sessions: 182, unanswered: 93, excused: 12 },
            Outage { began_ms: 9_900, sessions: 3, ..Outage::default() },
        ],
        slo: vec![
            slo("delivery.p99", "< 100ms", Some(0.25)),
            slo("lost", "0", Some(12.0)),
            slo("connect.p99", "< 1s", None),
        ],
        remarks: vec!["users.csv (8 rows) serves 182 users: they take its rows in turn".to_owned()],
        ..sound()
    }
}

fn troubles() -> Ledger {
    let notices = Notices {
        expected: 300,
        received: 290,
        lost: 10,
        duplicated: 1,
        leaked: 2,
        coalesced: 40,
        unsure: 3,
        excused: 4,
    };
    Ledger {
        sent: 4000,
        expected: 12_000,
        received: 11_988,
        compared: 1200,
        lost: 12,
        late: 1,
        duplicated: 2,
        reordered: 3,
        overtaken: 1,
        leaked: 4,
        wrong: 5,
        undocumented: 6,
        excused: 7,
        answered: 3900,
        unanswered: 93,
        refused: 7,
        joined: 364,
        not_joined: 0,
        stayed: 182,
        connected: 364,
        connect_errors: 8,
        disconnected: 185,
        looked_up: 100,
        not_in_history: 9,
        other_events: 500,
        set_aside: 600,
        replaced: 70,
        notices,
    }
}

fn samples() -> Vec<Sample> {
    let lost = |number: u32| Sample {
        kind: "lost".to_owned(),
        at_ms: 1234,
        message: format!("message {number} of room 7 (id 8), sent by user 9, did not reach user 10"),
        received: None,
        differences: Vec::new(),
    };
    let wrong = Sample {
        kind: "wrong".to_owned(),
        at_ms: 56_789,
        message: "user 10 received newMessage is not what was expected".to_owned(),
        received: Some("[\"newMessage\",{\"chatId\":8}]".to_owned()),
        differences: vec![Difference {
            path: "$.timestamp".to_owned(),
            expected: "<iso8601>".to_owned(),
            received: "nothing".to_owned(),
            undocumented: false,
            forbidden: false,
        }],
    };
    (1..=5).map(lost).chain([wrong]).collect()
}
