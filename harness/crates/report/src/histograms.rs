//! The distributions of a load run as the tools of HdrHistogram read them: an interval log with every phase (`.hlog`), and
//! for each time of the whole run the text that its plotter draws (`.hgrm`, in milliseconds).

use std::fmt::Write as _;
use std::time::{Duration, UNIX_EPOCH};

use hdrhistogram::Histogram;
use hdrhistogram::serialization::interval_log::{IntervalLogWriterBuilder, Tag};
use hdrhistogram::serialization::{Deserializer, V2DeflateSerializer};

use results::record::Report;
use results::record::load::{Latency, LoadRecord, Timings};

/// How many lines stand between a percentile and half of what is left above it; what HdrHistogram itself takes.
const TICKS_PER_HALF: u32 = 5;

/// Every file: its name, and what is in it. Runs that were repeated are counted from 1.
#[must_use]
pub fn files(report: &Report) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for (index, load) in report.loads.iter().enumerate() {
        let same = |other: &&LoadRecord| (&other.scenario, &other.dialect) == (&load.scenario, &load.dialect);
        let number = report.loads[..=index].iter().filter(same).count();
        let mut name = format!("{}-{}", load.dialect, load.scenario.replace(['/', '\\'], "-"));
        if report.loads.iter().filter(same).count() > 1 {
            let _infallible = write!(name, "-{number}");
        }
        files.push((format!("{name}.hlog"), log(load, &report.started)));
        for (metric, latency) in metrics(&load.total) {
            if let Some(histogram) = decoded(latency) {
                files.push((format!("{name}.{metric}.hgrm"), percentiles(&histogram).into_bytes()));
            }
        }
    }
    files
}

/// The times and what they are called.
fn metrics(timings: &Timings) -> [(&'static str, &Latency); 7] {
    [
        ("connect", &timings.connect),
        ("ack", &timings.ack),
        ("service", &timings.service),
        ("first", &timings.first),
        ("delivery", &timings.delivery),
        ("complete", &timings.complete),
        ("lateness", &timings.lateness),
    ]
}

/// The distribution; none where nothing was measured, or where a baseline has dropped it.
pub(super) fn decoded(latency: &Latency) -> Option<Histogram<u64>> {
    let bytes = data_encoding::BASE64.decode(latency.histogram.as_bytes()).ok()?;
    Deserializer::new().deserialize(&mut bytes.as_slice()).ok()
}

/// One interval for each time of each phase, with the tag `phase.time`; the times are in microseconds, the column of the
/// greatest value in milliseconds, as everywhere in this format.
fn log(load: &LoadRecord, started: &str) -> Vec<u8> {
    let since = started.parse::<jiff::Timestamp>().map_or(0, jiff::Timestamp::as_millisecond);
    let began = UNIX_EPOCH + Duration::from_millis(u64::try_from(since).unwrap_or_default());
    let (mut bytes, mut serializer) = (Vec::new(), V2DeflateSerializer::new());
    let mut builder = IntervalLogWriterBuilder::new();
    builder
        .add_comment(&format!("{}/{}, microseconds", load.dialect, load.scenario))
        .with_start_time(began)
        .with_base_time(began)
        .with_max_value_divisor(1000.0);
    // Writing into a vector cannot fail.
    if let Ok(mut writer) = builder.begin_log_with(&mut bytes, &mut serializer) {
        for phase in &load.phases {
            let (from, lasted) =
                (Duration::from_millis(phase.began_ms), Duration::from_millis(phase.lasted_ms));
            for (metric, latency) in metrics(&phase.timings) {
                let tag = format!("{}.{metric}", phase.name.replace([',', ' ', '\r', '\n'], "_"));
                if let Some(histogram) = decoded(latency) {
                    let _infallible = writer.write_histogram(&histogram, from, lasted, Tag::new(&tag));
                }
            }
        }
    }
    bytes
}

/// The percentile distribution, in the layout that HdrHistogram prints.
fn percentiles(histogram: &Histogram<u64>) -> String {
    let ms = |us: u64| us as f64 / 1000.0;
    let mut text =
        format!("{:>12} {:>14} {:>10} {:>14}\n\n", "Value", "Percentile", "TotalCount", "1/(1-Percentile)");
    let mut below = 0;
    for step in histogram.iter_quantiles(TICKS_PER_HALF) {
        below += step.count_since_last_iteration();
        let quantile = step.quantile_iterated_to();
        let value = ms(step.value_iterated_to().min(histogram.max()));
        let _infallible = if quantile < 1.0 {
            writeln!(text, "{value:12.3} {quantile:2.12} {below:10} {:14.2}", 1.0 / (1.0 - quantile))
        } else {
            writeln!(text, "{value:12.3} {quantile:2.12} {below:10}")
        };
    }
    let _infallible = write!(
        text,
        "#[Mean    = {:12.3}, StdDeviation   = {:12.3}]\n\
         #[Max     = {:12.3}, Total count    = {:12}]\n\
         #[Buckets = {:12}, SubBuckets     = {:12}]\n",
        histogram.mean() / 1000.0,
        histogram.stdev() / 1000.0,
        ms(histogram.max()),
        histogram.len(),
        histogram.buckets(),
        2048,
    );
    text
}

#[cfg(test)]
mod tests {
    use hdrhistogram::serialization::Serializer as _;
    use hdrhistogram::serialization::interval_log::{IntervalLogIterator, LogEntry};

    use super::*;
    use results::record::load::PhaseRecord;

    fn latency(times: impl Iterator<Item = u64>) -> Latency {
        let mut histogram = Histogram::<u32>::new(3).expect("three digits are fine");
        times.for_each(|time| histogram.record(time).expect("it grows"));
        let mut bytes = Vec::new();
        V2DeflateSerializer::new().serialize(&histogram, &mut bytes).expect("a vector takes all");
        Latency { histogram: data_encoding::BASE64.encode(&bytes), ..Latency::default() }
    }

    #[test]
    fn the_log_is_read_back_with_its_phases() {
        let mut load = LoadRecord { scenario: "crm/rooms".to_owned(), ..LoadRecord::default() };
        for (name, began_ms) in [("ramp up", 0), ("plateau", 2_000)] {
            let timings = Timings { delivery: latency(1..=10_000), ..Timings::default() };
            let name = name.to_owned();
            load.phases.push(PhaseRecord {
                name,
                began_ms,
                lasted_ms: 1_500,
                timings,
                ..PhaseRecord::default()
            });
        }
        let bytes = log(&load, "2026-01-01T10:00:00Z");
        let entries: Vec<LogEntry<'_>> =
            IntervalLogIterator::new(&bytes).map(|entry| entry.expect("sound")).collect();
        let intervals: Vec<_> = entries
            .iter()
            .filter_map(|entry| match entry {
                LogEntry::Interval(interval) => Some(interval),
                _ => None,
            })
            .collect();
        let tags: Vec<&str> = intervals.iter().filter_map(|one| one.tag()).map(|tag| tag.as_str()).collect();
        assert_eq!(tags, ["ramp_up.delivery", "plateau.delivery"]);
        assert_eq!(intervals[1].start_timestamp(), Duration::from_secs(2));
        assert_eq!(intervals[1].duration(), Duration::from_millis(1_500));
        let encoded =
            data_encoding::BASE64.decode(intervals[1].encoded_histogram().as_bytes()).expect("base 64");
        let read: Histogram<u64> =
            Deserializer::new().deserialize(&mut encoded.as_slice()).expect("a histogram");
        let half = read.value_at_quantile(0.5);
        assert!(read.len() == 10_000 && half.abs_diff(5_000) <= 5, "{half}");
    }

    #[test]
    fn the_percentiles_rise_to_the_greatest_value() {
        let text = percentiles(&decoded(&latency(1..=10_000)).expect("a histogram"));
        let rows: Vec<Vec<f64>> = text
            .lines()
            .skip(2)
            .take_while(|line| !line.starts_with('#'))
            .map(|line| line.split_whitespace().map(|word| word.parse().expect("a number")).collect())
            .collect();
        assert!(rows.windows(2).all(|pair| pair[0][0] <= pair[1][0] && pair[0][1] <= pair[1][1]), "{text}");
        let last = rows.last().expect("there are rows");
        assert_eq!((last[1], last[2], last.len()), (1.0, 10_000.0, 3), "{text}");
        assert!((last[0] - 10.0).abs() < 0.01, "{text}");
        let half = rows.iter().find(|row| row[1] >= 0.5).expect("half is a tick");
        assert!((half[0] - 5.0).abs() < 0.01 && half[3] == 2.0, "{text}");
        assert!(text.contains("Total count    =        10000]"), "{text}");
    }
}
