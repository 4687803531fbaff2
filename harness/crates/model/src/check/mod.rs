//! Judging, without any socket or clock: templates and patterns, and the expectations of a step against what came.

pub mod answer;
pub mod fill;
pub mod internals;
pub mod judge;
pub mod matching;
pub mod scope;
pub mod spoil;

#[cfg(test)]
mod tests;
