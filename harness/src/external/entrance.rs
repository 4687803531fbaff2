//! Who the users of a target are, and how they get in: rows of the target file, of a file or of a command, and the sessions that they
//! have got by logging in, made again once they have ended. Must not know who lends users, nor what a session is used for.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::Value;
use tokio::sync::Mutex;

use conformance::command;
use conformance::login::{Session, log_in};
use language::data::Data;
use language::login::{Calls, People};
use language::target::Target;
use wire::client::rest::Rest;

/// How long a command may take that lists the users.
const LISTED_WITHIN: Duration = Duration::from_secs(30);
/// How long a call of a login may take.
const CALL_WITHIN: Duration = Duration::from_secs(10);
/// A session that ends sooner is made again before it is used.
const LEAST_LEFT: Duration = Duration::from_secs(30);
/// Users who log in at once.
const AT_ONCE: usize = 32;

/// The users of a target.
#[derive(Debug)]
pub(super) struct Entrance {
    /// What each is called when they are lent: their id, or their row where only the login shows it.
    pub(super) keys: Vec<String>,
    data: Option<Arc<Data>>,
    login: Option<Calls>,
    rest: Vec<Rest>,
    sessions: Mutex<HashMap<String, Session>>,
}

/// Users with their sessions.
#[derive(Debug, Default)]
pub(super) struct Entered {
    /// Their ids, in the order in which they were asked for.
    pub(super) users: Vec<String>,
    pub(super) sessions: HashMap<String, Session>,
}

impl Entrance {
    /// Learns who the users are.
    ///
    /// # Errors
    /// In words, where a command does not say so, or nothing shows their ids.
    pub(super) async fn new(target: &Target, rest: Vec<Rest>) -> Result<Self, String> {
        let data = match &target.people {
            People::MadeUp => None,
            People::Ids(ids) => Some(Arc::new(Data::of_ids(ids))),
            People::Rows(data) => Some(Arc::clone(data)),
            People::Command(how) => {
                let printed = command::printed("the command of `users`", how, "", &[], LISTED_WITHIN).await;
                let printed = printed.map_err(|why| why.to_string())?;
                let json = serde_json::from_str(&printed)
                    .map_err(|error| format!("the command of `users` printed no JSON: {error}"))?;
                let data = Data::of_json("users", &json);
                Some(Arc::new(data.map_err(|why| format!("what the command of `users` printed: {why}"))?))
            }
        };
        let keys = match &data {
            None => Vec::new(),
            Some(data) => keys(data, target.login.is_some())?,
        };
        Ok(Self { keys, data, login: target.login.clone(), rest, sessions: Mutex::default() })
    }

    /// Has these users log in, as far as they have not, or not any more.
    ///
    /// # Errors
    /// In words, where one of them is not let in.
    pub(super) async fn enter(&self, keys: &[String]) -> Result<Entered, String> {
        let (Some(login), Some(data)) = (&self.login, &self.data) else {
            return Ok(Entered { users: keys.to_vec(), sessions: HashMap::new() });
        };
        let mut entered = Entered::default();
        for some in keys.chunks(AT_ONCE) {
            let each = some.iter().map(|key| self.session(login, data, key));
            for (key, session) in some.iter().zip(futures_util::future::join_all(each).await) {
                let session = session?;
                let id = match &session.id {
                    Some(Value::String(id)) => id.clone(),
                    Some(id) => id.to_string(),
                    None => key.clone(),
                };
                entered.users.push(id.clone());
                entered.sessions.insert(id, session);
            }
        }
        Ok(entered)
    }

    async fn session(&self, login: &Calls, data: &Data, key: &str) -> Result<Session, String> {
        let fresh =
            |session: &&Session| session.expires.is_none_or(|ends| ends > SystemTime::now() + LEAST_LEFT);
        if let Some(known) = self.sessions.lock().await.get(key).filter(fresh) {
            return Ok(known.clone());
        }
        let Some(row) = self.keys.iter().position(|known| known == key) else {
            return Err(format!("`users` of the target has no {key}, so nobody knows how they log in"));
        };
        let rest = &self.rest[row % self.rest.len()];
        let session = log_in(login, data, row, rest, CALL_WITHIN).await;
        let session = session.map_err(|why| format!("user {key} could not log in: {why}"))?;
        if session.id.is_none() && data.field("id").is_none() {
            return Err(
                "nothing shows who a user is: give `users` a field `id`, or have the login show it, <id:me>"
                    .to_owned(),
            );
        }
        self.sessions.lock().await.insert(key.to_owned(), session.clone());
        Ok(session)
    }

    /// What no report may show: what the users say of themselves to log in.
    pub(super) fn secrets(&self) -> Vec<String> {
        const SECRET: [&str; 5] = ["pass", "secret", "token", "pin", "key"];
        let Some(data) = &self.data else { return Vec::new() };
        let is_secret = |field: &&String| {
            let field = field.to_ascii_lowercase();
            SECRET.iter().any(|word| field.contains(word))
        };
        let fields = data.fields.iter().filter(is_secret).filter_map(|field| data.field(field));
        let values = fields.flat_map(|field| data.rows.iter().map(move |row| row.values[field].clone()));
        values.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).collect()
    }
}

/// What users are called: by their ids, or by their rows where only the login shows an id.
fn keys(data: &Data, logs_in: bool) -> Result<Vec<String>, String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match data.field("id") {
        Some(field) => Ok(data.rows.iter().map(|row| text(&row.values[field])).collect()),
        None if logs_in => Ok((1..=data.rows.len()).map(|row| format!("row {row}")).collect()),
        None => Err(format!("{} has no field `id`, and no `login` shows who its users are", data.name())),
    }
}
