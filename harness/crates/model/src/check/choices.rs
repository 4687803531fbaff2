//! The values of an enumeration that is sent: which field has which, and which of them is said.

use serde_json::Value;

use language::payload::{Matcher, Payload};

/// The fields of a payload that hold one of several listed values, however deep.
fn fields(payload: &Payload) -> Vec<(&str, &[Value])> {
    let Payload::Object { fields: all, .. } = payload else { return Vec::new() };
    all.iter()
        .flat_map(|(name, value)| match value {
            Payload::Matcher(Matcher::OneOf(choices)) => vec![(name.as_str(), choices.as_slice())],
            value => fields(value),
        })
        .collect()
}

/// Every choice, by name: `message_type image`.
#[must_use]
pub fn list(payload: &Payload) -> Vec<String> {
    let named = |(name, choices): (&str, &[Value])| -> Vec<String> {
        choices.iter().map(|choice| format!("{name} {}", plain(choice))).collect()
    };
    fields(payload).into_iter().flat_map(named).collect()
}

/// What each such field says: what is wanted, else the first of its values.
///
/// # Errors
/// In words, where no field has the value that is wanted.
pub fn chosen(payload: &Payload, wanted: Option<&str>) -> Result<Vec<(String, Value)>, String> {
    let is_it = |name: &str, choice: &Value| {
        wanted.is_some_and(|wanted| wanted == format!("{name} {}", plain(choice)))
    };
    let all = fields(payload);
    if let Some(wanted) = wanted
        && !all.iter().any(|(name, choices)| choices.iter().any(|choice| is_it(name, choice)))
    {
        let known = list(payload).join(", ");
        return Err(format!("`{wanted}` is no choice; there are: {known}"));
    }
    let of = |(name, choices): (&str, &[Value])| {
        let found = choices.iter().find(|choice| is_it(name, choice)).or(choices.first())?;
        Some((name.to_owned(), found.clone()))
    };
    Ok(all.into_iter().filter_map(of).collect())
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_is_said_where_nothing_else_is_wanted() {
        let choice = |values: &[Value]| Payload::Matcher(Matcher::OneOf(values.to_vec()));
        let object = |fields: Vec<(&str, Payload)>| Payload::Object {
            fields: fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            open: false,
        };
        let payload = object(vec![
            ("kind", choice(&[json!("text"), json!("image")])),
            ("message", object(vec![("size", choice(&[json!(1), json!(2)]))])),
            ("text", Payload::text("a")),
        ]);
        assert_eq!(list(&payload), ["kind text", "kind image", "size 1", "size 2"]);
        let said = |wanted| chosen(&payload, wanted).unwrap();
        assert_eq!(said(None), [("kind".to_owned(), json!("text")), ("size".to_owned(), json!(1))]);
        assert_eq!(said(Some("kind image"))[0].1, json!("image"));
        assert_eq!(said(Some("size 2")), [("kind".to_owned(), json!("text")), ("size".to_owned(), json!(2))]);
        assert!(chosen(&payload, Some("kind video")).unwrap_err().contains("kind text, kind image"));
        assert_eq!(chosen(&Payload::text("a"), None), Ok(Vec::new()));
    }
}
