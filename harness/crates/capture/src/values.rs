//! What of a value is the same in every run, and what is not: ids, times and tokens become captures and matchers, equal
//! ids one capture. It guesses, from names and shapes, and must not know steps.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::{Map, Value};

use super::cast::{Cast, bare, is_jwt, is_secret};
use super::names::{Id, id_of, kind_of_segment, same_kind, words_of};
use language::contract::IdKind;
use language::forms::Form;
use language::texts::{is_iso8601, is_uuid};
use language::written::{Node, escaped};

/// What is written where a credential was.
pub(super) const REDACTED: &str = "REDACTED";

/// Where a value stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot<'a> {
    /// In which turn.
    pub(super) turn: usize,
    /// The server said it.
    pub(super) server: bool,
    /// Whose step it stands in.
    pub(super) actor: Option<usize>,
    /// What an `id` at the top of it is the id of.
    pub(super) hint: &'a str,
    /// It tells of what was there before the recording, which is more after each run.
    pub(super) before: bool,
}

/// Something that has an id.
#[derive(Debug)]
struct Entity {
    kind: String,
    value: Value,
    first: usize,
    turns: BTreeSet<usize>,
    count: usize,
    /// A client knew it before the server had said it, or it stands where nothing is compared.
    known: bool,
    /// The server has made it in the recording.
    made: bool,
    /// The name of the capture, where it is one.
    name: Option<String>,
}

/// The guesses of a recording. Everything is shown to it with [`Guess::observe`], and written with [`Guess::write`].
pub(super) struct Guess<'a> {
    cast: &'a Cast,
    ids: Option<IdKind>,
    /// Tokens are made by the contract, so that none is written.
    minted: bool,
    entities: Vec<Entity>,
    /// The fields of an object, and what it was called where it had a name.
    shapes: HashMap<BTreeSet<String>, String>,
    /// Texts that a client made.
    said: HashSet<String>,
    /// Where a credential was left out.
    pub(super) omitted: Vec<String>,
}

impl<'a> Guess<'a> {
    pub(super) fn new(cast: &'a Cast, ids: Option<IdKind>, minted: bool) -> Self {
        Self {
            cast,
            ids,
            minted,
            entities: Vec::new(),
            shapes: HashMap::new(),
            said: HashSet::new(),
            omitted: Vec::new(),
        }
    }

    /// Learns what objects are called; before anything is observed.
    pub(super) fn learn(&mut self, name: &str, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.learn(name, item)),
            Value::Object(fields) => {
                let kind = kind_of_segment(name);
                if fields.contains_key("id") && !kind.is_empty() {
                    self.shapes.entry(fields.keys().cloned().collect()).or_insert(kind);
                }
                fields.iter().for_each(|(name, value)| self.learn(name, value));
            }
            _ => {}
        }
    }

    /// Takes note of a value, in the order of the recording.
    pub(super) fn observe(&mut self, spot: Spot<'_>, value: &Value) {
        self.walk(spot, "", value, None, false);
    }

    fn walk(
        &mut self,
        spot: Spot<'_>,
        name: &str,
        value: &Value,
        inside: Option<&Map<String, Value>>,
        loose: bool,
    ) {
        match value {
            Value::Array(items) => {
                let loose = loose || spot.before && grows(items);
                items.iter().for_each(|item| self.walk(spot, name, item, inside, loose));
            }
            Value::Object(fields) => {
                fields.iter().for_each(|(name, value)| self.walk(spot, name, value, Some(fields), loose));
            }
            leaf => self.note(spot, name, leaf, inside, loose),
        }
    }

    fn note(
        &mut self,
        spot: Spot<'_>,
        name: &str,
        leaf: &Value,
        inside: Option<&Map<String, Value>>,
        loose: bool,
    ) {
        if !spot.server
            && let Some(text) = leaf.as_str()
        {
            self.said.insert(text.to_owned());
        }
        let Some(kind) = self.kind(spot, name, leaf, inside) else { return };
        if kind == Id::USER && self.actor_of(leaf).is_some() {
            return;
        }
        self.meet(spot, kind, leaf, loose, inside.is_some() && name == "id" && !spot.hint.is_empty());
    }

    pub(super) fn meet(&mut self, spot: Spot<'_>, kind: String, value: &Value, loose: bool, top: bool) {
        if let Some(index) = self.find(&kind, value, spot.turn) {
            let entity = &mut self.entities[index];
            entity.turns.insert(spot.turn);
            entity.count += 1;
            if entity.kind.is_empty() {
                entity.kind = kind;
            }
            return;
        }
        self.entities.push(Entity {
            kind,
            value: value.clone(),
            first: spot.turn,
            turns: BTreeSet::from([spot.turn]),
            count: 1,
            known: !spot.server || loose,
            made: spot.server && top && !spot.before,
            name: None,
        });
    }

    /// Gives names to what is captured; after everything was observed.
    pub(super) fn settle(&mut self) {
        let mut counts: HashMap<String, usize> = HashMap::new();
        for entity in &mut self.entities {
            let stands = entity.known || entity.kind == Id::USER && !entity.made;
            if stands || entity.count < 2 {
                continue;
            }
            let kind = if entity.kind.is_empty() { "id" } else { entity.kind.as_str() };
            let count = counts.entry(kind.to_owned()).or_insert(0);
            *count += 1;
            entity.name = Some(format!("{kind}{count}"));
        }
    }

    /// How many ids are captured.
    pub(super) fn captures(&self) -> usize {
        self.entities.iter().filter(|entity| entity.name.is_some()).count()
    }

    /// What a value is the id of; none where it is no id.
    fn kind(
        &self,
        spot: Spot<'_>,
        name: &str,
        leaf: &Value,
        inside: Option<&Map<String, Value>>,
    ) -> Option<String> {
        let scalar = leaf.is_i64() || leaf.is_u64() || leaf.as_str().is_some_and(|text| !text.is_empty());
        if !scalar {
            return None;
        }
        if let Some(text) =
            leaf.as_str().filter(|text| is_jwt(text) || is_secret(name) && !text.contains(' '))
        {
            // A client's secret stands for itself only where the server has made it.
            return (spot.server || self.find("token", &Value::from(text), spot.turn).is_some())
                .then(|| "token".to_owned());
        }
        match id_of(name) {
            Some(Id::Of(kind)) => return Some(kind),
            Some(Id::OfWhatItStandsIn) => {
                let shape: BTreeSet<String> = inside.into_iter().flat_map(Map::keys).cloned().collect();
                let by_shape = self.shapes.get(&shape).cloned();
                return Some(by_shape.unwrap_or_else(|| kind_of_segment(spot.hint)));
            }
            None => {}
        }
        leaf.as_str().is_some_and(|text| is_strong(text) && !is_iso8601(text)).then(String::new)
    }

    /// What has this id. Small numbers are equal by chance, so their kinds have to agree.
    fn find(&self, kind: &str, value: &Value, turn: usize) -> Option<usize> {
        let strong = value.as_str().is_some_and(is_strong);
        let alike = |entity: &Entity| entity.value == *value;
        let place = |fits: &dyn Fn(&Entity) -> bool| {
            self.entities.iter().position(|entity| alike(entity) && fits(entity))
        };
        place(&|entity| entity.kind == kind)
            .or_else(|| place(&|entity| same_kind(&entity.kind, kind)))
            .or_else(|| place(&|entity| strong || entity.kind.is_empty() && !entity.known))
            .or_else(|| place(&|entity| kind.is_empty() && entity.first == turn && !entity.known))
    }

    /// The actor whose user has this id.
    fn actor_of(&self, value: &Value) -> Option<usize> {
        let text = match (self.ids, value) {
            (Some(IdKind::Int), Value::Number(number)) => number.to_string(),
            (Some(IdKind::Str | IdKind::Uuid), Value::String(text)) => text.clone(),
            _ => return None,
        };
        (0..self.cast.actors.len()).find(|actor| self.cast.id(*actor) == Some(&text))
    }

    fn user_reference(&self, actor: usize) -> String {
        let name = self.cast.name(actor);
        format!("${}.id", name.split('/').next().unwrap_or(name))
    }

    /// A value as it is sent, or expected.
    pub(super) fn write(&mut self, spot: Spot<'_>, value: &Value) -> Node {
        self.node(spot, "", value, None)
    }

    fn node(
        &mut self,
        spot: Spot<'_>,
        name: &str,
        value: &Value,
        inside: Option<&Map<String, Value>>,
    ) -> Node {
        match value {
            Value::Array(items) if spot.before && grows(items) => Node::bare("<any>"),
            Value::Array(items) => {
                Node::List(items.iter().map(|item| self.node(spot, name, item, inside)).collect())
            }
            Value::Object(fields) => {
                let field = |(name, value): (&String, &Value)| {
                    (name.clone(), self.node(spot, name, value, Some(fields)))
                };
                Node::Map(fields.iter().map(field).collect())
            }
            leaf if spot.server => self.expected(spot, name, leaf, inside),
            leaf => self.sent(spot, name, leaf, inside),
        }
    }

    fn expected(
        &self,
        spot: Spot<'_>,
        name: &str,
        leaf: &Value,
        inside: Option<&Map<String, Value>>,
    ) -> Node {
        if let Some(kind) = self.kind(spot, name, leaf, inside) {
            if let Some(actor) = self.actor_of(leaf).filter(|_| kind == Id::USER) {
                return Node::bare(self.user_reference(actor));
            }
            if kind == "token"
                && leaf.as_str().is_some_and(|text| self.cast.holder(bare(text)).is_some())
                && self.minted
            {
                return Node::bare("<str>");
            }
            match self.find(&kind, leaf, spot.turn).map(|index| &self.entities[index]) {
                Some(Entity { name: Some(name), first, .. }) if *first == spot.turn => {
                    return Node::bare(self.matcher(leaf, Some(name)));
                }
                Some(Entity { name: Some(name), .. }) => return Node::bare(format!("${name}")),
                Some(entity) if kind != "token" && (entity.known || kind == Id::USER) => {
                    return Node::literal(leaf);
                }
                _ => return Node::bare(self.matcher(leaf, None)),
            }
        }
        if let Some(form) = Form::volatile(leaf).filter(|_| !self.is_said(leaf)) {
            return Node::bare(form.word);
        }
        match leaf {
            Value::Number(_) if spot.before || is_moment(leaf) => {
                Node::bare(if leaf.is_f64() || spot.before { "<num>" } else { "<int>" })
            }
            Value::Number(number) if number.as_i64().is_none() && !number.is_f64() => Node::bare("<int>"),
            Value::String(text) if self.is_said(leaf) => Node::text(text),
            Value::String(text) => self.expected_text(spot, text),
            other => Node::literal(other),
        }
    }

    fn is_said(&self, leaf: &Value) -> bool {
        leaf.as_str().is_some_and(|text| self.said.contains(text))
    }

    fn matcher(&self, value: &Value, name: Option<&str>) -> String {
        let named = |word: &str| name.map_or_else(|| format!("<{word}>"), |name| format!("<{word}:{name}>"));
        let text = value.as_str();
        match (self.ids, text) {
            (Some(IdKind::Int), None) | (Some(IdKind::Str), Some(_)) => named("id"),
            (Some(IdKind::Uuid), Some(text)) if is_uuid(text) => named("id"),
            (_, Some(text)) if is_uuid(text) && name.is_none() => "<uuid>".to_owned(),
            (_, Some(_)) => named("str"),
            (_, None) => named("int"),
        }
    }

    /// A text of the server's, with the ids in it that are captured. One that is told in this turn for the first time may not
    /// be known yet when the text comes.
    fn expected_text(&self, spot: Spot<'_>, text: &str) -> Node {
        if text.split_whitespace().any(is_jwt)
            || self.cast.tokens().any(|token| token.len() > 7 && text.contains(token))
        {
            return Node::bare("<str>");
        }
        let here = |entity: &&Entity| entity.name.is_some() && entity.turns.contains(&spot.turn);
        let mut written = escaped(text);
        for entity in self.entities.iter().filter(here) {
            let value = plain(&entity.value);
            let (Some(name), true) = (&entity.name, has_word(text, &value)) else { continue };
            if entity.first == spot.turn {
                return Node::bare("<str>");
            }
            written = with_reference(&written, &value, name);
        }
        Node::template(&written)
    }

    fn sent(
        &mut self,
        spot: Spot<'_>,
        name: &str,
        leaf: &Value,
        inside: Option<&Map<String, Value>>,
    ) -> Node {
        if let Some(text) = leaf.as_str()
            && (is_secret(name) || is_jwt(text) || self.cast.holder(bare(text)).is_some())
        {
            return self.credential(spot, name, text);
        }
        let Some(kind) = self.kind(spot, name, leaf, inside) else { return Node::literal(leaf) };
        if let Some(actor) = self.actor_of(leaf).filter(|_| kind == Id::USER) {
            return Node::bare(self.user_reference(actor));
        }
        self.earlier(spot, &kind, leaf)
            .map_or_else(|| Node::literal(leaf), |name| Node::bare(format!("${name}")))
    }

    /// The capture that has this id by now.
    pub(super) fn earlier(&self, spot: Spot<'_>, kind: &str, value: &Value) -> Option<&str> {
        let entity = &self.entities[self.find(kind, value, spot.turn)?];
        entity.name.as_deref().filter(|_| entity.first < spot.turn)
    }

    /// A credential that a client sends: the actor's own, one that the server has given, or nothing.
    pub(super) fn credential(&mut self, spot: Spot<'_>, name: &str, text: &str) -> Node {
        let token = bare(text);
        let scheme = &text[..text.len() - token.len()];
        let own = spot.actor.is_some() && self.cast.holder(token).is_some() && self.minted;
        let reference = if own {
            Some("token".to_owned())
        } else {
            self.earlier(spot, "token", &Value::from(token)).map(str::to_owned)
        };
        match reference {
            Some(reference) => Node::template(&format!("{scheme}${reference}")),
            None => {
                let omitted = format!("`{name}`");
                if !self.omitted.contains(&omitted) {
                    self.omitted.push(omitted);
                }
                Node::text(REDACTED)
            }
        }
    }
}

/// Whether a list is one that another run may find longer: of whole things, or of none so far.
fn grows(items: &[Value]) -> bool {
    items.is_empty() || items.iter().any(Value::is_object)
}

/// Whether a text is one that nobody would make twice by chance.
pub(super) fn is_strong(text: &str) -> bool {
    let bytes = text.as_bytes();
    let count = |is: fn(&u8) -> bool| bytes.iter().filter(|byte| is(byte)).count();
    let (digits, lower, upper) =
        (count(u8::is_ascii_digit), count(u8::is_ascii_lowercase), count(u8::is_ascii_uppercase));
    let word = bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte));
    let hex = bytes.iter().all(u8::is_ascii_hexdigit);
    let mixed = lower > 0 && upper > 0 && (digits > 0 || upper > 3) && words_of(text).len() > 3;
    is_uuid(text)
        || is_jwt(text)
        || word
            && bytes.len() >= 16
            && (hex && digits > 0 && digits < bytes.len() || mixed || lower == 0 && upper > 0 && digits > 0)
}

/// Whether a number is a time: milliseconds or seconds since 1970, in our days.
fn is_moment(value: &Value) -> bool {
    let Some(number) = value.as_f64() else { return false };
    (1.2e12..4.1e12).contains(&number) || (1.2e9..4.1e9).contains(&number)
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn starts_word(before: &str) -> bool {
    !before.ends_with(|char: char| char.is_alphanumeric() || char == '_' || char == '$')
}

fn ends_word(after: &str) -> bool {
    let mut chars = after.chars();
    match chars.next() {
        Some('.') => !chars.next().is_some_and(|next| next.is_alphanumeric() || next == '_'),
        Some(next) => !(next.is_alphanumeric() || next == '_'),
        None => true,
    }
}

fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| starts_word(&text[..at]) && ends_word(&text[at + word.len()..]))
}

fn with_reference(text: &str, word: &str, name: &str) -> String {
    let mut written = String::new();
    let mut rest = 0;
    for (at, _) in text.match_indices(word) {
        if at >= rest && starts_word(&text[..at]) && ends_word(&text[at + word.len()..]) {
            written.push_str(&text[rest..at]);
            written.push('$');
            written.push_str(name);
            rest = at + word.len();
        }
    }
    written.push_str(&text[rest..]);
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_put_into_a_text_only_where_it_stands_as_a_word() {
        assert_eq!(
            with_reference("Joined chat 7, not 17 nor 7a; 7.", "7", "chat1"),
            "Joined chat $chat1, not 17 nor 7a; $chat1."
        );
        assert!(!has_word("version 7.2", "7"), "`$chat1.2` would be a path");
    }

    #[test]
    fn only_what_nobody_makes_twice_is_told_by_its_looks() {
        for id in [
            "0b5e7c1e-4a51-4d0e-9f0e-0a2b3c4d5e6f",
            "507f1f77bcf86cd799439011",
            "01ARZ3NDEKTSV4RRFFQ69G5FAV",
            "lv_VI97HAXpY6yYWAAAC",
        ] {
            assert!(is_strong(id), "{id}");
        }
        for text in [
            "hello",
            "user-123",
            "conversation-lobby-2",
            "internationalisation",
            "12345678901234567890",
            "a text of some words",
        ] {
            assert!(!is_strong(text), "{text}");
        }
    }
}
