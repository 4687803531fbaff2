//! The messages of a case, in the order of their ids, found by what they are called. Knows no room and no clock.

use std::collections::HashMap;
use std::ops::Deref;

use serde_json::Value;

use crate::world::MessageId;

/// A message of a case.
#[derive(Debug, Clone)]
pub struct Message {
    /// What the case calls it.
    pub label: String,
    /// The room it was sent to.
    pub room: String,
    /// The user who sent it.
    pub sender: String,
    /// Its text as it is now.
    pub text: String,
    /// What the text is called where it was made up.
    pub text_label: Option<String>,
    /// What it says in the fields that hold one of several listed values.
    pub chosen: Vec<(String, Value)>,
    /// At which moment of the case it was said.
    pub said: u64,
    /// When that was, in milliseconds since 1970.
    pub since: Option<i64>,
    /// At which moment its sender first heard that it had arrived.
    pub answered: Option<u64>,
}

/// All of them.
#[derive(Debug, Default)]
pub struct Messages {
    sent: Vec<Message>,
    by_label: HashMap<String, MessageId>,
    by_sender: HashMap<String, usize>,
}

impl Deref for Messages {
    type Target = [Message];

    fn deref(&self) -> &[Message] {
        &self.sent
    }
}

impl Messages {
    /// Adds one.
    pub(super) fn push(&mut self, message: Message) -> MessageId {
        let id = MessageId(self.sent.len() as u32);
        self.by_label.entry(message.label.clone()).or_insert(id);
        *self.by_sender.entry(message.sender.clone()).or_default() += 1;
        self.sent.push(message);
        id
    }

    /// Gives one another text.
    pub(super) fn change(&mut self, id: MessageId, text: String, text_label: Option<String>) {
        let message = &mut self.sent[id.0 as usize];
        (message.text, message.text_label) = (text, text_label);
    }

    /// Its sender has heard at this moment that one has arrived.
    pub(super) fn answer(&mut self, label: &str, user: &str, moment: u64) {
        let id = self.by_label.get(label).map(|id| id.0 as usize);
        if let Some(message) = id.map(|id| &mut self.sent[id]).filter(|message| message.sender == user) {
            message.answered.get_or_insert(moment);
        }
    }

    /// The one of this label.
    #[must_use]
    pub fn labelled(&self, label: &str) -> Option<(MessageId, &Message)> {
        let id = *self.by_label.get(label)?;
        Some((id, &self.sent[id.0 as usize]))
    }

    /// How many a user has sent.
    #[must_use]
    pub fn sent_by(&self, sender: &str) -> usize {
        self.by_sender.get(sender).copied().unwrap_or_default()
    }
}
