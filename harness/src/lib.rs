//! The harness: scenarios in, verdicts out.
//!
//! Floors, bottom up: `wire`, `scenario`, `record` -> `world`, `client`, `check`, `snapshot`, `causes` -> `plan`, `verdict`,
//! `failure`, `compare` -> `interpreter` -> `runner`, `dry`, `report` and other drivers and reports -> `load` -> `embedded`, `external` -> `cli`. A test reads the imports and fails on an upward one.

pub mod asyncapi;
pub mod causes;
pub mod check;
pub mod cli;
pub mod client;
pub mod compare;
pub mod dry;
pub mod embedded;
pub mod external;
pub mod failure;
pub mod interpreter;
pub mod language;
pub mod load;
pub mod plan;
pub mod record;
pub mod recorder;
pub mod report;
pub mod runner;
pub mod scenario;
pub mod snapshot;
pub mod verdict;
pub mod wire;
pub mod world;
