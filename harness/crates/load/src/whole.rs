//! All workers of a run together, and what that comes to.

use super::STOPPED;
use super::breaches::{Judged, breaches, nothing_observed};
use super::judge::{slo, stalls, total};
use super::outage;
use super::shared::Shared;
use super::tally::{PhaseTally, Tally};
use super::worker::Done;
use language::load::Load;
use language::phase::{Paced, Phase};
use language::script::{Invariant, Scenario};
use results::record::load::{Asked, Generator, HeardRecord, LoadRecord, PhaseRecord};

/// What all workers have left behind.
pub(super) struct Whole {
    pub(super) tally: Tally,
    generator: Generator,
    ended_early: Option<String>,
    outages: Vec<outage::Span>,
    /// What this machine has no more of.
    lack: Option<&'static str>,
}

impl Whole {
    pub(super) fn new(phases: usize) -> Self {
        Self {
            tally: Tally::new(phases),
            generator: Generator::default(),
            ended_early: None,
            outages: Vec::new(),
            lack: None,
        }
    }

    pub(super) fn add(&mut self, done: Done) {
        let generator = &mut self.generator;
        generator.workers += 1;
        generator.cpu_ms += done.cpu.as_millis() as u64;
        generator.waited_for_core_ms += done.waited.as_millis() as u64;
        generator.busiest = generator.busiest.max(done.cpu.as_secs_f64() / done.wall.as_secs_f64().max(1e-9));
        generator.never_sent += done.never_sent;
        generator.backlog = generator.backlog.max(done.backlog);
        generator.unsent_bytes = generator.unsent_bytes.max(done.unsent);
        self.lack = self.lack.or(done.lack);
        self.tally.add(done.tally);
        self.outages.extend(done.outages);
        // Where one worker broke a threshold, the others were merely stopped.
        let told = self.ended_early.take().filter(|reason| reason != STOPPED || done.ended_early.is_none());
        self.ended_early = told.or(done.ended_early);
    }

    pub(super) fn record(
        mut self,
        scenario: &Scenario,
        load: &Load,
        shared: &Shared,
        asked: Asked,
        mut remarks: Vec<String>,
    ) -> LoadRecord {
        self.generator.lateness_budget_us = load.lateness_budget.as_micros() as u64;
        let counted = total(&self.tally, Some(load));
        let void = self.void(load, &counted);
        let slo = slo(&load.slo, &self.tally, Some(load));
        let stopped = self.ended_early.as_deref() == Some(STOPPED);
        let judged = Judged {
            load,
            level: shared.level,
            ledger: &self.tally.ledger,
            samples: &self.tally.samples,
            slo: &slo,
            due: self.tally.phases.iter().map(|phase| phase.due.max(phase.sent)).sum(),
            sockets: asked.sockets as u64,
            ended_early: self.ended_early.as_deref().filter(|_| !stopped),
            stopped,
            sender_order: scenario.invariants.contains(&Invariant::SenderOrder),
        };
        let breaches = breaches(&judged);
        let could_not_run = if breaches.is_empty() { nothing_observed(&judged) } else { None };
        let fine = void.is_none() && breaches.is_empty() && could_not_run.is_none();
        self.tally.seconds.sort_by_key(|second| second.at_s);
        remarks.extend(stalls(&self.tally.seconds));
        LoadRecord {
            scenario: scenario.id.clone(),
            title: scenario.title.clone(),
            dialect: shared.contract.dialect.clone(),
            passed: fine && self.ended_early.is_none(),
            cut_short: fine && stopped,
            void,
            breaches,
            could_not_run,
            ended_early: self.ended_early,
            unreachable: false,
            asked,
            check_percent: load.check * 100.0,
            phases: load
                .phases
                .iter()
                .zip(&self.tally.phases)
                .filter(|(_, tally)| tally.began != u64::MAX)
                .map(|(phase, tally)| phase_record(phase, tally))
                .collect(),
            total: counted.timings(),
            goose: Vec::new(),
            heard: by_node(shared, &self.tally),
            ledger: self.tally.ledger,
            instances: None,
            samples: std::mem::take(&mut self.tally.samples),
            seconds: std::mem::take(&mut self.tally.seconds),
            outages: outage::merged(self.outages),
            slo,
            generator: self.generator,
            remarks,
        }
    }

    /// Why the run proves nothing.
    fn void(&self, load: &Load, counted: &PhaseTally) -> Option<String> {
        if let Some(lack) = self.lack {
            return Some(lack.to_owned());
        }
        let late = counted.lateness.percentile(99.0).unwrap_or_default();
        let budget = load.lateness_budget.as_micros() as u64;
        let generator = &self.generator;
        if generator.never_sent > 0 {
            return Some(format!(
                "the generator fell behind its schedule: {} turns were due and never taken; ask for less, or give it more workers",
                generator.never_sent
            ));
        }
        (late > budget).then(|| {
            let busy = (generator.busiest * 100.0).round();
            format!(
                "the generator itself was late: 1 % of its turns came more than {:.1} ms after their time (allowed are {:.1} ms); \
                 its busiest worker used {busy} % of a core and waited {} ms for one",
                late as f64 / 1000.0,
                budget as f64 / 1000.0,
                generator.waited_for_core_ms
            )
        })
    }
}

/// Deliveries from one node to another beside the others, where there are several.
fn by_node(shared: &Shared, tally: &Tally) -> Vec<HeardRecord> {
    if shared.nodes.len() < 2 {
        return Vec::new();
    }
    let names = ["sender and hearer on one node", "sender and hearer on two nodes"];
    tally.nodes.iter().zip(names).map(|(node, name)| node.record(name)).collect()
}

fn phase_record(phase: &Phase, tally: &PhaseTally) -> PhaseRecord {
    let nanos = tally.ended.saturating_sub(tally.began).max(1);
    let seconds = nanos as f64 / 1e9;
    PhaseRecord {
        name: phase.name.clone(),
        began_ms: tally.began / 1_000_000,
        lasted_ms: nanos / 1_000_000,
        warm_up: phase.warm_up,
        due: tally.due.max(tally.sent),
        sent: tally.sent,
        asked_per_s: phase.rate(Paced::Turn).map(|rate| f64::midpoint(rate.from, rate.to)),
        sent_per_s: tally.sent as f64 / seconds,
        delivered_per_s: tally.delivered as f64 / seconds,
        timings: tally.timings(),
    }
}
