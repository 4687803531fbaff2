//! A case from its set-up to its end: rooms, connections, steps, invariants, the last proof, and what comes too late.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::case::{Case, Pending};
use super::cast::Link;
use super::log::GivenUp;
use super::{Stop, raw};
use language::contract::{Making, Say};
use language::level::Level;
use language::payload::Payload;
use language::script::{Action, Invariant, Refused};
use language::verb::ModelVerb;
use model::check::judge::{Expectation, Form, Judge, Order, Received, Role};
use model::findings::fold::and;
use model::findings::misses::MOST;
use model::interpreter::expected::rest_payload;
use model::interpreter::order::Overtaken;
use model::world::{self, SocketId};
use results::record::Kind;

/// After a stall this long a server may have given up on whoever was silent.
const LONG_STALL: Duration = Duration::from_millis(500);

impl Case {
    /// Runs the case to its end. The sockets stay open: see [`Case::linger`].
    pub(super) async fn run(&mut self) -> Result<(), Stop> {
        self.make_rooms().await?;
        for index in 0..self.cast.len() {
            let socket = SocketId(index as u32);
            if !self.actor(socket).spec.offline {
                self.connect(socket).await?;
            }
            if self.log.halted {
                return Err(Stop::Halted);
            }
        }
        let scenario = Arc::clone(&self.model.plan.scenario);
        for (index, step) in scenario.steps.iter().enumerate() {
            self.log.step = index + 1;
            self.step_before(step, &scenario.steps[index + 1..]).await?;
        }
        self.log.step = scenario.steps.len() + 1;
        self.prove_silence(&[]).await;
        for invariant in &scenario.invariants {
            self.invariant(*invariant).await?;
        }
        Ok(())
    }

    /// Rooms are made first, by their first participant, before anyone connects.
    async fn make_rooms(&mut self) -> Result<(), Stop> {
        // A room that is a name is there once somebody joins it.
        let Making::Rest(spec) = self.model.plan.contract.room.made.clone() else { return Ok(()) };
        for room in self.model.rooms.clone() {
            if self.model.plan.scenario.later.contains(&room) {
                continue;
            }
            let first = self.model.maker(&room, |member| self.has_valid_token(member))?;
            let socket = self.socket_of(&first)?;
            let scope = self.model.making(self.actor(socket).speaker(socket), &room);
            let findings = self.log.findings.len();
            let call = self.model.call(&spec, &scope, None, true)?;
            let sent = self.send_rest(socket, call);
            let Some(channel) = sent.channel else { continue };
            let name = format!("the answer to {}", sent.event);
            let forms = spec.accepted_bodies().map(|(form, body)| {
                let payload = rest_payload(spec.status.clone(), body.cloned(), &[]);
                let item = raw::item(socket, channel.clone(), payload, scope.clone(), name.clone());
                Form { name: form.to_owned(), level: None, items: vec![item] }
            });
            let forms = forms.collect();
            let mut judge = Judge::new(Order::Next);
            judge.expect(Expectation {
                role: Role::Needed,
                thing: "room".to_owned(),
                clause: None,
                forms,
                unanswered: None,
                after: None,
            });
            self.meet(judge).await;
            self.set_up_went_well(&room, &sent.event, findings).await?;
        }
        Ok(())
    }

    fn has_valid_token(&self, member: &str) -> bool {
        self.cast.iter().any(|actor| actor.name == *member && actor.valid())
    }

    async fn invariant(&mut self, invariant: Invariant) -> Result<(), Stop> {
        if self.model.messages.is_empty() {
            return Err(Stop::CouldNotRun(
                "no message was sent, so an invariant about messages proves nothing".to_owned(),
            ));
        }
        match invariant {
            Invariant::AckedIsInHistory => self.acked_is_in_history().await,
            Invariant::RoomOrder => {
                self.room_order();
                Ok(())
            }
            Invariant::SenderOrder => {
                self.sender_order();
                Ok(())
            }
            // A lost message is a missing event, a doubled or leaked one an unexpected event: the closed world has
            // judged each of them when it came.
            Invariant::NoLoss | Invariant::NoDuplicates | Invariant::NoLeak => Ok(()),
        }
    }

    /// All members of a room have heard the messages that they both heard in one order.
    fn room_order(&mut self) {
        let mut found = Vec::new();
        for room in &self.model.rooms {
            let heard: Vec<_> = self.model.heard.iter().filter(|((known, _), _)| known == room).collect();
            let Some((((_, first), order), others)) = heard.split_first() else { continue };
            let order = order.labels();
            for ((_, other), theirs) in others {
                let theirs = theirs.labels();
                let common: Vec<_> = order.iter().filter(|label| theirs.contains(label)).collect();
                let their_common: Vec<_> = theirs.iter().filter(|label| order.contains(label)).collect();
                if let Some((mine, their)) =
                    common.iter().zip(&their_common).find(|(mine, their)| mine != their)
                {
                    found.push((
                        *other,
                        format!(
                            "in {room}, {} heard {mine} where {} heard {their}",
                            self.caller(*first),
                            self.caller(*other)
                        ),
                    ));
                }
            }
        }
        for (socket, message) in found {
            self.find(Kind::Invariant, None, Some(socket), format!("the room has no one order: {message}"));
        }
    }

    /// What one user has said in a row was heard in that order.
    fn sender_order(&mut self) {
        for Overtaken { first, then, sender, hearers, answered } in self.model.overtaken() {
            let names: Vec<String> = hearers.iter().map(|hearer| self.caller(*hearer)).collect();
            let when = if answered { "was answered before that was said" } else { "was said before" };
            let message = format!("{} heard {then} of {sender} before {first}, which {when}", and(&names));
            let most = if answered { Level::Must } else { Level::May };
            let level = self.model.plan.contract.level(None).min(most);
            let _found = self.find_at(level, Kind::Invariant, None, hearers.first().copied(), message);
        }
    }

    /// Whatever was acknowledged is in the history, whole and in order.
    async fn acked_is_in_history(&mut self) -> Result<(), Stop> {
        if !matches!(
            self.model.plan.contract.verb("history", None).map(|verb| &verb.say),
            Some(Say::Rest(_) | Say::Emit { .. })
        ) {
            return Ok(());
        }
        for room in self.model.rooms.clone() {
            if !self.model.messages.iter().any(|message| message.room == room) {
                continue;
            }
            let members = self.model.plan.scenario.rooms.get(&room).cloned().unwrap_or_default();
            let reader = members.iter().filter_map(|member| self.socket_of(member).ok());
            let Some(reader) = reader.into_iter().find(|socket| self.actor(*socket).line == Link::Up) else {
                continue;
            };
            let main = Some(Payload::text(room));
            let action = Action {
                main,
                refused: Refused::No,
                ..Action::plain(ModelVerb::History, Default::default())
            };
            Box::pin(self.say(reader, &action)).await?;
        }
        Ok(())
    }

    /// Keeps the sockets open for a while: what a server sends too late is found at no cost in time.
    pub(super) async fn linger(mut self) -> Self {
        if !self.log.halted {
            self.log.lingering = true;
            let mut judge = self.what_may_still_stop();
            let until = Instant::now() + self.rules.linger;
            while !self.log.halted
                && !self.rules.is_stopped()
                && let Some(inbound) = self.next(until).await
            {
                self.receive(inbound, Some(&mut Pending { judge: &mut judge, held: None }));
            }
        }
        if self.late.is_none() && !self.log.given_up.is_empty() && !self.is_silent() {
            self.wait_for_what_was_given_up().await;
        }
        self.collect_frames();
        self
    }

    /// What was not waited for may be on its way. Nothing else that comes now is judged.
    async fn wait_for_what_was_given_up(&mut self) {
        let found = self.log.findings.len();
        let until = Instant::now() + self.rules.linger.min(MOST);
        while self.late.is_none()
            && !self.log.burdened
            && !self.rules.is_stopped()
            && let Some(inbound) = self.next(until).await
        {
            self.receive(inbound, None);
            self.log.findings.truncate(found);
        }
    }

    /// Whoever still types when the case ends may be stopped by the server while its sockets linger.
    fn what_may_still_stop(&mut self) -> Judge {
        let mut judge = Judge::new(Order::Best);
        for (user, room) in self.model.world.typists() {
            let changes = self.model.world.apply(&world::Action::TypingExpired(user, room), self.now());
            for change in &changes {
                if let Some(mut expectation) = self.model.consequence_of(None, change, None) {
                    expectation
                        .forms
                        .iter_mut()
                        .flat_map(|form| &mut form.items)
                        .for_each(|item| item.maybe = true);
                    judge.expect(expectation);
                }
            }
        }
        judge
    }

    /// What comes when a debounce is over may be a keystroke that was on its way for too long: that proves nothing.
    pub(super) fn blame_debounce(&mut self, at: Instant) {
        let came = at.saturating_duration_since(self.log.began);
        if self.may_be_late() && self.quiet_until.is_some_and(|until| came >= until) {
            self.late = Some("a repeated `typing` took until the debounce was over".to_owned());
        }
    }

    /// What was given up comes after all: it was the harness that did not wait.
    pub(super) fn blame_haste(&mut self, received: &Received) {
        let is_it =
            |missed: &&GivenUp| missed.socket == received.socket && missed.channel == received.channel;
        let Some(missed) = self.log.given_up.iter().find(is_it) else { return };
        self.rules.misses.came(&self.model.plan.contract.dialect, &missed.name, missed.since.elapsed());
        if self.may_be_late() {
            self.late = Some(format!("{} came after it had been given up", missed.name));
        }
    }

    /// Whether the lateness of the harness says anything: a flood makes it late.
    fn may_be_late(&self) -> bool {
        self.late.is_none() && !self.log.burdened
    }

    /// Something did not come in the time it had. That counts though the harness was late, if most of that time was left
    /// and no stall before it was long enough for a server to lose patience.
    pub(super) fn blame_long_lateness(&mut self, waited: Duration) {
        let since = Instant::now().checked_sub(waited).unwrap_or(self.log.began);
        let stalled = self.rules.lag.since(self.log.began).is_some_and(|over| over > LONG_STALL);
        if stalled || self.rules.lag.total_since(since) > waited / 2 {
            self.blame_lateness();
        }
    }

    /// Something was found while the harness itself was late: it does not count before the case was run again.
    pub(super) fn blame_lateness(&mut self) {
        if self.may_be_late()
            && let Some(over) = self.rules.lag.since(self.log.began)
        {
            self.late = Some(format!("the harness itself was {} ms late", over.as_millis()));
        }
    }
}
