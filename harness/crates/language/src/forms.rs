//! The matchers that look at one scalar by itself: `<int>`, `<iso8601>`, … An entry of [`FORMS`] is the whole story of one:
//! readers, both matchers, schemas, examples, recordings and the glossary are made of this table. Knows no ids, no contract
//! and no action.

use serde_json::{Number, Value, json};

use super::texts::{is_iso8601, is_uuid};

/// A matcher of one scalar.
#[derive(Debug)]
pub struct Form {
    /// As it is written, `<int>`.
    pub word: &'static str,
    /// What it means, a sentence.
    pub text: &'static str,
    /// What fits.
    pub fits: Fits,
    /// Whether `<int:name>` captures a value.
    pub captures: bool,
    /// Whether a value differs from run to run and means nothing by itself: snapshots and recordings hold the word instead.
    pub is_volatile: bool,
    /// Its JSON Schema, draft 07.
    pub schema: fn() -> Value,
    /// A value that fits.
    pub example: fn() -> Value,
    /// Values of the same kind in JSON that do not fit, where there are any.
    pub counterexamples: fn() -> Vec<Value>,
}

/// What fits a form: scalars of one kind in JSON, for which this holds.
#[derive(Debug, Clone, Copy)]
pub enum Fits {
    /// Both truth values.
    Bool,
    /// A number.
    Number(fn(&Number) -> bool),
    /// A text.
    Text(fn(&str) -> bool),
}

/// A whole number, as far as a program can count.
pub const INT: Form = Form {
    word: "<int>",
    text: "A whole number; `<int:name>` captures it, and `$name` stands for it.",
    fits: Fits::Number(|number| number.is_i64() || number.is_u64()),
    captures: true,
    is_volatile: false,
    schema: || json!({"type": "integer"}),
    example: || json!(42),
    counterexamples: || vec![json!(1.5)],
};

/// Any number.
pub const NUM: Form = Form {
    word: "<num>",
    text: "A number.",
    fits: Fits::Number(|_| true),
    captures: false,
    is_volatile: false,
    schema: || json!({"type": "number"}),
    example: || json!(1.5),
    counterexamples: Vec::new,
};

/// Any text.
pub const STR: Form = Form {
    word: "<str>",
    text: "A text; `<str:name>` captures it.",
    fits: Fits::Text(|_| true),
    captures: true,
    is_volatile: false,
    schema: || json!({"type": "string"}),
    example: || json!("a text"),
    counterexamples: Vec::new,
};

/// Either truth value.
pub const BOOL: Form = Form {
    word: "<bool>",
    text: "True or false.",
    fits: Fits::Bool,
    captures: false,
    is_volatile: false,
    schema: || json!({"type": "boolean"}),
    example: || json!(true),
    counterexamples: Vec::new,
};

/// A timestamp with an offset.
pub const ISO8601: Form = Form {
    word: "<iso8601>",
    text: "A timestamp with an offset, such as 2025-10-09T12:00:00.000Z.",
    fits: Fits::Text(is_iso8601),
    captures: false,
    is_volatile: true,
    schema: || json!({"type": "string", "format": "date-time"}),
    example: || json!("2025-10-09T12:00:00.000Z"),
    counterexamples: || vec![json!("2025-10-09"), json!("2026-02-31T22:00:29.017Z")],
};

/// A UUID.
pub const UUID: Form = Form {
    word: "<uuid>",
    text: "A UUID.",
    fits: Fits::Text(is_uuid),
    captures: false,
    is_volatile: false,
    schema: || json!({"type": "string", "format": "uuid", "pattern": format!("^{UUID_PATTERN}$")}),
    example: || json!("3f2504e0-4f89-41d3-9a0c-0305e82c3300"),
    counterexamples: || vec![json!("3f2504e04f8941d39a0c0305e82c3300")],
};

/// A UUID as a regular expression, in the syntax of ECMA 262.
pub const UUID_PATTERN: &str = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}";

/// All of them.
pub static FORMS: [Form; 6] = [INT, NUM, STR, BOOL, ISO8601, UUID];

impl Form {
    /// Its name, without the brackets.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.word.trim_matches(['<', '>'])
    }

    /// The form of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        FORMS.iter().find(|form| form.name() == name)
    }

    /// The form by which a value stands in snapshots and recordings, where it differs from run to run.
    #[must_use]
    pub fn volatile(value: &Value) -> Option<&'static Self> {
        FORMS.iter().find(|form| form.is_volatile && form.fits(value))
    }

    /// Whether a value fits.
    #[must_use]
    pub fn fits(&self, value: &Value) -> bool {
        match (self.fits, value) {
            (Fits::Bool, Value::Bool(_)) => true,
            (Fits::Number(fits), Value::Number(number)) => fits(number),
            (Fits::Text(fits), Value::String(text)) => fits(text),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_entry_shows_fits_and_what_it_refuses_does_not() {
        for form in &FORMS {
            assert!(form.fits(&(form.example)()), "{}", form.word);
            for wrong in (form.counterexamples)() {
                assert!(!form.fits(&wrong), "{}: {wrong}", form.word);
            }
            assert!(!form.fits(&Value::Null) && !form.fits(&json!([])) && !form.fits(&json!({})));
        }
    }

    #[test]
    fn each_has_a_name_of_its_own() {
        for form in &FORMS {
            assert_eq!(Form::named(form.name()).map(|found| found.word), Some(form.word));
        }
        assert!(Form::named("<int>").is_none());
    }
}
