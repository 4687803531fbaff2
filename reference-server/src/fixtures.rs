//! What exists before the first connection: users, conversations, messages; from a YAML or JSON file.
//!
//! It must not know any dialect; ids are numbers or strings as the file has them.

use std::fmt;
use std::path::Path;

use serde::Deserialize;

use crate::auth::UserIdKind;
use crate::core::{Chat, Command, Content, ConversationId, Moment, Profile, UserId};

/// What exists from the start. The default: users 1 to 3 with names and telephone numbers, conversation 1 of users 1
/// and 2, conversation 2 of users 2 and 3, no messages. Where a dialect has string ids, 1 stands for "1".
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fixtures {
    /// People who exist before they connect.
    #[serde(default)]
    pub users: Vec<FixtureUser>,
    /// Conversations, each under an id of its own.
    #[serde(default)]
    pub conversations: Vec<FixtureConversation>,
    /// Messages, oldest first; they get the ids 1, 2, 3 and so on.
    #[serde(default)]
    pub messages: Vec<FixtureMessage>,
}

/// A user who exists from the start.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct FixtureUser {
    /// Who.
    pub id: UserId,
    /// What else is known.
    #[serde(flatten)]
    pub profile: Profile,
}

/// A conversation that exists from the start.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixtureConversation {
    /// Its id.
    pub id: ConversationId,
    /// Who takes part.
    pub participants: Vec<UserId>,
}

/// A message that exists from the start.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixtureMessage {
    /// Where it was said.
    pub conversation: ConversationId,
    /// Who said it; a participant.
    pub sender: UserId,
    /// What was said.
    pub text: String,
}

/// Why fixtures could not be used.
#[derive(Debug)]
pub enum FixtureError {
    /// The file cannot be read.
    Read(std::io::Error),
    /// The file is not YAML or JSON of the documented shape; the text points at the place.
    Parse(String),
    /// The contents contradict themselves.
    Contradiction(String),
}

impl fmt::Display for FixtureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(error) => error.fmt(f),
            Self::Parse(text) | Self::Contradiction(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for FixtureError {}

impl Default for Fixtures {
    fn default() -> Self {
        let user = |id, name: &str, number: &str| {
            let profile = Profile {
                name: Some(name.to_owned()),
                phone_number: Some(number.to_owned()),
                ..Profile::default()
            };
            FixtureUser { id: UserId::Number(id), profile }
        };
        let conversation = |id, participants: [u64; 2]| FixtureConversation {
            id: ConversationId(id),
            participants: participants.map(UserId::Number).to_vec(),
        };
        Self {
            users: vec![
                user(1, "Ana", "+43 1 0001"),
                user(2, "Bo", "+43 1 0002"),
                user(3, "Cy", "+43 1 0003"),
            ],
            conversations: vec![conversation(1, [1, 2]), conversation(2, [2, 3])],
            messages: Vec::new(),
        }
    }
}

impl Fixtures {
    /// Nothing at all.
    #[must_use]
    pub fn none() -> Self {
        Self { users: Vec::new(), conversations: Vec::new(), messages: Vec::new() }
    }

    /// Fixtures from a file.
    ///
    /// # Errors
    /// Where the file cannot be read, or is not of the documented shape.
    pub fn load(path: &Path) -> Result<Self, FixtureError> {
        let text = std::fs::read_to_string(path).map_err(FixtureError::Read)?;
        Self::parse(&text)
    }

    /// Fixtures from YAML; JSON is YAML too.
    ///
    /// # Errors
    /// Where the text is not of the documented shape.
    pub fn parse(text: &str) -> Result<Self, FixtureError> {
        serde_saphyr::from_str(text).map_err(|error| FixtureError::Parse(error.to_string()))
    }

    /// Puts everything into an empty chat.
    pub(crate) fn plant(&self, chat: &mut Chat, ids: UserIdKind, now: Moment) -> Result<(), FixtureError> {
        let known = |user: &UserId| {
            let text = format!("user {user}: the ids of this dialect are positive integers");
            ids.of(user).ok_or(FixtureError::Contradiction(text))
        };
        for user in &self.users {
            chat.seed_user(&known(&user.id)?, user.profile.clone());
        }
        for conversation in &self.conversations {
            let participants = conversation.participants.iter().map(known).collect::<Result<_, _>>()?;
            if !chat.seed_conversation(conversation.id, participants, now) {
                let text = format!("conversation {} is there twice, or one too many", conversation.id);
                return Err(FixtureError::Contradiction(text));
            }
        }
        for message in &self.messages {
            let FixtureMessage { conversation, sender, text } = message.clone();
            let content = Content::text(&text);
            let send = Command::Send { user: known(&sender)?, conversation, content };
            if let Err(refusal) = chat.apply(send, now).result {
                return Err(FixtureError::Contradiction(format!("message {text:?}: {refusal:?}")));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::core::{Answer, Creation, Limits, OpenDoors, Policy};

    fn chat() -> Chat {
        Chat::new(Policy {
            typing_debounce: Duration::ZERO,
            typing_expiry: Duration::MAX,
            limits: Limits::default(),
            open: OpenDoors::default(),
        })
    }

    #[test]
    fn a_file_in_yaml_is_planted() {
        let text = "users:\n  - {id: 7, role: admin}\n  - {id: ana, name: Ana}\n\
                    conversations:\n  - {id: 5, participants: [7, ana]}\n\
                    messages:\n  - {conversation: 5, sender: ana, text: hello}\n";
        let mut chat = chat();
        Fixtures::parse(text).unwrap().plant(&mut chat, UserIdKind::Text, Moment::default()).unwrap();
        let seven = UserId::Name("7".into());
        assert_eq!(chat.profile(&seven).unwrap().role.as_deref(), Some("admin"));
        let history =
            Command::History { user: Some(seven.clone()), conversation: ConversationId(5), page: None };
        let Ok(Answer::History(history)) = chat.apply(history, Moment::default()).result else { panic!() };
        assert_eq!((history.total, history.messages[0].content.text.as_str()), (1, "hello"));
        let create = Command::Create { by: seven, with: vec![], manner: Creation::default() };
        let Ok(Answer::Created(next)) = chat.apply(create, Moment::default()).result else { panic!() };
        assert_eq!(next.id, ConversationId(6), "a planted id is never given out again");
    }

    #[test]
    fn mistakes_are_named() {
        assert!(Fixtures::parse("persons: []").is_err());
        let stranger = "conversations: [{id: 1, participants: [1]}]\n\
                        messages: [{conversation: 1, sender: 2, text: hi}]";
        let plant =
            |text: &str, ids| Fixtures::parse(text).unwrap().plant(&mut chat(), ids, Moment::default());
        let error = plant(stranger, UserIdKind::Integer).unwrap_err();
        assert!(error.to_string().contains("NotParticipant"), "{error}");
        let twice = "conversations: [{id: 1, participants: [1]}, {id: 1, participants: [1]}]";
        assert!(plant(twice, UserIdKind::Integer).is_err());
        let named = "users: [{id: ana}]";
        assert!(plant(named, UserIdKind::Integer).is_err() && plant(named, UserIdKind::Text).is_ok());
    }
}
