//! The model of a chat: who is in which room (`world`), what a scenario asks of a contract (`plan`), what a step sends and what
//! has to follow (`interpreter`), whether what came fits (`check`), and what it means that it does not (`findings`).
//!
//! Pure: no socket, no runtime, and no clock but the time it is given. The drivers stand on it: runs over sockets, dry runs, load.

pub mod check;
pub mod findings;
pub mod interpreter;
pub mod plan;
pub mod world;
