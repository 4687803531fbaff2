//! Deliberate violations, to test whoever judges a server, and variations which no judge may mind.
//!
//! Each fault is an option of a lower floor, or a transformation around it: of a command and what it led to
//! ([`effects`], and [`beyond`] for what goes beyond the documents), or of a payload ([`payload`]). It must not know the socket layer; `host` applies the few that
//! concern delivery itself.

mod beyond;
mod catalogue;
pub(crate) mod effects;
pub(crate) mod payload;

use std::collections::BTreeSet;

use crate::auth::Leniency;
use crate::core::OpenDoors;

pub use catalogue::{Fault, Variation};

/// A set of faults. Empty by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults(BTreeSet<Fault>);

impl Faults {
    /// Whether this fault is on.
    #[must_use]
    pub fn has(&self, fault: Fault) -> bool {
        self.0.contains(&fault)
    }

    /// Whether the server behaves.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The faults that are on.
    pub fn iter(&self) -> impl Iterator<Item = Fault> + '_ {
        self.0.iter().copied()
    }

    /// What the token check leaves out.
    #[must_use]
    pub(crate) fn leniency(&self) -> Leniency {
        Leniency {
            expired: self.has(Fault::AcceptExpiredToken),
            signature: self.has(Fault::AcceptBadSignature),
            unsigned: self.has(Fault::AcceptAlgNone),
            checked_once: self.has(Fault::TokenNotRechecked),
        }
    }

    /// The rights outsiders have.
    #[must_use]
    pub(crate) fn open_doors(&self) -> OpenDoors {
        OpenDoors {
            join: self.has(Fault::StrangerMayJoin),
            send: self.has(Fault::StrangerMaySend),
            read: self.has(Fault::ReceiptFromStranger),
            react: self.has(Fault::ReactionFromStranger),
            edit: self.has(Fault::UpdateByAnyone),
            history: self.has(Fault::StrangerSeesHistory),
        }
    }
}

impl FromIterator<Fault> for Faults {
    fn from_iter<I: IntoIterator<Item = Fault>>(faults: I) -> Self {
        Self(faults.into_iter().collect())
    }
}

impl From<Fault> for Faults {
    fn from(fault: Fault) -> Self {
        std::iter::once(fault).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_kebab_case_unique_and_parses_back() {
        let mut seen = BTreeSet::new();
        for fault in Fault::all() {
            assert!(fault.name().chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'));
            assert!(seen.insert(fault.name()), "{fault} twice");
            assert_eq!(fault.name().parse(), Ok(*fault));
        }
        assert!(Fault::all().len() >= 55);
        assert_eq!("nope".parse::<Fault>(), Err("no fault is called \"nope\"".to_owned()));
    }

    #[test]
    fn every_fault_says_where_it_is_a_violation() {
        let known = ["minimal", "minimal-open", "gateway", "whatsapp", "crm"];
        for fault in Fault::all() {
            assert!(fault.dialects().count() > 0, "{fault}");
            assert!(fault.dialects().all(|dialect| known.contains(&dialect)), "{fault}");
        }
        let of_crm: Vec<_> = Fault::UpdateByAnyone.dialects().collect();
        assert_eq!(of_crm, ["whatsapp", "crm"]);
    }

    #[test]
    fn a_set_has_what_was_put_in() {
        let faults: Faults = [Fault::NoAck, Fault::NoAck, Fault::StrangerMaySend].into_iter().collect();
        assert_eq!(faults.iter().count(), 2);
        assert!(faults.open_doors().send && !faults.open_doors().join);
        assert!(Faults::default().is_empty() && !faults.is_empty());
    }
}
