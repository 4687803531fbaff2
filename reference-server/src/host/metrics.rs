//! Counters, gauges and one histogram, for `GET /metrics`.
//!
//! It must not know where a number comes from. Names and units are part of the interface: a dashboard reads them.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

use crate::core::Census;
use crate::dialects::ProblemKind;

type Label = [(&'static str, &'static str); 1];
type Counters = Family<Label, Counter<u64, AtomicU64>>;

/// Everything that is counted. Clones count together.
#[derive(Clone, Debug)]
pub(super) struct Metrics {
    registry: Arc<Registry>,
    connections: Gauge,
    users: Gauge,
    rooms: Gauge,
    conversations: Gauge,
    messages: Gauge,
    events_in: Counters,
    events_out: Counters,
    refused: Counters,
    turned_away: Counter<u64, AtomicU64>,
    slow: Counter<u64, AtomicU64>,
    handling: Histogram,
}

impl Metrics {
    pub(super) fn new() -> Self {
        let mut registry = Registry::with_prefix("chat");
        let mut gauge = |name: &str, help: &str| {
            let gauge = Gauge::default();
            registry.register(name, help, gauge.clone());
            gauge
        };
        let connections = gauge("connections", "Sockets connected to the namespace");
        let users = gauge("users_online", "Users with at least one connected socket");
        let rooms = gauge("rooms", "Conversations that at least one socket has joined");
        let conversations = gauge("conversations", "Conversations kept in memory");
        let messages = gauge("messages", "Messages kept in memory");
        let mut counters = |name: &str, help: &str| {
            let counters = Counters::default();
            registry.register(name, help, counters.clone());
            counters
        };
        let events_in = counters("events_in", "Events received from sockets, by name");
        let events_out = counters("events_out", "Events and acknowledgements sent to sockets, by name");
        let refused = counters("refused", "Events and REST calls refused, by kind");
        let mut counter = |name: &str, help: &str| {
            let counter = Counter::default();
            registry.register(name, help, counter.clone());
            counter
        };
        let turned_away = counter("connections_refused", "TCP connections turned away");
        let slow = counter("slow_readers", "Sockets disconnected because too much waited for them");
        // 10 µs to 0.3 s, each bucket twice the one before.
        let handling = Histogram::new(exponential_buckets(1e-5, 2.0, 15));
        let help = "Time from a decoded event or REST call to its answer being queued";
        registry.register("handling_seconds", help, handling.clone());
        let registry = Arc::new(registry);
        Self {
            registry,
            connections,
            users,
            rooms,
            conversations,
            messages,
            events_in,
            events_out,
            refused,
            turned_away,
            slow,
            handling,
        }
    }

    pub(super) fn event_in(&self, name: &'static str) {
        self.events_in.get_or_create(&[("event", name)]).inc();
    }

    pub(super) fn event_out(&self, name: &'static str) {
        self.events_out.get_or_create(&[("event", name)]).inc();
    }

    pub(super) fn refused(&self, kind: ProblemKind) {
        self.refused.get_or_create(&[("kind", kind.label())]).inc();
    }

    pub(super) fn turned_away(&self) {
        self.turned_away.inc();
    }

    pub(super) fn slow_reader(&self) {
        self.slow.inc();
    }

    /// Sockets connected to the namespace.
    pub(super) fn connections(&self) -> i64 {
        self.connections.get()
    }

    pub(super) fn handled(&self, took: Duration) {
        self.handling.observe(took.as_secs_f64());
    }

    pub(super) fn set(&self, census: &Census) {
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        self.connections.set(count(census.sockets));
        self.users.set(count(census.users));
        self.rooms.set(count(census.rooms));
        self.conversations.set(count(census.conversations));
        self.messages.set(count(census.messages));
    }

    /// All of it as OpenMetrics text.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        if let Err(error) = encode(&mut text, &self.registry) {
            tracing::error!(%error, "the metrics cannot be written");
        }
        text
    }
}
