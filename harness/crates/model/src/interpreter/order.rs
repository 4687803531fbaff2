//! In which order messages were heard: what each user said in a row has to be heard in that order.
//! It must not know what is thought of one who does it otherwise.

use std::time::Duration;

use indexmap::IndexMap;

use super::{Interpreter, Message};
use crate::check::judge::Item;
use crate::world::{SocketId, What};

/// What a socket has heard of the messages of a room, in the order in which it arrived. What does not say what it is may be
/// told apart only when what came after it has been.
#[derive(Debug, Clone, Default)]
pub struct Heard {
    labels: Vec<String>,
    arrived: Vec<Duration>,
}

impl Heard {
    /// The labels, the first that arrived first.
    #[must_use]
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    fn add(&mut self, label: &str, at: Duration) {
        if !self.labels.iter().any(|known| known == label) {
            let place = self.arrived.partition_point(|before| *before <= at);
            self.labels.insert(place, label.to_owned());
            self.arrived.insert(place, at);
        }
    }
}

/// Two messages of one user that were heard in another order than they were said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overtaken {
    /// What was said first.
    pub first: String,
    /// What was said then, and heard before it.
    pub then: String,
    /// Who said both.
    pub sender: String,
    /// On which sockets it was heard so.
    pub hearers: Vec<SocketId>,
    /// The first was answered before the other was said: nothing in between can have mixed them up.
    pub answered: bool,
}

impl Interpreter {
    /// A socket has heard what it was to hear; a `user` who hears of their own message knows that it has arrived.
    pub fn hear(&mut self, (socket, at): (SocketId, Duration), user: &str, item: &Item) {
        self.told.add(item);
        let Some(label) = &item.scope.message else { return };
        self.moments += 1;
        self.messages.answer(label, user, self.moments);
        if let (Some(What::Sent | What::Missed), Some(room)) = (item.change, &item.scope.room) {
            self.heard.entry((room.clone(), socket)).or_default().add(label, at);
        }
    }

    /// What one user said in a row and somebody heard otherwise: of each user and room one pair at most.
    #[must_use]
    pub fn overtaken(&self) -> Vec<Overtaken> {
        let mut found: IndexMap<(&str, &str), Overtaken> = IndexMap::new();
        for ((room, socket), order) in &self.heard {
            for (first, then) in self.inversions(order.labels()) {
                let answered = first.answered.is_some_and(|answered| answered < then.said);
                let pair = Overtaken {
                    first: first.label.clone(),
                    then: then.label.clone(),
                    sender: first.sender.clone(),
                    hearers: Vec::new(),
                    answered,
                };
                let known = found.entry((room, &first.sender)).or_insert_with(|| pair.clone());
                if pair.answered && !known.answered {
                    *known = pair.clone();
                }
                if (&known.first, &known.then) == (&pair.first, &pair.then) {
                    known.hearers.push(*socket);
                }
            }
        }
        found.into_values().collect()
    }

    /// The pairs of messages of one sender that stand in an order in another way than they were said.
    fn inversions(&self, order: &[String]) -> Vec<(&Message, &Message)> {
        let labelled = |label: &String| self.messages.labelled(label).map(|(_, message)| message);
        let heard: Vec<&Message> = order.iter().filter_map(labelled).collect();
        let mut pairs = Vec::new();
        for (at, then) in heard.iter().enumerate() {
            let overtaken =
                heard[at + 1..].iter().filter(|first| first.sender == then.sender && first.said < then.said);
            pairs.extend(overtaken.map(|first| (*first, *then)));
        }
        pairs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_apart_late_was_heard_when_it_arrived() {
        let mut heard = Heard::default();
        for (label, at) in [("b", 2), ("d", 4), ("a", 1), ("b", 9), ("c", 3)] {
            heard.add(label, Duration::from_millis(at));
        }
        assert_eq!(heard.labels(), ["a", "b", "c", "d"]);
    }
}
