//! What an answer says by itself, whatever the contract: that it refuses, and why; that it accepts.
//!
//! Servers refuse in many shapes. Where an answer is not the expected one, its own words tell the reader more than a list of
//! fields that differ. Must not decide whether something is a finding.

use serde_json::Value;

/// The words under which answers carry a reason, the plainest first.
const REASONS: &[&str] = &["message", "error", "reason", "msg", "detail", "description", "errors"];
/// A reason is quoted up to here.
const LONGEST: usize = 200;

/// Whether an event of this name tells of a failure: `exception`, `error`, `message-error`, `join:failed`, …
#[must_use]
pub fn tells_of_failure(event: &str) -> bool {
    let event = event.to_lowercase();
    let word = event.rsplit([':', '-', '_', '.', '/', ' ']).next().unwrap_or_default();
    ["error", "exception", "failed", "failure", "rejected", "denied", "unauthorized", "forbidden", "refused"]
        .iter()
        .any(|known| word == *known || event == *known || word.ends_with("error") || word.ends_with("failed"))
}

/// Why an answer refuses, in its own words; none where it does not plainly refuse. A REST answer is `{status, body}`.
#[must_use]
pub fn refusal(value: &Value) -> Option<String> {
    let Value::Object(fields) = value else { return None };
    let is = |name: &str, known: bool| fields.get(name).and_then(Value::as_bool) == Some(known);
    let code = ["statusCode", "status", "code"].iter().find_map(|name| fields.get(*name)?.as_u64());
    let bad_code = code.is_some_and(|code| (400..600).contains(&code));
    let bad_word = fields.get("status").and_then(Value::as_str).is_some_and(|word| {
        matches!(word.to_lowercase().as_str(), "error" | "fail" | "failed" | "failure" | "ko" | "nok")
    });
    let told = fields.get("error").is_some_and(|error| !matches!(error, Value::Null | Value::Bool(false)));
    let refuses =
        is("success", false) || is("ok", false) || is("error", true) || bad_code || bad_word || told;
    if !refuses {
        return None;
    }
    let said = fields.get("body").and_then(reason).or_else(|| reason(value)).map(short);
    Some(match (code.filter(|_| bad_code), said) {
        (Some(code), Some(said)) => format!("{code} {said}"),
        (Some(code), None) => code.to_string(),
        (None, Some(said)) => said,
        (None, None) => short(value.to_string()),
    })
}

/// Whether an answer plainly says that something was done.
#[must_use]
pub fn acceptance(value: &Value) -> bool {
    let is = |name: &str| value.get(name).and_then(Value::as_bool) == Some(true);
    let code = value.get("status").and_then(Value::as_u64).is_some_and(|code| (200..300).contains(&code));
    let word = value.get("status").and_then(Value::as_str);
    let word = word.is_some_and(|word| matches!(word.to_lowercase().as_str(), "ok" | "success"));
    refusal(value).is_none() && (is("success") || is("ok") || code || word)
}

/// The reason that a failure gives, in its own words.
#[must_use]
pub fn reason(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(short(text.clone())),
        Value::Object(fields) => REASONS.iter().find_map(|name| reason(fields.get(*name)?)),
        Value::Array(items) => {
            let all: Vec<String> = items.iter().filter_map(reason).collect();
            (!all.is_empty()).then(|| short(all.join(", ")))
        }
        _ => None,
    }
}

fn short(mut text: String) -> String {
    if let Some((at, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(at);
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_refusal_is_known_in_whatever_shape_it_comes() {
        for (value, said) in [
            (json!({"success": false, "message": "not yours"}), "not yours"),
            (json!({"ok": false, "error": "not yours"}), "not yours"),
            (json!({"status": "error", "message": ["a", "b"]}), "a, b"),
            (json!({"error": {"message": "not yours"}}), "not yours"),
            (json!({"statusCode": 403, "message": "Forbidden"}), "403 Forbidden"),
            (
                json!({"status": 500, "body": {"message": "Internal server error"}}),
                "500 Internal server error",
            ),
            (json!({"status": 404, "body": "Cannot POST /chats"}), "404 Cannot POST /chats"),
            (json!({"status": 502}), "502"),
            (json!({"success": false}), r#"{"success":false}"#),
        ] {
            assert_eq!(refusal(&value).as_deref(), Some(said), "{value}");
            assert!(!acceptance(&value), "{value}");
        }
    }

    #[test]
    fn what_does_not_refuse_is_no_refusal() {
        for value in [
            json!({"success": true, "message": "Joined"}),
            json!({"status": 201, "body": {"error": null}}),
            json!({"status": "read", "message": "a text"}),
            json!({"message": "error"}),
            json!(null),
            json!("ok"),
            json!({"error": null, "data": 1}),
        ] {
            assert_eq!(refusal(&value), None, "{value}");
        }
        assert!(acceptance(&json!({"success": true})) && acceptance(&json!({"status": 200})));
        assert!(!acceptance(&json!({"message": "Joined"})) && !acceptance(&json!(null)));
    }

    #[test]
    fn an_event_of_failure_is_known_by_its_name() {
        for event in
            ["exception", "error", "message-error", "join:failed", "chat_error", "sendError", "auth.denied"]
        {
            assert!(tells_of_failure(event), "{event}");
        }
        for event in ["newMessage", "terror-alert", "errors-cleared", "joined", "typing"] {
            assert!(!tells_of_failure(event), "{event}");
        }
    }
}
