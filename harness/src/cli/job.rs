//! What the command line asks for: which cases of which files, against what, and how.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use reference_server::Faults;

use super::load::Loads;
use super::{Cli, faults, shipped, tokens};
use crate::embedded::{self, Embedded};
use crate::external::is_secure;
use crate::streams::errln;
use conformance::Settings;
use language::contract::Contract;
use language::library::Library;
use language::load::Load;
use language::problem::Problem;
use language::raw;
use language::script::Scenario;
use language::target::Target;
use language::text::{Source, parse};
use model::plan::lacks::without;
use model::plan::raw::says_everything;
use model::plan::{CasePlan, plan};
use wire::client::Client;

/// The time scale where the server is our own: a typing that expires after 4 s does so after 0.8 s.
const EMBEDDED_TIMESCALE: f64 = 0.2;

/// What is to be run.
pub(super) struct Job {
    pub(super) contracts: Vec<Arc<Contract>>,
    pub(super) scenarios: Vec<Arc<Scenario>>,
    pub(super) cases: Vec<CasePlan>,
    pub(super) target: Option<Target>,
    pub(super) library: Library,
    pub(super) whole: bool,
    /// What the embedded server does wrong on purpose.
    pub(super) faults: Faults,
}

impl Cli {
    pub(super) fn library(&self) -> Result<Library, Problem> {
        match &self.files.scenarios {
            Some(folder) if folder.join("dialects").is_dir() => Ok(Library { folder: folder.clone() }),
            Some(folder) => {
                Err(Problem::bare(format!("{} has no folder `dialects` with contracts", folder.display())))
            }
            None => shipped::library(),
        }
    }

    /// What the command line asks for.
    pub(super) fn job(&self) -> Result<Job, Problem> {
        if self.play.client != Client::Own && (self.files.accept || self.files.snapshots.is_some()) {
            return Err(Problem::bare("snapshots are made and compared with our own client alone")
                .hint(format!("{} does not hand out all that is in a transcript", self.play.client)));
        }
        let faults = self.faults()?;
        let library = self.library()?;
        let target = self.read_target()?;
        let known: Vec<Arc<Contract>> = library.contracts()?.into_iter().map(Arc::new).collect();
        let mut scenarios = self.named_scenarios(&library)?;
        let chosen = self.choose(&library, &known, target.as_ref(), &scenarios)?;
        let mut contracts = tokens::as_kept(target.as_ref(), chosen)?;
        if let Some(target) = &target {
            contracts = contracts.iter().map(|contract| greeted(contract, target)).collect();
            self.client_reaches(target)?;
        }
        contracts.retain(|contract| faults::matter(&faults, contract));
        if self.chosen.scenario.is_empty() {
            let names: Vec<&str> = contracts.iter().flat_map(|contract| contract.lineage()).collect();
            scenarios = library.scenarios(&names)?;
        }
        let scenarios: Vec<Arc<Scenario>> = scenarios.into_iter().map(Arc::new).collect();
        let lacks = target.as_ref().map(|target| target.lacks.clone()).unwrap_or_default();
        if let (false, Some(path)) = (lacks.is_empty(), &self.chosen.target) {
            let document = parse(&Source::read(Path::new(path))?)?;
            super::check::lacks(&document, &contracts)?;
        }
        let cases = plan(&scenarios, &contracts, &known, &lacks)?;
        if cases.is_empty() && !faults.is_empty() {
            return Err(faults::make_no_difference(&faults));
        }
        let held_to = contracts.iter().map(|contract| Arc::new(without(contract, &lacks)));
        let contracts = if lacks.is_empty() { contracts } else { held_to.collect() };
        Ok(Job {
            contracts,
            scenarios,
            cases,
            target,
            library,
            whole: self.chosen.scenario.is_empty(),
            faults,
        })
    }

    /// Settles how tokens are made, unless the data of every load have them.
    pub(super) fn settle_tokens(&self, job: &mut Job, loads: &Loads) -> Result<(), Problem> {
        let brings = |load: &Option<Load>| load.as_ref().is_some_and(|load| load.user.token.is_some());
        let Some(target) = &mut job.target else { return Ok(()) };
        if !loads.is_empty() && loads.iter().all(|(_, load)| brings(load)) {
            return Ok(());
        }
        if let Some(line) = tokens::settle(target, &job.contracts)?
            && !self.show.quiet
        {
            errln!("{line}");
        }
        Ok(())
    }

    fn read_target(&self) -> Result<Option<Target>, Problem> {
        self.chosen.target.as_ref().map(|given| target_of(given)).transpose()
    }

    /// The second client has a TLS stack of its own, which knows nothing of what a target says of certificates.
    fn client_reaches(&self, target: &Target) -> Result<(), Problem> {
        if self.play.client == Client::Own || !is_secure(target) {
            return Ok(());
        }
        let why = format!(
            "`--client {}` is not trusted with TLS: it judges certificates by rules of its own",
            self.play.client
        );
        Err(Problem::bare(why).hint("leave it out, or reach the server by http://"))
    }

    /// The scenarios of the command line, each file once.
    fn named_scenarios(&self, library: &Library) -> Result<Vec<Scenario>, Problem> {
        let mut scenarios: Vec<Scenario> = Vec::new();
        for name in &self.chosen.scenario {
            for scenario in library.named(name)? {
                let file = |scenario: &Scenario| scenario.document.sources[0].path.clone();
                if !scenarios.iter().any(|known| file(known) == file(&scenario)) {
                    scenarios.push(scenario);
                }
            }
        }
        Ok(scenarios)
    }

    /// The dialects to judge: those named, else the target's, else that of the scenarios, else all that the embedded server
    /// speaks. A scenario that says everything itself needs none.
    fn choose(
        &self,
        library: &Library,
        known: &[Arc<Contract>],
        target: Option<&Target>,
        scenarios: &[Scenario],
    ) -> Result<Vec<Arc<Contract>>, Problem> {
        let from_target = target.and_then(|target| target.dialect.clone());
        let mut chosen: Vec<String> = self.chosen.dialect.clone();
        if chosen.is_empty() {
            chosen.extend(from_target);
        }
        if chosen.is_empty() && (target.is_some() || scenarios.iter().any(|known| is_said(known, raw::NAME)))
        {
            for scenario in scenarios {
                let own = scenario.dialect.clone();
                let own = own.or_else(|| says_everything(scenario).then(|| raw::NAME.to_owned()));
                chosen.extend(own.filter(|own| !chosen.contains(own)));
            }
        }
        let of_library = |scenario: &Scenario| scenario.document.sources[0].path.starts_with(&library.folder);
        let own = |scenario: &Scenario| {
            scenario.dialect.is_none() && says_everything(scenario) && !of_library(scenario)
        };
        let nowhere = chosen.is_empty() && !scenarios.is_empty() && scenarios.iter().all(own);
        if target.is_none() && (nowhere || chosen.iter().any(|name| name == raw::NAME)) {
            let why = "a scenario without a contract is for a server of your own";
            return Err(Problem::bare(why).hint("say where it is: --target http://127.0.0.1:3000"));
        }
        let undecided = scenarios.iter().find(|scenario| {
            chosen.iter().all(|name| !is_said(scenario, name)) && !says_everything(scenario)
        });
        let decided =
            !self.chosen.dialect.is_empty() || target.is_some_and(|target| target.dialect.is_some());
        if target.is_some() && !decided && known.len() > 1 && (chosen.is_empty() || undecided.is_some()) {
            return Err(which_dialect(known, undecided));
        }
        if chosen.is_empty() {
            let spoken =
                known.iter().filter(|contract| target.is_some() || embedded::speaks(&contract.dialect));
            return Ok(spoken.cloned().collect());
        }
        chosen.iter().map(|name| named(known, name)).collect()
    }

    /// The embedded servers of a run, with its documented times multiplied by this.
    pub(super) fn embedded(&self, job: &Job, timescale: f64) -> Embedded {
        let mut embedded = Embedded::new(timescale);
        embedded.options.faults = job.faults.clone();
        embedded
    }

    pub(super) fn settings(&self, job: &Job) -> Settings {
        let target = job.target.as_ref();
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let jobs = self.play.jobs.unwrap_or_else(|| target.map_or(4 * cores, |target| target.jobs));
        // A client that waits out each silence needs the time between a keystroke and the end of its debounce.
        let shortened = target.is_none() && self.play.client == Client::Own;
        Settings {
            level: self.chosen.level,
            timescale: self.play.timescale.unwrap_or(if shortened { EMBEDDED_TIMESCALE } else { 1.0 }),
            patience: self.play.patience,
            jobs,
            linger: Duration::from_secs(1),
            trace: self.show.trace,
            seed: self.play.seed.unwrap_or_else(|| fastrand::u64(..=u64::from(u32::MAX))),
            transport: self.play.transport,
            client: self.play.client,
            debounce: target.and_then(|target| target.debounce),
            typing_expires: target.and_then(|target| target.typing_expires),
            renames: target.map(|target| target.renames.clone()).unwrap_or_default(),
            stop: Arc::default(),
        }
    }
}

/// The target that a URL or a file means.
pub(super) fn target_of(given: &str) -> Result<Target, Problem> {
    let path = Path::new(given);
    let target = if given.contains("://") {
        Target::at(given)
    } else if path.is_file() {
        Target::read(path)?
    } else {
        return Err(Problem::bare(format!("`{given}` is neither a URL nor a target file"))
            .hint("write http://127.0.0.1:3000, or the path of a file such as target.yaml"));
    };
    super::check::address(&target)?;
    Ok(target)
}

/// A contract with what every connection to a target says.
fn greeted(contract: &Arc<Contract>, target: &Target) -> Arc<Contract> {
    let handshake = contract.handshake.with(&target.reach.handshake);
    let whole = Contract { handshake, ..Contract::clone(contract) };
    // Who logs in has a token that nobody here can make.
    let token = whole.token.clone().filter(|_| target.login.is_none());
    Arc::new(Contract { token, logs_in: target.login.is_some(), ..whole })
}

/// Whether a scenario says that it is for this dialect.
fn is_said(scenario: &Scenario, dialect: &str) -> bool {
    scenario.dialect.as_deref() == Some(dialect)
}

/// Nobody has said which contract the target keeps: the first word of a scenario that only a contract explains is shown.
fn which_dialect(known: &[Arc<Contract>], scenario: Option<&Scenario>) -> Problem {
    if let Some(problem) = scenario.and_then(|scenario| model::plan::raw::check(scenario, known, false).err())
    {
        return problem;
    }
    let names: Vec<&str> = known.iter().map(|contract| contract.dialect.as_str()).collect();
    Problem::bare("which dialect does the target speak?").hint(format!(
        "add --dialect NAME, or `dialect: NAME` to its file; known are: {}. Without any: `harness new --raw NAME`",
        names.join(", ")
    ))
}

/// The contract of a dialect.
pub(super) fn named(known: &[Arc<Contract>], name: &str) -> Result<Arc<Contract>, Problem> {
    if name == raw::NAME {
        return Ok(Arc::new(raw::contract()));
    }
    known.iter().find(|contract| contract.dialect == name).cloned().ok_or_else(|| {
        Problem::bare(format!("there is no dialect `{name}`"))
            .nearest(name, known.iter().map(|contract| contract.dialect.as_str()))
    })
}
