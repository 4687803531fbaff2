//! A made-up load run: ten seconds, two phases, two deliveries lost.

use hdrhistogram::Histogram;
use hdrhistogram::serialization::{Serializer, V2DeflateSerializer};
use results::record::breach::Breach;
use results::record::load::{
    Asked, Generator, Latency, Ledger, LoadRecord, Outage, PhaseRecord, Sample, Second, SloRecord, Timings,
};

/// A thousand times from 0.2 ms on, the slowest of 2 ms.
fn latency() -> Latency {
    let mut histogram = Histogram::<u32>::new(3).unwrap();
    (0..1000_u64).for_each(|index| histogram.record(200 + index * index * 1_800 / 998_001).unwrap());
    let mut bytes = Vec::new();
    V2DeflateSerializer::new().serialize(&histogram, &mut bytes).unwrap();
    Latency {
        count: 1000,
        min_us: 200,
        mean_us: 800.0,
        p50_us: 650,
        p90_us: 1_200,
        p95_us: 1_300,
        p99_us: 1_500,
        p999_us: 1_900,
        p9999_us: 2_000,
        max_us: 2_000,
        histogram: data_encoding::BASE64.encode(&bytes),
    }
}

fn phase(name: &str, began_ms: u64) -> PhaseRecord {
    PhaseRecord {
        name: name.to_owned(),
        began_ms,
        lasted_ms: 5_000,
        warm_up: false,
        due: 500,
        sent: 500,
        asked_per_s: Some(100.0),
        sent_per_s: 100.0,
        delivered_per_s: 199.6,
        timings: Timings { delivery: latency(), ..Timings::default() },
    }
}

fn second(at_s: u64) -> Second {
    Second {
        at_s,
        phase: usize::from(at_s > 4),
        connected: 30,
        sent: 100,
        answered: 100,
        delivered: 200,
        p50_us: 650,
        p99_us: 1_500,
        max_us: 2_000,
        within_us: [(724, 150), (1_448, 40), (2_048, 10)].into(),
        ..Second::default()
    }
}

fn lost() -> Sample {
    Sample {
        kind: "lost".to_owned(),
        at_ms: 1_200,
        message: "message 7 of room 3, sent by user 5, did not reach user 6".to_owned(),
        received: None,
        differences: Vec::new(),
    }
}

pub(crate) fn breach(invariant: &str, told: &str, certain: bool, example: Option<Sample>) -> Breach {
    Breach { invariant: invariant.to_owned(), told: told.to_owned(), certain, example }
}

pub(crate) fn record() -> LoadRecord {
    LoadRecord {
        scenario: "rooms-full".to_owned(),
        title: "rooms, and nothing lost".to_owned(),
        dialect: "crm".to_owned(),
        passed: false,
        void: None,
        breaches: vec![
            breach("lost", "lost 2 of 2000 deliveries", true, Some(lost())),
            breach("delivery.p99", "delivery.p99 is 1.5 ms, not < 1ms", false, None),
        ],
        could_not_run: None,
        ended_early: None,
        unreachable: false,
        cut_short: false,
        outages: vec![Outage {
            began_ms: 1_200,
            recovery_ms: Some(900),
            sessions: 3,
            unanswered: 1,
            excused: 2,
        }],
        check_percent: 100.0,
        asked: Asked::new(vec![3; 10], 30, 1),
        phases: vec![phase("plateau", 0), phase("churn", 5_000)],
        total: Timings { delivery: latency(), ack: latency(), lateness: latency(), ..Timings::default() },
        goose: Vec::new(),
        ledger: Ledger {
            sent: 1_000,
            expected: 2_000,
            received: 1_998,
            lost: 2,
            answered: 1_000,
            ..Ledger::default()
        },
        instances: None,
        heard: Vec::new(),
        samples: vec![lost()],
        seconds: (0..10).map(second).collect(),
        slo: vec![SloRecord {
            metric: "delivery.p99".to_owned(),
            threshold: "< 1ms".to_owned(),
            reached: Some(0.0015),
            holds: false,
        }],
        generator: Generator { workers: 1, lateness_budget_us: 5_000, ..Generator::default() },
        remarks: Vec::new(),
    }
}
