//! Faults of what goes beyond the documents: reactions, last seen, what was missed while away.
//!
//! With no fault on, nothing here changes anything.

use std::sync::Arc;

use super::{Fault, Faults};
use crate::core::{
    Answer, Applied, Chat, Command, ConversationId, Event, Happened, History, Message, MessageId, Moment,
    SocketId,
};

/// The same reaction once more, as if it were another.
pub(super) fn told_again(faults: &Faults, command: &Command, answer: &Answer) -> Option<Happened> {
    match (answer, command) {
        (Answer::Reacted { message, changed: false }, Command::React { user, emoji, .. })
            if faults.has(Fault::ReactionTwice) =>
        {
            Some(Happened::Reacted(Arc::clone(message), user.clone(), emoji.clone()))
        }
        _ => None,
    }
}

/// What a server with these faults takes for the moment when somebody was last there.
pub(super) fn distort_seen(faults: &Faults, answer: &mut Answer) {
    let Answer::Seen { last, .. } = answer else { return };
    if faults.has(Fault::LastSeenFrozen) {
        *last = Some(Moment::default());
    }
    if faults.has(Fault::LastSeenNever) {
        *last = None;
    }
}

/// What it does not show of the messages in a history.
pub(super) fn distort_history(faults: &Faults, history: &mut History) {
    let forgets = [Fault::ReactionNotKept, Fault::EditNotMarked].map(|fault| faults.has(fault));
    let [reactions, edits] = forgets;
    if !reactions && !edits {
        return;
    }
    for message in &mut history.messages {
        let message = Arc::make_mut(message);
        if reactions {
            message.reactions.clear();
        }
        if edits {
            message.updated_at = message.created_at;
        }
    }
}

/// What it tells a socket that comes back.
pub(super) fn distort_missed(
    faults: &Faults,
    chat: &mut Chat,
    command: &Command,
    applied: &mut Applied,
    now: Moment,
) {
    let Command::Rejoin { socket, conversation, after, .. } = command else { return };
    if applied.result.is_err() {
        return;
    }
    if faults.has(Fault::OfflineDeliveryOfAll) {
        let others = others(chat, *conversation, *after, now);
        let told = |message| Event { at: now, what: Happened::Missed(*socket, message) };
        applied.events.extend(others.into_iter().map(told));
    }
    let is_missed = |event: &Event| matches!(event.what, Happened::Missed(..));
    if faults.has(Fault::OfflineDeliveryLost)
        && let Some(newest) = applied.events.iter().rposition(is_missed)
    {
        applied.events.remove(newest);
    }
    if faults.has(Fault::OfflineDeliveryTwice) {
        let twice = |event: Event| std::iter::repeat_n(event.clone(), if is_missed(&event) { 2 } else { 1 });
        applied.events = std::mem::take(&mut applied.events).into_iter().flat_map(twice).collect();
    }
    if faults.has(Fault::OfflineDeliveryReversed) {
        applied.events.sort_by_key(|event| std::cmp::Reverse(missed_id(event)));
    }
}

fn missed_id(event: &Event) -> Option<(SocketId, MessageId)> {
    match &event.what {
        Happened::Missed(socket, message) => Some((*socket, message.id)),
        _ => None,
    }
}

/// What was said since in every conversation but this one.
fn others(chat: &mut Chat, but: ConversationId, after: MessageId, now: Moment) -> Vec<Arc<Message>> {
    let mut found = Vec::new();
    for id in (1..=chat.census().conversations as u64).map(ConversationId).filter(|id| *id != but) {
        let all = Command::History { user: None, conversation: id, page: None };
        if let Ok(Answer::History(history)) = chat.apply(all, now).result {
            found.extend(history.messages.into_iter().filter(|message| message.id > after));
        }
    }
    found
}
