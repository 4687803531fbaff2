//! What a run left, and what is said of it: records, causes, verdicts, comparisons with an earlier run, snapshots.
//!
//! Owns what stands in `report.json`. It must not know how a run is made, nor how a result is shown.

pub mod causes;
pub mod compare;
pub mod record;
pub mod snapshot;
pub mod verdict;
pub mod whole;
