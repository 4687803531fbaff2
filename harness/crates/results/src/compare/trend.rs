//! Many runs, one after the other: which verdict each came to, which causes came and went, and whether the numbers of the last
//! lie outside of what the earlier ones show. Pure.

use std::collections::BTreeMap;

use super::gate::{Metric, SHOWN};
use super::loads::setting;
use super::ranks;
use crate::record::cause::Cause;
use crate::record::load::LoadRecord;
use crate::record::{Outcome, Report};

/// Runs in the order in which they began.
#[derive(Debug, Clone, Default)]
pub struct Trend {
    /// Each with its name, the earliest first.
    pub runs: Vec<(String, Report)>,
    /// Each cause that shows in one of them: those of the last run first, then those that were seen last.
    pub causes: Vec<CauseTrend>,
    /// Each scenario that the last of its runs ran as load.
    pub loads: Vec<LoadTrend>,
}

/// A cause over all runs.
#[derive(Debug, Clone)]
pub struct CauseTrend {
    /// Its key.
    pub key: String,
    /// What is wrong.
    pub title: String,
    /// What is known of it in each run.
    pub seen: Vec<Sight>,
}

/// What a run says of a cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// It shows.
    Shows,
    /// It shows, and the target says so.
    Expected,
    /// It does not, though what it showed in was judged.
    Absent,
    /// Nothing in which it ever showed was judged.
    NotJudged,
}

/// How a cause has come to be what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// It shows in the last run for the first time.
    New,
    /// It shows, has shown before, and was gone between.
    Back,
    /// It shows, and did in every run that judged it.
    Steady,
    /// It showed, and does not any more.
    Gone,
    /// It showed, and the last run has judged nothing that it showed in.
    Unknown,
}

impl CauseTrend {
    /// How it has come to be what it is.
    #[must_use]
    pub fn course(&self) -> Course {
        let shows = |sight: &Sight| matches!(sight, Sight::Shows | Sight::Expected);
        let Some((last, earlier)) = self.seen.split_last() else { return Course::Unknown };
        let judged: Vec<&Sight> = earlier.iter().filter(|sight| **sight != Sight::NotJudged).collect();
        match last {
            Sight::NotJudged => Course::Unknown,
            Sight::Absent => Course::Gone,
            _ if !judged.iter().any(|sight| shows(sight)) => Course::New,
            _ if judged.iter().all(|sight| shows(sight)) => Course::Steady,
            _ if judged.last().is_some_and(|sight| shows(sight)) => Course::Steady,
            _ => Course::Back,
        }
    }
}

/// The numbers of one load over all runs that ran it as the last one did.
#[derive(Debug, Clone)]
pub struct LoadTrend {
    /// `crm/thousand-rooms`
    pub name: String,
    /// How many runs count: they proved something, and were asked for the same.
    pub runs: usize,
    /// How many do not: void, cut short, or asked for another load.
    pub left_out: usize,
    /// Each number.
    pub numbers: Vec<NumberTrend>,
}

/// A number over those runs.
#[derive(Debug, Clone)]
pub struct NumberTrend {
    /// Which.
    pub metric: Metric,
    /// The last one.
    pub last: f64,
    /// The smallest, the median and the largest of the earlier ones; none where there are none.
    pub earlier: Option<(f64, f64, f64)>,
    /// How many earlier ones there are.
    pub count: usize,
}

/// Where the last of several numbers lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// On the worse side of all earlier ones.
    Worse,
    /// On the better side of all earlier ones.
    Better,
    /// Among them.
    Among,
    /// There are too few to say.
    TooFew,
}

/// Of so many equal runs and one more, that one is the extreme on one side once in as many: with fewer, that is no news.
const ENOUGH: usize = 9;

impl NumberTrend {
    /// Where the last one lies.
    #[must_use]
    pub fn place(&self) -> Place {
        let Some((low, _, high)) = self.earlier.filter(|_| self.count >= ENOUGH) else {
            return Place::TooFew;
        };
        let (above, below) = if self.metric.grows_worse() {
            (Place::Worse, Place::Better)
        } else {
            (Place::Better, Place::Worse)
        };
        if self.last > high {
            above
        } else if self.last < low {
            below
        } else {
            Place::Among
        }
    }
}

/// Puts runs in order and follows what they say.
#[must_use]
pub fn trend(mut runs: Vec<(String, Report)>) -> Trend {
    runs.sort_by(|(_, one), (_, other)| one.started.cmp(&other.started));
    let causes = causes(&runs);
    let loads = loads(&runs);
    Trend { runs, causes, loads }
}

fn causes(runs: &[(String, Report)]) -> Vec<CauseTrend> {
    let mut known: BTreeMap<&str, Vec<&Cause>> = BTreeMap::new();
    for cause in runs.iter().flat_map(|(_, report)| &report.causes) {
        known.entry(&cause.key).or_default().push(cause);
    }
    let mut all: Vec<CauseTrend> = known
        .into_iter()
        .map(|(key, seen)| CauseTrend {
            key: key.to_owned(),
            title: seen.last().map(|cause| cause.title.clone()).unwrap_or_default(),
            seen: runs.iter().map(|(_, report)| sight(report, key, &seen)).collect(),
        })
        .collect();
    // What shows now comes first, then what was seen last.
    let last_seen = |cause: &CauseTrend| {
        cause
            .seen
            .iter()
            .rposition(|sight| matches!(sight, Sight::Shows | Sight::Expected))
            .unwrap_or_default()
    };
    all.sort_by_key(|cause| std::cmp::Reverse(last_seen(cause)));
    all
}

fn sight(report: &Report, key: &str, elsewhere: &[&Cause]) -> Sight {
    if let Some(cause) = report.causes.iter().find(|cause| cause.keys().any(|known| known == key)) {
        return if cause.expected.is_some() { Sight::Expected } else { Sight::Shows };
    }
    let judged = |id: &String| {
        let case = report.cases.iter().find(|case| case.id == *id);
        case.is_some_and(|case| !matches!(case.outcome, Outcome::CouldNotRun | Outcome::NotSupported))
    };
    let loaded = |name: &String| report.loads.iter().any(|load| load.name() == *name && counts(load));
    let shown_in =
        elsewhere.iter().any(|cause| cause.cases.iter().any(judged) || cause.loads.iter().any(loaded));
    if shown_in { Sight::Absent } else { Sight::NotJudged }
}

/// Whether its numbers prove something.
fn counts(load: &LoadRecord) -> bool {
    load.void.is_none() && load.ended_early.is_none() && load.could_not_run.is_none()
}

fn loads(runs: &[(String, Report)]) -> Vec<LoadTrend> {
    let mut by_name: BTreeMap<String, Vec<&LoadRecord>> = BTreeMap::new();
    for load in runs.iter().flat_map(|(_, report)| &report.loads) {
        by_name.entry(load.name()).or_default().push(load);
    }
    let of_name = |(name, all): (String, Vec<&LoadRecord>)| {
        let counted = all.iter().copied().filter(|load| counts(load));
        let asked = setting(counted.clone().next_back()?);
        let same: Vec<&LoadRecord> = counted.filter(|load| setting(load) == asked).collect();
        let numbers = SHOWN.iter().filter_map(|metric| number(*metric, &same)).collect();
        Some(LoadTrend { name, runs: same.len(), left_out: all.len() - same.len(), numbers })
    };
    by_name.into_iter().filter_map(of_name).collect()
}

fn number(metric: Metric, loads: &[&LoadRecord]) -> Option<NumberTrend> {
    let (last, earlier) = loads.split_last()?;
    let last = metric.of(last, None)?;
    let mut earlier: Vec<f64> = earlier.iter().filter_map(|load| metric.of(load, None)).collect();
    earlier.sort_by(f64::total_cmp);
    let ends = earlier.first().copied().zip(earlier.last().copied());
    let spread = ends.map(|(low, high)| (low, ranks::median(&earlier), high));
    Some(NumberTrend { metric, last, earlier: spread, count: earlier.len() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(last: f64, count: usize, metric: Metric) -> NumberTrend {
        NumberTrend { metric, last, earlier: Some((10.0, 11.0, 12.0)), count }
    }

    #[test]
    fn outside_of_nine_is_news_and_outside_of_eight_is_none() {
        let time = Metric::Time { time: "delivery", percentile: "p99" };
        assert_eq!(number(13.0, 9, time).place(), Place::Worse);
        assert_eq!(number(13.0, 8, time).place(), Place::TooFew);
        assert_eq!(number(12.0, 9, time).place(), Place::Among);
        assert_eq!(number(13.0, 9, Metric::Throughput).place(), Place::Better);
        assert_eq!(number(9.0, 9, Metric::Throughput).place(), Place::Worse);
    }

    #[test]
    fn a_cause_has_a_course() {
        use Sight::{Absent, Expected, NotJudged, Shows};
        for (seen, course) in [
            (vec![Absent, Shows], Course::New),
            (vec![NotJudged, Shows], Course::New),
            (vec![Shows, Absent, Shows], Course::Back),
            (vec![Absent, Shows, NotJudged, Expected], Course::Steady),
            (vec![Shows, Absent], Course::Gone),
            (vec![Shows, NotJudged], Course::Unknown),
        ] {
            let cause = CauseTrend { key: String::new(), title: String::new(), seen: seen.clone() };
            assert_eq!(cause.course(), course, "{seen:?}");
        }
    }
}
