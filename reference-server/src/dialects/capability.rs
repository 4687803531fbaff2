//! What the server can do beyond its documents, each to be switched off on its own.
//!
//! It must not know what any dialect calls it.

use std::fmt;
use std::str::FromStr;

/// Something that a document names as a next step, or has room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Capability {
    /// Messages get reactions.
    Reactions,
    /// One can ask when a user was last there.
    LastSeen,
    /// Who rejoins a conversation is told what was missed.
    OfflineDelivery,
    /// Messages are changed and deleted, and everybody is told so.
    Editing,
    /// One can ask who is online.
    Monitoring,
}

impl Capability {
    /// Every one there is.
    #[must_use]
    pub fn all() -> &'static [Self] {
        &[Self::Reactions, Self::LastSeen, Self::OfflineDelivery, Self::Editing, Self::Monitoring]
    }

    /// Its name on the command line and in contracts.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Reactions => "reactions",
            Self::LastSeen => "last_seen",
            Self::OfflineDelivery => "offline_delivery",
            Self::Editing => "editing",
            Self::Monitoring => "monitoring",
        }
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Capability {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::all().iter().copied().find(|capability| capability.name() == name);
        found.ok_or_else(|| {
            let names: Vec<_> = Self::all().iter().map(|capability| capability.name()).collect();
            format!("there is no capability {name:?}; known are: {}", names.join(", "))
        })
    }
}

/// Those that a server has. All by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities(u8);

impl Capabilities {
    /// All but these.
    #[must_use]
    pub fn without(lacking: &[Capability]) -> Self {
        lacking.iter().fold(Self::default(), |Self(left), lacked| Self(left & !bit(*lacked)))
    }

    /// Whether this one is among them.
    #[must_use]
    pub fn has(self, capability: Capability) -> bool {
        self.0 & bit(capability) != 0
    }
}

impl Default for Capabilities {
    fn default() -> Self {
        Self(u8::MAX)
    }
}

fn bit(capability: Capability) -> u8 {
    1 << capability as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_switched_off_by_its_name_alone() {
        for lacked in Capability::all() {
            let left = Capabilities::without(&[lacked.name().parse().unwrap()]);
            for capability in Capability::all() {
                assert_eq!(left.has(*capability), capability != lacked, "{capability} without {lacked}");
            }
        }
        assert!("telepathy".parse::<Capability>().unwrap_err().contains("last_seen"));
    }
}
