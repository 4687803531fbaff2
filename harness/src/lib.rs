//! The harness: reads scenarios and contracts, plays them against a chat backend, and says what is wrong with it.
//!
//! Owns everything but the server: files, model, judging, clients, load, reports, command line. Only `embedded` and `cli` know
//! the reference server, and no codec is shared with it.
//!
//! Floors, bottom up: `wire`, `scenario` -> `record`, `world`, `client` -> `check`, `snapshot`, `causes` -> `plan`, `verdict`,
//! `failure`, `compare` -> `interpreter` -> `runner`, `dry`, `recorder`, `report`, `language`, `asyncapi` -> `load` -> `embedded`,
//! `external` -> `cli`. `tests/floors.rs` fails on an import that goes up or sideways. `docs/architecture.md` walks through them.

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
