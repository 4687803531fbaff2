//! The REST half: calls made by threads of their own, so that a slow answer never keeps a worker from its sockets. The
//! intended time of a call is that of its turn.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::answers::Pending;
use super::pattern::Captured;
use super::speech::Posting;
use super::template::Filling;
use super::walk::matches;
use super::worker::Shared;
use crate::client::rest::{Request, Rest};

/// How long a call may take.
const WITHIN: Duration = Duration::from_secs(10);

/// A call to make.
pub(super) struct Job {
    pub(super) pending: Pending,
    pub(super) request: Request,
}

/// A call that was made.
pub(super) struct Posted {
    pub(super) pending: Pending,
    /// When, in nanoseconds after the run began.
    pub(super) at: u64,
    pub(super) outcome: Result<(), String>,
}

/// Makes the calls of a worker.
pub(super) struct Postman {
    jobs: mpsc::UnboundedSender<Job>,
    done: Arc<Mutex<Vec<Posted>>>,
    waker: Arc<Mutex<Option<mio::Waker>>>,
    under_way: Arc<AtomicUsize>,
}

impl Postman {
    /// Starts to make calls, on the runtime this is called in.
    pub(super) fn start(
        rest: Rest,
        shared: &Arc<Shared>,
        expected: fn(&Shared, usize) -> Option<&Posting>,
    ) -> Self {
        let (jobs, mut queue) = mpsc::unbounded_channel::<Job>();
        let done = Arc::new(Mutex::new(Vec::new()));
        let waker: Arc<Mutex<Option<mio::Waker>>> = Arc::default();
        let under_way = Arc::new(AtomicUsize::new(0));
        let postman = Self {
            jobs,
            done: Arc::clone(&done),
            waker: Arc::clone(&waker),
            under_way: Arc::clone(&under_way),
        };
        let shared = Arc::clone(shared);
        tokio::spawn(async move {
            while let Some(job) = queue.recv().await {
                let (rest, done, waker) = (rest.clone(), Arc::clone(&done), Arc::clone(&waker));
                let (shared, under_way) = (Arc::clone(&shared), Arc::clone(&under_way));
                tokio::spawn(async move {
                    let outcome = call(&rest, &job, &shared, expected).await;
                    let at = u64::try_from(shared.began.elapsed().as_nanos()).unwrap_or(u64::MAX);
                    if let Ok(mut done) = done.lock() {
                        done.push(Posted { pending: job.pending, at, outcome });
                    }
                    under_way.fetch_sub(1, Ordering::Relaxed);
                    if let Ok(waker) = waker.lock()
                        && let Some(waker) = waker.as_ref()
                    {
                        // A worker that is gone needs no waking.
                        let _woken = waker.wake();
                    }
                });
            }
        });
        postman
    }

    /// Tells whom to wake when there is something.
    pub(super) fn wake_by(&mut self, waker: mio::Waker) {
        if let Ok(mut place) = self.waker.lock() {
            *place = Some(waker);
        }
    }

    pub(super) fn post(&mut self, job: Job) {
        self.under_way.fetch_add(1, Ordering::Relaxed);
        // The task lives as long as this.
        let _queued = self.jobs.send(job);
    }

    /// Takes what has been answered.
    pub(super) fn posted(&self) -> Vec<Posted> {
        self.done.lock().map(|mut done| std::mem::take(&mut *done)).unwrap_or_default()
    }

    pub(super) fn is_idle(&self) -> bool {
        self.under_way.load(Ordering::Relaxed) == 0 && self.done.lock().is_ok_and(|done| done.is_empty())
    }
}

async fn call(
    rest: &Rest,
    job: &Job,
    shared: &Shared,
    expected: fn(&Shared, usize) -> Option<&Posting>,
) -> Result<(), String> {
    let began = Instant::now();
    let answer = rest.call(&job.request, WITHIN).await.map_err(|error| error.to_string())?;
    let turn = match job.pending.what {
        super::answers::What::Turn { turn, .. } => usize::from(turn),
        super::answers::What::Join { .. } => 0,
    };
    let Some(posting) = expected(shared, turn) else { return Ok(()) };
    let status = answer.status.to_string();
    let whole = |pattern, text: &str| {
        matches(pattern, text.as_bytes(), 0, &mut Captured::default(), &shared.speech.never)
            == Some(text.len())
    };
    let body = answer.body.to_string();
    let fits =
        whole(&posting.status, &status) && posting.body.as_ref().is_none_or(|pattern| whole(pattern, &body));
    if fits { Ok(()) } else { Err(format!("{status} after {} ms: {body}", began.elapsed().as_millis())) }
}

impl Posting {
    /// The request of a user in a room.
    pub(super) fn request(
        &self,
        shared: &Shared,
        user: usize,
        room: &[u8],
        members: &[usize],
        text: &[u8],
    ) -> Request {
        let token = shared.token_of(user);
        let users = &shared.users;
        let filling = Filling { room, me: user, members, text, token: token.as_bytes(), users };
        let filled = |template: &super::template::Template| {
            let mut out = Vec::new();
            template.write(&filling, &mut out);
            String::from_utf8_lossy(&out).into_owned()
        };
        Request {
            method: self.method.clone(),
            path: filled(&self.path),
            headers: self.headers.iter().map(|(name, value)| (name.clone(), filled(value))).collect(),
            json: None,
            raw: self.json.as_ref().map(&filled),
        }
    }
}
