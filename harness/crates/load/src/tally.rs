//! What is measured, in bounded memory: a histogram for each time of each phase, counters, and a line for each second.
//! Workers have one each; they are added up at the end.

use std::collections::{BTreeMap, HashMap};

use hdrhistogram::Histogram;
use hdrhistogram::serialization::{Serializer as _, V2DeflateSerializer};
use tokio::sync::mpsc::UnboundedSender;

use language::level::Level;
use results::record::ledger::Wrong;
use results::record::load::{HeardRecord, Latency, Ledger, Sample, Second, Timings};

/// How many findings of one kind and wording are told with room and message.
const SAMPLES: usize = 5;
/// How many of one kind are looked at at all: a storm of errors must not cost the generator its schedule.
const LOOKED_AT: u32 = 500;

/// Times in microseconds, to three digits.
#[derive(Debug, Clone)]
pub(super) struct Times(Option<Histogram<u32>>);

impl Times {
    pub(super) const fn new() -> Self {
        Self(None)
    }

    /// Records a time in nanoseconds.
    pub(super) fn record(&mut self, nanos: u64) {
        if self.0.is_none() {
            self.0 = Histogram::new(3).ok();
        }
        if let Some(histogram) = &mut self.0 {
            // It grows by itself; an hour is beyond every bound of a run.
            let _recorded = histogram.record((nanos.div_ceil(1000)).min(3_600_000_000));
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        match (&mut self.0, &other.0) {
            (_, None) => {}
            (Some(mine), Some(theirs)) => drop(mine.add(theirs)),
            (mine @ None, Some(theirs)) => *mine = Some(theirs.clone()),
        }
    }

    pub(super) fn clear(&mut self) {
        if let Some(histogram) = &mut self.0 {
            histogram.reset();
        }
    }

    /// In microseconds; none where nothing was recorded.
    pub(super) fn percentile(&self, percent: f64) -> Option<u64> {
        let histogram = self.0.as_ref().filter(|histogram| !histogram.is_empty())?;
        // A percentile is never outside what was recorded.
        Some(histogram.value_at_percentile(percent).min(histogram.max()))
    }

    /// How many there are in each class of a second's distribution.
    fn classes(&self) -> BTreeMap<u64, u64> {
        let mut classes = BTreeMap::new();
        for value in self.0.iter().flat_map(Histogram::iter_recorded) {
            *classes.entry(Second::class_us(value.value_iterated_to())).or_default() +=
                value.count_since_last_iteration();
        }
        classes
    }

    pub(super) fn latency(&self) -> Latency {
        let Some(histogram) = self.0.as_ref().filter(|histogram| !histogram.is_empty()) else {
            return Latency::default();
        };
        let at = |percent| self.percentile(percent).unwrap_or_default();
        let mut bytes = Vec::new();
        // Writing to a vector cannot fail.
        let _written = V2DeflateSerializer::new().serialize(histogram, &mut bytes);
        Latency {
            count: histogram.len(),
            min_us: histogram.min(),
            mean_us: histogram.mean(),
            p50_us: at(50.0),
            p90_us: at(90.0),
            p95_us: at(95.0),
            p99_us: at(99.0),
            p999_us: at(99.9),
            p9999_us: at(99.99),
            max_us: histogram.max(),
            histogram: data_encoding::BASE64.encode(&bytes),
        }
    }
}

/// A second of one worker, for whoever watches.
#[derive(Debug)]
pub struct Moment {
    /// What happened in it.
    pub second: Second,
    /// How long its deliveries took, in microseconds; none where there were none.
    pub delivered: Option<Histogram<u32>>,
}

/// The times of a phase.
#[derive(Debug, Clone)]
pub(super) struct PhaseTally {
    pub(super) connect: Times,
    pub(super) ack: Times,
    pub(super) service: Times,
    pub(super) first: Times,
    pub(super) delivery: Times,
    pub(super) complete: Times,
    pub(super) lateness: Times,
    pub(super) due: u64,
    pub(super) sent: u64,
    pub(super) delivered: u64,
    /// When it began and ended, in nanoseconds after the run.
    pub(super) began: u64,
    pub(super) ended: u64,
}

impl PhaseTally {
    pub(super) const fn new() -> Self {
        Self {
            connect: Times::new(),
            ack: Times::new(),
            service: Times::new(),
            first: Times::new(),
            delivery: Times::new(),
            complete: Times::new(),
            lateness: Times::new(),
            due: 0,
            sent: 0,
            delivered: 0,
            began: u64::MAX,
            ended: 0,
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.connect.add(&other.connect);
        self.ack.add(&other.ack);
        self.service.add(&other.service);
        self.first.add(&other.first);
        self.delivery.add(&other.delivery);
        self.complete.add(&other.complete);
        self.lateness.add(&other.lateness);
        self.due += other.due;
        self.sent += other.sent;
        self.delivered += other.delivered;
        self.began = self.began.min(other.began);
        self.ended = self.ended.max(other.ended);
    }

    pub(super) fn timings(&self) -> Timings {
        Timings {
            connect: self.connect.latency(),
            ack: self.ack.latency(),
            service: self.service.latency(),
            first: self.first.latency(),
            delivery: self.delivery.latency(),
            complete: self.complete.latency(),
            lateness: self.lateness.latency(),
        }
    }
}

/// All that a worker measures.
#[derive(Debug)]
pub(super) struct Tally {
    pub(super) phases: Vec<PhaseTally>,
    pub(super) ledger: Ledger,
    pub(super) samples: Vec<Sample>,
    pub(super) seconds: Vec<Second>,
    looked_at: HashMap<&'static str, u32>,
    /// Deliveries within one node, and those from one to another, where there are several.
    pub(super) nodes: [NodeTally; 2],
    /// Deliveries of the second at hand.
    now: Times,
    /// The counters when the second began.
    before: (u64, u64, u64, u64),
    /// Who watches. Sending to them neither waits nor fails the run; they add up what the workers say.
    pub(super) watch: Option<UnboundedSender<Moment>>,
}

/// Deliveries of one kind.
#[derive(Debug, Default)]
pub(super) struct NodeTally {
    pub(super) lost: u64,
    pub(super) came: u64,
    times: Option<Times>,
}

impl NodeTally {
    pub(super) fn heard(&mut self, latency: u64) {
        self.came += 1;
        self.times.get_or_insert_with(Times::new).record(latency);
    }

    fn add(&mut self, other: &Self) {
        self.lost += other.lost;
        self.came += other.came;
        if let Some(times) = &other.times {
            self.times.get_or_insert_with(Times::new).add(times);
        }
    }

    /// As a report has it.
    pub(super) fn record(&self, name: &str) -> HeardRecord {
        let took = self.times.as_ref().map(Times::latency).unwrap_or_default();
        HeardRecord { name: name.to_owned(), due: self.came + self.lost, came: self.came, took }
    }
}

impl Tally {
    pub(super) fn new(phases: usize) -> Self {
        Self {
            phases: vec![PhaseTally::new(); phases],
            ledger: Ledger::default(),
            samples: Vec::new(),
            seconds: Vec::new(),
            looked_at: HashMap::new(),
            nodes: [NodeTally::default(), NodeTally::default()],
            now: Times::new(),
            before: (0, 0, 0, 0),
            watch: None,
        }
    }

    /// A delivery to one member.
    pub(super) fn delivered(&mut self, phase: u16, latency: u64) {
        self.ledger.received += 1;
        let phase = &mut self.phases[usize::from(phase)];
        phase.delivered += 1;
        phase.delivery.record(latency);
        self.now.record(latency);
    }

    /// Keeps a finding, unless there are enough like it.
    pub(super) fn sample(&mut self, kind: &'static str, make: impl FnOnce() -> Sample) {
        let looked_at = self.looked_at.entry(kind).or_default();
        *looked_at += 1;
        if *looked_at > LOOKED_AT {
            return;
        }
        let sample = make();
        let wording = |sample: &Sample| sample.message.replace(|c: char| c.is_ascii_digit(), "");
        let this = wording(&sample);
        let alike = self.samples.iter().filter(|known| known.kind == kind && wording(known) == this);
        if alike.count() < SAMPLES {
            self.samples.push(sample);
        }
    }

    fn counters(&self) -> (u64, u64, u64, u64) {
        let l = &self.ledger;
        // What the history lacks was acknowledged in another second.
        let of_now = |wrong: &Wrong| wrong.level == Level::Must && wrong.metric != "not_in_history";
        let errors = l.wrongs(|_| false).filter(|(_, wrong, _)| of_now(wrong));
        let errors = errors.map(|(.., count)| count).sum();
        (self.phases.iter().map(|phase| phase.sent).sum(), l.answered, l.received, errors)
    }

    /// Ends a second.
    pub(super) fn second(&mut self, at_s: u64, phase: usize, connected: u64) {
        let after = self.counters();
        let before = std::mem::replace(&mut self.before, after);
        let at = |percent| self.now.percentile(percent).unwrap_or_default();
        let second = Second {
            at_s,
            phase,
            connected,
            sent: after.0 - before.0,
            answered: after.1 - before.1,
            delivered: after.2 - before.2,
            errors: after.3 - before.3,
            p50_us: at(50.0),
            p99_us: at(99.0),
            max_us: at(100.0),
            within_us: self.now.classes(),
        };
        self.seconds.push(second.clone());
        if let Some(watch) = &self.watch {
            let delivered = self.now.0.clone().filter(|times| !times.is_empty());
            let _nobody = watch.send(Moment { second, delivered });
        }
        self.now.clear();
    }

    /// Adds what another worker measured. Percentiles of a second cannot be added: the higher one counts.
    pub(super) fn add(&mut self, other: Self) {
        for (mine, theirs) in self.phases.iter_mut().zip(&other.phases) {
            mine.add(theirs);
        }
        self.ledger.add(&other.ledger);
        self.nodes.iter_mut().zip(&other.nodes).for_each(|(mine, theirs)| mine.add(theirs));
        self.samples.extend(other.samples);
        for theirs in other.seconds {
            match self.seconds.iter_mut().find(|mine| mine.at_s == theirs.at_s) {
                None => self.seconds.push(theirs),
                Some(mine) => {
                    mine.connected += theirs.connected;
                    mine.sent += theirs.sent;
                    mine.answered += theirs.answered;
                    mine.delivered += theirs.delivered;
                    mine.errors += theirs.errors;
                    mine.p50_us = mine.p50_us.max(theirs.p50_us);
                    mine.p99_us = mine.p99_us.max(theirs.p99_us);
                    mine.max_us = mine.max_us.max(theirs.max_us);
                    for (class, count) in theirs.within_us {
                        *mine.within_us.entry(class).or_default() += count;
                    }
                }
            }
        }
    }
}
