//! What is found goes into the log of the case: `model::findings` says what it is, the scenario bounds how bad it can be.

use serde_json::Value;

use super::case::Case;
use language::ground::Ground;
use language::level::Level;
use model::check::judge::{Channel, Match, Received};
use model::findings::scene::{Draft, Person, Scene};
use model::world::SocketId;
use results::record::{ClauseRef, Direction, Finding, Kind};

impl Case {
    /// Who is there and what was done, to judge by.
    pub(super) fn scene(&self) -> Scene<'_> {
        let people = self.cast.iter().map(|actor| Person {
            name: &actor.name,
            user: actor.user,
            user_name: &actor.user_name,
            is_valid: actor.valid(),
        });
        Scene { model: &self.model, people: people.collect(), doing: self.log.doing.as_ref() }
    }

    /// A finding that needs no more than a sentence.
    pub(super) fn find(
        &mut self,
        kind: Kind,
        clause: Option<&str>,
        socket: Option<SocketId>,
        message: String,
    ) {
        let level = self.model.plan.contract.level(clause);
        let _found = self.find_at(level, kind, clause, socket, message);
    }

    /// A finding of a level of its own, to say more about it; none where the same was found in this step already.
    pub(super) fn find_at(
        &mut self,
        level: Level,
        kind: Kind,
        clause: Option<&str>,
        socket: Option<SocketId>,
        message: String,
    ) -> Option<&mut Finding> {
        // The level is that of the broken rule; where no clause says one, that of the scenario bounds it.
        let bound = clause.is_none() && kind != Kind::Leak;
        let level = if bound { level.min(self.model.plan.scenario.level) } else { level };
        // What arrives at all is no matter of sense; how it looks may be.
        let by_sense = kind == Kind::WrongPayload && self.model.plan.scenario.ground == Ground::Sense;
        let level = if by_sense { level.min(Ground::Sense.bound()) } else { level };
        if self.model.plan.contract.is_ours(clause) {
            if kind == Kind::Undocumented {
                return None;
            }
            // Nobody has to do it as the reference server does; what stands on it cannot be judged here.
            self.log.ours.get_or_insert(format!("{message}; no document says how that is done"));
            self.log.halted = true;
            return None;
        }
        let finding = Finding {
            clause: self.clause(clause, by_sense),
            actor: socket.map(|socket| self.caller(socket)),
            during: self.log.doing.as_ref().map(|doing| doing.what.clone()).unwrap_or_default(),
            party: socket.and_then(|socket| self.scene().party(socket)),
            ..Finding::new(level, kind, self.log.step, message)
        };
        let same = |known: &Finding| known.step == finding.step && known.message == finding.message;
        if self.log.findings.iter().any(same) {
            return None;
        }
        self.log.findings.push(finding);
        self.log.findings.last_mut()
    }

    fn clause(&self, id: Option<&str>, by_sense: bool) -> Option<ClauseRef> {
        let mut clause = ClauseRef::of(&self.model.plan.contract, id?)?;
        if by_sense {
            clause.ground = Ground::Sense;
        }
        Some(clause)
    }

    /// Enters what is about something that came: its name, and what it was.
    fn enter(
        &mut self,
        draft: Draft,
        socket: SocketId,
        name: &str,
        received: &Value,
    ) -> Option<&mut Finding> {
        let Draft { level, kind, clause, message, otherwise, differences } = draft;
        self.log.otherwise |= otherwise;
        let finding = self.find_at(level, kind, clause.as_deref(), Some(socket), message)?;
        name.clone_into(&mut finding.subject);
        finding.received = Some(received.clone());
        finding.differences = differences;
        Some(finding)
    }

    /// Something arrived that an expectation took: its clause is judged, and where it differs is found.
    pub(super) fn judge_match(&mut self, found: &Match) {
        let item = &found.item;
        self.log.judged(item.clause.as_deref());
        let received = self.log.transcript.last().map(|entry| entry.payload.clone()).unwrap_or_default();
        let scene = self.scene();
        if let Some(reason) = scene.another_way(found, &received) {
            self.log.ours = Some(reason);
            self.log.halted = true;
            return;
        }
        let told = scene.tells_too_much(item.socket, &item.name, &received);
        let drafts = scene.of_match(found, &received);
        if let Some(draft) = told {
            let _found = self.enter(draft, item.socket, &item.name, &received);
        }
        for draft in drafts {
            if let Some(finding) = self.enter(draft, item.socket, &item.name, &received) {
                finding.expected = Some(found.expected.clone());
            }
        }
    }

    /// Something arrived that nothing accounts for.
    pub(super) fn unexpected(&mut self, received: &Received, name: &str) {
        let socket = received.socket;
        if received.channel == Channel::Disconnected {
            if self.log.lingering {
                return;
            }
            let message = format!("{} was disconnected: {}", self.caller(socket), plain(&received.value));
            self.find(Kind::ConnectionLost, None, Some(socket), message);
            self.log.halted = true;
            return;
        }
        // The harness asked for an ack where none is documented: one that says nothing, and comes once, is only polite.
        if let Channel::Ack(id) = received.channel
            && self.owed.asked.remove(&(socket, id))
            && received.value.is_null()
        {
            return;
        }
        let before = self.was_heard(name, received);
        let scene = self.scene();
        if self.actor(socket).let_in && scene.leaks(socket, &received.value) {
            // That it was let in has been told.
            self.log.set_aside += 1;
            return;
        }
        let told = scene.tells_too_much(socket, name, &received.value);
        let strange = scene.of_stranger(received, name, before, &self.owed.repeats);
        for draft in told.into_iter().chain([strange]) {
            let _found = self.enter(draft, socket, name, &received.value);
        }
        self.blame_lateness();
    }

    /// Whether the same had been heard before on the same socket.
    fn was_heard(&self, name: &str, received: &Received) -> bool {
        let actor = self.caller(received.socket);
        let same = self.log.transcript.iter().filter(|entry| {
            entry.direction == Direction::In
                && entry.actor == actor
                && entry.name == name
                && entry.payload == received.value
        });
        same.count() + self.owed.ahead.holds(received) > 1
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
