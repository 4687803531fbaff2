//! Which events tell of typing and receipts, so that they can be counted: compiled from the contract, as far as the turns of
//! a scenario cause them.

use super::notices::{NoticeKind, Rule};
use super::pattern::{Pattern, Slot, Uncompilable, compile};
use super::speech::Event;
use language::contract::{Audience, ChangeKind, Contract, Verb};
use language::verb::{ModelVerb, VerbName};

/// An event that tells of a change, so that each who has to hear it can be held to it.
#[derive(Debug)]
pub(super) struct Counted {
    pub(super) kind: NoticeKind,
    /// Which event.
    pub(super) event: usize,
    /// Its payload where it tells of this change; another change may use the same event.
    pub(super) pattern: Pattern,
}

/// All that are counted.
#[derive(Debug, Default)]
pub(super) struct CountedEvents {
    pub(super) all: Vec<Counted>,
    pub(super) rule: Rule,
    /// What is not counted, and why.
    pub(super) remarks: Vec<String>,
}

impl NoticeKind {
    /// The change that a turn of this verb causes, if it is one that is counted.
    pub(super) fn of(name: &VerbName, verb: &Verb) -> Option<Self> {
        match name.model()? {
            ModelVerb::Type => Some(Self::Typing),
            ModelVerb::StopTyping => Some(Self::Stopped),
            ModelVerb::Read if !verb.reads_conversation => Some(Self::Read),
            _ => None,
        }
    }

    fn change(self) -> &'static str {
        match self {
            Self::Typing => "typing",
            Self::Stopped => "stopped",
            Self::Read => "read",
        }
    }
}

impl CountedEvents {
    /// The events of these changes. Where typing is counted, its end is.
    pub(super) fn new(contract: &Contract, events: &[Event], caused: &[NoticeKind], rule: Rule) -> Self {
        let typing = caused.iter().any(|kind| *kind != NoticeKind::Read);
        let mut wanted = if typing { vec![NoticeKind::Typing, NoticeKind::Stopped] } else { Vec::new() };
        wanted.extend(caused.contains(&NoticeKind::Read).then_some(NoticeKind::Read));
        let mut counted = Self { rule, ..Self::default() };
        for kind in wanted {
            match compiled(kind, contract, events) {
                Ok(one) => counted.all.push(one),
                Err(why) => counted.remarks.push(format!(
                    "what is heard of `{}` is compared and held to its room, and not counted: {why}",
                    kind.change()
                )),
            }
        }
        // One without the other cannot be followed.
        if counted.all.iter().filter(|one| one.kind != NoticeKind::Read).count() == 1 {
            counted.all.retain(|one| one.kind == NoticeKind::Read);
        }
        counted
    }

    pub(super) fn counts(&self, kind: NoticeKind) -> bool {
        self.all.iter().any(|one| one.kind == kind)
    }
}

/// Why it cannot be counted who is told of a change.
#[derive(Debug, thiserror::Error)]
enum NotCounted {
    #[error("the contract does not say that it is")]
    Unsaid,
    #[error("the contract has several forms of it")]
    SeveralForms,
    #[error("it is for more or others than the other members of the room")]
    OtherHearers,
    #[error("it is no event of the contract")]
    NoEvent,
    #[error("it does not say of which room, user or message it is")]
    Unclear,
    #[error(transparent)]
    Uncompilable(#[from] Uncompilable),
}

fn compiled(kind: NoticeKind, contract: &Contract, events: &[Event]) -> Result<Counted, NotCounted> {
    let consequence = contract.when.get(&ChangeKind(kind.change().to_owned())).ok_or(NotCounted::Unsaid)?;
    let mut forms = consequence.forms.values();
    let (Some(form), None) = (forms.next(), forms.next()) else {
        return Err(NotCounted::SeveralForms);
    };
    let mut required = form.iter().filter(|audible| !audible.maybe);
    let audible = match (required.next(), required.next()) {
        (Some(audible), None) if audible.audience == Audience::Others => audible,
        _ => return Err(NotCounted::OtherHearers),
    };
    let event = events.iter().position(|event| event.documented == audible.heard.event);
    let event = event.ok_or(NotCounted::NoEvent)?;
    let pattern = compile(&audible.heard.data, contract)?;
    let needed: &[Slot] = if kind == NoticeKind::Read {
        &[Slot::Room, Slot::Me, Slot::Message]
    } else {
        &[Slot::Room, Slot::Me]
    };
    if needed.iter().all(|slot| pattern.has(*slot)) {
        Ok(Counted { kind, event, pattern })
    } else {
        Err(NotCounted::Unclear)
    }
}
