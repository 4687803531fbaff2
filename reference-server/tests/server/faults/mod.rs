//! Every fault can be seen from outside in every dialect it names, and no variation can: per dialect one script, played
//! against the sound server and against every other, and what was seen compared.

mod crm;
mod gateway;
mod minimal;
mod whatsapp;

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use reference_server::{
    DEVELOPMENT_SECRET, DialectName, Fault, Faults, Options, RateLimit, UserId, Variation, sign,
};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::client::{Client, Running, call, http, now_s, rest, start, token, token_until};

/// The actors, in the order they connect: users 1, 2, 2 again, and 9, who is in no conversation.
const ANA: usize = 0;
const BO: usize = 1;
const PHONE: usize = 2;
const EVE: usize = 3;
const USERS: [u64; 4] = [1, 2, 2, 9];

/// Events of one connection at once; the last of them are too many, the rest of a script stays far below.
const FLOOD: u32 = 120;
/// Scripts played at the same time: their pauses must stay pauses on a small machine.
const AT_ONCE: usize = 80;

/// Everything that was seen: answers in the order asked, and per client what it heard.
#[derive(Debug, PartialEq)]
struct Seen(Vec<Value>);

fn options() -> Options {
    Options {
        // Longer than any script takes: a burst stays a burst on a machine that is busy.
        typing_debounce: Duration::from_secs(60),
        typing_expiry: Duration::from_millis(300),
        rate_limit: Some(RateLimit::new(1, FLOOD - 10)),
        ..Options::default()
    }
}

/// Who plays, and what was seen so far.
struct Cast {
    server: Running,
    patience: Duration,
    /// How long a packet may be on its way although a fence has passed.
    pause: Duration,
    namespace: &'static str,
    actors: Vec<Client>,
    seen: Vec<Value>,
    /// Every time that was told.
    times: BTreeSet<String>,
}

impl Cast {
    async fn with_tokens(options: Options) -> Self {
        Self::new(options, |user| (String::new(), json!({"token": token(user)}))).await
    }

    async fn with_names(options: Options) -> Self {
        Self::new(options, |user| (format!("&userId={user}"), json!({}))).await
    }

    /// `credential` gives the query and the auth object of a user.
    async fn new(options: Options, credential: impl Fn(u64) -> (String, Value)) -> Self {
        // Nobody waits long for what never comes.
        let silent = options.faults.has(Fault::NoAck) || options.variations.contains(&Variation::EventOnly);
        let patience = Duration::from_millis(if silent { 30 } else { 1_500 });
        let held_back = options.faults.has(Fault::Reorder)
            || options.faults.has(Fault::Overtaking)
            || options.variations.contains(&Variation::Delay);
        let pause = Duration::from_millis(if held_back { 500 } else { 100 });
        let namespace = options.dialect.about().namespace;
        let server = start(options).await;
        let mut cast = Self {
            server,
            patience,
            pause,
            namespace,
            actors: Vec::new(),
            seen: Vec::new(),
            times: BTreeSet::new(),
        };
        for user in USERS {
            let (query, auth) = credential(user);
            let mut actor = cast.enter(&query, &auth).await.unwrap();
            actor.patience = patience;
            cast.actors.push(actor);
        }
        cast
    }

    async fn enter(&self, query: &str, auth: &Value) -> Result<Client, String> {
        Client::enter(self.server.address, self.namespace, query, auth).await
    }

    /// Another connection; whether it comes in, what it is answered and how it is refused is noted.
    async fn guest(&mut self, auth: Value, event: &str, payload: Value) {
        match self.enter("", &auth).await {
            Err(reason) => self.see(json!(reason)),
            Ok(guest) => self.hear_out(guest, event, payload).await,
        }
    }

    /// A device of Ana's whose token is about to expire, and when that will have happened.
    async fn soon_expired(&self) -> (Client, Instant) {
        let auth = json!({"token": token_until(1, now_s() + 2)});
        (self.enter("", &auth).await.unwrap(), Instant::now() + Duration::from_millis(2_050))
    }

    /// What that device is answered once its token has expired.
    async fn expired(&mut self, (device, when): (Client, Instant), event: &str, payload: Value) {
        tokio::time::sleep_until(when).await;
        self.hear_out(device, event, payload).await;
    }

    async fn hear_out(&mut self, mut guest: Client, event: &str, payload: Value) {
        guest.patience = self.patience.min(Duration::from_millis(300));
        let answer = guest.ask(event, payload).await;
        let mut heard = guest.heard_within(Duration::from_millis(100)).await;
        // What else it has heard depends on when it came.
        heard.retain(|(name, _)| ["error", "exception", "disconnect"].contains(&name.as_str()));
        self.see(json!([answer, heard]));
    }

    fn see(&mut self, what: Value) {
        times(&what, &mut self.times);
        self.seen.push(settled(what));
    }

    /// Waits until everybody has heard everything so far, and notes it.
    async fn fence(&mut self) {
        tokio::time::sleep(self.pause).await;
        let mut heard = Vec::new();
        for actor in &mut self.actors {
            heard.push(json!(actor.heard().await));
        }
        self.see(json!(heard));
    }

    async fn ask(&mut self, who: usize, event: &str, payload: Value) {
        let answer = self.actors[who].ask(event, payload).await;
        self.see(json!(answer));
    }

    async fn emit(&mut self, who: usize, event: &str, payload: Value) {
        self.actors[who].emit(event, payload).await;
    }

    /// Ends a connection in the namespace; the actor goes on hearing nothing.
    async fn disconnect(&mut self, who: usize) {
        let packet = format!("41{},", self.namespace);
        self.actors[who].raw(packet).await;
    }

    /// A REST call, with the bearer token of a user or without.
    async fn rest(&mut self, user: Option<u64>, method: &str, path: &str, body: Value) {
        let address = self.server.address;
        let answer = match user {
            Some(user) => rest(address, user, method, path, body).await,
            None => call(address, method, path, body).await,
        };
        self.see(json!([answer.status, answer.json()]));
    }

    async fn health_and_origin(&mut self) {
        let address = self.server.address;
        let health = http(address, "GET", "/healthz", "", "").await.status;
        let evil = "Origin: https://evil.example\r\n";
        let origin = http(address, "GET", "/socket.io/?EIO=4&transport=polling", evil, "").await.status;
        self.see(json!([health, origin]));
    }

    /// Far too many events of Eve's; whether she was told so is noted.
    async fn flood(&mut self, event: &str, payload: Value) {
        for _ in 0..FLOOD {
            self.emit(EVE, event, payload.clone()).await;
        }
        let told = loop {
            match self.actors[EVE].packet(Duration::from_millis(1_500)).await {
                Some(packet) if packet.contains("Too many events") => break true,
                Some(_) => {}
                None => break false,
            }
        };
        self.see(json!(told));
    }

    /// With whether time has passed in what was told.
    fn seen(mut self) -> Seen {
        let passes = json!(self.times.len() > 1);
        self.seen.push(passes);
        Seen(self.seen)
    }
}

/// Tokens of a user that nobody should accept: expired, with another signature, unsigned.
fn bad_tokens(user: &str) -> [String; 3] {
    let sign = |exp| sign(DEVELOPMENT_SECRET, &UserId::Name(user.into()), exp).unwrap();
    let good = sign(now_s() + 3_600);
    let stem = good.rsplit_once('.').unwrap().0;
    // {"alg":"none"}
    let unsigned = format!("eyJhbGciOiJub25lIn0.{}.", good.split('.').nth(1).unwrap());
    [sign(now_s() - 60), format!("{stem}.AAAA"), unsigned]
}

/// What differs from run to run made equal, if it has its documented form.
fn settled(value: Value) -> Value {
    match value {
        // In whatever form: the moment itself is what differs from run to run.
        Value::String(text) if is_now(&text) => {
            json!(format!("<time of {} letters>", text.len()))
        }
        Value::Array(items) => items.into_iter().map(settled).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, field)| match name.as_str() {
                "pong" | "socketId" => (name, json!("<any>")),
                _ => (name, settled(field)),
            })
            .collect(),
        other => other,
    }
}

/// The times in what was seen.
fn times(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if is_now(text) => drop(found.insert(text.clone())),
        Value::Array(items) => items.iter().for_each(|item| times(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| times(field, found)),
        _ => {}
    }
}

/// Whether a text is a time of the last minute.
fn is_now(text: &str) -> bool {
    let at = text.parse::<jiff::Timestamp>().ok().and_then(|at| u64::try_from(at.as_second()).ok());
    text.len() >= 20 && at.is_some_and(|at| now_s().abs_diff(at) < 60)
}

/// The first moment that is not the same in both, in the order of the script.
fn difference<'a>(sound: &'a Seen, other: &'a Seen) -> Option<(usize, &'a Value, &'a Value)> {
    let mut moments = sound.0.iter().zip(&other.0).enumerate();
    moments.find(|(_, (this, that))| this != that).map(|(index, (this, that))| (index, this, that))
}

/// Plays a script against the sound server, twice, and against every other of a dialect.
async fn judge<F>(turns: &Arc<Semaphore>, dialect: DialectName, play: impl Fn(Options) -> F) -> Vec<String>
where
    F: Future<Output = Seen> + Send + 'static,
{
    let here =
        |mut dialects: Box<dyn Iterator<Item = &'static str>>| dialects.any(|name| name == dialect.name());
    let (sound, again) = tokio::join!(play(options()), play(options()));
    let moved = difference(&sound, &again);
    assert!(moved.is_none(), "{dialect}: the script does not see the same twice: {moved:?}");
    let mut plays = JoinSet::new();
    let mut watch = |name: &'static str, differs: bool, play: F| {
        let turns = Arc::clone(turns);
        plays.spawn(async move {
            let _turn = turns.acquire().await.unwrap();
            (name, differs, play.await)
        });
    };
    for fault in Fault::all().iter().filter(|fault| here(Box::new(fault.dialects()))) {
        watch(fault.name(), true, play(Options { faults: Faults::from(*fault), ..options() }));
    }
    for variation in Variation::all().iter().filter(|variation| here(Box::new(variation.dialects()))) {
        // Another form of the same promise is allowed, but it can be seen.
        let written = [Variation::KeyOrder, Variation::Whitespace, Variation::Delay];
        let seen = !written.contains(variation);
        watch(variation.name(), seen, play(Options { variations: vec![*variation], ..options() }));
    }
    let mut wrong = Vec::new();
    while let Some(played) = plays.join_next().await {
        let (name, differs, seen) = played.unwrap();
        if (seen != sound) != differs {
            wrong.push(format!("{dialect} {name}: {:?}", difference(&sound, &seen)));
        }
    }
    wrong
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_is_seen_and_no_variation_is() {
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    // All in one test: their pauses then pass at the same time.
    let (crm, minimal, open, gateway, whatsapp) = tokio::join!(
        judge(&turns, DialectName::Crm, crm::play),
        judge(&turns, DialectName::Minimal, minimal::play),
        judge(&turns, DialectName::MinimalOpen, minimal::play_open),
        judge(&turns, DialectName::Gateway, gateway::play),
        judge(&turns, DialectName::Whatsapp, whatsapp::play),
    );
    let wrong = [crm, minimal, open, gateway, whatsapp].concat();
    assert!(wrong.is_empty(), "faults nobody can see, or variations somebody can:\n{}", wrong.join("\n"));
}
