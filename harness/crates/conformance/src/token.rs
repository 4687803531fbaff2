//! Credentials: good ones, and every kind of bad one.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::command::{self, NotPrinted};
use language::target::{TokenCommand, TokenSource};

/// How a token is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quality {
    /// Accepted for at least this time, in whole seconds, and at most a second more.
    Good(Duration),
    /// Accepted until an hour ago.
    Expired,
    /// Signed with another secret.
    WrongSignature,
    /// Signed by another algorithm, with a secret that nobody shares: with the right one it may be accepted.
    WrongAlgorithm,
    /// Not signed: `alg` is `none`.
    AlgNone,
    /// No token at all, but some text.
    Garbage,
}

impl Quality {
    /// The kind that a scenario's `credential:` names; `none` is no token.
    pub(super) fn named(kind: &str) -> Result<Option<Self>, NoToken> {
        match kind {
            "none" => Ok(None),
            "garbage" => Ok(Some(Self::Garbage)),
            "expired" => Ok(Some(Self::Expired)),
            "wrong_signature" => Ok(Some(Self::WrongSignature)),
            "wrong_algorithm" => Ok(Some(Self::WrongAlgorithm)),
            "alg_none" => Ok(Some(Self::AlgNone)),
            other => Err(NoToken::Unknown(other.to_owned())),
        }
    }
}

/// A token, and when it expires (seconds since 1970).
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) text: String,
    pub(super) expires: u64,
}

impl Token {
    /// One that says nothing itself.
    pub(super) fn opaque(text: String) -> Self {
        Self { text, expires: FAR }
    }
}

/// The end of the year 9999.
const FAR: u64 = 253_402_300_799;

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum NoToken {
    /// The target does not say where one comes from.
    #[error(
        "the dialect needs a token, and the target does not say how to make one: give the target file `token: {{secret: …}}` \
         or `token: {{command: …}}`, or set JWT_SECRET"
    )]
    NoSource,
    /// A scenario asks for a kind that there is not.
    #[error("there is no credential `{0}`; known are: none, {known}", known = model::plan::BAD_TOKENS[1..].join(", "))]
    Unknown(String),
    /// The secret does not sign.
    #[error("cannot sign a token: {0}")]
    Unsigned(#[from] jsonwebtoken::errors::Error),
    /// The command of the target did not print one.
    #[error(transparent)]
    NotPrinted(#[from] NotPrinted),
}

/// Makes a good token at once, where the target has a secret.
pub fn now(claims: Value, life: Duration, source: &TokenSource) -> Result<String, NoToken> {
    match source {
        TokenSource::Secret(secret) => {
            let (claims, _) = timed(claims, Quality::Good(life));
            sign(&claims, Algorithm::HS256, secret)
        }
        _ => Err(NoToken::NoSource),
    }
}

/// Makes a good token, however the target has it made.
pub async fn by_command(claims: Value, life: Duration, source: &TokenSource) -> Result<String, NoToken> {
    mint(claims, Quality::Good(life), source).await.map(|token| token.text)
}

/// The claims with their times, and when the token expires.
fn timed(mut claims: Value, quality: Quality) -> (Value, u64) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let expires = match quality {
        Quality::Good(life) => now.as_secs() + life.as_secs() + 1,
        Quality::Expired => now.as_secs() - 3600,
        _ => now.as_secs() + 3600,
    };
    if let Some(claims) = claims.as_object_mut() {
        claims.insert("iat".to_owned(), json!(now.as_secs().saturating_sub(7200).min(expires - 1)));
        claims.insert("exp".to_owned(), json!(expires));
    }
    (claims, expires)
}

/// Makes a token.
pub(super) async fn mint(claims: Value, quality: Quality, source: &TokenSource) -> Result<Token, NoToken> {
    let (claims, expires) = timed(claims, quality);
    let text = match (quality, source) {
        (Quality::Garbage, _) => "not.a.token".to_owned(),
        (Quality::AlgNone, _) => unsigned(&claims),
        (Quality::WrongSignature, _) => sign(&claims, Algorithm::HS256, "a secret that nobody shares")?,
        (Quality::WrongAlgorithm, _) => sign(&claims, Algorithm::HS512, "a secret that nobody shares")?,
        (Quality::Good(_) | Quality::Expired, TokenSource::Secret(secret)) => {
            sign(&claims, Algorithm::HS256, secret)?
        }
        (Quality::Good(_) | Quality::Expired, TokenSource::Command(command)) => run(command, &claims).await?,
        (Quality::Good(_) | Quality::Expired, TokenSource::None | TokenSource::Unsaid) => {
            return Err(NoToken::NoSource);
        }
    };
    Ok(Token { text, expires })
}

fn sign(claims: &Value, algorithm: Algorithm, secret: &str) -> Result<String, NoToken> {
    Ok(encode(&Header::new(algorithm), claims, &EncodingKey::from_secret(secret.as_bytes()))?)
}

fn unsigned(claims: &Value) -> String {
    let encode = |value: &Value| data_encoding::BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    format!("{}.{}.", encode(&json!({"alg": "none", "typ": "JWT"})), encode(claims))
}

async fn run(how: &TokenCommand, claims: &Value) -> Result<String, NoToken> {
    let claims = [("CLAIMS", claims.to_string())];
    Ok(command::printed("the token command", how, "", &claims, Duration::from_secs(10)).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> TokenSource {
        TokenSource::Secret("s".to_owned())
    }

    #[tokio::test]
    async fn a_good_token_lives_about_as_long_as_asked() {
        let token = mint(json!({"sub": 1}), Quality::Good(Duration::from_secs(1)), &secret()).await.unwrap();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64();
        let left = token.expires as f64 - now;
        assert!((0.9..=2.0).contains(&left), "{left} s left");
    }

    #[tokio::test]
    async fn the_bad_ones_are_bad_each_in_its_way() {
        let text = async |quality| mint(json!({"sub": 1}), quality, &secret()).await.unwrap().text;
        let key = jsonwebtoken::DecodingKey::from_secret(b"s");
        let rules = jsonwebtoken::Validation::new(Algorithm::HS256);
        let verdict = |token: &str| jsonwebtoken::decode::<Value>(token, &key, &rules).map(|_| ());
        let hour = Quality::Good(Duration::from_secs(3600));
        assert!(verdict(&text(hour).await).is_ok());
        for quality in [
            Quality::Expired,
            Quality::WrongSignature,
            Quality::WrongAlgorithm,
            Quality::AlgNone,
            Quality::Garbage,
        ] {
            assert!(verdict(&text(quality).await).is_err(), "{quality:?} was accepted");
        }
    }

    #[tokio::test]
    async fn a_token_command_is_told_the_claims_and_its_failure_is_told_to_the_user() {
        let command = |text: &str| {
            TokenSource::Command(Box::new(TokenCommand {
                command: text.to_owned(),
                ..TokenCommand::default()
            }))
        };
        let good = Quality::Good(Duration::from_secs(60));
        let token = mint(json!({"sub": 7}), good, &command("echo \"$CLAIMS\"")).await.unwrap();
        assert!(token.text.starts_with("{\"sub\":7"), "{}", token.text);
        let error =
            mint(json!({}), good, &command("echo no such key >&2; exit 3")).await.unwrap_err().to_string();
        assert!(error.contains("no such key") && error.contains("exit status: 3"), "{error}");
    }
}
