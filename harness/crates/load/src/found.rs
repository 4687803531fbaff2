//! What a text that fits says of its action: ids and texts as they stand there, held against what is known of it.

use std::borrow::Cow;

use serde_json::Value;

use super::pattern::{Bit, Pieces, SLOTS, Slot};
use super::scan::unescaped;
use super::template::Users;
use model::check::people::{Naming, names, names_all};
use model::check::times::Now;

/// The captured parts of a text, as they stand there: an id with its quotes, a text without.
#[derive(Debug, Default)]
pub(super) struct Captured<'p, 't> {
    pub(super) slots: [Option<&'t [u8]>; SLOTS],
    /// What is rare.
    pub(super) rest: Vec<Rest<'p, 't>>,
    /// The text had a field that the contract does not mention.
    pub(super) undocumented: bool,
    /// The text had a name that no payload may have.
    pub(super) forbidden: bool,
    /// The earliest and the latest time in it that should be about now, in milliseconds since 1970.
    pub(super) times: Option<(i64, i64)>,
    /// It says that the message was read.
    pub(super) read: bool,
}

/// A captured part of a kind that few contracts have.
#[derive(Debug)]
pub(super) enum Rest<'p, 't> {
    /// `$members.N.id`
    Member(usize, &'t [u8]),
    /// `$members.id`
    Members(&'t [u8]),
    /// The inside of a text with references in it.
    Text(&'p Pieces, &'t [u8]),
    /// `<user:sender>`
    User(Slot, &'t [u8]),
    /// `<users:members>`
    Users(&'t [u8]),
}

const ROOM: Bit = Bit::Slot(Slot::Room);

/// What is known of an action: ids as JSON writes them, its text as it stands there between the quotes.
pub(super) struct Known<'k> {
    pub(super) users: &'k Users,
    pub(super) room: &'k [u8],
    pub(super) members: &'k [usize],
    pub(super) me: usize,
    pub(super) sender: usize,
    /// None where any message may be meant.
    pub(super) message: Option<&'k [u8]>,
    /// None where any text may have been said.
    pub(super) text: Option<&'k [u8]>,
}

impl<'t> Captured<'_, 't> {
    pub(super) fn get(&self, slot: Slot) -> Option<&'t [u8]> {
        self.slots[slot as usize]
    }

    /// Takes what stands in a slot. The same thing has to be the same everywhere in one text.
    pub(super) fn keep(&mut self, slot: Slot, found: &'t [u8]) -> bool {
        let same = if slot == Slot::Text { same_text } else { same_id };
        same(self.slots[slot as usize].get_or_insert(found), found)
    }

    /// Takes a time that should be about now.
    pub(super) fn tells(&mut self, time: i64) {
        let (first, last) = self.times.unwrap_or((time, time));
        self.times = Some((first.min(time), last.max(time)));
    }

    /// What is wrong with its times, which are of what was begun since then.
    pub(super) fn untimely(&self, now: &Now, since: i64) -> Option<String> {
        let (first, last) = self.times?;
        [first, last].into_iter().find_map(|time| now.objection(time, Some(since)))
    }

    /// What holds the text of a message: that text, or one with others around it.
    pub(super) fn text_of_message(&self) -> Option<&'t [u8]> {
        let around = |rest: &Rest<'_, 't>| match rest {
            Rest::Text(pieces, text) if pieces.bits.contains(&Bit::Slot(Slot::Text)) => Some(*text),
            _ => None,
        };
        self.get(Slot::Text).or_else(|| self.rest.iter().find_map(around))
    }

    /// Whether the text of a message may stand in it.
    pub(super) fn has_text(&self) -> bool {
        self.get(Slot::Text).is_some() || self.rest.iter().any(|rest| matches!(rest, Rest::Text(..)))
    }

    /// Whether everything captured is what is known.
    pub(super) fn agrees(&self, known: &Known<'_>) -> bool {
        let same = |slot, known: &[u8]| self.get(slot).is_none_or(|id| same_id(id, known));
        let user = |slot, user| self.get(slot).is_none_or(|id| known.users.is(user, id));
        same(Slot::Room, known.room)
            && user(Slot::Sender, known.sender)
            && user(Slot::Me, known.me)
            && known.message.is_none_or(|id| same(Slot::Message, id))
            && known.text.is_none_or(|said| self.get(Slot::Text).is_none_or(|text| same_text(text, said)))
            && self.rest.iter().all(|rest| match rest {
                Rest::Member(index, id) => known.has(*index, id),
                Rest::Members(ids) => known.are(ids),
                Rest::User(slot, value) => known.is_named(*slot, value),
                Rest::Users(value) => known.are_named(value),
                Rest::Text(pieces, text) => {
                    known.has_members(pieces) && pieces.filled(|bit| known.says(bit)).reads(&unescaped(text))
                }
            })
    }

    /// Whether it says which room it is of.
    pub(super) fn names_room(&self) -> bool {
        let named =
            |rest: &Rest<'_, '_>| matches!(rest, Rest::Text(pieces, _) if pieces.bits.contains(&ROOM));
        self.get(Slot::Room).is_some() || self.rest.iter().any(named)
    }

    /// Whether it may be of this room.
    pub(super) fn is_of(&self, room: &[u8]) -> bool {
        let this = |bit: &Bit| (*bit == ROOM).then(|| bare(room));
        self.get(Slot::Room).is_none_or(|id| same_id(id, room))
            && self.rest.iter().all(|rest| match rest {
                Rest::Text(pieces, text) => pieces.filled(this).reads(&unescaped(text)),
                _ => true,
            })
    }
}

impl Known<'_> {
    fn has(&self, index: usize, id: &[u8]) -> bool {
        self.members.get(index).is_some_and(|user| self.users.is(*user, id))
    }

    fn all(&self) -> Value {
        let ids = self.members.iter().map(|user| serde_json::from_slice(&self.users.json(*user)));
        Value::Array(ids.map(Result::unwrap_or_default).collect())
    }

    fn has_members(&self, pieces: &Pieces) -> bool {
        pieces.bits.iter().all(|bit| !matches!(bit, Bit::Member(index) if *index >= self.members.len()))
    }

    /// Whether a value names a user, in whatever form.
    fn is_named(&self, slot: Slot, value: &[u8]) -> bool {
        let user = if slot == Slot::Sender { self.sender } else { self.me };
        if self.users.is(user, value) {
            return true;
        }
        let Ok(value) = serde_json::from_slice::<Value>(value) else { return false };
        let id = |user: usize| serde_json::from_slice::<Value>(&self.users.json(user)).unwrap_or_default();
        let others: Vec<Value> =
            self.members.iter().filter(|other| **other != user).map(|other| id(*other)).collect();
        matches!(names(&value, &id(user), &others), Naming::Right | Naming::Words)
    }

    /// Whether a value names all members, in whatever form.
    fn are_named(&self, value: &[u8]) -> bool {
        let (Ok(value), Value::Array(ids)) = (serde_json::from_slice(value), self.all()) else {
            return false;
        };
        matches!(names_all(&value, &ids), Naming::Right | Naming::Words)
    }

    fn are(&self, ids: &[u8]) -> bool {
        serde_json::from_slice::<Value>(ids).is_ok_and(|ids| ids == self.all())
    }

    /// What a reference inside a text stands for; none where it may be anything.
    fn says(&self, bit: &Bit) -> Option<Cow<'_, [u8]>> {
        let user = |user: usize| Some(Cow::Owned(bare(&self.users.json(user)).into_owned()));
        match bit {
            Bit::Slot(Slot::Room) => Some(bare(self.room)),
            Bit::Slot(Slot::Me) => user(self.me),
            Bit::Slot(Slot::Sender) => user(self.sender),
            Bit::Slot(Slot::Message) => self.message.map(bare),
            Bit::Slot(Slot::Text) => self.text.map(unescaped),
            Bit::Member(index) => user(*self.members.get(*index)?),
            Bit::Members => Some(Cow::Owned(self.all().to_string().into_bytes())),
            Bit::Literal(_) | Bit::Anything => None,
        }
    }
}

/// The inside of an id that is a text.
fn inside(id: &[u8]) -> Option<&[u8]> {
    id.strip_prefix(b"\"")?.strip_suffix(b"\"")
}

/// An id as it stands inside a text.
pub(super) fn bare(id: &[u8]) -> Cow<'_, [u8]> {
    inside(id).map_or(Cow::Borrowed(id), unescaped)
}

/// Whether two ids are the same, however JSON writes them. A number is never a text.
pub(super) fn same_id(one: &[u8], other: &[u8]) -> bool {
    one == other || matches!((inside(one), inside(other)), (Some(one), Some(other)) if same_text(one, other))
}

/// Whether two texts are the same, however JSON writes them.
pub(super) fn same_text(one: &[u8], other: &[u8]) -> bool {
    one == other || unescaped(one) == unescaped(other)
}

/// FNV-1a: tells ids apart, however JSON writes them.
pub(super) fn hash(id: &[u8]) -> u64 {
    let quote: &[u8] = if inside(id).is_some() { b"\"" } else { b"" };
    let plain = bare(id);
    let hash = quote.iter().chain(plain.iter()).fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash.max(1)
}
