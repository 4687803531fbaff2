//! What references stand for: the book of a case, in which ids are bound on first sight, and the scope of one action.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Value;

use super::times::Now;

use language::contract::{Contract, IdKind};
use language::forms::ISO8601;
use language::payload::{Matcher, Payload};
use language::reference::{Reference, UserPart, Whose};

/// The ids and captures of a case. An id is bound on first sight, by whatever brings it first, and is equal ever after.
#[derive(Debug, Clone, Default)]
pub struct Book {
    /// What time it is, where that is known: no time is looked at otherwise.
    pub clock: Option<Now>,
    bound: IndexMap<String, Value>,
    /// The labels of a value, as a text.
    labels: HashMap<String, Vec<usize>>,
    /// Which message a name stands for, where several were called that: the newest.
    newest: IndexMap<String, String>,
}

/// The kind of label that stands for a moment instead of an id.
pub const SEEN: &str = "seen";

/// The kind of label that stands for the words in which a user is named.
pub const SHOWN: &str = "shown";

/// A label for a new message: the name it was given, else its sender and how many they have sent; with a number where that is taken.
pub fn new_message(name: Option<&str>, sender: &str, sent: usize, taken: impl Fn(&str) -> bool) -> String {
    let wanted = name.map_or_else(|| format!("{sender}#{}", sent + 1), str::to_owned);
    let more = (2..).map(|count| format!("{wanted}#{count}"));
    std::iter::once(wanted.clone()).chain(more).find(|label| !taken(label)).unwrap_or_default()
}

/// The scope of one action: what `$me`, `$room`, `$message` and the rest stand for.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// The user who acts.
    pub me: Option<String>,
    /// The user whom the action is about.
    pub whom: Option<Whom>,
    /// The user who wrote the message.
    pub sender: Option<String>,
    /// The room.
    pub room: Option<String>,
    /// Who belongs to it.
    pub members: Vec<String>,
    /// The label of the message.
    pub message: Option<String>,
    /// Its text.
    pub text: Option<String>,
    /// What the text is called where it was made up: `text:20b`.
    pub text_label: Option<String>,
    /// Its status, for systems that have one.
    pub status: Option<&'static str>,
    /// What is said in the fields that hold one of several listed values.
    pub chosen: Vec<(String, Value)>,
    /// Somebody else has read it.
    pub read: bool,
    /// When what this is about was begun, in milliseconds since 1970.
    pub since: Option<i64>,
    /// What a refusal says.
    pub reason: Option<Payload>,
    /// The credential of the acting socket.
    pub token: Option<String>,
    /// The scopes of the messages in the room, oldest first, for a history.
    pub history: Option<Arc<Vec<Self>>>,
    /// Some of them were sent at once, so that their order is not the same in every run.
    pub unordered: bool,
    /// Makes the texts of this action unlike those of others, and the same again for the same seed.
    pub salt: u64,
    /// The variables of the case.
    pub variables: Arc<IndexMap<String, String>>,
}

/// The user whom an action is about, as the model knows them.
#[derive(Debug, Clone)]
pub struct Whom {
    /// Who it is.
    pub name: String,
    /// Whether they are online.
    pub online: bool,
    /// How often they have gone offline.
    pub departures: usize,
}

/// What a reference stands for.
#[derive(Debug, Clone)]
pub enum Found {
    /// A value, and what it is called where it is printed.
    Known(Value, Option<String>),
    /// An id that nobody has seen yet.
    Fresh(String),
    /// A payload with parts of its own.
    Payload(Payload),
    /// The messages of the room.
    History,
    /// Nothing, and why.
    Nothing(String),
}

impl Book {
    /// A book in which nothing is known but what time it is.
    #[must_use]
    pub fn at(now: Now) -> Self {
        Self { clock: Some(now), ..Self::default() }
    }

    /// The value of a label such as `room:lobby`.
    #[must_use]
    pub fn get(&self, label: &str) -> Option<&Value> {
        self.bound.get(label)
    }

    /// The users whose ids are known, and those.
    pub fn users(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.bound.iter().filter_map(|(label, id)| Some((label.strip_prefix("user:")?, id)))
    }

    /// Binds a label.
    pub fn bind(&mut self, label: impl Into<String>, value: Value) {
        let text = text_of(&value).into_owned();
        let (place, before) = self.bound.insert_full(label.into(), value);
        if let Some(labels) = before.and_then(|before| self.labels.get_mut(text_of(&before).as_ref())) {
            labels.retain(|known| *known != place);
        }
        let labels = self.labels.entry(text).or_default();
        // By age, as in the book.
        labels.insert(labels.partition_point(|known| *known < place), place);
    }

    /// The oldest label of a value; in a query or a header a number is a text.
    #[must_use]
    pub fn label_of(&self, value: &Value) -> Option<&str> {
        let alike = |known: &Value| known == value || !known.is_string();
        let labels = self.labels.get(text_of(value).as_ref()).into_iter().flatten();
        let mut found = labels.filter_map(|place| self.bound.get_index(*place));
        found.find(|(_, known)| alike(known)).map(|(label, _)| label.as_str())
    }

    /// From now on a name stands for the message of this label.
    pub fn call(&mut self, name: &str, label: &str) {
        self.newest.insert(name.to_owned(), label.to_owned());
    }

    /// The label of the message that a name stands for.
    #[must_use]
    pub fn newest<'n>(&'n self, name: &'n str) -> &'n str {
        self.newest.get(name).map_or(name, String::as_str)
    }

    /// The label of the same kind that has this value already.
    #[must_use]
    pub fn holder(&self, kind: &str, value: &Value) -> Option<&str> {
        let same_kind = |label: &str| label.split(':').next() == Some(kind);
        let labels = self.labels.get(text_of(value).as_ref()).into_iter().flatten();
        let mut found = labels.filter_map(|place| self.bound.get_index(*place));
        found.find(|(label, known)| same_kind(label) && *known == value).map(|(label, _)| label.as_str())
    }

    /// How many labels there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.bound.len()
    }
}

/// A value as a text, by which its labels are found.
fn text_of(value: &Value) -> Cow<'_, str> {
    value.as_str().map_or_else(|| Cow::Owned(value.to_string()), Cow::Borrowed)
}

/// Everything a comparison may look at.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The dialect.
    pub contract: &'a Contract,
    /// The bindings.
    pub book: &'a Book,
    /// The action.
    pub scope: &'a Scope,
}

impl Context<'_> {
    /// What was said in a field that holds one of several listed values.
    #[must_use]
    pub fn chosen(&self, field: &str, choices: &[Value]) -> Option<&Value> {
        let said = self.scope.chosen.iter().find(|(known, _)| known == field);
        said.map(|(_, value)| value).filter(|value| choices.contains(value))
    }

    /// What `<id>` means here.
    #[must_use]
    pub fn ids(&self) -> IdKind {
        self.contract.ids
    }

    /// What a reference stands for.
    #[must_use]
    pub fn lookup(&self, reference: &Reference) -> Found {
        let scope = self.scope;
        match reference {
            Reference::User(whose, part) => self.user(*whose, *part),
            Reference::WhomOnline | Reference::WhomSeen => match &scope.whom {
                None => nobody(reference),
                Some(whom) if *reference == Reference::WhomOnline => {
                    Found::Known(Value::Bool(whom.online), None)
                }
                Some(whom) => self.seen(whom),
            },
            Reference::RoomId => self.labelled("room", scope.room.as_deref(), reference),
            Reference::MemberIds => self.member_ids(),
            Reference::MemberId(index) => match scope.members.get(*index) {
                Some(name) => self.label(&format!("user:{name}")),
                None => Found::Nothing(format!("the room has no such member: `{reference}`")),
            },
            Reference::MessageId => self.labelled("message", scope.message.as_deref(), reference),
            Reference::MessageStatus => known_text(scope.status, reference),
            Reference::MessageText => known_text(scope.text.as_deref(), reference),
            Reference::Text => match known_text(scope.text.as_deref(), reference) {
                Found::Known(text, None) => Found::Known(text, scope.text_label.clone()),
                other => other,
            },
            Reference::Token => match &scope.token {
                Some(token) => Found::Known(Value::String(token.clone()), Some("token".to_owned())),
                None => Found::Nothing("the actor has no token".to_owned()),
            },
            Reference::Reason => scope.reason.clone().map_or_else(
                || Found::Nothing("no `reason` is given for this kind of refusal".to_owned()),
                Found::Payload,
            ),
            Reference::History => Found::History,
            Reference::Named(name) => self.named(name),
            Reference::NamedId(name) => self.named_id(name),
            Reference::Data(_) => Found::Nothing(format!("`{reference}` is known only in a load")),
        }
    }

    /// A variable, a type or a capture.
    fn named(&self, name: &str) -> Found {
        if let Some(value) = self.scope.variables.get(name) {
            return Found::Known(Value::String(value.clone()), None);
        }
        if let Some(payload) = self.contract.types.get(name) {
            return Found::Payload(payload.clone());
        }
        match self.book.get(&format!("capture:{name}")) {
            Some(value) => Found::Known(value.clone(), Some(name.to_owned())),
            None => Found::Nothing(format!("nothing is called `${name}` here, or it is not known yet")),
        }
    }

    /// A user, room or message of the case by its name.
    fn named_id(&self, name: &str) -> Found {
        let message = self.book.newest(name);
        let labels = [format!("user:{name}"), format!("room:{name}"), format!("message:{message}")];
        let known = labels.into_iter().find_map(|label| Some((self.book.get(&label)?.clone(), label)));
        match known {
            Some((value, label)) => Found::Known(value, Some(label)),
            None => Found::Nothing(format!("nothing is called `${name}.id` here, or it is not known yet")),
        }
    }

    fn user(&self, whose: Whose, part: UserPart) -> Found {
        let name = match whose {
            Whose::Me | Whose::User => self.scope.me.as_deref(),
            Whose::Sender => self.scope.sender.as_deref(),
            Whose::Whom => self.scope.whom.as_ref().map(|whom| whom.name.as_str()),
        };
        match (name, part) {
            (Some(name), UserPart::Id) => self.label(&format!("user:{name}")),
            (Some(name), UserPart::Name) => Found::Known(Value::String(name.to_owned()), None),
            (None, _) => nobody(&Reference::User(whose, part)),
        }
    }

    /// The moment of a user's last departure is like an id: unknown before it was told, the same ever after, and another
    /// one once they have gone again. What was before the case is anybody's guess.
    fn seen(&self, whom: &Whom) -> Found {
        match whom.departures {
            0 => {
                let moment = Payload::Matcher(Matcher::Form(&ISO8601, None));
                Found::Payload(Payload::Matcher(Matcher::Maybe(Box::new(moment))))
            }
            departures => self.label(&format!("{SEEN}:{}#{departures}", whom.name)),
        }
    }

    fn labelled(&self, kind: &str, name: Option<&str>, reference: &Reference) -> Found {
        match name {
            Some(name) => self.label(&format!("{kind}:{name}")),
            None => Found::Nothing(format!("no {kind} is meant here, so `{reference}` is nothing")),
        }
    }

    fn label(&self, label: &str) -> Found {
        match self.book.get(label) {
            Some(value) => Found::Known(value.clone(), Some(label.to_owned())),
            None => Found::Fresh(label.to_owned()),
        }
    }

    fn member_ids(&self) -> Found {
        let known = |name: &String| self.book.get(&format!("user:{name}")).cloned();
        match self.scope.members.iter().map(known).collect::<Option<Vec<_>>>() {
            Some(ids) => Found::Known(Value::Array(ids), None),
            None => Found::Nothing("not every id in `$members.id` is known".to_owned()),
        }
    }
}

fn nobody(reference: &Reference) -> Found {
    Found::Nothing(format!("`{reference}` stands for nobody here"))
}

fn known_text(text: Option<&str>, reference: &Reference) -> Found {
    match text {
        Some(text) => Found::Known(Value::String(text.to_owned()), None),
        None => Found::Nothing(format!("`{reference}` stands for nothing here")),
    }
}
