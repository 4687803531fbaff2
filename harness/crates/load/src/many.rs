//! What a scenario that ran many times at once leaves behind, in the shape of a load run.

use std::time::Duration;

use super::STOPPED;
use super::breaches::broken;
use super::judge::slo;
use super::tally::{PhaseTally, Tally, Times};
use conformance::{Many, Often};
use language::load::Threshold;
use model::plan::CasePlan;
use results::record::breach::Breach;
use results::record::load::{Asked, Generator, HeardRecord, Instances, LoadRecord, PhaseRecord};

/// What a scenario that ran many times at once leaves behind, in the same shape.
#[must_use]
pub fn record_of_many(
    plan: &CasePlan,
    often: Often,
    many: &Many,
    lateness_budget: Duration,
    thresholds: &[Threshold],
) -> LoadRecord {
    let mut whole = Tally::new(1);
    let heard = account(many, &mut whole);
    let tally = &mut whole.phases[0];
    (tally.began, tally.ended) = (0, many.lasted.as_nanos() as u64);
    (tally.due, tally.sent) = (many.due, many.late.len() as u64);
    many.late.iter().for_each(|late| tally.lateness.record(*late));
    many.took.iter().for_each(|took| tally.complete.record(*took));
    let phase = phase(often, many, tally);
    let late = tally.lateness.percentile(99.0).unwrap_or_default();
    let budget = lateness_budget.as_micros() as u64;
    let void = (late > budget).then(|| void(late, budget, often));
    let total = tally.timings();
    let slo = slo(thresholds, &whole, None);
    let mut breaches = breaches(many);
    breaches.extend(slo.iter().filter(|slo| !slo.holds).map(broken));
    let could_not_run = if breaches.is_empty() { could_not_run(many) } else { None };
    let fine = void.is_none() && !many.unreachable && breaches.is_empty() && could_not_run.is_none();
    let members: usize = plan.scenario.rooms.values().map(Vec::len).sum();
    LoadRecord {
        scenario: plan.scenario.id.clone(),
        title: plan.scenario.title.clone(),
        dialect: plan.contract.dialect.clone(),
        passed: fine && !many.stopped,
        cut_short: fine && many.stopped,
        void,
        breaches,
        could_not_run,
        ended_early: match many.unreachable {
            true => Some("the target was out of reach, or did not stay".to_owned()),
            false => many.stopped.then(|| STOPPED.to_owned()),
        },
        unreachable: many.unreachable,
        asked: Asked::new(vec![members; often.at_once], often.at_once * members, 1),
        check_percent: 100.0,
        phases: vec![phase],
        total,
        ledger: whole.ledger,
        heard,
        slo,
        instances: Some(Instances {
            passed: many.passed,
            failed: many.failed,
            could_not_run: many.could_not_run,
        }),
        generator: Generator { workers: 1, lateness_budget_us: budget, ..Generator::default() },
        ..LoadRecord::default()
    }
}

/// All of it as one phase.
fn phase(often: Often, many: &Many, tally: &PhaseTally) -> PhaseRecord {
    PhaseRecord {
        name: "instances".to_owned(),
        began_ms: 0,
        lasted_ms: many.lasted.as_millis() as u64,
        warm_up: false,
        due: many.due,
        sent: tally.sent,
        asked_per_s: Some(often.rate),
        sent_per_s: tally.sent as f64 / often.lasts.as_secs_f64().max(many.lasted.as_secs_f64()),
        delivered_per_s: tally.delivered as f64 / many.lasted.as_secs_f64().max(1e-9),
        timings: tally.timings(),
    }
}

/// Why a run proves nothing whose instances began late.
fn void(late: u64, budget: u64, often: Often) -> String {
    format!(
        "1 % of the instances began more than {:.1} ms after their time (allowed are {:.1} ms): more than {} would have had to \
         run at once, or this machine is too slow for the rate",
        late as f64 / 1000.0,
        budget as f64 / 1000.0,
        often.at_once
    )
}

/// What steps expected, entered in the ledger and by name.
fn account(many: &Many, whole: &mut Tally) -> Vec<HeardRecord> {
    let mut heard = Vec::new();
    for (name, accounted) in &many.accounts {
        let (came, mut took) = (accounted.took.len() as u64, Times::new());
        for one in &accounted.took {
            took.record(*one);
            if accounted.answer {
                whole.phases[0].ack.record(*one);
            } else {
                whole.delivered(0, *one);
            }
        }
        let ledger = &mut whole.ledger;
        if accounted.answer {
            ledger.answered += came;
            ledger.unanswered += accounted.due - came;
        } else {
            ledger.expected += accounted.due;
            ledger.compared += came;
            ledger.lost += accounted.due - came;
        }
        heard.push(HeardRecord { name: name.clone(), due: accounted.due, came, took: took.latency() });
    }
    heard
}

/// What is not fine among the instances; which they are stands among the cases of the report.
fn breaches(many: &Many) -> Vec<Breach> {
    let all = many.passed + many.failed + many.could_not_run;
    let told = format!("{} of {all} instances failed", many.failed);
    let failed = Breach { invariant: "instances".to_owned(), told, certain: true, example: None };
    if many.failed > 0 { vec![failed] } else { Vec::new() }
}

fn could_not_run(many: &Many) -> Option<String> {
    let all = many.passed + many.could_not_run;
    match many.could_not_run {
        0 => (all == 0).then(|| "nothing observed: no instance came to its end".to_owned()),
        some => Some(format!("{some} of {all} instances could not be run")),
    }
}
