//! A server under test: started if the target says how, and shared by all cases.

use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::process::{Child, Command};

use crate::client::rest::{Request, Rest};
use crate::runner::{Arena, Opening, Venue};
use crate::scenario::target::Target;

/// How long a server that was started may take until it is ready, and one that runs already to answer.
const START_WITHIN: Duration = Duration::from_secs(30);

/// Lends every case the same server. It ends with this.
#[derive(Debug)]
pub struct External {
    target: Target,
    /// The ids of fixture users that no running case has.
    free: Arc<Mutex<Vec<String>>>,
    _server: Option<Started>,
}

/// The processes that were started and still run, for [`end_all`].
static RUNNING: Mutex<Vec<u32>> = Mutex::new(Vec::new());

/// A server of ours. It has a process group of its own, so that a Ctrl-C on the terminal ends the run and not the server.
#[derive(Debug)]
struct Started(Child);

impl Drop for Started {
    fn drop(&mut self) {
        if let (Some(id), Ok(mut running)) = (self.0.id(), RUNNING.lock()) {
            running.retain(|known| *known != id);
        }
    }
}

/// Ends every server that was started, at once: for a process that is about to end without cleaning up.
pub fn end_all() {
    let running = RUNNING.lock().map(|mut running| std::mem::take(&mut *running)).unwrap_or_default();
    for id in running {
        let group = i32::try_from(id).ok().and_then(rustix::process::Pid::from_raw);
        // It may have ended by itself.
        let _gone =
            group.map(|group| rustix::process::kill_process_group(group, rustix::process::Signal::KILL));
    }
}

impl External {
    /// Starts the server if the target says how, and waits until it is ready.
    ///
    /// # Errors
    /// In words, where it cannot be started or is not ready in time.
    pub async fn new(target: Target, patience: f64) -> Result<Self, String> {
        let mut server = target.start.as_ref().map(|command| start(&target, command)).transpose()?;
        if let Some(path) = &target.ready {
            await_ready(&target, path, server.as_mut(), START_WITHIN.mul_f64(patience)).await?;
        } else if let Some(server) = server.as_mut() {
            await_port(&target, server, START_WITHIN.mul_f64(patience)).await?;
        }
        let free = Arc::new(Mutex::new(target.users.clone()));
        Ok(Self { target, free, _server: server })
    }

    fn lend(&self) -> Arena {
        let users = self.free.lock().map(|mut free| std::mem::take(&mut *free)).unwrap_or_default();
        let lent = Lent { users: users.clone(), free: Arc::clone(&self.free) };
        Arena {
            base: self.target.url.clone(),
            token: self.target.token.clone(),
            settle: self.target.settle,
            users,
            own: false,
            guard: Some(Box::new(lent)),
        }
    }
}

/// Fixture users that a case has; given back when it is over.
struct Lent {
    users: Vec<String>,
    free: Arc<Mutex<Vec<String>>>,
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Ok(mut free) = self.free.lock() {
            free.append(&mut self.users);
        }
    }
}

impl Venue for External {
    fn open<'a>(&'a self, _dialect: &'a str) -> Opening<'a> {
        Box::pin(async { Ok(self.lend()) })
    }
}

fn start(target: &Target, command: &str) -> Result<Started, String> {
    let folder = if target.folder.as_os_str().is_empty() { ".".into() } else { target.folder.clone() };
    let child = Command::new("sh")
        .arg("-c")
        .arg(format!("exec {command}"))
        .current_dir(folder)
        .envs(&target.env)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("the target cannot be started: {error}: {command}"))?;
    if let (Some(id), Ok(mut running)) = (child.id(), RUNNING.lock()) {
        running.push(id);
    }
    Ok(Started(child))
}

async fn await_ready(
    target: &Target,
    path: &str,
    mut server: Option<&mut Started>,
    within: Duration,
) -> Result<(), String> {
    let rest = Rest::new(&target.url).map_err(|error| error.to_string())?;
    let request = Request { method: "GET".to_owned(), path: path.to_owned(), ..Request::default() };
    let deadline = Instant::now() + within;
    loop {
        let last = match rest.call(&request, Duration::from_secs(2)).await {
            Ok(response) if response.status == 200 => return Ok(()),
            Ok(response) => format!("it answers {}", response.status),
            Err(error) => error.to_string(),
        };
        alive(target, server.as_deref_mut())?;
        if Instant::now() > deadline || server.is_none() && !last.starts_with("it answers") {
            let url = format!("{}{path}", target.url);
            return Err(format!(
                "{} is not ready: GET {url} was awaited for {} s; {last}",
                target.name,
                within.as_secs()
            ));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn await_port(target: &Target, server: &mut Started, within: Duration) -> Result<(), String> {
    let rest = Rest::new(&target.url).map_err(|error| error.to_string())?;
    let request = Request { method: "GET".to_owned(), path: "/".to_owned(), ..Request::default() };
    let deadline = Instant::now() + within;
    while let Err(error) = rest.call(&request, Duration::from_secs(2)).await {
        alive(target, Some(&mut *server))?;
        if Instant::now() > deadline {
            return Err(format!("{} does not listen after {} s: {error}", target.name, within.as_secs()));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

fn alive(target: &Target, server: Option<&mut Started>) -> Result<(), String> {
    match server.map(|server| server.0.try_wait()) {
        Some(Ok(Some(status))) => {
            let command = target.start.as_deref().unwrap_or_default();
            Err(format!("{} ended before it was ready ({status}): {command}", target.name))
        }
        _ => Ok(()),
    }
}
