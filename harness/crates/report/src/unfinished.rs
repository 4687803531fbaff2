//! The report of a run that is on, in pieces: `report.json` and `report.html` grow with each case that is judged, so that
//! whatever ends the run at once leaves a report that says what was judged until then. A piece costs as much as its case, however
//! many there were before. Owns what the pieces hold; knows nothing of files.

use serde_json::{Value, json};

use super::html::growing;
use results::record::load::LoadRecord;
use results::record::{CaseRecord, Outcome, Report, Totals};

/// What stands in a finished report, and grows or changes in this one.
const LATER: [&str; 5] = ["cases", "loads", "totals", "why", "duration_ms"];

/// A report that grows.
#[derive(Debug)]
pub struct Unfinished {
    begun: Report,
    totals: Totals,
    /// Items in the list that is open, and whether that is the one of loads.
    items: usize,
    loads: bool,
    last: String,
}

/// The same for each of the two files.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Of `report.json`.
    pub json: String,
    /// Of `report.html`.
    pub html: String,
}

impl Unfinished {
    /// From a report without cases that says why it is unfinished.
    #[must_use]
    pub fn new(begun: Report) -> Self {
        Self { begun, totals: Totals::default(), items: 0, loads: false, last: String::new() }
    }

    /// What both files begin with.
    #[must_use]
    pub fn begins(&self) -> Piece {
        let whole = serde_json::to_value(&self.begun).unwrap_or_default();
        let fields = whole.as_object().into_iter().flatten();
        let known = fields.filter(|(name, _)| !LATER.contains(&name.as_str()));
        let known: String = known.map(|(name, value)| format!("  {}: {value},\n", json!(name))).collect();
        Piece { json: format!("{{\n{known}  \"cases\": ["), html: growing::begun(&self.begun) }
    }

    /// A case that was judged.
    pub fn case(&mut self, record: &CaseRecord) -> Piece {
        let count = match record.outcome {
            Outcome::Passed => &mut self.totals.passed,
            Outcome::Failed => &mut self.totals.failed,
            Outcome::FailedAsExpected => &mut self.totals.failed_as_expected,
            Outcome::PassedUnexpectedly => &mut self.totals.passed_unexpectedly,
            Outcome::CouldNotRun => &mut self.totals.could_not_run,
            Outcome::NotSupported => &mut self.totals.not_supported,
        };
        *count += 1;
        Piece { json: self.item(&json!(record)), html: growing::case(record) }
    }

    /// A load that has ended; no case comes after it.
    pub fn load(&mut self, record: &LoadRecord) -> Piece {
        let opens = if self.loads { "" } else { "\n  ],\n  \"loads\": [" };
        if !self.loads {
            (self.loads, self.items) = (true, 0);
        }
        Piece { json: opens.to_owned() + &self.item(&json!(record)), html: growing::load(record) }
    }

    /// What is on, in a line.
    pub fn says(&mut self, line: String) {
        self.last = line;
    }

    /// What closes both files, for now, so many milliseconds after the run began.
    #[must_use]
    pub fn ends(&self, duration_ms: u64) -> Piece {
        let why = self.begun.why.iter().map(String::as_str);
        let last = Some(self.last.as_str()).filter(|last| !last.is_empty());
        let why: Vec<&str> = why.chain(last).collect();
        let loads = if self.loads { "" } else { ",\n  \"loads\": []" };
        let (totals, told) = (json!(self.totals), json!(why.join("; last: ")));
        let rest = format!(
            "\n  ]{loads},\n  \"totals\": {totals},\n  \"why\": {told},\n  \"duration_ms\": {duration_ms}\n}}\n"
        );
        Piece { json: rest, html: growing::end(&self.last) }
    }

    fn item(&mut self, item: &Value) -> String {
        self.items += 1;
        format!("{}\n    {item}", if self.items > 1 { "," } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use results::record::Verdict;
    use results::verdict::{Circumstances, without_any};

    fn begun() -> Unfinished {
        let circumstances = Circumstances {
            started: "2026-11-28T10:00:00Z".to_owned(),
            today: jiff::civil::date(2026, 11, 28),
            duration_ms: 0,
            target: "</script><script>alert(1)".to_owned(),
            client: None,
            seed: 1,
            timescale: 1.0,
            patience: 1.0,
            level: language::level::Level::Must,
            unreachable: false,
            whole: true,
        };
        Unfinished::new(without_any(circumstances, Verdict::Unfinished, "it is still on".to_owned()))
    }

    fn case(outcome: Outcome) -> CaseRecord {
        let json = json!({
            "id": "crm/typing", "dialect": "crm", "scenario": "typing", "title": "", "file": "typing.yaml",
            "level": "must", "outcome": outcome, "reason": "<b>", "duration_ms": 5, "attempts": 1, "steps": [],
            "findings": [], "clauses": [], "forms": [], "set_aside": 0, "transcript": [],
        });
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn it_is_a_report_after_every_piece() {
        let mut unfinished = begun();
        let mut so_far = unfinished.begins();
        let read = |so_far: &Piece, unfinished: &Unfinished| -> Report {
            serde_json::from_str(&(so_far.json.clone() + &unfinished.ends(7).json)).unwrap()
        };
        assert_eq!(read(&so_far, &unfinished).verdict, Verdict::Unfinished);
        for (count, outcome) in [Outcome::Passed, Outcome::Failed, Outcome::Passed].into_iter().enumerate() {
            let piece = unfinished.case(&case(outcome));
            so_far = Piece { json: so_far.json + &piece.json, html: so_far.html + &piece.html };
            unfinished.says(format!("{count} \"of\" 9"));
            let report = read(&so_far, &unfinished);
            assert_eq!((report.cases.len(), report.duration_ms), (count + 1, 7));
        }
        for count in 1..3 {
            so_far.json += &unfinished.load(&LoadRecord::default()).json;
            assert_eq!(read(&so_far, &unfinished).loads.len(), count);
        }
        let report = read(&so_far, &unfinished);
        assert_eq!((report.totals.passed, report.totals.failed, report.cases.len()), (2, 1, 3));
        assert_eq!(report.why.as_deref(), Some("it is still on; last: 2 \"of\" 9"));
        let page = so_far.html + &unfinished.ends(7).html;
        assert!(
            page.contains("Unfinished") && page.contains("crm/typing") && page.ends_with("</html>\n"),
            "{page}"
        );
        assert!(!page.contains("<b>") && !page.contains("<script>"), "{page}");
    }

    #[test]
    fn a_piece_costs_no_more_for_those_before_it() {
        let mut unfinished = begun();
        let first = unfinished.case(&case(Outcome::Passed));
        let ends = unfinished.ends(1);
        let later = (0..5000).map(|_| unfinished.case(&case(Outcome::Passed))).last().unwrap();
        let size = |piece: &Piece| piece.json.len() + piece.html.len();
        assert_eq!(size(&later), size(&first) + 1, "but for the comma");
        assert_eq!(size(&unfinished.ends(1)), size(&ends) + "5001".len() - "1".len());
    }
}
