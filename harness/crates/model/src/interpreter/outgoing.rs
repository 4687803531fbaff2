//! What is sent: the payload of an event, or a REST call, with everything filled in.

use serde_json::Value;

use super::said::Said;
use super::{Interpreter, Senseless};
use crate::check::fill::{as_text, fill};
use crate::check::matching::{compare, redact};
use crate::check::scope::Scope;
use crate::check::spoil;
use language::contract::{RestCall, Say};
use language::payload::Payload;
use language::script::{Action, Refused};
use language::verb::ModelVerb;

/// A payload as it is sent, and as it is shown: with labels where ids are.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filled {
    /// What is sent; none where nothing is.
    pub value: Option<Value>,
    /// How that is shown.
    pub shown: Value,
}

/// What an action sends.
#[derive(Debug, Clone, PartialEq)]
pub enum Outgoing {
    /// An event.
    Event {
        /// Its name in the documents.
        event: String,
        /// Its payload.
        payload: Filled,
        /// The contract knows of an ack, in success or refusal, and the action asks for it.
        wants_ack: bool,
    },
    /// A REST call.
    Rest(Call),
    /// Nothing: whoever is connected is in.
    Nothing,
}

/// A REST call with everything filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// `POST`
    pub method: String,
    /// The path.
    pub path: String,
    /// Method and path, with labels where ids are.
    pub name: String,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Filled,
    /// The headers of the answer that are looked at.
    pub answer_headers: Vec<String>,
    /// The body of the answer is looked at.
    pub answer_body: bool,
}

impl Interpreter {
    /// What an action sends.
    ///
    /// # Errors
    /// Where a reference stands for nothing, the payload cannot be spoiled that way, or the verb opens a connection.
    pub fn outgoing(&self, said: &Said, action: &Action) -> Result<Outgoing, Senseless> {
        let verb = self.verb(action)?;
        let scope = &said.scope;
        let spoiled = action.spoil.as_ref().map(|way| self.text_of(way, scope)).transpose()?;
        match &verb.say {
            Say::Emit { event, data } => {
                let template = match (data, &action.with) {
                    (Some(data), Some(with)) => Some(data.overlaid(with)),
                    (data, with) => data.clone().or_else(|| with.clone()),
                };
                let payload = self.filled(template.as_ref(), scope, spoiled.as_deref())?;
                let mut forms = verb.forms.values().chain(self.refusal_forms(verb).values());
                let wants_ack = action.ack && forms.any(|form| form.ack.is_some());
                Ok(Outgoing::Event { event: event.clone(), payload, wants_ack })
            }
            Say::Rest(call) => {
                let mut call = call.clone();
                if let (Some(json), Some(with)) = (&call.json, &action.with) {
                    call.json = Some(json.overlaid(with));
                }
                // A refusal is read to its end, whatever it may say: it must not tell too much.
                let body = call.body.is_some() || !matches!(action.refused, Refused::No);
                let filled = self.call(&call, scope, spoiled.as_deref(), true)?;
                Ok(Outgoing::Rest(Call { answer_body: body, ..filled }))
            }
            Say::Connection if action.verb == ModelVerb::Join => Ok(Outgoing::Nothing),
            Say::Connection => Err(Senseless(format!("`{}` says nothing", action.verb))),
        }
    }

    /// A REST call filled in, with the credential of who speaks where it is asked for.
    ///
    /// # Errors
    /// Where a reference stands for nothing, or the body cannot be spoiled that way.
    pub fn call(
        &self,
        call: &RestCall,
        scope: &Scope,
        spoiled: Option<&str>,
        credential: bool,
    ) -> Result<Call, Senseless> {
        let context = self.context(scope);
        let path = self.text_of(&call.path, scope)?;
        let shown = compare(&call.path, &Value::String(path.clone()), context).redacted;
        let body = self.filled(call.json.as_ref(), scope, spoiled)?;
        let mut headers = Vec::new();
        for (name, value) in &call.headers {
            headers.push((name.clone(), self.text_of(value, scope)?));
        }
        if credential {
            // Who has no token sends no header that would hold it.
            let own = |name: &str| call.headers.iter().any(|(known, _)| known == name);
            let usual = self.plan.contract.rest_headers.iter().filter(|(name, _)| !own(name));
            headers.extend(
                usual.filter_map(|(name, value)| Some((name.clone(), as_text(value, context).ok()?))),
            );
        }
        Ok(Call {
            method: call.method.clone(),
            name: format!("{} {}", call.method, shown.as_str().unwrap_or(&path)),
            path,
            headers,
            body,
            answer_headers: call.answer_headers.iter().map(|(name, _)| name.clone()).collect(),
            answer_body: call.body.is_some(),
        })
    }

    /// A payload filled in; one that is spoiled may be nothing at all.
    ///
    /// # Errors
    /// Where a reference stands for nothing, or it cannot be spoiled that way.
    pub fn filled(
        &self,
        template: Option<&Payload>,
        scope: &Scope,
        spoiled: Option<&str>,
    ) -> Result<Filled, Senseless> {
        let Some(template) = template else { return Ok(Filled::default()) };
        let context = self.context(scope);
        let value = fill(template, context)?;
        match spoiled {
            None => {
                let shown = compare(template, &value, context).redacted;
                Ok(Filled { value: Some(value), shown })
            }
            Some(way) => {
                let value = spoil::spoil(value, way)?;
                let shown = value.as_ref().map_or(Value::Null, redact);
                Ok(Filled { value, shown })
            }
        }
    }
}
