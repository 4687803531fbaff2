//! The progress of a load run: the phase and its time left, what was asked and reached, the times so far. The workers send
//! a line for each second and never wait; here they are added up.

use std::collections::BTreeMap;
use std::time::Duration;

use hdrhistogram::Histogram;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::super::reports::{News, Teller};
use super::{REDRAWN, Screen, WRITTEN, every};
use language::load::Load;
use language::phase::{Paced, Phase};
use load::Moment;
use results::record::breach::time_in_words;

/// How often a log gets a line.
const LOGGED: Duration = Duration::from_secs(5);
/// How many seconds the sparkline shows.
const SPARKS: usize = 30;

/// Shows the progress of a run until the sender is gone.
pub(in super::super) fn load(
    screen: &Screen,
    name: String,
    load: &Load,
    workers: usize,
    teller: Option<Teller>,
) -> (UnboundedSender<Moment>, JoinHandle<()>) {
    let (sender, told) = unbounded_channel();
    let state = State::new(name, load.phases.clone(), workers);
    (sender, tokio::spawn(show(screen.clone(), state, told, teller)))
}

async fn show(screen: Screen, mut state: State, mut told: UnboundedReceiver<Moment>, teller: Option<Teller>) {
    let lines = screen.lines(3);
    let plain = matches!(screen, Screen::Plain);
    let mut redraw = every(if plain { LOGGED } else { REDRAWN });
    let mut write = every(WRITTEN);
    loop {
        tokio::select! {
            moment = told.recv() => match moment {
                None => break,
                Some(moment) => state.take(&moment, Instant::now()),
            },
            _ = redraw.tick() => {
                lines.draw(&state.lines(Instant::now()));
                if let Some(line) = state.line(Instant::now()).filter(|_| plain) {
                    screen.say(&line);
                }
            }
            _ = write.tick() => {
                if let (Some(teller), Some(line)) = (&teller, state.line(Instant::now())) {
                    // Its writer may have given up.
                    let _nobody = teller.send(News::Line(line));
                }
            }
        }
    }
}

/// A second of all workers.
#[derive(Debug, Default)]
struct Sum {
    workers: usize,
    connected: u64,
    sent: u64,
    delivered: u64,
    p99_us: u64,
}

struct State {
    name: String,
    phases: Vec<Phase>,
    workers: usize,
    /// The phase at hand, and when it was first heard of.
    phase: Option<(usize, Instant)>,
    seconds: BTreeMap<u64, Sum>,
    so_far: Option<Histogram<u32>>,
    errors: u64,
}

impl State {
    fn new(name: String, phases: Vec<Phase>, workers: usize) -> Self {
        Self { name, phases, workers, phase: None, seconds: BTreeMap::new(), so_far: None, errors: 0 }
    }

    fn take(&mut self, moment: &Moment, now: Instant) {
        let second = &moment.second;
        if self.phase.is_none_or(|(phase, _)| phase < second.phase) {
            self.phase = Some((second.phase, now));
        }
        self.errors += second.errors;
        let sum = self.seconds.entry(second.at_s).or_default();
        sum.workers += 1;
        sum.connected += second.connected;
        sum.sent += second.sent;
        sum.delivered += second.delivered;
        match (&mut self.so_far, &moment.delivered) {
            (_, None) => {}
            // It grows by itself.
            (Some(so_far), Some(times)) => drop(so_far.add(times)),
            (so_far @ None, Some(times)) => *so_far = Some(times.clone()),
        }
        sum.p99_us = sum.p99_us.max(second.p99_us);
        while self.seconds.len() > 2 * SPARKS {
            self.seconds.pop_first();
        }
    }

    /// The last second that every worker has told of.
    fn last(&self) -> Option<&Sum> {
        self.seconds.values().rev().find(|sum| sum.workers >= self.workers)
    }

    fn asked(&self, now: Instant) -> String {
        let Some((phase, since)) = self.phase else { return "–".to_owned() };
        let phase = &self.phases[phase.min(self.phases.len() - 1)];
        let whole = phase.lasts.unwrap_or_default().as_secs_f64();
        let part = if whole > 0.0 { (now.duration_since(since).as_secs_f64() / whole).min(1.0) } else { 0.0 };
        phase.rate(Paced::Turn).map_or_else(
            || "–".to_owned(),
            |rate| format!("{:.0}/s", rate.from + (rate.to - rate.from) * part),
        )
    }

    fn place(&self, now: Instant) -> String {
        let Some((index, since)) = self.phase else { return "is set up".to_owned() };
        let phase = &self.phases[index.min(self.phases.len() - 1)];
        let left = phase.lasts.map(|lasts| lasts.saturating_sub(now.duration_since(since)).as_secs());
        let left = left.map_or_else(String::new, |left| format!(", {left} s left"));
        format!("{} ({} of {}){left}", phase.name, index + 1, self.phases.len())
    }

    fn times(&self) -> String {
        let Some(so_far) = &self.so_far else { return "nothing delivered yet".to_owned() };
        let at = |quantile: f64| time_in_words(so_far.value_at_quantile(quantile).min(so_far.max()));
        format!("p50 {}  p99 {}  max {}", at(0.5), at(0.99), time_in_words(so_far.max()))
    }

    fn rates(&self, now: Instant) -> String {
        let none = Sum::default();
        let last = self.last().unwrap_or(&none);
        format!(
            "asked {}  reached {}/s  delivered {}/s  errors {}",
            self.asked(now),
            last.sent,
            last.delivered,
            self.errors
        )
    }

    fn lines(&self, now: Instant) -> [String; 3] {
        let connected = self.last().map_or(0, |last| last.connected);
        let sparks = self.sparks();
        let sparks = if sparks.is_empty() { sparks } else { format!("  {sparks} p99 of each second") };
        [
            format!("{}  {}  {connected} connected", self.name, self.place(now)),
            format!("  {}", self.rates(now)),
            format!("  {}{sparks}", self.times()),
        ]
    }

    /// All of it in a line of a log; none before anything has happened.
    fn line(&self, now: Instant) -> Option<String> {
        let (at, _) = self.seconds.last_key_value()?;
        let connected = self.last()?.connected;
        let (place, rates, times) = (self.place(now), self.rates(now), self.times());
        Some(format!("{} s  {}  {place}  {connected} connected  {rates}  {times}", at + 1, self.name))
    }

    /// The 99th percentile of each second, the highest one full.
    fn sparks(&self) -> String {
        const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
        let told: Vec<u64> = self.seconds.values().rev().take(SPARKS).map(|sum| sum.p99_us).collect();
        let most = told.iter().max().copied().filter(|most| *most > 0);
        let Some(most) = most else { return String::new() };
        let level = |value: &u64| LEVELS[(value * 7).div_ceil(most).min(7) as usize];
        told.iter().rev().map(level).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use language::load::Rate;
    use results::record::load::Second;

    fn moment(at_s: u64, phase: usize, times: &[u64]) -> Moment {
        let mut histogram = Histogram::<u32>::new(3).expect("three digits are fine");
        times.iter().for_each(|time| histogram.record(*time).expect("it grows"));
        let p99_us = times.iter().max().copied().unwrap_or_default();
        let second =
            Second { at_s, phase, connected: 5, sent: 10, delivered: 30, p99_us, ..Second::default() };
        Moment { second, delivered: Some(histogram) }
    }

    fn state(now: Instant) -> State {
        let plateau = Phase {
            name: "plateau".to_owned(),
            paces: vec![(Paced::Turn, Rate { from: 10.0, to: 30.0 })],
            lasts: Some(Duration::from_secs(10)),
            ..Phase::default()
        };
        let mut state = State::new("crm/rooms".to_owned(), vec![Phase::default(), plateau], 2);
        assert_eq!(state.line(now), None, "nothing has happened");
        for at_s in 0..3 {
            for _worker in 0..2 {
                state.take(&moment(at_s, 1, &[100, 200, 1000 * (at_s + 1)]), now);
            }
        }
        state
    }

    #[test]
    fn the_workers_are_added_up() {
        let now = Instant::now();
        let mut state = state(now);
        // The other worker has not told of this second yet.
        state.take(&moment(3, 1, &[100]), now);
        let shown = state.lines(now + Duration::from_secs(5));
        assert_eq!(shown[0], "crm/rooms  plateau (2 of 2), 5 s left  10 connected");
        assert_eq!(shown[1], "  asked 20/s  reached 20/s  delivered 60/s  errors 0");
        assert_eq!(shown[2], "  p50 200 µs  p99 3.0 ms  max 3.0 ms  ▄▆█▂ p99 of each second");
        let line = state.line(now).expect("it has begun");
        assert!(
            line.starts_with("4 s  crm/rooms  plateau (2 of 2), 10 s left  10 connected  asked 10/s"),
            "{line}"
        );
    }
}
