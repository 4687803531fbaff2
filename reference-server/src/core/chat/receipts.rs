//! Who has read what: one message, or all that the others have said.

use std::sync::Arc;

use super::{Answer, Chat, Happened, Log, Outcome, Refusal, Status, entitled};
use crate::core::model::{ConversationId, MessageId, UserId};

impl Chat {
    /// The first time counts; the message moves on where somebody else reads it.
    pub(super) fn read(
        &mut self,
        user: UserId,
        id: ConversationId,
        message: MessageId,
        log: &mut Log,
    ) -> Outcome {
        entitled(&mut self.store, id, Some(&user), self.policy.open.read)?;
        let stored = self.store.messages.get(&message).filter(|stored| stored.conversation.id == id);
        let Some(stored) = stored else { return Err(Refusal::UnknownMessage(message)) };
        if stored.read_by.contains(&user) {
            return Ok(Answer::Read { message: Arc::clone(stored), first: false });
        }
        let moves = stored.sender.id != user && stored.status < Status::Read;
        let amended = self.store.amend(message, |message| {
            message.read_by.insert(user.clone());
            if moves {
                message.status = Status::Read;
            }
        });
        let message = amended.ok_or(Refusal::UnknownMessage(message))?;
        log.push(Happened::Read(Arc::clone(&message), user));
        if moves {
            log.push(Happened::Moved(Arc::clone(&message)));
        }
        Ok(Answer::Read { message, first: true })
    }

    /// The same for everything the others have said, told one by one.
    pub(super) fn read_all(&mut self, user: &UserId, id: ConversationId, log: &mut Log) -> Outcome {
        let room = entitled(&mut self.store, id, Some(user), self.policy.open.read)?;
        let ids = room.messages.clone();
        let mut messages = Vec::new();
        let mut moved = 0;
        for id in ids {
            let Some(mut stored) = self.store.messages.get(&id).cloned() else { continue };
            if stored.sender.id == *user {
                continue;
            }
            if !stored.read_by.contains(user) {
                let moves = stored.status < Status::Read;
                let amended = self.store.amend(id, |message| {
                    message.read_by.insert(user.clone());
                    message.status = Status::Read;
                });
                let Some(amended) = amended else { continue };
                stored = amended;
                log.push(Happened::Read(Arc::clone(&stored), user.clone()));
                if moves {
                    moved += 1;
                    log.push(Happened::Moved(Arc::clone(&stored)));
                }
            }
            messages.push(stored);
        }
        Ok(Answer::ReadAll { messages, moved })
    }
}
