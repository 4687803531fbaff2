//! What may be accepted or refused: both are fine, and which of the two it was is known only from the answer.

use std::collections::HashSet;

use super::Stop;
use super::case::{Case, Pending};
use language::contract::Verb;
use language::script::{Act, Action, Step};
use model::check::judge::{Expectation, Judge, Order, Received};
use model::interpreter::expected::{Sent, accepted, refused};
use model::interpreter::said::Said;
use model::world::SocketId;
use results::record::Kind;

/// Marks the forms in which an action was refused.
const REFUSED: &str = "refused, ";
/// How many are under way at once where something is said until it is refused.
const BATCH: usize = 50;

impl Case {
    /// Says a verb that may be refused, and waits for what follows in either case.
    pub(super) async fn say_maybe(&mut self, socket: SocketId, action: &Action) -> Result<(), Stop> {
        self.must_be_up(socket)?;
        let said = self.said(socket, action)?;
        let sent = self.send(&said, action)?;
        let verb = self.verb(action)?.clone();
        let mut judge = Judge::new(Order::Next);
        // Each such step is a thing of its own.
        let line = self.log.steps[self.log.step].line;
        let thing = format!("{}, line {line}: {}", self.model.plan.scenario.id, action.verb);
        judge.expect(self.either(&said, action, &verb, &sent, thing));
        let mut held: Vec<Received> = Vec::new();
        let forms = self.meet_holding(judge, Some(&mut held), self.rules.within).await;
        let mut judge = Judge::new(Order::Next);
        if forms.first().is_some_and(|form| !form.starts_with(REFUSED)) {
            let changes = self.apply(&said, action);
            self.expect_changes(&mut judge, &said, action, &changes);
        }
        for received in held {
            self.offer(received, Some(&mut Pending { judge: &mut judge, held: None }));
        }
        self.meet(judge).await;
        self.prove_silence(&[socket]).await;
        Ok(())
    }

    fn either(&self, said: &Said, action: &Action, verb: &Verb, sent: &Sent, thing: String) -> Expectation {
        let mut either = accepted(&self.model, said, action, verb, sent);
        either.thing = thing;
        let refusals = refused(&self.model, said, action, verb, sent).forms;
        either.forms.extend(refusals.into_iter().map(|mut form| {
            form.name.insert_str(0, REFUSED);
            form
        }));
        either
    }

    /// Says verbs that others do not hear of again and again, many at once, until one is refused.
    pub(super) async fn repeat_until(&mut self, times: u32, kind: &str, steps: &[Step]) -> Result<(), Stop> {
        let mut queue = Vec::new();
        steps.iter().try_for_each(|step| self.flatten(step, &mut queue))?;
        let before = self.log.transcript.len();
        let found = self.log.findings.len();
        let mut is_refused = false;
        let mut left = times as usize;
        while left > 0 && !is_refused && !self.log.halted && self.log.findings.len() == found {
            let mut judge = Judge::new(Order::Next);
            for (socket, act) in queue.iter().cycle().take(BATCH.min(left)) {
                let Act::Verb(action) = act else { continue };
                self.must_be_up(*socket)?;
                let said = self.said(*socket, action)?;
                let sent = self.send(&said, action)?;
                let verb = self.verb(action)?.clone();
                // How often one goes on until it is refused is no form of anything.
                judge.expect(self.either(&said, action, &verb, &sent, String::new()));
            }
            left = left.saturating_sub(BATCH);
            let forms = self.meet_holding(judge, None, self.rules.within).await;
            is_refused = forms.iter().any(|form| form.starts_with(REFUSED));
        }
        self.keep_first_of_each(before);
        self.prove_silence(&[]).await;
        self.log.judged(None);
        if !is_refused && !self.log.halted && self.log.findings.len() == found {
            let clause = self.log.step_clauses.first().cloned();
            self.find(
                Kind::Missing,
                clause.as_deref(),
                None,
                format!("{times} times, and never refused as {kind}"),
            );
            self.blame_lateness();
        }
        Ok(())
    }

    /// How often it takes is the server's affair: one exchange of each kind tells all.
    fn keep_first_of_each(&mut self, before: usize) {
        let mut seen = HashSet::new();
        let mut index = 0;
        self.log.transcript.retain(|entry| {
            index += 1;
            index <= before
                || seen.insert((entry.actor.clone(), entry.name.clone(), entry.redacted.to_string()))
        });
    }
}
