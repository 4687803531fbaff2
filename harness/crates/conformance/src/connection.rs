//! Connecting and disconnecting: as a verb, raw, and what others hear of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::Stop;
use super::case::{Case, Pending};
use super::cast::{self, Link};
use super::lines::Inbound;
use super::reach::is_worth_another_try;
use language::contract::ClauseId;
use language::handshake::HandshakeSpec;
use language::payload::{Matcher, Payload, Piece};
use language::script::{Action, RawConnect, Refused};
use language::verb::ModelVerb;
use model::check::fill::fill;
use model::check::judge::{Channel, Expectation, Form, Item, Judge, Order, Role};
use model::check::scope::Scope;
use model::interpreter::said::kind_of;
use model::world::{self, SocketId};
use results::record::{Direction, Kind};
use wire::client::{Arrival, Handshake, Incoming, OpenError, SocketKey};

/// How long a server may take, at least, to throw out whom it has let in: many answer CONNECT before they look at the
/// credential, and a fence does not wait for that look.
const SECOND_THOUGHT: Duration = Duration::from_millis(25);

/// How long our own client may take to close a connection that was given up.
const GOODBYE: Duration = Duration::from_secs(3);

/// The form in which a connection that may be refused was let in.
const UP: &str = "up";

impl Case {
    /// `connect` and `disconnect` as verbs.
    pub(super) async fn connection(&mut self, socket: SocketId, action: &Action) -> Result<(), Stop> {
        if action.verb == ModelVerb::Disconnect {
            self.disconnect(socket).await;
            return Ok(());
        }
        let any = matches!(&action.main, Some(Payload::Text(pieces)) if matches!(&pieces[..], [Piece::Literal(word)] if word == "any"));
        match &action.refused {
            Refused::No if !any => self.connect(socket).await,
            _ => self.connect_badly(socket, action, any).await,
        }
    }

    /// Connects an actor whom the server has every reason to let in.
    pub(super) async fn connect(&mut self, socket: SocketId) -> Result<(), Stop> {
        let handshake = cast::handshake(self.actor(socket), &self.model.plan, &self.model.book)?;
        if let Some(reason) = self.rules.opens_nothing() {
            return Err(Stop::CouldNotRun(reason));
        }
        let opened = self.open(socket, &handshake).await;
        self.rules.has_opened(opened.as_ref().err());
        if let Err(error) = opened {
            return Err(self.refused_or_gone(socket, error).await);
        }
        let actor = self.actor_mut(socket);
        actor.line = Link::Up;
        let valid = actor.valid();
        let mut judge = Judge::new(Order::Next);
        let clause = self.connect_clause(socket);
        let items = vec![self.connected(socket, clause.clone(), false)];
        let form = Form { name: "documented".to_owned(), level: None, items };
        judge.expect(Expectation {
            role: Role::Needed,
            thing: "answer of connect".to_owned(),
            clause,
            forms: vec![form],
            unanswered: None,
            after: None,
        });
        if valid && !self.model.plan.contract.named_by_payload {
            let changes = self.model.world.apply(&world::Action::Connect(socket), self.now());
            for change in &changes {
                self.expect_change(&mut judge, Some(socket), change, Some(ModelVerb::Connect));
            }
        }
        self.witness(socket);
        self.meet(judge).await;
        Ok(())
    }

    /// Connects an actor whom the server may refuse, now or at every event.
    async fn connect_badly(&mut self, socket: SocketId, action: &Action, any: bool) -> Result<(), Stop> {
        let handshake = cast::handshake(self.actor(socket), &self.model.plan, &self.model.book)?;
        if let Err(error) = self.open(socket, &handshake).await {
            return self.refused_by_transport(socket, error).await;
        }
        self.actor_mut(socket).line = Link::Up;
        let clause = self.model.plan.contract.refused.clauses.get("unauthenticated").cloned();
        let mut forms = Vec::new();
        if any {
            let items = vec![self.connected(socket, self.connect_clause(socket), false)];
            forms.push(Form { name: UP.to_owned(), level: None, items });
        }
        forms.extend(self.refused_connections(socket, action, clause.as_ref()));
        let mut judge = Judge::new(Order::Next);
        judge.expect(Expectation {
            role: Role::Refusal,
            thing: "connect with a bad credential".to_owned(),
            clause,
            forms,
            unanswered: None,
            after: None,
        });
        let settle = self.arena.settle;
        self.arena.settle = settle.max(SECOND_THOUGHT);
        let form = self.meet_holding(judge, None, self.rules.within).await;
        self.arena.settle = settle;
        if form.first().is_none_or(|form| form != UP) {
            self.actor_mut(socket).line = Link::Refused;
        }
        Ok(())
    }

    /// The documented ways to refuse a connection: before, or after it was accepted for a moment.
    fn refused_connections(&self, socket: SocketId, action: &Action, clause: Option<&ClauseId>) -> Vec<Form> {
        let verb = self.model.plan.contract.verb("connect", None);
        let refusal = verb.map(|verb| self.model.refusal(verb)).unwrap_or_default();
        let reason = refusal.reason(kind_of(action)).cloned().unwrap_or(Payload::Matcher(Matcher::Any(None)));
        let scope = Arc::new(Scope {
            me: Some(self.actor(socket).user_name.clone()),
            reason: Some(reason),
            ..self.model.bare_scope()
        });
        let item = |channel: Channel, payload: &Payload, name: &str| Item {
            socket,
            channel,
            payload: payload.clone(),
            scope: Arc::clone(&scope),
            clause: clause.cloned(),
            level: self.model.plan.contract.level(clause.map(String::as_str)),
            maybe: false,
            name: name.to_owned(),
            change: None,
        };
        let anything = Payload::Matcher(Matcher::Any(None));
        let mut forms = Vec::new();
        for (name, form) in refusal.forms_of(kind_of(action)) {
            let mut items = Vec::new();
            if let Some(data) = &form.connect_error {
                // The payload of CONNECT_ERROR is `{message}` by convention; a contract says what the message is.
                let data = Payload::Object { fields: vec![("message".to_owned(), data.clone())], open: true };
                items.push(item(Channel::ConnectError, &data, "connect_error"));
            } else {
                items.push(self.connected(socket, clause.cloned(), true));
            }
            let heard = form
                .me
                .iter()
                .map(|heard| item(Channel::Event(heard.event.clone()), &heard.data, &heard.event));
            items.extend(heard);
            if form.disconnect {
                items.push(item(Channel::Disconnected, &anything, "a disconnect"));
            }
            forms.push(Form { name: name.clone(), level: form.level, items });
        }
        forms
    }

    async fn refused_by_transport(&mut self, socket: SocketId, error: OpenError) -> Result<(), Stop> {
        match error {
            OpenError::Http { status, .. } if (400..500).contains(&status) => {
                self.actor_mut(socket).line = Link::Refused;
                self.log.observed += 1;
                self.log.forms.push(("connect with a bad credential".to_owned(), format!("HTTP {status}")));
                let clause = self.model.plan.contract.refused.clauses.get("unauthenticated").cloned();
                self.log.judged(clause.as_deref());
                Ok(())
            }
            error => Err(self.refused_or_gone(socket, error).await),
        }
    }

    /// The clause of a connection; that of the place its credential travels in, where that one is less of a promise.
    fn connect_clause(&self, socket: SocketId) -> Option<ClauseId> {
        let contract = &self.model.plan.contract;
        let of_verb = contract.verb("connect", None).and_then(|verb| verb.clause.as_deref());
        let of_place = contract.credentials.get(&self.actor(socket).place);
        let of_place = of_place.and_then(|place| place.clause.as_deref());
        let lesser = of_place.filter(|clause| contract.level(Some(clause)) < contract.level(of_verb));
        lesser.or(of_verb).map(str::to_owned)
    }

    fn connected(&self, socket: SocketId, clause: Option<ClauseId>, maybe: bool) -> Item {
        Item {
            socket,
            channel: Channel::Connected,
            payload: Payload::Matcher(Matcher::Any(None)),
            scope: Arc::new(self.model.bare_scope()),
            level: self.model.plan.contract.level(clause.as_deref()),
            clause,
            maybe,
            name: "the connection".to_owned(),
            change: None,
        }
    }

    /// Opens the transport, and writes down how.
    async fn open(&mut self, socket: SocketId, handshake: &Handshake) -> Result<(), OpenError> {
        let node = self.arena.node(socket.0 as usize);
        let endpoint = self.arena.reach.endpoint(node, &self.model.plan.contract.namespace);
        let actor = self.actor(socket);
        let (name, place, credential) = (actor.name.clone(), actor.place.clone(), actor.credential.clone());
        let shown = if credential == "valid" { "token".to_owned() } else { format!("{credential} token") };
        let shown = if self.model.plan.contract.token.is_some() {
            format!("<{shown}>")
        } else {
            format!("<{credential}>")
        };
        let said = json!({"auth": handshake.auth, "query": pairs(&handshake.query), "headers": pairs(&handshake.headers)});
        let bare = credential == "none" || self.model.plan.contract.is_raw();
        let mut redacted = if bare { json!({}) } else { json!({ place: shown }) };
        if !self.arena.reach.others.is_empty() {
            redacted["node"] = json!(node);
        }
        self.log.enter(Instant::now(), &name, Direction::Out, "connect", &said, &redacted);
        let key = self.next_key(socket);
        let within = self.rules.connect_within;
        let client = self.rules.client;
        let attempt = || {
            client.open(&endpoint, handshake, key, within, self.lines.sink.clone(), self.lines.trace.clone())
        };
        let opened = match attempt().await {
            // Whoever is in good faith tries once more before they say that nobody is there.
            Err(error) if credential == "valid" && is_worth_another_try(&error) => attempt().await?,
            opened => opened?,
        };
        self.actor_mut(socket).socket = Some(opened);
        Ok(())
    }

    /// A connection with exactly what the step says.
    pub(super) async fn connect_raw(&mut self, socket: SocketId, raw: &RawConnect) -> Result<(), Stop> {
        let Some(item) = self.begin_connect(socket, raw).await? else { return Ok(()) };
        let mut judge = Judge::new(Order::Next);
        if !raw.refused && self.actor(socket).valid() {
            let changes = self.model.world.apply(&world::Action::Connect(socket), self.now());
            for change in &changes {
                self.expect_change(&mut judge, Some(socket), change, Some(ModelVerb::Connect));
            }
        }
        let form = Form { name: "documented".to_owned(), level: None, items: vec![item] };
        judge.expect(Expectation {
            role: if raw.refused { Role::Refusal } else { Role::Needed },
            thing: "answer of connect".to_owned(),
            clause: None,
            forms: vec![form],
            unanswered: None,
            after: None,
        });
        self.meet(judge).await;
        Ok(())
    }

    /// Opens a connection with exactly what the step says; returns the answer that is due, if the transport has not
    /// given it.
    pub(super) async fn begin_connect(
        &mut self,
        socket: SocketId,
        raw: &RawConnect,
    ) -> Result<Option<Item>, Stop> {
        let handshake = self.raw_handshake(socket, raw)?;
        match self.open(socket, &handshake).await {
            Ok(()) => {}
            Err(OpenError::Http { status, .. }) if (400..500).contains(&status) && raw.refused => {
                self.actor_mut(socket).line = Link::Refused;
                self.log.observed += 1;
                self.log.judged(None);
                return Ok(None);
            }
            Err(OpenError::Http { status, .. }) if (400..500).contains(&status) => {
                let message = format!("{} was refused with HTTP {status}", self.caller(socket));
                self.find(Kind::Missing, None, Some(socket), message);
                return Err(Stop::Halted);
            }
            Err(error) => return Err(self.refused_or_gone(socket, error).await),
        }
        self.actor_mut(socket).line = Link::Up;
        let mut item = self.connected(socket, self.connect_clause(socket), false);
        if raw.refused {
            item.channel = Channel::ConnectError;
            item.name = "connect_error".to_owned();
        }
        Ok(Some(item))
    }

    fn raw_handshake(&self, socket: SocketId, raw: &RawConnect) -> Result<Handshake, Stop> {
        let actor = self.actor(socket);
        let scope = Scope {
            me: Some(actor.user_name.clone()),
            token: actor.token.as_ref().map(|token| token.text.clone()),
            ..self.model.bare_scope()
        };
        let context = self.model.context(&scope);
        // What every connection to this target carries, this one carries too; what the step says itself stays as it is.
        let said = HandshakeSpec {
            query: raw.query.clone(),
            headers: raw.headers.clone(),
            ..HandshakeSpec::default()
        };
        let said = self.model.plan.contract.handshake.with(&said);
        let transport = match &raw.transport {
            None => actor.transport,
            Some(name) => name.parse().map_err(|error| Stop::CouldNotRun(format!("{error}")))?,
        };
        Ok(Handshake {
            auth: raw.auth.as_ref().map(|auth| fill(auth, context)).transpose()?,
            query: cast::pairs(&said.query, context)?,
            headers: cast::pairs(&said.headers, context)?,
            transport,
        })
    }

    /// Disconnects an actor, politely; what others hear of it is expected.
    async fn disconnect(&mut self, socket: SocketId) {
        self.hear_out(socket).await;
        if let Some(line) = &self.actor(socket).socket {
            line.disconnect();
        }
        self.gone(socket, "disconnect").await;
    }

    /// Cuts an actor's connection without a goodbye.
    pub(super) async fn sever(&mut self, socket: SocketId) -> Result<(), Stop> {
        self.hear_out(socket).await;
        if let Some(line) = &self.actor(socket).socket {
            line.sever()?;
        }
        self.gone(socket, "sever").await;
        Ok(())
    }

    /// Ends a connection in a step that lists what follows: what has arrived by then is still judged, and the model knows.
    pub(super) async fn leave(
        &mut self,
        judge: &mut Judge,
        socket: SocketId,
        politely: bool,
    ) -> Result<(), Stop> {
        self.must_be_up(socket)?;
        while let Some(inbound) = self.next(Instant::now()).await {
            self.receive(inbound, Some(&mut Pending { judge, held: None }));
        }
        let key = self.actor(socket).generation << 16 | socket.0;
        let line = self.actor_mut(socket).socket.take();
        if let Some(line) = &line {
            if politely {
                line.disconnect();
            } else {
                line.sever()?;
            }
        }
        // Until the transport is closed, of which the server hears no later.
        let deadline = Instant::now() + GOODBYE;
        while let Some(inbound) = self.next(deadline).await {
            if let Inbound::Arrival(Arrival { socket: SocketKey(of), what, .. }) = &inbound
                && *of == key
            {
                if matches!(what, Incoming::Closed { .. }) {
                    break;
                }
                continue;
            }
            self.receive(inbound, Some(&mut Pending { judge, held: None }));
        }
        drop(line);
        self.next_key(socket);
        let name = self.caller(socket);
        let how = if politely { "disconnect" } else { "sever" };
        self.log.enter(Instant::now(), &name, Direction::Out, how, &Value::Null, &Value::Null);
        self.actor_mut(socket).line = Link::Offline;
        self.witness(socket);
        self.model.world.apply(&world::Action::Disconnect(socket), self.now());
        Ok(())
    }

    /// Takes in what has arrived so far; what still comes on this connection finds nobody. The server may not have noticed
    /// the end when others act next, nor the client begun it, and neither is wrong.
    async fn hear_out(&mut self, socket: SocketId) {
        self.pass(Instant::now()).await;
        self.next_key(socket);
    }

    async fn gone(&mut self, socket: SocketId, how: &str) {
        let name = self.caller(socket);
        self.log.enter(Instant::now(), &name, Direction::Out, how, &Value::Null, &Value::Null);
        self.actor_mut(socket).line = Link::Offline;
        self.witness(socket);
        let changes = self.model.world.apply(&world::Action::Disconnect(socket), self.now());
        let mut judge = Judge::new(Order::Next);
        for change in &changes {
            self.expect_change(&mut judge, Some(socket), change, Some(ModelVerb::Disconnect));
        }
        self.meet(judge).await;
        // Dropping the handle closes the transport; what was queued, the goodbye too, is sent before.
        self.actor_mut(socket).socket = None;
    }
}

fn pairs(pairs: &[(String, String)]) -> Value {
    Value::Object(pairs.iter().map(|(name, value)| (name.clone(), json!(value))).collect::<Map<_, _>>())
}
