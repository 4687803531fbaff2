//! Turns as steps: what clients did in a turn, with its answers, and what was heard in it. Owns what is left out, and says
//! so; how a value is written is `values`' affair.

use std::time::Duration;

use serde_json::{Value, json};

use super::log::{Body, Request, Seen, Story, What};
use language::contract::Contract;

/// What clients did, and what was heard of it.
#[derive(Debug, Default)]
pub(super) struct Turn {
    pub(super) number: usize,
    /// When it began, and when the last thing in it came.
    pub(super) at: Duration,
    pub(super) last: Duration,
    pub(super) actions: Vec<Action>,
    pub(super) heard: Vec<Heard>,
}

/// Something that a client did.
#[derive(Debug)]
pub(super) enum Action {
    Connect {
        socket: usize,
        auth: Option<Value>,
        refused: bool,
    },
    Emit {
        socket: usize,
        event: String,
        data: Option<Value>,
        ack: Option<Value>,
    },
    /// An event that no `emit` can say.
    Frame {
        socket: usize,
        args: Vec<Value>,
    },
    Leave {
        socket: usize,
        politely: bool,
    },
    Call {
        request: Request,
        status: u16,
        body: Body,
    },
}

/// Something that a client heard.
#[derive(Debug)]
pub(super) struct Heard {
    pub(super) socket: usize,
    /// None where the connection ended.
    pub(super) event: Option<(String, Value)>,
}

/// The turns of a story, as far as they concern one namespace.
pub(super) fn turns(story: &mut Story, namespace: Option<&str>, contract: Option<&Contract>) -> Vec<Turn> {
    let seen = std::mem::take(&mut story.seen);
    let mut turns: Vec<Turn> = Vec::new();
    for this in &seen {
        if !inside(story, &this.what, namespace) {
            continue;
        }
        let (action, heard) = match &this.what {
            What::Event { socket, event, args } => {
                let data = single(args);
                if about_a_stranger(story, contract, event, &data) {
                    continue;
                }
                (None, Some(Heard { socket: *socket, event: Some((event.clone(), data)) }))
            }
            What::Ended { socket } => (None, Some(Heard { socket: *socket, event: None })),
            other => (action(story, &seen, other), None),
        };
        if action.is_none() && heard.is_none() {
            continue;
        }
        if turns.last().is_none_or(|turn| turn.number != this.turn) {
            turns.push(Turn { number: this.turn, at: this.at, ..Turn::default() });
        }
        if let Some(turn) = turns.last_mut() {
            turn.last = this.at;
            turn.actions.extend(action);
            turn.heard.extend(heard);
        }
    }
    story.seen = seen;
    turns
}

/// Whether something is of the namespace that is written.
fn inside(story: &Story, what: &What, namespace: Option<&str>) -> bool {
    let socket = match what {
        What::Connect { socket, .. }
        | What::Connected { socket }
        | What::Refused { socket }
        | What::Emit { socket, .. }
        | What::Ack { socket, .. }
        | What::Event { socket, .. }
        | What::Left { socket, .. }
        | What::Ended { socket } => *socket,
        What::Call { .. } | What::Answer { .. } => return true,
    };
    let of = story.sockets.get(socket).and_then(|socket| socket.namespace.as_deref());
    of.is_none() || of == namespace
}

/// The arguments of an event or an ack as a scenario has them: one value.
fn single(args: &[Value]) -> Value {
    match args {
        [] => Value::Null,
        [only] => only.clone(),
        many => json!({"arguments": many.len(), "all": many}),
    }
}

/// Presence of somebody who does not take part: another run has others.
fn about_a_stranger(story: &Story, contract: Option<&Contract>, event: &str, data: &Value) -> bool {
    let about = contract.and_then(|contract| contract.events.get(event)?.about.as_ref());
    let Some(id) = about.and_then(|field| data.get(field)) else { return false };
    let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
    !(0..story.cast.actors.len()).any(|actor| story.cast.id(actor) == Some(&id))
}

fn action(story: &mut Story, seen: &[Seen], what: &What) -> Option<Action> {
    match what {
        What::Connect { socket, auth } => {
            let outcome = seen.iter().find_map(|seen| match seen.what {
                What::Connected { socket: of } if of == *socket => Some(false),
                What::Refused { socket: of } if of == *socket => Some(true),
                _ => None,
            });
            let Some(refused) = outcome else {
                story.remark("a connection that was never answered is left out");
                return None;
            };
            Some(Action::Connect { socket: *socket, auth: auth.clone(), refused })
        }
        What::Emit { binary: true, event, .. } => {
            story
                .remark(format!("`{event}` carries binary data, which no scenario can send: it is left out"));
            None
        }
        What::Emit { socket, args, .. } if args.len() > 1 => {
            story.remark(
                "an event with several arguments is written as a `frame`, which asks for no acknowledgement",
            );
            let Some(What::Emit { event, .. }) = Some(what) else { return None };
            let args = std::iter::once(json!(event)).chain(args.iter().cloned()).collect();
            Some(Action::Frame { socket: *socket, args })
        }
        What::Emit { socket, event, args, ack, .. } => {
            let answer = ack.and_then(|id| {
                seen.iter().find_map(|seen| match &seen.what {
                    What::Ack { socket: of, id: known, args } if of == socket && *known == id => {
                        Some(single(args))
                    }
                    _ => None,
                })
            });
            if ack.is_some() && answer.is_none() {
                story.remark(format!(
                    "`{event}` asked for an acknowledgement and had none: it is written without"
                ));
            }
            Some(Action::Emit {
                socket: *socket,
                event: event.clone(),
                data: (!args.is_empty()).then(|| single(args)),
                ack: answer,
            })
        }
        What::Left { socket, politely } => Some(Action::Leave { socket: *socket, politely: *politely }),
        What::Call { call, request } => call_of(story, seen, *call, request),
        _ => None,
    }
}

fn call_of(story: &mut Story, seen: &[Seen], call: usize, request: &Request) -> Option<Action> {
    let answer = seen.iter().find_map(|seen| match &seen.what {
        What::Answer { call: of, status, body } if *of == call => Some((*status, body.clone())),
        _ => None,
    });
    let path = request.path.split('?').next().unwrap_or_default();
    let named = format!("{} {path}", request.method);
    match answer {
        None => story.remark(format!("{named} was never answered: it is left out")),
        // A page, a picture: nothing that a scenario is about.
        Some((_, Body::Other)) => {}
        Some(_) if request.body == Body::Other => {
            story.remark(format!(
                "{named} has a body that is no JSON, which no scenario can send: it is left out"
            ));
        }
        Some((status, body)) => return Some(Action::Call { request: request.clone(), status, body }),
    }
    None
}
