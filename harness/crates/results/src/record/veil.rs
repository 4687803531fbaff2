//! No token in any report: wherever a record holds one, a short hash of it stands instead, so that two uses of one token can
//! still be told to be the same. Whatever looks like a signed JWT is taken for a token; of others it has to be told.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use memchr::memmem;
use regex::{Captures, Regex};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::load::LoadRecord;

/// Shorter words are no secret, and stand in a record for other reasons.
const SHORTEST: usize = 6;

const JWT_BEGINS: &[u8] = b"eyJ";
static JWT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"eyJ[A-Za-z0-9_-]+\.eyJ[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*)?").ok());

/// What is hidden in the records of a run.
#[derive(Debug, Clone, Default)]
pub struct Veil {
    /// Tokens that are no JWT, in each of the ways in which they may be written.
    known: BTreeSet<(String, String)>,
}

impl Veil {
    /// Learns of a token.
    pub fn learn(&mut self, token: &str) {
        let whole = JWT.as_ref().and_then(|jwt| jwt.find(token));
        if token.len() < SHORTEST || whole.is_some_and(|found| found.len() == token.len()) {
            return;
        }
        let json = Value::from(token).to_string();
        let json = json[1..json.len() - 1].to_owned();
        for written in [token.to_owned(), percent(token), json] {
            self.known.insert((written, mark(token)));
        }
    }

    /// A text without any token.
    #[must_use]
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut text = Cow::Borrowed(text);
        // Most texts hold none, and the pattern is slow to find that out.
        if memmem::find(text.as_bytes(), JWT_BEGINS).is_some()
            && let Some(jwt) = JWT.as_ref()
            && jwt.is_match(&text)
        {
            text = Cow::Owned(jwt.replace_all(&text, |found: &Captures<'_>| mark(&found[0])).into_owned());
        }
        for (token, mark) in &self.known {
            if text.contains(token) {
                text = Cow::Owned(text.replace(token, mark));
            }
        }
        text
    }

    /// A record without any token.
    ///
    /// # Panics
    /// Where a record cannot read what it has written.
    #[must_use]
    pub fn over<R: Serialize + DeserializeOwned>(&self, record: R) -> R {
        let mut value = serde_json::to_value(&record).unwrap_or_default();
        if !self.value(&mut value) {
            return record;
        }
        serde_json::from_value(value).expect("a record reads what it has written")
    }

    /// The record of a load without any token. Its numbers are left alone.
    #[must_use]
    pub fn over_load(&self, record: LoadRecord) -> LoadRecord {
        let text = |text: String| self.text(&text).into_owned();
        LoadRecord {
            samples: self.over(record.samples),
            remarks: self.over(record.remarks),
            void: record.void.map(text),
            ended_early: record.ended_early.map(text),
            ..record
        }
    }

    /// Hides the tokens in a value; whether there were any.
    fn value(&self, value: &mut Value) -> bool {
        match value {
            Value::String(text) => {
                let Cow::Owned(veiled) = self.text(text) else { return false };
                *text = veiled;
                true
            }
            Value::Array(items) => items.iter_mut().fold(false, |any, item| self.value(item) | any),
            Value::Object(fields) => {
                let any = fields.values_mut().fold(false, |any, value| self.value(value) | any);
                let named = fields.keys().any(|name| matches!(self.text(name), Cow::Owned(_)));
                if named {
                    let veiled = std::mem::take(fields).into_iter();
                    *fields = veiled.map(|(name, value)| (self.text(&name).into_owned(), value)).collect();
                }
                any | named
            }
            _ => false,
        }
    }
}

/// What stands in the place of a token: `<token 3f9a1c2e>`.
fn mark(token: &str) -> String {
    let hash = Sha256::digest(token);
    format!("<token {:02x}{:02x}{:02x}{:02x}>", hash[0], hash[1], hash[2], hash[3])
}

/// As it stands in a query string.
fn percent(token: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let written = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    token.bytes().map(written).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const JWT_LIKE: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOjF9.c2lnbmF0dXJl-_";

    #[test]
    fn a_signed_token_is_hidden_wherever_it_stands() {
        let veil = Veil::default();
        let hash = mark(JWT_LIKE);
        for text in [
            "{}",
            "Bearer {}",
            "/socket.io/?token={}&EIO=4",
            "sid=1; jwt={}; path=/",
            "42[\"join\",{\"t\":\"{}\"}]",
        ] {
            assert_eq!(veil.text(&text.replace("{}", JWT_LIKE)), text.replace("{}", &hash));
        }
        let cut = &JWT_LIKE[..30];
        assert!(!veil.text(cut).contains(cut), "one that was cut off says who somebody is");
        assert_eq!(
            veil.text("eyJhbGciOiJIUzI1NiJ9 alone is no token"),
            "eyJhbGciOiJIUzI1NiJ9 alone is no token"
        );
    }

    #[test]
    fn a_token_of_another_kind_is_hidden_in_each_way_of_writing_it() {
        let mut veil = Veil::default();
        veil.learn("op/aq+ue \"1\"");
        let hash = mark("op/aq+ue \"1\"");
        assert_eq!(veil.text("a op/aq+ue \"1\" b"), format!("a {hash} b"));
        assert_eq!(veil.text("?t=op%2Faq%2Bue%20%221%22&x"), format!("?t={hash}&x"));
        assert_eq!(veil.text(r#"["op/aq+ue \"1\""]"#), format!("[\"{hash}\"]"));
        veil.learn("7");
        assert_eq!(veil.text("room 7"), "room 7", "too short to be a secret");
    }

    #[test]
    fn a_record_stays_what_it_is_but_for_its_tokens() {
        let record = json!({"at": 0.1, "left": {"eyJh.eyJi.c": [JWT_LIKE, null, 7]}, "text": "x"});
        let veiled = Veil::default().over(record.clone());
        assert_eq!(veiled["at"], record["at"]);
        assert!(!veiled.to_string().contains("eyJ"), "{veiled}");
        assert_eq!(veiled["left"].as_object().unwrap().values().next().unwrap()[0], mark(JWT_LIKE));
        let nothing = json!({"text": "nothing to hide"});
        assert_eq!(Veil::default().over(nothing.clone()), nothing);
    }
}
