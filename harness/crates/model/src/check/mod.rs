//! Judging, without any socket or clock: templates and patterns, and the expectations of a step against what came.

pub mod answer;
pub mod choices;
mod expect;
pub mod fill;
mod held;
pub mod identity;
pub mod internals;
pub mod judge;
pub mod matching;
pub mod people;
pub mod scope;
pub mod spoil;
pub mod times;

#[cfg(test)]
mod tests;
