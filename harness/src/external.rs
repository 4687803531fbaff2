//! A server under test: started if the target says how, and shared by all cases.

mod entrance;
mod lending;
mod reach;
mod server;

pub use self::reach::{is_secure, is_unchecked, told};

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use self::entrance::Entrance;
use self::lending::Lender;
use self::server::Server;
use conformance::{Arena, NoArena, Opening, Venue, Wanted};
use language::problem::Problem;
use language::target::Target;
use wire::client::rest::{Request, Rest};
use wire::client::{Address, Reach};

/// How long a server that was started may take until it is ready, and one that runs already to answer.
const START_WITHIN: Duration = Duration::from_secs(30);
/// How long a server that found its port taken may take to say so.
const DIES_WITHIN: Duration = Duration::from_millis(100);
/// How long a case waits until users are free that others have.
const LENT_WITHIN: Duration = Duration::from_secs(120);
/// How long the address of the target is knocked at before it is started.
const KNOCK: Duration = Duration::from_secs(1);

/// Lends every case the same server. It ends with this.
#[derive(Debug)]
pub struct External {
    target: Target,
    reach: Reach,
    entrance: Entrance,
    lender: Arc<Lender>,
    patience: f64,
    server: Option<Mutex<Server>>,
}

/// Why there is no server to judge.
#[derive(Debug)]
pub enum NotReady {
    /// The user has to mend the target file.
    Input(Problem),
    /// It does not start, does not answer, or another one stands in its place.
    Unreachable(String),
}

impl External {
    /// Starts the server if the target says how, and waits until it is ready.
    ///
    /// # Errors
    /// Where it cannot be started or is not ready in time, or where what answers is not the server that was started.
    pub async fn new(target: Target, patience: f64) -> Result<Self, NotReady> {
        let within = START_WITHIN.mul_f64(patience);
        let reach = reach::reach(&target).map_err(NotReady::Input)?;
        let server = match &target.start {
            Some(command) => Some(start(&target, &reach, command, within).await?),
            None => {
                if let Some(path) = &target.ready {
                    await_ready(&target, &reach, path, within).await?;
                }
                None
            }
        };
        let rest = reach.nodes(&target.url).map(|node| reach.rest(node)).collect::<Result<_, _>>();
        let rest = rest.map_err(|error| NotReady::Unreachable(error.to_string()))?;
        let entrance = Entrance::new(&target, rest).await;
        let entrance = entrance.map_err(|why| NotReady::Input(Problem::bare(why)))?;
        let lender = Arc::new(Lender::new(&entrance.keys));
        Ok(Self { target, reach, entrance, lender, patience, server: server.map(Mutex::new) })
    }
}

impl Venue for External {
    fn open<'a>(&'a self, _dialect: &'a str, wanted: Wanted<'a>) -> Opening<'a> {
        Box::pin(async move {
            let within = LENT_WITHIN.mul_f64(self.patience);
            let lent = self.lender.lend(wanted, within).await.map_err(NoArena::CouldNotRun)?;
            let mut entered = self.entrance.enter(lent.users()).await.map_err(NoArena::CouldNotRun)?;
            if let Wanted::Case(_, named) = wanted {
                let known = named.iter().filter(|id| self.entrance.keys.contains(id)).cloned();
                let named = self.entrance.enter(&known.collect::<Vec<_>>()).await;
                entered.sessions.extend(named.map_err(NoArena::CouldNotRun)?.sessions);
            }
            Ok(Arena {
                base: self.target.url.clone(),
                reach: self.reach.clone(),
                token: self.target.token.clone(),
                settle: self.target.settle,
                users: entered.users,
                sessions: entered.sessions,
                secrets: [self.target.secrets.clone(), self.entrance.secrets()].concat(),
                own: false,
                guard: Some(Box::new(lent)),
            })
        })
    }

    fn ended(&self) -> Option<String> {
        let status = self.server.as_ref()?.lock().ok()?.ended()?;
        // What a `start` has left to itself is not watched.
        let left = status.success() && self.target.stop.is_some();
        (!left).then(|| format!("{} has ended during the run ({status})", self.target.name))
    }
}

async fn start(target: &Target, reach: &Reach, command: &str, within: Duration) -> Result<Server, NotReady> {
    if let Some(address) = taken(target).await {
        return Err(NotReady::Unreachable(format!(
            "something listens at {address} already, so {} is not started: end what listens there (a server of an earlier \
             run?), choose another port, or leave out `start:` to judge what is there",
            target.name
        )));
    }
    let mut server = Server::start(target, command).map_err(|error| {
        NotReady::Unreachable(format!("the target cannot be started: {error}: {command}"))
    })?;
    await_start(target, reach, command, &mut server, within).await?;
    // A server that finds its port taken in the meantime needs a moment to end.
    sleep(DIES_WITHIN).await;
    alive(target, command, &mut server)?;
    Ok(server)
}

/// Where somebody listens at the address of the target.
async fn taken(target: &Target) -> Option<SocketAddr> {
    let address = Address::parse(&target.url).ok()?;
    // A name that nobody knows yet may be known once the server runs.
    for found in tokio::net::lookup_host((address.host.as_str(), address.port)).await.ok()? {
        match timeout(KNOCK, TcpStream::connect(found)).await {
            Ok(Ok(_)) => return Some(found),
            // On this machine only a listener with a full queue lets one wait.
            Err(_) if found.ip().is_loopback() => return Some(found),
            Ok(Err(_)) | Err(_) => {}
        }
    }
    None
}

/// Waits for a server that was started: until `ready:` says so, or until it answers at all.
async fn await_start(
    target: &Target,
    reach: &Reach,
    command: &str,
    server: &mut Server,
    within: Duration,
) -> Result<(), NotReady> {
    let deadline = Instant::now() + within;
    loop {
        let answer = ask(target, reach, target.ready.as_deref().unwrap_or("/")).await?;
        alive(target, command, server)?;
        let last = match answer {
            Ok(200) => return Ok(()),
            Ok(_) if target.ready.is_none() => return Ok(()),
            Ok(status) => format!("it answers {status}"),
            Err(error) => error,
        };
        if Instant::now() > deadline {
            return Err(NotReady::Unreachable(match &target.ready {
                Some(path) => not_ready(target, path, within, &last),
                None => format!("{} does not listen after {} s: {last}", target.name, within.as_secs()),
            }));
        }
        sleep(Duration::from_millis(50)).await;
    }
}

/// Waits for a server that runs already.
async fn await_ready(target: &Target, reach: &Reach, path: &str, within: Duration) -> Result<(), NotReady> {
    let deadline = Instant::now() + within;
    loop {
        let (last, listens) = match ask(target, reach, path).await? {
            Ok(200) => return Ok(()),
            Ok(status) => (format!("it answers {status}"), true),
            Err(error) => (error, false),
        };
        if Instant::now() > deadline || !listens {
            return Err(NotReady::Unreachable(not_ready(target, path, within, &last)));
        }
        sleep(Duration::from_millis(50)).await;
    }
}

fn not_ready(target: &Target, path: &str, within: Duration, last: &str) -> String {
    let url = format!("{}{path}", target.url);
    format!("{} is not ready: GET {url} was awaited for {} s; {last}", target.name, within.as_secs())
}

/// The status that every node answers a path with, or that of the first with another, or why one gives no answer.
async fn ask(target: &Target, reach: &Reach, path: &str) -> Result<Result<u16, String>, NotReady> {
    let mut status = 200;
    for node in reach.nodes(&target.url) {
        let rest = Rest::new(node, reach.tls.as_ref());
        let rest = rest.map_err(|error| NotReady::Unreachable(error.to_string()))?;
        let request = Request { method: "GET".to_owned(), path: path.to_owned(), ..Request::default() };
        match rest.call(&request, Duration::from_secs(2)).await {
            Ok(answer) if answer.status == 200 => {}
            Ok(answer) => status = answer.status,
            Err(error) => return Ok(Err(error.to_string())),
        }
    }
    Ok(Ok(status))
}

/// Whether what was started still stands: its command runs, or has ended well and `stop:` says how to end what it left.
fn alive(target: &Target, command: &str, server: &mut Server) -> Result<(), NotReady> {
    let Some(status) = server.ended() else { return Ok(()) };
    if !status.success() {
        return Err(NotReady::Unreachable(format!(
            "{} ended before it was ready ({status}): {command}",
            target.name
        )));
    }
    if target.stop.is_some() {
        return Ok(());
    }
    let problem = Problem {
        place: target.places.start.clone(),
        ..Problem::bare(
            "`start` has ended at once and left its server to itself, and nothing says how to end it",
        )
    };
    Err(NotReady::Input(problem.hint(
        "add `stop:`, the command that ends it (such as `docker compose down`), or start the server in the foreground",
    )))
}
