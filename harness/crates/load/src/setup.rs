//! Before and after: rooms are made through REST, tokens are minted, and the history is looked into at the end.

use std::collections::{HashMap, HashSet};
use std::net::ToSocketAddrs as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::task::JoinSet;

use super::layout::{self, Layout};
use super::line::{Node, Secure};
use super::notices::{Notices, Rule};
use super::pattern::Slot;
use super::rooms::{Newest, RoomState};
use super::session::Session;
use super::shared::Shared;
use super::speech::{Posting, Speech, Way, compile_speech, question};
use super::template::Users;
use super::walk;
use super::words::Check;
use super::{Options, RestBy, Trouble, limits};
use conformance::Arena;
use conformance::clocks::now_ms;
use conformance::first_of_page;
use conformance::login;
use conformance::token::{self, NoToken};
use language::contract::{Contract, IdKind, Making, Say};
use language::load::Load;
use language::payload::Payload;
use language::phase::Phase;
use language::target::TokenSource;
use language::verb::ModelVerb;
use model::check::times::{Ahead, http_date};
use results::record::load::Asked;
use wire::client::rest::{Response, Rest};
use wire::client::tls::{Tls, server_name};
use wire::client::{Address, Reach, Transport};

/// REST calls at once while rooms are made.
const AT_ONCE: usize = 32;
/// How long one may take.
const WITHIN: Duration = Duration::from_secs(10);

/// All that is needed to begin.
pub(super) struct Prepared {
    pub(super) shared: Arc<Shared>,
    pub(super) parts: Vec<Part>,
    /// A client for the REST routes of each node.
    pub(super) rests: Arc<[Rest]>,
    pub(super) asked: Asked,
    pub(super) remarks: Vec<String>,
}

/// What a worker owns.
pub(super) struct Part {
    pub(super) sessions: Vec<Session>,
    pub(super) rooms: Vec<RoomState>,
    pub(super) first_room: u32,
}

/// Why a run cannot begin.
pub(super) enum Unready {
    Trouble(Trouble),
    /// The server does not make what the run needs.
    Refused(String),
}

impl From<Trouble> for Unready {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

/// Compiles, checks, makes the rooms, and says who sits where.
pub(super) async fn prepare(
    load: &Load,
    contract: &Arc<Contract>,
    arena: &Arena,
    options: &Options,
) -> Result<Prepared, Unready> {
    let cannot = |why: &dyn std::fmt::Display| {
        Trouble::Cannot(format!("`{}` cannot be run as load: {why}", contract.dialect))
    };
    let rename = |name: &str| options.renames.get(name).cloned().unwrap_or_else(|| name.to_owned());
    let speech =
        compile_speech(contract, load, rule(contract, options), &rename).map_err(|why| cannot(&why))?;
    let layout = Layout::new(load, contract, options.workers, options.seed).map_err(|why| cannot(&why))?;
    let sockets = layout.sockets();
    if options.transport != Transport::Websocket {
        for_courier(load, options.transport).map_err(Trouble::Usage)?;
    }
    // Who polls has a connection for what comes and one for what goes.
    let connections = if options.transport == Transport::Websocket { 1 } else { 2 };
    limits::check(sockets * connections, arena.own).map_err(Trouble::Cannot)?;
    if options.rest == RestBy::Goose {
        for_goose(load, &speech).map_err(Trouble::Usage)?;
    }
    let nodes = arena.reach.nodes(&arena.base).map(|url| node(url, &arena.reach));
    let nodes = nodes.collect::<Result<Vec<_>, _>>().map_err(Trouble::Cannot)?;
    let rests = arena.reach.nodes(&arena.base).map(|url| arena.reach.rest(url));
    let rests: Arc<[Rest]> =
        rests.collect::<Result<_, _>>().map_err(|error| Trouble::Cannot(error.to_string()))?;
    let remarks = remarks(&speech, load, sockets, options.transport);
    let mut shared = shared(load, contract, arena, options, speech, nodes, sockets).await?;
    // Fewer where there are fewer rooms.
    shared.workers = layout.parts.len();
    let mut shared = Arc::new(shared);
    let (mut parts, mut ahead) = (Vec::new(), Ahead::default());
    for dealt in &layout.parts {
        parts.push(part(&shared, &rests, dealt, &mut ahead).await?);
    }
    told_apart(&parts, contract).map_err(|why| cannot(&why))?;
    // The clock of the run starts when everything stands.
    if let Some(shared) = Arc::get_mut(&mut shared) {
        (shared.began, shared.began_ms, shared.ahead) = (Instant::now(), now_ms(), ahead);
    }
    Ok(Prepared { shared, parts, rests, asked: layout.asked(), remarks })
}

/// Whether each room has an id of its own. A dialect may give two users one room, however often it is made.
fn told_apart(parts: &[Part], contract: &Contract) -> Result<(), String> {
    let mut seen = HashSet::new();
    let mut ids = parts.iter().flat_map(|part| &part.rooms).map(|room| &room.id);
    match ids.find(|id| !seen.insert(*id)) {
        Some(id) => Err(format!(
            "two of its rooms are one to the server, with the id {}: ask for rooms of other users, such as `per_user: 1` in `{}`",
            String::from_utf8_lossy(id),
            contract.dialect
        )),
        None => Ok(()),
    }
}

/// Whether there is something for goose to do, and nothing that it cannot.
fn for_goose(load: &Load, speech: &Speech) -> Result<(), String> {
    if load.phases.iter().all(|phase| phase.users.is_none()) {
        return Err("`--rest goose` drives phases with `users:`, and there is none: goose has no scheduler for a rate".to_owned());
    }
    match speech.turns.iter().find(|(_, saying)| !matches!(saying.way, Way::Rest(_))) {
        Some((turn, _)) => Err(format!(
            "`--rest goose` makes REST calls, and `{}` goes through a socket: say `via: rest`, or leave it out of the flow",
            turn.verb
        )),
        None => Ok(()),
    }
}

/// Whether there is nothing that only our own websocket can do.
fn for_courier(load: &Load, transport: Transport) -> Result<(), String> {
    let needs = |phase: &Phase| {
        phase.stories().find(|story| story.is_lean).map(|story| (phase.name.clone(), story.word))
    };
    match load.phases.iter().find_map(needs) {
        Some((phase, what)) => Err(format!(
            "phase `{phase}` has `{what}`, which needs the websocket of the load client itself: leave out `--transport \
             {transport}`, or the `{what}`"
        )),
        None => Ok(()),
    }
}

/// The times of typing: those of the target, else the documented ones.
fn rule(contract: &Contract, options: &Options) -> Rule {
    let nanos = |time: Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
    let timing = &contract.timing;
    let debounce = options.debounce.or_else(|| timing.debounce.as_ref().map(|timed| timed.from));
    let expires = options.typing_expires.map(|(_, latest)| latest);
    let expires = expires.or_else(|| timing.typing_expires.as_ref().map(|timed| timed.to));
    Rule { debounce: debounce.map(nanos).unwrap_or_default(), expires: expires.map(nanos) }
}

fn remarks(speech: &Speech, load: &Load, sockets: usize, transport: Transport) -> Vec<String> {
    let mut remarks = speech.counted.remarks.clone();
    if transport != Transport::Websocket {
        remarks.push(format!(
            "sessions connect by `{transport}`: the client of the conformance cases carries them, at several times the cost of \
             the lean one"
        ));
    }
    if let Some(data) = load.data.as_ref().filter(|data| data.rows.len() < sockets) {
        remarks.push(format!("{} serves {sockets} users: they take its rows in turn", data.name()));
    }
    if speech.tells_everyone {
        remarks.push(format!(
            "this dialect tells everybody of everyone who comes or goes: {sockets} users who connect are up to {} events, set \
             aside and counted",
            sockets * sockets.saturating_sub(1) / 2
        ));
    }
    remarks
}

/// A node as sessions reach it.
fn node(url: &str, reach: &Reach) -> Result<Node, String> {
    let bad = |why: String| format!("{url} cannot be used: {why}");
    let parsed = Address::parse(url).map_err(bad)?;
    let found = (parsed.host.as_str(), parsed.port).to_socket_addrs();
    let mut found: Vec<_> = found.map_err(|error| format!("{url} cannot be looked up: {error}"))?.collect();
    found.sort_by_key(std::net::SocketAddr::is_ipv6);
    let address = found.first().copied().ok_or_else(|| format!("{url} has no address"))?;
    let tls = match (parsed.secure, &reach.tls) {
        (false, _) => None,
        (true, Some(tls)) => Some(tls.clone()),
        (true, None) => Some(Tls::of_the_system().map_err(bad)?),
    };
    let secure = |tls: Tls| -> Result<Secure, String> {
        Ok(Secure { config: Arc::clone(tls.config()), name: server_name(&parsed.host).map_err(bad)? })
    };
    Ok(Node {
        url: url.to_owned(),
        address,
        path: format!("{}{}", parsed.prefix, reach.path),
        tls: tls.map(secure).transpose()?,
        host: parsed.authority,
    })
}

async fn shared(
    load: &Load,
    contract: &Arc<Contract>,
    arena: &Arena,
    options: &Options,
    speech: Speech,
    nodes: Vec<Node>,
    sockets: usize,
) -> Result<Shared, Trouble> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    // Ids that no earlier run has used, and that fit into 31 bits.
    let first = if arena.own { 100_001 } else { 100_000_000 + (seconds % 20_000) * 100_000 };
    let (listed, tokens) = people(load, contract, arena, sockets).map_err(Trouble::Cannot)?;
    let tokens = if tokens.is_empty() { of_sessions(arena, |session| session.token.clone()) } else { tokens };
    let cookies = of_sessions(arena, |session| Some(session.cookies.clone()).filter(|all| !all.is_empty()));
    let with_tokens = !tokens.is_empty();
    let run = (options.seed ^ seconds) as u16;
    let mut shared = Shared {
        load: load.clone(),
        level: options.level,
        contract: Arc::clone(contract),
        users: Users { kind: contract.ids, first, listed },
        token: arena.token.clone(),
        tokens,
        cookies,
        secrets: arena.secrets.clone(),
        token_life: options.token_life,
        nodes,
        reach: arena.reach.clone(),
        began: Instant::now(),
        began_ms: 0,
        ahead: Ahead::default(),
        history: history(contract),
        reads: load.flow.iter().any(|turn| turn.verb == ModelVerb::Read),
        run,
        check: Check::new(load.check, options.seed, run),
        seed: options.seed,
        workers: options.workers,
        sockets,
        rest: options.rest,
        stop: AtomicBool::new(false),
        entered: AtomicBool::new(false),
        seated: AtomicBool::new(false),
        answers_joins: AtomicBool::new(false),
        watch: options.watch.clone(),
        through: load.phases.iter().map(|_| AtomicUsize::new(0)).collect(),
        speech,
    };
    if with_tokens {
        return Ok(shared);
    }
    if let (TokenSource::Command(_), Some(_)) = (&arena.token, &shared.speech.claims) {
        for user in 0..sockets {
            let token = token::by_command(shared.claims_of(user), options.token_life, &arena.token).await;
            shared.tokens.push(token.map_err(|error| Trouble::Cannot(error.to_string()))?);
        }
    }
    if let (TokenSource::None | TokenSource::Unsaid, Some(_)) = (&arena.token, &shared.speech.claims) {
        return Err(Trouble::Cannot(NoToken::NoSource.to_string()));
    }
    Ok(shared)
}

/// Something of the session of each user; nothing where nobody has it.
fn of_sessions(arena: &Arena, of: impl Fn(&login::Session) -> Option<String>) -> Vec<String> {
    let each = arena.users.iter().map(|id| arena.sessions.get(id).and_then(&of));
    let all: Vec<Option<String>> = each.collect();
    if all.iter().all(Option::is_none) {
        return Vec::new();
    }
    all.into_iter().map(Option::unwrap_or_default).collect()
}

/// The call that reads the history of a room, where it is one.
fn history(contract: &Contract) -> Option<Posting> {
    match contract.verb("history", None).map(|verb| &verb.say) {
        Some(Say::Rest(call)) => question(contract, call).ok(),
        _ => None,
    }
}

/// The ids and tokens of the users, as far as data or the target list them.
fn people(
    load: &Load,
    contract: &Contract,
    arena: &Arena,
    sockets: usize,
) -> Result<(Vec<String>, Vec<String>), String> {
    let of_rows = |payload: &Option<Payload>| -> Result<Vec<String>, String> {
        let (Some(payload), Some(data)) = (payload, &load.data) else { return Ok(Vec::new()) };
        if data.rows.len() < sockets {
            return Err(format!(
                "the run needs {sockets} users, and {} names fewer: add rows, or ask for fewer rooms",
                data.name()
            ));
        }
        Ok((0..sockets).map(|row| data.text(payload, row).unwrap_or_default()).collect())
    };
    let ids = of_rows(&load.user.id)?;
    let mut seen = HashMap::new();
    for (row, id) in ids.iter().enumerate() {
        let Some(data) = &load.data else { break };
        if contract.ids == IdKind::Int && id.parse::<u64>().is_err() {
            return Err(data.problem(row, format!("an id is a whole number here, not `{id}`")).to_string());
        }
        if id.is_empty() || seen.insert(id.as_str(), row).is_some() {
            return Err(data
                .problem(row, format!("every user needs an id of their own, not `{id}`"))
                .to_string());
        }
    }
    if ids.is_empty() && !arena.users.is_empty() {
        if arena.users.len() < sockets {
            let listed = arena.users.len();
            return Err(format!(
                "the run needs {sockets} users, and `users:` of the target lists {listed}: list more, or ask for fewer rooms"
            ));
        }
        let number = |id: &&String| contract.ids == IdKind::Int && id.parse::<u64>().is_err();
        if let Some(id) = arena.users.iter().find(number) {
            return Err(format!("an id is a whole number here, and `users:` of the target lists `{id}`"));
        }
    }
    Ok((if ids.is_empty() { arena.users.clone() } else { ids }, of_rows(&load.user.token)?))
}

/// Makes the rooms of a worker, and seats its users.
async fn part(
    shared: &Arc<Shared>,
    rests: &Arc<[Rest]>,
    dealt: &layout::Part,
    ahead: &mut Ahead,
) -> Result<Part, Unready> {
    let (rooms, seats) = dealt.seats();
    let users = |sessions: &[u32]| -> Vec<usize> {
        sessions.iter().map(|session| dealt.first_user + *session as usize).collect()
    };
    let members: Vec<Vec<usize>> = rooms.iter().map(|sessions| users(sessions)).collect();
    let ids = match &shared.contract.room.made {
        Making::Rest(_) => make_rooms(shared, rests, members, ahead).await?,
        Making::Named(bytes) => named_rooms(shared.run, dealt.first_room, members.len(), *bytes),
    };
    let counted = !shared.speech.counted.all.is_empty();
    let rooms = rooms
        .into_iter()
        .zip(ids)
        .map(|(sessions, id)| RoomState {
            ledger: super::ledger::Room::new(sessions.len()),
            notices: counted.then(|| Box::new(Notices::new(sessions.len(), shared.speech.counted.rule))),
            newest: Newest::default(),
            id,
            users: users(&sessions).into(),
            sessions,
            last_acked: None,
        })
        .collect();
    let sessions = seats
        .into_iter()
        .enumerate()
        .map(|(index, seats)| Session::new((dealt.first_user + index) as u32, seats.into()))
        .collect();
    Ok(Part { sessions, rooms, first_room: dealt.first_room as u32 })
}

async fn make_rooms(
    shared: &Arc<Shared>,
    rests: &Arc<[Rest]>,
    members: Vec<Vec<usize>>,
    ahead: &mut Ahead,
) -> Result<Vec<Box<[u8]>>, Unready> {
    let mut ids: Vec<Option<Box<[u8]>>> = vec![None; members.len()];
    let mut calls = JoinSet::new();
    let mut waiting = members.into_iter().enumerate();
    loop {
        while calls.len() < AT_ONCE
            && let Some((index, users)) = waiting.next()
        {
            let (shared, rests) = (Arc::clone(shared), Arc::clone(rests));
            calls.spawn(async move { (index, make_room(&shared, &rests, &users).await) });
        }
        let Some(made) = calls.join_next().await else { break };
        let (index, made) = made.map_err(|error| Trouble::Cannot(error.to_string()))?;
        let (id, clock) = made?;
        ids[index] = Some(id);
        if let Some((asked, came, second)) = clock {
            ahead.measure(asked, came, second);
        }
    }
    Ok(ids.into_iter().flatten().collect())
}

/// Names of rooms that are made by joining them: no other run has them, and no other worker.
fn named_rooms(run: u16, first: usize, count: usize, bytes: usize) -> Vec<Box<[u8]>> {
    let digits = bytes.saturating_sub(4);
    let name = |room: usize| format!("\"{run:04x}{room:0digits$x}\"").into_bytes().into();
    (first..first + count).map(name).collect()
}

/// When an answer was asked for and came, and what second it was there.
type Clock = (i64, i64, i64);

fn clock_of(answer: &Response) -> Option<Clock> {
    let header = |wanted: &str| answer.headers.iter().find(|(name, _)| name == wanted);
    let second = header("date").filter(|_| header("age").is_none()).and_then(|(_, date)| http_date(date))?;
    let (came, took) = (now_ms(), i64::try_from(answer.took.as_millis()).unwrap_or_default());
    Some((came - took, came, second))
}

async fn make_room(
    shared: &Shared,
    rests: &[Rest],
    users: &[usize],
) -> Result<(Box<[u8]>, Option<Clock>), Unready> {
    let none = || Unready::Refused("nothing says how a room is made".to_owned());
    let posting: &Posting = shared.speech.room.as_ref().ok_or_else(none)?;
    let maker = users.first().copied().unwrap_or_default();
    let request = posting.request(shared, maker, b"null", users, b"null", b"");
    let rest = &rests[maker % rests.len()];
    let answer =
        rest.call(&request, WITHIN).await.map_err(|error| Trouble::Unreachable(error.to_string()))?;
    let body = answer.body.to_string();
    let id = posting.bodies.iter().find_map(|pattern| -> Option<Box<[u8]>> {
        Some(walk::whole(pattern, body.as_bytes(), &[])?.get(Slot::Room)?.into())
    });
    match id {
        Some(id) => Ok((id, clock_of(&answer))),
        None => {
            let told = format!(
                "a room could not be made: {} {} was answered with {}{} {}",
                request.method,
                request.path,
                answer.status,
                answer.location().map_or_else(String::new, |to| format!(" to {to}")),
                first_of_page(&shared.veil().text(&answer.text()))
            );
            Err(Unready::Refused(told.trim_end().to_owned()))
        }
    }
}

/// Whether nobody listens at any node.
pub(super) async fn takes_no_connection(nodes: &[Node]) -> bool {
    for node in nodes {
        let dial = tokio::net::TcpStream::connect(node.address);
        if matches!(tokio::time::timeout(Duration::from_secs(2), dial).await, Ok(Ok(_))) {
            return false;
        }
    }
    true
}
