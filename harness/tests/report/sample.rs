//! A made-up run with one case of every kind.

use language::level::Level;
use results::causes;
use results::record::{
    CaseRecord, ClauseCoverage, ClauseRef, Coverage, Direction, Finding, FormUse, FrameRecord, Kind, Outcome,
    Party, Report, Totals, Verdict,
};
use serde_json::{Value, json};

use super::parts::{
    DOCUMENT, clause, entry, frames, message, new_message, step, transcript, undocumented, wrong_sender,
};

/// Everything that can become of a case.
pub(crate) fn report() -> Report {
    let mut cases: Vec<CaseRecord> = matrix();
    cases.push(failing_matrix());
    cases
        .push(CaseRecord { findings: vec![undocumented("bo")], ..case("crm", "one-order", Outcome::Passed) });
    cases.push(failing());
    cases.extend([late(), fixed(), broken_set_up()]);
    cases.push(CaseRecord {
        reason: Some("`crm` has no reacted".to_owned()),
        ..case("crm", "reactions", Outcome::NotSupported)
    });
    cases.push(CaseRecord {
        reason: Some("`minimal` has no type".to_owned()),
        ..case("minimal", "typing", Outcome::NotSupported)
    });
    gathered(Report {
        totals: totals(&cases),
        cases,
        forms: vec![
            form("answer of join", &[("ack", 12), ("exception", 3)]),
            form("refusal of send", &[("ack", 7)]),
        ],
        coverage: vec![coverage()],
        verdict: Verdict::Failed,
        exit_status: 1,
        ..passed()
    })
}

/// With the causes of its findings.
pub(crate) fn gathered(mut report: Report) -> Report {
    let gathered = causes::gather(&report.cases, &report.loads);
    causes::name(&mut report.cases, &gathered);
    Report { causes: gathered.causes, ..report }
}

/// Nothing to complain about.
pub(crate) fn passed() -> Report {
    let cases = matrix();
    Report {
        format: 1,
        loads: Vec::new(),
        causes: Vec::new(),
        unmet: Vec::new(),
        why: None,
        baseline: None,
        harness: "0.1.0".to_owned(),
        started: "2026-01-01T10:00:00Z".to_owned(),
        duration_ms: 1_840,
        target: "embedded reference server".to_owned(),
        client: None,
        seed: 42,
        timescale: 1.0,
        patience: 1.0,
        level: Level::Must,
        verdict: Verdict::Passed,
        exit_status: 0,
        totals: totals(&cases),
        cases,
        coverage: Vec::new(),
        forms: Vec::new(),
    }
}

fn totals(cases: &[CaseRecord]) -> Totals {
    let count = |outcome| cases.iter().filter(|case| case.outcome == outcome).count();
    Totals {
        passed: count(Outcome::Passed),
        failed: count(Outcome::Failed),
        failed_as_expected: count(Outcome::FailedAsExpected),
        passed_unexpectedly: count(Outcome::PassedUnexpectedly),
        could_not_run: count(Outcome::CouldNotRun),
        not_supported: count(Outcome::NotSupported),
    }
}

fn form(thing: &str, seen: &[(&str, u64)]) -> FormUse {
    let seen = seen.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
    FormUse { dialect: "crm".to_owned(), thing: thing.to_owned(), seen }
}

fn case(dialect: &str, scenario: &str, outcome: Outcome) -> CaseRecord {
    CaseRecord {
        scenario: scenario.to_owned(),
        title: match scenario {
            "auth-failures" => "nobody acts without a valid credential",
            "unauthorized-join" => "a stranger cannot join, hear or speak",
            "typing" => "a burst of keystrokes is heard once, and ends by itself",
            "one-order" => "everyone hears one order",
            other => other,
        }
        .to_owned(),
        file: format!("scenarios/{scenario}.yaml"),
        outcome,
        duration_ms: 41,
        ..CaseRecord::new(format!("{dialect}/{scenario}"), dialect.to_owned(), Level::Must)
    }
}

fn matrix() -> Vec<CaseRecord> {
    let bad = ["none", "garbage", "expired", "wrong_signature", "alg_none"];
    let places = ["auth.token", "header.authorization", "query.token"];
    let pairs = bad
        .iter()
        .flat_map(|bad| places.iter().map(move |place| format!("crm/auth-failures[{bad},{place}]")));
    pairs.map(|id| CaseRecord { id, ..case("crm", "auth-failures", Outcome::Passed) }).collect()
}

/// One case of a matrix that otherwise passes.
fn failing_matrix() -> CaseRecord {
    let finding = Finding {
        kind: Kind::Missing,
        clause: Some(clause(
            "x1",
            "Security Considerations 1, JWT Validation",
            "every event needs a valid token",
        )),
        actor: Some("bo/thief".to_owned()),
        message: "bo/thief did not receive the refusal of joinChat within 2000 ms".to_owned(),
        subject: "the ack of joinChat".to_owned(),
        during: "join refused as unauthenticated".to_owned(),
        party: Some(Party::Sender),
        expected: Some(json!({"success": false, "message": "<str>", "...": "<any>"})),
        received: None,
        differences: Vec::new(),
        ..wrong_sender()
    };
    CaseRecord {
        id: "crm/auth-failures[wrong_algorithm,query.token]".to_owned(),
        steps: vec![
            step(0, "set-up: rooms are made, actors connect"),
            step(8, "bo/thief: {join: lobby, refused: unauthenticated}"),
        ],
        findings: vec![Finding { step: 1, ..finding }],
        transcript: vec![
            entry(0, 800, "ana", Direction::Out, "connect", json!({"token": "<token>"})),
            entry(0, 1_650, "ana", Direction::In, "the connection", Value::Null),
            entry(0, 1_700, "bo/thief", Direction::Out, "connect", json!({"token": "<token>"})),
            entry(0, 2_420, "bo/thief", Direction::In, "the connection", Value::Null),
            entry(1, 2_600, "bo/thief", Direction::Out, "joinChat", json!({"chatId": "<room:lobby>"})),
        ],
        ..case("crm", "auth-failures", Outcome::Failed)
    }
}

/// A wrong field, an ack that does not come, and a leak.
pub(crate) fn failing() -> CaseRecord {
    let missing = Finding {
        kind: Kind::Missing,
        clause: Some(clause("c4", "Client to Server 4, sendMessage", "the stored message is answered")),
        actor: Some("ana".to_owned()),
        message: "ana did not receive the ack of sendMessage within 2000 ms".to_owned(),
        subject: "the ack of sendMessage".to_owned(),
        party: Some(Party::Sender),
        expected: Some(json!({"success": true, "data": {"id": "<message:1>", "chatId": 1, "...": "<any>"}})),
        received: None,
        differences: Vec::new(),
        ..wrong_sender()
    };
    let leak = Finding {
        kind: Kind::Leak,
        actor: Some("mallory".to_owned()),
        message: "mallory received newMessage: it tells of a room that this user is not in".to_owned(),
        party: Some(Party::Stranger),
        expected: None,
        received: Some(message(7, "a secret", false)),
        differences: Vec::new(),
        ..wrong_sender()
    };
    CaseRecord {
        steps: vec![
            step(0, "set-up: rooms are made, actors connect"),
            step(7, "ana, bo: join"),
            step(8, "mallory: {join: lobby, refused: stranger}"),
            step(9, "ana: {send: a secret}"),
            step(10, "mallory: hears nothing"),
            step(0, "the end: nobody has heard anything else"),
        ],
        findings: vec![wrong_sender(), undocumented("bo"), leak, missing],
        transcript: transcript(),
        frames: frames(),
        clauses: vec!["s1".to_owned(), "c4".to_owned()],
        ..case("crm", "unauthorized-join", Outcome::Failed)
    }
}

/// It fails, and the target says so.
fn late() -> CaseRecord {
    CaseRecord {
        reason: Some("expected until 2026-12-31: https://example.org/issues/12".to_owned()),
        findings: vec![Finding { step: 0, ..wrong_sender() }],
        steps: vec![step(6, "ana: {type: lobby}")],
        ..case("crm", "typing", Outcome::FailedAsExpected)
    }
}

/// It passes, though the target says it fails.
fn fixed() -> CaseRecord {
    let reason = "was expected to fail (https://example.org/issues/9); take it out of `expected_failures`";
    CaseRecord {
        reason: Some(reason.to_owned()),
        ..case("crm", "second-device", Outcome::PassedUnexpectedly)
    }
}

fn broken_set_up() -> CaseRecord {
    let reason = "the room `lobby` could not be made: the answer to POST /project-chats at ana is not what was expected: `status` (status: expected 201, received 500)";
    CaseRecord { reason: Some(reason.to_owned()), ..case("crm", "presence", Outcome::CouldNotRun) }
}

/// A case with this many actors, each of whom sends and hears.
pub(crate) fn crowded(count: usize) -> CaseRecord {
    let names = ["ana", "bo", "cy", "dora/phone", "eve", "finn", "gil", "hana", "ivo", "jo", "kim", "lea"];
    let transcript = names.iter().take(count).enumerate().flat_map(|(index, name)| {
        let at = 1_000 * index as u64;
        [
            entry(0, at, name, Direction::Out, "conversation:join", json!({"chatId": "<room:lobby>"})),
            entry(0, at + 512, name, Direction::In, "the ack of conversation:join", json!({"success": true})),
        ]
    });
    let mut lost = wrong_sender();
    lost.kind = Kind::Missing;
    lost.received = None;
    lost.actor = Some("bo".to_owned());
    lost.message = "bo did not receive newMessage within 2000 ms".to_owned();
    CaseRecord {
        steps: vec![step(3, "all: join")],
        findings: vec![Finding { step: 0, ..lost }],
        transcript: transcript.collect(),
        ..case("crm", "crowd", Outcome::Failed)
    }
}

/// A step of a hundred entries, of which the one in the middle is wrong.
pub(crate) fn busy() -> CaseRecord {
    let ping = |index: u64| entry(0, 1_000 * index, "bo", Direction::Out, "ping", Value::Null);
    let mut transcript: Vec<_> = (0..100).map(ping).collect();
    transcript[50] = entry(0, 50_000, "bo", Direction::In, "newMessage", message(8, "a secret", true));
    let findings = vec![Finding { step: 0, ..wrong_sender() }];
    CaseRecord {
        steps: vec![step(3, "bo: ping")],
        findings,
        transcript,
        ..case("crm", "busy", Outcome::Failed)
    }
}

/// A server that sends what would steer a terminal or break XML.
pub(crate) fn hostile() -> Report {
    let evil = "\u{1b}]0;owned\u{7}\u{9b}2J\u{ffff}\u{0}<b>&]]>";
    let mut case = failing();
    case.title = evil.to_owned();
    case.findings[0].message = format!("bo received {evil}: no document mentions such an event");
    case.findings[0].received = Some(json!({evil: evil}));
    case.transcript.push(entry(3, 14_000, "bo", Direction::In, evil, json!(evil)));
    case.frames.push(FrameRecord {
        at_us: 14_000,
        actor: evil.to_owned(),
        direction: Direction::In,
        text: evil.to_owned(),
    });
    let refused = CaseRecord { reason: Some(evil.to_owned()), ..broken_set_up() };
    let lacking = CaseRecord { reason: Some(evil.to_owned()), ..late() };
    gathered(Report { cases: vec![case, refused, lacking], target: evil.to_owned(), ..report() })
}

fn coverage() -> Coverage {
    let entry = |clause: ClauseRef, level, cases: &[&str]| ClauseCoverage {
        clause,
        level,
        cases: cases.iter().map(|case| (*case).to_owned()).collect(),
    };
    Coverage {
        dialect: "crm".to_owned(),
        document: DOCUMENT.to_owned(),
        percent: 200.0 / 3.0,
        clauses: vec![
            entry(
                new_message(),
                Level::Must,
                &["crm/unauthorized-join", "crm/one-order", "crm/second-device"],
            ),
            entry(
                clause("x1", "Security Considerations 1, JWT Validation", "every event needs a valid token"),
                Level::Must,
                &["crm/auth-failures[none,auth.token]"],
            ),
            entry(
                clause("x5", "Security Considerations 5, Rate Limiting", "too many sends are limited"),
                Level::May,
                &[],
            ),
        ],
    }
}
