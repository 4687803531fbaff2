//! What the system says of a process: its CPU time and memory. And processes that end with us, each on its core.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::counts::{self, Told};

/// Where servers run, and where clients do.
pub(crate) const SERVER_CORE: &str = "0";
pub(crate) const CLIENT_CORE: &str = "1";

/// A process that is killed when it is dropped.
#[derive(Debug)]
pub(crate) struct Process(Child);

impl Process {
    /// Starts a command on one core.
    pub(crate) fn start(
        core: &str,
        command: &[String],
        env: &[(&str, &str)],
        log: &Path,
    ) -> io::Result<Self> {
        let log = fs::File::create(log)?;
        let child = Command::new("taskset")
            .args(["-c", core])
            .args(command)
            .envs(env.iter().copied())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        Ok(Self(child))
    }

    /// The CPU time of all its threads so far.
    pub(crate) fn cpu(&self) -> io::Result<Duration> {
        let mut nanos = 0;
        for thread in fs::read_dir(format!("/proc/{}/task", self.0.id()))?.flatten() {
            let text = fs::read_to_string(thread.path().join("schedstat")).unwrap_or_default();
            nanos +=
                text.split_ascii_whitespace().next().and_then(|nanos| nanos.parse::<u64>().ok()).unwrap_or(0);
        }
        Ok(Duration::from_nanos(nanos))
    }

    /// Its memory, in KiB.
    pub(crate) fn rss(&self) -> io::Result<u64> {
        let text = fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.split_ascii_whitespace().next()?.parse().ok());
        kib.ok_or_else(|| io::Error::other("a process without memory"))
    }

    /// Whether it runs.
    pub(crate) fn runs(&mut self) -> bool {
        matches!(self.0.try_wait(), Ok(None))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _killed = self.0.kill();
        let _ended = self.0.wait();
    }
}

/// A server that counts, and what it has counted.
#[derive(Debug)]
pub(crate) struct Counting {
    _process: Process,
    pub(crate) port: u16,
}

impl Counting {
    /// Waits until it answers.
    pub(crate) fn new(process: Process, port: u16) -> io::Result<Self> {
        let server = Self { _process: process, port };
        server.wait(Duration::from_secs(10), |_| true)?;
        Ok(server)
    }

    pub(crate) fn told(&self) -> io::Result<Told> {
        counts::ask(self.port)
    }

    /// Waits until something holds of what it has counted.
    pub(crate) fn wait(&self, within: Duration, holds: impl Fn(&Told) -> bool) -> io::Result<Told> {
        let until = Instant::now() + within;
        loop {
            match self.told() {
                Ok(told) if holds(&told) => return Ok(told),
                _ if Instant::now() > until => {
                    return Err(io::Error::other("it has not come so far in time"));
                }
                _ => std::thread::sleep(Duration::from_millis(5)),
            }
        }
    }
}
