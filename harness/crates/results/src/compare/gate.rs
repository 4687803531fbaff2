//! What a gate allows: `p99=10%`, `plateau/ack.p99=20%`, `throughput=5%`.

use std::str::FromStr;

use crate::record::load::{Latency, LoadRecord, PhaseRecord, Timings};

/// How much worse a number may get.
#[derive(Debug, Clone, PartialEq)]
pub struct Allowed {
    /// The phase; none for the whole run.
    pub phase: Option<String>,
    /// The number.
    pub metric: Metric,
    /// In percent of its earlier value.
    pub percent: f64,
}

/// A number of a load run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// Deliveries a second; less is worse.
    Throughput,
    /// Turns a second; less is worse.
    Turns,
    /// A percentile of a time, in microseconds; more is worse.
    Time {
        /// Which time.
        time: &'static str,
        /// Which percentile.
        percentile: &'static str,
    },
}

const TIMES: [&str; 6] = ["connect", "ack", "service", "first", "delivery", "complete"];
const PERCENTILES: [&str; 8] = ["mean", "p50", "p90", "p95", "p99", "p99.9", "p99.99", "max"];
/// The time that is meant where only a percentile is named.
const USUAL: &str = "delivery";

/// What is shown of each phase and of the whole run, whether or not a gate says anything of it.
pub(super) const SHOWN: [Metric; 7] = [
    Metric::Throughput,
    Metric::Time { time: "delivery", percentile: "p50" },
    Metric::Time { time: "delivery", percentile: "p99" },
    Metric::Time { time: "ack", percentile: "p50" },
    Metric::Time { time: "ack", percentile: "p99" },
    Metric::Time { time: "connect", percentile: "p99" },
    Metric::Time { time: "complete", percentile: "p99" },
];

impl Metric {
    /// Its name.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Throughput => "throughput".to_owned(),
            Self::Turns => "turns".to_owned(),
            Self::Time { time, percentile } => format!("{time}.{percentile}"),
        }
    }

    /// Whether more of it is worse.
    pub(super) fn grows_worse(self) -> bool {
        matches!(self, Self::Time { .. })
    }

    /// Its value in a phase, or in the whole run; none where nothing was measured.
    pub(super) fn of(self, record: &LoadRecord, phase: Option<&str>) -> Option<f64> {
        let phases: Vec<&PhaseRecord> = match phase {
            Some(name) => vec![record.phases.iter().find(|known| known.name == name)?],
            None => record.phases.iter().filter(|phase| !phase.warm_up && phase.sent > 0).collect(),
        };
        let lasted = phases.iter().map(|phase| phase.lasted_ms as f64 / 1000.0).sum::<f64>();
        let rate = |of: fn(&PhaseRecord) -> f64| {
            let all: f64 = phases.iter().map(|phase| of(phase) * phase.lasted_ms as f64 / 1000.0).sum();
            (all > 0.0 && lasted > 0.0).then(|| all / lasted)
        };
        match self {
            Self::Throughput => rate(|phase| phase.delivered_per_s),
            Self::Turns => rate(|phase| phase.sent_per_s),
            Self::Time { time, percentile } => {
                let timings =
                    phase.map_or(Some(&record.total), |_| phases.first().map(|phase| &phase.timings))?;
                let latency = latency(timings, time);
                (latency.count > 0).then(|| value(latency, percentile))
            }
        }
    }
}

fn latency<'t>(timings: &'t Timings, time: &str) -> &'t Latency {
    match time {
        "connect" => &timings.connect,
        "ack" => &timings.ack,
        "service" => &timings.service,
        "first" => &timings.first,
        "delivery" => &timings.delivery,
        _ => &timings.complete,
    }
}

fn value(latency: &Latency, percentile: &str) -> f64 {
    let us = match percentile {
        "mean" => return latency.mean_us,
        "p50" => latency.p50_us,
        "p90" => latency.p90_us,
        "p95" => latency.p95_us,
        "p99" => latency.p99_us,
        "p99.9" => latency.p999_us,
        "p99.99" => latency.p9999_us,
        _ => latency.max_us,
    };
    us as f64
}

/// Why a text is no gate.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NoGate {
    /// No load run has such a number.
    #[error(
        "`{0}` is no number of a load run: throughput, turns, or one of {percentiles} of one of {times}, such as p99 or ack.p99",
        percentiles = PERCENTILES.join(", "),
        times = TIMES.join(", ")
    )]
    Metric(String),
    /// It is written in another way.
    #[error("`{0}` is not METRIC=PERCENT, such as p99=10%")]
    Shape(String),
    /// So much cannot be allowed.
    #[error("{0} % is not from 0 % to 1000 %")]
    Percent(f64),
}

impl FromStr for Metric {
    type Err = NoGate;

    fn from_str(text: &str) -> Result<Self, NoGate> {
        let (time, percentile) = match text {
            "throughput" => return Ok(Self::Throughput),
            "turns" => return Ok(Self::Turns),
            _ => match text.split_once('.') {
                Some((time, percentile)) if TIMES.contains(&time) => (time, percentile),
                _ => (USUAL, text),
            },
        };
        let time = TIMES.into_iter().find(|known| *known == time);
        let percentile = PERCENTILES.into_iter().find(|known| *known == percentile);
        match (time, percentile) {
            (Some(time), Some(percentile)) => Ok(Self::Time { time, percentile }),
            _ => Err(NoGate::Metric(text.to_owned())),
        }
    }
}

impl FromStr for Allowed {
    type Err = NoGate;

    fn from_str(text: &str) -> Result<Self, NoGate> {
        let shape = || NoGate::Shape(text.to_owned());
        let (name, percent) = text.split_once('=').ok_or_else(shape)?;
        let percent: f64 = percent.trim().trim_end_matches('%').trim().parse().map_err(|_| shape())?;
        if !(0.0..=1000.0).contains(&percent) {
            return Err(NoGate::Percent(percent));
        }
        let (phase, metric) = match name.trim().rsplit_once('/') {
            Some((phase, metric)) => (Some(phase.to_owned()), metric),
            None => (None, name.trim()),
        };
        Ok(Self { phase, metric: metric.parse()?, percent })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_is_written_as_one_says_it() {
        let parse = |text: &str| text.parse::<Allowed>();
        let p99 = Metric::Time { time: "delivery", percentile: "p99" };
        assert_eq!(parse("p99=10%"), Ok(Allowed { phase: None, metric: p99, percent: 10.0 }));
        assert_eq!(parse("throughput=5").map(|it| it.metric), Ok(Metric::Throughput));
        let ack = Metric::Time { time: "ack", percentile: "p99.9" };
        let plateau = Some("plateau".to_owned());
        assert_eq!(
            parse("plateau/ack.p99.9 = 2.5 %"),
            Ok(Allowed { phase: plateau, metric: ack, percent: 2.5 })
        );
        for wrong in ["p99", "p98=1%", "p99=ten", "p99=-1%", "lateness.p99=1%", "=5%"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
