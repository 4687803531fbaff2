//! The rules: what each command does, to whom it is refused, and which events it leads to.
//!
//! [`Chat::apply`] is the only way to change anything. Checks run in a fixed order: bounds, existence,
//! participation, ownership.

mod beyond;
mod receipts;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use indexmap::IndexSet;

use super::command::{Command, Creation, Edit, Page};
use super::model::{
    Content, Conversation, ConversationId, Message, MessageId, Moment, Profile, SocketId, Status, UserId,
};
use super::outcome::{Answer, Applied, Audience, Event, Happened, History, Refusal};
use super::policy::{Census, OpenDoors, Policy};
use super::store::{Room, Store};
use super::typing::TypingBoard;

/// A chat server without a server: all state, no transport, no clock.
#[derive(Debug)]
pub struct Chat {
    policy: Policy,
    store: Store,
    typing: TypingBoard,
}

/// The events of the command being applied, all at one moment.
struct Log {
    at: Moment,
    events: Vec<Event>,
}

impl Log {
    fn push(&mut self, what: Happened) {
        self.events.push(Event { at: self.at, what });
    }
}

type Outcome = Result<Answer, Refusal>;

impl Chat {
    /// An empty chat.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        let store = Store::new(policy.limits.clone());
        let typing = TypingBoard::new(policy.typing_debounce, policy.typing_expiry);
        Self { policy, store, typing }
    }

    /// The rights of outsiders, to be changed between two commands.
    pub fn open_doors(&mut self) -> &mut OpenDoors {
        &mut self.policy.open
    }

    /// Does what is asked, or says why not.
    pub fn apply(&mut self, command: Command, now: Moment) -> Applied {
        let mut log = Log { at: now, events: Vec::new() };
        let result = match command {
            Command::Connect { socket, user } => Ok(self.connect(socket, user, &mut log)),
            Command::Disconnect { socket } => Ok(self.disconnect(socket, &mut log)),
            Command::Create { by, with, manner } => self.create(by, with, manner, &mut log),
            Command::Join { socket, user, conversation } => self.join(socket, &user, conversation, &mut log),
            Command::Rejoin { socket, user, conversation, after } => {
                self.rejoin(socket, &user, conversation, after, &mut log)
            }
            Command::Leave { socket, user, conversation } => {
                self.leave(socket, &user, conversation, &mut log)
            }
            Command::Send { user, conversation, content } => {
                self.send(&user, conversation, content, &mut log)
            }
            Command::Edit { user, message, edit } => self.edit(&user, message, edit, &mut log),
            Command::Type { user, conversation, typing } => self.typed(&user, conversation, typing, &mut log),
            Command::Read { user, conversation, message } => self.read(user, conversation, message, &mut log),
            Command::ReadAll { user, conversation } => self.read_all(&user, conversation, &mut log),
            Command::React { user, conversation, message, emoji } => {
                self.react(user, conversation, message, emoji, &mut log)
            }
            Command::Seen { by, user, among_contacts } => self.seen(by.as_ref(), user, among_contacts),
            Command::Online { by, among_contacts } => self.online(by.as_ref(), among_contacts),
            Command::History { user, conversation, page } => self.history(user.as_ref(), conversation, page),
            Command::Tick => Ok(self.tick(now, &mut log)),
        };
        Applied { result, events: log.events }
    }

    /// When [`Command::Tick`] next has something to do.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Moment> {
        self.typing.next_deadline()
    }

    /// The sockets of an audience, as of now.
    #[must_use]
    pub fn hearers(&self, audience: &Audience) -> Vec<SocketId> {
        self.store.hearers(audience)
    }

    /// Whether a user has a connected socket. Source: crm document, "Active Connections".
    #[must_use]
    pub fn is_online(&self, user: &UserId) -> bool {
        self.store.users.get(user).is_some_and(|user| !user.sockets.is_empty())
    }

    /// Whose socket this is.
    #[must_use]
    pub fn user_of(&self, socket: SocketId) -> Option<&UserId> {
        self.store.sockets.get(&socket)?.user.as_ref()
    }

    /// What is known about a user, if the user was ever seen.
    #[must_use]
    pub fn profile(&self, user: &UserId) -> Option<&Profile> {
        self.store.users.get(user).map(|user| &*user.profile)
    }

    /// How much is going on.
    #[must_use]
    pub fn census(&self) -> Census {
        Census {
            sockets: self.store.sockets.len(),
            users: self.store.counted.online.len(),
            rooms: self.store.counted.joined,
            conversations: self.store.rooms.len(),
            messages: self.store.messages.len(),
        }
    }

    /// Remembers a user who is not connected.
    pub fn seed_user(&mut self, id: &UserId, profile: Profile) {
        self.store.user(id).profile = Arc::new(profile);
    }

    /// Adds a conversation under an id of the caller's choice. False if that id is taken or there is no room.
    pub fn seed_conversation(
        &mut self,
        id: ConversationId,
        participants: IndexSet<UserId>,
        at: Moment,
    ) -> bool {
        !self.store.rooms.contains_key(&id)
            && self.store.add_conversation(Arc::new(Conversation { id, participants, created_at: at }))
    }

    fn connect(&mut self, socket: SocketId, user: Option<(UserId, Profile)>, log: &mut Log) -> Answer {
        let entry = self.store.sockets.entry(socket).or_default();
        let id = user.as_ref().map(|(id, _)| id.clone());
        let before = std::mem::replace(&mut entry.user, id.clone());
        if before.is_some() && before != id {
            self.detach(socket, before.as_ref(), log);
        }
        if let Some((id, profile)) = user {
            let user = self.store.user(&id);
            if profile != Profile::default() {
                user.profile = Arc::new(user.profile.updated(profile));
            }
            if user.sockets.insert(socket) && user.sockets.len() == 1 {
                self.store.counted.online.insert(id.clone());
                log.push(Happened::Online(id));
            }
        }
        Answer::Done
    }

    fn disconnect(&mut self, socket: SocketId, log: &mut Log) -> Answer {
        let Some(gone) = self.store.sockets.remove(&socket) else { return Answer::Gone(None) };
        for conversation in gone.rooms.iter().copied() {
            self.exit(socket, conversation, log);
        }
        self.detach(socket, gone.user.as_ref(), log);
        Answer::Gone(gone.user)
    }

    /// Takes a socket from its user, who may have no other.
    fn detach(&mut self, socket: SocketId, user: Option<&UserId>, log: &mut Log) {
        let Some(id) = user else { return };
        let Some(user) = self.store.users.get_mut(id) else { return };
        let was_there = user.sockets.remove(socket);
        if user.sockets.is_empty() {
            user.seen = Some(log.at);
            if was_there {
                self.store.counted.online.remove(id);
            }
            // One may type where one has not joined; that ends with the last device.
            for conversation in self.typing.conversations_of(id) {
                self.typing.stop(id, conversation);
                log.push(Happened::Typing(conversation, self.store.person(id), false));
            }
            log.push(Happened::Offline(id.clone()));
        }
    }

    fn create(&mut self, by: UserId, with: Vec<UserId>, manner: Creation, log: &mut Log) -> Outcome {
        let mut participants: IndexSet<UserId> = with.into_iter().collect();
        participants.insert(by);
        let most = self.policy.limits.participants;
        if participants.len() > most {
            return Err(Refusal::TooManyParticipants(most));
        }
        if manner.reuses
            && let Some(existing) = self.store.conversation_of(&participants)
        {
            return Ok(Answer::Created(existing));
        }
        let id = self.store.next_conversation_id();
        let conversation = Arc::new(Conversation { id, participants, created_at: log.at });
        if !self.store.add_conversation(Arc::clone(&conversation)) {
            return Err(Refusal::Full);
        }
        log.push(Happened::Created(Arc::clone(&conversation)));
        if manner.joins {
            for user in &conversation.participants {
                let sockets: Vec<_> = self.store.sockets_of(user).collect();
                for socket in sockets {
                    self.enter(socket, user, id, log);
                }
            }
        }
        Ok(Answer::Created(conversation))
    }

    fn join(&mut self, socket: SocketId, user: &UserId, id: ConversationId, log: &mut Log) -> Outcome {
        entitled(&mut self.store, id, Some(user), self.policy.open.join)?;
        let most = self.policy.limits.rooms_per_socket;
        let rooms = self.store.sockets.get(&socket).map(|socket| &socket.rooms);
        if rooms.is_some_and(|rooms| rooms.len() >= most && !rooms.contains(id)) {
            return Err(Refusal::TooManyRooms(most));
        }
        Ok(Answer::Joined { conversation: id, first: self.enter(socket, user, id, log) })
    }

    /// Lets a socket hear a room that exists. Says whether it is its user's first there.
    fn enter(&mut self, socket: SocketId, user: &UserId, id: ConversationId, log: &mut Log) -> bool {
        let first = self.store.enter(socket, user, id);
        if first {
            log.push(Happened::Entered(id, user.clone()));
        }
        first
    }

    fn leave(&mut self, socket: SocketId, user: &UserId, id: ConversationId, log: &mut Log) -> Outcome {
        entitled(&mut self.store, id, Some(user), self.policy.open.join)?;
        if let Some(entry) = self.store.sockets.get_mut(&socket) {
            entry.rooms.remove(id);
        }
        self.exit(socket, id, log);
        Ok(Answer::Left(id))
    }

    fn exit(&mut self, socket: SocketId, id: ConversationId, log: &mut Log) {
        let Some(user) = self.store.exit(socket, id) else { return };
        if self.typing.stop(&user, id) {
            log.push(Happened::Typing(id, self.store.person(&user), false));
        }
        log.push(Happened::Left(id, user));
    }

    fn send(&mut self, user: &UserId, id: ConversationId, content: Content, log: &mut Log) -> Outcome {
        self.check_length(&content.text)?;
        let sender = self.store.person(user);
        let room = entitled(&mut self.store, id, Some(user), self.policy.open.send)?;
        let (conversation, heard) = (Arc::clone(&room.conversation), room.is_heard_by_others(user));
        let message = Arc::new(Message {
            id: self.store.next_message_id(),
            conversation,
            sender,
            content,
            status: Status::Sent,
            created_at: log.at,
            updated_at: log.at,
            read_by: BTreeSet::new(),
            reactions: BTreeMap::new(),
        });
        let stored = if heard { moved(&message, Status::Delivered) } else { Arc::clone(&message) };
        self.store.add_message(Arc::clone(&stored));
        log.push(Happened::Sent(Arc::clone(&message)));
        if heard {
            log.push(Happened::Moved(stored));
        }
        Ok(Answer::Sent(message))
    }

    fn edit(&mut self, user: &UserId, id: MessageId, edit: Edit, log: &mut Log) -> Outcome {
        if let Edit::Rewrite(text) = &edit {
            self.check_length(text)?;
        }
        let Some(old) = self.store.messages.get(&id).cloned() else {
            return Err(Refusal::UnknownMessage(id));
        };
        let open = self.policy.open.edit;
        entitled(&mut self.store, old.conversation.id, Some(user), open)?;
        if old.sender.id != *user && !open {
            return Err(Refusal::NotSender);
        }
        match edit {
            Edit::Rewrite(text) => {
                let amended = self.store.amend(id, |message| {
                    message.content.text = text;
                    message.updated_at = log.at;
                });
                let message = amended.ok_or(Refusal::UnknownMessage(id))?;
                log.push(Happened::Updated(Arc::clone(&message)));
                Ok(Answer::Updated(message))
            }
            Edit::Delete => {
                self.store.remove_message(id);
                log.push(Happened::Deleted(old));
                Ok(Answer::Deleted(id))
            }
        }
    }

    fn typed(&mut self, user: &UserId, id: ConversationId, typing: bool, log: &mut Log) -> Outcome {
        entitled(&mut self.store, id, Some(user), self.policy.open.send)?;
        let heard = if typing { self.typing.keystroke(user, id, log.at) } else { self.typing.stop(user, id) };
        if heard {
            log.push(Happened::Typing(id, self.store.person(user), typing));
        }
        Ok(Answer::Done)
    }

    fn history(&mut self, user: Option<&UserId>, id: ConversationId, page: Option<Page>) -> Outcome {
        let open = self.policy.open.history;
        entitled(&mut self.store, id, user, open)?;
        let Some(room) = self.store.rooms.get(&id) else { return Err(Refusal::UnknownConversation(id)) };
        let messages = self.store.history(room, page);
        Ok(Answer::History(History { messages, total: room.messages.len(), page }))
    }

    fn tick(&mut self, now: Moment, log: &mut Log) -> Answer {
        while let Some((user, conversation)) = self.typing.expire_one(now) {
            log.push(Happened::Typing(conversation, self.store.person(&user), false));
        }
        Answer::Done
    }

    fn check_length(&self, text: &str) -> Result<(), Refusal> {
        let most = self.policy.limits.text_chars;
        // A character is at least one byte, so most texts need no counting.
        if text.len() > most && text.chars().count() > most {
            Err(Refusal::TextTooLong(most))
        } else {
            Ok(())
        }
    }
}

/// The message a step further.
fn moved(message: &Message, status: Status) -> Arc<Message> {
    Arc::new(Message { status, ..message.clone() })
}

/// The room, if it exists and the user takes part in it, or outsiders may. Where nobody is asked who they are,
/// everybody may.
fn entitled<'a>(
    store: &'a mut Store,
    id: ConversationId,
    user: Option<&UserId>,
    open: bool,
) -> Result<&'a mut Room, Refusal> {
    let room = store.rooms.get_mut(&id).ok_or(Refusal::UnknownConversation(id))?;
    if open || user.is_none_or(|user| room.conversation.participants.contains(user)) {
        Ok(room)
    } else {
        Err(Refusal::NotParticipant(id))
    }
}
