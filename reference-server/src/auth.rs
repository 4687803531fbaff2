//! Who a token says its bearer is: HS256 signature, expiry, and the user in its claims.
//!
//! It must not know where a token travels (that is the dialect's) nor read a clock (`now` comes in).

use std::fmt;
use std::time::Duration;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::core::{Moment, Profile, UserId};

/// The secret when none is given. Everybody knows it, so no server
/// with it listens beyond loopback.
pub const DEVELOPMENT_SECRET: &str = "development-secret";

/// Bytes that a secret has at least where strangers can try. Source: RFC 7518, section 3.2: a key of the size of the hash.
pub const SHORTEST_SECRET: usize = 32;

/// A base64url `{"alg":"HS256","typ":"JWT"}`, to read the claims of a token whose own header is refused.
const PLAIN_HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

/// Which kind of user ids a dialect uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserIdKind {
    /// Integers, in tokens also as numeric strings.
    Integer,
    /// Strings, in tokens also as numbers.
    Text,
}

impl UserIdKind {
    /// The id in the form the dialect uses; `None` where it cannot be said in that form.
    #[must_use]
    pub fn of(self, user: &UserId) -> Option<UserId> {
        match (self, user) {
            (Self::Integer, UserId::Name(name)) => name.parse().ok().map(UserId::Number),
            (Self::Text, UserId::Number(number)) => Some(UserId::Name(number.to_string().into())),
            (_, same) => Some(same.clone()),
        }
    }
}

/// Checks a server leaves out. None by default; every one is a deliberate fault.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Leniency {
    /// `exp` is not looked at.
    pub expired: bool,
    /// The signature is not looked at.
    pub signature: bool,
    /// An unsigned token (`alg: none`) is as good as a signed one.
    pub unsigned: bool,
    /// `exp` is looked at on connect only.
    pub checked_once: bool,
}

/// Whether a token has to say when it expires.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Expiry {
    /// One without `exp` is good for ever: no document asks for it.
    #[default]
    Optional,
    /// One without `exp` is refused.
    Required,
}

/// Who somebody has proved to be, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The user.
    pub user: UserId,
    /// What the token says about the user; `None` where nothing was said, or the chat has been told.
    pub profile: Option<Box<Profile>>,
    /// Seconds since the Unix epoch from which on the token is void.
    expires_at: Option<u64>,
}

/// Why somebody has proved nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthError {
    /// No token where one was looked for.
    Missing,
    /// Not a token, not signed with the secret, or without a usable user.
    Invalid,
    /// The token was good once.
    Expired,
    /// The token will be good later.
    NotYetValid,
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "no token provided",
            Self::Invalid => "invalid token",
            Self::Expired => "token expired",
            Self::NotYetValid => "token not yet valid",
        })
    }
}

#[derive(Deserialize)]
struct Claims {
    sub: Option<Value>,
    #[serde(rename = "userId")]
    user_id: Option<Value>,
    id: Option<Value>,
    exp: Option<Value>,
    nbf: Option<Value>,
    #[serde(flatten)]
    rest: serde_json::Map<String, Value>,
}

/// Verifies tokens against one secret.
pub struct Authenticator {
    key: DecodingKey,
    ids: UserIdKind,
    leniency: Leniency,
    expiry: Expiry,
    prefers_user_id: bool,
}

impl fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The secret stays out of every log.
        f.debug_struct("Authenticator").field("ids", &self.ids).field("leniency", &self.leniency).finish()
    }
}

impl Authenticator {
    /// Verifies HS256 tokens signed with `secret`.
    #[must_use]
    pub fn new(secret: &str, ids: UserIdKind, leniency: Leniency) -> Self {
        let key = DecodingKey::from_secret(secret.as_bytes());
        Self { key, ids, leniency, expiry: Expiry::Optional, prefers_user_id: false }
    }

    /// The same, with tokens that have to say when they expire, or need not.
    #[must_use]
    pub fn with_expiry(self, expiry: Expiry) -> Self {
        Self { expiry, ..self }
    }

    /// The same, where the claim `userId` comes before `sub`.
    #[must_use]
    pub fn preferring_user_id(self, prefers_user_id: bool) -> Self {
        Self { prefers_user_id, ..self }
    }

    /// Who the token says its bearer is.
    ///
    /// # Errors
    /// [`AuthError`] where it says nothing that can be believed at `now`.
    pub fn verify(&self, token: &str, now: Moment) -> Result<Identity, AuthError> {
        let claims = self.claims(token)?;
        let expires_at = seconds(claims.exp.as_ref())?;
        if expires_at.is_none() && self.expiry == Expiry::Required {
            return Err(AuthError::Invalid);
        }
        if seconds(claims.nbf.as_ref())?.is_some_and(|from| now.0.as_secs() < from) {
            return Err(AuthError::NotYetValid);
        }
        let mut named = [claims.sub, claims.user_id, claims.id];
        if self.prefers_user_id {
            named.swap(0, 1);
        }
        let user =
            named.into_iter().flatten().find_map(|claim| self.user(&claim)).ok_or(AuthError::Invalid)?;
        let identity = Identity { user, profile: Some(Box::new(profile(&claims.rest))), expires_at };
        identity.check_expiry(now, self.leniency.expired)?;
        Ok(identity)
    }

    /// Whether an identity proved earlier still holds. The signature cannot have changed; the time has.
    ///
    /// # Errors
    /// [`AuthError::Expired`] from the second named by `exp` on, without leeway.
    pub fn recheck(&self, identity: &Identity, now: Moment) -> Result<(), AuthError> {
        identity.check_expiry(now, self.leniency.expired || self.leniency.checked_once)
    }

    /// From when on somebody who is connected hears nothing more; `None` where that never comes.
    #[must_use]
    pub fn good_until(&self, identity: &Result<Identity, AuthError>) -> Option<Moment> {
        let lenient = self.leniency.expired || self.leniency.checked_once;
        let at = identity.as_ref().ok()?.expires_at.filter(|_| !lenient)?;
        Some(Moment(Duration::from_secs(at)))
    }

    fn claims(&self, token: &str) -> Result<Claims, AuthError> {
        // Time is checked by `verify`, against the injected clock and without leeway.
        let mut validation = Validation::new(Algorithm::HS256);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        let checked = jsonwebtoken::decode::<Claims>(token, &self.key, &validation);
        if let Ok(data) = checked {
            // "If any of the listed extension Header Parameters are not understood and supported by the recipient,
            // then the JWS is invalid" (RFC 7515, section 4.1.11). This recipient supports none.
            return if data.header.crit.is_none() { Ok(data.claims) } else { Err(AuthError::Invalid) };
        }
        let mut parts = token.split('.');
        let (Some(_), Some(payload), Some(signature)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(AuthError::Invalid);
        };
        let believed = (self.leniency.unsigned && signature.is_empty()) || self.leniency.signature;
        if !believed {
            return Err(AuthError::Invalid);
        }
        let readable = format!("{PLAIN_HEADER}.{payload}.AA");
        let data =
            jsonwebtoken::dangerous::insecure_decode::<Claims>(readable).map_err(|_| AuthError::Invalid)?;
        Ok(data.claims)
    }

    fn user(&self, claim: &Value) -> Option<UserId> {
        match (self.ids, claim) {
            (UserIdKind::Integer, Value::Number(number)) => number.as_u64().map(UserId::Number),
            (UserIdKind::Integer, Value::String(text)) => text.parse().ok().map(UserId::Number),
            (UserIdKind::Text, Value::Number(number)) => Some(UserId::Name(number.to_string().into())),
            (UserIdKind::Text, Value::String(text)) if !text.is_empty() => {
                Some(UserId::Name(text.as_str().into()))
            }
            _ => None,
        }
    }
}

impl Identity {
    /// Who somebody claims to be, where a document believes that.
    #[must_use]
    pub fn claimed(user: UserId) -> Self {
        Self { user, profile: None, expires_at: None }
    }

    fn check_expiry(&self, now: Moment, ignored: bool) -> Result<(), AuthError> {
        let expired = self.expires_at.is_some_and(|at| now.0.as_secs() >= at);
        if expired && !ignored { Err(AuthError::Expired) } else { Ok(()) }
    }
}

/// A numeric date (RFC 7519, section 2) in whole seconds; a fraction is dropped.
fn seconds(claim: Option<&Value>) -> Result<Option<u64>, AuthError> {
    match claim {
        None => Ok(None),
        Some(Value::Number(number)) => match (number.as_u64(), number.as_f64()) {
            (Some(whole), _) => Ok(Some(whole)),
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast saturates")]
            (None, Some(fraction)) => Ok(Some(fraction as u64)),
            _ => Err(AuthError::Invalid),
        },
        Some(_) => Err(AuthError::Invalid),
    }
}

/// The claims that describe a user. One of an unexpected type is as good as absent.
fn profile(claims: &serde_json::Map<String, Value>) -> Profile {
    let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
    let permissions = claims.get("permissions").and_then(Value::as_array);
    Profile {
        name: text("name"),
        phone_number: text("phoneNumber"),
        avatar: text("avatar"),
        role: text("role"),
        kind: text("type"),
        department: text("department"),
        permissions: permissions
            .map(|list| list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
            .unwrap_or_default(),
    }
}

/// Signs a token for a user, to be tried out by hand or used in a test.
///
/// # Errors
/// Where the claims cannot be signed, which does not happen with HS256.
pub fn sign(secret: &str, user: &UserId, expires_at_s: u64) -> Result<String, jsonwebtoken::errors::Error> {
    let claims = json!({"sub": user, "role": "admin", "type": "employee", "exp": expires_at_s});
    jsonwebtoken::encode(
        &Header::new(Algorithm::HS256),
        &claims,
        &EncodingKey::from_secret(secret.as_bytes()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment(Duration::from_secs(1_000));

    fn token(claims: &Value) -> String {
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &EncodingKey::from_secret(b"s")).unwrap()
    }

    fn strict() -> Authenticator {
        Authenticator::new("s", UserIdKind::Integer, Leniency::default())
    }

    fn with(leniency: Leniency) -> Authenticator {
        Authenticator::new("s", UserIdKind::Integer, leniency)
    }

    #[test]
    fn user_comes_from_sub_then_user_id_then_id() {
        for (claims, expected) in [
            (json!({"sub": 1, "userId": 2, "id": 3}), 1),
            (json!({"userId": "2", "id": 3}), 2),
            (json!({"id": 3}), 3),
            (json!({"sub": "auth0|x", "userId": 2}), 2),
        ] {
            assert_eq!(strict().verify(&token(&claims), NOW).unwrap().user, UserId::Number(expected));
        }
        let both = token(&json!({"sub": 1, "userId": 2}));
        let user = strict().preferring_user_id(true).verify(&both, NOW).unwrap().user;
        assert_eq!(user, UserId::Number(2));
        assert_eq!(strict().verify(&token(&json!({"role": "admin"})), NOW), Err(AuthError::Invalid));
        assert_eq!(strict().verify(&token(&json!({"sub": -1})), NOW), Err(AuthError::Invalid));
    }

    #[test]
    fn expiry_has_no_leeway() {
        let token = token(&json!({"sub": 1, "exp": 1_001}));
        let identity = strict().verify(&token, NOW).unwrap();
        let at = |ms| Moment(Duration::from_millis(ms));
        assert_eq!(strict().recheck(&identity, at(1_000_999)), Ok(()));
        assert_eq!(strict().recheck(&identity, at(1_001_000)), Err(AuthError::Expired));
        assert_eq!(strict().verify(&token, at(1_001_000)), Err(AuthError::Expired));
        let once = with(Leniency { checked_once: true, ..Leniency::default() });
        assert_eq!(once.recheck(&identity, at(2_000_000)), Ok(()));
        assert_eq!(once.verify(&token, at(2_000_000)), Err(AuthError::Expired));
    }

    #[test]
    fn only_our_signature_counts() {
        let good = token(&json!({"sub": 1}));
        let stem = good.rsplit_once('.').unwrap().0;
        let forged = format!("{stem}.AAAA");
        let payload = good.split('.').nth(1).unwrap();
        // {"alg":"none"}
        let unsigned = format!("eyJhbGciOiJub25lIn0.{payload}.");
        for bad in [forged.as_str(), unsigned.as_str(), "", "x", "a.b.c", &format!("{good}x")] {
            assert_eq!(strict().verify(bad, NOW), Err(AuthError::Invalid), "{bad}");
        }
        let forgiving = with(Leniency { signature: true, ..Leniency::default() });
        assert!(forgiving.verify(&forged, NOW).is_ok());
        let naive = with(Leniency { unsigned: true, ..Leniency::default() });
        assert!(naive.verify(&unsigned, NOW).is_ok());
        assert_eq!(naive.verify(&forged, NOW), Err(AuthError::Invalid));
    }

    #[test]
    fn other_algorithms_and_odd_dates_are_refused() {
        let key = EncodingKey::from_secret(b"s");
        let hs512 = jsonwebtoken::encode(&Header::new(Algorithm::HS512), &json!({"sub": 1}), &key).unwrap();
        assert_eq!(strict().verify(&hs512, NOW), Err(AuthError::Invalid));
        assert_eq!(strict().verify(&token(&json!({"sub": 1, "exp": "soon"})), NOW), Err(AuthError::Invalid));
        assert_eq!(
            strict().verify(&token(&json!({"sub": 1, "nbf": 1_001})), NOW),
            Err(AuthError::NotYetValid)
        );
    }

    #[test]
    fn what_is_critical_and_unknown_is_refused_and_expiry_may_be_required() {
        let mut header = Header::new(Algorithm::HS256);
        header.crit = Some(vec!["b64".to_owned()]);
        let claims = json!({"sub": 1});
        let critical = jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(b"s")).unwrap();
        assert_eq!(strict().verify(&critical, NOW), Err(AuthError::Invalid));
        let asking = strict().with_expiry(Expiry::Required);
        assert_eq!(asking.verify(&token(&claims), NOW), Err(AuthError::Invalid));
        assert!(asking.verify(&token(&json!({"sub": 1, "exp": 1_001})), NOW).is_ok());
        assert!(strict().verify(&token(&claims), NOW).is_ok());
    }

    #[test]
    fn the_profile_is_kept_and_the_secret_is_not_shown() {
        let claims =
            json!({"sub": 1, "role": "admin", "type": "employee", "permissions": ["a", 1], "department": 5});
        let profile = strict().verify(&token(&claims), NOW).unwrap().profile.unwrap();
        assert_eq!((profile.role.as_deref(), profile.kind.as_deref()), (Some("admin"), Some("employee")));
        assert_eq!((profile.permissions, profile.department), (vec!["a".to_owned()], None));
        assert!(
            !format!("{:?}", Authenticator::new("hush", UserIdKind::Text, Leniency::default()))
                .contains("hush")
        );
    }
}
