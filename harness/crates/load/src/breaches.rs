//! From what was counted to why a run has failed: each thing that has to hold and does not, in words. It has no clock.

use language::level::Level;
use language::load::Load;
use language::phase::Phase;
use results::record::breach::Breach;
use results::record::load::{Ledger, Sample, SloRecord};

/// A run as it is judged.
pub(super) struct Judged<'r> {
    pub(super) load: &'r Load,
    /// The lowest level of finding that fails a run.
    pub(super) level: Level,
    pub(super) ledger: &'r Ledger,
    pub(super) samples: &'r [Sample],
    pub(super) slo: &'r [SloRecord],
    /// Turns that were due.
    pub(super) due: u64,
    pub(super) sockets: u64,
    /// Why it ended before its time, unless somebody has ended it.
    pub(super) ended_early: Option<&'r str>,
    /// Somebody has ended it.
    pub(super) stopped: bool,
    /// What one user says in a row has to be heard in that order.
    pub(super) sender_order: bool,
}

/// Everything that has to hold and does not.
pub(super) fn breaches(run: &Judged<'_>) -> Vec<Breach> {
    let mut all = silences(run);
    let silent = !all.is_empty();
    let said = |metric: &str| all.iter().any(|silence| covers(silence, metric));
    let named = |metric: &str| run.slo.iter().any(|slo| slo.metric == metric);
    let is_asked = |metric: &str| metric == "overtaken" && run.sender_order || named(metric);
    let counts: Vec<_> = run.ledger.wrongs(is_asked).filter(|(_, wrong, _)| !said(wrong.metric)).collect();
    for (_, wrong, _) in counts {
        if run.level > wrong.level {
            continue;
        }
        let told = (wrong.breach)(run.ledger);
        let mut limits = run.slo.iter().filter(|slo| slo.metric == wrong.metric).peekable();
        let allowed = limits.peek().is_some();
        let told = match limits.find(|slo| !slo.holds) {
            Some(slo) => format!("{told} (allowed: {})", slo.threshold),
            None if allowed => continue,
            None => told,
        };
        all.push(run.breach(wrong.metric, told, (wrong.certain)(run.ledger), wrong.samples));
    }
    for slo in run.slo.iter().filter(|slo| !slo.holds) {
        // Where there was silence, nothing was measured: that is one reason, and stands above.
        let follows = silent && slo.reached.is_none();
        if follows || all.iter().any(|known| covers(known, &slo.metric)) {
            continue;
        }
        all.push(broken(slo));
    }
    if let Some(reason) = run.ended_early {
        all.push(run.breach("ended", format!("ended early: {reason}"), super::flood::is_one(reason), ""));
    }
    all
}

/// A threshold that does not hold.
pub(super) fn broken(slo: &SloRecord) -> Breach {
    let told = match slo.reached {
        None => format!("{} {}: not measured", slo.metric, slo.threshold),
        Some(_) => format!("{} is {}, not {}", slo.metric, slo.reached_in_words(), slo.threshold),
    };
    Breach { invariant: slo.metric.clone(), told, certain: false, example: None }
}

/// Whether a breach says already what the count of a metric would say.
fn covers(breach: &Breach, metric: &str) -> bool {
    match breach.invariant.as_str() {
        "connected" => matches!(metric, "connect.errors" | "unanswered"),
        "answered" => matches!(metric, "unanswered" | "refused"),
        known => known == metric,
    }
}

/// Where something was expected and nothing came, or nobody was there: no threshold allows that.
fn silences(run: &Judged<'_>) -> Vec<Breach> {
    let (l, n) = (run.ledger, &run.ledger.notices);
    let mut all = Vec::new();
    if l.connected == 0 && l.connect_errors > 0 {
        let told = format!("no session was let in: {} attempts to connect failed", l.connect_errors);
        all.push(run.breach("connected", told, true, "connect error"));
        return all;
    }
    if l.joined == 0 && l.not_joined > 0 {
        let told = format!("nobody got into a room: {} joins were refused or not answered", l.not_joined);
        let kind =
            if run.samples.iter().any(|sample| sample.kind == "refused") { "refused" } else { "unanswered" };
        all.push(run.breach("answered", told, true, kind));
    }
    let missed = (l.unanswered + l.refused).saturating_sub(l.not_joined);
    if l.joined > 0 && l.answered == 0 && missed > 0 {
        let told =
            format!("no turn was answered with yes: {} unanswered, {} refused", l.unanswered, l.refused);
        let kind = if l.refused > 0 { "refused" } else { "unanswered" };
        all.push(run.breach("answered", told, true, kind));
    }
    if l.expected > 0 && l.received == 0 {
        all.push(run.breach(
            "lost",
            format!("lost all {} deliveries: nobody heard anything", l.expected),
            true,
            "lost",
        ));
    }
    if n.expected > 0 && n.received == 0 {
        let told = format!("lost all {} typings and receipts: nobody heard any", n.expected);
        all.push(run.breach("lost", told, true, "lost"));
    }
    if run.due == 0 && l.stayed < run.sockets && !run.comes_and_goes() && !run.stopped {
        let told = format!("held {} of {} sessions to the end", l.stayed, run.sockets);
        all.push(run.breach("held", told, false, "disconnected"));
    }
    all
}

/// Why nothing can be said of a run, where nothing that it is about was observed. It has no breaches.
pub(super) fn nothing_observed(run: &Judged<'_>) -> Option<String> {
    let (l, n) = (run.ledger, &run.ledger.notices);
    let why = if run.due == 0 {
        (l.connected == 0).then(|| "no session was opened".to_owned())
    } else {
        let observed =
            l.expected + l.received + l.answered + l.refused + l.unanswered + n.expected + n.received;
        (observed == 0).then(|| format!("none of the {} turns is answered, or told to anybody", run.due))
    };
    why.map(|why| format!("nothing observed: {why}"))
}

impl Judged<'_> {
    fn breach(&self, invariant: &str, told: String, certain: bool, kind: &str) -> Breach {
        let of_kind = self.samples.iter().filter(|sample| sample.kind == kind);
        let size = |sample: &&Sample| sample.message.len() + sample.received.as_ref().map_or(0, String::len);
        Breach { invariant: invariant.to_owned(), told, certain, example: of_kind.min_by_key(size).cloned() }
    }

    /// Sessions are cut on purpose, so that at the end some may be on their way back.
    fn comes_and_goes(&self) -> bool {
        self.load.phases.iter().flat_map(Phase::stories).any(|story| story.cuts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use results::record::load::Notices;

    const SLO: &[SloRecord] = &[];

    fn load() -> Load {
        Load {
            rooms: 1,
            members: None,
            rooms_per_user: 1,
            data: None,
            user: language::load::User::default(),
            enter: None,
            phases: Vec::new(),
            flow: Vec::new(),
            check: 1.0,
            slo: Vec::new(),
            abort_when: Vec::new(),
            drain: Load::DRAIN,
            lateness_budget: Load::LATENESS,
        }
    }

    fn sound() -> Ledger {
        Ledger {
            sent: 200,
            expected: 600,
            received: 600,
            answered: 200,
            joined: 9,
            connected: 9,
            ..Ledger::default()
        }
    }

    /// A run of 200 turns and 9 sessions that ended at its time.
    fn run<'r>(load: &'r Load, ledger: &'r Ledger, slo: &'r [SloRecord]) -> Judged<'r> {
        Judged {
            load,
            level: Level::Must,
            ledger,
            samples: &[],
            slo,
            due: 200,
            sockets: 9,
            ended_early: None,
            stopped: false,
            sender_order: false,
        }
    }

    fn judged(ledger: &Ledger, slo: &[SloRecord], due: u64) -> (Vec<(String, bool)>, Option<String>) {
        let load = load();
        let run = Judged { due, ..run(&load, ledger, slo) };
        let told = breaches(&run).into_iter().map(|breach| (breach.told, breach.certain)).collect();
        (told, nothing_observed(&run))
    }

    fn told(ledger: &Ledger, slo: &[SloRecord]) -> Vec<String> {
        judged(ledger, slo, 200).0.into_iter().map(|(told, _)| told).collect()
    }

    fn slo(metric: &str, threshold: &str, reached: Option<f64>, holds: bool) -> SloRecord {
        SloRecord { metric: metric.to_owned(), threshold: threshold.to_owned(), reached, holds }
    }

    #[test]
    fn each_count_says_how_many_of_how_many_unless_a_threshold_allows_it() {
        assert_eq!(told(&sound(), SLO), Vec::<String>::new());
        let lossy = Ledger { received: 563, lost: 37, leaked: 1, ..sound() };
        assert_eq!(
            told(&lossy, SLO),
            ["leaked 1 event: heard by a stranger to the room", "lost 37 of 600 deliveries"]
        );
        let allowed = [slo("lost", "< 50", Some(37.0), true)];
        assert_eq!(told(&lossy, &allowed), ["leaked 1 event: heard by a stranger to the room"]);
        let missed = [slo("lost", "< 10", Some(37.0), false)];
        assert_eq!(told(&lossy, &missed)[1], "lost 37 of 600 deliveries (allowed: < 10)");
        assert_eq!(told(&lossy, &missed).len(), 2, "a count that stands above needs no threshold below");
    }

    #[test]
    fn the_order_of_a_sender_has_to_hold_where_it_is_asked_for() {
        let mixed = Ledger { overtaken: 4, ..sound() };
        assert_eq!(told(&mixed, SLO), Vec::<String>::new());
        let missed = [slo("overtaken", "0", Some(4.0), false)];
        assert!(told(&mixed, &missed)[0].starts_with("overtaken 4 of 600 deliveries"));
        let load = load();
        let run = Judged { sender_order: true, ..run(&load, &mixed, SLO) };
        assert_eq!(breaches(&run).len(), 1);
    }

    #[test]
    fn where_nothing_came_no_threshold_helps_and_what_follows_is_folded() {
        let deaf = Ledger { received: 0, lost: 600, ..sound() };
        let all = [slo("lost", "< 9999", Some(600.0), true), slo("delivery.p99", "< 1s", None, false)];
        assert_eq!(told(&deaf, &all), ["lost all 600 deliveries: nobody heard anything"]);
        let mute = Ledger { answered: 0, unanswered: 200, ..sound() };
        let allowed = [slo("unanswered", "< 9999", Some(200.0), true)];
        assert_eq!(told(&mute, &allowed), ["no turn was answered with yes: 200 unanswered, 0 refused"]);
        let shut = Ledger { connected: 0, connect_errors: 40, ..Ledger::default() };
        assert_eq!(told(&shut, SLO), ["no session was let in: 40 attempts to connect failed"]);
        let notices = Notices { expected: 5, lost: 5, ..Notices::default() };
        let untold = Ledger { notices, ..sound() };
        assert_eq!(told(&untold, SLO), ["lost all 5 typings and receipts: nobody heard any"]);
    }

    #[test]
    fn what_no_document_mentions_fails_a_run_where_that_is_asked_for() {
        let load = load();
        let ledger = Ledger { undocumented: 3, ..sound() };
        let of = |level: Level| {
            let run = Judged { level, ..run(&load, &ledger, SLO) };
            breaches(&run).into_iter().map(|breach| breach.told).collect::<Vec<_>>()
        };
        assert_eq!(of(Level::Must), Vec::<String>::new());
        assert_eq!(of(Level::Should), ["undocumented 3 events: no document mentions them"]);
    }

    #[test]
    fn a_threshold_of_what_was_not_measured_does_not_hold() {
        let unmeasured = [slo("complete.p99", "< 1s", None, false)];
        assert_eq!(told(&sound(), &unmeasured), ["complete.p99 < 1s: not measured"]);
    }

    #[test]
    fn what_a_late_generator_may_have_done_itself_is_not_certain() {
        let certain = |ledger: Ledger| judged(&ledger, SLO, 200).0.iter().all(|(_, certain)| *certain);
        assert!(certain(Ledger { lost: 3, late: 2, received: 597, ..sound() }));
        assert!(!certain(Ledger { lost: 3, late: 3, received: 597, ..sound() }));
        assert!(!certain(Ledger { unanswered: 1, ..sound() }));
        assert!(certain(Ledger { duplicated: 1, ..sound() }));
    }

    #[test]
    fn without_turns_the_sessions_are_what_is_observed() {
        let held = Ledger { connected: 9, joined: 9, stayed: 9, ..Ledger::default() };
        assert_eq!(judged(&held, SLO, 0), (Vec::new(), None));
        let lost = Ledger { disconnected: 2, stayed: 7, ..held.clone() };
        let (told, _) = judged(&lost, SLO, 0);
        let told: Vec<&str> = told.iter().map(|(told, _)| told.as_str()).collect();
        assert_eq!(told, ["held 7 of 9 sessions to the end", "disconnected 2 sessions"]);
        let nothing = judged(&Ledger::default(), SLO, 5).1.unwrap();
        assert_eq!(nothing, "nothing observed: none of the 5 turns is answered, or told to anybody");
        assert!(judged(&held, SLO, 5).1.is_some(), "that somebody is there is not what the turns are about");
        assert_eq!(judged(&sound(), SLO, 5).1, None);
    }
}
