//! The interpreter, fed by hand: steps in, arrivals in, and no server anywhere.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use serde_json::json;

use super::expected::{Sent, accepted, refused};
use super::outgoing::Outgoing;
use super::said::Said;
use super::*;
use crate::check::judge::{Channel, Judge, Order, Received, State, Taken};
use crate::world::{self, Change, What};
use language::script::{Act, StepKind};
use language::script_file;
use language::text::{Source, parse};
use language::verb::ModelVerb;

const ANA: SocketId = SocketId(0);
const BO: SocketId = SocketId(1);

pub(crate) const STEPS: &str = "scenario: by hand
level: must
rooms: {lobby: [ana, bo]}
users: {mallory: {}}
steps:
  - ana: join
  - bo: join
  - ana: {send: hello, as: greeting}
  - bo: {read: greeting}
  - mallory: {join: lobby, refused: stranger}
  - bo: {read: nothing}
";

/// A case in which everybody is connected and the room is there.
pub(crate) fn interpreter(text: &str) -> Interpreter {
    interpreter_of("crm", text)
}

fn interpreter_of(dialect: &str, text: &str) -> Interpreter {
    let contract = format!("../../../scenarios/dialects/{dialect}.yaml");
    let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join(contract);
    let contract = Arc::new(language::contract_file::read(&contract).unwrap());
    let document = parse(&Source::new("by-hand.yaml", text)).unwrap();
    let scenario = Arc::new(script_file::from_document(document, "by-hand".to_owned()).unwrap());
    let plan = plan::plan(&[scenario], std::slice::from_ref(&contract), std::slice::from_ref(&contract), &[])
        .unwrap();
    let ids = vec![json!(7), json!(8), json!(9)];
    let mut model = Interpreter::new(plan.into_iter().next().unwrap(), ids, None, 1);
    model.book.bind("room:lobby", json!(3));
    for (index, user) in ["ana", "bo", "mallory"].into_iter().enumerate() {
        let socket = SocketId(index as u32);
        model.world.add_socket(socket, model.user(user));
        model.world.apply(&world::Action::Connect(socket), Duration::ZERO);
    }
    model
}

/// The action of a step, and who says it.
fn step(model: &Interpreter, index: usize) -> (String, Action) {
    let StepKind::Act(actors, act) = &model.plan.scenario.steps[index].kind else { panic!("no action") };
    let Act::Verb(action) = act.as_ref() else { panic!("no verb") };
    (actors[0].clone(), action.clone())
}

fn say(model: &mut Interpreter, index: usize) -> Result<(Said, Action), Senseless> {
    let (actor, action) = step(model, index);
    let socket = SocketId(["ana", "bo", "mallory"].iter().position(|name| *name == actor).unwrap() as u32);
    let said = model.said(Speaker { socket, user: &actor, token: Some("a token") }, &action)?;
    Ok((said, action))
}

/// Says a step, and expects what has to follow where it is accepted; its answer comes as the ack 1.
fn accept(model: &mut Interpreter, index: usize) -> (Judge, Outgoing) {
    let (said, action) = say(model, index).unwrap();
    let outgoing = model.outgoing(&said, &action).unwrap();
    let verb = model.verb(&action).unwrap().clone();
    let Outgoing::Event { event, .. } = &outgoing else { panic!("said by an event") };
    let sent = Sent { channel: Some(Channel::Ack(1)), event: event.clone() };
    let mut judge = Judge::new(Order::Next);
    judge.expect(accepted(model, &said, &action, &verb, &sent));
    let user = model.user(said.scope.me.as_deref().unwrap());
    let changes = model.apply(user, &said, &action, Duration::from_secs(1));
    model
        .consequences(user, &said, &action, &changes)
        .into_iter()
        .for_each(|expected| judge.expect(expected));
    (judge, outgoing)
}

/// What comes in; true where something accounts for it, and nothing in it differs.
fn comes(
    model: &mut Interpreter,
    judge: &mut Judge,
    socket: SocketId,
    channel: Channel,
    value: Value,
) -> bool {
    let received = Received { socket, channel, value, at: Duration::ZERO };
    let Taken::By(found) = judge.offer(&received, &model.told, &model.plan.contract, &model.book) else {
        return false;
    };
    found.bound.iter().for_each(|(label, value)| model.book.bind(label.clone(), value.clone()));
    found.differences.is_empty()
}

fn event(name: &str) -> Channel {
    Channel::Event(name.to_owned())
}

/// `crm`'s message as it is emitted.
fn message(id: u64, text: &str) -> Value {
    let at = "2025-10-09T12:00:00.000Z";
    json!({
        "message": {"id": id, "chatId": 3, "senderId": 7, "message": text, "createdAt": at},
        "chatId": 3,
        "timestamp": at,
    })
}

#[test]
fn a_message_goes_out_and_everybody_in_the_room_has_to_hear_it() {
    let mut model = interpreter(STEPS);
    let (mut joined, outgoing) = accept(&mut model, 0);
    assert!(matches!(&outgoing, Outgoing::Event { event, payload, wants_ack: true }
        if event == "joinChat" && payload.value == Some(json!({"chatId": 3}))));
    assert_eq!(joined.state(), State::Waiting);
    let heard_by: Vec<SocketId> = joined.sockets();
    assert!(heard_by.contains(&ANA) && !heard_by.contains(&BO), "bo has not joined: {heard_by:?}");
    assert!(comes(
        &mut model,
        &mut joined,
        ANA,
        Channel::Ack(1),
        json!({"success": true, "message": "Joined chat 3"})
    ));

    accept(&mut model, 1);
    let (sent, outgoing) = accept(&mut model, 2);
    let Outgoing::Event { payload, .. } = outgoing else { panic!("said by an event") };
    assert_eq!(payload.value.unwrap()["content"], "hello");
    assert_eq!(model.messages.len(), 1);
    assert_eq!(model.message_named("greeting").unwrap().1.text, "hello");
    let heard_by = sent.sockets();
    assert!(heard_by.contains(&BO), "who has joined hears it: {heard_by:?}");
    assert!(!heard_by.contains(&SocketId(2)), "who has not joined does not: {heard_by:?}");
}

#[test]
fn what_arrives_binds_ids_and_what_nothing_accounts_for_is_unexpected() {
    let mut model = interpreter(STEPS);
    accept(&mut model, 0);
    accept(&mut model, 1);
    let (mut sent, _) = accept(&mut model, 2);
    assert_eq!(model.book.get("message:greeting"), None);
    let heard = message(31, "hello");
    assert!(comes(&mut model, &mut sent, BO, event("newMessage"), heard.clone()));
    assert_eq!(model.book.get("message:greeting"), Some(&json!(31)));
    assert!(!comes(&mut model, &mut sent, BO, event("newMessage"), heard), "a second one");
    assert!(
        !comes(&mut model, &mut sent, SocketId(2), event("newMessage"), message(31, "hello")),
        "a stranger"
    );
    // It is known by its id from then on.
    let (said, action) = say(&mut model, 3).unwrap();
    let Outgoing::Event { payload, .. } = model.outgoing(&said, &action).unwrap() else { panic!("an event") };
    assert_eq!(payload.value.unwrap()["messageId"], 31);
}

#[test]
fn a_refusal_changes_nothing_and_what_makes_no_sense_says_why() {
    let mut model = interpreter(STEPS);
    let (said, action) = say(&mut model, 4).unwrap();
    let verb = model.verb(&action).unwrap().clone();
    let sent = Sent { channel: Some(Channel::Ack(1)), event: "joinChat".to_owned() };
    let expected = refused(&model, &said, &action, &verb, &sent);
    assert!(expected.thing.contains("refused as stranger"), "{}", expected.thing);
    assert_eq!(
        expected.forms.iter().flat_map(|form| &form.items).map(|item| item.socket).next(),
        Some(SocketId(2))
    );
    let why = say(&mut model, 5).unwrap_err();
    assert_eq!(why.to_string(), "no message is called `nothing`; nobody has sent one yet");
}

#[test]
fn a_form_is_accepted_for_no_kind_of_refusal_that_it_excepts() {
    let steps = "  - ana: join\n  - mallory: {join: lobby, refused: stranger}\n  - bo: {join: nowhere, refused: unknown}\n";
    let head = "scenario: by hand\nlevel: must\nrooms: {lobby: [ana, bo]}\nusers: {mallory: {}}\nsteps:\n";
    let mut model = interpreter_of("minimal", &format!("{head}{steps}"));
    let mut silent = |index| {
        let (said, action) = say(&mut model, index).unwrap();
        let verb = model.verb(&action).unwrap().clone();
        let sent = Sent { channel: Some(Channel::Ack(1)), event: "joinConversation".to_owned() };
        let forms = refused(&model, &said, &action, &verb, &sent).forms;
        assert!(forms.iter().any(|form| form.name == "event"));
        forms.iter().any(|form| form.items.is_empty())
    };
    // Its document says of this one that the client is told.
    assert_eq!([silent(1), silent(2)], [true, false]);
}

#[test]
fn no_two_instances_of_a_scenario_are_salted_alike_and_a_seed_repeats_them() {
    let all = |seed: u64| -> HashSet<u64> {
        let of_one = |number: usize| {
            let own = salt(&format!("crm/typing#{number}"), seed);
            (0..60).map(move |turn| salted(own, turn))
        };
        (1..=500).flat_map(of_one).collect()
    };
    assert_eq!(all(7).len(), 500 * 60);
    assert_eq!(all(7), all(7));
    assert!(all(7).is_disjoint(&all(8)));
}

/// What is looked up of a refusal is what stands in it as a whole.
#[test]
fn a_refusal_is_the_same_in_parts() {
    let model = interpreter(STEPS);
    let contract = &model.plan.contract;
    let kinds = ["stranger", "unjoined", "unknown", "invalid", "unauthenticated", "any", "none of them"];
    for verb in contract.verbs.values() {
        let whole = model.refusal(verb);
        assert_eq!(
            model.refusal_forms(verb).keys().collect::<Vec<_>>(),
            whole.forms.keys().collect::<Vec<_>>()
        );
        for kind in kinds {
            assert_eq!(model.refusal_clause(verb, kind), whole.clauses.get(kind));
            let shown = |reason: Option<&Payload>| reason.map(|reason| format!("{reason:?}"));
            assert_eq!(shown(model.refusal_reason(verb, kind)), shown(whole.reason(kind)), "{kind}");
        }
    }
}

const AGAIN: &str = "scenario: by hand
level: must
rooms: {lobby: [ana, bo]}
steps:
  - ana: join
  - bo: join
  - ana: {send: hello, as: greeting}
  - bo: {read: greeting}
  - bo: {read: greeting, effect: none}
  - ana: {type: lobby}
  - ana: {leave: lobby}
  - ana: {stop_typing: lobby, effect: none}
";

/// Says a step; what changes, and what would only repeat.
fn done(model: &mut Interpreter, index: usize) -> (Vec<Change>, Vec<repeats::Repeat>) {
    let (said, action) = say(model, index).unwrap();
    let user = model.user(said.scope.me.as_deref().unwrap());
    let changes = model.apply(user, &said, &action, Duration::from_millis(10));
    let repeats = model.repeats(user, &said, action.verb.model().unwrap(), &changes);
    (changes, repeats)
}

#[test]
fn what_changes_nothing_is_known_by_the_rule_that_nobody_hears_it_again() {
    let mut model = interpreter(AGAIN);
    (0..3).for_each(|index| drop(done(&mut model, index)));
    let again = |socket: SocketId, event: &str| repeats::Repeat {
        socket,
        event: event.to_owned(),
        clause: Some("y4".to_owned()),
    };
    let (changes, repeats) = done(&mut model, 3);
    assert_eq!((changes.len(), repeats.len()), (1, 0), "the first is no repetition");
    let (changes, repeats) = done(&mut model, 4);
    assert_eq!((changes.len(), repeats), (0, vec![again(ANA, "messageRead")]));
    (5..7).for_each(|index| drop(done(&mut model, index)));
    let (changes, repeats) = done(&mut model, 7);
    assert_eq!((changes.len(), repeats), (0, vec![again(BO, "userTyping")]), "a stop without a start");
}

#[test]
fn what_nobody_asked_for_bears_the_clause_that_stands_for_it() {
    let mut model = interpreter(AGAIN);
    (0..6).for_each(|index| drop(done(&mut model, index)));
    let (changes, _) = done(&mut model, 6);
    let stopped = changes.iter().find(|change| change.what == What::Stopped).unwrap();
    let left = changes.iter().find(|change| change.what == What::Left).unwrap();
    let clause_of = |change: &Change, verb| {
        let expected = model.consequence_of(Some(ANA), change, Some(verb)).unwrap();
        let items = expected.forms.iter().flat_map(|form| &form.items).filter(|item| item.socket == BO);
        items.map(|item| (item.clause.clone().unwrap(), item.level.to_string())).next().unwrap()
    };
    let is = |clause: &str, level: &str| (clause.to_owned(), level.to_owned());
    // One leaves, and is not asked to stop: that no document says.
    assert_eq!(clause_of(stopped, ModelVerb::Leave), is("b5", "may"));
    assert_eq!(clause_of(stopped, ModelVerb::StopTyping), is("s4", "must"));
    assert_eq!(clause_of(left, ModelVerb::Leave), is("s6", "must"));
    assert_eq!(clause_of(left, ModelVerb::Disconnect), is("l6", "may"));
}
