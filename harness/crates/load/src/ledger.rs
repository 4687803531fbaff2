//! Every delivery accounted for: which message every member of a room has to hear, in which order, and what became of
//! it. Pure: no clock (times are given, in nanoseconds), no sockets, no payloads.
//!
//! A room remembers only messages that are still under way, so its memory is bounded by what is in flight. The order
//! of a room is that in which its messages were first heard; every member has a place in it. What one member says is heard in
//! that order, too, as far as each was answered before the next was said.

use std::collections::VecDeque;

/// Not heard by anybody yet.
const UNHEARD: u32 = u32::MAX;
/// A member who has heard nothing since they joined.
const NOWHERE: u32 = u32::MAX;
/// No message.
const NONE: u32 = u32::MAX;

/// A room and what is under way in it.
#[derive(Debug, Default)]
pub(super) struct Room {
    members: Vec<Member>,
    /// The number of the oldest message under way.
    first: u32,
    messages: VecDeque<Message>,
    /// The place of the front of `order`.
    place: u32,
    /// Numbers of messages in the order in which they were first heard.
    order: VecDeque<u32>,
}

#[derive(Debug, Clone)]
struct Member {
    joined: bool,
    /// Messages from this number on have to reach them.
    since: u32,
    /// The place of the next message they should hear.
    next: u32,
    /// Messages that they were passed over with.
    missing: Vec<u32>,
    /// The last message that they sent.
    said: u32,
}

/// A message under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Message {
    /// When it was to be sent.
    pub(super) intended: u64,
    /// When it was sent.
    pub(super) sent: u64,
    /// Who sent it: the index of the member.
    pub(super) sender: u16,
    /// The phase it belongs to.
    pub(super) phase: u16,
    /// Its id, hashed; 0 before it is known.
    pub(super) id: u64,
    /// The turn of the flow that sent it.
    pub(super) turn: u16,
    place: u32,
    /// It was answered.
    answered: bool,
    /// What its sender said next, after it was answered.
    then: u32,
    /// Its sender hears it, too.
    echo: bool,
    remaining: u16,
}

/// What a delivery means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delivery {
    /// As it should be: the message, whether they are the first to hear it, and whether they are the last; and whether they have
    /// heard before what its sender said after it.
    Good { message: Message, first: bool, last: bool, overtaken: bool },
    /// It comes after one that was sent, and heard by others, later.
    OutOfOrder { message: Message, first: bool, last: bool },
    /// They have heard it already.
    Duplicate,
    /// It was given up as lost.
    Late,
    /// Nobody has sent it.
    NeverSent,
    /// It was sent before they had joined, or they do not have to hear it: it may come.
    Excused,
}

/// A message that a member has not heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lost {
    /// Its number in the room.
    pub(super) number: u32,
    /// Who has not heard it.
    pub(super) member: usize,
    pub(super) message: Message,
}

impl Message {
    /// By how many it is still awaited.
    pub(super) fn awaited(&self) -> u16 {
        self.remaining
    }
}

impl Room {
    pub(super) fn new(members: usize) -> Self {
        let member =
            Member { joined: false, since: u32::MAX, next: NOWHERE, missing: Vec::new(), said: NONE };
        Self { members: vec![member; members], ..Self::default() }
    }

    /// How many messages are under way.
    pub(super) fn in_flight(&self) -> usize {
        self.messages.len()
    }

    pub(super) fn joined(&self, member: usize) -> bool {
        self.members[member].joined
    }

    /// A member is in the room from now on.
    pub(super) fn join(&mut self, member: usize) {
        let since = self.next_number();
        let member = &mut self.members[member];
        // What they said before, they said over another connection.
        *member = Member { joined: true, since, next: NOWHERE, missing: Vec::new(), said: NONE };
    }

    /// A member is gone: what they have not heard yet, nobody can say whether they were to. Says how many that are.
    pub(super) fn leave(&mut self, member: usize) -> u64 {
        if !self.members[member].joined {
            return 0;
        }
        let mut excused = 0;
        for number in self.first..self.next_number() {
            if self.awaits(member, number) {
                self.settle(number);
                excused += 1;
            }
        }
        self.members[member].joined = false;
        self.retire();
        excused
    }

    fn next_number(&self) -> u32 {
        self.first + self.messages.len() as u32
    }

    /// A message is sent. With `echo` its sender hears it, too.
    pub(super) fn send(&mut self, sender: usize, echo: bool, intended: u64, sent: u64, phase: u16) -> u32 {
        let number = self.next_number();
        let hears = |(index, member): (usize, &Member)| member.joined && (echo || index != sender);
        let expected = self.members.iter().enumerate().filter(|member| hears(*member)).count() as u16;
        let before = std::mem::replace(&mut self.members[sender].said, number);
        if let Some(before) = self.message(before).filter(|before| before.answered) {
            before.then = number;
        }
        self.messages.push_back(Message {
            intended,
            sent,
            sender: sender as u16,
            phase,
            id: 0,
            turn: 0,
            place: UNHEARD,
            answered: false,
            then: NONE,
            echo,
            remaining: expected,
        });
        if expected == 0 {
            self.retire();
        }
        number
    }

    /// The message of this number, if it is still under way.
    pub(super) fn message(&mut self, number: u32) -> Option<&mut Message> {
        self.messages.get_mut(number.checked_sub(self.first)? as usize)
    }

    /// Its sender knows that a message has arrived.
    pub(super) fn answered(&mut self, number: u32) {
        if let Some(message) = self.message(number) {
            message.answered = true;
        }
    }

    /// The server has refused a message: nobody has to hear it.
    pub(super) fn refuse(&mut self, number: u32) {
        if let Some(message) = self.message(number) {
            message.remaining = 0;
        }
        self.retire();
    }

    /// A member hears a message.
    pub(super) fn hear(&mut self, member: usize, number: u32) -> Delivery {
        if number >= self.next_number() {
            return Delivery::NeverSent;
        }
        if number < self.first {
            return self.hear_again(member, number);
        }
        // Also who need not hear it says in which order the server sends.
        let (place, first) = self.place_of(number);
        let required = self.members[member].joined && number >= self.members[member].since;
        if !required {
            return Delivery::Excused;
        }
        let overtaken =
            self.message(number).map(|message| message.then).is_some_and(|then| self.heard(member, then));
        let next = self.members[member].next;
        let mut in_order = true;
        if next != NOWHERE && place < next {
            let missing = &mut self.members[member].missing;
            let Some(at) = missing.iter().position(|known| *known == number) else {
                return Delivery::Duplicate;
            };
            missing.swap_remove(at);
            in_order = false;
        } else {
            self.pass_over(member, next, place);
            self.members[member].next = place + 1;
        }
        let Some(message) = self.settle(number) else { return Delivery::Excused };
        let last = message.remaining == 0;
        if last {
            self.retire();
        }
        if in_order {
            Delivery::Good { message, first, last, overtaken }
        } else {
            Delivery::OutOfOrder { message, first, last }
        }
    }

    fn hear_again(&mut self, member: usize, number: u32) -> Delivery {
        let member = &mut self.members[member];
        if let Some(at) = member.missing.iter().position(|known| *known == number) {
            member.missing.swap_remove(at);
            return Delivery::Late;
        }
        if member.joined && number >= member.since { Delivery::Duplicate } else { Delivery::Excused }
    }

    /// The place of a message in the order of the room, and whether it was given just now.
    fn place_of(&mut self, number: u32) -> (u32, bool) {
        let place = self.place + self.order.len() as u32;
        let index = (number - self.first) as usize;
        let message = &mut self.messages[index];
        if message.place != UNHEARD {
            return (message.place, false);
        }
        message.place = place;
        self.order.push_back(number);
        (place, true)
    }

    /// What lies between the next place and this one has not come, and should have.
    fn pass_over(&mut self, member: usize, next: u32, place: u32) {
        let from = if next == NOWHERE { self.place } else { next.max(self.place) };
        for passed in from..place {
            let number = self.order[(passed - self.place) as usize];
            if number >= self.members[member].since && number >= self.first {
                self.members[member].missing.push(number);
            }
        }
    }

    /// Whether a member has heard a message that is under way.
    fn heard(&self, member: usize, number: u32) -> bool {
        let who = &self.members[member];
        let message = number.checked_sub(self.first).and_then(|index| self.messages.get(index as usize));
        message.is_some_and(|message| {
            let passed = message.place != UNHEARD && who.next != NOWHERE && message.place < who.next;
            passed && number >= who.since && !who.missing.contains(&number)
        })
    }

    /// Whether a member still has to hear a message.
    fn awaits(&self, member: usize, number: u32) -> bool {
        let (Some(index), who) = (number.checked_sub(self.first), &self.members[member]) else {
            return false;
        };
        let Some(message) = self.messages.get(index as usize) else { return false };
        if message.remaining == 0 || !who.joined || number < who.since {
            return false;
        }
        let heard = message.place != UNHEARD && who.next != NOWHERE && message.place < who.next;
        let excluded = message.sender as usize == member && !message.echo;
        !excluded && (!heard || who.missing.contains(&number))
    }

    fn settle(&mut self, number: u32) -> Option<Message> {
        let message = self.message(number)?;
        message.remaining = message.remaining.saturating_sub(1);
        Some(*message)
    }

    /// Forgets messages that all have heard, oldest first, and places that nobody needs any more.
    fn retire(&mut self) {
        while self.messages.front().is_some_and(|message| message.remaining == 0) {
            self.messages.pop_front();
            self.first += 1;
        }
        while self.order.front().is_some_and(|number| *number < self.first) {
            self.order.pop_front();
            self.place += 1;
        }
    }

    /// Gives up what was sent before this time and has not been heard by all, and says by whom.
    pub(super) fn give_up(&mut self, before: u64, mut lost: impl FnMut(Lost)) {
        while let Some(front) = self.messages.front().copied().filter(|message| message.sent < before) {
            let number = self.first;
            for member in 0..self.members.len() {
                if self.awaits(member, number) {
                    lost(Lost { number, member, message: front });
                    let missing = &mut self.members[member].missing;
                    if !missing.contains(&number) {
                        missing.push(number);
                    }
                    // A bounded memory of what was lost: enough to know what comes too late.
                    if missing.len() > 64 {
                        missing.remove(0);
                    }
                }
            }
            if let Some(message) = self.messages.front_mut() {
                message.remaining = 0;
            }
            self.retire();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room() -> Room {
        let mut room = Room::new(3);
        (0..3).for_each(|member| room.join(member));
        room
    }

    fn send(room: &mut Room) -> u32 {
        room.send(0, true, 10, 11, 0)
    }

    fn kind(delivery: Delivery) -> &'static str {
        match delivery {
            Delivery::Good { overtaken: true, .. } => "overtaken",
            Delivery::Good { first: true, last: false, .. } => "first",
            Delivery::Good { first: false, last: false, .. } => "good",
            Delivery::Good { last: true, .. } => "last",
            Delivery::OutOfOrder { .. } => "out of order",
            Delivery::Duplicate => "duplicate",
            Delivery::Late => "late",
            Delivery::NeverSent => "never sent",
            Delivery::Excused => "excused",
        }
    }

    fn lost(room: &mut Room, before: u64) -> Vec<(u32, usize)> {
        let mut all = Vec::new();
        room.give_up(before, |lost| all.push((lost.number, lost.member)));
        all
    }

    #[test]
    fn a_message_is_forgotten_when_all_have_heard_it() {
        let mut room = room();
        let number = send(&mut room);
        let heard: Vec<_> = (0..3).map(|member| kind(room.hear(member, number))).collect();
        assert_eq!(heard, ["first", "good", "last"]);
        assert_eq!((room.in_flight(), room.order.len()), (0, 0));
        assert_eq!(kind(room.hear(1, number)), "duplicate");
        assert_eq!(kind(room.hear(1, number + 1)), "never sent");
    }

    #[test]
    fn a_duplicate_is_one_while_others_still_wait() {
        let mut room = room();
        let number = send(&mut room);
        room.hear(0, number);
        assert_eq!(kind(room.hear(0, number)), "duplicate");
        assert_eq!(lost(&mut room, 100), [(number, 1), (number, 2)]);
    }

    #[test]
    fn two_orders_in_one_room_are_noticed() {
        let mut room = room();
        let (one, two) = (send(&mut room), send(&mut room));
        // The server's order is what the first to hear it says, whatever was sent first.
        assert_eq!(kind(room.hear(0, two)), "first");
        assert_eq!(kind(room.hear(0, one)), "first");
        assert_eq!(kind(room.hear(1, two)), "good");
        assert_eq!(kind(room.hear(1, one)), "good");
        assert_eq!(kind(room.hear(2, one)), "last");
        assert_eq!(kind(room.hear(2, two)), "out of order");
        assert_eq!(room.in_flight(), 0);
    }

    #[test]
    fn what_one_member_says_in_a_row_is_heard_in_that_order() {
        let mut room = room();
        let (one, other) = (send(&mut room), room.send(1, true, 10, 11, 0));
        let unanswered = send(&mut room);
        room.answered(unanswered);
        let (three, four) = (send(&mut room), room.send(1, true, 10, 11, 0));
        // All hear one order, in which what was answered before is heard after what was said then.
        for member in 0..3 {
            let heard = [three, one, unanswered, four, other].map(|number| kind(room.hear(member, number)));
            assert_eq!(heard[2], "overtaken", "{heard:?}");
            let rest = [heard[0], heard[1], heard[3], heard[4]];
            assert!(!rest.contains(&"overtaken") && !heard.contains(&"out of order"), "{heard:?}");
        }
        assert_eq!(room.in_flight(), 0);
    }

    #[test]
    fn what_was_said_over_another_connection_has_no_order() {
        let mut room = room();
        let one = send(&mut room);
        room.answered(one);
        room.leave(0);
        room.join(0);
        let two = send(&mut room);
        assert_eq!([kind(room.hear(1, two)), kind(room.hear(1, one))], ["first", "first"]);
    }

    #[test]
    fn what_is_lost_is_named_and_may_still_come_too_late() {
        let mut room = room();
        let (one, two) = (send(&mut room), send(&mut room));
        for member in 0..3 {
            room.hear(member, two);
        }
        for member in 0..2 {
            room.hear(member, one);
        }
        assert_eq!(lost(&mut room, 5), []);
        assert_eq!(lost(&mut room, 100), [(one, 2)]);
        assert_eq!(room.in_flight(), 0);
        assert_eq!(kind(room.hear(2, one)), "late");
        assert_eq!(kind(room.hear(2, one)), "duplicate");
    }

    #[test]
    fn a_message_that_nobody_hears_is_lost_for_all() {
        let mut room = room();
        let number = room.send(1, false, 10, 11, 0);
        assert_eq!(lost(&mut room, 100), [(number, 0), (number, 2)]);
    }

    #[test]
    fn a_sender_who_must_not_hear_themselves_is_not_awaited() {
        let mut room = room();
        let number = room.send(1, false, 10, 11, 0);
        assert_eq!(kind(room.hear(0, number)), "first");
        assert_eq!(kind(room.hear(2, number)), "last");
    }

    #[test]
    fn who_leaves_is_excused_and_who_joins_hears_only_what_comes_then() {
        let mut room = room();
        let before = send(&mut room);
        room.hear(0, before);
        room.leave(2);
        assert_eq!(kind(room.hear(1, before)), "last");
        let during = send(&mut room);
        room.hear(0, during);
        room.join(2);
        let after = send(&mut room);
        assert_eq!(kind(room.hear(2, during)), "excused");
        room.hear(1, during);
        room.hear(0, after);
        room.hear(1, after);
        assert_eq!(kind(room.hear(2, after)), "last");
        assert_eq!((room.in_flight(), room.order.len()), (0, 0));
    }

    #[test]
    fn who_hears_what_he_need_not_hear_still_tells_the_order() {
        let mut room = room();
        room.leave(2);
        let (early, late) = (send(&mut room), send(&mut room));
        // The server lets them in before it sends the two; the harness learns of it after it has sent the first.
        room.join(2);
        room.members[2].since = late;
        assert_eq!(kind(room.hear(2, early)), "excused");
        room.messages[1].remaining += 1;
        assert_eq!(kind(room.hear(2, late)), "first");
        for member in 0..2 {
            assert!(matches!(room.hear(member, early), Delivery::Good { .. }));
            assert!(matches!(room.hear(member, late), Delivery::Good { .. }));
        }
        assert_eq!(room.in_flight(), 0);
    }

    #[test]
    fn what_is_refused_is_not_awaited() {
        let mut room = room();
        let number = send(&mut room);
        room.refuse(number);
        assert_eq!((room.in_flight(), lost(&mut room, 100).len()), (0, 0));
    }

    #[test]
    fn memory_does_not_grow_with_time() {
        let mut room = room();
        for _ in 0..10_000 {
            let number = send(&mut room);
            (0..3).for_each(|member| assert!(matches!(room.hear(member, number), Delivery::Good { .. })));
        }
        assert!(room.messages.capacity() < 64 && room.order.capacity() < 64);
    }
}
