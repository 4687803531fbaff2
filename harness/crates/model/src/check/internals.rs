//! What an answer that refuses must not tell: traces of a stack, SQL, paths of the server's files. It decides by the text
//! alone, and only about answers of a server: people may write such words to each other.

use serde_json::Value;

/// What stands in the trace of a stack.
const TRACES: &[&str] = &[
    "\n    at ",
    "node_modules/",
    "node:internal",
    "Traceback (most recent call last)",
    "panicked at ",
    "goroutine ",
    "Exception in thread",
    "java.lang.",
];
/// What stands in a statement of SQL or in the failure of a database; all parts of one.
const DATABASES: &[&[&str]] = &[
    &["SELECT ", " FROM "],
    &["INSERT INTO "],
    &["UPDATE ", " SET "],
    &["DELETE FROM "],
    &["SQLSTATE"],
    &["SQLITE_"],
    &["syntax error at or near"],
    &["violates ", " constraint"],
    &["QueryFailedError"],
    &["PrismaClient"],
    &["Sequelize"],
    &["MongoServerError"],
    &["ECONNREFUSED"],
];
/// How a path of a server begins.
const PATHS: &[&str] =
    &["/home/", "/usr/src/", "/var/www/", "/opt/", "/app/dist/", "/app/src/", "file:///", "C:\\"];

/// What of the server's insides a value tells, in words and as it was told; none where it tells nothing.
#[must_use]
pub fn internals<'t>(value: &'t Value, never: &[String]) -> Option<(&'static str, &'t str)> {
    match value {
        Value::String(text) => of_text(text, never).map(|what| (what, text.as_str())),
        Value::Array(items) => items.iter().find_map(|item| internals(item, never)),
        Value::Object(fields) => fields.values().find_map(|item| internals(item, never)),
        _ => None,
    }
}

fn of_text(text: &str, never: &[String]) -> Option<&'static str> {
    let holds = |part: &&str| text.contains(*part);
    if TRACES.iter().any(holds) {
        Some("the trace of a stack")
    } else if DATABASES.iter().any(|parts| parts.iter().all(holds)) {
        Some("the words of a database")
    } else if PATHS.iter().any(holds) {
        Some("a path of the server")
    } else {
        never.iter().any(|part| text.contains(part.as_str())).then_some("a text that `never_text` forbids")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::internals;

    #[test]
    fn what_a_refusal_tells_of_the_inside_is_found() {
        let told = |value| internals(&value, &["tenant-7".to_owned()]).map(|found| found.0);
        let trace = "Error: no\n    at ChatGateway.handle (/srv/chat.js:42:13)";
        assert_eq!(told(json!({"message": trace})), Some("the trace of a stack"));
        let sql = "select failed: SELECT * FROM messages WHERE id = $1";
        assert_eq!(told(json!([{"deep": {"error": sql}}])), Some("the words of a database"));
        let duplicate = "duplicate key value violates unique constraint \"pk\"";
        assert_eq!(told(json!(duplicate)), Some("the words of a database"));
        assert_eq!(told(json!({"error": "ENOENT: open '/home/app/.env'"})), Some("a path of the server"));
        assert_eq!(told(json!("see tenant-7")), Some("a text that `never_text` forbids"));
    }

    #[test]
    fn plain_reasons_tell_nothing() {
        for reason in [
            "Conversation not found",
            "please select a chat from the list",
            "update your settings and try again",
            "content must be a string; see /chat-messages",
            "no constraint of yours was met",
        ] {
            assert_eq!(internals(&json!({"success": false, "message": reason}), &[]), None, "{reason}");
        }
    }
}
