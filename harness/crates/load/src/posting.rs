//! The REST half: calls made by threads of their own, so that a slow answer never keeps a worker from its sockets. The
//! intended time of a call is that of its turn.

use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::mpsc;

use super::answers::Pending;
use super::shared::Shared;
use super::speech::{Posting, Way};
use super::template::Filling;
use super::walk;
use wire::client::rest::{Request, Rest};

/// How long a call may take.
pub(super) const WITHIN: Duration = Duration::from_secs(10);

/// A call to make.
pub(super) struct Job {
    pub(super) pending: Pending,
    /// Who makes it, as the run counts.
    pub(super) user: usize,
    pub(super) request: Request,
}

/// A call that was made.
pub(super) struct Posted {
    pub(super) pending: Pending,
    /// When, in nanoseconds after the run began.
    pub(super) at: u64,
    pub(super) outcome: Result<(), String>,
}

/// What is left for a worker.
pub(super) enum Mail {
    Posted(Posted),
    /// Of a connection that somebody else carries.
    News(super::courier::News),
    /// A history was read.
    Looked(super::history::Looked),
    #[cfg(feature = "goose")]
    Asked(super::goose::Asked),
}

/// Where others leave mail for a worker, which wakes it. What comes when it has gone is dropped, so that nobody waits
/// for an answer to it.
#[derive(Clone, Default)]
pub(super) struct Mailbox {
    mail: Arc<Mutex<Tray>>,
    waker: Arc<OnceLock<mio::Waker>>,
}

/// What lies in a mailbox, and whether its worker has gone.
#[derive(Default)]
struct Tray {
    mail: Vec<Mail>,
    closed: bool,
}

impl Mailbox {
    pub(super) fn put(&self, one: Mail) {
        if let Ok(mut tray) = self.mail.lock()
            && !tray.closed
        {
            tray.mail.push(one);
        }
        // A worker that is gone needs no waking.
        let _woken = self.waker.get().map(mio::Waker::wake);
    }

    /// Tells whom to wake when there is something.
    pub(super) fn wake_by(&self, waker: mio::Waker) {
        // There is one worker, who says so once.
        let _first = self.waker.set(waker);
    }

    pub(super) fn take(&self) -> Vec<Mail> {
        self.mail.lock().map(|mut tray| std::mem::take(&mut tray.mail)).unwrap_or_default()
    }

    fn close(&self) {
        if let Ok(mut tray) = self.mail.lock() {
            *tray = Tray { mail: Vec::new(), closed: true };
        }
    }

    /// Puts what has become of a call.
    pub(super) fn report(&self, shared: &Shared, pending: Pending, outcome: Result<(), String>) {
        self.put(Mail::Posted(Posted { pending, at: shared.now(), outcome }));
    }
}

/// The mailbox as its worker has it: closed when it goes.
pub(super) struct Inbox(pub(super) Mailbox);

impl Drop for Inbox {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Makes the calls of a worker, and knows how many are under way.
pub(super) struct Postman {
    jobs: mpsc::UnboundedSender<Job>,
    under_way: usize,
}

impl Postman {
    /// Starts to make calls, on the runtime this is called in.
    pub(super) fn start(rests: Arc<[Rest]>, shared: &Arc<Shared>, mailbox: Mailbox) -> Self {
        let (jobs, mut queue) = mpsc::unbounded_channel::<Job>();
        let shared = Arc::clone(shared);
        tokio::spawn(async move {
            while let Some(job) = queue.recv().await {
                let rest = rests[job.user % rests.len()].clone();
                let (shared, mailbox) = (Arc::clone(&shared), mailbox.clone());
                tokio::spawn(async move {
                    let outcome = call(&rest, &job, &shared).await;
                    mailbox.report(&shared, job.pending, outcome);
                });
            }
        });
        Self { jobs, under_way: 0 }
    }

    pub(super) fn post(&mut self, job: Job) {
        self.under_way += 1;
        // The task lives as long as this.
        let _queued = self.jobs.send(job);
    }

    /// Gives a call to a user of goose who has asked for one.
    #[cfg(feature = "goose")]
    pub(super) fn hand(&mut self, job: Job, to: tokio::sync::oneshot::Sender<Job>) -> Result<(), Pending> {
        to.send(job).map_err(|job| job.pending)?;
        self.under_way += 1;
        Ok(())
    }

    /// A call has come back.
    pub(super) fn back(&mut self) {
        self.under_way -= 1;
    }

    pub(super) fn is_idle(&self) -> bool {
        self.under_way == 0
    }
}

async fn call(rest: &Rest, job: &Job, shared: &Shared) -> Result<(), String> {
    let answer = rest.call(&job.request, WITHIN).await.map_err(|error| error.to_string())?;
    fits(shared, &job.pending, answer.status, &answer.body, answer.took)
}

/// Whether an answer is what the contract says.
pub(super) fn fits(
    shared: &Shared,
    pending: &Pending,
    status: u16,
    body: &Value,
    took: Duration,
) -> Result<(), String> {
    let Way::Rest(posting) = &shared.speech.said(pending.what).way else { return Ok(()) };
    let (status, body) = (status.to_string(), body.to_string());
    let whole = |pattern, text: &str| {
        let found = walk::whole(pattern, text.as_bytes(), &shared.speech.never);
        found.is_some_and(|found| shared.untrue(&found, shared.now()).is_none())
    };
    let fits =
        whole(&posting.status, &status) && posting.body.as_ref().is_none_or(|pattern| whole(pattern, &body));
    if fits { Ok(()) } else { Err(format!("{status} after {} ms: {body}", took.as_millis())) }
}

impl Posting {
    /// The request of a user in a room.
    pub(super) fn request(
        &self,
        shared: &Shared,
        user: usize,
        room: &[u8],
        members: &[usize],
        message: &[u8],
        text: &[u8],
    ) -> Request {
        let token = shared.token_of(user);
        let users = &shared.users;
        let filling = Filling { room, me: user, members, message, text, token: token.as_bytes(), users };
        let filled = |template: &super::template::Template| {
            let mut out = Vec::new();
            template.write(&filling, &mut out);
            String::from_utf8_lossy(&out).into_owned()
        };
        let mut headers: Vec<_> =
            self.headers.iter().map(|(name, value)| (name.clone(), filled(value))).collect();
        headers.extend(shared.cookies.get(user).map(|cookies| ("cookie".to_owned(), cookies.clone())));
        Request {
            method: self.method.clone(),
            path: filled(&self.path),
            headers,
            json: None,
            raw: self.json.as_ref().map(&filled),
        }
    }
}
