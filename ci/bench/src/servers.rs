//! What is compared of servers. The harness is the client of all of them.

use std::io;
use std::time::{Duration, Instant};

use crate::peers::harness;
use crate::plan::{Plan, thousands};
use crate::probe::{Process, SERVER_CORE};
use crate::report::Report;
use crate::table::{Row, median};

const SECRET: (&str, &str) = ("JWT_SECRET", "a-secret-of-the-comparison-and-no-other");

/// A server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Served {
    /// The reference server, crm.
    Reference,
    /// The crm backend of `ci/interop`, on the official server.
    NodeCrm,
    /// The least server on the official package.
    Node,
    /// The least server on the library that the reference server stands on.
    Oxide,
}

impl Served {
    fn name(self) -> &'static str {
        match self {
            Self::Reference => "reference server",
            Self::NodeCrm => "official server, crm",
            Self::Node => "official server, bare",
            Self::Oxide => "socketioxide, bare",
        }
    }

    fn dialect(self) -> &'static str {
        match self {
            Self::Reference | Self::NodeCrm => "crm",
            Self::Node | Self::Oxide => "bench",
        }
    }
}

impl Plan {
    fn serve(&mut self, served: Served, urgently: &[String]) -> io::Result<Process> {
        self.port += 2;
        let port = self.port.to_string();
        let here = |name: &str| self.places.here.join(name).display().to_string();
        let bin = self.places.bin.join("reference-server").display().to_string();
        let words = match served {
            Served::Reference => vec![bin, "--dialect".into(), "crm".into(), "--no-rate-limit".into()],
            Served::NodeCrm => vec!["node".into(), here("../interop/crm/server.mjs")],
            Served::Node => vec!["node".into(), here("peers/server.mjs")],
            Served::Oxide => {
                vec![self.places.bench.display().to_string(), "serve-oxide".into(), port.clone()]
            }
        };
        let env = [SECRET, ("PORT", port.as_str()), ("RUST_LOG", "warn")];
        let mut process =
            Process::start(SERVER_CORE, &[urgently, &words].concat(), &env, &self.log("server"))?;
        for _ in 0..200 {
            std::thread::sleep(Duration::from_millis(25));
            if std::net::TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return Ok(process);
            }
            if !process.runs() {
                break;
            }
        }
        Err(io::Error::other(format!("{} does not start", served.name())))
    }

    /// Operations per CPU-second of the server, both of the closed loop, which is the last thing that the harness does.
    fn served(&mut self, served: Served, work: &str, rate: &str) -> io::Result<f64> {
        let server = self.serve(served, &[])?;
        let command =
            harness(&self.places, served.dialect(), &format!("{}-{work}", served.dialect()), self.port);
        let mut seen = Vec::new();
        let look = || seen.extend(server.cpu().ok().map(|cpu| (Instant::now(), cpu)));
        let (report, ended) = Report::beside(self, &command, &[SECRET], look)?;
        let lasted = Duration::from_secs_f64(report.number("/phases/1/lasted_ms")? / 1000.0);
        let began = ended.checked_sub(lasted).unwrap_or(ended);
        let before = seen.iter().find(|(at, _)| *at >= began).map_or(Duration::ZERO, |(_, cpu)| *cpu);
        let spent = (server.cpu()? - before).as_secs_f64();
        Ok(report.number(&format!("/phases/1/{rate}"))? * lasted.as_secs_f64() / spent)
    }

    fn server_row(&mut self, what: &str, work: &str, rate: &str, wanted: (f64, f64)) {
        let all = [Served::Reference, Served::Node, Served::Oxide, Served::NodeCrm];
        let all = if self.short { &all[..3] } else { &all[..] };
        let mut values = vec![Vec::new(); all.len()];
        for _ in 0..if self.short { 2 } else { self.rounds } {
            for (values, served) in values.iter_mut().zip(all.iter().copied()) {
                match self.served(served, work, rate) {
                    Ok(value) => values.push(value),
                    Err(error) => eprintln!("{}: {error}", served.name()),
                }
            }
        }
        for (served, values) in all.iter().zip(&values) {
            eprintln!("{}: {}", served.name(), values.iter().map(|v| format!("{v:.0} ")).collect::<String>());
        }
        let ours = median(&values[0]);
        for (served, values) in all.iter().zip(&values).skip(1).filter(|(_, values)| !values.is_empty()) {
            let ratio = ours / median(values);
            let limit = (*served == Served::Node).then_some(wanted);
            self.rows.push(Row {
                what: what.to_owned(),
                against: served.name().to_owned(),
                ours: thousands(ours),
                theirs: thousands(median(values)),
                ratio: format!("{ratio:.2}x"),
                wanted: limit.map_or(String::new(), |(must, aim)| format!("≥ {must}x / {aim}x")),
                holds: limit.map(|(must, _)| ratio >= must),
            });
        }
    }

    /// All rows of servers.
    pub(crate) fn servers(&mut self) {
        for sockets in [100, 1000] {
            let work = format!("echo-{sockets}");
            if self.wants(&format!("server-{work}")) {
                let what = format!("echo per server CPU-second, {sockets} active");
                self.server_row(&what, &work, "sent_per_s", (1.5, 1.8));
            }
        }
        if self.wants("server-fan") {
            let what = "fan-out deliveries per server CPU-second, rooms of 1,000";
            self.server_row(what, "fan", "delivered_per_s", (1.2, 1.7));
        }
        if self.wants("server-memory")
            && let Err(error) = self.memory_of_servers()
        {
            eprintln!("memory of servers: {error}");
        }
        if self.wants("ten-thousand") {
            match self.ten_thousand() {
                Ok(()) => {}
                Err(error) => eprintln!("ten thousand rooms: {error}"),
            }
        }
    }

    /// The most memory that a server takes during a scenario, in KiB.
    fn resident(&mut self, served: Served, scenario: &str) -> io::Result<f64> {
        let server = self.serve(served, &[])?;
        let command = harness(&self.places, served.dialect(), scenario, self.port);
        let mut most = 0;
        let look = || most = most.max(server.rss().unwrap_or(0));
        let (report, _) = Report::beside(self, &command, &[SECRET], look)?;
        let errors = report.number("/ledger/connect_errors")?;
        if errors > 0.0 {
            // They come back, so that the memory is that of all of them; the log says why.
            eprintln!(
                "{}: {errors} sockets could not connect at once: {}",
                served.name(),
                report.text("/samples/0/message")
            );
        }
        Ok(most as f64)
    }

    /// What a connection that does nothing costs a server, and what a room does.
    fn memory_of_servers(&mut self) -> io::Result<()> {
        const SOCKETS: f64 = 9000.0;
        const MORE_ROOMS: f64 = 9000.0;
        let small = self.resident(Served::Reference, "memory-2")?;
        let large = self.resident(Served::Reference, "memory-3000")?;
        let rooms = self.resident(Served::Reference, "memory-12000")?;
        let ours = (large - small) / SOCKETS;
        let memory = |what: &str, against: &str, ours: f64, theirs: Option<f64>| Row {
            what: what.to_owned(),
            against: against.to_owned(),
            ours: format!("{ours:.1}"),
            theirs: theirs.map_or(String::new(), |theirs| format!("{theirs:.1}")),
            ratio: theirs.map_or(String::new(), |theirs| format!("{:.1}x", theirs / ours)),
            wanted: String::new(),
            holds: None,
        };
        for served in [Served::Node, Served::Oxide] {
            let small = self.resident(served, "memory-2")?;
            let theirs = (self.resident(served, "memory-3000")? - small) / SOCKETS;
            let what = "KiB per idle connection in the server, 9,000 in 3,000 rooms";
            self.rows.push(memory(what, served.name(), ours, Some(theirs)));
        }
        let what = "KiB per room of three in the server, its seats included";
        self.rows.push(memory(what, "", (rooms - large) / MORE_ROOMS, None));
        Ok(())
    }

    /// Many rooms on both cores, with the reference server.
    fn ten_thousand(&mut self) -> io::Result<()> {
        let urgently = self.urgently.clone();
        let _server = self.serve(Served::Reference, &urgently)?;
        let scenario = "../../../scenarios/ten-thousand-rooms";
        let command = [urgently, harness(&self.places, "crm", scenario, self.port)].concat();
        let report = Report::of(self, &command, &[SECRET])?;
        let (lost, leaked) = (report.number("/ledger/lost")?, report.number("/ledger/leaked")?);
        let p99 = report.number("/phases/2/timings/delivery/p99_us")? / 1000.0;
        let void = if report.is_void() { "void" } else { "valid" };
        let holds = lost == 0.0 && leaked == 0.0 && p99 < 100.0 && !report.is_void();
        self.rows.push(Row {
            what: "10,000 rooms of 3 over 6,000 sockets, 3,000 messages/s: delivery p99, ms".to_owned(),
            against: "reference server".to_owned(),
            ours: format!("{p99:.1}"),
            theirs: String::new(),
            ratio: String::new(),
            wanted: format!("≤ 100; lost {lost}, leaked {leaked}, {void}"),
            holds: Some(holds),
        });
        Ok(())
    }
}
