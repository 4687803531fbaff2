//! What ended without all that was due: which form it took, what never came, and what follows from what came instead.

use std::time::Duration;

use super::case::Case;
use crate::check::judge::{Channel, Ended, Item, Role};
use crate::check::matching::describe;
use crate::check::scope::Context;
use crate::record::{Finding, Kind, Party};

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
                self.late_acks.insert((late.item.socket, id), (late, form));
            }
        }
        if let Some(level) = ended.level {
            let message = format!("{}: `{}` is accepted, but not documented", ended.thing, ended.form);
            let _found = self.find_at(level, Kind::Form, ended.clause.as_deref(), None, message);
        }
    }

    fn judge_missing(&mut self, ended: &Ended, waited: Duration) {
        let within = format!("within {} ms", waited.as_millis());
        let heard_by_nobody = ended.role == Role::Consequence && ended.taken == 0 && ended.missing.len() > 1;
        for item in &ended.missing {
            self.log.judged(item.clause.as_deref());
            self.rules.misses.missed(&self.plan.contract.dialect, &item.name);
        }
        if heard_by_nobody {
            // One thing that was not done, however many should have heard it.
            let names: Vec<String> = ended.missing.iter().map(|item| self.caller(item.socket)).collect();
            let item = &ended.missing[0];
            let message =
                format!("{} was never emitted: {} did not hear it {within}", item.name, and(&names));
            self.find_missing(item, message);
        } else {
            for item in &ended.missing {
                let message = self.how_it_is_missing(ended, item, &within);
                self.find_missing(item, message);
            }
        }
        self.blame_lateness();
    }

    fn find_missing(&mut self, item: &Item, message: String) {
        let context = Context { contract: &self.plan.contract, book: &self.book, scope: &item.scope };
        let expected = describe(&item.payload, context);
        let socket = (item.socket != self.nobody()).then_some(item.socket);
        let finding = self.find_at(item.level, Kind::Missing, item.clause.as_deref(), socket, message);
        if let Some(finding) = finding {
            finding.subject.clone_from(&item.name);
            finding.expected = Some(expected);
        }
    }

    fn how_it_is_missing(&self, ended: &Ended, item: &Item, within: &str) -> String {
        let actor = self.caller(item.socket);
        let name = &item.name;
        match (ended.role, &item.channel) {
            (Role::Refusal, _) if ended.taken == 0 => {
                let verb = self.log.doing.as_ref().map_or("this", |doing| doing.verb());
                let kind = self.log.doing.as_ref().and_then(|doing| doing.refused.as_deref());
                let kind = kind.map(|kind| format!(" ({kind})")).unwrap_or_default();
                format!("{verb} of {actor} was not refused{kind}: {name} did not come {within}")
            }
            (Role::Consequence, _) if ended.taken == 0 => {
                format!("{name} was never emitted: {actor} did not hear it {within}")
            }
            (Role::Consequence, _) => format!("{actor} did not hear {name} {within}, others did"),
            (_, Channel::Ack(_)) => {
                format!("{name} never came: {actor} waited {within}").replace("waited within", "waited")
            }
            _ => format!("{actor} did not receive {name} {within}"),
        }
    }

    /// What was found since then: what came instead leads, and what is missing because of it is folded under it.
    pub(super) fn fold_since(&mut self, before: usize) {
        let found = self.log.findings.split_off(before);
        self.log.findings.extend(fold(found));
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

/// What should have been refused and was answered by nothing, but heard by others, was accepted.
fn accepted_without_a_word(found: &mut [Finding]) {
    let heard = found.iter().find(|finding| {
        matches!(finding.kind, Kind::Unexpected | Kind::Leak | Kind::Duplicate)
            && finding.party.is_some_and(|party| party != Party::Sender)
    });
    let Some((event, who)) = heard.map(|heard| (heard.subject.clone(), heard.actor.clone())) else { return };
    let unrefused = |finding: &&mut Finding| {
        finding.kind == Kind::Missing
            && finding.party == Some(Party::Sender)
            && finding.during.contains(" refused as ")
    };
    if let Some(finding) = found.iter_mut().find(unrefused) {
        let (verb, kind) = finding.during.split_once(" refused as ").unwrap_or_default();
        let (actor, who) = (finding.actor.clone().unwrap_or_default(), who.unwrap_or_default());
        finding.message = format!(
            "{verb} of {actor} was accepted, and should have been refused ({kind}): {who} heard {event}, and {actor} nothing"
        );
        finding.kind = Kind::Accepted;
    }
}

/// Folds what is missing under what came instead.
fn fold(mut found: Vec<Finding>) -> Vec<Finding> {
    accepted_without_a_word(&mut found);
    let leads = |finding: &Finding| {
        matches!(finding.kind, Kind::Instead | Kind::Accepted | Kind::ConnectionLost | Kind::Protocol)
    };
    let Some(lead) = found.iter().position(leads) else { return found };
    let mut lead = found.remove(lead);
    let accepted = lead.kind == Kind::Accepted;
    let (followers, mut kept): (Vec<Finding>, Vec<Finding>) = found.into_iter().partition(|finding| {
        finding.during == lead.during
            && match finding.kind {
                Kind::Missing => true,
                Kind::Unexpected | Kind::WrongPayload | Kind::Instead | Kind::Accepted | Kind::Leak => {
                    accepted || finding.subject == lead.subject && finding.actor == lead.actor
                }
                _ => false,
            }
    });
    for follower in followers {
        lead.level = lead.level.max(follower.level);
        lead.follows.push(follower.message);
        lead.follows.extend(follower.follows);
    }
    kept.insert(0, lead);
    kept
}

/// `ana`, `ana and bo`, `ana, bo and 7 more`.
fn and(names: &[String]) -> String {
    const SHOWN: usize = 4;
    match names {
        [] => "nobody".to_owned(),
        [only] => only.clone(),
        [all @ .., last] if names.len() <= SHOWN => format!("{} and {last}", all.join(", ")),
        many => format!("{} and {} more", many[..SHOWN].join(", "), many.len() - SHOWN),
    }
}
