//! The actors of a case: who they are, where their credential travels, and in which state their connection is.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::login::Session;
use super::token::{self, Quality, Token};
use super::{Arena, Rules, Stop, expiry};
use language::contract::IdKind;
use language::payload::Payload;
use language::script::UserSpec;
use model::check::fill::{as_text, fill};
use model::check::scope::{Book, Context, Scope};
use model::interpreter::Speaker;
use model::interpreter::said::made_up;
use model::plan::{CasePlan, user_of};
use model::world::{SocketId, UserId};
use wire::client::{Connection, Handshake, Transport};

/// The state of an actor's connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    /// Not connected yet, or no more by their own will.
    Offline,
    /// Connected.
    Up,
    /// The server refused it, or closed it: whatever it is asked to keep from this actor, it has kept.
    Refused,
}

/// One socket of a case, and whose it is.
pub(super) struct Actor {
    pub(super) name: String,
    pub(super) user: UserId,
    pub(super) user_name: String,
    pub(super) spec: UserSpec,
    pub(super) place: String,
    pub(super) transport: Transport,
    /// `valid`, or the kind of bad credential.
    pub(super) credential: String,
    pub(super) token: Option<Token>,
    /// What they have got by logging in; empty where nobody does.
    pub(super) cookies: String,
    pub(super) line: Link,
    pub(super) socket: Option<Connection>,
    /// Which connection of this actor it is: what an earlier one still says is nobody's.
    pub(super) generation: u32,
    /// It was accepted where it should have been refused: what it hears since then is no finding of its own.
    pub(super) let_in: bool,
    /// How many actions of others this connection could have heard of.
    pub(super) witnessed: u64,
}

impl Actor {
    /// As the model knows them when they speak.
    pub(super) fn speaker(&self, socket: SocketId) -> Speaker<'_> {
        Speaker { socket, user: &self.user_name, token: self.token.as_ref().map(|token| token.text.as_str()) }
    }

    /// Whether the server has a reason to let them in.
    pub(super) fn valid(&self) -> bool {
        self.credential == "valid"
    }
}

/// An id for each user: the scenario's, else one lent by the target, or made up.
pub(super) fn user_ids(
    users: &[String],
    plan: &CasePlan,
    arena: &Arena,
    rules: &Rules,
) -> Result<Vec<Value>, Stop> {
    let given = users.iter().map(|user| given_id(user, plan)).collect::<Result<Vec<_>, _>>()?;
    let missing = given.iter().filter(|id| id.is_none()).count();
    let mut others = if missing == 0 {
        Vec::new().into_iter()
    } else {
        other_ids(missing, &given, plan, arena, rules)?.into_iter()
    };
    Ok(given.into_iter().filter_map(|id| id.or_else(|| others.next())).collect())
}

/// How many users a case needs beside those to whom its scenario gives an id, and those ids.
pub(super) fn wanted_users(plan: &CasePlan) -> (usize, Vec<String>) {
    let users = model::plan::users(&model::plan::actors(&plan.scenario));
    let named: Vec<String> =
        users.iter().filter_map(|user| named_id(user, plan)).map(str::to_owned).collect();
    (users.len() - named.len(), named)
}

/// The id that the scenario gives a user, at whichever of their devices it says so.
fn named_id<'p>(user: &str, plan: &'p CasePlan) -> Option<&'p str> {
    let devices = plan.scenario.users.iter().filter(|(name, _)| user_of(name) == user);
    devices.filter_map(|(_, spec)| spec.id.as_deref()).next()
}

fn given_id(user: &str, plan: &CasePlan) -> Result<Option<Value>, Stop> {
    named_id(user, plan).map(|text| id_of(text, plan)).transpose()
}

/// An id that somebody has written down, as the dialect has it.
fn id_of(text: &str, plan: &CasePlan) -> Result<Value, Stop> {
    match (plan.contract.ids, text.parse::<i64>()) {
        (IdKind::Int | IdKind::Any, Ok(number)) => Ok(json!(number)),
        (IdKind::Int, Err(_)) => {
            let dialect = &plan.contract.dialect;
            Err(Stop::CouldNotRun(format!("`{text}` is no id of `{dialect}`, where ids are whole numbers")))
        }
        (IdKind::Str | IdKind::Uuid | IdKind::Any, _) => Ok(json!(text)),
    }
}

fn other_ids(
    count: usize,
    given: &[Option<Value>],
    plan: &CasePlan,
    arena: &Arena,
    rules: &Rules,
) -> Result<Vec<Value>, Stop> {
    if !arena.users.is_empty() {
        return arena.users.iter().map(|id| id_of(id, plan)).collect();
    }
    let taken = |id: &Value| given.iter().flatten().any(|given| given == id);
    // Room for those that are taken.
    let wanted = count + given.len();
    let first = if arena.own { 1001 } else { rules.lend_ids(wanted as u64) };
    let made_up = (first..).take(wanted).map(|number| made_up(plan.contract.ids, "user", number));
    Ok(made_up.filter(|id| !taken(id)).take(count).collect())
}

/// Makes an actor, with their credential.
pub(super) async fn actor(
    name: &str,
    user: UserId,
    case: &CasePlan,
    book: &Book,
    arena: &Arena,
    (usual_transport, attempt): (Transport, u32),
) -> Result<Actor, Stop> {
    let user_name = user_of(name).to_owned();
    let spec = case.scenario.users.get(name).cloned().unwrap_or_default();
    let scope = Scope { me: Some(user_name.clone()), variables: case.variables.clone(), ..Scope::default() };
    let context = Context { contract: &case.contract, book, scope: &scope };
    let word = |payload: &Option<Payload>, usual: &str| match payload {
        Some(payload) => as_text(payload, context),
        None => Ok(usual.to_owned()),
    };
    let credential = word(&spec.credential, "valid")?;
    let usual = case.contract.credentials.keys().next().map_or("", String::as_str);
    let place = word(&spec.place, usual)?;
    if !case.contract.credentials.contains_key(&place) && !place.is_empty() {
        return Err(Stop::CouldNotRun(format!(
            "`{}` has no place `{place}` for a credential",
            case.contract.dialect
        )));
    }
    let session = book.get(&format!("user:{user_name}")).and_then(|id| arena.session(id));
    let life = spec.valid_for.map_or(Duration::from_secs(3600), |asked| expiry::life(asked, attempt));
    let token = token(&credential, life, session, arena, context).await?;
    let transport = match &spec.transport {
        None => usual_transport,
        Some(_) => {
            word(&spec.transport, "")?.parse().map_err(|error| Stop::CouldNotRun(format!("{error}")))?
        }
    };
    Ok(Actor {
        name: name.to_owned(),
        user,
        user_name,
        spec,
        place,
        transport,
        cookies: cookies(&credential, session),
        credential,
        token,
        line: Link::Offline,
        socket: None,
        generation: 0,
        let_in: false,
        witnessed: 0,
    })
}

/// The token of an actor: what they have got by logging in, or one that is made of this quality; none where they have none.
async fn token(
    credential: &str,
    life: Duration,
    session: Option<&Session>,
    arena: &Arena,
    context: Context<'_>,
) -> Result<Option<Token>, Stop> {
    let Some(spec) = &context.contract.token else {
        return Ok(match credential {
            "valid" => session.and_then(|session| session.token.clone()).map(Token::opaque),
            "garbage" if !arena.sessions.is_empty() => Some(Token::opaque("not.a.token".to_owned())),
            _ => None,
        });
    };
    let quality = match credential {
        "valid" => Some(Quality::Good(life)),
        kind => Quality::named(kind)?,
    };
    let claims = fill(&spec.claims, context)?;
    let Some(quality) = quality else { return Ok(None) };
    Ok(Some(token::mint(claims, quality, &arena.token).await?))
}

/// The cookies of an actor: those of their session, where they use it.
fn cookies(credential: &str, session: Option<&Session>) -> String {
    session.filter(|_| credential == "valid").map(|session| session.cookies.clone()).unwrap_or_default()
}

/// What an actor says of themselves when they connect.
pub(super) fn handshake(actor: &Actor, case: &CasePlan, book: &Book) -> Result<Handshake, Stop> {
    let beside = case.contract.handshake.with(&case.scenario.own.connect);
    let scope = Scope {
        me: Some(actor.user_name.clone()),
        token: actor.token.as_ref().map(|token| token.text.clone()),
        variables: case.variables.clone(),
        ..Scope::default()
    };
    let context = Context { contract: &case.contract, book, scope: &scope };
    let mut handshake = Handshake {
        transport: actor.transport,
        auth: None,
        query: pairs(&beside.query, context)?,
        headers: pairs(&beside.headers, context)?,
    };
    let mut auth = Map::new();
    for (name, value) in &beside.auth {
        auth.insert(name.clone(), fill(value, context)?);
    }
    let credential = credential(actor, case, book)?;
    match (actor.place.split_once('.'), credential) {
        (Some(("auth", name)), Some(value)) => drop(auth.insert(name.to_owned(), Value::String(value))),
        (Some(("query", name)), Some(value)) => handshake.query.push((name.to_owned(), value)),
        (Some((_, name)), Some(value)) => handshake.headers.push((name.to_owned(), value)),
        _ => {}
    }
    if !actor.cookies.is_empty() {
        with_cookies(&mut handshake.headers, &actor.cookies);
    }
    handshake.auth = (!auth.is_empty()).then_some(Value::Object(auth));
    Ok(handshake)
}

/// Headers with these cookies behind those that are there.
pub(super) fn with_cookies(headers: &mut Vec<(String, String)>, cookies: &str) {
    match headers.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case("cookie")) {
        Some((_, known)) => *known = format!("{known}; {cookies}"),
        None => headers.push(("cookie".to_owned(), cookies.to_owned())),
    }
}

/// Names and filled in values.
pub(super) fn pairs(
    pairs: &[(String, Payload)],
    context: Context<'_>,
) -> Result<Vec<(String, String)>, Stop> {
    let pair = |(name, value): &(String, Payload)| Ok((name.clone(), as_text(value, context)?));
    pairs.iter().map(pair).collect()
}

/// The credential as it travels; none where the actor has none.
fn credential(actor: &Actor, case: &CasePlan, book: &Book) -> Result<Option<String>, Stop> {
    if actor.credential == "none" {
        return Ok(None);
    }
    if !case.contract.carries_token(&actor.place) && actor.credential != "valid" {
        return Ok(Some("not-a-credential".to_owned()));
    }
    let Some(place) = case.contract.credentials.get(&actor.place) else { return Ok(None) };
    let scope = Scope {
        me: Some(actor.user_name.clone()),
        token: actor.token.as_ref().map(|token| token.text.clone()),
        ..Scope::default()
    };
    let context = Context { contract: &case.contract, book, scope: &scope };
    Ok(Some(as_text(&place.value, context)?))
}
