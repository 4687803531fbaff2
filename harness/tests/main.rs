//! All integration tests, in one binary: each binary links the whole harness.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]
#![expect(clippy::print_stdout, reason = "what was measured is printed with --nocapture")]

mod asyncapi;
mod authoring;
mod bad_input;
mod bad_servers;
mod cannot_run;
mod capabilities;
mod chosen;
mod client;
mod compatible;
mod contracts;
mod dry;
mod folder;
mod grounds;
mod honest;
mod html;
mod import;
mod judged;
mod language;
mod limits;
mod load;
mod login;
mod pipelines;
mod raw;
mod reach;
mod record;
mod report;
#[cfg(feature = "rust_socketio")]
mod second;
mod snapshot;
mod started;
mod statuses;
mod streams;
mod survives;
mod targets;
mod terminal;
mod tls;
mod told;
mod trend;
