//! `report.json`, for machines, and the schema that promises its shape. The types themselves are `record`'s.

use std::io::{self, Write};
use std::path::Path;

use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use serde_json::{Map, Value, json};

use results::record::{Report, Verdict};
use results::verdict::FORMAT;
use results::whole;

/// Writes the report, and the folder it stands in where that is not there.
///
/// # Errors
/// Where the folder or the file cannot be written.
pub fn write(report: &Report, path: &Path) -> io::Result<()> {
    whole::replace_by(path, |file| {
        serde_json::to_writer_pretty(&mut *file, report)?;
        file.write_all(b"\n")
    })
}

/// Reads a report back.
///
/// # Errors
/// In words, where it cannot be read, is none, or has another format.
pub fn read(path: &Path) -> Result<Report, String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let value: Value = serde_json::from_str(&text).map_err(|error| format!("it is no JSON: {error}"))?;
    let of_harness = value.get("harness").is_some();
    match value.get("format").and_then(Value::as_u64) {
        Some(format) if of_harness && format == u64::from(FORMAT) => {}
        Some(format) if of_harness => {
            return Err(format!(
                "it has format {format}, and this version of the harness reads format {FORMAT}; make it anew"
            ));
        }
        _ => return Err("it is some other JSON".to_owned()),
    }
    let report: Report =
        serde_json::from_value(value).map_err(|error| format!("it does not keep the schema: {error}"))?;
    if report.verdict == Verdict::Unfinished {
        return Err("its run was stopped before its end, or is still on: it is marked unfinished".to_owned());
    }
    Ok(report)
}

/// Writes a report as a baseline: without transcripts, steps, frames, times, clauses and forms of cases and without whole
/// distributions; of each clause one case, and with a line for each case, so that a change of it can be read.
///
/// # Errors
/// Where the folder or the file cannot be written.
pub fn write_baseline(report: &Report, path: &Path) -> io::Result<()> {
    let mut slim = Report { baseline: None, ..report.clone() };
    for case in &mut slim.cases {
        (case.steps, case.transcript, case.frames) = (Vec::new(), Vec::new(), Vec::new());
        (case.clauses, case.forms) = (Vec::new(), Vec::new());
        (case.duration_ms, case.attempts, case.set_aside) = (0, 1, 0);
    }
    for clause in slim.coverage.iter_mut().flat_map(|document| &mut document.clauses) {
        clause.cases.truncate(1);
    }
    for load in &mut slim.loads {
        (load.seconds, load.samples, load.goose) = (Vec::new(), Vec::new(), Vec::new());
        let phases = load.phases.iter_mut().map(|phase| &mut phase.timings);
        for timings in phases.chain([&mut load.total]) {
            let all = [&mut timings.connect, &mut timings.ack, &mut timings.service, &mut timings.first];
            let more = [&mut timings.delivery, &mut timings.complete, &mut timings.lateness];
            all.into_iter().chain(more).for_each(|latency| latency.histogram.clear());
        }
    }
    let value = serde_json::to_value(&slim)?;
    whole::replace_by(path, |file| in_lines(file, &value))
}

/// A report with a line for each item of each list.
fn in_lines(file: &mut impl Write, report: &Value) -> io::Result<()> {
    let fields = report.as_object().into_iter().flatten().enumerate();
    for (index, (name, value)) in fields {
        write!(file, "{}{}: ", if index == 0 { "{\n" } else { ",\n" }, json!(name))?;
        match value.as_array().filter(|items| !items.is_empty()) {
            Some(items) => {
                let lines: Vec<String> = items.iter().map(Value::to_string).collect();
                write!(file, "[\n{}\n]", lines.join(",\n"))?;
            }
            None => write!(file, "{value}")?,
        }
    }
    file.write_all(b"\n}\n")
}

const TITLE: &str = "Conformance report";
const DESCRIPTION: &str = "A whole run of the harness. The unit of a number stands at the end of its name: `_ms` are \
    milliseconds, `_us` microseconds; `at_us` counts from the beginning of its case. Whatever has neither is a count, an \
    index from 0, or says in its description what it is.";

/// The JSON Schema (draft 2020-12) of the report.
#[must_use]
pub fn schema() -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let settings = settings.with_transform(RecursiveTransform(without_number_formats));
    let mut derived = settings.into_generator().into_root_schema_for::<Report>().to_value();
    // The type is a plain text, so the derived schema does not know of this.
    derived["properties"]["started"]["format"] = json!("date-time");
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), derived["$schema"].take());
    schema.insert("title".to_owned(), json!(TITLE));
    schema.insert("description".to_owned(), json!(DESCRIPTION));
    for (name, value) in derived.as_object().into_iter().flatten() {
        schema.entry(name).or_insert_with(|| value.clone());
    }
    Value::Object(schema)
}

/// `uint64`, `double` and the like are no formats of JSON Schema, and strict validators refuse what they do not know;
/// the type and its minimum say as much.
fn without_number_formats(schema: &mut Schema) {
    let number = |kind: &Value| kind == "integer" || kind == "number";
    let is_number = match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().any(number),
        Some(kind) => number(kind),
        None => false,
    };
    if is_number {
        schema.remove("format");
    }
}
