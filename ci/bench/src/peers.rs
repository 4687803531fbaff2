//! Who is compared: how each client is started for each kind of work.

use std::path::PathBuf;

/// A client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Peer {
    Harness,
    Node,
    Artillery,
    Locust,
    Floor,
}

/// What a client does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    /// So many sockets, each emitting and waiting for its ack.
    Echo(usize),
    /// A hundred rooms of ten, in each of which somebody always speaks.
    Chat,
    /// So many sockets that do nothing.
    Idle(usize),
}

impl Work {
    pub(crate) fn sockets(self) -> usize {
        match self {
            Self::Echo(sockets) | Self::Idle(sockets) => sockets,
            Self::Chat => 1000,
        }
    }
}

/// Where things lie.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    /// This folder.
    pub(crate) here: PathBuf,
    /// The harness and the reference server.
    pub(crate) bin: PathBuf,
    /// This program.
    pub(crate) bench: PathBuf,
    /// Reports and logs.
    pub(crate) out: PathBuf,
    /// The virtual environment of Locust.
    pub(crate) venv: PathBuf,
}

impl Peer {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Harness => "harness",
            Self::Node => "socket.io-client",
            Self::Artillery => "Artillery",
            Self::Locust => "Locust",
            Self::Floor => "bare TCP",
        }
    }

    /// Whether it is slow to get going and far behind: it gets fewer rounds.
    pub(crate) fn is_slow(self) -> bool {
        matches!(self, Self::Artillery | Self::Locust)
    }

    /// Whether what it needs is installed.
    pub(crate) fn is_here(self, places: &Places) -> bool {
        match self {
            Self::Harness | Self::Floor => true,
            Self::Node => places.here.join("node_modules/socket.io-client").is_dir(),
            Self::Artillery => places.here.join("artillery/node_modules/artillery").is_dir(),
            Self::Locust => places.venv.join("bin/locust").is_file(),
        }
    }

    /// The command line.
    pub(crate) fn command(self, places: &Places, work: Work, port: u16) -> Vec<String> {
        let url = format!("http://127.0.0.1:{port}");
        let here = |name: &str| places.here.join(name).display().to_string();
        let sockets = work.sockets().to_string();
        let (word, scenario) = match work {
            Work::Echo(sockets) => ("echo", format!("echo-{sockets}")),
            Work::Chat => ("chat", "chat".to_owned()),
            Work::Idle(2) => ("idle", "start".to_owned()),
            Work::Idle(_) => ("idle", "idle".to_owned()),
        };
        match self {
            Self::Harness => harness(places, "bench", &scenario, port),
            Self::Floor => {
                vec![places.bench.display().to_string(), "floor".into(), port.to_string(), sockets]
            }
            Self::Node => vec!["node".into(), here("peers/client.mjs"), url, word.into(), sockets],
            Self::Artillery => vec![
                "node".into(),
                here("artillery/node_modules/artillery/bin/run"),
                "run".into(),
                "--target".into(),
                url,
                here(&format!("artillery/{word}.yaml")),
                "--overrides".into(),
                format!(
                    "{{\"config\":{{\"phases\":[{{\"duration\":{},\"arrivalCount\":{sockets}}}]}}}}",
                    work.sockets().div_ceil(100)
                ),
            ],
            Self::Locust => vec![
                places.venv.join("bin/locust").display().to_string(),
                "--headless".into(),
                "--only-summary".into(),
                "-f".into(),
                here(&format!("peers/locust_{word}.py")),
                "-H".into(),
                url,
                "-u".into(),
                sockets.clone(),
                "-r".into(),
                "100".into(),
            ],
        }
    }
}

/// The harness with a scenario of this folder, or of another, counted from there.
pub(crate) fn harness(places: &Places, dialect: &str, scenario: &str, port: u16) -> Vec<String> {
    let mut words = vec![places.bin.join("harness").display().to_string()];
    if dialect == "bench" {
        words.extend(["--scenarios".to_owned(), places.here.join("scenarios").display().to_string()]);
    }
    let scenario = places.here.join("scenarios").join(format!("{scenario}.yaml")).display().to_string();
    let reports = places.out.join("harness").display().to_string();
    let target = format!("http://127.0.0.1:{port}");
    let rest = [
        "--dialect",
        dialect,
        "--scenario",
        &scenario,
        "--target",
        &target,
        "--workers",
        "1",
        "--reports",
        &reports,
    ];
    words.extend(rest.iter().map(|word| (*word).to_owned()));
    words
}
