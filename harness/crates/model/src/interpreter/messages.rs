//! The messages of a case, in the order of their ids, found by what they are called. Knows no room and no clock.

use std::collections::HashMap;
use std::ops::Deref;

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
