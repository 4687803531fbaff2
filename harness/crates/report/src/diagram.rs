//! Who sent and received what, and when: a lane for each actor and one for the server, an arrow for each entry of the
//! transcript. Where the lanes do not fit, a list. Knows nothing of what is right or wrong: it is told what to mark.

use std::collections::BTreeMap;

use serde_json::Value;

use super::page::{Page, Piece, Tone, columns, padded, shortened};
use language::visible::visible;
use results::record::{CaseRecord, Direction, Entry};

/// The most lanes beside the server's.
const MOST_LANES: usize = 8;
/// The widest name above a lane.
const WIDEST_NAME: usize = 12;
/// The least and the most columns for the name on an arrow.
const LABEL: std::ops::RangeInclusive<usize> = 12..=34;
/// Entries of one step beyond which some are left out.
const MANY: usize = 30;

/// Which part of a case is drawn, and what is marked in it.
pub(super) struct View<'c> {
    /// The case.
    pub(super) case: &'c CaseRecord,
    /// Its steps that are drawn, in order.
    pub(super) steps: Vec<usize>,
    /// The numbers of the findings about an entry, by its place in the transcript.
    pub(super) marks: BTreeMap<usize, Vec<usize>>,
    /// What did not come: in which step, for whom, and the number of the finding.
    pub(super) absent: Vec<(usize, String, usize)>,
    /// All entries of the steps, however many.
    pub(super) whole: bool,
}

/// A line of the diagram.
struct Row<'c> {
    at_us: Option<u64>,
    actor: &'c str,
    direction: Direction,
    label: String,
    payload: Option<&'c Value>,
    marks: Vec<usize>,
}

enum Line<'c> {
    Row(Row<'c>),
    LeftOut(usize),
}

/// Draws it, indented by two columns.
pub(super) fn draw(page: &mut Page, view: &View<'_>) {
    let steps: Vec<(usize, Vec<Line<'_>>)> =
        view.steps.iter().map(|&step| (step, rows(view, step))).collect();
    let actors = actors(view, &steps);
    let lanes = Lanes::new(&actors, &steps, page.width);
    if let Some(lanes) = &lanes {
        lanes.head(page);
    }
    for (step, lines) in &steps {
        let text = view.case.steps.get(*step).map_or("", |step| step.text.as_str());
        let said = format!("step {step}  {text}");
        match &lanes {
            Some(lanes) => lanes.step(page, &said),
            None => page.cut(&[(Tone::Plain, "  "), (Tone::Faint, &said)]),
        }
        for line in lines {
            match (line, &lanes) {
                (Line::Row(row), Some(lanes)) => lanes.row(page, row),
                (Line::Row(row), None) => listed(page, row),
                (Line::LeftOut(count), _) => {
                    let text = format!("{:>11}  {count} more; --verbose shows them", "⋮");
                    page.cut(&[(Tone::Faint, &text)]);
                }
            }
        }
    }
}

fn rows<'c>(view: &'c View<'_>, step: usize) -> Vec<Line<'c>> {
    let entries: Vec<(usize, &Entry)> =
        view.case.transcript.iter().enumerate().filter(|(_, entry)| entry.step == step).collect();
    let count = entries.len();
    let mut lines: Vec<Line<'c>> = Vec::new();
    for (position, (index, entry)) in entries.into_iter().enumerate() {
        let marks = view.marks.get(&index).cloned().unwrap_or_default();
        let outer = position < MANY / 3 || position + MANY / 3 >= count;
        if view.whole || count <= MANY || outer || !marks.is_empty() {
            lines.push(Line::Row(Row {
                at_us: Some(entry.at_us),
                actor: &entry.actor,
                direction: entry.direction,
                label: label(&entry.name),
                payload: Some(&entry.redacted),
                marks,
            }));
        } else if let Some(Line::LeftOut(left_out)) = lines.last_mut() {
            *left_out += 1;
        } else {
            lines.push(Line::LeftOut(1));
        }
    }
    let absent = view.absent.iter().filter(|(at, ..)| *at == step);
    lines.extend(absent.map(|(_, actor, number)| {
        Line::Row(Row {
            at_us: None,
            actor,
            direction: Direction::In,
            label: "did not come".to_owned(),
            payload: None,
            marks: vec![*number],
        })
    }));
    lines
}

/// What stands on an arrow.
pub(super) fn label(name: &str) -> String {
    visible(name.strip_prefix("the ").unwrap_or(name))
}

/// The actors of the case in the order in which they appeared; where they are too many, those that are drawn.
fn actors<'c>(view: &'c View<'_>, steps: &[(usize, Vec<Line<'c>>)]) -> Vec<&'c str> {
    let mut actors: Vec<&str> = Vec::new();
    let drawn: Vec<&str> = steps
        .iter()
        .flat_map(|(_, lines)| lines)
        .filter_map(|line| match line {
            Line::Row(row) => Some(row.actor),
            Line::LeftOut(_) => None,
        })
        .collect();
    for actor in view.case.transcript.iter().map(|entry| entry.actor.as_str()).chain(drawn.iter().copied()) {
        if !actors.contains(&actor) {
            actors.push(actor);
        }
    }
    if actors.len() > MOST_LANES {
        actors.retain(|actor| drawn.contains(actor));
    }
    actors
}

/// Where the lanes stand: columns counted from 0.
struct Lanes<'c> {
    actors: Vec<(&'c str, usize)>,
    label: usize,
    server: usize,
}

/// The column right after the times.
const AFTER_TIME: usize = 11;

impl<'c> Lanes<'c> {
    /// None where they do not fit.
    fn new(actors: &[&'c str], steps: &[(usize, Vec<Line<'_>>)], width: usize) -> Option<Self> {
        if actors.is_empty() || actors.len() > MOST_LANES {
            return None;
        }
        let mut placed: Vec<(&str, usize)> = Vec::new();
        let mut free = AFTER_TIME + 2;
        for &actor in actors {
            let wide = columns(&name(actor));
            let earliest = placed.last().map_or(0, |(_, column)| column + 5);
            let column = (free + wide / 2).max(earliest);
            placed.push((actor, column));
            free = column + wide - wide / 2 + 2;
        }
        let rows = steps.iter().flat_map(|(_, lines)| lines).filter_map(|line| match line {
            Line::Row(row) => Some(columns(&row.label)),
            Line::LeftOut(_) => None,
        });
        let last = placed.last().map_or(0, |(_, column)| *column);
        // An arrow is `├── name ──▶│`: eight columns beside the name; marks stand behind it.
        let room = width.checked_sub(last + 8 + 8)?;
        if room < *LABEL.start() {
            return None;
        }
        let label = rows.max().unwrap_or(0).clamp(*LABEL.start(), (*LABEL.end()).min(room));
        Some(Self { actors: placed, label, server: last + 7 + label })
    }

    fn head(&self, page: &mut Page) {
        let mut line = padded("        ms", AFTER_TIME);
        for (actor, column) in &self.actors {
            let name = name(actor);
            line = padded(&line, column - columns(&name) / 2) + &name;
        }
        line = padded(&line, self.server - 3) + "server";
        page.line(&[(Tone::Faint, &line)]);
    }

    fn step(&self, page: &mut Page, said: &str) {
        page.cut(&[(Tone::Plain, "  "), (Tone::Faint, said)]);
    }

    fn row(&self, page: &mut Page, row: &Row<'_>) {
        let absent = row.at_us.is_none();
        let tone = if row.marks.is_empty() { Tone::Plain } else { Tone::Bad };
        let (left, right) = self.arrow(row, if absent { '╌' } else { '─' });
        let name = shortened(&row.label, self.label);
        let fill: String =
            std::iter::repeat_n(if absent { '╌' } else { '─' }, self.label - columns(&name)).collect();
        let time = time(row.at_us);
        let marks = marks(&row.marks);
        let payload = self.payload(page.width, row, &marks);
        let pieces: [Piece<'_>; 7] = [
            (Tone::Faint, &time),
            (tone, &left),
            (if row.marks.is_empty() { Tone::Strong } else { Tone::Bad }, &name),
            (tone, " "),
            (tone, &fill),
            (tone, &right),
            (Tone::Bad, &marks),
        ];
        let mut line = pieces.to_vec();
        line.push((Tone::Faint, &payload));
        page.line(&line);
    }

    /// What stands left and right of the name.
    fn arrow(&self, row: &Row<'_>, dash: char) -> (String, String) {
        let mut left: Vec<char> = vec![' '; self.server - 3 - self.label - AFTER_TIME];
        let mut begun = false;
        let from = self.actors.iter().find(|(actor, _)| *actor == row.actor).map_or(0, |(_, column)| *column);
        for (column, cell) in left.iter_mut().enumerate().map(|(index, cell)| (index + AFTER_TIME, cell)) {
            let lane = self.actors.iter().any(|(_, at)| *at == column);
            begun |= column == from;
            *cell = match (begun, lane, row.direction) {
                (false, true, _) => '│',
                (false, false, _) => ' ',
                (true, _, Direction::Out) if column == from => '├',
                (true, _, Direction::In) if column == from => '│',
                (true, _, Direction::In) if column == from + 1 => '◀',
                (true, true, _) => '┼',
                (true, false, _) => dash,
            };
        }
        if let Some(last) = left.last_mut() {
            *last = ' ';
        }
        let right = match row.direction {
            Direction::Out => "─▶│".to_owned(),
            Direction::In => format!("{dash}{dash}┤"),
        };
        (left.into_iter().collect(), right)
    }

    fn payload(&self, width: usize, row: &Row<'_>, marks: &str) -> String {
        let room = width.saturating_sub(self.server + 1 + columns(marks) + 2);
        match row.payload {
            Some(payload) if !payload.is_null() && room >= 16 => {
                format!("  {}", shortened(&visible(&on_one_line(payload)), room))
            }
            _ => String::new(),
        }
    }
}

/// A payload in few columns: keys without quotes, matchers as a scenario has them.
#[must_use]
pub fn on_one_line(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|(name, value)| format!("{name}: {}", on_one_line(value))).collect();
            format!("{{{}}}", fields.join(", "))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(on_one_line).collect();
            format!("[{}]", items.join(", "))
        }
        Value::String(text) if text.starts_with('<') && text.ends_with('>') => text.clone(),
        other => other.to_string(),
    }
}

fn name(actor: &str) -> String {
    shortened(&visible(actor), WIDEST_NAME)
}

fn time(at_us: Option<u64>) -> String {
    match at_us {
        Some(at_us) => format!("{:>10} ", milliseconds(at_us)),
        None => format!("{:>10} ", "–"),
    }
}

/// Milliseconds with one decimal place.
pub(super) fn milliseconds(at_us: u64) -> String {
    format!("{}.{}", at_us / 1000, at_us % 1000 / 100)
}

fn marks(numbers: &[usize]) -> String {
    if numbers.is_empty() {
        return String::new();
    }
    let numbers: Vec<String> = numbers.iter().map(usize::to_string).collect();
    format!("  ✗ {}", numbers.join(", "))
}

/// The same without lanes.
fn listed(page: &mut Page, row: &Row<'_>) {
    let (time, marks) = (time(row.at_us), marks(&row.marks));
    let arrow = match row.direction {
        Direction::Out => "→",
        Direction::In => "←",
    };
    let said = format!("{} {arrow} {}", padded(&name(row.actor), WIDEST_NAME), row.label);
    let payload = row.payload.filter(|payload| !payload.is_null()).map(on_one_line).unwrap_or_default();
    let tone = if row.marks.is_empty() { Tone::Plain } else { Tone::Bad };
    page.cut(&[
        (Tone::Faint, &time),
        (tone, &said),
        (Tone::Bad, &marks),
        (Tone::Faint, "  "),
        (Tone::Faint, &payload),
    ]);
}
