//! Fields out of JSON payloads, with complaints worded like class-validator's.
//!
//! All complaints about one payload are collected before it is refused. It must not know any event.

use serde_json::{Map, Value};

/// Characters of an id or of the name of a kind. What is longer could fill the memory within all other bounds.
pub(super) const LONGEST_NAME: usize = 256;

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
            self.complain(format!("nested property {name} must be either object or array"));
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

    /// A string that names something: an id, or a kind.
    pub(super) fn name(&mut self, name: &str) -> String {
        let text = match self.get(name) {
            // What a server that does not validate takes for an id.
            Some(Value::Number(number)) if !self.strict => number.to_string(),
            _ => self.text(name),
        };
        if is_too_long(&text) {
            self.complain(format!("{name} must be shorter than or equal to {LONGEST_NAME} characters"));
        }
        text
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

    /// One of both truth values and not the other.
    pub(super) fn exactly(&mut self, name: &str, expected: bool) {
        if self.get(name).and_then(Value::as_bool) != Some(expected) {
            self.complain(format!("{name} must be equal to {expected}"));
        }
    }

    /// An id, or zero, where the field is there at all.
    pub(super) fn position(&mut self, name: &str) -> Option<u64> {
        let value = self.get(name)?;
        let position = integer(value).and_then(|number| u64::try_from(number).ok());
        if position.is_none() {
            self.complain(format!("{name} must be an integer number that is not negative"));
        }
        position
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
        let usable = |text: &&str| !text.trim().is_empty() && !is_too_long(text);
        let strings = items.iter().filter_map(Value::as_str).filter(usable);
        let names: Vec<String> = strings.map(str::to_owned).collect();
        if names.len() != items.len() {
            self.complain(format!("each value in {name} must be a string of 1 to {LONGEST_NAME} characters"));
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

/// Whether a text is too long for a name.
pub(super) fn is_too_long(name: &str) -> bool {
    name.len() > LONGEST_NAME && name.chars().count() > LONGEST_NAME
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
    fn nested_objects_are_named_in_complaints() {
        let nested = |value: Value| {
            complaint(&json!({"message": value}), |f| {
                f.inside("message", "message.", |inner| inner.text("text"));
                f.id("chatId");
            })
        };
        let outer = "chatId should not be empty, chatId must be an integer number";
        assert_eq!(nested(json!({"text": "hi"})), outer);
        assert_eq!(nested(json!({"text": ""})), format!("message.text should not be empty, {outer}"));
        let missing = format!("nested property message must be either object or array, {outer}");
        assert_eq!(nested(json!("hi")), missing, "its fields are not complained about as well");
    }

    #[test]
    fn lists_names_and_anything() {
        let kind =
            |value: Value| complaint(&json!({"k": value}), |f| drop(f.one_of("k", &["a", "b"]).to_owned()));
        assert_eq!(kind(json!("b")), "");
        assert_eq!(kind(json!("c")), "k must be one of the following values: a, b");
        let name = |text: String| complaint(&json!({"n": text}), |f| drop(f.name("n")));
        assert_eq!(name("ü".repeat(256)), "");
        assert_eq!(name("ü".repeat(257)), "n must be shorter than or equal to 256 characters");
        let names = |value: Value| complaint(&json!({"p": value}), |f| drop(f.names("p")));
        assert_eq!(names(json!(["x"])), "");
        assert_eq!(names(json!([])), "p should not be empty");
        assert_eq!(names(json!(["x", 1, " "])), "each value in p must be a string of 1 to 256 characters");
        let anything = |value: Value| complaint(&json!({"c": value}), |f| drop(f.anything("c")));
        assert_eq!((anything(json!(0)), anything(json!({}))), (String::new(), String::new()));
        for nothing in [json!(null), json!(""), json!(" ")] {
            assert_eq!(anything(nothing), "c should not be empty");
        }
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
