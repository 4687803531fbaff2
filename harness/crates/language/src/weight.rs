//! How much a scenario asks for, reckoned from what is written before anything is played: steps with their repeats, actors, rooms,
//! and texts that are made. Owns the sums; `limits` has the most they may be.

use std::collections::HashSet;

use super::contract::RestCall;
use super::limits;
use super::payload::{Matcher, Payload};
use super::problem::Problem;
use super::script::{Act, Scenario, Step, StepKind};
use super::text::{Document, Span};

/// What a case of a scenario comes to.
#[derive(Clone, Copy, Default)]
struct Weight {
    /// Steps as written.
    written: usize,
    /// Steps as played.
    played: u64,
    /// Bytes of made texts.
    texts: u64,
}

/// Refuses a scenario that asks for too much.
///
/// # Errors
/// At the place where it becomes too much.
pub(super) fn check(scenario: &Scenario) -> Result<(), Problem> {
    actors(scenario)?;
    Weight::default().add(&scenario.document, &scenario.steps, 1)
}

/// How many steps a case plays: each actor and each turn of a repeat counts.
#[must_use]
pub fn played(scenario: &Scenario) -> u64 {
    let mut weight = Weight::default();
    // What is too much was refused when the file was read.
    let _within = weight.add(&scenario.document, &scenario.steps, 1);
    weight.played
}

fn actors(scenario: &Scenario) -> Result<(), Problem> {
    let d = &scenario.document;
    let place = |name| d.fields(&d.root, "a scenario").ok()?.get(name).map(|node| node.span);
    let too_many = |name, message: String| d.problem(place(name).unwrap_or(d.root.span), message).last();
    if scenario.rooms.len() > limits::ROOMS {
        let message = format!("a scenario has at most {} rooms, not {}", limits::ROOMS, scenario.rooms.len());
        return Err(too_many("rooms", message));
    }
    let members: HashSet<&String> = scenario.rooms.values().flatten().collect();
    let listed = scenario.users.keys().filter(|user| !members.contains(user)).count();
    for (name, count) in [("rooms", members.len()), ("users", members.len() + listed)] {
        if count > limits::ACTORS {
            let message = format!("a scenario has at most {} actors, not {count}", limits::ACTORS);
            return Err(too_many(name, message));
        }
    }
    Ok(())
}

impl Weight {
    fn add(&mut self, d: &Document, steps: &[Step], times: u64) -> Result<(), Problem> {
        for step in steps {
            self.written += 1;
            match &step.kind {
                StepKind::Repeat { times: more, steps, .. } => {
                    self.add(d, steps, times.saturating_mul((*more).into()))?;
                }
                StepKind::Parallel(steps) | StepKind::AnyOrder(steps) | StepKind::AtOnce(steps) => {
                    self.add(d, steps, times)?;
                }
                StepKind::Act(actors, act) => self.play(actors.len() as u64, made_in(act), times),
                StepKind::HearsNothing(actors) => self.play(actors.len() as u64, 0, times),
                StepKind::Rest(call) => self.play(1, made_in_call(call), times),
                StepKind::Stopped { .. } | StepKind::Wait(_) | StepKind::Expired(_) => self.play(1, 0, times),
            }
            self.within(d, step.span)?;
        }
        Ok(())
    }

    fn play(&mut self, actors: u64, bytes: u64, times: u64) {
        let times = times.saturating_mul(actors);
        self.played = self.played.saturating_add(times);
        self.texts = self.texts.saturating_add(times.saturating_mul(bytes));
    }

    fn within(self, d: &Document, span: Span) -> Result<(), Problem> {
        let message = if self.written > limits::STEPS {
            format!("a scenario has at most {} steps, and this is one more", limits::STEPS)
        } else if self.played > limits::PLAYED {
            let most = limits::PLAYED;
            format!(
                "up to here {} steps are played, with all repeats and actors; a case has at most {most}",
                self.played
            )
        } else if self.texts > limits::TEXTS_BYTES {
            let most = limits::TEXTS_BYTES;
            format!("up to here texts of {} bytes are made; a case makes at most {most}", self.texts)
        } else {
            return Ok(());
        };
        Err(d.problem(span, message).last())
    }
}

fn made_in(act: &Act) -> u64 {
    match act {
        Act::Verb(action) => {
            let said = [&action.main, &action.text, &action.spoil, &action.with];
            said.into_iter().flatten().map(made).sum()
        }
        Act::Emit { data, ack, .. } => data.iter().chain(ack).map(made).sum(),
        Act::Expect { data, .. } => made(data),
        Act::Rest(call) => made_in_call(call),
        Act::Connect(raw) => {
            let pairs = raw.query.iter().chain(&raw.headers).map(|(_, value)| value);
            raw.auth.iter().chain(pairs).map(made).sum()
        }
        Act::Frame(frame) => made(frame),
        Act::Sever => 0,
    }
}

fn made_in_call(call: &RestCall) -> u64 {
    let headers = call.headers.iter().map(|(_, value)| value);
    call.json.iter().chain(&call.body).chain([&call.path]).chain(headers).map(made).sum()
}

fn made(payload: &Payload) -> u64 {
    match payload {
        Payload::Matcher(Matcher::Make(bytes)) => *bytes as u64,
        Payload::Matcher(Matcher::Maybe(inner)) => made(inner),
        Payload::List(items) => items.iter().map(made).sum(),
        Payload::Object { fields, .. } => fields.iter().map(|(_, value)| made(value)).sum(),
        _ => 0,
    }
}
