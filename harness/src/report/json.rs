//! `report.json`, for machines, and the schema that promises its shape. The types themselves are `record`'s.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use serde_json::{Map, Value, json};

use crate::record::Report;

/// Writes the report, and the folder it stands in where that is not there.
///
/// # Errors
/// Where the folder or the file cannot be written.
pub fn write(report: &Report, path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let mut file = BufWriter::new(File::create(path)?);
    serde_json::to_writer_pretty(&mut file, report)?;
    file.write_all(b"\n")?;
    file.flush()
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
