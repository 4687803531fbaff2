//! What has to follow an action, as expectations: the forms of an answer, of a refusal, and of what others hear.

use std::sync::Arc;

use super::Interpreter;
use super::said::{Said, kind_of};
use crate::check::judge::{Channel, Expectation, Form, Item, Role};
use crate::check::scope::Scope;
use crate::world::{Change, SocketId, What};
use language::contract::{AnswerForm, ChangeKind, ClauseId, Consequence, Say, Verb};
use language::level::Level;
use language::payload::{Matcher, Payload};
use language::script::Action;
use language::verb::ModelVerb;

/// How something was sent: by which channel its answer comes, and what it is called.
pub struct Sent {
    /// The ack or REST answer that is awaited, where one is.
    pub channel: Option<Channel>,
    /// The event, or the method and path.
    pub event: String,
}

/// The expected answer of an accepted verb.
pub fn accepted(model: &Interpreter, said: &Said, action: &Action, verb: &Verb, sent: &Sent) -> Expectation {
    let answers =
        Answers { model, said, sent, clause: verb.clause.clone(), scope: Arc::new(said.scope.clone()) };
    let forms = match &verb.say {
        Say::Rest(call) => call
            .accepted_bodies()
            .map(|(name, body)| answers.rest(name, call.status.clone(), body.cloned()))
            .collect(),
        _ => answers.forms(verb.forms.iter(), false),
    };
    // By REST the answer is another: that its form is another says nothing.
    let asked = match &verb.say {
        Say::Rest(_) => " via rest",
        _ if action.ack => "",
        _ => " without ack",
    };
    let unanswered = forms.iter().all(|form| form.items.is_empty()).then_some(said.socket);
    let changes = action.verb.model().is_some_and(ModelVerb::is_stood_on) || verb.causes.is_some();
    Expectation {
        role: if changes && action.effect { Role::Needed } else { Role::Answer },
        thing: format!("answer of {}{asked}", action.verb),
        clause: verb.clause.clone(),
        forms,
        unanswered,
        after: None,
    }
}

/// The expected answer of a refused verb.
pub fn refused(model: &Interpreter, said: &Said, action: &Action, verb: &Verb, sent: &Sent) -> Expectation {
    let kind = kind_of(action);
    let refusal = model.refusal(verb);
    let clause = refusal.clauses.get(kind).cloned().or_else(|| verb.clause.clone());
    let answers = Answers { model, said, sent, clause: clause.clone(), scope: Arc::new(said.scope.clone()) };
    let forms = match &verb.say {
        Say::Rest(_) => {
            let status = refusal.statuses.get(kind).map_or_else(any_refusal, |status| number(*status));
            vec![answers.rest("documented", status, refusal.body.or_else(|| Some(any_body())))]
        }
        _ => answers.forms(refusal.forms_of(kind), true),
    };
    let asked = if action.ack { "" } else { " without ack" };
    Expectation {
        role: Role::Refusal,
        thing: format!("{} refused as {kind}{asked}", action.verb),
        clause,
        forms,
        unanswered: None,
        after: None,
    }
}

fn number(status: u16) -> Payload {
    Payload::Literal(status.into())
}

/// Any body, or none.
fn any_body() -> Payload {
    Payload::Matcher(Matcher::Maybe(Box::new(Payload::Matcher(Matcher::Any(None)))))
}

/// Any status that refuses.
fn any_refusal() -> Payload {
    Payload::Matcher(Matcher::OneOf([400, 401, 403, 404, 409, 422, 429].map(Into::into).to_vec()))
}

struct Answers<'a> {
    model: &'a Interpreter,
    said: &'a Said,
    sent: &'a Sent,
    clause: Option<ClauseId>,
    scope: Arc<Scope>,
}

impl Answers<'_> {
    fn rest(&self, name: &str, status: Payload, body: Option<Payload>) -> Form {
        let payload = rest_payload(status, body, &[]);
        let items = self
            .sent
            .channel
            .iter()
            .map(|channel| self.item(channel.clone(), payload.clone(), "the answer to"));
        Form { name: name.to_owned(), level: None, items: items.collect() }
    }

    /// The forms of a contract. Without an ack asked for, an accepted one has no ack, and a refused one cannot be an ack.
    fn forms<'f>(
        &self,
        forms: impl Iterator<Item = (&'f String, &'f AnswerForm)>,
        refused: bool,
    ) -> Vec<Form> {
        let asked = self.sent.channel.is_some();
        let mut found: Vec<Form> = Vec::new();
        for (name, form) in forms {
            if refused && !asked && form.ack.is_some() {
                continue;
            }
            let mut items = Vec::new();
            if let (Some(channel), Some(ack)) = (&self.sent.channel, &form.ack) {
                items.push(self.item(channel.clone(), ack.clone(), "the ack of"));
            }
            for heard in &form.me {
                let channel = Channel::Event(heard.event.clone());
                let mut item = self.item(channel, heard.data.clone(), "");
                item.name.clone_from(&heard.event);
                item.clause = heard.clause.clone().or_else(|| self.clause.clone());
                item.level = self.model.plan.contract.level(item.clause.as_deref());
                items.push(item);
            }
            if form.disconnect {
                let mut item = self.item(Channel::Disconnected, Payload::Matcher(Matcher::Any(None)), "");
                item.name = "a disconnect".to_owned();
                items.push(item);
            }
            // Two forms that differ only in the ack are one where none was asked for.
            let same = !asked && found.iter().any(|known| known.items.is_empty() && items.is_empty());
            if !same {
                found.push(Form { name: name.clone(), level: form.level, items });
            }
        }
        found
    }

    fn item(&self, channel: Channel, payload: Payload, what: &str) -> Item {
        Item {
            socket: self.said.socket,
            channel,
            payload,
            scope: Arc::clone(&self.scope),
            clause: self.clause.clone(),
            level: self.model.plan.contract.level(self.clause.as_deref()),
            maybe: false,
            name: format!("{what} {}", self.sent.event),
            change: None,
        }
    }
}

/// The answer to a REST call as one payload: its status, its body where one is expected, and named headers.
pub fn rest_payload(status: Payload, body: Option<Payload>, headers: &[(String, Payload)]) -> Payload {
    let mut fields = vec![("status".to_owned(), status)];
    fields.extend(body.map(|body| ("body".to_owned(), body)));
    if !headers.is_empty() {
        fields.push(("headers".to_owned(), Payload::Object { fields: headers.to_vec(), open: false }));
    }
    Payload::Object { fields, open: false }
}

/// What others hear of a change.
pub fn consequence(
    model: &Interpreter,
    socket: Option<SocketId>,
    change: &Change,
    kind: &ChangeKind,
    heard: &Consequence,
    scope: &Arc<Scope>,
) -> Expectation {
    let contract = &model.plan.contract;
    let cap = heard.level.unwrap_or(Level::Must);
    let mut forms = Vec::new();
    for (name, audibles) in &heard.forms {
        let mut items = Vec::new();
        for audible in audibles {
            for listener in model.world.audience(audible.audience, change.user, socket, change.room) {
                items.push(Item {
                    socket: listener,
                    channel: Channel::Event(audible.heard.event.clone()),
                    payload: audible.heard.data.clone(),
                    scope: Arc::clone(scope),
                    clause: audible.heard.clause.clone(),
                    level: contract.level(audible.heard.clause.as_deref()).min(cap),
                    maybe: audible.maybe,
                    name: audible.heard.event.clone(),
                    change: (change.what != What::Updated || kind.0 == "updated").then_some(change.what),
                });
            }
        }
        forms.push(Form { name: name.clone(), level: None, items });
    }
    // A clause that nobody was there to hear was not judged, and forms that nobody heard do not differ.
    let silent = forms.iter().all(|form| form.items.is_empty());
    forms.truncate(if silent { 1 } else { forms.len() });
    let clause = if silent { None } else { heard.clause.clone() };
    Expectation {
        role: Role::Consequence,
        thing: kind.0.clone(),
        clause,
        forms,
        unanswered: None,
        after: heard.after.clone(),
    }
}
