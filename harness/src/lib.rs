//! The program: flags, subcommands, exit statuses, and the wiring of the crates under `crates/`.
//!
//! Only `embedded` and `cli` know the reference server, and no codec is shared with it. `docs/architecture.md` walks through the crates.

pub mod cli;
pub mod embedded;
pub mod external;
mod streams;
