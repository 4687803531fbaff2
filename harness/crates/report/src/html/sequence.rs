//! The sequence diagram of a case as SVG: a lane for each actor and one for the server, an arrow for each entry, a band for
//! each step. Its colours are the style sheet's, by class, so that they follow light and dark. What it says is said in words
//! by the table below it.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::case::Marks;
use super::words::said;
use crate::diagram::{label, milliseconds, on_one_line};
use crate::page::{columns, shortened};
use results::record::{CaseRecord, Direction, Entry};

/// The width of a column of the fixed-width font, in tenths of a pixel.
const COLUMN: usize = 72;
const ROW: usize = 24;
const BAND: usize = 30;
const HEAD: usize = 34;
/// Where the first lane may begin, after the times.
const AFTER_TIME: usize = 78;
const NAME: usize = 16;
const LABEL: std::ops::RangeInclusive<usize> = 14..=34;
const PAYLOAD: usize = 64;
/// Entries beyond which only the ends, and what is wrong, are drawn.
const MANY: usize = 300;

enum Line<'c> {
    Step(usize, &'c str),
    Entry(&'c Entry, Vec<usize>),
    Absent(&'c str, usize),
    LeftOut(usize),
}

/// Where the lanes stand, in pixels.
struct Lanes<'c> {
    actors: BTreeMap<&'c str, usize>,
    /// In the order in which they appeared.
    order: Vec<&'c str>,
    label: usize,
    server: usize,
}

/// The diagram, in a frame that scrolls.
pub(super) fn figure(case: &CaseRecord, marks: &Marks) -> Markup {
    let lines = lines(case, marks);
    let lanes = Lanes::new(&lines);
    let height = HEAD + lines.iter().map(Line::height).sum::<usize>() + 8;
    let width = lanes.server + 30 + pixels(PAYLOAD);
    let said_of = format!(
        "Sequence diagram: {} entries between {} and the server. The table after it says the same in words.",
        case.transcript.len(),
        said(&lanes.order.join(", "))
    );
    html! {
        figure {
            div.scroll.sequence tabindex="0" role="region" aria-label="Sequence diagram" {
                svg role="img" aria-label=(said_of) width=(width) height=(height)
                    viewBox=(format!("0 0 {width} {height}")) {
                    (lanes.drawn(height))
                    (rows(&lines, &lanes, width))
                }
            }
            figcaption { "Times in milliseconds since the case began; ids, times and tokens as what they are." }
        }
    }
}

const fn pixels(columns: usize) -> usize {
    columns * COLUMN / 10
}

/// All lines in order: each step, its entries, what did not come.
fn lines<'c>(case: &'c CaseRecord, marks: &'c Marks) -> Vec<Line<'c>> {
    let mut lines = Vec::new();
    let count = case.transcript.len();
    let last = case
        .transcript
        .iter()
        .map(|entry| entry.step)
        .chain(marks.absent.iter().map(|(step, ..)| *step))
        .max();
    for step in 0..=last.unwrap_or(0) {
        let entries = case.transcript.iter().enumerate().filter(|(_, entry)| entry.step == step);
        let absent: Vec<_> = marks.absent.iter().filter(|(at, ..)| *at == step).collect();
        let mut entries = entries.peekable();
        if entries.peek().is_none() && absent.is_empty() {
            continue;
        }
        lines.push(Line::Step(
            step,
            case.steps.get(step).map_or("after the last step", |step| step.text.as_str()),
        ));
        for (index, entry) in entries {
            let found = marks.entries.get(&index).cloned().unwrap_or_default();
            let outer = index < MANY / 2 || index + MANY / 2 >= count;
            if outer || !found.is_empty() {
                lines.push(Line::Entry(entry, found));
            } else if let Some(Line::LeftOut(left_out)) = lines.last_mut() {
                *left_out += 1;
            } else {
                lines.push(Line::LeftOut(1));
            }
        }
        lines.extend(absent.into_iter().map(|(_, actor, number)| Line::Absent(actor, *number)));
    }
    lines
}

impl Line<'_> {
    const fn height(&self) -> usize {
        match self {
            Line::Step(..) => BAND,
            Line::Entry(..) | Line::Absent(..) | Line::LeftOut(_) => ROW,
        }
    }
}

impl<'c> Lanes<'c> {
    fn new(lines: &[Line<'c>]) -> Self {
        let mut order: Vec<&str> = Vec::new();
        let mut label_columns = *LABEL.start();
        for line in lines {
            let actor = match line {
                Line::Entry(entry, _) => {
                    label_columns = label_columns.max(columns(&label(&entry.name)).min(*LABEL.end()));
                    entry.actor.as_str()
                }
                Line::Absent(actor, _) => actor,
                Line::Step(..) | Line::LeftOut(_) => continue,
            };
            if !order.contains(&actor) {
                order.push(actor);
            }
        }
        let mut free = AFTER_TIME;
        let mut actors = BTreeMap::new();
        for actor in &order {
            let wide = (pixels(columns(&shortened(&said(actor), NAME))) + 20).max(52);
            actors.insert(*actor, free + wide / 2);
            free += wide + 6;
        }
        let label = free + 14 + pixels(label_columns) / 2;
        Self { actors, order, label, server: label + pixels(label_columns) / 2 + 28 }
    }

    fn drawn(&self, height: usize) -> Markup {
        let lanes =
            self.order.iter().map(|actor| (self.actors[actor], *actor)).chain([(self.server, "server")]);
        html! {
            @for (x, name) in lanes {
                line.lane x1=(x) x2=(x) y1=(HEAD - 8) y2=(height) {}
                @let name = shortened(&said(name), NAME);
                @let wide = pixels(columns(&name)) + 16;
                rect.head x=(x.saturating_sub(wide / 2)) y="2" width=(wide) height="22" rx="5" {}
                text.head x=(x) y="17" { (name) }
            }
        }
    }
}

fn rows(lines: &[Line<'_>], lanes: &Lanes<'_>, width: usize) -> Markup {
    let mut y = HEAD;
    let placed = lines.iter().map(|line| {
        let at = y;
        y += line.height();
        (at, line)
    });
    html! {
        @for (y, line) in placed {
            @match line {
                Line::Step(step, text) => {
                    rect.band x="0" y=(y + 4) width=(width) height=(BAND - 8) {}
                    text.band x="8" y=(y + 19) { "step " (step) "  " (shortened(&said(text), width * 10 / COLUMN - 12)) }
                },
                Line::Entry(entry, found) => (arrow(entry, found, lanes, y + ROW / 2)),
                Line::Absent(actor, number) => (absent(actor, *number, lanes, y + ROW / 2)),
                Line::LeftOut(count) => text.time x="8" y=(y + ROW / 2 + 4) { "⋮ " (count) " more in the table below" },
            }
        }
    }
}

fn arrow(entry: &Entry, found: &[usize], lanes: &Lanes<'_>, y: usize) -> Markup {
    let (actor, server) = (lanes.actors[entry.actor.as_str()], lanes.server);
    let head = match entry.direction {
        Direction::Out => format!("M{server} {y}l-8-4v8z"),
        Direction::In => format!("M{actor} {y}l8-4v8z"),
    };
    let tail = match entry.direction {
        Direction::Out => actor,
        Direction::In => server,
    };
    let numbers: Vec<String> = found.iter().map(usize::to_string).collect();
    let marks = if found.is_empty() { String::new() } else { format!("✗ {}  ", numbers.join(", ")) };
    let payload = if entry.redacted.is_null() { String::new() } else { on_one_line(&entry.redacted) };
    html! {
        g.wrong[!found.is_empty()] {
            text.time x=(AFTER_TIME - 12) y=(y + 4) { (milliseconds(entry.at_us)) }
            line x1=(actor) x2=(server) y1=(y) y2=(y) {}
            circle cx=(tail) cy=(y) r="2.5" {}
            path d=(head) {}
            (name(lanes, y, &shortened(&label(&entry.name), *LABEL.end())))
            text.payload x=(server + 12) y=(y + 4) {
                @if !marks.is_empty() { tspan.bad { (marks) } }
                (shortened(&said(&payload), PAYLOAD - columns(&marks)))
            }
        }
    }
}

/// The name on an arrow, which interrupts its line.
fn name(lanes: &Lanes<'_>, y: usize, name: &str) -> Markup {
    let wide = pixels(columns(name)) + 12;
    html! {
        rect.back x=(lanes.label - wide / 2) y=(y - 8) width=(wide) height="16" {}
        text.label x=(lanes.label) y=(y + 4) { (name) }
    }
}

fn absent(actor: &str, number: usize, lanes: &Lanes<'_>, y: usize) -> Markup {
    html! {
        g.wrong.absent {
            text.time x=(AFTER_TIME - 12) y=(y + 4) { "–" }
            line x1=(lanes.actors[actor]) x2=(lanes.server) y1=(y) y2=(y) {}
            (name(lanes, y, "did not come"))
            text.payload x=(lanes.server + 12) y=(y + 4) { tspan.bad { "✗ " (number) } }
        }
    }
}
