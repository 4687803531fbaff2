//! The `load:` part of a scenario: how many rooms, in which phases, who does what, and what has to hold. How it is
//! read from a file is `load_file`'s affair.

use std::sync::Arc;
use std::time::Duration;

use super::data::Data;
use super::limits;
use super::members::Members;
use super::payload::Payload;
use super::phase::Phase;
use super::raw::RawTurn;
use super::text::Span;
use super::verb::VerbName;

/// A scenario as load.
#[derive(Debug, Clone)]
pub struct Load {
    /// How many rooms.
    pub rooms: usize,
    /// How many members they have; where empty, the largest size that the dialect has, up to three.
    pub members: Option<Members>,
    /// In how many rooms each user sits.
    pub rooms_per_user: usize,
    /// A row for each user.
    pub data: Option<Arc<Data>>,
    /// What a row says of its user.
    pub user: User,
    /// How a member enters a room, where no contract says so.
    pub enter: Option<Box<RawTurn>>,
    /// What happens when, one after the other.
    pub phases: Vec<Phase>,
    /// What a member does when it is their turn; one of these, by weight.
    pub flow: Vec<Turn>,
    /// Of this part of all messages, chosen by the seed, each delivery is compared whole; of the others it is accounted for.
    pub check: f64,
    /// What has to hold at the end.
    pub slo: Vec<Threshold>,
    /// What ends the run early where it no longer holds.
    pub abort_when: Vec<Threshold>,
    /// For how long after the last phase deliveries are awaited.
    pub drain: Duration,
    /// How late the 99th percentile of sends may be before the run is void.
    pub lateness_budget: Duration,
}

impl Load {
    /// The values of a file that says nothing.
    pub const ROOMS: usize = 100;
    /// Why these rooms are more than one run can hold; nothing, where they are not.
    #[must_use]
    pub fn too_many(&self) -> Option<String> {
        let largest = self.members.as_ref().map_or(1, |members| members.ends().1);
        let memberships = self.rooms.saturating_mul(largest);
        let most = limits::MEMBERSHIPS;
        (memberships > most).then(|| {
            let rooms = self.rooms;
            format!("{rooms} rooms of up to {largest} members make {memberships} memberships; a load has at most {most}")
        })
    }

    /// See [`Load::drain`].
    pub const DRAIN: Duration = Duration::from_secs(5);
    /// See [`Load::lateness_budget`].
    pub const LATENESS: Duration = Duration::from_millis(5);
}

/// What a row of data says of its user; what it does not say is made up, as without data.
#[derive(Debug, Clone, Default)]
pub struct User {
    /// The id.
    pub id: Option<Payload>,
    /// The token.
    pub token: Option<Payload>,
}

/// So many a second, changing evenly from one to the other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// At the beginning of the phase.
    pub from: f64,
    /// At its end.
    pub to: f64,
}

/// What a member does when it is their turn.
#[derive(Debug, Clone)]
pub struct Turn {
    /// The verb of the contract.
    pub verb: VerbName,
    /// `rest`
    pub via: Option<String>,
    /// Its main argument, for a verb that takes a text: one that is made, or one with fields of the user's row.
    pub text: Option<Payload>,
    /// It is about the newest message of the room: `read: newest`.
    pub newest: bool,
    /// What is sent and heard, where no contract says so.
    pub raw: Option<Box<RawTurn>>,
    /// How often it is chosen, beside the weights of the others.
    pub weight: u32,
    /// Where it stands.
    pub span: Span,
}

/// `delivery.p99: < 100ms`
#[derive(Debug, Clone, PartialEq)]
pub struct Threshold {
    /// What is looked at: `delivery.p99`, `lost`.
    pub metric: String,
    /// How it is compared.
    pub relation: Relation,
    /// With what: seconds where the metric is a time, else a number.
    pub limit: f64,
    /// As written.
    pub text: String,
}

/// How a metric is compared with its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// `<`
    Below,
    /// `<=`, and a limit without a sign.
    AtMost,
    /// `>`
    Above,
    /// `>=`
    AtLeast,
}

impl Threshold {
    /// Whether a value keeps it.
    #[must_use]
    pub fn holds(&self, value: f64) -> bool {
        match self.relation {
            Relation::Below => value < self.limit,
            Relation::AtMost => value <= self.limit,
            Relation::Above => value > self.limit,
            Relation::AtLeast => value >= self.limit,
        }
    }

    /// Reads `< 100ms`, `0` or `>= 1900/s`.
    #[must_use]
    pub fn parse(metric: &str, text: &str) -> Option<Self> {
        let written = text.trim();
        let (relation, rest) = [
            ("<=", Relation::AtMost),
            (">=", Relation::AtLeast),
            ("<", Relation::Below),
            (">", Relation::Above),
        ]
        .into_iter()
        .find_map(|(sign, relation)| written.strip_prefix(sign).map(|rest| (relation, rest)))
        .unwrap_or((Relation::AtMost, written));
        let rest = rest.trim();
        let number = rest.strip_suffix("/s").or_else(|| rest.strip_suffix('%')).unwrap_or(rest);
        let limit = match number.trim().parse::<f64>() {
            Ok(number) => number,
            Err(_) => super::duration::parse(rest)?.as_secs_f64(),
        };
        known_metric(metric).then(|| Self {
            metric: metric.to_owned(),
            relation,
            limit,
            text: text.trim().to_owned(),
        })
    }

    /// Whether the metric is a time, so that its limit is in seconds.
    #[must_use]
    pub fn is_time(&self) -> bool {
        self.metric.split_once('.').is_some_and(|(what, _)| TIMES.contains(&what) || what == "generator")
            && !self.metric.ends_with(".errors")
    }
}

/// What is timed; each has the percentiles below.
pub const TIMES: &[&str] = &["connect", "ack", "service", "first", "delivery", "complete"];

/// The percentiles a threshold may name.
pub const PERCENTILES: &[(&str, f64)] = &[
    ("p50", 50.0),
    ("p75", 75.0),
    ("p90", 90.0),
    ("p95", 95.0),
    ("p99", 99.0),
    ("p99.9", 99.9),
    ("p99.99", 99.99),
    ("max", 100.0),
];

/// What a threshold may look at, each with a sentence: the times, what the generator says of itself, and what is counted.
pub const METRICS: &[(&str, &str)] = &[
    ("connect", "Time until a session is in its namespace."),
    ("ack", "Time until a turn is answered."),
    ("service", "Time until a turn is answered, from the moment it was really sent."),
    ("first", "Time until the first member hears a message."),
    ("delivery", "Time until each member hears it."),
    ("complete", "Time until the last member hears it."),
    ("generator.lateness", "How late the generator itself was."),
    ("connect.errors", "Sessions that did not open."),
    ("lost", "Deliveries that never came."),
    ("duplicated", "Deliveries that came twice."),
    ("reordered", "Deliveries in another order than the room's."),
    (
        "overtaken",
        "Deliveries that came after what their sender said later, though they had been answered by then: a breach where \
         `invariants` names `sender_order`.",
    ),
    ("leaked", "Deliveries to somebody outside the room."),
    ("wrong", "Deliveries whose payload is not the documented one."),
    ("undocumented", "Fields and events that no document mentions."),
    ("unanswered", "Turns that were not answered."),
    ("refused", "Turns that were refused."),
    ("disconnected", "Sessions that the server ended."),
    ("not_in_history", "Acknowledged messages that the history lacks."),
    ("sent.rate", "Messages sent a second."),
    ("delivery.rate", "Deliveries a second."),
];

/// Of the metrics, what is counted.
pub fn counts() -> impl Iterator<Item = &'static str> {
    METRICS.iter().map(|(name, _)| *name).skip(TIMES.len() + 1)
}

/// Whether there is such a metric.
#[must_use]
pub fn known_metric(metric: &str) -> bool {
    if counts().any(|count| count == metric) {
        return true;
    }
    let metric = metric.strip_prefix("generator.lateness").map_or(metric, |rest| {
        // `generator.lateness.p99` has the percentiles of a time.
        if rest.starts_with('.') { "connect.p99" } else { metric }
    });
    metric.split_once('.').is_some_and(|(what, which)| {
        TIMES.contains(&what) && PERCENTILES.iter().any(|(name, _)| *name == which)
    })
}

/// Reads `10%`.
#[must_use]
pub fn parse_part(text: &str) -> Option<f64> {
    let percent = text.trim().strip_suffix('%').and_then(|number| number.trim().parse::<f64>().ok());
    percent.filter(|percent| (0.0..=100.0).contains(percent)).map(|percent| percent / 100.0)
}

/// Reads `500/s`, `30/min` or `1000/s..5000/s`.
#[must_use]
pub fn parse_rate(text: &str) -> Option<Rate> {
    let one = |text: &str| {
        let (number, unit) = text.trim().split_once('/')?;
        let number: f64 = number.trim().parse().ok().filter(|number: &f64| *number >= 0.0)?;
        let rate = match unit.trim() {
            "s" => number,
            "min" | "m" => number / 60.0,
            _ => return None,
        };
        Some(rate).filter(|rate| *rate <= limits::RATE)
    };
    match text.split_once("..") {
        None => one(text).map(|rate| Rate { from: rate, to: rate }),
        Some((from, to)) => Some(Rate { from: one(from)?, to: one(to)? }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_read_with_their_units() {
        let read = |metric, text| Threshold::parse(metric, text).map(|t| (t.relation, t.limit));
        assert_eq!(read("delivery.p99", "< 100ms"), Some((Relation::Below, 0.1)));
        assert_eq!(read("lost", "0"), Some((Relation::AtMost, 0.0)));
        assert_eq!(read("sent.rate", ">= 1900/s"), Some((Relation::AtLeast, 1900.0)));
        assert_eq!(read("generator.lateness.p99", "< 5ms"), Some((Relation::Below, 0.005)));
        assert_eq!(read("delivery.p98", "< 5ms"), None);
        assert_eq!(read("lost", "few"), None);
    }

    #[test]
    fn rates_are_read_with_their_units() {
        assert_eq!(parse_rate("500/s"), Some(Rate { from: 500.0, to: 500.0 }));
        assert_eq!(parse_rate("10/s..60/min"), Some(Rate { from: 10.0, to: 1.0 }));
        assert_eq!(parse_rate("500"), None);
        assert_eq!(parse_rate("inf/s"), None);
        assert_eq!(parse_rate("1/s..1e9/s"), None);
    }
}
