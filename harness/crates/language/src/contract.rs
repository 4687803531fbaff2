//! What a contract says: all that is particular to one dialect. How it is read from a file is `contract_file`'s affair.

use std::time::Duration;

use indexmap::IndexMap;

use super::ground::Ground;
use super::handshake::HandshakeSpec;
use super::level::Level;
use super::payload::Payload;
use super::reference::Reference;
use super::verb::ModelVerb;

/// The id of a clause, as the contract gives it.
pub type ClauseId = String;

/// One documented chat system.
#[derive(Debug, Clone)]
pub struct Contract {
    /// Its short name.
    pub dialect: String,
    /// The dialects that it extends, nearest first.
    pub bases: Vec<String>,
    /// The document it was written from.
    pub document: String,
    /// The Socket.IO namespace, with its slash.
    pub namespace: String,
    /// What `<id>` means.
    pub ids: IdKind,
    /// Where a credential travels; the first is the usual place.
    pub credentials: IndexMap<String, Credential>,
    /// What every connection says of itself beside the credential.
    pub handshake: HandshakeSpec,
    /// A socket is the user that its payloads name, and nobody before it has spoken.
    pub named_by_payload: bool,
    /// How a token is made, where there is one.
    pub token: Option<TokenSpec>,
    /// The headers of every REST call.
    pub rest_headers: Vec<(String, Payload)>,
    /// Documented times.
    pub timing: Timing,
    /// How a room comes to be.
    pub room: RoomSpec,
    /// The promises of the document.
    pub clauses: IndexMap<ClauseId, Clause>,
    /// Named payloads.
    pub types: IndexMap<String, Payload>,
    /// What the server emits.
    pub events: IndexMap<String, EventSpec>,
    /// How a verb is refused that does not say otherwise.
    pub refused: Refusal,
    /// What can be said.
    pub verbs: IndexMap<String, Verb>,
    /// What others hear once something has changed.
    pub when: IndexMap<ChangeKind, Consequence>,
    /// Names no payload may hold, whatever it is.
    pub never: Vec<String>,
    /// Texts that no refusal may hold, beside traces of a stack, SQL and paths.
    pub never_text: Vec<String>,
    /// What the system can do beyond verbs and changes.
    pub capabilities: Vec<String>,
    /// Names under which its payloads keep what they see: `<int:total>`.
    pub captures: Vec<String>,
    /// Users get their credential by logging in at the target.
    pub logs_in: bool,
    /// Events that a scenario wants set aside, whatever is in them.
    pub ignored: Vec<String>,
}

/// What `<id>` means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdKind {
    /// A whole number.
    Int,
    /// A text.
    Str,
    /// A UUID.
    Uuid,
    /// A whole number or a text.
    Any,
}

/// A place a credential travels in, such as `header.authorization`.
#[derive(Debug, Clone)]
pub struct Credential {
    /// What is put there.
    pub value: Payload,
    /// The clause that documents the place.
    pub clause: Option<ClauseId>,
}

/// How a token is made.
#[derive(Debug, Clone)]
pub struct TokenSpec {
    /// The JWT algorithm; HS256 is the only one the documents know.
    pub algorithm: String,
    /// The claims, beside `iat` and `exp`.
    pub claims: Payload,
}

/// Documented times, before `--timescale`.
#[derive(Debug, Clone, Default)]
pub struct Timing {
    /// Within this time a repeated `typing` is heard once.
    pub debounce: Option<Timed>,
    /// Between these times the server itself ends a `typing`.
    pub typing_expires: Option<Timed>,
}

/// A documented time, and the clause that documents it.
#[derive(Debug, Clone)]
pub struct Timed {
    /// From.
    pub from: Duration,
    /// To; the same as `from` where one time is documented.
    pub to: Duration,
    /// The clause.
    pub clause: Option<ClauseId>,
}

/// How a room comes to be.
#[derive(Debug, Clone)]
pub struct RoomSpec {
    /// The fewest members.
    pub smallest: usize,
    /// The most members.
    pub largest: usize,
    /// How one is made.
    pub made: Making,
}

/// How a room is made.
#[derive(Debug, Clone)]
pub enum Making {
    /// By a REST call.
    Rest(Box<RestCall>),
    /// By joining it: a room is a name, of so many bytes here.
    Named(usize),
}

/// A promise of the document.
#[derive(Debug, Clone)]
pub struct Clause {
    /// The heading it stands under.
    pub at: String,
    /// What is promised, in one line of our own words.
    pub text: String,
    /// How bad it is to break it: at most what its ground allows.
    pub level: Level,
    /// On what it stands.
    pub ground: Ground,
    /// The line of the document, from 1.
    pub line: Option<usize>,
}

/// An event the server emits.
#[derive(Debug, Clone)]
pub struct EventSpec {
    /// The clause of its payload.
    pub clause: ClauseId,
    /// Its payload.
    pub data: Payload,
    /// The field that names the user it is about, where it may be about one outside the case.
    pub about: Option<String>,
}

/// The ways in which a verb is refused.
#[derive(Debug, Clone, Default)]
pub struct Refusal {
    /// Accepted forms of the answer.
    pub forms: IndexMap<String, AnswerForm>,
    /// `$reason` by kind of refusal; `any` is the text for kinds not named.
    pub reasons: IndexMap<String, Payload>,
    /// The HTTP status by kind.
    pub statuses: IndexMap<String, u16>,
    /// The body of a refused REST call.
    pub body: Option<Payload>,
    /// The clause of each kind.
    pub clauses: IndexMap<String, ClauseId>,
}

/// One form of an answer to the acting socket.
#[derive(Debug, Clone, Default)]
pub struct AnswerForm {
    /// The arguments of the ack: one payload.
    pub ack: Option<Payload>,
    /// Events that reach the acting socket.
    pub me: Vec<Heard>,
    /// The server closes the connection.
    pub disconnect: bool,
    /// The connection is refused with these data.
    pub connect_error: Option<Payload>,
    /// Where the form is accepted but a finding: its level.
    pub level: Option<Level>,
    /// The kinds of refusal that it does not answer.
    pub except: Vec<String>,
}

/// An event and its whole payload.
#[derive(Debug, Clone)]
pub struct Heard {
    /// The event.
    pub event: String,
    /// Its payload, with whatever was laid over it.
    pub data: Payload,
    /// The clause of the event, where it has one of its own.
    pub clause: Option<ClauseId>,
}

/// What can be said, and what answers.
#[derive(Debug, Clone)]
pub struct Verb {
    /// Its clause.
    pub clause: Option<ClauseId>,
    /// The capability without which nobody can say it.
    pub capability: Option<String>,
    /// How it is said.
    pub say: Say,
    /// What its main argument in a scenario is.
    pub takes: Takes,
    /// Accepted forms of the answer.
    pub forms: IndexMap<String, AnswerForm>,
    /// How it is refused, where not as all the others.
    pub refused: Refusal,
    /// Who is in the room once it was said (`participants`).
    pub joins: bool,
    /// It reads the whole conversation, not one message.
    pub reads_conversation: bool,
    /// The change of the contract's own that it causes.
    pub causes: Option<ChangeKind>,
    /// A history that starts with the newest message.
    pub newest_first: bool,
    /// Its answer holds the messages of the room.
    pub shows_history: bool,
    /// Fields of its payload that may be left out or hold anything, or single ways (`content number`) that spoil nothing.
    pub optional: Vec<String>,
}

/// How a verb is said.
#[derive(Debug, Clone)]
pub enum Say {
    /// By opening or closing a connection.
    Connection,
    /// By an event.
    Emit {
        /// Its name.
        event: String,
        /// Its payload; none where it is sent without one.
        data: Option<Payload>,
    },
    /// By an HTTP request.
    Rest(Box<RestCall>),
}

/// A REST call and its answer.
#[derive(Debug, Clone)]
pub struct RestCall {
    /// `POST`
    pub method: String,
    /// The path, with references.
    pub path: Payload,
    /// Headers beside those of the contract.
    pub headers: Vec<(String, Payload)>,
    /// The body.
    pub json: Option<Payload>,
    /// The expected status.
    pub status: Payload,
    /// The expected body; the usual one, where several are accepted.
    pub body: Option<Payload>,
    /// No document names the route: a server that has another one breaks nothing.
    pub undocumented: bool,
    /// The accepted bodies by name, where there are several.
    pub bodies: IndexMap<String, Payload>,
    /// Expected headers of the answer; `null` where one must be absent.
    pub answer_headers: Vec<(String, Payload)>,
}

impl RestCall {
    /// The accepted bodies of the answer, by the names of their forms; one without a body where none is expected.
    pub fn accepted_bodies(&self) -> impl Iterator<Item = (&str, Option<&Payload>)> {
        let only = self.bodies.is_empty().then_some(("documented", self.body.as_ref()));
        only.into_iter().chain(self.bodies.iter().map(|(name, body)| (name.as_str(), Some(body))))
    }
}

/// What the main argument of a verb is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// `join: lobby`
    Room,
    /// `send: a text`
    Text,
    /// `read: question`
    Message,
    /// `last_seen: bo`
    User,
    /// `ping`
    Nothing,
}

/// Something that has changed, and that others may have to hear of.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChangeKind(pub String);

impl ChangeKind {
    /// The change of this name.
    #[must_use]
    pub fn of(name: &str) -> Self {
        Self(name.to_owned())
    }
}

/// The changes the model knows.
pub const CHANGES: &[&str] = &[
    "created",
    "entered",
    "left",
    "sent",
    "updated",
    "deleted",
    "missed",
    "delivered",
    "read",
    "typing",
    "stopped",
    "online",
    "offline",
];

/// What others hear of a change.
#[derive(Debug, Clone)]
pub struct Consequence {
    /// Accepted forms.
    pub forms: IndexMap<String, Vec<Audible>>,
    /// A level below that of the events' clauses.
    pub level: Option<Level>,
    /// A clause beside those of the events.
    pub clause: Option<ClauseId>,
    /// The clause that says that what is so already is not told again.
    pub again: Option<ClauseId>,
    /// The clause that stands for it where the change follows from another action, or from time.
    pub unasked: Option<ClauseId>,
    /// Each socket hears it after what it hears of this change of the same action.
    pub after: Option<String>,
}

/// One audience and what it hears.
#[derive(Debug, Clone)]
pub struct Audible {
    /// Who.
    pub audience: Audience,
    /// What.
    pub heard: Heard,
    /// Not required.
    pub maybe: bool,
}

/// Sets of sockets of a case, seen from the one that acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Audience {
    /// The acting socket.
    Me,
    /// The acting user's other sockets.
    MyDevices,
    /// Who is in the room.
    Joined,
    /// Who is in the room, but for the acting user.
    Others,
    /// Who belongs to the room, joined or not.
    Participants,
    /// Every socket.
    Everyone,
    /// Every socket of another user.
    EveryoneElse,
    /// Every socket of another user who shares a room with the acting one.
    Contacts,
}

/// The audiences and their names.
pub const AUDIENCES: &[(&str, Audience)] = &[
    ("me", Audience::Me),
    ("my_devices", Audience::MyDevices),
    ("joined", Audience::Joined),
    ("others", Audience::Others),
    ("participants", Audience::Participants),
    ("everyone", Audience::Everyone),
    ("everyone_else", Audience::EveryoneElse),
    ("contacts", Audience::Contacts),
];

/// The kinds of refusal.
pub const REFUSALS: &[&str] =
    &["unauthenticated", "stranger", "unjoined", "unknown", "invalid", "spoofed", "not_owner", "limited"];

impl Verb {
    /// What is sent, where it has a payload.
    #[must_use]
    pub fn payload(&self) -> Option<&Payload> {
        match &self.say {
            Say::Emit { data, .. } => data.as_ref(),
            Say::Rest(call) => call.json.as_ref(),
            Say::Connection => None,
        }
    }

    /// The payloads with which it is answered.
    pub fn answers(&self) -> impl Iterator<Item = &Payload> {
        let forms = self.forms.values().chain(self.refused.forms.values());
        let said = forms.flat_map(|form| form.ack.iter().chain(form.me.iter().map(|heard| &heard.data)));
        let body = match &self.say {
            Say::Rest(call) => call.body.as_ref(),
            _ => None,
        };
        said.chain(body).chain(&self.refused.body)
    }

    /// An event of a raw step as a verb of which only the refusal is known.
    #[must_use]
    pub fn raw(event: &str, refused: Refusal) -> Self {
        Self {
            clause: None,
            capability: None,
            say: Say::Emit { event: event.to_owned(), data: None },
            takes: Takes::Nothing,
            forms: IndexMap::new(),
            refused,
            joins: false,
            reads_conversation: false,
            causes: None,
            newest_first: false,
            shows_history: false,
            optional: Vec::new(),
        }
    }
}

impl Contract {
    /// Its own name, and those of the dialects that it extends, nearest first: what is for one of them is for this one too.
    pub fn lineage(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.dialect.as_str()).chain(self.bases.iter().map(String::as_str))
    }

    /// The clause of this dialect that a scenario means by `crm.t1`: one of its own, or one that it took over from a base.
    #[must_use]
    pub fn clause_cited(&self, cited: &str) -> Option<&str> {
        let (dialect, id) = cited.split_once('.')?;
        let (id, _) = self.clauses.get_key_value(id)?;
        self.lineage().any(|known| known == dialect).then_some(id)
    }

    /// The verb that a scenario means: `via: rest` prefers `send via rest`.
    #[must_use]
    pub fn verb(&self, name: &str, via: Option<&str>) -> Option<&Verb> {
        let plain = self.verbs.get(name);
        match via {
            None => plain,
            Some(way) => self
                .verbs
                .get(format!("{name} via {way}").as_str())
                .or_else(|| plain.filter(|verb| way == "rest" && matches!(verb.say, Say::Rest(_)))),
        }
    }

    /// Whether a token travels in this place, and not a bare id.
    #[must_use]
    pub fn carries_token(&self, place: &str) -> bool {
        self.credentials
            .get(place)
            .is_some_and(|credential| credential.value.refers(|reference| *reference == Reference::Token))
    }

    /// Whether nobody comes in without a token: it travels in every place for a credential, or with every REST call.
    #[must_use]
    pub fn needs_token(&self) -> bool {
        let places = self.credentials.keys().all(|place| self.carries_token(place));
        self.token.is_some()
            && (places
                || self
                    .rest_headers
                    .iter()
                    .any(|(_, value)| value.refers(|reference| *reference == Reference::Token)))
    }

    /// The same for a target that takes no token; what needs one is then lacking.
    #[must_use]
    pub fn without_token(&self) -> Self {
        let mut contract = self.clone();
        contract.token = None;
        contract
            .credentials
            .retain(|_, place| !place.value.refers(|reference| *reference == Reference::Token));
        contract
    }

    /// Whether a REST call of this verb tells the server who makes it.
    #[must_use]
    pub fn tells_who(&self, verb: &Verb) -> bool {
        match &verb.say {
            Say::Rest(call) => {
                let in_body = call.json.as_ref().is_some_and(|json| json.refers(Reference::is_me));
                in_body || call.path.refers(Reference::is_me) || !self.rest_headers.is_empty()
            }
            _ => true,
        }
    }

    /// What an event looks like: as `events` says, else as whoever hears it expects it.
    #[must_use]
    pub fn payload_of(&self, event: &str) -> Option<&Payload> {
        let told = self.when.values().flat_map(|consequence| consequence.forms.values().flatten());
        let answers = self.verbs.values().flat_map(|verb| verb.forms.values()).flat_map(|form| &form.me);
        let mut heard = told.map(|audible| &audible.heard).chain(answers);
        let listed = self.events.get(event).map(|spec| &spec.data);
        listed.or_else(|| heard.find(|heard| heard.event == event).map(|heard| &heard.data))
    }

    /// The type of a message in a history: `stored` where it is not that of one that is heard.
    #[must_use]
    pub fn stored(&self) -> &'static str {
        if self.types.contains_key("stored") { "stored" } else { "message" }
    }

    /// The changes that a verb causes and that somebody hears of.
    #[must_use]
    pub fn causes(&self, name: &str, verb: &Verb) -> Vec<String> {
        let usual = ModelVerb::of(name).map_or(&[][..], |known| known.causes(verb.joins));
        let own = verb.causes.iter().map(|change| change.0.as_str());
        let heard = |change: &&str| self.when.keys().any(|known| known.0 == *change);
        own.chain(usual.iter().copied()).filter(heard).map(str::to_owned).collect()
    }

    /// Whether a clause is a choice of the reference server, which nobody else has to make.
    #[must_use]
    pub fn is_ours(&self, clause: Option<&str>) -> bool {
        clause.and_then(|id| self.clauses.get(id)).is_some_and(|clause| clause.ground == Ground::Ours)
    }

    /// The level of a clause; must where there is none.
    #[must_use]
    pub fn level(&self, clause: Option<&str>) -> Level {
        clause.and_then(|id| self.clauses.get(id)).map_or(Level::Must, |clause| clause.level)
    }
}

impl Refusal {
    /// What `$reason` is for a kind of refusal.
    #[must_use]
    pub fn reason(&self, kind: &str) -> Option<&Payload> {
        self.reasons.get(kind).or_else(|| self.reasons.get("any"))
    }

    /// The forms in which a kind of refusal is made.
    pub fn forms_of<'r>(&'r self, kind: &str) -> impl Iterator<Item = (&'r String, &'r AnswerForm)> {
        self.forms.iter().filter(move |(_, form)| !form.except.iter().any(|known| known == kind))
    }

    /// This refusal, and the other wherever this one is silent.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        let mut whole = self.clone();
        if whole.forms.is_empty() {
            whole.forms.clone_from(&other.forms);
        }
        if !self.reasons.contains_key("any") {
            for (kind, reason) in &other.reasons {
                whole.reasons.entry(kind.clone()).or_insert_with(|| reason.clone());
            }
        }
        for (kind, status) in &other.statuses {
            whole.statuses.entry(kind.clone()).or_insert(*status);
        }
        for (kind, clause) in &other.clauses {
            whole.clauses.entry(kind.clone()).or_insert_with(|| clause.clone());
        }
        whole.body = whole.body.or_else(|| other.body.clone());
        whole
    }
}
