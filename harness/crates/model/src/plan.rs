//! Where scenarios and contracts meet: which cases there are, and what a dialect lacks for them. Nothing is run.

pub mod lacks;
mod names;
pub mod raw;
mod shown;

use std::borrow::Borrow;
use std::collections::BTreeSet;
use std::sync::Arc;

use indexmap::{IndexMap, IndexSet};

use crate::check::{choices, spoil};
use language::contract::{CHANGES, ChangeKind, Contract, IdKind, Say};
use language::limits;
use language::payload::Payload;
use language::problem::Problem;
use language::raw::NAME;
use language::script::{Act, Action, Refused, Scenario, Step, StepKind, Time, Values};
use language::weight;

/// One case: a scenario on a dialect, with one combination of its variables.
#[derive(Debug, Clone)]
pub struct CasePlan {
    /// `crm/auth-failures[expired,query.token]`
    pub id: String,
    /// What happens.
    pub scenario: Arc<Scenario>,
    /// In which dialect.
    pub contract: Arc<Contract>,
    /// The variables.
    pub variables: Arc<IndexMap<String, String>>,
    /// What the dialect or target lacks for it.
    pub lacks: Option<String>,
}

/// The kinds of credentials that must not be accepted, where a dialect has tokens.
pub const BAD_TOKENS: &[&str] =
    &["none", "garbage", "expired", "wrong_signature", "wrong_algorithm", "alg_none"];

/// The cases of these scenarios on these dialects, in a fixed order.
///
/// # Errors
/// A [`Problem`] where a scenario names something that no dialect has.
pub fn plan(
    scenarios: &[Arc<Scenario>],
    contracts: &[Arc<Contract>],
    known: &[Arc<Contract>],
    lacks: &[String],
) -> Result<Vec<CasePlan>, Problem> {
    let mut cases = Vec::new();
    for scenario in scenarios {
        let is_raw = scenario.dialect.as_deref() == Some(NAME);
        if is_raw || !contracts.is_empty() && contracts.iter().all(|contract| contract.is_raw()) {
            // Whoever only reads the files knows of no target.
            let unknown = !contracts.iter().any(|contract| contract.is_raw());
            let logs_in = unknown || contracts.iter().any(|contract| contract.logs_in);
            raw::check(scenario, known, logs_in)?;
        }
        // What a scenario says itself is known wherever it is run.
        let own = with_own(&Arc::new(language::raw::contract()), scenario);
        let known: Vec<Arc<Contract>> = known.iter().cloned().chain([own]).collect();
        Checker { scenario, known: &known }.scenario()?;
    }
    for contract in contracts {
        let held_to =
            if lacks.is_empty() { Arc::clone(contract) } else { Arc::new(lacks::without(contract, lacks)) };
        for scenario in of_dialect(scenarios, contract) {
            let whole = with_own(contract, scenario);
            let mut of_scenario = cases_of(scenario, &whole, lacks)?;
            let held_to = with_own(&held_to, scenario);
            of_scenario.iter_mut().for_each(|case| case.contract = Arc::clone(&held_to));
            if of_scenario.iter().any(|case| case.lacks.is_none()) {
                names::check(scenario, &held_to)?;
            }
            cases.extend(of_scenario);
        }
    }
    Ok(cases)
}

/// A contract with what a scenario says itself laid over it.
#[must_use]
pub fn with_own(contract: &Arc<Contract>, scenario: &Scenario) -> Arc<Contract> {
    let load = scenario.load.as_ref();
    let is_plain = scenario.own.is_empty()
        && load.is_none_or(|load| load.enter.is_none() && load.flow.iter().all(|turn| turn.raw.is_none()));
    if is_plain { Arc::clone(contract) } else { Arc::new(language::raw::with_own(contract, scenario)) }
}

/// The scenarios for a dialect: the portable ones, its own, and those of the dialects that it extends, but for those of which it
/// has one of the same name.
pub fn of_dialect<'s, S: Borrow<Scenario>>(
    scenarios: &'s [S],
    contract: &Contract,
) -> impl Iterator<Item = &'s S> {
    let distance = |scenario: &Scenario| {
        let dialect = scenario.dialect.as_ref()?;
        contract.lineage().position(|known| known == dialect)
    };
    scenarios.iter().filter(move |scenario| {
        let scenario: &Scenario = (*scenario).borrow();
        let mine = distance(scenario);
        let nearer =
            |other: &Scenario| other.id == scenario.id && distance(other) < mine && distance(other).is_some();
        scenario.dialect.is_none()
            || (mine.is_some() && !scenarios.iter().any(|other| nearer(other.borrow())))
    })
}

fn cases_of(
    scenario: &Arc<Scenario>,
    contract: &Arc<Contract>,
    lacks: &[String],
) -> Result<Vec<CasePlan>, Problem> {
    let name = format!("{}/{}", contract.dialect, scenario.id);
    let case = |id: String, variables, lacks| CasePlan {
        id,
        scenario: Arc::clone(scenario),
        contract: Arc::clone(contract),
        variables: Arc::new(variables),
        lacks,
    };
    if let Some(missing) = missing(scenario, contract, lacks) {
        return Ok(vec![case(name, IndexMap::new(), Some(missing))]);
    }
    let values: Vec<(&String, Vec<String>)> =
        scenario.matrix.iter().map(|(variable, values)| (variable, values_of(values, contract))).collect();
    few_enough(scenario, contract, values.iter().map(|(_, values)| values.len()))?;
    let mut combinations = vec![IndexMap::new()];
    for (variable, values) in values {
        combinations = combinations
            .into_iter()
            .flat_map(|known: IndexMap<String, String>| {
                values.iter().map(move |value| {
                    let mut known = known.clone();
                    known.insert(variable.clone(), value.clone());
                    known
                })
            })
            .collect();
    }
    // Nothing travels in no place: `none` is one case, not one for each place.
    let first_place = contract.credentials.keys().next().cloned().unwrap_or_default();
    combinations.retain(|known| {
        let none = known.values().any(|value| value == "none");
        !none
            || known.values().all(|value| !contract.credentials.contains_key(value) || *value == first_place)
    });
    // In a place where a bare id travels there is no bad token, and where any text is an id no bad id either.
    combinations.retain(|known| {
        let mut places = known.values().filter(|value| contract.credentials.contains_key(*value));
        let bare = places.any(|place| !contract.carries_token(place));
        let token = |value: &String| BAD_TOKENS[1..].contains(&value.as_str());
        let id = |value: &String| value == "garbage" && !matches!(contract.ids, IdKind::Str | IdKind::Any);
        !bare || known.values().all(|value| !token(value) || id(value))
    });
    if combinations.is_empty() {
        return Err(scenario
            .document
            .problem(scenario.document.root.span, "`for` has no values, so there is no case"));
    }
    let named = |known: &IndexMap<String, String>| {
        let values: Vec<String> = known.values().map(|value| value.trim().replace('\n', "\\n")).collect();
        if values.is_empty() { name.clone() } else { format!("{name}[{}]", values.join(",")) }
    };
    Ok(combinations.into_iter().map(|known| case(named(&known), known, None)).collect())
}

/// Refuses more cases than anybody would wait for, before they are made.
fn few_enough(
    scenario: &Scenario,
    contract: &Contract,
    values: impl Iterator<Item = usize>,
) -> Result<(), Problem> {
    let cases = values.fold(1_usize, usize::saturating_mul);
    let steps = weight::played(scenario).saturating_mul(cases as u64);
    let most = if cases > limits::CASES {
        format!("a scenario makes at most {}", limits::CASES)
    } else if cases > 1 && steps > limits::PLAYED_IN_ALL {
        format!("they play {steps} steps, and all cases of a scenario play at most {}", limits::PLAYED_IN_ALL)
    } else {
        return Ok(());
    };
    let document = &scenario.document;
    let fields = document.fields(&document.root, "a scenario")?;
    let span = fields.get("for").map_or(document.root.span, |node| node.span);
    let message = format!("`for` makes {cases} cases on `{}`: {most}", contract.dialect);
    Err(document.problem(span, message).last())
}

fn values_of(values: &Values, contract: &Contract) -> Vec<String> {
    match values {
        Values::Listed(listed) => listed.clone(),
        Values::Places => contract.credentials.keys().cloned().collect(),
        Values::BadCredentials if contract.token.is_some() => {
            BAD_TOKENS.iter().map(|&kind| kind.to_owned()).collect()
        }
        Values::BadCredentials => vec!["none".to_owned(), "garbage".to_owned()],
        Values::BadPayloads(verb) => {
            let optional = contract.verb(verb, None).map_or(&[][..], |verb| &verb.optional);
            payload_of(contract, verb).map(|payload| spoil::ways(payload, optional)).unwrap_or_default()
        }
        Values::Choices(verb) => payload_of(contract, verb).map(choices::list).unwrap_or_default(),
    }
}

fn payload_of<'c>(contract: &'c Contract, verb: &str) -> Option<&'c Payload> {
    contract.verb(verb, None)?.payload()
}

/// The first thing a scenario needs that the dialect, or the target, does not have.
fn missing(scenario: &Scenario, contract: &Contract, lacks: &[String]) -> Option<String> {
    for (room, members) in &scenario.rooms {
        let users: BTreeSet<&str> = members.iter().map(|member| user_of(member)).collect();
        let spec = &contract.room;
        if users.len() < spec.smallest || users.len() > spec.largest {
            return Some(format!("a room of {} ({room})", users.len()));
        }
    }
    let mut needs = scenario.needs.clone();
    needs.extend(scenario.matrix.values().filter_map(|values| match values {
        Values::BadPayloads(verb) => Some(verb.clone()),
        Values::Choices(verb) => Some(format!("choice in {verb}")),
        Values::BadCredentials | Values::Places => Some("credential".to_owned()),
        Values::Listed(_) => None,
    }));
    if scenario.users.values().any(|user| user.credential.is_some()) {
        needs.push("credential".to_owned());
    }
    if scenario.users.values().any(|user| user.valid_for.is_some()) {
        needs.push("token".to_owned());
    }
    collect_needs(&scenario.steps, &mut needs);
    let mut expected = Vec::new();
    collect_expected(&scenario.steps, &mut expected);
    if let Some(event) = expected.into_iter().find(|event| lacks.iter().any(|lacked| lacked == event)) {
        return Some(event.to_owned());
    }
    let beyond: Vec<_> = needs.iter().filter_map(|need| capability_of(contract, need)).collect();
    needs.extend(beyond);
    // What nobody hears begin, nobody hears end.
    let silent = |need: &str| need == "stopped" && lacks.iter().any(|lacked| lacked == "typing");
    needs.into_iter().find(|need| lacks.contains(need) || silent(need) || !has(contract, need))
}

fn collect_needs(steps: &[Step], needs: &mut Vec<String>) {
    let time = |time: &Time, needs: &mut Vec<String>| match time {
        Time::Plain(_) => {}
        Time::Debounce(_) => needs.push("debounce".to_owned()),
        Time::TypingExpires(_) => needs.push("typing_expires".to_owned()),
    };
    for step in steps {
        match &step.kind {
            StepKind::Act(_, act) => {
                if let Act::Verb(action) = act.as_ref() {
                    needs.push(verb_name(action));
                    needs.extend(identity_need(action));
                }
            }
            StepKind::Stopped { after, .. } => {
                needs.push("stopped".to_owned());
                if let Some(after) = after {
                    time(after, needs);
                }
            }
            StepKind::Repeat { over, steps, .. } => {
                if let Some(over) = over {
                    time(over, needs);
                }
                collect_needs(steps, needs);
            }
            StepKind::Parallel(steps) | StepKind::AnyOrder(steps) | StepKind::AtOnce(steps) => {
                collect_needs(steps, needs);
            }
            StepKind::Wait(waited) => time(waited, needs),
            StepKind::HearsNothing(_) | StepKind::Expired(_) | StepKind::Rest(_) => {}
        }
    }
}

/// The events that raw steps wait for.
fn collect_expected<'s>(steps: &'s [Step], events: &mut Vec<&'s str>) {
    for step in steps {
        match &step.kind {
            StepKind::Act(_, act) => {
                if let Act::Expect { event, .. } = act.as_ref() {
                    events.push(event);
                }
            }
            StepKind::Repeat { steps, .. }
            | StepKind::Parallel(steps)
            | StepKind::AnyOrder(steps)
            | StepKind::AtOnce(steps) => {
                collect_expected(steps, events);
            }
            _ => {}
        }
    }
}

/// The capability that a verb is a part of.
fn capability_of(contract: &Contract, need: &str) -> Option<String> {
    let (verb, way) = need.split_once(" via ").map_or((need, None), |(verb, way)| (verb, Some(way)));
    contract.verb(verb, way)?.capability.clone()
}

/// A refusal for who one is needs a verb that tells who one is.
fn identity_need(action: &Action) -> Option<String> {
    match &action.refused {
        Refused::Yes(kind) if kind == "unauthenticated" => {
            Some(format!("credential in {}", verb_name(action)))
        }
        Refused::Yes(kind) if kind == "stranger" || kind == "not_owner" => {
            Some(format!("identity in {}", verb_name(action)))
        }
        _ => None,
    }
}

fn verb_name(action: &Action) -> String {
    match &action.via {
        Some(way) => format!("{} via {way}", action.verb),
        None => action.verb.to_string(),
    }
}

fn has(contract: &Contract, need: &str) -> bool {
    if let Some((what, name)) = need.split_once(" in ") {
        let (verb, way) = name.split_once(" via ").map_or((name, None), |(verb, way)| (verb, Some(way)));
        let Some(verb) = contract.verb(verb, way) else { return name == "connect" };
        let over_rest = matches!(verb.say, Say::Rest(_));
        let credential = !over_rest || !contract.rest_headers.is_empty();
        return match what {
            "credential" => credential,
            "choice" => verb.payload().is_some_and(|payload| !choices::list(payload).is_empty()),
            _ => contract.tells_who(verb),
        };
    }
    let verb = match need.split_once(" via ") {
        Some((verb, way)) => contract.verb(verb, Some(way)).is_some(),
        None => contract.verb(need, None).is_some() || need == "connect" || need == "disconnect",
    };
    verb || match need {
        "debounce" => contract.timing.debounce.is_some(),
        "typing_expires" => contract.timing.typing_expires.is_some(),
        "token" => contract.token.is_some(),
        "credential" => !contract.credentials.is_empty(),
        _ => {
            contract.when.contains_key(&ChangeKind(need.to_owned()))
                || contract.capabilities.iter().any(|c| c == need)
        }
    }
}

/// The user of an actor: `ana/phone` is a device of `ana`.
#[must_use]
pub fn user_of(actor: &str) -> &str {
    actor.split('/').next().unwrap_or(actor)
}

/// The names of the actors: participants, then the others listed, then devices that only the steps name.
#[must_use]
pub fn actors(scenario: &Scenario) -> Vec<String> {
    let mut names: Vec<String> =
        scenario.rooms.values().flatten().chain(scenario.users.keys()).cloned().collect();
    in_steps(&scenario.steps, &mut names);
    names.into_iter().collect::<IndexSet<String>>().into_iter().collect()
}

fn in_steps(steps: &[Step], names: &mut Vec<String>) {
    for step in steps {
        match &step.kind {
            StepKind::Act(actors, _) | StepKind::HearsNothing(actors) => names.extend(actors.iter().cloned()),
            StepKind::Repeat { steps, .. }
            | StepKind::Parallel(steps)
            | StepKind::AnyOrder(steps)
            | StepKind::AtOnce(steps) => {
                in_steps(steps, names);
            }
            StepKind::Stopped { .. } | StepKind::Expired(_) | StepKind::Wait(_) | StepKind::Rest(_) => {}
        }
    }
}

/// The users behind the actors, in order of first mention.
#[must_use]
pub fn users(actors: &[String]) -> Vec<String> {
    let users: IndexSet<&str> = actors.iter().map(|actor| user_of(actor)).collect();
    users.into_iter().map(str::to_owned).collect()
}

/// Refuses what no dialect could make sense of.
struct Checker<'a> {
    scenario: &'a Scenario,
    known: &'a [Arc<Contract>],
}

impl Checker<'_> {
    fn scenario(&self) -> Result<(), Problem> {
        let document = &self.scenario.document;
        if let Some(dialect) = &self.scenario.dialect
            && !self.known.iter().any(|contract| contract.dialect == *dialect)
        {
            let fields = document.fields(&document.root, "a scenario")?;
            let span = fields.get("dialect").map_or(document.root.span, |node| node.span);
            return Err(document
                .problem(span, format!("there is no dialect `{dialect}`"))
                .nearest(dialect, self.known.iter().map(|contract| contract.dialect.as_str())));
        }
        for need in &self.scenario.needs {
            let change = CHANGES.contains(&need.as_str());
            if !change && !self.known.iter().any(|contract| has(contract, need)) {
                let fields = document.fields(&document.root, "a scenario")?;
                let span = fields.get("needs").map_or(document.root.span, |node| node.span);
                return Err(document
                    .problem(span, format!("no dialect has `{need}`"))
                    .nearest(need, CHANGES.iter().copied()));
            }
        }
        shown::check(self.scenario, self.known)?;
        self.steps(&self.scenario.steps)
    }

    fn steps(&self, steps: &[Step]) -> Result<(), Problem> {
        steps.iter().try_for_each(|step| self.step(step))
    }

    fn clause(&self, clause: &str, step: &Step) -> Result<(), Problem> {
        let (dialect, id) = clause.split_once('.').unwrap_or(("", clause));
        let of_dialect = self.known.iter().find(|contract| contract.dialect == dialect);
        if of_dialect.is_some_and(|contract| contract.clauses.contains_key(id)) {
            return Ok(());
        }
        let problem = self.scenario.document.problem(step.span, format!("there is no clause `{clause}`"));
        match of_dialect {
            Some(contract) => Err(problem.nearest(id, contract.clauses.keys().map(String::as_str))),
            None if !dialect.is_empty() => {
                let message = format!("there is no clause `{clause}`: no dialect is called `{dialect}`");
                let known = self.known.iter().map(|contract| contract.dialect.as_str());
                Err(Problem { message, ..problem }.nearest(dialect, known))
            }
            None => Err(problem.hint("write the dialect and the id of its contract: crm.t1")),
        }
    }

    fn step(&self, step: &Step) -> Result<(), Problem> {
        step.clauses.iter().try_for_each(|clause| self.clause(clause, step))?;
        match &step.kind {
            StepKind::Act(actors, act) => {
                actors.iter().try_for_each(|actor| self.actor(actor, step))?;
                if let Act::Verb(action) = act.as_ref() {
                    self.verb(action)?;
                }
                Ok(())
            }
            StepKind::HearsNothing(actors) => actors.iter().try_for_each(|actor| self.actor(actor, step)),
            StepKind::Stopped { user, .. } | StepKind::Expired(user) => self.actor(user, step),
            StepKind::Repeat { steps, .. }
            | StepKind::Parallel(steps)
            | StepKind::AnyOrder(steps)
            | StepKind::AtOnce(steps) => self.steps(steps),
            StepKind::Wait(_) | StepKind::Rest(_) => Ok(()),
        }
    }

    fn actor(&self, actor: &str, step: &Step) -> Result<(), Problem> {
        let members = self.scenario.rooms.values().flatten();
        let mut users: Vec<&str> =
            members.chain(self.scenario.users.keys()).map(|name| user_of(name)).collect();
        if users.contains(&user_of(actor)) {
            return Ok(());
        }
        users.dedup();
        let problem = self.scenario.document.problem(step.span, format!("nobody here is called `{actor}`"));
        if users.is_empty() {
            return Err(problem.hint("name the actors in `rooms` or `users`"));
        }
        Err(problem.nearest(actor, users.into_iter()))
    }

    fn verb(&self, action: &Action) -> Result<(), Problem> {
        let name = verb_name(action);
        if self.known.iter().any(|contract| has(contract, &name)) {
            return Ok(());
        }
        let verbs = self.known.iter().flat_map(|contract| contract.verbs.keys()).map(String::as_str);
        let words = ["connect", "disconnect", "hears nothing"].into_iter();
        Err(self
            .scenario
            .document
            .problem(action.span, format!("no dialect has a verb `{name}`"))
            .nearest(action.verb.as_str(), verbs.chain(words)))
    }
}
