//! What a case would send, without any server: every connection, event, REST call and frame, in order, with a label such as
//! `<room:lobby>` wherever only a server can tell. Stands on the same interpreter as the runner.

mod cast;

use std::time::Duration;

use serde_json::{Value, json};

use cast::{Actor, Link};
use language::contract::{Making, RestCall};
use language::payload::{Payload, Piece};
use language::problem::Problem;
use language::script::{Act, Action, Invariant, RawConnect, Refused, Step, StepKind};
use language::verb::ModelVerb;
use model::check::fill::{Unfilled, as_text, fill};
use model::check::matching::compare;
use model::check::scope::{Book, Found, Scope};
use model::interpreter::outgoing::{Filled, Outgoing};
use model::interpreter::said::Said;
use model::interpreter::{Interpreter, Senseless, Speaker};
use model::plan::{self, CasePlan, user_of};
use model::world::{self, SocketId};

/// One thing that an actor sends.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// In which step: 0 is the set-up, the one after the last the end.
    pub step: usize,
    /// Who; `nobody` for a REST call without a credential.
    pub actor: String,
    /// The event, `connect`, or method and path.
    pub name: String,
    /// Its payload; null where it has none.
    pub payload: Value,
    /// How often, one after the other.
    pub times: u32,
}

/// Everything that a case sends where the server does as documented. What depends on its answers is sent, too: a connection that
/// may be refused is taken to be up.
///
/// # Errors
/// Where a step makes no sense in this dialect: a message that nobody has sent, a reference that stands for nothing.
pub fn frames(plan: &CasePlan) -> Result<Vec<Frame>, Problem> {
    let mut walk = Walk::new(plan);
    let whole = plan.scenario.document.root.span;
    walk.set_up().map_err(|why| plan.scenario.document.problem(whole, why.to_string()))?;
    for (index, step) in plan.scenario.steps.iter().enumerate() {
        walk.step = index + 1;
        walk.perform(step)?;
    }
    walk.step = plan.scenario.steps.len() + 1;
    walk.end().map_err(|why| plan.scenario.document.problem(whole, why.to_string()))?;
    Ok(walk.frames)
}

/// Why a step cannot be played.
#[derive(Debug, thiserror::Error)]
enum Unplayable {
    #[error("no message is sent, so an invariant about messages proves nothing")]
    NoMessage,
    #[error("{0} is not connected; `- {0}: connect` comes first")]
    NotConnected(String),
    #[error("nobody is called `{0}`")]
    Nobody(String),
    #[error("there is no room `{0}`, and this is not refused; known are: {1}")]
    NoRoom(String, String),
    #[error(transparent)]
    Senseless(#[from] Senseless),
    #[error(transparent)]
    Unfilled(#[from] Unfilled),
}

/// How many turns of its repeats a case is played through. What is said in a later one has no name that a step could know.
const TURNS: u32 = 1000;

struct Walk {
    model: Interpreter,
    cast: Vec<Actor>,
    frames: Vec<Frame>,
    step: usize,
    /// How often the step at hand is repeated; its frames are kept once.
    times: u32,
    /// How many turns of repeats may still be played through.
    turns: u32,
}

impl Walk {
    fn new(plan: &CasePlan) -> Self {
        let cast = cast::of(plan);
        let users = plan::users(&plan::actors(&plan.scenario));
        let ids = (0..users.len()).map(|index| cast::stands_in(plan.contract.ids, index)).collect();
        let mut model = Interpreter::new(plan.clone(), ids, None, 0);
        for (index, room) in plan.scenario.rooms.keys().enumerate() {
            if matches!(plan.contract.room.made, Making::Named(_)) {
                break;
            }
            model.book.bind(format!("room:{room}"), cast::stands_in(plan.contract.ids, 1000 + index));
        }
        captures(&plan.scenario.steps, &mut model.book);
        for (index, actor) in cast.iter().enumerate().filter(|(_, actor)| actor.valid()) {
            model.world.add_socket(SocketId(index as u32), model.user(user_of(&actor.name)));
        }
        Self { model, cast, frames: Vec::new(), step: 0, times: 1, turns: TURNS }
    }

    fn set_up(&mut self) -> Result<(), Unplayable> {
        let made = self.model.plan.contract.room.made.clone();
        for room in self.model.rooms.clone() {
            let Making::Rest(call) = &made else { break };
            if self.model.plan.scenario.later.contains(&room) {
                continue;
            }
            let valid = |member: &str| self.cast.iter().any(|actor| actor.name == member && actor.valid());
            let first = self.model.maker(&room, valid)?;
            let scope = self.model.making(self.speaker(&first)?, &room);
            self.rest(&first, call, &scope)?;
        }
        for index in 0..self.cast.len() {
            if !self.cast[index].offline {
                self.connect(index)?;
            }
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), Unplayable> {
        let invariants = &self.model.plan.scenario.invariants;
        if !invariants.is_empty() && self.model.messages.is_empty() {
            return Err(Unplayable::NoMessage);
        }
        if !invariants.contains(&Invariant::AckedIsInHistory)
            || self.model.plan.contract.verb("history", None).is_none()
        {
            return Ok(());
        }
        for room in self.model.rooms.clone() {
            let members = &self.model.plan.scenario.rooms[&room];
            let up = |member: &&String| {
                self.cast.iter().any(|actor| actor.name == **member && actor.line == Link::Up)
            };
            let reader = members.iter().find(up).cloned();
            if let (Some(reader), true) =
                (reader, self.model.messages.iter().any(|message| message.room == room))
            {
                let main = Some(Payload::text(room));
                self.verb(
                    &reader,
                    &Action { main, ..Action::plain(ModelVerb::History, Default::default()) },
                )?;
            }
        }
        Ok(())
    }

    fn perform(&mut self, step: &Step) -> Result<(), Problem> {
        match &step.kind {
            StepKind::Act(actors, act) => {
                for actor in actors {
                    self.act(actor, act).map_err(|why| self.wrong(step, why.to_string()))?;
                }
                Ok(())
            }
            StepKind::Repeat { times, steps, .. } => self.repeat(*times, steps),
            StepKind::Parallel(branches) | StepKind::AtOnce(branches) => {
                branches.iter().try_for_each(|branch| self.branch(branch))
            }
            StepKind::AnyOrder(steps) => steps.iter().try_for_each(|step| match &step.kind {
                StepKind::Act(..) | StepKind::Rest(_) if is_raw(step) => self.perform(step),
                _ => Err(self.wrong(step, "`any_order` takes raw steps and nothing else")),
            }),
            StepKind::Rest(call) => {
                let scope = self.model.bare_scope();
                self.rest("nobody", call, &scope).map_err(|why| self.wrong(step, why.to_string()))
            }
            StepKind::HearsNothing(_) | StepKind::Wait(_) | StepKind::Expired(_) => Ok(()),
            StepKind::Stopped { room: None, .. } if self.model.rooms.len() != 1 => {
                Err(self.wrong(step, "there are several rooms; say which one with `in:`"))
            }
            StepKind::Stopped { .. } => Ok(()),
        }
    }

    fn wrong(&self, step: &Step, message: impl Into<String>) -> Problem {
        self.model.plan.scenario.document.problem(step.span, message)
    }

    /// What is repeated is kept once, and done as often as it is, since each message has a name of its own.
    fn repeat(&mut self, times: u32, steps: &[Step]) -> Result<(), Problem> {
        let outer = self.times;
        self.times = outer.saturating_mul(times);
        steps.iter().try_for_each(|step| self.perform(step))?;
        self.times = outer;
        let kept = self.frames.len();
        for _ in 1..times {
            let Some(left) = self.turns.checked_sub(1) else { break };
            self.turns = left;
            steps.iter().try_for_each(|step| self.perform(step))?;
            self.frames.truncate(kept);
        }
        Ok(())
    }

    fn branch(&mut self, branch: &Step) -> Result<(), Problem> {
        let verbs =
            |step: &Step| matches!(&step.kind, StepKind::Act(_, act) if matches!(act.as_ref(), Act::Verb(_)));
        let fine = match &branch.kind {
            StepKind::Repeat { over: None, until: None, steps, .. } => steps.iter().all(verbs),
            _ => verbs(branch),
        };
        if fine {
            return self.perform(branch);
        }
        Err(self.wrong(branch, "this step takes verbs, and `repeat` of verbs"))
    }

    fn act(&mut self, actor: &str, act: &Act) -> Result<(), Unplayable> {
        match act {
            Act::Verb(action) if action.verb == ModelVerb::Connect => self.connect_again(actor, action),
            Act::Verb(action) if action.verb == ModelVerb::Disconnect => self.gone(actor, "disconnect"),
            Act::Verb(action) => self.verb(actor, action),
            Act::Emit { event, data, ack, .. } => {
                let scope = self.raw_scope(actor)?;
                ack.iter().try_for_each(|ack| self.stands(ack, &scope, 0))?;
                let payload = self.shown(data.as_ref(), &scope)?;
                self.frame(actor, event, payload);
                Ok(())
            }
            Act::Expect { data, .. } => {
                let scope = self.raw_scope(actor)?;
                self.stands(data, &scope, 0)
            }
            Act::Rest(call) => {
                let scope = self.raw_scope(actor)?;
                call.body.iter().try_for_each(|body| self.stands(body, &scope, 0))?;
                self.rest(actor, call, &scope)
            }
            Act::Connect(raw) => self.connect_raw(actor, raw),
            Act::Frame(frame) => {
                let scope = self.raw_scope(actor)?;
                let shown = self.shown(Some(frame), &scope)?;
                self.frame(actor, "a frame", shown);
                Ok(())
            }
            Act::Sever => self.gone(actor, "sever"),
        }
    }

    fn verb(&mut self, actor: &str, action: &Action) -> Result<(), Unplayable> {
        let index = self.index(actor)?;
        let said = self.model.said(self.cast[index].speaker(index), action)?;
        self.known(&said, action)?;
        match self.model.outgoing(&said, action)? {
            Outgoing::Event { event, payload, .. } => {
                self.must_be_up(actor)?;
                self.frame(actor, &event, self.payload(payload, action));
            }
            Outgoing::Nothing => {}
            Outgoing::Rest(call) => {
                let payload = self.payload(call.body, action);
                self.frame(actor, &call.name, payload);
            }
        }
        if !matches!(action.refused, Refused::Yes(_)) {
            let user = self.model.user(user_of(actor));
            let _heard = self.model.apply(user, &said, action, Duration::ZERO);
            self.know_message(&said);
        }
        Ok(())
    }

    /// A room that there is not can only refuse.
    fn known(&self, said: &Said, action: &Action) -> Result<(), Unplayable> {
        match (&said.scope.room, said.room, &action.refused) {
            (Some(room), None, Refused::No) => {
                Err(Unplayable::NoRoom(room.clone(), self.model.rooms.join(", ")))
            }
            _ => Ok(()),
        }
    }

    /// The server would give a new message an id.
    fn know_message(&mut self, said: &Said) {
        let Some(label) = said.scope.message.as_ref().map(|name| format!("message:{name}")) else { return };
        if self.model.book.get(&label).is_none() {
            let id = cast::stands_in(self.model.plan.contract.ids, 5000 + self.model.messages.len());
            self.model.book.bind(label, id);
        }
    }

    /// What is spoiled is shown as it is sent.
    fn payload(&self, filled: Filled, action: &Action) -> Value {
        let shown = if action.spoil.is_some() { filled.value.unwrap_or_default() } else { filled.shown };
        self.labelled(shown)
    }

    fn rest(&mut self, actor: &str, call: &RestCall, scope: &Scope) -> Result<(), Unplayable> {
        let call = self.model.call(call, scope, None, false)?;
        let payload = self.labelled(call.body.shown);
        self.frame(actor, &call.name, payload);
        Ok(())
    }

    /// What is expected word by word cannot hold what stands for nothing in a raw step: nobody's text, another one's room.
    fn stands(&self, payload: &Payload, scope: &Scope, depth: usize) -> Result<(), Unplayable> {
        let mut paths = Vec::new();
        payload.references(&mut paths);
        paths.iter().try_for_each(|path| match self.model.context(scope).lookup(path) {
            Found::Nothing(why) => Err(Unfilled::Nothing(why).into()),
            Found::Payload(payload) if depth < 8 => self.stands(&payload, scope, depth + 1),
            _ => Ok(()),
        })
    }

    /// A payload filled in, with labels where ids are.
    fn shown(&self, template: Option<&Payload>, scope: &Scope) -> Result<Value, Unplayable> {
        Ok(self.labelled(self.model.filled(template, scope, None)?.shown))
    }

    /// Ids that were made up here, by what they stand for.
    fn labelled(&self, value: Value) -> Value {
        match value {
            Value::Array(items) => items.into_iter().map(|item| self.labelled(item)).collect(),
            Value::Object(fields) => {
                Value::Object(fields.into_iter().map(|(name, value)| (name, self.labelled(value))).collect())
            }
            other => match self.model.book.label_of(&other) {
                Some(label) => json!(format!("<{}>", label.trim_start_matches("capture:"))),
                None => other,
            },
        }
    }

    fn frame(&mut self, actor: &str, name: &str, payload: Value) {
        let (step, times) = (self.step, self.times);
        self.frames.push(Frame { step, actor: actor.to_owned(), name: name.to_owned(), payload, times });
    }

    fn speaker(&self, actor: &str) -> Result<Speaker<'_>, Unplayable> {
        let index = self.index(actor)?;
        Ok(self.cast[index].speaker(index))
    }

    /// In a raw step everything is said by the step itself.
    fn raw_scope(&mut self, actor: &str) -> Result<Scope, Unplayable> {
        let index = self.index(actor)?;
        Ok(self.model.raw_scope(self.cast[index].speaker(index)))
    }
}

/// What a step learns from an answer (`<int:total>`) stands for itself, since there is no answer.
fn captures(steps: &[Step], book: &mut Book) {
    for step in steps {
        match &step.kind {
            StepKind::Act(_, act) => match act.as_ref() {
                Act::Expect { data, .. } | Act::Emit { ack: Some(data), .. } => captured(data, book),
                Act::Rest(call) => call.body.iter().for_each(|body| captured(body, book)),
                _ => {}
            },
            StepKind::Rest(call) => call.body.iter().for_each(|body| captured(body, book)),
            StepKind::Repeat { steps, .. }
            | StepKind::Parallel(steps)
            | StepKind::AnyOrder(steps)
            | StepKind::AtOnce(steps) => {
                captures(steps, book);
            }
            _ => {}
        }
    }
}

fn captured(payload: &Payload, book: &mut Book) {
    let mut names = Vec::new();
    payload.captures(&mut names);
    for name in names {
        book.bind(format!("capture:{name}"), json!(format!("<{name}>")));
    }
}

/// Whether a step says itself what follows; going is as raw as can be.
fn is_raw(step: &Step) -> bool {
    match &step.kind {
        StepKind::Act(_, act) => {
            !matches!(act.as_ref(), Act::Verb(action) if action.verb != ModelVerb::Disconnect)
        }
        _ => true,
    }
}

/// Whether `connect: any` was said: refused or not, both are fine.
fn is_any(action: &Action) -> bool {
    matches!(&action.main, Some(Payload::Text(pieces)) if matches!(&pieces[..], [Piece::Literal(word)] if word == "any"))
}

/// Connections.
impl Walk {
    fn connect(&mut self, index: usize) -> Result<(), Unplayable> {
        let actor = &self.cast[index];
        let name = actor.name.clone();
        let scope = self.model.scope_of(self.cast[index].speaker(index));
        let shown = self.labelled(actor.shown(&self.model.plan.contract, self.model.context(&scope))?);
        self.frame(&name, "connect", shown);
        self.cast[index].line = Link::Up;
        self.model.world.apply(&world::Action::Connect(SocketId(index as u32)), Duration::ZERO);
        Ok(())
    }

    fn connect_again(&mut self, actor: &str, action: &Action) -> Result<(), Unplayable> {
        let index = self.index(actor)?;
        self.connect(index)?;
        if is_any(action) || !matches!(action.refused, Refused::No) {
            self.cast[index].line = Link::PerhapsUp;
        }
        Ok(())
    }

    fn connect_raw(&mut self, actor: &str, raw: &RawConnect) -> Result<(), Unplayable> {
        let index = self.index(actor)?;
        let scope = self.model.scope_of(self.cast[index].speaker(index));
        let context = self.model.context(&scope);
        let mut said = serde_json::Map::new();
        if let Some(auth) = &raw.auth {
            said.insert("auth".to_owned(), compare(auth, &fill(auth, context)?, context).redacted);
        }
        for (what, pairs) in [("query", &raw.query), ("headers", &raw.headers)] {
            let shown = pairs.iter().map(|(name, value)| {
                let text = json!(as_text(value, context)?);
                Ok((name.clone(), compare(value, &text, context).redacted))
            });
            let shown = shown.collect::<Result<serde_json::Map<_, _>, Unplayable>>()?;
            if !shown.is_empty() {
                said.insert(what.to_owned(), Value::Object(shown));
            }
        }
        if let Some(transport) = &raw.transport {
            said.insert("transport".to_owned(), json!(transport));
        }
        self.frame(actor, "connect", Value::Object(said));
        self.cast[index].line = if raw.refused { Link::Offline } else { Link::Up };
        Ok(())
    }

    fn gone(&mut self, actor: &str, how: &str) -> Result<(), Unplayable> {
        let index = self.index(actor)?;
        self.frame(actor, how, Value::Null);
        self.cast[index].line = Link::Offline;
        self.model.world.apply(&world::Action::Disconnect(SocketId(index as u32)), Duration::ZERO);
        Ok(())
    }

    fn must_be_up(&self, actor: &str) -> Result<(), Unplayable> {
        match self.cast[self.index(actor)?].line {
            Link::Offline => Err(Unplayable::NotConnected(actor.to_owned())),
            Link::Up | Link::PerhapsUp => Ok(()),
        }
    }

    fn index(&self, actor: &str) -> Result<usize, Unplayable> {
        let found = self.cast.iter().position(|known| known.name == actor);
        found.ok_or_else(|| Unplayable::Nobody(actor.to_owned()))
    }
}
