//! What findings are gathered into: one entry for each thing that somebody has to mend.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::load::LoadRecord;
use super::{Finding, Kind};
use language::level::Level;

/// The kinds of refusal that are about who one is, and not about what one sends.
const WHO: [&str; 5] = ["unauthenticated", "stranger", "unjoined", "spoofed", "not_owner"];

/// A cause: what is wrong, in whatever case, dialect or load it shows.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Cause {
    /// What an expected failure names: `leak:newMessage:stranger`.
    pub key: String,
    /// Further keys, where one alone does not name all of it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub more_keys: Vec<String>,
    /// What is wrong: `newMessage heard by a stranger`.
    pub title: String,
    /// What was being done: `send`, `join`; the most frequent first.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub during: Vec<String>,
    /// The kind of its findings; of the worst, where there are several.
    pub kind: Kind,
    /// The worst level of its findings.
    pub level: Level,
    /// All of its rules are sense: no document says them.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub by_sense: bool,
    /// The clauses it offends, each behind its dialect: `crm.s1`.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub clauses: Vec<String>,
    /// The cases in which it shows.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub cases: Vec<String>,
    /// The load runs in which it shows.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub loads: Vec<String>,
    /// How many findings it is, those of load included.
    pub findings: u64,
    /// What is wrong only because of it, later in the same cases.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub follows: Vec<String>,
    /// Why it is no news, where all of it is covered by entries of `expected_failures`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expected: Option<String>,
    /// The smallest example.
    pub example: Example,
}

impl Cause {
    /// All of its keys.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.key).chain(&self.more_keys).map(String::as_str)
    }

    /// Whether it shows in a load run.
    #[must_use]
    pub fn shows_under(&self, load: &LoadRecord) -> bool {
        self.loads.contains(&load.name())
    }

    /// What shows who must not to whom, or lets do who must not: it comes before what is merely wrong.
    #[must_use]
    pub fn is_unsafe(&self) -> bool {
        matches!(self.kind, Kind::Leak | Kind::Broadcast | Kind::Accepted)
    }

    /// Whether somebody hears or does what, by sense alone, they should not: told in every verdict, whatever fails the run.
    #[must_use]
    pub fn concerns_safety_by_sense(&self) -> bool {
        let during = &self.example.finding.during;
        let about_who = || WHO.iter().any(|kind| during.ends_with(&format!("refused as {kind}")));
        self.by_sense
            && match self.kind {
                Kind::Leak | Kind::Broadcast => true,
                Kind::Accepted => about_who(),
                _ => false,
            }
    }
}

/// A finding and where it stands.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Example {
    /// The case; of a load run, what that is called.
    pub case: String,
    /// The file of its scenario; empty for a load run.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub file: String,
    /// The line of the step; 0 for what the harness does by itself.
    pub line: usize,
    /// The step.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub step: String,
    /// The finding.
    pub finding: Finding,
}
