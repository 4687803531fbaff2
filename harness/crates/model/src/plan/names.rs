//! The names in a scenario, held against a contract: each stands for one thing, and each reference for something.

use super::{actors, users};
use language::contract::Contract;
use language::expanded::Sizes;
use language::names::{Names, free};
use language::payload::{Payload, Piece};
use language::problem::Problem;
use language::reference::Reference;
use language::script::{Act, Scenario, Step, StepKind};
use language::text::Span;

/// Refuses a name that could mean two things in this dialect, and a reference that names nothing.
///
/// # Errors
/// The first [`Problem`], at its place.
pub(super) fn check(scenario: &Scenario, contract: &Contract) -> Result<(), Problem> {
    let d = &scenario.document;
    let taken = |name: &str, what: &str, span: Span, by: &str| {
        let message = format!("{what} cannot be called `{name}`: {by}");
        Err(d.problem(span, message).hint("choose another name"))
    };
    let own_type = format!("it is a type of `{}`", contract.dialect);
    for (name, span) in variables(scenario)? {
        free(d, name, span, "a variable")?;
        if contract.types.contains_key(name) {
            return taken(name, "a variable", span, &own_type);
        }
    }
    for (name, span) in &scenario.named.captures {
        free(d, name, *span, "what is captured")?;
        if contract.types.contains_key(name) {
            return taken(name, "what is captured", *span, &own_type);
        }
        if scenario.matrix.contains_key(name) {
            return taken(name, "what is captured", *span, "it is a variable of `for`");
        }
    }
    let things = Things::of(scenario);
    let mut known = Names::of(contract);
    known.alone.extend(scenario.matrix.keys().cloned());
    known.alone.extend(scenario.named.captures.iter().map(|(name, _)| name.clone()));
    known.by_id = things.all();
    let variables = Names { alone: scenario.matrix.keys().cloned().collect(), by_id: Vec::new() };
    for written in &scenario.named.references {
        let name = written.reference.word();
        if written.variable {
            if !scenario.matrix.contains_key(name) {
                let problem = d.problem(written.span, format!("`for` has no `{name}`"));
                return Err(problem.nearest(name, variables.alone.iter().map(String::as_str)));
            }
            continue;
        }
        known.check(d, written)?;
        let kinds = things.kinds(name);
        if let (Reference::NamedId(_), [one, other, ..]) = (&written.reference, kinds.as_slice()) {
            let message = format!("`{}` could be {one} or {other} of that name", written.reference);
            return Err(d.problem(written.span, message).hint("give one of the two another name"));
        }
    }
    // What the types of a contract come to was counted when it was read.
    Sizes::of(&contract.types).map_or(Ok(()), |sizes| sizes.in_all(d, &scenario.named.references))
}

/// The names in `for`, with their places.
fn variables(scenario: &Scenario) -> Result<Vec<(&str, Span)>, Problem> {
    let d = &scenario.document;
    let Some(node) = d.fields(&d.root, "a scenario")?.get("for") else { return Ok(Vec::new()) };
    Ok(d.entries(node, "`for`")?.iter().map(|(key, _)| (key.text.as_str(), key.span)).collect())
}

/// What has an id in a scenario, by kind.
struct Things {
    users: Vec<String>,
    rooms: Vec<String>,
    messages: Vec<String>,
    /// What verbs are about: a room or message that there is not has an id, too.
    others: Vec<String>,
}

impl Things {
    fn of(scenario: &Scenario) -> Self {
        let users = users(&actors(scenario));
        let mut things = Self {
            users,
            rooms: scenario.rooms.keys().cloned().collect(),
            messages: Vec::new(),
            others: Vec::new(),
        };
        said(&scenario.steps, &mut |act| {
            if let Act::Verb(action) = act {
                things.rooms.extend(action.room.clone());
                things.messages.extend(action.name.clone());
                if let Some(Payload::Text(pieces)) = &action.main
                    && let [Piece::Literal(text)] = pieces.as_slice()
                {
                    things.others.push(text.clone());
                }
            }
        });
        things
    }

    fn all(&self) -> Vec<String> {
        [&self.users, &self.rooms, &self.messages, &self.others].into_iter().flatten().cloned().collect()
    }

    /// What is called that.
    fn kinds(&self, name: &str) -> Vec<&'static str> {
        let kinds = [("a user", &self.users), ("a room", &self.rooms), ("a message", &self.messages)];
        let called = |names: &[String]| names.iter().any(|known| known == name);
        kinds.into_iter().filter(|(_, names)| called(names)).map(|(kind, _)| kind).collect()
    }
}

/// Hands out everything that is said, however deep.
fn said<'s>(steps: &'s [Step], with: &mut impl FnMut(&'s Act)) {
    for step in steps {
        match &step.kind {
            StepKind::Act(_, act) => with(act),
            StepKind::Repeat { steps, .. }
            | StepKind::Parallel(steps)
            | StepKind::AnyOrder(steps)
            | StepKind::AtOnce(steps) => {
                said(steps, with);
            }
            _ => {}
        }
    }
}
