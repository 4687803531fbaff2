//! What the documents name as their next steps: what was missed while away, reactions, when a user was last there.
//!
//! Like the rest of the rules it must not know which dialect offers any of it.

use std::sync::Arc;

use super::{Answer, Chat, Happened, Log, Outcome, Refusal, Status, entitled, moved};
use crate::core::model::{ConversationId, MessageId, SocketId, UserId};

/// Users in one answer about who is online.
const MOST_ONLINE: usize = 1_000;

impl Chat {
    /// Joins, and tells the socket alone what was said after the last message that it has heard, oldest first.
    ///
    /// The client says where it stopped: a server that remembers it would take for heard what was on its way when the
    /// connection broke.
    pub(super) fn rejoin(
        &mut self,
        socket: SocketId,
        user: &UserId,
        id: ConversationId,
        after: MessageId,
        log: &mut Log,
    ) -> Outcome {
        let answer = self.join(socket, user, id, log)?;
        let Some(room) = self.store.rooms.get(&id) else { return Ok(answer) };
        let count = room.messages.len();
        let first = room.messages.partition_point(|message| *message <= after);
        let limits = self.store.limits();
        let first = first.max(count.saturating_sub(limits.missed));
        let mut bytes = 0;
        let mut missed: Vec<MessageId> = room.messages.range(first..).rev().copied().collect();
        let fits = missed.iter().take_while(|id| {
            bytes += self.store.messages.get(id).map_or(0, |message| message.content.text.len());
            bytes <= limits.missed_bytes
        });
        let fits = fits.count();
        missed.truncate(fits.max(1));
        missed.reverse();
        for id in missed {
            let Some(message) = self.store.messages.get_mut(&id) else { continue };
            log.push(Happened::Missed(socket, Arc::clone(message)));
            if message.sender.id != *user && message.status < Status::Delivered {
                *message = moved(message, Status::Delivered);
                log.push(Happened::Moved(Arc::clone(message)));
            }
        }
        Ok(answer)
    }

    /// One reaction of each user on each message. Putting it there again, or taking back none, changes nothing.
    pub(super) fn react(
        &mut self,
        user: UserId,
        id: ConversationId,
        message: MessageId,
        emoji: Option<Arc<str>>,
        log: &mut Log,
    ) -> Outcome {
        entitled(&mut self.store, id, Some(&user), self.policy.open.react)?;
        let stored = self.store.messages.get(&message).filter(|stored| stored.conversation.id == id);
        let Some(stored) = stored else { return Err(Refusal::UnknownMessage(message)) };
        if stored.reactions.get(&user) == emoji.as_ref() {
            return Ok(Answer::Reacted { message: Arc::clone(stored), changed: false });
        }
        let amended = self.store.amend(message, |message| {
            match &emoji {
                Some(emoji) => message.reactions.insert(user.clone(), Arc::clone(emoji)),
                None => message.reactions.remove(&user),
            };
        });
        let message = amended.ok_or(Refusal::UnknownMessage(message))?;
        log.push(Happened::Reacted(Arc::clone(&message), user, emoji));
        Ok(Answer::Reacted { message, changed: true })
    }

    /// When somebody who was seen at all was last there.
    pub(super) fn seen(&self, by: Option<&UserId>, user: UserId, among_contacts: bool) -> Outcome {
        let Some(known) = self.store.users.get(&user) else { return Err(Refusal::UnknownUser(user)) };
        let (devices, last) = (known.sockets.len(), known.seen);
        if among_contacts && by.is_some_and(|by| *by != user && !self.store.contacts(by).contains(&user)) {
            return Err(Refusal::NotContact(user));
        }
        Ok(Answer::Seen { user, online: devices > 0, last, devices })
    }

    /// Who is online, all or those whom one shares a conversation with.
    pub(super) fn online(&self, by: Option<&UserId>, among_contacts: bool) -> Outcome {
        let online = &self.store.counted.online;
        let first = |users: &mut dyn Iterator<Item = &UserId>| users.take(MOST_ONLINE).cloned().collect();
        let Some(by) = by.filter(|_| among_contacts) else {
            return Ok(Answer::Online { users: first(&mut online.iter()), total: online.len() });
        };
        let mut contacts = self.store.contacts(by);
        contacts.retain(|contact| online.contains(*contact));
        Ok(Answer::Online { users: first(&mut contacts.iter().copied()), total: contacts.len() })
    }
}
