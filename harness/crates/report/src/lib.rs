//! Reports: one record of a run, shown as terminal text, as a page in a browser, as JSON with a schema, and as whatever a
//! pipeline reads.
//! Knows records and, for the listing of cases, plans; never the runner, so that every report sees the same run.

pub mod annotations;
pub mod badge;
pub mod causes;
pub mod comparison;
mod coverage;
mod diagram;
mod diff;
mod explain;
pub mod histograms;
pub mod html;
mod instances;
pub mod json;
pub mod junit;
mod listing;
pub mod load_text;
mod page;
mod remarks;
pub mod summary;
pub mod tap;
pub mod text;
pub mod unfinished;

pub use coverage::coverage;
pub use diagram::on_one_line;
pub use listing::list;

/// How a report reads in a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextOptions {
    /// With colour; without it the words say all that colours say.
    pub colour: bool,
    /// Every finding, every step, every form.
    pub verbose: bool,
    /// The raw frames of a failing case.
    pub trace: bool,
    /// The verdict and what failed, and nothing else.
    pub quiet: bool,
    /// Columns.
    pub width: usize,
}

impl Default for TextOptions {
    fn default() -> Self {
        Self { colour: false, verbose: false, trace: false, quiet: false, width: 100 }
    }
}
