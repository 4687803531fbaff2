//! The charts of a load run, drawn by `plotters` as SVG. Its colours are plain values of the light theme; the style sheet
//! gives them their dark ones, by what stands in the attribute (`[stroke="#2B5FB8"]`), so nothing is drawn twice. What
//! a chart shows is in a table as well.

use std::ops::Range;

use maud::{Markup, PreEscaped, html};
use plotters::chart::ChartBuilder;
use plotters::coord::Shift;
use plotters::coord::combinators::{BindKeyPoints, IntoLogRange};
use plotters::coord::ranged1d::{AsRangedCoord, Ranged, ValueFormatter};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::load::named;
use super::words::said;
use crate::histograms::decoded;
use results::record::breach::time_in_words;
use results::record::load::{Latency, LoadRecord, Second};

/// Twice what is shown, since the library places its points on whole pixels.
const SIZE: (u32, u32) = (1760, 560);
/// Values at an axis at the most.
const TICKS: usize = 8;
/// The share of the width that a letter above a chart takes, with some room.
const LETTER: f64 = 0.0105;
const INK: RGBColor = RGBColor(0x6b, 0x68, 0x62);
const LINE: RGBColor = RGBColor(0xe3, 0xe0, 0xda);
/// The colours of the series, in their order.
const SERIES: [RGBColor; 4] = [
    RGBColor(0x2b, 0x5f, 0xb8),
    RGBColor(0xb0, 0x5e, 0x00),
    RGBColor(0x1a, 0x7a, 0x55),
    RGBColor(0x8a, 0x3f, 0x9e),
];
/// From few to many.
const HEAT: [RGBColor; 6] = [
    RGBColor(0xdc, 0xe8, 0xf8),
    RGBColor(0xb5, 0xcf, 0xf0),
    RGBColor(0x86, 0xb0, 0xe4),
    RGBColor(0x55, 0x8d, 0xd3),
    RGBColor(0x2f, 0x68, 0xb5),
    RGBColor(0x17, 0x43, 0x82),
];

type Area<'s> = DrawingArea<SVGBackend<'s>, Shift>;
type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

/// A filled rectangle.
struct Cell {
    from: (f64, f64),
    to: (f64, f64),
    colour: RGBColor,
}

/// A line with its name.
struct Series {
    name: String,
    points: Vec<(f64, f64)>,
}

/// The distributions on the axis of HdrHistogram: as much room for the last one in a thousand as for the first nine in ten.
pub(super) fn by_percentile(load: &LoadRecord) -> Markup {
    let wanted = ["connect", "ack", "delivery", "complete"];
    let known: Vec<Series> = named(load)
        .into_iter()
        .filter(|(name, ..)| wanted.contains(name))
        .filter_map(|(_, words, latency)| {
            let name = words.split(',').next().unwrap_or(words).to_owned();
            Some(Series { name, points: percentiles(latency)? })
        })
        .collect();
    let Some(values) = span(&known, |(_, value)| value) else { return html! {} };
    let furthest = span(&known, |(at, _)| at).map_or(10.0, |at| at.end.max(10.0));
    let drawn = draw(|area| {
        let x = (1.0..furthest).log_scale().with_key_points(decades(&(1.0..furthest)));
        let y = (values.start..values.end).log_scale().with_key_points(ticks(&values));
        chart(area, "percentile", (x, percentile), (y, tick), &known, &[], &[])
    });
    figure("Times by percentile", "Each step to the right is one more nine.", &known, drawn)
}

/// The points of a distribution: one in how many, and the time in microseconds.
fn percentiles(latency: &Latency) -> Option<Vec<(f64, f64)>> {
    let histogram = decoded(latency)?;
    let last = histogram.len() as f64;
    let points = histogram.iter_quantiles(8).map(|step| {
        let beyond = (1.0 - step.quantile_iterated_to()).max(0.0);
        let one_in = if beyond > 0.0 { (1.0 / beyond).min(last) } else { last };
        (one_in, (step.value_iterated_to().min(histogram.max()) as f64).max(1.0))
    });
    Some(points.collect())
}

/// 10 is 90 %, 1000 is 99.9 %.
fn percentile(one_in: f64) -> String {
    let nines = one_in.log10().round() as usize;
    let percent = 100.0 * (1.0 - 1.0 / one_in);
    format!("{percent:.*} %", nines.saturating_sub(2))
}

/// Everything that has a second: latency and its distribution, throughput, connections, errors.
pub(super) fn over_time(load: &LoadRecord) -> Markup {
    let seconds = &load.seconds;
    if seconds.is_empty() {
        return html! {};
    }
    let phases = phases(load);
    let line = |name: &str, value: fn(&Second) -> u64| Series {
        name: name.to_owned(),
        points: seconds.iter().map(|second| (middle(second), value(second) as f64)).collect(),
    };
    let heard = |name: &str, value: fn(&Second) -> u64| Series {
        name: name.to_owned(),
        points: seconds
            .iter()
            .filter(|second| second.delivered > 0)
            .map(|second| (middle(second), value(second).max(1) as f64))
            .collect(),
    };
    let latency = [heard("p50", |s| s.p50_us), heard("p99", |s| s.p99_us), heard("max", |s| s.max_us)];
    let throughput =
        [line("turns", |s| s.sent), line("answers", |s| s.answered), line("deliveries", |s| s.delivered)];
    html! {
        h3 { "Over time" }
        (latency_chart(seconds, &latency, &phases))
        (heat_map(seconds, &phases))
        (counts("Turns, answers and deliveries, each second", seconds, &throughput, &phases))
        (counts("Sockets in their namespace", seconds, &[line("connected", |s| s.connected)], &phases))
        @if seconds.iter().any(|second| second.errors > 0) {
            (counts("Whatever went wrong, each second", seconds, &[line("errors", |s| s.errors)], &phases))
        } @else {
            p { span.good { "✓ No second with an error." } }
        }
    }
}

/// Where each phase begins, in seconds, with its name, and where the last one ends.
fn phases(load: &LoadRecord) -> Vec<(f64, String)> {
    let seconds = |ms: u64| ms as f64 / 1000.0;
    let end = load.phases.last().map(|last| (seconds(last.began_ms + last.lasted_ms), "end".to_owned()));
    load.phases.iter().map(|phase| (seconds(phase.began_ms), said(&phase.name))).chain(end).collect()
}

/// A second is told at its middle.
fn middle(second: &Second) -> f64 {
    second.at_s as f64 + 0.5
}

/// From the beginning of the first second to the end of the last.
fn whole(seconds: &[Second]) -> Range<f64> {
    let at = |second: Option<&Second>| second.map_or(0, |second| second.at_s) as f64;
    at(seconds.first())..at(seconds.last()) + 1.0
}

fn latency_chart(seconds: &[Second], known: &[Series], phases: &[(f64, String)]) -> Markup {
    let Some(values) = span(known, |(_, value)| value) else { return html! {} };
    let drawn = draw(|area| {
        let y = (values.start..values.end).log_scale().with_key_points(ticks(&values));
        chart(area, "seconds", (whole(seconds), short), (y, tick), known, phases, &[])
    });
    figure(
        "Delivery latency, each second",
        "From the intended time of a message to each member.",
        known,
        drawn,
    )
}

fn counts(title: &str, seconds: &[Second], known: &[Series], phases: &[(f64, String)]) -> Markup {
    let most = span(known, |(_, value)| value).map_or(1.0, |values| values.end.max(1.0));
    let drawn = draw(|area| {
        chart(area, "seconds", (whole(seconds), short), (0.0..most * 1.08, short), known, phases, &[])
    });
    figure(title, "", known, drawn)
}

/// How the latency is spread in each second: a row for each class of the record, darker where more deliveries are.
fn heat_map(seconds: &[Second], phases: &[(f64, String)]) -> Markup {
    let classes: Vec<u64> = seconds.iter().flat_map(|second| second.within_us.keys().copied()).collect();
    let most = seconds.iter().flat_map(|second| second.within_us.values().copied()).max().unwrap_or(0);
    let (Some(&least), Some(&greatest)) = (classes.iter().min(), classes.iter().max()) else {
        return html! {};
    };
    let root = std::f64::consts::SQRT_2;
    let values = (least as f64 / root)..(greatest as f64);
    let cells: Vec<Cell> = seconds
        .iter()
        .flat_map(|second| {
            second.within_us.iter().map(move |(&class, &count)| (second.at_s as f64, class as f64, count))
        })
        .map(|(at, upper, count)| Cell {
            from: (at, upper / root),
            to: (at + 1.0, upper),
            colour: heat(count, most),
        })
        .collect();
    let drawn = draw(|area| {
        let y = values.clone().log_scale().with_key_points(ticks(&values));
        chart(area, "seconds", (whole(seconds), short), (y, tick), &[], phases, &cells)
    });
    let note = format!(
        "A column for each second, a row for each half of an octave; the strongest colour is {most} deliveries."
    );
    figure("How delivery latency is spread", &note, &[], drawn)
}

/// On a logarithmic scale, so that the few slow ones are seen beside the many quick ones.
fn heat(count: u64, most: u64) -> RGBColor {
    let share = ((count as f64).ln_1p() / (most.max(1) as f64).ln_1p()).clamp(0.0, 1.0);
    HEAT[((share * HEAT.len() as f64) as usize).min(HEAT.len() - 1)]
}

/// Draws into a text.
fn draw(paint: impl FnOnce(&Area<'_>) -> Drawn) -> Option<String> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        paint(&area).ok()?;
        area.present().ok()?;
    }
    Some(svg)
}

/// One chart: axes, cells, phases, lines.
fn chart<X, Y>(
    area: &Area<'_>,
    below: &str,
    (x, x_label): (X, fn(f64) -> String),
    (y, y_label): (Y, fn(f64) -> String),
    known: &[Series],
    phases: &[(f64, String)],
    cells: &[Cell],
) -> Drawn
where
    X: AsRangedCoord<Value = f64>,
    Y: AsRangedCoord<Value = f64>,
    X::CoordDescType: Ranged<ValueType = f64> + ValueFormatter<f64>,
    Y::CoordDescType: Ranged<ValueType = f64> + ValueFormatter<f64>,
{
    let text = ("sans-serif", 24).into_font().color(&INK);
    let mut chart = ChartBuilder::on(area)
        .margin(8)
        .margin_top(if phases.is_empty() { 12 } else { 66 })
        .margin_right(40)
        .x_label_area_size(76)
        .y_label_area_size(116)
        .build_cartesian_2d(x, y)?;
    chart
        .configure_mesh()
        .axis_style(LINE)
        .bold_line_style(LINE)
        .max_light_lines(0)
        .x_labels(12)
        .y_labels(7)
        .x_desc(below)
        .label_style(text.clone())
        .axis_desc_style(text.clone())
        .x_label_formatter(&|value| x_label(*value))
        .y_label_formatter(&|value| y_label(*value))
        .draw()?;
    chart.draw_series(cells.iter().map(|cell| Rectangle::new([cell.from, cell.to], cell.colour.filled())))?;
    let plane = chart.plotting_area();
    let (top, bottom) = (plane.get_y_range().end, plane.get_y_range().start);
    let across = plane.get_x_range();
    let named = text.pos(Pos::new(HPos::Left, VPos::Bottom));
    let mut rows = [f64::MIN; 2];
    for (at, name) in phases.iter().filter(|(at, _)| across.contains(at)) {
        chart.draw_series(DashedLineSeries::new([(*at, bottom), (*at, top)], 6, 6, INK.stroke_width(2)))?;
        let wide = name.chars().count() as f64 * LETTER * (across.end - across.start);
        if let Some(row) = rows.iter().position(|taken| taken <= at) {
            rows[row] = at + wide;
            let above = Text::new(name.clone(), (6, -6 - 26 * row as i32), named.clone());
            chart.draw_series([EmptyElement::at((*at, top)) + above])?;
        }
    }
    for (series, colour) in known.iter().zip(SERIES.iter().cycle()) {
        chart.draw_series(LineSeries::new(series.points.iter().copied(), colour.stroke_width(4)))?;
        if series.points.len() < 3 {
            chart.draw_series(series.points.iter().map(|point| Circle::new(*point, 5, colour.filled())))?;
        }
    }
    Ok(())
}

/// A chart with its title, its legend in words and, for who does not see it, what it is.
fn figure(title: &str, note: &str, known: &[Series], drawn: Option<String>) -> Markup {
    let Some(svg) = drawn else { return html! {} };
    html! {
        figure.chart {
            figcaption {
                strong { (title) }
                @if known.len() > 1 {
                    span.legend {
                        @for (index, series) in known.iter().enumerate() {
                            span.key.(format!("s{}", index % SERIES.len())) { (series.name) }
                        }
                    }
                }
                @if !note.is_empty() { span.faint { (note) } }
            }
            div.scroll tabindex="0" role="region" aria-label=(title) {
                div.drawing role="img" aria-label={ (title) "; the numbers are in the tables" } { (PreEscaped(svg)) }
            }
        }
    }
}

/// The least and the greatest, with some room; none where there is nothing.
fn span(known: &[Series], of: impl Fn((f64, f64)) -> f64) -> Option<Range<f64>> {
    let values = || known.iter().flat_map(|series| series.points.iter().map(|&point| of(point)));
    let least = values().reduce(f64::min)?;
    let greatest = values().reduce(f64::max)?;
    Some(least * 0.9..(greatest * 1.1).max(least * 1.2))
}

fn decades(range: &Range<f64>) -> Vec<f64> {
    (0..=9)
        .map(|power| 10_f64.powi(power))
        .filter(|value| range.contains(value) || *value == range.end)
        .collect()
}

/// The fewest round values that divide a range: those of whole decades, or 1, 2 and 5, or every tenth.
fn ticks(range: &Range<f64>) -> Vec<f64> {
    let tenths: Vec<f64> = (10..100).map(|tenth| f64::from(tenth) / 10.0).collect();
    let among = |steps: &[f64]| -> Vec<f64> {
        let all = (0..=10).flat_map(|power| steps.iter().map(move |step| step * 10_f64.powi(power)));
        all.filter(|value| range.contains(value)).collect()
    };
    let known = [among(&[1.0]), among(&[1.0, 2.0, 5.0]), among(&tenths)];
    let enough = known.into_iter().find(|ticks| ticks.len() > 2).unwrap_or_default();
    enough.iter().copied().step_by(enough.len().div_ceil(TICKS).max(1)).collect()
}

/// A time at an axis.
fn tick(us: f64) -> String {
    time_in_words(us as u64).replace(".0 ", " ").replace(".00 ", " ")
}

fn short(value: f64) -> String {
    if value.fract() == 0.0 { super::words::grouped(value as u64) } else { format!("{value:.1}") }
}
