//! What is served for people: the browser test client, one page without external resources, which knows the events of
//! the dialect it is served by; and the AsyncAPI document that it links.
//!
//! Source: gateway document, "Using the Test Client": `test/websocket-test.html`. It must not know any dialect; what
//! it shows is made from [`About`].

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{Html, IntoResponse, Response};
use serde_json::{Value, json};

use super::server::Server;
use crate::auth::DEVELOPMENT_SECRET;
use crate::dialects::{About, Credential, Way};

/// Where the page is served: at the root, and where the document has it.
pub(super) const PATHS: [&str; 2] = ["/", "/test/websocket-test.html"];
/// Where the AsyncAPI document is served.
pub(super) const ASYNCAPI: &str = "/asyncapi.json";

const PAGE: &str = include_str!("page.html");
/// Nothing is loaded from anywhere, and only sockets and REST calls leave the page. Its icon is an empty `data:` address,
/// since a browser would ask the dialect for `/favicon.ico` otherwise.
const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; \
                      connect-src http: https: ws: wss:";
/// The server that the AsyncAPI documents name, in JSON.
const ANY_HOST: &str = "\"127.0.0.1:3000\"";

/// `GET /`.
pub(super) async fn page(State(server): State<Arc<Server>>) -> Response {
    // A secret that everybody knows is no secret; another one never leaves the server.
    let secret = (server.options.jwt_secret == DEVELOPMENT_SECRET).then_some(DEVELOPMENT_SECRET);
    let served = served(server.options.dialect.name(), &server.dialect.about(), secret);
    let page = PAGE.replace("/*SERVED*/null", &served.to_string());
    ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(page)).into_response()
}

/// `GET /asyncapi.json`: the document, with the host by which the server was reached.
pub(super) async fn asyncapi(State(server): State<Arc<Server>>, headers: HeaderMap) -> Response {
    let document = server.options.dialect.asyncapi();
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let document = host.map_or_else(
        || document.to_owned(),
        |host| document.replace(ANY_HOST, &Value::from(host).to_string()),
    );
    ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], document).into_response()
}

fn served(dialect: &str, about: &About, secret: Option<&str>) -> Value {
    let actions = about.actions.iter().map(|action| match action.way {
        Way::Emit(event) => json!({"name": action.name, "emit": event, "payload": action.payload}),
        Way::Rest(route) => json!({"name": action.name, "rest": route, "payload": action.payload}),
    });
    let credentials = about.credentials.iter().map(|credential| match credential {
        Credential::Token => "token",
        Credential::UserId => "userId",
    });
    json!({
        "dialect": dialect,
        "document": about.document,
        "namespace": about.namespace,
        "credentials": credentials.collect::<Value>(),
        "says": about.says,
        "actions": actions.collect::<Value>(),
        "secret": secret,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialects::DialectName;

    #[test]
    fn the_page_loads_nothing_from_elsewhere() {
        for marker in ["src=", "@import", ": url(", "cdn"] {
            assert!(!PAGE.contains(marker), "{marker}");
        }
        let mut links = PAGE.split("href=\"").skip(1);
        assert!(links.all(|link| ["data:,", ASYNCAPI, "?"].iter().any(|own| link.starts_with(own))));
        assert_eq!(PAGE.matches("/*SERVED*/null").count(), 1, "the place that is filled in");
    }

    #[test]
    fn every_action_is_one_the_dialect_serves() {
        for dialect in DialectName::all() {
            let about = dialect.about();
            for action in about.actions {
                match action.way {
                    Way::Emit(event) => assert!(about.hears.contains(&event), "{dialect}: {event}"),
                    Way::Rest(route) => {
                        let (method, path) = route.split_once(' ').unwrap();
                        let first = path.split('/').nth(1).unwrap();
                        let listed = |line: &&str| line.starts_with(method) && line.contains(first);
                        assert!(about.routes.iter().any(listed), "{dialect}: {route}");
                    }
                }
                let filled = ["$user", "$peer", "$room", "$message", "$text"]
                    .iter()
                    .fold(action.payload.to_owned(), |text, name| text.replace(name, "1"));
                let parsed = serde_json::from_str::<Value>(&filled);
                assert!(filled.is_empty() || parsed.is_ok(), "{dialect}: {filled}");
            }
            for name in ["Join", "Leave", "Send Message"] {
                assert!(about.actions.iter().any(|action| action.name == name), "{dialect}: {name}");
            }
        }
    }
}
