//! From what did not fit to findings: how bad, which clause, in which words. Must not know how anything came, nor when: who was
//! there and what was done is told by a [`scene::Scene`], which can be made by hand.

pub mod fold;
pub mod misses;
pub mod places;
pub mod scene;

#[cfg(test)]
mod tests;
