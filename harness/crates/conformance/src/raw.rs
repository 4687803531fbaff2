//! Raw steps: what no verb says. Whatever follows from them has to be said by `expect` steps.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::Stop;
use super::case::{Case, Pending};
use super::cast;
use super::lines::Answered;
use language::contract::{ClauseId, RestCall};
use language::payload::{Matcher, Payload};
use language::script::{Act, Action, Refused};
use language::script_file::DISCONNECT;
use language::verb::ModelVerb;
use model::check::fill::{as_text, fill};
use model::check::judge::{Channel, Expectation, Form, Item, Judge, Order, Role};
use model::check::matching::{compare, redact};
use model::check::scope::Scope;
use model::interpreter::expected::{Sent, rest_payload};
use model::interpreter::outgoing::{Call, Filled};
use model::interpreter::said::{Said, kind_of};
use model::world::SocketId;
use results::record::Direction;
use wire::client::rest::Request;

/// Performs a raw step of an actor.
pub(super) async fn act(case: &mut Case, socket: SocketId, act: &Act) -> Result<(), Stop> {
    match act {
        Act::Emit { event, data, ack, refused } => {
            let scope = scope(case, socket);
            let payload = filled(case, data.as_ref(), &scope)?;
            let refusal = matches!(refused, Refused::Yes(_) | Refused::Maybe(_));
            let sent = case.emit(socket, event, payload, ack.is_some() || refusal);
            emitted(case, socket, scope, &sent, ack.as_ref(), refused).await
        }
        Act::Rest(call) => rest(case, socket, call).await,
        Act::Frame(frame) => send_frame(case, socket, frame),
        Act::Verb(_) | Act::Connect(_) | Act::Sever | Act::Expect { .. } => Ok(()),
    }
}

/// Awaits what each of these actors has to hear, in whatever order. Some of it may have come before.
pub(super) async fn expect_all(case: &mut Case, actors: &[String], act: &Act) -> Result<(), Stop> {
    let Act::Expect { event, .. } = act else { return Ok(()) };
    let mut judge = Judge::new(Order::Next);
    let (mut within, mut early) = (case.rules.within, Vec::new());
    for actor in actors {
        let socket = case.socket_of(actor)?;
        within = within.max(expect(case, &mut judge, socket, act));
        early.extend(case.owed.ahead.take(socket, &channel(event)));
    }
    for received in early {
        case.offer(received, Some(&mut Pending { judge: &mut judge, held: None }));
    }
    case.meet_holding(judge, None, within).await;
    Ok(())
}

/// On which channel an `expect` step hears.
pub(super) fn channel(event: &str) -> Channel {
    if event == DISCONNECT { Channel::Disconnected } else { Channel::Event(event.to_owned()) }
}

/// Sends a frame, whatever is in it.
fn send_frame(case: &mut Case, socket: SocketId, frame: &Payload) -> Result<(), Stop> {
    let actor = case.caller(socket);
    let scope = scope(case, socket);
    let context = case.model.context(&scope);
    let text = as_text(frame, context)?;
    let shown = compare(frame, &Value::from(text.as_str()), context).redacted;
    case.log.enter(Instant::now(), &actor, Direction::Out, "a frame", &Value::from(text.as_str()), &shown);
    if let Some(line) = &case.actor(socket).socket {
        line.frame(text)?;
    }
    case.witness(socket);
    Ok(())
}

/// Says a raw step of which nothing follows but what the expectations hold; its own answer is added to them.
pub(super) async fn begin(
    case: &mut Case,
    judge: &mut Judge,
    socket: SocketId,
    act: &Act,
) -> Result<(), Stop> {
    match act {
        Act::Emit { event, data, ack, refused: Refused::No } => {
            case.must_be_up(socket)?;
            let scope = scope(case, socket);
            let payload = filled(case, data.as_ref(), &scope)?;
            let sent = case.emit(socket, event, payload, ack.is_some());
            match ack {
                Some(_) => expect_ack(judge, socket, scope, &sent, ack.as_ref()),
                None => judge.expect(unanswered(event, socket)),
            }
            Ok(())
        }
        Act::Rest(call) => begin_rest(case, judge, socket, call),
        Act::Frame(frame) => {
            case.must_be_up(socket)?;
            judge.expect(unanswered("a frame", socket));
            send_frame(case, socket, frame)
        }
        Act::Connect(raw) => {
            if let Some(item) = case.begin_connect(socket, raw).await? {
                judge.expect(single("answer of connect", item));
            }
            Ok(())
        }
        Act::Sever => case.leave(judge, socket, false).await,
        Act::Verb(action) if action.verb == ModelVerb::Disconnect => case.leave(judge, socket, true).await,
        _ => Err(Stop::CouldNotRun(
            "`any_order` takes raw steps: expect, emit, rest, connect, disconnect, sever, frame".to_owned(),
        )),
    }
}

fn expect_ack(judge: &mut Judge, socket: SocketId, scope: Scope, sent: &Sent, ack: Option<&Payload>) {
    if let (Some(channel), Some(ack)) = (&sent.channel, ack) {
        let name = format!("the ack of {}", sent.event);
        judge.expect(single("answer", item(socket, channel.clone(), ack.clone(), scope, name)));
    }
}

async fn emitted(
    case: &mut Case,
    socket: SocketId,
    scope: Scope,
    sent: &Sent,
    ack: Option<&Payload>,
    refused: &Refused,
) -> Result<(), Stop> {
    let mut judge = Judge::new(Order::Next);
    match (refused, &sent.channel, ack) {
        (Refused::No, Some(_), Some(_)) => {
            expect_ack(&mut judge, socket, scope, sent, ack);
            case.meet(judge).await;
        }
        (Refused::Yes(_) | Refused::Maybe(_), ..) => {
            // The refusal of an event that is no verb: as the contract refuses whatever does not say otherwise.
            let action = Action { refused: refused.clone(), ..Action::plain("this", Default::default()) };
            let kind = kind_of(&action);
            let refusal = case.model.plan.contract.refused.clone();
            let verb = language::contract::Verb::raw(&sent.event, refusal.clone());
            let reason = refusal.reason(kind).cloned();
            let said = Said { socket, scope: Scope { reason, ..scope }, room: None, message: None };
            judge.expect(model::interpreter::expected::refused(&case.model, &said, &action, &verb, sent));
            case.meet(judge).await;
            case.prove_silence(&[socket]).await;
        }
        _ => {}
    }
    Ok(())
}

/// Adds the next event of a name to the expectations; says how long it may take.
pub(super) fn expect(case: &mut Case, judge: &mut Judge, socket: SocketId, act: &Act) -> Duration {
    let usual = case.rules.within;
    let Act::Expect { event, data, within } = act else { return usual };
    let within = within.map_or(usual, |within| within.mul_f64(case.rules.patience.max(1.0)).max(usual));
    let scope = scope(case, socket);
    if event == DISCONNECT {
        let item = item(socket, channel(event), data.clone(), scope, "a disconnect".to_owned());
        judge.expect(single(event, item));
        return within;
    }
    let clause = case.model.plan.contract.events.get(event).map(|spec| spec.clause.clone());
    let level = case.model.plan.contract.level(clause.as_deref());
    let named = item(socket, channel(event), data.clone(), scope, event.clone());
    judge.expect(single(event, Item { clause, level, ..named }));
    within
}

/// A REST call as it stands, with the actor's credential.
pub(super) async fn rest(case: &mut Case, socket: SocketId, call: &RestCall) -> Result<(), Stop> {
    let mut judge = Judge::new(Order::Next);
    begin_rest(case, &mut judge, socket, call)?;
    case.meet(judge).await;
    Ok(())
}

/// Sends a REST call and adds its answer to the expectations.
pub(super) fn begin_rest(
    case: &mut Case,
    judge: &mut Judge,
    socket: SocketId,
    call: &RestCall,
) -> Result<(), Stop> {
    let scope = if socket == case.nobody() { case.model.bare_scope() } else { scope(case, socket) };
    let filled = case.model.call(call, &scope, None, socket != case.nobody())?;
    let sent = case.send_rest(socket, filled);
    let Some(channel) = sent.channel else { return Ok(()) };
    let name = format!("the answer to {}", sent.event);
    let mut answer =
        single("answer", item(socket, channel, Payload::Matcher(Matcher::Any(None)), scope, name));
    let forms = call.accepted_bodies().map(|(form, body)| {
        let mut accepted = answer.forms[0].clone();
        form.clone_into(&mut accepted.name);
        accepted.items[0].payload = rest_payload(call.status.clone(), body.cloned(), &call.answer_headers);
        accepted
    });
    answer.forms = forms.collect();
    judge.expect(answer);
    Ok(())
}

fn single(thing: &str, item: Item) -> Expectation {
    let form = Form { name: "documented".to_owned(), level: None, items: vec![item] };
    Expectation {
        role: Role::Answer,
        thing: thing.to_owned(),
        clause: None,
        forms: vec![form],
        unanswered: None,
        after: None,
    }
}

/// Nothing answers on this socket: a fence tells when what was said has been dealt with.
fn unanswered(thing: &str, socket: SocketId) -> Expectation {
    let form = Form { name: "documented".to_owned(), level: None, items: Vec::new() };
    Expectation {
        role: Role::Answer,
        thing: thing.to_owned(),
        clause: None,
        forms: vec![form],
        unanswered: Some(socket),
        after: None,
    }
}

pub(super) fn item(socket: SocketId, channel: Channel, payload: Payload, scope: Scope, name: String) -> Item {
    Item {
        socket,
        channel,
        payload,
        scope: Arc::new(scope),
        clause: None::<ClauseId>,
        level: language::level::Level::Must,
        maybe: false,
        name,
        change: None,
    }
}

fn scope(case: &mut Case, socket: SocketId) -> Scope {
    let Case { cast, model, .. } = case;
    model.raw_scope(cast[socket.0 as usize].speaker(socket))
}

/// No label is known to be meant where a file says everything itself.
fn filled(case: &Case, data: Option<&Payload>, scope: &Scope) -> Result<Filled, Stop> {
    let fill = |data| fill(data, case.model.context(scope)).map_err(Stop::from);
    let value = data.map(fill).transpose()?;
    let shown = value.as_ref().map_or(Value::Null, redact);
    Ok(Filled { value, shown })
}

impl Case {
    /// Starts a REST call; its answer comes in like everything else.
    pub(super) fn send_rest(&mut self, socket: SocketId, call: Call) -> Sent {
        let Call { method, path, name, headers, body, answer_headers, answer_body } = call;
        let mut headers = headers;
        if let Some(actor) = self.cast.get(socket.0 as usize).filter(|actor| !actor.cookies.is_empty()) {
            cast::with_cookies(&mut headers, &actor.cookies);
        }
        let request = Request { method, path, headers, json: body.value.clone(), raw: None };
        self.owed.calls += 1;
        let (rest, answers, number) =
            (Arc::clone(self.rest_of(socket)), self.lines.answers.clone(), self.owed.calls);
        let within = self.rules.rest_within();
        tokio::spawn(async move {
            let result = rest.call(&request, within).await;
            // The case may be over by then.
            let _over = answers.send(Answered {
                socket,
                call: number,
                at: Instant::now(),
                result,
                headers: answer_headers,
                body: answer_body,
            });
        });
        let actor = self.caller(socket);
        let value = body.value.unwrap_or(Value::Null);
        self.log.enter(Instant::now(), &actor, Direction::Out, &name, &value, &body.shown);
        self.witness(socket);
        Sent { channel: Some(Channel::Rest(number)), event: name }
    }
}
