//! What the harness reports of itself.

use std::io;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::plan::Plan;
use crate::probe::{CLIENT_CORE, Process};

/// The record of a load run.
#[derive(Debug)]
pub(crate) struct Report(Value);

impl Report {
    /// Runs the harness to its end.
    pub(crate) fn of(plan: &Plan, command: &[String], env: &[(&str, &str)]) -> io::Result<Self> {
        Self::beside(plan, command, env, || {}).map(|(report, _)| report)
    }

    /// Runs the harness to its end, and looks at something every few milliseconds; says when it ended, too.
    pub(crate) fn beside(
        plan: &Plan,
        command: &[String],
        env: &[(&str, &str)],
        mut look: impl FnMut(),
    ) -> io::Result<(Self, Instant)> {
        let path = plan.places.out.join("harness/report.json");
        let _gone = std::fs::remove_file(&path);
        let mut harness = Process::start(CLIENT_CORE, command, env, &plan.log("harness"))?;
        let until = Instant::now() + Duration::from_secs(90);
        while harness.runs() {
            if Instant::now() > until {
                return Err(io::Error::other("the harness should have ended and has not"));
            }
            look();
            std::thread::sleep(Duration::from_millis(10));
        }
        let ended = Instant::now();
        let report: Value = serde_json::from_slice(&std::fs::read(&path)?)?;
        Ok((Self(report["loads"][0].clone()), ended))
    }

    /// A number in it, by its JSON pointer.
    pub(crate) fn number(&self, pointer: &str) -> io::Result<f64> {
        self.0
            .pointer(pointer)
            .and_then(Value::as_f64)
            .ok_or_else(|| io::Error::other(format!("the report of the harness has no {pointer}")))
    }

    /// A text in it, by its JSON pointer; empty where there is none.
    pub(crate) fn text(&self, pointer: &str) -> String {
        self.0.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// Whether it says that the generator itself was the bottleneck.
    pub(crate) fn is_void(&self) -> bool {
        !self.0["void"].is_null()
    }
}
