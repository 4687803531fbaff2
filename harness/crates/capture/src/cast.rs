//! Who is behind a connection or a call: users by what their credentials say, actors by what they connect with. Owns the
//! names, and the tokens, which nothing else may print.

use std::collections::HashSet;
use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use data_encoding::BASE64URL_NOPAD;
use serde_json::Value;

use super::log::Door;
use language::contract::IdKind;

/// In the order in which they come.
const NAMES: [&str; 12] = ["ana", "bo", "cy", "dan", "eve", "fay", "gus", "hal", "ida", "jon", "kim", "leo"];

/// Claims and parameters that name a user, the most usual first.
const ID_NAMES: [&str; 7] = ["sub", "userId", "user_id", "userid", "uid", "user", "id"];

/// Names of what must not be written down.
const SECRETS: [&str; 13] = [
    "token",
    "password",
    "passwd",
    "passphrase",
    "secret",
    "authorization",
    "apikey",
    "accesstoken",
    "refreshtoken",
    "credential",
    "cookie",
    "pin",
    "otp",
];

/// A token that ends within so many seconds may be meant to end in the recording.
const SOON: f64 = 120.0;

/// A credential that no server should accept, as a scenario calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Credential {
    /// Its time is over.
    Expired,
    /// It is not signed.
    AlgNone,
    /// It is signed with another secret.
    WrongSignature,
    /// It is no token at all.
    Garbage,
}

impl fmt::Display for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Expired => "expired",
            Self::AlgNone => "alg_none",
            Self::WrongSignature => "wrong_signature",
            Self::Garbage => "garbage",
        })
    }
}

/// What is known of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Who {
    /// Their id.
    Id(String),
    /// A credential that does not say it.
    Opaque(String),
    /// Nothing.
    Unknown,
}

/// One device of a user.
#[derive(Debug, Clone)]
pub(super) struct Actor {
    /// `ana`, or `ana/device2`.
    pub(super) name: String,
    /// Why their credential should not be accepted.
    pub(super) bad: Option<Credential>,
    /// When a token of theirs ends that was made to end soon, in seconds since 1970.
    pub(super) ends: Option<u64>,
    who: Who,
    tokens: Vec<String>,
}

/// Everybody who was seen.
#[derive(Debug, Default)]
pub(super) struct Cast {
    /// In the order in which they came.
    pub(super) actors: Vec<Actor>,
    /// What tokens are signed with, where the target says so.
    pub(super) secret: Option<String>,
    /// What an id looks like, once the dialect is known.
    pub(super) ids: Option<IdKind>,
}

/// What a credential says.
struct Token {
    text: String,
    user: Option<String>,
    bad: Option<Credential>,
    ends: Option<u64>,
}

impl Cast {
    /// The name of an actor.
    #[must_use]
    pub(super) fn name(&self, actor: usize) -> &str {
        self.actors.get(actor).map_or("?", |actor| &actor.name)
    }

    /// The id of the user behind an actor, where their credential says it.
    #[must_use]
    pub(super) fn id(&self, actor: usize) -> Option<&str> {
        match &self.actors.get(actor)?.who {
            Who::Id(id) if self.ids == Some(IdKind::Int) && id.parse::<i64>().is_err() => None,
            Who::Id(id) => Some(id),
            Who::Opaque(_) | Who::Unknown => None,
        }
    }

    /// Whether an actor's credential is an opaque one.
    #[must_use]
    pub(super) fn is_opaque(&self, actor: usize) -> bool {
        self.actors.get(actor).is_some_and(|actor| matches!(actor.who, Who::Opaque(_)))
    }

    /// The actor whose token this is.
    #[must_use]
    pub(super) fn holder(&self, text: &str) -> Option<usize> {
        self.actors.iter().position(|actor| actor.tokens.iter().any(|token| token == text))
    }

    /// Every token that was seen.
    pub(super) fn tokens(&self) -> impl Iterator<Item = &str> {
        self.actors.iter().flat_map(|actor| &actor.tokens).map(String::as_str)
    }

    /// The actor behind a new connection; one who is not connected is preferred to a new one.
    pub(super) fn of_connection(
        &mut self,
        auth: Option<&Value>,
        door: &Door,
        live: &HashSet<usize>,
    ) -> usize {
        let named = pairs(auth, door);
        let mut token =
            named.iter().filter(|(name, text)| is_secret(name) || is_jwt(text)).map(|(_, text)| text);
        let token = token.next_back().map(|text| self.token(bare(text)));
        let by_name = ID_NAMES
            .iter()
            .find_map(|id| named.iter().find(|(name, text)| name == id && !text.is_empty() && !is_jwt(text)));
        let who = match (&token, by_name) {
            (Some(Token { user: Some(id), .. }), _) => Who::Id(id.clone()),
            (_, Some((_, id))) => Who::Id(id.clone()),
            (Some(token), None) => Who::Opaque(token.text.clone()),
            (None, None) => Who::Unknown,
        };
        let bad = token.as_ref().and_then(|token| token.bad);
        let ends = token.as_ref().and_then(|token| token.ends);
        let fits = |actor: &Actor| actor.who == who && actor.bad == bad && actor.ends == ends;
        let free = |(index, actor): (usize, &Actor)| (fits(actor) && !live.contains(&index)).then_some(index);
        let actor = self.actors.iter().enumerate().find_map(free).unwrap_or_else(|| self.add(who, bad, ends));
        if let Some(token) = token {
            self.keep(actor, token.text);
        }
        actor
    }

    /// The actor behind a REST call, or why its credential should not be accepted.
    pub(super) fn of_call(&mut self, authorization: Option<&str>) -> (Option<usize>, Option<Credential>) {
        let Some(token) = authorization.map(|text| self.token(bare(text))) else { return (None, None) };
        if token.bad.is_some() {
            return (None, token.bad);
        }
        let who = token.user.map_or_else(|| Who::Opaque(token.text.clone()), Who::Id);
        let known = self.actors.iter().position(|actor| actor.who == who && actor.bad.is_none());
        let actor = known.unwrap_or_else(|| self.add(who, None, None));
        self.keep(actor, token.text);
        (Some(actor), None)
    }

    fn keep(&mut self, actor: usize, token: String) {
        if let Some(actor) = self.actors.get_mut(actor)
            && !actor.tokens.contains(&token)
        {
            actor.tokens.push(token);
        }
    }

    fn add(&mut self, who: Who, bad: Option<Credential>, ends: Option<u64>) -> usize {
        let user = |actor: &&Actor| actor.who != Who::Unknown && actor.who == who;
        let devices = self.actors.iter().filter(user).count();
        let first = self.actors.iter().find(user).map(|actor| actor.name.clone());
        let users = self.actors.iter().filter(|actor| !actor.name.contains('/')).count();
        let name = match first {
            Some(name) => format!("{name}/device{}", devices + 1),
            None => NAMES.get(users).map_or_else(|| format!("user{}", users + 1), |name| (*name).to_owned()),
        };
        self.actors.push(Actor { name, bad, ends, who, tokens: Vec::new() });
        self.actors.len() - 1
    }

    fn token(&self, text: &str) -> Token {
        let plain = |bad| Token { text: text.to_owned(), user: None, bad, ends: None };
        let mut parts = text.split('.').map(json_part);
        let (Some(Some(header)), Some(Some(claims))) = (parts.next(), parts.next()) else {
            return plain(None);
        };
        let user = ID_NAMES.iter().find_map(|name| claims.get(name)).and_then(scalar);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
        let exp = claims.get("exp").and_then(Value::as_f64);
        let bad = if header.get("alg").and_then(Value::as_str) == Some("none") {
            Some(Credential::AlgNone)
        } else if self.secret.as_ref().is_some_and(|secret| !signed_with(text, secret)) {
            Some(Credential::WrongSignature)
        } else if exp.is_some_and(|exp| exp < now) {
            Some(Credential::Expired)
        } else {
            None
        };
        let ends = exp.filter(|exp| bad.is_none() && exp - now < SOON).map(|exp| exp as u64);
        Token { user, ends, ..plain(bad) }
    }
}

fn signed_with(token: &str, secret: &str) -> bool {
    let key = jsonwebtoken::DecodingKey::from_secret(secret.as_bytes());
    let mut rules = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::HS256);
    rules.required_spec_claims.clear();
    rules.validate_exp = false;
    rules.validate_aud = false;
    jsonwebtoken::decode::<Value>(token, &key, &rules).is_ok()
}

fn json_part(part: &str) -> Option<Value> {
    let bytes = BASE64URL_NOPAD.decode(part.trim_end_matches('=').as_bytes()).ok()?;
    serde_json::from_slice::<Value>(&bytes).ok().filter(Value::is_object)
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The named texts of a handshake.
fn pairs(auth: Option<&Value>, door: &Door) -> Vec<(String, String)> {
    let query = door.query.iter().cloned();
    let header = door.authorization.iter().map(|text| ("authorization".to_owned(), text.clone()));
    let auth = auth.and_then(Value::as_object).into_iter().flatten();
    let auth = auth.filter_map(|(name, value)| Some((name.clone(), scalar(value)?)));
    query.chain(header).chain(auth).collect()
}

/// A credential without the word before it.
pub(super) fn bare(text: &str) -> &str {
    match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        _ => text.trim(),
    }
}

/// Whether a text is a JSON web token.
#[must_use]
pub(super) fn is_jwt(text: &str) -> bool {
    let mut parts = bare(text).split('.');
    let two = parts.next().and_then(json_part).is_some() && parts.next().and_then(json_part).is_some();
    two && parts.next().is_some() && parts.next().is_none()
}

/// Whether a value of this name must not be written down.
#[must_use]
pub(super) fn is_secret(name: &str) -> bool {
    let name: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    SECRETS.iter().any(|secret| name == *secret || (secret.len() > 4 && name.ends_with(secret)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn token(claims: &Value, alg: &str) -> String {
        let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        format!("{}.{}.c2ln", part(&json!({"alg": alg})), part(claims))
    }

    fn connect(cast: &mut Cast, auth: &Value, live: &[usize]) -> usize {
        cast.of_connection(Some(auth), &Door::default(), &live.iter().copied().collect())
    }

    #[test]
    fn one_user_is_one_name_and_each_device_of_his_another() {
        let mut cast = Cast::default();
        let ana = json!({"token": token(&json!({"sub": "1"}), "HS256")});
        let bo = json!({"token": format!("Bearer {}", token(&json!({"userId": 2}), "HS256"))});
        assert_eq!(connect(&mut cast, &ana, &[]), 0);
        assert_eq!(connect(&mut cast, &bo, &[0]), 1);
        assert_eq!(connect(&mut cast, &ana, &[0, 1]), 2, "she is connected already");
        assert_eq!(connect(&mut cast, &ana, &[1, 2]), 0, "she comes back");
        assert_eq!([cast.name(0), cast.name(1), cast.name(2)], ["ana", "bo", "ana/device2"]);
        assert_eq!([cast.id(0), cast.id(1), cast.id(2)], [Some("1"), Some("2"), Some("1")]);
    }

    #[test]
    fn a_bad_token_is_another_device() {
        let mut cast = Cast::default();
        connect(&mut cast, &json!({"token": token(&json!({"sub": 1}), "HS256")}), &[]);
        let late = connect(&mut cast, &json!({"token": token(&json!({"sub": 1, "exp": 7}), "HS256")}), &[]);
        let none = connect(&mut cast, &json!({"token": token(&json!({"sub": 1}), "none")}), &[]);
        assert_eq!(cast.actors[late].bad, Some(Credential::Expired));
        assert_eq!(cast.actors[none].bad, Some(Credential::AlgNone));
        assert_eq!(cast.name(none), "ana/device3");
    }

    #[test]
    fn whoever_shows_nothing_is_somebody_all_the_same() {
        let mut cast = Cast::default();
        assert_eq!(cast.of_connection(None, &Door::default(), &HashSet::new()), 0);
        assert_eq!(cast.of_connection(None, &Door::default(), &HashSet::from([0])), 1);
        let door =
            Door { query: vec![("userId".to_owned(), "7".to_owned())], authorization: None, origin: None };
        assert_eq!(cast.of_connection(None, &door, &HashSet::new()), 2);
        assert_eq!(cast.id(2), Some("7"));
    }

    #[test]
    fn what_is_secret_goes_by_its_name() {
        for name in ["token", "access_token", "refreshToken", "newPassword", "x-api-key", "Authorization"] {
            assert!(is_secret(name), "{name}");
        }
        for name in ["chatId", "pinned", "content", "socketId", "tokens_used"] {
            assert!(!is_secret(name), "{name}");
        }
    }
}
