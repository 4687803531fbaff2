//! Scenarios run as load: flags, the server, the run, and what it means for the exit status.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use clap::Args;

use super::cases::still_there;
use super::job::Job;
use super::progress::{self, Kept};
use super::reports::News;
use super::run::{Run, status};
use super::{Cli, Trouble, faults};
use crate::external::is_unchecked;
use crate::streams::{out, outln};
use conformance::{NoArena, Often, Settings, Venue, Wanted, run_many};
use language::contract::Contract;
use language::duration;
use language::limits;
use language::load::{Load, Rate, Threshold, parse_part, parse_rate};
use language::members::Members;
use language::phase::Paced;
use language::problem::Problem;
use language::script::Scenario;
use load::{self, Options, RestBy};
use model::plan::CasePlan;
use report::{self, TextOptions};
use results::causes;
use results::record::breach::LoadOutcome;
use results::record::load::LoadRecord;
use results::record::{CaseRecord, Verdict};
use results::verdict;

/// The dialect of a load run where nothing names one.
const USUAL_DIALECT: &str = "crm";
/// How long a token lives where nothing says so: longer than any run.
const TOKEN_LIFE: Duration = Duration::from_hours(24);

/// Scenarios with their plans of load, where they have one.
pub(super) type Loads = Vec<(Arc<Scenario>, Option<Load>)>;

/// How many whole scenarios begin in a second where nothing says so.
const MANY_RATE: f64 = 20.0;
/// For how long they begin.
const MANY_LASTS: Duration = Duration::from_secs(10);
/// How late 1 % of them may begin.
const MANY_LATENESS: Duration = Duration::from_millis(50);

/// What the loads of a run have come to.
pub(super) struct Measured {
    pub(super) records: Vec<LoadRecord>,
    /// Instances that are not fine.
    cases: Vec<CaseRecord>,
    /// Why one could not begin.
    pub(super) trouble: Result<(), Trouble>,
}

/// What changes a `load:` from the command line.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Load")]
pub(super) struct LoadFlags {
    /// How many rooms
    #[arg(long, value_name = "N", value_parser = count)]
    rooms: Option<usize>,
    /// How many members rooms have: 3, 2..20, or parts of all rooms: 2:80%,3..20:20%
    #[arg(long, value_name = "SIZES", value_parser = Members::parse)]
    members: Option<Members>,
    /// In how many rooms each user sits
    #[arg(long, value_name = "N", value_parser = count)]
    rooms_per_user: Option<usize>,
    /// Of which part of all messages each delivery is compared whole; the others are only accounted for: 10%
    #[arg(long, value_name = "PART", value_parser = part)]
    check: Option<f64>,
    /// How many turns a second, in every phase that has a rate: 1000/s, or 100/s..1000/s
    #[arg(long, value_name = "RATE", value_parser = rate)]
    rate: Option<Rate>,
    /// How long, for every phase that has a rate and is no warm-up: 20s
    #[arg(long = "for", value_name = "TIME", value_parser = time)]
    lasts: Option<Duration>,
    /// A threshold beside those of the file: delivery.p99='< 100ms'. Repeatable
    #[arg(long, value_name = "METRIC=LIMIT", value_parser = threshold)]
    slo: Vec<Threshold>,
    /// A threshold that ends the run where it no longer holds. Repeatable
    #[arg(long, value_name = "METRIC=LIMIT", value_parser = threshold)]
    abort_when: Vec<Threshold>,
    /// Run each scenario so often, so that runs can be compared: one alone cannot tell what is noise
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u16).range(1..=100))]
    repeat: u16,
    /// Threads that own the connections [default: half of the cores where the server is embedded, else all]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64))]
    workers: Option<u16>,
    /// Who makes the REST calls of phases with `users:`; goose is a feature of the build
    #[arg(long, value_enum, value_name = "BY", default_value_t)]
    pub(super) rest: RestBy,
    /// How long a token lives, to see it expire during the run
    #[arg(long, value_name = "TIME", value_parser = time)]
    token_life: Option<Duration>,
}

/// How many of something.
fn count(text: &str) -> Result<usize, String> {
    let count = text.parse().ok().filter(|count| (1..=limits::COUNT).contains(count));
    count.ok_or_else(|| format!("a number from 1 to {}", limits::COUNT))
}

fn rate(text: &str) -> Result<Rate, String> {
    parse_rate(text).ok_or_else(|| "a rate such as 1000/s or 100/s..1000/s".to_owned())
}

fn part(text: &str) -> Result<f64, String> {
    parse_part(text).ok_or_else(|| "a part such as 10%".to_owned())
}

fn time(text: &str) -> Result<Duration, String> {
    duration::parse(text).ok_or_else(|| "a time such as 20s or 500ms".to_owned())
}

fn threshold(text: &str) -> Result<Threshold, String> {
    let (metric, limit) = text.split_once('=').ok_or("METRIC=LIMIT, such as delivery.p99='< 100ms'")?;
    Threshold::parse(metric.trim(), limit).ok_or_else(|| {
        format!("`{metric}` with `{limit}` is no threshold, such as delivery.p99='< 100ms' or lost=0")
    })
}

impl LoadFlags {
    /// Whether something was said that only load understands.
    fn any(&self) -> bool {
        self.rooms.is_some() || self.rate.is_some() || self.lasts.is_some() || self.members.is_some()
    }

    fn applied(&self, load: &Load) -> Result<Load, Problem> {
        let mut load = load.clone();
        load.rooms = self.rooms.unwrap_or(load.rooms);
        load.members = self.members.clone().or(load.members);
        load.rooms_per_user = self.rooms_per_user.unwrap_or(load.rooms_per_user);
        load.check = self.check.unwrap_or(load.check);
        for phase in load.phases.iter_mut().filter(|phase| phase.rate(Paced::Turn).is_some()) {
            phase.set_rate(Paced::Turn, self.rate);
            phase.lasts = self.lasts.filter(|_| !phase.warm_up).or(phase.lasts);
        }
        load.slo.extend(self.slo.iter().cloned());
        load.abort_when.extend(self.abort_when.iter().cloned());
        load.too_many().map_or(Ok(load), |why| Err(Problem::bare(why)))
    }
}

impl Cli {
    /// The scenarios to be run as load; none where the run is one of conformance. Without a plan of its own a scenario is
    /// run many times at once.
    pub(super) fn loads(&self, job: &Job) -> Result<Loads, Problem> {
        if self.chosen.scenario.is_empty() && !self.load.any() {
            return Ok(Vec::new());
        }
        let planned = job.scenarios.iter().any(|scenario| scenario.load.is_some());
        if !planned && !self.load.any() {
            return Ok(Vec::new());
        }
        if self.chosen.scenario.is_empty() {
            return Err(Problem::bare("which scenario is to be run as load?")
                .hint("add --scenario NAME, such as --scenario thousand-rooms.yaml"));
        }
        // Beside a scenario with a plan, one without is what it is elsewhere: cases.
        let as_load = job.scenarios.iter().filter(|scenario| !planned || scenario.load.is_some());
        let applied = |scenario: &Arc<Scenario>| {
            let load = scenario.load.as_ref().map(|load| self.load.applied(load)).transpose()?;
            Ok((Arc::clone(scenario), load))
        };
        as_load.map(applied).collect()
    }

    /// Runs them, one after the other, and returns the exit status.
    pub(super) async fn run_loads(
        &self,
        job: &Job,
        loads: Loads,
        screen: &TextOptions,
    ) -> Result<u8, Trouble> {
        self.load.rest.prepare().map_err(Problem::bare)?;
        let mut run = self.begin(job)?;
        let Measured { records, cases, trouble } = self.measure(job, &loads, &run, screen).await;
        let mut report = verdict::conclude(cases, &[], &[], self.circumstances(job, &run));
        report.verdict = verdict_of(&records, run.settings.stop.load(Ordering::Relaxed));
        report.exit_status = verdict::exit_status(report.verdict);
        report.loads = records;
        report.causes = causes::gather(&report.cases, &report.loads).causes;
        out!("{}", report::causes::of_loads(&report, screen));
        if let Some(case) = report.cases.first() {
            out!("{}", report::text::render_case(case, &report, screen));
        }
        let told = self.settle(job, &mut run, &mut report, trouble);
        if let Some(compared) = &report.baseline {
            out!("{}", report::comparison::text(compared, screen));
        }
        let status = status(&report, told)?;
        if !job.faults.is_empty() {
            outln!("{}", faults::server(&job.faults));
        }
        self.name_page(screen);
        Ok(status)
    }

    /// Runs loads, each as often as asked, and shows each when it has ended. One that cannot begin is a load that could not run,
    /// and none is begun after it.
    pub(super) async fn measure(
        &self,
        job: &Job,
        loads: &Loads,
        run: &Run,
        screen: &TextOptions,
    ) -> Measured {
        let mut measured = Measured { records: Vec::new(), cases: Vec::new(), trouble: Ok(()) };
        let contract = self.one_contract(job);
        let again = 0..self.load.repeat.into();
        let turns: Vec<_> = again.flat_map(|number| loads.iter().map(move |load| (number, load))).collect();
        for (number, (scenario, load)) in turns {
            if run.settings.stop.load(Ordering::Relaxed) {
                break;
            }
            // Each run has texts and choices of its own.
            let seed = run.settings.seed.wrapping_add(number);
            let settings = Settings { seed, ..run.settings.clone() };
            let ran = match load {
                Some(load) => {
                    let ran = self.run_load(job, scenario, load, &contract, &settings, run).await;
                    ran.map(|record| (record, Vec::new()))
                }
                None => self.run_many(job, scenario, &contract, &settings, run).await,
            };
            let (mut record, kept) = match ran {
                Ok(ran) => ran,
                Err(trouble) => {
                    let record = never_began(scenario, &contract, &trouble);
                    measured.trouble = Err(trouble);
                    (record, Vec::new())
                }
            };
            if job.target.as_ref().is_some_and(is_unchecked) {
                record.remarks.push("the server's certificate is not checked (insecure: true)".to_owned());
            }
            if let Some(teller) = run.reports.teller() {
                // Its writer may have given up.
                let _nobody = teller.send(News::Load(Box::new(record.clone())));
            }
            out!("{}", report::load_text::render(&record, screen));
            measured.records.push(record);
            measured.cases.extend(kept);
            if measured.trouble.is_err() {
                break;
            }
        }
        measured
    }

    /// The dialect of a load run: the one that was named, or the usual one.
    fn one_contract(&self, job: &Job) -> Arc<Contract> {
        let usual = job.contracts.iter().find(|contract| contract.dialect == USUAL_DIALECT);
        Arc::clone(usual.filter(|_| job.contracts.len() > 1).unwrap_or(&job.contracts[0]))
    }

    /// A scenario without a plan of its own: whole instances of it, as fast as asked and as many at once as allowed.
    async fn run_many(
        &self,
        job: &Job,
        scenario: &Scenario,
        contract: &Arc<Contract>,
        settings: &Settings,
        run: &Run,
    ) -> Result<(LoadRecord, Vec<CaseRecord>), Trouble> {
        let of_this =
            |case: &&CasePlan| case.scenario.id == scenario.id && case.contract.dialect == contract.dialect;
        let plans: Vec<CasePlan> = job.cases.iter().filter(of_this).cloned().collect();
        if let Some(lacks) = plans.iter().find_map(|plan| plan.lacks.as_ref()) {
            let why = format!("`{}` has no {lacks}, which {} needs", contract.dialect, scenario.id);
            return Err(Trouble::CouldNotRun(format!("{why}: name another dialect with --dialect")));
        }
        if let Some(threshold) = self.load.abort_when.first() {
            let why =
                format!("{} has no `load:`, and runs as whole instances, which are let end", scenario.id);
            let hint =
                format!("give it as --slo {}='{}', or add a `load:`", threshold.metric, threshold.text);
            return Err(Problem::bare(why).hint(hint).into());
        }
        let venue: Arc<dyn Venue> = match &job.target {
            None => {
                let embedded = self.embedded(job, settings.timescale).under_load();
                Arc::new(embedded.shared(&contract.dialect).await.map_err(Trouble::Unreachable)?)
            }
            Some(target) => self.external(target, settings).await?,
        };
        let rate = self.load.rate.map_or(MANY_RATE, |rate| f64::midpoint(rate.from, rate.to));
        let lasts = self.load.lasts.unwrap_or(MANY_LASTS);
        let often = Often { rate, lasts, at_once: self.load.rooms.unwrap_or(Load::ROOMS) };
        let kept = Kept::Counts(run.reports.teller());
        let (told, shown) = progress::cases(&run.watched, (rate * lasts.as_secs_f64()) as usize, kept);
        let mut many = run_many(&plans, settings, Arc::clone(&venue), often, told).await;
        let _drawn = shown.await;
        many.unreachable |= still_there(venue.as_ref()).is_some();
        let record = load::record_of_many(&plans[0], often, &many, MANY_LATENESS, &self.load.slo);
        Ok((record, many.kept))
    }

    async fn run_load(
        &self,
        job: &Job,
        scenario: &Scenario,
        load: &Load,
        contract: &Arc<Contract>,
        settings: &Settings,
        run: &Run,
    ) -> Result<LoadRecord, Trouble> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let venue: Arc<dyn Venue> = match &job.target {
            None => Arc::new(self.embedded(job, 1.0).under_load()),
            Some(target) => self.external(target, settings).await?,
        };
        let arena = venue.open(&contract.dialect, Wanted::All).await.map_err(|none| match none {
            NoArena::Unreachable(why) => Trouble::Unreachable(why),
            NoArena::CouldNotRun(why) => Trouble::CouldNotRun(why),
        })?;
        let usual = if job.target.is_none() { (cores / 2).max(1) } else { cores };
        // Each has a room at least.
        let workers = self.load.workers.map_or(usual, usize::from).clamp(1, load.rooms.max(1));
        let name = format!("{}/{}", contract.dialect, scenario.id);
        let (told, shown) = progress::load(&run.watched, name, load, workers, run.reports.teller());
        let options = Options {
            level: settings.level,
            seed: settings.seed,
            workers,
            renames: job.target.as_ref().map(|target| target.renames.clone()).unwrap_or_default(),
            token_life: self.load.token_life.unwrap_or(TOKEN_LIFE),
            debounce: job.target.as_ref().and_then(|target| target.debounce),
            typing_expires: job.target.as_ref().and_then(|target| target.typing_expires),
            rest: self.load.rest,
            transport: self.play.transport,
            stop: Arc::clone(&settings.stop),
            watch: Some(told),
        };
        let ran = load::run(scenario, load, contract, &arena, &options).await;
        drop(options);
        let _drawn = shown.await;
        let ended = still_there(venue.as_ref());
        let mut record = ran.map_err(|trouble| match trouble {
            load::Trouble::Cannot(why) => Trouble::CouldNotRun(why),
            load::Trouble::Usage(why) => Trouble::Input(Problem::bare(why)),
            load::Trouble::Fault(why) => Trouble::Internal(why),
            load::Trouble::Unreachable(why) => Trouble::Unreachable(why),
            load::Trouble::Stopped => Trouble::Stopped,
        })?;
        record.unreachable |= ended.is_some();
        Ok(record)
    }
}

/// The record of a load that could not begin.
fn never_began(scenario: &Scenario, contract: &Contract, trouble: &Trouble) -> LoadRecord {
    LoadRecord {
        scenario: scenario.id.clone(),
        title: scenario.title.clone(),
        dialect: contract.dialect.clone(),
        unreachable: matches!(trouble, Trouble::Unreachable(_)),
        could_not_run: Some(trouble.why()),
        ..LoadRecord::default()
    }
}

/// A run whose target has died says nothing of what it was asked. What a server has done wrong is wrong, however late the
/// generator was; else a late one proves nothing. One that somebody has ended proves only what went wrong.
pub(super) fn verdict_of(records: &[LoadRecord], ended: bool) -> Verdict {
    let any = |outcome| records.iter().any(|record| record.outcome() == outcome);
    if any(LoadOutcome::Unreachable) {
        Verdict::Unreachable
    } else if any(LoadOutcome::Failed) {
        Verdict::Failed
    } else if any(LoadOutcome::Void) {
        Verdict::Void
    } else if ended || any(LoadOutcome::CutShort) || any(LoadOutcome::CouldNotRun) {
        Verdict::CouldNotRun
    } else {
        Verdict::Passed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use language::script_file;
    use results::record::breach::Breach;

    #[test]
    fn the_worst_run_decides_and_what_a_server_did_outranks_a_late_generator() {
        let run = |told: Option<bool>, void: bool| LoadRecord {
            passed: told.is_none() && !void,
            void: void.then(|| "late".to_owned()),
            breaches: told
                .map(|certain| Breach {
                    invariant: "lost".to_owned(),
                    told: "lost 1 of 2 deliveries".to_owned(),
                    certain,
                    example: None,
                })
                .into_iter()
                .collect(),
            ..LoadRecord::default()
        };
        let fine = || run(None, false);
        assert_eq!(verdict_of(&[fine(), fine()], false), Verdict::Passed);
        assert_eq!(verdict_of(&[fine(), fine()], true), Verdict::CouldNotRun);
        assert_eq!(verdict_of(&[fine(), run(None, true)], false), Verdict::Void);
        assert_eq!(verdict_of(&[fine(), run(Some(false), true)], false), Verdict::Void);
        assert_eq!(verdict_of(&[run(None, true), run(Some(true), true)], false), Verdict::Failed);
        let nothing =
            LoadRecord { could_not_run: Some("nothing observed".to_owned()), ..LoadRecord::default() };
        assert_eq!(verdict_of(&[fine(), nothing], false), Verdict::CouldNotRun);
    }

    #[test]
    fn flags_change_the_phases_that_have_a_rate_and_no_warm_up_lasts_longer() {
        let path = std::env::temp_dir().join(format!("harness-load-flags-{}.yaml", std::process::id()));
        let phases = "[{name: ramp, connect: 9/s}, {name: settle, rate: 9/s, for: 1s, warm_up: true}, \
                      {name: plateau, rate: 9/s, for: 2s}]";
        let flow = "[{any member: send}]";
        let text = format!("scenario: a test\nlevel: must\nload:\n  phases: {phases}\n  flow: {flow}\n");
        std::fs::write(&path, text).unwrap();
        let load = script_file::read(&path, "test".to_owned()).unwrap().load.unwrap();
        std::fs::remove_file(&path).unwrap();
        let second = Duration::from_secs(1);
        let rate = parse_rate("50/s");
        let members = Members::parse("2..5").ok();
        let flags =
            LoadFlags { rate, lasts: Some(20 * second), check: Some(0.1), members, ..LoadFlags::default() };
        let load = flags.applied(&load).unwrap();
        let phases: Vec<_> = load.phases.iter().map(|phase| (phase.rate(Paced::Turn), phase.lasts)).collect();
        assert_eq!(phases, [(None, None), (rate, Some(second)), (rate, Some(20 * second))]);
        assert_eq!((load.check, load.members.map(|members| members.ends())), (0.1, Some((2, 5))));
    }
}
