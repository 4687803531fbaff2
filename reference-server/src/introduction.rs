//! What the command line prints for people: the table on start, and the catalogue of faults and variations.

use std::fmt::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use reference_server::{Credential, Fault, Options, UserId, Variation, Way, sign};

/// Every fault and variation with what it does and where.
pub(crate) fn catalogue() -> String {
    let mut text =
        String::from("Faults (--fault NAME), each a violation that a judge of these dialects should find:\n");
    for fault in Fault::all() {
        entry(&mut text, fault.name(), fault.describe(), fault.dialects());
    }
    text.push_str("\nVariations (--variation NAME), none of which a judge may mind:\n");
    for variation in Variation::all() {
        entry(&mut text, variation.name(), variation.describe(), variation.dialects());
    }
    text
}

fn entry<'a>(text: &mut String, name: &str, what: &str, dialects: impl Iterator<Item = &'a str>) {
    let dialects: Vec<_> = dialects.collect();
    let _ = writeln!(text, "  {name:<28}{what} ({})", dialects.join(", "));
}

/// The table of one dialect on start. The token is good for a day.
pub(crate) fn of(options: &Options, address: &str) -> Result<String, String> {
    let about = options.dialect.about();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let token = sign(&options.jwt_secret, &UserId::Number(1), now.as_secs() + 86_400)
        .map_err(|error| format!("failed to sign an example token: {error}"))?;
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "  {name:<10}{value}");
    };
    line("dialect", options.dialect.name());
    line("document", about.document);
    line("socket.io", &format!("http://{address}{}", about.namespace));
    line("page", &format!("http://{address}/"));
    line("hears", &about.hears.join(" "));
    line("says", &about.says.join(" "));
    for (index, route) in about.routes.iter().enumerate() {
        line(if index == 0 { "rest" } else { "" }, route);
    }
    line("also", "GET /asyncapi.json, GET /healthz, GET /metrics");
    if !options.fixtures.conversations.is_empty() {
        line("people", &people(options));
    }
    let with_token = about.credentials.contains(&Credential::Token);
    if with_token {
        line("token", &format!("{token}  (user 1, one day)"));
    }
    let sending = about.actions.iter().find_map(|action| match action.way {
        Way::Rest(route) if route.starts_with("POST ") => Some((&route["POST ".len()..], action.payload)),
        _ => None,
    });
    if let Some((path, body)) = sending {
        let bearer = if with_token { format!(" -H 'Authorization: Bearer {token}'") } else { String::new() };
        let body = filled_in(body);
        line(
            "try",
            &format!(
                "curl -s http://{address}{} -H 'Content-Type: application/json'{bearer} -d '{body}'",
                filled_in(path)
            ),
        );
    }
    text.push('\n');
    Ok(text)
}

/// The template of an action with user 1, who talks to user 2 in conversation 1.
/// Who can talk to whom from the start; the first few, since a file may have thousands.
fn people(options: &Options) -> String {
    let conversations = options.fixtures.conversations.iter().take(3).map(|conversation| {
        let users: Vec<_> = conversation.participants.iter().map(ToString::to_string).collect();
        format!("conversation {} of users {}", conversation.id, users.join(" and "))
    });
    conversations.collect::<Vec<_>>().join(", ")
}

fn filled_in(template: &str) -> String {
    let values = [("$user", "1"), ("$peer", "2"), ("$room", "1"), ("$message", "1"), ("$text", "\"hello\"")];
    values.iter().fold(template.to_owned(), |text, (name, value)| text.replace(name, value))
}

#[cfg(test)]
mod tests {
    use reference_server::DialectName;

    use super::*;

    #[test]
    fn the_catalogue_lists_everything() {
        let text = catalogue();
        for name in Fault::all().iter().map(|f| f.name()).chain(Variation::all().iter().map(|v| v.name())) {
            assert!(text.contains(name));
        }
    }

    #[test]
    fn every_dialect_introduces_itself_with_a_call_to_try() {
        for dialect in DialectName::all() {
            let text = of(&Options::new(*dialect), "127.0.0.1:3000").unwrap();
            let call = text.lines().find(|line| line.contains("curl")).unwrap();
            assert!(!call.contains('$'), "{call}");
            assert_eq!(text.contains("token "), call.contains("Bearer"), "{text}");
            assert!(text.contains(dialect.about().document));
            assert!(
                text.contains("conversation 1 of users 1 and 2, conversation 2 of users 2 and 3"),
                "{text}"
            );
        }
    }
}
