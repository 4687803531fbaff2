//! What ended without all that was due: which form it took, what never came, and what follows from what came instead.

use std::time::Duration;

use super::case::{Case, LateAck, is_answer};
use model::check::judge::{Channel, Ended, Item, Role};
use model::check::matching::describe;
use model::findings::fold::{broadcasts, fold};
use results::record::{Direction, Kind};

impl Case {
    /// An expectation ended: the form it took, and what did not come.
    pub(super) fn judge_ended(&mut self, ended: Ended, waited: Duration) {
        if !ended.missing.is_empty() {
            self.judge_missing(&ended, waited);
            return;
        }
        self.log.judged(ended.clause.as_deref());
        let told = ended.told_apart && !ended.thing.is_empty();
        if told {
            self.log.forms.push((ended.thing.clone(), ended.form.clone()));
        }
        let form = told.then(|| self.log.forms.len().saturating_sub(1));
        for late in ended.unused_acks {
            if let Channel::Ack(id) = late.item.channel {
                let step = self.log.step;
                self.owed.late_acks.insert((late.item.socket, id), LateAck { late, form, step });
            }
        }
        if let Some(level) = ended.level {
            let message = format!("{}: `{}` is accepted, but not documented", ended.thing, ended.form);
            let _found = self.find_at(level, Kind::Form, ended.clause.as_deref(), None, message);
        }
    }

    fn judge_missing(&mut self, ended: &Ended, waited: Duration) {
        let within = format!("within {} ms", waited.as_millis());
        for item in &ended.missing {
            self.log.judged(item.clause.as_deref());
        }
        let missing = self.scene().of_missing(ended, &within, |item| self.crossing(item));
        for (item, message) in missing {
            self.find_missing(item, message);
        }
        self.blame_long_lateness(waited);
        if self.late.is_none() {
            for item in &ended.missing {
                self.rules.account.missed(&item.name, is_answer(&item.channel));
                self.rules.misses.missed(&self.model.plan.contract.dialect, &item.name);
            }
        }
    }

    /// Where somebody on another node has said last what did not come.
    fn crossing(&self, item: &Item) -> String {
        if self.arena.reach.others.is_empty() || !matches!(item.channel, Channel::Event(_)) {
            return String::new();
        }
        let mut said = self.log.transcript.iter().rev().filter(|entry| entry.direction == Direction::Out);
        let speaker = said.find_map(|entry| self.socket_of(&entry.actor).ok());
        let nodes = speaker.map(|speaker| [speaker, item.socket].map(|one| self.arena.node(one.0 as usize)));
        match nodes {
            Some([from, to]) if from != to => format!(" (said at {from}, to be heard at {to})"),
            _ => String::new(),
        }
    }

    fn find_missing(&mut self, item: &Item, message: String) {
        let context = self.model.context(&item.scope);
        let expected = describe(&item.payload, context);
        let socket = (item.socket != self.nobody()).then_some(item.socket);
        let finding = self.find_at(item.level, Kind::Missing, item.clause.as_deref(), socket, message);
        if let Some(finding) = finding {
            finding.subject.clone_from(&item.name);
            finding.expected = Some(expected);
        }
    }

    /// What was found since then: what came instead leads, and what is missing because of it is folded under it.
    pub(super) fn fold_since(&mut self, before: usize) {
        // A flood leaves fewer than there were.
        let found = self.log.findings.split_off(before.min(self.log.findings.len()));
        self.log.findings.extend(fold(found));
    }

    /// What everybody heard who is there, and several should not have, was emitted to everyone: one finding.
    pub(super) fn gather_broadcasts(&mut self, before: usize) {
        if self.log.findings.len() < before + 2 {
            return;
        }
        let up: Vec<String> = self.up().into_iter().map(|socket| self.caller(socket)).collect();
        let found = self.log.findings.split_off(before);
        let step = self.log.step;
        let heard: Vec<(String, String)> = self
            .log
            .transcript
            .iter()
            .filter(|entry| entry.step == step && entry.direction == Direction::In)
            .map(|entry| (entry.actor.clone(), entry.name.clone()))
            .collect();
        self.log.findings.extend(broadcasts(found, &up, &heard));
    }

    /// Ends the case where something did not happen that later steps stand on: it was answered otherwise, or not at all, and
    /// nobody heard of it.
    pub(super) fn halt_where_needed(&mut self, ended: &[Ended]) {
        let needed = |ended: &&Ended| ended.role == Role::Needed;
        let unanswered =
            ended.iter().filter(needed).any(|ended| ended.taken == 0 && !ended.missing.is_empty());
        let heard = ended.iter().any(|ended| ended.role == Role::Consequence && ended.taken > 0);
        let otherwise = self.log.otherwise && ended.iter().any(|ended| needed(&ended));
        if otherwise || unanswered && !heard {
            self.log.halted = true;
        }
    }
}
