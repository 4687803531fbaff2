//! The HTTP long-polling transport, and the upgrade from it to a websocket.
//!
//! Owns the two lanes, one pending GET and POSTs in order, and the moment of the change. Must not know what
//! packets mean. *Engine.IO 4, "HTTP long-polling" and "Upgrade".*

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::SinkExt as _;
use hyper::Method;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::watch;
use tokio::time::{sleep_until, timeout};
use tokio_tungstenite::tungstenite::Message;

use super::http::{Answer, ExchangeError, Lane, Route};
use super::open::{Limit, OpenError, Stage, opening};
use super::session::{Command, Ending, Session, quoted};
use super::websocket::{self, FAREWELL, Websocket};
use crate::engine::{self, push_record, records};

/// How long the websocket of an upgrade may take; polling goes on meanwhile.
const PROBE_WITHIN: Duration = Duration::from_secs(10);

/// A session that polling has opened.
pub(super) struct Opened {
    pub(super) handshake: engine::Handshake,
    /// The first payload: the open packet, and whatever the server added.
    payload: String,
    lane: Lane,
    /// Set to true, it resets the connections of both lanes.
    cut: watch::Sender<bool>,
}

/// Sends the first request of polling.
pub(super) async fn open(limit: &Limit<'_>) -> Result<Opened, OpenError> {
    let (cut, seen) = watch::channel(false);
    let mut lane = Lane::new(Arc::clone(limit.route), seen);
    limit.on(Stage::TcpConnect, lane.connect()).await?.map_err(|error| limit.refused(error))?;
    let stage = Stage::PollingHandshake;
    let target = limit.route.target("polling", None);
    let exchange = lane.exchange(Method::GET, &target, String::new());
    let answer = limit.on(stage, exchange).await?.map_err(|error| match error {
        ExchangeError::Dial(source) => limit.refused(source),
        ExchangeError::Closed(how) => limit.closed(stage, how),
        ExchangeError::NotHttp(what) => limit.protocol(stage, format!("something else: {what}")),
    })?;
    if answer.status != 200 {
        return Err(limit.http(stage, answer.status, answer.location, answer.body));
    }
    let first = records(&answer.body).next().unwrap_or_default();
    let handshake = opening(first).map_err(|what| limit.protocol(stage, what))?;
    Ok(Opened { handshake, payload: answer.body, lane, cut })
}

/// Runs an open session to its end. With `upgraded` it moves to a websocket if the server offers one, and
/// says so there.
pub(super) async fn run(
    route: Arc<Route>,
    opened: Opened,
    session: Session,
    commands: UnboundedReceiver<Command>,
    upgraded: Option<Arc<AtomicBool>>,
) {
    let mut poller = Poller::new(route, &opened, session, commands);
    poller.down = Some(opened.lane);
    poller.read_first(&opened.payload);
    if upgraded.is_some() && opened.handshake.upgrades.iter().any(|name| name == "websocket") {
        poller.probe_for(opened.handshake.sid);
    }
    match poller.drive().await {
        Polled::Ended(ending) => poller.finish(ending).await,
        Polled::Probed(mut stream) => {
            let Poller { mut session, commands, .. } = poller;
            session.outbox.push_front("5".to_owned());
            // It is first on the websocket, even before the pong of a ping that may already be there.
            if let Some(text) = session.next_outgoing() {
                // A failure shows in reading, which tells better what happened.
                let _shown_later = timeout(FAREWELL, stream.send(Message::text(text))).await;
            }
            if let Some(upgraded) = upgraded {
                upgraded.store(true, Ordering::Relaxed);
            }
            websocket::run(*stream, session, commands).await;
        }
    }
}

/// How polling stops.
enum Polled {
    Ended(Ending),
    Probed(Box<Websocket>),
}

type Work<T> = Option<Pin<Box<dyn Future<Output = T> + Send>>>;
type Exchange = (Lane, Result<Answer, ExchangeError>);

/// Awaits work under way; where there is none, forever.
async fn under_way<T>(work: &mut Work<T>) -> T {
    match work {
        Some(work) => work.as_mut().await,
        None => std::future::pending().await,
    }
}

/// A lane is either here, idle, or inside the work that uses it.
struct Poller {
    route: Arc<Route>,
    target: String,
    most: usize,
    session: Session,
    commands: UnboundedReceiver<Command>,
    down: Option<Lane>,
    up: Option<Lane>,
    get: Work<Exchange>,
    post: Work<Exchange>,
    probe: Work<Result<Box<Websocket>, OpenError>>,
    /// The websocket has answered the probe. From then on no request is begun; once none is under way,
    /// nothing can be lost or overtaken, and the websocket takes over.
    probed: Option<Box<Websocket>>,
    cut: watch::Sender<bool>,
}

impl Poller {
    fn new(
        route: Arc<Route>,
        opened: &Opened,
        session: Session,
        commands: UnboundedReceiver<Command>,
    ) -> Self {
        Poller {
            target: route.target("polling", Some(&opened.handshake.sid)),
            most: opened.handshake.max_payload.unwrap_or(usize::MAX),
            session,
            commands,
            down: None,
            up: Some(Lane::new(Arc::clone(&route), opened.cut.subscribe())),
            get: None,
            post: None,
            probe: None,
            probed: None,
            cut: opened.cut.clone(),
            route,
        }
    }

    fn read_first(&mut self, payload: &str) {
        let mut records = records(payload);
        self.session.opened_by(records.next().unwrap_or_default());
        for record in records {
            self.session.text(record, true);
        }
    }

    fn probe_for(&mut self, sid: String) {
        let route = Arc::clone(&self.route);
        self.probe = Some(Box::pin(async move {
            websocket::probe(&Limit::start(&route, PROBE_WITHIN), &sid).await.map(Box::new)
        }));
    }

    async fn drive(&mut self) -> Polled {
        loop {
            if let Some(reason) = self.session.ended.take() {
                return Polled::Ended(self.session.ending(reason));
            }
            if self.probed.is_none() {
                self.begin_requests();
            } else if self.get.is_none()
                && self.post.is_none()
                && let Some(stream) = self.probed.take()
            {
                return Polled::Probed(stream);
            }
            tokio::select! {
                // What has arrived is looked at before the clock: after a stall both are ready.
                biased;
                (lane, outcome) = under_way(&mut self.get) => {
                    self.get = None;
                    self.down = Some(lane);
                    self.polled(outcome);
                }
                (lane, outcome) = under_way(&mut self.post) => {
                    self.post = None;
                    self.up = Some(lane);
                    self.posted(outcome);
                }
                outcome = under_way(&mut self.probe) => {
                    self.probe = None;
                    match outcome {
                        Ok(stream) => self.probed = Some(stream),
                        Err(error) => self.session.complain(format!(
                            "the upgrade that the handshake offers failed, polling goes on: {error}"
                        )),
                    }
                }
                command = self.commands.recv() => {
                    if let Some(ending) = self.obey(command) {
                        return Polled::Ended(ending);
                    }
                }
                () = sleep_until(self.session.deadline) => {
                    return Polled::Ended(Ending::Gone(self.session.silence()));
                }
            }
        }
    }

    /// Takes a command and all that wait behind it, so that they share a POST.
    fn obey(&mut self, command: Option<Command>) -> Option<Ending> {
        let mut ending = Ending::asked(command, &mut self.session);
        while ending.is_none()
            && let Ok(next) = self.commands.try_recv()
        {
            ending = Ending::asked(Some(next), &mut self.session);
        }
        ending
    }

    fn begin_requests(&mut self) {
        if let Some(lane) = self.down.take() {
            self.get = Some(self.exchange(lane, Method::GET, String::new()));
        }
        if !self.session.outbox.is_empty()
            && let Some(lane) = self.up.take()
        {
            let payload = self.next_payload();
            self.post = Some(self.exchange(lane, Method::POST, payload));
        }
    }

    fn exchange(
        &self,
        mut lane: Lane,
        method: Method,
        body: String,
    ) -> Pin<Box<dyn Future<Output = Exchange> + Send>> {
        let target = self.target.clone();
        Box::pin(async move {
            let outcome = lane.exchange(method, &target, body).await;
            (lane, outcome)
        })
    }

    /// As much of the outbox as the server takes in one payload, at least one packet.
    fn next_payload(&mut self) -> String {
        let mut payload = String::new();
        while let Some(next) = self.session.outbox.front() {
            if !payload.is_empty() && payload.len() + 1 + next.len() > self.most {
                break;
            }
            if let Some(record) = self.session.next_outgoing() {
                push_record(&mut payload, &record);
            }
        }
        payload
    }

    fn polled(&mut self, outcome: Result<Answer, ExchangeError>) {
        match outcome {
            Ok(Answer { status: 200, body, .. }) => {
                for record in records(&body) {
                    self.session.text(record, true);
                    if self.session.ended.is_some() {
                        break;
                    }
                }
            }
            Ok(refusal) => self.session.ended = Some(refused("a poll", &refusal)),
            Err(error) => self.session.ended = Some(format!("transport error: a poll: {error}")),
        }
    }

    /// What stands in the answer to a POST is nobody's business: the official client looks at the status alone, and servers say `ok`,
    /// `OK` or nothing.
    fn posted(&mut self, outcome: Result<Answer, ExchangeError>) {
        match outcome {
            Ok(Answer { status: 200, .. }) => {}
            Ok(refusal) => self.session.ended = Some(refused("a POST", &refusal)),
            Err(error) => self.session.ended = Some(format!("transport error: a POST: {error}")),
        }
    }

    async fn finish(mut self, ending: Ending) {
        match ending {
            Ending::Severed | Ending::Flooded(_) => {
                self.cut.send_replace(true);
            }
            Ending::Disconnect | Ending::Dropped => {
                if matches!(ending, Ending::Disconnect) {
                    self.session.outbox.push_back(self.session.goodbye());
                }
                // A server that no longer answers gets no goodbye.
                let _unheard = timeout(FAREWELL, self.farewell()).await;
            }
            Ending::Gone(_) => {}
        }
        self.session.close(ending);
    }

    /// The close packet goes alone, as the official client sends it: the official server acts upon it before
    /// it looks at the messages of the same payload, and would not see the DISCONNECT.
    async fn farewell(&mut self) {
        if let Some(post) = self.post.take() {
            self.up = Some(post.await.0);
        }
        self.empty_outbox().await;
        self.session.outbox.push_back("1".to_owned());
        self.empty_outbox().await;
    }

    async fn empty_outbox(&mut self) {
        while !self.session.outbox.is_empty()
            && let Some(lane) = self.up.take()
        {
            let payload = self.next_payload();
            let (lane, outcome) = self.exchange(lane, Method::POST, payload).await;
            if outcome.is_ok() {
                self.up = Some(lane);
            }
        }
    }
}

fn refused(what: &str, answer: &Answer) -> String {
    format!("server close: {what} was answered with HTTP {} {}", answer.status, quoted(&answer.body))
}
