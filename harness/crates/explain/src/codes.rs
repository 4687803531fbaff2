//! Exit statuses, outcomes and kinds of findings: what the report and the shell say, with what it means.

use schemars::JsonSchema;
use serde_json::Value;

use results::record::{Kind, Outcome};
use results::verdict::STATUSES;

/// A code and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// As it is written: `2`, `wrong_payload`.
    pub name: String,
    /// What kind of code it is.
    pub group: &'static str,
    /// What it means.
    pub text: String,
}

/// Every code. Of the types of a report the comments in `record` say what they mean, as in its schema.
#[must_use]
pub fn codes() -> Vec<Code> {
    let statuses = STATUSES.iter().map(|(status, text)| Code {
        name: status.to_string(),
        group: "Exit statuses",
        text: (*text).to_owned(),
    });
    let outcomes = variants::<Outcome>("Outcomes of a case");
    let kinds = variants::<Kind>("Kinds of findings");
    statuses.chain(outcomes).chain(kinds).collect()
}

fn variants<T: JsonSchema>(group: &'static str) -> Vec<Code> {
    let schema = schemars::schema_for!(T).to_value();
    let listed = schema["oneOf"].as_array().map(Vec::as_slice).unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    listed
        .iter()
        .map(|variant| Code { name: text(&variant["const"]), group, text: text(&variant["description"]) })
        .collect()
}
