//! Types as they are once all that they name is written out: how many values that makes, and whether `$history` is in it. Forty
//! types that each name the next one twice are a million million values, so they are counted and never made here.

use indexmap::IndexMap;

use super::limits;
use super::names::Written;
use super::payload::{Matcher, Payload};
use super::problem::Problem;
use super::reference::Reference;
use super::text::Document;

/// Types by name.
type Types = IndexMap<String, Payload>;

/// How many values each type is.
#[derive(Debug, Default)]
pub struct Sizes(IndexMap<String, usize>);

/// Why types cannot be written out.
#[derive(Debug, PartialEq, Eq)]
pub enum Unwritable {
    /// One contains itself: the names, from it to itself.
    Endless(Vec<String>),
    /// One is deeper than any value may be.
    Deep(String),
    /// One has more values than any may have.
    Large(String),
}

impl Sizes {
    /// Counts them.
    ///
    /// # Errors
    /// At the first type that cannot be written out.
    pub fn of(types: &Types) -> Result<Self, Unwritable> {
        let mut sizes = Self::default();
        for name in types.keys() {
            sizes.named(types, name, &mut Vec::new())?;
        }
        Ok(sizes)
    }

    /// The values of a type; one where there is none of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> usize {
        self.0.get(name).copied().unwrap_or(1)
    }

    /// Refuses a file that names so many types that nobody could write them out.
    ///
    /// # Errors
    /// At the reference with which it becomes too much.
    pub fn in_all(&self, document: &Document, references: &[Written]) -> Result<(), Problem> {
        let mut values = 0_usize;
        for Written { reference, span, .. } in references {
            if let Reference::Named(name) = reference {
                values = values.saturating_add(self.get(name));
            }
            if values > limits::NAMED_VALUES {
                let most = limits::NAMED_VALUES;
                let message =
                    format!("up to here the types that are named, written out, are more than {most} values");
                return Err(document.problem(*span, message).last());
            }
        }
        Ok(())
    }

    /// `way` are the types that hold this one.
    fn named<'t>(
        &mut self,
        types: &'t Types,
        name: &str,
        way: &mut Vec<&'t str>,
    ) -> Result<usize, Unwritable> {
        if let Some(size) = self.0.get(name) {
            return Ok(*size);
        }
        let Some((name, payload)) = types.get_key_value(name) else { return Ok(1) };
        if let Some(at) = way.iter().position(|known| known == name) {
            let names = way[at..].iter().copied().chain([name.as_str()]).map(str::to_owned);
            return Err(Unwritable::Endless(names.collect()));
        }
        if way.len() >= limits::DEPTH {
            return Err(Unwritable::Deep(way[0].to_owned()));
        }
        way.push(name);
        let size = self.payload(types, payload, way)?;
        way.pop();
        if size > limits::TYPE_VALUES {
            return Err(Unwritable::Large(name.clone()));
        }
        self.0.insert(name.clone(), size);
        Ok(size)
    }

    fn payload<'t>(
        &mut self,
        types: &'t Types,
        payload: &Payload,
        way: &mut Vec<&'t str>,
    ) -> Result<usize, Unwritable> {
        let mut sum = 1_usize;
        match payload {
            Payload::Reference(Reference::Named(name)) => return self.named(types, name, way),
            Payload::List(items) => {
                for item in items {
                    sum = sum.saturating_add(self.payload(types, item, way)?);
                }
            }
            Payload::Object { fields, .. } => {
                for (_, value) in fields {
                    sum = sum.saturating_add(self.payload(types, value, way)?);
                }
            }
            // As much as so many short texts.
            Payload::Matcher(Matcher::Make(bytes)) => sum += bytes / 100,
            // What may be absent ends somewhere: it is compared with what there is, and never written out.
            _ => {}
        }
        Ok(sum)
    }
}

/// Whether a payload shows the messages of a room, by itself or through a type.
#[must_use]
pub fn shows_history(types: &Types, payload: &Payload) -> bool {
    let (mut waiting, mut seen) = (vec![payload], Vec::new());
    while let Some(payload) = waiting.pop() {
        let mut found = Vec::new();
        payload.references(&mut found);
        for reference in found {
            match reference {
                Reference::History => return true,
                Reference::Named(name) if !seen.contains(&name) => {
                    waiting.extend(types.get(&name));
                    seen.push(name);
                }
                _ => {}
            }
        }
    }
    false
}
