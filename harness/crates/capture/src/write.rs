//! The scenario file: who takes part, the turns as steps, and in its first lines what the file cannot say itself.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::Duration;

use serde_json::Value;

use super::cast::{Credential, is_secret};
use super::log::{Body, Story, What};
use super::observe::{learn, observe, path_hint};
use super::steps::{Action, Heard, Turn, turns};
use super::values::{Guess, Spot};
use language::contract::Contract;
use language::written::Node;
use wire::client::Transport;

/// What the writer is told.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// The title of the scenario.
    pub title: &'a str,
    /// The dialect that was spoken, where it is known.
    pub contract: Option<&'a Contract>,
}

/// A file, and what to say of it.
#[derive(Debug)]
pub struct Written {
    /// The file.
    pub text: String,
    /// Its steps.
    pub steps: usize,
    /// What it expects: answers and events.
    pub expected: usize,
    /// The ids that it captures.
    pub captures: usize,
    /// The actors.
    pub actors: usize,
    /// What is missing in it, or was not seen whole.
    pub remarks: Vec<String>,
}

/// Pauses shorter than this are not kept, nor is more than [`LONGEST_PAUSE`] of one.
const SHORTEST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Writes a scenario; none where nothing was seen that could stand in one.
pub fn write(mut story: Story, told: Told<'_>) -> Option<Written> {
    let namespace = namespace(&mut story, told.contract);
    let turns = turns(&mut story, namespace.as_deref(), told.contract);
    if turns.is_empty() {
        return None;
    }
    story.cast.ids = told.contract.map(|contract| contract.ids);
    let minted = told.contract.is_none_or(|contract| contract.token.is_some());
    let ids = told.contract.map(|contract| contract.ids);
    let mut guess = Guess::new(&story.cast, ids, minted);
    learn(&mut guess, &turns);
    observe(&mut guess, &story, &turns);
    guess.settle();
    let mut writer = Writer {
        story: &story,
        told,
        guess,
        steps: Vec::new(),
        expected: 0,
        clock: Duration::ZERO,
        repeats: HashMap::new(),
        expired: HashSet::new(),
    };
    let mut last = Duration::ZERO;
    for turn in &turns {
        writer.turn(turn, turn.at.saturating_sub(last));
        last = turn.last;
    }
    let Writer { guess, steps, expected, .. } = writer;
    let captures = guess.captures();
    let mut remarks = story.remarks.clone();
    if !guess.omitted.is_empty() {
        remarks.push(format!(
            "credentials are kept out of this file: put what belongs there in the place of REDACTED, at {}",
            guess.omitted.join(", ")
        ));
    }
    let last = turns.last().map_or(0.0, |turn| story.began + turn.last.as_secs_f64());
    let users = users(&story, told.contract, last);
    let mut fields = vec![("scenario", Node::text(told.title)), ("level", Node::bare("must"))];
    if let Some(contract) = told.contract {
        fields.push(("dialect", Node::text(&contract.dialect)));
    }
    let count = steps.len();
    fields.extend([("users", Node::Map(users)), ("steps", Node::List(steps))]);
    let fields = fields.into_iter().map(|(name, node)| (name.to_owned(), node)).collect();
    let mut text = String::from(
        "# Recorded by `harness record`. Ids, times and tokens are guessed: look at what is literal, and at what is a matcher.\n",
    );
    for remark in &remarks {
        text.push_str(&format!("# - {remark}\n"));
    }
    text.push_str(&Node::Map(fields).document());
    Some(Written { text, steps: count, expected, captures, actors: story.cast.actors.len(), remarks })
}

/// The namespace that is written: the contract's, else the first one. Of the others is said that they are not.
fn namespace(story: &mut Story, contract: Option<&Contract>) -> Option<String> {
    let first = story.sockets.iter().find_map(|socket| socket.namespace.clone());
    let chosen = contract.map(|contract| contract.namespace.clone()).or(first);
    // A namespace that nobody was let into, such as that of a fence, is no loss.
    let entered = |socket: &usize| {
        story.seen.iter().any(|seen| matches!(seen.what, What::Connected { socket: of } if of == *socket))
    };
    let others: BTreeSet<String> = (0..story.sockets.len())
        .filter(entered)
        .filter_map(|socket| story.sockets[socket].namespace.clone())
        .filter(|name| Some(name) != chosen.as_ref())
        .collect();
    for other in others {
        story.remark(format!(
            "the namespace {other} was passed on and is left out: a scenario has one namespace"
        ));
    }
    chosen
}

fn users(story: &Story, contract: Option<&Contract>, last: f64) -> Vec<(String, Node)> {
    let cast = &story.cast;
    let tokens = contract.is_some_and(|contract| contract.token.is_some());
    let user = |(index, actor): (usize, &super::cast::Actor)| {
        let mut fields = Vec::new();
        if let Some(id) = cast.id(index).filter(|_| !actor.name.contains('/')) {
            let bare = id.bytes().all(|byte| byte.is_ascii_digit());
            fields.push(("id".to_owned(), if bare { Node::bare(id) } else { Node::text(id) }));
        }
        let bad = actor.bad.or_else(|| (tokens && cast.is_opaque(index)).then_some(Credential::Garbage));
        if let Some(bad) = bad {
            fields.push(("credential".to_owned(), Node::text(&bad.to_string())));
        }
        // Counted from the beginning of a case, when its tokens are made.
        if let Some(ends) = actor.ends.filter(|ends| (*ends as f64) < last) {
            let life = (ends as f64 - story.began).ceil().max(1.0);
            fields.push(("valid_for".to_owned(), Node::bare(format!("{life}s"))));
        }
        fields.push(("offline".to_owned(), Node::bare("true")));
        (actor.name.clone(), Node::Map(fields))
    };
    cast.actors.iter().enumerate().map(user).collect()
}

/// Whether nothing tells a replay that the server has dealt with it, unless it stands in a step that waits for that.
fn says_without_answer(action: &Action) -> bool {
    matches!(action, Action::Emit { ack: None, .. } | Action::Frame { .. } | Action::Leave { .. })
}

struct Writer<'a> {
    story: &'a Story,
    told: Told<'a>,
    guess: Guess<'a>,
    steps: Vec<Node>,
    expected: usize,
    /// How long a replay takes at the least, up to here.
    clock: Duration,
    /// When somebody last said the same thing: in the recording, and in a replay.
    repeats: HashMap<String, (Duration, Duration)>,
    /// Whose token has ended.
    expired: HashSet<usize>,
}

impl Writer<'_> {
    fn turn(&mut self, turn: &Turn, since: Duration) {
        let spontaneous = turn.actions.is_empty();
        let within =
            (spontaneous && since > Duration::from_secs(1)).then(|| 2 * since + Duration::from_secs(5));
        if spontaneous {
            self.clock += since;
        }
        if self.await_expiry(turn) {
            self.clock += since;
        }
        self.pause(turn);
        let mut entries: Vec<Node> = Vec::new();
        let mut alone = true;
        for action in &turn.actions {
            alone &= !self.changes_presence(action) && !says_without_answer(action);
            let entry = self.action(turn, action);
            entries.push(entry);
        }
        let mut heard: Vec<(Vec<String>, Node)> = Vec::new();
        for what in &turn.heard {
            let name = self.story.name(what.socket).to_owned();
            let node = self.heard(turn, what, within);
            self.expected += 1;
            // One who hears it twice expects it twice.
            match heard.iter_mut().find(|(names, known)| *known == node && !names.contains(&name)) {
                Some((names, _)) => names.push(name),
                None => heard.push((vec![name], node)),
            }
        }
        for (mut names, node) in heard {
            names.sort_by_key(|name| self.story.cast.actors.iter().position(|actor| actor.name == *name));
            entries.push(Node::Map(vec![(names.join(", "), node)]));
        }
        match entries.len() {
            0 => {}
            1 if alone => self.steps.append(&mut entries),
            _ => self.steps.push(Node::map([("any_order", Node::List(entries))])),
        }
    }

    /// Whether the contract would say by itself what others hear of it, where all that follows is listed.
    fn changes_presence(&self, action: &Action) -> bool {
        let when = |contract: &Contract| contract.when.keys().any(|change| change.0 == "online");
        matches!(action, Action::Connect { .. }) && self.told.contract.is_some_and(when)
    }

    /// Whoever acts after their token has ended does so in a replay too. Says whether that was waited for here.
    fn await_expiry(&mut self, turn: &Turn) -> bool {
        let mut waited = false;
        for action in &turn.actions {
            let (Action::Emit { socket, .. } | Action::Connect { socket, .. }) = action else { continue };
            let actor = self.story.sockets[*socket].actor;
            let ends = self.story.cast.actors[actor].ends;
            let over = ends.is_some_and(|ends| self.story.began + turn.at.as_secs_f64() > ends as f64);
            if over && self.expired.insert(actor) {
                let name = Node::bare(self.story.cast.name(actor));
                self.steps.push(Node::map([("expired", name)]));
                waited = true;
            }
        }
        waited
    }

    /// Who says the same again after a while is heard again; at once they might not be.
    fn pause(&mut self, turn: &Turn) {
        for action in &turn.actions {
            let Action::Emit { socket, event, data, .. } = action else { continue };
            let key = format!("{socket} {event} {}", data.as_ref().map(Value::to_string).unwrap_or_default());
            if let Some((at, clock)) = self.repeats.get(&key) {
                let missing = turn.at.saturating_sub(*at).saturating_sub(self.clock.saturating_sub(*clock));
                if missing >= SHORTEST_PAUSE {
                    let missing = missing.min(LONGEST_PAUSE);
                    self.clock += missing;
                    // Rounded up: what comes too early would not be heard.
                    let wait = missing.as_millis().div_ceil(10) * 10;
                    self.steps.push(Node::map([("wait", Node::bare(format!("{wait}ms")))]));
                }
            }
            self.repeats.insert(key, (turn.at, self.clock));
        }
    }

    fn heard(&mut self, turn: &Turn, heard: &Heard, within: Option<Duration>) -> Node {
        let mut fields = match &heard.event {
            Some((event, data)) => {
                let spot = Spot { turn: turn.number, server: true, actor: None, hint: event, before: false };
                vec![("expect", Node::text(event)), ("data", self.guess.write(spot, data))]
            }
            None => vec![("expect", Node::bare("disconnect"))],
        };
        if let Some(within) = within {
            fields.push(("within", Node::bare(format!("{}s", within.as_secs()))));
        }
        Node::Map(fields.into_iter().map(|(name, node)| (name.to_owned(), node)).collect())
    }

    fn action(&mut self, turn: &Turn, action: &Action) -> Node {
        let step = |name: &str, node: Node| Node::Map(vec![(name.to_owned(), node)]);
        match action {
            Action::Connect { socket, auth, refused } => {
                self.expected += 1;
                let node = self.connect(turn, *socket, auth.as_ref(), *refused);
                step(self.story.name(*socket), Node::map([("connect", node)]))
            }
            Action::Emit { socket, event, data, ack } => {
                let actor = Some(self.story.sockets[*socket].actor);
                let spot = Spot { turn: turn.number, server: false, actor, hint: event, before: false };
                let mut fields = vec![("emit".to_owned(), Node::text(event))];
                if let Some(data) = data {
                    fields.push(("data".to_owned(), self.guess.write(spot, data)));
                }
                if let Some(ack) = ack {
                    self.expected += 1;
                    fields.push(("ack".to_owned(), self.guess.write(Spot { server: true, ..spot }, ack)));
                }
                step(self.story.name(*socket), Node::Map(fields))
            }
            Action::Frame { socket, args } => {
                let namespace = self.story.sockets[*socket].namespace.clone().unwrap_or_default();
                let comma = if namespace == "/" { "" } else { "," };
                let namespace = if namespace == "/" { "" } else { namespace.as_str() };
                let frame = format!("42{namespace}{comma}{}", Value::from(args.clone()));
                step(self.story.name(*socket), Node::map([("frame", Node::template(&frame))]))
            }
            Action::Leave { socket, politely } => {
                step(self.story.name(*socket), Node::bare(if *politely { "disconnect" } else { "sever" }))
            }
            Action::Call { request, status, body } => self.call(turn, request, *status, body),
        }
    }

    /// A connection with exactly what it said, and tokens made anew.
    fn connect(&mut self, turn: &Turn, socket: usize, auth: Option<&Value>, refused: bool) -> Node {
        let seen = &self.story.sockets[socket];
        let spot =
            Spot { turn: turn.number, server: false, actor: Some(seen.actor), hint: "", before: false };
        let mut fields = Vec::new();
        if let Some(auth) = auth {
            fields.push(("auth", self.handshake(spot, auth)));
        }
        if !seen.query.is_empty() {
            let query = seen.query.iter().map(|(name, value)| {
                let whole = self.handshake(spot, &serde_json::json!({ name: value }));
                match whole {
                    Node::Map(mut fields) => fields.swap_remove(0),
                    other => (name.clone(), other),
                }
            });
            fields.push(("query", Node::Map(query.collect())));
        }
        let mut headers = Vec::new();
        if let Some(authorization) = &seen.authorization {
            headers.push((
                "authorization".to_owned(),
                self.guess.credential(spot, "authorization", authorization),
            ));
        }
        headers.extend(seen.origin.as_ref().map(|origin| ("origin".to_owned(), Node::text(origin))));
        if !headers.is_empty() {
            fields.push(("headers", Node::Map(headers)));
        }
        if seen.transport != Transport::Websocket {
            fields.push(("transport", Node::text(&seen.transport.to_string())));
        }
        if refused {
            fields.push(("refused", Node::bare("true")));
        }
        Node::Map(fields.into_iter().map(|(name, node)| (name.to_owned(), node)).collect())
    }

    /// In a handshake whatever is no id, and not short, may be a credential under a name of its own.
    fn handshake(&mut self, spot: Spot<'_>, said: &Value) -> Node {
        const SHORT: usize = 16;
        let Value::Object(fields) = said else { return self.guess.write(spot, said) };
        let own = spot.actor.and_then(|actor| self.story.cast.id(actor)).map(str::to_owned);
        let field = |(name, value): (&String, &Value)| {
            let node = match value {
                Value::String(text) if own.as_deref() == Some(text) => Node::bare("$me.id"),
                Value::String(text) if is_secret(name) || text.len() >= SHORT => {
                    self.guess.credential(spot, name, text)
                }
                value => self.guess.write(spot, &serde_json::json!({ name: value })).only_field(),
            };
            (name.clone(), node)
        };
        Node::Map(fields.iter().map(field).collect())
    }

    fn call(&mut self, turn: &Turn, request: &super::log::Request, status: u16, body: &Body) -> Node {
        self.expected += 1;
        let said = Spot { turn: turn.number, server: false, actor: request.actor, hint: "", before: false };
        let mut fields = vec![(request.method.to_lowercase(), self.guess.path(said, &request.path))];
        let bad = request.bad.map(|_| ("authorization".to_owned(), Node::text("Bearer not.a.token")));
        let origin = request.origin.as_ref().map(|origin| ("origin".to_owned(), Node::text(origin)));
        let headers: Vec<_> = bad.into_iter().chain(origin).collect();
        if !headers.is_empty() {
            fields.push(("headers".to_owned(), Node::Map(headers)));
        }
        if let Body::Json(json) = &request.body {
            fields.push(("json".to_owned(), self.guess.write(said, json)));
        }
        fields.push(("status".to_owned(), Node::bare(status.to_string())));
        if let Body::Json(body) = body {
            let hint = path_hint(&request.path);
            let before = request.method == "GET" && !self.guess.is_made_here(said, &request.path);
            let heard = Spot { server: true, actor: None, hint: &hint, before, ..said };
            fields.push(("body".to_owned(), self.guess.write(heard, body)));
        }
        let call = Node::map([("rest", Node::Map(fields))]);
        match request.actor {
            Some(actor) => Node::Map(vec![(self.story.cast.name(actor).to_owned(), call)]),
            None => call,
        }
    }
}
