//! Whether the server is there: what is slow, what is out of reach, and why a set-up has failed.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::case::Case;
use super::{Rules, Stop};
use language::level::Level;
use model::world::SocketId;
use results::record::{Kind, short};
use wire::client::rest::{Request, Response, RestError};
use wire::client::{OpenError, Stage, first_line};

/// How much of an answer a message shows.
const SHOWN: usize = 400;

/// Openings that failed before any went well are tried no more than this often: each may take seconds.
const TRIED: u32 = 3;

/// How the connections of a run were opened.
#[derive(Debug, Default)]
pub(super) struct Openings {
    /// One of them went well.
    any: bool,
    failed: u32,
    /// How one of them failed.
    how: String,
}

impl Rules {
    /// Notes how a connection was opened of whoever has every reason to be let in.
    pub(super) fn has_opened(&self, error: Option<&OpenError>) {
        let mut openings = self.openings.lock().unwrap_or_else(PoisonError::into_inner);
        match error {
            None => openings.any = true,
            Some(error) => {
                openings.failed += 1;
                openings.how = error.to_string();
            }
        }
    }

    /// Whether a connection of this run went well.
    fn has_let_in(&self) -> bool {
        self.openings.lock().unwrap_or_else(PoisonError::into_inner).any
    }

    /// Why no connection need be tried any more.
    pub(super) fn opens_nothing(&self) -> Option<String> {
        let openings = self.openings.lock().unwrap_or_else(PoisonError::into_inner);
        let Openings { any, failed, how } = &*openings;
        (!any && *failed >= TRIED).then(|| format!("no connection could be opened in this run: {how}"))
    }
}

impl Rules {
    /// How long a REST call may take.
    pub(super) fn rest_within(&self) -> Duration {
        if self.unanswered.load(Ordering::Relaxed) { self.within } else { self.rest_within }
    }

    /// The case whose set-up in this dialect has failed in this way before.
    fn failed_before(&self, case: &Case, status: &str) -> Option<String> {
        let mut known = self.set_up.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (case.model.plan.contract.dialect.clone(), status.to_owned());
        let first = known.entry(key).or_insert_with(|| case.model.plan.id.clone());
        (*first != case.model.plan.id).then(|| first.clone())
    }
}

impl Case {
    /// Until when a step waits that began then: for a REST call longer than for anything else.
    pub(super) fn deadline(&self, began: Instant, within: Duration) -> Instant {
        if self.owed.calls > self.owed.answered {
            began + self.rules.rest_within().max(within) + self.rules.slack
        } else {
            began + within
        }
    }

    /// An answer that took long is slow; it is judged all the same.
    pub(super) fn was_slow(&mut self, socket: SocketId, response: &Response) {
        // What is found in the set-up would end the case.
        if response.took <= self.rules.within || self.log.step == 0 {
            return;
        }
        let (took, within) = (response.took.as_millis(), self.rules.within.as_millis());
        let message = format!(
            "the REST call of {} was answered after {took} ms, which is slow (over {within} ms)",
            self.caller(socket)
        );
        let socket = self.is_actor(socket).then_some(socket);
        self.find_at(Level::Should, Kind::Timing, None, socket, message);
        self.blame_lateness();
    }

    /// There was no answer, or none that is HTTP; whether the server is there at all is asked once the case has ended.
    pub(super) fn got_no_answer(&mut self, socket: SocketId, error: &RestError) {
        if let RestError::Lacking(what) = error {
            // It says nothing of the server.
            self.log.lacks = Some(what);
            self.log.halted = true;
            return;
        }
        let message = format!("the REST call of {} failed: {error}", self.caller(socket));
        let kind = if matches!(error, RestError::Timeout { .. }) {
            self.rules.unanswered.store(true, Ordering::Relaxed);
            Kind::Missing
        } else {
            Kind::ConnectionLost
        };
        self.find(kind, None, self.is_actor(socket).then_some(socket), message);
        self.log.out_of_reach = Some(error.to_string());
        self.log.halted = true;
    }

    /// Whether the server is gone altogether, and how that shows.
    /// Whoever has no connection to spare learns nothing of that.
    pub(super) async fn server_is_gone(&self) -> Option<String> {
        let request = Request { method: "GET".to_owned(), path: "/".to_owned(), ..Request::default() };
        let error = self.rest[0].call(&request, self.rules.rest_within).await.err()?;
        (!matches!(error, RestError::Lacking(_))).then(|| error.to_string())
    }

    /// Whether nothing was found while a room was made; findings from the first one on are of that.
    pub(super) async fn set_up_went_well(
        &mut self,
        room: &str,
        call: &str,
        first: usize,
    ) -> Result<(), Stop> {
        if let Some(what) = self.log.lacks {
            self.log.findings.truncate(first);
            return Err(Stop::CouldNotRun(what.to_owned()));
        }
        let answer = self.log.answer.take();
        if let Some(reason) = self.log.out_of_reach.take() {
            self.log.findings.truncate(first);
            return Err(match self.server_is_gone().await {
                Some(_) => Stop::Unreachable(reason),
                None => Stop::CouldNotRun(format!("the room `{room}` could not be made: {reason}")),
            });
        }
        let Some(finding) = self.log.findings.get(first) else { return Ok(()) };
        let Some((status, body)) = answer else {
            let reason = format!("the room `{room}` could not be made: {}", finding.message);
            self.log.findings.truncate(first);
            return Err(Stop::CouldNotRun(reason));
        };
        let differences = finding.differences.iter().map(|difference| {
            format!("; {} should be {}, and is {}", difference.path, difference.expected, difference.received)
        });
        let differences: String = differences.collect();
        self.log.findings.truncate(first);
        Err(Stop::CouldNotRun(match self.rules.failed_before(self, &status) {
            Some(case) => format!("no room could be made: {call} was answered with {status}, as in {case}"),
            None => format!(
                "no room could be made: {call} was answered with {status} {}{differences}",
                first_of_page(&body)
            ),
        }))
    }

    /// A second try decides whether a connection that failed says something of the server as a whole.
    pub(super) async fn refused_or_gone(&mut self, socket: SocketId, error: OpenError) -> Stop {
        match error {
            OpenError::Unable(limit) => limit.into(),
            OpenError::Lacking(what) => Stop::CouldNotRun(what.to_owned()),
            error if opened_badly(&error) => {
                let message = format!("{} was not let in: {error}", self.caller(socket));
                self.find(Kind::Protocol, None, Some(socket), message);
                Stop::Halted
            }
            // It has let others in, and hangs up on this one each time.
            OpenError::Closed { .. } if self.rules.has_let_in() && self.server_is_gone().await.is_none() => {
                let message = format!("{} was not let in, as others were: {error}", self.caller(socket));
                self.find(Kind::ConnectionLost, None, Some(socket), message);
                Stop::Halted
            }
            error => match self.server_is_gone().await {
                Some(_) => Stop::Unreachable(error.to_string()),
                None => Stop::CouldNotRun(error.to_string()),
            },
        }
    }
}

/// A server that opens a session, and in a way in which none may be opened.
fn opened_badly(error: &OpenError) -> bool {
    match error {
        OpenError::Protocol { stage: Stage::OpenPacket, .. } => true,
        // A page begins otherwise.
        OpenError::Protocol { stage: Stage::PollingHandshake, what, .. } => what.starts_with("\"0"),
        _ => false,
    }
}

/// Whether another try may go well.
pub(super) fn is_worth_another_try(error: &OpenError) -> bool {
    !matches!(error, OpenError::Unable(_) | OpenError::BadUrl { .. } | OpenError::BadHeader { .. })
}

/// Of a page its first line, and how long it is.
#[must_use]
pub fn first_of_page(body: &str) -> String {
    let line = short::text(first_line(body), SHOWN);
    match line.len() {
        length if length == body.len() => line.into_owned(),
        _ => format!("{line} and more, {} bytes", body.len()),
    }
}
