//! What is known of a server without a contract: nothing. A scenario for it says everything itself: what is sent, and what
//! has to be heard. Owns the contract that says nothing, and how what a scenario says itself is laid over a contract. Must not
//! know what such a scenario cannot say: that is `plan`'s affair.

use indexmap::IndexMap;

use super::contract::{
    AnswerForm, Audible, ChangeKind, Consequence, Contract, IdKind, Making, Refusal, RoomSpec, Say, Takes,
    Timing, Verb,
};
use super::handshake::HandshakeSpec;
use super::payload::{Matcher, Payload};
use super::reference::Reference;
use super::script::Scenario;
use super::verb::ModelVerb;

/// What is written for the contract that says nothing: `dialect: raw`.
pub const NAME: &str = "raw";

/// How long the names of its rooms are, in bytes.
const NAME_OF_A_ROOM: usize = 12;

/// How long a text is that a turn of load makes, where it does not say.
const TEXT: usize = 80;

/// Something that is said in a file without the help of a contract: what is sent, what answers it, and who hears what of it.
#[derive(Debug, Clone)]
pub struct RawTurn {
    /// What it is called: `emit say`, `POST /messages`.
    pub name: String,
    /// What is sent.
    pub say: Say,
    /// The ack, and the events to the speaker alone.
    pub answer: AnswerForm,
    /// What others hear, and the speaker among them.
    pub heard: Vec<Audible>,
}

/// What a scenario says itself of things that a contract would say, all of it laid over the contract.
#[derive(Debug, Clone, Default)]
pub struct Own {
    /// How actors connect.
    pub connect: HandshakeSpec,
    /// Events that are set aside.
    pub ignore: Vec<String>,
}

impl Own {
    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let HandshakeSpec { auth, query, headers, namespace } = &self.connect;
        let silent = auth.is_empty() && query.is_empty() && headers.is_empty() && namespace.is_none();
        silent && self.ignore.is_empty()
    }
}

/// The contract that says nothing. Rooms are names, made by joining them; ids are whatever they are.
#[must_use]
pub fn contract() -> Contract {
    let connect = verb(Say::Connection, Takes::Nothing, AnswerForm::default());
    let enter = verb(Say::Connection, Takes::Room, AnswerForm::default());
    let verbs = [(ModelVerb::Connect, connect), (ModelVerb::Join, enter)];
    Contract {
        dialect: NAME.to_owned(),
        bases: Vec::new(),
        document: String::new(),
        namespace: "/".to_owned(),
        ids: IdKind::Any,
        credentials: IndexMap::new(),
        handshake: HandshakeSpec::default(),
        named_by_payload: false,
        token: None,
        rest_headers: Vec::new(),
        timing: Timing::default(),
        room: RoomSpec { smallest: 1, largest: 1_000_000, made: Making::Named(NAME_OF_A_ROOM) },
        clauses: IndexMap::new(),
        types: IndexMap::new(),
        events: IndexMap::new(),
        refused: Refusal::default(),
        verbs: verbs.into_iter().map(|(known, verb)| (known.name().to_owned(), verb)).collect(),
        when: IndexMap::new(),
        never: Vec::new(),
        never_text: Vec::new(),
        capabilities: Vec::new(),
        captures: Vec::new(),
        logs_in: false,
        ignored: Vec::new(),
    }
}

fn verb(say: Say, takes: Takes, answer: AnswerForm) -> Verb {
    Verb {
        clause: None,
        capability: None,
        say,
        takes,
        forms: IndexMap::from([("documented".to_owned(), answer)]),
        refused: Refusal::default(),
        joins: false,
        reads_conversation: false,
        causes: None,
        newest_first: false,
        shows_history: false,
        optional: Vec::new(),
    }
}

/// A contract with what a scenario says itself laid over it.
#[must_use]
pub fn with_own(contract: &Contract, scenario: &Scenario) -> Contract {
    let mut whole = contract.clone();
    if let Some(namespace) = &scenario.own.connect.namespace {
        whole.namespace.clone_from(namespace);
    }
    whole.ignored.extend(scenario.own.ignore.iter().cloned());
    let Some(load) = &scenario.load else { return whole };
    if let Some(enter) = &load.enter {
        let join = verb(enter.say.clone(), Takes::Room, enter.answer.clone());
        whole.verbs.insert(ModelVerb::Join.name().to_owned(), join);
        hear(&mut whole, ChangeKind("entered".to_owned()), &enter.heard);
    }
    for turn in &load.flow {
        let Some(raw) = &turn.raw else { continue };
        let name = turn.verb.as_str().to_owned();
        let takes = if turn.text.is_some() { Takes::Text } else { Takes::Nothing };
        let said = verb(raw.say.clone(), takes, raw.answer.clone());
        let change = (!raw.heard.is_empty()).then(|| ChangeKind(name.clone()));
        if let Some(change) = &change {
            hear(&mut whole, change.clone(), &raw.heard);
        }
        whole.verbs.insert(name, Verb { causes: change, ..said });
    }
    whole
}

fn hear(contract: &mut Contract, change: ChangeKind, heard: &[Audible]) {
    let forms = IndexMap::from([("documented".to_owned(), heard.to_vec())]);
    contract.when.insert(
        change,
        Consequence { forms, level: None, clause: None, again: None, unasked: None, after: None },
    );
}

impl RawTurn {
    /// The text that it says, where its payload has a place for one.
    #[must_use]
    pub fn text(&self) -> Option<Payload> {
        let text = |reference: &Reference| *reference == Reference::Text;
        let sent = match &self.say {
            Say::Emit { data, .. } => data.as_ref(),
            Say::Rest(call) => call.json.as_ref(),
            Say::Connection => None,
        };
        sent.is_some_and(|sent| sent.refers(text)).then(|| Payload::Matcher(Matcher::Make(TEXT)))
    }
}

impl Contract {
    /// Whether it says nothing, so that whatever is expected stands in the scenario.
    #[must_use]
    pub fn is_raw(&self) -> bool {
        self.dialect == NAME
    }
}
