//! On what a rule of a contract stands, and how bad it can be to break it.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::level::Level;

/// The ground of a rule. It bounds the level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Ground {
    /// A sentence, a table, a type or a printed payload of the document says it.
    #[default]
    Stated,
    /// A printed example or the flow of the document cannot work without it.
    Implied,
    /// No document says it; a good server would do it. Its level is at most may.
    Sense,
    /// A choice of the reference server. Another server breaks nothing when it does otherwise.
    Ours,
}

impl Ground {
    /// All of them, the strongest first.
    pub const ALL: [Self; 4] = [Self::Stated, Self::Implied, Self::Sense, Self::Ours];

    /// The highest level of a rule that stands on it.
    #[must_use]
    pub fn bound(self) -> Level {
        match self {
            Self::Stated | Self::Implied => Level::Must,
            Self::Sense | Self::Ours => Level::May,
        }
    }
}

impl fmt::Display for Ground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Stated => "stated",
            Self::Implied => "implied",
            Self::Sense => "sense",
            Self::Ours => "ours",
        })
    }
}

impl FromStr for Ground {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|ground| ground.to_string() == text)
            .ok_or_else(|| format!("`{text}` is no ground: stated, implied, sense or ours"))
    }
}
