//! What a scenario without a contract cannot say, and what to write instead. Whoever has a contract is asked nothing here.

use std::sync::Arc;

use language::contract::Contract;
use language::load::Turn;
use language::problem::Problem;
use language::raw::NAME;
use language::reference::Reference;
use language::script::{Act, Action, Refused, Scenario, Step, StepKind, Time, Values};
use language::text::{Span, Yaml};

/// Whether a scenario says everything itself, so that no contract is needed to play it.
#[must_use]
pub fn says_everything(scenario: &Scenario) -> bool {
    check(scenario, &[], true).is_ok()
}

/// Refuses what only a contract gives a meaning, or a login.
///
/// # Errors
/// At the first such word, with what to write instead.
pub fn check(scenario: &Scenario, known: &[Arc<Contract>], logs_in: bool) -> Result<(), Problem> {
    Checker { scenario, known, logs_in }.scenario()
}

struct Checker<'a> {
    scenario: &'a Scenario,
    known: &'a [Arc<Contract>],
    /// Users have a token that they get by logging in.
    logs_in: bool,
}

impl Checker<'_> {
    fn scenario(&self) -> Result<(), Problem> {
        let scenario = self.scenario;
        if let Some(turn) = scenario.load.iter().flat_map(|load| &load.flow).find(|turn| turn.raw.is_none()) {
            return Err(self.turn(turn));
        }
        if scenario.load.is_none() || self.place("steps").is_some() {
            self.steps(&scenario.steps)?;
        }
        if !scenario.needs.is_empty() {
            return Err(self
                .at("needs", "`needs` asks a contract what its system can do")
                .hint(self.without("leave it out")));
        }
        if !scenario.invariants.is_empty() {
            let problem =
                self.at("invariants", "`invariants` are about messages and rooms that a contract knows");
            return Err(problem.hint(self.without(
                "expect each message where it has to be heard; what nobody expects is found anyway",
            )));
        }
        if scenario.matrix.values().any(|values| !matches!(values, Values::Listed(_))) {
            let problem =
                self.at("for", "only a contract knows which credentials, places and payloads are bad");
            return Err(problem.hint(self.without("list the values: [a, b]")));
        }
        if !scenario.later.is_empty() {
            let problem = self
                .at("rooms", "a room without a contract is made by joining it, so none waits for a `create`");
            return Err(problem.hint(self.without("leave `later` out")));
        }
        self.users()?;
        self.references()
    }

    fn users(&self) -> Result<(), Problem> {
        for (name, user) in &self.scenario.users {
            let word = [
                (user.credential.is_some(), "credential"),
                (user.place.is_some(), "place"),
                (user.valid_for.is_some(), "valid_for"),
            ];
            let Some((_, word)) = word.into_iter().find(|(said, _)| *said) else { continue };
            let problem = self.at(
                "users",
                &format!("`{word}` of {name} is about credentials, of which only a contract knows"),
            );
            return Err(problem.hint(self.without(
                "write what travels: `offline: true` here, and `- NAME: {connect: {auth: {token: …}}}` in the steps",
            )));
        }
        Ok(())
    }

    /// Words whose meaning a contract gives.
    fn references(&self) -> Result<(), Problem> {
        for written in &self.scenario.named.references {
            let instead = match &written.reference {
                Reference::Token if self.logs_in => continue,
                Reference::Token => "write the token itself, or give the target a `login`",
                Reference::Reason
                | Reference::History
                | Reference::MessageStatus
                | Reference::MessageText => "write the payload out, with <any> for what does not matter",
                Reference::MessageId => {
                    "keep the id where it is seen, <any:first>, and write $first from then on"
                }
                Reference::Text if self.scenario.load.is_none() => "write the text itself",
                _ => continue,
            };
            let message = format!("`{}` needs a contract, and there is none", written.reference);
            return Err(self.scenario.document.problem(written.span, message).hint(self.without(instead)));
        }
        Ok(())
    }

    fn turn(&self, turn: &Turn) -> Problem {
        let message = format!("`{}` is a verb, and there is no contract to say what it means", turn.verb);
        self.scenario.document.problem(turn.span, message).hint(self.without(
            "write what is sent and heard: {emit: EVENT, data: {text: $text}, expect: {joined: {EVENT: {text: $text}}}}",
        ))
    }

    fn steps(&self, steps: &[Step]) -> Result<(), Problem> {
        steps.iter().try_for_each(|step| self.step(step))
    }

    fn step(&self, step: &Step) -> Result<(), Problem> {
        if let Some(clause) = step.clauses.first() {
            let message = format!("`{clause}` is a clause of a contract, and there is none");
            return Err(self.problem(step.span, message, "leave `clause` out"));
        }
        match &step.kind {
            StepKind::Act(_, act) => self.act(act, step),
            StepKind::Repeat { over, until, steps, .. } => {
                if until.is_some() {
                    let message = "only a contract knows how a refusal looks".to_owned();
                    return Err(self.problem(step.span, message, "leave `until` out"));
                }
                over.iter().try_for_each(|over| self.time(over, step))?;
                self.steps(steps)
            }
            StepKind::AnyOrder(steps) => self.steps(steps),
            StepKind::Parallel(_) | StepKind::AtOnce(_) => Err(self.problem(
                step.span,
                "this step takes verbs, and there is no contract to say what they mean".to_owned(),
                "write any_order: [{ana: {emit: …}}, {bo: {emit: …}}, {ana, bo: {expect: …}}]",
            )),
            StepKind::Wait(time) => self.time(time, step),
            StepKind::Stopped { .. } => Err(self.problem(
                step.span,
                "only a contract knows how the end of a typing looks".to_owned(),
                "write {expect: EVENT, data: …, within: 6s}",
            )),
            StepKind::Expired(_) => Err(self.problem(
                step.span,
                "nobody has a token without a contract".to_owned(),
                "write {wait: 2s}",
            )),
            StepKind::HearsNothing(_) | StepKind::Rest(_) => Ok(()),
        }
    }

    fn time(&self, time: &Time, step: &Step) -> Result<(), Problem> {
        match time {
            Time::Plain(_) => Ok(()),
            Time::Debounce(_) | Time::TypingExpires(_) => {
                let message = "only a contract documents times".to_owned();
                Err(self.problem(step.span, message, "write the time itself: 500ms"))
            }
        }
    }

    fn act(&self, act: &Act, step: &Step) -> Result<(), Problem> {
        match act {
            Act::Verb(action) => self.verb(action),
            Act::Emit { refused: Refused::Yes(kind) | Refused::Maybe(kind), .. } => Err(self.problem(
                step.span,
                format!("only a contract knows how a refusal as {kind} looks"),
                "write what comes: `ack: {error: <str>}` here, or {expect: error, data: …} as the next step",
            )),
            Act::Emit { .. }
            | Act::Expect { .. }
            | Act::Rest(_)
            | Act::Connect(_)
            | Act::Frame(_)
            | Act::Sever => Ok(()),
        }
    }

    fn verb(&self, action: &Action) -> Result<(), Problem> {
        let plain = action.main.is_none() && action.refused == Refused::No;
        if action.verb.is_about_the_connection() && plain {
            return Ok(());
        }
        if action.verb.is_about_the_connection() {
            let message = "only a contract knows how a connection is refused".to_owned();
            return Err(self.problem(action.span, message, "write {connect: {auth: …, refused: true}}"));
        }
        let message = format!("`{}` is a verb, and there is no contract to say what it means", action.verb);
        Err(self.problem(
            action.span,
            message,
            "write what is sent, {emit: EVENT, data: …}, and who hears what of it, {expect: EVENT, data: …}",
        ))
    }

    fn problem(&self, span: Span, message: String, instead: &str) -> Problem {
        self.scenario.document.problem(span, message).hint(self.without(instead))
    }

    /// A problem at a key of the scenario.
    fn at(&self, key: &str, message: &str) -> Problem {
        let document = &self.scenario.document;
        document.problem(self.place(key).unwrap_or(document.root.span), message)
    }

    fn place(&self, key: &str) -> Option<Span> {
        let Yaml::Map(entries) = &self.scenario.document.root.value else { return None };
        entries.iter().find(|(known, _)| known.text == key).map(|(known, _)| known.span)
    }

    /// What to do instead, and which contracts there are.
    fn without(&self, instead: &str) -> String {
        let names: Vec<&str> = self
            .known
            .iter()
            .map(|contract| contract.dialect.as_str())
            .filter(|name| *name != NAME)
            .collect();
        match names.as_slice() {
            [] => instead.to_owned(),
            names => format!(
                "{instead}; or name the contract that the server keeps: --dialect {}",
                names.join("|")
            ),
        }
    }
}
