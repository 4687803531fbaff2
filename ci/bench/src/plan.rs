//! The run: how rounds alternate, and how a value becomes a row.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use crate::peers::{Peer, Places, Work};
use crate::probe::{CLIENT_CORE, Counting, Process, SERVER_CORE};
use crate::table::{Row, median, render};

/// How long everything may take to get going.
pub(crate) const PATIENCE: Duration = Duration::from_secs(40);

/// How thorough the run is.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) places: Places,
    pub(crate) port: u16,
    pub(crate) rounds: usize,
    pub(crate) window: Duration,
    pub(crate) short: bool,
    /// What gives a process priority over all that is not measured, where the system grants it.
    pub(crate) urgently: Vec<String>,
    only: Option<String>,
    pub(crate) rows: Vec<Row>,
    skipped: Vec<String>,
}

/// `compare [--short] [--only WORD]`
pub(crate) fn compare(words: &[&str]) -> io::Result<()> {
    let short = words.contains(&"--short");
    let only = words.iter().position(|word| *word == "--only").and_then(|at| words.get(at + 1));
    let env =
        |name: &str, usual: &str| PathBuf::from(std::env::var(name).unwrap_or_else(|_| usual.to_owned()));
    let places = Places {
        here: env("BENCH_HERE", "ci/bench"),
        bin: env("BENCH_BIN", "target/release"),
        bench: std::env::current_exe()?,
        out: env("BENCH_OUT", "reports/bench"),
        venv: env("BENCH_VENV", "target/bench-venv"),
    };
    std::fs::create_dir_all(&places.out)?;
    let mut plan = Plan {
        places,
        port: std::env::var("BENCH_PORT").ok().and_then(|port| port.parse().ok()).unwrap_or(3700),
        rounds: if short { 1 } else { 5 },
        window: Duration::from_millis(if short { 1000 } else { 4000 }),
        short,
        urgently: urgency(),
        only: only.map(|word| (*word).to_owned()),
        rows: Vec::new(),
        skipped: Vec::new(),
    };
    if plan.urgently.is_empty() {
        plan.skipped.push("real-time priority: times are those of a process among others".to_owned());
    }
    plan.clients();
    plan.servers();
    let table = render(&plan.rows);
    let skipped: String = plan.skipped.iter().map(|line| format!("skipped: {line}\n")).collect();
    let text = format!("{table}{}", if skipped.is_empty() { skipped } else { format!("\n{skipped}") });
    print!("{text}");
    std::fs::write(plan.places.out.join("table.md"), text)
}

impl Plan {
    pub(crate) fn wants(&self, word: &str) -> bool {
        self.only.as_deref().is_none_or(|only| word.contains(only))
    }

    pub(crate) fn log(&self, name: &str) -> PathBuf {
        self.places.out.join(format!("{name}.log"))
    }

    pub(crate) fn counting(&mut self, raw: bool) -> io::Result<Counting> {
        // A port of its own each time: the last server's may still be waited out.
        self.port += 2;
        let word = if raw { "serve-raw" } else { "serve" };
        let command = [self.places.bench.display().to_string(), word.to_owned(), self.port.to_string()];
        Counting::new(Process::start(SERVER_CORE, &command, &[], &self.log("server"))?, self.port)
    }

    pub(crate) fn start(&self, peer: Peer, work: Work, port: u16) -> io::Result<Process> {
        let mut command = peer.command(&self.places, work, port);
        if work == Work::Idle(2) {
            command.splice(0..0, self.urgently.iter().cloned());
        }
        Process::start(CLIENT_CORE, &command, &[], &self.log(peer.name()))
    }

    /// Alternates between peers; the values of each.
    pub(crate) fn rounds(
        &mut self,
        peers: &[Peer],
        mut measure: impl FnMut(&mut Self, Peer) -> io::Result<f64>,
    ) -> Vec<Option<f64>> {
        let mut values = vec![Vec::new(); peers.len()];
        for round in 0..self.rounds {
            for (index, peer) in peers.iter().enumerate() {
                let enough = peer.is_slow() && (self.short || round >= 3);
                if enough || !peer.is_here(&self.places) {
                    continue;
                }
                match measure(self, *peer) {
                    Ok(value) => values[index].push(value),
                    Err(error) => eprintln!("{}: {error}", peer.name()),
                }
            }
        }
        for (peer, values) in peers.iter().zip(&values) {
            eprintln!("{}: {}", peer.name(), values.iter().map(|v| format!("{v:.1} ")).collect::<String>());
            let line = if peer.is_slow() && self.short {
                format!("{}: a short run leaves it out", peer.name())
            } else if peer.is_here(&self.places) {
                format!("{} could not be measured; see its log in {}", peer.name(), self.places.out.display())
            } else {
                format!("{} is not installed", peer.name())
            };
            if values.is_empty() && !self.skipped.contains(&line) {
                self.skipped.push(line);
            }
        }
        values.iter().map(|values| (!values.is_empty()).then(|| median(values))).collect()
    }

    /// More is better: ours divided by theirs.
    pub(crate) fn more(
        &mut self,
        what: &str,
        peers: &[Peer],
        values: &[Option<f64>],
        wanted: &[(Peer, f64, f64)],
    ) {
        let Some(Some(ours)) = values.first() else { return };
        for (peer, theirs) in peers.iter().zip(values).skip(1) {
            let Some(theirs) = theirs else { continue };
            let limit = wanted.iter().find(|(of, ..)| of == peer);
            // Against the floor the CPU of an operation counts, which is the other way round.
            let floor = *peer == Peer::Floor;
            let ratio = if floor { theirs / ours } else { ours / theirs };
            let holds = limit.map(|(_, must, _)| if floor { ratio <= *must } else { ratio >= *must });
            self.rows.push(Row {
                what: what.to_owned(),
                against: peer.name().to_owned(),
                ours: thousands(*ours),
                theirs: thousands(*theirs),
                ratio: format!("{ratio:.2}x"),
                wanted: limit.map_or(String::new(), |(_, must, aim)| {
                    format!("{} {must}x / {aim}x", if floor { "≤" } else { "≥" })
                }),
                holds,
            });
        }
    }

    /// Less is better, and ours has to keep a limit by itself.
    pub(crate) fn less(&mut self, what: &str, peers: &[Peer], values: &[Option<f64>], must: f64, aim: f64) {
        let Some(Some(ours)) = values.first() else { return };
        for (peer, theirs) in peers.iter().zip(values).skip(1) {
            let Some(theirs) = theirs else { continue };
            self.rows.push(Row {
                what: what.to_owned(),
                against: peer.name().to_owned(),
                ours: format!("{ours:.2}"),
                theirs: format!("{theirs:.2}"),
                ratio: format!("{:.2}x", theirs / ours),
                wanted: format!("≤ {must} / {aim}"),
                holds: Some(*ours <= must),
            });
        }
    }

    /// A number of ours that has to keep a limit.
    pub(crate) fn alone(&mut self, what: &str, value: Option<f64>, must: f64, aim: f64) {
        let Some(value) = value else { return };
        self.rows.push(Row {
            what: what.to_owned(),
            against: String::new(),
            ours: format!("{value:.0}"),
            theirs: String::new(),
            ratio: String::new(),
            wanted: format!("≤ {must} / {aim}"),
            holds: Some(value <= must),
        });
    }
}

/// `chrt`, if we may: on a machine that is shared, times are else those of the neighbours.
fn urgency() -> Vec<String> {
    let words = ["chrt", "-r", "1"];
    let may = std::process::Command::new(words[0])
        .args(&words[1..])
        .arg("true")
        .stderr(std::process::Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if may { words.map(str::to_owned).to_vec() } else { Vec::new() }
}

pub(crate) fn thousands(value: f64) -> String {
    if value >= 1000.0 { format!("{:.1}k", value / 1000.0) } else { format!("{value:.0}") }
}
