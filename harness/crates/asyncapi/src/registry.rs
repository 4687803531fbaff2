//! The parts of a document as they grow, each under a key of its own: channels, messages and operations.

use serde_json::{Map, Value, json};

/// The parts of a document.
#[derive(Debug, Default)]
pub(super) struct Registry {
    /// Channels by key.
    pub(super) channels: Map<String, Value>,
    /// Operations by key.
    pub(super) operations: Map<String, Value>,
    /// Messages of all channels, by key.
    pub(super) messages: Map<String, Value>,
}

impl Registry {
    /// Adds a message to a channel, under the wanted key or one that starts with it, and returns how an operation
    /// refers to it.
    pub(super) fn message(&mut self, channel: &str, wanted: &str, message: Value) -> Value {
        let key = free(&self.messages, wanted);
        if let Some(channel) = self.channels.get_mut(channel) {
            channel["messages"][&key] = json!({"$ref": format!("#/components/messages/{key}")});
        }
        let reference = json!({"$ref": format!("#/channels/{channel}/messages/{key}")});
        self.messages.insert(key, message);
        reference
    }

    /// Adds an operation.
    pub(super) fn operation(&mut self, wanted: &str, operation: Value) {
        let key = free(&self.operations, wanted);
        self.operations.insert(key, operation);
    }

    /// The key of the channel with this address; what a new one looks like is asked once.
    pub(super) fn channel(&mut self, wanted: &str, address: &str, new: impl FnOnce() -> Value) -> String {
        let known = self.channels.iter().find(|(_, channel)| channel["address"] == address);
        if let Some((key, _)) = known {
            return key.clone();
        }
        let key = free(&self.channels, wanted);
        self.channels.insert(key.clone(), new());
        key
    }
}

/// A name as a key: letters, digits, `.`, `_` and `-`.
pub(super) fn key(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' }).collect()
}

/// The key itself, or with the first number that makes it free: two names can have one key.
fn free(taken: &Map<String, Value>, wanted: &str) -> String {
    let wanted = key(wanted);
    let numbered = (2..).map(|number| format!("{wanted}-{number}"));
    std::iter::once(wanted.clone())
        .chain(numbered)
        .find(|candidate| !taken.contains_key(candidate))
        .unwrap_or(wanted)
}

/// How a channel is referred to.
pub(super) fn channel_reference(key: &str) -> Value {
    json!({"$ref": format!("#/channels/{key}")})
}

/// An object of the fields that are there; an empty list or object is not.
pub(super) fn object<const N: usize>(fields: [(&str, Value); N]) -> Value {
    let there = |value: &Value| match value {
        Value::Null => false,
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        _ => true,
    };
    fields
        .into_iter()
        .filter(|(_, value)| there(value))
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_names_with_one_key_do_not_overwrite_each_other() {
        let mut registry = Registry::default();
        let channel = registry.channel("chat", "/chat", || json!({"address": "/chat", "messages": {}}));
        let first = registry.message(&channel, "user:online", json!({"name": "user:online"}));
        let second = registry.message(&channel, "user-online", json!({"name": "user-online"}));
        assert_eq!(first["$ref"], "#/channels/chat/messages/user-online");
        assert_eq!(second["$ref"], "#/channels/chat/messages/user-online-2");
        assert_eq!(registry.messages["user-online-2"]["name"], "user-online");
    }
}
