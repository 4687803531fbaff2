//! Faults around a command: what goes into the chat, what comes out of it, and who hears it.
//!
//! With no fault on, [`apply`] is [`Chat::apply`] and [`audience`] changes nothing.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use super::{Fault, Faults, Variation, beyond};
use crate::core::{
    Answer, Applied, Audience, Chat, Circle, Command, Edit, Event, Happened, History, Message, Moment,
    OpenDoors, Page, Person, Status, UserId,
};

/// How late a message enters the history under [`Fault::AckBeforeStore`].
const STORE_LAG: Duration = Duration::from_millis(400);
/// How many characters [`Fault::TruncateLongText`] keeps.
const KEPT_CHARS: usize = 64;

/// Where a command came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A socket event, a connection, or the end of one.
    Socket,
    /// A REST call.
    Rest,
    /// The server's own timer.
    Timer,
}

/// Applies a command the way a server with these faults would.
pub(crate) fn apply(
    faults: &Faults,
    chat: &mut Chat,
    command: Command,
    origin: Origin,
    now: Moment,
) -> Applied {
    if faults.is_empty() {
        return chat.apply(command, now);
    }
    if faults.has(Fault::LeaveDoesNothing)
        && let Command::Leave { conversation, .. } = command
    {
        return Applied { result: Ok(Answer::Left(conversation)), events: Vec::new() };
    }
    let page = if let Command::History { page, .. } = &command { *page } else { None };
    let asked = misunderstood(faults, command);
    let mut applied = chat.apply(asked.clone(), now);
    if applied.result.is_err() {
        applied.events = effect_of_refused(faults, chat, &asked, now);
    }
    let more = announced_again(faults, chat, &asked, &applied, now);
    applied.events.extend(more.into_iter().map(|what| Event { at: now, what }));
    withhold(faults, &asked, origin, &mut applied.events);
    distort_events(faults, &mut applied.events);
    beyond::distort_missed(faults, chat, &asked, &mut applied, now);
    if let Ok(answer) = &mut applied.result {
        beyond::distort_seen(faults, answer);
    }
    if let Ok(Answer::History(history)) = &mut applied.result {
        history.page = page;
        distort_history(faults, history, now);
    }
    applied
}

/// The audiences a server with these faults would tell of an event, one after the other.
pub(crate) fn audiences(
    faults: &Faults,
    variations: &[Variation],
    what: &Happened,
    audience: Audience,
) -> Vec<Audience> {
    let (has, Audience { circle, except }) = (|fault| faults.has(fault), audience);
    let told = match (what, circle) {
        (Happened::Sent(_) | Happened::Updated(_) | Happened::Deleted(_), _)
            if has(Fault::LeakToStranger) =>
        {
            Audience::all(Circle::Everyone)
        }
        (Happened::Moved(_), _) if has(Fault::StatusToStranger) => Audience::all(Circle::Everyone),
        (Happened::Reacted(..), _) if has(Fault::ReactionToStranger) => Audience::all(Circle::Everyone),
        (Happened::Sent(message), circle) if has(Fault::SenderUnheard) => {
            Audience::others(circle, &message.sender.id)
        }
        (Happened::Sent(_), Circle::Participants(id)) if has(Fault::ThroughBothRooms) => {
            return vec![Audience::all(Circle::Participants(id)), Audience::all(Circle::Joined(id))];
        }
        (Happened::Sent(_), Circle::Participants(id)) if variations.contains(&Variation::JoinedOnly) => {
            Audience::all(Circle::Joined(id))
        }
        (Happened::Online(user), circle) if variations.contains(&Variation::OnlineToSelf) => {
            return vec![Audience { circle, except }, Audience::all(Circle::User(user.clone()))];
        }
        (Happened::Created(made), _) if has(Fault::CreatedToCreatorOnly) => {
            made.participants.first().map_or(Audience { circle: Circle::Everyone, except }, |creator| {
                Audience::all(Circle::User(creator.clone()))
            })
        }
        (Happened::Typing(..), _) if has(Fault::TypingLeaks) => Audience { circle: Circle::Everyone, except },
        (Happened::Typing(..), circle) if has(Fault::EchoTyping) => Audience::all(circle),
        (Happened::Entered(..), circle) if variations.contains(&Variation::JoinedToSelf) => {
            Audience::all(circle)
        }
        (_, circle) => Audience { circle, except },
    };
    vec![told]
}

/// The command, as a server with these faults takes it.
fn misunderstood(faults: &Faults, mut command: Command) -> Command {
    match &mut command {
        Command::Send { content, .. } => {
            if faults.has(Fault::TruncateLongText) {
                truncate(&mut content.text);
            }
            if faults.has(Fault::TypeLost) {
                content.kind = Cow::Borrowed("text");
            }
        }
        Command::Edit { edit: Edit::Rewrite(text), .. } if faults.has(Fault::TruncateLongText) => {
            truncate(text);
        }
        Command::Create { manner, .. } => {
            manner.joins &= !faults.has(Fault::NotAutoJoined);
            manner.reuses &= !faults.has(Fault::PairCreatedTwice);
        }
        Command::History { page: Some(page), .. } if faults.has(Fault::PageIgnoresLimit) => {
            *page = Page { number: 1, limit: usize::MAX };
        }
        _ => {}
    }
    command
}

fn truncate(text: &mut String) {
    *text = text.chars().take(KEPT_CHARS).collect();
}

/// Lets a refused command through behind the back of the refusal.
fn effect_of_refused(faults: &Faults, chat: &mut Chat, command: &Command, now: Moment) -> Vec<Event> {
    let anyway = match command {
        Command::Join { .. } => faults.has(Fault::RefuseButJoinAnyway),
        Command::Send { .. } => faults.has(Fault::SilentRefusalButEffect),
        _ => false,
    };
    if !anyway {
        return Vec::new();
    }
    let doors =
        std::mem::replace(chat.open_doors(), OpenDoors { join: true, send: true, ..OpenDoors::default() });
    let applied = chat.apply(command.clone(), now);
    *chat.open_doors() = doors;
    applied.events
}

/// What is told although it did not happen, or not again.
fn announced_again(
    faults: &Faults,
    chat: &mut Chat,
    command: &Command,
    applied: &Applied,
    now: Moment,
) -> Vec<Happened> {
    let per_device = faults.has(Fault::PresencePerDevice);
    let told_of_presence =
        applied.events.iter().any(|event| matches!(event.what, Happened::Online(_) | Happened::Offline(_)));
    match (&applied.result, command) {
        (Ok(Answer::Joined { first: false, conversation }), Command::Join { user, .. })
            if faults.has(Fault::SecondDeviceAnnounced) =>
        {
            vec![Happened::Entered(*conversation, user.clone())]
        }
        (Ok(Answer::Read { first: false, message }), Command::Read { user, .. })
            if faults.has(Fault::ReceiptRegresses) =>
        {
            vec![Happened::Read(Arc::clone(message), user.clone())]
        }
        (Ok(Answer::ReadAll { messages, moved: 0 }), _) if faults.has(Fault::ReceiptRegresses) => {
            messages.iter().cloned().map(Happened::Moved).collect()
        }
        (Ok(Answer::ReadAll { .. }), Command::ReadAll { user, conversation })
            if faults.has(Fault::ReadMovesOwn) =>
        {
            let all = Command::History { user: None, conversation: *conversation, page: None };
            let Ok(Answer::History(history)) = chat.apply(all, now).result else { return Vec::new() };
            let own = history.messages.into_iter().filter(|message| message.sender.id == *user);
            own.map(|message| Happened::Moved(with_status(&message, Status::Read))).collect()
        }
        (Ok(Answer::Gone(Some(user))), _) if per_device && !told_of_presence => {
            vec![Happened::Offline(user.clone())]
        }
        (Ok(_), Command::Connect { user: Some((user, _)), .. }) if per_device && !told_of_presence => {
            vec![Happened::Online(user.clone())]
        }
        (Ok(answer), _) => beyond::told_again(faults, command, answer).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn withhold(faults: &Faults, command: &Command, origin: Origin, events: &mut Vec<Event>) {
    let gone = matches!(command, Command::Disconnect { .. });
    let silent = origin == Origin::Rest && faults.has(Fault::RestDoesNotEmit);
    events.retain(|event| {
        let withheld = match event.what {
            Happened::Left(..) => gone && faults.has(Fault::LeftNotToldOnDisconnect),
            Happened::Deleted(_) => faults.has(Fault::DeleteDoesNotEmit),
            Happened::Typing(_, _, false) => faults.has(Fault::StopNeverSent),
            Happened::Offline(_) => faults.has(Fault::OfflineNeverTold),
            Happened::Moved(_) => faults.has(Fault::StatusNeverTold),
            Happened::Reacted(_, _, None) => faults.has(Fault::ReactionEndNeverTold),
            _ => false,
        };
        !(silent || withheld)
    });
}

fn distort_events(faults: &Faults, events: &mut Vec<Event>) {
    if faults.has(Fault::StopTwice) {
        let twice = |event: Event| {
            let stop = matches!(event.what, Happened::Typing(_, _, false));
            std::iter::repeat_n(event, if stop { 2 } else { 1 })
        };
        *events = std::mem::take(events).into_iter().flat_map(twice).collect();
    }
    if faults.has(Fault::StatusRegresses) {
        let and_back = |event: Event| {
            let back = match &event.what {
                Happened::Moved(message) if message.status == Status::Read => {
                    let what = Happened::Moved(with_status(message, Status::Delivered));
                    Some(Event { what, ..event })
                }
                _ => None,
            };
            std::iter::once(event).chain(back)
        };
        *events = std::mem::take(events).into_iter().flat_map(and_back).collect();
    }
    if faults.has(Fault::DeliveredBeforeReceived) {
        events.sort_by_key(|event| matches!(event.what, Happened::Sent(_)));
    }
    if faults.has(Fault::ReadFromTheStart) {
        for event in events.iter_mut() {
            if let Happened::Sent(message) = &mut event.what {
                *message = with_status(message, Status::Read);
            }
        }
    }
    if faults.has(Fault::WrongSender) {
        for event in events {
            if let Happened::Sent(message) = &mut event.what {
                let sender = Person { id: somebody_else(&message.sender.id), ..message.sender.clone() };
                *message = Arc::new(Message { sender, ..(**message).clone() });
            }
        }
    }
}

fn with_status(message: &Message, status: Status) -> Arc<Message> {
    Arc::new(Message { status, ..message.clone() })
}

fn somebody_else(user: &UserId) -> UserId {
    match user {
        UserId::Number(number) => UserId::Number(number.saturating_add(1)),
        UserId::Name(name) => UserId::Name(format!("{name}-other").into()),
    }
}

fn distort_history(faults: &Faults, history: &mut History, now: Moment) {
    beyond::distort_history(faults, history);
    if faults.has(Fault::AckBeforeStore) {
        history.messages.retain(|message| now.since(message.created_at) >= STORE_LAG);
    }
    if faults.has(Fault::HistoryMissingLast)
        && let Some(newest) = history.messages.iter().map(|message| message.id).max()
    {
        history.messages.retain(|message| message.id != newest);
    }
    if faults.has(Fault::NewestLast) {
        history.messages.sort_by_key(|message| message.id);
    }
    if faults.has(Fault::WrongTotal) {
        history.total += 1;
    }
}
