//! What is found goes into the log of the case: `model::findings` says what it is, the scenario bounds how bad it can be.

use serde_json::Value;

use super::case::Case;
use language::ground::Ground;
use language::level::Level;
use model::check::judge::{Channel, Match, Received};
use model::findings::scene::{Draft, Person, Scene};
use model::world::SocketId;
use results::record::{ClauseRef, Finding, Kind, short};
use wire::client::Flood;

impl Case {
    /// Who is there and what was done, to judge by.
    pub(super) fn scene(&self) -> Scene<'_> {
        let people = self.cast.iter().map(|actor| Person {
            name: &actor.name,
            user: actor.user,
            user_name: &actor.user_name,
            is_valid: actor.valid(),
        });
        let answer = self.log.answer.as_ref();
        Scene {
            model: &self.model,
            people: people.collect(),
            doing: self.log.doing.as_ref(),
            joined: &self.log.joined_now,
            leads_to: answer.and_then(|(status, _)| status.split_once(" to ")).map(|(_, to)| to),
        }
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
        self.log.found(finding)
    }

    /// A socket is flooded. What it heard until then is a part of that, and whatever the harness was late for, too.
    pub(super) fn flooded(&mut self, socket: SocketId, flood: Flood, last: &str) {
        let actor = self.caller(socket);
        (self.log.burdened, self.log.flooded) = (true, true);
        self.late = None;
        let step = self.log.step;
        self.log.findings.retain(|known| known.step != step || !is_a_part_of_a_flood(known.kind));
        let message = format!("{flood} came to {actor}, who was cut off; the last was {last}");
        self.find(Kind::Protocol, None, Some(socket), message);
        self.log.halted = true;
    }

    fn clause(&self, id: Option<&str>, by_sense: bool) -> Option<ClauseRef> {
        let mut clause = ClauseRef::of(&self.model.plan.contract, id?)?;
        if by_sense {
            clause.ground = Ground::Sense;
        }
        Some(clause)
    }

    /// Enters what is about something that came: its name, what it was, and what it should have been, where that is known.
    fn enter(
        &mut self,
        draft: Draft,
        socket: SocketId,
        name: &str,
        received: &Value,
        expected: Option<&Value>,
    ) {
        let Draft { level, kind, clause, message, otherwise, differences } = draft;
        self.log.otherwise |= otherwise;
        let finding = self.find_at(level, kind, clause.as_deref(), Some(socket), message);
        if let Some(finding) = finding {
            name.clone_into(&mut finding.subject);
            finding.expected = expected.cloned();
            finding.received = Some(short::payload(received).into_owned());
            finding.differences = differences;
            short::finding(finding);
        }
    }

    /// Something arrived that an expectation took: its clause is judged, and where it differs is found.
    pub(super) fn judge_match(&mut self, found: &Match, received: &Value) {
        let item = &found.item;
        self.log.judged(item.clause.as_deref());
        let scene = self.scene();
        if let Some(reason) = scene.another_way(found, received) {
            self.log.ours = Some(reason);
            self.log.halted = true;
            return;
        }
        let told = scene.tells_too_much(item.socket, &item.name, received);
        let drafts = scene.of_match(found, received);
        if let Some(draft) = told {
            self.enter(draft, item.socket, &item.name, received, None);
        }
        for draft in drafts {
            self.enter(draft, item.socket, &item.name, received, Some(&found.expected));
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
            self.enter(draft, socket, name, &received.value, None);
        }
        self.blame_lateness();
    }

    /// Whether the same had been heard before on the same socket: of a message whatever has its identity, else word for word.
    fn was_heard(&self, name: &str, received: &Received) -> bool {
        let (told, book) = (&self.model.told, &self.model.book);
        if told.likeness(received, &self.model.plan.contract, book).is_some() {
            return true;
        }
        let times = self.log.times_heard(&self.caller(received.socket), name, &received.value) as usize;
        times + self.owed.ahead.holds(received) > 1
    }
}

/// What a flood looks like until it is known to be one.
fn is_a_part_of_a_flood(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Unexpected
            | Kind::Undocumented
            | Kind::Duplicate
            | Kind::Protocol
            | Kind::Timing
            | Kind::Unproved
    )
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
