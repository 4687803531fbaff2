//! How a user of a target logs in: the calls of its file, one after the other, and what comes of them. Must not know who lends users,
//! nor when a session is made again.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use language::contract::{Contract, RestCall};
use language::data::Data;
use language::login::Calls;
use language::payload::Payload;
use language::raw;
use model::check::fill::{Unfilled, as_text, fill};
use model::check::matching::compare;
use model::check::scope::{Book, Context, Scope};
use model::interpreter::expected::rest_payload;
use wire::client::rest::{Request, Response, Rest};

/// How much of an answer a message shows.
const SHOWN: usize = 200;

/// What a login has brought.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Session {
    /// Who the user is, where an answer has shown it as `me`.
    pub id: Option<Value>,
    /// The credential, shown as `token`.
    pub token: Option<String>,
    /// The cookies that the server has set, as a header has them.
    pub cookies: String,
    /// When it ends, as far as that is known.
    pub expires: Option<SystemTime>,
}

/// Logs a user in, who is a row of data.
///
/// # Errors
/// In words: which call was answered how, without what the user has said of themselves.
pub async fn log_in(
    calls: &Calls,
    data: &Data,
    row: usize,
    rest: &Rest,
    within: Duration,
) -> Result<Session, String> {
    let contract = raw::contract();
    let mut book = Book::default();
    let mut jar = Jar::default();
    for call in &calls.calls {
        let request = request(call, data, row, &contract, &book, &jar).map_err(|why| why.to_string())?;
        let name = format!("{} {}", request.method, request.path);
        let answer = rest.call(&request, within).await.map_err(|error| error.to_string())?;
        jar.keep(&answer);
        let scope = Scope::default();
        let context = Context { contract: &contract, book: &book, scope: &scope };
        let headers: Vec<_> =
            call.answer_headers.iter().map(|(name, value)| (name.clone(), data.filled(value, row))).collect();
        let body = call.body.as_ref().map(|body| data.filled(body, row));
        let expected = rest_payload(call.status.clone(), body, &headers);
        let result = compare(&expected, &as_value(&answer, call), context);
        let wrong = result.differences.iter().find(|difference| !difference.undocumented);
        if let Some(wrong) = wrong {
            let mut body = answer.body.to_string();
            if let Some((cut, _)) = body.char_indices().nth(SHOWN) {
                body.replace_range(cut.., "…");
            }
            return Err(format!(
                "{name} was answered with {} {body}; {} should be {}, and is {}",
                answer.status, wrong.path, wrong.expected, wrong.received
            ));
        }
        for (label, value) in result.bound {
            book.bind(label, value);
        }
    }
    Ok(session(&book, &jar))
}

fn request(
    call: &RestCall,
    data: &Data,
    row: usize,
    contract: &Contract,
    book: &Book,
    jar: &Jar,
) -> Result<Request, Unfilled> {
    let scope = Scope::default();
    let context = Context { contract, book, scope: &scope };
    let text = |payload: &Payload| as_text(&data.filled(payload, row), context);
    let mut headers = Vec::new();
    for (name, value) in &call.headers {
        headers.push((name.clone(), text(value)?));
    }
    if !jar.0.is_empty() {
        headers.push(("cookie".to_owned(), jar.header()));
    }
    Ok(Request {
        method: call.method.clone(),
        path: text(&call.path)?,
        headers,
        json: call.json.as_ref().map(|json| fill(&data.filled(json, row), context)).transpose()?,
        raw: None,
    })
}

/// An answer as one value, with the headers that the call asks about.
fn as_value(answer: &Response, call: &RestCall) -> Value {
    let mut value = json!({"status": answer.status});
    if call.body.is_some() {
        value["body"] = answer.body.clone();
    }
    for (name, _) in &call.answer_headers {
        let found = answer.headers.iter().find(|(known, _)| known == name);
        value["headers"][name] = found.map_or(Value::Null, |(_, value)| json!(value));
    }
    value
}

/// The cookies of a user.
#[derive(Debug, Default)]
struct Jar(Vec<(String, String)>);

impl Jar {
    fn keep(&mut self, answer: &Response) {
        for (_, given) in answer.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let pair = given.split(';').next().and_then(|pair| pair.split_once('='));
            let Some((name, value)) = pair else { continue };
            self.0.retain(|(known, _)| known != name.trim());
            self.0.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }

    fn header(&self) -> String {
        self.0.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }
}

fn session(book: &Book, jar: &Jar) -> Session {
    let shown = |name: &str| book.get(&format!("capture:{name}")).cloned();
    let token = shown("token").map(|token| match token {
        Value::String(text) => text,
        other => other.to_string(),
    });
    let after = shown("expires_in").and_then(|seconds| seconds.as_u64());
    let after = after.map(|seconds| SystemTime::now() + Duration::from_secs(seconds));
    let expires = after.or_else(|| token.as_deref().and_then(end_of_jwt));
    Session { id: shown("me"), cookies: jar.header(), expires, token }
}

/// When a token ends that says so itself.
fn end_of_jwt(token: &str) -> Option<SystemTime> {
    let claims = token.split('.').nth(1)?;
    let claims = data_encoding::BASE64URL_NOPAD.decode(claims.as_bytes()).ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    Some(UNIX_EPOCH + Duration::from_secs(claims.get("exp")?.as_u64()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_when_its_token_does() {
        let claims = data_encoding::BASE64URL_NOPAD.encode(br#"{"sub":7,"exp":1700000000}"#);
        let token = format!("e30.{claims}.x");
        assert_eq!(end_of_jwt(&token), Some(UNIX_EPOCH + Duration::from_secs(1_700_000_000)));
        assert_eq!(end_of_jwt("opaque"), None);
        assert_eq!(end_of_jwt("a.b.c"), None);
    }
}
