//! Fields out of JSON payloads, with complaints worded like class-validator's.
//!
//! All complaints about one payload are collected before it is refused. It must not know any event.

use serde_json::{Map, Value};

/// Reads fields of one payload. What is missing or of another type yields a default and a complaint.
pub(super) struct Fields<'a> {
    object: Option<&'a Map<String, Value>>,
    /// Goes before the names in complaints about a nested object.
    prefix: &'static str,
    complaints: Vec<String>,
    strict: bool,
}

impl<'a> Fields<'a> {
    /// A payload that is no object has no fields. Without `strict` nothing is ever complained about.
    pub(super) fn new(payload: Option<&'a Value>, strict: bool) -> Self {
        Self { object: payload.and_then(Value::as_object), prefix: "", complaints: Vec::new(), strict }
    }

    /// Whether there is such a field.
    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The fields of a nested object. `prefix` is its name with a dot.
    pub(super) fn inside<T>(
        &mut self,
        name: &str,
        prefix: &'static str,
        read: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let nested = self.get(name).and_then(Value::as_object);
        if nested.is_none() {
            self.complain(format!("{name} must be an object"));
        }
        // Where the object is missing, that is the only complaint.
        let strict = self.strict && nested.is_some();
        let outer = (self.object, self.prefix, self.strict);
        (self.object, self.prefix, self.strict) = (nested, prefix, strict);
        let read = read(self);
        (self.object, self.prefix, self.strict) = outer;
        read
    }

    /// A positive integer.
    pub(super) fn id(&mut self, name: &str) -> u64 {
        let value = self.get(name);
        match value.and_then(integer) {
            Some(number) => match u64::try_from(number) {
                Ok(id) if id > 0 => return id,
                _ => self.complain(format!("{name} must be a positive number")),
            },
            None => {
                self.complain_if_empty(name, value);
                self.complain(format!("{name} must be an integer number"));
            }
        }
        value.and_then(loose_id).unwrap_or_default()
    }

    /// A string that is not blank.
    pub(super) fn text(&mut self, name: &str) -> String {
        let value = self.get(name);
        match value {
            Some(Value::String(text)) => {
                if text.trim().is_empty() {
                    self.complain(format!("{name} should not be empty"));
                }
                text.clone()
            }
            other => {
                self.complain_if_empty(name, other);
                self.complain(format!("{name} must be a string"));
                other.map(Value::to_string).unwrap_or_default()
            }
        }
    }

    /// An id that is a string.
    pub(super) fn name(&mut self, name: &str) -> String {
        match self.get(name) {
            // What a server that does not validate takes for an id.
            Some(Value::Number(number)) if !self.strict => number.to_string(),
            _ => self.text(name),
        }
    }

    /// One of a list of strings; the first where nothing is validated.
    pub(super) fn one_of(&mut self, name: &str, values: &[&'static str]) -> &'static str {
        let given = self.get(name).and_then(Value::as_str);
        let found = values.iter().find(|value| Some(**value) == given);
        if found.is_none() {
            self.complain(format!("{name} must be one of the following values: {}", values.join(", ")));
        }
        found.or(values.first()).copied().unwrap_or_default()
    }

    /// Anything but nothing.
    pub(super) fn anything(&mut self, name: &str) -> Value {
        let value = self.get(name);
        if value.is_none_or(|value| value.is_null() || value.as_str().is_some_and(|t| t.trim().is_empty())) {
            self.complain(format!("{name} should not be empty"));
        }
        value.cloned().unwrap_or_default()
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, name: &str) -> bool {
        match self.get(name) {
            Some(Value::Bool(flag)) => *flag,
            other => {
                self.complain(format!("{name} must be a boolean value"));
                !matches!(other, None | Some(Value::Null))
            }
        }
    }

    /// An array of positive integers, at least one.
    pub(super) fn ids(&mut self, name: &str) -> Vec<u64> {
        let Some(Value::Array(items)) = self.get(name) else {
            self.complain(format!("{name} must be an array"));
            return Vec::new();
        };
        if items.is_empty() {
            self.complain(format!("{name} should not be empty"));
        }
        let ids: Vec<u64> =
            items.iter().filter_map(|item| integer(item).and_then(|n| u64::try_from(n).ok())).collect();
        if ids.len() != items.len() || ids.contains(&0) {
            self.complain(format!("each value in {name} must be a positive integer number"));
        }
        ids
    }

    /// An array of string ids, at least one.
    pub(super) fn names(&mut self, name: &str) -> Vec<String> {
        let Some(Value::Array(items)) = self.get(name) else {
            self.complain(format!("{name} must be an array"));
            return Vec::new();
        };
        if items.is_empty() {
            self.complain(format!("{name} should not be empty"));
        }
        let strings = items.iter().filter_map(Value::as_str).filter(|text| !text.trim().is_empty());
        let names: Vec<String> = strings.map(str::to_owned).collect();
        if names.len() != items.len() {
            self.complain(format!("each value in {name} must be a string that is not empty"));
        }
        names
    }

    /// Everything there was to complain about, joined by ", ".
    pub(super) fn finish(self) -> Result<(), String> {
        if self.complaints.is_empty() { Ok(()) } else { Err(self.complaints.join(", ")) }
    }

    fn get(&self, name: &str) -> Option<&'a Value> {
        self.object.and_then(|object| object.get(name))
    }

    fn complain_if_empty(&mut self, name: &str, value: Option<&Value>) {
        let empty = matches!(value, None | Some(Value::Null)) || value.and_then(Value::as_str) == Some("");
        if empty {
            self.complain(format!("{name} should not be empty"));
        }
    }

    fn complain(&mut self, mut complaint: String) {
        if self.strict {
            complaint.insert_str(0, self.prefix);
            self.complaints.push(complaint);
        }
    }
}

/// A JSON number without a fraction; `1.0` is one, as it is in JavaScript.
fn integer(value: &Value) -> Option<i64> {
    let number = value.as_number()?;
    if let Some(whole) = number.as_i64() {
        return Some(whole);
    }
    let float = number.as_f64()?;
    #[expect(clippy::cast_possible_truncation, reason = "within the range that is exact in a double")]
    (float.fract() == 0.0 && float.abs() < 9e15).then_some(float as i64)
}

/// What a server that does not validate takes for an id.
fn loose_id(value: &Value) -> Option<u64> {
    value.as_str().and_then(|text| text.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn complaint(payload: &Value, read: impl FnOnce(&mut Fields<'_>)) -> String {
        let mut fields = Fields::new(Some(payload), true);
        read(&mut fields);
        fields.finish().err().unwrap_or_default()
    }

    #[test]
    fn ids_are_positive_integers() {
        let id = |value: Value| {
            complaint(&json!({"chatId": value}), |f| {
                f.id("chatId");
            })
        };
        assert_eq!(id(json!(1)), "");
        assert_eq!(id(json!(1.0)), "");
        assert_eq!(id(json!(0)), "chatId must be a positive number");
        assert_eq!(id(json!(-3)), "chatId must be a positive number");
        assert_eq!(id(json!(1.5)), "chatId must be an integer number");
        assert_eq!(id(json!("1")), "chatId must be an integer number");
        assert_eq!(id(json!(null)), "chatId should not be empty, chatId must be an integer number");
        assert_eq!(id(json!(1e300)), "chatId must be an integer number");
    }

    #[test]
    fn all_complaints_are_collected() {
        let text = complaint(&json!([1]), |f| {
            f.id("chatId");
            f.text("content");
            f.flag("isTyping");
        });
        assert_eq!(
            text,
            "chatId should not be empty, chatId must be an integer number, content should not be empty, \
             content must be a string, isTyping must be a boolean value"
        );
        assert_eq!(complaint(&json!({"t": "  "}), |f| drop(f.text("t"))), "t should not be empty");
        assert_eq!(complaint(&json!({"t": ["x"]}), |f| drop(f.text("t"))), "t must be a string");
    }

    #[test]
    fn arrays_of_ids() {
        let ids = |value: Value| complaint(&json!({"p": value}), |f| drop(f.ids("p")));
        assert_eq!(ids(json!([1, 2])), "");
        assert_eq!(ids(json!([])), "p should not be empty");
        assert_eq!(ids(json!([1, "2"])), "each value in p must be a positive integer number");
        assert_eq!(ids(json!(1)), "p must be an array");
    }

    #[test]
    fn without_strictness_anything_goes() {
        let payload = json!({"chatId": "7", "content": 5});
        let mut fields = Fields::new(Some(&payload), false);
        assert_eq!((fields.id("chatId"), fields.text("content")), (7, "5".to_owned()));
        assert!(!fields.flag("isTyping"));
        assert_eq!(fields.finish(), Ok(()));
    }
}
