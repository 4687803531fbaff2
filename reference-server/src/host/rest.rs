//! REST calls, turned into what the dialect understands; health and metrics.
//!
//! It must not know any route of a dialect: everything that is not its own goes to the dialect.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::{Value, json};

use super::history;
use super::link::Line;
use super::server::Server;
use crate::core::{Answer, Command};
use crate::dialects::{Problem, Request};
use crate::faults::effects::Origin;
use crate::faults::{Fault, Variation, payload};

/// `GET /healthz`: 200 while the server serves.
pub(super) async fn health(State(server): State<Arc<Server>>) -> Response {
    if server.faults.has(Fault::HealthDown) {
        return (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"status": "down"}))).into_response();
    }
    let dialect = server.options.dialect.name();
    Json(json!({"status": "ok", "dialect": dialect, "connections": server.metrics.connections()}))
        .into_response()
}

/// `GET /metrics`: OpenMetrics text, which Prometheus reads.
pub(super) async fn metrics(State(server): State<Arc<Server>>) -> Response {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], server.metrics.text()).into_response()
}

/// Every other call.
pub(super) async fn call(
    State(server): State<Arc<Server>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    line: Option<Extension<Arc<Line>>>,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let started = Instant::now();
    let Ok(body) = body else {
        let body =
            json!({"statusCode": 413, "message": "The body is too large", "error": "Payload Too Large"});
        return respond(&server, 413, body);
    };
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let request =
        Request { method: method.as_str(), path: uri.path(), query: uri.query(), authorization, body: &body };
    let anonymous = line.filter(|_| authorization.is_none());
    let counted = anonymous.map_or(Ok(()), |Extension(line)| server.count_anonymous(line.address));
    let command = counted.and_then(|()| server.dialect.decode_request(&request, &server.auth, server.now()));
    let outcome = command.map_err(|problem| server.reworded(problem)).and_then(|command| {
        server.count(None, command.user(), body.len())?;
        run(&server, command)
    });
    if let Err(Problem { kind, message }) = &outcome {
        server.metrics.refused(*kind);
        if kind.is_authorization() {
            tracing::warn!(%method, path = uri.path(), reason = message, "authorization failed");
        }
    }
    if let Ok(Answer::History(history)) = &outcome
        && history::is_long(history)
    {
        server.metrics.handled(started.elapsed());
        return history::streamed(Arc::clone(&server), history.clone());
    }
    let response = server.dialect.encode_response(outcome.as_ref());
    server.metrics.handled(started.elapsed());
    let has = |variation| server.options.variations.contains(&variation);
    let created = response.status == 201 && has(Variation::RestAnswersOk);
    let mut body = server.distorted_body(outcome.is_err(), response.body);
    if matches!(outcome, Ok(Answer::Created(_))) && has(Variation::RestWraps) {
        body = json!({"success": true, "data": body});
    }
    respond(&server, if created { 200 } else { response.status }, body)
}

fn run(server: &Arc<Server>, command: Command) -> Result<Answer, Problem> {
    let answer = server.run(command, Origin::Rest);
    if let Ok(answer) = &answer {
        match answer {
            Answer::Sent(message) => {
                let chat = message.conversation.id;
                tracing::info!(user = %message.sender.id, %chat, "message sent by REST");
            }
            Answer::Created(conversation) => tracing::info!(chat = %conversation.id, "conversation created"),
            _ => {}
        }
    }
    answer
}

fn respond(server: &Server, status: u16, body: Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let text = payload::write(&server.options.variations, body);
    let mut answer =
        (status, [(header::CONTENT_TYPE, "application/json; charset=utf-8")], text).into_response();
    if server.options.variations.contains(&Variation::ClockAhead)
        && let Some(date) = server.http_date()
    {
        answer.headers_mut().insert(header::DATE, date);
    }
    answer
}
