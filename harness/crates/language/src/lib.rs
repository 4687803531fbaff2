//! Everything that is read from files: scenarios, contracts, targets, and the grammar they share. No tokio, no clock.

pub mod contract;
pub mod contract_file;
pub mod data;
pub mod duration;
pub mod expected;
pub mod failure;
pub mod ground;
pub mod level;
pub mod library;
pub mod load;
mod load_file;
pub mod members;
pub mod names;
pub mod payload;
pub mod problem;
pub mod prune;
pub mod reference;
pub mod script;
pub mod script_file;
pub mod target;
pub mod text;
pub mod tidy;
pub mod verb;
