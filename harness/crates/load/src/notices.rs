//! Typing and receipts, counted: who has to be told what, once each, and what became of it. Pure: times are given.
//!
//! A keystroke within the debounce of one that was told is coalesced: nobody has to hear it. What cannot be known is
//! excused, never guessed: who types on after the debounce, who leaves while they type, what is said around a member's
//! joining. To keep that rare, turns go to members of whom it is known ([`Notices::is_certain`]).

/// How long what a member has left behind may still be heard, in nanoseconds.
const AFTERMATH: u64 = 10_000_000_000;

/// What others are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoticeKind {
    /// Somebody types.
    Typing,
    /// They no longer do: they have said so, or the server has.
    Stopped,
    /// Somebody has read a message.
    Read,
}

/// The documented times, in nanoseconds.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rule {
    /// Within it a keystroke is told once.
    pub(super) debounce: u64,
    /// After this time at the latest the server ends a typing; none where it never does.
    pub(super) expires: Option<u64>,
}

/// One room's.
#[derive(Debug)]
pub(super) struct Notices {
    rule: Rule,
    people: Vec<Person>,
    under_way: Vec<Notice>,
}

#[derive(Debug, Clone, Copy)]
struct Person {
    /// When they joined.
    since: u64,
    /// When others were last told of them, by kind.
    told: [Option<u64>; 3],
    typing: Typing,
    /// Until then nobody can say what others hear of them.
    unsure: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Typing {
    No,
    /// Since when, and whether it was renewed.
    Yes {
        began: u64,
        renewed: bool,
    },
    /// The end was told to the server.
    Ending,
}

/// Something that is being told.
#[derive(Debug)]
struct Notice {
    kind: NoticeKind,
    about: u16,
    /// The message, hashed; 0 where it is of none.
    message: u64,
    /// When it was said.
    sent: u64,
    /// From when on it should have been heard.
    due: u64,
    waiting: Vec<u16>,
}

/// What an event means to its hearer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heard {
    /// They were to hear it.
    Awaited,
    /// They have heard it, or nobody has caused it.
    Again,
    /// It is about themselves, and for the others.
    NotForHim,
    /// It might come or not.
    Excused,
}

/// What is now awaited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// So many will hear it, now or when it ends.
    Others(u64),
    /// Nobody has to: it was told just before, or there is nothing to tell.
    Nobody,
    /// It cannot be known; so many that were awaited are no longer.
    Unsure(u64),
}

/// Somebody was not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Untold {
    pub(super) kind: NoticeKind,
    pub(super) about: u16,
    pub(super) member: u16,
    pub(super) sent: u64,
    /// It was not due yet when the run ended: no loss.
    pub(super) early: bool,
}

impl Notices {
    pub(super) fn new(members: usize, rule: Rule) -> Self {
        let person = Person { since: 0, told: [None; 3], typing: Typing::No, unsure: 0 };
        Self { rule, people: vec![person; members], under_way: Vec::new() }
    }

    pub(super) fn in_flight(&self) -> usize {
        self.under_way.len()
    }

    pub(super) fn join(&mut self, member: usize, now: u64) {
        self.people[member].since = now;
    }

    /// A member is gone: how many notices nobody can say of whether they come.
    pub(super) fn leave(&mut self, member: usize, now: u64) -> u64 {
        let who = member as u16;
        let (mut excused, mut unheard) = (0, Vec::new());
        self.under_way.retain_mut(|notice| {
            let before = notice.waiting.len();
            notice.waiting.retain(|waiting| *waiting != who);
            excused += (before - notice.waiting.len()) as u64;
            if notice.waiting.is_empty() && notice.kind == NoticeKind::Stopped {
                unheard.push(usize::from(notice.about));
            }
            !notice.waiting.is_empty()
        });
        // When they stop, nobody hears.
        unheard.push(member);
        excused + unheard.into_iter().map(|about| self.forget(about, now)).sum::<u64>()
    }

    /// From now on nobody can say for a while what is heard of a member; how many were awaited.
    fn forget(&mut self, member: usize, now: u64) -> u64 {
        let mut excused = 0;
        self.under_way.retain(|notice| {
            let his = usize::from(notice.about) == member;
            excused += if his { notice.waiting.len() as u64 } else { 0 };
            !his
        });
        let person = &mut self.people[member];
        person.typing = Typing::No;
        person.unsure = now + self.rule.expires.unwrap_or_default() + AFTERMATH;
        excused
    }

    /// Whether it is known who will hear of it, if a member says this now.
    pub(super) fn is_certain(&self, kind: NoticeKind, member: usize, now: u64) -> bool {
        let person = &self.people[member];
        let known = match (kind, person.typing) {
            (NoticeKind::Typing, Typing::Yes { began, .. }) => now.saturating_sub(began) < self.rule.debounce,
            (NoticeKind::Typing, typing) => typing == Typing::No,
            (NoticeKind::Stopped, typing) => matches!(typing, Typing::Yes { .. }),
            (NoticeKind::Read, _) => true,
        };
        known && now >= person.unsure
    }

    /// A member has said something of which others are told: all who are in the room.
    pub(super) fn tell(
        &mut self,
        kind: NoticeKind,
        member: usize,
        message: u64,
        now: u64,
        others: impl Iterator<Item = usize>,
    ) -> Told {
        let person = &mut self.people[member];
        let others: Vec<u16> = others.filter(|other| *other != member).map(|other| other as u16).collect();
        match (kind, person.typing) {
            _ if now < person.unsure => Told::Unsure(self.forget(member, now)),
            (NoticeKind::Typing, Typing::Yes { began, .. }) if now - began < self.rule.debounce => {
                person.typing = Typing::Yes { began, renewed: true };
                self.postpone(member, now);
                Told::Nobody
            }
            (NoticeKind::Typing, Typing::No) => {
                person.typing = Typing::Yes { began: now, renewed: false };
                let told = self.begin(kind, member, message, now, now, others.clone());
                match self.rule.expires {
                    Some(expires) => {
                        told.and(self.begin(NoticeKind::Stopped, member, 0, now, now + expires, others))
                    }
                    None => told,
                }
            }
            (NoticeKind::Typing, _) => Told::Unsure(self.forget(member, now)),
            (NoticeKind::Stopped, Typing::Yes { .. }) => {
                person.typing = Typing::Ending;
                match self.ending(member) {
                    Some(notice) => {
                        notice.due = now;
                        Told::Nobody
                    }
                    None => self.begin(kind, member, message, now, now, others),
                }
            }
            (NoticeKind::Stopped, _) => Told::Nobody,
            (NoticeKind::Read, _) => self.begin(kind, member, message, now, now, others),
        }
    }

    fn ending(&mut self, member: usize) -> Option<&mut Notice> {
        let mut his = self.under_way.iter_mut().filter(|notice| usize::from(notice.about) == member);
        his.find(|notice| notice.kind == NoticeKind::Stopped)
    }

    /// Who types on is told to have stopped later.
    fn postpone(&mut self, member: usize, now: u64) {
        let due = now + self.rule.expires.unwrap_or_default();
        if let Some(notice) = self.ending(member) {
            notice.due = due;
        }
    }

    fn begin(
        &mut self,
        kind: NoticeKind,
        member: usize,
        message: u64,
        sent: u64,
        due: u64,
        waiting: Vec<u16>,
    ) -> Told {
        self.people[member].told[kind as usize] = Some(sent);
        if waiting.is_empty() {
            // Nobody hears when it is over, either.
            return Told::Unsure(self.forget(member, sent));
        }
        let count = waiting.len() as u64;
        self.under_way.push(Notice { kind, about: member as u16, message, sent, due, waiting });
        Told::Others(count)
    }

    /// A member hears something about another.
    pub(super) fn hear(
        &mut self,
        kind: NoticeKind,
        hearer: usize,
        about: usize,
        message: u64,
        now: u64,
    ) -> Heard {
        let is_it = |notice: &Notice| {
            (notice.kind, usize::from(notice.about), notice.message) == (kind, about, message)
                && notice.waiting.contains(&(hearer as u16))
        };
        if let Some(at) = self.under_way.iter().position(is_it) {
            let notice = &mut self.under_way[at];
            notice.waiting.retain(|waiting| usize::from(*waiting) != hearer);
            if notice.waiting.is_empty() {
                self.under_way.swap_remove(at);
                if kind == NoticeKind::Stopped {
                    self.people[about].typing = Typing::No;
                }
            }
            return Heard::Awaited;
        }
        let person = &self.people[about];
        let told = person.told[kind as usize];
        let joined_since = told.is_some_and(|told| self.people[hearer].since >= told);
        // A keystroke that was to be coalesced may have reached the server when its debounce was over.
        let renewed = matches!(person.typing, Typing::Yes { began, renewed: true } if now - began >= self.rule.debounce);
        if now < person.unsure || joined_since || (kind == NoticeKind::Typing && renewed) {
            Heard::Excused
        } else if hearer == about {
            Heard::NotForHim
        } else {
            Heard::Again
        }
    }

    /// The server has refused what a member said at this time; how many are not told.
    pub(super) fn refuse(&mut self, member: usize, sent: u64, now: u64) -> u64 {
        let said = |notice: &Notice| usize::from(notice.about) == member && notice.sent == sent;
        if self.under_way.iter().any(said) { self.forget(member, now) } else { 0 }
    }

    /// Gives up what should have been heard before a time. At the end of a run that is everything.
    pub(super) fn give_up(&mut self, before: u64, now: u64, mut untold: impl FnMut(Untold)) {
        let mut over = Vec::new();
        self.under_way.retain(|notice| {
            let given_up = notice.due < before;
            if given_up {
                let Notice { kind, about, sent, due, .. } = *notice;
                let early = due >= now;
                notice.waiting.iter().for_each(|member| {
                    untold(Untold { kind, about, member: *member, sent, early });
                });
                over.push(about);
            }
            !given_up
        });
        for about in over {
            // What was not told may be told too late.
            self.forget(usize::from(about), now);
        }
    }
}

impl Told {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Others(one), Self::Others(two)) => Self::Others(one + two),
            (_, other) => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000_000;

    fn room() -> Notices {
        Notices::new(3, Rule { debounce: 500 * MS, expires: Some(5_000 * MS) })
    }

    fn tell(room: &mut Notices, kind: NoticeKind, member: usize, at: u64) -> Told {
        room.tell(kind, member, 0, at * MS, 0..3)
    }

    fn hear(room: &mut Notices, kind: NoticeKind, hearer: usize, about: usize, at: u64) -> Heard {
        room.hear(kind, hearer, about, 0, at * MS)
    }

    fn untold(room: &mut Notices, before: u64, now: u64) -> Vec<(NoticeKind, u16, bool)> {
        let mut all = Vec::new();
        room.give_up(before, now, |untold| all.push((untold.kind, untold.member, untold.early)));
        all
    }

    #[test]
    fn a_burst_is_told_once_and_ends_by_itself() {
        let mut room = room();
        assert_eq!(tell(&mut room, NoticeKind::Typing, 0, 100), Told::Others(4));
        assert_eq!(tell(&mut room, NoticeKind::Typing, 0, 400), Told::Nobody);
        for hearer in [1, 2] {
            assert_eq!(hear(&mut room, NoticeKind::Typing, hearer, 0, 401), Heard::Awaited);
        }
        // Sooner than the debounce it can only be a second time; later it may be the other keystroke.
        assert_eq!(hear(&mut room, NoticeKind::Typing, 1, 0, 402), Heard::Again);
        assert_eq!(hear(&mut room, NoticeKind::Typing, 1, 0, 700), Heard::Excused);
        assert_eq!(hear(&mut room, NoticeKind::Typing, 0, 0, 402), Heard::NotForHim);
        assert!(
            !room.is_certain(NoticeKind::Typing, 0, 700 * MS)
                && room.is_certain(NoticeKind::Stopped, 0, 700 * MS)
        );
        for hearer in [1, 2] {
            assert_eq!(hear(&mut room, NoticeKind::Stopped, hearer, 0, 4_400), Heard::Awaited);
        }
        assert_eq!(hear(&mut room, NoticeKind::Stopped, 2, 0, 4_401), Heard::Again);
        assert_eq!((room.in_flight(), room.is_certain(NoticeKind::Typing, 0, 4_500 * MS)), (0, true));
        assert_eq!(tell(&mut room, NoticeKind::Typing, 0, 4_500), Told::Others(4));
    }

    #[test]
    fn who_says_that_he_stops_is_told_to_have_stopped_once() {
        let mut room = room();
        tell(&mut room, NoticeKind::Typing, 0, 100);
        assert_eq!(tell(&mut room, NoticeKind::Stopped, 0, 200), Told::Nobody);
        assert_eq!(tell(&mut room, NoticeKind::Stopped, 0, 201), Told::Nobody);
        for (hearer, kind) in [
            (1, NoticeKind::Typing),
            (1, NoticeKind::Stopped),
            (2, NoticeKind::Typing),
            (2, NoticeKind::Stopped),
        ] {
            assert_eq!(hear(&mut room, kind, hearer, 0, 210), Heard::Awaited);
        }
        assert_eq!(hear(&mut room, NoticeKind::Stopped, 1, 0, 4_200), Heard::Again);
    }

    #[test]
    fn what_nobody_was_told_is_lost_and_what_was_not_due_is_not() {
        let mut room = room();
        room.tell(NoticeKind::Read, 1, 77, 100 * MS, 0..3);
        tell(&mut room, NoticeKind::Typing, 0, 200);
        assert_eq!(room.hear(NoticeKind::Read, 2, 1, 77, 150 * MS), Heard::Awaited);
        assert_eq!(room.hear(NoticeKind::Read, 2, 1, 77, 151 * MS), Heard::Again);
        assert_eq!(room.hear(NoticeKind::Read, 0, 1, 78, 151 * MS), Heard::Again, "of another message");
        assert_eq!(untold(&mut room, 150 * MS, 300 * MS), [(NoticeKind::Read, 0, false)]);
        let rest = untold(&mut room, u64::MAX, 300 * MS);
        let expected = [
            (NoticeKind::Typing, false),
            (NoticeKind::Typing, false),
            (NoticeKind::Stopped, true),
            (NoticeKind::Stopped, true),
        ];
        assert_eq!(rest.iter().map(|(kind, _, early)| (*kind, *early)).collect::<Vec<_>>(), expected);
        assert_eq!(hear(&mut room, NoticeKind::Typing, 1, 0, 400), Heard::Excused, "it comes too late");
    }

    #[test]
    fn what_cannot_be_known_is_excused() {
        let mut room = room();
        tell(&mut room, NoticeKind::Typing, 0, 100);
        room.join(2, 150 * MS);
        assert_eq!(room.leave(2, 140 * MS), 2);
        room.join(2, 150 * MS);
        assert_eq!(
            hear(&mut room, NoticeKind::Typing, 2, 0, 160),
            Heard::Excused,
            "he joined while it was told"
        );
        assert_eq!(room.leave(0, 170 * MS), 2);
        assert_eq!(hear(&mut room, NoticeKind::Stopped, 1, 0, 200), Heard::Excused);
        assert_eq!(tell(&mut room, NoticeKind::Typing, 0, 300), Told::Unsure(0));
        assert_eq!(hear(&mut room, NoticeKind::Typing, 1, 0, 310), Heard::Excused);
        // Who types on after the debounce may be told a second time or not, and stops when nobody can say.
        tell(&mut room, NoticeKind::Typing, 1, 400);
        assert_eq!(tell(&mut room, NoticeKind::Typing, 1, 900), Told::Unsure(4));
        assert_eq!(room.in_flight(), 0);
    }

    #[test]
    fn what_nobody_has_caused_is_one_too_many() {
        let mut room = room();
        assert_eq!(hear(&mut room, NoticeKind::Read, 1, 0, 100), Heard::Again);
        room.tell(NoticeKind::Read, 0, 7, 200 * MS, 0..3);
        assert_eq!(room.refuse(0, 200 * MS, 300 * MS), 2);
        assert_eq!(room.in_flight(), 0);
    }
}
