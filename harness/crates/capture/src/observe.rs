//! Shows a recording to the guesses, in the order in which things became known.

use super::cast::is_jwt;
use super::log::{Body, Story};
use super::steps::{Action, Turn};
use super::values::{Guess, Spot};

/// What objects are called.
pub(super) fn learn(guess: &mut Guess<'_>, turns: &[Turn]) {
    for turn in turns {
        for heard in &turn.heard {
            if let Some((_, data)) = &heard.event {
                guess.learn("", data);
            }
        }
        for action in &turn.actions {
            match action {
                Action::Emit { ack: Some(ack), .. } => guess.learn("", ack),
                Action::Call { body: Body::Json(body), .. } => guess.learn("", body),
                _ => {}
            }
        }
    }
}

/// Everything, in the order of the recording: what clients say before what they hear.
pub(super) fn observe(guess: &mut Guess<'_>, story: &Story, turns: &[Turn]) {
    for turn in turns {
        let spot = |server: bool, actor: Option<usize>| Spot {
            turn: turn.number,
            server,
            actor,
            hint: "",
            before: false,
        };
        for action in &turn.actions {
            match action {
                Action::Connect { socket, auth: Some(auth), .. } => {
                    guess.observe(spot(false, Some(story.sockets[*socket].actor)), auth);
                }
                Action::Emit { socket, data: Some(data), .. } => {
                    guess.observe(spot(false, Some(story.sockets[*socket].actor)), data);
                }
                Action::Call { request, .. } => {
                    guess.observe_path(spot(false, request.actor), &request.path);
                    if let Body::Json(json) = &request.body {
                        guess.observe(spot(false, request.actor), json);
                    }
                }
                _ => {}
            }
        }
        // Acks and answers first: of two names for one thing theirs is the vaguer one, and an event can better it.
        for heard in &turn.heard {
            if let Some((event, data)) = &heard.event {
                guess.observe(Spot { hint: event, ..spot(true, None) }, data);
            }
        }
        for action in &turn.actions {
            match action {
                Action::Emit { event, ack: Some(ack), .. } => {
                    guess.observe(Spot { hint: event, ..spot(true, None) }, ack);
                }
                Action::Call { request, body: Body::Json(body), .. } => {
                    let hint = path_hint(&request.path);
                    let before = request.method == "GET";
                    guess.observe(Spot { hint: &hint, before, ..spot(true, None) }, body);
                }
                _ => {}
            }
        }
    }
}

/// What the answer to a call of this path speaks of.
pub(super) fn path_hint(path: &str) -> String {
    let plain = path.split('?').next().unwrap_or_default();
    let word = |segment: &&str| segment.chars().any(char::is_alphabetic) && !is_jwt(segment);
    plain.split('/').rev().find(word).unwrap_or_default().to_owned()
}
