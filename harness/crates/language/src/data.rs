//! Rows of data, one for each user of a load run: a CSV file whose header names the fields, or a YAML list of mappings.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use super::limits;
use super::payload::{Payload, Piece, literal};
use super::problem::Problem;
use super::reference::Reference;
use super::text::{self, Source, Span, Yaml};

/// A file of rows.
#[derive(Debug)]
pub struct Data {
    /// Where it came from.
    pub path: PathBuf,
    /// The names of its fields, in order.
    pub fields: Vec<String>,
    /// Its rows; there is one at least, and each has every field.
    pub rows: Vec<Row>,
    source: Arc<Source>,
}

/// A row.
#[derive(Debug)]
pub struct Row {
    /// Its values, in the order of the fields. Those of CSV are texts.
    pub values: Vec<Value>,
    /// Where it stands.
    span: Span,
}

impl Data {
    /// Reads a file; its name says which kind it is.
    ///
    /// # Errors
    /// Where it cannot be read, has no rows, or a row lacks a field or has one too many; with the line.
    pub fn read(path: &Path) -> Result<Self, Problem> {
        let source = Source::read_within(path, limits::DATA_BYTES)?;
        let (fields, rows) = match path.extension().and_then(std::ffi::OsStr::to_str) {
            Some("yaml" | "yml") => from_yaml(&source)?,
            Some("csv") => from_csv(&source)?,
            _ => {
                return Err(Problem::bare(format!("{} is no file of rows", path.display()))
                    .hint("data are rows in a .csv or a .yaml file"));
            }
        };
        if rows.is_empty() {
            let message = format!("{} has no rows", path.display());
            return Err(Problem::bare(message).hint("a header row and one row for each user"));
        }
        Ok(Self { path: path.to_owned(), fields, rows, source })
    }

    /// Which field has this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field == name)
    }

    /// A payload in which the fields of a row stand for what they hold.
    #[must_use]
    pub fn filled(&self, payload: &Payload, row: usize) -> Payload {
        let value = |reference: &Reference| {
            let Reference::Data(name) = reference else { return None };
            let field = self.field(name)?;
            Some(&self.rows[row % self.rows.len()].values[field])
        };
        match payload {
            Payload::Reference(reference) => match value(reference) {
                Some(Value::String(text)) => Payload::text(text.as_str()),
                Some(value) => Payload::Literal(value.clone()),
                None => payload.clone(),
            },
            Payload::Text(pieces) => {
                let filled = pieces.iter().map(|piece| match piece {
                    Piece::Reference(reference) => {
                        value(reference).map_or_else(|| piece.clone(), |value| Piece::Literal(text_of(value)))
                    }
                    Piece::Literal(_) => piece.clone(),
                });
                Payload::Text(filled.collect())
            }
            Payload::List(items) => Payload::List(items.iter().map(|item| self.filled(item, row)).collect()),
            Payload::Object { fields, open } => Payload::Object {
                fields: fields.iter().map(|(name, value)| (name.clone(), self.filled(value, row))).collect(),
                open: *open,
            },
            other => other.clone(),
        }
    }

    /// Rows that a command has printed: a list of mappings, as JSON.
    ///
    /// # Errors
    /// In words, where it is something else.
    pub fn of_json(name: &str, json: &Value) -> Result<Self, String> {
        let rows = json.as_array().filter(|rows| !rows.is_empty());
        let rows = rows.ok_or("it is no list of users in JSON, or an empty one")?;
        let first = rows[0].as_object().ok_or("a user is a mapping: {\"id\": 1, …}")?;
        let fields: Vec<String> = first.keys().cloned().collect();
        let source = Source::new(PathBuf::from(name), String::new());
        let row = |row: &Value| {
            let value = |field: &String| {
                row.get(field).cloned().ok_or_else(|| format!("a user has no `{field}`: {row}"))
            };
            let values = fields.iter().map(value).collect::<Result<_, _>>()?;
            Ok(Row { values, span: Span::default() })
        };
        let rows = rows.iter().map(row).collect::<Result<Vec<_>, String>>()?;
        Ok(Self { path: PathBuf::from(name), fields, rows, source })
    }

    /// Rows of nothing but an id.
    #[must_use]
    pub fn of_ids(ids: &[String]) -> Self {
        let source = Source::new(PathBuf::from("users"), String::new());
        let rows = ids.iter().map(|id| Row { values: vec![Value::from(id.as_str())], span: Span::default() });
        Self { path: PathBuf::from("users"), fields: vec!["id".to_owned()], rows: rows.collect(), source }
    }

    /// A payload filled in with a row, as a text; none where it is something that only a run can know.
    #[must_use]
    pub fn text(&self, payload: &Payload, row: usize) -> Option<String> {
        plain_text(&self.filled(payload, row))
    }

    /// A problem with a row.
    #[must_use]
    pub fn problem(&self, row: usize, message: impl Into<String>) -> Problem {
        Problem::at(&self.source, self.rows[row].span, message)
    }

    /// What a reader calls it: `users.csv (24 rows)`.
    #[must_use]
    pub fn name(&self) -> String {
        let name = self.path.file_name().unwrap_or(self.path.as_os_str()).to_string_lossy();
        let many = if self.rows.len() == 1 { "" } else { "s" };
        format!("{name} ({} row{many})", self.rows.len())
    }
}

/// A payload as a text, where nothing in it depends on the run.
#[must_use]
pub fn plain_text(payload: &Payload) -> Option<String> {
    match payload {
        Payload::Literal(value) => Some(text_of(value)),
        Payload::Text(pieces) => pieces
            .iter()
            .map(|piece| match piece {
                Piece::Literal(text) => Some(text.as_str()),
                Piece::Reference(_) => None,
            })
            .collect(),
        _ => None,
    }
}

/// A value as a text.
fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A name that a reference can name.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn named(source: &Arc<Source>, span: Span, name: &str, known: &[String]) -> Result<(), Problem> {
    if !is_name(name) {
        return Err(Problem::at(source, span, format!("`{name}` is no name of a field"))
            .hint("letters, digits and _, so that `$data.name` can name it"));
    }
    if known.iter().any(|known| known == name) {
        return Err(Problem::at(source, span, format!("the field `{name}` is there twice")));
    }
    Ok(())
}

type Rows = (Vec<String>, Vec<Row>);

fn from_csv(source: &Arc<Source>) -> Result<Rows, Problem> {
    let place = |position: Option<&csv::Position>| {
        let start = position.map_or(0, |position| usize::try_from(position.byte()).unwrap_or(0));
        // A position is where the reader stood, which may be the end of the line before.
        let start =
            start + source.text[start..].bytes().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
        let end = source.text[start..].find(['\n', '\r']).map_or(source.text.len(), |length| start + length);
        Span { file: 0, start, end }
    };
    let broken = |error: csv::Error| match error.kind() {
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => {
            let fields = |n: &u64| if *n == 1 { "1 field".to_owned() } else { format!("{n} fields") };
            let message = format!("this row has {}, and the header names {expected_len}", fields(len));
            Problem::at(source, place(pos.as_ref()), message)
                .hint("a comma inside a field needs quotes around it")
        }
        _ => Problem::at(source, place(error.position()), format!("this is not CSV: {error}")),
    };
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(source.text.as_bytes());
    let mut fields = Vec::new();
    for name in reader.headers().map_err(broken)? {
        named(source, place(None), name, &fields)?;
        fields.push(name.to_owned());
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(broken)?;
        let values = record.iter().map(|value| Value::String(value.to_owned())).collect();
        rows.push(Row { values, span: place(record.position()) });
    }
    Ok((fields, rows))
}

fn from_yaml(source: &Arc<Source>) -> Result<Rows, Problem> {
    let document = text::parse_within(source, limits::DATA_VALUES)?;
    let Yaml::List(items) = &document.root.value else {
        return Err(document.problem(document.root.span, "data are a list of mappings, one for each user"));
    };
    let mut fields: Vec<String> = Vec::new();
    let mut rows = Vec::new();
    for item in items {
        let entries = document.entries(item, "a row")?;
        if rows.is_empty() {
            for (key, _) in entries {
                named(source, key.span, &key.text, &fields)?;
                fields.push(key.text.clone());
            }
        }
        if let Some((key, _)) = entries.iter().find(|(key, _)| !fields.contains(&key.text)) {
            let message = format!("the first row has no `{}`", key.text);
            return Err(document
                .problem(key.span, message)
                .nearest(&key.text, fields.iter().map(String::as_str)));
        }
        let mut values = Vec::new();
        for field in &fields {
            let Some((_, node)) = entries.iter().find(|(key, _)| key.text == *field) else {
                let message = format!("this row lacks `{field}`, which the first one has");
                return Err(document.problem(item.span, message));
            };
            let text = document.text(node, "a value")?;
            let plain = matches!(node.value, Yaml::Scalar { plain: true, .. });
            values.push(literal(text).filter(|_| plain).unwrap_or_else(|| Value::String(text.to_owned())));
        }
        rows.push(Row { values, span: item.span });
    }
    Ok((fields, rows))
}

/// The fields of data that a payload names, each as written.
#[must_use]
pub fn named_by(payload: &Payload) -> Vec<String> {
    let mut found = Vec::new();
    payload.references(&mut found);
    let field = |reference| if let Reference::Data(field) = reference { Some(field) } else { None };
    found.into_iter().filter_map(field).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, text: &str) -> Result<Data, String> {
        let path = std::env::temp_dir().join(format!("harness-data-{}-{name}", std::process::id()));
        std::fs::write(&path, text).unwrap();
        let data = Data::read(&path);
        std::fs::remove_file(&path).unwrap();
        data.map_err(|problem| {
            let line = problem.location().unwrap_or_default();
            format!("{} {}", line.rsplit(':').next().unwrap_or_default(), problem.message)
        })
    }

    #[test]
    fn a_header_names_the_fields_of_csv() {
        let data = read("good.csv", "name, greeting\nana,\"hello, there\"\nbo,7\n").unwrap();
        assert_eq!(
            (data.fields.as_slice(), data.rows.len()),
            (&["name".to_owned(), "greeting".to_owned()][..], 2)
        );
        assert_eq!(data.rows[1].values, [Value::from("bo"), Value::from("7")]);
        let said = Payload::Text(vec![
            Piece::Reference(Reference::Data("greeting".to_owned())),
            Piece::Literal("!".to_owned()),
        ]);
        assert_eq!(data.text(&said, 2).unwrap(), "hello, there!", "the rows begin anew");
        assert_eq!(data.field("greeting"), Some(1));
        assert_eq!(data.problem(1, "").location().unwrap().rsplit(':').next(), Some("3"));
    }

    #[test]
    fn a_list_of_mappings_has_values_of_its_own_kind() {
        let data = read("good.yaml", "- {name: ana, age: 7}\n- {age: 8, name: '9'}\n").unwrap();
        assert_eq!(data.rows[1].values, [Value::String("9".to_owned()), Value::from(8)]);
        let age = Payload::Reference(Reference::Data("age".to_owned()));
        assert!(matches!(data.filled(&age, 0), Payload::Literal(value) if value == 7));
        assert_eq!(data.text(&age, 1).unwrap(), "8");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (name, text, told) in [
            ("ragged.csv", "a,b\n1,2\n3\n", "3 this row has 1 field, and the header names 2"),
            ("twice.csv", "a,a\n1,2\n", "1 the field `a` is there twice"),
            ("name.csv", "a b\n1\n", "1 `a b` is no name of a field"),
            ("lacks.yaml", "- {a: 1, b: 2}\n- {a: 1}\n", "2 this row lacks `b`, which the first one has"),
            ("more.yaml", "- {a: 1}\n- {a: 1, c: 2}\n", "2 the first row has no `c`"),
            ("map.yaml", "a: 1\n", "1 data are a list of mappings, one for each user"),
            ("deep.yaml", "- {a: [1]}\n", "1 a value is a word or a text, not a list"),
        ] {
            assert_eq!(read(name, text).unwrap_err(), told, "{name}");
        }
        assert!(read("empty.csv", "a,b\n").unwrap_err().contains("has no rows"));
        assert!(read("users.txt", "a\n").unwrap_err().contains("is no file of rows"));
    }
}
